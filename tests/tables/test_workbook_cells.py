"""Cells of own workbooks that Excel shows otherwise than it holds them: shares, merged cells, yes and no."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from helpers.example_country import NAMES, VOCABULARY, rows
from pdc.base.faults import InputError
from pdc.tables import read
from pdc.tables.workbook import cell_text


def number(text: str) -> object:
    return int(text) if text.isdigit() else text or None


def saved(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in NAMES:
        sheet = book.create_sheet(name)
        for row in rows(name):
            sheet.append([number(cell) for cell in row])
    change(book)
    book.save(path / "own.xlsx")
    return path / "own.xlsx"


def cell(table: str, column: str, row: int) -> str:
    return f"{openpyxl.utils.get_column_letter(rows(table)[0].index(column) + 1)}{row}"


def shown(table: str, column: str, value: object, form: str) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[table][cell(table, column, 2)] = value
        book[table][cell(table, column, 2)].number_format = form

    return change


def codes(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(path, VOCABULARY)
    return [fault.code for fault in caught.value.faults]


def test_a_share_is_what_excel_shows(tmp_path: Path) -> None:
    path = saved(tmp_path, shown("units", "bed_occupancy", 0.7, "0%"))
    tables = read(path, VOCABULARY)
    assert not [w for w in tables.warnings if w.column == "bed_occupancy"]
    assert (
        int(tables.units.loc[tables.units["unit_code"] == rows("units")[1][0], "bed_occupancy"].iloc[0]) == 70
    )


@pytest.mark.parametrize(
    ("table", "column", "value"), [("staff", "filled", 1), ("provinces", "crude_birth_rate", 0.02)]
)
def test_a_share_is_no_number(table: str, column: str, value: float, tmp_path: Path) -> None:
    assert codes(saved(tmp_path, shown(table, column, value, "0%"))) == ["not_number"]


@pytest.mark.parametrize("value", [True, False])
def test_a_yes_or_a_no_is_a_flag_and_no_count(value: bool, tmp_path: Path) -> None:
    path = saved(tmp_path, shown("units", "laboratory", value, "General"))
    tables = read(path, VOCABULARY)
    assert int(
        tables.units.loc[tables.units["unit_code"] == rows("units")[1][0], "laboratory"].iloc[0]
    ) == int(value)
    assert codes(saved(tmp_path, shown("staff", "filled", value, "General"))) == ["not_number"]
    assert cell_text(value) in ("TRUE", "FALSE")


def test_a_merged_name_is_every_rows_and_a_merged_number_nobodys(tmp_path: Path) -> None:
    def merge(table: str, column: str) -> Callable[[openpyxl.Workbook], None]:
        return lambda book: book[table].merge_cells(f"{cell(table, column, 2)}:{cell(table, column, 3)}")

    plain = read(saved(tmp_path, lambda book: None), VOCABULARY)
    same = [row[0] for row in rows("staff")[1:3]]
    assert same[0] == same[1], "the example's first two rows of staff are of one unit"
    assert read(saved(tmp_path, merge("staff", "unit_code")), VOCABULARY).sha256 == plain.sha256
    assert "merged_cell" in codes(saved(tmp_path, merge("staff", "filled")))
    assert "merged_cell" in codes(saved(tmp_path, merge("units", "outpatient_visits")))


def test_a_percent_sign_that_is_only_text_multiplies_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path, shown("units", "bed_occupancy", 65, '0"%"'))
    tables = read(path, VOCABULARY)
    unit = tables.units["unit_code"] == rows("units")[1][0]
    assert int(tables.units.loc[unit, "bed_occupancy"].iloc[0]) == 65


@pytest.mark.parametrize("form", ['0" bin"', "0,", ";;;"])
def test_a_format_that_shows_another_number_is_told(form: str, tmp_path: Path) -> None:
    told = read(saved(tmp_path, shown("staff", "filled", 12, form)), VOCABULARY).warnings
    assert [(w.code, w.row, w.values["number"]) for w in told] == [("seen_otherwise", 2, "12")]


def test_cells_that_are_struck_through_are_told_once(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for row in (2, 3):
            book["staff"][cell("staff", "title", row)].font = openpyxl.styles.Font(strike=True)

    (told,) = read(saved(tmp_path, change), VOCABULARY).warnings
    assert (told.code, told.row, told.values) == ("struck", 2, {"count": 2})
    assert "2 rows" in told.text("en")
