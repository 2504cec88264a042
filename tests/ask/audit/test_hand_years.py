"""Tables of several years in one file are never put together; other signs between cells are named."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from helpers.hand_tables import FORMS, Rows, built_in, check, outcome
from pdc.ask.handmade import read_cetvel
from pdc.country.setting import Setting

NURSES: Rows = [["İl", "Hemşire"], ["Çorum", "50"]]
MIDWIVES: Rows = [["İl", "Ebe"], ["Çorum", "7"]]
DISTRICTS: Rows = [["İl", "İlçe", "Hemşire"], ["Çorum", "Alaca", "20"]]
BOTH = {"hemsire": {"Çorum": 50}, "ebe": {"Çorum": 7}}


@pytest.fixture(scope="module")
def turkey() -> Setting:
    return built_in()


def book(folder: Path, **sheets: Rows) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " ").strip())
        for row in rows:
            sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    made.save(folder / "cetvel.xlsx")
    return folder / "cetvel.xlsx"


@pytest.mark.parametrize(
    ("first", "second"),
    [(NURSES, MIDWIVES), (NURSES, [["İl", "Hemşire"], ["Amasya", "40"]]), (DISTRICTS, NURSES)],
)
def test_sheets_of_two_years_are_not_put_together(
    first: Rows, second: Rows, tmp_path: Path, turkey: Setting
) -> None:
    assert outcome(book(tmp_path, _2025=first, _2026=second), turkey) == {"cetvel.years"}
    lines = [["2025 YILI CETVELİ"], *first], [["2026 YILI CETVELİ"], *second]
    assert outcome(book(tmp_path, Bir=lines[0], İki=lines[1]), turkey) == {"cetvel.years"}


def test_sheets_of_one_year_are(tmp_path: Path, turkey: Setting) -> None:
    path = book(tmp_path, Hemşire_2026=NURSES, Ebe_2026=MIDWIVES)
    assert outcome(path, turkey) == BOTH
    assert outcome(book(tmp_path, _2026=NURSES, Ebe=MIDWIVES), turkey) == BOTH


def test_tables_of_two_years_below_one_another_are_refused(tmp_path: Path, turkey: Setting) -> None:
    check(
        [["2025"], *NURSES, ["2026"], *MIDWIVES], {"cetvel.years"}, tmp_path, turkey, ("semicolon", "texts")
    )
    check([["2026"], *NURSES, ["2026"], *MIDWIVES], BOTH, tmp_path, turkey, ("semicolon", "texts"))


@pytest.mark.parametrize("head", ["Yıl", "YILI", "Dönem", "Year"])
def test_rows_of_two_years_are_refused(head: str, tmp_path: Path, turkey: Setting) -> None:
    rows = [["İl", head, "Hemşire"], ["Çorum", "2025", "50"], ["Amasya", "2026", "40"]]
    check(rows, {"cetvel.two_years"}, tmp_path, turkey, FORMS)
    rows[2][1] = "2025"
    check(rows, {"hemsire": {"Amasya": 40, "Çorum": 50}}, tmp_path, turkey, FORMS)


@pytest.mark.parametrize("line", ["MEVCUT PERSONEL LİSTESİ", "Çalışanlar"])
@pytest.mark.parametrize("head", [["İl", "Hemşire"], ["İl", "Unvan", "Sayı"]])
def test_a_line_that_speaks_of_people_is_told(
    head: list[str], line: str, tmp_path: Path, turkey: Setting
) -> None:
    row = ["Çorum", "50"] if len(head) == 2 else ["Çorum", "Hemşire", "50"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(";".join(cells) for cells in ([line], head, row)), "utf-8")
    assert [d.kind for d in read_cetvel(path, turkey).doubts if d.kind != "not_given"] == ["says"]


@pytest.mark.parametrize("sign", [":", "^", "~", "#"])
def test_a_sign_between_cells_that_is_not_read_is_named(sign: str, tmp_path: Path, turkey: Setting) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(sign.join(row) for row in NURSES), "utf-8")
    assert outcome(path, turkey) == {"separator"}
