"""What the engine must never do: let a row vanish, believe a status, hand out a plan that is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import pdc
from helpers import brute
from helpers.oracle import Asked, Place, Tree
from helpers.programs import five_units, program_of, program_of_case, share_cases, trees
from helpers.small import Small, posts
from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.base.levels import STAGES
from pdc.cli import INTERNAL, NO_PLAN, STOPPED, app
from pdc.program.arrays import compiled
from pdc.program.model import Model
from pdc.program.program import Program
from pdc.solve import highs, ties
from pdc.solve.guess import guess
from pdc.solve.highs import NotSolvedError, Session, problem, write_mps
from pdc.solve.lexicographic import solve
from pdc.solve.solution import Budget


def tree(supply: int = 7, **first: Any) -> Tree:
    """Two provinces, three districts, five units."""
    found = five_units(supply)
    for name, value in first.items():
        setattr(found.levels[2][0], name, value)
    return found


def model_of(program: Program, width: int = 2) -> Model:
    nodes = program.nodes()
    supplies = {t: program.targets[title].supply for t, title in enumerate(program.titles)}
    near = guess(nodes, supplies)
    return compiled(program, nodes, near, np.full(len(nodes), width, dtype=np.int64), program.needs_totals())


# rows that would vanish ------------------------------------------------------------------------------------


def test_a_row_without_variables_is_not_silently_true() -> None:
    """In PuLP a sum without variables compares as a plain bool: the constraint would be gone."""
    model = model_of(program_of(tree()))
    rhs = np.append(model.rhs, 1.0)
    broken = replace(model, rhs=rhs, row_names=model.row_names.more(["impossible"]))
    with pytest.raises(NotSolvedError, match="impossible") as caught:
        problem(broken, "unit")
    assert caught.value.infeasible
    kept, _ = problem(replace(broken, rhs=np.append(model.rhs, 0.0)), "unit")
    assert len(list(highs._rows(kept))) == len(model.rhs)  # 0 = 0 needs no row


def test_numbers_that_all_stand_and_do_not_add_up_are_no_plan() -> None:
    made = tree(supply=5)
    for unit in made.levels[2]:
        unit.lower = unit.upper = 1
    assert solve(program_of(made)).posts["title0"].tolist() == [1] * 5
    made.supply = 6
    with pytest.raises(NoLawfulPlanError):
        solve(program_of(made))


# what HiGHS gets -------------------------------------------------------------------------------------------


def arrays(live: Any) -> dict[str, Any]:
    lp = live.getLp()
    matrix = lp.a_matrix_
    columnwise = matrix.format_ == highspy.MatrixFormat.kColwise
    start, index, value = (np.asarray(a) for a in (matrix.start_, matrix.index_, matrix.value_))
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    entries = zip(owner.tolist(), index.tolist(), value.tolist(), strict=True)
    cells = {(i, j) if columnwise else (j, i): v for i, j, v in entries}
    return {
        "cost": np.asarray(lp.col_cost_),
        "lower": np.asarray(lp.col_lower_),
        "upper": np.asarray(lp.col_upper_),
        "row_lower": np.asarray(lp.row_lower_),
        "row_upper": np.asarray(lp.row_upper_),
        "cells": cells,  # (column, row) → value
        "integer": {j for j, kind in enumerate(lp.integrality_) if kind == highspy.HighsVarType.kInteger},
    }


def handed_over(model: Model, stage: str) -> Any:
    return Session(model, stage).live


def from_mps(model: Model, stage: str, folder: Path) -> Any:
    path = folder / "model.mps"
    write_mps(model, stage, str(path))
    live: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    live.setOptionValue("output_flag", False)
    assert live.readModel(str(path)) == highspy.HighsStatus.kOk
    return live


def same(model: Model, stage: str, folder: Path) -> None:
    ours, read = handed_over(model, stage), from_mps(model, stage, folder)
    # MPS lists columns in the order of its own, so they are matched by their names' place in the file.
    mine, theirs = arrays(ours), arrays(read)
    names = [read.getColName(j)[1] for j in range(read.getNumCol())]
    prob, variables = problem(model, stage)
    at = {variable.name: j for j, variable in enumerate(variables)}
    if "__dummy" in names:  # PuLP's own column for a stage without costs: in no row
        at["__dummy"] = model.size
        assert not any(names[j] == "__dummy" and v for (j, _), v in theirs["cells"].items())
    column = [at[name] for name in names]
    assert sorted(column) == list(range(model.size + int("__dummy" in names)))
    known = [j for j, c in enumerate(column) if c < model.size]
    for key in ("cost", "lower", "upper"):
        np.testing.assert_allclose(
            theirs[key][known], mine[key][[column[j] for j in known]], rtol=1e-11, atol=1e-11
        )
    assert (
        {column[j] for j in theirs["integer"]}
        == mine["integer"]
        == set(np.flatnonzero(model.integer).tolist())
    )
    rows = [str(read.getRowName(i)[1]) for i in range(read.getNumRow())]
    order = {row.name: i for i, row in enumerate(highs._rows(prob))}
    row_at = [order[name] for name in rows]
    assert {(column[j], row_at[i]): v for (j, i), v in theirs["cells"].items() if v} == pytest.approx(
        mine["cells"]
    )
    for key in ("row_lower", "row_upper"):
        np.testing.assert_allclose(theirs[key], mine[key][row_at], rtol=1e-11, atol=1e-11)
    # And both are the arrays that the program compiled.
    used = np.unique(model.row)
    place = {int(r): i for i, r in enumerate(sorted({*used.tolist(), *np.flatnonzero(model.rhs).tolist()}))}
    cells: dict[tuple[int, int], float] = {}
    for j, i, v in zip(model.column.tolist(), model.row.tolist(), model.value.tolist(), strict=True):
        if v:
            cells[j, place[i]] = cells.get((j, place[i]), 0.0) + v
    assert mine["cells"] == cells
    np.testing.assert_array_equal(mine["row_lower"], model.rhs[sorted(place)])
    np.testing.assert_array_equal(mine["row_lower"], mine["row_upper"])
    np.testing.assert_array_equal(mine["cost"], model.costs[stage])
    np.testing.assert_array_equal(mine["lower"], model.lower)
    np.testing.assert_array_equal(mine["upper"], model.upper)


@pytest.mark.parametrize("stage", STAGES)
def test_the_pulp_model_is_what_highs_gets(stage: str, tmp_path: Path) -> None:
    made = tree(asked=[Asked(1, 2, "a"), Asked(3, 4, "a", exact=True)], ends=[(2, 3)], upper=6)
    same(model_of(program_of(made)), stage, tmp_path)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.one_of(trees(most=12).map(lambda t: brute.Case((t,))), share_cases()))
def test_any_pulp_model_is_what_highs_gets(
    tmp_path_factory: pytest.TempPathFactory, case: brute.Case
) -> None:
    program = program_of_case(case)
    nodes = program.nodes()
    if (nodes.lower > nodes.upper).any():
        return
    model = model_of(program)
    if model.size:
        for stage in ("tier1", "province"):
            try:
                problem(model, stage)
            except NotSolvedError:
                return
            same(model, stage, tmp_path_factory.mktemp("mps"))


# answers that are none -------------------------------------------------------------------------------------


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """A solver that says "optimal" and hands back something else: the list holds what to change."""
    lies: list[Any] = []
    honest = Session.minimise

    def minimise(self: Session, cost: Any, *args: Any, **kwargs: Any) -> Any:
        answer = honest(self, cost, *args, **kwargs)
        for lie in lies:
            answer = lie(self, answer)
        return answer

    monkeypatch.setattr(Session, "minimise", minimise)
    yield lies


def test_a_fractional_vertex_is_refused(lying: list[Any]) -> None:
    lying.append(lambda session, answer: replace(answer, values=answer.values + 0.25))
    with pytest.raises(InternalError):
        solve(program_of(tree()))


def test_a_whole_but_wrong_vertex_is_refused(lying: list[Any]) -> None:
    """All columns at their lower ends: whole numbers, and the country's posts are gone."""
    lying.append(lambda session, answer: replace(answer, values=session.lower.copy()))
    with pytest.raises(InternalError):
        solve(program_of(tree()))


