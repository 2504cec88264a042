"""Reports of a plan just made get its tables from memory: the same as those that its folder holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pdc
from helpers.small import Small
from pdc.planning import write as writing_plan
from pdc.planning.write import write
from pdc_reports import processes
from pdc_reports import write as writing
from pdc_reports.folder.plan import PlanTables

TITLES = ("uzman.genel_cerrahi", "pratisyen_tabip", "hemsire")
TIMED = {"summary.json", "pdc-manifest.json"}  # tell how long something took


@pytest.fixture(scope="module")
def plan() -> pdc.Plan:
    made = Small()
    for p in (6, 19, 34):
        made.province(p)
        for d in range(2):
            name, near = f"{p:02}{d}", 39 + d / 7
            made.district(name, p, 35_001, central=int(d == 0), latitude=near, longitude=32 + p / 7)
            kind = "il_saglik_mudurlugu" if d == 0 else "saglik_ocagi"
            made.unit(f"M{name}", name, kind, catchment_population=7_500)
            made.unit(
                f"H{name}", name, "devlet_hastanesi", beds=100, unit=f"=1+{p}, \"'-\" {d}",
                latitude=near + 1 / 9, longitude=32 + p / 7,
            )  # fmt: skip
            made.staff(f"H{name}", "hemsire", 20 * (d + 1))
            made.staff(f"H{name}", "uzman", 3 * d, branch="genel_cerrahi")
    made.staff("", "uzman", 31, branch="genel_cerrahi")
    for title in ("pratisyen_tabip", "hemsire"):
        made.filled(title, 131)
    return made.plan(*TITLES)


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[PlanTables]:
    """Processes are forked for the smallest plan; the tables that were handed over."""
    monkeypatch.setattr(processes, "SEPARATE", 0)
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 2)
    found = []

    def noted(self: Any, folder: Path) -> PlanTables:
        found.append(PlanTables.of_folder(folder, self.frames, self.summary))
        return found[-1]

    monkeypatch.setattr(writing.Unwritten, "tables", noted)
    return found


@pytest.mark.skipif(not processes.forking(), reason="processes are forked on Linux alone")
def test_tables_handed_over_are_those_of_the_folder(
    plan: pdc.Plan, handed: list[PlanTables], tmp_path: Path
) -> None:
    folder = write(plan, tmp_path / "plan")
    [tables], read = handed, PlanTables.read(folder)
    for name, value in vars(read).items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(getattr(tables, name), value, check_exact=True, obj=name)
        elif name not in {"summary", "folder"}:
            assert getattr(tables, name) == value, name
    assert json.loads((folder / "summary.json").read_text("utf-8")) == tables.summary
    assert len(read.units) > 10


@pytest.mark.skipif(not processes.forking(), reason="processes are forked on Linux alone")
def test_the_reports_are_the_same_to_the_byte(
    plan: pdc.Plan, handed: list[PlanTables], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = write(plan, tmp_path / "once")
    assert handed
    monkeypatch.setattr(processes, "forking", lambda: False)
    again = write(plan, tmp_path / "again")
    assert len(handed) == 1
    names = {p.relative_to(once) for p in once.rglob("*") if p.is_file() and p.name not in TIMED}
    assert names == {p.relative_to(again) for p in again.rglob("*") if p.is_file() and p.name not in TIMED}
    for name in names - {Path("report.html")}:  # it tells the seconds
        assert (once / name).read_bytes() == (again / name).read_bytes(), name
    one, other = ((at / "report.html").read_text("utf-8").splitlines() for at in (once, again))
    assert sum(a != b for a, b in zip(one, other, strict=True)) <= 1


@pytest.mark.parametrize("made_here", [False, True])
def test_no_report_reads_the_tables_that_are_written_apart(
    plan: pdc.Plan, handed: list[PlanTables], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_here: bool
) -> None:
    once = write(plan, tmp_path / "once", reports=False)
    usual = processes.SideProcess.fork

    def last(self: Any, part: str, make: Any, begun: int | None = None) -> None:
        """Tables apart come last of all, or from a process that fails."""
        if part != "tables":
            usual(self, part, make, begun)
        elif made_here:
            usual(self, part, lambda: 1 / 0)

    monkeypatch.setattr(processes.SideProcess, "fork", last)
    again = write(plan, tmp_path / "again")
    proofs = [path.relative_to(once).as_posix() for path in (once / "proof").iterdir()]
    assert proofs
    tables = [f"{name}.csv" for name in (*writing_plan.APART, "margins", "units")]
    for file in (*tables, *proofs):
        assert (once / file).is_file() == (again / file).is_file(), file
        assert not (once / file).is_file() or (once / file).read_bytes() == (again / file).read_bytes(), file
    assert {"plan_units", "rules", "changes"} <= {p.stem for p in again.glob("*.csv")} & writing_plan.APART
