"""A CSV file of nothing but line ends is refused row by row, not after all its rows were made."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from pdc.ask.handmade.grid import _separator
from pdc.base.faults import Fault
from pdc.tables import csvfile


@pytest.mark.parametrize(("cell", "code"), [("\n", "limit.rows"), (",", "limit.columns"), ("a,\n", "limit.cells")])
def test_too_many_rows_or_cells_take_no_more_memory_than_the_limit(
    cell: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csvfile, "MOST_ROWS", 1_000 if code == "limit.rows" else 10**9)
    monkeypatch.setattr(csvfile, "MOST_CELLS", 20_000)
    file = tmp_path / "much.csv"
    file.write_text(cell * 500_000, "utf-8")
    tracemalloc.start()
    try:
        found = csvfile.read_rows(file, _separator)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(found, Fault)
    assert found.code == code
    assert peak < 32 * len(cell) * 500_000
