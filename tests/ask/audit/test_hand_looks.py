"""What people see of a hand-made workbook and the file does not hold: formats of numbers, lines through cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from helpers.hand_tables import Rows, built_in, outcome, turned
from pdc.ask.audit.tables import sentence
from pdc.ask.handmade import read_cetvel
from pdc.country.setting import Setting

ROWS: Rows = [["İl", "Hemşire", "Ebe"], ["Çorum", "50", "7"], ["Amasya", "40", "3"]]
READ = {"hemsire": {"Amasya": 40, "Çorum": 50}, "ebe": {"Amasya": 3, "Çorum": 7}}
LINE = Font(strike=True)


@pytest.fixture(scope="module")
def turkey() -> Setting:
    return built_in()


def saved(folder: Path, change: Callable[[object], None], rows: Rows = ROWS) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    change(book.active)
    book.save(folder / "cetvel.xlsx")
    return folder / "cetvel.xlsx"


def styled(name: str, value: object, *cells: str) -> Callable[[object], None]:
    return lambda sheet: [setattr(sheet[cell], name, value) for cell in cells] and None  # type: ignore[index]


def told(path: Path, setting: Setting) -> list[tuple[str, int | None, str, int | None]]:
    doubts = [d for d in read_cetvel(path, setting).doubts if d.kind != "not_given"]
    assert all(sentence(d, lang) for d in doubts for lang in ("tr", "en"))
    return [(d.kind, d.row, d.column, d.posts) for d in doubts]


@pytest.mark.parametrize("form", ["#,##0,", ";;;", '[<60]"x";0', '"₺"0', '0"000"', '#,##0," bin"'])
def test_a_format_that_shows_another_number_is_told_once(form: str, tmp_path: Path, turkey: Setting) -> None:
    path = saved(tmp_path, styled("number_format", form, "B2", "B3"))
    assert outcome(path, turkey) == READ
    assert told(path, turkey) == [("seen", 2, "B", 50)]


@pytest.mark.parametrize(
    ("form", "code"),
    [('0" bin"', "cetvel.scaled"), ('0"%"', "cetvel.percent"), ('0" boş"', "cetvel.not_posts")],
)
def test_a_format_that_says_thousands_shares_or_vacancies_is_refused(
    form: str, code: str, tmp_path: Path, turkey: Setting
) -> None:
    assert outcome(saved(tmp_path, styled("number_format", form, "C3")), turkey) == {code}
    way = saved(tmp_path, styled("number_format", form, "C3"), turned(ROWS))
    assert outcome(way, turkey) == {code}


@pytest.mark.parametrize("form", ["0.00", "#,##0", '0" kişi"', '_-* #,##0\\ _₺_-;_-* "-"??', "000", "@"])
def test_a_format_that_changes_no_number_is_not_told(form: str, tmp_path: Path, turkey: Setting) -> None:
    path = saved(tmp_path, styled("number_format", form, "B2", "B3"))
    assert (outcome(path, turkey), told(path, turkey)) == (READ, [])


@pytest.mark.parametrize(
    ("cells", "want"),
    [
        (("A2", "B2", "C2"), [("struck", 2, "A", 3)]),
        (("C3",), [("struck", 3, "C", 1)]),
        (("C1", "C2", "C3"), [("struck_column", 1, "C", None)]),
    ],
)
def test_what_a_line_goes_through_is_told(
    cells: tuple[str, ...], want: object, tmp_path: Path, turkey: Setting
) -> None:
    path = saved(tmp_path, styled("font", LINE, *cells))
    assert (outcome(path, turkey), told(path, turkey)) == (READ, want)


def test_a_line_through_a_part_of_a_text_is_told(tmp_path: Path, turkey: Setting) -> None:
    text = CellRichText(TextBlock(InlineFont(strike=True), "Çor"), "um")
    path = saved(tmp_path, styled("value", text, "A2"))
    assert told(path, turkey) == [("struck", 2, "A", 1)]


def test_a_row_of_a_turned_table_is_told_by_its_cell(tmp_path: Path, turkey: Setting) -> None:
    path = saved(tmp_path, styled("font", LINE, "B2", "B3"), turned(ROWS))
    assert (outcome(path, turkey), told(path, turkey)) == (READ, [("struck", 2, "B", 2)])
