"""The graph of prices with the arcs that matter alone, and what is read from it.

Of all units of a district only the one that takes a post most cheaply and the one that gives one most cheaply
can lie on a shortest way; a joint floor that all its posts exceed, and a common limit that is not full, have
the price nought. What is left is a vertex a district and a province, and the units at floors and limits that
bind: the prices of that graph are prices of the whole (:mod:`pdc.proof.prices`), and its circles are all
circles that could better the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pdc.base.filtered import order_by
from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask
from pdc.proof.group_arrays import Places, TitleArrays
from pdc.proof.prices import GROUND, Graph, Link, Vertex, joint_slopes, subtract
from pdc.proof.sheet import LEVEL_AT, TIER_AT, ZERO, Cost, Sheet
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT
from pdc_common.levels import LEVELS

CLOSE = 1e-6  # relative: doubles further apart than this belong to different numbers
MORE, FEWER = 1, -1


@dataclass(frozen=True, eq=False)
class Across:
    """Joint floors and common limits that bind, as links; those whose price is nought."""

    links: tuple[Link, ...]
    at_nought: tuple[Vertex, ...]
    below: Mapping[tuple[str, str], Vertex]  # of units at those that bind: what they stand on


def reduced(titles: Sequence[TitleArrays], sheet: Sheet, across: Across) -> Graph:
    """The graph of a group at a plan; ``sheet`` has the rules across the trees."""
    graph = Graph(())
    for vertex in _vertices(titles, sheet):
        graph.touch(vertex)
    for one in titles:
        for link in _special(one, across.below):
            graph.add(link)
        for depth in (DISTRICT, PROVINCE):
            _offer_places(graph, one, depth, above_of(one, sheet))
        _offer_units(graph, one.places[UNIT], _ordinary(one, across.below))
    for link in across.links:
        graph.add(link)
    return graph


def above_of(one: TitleArrays, sheet: Sheet) -> Vertex:
    """What the provinces of a title stand below: the country or, without a national number, the ground."""
    return GROUND if sheet.supply[one.title] is None else (one.title, "national", "")


def link_at(one: TitleArrays, depth: int, row: int, top: Vertex, below: Vertex = GROUND) -> Link:
    """The number of a place as a link between prices."""
    places = one.places[depth]
    low, high = (places.cost(row, step) if places.can[step][row] else None for step in (FEWER, MORE))
    above = top if depth == PROVINCE else (one.title, LEVELS[depth - 1], places.parents[row])
    if depth != UNIT:
        below = (one.title, LEVELS[depth], places.codes[row])
    return Link(above, below, None if low is None else subtract(ZERO, low), high, places.step(row, MORE))


def _vertices(titles: Sequence[TitleArrays], sheet: Sheet) -> Iterator[Vertex]:
    yield GROUND
    for one in titles:
        yield above_of(one, sheet)
        for depth in (PROVINCE, DISTRICT):
            yield from ((one.title, LEVELS[depth], code) for code in one.places[depth].codes)


def rules_that_bind(sheet: Sheet, posts: Mapping[str, Mapping[str, int]], sums: Sequence[int]) -> Across:
    """The rules across the trees of a sheet: ``posts`` by title and unit, ``sums`` at every joint floor."""
    found: list[Link] = []
    at_nought: list[Vertex] = []
    below: dict[tuple[str, str], Vertex] = {}
    for unit, (down, up) in joint_slopes(sheet, sums).items():
        vertex = ("", "joint", unit)
        if down is ZERO and up is ZERO:
            at_nought.append(vertex)
            continue
        found.append(Link(vertex, GROUND, down, up, None))
        below.update({(title, unit): vertex for title in sheet.titles})
    for i, limit in enumerate(sheet.together):
        vertex = ("", "limit", f"{i}")
        here = posts[limit.title]
        if sum(here.get(unit, 0) for unit in limit.units) < limit.most:
            at_nought.append(vertex)
            continue
        found.append(Link(vertex, GROUND, ZERO, None, None))
        below.update({(limit.title, unit): vertex for unit in limit.units})
    return Across(tuple(found), tuple(at_nought), below)


def _ordinary(one: TitleArrays, below: Mapping[tuple[str, str], Vertex]) -> Mask:
    codes = one.places[UNIT].codes
    if not below:
        return np.ones(len(codes), dtype=bool)
    return np.array([(one.title, code) not in below for code in codes], dtype=bool)


def _special(one: TitleArrays, below: Mapping[tuple[str, str], Vertex]) -> Iterator[Link]:
    for row in np.flatnonzero(~_ordinary(one, below)).tolist():
        yield link_at(one, UNIT, row, GROUND, below[one.title, one.places[UNIT].codes[row]])


def cheapest_units(units: Places, which: Mask, step: int) -> Ints:
    """Of the ``which`` units of every district that has some, the first that takes the step most cheaply."""
    rows = np.flatnonzero(which & units.can[step])
    group = units.level.parent[rows]
    order = order_by(group, *units.tiers[step][rows].T, units.ranks[step][rows], units.turn[rows])
    first = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0][: len(rows)])
    return rows[order[first]]


def _offer_places(graph: Graph, one: TitleArrays, depth: int, top: Vertex) -> None:
    """Both arcs of the numbers of a level: the links of :func:`link_at`."""
    places = one.places[depth]
    for step in (MORE, FEWER):
        for row in np.flatnonzero(places.can[step]).tolist():
            below = (one.title, LEVELS[depth], places.codes[row])
            above = top if depth == PROVINCE else (one.title, LEVELS[depth - 1], places.parents[row])
            arc = (places.cost(row, step), (places.step(row, step),))
            graph.offer(*((below, above) if step > 0 else (above, below)), arc)


def _offer_units(graph: Graph, units: Places, which: Mask) -> None:
    for step in (MORE, FEWER):
        for row in cheapest_units(units, which, step).tolist():
            district = (units.title, LEVELS[DISTRICT], units.parents[row])
            arc = (units.cost(row, step), (units.step(row, step),))
            a, b = (GROUND, district) if step > 0 else (district, GROUND)
            graph.offer(a, b, arc)


# numbers whose steps the prices hold with equality -------------------------------------------------------


def tight(
    titles: Sequence[TitleArrays],
    sheet: Sheet,
    near: Callable[[Sequence[Vertex]], Floats],
    found: Across,
    where: Sequence[Sequence[Mask]],
) -> list[Link]:
    """Links that may be tight: doubles leave out the others, beyond any error.

    ``near`` gives doubles of prices, ``where`` links are looked for, by title and level; empty: everywhere.
    """
    links: list[Link] = []
    for number, one in enumerate(titles):
        if where and not any(level.any() for level in where[number]):
            continue
        top = above_of(one, sheet)
        above = near([top])
        for depth in (PROVINCE, DISTRICT, UNIT):
            places = one.places[depth]
            own = np.zeros((1, len(STAGES)))
            if depth != UNIT:
                own = near([(one.title, LEVELS[depth], code) for code in places.codes])
            gap = above[places.level.parent] - own
            maybe = ~_ordinary(one, found.below) if depth == UNIT else np.zeros(len(places.level), dtype=bool)
            for step in (MORE, FEWER):
                cost = step * _near_cost(places, step)
                close = np.abs(gap - cost) <= CLOSE * np.maximum(1.0, np.abs(cost))
                maybe |= close.all(axis=1) & places.can[step]
            if where:
                maybe &= where[number][depth]
            for row in np.flatnonzero(maybe).tolist():
                stand = found.below.get((one.title, places.codes[row]), GROUND) if depth == UNIT else GROUND
                links.append(link_at(one, depth, row, top, stand))
            above = own
    return [*links, *found.links]


def near_costs(costs: Sequence[Cost]) -> Floats:
    """Costs as doubles, a row a cost."""
    doubles = [[float(part) if part else 0.0 for part in cost] for cost in costs]
    return np.array(doubles, dtype=np.float64).reshape(-1, len(STAGES))


def _near_cost(places: Places, step: int) -> Floats:
    """Costs of a step at every place, as doubles."""
    out = np.zeros((len(places.level), len(STAGES)))
    out[:, list(TIER_AT)] = places.tiers[step]
    q, x = places.level.slopes.targets.near[places.level.slopes.targets.which], places.posts
    if places.level.slopes.norm == "webster":
        out[:, LEVEL_AT[LEVELS[places.depth]]] = step * (2 * x + step) / q - 2 * step
    else:
        out[:, LEVEL_AT[LEVELS[places.depth]]] = np.abs(x + step - q) - np.abs(x - q)
    return out
