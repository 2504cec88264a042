"""The program of one group: what rules ask, and its form as a network of convex cost segments.

Every place of every title is a node of a tree (country → provinces → districts → units). A node's number
is its lower bound plus the lengths of its segments: one column a segment, break points at whole numbers,
so that a tree with floors, bands and convex deviations stays a network matrix and its LP has whole
vertices. Only segments near the optimum have length one; the rest is covered by long ones, which are made
finer where the solution comes near them (see :mod:`pdc.solve`).

This module knows no solver: :mod:`pdc.program.arrays` makes arrays of it, :mod:`pdc.solve.highs` a PuLP
model of those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from pdc.base.exact import Fraction
from pdc.base.levels import LEAST_TARGET, STAGES
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.program.model import Nodes
from pdc.rules.cells import Cells
from pdc.rules.kinds.limits import limits, share_ask
from pdc.rules.requirements import NO_LIMIT, TIERS, Ask, Requirements
from pdc.rules.targets import Targets
from pdc_common.levels import LEVELS

REPAIR_STAGES: Final = (
    "tier1", "tier2", "tier3", "between", "tier4", "moved", "province", "district", "unit",
)  # fmt: skip
"""Of a repair: as few posts as can be are moved between provinces, then in all; targets decide what is left.

As in a plan, tier 4 comes once the province numbers stand; so a plan needs no repair.
"""
NORMS: Final = ("webster", "l1", "minimax")


JointFloor = tuple[int, Ints, Ints, str, tuple[str, ...]]
"""Tier, units, amounts, name, titles."""


def clamp(target: Fraction) -> Fraction:
    """Target as the deviation reads it."""
    return target if target > LEAST_TARGET else LEAST_TARGET


@dataclass(eq=False)
class Program:
    """Collects what the kinds of rule say of the titles of one group."""

    country: Country
    titles: tuple[str, ...]
    targets: Mapping[str, Targets]
    norm: str = "webster"
    requirements: dict[tuple[str, str], Requirements] = field(default_factory=dict)
    bounds: dict[tuple[str, str], tuple[Ints, Ints]] = field(default_factory=dict)
    joint: list[Cells] = field(default_factory=list)
    shares: list[Cells] = field(default_factory=list)
    together: list[Cells] = field(default_factory=list)
    orders: list[Cells] = field(default_factory=list)
    none_or: list[Cells] = field(default_factory=list)
    gaps: str = "unit"  # level at which none-or-at-least is asked for while solving
    kept_table: Mapping[str, Ints] | None = None  # posts of another table, to stay near to
    kept_level: str = "unit"  # what that table shows
    most_moved: Mapping[str, int] | None = None  # Σ|x − kept| of a title at most; None: as few as can be
    moved_first: bool = False  # moves before everything else: how few does it take?
    whole: bool = False  # units are told to be whole (where rows cut across the network)
    priority: dict[str, dict[int, Fraction]] = field(default_factory=dict)
    _merged: tuple[int, list[JointFloor]] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        for title in self.titles:
            for level in LEVELS:
                size = self.country.size(level)
                free = (np.zeros(size, dtype=np.int64), np.full(size, NO_LIMIT, dtype=np.int64))
                self.requirements.setdefault((title, level), Requirements(size))
                self.bounds.setdefault((title, level), free)
            self.priority.setdefault(title, {})

    # what kinds call -----------------------------------------------------------------------------------

    def ask(self, title: str, level: str, ask: Ask, priority: npt.NDArray[np.object_] | None = None) -> None:
        """Soft floor or fix."""
        self.requirements[title, level].ask(ask)
        if priority is not None and level == "unit":
            known = self.priority[title]
            for at, value in zip(ask.at.tolist(), priority.tolist(), strict=True):
                known.setdefault(at, Fraction(value))

    def at_most(self, title: str, at: Ints, most: Ints) -> None:
        """Hard upper bound of units; the smaller limit counts."""
        np.minimum.at(self.bounds[title, "unit"][1], at, most)

    def band(self, cells: Cells) -> None:
        """Bounds when hard, soft ends when the rule has a tier."""
        assert cells.upper is not None
        title, rule = cells.titles[0], cells.rule
        if rule.tier is None:
            lower, upper = self.bounds[title, cells.level]
            np.maximum.at(lower, cells.at, cells.amount)
            np.minimum.at(upper, cells.at, cells.upper)
        else:
            asks = self.requirements[title, cells.level]
            asks.ask(Ask(rule.key, rule.tier, cells.at, cells.amount, rule.key))
            asks.at_most(rule.tier, cells.at, cells.upper)

    def pin(self, title: str, level: str, at: Ints, posts: Ints) -> None:
        """Fix numbers (A.4)."""
        lower, upper = self.bounds[title, level]
        lower[at] = np.maximum(lower[at], posts)
        upper[at] = np.minimum(upper[at], posts)

    def at_least_together(self, cells: Cells) -> None:
        """Soft floor for the sum of several titles at a unit."""
        self.joint.append(cells)

    def at_most_together(self, cells: Cells) -> None:
        """Hard limit for the sum of some units of a province."""
        self.together.append(cells)

    def share(self, cells: Cells) -> None:
        """Part of the province's number: a limit for units together, or a fix for one."""
        self.shares.append(cells)

    def none_or_at_least(self, cells: Cells) -> None:
        """Units that have nothing, or at least so many (semicontinuous)."""
        self.none_or.append(cells)

    def first_then(self, cells: Cells) -> None:
        """Units that wait for others."""
        self.orders.append(cells)

    # what the solution needs ---------------------------------------------------------------------------

    @property
    def stages(self) -> tuple[str, ...]:
        """What is minimised, one after the other."""
        if self.kept_table is None or self.most_moved is not None:
            return STAGES
        return ("moved", *STAGES) if self.moved_first else REPAIR_STAGES

    @property
    def kept_depth(self) -> int:
        """Level of the table to stay near to, as nodes count it."""
        return LEVELS.index(self.kept_level)

    def kept_at(self, title: str, level: str) -> Ints:
        """That table's numbers of its own level, or of the provinces."""
        assert self.kept_table is not None
        numbers = self.kept_table[title]
        if level == self.kept_level:
            return numbers
        at = self.country.unit_province if self.kept_level == "unit" else self.country.district_province
        totals = np.zeros(len(self.country.provinces), dtype=np.int64)
        np.add.at(totals, at, numbers)
        return totals

    def kept_closed(self, title: str, level: str) -> Ints:
        """What that table has where the title may not be; nought elsewhere."""
        closed = self.kept_at(title, level).copy()
        closed[self.open(level, title)] = 0
        return closed

    def needs_totals(self) -> bool:
        """Are there shares, so that the matrix is a network only once the province numbers stand?"""
        return bool(self.shares)

    def unit_need(self, title: str) -> Ints:
        """Floors of all tiers of every unit."""
        return self.requirements[title, "unit"].required(TIERS[-1])

    def joint_required(self) -> list[JointFloor]:
        """Joint floors by tier; one clause's floor covers another's."""
        if self._merged is None or self._merged[0] != len(self.joint):
            self._merged = len(self.joint), self._joint_required()
        return self._merged[1]

    def _joint_required(self) -> list[JointFloor]:
        merged: dict[tuple[int, tuple[str, ...]], dict[int, tuple[int, str]]] = {}
        for cells in self.joint:
            assert cells.rule.tier is not None
            found = merged.setdefault((cells.rule.tier, cells.titles), {})
            for at, amount in zip(cells.at.tolist(), cells.amount.tolist(), strict=True):
                if amount > found.get(at, (0, ""))[0]:
                    found[at] = (amount, cells.rule.key)
        out = []
        for (tier, titles), places in sorted(merged.items()):
            by_rule: dict[str, list[tuple[int, int]]] = {}
            for at, (amount, key) in sorted(places.items()):
                by_rule.setdefault(key, []).append((at, amount))
            for key, pairs in by_rule.items():
                at, amount = (np.array(values, dtype=np.int64) for values in zip(*pairs, strict=True))
                out.append((tier, at, amount, key, titles))
        return out

    def with_totals(self, totals: Mapping[str, Ints]) -> Program:
        """Copy in which the province numbers stand: shares become limits and fixes of their own."""
        fixed = replace(
            self,
            requirements={
                key: Requirements(r.size, list(r.asks), list(r.uppers))
                for key, r in self.requirements.items()
            },
            bounds={key: (low.copy(), high.copy()) for key, (low, high) in self.bounds.items()},
            shares=[],
            together=list(self.together),
        )
        for title, numbers in totals.items():
            open_ = self.open("province", title)
            fixed.pin(title, "province", open_, numbers[open_])
        for cells in self.shares:
            numbers = totals[cells.titles[0]][cells.at]
            most = limits(cells, numbers)
            if cells.rule.tier is None:
                fixed.together.append(replace(cells, amount=most))
            else:
                fixed.ask(cells.titles[0], "unit", share_ask(cells, most))
        return fixed

    def open(self, level: str, title: str) -> Ints:
        """Places of a level with an eligible unit."""
        eligible = self.targets[title].eligible
        if level == "unit":
            return np.flatnonzero(eligible).astype(np.int64)
        at = self.country.unit_district if level == "district" else self.country.unit_province
        return np.unique(at[eligible])

    # arrays --------------------------------------------------------------------------------------------

    def nodes(self, only: Ints | None = None) -> Nodes:
        """All nodes, or those of some provinces."""
        parts: list[dict[str, npt.NDArray[np.generic]]] = []
        count = 0
        for t, title in enumerate(self.titles):
            most = self._most(title)
            above: Ints = np.zeros(0, dtype=np.int64)
            for depth, level in enumerate(LEVELS):
                at = self.open(level, title)
                if only is not None:
                    at = at[np.isin(self.province_at(level)[at], only)]
                index = np.full(self.country.size(level), -1, dtype=np.int64)
                index[at] = np.arange(count, count + len(at))
                asks = self.requirements[title, level]
                low, high = self.bounds[title, level]
                exact = getattr(self.targets[title], level)
                parts.append(
                    {
                        "title": np.full(len(at), t),
                        "level": np.full(len(at), depth),
                        "at": at,
                        "parent": above[self.country.parent(level)[at]] if depth else np.full(len(at), -1),
                        "lower": low[at],
                        "upper": np.minimum(high, most)[at],
                        "required": np.stack([asks.required(k)[at] for k in TIERS], axis=1),
                        "excess": np.stack([asks.upper(k)[at] for k in TIERS], axis=1),
                        "target": np.array([float(clamp(exact[i])) for i in at.tolist()], dtype=np.float64),
                    }
                )
                above = index
                count += len(at)
        merged = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
        return Nodes(**merged, only=only)

    def province_of_nodes(self, nodes: Nodes) -> Ints:
        """Province of every node."""
        out = np.zeros(len(nodes), dtype=np.int64)
        for depth, level in enumerate(LEVELS):
            rows = nodes.level == depth
            out[rows] = self.province_at(level)[nodes.at[rows]]
        return out

    def _most(self, title: str) -> int:
        """No place has more than the country or, without a national number, than its largest province."""
        supply = self.targets[title].supply
        if supply is not None:
            return supply
        upper = self.bounds[title, "province"][1]
        finite = upper[upper < NO_LIMIT]
        return int(finite.max(initial=0)) if len(finite) == len(upper) else int(NO_LIMIT)

    def province_at(self, level: str) -> Ints:
        """Province of every place of a level."""
        return {
            "province": np.arange(len(self.country.provinces)),
            "district": self.country.district_province,
            "unit": self.country.unit_province,
        }[level]
