"""The whole country, with provinces from memory: the province numbers first, then those that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pdc.base.errors import InternalError
from pdc.country.country import province_totals
from pdc.program.model import Nodes
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.solve.memory import Memory, inside_keys, with_numbers
from pdc.solve.network import agree, at_provinces, first_guess, province_numbers, solve_network
from pdc.solve.solution import Run, Solution


def solve_country(program: Program, run: Run) -> Solution:
    """Solve a network over the country; what memory knows of it is not solved again."""
    memory = run.provinces_known
    nodes = program.nodes()
    lawless = not len(nodes) or bool((nodes.lower > nodes.upper).any())
    if memory is None or lawless or not memory.applies_to(program):
        return solve_network(program, run)
    inside = inside_keys(program, nodes)
    if memory.mostly_known(inside):
        known = _from_memory(program, nodes, inside, (run, memory))
        if known is not None:
            return known
    found = solve_network(program, run)
    if found.proven and found.tied == frozenset():
        memory.keep(program, found.posts, with_numbers(inside, province_totals(program.country, found.posts)))
        memory.solved = sorted(inside)
    return found


def _from_memory(
    program: Program,
    nodes: Nodes,
    inside: Mapping[int, str],
    how: tuple[Run, Memory],
) -> Solution | None:
    """None where province numbers tie, or what is known does not fit."""
    given, memory = how
    tops = nodes.level == 0
    bounds: Mapping[str, float] = {}
    if (nodes.lower[tops] == nodes.upper[tops]).all():
        totals = at_provinces(program, nodes, nodes.lower)
    else:
        near, width = first_guess(program, nodes, given)
        if width is None:  # what memory has need not be the plan
            width = np.zeros(len(nodes), dtype=np.int64)
        start = memory.near(program, nodes, near), width
        totals, found = province_numbers(program, nodes, start, given)
        bounds = found.bounds
        if found.tied != frozenset() or not found.proven:
            return None
    keys = with_numbers(inside, totals)
    posts, unknown = memory.recall(program, keys)
    proven = True
    if len(unknown):
        again = solve_network(program.with_totals(totals), given, unknown)
        proven = again.proven
        posts = {title: posts[title] + again.posts[title] for title in program.titles}
    value = value_of(program, posts)
    try:
        agree(bounds, value, exact_stages=True)
    except InternalError:  # not what these provinces have: as if nothing were known
        return None
    memory.solved = unknown.tolist()
    if proven:
        memory.keep(program, posts, keys)
    bound = {stage: float(amount) for stage, amount in value.stages.items()}
    return Solution(posts, value, bound, "", proven, given.clock, frozenset())
