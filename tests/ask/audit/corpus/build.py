"""Builds the workbooks of this folder: ``python tests/audit/corpus/build.py``. Same script, same bytes.

The CSV files are kept as they are; a workbook cannot be read in a review, so what is in it stands here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

HERE = Path(__file__).resolve().parent
CREATED = datetime.datetime(2006, 1, 1)


def rows(sheet: Any, table: list[list[Any]], top: int = 0) -> None:
    """Cells as they stand; None is an empty one."""
    for i, row in enumerate(table, top):
        for j, value in enumerate(row):
            if value is not None:
                sheet.write(i, j, value)


def ministry_form(book: Any) -> None:
    sheet = book.add_worksheet("PDC")
    sheet.merge_range("A1:I1", "T.C. SAĞLIK BAKANLIĞI")
    sheet.merge_range("A2:I2", "ÇORUM İLİ PERSONEL DAĞILIM CETVELİ")
    for cells, text in (
        ("A4:A5", "İL"), ("B4:B5", "İLÇE"), ("C4:E4", "UZMAN TABİP"), ("F4:F5", "HEMŞİRE"), ("G4:G5", "EBE"),
        ("H4:H5", "SAĞLIK TEKNİSYENİ (RÖNTGEN)"), ("I4:I5", "GENEL TOPLAM"),
    ):  # fmt: skip
        sheet.merge_range(cells, text)
    rows(sheet, [[None, None, "Genel Cerrahi", "Göz Hast.", "Toplam"]], 4)
    sheet.merge_range("A6:A8", "ÇORUM")
    table = [("Merkez", 12, 7, 700, 210, 40), ("Alaca", 2, 0, 60, 22, 5), ("Sungurlu", 3, 1, 70, 31, 6)]
    for i, (name, surgery, eyes, nurses, midwives, x_ray) in enumerate(table, 5):
        rows(sheet, [[None, name, surgery, eyes]], i)
        sheet.write_formula(i, 4, f"=C{i + 1}+D{i + 1}", None, surgery + eyes)
        rows(sheet, [[None, None, None, None, None, nurses, midwives, x_ray]], i)
        total = surgery + eyes + nurses + midwives + x_ray
        sheet.write_formula(i, 8, f"=E{i + 1}+F{i + 1}+G{i + 1}+H{i + 1}", None, total)
    others = ["Bayat", "Boğazkale", "Dodurga", "İskilip", "Kargı"]
    for i, name in enumerate(others, 8):
        rows(sheet, [["ÇORUM", name, 0, 0, 0, 5, 2, 1, 8]], i)
    rows(sheet, [["ÇORUM TOPLAMI", None, 17, 8, 25, 855, 273, 56, 1209]], 13)
    rows(sheet, [["GENEL TOPLAM", None, 17, 8, 25, 855, 273, 56, 1209]], 14)
    sheet.write(16, 0, "Not: Aile sağlığı merkezleri dahil değildir.")


def several_sheets(book: Any) -> None:
    rows(book.add_worksheet("Kapak"), [["Personel Dağılım Cetveli"], ["2026"]])
    rows(book.add_worksheet("Hemşire"), [["İl", "Hemşire"], ["Çorum", 1500], ["Amasya", 900]])
    rows(book.add_worksheet("Ebe"), [["İL ADI", "EBE"], ["AMASYA", 380], ["ÇORUM", 640]])
    hidden = book.add_worksheet("eski")
    rows(hidden, [["İl", "Hemşire"], ["Çorum", 1], ["Nevada", 5]])
    hidden.hide()


def kadro_dolu_bos(book: Any) -> None:
    sheet = book.add_worksheet("Sayfa1")
    sheet.merge_range("A1:A2", "Sıra")
    sheet.merge_range("B1:B2", "İl")
    sheet.merge_range("C1:E1", "Hemşire")
    sheet.merge_range("F1:H1", "Ebe")
    rows(sheet, [[None, None, "Kadro", "Dolu", "Boş", "Kadro", "Dolu", "Boş"]], 1)
    rows(sheet, [[1, "Çorum", 1500, 900, 600, 640, 500, 140], [2, "Amasya", 900, 700, 200, 380, 300, 80]], 2)


def hidden_row_and_text(book: Any) -> None:
    sheet = book.add_worksheet("Sayfa1")
    nbsp = "\u00a0"
    rows(sheet, [["S.No", "İli", "Hemşire", "Ebe"], [1, 2, 3, 4]])
    rows(
        sheet,
        [
            [1, f"{nbsp}Çorum{nbsp}", f"1{nbsp}500", "640"],
            [2, "Amasya", "900 ", " 380"],
            [3, "TOKAT", 1400.0, "600,00"],
        ],
        2,
    )
    sheet.set_row(3, None, None, {"hidden": True})


def dates_and_percents(book: Any) -> None:
    sheet = book.add_worksheet("Sayfa1")
    day, percent = book.add_format({"num_format": "dd.mm"}), book.add_format({"num_format": "0%"})
    rows(sheet, [["İl", "Hemşire", "Ebe"], ["Çorum", None, 12.5], ["Amasya", None, 380]])
    sheet.write_datetime(1, 1, datetime.datetime(2026, 2, 1), day)
    sheet.write_number(2, 1, 0.45, percent)


def merged_posts(book: Any) -> None:
    sheet = book.add_worksheet("Sayfa1")
    rows(sheet, [["İl", "Hemşire"], ["Çorum"], ["Amasya"]])
    sheet.merge_range("B2:B3", 2400)


def levels_disagree(book: Any) -> None:
    rows(book.add_worksheet("İl"), [["İl", "Hemşire"], ["Çorum", 80]])
    table = [["İl", "İlçe", "Hemşire"], ["Çorum", "Alaca", 60], [None, "Bayat", 12]]
    rows(book.add_worksheet("İlçe"), table)


def sheet_names_the_title(book: Any) -> None:
    rows(book.add_worksheet("Hemşire"), [["İl", "Kadro"], ["Çorum", 1500], ["Amasya", 900]])
    sheet = book.add_worksheet("Sayfa2")
    rows(sheet, [["EBE"], [], ["İl", "Kadro"], ["Çorum", 640], ["Amasya", 380]])


def uncalculated(book: Any) -> None:
    sheet = book.add_worksheet("Sayfa1")
    rows(sheet, [["İl", "Hemşire"], ["Çorum"]])
    sheet.write_formula(1, 1, "=1000+500", None, "")


def transposed_units(book: Any) -> None:
    sheet = book.add_worksheet("Sayfa1")
    rows(sheet, [["Unvan", "Branş", "Çorum", "Amasya"]])
    sheet.merge_range("A2:A3", "Uzman Tabip")
    rows(
        sheet,
        [
            [None, "Genel Cerrahi", 14, 8],
            [None, "Göz", 8, 5],
            ["Hemşire", None, 1500, 900],
            ["Toplam", None, 1522, 913],
        ],
        1,
    )


def a_sheet_a_province(book: Any) -> None:
    for name, nurses in (("ÇORUM", 12), ("AFYON", 7)):
        rows(book.add_worksheet(name), [["İlçe", "Hemşire"], ["Bayat", nurses]])


BOOKS: dict[str, Callable[[Any], None]] = {
    "40-ministry-form": ministry_form,
    "41-several-sheets": several_sheets,
    "42-kadro-dolu-bos": kadro_dolu_bos,
    "43-hidden-row-and-text": hidden_row_and_text,
    "44-dates-and-percents": dates_and_percents,
    "45-merged-posts": merged_posts,
    "46-levels-disagree": levels_disagree,
    "47-sheet-names-the-title": sheet_names_the_title,
    "48-uncalculated": uncalculated,
    "49-transposed-units": transposed_units,
    "50-a-sheet-a-province": a_sheet_a_province,
}


def build(folder: Path = HERE) -> None:
    """Write every workbook."""
    for name, fill in BOOKS.items():
        book = xlsxwriter.Workbook(folder / f"{name}.xlsx")
        book.set_properties({"created": CREATED})
        fill(book)
        book.close()


if __name__ == "__main__":
    build()
