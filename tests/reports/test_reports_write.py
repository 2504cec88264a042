"""``write_reports`` as a whole: what it writes, where, from how little."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import pdc_common
import pdc_reports
from pdc_common.mark import ChangedError
from pdc_reports import processes, write, write_reports
from pdc_reports.folder.plan import PlanFolderError, PlanTables

REQUIRED = (
    "plan_units", "plan_districts", "plan_provinces", "national", "rules", "provinces", "districts", "units", "titles",
)  # fmt: skip


@pytest.fixture
def bare(plan_dir, tmp_path):
    """A folder with the tables that must be there and nothing else."""
    for name in REQUIRED:
        shutil.copy(plan_dir / f"{name}.csv", tmp_path)
    return tmp_path


def test_the_signature_others_rely_on():
    parameters = inspect.signature(write_reports).parameters
    assert list(parameters) == ["plan_dir", "out_dir", "lang", "provinces", "progress", "unwritten"]
    assert parameters["lang"].default == "tr"


def test_what_is_written_is_what_is_returned_and_goes_to_the_plan_folder(bare):
    steps = []
    written = write_reports(bare, progress=steps.append)
    assert {p.name for p in written} >= {"cetvel.xlsx", "report.html", "lone_colleagues.csv", "lorenz.svg"}
    assert all(p.is_file() and bare in p.parents for p in written)
    assert len(steps) == 6
    assert not (bare / "provinces").exists()


@pytest.fixture(params=["forked", "fresh"])
def aside(request, monkeypatch):
    """Processes aside for the smallest plan; both ways of making them."""
    forks = request.param == "forked"
    if forks and sys.platform != "linux":
        pytest.skip("processes are forked on Linux alone")
    monkeypatch.setattr(processes, "SEPARATE", 0)
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(processes, "forking", lambda: forks)
    return forks


def guard(monkeypatch, only_aside):
    """Parts that may be made aside alone, or here alone."""
    here = os.getpid()

    def guarded(make):
        def run(*values):
            assert (os.getpid() != here) is only_aside
            return make(*values)

        return run

    monkeypatch.setattr(processes, "PARTS", {name: guarded(make) for name, make in processes.PARTS.items()})
    if processes.forking():
        monkeypatch.setattr(write, "write_figures", guarded(write.write_figures))


def test_a_process_aside_writes_what_this_one_would(aside, plan_dir, reports, tmp_path, monkeypatch):
    guard(monkeypatch, only_aside=True)
    write_reports(plan_dir, tmp_path, provinces=True)
    found = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    for path, content in found.items():
        assert content == (reports / path).read_bytes(), path
    assert len(found) > 10


def test_a_process_that_fails_is_made_good_here(aside, plan_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(processes.sys, "executable", shutil.which("false"))
    guard(monkeypatch, only_aside=False)
    written = write_reports(plan_dir, tmp_path)
    assert tmp_path / "cetvel.xlsx" in written
    assert all(path.stat().st_size > 0 for path in written)


def test_no_process_outlives_its_caller(plan_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "forking", lambda: True)
    with processes.SideProcess([], plan_dir, tmp_path, "tr", worth=True) as side:
        side.fork("long", lambda: time.sleep(60))
        [child] = side.forked.values()
    with pytest.raises(ChildProcessError):
        os.waitpid(child, 0)  # ended, and asked after


@pytest.mark.parametrize(("part", "back"), [("workbook", 3), ("tables", 3), ("figures", 0), ("provinces.0", 0)])
def test_what_nobody_waits_for_steps_back(plan_dir, tmp_path, monkeypatch, part, back):
    """Whoever draws or makes pages is waited for; the workbook and tables are there in time all the same."""
    monkeypatch.setattr(processes, "forking", lambda: True)
    told = tmp_path / "nice"
    with processes.SideProcess([], plan_dir, tmp_path, "tr", worth=True) as side:
        side.fork(part, lambda: told.write_text(str(os.nice(0)), "utf-8"))
        assert side.done(part)
    assert int(told.read_text("utf-8")) == os.nice(0) + back


def test_optional_tables_missing_are_empty(bare):
    tables = PlanTables.read(bare)
    for name in ("notices", "changes", "clauses", "parameters", "filled", "training", "road_km"):
        assert getattr(tables, name).empty
    assert tables.borders is None
    assert tables.summary == {}


def test_province_pages_need_no_optional_table_either(bare, tmp_path):
    written = write_reports(bare, tmp_path / "out", lang="en", provinces=True)
    assert sum(p.parent.name == "provinces" for p in written) == 3


@pytest.mark.parametrize("name", ["rapor.docx", "need.csv", "figures/mine.png", "provinces/a.html"])
@pytest.mark.parametrize("how", ["file", "link", "link to nothing"])
def test_reports_are_not_written_over_what_somebody_has_there(bare, tmp_path_factory, name, how):
    out = tmp_path_factory.mktemp("docs")
    path = out / name
    path.parent.mkdir(exist_ok=True)
    if how == "file":
        path.write_text("mine")
    else:
        path.symlink_to(out / "letter.txt")
        (out / "letter.txt").write_text("mine") if how == "link" else None
    before = sorted(out.rglob("*"))
    with pytest.raises(ChangedError, match=name.partition("/")[2] or name):
        write_reports(bare, out)
    assert sorted(out.rglob("*")) == before
    assert how != "file" or path.read_text() == "mine"


@pytest.mark.parametrize("name", ["report.html", "figures"])
def test_a_report_that_is_a_link_in_the_plan_folder_is_not_written_through(bare, tmp_path_factory, name):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / name
    elsewhere.mkdir() if name == "figures" else elsewhere.write_text("mine")
    (bare / name).symlink_to(elsewhere)
    with pytest.raises(ChangedError, match=name):
        write_reports(bare)
    assert elsewhere.is_dir() or elsewhere.read_text() == "mine"


def test_a_folder_called_tilde_is_no_home_to_the_reports(bare, monkeypatch):
    monkeypatch.chdir(bare)
    monkeypatch.setenv("HOME", str(bare / "home"))
    (bare / "home" / "out").mkdir(parents=True)
    write_reports(bare, Path("~") / "out")
    assert not list((bare / "home" / "out").iterdir())
    assert (bare / "~" / "out" / "need.csv").is_file()


def test_a_missing_table_is_named(bare):
    (bare / "rules.csv").unlink()
    with pytest.raises(PlanFolderError, match=r"rules\.csv"):
        write_reports(bare)


def test_a_place_that_the_plan_does_not_know_is_an_error_and_not_a_lost_row(bare):
    path = bare / "plan_units.csv"
    plan = pd.read_csv(path, dtype=str)
    plan.loc[0, "unit_code"] = "nowhere"
    plan.to_csv(path, index=False)
    with pytest.raises(PlanFolderError, match="nowhere"):
        write_reports(bare)


def test_a_number_that_stands_twice_is_an_error_and_not_the_last_of_them(bare):
    path = bare / "plan_units.csv"
    plan = pd.read_csv(path, dtype=str)
    pd.concat([plan, plan.iloc[:1].assign(posts="7")]).to_csv(path, index=False)
    with pytest.raises(PlanFolderError, match="twice"):
        write_reports(bare)


def test_a_unit_called_na_keeps_its_name(bare):
    path = bare / "units.csv"
    units = pd.read_csv(path, dtype=str, keep_default_na=False)
    units.loc[0, "unit"] = "NA"
    units.to_csv(path, index=False)
    assert "NA" in set(PlanTables.read(bare).units["unit"])


def test_the_package_does_not_import_the_model():
    code = (
        "import sys, pdc_reports; assert not [m for m in sys.modules if m == 'pdc' or m.startswith('pdc.')]"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={"PYTHONPATH": os.pathsep.join(str(Path(p.__file__).parents[1]) for p in (pdc_common, pdc_reports))},
        timeout=60,
    )
