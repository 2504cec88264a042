"""Posts on top of a plan, against every unit that could have had them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers import brute
from helpers.examples import examples
from helpers.oracle import LEAST, Asked, Place, Tree
from helpers.programs import program_of_case, rule, trees
from pdc.planning.on_top import placed_on_top
from pdc.program.program import Program
from pdc.rules.cells import Cells
from pdc_common.levels import LEVELS

Posts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Limits:
    """Of the first title: units with none or at least so many, and some that have so many in all by province."""

    gaps: dict[int, int]
    together: tuple[int, ...]
    most: int


SHAPES = st.sampled_from([[[2, 2]], [[3], [2]], [[1, 2], [2]], [[4]], [[2], [2]]])


@st.composite
def made(draw: st.DrawFn) -> tuple[brute.Case, Limits, Posts]:
    """Two titles with joint floors, shares, orders and limits, and a lawful plan with many units at 0."""
    shape, norm = draw(SHAPES), draw(st.sampled_from(["webster", "l1", "minimax"]))
    pair = tuple(replace(draw(trees(shape, most=6, bounds=False)), norm=norm) for _ in range(2))
    _, districts, units = pair[0].levels
    for place in (*units, *districts):
        if draw(st.integers(0, 4)) == 0:
            place.upper = draw(st.integers(0, 2))
    few = st.lists(st.sampled_from(range(len(units))), min_size=1, max_size=3, unique=True)

    def some(chance: int) -> tuple[int, ...]:
        return tuple(sorted(draw(few))) if draw(st.integers(0, chance)) == 0 else ()

    joint = [
        brute.Joint((0, 1), draw(st.integers(1, 4)), u, draw(st.integers(1, 3))) for u in (*some(0), *some(1))
    ]
    parts = [brute.Part(units_, Fraction(1, draw(st.integers(1, 3)))) for units_ in [some(3)] if units_]
    orders = []
    if after := some(4):
        first = tuple(u for u in range(len(units)) if u not in after)
        orders.append(brute.Order(first, after, tuple(draw(st.integers(0, 1)) for _ in first)))
    case = brute.Case(pair, tuple(joint), tuple(parts), tuple(orders))
    gaps = {u: draw(st.integers(1, 3)) for u in some(2)}
    limits = Limits(gaps, some(2), draw(st.integers(0, 2)))
    posts = [
        tuple(unit.open * draw(st.sampled_from([0, 0, 0, 1, 2])) for unit in tree.levels[2]) for tree in pair
    ]
    assume(lawful(case, limits, posts[0]))
    return case, limits, (posts[0], posts[1])


def within(case: brute.Case, limits: Limits, plan: tuple[int, ...]) -> bool:
    """Does a plan keep the further limits?"""
    sums = Counter[int]()
    for u in limits.together:
        sums[depth_of(case, u, 0)] += plan[u]
    return all(n <= limits.most for n in sums.values()) and all(
        not plan[u] or plan[u] >= n for u, n in limits.gaps.items()
    )


def lawful(case: brute.Case, limits: Limits, plan: tuple[int, ...]) -> bool:
    """Does a plan of the first title keep all its hard rules, whatever its sum?"""
    provinces, districts, units = case.trees[0].levels
    if any(not u.lower <= n <= (n if u.upper is None else u.upper) for u, n in zip(units, plan, strict=True)):
        return False
    pinned = [replace(u, lower=n, upper=n) for u, n in zip(units, plan, strict=True)]
    only = replace(case.trees[0], supply=sum(plan), levels=(provinces, districts, pinned))
    return within(case, limits, plan) and plan in brute.plans(only, case.parts, case.orders)


def program_with(case: brute.Case, limits: Limits) -> Program:
    """The engine's program with these limits."""
    program = program_of_case(case)
    country, none_or, together = program.country, (), ()
    if limits.gaps:
        at = np.array(sorted(limits.gaps), dtype=np.int64)
        amount = np.array([limits.gaps[u] for u in at.tolist()])
        none_or = (Cells(rule("none_or", 1), ("title0",), "unit", at, amount),)
    if limits.together:
        members = np.array(limits.together, dtype=np.int64)
        provinces, of = np.unique(country.unit_province[members], return_inverse=True)
        most = np.full(len(provinces), limits.most)
        cap = rule("cap", 2, together=True)
        together = (Cells(cap, ("title0",), "province", provinces, most, members=members, member_of=of),)
    return replace(program, norm=case.trees[0].norm, none_or=none_or, together=together)


