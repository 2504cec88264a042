"""Moves of posts as arcs: what each costs, which places it changes, the cheapest way over several of them.

A plan can be bettered if and only if some circle of arcs costs less than nought. An arc goes from where one
post more comes from to where it goes: from a district's number to the foot of a unit (the unit has one more),
from the foot back (one fewer). Costs are vectors, a component a stage, in exact numbers; where two ways cost
the same, the tie rule decides: the first place of its order that they treat differently has more.

Deviations are numerators and denominators that nobody reduces: a way is a handful of steps, so they stay
short, and they are compared crosswise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from pdc.base.errors import InternalError
from pdc.base.filtered import Parts, compared
from pdc.base.levels import STAGES

Step = tuple[int, int]  # a place's position in the order of ties; +1 or −1
Vertex = tuple[str, int]
NOUGHT: Final[Parts] = (0, 1)
NO_POSTS: Final = (0, 0, 0)
GROUND: Vertex = ("ground", 0)
assert STAGES == ("tier1", "tier2", "tier3", "province", "tier4", "district", "unit")


class Arc(NamedTuple):
    """What a move costs (posts of the tiers, deviations of the levels, in the order of the stages), and the
    numbers that it changes.
    """

    first: tuple[int, int, int] = NO_POSTS  # of the first three tiers
    province: Parts = NOUGHT
    tier4: int = 0
    district: Parts = NOUGHT
    unit: Parts = NOUGHT
    steps: tuple[Step, ...] = ()

    def then(self, other: Arc) -> Arc:
        """Both, one after the other."""
        own, province, tier4, district, unit, steps = self
        first, by_province, more4, by_district, by_unit, others = other
        if own is not NO_POSTS:
            first = (own[0] + first[0], own[1] + first[1], own[2] + first[2])
        return _arc(
            first, _sum(province, by_province), tier4 + more4, _sum(district, by_district),
            _sum(unit, by_unit), steps + others,
        )  # fmt: skip

    def before(self, other: Arc) -> bool:
        """Is this one the cheaper, or as cheap and ahead by the tie rule?"""
        first, province, tier4, district, unit, steps = self
        other_first, by_province, other4, by_district, by_unit, others = other
        if first != other_first:
            return first < other_first
        # Most moves leave most levels as they are: nought is held against nought without a call.
        if province is not by_province and (apart := compared(province, by_province)):
            return apart < 0
        if tier4 != other4:
            return tier4 < other4
        if district is not by_district and (apart := compared(district, by_district)):
            return apart < 0
        if unit is not by_unit and (apart := compared(unit, by_unit)):
            return apart < 0
        return _ahead(steps, others)


def _arc(
    first: tuple[int, int, int], province: Parts, tier4: int, district: Parts, unit: Parts,
    steps: tuple[Step, ...],
) -> Arc:  # fmt: skip
    """An arc made in half the time that the class takes: there are a hundred thousand."""
    return tuple.__new__(Arc, (first, province, tier4, district, unit, steps))


def _sum(a: Parts, b: Parts) -> Parts:
    if b is NOUGHT:
        return a
    if a is NOUGHT:
        return b
    return a[0] * b[1] + b[0] * a[1], a[1] * b[1]


def deviating(
    depth: int, by: Parts, first: tuple[int, int, int], tier4: int, steps: tuple[Step, ...]
) -> Arc:
    """A step at a place of a level (0: a province), that changes its deviation and what the tiers miss."""
    if depth == 0:
        return _arc(first, by, tier4, NOUGHT, NOUGHT, steps)
    if depth == 1:
        return _arc(first, NOUGHT, tier4, by, NOUGHT, steps)
    return _arc(first, NOUGHT, tier4, NOUGHT, by, steps)


NOTHING = Arc()
Arcs = dict[tuple[Vertex, Vertex], Arc]  # the cheapest from one place to another


def net(steps: Iterable[Step]) -> dict[int, int]:
    """Steps by place; a step there and back is none."""
    found: dict[int, int] = {}
    for place, step in steps:
        found[place] = found.get(place, 0) + step
    return {place: step for place, step in found.items() if step}


def _ahead(steps: Sequence[Step], others: Sequence[Step]) -> bool:
    apart = net([*steps, *((place, -step) for place, step in others)])
    return bool(apart) and apart[min(apart)] > 0


def offer(arcs: Arcs, ends: tuple[Vertex, Vertex], arc: Arc) -> None:
    """Keep an arc if it is the best between its ends. A circle is no way from anywhere."""
    known = arcs.get(ends)
    if ends[0] != ends[1] if known is None else arc.before(known):
        arcs[ends] = arc


def joined(*parts: Mapping[tuple[Vertex, Vertex], Arc]) -> Arcs:
    """The best arcs of all parts."""
    found = dict(parts[0])
    for part in parts[1:]:
        for ends, arc in part.items():
            offer(found, ends, arc)
    return found


def without(arcs: Arcs, vertices: Iterable[Vertex]) -> Arcs:
    """The same distances between all others: ways over a place become arcs."""
    for v in vertices:
        into, out, rest = [], [], {}
        for ends, arc in arcs.items():
            a, b = ends
            if b == v:
                into.append((a, arc))
            elif a == v:
                out.append((b, arc))
            else:
                rest[ends] = arc
        arcs = rest
        for a, first in into:
            for b, second in out:
                if a != b:
                    offer(arcs, (a, b), first.then(second))
    return arcs


def cheapest_way(arcs: Arcs, start: Vertex, end: Vertex) -> Arc | None:
    """The best way from one place to another (Bellman and Ford); None: there is none."""
    best = {start: NOTHING}
    gone: Arcs = {}  # by arc: the way to its start that it was gone on from
    for _ in range(2 * len({a for ends in arcs for a in ends}) + 2):
        changed = False
        for ends, arc in arcs.items():
            a, b = ends
            here = best.get(a)
            # From where no better way leads since, it leads no better way on.
            if here is None or b == start or gone.get(ends) is here:
                continue
            gone[ends] = here
            way, known = here.then(arc), best.get(b)
            if known is None or way.before(known):
                best[b] = way
                changed = True
        if not changed:
            return best.get(end)
    raise InternalError("a plan that was thought the best can be bettered")


class Cheapest:
    """The best arcs of many places together, kept as a tournament: a change is a match a round."""

    def __init__(self, leaves: Sequence[Arcs]) -> None:
        self._size = max(1, len(leaves))
        self._best: list[Arcs] = [{} for _ in range(self._size)] + list(leaves)
        for i in range(min(self._size, len(leaves)) - 1, 0, -1):
            self._best[i] = joined(self._best[2 * i], self._best[2 * i + 1])

    @property
    def arcs(self) -> Arcs:
        """The best of all."""
        return self._best[1] if len(self._best) > 1 else {}

    def put(self, leaf: int, arcs: Arcs) -> None:
        """Another place's arcs at a leaf."""
        i = leaf + self._size
        self._best[i] = arcs
        while i > 1:
            i //= 2
            self._best[i] = joined(self._best[2 * i], self._best[2 * i + 1])
