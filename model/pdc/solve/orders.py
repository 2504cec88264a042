"""Orders: later units have posts only where the first ones have what they need."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import province_totals
from pdc.program.orders import closed, order_needs, without_later_units
from pdc.program.program import Program
from pdc.solve.solution import Solution


def broken_orders(program: Program, solution: Solution) -> list[tuple[int, int]]:
    """(order, position of the province in it) where later units have posts while first ones lack theirs."""
    broken = []
    for number, cells in enumerate(program.orders):
        posts = solution.posts[cells.titles[0]]
        assert cells.members is not None and cells.member_of is not None
        assert cells.first is not None and cells.first_of is not None
        later = np.bincount(cells.member_of, weights=posts[cells.members], minlength=len(cells.at))
        lacking = np.maximum(0, order_needs(program, cells) - posts[cells.first])
        missing = np.bincount(cells.first_of, weights=lacking, minlength=len(cells.at))
        broken += [(number, int(i)) for i in np.flatnonzero((later > 0) & (missing > 0))]
    return broken


def decide(program: Program, number: int, i: int, yes: bool) -> Program:
    """Yes: the first units of that province have what they need; no: the later ones have nothing."""
    cells = program.orders[number]
    if not yes:
        return without_later_units(program, cells, np.array([i]))
    assert cells.first is not None
    assert cells.first_of is not None
    title = cells.titles[0]
    mine = cells.first_of == i
    lower, upper = program.bounds[title, "unit"]
    lower = lower.copy()
    np.maximum.at(lower, cells.first[mine], order_needs(program, cells)[mine])
    return program.with_bounds(title, "unit", lower, upper)


def with_decisions_fixed(program: Program, posts: Mapping[str, Ints]) -> tuple[Program, tuple[str, ...]]:
    """The program with what a plan has decided made to stand, and what that is: ``totals``, ``orders``.

    What is left is a network, so that the plan can be proven by exact prices.
    """
    program = closed(program)
    given: dict[str, None] = {}
    totals: dict[str, Ints] = {}
    if program.needs_totals():
        given["totals"] = None
        totals = province_totals(program.country, posts)
    decided = program.with_totals(totals)
    for number, cells in enumerate(program.orders):
        assert cells.first is not None
        assert cells.first_of is not None
        lacking = np.maximum(0, order_needs(program, cells) - posts[cells.titles[0]][cells.first])
        missing = np.bincount(cells.first_of, weights=lacking, minlength=len(cells.at))
        # Later units may have posts only while the first ones keep what they need: now a lower bound.
        for i, short in enumerate(missing.tolist()):
            decided = decide(decided, number, i, not short)
            given["orders"] = None
    return decided, tuple(given)
