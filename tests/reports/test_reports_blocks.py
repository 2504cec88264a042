"""Blocks of the workbook give the bytes that XlsxWriter gives when it is called for every cell."""

from __future__ import annotations

import io
import math
import zipfile

import pytest
import xlsxwriter

from pdc_reports.workbook import blocks, write_workbook
from pdc_reports.workbook.packed import Packed


@pytest.fixture
def by_cell(monkeypatch):
    """Write every cell by a call, as where XlsxWriter is another than the one we know."""
    monkeypatch.setattr(blocks, "known", lambda: False)


@pytest.fixture
def sheet(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet("1", blocks.Sheet)
    yield page, {"a": book.add_format({"bold": True})}
    book.close()


def test_this_xlsxwriter_takes_blocks():
    assert blocks.known()


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_workbook_is_the_same_cell_by_cell(plan, tmp_path, lang, request):
    fast = write_workbook(plan, tmp_path / "fast.xlsx", lang)
    request.getfixturevalue("by_cell")
    slow = write_workbook(plan, tmp_path / "slow.xlsx", lang)
    with zipfile.ZipFile(fast) as a, zipfile.ZipFile(slow) as b:
        assert a.namelist() == b.namelist()
        assert [n for n in a.namelist() if a.read(n) != b.read(n)] == []
    assert fast.read_bytes() == slow.read_bytes()


def test_the_workbook_is_packed_as_it_is_written_and_without_that_has_the_same_parts(
    plan, tmp_path, monkeypatch
):
    first, again = (write_workbook(plan, tmp_path / f"{i}.xlsx") for i in (1, 2))
    assert first.read_bytes() == again.read_bytes()
    monkeypatch.delattr(Packed, "_get_packager")
    usual = write_workbook(plan, tmp_path / "usual.xlsx")
    with zipfile.ZipFile(first) as a, zipfile.ZipFile(usual) as b:
        assert a.testzip() is None
        assert a.namelist() == b.namelist()
        assert [n for n in a.namelist() if a.read(n) != b.read(n)] == []
        assert {one.compress_type for one in a.infolist()} == {zipfile.ZIP_DEFLATED}
        assert {one.date_time for one in a.infolist()} == {one.date_time for one in b.infolist()}
    assert usual.stat().st_size < first.stat().st_size < 1.4 * usual.stat().st_size


def test_what_a_block_cannot_say_is_written_cell_by_cell(sheet):
    page, formats = sheet
    assert not page.block(0, 0, [blocks.texts("a", ["x" * 40_000])], formats)
    assert not page.block(0, 0, [blocks.numbers("a", [math.inf])], formats)
    assert not page.table[0]


def test_a_cell_by_itself_in_the_rows_of_a_block_is_refused(sheet):
    page, formats = sheet
    page.write_number(1, 5, 1, formats["a"])
    with pytest.raises(ValueError, match="by themselves"):
        page.block(0, 0, [blocks.numbers("a", [1.0, 2.0])], formats)
    page.block(3, 0, [blocks.numbers("a", [1.0, 2.0])], formats)
    page.write_number(4, 5, 1, formats["a"])
    page.fh = io.StringIO()
    with pytest.raises(ValueError, match="by themselves"):
        page._write_rows()
    del page.table[4]


def test_a_block_of_no_rows_is_nothing(sheet):
    page, formats = sheet
    assert page.block(0, 0, [blocks.texts("a", [])], formats)
    assert page.dim_rowmin is None
