"""Soft rules made hard, and whether any plan is left: by sums over the tree, or by the solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pdc.base.errors import NoLawfulPlanError
from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints
from pdc.country.country import Country
from pdc.program.arrays import compiled
from pdc.program.model import Model
from pdc.program.orders import closed
from pdc.program.program import Program
from pdc.rules.requirements import TIERS
from pdc.solve.certain import surely_infeasible
from pdc.solve.highs import NotSolvedError, Session
from pdc.solve.lexicographic import solve
from pdc.solve.solution import Budget, Solution
from pdc_common.levels import LEVELS

FIRST_TIERS = tuple(f"tier{k}" for k in TIERS[:3])
LAST_TIER = f"tier{TIERS[-1]}"


def hardened(program: Program) -> Program:
    """The program with every floor, fix and soft band of a place as a hard bound.

    Joint floors and rounded shares are no bounds of one place: they stay as they are (:func:`is_feasible`).
    """
    bounds = {}
    for (title, level), (low, high) in program.bounds.items():
        asks = program.requirements[title, level]
        least = np.zeros(len(low), dtype=np.int64)
        open_ = program.open(level, title)
        least[open_] = asks.required(TIERS[-1])[open_]
        most = np.min([asks.upper(tier) for tier in TIERS], axis=0)
        if level == LEVELS[-1]:
            for cells in program.shares:  # a rounded share is on top of the other fixes of its unit
                if cells.rule.tier is not None and cells.members is not None:
                    most[cells.members] = high[cells.members]
        bounds[title, level] = (np.maximum(low, least), np.minimum(high, most))
    return replace(program, bounds=bounds)


def solve_strict(program: Program, solution: Solution, budget: Budget, seed: int) -> tuple[Solution, Program]:
    """The best plan that is short nowhere, and its program; the ``solution`` as it is where there is none.

    Tiers 1 to 3 come before everything else: where a proven solution is short in them, every plan is. Tier 4
    comes after the provinces' numbers: what it lacks, other numbers may give.
    """
    if nothing_short(solution):
        return solution, hardened(program)
    if solution.proven and any(solution.value.stages.get(stage) for stage in FIRST_TIERS):
        return solution, program
    hard = hardened(program)
    if not is_feasible(hard):
        return solution, program
    try:
        found = solve(hard, budget, seed)
    except NoLawfulPlanError:  # an order (yes or no) that no province's number keeps
        return solution, program
    found.clock.add(solution.clock)
    return (found, hard) if nothing_short(found) else (solution, program)


def nothing_short(solution: Solution) -> bool:
    """Does a solution keep every soft rule?"""
    return not any(solution.value.stages.get(stage) for stage in (*FIRST_TIERS, LAST_TIER))


# by sums ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Sums:
    """Least and most of every place of a title by level, from its own bounds and those below it.

    The least does not look at limits, the most not at floors: both only grow tighter with more rules.
    """

    least: Mapping[str, Ints]
    most: Mapping[str, Ints]
    supply: int | None

    def clashing(self, level: str) -> npt.NDArray[np.bool_]:
        """Places of a level that must have more than they may."""
        return np.asarray(self.least[level] > self.most[level], dtype=np.bool_)

    @property
    def beyond(self) -> bool:
        """Must the provinces have more than the national number in all, or may they have only fewer?"""
        low, high = int(self.least["province"].sum()), int(self.most["province"].sum())
        return self.supply is not None and not low <= self.supply <= high


def sums_of(program: Program, title: str, strict: bool = False) -> Sums:
    """Add up bounds from the units to the provinces; exact where no rule runs across the tree.

    ``strict``: floors of units that the title may not be at clash as well.
    """
    country = program.country
    least: dict[str, Ints] = {}
    most: dict[str, Ints] = {}
    below: tuple[Ints, Ints] | None = None
    for level in reversed(LEVELS):
        size = country.size(level)
        inside = np.zeros(size, dtype=bool)
        inside[program.open(level, title)] = True
        low, high = program.bounds[title, level]
        low, high = np.where(inside, low, 0), np.where(inside, high, 0)
        if below is not None:
            at = country.parent("unit" if level == "district" else "district")
            added = [np.zeros(size, dtype=np.int64) for _ in below]
            for total, part in zip(added, below, strict=True):
                np.add.at(total, at, part)
            low, high = np.maximum(low, added[0]), np.minimum(high, added[1])
        least[level], most[level] = low, high
        if strict and level == LEVELS[-1]:
            asked = program.requirements[title, level].required(TIERS[-1])
            least[level] = np.where(inside, low, asked)
        below = low, high
    return Sums(least, most, program.targets[title].supply)


def local_clashes(country: Country, sums: Sums) -> list[tuple[str, int]]:
    """(level, place) where bounds clash, the lowest of every line."""
    found: list[tuple[str, int]] = []
    up: dict[str, npt.NDArray[np.bool_]] = {}
    for level in reversed(LEVELS):
        below = np.zeros(country.size(level), dtype=bool)
        if level != LEVELS[-1]:
            child = LEVELS[LEVELS.index(level) + 1]
            below[country.parent(child)[up[child]]] = True
        own = sums.clashing(level)
        found += [(level, int(at)) for at in np.flatnonzero(own & ~below)]
        up[level] = own | below
    return sorted(found, key=lambda pair: (LEVELS.index(pair[0]), pair[1]))


# by the solver ---------------------------------------------------------------------------------------------


def crossed(program: Program) -> bool:
    """Does a rule run across the tree, so that sums do not decide?"""
    return bool(program.joint or program.together or program.shares or program.none_or)


def strict_model(program: Program, only: Ints | None = None, strict: bool = True) -> Model | None:
    """Arrays of a program, a ``strict`` (hardened) one may be short nowhere; None where bounds clash."""
    nodes = program.nodes(only)
    if (nodes.lower > nodes.upper).any():
        return None
    width = np.zeros(len(nodes), dtype=np.int64)
    model = compiled(program, nodes, nodes.lower.copy(), width, totals_integer=program.needs_totals())
    if not strict:
        return model
    upper = model.upper.copy()
    asked = np.any([model.costs[stage] > 0 for stage in (*FIRST_TIERS, LAST_TIER)], axis=0)
    upper[asked & (model.node < 0)] = 0.0  # joint floors and rounded shares: no shortfall
    return replace(model, upper=upper)


def is_feasible(program: Program, only: Ints | None = None, strict: bool = True) -> bool:
    """Is there a plan (of some provinces)? ``strict``: a hardened program, of which nothing may be short."""
    program = closed(program)
    places = set(range(len(program.country.provinces)) if only is None else only.tolist())
    for title in program.titles:
        sums = sums_of(program, title, strict)
        if (only is None and sums.beyond) or places & _provinces_that_clash(program.country, sums):
            return False
    if not crossed(program) or not any(len(program.open("unit", title)) for title in program.titles):
        return True
    model = strict_model(program, only, strict)
    return model is not None and solved(model, np.zeros(model.size)) is not None


def solved(model: Model, cost: Floats) -> Floats | None:
    """Column values of the least cost; None where there is no plan."""
    if not model.size:
        return np.zeros(0)
    session = None
    try:
        session = Session(model, STAGES[0])
        return session.minimise(cost).values
    except NotSolvedError as error:
        surely_infeasible(session, error)
        return None


def _provinces_that_clash(country: Country, sums: Sums) -> set[int]:
    at = {"province": np.arange(len(country.provinces)), "district": country.district_province}
    at["unit"] = country.unit_province
    return {int(p) for level in LEVELS for p in at[level][sums.clashing(level)]}
