"""Workbooks of own tables: every cell becomes the text that the same table would hold as CSV."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pdc.base.faults import Fault
from pdc.tables.book import BookSheet, open_book
from pdc.tables.cells import quote
from pdc.tables.raw import Sheet
from pdc.tables.sheet_xml import column_letter
from pdc_common.cells_csv import plain

_NUMBER: Final = re.compile(r"[\d\s.,%+-]+|TRUE|FALSE")


@dataclass(frozen=True)
class Workbook:
    """The tables of a workbook by sheet title, a Fault for one without any row; titles of other sheets.

    ``warnings`` tell what Excel does not show: rows and columns, which are read, and sheets, which are not.
    """

    sheets: Mapping[str, Sheet | Fault]
    others: tuple[str, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


def read_workbook(path: Path, is_table: Callable[[str], bool]) -> Workbook | Fault:
    """Read the visible sheets whose title ``is_table``."""
    book = open_book(path, is_table)
    if isinstance(book, Fault):
        return book
    sheets: dict[str, Sheet | Fault] = {}
    others: list[str] = []
    faults: list[Fault] = []
    warnings: list[Fault] = []
    for sheet in book:
        label = f"{path.name}[{sheet.title}]"
        if sheet.read:
            # Rows that Excel does not show are rows of the table as others are.
            rows = [[cell_text(cell) for cell in row] for row in sheet.cells.rows]
            _percentages(rows, sheet)
            faults += _merged(label, rows, sheet)
            found = Sheet.of(label, _trimmed(rows), range(1, len(rows) + 1), is_sheet=True)
            sheets[sheet.title] = found or Fault(label, None, None, "no_heading_row")
            faults += sheet.uncalculated(label)
            warnings += [*hidden_parts(label, sheet), *looks(label, sheet)]
        elif sheet.shown:
            others.append(sheet.title)
        elif is_table(sheet.title):
            warnings.append(Fault(label, None, None, "hidden_sheet"))
    return Workbook(sheets, tuple(others), tuple(faults), tuple(warnings))


def _percentages(rows: list[list[str]], sheet: BookSheet) -> None:
    """What Excel shows as 70% is that, not 0.7: a share where a share is due, a fault where a number is."""
    for i, j in sheet.cells.percent:
        rows[i][j] = f"{Decimal(rows[i][j]) * 100:f}%"


def _merged(label: str, rows: list[list[str]], sheet: BookSheet) -> list[Fault]:
    """A merged text is that of every row it covers; of a number nobody can say whose it is."""
    head = next((i for i, row in enumerate(rows) if any(row)), 0)
    faults: list[Fault] = []
    for top, left, bottom, right in sheet.cells.merges:
        if top <= head or top >= len(rows) or left >= len(rows[top]) or not (text := rows[top][left]):
            continue
        if right > left or _NUMBER.fullmatch(text):
            faults.append(Fault(label, top + 1, column_letter(left), "merged_cell", {"text": quote(text)}))
            continue
        for row in rows[top : bottom + 1]:
            row[left] = text
    return faults


def hidden_parts(label: str, sheet: BookSheet) -> Iterator[Fault]:
    """Rows and columns with content that Excel does not show."""
    rows = [i for i in sorted(sheet.cells.hidden_rows) if i < len(sheet.cells.rows) and any(
        cell not in (None, "") for cell in sheet.cells.rows[i])]  # fmt: skip
    if rows:
        yield Fault(label, rows[0] + 1, None, "hidden_rows", {"count": len(rows)})
    for j in sorted(sheet.cells.hidden_columns):
        if any(j < len(row) and row[j] not in (None, "") for row in sheet.cells.rows):
            yield Fault(label, None, column_letter(j), "hidden_column")


def looks(label: str, sheet: BookSheet) -> Iterator[Fault]:
    """Cells that people see otherwise than they were read: another number, a line through them."""
    by_column: dict[int, list[tuple[int, str]]] = {}
    for (i, j), text in sorted(sheet.cells.seen.items()):
        by_column.setdefault(j, []).append((i, text))
    for j, cells in by_column.items():
        i, text = cells[0]
        values = {"text": quote(text), "number": cell_text(sheet.cells.rows[i][j]), "count": len(cells)}
        yield Fault(label, i + 1, column_letter(j), "seen_otherwise", values)
    if sheet.cells.struck:
        i, j = min(sheet.cells.struck)
        rows = {row for row, _ in sheet.cells.struck}
        yield Fault(label, i + 1, column_letter(j), "struck", {"count": len(rows)})


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Drop empty cells at the ends; a note beside the table widens the heading row by empty headings."""
    for row in rows:
        while row and not row[-1]:
            row.pop()
    head = next((row for row in rows if row), [])
    head.extend([""] * (max(map(len, rows), default=0) - len(head)))
    return rows


def cell_text(value: Any) -> str:
    """Return what the same cell would be in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, str):
        return plain(value)  # our own CSV file, saved as a workbook
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"  # a yes or a no, never a count of 1 or 0
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)
