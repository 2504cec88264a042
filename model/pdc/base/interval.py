"""Intervals of exact numbers: everything that a number can be while something it depends on lies in a range.

A bound is a number, or an :class:`Interval` that holds it. Operations take numbers and intervals alike and
give intervals that hold every result (Moore, *Interval Analysis*, 1966), in exact fractions: no rounding.
What cannot be told from intervals raises :class:`UndeterminedError`: the range is too wide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pdc.base.exact import Fraction

Number = int | Fraction
MAYBE: Final = None
"""What may hold and may not; beside True and False."""


class UndeterminedError(Exception):
    """From so wide a range nothing can be told."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from ``low`` to ``high``, both included; ``low < high``."""

    low: Number
    high: Number


Bound = Number | Interval


def low(bound: Bound) -> Number:
    """The least that it can be."""
    return bound.low if isinstance(bound, Interval) else bound


def high(bound: Bound) -> Number:
    """The most that it can be."""
    return bound.high if isinstance(bound, Interval) else bound


def span(least: Number, most: Number) -> Bound:
    """From one number to another; a number where they are the same."""
    return least if least == most else Interval(least, most)


def hull(*bounds: Bound) -> Bound:
    """The smallest interval with all of them."""
    return span(min(map(low, bounds)), max(map(high, bounds)))


def rising(function: Callable[..., Any], *bounds: Bound) -> Bound:
    """What a function that never falls makes of them."""
    if not any(isinstance(bound, Interval) for bound in bounds):
        return function(*bounds)  # type: ignore[no-any-return]
    return span(function(*map(low, bounds)), function(*map(high, bounds)))


def plus(a: Bound, b: Bound) -> Bound:
    """Sum."""
    return rising(lambda x, y: x + y, a, b)


def minus(a: Bound, b: Bound) -> Bound:
    """Difference."""
    if isinstance(a, Interval) or isinstance(b, Interval):
        return span(low(a) - high(b), high(a) - low(b))
    return a - b


def times(a: Bound, b: Bound) -> Bound:
    """Product."""
    if not isinstance(a, Interval) and not isinstance(b, Interval):
        return a * b
    ends = [x * y for x in (low(a), high(a)) for y in (low(b), high(b))]
    return span(min(ends), max(ends))


def over(a: Bound, b: Bound) -> Bound:
    """Quotient. Raises :class:`UndeterminedError` where the divisor may be nought."""
    if low(b) <= 0 <= high(b):
        raise UndeterminedError
    return times(a, span(Fraction(1) / high(b), Fraction(1) / low(b)))


def power(a: Bound, b: Bound) -> Bound:
    """``a`` to the power of nought, or of a whole number above it; nothing below nought is known."""
    if b == 0:
        return 1
    if isinstance(b, Interval) or Fraction(b).denominator != 1 or b < 0 or low(a) < 0:
        raise UndeterminedError
    return rising(lambda x: Fraction(x) ** int(b), a)


def total(bounds: Sequence[Bound]) -> Bound:
    """Sum of many."""
    return span(sum(map(low, bounds), start=Fraction(0)), sum(map(high, bounds), start=Fraction(0)))


def part_of(whole: Bound, own: Bound, rest: Bound) -> Bound:
    """``whole · own / (own + rest)``, none below nought: it grows with ``own`` and falls with ``rest``.

    Taken so, own in both places is the same number, and the ends are those that are reached.
    """

    def share(key: Number, others: Number) -> Fraction:
        return Fraction(key) / (key + others) if key else Fraction(0)

    return times(whole, span(share(low(own), high(rest)), share(high(own), low(rest))))


def below(a: Bound, b: Bound) -> bool | None:
    """Is ``a < b``?"""
    if high(a) < low(b):
        return True
    return MAYBE if low(a) < high(b) else False


def same(a: Bound, b: Bound) -> bool | None:
    """Is ``a = b``?"""
    if high(a) < low(b) or high(b) < low(a):
        return False
    return MAYBE if isinstance(a, Interval) or isinstance(b, Interval) else True


def negated(answer: bool | None) -> bool | None:
    """The opposite; what may hold may not."""
    return None if answer is None else not answer
