"""One province's book to sign: its titles, then its units, filled, planned and vacant side by side."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Final

import pandas as pd

from pdc_common.text import Lang
from pdc_reports.folder import staffing
from pdc_reports.folder.plan import PlanTables, worded
from pdc_reports.pages.provinces import page_name
from pdc_reports.workbook.blocks import letter, numbers, texts
from pdc_reports.workbook.book import Book, Page
from pdc_reports.workbook.staff import group_styles, rates

_SUMS: Final = ("filled", "posts", "vacancy", "surplus", "locked_4924", "blocked_4924")
_HEADS: Final = ("filled_units", "planned", "vacancy", "surplus", "locked_4924", "blocked_4924")
_TITLES: Final = (40, *[9.5] * 6, 10, 8.5)
_UNITS: Final = (17, 46, 34, *[9] * 6)


@worded
def write_province_books(
    tables: PlanTables, folder: Path, lang: Lang = "tr", share: int = 0, shares: int = 1
) -> list[Path]:
    """Write the books of the provinces (every ``shares``-th from ``share`` on), if staff are known."""
    if not staffing.known(tables):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    placed = staffing.placed(tables)
    rows = dict(iter(placed.groupby("province_code")))
    group = staffing.groups(tables.service_groups)
    written = []
    for code, path in list(zip(tables.province_name, book_paths(tables, folder), strict=True))[share::shares]:
        book = Book(tables, path, lang)
        part = rows.get(code, placed.iloc[:0])
        _titles(book, code, part, {title: group.get((title, code), "") for title in tables.planned})
        _units(book, code, part)
        book.close()
        written.append(path)
    return written


def book_paths(tables: PlanTables, folder: Path) -> list[Path]:
    """Paths of all books, in the order of the provinces; none where no staff are known."""
    if not staffing.known(tables):
        return []
    names = tables.province_name.items()
    return [(folder / page_name(code, name)).with_suffix(".xlsx") for code, name in names]


def _titles(book: Book, code: int, rows: pd.DataFrame, group: dict[str, str]) -> None:
    """The first sheet: the province by title, with the places to sign."""
    last = len(_TITLES) - 1
    name = book.tables.province_name[code]
    page = book.new_page(book.say("sheet.book_titles"), "A4", _TITLES)
    page.sheet.set_portrait()
    heading = book.say("staff.book_title", province=name)
    row = page.masthead(heading, book.say("sheet.beside_note"), page.letterhead(last)) + 1
    page.sheet.repeat_rows(row)
    body = row = page.heads(row, ("title", *_HEADS, "fill_rate", "service_group"), 46)
    part = staffing.sums(rows, ("province_code", "title"), book.tables.planned)
    titles = part["title"].tolist()
    style = group_styles(staffing.codes(book.tables))
    if titles:
        groups = [group.get(title, "") for title in titles]
        row = page.block(
            row,
            [
                texts("name", [staffing.full_title(book.tables, title, book.lang) for title in titles]),
                *(numbers("posts", part[column].tolist()) for column in _SUMS),
                numbers("rate", rates(part)),
                texts([style.get(one, "text") for one in groups], groups),
            ],
        )
    page.text(row, 0, book.say("province_total"), "sum_text")
    _sums(page, row, part, f"{{0}}{body + 1}:{{0}}{row}" if titles else "0", 1, "sum_posts")
    page.blank(row, last - 1, "sum_text")
    page.blank(row, last, "sum_text")
    page.sheet.print_area(0, 0, page.signatures(row + 3, last), last)


def _units(book: Book, code: int, rows: pd.DataFrame) -> None:
    """The second sheet: every unit and title, with a total a district."""
    last = len(_UNITS) - 1
    page = book.new_page(book.say("sheet.book_units"), "A4", _UNITS)
    heading = book.say("staff.book_units", province=book.tables.province_name[code])
    row = page.masthead(heading, book.say("sheet.beside_note")) + 1
    page.sheet.repeat_rows(row)
    row = page.heads(row, ("district", "unit", "title", *_HEADS), 46)
    page.sheet.freeze_panes(row, 2)
    ends: list[int] = []
    starts = [(district, len(list(part))) for district, part in groupby(rows["district_code"].tolist())]
    at = 0
    for district, size in starts:
        part = rows.iloc[at : at + size]
        at += size
        name = book.tables.district_name.get(district, district)
        titles = part["title"].tolist()
        page.block(
            row,
            [
                texts("name", [name] * size), texts("name", part["unit"].tolist()),
                texts("name", [staffing.full_title(book.tables, title, book.lang) for title in titles]),
                *(numbers("posts", part[column].tolist()) for column in _SUMS),
            ],
        )  # fmt: skip
        end = row + size
        page.text(end, 0, name, "sub_text")
        page.text(end, 1, book.say("staff.district_total"), "sub_text")
        page.blank(end, 2, "sub_text")
        _sums(page, end, part, f"{{0}}{row + 1}:{{0}}{end}", 3, "sub_posts")
        ends.append(end)
        row = end + 1
    page.merge(row, 0, book.say("province_total"), "sum_text", to=(row, 2))
    _sums(page, row, rows, ",".join(f"{{0}}{end + 1}" for end in ends) or "0", 3, "sum_posts")
    page.sheet.print_area(0, 0, page.signatures(row + 3, last), last)


def _sums(page: Page, row: int, part: pd.DataFrame, where: str, first: int, style: str) -> None:
    for i, column in enumerate(_SUMS, start=first):
        page.sum(row, i, where.format(letter(i)), style, value=float(part[column].sum()))
