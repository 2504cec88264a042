"""A program of trees by the engine asked for: the solver, marginal allocation, or both and compared."""

from __future__ import annotations

from dataclasses import replace

from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.base.numbers import Ints
from pdc.program.options import BOTH, HIGHS
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.solve import marginal
from pdc.solve.network import solve_network
from pdc.solve.remembered import solve_country
from pdc.solve.solution import Run, Solution


def solve_trees(program: Program, run: Run, only: Ints | None = None) -> tuple[str, Solution]:
    """Form and solution of a program without shares or none-or rules; what is no tree goes to the solver.

    ``only`` are some provinces, whose numbers stand. Raises :class:`InternalError` where both engines are
    asked and differ.
    """
    if run.engine == HIGHS or marginal.no_tree(program):
        return "network LP", _solved(program, run, only)
    found: marginal.Found | None = None
    try:
        found = marginal.planned(program, only)
    except marginal.NoTreeError as error:
        return "network LP", replace(_solved(program, run, only), no_tree=error.why)
    except marginal.InfeasibleError:
        if run.engine != BOTH:
            raise NoLawfulPlanError("bounds") from None
    if run.engine == BOTH:
        return "network LP and marginal allocation", _compared(program, run, only, found)
    assert found is not None
    if only is None:
        program.found["allocated"] = found.posts
    value = value_of(program, found.posts, only)
    bound = {stage: float(amount) for stage, amount in value.stages.items()}
    form = "marginal allocation"
    if found.circles:
        form += f", {found.circles} posts for what runs across the trees"
    return form, Solution(found.posts, value, bound, "", True, run.clock, found.tied)


def _solved(program: Program, run: Run, only: Ints | None) -> Solution:
    return solve_country(program, run) if only is None else solve_network(program, run, only)


def _compared(program: Program, run: Run, only: Ints | None, found: marginal.Found | None) -> Solution:
    try:
        solution = _solved(program, run, only)
    except NoLawfulPlanError as error:
        if found is not None:
            raise InternalError(f"marginal allocation finds a plan, HiGHS none: {error}") from error
        raise
    if not solution.proven:  # stopped at the time limit, it may be another plan
        return solution
    if found is None:
        raise InternalError("HiGHS finds a plan, marginal allocation none")
    apart = marginal.differing(solution.posts, found.posts)
    if apart is not None:
        codes = program.country.codes("unit")[apart[1][:5]]
        told = f"{apart[0]} {', '.join(map(str, codes))}"
        raise InternalError(f"HiGHS and marginal allocation differ: {told}")
    return solution
