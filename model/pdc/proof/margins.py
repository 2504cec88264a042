"""What one post more or fewer at a place would cost, who would pay, and which numbers could be otherwise.

A change of one number by one is a circle in the graph of :mod:`pdc.proof.prices`: the number itself and the
cheapest way back. The optimum of the changed program is reached by just that exchange (convex costs on a
network change by whole steps), so its cost is exact; tests prove it by solving again.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pdc.proof.prices import GROUND, Arc, Graph, Link, Step, Vertex, add, subtract
from pdc.proof.sheet import ZERO, Cost


@dataclass(frozen=True)
class Margin:
    """Cost of a change by stage, and every number that changes with it (the asked one first)."""

    cost: Cost
    steps: tuple[Step, ...]

    @property
    def near(self) -> tuple[float, ...]:
        """The nearest double of every component."""
        return tuple(map(float, self.cost))

    @property
    def changes(self) -> str:
        """The numbers that change as ``margins.csv`` writes them: ``title|level|code|by;…``."""
        found: dict[tuple[str, str, str], int] = {}
        for title, level, code, by in self.steps:
            found[title, level, code] = found.get((title, level, code), 0) + by
        return ";".join("|".join((*place, str(by))) for place, by in found.items() if by)


def margin(rest: Graph, price: Mapping[Vertex, Cost], link: Link, step: int) -> Margin | None:
    """Cheapest way to have one more (``step`` 1) or one fewer (−1) at a place; None where there is none.

    ``rest`` holds all arcs but those of the place itself.
    """
    own = [arc for a, b, arc in link.arcs() if (a == link.below) == (step > 0)]
    if not own:
        return None
    start, end = (link.above, link.below) if step > 0 else (link.below, link.above)
    back = cheapest(rest, price, start, end)
    if back is None:
        return None
    return Margin(add(own[0][0], back[0]), own[0][1] + back[1])


def province_margins(
    found: Iterable[Link], price: Mapping[Vertex, Cost], core: Graph
) -> dict[Step, Margin | None]:
    """Margins of all provinces of titles with a national number, by the step asked for, from the core.

    A title apart from others makes a star: whoever gives a post gives it to the country, so the cheapest and
    the second cheapest giver are enough for all. Where titles are tied together, so are some provinces of
    theirs: those are gone through one by one, with the others' cheapest in place of the others.
    """
    links = [link for link in found if link.step and link.step[1] == "province" and link.above != GROUND]
    result: dict[Step, Margin | None] = {}
    tied = tied_provinces(core)
    stars: dict[Vertex, list[Link]] = {}
    for link in links:
        stars.setdefault(link.above, []).append(link)
    givers = {
        (top, step): _givers([link for link in star if link.below not in tied], core, step)
        for top, star in stars.items()
        for step in (1, -1)
    }
    others = _Others(core, tied) if tied else None
    known: dict[tuple[Vertex, int, tuple[int, ...]], Arc | None] = {}
    for step in (1, -1):
        for link in links:
            assert link.step is not None
            key = (*link.step[:3], step)
            own = _arc(core, link.below, link.above, step)
            inner = _arc(core, GROUND, link.below, step)
            if others is not None:
                others.leave_out(link, givers)
                if link.below in tied or (step < 0 and others.leaving(link.below).keys() != {GROUND}):
                    result[key] = margin(others, price, link, step)
                    continue
                # Its own post goes over the ground: the way between that and the country is the same for all
                # whose place among the givers is the same.
                which = (link.above, step, others.chosen(link, givers))
                ends = (link.above, GROUND) if step > 0 else (GROUND, link.above)
                if which not in known:
                    known[which] = cheapest(others, price, *ends)
                result[key] = _over_ground(own, inner, known[which], step)
                continue
            giver = next((arc for below, arc in givers[link.above, -step] if below != link.below), None)
            result[key] = _over_ground(own, inner, giver, step)
    return result


def _over_ground(own: Arc | None, inner: Arc | None, giver: Arc | None, step: int) -> Margin | None:
    """A province's own number, its way to the ground, and the giver's from there."""
    if own is None or inner is None or giver is None:
        return None
    cost = add(own[0], add(giver[0], inner[0]))
    back = giver[1] + inner[1] if step > 0 else inner[1] + giver[1]
    return Margin(cost, own[1] + back)


def tied_provinces(core: Graph) -> set[Vertex]:
    """Provinces between which a post goes more cheaply than over the ground."""
    tied: set[Vertex] = set()
    for v, row in core.out.items():
        near = [to for to in row if v[1] == to[1] == "province" and _across(core, v, to)]
        tied.update(near, [v] if near else [])
    return tied


def _across(core: Graph, a: Vertex, b: Vertex) -> bool:
    """Is the arc between two provinces cheaper than the way over the ground?"""
    down, up = core.leaving(a).get(GROUND), core.leaving(GROUND).get(b)
    return down is None or up is None or core.leaving(a)[b][0] < add(down[0], up[0])


def _arc(graph: Graph, a: Vertex, b: Vertex, step: int) -> Arc | None:
    return graph.leaving(a).get(b) if step > 0 else graph.leaving(b).get(a)


def _givers(links: Iterable[Link], core: Graph, step: int) -> list[tuple[Vertex, Arc]]:
    """The two provinces that give (``step`` −1) or take a post most cheaply, with the cost."""
    ways: list[tuple[Cost, Vertex, Arc]] = []
    for link in links:
        own = _arc(core, link.below, link.above, step)
        inner = _arc(core, GROUND, link.below, step)
        if own is not None and inner is not None:
            cost = add(own[0], inner[0])
            # In the order of the way: from the country to the ground, or back.
            steps = own[1] + inner[1] if step < 0 else inner[1] + own[1]
            ways.append((cost, link.below, (cost, steps)))
    return [(below, arc) for _, below, arc in heapq.nsmallest(2, ways, key=lambda way: way[:2])]


class _Others(Graph):
    """The core without one province's own number, and without the provinces that only give to their country.

    Of those the cheapest giver and the cheapest taker stand for all, as arcs between country and ground.
    """

    def __init__(self, core: Graph, tied: Collection[Vertex]) -> None:
        super().__init__(())
        self.core, self.tied = core, tied
        self.kept = {v: self._row(v) for v in core.out if v[1] != "province" or v in tied}
        self.known: dict[tuple[Vertex, Vertex, int], Cost] = {}

    def _row(self, v: Vertex) -> dict[Vertex, Arc]:
        row = self.core.leaving(v)
        return {to: arc for to, arc in row.items() if to[1] != "province" or to in self.tied}

    def leave_out(self, link: Link, givers: Mapping[tuple[Vertex, int], list[tuple[Vertex, Arc]]]) -> None:
        """Another province asks now."""
        self.out = dict(self.kept)
        if link.below not in self.tied:
            self.out[link.below] = {to: arc for to, arc in self._row(link.below).items() if to != link.above}
            self._set(GROUND, link.below, self.core.leaving(GROUND).get(link.below))
        else:
            for a, b in ((link.above, link.below), (link.below, link.above)):
                self.out[a] = {to: arc for to, arc in self.out[a].items() if to != b}
        for (top, step), ways in givers.items():
            # One post more somewhere goes from the ground to the country, one fewer back.
            a, b = (GROUND, top) if step > 0 else (top, GROUND)
            self._set(a, b, next((arc for below, arc in ways if below != link.below), None))

    @staticmethod
    def chosen(link: Link, givers: Mapping[tuple[Vertex, int], list[tuple[Vertex, Arc]]]) -> tuple[int, ...]:
        """Which of the cheapest stand for all, where a province asks."""
        return tuple(
            next((i for i, (below, _) in enumerate(ways) if below != link.below), -1)
            for ways in givers.values()
        )

    def _set(self, a: Vertex, b: Vertex, arc: Arc | None) -> None:
        if arc is not None:
            self.out[a] = {**self.out.get(a, {}), b: arc}

    def slack(self, price: Mapping[Vertex, Cost], a: Vertex, b: Vertex, cost: Cost) -> Cost:
        # Core and givers hold their costs for as long as this graph is asked, so an id stands for one cost.
        key = (a, b, id(cost))
        if key not in self.known:
            self.known[key] = super().slack(price, a, b, cost)
        return self.known[key]


def cheapest(graph: Graph, price: Mapping[Vertex, Cost], start: Vertex, end: Vertex) -> Arc | None:
    """Cheapest path between two prices (Dijkstra: with the prices of an optimum no arc is below nought)."""
    if start == end:
        return ZERO, ()
    best: dict[Vertex, Cost] = {start: ZERO}
    came: dict[Vertex, Vertex] = {}
    done: set[Vertex] = set()
    queue: list[tuple[Cost, Vertex]] = [(ZERO, start)]
    while queue:
        cost, v = heapq.heappop(queue)
        if v in done:
            continue
        if v == end:
            break
        done.add(v)
        for to, (arc, _) in graph.leaving(v).items():
            if to in done:
                continue
            through = add(cost, graph.slack(price, v, to, arc))
            if to not in best or through < best[to]:
                best[to], came[to] = through, v
                heapq.heappush(queue, (through, to))
    if end not in best:
        return None
    arcs: list[Arc] = []
    v = end
    while v != start:
        arcs.append(graph.leaving(came[v])[v])
        v = came[v]
    total = ZERO
    for cost, _ in arcs:
        total = add(total, cost)
    return total, tuple(step for _, steps in reversed(arcs) for step in steps)


def free(found: Iterable[Link], price: Mapping[Vertex, Cost]) -> dict[Step, tuple[bool, bool]]:
    """Numbers that could be one more, or one fewer, at the same optimum (ties apart), exactly.

    A number is free if it lies on a circle of cost nought: on arcs that the prices hold with equality. Such
    arcs make a graph of their own, and a number is on a circle of it if its ends are in one strong component.
    """
    tight: list[tuple[Vertex, Vertex, Link, int]] = []
    for link in found:
        gap = subtract(price[link.above], price[link.below])
        if link.high is not None and link.high == gap:
            tight.append((link.below, link.above, link, 1))
        if link.low is not None and link.low == gap:
            tight.append((link.above, link.below, link, -1))
    both = {id(link) for *_, link, step in tight if step > 0} & {
        id(link) for *_, link, step in tight if step < 0
    }
    out: dict[Vertex, list[tuple[Vertex, int]]] = {}
    for a, b, link, _ in tight:
        out.setdefault(a, []).append((b, id(link)))
        out.setdefault(b, [])
    component = _components({v: [to for to, _ in row] for v, row in out.items()})
    result: dict[Step, tuple[bool, bool]] = {}
    for a, b, link, step in tight:
        if link.step is None or component[a] != component[b]:
            continue
        # There and back on the same number is no circle: under L1 both of its arcs can be tight.
        if id(link) in both and not _reaches(out, b, a, id(link)):
            continue
        more, fewer = result.get(link.step, (False, False))
        result[link.step] = (more or step > 0, fewer or step < 0)
    return result


def _reaches(
    out: Mapping[Vertex, list[tuple[Vertex, int]]], start: Vertex, end: Vertex, without: int
) -> bool:
    seen, stack = {start}, [start]
    while stack:
        v = stack.pop()
        if v == end:
            return True
        for to, link in out[v]:
            if link != without and to not in seen:
                seen.add(to)
                stack.append(to)
    return False


def _components(out: Mapping[Vertex, list[Vertex]]) -> dict[Vertex, int]:
    """Strong components (Tarjan, without recursion)."""
    index: dict[Vertex, int] = {}
    low: dict[Vertex, int] = {}
    component: dict[Vertex, int] = {}
    path: list[Vertex] = []
    on_path: set[Vertex] = set()
    for root in out:
        if root in index:
            continue
        work = [(root, iter(out[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while work:
            v, rest = work[-1]
            for to in rest:
                if to not in index:
                    index[to] = low[to] = len(index)
                    path.append(to)
                    on_path.add(to)
                    work.append((to, iter(out[to])))
                    break
                if to in on_path:
                    low[v] = min(low[v], index[to])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[v])
                if low[v] == index[v]:
                    while True:
                        w = path.pop()
                        on_path.discard(w)
                        component[w] = index[v]
                        if w == v:
                            break
    return component
