"""Tables that a plan is held near to or beside: what they lack, and what was doubtful in them, is told."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.two_provinces import FEW, country
from pdc.cli import app
from pdc.planning import seal

SETS = ["--set", FEW[0], "--lang", "en", "--no-cache"]


def run(*args: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, [*args])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("beside")
    data = country().staff("H1", "eczaci", 9).staff("H1", "diyetisyen", 4).write(place / "data")
    run("plan", "--data", str(data), "--title", "eczaci", *SETS, "--out", str(place / "last"), "--no-reports")
    seal.approve(place / "last", "Kurul", "7", date(2026, 1, 2))
    return place


def plan(place: Path, out: Path, title: str, *more: str, data: str = "data", code: int = 0) -> str:
    return run("plan", "--data", str(place / data), "--title", title, *SETS, *more, "--out", str(out), code=code)


def kinds(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["kind"] for row in csv.DictReader(file)]


def test_a_table_to_keep_without_a_title_of_the_plan_is_refused(place: Path, tmp_path: Path) -> None:
    told = plan(
        place, tmp_path / "a", "diyetisyen", "--keep", str(place / "last"), "--change-at-most", "1", code=2
    )
    assert "has none of the titles that are planned (diyetisyen)" in told
    assert not (tmp_path / "a").exists()


def test_titles_that_the_kept_table_lacks_are_named(place: Path, tmp_path: Path) -> None:
    more = ["--title", "diyetisyen", "--keep", str(place / "last"), "--change-at-most", "1", "--no-reports"]
    told = plan(place, tmp_path / "a", "eczaci", *more)
    assert "Titles that last does not have were planned freely: Dietitian" in told
    assert not (tmp_path / "a" / "doubts.csv").exists()


def test_doubts_in_reading_a_kept_table_are_told_and_written(place: Path, tmp_path: Path) -> None:
    table = tmp_path / "kept.csv"
    table.write_text("İl;Eczacı\nÇorum;5\nToplam;6\n", "utf-8")
    told = plan(place, tmp_path / "a", "eczaci", "--keep", str(table), "--change-at-most", "9")
    assert kinds(tmp_path / "a" / "doubts.csv") == ["not_given", "row", "sum"]
    assert "Notes in reading kept.csv: 3; all are in doubts.csv" in told
    args = ["--data", str(place / "data"), "--set", FEW[0], "--lang", "en"]
    assert "doubts.csv" not in run("verify", str(tmp_path / "a"), *args)
    told = run("repair", str(table), *args, "--no-reports", "--out", str(tmp_path / "r"))
    assert "doubts.csv" in told
    assert kinds(tmp_path / "r" / "doubts.csv") == ["not_given", "row", "sum"]


def test_what_changed_since_the_last_table_is_told_in_the_terminal(place: Path, tmp_path: Path) -> None:
    more = ["--title", "diyetisyen", "--since", str(place / "last"), "--no-reports"]
    told = plan(place, tmp_path / "a", "eczaci", *more)
    assert "Beside last (decision 7, 2026-01-02): 0 units have another number, 0 posts were added" in told
    assert "In this plan alone: Dietitian" in told


def test_a_last_table_of_other_titles_or_another_country_is_refused(place: Path, tmp_path: Path) -> None:
    last = ["--since", str(place / "last"), "--no-reports"]
    assert "no title in common" in plan(place, tmp_path / "a", "diyetisyen", *last, code=2)
    (place / "other").mkdir(exist_ok=True)
    for file in (place / "data").glob("*.csv"):
        text = file.read_text("utf-8")
        (place / "other" / file.name).write_text(text.replace("\nH", "\nX"), "utf-8")
    assert "no code of a unit in common" in plan(place, tmp_path / "a", "eczaci", *last, data="other", code=2)
    assert not (tmp_path / "a").exists()


def test_units_that_one_of_two_tables_has_alone_are_counted(place: Path, tmp_path: Path) -> None:
    (place / "split").mkdir(exist_ok=True)
    for file in (place / "data").glob("*.csv"):
        text = file.read_text("utf-8")
        (place / "split" / file.name).write_text(text.replace("\nH3,", "\nH9,"), "utf-8")
    told = plan(place, tmp_path / "a", "eczaci", "--since", str(place / "last"), "--no-reports", data="split")
    assert "In the last table alone: 1 unit" in told
    assert "In this plan alone: 1 unit" in told
