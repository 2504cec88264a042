"""From a bound group to its program: every kind says its part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pdc.base.errors import NoLawfulPlanError
from pdc.country.country import Country
from pdc.law.pins import Pin
from pdc.law.scenario import NORMS
from pdc.program.draft import Draft
from pdc.program.options import Options
from pdc.program.orders import closed, order_needs
from pdc.program.program import Program, open_places
from pdc.rules.bind import BoundGroup
from pdc.rules.kinds import KINDS, Cells


def program_of(country: Country, bound: BoundGroup, options: Options, pins: tuple[Pin, ...] = ()) -> Program:
    """The program of a bound group, every kind having said its part; ``pins`` are fixed numbers (A.4).

    Raises :class:`~pdc.base.errors.NoLawfulPlanError` for a pin of posts where no unit may have the title.
    """
    draft = Draft(country, tuple(bound.targets), bound.targets, options.norm or NORMS[0])
    for cells in bound.cells:
        KINDS[cells.rule.kind].constrain(draft, cells)
    for pin in pins:
        if pin.title in bound.targets:
            at = np.flatnonzero(country.codes(pin.level) == pin.code)
            if pin.posts and not np.isin(at, open_places(country, bound.targets[pin.title], pin.level)).all():
                raise NoLawfulPlanError(f"{pin.code}: no unit for {pin.title}")
            draft.pin(pin.title, pin.level, at, np.array([pin.posts], dtype=np.int64))
    return closed(draft.finish())


def with_needs(program: Program, cells: Cells) -> Cells:
    """An order without ``at_least``: its first units must reach the sum of their floors, of all tiers."""
    if cells.first is None or cells.first_need is None:
        return cells
    return replace(cells, first_need=order_needs(program, cells))
