"""Orders: later units have posts only where the first ones have what they need."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import province_totals
from pdc.program.program import Program
from pdc.rules.cells import Cells
from pdc.solve.solution import Solution


def close_unreachable_orders(program: Program) -> None:
    """Where a first unit cannot reach what it needs, the later units of the province have none."""
    for cells in program.orders:
        title = cells.titles[0]
        need = _needs(program, cells)
        reach = np.where(program.targets[title].eligible, program.bounds[title, "unit"][1], 0)
        assert cells.first is not None
        assert cells.first_of is not None
        blocked = np.zeros(len(cells.at), dtype=bool)
        blocked[cells.first_of[reach[cells.first] < need]] = True
        _close(program, cells, np.flatnonzero(blocked))


def _needs(program: Program, cells: Cells) -> Ints:
    assert cells.first is not None
    assert cells.first_need is not None
    floors = program.unit_need(cells.titles[0])[cells.first]
    return np.where(cells.first_need < 0, floors, cells.first_need)


def _close(program: Program, cells: Cells, which: Ints) -> None:
    assert cells.members is not None
    assert cells.member_of is not None
    upper = program.bounds[cells.titles[0], "unit"][1]
    upper[cells.members[np.isin(cells.member_of, which)]] = 0


def broken_orders(program: Program, solution: Solution) -> list[tuple[int, int]]:
    """(order, position of the province in it) where later units have posts while first ones lack theirs."""
    broken = []
    for number, cells in enumerate(program.orders):
        posts = solution.posts[cells.titles[0]]
        assert cells.members is not None and cells.member_of is not None
        assert cells.first is not None and cells.first_of is not None
        later = np.bincount(cells.member_of, weights=posts[cells.members], minlength=len(cells.at))
        lacking = np.maximum(0, _needs(program, cells) - posts[cells.first])
        missing = np.bincount(cells.first_of, weights=lacking, minlength=len(cells.at))
        broken += [(number, int(i)) for i in np.flatnonzero((later > 0) & (missing > 0))]
    return broken


def decide(program: Program, number: int, i: int, yes: bool) -> None:
    """Yes: the first units of that province have what they need; no: the later ones have nothing."""
    cells = program.orders[number]
    if not yes:
        _close(program, cells, np.array([i]))
        return
    assert cells.first is not None
    assert cells.first_of is not None
    title = cells.titles[0]
    mine = cells.first_of == i
    lower = program.bounds[title, "unit"][0]
    np.maximum.at(lower, cells.first[mine], _needs(program, cells)[mine])


def with_decisions_fixed(program: Program, posts: Mapping[str, Ints]) -> tuple[Program, tuple[str, ...]]:
    """The program with what a plan has decided made to stand, and what that is: ``totals``, ``orders``.

    What is left is a network, so that the plan can be proven by exact prices.
    """
    close_unreachable_orders(program)
    given: dict[str, None] = {}
    totals: dict[str, Ints] = {}
    if program.needs_totals():
        given["totals"] = None
        totals = province_totals(program.country, posts)
    decided = program.with_totals(totals)
    for number, cells in enumerate(program.orders):
        assert cells.first is not None
        assert cells.first_of is not None
        lacking = np.maximum(0, _needs(program, cells) - posts[cells.titles[0]][cells.first])
        missing = np.bincount(cells.first_of, weights=lacking, minlength=len(cells.at))
        # Where the first units have what they need, that they keep it is what the later ones rest on.
        for i, short in enumerate(missing.tolist()):
            decide(decided, number, i, not short)
            given["orders"] = None
    return decided, tuple(given)


def copy(program: Program) -> Program:
    """A program of its own: what is decided there stays there."""
    return program.with_totals({})
