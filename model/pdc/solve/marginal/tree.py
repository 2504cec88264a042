"""One title's tree as arrays: provinces, districts, units, with what each place may and should have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import floordiv

import numpy as np

from pdc.base.exact import parts_of, ratios
from pdc.base.filtered import Numbers, Slopes, order_by
from pdc.base.levels import LEAST_TARGET, LEVELS
from pdc.base.numbers import Ints, Mask, Objects, objects
from pdc.program.program import Program
from pdc.rules.requirements import NO_LIMIT, TIERS

PROVINCE, DISTRICT, UNIT = range(3)
NONE = Fraction(-1)  # of a unit without a place in its floor's own order; those are above nought


class InfeasibleError(Exception):
    """No plan keeps the bounds of the tree."""


def no_tree(program: Program) -> str:
    """Why a program is not made of trees, as a key of messages; empty where it is.

    What runs across the trees (floors that titles share, limits of several units) is no matter here.
    """
    ties = {
        "shares": program.shares,
        "none_or": program.none_or,
        "minimax": program.norm == "minimax",
        "near": program.kept_table is not None,
    }
    return next((name for name, there in ties.items() if there), "")


@dataclass(frozen=True, eq=False)
class Level:
    """Places of a level that have a unit for the title; rows in the order of codes."""

    at: Ints  # position in the country
    parent: Ints  # row of the place above; 0 for provinces
    lower: Ints
    upper: Ints
    required: Ints  # one column a tier: R[1] … R[4]
    excess: Ints  # one column a tier: soft upper ends
    targets: Numbers
    slopes: Slopes  # of the deviation, whose targets are at least 0.01
    first: Objects | None  # the floor's own order, the higher before the lower; None: there is none
    queue: Ints  # place in the queue for a post among equals: the lower gets it

    def __len__(self) -> int:
        return len(self.at)

    def short(self, row: Ints, x: Ints) -> Ints:
        """Shortfall with x posts, one column a tier."""
        column = x[:, None]
        need = self.required.take(row, axis=0)
        before = np.zeros_like(need)
        before[:, 1:] = need[:, :-1]
        missing = np.maximum(0, need - np.maximum(column, before))
        return np.asarray(missing + np.maximum(0, column - self.excess.take(row, axis=0)), dtype=np.int64)

    @cached_property
    def asked(self) -> Mask:
        """Rows of which a tier asks something."""
        found: Mask = (self.required[:, -1] > 0) | (self.excess < NO_LIMIT).any(axis=1)
        return found

    @cached_property
    def asks(self) -> bool:
        """Does a tier ask anything of any place?"""
        return bool(self.asked.any())

    def tiers(self, row: Ints, x: Ints) -> Ints:
        """What the step from x to x + 1 changes in the shortfalls."""
        found = np.zeros((len(row), len(TIERS)), dtype=np.int64)
        if self.asks:
            asked = np.flatnonzero(self.asked[row])
            places, before = row[asked], x[asked]
            found[asked] = self.short(places, before + 1) - self.short(places, before)
        return found


@dataclass(frozen=True, eq=False)
class Tree:
    """One title's tree."""

    levels: tuple[Level, Level, Level]
    supply: int | None
    province: Ints  # row of the province of every unit

    def same(self, other: Tree) -> bool:
        """The same places, one below the other?"""
        return self.levels[UNIT].slopes.norm == other.levels[UNIT].slopes.norm and all(
            np.array_equal(a.at, b.at) and np.array_equal(a.parent, b.parent)
            for a, b in zip(self.levels, other.levels, strict=True)
        )

    def changed(self, other: Tree) -> Mask:
        """Provinces in which something is not as in another tree over the same places."""
        found = np.zeros(len(self.levels[PROVINCE]), dtype=bool)
        for depth, (a, b) in enumerate(zip(self.levels, other.levels, strict=True)):
            differs = (a.lower != b.lower) | (a.upper != b.upper) | a.targets.differs(b.targets)
            differs |= (a.required != b.required).any(axis=1) | (a.excess != b.excess).any(axis=1)
            if a.first is not None or b.first is not None:
                differs |= a.first != b.first
            found[self.province_of(depth)[differs]] = True
        return found

    def province_of(self, depth: int) -> Ints:
        """Row of the province of every place of a level."""
        if depth == PROVINCE:
            return np.arange(len(self.levels[PROVINCE]))
        return self.levels[DISTRICT].parent if depth == DISTRICT else self.province

    def rows_of_units(self, depth: int) -> Ints:
        """Row of the place of a level that every unit lies in."""
        if depth == UNIT:
            return np.arange(len(self.levels[UNIT]))
        return self.levels[UNIT].parent if depth == DISTRICT else self.province

    def check(self) -> None:
        """Raise :class:`InfeasibleError` where the bounds leave no plan."""
        low, high = self.levels[UNIT].lower, self.levels[UNIT].upper
        for depth in (UNIT, DISTRICT, PROVINCE):
            if (low > high).any():
                raise InfeasibleError(LEVELS[depth])
            if depth:
                above = self.levels[depth - 1]
                low, high = (
                    np.bincount(self.levels[depth].parent, ends, len(above)).astype(np.int64)
                    for ends in (low, np.minimum(high, NO_LIMIT))
                )
                low, high = np.maximum(low, above.lower), np.minimum(high, above.upper)
        if self.supply is not None and not low.sum() <= self.supply <= high.sum():
            raise InfeasibleError("supply")


