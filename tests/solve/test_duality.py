"""An optimum is shown by its dual values: each thing that a solver says of it is held against the program."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from helpers.oracle import Asked, Place, Tree
from helpers.programs import program_of
from pdc.base.errors import InternalError, WrongAnswerError
from pdc.program.arrays import compiled
from pdc.program.model import Model
from pdc.solve import certain, flow
from pdc.solve.certain import proves, surely_infeasible
from pdc.solve.duality import Claim, Limit, disproof, dual_bound, no_point
from pdc.solve.flow import cheapest_flow
from pdc.solve.guess import guess
from pdc.solve.highs import NotSolvedError, Session

STAGE = "province"


def program_model(lower: int = 0) -> Model:
    """Seven posts for two provinces of a district and two units each; the first unit has ``lower`` at least."""
    units = [Place(d, Fraction(t)) for d, t in ((0, 2), (0, 2), (1, 2), (1, 1))]
    units[0].lower = lower
    units[1].asked.append(Asked(1, 3, "a"))
    districts = [Place(p, Fraction(t)) for p, t in ((0, 4), (1, 3))]
    tree = Tree(([Place(0, Fraction(4)), Place(0, Fraction(3))], districts, units), 7)
    program = program_of(tree)
    nodes = program.nodes()
    return compiled(program, nodes, guess(nodes, {0: 7}), np.full(len(nodes), 8, dtype=np.int64))


def answered(model: Model, limit: Limit | None = None) -> tuple[Claim, Any]:
    session = Session(model, STAGE)
    if limit is not None:
        weights = np.zeros(model.size)
        weights[limit.columns] = limit.values
        session.at_most(weights, limit.most)
    made = session.minimise(model.costs[STAGE])
    return Claim(made.values, made.rows, made.reduced, made.objective), session


def why(model: Model, claim: Claim, *limits: Limit) -> str:
    return disproof(model, model.costs[STAGE], model.lower, model.upper, claim, limits)


def test_an_optimum_holds_and_each_lie_about_it_is_named() -> None:
    model = program_model()
    honest, _ = answered(model)
    assert why(model, honest) == ""
    moved = honest.values.copy()
    moved[np.flatnonzero(moved)[0]] += 1
    none = np.zeros(len(honest.rows))
    lies = {
        "the values break a row or a bound": [
            replace(honest, values=moved),
            replace(honest, values=moved * np.nan),
        ],
        "the objective is said to be": [
            replace(honest, objective=honest.objective - 1),
            replace(honest, objective=np.nan),
        ],
        "there are no dual values": [replace(honest, rows=none[:-1]), replace(honest, rows=none * np.nan)],
        "the reduced costs are not those of the dual values": [replace(honest, reduced=honest.reduced + 1)],
    }
    for words, claims in lies.items():
        for claim in claims:
            assert why(model, claim).startswith(words)


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (100.0, "a column with a cost is not at its lower bound"),
        (-100.0, "a column that pays is not at its upper bound"),
    ],
)
def test_another_point_is_the_best_where_a_reduced_cost_says_so(shift: float, words: str) -> None:
    """The same point and dual values, with every column dearer, or cheaper, by so much."""
    model = program_model()
    honest, _ = answered(model)
    cost = model.costs[STAGE] + shift
    claim = replace(honest, reduced=honest.reduced + shift, objective=float((cost * honest.values).sum()))
    assert why(replace(model, costs={**model.costs, STAGE: cost}), claim) == words


def limited(model: Model) -> tuple[Limit, Claim]:
    """The first province has a post fewer than it would, and the optimum then."""
    free, _ = answered(model)
    node = int(np.flatnonzero(model.nodes.level == 0)[0])
    columns = np.flatnonzero(model.node == node)
    number = float(free.values[columns].sum())
    limit = Limit(columns, np.ones(len(columns)), number - 1)
    return limit, answered(model, limit)[0]


def test_a_limit_is_kept_and_its_price_is_one_that_it_bears() -> None:
    model = program_model()
    limit, claim = limited(model)
    assert why(model, claim, limit) == ""
    assert why(model, claim, replace(limit, most=limit.most - 1)) == "the values break a row or a bound"
    for price in (1.0, 1e3):  # a limit from above has a price of nought or less
        assert (
            why(model, replace(claim, rows=np.append(claim.rows[:-1], price)), limit)
            == "a limit has a price that it does not bear"
        )
    wide = replace(limit, most=limit.most + 5)  # and none where there is room
    assert why(model, claim, wide) == "a limit has a price that it does not bear"
    free, _ = answered(model)
    assert why(model, replace(free, rows=np.append(free.rows, 0.0)), wide) == ""


def test_no_point_costs_less_than_the_bound_that_any_dual_values_show() -> None:
    model = program_model()
    honest, _ = answered(model)
    cost, lower, upper = model.costs[STAGE], model.lower, model.upper
    assert dual_bound(model, cost, lower, upper, honest.rows) == pytest.approx(honest.objective)
    rng = np.random.default_rng(0)
    for _ in range(5):
        assert (
            dual_bound(model, cost, lower, upper, rng.normal(size=len(model.rhs))) <= honest.objective + 1e-9
        )
    for rows in (honest.rows[:-1], honest.rows * np.nan):  # they say nothing
        assert dual_bound(model, cost, lower, upper, rows) == -np.inf
    endless = np.full(model.size, np.inf)
    assert dual_bound(model, cost - 1e3, lower, endless, np.zeros(len(model.rhs))) == -np.inf


def test_that_there_is_no_point_is_shown_in_exact_fractions_or_not_at_all() -> None:
    model = program_model()
    clash = model.lower.copy()
    unit = int(np.flatnonzero(model.nodes.level == 2)[0])
    clash[np.flatnonzero(model.node == unit)[0]] = 99.0
    upper = np.maximum(model.upper, clash)
    rows = np.ones(len(model.rhs))
    assert not no_point(model, model.lower, model.upper, rows * 0)
    assert not no_point(model, model.lower, model.upper, rows * np.inf)
    rng = np.random.default_rng(1)
    for _ in range(10):  # there is a point: no multipliers can show otherwise
        assert not no_point(model, model.lower, model.upper, rng.normal(size=len(rows)))
    session = Session(replace(model, lower=clash, upper=upper), STAGE)
    with pytest.raises(NotSolvedError) as caught:
        session.minimise(model.costs[STAGE])
    assert caught.value.infeasible
    surely_infeasible(session, caught.value)


# what is believed ------------------------------------------------------------------------------------------


def test_infeasible_is_believed_where_bounds_clash_and_nowhere_without_a_program() -> None:
    _, session = answered(program_model())
    said = NotSolvedError("Infeasible", infeasible=True)
    with pytest.raises(WrongAnswerError):
        surely_infeasible(session, said)  # there is a plan
    with pytest.raises(WrongAnswerError):
        surely_infeasible(None, said)
    with pytest.raises(NotSolvedError):
        surely_infeasible(session, NotSolvedError("Time", infeasible=False))
    session.lower = session.lower.copy()
    session.lower[0] = session.upper[0] + 1
    surely_infeasible(session, said)


def whole(model: Model) -> Model:
    return replace(model, integer=np.ones(model.size, dtype=bool))


@pytest.mark.parametrize("large", [0, 10**6])
def test_an_optimum_in_whole_numbers_is_proven_by_a_search_or_by_a_second_solver(
    large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certain, "LARGE", large)
    model = whole(program_model())
    session = Session(model, STAGE)
    answer = session.minimise(model.costs[STAGE])
    assert proves(session, model.costs[STAGE], answer)
    worse = replace(answer, objective=answer.objective + 3)
    if large:
        with pytest.raises(WrongAnswerError):
            proves(session, model.costs[STAGE], worse)
    else:
        assert not proves(session, model.costs[STAGE], worse)


def test_a_search_that_may_not_look_anywhere_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = whole(program_model())
    session = Session(model, STAGE)
    answer = session.minimise(model.costs[STAGE])
    monkeypatch.setattr(certain, "NODES", 0)
    assert not proves(session, model.costs[STAGE], answer)


def test_a_second_solver_that_finds_nothing_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = whole(program_model())
    session = Session(model, STAGE)
    answer = session.minimise(model.costs[STAGE])
    monkeypatch.setattr(certain, "LARGE", 0)

    def nothing(*_: Any, **__: Any) -> Any:
        raise NotSolvedError("Time limit", infeasible=False)

    monkeypatch.setattr(Session, "minimise", nothing)
    assert not proves(session, model.costs[STAGE], answer)


def test_a_point_that_is_not_whole_is_no_answer_where_it_has_to_be() -> None:
    model = whole(program_model())
    session = Session(model, STAGE)
    answer = session.minimise(model.costs[STAGE])
    parts = answer.values.copy()
    parts[int(np.flatnonzero(parts)[0])] -= 0.5
    assert (
        session._disproof_of_whole(model.costs[STAGE], replace(answer, values=parts))
        == "a column that has to be whole is not"
    )
    assert (
        session._disproof_of_whole(model.costs[STAGE], replace(answer, values=parts[:-1]))
        == "there are not as many values as columns"
    )


def test_values_for_other_rows_than_there_are_say_nothing() -> None:
    _, session = answered(program_model())
    assert len(session._by_row([1.0])) == 0


# a flow ----------------------------------------------------------------------------------------------------


def test_a_flow_in_parts_of_posts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    start, end, km, balance = np.array([0, 0]), np.array([1, 2]), np.array([5.0, 7.0]), np.array([2, -1, -1])
    assert cheapest_flow(start, end, km, balance).tolist() == [1, 1]
    assert cheapest_flow(start, end, km, balance * 0).tolist() == [0, 0]
    for values in ([0.5, 1.5], [2.0, 0.0], [3.0, -1.0]):
        answer = type("A", (), {"values": np.array(values)})()
        monkeypatch.setattr(flow.Session, "minimise", lambda *_, answer=answer: answer)
        with pytest.raises(InternalError, match="not whole"):
            cheapest_flow(start, end, km, balance)
