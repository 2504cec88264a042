"""A group's program in MPS, the format every solver reads: all stages as objective rows, the first one first.

Every number has two columns, below and above the plan's; each costs what the step next to the plan costs.
These straight lines touch the convex costs at the plan and are nowhere above them (the first stage that
differs counts), so a plan that is optimal for them is optimal for the costs. (Where nobody says that the plan
is optimal, or costs are not convex: columns of length one next to it and longer ones further out, chords of
the costs.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask, Objects, objects
from pdc.base.shortest import shortest
from pdc.program.model import Model, Names
from pdc_common.levels import LEVELS

ColumnNames = tuple[tuple[Objects, Ints], tuple[Objects, Ints]]
"""Halves of names, each with the texts and which of them every column has."""

PIECES: Final = 4
"""What a line of a column is made of: the name's halves and two entries."""


def mps(model: Model, name: str, implied: Mask | None = None, names: ColumnNames | None = None) -> str:
    """Free MPS, deterministic. A stage's constant is the negative right side of its row, as MPS has it.

    ``implied`` columns have upper ends that the rows give anyway: those are not written. ``names`` are
    those of the columns (:func:`column_names`), where somebody has them already.
    """
    # A million entries: the text is joined once, from pieces that many lines share.
    names, rows = names or column_names(model.names), plain_names(model.row_names)
    parts = [f"NAME {name}\nROWS"]
    parts += [f"\n N {stage}" for stage in STAGES]
    parts += [f"\n E {row}" for row in rows]
    parts.append("\nCOLUMNS")
    parts += _columns(model, names, rows)
    parts.append("\nRHS")
    # Also where it is nought: of a free row that has none HiGHS takes the next one's for the objective's.
    parts += [f"\n RHS {stage} {_number(-model.constant[stage])}" for stage in STAGES]
    used = np.flatnonzero(model.rhs)
    parts += [
        f"\n RHS {rows[i]} {_number(value)}"
        for i, value in zip(used.tolist(), model.rhs[used].tolist(), strict=True)
    ]
    parts.append("\nBOUNDS")
    parts += _bounds(model, names, implied)
    parts.append("\nENDATA\n")
    return "".join(parts)


