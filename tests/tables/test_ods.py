"""OpenDocument workbooks are read with the care of .xlsx: what is hidden, merged, a percentage, a formula, repeated."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from pdc.base.faults import Fault
from pdc.tables.book import BookSheet, open_book, open_bytes

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
    for name, uri in [("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("draw", "drawing")]
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
MEDIA = "application/vnd.oasis.opendocument.spreadsheet"


def table(rows: str, name: str = "Sayfa1", style: str = "", columns: str = "<table:table-column/>") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{columns}{rows}</table:table>'


def ods(*tables: str, styles: str = "", generator: str = "", media: str = MEDIA, **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", media)
        file.writestr(
            "content.xml",
            f'<office:document-content {SPACES} {CALC} office:version="1.3"><office:automatic-styles>{styles}'
            f"</office:automatic-styles><office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet>"
            "</office:body></office:document-content>",
        )
        file.writestr("meta.xml", f"<x><meta:generator>{generator}</meta:generator></x>")
        file.writestr("META-INF/manifest.xml", parts.get("manifest", "<m/>"))
    return out.getvalue()


def cell(value: Any, more: str = "") -> str:
    match value:
        case None:
            return f"<table:table-cell {more}/>"
        case bool():
            kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
        case int() | float():
            kind = f'office:value-type="float" office:value="{value}"'
        case datetime.datetime():
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case _:
            return f'<table:table-cell office:value-type="string" {more}><text:p>{escape(value)}</text:p></table:table-cell>'
    return f"<table:table-cell {kind} {more}><text:p>shown</text:p></table:table-cell>"


def row(*values: Any, more: str = "") -> str:
    cells = "".join(v if isinstance(v, str) and v.startswith("<table:") else cell(v) for v in values)
    return f"<table:table-row {more}>{cells}</table:table-row>"


def read(raw: bytes, hidden: bool = False) -> tuple[BookSheet, ...]:
    found = open_bytes("b.ods", raw, hidden=hidden)
    assert not isinstance(found, Fault), found
    return found


def rows_of(*rows: str, **more: str) -> list[list[Any]]:
    return read(ods(table("".join(rows)), **more))[0].cells.rows


def refused(raw: bytes) -> Fault:
    found = open_bytes("b.ods", raw)
    assert isinstance(found, Fault)
    return found


VALUES = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 4)),
    st.text("abcçğıİöşü0123456789.,-<>&\"'_", min_size=1, max_size=8),
    st.booleans(),
    st.none(),
)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(VALUES, st.integers(1, 3)), min_size=1, max_size=4), min_size=1, max_size=4), st.integers(1, 3))
def test_cells_are_those_that_calamine_reads(lines: list[list[tuple[Any, int]]], again: int) -> None:
    made = (
        row(*(cell(v, f'table:number-columns-repeated="{n}"') for v, n in line), more=f'table:number-rows-repeated="{again}"')
        for line in lines
    )
    raw = ods(table("".join(made)))
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert _said(read(raw)[0].cells.rows) == _said(theirs)


def _said(rows: Iterable[Iterable[Any]]) -> dict[tuple[int, int], Any]:
    return {(i, j): v for i, line in enumerate(rows) for j, v in enumerate(line) if v not in (None, "")}


def test_a_file_of_libreoffice_is_read_as_its_xlsx(tmp_path: Path) -> None:
    folder = Path(__file__).parents[1] / "ask" / "audit" / "cases"
    (one,), (other,) = (open_book(folder / f"el-cetveli{end}") for end in (".xlsx", ".ods"))
    assert one.title == other.title
    assert one.cells.rows == other.cells.rows
    assert sorted(one.cells.merges) == sorted(other.cells.merges)


def test_what_is_hidden_is_known() -> None:
    styles = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    columns = (
        '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
        '<table:table-column-group table:display="false"><table:table-column table:number-columns-repeated="16000"/>'
        "</table:table-column-group>"
    )
    shown, unseen = read(
        ods(
            table(
                row("a", "b", "c", "d", "e")
                + row(1, 2, 3, 4, 5, more='table:visibility="collapse" table:number-rows-repeated="2"')
                + row(6, more='table:visibility="filter"')
                + f'<table:table-row-group table:display="false">{row(7)}</table:table-row-group>'
                + row(8)
                + row(None, more='table:number-rows-repeated="1048000" table:visibility="filter"'),
                columns=columns,
            ),
            table(row(1), "Gizli", "ta2"),
            styles=styles,
        )
    )
    assert shown.cells.hidden_rows == {1, 2, 3, 4}
    assert shown.cells.hidden_columns == {2, 3, 4}
    assert (unseen.title, unseen.shown, unseen.read) == ("Gizli", False, False)


def test_a_percentage_a_merge_and_a_date_are_kept() -> None:
    half = '<table:table-cell office:value-type="percentage" office:value="0.5" table:number-columns-repeated="2"/>'
    spanned = cell("x", 'table:number-rows-spanned="2" table:number-columns-spanned="3"')
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    clock = '<table:table-cell office:value-type="time" office:time-value="PT08H05M30S"/>'
    day = datetime.datetime(2024, 3, 1)
    cells = read(ods(table(row(half) + row(spanned, covered, day, clock))))[0].cells
    assert cells.rows == [[0.5, 0.5, None, None, None], ["x", None, None, day, "08:05:30"]]
    assert cells.percent == {(0, 0), (0, 1)}
    assert cells.merges == [(1, 0, 2, 2)]


def test_comments_shapes_and_remembered_changes_are_no_cells() -> None:
    note = "<office:annotation><text:p>99</text:p></office:annotation>"
    frame = f"<draw:frame><draw:object>{table(row(77))}</draw:object><text:p>7</text:p></draw:frame>"
    text = f'<table:table-cell office:value-type="string">{note}<text:p>bir<text:s text:c="2"/>iki</text:p>{frame}<text:p>üç</text:p></table:table-cell>'
    past = f"<table:tracked-changes><table:deletion>{row(55)}</table:deletion></table:tracked-changes>"
    shapes = f"<table:shapes>{frame}</table:shapes>"
    (one,) = read(ods(past, table(shapes + row(text))))
    assert one.cells.rows == [["bir  iki\nüç"]]


@pytest.mark.parametrize(
    ("formula", "generator", "told"),
    [
        ("of:=SUM([.A1:.B1])", "", True),
        ("of:=SUM([.A1:.B1])", "LibreOffice/24.2", True),
        ('of:=IF(1;"";2)', "odfpy", True),
        ('of:=IF(1;"";2)', "LibreOffice/24.2", False),  # which saves an empty text as no result
    ],
)
def test_a_formula_without_a_result_is_told(formula: str, generator: str, told: bool) -> None:
    bare = f"<table:table-cell table:formula={quoteattr(formula)}/>"
    found = read(ods(table(row("a", bare)), generator=generator))[0]
    assert [(f.row, f.column) for f in found.uncalculated("b.ods")] == ([(1, "B")] if told else [])


def test_a_formula_with_a_result_is_its_result() -> None:
    sum_ = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'
    nothing = '<table:table-cell table:formula="of:=A9" office:value-type="string" office:string-value=""/>'
    broken = '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    found = read(ods(table(row(sum_, nothing, broken))))[0]
    assert found.cells.rows == [[2, None, "#DIV/0!"]]
    assert found.uncalculated("b.ods") == []


def test_numbers_that_are_none_keep_their_text() -> None:
    odd = '<table:table-cell office:value-type="float" office:value="1e999"/>'
    none = '<table:table-cell office:value-type="float"><text:p>12</text:p></table:table-cell>'
    assert rows_of(row(odd, none, "1.250", 1.0)) == [["1e999", "12", "1.250", 1]]


LARGE = {
    "rows": ('table:number-rows-repeated="3000000"', ""),
    "columns": ("", 'table:number-columns-repeated="20000"'),
    "cells": ('table:number-rows-repeated="1000000"', 'table:number-columns-repeated="100"'),
}


@pytest.mark.parametrize("limit", LARGE)
def test_what_repeats_without_end_is_refused(limit: str) -> None:
    lines, cells = LARGE[limit]
    assert refused(ods(table(row(cell(1, cells), more=lines)))).code == f"limit.{limit}"


def test_a_far_cell_is_refused_and_empty_rows_cost_nothing() -> None:
    empty = row(None, more='table:number-rows-repeated="1048000"')
    far = cell(None, 'table:number-columns-repeated="1000"')
    assert refused(ods(table(empty + row(far, 1)))).code == "limit.area"
    assert rows_of(row(1), empty, empty) == [[1]]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (ods(table(row(1)), media="application/vnd.oasis.opendocument.text"), "open_document"),
        (ods(table(row(1)), manifest="<m><manifest:encryption-data/></m>"), "protected"),
        (ods(table(row(cell(1, 'table:number-columns-repeated="x"')))), "broken_workbook"),
        (ods(table(row(f"<table:table-cell>{table(row(1))}</table:table-cell>"))), "broken_workbook"),
        (ods(table("<table:table-row>")), "broken_workbook"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(raw: bytes, code: str) -> None:
    assert refused(raw).code == code


# rarer parts ------------------------------------------------------------------------------------------------


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
    assert refused(raw).code == "broken_workbook"


@pytest.mark.parametrize(
    ("value", "found"),
    [("PT07H15M00S", "07:15:00"), ("-PT1H", "-01:00:00"), ("PT", "PT"), ("sabah", "sabah"), ("", "shown")],
)
def test_a_time_that_is_none_is_its_text(value: str, found: str) -> None:
    made = f'<table:table-cell office:value-type="time" office:time-value="{value}"><text:p>shown</text:p></table:table-cell>'
    assert rows_of(row(made, cell(1))) == [[found, 1]]


def test_what_people_see_otherwise_and_struck_cells_are_known() -> None:
    line = '<style:text-properties style:text-line-through-style="solid"/>'
    styles = (
        f'<style:style style:name="ce1" style:family="table-cell">{line}</style:style>'
        f'<style:style style:name="T1" style:family="text">{line}</style:style>'
    )
    bin_ = '<table:table-cell office:value-type="float" office:value="12"><text:p>12 bin</text:p></table:table-cell>'
    part = (
        '<table:table-cell office:value-type="string"><text:p>a<text:span text:style-name="T1">b</text:span></text:p>'
        "</table:table-cell>"
    )
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:default-cell-style-name="ce1"/>'
    five = '<table:table-cell office:value-type="float" office:value="5" table:style-name="ce1"/>'
    seven, three, one, two = (
        f'<table:table-cell office:value-type="float" office:value="{n}"/>' for n in (7, 3, 1, 2)
    )
    body = (
        row(bin_, five, seven)
        + row(part, three, None)
        + row(one, two, None, more='table:default-cell-style-name="ce1"')
    )
    cells = read(ods(table(body, columns=columns), styles=styles))[0].cells
    assert cells.seen == {(0, 0): "12 bin"}
    assert cells.struck == {(0, 1), (0, 2), (1, 0), (2, 0), (2, 1)}
    assert cells.rows[1][0] == "ab"
