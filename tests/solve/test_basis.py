"""Where the solver starts from: at the optimum nothing is left to do, and from anywhere the plan is the same."""

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
from pdc.program.arrays import compiled
from pdc.program.options import BOTH
from pdc.program.program import Program
from pdc.solve import highs, network
from pdc.solve.basis import BASIC, Start
from pdc.solve.network import first_guess, plan_of_trees, solve_network
from pdc.solve.solution import Run

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.fixture
def some_program() -> Program:
    """Two provinces, three districts, five units, seven posts."""
    return two_provinces()


@settings(deadline=None, max_examples=60, suppress_health_check=CHECKS)
@given(trees(), st.data())
def test_from_any_numbers_the_plan_is_the_same(tree: Tree, data: st.DataObject) -> None:
    program = program_of(tree)
    try:
        plan = solve_network(program, Run())
    except NoLawfulPlanError:
        return
    nodes = program.nodes()
    if not len(nodes):
        return
    most = np.minimum(nodes.upper, nodes.lower + 6)
    near = np.array(
        [data.draw(st.integers(int(low), int(high))) for low, high in zip(nodes.lower, most, strict=True)],
        dtype=np.int64,
    )
    again = solve_network(program, Run(), start=(near, np.zeros(len(nodes), dtype=np.int64)))
    assert again.value == plan.value
    assert all((again.posts[title] == posts).all() for title, posts in plan.posts.items())


@settings(deadline=None, max_examples=60, suppress_health_check=CHECKS)
@given(trees())
def test_at_the_optimum_hardly_a_step_is_left(tree: Tree) -> None:
    program = program_of(tree)
    nodes = program.nodes()
    if (nodes.lower > nodes.upper).any() or not len(nodes):
        return
    near, _ = plan_of_trees(program, nodes)
    if near is None:
        return
    model = compiled(program, nodes, near, np.zeros(len(nodes), dtype=np.int64))
    if not model.size:
        return
    session = highs.Session(model, STAGES[0])
    for stage in program.stages:
        cost = model.costs[stage]
        before = _steps(session)
        assert session.start_at_plan(near, cost)
        answer = session.minimise(cost)
        assert (model.posts(answer.values) == near).all(), stage
        assert _steps(session) - before <= 0, stage
        session.cut_to_face(answer, 1e-8)


def _steps(session: highs.Session) -> int:
    return max(0, int(session.live.getInfo().simplex_iteration_count))


@settings(deadline=None, max_examples=40, suppress_health_check=CHECKS)
@given(trees())
def test_a_basis_has_a_column_for_every_row(tree: Tree) -> None:
    program = program_of(tree)
    nodes = program.nodes()
    if (nodes.lower > nodes.upper).any() or not len(nodes):
        return
    near, _ = plan_of_trees(program, nodes)
    if near is None:
        return
    model = compiled(program, nodes, near, np.ones(len(nodes), dtype=np.int64))
    for stage in program.stages:
        basis = Start(model, near).basis(model.costs[stage], model.lower, model.upper)
        if basis is not None:
            basic = int((basis.columns == BASIC).sum() + (basis.rows == BASIC).sum())
            assert basic == len(model.rhs)


def test_numbers_that_the_bounds_forbid_are_no_start(some_program: Program) -> None:
    nodes = some_program.nodes()
    near, _ = plan_of_trees(some_program, nodes)
    assert near is not None
    model = compiled(some_program, nodes, near, np.ones(len(nodes), dtype=np.int64))
    cost = model.costs["unit"]
    assert Start(model, near).basis(cost, model.lower, model.upper) is not None
    closed = np.where(model.start + model.upper <= near[model.node], 0.0, model.upper)
    assert Start(model, near).basis(cost, model.lower, closed) is None


def test_the_engines_that_are_compared_do_not_tell_each_other(
    some_program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(program: Program, nodes: object) -> Ints:
        raise AssertionError("HiGHS was told the plan that it is compared with")

    monkeypatch.setattr(network, "plan_of_trees", told)
    _, width = first_guess(some_program, some_program.nodes(), Run(engine=BOTH))
    assert (width > 0).all()
    with pytest.raises(AssertionError, match="told"):
        first_guess(some_program, some_program.nodes(), Run())
