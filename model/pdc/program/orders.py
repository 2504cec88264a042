"""What orders come to in a program: later units of a province wait for the first ones."""

from __future__ import annotations

import numpy as np

from pdc.base.numbers import Ints
from pdc.program.program import Program
from pdc.rules.cells import Cells


def closed(program: Program) -> Program:
    """The program in which later units have none where a first unit cannot reach what it needs."""
    for cells in program.orders:
        title = cells.titles[0]
        reach = np.where(program.targets[title].eligible, program.bounds[title, "unit"][1], 0)
        assert cells.first is not None
        assert cells.first_of is not None
        blocked = np.zeros(len(cells.at), dtype=bool)
        blocked[cells.first_of[reach[cells.first] < order_needs(program, cells)]] = True
        if blocked.any():
            program = without_later_units(program, cells, np.flatnonzero(blocked))
    return program


def order_needs(program: Program, cells: Cells) -> Ints:
    """What each first unit needs: the order's own number, or the floors of all tiers."""
    assert cells.first is not None
    assert cells.first_need is not None
    floors = program.unit_need(cells.titles[0])[cells.first]
    return np.where(cells.first_need < 0, floors, cells.first_need)


def without_later_units(program: Program, cells: Cells, which: Ints) -> Program:
    """The program in which the later units of some provinces (positions in the order) have none."""
    assert cells.members is not None
    assert cells.member_of is not None
    title = cells.titles[0]
    lower, upper = program.bounds[title, "unit"]
    upper = upper.copy()
    upper[cells.members[np.isin(cells.member_of, which)]] = 0
    return program.with_bounds(title, "unit", lower, upper)
