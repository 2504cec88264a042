"""Whatever numbers lie in the intervals, what comes of them lies in the interval that is worked out."""

from __future__ import annotations

import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base import interval
from pdc.base.exact import Fraction
from pdc.base.interval import Bound, Interval, UndeterminedError, high, low, span

NUMBERS = st.fractions(-20, 20, max_denominator=12)
KEYS = st.fractions(0, 20, max_denominator=12)


@st.composite
def held(draw: st.DrawFn, numbers: st.SearchStrategy[Fraction] = NUMBERS) -> tuple[Bound, Fraction]:
    """An interval and a number that lies in it."""
    a, b, part = draw(numbers), draw(numbers), draw(st.fractions(0, 1, max_denominator=7))
    least, most = min(a, b), max(a, b)
    return span(least, most), least + part * (most - least)


def inside(bound: Bound, number: Fraction | int) -> bool:
    return low(bound) <= number <= high(bound)


@pytest.mark.parametrize(
    ("bounds", "numbers"),
    [(interval.plus, operator.add), (interval.minus, operator.sub), (interval.times, operator.mul)],
)
@given(held(), held())
def test_sums_differences_and_products_hold_every_result(
    bounds: Callable[[Bound, Bound], Bound], numbers: Callable[[Fraction, Fraction], Fraction],
    one: tuple[Bound, Fraction], two: tuple[Bound, Fraction],
) -> None:  # fmt: skip
    assert inside(bounds(one[0], two[0]), numbers(one[1], two[1]))


@given(held(), held())
def test_a_quotient_holds_every_result_or_is_not_told(
    one: tuple[Bound, Fraction], two: tuple[Bound, Fraction]
) -> None:
    if low(two[0]) <= 0 <= high(two[0]):
        with pytest.raises(UndeterminedError):
            interval.over(one[0], two[0])
    else:
        assert inside(interval.over(one[0], two[0]), one[1] / two[1])


@given(held(KEYS), held(KEYS), held(KEYS))
def test_a_share_holds_every_result_and_reaches_its_ends(
    whole: tuple[Bound, Fraction], own: tuple[Bound, Fraction], rest: tuple[Bound, Fraction]
) -> None:
    found = interval.part_of(whole[0], own[0], rest[0])
    if own[1] + rest[1]:
        assert inside(found, whole[1] * own[1] / (own[1] + rest[1]))
    if low(own[0]) + low(rest[0]):
        most = high(own[0]) / (high(own[0]) + low(rest[0])) if high(own[0]) else 0
        assert high(found) == high(whole[0]) * most


@given(held(), held())
def test_a_comparison_that_is_told_is_right(one: tuple[Bound, Fraction], two: tuple[Bound, Fraction]) -> None:
    for told, true in (
        (interval.below(one[0], two[0]), one[1] < two[1]),
        (interval.same(one[0], two[0]), one[1] == two[1]),
    ):
        assert told is None or told == true


def test_a_power_of_nought_is_one_whatever_the_number() -> None:
    assert interval.power(Interval(Fraction(1, 2), 3), 0) == 1
    assert interval.power(Interval(1, 3), 2) == Interval(1, 9)
    with pytest.raises(UndeterminedError):
        interval.power(Interval(1, 3), Fraction(1, 2))
