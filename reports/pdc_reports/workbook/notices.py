"""The sheet of the notices: what the province or the Ministry has to see to."""

from __future__ import annotations

from typing import Final

from pdc_reports.folder.views import level_name
from pdc_reports.workbook.book import Book

_WIDTHS: Final = (11, 11, 18, 20, 50, 34, 10, 76)
_HEADS: Final = ("clause", "level", "province", "district", "unit", "title", "posts", "notice")


def write_notices(book: Book) -> None:
    """Write the sheet."""
    tables, lang = book.tables, book.lang
    page = book.new_page(book.say("sheet.notices"), "A3", _WIDTHS)
    row = page.masthead(book.say("sheet.notices"), book.say("sheet.notices_note")) + 1
    page.sheet.repeat_rows(row)
    row = page.heads(row, _HEADS)
    page.sheet.freeze_panes(row, 0)
    for line in tables.notices.to_dict("records"):
        place = tables.place(line["level"], line["code"])
        title = tables.title_name(line["title"], lang)
        page.texts(row, [line["clause"], level_name(line["level"], lang), *place, title], "wrap")
        page.number(row, 6, line["posts"], "posts")
        page.text(row, 7, line["text"], "wrap")
        row += 1
