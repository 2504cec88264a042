"""Excel workbooks: every cell becomes the text that the same table would hold as CSV."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pdc.base.faults import Fault
from pdc.tables.raw import Sheet

OLE: Final = b"\xd0\xcf\x11\xe0"
_NO_RESULT: Final = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


@dataclass(frozen=True)
class Workbook:
    """The tables of a workbook by sheet title, a Fault for one without any row; titles of other sheets."""

    sheets: Mapping[str, Sheet | Fault]
    others: tuple[str, ...]
    faults: tuple[Fault, ...]


def read_workbook(path: Path, is_table: Callable[[str], bool]) -> Workbook | Fault:
    """Read the visible sheets whose title ``is_table``."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})
    if raw.startswith(OLE):
        return Fault(path.name, None, None, "protected")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of charts, validations and styles
            return _read(path.name, raw, is_table)
    except Exception:  # openpyxl raises nearly any type on a damaged file
        return Fault(path.name, None, None, "broken_workbook")


def _read(file: str, raw: bytes, is_table: Callable[[str], bool]) -> Workbook:
    import openpyxl  # noqa: PLC0415 - who brings CSV files does not wait for it

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    sheets: dict[str, Sheet | Fault] = {}
    others: list[str] = []
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            if not is_table(sheet.title):
                others.append(sheet.title)
                continue
            sheet.reset_dimensions()  # some writers store wrong ones
            label = f"{file}[{sheet.title}]"
            rows = [[cell_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            found = Sheet.of(label, _trimmed(rows), range(1, len(rows) + 1), is_sheet=True)
            sheets[sheet.title] = found or Fault(label, None, None, "no_heading_row")
    finally:
        book.close()
    return Workbook(sheets, tuple(others), tuple(uncalculated(file, raw, sheets)))


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
        return value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)


def uncalculated(file: str, raw: bytes, sheets: Iterable[str]) -> Iterable[Fault]:
    """Formulas that a program wrote and Excel never computed: they would read as empty cells."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(_NO_RESULT.search(archive.read(name)) for name in parts):
            return
    import openpyxl  # noqa: PLC0415 - who brings CSV files does not wait for it

    values = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(raw), read_only=True)
    for title in sheets:
        for value_row, row in zip(values[title].iter_rows(), formulas[title].iter_rows(), strict=False):
            for value, cell in zip(value_row, row, strict=False):
                if value.value is None and cell.data_type == "f":
                    yield Fault(f"{file}[{title}]", cell.row, cell.column_letter, "uncalculated")
    values.close()
    formulas.close()
