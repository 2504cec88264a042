"""Prices of a title that is a tree by itself: two passes over ranks, no elimination.

One post more in a district costs what its cheapest unit asks, in a province what its cheapest district asks
with its own number, in the country what the cheapest province asks: that is the way from the ground up. A
place below another one may get a post more cheaply by way of the country: its price is the lesser of the two.
These are the lengths of shortest ways from the ground, so no number is left unexplained. Every component of a
way up is one place's own number, every comparison one of ranks; the exact numbers are made at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pdc.base.exact import ratio
from pdc.base.filtered import Parts, order_by
from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask
from pdc.proof.group_arrays import Places, TitleArrays
from pdc.proof.margins import Margin
from pdc.proof.prices import GROUND, Step, Vertex
from pdc.proof.reduced import FEWER, MORE, cheapest_units
from pdc.proof.sheet import Cost
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
    found = Ways(unit, district, tiers_district, tiers_province, rank_unit, NONE)
    order = _by_country(one, found, step)
    return replace(found, country=int(order[0])) if len(order) else found


def _by_country(one: TitleArrays, found: Ways, step: int, *last: Ints) -> Ints:
    """Provinces through which a step of the country can go, the cheapest first; of equals by ``last``."""
    provinces, districts, _ = one.places
    open_ = np.flatnonzero((found.district >= 0) & provinces.can[step])
    at = found.district[open_]
    whole = (found.tiers_province + provinces.tiers[step])[open_].T
    keys = [*whole[:3], provinces.ranks[step][open_], whole[3], districts.ranks[step][at]]
    return open_[order_by(*keys, found.rank_unit[at], *(key[open_] for key in last))]


@dataclass(frozen=True, eq=False)
class TreePrices:
    """Prices of one title's country, provinces and districts, its margins, where other plans are as good."""

    price: Mapping[Vertex, Price]
    margins: Mapping[Step, Margin | None]
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
    return TreePrices(price, tree_margins(one, more, fewer), free)


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


class Price(NamedTuple):
    """A price in whole numbers: what it changes in the shortfalls, and in the deviation of each level.

    A deviation is a numerator over a denominator above nought, not reduced.
    """

    tiers: tuple[int, ...]
    levels: tuple[Parts, Parts, Parts]

    def and_step(self, tiers: Sequence[int], depth: int, change: Parts, sign: int = 1) -> Price:
        """This price with a step of a place of a level besides."""
        levels = list(self.levels)
        levels[depth] = _sum(levels[depth], change if sign > 0 else (-change[0], change[1]))
        summed = tuple([a + sign * b for a, b in zip(self.tiers, tiers, strict=True)])
        return Price(summed, (levels[0], levels[1], levels[2]))

    def plus(self, other: Price) -> Price:
        """Both together."""
        levels = tuple([_sum(a, b) for a, b in zip(self.levels, other.levels, strict=True)])
        return Price(
            tuple([a + b for a, b in zip(self.tiers, other.tiers, strict=True)]), levels  # type: ignore[arg-type]
        )

    def exact(self) -> Cost:
        """As a cost, a component a stage."""
        t, levels = self.tiers, [_reduced(parts) for parts in self.levels]
        return (t[0], t[1], t[2], levels[PROVINCE], t[3], levels[DISTRICT], levels[UNIT])

    def near(self) -> tuple[float, ...]:
        """The nearest doubles of its components."""
        t, levels = self.tiers, [n / d for n, d in self.levels]
        return (t[0], t[1], t[2], levels[PROVINCE], t[3], levels[DISTRICT], levels[UNIT])

    def text(self) -> str:
        """As :func:`pdc.proof.files.cost_text` writes the cost."""
        t = self.tiers
        province, district, unit = [_written(parts) for parts in self.levels]
        return f"{t[0]} {t[1]} {t[2]} {province} {t[3]} {district} {unit}"


_NOUGHT: Final = (0, 1)
_NO_PRICE: Final = Price((0, 0, 0, 0), (_NOUGHT, _NOUGHT, _NOUGHT))
_ORDER: Final = ("tier1", "tier2", "tier3", LEVELS[PROVINCE], "tier4", LEVELS[DISTRICT], LEVELS[UNIT])
assert _ORDER == STAGES  # what the costs and texts of a price are put together in


def _sum(a: Parts, b: Parts) -> Parts:
    if not b[0]:
        return a
    return (a[0] * b[1] + b[0] * a[1], a[1] * b[1]) if a[0] else b


def _reduced(parts: Parts) -> Fraction | int:
    n, d = parts
    if not n:
        return 0
    common = gcd(n, d)
    return n // d if common == d else ratio(n, d)


