"""Could any exchange of a title's posts pay? From ranks alone: no fraction is made.

Costs of steps are ranked exactly, level by level (:mod:`pdc.base.filtered`). One post more here and one fewer
there comes to less than nought where the first of their ranks that differ does, so whole numbers decide what
:mod:`pdc.solve.exchange` decides in fractions. Other titles that share floors with this one stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pdc.base.filtered import order_by
from pdc.base.numbers import Ints, Mask
from pdc.program.program import Program
from pdc.rules.requirements import TIERS
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT, Level, tree_of

T4 = 3  # column of tier 4, which comes after the deviation of the provinces


@dataclass(frozen=True, eq=False)
class _Side:
    """One post more (or one fewer) at every place of a level by itself."""

    can: Mask
    tiers: Ints  # what it changes in the shortfalls, one column a tier
    rank: Ints  # of the change of the deviation; lower is cheaper
    queue: Ints  # among equals the lower one is first


@dataclass(frozen=True, eq=False)
class _Ways:
    """Ways of a post from units up to places of a level: what each comes to, the top's own ranks first."""

    at: Ints  # row of the place
    tiers: Ints
    ranks: tuple[Ints, ...]
    queues: tuple[Ints, ...]

    def keys(self, depth: int) -> tuple[Ints, ...]:
        """What ways to places of a level are compared by, one after the other."""
        short = tuple(self.tiers.T)
        if depth == PROVINCE:
            return (*short[:T4], self.ranks[0], short[T4], *self.ranks[1:], *self.queues)
        return (*short, *self.ranks, *self.queues)

    def rows(self, chosen: Ints) -> _Ways:
        """Some of them."""
        ranks, queues = (tuple(one[chosen] for one in many) for many in (self.ranks, self.queues))
        return _Ways(self.at[chosen], self.tiers[chosen], ranks, queues)

    def up(self, above: Ints, side: _Side) -> _Ways:
        """The same ways on to the places above, where these can have the step too."""
        found = np.flatnonzero(side.can[above])
        rest, at = self.rows(found), above[found]
        return _Ways(
            at, rest.tiers + side.tiers[at], (side.rank[at], *rest.ranks), (side.queue[at], *rest.queues)
        )


def joint_change(program: Program, title: str, posts: Mapping[str, Ints], step: int) -> Ints:
    """What a step of a title changes in the shortfalls of joint floors, by unit, one column a tier."""
    found = np.zeros((len(program.country.units), len(TIERS)), dtype=np.int64)
    for tier, at, amount, _, titles in program.joint_required:
        if title in titles:
            lacking = amount - np.sum([posts[t][at] for t in titles], axis=0)
            found[at, tier - 1] += np.maximum(0, lacking - step) - np.maximum(0, lacking)
    return found


def full_units(program: Program, title: str, posts: Ints) -> Mask:
    """Units of groups that stand at their common limit: they take no more."""
    full = np.zeros(len(program.country.units), dtype=bool)
    for cells in program.together:
        if cells.titles[0] == title:
            assert cells.members is not None
            assert cells.member_of is not None
            sums = np.bincount(cells.member_of, weights=posts[cells.members], minlength=len(cells.at))
            full[cells.members[(sums >= cells.amount)[cells.member_of]]] = True
    return full


def settled(program: Program, title: str, posts: Mapping[str, Ints]) -> bool:
    """Is it plain that no exchange of posts of the title pays? False: it has to be looked at closely."""
    tree = tree_of(program, title)
    at = tree.levels[UNIT].at
    own = posts[title][at]
    sides = []
    for depth, level in enumerate(tree.levels):
        numbers = np.bincount(tree.rows_of_units(depth), own, len(level)).astype(np.int64)
        sides.append(_sides(level, numbers))
    if any(title in cells.titles for cells in (*program.joint, *program.together)):
        full = full_units(program, title, posts[title])[at]
        for step, side in sides[UNIT].items():
            tiers = side.tiers + joint_change(program, title, posts, step)[at]
            sides[UNIT][step] = replace(side, tiers=tiers, can=side.can & ~full if step > 0 else side.can)
    ways = {}
    for step in (1, -1):
        side = sides[UNIT][step]
        at = np.flatnonzero(side.can)
        ways[step] = _Ways(at, side.tiers[at], (side.rank[at],), (side.queue[at],))
    for depth in (UNIT, DISTRICT, PROVINCE) if tree.supply is not None else (UNIT, DISTRICT):
        above = {}
        for step, found in ways.items():
            group = tree.levels[depth].parent[found.at]
            best = _first(group, found.keys(depth))
            ways[step], above[step] = found.rows(best), group[best]
        _, more, fewer = np.intersect1d(above[1], above[-1], assume_unique=True, return_indices=True)
        pairs = zip(ways[1].keys(depth), ways[-1].keys(depth), strict=True)
        if _below_nought([a[more] + b[fewer] for a, b in pairs]).any():
            return False
        if depth != PROVINCE:
            ways = {step: found.up(above[step], sides[depth - 1][step]) for step, found in ways.items()}
    return True


def _sides(level: Level, posts: Ints) -> dict[int, _Side]:
    rows, before = np.arange(len(level)), np.maximum(posts - 1, 0)
    ranks, _ = level.slopes.ranks(np.concatenate([rows, rows]), np.concatenate([posts, before]))
    return {
        1: _Side(posts < level.upper, level.tiers(rows, posts), ranks[: len(rows)], level.queue),
        -1: _Side(posts > level.lower, -level.tiers(rows, before), -ranks[len(rows) :], -level.queue),
    }


def _first(group: Ints, keys: tuple[Ints, ...]) -> Ints:
    """The cheapest of every group."""
    order = order_by(group, *keys)
    return order[np.flatnonzero(np.diff(group[order], prepend=-1) > 0)]


def _below_nought(columns: list[Ints]) -> Mask:
    """Rows whose first column that is not nought is below it."""
    sign: Ints = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        sign = np.where(sign == 0, np.sign(column), sign)
    return sign < 0
