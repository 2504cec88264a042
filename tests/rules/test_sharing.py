"""Sums and shares in bulk are what fractions added and multiplied one by one come to."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base.exact import ZERO
from pdc.base.numbers import Objects, objects
from pdc.rules import sharing
from pdc.rules.sharing import (
    added,
    blended,
    by_weight,
    differences,
    multiplied,
    parts_inside,
    share_out,
    sums,
)  # fmt: skip

# Noughts, small ones, ones whose sums no double holds, ones over denominators that grow.
FAR = 2**53
NUMBER = st.one_of(
    st.just(ZERO), st.fractions(0, 50, max_denominator=60), st.integers(FAR - 2, FAR + 2).map(Fraction),
    st.fractions(0, 9, max_denominator=10**12),
)  # fmt: skip
SIZE = 4
PLACES = st.lists(st.tuples(st.integers(0, SIZE - 1), NUMBER, NUMBER, st.booleans()), max_size=12)
Places = list[tuple[int, Fraction, Fraction, bool]]


def column(values: list[Fraction]) -> Objects:
    """With nought as :data:`ZERO`, as every column of targets has it."""
    return objects([value or ZERO for value in values])


def taken_apart(places: Places) -> tuple[np.ndarray, Objects, Objects, np.ndarray]:
    at = np.array([at for at, *_ in places], dtype=np.int64)
    ones, others = (column([row[k] for row in places]) for k in (1, 2))
    return at, ones, others, np.array([row[3] for row in places], dtype=bool)


@given(PLACES)
def test_sums_are_exact_near_and_far(places: Places) -> None:
    at, ones, others, _ = taken_apart(places)
    for values in (ones, objects([-one for one in ones.tolist()]), added(ones, others)):
        wanted = [
            sum((v for i, v in zip(at, values, strict=True) if i == k), start=ZERO) for k in range(SIZE)
        ]
        assert sums(values, at, SIZE).tolist() == wanted


@pytest.mark.parametrize("last", [1, 2])
def test_sums_leave_doubles_where_those_end(last: int, monkeypatch: pytest.MonkeyPatch) -> None:
    values, at = column([Fraction(FAR - 2), Fraction(last)]), np.zeros(2, dtype=np.int64)
    far = []
    monkeypatch.setattr(sharing, "_summed_far", lambda *parts: far.append(parts) or {})
    sums(values, at, 1)
    assert bool(far) == (last == 2)


@given(PLACES)
def test_differences_and_products_are_exact(places: Places) -> None:
    _, ones, others, _ = taken_apart(places)
    assert differences(ones, others) == [a - b for a, b in zip(ones, others, strict=True)]
    assert multiplied(ones, others) == [a * b for a, b in zip(ones, others, strict=True)]


@given(NUMBER, PLACES)
def test_a_number_is_shared_out_by_keys(total: Fraction, places: Places) -> None:
    _, keys, _, _ = taken_apart(places)
    whole = sum(keys.tolist(), start=ZERO)
    assert share_out(total, keys).tolist() == [total * key / whole if whole else 0 for key in keys.tolist()]


@given(st.lists(NUMBER, min_size=SIZE, max_size=SIZE), PLACES)
def test_provinces_are_shared_out_inside(totals: list[Fraction], places: Places) -> None:
    at, keys, others, open_ = taken_apart(places)
    keys[~open_] = others[~open_] = ZERO
    rows = np.flatnonzero(open_)
    shares = []
    for values in (keys, others):
        whole = sums(values, at, SIZE)
        above, below = parts_inside(column(totals), values, open_, at, whole, rows)
        shares.append((above, below))
        for i, n, d in zip(rows.tolist(), above, below, strict=True):
            p = int(at[i])
            wanted = totals[p] * values[i] / whole[p] if whole[p] else totals[p] / int((at[rows] == p).sum())
            assert Fraction(n, d) == wanted
    part = column([Fraction(k % 4, 3) for k in range(len(rows))])
    for found, share, *four in zip(blended(*shares, part), part, *shares[0], *shares[1], strict=True):
        assert found == share * Fraction(*four[:2]) + (1 - share) * Fraction(*four[2:])


@given(st.lists(NUMBER, min_size=SIZE, max_size=SIZE), PLACES)
def test_units_get_their_floors_first_and_the_rest_by_weight(totals: list[Fraction], places: Places) -> None:
    at, floors, weight, eligible = taken_apart(places)
    found = by_weight(at, column(totals), floors, weight, eligible)
    for i in range(len(places)):
        there = np.flatnonzero(eligible & (at == at[i]))
        if not eligible[i]:
            assert found[i] is ZERO
            continue
        total, least = totals[int(at[i])], sum(floors[there].tolist(), start=ZERO)
        whole = sum(weight[there].tolist(), start=ZERO)
        enough = min(Fraction(1), total / least) if least else Fraction(1)
        part = weight[i] / whole if whole else Fraction(1, len(there))
        assert found[i] == floors[i] * enough + max(ZERO, total - least) * part
