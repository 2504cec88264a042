"""How to plan: norm, time, seed, hard floors, another table to stay near to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pdc.base.exact import ZERO, Fraction
from pdc.base.numbers import Ints
from pdc.law.pins import Pin

HIGHS, MARGINAL, BOTH = "highs", "marginal", "both"
ENGINES: Final = (HIGHS, MARGINAL, BOTH)
"""By what a tree is solved: the model of record, marginal allocation, or both and compared."""


@dataclass(frozen=True, eq=False)
class KeptTable:
    """A table to stay near to: posts by title (``int64``) at the positions of a level.

    Places outside ``covered`` are not given, and neither are titles it does not have: for those the plan
    stands as it would be without the table. ``moves`` is how many posts of a title may move at most (a post
    taken here and given there is one); None: as few as can be.
    """

    level: str
    posts: Mapping[str, Ints]
    covered: npt.NDArray[np.bool_]
    moves: int | None = None


@dataclass(frozen=True, eq=False)
class HeldPlan:
    """A plan that is held against the law: posts by title at the units, forms as they were told, by group.

    Nothing of it is solved; ``stopped`` are the groups whose optimum nobody claims.
    """

    posts: Mapping[str, Ints]
    forms: Mapping[str, str]
    stopped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Options:
    """How to plan: the norm of the deviations, seconds a run may take, the solver's seed, hard floors.

    ``norm`` empty: the scenario's, or ``webster``. ``kept_table``: stay near another table (repair, --keep).
    ``growth``: national numbers this much larger (the paradox guard of ``--check-monotone``). ``held``: a
    plan whose groups are counted again and not solved.
    ``engine``: what solves trees, ``highs``, ``marginal`` or ``both`` (compared); the plan is the same.
    """

    norm: str = ""
    time_limit: float | None = None
    seed: int = 0
    strict: bool = False
    proof: bool = True  # with the certificate and the free numbers
    kept_table: KeptTable | None = None
    growth: Fraction = ZERO
    engine: str = HIGHS
    held: HeldPlan | None = None


@dataclass(frozen=True)
class Job:
    """What a group is planned with: options, pins (A.4), when to stop (``perf_counter``; None: never)."""

    options: Options
    pins: tuple[Pin, ...] = ()
    until: float | None = None
