"""The best plan near a table, for titles that are trees: exchange by exchange, and in a box by HiGHS.

Two ways to the same plan (Shioura, *M-convex function minimization under L1-distance constraint*, 2018):

- **Exchanges** (:mod:`pdc.solve.exchanges`): the best one after another from the table, in exact numbers.
- **The box**: the best plan within the moves lies between the table and the optimum without a limit.
There every
  place can only gain or only lose, so the row that counts moves is one that limits what the losers lose.
  With the tree it is a second family of sets, still a network, and its vertices are whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from pdc.base.errors import InternalError, MovesError, NoLawfulPlanError
from pdc.base.numbers import Ints
from pdc.country.country import level_sums
from pdc.program.options import BOTH, HIGHS, MARGINAL
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.solve import marginal
from pdc.solve.exchanges import towards
from pdc.solve.lexicographic import solve
from pdc.solve.marginal.tree import UNIT
from pdc.solve.orders import broken_orders
from pdc.solve.solution import Budget, Solution

EXCHANGES: Final = "exchanges from the table"
BOX: Final = "network LP between the table and the optimum"
CLOSE: Final = Fraction(1, 10**6)  # relative: what the solver's tolerances come to


@dataclass(frozen=True, eq=False)
class NearTree:
    """What is found: the plan, None where a rule across the trees is not kept by it, and which kind of
    rule.
    """

    solution: Solution | None
    across: str = ""


def why_no_tree(program: Program) -> str:
    """Why the best plan near a table cannot be found tree by tree; empty where it can."""
    why = marginal.no_tree(replace(program, kept_table=None, most_moved=None))
    if why:
        return why
    return "open_number" if any(program.targets[t].supply is None for t in program.titles) else ""


def solve_near_tree(tied: Program, moves: int, budget: Budget, seed: int, engine: str) -> NearTree:
    """The best plan within the moves of a program that :func:`why_no_tree` has nothing against.

    Rules across the trees (joint floors, common limits, orders) are left aside: they only take plans
    away, or make them worse, so a plan that keeps them all is the best with them too.
    Raises :class:`MovesError` where the moves do not suffice, :class:`NoLawfulPlanError` where no plan is
    lawful.
    """
    apart = replace(tied, joint=(), together=(), orders=())
    free = replace(apart, kept_table=None, most_moved=None)
    try:
        best = {title: marginal.allocate(free, title) for title in free.titles}
    except marginal.InfeasibleError as error:
        raise NoLawfulPlanError(str(error)) from error
    posts: dict[str, Ints] = {}
    most = 0
    for title in tied.titles:
        posts[title], needed = _exchanged(apart, title, best[title])
        most = max(most, needed)
    if most:
        raise MovesError("+".join(tied.titles), moves, most)
    value = value_of(tied, posts)
    bound = {stage: float(amount) for stage, amount in value.stages.items()}
    found = Solution(posts, value, bound, EXCHANGES, True)
    across = marginal.crossed(tied, posts) or ("orders" if broken_orders(tied, found) else "")
    if across:
        return NearTree(None, across)
    if engine != MARGINAL:
        boxed = solve(_box(apart, solve(free, budget, seed).posts), budget, seed)
        if not boxed.proven:  # time ran out
            return NearTree(replace(boxed, value=value_of(tied, boxed.posts)))
        found = replace(found, form=_held_together(apart, boxed, posts, engine), clock=boxed.clock)
    return NearTree(found)


def _exchanged(tied: Program, title: str, best: Ints) -> tuple[Ints, int]:
    """The table after the exchanges that are allowed; and how many it would take where they do not
    suffice.
    """
    assert tied.kept_table is not None
    assert tied.most_moved is not None
    table = tied.kept_table[title]
    ladder = towards(tied, title, table, best)
    apart = abs(int(best.sum() - table.sum()))  # posts that change without a move
    allowed = apart + (tied.most_moved[title] - apart) // 2
    excess = ladder.excess + sum(exchange.cost.head[0] for exchange in ladder.exchanges(allowed))
    needed = 0
    if excess:
        needed = allowed - apart
        for exchange in ladder.exchanges():
            needed += 1
            excess += exchange.cost.head[0]
            if not excess:
                break
    posts = np.zeros(len(best), dtype=np.int64)
    posts[ladder.tree.levels[UNIT].at] = ladder.posts
    return posts, needed


def _box(tied: Program, best: Mapping[str, Ints]) -> Program:
    """The program between the table and the optimum."""
    assert tied.kept_table is not None
    level = tied.kept_level
    for title in tied.titles:
        table, goal = tied.kept_table[title], level_sums(tied.country, best[title], level)
        lower, upper = tied.bounds[title, level]
        ends = np.maximum(lower, np.minimum(table, goal)), np.minimum(upper, np.maximum(table, goal))
        tied = tied.with_bounds(title, level, *ends)
    return tied


def _held_together(program: Program, boxed: Solution, posts: Mapping[str, Ints], engine: str) -> str:
    """How the plan was found, once both ways have come to it. Raises :class:`InternalError` where they
    differ.
    """
    differ = [title for title in posts if not np.array_equal(boxed.posts[title], posts[title])]
    if not differ:
        return BOX if engine == HIGHS else f"{BOX} and {EXCHANGES}"
    pairs = zip(boxed.value.order, value_of(program, posts).order, strict=True)
    first = next(((a, b) for a, b in pairs if abs(a - b) > CLOSE * (1 + abs(a))), None)
    if engine == BOTH or (first is not None and first[0] < first[1]):
        raise InternalError(f"HiGHS and the exchanges from the table differ: {', '.join(differ)}")
    # The solver took two costs for equal that fractions tell apart.
    return f"{BOX}, then {EXCHANGES} in exact arithmetic"
