"""Raw tables from files: every sheet as rows of cells, merged cells filled, nothing understood yet."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pdc.base.faults import Fault, InputError
from pdc.tables.book import OLE, ZIP, open_book
from pdc.tables.cells import clean
from pdc.tables.csvfile import SEPARATORS, read_rows
from pdc.tables.limits import MOST_CELLS, LimitError
from pdc.tables.schema import heading_key
from pdc.tables.sheet_xml import column_letter
from pdc.tables.workbook import cell_text
from pdc_common.cells_csv import MARK, plain

_LINES: Final = 40  # lines that the separator of a CSV file is told from
_HEAD: Final = 4_000_000  # characters in which those lines are looked for
REPEATING: Final = frozenset({int, str, type(None)})  # types of cells that are keys of what is known


@dataclass(eq=False)
class Grid:
    """One sheet. ``values[i][j]`` is the cell, ``texts`` its text; ``lines[i]`` the row an analyst sees.

    ``repeats`` are cells that only repeat a merged cell; ``percent`` cells shown as a percentage. Rows and
    columns that Excel does not show are ``hidden`` and ``hidden_columns``; an ``unseen`` sheet has no cells.
    ``turned``: rows and columns were exchanged when it was read; ``across`` are then the rows of the file.
    ``sheet`` is the name of a workbook's sheet.
    ``lengths`` are the cells that a line of a CSV file has, ``separator`` what parts them. Of cells, ``seen``
    is what people see where the format makes another number, ``struck`` those with a line through them.
    """

    file: str
    values: list[list[Any]]
    lines: list[int]
    repeats: set[tuple[int, int]] = field(default_factory=set)
    percent: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unseen: bool = False
    lengths: list[int] = field(default_factory=list)
    turned: bool = False
    sheet: str = ""
    separator: str = ""
    seen: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        while self.values and not any(v not in (None, "") for v in self.values[-1]):
            self.values.pop()
        self.width = max(map(len, self.values), default=0)
        for row in self.values:
            row.extend([None] * (self.width - len(row)))
        # Most cells are numbers or empty, and repeat: each is made a text once.
        known: dict[Any, str] = {None: ""}
        self.distinct = known.keys()
        self.texts = [
            [known[v] if type(v) in REPEATING and v in known else _text(v, known) for v in row]
            for row in self.values
        ]

    def where(self, i: int, j: int) -> tuple[int, str]:
        """Row and column letter of a cell as the file has it."""
        if self.turned:
            return self.across[j], column_letter(self.lines[i] - 1)
        return self.lines[i], column_letter(j)

    def line(self, i: int) -> tuple[int | None, str]:
        """Row of the file that a row is, or the column where rows and columns were exchanged."""
        return (None, column_letter(self.lines[i] - 1)) if self.turned else (self.lines[i], "")

    def exchanged(self) -> Grid:
        """The table with its rows as columns."""
        other = Grid(
            self.file,
            [list(column) for column in zip(*self.values, strict=True)],
            list(range(1, self.width + 1)),
            {(j, i) for i, j in self.repeats},
            {(j, i) for i, j in self.percent},
            self.hidden_columns,
            self.hidden,
            turned=not self.turned,
            sheet=self.sheet,
        )
        other.across = self.lines
        other.seen = {(j, i): text for (i, j), text in self.seen.items()}
        other.struck = {(j, i) for i, j in self.struck}
        return other

    def part(self, start: int, stop: int) -> Grid:
        """The rows from ``start`` to before ``stop``, as a table of their own."""

        def inside(cells: set[tuple[int, int]]) -> set[tuple[int, int]]:
            return {(i - start, j) for i, j in cells if start <= i < stop}

        other = Grid(
            self.file,
            [list(row) for row in self.values[start:stop]],
            self.lines[start:stop],
            inside(self.repeats),
            inside(self.percent),
            {i - start for i in self.hidden if start <= i < stop},
            self.hidden_columns,
            turned=self.turned,
            sheet=self.sheet,
        )
        for i in range(start - 1, -1, -1):
            found = {text for text in self.texts[i] if text}
            if len(found) > 1:
                break
            other.above += found
        other.across, other.lengths = self.across, self.lengths[start:stop]
        other.separator, other.struck = self.separator, inside(self.struck)
        other.seen = {(i - start, j): text for (i, j), text in self.seen.items() if start <= i < stop}
        return other

    across: list[int] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    """Of a part: the lines of one text right above it."""


def read_grids(path: Path) -> list[Grid]:
    """Sheets of a CSV file or a workbook. Raises :class:`~pdc.base.faults.InputError` for no table."""
    try:
        if not path.is_file():
            raise InputError([Fault(str(path), None, None, "cetvel.missing")])
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise InputError(
            [Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})]
        ) from None
    suffix = heading_key(path.suffix)
    if suffix == "xls" and head.startswith(OLE):
        raise InputError([Fault(path.name, None, None, "old_excel")])
    if head.startswith(ZIP):
        return _book(path)
    if suffix == "fods":
        raise InputError([Fault(path.name, None, None, "open_document")])
    if suffix in ("xlsx", "xlsm", "ods"):
        code = "protected" if head.startswith(OLE) else "cetvel.not_table"
        raise InputError([Fault(path.name, None, None, code, {"kind": _kind(head)})])
    if suffix not in ("csv", "txt", "tsv", "") or head.startswith((b"%PDF", OLE)):
        raise InputError([Fault(path.name, None, None, "cetvel.not_table", {"kind": _kind(head)})])
    parted: list[str] = []  # empty where the file itself declares its separator

    def separator(text: str) -> str:
        parted.append(_separator(text))
        return parted[0]

    found = read_rows(path, separator)
    if isinstance(found, Fault):
        raise InputError([found])
    rows, lines = found
    lengths = [len(row) for row in rows]
    grid = Grid(path.name, rows, lines, separator="".join(parted))
    grid.lengths = lengths
    return [grid]


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
    head = text[:_HEAD]
    whole = head.splitlines()[: -1 if len(head) < len(text) else None]  # without a line that was cut
    lines = [line for line in whole if line.strip()][:_LINES]

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
    found = open_book(path)
    if isinstance(found, Fault):
        raise InputError([found])
    faults = []
    grids = []
    for sheet in found:
        label = f"{path.name}[{sheet.title}]" if len(found) > 1 else path.name
        cells = sheet.cells
        rows = [[plain(v) if type(v) is str and v[:1] == MARK else v for v in row] for row in cells.rows]
        grid = Grid(label, rows, list(range(1, len(rows) + 1)), percent=cells.percent, sheet=sheet.title)
        grid.hidden, grid.hidden_columns, grid.unseen = (
            cells.hidden_rows,
            cells.hidden_columns,
            not sheet.shown,
        )
        grid.seen, grid.struck = cells.seen, cells.struck
        faults += sheet.uncalculated(label)
        _fill(grid, cells.merges)
        grids.append(grid)
    if faults:
        raise InputError(faults)
    return grids


def _text(value: Any, known: dict[Any, str]) -> str:
    text = clean(value) if isinstance(value, str) else cell_text(value)
    if type(value) in REPEATING:
        known[value] = text
    return text


def _fill(grid: Grid, merges: list[tuple[int, int, int, int]]) -> None:
    """Copy each merged cell's value to the cells it covers."""
    left_to_fill = MOST_CELLS
    for top, left, bottom, right in merges:
        if top >= len(grid.values) or left >= grid.width:
            continue
        value, text = grid.values[top][left], grid.texts[top][left]
        if not text:
            continue
        left_to_fill -= (min(bottom, len(grid.values)) - top + 1) * (min(right, grid.width) - left + 1)
        if left_to_fill < 0:  # merged ranges that lie on one another
            raise InputError([LimitError("cells", MOST_CELLS - left_to_fill, MOST_CELLS).fault(grid.file)])
        for i in range(top, min(bottom, len(grid.values) - 1) + 1):
            for j in range(left, min(right, grid.width - 1) + 1):
                if (i, j) != (top, left):
                    grid.values[i][j], grid.texts[i][j] = value, text
                    grid.repeats.add((i, j))
