"""From a table towards a plan, one exchange of posts after another, each the best there is.

Costs of a tree are laminar convex, so M-convex, and the table itself may be anywhere: what it breaks is
one more aim before all others (excess over hard limits). From the table the best exchange is made, then
the best from there, and so on: after k of them the table is the best of all that differ from the first by
no more than k exchanges (Shioura, *M-convex function minimization under L1-distance constraint*, 2018).
The best lies between the table and the optimum without a limit, so places that the optimum gives more
never give, the others never get. The list is nested: its first k are the best k.

Costs are vectors, compared one component after the other, an ordered group; deviations are doubles with a
bound of their error and fractions where that leaves the answer open, as in :mod:`pdc.base.filtered`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np

from pdc.base.numbers import Ints
from pdc.program.program import Program
from pdc.rules.requirements import NO_LIMIT, TIERS
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT, Tree, tree_of
from pdc_common.levels import LEVELS

COUNTRY: Final = -1  # as a scope: above the provinces
OUTSIDE: Final = -1  # a place: posts that the table has not, or has too many of
ERROR: Final = 2.0**-46  # relative to the terms of a sum: a hundred times what their roundings come to

PLAN_ORDER: Final = ("hard", "tier1", "tier2", "tier3", "province", "tier4", "district", "unit")
REPAIR_ORDER: Final = ("hard", "tier1", "tier2", "tier3", "tier4", "province", "district", "unit")


class Exact(NamedTuple):
    """A sum of fractions: its double, the size of its terms, the terms."""

    near: float
    size: float
    terms: tuple[tuple[int, int], ...]

    def plus(self, other: Exact) -> Exact:
        """Sum of two."""
        if not self.terms:
            return other
        if not other.terms:
            return self
        return Exact(self.near + other.near, self.size + other.size, self.terms + other.terms)

    def against(self, other: Exact) -> int:
        """−1, 0 or 1: as this one is below, equal to, above the other."""
        gap = self.near - other.near
        room = ERROR * (self.size + other.size)
        if gap < -room:
            return -1
        if gap > room:
            return 1
        if self.terms == other.terms:
            return 0
        apart = self.whole() - other.whole()
        return (apart > 0) - (apart < 0)

    def whole(self) -> Fraction:
        """The number itself."""
        return sum((Fraction(n, d) for n, d in self.terms), start=Fraction(0))


NOUGHT: Final = Exact(0.0, 0.0, ())
Ties = tuple[tuple[int, int], ...]  # place in the queue of its level, and how many posts fewer it has


class Cost:
    """What a step costs, a component an aim: excess over hard limits, tiers, deviations, then the queues."""

    __slots__ = ("deviations", "head", "queues", "tier4")

    def __init__(
        self,
        head: tuple[int, ...],
        tier4: int,
        deviations: tuple[Exact, Exact, Exact],
        queues: tuple[Ties, Ties, Ties],
    ) -> None:
        self.head, self.tier4, self.deviations, self.queues = head, tier4, deviations, queues

    def __add__(self, other: Cost) -> Cost:
        p, d, u = self.deviations
        q, e, v = other.deviations
        one, two = self.queues, other.queues
        return Cost(
            tuple([a + b for a, b in zip(self.head, other.head, strict=True)]), self.tier4 + other.tier4,
            (p.plus(q), d.plus(e), u.plus(v)), (one[0] + two[0], one[1] + two[1], one[2] + two[2]),
        )  # fmt: skip

    def __lt__(self, other: Cost) -> bool:
        if self.head != other.head:
            return self.head < other.head
        mine, theirs = self.deviations, other.deviations
        sign = mine[0].against(theirs[0])
        if sign:
            return sign < 0
        if self.tier4 != other.tier4:
            return self.tier4 < other.tier4
        sign = mine[1].against(theirs[1]) or mine[2].against(theirs[2])
        if sign:
            return sign < 0
        return _earlier(self.queues, other.queues)

    def betters(self) -> bool:
        """Is it below nought?"""
        return self < NONE[len(self.head)]

    def stages(self) -> tuple[Fraction | int, ...]:
        """Exact numbers, in the order that the list was made with."""
        p, d, u = (part.whole() for part in self.deviations)
        if len(self.head) == len(TIERS) + 1:
            return (*self.head, p, d, u)
        return (*self.head, p, self.tier4, d, u)


def _earlier(one: tuple[Ties, Ties, Ties], two: tuple[Ties, Ties, Ties]) -> bool:
    """Does the first place of the queue that the two leave otherwise have more by the first of them?"""
    for mine, theirs in zip(one, two, strict=True):
        gap: dict[int, int] = {}
        for rank, posts in mine:
            gap[rank] = gap.get(rank, 0) + posts
        for rank, posts in theirs:
            gap[rank] = gap.get(rank, 0) - posts
        for rank in sorted(gap):
            if gap[rank]:
                return gap[rank] < 0
    return False


def nothing(size: int) -> Cost:
    """No cost; ``size`` of the head: 4, or 5 where tier 4 comes before the provinces."""
    return Cost((0,) * size, 0, (NOUGHT, NOUGHT, NOUGHT), ((), (), ()))


NONE: Final = {4: nothing(4), 5: nothing(5)}


@dataclass(frozen=True, eq=False)
class Exchange:
    """A post from one place of the table's level to another (positions; :data:`OUTSIDE`: of neither).

    ``up`` and ``down`` are what the two steps cost in the scope of the exchange; their sum is what it costs.
    ``gets_unit`` and ``gives_unit`` are the units below.
    """

    gets: int
    gives: int
    gets_unit: int
    gives_unit: int
    up: Cost
    down: Cost

    @property
    def cost(self) -> Cost:
        """What the exchange costs."""
        return self.up + self.down


class _Numbers:
    """Places of a level as lists: their numbers as they stand, and what a step costs there."""

    def __init__(self, tree: Tree, depth: int, posts: Ints, tier4_first: bool) -> None:
        level = tree.levels[depth]
        self.depth, self.level, self.tier4_first = depth, level, tier4_first
        self.x: list[int] = posts.tolist()
        self.lower, self.upper = level.lower.tolist(), level.upper.tolist()
        self.asked = ((level.required[:, -1] > 0) | (level.excess < NO_LIMIT).any(axis=1)).tolist()
        self.required, self.excess = level.required.tolist(), level.excess.tolist()
        self.queue = level.queue.tolist()
        self.at: list[int] = level.at.tolist()
        self.parent = level.parent.tolist()

    def _short(self, row: int, x: int) -> list[int]:
        before, found = 0, []
        for need, end in zip(self.required[row], self.excess[row], strict=True):
            found.append(max(0, need - max(x, before)) + max(0, x - end))
            before = need
        return found

    def cost(self, row: int, step: int) -> Cost:
        """Of one post more (1) or fewer (−1) at a place, there alone."""
        x = self.x[row]
        y = x + step
        low, high = self.lower[row], self.upper[row]
        hard = max(0, low - y) + max(0, y - high) - max(0, low - x) - max(0, x - high)
        tiers = (0, 0, 0, 0)
        if self.asked[row]:
            a, b, c, d = self._short(row, x)
            e, f, g, h = self._short(row, y)
            tiers = (e - a, f - b, g - c, h - d)
        n, d = self.level.slopes.exact(row, x if step > 0 else y)
        near = step * n / d
        parts = [NOUGHT, NOUGHT, NOUGHT]
        parts[self.depth] = Exact(near, abs(near) + 2.0, ((step * n, d),))
        queues: list[Ties] = [(), (), ()]
        queues[self.depth] = ((self.queue[row], -step),)
        head = (hard, *tiers) if self.tier4_first else (hard, *tiers[:3])
        tier4 = 0 if self.tier4_first else tiers[3]
        return Cost(head, tier4, (parts[0], parts[1], parts[2]), (queues[0], queues[1], queues[2]))


@dataclass(frozen=True)
class Pocket:
    """Posts outside the tree that may come in (``step`` −1: it gives) or must go out (1: it gets)."""

    step: int
    places: tuple[int, ...]  # a position for each post, :data:`OUTSIDE` for none
    hard: int = -1  # what a post that leaves it (or comes to it) mends of the hard rules


@dataclass(eq=False)
class Ladder:
    """The steps from a table towards a plan.

    ``start`` are posts by unit row of the tree; ``goal`` by row of the places of ``depth`` (the table's
    level): what they end with at most (or at least). ``scopes`` are the levels inside which posts may be
    exchanged: :data:`COUNTRY`, ``PROVINCE``, ``DISTRICT``. ``least`` and ``pockets``: see :class:`Pocket`.
    """

    tree: Tree
    start: Ints
    goal: Ints
    depth: int = UNIT
    order: Sequence[str] = PLAN_ORDER
    scopes: tuple[int, ...] = (COUNTRY, PROVINCE, DISTRICT)
    pockets: tuple[Pocket, ...] = ()
    any_cost: bool = False  # go on where nothing is bettered any more
    numbers: list[_Numbers] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tree = self.tree
        first = self.order == REPAIR_ORDER
        self.head = len(TIERS) + 1 if first else len(TIERS)
        sums = [
            np.bincount(tree.rows_of_units(d), self.start, len(tree.levels[d])).astype(np.int64)
            for d in (PROVINCE, DISTRICT, UNIT)
        ]
        self.numbers = [_Numbers(tree, d, sums[d], first) for d in (PROVINCE, DISTRICT, UNIT)]
        gap = self.goal - sums[self.depth]
        self.left = [dict(_left(gap)), dict(_left(-gap))]  # side 0: up; side 1: down
        self.row_at = {at: row for row, at in enumerate(tree.levels[UNIT].at.tolist())}
        self.rows: list[list[int]] = [tree.rows_of_units(d).tolist() for d in (PROVINCE, DISTRICT, UNIT)]
        self.units_of = _below(self.rows[DISTRICT], len(tree.levels[DISTRICT]))
        self.districts_of = _below(self.numbers[DISTRICT].parent, len(tree.levels[PROVINCE]))
        self.version = [0] * len(self.start)
        self.heaps: list[list[list[tuple[Cost, int, int]]]] = [
            [[] for _ in self.units_of], [[] for _ in self.units_of]
        ]  # fmt: skip
        self.inner: list[list[tuple[Cost, int] | None]] = [[None] * len(self.districts_of) for _ in (0, 1)]
        self.tops: list[list[tuple[Cost, int, int]]] = [[], []]
        self.stamp = [0] * len(self.districts_of)
        # The best pair of every district and province: cost, stamp, scope, row.
        self.pairs: list[tuple[Cost, int, int, int]] = []
        self.pair_stamp = {PROVINCE: [0] * len(self.districts_of), DISTRICT: [0] * len(self.units_of)}
        self.bags = {
            side: [list(p.places) for p in self.pockets if p.step == (1, -1)[side]] for side in (0, 1)
        }
        self.hard = {side: [p.hard for p in self.pockets if p.step == (1, -1)[side]] for side in (0, 1)}
        for unit in range(len(self.start)):
            self._offer(unit)
        for district in range(len(self.units_of)):
            self._pair(DISTRICT, district)
        for province in range(len(self.districts_of)):
            self._province(province)

    # the best step of a place ------------------------------------------------------------------------------

    def _may(self, depth: int, row: int, side: int) -> bool:
        return depth != self.depth or row in self.left[side]

    def _offer(self, unit: int) -> None:
        """Put a unit's next steps into the heaps of its district."""
        self.version[unit] += 1
        district = self.rows[DISTRICT][unit]
        for side, step in ((0, 1), (1, -1)):
            if self._may(UNIT, unit, side) and (step > 0 or self.numbers[UNIT].x[unit] > 0):
                cost = self.numbers[UNIT].cost(unit, step)
                heapq.heappush(self.heaps[side][district], (cost, unit, self.version[unit]))

    def _unit(self, district: int, side: int) -> tuple[Cost, int] | None:
        heap = self.heaps[side][district]
        while heap and heap[0][2] != self.version[heap[0][1]]:
            heapq.heappop(heap)
        return (heap[0][0], heap[0][1]) if heap else None

    def _district(self, district: int, side: int) -> tuple[Cost, int] | None:
        """Its best unit with its own step."""
        found = self._unit(district, side) if self._may(DISTRICT, district, side) else None
        if found is None:
            return None
        return found[0] + self.numbers[DISTRICT].cost(district, (1, -1)[side]), found[1]

    def _province(self, province: int) -> None:
        """Work out a province again after one of its districts has changed."""
        self.stamp[province] += 1
        for side, step in ((0, 1), (1, -1)):
            best: tuple[Cost, int] | None = None
            for district in self.districts_of[province]:
                found = self._district(district, side)
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
            self.inner[side][province] = best
            if best is not None and self._may(PROVINCE, province, side):
                cost = best[0] + self.numbers[PROVINCE].cost(province, step)
                heapq.heappush(self.tops[side], (cost, best[1], self.stamp[province]))
        self._pair(PROVINCE, province)

    def _top(self, side: int) -> tuple[Cost, int] | None:
        """Best of the country: the first province of the heap, or what lies outside."""
        heap = self.tops[side]
        while heap and heap[0][2] != self.stamp[self.rows[PROVINCE][heap[0][1]]]:
            heapq.heappop(heap)
        best = (heap[0][0], heap[0][1]) if heap else None
        for i, bag in enumerate(self.bags[side]):
            if bag:
                cost = Cost((self.hard[side][i], *NONE[self.head].head[1:]), 0, *_PLAIN)
                if best is None or cost < best[0]:
                    best = (cost, -1 - i)
        return best

    def _pair(self, scope: int, row: int) -> None:
        if scope not in self.scopes or scope >= self.depth:
            return
        self.pair_stamp[scope][row] += 1
        if scope == DISTRICT:
            up, down = self._unit(row, 0), self._unit(row, 1)
        else:
            up, down = self.inner[0][row], self.inner[1][row]
        if up is not None and down is not None:
            heapq.heappush(self.pairs, (up[0] + down[0], self.pair_stamp[scope][row], scope, row))

    # the way ------------------------------------------------------------------------------------------------

    def best(self) -> Exchange | None:
        """The best exchange from here; None where none betters anything (or there is none)."""
        while self.pairs and self.pairs[0][1] != self.pair_stamp[self.pairs[0][2]][self.pairs[0][3]]:
            heapq.heappop(self.pairs)
        chosen: tuple[tuple[Cost, int], tuple[Cost, int]] | None = None
        if self.pairs:
            _, _, scope, row = self.pairs[0]
            sides = [self._unit(row, s) if scope == DISTRICT else self.inner[s][row] for s in (0, 1)]
            assert sides[0] is not None
            assert sides[1] is not None
            chosen = (sides[0], sides[1])
        if COUNTRY in self.scopes:
            up, down = self._top(0), self._top(1)
            if up is not None and down is not None and (chosen is None or up[0] + down[0] < self.pairs[0][0]):
                chosen = (up, down)
        if chosen is None:
            return None
        (up_cost, gets), (down_cost, gives) = chosen
        if not self.any_cost and not (up_cost + down_cost).betters():
            return None
        return Exchange(
            self._name(0, gets), self._name(1, gives), self._at(gets), self._at(gives), up_cost, down_cost
        )

    def _at(self, unit: int) -> int:
        return self.numbers[UNIT].at[unit] if unit >= 0 else OUTSIDE

    def _name(self, side: int, unit: int) -> int:
        """Position of the table's place of a unit row; of a pocket, the place its next post is counted at."""
        if unit < 0:
            return self.bags[side][-1 - unit][0]
        return self.numbers[self.depth].at[self.rows[self.depth][unit]]

    def exchanges(self, most: int | None = None) -> Iterator[Exchange]:
        """Exchanges one after the other, each made before the next is looked for."""
        made = 0
        while most is None or made < most:
            found = self.best()
            if found is None:
                return
            self.make(found)
            made += 1
            yield found

    def make(self, exchange: Exchange) -> None:
        """Make an exchange that :meth:`best` has given."""
        for side, at in ((0, exchange.gets_unit), (1, exchange.gives_unit)):
            if at == OUTSIDE:
                name = exchange.gets if side == 0 else exchange.gives
                next(bag for bag in self.bags[side] if bag and bag[0] == name).pop(0)
                continue
            self._move(self.row_at[at], side)
        touched = {self.row_at[at] for at in (exchange.gets_unit, exchange.gives_unit) if at != OUTSIDE}
        self._renew(touched)

    def _move(self, unit: int, side: int) -> None:
        for depth in (PROVINCE, DISTRICT, UNIT):
            self.numbers[depth].x[self.rows[depth][unit]] += (1, -1)[side]
        left, place = self.left[side], self.rows[self.depth][unit]
        left[place] -= 1
        if not left[place]:
            del left[place]

    def _renew(self, units: set[int]) -> None:
        for unit in units:
            self._offer(unit)
        for district in {self.rows[DISTRICT][unit] for unit in units}:
            self._pair(DISTRICT, district)
        for province in {self.rows[PROVINCE][unit] for unit in units}:
            self._province(province)

    def walk(self) -> None:
        """Go all the way, place by place: the best units give or get what their place of the table has to."""
        for side in (0, 1):
            for place in list(self.left[side]):
                while place in self.left[side]:
                    found = self._inside(place, side)
                    assert found is not None
                    self._move(found, side)
                    self._renew({found})

    def _inside(self, place: int, side: int) -> int | None:
        if self.depth == UNIT:
            return place
        best = self._unit(place, side) if self.depth == DISTRICT else self.inner[side][place]
        return None if best is None else best[1]

    @property
    def posts(self) -> Ints:
        """Posts by unit row, as they stand."""
        return np.array(self.numbers[UNIT].x, dtype=np.int64)

    @property
    def excess(self) -> int:
        """What stands beyond hard limits, as things are."""
        total = sum(
            len(bag)
            for side in (0, 1)
            for bag, hard in zip(self.bags[side], self.hard[side], strict=True)
            if hard
        )
        for numbers in self.numbers:
            for x, low, high in zip(numbers.x, numbers.lower, numbers.upper, strict=True):
                total += max(0, low - x) + max(0, x - high)
        return total