def _columns(model: Model, names: ColumnNames, rows: Sequence[str]) -> list[str]:
    """Of each column the entries of the rows in their order, then those of the stages; two a line."""
    entries = [(model.column, _entries(model, rows)), *_costs(model)]
    filled = np.zeros(model.size, dtype=bool)
    for used, _ in entries:
        filled[used] = True
    empty = np.flatnonzero(~filled)
    entries.append((empty, _same(f" {STAGES[0]} 0", len(empty))))
    column, texts = map(np.concatenate, zip(*entries, strict=True))
    lines = (np.bincount(column, minlength=model.size) + 1) // 2
    first = PIECES * (np.cumsum(lines) - lines)
    found = _same("", PIECES * int(lines.sum()))
    (begins, begin), (ends, end) = names
    found[::PIECES] = objects([f"\n {text}" for text in begins])[np.repeat(begin, lines)]
    found[1::PIECES] = ends[np.repeat(end, lines)]
    number = _number_of_each(column)
    found[first[column] + PIECES * (number // 2) + number % 2 + 2] = texts
    turns = np.flatnonzero(np.diff(model.integer, prepend=False, append=False)).tolist()
    for inside, turn in enumerate(turns, 1):
        mark = f"\n MARKER 'MARKER' '{'INTORG' if inside % 2 else 'INTEND'}'"
        if turn < model.size:
            found[first[turn]] = mark + found[first[turn]]
        else:
            return [*found.tolist(), mark]
    pieces: list[str] = found.tolist()
    return pieces


def _number_of_each(column: Ints) -> Ints:
    """Which of the entries of its column every entry is, from 0."""
    order = np.argsort(column, kind="stable")
    begins = np.flatnonzero(np.diff(column[order], prepend=-1))
    found = np.empty(len(column), dtype=np.int64)
    found[order] = np.arange(len(column)) - np.repeat(begins, np.diff(begins, append=len(column)))
    return found


def implied_ends(model: Model, supply: Sequence[int | None]) -> Mask:
    """Columns that may go as far as their title's posts (``supply``, by title; None: no number): no place can
    have more, since numbers are not below nought and add up.

    Not those that have to be whole, to which readers give an end of their own.
    """
    whole = np.array([-1 if posts is None else posts for posts in supply], dtype=np.int64)
    nodes, node = model.nodes, model.node
    end = model.start + np.where(node >= 0, model.upper, 0.0)
    return np.asarray((node >= 0) & ~model.integer & (whole[nodes.title[node]] == end), dtype=np.bool_)


def _bounds(model: Model, names: ColumnNames, implied: Mask | None) -> list[str]:
    """Lower ends that are not nought, upper ends that are finite; column by column, the lower one first."""
    told = np.isfinite(model.upper) if implied is None else np.isfinite(model.upper) & ~implied
    lower, upper = np.flatnonzero(model.lower), np.flatnonzero(told)
    columns = np.concatenate([lower, upper])
    order = np.argsort(columns, kind="stable")
    found = np.empty((len(columns), 4), dtype=object)
    found[:, 0] = np.repeat(objects(["\n LO BND ", "\n UP BND "]), [len(lower), len(upper)])[order]
    found[:, 1], found[:, 2] = (texts[which[columns[order]]] for texts, which in names)
    found[:, 3] = _written(np.concatenate([model.lower[lower], model.upper[upper]]), " ")[order]
    pieces: list[str] = found.ravel().tolist()
    return pieces


def _entries(model: Model, rows: Sequence[str]) -> Objects:
    """Entries of rows as they stand in a line: nearly all are 1 or −1."""
    value, row = model.value, model.row
    found = objects([f" {name} -1" for name in rows] + [f" {name} 1" for name in rows])[
        row + len(rows) * (value > 0)
    ]
    others = np.flatnonzero(np.abs(value) != 1)
    texts = zip(row[others].tolist(), _written(value[others]).tolist(), strict=True)
    found[others] = objects([f" {rows[i]} {text}" for i, text in texts])
    return found


def _written(values: Floats, head: str = "") -> Objects:
    """Numbers as they stand in the file after ``head``, each different one written once."""
    known, which = np.unique(values, return_inverse=True)
    return objects([head + _number(value) for value in known.tolist()])[which]


def _same(text: str, count: int) -> Objects:
    return np.repeat(objects([text]), count)


def _costs(model: Model) -> Iterator[tuple[Ints, Objects]]:
    """Columns that cost something in a stage, and what, as it stands in a line."""
    for stage in STAGES:
        used = np.flatnonzero(model.costs[stage])
        costs, head = model.costs[stage][used], f" {stage} "
        yield used, objects(shortest(costs, head)) if stage in LEVELS else _written(costs, head)


def column_lines(names: ColumnNames, values: Floats) -> str:
    """Values of all columns that are not nought, a line each."""
    used: Ints = np.flatnonzero(values)
    found = np.empty((len(used), 4), dtype=object)
    found[:, 0], found[:, 1] = (texts[which[used]] for texts, which in names)
    found[:, 2], found[:, 3] = _written(np.trunc(values[used]), " "), "\n"
    return "".join(found.ravel().tolist())


def column_names(names: Names) -> ColumnNames:
    """Names of columns in two halves, in ASCII."""
    first, at, second, then = names.halves
    return (objects(plain_names(first)), at), (objects(second), then)


def plain_names(names: Sequence[str]) -> Sequence[str]:
    """Names in ASCII, one to one: the clauses ``B.1.g`` and ``B.1.ğ`` stay apart."""
    if "".join(names).isascii():
        return names
    return [
        name if name.isascii() else "".join(c if c.isascii() else f"_{ord(c):x}_" for c in name)
        for name in names
    ]


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
