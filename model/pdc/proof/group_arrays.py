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
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from pdc.base.exact import ratio
from pdc.base.filtered import Parts
from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask, Objects
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


_NO_LIMITS: Final = (0, int(NO_LIMIT), *[0] * len(TIERS), *[int(NO_LIMIT)] * len(TIERS))


@lru_cache(maxsize=1 << 14)
def _limits_text(cells: tuple[int, ...]) -> str:
    """Bounds, what the tiers ask for and their soft upper ends as they stand in a line: they repeat."""
    return ",".join(["" if cell >= NO_LIMIT else str(cell) for cell in cells])


@dataclass(frozen=True, eq=False)
class Names:
    """How the places of a level are called, all of the country."""

    codes: Objects
    above: Objects  # codes of the level above; one empty text above provinces
    parent: Ints
    lines: Objects  # codes and parents' codes as they stand in a line of CSV
    order: Ints  # which of the codes comes where among all of them, in the order of signs


@dataclass(frozen=True, eq=False)
class Places:
    """A title's places of a level at a plan. ``step`` 1 is one post more, −1 one fewer."""

    title: str
    depth: int
    level: Level
    names: Names
    posts: Ints
    asked: Ints  # rows of which a tier asks something
    can: Mapping[int, Mask]
    tiers: Mapping[int, Ints]  # what the step changes, one column a tier; nought where it cannot be
    ranks: Mapping[int, Ints]  # of the deviation's change among the level's; lower is cheaper
    near: Mapping[int, Floats]  # that change as a double, and how far it may be from the exact one
    error: Mapping[int, Floats]
    turn: Ints  # among equals the lower is met first: units of joint floors come after the others
    known: dict[tuple[int, int], Cost] = field(default_factory=dict, repr=False)  # costs made so far

    @cached_property
    def codes(self) -> list[str]:
        """Codes of the places."""
        found: list[str] = self.names.codes[self.level.at].tolist()
        return found

    @cached_property
    def parents(self) -> list[str]:
        """Codes of the places above them; ``""`` for provinces."""
        found: list[str] = self.names.above[self.names.parent[self.level.at]].tolist()
        return found

    @property
    def order(self) -> Ints:
        """Which of the codes comes where, in the order of signs."""
        return self.names.order[self.level.at]

    def cost(self, row: int, step: int) -> Cost:
        """Exact cost of a step, a component a stage."""
        found = self.known.get((row, step))
        if found is None:
            found = self.known[row, step] = self._cost(row, step)
        return found

    def _cost(self, row: int, step: int) -> Cost:
        before, after = AROUND[self.depth]
        change = self.deviation_change(row, step)
        tiers = self.tiers[step][row].tolist()
        if not any(tiers):
            return (*before, change, *after)
        out: list[Fraction | int] = [*before, change, *after]
        for at, posts in zip(TIER_AT, tiers, strict=True):
            out[at] = posts
        return tuple(out)

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
        return (self.title, LEVELS[self.depth], self.names.codes[self.level.at[row]], step)

    def deviations(self) -> list[float]:
        """Deviation of every place: correctly rounded."""
        targets = self.level.slopes.targets
        found = targets.near[targets.which]  # without posts the target itself
        rows = np.flatnonzero(self.posts)
        pairs = zip(self.posts[rows].tolist(), targets.picked(rows), strict=True)
        if self.level.slopes.norm == "webster":
            found[rows] = [(gap := x * d - n) * gap / (d * n) for x, (n, d) in pairs]
        else:
            found[rows] = [abs(x * d - n) / d for x, (n, d) in pairs]
        doubles: list[float] = found.tolist()
        return doubles

    def rows_text(self) -> str:
        """A line of the certificate's nodes for every place, each with an end of line before it."""
        if not len(self.level):
            return ""
        rows = zip(
            self.names.lines[self.level.at].tolist(), self.posts.tolist(), self._limits_and_asks(),
            self.level.targets.picked(slice(None)), strict=True,
        )  # fmt: skip
        head = f"\n{cell_text(self.title)},{LEVELS[self.depth]},"
        return head + head.join(
            [
                f"{line},{posts},{more},{n}/{d}" if d != 1 else f"{line},{posts},{more},{n}"
                for line, posts, more, (n, d) in rows
            ]
        )

    def _limits_and_asks(self) -> list[str]:
        """Bounds, what the tiers ask for and their soft upper ends; most places have none."""
        level = self.level
        found = np.repeat(np.array([_limits_text(_NO_LIMITS)], dtype=object), len(level))
        special = (level.lower != 0) | (level.upper < NO_LIMIT)
        special[self.asked] = True
        rows = np.flatnonzero(special)
        columns = [level.lower, level.upper, *level.required.T, *level.excess.T]
        every = zip(*(column[rows].tolist() for column in columns), strict=True)
        found[rows] = list(map(_limits_text, every))
        texts: list[str] = found.tolist()
        return texts

    def short(self) -> Ints:
        """Shortfall of the places, a number a tier."""
        return np.asarray(self.level.short(self.asked, self.posts[self.asked]).sum(axis=0), dtype=np.int64)


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
    joint: Collection[str] = (),
) -> TitleArrays:
    """Arrays of one title at a plan; ``joint`` are the codes of units with joint floors."""
    tree = tree_of(program, title)
    country, places = program.country, []
    for depth, (name, level) in enumerate(zip(LEVELS, tree.levels, strict=True)):
        over = country.codes(LEVELS[depth - 1] if depth else "")
        lines, order = country.code_lines[name], country.code_order[name]
        names = Names(country.codes(name), over, country.parent(name), lines, order)
        numbers = level_sums(country, posts, name)[level.at]
        places.append(_places(title, depth, level, (names, numbers, _turn(names, level, joint))))
    return TitleArrays(title, tree, (places[0], places[1], places[2]))


