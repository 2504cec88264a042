"""CSV files as Turkish and other Excels, databases and scripts write them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Container
from pathlib import Path
from typing import Final

from pdc.base.document import decode
from pdc.base.faults import Fault
from pdc.tables.limits import MOST_AREA, MOST_BYTES, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, LimitError, hold
from pdc.tables.mojibake import mended
from pdc.tables.plain_csv import plain_columns
from pdc.tables.raw import Sheet
from pdc.tables.schema import heading_key
from pdc_common.bounded import no_special
from pdc_common.cells_csv import may_be_guarded, plain_rows

SEPARATORS: Final = ",;\t|"
WORTH: Final = 100_000  # signs from which on a text is taken apart by columns sooner than row by row
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_BYTES: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r")


def read_csv(path: Path, known: Container[str]) -> Sheet | Fault:
    """Read a file whose encoding and separator are not known; ``known`` are the folded headings to expect."""
    text = _text(path)
    if isinstance(text, Fault):
        return text
    content, separator, skipped = _declared(text, lambda text: _separator(text, known))
    sheet = _plain(path.name, content, separator, skipped) if len(content) >= WORTH else None
    if sheet is None:
        found = _rows(path.name, content, separator, skipped)
        if isinstance(found, Fault):
            return found
        sheet = Sheet.of(path.name, *found)
    if sheet is None:
        return Fault(path.name, None, None, "no_heading_row")
    if len(sheet.headings) == 1 and (sign := _other_sign(sheet.headings[0], known)):
        return Fault(path.name, None, None, "separator", {"sign": sign})
    return sheet


def _plain(file: str, text: str, separator: str, skipped: int) -> Sheet | None:
    """The sheet of a text in which every line is a row of the same number of cells; None for others."""
    found = None if may_be_guarded(text) else plain_columns(text, separator)
    if found is None:
        return None
    head, columns = found
    first = skipped + 2
    lines = range(first, first + len(columns[0]))
    return Sheet(file, tuple(heading.strip() for heading in head), tuple(columns), lines)


def _other_sign(heading: str, known: Container[str]) -> str:
    """The sign that makes known headings of one cell, where it is none that is read."""
    signs = sorted({c for c in heading if not c.isalnum() and c != "_"})
    return next((s for s in signs if sum(heading_key(part) in known for part in heading.split(s)) > 1), "")


def read_rows(path: Path, separator_of: Callable[[str], str]) -> tuple[list[list[str]], list[int]] | Fault:
    """Rows of cells as they stand, and the line each begins at; ``separator_of`` tells from the text."""
    text = _text(path)
    return text if isinstance(text, Fault) else _rows(path.name, *_declared(text, separator_of))


def _text(path: Path) -> str | Fault:
    """Text of a file, if it is one and no larger than is read; else what is wrong."""
    try:
        if (size := no_special(path).stat().st_size) > MOST_BYTES:
            return LimitError("bytes", size, MOST_BYTES).fault(path.name)
        raw = path.read_bytes()
    except OSError as error:
        return Fault(path.name or str(path), None, None, "unreadable", {"why": type(error).__name__})
    # Most files hold no such byte, and bytes are gone through many times faster than signs.
    clear = len(raw.translate(None, _CONTROL_BYTES)) == len(raw)
    text = decode(path.name, raw)
    del raw  # at the limit there is no room for a text twice
    if isinstance(text, Fault):
        return text
    if not clear and _CONTROL.search(text):
        return Fault(path.name, None, None, "not_text")
    return mended(text)


def _declared(text: str, separator_of: Callable[[str], str]) -> tuple[str, str, int]:
    """The text to read, what parts its cells, and the number of lines above it."""
    if declared := re.match(r"sep=(.)\r?\n", text):  # the hint that Excel writes and obeys
        return text[declared.end() :], declared[1], 1
    return text, separator_of(text), 0


def _rows(name: str, text: str, separator: str, skipped: int) -> tuple[list[list[str]], list[int]] | Fault:
    """Rows and their lines; ``skipped`` lines stand above the text."""
    if '"' not in text and (rows := _unquoted(text, separator)) is not None:
        return rows, list(range(skipped + 1, skipped + 1 + len(rows)))
    rows, numbers, line, cells = [], [], skipped, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in plain_rows(reader) if may_be_guarded(text) else reader:
            cells += len(row)
            hold("columns", len(row), MOST_COLUMNS, line + 1)
            hold("cells", cells, MOST_CELLS)
            hold("rows", line + 1, MOST_ROWS)
            rows.append(row)
            numbers.append(line + 1)
            line = reader.line_num + skipped
        hold("area", len(rows) * max(map(len, rows), default=0), MOST_AREA)
    except csv.Error:
        return Fault(name, line + 1, None, "quotes")
    except LimitError as error:
        return error.fault(name)
    return rows, numbers


def _unquoted(text: str, separator: str) -> list[list[str]] | None:
    """Rows of a text without quotes, where a line is a row; None where a limit is passed, to be told."""
    lines = max(text.count("\n"), text.count("\r"))
    if lines > MOST_ROWS or lines + text.count(separator) > MOST_CELLS:
        return None  # or nearly passed; row by row it stops in time
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = list(plain_rows(reader) if may_be_guarded(text) else reader)
    except csv.Error:
        return None
    sizes = list(map(len, rows))
    widest = max(sizes, default=0)
    if widest > MOST_COLUMNS or sum(sizes) > MOST_CELLS or len(rows) > MOST_ROWS:
        return None
    return None if len(rows) * widest > MOST_AREA else rows


def _separator(text: str, known: Container[str]) -> str:
    """Return the separator that makes most known headings of the first row, then most cells."""
    first = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")

    def score(separator: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=separator), [])
        except csv.Error:
            return (0, 0)
        return (sum(heading_key(cell) in known for cell in cells), len(cells))

    return max(SEPARATORS, key=score)
