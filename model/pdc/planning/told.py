"""What result tables tell of a title's targets, so that nobody else need have the targets themselves.

Targets are a million exact fractions. Where a group is planned in a process of its own, what the tables tell
is worked out there, and the fractions come packed: they are put together again when somebody asks for one.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from pdc.base.numbers import Floats, Ints, decimals
from pdc.country.country import Country, level_sums
from pdc.planning.group_plan import GroupPlan
from pdc.rules.targets import Targets
from pdc_common.levels import LEVELS


class Rows(NamedTuple):
    """Positions of a title's places at a level, their targets, posts and deviations."""

    at: Ints
    target: Floats
    posts: Ints
    deviation: Floats


@dataclass(frozen=True, eq=False)
class Told:
    """Of one title: the national number, what floors added to it, and the rows of each level."""

    supply: int | None
    on_top: int | None
    rows: Mapping[str, Rows]


class Sent(Mapping[str, Targets]):
    """Targets of a group by title, as another process has sent them, beside what tables tell of them.

    ``packed`` None: they were left behind, because nothing but tables and reports was wanted.
    """

    def __init__(self, packed: bytes | None, told: Mapping[str, Told]) -> None:
        self.packed, self.told = packed, told

    @cached_property
    def _targets(self) -> Mapping[str, Targets]:
        if self.packed is None:
            raise LookupError("this plan was made for its tables alone: its targets were not kept")
        found: Mapping[str, Targets] = pickle.loads(self.packed)
        return found

    def __getitem__(self, title: str) -> Targets:
        return self._targets[title]

    def __iter__(self) -> Iterator[str]:
        return iter(self.told)

    def __len__(self) -> int:
        return len(self.told)


def to_send(country: Country, plan: GroupPlan, *, tables_only: bool) -> GroupPlan:
    """The plan of a group as it leaves the process that made it; without its targets for tables alone."""
    every = {
        title: Told(one.supply, one.on_top, {level: rows_of(country, plan, title, level) for level in LEVELS})
        for title, one in plan.targets.items()
    }
    packed = None if tables_only else pickle.dumps(plan.targets, pickle.HIGHEST_PROTOCOL)
    return replace(plan, targets=Sent(packed, every))


def about(plan: GroupPlan, title: str) -> Told | Targets:
    """Where the national number of a title, and what floors added to it, stand."""
    return plan.targets.told[title] if isinstance(plan.targets, Sent) else plan.targets[title]


def rows_of(country: Country, plan: GroupPlan, title: str, level: str) -> Rows:
    """The rows of a title at a level."""
    if isinstance(plan.targets, Sent):
        return plan.targets.told[title].rows[level]
    return _rows(country, plan.targets[title], plan.solution.posts[title], level)


def _rows(country: Country, targets: Targets, posts: Ints, level: str) -> Rows:
    """Where the title may be; units closed by a clause stay in the table with 0 posts."""
    match level:
        case "unit":
            at = np.flatnonzero(targets.eligible | targets.closed)
        case "district":
            at = np.unique(country.unit_district[targets.eligible])
        case _:
            at = np.arange(len(country.provinces))
    there = level_sums(country, posts, level)[at]
    exact, deviations = decimals(getattr(targets, level)[at].tolist(), there)
    return Rows(at, exact, there, deviations)