def _written(parts: Parts) -> str:
    n, d = parts
    if not n:
        return "0"
    common = gcd(n, d)
    return str(n // d) if common == d else f"{n // common}/{d // common}"


class Prices(Mapping[Vertex, Cost]):
    """Prices by place: whole numbers, made fractions where somebody asks."""

    def __init__(self) -> None:
        self.parts: dict[Vertex, Price] = {}

    def __getitem__(self, v: Vertex) -> Cost:
        return self.parts[v].exact()

    def __iter__(self) -> Iterator[Vertex]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def at_nought(self, vertices: Iterable[Vertex]) -> None:
        """These prices are nought."""
        self.parts.update(dict.fromkeys(vertices, _NO_PRICE))

    def near(self, vertices: Iterable[Vertex]) -> Floats:
        """The nearest doubles of some prices, a row a price."""
        return np.array([self.parts[v].near() for v in vertices], dtype=np.float64).reshape(-1, len(STAGES))

    def texts(self) -> dict[str, str]:
        """Prices as texts, by the texts of their places, in the order of places."""
        return {"|".join(v): price.text() for v, price in sorted(self.parts.items(), key=itemgetter(0))}


def _exact(
    one: TitleArrays, top: Vertex, more: Ways, forms: tuple[Ints, Ints]
) -> dict[Vertex, Price]:
    provinces, districts, units = one.places
    tiers = more.tiers_district.tolist()
    bottom: list[Price] = [_NO_PRICE] * len(districts.level)
    some = np.flatnonzero(more.unit >= 0)
    for d, change in zip(some.tolist(), units.changes(more.unit[some], MORE), strict=True):
        bottom[d] = Price(tuple(tiers[d]), (_NOUGHT, _NOUGHT, change))

    def up(places: Places, row: int, below: Price) -> Price:
        return below.and_step(places.tiers[MORE][row].tolist(), places.depth, places.changes(row, MORE)[0])

    ups = [up(districts, d, bottom[d]) if d >= 0 else _NO_PRICE for d in more.district.tolist()]
    country = up(provinces, more.country, ups[more.country])
    own = _priced(provinces, forms[0], ups, [country] * len(ups))
    below = _priced(districts, forms[1], bottom, [own[p] for p in districts.level.parent.tolist()])
    found = {top: country}
    for places, prices in ((provinces, own), (districts, below)):
        name = LEVELS[places.depth]
        found |= {(one.title, name, code): price for code, price in zip(places.codes, prices, strict=True)}
    return found


def _priced(places: Places, forms: Ints, ups: Sequence[Price], above: Sequence[Price]) -> list[Price]:
    """The price of every place of a level: its own way up, or by way of the place above."""
    found = list(ups)
    for form, step, sign in ((OVER, FEWER, 1), (DOWN, MORE, -1)):
        rows = np.flatnonzero(forms == form)
        changes = zip(
            rows.tolist(), places.tiers[step][rows].tolist(), places.changes(rows, step), strict=True
        )
        for row, tiers, change in changes:
            found[row] = above[row].and_step(tiers, places.depth, change, sign)
    for row in np.flatnonzero(forms == FREE).tolist():
        found[row] = _NO_PRICE
    return found


def tree_margins(one: TitleArrays, more: Ways, fewer: Ways) -> dict[Step, Margin | None]:
    """What one post more or fewer in every province comes to: :func:`pdc.proof.margins.province_margins`.

    Whoever gives a post gives it to the country: the cheapest giver does for all, the second for the first.
    """
    provinces = one.places[PROVINCE]
    sides = {step: _ways_of_provinces(one, found, step) for step, found in ((MORE, more), (FEWER, fewer))}
    result: dict[Step, Margin | None] = {}
    for step in (MORE, FEWER):
        inner, others = sides[step].inner, sides[-step]
        givers = others.cheapest
        own = provinces.changes(np.arange(len(provinces.level)), step)
        for p, (tiers, change) in enumerate(zip(provinces.tiers[step].tolist(), own, strict=True)):
            name = provinces.step(p, step)
            giver = next((g for g in givers if g != p), None)
            way = inner[p]
            if not provinces.can[step][p] or way is None or giver is None:
                result[name] = None
                continue
            price, steps = others.whole[giver]
            cost = way[0].plus(price).and_step(tiers, PROVINCE, change)
            back = steps + way[1] if step > 0 else way[1] + steps
            result[name] = Margin(cost.exact(), (name, *back))
    return result


Way = tuple[Price, tuple[Step, ...]]


@dataclass(frozen=True, eq=False)
class _Sides:
    """Ways of one step between the ground and every province, and on to the country for the cheapest two."""

    inner: list[Way | None]
    cheapest: list[int]  # provinces, the cheapest first
    whole: Mapping[int, Way]


def _ways_of_provinces(one: TitleArrays, ways_: Ways, step: int) -> _Sides:
    provinces, districts, units = one.places
    there = np.flatnonzero(ways_.district >= 0)
    d = ways_.district[there]
    u = ways_.unit[d]
    inner: list[Way | None] = [None] * len(provinces.level)
    steps: tuple[Step, ...]
    lines = zip(
        there.tolist(), ways_.tiers_province[there].tolist(), districts.changes(d, step),
        units.changes(u, step), d.tolist(), u.tolist(), strict=True,
    )  # fmt: skip
    for p, tiers, by_district, by_unit, district, unit in lines:
        steps = (units.step(unit, step), districts.step(district, step))
        price = Price(tuple(tiers), (_NOUGHT, by_district, by_unit))
        inner[p] = (price, steps if step > 0 else steps[::-1])
    codes = np.empty(len(provinces.level), dtype=np.int64)
    codes[sorted(range(len(codes)), key=provinces.codes.__getitem__)] = np.arange(len(codes))
    cheapest = [int(p) for p in _by_country(one, ways_, step, codes)[:2]]
    whole: dict[int, Way] = {}
    for p in cheapest:
        found = inner[p]
        assert found is not None
        tiers, change = provinces.tiers[step][p].tolist(), provinces.changes(p, step)[0]
        own = provinces.step(p, step)
        steps = (*found[1], own) if step > 0 else (own, *found[1])
        whole[p] = (found[0].and_step(tiers, PROVINCE, change), steps)
    return _Sides(inner, cheapest, whole)
