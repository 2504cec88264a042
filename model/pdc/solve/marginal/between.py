"""May a place have so many posts while a number lies in a range? If not, no number of the range gives them.

Make every step of the asked place, of what it lies in and of what lies in it as cheap as the range allows,
and every step of all others as dear: then the place has at least as many posts as with any number of the
range (docs/mathematics.md, "One post more"). Whether the place's step is taken there is counted: how many
steps come before it in its district, how many before that step's place in its province, how many before that
in the country.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.interval import Bound, high, hull, low
from pdc.base.levels import LEAST_TARGET, LEVELS
from pdc.base.numbers import MOST_POSTS, Ints, Mask
from pdc.law.pins import Pin
from pdc.rules.between import Asks, Between, Sight
from pdc.rules.cells import Cells
from pdc.rules.requirements import TIERS

L1 = "l1"
FAR = 2 * MOST_POSTS  # no place has so many
BEFORE = TIERS[-1] - 1  # tiers that come before the provinces' deviation
Shortfalls = tuple[int, ...]  # a component a tier
FIRST: Shortfalls = (-len(TIERS) - 1,) * len(TIERS)  # of a step that may come before any other


@dataclass(frozen=True)
class Place:
    """A place's steps at one end: ``target``; floors inside it up to every tier, and its own; hard ends.

    ``free`` are steps that may come before any other, nobody knows which (floors shared with other titles).
    """

    target: Fraction
    inside: tuple[int, ...]
    own: tuple[int, ...]
    most: int
    least: int = 0
    free: int = 0
    norm: str = ""

    def tiers(self, x: int) -> Shortfalls:
        """What the step from x to x + 1 changes in the shortfalls, the place's own floors with it."""
        if self.free and x < self.inside[-1] + self.free:
            return FIRST
        return _sum(_step(self.inside, x), _step(self.own, x))

    def own_tiers(self, x: int) -> Shortfalls:
        """What it changes in those of the place itself."""
        return _step(self.own, x)

    def slope(self, x: int) -> Fraction:
        """What it changes in the deviation of the place."""
        if self.norm == L1:
            return abs(x + 1 - self.target) - abs(x - self.target)
        return (2 * x + 1) / self.target - 2

    def ahead(self, tiers: Shortfalls, slope: Fraction) -> int:
        """How many of its steps come before one with that cost (as many tiers as it has)."""
        if not any(tiers) and self.norm != L1:
            # All that fill a floor of those tiers, and all that are nearer to their target.
            floors = max(self.inside[len(tiers) - 1], self.own[len(tiers) - 1])
            nearer = ceil((self.target * (slope + 2) - 1) / 2)
            return min(self.most, max(floors, nearer))
        least, most = 0, self.most
        while least < most:
            x = (least + most) // 2
            if (self.tiers(x)[: len(tiers)], self.slope(x)) < (tiers, slope):
                least = x + 1
            else:
                most = x
        return least


def _step(floors: tuple[int, ...], x: int) -> Shortfalls:
    found = [0] * len(TIERS)
    before = 0
    for tier, until in enumerate(floors):
        if before <= x < until:
            found[tier] = -1
        before = until
    return tuple(found)


def _sum(a: Shortfalls, b: Shortfalls) -> Shortfalls:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def taken(path: Sequence[Place], beside: Sequence[Sequence[Place]], wanted: int, supply: int | None) -> bool:
    """Is the ``wanted``-th step of the first place of a path taken?

    ``path`` goes from the place to its province, ``beside`` are the others inside the place above, at each
    of them; those of the province are all other provinces.
    """
    x = wanted - 1
    tiers = path[0].tiers(x)
    for depth, (place, others) in enumerate(zip(path, beside, strict=True)):
        if x >= place.most:
            return False
        if x < place.least:
            return True
        if depth:
            tiers = _sum(tiers, place.own_tiers(x))
        slope = place.slope(x)
        last = depth == len(path) - 1
        if last and supply is None:  # all steps that better the plan are taken; of equals nobody knows here
            return (*tiers[:BEFORE], slope) <= (0,) * (BEFORE + 1)
        seen = tiers[:BEFORE] if last else tiers
        x += sum(other.ahead(seen, slope) for other in others)
    assert supply is not None
    return x < supply


