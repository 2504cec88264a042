"""A report made in a process of its own, while this one makes the others.

Where that is safe (Linux, no other thread) the process is forked once the tables are read: nothing is read
or imported again. Elsewhere it is a fresh interpreter that reads the plan folder itself; not one of
multiprocessing's: those run the caller's main script once more, which in a plain script would plan the
country again. Whatever goes wrong there, the report is made here instead, so that its fault is told where it
belongs.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final

import pdc_common
from pdc_common.forks import SELDOM, forking
from pdc_common.text import Lang
from pdc_reports.folder.plan import PlanTables
from pdc_reports.forked import BACK, fork
from pdc_reports.pages.provinces import page_paths, write_province_pages
from pdc_reports.workbook import write_workbook
from pdc_reports.workbook.province_book import book_paths, write_province_books

__all__ = ["PARTS", "SideProcess", "forking", "worth"]
# Rows of plan_units from which a second process is worth its start (about a second), and bytes of a row.
SEPARATE: Final = 15_000
_ROW: Final = 66

WORKBOOK: Final = "cetvel.xlsx"
PROVINCES: Final = "provinces"
# Who makes the page, and the Word file with the figures, has the longest way: these do not hold it up.
LAST: Final = frozenset(("workbook", "tables"))
# The pages of provinces are most of the work: two processes, every other page each.
SHARES: Final[Mapping[str, tuple[str, ...]]] = {"provinces": ("provinces.0", "provinces.1")}
PARTS: Final[Mapping[str, Callable[[PlanTables, Path, Lang], list[Path]]]] = {
    "workbook": lambda tables, out, lang: [write_workbook(tables, out / WORKBOOK, lang)],
    "provinces": lambda tables, out, lang: _provinces(tables, out / PROVINCES, lang),
    "provinces.0": lambda tables, out, lang: _provinces(tables, out / PROVINCES, lang, 0, 2),
    "provinces.1": lambda tables, out, lang: _provinces(tables, out / PROVINCES, lang, 1, 2),
}


Make = Callable[[], object]


def _provinces(tables: PlanTables, folder: Path, lang: Lang, share: int = 0, shares: int = 1) -> list[Path]:
    """A page and a book to sign for every province."""
    pages = write_province_pages(tables, folder, lang, share, shares)
    return [*pages, *write_province_books(tables, folder, lang, share, shares)]


class SideProcess:
    """Parts of the reports under way; used in a ``with``, so that none outlives its caller."""

    def __init__(self, parts: Sequence[str], plan_dir: Path, out: Path, lang: Lang, *, worth: bool) -> None:
        self.out, self.lang, self.worth = out, lang, worth
        self.fresh: dict[str, subprocess.Popen[bytes]] = {}
        self.forked: dict[str, int] = {}
        if not worth or forking() or not sys.executable:
            return
        roots = {str(Path(file).resolve().parents[1]) for file in (__file__, pdc_common.__file__)}
        paths = [*sorted(roots), *filter(None, [os.environ.get("PYTHONPATH")])]
        for part in [share for whole in parts for share in SHARES.get(whole, (whole,))]:
            # -P: nothing that lies in the current folder is imported by accident.
            module = "pdc_reports.processes"
            command = [sys.executable, "-P", "-m", module, part, str(plan_dir), str(out), lang]
            self.fresh[part] = subprocess.Popen(
                command,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def fork(self, part: str, make: Make, begun: int | None = None) -> None:
        """Make a part in a process that has what this one has; nothing where none can be forked.

        ``begun`` is a process that was forked before and is at it already.
        """
        if begun is not None:
            self.forked[part] = begun
        elif self.worth and forking():
            self.forked[part] = fork(make, BACK if part in LAST else 0)

    def start(self, part: str, tables: PlanTables) -> None:
        """Begin a part that needs nothing but the tables, unless a fresh interpreter is at it."""
        if not self.fresh:
            for share in SHARES.get(part, (part,)):
                self.fork(share, partial(PARTS[share], tables, self.out, self.lang))

    def done(self, part: str) -> bool:
        """Wait for a part; False where no process was started for it, or where one failed."""
        ended = [self._ended(share) for share in SHARES.get(part, (part,))]
        return all(ended)

    def finish(self, part: str, tables: PlanTables) -> list[Path]:
        """Wait for a part that was started; made here where that has failed."""
        if not self.done(part):
            return PARTS[part](tables, self.out, self.lang)
        if part == "workbook":
            return [self.out / WORKBOOK]
        folder = self.out / PROVINCES
        return [*page_paths(tables, folder), *book_paths(tables, folder)]

    def _ended(self, share: str) -> bool:
        if share in self.fresh:
            return self.fresh[share].wait() == 0
        child = self.forked.get(share)
        if child is None:
            return False
        _, status = os.waitpid(child, 0)
        del self.forked[share]
        return os.waitstatus_to_exitcode(status) == 0

    def __enter__(self) -> SideProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.fresh.values():
            if process.poll() is None:
                process.kill()
            process.wait()
        for child in self.forked.values():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def worth(plan: Path | int) -> bool:
    """Is a process of its own worth its start, for a plan folder or for so many rows of plan_units?"""
    if isinstance(plan, Path):
        file = plan / "plan_units.csv"
        plan = file.stat().st_size // _ROW if file.is_file() else -1
    return os.cpu_count() != 1 and plan >= SEPARATE


def main(part: str, plan_dir: str, out: str, lang: str) -> None:
    """Make one part."""
    gc.freeze()
    gc.set_threshold(*SELDOM)
    PARTS[part](PlanTables.read(Path(plan_dir)), Path(out), "en" if lang == "en" else "tr")


if __name__ == "__main__":
    main(*sys.argv[1:])
