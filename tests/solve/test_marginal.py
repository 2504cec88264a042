"""Marginal allocation against the oracle, every plan of tiny countries, and HiGHS; what it keeps between questions."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import pdc
from helpers import brute, oracle
from helpers.oracle import Place, Tree
from helpers.programs import (
    draft_of,
    joint_cases,
    joint_floor,
    order_cases,
    program_of,
    program_of_case,
    share_cases,
    trees,
)  # fmt: skip
from helpers.small import Small
from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.base.numbers import objects
from pdc.cli import app
from pdc.program.options import Options
from pdc.solve import engines
from pdc.solve.lexicographic import solve
from pdc.solve.marginal import Found, InfeasibleError, Steps, across
from pdc.solve.marginal.tree import NONE, _ranks

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
SHAPES = st.sampled_from([[[1]], [[2]], [[1], [1]], [[1, 1]], [[2], [2]], [[4]], [[1, 2], [1]]])


def examples(count: int) -> settings:
    return settings(deadline=None, max_examples=count, suppress_health_check=CHECKS)


def norms(tree: Tree) -> list[Tree]:
    found = []
    for norm in ("webster", "l1"):
        one = copy.deepcopy(tree)
        one.norm = norm
        found.append(one)
    return found


def allocated(tree: Tree, steps: Steps | None = None) -> list[int] | None:
    try:
        return (steps or Steps()).allocate(program_of(tree), "title0").tolist()
    except InfeasibleError:
        return None


@examples(200)
@given(trees(), st.sampled_from([0, 0, 0, 1, 40, 2000]))
def test_marginal_allocation_gives_the_oracles_plan(tree: Tree, extra: int) -> None:
    assert tree.supply is not None
    tree.supply += extra if extra < 100 or len(tree.levels[2]) < 6 else 100  # far from the windows' first place
    for one in norms(tree):
        try:
            wanted: list[int] | None = oracle.solve(one)
        except oracle.InfeasibleError:
            wanted = None
        assert allocated(one) == wanted


@examples(60)
@given(SHAPES.flatmap(lambda shape: trees(shape, most=6)))
def test_marginal_allocation_is_the_best_of_every_plan(tree: Tree) -> None:
    for one in norms(tree):
        wanted = brute.best(brute.Case((one,)))
        found = allocated(one)
        assert (None if found is None else (tuple(found),)) == (None if wanted is None else wanted[0])


@examples(60)
@given(SHAPES.flatmap(lambda shape: trees(shape, most=6)), st.integers(0, 3))
def test_without_a_national_number_what_betters_the_plan_is_given(tree: Tree, room: int) -> None:
    tree.supply = None
    for place in tree.levels[0]:
        place.lower = min(place.lower, 4)
        place.upper = place.lower + room
    for one in norms(tree):
        wanted = brute.best(brute.Case((one,)))
        found = allocated(one)
        assert (None if found is None else (tuple(found),)) == (None if wanted is None else wanted[0])


@examples(60)
@given(trees())
def test_both_engines_have_the_same_plan(tree: Tree) -> None:
    for one in norms(tree):
        try:
            found = solve(program_of(one), engine="both")
        except NoLawfulPlanError:
            assert allocated(one) is None
            continue
        other = solve(program_of(one), engine="marginal")
        assert found.posts["title0"].tolist() == other.posts["title0"].tolist()
        assert found.value == other.value
        assert other.form == "marginal allocation"


@examples(40)
@given(st.lists(trees([[2, 1], [1, 2], [3]], most=30), min_size=2, max_size=5))
def test_what_is_kept_between_questions_changes_no_plan(questions: list[Tree]) -> None:
    for norm in ("webster", "l1"):
        steps = Steps()
        for tree in [*questions, questions[0]]:
            tree.norm = norm
            assert allocated(tree, steps) == allocated(tree)


def test_a_change_inside_one_province_sorts_that_province_again() -> None:
    def country(beds: int) -> Tree:
        units = [oracle.Place(d, oracle.Fraction(3 + u)) for d in range(6) for u in range(3)]
        units[4].asked.append(oracle.Asked(1, beds, "a"))
        districts = [oracle.Place(d // 2, oracle.Fraction(12)) for d in range(6)]
        return Tree(([oracle.Place(0, oracle.Fraction(24)) for _ in range(3)], districts, units), 72)

    steps = Steps()
    allocated(country(3), steps)
    assert steps.sorted_again == (0, 1, 2)
    assert allocated(country(5), steps) == oracle.solve(country(5))
    assert steps.sorted_again == (0,)
    assert allocated(country(5), steps) == oracle.solve(country(5))
    assert steps.sorted_again == ()


CLOSE = [NONE, *(Fraction(n, 10**17) for far in (10**17, -(10**17)) for n in range(far - 2, far + 3))]


@given(st.lists(st.fractions(-5, 5, max_denominator=9) | st.sampled_from(CLOSE)))
def test_priorities_are_ranked_exactly(values: list[Fraction]) -> None:
    order = sorted(set(values))
    assert _ranks(objects(values)).tolist() == [order.index(value) for value in values]


# what runs across the trees ------------------------------------------------------------------------------------


def with_norm(case: brute.Case, norm: str) -> brute.Case:
    found = copy.deepcopy(case)
    for tree in found.trees:
        tree.norm = norm
    return found


def planned(case: brute.Case, engine: str) -> brute.Posts | None:
    try:
        found = solve(program_of_case(case), engine=engine)
    except NoLawfulPlanError:
        return None
    return tuple(tuple(posts.tolist()) for posts in found.posts.values())


@st.composite
def poor_floors(draw: st.DrawFn) -> brute.Case:
    """Two titles whose floors together ask for more than the trees would give."""
    case = draw(joint_cases())
    for tree in case.trees:
        for unit in tree.levels[2]:
            unit.asked, unit.ends = unit.asked[:1], []
    amounts = [replace(joint, amount=joint.amount + draw(st.integers(0, 3))) for joint in case.joint]
    return replace(case, joint=tuple(amounts))


@st.composite
def wide_floors(draw: st.DrawFn) -> brute.Case:
    """The same over several provinces, where the way of a post goes over the country: too many plans to try each."""
    shape = draw(st.sampled_from([[[2, 1], [2]], [[2], [2], [1]], [[3], [2, 2]], [[1, 1], [1, 1], [2]]]))
    most = draw(st.sampled_from([6, 12, 30]))
    pair = (draw(trees(shape, most=most)), draw(trees(shape, most=most)))
    joint = []
    for unit in range(len(pair[0].levels[2])):
        if any(tree.levels[2][unit].open for tree in pair):
            joint += [
                brute.Joint((0, 1), draw(st.sampled_from([1, 2, 2, 3, 4])), unit, draw(st.integers(1, most // 2)))
                for _ in range(draw(st.sampled_from([0, 1, 1, 2])))
            ]
    return brute.Case(pair, tuple(joint))


@pytest.mark.parametrize("norm", ["webster", "l1"])
def test_floors_that_titles_share_give_the_best_of_every_plan(norm: str) -> None:
    @examples(30)
    @given(poor_floors())
    def best(case: brute.Case) -> None:
        case = with_norm(case, norm)
        wanted = brute.best(case)
        assert planned(case, "marginal") == (None if wanted is None else wanted[0])

    best()


@pytest.mark.parametrize("norm", ["webster", "l1"])
def test_floors_that_titles_share_give_the_solvers_plan(norm: str) -> None:
    seen: set[bool] = set()

    @examples(30)
    @given(wide_floors())
    def same(case: brute.Case) -> None:
        case = with_norm(case, norm)
        found = planned(case, "marginal")
        assert found == planned(case, "both")
        if found is not None:
            told = solve(program_of_case(case), engine="marginal")
            assert told.no_tree == ""
            seen.add("runs across" in told.form)

    same()
    assert seen == {True, False}


@pytest.mark.parametrize("norm", ["webster", "l1"])
def test_limits_of_several_units_give_the_best_of_every_plan(norm: str) -> None:
    """Shares of a province's number: once it stands, each is a limit of several units or a fix."""
    seen: set[str] = set()

    # Half of the nearest number may be at the first unit: nothing is short, and no solver is needed.
    units = [Place(0, Fraction(target)) for target in (3, 1)]
    levels = ([Place(0, Fraction(4), upper=4)], [Place(0, Fraction(4))], units)
    half = brute.Case((Tree(levels, None),), parts=(brute.Part((0,), Fraction(1, 2)),))

    @examples(80)
    @example(half)
    @given(share_cases().filter(lambda case: bool(case.parts)))
    def best(case: brute.Case) -> None:
        case = with_norm(case, norm)
        wanted = brute.best(case)
        assert planned(case, "both") == (None if wanted is None else wanted[0])
        if wanted is not None:
            told = solve(program_of_case(case), engine="marginal")
            assert tuple(told.posts["title0"].tolist()) == wanted[0][0]
            # Where the nearest number leaves something short, a mixed-integer program finds the number.
            assert told.no_tree == ("shares" if "MIP" in told.form else "")
            seen.add(told.form.partition(",")[0])

    best()
    assert "marginal allocation" in seen


