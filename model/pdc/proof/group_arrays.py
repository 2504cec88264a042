"""A solved group as arrays: numbers, bounds, what one post more or fewer changes; exact texts where asked.

The same numbers that :class:`pdc.proof.sheet.Node` holds one by one. Costs are whole shortfalls and ranks of
exact deviations (:mod:`pdc.base.filtered`), so the cheapest of thousands of places is found without
fractions; the fraction of a place is made when it is written or counted.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np

from pdc.base.exact import ratio
from pdc.base.filtered import Parts
from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask
from pdc.country.country import level_sums
from pdc.program.program import Program
from pdc.proof.files import HEAD
from pdc.proof.prices import Step
from pdc.proof.sheet import LEVEL_AT, TIER_AT, ZERO, Cost
from pdc.rules.requirements import NO_LIMIT, TIERS
from pdc.solve.marginal.tree import UNIT, Level, Tree, tree_of
from pdc_common.cells_csv import cell_text
from pdc_common.levels import LEVELS

AROUND: Final = tuple((ZERO[: LEVEL_AT[level]], ZERO[LEVEL_AT[level] + 1 :]) for level in LEVELS)
"""Noughts before and after a level's own component of a cost."""


@dataclass(frozen=True, eq=False)
class Places:
    """A title's places of a level at a plan. ``step`` 1 is one post more, −1 one fewer."""

    title: str
    depth: int
    level: Level
    codes: list[str]
    parents: list[str]
    lines: list[str]  # codes and parents' codes as they stand in a line of CSV
    posts: Ints
    can: Mapping[int, Mask]
    tiers: Mapping[int, Ints]  # what the step changes, one column a tier; nought where it cannot be
    ranks: Mapping[int, Ints]  # of the deviation's change among the level's; lower is cheaper
    near: Mapping[int, Floats]  # that change as a double, and how far it may be from the exact one
    error: Mapping[int, Floats]
    order: Ints  # of the codes as texts
    turn: Ints  # among equals the lower is met first: units of joint floors come after the others
    known: dict[tuple[int, int], Cost] = field(default_factory=dict, repr=False)  # costs made so far

    def cost(self, row: int, step: int) -> Cost:
        """Exact cost of a step, a component a stage."""
        found = self.known.get((row, step))
        if found is None:
            found = self.known[row, step] = self._cost(row, step)
        return found

    def _cost(self, row: int, step: int) -> Cost:
        before, after = AROUND[self.depth]
        change = self.deviation_change(row, step)
        if not self.asked[step][row]:
            return (*before, change, *after)
        out: list[Fraction | int] = [*before, change, *after]
        for at, posts in zip(TIER_AT, self.tiers[step][row].tolist(), strict=True):
            out[at] = posts
        return tuple(out)

    @cached_property
    def asked(self) -> Mapping[int, list[bool]]:
        """Where the step changes a shortfall."""
        found: dict[int, list[bool]] = {}
        for step, tiers in self.tiers.items():
            found[step] = (tiers != 0).any(axis=1).tolist()
        return found

    def deviation_change(self, row: int, step: int) -> Fraction | int:
        """Exact change of the deviation by a step."""
        x = int(self.posts[row])
        above, below = self.level.slopes.exact(row, x if step > 0 else x - 1)
        value = ratio(step * above, below)
        return value.numerator if value.denominator == 1 else value

    def changes(self, rows: Ints | int, step: int) -> list[Parts]:
        """Exact change of the deviation by a step at some places, not reduced."""
        rows = np.atleast_1d(rows)
        slopes = self.level.slopes
        x = self.posts[rows] if step > 0 else self.posts[rows] - 1
        found = slopes.exact_all(rows, x)
        return found if step > 0 else [(-above, below) for above, below in found]

    def step(self, row: int, step: int) -> Step:
        """The step by name."""
        return (self.title, LEVELS[self.depth], self.codes[row], step)

    def deviations(self) -> list[float]:
        """Deviation of every place: correctly rounded from whole numbers."""
        targets = self.level.slopes.targets
        parts = [targets.parts[i] for i in targets.which.tolist()]
        pairs = zip(self.posts.tolist(), parts, strict=True)
        if self.level.slopes.norm == "webster":
            return [(x * d - n) ** 2 / (d * n) for x, (n, d) in pairs]
        return [abs(x * d - n) / d for x, (n, d) in pairs]

    def rows_text(self) -> list[str]:
        """A line of the certificate's nodes for every place."""
        level = self.level
        targets = [f"{n}/{d}" if d != 1 else str(n) for n, d in level.targets.parts]
        head = f"{cell_text(self.title)},{LEVELS[self.depth]},"
        limits = zip(level.lower.tolist(), _limits(level.upper), strict=True)
        return [
            f"{head}{line},{posts},{low},{high},{asks},{targets[q]}"
            for line, posts, (low, high), asks, q in zip(
                self.lines, self.posts.tolist(), limits, _asks(level), level.targets.which.tolist(),
                strict=True,
            )
        ]  # fmt: skip


