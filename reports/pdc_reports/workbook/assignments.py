"""The sheet of the assignments: which post answers for which person, where a rulebook asks for it."""

from __future__ import annotations

from typing import Final

from pdc_reports.workbook.book import Book

_WIDTHS: Final = (11, 18, 20, 60, 12, 34, 12)
_HEADS: Final = ("clause", "province", "district", "unit", "person", "title", "post")


def write_assignments(book: Book) -> None:
    """Write the sheet; a plan without assignments has none."""
    tables, lang = book.tables, book.lang
    if tables.assignments.empty:
        return
    page = book.new_page(book.say("sheet.assignments"), "A4", _WIDTHS)
    row = page.masthead(book.say("sheet.assignments"), book.say("sheet.assignments_note")) + 1
    page.sheet.repeat_rows(row)
    start = row = page.heads(row, _HEADS)
    page.sheet.freeze_panes(row, 0)
    for line in tables.assignments.to_dict("records"):
        province, district, unit = tables.place("unit", line["unit_code"])
        title = tables.title_name(line["title"], lang) if line["title"] else "–"
        page.texts(row, [line["clause"], province, district, unit], "text")
        page.number(row, 4, line["person"], "posts")
        page.text(row, 5, title, "text")
        page.number(row, 6, line["post"], "posts")
        row += 1
    page.sheet.autofilter(start - 1, 0, row - 1, len(_HEADS) - 1)
