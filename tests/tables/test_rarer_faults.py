"""Faults that hands make rarely: in borders, names for codes, decimals, and in a rulebook's own tables."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import pdc
from helpers.example_country import VOCABULARY, Rows, rows, write_country
from helpers.small import Small
from pdc.base.faults import InputError
from pdc.law import reading
from pdc.tables import borders, csvfile, limits, read
from pdc.tables.borders import borders_fault

HOME = pdc.scenario_folder() / "child-support" / "rulebook"


def told(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(InputError) as caught:
        read(folder, VOCABULARY)
    assert all(fault.text(lang) for fault in caught.value.faults for lang in ("tr", "en"))
    return [(fault.file, fault.row, fault.column, fault.code) for fault in caught.value.faults]


# borders ---------------------------------------------------------------------------------------------------

SQUARE = [[[26, 36], [45, 36], [45, 42], [26, 36]]]


def drawn(code: Any = 1, kind: str = "Polygon", coordinates: Any = SQUARE) -> dict[str, Any]:
    feature = {"properties": {"province_code": code}, "geometry": {"type": kind, "coordinates": coordinates}}
    return {"type": "FeatureCollection", "features": [feature]}


def border(folder: Path, content: Any) -> str:
    path = folder / "provinces.geojson"
    path.write_text(json.dumps(content), "utf-8")
    fault = borders_fault(path, [1])
    assert fault is None or (fault.text("tr") and fault.text("en"))
    return "" if fault is None else fault.code.removeprefix("borders.")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (drawn(), ""),
        (drawn(code="9" * 40), "no_code"),
        (drawn(coordinates=[]), "coordinates"),
        (drawn(coordinates=5), "coordinates"),
        (drawn(coordinates=[[[26, 36], [45], [45, 42], [26, 36]]]), "coordinates"),
        (drawn(coordinates=[[[26, 36], [True, 36], [45, 42], [26, 36]]]), "coordinates"),
        (drawn(coordinates=[[[26, 36], ["45", 36], [45, 42], [26, 36]]]), "coordinates"),
        (drawn(coordinates=[[[26, 36], [4500, 36], [45, 42], [26, 36]]]), "degrees"),
    ],
)
def test_borders_that_cannot_be_drawn_say_why(tmp_path: Path, content: Any, code: str) -> None:
    assert border(tmp_path, content) == code


@pytest.mark.parametrize(
    ("name", "code"), [("BORDERS_BYTES", "too_large"), ("BORDERS_POINTS", "too_many_points")]
)
def test_borders_of_more_than_is_read_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str
) -> None:
    monkeypatch.setattr(borders.limits, name, 3)
    assert border(tmp_path, drawn()) == code


# names for codes -------------------------------------------------------------------------------------------


def by_name(table: str, code: str, heading: str, names: dict[str, str]) -> Rows:
    head, *body = rows(table)
    at = head.index(code)
    return [[heading if name == code else name for name in head]] + [
        [names.get(cell, cell) if i == at else cell for i, cell in enumerate(row)] for row in body
    ]


DISTRICTS = {row[0]: row[2] for row in rows("districts")[1:]}


def test_names_of_a_table_that_is_not_there_are_no_fault_of_their_own(tmp_path: Path) -> None:
    units = by_name("units", "district_code", "İlçe", DISTRICTS)
    assert [fault[::3] for fault in told(write_country(tmp_path, {"units": units, "districts": None}))] == [
        ("districts.csv", "missing_file")
    ]


def test_the_name_of_a_row_whose_code_is_bad_names_nothing(tmp_path: Path) -> None:
    districts = rows("districts")
    districts[2][0] = "Ü"
    units = by_name("units", "district_code", "İlçe", DISTRICTS)
    found = told(write_country(tmp_path, {"units": units, "districts": districts}))
    assert ("districts.csv", 3, "district_code", "not_ascii") in found
    assert {fault[3] for fault in found if fault[0] == "units.csv"} == {"unknown_name"}
    assert len([fault for fault in found if fault[0] == "units.csv"]) == 3  # A04, A05, A06


def test_a_province_beside_the_name_helps_nothing_where_provinces_are_not_there(tmp_path: Path) -> None:
    units = by_name("units", "district_code", "İlçe", DISTRICTS)
    units = [[*row, "İl" if i == 0 else "Ağrı"] for i, row in enumerate(units)]
    found = told(write_country(tmp_path, {"units": units, "provinces": None}))
    assert ("provinces.csv", None, None, "missing_file") in found
    assert {fault[3] for fault in found if fault[0] == "units.csv"} == {"unknown_name"}


def test_a_unit_without_the_name_of_its_district_lacks_it(tmp_path: Path) -> None:
    units = by_name("units", "district_code", "İlçe", DISTRICTS)
    units[2][1] = ""
    assert told(write_country(tmp_path, {"units": units})) == [("units.csv", 3, "İlçe", "empty")]


# cells -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "text", "code"),
    [
        ("units", "bed_occupancy", "-5", "negative"),
        ("provinces", "visits_per_head", "-1,5", "negative"),
        ("provinces", "visits_per_head", "9" * 20, "too_large"),
        ("units", "not_ready", " ; , ", "unknown_planning_title"),
    ],
)
def test_a_cell_beyond_its_column_says_so(
    tmp_path: Path, table: str, column: str, text: str, code: str
) -> None:
    data = rows(table)
    data[1][data[0].index(column)] = text
    assert told(write_country(tmp_path, {table: data})) == [(f"{table}.csv", 2, column, code)]


def test_a_part_of_a_unit_with_a_bad_code_has_one_fault(tmp_path: Path) -> None:
    units = rows("units")
    units[5][units[0].index("parent_unit")] = "#REF!"
    assert told(write_country(tmp_path, {"units": units})) == [("units.csv", 6, "parent_unit", "excel_error")]


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_country(tmp_path)
    largest = max((folder / f"{name}.csv").stat().st_size for name in ("units", "provinces", "districts"))
    monkeypatch.setattr(csvfile, "MOST_BYTES", largest - 1)
    assert [fault[0] for fault in told(folder)] == ["units.csv"]
    assert largest < limits.MOST_BYTES


def test_a_table_that_no_law_has_is_no_frame() -> None:
    with pytest.raises(KeyError, match="beds"):
        Small().province(1).district("D", 1, 9_000, central=1).unit("A", "D", "eah").tables().frame("beds")


# a rulebook ------------------------------------------------------------------------------------------------


def rulebook_faults(tmp_path: Path, **more: str) -> list[tuple[str, str | None, str]]:
    """Faults of the child-support rulebook with text added at the end of some files."""
    folder = tmp_path / "rulebook"
    shutil.copytree(HOME, folder)
    for name, text in more.items():
        path = folder / f"{name}.toml"
        path.write_text((path.read_text("utf-8") if path.exists() else "") + text, "utf-8")
    with pytest.raises(InputError) as caught:
        reading.load(folder)
    assert all(fault.text(lang) for fault in caught.value.faults for lang in ("tr", "en"))
    return [(fault.file, fault.column, fault.code) for fault in caught.value.faults]


CLAUSE = '["{number}"]\nsource = "x"\ntr = "x"\nen = "x"\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CLAUSE.format(number="1.1"), "duplicate_clause"),
        (CLAUSE.format(number="9.1") + "must = 3\n", "must_shape"),
        (CLAUSE.format(number="9.1") + 'must = ["a <= b", 3]\n', "must_shape"),
        (
            CLAUSE.format(number="9.1")
            + '["9.1".parameters]\na = { value = 1, least = "0", origin = "law", tr = "x", en = "x" }\n',
            "parameter_end",
        ),
        ('[[define]]\nname = "x"\nlevel = "nowhere"\nvalue = "1"\n', ""),
    ],
)
def test_a_clause_of_another_shape_is_told_with_its_number(tmp_path: Path, text: str, code: str) -> None:
    found = rulebook_faults(tmp_path, **{"9": text})
    assert {file for file, _, _ in found} == {"9.toml"}
    assert not code or f"rulebook.{code}" in {told_code for _, _, told_code in found}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('\n[training]\nat = ["hastane"]\n', "unknown_unit_kind"),
        (
            '\n[staff.columns]\nhours = { type = "count", default = "0", tr = "Dolu", note = { tr = "x", en = "x" } }\n',
            "two_meanings",
        ),
    ],
)
def test_tables_of_a_law_have_kinds_that_are_there_and_a_heading_for_one_column(
    tmp_path: Path, text: str, code: str
) -> None:
    assert [("tables.toml", f"rulebook.{code}")] == [
        (file, of) for file, _, of in rulebook_faults(tmp_path, tables=text)
    ]