def _limits(values: Ints) -> list[str]:
    none = int(NO_LIMIT)
    return ["" if value >= none else str(value) for value in values.tolist()]


def _asks(level: Level) -> list[str]:
    """What the tiers ask for and their soft upper ends as text; of most places nothing is asked."""
    found = [",".join(["0"] * len(TIERS) + [""] * len(TIERS))] * len(level)
    rows = np.flatnonzero((level.required[:, -1] != 0) | (level.excess < NO_LIMIT).any(axis=1))
    needs = [",".join(map(str, row)) for row in level.required[rows].tolist()]
    ends = _limits(level.excess[rows].ravel())
    for i, (row, need) in enumerate(zip(rows.tolist(), needs, strict=True)):
        found[row] = f"{need},{','.join(ends[i * len(TIERS) : (i + 1) * len(TIERS)])}"
    return found


@dataclass(frozen=True, eq=False)
class TitleArrays:
    """A title's places, level by level."""

    title: str
    tree: Tree
    places: tuple[Places, Places, Places]


def title_arrays(
    program: Program,
    title: str,
    posts: Ints,
    codes: Mapping[str, Sequence[str]],
    joint: Collection[str] = (),
) -> TitleArrays:
    """Arrays of one title at a plan; ``codes`` of all places by level, ``joint`` those of joint floors."""
    tree = tree_of(program, title)
    places = []
    for depth, (name, level) in enumerate(zip(LEVELS, tree.levels, strict=True)):
        own = [codes[name][i] for i in level.at.tolist()]
        above = [""] * len(own)
        if depth:
            over = codes[LEVELS[depth - 1]]
            above = [over[i] for i in program.country.parent(name)[level.at].tolist()]
        lines = [program.country.code_lines[name][i] for i in level.at.tolist()]
        numbers = level_sums(program.country, posts, name)[level.at]
        order = program.country.code_order[name][level.at]
        places.append(_places(title, depth, level, (own, above, lines), (numbers, order, _turn(own, joint))))
    return TitleArrays(title, tree, (places[0], places[1], places[2]))


def _turn(codes: Sequence[str], joint: Collection[str]) -> Ints:
    """The order in which an elimination of :mod:`pdc.proof.prices` meets places."""
    turn = np.arange(len(codes))
    later = sorted((code, i) for i, code in enumerate(codes) if code in joint) if joint else []
    turn[[i for _, i in later]] = len(codes) + np.arange(len(later))
    return turn


def _places(
    title: str,
    depth: int,
    level: Level,
    names: tuple[list[str], list[str], list[str]],
    numbers: tuple[Ints, Ints, Ints],
) -> Places:
    posts, order, turn = numbers
    rows = np.arange(len(level))
    can = {1: posts < level.upper, -1: posts > level.lower}
    before = np.where(can[-1], posts - 1, posts)
    up, down = level.tiers(rows, posts), level.tiers(rows, before)
    up[~can[1]] = 0
    down[~can[-1]] = 0
    size = len(rows)
    ranks, near, error = level.slopes.ranked(np.concatenate([rows, rows]), np.concatenate([posts, before]))
    return Places(
        title, depth, level, *names, posts, can, {1: up, -1: -down},
        {1: ranks[:size], -1: -ranks[size:]}, {1: near[:size], -1: -near[size:]},
        {1: error[:size], -1: error[size:]}, order, turn,
    )  # fmt: skip


def nodes_text(titles: Iterable[TitleArrays]) -> str:
    """The nodes of a group as CSV (:data:`pdc.proof.files.HEAD`)."""
    lines = [",".join(HEAD)]
    for one in titles:
        for places in one.places:
            lines += places.rows_text()
    lines.append("")
    return "\n".join(lines)


def value_by_stage(
    titles: Sequence[TitleArrays], elsewhere: Mapping[str, Fraction], joint_short: Mapping[int, int]
) -> dict[str, float]:
    """Objective of the plan by stage, as :meth:`pdc.proof.sheet.Sheet.value` counts it."""
    total = {stage: [float(elsewhere.get(stage, 0))] for stage in STAGES}
    for one in titles:
        for places in one.places:
            short = places.level.short(np.arange(len(places.level)), places.posts).sum(axis=0)
            for tier, posts in zip(TIERS, short.tolist(), strict=True):
                total[f"tier{tier}"].append(posts)
            total[LEVELS[places.depth]] += places.deviations()
    for tier, posts in joint_short.items():
        total[f"tier{tier}"].append(posts)
    return {stage: math.fsum(values) for stage, values in total.items()}


def unit_posts(titles: Sequence[TitleArrays]) -> dict[tuple[str, str], int]:
    """Posts of every title and unit."""
    return {
        (one.title, code): posts
        for one in titles
        for code, posts in zip(one.places[UNIT].codes, one.places[UNIT].posts.tolist(), strict=True)
    }
