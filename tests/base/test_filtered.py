"""Orders by doubles and their error bounds are the exact ones, also where doubles cannot tell numbers apart."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pdc.base.filtered import Numbers, Slopes, dense_ranks, order_by

BIG = 10**17  # neighbours here have the same double
CLOSE = st.tuples(st.integers(BIG, BIG + 40), st.integers(BIG, BIG + 40)).map(lambda p: Fraction(*p))
TARGETS = st.lists(
    CLOSE | st.fractions(0, 50, max_denominator=60) | st.sampled_from([Fraction(0), Fraction(1, 100)]),
    min_size=1, max_size=25,
)  # fmt: skip


def ranked(values: list[Fraction]) -> list[int]:
    order = {value: i for i, value in enumerate(sorted(set(values)))}
    return [order[value] for value in values]


@given(TARGETS)
def test_numbers_are_ranked_exactly(values: list[Fraction]) -> None:
    found = Numbers.of(values)
    assert found.order().tolist() == ranked(values)
    raised = [max(value, Fraction(1, 100)) for value in values]
    assert found.at_least(Fraction(1, 100)).order().tolist() == ranked(raised)


@given(TARGETS, st.data(), st.sampled_from(["webster", "l1"]))
def test_steps_of_deviations_are_ranked_exactly(targets: list[Fraction], data: st.DataObject, norm: str) -> None:
    targets = [max(q, Fraction(1, 100)) for q in targets]
    place = data.draw(st.lists(st.integers(0, len(targets) - 1), max_size=40))
    x = [data.draw(st.integers(0, 60)) for _ in place]
    exact = []
    for i, n in zip(place, x, strict=True):
        q = targets[i]
        if norm == "webster":
            exact.append(((n + 1 - q) ** 2 - (n - q) ** 2) / q)
        else:
            exact.append(abs(n + 1 - q) - abs(n - q))
    slopes = Slopes(Numbers.of(targets), norm)
    found, nought = slopes.ranks(np.array(place, dtype=np.int64), np.array(x, dtype=np.int64))
    assert [*found.tolist(), nought] == ranked([*exact, Fraction(0)])


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 2**40), st.integers(-(2**50), 2**50)), max_size=40))
def test_keys_that_share_a_word_order_as_tuples_do(rows: list[tuple[int, int, int]]) -> None:
    keys = [np.array([row[k] for row in rows], dtype=np.int64) for k in range(3)]
    wanted = sorted(range(len(rows)), key=lambda i: rows[i])
    assert order_by(*keys).tolist() == wanted


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=40),
    st.sampled_from([0, 1, 2**20, 2**57, 2**58, 2**59, 2**60, 2**61]),
)
def test_rows_with_equal_keys_stay_in_their_order_however_wide_the_keys(key: list[int], most: int) -> None:
    # Row numbers share the word of the keys where they fit; about 2⁵⁸ they no longer do.
    wide = [-most, *[most * k // 4 for k in key], most]
    wanted = sorted(range(len(wide)), key=wide.__getitem__)
    assert order_by(np.array(wide, dtype=np.int64)).tolist() == wanted


def test_no_numbers_have_no_ranks() -> None:
    none = np.zeros(0)
    assert dense_ranks(none, none, none.astype(np.int64), lambda i: (i, 1)).tolist() == []


@given(st.lists(st.one_of(st.fractions(0, 1), st.just(Fraction(1, 100)), st.just(Fraction(1, 100) - Fraction(1, 2**80)))))
def test_numbers_below_the_least_are_raised_to_it_and_no_others(values: list[Fraction]) -> None:
    least = Fraction(1, 100)
    raised = Numbers.of(values).at_least(least)
    expected = [max(value, least) for value in values]
    assert [Fraction(*raised.parts[i]) for i in raised.which.tolist()] == expected
    assert raised.near[raised.which].tolist() == [float(value) for value in expected]
