"""A repair is the lawful table nearest to a given one: against every plan of tiny countries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from helpers import brute
from helpers.oracle import TIE_AT
from helpers.programs import joint_cases, order_cases, program_of_case, share_cases, trees
from pdc.base.errors import MovesError, NoLawfulPlanError
from pdc.base.levels import STAGES
from pdc.program.options import KeptTable
from pdc.program.program import REPAIR_STAGES
from pdc.solve.lexicographic import solve
from pdc.solve.near_table import solve_near_table
from pdc.solve.solution import Budget

TINY = st.sampled_from([[[1]], [[2]], [[1], [1]], [[1, 1]], [[2], [2]], [[3]], [[1, 2], [1]]])
CASES = st.one_of(
    TINY.flatmap(lambda shape: trees(shape, most=6)).map(lambda tree: brute.Case((tree,))),
    joint_cases(),
    share_cases(),
    order_cases(),
)


def examples(count: int) -> settings:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    checks.append(HealthCheck.function_scoped_fixture)  # one that is the same for every example
    return settings(deadline=None, max_examples=count, suppress_health_check=checks)


def hands(case: brute.Case, level: int) -> st.SearchStrategy[tuple[tuple[int, ...], ...]]:
    sizes = [len(tree.levels[level]) for tree in case.trees]
    return st.tuples(*(st.tuples(*[st.integers(0, 6)] * size) for size in sizes))


def moved(case: brute.Case, posts: brute.Posts, hand: brute.Posts, level: int) -> int:
    pairs = zip(case.trees, posts, hand, strict=True)
    return sum(
        abs(a - b)
        for tree, mine, theirs in pairs
        for a, b in zip(tree.sums(mine)[level], theirs, strict=True)
    )


def best(case: brute.Case, hand: brute.Posts, level: int) -> tuple[Fraction, ...] | None:
    """Tiers, moves, deviations of the best repair of all."""

    def key(_: brute.Case, posts: brute.Posts) -> brute.Key:
        stages = dict(zip(STAGES, brute.value(case, posts)[: TIE_AT[0]], strict=True))
        stages["moved"] = Fraction(moved(case, posts, hand, level))
        return tuple(stages[stage] for stage in REPAIR_STAGES)

    found = brute.best(case, key)
    return None if found is None else tuple(Fraction(v) for v in key(case, found[0]))


@examples(150)
@given(CASES.flatmap(lambda case: st.tuples(st.just(case), st.sampled_from([2, 2, 1, 0])))
       .flatmap(lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), hands(*pair))))  # fmt: skip
def test_no_lawful_table_is_nearer(drawn: tuple[brute.Case, int, brute.Posts]) -> None:
    case, level, hand = drawn
    wanted = best(case, hand, level)
    program = program_of_case(case)
    near = {title: np.array(units, dtype=np.int64) for title, units in zip(program.titles, hand, strict=True)}
    program = replace(program, kept_table=near, kept_level=("province", "district", "unit")[level])
    if wanted is None:
        with pytest.raises(NoLawfulPlanError):
            solve(program)
        return
    found = solve(program)
    assert found.proven
    assert [float(v) for v in found.value.order] == pytest.approx([float(v) for v in wanted])


@examples(100)
@given(CASES.flatmap(lambda case: st.tuples(st.just(case), hands(case, 2), st.integers(0, 8))))
def test_with_few_moves_allowed_no_better_table_is_within_reach(
    drawn: tuple[brute.Case, brute.Posts, int],
) -> None:
    case, hand, most = drawn
    if case.parts:
        return  # province numbers stay as they are: another question
    reach = [
        value
        for posts, value in every_plan(case)
        if all(moved(brute.Case((tree,)), (mine,), (theirs,), 2) <= most
               for tree, mine, theirs in zip(case.trees, posts, hand, strict=True))
    ]  # fmt: skip
    program = program_of_case(case)
    near = {title: np.array(units, dtype=np.int64) for title, units in zip(program.titles, hand, strict=True)}
    program = replace(program, kept_table=near, most_moved=dict.fromkeys(program.titles, most))
    if not reach:
        with pytest.raises(NoLawfulPlanError):
            solve(program)
        return
    found = solve(program)
    assert found.proven
    assert [float(v) for v in found.value.order] == pytest.approx([float(v) for v in min(reach)])


def every_plan(case: brute.Case) -> list[tuple[brute.Posts, tuple[Fraction, ...]]]:
    from itertools import product  # noqa: PLC0415

    choices = [list(brute.plans(tree, case.parts, case.orders)) for tree in case.trees]
    return [(posts, brute.value(case, posts)[: TIE_AT[0]]) for posts in product(*choices)]


@pytest.fixture
def no_units_made_whole() -> Iterator[None]:
    """As for a large country: no mixed-integer program where a vertex is not whole."""
    module = import_module("pdc.solve.lexicographic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SMALL", -1)
        yield


@examples(150)
@given(CASES.flatmap(lambda case: st.tuples(st.just(case), hands(case, 2), st.integers(0, 4))))
def test_of_a_large_country_what_is_not_proven_is_the_best_of_fewer_moves(
    no_units_made_whole: None, drawn: tuple[brute.Case, brute.Posts, int]
) -> None:
    case, hand, moves = drawn
    if case.parts:
        return
    program = program_of_case(case)
    titles = program.titles
    given_ = {title: np.array(units, dtype=np.int64) for title, units in zip(titles, hand, strict=True)}
    every = np.ones(len(program.country.units), dtype=bool)
    try:
        found, tied = solve_near_table(program, KeptTable("unit", given_, every, moves), Budget(), 0)
    except (MovesError, NoLawfulPlanError):
        return
    posts = tuple(tuple(found.posts[title].tolist()) for title in titles)
    assert tied.most_moved is not None
    most = list(tied.most_moved.values())

    def best_within(limits: list[int]) -> tuple[Fraction, ...]:
        return min(
            value
            for plan, value in every_plan(case)
            if all(moved(brute.Case((tree,)), (mine,), (theirs,), 2) <= limit
                   for tree, mine, theirs, limit in zip(case.trees, plan, hand, limits, strict=True))
        )  # fmt: skip

    value = next(value for plan, value in every_plan(case) if plan == posts)
    fewer = re.search(r"the best with (\d) moves fewer", found.form)
    event("proven" if found.proven else "fewer" if fewer else "nearest")
    assert value >= best_within(most)
    assert found.proven is not ("not whole" in found.form)
    if found.proven or fewer:
        left = 2 * int(fewer[1]) if fewer else 0
        assert [float(v) for v in value] == pytest.approx(
            [float(v) for v in best_within([m - left for m in most])]
        )
