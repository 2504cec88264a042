"""A table between text and frame: each different cell is looked at once, and every row gets what it has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base.exact import Fraction
from pdc.law.reading import load
from pdc.law.vocabulary import vocabulary
from pdc.tables import draft as drafts
from pdc.tables.checks import _as_shown, _repeated
from pdc.tables.draft import Draft, Log
from pdc.tables.raw import Coded, Sheet
from pdc.tables.words import Words

WORDS = Words(vocabulary(load()))
STAFF = WORDS.schema.tables["staff"]
HEAD = ("unit_code", "title", "branch", "status", "filled", "vacant")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "A", "B", "a", "A-1"]),
        st.sampled_from(["hemsire", "Hemşire", "ebe", "eczaci"]),
        st.sampled_from(["", "x"]),
        st.sampled_from(["657", "4/B", "4B", "4924"]),
        st.sampled_from(["0", "01", "1", "x"]),
        st.just("0"),
    ),
    max_size=12,
)


def staff(rows: list[tuple[str, ...]]) -> Draft:
    columns = tuple(map(Coded.of, zip(*rows, strict=True))) if rows else tuple(Coded.of(()) for _ in HEAD)
    return Draft(STAFF, Sheet("staff.csv", HEAD, columns, range(2, len(rows) + 2)), WORDS, Log())


@given(ROWS)
def test_rows_that_repeat_are_those_whose_cells_say_the_same(rows: list[tuple[str, ...]]) -> None:
    table, key = staff(rows), ("title", "status", "filled")
    first: dict[tuple[str, ...], int] = {}
    shown = [
        tuple(_as_shown(table.values[name][at], table.texts[name][at]) for name in key)
        for at in range(len(rows))
    ]
    at = [first.setdefault(row, i) for i, row in enumerate(shown)]
    again = [i for i, one in enumerate(at) if one != i]
    assert _repeated(table, key) == (again, {i: at[i] for i in again})


@given(ROWS, st.sampled_from([drafts.WRAPS, 3]))
def test_rows_are_sorted_as_their_keys_are(rows: list[tuple[str, ...]], wraps: float) -> None:
    table = staff([row for row in rows if row[4] != "x"])
    with pytest.MonkeyPatch.context() as small:
        small.setattr(drafts, "WRAPS", wraps)  # as if numbers had no more bits than that
        order = table._order().tolist()
    keys = list(zip(*(table.values[name].tolist() for name in STAFF.sort), strict=True))
    assert order == sorted(range(len(keys)), key=keys.__getitem__)
    frame = table.frame()
    assert frame["unit_code"].tolist() == [table.values["unit_code"][at] for at in order]
    assert frame["filled"].tolist() == [table.values["filled"][at] for at in order]
    assert str(frame["filled"].dtype) == "int64"


def test_what_says_nothing_stands_last_and_stays_in_its_order() -> None:
    values = np.array([None, Fraction(2), None, Fraction(1, 3), Fraction(2)], dtype=object)
    codes = np.array(list("abcde"), dtype=object)
    table = Draft.of(WORDS.schema.tables["standards"], {"unit_code": codes, "measure": values}, Log())
    assert table._ranks("measure").tolist() == [2, 1, 2, 0, 1]


def test_other_values_in_the_place_of_some() -> None:
    table = staff(
        [
            ("A", "ebe", "", "657", "1", "0"),
            ("B", "ebe", "", "657", "1", "0"),
            ("A", "ebe", "", "657", "2", "0"),
        ]
    )
    assert table.replace("unit_code", {"A": "C"}) == [0, 2]
    assert table.values["unit_code"].tolist() == ["C", "B", "C"]
    assert table.texts["unit_code"].tolist() == ["A", "B", "A"]
    assert table.frame()["unit_code"].tolist() == ["B", "C", "C"]
