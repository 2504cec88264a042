"""What a solver says of a linear program, held against the program: nothing of it is taken on trust.

An optimum is shown by its dual values: every column with a reduced cost stands at the bound that it pays to
stand at (complementary slackness), so no other point is better. That there is no point at all is shown by a
combination of rows that no point within the bounds can give (Farkas, 1902), in exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model

FEASIBLE: Final = 1e-6  # relative: how far a row or a bound may be off
DUAL: Final = 1e-8  # reduced costs below this are nought
ROUNDED: Final = 1e-10  # of the terms that a reduced cost is added up from
DENOMINATORS: Final = (1, 1000, 10**6)  # to which dual values are rounded in turn


@dataclass(frozen=True, eq=False)
class Limit:
    """A row beside the model's own: ``cost · x ≤ most``."""

    columns: Ints
    values: Floats
    most: float


@dataclass(frozen=True, eq=False)
class Claim:
    """What a solver answered: values of the columns, dual values of the rows (limits last), reduced costs."""

    values: Floats
    rows: Floats
    reduced: Floats
    objective: float


def keeps(model: Model, lower: Floats, upper: Floats, values: Floats, limits: Sequence[Limit] = ()) -> bool:
    """Do column values keep the bounds, the rows and the limits?"""
    room = FEASIBLE * np.maximum(1.0, np.abs(values))
    if not np.isfinite(values).all() or (values < lower - room).any() or (values > upper + room).any():
        return False
    if not model.is_feasible(values, FEASIBLE):
        return False
    for limit in limits:
        terms = limit.values * values[limit.columns]
        largest = max(1.0, abs(limit.most), float(np.abs(terms).max(initial=0.0)))
        if terms.sum() > limit.most + FEASIBLE * largest:
            return False
    return True


@dataclass(frozen=True, eq=False)
class Priced:
    """Reduced costs of the columns by some dual values, and the size of the terms that each is made of."""

    reduced: Floats
    scale: Floats


def priced(model: Model, cost: Floats, rows: Floats, limits: Sequence[Limit] = ()) -> Priced:
    """What columns cost beside what these values of the rows (limits last) pay for them."""
    terms = model.value * rows[model.row]
    reduced: Floats = cost - np.bincount(model.column, weights=terms, minlength=model.size)
    scale: Floats = np.abs(cost) + np.bincount(model.column, weights=np.abs(terms), minlength=model.size)
    for limit, dual in zip(limits, rows[len(model.rhs) :].tolist(), strict=True):
        reduced[limit.columns] -= dual * limit.values
        scale[limit.columns] += np.abs(dual * limit.values)
    return Priced(reduced, scale)


def disproof(
    model: Model,
    cost: Floats,
    lower: Floats,
    upper: Floats,
    claim: Claim,
    limits: Sequence[Limit] = (),
    own: Priced | None = None,
) -> str:
    """Why a claimed optimum of ``cost`` is none; empty where it holds.

    ``own`` is what :func:`priced` makes of the claim's dual values, where somebody has that.
    """
    if not keeps(model, lower, upper, claim.values, limits):
        return "the values break a row or a bound"
    counted = float((cost * claim.values).sum())
    size = max(1.0, float(np.abs(cost * claim.values).sum()))
    if not abs(counted - claim.objective) <= FEASIBLE * size:
        return f"the objective is said to be {claim.objective} and comes to {counted}"
    rows = len(model.rhs)
    if len(claim.rows) != rows + len(limits) or not np.isfinite(claim.rows).all():
        return "there are no dual values"
    for limit, dual in zip(limits, claim.rows[rows:].tolist(), strict=True):
        gap = limit.most - float((limit.values * claim.values[limit.columns]).sum())
        if dual > DUAL or (dual < -DUAL and gap > FEASIBLE * max(1.0, abs(limit.most))):
            return "a limit has a price that it does not bear"
    own = own or priced(model, cost, claim.rows, limits)
    reduced, close = own.reduced, DUAL + ROUNDED * own.scale
    if (np.abs(reduced - claim.reduced) > close).any():
        return "the reduced costs are not those of the dual values"
    room = FEASIBLE * np.maximum(1.0, np.abs(claim.values))
    if ((reduced > close) & (claim.values > lower + room)).any():
        return "a column with a cost is not at its lower bound"
    if ((reduced < -close) & (claim.values < upper - room)).any():
        return "a column that pays is not at its upper bound"
    return ""


