"""Tables of the Word file: no column parts a word, and no page begins with a table's last row alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Cm

from pdc_reports.word.paper import Paper, fitting

HEADS = ("İl", "Birim", "Dolu")
PLACES = [("Kahramanmaraş", "Pazarcık Üçpınar Köyü Sağlık Evi", str(i)) for i in range(6)]


def test_a_narrow_column_takes_what_its_longest_word_needs_from_the_wide_ones() -> None:
    widths = fitting((1.8, 10.0, 2.0), [HEADS, *PLACES], 8.5)
    assert sum(widths) == pytest.approx(13.8)
    assert widths[0] > 2.6  # thirteen letters of 8.5 points
    assert widths[1] < 10
    assert fitting((4.0, 10.0, 2.0), [HEADS, *PLACES], 8.5) == [4.0, 10.0, 2.0]


def test_where_there_is_no_room_at_all_widths_stay_as_they_are() -> None:
    assert fitting((1.0, 1.0), [["Kahramanmaraş", "Afyonkarahisar"]], 8.5) == [1.0, 1.0]


def test_the_last_rows_of_a_table_stay_on_one_page(tmp_path: Path) -> None:
    paper = Paper("tr", "Deneme", datetime(2026, 1, 1))
    paper.table(HEADS, PLACES, (1.8, 10.0, 2.0), numbers=1)
    paper.save(tmp_path / "rapor.docx")
    (table,) = Document(str(tmp_path / "rapor.docx")).tables
    kept = [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in table.rows]
    assert kept == [False, False, False, False, True, True, False]
    assert table.rows[1].cells[0].width > Cm(2.6)
