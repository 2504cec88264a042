"""Rules "none, or at least so many": not convex, so a mixed-integer program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pdc.base.errors import NoLawfulPlanError
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.solve.network import AGREE, first_guess, province_numbers, solve_network
from pdc.solve.solution import Run, Solution
from pdc.solve.stages import NotWholeError


def none_or_plan(program: Program, run: Run) -> Solution:
    """Not convex, so a mixed-integer program: first for the province numbers, then one a province.

    The first asks the rule of provinces only (a province cannot have one if none of its units can), which
    bounds shortfalls and province deviation from below; the provinces then keep those numbers, so the plan
    reaches the bound and is proven (checked, never assumed); where it does not, one program decides all of
    it. Near a table the fewest moves of the country come before the provinces' numbers: likewise.
    """
    country = program.country
    if program.kept_table is not None:
        return _all_at_once(program, run)
    above = replace(program, gaps="province")
    nodes = above.nodes()
    try:
        totals, found_numbers = province_numbers(above, nodes, first_guess(above, nodes, run), run)
    except NotWholeError:
        return _all_at_once(program, run)
    bounds = found_numbers.bounds
    standing = program.with_totals(totals)
    posts = {title: np.zeros(len(country.units), dtype=np.int64) for title in program.titles}
    for p in np.unique(
        np.concatenate([program.open("province", title) for title in program.titles])
    ).tolist():
        try:
            found = solve_network(standing, run, np.array([p]))
        except NoLawfulPlanError:  # a province's units cannot keep its number: other numbers may do
            return _all_at_once(program, run)
        for title in program.titles:
            posts[title] += found.posts[title]
    value = value_of(program, posts)
    for stage, least in bounds.items():
        if float(value.stages[stage]) > least + AGREE * max(1.0, abs(least)):
            return _all_at_once(program, run)
    bound = {stage: float(amount) for stage, amount in value.stages.items()}
    form = "MIP for the provinces' numbers, then by province"
    return Solution(posts, value, bound, form, True, run.clock)


def _all_at_once(program: Program, run: Run) -> Solution:
    """One mixed-integer program of the whole country."""
    return replace(solve_network(program, run), form="MIP of the whole country")
