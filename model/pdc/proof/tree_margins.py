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
from pdc.proof.group_arrays import Places, TitleArrays, picked
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
    tiers: list[list[int]]  # what the whole way changes in the shortfalls
    levels: list[tuple[Parts, Parts, Parts]]  # in the deviations of province, district, unit
    own: list[str]  # the province's step, in words
    below: list[str]  # those of its district and unit, in the order of the way


def tree_margins(one: TitleArrays, more: Ways, fewer: Ways) -> dict[Step, Margin | TreeMargin | None]:
    """What :func:`pdc.proof.margins.province_margins` says, province by province."""
    provinces = one.places[PROVINCE]
    sides = {step: _side(one, found, step) for step, found in ((MORE, more), (FEWER, fewer))}
    result: dict[Step, Margin | TreeMargin | None] = {}
    for step in (MORE, FEWER):
        side, others = sides[step], sides[-step]
        first, second = (*others.cheapest, NONE, NONE)[:2]
        for p, code in enumerate(provinces.codes):
            g = first if p != first else second
            margin = _margin((side, p), (others, g), step) if side.can[p] and g != NONE else None
            result[one.title, LEVELS[PROVINCE], code, step] = margin
    return result


def _margin(asks: tuple[_Side, int], gives: tuple[_Side, int], step: int) -> TreeMargin:
    """One way and another one back: the province that asks, then the giver's."""
    (side, p), (other, g) = asks, gives
    (a, b, c, d), (e, f, h, i) = side.tiers[p], other.tiers[g]
    (n, o), (q, r), (s, t) = side.levels[p]
    (u, v), (w, x), (y, z) = other.levels[g]
    own, giver, near, far = side.own[p], other.own[g], side.below[p], other.below[g]
    return TreeMargin(
        (a + e, b + f, c + h, d + i),
        ((n * v + u * o, o * v), (q * x + w * r, r * x), (s * z + y * t, t * z)),
        f"{own};{giver};{far};{near}" if step > 0 else f"{own};{near};{far};{giver}",
    )


def _side(one: TitleArrays, found: Ways, step: int) -> _Side:
    provinces, districts, units = one.places
    d = found.district
    u = found.unit[d]
    own = _steps(provinces, np.arange(len(d)), step)
    district, unit = _steps(districts, d, step), _steps(units, u, step)
    changes = (provinces.changes(np.arange(len(d)), step), districts.changes(d, step), units.changes(u, step))
    ways = (unit, district) if step > 0 else (district, unit)
    return _Side(
        ((d != NONE) & provinces.can[step]).tolist(),
        by_country(one, found, step, provinces.order)[:2].tolist(),
        (found.tiers_province + provinces.tiers[step]).tolist(),
        list(zip(*changes, strict=True)),
        own,
        [f"{first};{then}" for first, then in zip(*ways, strict=True)],
    )


def _steps(places: Places, rows: Ints, step: int) -> list[str]:
    """Steps of some places, in words."""
    before, after = f"{places.title}|{LEVELS[places.depth]}|", f"|{step}"
    return [before + code + after for code in picked(places.names.codes, places.level.at[rows])]
