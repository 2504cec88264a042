"""Rarer parts of workbooks: phonetic texts, dates and times, sheets that are charts; the same quickly and with care."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart

from pdc.base.faults import Fault
from pdc.tables.book import open_bytes
from pdc.tables.workbook import read_workbook
from tests.tables.test_book import MAIN, read, refused, saved, sheet, with_sheet
from tests.tables.test_ods import cell, ods, row, rows_of, table
from tests.tables.test_ods import refused as ods_refused

DAY = datetime.datetime(2024, 3, 1)


def with_strings(xml: str, *items: str) -> bytes:
    """A workbook whose first sheet is this XML, with shared texts."""
    out = io.BytesIO()
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    more = f'<Relationship Type="{link}" Target="/xl/shared.xml" Id="shared"/></Relationships>'
    with zipfile.ZipFile(io.BytesIO(with_sheet(xml))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                content = content.replace(b"</Relationships>", more.encode())
            new.writestr(name, content)
        new.writestr("xl/shared.xml", f'<sst xmlns="{MAIN}">{"".join(items)}</sst>')
    return out.getvalue()


def test_how_a_text_is_pronounced_is_no_part_of_it() -> None:
    spoken = "<rPh sb='0' eb='1'><t>okunuş</t></rPh>"
    inline = f'<c r="C1" t="inlineStr"><is><t>Alaca</t>{spoken}</is></c>'
    rows = f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>{inline}</row>'
    runs = f"<si><r><t>Sun</t></r><r><t>gurlu</t></r>{spoken}</si>"
    raw = with_strings(sheet(rows), f"<si><t>Çorum</t>{spoken}</si>", runs)
    assert read(raw, False)[0].cells.rows == [["Çorum", "Sungurlu", "Alaca"]]


def test_a_text_outside_of_a_cell_says_nothing() -> None:
    rows = f'<row r="1"><c r="A1"><v>5</v></c></row><t>stray</t>'
    assert read(with_sheet(sheet(rows)), False)[0].cells.rows == [[5]]


def test_a_date_in_words_is_a_date_and_a_bad_one_its_text() -> None:
    rows = '<row r="1"><c r="A1" t="d"><v>2024-03-01</v></c><c r="B1" t="d"><v>yarın</v></c></row>'
    assert read(with_sheet(sheet(rows)), False)[0].cells.rows == [[DAY, "yarın"]]


def dated(book: openpyxl.Workbook) -> None:
    book.active.append(
        [True, datetime.date(2024, 3, 1), datetime.datetime(2024, 3, 1, 8, 30), datetime.time(7, 15), 2.5]
    )


def test_dates_times_and_truths_are_the_same_quickly_and_with_care() -> None:
    raw = saved(dated)
    quick, careful = (read(raw, how)[0].cells.rows for how in (True, False))
    assert quick == careful == [[1, DAY, datetime.datetime(2024, 3, 1, 8, 30), "07:15:00", 2.5]]
    assert [list(map(type, found[0])) for found in (quick,)] == [list(map(type, careful[0]))]


def test_blank_texts_at_the_end_are_no_rows_either_way() -> None:
    raw = saved(lambda book: [book.active.append(line) for line in (["a", 1], ["  ", None], [" "])])
    assert read(raw, True)[0].cells.rows == read(raw, False)[0].cells.rows == [["a", 1]]


def test_several_plain_sheets_are_read_quickly_too() -> None:
    def two(book: openpyxl.Workbook) -> None:
        book.active.append(["a", 1])
        book.create_sheet("iki").append(["b", 2])

    raw = saved(two)
    assert [one.cells.rows for one in read(raw, True)] == [[["a", 1]], [["b", 2]]]


def test_days_since_1904_are_counted_from_there_however_it_is_read() -> None:
    def mac(book: openpyxl.Workbook) -> None:
        book.epoch = datetime.datetime(1904, 1, 1)
        book.active.append([datetime.datetime(2024, 3, 1)])

    assert [read(saved(mac), quick)[0].cells.rows for quick in (True, False)] == [[[DAY]], [[DAY]]]


def test_a_sheet_that_is_a_chart_is_none_of_the_tables() -> None:
    def charted(book: openpyxl.Workbook) -> None:
        book.active.append(["a", 1])
        book.create_chartsheet("Grafik").add_chart(BarChart())

    assert [one.title for one in read(saved(charted))] == ["Sheet"]


def test_the_workbook_is_found_whatever_stands_before_it() -> None:
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{link}/extended-properties" Target="docProps/app.xml"/>'
        f'<Relationship Id="b" Type="{link}/officeDocument" Target="/xl/workbook.xml"/></Relationships>'
    )
    raw = with_sheet(sheet('<row r="1"><c r="A1"><v>5</v></c></row>'), {"_rels/.rels": rels.encode()})
    assert read(raw)[0].cells.rows == [[5]]


@pytest.mark.parametrize("quick", [True, False])
def test_a_hidden_column_that_is_nowhere_breaks_the_workbook_either_way(quick: bool) -> None:
    raw = with_sheet(
        sheet('<row r="1"><c r="A1"><v>5</v></c></row>', before='<cols><col hidden="1"/></cols>')
    )
    found = open_bytes("b.xlsx", raw, quick=quick)
    assert isinstance(found, Fault)
    assert found.code == "broken_workbook"
    assert refused(raw).code == "broken_workbook"


def test_a_hidden_column_without_content_is_not_told(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.active.title = "units"
        book.active.append(["unit_code", None, "beds"])
        book.active.append(["H1", None, 5])
        for letter in "BC":
            book.active.column_dimensions[letter].hidden = True

    path = tmp_path / "b.xlsx"
    path.write_bytes(saved(change))
    found = read_workbook(path, lambda title: True)
    assert not isinstance(found, Fault)
    assert [(fault.code, fault.column) for fault in found.warnings] == [("hidden_column", "C")]


# OpenDocument ----------------------------------------------------------------------------------------------


def test_tabs_and_line_breaks_of_a_cell_are_kept() -> None:
    text = "<text:p>bir<text:tab/>iki<text:line-break/>üç</text:p>"
    assert rows_of(row(f'<table:table-cell office:value-type="string">{text}</table:table-cell>')) == [
        ["bir\tiki\nüç"]
    ]


def test_what_else_stands_in_a_cell_leaves_its_value() -> None:
    style = '<style:style style:name="s"/>'
    inside = f'<table:table-cell office:value-type="float" office:value="7">{style}<text:p>7</text:p></table:table-cell>'
    assert rows_of(row(inside, 8)) == [[7, 8]]


def test_a_table_in_a_cell_is_no_sheet() -> None:
    inner = table(row(1), name="iç")
    raw = ods(table(row(f"<table:table-cell>{inner}</table:table-cell>")))
    assert ods_refused(raw).code == "broken_workbook"


@pytest.mark.parametrize(
    ("value", "found"),
    [("PT07H15M00S", "07:15:00"), ("-PT1H", "-01:00:00"), ("PT", "PT"), ("sabah", "sabah"), ("", "shown")],
)
def test_a_time_that_is_none_is_its_text(value: str, found: str) -> None:
    made = f'<table:table-cell office:value-type="time" office:time-value="{value}"><text:p>shown</text:p></table:table-cell>'
    assert rows_of(row(made, cell(1))) == [[found, 1]]
