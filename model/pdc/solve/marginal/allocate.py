"""Steps of a tree in their order, merged from units to the country; the first ones are taken.

A step is one post more at a unit, in its district, in its province. What it costs is a vector: shortfalls of
tiers 1 to 3, deviation of the province, tier 4, deviation of the district, of the unit, then three places in
queues (ties). Every component but the tiers is one place's own number, so they are ranked once and whole
numbers sorted; nothing is added but whole numbers.

1. A unit's steps lie between its bounds: in their order, because its cost is convex.
2. A district sorts its units' steps together. What its lower bound takes is taken at once, what lies above
   its upper bound falls away, and its own k-th step is added to the k-th that is left; so does a province.
3. The country takes as many as it has posts to give; without a national number, all that better the plan.

Only steps in a window around a guess are made. Where the plan touches a window that is no bound, the window
grows and its province is sorted again; once it touches none, the plan is the best of all (a convex function
that cannot be bettered nearby cannot be bettered).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pdc.base.filtered import order_by
from pdc.base.numbers import Ints, Mask
from pdc.program.model import Nodes
from pdc.program.program import Program
from pdc.rules.requirements import NO_LIMIT, TIERS
from pdc.solve.guess import guess
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT, InfeasibleError, Tree, tree_of

WIDTH = 1  # steps on either side of the guess, and a third of the root of the target
NUMBERS = 4  # aims up to the deviation of the provinces: three tiers and it
ROUNDS = 64  # windows double: more than any whole number needs


@dataclass(frozen=True, eq=False)
class _Sorted:
    """Steps inside provinces, in the order of each; rows of different provinces do not meet."""

    unit: Ints
    x: Ints  # one column a level: number of the place before the step
    tiers: Ints  # one column a tier
    own: Ints  # one column a level: rank of what the step costs the place, among the steps sorted with it

    def rows(self, chosen: Mask | Ints) -> _Sorted:
        if chosen.dtype == np.bool_:
            if chosen.all():
                return self
            chosen = np.flatnonzero(chosen)
        # Whole rows are taken several times as fast as they are indexed.
        x, tiers, own = (of.take(chosen, axis=0) for of in (self.x, self.tiers, self.own))
        return _Sorted(self.unit.take(chosen), x, tiers, own)

    def beside(self, other: _Sorted) -> _Sorted:
        return _Sorted(
            np.concatenate([self.unit, other.unit]), np.concatenate([self.x, other.x]),
            np.concatenate([self.tiers, other.tiers]), np.concatenate([self.own, other.own]),
        )  # fmt: skip


def allocate(program: Program, title: str, only: Ints | None = None) -> Ints:
    """The best posts of a title by unit position (in some provinces, whose numbers stand), whatever runs
    across the trees.

    Raises :class:`InfeasibleError` where there are none.
    """
    return Steps().allocate(program, title, only)


@dataclass(eq=False)
class Steps:
    """Sorted steps of one title, kept: provinces that a change does not touch are not sorted again.

    Provinces are positions in the country. Not for two threads at once.
    """

    sorted_again: tuple[int, ...] = ()  # provinces that the last question sorted
    tree: Tree | None = None  # of the last question
    _kept: _Work | None = field(default=None, repr=False)

    def allocate(self, program: Program, title: str, only: Ints | None = None) -> Ints:
        """The best posts of a title by unit position (in some provinces, whose numbers stand).

        Raises :class:`InfeasibleError` where there is no plan.
        """
        self.tree = tree = tree_of(program, title, only)
        tree.check()
        posts = np.zeros(len(program.country.units), dtype=np.int64)
        provinces = tree.levels[PROVINCE]
        if not len(provinces):
            self._kept = None
            if tree.supply:
                raise InfeasibleError("no unit for the title")
            return posts
        work, dirty = self._start(tree)
        again = np.zeros(len(provinces), dtype=bool)
        for _ in range(ROUNDS):
            again |= dirty
            wider = work.sort(dirty)
            if not wider.any():
                found, wider = work.merge()
            if not wider.any():
                break
            work.widen(wider)
            dirty = np.zeros(len(provinces), dtype=bool)
            dirty[tree.province[wider]] = True
        else:
            raise RuntimeError("the windows around the optimum did not settle")
        self._kept = work
        self.sorted_again = tuple(provinces.at[again].tolist())
        posts[tree.levels[UNIT].at] = found
        return posts

    @property
    def tied(self) -> frozenset[int]:
        """Provinces that could have another number in the last plan, no aim up to theirs the worse."""
        if self._kept is None or self.tree is None:
            return frozenset()
        return frozenset(self.tree.levels[PROVINCE].at[self._kept.tied()].tolist())

    def _start(self, tree: Tree) -> tuple[_Work, Mask]:
        """What is kept, and the provinces to be sorted: all, or those that are not as they were."""
        kept, self._kept = self._kept, None  # kept again once there is a plan
        units = tree.levels[UNIT]
        if kept is not None and kept.tree.same(tree):
            dirty = tree.changed(kept.tree)
            low, high = (np.clip(ends, units.lower, units.upper) for ends in (kept.low, kept.high))
            return _Work(tree, low, high, kept.least, kept.steps), dirty
        near = _guess(tree)
        targets = units.slopes.targets
        width = WIDTH + np.floor(np.sqrt(targets.near[targets.which]) / 3).astype(np.int64)
        low, high = (np.clip(ends, units.lower, units.upper) for ends in (near - width, near + width))
        none = np.zeros((0, len(TIERS)), dtype=np.int64)
        steps = _Sorted(none[:, 0], none[:, : len(tree.levels)], none, none[:, : len(tree.levels)])
        work = _Work(tree, low, high, np.zeros(len(units), dtype=np.int64), steps)
        return work, np.ones(len(tree.levels[PROVINCE]), dtype=bool)


@dataclass(eq=False)
class _Work:
    """Windows of units, and the steps inside provinces that they come to."""

    tree: Tree
    low: Ints
    high: Ints
    least: Ints  # of every unit: what the bounds inside provinces take
    steps: _Sorted
    taken: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # steps of the plan
    nought: dict[int, int] = field(default_factory=dict)  # by level: rank of nought; {}: of several sorts

    def sort(self, dirty: Mask) -> Mask:
        """Sort the steps of some provinces; units whose windows are too narrow for a bound above them."""
        tree, units = self.tree, self.tree.levels[UNIT]
        inside = dirty[tree.province]
        self.nought = {}
        steps = self._of_units(np.flatnonzero(inside))
        self._rank(steps, UNIT)
        least = np.where(inside, self.low, 0)
        wider = np.zeros(len(units), dtype=bool)
        for depth in (DISTRICT, PROVINCE):
            level, of = tree.levels[depth], tree.rows_of_units(depth)
            steps = steps.rows(order_by(of[steps.unit], *self._keys(steps, depth + 1)))
            row = of[steps.unit]
            base = np.bincount(of, least, len(level)).astype(np.int64)
            size = np.bincount(row, minlength=len(level))
            number = base[row] + np.arange(len(row)) - (np.cumsum(size) - size)[row]
            few, many = base + size < level.lower, base > level.upper
            wider |= inside & (few[of] & (self.high < units.upper) | many[of] & (self.low > units.lower))
            # What the lower bound takes is taken; what lies above the upper one falls away.
            np.add.at(least, steps.unit[number < level.lower[row]], 1)
            kept = (number >= level.lower[row]) & (number < level.upper[row])
            steps, row, number = steps.rows(kept), row[kept], number[kept]
            steps.x[:, depth] = number
            if level.asks:
                steps.tiers[:] += level.tiers(row, number)
            self._rank(steps, depth)
        if not dirty.all():
            self.nought = {}  # ranks of steps that were sorted before do not go with these
        self.least = np.where(inside, least, self.least)
        self.steps = self.steps.rows(~dirty[tree.province[self.steps.unit]]).beside(steps)
        return wider

    def _of_units(self, units: Ints) -> _Sorted:
        count = (self.high - self.low)[units]
        unit = np.repeat(units, count)
        x = np.arange(len(unit)) - np.repeat(np.cumsum(count) - count, count) + self.low[unit]
        numbers = np.zeros((len(unit), len(self.tree.levels)), dtype=np.int64)
        numbers[:, UNIT] = x
        return _Sorted(unit, numbers, self.tree.levels[UNIT].tiers(unit, x), numbers.copy())

    def _rank(self, steps: _Sorted, depth: int) -> None:
        """Rank what steps cost the places of a level."""
        row = self.tree.rows_of_units(depth)[steps.unit]
        ranks, nought = self.tree.levels[depth].slopes.ranks(row, steps.x[:, depth])
        steps.own[:, depth] = ranks
        self.nought[depth] = nought

    def merge(self) -> tuple[Ints, Mask]:
        """Posts of every unit: what bounds take, and the first steps of the country; and units whose windows
        were too narrow: the plan touches them where there is no bound.
        """
        units = self.tree.levels[UNIT]
        if not self.nought:
            for depth in (UNIT, DISTRICT, PROVINCE):
                self._rank(self.steps, depth)
        keys = self._keys(self.steps, PROVINCE)
        if self.tree.supply is None:
            self.taken = np.flatnonzero(_below(keys, self._noughts()))
        else:
            left = self.tree.supply - int(self.least.sum())
            if left < 0:
                return self.least, np.asarray(self.low > units.lower)
            if left > len(self.steps.unit):
                return self.least, np.asarray(self.high < units.upper)
            self.taken = order_by(*keys)[:left]
        posts = self.least + np.bincount(self.steps.unit[self.taken], minlength=len(units))
        touched = (posts == self.low) & (posts > units.lower)
        touched |= (posts == self.high) & (posts < units.upper)
        return posts, touched

    def tied(self) -> Ints:
        """Rows of provinces whose number could be another one, no aim up to the provinces' deviation worse.

        Somebody else could have the post: a step that is taken and one of another province that is not cost
        the same in those aims. Without a national number: a step costs nought.
        """
        keys, nought = self._keys(self.steps, PROVINCE), self._noughts()
        first = np.stack(keys[:NUMBERS], axis=1)
        taken = np.zeros(len(first), dtype=bool)
        taken[self.taken] = True
        if self.tree.supply is None:
            level = (first == nought[:NUMBERS]).all(axis=1)
            return np.unique(self.tree.province[self.steps.unit[level]])
        if taken.all() or not taken.any():
            return np.zeros(0, dtype=np.int64)
        level = (first == first[self.taken[-1]]).all(axis=1)
        of = self.tree.province[self.steps.unit]
        giving, getting = (np.unique(of[level & side]) for side in (taken, ~taken))
        if not len(getting):
            return getting
        found = [
            own if len(others) > 1 else own[own != others[0]]
            for own, others in ((giving, getting), (getting, giving))
        ]
        return np.unique(np.concatenate(found))

    def widen(self, wider: Mask) -> None:
        """Let the windows of some units grow to three times their width and more."""
        units = self.tree.levels[UNIT]
        reach = np.where(wider, self.high - self.low + 2, 0)
        self.low = np.maximum(self.low - reach, units.lower)
        self.high = np.minimum(self.high + reach, units.upper)

    def _keys(self, steps: _Sorted, top: int) -> list[Ints]:
        """Costs of steps as whole-number keys, from a level down."""
        tree, tiers, own = self.tree, list(steps.tiers.T), steps.own.T
        keys = tiers[:3] + ([own[PROVINCE]] if top == PROVINCE else [])
        keys += [tiers[3], *([own[DISTRICT]] if top <= DISTRICT else []), own[UNIT]]
        depths = range(top, UNIT + 1)
        return keys + [tree.levels[depth].queue[tree.rows_of_units(depth)[steps.unit]] for depth in depths]

    def _noughts(self) -> list[int]:
        """What nought is in each key of the country."""
        ranks = self.nought
        return [0, 0, 0, ranks[PROVINCE], 0, ranks[DISTRICT], ranks[UNIT], 0, 0, 0]


def _below(keys: list[Ints], nought: list[int]) -> Mask:
    """Which vectors are below nought, the first component that is not nought deciding?"""
    below = np.zeros(len(keys[0]), dtype=bool)
    level = ~below
    for key, zero in zip(keys, nought, strict=True):
        below |= level & (key < zero)
        level &= key == zero
    return below


def _guess(tree: Tree) -> Ints:
    """Where the windows go: nothing depends on it but speed."""
    sizes = [len(level) for level in tree.levels]
    first = np.cumsum([0, *sizes])
    most = int(NO_LIMIT) if tree.supply is None else tree.supply
    nodes = Nodes(
        title=np.zeros(sum(sizes), dtype=np.int64),
        level=np.repeat(np.arange(len(sizes)), sizes),
        at=np.concatenate([level.at for level in tree.levels]),
        parent=np.concatenate(
            [level.parent + first[d - 1] if d else level.parent - 1 for d, level in enumerate(tree.levels)]
        ),
        lower=np.concatenate([level.lower for level in tree.levels]),
        upper=np.minimum(np.concatenate([level.upper for level in tree.levels]), most),
        required=np.concatenate([level.required for level in tree.levels]),
        excess=np.concatenate([level.excess for level in tree.levels]),
        target=np.concatenate([t.near[t.which] for t in (level.slopes.targets for level in tree.levels)]),
    )
    return guess(nodes, {0: tree.supply})[first[UNIT] :]
