"""A.5: an approved plan is sealed, never overwritten, and every later change is found."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.small import Small
from pdc.base.folder import ApprovedError
from pdc.cli import app
from pdc.planning import seal, write


@pytest.fixture(scope="module")
def country() -> Small:
    built = Small().province(19, "Çorum").district("C1", 19, 300_000, central=1)
    return built.unit("H", "C1", "devlet_hastanesi", beds=200).filled("eczaci", 120)


@pytest.fixture
def approved(country: Small, tmp_path: Path) -> Path:
    folder = write.write(country.plan("eczaci"), tmp_path / "plan", "en")
    return seal.approve(folder, "Ayşe Yılmaz", "2026/17", date(2026, 11, 21))


def test_an_approved_plan_says_by_whom_when_and_under_which_decision(approved: Path) -> None:
    state = json.loads((approved / "summary.json").read_text("utf-8"))["state"]
    assert state == {"status": "approved", "by": "Ayşe Yılmaz", "decision": "2026/17", "date": "2026-11-21"}
    assert "2026/17" in (approved / "report.html").read_text("utf-8")
    assert seal.verify(approved).intact


def test_a_changed_a_lost_and_a_new_file_are_found(approved: Path) -> None:
    table = approved / "plan_units.csv"
    table.write_text(table.read_text("utf-8").replace("eczaci", "hemsire", 1), "utf-8")
    (approved / "rules.csv").unlink()
    (approved / "note.txt").write_text("x")
    verdict = seal.verify(approved)
    assert verdict.changed == ("plan_units.csv",)
    assert verdict.missing == ("rules.csv",)
    assert verdict.added == ("note.txt",)
    result = CliRunner().invoke(app, ["verify", str(approved), "--lang", "en"])
    assert result.exit_code == 2


def test_an_approved_plan_is_never_overwritten(approved: Path, country: Small, tmp_path: Path) -> None:
    before = seal.fingerprints(approved)
    data = country.write(tmp_path / "data")
    result = CliRunner().invoke(
        app, ["plan", "--data", str(data), "--title", "eczaci", "--out", str(approved)]
    )
    assert result.exit_code == 5
    with pytest.raises(ApprovedError):
        seal.approve(approved, "Başkası", "1", date(2026, 11, 22))
    assert seal.fingerprints(approved) == before


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["approve", str(tmp_path), "--by", "A", "--decision", "1"])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
