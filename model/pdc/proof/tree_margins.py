"""What one post more or fewer in the provinces of a title that stands alone comes to.

Whoever gives a post gives it to the country: the cheapest giver does for all, the second for the first. Costs
are kept as numerators and denominators, and made fractions where somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import NamedTuple

import numpy as np

from pdc.base.exact import Fraction, ratio
from pdc.base.filtered import Parts
from pdc.base.levels import STAGES
from pdc.proof.group_arrays import TitleArrays
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
    """A :class:`pdc.proof.margins.Margin` whose deviations are not reduced yet."""

    tiers: tuple[int, int, int, int]
    levels: tuple[Parts, Parts, Parts]
    steps: tuple[Step, ...]

    @property
    def cost(self) -> Cost:
        """Cost of the change by stage."""
        t, (province, district, unit) = self.tiers, map(_reduced, self.levels)
        return (t[0], t[1], t[2], province, t[3], district, unit)

    @property
    def near(self) -> tuple[float, ...]:
        """The nearest double of every component."""
        t, (province, district, unit) = self.tiers, (n / d for n, d in self.levels)
        return (float(t[0]), float(t[1]), float(t[2]), province, float(t[3]), district, unit)


def _reduced(parts: Parts) -> Fraction | int:
    n, d = parts
    common = gcd(n, d)
    return n // d if common == d else ratio(n, d)


@dataclass(frozen=True, eq=False)
class _Side:
    """Ways of one step between the ground and every province, and the provinces' own steps."""

    tiers: list[list[int]]  # of the whole way to the country
    own: list[Parts]  # of the province's deviation
    district: list[Parts]
    unit: list[Parts]
    inner: list[tuple[Step, ...]]  # below the province, in the order of the way; of unit and district
    can: list[bool]  # is there a way to the country?
    cheapest: list[int]  # two provinces at most


def tree_margins(one: TitleArrays, more: Ways, fewer: Ways) -> dict[Step, Margin | TreeMargin | None]:
    """What :func:`pdc.proof.margins.province_margins` says, province by province."""
    provinces = one.places[PROVINCE]
    names = {step: [provinces.step(p, step) for p in range(len(provinces.level))] for step in (MORE, FEWER)}
    sides = {step: _side(one, found, step) for step, found in ((MORE, more), (FEWER, fewer))}
    result: dict[Step, Margin | TreeMargin | None] = {}
    for step in (MORE, FEWER):
        side, others = sides[step], sides[-step]
        for p, name in enumerate(names[step]):
            g = next((g for g in others.cheapest if g != p), NONE)
            if not side.can[p] or g == NONE:
                result[name] = None
                continue
            giver, inner, gives = names[-step][g], side.inner[p], others.inner[g]
            steps = (name, giver, *gives, *inner) if step > 0 else (name, *inner, *gives, giver)
            a, b, c, d = [x + y for x, y in zip(side.tiers[p], others.tiers[g], strict=True)]
            levels = (
                _sum(side.own[p], others.own[g]),
                _sum(side.district[p], others.district[g]),
                _sum(side.unit[p], others.unit[g]),
            )
            result[name] = TreeMargin((a, b, c, d), levels, steps)
    return result


def _sum(a: Parts, b: Parts) -> Parts:
    return a[0] * b[1] + b[0] * a[1], a[1] * b[1]


def _side(one: TitleArrays, found: Ways, step: int) -> _Side:
    provinces, districts, units = one.places
    d = found.district
    u = found.unit[d]
    inner: list[tuple[Step, ...]] = []
    for unit, district in zip(u.tolist(), d.tolist(), strict=True):
        steps = (units.step(unit, step), districts.step(district, step))
        inner.append(steps if step > 0 else steps[::-1])
    return _Side(
        (found.tiers_province + provinces.tiers[step]).tolist(),
        provinces.changes(np.arange(len(d)), step),
        districts.changes(d, step),
        units.changes(u, step),
        inner,
        ((d != NONE) & provinces.can[step]).tolist(),
        by_country(one, found, step, provinces.order)[:2].tolist(),
    )
