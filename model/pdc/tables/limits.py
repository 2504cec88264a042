"""How much of a file is read. What is more is refused at once, with the limit named (docs/limits.md).

All Turkey by unit and title is 750,000 cells in a workbook of 60 MB unpacked; the limits leave room for eight
times that and keep a reading below 2 GB of memory.
"""

from __future__ import annotations

from typing import Final

from pdc.base.faults import Fault

MOST_BYTES: Final = 256 * 1024**2
"""Of a CSV file; of what a workbook holds, unpacked."""
MOST_ROWS: Final = 1_048_576
"""Of a sheet or a CSV file, empty ones too: as many as Excel has."""
MOST_COLUMNS: Final = 16_384
"""Of a sheet or a CSV file: as many as Excel has."""
MOST_CELLS: Final = 6_000_000
"""Cells that a file may write down, empty ones with a style too."""
MOST_AREA: Final = 12_000_000
"""Rows × columns from the first cell to the last that says something."""
MOST_SHEETS: Final = 1_000
"""Sheets of a workbook."""
MOST_ROWS_A_PLACE: Final = 2
"""Of a hand-made table: rows that say something for each place (in a long table, and title)."""
LEAST_ROWS: Final = 10_000
"""Rows that a hand-made table may have in the smallest country."""
MOST_COMPARED: Final = 1_000_000
"""Names of places and titles compared in vain; from then on an unknown name is told without its nearest."""


class LimitError(Exception):
    """A limit is broken: which one, how much was found, and where."""

    def __init__(self, what: str, found: int, most: int, row: int | None = None, column: str = "") -> None:
        super().__init__(what)
        self.what, self.found, self.most, self.row, self.column = what, found, most, row, column
        self.sheet = ""

    def fault(self, file: str) -> Fault:
        """The same as a fault of a file."""
        values = {"found": self.found, "most": self.most}
        return Fault(file, self.row, self.column or None, f"limit.{self.what}", values)


def hold(what: str, found: int, most: int, row: int | None = None, column: str = "") -> None:
    """Raise :class:`LimitError` where ``found`` is more than ``most``."""
    if found > most:
        raise LimitError(what, found, most, row, column)
