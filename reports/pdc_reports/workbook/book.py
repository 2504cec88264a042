"""The workbook and its pages: a thin layer over XlsxWriter that knows our formats and missing numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pdc_common.text import Lang, say
from pdc_reports.folder.letterhead import letterhead
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import fingerprint, is_approved, state_line
from pdc_reports.workbook import blocks
from pdc_reports.workbook.blocks import Column, Sheet, letter
from pdc_reports.workbook.packed import Packed
from pdc_reports.workbook.styles import FORMATS

__all__ = ["SIGN_ROWS", "Book", "Page", "address", "count_style", "letter"]

# The date inside the file: the approval's, else this one; the day of writing would change the bytes.
_NO_DATE: Final = datetime(2000, 1, 1)
_PAPER: Final = {"A3": 8, "A4": 9}
_SIGN_LINES: Final = ("name", "duty", "date", "signature")
SIGN_ROWS: Final = 1 + len(_SIGN_LINES)


class Book:
    """The open workbook of one plan in one language."""

    def __init__(self, tables: PlanTables, path: Path, lang: Lang) -> None:
        self.tables, self.lang = tables, lang
        self.state = state_line(tables, lang)
        self.letterhead = letterhead(tables, lang)
        # Names of places are text, whatever they look like.
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = Packed(path, plain)
        self.formats = {name: self._book.add_format(style) for name, style in FORMATS.items()}
        self._book.set_properties(
            {
                "title": self.say("title"),
                "subject": self.state,
                "author": "pdc",
                "comments": self.fingerprints,
                "created": self._date(),
            }
        )

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of ``reports.*`` in the book's language."""
        return say(f"reports.{key}", self.lang, **values)

    @property
    def fingerprints(self) -> str:
        """Data and rulebook fingerprints and the version, as they stand in every footer."""
        return self.say(
            "fingerprints",
            data=fingerprint(self.tables, "data"),
            rulebook=fingerprint(self.tables, "rulebook"),
            version=str(self.tables.summary.get("pdc") or "–"),
        )

    def new_page(self, name: str, paper: str, widths: Sequence[float] = ()) -> Page:
        """Add a sheet that prints in landscape, one page wide."""
        sheet = self._book.add_worksheet(name, Sheet)
        sheet.hide_gridlines(2)
        sheet.set_paper(_PAPER[paper])
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        sheet.set_header(f"&L&8{_plain(self.say('title'))} · {_plain(self.state)}")
        pages = self.say("page_of", page="&P", pages="&N")
        sheet.set_footer(f"&L&8{_plain(self.fingerprints)}&C&8&A&R&8{pages}")
        for i, width in enumerate(widths):
            sheet.set_column(i, i, width)
        return Page(self, sheet)

    def close(self) -> None:
        """Write the file."""
        self._book.close()

    def _date(self) -> datetime:
        try:
            return datetime.fromisoformat(str((self.tables.summary.get("state") or {})["date"]))
        except (KeyError, ValueError):
            return _NO_DATE


