"""docs/by-hand.md says what the plan says, and was worked out again without the planner."""

from __future__ import annotations

import csv
import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_by_hand", DOCS / "build_by_hand.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


by_hand = load()


@pytest.mark.parametrize(("lang", "name"), by_hand.LANGUAGES.items())
def test_the_page_is_what_the_extract_and_the_rulebook_give(lang: str, name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == by_hand.text(lang)


@pytest.mark.parametrize(
    ("table", "code", "title", "column", "says"),
    [
        ("plan_provinces", "19", "pratisyen_tabip", "posts", "GPs of the province"),
        ("plan_units", "TR-19-004-IM01", "pratisyen_tabip", "posts", "GPs of the directorate"),
        ("plan_units", "TR-19-001-SO01", "pratisyen_tabip", "posts", "TR-19-001-SO01"),
        ("plan_units", "4553", "pratisyen_tabip", "posts", "B.4.a.8"),
        ("plan_provinces", "63", "ebe", "target", "midwife target of the example"),
        ("plan_units", "4609", "eczaci", "posts", "pharmacists of 4609"),
    ],
)
def test_a_plan_that_says_otherwise_is_found(
    tmp_path: Path, table: str, code: str, title: str, column: str, says: str
) -> None:
    folder = shutil.copytree(by_hand.EXTRACT, tmp_path / "plan")
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    key = {"plan_provinces": "province_code", "plan_units": "unit_code"}[table]
    row = next(r for r in rows if r[key] == code and r["title"] == title)
    # A physician more than there are beds for moves the nurse floor; elsewhere one post is enough.
    row[column] = (
        str(float(row[column]) + 1)
        if column == "target"
        else str(int(row[column]) + (50 if code == "4553" else 1))
    )
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(by_hand.DisagreementError, match=says):
        by_hand.text("en", by_hand.Extract(folder))


def test_a_changed_parameter_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    law = by_hand.parameters()
    law["B.5.3.e"]["beds_per_pharmacist"] = 80
    monkeypatch.setattr(by_hand, "parameters", lambda: law)
    with pytest.raises(by_hand.DisagreementError, match=r"B\.5\.3\.e"):
        by_hand.text("en")
