"""Arrays by their kind, and how exact numbers are written."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pdc.base.exact import Fraction

Ints = npt.NDArray[np.int64]


Objects = npt.NDArray[np.object_]


Floats = npt.NDArray[np.float64]


Mask = npt.NDArray[np.bool_]


DIGITS: Final = 9  # decimals of targets and deviations in tables


MOST_POSTS: Final = 10**9  # no rule may ask for more of one place; not far above, the solver's numbers blur
WRAPS: Final = 2.0**62  # sums that come near to what 64 bits hold are added up in Python's whole numbers
_SPELT: Final = 10**20  # larger numbers are told by their power of ten
_TENS: Final = 0.30103  # digits a bit
_SCALE: Final = 10**DIGITS


def decimal(value: Fraction) -> float:
    """Exact fraction → the nearest number of nine decimals."""
    # What round() does (halves to even), in whole numbers: a plan has a hundred thousand targets, and
    # rounding a fraction takes ten times as long.
    numerator, denominator = value.numerator * _SCALE, value.denominator
    floor, rest = divmod(numerator, denominator)
    up = 2 * rest > denominator or (2 * rest == denominator and floor % 2)
    return (floor + 1 if up else floor) / _SCALE


def told(number: int | Fraction) -> str:
    """A large number as a person can read it."""
    whole = int(number)
    if abs(whole) <= _SPELT:
        return str(whole)
    return f"{'-' if whole < 0 else ''}10^{int((abs(whole).bit_length() - 1) * _TENS)}"
