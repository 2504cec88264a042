"""A small case solved, and the sheet that its certificate is made from."""

from __future__ import annotations

from helpers import brute
from helpers.programs import program_of_case
from pdc.base.errors import NoLawfulPlanError
from pdc.proof.from_program import sheet_of
from pdc.proof.sheet import Sheet
from pdc.solve.lexicographic import solve
from pdc.solve.orders import with_decisions_fixed
from pdc.solve.solution import Solution


def solved(case: brute.Case) -> tuple[Solution, Sheet] | None:
    program = program_of_case(case)
    try:
        found = solve(program)
    except NoLawfulPlanError:
        return None
    return found, sheet_of(with_decisions_fixed(program, found.posts)[0], found.posts)
