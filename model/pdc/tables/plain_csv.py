"""CSV text in which every line is a row of the same number of cells, taken apart by columns.

The tables of a country have a million cells and a tenth as many texts. Here no cell becomes an object of its
own: bytes of a column are told apart eight at a time, and only its different texts are made. What is not as
plain as that (a row cut short, a quoted line break, an empty line) is left to :mod:`csv`, row by row.
"""

from __future__ import annotations

import csv
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc.base.frames import same_rows
from pdc.base.numbers import Ints, first_rows
from pdc.tables.limits import MOST_AREA, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from pdc.tables.raw import Coded

_LINE: Final = 10
_WORD: Final = 8
_BETWEEN: Final = "\x1f"  # a file that holds this sign is refused before
_QUOTE: Final = '"'
_KEEP: Final = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], dtype=np.uint64)
"""Which bits of a word belong to a cell that has so many bytes of it."""

_MOST_SIGNS: Final = 1 << 26
"""Of a text that is taken apart so: more of them would be in memory several times over."""
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # any odd number whose bits are well mixed will do


def plain_columns(text: str, separator: str) -> tuple[list[str], list[Coded]] | None:
    """The first line's cells, and the columns below them; None where the text is not plain.

    ``text`` holds no control signs but tabs and line ends, and no cell with a guard
    (:mod:`pdc_common.cells_csv`).
    """
    parts = separator.isascii() and (separator.isprintable() or separator == "\t") and separator != _QUOTE
    if not parts or len(text) > _MOST_SIGNS:
        return None
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        return None
    if not text.endswith("\n"):
        text += "\n"
    if _QUOTE in text:
        unquoted = _without_quotes(text, separator)
        if unquoted is None:
            return None
        text, separator = unquoted, _BETWEEN
    head = text[: text.index("\n")].split(separator)
    # Behind the last cell some bytes that belong to none: words are read beyond its end.
    raw, columns = text.encode() + bytes(_WORD), []
    ends = _ends(text, raw, separator, len(head))
    if ends is None:
        return None
    begins = np.append(-1, ends[-1, :-1]) + 1  # behind the line above
    for own in ends:
        if (own - begins).max() > csv.field_size_limit():
            return None
        columns.append(_coded(raw, begins[1:], (own - begins)[1:]))
        begins = own + 1  # of the next column
    return None if _blank_row(head, columns) else (head, columns)


def _without_quotes(text: str, separator: str) -> str | None:
    """The same cells with a sign between them that none of them holds, and no quotes around them."""
    lines = text.split("\n")[:-1]
    quoted = [at for at, line in enumerate(lines) if _QUOTE in line]
    try:
        rows = list(csv.reader([lines[at] for at in quoted], delimiter=separator, strict=True))
    except csv.Error:
        return None
    if len(rows) != len(quoted):  # a line break within quotes
        return None
    lines = text.replace(separator, _BETWEEN).split("\n")[:-1]
    for at, row in zip(quoted, rows, strict=True):
        lines[at] = _BETWEEN.join(row)
    return "\n".join([*lines, ""])


def _ends(text: str, raw: bytes, separator: str, width: int) -> Ints | None:
    """Where the cells of each column end (width × rows), in bytes; None where lines differ in their cells."""
    rows = text.count("\n")
    cells = rows + text.count(separator)
    if (
        rows > MOST_ROWS
        or width > MOST_COLUMNS
        or cells > min(MOST_CELLS, MOST_AREA)
        or cells != rows * width
    ):
        return None
    signs = np.frombuffer(raw, dtype=np.uint8)
    lines = signs == _LINE
    ends = np.flatnonzero(lines | (signs == ord(separator))).reshape(rows, width)
    return ends.T.copy() if np.array_equal(np.flatnonzero(lines), ends[:, -1]) else None


def _coded(raw: bytes, starts: Ints, sizes: Ints) -> Coded:
    """Cells of one column by the bytes they begin at, and by how many they have."""
    words = _words(raw, starts, sizes)
    mixed = words[0]
    for word in words[1:]:
        mixed = mixed * _MIX + word
    which = pd.factorize(mixed)[0]
    first = first_rows(which)
    if len(words) > 1 and not all(np.array_equal(word, word[first][which]) for word in words):
        which = same_rows(words)  # two texts that mix to one number
        first = first_rows(which)
    begins = starts[first]
    pairs = zip(begins.tolist(), (begins + sizes[first]).tolist(), strict=True)
    # No cell holds a line end: they are made texts together.
    together = b"\n".join([raw[start:end] for start, end in pairs])
    return Coded(together.decode().split("\n") if len(first) else [], which)


def _words(raw: bytes, starts: Ints, sizes: Ints) -> list[npt.NDArray[np.uint64]]:
    """Eight bytes of every cell, the eight behind them, and so on; noughts where a cell has no more.

    No cell holds a nought, so two cells are the same where all their words are.
    """
    every = np.ndarray(len(raw) - _WORD + 1, dtype="<u8", buffer=raw, strides=(1,))
    words = [every[starts] & _KEEP[np.minimum(sizes, _WORD)]]
    for done in range(_WORD, int(sizes.max(initial=0)), _WORD):
        more = np.flatnonzero(sizes > done)
        word = np.zeros(len(starts), dtype=np.uint64)
        word[more] = every[starts[more] + done] & _KEEP[np.minimum(sizes[more] - done, _WORD)]
        words.append(word)
    return words


def _blank_row(head: list[str], columns: list[Coded]) -> bool:
    """Is there a row, or a first line, that says nothing?"""
    if not "".join(head).strip():
        return True
    blank: npt.NDArray[np.bool_] | None = None
    for column in columns:
        nothing = np.array([not text.strip() for text in column.texts], dtype=bool)
        if not nothing.any():
            return False
        blank = nothing[column.which] if blank is None else blank & nothing[column.which]
        if not blank.any():
            return False
    return True
