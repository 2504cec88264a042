"""Lexicographic optimum of a program, unique, in whole numbers."""

from __future__ import annotations

from dataclasses import replace

from pdc.exchange import polish
from pdc.lexicographic.answer import ENGINES, HIGHS, Budget, How, InternalError, Solution
from pdc.lexicographic.branching import branch
from pdc.lexicographic.engines import solve_tree
from pdc.lexicographic.gaps import none_or_plan
from pdc.lexicographic.memory import Memory
from pdc.lexicographic.orders import broken_orders, close_unreachable_orders
from pdc.lexicographic.shares import with_settled_totals
from pdc.marginal import no_tree
from pdc.objective import (
    Value,
    value_of,
)
from pdc.program import STAGES, Program
from pdc.rational import Fraction
from pdc.solver import Clock

SMALL = 500  # units that a mixed-integer program can be asked for when a network is not enough


def solve(
    program: Program,
    budget: Budget | None = None,
    seed: int = 0,
    memory: Memory | None = None,
    engine: str = HIGHS,
) -> Solution:
    """Lexicographic optimum of a program, unique, in whole numbers.

    With ``memory``, provinces that an earlier program had in the same way are not solved again; the plan is
    the same either way. ``engine`` says what solves a tree (:data:`ENGINES`); the plan is the same again.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine {engine!r}: one of {', '.join(ENGINES)}")
    how = How(budget or Budget(), seed, memory=memory, engine=engine)
    why = "" if engine == HIGHS else no_tree(program)
    try:
        found = _solve(program, how)
        return replace(found, no_tree=why or found.no_tree)
    except InternalError:
        if program.most_moved is None or program.whole or len(program.country.units) > SMALL:
            raise
        # The row that counts moves is no network row; where a vertex is not whole, units are told to be.
        return _solve(replace(program, whole=True), replace(how, clock=Clock(), memory=None))


def _solve(program: Program, how: How) -> Solution:
    form = ""
    if not program.titles:
        return Solution({}, Value(dict.fromkeys(STAGES, Fraction(0))), {}, "nothing to plan", True, how.clock)
    close_unreachable_orders(program)
    if program.none_or:
        return none_or_plan(program, how)
    if program.needs_totals():
        form, program, solution = with_settled_totals(program, how)
    else:
        form, solution = solve_tree(program, how)
    across = solution.no_tree
    if broken_orders(program, solution):
        form += ", branched orders"
        across = "" if how.engine == HIGHS else "orders"
        program, solution = branch(program, solution, how)
    if not solution.proven:
        return Solution(solution.posts, solution.value, solution.bound, form, False, how.clock)
    if program.near is not None:
        return Solution(solution.posts, solution.value, solution.bound, form, True, how.clock)
    posts, moves = polish(program, solution.posts)
    value, bound = solution.value, solution.bound
    if moves:
        # The solver took two costs for equal that fractions tell apart.
        form += f", {moves} posts exchanged in exact arithmetic"
        value = value_of(program, posts)
        bound = {stage: float(amount) for stage, amount in value.stages.items()}
    polished = Solution(posts, value, bound, form, True, how.clock, no_tree=across)
    if moves and broken_orders(program, polished):
        raise InternalError("an exact exchange broke an order")
    return polished
