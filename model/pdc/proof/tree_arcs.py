"""The cheapest arcs between prices, made from a group's nodes when somebody asks for them.

They are the arcs that :class:`pdc.proof.prices.Graph` has of the group's links, joint floors gone over, place
by place: a certificate does not hold them, since its nodes give them again. (Those of earlier versions do.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Final

from pdc.proof.prices import GROUND, Arc, Vertex, add, joint_slopes, link_of, subtract
from pdc.proof.sheet import ZERO, Cost, Node, Sheet, posts_of_units
from pdc_common.levels import LEVELS

MORE, FEWER = 1, -1
CLOSE: Final = 1e-9  # relative: doubles of costs further apart than this are of different numbers
Row = dict[Vertex, Arc]


class TreeArcs:
    """Arcs between the prices of a group: countries, provinces, districts, common limits, and the ground.

    ``sheet`` has the norm, the national numbers and the rules across the trees; ``nodes`` are all of its
    titles (of a title that no joint floor ties to others its own are enough).
    """

    def __init__(self, sheet: Sheet, nodes: Iterable[Node]) -> None:
        self.sheet = sheet
        self.places: dict[Vertex, list[Node]] = {}  # provinces and districts, by either end of their number
        units: list[Node] = []
        for node in nodes:
            if node.level == LEVELS[-1]:
                units.append(node)
                continue
            for end in self._ends(node):
                self.places.setdefault(end, []).append(node)
        posts = posts_of_units(units) if sheet.joint or sheet.together else {}
        self.floors = joint_slopes(sheet, sheet.joint_sums(posts))
        self.units: dict[Vertex, list[Node]] = {}  # that stand on the ground, by district
        self.bound: dict[Vertex, list[Node]] = {}  # that stand at floors and limits that bind, by those
        self._place(units, _full(sheet, posts))

    def _place(self, units: Iterable[Node], full: Mapping[tuple[str, str], Vertex]) -> None:
        later: list[Node] = []
        for node in units:
            floor = self.floors.get(node.code)
            stand = full.get((node.title, node.code))
            if floor is not None and floor != (ZERO, ZERO):
                stand = ("", "joint", node.code)
            if stand is not None:
                self.bound.setdefault(stand, []).append(node)
            elif floor is not None:
                # Units of floors that all their posts exceed are met after the others among equals.
                later.append(node)
            else:
                self.units.setdefault(_district(node), []).append(node)
        for node in sorted(later, key=lambda node: node.code):
            self.units.setdefault(_district(node), []).append(node)

    def _ends(self, node: Node) -> tuple[Vertex, Vertex]:
        """The prices between which the number of a province or district stands."""
        own = (node.title, node.level, node.code)
        if node.level != LEVELS[0]:
            return (node.title, LEVELS[0], node.parent), own
        return (GROUND if self.sheet.supply[node.title] is None else (node.title, "national", "")), own

    def leaving(self, v: Vertex) -> Mapping[Vertex, Arc]:
        """Arcs that leave a place."""
        found: Row = {}
        if v == GROUND:
            for district, units in self.units.items():
                self._offer_units(found, district, units, MORE)
        elif v[1] == LEVELS[1]:
            self._offer_units(found, GROUND, self.units.get(v, ()), FEWER)
        elif v[1] == "limit" and v in self.bound:
            found[GROUND] = (ZERO, ())
            for node in self.bound[v]:
                self._offer_units(found, _district(node), (node,), MORE)
        for node in self.places.get(v, ()):
            for a, b, arc in link_of(self.sheet, node, (), {}).arcs():
                if a == v:
                    found[b] = arc
        for b, arc in self.across.get(v, {}).items():
            _offer(found, b, arc)
        return found

    def _offer_units(self, row: Row, end: Vertex, units: Collection[Node], step: int) -> None:
        """The arc of the unit that takes a step most cheaply: the first of equals."""
        best: tuple[Cost, Node] | None = None
        for node in units if len(units) < 2 else _maybe_cheapest(units, step, self.sheet.norm):
            cost = node.change(step, self.sheet.norm)
            if cost is not None and (best is None or cost < best[0]):
                best = cost, node
        if best is not None:
            cost, node = best
            _offer(row, end, (cost, ((node.title, node.level, node.code, step),)))

    @cached_property
    def across(self) -> Mapping[Vertex, Row]:
        """Arcs over joint floors (what leaves their price after what comes to it), and those to limits."""
        found: dict[Vertex, Row] = {}
        for v, units in self.bound.items():
            if v[1] == "limit":
                for node in units:
                    self._offer_units(found.setdefault(_district(node), {}), v, (node,), FEWER)
                continue
            low, high = self.floors[v[2]]
            into: Row = {}
            out: Row = {}
            for node in units:
                self._offer_units(into, _district(node), (node,), FEWER)
                self._offer_units(out, _district(node), (node,), MORE)
            into[GROUND] = (high, ())
            out[GROUND] = (subtract(ZERO, low), ())
            for a, (cost_in, steps_in) in into.items():
                for b, (cost_out, steps_out) in out.items():
                    if a != b:
                        _offer(found.setdefault(a, {}), b, (add(cost_in, cost_out), steps_in + steps_out))
        return found


def _full(sheet: Sheet, posts: Mapping[str, Mapping[str, int]]) -> dict[tuple[str, str], Vertex]:
    """The common limits that bind, by title and unit."""
    return {
        (limit.title, unit): ("", "limit", f"{i}")
        for i, limit in enumerate(sheet.together)
        if sum(posts.get(limit.title, {}).get(unit, 0) for unit in limit.units) >= limit.most
        for unit in limit.units
    }


def _maybe_cheapest(units: Iterable[Node], step: int, norm: str) -> list[Node]:
    """Units among which the cheapest is: those that doubles do not leave out, beyond any error."""
    near: list[tuple[tuple[int, ...], float, Node]] = []
    for node in units:
        tiers = node.tiers_change(step)
        if tiers is not None:
            above, below = node.deviation_change(step, norm)
            near.append((tiers, above / below, node))
    if not near:
        return []
    tiers, change, _ = min(near, key=lambda one: one[:2])
    most = change + CLOSE * max(1.0, abs(change))
    return [node for own, moved, node in near if own == tiers and moved <= most]


def _district(node: Node) -> Vertex:
    return node.title, LEVELS[1], node.parent


def _offer(row: Row, end: Vertex, arc: Arc) -> None:
    """Keep an arc if it is the cheapest there; of equals the first."""
    if end not in row or arc[0] < row[end][0]:
        row[end] = arc
