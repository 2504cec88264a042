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
from helpers.oracle import LEAST, Place
from helpers.programs import joint_cases, order_cases, program_of_case, rule, share_cases
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


@st.composite
def made(draw: st.DrawFn) -> tuple[brute.Case, Limits, Posts]:
    """A case with further limits, and a plan within them."""
    case = draw(st.one_of(joint_cases(), order_cases(), share_cases()))
    case = replace(case, parts=tuple(part for part in case.parts if not part.fix))
    norm = draw(st.sampled_from(["webster", "l1", "minimax"]))
    for tree in case.trees:
        tree.norm = norm
    units = range(len(case.trees[0].levels[2]))
    gaps = {u: draw(st.integers(2, 3)) for u in units if draw(st.integers(0, 4)) == 0}
    limits = Limits(gaps, tuple(u for u in units if draw(st.booleans())), draw(st.integers(0, 6)))
    every = [list(brute.plans(tree, case.parts, case.orders)) for tree in case.trees]
    every[0] = [plan for plan in every[0] if within(case, limits, plan)]
    every[0].sort(key=lambda plan: -plan.count(0))  # places at 0 are what the floors ask
    chosen = tuple(draw(st.sampled_from(plans[:12])) for plans in every if plans)
    assume(len(chosen) == len(every))
    return case, limits, chosen


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
    @examples(60)
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