def depth_of(case: brute.Case, unit: int, depth: int) -> int:
    tree = case.trees[0]
    district = tree.levels[2][unit].parent
    return (tree.levels[1][district].parent, district, unit)[depth]


def far(place: Place, number: int) -> Fraction:
    q = max(place.target, LEAST)
    return abs(number - q) / q


def key(case: brute.Case, posts: Posts, depth: int, at: int) -> Any:
    """The usual aims; under minimax the worst of the place's own comes before each level's sum."""
    value = list(brute.value(case, posts))
    if case.trees[0].norm != "minimax":
        return value
    tree, sums = case.trees[0], case.trees[0].sums(posts[0])
    units = [u for u in range(len(posts[0])) if depth_of(case, u, depth) == at and tree.levels[2][u].open]
    for stage, level in ((6, 2), (5, 1)):
        if level > depth:
            inside = {depth_of(case, u, level) for u in units}
            value.insert(stage, max(far(tree.levels[level][i], sums[level][i]) for i in inside))
    return value


def asking(program: Program, level: str, title: str, priority: bool) -> Cells:
    """A floor of 1 at every place of a level, the larger target first; without an order, the first code."""
    at = program.open(level, title)
    first = getattr(program.targets[title], level)[at] if priority else None
    return Cells(rule("floor", 9, 4), (title,), level, at, np.ones(len(at), dtype=np.int64), priority=first)


@pytest.mark.parametrize("level", LEVELS)
def test_each_post_on_top_stands_where_the_aims_are_best_and_the_hard_rules_kept(level: str) -> None:
    @examples(30)
    @given(made(), st.booleans())
    def best(drawn: tuple[brute.Case, Limits, Posts], priority: bool) -> None:
        case, limits, posts = drawn
        program, depth = program_with(case, limits), LEVELS.index(level)
        given_ = {f"title{t}": np.array(plan, dtype=np.int64) for t, plan in enumerate(posts)}
        cells = asking(program, level, "title0", priority)
        found = placed_on_top(program, given_, [cells])
        places = case.trees[0].levels[depth]
        order = sorted(cells.at.tolist(), key=lambda i: (-places[i].target if priority else 0, i))
        mine = posts[0]
        for place in order:
            units = [u for u in range(len(mine)) if depth_of(case, u, depth) == place]
            if any(mine[u] for u in units):
                continue
            ways = [tuple(n + (v == u) for v, n in enumerate(mine)) for u in units]
            ways = [way for way in ways if lawful(case, limits, way)]
            if ways:
                mine = min(ways, key=lambda way: key(case, (way, *posts[1:]), depth, place))
        assert tuple(found["title0"].tolist()) == mine
        assert all(found[t].tolist() == given_[t].tolist() for t in given_ if t != "title0")

    best()


def two_districts(*targets: int, exact: int | None = None) -> Program:
    """A province of two districts with a hospital each, the first district with a second one."""
    units = [Place(0, Fraction(targets[0])), Place(1, Fraction(targets[1])), Place(0, Fraction(targets[0]))]
    units.sort(key=lambda unit: unit.parent)
    if exact is not None:
        units[0].asked.append(Asked(1, exact, "a", exact=True))
    districts = [Place(0, Fraction(2 * targets[0])), Place(0, Fraction(targets[1]))]
    tree = Tree(([Place(0, Fraction(9))], districts, units), 0)
    return program_of_case(brute.Case((tree,)))


@pytest.mark.parametrize(("targets", "posts"), [((1, 5), [0, 0, 1]), ((5, 1), [1, 0, 0])])
def test_where_a_limit_has_room_for_one_the_larger_target_comes_first(
    targets: tuple[int, int], posts: list[int]
) -> None:
    program = two_districts(*targets)
    every = np.arange(3)
    cap = Cells(
        rule("cap", 2, together=True), ("title0",), "province", np.array([0]), np.array([1]),
        members=every, member_of=every * 0,
    )  # fmt: skip
    program = replace(program, together=(cap,))
    found = placed_on_top(program, {"title0": every * 0}, [asking(program, "district", "title0", True)])
    assert found["title0"].tolist() == posts


@pytest.mark.parametrize(("exact", "posts"), [(None, [1, 0, 1]), (0, [0, 1, 1])])
def test_a_unit_that_is_to_have_none_exactly_is_spared_where_another_may(
    exact: int | None, posts: list[int]
) -> None:
    program = two_districts(3, 3, exact=exact)
    none = np.zeros(3, dtype=np.int64)
    found = placed_on_top(program, {"title0": none}, [asking(program, "district", "title0", True)])
    assert found["title0"].tolist() == posts