def test_another_lawful_plan_that_is_not_the_best_is_refused(lying: list[Any]) -> None:
    """A plan with the right sums, but every post in one unit, under an honest bound of another plan."""

    def elsewhere(session: Session, answer: Any) -> Any:
        worst = session.live
        worst.changeColsCost(session.model.size, session.indices, -session.model.costs["unit"])
        worst.run()
        values = np.asarray(worst.getSolution().col_value)
        return replace(answer, values=values)

    lying.append(elsewhere)
    honest = brute.best(brute.Case((tree(),)))
    assert honest is not None
    try:
        found = solve(program_of(tree()))
    except InternalError:
        return
    assert tuple(found.posts["title0"].tolist()) == honest[0][0]  # the exact exchange has put it right


def test_a_wrong_answer_writes_nothing(lying: list[Any], tmp_path: Path) -> None:
    lying.append(lambda session, answer: replace(answer, values=answer.values + 0.25))
    country().write(tmp_path / "data")
    done = CliRunner().invoke(
        app,
        [
            "plan",
            "--data",
            str(tmp_path / "data"),
            "--title",
            "eczaci",
            "--out",
            str(tmp_path / "out"),
            "--jobs",
            "1",
        ],
    )
    assert done.exit_code == INTERNAL
    assert "Traceback" not in done.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data"]


