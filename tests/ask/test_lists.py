"""Pins, locks and terms: from CSV files and workbooks, right or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from helpers.hand_tables import Rows, built_in, write
from pdc.ask.term import read_term
from pdc.base.faults import Fault, InputError
from pdc.law.pins import read_pins

PINS: Rows = [["Birim Kodu", "Unvan", "Kadro"], ["4592", "Eczacı", "3"], ["4598", "Ebe", "1"]]


def pins(path: Path) -> list[tuple[str, str, int]] | list[str]:
    faults: list[Fault] = []
    found = read_pins(path, built_in().rulebook, faults)
    assert all(fault.text(lang) for fault in faults for lang in ("tr", "en"))
    return [fault.code for fault in faults] or [(pin.code, pin.title, pin.posts) for pin in found]


def term(path: Path) -> list[tuple[tuple[str, ...], int]] | list[str]:
    setting = built_in()
    titles = [title.code for title in setting.rulebook.titles]
    inside = np.ones(len(setting.country.provinces), dtype=bool)
    try:
        shares = read_term(path, setting.rulebook, setting.country, titles, inside)
    except InputError as error:
        return [fault.code for fault in error.faults]
    return [(share.titles, share.posts) for share in shares]


@pytest.mark.parametrize("form", ["semicolon", "comma", "tab", "utf-16", "texts", "numbers", "ods"])
def test_a_list_is_the_same_in_every_form(form: str, tmp_path: Path) -> None:
    assert pins(write(PINS, form, tmp_path)) == [("4592", "eczaci", 3), ("4598", "ebe", 1)]
    rows = [["Unvan", "Kadro"], ["Hemşire", "5"], ["Ebe", "6"]]
    assert term(write(rows, form, tmp_path)) == [(("hemsire",), 5), (("ebe",), 6)]


@pytest.mark.parametrize("name", ["Kadro", "posts", "Unvan", "Birim"])
def test_two_headings_of_one_meaning_are_refused(name: str, tmp_path: Path) -> None:
    rows = [[*row, new] for row, new in zip(PINS, [name, "7", "8"], strict=True)]
    for form in ("semicolon", "numbers"):
        assert pins(write(rows, form, tmp_path)) == ["twice"]


def test_a_comma_that_parts_a_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pins.csv"
    path.write_text("unit_code,title,posts,not\n4592,eczaci,1,234\n4598,ebe,1,\n", "utf-8")
    assert pins(path) == ["cetvel.parted"]
    path.write_text("unit_code;title;posts;not\n4592;eczaci;1;234\n", "utf-8")
    assert pins(path) == [("4592", "eczaci", 1)]


@pytest.mark.parametrize(
    ("numbers", "want"),
    [
        (("1.250", "1.100"), [(("hemsire",), 1250), (("ebe",), 1100)]),
        (("1.250", "1,100"), ["scenario.pin_posts"] * 2),
        (("1.250", "12.0"), ["scenario.pin_posts"]),
        (("0,125", "7"), ["scenario.pin_posts"]),
    ],
)
def test_fractions_of_a_term_are_no_thousands(numbers: tuple[str, str], want: object, tmp_path: Path) -> None:
    rows = [["Unvan", "Kadro"], ["Hemşire", numbers[0]], ["Ebe", numbers[1]]]
    for form in ("semicolon", "texts"):
        assert term(write(rows, form, tmp_path)) == want


def hide_row(book: openpyxl.Workbook) -> None:
    book.active.row_dimensions[3].hidden = True


def hide_column(book: openpyxl.Workbook) -> None:
    book.active.column_dimensions["B"].hidden = True


def hide_sheet(book: openpyxl.Workbook) -> None:
    book.active.sheet_state = "hidden"
    for row in PINS:
        book.create_sheet("yeni").append(row)


def second_list(book: openpyxl.Workbook) -> None:
    book.copy_worksheet(book.active)


def as_share(book: openpyxl.Workbook) -> None:
    book.active["C2"] = 1
    book.active["C2"].number_format = "0%"


def as_formula(book: openpyxl.Workbook) -> None:
    book.active["C2"] = "=1+2"


def as_yes(book: openpyxl.Workbook) -> None:
    book.active["C2"] = True


def merged(book: openpyxl.Workbook) -> None:
    book.active.merge_cells("C2:C3")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (hide_row, "pins.hidden"), (hide_column, "pins.hidden"), (hide_sheet, "pins.hidden"), (second_list, "pins.sheets"),
        (as_share, "scenario.pin_posts"), (as_yes, "scenario.pin_posts"), (as_formula, "uncalculated"), (merged, "merged_cell"),
    ],
)  # fmt: skip
def test_what_a_workbook_hides_or_lacks_is_refused(
    change: Callable[[openpyxl.Workbook], None], code: str, tmp_path: Path
) -> None:
    path = write(PINS, "numbers", tmp_path)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    assert code in pins(path)


def test_the_sheet_that_is_a_list_is_read(tmp_path: Path) -> None:
    path = write(PINS, "numbers", tmp_path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notlar", 0).append(["Kadroları Bakanlık belirledi."])
    book.save(path)
    assert pins(path) == [("4592", "eczaci", 3), ("4598", "ebe", 1)]
