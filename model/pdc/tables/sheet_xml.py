"""The cells of one sheet of a workbook from its XML, in every spelling that Office programs write.

Elements may carry any prefix, rows and cells may lack their numbers, the file may be Strict Open XML. Only
cells that say something are kept, so a blank cell far away costs nothing.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from pdc.tables.formats import seen
from pdc.tables.limits import MOST_AREA, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, hold
from pdc.tables.mojibake import mended

MAIN: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""Namespaces of sheets: the usual one, and that of Strict Open XML."""
_LETTERS: Final = 26
_DAY: Final = 86_400_000  # milliseconds
_TAGS: Final = (
    "row",
    "c",
    "v",
    "f",
    "is",
    "t",
    "rPh",
    "mergeCell",
    "col",
    "si",
    "numFmt",
    "cellXfs",
    "xf",
    "sheet",
    "fonts",
    "font",
    "strike",
)
_LOCAL: Final[Mapping[str, str]] = {
    f"{uri} {tag}".strip(): tag for uri in (*MAIN, "") for tag in (*_TAGS, "workbookPr")
}
_YES: Final = ("1", "true", "on")
WHOLE: Final = re.compile(r"[+-]?\d{1,18}")
NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")

Ref = tuple[int, int, int, int]


@dataclass
class SheetCells:
    """What a sheet holds. Rows and columns count from 0; ``rows`` end with the last that says something.

    ``merges`` are (first row, first column, last row, last column); ``percent`` cells shown as a percentage;
    ``uncalculated`` cells with a formula whose result the file lacks; ``seen`` what people see in cells whose
    format makes another number of theirs; ``struck`` cells with a line through them, or through a part.
    """

    rows: list[list[Any]] = field(default_factory=list)
    merges: list[Ref] = field(default_factory=list)
    percent: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)
    seen: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Styles:
    """Styles (positions in ``cellXfs``) that show a number as a date or as a percentage; the day 0.

    ``odd``: formats by which people see another number than the cell holds (:mod:`pdc.tables.formats`);
    ``struck``: styles with a line through the text.
    """

    dates: frozenset[int] = frozenset()
    percents: frozenset[int] = frozenset()
    epoch: datetime.datetime = datetime.datetime(1899, 12, 30)
    odd: Mapping[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()


def is_strike(attrs: Mapping[str, str]) -> bool:
    """Does an element ``strike`` draw a line?"""
    return attrs.get("val", "1") in _YES


class Shared(list[str]):
    """Texts of a workbook by number; ``struck`` are those with a line through them, or through a part."""

    def __init__(self) -> None:
        super().__init__()
        self.struck: set[int] = set()


def column_letter(j: int) -> str:
    """Letters of a column, as a spreadsheet writes them (0: A)."""
    letters, j = "", j + 1
    while j:
        j, rest = divmod(j - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def position(cell: str) -> tuple[int, int]:
    """Row and column of a cell such as ``C12`` or ``$C$12``, from 0. ValueError for another text."""
    cell = cell.replace("$", "")
    letters = cell.rstrip("0123456789")
    if not 0 < len(letters) <= 3 or not letters.isascii() or not letters.isalpha():
        raise ValueError(cell)
    column = 0
    for letter in letters.upper():
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :]) - 1, column - 1


