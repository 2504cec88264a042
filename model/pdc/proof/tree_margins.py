"""What one post more or fewer in the provinces of a title that stands alone comes to.

Whoever gives a post gives it to the country: the cheapest giver does for all, the second for the first. Costs
are kept as numerators and denominators, and made fractions where somebody asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import NamedTuple

import numpy as np

from pdc.base.exact import Fraction, ratio
from pdc.base.filtered import Parts
from pdc.base.levels import STAGES
from pdc.base.numbers import Ints
from pdc.proof.group_arrays import Places, TitleArrays
from pdc.proof.margins import Margin
from pdc.proof.prices import Step
from pdc.proof.reduced import FEWER, MORE
from pdc.proof.sheet import Cost
from pdc.proof.tree_ways import NONE, Ways, by_country
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT
from pdc_common.levels import LEVELS

_ORDER = ("tier1", "tier2", "tier3", LEVELS[PROVINCE], "tier4", LEVELS[DISTRICT], LEVELS[UNIT])
assert _ORDER == STAGES  # what costs are put together in


class TreeMargin(NamedTuple):
    """A :class:`pdc.proof.margins.Margin` put together from texts and numbers that are not reduced yet."""

    tiers: Sequence[int]
    levels: tuple[Parts, Parts, Parts]
    changes: str  # as margins.csv writes them

    @property
    def cost(self) -> Cost:
        """Cost of the change by stage."""
        t, (province, district, unit) = self.tiers, map(_reduced, self.levels)
        return (t[0], t[1], t[2], province, t[3], district, unit)

    @property
    def near(self) -> tuple[float, ...]:
        """The nearest double of every component."""
        (a, b, c, d), ((p, q), (r, s), (u, v)) = self.tiers, self.levels
        return (float(a), float(b), float(c), p / q, float(d), r / s, u / v)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every number that changes, the asked one first."""
        found = (change.split("|") for change in self.changes.split(";"))
        return tuple((title, level, code, int(by)) for title, level, code, by in found)


def _reduced(parts: Parts) -> Fraction | int:
    n, d = parts
    common = gcd(n, d)
    return n // d if common == d else ratio(n, d)


@dataclass(frozen=True, eq=False)
class _Side:
    """Ways of one step between the ground and every province, and the provinces' own steps."""

    can: list[bool]  # is there a way to the country?
    cheapest: list[int]  # provinces, the cheapest first; two at most
    tiers: Ints  # what the whole way changes in the shortfalls
    levels: tuple[list[Parts], list[Parts], list[Parts]]  # in the deviations of province, district, unit
    own: list[str]  # the province's step, in words
    below: list[str]  # those of its district and unit, in the order of the way


def tree_margins(one: TitleArrays, more: Ways, fewer: Ways) -> dict[Step, Margin | TreeMargin | None]:
    """What :func:`pdc.proof.margins.province_margins` says, province by province."""
    codes = one.places[PROVINCE].codes
    sides = {step: _side(one, found, step) for step, found in ((MORE, more), (FEWER, fewer))}
    result: dict[Step, Margin | TreeMargin | None] = {}
    for step in (MORE, FEWER):
        side, others = sides[step], sides[-step]
        first, second = (*others.cheapest, NONE, NONE)[:2]
        margins: list[TreeMargin | None] = [None] * len(codes)
        if first != NONE:
            margins[:] = _with_giver(side, slice(None), (others, first), step)
            itself = slice(first, first + 1)
            margins[itself] = [None] if second == NONE else _with_giver(side, itself, (others, second), step)
        for code, can, margin in zip(codes, side.can, margins, strict=True):
            result[one.title, LEVELS[PROVINCE], code, step] = margin if can else None
    return result


def _with_giver(side: _Side, some: slice, gives: tuple[_Side, int], step: int) -> list[TreeMargin]:
    """One way and another one back: some provinces that ask, then the one that gives."""
    other, g = gives
    tiers = (side.tiers[some] + other.tiers[g]).tolist()
    levels = [
        [(n * below + above * d, d * below) for n, d in parts[some]]
        for parts, (above, below) in zip(side.levels, (parts[g] for parts in other.levels), strict=True)
    ]
    giver, far = other.own[g], other.below[g]
    # In the order of the way: from the giver over the country to the province, or back.
    between, end = (f";{giver};{far};", "") if step > 0 else (";", f";{far};{giver}")
    texts = [own + between + near + end for own, near in zip(side.own[some], side.below[some], strict=True)]
    return list(map(TreeMargin, tiers, zip(*levels, strict=True), texts))


def _side(one: TitleArrays, found: Ways, step: int) -> _Side:
    provinces, districts, units = one.places
    d = found.district
    u = found.unit[d]
    every = np.arange(len(d))
    district, unit = _steps(districts, d, step), _steps(units, u, step)
    ways = (unit, district) if step > 0 else (district, unit)
    return _Side(
        ((d != NONE) & provinces.can[step]).tolist(),
        by_country(one, found, step, provinces.order)[:2].tolist(),
        found.tiers_province + provinces.tiers[step],
        (provinces.changes(every, step), districts.changes(d, step), units.changes(u, step)),
        _steps(provinces, every, step),
        [f"{first};{then}" for first, then in zip(*ways, strict=True)],
    )


def _steps(places: Places, rows: Ints, step: int) -> list[str]:
    """Steps of some places, in words."""
    before, after = f"{places.title}|{LEVELS[places.depth]}|", f"|{step}"
    return [before + code + after for code in places.names.codes[places.level.at[rows]].tolist()]
