"""Fractions made in bulk are the standard library's, value for value."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base.exact import ONE, ZERO, parsed, parts_of, plus, ratio, ratios, times

# Small ones, ones around a machine's word, and ones far beyond.
WHOLE = st.integers(-12, 12) | st.integers(-(2**65), 2**65) | st.integers(-(10**40), 10**40)
NUMBER = st.tuples(WHOLE, WHOLE.filter(lambda n: n > 0))


def same(ours: Fraction, known: Fraction) -> bool:
    parts = (ours.numerator, ours.denominator) == (known.numerator, known.denominator)
    return parts and type(ours) is Fraction and str(ours) == str(known) and hash(ours) == hash(known)


@given(NUMBER, NUMBER)
def test_ratios_sums_and_products_are_the_standard_librarys(a: tuple[int, int], b: tuple[int, int]) -> None:
    first, second = ratio(*a), ratio(*b)
    assert same(first, Fraction(*a))
    assert same(plus(first, second), Fraction(*a) + Fraction(*b))
    assert same(times(first, second), Fraction(*a) * Fraction(*b))
    assert same(first + second, Fraction(*a) + Fraction(*b))
    assert same(plus(ZERO, first), first) and same(plus(first, ZERO), first)


@given(st.lists(NUMBER, max_size=8), st.lists(st.integers(-3, 3), max_size=3))
def test_many_are_made_and_taken_apart_as_one_is(pairs: list[tuple[int, int]], whole: list[int]) -> None:
    made = ratios([n for n, _ in pairs], [d for _, d in pairs])
    assert all(same(one, Fraction(*pair)) for one, pair in zip(made, pairs, strict=True))
    assert all(one is ZERO for one in made if not one)
    for values in (made, [*made, *whole]):  # whole numbers among them have parts too
        assert parts_of(values) == ([v.numerator for v in values], [v.denominator for v in values])


@given(NUMBER)
def test_they_are_copied_pickled_and_read_from_text(a: tuple[int, int]) -> None:
    value = ratio(*a)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert same(pickle.loads(pickle.dumps(value, protocol)), Fraction(*a))
    assert same(copy.deepcopy(value), Fraction(*a))
    assert same(parsed(str(value)), Fraction(*a))


def test_nought_and_one() -> None:
    assert (ZERO, ONE) == (0, 1) and not ZERO


@pytest.mark.parametrize("text", ["", "x", "1/0", "½"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        parsed(text)
