"""Arrays by their kind, and how exact numbers are written."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from operator import itemgetter
from typing import Final, TypeVar

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
_TWICE: Final = 2 * _SCALE
_SMALL: Final = 10**6  # posts and targets below it have billionths that a double tells apart


Thing = TypeVar("Thing")
Label = TypeVar("Label", bound=Hashable)


def picked(values: Sequence[Thing], at: Ints) -> list[Thing]:
    """Some of many things."""
    chosen = at.tolist()
    return list(itemgetter(*chosen)(values)) if len(chosen) > 1 else [values[i] for i in chosen]


def objects(things: Sequence[object]) -> Objects:
    """Things as an array, of which many are picked at once in a third of the time (:func:`picked`)."""
    return np.fromiter(things, dtype=object, count=len(things))


def numbered(things: Iterable[Label]) -> tuple[list[Label], Ints]:
    """The different things as they first appear (m), and which of them each is (n)."""
    known: dict[Label, int] = {}
    which = [known.setdefault(thing, len(known)) for thing in things]
    return list(known), np.array(which, dtype=np.int64)


def first_rows(which: Ints) -> Ints:
    """The first row of each number 0, 1, …, all of which are there."""
    first = np.empty(int(which.max(initial=-1)) + 1, dtype=np.int64)
    first[which[::-1]] = np.arange(len(which) - 1, -1, -1)
    return first


def decimal(value: Fraction) -> float:
    """Exact fraction → the nearest number of nine decimals."""
    return _near((value,))[0] / _SCALE


def decimals(values: Iterable[Fraction], posts: Ints) -> tuple[Floats, Floats]:
    """:func:`decimal` of each target, and posts − target with nine decimals."""
    near = _near(values)
    if posts.max(initial=0) < _SMALL and max(near, default=0) < _SMALL * _SCALE:
        # Nothing is lost: both differences are whole numbers of a billionth, far below what a double holds.
        whole = np.array(near, dtype=np.int64)
        return whole / _SCALE, (posts * _SCALE - whole) / _SCALE
    exact = [one / _SCALE for one in near]
    differences = [round(x - q, DIGITS) for x, q in zip(posts.tolist(), exact, strict=True)]
    return np.array(exact), np.array(differences)


def _near(values: Iterable[Fraction]) -> list[int]:
    """The nearest whole number of billionths to each."""
    # What round() does (halves to even), in whole numbers: a plan has a hundred thousand targets, and
    # rounding a fraction takes ten times as long.
    found = []
    for value in values:
        numerator, denominator = value.as_integer_ratio()
        near, rest = divmod(numerator * _TWICE + denominator, denominator + denominator)
        found.append(near if rest or not near & 1 else near - 1)
    return found


def told(number: int | Fraction) -> str:
    """A large number as a person can read it."""
    whole = int(number)
    if abs(whole) <= _SPELT:
        return str(whole)
    return f"{'-' if whole < 0 else ''}10^{int((abs(whole).bit_length() - 1) * _TENS)}"
