"""A group's program and plan in exact whole numbers and fractions: what a proof is made from.

Nothing here knows a solver, a country or a rulebook; :mod:`pdc.proof.files` writes and reads it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from pdc.base.exact import ratio
from pdc.base.levels import LEAST_TARGET, STAGES
from pdc_common.levels import LEVELS

Cost = tuple[Fraction | int, ...]  # one entry a stage, compared one after the other
LEVEL_AT: Final = {level: STAGES.index(level) for level in LEVELS}
ZERO: Final[Cost] = (0,) * len(STAGES)
TIERS: Final = (1, 2, 3, 4)
TIER_AT: Final = tuple(STAGES.index(f"tier{k}") for k in TIERS)
NO_TIERS: Final = (0,) * len(TIERS)
NO_ENDS: Final = (None,) * len(TIERS)


@dataclass(frozen=True)
class Node:
    """The number of a title at one place: what it is, what bounds it, what it is asked for, its target.

    ``required`` are R[1] … R[4] of docs/mathematics.md (posts), ``excess`` the soft upper ends (None: none),
    ``upper`` None: no limit. ``parent`` is the code of the place above (empty for provinces).
    """

    title: str
    level: str
    code: str
    parent: str
    posts: int
    lower: int
    upper: int | None
    required: tuple[int, ...]
    excess: tuple[int | None, ...]
    target: Fraction

    def shortfall(self, tier: int, posts: int) -> int:
        """Shortfall of a tier (1 to 4) with ``posts``."""
        before = self.required[tier - 2] if tier > 1 else 0
        end = self.excess[tier - 1]
        over = 0 if end is None else max(0, posts - end)
        return max(0, self.required[tier - 1] - max(posts, before)) + over

    def deviation(self, posts: int, norm: str) -> Fraction:
        """(x − q)² / q, or |x − q| under L1; q at least 0.01."""
        q = max(self.target, LEAST_TARGET)
        gap = posts - q
        return gap * gap / q if norm == "webster" else abs(gap)

    def change(self, step: int, norm: str) -> Cost | None:
        """Exact cost of one post more (``step`` 1) or fewer (−1); None where a bound forbids it."""
        tiers = self.tiers_change(step)
        if tiers is None:
            return None
        cost: list[Fraction | int] = list(ZERO)
        if tiers is not NO_TIERS:
            for at, posts in zip(TIER_AT, tiers, strict=True):
                cost[at] = posts
        cost[LEVEL_AT[self.level]] = ratio(*self.deviation_change(step, norm))
        return tuple(cost)

    def tiers_change(self, step: int) -> tuple[int, ...] | None:
        """What a step changes in the shortfalls, tier by tier; None where a bound forbids it."""
        posts = self.posts + step
        if posts < self.lower or (self.upper is not None and posts > self.upper):
            return None
        before = self.posts
        if self.excess == NO_ENDS and min(posts, before) >= max(self.required):
            return NO_TIERS
        return tuple([self.shortfall(k, posts) - self.shortfall(k, before) for k in TIERS])

    def deviation_change(self, step: int, norm: str) -> tuple[int, int]:
        """What a step changes in the deviation: numerator, and denominator above nought; not reduced."""
        above, below, x = self.target.numerator, self.target.denominator, self.posts
        if above * LEAST_TARGET.denominator < LEAST_TARGET.numerator * below:
            above, below = LEAST_TARGET.numerator, LEAST_TARGET.denominator
        if norm == "webster":
            # ((x + s − q)² − (x − q)²) / q = s·(2x + s)/q − 2s
            return step * ((2 * x + step) * below - 2 * above), above
        return abs((x + step) * below - above) - abs(x * below - above), below


@dataclass(frozen=True)
class Joint:
    """A soft floor for several titles together at a unit."""

    clause: str
    tier: int
    unit: str
    titles: tuple[str, ...]
    amount: int


@dataclass(frozen=True)
class Together:
    """A hard limit for some units of a province together."""

    clause: str
    title: str
    province: str
    units: tuple[str, ...]
    most: int


@dataclass(frozen=True)
class Sheet:
    """All of a group: its nodes, the rules across the trees, its national numbers.

    ``given`` names what the proof takes as given (province numbers of shares, decided orders); ``unproven``
    says why no exact proof of this form is known (empty where there is one).
    """

    group: str
    titles: tuple[str, ...]
    norm: str
    supply: dict[str, int | None]
    nodes: tuple[Node, ...]
    joint: tuple[Joint, ...] = ()
    together: tuple[Together, ...] = ()
    given: tuple[str, ...] = ()
    unproven: str = ""
    elsewhere: dict[str, Fraction] = field(default_factory=dict)  # what stands where the title may not be

    def value(self) -> dict[str, float]:
        """Objective of the plan by stage: whole shortfalls; deviations as rounded sums of exact terms."""
        total = {stage: [float(self.elsewhere.get(stage, 0))] for stage in STAGES}
        for node in self.nodes:
            for tier in range(1, len(TIER_AT) + 1):
                total[f"tier{tier}"].append(node.shortfall(tier, node.posts))
            total[node.level].append(float(node.deviation(node.posts, self.norm)))
        for joint, posts in zip(self.joint, self.joint_sums(), strict=True):
            total[f"tier{joint.tier}"].append(max(0, joint.amount - posts))
        return {stage: math.fsum(values) for stage, values in total.items()}

    def joint_sums(self, units: Mapping[str, Mapping[str, int]] | None = None) -> list[int]:
        """Posts of the titles of every joint floor at its unit; ``units`` by title and code."""
        if units is None:
            units = posts_of_units(self.nodes)
        none: Mapping[str, int] = {}
        here = {titles: [units.get(t, none).get for t in titles] for titles in {j.titles for j in self.joint}}
        return [sum([of(j.unit, 0) for of in here[j.titles]]) for j in self.joint]


def posts_of_units(nodes: Iterable[Node]) -> dict[str, dict[str, int]]:
    """Posts by title and code of the units among nodes."""
    found: dict[str, dict[str, int]] = {}
    for node in nodes:
        if node.level == LEVELS[-1]:
            found.setdefault(node.title, {})[node.code] = node.posts
    return found


def exact_sum(values: Sequence[Fraction]) -> Fraction:
    """Sum of many fractions, pairwise, so that denominators grow late."""
    rest = list(values)
    while len(rest) > 1:
        rest = [rest[i] + rest[i + 1] if i + 1 < len(rest) else rest[i] for i in range(0, len(rest), 2)]
    return rest[0] if rest else Fraction(0)
