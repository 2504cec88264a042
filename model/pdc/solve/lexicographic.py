"""Lexicographic optimum of a program, unique, in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pdc.base.errors import InternalError
from pdc.base.exact import Fraction
from pdc.base.levels import STAGES
from pdc.base.numbers import Ints
from pdc.program.options import ENGINES, HIGHS
from pdc.program.orders import closed
from pdc.program.program import Program
from pdc.program.value import Value, value_of
from pdc.solve.branching import branch
from pdc.solve.clock import Clock
from pdc.solve.engines import solve_trees
from pdc.solve.exchange import polish
from pdc.solve.highs import NotSolvedError
from pdc.solve.marginal import differing
from pdc.solve.marginal.tree import no_tree
from pdc.solve.memory import Memory
from pdc.solve.none_or import none_or_plan
from pdc.solve.orders import broken_orders
from pdc.solve.shares import with_settled_totals
from pdc.solve.solution import Budget, Run, Solution

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
    run = Run(budget or Budget(), seed, provinces_known=memory, engine=engine)
    try:
        found = _solve(program, run)
    except InternalError:
        if program.most_moved is None or program.whole or len(program.country.units) > SMALL:
            raise
        # The row that counts moves is no network row; where a vertex is not whole, units are told to be.
        found = _solve(replace(program, whole=True), replace(run, clock=Clock(), provinces_known=None))
    if run.doubts and found.proven:
        form = f"{found.form}, not proven: {', '.join(dict.fromkeys(run.doubts))}"
        return replace(found, form=form, proven=False)
    return found


def _solve(program: Program, run: Run) -> Solution:
    try:
        return _in_stages(program, run)
    except NotSolvedError as error:  # among optima that are known there is always one
        raise InternalError(f"the solver ended without an answer: {error}") from error


def _in_stages(program: Program, run: Run) -> Solution:
    form = ""
    if not program.titles:
        return Solution({}, Value(dict.fromkeys(STAGES, Fraction(0))), {}, "nothing to plan", True, run.clock)
    program = closed(program)
    if program.none_or:
        return replace(none_or_plan(program, run), no_tree="" if run.engine == HIGHS else "none_or")
    if program.needs_totals():
        form, program, solution = with_settled_totals(program, run)
    else:
        form, solution = solve_trees(program, run)
    across = solution.no_tree
    if run.engine != HIGHS:
        across = across or no_tree(program)
    if broken_orders(program, solution):
        form += ", branched orders"
        program, solution = branch(program, solution, run)
        across = across or solution.no_tree
    if not solution.proven or program.kept_table is not None:
        posts, value, bound = solution.posts, solution.value, solution.dual_bound
        return Solution(posts, value, bound, form, solution.proven, run.clock, no_tree=across)
    posts, moves = _polished(program, solution.posts)
    value, bound = solution.value, solution.dual_bound
    if moves:
        # The solver took two costs for equal that fractions tell apart.
        form += f", {moves} posts exchanged in exact arithmetic"
        value = value_of(program, posts)
        bound = {stage: float(amount) for stage, amount in value.stages.items()}
    polished = Solution(posts, value, bound, form, True, run.clock, no_tree=across)
    if moves and broken_orders(program, polished):
        raise InternalError("an exact exchange broke an order")
    return polished


def _polished(program: Program, posts: Mapping[str, Ints]) -> tuple[Mapping[str, Ints], int]:
    """Posts after all gainful exchanges, and how many there were.

    Where marginal allocation, which is exact too, has the same plan, there is none. (Where it alone is asked
    for a plan, that is its own: an exchange that pays would be a fault of it, which the tests look for by
    asking both engines and by polishing its plans.)
    """
    known = program.found.get("allocated")
    if known is not None and differing(posts, known) is None:
        return posts, 0
    return polish(program, posts)
