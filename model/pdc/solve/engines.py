"""A tree by the engine asked for: the solver, marginal allocation, or both and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.base.numbers import Ints
from pdc.program.options import BOTH, HIGHS
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.solve import marginal
from pdc.solve.remembered import solve_country
from pdc.solve.solution import Run, Solution


def solve_tree(program: Program, run: Run) -> tuple[str, Solution]:
    """Form and solution of a program without shares or none-or rules; what is no tree goes to the solver.

    Raises :class:`InternalError` where both engines are asked and differ.
    """
    if run.engine == HIGHS or marginal.no_tree(program):
        return "network LP", solve_country(program, run)
    posts, why = _allocated(program)
    if posts is None and run.engine != BOTH:
        raise NoLawfulPlanError("bounds")
    if posts is not None and not why and run.engine != BOTH:
        value = value_of(program, posts)
        bound = {stage: float(amount) for stage, amount in value.stages.items()}
        return "marginal allocation", Solution(posts, value, bound, "", True, run.clock)
    try:
        solution = solve_country(program, run)
    except NoLawfulPlanError as error:
        if run.engine == BOTH and posts is not None and not why:
            raise InternalError(f"marginal allocation finds a plan, HiGHS none: {error}") from error
        raise
    if why:
        return "network LP", replace(solution, no_tree=why)
    if solution.proven:  # stopped at the time limit, it may be another plan
        _compare(program, solution, posts)
    return "network LP and marginal allocation", solution


def _allocated(program: Program) -> tuple[dict[str, Ints] | None, str]:
    """The trees' own best plans, None where a tree has none; and what runs across them and is not kept."""
    try:
        posts = {title: marginal.allocate(program, title) for title in program.titles}
    except marginal.InfeasibleError:
        return None, ""
    return posts, marginal.crossed(program, posts)


def _compare(program: Program, solver: Solution, posts: Mapping[str, Ints] | None) -> None:
    if posts is None:
        raise InternalError("HiGHS finds a plan, marginal allocation none")
    for title in program.titles:
        differ = np.flatnonzero(solver.posts[title] != posts[title])
        if len(differ):
            codes = program.country.codes("unit")[differ[:5]]
            raise InternalError(f"HiGHS and marginal allocation differ: {title} {', '.join(map(str, codes))}")
