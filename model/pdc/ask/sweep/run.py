"""Run a sweep: scenario by scenario, on processes of this machine or of many, kept as they are done.

A finished scenario is a file of its own in the work area; it appears by renaming. So a sweep that is
stopped, or killed, goes on where it was, and nothing is lost or planned twice.

The tables are made from the pieces, in their order, once all are there: no byte of them depends on who
planned which piece when.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from pdc.ask.sweep.collect import collect
from pdc.ask.sweep.design import Case, cases
from pdc.ask.sweep.piece import Bench, piece
from pdc.ask.sweep.spec import Sweep, book_of, read_sweep
from pdc.base.cache import Cache, code_version, digest, user_cache
from pdc.base.faults import Fault
from pdc.base.folder import FOLDER, place
from pdc.base.workers import given, workers
from pdc.country.merges import merge
from pdc.country.setting import Data, nothing_planned, sides_of, usable, wanted_titles
from pdc.law.shipped import own_data
from pdc.law.vocabulary import vocabulary
from pdc.tables import Tables, change, read
from pdc_common.bounded import text_of
from pdc_common.text import Lang

if TYPE_CHECKING:
    from pdc_reports.sensitivity import SweepTables

WORK: Final = ".work"  # inside the output folder, until the sweep is whole
STATE: Final = "state.json"
_WORK: Final = re.compile(
    r"\.work/(?:state\.json|\d+\.piece|\.(?:state\.json|\d+\.piece)\.\d+|cache\.key|cache/(?:key|"
    r"[0-9a-f]{2}/(?:[0-9a-f]{62}|\.new-\w{8})|\.pdc-\w{8}))|\.work/\.pdc-\w{8}"
)
_FOLDERS: Final = re.compile(r"\.work/(?:cache/(?:[0-9a-f]{2}/)?)?")
_FILE: Final = re.compile(r"[0-9a-f]{64}")  # print of a file, not of a link
_AHEAD: Final = 2  # scenarios given out to each worker before it has asked

Progress = Callable[[int, int, str], None]
Pieces = Generator[tuple[Case, bytes], None, None]


class UnfinishedError(Exception):
    """An unfinished sweep lies in the folder, and nobody said whether to go on with it."""


class OtherSweepError(Exception):
    """The unfinished sweep in the folder is another one; ``differs`` says in what."""

    def __init__(self, folder: str, differs: Sequence[str]) -> None:
        super().__init__(folder)
        self.folder = folder
        self.differs = tuple(differs)


class NoDaskError(Exception):
    """``--dask`` without the package, or nobody answers at the address."""


def prints(sweep: Sweep, tables: Tables) -> dict[str, str]:
    """Fingerprints of all that a sweep's numbers depend on; equal ones mean equal tables."""
    own = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        own.update(path.read_bytes())
    return {
        "sweep": sweep.print,
        "data": digest(tables.sha256),
        "rulebook": digest(sweep.rulebook.sha256, sweep.scenario.edits, sweep.scenario.norm,
                           [(p.title, p.level, p.code, p.posts) for p in sweep.scenario.pins]),
        "code": digest(code_version(), own.hexdigest()),
    }  # fmt: skip


def run_sweep(
    file: Path,
    out: Path,
    data: Data = None,
    *,
    jobs: int = 1,
    dask: Any = None,
    resume: bool = False,
    cache: bool = True,
    lang: Lang = "tr",
    progress: Progress | None = None,
    odd: Callable[[Sequence[Fault]], object] | None = None,
) -> Path:
    """Run the sweep of a file and write its tables into ``out``, whole or not at all.

    ``dask`` is the address of a scheduler (or a client) that plans in place of local processes. ``odd`` hears
    what is odd about the data and the base scenario's changes of them. Raises
    :class:`~pdc.base.faults.InputError`, :class:`UnfinishedError`, :class:`OtherSweepError`.
    """
    book = book_of(file)
    tables = data if isinstance(data, Tables) else read(data or own_data(book), vocabulary(book))
    sweep = read_sweep(file, tables, book)
    if odd is not None:
        codes = tables.provinces["province_code"].tolist()
        beside = usable(sides_of(tables.folder, book), codes)[1]
        odd((*change(tables, sweep.scenario.edits).warnings, *beside))
    state = prints(sweep, tables)
    _something_to_plan(sweep, tables)
    pins = [path.parent / name for path, name in sweep.scenario.tables]
    read_ = [file, tables.folder, book.about.folder or None, *sweep.scenarios, *pins]
    where = place(out, "sweep", read_, _of_work)
    where.check()
    work = Work(out / WORK)
    if not work.open(state, resume):
        return out
    store = user_cache() if cache else None
    bench = Bench(sweep, tables, store or Cache(work.folder / "cache"), digest(state))
    every = cases(sweep)
    left = [case for case in every if not work.has(case)]
    tell = progress or (lambda done, total, now: None)
    done = len(every) - len(left)
    tell(done, len(every), "")
    with contextlib.closing(_planned(bench, left, jobs, dask)) as planned:
        for case, content in planned:
            work.keep(case, content)
            done += 1
            tell(done, len(every), case.name)
    if store is not None:
        store.trim()
    return collect(bench, every, work.get, state, where, lang)


def _something_to_plan(sweep: Sweep, tables: Tables) -> None:
    """Raises InputError where no title is planned and nothing that varies can change it."""
    book = sweep.rulebook
    scope = {rule.clause for rule in book.of_kind("scope")}
    if any(factor.table or factor.clause in scope for factor in sweep.factors):
        return
    country = merge(change(tables, sweep.scenario.edits), book)
    wanted, reasons = wanted_titles(country, book)
    if not set(wanted) & set(sweep.titles or wanted):
        raise nothing_planned(book, reasons, sweep.titles)


