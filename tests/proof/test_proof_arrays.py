"""The certificate made from arrays says what the one made number by number says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import brute
from helpers.certified import solved
from helpers.programs import joint_cases, order_cases, program_of_case, share_cases, trees
from pdc.proof.certify import certify
from pdc.proof.files import read_sheet
from pdc.proof.margins import free, province_margins
from pdc.proof.prices import Graph, links, merged, prices_and_core, unexplained
from pdc.proof.tree_arcs import TreeArcs

SHAPES = st.sampled_from([[[1]], [[2], [1]], [[2, 1], [1]], [[3, 2], [2]], [[1, 1], [1], [2]]])
CASES = st.one_of(
    SHAPES.flatmap(lambda shape: trees(shape, most=9)).map(lambda tree: brute.Case((tree,))),
    joint_cases(), share_cases(), order_cases(),
)  # fmt: skip


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(case=CASES, l1=st.booleans())
def test_prices_free_numbers_and_margins_are_those_of_the_whole_graph(
    tmp_path_factory: pytest.TempPathFactory, case: brute.Case, l1: bool
) -> None:
    if l1:
        for tree in case.trees:
            tree.norm = "l1"
    same_as_the_whole_graph(tmp_path_factory, case)


@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(case=SHAPES.flatmap(lambda shape: trees(shape, most=9)).map(lambda tree: brute.Case((tree,))),
       hairs=st.lists(st.integers(0, 2), min_size=18, max_size=18))  # fmt: skip
def test_so_are_those_of_targets_that_no_double_tells_apart(
    tmp_path_factory: pytest.TempPathFactory, case: brute.Case, hairs: list[int]
) -> None:
    for places in case.trees[0].levels:
        for place, hair in zip(places, hairs, strict=False):
            # Some are the same, some differ in their nineteenth digit.
            place.target = max(place.target, Fraction(1, 3)) + Fraction(hair, 10**19)
    same_as_the_whole_graph(tmp_path_factory, case)


def same_as_the_whole_graph(tmp_path_factory: pytest.TempPathFactory, case: brute.Case) -> None:
    pair = solved(case)
    if pair is None:
        return
    solution, sheet = pair
    _, made = certify(solution, program_of_case(case))
    folder = tmp_path_factory.mktemp("proof")
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    read, price, value = read_sheet(folder, sheet.group)
    assert read.nodes == sheet.nodes
    assert (read.joint, read.together, read.unproven) == (sheet.joint, sheet.together, sheet.unproven)
    assert value == sheet.value()
    if sheet.unproven:
        return
    found = links(sheet)
    every = Graph(merged(found)).without("joint")
    arcs = TreeArcs(sheet, sheet.nodes)
    assert {v: arcs.leaving(v) for v in every.out} == every.out
    known, core = prices_and_core(found)
    assert unexplained(found, price) == []
    assert set(price) == set(known)
    assert made.free == free(found, known)
    whole = province_margins(found, known, core)
    assert whole.keys() == made.margins.keys()
    for step, margin in whole.items():
        mine = made.margins[step]
        assert (mine is None) == (margin is None)
        assert mine is None or (margin is not None and mine.cost == margin.cost and mine.steps[0] == step)
        if mine is not None and margin is not None and set(mine.steps) == set(margin.steps):
            assert mine.changes == margin.changes

