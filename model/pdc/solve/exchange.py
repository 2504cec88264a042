"""Exact proof and last polish: is there a place that should have had another place's post?

A separable convex objective over a tree is optimal if and only if no single post can move from one place to
another at a gain (Murota, *Discrete Convex Analysis*, 2003, theorem 6.26: laminar convex functions are
M♮-convex). Costs of several stages, compared one after the other, form an ordered group, so this holds for
the lexicographic objective as a whole, ties included. Costs here are whole numbers and fractions: what the
solver cannot tell apart at 1e-9 is told apart here. For one title alone the test is a proof; for titles
tied by joint rules, or with limits over several units, it is a necessary condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pdc.base.exact import Fraction
from pdc.base.levels import LEAST_TARGET
from pdc.base.numbers import Floats, Ints
from pdc.country.country import level_sums
from pdc.program.program import Program, clamp
from pdc.rules.requirements import TIERS
from pdc.solve.settled import full_units, joint_change, settled
from pdc_common.levels import LEVELS

CLOSE = 1e-6  # floats nearer than this (relative) are compared as fractions
ROUNDS = 100_000  # exchanges; a solver's answer needs none, or a handful
Cost = tuple[Fraction | int, ...]


@dataclass(frozen=True, eq=False)
class _Side:
    """What one more (or one fewer) post costs every place of a level by itself; ``open`` where it may."""

    tiers: npt.NDArray[np.int64]  # one column a tier
    deviation: Floats
    open: npt.NDArray[np.bool_]


def polish(program: Program, posts: Mapping[str, Ints]) -> tuple[dict[str, Ints], int]:
    """Posts after all gainful exchanges, and how many there were."""
    found = {title: units.copy() for title, units in posts.items()}
    if program.norm == "minimax":
        return found, 0
    moves = 0
    for title in program.titles:
        if settled(program, title, found):
            continue
        tree = _Tree(program, title, found)
        while moves < ROUNDS:
            move = tree.gain()
            if move is None:
                break
            more, fewer = move
            found[title][more] += 1
            found[title][fewer] -= 1
            tree = _Tree(program, title, found)
            moves += 1
    return found, moves


class _Tree:
    """One title's tree at a plan: the best place for one more and one fewer post, by scope."""

    def __init__(self, program: Program, title: str, posts: Mapping[str, Ints]) -> None:
        self.program, self.title, self.posts = program, title, posts
        self.country = program.country
        self.numbers = {level: level_sums(self.country, posts[title], level) for level in LEVELS}
        self.targets = {level: getattr(program.targets[title], level) for level in LEVELS}
        self.places = {level: program.open(level, title) for level in LEVELS}
        self.floats = {level: self._floats(level) for level in LEVELS}
        self.rank = {level: self._ranks(level) for level in LEVELS}
        self.asked = {level: self._asked(level) for level in LEVELS}
        self.sides = {(level, step): self._side(level, step) for level in LEVELS for step in (1, -1)}

    def _floats(self, level: str) -> Floats:
        """Targets as floats where the title may be placed."""
        values = np.ones(len(self.numbers[level]))
        at = self.places[level]
        nearest = self.program.targets[self.title].nearest(self.country, level)
        values[at] = np.maximum(nearest[at], float(LEAST_TARGET))
        return values

    def _asked(self, level: str) -> tuple[Ints, Ints, Ints]:
        """R[k−1], R[k] and the soft upper end of every tier, one column a tier."""
        asks = self.program.requirements[self.title, level]
        required = np.stack([asks.required(k) for k in (0, *TIERS)], axis=1)
        excess = np.stack([asks.upper(k) for k in TIERS], axis=1)
        return required[:, :-1], required[:, 1:], excess

    def _ranks(self, level: str) -> Ints:
        """Order in which places get a post among equals (as :func:`pdc.program.value.tie_ranks`)."""
        target = np.zeros(len(self.numbers[level]))
        nearest = self.program.targets[self.title].nearest(self.country, level)
        target[self.places[level]] = nearest[self.places[level]]
        priority = np.full(len(target), -1.0)
        if level == "unit":
            for at, value in self.program.priority[self.title].items():
                priority[at] = float(value)
        order = np.lexsort((np.arange(len(target)), -target, -priority))
        ranks = np.empty(len(target), dtype=np.int64)
        ranks[order] = np.arange(len(target))
        return ranks

    def _side(self, level: str, step: int) -> _Side:
        program, title = self.program, self.title
        x = self.numbers[level]
        before, required, excess = self.asked[level]

        def short(numbers: Ints) -> Ints:
            column = numbers[:, None]
            missing = np.maximum(0, required - np.maximum(column, before))
            return np.asarray(missing + np.maximum(0, column - excess), dtype=np.int64)

        tiers = short(x + step) - short(x)
        lower, upper = program.bounds[title, level]
        allowed = np.zeros(len(x), dtype=bool)
        allowed[self.places[level]] = True
        allowed &= (x + step >= lower) & (x + step <= upper)
        if level == "unit":
            tiers += joint_change(program, title, self.posts, step)
            if step > 0:
                allowed &= ~full_units(program, title, self.posts[title])
        q = self.floats[level]
        if program.norm == "webster":
            change = step * (2 * x - 2 * q + step) / q
        else:
            change = np.abs(x + step - q) - np.abs(x - q)
        return _Side(tiers, change, allowed)

    def gain(self) -> tuple[int, int] | None:
        """An exchange that pays: (unit that gets a post, unit that gives one)."""
        best = {step: self._best(step) for step in (1, -1)}
        for scope in ("district", "province", "country"):
            more, fewer = best[1][scope], best[-1][scope]
            for place in more.keys() & fewer.keys():
                (gets, cost), (gives, saving) = more[place], fewer[place]
                if gets != gives and _sum(cost, saving) < _zero(cost):
                    return gets, gives
        return None

    def _best(self, step: int) -> dict[str, dict[int, tuple[int, Cost]]]:
        """Cheapest unit of every district, province, and of the country, with its exact cost there."""
        side = self.sides["unit", step]
        rows = np.flatnonzero(side.open)
        chosen = _cheapest(rows, self.country.unit_district[rows], side, self.rank["unit"], step, self._exact)
        by_district: dict[int, tuple[int, Cost]] = {}
        inside_province: dict[int, tuple[int, Cost]] = {}
        for unit in chosen:
            d, p = int(self.country.unit_district[unit]), int(self.country.unit_province[unit])
            tiers = side.tiers[unit].tolist()
            own, rank = self._exact("unit", unit, step), step * int(self.rank["unit"][unit])
            by_district[d] = (unit, (*tiers[:3], tiers[3], own, rank))
            if not self.sides["district", step].open[d]:
                continue
            more = self.sides["district", step].tiers[d].tolist()
            both = [a + b for a, b in zip(tiers, more, strict=True)]
            ranks = (step * int(self.rank["district"][d]), rank)
            cost = (*both, self._exact("district", d, step), own, *ranks)
            if p not in inside_province or cost < inside_province[p][1]:
                inside_province[p] = (unit, cost)
        country: dict[int, tuple[int, Cost]] = {}
        if self.program.targets[self.title].supply is None:
            return {"district": by_district, "province": inside_province, "country": country}
        for p, (unit, inner) in inside_province.items():
            if not self.sides["province", step].open[p]:
                continue
            more = self.sides["province", step].tiers[p].tolist()
            t1, t2, t3, t4 = (a + b for a, b in zip(inner[:4], more, strict=True))
            rank = step * int(self.rank["province"][p])
            cost = (t1, t2, t3, self._exact("province", p, step), t4, *inner[4:6], rank, *inner[6:])
            if 0 not in country or cost < country[0][1]:
                country[0] = (unit, cost)
        return {"district": by_district, "province": inside_province, "country": country}

    def _exact(self, level: str, at: int, step: int) -> Fraction:
        """Exact change of the deviation of one place."""
        x, q = int(self.numbers[level][at]), clamp(self.targets[level][at])
        if self.program.norm == "webster":
            # ((x + s − q)² − (x − q)²) / q = s·(2x + s)/q − 2s
            return Fraction(step * (2 * x + step) * q.denominator, q.numerator) - 2 * step
        return abs(x + step - q) - abs(x - q)


def _cheapest(rows: Ints, group: Ints, side: _Side, rank: Ints, step: int, exact: object) -> list[int]:
    """The cheapest row of every group: floats decide where they are apart, fractions where not."""
    assert callable(exact)
    if not len(rows):
        return []
    tiers, change = side.tiers[rows], side.deviation[rows]
    order = np.lexsort((change, *tiers.T[::-1], group))
    rows, group, tiers, change = rows[order], group[order], tiers[order], change[order]
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    ends = np.r_[first[1:], len(rows)]
    found = []
    for a, b in zip(first.tolist(), ends.tolist(), strict=True):
        near = (tiers[a:b] == tiers[a]).all(axis=1) & (
            change[a:b] <= change[a] + CLOSE * max(1.0, abs(float(change[a])))
        )
        candidates = rows[a:b][near].tolist()
        if len(candidates) > 1:
            candidates.sort(key=lambda unit: (exact("unit", unit, step), step * int(rank[unit])))
        found.append(candidates[0])
    return found


def _sum(a: Cost, b: Cost) -> Cost:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _zero(cost: Cost) -> Cost:
    return (0,) * len(cost)
