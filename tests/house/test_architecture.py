"""What the code may say of the law, and what the documents owe the code (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pdc.law import reading

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "model" / "pdc"

NO_LEGAL_NUMBERS = ("rules", "country/merges.py", "country/staff.py")
NOT_LEGAL = {
    ("rules/requirements.py", 40): "no limit: 2 to the 40th",
}


def numbers(path: Path) -> Iterator[tuple[int, int | float]]:
    """Number literals of a file with their lines; positions (``row[3]``) and format codes (``.3f``) are none."""
    tree = ast.parse(path.read_text("utf-8"))
    positions = {id(node.slice) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and id(node) not in positions:
            yield node.lineno, node.value


def test_no_number_of_the_law_is_in_the_code() -> None:
    """3 % or 2,200 belong in the rulebook. What is 3 or more here, or a fraction, has a reason in the list."""
    found, used = [], set()
    for name in NO_LEGAL_NUMBERS:
        place = MODEL / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            for line, value in numbers(path):
                if isinstance(value, int) and abs(value) < 3:
                    continue
                key = (path.relative_to(MODEL).as_posix(), value)
                used.add(key)
                if value != 0.0 and key not in NOT_LEGAL:
                    found.append(f"{path.relative_to(ROOT)}:{line}: {value}")
    assert found == []
    assert sorted(set(NOT_LEGAL) - used) == []


def test_every_clause_is_defined_once_and_in_the_file_of_its_section() -> None:
    sections = {
        "A": "A_",
        "B.1": "B1_",
        "B.3": "B3_",
        "B.4.a": "B4a_",
        "B.4.b": "B4b_",
        "B.4.c": "B4c_",
        "B.5": "B5_",
    }

    for number, clause in reading.load().clauses.items():
        section = max((s for s in sections if number == s or number.startswith(f"{s}.")), key=len)
        assert clause.file.startswith(sections[section]), (number, clause.file)


NAMED = {
    "program/arrays.py": {"A.1": "labels of rows in a program, for whoever reads the .mps; no clause is looked up"},
    "proof/program_check.py": {"A.1": "the same labels, read back from the .mps"},
    "planning/results.py": {
        "uzman": "a branch inside a sentence is named as its title",
    },
    "planning/names.py": {
        "beds": "columns of the result files (docs/data.md)", "etf_population": "", "central": "",
        "service_region": "", "metropolitan": "", "catchment_population": "",
    },
    "tables/checks.py": {
        "central": "one central district a province, in tables that have the column", "metropolitan_centre": "",
    },
    "ask/handmade/places.py": {"central": "\"the centre\" in a table, where districts say which is central"},
    "country/merges.py": {"central": "a merged district is central, in tables that have the column"},
}  # fmt: skip
"""What the engine names of the health law, and why it may."""


def strings(path: Path) -> Iterator[str]:
    """Texts in a file, also inside f-strings; docstrings do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # a text that stands alone is a docstring
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def test_the_engine_names_no_unit_no_title_no_column_and_no_clause_of_the_health_law() -> None:
    """All of them are the rulebook's: another law is another folder (docs/your-own-rulebook.md)."""
    from pdc.tables.schema import structure  # noqa: PLC0415

    book = reading.load()
    structural = {name for entry in structure().values() for name in entry["columns"]}
    columns = {c.name for table in book.schema.tables.values() for c in table.columns} - structural
    derived = {"district_etf", "district_central", *(one.name for one in book.schema.derived)}
    words = {*book.schema.kind_codes, *(t.code for t in book.titles), *columns, *derived, "uzman", "4924"}
    found: dict[str, set[str]] = {}
    for path in sorted(MODEL.rglob("*.py")):
        place = path.relative_to(MODEL).as_posix()
        if place.startswith("cli/"):
            continue  # examples in the help
        for text in strings(path):
            named = set(re.findall(r"[a-z_0-9]+", text)) & words
            named |= set(re.findall(r"\b[AB]\.[0-9]+", text))
            if named - set(NAMED.get(place, {})):
                found.setdefault(place, set()).update(named - set(NAMED.get(place, {})))
    assert found == {}


def test_the_glossary_has_every_title_and_every_kind_of_unit() -> None:

    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    rows = {cells[3].strip("` "): cells for line in lines if len(cells := line.split("|")) == 5}
    assert set(reading.load().schema.kind_codes) <= set(rows)
    for title in reading.load().titles:
        assert (rows[title.code][1].strip(), rows[title.code][2].strip()) == (
            title.name["tr"],
            title.name["en"],
        )


def test_the_readme_has_every_command() -> None:
    from pdc.cli import app  # noqa: PLC0415

    text = (ROOT / "README.md").read_text("utf-8")
    names = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    assert {name for name in names if f"`{name}" not in text} == set()
