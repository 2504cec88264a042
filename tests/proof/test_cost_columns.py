"""Costs as doubles: what they say is what fractions say, and where they cannot tell they say so."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from pdc.base.filtered import UNIT
from pdc.base.levels import STAGES
from pdc.proof.cost_columns import Columns, between, compared, lesser
from pdc.proof.sheet import LEVEL_AT, ZERO, Cost

AT = LEVEL_AT["district"]
NEAR_A_THIRD = Fraction(1, 3) + Fraction(1, 10**20)  # the same double as a third
PARTS = st.one_of(
    st.integers(-3, 3).map(Fraction),
    st.fractions(-3, 3, max_denominator=7),
    st.sampled_from([NEAR_A_THIRD, -NEAR_A_THIRD, Fraction(1, 3) + Fraction(1, 10**12)]),
)
COSTS = st.lists(PARTS, min_size=len(STAGES), max_size=len(STAGES)).map(tuple)


def columns(*costs: Cost) -> Columns:
    near = np.array([[float(part) for part in cost] for cost in costs]).T
    exact = np.array([[part == float(part) for part in cost] for cost in costs]).T
    return Columns(near, np.where(exact, 0.0, UNIT * np.abs(near)), np.ones(len(costs), dtype=bool))


@given(one=COSTS, other=COSTS)
@example(one=(*ZERO[:AT], Fraction(1, 3), 0), other=(*ZERO[:AT], NEAR_A_THIRD, 0))
@example(one=(*ZERO[:AT], Fraction(1, 3), 1), other=(*ZERO[:AT], Fraction(1, 3), 0))
def test_doubles_compare_as_fractions_do_or_leave_it_open(one: Cost, other: Cost) -> None:
    sign, stage, open_ = compared(columns(one), columns(other))
    first = next((i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(STAGES))
    if not open_[0]:
        assert (sign[0], stage[0]) == ((one > other) - (one < other), first)
    low, unsure = lesser(columns(one), columns(other))
    high, _ = lesser(columns(one), columns(other), -1)
    assert unsure[0] == open_[0]
    if not unsure[0]:
        assert low.near[:, 0].tolist() == list(map(float, min(one, other)))
        assert high.near[:, 0].tolist() == list(map(float, max(one, other)))


@given(one=COSTS, other=COSTS)
@example(one=(*ZERO[:AT], Fraction(1, 3), 0), other=(*ZERO[:AT], NEAR_A_THIRD, 0))
@example(one=(*ZERO[:AT], Fraction(1, 3), 0), other=(*ZERO[:AT], Fraction(1, 3) + Fraction(1, 10**12), 0))
@example(one=(0, Fraction(1, 7), 0, 0, 0, 0, 0), other=(0, Fraction(2, 7), 0, 0, 0, 0, 0))
def test_a_price_between_two_costs_is_between_them_exactly(one: Cost, other: Cost) -> None:
    low, high = min(one, other), max(one, other)
    found, open_, crossed = between(columns(low), columns(high))
    assert not crossed
    price = tuple(map(Fraction, found[:, 0].tolist()))
    assert open_[0] or low <= price <= high


def test_between_costs_that_crossed_there_is_no_price() -> None:
    low, high = (1, *ZERO[1:]), ZERO
    assert between(columns(low), columns(high))[2]
    assert not between(columns(high), columns(low))[2]


def test_where_an_end_is_not_there_the_other_one_holds() -> None:
    some, none = (
        columns((*ZERO[:-1], Fraction(1, 3))),
        replace(columns((9,) * 7), there=np.zeros(1, dtype=bool)),
    )
    assert lesser(some, none)[0].near[-1, 0] == lesser(none, some)[0].near[-1, 0] == 1 / 3
    below, above, any_ = between(none, some), between(some, none), between(none, none)
    assert not (below[1] | above[1] | any_[1] | below[2] | above[2] | any_[2]).any()
    assert below[0][-1, 0] < 1 / 3 < above[0][-1, 0]
    assert not any_[0].any()


@given(one=PARTS, other=PARTS, sign=st.sampled_from([1, -1]))
def test_a_sum_is_as_near_as_it_says(one: Fraction, other: Fraction, sign: int) -> None:
    a, b = (columns((*ZERO[:AT], part, 0)) for part in (one, other))
    tiers = np.array([[1, 0, 2, 0]])
    found = a.plus(tiers, AT, (b.near[AT], b.error[AT]), b.there, sign)
    assert found.near[[0, 2], 0].tolist() == [sign, 2 * sign]
    assert abs(Fraction(found.near[AT, 0]) - (one + sign * other)) <= Fraction(found.error[AT, 0])
    assert a.near[AT, 0] == float(one)


def test_a_sum_of_numbers_of_few_digits_is_exact() -> None:
    a, b = columns((*ZERO[:AT], Fraction(3, 8), 0)), columns((*ZERO[:AT], Fraction(-5), 0))
    found = a.plus(np.zeros((1, 4), dtype=np.int64), AT, (b.near[AT], b.error[AT]), b.there)
    assert (found.near[AT, 0], found.error[AT, 0]) == (-4.625, 0.0)
