"""Ugly tables as people make them: every one is read right, or refused with a clear reason."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ask.audit.corpus.build import BOOKS, build
from helpers.turkey import turkey as built_in
from pdc.ask.audit import measure
from pdc.ask.audit.result import Where
from pdc.ask.audit.tables import by_clause, doubts_of, sentence
from pdc.ask.handmade import Cetvel, read_cetvel
from pdc.base.faults import InputError
from pdc.country.setting import Setting, wanted_titles

FOLDER = Path(__file__).parent / "corpus"
CASES = sorted(FOLDER.glob("*.toml"))


@pytest.fixture(scope="session")
def turkey() -> Setting:
    return built_in()


def table_of(case: Path) -> Path:
    return next(path for end in (".csv", ".xlsx") if (path := case.with_suffix(end)).is_file())


def expected(case: Path) -> dict[str, Any]:
    return tomllib.loads(case.read_text("utf-8"))


GOOD = [case for case in CASES if "refused" not in expected(case)]
BAD = [case for case in CASES if "refused" in expected(case)]


def test_there_are_tables_enough() -> None:
    assert len(CASES) >= 30
    assert len(BAD) >= 10


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.stem)
def test_a_readable_table_is_read_right(case: Path, turkey: Setting) -> None:
    wanted = expected(case)
    cetvel = read_cetvel(table_of(case), turkey)
    assert cetvel.level == wanted["level"]
    codes = turkey.country.codes("province")
    assert {int(c) for c in codes[cetvel.covered["province"]]} == set(wanted["whole"])
    _cells(cetvel, wanted)
    made = measure(turkey, cetvel)
    doubts = doubts_of(made)
    planned, _ = wanted_titles(turkey.country, turkey.rulebook)
    counts = Counter(d.kind for d in doubts if d.kind != "absent_title")
    assert counts == wanted["doubts"], [sentence(d, "en") for d in doubts if d.kind != "absent_title"]
    assert made.missing == tuple(t for t in planned if t not in cetvel.titles)
    assert {d.text: d.name for d in doubts if d.kind == "match"} == wanted.get("matches", {})
    sums = [[d.text, d.posts, d.expected] for d in doubts if d.kind == "sum"]
    assert sums == wanted.get("sums", [])
    assert all(sentence(d, "tr") and sentence(d, "en") for d in doubts)
    clauses = by_clause(made, Where(turkey.country))
    assert {c for c, e in clauses.items() if e["broken"]} == set(wanted.get("broken", []))


def _cells(cetvel: Cetvel, wanted: dict[str, Any]) -> None:
    at = {code: i for i, code in enumerate(cetvel.country.codes(cetvel.level))}
    assert set(wanted["cells"]) <= set(cetvel.titles)
    for title, cells in wanted["cells"].items():
        found = {code: int(cetvel.posts[title][at[code]]) for code in cells}
        assert found == cells, title


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_an_unreadable_table_is_refused_with_its_reasons(case: Path, turkey: Setting) -> None:
    with pytest.raises(InputError) as caught:
        read_cetvel(table_of(case), turkey)
    faults = list(caught.value.faults)
    for wanted in expected(case)["refused"]:
        fits = [
            f
            for f in faults
            if wanted.get("code", f.code) == f.code
            and wanted.get("row", f.row) == f.row
            and wanted.get("column", f.column) == f.column
            and wanted.get("says", "") in f.text("tr")
        ]
        assert fits, (wanted, [f.text("tr") for f in faults])
        faults.remove(fits[0])
    assert faults == []


def test_the_workbooks_are_those_of_the_builder(tmp_path: Path) -> None:
    build(tmp_path)
    for name in BOOKS:
        assert (tmp_path / f"{name}.xlsx").read_bytes() == (FOLDER / f"{name}.xlsx").read_bytes(), name
