"""Costs of many places as columns of doubles, each with how far it may be from the exact number.

The filter of :mod:`pdc.base.filtered` for costs: a row a stage, compared one after the other. A number whose
error is nought is exact. Where doubles leave a comparison open, whoever asks takes the exact costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask
from pdc.proof.sheet import TIER_AT

_ROUNDED: Final = 1 + 2.0**-40  # sums of errors are rounded themselves
_NARROW: Final = 2.0**-30  # relative: between ends that are nearer no short number is looked for
_AT: Final = np.arange(len(STAGES))[:, None]


@dataclass(frozen=True, eq=False)
class Columns:
    """Costs of places, a column each; ``there`` is False where a place has none."""

    near: Floats  # (stages, places)
    error: Floats
    there: Mask

    def of(self, places: Ints) -> Columns:
        """Those of some places, one of them several times if need be."""
        return Columns(self.near[:, places], self.error[:, places], self.there[places])

    def negated(self) -> Columns:
        """The same costs, saved."""
        return Columns(-self.near, self.error, self.there)

    def plus(
        self, tiers: Ints, at: int, change: tuple[Floats, Floats], there: Mask, sign: int = 1
    ) -> Columns:
        """With a step besides: ``tiers`` (a column a tier), and at stage ``at`` a double with its error."""
        near, error = self.near.copy(), self.error.copy()
        near[TIER_AT, :] += sign * tiers.T
        one, other = self.near[at], sign * change[0]
        total = one + other
        # What rounding took from the sum, exactly (Knuth).
        part = total - one
        near[at] = total
        error[at] = _ROUNDED * (error[at] + change[1] + np.abs((one - (total - part)) + (other - part)))
        return Columns(near, error, self.there & there)


def nought(places: int) -> Columns:
    """Nought for every place."""
    none = np.zeros((len(STAGES), places))
    return Columns(none, none, np.ones(places, dtype=bool))


def compared(one: Columns, other: Columns) -> tuple[Ints, Ints, Mask]:
    """−1, 0 or 1 as one cost is below, equal to, above the other; the stage that says so (none: their
    number); and where doubles leave it open.
    """
    gap = one.near - other.near
    error = _ROUNDED * (one.error + other.error)
    differs = (gap != 0) | (error != 0)
    stage = np.where(differs.any(axis=0), differs.argmax(axis=0), len(STAGES))
    places = np.arange(gap.shape[1])
    last = np.minimum(stage, len(STAGES) - 1)
    found, near = gap[last, places], error[last, places]
    return np.sign(found).astype(np.int64), stage, (near > 0) & (np.abs(found) <= near)


def lesser(one: Columns, other: Columns, sign: int = 1) -> tuple[Columns, Mask]:
    """Of two costs of every place the lesser (``sign`` −1: the larger), or the one that is there; and where
    doubles leave open which it is.
    """
    found, _, open_ = compared(one, other)
    first = one.there & ((sign * found <= 0) | ~other.there)
    near = np.where(first, one.near, other.near)
    error = np.where(first, one.error, other.error)
    return Columns(near, error, one.there | other.there), open_ & one.there & other.there


def _or_beside(one: Columns, other: Columns, side: int) -> Columns:
    """An end of every place; where there is none, a cost to that side of the other end: any will do."""
    lacks = ~one.there
    if not lacks.any():
        return one
    near, error = (
        np.where(one.there, mine, np.where(other.there, its, 0.0))
        for mine, its in ((one.near, other.near), (one.error, other.error))
    )
    # Apart at the first stage that is not exact, or else at the last: between them is a number of few digits.
    unsure = error != 0
    at = np.where(unsure.any(axis=0), unsure.argmax(axis=0), len(STAGES) - 1)
    near[at, np.arange(len(at))] += 2 * side * (lacks & other.there)
    return Columns(near, error, one.there | other.there)


def between(low: Columns, high: Columns) -> tuple[Floats, Mask, bool]:
    """A cost of few digits between two for every place, as doubles that are meant exactly; with one end that
    is there, one beside it; with none, nought.

    Besides: the places for which there is none, so that somebody has to look for one in fractions; and
    whether a ``low`` is above its ``high``.
    """
    low, high = _or_beside(low, high, -1), _or_beside(high, low, 1)
    sign, stage, open_ = compared(low, high)
    value = np.where(stage > _AT, low.near, 0.0)
    rows = np.flatnonzero(~open_ & (stage < len(STAGES)))
    at = stage[rows]
    a = low.near[at, rows] + low.error[at, rows]
    b = high.near[at, rows] - high.error[at, rows]
    width = b - a
    narrow = width <= _NARROW * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    # A power of two that is a quarter to a half of the way: the multiple next to the middle is inside.
    step = np.ldexp(1.0, np.frexp(np.where(narrow, 1.0, width))[1] - 2)
    middle = np.rint((a + b) / 2 / step) * step
    value[at, rows] = np.where((a < 0) & (b > 0), 0.0, middle)
    crossed = bool((sign[rows] > 0).any())
    open_[rows[narrow]] = True
    return value, open_, crossed
