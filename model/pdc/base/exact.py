"""Exact rational numbers: the standard library's ``Fraction``, made quickly where there are many.

Targets are a hundred thousand exact numbers. What makes the class slow is not the arithmetic of whole
numbers but the questions it asks of its arguments; so bulk work is done in numerators and denominators, and
:func:`ratio` makes the fraction of a result without those questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd
from operator import attrgetter
from typing import Any, Final

__all__ = [
    "ONE", "ZERO", "Fraction", "parsed", "parts_of", "plus", "quotients", "ratio", "ratios", "times", "total",
]  # fmt: skip

ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)
_new: Final[Any] = object.__new__
_above: Final = attrgetter("_numerator")
_below: Final = attrgetter("_denominator")


def ratio(above: int, below: int) -> Fraction:
    """``Fraction(above, below)`` of two whole numbers, ``below`` more than nought; nought is :data:`ZERO`."""
    if not above:
        return ZERO
    common = gcd(above, below)
    value = _new(Fraction)
    value._numerator = above // common
    value._denominator = below // common
    return value  # type: ignore[no-any-return]


def ratios(above: Iterable[int], below: Iterable[int]) -> list[Fraction]:
    """:func:`ratio` of many numbers, one beside the other: without a call for each."""
    found: list[Fraction] = []
    for n, d in zip(above, below, strict=True):
        if not n:
            found.append(ZERO)
            continue
        common = gcd(n, d)
        value = _new(Fraction)
        value._numerator = n // common
        value._denominator = d // common
        found.append(value)
    return found


def parts_of(values: Sequence[Fraction]) -> tuple[list[int], list[int]]:
    """Numerators and denominators of many fractions (or whole numbers, which takes longer)."""
    try:
        return list(map(_above, values)), list(map(_below, values))
    except AttributeError:
        return [value.numerator for value in values], [value.denominator for value in values]


def plus(a: Fraction, b: Fraction) -> Fraction:
    """Sum of two fractions; nought costs nothing."""
    if a is ZERO:
        return b
    if b is ZERO:
        return a
    below = a.denominator
    if below == b.denominator:
        return ratio(a.numerator + b.numerator, below)
    return ratio(a.numerator * b.denominator + b.numerator * below, below * b.denominator)


def times(a: Fraction, b: Fraction) -> Fraction:
    """Product of two fractions."""
    return ratio(a.numerator * b.numerator, a.denominator * b.denominator)


def total(a: Fraction | int, b: Fraction | int) -> Fraction | int:
    """Sum of two numbers, whole or not; two whole ones stay whole."""
    if type(a) is int and type(b) is int:
        return a + b
    below, other = a.denominator, b.denominator
    return ratio(a.numerator * other + b.numerator * below, below * other)


def quotients(values: Sequence[Fraction]) -> list[float]:
    """The nearest double of each fraction."""
    return [value._numerator / value._denominator for value in values]  # type: ignore[attr-defined]


def parsed(text: str) -> Fraction:
    """The number a text tells: ``"3/4"``, ``"0.75"``, ``"-2"``. Raises ValueError, ZeroDivisionError."""
    above, bar, below = text.partition("/")
    if text.isascii() and above.isdigit() and (below.isdigit() or not bar):
        # As pdc itself writes targets: without the class's pattern.
        whole = int(below) if bar else 1
        if whole:
            return ratio(int(above), whole)
    return Fraction(text)
