"""docs/plausibility.md: made from the lines beside it, fresh for this law and this country, every line explained."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from pdc.law import reading
from pdc.law.shipped import builtin_data
from pdc.law.vocabulary import vocabulary
from pdc.tables import read

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_plausibility", DOCS / "build_plausibility.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_its_lines_make(builder: ModuleType) -> None:
    assert (DOCS / "plausibility.md").read_text("utf-8") == builder.page(*builder.kept())


def test_its_lines_are_those_of_this_law_and_this_country(builder: ModuleType) -> None:
    """Made anew where it fails: plan with reports, then docs/build_plausibility.py --plan."""
    _, about = builder.kept()
    book = reading.load()
    assert about["rulebook"] == book.sha256
    assert about["data"] == read(builtin_data(), vocabulary(book)).sha256


def test_every_line_is_explained_and_every_explanation_used(builder: ModuleType) -> None:
    rows, _ = builder.kept()
    known = builder.explanations()
    assert [row for row in rows if builder.explained(row, known) is None] == []
    used = {id(builder.explained(row, known)) for row in rows}
    assert [entry["letter"] for entry in known if id(entry) not in used] == []
    letters = [entry["letter"] for entry in known]
    assert len(set(letters)) == len(letters)


def test_specialists_with_a_target_stand_at_nought_only_where_a_clause_says_so(builder: ModuleType) -> None:
    rows, _ = builder.kept()
    empty = [row for row in rows if row["part"] == "empty"]
    assert all(row["clause"] for row in empty)
    specialists = {(row["title"], row["level"], row["place"]) for row in empty if row["title"].startswith("uzman.")}
    # Nowhere to be (B.1.d.1), the order of the largest state hospital (B.1.d.2), one for each of six districts (A.16).
    assert specialists == {
        ("uzman.aile_hekimligi", "province", "Bitlis"),
        ("uzman.adli_tip", "unit", "Ankara Bilkent Şehir Hastanesi (Ankara Metropol, Ankara)"),
        ("uzman.adli_tip", "unit", "Ankara Etlik Şehir Hastanesi (Ankara Metropol, Ankara)"),
        ("uzman.plastik_ve_rekonstruktif_cerrahi", "unit", "Manisa Şehir Hastanesi (Manisa Metropol, Manisa)"),
    }
