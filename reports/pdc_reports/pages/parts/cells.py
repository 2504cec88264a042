"""Tables of a page as plain cells: what is read, and what is sorted by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from pdc_common.numerals import number
from pdc_common.text import Lang, say


class Cell(NamedTuple):
    """A cell: its text, and the number it is sorted by when it has one.

    ``why`` is the key of its explanation; ``free``: the number could be otherwise at the same optimum.
    """

    text: str | Markup
    value: float | None = None
    numeric: bool = False
    why: str = ""
    free: bool = False


EMPTY = Cell("", None, numeric=True)


@dataclass(frozen=True)
class Heading:
    """A column heading; numeric columns stand at the right."""

    key: str
    text: str | Markup
    numeric: bool = False


@dataclass(frozen=True)
class HtmlTable:
    """A table with a caption; ``search`` gives it a search box, ``tall`` its own scroll."""

    id: str
    caption: str
    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[Cell]]
    search: bool = True
    tall: bool = True
    note: str = ""
    classes: str = ""


def row_html(row: Sequence[Cell]) -> Markup:
    """A row as it stands in the page. Written here and not in the template: pages have a million cells."""
    parts = ["<tr>"]
    for i, (content, value, numeric, why, free) in enumerate(row):
        safe = content if isinstance(content, Markup) else escape(content)
        if why:
            safe = f'<button type="button" class="why" data-why="{escape(why)}">{safe}</button>'
        if i == 0:
            parts.append(f'<th scope="row">{safe}</th>')
            continue
        sorted_by = "" if value is None else f' data-v="{value}"'
        marks = f' class="n{" free" if free else ""}"' if numeric else ""
        parts.append(f"<td{marks}{sorted_by}>{safe}</td>")
    parts.append("</tr>")
    return Markup("".join(parts))


def text(value: object) -> Cell:
    """A cell of text."""
    return Cell(value if isinstance(value, Markup) else str(value))


def figure(value: float | None, lang: Lang, decimals: int = 0, *, sign: bool = False) -> Cell:
    """A cell of a number; a missing one sorts last."""
    missing = value is None or math.isnan(value)
    return Cell(number(value, lang, decimals, sign=sign), None if missing else value, numeric=True)


def asked(cell: Cell, why: str, free: bool) -> Cell:
    """A cell whose number can be asked for its reasons, and is marked where it is free."""
    return cell._replace(why=why, free=free)


def amount(value: float, lang: Lang) -> Cell:
    """A cell of a number of posts that need not be whole (what a rule asks for)."""
    return figure(value, lang, 0 if math.isnan(value) or value.is_integer() else 2)


def headings(keys: Sequence[str], numeric: Sequence[str], lang: Lang) -> tuple[Heading, ...]:
    """Headings by the message keys ``reports.column.*``."""
    return tuple(Heading(key, say(f"reports.column.{key}", lang), key in numeric) for key in keys)
