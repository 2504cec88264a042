"""Cells read quickly are the cells that openpyxl reads; where they could not be, openpyxl is asked."""

from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest

from pdc_reports.quick import quick_cells


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
