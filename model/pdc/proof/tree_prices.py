"""Prices of a title that is a tree by itself: from the country down to the districts, no elimination.

What the price of a place lies between is known at once (:mod:`pdc.proof.tree_ways`): it is at most what the
cheapest way up to it costs, and at least what the best way down saves; at most the price above less what its
last post saves, at least the price above less what its next post costs. Any number between does. So ends are
taken as doubles with a bound of their error, and a number of few digits is chosen between them; only where
they are too near (where another plan is as good) prices are made of fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from pdc.base.filtered import UNIT as ROUNDED
from pdc.base.levels import STAGES
from pdc.base.numbers import Ints, Mask, picked
from pdc.proof import prices as exact
from pdc.proof.cost_columns import Columns, between, lesser, nought
from pdc.proof.files import cost_text, json_lines
from pdc.proof.group_arrays import Places, TitleArrays
from pdc.proof.margins import Margin
from pdc.proof.prices import GROUND, Link, Step, Vertex
from pdc.proof.reduced import FEWER, MORE, link_at
from pdc.proof.sheet import LEVEL_AT, TIER_AT, ZERO, Cost
from pdc.proof.tree_margins import TreeMargin, tree_margins
from pdc.proof.tree_ways import NONE, Ways, circles, ways
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT
from pdc_common.levels import LEVELS

CLOSE = 1e-6  # relative: doubles further apart than this belong to different numbers


@dataclass(frozen=True, eq=False)
class Priced:
    """Prices of some places: doubles that are meant exactly, and costs where no double would do."""

    columns: Columns
    exact: Mapping[int, Cost]

    def cost(self, row: int) -> Cost:
        """The price of a place."""
        found = self.exact.get(row)
        return _cost(tuple(self.columns.near[:, row].tolist())) if found is None else found

    def texts(self) -> list[str]:
        """As :func:`pdc.proof.files.cost_text` writes them."""
        near = self.columns.near
        filled = near != 0
        # Nearly all are one number, the same at many places.
        found = [*map(_alone, filled.argmax(axis=0).tolist(), near.sum(axis=0).tolist())]
        several = np.flatnonzero(filled.sum(axis=0) > 1)
        for row, cost in zip(several.tolist(), near[:, several].T.tolist(), strict=True):
            found[row] = _text(tuple(cost))
        for row, exact_ in self.exact.items():
            found[row] = cost_text(exact_)
        return found


def _cost(doubles: Sequence[float]) -> Cost:
    return tuple([int(part) if part.is_integer() else Fraction(part) for part in doubles])


@lru_cache(maxsize=1 << 14)
def _alone(stage: int, value: float) -> str:
    """A cost that is nought in all stages but one."""
    return _text((*(0.0,) * stage, value, *(0.0,) * (len(STAGES) - 1 - stage)))


@lru_cache(maxsize=1 << 14)
def _text(doubles: tuple[float, ...]) -> str:
    return cost_text(_cost(doubles))


@dataclass(frozen=True, eq=False)
class TreePrices:
    """Prices of one title's country, provinces and districts, its margins, where other plans are as good."""

    one: TitleArrays
    top: Vertex
    levels: tuple[Priced, Priced, Priced]  # country, provinces, districts
    margins: Mapping[Step, Margin | TreeMargin | None]
    free: tuple[Mask, Mask, Mask]  # provinces, districts, units that may be on a circle of cost nought

    def lines(self) -> list[str]:
        """Places and their prices as JSON, in the order of places."""
        country, provinces, districts = self.levels
        top = [] if self.top == GROUND else [json_lines("", ["|".join(self.top)], country.texts())]
        return [self._of_level(DISTRICT, districts), *top, self._of_level(PROVINCE, provinces)]

    def _of_level(self, depth: int, priced: Priced) -> str:
        places = self.one.places[depth]
        order = np.argsort(places.order)
        codes, texts = picked(places.codes, order), picked(priced.texts(), order)
        return json_lines(f"{self.one.title}|{LEVELS[depth]}|", codes, texts)

    def tight(self) -> tuple[list[Link], dict[Vertex, Cost]]:
        """Links that the prices may hold with equality where other plans are as good, and the prices there.

        Doubles leave out the others, beyond any error.
        """
        links: list[Link] = []
        price: dict[Vertex, Cost] = {}
        for depth, places in enumerate(self.one.places):
            rows = np.flatnonzero(self.free[depth])
            if not len(rows):
                continue
            above = places.level.parent[rows]
            gap = self.levels[depth].columns.near[:, above]
            if depth != UNIT:
                gap = gap - self.levels[depth + 1].columns.near[:, rows]
            maybe = np.zeros(len(rows), dtype=bool)
            for step in (MORE, FEWER):
                cost = nought(len(rows)).near.copy()
                cost[TIER_AT, :] = step * places.tiers[step][rows].T
                cost[LEVEL_AT[LEVELS[depth]]] = step * places.near[step][rows]
                close = np.abs(gap - cost) <= CLOSE * np.maximum(1.0, np.abs(cost))
                maybe |= close.all(axis=0) & places.can[step][rows]
            for row, over in zip(rows[maybe].tolist(), above[maybe].tolist(), strict=True):
                link = link_at(self.one, depth, row, self.top)
                links.append(link)
                price[link.above] = self.levels[depth].cost(over)
                if depth != UNIT:
                    price[link.below] = self.levels[depth + 1].cost(row)
        return links, price


