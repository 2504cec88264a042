"""Every plan of a tiny country, one by one: joint floors, shares and orders too. Shares no code with the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from helpers.oracle import LEAST, TIE_AT, TIER_AT, Tree, deviation, ranks, required, shortfall, total_cost

Posts = tuple[tuple[int, ...], ...]  # by title, by unit
Key = tuple[Fraction | int, ...]


@dataclass(frozen=True)
class Joint:
    """At least ``amount`` posts of some titles together at a unit."""

    titles: tuple[int, ...]
    tier: int
    unit: int
    amount: int


@dataclass(frozen=True)
class Part:
    """Units that have at most ``rate`` of their province's number; a fix: each has exactly that, rounded."""

    units: tuple[int, ...]
    rate: Fraction
    fix: bool = False
    inside: bool = False


@dataclass(frozen=True)
class Order:
    """Units of ``after`` have posts only where those of ``first`` have ``need``, province by province."""

    first: tuple[int, ...]
    after: tuple[int, ...]
    need: tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """Titles over the same places, with what ties them."""

    trees: tuple[Tree, ...]
    joint: tuple[Joint, ...] = ()
    parts: tuple[Part, ...] = ()
    orders: tuple[Order, ...] = ()
    ranks: list[list[list[int]]] = field(default_factory=list)


def plans(tree: Tree, parts: Sequence[Part] = (), orders: Sequence[Order] = ()) -> Iterator[tuple[int, ...]]:
    """Every plan of a title within its hard rules."""
    most = tree.supply
    units = tree.levels[2]
    if most is None:
        uppers = [p.upper for p in tree.levels[0]]
        assert None not in uppers
        most = max(u for u in uppers if u is not None)
    ranges = []
    for unit in units:
        high = most if unit.upper is None else min(unit.upper, most)
        ranges.append(range(unit.lower, high + 1) if unit.open else range(1))
    for posts in product(*ranges):
        if tree.supply is not None and sum(posts) != tree.supply:
            continue
        numbers = tree.sums(posts)
        if not all(
            place.lower <= n and (place.upper is None or n <= place.upper)
            for depth in (0, 1)
            for at, (place, n) in enumerate(zip(tree.levels[depth], numbers[depth], strict=True))
            if tree.is_open(depth, at)
        ):
            continue
        if all(_kept(tree, part, posts, numbers[0]) for part in parts) and all(
            _ordered(tree, order, posts) for order in orders
        ):
            yield posts


def province_of(tree: Tree, unit: int) -> int:
    """Province of a unit."""
    return tree.levels[1][tree.levels[2][unit].parent].parent


def _kept(tree: Tree, part: Part, posts: Sequence[int], provinces: Sequence[int]) -> bool:
    if part.fix:
        return True
    for p, number in enumerate(provinces):
        mine = sum(posts[u] for u in part.units if province_of(tree, u) == p)
        if mine > part.rate * number:
            return False
    return True


def _ordered(tree: Tree, order: Order, posts: Sequence[int]) -> bool:
    for p in range(len(tree.levels[0])):
        lacking = any(
            posts[u] < n for u, n in zip(order.first, order.need, strict=True) if province_of(tree, u) == p
        )
        if lacking and any(posts[u] for u in order.after if province_of(tree, u) == p):
            return False
    return True


def value(case: Case, posts: Posts) -> tuple[Fraction, ...]:
    """Stages of a plan, then its ties title by title."""
    stages = [Fraction(0)] * TIE_AT[0]
    ties: list[Fraction] = []
    laminar = not (case.joint or case.parts or case.orders)
    for tree, units in zip(case.trees, posts, strict=True):
        found = total_cost(tree, units)
        stages = [a + b for a, b in zip(stages, found, strict=False)]
        ties += found[TIE_AT[0] :] if laminar else _strictly(tree, units)
        for part in case.parts:
            if part.fix:
                stages[0] += _fix_change(tree, part, units)
    best: dict[tuple[tuple[int, ...], int, int], int] = {}
    for joint in case.joint:
        key = (joint.titles, joint.tier, joint.unit)
        best[key] = max(best.get(key, 0), joint.amount)
    for (titles, tier, unit), amount in best.items():
        # Where no title of the floor may be, there is nobody to ask.
        stages[TIER_AT[tier]] += max(0, amount - sum(posts[t][unit] for t in titles))
    return (*stages, *ties)


def _strictly(tree: Tree, units: Sequence[int]) -> list[Fraction]:
    """Level by level: the first place of the order has its most, then the second (the oracle's sums could tie)."""
    found: list[Fraction] = []
    for depth, numbers in enumerate(tree.sums(units)):
        rank = ranks(tree, depth)
        found += [Fraction(-numbers[i]) for i in sorted(range(len(numbers)), key=rank.__getitem__)]
    return found


def _fix_change(tree: Tree, part: Part, units: Sequence[int]) -> int:
    """What a rounded share adds to the shortfall of its unit's other fixes (they are short together)."""
    total = 0
    provinces = tree.sums(units)[0]
    for u in part.units:
        exact = part.rate * provinces[province_of(tree, u)]
        own = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
        place = tree.levels[2][u]
        beside = required(place, 1)
        wanted = max(beside, own) if part.inside else beside + own
        assert all(a.exact for a in place.asked if a.tier == 1), "only fixes beside a rounded share"
        total += abs(units[u] - wanted) - shortfall(place, 1, units[u])
    return total


def best(
    case: Case, key: Callable[[Case, Posts], Key] | None = None
) -> tuple[Posts, tuple[Fraction, ...]] | None:
    """The best plan of all, and its value; None where there is none."""
    choices = [list(plans(tree, case.parts, case.orders)) for tree in case.trees]
    found: tuple[Key, Posts] | None = None
    for posts in product(*choices):
        mark = (key or value)(case, posts)
        if found is None or mark < found[0]:
            found = (mark, posts)
    return None if found is None else (found[1], value(case, found[1]))


def minimax_key(case: Case, posts: Posts) -> Key:
    """Stages with the largest |x − q| / q of a level before its Σ|x − q|."""
    (tree,), (units,) = case.trees, posts
    found = total_cost(tree, units)
    key: list[Fraction] = []
    for stage in range(TIE_AT[0]):
        if stage in (3, 5, 6):
            depth = (3, 5, 6).index(stage)
            numbers = tree.sums(units)[depth]
            worst = [
                abs(n - max(place.target, LEAST)) / max(place.target, LEAST)
                for at, (place, n) in enumerate(zip(tree.levels[depth], numbers, strict=True))
                if tree.is_open(depth, at)
            ]
            key.append(max(worst, default=Fraction(0)))
        key.append(found[stage])
    return (*key, *found[TIE_AT[0] :])


__all__ = ["Case", "Joint", "Order", "Part", "best", "deviation", "minimax_key", "plans", "ranks", "value"]
