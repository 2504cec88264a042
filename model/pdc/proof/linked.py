"""Prices of titles and units that rules tie together: trees by themselves, but for a small core.

Trees stand on the ground (:mod:`pdc.proof.grounded`). The districts, provinces and rules on ways from one to
another that matter besides, the countries, and the cheapest places beside them make the core: a small graph
whose prices come from an elimination (:mod:`pdc.proof.prices`), and with them all others, from above
(:mod:`pdc.proof.tree_prices`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from pdc.base.numbers import Mask
from pdc.proof.cost_columns import Columns, compared
from pdc.proof.grounded import Tree, grounded, may_matter, sound
from pdc.proof.group_arrays import TitleArrays
from pdc.proof.margins import Margin, free, province_margins, tied_provinces
from pdc.proof.prices import (
    GROUND,
    Arc,
    Graph,
    Link,
    NegativeCycleError,
    Step,
    Vertex,
    add,
    eliminated,
    subtract,
)
from pdc.proof.reduced import FEWER, MORE, Across, cheapest_units, link_at
from pdc.proof.sheet import ZERO, Cost, Sheet
from pdc.proof.tree_margins import TreeMargin, tree_margins
from pdc.proof.tree_prices import TreePrices, priced, prices_json, with_step
from pdc.proof.tree_ways import NONE, by_country, circles
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT

Margins = Mapping[Step, Margin | TreeMargin | None]
Told = tuple[str, dict[Step, tuple[bool, bool]], Margins]


def linked_proof(titles: Sequence[TitleArrays], sheet: Sheet, across: Across) -> Told | None:
    """Prices as JSON, free numbers, margins of provinces.

    None where the plan could be bettered, or where two kinds of rules bind: the whole graph says more then.
    """
    kinds = {link.above[1] for link in across.links}
    trees = [grounded(one, sheet, across) for one in titles]
    if len(kinds) > 1 or not all(map(sound, trees)):
        return None
    core = _Core(trees, across)
    try:
        found = core.solved()
    except NegativeCycleError:
        return None
    return None if found is None else _told(found, trees, across)


@dataclass(frozen=True, eq=False)
class _Found:
    """Prices, and what else the core says."""

    trees: list[TreePrices]
    at_rules: list[set[int]]  # units at rules that bind that may be on a circle of cost nought
    price: dict[Vertex, Cost]  # of rules that bind
    margins: Margins


class _Core:
    """What lies on ways between districts that do not go over the ground."""

    def __init__(self, trees: Sequence[Tree], across: Across) -> None:
        self.trees = trees
        self.links = {link.above: link for link in across.links}
        self.rules: set[Vertex] = set()
        self.districts: list[set[int]] = [set() for _ in trees]
        self.zero: list[set[int]] = [set() for _ in trees]  # districts with a circle of nought at a limit
        self.bettered = False

    def solved(self) -> _Found | None:
        """Prices of all places. None, or :class:`NegativeCycleError`, where the plan is no optimum."""
        for v in self.links:
            if v[1] == "limit":
                self._at_limit(v)
        for s, t in permutations(range(len(self.trees)), 2):
            self._at_joint(s, t)
        if self.bettered:
            return None
        self._widen()
        graph = self._graph()
        price, core = eliminated(graph, _highest)
        found: list[TreePrices] = []
        at_rules: list[set[int]] = []
        for number, tree in enumerate(self.trees):
            levels = priced(tree.one, tree.ways[MORE], tree.ways[FEWER], self._given(number, price))
            if levels is None:
                return None
            provinces, districts, units = self._free(number, ties=graph.ties)
            bound = [row for rows in tree.at.values() for row in rows if units[row]]
            units[bound] = False
            at_rules.append(set(bound))
            found.append(TreePrices(tree.one, tree.top, levels, {}, (provinces, districts, units)))
        rules = {v: price[v] for v in self.rules}
        rules |= self._other_rules(found)
        return _Found(found, at_rules, rules, self._margins(core, found))

    # which ways matter

    def _at_joint(self, s: int, t: int) -> None:
        """One post fewer of a title, one more of another, at the same unit."""
        one, other = self.trees[s], self.trees[t]
        shared = [v for v in one.at if v[1] == "joint" and v in other.at]
        a = np.array([one.at[v][0] for v in shared], dtype=np.int64)
        b = np.array([other.at[v][0] for v in shared], dtype=np.int64)
        for i in np.flatnonzero(may_matter(one, a, other, b)).tolist():
            self._take(shared[i], (s, int(a[i])), (t, int(b[i])))

    def _at_limit(self, v: Vertex) -> None:
        """One post fewer at a unit of a common limit, one more at another."""
        number = next((i for i, tree in enumerate(self.trees) if v in tree.at), None)
        if number is None:
            return
        tree = self.trees[number]
        units = tree.given.places[UNIT]
        best: dict[tuple[int, int], tuple[tuple[int, ...], int]] = {}
        for step in (MORE, FEWER):
            for row in tree.at[v]:
                if units.can[step][row]:
                    cost = (*units.tiers[step][row].tolist(), int(units.ranks[step][row]))
                    place = (int(units.level.parent[row]), step)
                    best[place] = min(best.get(place, (cost, row)), (cost, row))
        gives = {district: found for (district, step), found in best.items() if step == FEWER}
        takes = {district: found for (district, step), found in best.items() if step == MORE}
        for district in gives.keys() & takes.keys():
            circle = tuple(a + b for a, b in zip(gives[district][0], takes[district][0], strict=True))
            nought = (0,) * len(circle)
            self.bettered |= circle < nought
            if circle == nought:
                self.zero[number].add(district)
        pairs = [(a, b) for d, (_, a) in gives.items() for e, (_, b) in takes.items() if d != e]
        if pairs:
            rows = np.array(pairs, dtype=np.int64)
            for a, b in rows[may_matter(tree, rows[:, 0], tree, rows[:, 1])].tolist():
                self._take(v, (number, a), (number, b))

    def _take(self, v: Vertex, *units: tuple[int, int]) -> None:
        self.rules.add(v)
        for number, row in units:
            self.districts[number].add(int(self.trees[number].one.places[UNIT].level.parent[row]))

    def _widen(self) -> None:
        """A province with a limit of the core has all of its limits there: they are met in one order."""
        for number, tree in enumerate(self.trees):
            of = tree.one.places[UNIT].level.parent
            above = tree.one.places[DISTRICT].level.parent
            limits = {v: set(of[rows].tolist()) for v, rows in tree.at.items() if v[1] == "limit"}
            before = -1
            while before != len(self.districts[number]):
                before = len(self.districts[number])
                provinces = set(above[list(self.districts[number])].tolist())
                for v, districts in limits.items():
                    if provinces & set(above[list(districts)].tolist()):
                        self.rules.add(v)
                        self.districts[number] |= districts

    # the graph

    def _graph(self) -> Graph:
        graph = Graph(())
        graph.touch(GROUND)
        for number, tree in enumerate(self.trees):
            graph.touch(tree.top)
            self._offer_districts(graph, tree, number)
            self._offer_countries(graph, tree, number)
            for v in sorted(self.rules & tree.at.keys()):
                for row in tree.at[v]:
                    graph.add(link_at(tree.given, UNIT, row, GROUND, v))
        for v in sorted(self.rules):
            graph.add(self.links[v])
        return graph

    def _provinces(self, number: int) -> set[int]:
        above = self.trees[number].one.places[DISTRICT].level.parent
        return set(above[list(self.districts[number])].tolist())

    def _offer_districts(self, graph: Graph, tree: Tree, number: int) -> None:
        """Districts of the core, and those through which their provinces give and take most cheaply."""
        chosen = set(self.districts[number])
        for province in self._provinces(number):
            for step in (MORE, FEWER):
                best = int(tree.ways[step].district[province])
                chosen |= {best} - {NONE}
        fewer = tree.ways[FEWER].unit
        if tree.limited.any() and chosen:
            # Those at limits of the core go over their limit.
            fewer = np.full(len(fewer), NONE)
            rows = cheapest_units(tree.one.places[UNIT], ~tree.limited, FEWER)
            fewer[tree.one.places[UNIT].level.parent[rows]] = rows
        for district in sorted(chosen):
            graph.add(link_at(tree.one, DISTRICT, district, tree.top))
            for step, rows in ((MORE, tree.ways[MORE].unit), (FEWER, fewer)):
                unit, v = int(rows[district]), tree.vertex(DISTRICT, district)
                if unit != NONE:
                    units = tree.one.places[UNIT]
                    _offer(graph, v, (units.cost(unit, step), (units.step(unit, step),)), step)

    def _offer_countries(self, graph: Graph, tree: Tree, number: int) -> None:
        """Provinces of the core and, of the others, those through which the country gives and takes."""
        core = self._provinces(number)
        chosen: set[int] = set()
        if tree.top != GROUND:
            for step in (MORE, FEWER):
                order = by_country(tree.one, tree.ways[step], step).tolist()
                chosen |= set(next(([p] for p in order if p not in core), []))
        for province in sorted(core | chosen):
            graph.add(link_at(tree.one, PROVINCE, province, tree.top))
            if province not in core:
                for step in (MORE, FEWER):
                    _offer(graph, tree.vertex(PROVINCE, province), tree.inner(province, step), step)

    # what follows

    def _given(self, number: int, price: Mapping[Vertex, Cost]) -> dict[int, dict[int, Cost]]:
        tree = self.trees[number]
        rows = {PROVINCE: self._provinces(number), DISTRICT: self.districts[number]}
        found = {
            depth: {row: price[tree.vertex(depth, row)] for row in chosen} for depth, chosen in rows.items()
        }
        return {NONE: {0: price[tree.top]}, **found}

    def _free(self, number: int, *, ties: bool) -> tuple[Mask, Mask, Mask]:
        """Where a circle of cost nought may be: within a district, a province, the country; or anywhere."""
        tree = self.trees[number]
        _, districts, units = tree.one.places
        if ties:
            everywhere = [np.ones(len(places.level), dtype=bool) for places in tree.one.places]
            return everywhere[0], everywhere[1], everywhere[2]
        signs = circles(tree.one, tree.ways[MORE], tree.ways[FEWER])
        inside, between, whole = (sign == 0 for sign in signs)
        inside[list(self.zero[number])] = True
        own = np.full(len(between), whole[0])
        below = (own | between)[districts.level.parent]
        return own, below, (below | inside)[units.level.parent]

    def _other_rules(self, found: Sequence[TreePrices]) -> Iterator[tuple[Vertex, Cost]]:
        """Prices of the rules beside the core: what the cheapest way from the ground costs."""
        highest: dict[Vertex, list[Cost]] = {}
        lowest: dict[Vertex, list[Cost]] = {}
        for tree, prices in zip(self.trees, found, strict=True):
            pairs = [(v, row) for v, rows in tree.at.items() if v not in self.rules for row in rows]
            rows = np.array([row for _, row in pairs], dtype=np.int64)
            units, above = tree.given.places[UNIT], prices.levels[DISTRICT + 1]
            parent = units.level.parent[rows]
            way = with_step(above.columns.of(parent), units, rows, FEWER)
            ends = [self.links[v].high for v, _ in pairs]
            dearer = _dearer(way, [ZERO if end is None else end for end in ends])
            for i, (v, row) in enumerate(pairs):
                if units.can[FEWER][row] and (ends[i] is None or not dearer[i]):
                    highest.setdefault(v, []).append(add(above.cost(int(parent[i])), units.cost(row, FEWER)))
                if ends[i] is None and units.can[MORE][row]:
                    least = subtract(above.cost(int(parent[i])), units.cost(row, MORE))
                    lowest.setdefault(v, []).append(least)
        for v, link in self.links.items():
            if v in self.rules:
                continue
            ends_ = [*highest.get(v, []), *([] if link.high is None else [link.high])]
            assert link.low is not None
            yield v, min(ends_) if ends_ else max([link.low, *lowest.get(v, [])])

    def _margins(self, core: Graph, found: Sequence[TreePrices]) -> Margins:
        """Those of trees, where ways of the core make no difference to any province."""
        same = True
        for number, tree in enumerate(self.trees):
            if tree.top == GROUND:
                continue
            for province in self._provinces(number):
                v = tree.vertex(PROVINCE, province)
                for step, arc in ((MORE, core.leaving(GROUND).get(v)), (FEWER, core.leaving(v).get(GROUND))):
                    inner = tree.inner(province, step)
                    same &= (arc and arc[1]) == (inner and inner[1])
        if same and not tied_provinces(core):
            result: dict[Step, Margin | TreeMargin | None] = {}
            for tree in self.trees:
                if tree.top != GROUND:
                    result |= tree_margins(tree.one, tree.ways[MORE], tree.ways[FEWER])
            return result
        return self._margins_of_graph(core, found)

    def _margins_of_graph(self, core: Graph, found: Sequence[TreePrices]) -> Margins:
        tops: list[Link] = []
        price: dict[Vertex, Cost] = {GROUND: ZERO}
        for number, (tree, prices) in enumerate(zip(self.trees, found, strict=True)):
            inside = self._provinces(number)
            price[tree.top] = prices.levels[0].cost(0)
            for province in range(len(tree.one.places[PROVINCE].level)):
                v = tree.vertex(PROVINCE, province)
                price[v] = prices.levels[1].cost(province)
                link = link_at(tree.one, PROVINCE, province, tree.top)
                tops.append(link)
                if province not in inside:
                    core.add(link)
                    for step in (MORE, FEWER):
                        _offer(core, v, tree.inner(province, step), step)
        return province_margins(tops, price, core)


def _highest(low: Cost | None, high: Cost | None) -> Cost:
    """What the cheapest way from the ground costs; where there is none, the least that will do."""
    return high if high is not None else low if low is not None else ZERO


def _offer(graph: Graph, v: Vertex, arc: Arc | None, step: int) -> None:
    if arc is not None:
        graph.offer(*((GROUND, v) if step > 0 else (v, GROUND)), arc)


def _dearer(costs: Columns, ends: Sequence[Cost]) -> Mask:
    """Are costs surely above ends, which are whole numbers?"""
    near = np.array(ends, dtype=np.float64).T.reshape(costs.near.shape)
    sign, _, open_ = compared(costs, Columns(near, np.zeros(near.shape), costs.there))
    return np.asarray((sign >= 0) & ~open_, dtype=np.bool_)


def _told(found: _Found, trees: Sequence[Tree], across: Across) -> Told:
    """Prices as JSON, free numbers, margins."""
    price = dict.fromkeys([GROUND, *across.at_nought], ZERO) | found.price
    told = prices_json(price, found.trees)
    links: list[Link] = []
    stand: set[Vertex] = set()
    for tree, prices, chosen in zip(trees, found.trees, found.at_rules, strict=True):
        tight, there = prices.tight()
        links += tight
        price |= there
        units, of = tree.given.places[UNIT], prices.levels[DISTRICT + 1]
        for v, rows in tree.at.items() if chosen else ():
            for row in chosen.intersection(rows):
                links.append(link_at(tree.given, UNIT, row, GROUND, v))
                price[links[-1].above] = of.cost(int(units.level.parent[row]))
                stand.add(v)
    links += [link for link in across.links if link.above in stand]
    return told, free(links, price), found.margins
