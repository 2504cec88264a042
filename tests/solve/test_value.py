"""What a plan comes to: deviations of many places over one denominator are those of each, added up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import brute
from helpers.examples import examples
from helpers.oracle import Tree
from helpers.programs import joint_cases, program_of, program_of_case, share_cases, trees
from pdc.base.errors import NoLawfulPlanError
from pdc.base.levels import LEAST_TARGET
from pdc.program.program import Program
from pdc.program.value import deviation, deviations
from pdc.solve.exchange import polish
from pdc.solve.lexicographic import solve

TARGET = st.fractions(0, 40, max_denominator=10**9) | st.sampled_from(
    [Fraction(0), LEAST_TARGET, Fraction(1, 101)]
)


@pytest.mark.parametrize("norm", ["webster", "l1"])
@given(st.lists(st.tuples(st.integers(0, 50), TARGET), max_size=9))
def test_deviations_are_added_up_exactly(norm: str, places: list[tuple[int, Fraction]]) -> None:
    wanted = sum((deviation(x, q, norm) for x, q in places), start=Fraction(0))
    assert deviations([x for x, _ in places], [q for _, q in places], norm) == wanted


def not_polished(program: Program) -> None:
    """A plan that marginal allocation alone has made is not polished: nothing could be gained."""
    try:
        found = solve(program, engine="marginal")
    except NoLawfulPlanError:
        return
    if found.no_tree == "":
        assert polish(program, found.posts)[1] == 0


@examples(60)
@given(trees())
def test_no_exchange_betters_a_plan_by_marginal_allocation(tree: Tree) -> None:
    for norm in ("webster", "l1"):
        tree.norm = norm
        not_polished(program_of(tree))


@examples(40)
@given(joint_cases() | share_cases().filter(lambda case: not case.parts))
def test_nor_one_of_titles_that_share_floors(case: brute.Case) -> None:
    not_polished(program_of_case(case))
