"""A group's program in MPS, the format every solver reads: all stages as objective rows, the first one first.

Every number has two columns, below and above the plan's; each costs what the step next to the plan costs.
These straight lines touch the convex costs at the plan and are nowhere above them (the first stage that
differs counts), so a plan that is optimal for them is optimal for the costs. (Where nobody says that the plan
is optimal, or costs are not convex: columns of length one next to it and longer ones further out, chords of
the costs.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
import numpy.typing as npt

from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask
from pdc.program.model import Model
from pdc_common.levels import LEVELS

Texts = npt.NDArray[np.object_]


def mps(model: Model, name: str, implied: Mask | None = None) -> str:
    """Free MPS, deterministic. A stage's constant is the negative right side of its row, as MPS has it.

    ``implied`` columns have upper ends that the rows give anyway: those are not written.
    """
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
    parts += _bounds(model, names, implied)
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
    pairs = zip(_objects(rows)[known // len(values)], _objects(texts)[known % len(values)], strict=True)
    ends = [f" {row} {text}" for row, text in pairs]
    column, end = [model.column], [_objects(ends)[place[pair]]]
    filled = np.zeros(model.size, dtype=bool)
    filled[model.column] = True
    for stage, (used, texts) in _costs(model).items():
        filled[used] = True
        column.append(used)
        end.append(_objects([*map(f" {stage} ".__add__, texts)]))
    empty = np.flatnonzero(~filled)
    column.append(empty)
    end.append(_objects([f" {STAGES[0]} 0"] * len(empty)))
    columns = np.concatenate(column)
    found = _lines(names, columns, np.concatenate(end)[np.argsort(columns, kind="stable")])
    if not model.integer.any():
        return found
    marked: list[str] = []
    done, inside = 0, False
    for start in np.flatnonzero(np.diff(model.integer, prepend=False, append=False)).tolist():
        marked += found[done:start]
        done, inside = start, not inside
        marked.append(f"\n MARKER 'MARKER' '{'INTORG' if inside else 'INTEND'}'")
    return marked + found[done:]


def _lines(names: Sequence[str], columns: Ints, ends: Texts) -> list[str]:
    """The lines of every column as one text; ``ends`` are its entries, column by column, two a line."""
    counts = np.bincount(columns, minlength=len(names))
    first = np.cumsum(counts) - counts
    begins, starts = _objects(names), repeat("\n ")
    found = np.empty(len(names), dtype=object)
    for count in np.unique(counts).tolist():  # hardly more than four
        same = np.flatnonzero(counts == count)
        begin: list[str] = begins[same].tolist()
        pieces: list[Iterable[str]] = []
        for k in range(count):
            pieces += [starts, begin] if k % 2 == 0 else []
            pieces.append(ends[first[same] + k].tolist())
        found[same] = _objects(list(map("".join, zip(*pieces, strict=False))))
    lines: list[str] = found.tolist()
    return lines


def implied_ends(model: Model, supply: Sequence[int | None]) -> Mask:
    """Columns that may go as far as their title's posts (``supply``, by title; None: no number): no place can
    have more, since numbers are not below nought and add up.

    Not those that have to be whole, to which readers give an end of their own.
    """
    whole = np.array([-1 if posts is None else posts for posts in supply], dtype=np.int64)
    nodes, node = model.nodes, model.node
    end = model.start + np.where(node >= 0, model.upper, 0.0)
    return np.asarray((node >= 0) & ~model.integer & (whole[nodes.title[node]] == end), dtype=np.bool_)


def _bounds(model: Model, names: Sequence[str], implied: Mask | None) -> list[str]:
    """Lower ends that are not nought, upper ends that are finite; column by column, the lower one first."""
    finite = np.isfinite(model.upper)
    lines = np.full(model.size, "", dtype=object)
    upper = np.flatnonzero(finite if implied is None else finite & ~implied)
    values = model.upper[upper].tolist()
    ends = {value: _number(value) for value in set(values)}
    pairs = zip(_objects(names)[upper].tolist(), values, strict=True)
    lines[upper] = _objects([f"\n UP BND {name} {ends[value]}" for name, value in pairs])
    for j in np.flatnonzero(model.lower).tolist():
        lines[j] = f"\n LO BND {names[j]} {_number(float(model.lower[j]))}{lines[j]}"
    return lines.tolist()


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


def _costs(model: Model) -> dict[str, tuple[Ints, list[str]]]:
    """Columns that cost something, and what, by stage."""
    used = {stage: np.flatnonzero(model.costs[stage]) for stage in STAGES}
    values = {stage: model.costs[stage][at] for stage, at in used.items()}
    # Of those of the levels many stand twice: a district's and its only unit's.
    known, inverse = np.unique(np.concatenate([values[level] for level in LEVELS]), return_inverse=True)
    texts: list[str] = _objects([*map(repr, known.tolist())])[inverse].tolist()
    found: dict[str, tuple[Ints, list[str]]] = {}
    for level in LEVELS:
        found[level] = used[level], texts[: len(used[level])]
        del texts[: len(used[level])]
    return {
        stage: found.get(stage) or (at, [*map(_number, values[stage].tolist())]) for stage, at in used.items()
    }


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
