"""An oracle that shares no code with the engine: marginal allocation over an ordered group.

The cost of a place's k-th post is a tuple in the order of the objective, with exact fractions. Tuples of
one length, compared from the left, are an ordered abelian group; convex sequences of them are merged
bottom-up (children sorted together, the node's own added) and filled top-down, greedily and exactly.

One title at a time, no rule over several units: those are for :mod:`brute`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

LEAST = Fraction(1, 100)
# tiers 1–3, province, tier 4, district, unit; then ties at provinces, districts, units
TIER_AT = {1: 0, 2: 1, 3: 2, 4: 4}
DEVIATION_AT = (3, 5, 6)
TIE_AT = (7, 8, 9)
LENGTH = 10

Cost = tuple[Fraction | int, ...]  # whole numbers where they are: adding fractions takes most of the time


@dataclass(frozen=True)
class Asked:
    """A floor or a fix of one place."""

    tier: int
    amount: int
    stack: str
    on_top: bool = False
    exact: bool = False


@dataclass
class Place:
    """A node: what it should have, what it may have, what rules ask of it."""

    parent: int
    target: Fraction
    lower: int = 0
    upper: int | None = None
    asked: list[Asked] = field(default_factory=list)
    ends: list[tuple[int, int]] = field(default_factory=list)  # soft upper ends: (tier, posts)
    priority: Fraction | None = None
    open: bool = True  # units only: is the title eligible there?


@dataclass
class Tree:
    """One title's provinces, districts and units, each in the order of codes."""

    levels: tuple[list[Place], list[Place], list[Place]]
    supply: int | None
    norm: str = "webster"

    def is_open(self, depth: int, at: int) -> bool:
        """Has the place an eligible unit?"""
        if depth == 2:
            return self.levels[2][at].open
        return any(self.is_open(depth + 1, i) for i, p in enumerate(self.levels[depth + 1]) if p.parent == at)

    def sums(self, units: Sequence[int]) -> tuple[list[int], list[int], list[int]]:
        """Numbers of all levels from the units'."""
        districts = [0] * len(self.levels[1])
        for place, posts in zip(self.levels[2], units, strict=True):
            districts[place.parent] += posts
        provinces = [0] * len(self.levels[0])
        for place, posts in zip(self.levels[1], districts, strict=True):
            provinces[place.parent] += posts
        return provinces, districts, list(units)


def required(place: Place, tier: int) -> int:
    """What tiers up to this one ask for: asks of a stack add up, stacks compete, "on top" comes on top."""
    chosen = [a for a in place.asked if a.tier <= tier]
    stacks = {a.stack: 0 for a in chosen if not a.on_top}
    for a in chosen:
        if not a.on_top:
            stacks[a.stack] += a.amount
    return max(stacks.values(), default=0) + sum(a.amount for a in chosen if a.on_top)


def shortfall(place: Place, tier: int, posts: int) -> int:
    """Posts missing in a tier, and those above its fixes and soft ends."""
    need, before = required(place, tier), required(place, tier - 1)
    missing = max(0, need - max(posts, before))
    ends = [need for a in place.asked if a.exact and a.tier == tier]
    ends += [max(end, need) for of, end in place.ends if of == tier]
    return missing + (max(0, posts - min(ends)) if ends else 0)


def deviation(place: Place, posts: int, norm: str) -> Fraction:
    """(x − q)² / q, or |x − q|."""
    q = max(place.target, LEAST)
    return abs(posts - q) if norm == "l1" else (posts - q) ** 2 / q


def _priority(place: Place) -> Fraction:
    return Fraction(-1) if place.priority is None else place.priority


def ranks(tree: Tree, depth: int) -> list[int]:
    """Place in the queue for a tied post: a floor's own order (of units), the larger target, the lower code."""
    places = tree.levels[depth]
    own = [_priority(place) if depth == 2 else Fraction(0) for place in places]
    order = sorted(range(len(places)), key=lambda i: (-own[i], -places[i].target, i))
    found = [0] * len(places)
    for rank, i in enumerate(order, 1):
        found[i] = rank
    return found


