"""Exact duality for convex costs on trees: prices that prove a plan optimal, or the exchange that betters it.

Every place has a price π: what one post more costs there. With λ for the country, a plan is optimal if and
only if there are prices with, for every number x of a place below another one,

    cost of the last post  ≤  π(above) − π(below)  ≤  cost of the next post,

where units stand above the ground, whose price is nought (Rockafellar, *Network Flows and Monotropic
Optimization*, 1984, chapter 8). Joint floors and common limits have prices of their own between a unit and
the ground. Costs are vectors, a component a stage, compared one after the other: an ordered group, in which
the theorem holds as it does for numbers; so one set of prices proves all stages at once.

Such prices exist if and only if the graph of these differences has no negative cycle, and a negative cycle is
an exchange of posts that betters the plan. Places are eliminated one after the other (the shortest path
between two neighbours goes over them), which is exact in fractions and fast on trees.
"""

from __future__ import annotations

import fractions
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import floor

from pdc.base.exact import Fraction, total
from pdc.proof.sheet import TIER_AT, ZERO, Cost, Node, Sheet
from pdc_common.levels import LEVELS

GROUND = ("", "ground", "")
Vertex = tuple[str, str, str]  # title, kind (national, province, district, joint, limit), code
Step = tuple[str, str, str, int]  # title, level, code, +1 or −1: a number that changes
Arc = tuple[Cost, tuple[Step, ...]]  # cost, and what it changes


class NegativeCycleError(Exception):
    """The plan is not optimal: these steps together better it by ``cost``."""

    def __init__(self, cost: Cost, steps: tuple[Step, ...]) -> None:
        super().__init__(cost, steps)
        self.cost = cost
        self.steps = steps


def add(a: Cost, b: Cost) -> Cost:
    """Sum of two costs; most components are nought, and nought costs nothing."""
    return tuple([y if not x else x if not y else total(x, y) for x, y in zip(a, b, strict=True)])


def subtract(a: Cost, b: Cost) -> Cost:
    """Difference of two costs."""
    return tuple([x if not y else -y if not x else total(x, -y) for x, y in zip(a, b, strict=True)])


@dataclass(frozen=True)
class Link:
    """A number between two prices: ``low ≤ π(above) − π(below) ≤ high``; None: no limit on that side."""

    above: Vertex
    below: Vertex
    low: Cost | None
    high: Cost | None
    step: Step | None  # the number itself (its +1); None for the price of a limit

    def arcs(self) -> Iterable[tuple[Vertex, Vertex, Arc]]:
        """One more: from below to above at ``high``; one fewer: back, at −``low``."""
        if self.high is not None:
            yield self.below, self.above, (self.high, () if self.step is None else (self.step,))
        if self.low is not None:
            back = () if self.step is None else ((*self.step[:3], -1),)
            yield self.above, self.below, (subtract(ZERO, self.low), back)


def links(sheet: Sheet) -> list[Link]:
    """All numbers of a group as links between prices."""
    joint_at = {joint.unit for joint in sheet.joint}
    limit_at = {
        (limit.title, unit): ("", "limit", f"{i}")
        for i, limit in enumerate(sheet.together)
        for unit in limit.units
    }
    found = [link_of(sheet, node, joint_at, limit_at) for node in sheet.nodes]
    found += joint_links(sheet)
    units = {(n.title, n.code): n.posts for n in sheet.nodes if n.level == LEVELS[-1]}
    for i, limit in enumerate(sheet.together):
        full = sum(units.get((limit.title, unit), 0) for unit in limit.units) >= limit.most
        found.append(Link(("", "limit", f"{i}"), GROUND, ZERO, None if full else ZERO, None))
    return found


def joint_links(sheet: Sheet) -> list[Link]:
    """Joint floors as links: one post more or fewer at their unit, whosever it is."""
    slopes = joint_slopes(sheet, sheet.joint_sums())
    return [Link(("", "joint", unit), GROUND, down, up, None) for unit, (down, up) in slopes.items()]


def joint_slopes(sheet: Sheet, sums: Iterable[int]) -> dict[str, tuple[Cost, Cost]]:
    """What the last and the next post of all titles together save at the units of joint floors, by unit.

    ``sums`` are the posts at every floor (:meth:`pdc.proof.sheet.Sheet.joint_sums`).
    """
    slopes = dict.fromkeys(sorted({joint.unit for joint in sheet.joint}), (ZERO, ZERO))
    for joint, posts in zip(sheet.joint, sums, strict=True):
        if posts > joint.amount:
            continue
        at = TIER_AT[joint.tier - 1]
        saved = (*ZERO[:at], -1, *ZERO[at + 1 :])
        down, up = slopes[joint.unit]
        slopes[joint.unit] = add(down, saved), add(up, saved) if posts < joint.amount else up
    return slopes


