"""The compiled fractions are the standard library's, value for value."""

from __future__ import annotations

import copy
import math
import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction as Known
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base.exact import ONE, ZERO, Fraction, parsed

# Small ones, ones around a machine's word, and ones far beyond.
WHOLE = st.integers(-12, 12) | st.integers(-(2**65), 2**65) | st.integers(-(10**40), 10**40)
NUMBER = st.tuples(WHOLE, WHOLE.filter(bool))


def same(ours: Any, known: Any) -> bool:
    return bool(ours == known and str(ours) == str(known) and hash(ours) == hash(known))


@pytest.mark.parametrize(
    "op", [operator.add, operator.sub, operator.mul, operator.truediv, divmod, operator.mod]
)
@given(NUMBER, NUMBER)
def test_arithmetic_is_the_standard_librarys(
    op: Callable[[Any, Any], Any], a: tuple[int, int], b: tuple[int, int]
) -> None:
    if op not in {operator.add, operator.sub, operator.mul} and not b[0]:
        return
    found, known = op(Fraction(*a), Fraction(*b)), op(Known(*a), Known(*b))
    assert found == known if isinstance(known, tuple) else same(found, known)
    assert same(op(Fraction(*a), Known(*b)), known) or isinstance(known, tuple)
    assert same(op(Known(*a), Fraction(*b)), known) or isinstance(known, tuple)
    assert same(op(Fraction(*a), b[1]), op(Known(*a), b[1])) or isinstance(known, tuple)


@pytest.mark.parametrize("op", [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge])
@given(NUMBER, NUMBER)
def test_order_is_the_standard_librarys(
    op: Callable[[Any, Any], bool], a: tuple[int, int], b: tuple[int, int]
) -> None:
    known = op(Known(*a), Known(*b))
    assert op(Fraction(*a), Fraction(*b)) is known
    assert op(Known(*a), Fraction(*b)) is known
    assert op(Fraction(*a), b[0]) is op(Known(*a), b[0])


@given(NUMBER, st.integers(0, 6))
def test_rounding_floats_and_copies_are_the_standard_librarys(a: tuple[int, int], power: int) -> None:
    ours, known = Fraction(*a), Known(*a)
    for turn in (math.floor, math.ceil, round, abs, operator.neg, bool, float):
        assert turn(ours) == turn(known)  # type: ignore[operator]
    assert same(ours**power, known**power)
    assert same(ours.limit_denominator(1000), known.limit_denominator(1000))
    assert (ours.numerator, ours.denominator) == (known.numerator, known.denominator)
    copied = pickle.loads(pickle.dumps(ours))
    assert type(copied) is type(ours) and same(copied, known)
    assert same(Fraction(known), known)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_taken_exactly(value: float) -> None:
    assert same(Fraction(value), Known(value))


def test_nought_and_one() -> None:
    assert (ZERO, ONE) == (0, 1) and not ZERO


@given(NUMBER)
def test_texts_are_read_without_quicktions(a: tuple[int, int]) -> None:
    known = Known(*a)
    assert same(parsed(str(known)), known) and type(parsed("5")) is type(ONE)
    assert same(Fraction(Decimal(str(a[0]))), Known(a[0]))


@pytest.mark.parametrize("number", range(10))
def test_pickles_and_copies_leave_the_interpreter_whole(number: int) -> None:
    value = Fraction(number)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(value, protocol)) == value
    assert copy.copy(value) == copy.deepcopy(value) == value
    assert bytes([0])[0] == 0


@pytest.mark.parametrize("text", ["", "x", "1/0", "½"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        parsed(text)
