"""``plan … --against``: a page and a table in the plan's folder, or nothing at all."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.html_reader import Html
from helpers.two_provinces import country
from pdc.cli import app

WORDS = ["--title", "hemsire", "--no-reports", "--jobs", "1", "--lang", "en"]
MORE = ["--set", "B.4.a.8.beds_per_nurse=0.5"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = country()
    town.rows["units"][0]["unit"] = "<script>alert(1)</script>"
    return town.write(tmp_path_factory.mktemp("against") / "data")


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["plan", *words, *WORDS])
    return done.exit_code, done.output


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "differences.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_against_the_base_and_against_its_folder_say_the_same(data: Path, tmp_path: Path) -> None:
    where = ["--data", str(data)]
    assert run(*where, "--out", str(tmp_path / "base"))[0] == 0
    code, output = run(*where, *MORE, "--against", "base", "--out", str(tmp_path / "a"))
    assert (code, "difference.html" in output) == (0, True)
    assert run(*where, *MORE, "--against", str(tmp_path / "base"), "--out", str(tmp_path / "b"))[0] == 0
    rows = table(tmp_path / "a")
    assert rows == table(tmp_path / "b")
    assert {row["level"] for row in rows} >= {"unit", "kind", "clause", "deviation"}
    page = Html((tmp_path / "a" / "difference.html").read_text("utf-8"))
    assert "B.4.a.8" in page.tables["d-clauses"].column("clause")
    source = (tmp_path / "a" / "difference.html").read_text("utf-8")
    assert "<script>alert(1)" not in source
    assert "&lt;script&gt;alert(1)" in source


def test_a_plan_against_itself_differs_nowhere(data: Path, tmp_path: Path) -> None:
    code, _ = run("--data", str(data), "--against", "base", "--out", str(tmp_path / "a"))
    assert code == 0
    assert table(tmp_path / "a") == []
    assert "no number changes" in (tmp_path / "a" / "difference.html").read_text("utf-8")


@pytest.mark.parametrize("other", ["nowhere", "."])
def test_what_is_no_plan_is_refused_before_anything_is_planned(data: Path, tmp_path: Path, other: str) -> None:
    code, output = run("--data", str(data), "--against", str(tmp_path / other), "--out", str(tmp_path / "a"))
    assert code == 2
    assert str(tmp_path) in output.replace("\n", "")
    assert not (tmp_path / "a").exists()
