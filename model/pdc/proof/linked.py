"""Prices of titles and units that rules tie together: trees by themselves, but for a small core.

Wherever a joint floor or a common limit binds, its units can stand on the ground like all others: a post more
or fewer there costs besides what the floor loses or gains. What a tree does not know then is a way over the
floor's or limit's own price, from one district to another one. Such a way matters only where it is not dearer
than both districts' cheapest ways to the ground, and that is seldom so. The districts, provinces and rules on
those ways, the countries, and the cheapest places beside them make the core: a small graph whose prices come
from an elimination (:mod:`pdc.proof.prices`), and with them all others, from above (``tree_prices``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

import numpy as np

from pdc.base.filtered import UNIT as ROUNDED
from pdc.base.filtered import order_by
from pdc.base.numbers import Ints, Mask
from pdc.proof.cost_columns import Columns, compared
from pdc.proof.files import cost_text
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
from pdc.proof.reduced import FEWER, MORE, Across, above_of, cheapest_units, link_at
from pdc.proof.sheet import TIER_AT, ZERO, Cost, Sheet
from pdc.proof.tree_margins import TreeMargin, tree_margins
from pdc.proof.tree_prices import TreePrices, priced, with_step
from pdc.proof.tree_ways import NONE, Ways, by_country, circles, ways
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT
from pdc_common.levels import LEVELS

Margins = Mapping[Step, Margin | TreeMargin | None]
CLOSE = 1e-9  # relative: doubles further apart than this belong to different numbers


@dataclass(frozen=True, eq=False)
class Tree:
    """A title on the ground: what its rules that bind cost stands in the steps of its units."""

    given: TitleArrays
    one: TitleArrays
    top: Vertex
    at: Mapping[Vertex, Sequence[int]]  # units at rules that bind
    limited: Mask  # units at common limits: they take no post from the ground
    ways: Mapping[int, Ways]

    def inner(self, province: int, step: int) -> Arc | None:
        """The cheapest way of a step between the ground and a province."""
        found, (_, districts, units) = self.ways[step], self.one.places
        district = int(found.district[province])
        if district == NONE:
            return None
        unit = int(found.unit[district])
        steps = (units.step(unit, step), districts.step(district, step))
        cost = add(units.cost(unit, step), districts.cost(district, step))
        return cost, steps if step > 0 else steps[::-1]

    def vertex(self, depth: int, row: int) -> Vertex:
        """A place by name."""
        return self.one.title, LEVELS[depth], self.one.places[depth].codes[row]


def linked_proof(
    titles: Sequence[TitleArrays], sheet: Sheet, across: Across
) -> tuple[dict[str, str], dict[Step, tuple[bool, bool]], Margins] | None:
    """Texts of prices, free numbers, margins of provinces.

    None where the plan could be bettered, or where two kinds of rules bind: the whole graph says more then.
    """
    kinds = {link.above[1] for link in across.links}
    trees = [_grounded(one, sheet, across) for one in titles]
    if len(kinds) > 1 or not all(map(_sound, trees)):
        return None
    core = _Core(trees, across)
    try:
        found = core.solved()
    except NegativeCycleError:
        return None
    return None if found is None else _told(found, trees, across)


def _grounded(one: TitleArrays, sheet: Sheet, across: Across) -> Tree:
    """A title whose units at rules that bind stand on the ground."""
    units = one.places[UNIT]
    size = len(units.level)
    below = {code: v for (title, code), v in across.below.items() if title == one.title}
    rows: dict[Vertex, list[int]] = {}
    for row, code in enumerate(units.codes) if below else ():
        if code in below:
            rows.setdefault(below[code], []).append(row)
    tiers = {step: changes.copy() for step, changes in units.tiers.items()}
    turn, stand, limited = units.turn.copy(), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    # Limits are met after all districts, in the order of their texts.
    limits = {v: i for i, v in enumerate(sorted(v for v in rows if v[1] == "limit"), 1)}
    for link in across.links:
        here = rows.get(link.above, [])
        assert link.low is not None
        if link.above in limits:
            limited[here] = True
            stand[here] = limits[link.above]
            turn[here] += size * (2 + limits[link.above])
            continue
        assert link.high is not None
        turn[here] += 2 * size
        for step, cost in ((MORE, link.high), (FEWER, subtract(ZERO, link.low))):
            tiers[step][here] += [int(cost[at]) for at in TIER_AT]
    can = {MORE: units.can[MORE] & ~limited, FEWER: units.can[FEWER]}
    own = replace(units, tiers=tiers, can=can, turn=turn, known={})
    made = replace(one, places=(*one.places[:UNIT], own))
    found = {step: ways(made, step, stand if limits else None) for step in (MORE, FEWER)}
    return Tree(one, made, above_of(one, sheet), rows, limited, found)


def _sound(tree: Tree) -> bool:
    """Does no circle within the tree better the plan, and is its country one, or each province's number given?"""
    provinces = tree.one.places[PROVINCE]
    if tree.top == GROUND and (provinces.can[MORE] | provinces.can[FEWER]).any():
        return False
    return not any((signs < 0).any() for signs in circles(tree.one, tree.ways[MORE], tree.ways[FEWER]))


