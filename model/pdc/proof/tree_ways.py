"""The cheapest ways of a post through the tree of a title that stands alone, and what its circles come to.

One post more in a district costs what its cheapest unit asks, in a province what its cheapest district asks
with its own number, in the country what the cheapest province asks: the ways from the ground up. Every
component of a way is one place's own number, every comparison one of ranks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from pdc.base.filtered import order_by
from pdc.base.numbers import Ints
from pdc.proof.group_arrays import TitleArrays
from pdc.proof.reduced import FEWER, MORE, cheapest_units

NONE: Final = -1


@dataclass(frozen=True, eq=False)
class Ways:
    """The cheapest way of a step between the ground and every district and province, and the country."""

    unit: Ints  # of every district, NONE where there is no way
    district: Ints  # of every province
    tiers_district: Ints  # what the way changes in the shortfalls, one column a tier
    tiers_province: Ints
    rank_unit: Ints  # of every district: the rank of its unit's deviation
    country: int  # province, NONE where there is no way


def ways(one: TitleArrays, step: int, stand: Ints | None = None) -> Ways:
    """Cheapest ways of a step; of equals the district of the lower code, as an elimination would meet it.

    ``stand`` says of every unit what it stands on: of equals the lower is met first.
    """
    provinces, districts, units = one.places
    unit = np.full(len(districts.level), NONE)
    rows = cheapest_units(units, np.ones(len(units.level), dtype=bool), step)
    unit[units.level.parent[rows]] = rows
    tiers_district = np.where(unit[:, None] >= 0, units.tiers[step][unit], 0)
    rank_unit = units.ranks[step][unit]
    through = tiers_district + districts.tiers[step]
    open_ = np.flatnonzero((unit >= 0) & districts.can[step])
    keys = [*through[open_].T, districts.ranks[step][open_], rank_unit[open_]]
    if stand is not None:
        keys.append(stand[unit[open_]])
    order = order_by(districts.level.parent[open_], *keys, districts.order[open_])
    best = open_[order]
    above = districts.level.parent[best]
    first = np.r_[True, np.diff(above) > 0][: len(best)]
    district = np.full(len(provinces.level), NONE)
    district[above[first]] = best[first]
    tiers_province = np.where(district[:, None] >= 0, through[district], 0)
    found = Ways(unit, district, tiers_district, tiers_province, rank_unit, NONE)
    order = by_country(one, found, step)
    return replace(found, country=int(order[0])) if len(order) else found


def by_country(one: TitleArrays, found: Ways, step: int, *last: Ints) -> Ints:
    """Provinces through which a step of the country can go, the cheapest first; of equals by ``last``."""
    provinces, districts, _ = one.places
    open_ = np.flatnonzero((found.district >= 0) & provinces.can[step])
    at = found.district[open_]
    whole = (found.tiers_province + provinces.tiers[step])[open_].T
    keys = [*whole[:3], provinces.ranks[step][open_], whole[3], districts.ranks[step][at]]
    return open_[order_by(*keys, found.rank_unit[at], *(key[open_] for key in last))]


def _lexicographic(*columns: tuple[npt.ArrayLike, npt.ArrayLike]) -> Ints:
    """−1, 0 or 1, row by row: as the first columns that differ are."""
    found: Ints = np.zeros(np.broadcast(*columns[0]).shape, dtype=np.int64)
    for a, b in columns:
        found = np.where(found == 0, np.sign(np.subtract(a, b)), found)
    return found


def circles(one: TitleArrays, more: Ways, fewer: Ways) -> tuple[Ints, Ints, Ints]:
    """What a post more here and a post fewer there comes to at best, within every district, within every
    province, and in the country (one number): −1 pays, 0 is another best plan (or there and back), 1 neither.
    """
    provinces, districts, _ = one.places
    a, b = more.tiers_district + fewer.tiers_district, more.rank_unit + fewer.rank_unit
    inside = _lexicographic(*((column, 0) for column in a.T), (b, 0))
    inside[(more.unit < 0) | (fewer.unit < 0)] = 1
    up, down = more.district, fewer.district
    a = more.tiers_province + fewer.tiers_province
    d = districts.ranks[MORE][up] + districts.ranks[FEWER][down]
    b = more.rank_unit[up] + fewer.rank_unit[down]
    between = _lexicographic(*((column, 0) for column in a.T), (d, 0), (b, 0))
    between[(up < 0) | (down < 0)] = 1
    whole = np.ones(1, dtype=np.int64)
    p, q = [more.country], [fewer.country]
    if NONE not in (*p, *q):
        a = more.tiers_province[p] + provinces.tiers[MORE][p]
        a = a + fewer.tiers_province[q] + provinces.tiers[FEWER][q]
        whole = _lexicographic(
            *((column, 0) for column in a.T[:3]),
            (provinces.ranks[MORE][p] + provinces.ranks[FEWER][q], 0), (a.T[3], 0),
            (districts.ranks[MORE][up[p]] + districts.ranks[FEWER][down[q]], 0),
            (more.rank_unit[up[p]] + fewer.rank_unit[down[q]], 0),
        )  # fmt: skip
    return inside, between, whole
