"""Cells of CSV files that no spreadsheet takes for a formula, and back.

Excel and LibreOffice compute a cell of a CSV file that begins with ``=``, ``+``, ``-``, ``@``, a tab or a
carriage return: a hospital called ``=HYPERLINK(…)`` would run on the analyst's machine. Such a text gets an
apostrophe in front, the sign by which spreadsheets know a text. So that nothing is lost, a text that begins
with apostrophes and one of these signs gets one more; reading takes exactly one away. Numbers stay as they
are, negative ones too. Every CSV file that pdc writes goes through :func:`writer`, every one that it reads
through :func:`plain`, :func:`plain_rows`, :func:`rows_of`, :func:`plain_dicts` or :func:`read_table`.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from pdc_common.bounded import MOST_TABLE, bytes_of, unpacked

if TYPE_CHECKING:
    import pandas as pd

MARK: Final = "'"
_FIRST: Final = frozenset("=+-@\t\r'")
_RISKY: Final = re.compile(r"'*[=+\-@\t\r]")
_MARKED: Final = re.compile(r"'+[=+\-@\t\r]")
_MAYBE: Final = re.compile(r"'[=+\-@\t\r]")
_QUOTED: Final = re.compile(r"[,\"\r\n]")
_WORDS: Final = re.compile(r"(?:(?:\w[\w.\-]*)?\n)*")
_NUMBER: Final = re.compile(r"-(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


class _Text(Protocol):
    def write(self, text: str, /) -> object: ...


class Writer:
    """A CSV writer (comma, ``\\n``) whose texts are safe to open."""

    def __init__(self, out: _Text) -> None:
        self._writer = csv.writer(out, lineterminator="\n")

    def writerow(self, row: Iterable[Any]) -> None:
        """Write a row."""
        self._writer.writerow([guarded(cell) for cell in row])

    def writerows(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write rows."""
        self._writer.writerows([guarded(cell) for cell in row] for row in rows)


def writer(out: _Text) -> Writer:
    """A writer of CSV rows to ``out``."""
    return Writer(out)


def guarded(cell: Any) -> Any:
    """The cell as it is written: a text that a spreadsheet would compute gets an apostrophe in front."""
    if type(cell) is not str or cell[:1] not in _FIRST:
        return cell
    return MARK + cell if _RISKY.match(cell) and not _NUMBER.fullmatch(cell) else cell


def cell_text(cell: str) -> str:
    """A text as it stands in a line that is put together by hand: guarded, and quoted where it has to be."""
    safe: str = guarded(cell)
    return '"' + safe.replace('"', '""') + '"' if _QUOTED.search(safe) else safe


def column_texts(cells: Sequence[Any]) -> Sequence[Any]:
    """Cells of a column as they stand in a line: each different text is guarded and quoted once.

    Other cells are numbers, or nothing; whole numbers may stay what they are.
    """
    if set(map(type, cells)) <= {str, int}:
        each = [cell for cell in set(cells) if type(cell) is str]
        other = {cell: text for cell, text in zip(each, cell_texts(each), strict=True) if text is not cell}
        return [other.get(cell, cell) for cell in cells] if other else cells
    known = {cell: cell_text(cell) for cell in {c for c in cells if type(c) is str}}
    return [known[c] if type(c) is str else "" if c is None else str(c) for c in cells]


def csv_text(head: Iterable[str], columns: Sequence[Sequence[Any]], forms: Sequence[str] = ()) -> str:
    """The text of a CSV file: its head, and columns of one length, ready to stand in a line.

    ``forms`` says of each column how its cells are written (``%.9f``); without, as they are.
    """
    forms = forms or ["%s"] * len(columns)
    if len(columns) == 1:
        # Where the cell is empty the line would be, too.
        columns, forms = [[forms[0] % (cell,) or '""' for cell in columns[0]]], ["%s"]
    rows = zip(*columns, strict=True)
    return "\n".join([",".join(column_texts(list(head))), *map(",".join(forms).__mod__, rows), ""])


def guarded_column(cells: Sequence[Any]) -> Sequence[Any]:
    """A column as it is written."""
    risky = {c: g for c in set(cells) if type(c) is str and (g := guarded(c)) is not c}
    return [risky.get(c, c) for c in cells] if risky else cells


def cell_texts(cells: Sequence[str]) -> list[str]:
    """Texts as :func:`cell_text` has them: where all are plain words, one look at all together is enough."""
    together = "\n".join([*cells, ""])
    if together.count("\n") == len(cells) and _WORDS.fullmatch(together):
        return list(cells)
    return list(map(cell_text, cells))


def plain(cell: str) -> str:
    """The text of a cell that was read: as it was before :func:`guarded`."""
    return cell[1:] if cell[:1] == MARK and _MARKED.match(cell) else cell


def plain_rows(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Rows of a CSV reader, every cell plain."""
    for row in rows:
        yield [plain(c) if c[:1] == MARK else c for c in row]


def rows_of(text: str) -> Iterator[list[str]]:
    """Rows of a whole CSV text, every cell plain.

    Where no apostrophe stands before a sign, no cell was guarded, and none is looked at.
    """
    rows = csv.reader(io.StringIO(text, newline=""))
    return plain_rows(rows) if may_be_guarded(text) else rows


def may_be_guarded(text: str) -> bool:
    """May a cell of this CSV text have been guarded?"""
    return MARK in text and _MAYBE.search(text) is not None


def plain_dicts(text: Iterable[str]) -> Iterator[dict[str, str]]:
    """Rows of a CSV file as ``{column: cell}``, every cell plain."""
    rows = plain_rows(csv.reader(text))
    head = next(rows, [])
    return (dict(zip(head, row, strict=False)) for row in rows)


def read_table(path: Path, **how: Any) -> pd.DataFrame:
    """``pandas.read_csv`` of a file, packed or not, every text plain.

    ValueError also for a number beyond 64 bits in a column of whole numbers, whatever pandas makes of it.
    """
    import pandas as pd  # noqa: PLC0415 - who asks for an explanation does not wait for it

    raw = unpacked(path, MOST_TABLE) if path.suffix == ".gz" else bytes_of(path, MOST_TABLE)
    try:
        with warnings.catch_warnings(action="error", category=RuntimeWarning):
            frame: pd.DataFrame = pd.read_csv(io.BytesIO(raw), **how)
    except (OverflowError, RuntimeWarning) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if MARK.encode() not in raw or not _MAYBE.search(raw.decode("utf-8", "replace")):
        return frame
    for name in frame.columns:
        column = frame[name]
        if _texts(column):
            marked = {c: plain(c) for c in column.unique() if isinstance(c, str) and c[:1] == MARK}
            if marked:
                frame[name] = column.map(lambda c, marked=marked: marked.get(c, c))
    return frame.rename(columns=lambda name: plain(name) if isinstance(name, str) else name)


def guarded_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as it is written by pandas: every text column guarded."""
    safe = {n: list(guarded_column(frame[n].tolist())) for n in frame.columns if _texts(frame[n])}
    return frame.assign(**safe) if safe else frame


def _texts(column: pd.Series[Any]) -> bool:
    """May the column hold texts?"""
    return column.dtype.kind == "O"
