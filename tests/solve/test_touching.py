"""Straight lines that touch the costs at a plan: nowhere above them, equal there, and as good a proof."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.oracle import Tree
from helpers.programs import program_of, trees, two_provinces
from pdc.base.errors import NoLawfulPlanError
from pdc.base.levels import STAGES
from pdc.base.numbers import Ints
from pdc.program.arrays import can_touch, compiled
from pdc.program.model import Model, Nodes
from pdc.program.options import BOTH
from pdc.program.program import Program
from pdc.solve.highs import Session
from pdc.solve.network import first_guess, rough_nodes, solve_network
from pdc.solve.solution import Run
from pdc.solve.stages import _at_start
from pdc.solve.ties import _step_by_step

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
MOST = 9  # posts above the lower end that are looked at


def _some(data: st.DataObject, nodes: Nodes) -> Ints:
    ends = zip(nodes.lower.tolist(), np.minimum(nodes.upper, nodes.lower + MOST).tolist(), strict=True)
    return np.array([data.draw(st.integers(low, high)) for low, high in ends], dtype=np.int64)


def _value(model: Model, numbers: Ints, stage: str) -> float:
    """What the nodes' numbers cost; slacks stand at nought."""
    filled = np.where(model.node >= 0, model.values_of(numbers), 0.0)
    return model.constant[stage] + float((model.costs[stage] * filled).sum())


@settings(deadline=None, max_examples=80, suppress_health_check=CHECKS)
@given(trees(), st.data())
def test_the_lines_are_nowhere_above_the_costs_and_meet_them_at_the_numbers(
    tree: Tree, data: st.DataObject
) -> None:
    program = program_of(tree)
    nodes = program.nodes()
    if (nodes.lower > nodes.upper).any() or not len(nodes):
        return
    at, other = _some(data, nodes), _some(data, nodes)
    lines = compiled(program, nodes, at, None)
    costs = compiled(program, nodes, nodes.lower, np.full(len(nodes), 3 * MOST, dtype=np.int64))
    for stage in program.stages:
        assert _value(lines, at, stage) == pytest.approx(_value(costs, at, stage), rel=1e-9, abs=1e-9)
    # A floor of a later tier costs nothing more below that of an earlier one: the first stage that differs counts.
    pairs = [(_value(lines, other, stage), _value(costs, other, stage)) for stage in program.stages]
    differ = [below < above for below, above in pairs if below != pytest.approx(above, rel=1e-9, abs=1e-9)]
    assert all(differ[:1])
    apart = lines.node >= 0
    assert np.bincount(lines.node[apart], minlength=1).max(initial=0) <= 2
    assert not len(rough_nodes(lines, at))


@settings(deadline=None, max_examples=80, suppress_health_check=CHECKS)
@given(trees(), st.data())
def test_from_lines_at_any_numbers_the_plan_is_the_same(tree: Tree, data: st.DataObject) -> None:
    program = program_of(tree)
    try:
        plan = solve_network(program, Run(engine=BOTH))
    except NoLawfulPlanError:
        return
    nodes = program.nodes()
    if not len(nodes):
        return
    again = solve_network(program, Run(), start=(_some(data, nodes), None))
    assert again.value == plan.value
    assert all((again.posts[title] == posts).all() for title, posts in plan.posts.items())


def test_next_to_the_numbers_the_lines_are_right_and_further_out_they_are_not() -> None:
    program = two_provinces()
    nodes = program.nodes()
    at = np.minimum(nodes.lower + 2, nodes.upper)
    lines = compiled(program, nodes, at, None)
    free = nodes.upper - nodes.lower > 4
    further = at + 2 * free
    assert free.any()
    assert rough_nodes(lines, further).tolist() == np.flatnonzero(free).tolist()
    # One further: the step below it is right, nobody knows the one above.
    assert rough_nodes(lines, at + free).tolist() == np.flatnonzero(free).tolist()


def test_lines_are_asked_for_where_marginal_allocation_knows_the_plan_and_costs_are_convex() -> None:
    program: Program = two_provinces()
    assert can_touch(program)
    assert first_guess(program, program.nodes(), Run())[1] is None
    assert first_guess(program, program.nodes(), Run(engine=BOTH))[1] is not None


def test_ties_go_step_by_step_from_where_the_lines_touch() -> None:
    """Else a strict order would weigh how far each place may go, and need a solve a place."""
    program = two_provinces()
    nodes = program.nodes()
    near, _ = first_guess(program, nodes, Run())
    lines = compiled(program, nodes, near, None)
    session = Session(lines, STAGES[0])
    far = session.minimise(np.zeros(lines.size))
    assert (lines.upper > 1).any()
    start = _at_start(lines, session, far, near)
    assert (lines.posts(start.values) == near).all()
    _step_by_step(lines, session, start)
    assert (session.upper - session.lower)[lines.node >= 0].max() == 1
    assert (session.lower <= start.values).all()
    assert (start.values <= session.upper).all()
    session.bounds(lines.lower, np.where(lines.node == lines.node[0], lines.lower, lines.upper))
    moved = _at_start(lines, session, far, near)
    assert (moved is far) == bool(start.values[lines.node == lines.node[0]].any())
