"""A network solved with segments made finer until the optimum has unit steps on both sides.

Where marginal allocation knows the plan, HiGHS gets the straight lines that touch the costs there (two
columns a node) and has to show that it is optimal for them; only where it finds another are there segments.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.base.levels import STAGES
from pdc.base.numbers import Ints
from pdc.country.country import province_totals
from pdc.program.arrays import can_touch, compiled
from pdc.program.model import Model, Nodes
from pdc.program.options import BOTH
from pdc.program.orders import closed
from pdc.program.program import Program
from pdc.program.value import Value, near_nodes, value_of
from pdc.solve.certain import surely_infeasible
from pdc.solve.guess import guess
from pdc.solve.highs import NotSolvedError, Session
from pdc.solve.marginal import InfeasibleError, NoTreeError, allocate, no_tree, planned
from pdc.solve.ranges import supplies_of
from pdc.solve.solution import Run, Solution
from pdc.solve.stages import Round, by_unit, through_stages

AGREE = 1e-6  # relative: a sum of thousands of floats against exact fractions
ROUNDS = 20  # of making segments finer
WIDTHS = (3, 1, 1)  # segments of length one on either side of the guess: provinces, districts, units
FEW = 10
"""Posts that may go round for a guess of some provinces alone: those are solved sooner than that."""


def solve_network(
    program: Program,
    run: Run,
    only: Ints | None = None,
    start: tuple[Ints, Ints | None] | None = None,
) -> Solution:
    """Solve a network, making segments finer until the optimum has unit steps on both sides.

    Once the province numbers are settled beyond doubt, provinces do not touch one another any more: then
    only those where the steps were too coarse are solved again.
    """
    nodes = program.nodes(only)
    if (nodes.lower > nodes.upper).any():
        raise NoLawfulPlanError("bounds")
    if only is None and _nowhere(program):
        raise NoLawfulPlanError("no unit for the title")
    if not len(nodes):
        none = by_unit(program, nodes, nodes.at)
        return Solution(none, value_of(program, none, only), {}, "", True, run.clock)
    near, width = start or first_guess(program, nodes, run)
    for _ in range(ROUNDS):
        model = compiled(program, nodes, near, width)
        found = through_stages(program, model, near, run)
        posts = by_unit(program, nodes, found.posts)
        rough = rough_nodes(model, found.posts)
        if not len(rough) or not found.proven:
            break
        near[rough] = found.posts[rough]
        width = _finer(nodes, width, rough)
        province = program.province_of_nodes(nodes)
        coarse = np.unique(province[rough])
        settled = found.tied == frozenset() and bool((nodes.level[rough] > 0).all())
        apart = settled and program.most_moved is None
        if apart and len(coarse) < len(np.unique(province)):
            inside = np.isin(province, coarse)
            totals = province_totals(program.country, posts)
            again = solve_network(program.with_totals(totals), run, coarse, (near[inside], width[inside]))
            touched = np.isin(program.country.unit_province, coarse)
            posts = {title: np.where(touched, again.posts[title], posts[title]) for title in program.titles}
            break
    else:
        raise InternalError("the segments around the optimum did not settle")
    run.doubts.extend(found.traded)
    value = value_of(program, posts, only)
    bounds = dict(found.bounds)
    if found.proven:
        # What was re-solved by province is proven there; the rest of the stage is as it was bounded.
        agree(bounds, value, exact_stages=not len(rough))
        bounds = {stage: float(amount) for stage, amount in value.stages.items()}
    return Solution(posts, value, bounds, "", found.proven, run.clock, found.tied)


def _finer(nodes: Nodes, width: Ints | None, rough: Ints) -> Ints:
    """How far steps of length one go, twice as far as before at some nodes; after lines there were none."""
    found = np.zeros(len(nodes), dtype=np.int64) if width is None else width
    found[rough] = np.maximum(2 * found[rough], 2)
    return found


def first_guess(program: Program, nodes: Nodes, run: Run) -> tuple[Ints, Ints | None]:
    """Where the fine segments go, and how far on either side; nothing depends on it but speed.

    None instead of how far: it is the plan, and straight lines that touch the costs there will show it.

    The plan by marginal allocation: HiGHS has to show that it is optimal, and hardly
    ever to look for another. Where both engines are compared, neither is told what the other finds.
    """
    started = time.perf_counter()
    own, best = (None, False) if run.engine == BOTH or no_tree(program) else plan_of_trees(program, nodes)
    run.clock.build += time.perf_counter() - started
    if own is not None and best:
        if nodes.only is None:
            program.found["allocated"] = by_unit(program, nodes, own)
        return own, None if can_touch(program) else np.zeros(len(nodes), dtype=np.int64)
    if own is None:
        supplies = supplies_of(program) if nodes.only is None else dict.fromkeys(range(len(program.titles)))
        own = guess(nodes, supplies)
    if program.kept_table is not None:
        own = near_nodes(program, nodes, own)
    # A large place is a little off more easily than a small one.
    return own, np.array(WIDTHS)[nodes.level] + np.floor(np.sqrt(nodes.target) / 3).astype(np.int64)


def plan_of_trees(program: Program, nodes: Nodes) -> tuple[Ints | None, bool]:
    """A number for every node by marginal allocation; is it the plan, or each title by itself alone?

    None where a title has no plan.
    """
    try:
        try:
            most = None if nodes.only is None else FEW
            posts, best = planned(program, nodes.only, most, ties=False).posts, True
        except NoTreeError:
            posts, best = {title: allocate(program, title, nodes.only) for title in program.titles}, False
    except InfeasibleError:
        return None, False
    numbers = np.zeros(len(nodes), dtype=np.int64)
    for t, title in enumerate(program.titles):
        units = np.flatnonzero((nodes.title == t) & (nodes.level == 2))
        numbers[units] = posts[title][nodes.at[units]]
    for level in (2, 1):
        below = np.flatnonzero(nodes.level == level)
        np.add.at(numbers, nodes.parent[below], numbers[below])
    return numbers, best


def province_numbers(
    program: Program, nodes: Nodes, start: tuple[Ints, Ints | None], run: Run
) -> tuple[dict[str, Ints], Round]:
    """Province numbers alone, with the bounds of the stages up to their deviation."""
    near, width = start
    for _ in range(ROUNDS):
        model = compiled(program, nodes, near, width)
        found = through_stages(program, model, near, run, "province")
        rough = rough_nodes(model, found.posts)
        rough = rough[nodes.level[rough] == 0]
        if not len(rough) or not found.proven:
            break
        near[rough] = found.posts[rough]
        width = _finer(nodes, width, rough)
    return at_provinces(program, nodes, found.posts), found


def at_provinces(program: Program, nodes: Nodes, numbers: Ints) -> dict[str, Ints]:
    """Province numbers by title, from the numbers of nodes."""
    totals = {title: np.zeros(len(program.country.provinces), dtype=np.int64) for title in program.titles}
    for t, title in enumerate(program.titles):
        top = (nodes.title == t) & (nodes.level == 0)
        totals[title][nodes.at[top]] = numbers[top]
    return totals


def feasible(program: Program, only: Ints | None = None) -> bool:
    """Is there any plan (of some provinces) that keeps the hard rules?"""
    program = closed(program)
    nodes = program.nodes(only)
    if (nodes.lower > nodes.upper).any() or (only is None and _nowhere(program)):
        return False
    if not len(nodes):
        return True
    width = np.array(WIDTHS, dtype=np.int64)[nodes.level]
    model = compiled(program, nodes, nodes.lower.copy(), width, totals_integer=program.needs_totals())
    if not model.size:
        return True
    session = None
    try:
        session = Session(model, STAGES[0])
        session.minimise(np.zeros(model.size))
    except NotSolvedError as error:
        surely_infeasible(session, error)
        return False
    return True


def agree(bounds: Mapping[str, float], value: Value, exact_stages: bool) -> None:
    """The solver's proven bound of every stage is what the plan, counted by itself, comes to."""
    for stage, bound in bounds.items():
        counted = float(value.stages[stage])
        close = abs(bound - counted) <= AGREE * max(1.0, abs(counted))
        if not close and (exact_stages or stage.startswith("tier") or stage in {"province", "moved"}):
            raise InternalError(f"{stage}: the solver proves {bound}, the plan comes to {counted}")


def _nowhere(program: Program) -> bool:
    """Is there a title with posts to give out and no unit where it may be?"""
    return any(t.supply and not t.eligible.any() for t in program.targets.values())


def rough_nodes(model: Model, posts: Ints) -> Ints:
    """Nodes whose number does not have a column on both sides that costs what the step of one there costs."""
    nodes = model.nodes
    exact = model.step >= 0
    node, step = model.node[exact], model.step[exact]
    fine_below = np.zeros(len(nodes), dtype=bool)
    fine_above = np.zeros(len(nodes), dtype=bool)
    fine_below[node[step + 1 == posts[node]]] = True
    fine_above[node[step == posts[node]]] = True
    # At none, or at the least that is allowed, there is no single step down to be fine.
    whole_step = model.least > 0
    fine_below |= (posts == nodes.lower) | (whole_step & (posts == model.least))
    fine_above |= whole_step & (posts == 0)
    fine_above |= posts == nodes.upper
    return np.flatnonzero(~(fine_below & fine_above))
