"""A report made in a process of its own, while this one makes the others.

The process is a fresh interpreter that reads the plan folder itself. It is not one of multiprocessing's:
those run the caller's main script once more, which in a plain script would plan the country again.
Whatever goes wrong there, the report is made here instead, so that its fault is told where it belongs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

import pdc_common
from pdc_common.text import Lang
from pdc_reports.folder.plan import PlanTables
from pdc_reports.pages.provinces import page_paths, write_province_pages
from pdc_reports.workbook import write_workbook

# Bytes of plan_units.csv from which a second process is worth its start (about a second).
SEPARATE: Final = 1_000_000


WORKBOOK: Final = "cetvel.xlsx"
PROVINCES: Final = "provinces"
# The pages of provinces are most of the work: two processes, every other page each.
SHARES: Final[Mapping[str, tuple[str, ...]]] = {"provinces": ("provinces.0", "provinces.1")}
PARTS: Final[Mapping[str, Callable[[PlanTables, Path, Lang], list[Path]]]] = {
    "workbook": lambda tables, out, lang: [write_workbook(tables, out / WORKBOOK, lang)],
    "provinces": lambda tables, out, lang: write_province_pages(tables, out / PROVINCES, lang),
    "provinces.0": lambda tables, out, lang: write_province_pages(tables, out / PROVINCES, lang, 0, 2),
    "provinces.1": lambda tables, out, lang: write_province_pages(tables, out / PROVINCES, lang, 1, 2),
}


class SideProcess:
    """Parts of the reports under way; used in a ``with``, so that none outlives its caller."""

    def __init__(self, parts: Sequence[str], plan_dir: Path, out: Path, lang: Lang) -> None:
        self.out, self.lang = out, lang
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        plan = plan_dir / "plan_units.csv"
        if not sys.executable or os.cpu_count() == 1:
            return
        if not plan.is_file() or plan.stat().st_size < SEPARATE:
            return
        roots = {str(Path(file).resolve().parents[1]) for file in (__file__, pdc_common.__file__)}
        paths = [*sorted(roots), *filter(None, [os.environ.get("PYTHONPATH")])]
        for part in [share for whole in parts for share in SHARES.get(whole, (whole,))]:
            # -P: nothing that lies in the current folder is imported by accident.
            module = "pdc_reports.processes"
            command = [sys.executable, "-P", "-m", module, part, str(plan_dir), str(out), lang]
            self.running[part] = subprocess.Popen(
                command,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def finish(self, part: str, tables: PlanTables) -> list[Path]:
        """Wait for a part; made here where no process was started for it or where that one failed."""
        shares = [self.running.get(share) for share in SHARES.get(part, (part,))]
        if any(process is None or process.wait() != 0 for process in shares):
            return PARTS[part](tables, self.out, self.lang)
        return [self.out / WORKBOOK] if part == "workbook" else page_paths(tables, self.out / PROVINCES)

    def __enter__(self) -> SideProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.kill()
            process.wait()


def main(part: str, plan_dir: str, out: str, lang: str) -> None:
    """Make one part."""
    PARTS[part](PlanTables.read(Path(plan_dir)), Path(out), "en" if lang == "en" else "tr")


if __name__ == "__main__":
    main(*sys.argv[1:])
