"""Example rows of the empty workbook: how they are marked, and that nobody plans with them.

An example says with ``@`` where its mark stands. A row that still holds a mark anywhere is never read as
data: it is taken out, and told as a fault, so that a workbook in which one was forgotten is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from pdc.base.faults import Fault
from pdc.base.numbers import Mask
from pdc.tables.raw import Coded, Sheet
from pdc.tables.schema import Column
from pdc_common.text import Lang, fold

SIGN: Final = "@"
MARKS: Final[Mapping[Lang, tuple[str, str]]] = {
    "tr": ("ORNEK-SATIR", "ÖRNEK SATIR"),
    "en": ("EXAMPLE-ROW", "EXAMPLE ROW"),
}
"""The mark in a code, and in a name. Long on purpose: Örnek is a place's name."""
_OTHER: Final = re.compile("[^\x00-\x7fçğıöşüîûÇĞİÖŞÜÎÛ]")
_PARTS: Final = ("rnek", "xample")
"""Letters of each mark that stand in a text as they are, or as capitals, if it has no letters but these."""
_FOLDED: Final = tuple({fold(mark).replace("-", " ") for marks in MARKS.values() for mark in marks})


def cell(column: Column, text: str, lang: Lang) -> str:
    """A cell of an example with its mark."""
    code, name = MARKS[lang]
    return text.replace(SIGN, name if column.type == "text" else code)


def is_marked(text: str) -> bool:
    """Does a cell hold the mark of an example, however it is spelt?"""
    if len(text) < len("example row") or not _may_hold(text):  # nearly every cell
        return False
    plain = fold(text).replace("-", " ").replace("_", " ")
    return any(mark in plain for mark in _FOLDED)


def _marked(column: Coded) -> Mask:
    """Rows whose cell is marked."""
    marked = np.zeros(len(column.texts), dtype=bool)
    marked[[at for at in _maybe(column.texts) if is_marked(column.texts[at])]] = True
    return marked[column.which]


def _maybe(texts: Sequence[str]) -> Iterable[int]:
    """Texts that may hold a mark: one look at all of them together says which letters to look for."""
    together = "\n".join(texts)
    if not _may_hold(together):
        return ()
    if together.count("\n") != len(texts) - 1:  # a line break within a cell
        return range(len(texts))
    plain = together.lower()
    parts = (line for part in _PARTS for line in _lines_with(plain, part))
    return {*parts, *(line for sign in set(_OTHER.findall(together)) for line in _lines_with(together, sign))}


def _lines_with(text: str, part: str) -> Iterator[int]:
    """Lines (from 0) in which a part of the text stands."""
    line = done = 0
    at = text.find(part)
    while at >= 0:
        line += text.count("\n", done, at)
        yield line
        done, at = at, text.find(part, at + 1)


def _may_hold(text: str) -> bool:
    """Are there letters of a mark, or others that :func:`fold` may make such letters of?"""
    if not text.isascii() and _OTHER.search(text):
        return True
    plain = text.lower()
    return any(part in plain for part in _PARTS)


def own_rows(sheet: Sheet) -> tuple[Sheet, Fault | None]:
    """A table without its example rows, and the fault that tells of them; None where it has none."""
    marked = np.zeros(len(sheet.rows), dtype=bool)
    for column in sheet.columns:
        marked |= _marked(column)
    if not marked.any():
        return sheet, None
    rows = tuple(row for row, one in zip(sheet.rows, marked.tolist(), strict=True) if not one)
    found = [row for row, one in zip(sheet.rows, marked.tolist(), strict=True) if one]
    left = replace(
        sheet,
        columns=tuple(column.rows(~marked) for column in sheet.columns),
        rows=rows,
        too_long=tuple((row, cells) for row, cells in sheet.too_long if row not in found),
    )
    listed = ", ".join(map(str, found[:10])) + (" …" if len(found) > 10 else "")
    return left, Fault(sheet.file, found[0], None, "example_rows", {"rows": listed})
