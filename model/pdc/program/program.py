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
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pdc.base.exact import Fraction
from pdc.base.levels import LEAST_TARGET, STAGES
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.program.model import Nodes
from pdc.rules.cells import Cells
from pdc.rules.kinds.limits import limits, share_ask
from pdc.rules.requirements import NO_LIMIT, TIERS, Requirements
from pdc.rules.targets import Targets
from pdc_common.levels import LEVELS

REPAIR_STAGES: Final = ("tier1", "tier2", "tier3", "tier4", "moved", "province", "district", "unit")
"""Of a repair: what is short, tier by tier; then as few posts as can be are moved, wherever they come from
and go to; what that leaves open the targets decide.
"""
NORMS: Final = ("webster", "l1", "minimax")


JointFloor = tuple[int, Ints, Ints, str, tuple[str, ...]]
"""Tier, units, amounts, name, titles."""


def open_places(country: Country, targets: Targets, level: str) -> Ints:
    """Positions of a level with a unit that may have the title."""
    return targets.open(country, level)


def clamp(target: Fraction) -> Fraction:
    """Target as the deviation reads it."""
    return target if target > LEAST_TARGET else LEAST_TARGET


@dataclass(frozen=True, eq=False)
class Program:
    """What the rules ask of the titles of one group: written by :class:`~pdc.program.draft.Draft`.

    ``requirements`` and ``bounds`` are by title and level; arrays are over the positions of that level and
    cannot be written. What changes a program returns another one.
    """

    country: Country
    titles: tuple[str, ...]
    targets: Mapping[str, Targets]
    norm: str
    requirements: Mapping[tuple[str, str], Requirements]
    bounds: Mapping[tuple[str, str], tuple[Ints, Ints]]
    joint: tuple[Cells, ...] = ()  # soft floors for the sum of several titles at a unit
    shares: tuple[Cells, ...] = ()  # parts of a province's number
    together: tuple[Cells, ...] = ()  # hard limits for the sum of some units of a province
    orders: tuple[Cells, ...] = ()  # units that wait for others
    none_or: tuple[Cells, ...] = ()  # units that have none, or at least so many
    gaps: str = "unit"  # level at which none-or-at-least is asked for while solving
    kept_table: Mapping[str, Ints] | None = None  # posts of another table, to stay near to
    kept_level: str = "unit"  # what that table shows
    most_moved: Mapping[str, int] | None = None  # Σ|x − kept| of a title at most; None: as few as can be
    moved_first: bool = False  # moves before everything else: how few does it take?
    whole: bool = False  # units are told to be whole (where rows cut across the network)
    priority: Mapping[str, Mapping[int, Fraction]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for ends in self.bounds.values():
            for end in ends:
                end.flags.writeable = False

    @cached_property
    def found(self) -> dict[str, Any]:
        """What was worked out of this program, by what it is; it is the same every time."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "found"}

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

    def kept_closed(self, title: str) -> Ints:
        """What that table has where the title may not be; nought elsewhere."""
        assert self.kept_table is not None
        closed = self.kept_table[title].copy()
        closed[self.open(self.kept_level, title)] = 0
        return closed

    def needs_totals(self) -> bool:
        """Are there shares, so that the matrix is a network only once the province numbers stand?"""
        return bool(self.shares)

    def unit_need(self, title: str) -> Ints:
        """Floors of all tiers of every unit."""
        return self.requirements[title, "unit"].required(TIERS[-1])

    @cached_property
    def joint_required(self) -> tuple[JointFloor, ...]:
        """Joint floors by tier; one clause's floor covers another's."""
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
        return tuple(out)

    def with_bounds(self, title: str, level: str, lower: Ints, upper: Ints) -> Program:
        """The program with other hard ends of one title's places of a level."""
        return replace(self, bounds={**self.bounds, (title, level): (lower, upper)})

    def with_totals(self, totals: Mapping[str, Ints]) -> Program:
        """The program in which the province numbers stand: shares become limits and fixes of their own."""
        if not (totals or self.shares):
            return self
        bounds, requirements = dict(self.bounds), dict(self.requirements)
        together = list(self.together)
        for title, numbers in totals.items():
            at = self.open("province", title)
            lower, upper = (end.copy() for end in bounds[title, "province"])
            lower[at] = np.maximum(lower[at], numbers[at])
            upper[at] = np.minimum(upper[at], numbers[at])
            bounds[title, "province"] = (lower, upper)
        for cells in self.shares:
            title = cells.titles[0]
            most = limits(cells, totals[title][cells.at])
            if cells.rule.tier is None:
                together.append(replace(cells, amount=most))
            else:
                requirements[title, "unit"] = requirements[title, "unit"].and_ask(share_ask(cells, most))
        return replace(
            self, bounds=bounds, requirements=requirements, shares=(), together=tuple(together)
        )

    def open(self, level: str, title: str) -> Ints:
        """Places of a level with an eligible unit."""
        return open_places(self.country, self.targets[title], level)

    # arrays --------------------------------------------------------------------------------------------

    def nodes(self, only: Ints | None = None) -> Nodes:
        """All nodes, or those of some provinces."""
        if only is not None:
            return self._nodes(only)
        if "nodes" not in self.found:
            self.found["nodes"] = self._nodes(None)
        return self.found["nodes"]  # type: ignore[no-any-return]

    def _nodes(self, only: Ints | None) -> Nodes:
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
                nearest = self.targets[title].nearest(self.country, level)
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
                        "target": np.maximum(nearest[at], float(LEAST_TARGET)),
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
