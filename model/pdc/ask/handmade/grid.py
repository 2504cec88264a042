"""Raw tables from files: every sheet as rows of cells, merged cells filled, nothing understood yet."""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pdc.base.faults import Fault, InputError
from pdc.tables.cells import clean
from pdc.tables.csvfile import SEPARATORS, read_rows
from pdc.tables.quick_cells import bare, quick_cells
from pdc.tables.schema import heading_key
from pdc.tables.workbook import OLE, cell_text, uncalculated

_LINES: Final = 40  # lines that the separator of a CSV file is told from
_LETTERS: Final = 26
REPEATING: Final = frozenset({int, str, type(None)})  # types of cells that are keys of what is known
_PLAIN: Final = frozenset({int, float, str, type(None)})


@dataclass(eq=False)
class Grid:
    """One sheet. ``values[i][j]`` is the cell, ``texts`` its text; ``lines[i]`` the row an analyst sees.

    ``repeats`` are cells that only repeat a merged cell; ``percent`` cells shown as a percentage; ``hidden``
    rows that Excel does not show. ``turned``: rows and columns were exchanged when it was read.
    """

    file: str
    values: list[list[Any]]
    lines: list[int]
    repeats: set[tuple[int, int]] = field(default_factory=set)
    percent: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    turned: bool = False

    def __post_init__(self) -> None:
        self.width = max(map(len, self.values), default=0)
        for row in self.values:
            row.extend([None] * (self.width - len(row)))
        # Most cells are numbers or empty, and repeat: each is made a text once.
        known: dict[Any, str] = {None: ""}
        self.texts = [
            [known[v] if type(v) in REPEATING and v in known else _text(v, known) for v in row]
            for row in self.values
        ]

    def where(self, i: int, j: int) -> tuple[int, str]:
        """Row and column letter of a cell as the file has it."""
        if self.turned:
            i, j = j, i
            return self._lines_before[i], column_letter(j)
        return self.lines[i], column_letter(j)

    def exchanged(self) -> Grid:
        """The table with its rows as columns."""
        flip = {(j, i) for i, j in self.repeats}, {(j, i) for i, j in self.percent}
        other = Grid(
            self.file,
            [list(column) for column in zip(*self.values, strict=True)],
            list(range(1, self.width + 1)),
            *flip,
            turned=not self.turned,
        )
        other._lines_before = self.lines
        return other

    _lines_before: list[int] = field(default_factory=list)


def read_grids(path: Path) -> list[Grid]:
    """Sheets of a CSV file or a workbook.

    Raises :class:`~pdc.base.faults.InputError` where there is no table.
    """
    try:
        if not path.is_file():
            raise InputError([Fault(str(path), None, None, "cetvel.missing")])
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise InputError(
            [Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})]
        ) from None
    suffix = heading_key(path.suffix)
    if suffix == "xls" and head.startswith(OLE):
        raise InputError([Fault(path.name, None, None, "old_excel")])
    if suffix in ("xlsx", "xlsm") or head.startswith(b"PK\x03\x04"):
        return _book(path)
    if suffix not in ("csv", "txt", "tsv", "") or head.startswith((b"%PDF", OLE)):
        raise InputError([Fault(path.name, None, None, "cetvel.not_table", {"kind": _kind(head)})])
    found = read_rows(path, _separator)
    if isinstance(found, Fault):
        raise InputError([found])
    rows, lines = found
    return [Grid(path.name, [list(row) for row in rows], lines)]


def _kind(head: bytes) -> str:
    if head.startswith(b"%PDF"):
        return "PDF"
    if head.startswith(OLE):
        return "Office 97-2003"
    if head.lstrip()[:1] == b"<":
        return "HTML/XML"
    return "?"


def _separator(text: str) -> str:
    """The separator that gives the most lines the same number of cells, the most cells first."""
    lines = [line for line in text.splitlines() if line.strip()][:_LINES]

    def score(separator: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        except csv.Error:
            return (0, 0)
        wide = [width for width in widths if width > 1]
        if not wide:
            return (0, 0)
        usual = max(set(wide), key=lambda width: (wide.count(width), width))
        return (wide.count(usual), usual)

    return max(SEPARATORS, key=score)


def _book(path: Path) -> list[Grid]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            [Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})]
        ) from None
    if raw.startswith(OLE):
        raise InputError([Fault(path.name, None, None, "protected")])
    if not raw.startswith(b"PK\x03\x04"):
        raise InputError([Fault(path.name, None, None, "cetvel.not_table", {"kind": _kind(raw[:64])})])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of charts, validations and styles
            grids = list(_sheets(path.name, raw))
            faults = list(uncalculated(path.name, raw, _titles(raw)))
    except Exception:  # openpyxl raises nearly any type on a damaged file
        raise InputError([Fault(path.name, None, None, "broken_workbook")]) from None
    if faults:
        raise InputError(faults)
    return grids