def link_of(
    sheet: Sheet, node: Node, joint_at: Iterable[str], limit_at: Mapping[tuple[str, str], Vertex]
) -> Link:
    """The number of a place as a link; joint floors and common limits stand below their units."""
    up, down = node.change(1, sheet.norm), node.change(-1, sheet.norm)
    low = None if down is None else subtract(ZERO, down)
    step = (node.title, node.level, node.code, 1)
    if node.level == LEVELS[-1]:
        below = GROUND
        if node.code in joint_at:
            below = ("", "joint", node.code)
        elif (node.title, node.code) in limit_at:
            below = limit_at[node.title, node.code]
        return Link((node.title, LEVELS[1], node.parent), below, low, up, step)
    own = (node.title, node.level, node.code)
    if node.level == LEVELS[0]:
        # Without a national number one post more or fewer comes from outside, at no price.
        above = GROUND if sheet.supply[node.title] is None else (node.title, "national", "")
        return Link(above, own, low, up, step)
    return Link((node.title, LEVELS[0], node.parent), own, low, up, step)


def merged(found: Iterable[Link]) -> list[Link]:
    """The links without floors and limits that do not bind: what stands on them stands on the ground.

    Among equals units of joint floors come last, by their codes, as an elimination would meet them.
    """
    every = list(found)
    slack = {link.above for link in every if link.step is None and link.low == link.high == ZERO}
    first: list[Link] = []
    later: list[tuple[str, int, Link]] = []
    for i, link in enumerate(every):
        if link.above in slack:
            continue
        if link.below not in slack:
            first.append(link)
            continue
        own = replace(link, below=GROUND)
        if link.below[1] == "joint":
            later.append((link.below[2], i, own))
        else:
            first.append(own)
    return [*first, *(link for _, _, link in sorted(later, key=lambda entry: entry[:2]))]


class Graph:
    """Cheapest arc between any two prices that touch."""

    def __init__(self, found: Iterable[Link]) -> None:
        self.out: dict[Vertex, dict[Vertex, Arc]] = {}
        self.into: dict[Vertex, dict[Vertex, Arc]] = {}
        self.ties = False  # was a circle of cost nought offered?
        for link in found:
            self.add(link)

    def touch(self, vertex: Vertex) -> None:
        """Let a place have a price, even if no arc comes there."""
        self.out.setdefault(vertex, {})
        self.into.setdefault(vertex, {})

    def add(self, link: Link) -> None:
        """Both arcs of a number."""
        # A number that can go neither up nor down has no arc; its ends have prices all the same.
        self.touch(link.above)
        self.touch(link.below)
        for a, b, arc in link.arcs():
            self.offer(a, b, arc)

    def copy(self) -> Graph:
        """A graph of its own with the same arcs."""
        other = Graph(())
        other.out = {v: dict(row) for v, row in self.out.items()}
        other.into = {v: dict(row) for v, row in self.into.items()}
        return other

    def offer(self, a: Vertex, b: Vertex, arc: Arc) -> None:
        """Keep an arc if it is the cheapest there. Raises :class:`NegativeCycleError` for a loop below 0."""
        if a == b:
            if arc[0] < ZERO:
                raise NegativeCycleError(*arc)
            self.ties = self.ties or arc[0] == ZERO
            return
        row = self.out.setdefault(a, {})
        self.out.setdefault(b, {})
        self.into.setdefault(a, {})
        if b not in row or arc[0] < row[b][0]:
            # A circle of two is seen here at once; longer ones when their places are eliminated.
            row[b] = arc
            self.into.setdefault(b, {})[a] = arc

    def leaving(self, v: Vertex) -> Mapping[Vertex, Arc]:
        """Arcs that leave a place."""
        return self.out.get(v, {})

    def slack(self, price: Mapping[Vertex, Cost], a: Vertex, b: Vertex, cost: Cost) -> Cost:
        """What an arc costs beyond the difference of the prices."""
        # Noughts as plain integers: most stages are nought, and fractions are slow to compare.
        return tuple(c + (here - there) or 0 for c, here, there in zip(cost, price[a], price[b], strict=True))

    def without(self, kind: str) -> Graph:
        """The graph without the places of one kind; the distances between all others stay the same."""
        for v in [v for v in self.out if v[1] == kind]:
            into, out = self.drop(v)
            for a, (cost_in, steps_in) in into.items():
                for b, (cost_out, steps_out) in out.items():
                    self.offer(a, b, (add(cost_in, cost_out), steps_in + steps_out))
        return self

    def drop(self, v: Vertex) -> tuple[dict[Vertex, Arc], dict[Vertex, Arc]]:
        """Take a place out; its arcs in and out."""
        into, out = self.into.pop(v, {}), self.out.pop(v, {})
        for a in into:
            del self.out[a][v]
        for b in out:
            del self.into[b][v]
        return into, out


