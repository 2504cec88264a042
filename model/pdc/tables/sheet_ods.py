"""The sheets of an OpenDocument workbook (``.ods``) from its ``content.xml``, element by element.

calamine reads the values of such a file, but not what is hidden, merged, shown as a percentage or a formula
without a result, and it writes out whatever a file says is repeated. Here repeated rows and cells cost
nothing until it is known that they make no monster.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pdc.tables.formats import seen_otherwise
from pdc.tables.limits import MOST_AREA, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, LimitError, hold
from pdc.tables.mojibake import mended
from pdc.tables.sheet_xml import NUMBER, WHOLE, SheetCells, column_letter, parse

_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_CALC: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_CELLS: Final = ("table-cell", "covered-table-cell")
_GROUPS: Final = ("table-row-group", "table-column-group")
# What is no cell though it may hold some, or text: comments, shapes, changes that are remembered, links.
_ASIDE: Final = (
    *("office annotation", "office forms", "table tracked-changes", "table shapes", "table dde-links"),
    *("drawing frame", "drawing custom-shape", "drawing control", "drawing g", "drawing line", "drawing rect",
    "drawing ellipse", "drawing circle", "drawing path", "drawing polygon", "drawing polyline",
    "drawing regular-polygon", "drawing connector", "drawing caption", "drawing measure"),
)  # fmt: skip
_READ: Final = (
    *(f"table {name}" for name in ("table", "table-column", "table-row", *_CELLS, *_GROUPS)),
    *("text p", "text s", "text tab", "text line-break", "text span"),
    *("style style", "style table-properties", "style text-properties"),
)
_TAGS: Final[Mapping[str, str]] = {
    f"{_ODF}{name.split()[0]}:1.0 {name.split()[1]}": name.split()[1] if name in _READ else "aside"
    for name in (*_READ, *_ASIDE)
}
_TIME: Final = re.compile(r"(-?)PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,]\d*)?S)?")
_MOST_SPACES: Final = 32_767  # as long as a text of a cell may be


@dataclass
class OdsSheet:
    """A sheet by its title; ``cells`` are those of a sheet that was asked for."""

    title: str
    shown: bool
    read: bool
    cells: SheetCells = field(default_factory=SheetCells)


@dataclass(slots=True)
class _Line:
    """A row, ``times`` over, with its cells that say something: column, times, value, how it looks."""

    row: int
    times: int
    style: str | None
    cells: list[tuple[int, int, Any, _Looks]]


@dataclass(frozen=True, slots=True)
class _Looks:
    """A cell is shown as a percentage, as another number (``seen``), with a line through it."""

    percent: bool = False
    seen: str | None = None
    struck: bool = False


_PLAIN: Final = _Looks()


def read_ods(content: bytes, wanted: Callable[[str, bool], bool], computing: bool = False) -> list[OdsSheet]:
    """Sheets of a ``content.xml`` in their order, those read that are ``wanted`` (title, shown).

    ``computing``: written by a program that computes every formula, and writes a result that is an empty text
    (``=IF(…;"")``) as no result. Raises :class:`~pdc.tables.limits.LimitError`, ExpatError and ValueError.
    """
    # Counted before they are read, so that what is too much is refused at once.
    hold("cells", content.count(b"table-cell ") + content.count(b"table-cell/"), MOST_CELLS)
    parser = _Parser(wanted, computing)
    parse(content, parser.start, parser.end, parser.data, _TAGS)
    return parser.sheets


class _Parser:
    def __init__(self, wanted: Callable[[str, bool], bool], computing: bool) -> None:
        self.wanted, self.computing = wanted, computing
        self.sheets: list[OdsSheet] = []
        self.aside = 0
        self.style = ""
        self.unseen: set[str] = set()  # styles of sheets that are not shown
        self.lined: set[str] = set()  # styles with a line through the text
        self.sheet: OdsSheet | None = None
        self.cell: Mapping[str, str] | None = None
        self.text: list[str] = []
        self.paragraph = self.struck = False
        self.cells = 0

    # elements ----------------------------------------------------------------------------------------

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        if tag == "aside" or self.aside:
            self.aside += tag == "aside"
        elif tag in _CELLS:
            self.cell, self.text, self.struck = attrs, [], False
        elif self.cell is not None:
            self._inside(tag, attrs)
        elif tag == "table-row":
            style = _of(attrs, "default-cell-style-name")
            self.line = _Line(self.row, _times(_of(attrs, "number-rows-repeated")), style, [])
            self.column = 0
            self._hide(attrs, self.hidden_rows, self.row, self.line.times)
        elif tag == "table-column":
            times = _times(_of(attrs, "number-columns-repeated"))
            self._hide(attrs, self.hidden_columns, self.columns, times)
            if _of(attrs, "default-cell-style-name") in self.lined:
                self.struck_columns.append((self.columns, self.columns + times))
            self.columns += times
        elif tag in _GROUPS:
            self.closed += self.closed > 0 or _of(attrs, "display") == "false"
        elif tag == "table":
            self._begin(attrs)
        elif tag == "style":
            self.style = attrs.get(f"{_ODF}style:1.0 name", "")
        elif tag == "table-properties" and _of(attrs, "display") == "false":
            self.unseen.add(self.style)
        elif tag == "text-properties" and _lined(attrs):
            self.lined.add(self.style)

    def end(self, tag: str) -> None:
        if tag == "aside" or self.aside:
            self.aside -= tag == "aside"
        elif tag == "p":
            self.paragraph = False
        elif tag in _CELLS:
            self._keep(self.cell or {})
            self.cell = None
        elif tag == "table-row":
            self._row()
        elif tag in _GROUPS:
            self.closed -= self.closed > 0
        elif tag == "table":
            self._finish()

    def data(self, text: str) -> None:
        if self.paragraph and not self.aside:
            self.text.append(text)

    def _inside(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Of what a cell holds: paragraphs, and the signs that are elements."""
        if tag == "p":
            if self.text:
                self.text.append("\n")
            self.paragraph = True
        elif tag == "s":
            count = _times(attrs.get(f"{_ODF}text:1.0 c"))
            if count > _MOST_SPACES:
                raise ValueError("spaces")
            self.text.append(" " * count)
        elif tag == "span":
            self.struck = self.struck or attrs.get(f"{_ODF}text:1.0 style-name") in self.lined
        elif tag in ("tab", "line-break"):
            self.text.append("\t" if tag == "tab" else "\n")
        elif tag == "table":
            raise ValueError("a table in a cell")

    # sheets ------------------------------------------------------------------------------------------

    def _begin(self, attrs: Mapping[str, str]) -> None:
        title, shown = _of(attrs, "name") or "", _of(attrs, "style-name") not in self.unseen
        self.sheet = OdsSheet(title, shown, self.wanted(title, shown))
        self.sheets.append(self.sheet)
        hold("sheets", len(self.sheets), MOST_SHEETS)
        self.row = self.columns = self.column = self.closed = 0
        self.lines: list[_Line] = []
        self.hidden_rows: list[tuple[int, int]] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.struck_columns: list[tuple[int, int]] = []

    def _hide(self, attrs: Mapping[str, str], where: list[tuple[int, int]], first: int, times: int) -> None:
        if self.closed or _of(attrs, "visibility") in ("collapse", "filter"):
            where.append((first, first + times))

    def _keep(self, attrs: Mapping[str, str]) -> None:
        times = _times(_of(attrs, "number-columns-repeated"))
        at, self.column = self.column, self.column + times
        if self.sheet is None or not self.sheet.read:
            return
        kind = attrs.get(f"{_ODF}office:1.0 value-type", "")
        value = self._value(kind, attrs)
        empty = value is None or (isinstance(value, str) and not value.strip())
        if empty and not self._computed(kind, value, _of(attrs, "formula")):
            self._count(times * self.line.times)
            self.sheet.cells.uncalculated.extend(
                (self.line.row + i, at + j) for i in range(self.line.times) for j in range(times)
            )
            return
        if empty:
            return
        self._count(times * self.line.times)
        # Some programs stretch the last cell that says something to the edge of the sheet; none wider.
        self._within(at + times, self.line.row + self.line.times)
        self.line.cells.append((at, times, value, self._looks(kind, value, attrs, at)))
        down, right = (_times(_of(attrs, f"number-{what}-spanned")) for what in ("rows", "columns"))
        if down > 1 or right > 1:
            self.sheet.cells.merges.extend(
                (row, at, row + down - 1, at + right - 1)
                for row in range(self.line.row, self.line.row + self.line.times)
            )

    def _looks(self, kind: str, value: Any, attrs: Mapping[str, str], column: int) -> _Looks:
        # A cell without a style of its own has its row's, or else its column's.
        style = _of(attrs, "style-name") or self.line.style
        by_column = style is None and any(low <= column < high for low, high in self.struck_columns)
        percent = kind == "percentage" and not isinstance(value, str)
        number = kind in ("float", "currency") and isinstance(value, (int, float))
        seen = seen_otherwise("".join(self.text), value) if number else None
        return _Looks(percent, seen, self.struck or style in self.lined or by_column)

    def _computed(self, kind: str, value: Any, formula: str | None) -> bool:
        """Is an empty cell meant to be empty: no formula, or one whose result is an empty text?"""
        if formula is None or (kind == "string" and value is not None):
            return True
        return self.computing and not kind and '""' in formula

    def _count(self, cells: int) -> None:
        self.cells += cells
        self._hold("cells", self.cells, MOST_CELLS)

    def _within(self, columns: int, rows: int) -> None:
        self._hold("columns", columns, MOST_COLUMNS, self.line.row + 1)
        self._hold("rows", rows, MOST_ROWS)

    def _hold(self, what: str, found: int, most: int, row: int | None = None, column: str = "") -> None:
        try:
            hold(what, found, most, row, column)
        except LimitError as error:
            error.sheet = self.sheet.title if self.sheet else ""
            raise

    def _row(self) -> None:
        if self.line.cells:
            self.lines.append(self.line)
        self.row = self.line.row + self.line.times

    def _finish(self) -> None:
        """The kept cells as rows, once it is known that they make no monster."""
        if self.sheet is None or not self.sheet.read:
            self.sheet = None
            return
        made = self.sheet.cells
        height = max((line.row + line.times for line in self.lines), default=0)
        width = max((at + times for line in self.lines for at, times, _, _ in line.cells), default=0)
        far = column_letter(width - 1) if width > height else ""
        self._hold("area", height * width, MOST_AREA, height, far)
        rows: list[list[Any]] = [[] for _ in range(height)]
        for line in self.lines:
            for row in range(line.row, line.row + line.times):
                cells: list[Any] = [None] * width
                for at, times, value, looks in line.cells:
                    cells[at : at + times] = [value] * times
                    where = [(row, j) for j in range(at, at + times)] if looks != _PLAIN else []
                    made.percent.update(where if looks.percent else ())
                    made.struck.update(where if looks.struck else ())
                    made.seen.update(dict.fromkeys(where, looks.seen) if looks.seen is not None else {})
                rows[row] = cells
        for cells in rows:
            cells.extend([None] * (width - len(cells)))
        made.rows = rows
        made.hidden_rows.update(_within(self.hidden_rows, height))
        made.hidden_columns.update(_within(self.hidden_columns, width))
        self.sheet = None

    # values ------------------------------------------------------------------------------------------

    def _value(self, kind: str, attrs: Mapping[str, str]) -> Any:
        text = "".join(self.text)
        if attrs.get(_CALC) == "error":
            return text.strip()
        match kind:
            case "float" | "percentage" | "currency":
                return _number(attrs.get(f"{_ODF}office:1.0 value", ""), text)
            case "date":
                return _date(attrs.get(f"{_ODF}office:1.0 date-value", ""), text)
            case "time":
                return _time(attrs.get(f"{_ODF}office:1.0 time-value", ""), text)
            case "boolean":
                return attrs.get(f"{_ODF}office:1.0 boolean-value") == "true"
            case "string":
                return mended(attrs.get(f"{_ODF}office:1.0 string-value", text))
        return mended(text) if text else None


