"""The mark of a folder that pdc wrote: which command, and the SHA-256 of every file.

What the model writes, the reports add to; so both know it. What differs from the mark is somebody's own
work (numbers typed into ``cetvel.xlsx``, say) and is not written over.
"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

MARK: Final = "pdc-manifest.json"
SEAL: Final = "seal.json"
_REPORTS: Final = ("cetvel.xlsx", "report.html", "lone_colleagues.csv", "need.csv", "access.csv")
_BLOCK: Final = 1 << 20


class ChangedError(Exception):
    """A file was changed since pdc wrote it, or lies in an approved plan; its text names it."""


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def marked(command: str, files: Mapping[str, str]) -> bytes:
    """The bytes of a mark."""
    text = json.dumps({"pdc": command, "files": dict(files)}, ensure_ascii=False, indent=0) + "\n"
    return text.encode("utf-8", "surrogateescape")


def read_mark(folder: Path) -> tuple[str, dict[str, str]] | None:
    """Command and prints of a folder's mark; None where there is none that can be read."""
    path = folder / MARK
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        found: Any = json.loads(path.read_text("utf-8", "surrogateescape"))
        command, files = found["pdc"], found["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    good = isinstance(command, str) and isinstance(files, dict)
    return (command, files) if good and all(isinstance(print_, str) for print_ in files.values()) else None


def edited(folder: Path) -> list[str]:
    """Reports that differ from what pdc wrote there: they would be made anew over somebody's work."""
    mark = read_mark(folder)
    files = mark[1] if mark else {}
    reports = [n for n in files if n in _REPORTS or n.startswith(("figures/", "provinces/"))]
    return [n for n in reports if (folder / n).is_file() and sha256(folder / n) != files[n]]


def renew(folder: Path, paths: Iterable[Path]) -> None:
    """Take files that pdc has just written into the mark of their folder, if it has one."""
    mark = read_mark(folder)
    if mark is None:
        return
    command, files = mark
    new = {path.relative_to(folder).as_posix(): sha256(path) for path in paths}
    (folder / MARK).write_bytes(marked(command, dict(sorted((files | new).items()))))