class Page:
    """One sheet: cells by format name; a missing number is an empty cell, never a 0."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book, self.sheet = book, sheet

    def text(self, row: int, column: int, text: str, style: str) -> None:
        """Write a text."""
        self.sheet.write_string(row, column, text, self.book.formats[style])

    def texts(self, row: int, texts: Sequence[str], style: str) -> None:
        """Write texts from the first column on."""
        for column, text in enumerate(texts):
            self.text(row, column, text, style)

    def block(self, row: int, columns: Sequence[Column], first: int = 0) -> int:
        """Write columns of one length side by side, from the column ``first`` on; return the next free row.

        A table of many rows is written so: no call a cell (:mod:`pdc_reports.workbook.blocks`). Its rows
        hold nothing else.
        """
        blocks.write(self.sheet, self.book.formats, (row, first), columns)
        return row + len(columns[0].values)

    def blank(self, row: int, column: int, style: str) -> None:
        """Write an empty cell with its borders."""
        self.sheet.write_blank(row, column, None, self.book.formats[style])

    def number(self, row: int, column: int, value: float, style: str) -> None:
        """Write a number; nan is an empty cell."""
        if math.isnan(value):
            self.blank(row, column, style)
        else:
            self.sheet.write_number(row, column, value, self.book.formats[style])

    def count(self, row: int, column: int, value: float) -> None:
        """Write a number of posts; one that is not whole (a required number may be) with decimals."""
        self.number(row, column, value, count_style(value))

    def formula(self, row: int, column: int, formula: str, style: str, *, value: float) -> None:
        """Write a formula with the value it has, so that it is right before anything recalculates."""
        cached = 0 if math.isnan(value) else value
        self.sheet.write_formula(row, column, formula, self.book.formats[style], cached)

    def sum(self, row: int, column: int, where: str, style: str, *, value: float) -> None:
        """Write the sum of ``where``."""
        self.formula(row, column, f"=SUM({where})", style, value=value)

    def merge(self, row: int, column: int, text: str, style: str, *, to: tuple[int, int]) -> None:
        """Write a text over the cells up to ``to``; one cell needs no merging."""
        if (row, column) == to:
            self.text(row, column, text, style)
        else:
            self.sheet.merge_range(row, column, *to, text, self.book.formats[style])

    def masthead(self, heading: str, note: str, row: int = 0) -> int:
        """Write title, state and note; return the next free row."""
        self.sheet.set_row(row, 24)
        self.text(row, 0, heading, "title")
        self.text(row + 1, 0, self.book.state, "approved" if is_approved(self.book.tables) else "draft")
        self.text(row + 2, 0, note, "line")
        return row + 3

    def letterhead(self, last: int) -> int:
        """Write the institution, then number, date and legal basis; return the next free row."""
        head = self.book.letterhead
        for row, line in enumerate(head.institution):
            self.sheet.set_row(row, 18)
            self.merge(row, 0, line, "letterhead", to=(row, last))
        first = len(head.institution) + 1
        for row, (name, value) in enumerate(head.facts, start=first):
            self.merge(row, 0, f"{name}: {value}", "fact", to=(row, last))
        return first + len(head.facts) + 1

    def paragraph(self, row: int, text: str, last: int, width: float) -> int:
        """Write a text over the columns up to ``last``, ``width`` letters wide; return the next row."""
        self.merge(row, 0, text, "paragraph", to=(row, last))
        self.sheet.set_row(row, 13.5 * math.ceil((len(text) + 1) / width) + 3)
        return row + 1

    def section(self, row: int, key: str, last: int) -> int:
        """Write a section heading, underlined to the column ``last``; return the next row."""
        for column in range(1, last + 1):
            self.blank(row, column, "section")
        self.text(row, 0, self.book.say(f"section.{key}"), "section")
        return row + 1

    def heads(self, row: int, keys: Sequence[str], height: float = 32) -> int:
        """Write column headings; return the next row."""
        self.sheet.set_row(row, height)
        self.texts(row, [self.book.say(f"column.{key}") for key in keys], "head")
        return row + 1

    def signatures(self, row: int, last: int) -> int:
        """Write three places to sign, spread up to the column ``last``; return the last row used."""
        starts = [part * (last + 1) // 3 for part in range(3)]
        for i, (start, role) in enumerate(zip(starts, ("prepared", "checked", "approved"), strict=True)):
            end = starts[i + 1] - 1 if i < 2 else last
            # A column left free between two lines, where there are columns enough.
            end -= int(i < 2 and end - start > 1)
            self.merge(row, start, self.book.say(f"sign.{role}"), "sign_head", to=(row, end))
            known = dict(zip(_SIGN_LINES, self.book.letterhead.signs[role], strict=False))
            for line, name in enumerate(_SIGN_LINES, start=1):
                text = f"{self.book.say(f'sign.{name}')} {known.get(name, '')}".rstrip()
                self.text(row + line, start, text, "sign")
        return row + len(_SIGN_LINES)


def count_style(value: float) -> str:
    """Format of a number of posts: with decimals where it is not whole."""
    return "posts" if math.isnan(value) or value.is_integer() else "decimal"


def address(row: int, column: int) -> str:
    """Address of a cell: (0, 0) is A1."""
    return f"{letter(column)}{row + 1}"


def _plain(text: str) -> str:
    """Text of a header or footer, where a single ampersand would be a command."""
    return text.replace("&", "&&")
