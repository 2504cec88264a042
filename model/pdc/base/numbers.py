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


_SCALE: Final = 10**DIGITS


def decimal(value: Fraction) -> float:
    """Exact fraction → the nearest number of nine decimals."""
    # What round() does (halves to even), in whole numbers: a plan has a hundred thousand targets, and
    # rounding a fraction takes ten times as long.
    numerator, denominator = value.numerator * _SCALE, value.denominator
    floor, rest = divmod(numerator, denominator)
    up = 2 * rest > denominator or (2 * rest == denominator and floor % 2)
    return (floor + 1 if up else floor) / _SCALE
