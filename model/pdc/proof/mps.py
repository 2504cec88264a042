"""A group's program in MPS, the format every solver reads: all stages as objective rows, the first one first.

Every number has two columns, below and above the plan's; each costs what the step next to the plan costs.
These straight lines touch the convex costs at the plan and are nowhere above them (the first stage that
differs counts), so a plan that is optimal for them is optimal for the costs. (Where nobody says that the plan
is optimal, or costs are not convex: columns of length one next to it and longer ones further out, chords of
the costs.)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
import numpy.typing as npt

from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model
from pdc_common.levels import LEVELS

Texts = npt.NDArray[np.object_]


def mps(model: Model, name: str) -> str:
    """Free MPS, deterministic. A stage's constant is the negative right side of its row, as MPS has it."""
    # A million entries: lines are put together from pieces that many of them share.
    names, rows = plain_names(model.names), plain_names(model.row_names)
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
    parts += _bounds(model, names)
    parts.append("\nENDATA\n")
    return "".join(parts)


def _columns(model: Model, names: Sequence[str], rows: Sequence[str]) -> list[str]:
    """Of each column the entries of the rows in their order, then those of the stages; two a line."""
    # Entries of a row with the same value end alike.
    values, kind = _different(model.value)
    texts = [_number(value) for value in values]
    pair = model.row * len(values) + kind
    known = np.flatnonzero(np.bincount(pair, minlength=len(rows) * len(values)))
    place = np.zeros(len(rows) * len(values), dtype=np.int64)
    place[known] = np.arange(len(known))
    ends = [f" {rows[one // len(values)]} {texts[one % len(values)]}" for one in known.tolist()]
    column, end = [model.column], [_objects(ends)[place[pair]]]
    filled = np.zeros(model.size, dtype=bool)
    filled[model.column] = True
    for stage in STAGES:
        cost = model.costs[stage]
        used = np.flatnonzero(cost)
        filled[used] = True
        column.append(used)
        numbers = cost[used]
        if stage in LEVELS:  # hardly two of them are alike
            end.append(_objects([*map(f" {stage} ".__add__, map(repr, numbers.tolist()))]))
        else:
            end.append(_numbered(f" {stage} ", numbers))
    empty = np.flatnonzero(~filled)
    column.append(empty)
    end.append(_objects([f" {STAGES[0]} 0"] * len(empty)))
    columns = np.concatenate(column)
    order = np.argsort(columns, kind="stable")
    columns = columns[order]
    at = np.arange(len(columns))
    first = np.diff(columns, prepend=-1) > 0
    begins = (at - np.maximum.accumulate(np.where(first, at, 0))) % 2 == 0  # a line
    spot = at + np.cumsum(begins)
    pieces = np.empty(len(at) + int(begins.sum()), dtype=object)
    pieces[spot[begins] - 1] = _objects([f"\n {name}" for name in names])[columns[begins]]
    pieces[spot] = np.concatenate(end)[order]
    found: list[str] = pieces.tolist()
    if not model.integer.any():
        return found
    marked: list[str] = []
    done, inside = 0, False
    for start in np.flatnonzero(np.diff(model.integer, prepend=False, append=False)).tolist():
        until = int(np.searchsorted(columns, start))
        until = int(spot[until]) - 1 if until < len(spot) else len(found)
        marked += found[done:until]
        done, inside = until, not inside
        marked.append(f"\n MARKER 'MARKER' '{'INTORG' if inside else 'INTEND'}'")
    return marked + found[done:]


def _bounds(model: Model, names: Sequence[str]) -> list[str]:
    """Lower ends that are not nought, upper ends that are finite; column by column, the lower one first."""
    uppers = model.upper.tolist()
    ends = {value: f" {_number(value)}" if isfinite(value) else "" for value in set(uppers)}
    lines = [
        f"\n UP BND {name}{ends[value]}" if ends[value] else ""
        for name, value in zip(names, uppers, strict=True)
    ]
    for j in np.flatnonzero(model.lower).tolist():
        lines[j] = f"\n LO BND {names[j]} {_number(float(model.lower[j]))}{lines[j]}"
    return lines


def _different(values: Floats) -> tuple[list[float], Ints]:
    """Each different value once, and which of them every entry is; nearly all are 1 or −1."""
    signs = np.array([-1.0, 1.0])
    kind = (values > 0).astype(np.int64)
    others = np.flatnonzero(values != signs[kind])
    more, which = np.unique(values[others], return_inverse=True)
    kind[others] = len(signs) + which
    return [*signs.tolist(), *more.tolist()], kind


def _objects(texts: Sequence[str]) -> Texts:
    out = np.empty(len(texts), dtype=object)
    out[:] = texts
    return out


def _numbered(before: str, values: Floats) -> Texts:
    """Ends of lines: a word and a number."""
    known, inverse = np.unique(values, return_inverse=True)
    return _objects([f"{before}{_number(value)}" for value in known.tolist()])[inverse]


def column_lines(names: Sequence[str], values: Floats) -> str:
    """Values of all columns that are not nought, a line each."""
    used: Ints = np.flatnonzero(values)
    pairs = zip(used.tolist(), values[used].astype(np.int64).tolist(), strict=True)
    return "".join([f"{names[j]} {value}\n" for j, value in pairs])


def plain_names(names: Sequence[str]) -> Sequence[str]:
    """Names in ASCII, one to one: the clauses ``B.1.g`` and ``B.1.ğ`` stay apart."""
    if all(map(str.isascii, names)):
        return list(names)
    return [
        name if name.isascii() else "".join(c if c.isascii() else f"_{ord(c):x}_" for c in name)
        for name in names
    ]


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