def dual_bound(model: Model, cost: Floats, lower: Floats, upper: Floats, rows: Floats) -> float:
    """What no point can cost less than, by these values of the rows, whatever they are (weak duality)."""
    if len(rows) != len(model.rhs) or not np.isfinite(rows).all():
        return -np.inf
    own = priced(model, cost, rows)
    reduced, endless = own.reduced, np.isinf(upper) & (own.reduced < 0)
    if (reduced < -(DUAL + ROUNDED * own.scale))[endless].any():
        return -np.inf
    ends = np.where(reduced >= 0, lower, np.where(endless, 0.0, upper))
    return float((model.rhs * rows).sum() + (reduced * np.where(endless, 0.0, ends)).sum())


def no_point(model: Model, lower: Floats, upper: Floats, rows: Floats) -> bool:
    """Do these multipliers of the rows show, in exact fractions, that no point keeps all rows and bounds?

    Their combination of the right-hand sides is more than that of the rows can come to within the bounds.
    Multipliers are rounded to simple fractions, which need not be the solver's own.
    """
    return any(_refutes(model, lower, upper, y) for y in _multipliers(rows))


def _multipliers(rows: Floats) -> Iterator[dict[int, Fraction]]:
    if not np.isfinite(rows).all() or not rows.any():
        return
    largest = float(np.abs(rows).max())
    used = np.flatnonzero(rows).tolist()
    for scale in dict.fromkeys((1.0, largest)):
        for denominator in DENOMINATORS:
            found = {i: Fraction(float(rows[i]) / scale).limit_denominator(denominator) for i in used}
            yield {i: y for i, y in found.items() if y}
            yield {i: -y for i, y in found.items() if y}


def _refutes(model: Model, lower: Floats, upper: Floats, y: dict[int, Fraction]) -> bool:
    chosen = np.zeros(len(model.rhs), dtype=bool)
    chosen[list(y)] = True
    total: dict[int, Fraction] = {}
    for k in np.flatnonzero(chosen[model.row]).tolist():
        j = int(model.column[k])
        total[j] = total.get(j, Fraction(0)) + y[int(model.row[k])] * Fraction(float(model.value[k]))
    right = sum((value * Fraction(float(model.rhs[i])) for i, value in y.items()), start=Fraction(0))
    most = Fraction(0)
    for j, entry in total.items():
        if not entry:
            continue
        end = float(upper[j] if entry > 0 else lower[j])
        if not np.isfinite(end):
            return False
        most += entry * Fraction(end)
    return most < right


def with_limits(model: Model, limits: Sequence[Limit]) -> Model:
    """The model with its limits as rows of its own, each with a slack."""
    if not limits:
        return model
    rows, size, count = len(model.rhs), model.size, len(limits)
    slack = np.arange(size, size + count)
    none = np.zeros(count)
    of = [np.full(len(limit.columns), rows + i) for i, limit in enumerate(limits)]
    return replace(
        model,
        lower=np.concatenate([model.lower, none]),
        upper=np.concatenate([model.upper, np.full(count, np.inf)]),
        integer=np.concatenate([model.integer, none > 0]),
        node=np.concatenate([model.node, np.full(count, -1, dtype=np.int64)]),
        start=np.concatenate([model.start, np.zeros(count, dtype=np.int64)]),
        row=np.concatenate([model.row, *of, rows + np.arange(count)]),
        column=np.concatenate([model.column, *(one.columns.astype(np.int64) for one in limits), slack]),
        value=np.concatenate([model.value, *(one.values for one in limits), np.ones(count)]),
        rhs=np.concatenate([model.rhs, [one.most for one in limits]]),
        names=model.names.more([f"limit.{i}" for i in range(count)]),
        row_names=model.row_names.more([f"limit.{i}" for i in range(count)]),
        costs={stage: np.concatenate([cost, none]) for stage, cost in model.costs.items()},
    )


def elastic(model: Model) -> tuple[Model, Floats]:
    """The model in which every row may be missed, and the cost of missing: it always has a point."""
    rows, size = len(model.rhs), model.size
    line = np.arange(rows)
    none = np.zeros(2 * rows)
    made = replace(
        model,
        lower=np.concatenate([model.lower, none]),
        upper=np.concatenate([model.upper, np.full(2 * rows, np.inf)]),
        integer=np.concatenate([model.integer, none > 0]),
        node=np.concatenate([model.node, np.full(2 * rows, -1, dtype=np.int64)]),
        start=np.concatenate([model.start, np.zeros(2 * rows, dtype=np.int64)]),
        row=np.concatenate([model.row, line, line]),
        column=np.concatenate([model.column, size + line, size + rows + line]),
        value=np.concatenate([model.value, np.ones(rows), -np.ones(rows)]),
        names=model.names.more([f"miss.{i}" for i in range(2 * rows)]),
        costs={stage: np.concatenate([cost, none]) for stage, cost in model.costs.items()},
    )
    return made, np.concatenate([np.zeros(size), np.ones(2 * rows)])
