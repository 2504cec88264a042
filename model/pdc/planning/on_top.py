"""Posts on top of a plan: floors that ask once it is made (key ``later``; A.16 in its other reading).

Every place that such a floor asks and that stayed at 0 gets one post, added to the national number and placed
among its units by the usual aims, those of its districts before those of its units; nothing else changes. One
post a place: each unit that may have it is compared in plain numbers, so no solver is needed. Where
all stand at 0, what leaves Σ|x − q| least leaves the largest |x − q| / q least too: minimax is as l1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.faults import Fault
from pdc.base.numbers import Ints
from pdc.program.options import Options
from pdc.program.orders import order_needs
from pdc.program.program import NORMS, Program, clamp
from pdc.rules.bind import BoundGroup
from pdc.rules.cells import Numbers
from pdc.rules.kinds import Cells
from pdc.rules.kinds.limits import group_sums, limits
from pdc.rules.requirements import TIERS
from pdc_common.levels import LEVELS


def later_fault(clause: str, options: Options) -> Fault:
    """Floors on top of a made plan are neither hard nor part of a repair."""
    how = "--strict" if options.strict else "repair, --keep"
    return Fault("", None, clause, "scenario.later", {"how": how})


def later_cells(bound: BoundGroup) -> tuple[Cells, ...]:
    """Floors of a group that ask only once its plan is made."""
    return tuple(cells for cells in bound.cells if cells.later)


def without_later(bound: BoundGroup) -> BoundGroup:
    """The group's law without them: what the plan is made by."""
    return replace(bound, cells=tuple(cells for cells in bound.cells if not cells.later))


def with_more(bound: BoundGroup, posts: Mapping[str, Ints]) -> BoundGroup:
    """The whole law with the national numbers that ``posts`` come to."""
    targets = {}
    for title, target in bound.targets.items():
        targets[title] = target
        if target.supply is not None and target.spare_at is not None:
            total = int(posts[title].sum())
            targets[title] = replace(target, supply=total, spare_at=None, on_top=total - target.supply)
    return replace(bound, targets=targets)


def placed_on_top(program: Program, posts: Mapping[str, Ints], later: Sequence[Cells]) -> dict[str, Ints]:
    """``posts`` with one more at each place asked that has none, where a unit of it may have one.

    ``program`` is that of the plan; larger targets come first where a limit has no room for all.
    """
    placer = _Placer(program, posts)
    for cells in later:
        title = cells.titles[0]
        first = [0] * len(cells.at) if cells.priority is None else cells.priority.tolist()
        numbers = placer.numbers[title, cells.level]
        asked = sorted(range(len(cells.at)), key=lambda i: (-first[i], i))
        for at in [int(cells.at[i]) for i in asked]:
            if not numbers[at]:
                placer.place(title, cells.level, at)
    return {title: placer.numbers[title, LEVELS[-1]] for title in posts}


