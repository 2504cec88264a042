"""Prices prove a plan optimal exactly when it is; margins and free numbers against every plan of tiny countries."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import brute
from helpers.certified import solved
from helpers.oracle import TIE_AT
from helpers.programs import joint_cases, order_cases, program_of_case, share_cases, trees
from pdc.proof.from_program import sheet_of
from pdc.proof.margins import free, margin, province_margins
from pdc.proof.prices import (
    GROUND,
    Graph,
    Link,
    NegativeCycleError,
    between,
    links,
    prices,
    prices_and_core,
    simplest,
    unexplained,
)
from pdc.solve.orders import with_decisions_fixed

TINY = st.sampled_from([[[1]], [[2]], [[1], [1]], [[1, 1]], [[2], [2]], [[3]], [[1, 2], [1]]])
CASES = st.one_of(
    TINY.flatmap(lambda shape: trees(shape, most=6)).map(lambda tree: brute.Case((tree,))), joint_cases()
)
Stages = tuple[Fraction, ...]


def examples(count: int) -> settings:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(deadline=None, max_examples=count, suppress_health_check=checks)


def every_plan(case: brute.Case) -> Iterator[tuple[brute.Posts, Stages]]:
    choices = [list(brute.plans(tree, case.parts, case.orders)) for tree in case.trees]
    for posts in product(*choices):
        yield posts, brute.value(case, posts)[: TIE_AT[0]]


@examples(120)
@given(CASES)
def test_an_optimal_plan_has_prices_that_explain_every_number(case: brute.Case) -> None:
    pair = solved(case)
    if pair is None or pair[1].unproven:
        return
    found = links(pair[1])
    assert unexplained(found, prices(found)) == []


@examples(60)
@given(CASES)
def test_a_plan_has_prices_exactly_when_no_plan_is_better(case: brute.Case) -> None:
    pair = solved(case)
    if pair is None or pair[1].unproven:
        return
    solution, _ = pair
    everything = list(every_plan(case))
    least = min(value for _, value in everything)
    for posts, value in everything[:60]:
        named = {title: np.array(p) for title, p in zip(solution.posts, posts, strict=True)}
        try:
            prices(links(sheet_of(with_decisions_fixed(program_of_case(case), named)[0], named)))
        except NegativeCycleError as error:
            assert value > least
            better = {title: units.copy() for title, units in named.items()}
            for title, level, code, step in error.steps:
                if level == "unit":
                    better[title][int(code[1:])] += step
            changed = tuple(tuple(units.tolist()) for units in better.values())
            after = brute.value(case, changed)[: TIE_AT[0]]
            assert after < value
            assert tuple(a - b for a, b in zip(after, value, strict=True)) == error.cost
        else:
            assert value == least


@examples(60)
@given(CASES)
def test_one_post_more_costs_what_the_best_plan_with_it_costs(case: brute.Case) -> None:
    pair = solved(case)
    if pair is None or pair[1].unproven:
        return
    solution, sheet = pair
    found = links(sheet)
    price = prices(found)
    everything = list(every_plan(case))
    least = min(value for _, value in everything)
    titles = list(solution.posts)
    for link in found:
        if link.step is None or link.step[1] != "unit":
            continue
        t, unit = titles.index(link.step[0]), int(link.step[2][1:])
        rest = Graph(other for other in found if other is not link)
        for step in (1, -1):
            wanted = int(solution.posts[titles[t]][unit]) + step
            values = [value for posts, value in everything if posts[t][unit] == wanted]
            at = margin(rest, price, link, step)
            if at is None:
                assert values == []
                continue
            assert tuple(a - b for a, b in zip(min(values), least, strict=True)) == at.cost


@examples(80)
@given(CASES, st.booleans())
def test_a_number_is_free_exactly_when_another_best_plan_has_another(case: brute.Case, l1: bool) -> None:
    if l1:
        for tree in case.trees:
            tree.norm = "l1"
    pair = solved(case)
    if pair is None or pair[1].unproven:
        return
    solution, sheet = pair
    found = links(sheet)
    could = free(found, prices(found))
    everything = list(every_plan(case))
    least = min(value for _, value in everything)
    best = [posts for posts, value in everything if value == least]
    for t, title in enumerate(solution.posts):
        for unit, posts in enumerate(solution.posts[title].tolist()):
            key = (title, "unit", f"U{unit:03}", 1)
            more, fewer = could.get(key, (False, False))
            assert more == any(plan[t][unit] > posts for plan in best)
            assert fewer == any(plan[t][unit] < posts for plan in best)


def test_a_number_that_can_go_nowhere_is_not_free_and_its_ends_have_prices() -> None:
    province, district = ("t", "province", "1"), ("t", "district", "D1")
    found = [Link(province, district, None, None, ("t", "district", "D1", 1))]
    assert set(prices(found)) == {GROUND, province, district}
    assert free(found, prices(found)).get(("t", "district", "D1", 1), (False, False)) == (False, False)


@examples(60)
@given(st.one_of(share_cases(), order_cases()))
def test_shares_and_orders_have_prices_once_their_decisions_stand(case: brute.Case) -> None:
    pair = solved(case)
    if pair is None or pair[1].unproven:
        return
    found = links(pair[1])
    assert unexplained(found, prices(found)) == []


@given(st.fractions(-5, 5, max_denominator=40), st.fractions(-5, 5, max_denominator=40))
def test_the_simplest_fraction_between_two(a: Fraction, b: Fraction) -> None:
    if a == b:
        return
    low, high = min(a, b), max(a, b)
    found = simplest(low, high)
    assert low < found < high
    for denominator in range(1, found.denominator):
        first = low * denominator
        assert not any(
            low < Fraction(n, denominator) < high for n in range(int(first) - 2, int(high * denominator) + 3)
        )


def test_a_price_between_equal_ends_is_that_end() -> None:
    half = Fraction(1, 2)
    assert between((0, half, 3), (0, half, 3)) == (0, half, 3)
    rest = (0,) * 5
    assert between((0, 0, *rest), (0, 1, *rest)) == (0, half, *rest)


@examples(60)
@given(CASES)
def test_margins_of_all_provinces_at_once_are_those_one_by_one(case: brute.Case) -> None:
    pair = solved(case)
    if pair is None or pair[1].unproven:
        return
    found = links(pair[1])
    price, core = prices_and_core(found)
    together = province_margins(found, price, core)
    for link in found:
        if link.step is None or link.step[1] != "province" or link.above == GROUND:
            continue
        rest = Graph(other for other in found if other is not link)
        for step in (1, -1):
            alone = margin(rest, price, link, step)
            at_once = together[(*link.step[:3], step)]
            assert (alone is None) == (at_once is None)
            if alone is not None and at_once is not None:
                assert at_once.cost == alone.cost
                assert at_once.steps[0] == (*link.step[:3], step)
