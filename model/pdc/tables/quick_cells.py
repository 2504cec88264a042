"""Cells of a workbook read quickly, where nothing is lost by it.

calamine is three times as fast as openpyxl, but an error (``#REF!``) is an empty cell to it, and it does not
tell how a number is shown (0.5 as 50 %). A workbook in which either could matter is left to openpyxl.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any, Final

_STYLES: Final = "xl/styles.xml"
_WORKBOOK: Final = "xl/workbook.xml"
# In formats: the sign, or Excel's own 0 % and 0.00 %. In sheets: cells of errors. In texts: escaped letters.
_PERCENT: Final = re.compile(rb"""%|numFmtId=["'](?:9|10)["']""")
# As bytes, ten times as fast as a pattern; whatever else they find there is read the slow way, no worse.
_ERRORS: Final = (b't="e"', b"t='e'")
_ESCAPED: Final = re.compile(rb"_x[0-9A-Fa-f]{4}_")


def percentages(raw: bytes) -> bool:
    """May a number of this workbook be shown as a percentage?"""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        return _STYLES not in book.namelist() or bool(_PERCENT.search(book.read(_STYLES)))


def bare(raw: bytes) -> bool:
    """Has the workbook cells alone: none merged, no row, column or sheet hidden, no sheet of charts?"""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        names = book.namelist()
        if _WORKBOOK not in names or any(name.startswith("xl/chartsheets/") for name in names):
            return False
        sheets = [book.read(name) for name in names if name.startswith("xl/worksheets/")]
        return b"idden" not in book.read(_WORKBOOK) and not any(
            mark in sheet for sheet in sheets for mark in (b"mergeCell", b"hidden=")
        )


def quick_cells(raw: bytes) -> dict[str, list[list[Any]]] | None:
    """Rows of every sheet by its title, as openpyxl would give them; None where only that reads all."""
    if percentages(raw):
        return None
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                content = book.read(name)
                if any(error in content for error in _ERRORS):
                    return None
            if name == "xl/sharedStrings.xml" and _ESCAPED.search(book.read(name)):
                return None
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only workbooks need it

    try:
        found = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return {name: _rows(found.get_sheet_by_name(name)) for name in found.sheet_names}
    except CalamineError:
        return None


def _rows(sheet: Any) -> list[list[Any]]:
    # Most cells are texts; a call for each of a million would take as long as reading them.
    return [
        [(value or None) if type(value) is str else _cell(value) for value in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]


def _cell(value: Any) -> Any:
    if type(value) is float:
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime(value.year, value.month, value.day)
    return value
