"""Exact rational numbers: the standard library's ``Fraction``, compiled.

Targets are a hundred thousand exact numbers, and making and adding them is most of what binding the law to
places takes. quicktions is the same class in C: same values, hashes and texts, three times as fast. What
``verify --proof`` reads and counts stays with the standard library's own, so that one checks the other.

Never give quicktions a text: up to 1.24 (the newest in November 2026) a text of one letter overwrites
CPython's shared ``b"\\x00"``. Texts are read by :func:`parsed`, pickles hold two whole numbers, the types
below know no text, and every test module ends with a look at that byte (``tests/conftest.py``).
"""

from __future__ import annotations

import copyreg
import fractions
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal

    _Exact = int | fractions.Fraction

    class Fraction(fractions.Fraction):
        """As the standard library's, but for texts: quicktions comes without types."""

        def __new__(cls, numerator: float | Decimal | _Exact = 0, denominator: _Exact = 1) -> Fraction: ...  # noqa: D102
        def __add__(self, other: _Exact, /) -> Fraction: ...  # type: ignore[override]
        def __radd__(self, other: _Exact, /) -> Fraction: ...  # type: ignore[override]
        def __sub__(self, other: _Exact, /) -> Fraction: ...  # type: ignore[override]
        def __rsub__(self, other: _Exact, /) -> Fraction: ...  # type: ignore[override]
        def __mul__(self, other: _Exact, /) -> Fraction: ...  # type: ignore[override]
        def __rmul__(self, other: _Exact, /) -> Fraction: ...  # type: ignore[override]
        def __truediv__(self, other: _Exact, /) -> Fraction: ...  # type: ignore[override]
        def __rtruediv__(self, other: _Exact, /) -> Fraction: ...  # type: ignore[override]
        def __pow__(self, other: int, /) -> Fraction: ...  # type: ignore[override]
        def __neg__(self) -> Fraction: ...
        def __abs__(self) -> Fraction: ...
        def limit_denominator(self, max_denominator: int = ...) -> Fraction: ...  # noqa: D102
else:
    from quicktions import Fraction

__all__ = ["ONE", "ZERO", "Fraction", "parsed"]

ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)


def parsed(text: str) -> Fraction:
    """The number a text tells: ``"3/4"``, ``"0.75"``, ``"-2"``. Raises ValueError, ZeroDivisionError."""
    return Fraction(*fractions.Fraction(text).as_integer_ratio())


def _parts(value: Fraction) -> tuple[type[Fraction], tuple[int, int]]:
    return Fraction, (value.numerator, value.denominator)


copyreg.pickle(Fraction, _parts)  # its own way goes through a text
