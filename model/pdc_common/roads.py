"""Road kilometres between provinces: ``road_km.csv``, strictly read.

A square table: plate codes down the first column and along the heading; an empty cell is not known.
"""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pdc_common.bounded import TooLargeError, text_of
from pdc_common.cells_csv import plain_rows

if TYPE_CHECKING:
    import pandas as pd

FILE: Final = "road_km.csv"
FARTHEST: Final = 20_040.0  # km: half way round the Earth
_BYTES: Final = 5_000_000
_CODE: Final = re.compile("[0-9]{1,9}")
_NUMBER: Final = re.compile("[0-9]{1,9}(\\.[0-9]{1,9})?")


class RoadsError(ValueError):
    """A table of roads that cannot be used: the line (0: the file) and the message's code."""

    def __init__(self, line: int, code: str) -> None:
        super().__init__(f"{line}: {code}")
        self.line, self.code = line, code


def read_roads(path: Path) -> pd.DataFrame:
    """Kilometres from a province (plate code, rows) to another (plate code as text, columns).

    Raises OSError and :class:`RoadsError`.
    """
    import pandas as pd  # noqa: PLC0415 - whoever only looks for faults does not wait for it

    try:
        text = text_of(path, "utf-8-sig", most=_BYTES)
    except TooLargeError:
        raise RoadsError(0, "too_large") from None
    except UnicodeDecodeError:
        raise RoadsError(0, "not_utf8") from None
    try:
        rows = list(plain_rows(csv.reader(text.splitlines(), strict=True)))
    except csv.Error:
        raise RoadsError(0, "head") from None
    head = [cell.strip() for cell in rows[0][1:]] if rows else []
    if not head or not all(map(_CODE.fullmatch, head)) or len({int(code) for code in head}) < len(head):
        raise RoadsError(1, "head")
    found: dict[int, list[float]] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head) + 1 or not _CODE.fullmatch(row[0].strip()) or int(row[0]) in found:
            raise RoadsError(number, "row")
        found[int(row[0])] = [_km(number, cell.strip()) for cell in row[1:]]
    frame = pd.DataFrame.from_dict(found, orient="index", columns=[str(int(code)) for code in head])
    whole = frame.notna().all(axis=None) and (frame == frame.round()).all(axis=None)
    return frame.astype("int64") if whole else frame


def _km(line: int, cell: str) -> float:
    if not cell:
        return math.nan
    if not _NUMBER.fullmatch(cell):
        raise RoadsError(line, "number")
    if float(cell) > FARTHEST:
        raise RoadsError(line, "range")
    return float(cell)
