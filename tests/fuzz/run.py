"""One input after the other, each from its own seed: what is found is told with what makes it again."""

from __future__ import annotations

import random
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from .kinds import ANSWERS, COMMANDS, DEEP, KINDS, command

LONGEST = 20.0  # seconds for one input: five are promised, and the machine may be busy
WHOLE = 100  # of how many inputs one goes through a whole command


@dataclass(frozen=True)
class Found:
    """An input that pdc has no answer to."""

    kind: str
    number: int
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.number}: {self.why}"


class TooLongError(BaseException):
    """An input takes longer than any may; no ``except Exception`` swallows it."""


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLongError(f"more than {LONGEST} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def one(kind: str, number: int, place: Path) -> Found | None:
    """Make input ``number`` of a kind below ``place`` and try it; what was found, or None."""
    chance = random.Random(f"{kind}-{number}")
    folder = place / f"{kind}-{number}"
    folder.mkdir()
    asked = KINDS[kind]
    try:
        path = asked.make(chance, folder)
        with _alarm():
            asked.use(path, number % DEEP == 0)
            if number % WHOLE == 0 and kind in COMMANDS:
                _whole(kind, path, folder)
    except ANSWERS:
        if kind in COMMANDS and number % WHOLE == 0:
            return _again(kind, number, path, folder)
    except (Exception, TooLongError) as error:
        return Found(kind, number, _why(error))
    return None


def _again(kind: str, number: int, path: Path, folder: Path) -> Found | None:
    try:
        with _alarm():
            _whole(kind, path, folder)
    except (Exception, TooLongError) as error:
        return Found(kind, number, _why(error))
    return None


def _whole(kind: str, path: Path, folder: Path) -> None:
    # A plan over an approved one is refused, however its seal looks; everywhere else the folder is new.
    out = path if kind == "seal" else folder / "out"
    arguments = COMMANDS[kind](str(path))
    takes_out = arguments[0] in ("plan", "audit", "compare") and kind != "seal"
    command([*arguments, *(["--out", str(out)] if kind == "seal" else [])], out if takes_out else None)


def _why(error: BaseException) -> str:
    at = traceback.extract_tb((error.__cause__ or error).__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:300]} ({Path(at.filename).name}:{at.lineno} {at.name})"


def many(kind: str, numbers: range) -> list[Found]:
    """Everything found among these inputs of a kind."""
    with tempfile.TemporaryDirectory(prefix="pdc-fuzz-") as place:
        found = []
        for number in numbers:
            one_found = one(kind, number, Path(place))
            if one_found:
                found.append(one_found)
            shutil.rmtree(Path(place) / f"{kind}-{number}", ignore_errors=True)
        return found


def timed(kind: str, numbers: range) -> tuple[list[Found], float]:
    """What :func:`many` gives, and its seconds."""
    started = time.perf_counter()
    return many(kind, numbers), time.perf_counter() - started
