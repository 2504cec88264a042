"""docs/data.md says what the tables hold: columns in as the rulebook has them, columns out as a plan has them."""

from __future__ import annotations

import csv
import importlib.util
import re
from pathlib import Path

import pytest

from helpers.named import ROOT
from helpers.two_provinces import FEW, country
from pdc.cli import codes
from pdc.law import reading
from pdc.planning.write import write

PAGE = ROOT / "docs" / "data.md"


def test_the_columns_of_the_input_tables_are_those_of_the_rulebook() -> None:
    spec = importlib.util.spec_from_file_location("build_data", ROOT / "docs" / "build_data.py")
    assert spec is not None
    assert spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    page = PAGE.read_text("utf-8")
    assert builder.text(page) == page, "docs/data.md is not fresh: run python docs/build_data.py"
    assert set(re.findall(r"<!-- columns (\w+) -->", page)) == set(reading.load().schema.tables)


def told() -> dict[str, list[str]]:
    """Columns of every CSV file of a plan, as the page tells them."""
    found = {}
    section = PAGE.read_text("utf-8").partition("\n## Out")[2].partition("\n### Other commands")[0]
    for name, cell in re.findall(r"^\| `(\w+)\.csv` \| (.*) \|$", section, re.MULTILINE):
        found[name] = re.findall(r"`(\w+)`", cell.partition(":")[0])
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = country().staff("H1", "eczaci", 2).plan("eczaci", sets=FEW)
    return write(made, tmp_path_factory.mktemp("plan") / "plan", reports=False)


def test_the_columns_of_the_result_tables_are_those_of_the_page(folder: Path) -> None:
    known = told()
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            assert known[path.stem] == next(csv.reader(file)), path.name
    by_reports = {"lone_colleagues", "need", "access"}
    assert set(known) - by_reports == {path.stem for path in folder.glob("*.csv")}


def test_every_exit_code_is_on_the_page() -> None:
    section = PAGE.read_text("utf-8").partition("\n## Exit codes")[2]
    listed = {int(code) for code in re.findall(r"^\| (\d) \|", section, re.MULTILINE)}
    assert listed == {value for value in vars(codes).values() if isinstance(value, int)}
