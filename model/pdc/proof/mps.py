"""A group's program in MPS, the format every solver reads: all stages as objective rows, the first one first.

Numbers near the plan have columns of length one, others longer ones (chords of the convex cost). A plan that
is optimal among them is optimal among all numbers, because costs are convex.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pdc.base.levels import STAGES
from pdc.program.model import Model


def mps(model: Model, name: str) -> str:
    """Free MPS, deterministic. A stage's constant is the negative right side of its row, as MPS has it."""
    return "\n".join(_lines(model, name)) + "\n"


def _lines(model: Model, name: str) -> Iterator[str]:
    names, rows = plain_names(model.names), plain_names(model.row_names)
    yield f"NAME {name}"
    yield "ROWS"
    yield from (f" N {stage}" for stage in STAGES)
    yield from (f" E {row}" for row in rows)
    yield "COLUMNS"
    entries: list[list[str]] = [[] for _ in names]
    for i, j, value in zip(model.row.tolist(), model.column.tolist(), model.value.tolist(), strict=True):
        entries[j].append(f" {names[j]} {rows[i]} {_number(value)}")
    for stage in STAGES:
        cost = model.costs[stage]
        for j in np.flatnonzero(cost).tolist():
            entries[j].append(f" {names[j]} {stage} {_number(float(cost[j]))}")
    whole = model.integer.tolist()
    marked = False
    for j, lines in enumerate(entries):
        if whole[j] != marked:
            marked = whole[j]
            yield f" MARKER 'MARKER' '{'INTORG' if marked else 'INTEND'}'"
        yield from lines or [f" {names[j]} {STAGES[0]} 0"]
    if marked:
        yield " MARKER 'MARKER' 'INTEND'"
    yield "RHS"
    for stage in STAGES:
        if model.constant[stage]:
            yield f" RHS {stage} {_number(-model.constant[stage])}"
    for i in np.flatnonzero(model.rhs).tolist():
        yield f" RHS {rows[i]} {_number(float(model.rhs[i]))}"
    yield "BOUNDS"
    for j, (low, high) in enumerate(zip(model.lower.tolist(), model.upper.tolist(), strict=True)):
        if low:
            yield f" LO BND {names[j]} {_number(low)}"
        if np.isfinite(high):
            yield f" UP BND {names[j]} {_number(high)}"
    yield "ENDATA"


def plain_names(names: Sequence[str]) -> list[str]:
    """Names in ASCII, one to one: the clauses ``B.1.g`` and ``B.1.ğ`` stay apart."""
    return [
        name if name.isascii() else "".join(c if c.isascii() else f"_{ord(c):x}_" for c in name)
        for name in names
    ]


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
