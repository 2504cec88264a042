"""The objective of a plan in exact numbers, without a solver: what stages sum up and how ties fall."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm

import numpy as np

from pdc.base.exact import ZERO, Fraction, parts_of
from pdc.base.levels import LEAST_TARGET
from pdc.base.numbers import Floats, Ints
from pdc.country.country import level_sums
from pdc.program.model import Nodes
from pdc.program.program import Program, clamp
from pdc.rules.requirements import TIERS
from pdc_common.levels import LEVELS

COMPARED = 2000  # places: a province has fewer, and its sums are compared, so they are exact


def deviation(posts: int, target: Fraction, norm: str = "webster") -> Fraction:
    """Deviation of one place: (x − q)² / q, or |x − q|; q taken as at least 0.01."""
    q = clamp(target)
    gap = posts - q
    return gap * gap / q if norm == "webster" else abs(gap)


def deviations(numbers: Sequence[int], targets: Sequence[Fraction], norm: str = "webster") -> Fraction:
    """Sum of :func:`deviation` over some places: over one denominator, reduced once."""
    least, of = LEAST_TARGET.as_integer_ratio()
    above, below = [], []
    for x, n, d in zip(numbers, *parts_of(targets), strict=True):
        if n * of <= least * d:
            n, d = least, of  # noqa: PLW2901
        gap = x * d - n
        above.append(gap * gap if norm == "webster" else abs(gap))
        below.append(n * d if norm == "webster" else d)
    under = lcm(*below)
    return Fraction(sum([n * (under // d) for n, d in zip(above, below, strict=True)]), under)


@dataclass(frozen=True)
class Value:
    """Objective by stage, exact: shortfalls of the tiers, deviations of the levels, in their order."""

    stages: dict[str, Fraction]

    @property
    def order(self) -> tuple[Fraction, ...]:
        """For comparing plans: smaller is better."""
        return tuple(self.stages.values())


def shortfalls_by_province(program: Program, posts: Mapping[str, Ints], tiers: Sequence[int]) -> Ints:
    """Shortfalls of some tiers in every province, at its units, its districts and itself."""
    sums = np.zeros(len(program.country.provinces), dtype=np.int64)
    for tier in tiers:
        np.add.at(sums, program.country.unit_province, _unit_shortfalls(program, posts, tier))
        for title in program.titles:
            for level in ("province", "district"):
                asks = program.requirements[title, level]
                if asks.asks or asks.uppers:
                    numbers = level_sums(program.country, posts[title], level)
                    np.add.at(sums, program.province_at(level), asks.tier_shortfall(tier, numbers))
    return sums


def _unit_shortfalls(program: Program, posts: Mapping[str, Ints], tier: int) -> Ints:
    total = np.zeros(len(program.country.units), dtype=np.int64)
    for title in program.titles:
        total += program.requirements[title, "unit"].tier_shortfall(tier, posts[title])
    for of, at, amount, _, titles in program.joint_required:
        if of == tier:
            together = sum((posts[t][at] for t in titles), start=np.zeros(len(at), dtype=np.int64))
            np.add.at(total, at, np.maximum(0, amount - together))
    return total


def value_of(program: Program, posts: Mapping[str, Ints], only: Ints | None = None) -> Value:
    """Objective of a plan (of some provinces), exact."""
    country = program.country
    stages: dict[str, Fraction] = {}
    inside = {
        "unit": np.ones(len(country.units), dtype=bool),
        "district": np.ones(len(country.districts), dtype=bool),
        "province": np.ones(len(country.provinces), dtype=bool),
    }
    if only is not None:
        inside["province"] = np.isin(np.arange(len(country.provinces)), only)
        inside["district"] = inside["province"][country.district_province]
        inside["unit"] = inside["province"][country.unit_province]
    for tier in TIERS:
        at_units = _unit_shortfalls(program, posts, tier)
        short = int((at_units if only is None else at_units[inside["unit"]]).sum())
        for title in program.titles:
            for level in ("province", "district"):
                asks = program.requirements[title, level]
                if asks.asks or asks.uppers:
                    numbers = level_sums(country, posts[title], level)
                    short += int(asks.tier_shortfall(tier, numbers)[inside[level]].sum())
        stages[f"tier{tier}"] = Fraction(short)
    norm = "l1" if program.norm == "minimax" else program.norm
    for level in LEVELS:
        total = ZERO
        for title in program.titles:
            numbers = level_sums(country, posts[title], level)
            target = getattr(program.targets[title], level)
            places = program.open(level, title) if level != "province" else np.arange(len(country.provinces))
            places = places[inside[level][places]]
            if len(places) > COMPARED or (only is None and level != "province"):
                nearest = program.targets[title].nearest(country, level)[places]
                total += nearest_sum(numbers[places], nearest, norm)
            else:
                total += deviations(numbers[places].tolist(), target[places].tolist(), norm)
        stages[level] = total
    if program.kept_table is not None:
        level = program.kept_level
        gaps = [level_sums(country, posts[t], level) - program.kept_table[t] for t in program.titles]
        stages["moved"] = Fraction(int(sum(np.abs(gap)[inside[level]].sum() for gap in gaps)))
    return Value({stage: stages[stage] for stage in program.stages})


def nearest_sum(numbers: Ints, nearest: Floats, norm: str) -> Fraction:
    """Sum over thousands of places, rounded: it is reported and never compared with another plan's.

    ``nearest`` are the doubles nearest to the targets.
    """
    q = np.maximum(nearest, float(LEAST_TARGET))
    gap = numbers - q
    return Fraction(math.fsum((gap * gap / q if norm == "webster" else np.abs(gap)).tolist()))


def node_numbers(program: Program, nodes: Nodes, posts: Mapping[str, Ints]) -> Ints:
    """Number of every node of a plan."""
    out = np.zeros(len(nodes), dtype=np.int64)
    for t, title in enumerate(program.titles):
        for depth, level in enumerate(LEVELS):
            rows = (nodes.title == t) & (nodes.level == depth)
            out[rows] = level_sums(program.country, posts[title], level)[nodes.at[rows]]
    return out


def near_nodes(program: Program, nodes: Nodes, otherwise: Ints) -> Ints:
    """A first guess near another table: its numbers where it shows them, within the bounds."""
    assert program.kept_table is not None
    if program.kept_level == "unit":
        found = node_numbers(program, nodes, program.kept_table)
    else:
        found = otherwise.copy()
        for t, title in enumerate(program.titles):
            rows = (nodes.title == t) & (nodes.level == program.kept_depth)
            found[rows] = program.kept_table[title][nodes.at[rows]]
    return np.clip(found, nodes.lower, nodes.upper)


def tie_ranks(program: Program, nodes: Nodes, rows: Ints, level: str) -> Floats:
    """Rank of some nodes of one title and level: the smaller gets the post.

    The order of the floor's clause comes first where it has one (higher value first), then the larger
    target, then the lower code (positions are in the order of codes).
    """
    title = program.titles[int(nodes.title[rows[0]])]
    targets = getattr(program.targets[title], level)
    order = program.priority[title] if level == "unit" else {}
    keys = [(-order.get(a, Fraction(-1)), -targets[a], a) for a in nodes.at[rows].tolist()]
    ranks = np.zeros(len(rows))
    for rank, k in enumerate(sorted(range(len(rows)), key=keys.__getitem__), 1):
        ranks[k] = rank
    return ranks
