"""Lists that people bring (pins, locks, a term's appointments): a CSV file, or a sheet of a workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pdc.base.faults import Fault
from pdc.tables.csvfile import SEPARATORS, read_rows
from pdc.tables.raw import Sheet
from pdc.tables.schema import heading_key
from pdc.tables.workbook import read_workbook

_BOOKS: Final = ("xlsx", "xlsm", "ods")
_LOOKS: Final = {"seen_otherwise": "pins.seen", "struck": "pins.struck"}
_BEGINS: Final = re.compile(r"[1-9]\d{0,2}")
_GOES_ON: Final = re.compile(r"\d{3}")


def read_list(
    path: Path, heads: Mapping[str, str], faults: list[Fault]
) -> tuple[Sheet, tuple[str, ...]] | None:
    """The list and the meaning of its headings (``heads``: by folded heading; others as they stand).

    None, and what is wrong among ``faults``, where it cannot be read. What a workbook hides is refused:
    whoever looks at the list would not know of it. So are two headings of one meaning.
    """
    book = heading_key(path.suffix) in _BOOKS
    sheet = _sheet_of(path, heads, faults) if book else _lines(path)
    if isinstance(sheet, Fault):
        faults.append(sheet)
    if sheet is None or isinstance(sheet, Fault):
        return None
    meanings = tuple(heads.get(heading_key(heading), heading.strip()) for heading in sheet.headings)
    known = set(heads.values())
    twice = [i for i, name in enumerate(meanings) if name in known and name in meanings[:i]]
    for i in twice:
        first = sheet.headings[meanings.index(meanings[i])]
        values = {"first": first, "second": sheet.headings[i], "meaning": meanings[i]}
        faults.append(Fault(sheet.file, None, sheet.headings[i], "twice", values))
    return None if twice else (sheet, meanings)


def parted(sheet: Sheet, column: int) -> list[Fault]:
    """Rows in which the comma of 1,234 has parted a number: its end stands under the next heading."""
    if sheet.is_sheet or sheet.separator != "," or column + 1 >= len(sheet.cells):
        return []
    pairs = zip(sheet.rows, sheet.cells[column], sheet.cells[column + 1], strict=True)
    return [
        Fault(sheet.file, row, sheet.headings[column], "cetvel.parted", {"text": f"{number},{after}"})
        for row, number, after in pairs
        if _BEGINS.fullmatch(number.strip()) and _GOES_ON.fullmatch(after.strip())
    ]


def _lines(path: Path) -> Sheet | Fault:
    parts: list[str] = []

    def separator(text: str) -> str:
        parts.append(max(SEPARATORS, key=text.partition("\n")[0].count))
        return parts[0]

    found = read_rows(path, separator)
    if isinstance(found, Fault):
        return found
    sheet = Sheet.of(path.name, *found, separator="".join(parts))
    return sheet or Fault(path.name, None, None, "no_heading_row")


def _sheet_of(path: Path, heads: Mapping[str, str], faults: list[Fault]) -> Sheet | Fault | None:
    book = read_workbook(path, lambda title: True)
    if isinstance(book, Fault):
        return book
    lists = {title: sheet for title, sheet in book.sheets.items() if _is_list(sheet, heads)}
    if len(lists) > 1:
        return Fault(path.name, None, None, "pins.sheets", {"sheets": ", ".join(lists)})
    hidden = [
        Fault(told.file, told.row, told.column, _LOOKS.get(told.code, "pins.hidden"), told.values)
        for told in book.warnings
    ]
    if book.faults or hidden:
        faults += [*book.faults, *hidden]
        return None
    chosen: Sequence[Sheet | Fault] = [*lists.values(), *book.sheets.values()]
    return chosen[0] if chosen else Fault(path.name, None, None, "no_heading_row")


def _is_list(sheet: Sheet | Fault, heads: Mapping[str, str]) -> bool:
    return isinstance(sheet, Sheet) and sum(heading_key(h) in heads for h in sheet.headings) > 1