def _titles(raw: bytes) -> Iterator[str]:
    """Visible sheets; the workbook is opened when the first is asked for."""
    import openpyxl  # noqa: PLC0415 - who brings CSV files does not wait for it

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True)
    try:
        yield from [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    finally:
        book.close()


def _sheets(file: str, raw: bytes) -> Iterator[Grid]:
    quick = quick_cells(raw)
    if quick is not None and bare(raw):
        for title, rows in quick.items():
            yield _grid(file if len(quick) == 1 else f"{file}[{title}]", _plain(rows))
        return
    import openpyxl  # noqa: PLC0415 - who brings CSV files does not wait for it

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    continue
                sheet.reset_dimensions()  # some writers store wrong ones
                values: list[list[Any]] = []
                percent: set[tuple[int, int]] = set()
                if quick is not None:
                    values = _plain(quick[sheet.title])
                else:
                    for i, row in enumerate(sheet.iter_rows()):
                        values.append([_value(cell.value) for cell in row])
                        for j, cell in enumerate(row):
                            if isinstance(cell.value, (int, float)) and "%" in (cell.number_format or ""):
                                percent.add((i, j))
                label = f"{file}[{sheet.title}]" if len(book.worksheets) > 1 else file
                grid = _grid(label, values, percent)
                merges, grid.hidden = _layout(archive.read(sheet._worksheet_path))
                _fill(grid, merges)
                yield grid
    finally:
        book.close()


def _grid(label: str, values: list[list[Any]], percent: set[tuple[int, int]] | None = None) -> Grid:
    """Rows down to the last that says anything."""
    while values and not any(v not in (None, "") for v in values[-1]):
        values.pop()
    return Grid(label, values, list(range(1, len(values) + 1)), percent=percent or set())


def _plain(rows: list[list[Any]]) -> list[list[Any]]:
    return [[v if type(v) in _PLAIN else _value(v) for v in row] for row in rows]


def _text(value: Any, known: dict[Any, str]) -> str:
    text = clean(value) if isinstance(value, str) else cell_text(value)
    if type(value) in REPEATING:
        known[value] = text
    return text


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return str(value)
    return value


def _layout(xml: bytes) -> tuple[list[tuple[int, int, int, int]], set[int]]:
    """Merged ranges (first row, first column, last row, last column; from 0) and hidden rows of a sheet."""
    merges: list[tuple[int, int, int, int]] = []
    hidden = {int(row) - 1 for row in re.findall(rb'<row\b[^>]*?\br="(\d+)"[^>]*?\bhidden="(?:1|true)"', xml)}
    for ref in re.findall(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+\d+:[A-Z]+\d+)"', xml):
        (top, left), (bottom, right) = (_position(corner) for corner in ref.decode().split(":"))
        merges.append((top, left, bottom, right))
    return merges, hidden


def column_letter(j: int) -> str:
    """Letters of a column, as a spreadsheet writes them (0: A)."""
    letters, j = "", j + 1
    while j:
        j, rest = divmod(j - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _position(cell: str) -> tuple[int, int]:
    """Row and column of a cell such as ``C12``, from 0."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :]) - 1, column - 1


def _fill(grid: Grid, merges: list[tuple[int, int, int, int]]) -> None:
    """Copy each merged cell's value to the cells it covers."""
    for top, left, bottom, right in merges:
        if top >= len(grid.values) or left >= grid.width:
            continue
        value, text = grid.values[top][left], grid.texts[top][left]
        if not text:
            continue
        for i in range(top, min(bottom, len(grid.values) - 1) + 1):
            for j in range(left, min(right, grid.width - 1) + 1):
                if (i, j) != (top, left):
                    grid.values[i][j], grid.texts[i][j] = value, text
                    grid.repeats.add((i, j))
