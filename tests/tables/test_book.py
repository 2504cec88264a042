"""Workbooks are read as openpyxl reads them, quickly or with care, in every spelling; what is too much is refused."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart

from pdc.base.faults import Fault
from pdc.tables import book as book_module
from pdc.tables.book import BookSheet, open_book, open_bytes
from pdc.tables.limits import MOST_ROWS
from pdc.tables.sheet_xml import position
from pdc.tables.workbook import read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(change: Callable[[openpyxl.Workbook], Any]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    change(made)
    made.save(out)
    return out.getvalue()


def with_sheet(xml: str, others: Mapping[str, bytes] = {}) -> bytes:
    """A workbook whose first sheet is this XML, other parts replaced too."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(lambda book: None))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = xml.encode() if name == "xl/worksheets/sheet1.xml" else old.read(name)
            new.writestr(name, others.get(name, content))
    return out.getvalue()


def sheet(rows: str, after: str = "", before: str = "", uri: str = MAIN, prefix: str = "") -> str:
    at = f":{prefix}" if prefix else ""
    text = f'<worksheet xmlns{at}="{uri}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}:", text) if prefix else text


def read(raw: bytes, quick: bool | None = None) -> tuple[BookSheet, ...]:
    found = open_bytes("b.xlsx", raw, quick=quick)
    assert not isinstance(found, Fault), found
    return found


def refused(raw: bytes) -> Fault:
    found = open_bytes("b.xlsx", raw)
    assert isinstance(found, Fault)
    return found


VALUES = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: round(x, 6)),
    st.text("abcçğıİöşü 0123456789.,-<>&\"'_x", min_size=1, max_size=12),
    st.booleans(),
    st.none(),
)


@settings(deadline=None)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=4), min_size=1, max_size=5), st.booleans())
def test_cells_are_those_that_openpyxl_reads(table: list[list[Any]], quick: bool) -> None:
    raw = saved(lambda book: [book.active.append(row) for row in table])
    active = openpyxl.load_workbook(io.BytesIO(raw), data_only=True).active
    assert active is not None
    want = {}
    for row in active.iter_rows():
        for cell in row:
            value = (
                int(cell.value)
                if isinstance(cell.value, float) and cell.value == int(cell.value)
                else cell.value
            )
            if value is not None and not (isinstance(value, str) and not value.strip()):
                want[cell.row - 1, cell.column - 1] = value
    rows = read(raw, quick)[0].cells.rows
    found = {(i, j): v for i, row in enumerate(rows) for j, v in enumerate(row) if v is not None}
    assert found == want
    assert {k: type(v) for k, v in found.items()} == {k: type(v) for k, v in want.items()}


@pytest.mark.parametrize("quick", [True, False])
def test_what_excel_shows_otherwise_is_kept(quick: bool) -> None:
    def change(made: openpyxl.Workbook) -> None:
        active = made.active
        active["A1"], active["B1"], active["C1"], active["D1"] = (
            0.5,
            datetime.datetime(2024, 3, 1),
            "#REF!",
            12.5,
        )
        active["A1"].number_format = "0.0%"
        active["D1"].number_format = '#,##0.0 "dk"'
        active.merge_cells("A2:B3")
        active["A2"], active["A4"], active["E1"] = "x", 1, "y"
        active.row_dimensions[4].hidden = True
        active.column_dimensions["E"].hidden = True
        made.create_sheet("gizli").sheet_state = "veryHidden"
        made.create_sheet("Şekil")

    first, hidden, last = read(saved(change), quick)
    assert first.cells.rows[0][:4] == [0.5, datetime.datetime(2024, 3, 1), "#REF!", 12.5]
    assert first.cells.percent == {(0, 0)}
    assert first.cells.merges == [(1, 0, 2, 1)]
    assert (first.cells.hidden_rows, first.cells.hidden_columns) == ({3}, {4})
    assert (hidden.title, hidden.shown, hidden.read) == ("gizli", False, False)
    assert (last.title, last.shown, last.cells.rows) == ("Şekil", True, [])