def test_a_status_that_is_not_optimal_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """An infeasible LP still hands back numbers: they are never looked at."""
    session = Session(model_of(program_of(tree())), "unit")
    session.upper[:] = 0
    session.bounds(session.lower, session.upper)
    with pytest.raises(NotSolvedError) as caught:
        session.minimise(session.model.costs["unit"])
    assert caught.value.infeasible
    monkeypatch.setattr(Session, "minimise", _gives_up)
    with pytest.raises(InternalError):
        solve(program_of(tree()))


def _gives_up(self: Session, cost: Any, *args: Any, **kwargs: Any) -> Any:
    raise NotSolvedError("Iteration limit reached", infeasible=False)


# the command line ------------------------------------------------------------------------------------------


def country() -> Small:
    made = Small()
    for code in (6, 19):
        made.province(code).district(f"D{code}", code, 100_000, central=1)
        made.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
        made.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=1200)
        made.unit(f"S{code}", f"D{code}", "saglik_ocagi")
    return made.filled("eczaci", 120)


def planned(tmp_path: Path, *arguments: str, made: Small | None = None, scenario: str = "") -> Any:
    (made or country()).write(tmp_path / "data")
    extra = []
    if scenario:
        (tmp_path / "pins.toml").write_text(scenario, "utf-8")
        extra = ["--scenario", str(tmp_path / "pins.toml")]
    command = [
        "plan",
        "--data",
        str(tmp_path / "data"),
        "--title",
        "eczaci",
        "--jobs",
        "1",
        "--out",
        str(tmp_path / "out"),
    ]
    return CliRunner().invoke(app, [*command, *extra, *arguments])


def pin(level: str, code: str | int, number: int) -> str:
    value = code if isinstance(code, int) else f'"{code}"'
    return f'[[pin]]\ntitle = "eczaci"\n{level} = {value}\nposts = {number}\n'


