"""Posts read back from a workbook, so that a signed ``cetvel.xlsx`` can be audited without the CSV files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pdc.tables.quick_cells import quick_cells
from pdc_common.text import LANGS, say

COLUMNS: Final = ("unit_code", "title", "posts")
_HEAD_WITHIN: Final = 10


def read_posts(path: Path, titles: Mapping[str, str]) -> pd.DataFrame:
    """Posts by unit and title, from the sheets by unit; ``titles`` gives the code of each title's name.

    Totals are formulas and are left out; so is an empty cell (the title is not planned there). A name that
    ``titles`` does not have is a :class:`ValueError`, as is a workbook without any sheet by unit.
    """
    raw = path.read_bytes()
    quick = quick_cells(raw)
    sheets = _slow_cells(raw) if quick is None else quick
    parts = [list(_sheet(name, rows, titles)) for name, rows in sheets.items()]
    rows = [row for part in parts for row in part]
    if not rows:
        raise ValueError(f"{path.name}: no sheet by unit")
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values(["unit_code", "title"], ignore_index=True)


def _slow_cells(raw: bytes) -> dict[str, Iterable[Sequence[Any]]]:
    import openpyxl  # noqa: PLC0415 - seldom needed: see pdc.tables.quick_cells

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    try:
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    finally:
        book.close()


def _sheet(
    title: str, cells: Iterable[Sequence[Any]], titles: Mapping[str, str]
) -> Iterator[tuple[str, str, int]]:
    code_heads = {say("reports.column.unit_code", lang) for lang in LANGS}
    totals = {say("reports.column.total", lang) for lang in LANGS}
    rows = iter(cells)
    for _, head in zip(range(_HEAD_WITHIN), rows, strict=False):
        found = [i for i, text in enumerate(head) if text in code_heads]
        if found:
            break
    else:
        return
    at = found[0]
    names = next(rows)
    # Headings of places are merged over both rows: only titles have a text in the second.
    columns = {i: str(name) for i, name in enumerate(names) if name is not None and name not in totals}
    unknown = [name for name in columns.values() if name not in titles]
    if unknown:
        raise ValueError(f"{title}: {', '.join(unknown)}")
    for row in rows:
        if len(row) <= at or row[at] is None:
            continue
        for i, name in columns.items():
            if i < len(row) and row[i] is not None:
                yield str(row[at]), titles[name], int(row[i])