def tree_of(program: Program, title: str, only: Ints | None = None) -> Tree:
    """The tree of one title of a program, or of some of its provinces, whose numbers stand."""
    if only is not None:
        return _tree_of(program, title, only)
    key = f"tree of {title}"
    if key not in program.found:
        program.found[key] = _tree_of(program, title, None)
    return program.found[key]  # type: ignore[no-any-return]


def _tree_of(program: Program, title: str, only: Ints | None) -> Tree:
    country, targets = program.country, program.targets[title]
    levels: list[Level] = []
    row_above = np.zeros(0, dtype=np.int64)
    for depth, level in enumerate(LEVELS):
        at = program.open(level, title)
        if only is None:
            own, clamped = targets.numbers(country, level), targets.clamped(country, level)
            order = targets.order(country, level)
        else:
            at = at[np.isin(program.province_at(level)[at], only)]
            own = Numbers.of(getattr(targets, level)[at].tolist())
            clamped, order = own.at_least(LEAST_TARGET), own.order()
        asks = program.requirements[title, level]
        lower, upper = program.bounds[title, level]
        first = _first(program.priority[title], at) if depth == UNIT else None
        levels.append(
            Level(
                at=at,
                parent=row_above[country.parent(level)[at]] if depth else np.zeros(len(at), dtype=np.int64),
                lower=lower[at],
                upper=upper[at],
                required=np.stack([asks.required(k)[at] for k in TIERS], axis=1),
                excess=np.stack([asks.upper(k)[at] for k in TIERS], axis=1),
                targets=own,
                slopes=Slopes(clamped, program.norm),
                first=first,
                queue=_queue(order, first),
            )
        )
        row_above = np.full(country.size(level), -1, dtype=np.int64)
        row_above[at] = np.arange(len(at))
    made = (levels[0], levels[1], levels[2])
    supply = targets.supply if only is None else None
    return Tree(made, supply, made[DISTRICT].parent[made[UNIT].parent])


def _first(known: Mapping[int, Fraction], at: Ints) -> Objects | None:
    if not known:
        return None
    return objects([known.get(i, NONE) for i in at.tolist()])


def _queue(order: Ints, first: Objects | None) -> Ints:
    """Among equals: first in the order of the floor's clause, then the larger target, then the lower code."""
    size = len(order)
    own = np.zeros(size, dtype=np.int64)
    if first is not None:
        own = _ranks(first)
    queue = np.empty(size, dtype=np.int64)
    queue[order_by(-own, -order)] = np.arange(1, size + 1)
    return queue


def _ranks(values: Objects) -> Ints:
    """Rank of exact numbers, also below nought: all are moved up as far as the least one needs."""
    above, below = parts_of(values.tolist())
    up = -min(map(floordiv, above, below), default=0)
    return Numbers.of(ratios([n + up * d for n, d in zip(above, below, strict=True)], below)).order()
