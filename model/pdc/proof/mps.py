"""A group's program in MPS, the format every solver reads: all stages as objective rows, the first one first.

Numbers near the plan have columns of length one, others longer ones (chords of the convex cost). A plan that
is optimal among them is optimal among all numbers, because costs are convex.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model

Texts = npt.NDArray[np.object_]


def mps(model: Model, name: str) -> str:
    """Free MPS, deterministic. A stage's constant is the negative right side of its row, as MPS has it."""
    return "".join(_parts(model, name))


def _parts(model: Model, name: str) -> Iterator[str]:
    # Two million lines: a line is put together from pieces that many lines share.
    names, rows = plain_names(model.names), plain_names(model.row_names)
    yield f"NAME {name}\nROWS\n"
    yield from (f" N {stage}\n" for stage in STAGES)
    yield from (f" E {row}\n" for row in rows)
    yield "COLUMNS\n"
    yield from _columns(model, names, rows)
    yield "RHS\n"
    for stage in STAGES:
        if model.constant[stage]:
            yield f" RHS {stage} {_number(-model.constant[stage])}\n"
    for i in np.flatnonzero(model.rhs).tolist():
        yield f" RHS {rows[i]} {_number(float(model.rhs[i]))}\n"
    yield "BOUNDS\n"
    yield from _bounds(model, names)
    yield "ENDATA\n"


def _columns(model: Model, names: Sequence[str], rows: Sequence[str]) -> Iterator[str]:
    """A line an entry: of each column those of the rows in their order, then those of the stages."""
    # Entries of a row with the same value end alike.
    values, kind = np.unique(model.value, return_inverse=True)
    pairs, inverse = np.unique(model.row * len(values) + kind, return_inverse=True)
    numbers = [_number(value) for value in values.tolist()]
    ends = [f" {rows[pair // len(values)]} {numbers[pair % len(values)]}\n" for pair in pairs.tolist()]
    column, end = [model.column], [_objects(ends)[inverse]]
    filled = np.zeros(model.size, dtype=bool)
    filled[model.column] = True
    for stage in STAGES:
        cost = model.costs[stage]
        used = np.flatnonzero(cost)
        filled[used] = True
        column.append(used)
        end.append(_numbered(f" {stage} ", cost[used]))
    empty = np.flatnonzero(~filled)
    column.append(empty)
    end.append(_objects([f" {STAGES[0]} 0\n"] * len(empty)))
    columns = np.concatenate(column)
    order = np.argsort(columns, kind="stable")
    columns = columns[order]
    pieces = np.empty(2 * len(columns), dtype=object)
    pieces[0::2] = _objects([f" {name}" for name in names])[columns]
    pieces[1::2] = np.concatenate(end)[order]
    done, marked = 0, False
    for first in np.flatnonzero(np.diff(model.integer, prepend=False)).tolist():
        at = int(np.searchsorted(columns, first))
        yield from pieces[2 * done : 2 * at].tolist()
        done, marked = at, not marked
        yield f" MARKER 'MARKER' '{'INTORG' if marked else 'INTEND'}'\n"
    yield from pieces[2 * done :].tolist()
    if marked:
        yield " MARKER 'MARKER' 'INTEND'\n"


def _bounds(model: Model, names: Sequence[str]) -> Iterable[str]:
    """Lower ends that are not nought, upper ends that are finite; column by column, the lower one first."""
    low, high = np.flatnonzero(model.lower), np.flatnonzero(np.isfinite(model.upper))
    columns = np.concatenate([low, high])
    order = np.argsort(columns, kind="stable")
    pieces = np.empty(3 * len(columns), dtype=object)
    pieces[0::3] = _objects([" LO BND "] * len(low) + [" UP BND "] * len(high))[order]
    pieces[1::3] = _objects(names)[columns[order]]
    ends = np.concatenate([_numbered(" ", model.lower[low]), _numbered(" ", model.upper[high])])
    pieces[2::3] = ends[order]
    found: list[str] = pieces.tolist()
    return found


def _objects(texts: Sequence[str]) -> Texts:
    out = np.empty(len(texts), dtype=object)
    out[:] = texts
    return out


def _numbered(before: str, values: Floats) -> Texts:
    """Ends of lines: a word and a number."""
    known, inverse = np.unique(values, return_inverse=True)
    return _objects([f"{before}{_number(value)}\n" for value in known.tolist()])[inverse]


def column_lines(names: Sequence[str], values: Floats) -> str:
    """Values of all columns that are not nought, a line each."""
    used: Ints = np.flatnonzero(values)
    pairs = zip(used.tolist(), values[used].tolist(), strict=True)
    return "".join(f"{names[j]} {int(value)}\n" for j, value in pairs)


def plain_names(names: Sequence[str]) -> Sequence[str]:
    """Names in ASCII, one to one: the clauses ``B.1.g`` and ``B.1.ğ`` stay apart."""
    if "".join(names).isascii():
        return names
    return [
        name if name.isascii() else "".join(c if c.isascii() else f"_{ord(c):x}_" for c in name)
        for name in names
    ]


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