@pytest.mark.parametrize(
    ("scenario", "named"),
    [
        (
            pin("unit", "M6", 5) + pin("unit", "H6", 3) + pin("district", "D6", 4),
            ["M6 “Birim M6” (İlçe D6, İl 6): sabitleme, 5", "ilçesi D6 (İl 6): sabitleme, 4"],
        ),
        (
            pin("unit", "H6", 13),
            ["H6 “Birim H6” (İlçe D6, İl 6): sabitleme, 13", "B.5.3.e"],
        ),  # at most 12 at a hospital of 1,000 beds
        (
            pin("unit", "S6", 1),
            ["S6 “Birim S6” (İlçe D6, İl 6): 1 sabitlenmiş, ama bu unvan orada olamaz"],
        ),  # no pharmacist at a sağlık ocağı
        (pin("province", 19, 500), ["İl 19 ili 19: sabitleme, 500"]),  # more than the country has
        (pin("unit", "M6", 2) + pin("unit", "M6", 3), ["sabitleme, 2", "sabitleme, 3"]),
    ],
)
def test_pins_that_clash_end_with_their_names(tmp_path: Path, scenario: str, named: list[str]) -> None:
    done = planned(tmp_path, scenario=scenario)
    assert done.exit_code == NO_PLAN
    for name in named:
        assert name in done.output
    assert not (tmp_path / "out").exists()


def test_pins_that_can_stand_are_kept(tmp_path: Path) -> None:
    (tmp_path / "pins.toml").write_text(pin("unit", "M6", 0) + pin("province", 19, 17), "utf-8")
    made = country()
    for row in made.rows["units"]:
        row.update(beds=900) if row["kind"] == "devlet_hastanesi" else None
    plan = made.plan("eczaci", scenario=[tmp_path / "pins.toml"])
    assert posts(plan, "eczaci", "M6") == 0
    assert posts(plan, "eczaci", 19) == 17
    assert posts(plan, "eczaci") == 180


def test_a_title_with_no_place_at_all_is_listed_and_stops_nothing() -> None:
    made = Small().province(6).district("D6", 6, 100_000, central=1).unit("S6", "D6", "saglik_ocagi")
    plan = made.filled("eczaci", 120).filled("ebe", 120).plan("eczaci", "ebe")
    row = plan.national[plan.national["title"] == "eczaci"].iloc[0]
    assert (row["posts"], row["planned"]) == (0, 0) and row["reason"]
    assert posts(plan, "ebe") > 0
    lone = Tree(([Place(0, Fraction(1))], [Place(0, Fraction(1))], [Place(0, Fraction(1), open=False)]), 1)
    with pytest.raises(NoLawfulPlanError):
        solve(program_of(lone))
    lone.supply = 0
    assert solve(program_of(lone)).posts["title0"].tolist() == [0]


def test_strict_names_the_clauses_that_are_short(tmp_path: Path) -> None:
    short = Small()
    for code in (6, 19):
        short.province(code).district(f"D{code}", code, 100_000, central=1)
        short.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
        for n in range(8):
            short.unit(f"H{code}{n}", f"D{code}", "devlet_hastanesi", beds=1200)
    short.filled("eczaci", 101)  # 152 posts, floors of 194
    done = planned(tmp_path, "--strict", made=short)
    assert done.exit_code == NO_PLAN
    assert "B.5.3.e" in done.output and "B.5.3.d" not in done.output
    assert not (tmp_path / "out").exists()
    with pytest.raises(pdc.StrictError) as caught:
        short.plan("eczaci", options=pdc.Options(strict=True))
    assert caught.value.short == {"B.5.3.e": 2 + 16 * 12 - 152}
    assert short.plan("eczaci").shortfall_by_clause == caught.value.short


def test_no_time_at_all_gives_a_lawful_plan_that_is_not_called_proven(tmp_path: Path) -> None:
    done = planned(tmp_path, "--time-limit", "0")
    assert done.exit_code == STOPPED
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert summary["status"] == "time_limit"
    assert summary["titles"]["eczaci"]["status"] == "time_limit"
    assert summary["titles"]["eczaci"]["gap"] != 0
    assert summary["titles"]["eczaci"]["posts"] == 180


@pytest.mark.parametrize(
    "title", ["pratisyen_tabip", "eczaci", "cocuk_gelisim_uzmani", "psikolog", "hemsire"]
)
def test_every_form_stops_lawfully(title: str) -> None:
    made = country()
    for code in (6, 19):
        made.unit(f"A{code}", f"D{code}", "acsap").unit(f"G{code}", f"D{code}", "adsm", dental_chairs=2)
    made.filled(title, 150)
    plan = made.plan(title, options=pdc.Options(time_limit=0.0))
    assert plan.status == "time_limit"
    assert not [f for p in plan.groups for f in p.findings if f.hard and f.status == "short"]