def area(ref: str) -> Ref:
    """First row, first column, last row, last column of ``A1:C3``."""
    first, _, last = ref.partition(":")
    (top, left), (bottom, right) = position(first), position(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def parse(
    content: bytes, start: Any, end: Any = None, data: Any = None, tags: Mapping[str, str] = _LOCAL
) -> None:
    """Walk XML: ``start(tag, attributes)``, ``end(tag)`` for some tags (those of a sheet), ``data(text)``.

    Raises ``expat.ExpatError`` for what is no XML, and ValueError for XML that declares entities of its own.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attrs: name in tags and start(tags[name], attrs)
    if end is not None:
        parser.EndElementHandler = lambda name: name in tags and end(tags[name])
    if data is not None:
        parser.CharacterDataHandler = data
    parser.EntityDeclHandler = _no_entities
    parser.Parse(content, True)


def _no_entities(*_: object) -> None:
    raise ValueError("entities")


def unescape(text: str) -> str:
    """Letters that a workbook writes as ``_x000D_``."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def shared_strings(content: bytes) -> Shared:
    """Texts of a workbook by number; readings in small letters above (``rPh``) are no part of them."""
    found = Shared()
    parts: list[str] = []
    inside = aside = False

    def start(tag: str, attrs: Mapping[str, str]) -> None:
        nonlocal inside, aside
        if tag == "si":
            parts.clear()
        elif tag == "strike" and is_strike(attrs):
            found.struck.add(len(found))
        elif tag == "rPh":
            aside = True
        elif tag == "t":
            inside = not aside

    def end(tag: str) -> None:
        nonlocal inside, aside
        if tag == "si":
            found.append(mended(unescape("".join(parts))))
        elif tag == "rPh":
            aside = False
        elif tag == "t":
            inside = False

    parse(content, start, end, lambda text: parts.append(text) if inside else None)
    return found


class SheetParser:
    """One sheet's XML into :class:`SheetCells`."""

    def __init__(self, strings: Sequence[str], styles: Styles) -> None:
        self.strings, self.styles = strings, styles
        self.struck_texts = strings.struck if isinstance(strings, Shared) else set[int]()
        self.made = SheetCells()
        self.kept: list[tuple[int, list[tuple[int, Any]]]] = []  # row, its cells that say something
        self.row = self.column = -1
        self.rows = self.cells = 0
        self.text: list[str] = []
        self.collecting = self.aside = self.inside = False
        self.formula = self.valued = self.struck = False
        self.type, self.style = "n", 0

    def read(self, content: bytes) -> SheetCells:
        """Raises :class:`~pdc.tables.limits.LimitError`, ExpatError and ValueError."""
        parse(content, self.start, self.end, self.data)
        self._together()
        return self.made

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """An element begins."""
        if tag == "c":
            self._cell(attrs)
        elif tag == "v":
            self.valued = self.collecting = self.inside
        elif tag == "t":
            if self.inside and not self.aside:
                self.valued = self.collecting = True
        elif tag == "f":
            self.formula = self.inside
        elif tag == "row":
            self._row(attrs)
        elif tag == "rPh":
            self.aside = True
        elif tag == "strike":
            self.struck = self.struck or (self.inside and is_strike(attrs))
        elif tag == "mergeCell":
            self.made.merges.append(area(attrs["ref"]))
        elif tag == "col" and (attrs.get("hidden") in _YES or _is_nought(attrs.get("width"))):
            last = min(int(attrs["max"]), MOST_COLUMNS)
            self.made.hidden_columns.update(range(int(attrs["min"]) - 1, last))

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in ("v", "t"):
            self.collecting = False
        elif tag == "c" and self.inside:
            self.inside = False
            self._keep()
        elif tag == "rPh":
            self.aside = False

    def data(self, text: str) -> None:
        """Text of an element."""
        if self.collecting:
            self.text.append(text)

    def _row(self, attrs: Mapping[str, str]) -> None:
        self.rows += 1
        self.row = int(attrs["r"]) - 1 if "r" in attrs else self.row + 1
        hold("rows", max(self.rows, self.row + 1), MOST_ROWS)
        self.column = -1
        if attrs.get("hidden") in _YES or _is_nought(attrs.get("ht")):
            self.made.hidden_rows.add(self.row)
        self.kept.append((self.row, []))

    def _cell(self, attrs: Mapping[str, str]) -> None:
        self.cells += 1
        hold("cells", self.cells, MOST_CELLS)
        if "r" in attrs:
            row, self.column = position(attrs["r"])
            if (
                not self.kept or row != self.kept[-1][0]
            ):  # a cell that says it is in another row than it stands in
                self.row = row
                self.kept.append((row, []))
        else:
            self.column += 1
        hold("columns", self.column + 1, MOST_COLUMNS, self.row + 1)
        self.inside, self.formula, self.valued = True, False, False
        self.struck = False
        self.text = []
        self.type, self.style = attrs.get("t", "n"), int(attrs.get("s") or 0)

    def _keep(self) -> None:
        text = "".join(self.text)
        # =IF(…,"") is saved as an empty text; a formula that nobody computed has no value or no text.
        if self.formula and not (self.valued and (text.strip() or self.type == "str")):
            self.made.uncalculated.append((self.row, self.column))
            return
        value = self._value(text)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            self.kept[-1][1].append((self.column, value))
            if self.struck or self.style in self.styles.struck:
                self.made.struck.add((self.row, self.column))

    def _value(self, text: str) -> Any:
        if not self.valued:
            return None
        if self.type == "s":
            self.struck = self.struck or (bool(self.struck_texts) and int(text or -1) in self.struck_texts)
            return self.strings[int(text)] if text.strip() else None
        if self.type in ("str", "inlineStr"):
            return mended(unescape(text))
        if self.type == "b":
            return text.strip() in _YES
        if self.type == "d":
            return _iso(text.strip())
        if self.type != "n":
            return text.strip()
        return self._number(text.strip())

    def _number(self, text: str) -> Any:
        if not text:
            return None
        if WHOLE.fullmatch(text):
            number: int | float = int(text)
        elif NUMBER.fullmatch(text) and math.isfinite(float(text)):
            number = float(text)
            number = int(number) if number.is_integer() else number
        else:
            return text
        if self.style in self.styles.dates:
            return self._date(number)
        if self.style in self.styles.percents:
            self.made.percent.add((self.row, self.column))
        elif (
            self.style in self.styles.odd and (look := seen(self.styles.odd[self.style], number)) is not None
        ):
            self.made.seen[self.row, self.column] = look
        return number

    def _date(self, number: float) -> Any:
        try:
            # To the millisecond: 8:30 is no fraction of a day that a double has, and would be 8:29:59.999999.
            found = self.styles.epoch + datetime.timedelta(milliseconds=round(number * _DAY))
            return str(found.time()) if 0 <= number < 1 else found
        except OverflowError:
            return f"{number:g}"

    def _together(self) -> None:
        """The kept cells as rows, once it is known that they make no monster."""
        last = max((row for row, cells in self.kept if cells), default=-1)
        width, at = 0, 0
        for row, cells in self.kept:
            for column, _ in cells:
                if column >= width:
                    width, at = column + 1, row
        far = (at + 1, column_letter(width - 1)) if width > last + 1 else (last + 1, "")
        hold("area", (last + 1) * width, MOST_AREA, *far)
        rows: list[list[Any]] = [[] for _ in range(last + 1)]
        for row, cells in self.kept:
            if not cells:
                continue
            line = rows[row]
            line.extend([None] * (width - len(line)))
            for column, value in cells:
                line[column] = value
        for line in rows:
            line.extend([None] * (width - len(line)))
        self.made.rows = rows


def _iso(text: str) -> Any:
    try:
        return datetime.datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return text


def _is_nought(size: str | None) -> bool:
    """Is a row's height or a column's width nought: hidden by dragging?"""
    try:
        return size is not None and float(size) == 0
    except ValueError:
        return False
