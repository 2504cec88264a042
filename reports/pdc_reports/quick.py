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
# In formats: the sign, or Excel's own 0 % and 0.00 %. In sheets: cells of errors. In texts: escaped letters.
_PERCENT: Final = re.compile(rb"""%|numFmtId=["'](?:9|10)["']""")
_ERROR: Final = re.compile(rb"""\bt=["']e["']""")
_ESCAPED: Final = re.compile(rb"_x[0-9A-Fa-f]{4}_")


def percentages(raw: bytes) -> bool:
    """May a number of this workbook be shown as a percentage?"""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        return _STYLES not in book.namelist() or bool(_PERCENT.search(book.read(_STYLES)))


def quick_cells(raw: bytes) -> dict[str, list[list[Any]]] | None:
    """Rows of every sheet by its title, as openpyxl would give them; None where only that reads all."""
    if percentages(raw):
        return None
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/") and _ERROR.search(book.read(name)):
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
    return [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def _cell(value: Any) -> Any:
    if value == "" and isinstance(value, str):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime(value.year, value.month, value.day)
    return value
