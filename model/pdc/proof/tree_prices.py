"""Prices of a title that is a tree by itself: two passes over ranks, no elimination.

One post more in a district costs what its cheapest unit asks, in a province what its cheapest district asks
with its own number, in the country what the cheapest province asks: that is the way from the ground up. A
place below another one may get a post more cheaply by way of the country: its price is the lesser of the two.
These are the lengths of shortest ways from the ground, so no number is left unexplained. Every component of a
way up is one place's own number, every comparison one of ranks; the exact numbers are made at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pdc.base.filtered import order_by
from pdc.base.numbers import Ints, Mask
from pdc.proof.group_arrays import Places, TitleArrays
from pdc.proof.prices import GROUND, Graph, Vertex, add, subtract
from pdc.proof.reduced import FEWER, MORE, cheapest_units
from pdc.proof.sheet import ZERO, Cost
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT
from pdc_common.levels import LEVELS

NONE = -1
UP, OVER, DOWN, FREE = range(4)  # what a price is: the way up; over the place above; from above; any number


@dataclass(frozen=True, eq=False)
class Ways:
    """The cheapest way of a step between the ground and every district and province, and the country."""

    unit: Ints  # of every district, NONE where there is no way
    district: Ints  # of every province
    tiers_district: Ints  # what the way changes in the shortfalls, one column a tier
    tiers_province: Ints
    rank_unit: Ints  # of every district: the rank of its unit's deviation
    country: int  # province, NONE where there is no way


def ways(one: TitleArrays, step: int) -> Ways:
    """Cheapest ways of a step; of equals the district of the lower code, as an elimination would meet it."""
    provinces, districts, units = one.places
    unit = np.full(len(districts.level), NONE)
    rows = cheapest_units(units, np.ones(len(units.level), dtype=bool), step)
    unit[units.level.parent[rows]] = rows
    tiers_district = np.where(unit[:, None] >= 0, units.tiers[step][unit], 0)
    rank_unit = units.ranks[step][unit]
    codes = np.empty(len(unit), dtype=np.int64)
    codes[sorted(range(len(unit)), key=districts.codes.__getitem__)] = np.arange(len(unit))
    through = tiers_district + districts.tiers[step]
    open_ = np.flatnonzero((unit >= 0) & districts.can[step])
    keys = [*through[open_].T, districts.ranks[step][open_], rank_unit[open_], codes[open_]]
    order = order_by(districts.level.parent[open_], *keys)
    best = open_[order]
    above = districts.level.parent[best]
    first = np.r_[True, np.diff(above) > 0][: len(best)]
    district = np.full(len(provinces.level), NONE)
    district[above[first]] = best[first]
    tiers_province = np.where(district[:, None] >= 0, through[district], 0)
    whole = tiers_province + provinces.tiers[step]
    open_ = np.flatnonzero((district >= 0) & provinces.can[step])
    country = NONE
    if len(open_):
        at = district[open_]
        keys = [*whole[open_].T[:3], provinces.ranks[step][open_], whole[open_].T[3]]
        order = order_by(*keys, districts.ranks[step][at], rank_unit[at])
        country = int(open_[order[0]])
    return Ways(unit, district, tiers_district, tiers_province, rank_unit, country)


@dataclass(frozen=True, eq=False)
class TreePrices:
    """Prices of one title's country, provinces and districts, its core, and where other plans are as good."""

    price: Mapping[Vertex, Cost]
    core: Graph
    free: tuple[Mask, Mask, Mask]  # provinces, districts, units that may be on a circle of cost nought


def tree_prices(one: TitleArrays, top: Vertex) -> TreePrices | None:
    """Prices by two passes; None where these do not do.

    That is where the plan could be bettered, or where nothing can take one post more; the elimination of
    :mod:`pdc.proof.prices` says more then.
    """
    more, fewer = ways(one, MORE), ways(one, FEWER)
    found = circles(one, more, fewer)
    if top == GROUND or more.country == NONE or any((signs < 0).any() for signs in found):
        return None
    form_province = _provinces(one, more, fewer)
    form_district = _districts(one, more, fewer, form_province)
    if form_province is None or form_district is None:
        return None
    # A circle of cost nought is one within a district, a province or the country: only there look for it.
    inside, between, whole = (signs == 0 for signs in found)
    own = np.full(len(between), whole[0])
    below = (own | between)[one.places[DISTRICT].level.parent]
    free = (own, below, (below | inside)[one.places[UNIT].level.parent])
    price = _exact(one, top, more, (form_province, form_district))
    return TreePrices(price, _core(one, top, more, fewer), free)


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


def _country(one: TitleArrays, more: Ways) -> tuple[Ints, int, int]:
    """The price of the country: its tiers, the ranks of its district and of its unit."""
    p = more.country
    d = int(more.district[p])
    tiers = more.tiers_province[p] + one.places[PROVINCE].tiers[MORE][p]
    return tiers, int(one.places[DISTRICT].ranks[MORE][d]), int(more.rank_unit[d])


