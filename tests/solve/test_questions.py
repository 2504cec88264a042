"""A question never changes what it asks about: a program is the same before and after everything that is asked of it."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given

from helpers import brute
from helpers.examples import examples
from helpers.programs import joint_cases, order_cases, program_of_case, share_cases
from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.program.program import Program
from pdc.solve.lexicographic import solve
from pdc.solve.network import feasible
from pdc.solve.no_plan.pool import least_short, pool_needed
from pdc.solve.orders import with_decisions_fixed
from pdc.solve.strict import hardened, is_feasible


def state(program: Program) -> list[object]:
    ends = [(place, low.tolist(), high.tolist()) for place, (low, high) in sorted(program.bounds.items())]
    asks = [
        (place, [(a.rule, a.at.tolist(), a.amount.tolist()) for a in asked.asks], len(asked.uppers))
        for place, asked in sorted(program.requirements.items())
    ]
    rules = [
        len(group) for group in (program.joint, program.shares, program.together, program.orders, program.none_or)
    ]
    return [ends, asks, rules]


def ask_everything(program: Program) -> None:
    posts = None
    with contextlib.suppress(NoLawfulPlanError, InternalError):
        posts = solve(program).posts
    feasible(program)
    is_feasible(hardened(program))
    pool_needed(program)
    least_short(program)
    if posts is not None:
        with_decisions_fixed(program, posts)


@examples(25)
@given(order_cases())
def test_of_a_program_with_orders(case: brute.Case) -> None:
    program = program_of_case(case)
    before = state(program)
    ask_everything(program)
    assert state(program) == before


@examples(15)
@given(share_cases())
def test_of_a_program_with_shares(case: brute.Case) -> None:
    program = program_of_case(case)
    before = state(program)
    ask_everything(program)
    assert state(program) == before


@examples(15)
@given(joint_cases())
def test_of_a_program_with_joint_floors(case: brute.Case) -> None:
    program = program_of_case(case)
    before = state(program)
    ask_everything(program)
    assert state(program) == before


@examples(1)
@given(order_cases())
def test_nobody_can_write_on_a_finished_program(case: brute.Case) -> None:
    program = program_of_case(case)
    with pytest.raises(ValueError, match="read-only"):
        program.bounds["title0", "unit"][1][0] = 0
    with pytest.raises(AttributeError):
        program.norm = "l1"  # type: ignore[misc]
    assert isinstance(program.bounds["title0", "unit"][1], np.ndarray)
