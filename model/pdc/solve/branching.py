"""Orders decided, yes or no for every province: branch and bound over networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.base.exact import Fraction
from pdc.base.numbers import Ints
from pdc.country.country import province_totals
from pdc.program.options import HIGHS
from pdc.program.program import Program
from pdc.solve.engines import solve_trees
from pdc.solve.orders import broken_orders, decide
from pdc.solve.solution import Run, Solution
from pdc.solve.ties import tie_key

SEARCHED = 500  # programs looked at to decide orders where province numbers tie


@dataclass(frozen=True, eq=False)
class _Way:
    """A plan that keeps its orders, with what was decided to get there."""

    solution: Solution
    decided: tuple[tuple[int, int, bool], ...]
    sure: bool = True  # all other ways have been seen to be worse


def branch(program: Program, relaxed: Solution, run: Run) -> tuple[Program, Solution]:
    """Decide broken orders, yes or no, so that the plan is the best of all that keep them.

    A province whose number nothing else could equal is apart from the others: its orders are decided inside
    it, with that number. Where provinces tie for a post, their orders are decided together, over the country.
    The relaxed plan bounds the shortfalls and the province deviation from below; a plan that does not reach
    that bound says that numbers had to move, and then every order is decided over the country.
    """
    if relaxed.tied is None and run.engine != HIGHS:
        # What runs across the trees has moved posts: the solver knows which provinces tie.
        run = replace(run, engine=HIGHS)
        program, found = branch(program, solve_trees(program, run)[1], run)
        return program, replace(found, no_tree="orders")
    broken = broken_orders(program, relaxed)
    provinces = sorted({int(program.orders[number].at[i]) for number, i in broken})
    apart = [p for p in provinces if relaxed.tied is not None and p not in relaxed.tied]
    standing = program.with_totals(province_totals(program.country, relaxed.posts))
    try:
        inside = [_search(standing, run, np.array([p])).decided for p in apart]
        decided = _with(program, [decision for found in inside for decision in found])
        way = _search(decided, run)
    except NoLawfulPlanError:
        return _everywhere(program, run)
    until = program.stages.index("province") + 1
    if way.solution.value.order[:until] != relaxed.value.order[:until]:
        every = [decision for found in inside for decision in found]
        return _everywhere(program, run, replace(way, decided=(*every, *way.decided)))
    return _with(decided, way.decided), replace(way.solution, proven=way.solution.proven and way.sure)


def _everywhere(program: Program, run: Run, known: _Way | None = None) -> tuple[Program, Solution]:
    """All orders decided over the whole country; what is no better than a ``known`` way is left aside."""
    way = _search(program, run, known=known)
    return _with(program, way.decided), replace(way.solution, proven=way.solution.proven and way.sure)


def _with(program: Program, decisions: Sequence[tuple[int, int, bool]]) -> Program:
    """The program in which these orders are decided."""
    for decision in decisions:
        program = decide(program, *decision)
    return program


def _search(program: Program, run: Run, only: Ints | None = None, known: _Way | None = None) -> _Way:
    """Branch and bound: a plan without an order bounds those with it, ties included."""
    best: tuple[tuple[Fraction, ...], tuple[int, ...]] | None = None
    found = known
    if known is not None:
        best = known.solution.value.order, tie_key(program, known.solution.posts, only)
    stack: list[tuple[tuple[int, int, bool], ...]] = [()]
    looked = 0
    while stack and looked < SEARCHED:
        looked += 1
        decided = stack.pop()
        node = _with(program, decided)
        try:
            _, solution = solve_trees(node, run, only)
        except NoLawfulPlanError:
            continue
        broken = broken_orders(program, solution)
        if not broken and not decided:
            return _Way(solution, ())  # nobody asks for the ties of a single plan
        key = (solution.value.order, tie_key(program, solution.posts, only))
        if best is not None and key >= best:
            continue
        if not solution.proven or not broken:
            found, best = _Way(solution, decided), key
            if not solution.proven:
                break
            continue
        stack += [(*decided, (*broken[0], yes)) for yes in (False, True)]
    if found is None and stack:
        raise InternalError(f"no way of the orders was found among the first {SEARCHED}")
    if found is None:
        raise NoLawfulPlanError("no way of an order has a plan")
    return replace(found, sure=not stack)
