"""What solving gives back, and what it may raise."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pdc.country import Ints
from pdc.lexicographic.memory import Memory
from pdc.objective import (
    Value,
)
from pdc.solver import Clock

HIGHS, MARGINAL, BOTH = "highs", "marginal", "both"
ENGINES: Final = (HIGHS, MARGINAL, BOTH)
"""By what a tree is solved: the model of record, marginal allocation, or both and compared."""


class LawfulPlanError(RuntimeError):
    """No plan keeps the hard rules; ``why`` says which of them (and which pins) clash, once that is known."""

    def __init__(self, where: str, why: object = None) -> None:
        super().__init__(where, why)
        self.why = why


class InternalError(RuntimeError):
    """Something that the mathematics rules out has happened; nothing is written."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Posts by title and unit, with what proves them optimal."""

    posts: Mapping[str, Ints]
    value: Value
    bound: Mapping[str, float]
    form: str
    proven: bool
    clock: Clock = field(default_factory=Clock)
    tied: frozenset[int] | None = None  # provinces whose number could be another one; None: not known
    no_tree: str = ""  # asked for marginal allocation: why it was the solver all the same (see pdc.marginal)


@dataclass(frozen=True)
class Budget:
    """Time left for a group; None: no limit."""

    until: float | None = None

    @property
    def spent(self) -> bool:
        """Is the time over?"""
        return self.until is not None and time.perf_counter() > self.until


@dataclass(frozen=True, eq=False)
class How:
    """What every solve of a group shares: time left, seed, clock, what earlier runs found."""

    budget: Budget = field(default_factory=Budget)
    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    memory: Memory | None = None
    engine: str = HIGHS
