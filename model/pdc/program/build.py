"""From a bound group to its program: every kind says its part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pdc.base.errors import NoLawfulPlanError
from pdc.country.country import Country
from pdc.law.pins import Pin
from pdc.law.scenario import NORMS
from pdc.program.options import Options
from pdc.program.program import Program
from pdc.rules.bind import BoundGroup
from pdc.rules.kinds import KINDS, Cells


def program_of(country: Country, bound: BoundGroup, options: Options, pins: tuple[Pin, ...] = ()) -> Program:
    """The program of a bound group: every kind says its part."""
    program = Program(country, tuple(bound.targets), bound.targets, options.norm or NORMS[0])
    for cells in bound.cells:
        KINDS[cells.rule.kind].constrain(program, cells)
    for pin in pins:
        if pin.title in bound.targets:
            at = np.flatnonzero(country.codes(pin.level) == pin.code)
            if pin.posts and not np.isin(at, program.open(pin.level, pin.title)).all():
                raise NoLawfulPlanError(f"{pin.code}: no unit for {pin.title}")
            program.pin(pin.title, pin.level, at, np.array([pin.posts], dtype=np.int64))
    return program


def with_needs(program: Program, cells: Cells) -> Cells:
    """Orders without a number of their own wait for the floors of all tiers."""
    if cells.first is None or cells.first_need is None:
        return cells
    floors = program.unit_need(cells.titles[0])[cells.first]
    return replace(cells, first_need=np.where(cells.first_need < 0, floors, cells.first_need))
