"""Numbers of a province tried one after another: the short look says what the whole solution would."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from helpers.brute import Case
from helpers.examples import examples
from helpers.programs import program_of_case, share_cases
from pdc.base.errors import NoLawfulPlanError
from pdc.base.exact import Fraction
from pdc.base.numbers import Ints
from pdc.program.program import Program
from pdc.solve.engines import solve_trees
from pdc.solve.shares import _no_better
from pdc.solve.solution import Run

BEFORE_TIES = 4  # shortfalls of three tiers, and the province's own number


def values(program: Program, only: Ints) -> dict[int, tuple[Program, tuple[Fraction, ...]]]:
    """The program with each number of the band, and what its best plan comes to; none where there is no plan."""
    title, (p,) = program.titles[0], only.tolist()
    lower, upper = program.bounds[title, "province"]
    found = {}
    for number in range(int(lower[p]), int(upper[p]) + 1):
        totals = np.zeros(len(program.country.provinces), dtype=np.int64)
        totals[p] = number
        standing = program.with_totals({title: totals})
        try:
            found[number] = standing, solve_trees(standing, Run(), only)[1].value.order
        except NoLawfulPlanError:  # passed over or planned, such a number is never the best
            continue
    return found


@examples(40)
@given(share_cases())
def test_a_number_is_passed_over_where_its_best_plan_is_worse_and_nowhere_else(case: Case) -> None:
    program = program_of_case(case)
    for p in program.open("province", program.titles[0]).tolist():
        only = np.array([p])
        tried = values(program, only)
        for standing, value in tried.values():
            for _, best in tried.values():
                worse = value[:BEFORE_TIES] > best[:BEFORE_TIES]
                assert _no_better(standing, only, best, Run()) == worse
