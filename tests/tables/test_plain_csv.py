"""Columns taken apart by bytes are those that :mod:`csv` reads cell by cell, and what is not plain is left to it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base.faults import Fault
from pdc.tables import csvfile, plain_csv
from pdc.tables.cells import _at_once, _cleaned, clean, value_of
from pdc.tables.cells import parse as parse_cells
from pdc.tables.plain_csv import plain_columns
from pdc.tables.raw import Coded, Sheet
from pdc.tables.schema import Column

CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "1", "657", "4592", "12345678", "123456789", "İstanbul", "Ağrı", "a b", " ", "é", "x" * 17]
    ),
    st.text(alphabet="ab1 ğİ\"'\u00a0\U0001f600,;\t\r\n", max_size=20),
)
"""Cells of one word of eight bytes, of just as many, of more; quoted ones; line breaks within quotes."""


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """CSV text as programs write it, and its separator; now and then with a line cut short or an empty one."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    separator, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n"]))
    out = io.StringIO(newline="")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    text = out.getvalue()
    text += draw(st.sampled_from(["", "", "", end, f"a{separator}", f'"a{end}b"']))
    return (text.rstrip("\r\n") if draw(st.booleans()) else text), separator


def by_row(text: str, separator: str) -> Sheet | None:
    found = csvfile._rows("f.csv", text, separator, 0)
    return None if isinstance(found, Fault) else Sheet.of("f.csv", *found)


@given(texts())
def test_the_same_as_row_by_row(given_: tuple[str, str]) -> None:
    text, separator = given_
    plain = csvfile._plain("f.csv", text, separator, 0)
    if plain is None:
        return
    slow = by_row(text, separator)
    assert slow is not None
    assert plain.headings == slow.headings
    assert list(plain.rows) == list(slow.rows)
    assert [cells.tolist() for cells in plain.cells] == [cells.tolist() for cells in slow.cells]
    assert (plain.too_long, plain.short) == (slow.too_long, slow.short) == ((), ())
    assert [list(column.texts) for column in plain.columns] == [list(column.texts) for column in slow.columns]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\n1,2", 'a,b\n"1,5",2\n', 'a,b\n"say ""no""",2\n', 'a,b\nx"y,2\n',
        "a\nğ\n", "a,b\n", "a,b\n12345678,123456789\n12345678,123456780\n",
    ],
)  # fmt: skip
def test_plain_texts_are_read_at_once(text: str) -> None:
    assert plain_columns(text, ",") is not None


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("", ","), ("\n", ","), (" , \na,b\n", ","), ("a,b\n1\n", ","), ("a,b\n1,2,3\n", ","), ("a,b\n\n1,2\n", ","),
        ("a,b\n , \n1,2\n", ","), ('a,b\n"1\n2",3\n', ","), ('a,b\n"1",2\n"3,4\n', ","), ('a,b\n"1"x,2\n', ","),
        ("a,b\r1,2\r", ","), ("a,b\n1\r,2\n", ","), ("aéb\n1é2\n", "é"), ('a"b\n1"2\n', '"'), ("a,b\n1,2\n3\n4,5,6\n", ","),
    ],
)  # fmt: skip
def test_others_are_left_to_csv(text: str, separator: str) -> None:
    assert plain_columns(text, separator) is None


def test_a_cell_longer_than_csv_reads_is_left_to_it() -> None:
    assert plain_columns("a\n" + "x" * (csv.field_size_limit() + 1) + "\n", ",") is None


def test_no_more_rows_and_cells_than_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a,b\n" + "1,2\n" * 10
    for name, most in (
        ("MOST_ROWS", 10),
        ("MOST_COLUMNS", 1),
        ("MOST_CELLS", 21),
        ("MOST_AREA", 21),
        ("_MOST_SIGNS", 43),
    ):
        with monkeypatch.context() as less:
            less.setattr(plain_csv, name, most)
            assert plain_columns(text, ",") is None
            less.setattr(plain_csv, name, most + 1)
            assert plain_columns(text, ",") is not None


def test_texts_that_mix_to_one_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the factor the words of a cell are added up: 1 ‖ 2 is 2 ‖ 1.
    one, two = "aaaaaaaabbbbbbbb", "bbbbbbbbaaaaaaaa"
    monkeypatch.setattr(plain_csv, "_MIX", np.uint64(1))
    found = plain_columns(f"x\n{one}\n{two}\n{one}\n", ",")
    assert found is not None
    (column,) = found[1]
    assert column.texts == [one, two]
    assert column.which.tolist() == [0, 1, 0]


def test_the_built_in_tables_are_plain() -> None:
    folder = Path(__file__).resolve().parents[2] / "data" / "turkiye-2023"
    for file in ("units.csv", "staff.csv"):
        text = (folder / file).read_text("utf-8")
        found = plain_columns(text, ",")
        assert found is not None
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert [*zip(*(column.every().tolist() for column in found[1]), strict=True)] == list(
            map(tuple, rows[1:])
        )


# cells ----------------------------------------------------------------------------------------------------


def column(kind: str, default: str | None = None, *, blank: bool = False) -> Column:
    least, most = (-90, 90) if kind == "degree" else (0, 1_000_000_000)
    return Column("c", kind, default, blank, None, least, most, "C", (), {})


MESSY = st.text(alphabet="aİé\u0301\u00a0\u2003\u200b\ufeff \t\n\r\x1f#.", max_size=6)


@given(st.lists(MESSY, max_size=6))
def test_cleaning_all_at_once_is_cleaning_each(cells: list[str]) -> None:
    assert list(_cleaned(cells)) == list(map(clean, cells))


NUMBERS = st.one_of(
    st.integers(-5, 10**16).map(str), st.sampled_from(["", "007", "1.0", "45.000", "1_0", "٣", "+3", "#N/A", "nan"]),
    st.floats(-91, 91).map(lambda number: f"{number:.4f}"), st.sampled_from([".5", "-.5", "5.", "-", "1-2", "1.2.3", "--1"]),
    st.sampled_from(["a", "a b", "#REF!", "ş", "A-1"]),
)  # fmt: skip


@given(
    st.lists(NUMBERS, min_size=1, max_size=6, unique=True),
    st.sampled_from(["whole", "count", "degree", "text", "reference", "code"]),
    st.sampled_from([None, "", "7"]),
    st.booleans(),
)
def test_values_found_at_once_are_those_of_each(
    cells: list[str], kind: str, default: str | None, blank: bool
) -> None:
    own = column(kind, default, blank=blank)
    found = _at_once(own, cells)
    if found is not None:
        assert [(type(one), repr(one)) for one in found] == [
            (type(value), repr(value))
            for value in (value_of(own, cell, None) for cell in cells)  # type: ignore[arg-type]
        ]


def test_most_cells_of_a_country_are_found_at_once() -> None:
    for kind, cells in {
        "count": ["0", "12"],
        "degree": ["39.5", "-1"],
        "text": ["", "Ağrı"],
        "code": ["A-1"],
    }.items():
        assert _at_once(column(kind, ""), cells) is not None, kind


def test_a_column_of_no_rows() -> None:
    for kind in ("count", "degree", "text", "code", "decimal"):
        parsed = parse_cells(column(kind), Coded.of(()), None)  # type: ignore[arg-type]
        assert (list(parsed.values), list(parsed.texts), len(parsed.which)) == ([], [], 0)
