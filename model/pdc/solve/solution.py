"""What solving gives back, and what every solve of a group shares."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from pdc.base.numbers import Ints
from pdc.program.options import HIGHS
from pdc.program.value import Value
from pdc.solve.clock import Clock
from pdc.solve.memory import Memory


@dataclass(frozen=True, eq=False)
class Solution:
    """Posts by title and unit position, with what proves them optimal.

    ``value`` is the plan's objective by stage, exact; ``dual_bound`` what the solver has proven that no plan
    can go below (missing for stages that were not reached). ``proven`` is False where time ran out. ``form``
    says in words how it was solved.
    """

    posts: Mapping[str, Ints]
    value: Value
    dual_bound: Mapping[str, float]
    form: str
    proven: bool
    clock: Clock = field(default_factory=Clock)
    tied: frozenset[int] | None = None  # provinces whose number could be another one; None: not known
    no_tree: str = ""  # asked for marginal allocation: why it was the solver all the same (solve/marginal)


@dataclass(frozen=True)
class Budget:
    """Time for a group: ``until`` is a moment of ``time.perf_counter``; None: no limit."""

    until: float | None = None

    @property
    def spent(self) -> bool:
        """Is the time over?"""
        return self.until is not None and time.perf_counter() > self.until


@dataclass(frozen=True, eq=False)
class Run:
    """What every solve of a group shares: time left, seed, clock, what earlier runs found.

    ``doubts`` gathers what could not be proven of mixed-integer programs; with any, no plan is called
    optimal.
    """

    budget: Budget = field(default_factory=Budget)
    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    provinces_known: Memory | None = None
    engine: str = HIGHS
    doubts: list[str] = field(default_factory=list)
