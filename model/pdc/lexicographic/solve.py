"""Lexicographic optimum of a program, unique, in whole numbers."""

from __future__ import annotations

from dataclasses import replace

from pdc.exchange import polish
from pdc.lexicographic.answer import Budget, How, InternalError, Solution
from pdc.lexicographic.branching import branch
from pdc.lexicographic.gaps import none_or_plan
from pdc.lexicographic.memory import Memory
from pdc.lexicographic.orders import broken_orders, close_unreachable_orders
from pdc.lexicographic.shares import with_settled_totals
from pdc.lexicographic.whatif import solve_country
from pdc.objective import (
    Value,
    value_of,
)
from pdc.program import STAGES, Program
from pdc.rational import Fraction
from pdc.solver import Clock

SMALL = 500  # units that a mixed-integer program can be asked for when a network is not enough


def solve(
    program: Program, budget: Budget | None = None, seed: int = 0, memory: Memory | None = None
) -> Solution:
    """Lexicographic optimum of a program, unique, in whole numbers.

    With ``memory``, provinces that an earlier program had in the same way are not solved again; the plan is
    the same either way.
    """
    how = How(budget or Budget(), seed, memory=memory)
    try:
        found = _solve(program, how)
    except InternalError:
        if program.most_moved is None or program.whole or len(program.country.units) > SMALL:
            raise
        # The row that counts moves is no network row; where a vertex is not whole, units are told to be.
        found = _solve(replace(program, whole=True), replace(how, clock=Clock(), memory=None))
    if how.doubts and found.proven:
        form = f"{found.form}, not proven: {', '.join(dict.fromkeys(how.doubts))}"
        return replace(found, form=form, proven=False)
    return found


def _solve(program: Program, how: How) -> Solution:
    form = "network LP"
    if not program.titles:
        return Solution({}, Value(dict.fromkeys(STAGES, Fraction(0))), {}, "nothing to plan", True, how.clock)
    close_unreachable_orders(program)
    if program.none_or:
        return none_or_plan(program, how)
    if program.needs_totals():
        form, program, solution = with_settled_totals(program, how)
    else:
        solution = solve_country(program, how)
    if broken_orders(program, solution):
        form += ", branched orders"
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
    polished = Solution(posts, value, bound, form, True, how.clock)
    if moves and broken_orders(program, polished):
        raise InternalError("an exact exchange broke an order")
    return polished