def prices_json(rules: Mapping[Vertex, Cost], trees: Iterable[TreePrices]) -> str:
    """Prices of the ground, of rules across trees, and of trees, as JSON."""
    at = sorted(rules)
    lines = [json_lines("", ["|".join(v) for v in at], [cost_text(rules[v]) for v in at])]
    for tree in sorted(trees, key=lambda tree: tree.top):
        lines += tree.lines()
    return f"{{{','.join(lines)}}}"


def tree_prices(one: TitleArrays, top: Vertex) -> TreePrices | None:
    """Prices from above; None where these do not do.

    That is where the plan could be bettered, or where nothing can take one post more; the elimination of
    :mod:`pdc.proof.prices` says more then.
    """
    more, fewer = ways(one, MORE), ways(one, FEWER)
    found = circles(one, more, fewer)
    if top == GROUND or more.country == NONE or any((signs < 0).any() for signs in found):
        return None
    levels = priced(one, more, fewer, {})
    if levels is None:
        return None
    # A circle of cost nought is one within a district, a province or the country: only there look for it.
    inside, between_, whole = (signs == 0 for signs in found)
    own = np.full(len(between_), whole[0])
    below = (own | between_)[one.places[DISTRICT].level.parent]
    free = (own, below, (below | inside)[one.places[UNIT].level.parent])
    return TreePrices(one, top, levels, tree_margins(one, more, fewer), free)


def priced(
    one: TitleArrays, more: Ways, fewer: Ways, given: Mapping[int, Mapping[int, Cost]]
) -> tuple[Priced, Priced, Priced] | None:
    """Country, provinces, districts: each between the ways from below and the price above.

    ``given`` are prices that are known already, by level (NONE: the country) and row. None where a plan is no
    optimum.
    """
    sides = {MORE: _from_ground(one, more, MORE), FEWER: _from_ground(one, fewer, FEWER)}
    ends = _Exact(one, {MORE: more, FEWER: fewer})
    found: list[Priced] = []
    for depth in (NONE, PROVINCE, DISTRICT):
        high, low = sides[MORE][depth + 1], sides[FEWER][depth + 1].negated()
        open_ = np.zeros(len(high.there), dtype=bool)
        if depth != NONE:
            places = one.places[depth]
            above = found[-1].columns.of(places.level.parent)
            rows = np.arange(len(open_))
            high, open_high = lesser(high, with_step(above, places, rows, FEWER))
            low, open_low = lesser(low, with_step(above, places, rows, MORE, -1), -1)
            open_ = open_high | open_low
        value, narrow, crossed = between(low, high)
        if crossed:
            return None
        error = np.zeros(value.shape)
        exact_: dict[int, Cost] = {}
        known = given.get(depth, {})
        for row in {*np.flatnonzero(narrow | open_).tolist(), *known}:
            cost = known[row] if row in known else ends.between(depth, row, found)
            if cost is None:
                return None
            exact_[row] = cost
            near = [float(part) for part in cost]
            value[:, row] = near
            error[:, row] = [2 * ROUNDED * abs(a) if a != b else 0.0 for a, b in zip(near, cost, strict=True)]
        found.append(Priced(Columns(value, error, np.ones(len(open_), dtype=bool)), exact_))
    return found[0], found[1], found[2]