def sweep(
    file: str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    data: Data = None,
    *,
    jobs: int = 1,
    dask: Any = None,
    resume: bool = False,
    cache: bool = True,
    lang: Lang = "tr",
    progress: Progress | None = None,
) -> SweepTables:
    """Run a sweep and return its tables as frames; without ``out`` the folder is thrown away.

    Raises what :func:`run_sweep` raises.
    """
    tables = import_module("pdc_reports.sensitivity").SweepTables
    with tempfile.TemporaryDirectory() as thrown_away:
        folder = Path(thrown_away) / "sweep" if out is None else Path(out)
        how = {"jobs": jobs, "dask": dask, "resume": resume, "cache": cache, "lang": lang}
        return cast("SweepTables", tables.read(run_sweep(Path(file), folder, data, **how, progress=progress)))


def _finished(out: Path) -> dict[str, str] | None:
    try:
        found: dict[str, str] = json.loads(text_of(out / "sweep.json"))["prints"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found


@dataclass(frozen=True)
class Work:
    """The work area: a file a finished scenario, and the fingerprints of the sweep it belongs to."""

    folder: Path

    def open(self, state: dict[str, str], resume: bool) -> bool:
        """Make the area ready; False if the sweep is whole and there is nothing to go on with.

        What lies in the area is a sweep's own: :func:`pdc.base.folder.check` has looked.
        """
        kept = self._state()
        if kept is not None:
            if not resume:
                raise UnfinishedError(str(self.folder.parent))
            differs = [name for name in state if kept.get(name) != state[name]]
            if differs:
                raise OtherSweepError(str(self.folder.parent), differs)
            return True
        done = _finished(self.folder.parent)
        if resume and done is not None:
            differs = [name for name in state if done.get(name) != state[name]]
            if differs:
                raise OtherSweepError(str(self.folder.parent), differs)
            return False
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        _put(self.folder / STATE, json.dumps(state).encode())
        return True

    def _state(self) -> dict[str, Any] | None:
        try:
            found = json.loads(text_of(self.folder / STATE))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else {}

    def has(self, case: Case) -> bool:
        """Is the scenario done? A damaged piece is thrown away and planned again."""
        try:
            self.get(case)
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                self._path(case).unlink()
            return False
        return True

    def get(self, case: Case) -> bytes:
        """A finished scenario. Raises ``OSError`` or ``ValueError`` where there is none that is whole."""
        content = self._path(case).read_bytes()
        if hashlib.sha256(content[32:]).digest() != content[:32]:
            raise ValueError(case.name)
        return content[32:]

    def keep(self, case: Case, content: bytes) -> None:
        """Write a finished scenario, whole or not at all."""
        _put(self._path(case), hashlib.sha256(content).digest() + content)

    def _path(self, case: Case) -> Path:
        return self.folder / f"{case.number}.piece"


def _of_work(name: str, print_: str) -> bool:
    """Is this entry of the folder, with its print, part of a sweep's work area?"""
    if _FILE.fullmatch(print_):
        return _WORK.fullmatch(name) is not None
    return print_ == FOLDER and _FOLDERS.fullmatch(name) is not None


def _put(path: Path, content: bytes) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


# who plans ----------------------------------------------------------------------------------------------


def _planned(bench: Bench, left: list[Case], jobs: int, dask: Any) -> Pieces:
    """Scenarios and their pieces, as they are done."""
    if not left:
        return
    if dask is not None:
        yield from _by_dask(bench, left, dask)
    elif jobs <= 1:
        for case in left:
            yield case, piece(bench, case)
    else:
        if left[0].number == 0:
            # The base first, on all cores: groups that its titles only read are in the cache from then on.
            base = left.pop(0)
            yield base, piece(bench, base, jobs)
        if left:
            yield from _by_processes(bench, left, min(jobs, len(left)))


def _work(case: Case) -> bytes:
    return piece(given(), case)


def _by_processes(bench: Bench, left: list[Case], jobs: int) -> Pieces:
    # Fresh ones: forked, they would hold the sweep's lock a moment longer than a sweep that was killed.
    pool = workers(jobs, bench, fork=False)
    waiting, running = iter(left), dict[Future[bytes], Case]()
    try:
        while True:
            while len(running) < _AHEAD * jobs and (case := next(waiting, None)) is not None:
                running[pool.submit(_work, case)] = case
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda f: running[f].number):
                yield running.pop(future), future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _by_dask(bench: Bench, left: list[Case], dask: Any) -> Pieces:
    try:
        distributed: Any = import_module("distributed")  # an extra
    except ImportError:
        raise NoDaskError("pip install 'pdc[dask]'") from None
    own = not isinstance(dask, distributed.Client)
    try:
        client = distributed.Client(dask, timeout="20s") if own else dask
    except (OSError, ValueError) as error:
        raise NoDaskError(str(error)) from None
    try:
        [there] = client.scatter([bench], broadcast=True, hash=False)
        futures = {
            client.submit(_on_dask, there, case, key=f"pdc-{bench.key}-{case.number}", pure=False): case
            for case in left
        }
        for future in distributed.as_completed(list(futures)):
            yield futures[future], future.result()
    finally:
        if own:
            client.close()


_on_this_machine: dict[str, Bench] = {}


def _on_dask(bench: Bench, case: Case) -> bytes:
    # A cache of the machine that plans, not of the one that asked.
    mine = _on_this_machine.setdefault(
        bench.key, Bench(bench.sweep, bench.tables, user_cache(), bench.key, bench.merged)
    )
    return piece(mine, case)