@pytest.mark.parametrize("quick", [True, False])
def test_a_plain_sheet_has_its_layout_either_way(quick: bool) -> None:
    def change(made: openpyxl.Workbook) -> None:
        for row in (["İl", "Hemşire"], ["Çorum", 5], [None, 7]):
            made.active.append(row)
        made.active.merge_cells("A2:A3")
        made.active.row_dimensions[3].hidden = True
        made.active.column_dimensions["B"].hidden = True

    cells = read(saved(change), quick)[0].cells
    assert cells.rows == [["İl", "Hemşire"], ["Çorum", 5], [None, 7]]
    assert (cells.merges, cells.hidden_rows, cells.hidden_columns) == ([(1, 0, 2, 0)], {2}, {1})


def test_large_plain_sheets_are_read_by_calamine(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = saved(lambda book: book.active.append([1, "a"]))
    asked: list[str] = []
    real = book_module._Book._quickly
    monkeypatch.setattr(
        book_module._Book, "_quickly", lambda self, title: asked.append(title) or real(self, title)
    )
    read(raw)
    assert asked == []
    monkeypatch.setattr(book_module, "_QUICK_FROM", 10)
    assert read(raw)[0].cells.rows == [[1, "a"]]
    assert asked == ["Sheet"]


SPELLINGS = {
    "plain": ("", MAIN),
    "prefix": ("x", MAIN),
    "other prefix": ("ss", MAIN),
    "strict": ("", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    "strict with prefix": ("s", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
}
FORMULAS = {
    '<c r="A1"><f>1+1</f></c>': None,
    '<c r="A1"><f>1+1</f><v/></c>': None,
    '<c r="A1"><f>1+1</f><v></v></c>': None,
    '<c r="A1"><f t="shared" si="0"/></c>': None,
    '<c r="A1"><f t="shared" si="0"/><v/></c>': None,
    '<c r="A1"><f t="array" ref="A1:A2">B1:B2</f></c>': None,
    '<c r="A1" t="str"><f>"a"</f></c>': None,
    '<c r="A1" t="n"><f>1+1</f> <v> </v> </c>': None,
    '<c r="A1" t="str"><f>IF(B1="x",5,"")</f><v></v></c>': "",
    '<c r="A1" t="str"><f>IF(B1="x",5,"")</f><v/></c>': "",
    '<c r="A1"><f>1+1</f><v>2</v></c>': 2,
    '<c r="A1"><f t="shared" si="0"/><v>2</v></c>': 2,
    '<c r="A1" t="str"><f>"a"</f><v>a</v></c>': "a",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("cell", FORMULAS)
@pytest.mark.parametrize("quick", [None, True])
def test_a_formula_without_a_result_is_told_in_every_spelling(
    cell: str, spelling: str, quick: bool | None
) -> None:
    prefix, uri = SPELLINGS[spelling]
    rows = f'<row r="1">{cell}<c r="B1"><v>7</v></c></row>'
    cells = read(with_sheet(sheet(rows, uri=uri, prefix=prefix)), quick)[0].cells
    want = FORMULAS[cell]
    assert cells.uncalculated == ([(0, 0)] if want is None else [])
    assert cells.rows == [[want or None, 7]]


@pytest.mark.parametrize("quick", [None, True])
def test_cells_and_rows_without_their_numbers_follow_one_another(quick: bool | None) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row r='4'><c><v>3</v></c></row><row><c/><c t='b'><v>1</v></c></row>"
    assert read(with_sheet(sheet(rows)), quick)[0].cells.rows == [
        [1, 2],
        [None] * 2,
        [None] * 2,
        [3, None],
        [None, 1],
    ]


def test_strict_workbooks_are_read() -> None:
    raw = io.BytesIO()
    old = saved(lambda book: book.active.append(["İl", 5]))
    with zipfile.ZipFile(io.BytesIO(old)) as archive, zipfile.ZipFile(raw, "w") as new:
        for name in archive.namelist():
            text = archive.read(name).replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
            text = text.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            new.writestr(name, text)
    assert read(raw.getvalue())[0].cells.rows == [["İl", 5]]


def test_a_blank_cell_far_away_costs_nothing_and_one_with_text_is_named() -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" t="str"><v>{}</v></c></row>'
    for blank in (" ", "", "\t\n"):
        assert read(with_sheet(sheet(far.format(blank))))[0].cells.rows == [[1]]
    fault = refused(with_sheet(sheet(far.format("."))))
    assert (fault.code, fault.row) == ("limit.area", 1048576)


LIMITS = {
    "limit.rows": "<row/>" * (MOST_ROWS + 1),
    "limit.columns": '<row><c r="XFE1"><v>1</v></c></row>',
    "limit.area": '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="9999"><c r="A9999"><v>1</v></c></row>',
}


@pytest.mark.parametrize("code", LIMITS)
@pytest.mark.parametrize("prefix", ["", "x"])
def test_more_than_is_read_is_refused(code: str, prefix: str) -> None:
    assert refused(with_sheet(sheet(LIMITS[code], prefix=prefix))).code == code


def test_cells_bytes_and_sheets_have_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    raw = with_sheet(sheet("<row>" + "<c/>" * 30 + "</row>"))
    monkeypatch.setattr("pdc.tables.sheet_xml.MOST_CELLS", 20)
    assert refused(raw).code == "limit.cells"
    monkeypatch.setattr(book_module, "MOST_BYTES", 200)
    assert refused(raw).code == "limit.bytes"
    path = tmp_path / "b.xlsx"
    path.write_bytes(raw)
    found = open_book(path)
    assert isinstance(found, Fault)
    assert found.code == "limit.bytes"
    monkeypatch.undo()
    monkeypatch.setattr(book_module, "MOST_SHEETS", 2)
    assert refused(saved(lambda book: [book.create_sheet(), book.create_sheet()])).code == "limit.sheets"


def test_what_is_no_workbook_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert refused(out.getvalue()).code == "open_document"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
    assert refused(out.getvalue()).code == "binary_workbook"
    assert refused(b"\xd0\xcf\x11\xe0rest").code == "protected"
    assert refused(b"PK\x03\x04rest").code == "broken_workbook"
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]>' + sheet("<row><c><v>&a;</v></c></row>")
    assert refused(with_sheet(bomb)).code == "broken_workbook"
    assert refused(with_sheet(sheet('<row><c t="s"><v>99</v></c></row>'))).code == "broken_workbook"


@pytest.mark.parametrize("encoding", ["cp1252", "cp1254", "latin-1"])
def test_letters_that_were_taken_apart_are_put_together(encoding: str) -> None:
    text = "Çorum İl Hemşire Ağrı Iğdır Şırnak ÖÜöüçĞğıâ"
    parts = []
    for byte in text.encode():
        try:
            parts.append(bytes([byte]).decode(encoding))
        except UnicodeDecodeError:
            parts.append(chr(byte))
    apart = "".join(parts)
    assert apart != text
    assert read(saved(lambda book: book.active.append([apart, text])))[0].cells.rows == [[text, text]]


def test_positions_are_those_of_a_spreadsheet() -> None:
    assert [position(ref) for ref in ("A1", "Z9", "AA10", "$XFD$1048576")] == [
        (0, 0), (8, 25), (9, 26), (1048575, 16383),
    ]  # fmt: skip
    for wrong in ("1A", "ABCD1", "İ1", "12"):
        with pytest.raises(ValueError, match=re.escape(wrong)):
            position(wrong)


# rarer parts ------------------------------------------------------------------------------------------------

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
    rows = '<row r="1"><c r="A1"><v>5</v></c></row><t>stray</t>'
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
