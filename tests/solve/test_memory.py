"""Provinces from memory: the plan is the one that solving all would give, and only what is touched is solved."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import brute, oracle
from helpers.examples import examples
from helpers.oracle import Tree
from helpers.programs import joint_cases, order_cases, program_of, program_of_case, share_cases, trees
from pdc.base.errors import NoLawfulPlanError
from pdc.solve.lexicographic import solve
from pdc.solve.memory import Memory


def changed(case: brute.Case, seed: int) -> brute.Case:
    """The same country after a what-if: a target, a bound, an ask or the national number is another one."""
    chance = random.Random(seed)
    made = []
    for tree in case.trees:
        levels = tuple([replace(place, asked=list(place.asked)) for place in level] for level in tree.levels)
        unit = chance.choice(levels[2])
        match chance.randint(0, 3):
            case 0:
                unit.target += Fraction(chance.randint(1, 4), 2)
            case 1:
                unit.upper = chance.randint(0, 4) + unit.lower
            case 2:
                unit.asked = [*unit.asked, oracle.Asked(2, chance.randint(1, 3), "whatif")]
        supply = tree.supply
        if supply is not None and chance.random() < 0.3:
            supply += chance.choice([-1, 1])
        made.append(replace(tree, levels=levels, supply=supply))
    return replace(case, trees=tuple(made))


def posts_or_none(case: brute.Case, memory: Memory | None) -> dict[str, list[int]] | None:
    try:
        found = solve(program_of_case(case), memory=memory)
    except NoLawfulPlanError:
        return None
    assert found.proven
    return {title: posts.tolist() for title, posts in found.posts.items()}


def same_with_memory(case: brute.Case, seeds: list[int]) -> None:
    memory = Memory()
    posts_or_none(case, memory)
    for seed in seeds:
        case = changed(case, seed)
        try:
            wanted = posts_or_none(case, None)
        except AssertionError:  # a unit that is asked for and may not be: no program at all
            return
        assert posts_or_none(case, memory) == wanted
        assert posts_or_none(case, memory) == wanted  # now every province is known


SEEDS = st.lists(st.integers(0, 2**32), min_size=1, max_size=3)


@examples(60)
@given(trees(), SEEDS)
def test_a_tree_comes_out_the_same(tree: Tree, seeds: list[int]) -> None:
    same_with_memory(brute.Case((tree,)), seeds)


@examples(40)
@given(joint_cases(), SEEDS)
def test_joint_floors_come_out_the_same(case: brute.Case, seeds: list[int]) -> None:
    same_with_memory(case, seeds)


@examples(40)
@given(share_cases(), SEEDS)
def test_shares_come_out_the_same(case: brute.Case, seeds: list[int]) -> None:
    same_with_memory(case, seeds)


@examples(40)
@given(order_cases(), SEEDS)
def test_orders_come_out_the_same(case: brute.Case, seeds: list[int]) -> None:
    same_with_memory(case, seeds)


def three_provinces() -> Tree:
    def place(parent: int, target: int) -> oracle.Place:
        return oracle.Place(parent, Fraction(target))

    return Tree(
        (
            [place(0, 6) for _ in range(3)],
            [place(p, 6) for p in range(3)],
            [place(d, 2) for d in range(3) for _ in range(3)],
        ),
        18,
    )


def a_limit(tree: Tree) -> None:
    tree.levels[2][4].upper = 1


def a_target(tree: Tree) -> None:
    tree.levels[2][4].target = Fraction(4)


def an_ask(tree: Tree) -> None:
    tree.levels[2][4].asked.append(oracle.Asked(1, 4, "a"))


@pytest.mark.parametrize("change", [a_limit, a_target, an_ask])
def test_only_the_province_that_changes_is_solved_again(change: Callable[[Tree], None]) -> None:
    tree, memory = three_provinces(), Memory()
    solve(program_of(tree), memory=memory)
    assert memory.solved == [0, 1, 2]
    change(tree)
    found = solve(program_of(tree), memory=memory)
    assert memory.solved == [1]
    assert found.posts["title0"].tolist() == oracle.solve(tree)


def test_a_post_more_is_solved_where_it_goes() -> None:
    tree, memory = three_provinces(), Memory()
    tree.levels[0][2].target = Fraction(13, 2)
    solve(program_of(tree), memory=memory)
    tree.supply = 19
    found = solve(program_of(tree), memory=memory)
    assert memory.solved == [2]
    assert found.posts["title0"].tolist() == oracle.solve(tree)


def test_what_does_not_fit_is_not_believed() -> None:
    """A memory whose posts fall short where the bound says they need not is left alone."""
    tree, memory = three_provinces(), Memory()
    tree.levels[2][0].asked.append(oracle.Asked(1, 4, "a"))
    right = solve(program_of(tree), memory=memory).posts["title0"].tolist()
    memory.known = {key: (tuple(sorted(posts[0])),) for key, posts in memory.known.items()}
    assert solve(program_of(tree), memory=memory).posts["title0"].tolist() == right


def test_the_largest_deviation_of_a_level_is_no_matter_of_one_province() -> None:
    tree, memory = three_provinces(), Memory()
    tree.norm = "minimax"
    solve(program_of(tree), memory=memory)
    assert not memory.known


def test_posts_of_another_number_of_units_are_strangers() -> None:
    tree, memory = three_provinces(), Memory()
    solve(program_of(tree), memory=memory)
    memory.last = {"title0": np.arange(3)}
    memory.known = dict.fromkeys(memory.known, ((1,),))
    assert solve(program_of(tree), memory=memory).posts["title0"].tolist() == oracle.solve(tree)