class _Placer:
    """A plan that grows post by post; what rules ask of a unit does not change with it."""

    def __init__(self, program: Program, posts: Mapping[str, Ints]) -> None:
        self.program, self.country = program, program.country
        start = Numbers(program.country, posts)
        self.numbers = {(t, level): start.at(t, level).copy() for t in posts for level in LEVELS}
        self.asks = {
            (title, level): [(of.required(tier - 1), of.required(tier), of.upper(tier)) for tier in TIERS]
            for title in posts
            for level in LEVELS[1:]
            for of in [program.requirements[title, level]]
        }
        self.joint = [
            (tier, titles, dict(zip(at.tolist(), amount.tolist(), strict=True)))
            for tier, at, amount, _, titles in program.joint_required
        ]

    def place(self, title: str, level: str, at: int) -> None:
        """One post more at the best unit of a place that may have it, if there is one."""
        depth = LEVELS.index(level)
        units = np.arange(len(self.country.units))
        of = (self.country.unit_province, self.country.unit_district, units)[depth]
        inside = np.flatnonzero((of == at) & self.program.targets[title].eligible).tolist()
        costs: list[tuple[Any, ...]] = [
            (*self.cost(title, u, depth), u) for u in inside if self.allowed(title, u)
        ]
        if costs:
            unit = int(min(costs)[-1])
            for where, place in zip(LEVELS, self.places(unit), strict=True):
                self.numbers[title, where][place] += 1

    def places(self, unit: int) -> tuple[int, int, int]:
        """Positions of a unit's province and district, and its own."""
        return int(self.country.unit_province[unit]), int(self.country.unit_district[unit]), unit

    def allowed(self, title: str, unit: int) -> bool:
        """Do the hard rules let this unit have one more?"""
        program, own = self.program, self.numbers[title, LEVELS[-1]]
        for level, at in zip(LEVELS, self.places(unit), strict=True):
            if self.numbers[title, level][at] >= program.bounds[title, level][1][at]:
                return False
        for cells in (*program.together, *(s for s in program.shares if s.rule.tier is None)):
            if cells.titles == (title,) and self.is_full(cells, unit):
                return False
        for cells in program.none_or:
            here = cells.at == unit if cells.titles == (title,) else np.zeros(0, dtype=bool)
            if here.any() and own[unit] + 1 < int(cells.amount[here][0]):
                return False
        return not any(self.waits(c, title, unit) for c in program.orders if c.titles == (title,))

    def is_full(self, cells: Cells, unit: int) -> bool:
        """Has a limit of several units no room for one more at this unit?"""
        assert cells.members is not None
        if unit not in cells.members:
            return False
        title, here = cells.titles[0], cells.at == self.country.unit_province[unit]
        limit = cells.amount
        if cells.rate:
            limit = limits(cells, self.numbers[title, LEVELS[0]][cells.at] + here)
        full = group_sums(self.numbers[title, LEVELS[-1]], cells) >= limit
        return bool(full[here].any())

    def waits(self, cells: Cells, title: str, unit: int) -> bool:
        """Is the unit one that an order lets have none yet?"""
        assert cells.members is not None
        assert cells.first is not None
        if unit not in cells.members:
            return False
        needs = order_needs(self.program, cells)
        here = self.country.unit_province[cells.first] == self.country.unit_province[unit]
        return bool((self.numbers[title, LEVELS[-1]][cells.first] < needs)[here].any())

    def cost(self, title: str, unit: int, above: int) -> tuple[Fraction | int, ...]:
        """What one more at a unit costs below its place (of depth ``above``): tiers, deviations, ties."""
        depths = range(above + 1, len(LEVELS))
        at = self.places(unit)
        found: list[Fraction | int] = []
        for k, tier in enumerate(TIERS):
            alone = sum(self.short(title, depth, at[depth], k) for depth in depths)
            found.append(alone + self.short_together(title, unit, tier))
        found += [self.nearness(title, depth, at[depth]) for depth in depths]
        for depth in depths:
            found += self.queue(title, depth, at[depth])
        return tuple(found)

    def short(self, title: str, depth: int, at: int, k: int) -> int:
        """By how much the shortfall of a tier grows at a place (it falls where it is below 0)."""
        x = int(self.numbers[title, LEVELS[depth]][at])
        before, required, upper = self.asks[title, LEVELS[depth]][k]
        return int(x >= upper[at]) - int(before[at] <= x < required[at])

    def short_together(self, title: str, unit: int, tier: int) -> int:
        """The same of floors that several titles share at a unit."""
        change = 0
        for of, titles, amounts in self.joint:
            if of == tier and title in titles and unit in amounts:
                have = sum(int(self.numbers[t, LEVELS[-1]][unit]) for t in titles)
                change -= int(have < amounts[unit])
        return change

    def nearness(self, title: str, depth: int, at: int) -> Fraction:
        """By how much the deviation of a level grows with one more at a place."""
        q = clamp(getattr(self.program.targets[title], LEVELS[depth])[at])
        x = int(self.numbers[title, LEVELS[depth]][at])
        if self.program.norm == NORMS[0]:
            return (x + 1 - q) ** 2 / q - (x - q) ** 2 / q
        return abs(x + 1 - q) - abs(x - q)

    def queue(self, title: str, depth: int, at: int) -> tuple[Fraction, Fraction, int]:
        """A place's turn among equals: a floor's own order (of units), the larger target, the lower code."""
        own = self.program.priority[title] if depth == len(LEVELS) - 1 else {}
        return -own.get(at, Fraction(-1)), -getattr(self.program.targets[title], LEVELS[depth])[at], at
