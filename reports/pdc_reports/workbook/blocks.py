"""Whole blocks of cells at once: a table of the workbook without a call a cell.

XlsxWriter takes a call to note each cell and another to write it, and pdc's workbook has 1.2 million. A
:class:`Column` is noted whole, and the rows of a block are put together column by column. The file is the
same to the byte: shared strings and formats are numbered in the order of the cells, as XlsxWriter does.

That uses methods of XlsxWriter that are its own affair, so a sample is written both ways first
(:func:`known`); where the two differ (another XlsxWriter), every cell is written by a call, and only the time
is longer.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import chain, filterfalse, islice, repeat
from typing import Any, Final, Literal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

_SPAN: Final = 16  # rows that share one "spans" in the file
_TOGETHER: Final = 64  # rows that are written in one go
_LONGEST: Final = 16_383  # letters up to which a text needs no second look (half of Excel's limit)
_HERE: Final = "\0"  # where the number of its row stands in a cell; no sheet's XML has such a letter
_EMPTY: Final = ""  # what an empty cell with its borders holds
_ENDLESS: Final = frozenset((math.inf, -math.inf))
Kind = Literal["text", "number", "sum"]
_Key = tuple[Kind, int, int, str | None]


@dataclass(frozen=True)
class Column:
    """Cells of one kind below one another; ``style`` is a format's name, or one a cell.

    A missing number is an empty cell with its borders, with ``gaps`` no cell at all. Sums have their range
    in ``where`` and their number in ``values``.
    """

    kind: Kind
    style: str | Sequence[str]
    values: Sequence[Any]
    where: Sequence[str] = ()
    gaps: bool = False

    def styles(self) -> Sequence[str]:
        """The format of every cell."""
        return [self.style] * len(self.values) if isinstance(self.style, str) else self.style


def texts(style: str | Sequence[str], values: Sequence[str]) -> Column:
    """A column of texts."""
    return Column("text", style, values)


def numbers(style: str | Sequence[str], values: Sequence[float], *, gaps: bool = False) -> Column:
    """A column of numbers; a missing one (nan) is an empty cell, with ``gaps`` none."""
    return Column("number", style, values, gaps=gaps)


def sums(style: str, where: Sequence[str], values: Sequence[float]) -> Column:
    """A column of sums with the values that they have."""
    return Column("sum", style, values, where)


class _Made(dict[Any, str]):
    """Cells of a column by what they hold: each is put together once, without its row's number.

    Where every cell of the rows is there, a row is its cells joined by its number: each begins behind its own
    number and ends before the next cell's. Else the number's place is marked.
    """

    def __init__(self, kind: Kind, column: int, style: int, after: str | None) -> None:
        super().__init__({None: ""})
        self.kind, self.after = kind, after or ""
        self.head = (f'<c r="{letter(column)}{_HERE}' if after is None else "") + f'" s="{style}"'

    def __missing__(self, holds: Any) -> str:
        if self.kind == "text":
            end = f' t="s"><v>{holds}</v></c>'
        else:
            end = "/>" if holds == _EMPTY else f"><v>{holds:.16G}</v></c>"
        made = self[holds] = self.head + end + self.after
        return made


@dataclass
class _Block:
    """Rows of the file in the making.

    ``holds`` has of every cell the number of its text, its number, or its formula with its value; None where
    there is no cell, which only columns with ``gaps`` may have.
    """

    row: int
    first: int
    formats: Sequence[Sequence[Any] | Any]
    kinds: Sequence[Kind]
    holds: Sequence[Sequence[Any]]
    gaps: Sequence[bool]

    @property
    def size(self) -> int:
        return len(self.holds[0])

    @property
    def rows(self) -> range:
        return range(self.row, self.row + self.size)

    @cached_property
    def open(self) -> list[bool]:
        """Does a column lack a cell?"""
        return [gaps and None in holds for holds, gaps in zip(self.holds, self.gaps, strict=True)]

    def spans_by_row(self) -> Iterator[tuple[int, int, int]]:
        """First and last column of rows, by the number of their "spans"."""
        if not self.open[0] and not self.open[-1]:
            for at in range(self.row // _SPAN, (self.row + self.size - 1) // _SPAN + 1):
                yield at, self.first, self.first + len(self.holds) - 1
            return
        for row, (low, high) in enumerate(zip(*self.spans(), strict=True), self.row):
            yield row // _SPAN, low, high

    def spans(self) -> tuple[list[int], list[int]]:
        """First and last column of each row that has a cell."""
        low, high = [self.first] * self.size, [self.first + len(self.holds) - 1] * self.size
        for edge, order in ((low, range(len(self.holds))), (high, range(len(self.holds) - 1, -1, -1))):
            open_: Sequence[int] = range(self.size)
            for column in order:
                holds = self.holds[column]
                if not self.open[column] and len(open_) == self.size:
                    break  # every row begins, or ends, as it stands
                for i in open_:
                    edge[i] = self.first + column
                open_ = [i for i in open_ if holds[i] is None]
                if not open_:
                    break
        return low, high

    @property
    def whole(self) -> bool:
        """Is there a cell in every column of every row?"""
        return not any(self.open)

    def columns(self, made: dict[_Key, _Made]) -> list[Iterable[str]]:
        """The cells of each column, as :class:`_Made` has them; ``made`` are those of the sheet so far."""
        self._number_formats()
        columns = zip(self.formats, self.kinds, self.holds, strict=True)
        return [self._column(at, *column, made) for at, column in enumerate(columns, self.first)]

    def _column(self, at: int, formats: Any, kind: Kind, holds: Sequence[Any], made: Any) -> Iterable[str]:
        last = at + 1 == self.first + len(self.holds)
        after = None if not self.whole else "</row>" if last else f'<c r="{letter(at + 1)}'

        def of(one: Any) -> _Made:
            key = kind, at, one._get_xf_index(), after
            if key not in made:
                made[key] = _Made(*key)
            found: _Made = made[key]
            return found

        if kind == "sum":
            cells = of(formats)
            return [cells.head + formula + cells.after for formula in holds]
        if not isinstance(formats, list):
            return map(of(formats).__getitem__, holds)
        each = {id(one): of(one) for one, what in zip(formats, holds, strict=True) if what is not None}
        pairs = zip(formats, holds, strict=True)
        return ["" if what is None else each[id(one)][what] for one, what in pairs]

    def _number_formats(self) -> None:
        """Formats get their number at the first cell that has them, row by row."""
        found: list[tuple[int, int, Any]] = []
        for column, (formats, holds) in enumerate(zip(self.formats, self.holds, strict=True)):
            several = isinstance(formats, list)
            each: Iterable[Any] = dict.fromkeys(formats) if several else (formats,)
            for one in (one for one in each if one.xf_index is None):
                filled = (row for row, what in enumerate(holds) if what is not None)
                row = next((row for row in filled if not several or formats[row] is one), None)
                if row is not None:
                    found.append((row, column, one))
        for _, _, one in sorted(found, key=lambda place: place[:2]):
            one._get_xf_index()


class Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes blocks, and without two of XlsxWriter's searches that never find anything here.

    Those two overrides return what XlsxWriter's own methods would; were they no longer called, the workbook
    would only take longer.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        # Our formulas are sums and differences: none of the newer functions that it looks for.
        del expand_future_functions
        return formula.removeprefix("=")

    def _escape_attributes(self, attribute: Any) -> Any:
        # Nearly every attribute is a cell's address or format number, where nothing needs escaping.
        if isinstance(attribute, str) and not attribute.isalnum():
            return super()._escape_attributes(attribute)
        return attribute

    def block(self, row: int, first: int, columns: Sequence[Column], formats: dict[str, Any]) -> bool:
        """Note the cells of some columns from a place on; False where XlsxWriter has to take each."""
        size = len(columns[0].values)
        if not size:
            return True
        if self.constant_memory or self.comments or not all(_plain(column) for column in columns):
            return False
        holds = _holds(columns, self.str_table)
        self._refuse_others(range(row, row + size))
        held = [
            i
            for i, (column, one) in enumerate(zip(columns, holds, strict=True))
            if not column.gaps or any(what is not None for what in one)
        ]
        if self._check_dimensions(row, first + held[0]) or self._check_dimensions(
            row + size - 1, first + held[-1]
        ):
            raise ValueError(f"row {row}, column {first}: outside the sheet")
        styles = [
            formats[c.style] if isinstance(c.style, str) else [formats[name] for name in c.style]
            for c in columns
        ]
        kinds, gaps = [column.kind for column in columns], [column.gaps for column in columns]
        self._blocks.append(_Block(row, first, styles, kinds, holds, gaps))
        return True

    def _refuse_others(self, rows: range) -> None:
        """No cell stands by itself in the rows of a block."""
        if not self.table.keys().isdisjoint(rows) and any(self.table.get(row) for row in rows):
            raise ValueError(f"row {rows[0]}: cells by themselves stand in the rows of a block")

    @property
    def _blocks(self) -> list[_Block]:
        found: list[_Block] = self.__dict__.setdefault("pdc_blocks", [])
        return found

    def _calculate_spans(self) -> None:
        if not self._blocks:
            super()._calculate_spans()
            return
        low: dict[int, int] = {}
        high: dict[int, int] = {}
        for block in self._blocks:
            for at, a, b in block.spans_by_row():
                low[at], high[at] = min(low.get(at, a), a), max(high.get(at, b), b)
        for row, cells in self.table.items():
            if cells:
                at = row // _SPAN
                low[at] = min(low.get(at, min(cells)), *cells)
                high[at] = max(high.get(at, max(cells)), *cells)
        self.row_spans = {at: f"{low[at] + 1}:{high[at] + 1}" for at in low}

    def _write_rows(self) -> None:
        if not self._blocks:
            super()._write_rows()
            return
        self._calculate_spans()
        row = self.dim_rowmin
        made: dict[_Key, _Made] = {}
        for block in sorted(self._blocks, key=lambda one: one.row):
            self._single(range(row, block.row))
            self._refuse_others(block.rows)
            if self._usual(block.rows):
                lines = self._lines(block, made)
                while text := "".join(islice(lines, _TOGETHER)):
                    self.fh.write(text)
            else:
                self._write_each(block, made)
            row = block.row + block.size
        self._single(range(row, self.dim_rowmax + 1))

    def _usual(self, rows: range) -> bool:
        """Has no row a height of its own, or another look?"""
        usual: bool = self.default_row_height == self.original_row_height and self.excel_version != 2010
        return usual and not any(map(self.row_info.__contains__, rows))

    def _lines(self, block: _Block, made: dict[_Key, _Made]) -> Iterator[str]:
        """Rows of a block without a look of their own."""
        here = (str(number + 1) for number in block.rows)
        spans = (self.row_spans[number // _SPAN] for number in block.rows)
        if block.whole:
            opens = f'"><c r="{letter(block.first)}'
            heads = (f'" spans="{span}{opens}' for span in spans)
            columns = zip(repeat('<row r="'), heads, *block.columns(made))
            return map(str.join, here, columns)
        heads = (f'<row r="{_HERE}" spans="{span}">' for span in spans)
        rows = map("".join, zip(heads, *block.columns(made), repeat("</row>")))
        return map(str.replace, rows, repeat(_HERE), here)

    def _write_each(self, block: _Block, made: dict[_Key, _Made]) -> None:
        """Write rows of a block of which some have a look of their own."""
        opens = f'<c r="{letter(block.first)}' if block.whole else ""
        for number, cells in zip(block.rows, zip(*block.columns(made), strict=True), strict=True):
            here = str(number + 1)
            self._write_row(number, self.row_spans[number // _SPAN], self.row_info.get(number))
            if block.whole:
                self.fh.write(here.join((opens, *cells)))
            else:
                self.fh.write("".join((*cells, "</row>")).replace(_HERE, here))

    def _single(self, rows: range) -> None:
        """Rows of cells by themselves, as XlsxWriter writes them."""
        for row in rows:
            cells = self.table.get(row)
            if not cells and row not in self.row_info:
                continue
            span, info = self.row_spans.get(row // _SPAN), self.row_info.get(row)
            if not cells:
                self._write_empty_row(row, span, info)
                continue
            self._write_row(row, span, info)
            for column in sorted(cells):
                self._write_cell(row, column, cells[column])
            self._xml_end_tag("row")


def _plain(column: Column) -> bool:
    if column.kind == "text":
        return max(map(len, column.values)) <= _LONGEST
    return _ENDLESS.isdisjoint(column.values)


def _holds(columns: Sequence[Column], strings: Any) -> list[Sequence[Any]]:
    """What each cell holds; texts are numbered in the order of the cells."""
    worded = [column.values for column in columns if column.kind == "text"]
    at: dict[str, int] = strings.string_table
    new = set(filterfalse(at.__contains__, chain.from_iterable(worded)))
    if new:
        in_order = filter(new.__contains__, chain.from_iterable(zip(*worded, strict=True)))
        for text in dict.fromkeys(in_order):
            strings._get_shared_string_index(text)
    strings.count += sum(map(len, worded)) - len(new)
    return [
        list(map(at.__getitem__, column.values)) if column.kind == "text" else _counted(column)
        for column in columns
    ]


def _counted(column: Column) -> Sequence[Any]:
    if column.kind == "sum":
        return [
            f"><f>SUM({where})</f><v>{_cached(value)}</v></c>"
            for where, value in zip(column.where, column.values, strict=True)
        ]
    if not math.isnan(sum(column.values)):
        return column.values
    missing = None if column.gaps else _EMPTY
    return [missing if value != value else value for value in column.values]  # noqa: PLR0124 - nan is no number


def _cached(value: float) -> float:
    return 0 if math.isnan(value) else value


@cache
def letter(column: int) -> str:
    """Letters of a column: 0 is A, 26 is AA."""
    text, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def write(
    sheet: Any,
    formats: dict[str, Any],
    at: tuple[int, int],
    columns: Sequence[Column],
    *,
    fast: bool | None = None,
) -> None:
    """Write columns of one length side by side, from the row and column ``at`` on.

    At once, or by a call a cell where ``fast`` is False (by itself: where this XlsxWriter is unknown).
    """
    row, first = at
    if (known() if fast is None else fast) and sheet.block(row, first, columns, formats):
        return
    styles = [[formats[name] for name in column.styles()] for column in columns]
    for i in range(len(columns[0].values)):
        for number, (column, own) in enumerate(zip(columns, styles, strict=True), first):
            value = column.values[i]
            if column.kind == "text":
                sheet.write_string(row + i, number, value, own[i])
            elif column.kind == "sum":
                sheet.write_formula(row + i, number, f"=SUM({column.where[i]})", own[i], _cached(value))
            elif not math.isnan(value):
                sheet.write_number(row + i, number, value, own[i])
            elif not column.gaps:
                sheet.write_blank(row + i, number, None, own[i])


@cache
def known() -> bool:
    """Does this XlsxWriter write a block as it writes the cells one by one?"""
    try:
        return _sample(fast=True) == _sample(fast=False)
    except (AttributeError, LookupError, TypeError, ValueError):
        return False


def _sample(*, fast: bool) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})
    styles = {name: book.add_format({"indent": i}) for i, name in enumerate("abcd", 1)}
    sheet = book.add_worksheet("1", Sheet)
    sheet.set_row(20, 30)
    sheet.write_string(0, 0, "<&>", styles["d"])
    nan = math.nan
    columns = [
        texts("b", ["x", "&", " y", "x"]),
        numbers("a", [1.0, nan, 0.5, 3e20]),
        numbers(["c", "c", "a", "c"], [nan, 2.0, -3.0, 4.0], gaps=True),
        sums("d", ["A1:B1", "A2:B2", "A3", "0"], [1.5, 0, nan, 7.0]),
        numbers("a", [nan, nan, 1.0, nan], gaps=True),
    ]
    for row in (3, 18):
        write(sheet, styles, (row, 1), columns, fast=fast)
    sheet.write_number(30, 4, 1.0, styles["a"])
    book.close()
    return out.getvalue()
