"""Rules "none, or at least so many": not convex, so a mixed-integer program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pdc.compiler import compiled
from pdc.country import Ints
from pdc.guess import guess
from pdc.lexicographic.answer import How, InternalError, LawfulPlanError, Solution
from pdc.lexicographic.network import AGREE, ROUNDS, WIDTHS, rough_nodes, solve_network
from pdc.lexicographic.stages import supplies_of, through_stages
from pdc.objective import (
    value_of,
)
from pdc.program import Program


def none_or_plan(program: Program, how: How) -> Solution:
    """Not convex, so a mixed-integer program: first for the province numbers, then one a province.

    The first asks the rule of provinces only (a province cannot have one if none of its units can), which
    bounds shortfalls and province deviation from below; the provinces then keep those numbers, so the plan
    reaches the bound and is proven (checked, never assumed).
    """
    country = program.country
    totals, bounds = _province_numbers(replace(program, gaps="province"), how)
    standing = program.with_totals(totals)
    posts = {title: np.zeros(len(country.units), dtype=np.int64) for title in program.titles}
    for p in np.unique(
        np.concatenate([program.open("province", title) for title in program.titles])
    ).tolist():
        try:
            found = solve_network(standing, how, np.array([p]))
        except LawfulPlanError as error:
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
    return Solution(posts, value, bound, form, True, how.clock)


def _province_numbers(program: Program, how: How) -> tuple[dict[str, Ints], Mapping[str, float]]:
    """Province numbers alone, with the bounds of the stages up to their deviation."""
    nodes = program.nodes()
    near = guess(nodes, supplies_of(program))
    width = np.array(WIDTHS)[nodes.level] + np.floor(np.sqrt(nodes.target) / 3).astype(np.int64)
    for _ in range(ROUNDS):
        model = compiled(program, nodes, near, width)
        found = through_stages(program, model, near, how, "province")
        rough = rough_nodes(model, found.posts)
        rough = rough[nodes.level[rough] == 0]
        if not len(rough):
            break
        near[rough] = found.posts[rough]
        width[rough] = np.maximum(2 * width[rough], 2)
    totals = {}
    for t, title in enumerate(program.titles):
        top = (nodes.title == t) & (nodes.level == 0)
        totals[title] = np.zeros(len(program.country.provinces), dtype=np.int64)
        totals[title][nodes.at[top]] = found.posts[top]
    return totals, found.bounds
