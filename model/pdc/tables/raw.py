"""A table as it was found in a file: headings and cells, all still text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pdc.base.numbers import Ints, numbered, objects

Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Coded:
    """A column of cells: its different ``texts`` (m) as they first appear, and ``which`` each row has (n)."""

    texts: Sequence[str]
    which: Ints

    @classmethod
    def of(cls, cells: Sequence[str] | Texts) -> Coded:
        """The same of cells that are there one by one."""
        return cls(*numbered(cells.tolist() if isinstance(cells, np.ndarray) else cells))

    def __len__(self) -> int:
        return len(self.which)

    def every(self) -> Texts:
        """The text of every row (object array, n)."""
        return objects(self.texts)[self.which]

    def rows(self, kept: NDArray[np.bool_]) -> Coded:
        """Only these rows (mask, n)."""
        return Coded.of(self.every()[kept])


@dataclass(frozen=True)
class Sheet:
    """``cells[j][i]`` is the text under ``headings[j]`` in the row that an analyst sees as ``rows[i]``."""

    file: str
    headings: tuple[str, ...]
    columns: tuple[Coded, ...]
    rows: Sequence[int]
    too_long: tuple[tuple[int, int], ...] = ()
    """(row, number of cells) of rows with more filled cells than headings."""
    short: tuple[int, ...] = ()
    """Rows of a CSV file with fewer cells than headings."""
    separator: str = ""
    """What parts the cells of a CSV file; empty where it is not known."""
    is_sheet: bool = False
    """Is it a sheet of a workbook, whose cells have names (H8)?"""

    @cached_property
    def cells(self) -> tuple[Texts, ...]:
        """Every cell of every column."""
        return tuple(column.every() for column in self.columns)

    def letter(self, position: int) -> str:
        """Name of a column (from 0) in a workbook; empty in a CSV file, which has none."""
        name, rest = "", position + 1 if self.is_sheet else 0
        while rest:
            rest, digit = divmod(rest - 1, 26)
            name = chr(ord("A") + digit) + name
        return name

    @classmethod
    def of(
        cls,
        file: str,
        rows: Sequence[Sequence[str]],
        numbers: Sequence[int],
        *,
        separator: str = "",
        is_sheet: bool = False,
    ) -> Sheet | None:
        """Take the first row that is not blank as headings (None if there is none); skip blank rows."""
        kept = [
            i
            for i, row in enumerate(rows)
            if (row and row[0] and not row[0].isspace()) or (any(row) and not "".join(row).isspace())
        ]
        if not kept:
            return None
        head = [heading.strip() for heading in rows[kept[0]]]
        body = [rows[i] for i in kept[1:]]
        lines = tuple(numbers[i] for i in kept[1:])
        width, too_long = len(head), []
        short: list[int] = []
        if set(map(len, body)) - {width}:
            for line, row in zip(lines, body, strict=True):
                if any(cell.strip() for cell in row[width:]):
                    too_long.append((line, len(row)))
                if len(row) < width and not is_sheet:
                    short.append(line)
            body = [[*row[:width], *[""] * (width - len(row))] for row in body]
        cells = zip(*body, strict=True) if body else ([] for _ in head)
        columns = tuple(map(Coded.of, cells))
        return cls(file, tuple(head), columns, lines, tuple(too_long), tuple(short), separator, is_sheet)
