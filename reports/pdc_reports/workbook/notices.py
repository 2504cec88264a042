"""The sheet of the notices: what the province or the Ministry has to see to."""

from __future__ import annotations

from typing import Final

from pdc_reports.folder.views import level_name
from pdc_reports.workbook.blocks import numbers, texts
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
    lines = tables.notices
    places = [tables.place(*at) for at in zip(lines["level"].tolist(), lines["code"].tolist(), strict=True)]
    levels = {level: level_name(level, lang) for level in lines["level"].unique()}
    titles = {title: tables.title_name(title, lang) for title in lines["title"].unique()}
    columns = [
        lines["clause"].tolist(),
        [levels[level] for level in lines["level"].tolist()],
        *([place[i] for place in places] for i in range(3)),
        [titles[title] for title in lines["title"].tolist()],
    ]
    page.block(
        row,
        [
            *(texts("wrap", values) for values in columns),
            numbers("posts", lines["posts"].tolist()),
            texts("wrap", lines["text"].tolist()),
        ],
    )
