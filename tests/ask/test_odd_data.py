"""What is odd about own tables is told by every command that reads them, not by `check` alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.two_provinces import FEW, country
from pdc.cli import app


def run(*args: str) -> str:
    result = CliRunner().invoke(app, [*args])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("odd")
    data = country().staff("H1", "eczaci", 9).staff("H1", "eczaci", 9).write(place / "data")
    (data / "capacity.csv").write_text("unit_code,title,posts,note1,note2,note3,note4,note5\n", "utf-8")
    run(
        "plan", "--data", str(data), "--set", FEW[0], "--title", "eczaci", "--no-reports", "--out", str(place / "plan"),
    )  # fmt: skip
    return place


SWEEP = """
titles = ["eczaci"]
scenarios = ["few.toml"]

[design]
kind = "grid"

[[vary]]
parameter = "B.5.3.b.directorate"
values = [1, 2]
"""
FEW_STAFF = """
title = { tr = "Az personel", en = "Few staff" }
text = { tr = "A.3 yok.", en = "No A.3." }

[set."A.3"]
minimum = 0
"""


@pytest.mark.parametrize("command", ["plan", "audit", "compare", "repair", "appoint", "transfers", "sweep"])
def test_a_row_that_repeats_another_is_told(command: str, place: Path, tmp_path: Path) -> None:
    data, plan = str(place / "data"), str(place / "plan")
    law = ["--data", data, "--set", FEW[0]]
    args = {
        "plan": ["--title", "eczaci", "--no-reports", *law],
        "audit": ["filled", *law],
        "compare": ["filled", plan, *law],
        "repair": [plan, "--no-reports", *law],
        "appoint": [plan, "--posts", "1"],
        "transfers": [plan],
        "sweep": [str(tmp_path / "sweep.toml"), "--data", data],
    }[command]
    (tmp_path / "few.toml").write_text(FEW_STAFF, "utf-8")
    (tmp_path / "sweep.toml").write_text(SWEEP, "utf-8")
    told = run(command, *args, "--lang", "en", "--out", str(tmp_path / "out"))
    assert "capacity.csv: note1: unknown column, not read" in told
    assert told.count("unknown column") == 3
    assert "and 3 more notes on the data: `check` lists them all" in told
    told = run("check", "--data", data, "--lang", "en")
    assert "1 row is of the unit, title, branch and status of a row above (H1, eczaci, 657)" in told
    assert told.count("unknown column") == 5


def test_a_change_of_the_base_that_meets_no_row_is_told_by_a_sweep(place: Path, tmp_path: Path) -> None:
    change = '\n[[data]]\ntable = "units"\nwhere = "kind == \'eah\'"\nset = { beds = "9" }\n'
    (tmp_path / "few.toml").write_text(FEW_STAFF + change, "utf-8")
    (tmp_path / "sweep.toml").write_text(SWEEP, "utf-8")
    sweep = ["sweep", str(tmp_path / "sweep.toml"), "--data", str(place / "data")]
    told = run(*sweep, "--lang", "en", "--out", str(tmp_path / "out"))
    assert "no row meets this condition: kind == 'eah'" in told