def cost(tree: Tree, depth: int, at: int, posts: int, rank: int) -> Cost:
    """Everything that a place's own number costs."""
    place = tree.levels[depth][at]
    out: list[Fraction | int] = [0] * LENGTH
    for tier, stage in TIER_AT.items():
        out[stage] = shortfall(place, tier, posts)
    out[DEVIATION_AT[depth]] = deviation(place, posts, tree.norm)
    out[TIE_AT[depth]] = rank * posts
    return tuple(out)


def total_cost(tree: Tree, units: Sequence[int]) -> Cost:
    """Cost of a whole plan of one title."""
    out: list[Fraction | int] = [0] * LENGTH
    for depth, numbers in enumerate(tree.sums(units)):
        rank = ranks(tree, depth)
        for at, posts in enumerate(numbers):
            # A province without a place for the title misses its target; districts and units just are not there.
            if depth == 0 or tree.is_open(depth, at):
                out = [a + b for a, b in zip(out, cost(tree, depth, at, posts, rank[at]), strict=True)]
    return tuple(out)


@dataclass
class _Node:
    depth: int
    at: int
    children: list[_Node]
    base: int  # posts it has at least
    child_base: int  # posts its children have at least
    steps: list[Cost]  # marginal costs of the posts after the children's least
    order: list[int]  # child (by position) that each of those posts goes to


class InfeasibleError(Exception):
    """No plan keeps the bounds."""


def solve(tree: Tree) -> list[int]:
    """Posts of every unit in the unique optimum. Raises :class:`InfeasibleError`."""
    assert tree.supply is not None
    rank = [ranks(tree, depth) for depth in range(3)]
    tops = [_build(tree, 0, p, rank) for p in range(len(tree.levels[0])) if tree.is_open(0, p)]
    least = sum(top.base for top in tops)
    steps, order = _merge(tops)
    if not least <= tree.supply <= least + len(steps):
        raise InfeasibleError(str(tree.supply))
    units = [0] * len(tree.levels[2])
    for top, share in zip(tops, _shares(tops, order, tree.supply - least), strict=True):
        _fill(top, share, units)
    return units


def _build(tree: Tree, depth: int, at: int, rank: list[list[int]]) -> _Node:
    place = tree.levels[depth][at]
    most = tree.supply if place.upper is None else place.upper
    assert most is not None
    if depth == 2:
        children: list[_Node] = []
        child_base, room = 0, most
        order: list[int] = []
        inner: list[Cost] = [(0,) * LENGTH] * max(0, most)
    else:
        below = tree.levels[depth + 1]
        children = [
            _build(tree, depth + 1, i, rank)
            for i, p in enumerate(below)
            if p.parent == at and tree.is_open(depth + 1, i)
        ]
        child_base = sum(child.base for child in children)
        inner, order = _merge(children)
        room = child_base + len(inner)
    base, top = max(place.lower, child_base), min(most, room)
    if base > top:
        raise InfeasibleError(f"{depth} {at}")
    steps = []
    own_now = cost(tree, depth, at, child_base, rank[depth][at])
    for k in range(child_base + 1, top + 1):
        own_before, own_now = own_now, cost(tree, depth, at, k, rank[depth][at])
        step = inner[k - child_base - 1]
        steps.append(tuple(i + a - b for i, a, b in zip(step, own_now, own_before, strict=True)))
    assert all(a <= b for a, b in pairwise(steps)), "marginal costs must rise"
    return _Node(depth, at, children, base, child_base, steps, order)


def _merge(nodes: list[_Node]) -> tuple[list[Cost], list[int]]:
    """Steps of several nodes beyond what each must have, cheapest first, and whose each is."""
    free = [(step, i) for i, node in enumerate(nodes) for step in node.steps[node.base - node.child_base :]]
    free.sort()
    return [step for step, _ in free], [i for _, i in free]


def _shares(nodes: list[_Node], order: list[int], extra: int) -> list[int]:
    numbers = [node.base for node in nodes]
    for i in order[:extra]:
        numbers[i] += 1
    return numbers


def _fill(node: _Node, posts: int, units: list[int]) -> None:
    if node.depth == 2:
        units[node.at] = posts
        return
    for child, share in zip(
        node.children, _shares(node.children, node.order, posts - node.child_base), strict=True
    ):
        _fill(child, share, units)
