"""What ties may still move: open places, and the slacks that take up what they leave, nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.brute import Case
from helpers.programs import joint_cases, program_of_case
from pdc.program.arrays import compiled
from pdc.program.model import Model
from pdc.solve.ties import choice_of

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def reached(model: Model, columns: set[int], slacks: set[int]) -> set[int]:
    """Columns, and slacks that a chain of common rows joins to them, one after another."""
    rows: dict[int, set[int]] = {}
    within: dict[int, set[int]] = {}
    for row, column in zip(model.row.tolist(), model.column.tolist(), strict=True):
        rows.setdefault(column, set()).add(row)
        within.setdefault(row, set()).add(column)
    found, left = set(columns), list(columns)
    while left:
        for row in rows.get(left.pop(), ()):
            new = (within[row] & slacks) - found
            found |= new
            left += new
    return found


@settings(deadline=None, max_examples=60, suppress_health_check=CHECKS)
@given(joint_cases(), st.data())
def test_ties_move_open_places_and_the_slacks_of_their_rows_alone(case: Case, data: st.DataObject) -> None:
    program = program_of_case(case)
    nodes = program.nodes()
    if not len(nodes) or (nodes.lower > nodes.upper).any():
        return
    model = compiled(program, nodes, nodes.lower.copy(), np.full(len(nodes), 2))
    free = np.array(data.draw(st.lists(st.booleans(), min_size=model.size, max_size=model.size)), dtype=bool)
    open_ = np.array(data.draw(st.lists(st.booleans(), min_size=len(nodes), max_size=len(nodes))), dtype=bool)
    real = model.node >= 0
    columns = set(np.flatnonzero(real & free & open_[model.node]).tolist())
    slacks = set(np.flatnonzero(~real & free).tolist())
    assert set(np.flatnonzero(choice_of(model, free, open_)).tolist()) == reached(model, columns, slacks)
