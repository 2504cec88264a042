"""Rules "none, or at least so many": not convex, so a mixed-integer program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.solve.network import AGREE, first_guess, province_numbers, solve_network
from pdc.solve.solution import Run, Solution


def none_or_plan(program: Program, run: Run) -> Solution:
    """Not convex, so a mixed-integer program: first for the province numbers, then one a province.

    The first asks the rule of provinces only (a province cannot have one if none of its units can), which
    bounds shortfalls and province deviation from below; the provinces then keep those numbers, so the plan
    reaches the bound and is proven (checked, never assumed).
    """
    country = program.country
    above = replace(program, gaps="province")
    nodes = above.nodes()
    totals, found_numbers = province_numbers(above, nodes, first_guess(above, nodes), run)
    bounds = found_numbers.bounds
    standing = program.with_totals(totals)
    posts = {title: np.zeros(len(country.units), dtype=np.int64) for title in program.titles}
    for p in np.unique(
        np.concatenate([program.open("province", title) for title in program.titles])
    ).tolist():
        try:
            found = solve_network(standing, run, np.array([p]))
        except NoLawfulPlanError as error:
            raise InternalError(
                f"province {p} cannot keep its number under none-or-at-least: {error}"
            ) from None
        for title in program.titles:
            posts[title] += found.posts[title]
    value = value_of(program, posts)
    for stage, least in bounds.items():
        if float(value.stages[stage]) > least + AGREE * max(1.0, abs(least)):
            raise InternalError(f"none-or-at-least units: the provinces' bound is not reached in {stage}")
    bound = {stage: float(amount) for stage, amount in value.stages.items()}
    form = "MIP for the provinces' numbers, then by province"
    return Solution(posts, value, bound, form, True, run.clock)