@pytest.mark.parametrize("cases", [wide_floors(), share_cases()], ids=["floors", "limits"])
def test_what_is_kept_while_posts_go_round_is_what_counting_gives(
    cases: st.SearchStrategy[brute.Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()
    moved = across._Across._apply

    def counted(self: across._Across, *arguments: object) -> None:
        moved(self, *arguments)  # type: ignore[arg-type]
        posts = [dict(zip(at, own[-1], strict=True)) for at, own in zip(self.units, self.numbers, strict=True)]
        for at in range(len(self._sums)):
            assert self.together(at) == sum(own.get(at, 0) for own in posts)
        for number, limit in enumerate(self.limits):
            assert self.filled(number) == sum(posts[limit.title][at] for at in limit.units.tolist())
        seen.add("limits" if self.limits else "floors")

    monkeypatch.setattr(across._Across, "_apply", counted)

    @examples(40)
    @given(cases)
    def plan(case: brute.Case) -> None:
        planned(case, "marginal")

    plan()
    assert seen


def test_floors_that_only_some_of_three_titles_share_go_to_the_solver() -> None:
    def tree(target: int) -> Tree:
        places = [oracle.Place(0, oracle.Fraction(target))]
        return Tree((places, places, [oracle.Place(0, oracle.Fraction(target, 2)) for _ in range(2)]), target)

    draft = draft_of(tree(2), tree(2), tree(2))
    draft.at_least_together(joint_floor(["title0", "title1"], 2, [0], [4]))
    found = solve(draft.finish(), engine="both")
    assert found.no_tree == "joint"
    assert found.posts["title0"].tolist() == [2, 0]


@pytest.mark.parametrize(("most", "why"), [(1, "many"), (2, "")])
def test_very_many_posts_across_the_trees_go_to_the_solver(
    most: int, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [oracle.Place(0, oracle.Fraction(2))]
    tree = Tree((places, places, [oracle.Place(0, oracle.Fraction(1)) for _ in range(2)]), 2)
    draft = draft_of(tree, copy.deepcopy(tree))
    draft.at_least_together(joint_floor(["title0", "title1"], 2, [0], [4]))
    monkeypatch.setattr(across, "MOST", most)
    found = solve(draft.finish(), engine="marginal")
    assert found.no_tree == why
    assert found.posts["title1"].tolist() == [2, 0]


@examples(30)
@given(order_cases())
def test_orders_need_no_solver(case: brute.Case) -> None:
    try:
        known = solve(program_of_case(case))
    except NoLawfulPlanError:
        return
    found = solve(program_of_case(case), engine="marginal")
    assert all((found.posts[t] == known.posts[t]).all() for t in known.posts)
    assert found.no_tree == ""
    assert found.form == known.form.replace("network LP", "marginal allocation")


def test_minimax_is_no_tree() -> None:
    tree = Tree(([oracle.Place(0, oracle.Fraction(2))],) * 3, 2, "minimax")
    assert solve(program_of(tree), engine="both").no_tree == "minimax"


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="one of highs, marginal, both"):
        solve(program_of(Tree(([oracle.Place(0, oracle.Fraction(2))],) * 3, 2)), engine="glop")


def test_a_difference_between_the_engines_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = Tree(([oracle.Place(0, oracle.Fraction(2))],) * 2 + ([oracle.Place(0, oracle.Fraction(1))] * 2,), 3)
    solve(program_of(tree), engine="both")
    other = Found({"title0": np.array([0, 3])}, 0, frozenset())
    monkeypatch.setattr(engines.marginal, "planned", lambda program, only: other)
    with pytest.raises(InternalError, match="differ: title0 U000, U001"):
        solve(program_of(tree), engine="both")


# plans and the command -------------------------------------------------------------------------------------


def small() -> Small:
    country = Small().province(19).district("D", 19, 45_000, central=1).district("E", 19, 20_000)
    country.unit("H", "D", "devlet_hastanesi", beds=350).unit("G", "E", "devlet_hastanesi", beds=120)
    country.unit("M", "D", "il_saglik_mudurlugu")
    country.filled("eczaci", 120).filled("hemsire", 150).filled("ebe", 120)
    return country.filled("pratisyen_tabip", 120)


@pytest.mark.parametrize("norm", ["webster", "l1"])
def test_plans_are_the_same_by_either_engine(norm: str) -> None:
    country = small()
    plans = {
        engine: pdc.plan(
            country.tables(), titles=["eczaci", "hemsire"], options=Options(norm, engine=engine), cache=False
        )
        for engine in ("highs", "marginal", "both")
    }
    for plan in plans.values():
        assert plan.units.equals(plans["highs"].units)
        assert plan.rules.equals(plans["highs"].rules)
    told = {engine: plan.to_dict() for engine, plan in plans.items()}
    assert "engine" not in told["highs"]["options"]
    assert told["both"]["options"]["engine"] == "both"
    assert told["marginal"]["titles"]["eczaci"]["form"] == "marginal allocation"


def test_the_command_names_what_went_to_the_solver(tmp_path: Path) -> None:
    data = tmp_path / "data"
    small().write(data)
    words = {
        "en": "Solved by HiGHS, being no tree (the minimax norm): ",
        "tr": "HiGHS ile çözüldü, ağaç olmadığı için (minimax ölçüsü): ",
    }
    for lang, text in words.items():
        out = tmp_path / lang
        run = CliRunner().invoke(
            app,
            [
                "plan", "--data", str(data), "--out", str(out), "--no-reports", "--no-cache", "--lang", lang,
                "--engine", "both", "--norm", "minimax", "--title", "eczaci",
            ],
        )  # fmt: skip
        assert run.exit_code == 0, run.output
        assert text.strip() in " ".join(run.output.split())
    run = CliRunner().invoke(app, ["plan", "--engine", "glop"])
    assert run.exit_code == 2
