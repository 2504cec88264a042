"""The best plan within some moves of a table: exchanges and HiGHS in a box against every plan of tiny countries."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import brute, oracle
from helpers.oracle import Tree
from helpers.programs import program_of, trees
from pdc.base.errors import MovesError, NoLawfulPlanError
from pdc.base.levels import STAGES
from pdc.program.options import KeptTable
from pdc.program.program import Program
from pdc.proof.files import groups_in, read_sheet
from pdc.proof.from_program import sheet_of
from pdc.proof.near import Near, certify_near, near_links, read_near, wrong
from pdc.proof.prices import Vertex, unexplained
from pdc.proof.sheet import Cost, Sheet
from pdc.solve.moves import ranked
from pdc.solve.near_table import solve_near_table
from pdc.solve.solution import Budget, Solution

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
SHAPES = st.sampled_from([[[2]], [[1], [1]], [[1, 1]], [[2], [2]], [[4]], [[1, 2], [1]], [[3], [1]]])
LEVELS = ("province", "district", "unit")


def examples(count: int) -> settings:
    return settings(deadline=None, max_examples=count, suppress_health_check=CHECKS)


def key(tree: Tree, posts: tuple[int, ...]) -> tuple[Fraction, ...]:
    case = brute.Case((tree,))
    return (*brute.value(case, (posts,))[: oracle.TIE_AT[0]], *brute._strictly(tree, posts))


def wanted(tree: Tree, table: list[int], depth: int, moves: int) -> tuple[tuple[int, ...] | None, int | None]:
    """The best plan of all within the moves; and how many it takes at least."""
    found, least = None, None
    apart = abs(int(tree.supply or 0) - sum(table))
    for posts in brute.plans(tree):
        gap = sum(abs(a - b) for a, b in zip(tree.sums(posts)[depth], table, strict=True))
        needed = (gap - apart) // 2
        least = needed if least is None else min(least, needed)
        if needed <= moves and (found is None or key(tree, posts) < key(tree, found)):
            found = posts
    return found, least


@st.composite
def kept(draw: st.DrawFn) -> tuple[Tree, list[int], int, int]:
    """A tree, a table of one of its levels (lawful or not), and moves."""
    tree = draw(SHAPES.flatmap(lambda shape: trees(shape, most=6)))
    tree.norm = draw(st.sampled_from(["webster", "l1"]))
    depth = draw(st.sampled_from([2, 2, 1, 0]))
    table = [draw(st.integers(0, 5)) for _ in tree.levels[depth]]
    if draw(st.booleans()) and sum(table):  # of the right sum
        while sum(table) > (tree.supply or 0):
            table[draw(st.sampled_from([i for i, n in enumerate(table) if n]))] -= 1
        table[0] += (tree.supply or 0) - sum(table)
    return tree, table, depth, draw(st.integers(0, 4))


@pytest.mark.parametrize("engine", ["marginal", "highs", "both"])
def test_the_kept_plan_is_the_best_of_every_plan_within_the_moves(engine: str) -> None:
    @examples(60 if engine == "marginal" else 25)
    @given(kept())
    def best(case: tuple[Tree, list[int], int, int]) -> None:
        tree, table, depth, moves = case
        level = LEVELS[depth]
        near = KeptTable(level, {"title0": np.array(table)}, np.ones(len(table), dtype=bool), moves)
        posts, least = wanted(tree, table, depth, moves)
        try:
            found, _ = solve_near_table(program_of(tree), near, Budget(), 0, engine)
        except NoLawfulPlanError:
            assert least is None
        except MovesError as error:
            assert posts is None
            assert error.needed == least
        else:
            assert found.posts["title0"].tolist() == list(posts or ())
            assert found.proven

    best()


@examples(60)
@given(kept())
def test_prices_prove_the_kept_plan_and_no_other(case: tuple[Tree, list[int], int, int]) -> None:
    tree, table, depth, moves = case
    level = LEVELS[depth]
    near = KeptTable(level, {"title0": np.array(table)}, np.ones(len(table), dtype=bool), moves)
    try:
        found, tied = solve_near_table(program_of(tree), near, Budget(), 0, "marginal")
    except (NoLawfulPlanError, MovesError):
        return
    sheet, kept_near, price = proved(found, tied)
    assert not list(wrong(sheet, kept_near))
    assert not unexplained(near_links(sheet, kept_near), price)
    value = key(tree, tuple(found.posts["title0"].tolist()))[: oracle.TIE_AT[0]]
    for posts in brute.plans(tree):
        if key(tree, posts)[: oracle.TIE_AT[0]] != value:
            other = replace(found, posts={"title0": np.array(posts, dtype=np.int64)})
            held = sheet_of(replace(tied, kept_table=None, most_moved=None), other.posts)
            # No prices whatever make another plan pass: neither those of the best nor its own.
            assert list(wrong(held, kept_near)) or unexplained(near_links(held, kept_near), price)


def proved(found: Solution, tied: Program) -> tuple[Sheet, Near, dict[Vertex, Cost]]:
    """What is read from the files of a certificate."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        for name, content in certify_near(found, tied).items():
            (folder / name).write_bytes(content)
        (group,) = groups_in(folder)
        sheet, price, _ = read_sheet(folder, group)
        return sheet, read_near(folder, group), price


@examples(50)
@given(SHAPES.flatmap(lambda shape: trees(shape, most=5)), st.data())
def test_the_first_k_moves_of_a_repair_are_the_best_k(tree: Tree, data: st.DataObject) -> None:
    """After k of them no table within k moves breaks less of the hard rules, or is less short tier by tier."""
    table = [0] * len(tree.levels[2])
    for _ in range(tree.supply or 0):
        table[data.draw(st.sampled_from([i for i, unit in enumerate(tree.levels[2]) if unit.open]))] += 1
    given_, program = np.array(table), program_of(tree)
    near = KeptTable("unit", {"title0": given_}, np.ones(len(table), dtype=bool))
    try:
        found, tied = solve_near_table(program, near, Budget(), 0)
    except NoLawfulPlanError:
        return
    moves = ranked(tied, {"title0": given_}, found.posts, ())
    now, k = given_.copy(), 0
    tables = [
        posts
        for posts in product(
            *(range((tree.supply or 0) + 1) if unit.open else (0,) for unit in tree.levels[2])
        )
        if sum(posts) == tree.supply
    ]
    for move in moves:
        for _ in range(move.posts):
            now[move.giver] -= 1
            now[move.taker] += 1
            k += 1
            reach = [posts for posts in tables if np.abs(np.array(posts) - given_).sum() <= 2 * k]
            assert broken(tree, tuple(now.tolist())) == min(broken(tree, posts) for posts in reach)
    assert now.tolist() == found.posts["title0"].tolist()


def broken(tree: Tree, posts: tuple[int, ...]) -> tuple[Fraction, ...]:
    """Excess over hard limits, then the shortfalls, tier by tier."""
    hard = 0
    for depth, numbers in enumerate(tree.sums(posts)):
        for at, (one, x) in enumerate(zip(tree.levels[depth], numbers, strict=True)):
            if tree.is_open(depth, at):
                hard += max(0, one.lower - x) + (0 if one.upper is None else max(0, x - one.upper))
    stages = dict(zip(STAGES, brute.value(brute.Case((tree,)), (posts,)), strict=False))
    return (Fraction(hard), *(stages[f"tier{k}"] for k in (1, 2, 3, 4)))