_PLAIN: Final = ((NOUGHT, NOUGHT, NOUGHT), ((), (), ()))


def _left(gap: Ints) -> Iterator[tuple[int, int]]:
    rows = np.flatnonzero(gap > 0)
    return zip(rows.tolist(), gap[rows].tolist(), strict=True)


def _below(parents: Sequence[int], count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for row, above in enumerate(parents):
        found[above].append(row)
    return found


def towards(
    program: Program,
    title: str,
    table: Ints,
    goal: Ints,
    order: Sequence[str] = PLAN_ORDER,
    *,
    any_cost: bool = False,
) -> Ladder:
    """The way of a title from a table of the program's kept level to a plan (``goal``, by unit position).

    Inside places of a coarser table units start as they are best with its numbers. Posts where the title
    may not be, and what the table has more or fewer of than the plan, are pockets: hard rules mend them.
    """
    tree = tree_of(program, title)
    depth = LEVELS.index(program.kept_level)
    units = goal[tree.levels[UNIT].at]
    at = tree.levels[depth].at
    wanted = table[at]
    end = np.bincount(tree.rows_of_units(depth), units, len(at)).astype(np.int64)
    start = wanted
    if depth != UNIT:
        inside = Ladder(tree, units, wanted, depth, order)
        inside.walk()
        start = inside.posts
    closed = table.copy()
    closed[at] = 0
    away = np.flatnonzero(closed > 0)
    pockets = [Pocket(-1, tuple(np.repeat(away, closed[away]).tolist()))]
    gap = int(end.sum() - table.sum())
    if gap:
        pockets.append(Pocket(-1 if gap > 0 else 1, (OUTSIDE,) * abs(gap)))
    return Ladder(tree, start, end, depth, order, pockets=tuple(pockets), any_cost=any_cost)
