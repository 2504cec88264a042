"""Documents that are generated say what the rulebook, the tests and the counts say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from pdc.cli import app
from pdc.law import reading
from pdc.law.acts import Acts, acts, count

DOCS = Path(__file__).resolve().parents[2] / "docs"


def builder(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return builder("build_clauses")


def test_the_examples_of_explain_are_what_it_says_today() -> None:
    made = builder("build_explain")
    page = made.PAGE.read_text("utf-8")
    assert page.count("<!-- example") == 2
    assert made.text(page) == page, "docs/explain.md is not fresh: run python docs/build_explain.py"


def test_the_page_of_clauses_is_what_its_generator_gives(generator: ModuleType) -> None:
    stale = "docs/clauses.md is not fresh: run python docs/build_clauses.py"
    assert (DOCS / "clauses.md").read_text("utf-8") == generator.text(), stale


def test_every_clause_has_its_heading_and_every_link_leads_to_a_file(generator: ModuleType) -> None:
    page = generator.text()
    for number in reading.load().clauses:
        assert f"\n### {number}\n" in page
    for link in set(page.split("](")[1:]):
        assert (DOCS / link.partition(")")[0]).is_file()


def test_counts_are_of_clauses_that_the_rulebook_has() -> None:
    assert set(acts()) <= set(reading.load().clauses)
    assert all(found.binding + found.short <= found.instances for found in acts().values())


def test_rows_are_counted_by_clause_and_status() -> None:
    rows = [
        {"clause": "B.5.3.d", "title": "eczaci", "status": "kept"},
        {"clause": "B.5.3.d", "title": "eczaci", "status": "short"},
        {"clause": "B.5.3.d", "title": "eczaci", "status": "binding"},
        {"clause": "B.5.3.c", "title": "", "status": "kept"},
    ]
    assert count(rows) == {"B.5.3.d": Acts(3, 1, 1)}


def test_the_terminal_shows_the_same_counts() -> None:
    found = acts()["B.5.3.e"]
    shown = " ".join(CliRunner().invoke(app, ["rules", "B.5.3.e", "--lang", "en"]).output.split())
    assert f"Places it acts on: {found.instances} ({found.binding} binding, {found.short} short)" in shown
    assert "A.7" not in acts()
    assert "no row of its own" in " ".join(
        CliRunner().invoke(app, ["rules", "A.7", "--lang", "en"]).output.split()
    )