def _turn(names: Names, level: Level, joint: Collection[str]) -> Ints:
    """The order in which an elimination of :mod:`pdc.proof.prices` meets places."""
    turn = np.arange(len(level))
    codes = names.codes[level.at].tolist() if joint else []
    later = sorted((code, i) for i, code in enumerate(codes) if code in joint)
    turn[[i for _, i in later]] = len(turn) + np.arange(len(later))
    return turn


def _places(title: str, depth: int, level: Level, found: tuple[Names, Ints, Ints]) -> Places:
    names, posts, turn = found
    rows = np.arange(len(level))
    can = {1: posts < level.upper, -1: posts > level.lower}
    before = posts - can[-1]
    size = len(rows)
    ranks, near, error = level.slopes.ranked(np.concatenate([rows, rows]), np.concatenate([posts, before]))
    asked = level.required[:, -1] != 0
    for ends in level.excess.T:
        asked |= ends < NO_LIMIT
    chosen = np.flatnonzero(asked)
    tiers = {step: np.zeros((size, len(TIERS)), dtype=np.int64) for step in can}
    if len(chosen):
        here = level.short(chosen, posts[chosen])
        for step, changed in tiers.items():
            able = can[step][chosen]
            changed[chosen[able]] = (level.short(chosen, posts[chosen] + step) - here)[able]
    return Places(
        title, depth, level, names, posts, chosen, can, tiers,
        {1: ranks[:size], -1: -ranks[size:]}, {1: near[:size], -1: -near[size:]},
        {1: error[:size], -1: error[size:]}, turn,
    )  # fmt: skip


def nodes_text(titles: Iterable[TitleArrays]) -> str:
    """The nodes of a group as CSV (:data:`pdc.proof.files.HEAD`)."""
    parts = [",".join(HEAD)]
    parts += [places.rows_text() for one in titles for places in one.places]
    parts.append("\n")
    return "".join(parts)


def value_by_stage(
    titles: Sequence[TitleArrays], elsewhere: Mapping[str, Fraction], joint_short: Mapping[int, int]
) -> dict[str, float]:
    """Objective of the plan by stage, as :meth:`pdc.proof.sheet.Sheet.value` counts it."""
    total = {stage: [float(elsewhere.get(stage, 0))] for stage in STAGES}
    for one in titles:
        for places in one.places:
            for tier, posts in zip(TIERS, places.short().tolist(), strict=True):
                total[f"tier{tier}"].append(posts)
            total[LEVELS[places.depth]] += places.deviations()
    for tier, posts in joint_short.items():
        total[f"tier{tier}"].append(posts)
    return {stage: math.fsum(values) for stage, values in total.items()}


def unit_posts(titles: Sequence[TitleArrays]) -> dict[str, dict[str, int]]:
    """Posts by title and code of the units."""
    units = [one.places[UNIT] for one in titles]
    return {places.title: dict(zip(places.codes, places.posts.tolist(), strict=True)) for places in units}
