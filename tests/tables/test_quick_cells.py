"""Cells read quickly are the cells that openpyxl reads; where they could not be, openpyxl is asked."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pdc.ask.handmade import grid
from pdc.ask.handmade.grid import read_grids
from pdc.tables.quick_cells import bare, quick_cells


def book(value: Any, form: str = "General") -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active["B3"] = value
    made.active["B3"].number_format = form
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "value",
    [0, 5, 5.0, 5.5, -3, 10**15, "12,000", "  Çorum ", "a\nb", "", True, datetime.datetime(2024, 3, 1)],
)
def test_a_cell_is_the_same_as_openpyxl_reads_it(value: Any) -> None:
    raw = book(value, "yyyy-mm-dd" if isinstance(value, datetime.datetime) else "General")
    found = quick_cells(raw)
    assert found is not None
    sheet = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True).active
    expected = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [cell for row in found["Sheet"] for cell in row if cell is not None] == [
        cell for row in expected for cell in row if cell is not None
    ]
    if value != "":
        assert type(found["Sheet"][2][1]) is type(expected[2][1])


@pytest.mark.parametrize("raw", [book(0.5, "0%"), book(0.5, "0.00%"), book(0.5, "#,##0.0%"), book("#REF!")])
def test_percentages_and_errors_are_left_to_openpyxl(raw: bytes) -> None:
    assert quick_cells(raw) is None


def layered(change: Callable[[openpyxl.Workbook], Any]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["Birim", "Eczacı"])
    made.create_sheet("İkinci").append([1])
    change(made)
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda book: book.active.merge_cells("A1:B1"),
        lambda book: setattr(book.active.row_dimensions[1], "hidden", True),
        lambda book: setattr(book["İkinci"], "sheet_state", "hidden"),
        lambda book: setattr(book["İkinci"], "sheet_state", "veryHidden"),
        lambda book: book.create_chartsheet("Şekil"),
    ],
)
def test_a_workbook_with_merged_or_hidden_parts_is_not_bare(
    change: Callable[[openpyxl.Workbook], Any],
) -> None:
    assert not bare(layered(change))


def test_a_workbook_of_cells_alone_is_bare_and_read_as_with_its_layout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = layered(lambda book: book.active.append(["H1", 3]))
    assert bare(raw)
    path = tmp_path / "cetvel.xlsx"
    path.write_bytes(raw)
    found = read_grids(path)
    monkeypatch.setattr(grid, "bare", lambda raw: False)
    assert [vars(g) for g in read_grids(path)] == [vars(g) for g in found]
    assert len(found) == 2
