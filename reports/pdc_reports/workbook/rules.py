"""The sheet of the rules: counts by clause, then every rule that is short."""

from __future__ import annotations

import math
from typing import Final

from pdc_reports.folder.views import STATUSES, level_name, rules_by_clause, short_rules
from pdc_reports.workbook.book import Book, Page, address

_WIDTHS: Final = (11, 7, 40, 60, 20, 18, 16, 16, 16, 16)
_LAST: Final = len(_WIDTHS) - 1
_COUNTS: Final = (*STATUSES, "shortfall")
_FIRST_COUNT: Final = _LAST + 1 - len(_COUNTS)
_SHORT: Final = (
    "clause", "tier", "title", "unit", "district", "province", "level", "required", "posts", "shortfall",
)  # fmt: skip


def write_rules(book: Book) -> None:
    """Write the sheet."""
    page = book.new_page(book.say("sheet.rules"), "A3", _WIDTHS)
    row = page.masthead(book.say("sheet.rules"), book.say("sheet.rules_note")) + 1
    row = _clauses(page, row) + 2
    _short(page, row)


def _clauses(page: Page, row: int) -> int:
    book = page.book
    texts = book.tables.clause_text(book.lang)
    row = page.section(row, "clauses", _LAST)
    page.sheet.set_row(row, 32)
    page.text(row, 0, book.say("column.clause"), "head")
    page.merge(row, 1, book.say("column.clause_text"), "head", to=(row, _FIRST_COUNT - 1))
    for i, key in enumerate(_COUNTS, start=_FIRST_COUNT):
        page.text(row, i, book.say(f"column.{key}"), "head")
    start = row = row + 1
    counts = rules_by_clause(book.tables)
    columns = (counts[key].tolist() for key in _COUNTS)
    for clause, *line in zip(counts.index.tolist(), *columns, strict=True):
        text = texts.get(str(clause), "")
        page.sheet.set_row(row, 15 * max(1, math.ceil(len(text) / 75)))
        page.text(row, 0, str(clause), "wrap")
        page.merge(row, 1, text, "wrap", to=(row, _FIRST_COUNT - 1))
        for i, value in enumerate(line, start=_FIRST_COUNT):
            page.count(row, i, float(value))
        row += 1
    page.merge(row, 0, book.say("grand_total"), "sum_text", to=(row, _FIRST_COUNT - 1))
    for i, key in enumerate(_COUNTS, start=_FIRST_COUNT):
        where = f"{address(start, i)}:{address(row - 1, i)}" if len(counts) else "0"
        page.sum(row, i, where, "sum_posts", value=float(counts[key].sum()))
    return row + 1


def _short(page: Page, row: int) -> None:
    tables, lang = page.book.tables, page.book.lang
    row = page.heads(page.section(row, "short", _LAST), _SHORT)
    page.sheet.repeat_rows(row - 1)
    start = row
    for line in short_rules(tables).to_dict("records"):
        title = tables.title_name(line["title"], lang)
        province, district, unit = tables.place(line["level"], line["code"])
        level = level_name(line["level"], lang)
        page.texts(row, [line["clause"], line["tier"], title, unit, district, province, level], "text")
        for column, key in enumerate(("required", "posts", "shortfall"), start=7):
            page.count(row, column, float(line[key]))
        row += 1
    page.sheet.autofilter(start - 1, 0, max(start, row - 1), _LAST)