def prices(found: Iterable[Link]) -> dict[Vertex, Cost]:
    """Prices that prove the plan optimal, exact. Raises :class:`NegativeCycleError` where it is not."""
    return prices_and_core(found)[0]


def prices_and_core(found: Iterable[Link]) -> tuple[dict[Vertex, Cost], Graph]:
    """Prices, and the core: the same distances between country, provinces and ground alone."""
    return eliminated(Graph(found))


def eliminated(
    graph: Graph, chosen: Callable[[Cost | None, Cost | None], Cost] | None = None
) -> tuple[dict[Vertex, Cost], Graph]:
    """The same from a graph, which is used up; ``chosen`` chooses a price between two ends.

    Raises :class:`NegativeCycleError`.
    """
    choose = chosen or between
    order = _order(graph)
    core = Graph(())
    taken: list[tuple[Vertex, dict[Vertex, Arc], dict[Vertex, Arc]]] = []
    for v in order:
        if v[1] == LEVELS[0] and not core.out:
            core.out = {a: dict(row) for a, row in graph.out.items()}
        into, out = graph.drop(v)
        taken.append((v, into, out))
        for a, (cost_in, steps_in) in into.items():
            for b, (cost_out, steps_out) in out.items():
                graph.offer(a, b, (add(cost_in, cost_out), steps_in + steps_out))
    price: dict[Vertex, Cost] = {GROUND: ZERO}
    for v, into, out in reversed(taken):
        highest = min((add(price[a], arc[0]) for a, arc in into.items()), default=None)
        lowest = max((subtract(price[b], arc[0]) for b, arc in out.items()), default=None)
        price[v] = choose(lowest, highest)
    return price, core


def _order(graph: Graph) -> list[Vertex]:
    """Leaves first: joint floors, then districts, limits, provinces, countries; never the ground."""
    rank = {"joint": 0, "district": 1, "limit": 2, "province": 3, "national": 4}
    return sorted((v for v in graph.out if v != GROUND), key=lambda v: (rank[v[1]], v[2], v[0]))


def between(low: Cost | None, high: Cost | None) -> Cost:
    """A simple cost from ``low`` to ``high``."""
    if low is None or high is None:
        end = low if low is not None else high
        return ZERO if end is None else end
    found: list[fractions.Fraction | int] = []
    for a, b in zip(low, high, strict=True):
        if a == b:
            found.append(a)
            continue
        found.append(simplest(Fraction(a), Fraction(b)))
        return tuple(found) + ZERO[len(found) :]
    return tuple(found)


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of least denominator strictly between two others (Stern and Brocot)."""
    whole = floor(low)
    if whole + 1 < high:
        # The whole number nearest to nought that fits.
        last = -floor(-high) - 1
        return Fraction(0) if whole < 0 < high and low < 0 else Fraction(whole + 1 if whole >= 0 else last)
    # low is in [whole, whole + 1), high in (low, whole + 1]
    rest_high = high - whole
    rest_low = low - whole
    if not rest_low:
        return whole + Fraction(1, floor(1 / rest_high) + 1)
    return whole + 1 / simplest(1 / rest_high, 1 / rest_low)


def unexplained(found: Iterable[Link], price: Mapping[Vertex, Cost]) -> list[Link]:
    """Links that the prices do not explain; none means that the plan is optimal."""
    bad = []
    for link in found:
        gap = subtract(price.get(link.above, ZERO), price.get(link.below, ZERO))
        if (link.low is not None and gap < link.low) or (link.high is not None and gap > link.high):
            bad.append(link)
    return bad