# the core -------------------------------------------------------------------------------------------------


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
        for i in np.flatnonzero(_may_matter(one, a, other, b)).tolist():
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
            for a, b in rows[_may_matter(tree, rows[:, 0], tree, rows[:, 1])].tolist():
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
        """Districts of the core and, in their provinces, the cheapest others."""
        core, chosen = self.districts[number], set(self.districts[number])
        for province in self._provinces(number):
            for step in (MORE, FEWER):
                chosen |= set(_cheapest_other(tree, province, core, step))
        fewer = tree.ways[FEWER].unit
        if tree.limited.any() and core:
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
        found = {depth: {row: price[tree.vertex(depth, row)] for row in chosen} for depth, chosen in rows.items()}
        return {NONE: {0: price[tree.top]}, **found}

    def _free(self, number: int, *, ties: bool) -> tuple[Mask, Mask, Mask]:
        """Where a circle of cost nought may be: within a district, a province, the country; or anywhere."""
        tree = self.trees[number]
        provinces, districts, units = tree.one.places
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
                    lowest.setdefault(v, []).append(subtract(above.cost(int(parent[i])), units.cost(row, MORE)))
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


def _may_matter(one: Tree, fewer: Ints, other: Tree, more: Ints) -> Mask:
    """Where a post from one unit to another is not dearer than both districts' ways to the ground.

    Units as rows. Doubles decide where they can, with a bound of their error.
    """
    units, others = one.given.places[UNIT], other.given.places[UNIT]
    here, there = units.level.parent[fewer], others.level.parent[more]
    gives, takes = one.ways[FEWER].unit[here], other.ways[MORE].unit[there]
    tiers = units.tiers[FEWER][fewer] + others.tiers[MORE][more]
    tiers -= one.ways[FEWER].tiers_district[here] + other.ways[MORE].tiers_district[there]
    parts = [
        (units.near[FEWER][fewer], units.error[FEWER][fewer]), (others.near[MORE][more], others.error[MORE][more]),
        (-units.near[FEWER][gives], units.error[FEWER][gives]), (-others.near[MORE][takes], others.error[MORE][takes]),
    ]  # fmt: skip
    gap = sum(near for near, _ in parts)
    error = sum(bound + 8 * ROUNDED * np.abs(near) for near, bound in parts)
    dearer = gap > error
    for column in tiers.T[::-1]:
        dearer = (column > 0) | ((column == 0) & dearer)
    open_ = units.can[FEWER][fewer] & others.can[MORE][more]
    return np.asarray(open_ & ~(dearer & (gives != NONE) & (takes != NONE)), dtype=np.bool_)


def _dearer(costs: Columns, ends: Sequence[Cost]) -> Mask:
    """Are costs surely above ends, which are whole numbers?"""
    near = np.array(ends, dtype=np.float64).T.reshape(costs.near.shape)
    sign, _, open_ = compared(costs, Columns(near, np.zeros(near.shape), costs.there))
    return np.asarray((sign >= 0) & ~open_, dtype=np.bool_)


def _cheapest_other(tree: Tree, province: int, core: set[int], step: int) -> list[int]:
    """The district of a province through which a step goes most cheaply, beside those of the core."""
    found, districts = tree.ways[step], tree.one.places[DISTRICT]
    best = int(found.district[province])
    if best == NONE or best not in core:
        return [best] if best != NONE else []
    rows = np.flatnonzero((districts.level.parent == province) & districts.can[step] & (found.unit != NONE))
    rows = np.array([row for row in rows.tolist() if row not in core], dtype=np.int64)
    through = (found.tiers_district + districts.tiers[step])[rows]
    order = order_by(*through.T, districts.ranks[step][rows], found.rank_unit[rows], districts.order[rows])
    return rows[order[:1]].tolist()


# what is told ---------------------------------------------------------------------------------------------


def _told(
    found: _Found, trees: Sequence[Tree], across: Across
) -> tuple[dict[str, str], dict[Step, tuple[bool, bool]], Margins]:
    price = dict.fromkeys([GROUND, *across.at_nought], ZERO) | found.price
    texts = {"|".join(v): cost_text(price[v]) for v in sorted(price)}
    for tree in sorted(found.trees, key=lambda tree: tree.top):
        texts.update(tree.texts())
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
    return texts, free(links, price), found.margins
