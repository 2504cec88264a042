"""Posts read back from a workbook, so that a signed ``cetvel.xlsx`` can be audited without the CSV files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from pdc.ask.handmade.posts import posts_of
from pdc.base.faults import Fault, InputError
from pdc.tables.book import BookSheet, open_book
from pdc.tables.cells import BadCellError
from pdc.tables.sheet_xml import column_letter
from pdc.tables.workbook import cell_text
from pdc_common.text import LANGS, say

COLUMNS: Final = ("unit_code", "title", "posts")
_HEAD_WITHIN: Final = 10


def read_posts(path: Path, titles: Mapping[str, str]) -> pd.DataFrame:
    """Posts by unit and title, from the sheets by unit; ``titles`` gives the code of each title's name.

    Totals are formulas and are left out; so is an empty cell (the title is not planned there). A name that
    ``titles`` does not have is a :class:`ValueError`, as is a workbook without any sheet by unit; a cell that
    somebody made something else than a number of posts is an :class:`~pdc.base.faults.InputError`.
    """
    book = open_book(path, hidden=True)
    if isinstance(book, Fault):
        raise InputError([book])
    faults: list[Fault] = []
    rows = [row for sheet in book for row in _sheet(path.name, sheet, titles, faults)]
    if faults:
        raise InputError(faults)
    if not rows:
        raise ValueError(f"{path.name}: no sheet by unit")
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values(["unit_code", "title"], ignore_index=True)


def _sheet(
    file: str, sheet: BookSheet, titles: Mapping[str, str], faults: list[Fault]
) -> Iterator[tuple[str, str, int]]:
    code_heads = {say("reports.column.unit_code", lang) for lang in LANGS}
    totals = {say("reports.column.total", lang) for lang in LANGS}
    label = f"{file}[{sheet.title}]"
    rows = iter(enumerate(sheet.cells.rows))
    for _, (_, head) in zip(range(_HEAD_WITHIN), rows, strict=False):
        found = [i for i, text in enumerate(head) if text in code_heads]
        if found:
            break
    else:
        return
    at = found[0]
    _, names = next(rows)
    # Headings of places are merged over both rows: only titles have a text in the second.
    columns = {i: str(name) for i, name in enumerate(names) if name is not None and name not in totals}
    unknown = [name for name in columns.values() if name not in titles]
    if unknown:
        raise ValueError(f"{sheet.title}: {', '.join(unknown)}")
    faults += sheet.uncalculated(label)
    for i, row in rows:
        if row[at] is None:
            continue
        for j, name in columns.items():
            if row[j] is None:
                continue
            try:
                yield cell_text(row[at]), titles[name], posts_of(row[j])
            except BadCellError as bad:
                faults.append(Fault(label, i + 1, column_letter(j), bad.code, bad.details))