def _of(attrs: Mapping[str, str], name: str) -> str | None:
    return attrs.get(f"{_ODF}table:1.0 {name}")


def _lined(attrs: Mapping[str, str]) -> bool:
    """Do a style's properties draw a line through the text?"""
    names = (f"{_ODF}style:1.0 text-line-through-{what}" for what in ("style", "type"))
    return any(attrs.get(name, "none") != "none" for name in names)


def _times(text: str | None) -> int:
    """How often something is repeated; ValueError for what is no such number."""
    if text is None:
        return 1
    if not WHOLE.fullmatch(text) or int(text) < 1:
        raise ValueError(text)
    return int(text)


def _within(ranges: list[tuple[int, int]], end: int) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, min(last, end))


def _number(text: str, shown: str) -> Any:
    """A number; one that is none as its text, which is told where a number is expected."""
    text = text.strip()
    if WHOLE.fullmatch(text):
        return int(text)
    if NUMBER.fullmatch(text) and math.isfinite(found := float(text)):
        return int(found) if found.is_integer() else found
    return text or shown.strip() or None


def _date(text: str, shown: str) -> Any:
    try:
        return datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return text or shown.strip() or None


def _time(text: str, shown: str) -> Any:
    match = _TIME.fullmatch(text)
    if match is None or text.endswith("T"):
        return text or shown.strip() or None
    sign, *parts = match.groups()
    hours, minutes, seconds = (int(part or 0) for part in parts)
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}"