def _provinces(one: TitleArrays, more: Ways, fewer: Ways) -> Ints | None:
    """What the price of every province is."""
    provinces, districts, _ = one.places
    tiers, rank_d, rank_u = _country(one, more)
    up = more.district
    over = tiers + provinces.tiers[FEWER]
    # Minus the rank of the step down is the rank of the post that goes.
    sign = provinces.ranks[MORE][more.country] + provinces.ranks[FEWER]
    cheaper = _lexicographic(
        *zip(more.tiers_province.T[:3], over.T[:3], strict=True), (0, sign),
        (more.tiers_province.T[3], over.T[3]), (districts.ranks[MORE][up], rank_d),
        (more.rank_unit[up], rank_u),
    )  # fmt: skip
    return _forms(up >= 0, provinces.can, cheaper, fewer.district >= 0)


def _districts(one: TitleArrays, more: Ways, fewer: Ways, above: Ints | None) -> Ints | None:
    """What the price of every district is."""
    if above is None:
        return None
    provinces, districts, _ = one.places
    parent = districts.level.parent
    form = above[parent]
    if ((form > OVER) & districts.can[FEWER]).any():
        return None
    tiers, _, rank_u = _country(one, more)
    star = int(more.district[more.country])
    via = np.where(form == UP, more.district[parent], star)
    over = np.where(
        (form == UP)[:, None], more.tiers_province[parent], (tiers + provinces.tiers[FEWER])[parent]
    )
    over = over + districts.tiers[FEWER]
    sign = np.where(form == UP, 0, (provinces.ranks[MORE][more.country] + provinces.ranks[FEWER])[parent])
    cheaper = _lexicographic(
        *zip(more.tiers_district.T[:3], over.T[:3], strict=True), (0, sign),
        (more.tiers_district.T[3], over.T[3]), (0, districts.ranks[MORE][via] + districts.ranks[FEWER]),
        (more.rank_unit, np.where(form == UP, more.rank_unit[more.district[parent]], rank_u)),
    )  # fmt: skip
    return _forms(more.unit >= 0, districts.can, cheaper, fewer.unit >= 0)


def _forms(up: Mask, can: Mapping[int, Mask], cheaper: Ints, gives: Mask) -> Ints | None:
    """The lesser of the way up and the way over the place above; without either, what bounds it otherwise."""
    form = np.where(up & (~can[FEWER] | (cheaper <= 0)), UP, np.where(can[FEWER], OVER, NONE))
    left = form == NONE
    if (left & gives).any():
        return None
    return np.where(left, np.where(can[MORE], DOWN, FREE), form)


def _exact(
    one: TitleArrays, top: Vertex, more: Ways, forms: tuple[Ints, Ints]
) -> dict[Vertex, Cost]:
    provinces, districts, units = one.places

    def up(places: Places, row: int, below: Cost) -> Cost:
        return add(below, places.cost(row, MORE))

    def priced(places: Places, row: int, form: int, above: Cost) -> Cost:
        if form == OVER:
            return add(above, places.cost(row, FEWER))
        return subtract(above, places.cost(row, MORE)) if form == DOWN else ZERO

    bottom = [units.cost(u, MORE) if u >= 0 else ZERO for u in more.unit.tolist()]
    ups = [up(districts, d, bottom[d]) if d >= 0 else ZERO for d in more.district.tolist()]
    country = up(provinces, more.country, ups[more.country])
    found = {top: country}
    prices = []
    for p, form in enumerate(forms[0].tolist()):
        prices.append(ups[p] if form == UP else priced(provinces, p, form, country))
        found[one.title, LEVELS[PROVINCE], provinces.codes[p]] = prices[p]
    for d, (form, p) in enumerate(zip(forms[1].tolist(), districts.level.parent.tolist(), strict=True)):
        price = bottom[d] if form == UP else priced(districts, d, form, prices[p])
        found[one.title, LEVELS[DISTRICT], districts.codes[d]] = price
    return found


def _core(one: TitleArrays, top: Vertex, more: Ways, fewer: Ways) -> Graph:
    """The same distances between country, provinces and ground alone."""
    provinces, districts, units = one.places
    core = Graph(())
    for p, code in enumerate(provinces.codes):
        vertex = (one.title, LEVELS[PROVINCE], code)
        core.touch(vertex)
        for step, found in ((MORE, more), (FEWER, fewer)):
            ends = (vertex, top) if step > 0 else (top, vertex)
            if provinces.can[step][p]:
                core.offer(ends[0], ends[1], (provinces.cost(p, step), (provinces.step(p, step),)))
            d = int(found.district[p])
            if d < 0:
                continue
            u = int(found.unit[d])
            cost = add(units.cost(u, step), districts.cost(d, step))
            steps = (units.step(u, step), districts.step(d, step))
            ends = (GROUND, vertex) if step > 0 else (vertex, GROUND)
            core.offer(ends[0], ends[1], (cost, steps if step > 0 else steps[::-1]))
    return core