def with_step(costs: Columns, places: Places, rows: Ints, step: int, sign: int = 1) -> Columns:
    """Costs with a step of some places besides."""
    at, change = LEVEL_AT[LEVELS[places.depth]], (places.near[step][rows], places.error[step][rows])
    return costs.plus(places.tiers[step][rows], at, change, places.can[step][rows], sign)


def _from_ground(one: TitleArrays, found: Ways, step: int) -> tuple[Columns, Columns, Columns]:
    """What the cheapest way of a step costs between the ground and the country, provinces, districts.

    Every component is one place's own number.
    """
    p = np.array([found.country])
    d = found.district[p]
    tiers = found.tiers_province[p] + one.places[PROVINCE].tiers[step][p]
    return (
        _way(one, step, tiers, (p, d, found.unit[d])),
        _way(one, step, found.tiers_province, (found.district, found.unit[found.district])),
        _way(one, step, found.tiers_district, (found.unit,)),
    )


def _way(one: TitleArrays, step: int, tiers: Ints, through: Sequence[Ints]) -> Columns:
    """Costs of ways ``through`` places of the lowest levels, the uppermost first (NONE: there is no way)."""
    size = len(through[0])
    near, error = np.zeros((len(STAGES), size)), np.zeros((len(STAGES), size))
    near[TIER_AT, :] = tiers.T
    for places, rows in zip(one.places[-len(through) :], through, strict=True):
        at = LEVEL_AT[LEVELS[places.depth]]
        near[at], error[at] = places.near[step][rows], places.error[step][rows]
    return Columns(near, error, through[0] != NONE)


class _Exact:
    """The same ends in fractions, for the few places where doubles leave them open."""

    def __init__(self, one: TitleArrays, found: Mapping[int, Ways]) -> None:
        self.one, self.found = one, found

    def between(self, depth: int, row: int, above: Sequence[Priced]) -> Cost | None:
        """A price for a place, with those of the level above it; None where the ends have crossed."""
        low, high = self._ways(depth, row, FEWER), self._ways(depth, row, MORE)
        lows = [] if low is None else [exact.subtract(ZERO, low)]
        highs = [] if high is None else [high]
        if depth != NONE:
            places = self.one.places[depth]
            over = above[-1].cost(int(places.level.parent[row]))
            if places.can[FEWER][row]:
                highs.append(exact.add(over, places.cost(row, FEWER)))
            if places.can[MORE][row]:
                lows.append(exact.subtract(over, places.cost(row, MORE)))
        least, most = max(lows, default=None), min(highs, default=None)
        if least is not None and most is not None and least > most:
            return None
        return exact.between(least, most)

    def _ways(self, depth: int, row: int, step: int) -> Cost | None:
        """The cheapest way of a step between the ground and a place (``depth`` NONE: the country)."""
        ways_, total = self.found[step], ZERO
        for level, next_ in ((PROVINCE, ways_.country), (DISTRICT, ways_.district), (UNIT, ways_.unit)):
            if level <= depth:
                continue
            row = next_ if isinstance(next_, int) else int(next_[row])
            if row == NONE:
                return None
            total = exact.add(total, self.one.places[level].cost(row, step))
        return total