def test_a_budget_that_is_spent_stops_between_stages() -> None:
    assert not solve(program_of(tree()), Budget(0.0)).proven
    assert solve(program_of(tree()), Budget(None)).proven


# norms -----------------------------------------------------------------------------------------------------

TINY = st.sampled_from(
    [[[1]], [[2]], [[1], [1]], [[1, 1]], [[2], [2]], [[4]], [[1, 2], [1]], [[1], [1], [1], [1]]]
)


def with_norm(made: Tree, norm: str) -> Tree:
    return replace(made, norm=norm)


@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
@given(TINY.flatmap(lambda shape: trees(shape, most=6)))
def test_l1_against_every_plan(made: Tree) -> None:
    made = with_norm(made, "l1")
    wanted = brute.best(brute.Case((made,)))
    if wanted is None:
        with pytest.raises(NoLawfulPlanError):
            solve(program_of(made))
        return
    assert tuple(solve(program_of(made)).posts["title0"].tolist()) == wanted[0][0]


@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
@given(TINY.flatmap(lambda shape: trees(shape, most=6)))
def test_minimax_against_every_plan(made: Tree) -> None:
    """The largest |x − q| / q of a level is least, then Σ|x − q|."""
    case = brute.Case((with_norm(made, "l1"),))
    wanted = brute.best(case, brute.minimax_key)
    program = program_of(with_norm(made, "minimax"))
    if wanted is None:
        with pytest.raises(NoLawfulPlanError):
            solve(program)
        return
    found = (tuple(solve(program).posts["title0"].tolist()),)
    assert brute.minimax_key(case, found)[:11] == brute.minimax_key(case, wanted[0])[:11]


def test_minimax_where_a_cap_forces_a_large_gap() -> None:
    """One province may have nobody and has a target of 50: no deviation near its target can be reached."""
    tops = [Place(i, Fraction(50)) for i in range(3)]
    tops[0].upper = 0
    levels = (tops, [Place(i, Fraction(50)) for i in range(3)], [Place(i, Fraction(50)) for i in range(3)])
    found = solve(program_of(Tree(levels, 150, "minimax"))).posts["title0"].tolist()
    assert found == [
        0,
        100,
        50,
    ]  # the gap of 1 is not to be helped; Σ|x − q| is 50 either way, the lower code first
    tops[0].upper, tops[0].target = 1, Fraction(80)
    levels[1][0].target = levels[2][0].target = Fraction(80)
    tops[2].target = levels[1][2].target = levels[2][2].target = Fraction(20)
    found = solve(program_of(Tree(levels, 150, "minimax"))).posts["title0"].tolist()
    # 149 over targets 50 and 20: the largest relative gap is least where both grow alike.
    gaps = {k: max(abs(k - 50) / 50, abs(149 - k - 20) / 20, 79 / 80) for k in range(150)}
    assert found[0] == 1
    assert max(abs(found[1] - 50) / 50, abs(found[2] - 20) / 20, 79 / 80) == min(gaps.values())


def test_every_stage_has_a_place_in_the_order() -> None:
    assert STAGES == ("tier1", "tier2", "tier3", "province", "tier4", "district", "unit")
    assert ties.FACE < 1e-7


@pytest.mark.parametrize(("lang", "name"), [("tr", "Nükleer Tıp"), ("en", "Nuclear")])
def test_titles_that_are_not_planned_are_told_by_name(tmp_path: Path, lang: str, name: str) -> None:
    country().filled("uzman.nukleer_tip", 1).write(tmp_path / "data")
    done = CliRunner().invoke(
        app,
        ["plan", "--data", str(tmp_path / "data"), "--title", "eczaci",
         "--title", "uzman.nukleer_tip", "--jobs", "1", "--no-reports",
         "--lang", lang, "--out", str(tmp_path / "out")],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert name in " ".join(done.output.split())
    assert "nukleer_tip" not in done.output