class Counted:
    """Bounds of a title over a range, ready to be asked of a place: ``level``, ``at`` its position.

    ``cells`` and ``pins`` are those of the title's group for one number of the range. Raises
    :class:`~pdc.base.interval.UndeterminedError` where there are no bounds.
    """

    def __init__(
        self, sight: Sight, cells: Sequence[Cells], pins: Iterable[Pin], level: str, at: int, norm: str
    ) -> None:
        self.norm, self.level = norm, level
        self.between = Between(sight)
        self.country = country = self.between.country
        district = int(country.unit_district[at]) if level == "unit" else at
        self.province = at if level == "province" else int(country.district_province[district])
        self.path = {"province": self.province, "district": district, "unit": at}
        self.targets: dict[str, Any] = {"province": self.between.province}
        if level != "province":
            self.targets["district"] = self.between.districts(self.province)
        self.asks = Asks(self.between, cells, pins, self.province, level != "province")
        self.unit = self.asks.levels["unit"]
        self.may = np.array([there is not False for there in self.between.eligible])
        self.nested = self._nested(level, at)
        self.closed = not (self.nested & self.may).any()
        if level == "unit" and not self.closed:
            self.targets["unit"] = self.between.units(district, self._floors(district))
        self.kept = self.asks.orders_kept()

    def _floors(self, district: int) -> dict[int, Bound]:
        """Floors of all tiers of the units of a district."""
        least, most = self.unit.required(False)[-1], self.unit.required(True)[-1]
        here = np.flatnonzero(self.country.unit_district == district).tolist()
        return {u: hull(int(least[u]), int(most[u])) for u in here}

    def _nested(self, level: str, at: int) -> Mask:
        country = self.country
        over = {"unit": np.arange(len(country.units)), "district": country.unit_district}
        return np.asarray(over.get(level, country.unit_province) == at, dtype=np.bool_)

    def may_have(self, wanted: int) -> bool:
        """May the place have so many? False: it has fewer with every number of the range."""
        if self.closed:
            return wanted <= 0
        depth = LEVELS.index(self.level)
        path = [self._own(LEVELS[depth])] + [self._above(level) for level in LEVELS[:depth][::-1]]
        beside = [self._beside(level) for level in LEVELS[: depth + 1][::-1]]
        supply = None if self.between.supply is None else int(high(self.between.supply))
        return taken(path, beside, wanted, supply)

    # floors and ends of units ----------------------------------------------------------------------------

    @cached_property
    def _surely(self) -> Mask:
        return np.array([there is True for there in self.between.eligible])

    @cached_property
    def dear(self) -> tuple[Ints, list[Ints]]:
        """Of units elsewhere: the most they can have, and their floors by tier, at their least."""
        upper = np.minimum(self.unit.upper[0], self.unit.soft_end())
        outside = self.country.unit_province != self.province
        waits = self.asks.waits & (outside | (not self.kept))
        upper = np.where(self._surely & ~self.asks.tied & ~waits, np.minimum(upper, FAR), 0)
        return upper, [np.minimum(need, upper) for need in self.unit.required(False)]

    @cached_property
    def cheap(self) -> tuple[Ints, list[Ints], Ints]:
        """Of units inside: the most they can have, floors by tier, hard lower ends, at their most."""
        upper = np.where(self.may, np.minimum(self.unit.upper[1], FAR), 0)
        least = self.unit.least.copy()
        if not self.kept:
            for u, need in self.asks.first_needs().items():
                least[u] = max(least[u], need)
        return upper, [np.minimum(need, upper) for need in self.unit.required(True)], np.minimum(least, upper)

    # places ------------------------------------------------------------------------------------------------

    def _target(self, level: str, at: int, *, most: bool) -> Fraction:
        found = self.targets[level][at]
        return max(Fraction(high(found) if most else low(found)), LEAST_TARGET)

    def _own(self, level: str) -> Place:
        """The asked place, with what lies in it."""
        ends, at = self.asks.levels[level], self.path[level]
        upper, floors, least = self.cheap
        inside = self.nested
        none = (0,) * len(TIERS)
        free = int(self.asks.joint[inside & self.may].sum())
        if level == LEVELS[0]:  # floors of its districts too
            need = self.asks.levels["district"].required(True)[-1]
            free += int(need[self.country.district_province == at].sum())
        lower = int(least[inside].sum())
        if level != "unit":
            lower = max(lower, int(ends.least[at]))
        if level == LEVELS[0]:
            lower = max(lower, self._raised(least))
        counts = tuple(int(need[inside].sum()) for need in floors)
        own = none if level == "unit" else tuple(int(need[at]) for need in ends.required(True))
        most = min(int(upper[inside].sum()), int(ends.upper[1][at]))
        return Place(self._target(level, at, most=True), counts, own, most, lower, free, self.norm)

    def _raised(self, least: Ints) -> int:
        """Hard lower ends of the province's districts, where they are above those of their units."""
        by_district = np.bincount(
            self.country.unit_district, least * self.nested, len(self.country.districts)
        )
        own = self.asks.levels["district"].least
        return int(np.maximum(by_district, own)[self.country.district_province == self.province].sum())

    def _above(self, level: str) -> Place:
        """A place that the asked one lies in: only what it asks itself."""
        ends, at = self.asks.levels[level], self.path[level]
        own = tuple(int(need[at]) for need in ends.required(True))
        none = (0,) * len(TIERS)
        return Place(
            self._target(level, at, most=True),
            none,
            own,
            int(ends.upper[1][at]),
            int(ends.least[at]),
            0,
            self.norm,
        )

    def _beside(self, level: str) -> list[Place]:
        """The others inside the place above, at their dearest."""
        country = self.country
        upper, floors = self.dear
        if level == LEVELS[0]:
            return self._provinces(upper, floors)
        ends = self.asks.levels[level]
        own = ends.required(False)
        if level == "unit":
            here = np.flatnonzero((country.unit_district == self.path["district"]) & self._surely)
            own = [np.zeros(len(country.units), dtype=np.int64)] * len(TIERS)
            counts, most = floors, upper
        else:
            here = np.array(self.asks.places["district"], dtype=np.int64)
            size = len(country.districts)
            most = np.minimum(_by(country.unit_district, upper, size), ends.upper[0])
            counts = [np.minimum(_by(country.unit_district, need, size), most) for need in floors]
        return [
            Place(
                self._target(level, i, most=False), tuple(int(c[i]) for c in counts),
                tuple(int(need[i]) for need in own), int(most[i]), 0, 0, self.norm,
            )
            for i in here.tolist()
            if i != self.path[level] and most[i] > 0
        ]  # fmt: skip

    def _provinces(self, upper: Ints, floors: list[Ints]) -> list[Place]:
        country = self.country
        size, ends = len(country.districts), self.asks.levels
        most = np.minimum(_by(country.unit_district, upper, size), ends["district"].upper[0])
        counts = [np.minimum(_by(country.unit_district, need, size), most) for need in floors]
        count = len(country.provinces)
        of = country.district_province
        tops = np.minimum(_by(of, most, count), ends["province"].upper[0])
        needs = [np.minimum(_by(of, need, count), tops) for need in counts]
        return [self._province(p, needs, tops) for p in range(count) if p != self.province and tops[p] > 0]

    def _province(self, p: int, needs: Sequence[Ints], tops: Ints) -> Place:
        counts = tuple(int(need[p]) for need in needs)
        target = self._target("province", p, most=False)
        return Place(target, counts, (0,) * len(TIERS), int(tops[p]), norm=self.norm)


def _by(at: Ints, values: Ints, size: int) -> Ints:
    return np.bincount(at, values, size).astype(np.int64)
