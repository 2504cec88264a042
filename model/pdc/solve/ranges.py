"""What the bounds that the stages have left still allow every number.

A column may be free and still unable to move: its units may be full, its province settled, or nobody else
could take the post. Such columns are no choice, and nothing has to be solved for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pdc.base.numbers import Floats, Mask
from pdc.program.model import Model
from pdc.program.program import Program
from pdc.solve.highs import Session

HALF = 0.5  # posts: bounds are whole numbers, kept as floats


def supplies_of(program: Program) -> dict[int, int | None]:
    """National number of every title, by its position; None where there is none."""
    return {t: program.targets[title].supply for t, title in enumerate(program.titles)}


def unsettled(program: Program, model: Model, session: Session) -> Mask:
    """Nodes whose number could still be another one, by the bounds of columns and the sums of the tree."""
    nodes = model.nodes
    real = model.node >= 0
    low, high = (
        np.asarray(nodes.lower + np.bincount(model.node[real], ends[real], len(nodes)), dtype=np.float64)
        for ends in (session.lower, session.upper)
    )
    for depth in (1, 0):
        own, below = nodes.level == depth, nodes.level == depth + 1
        for ends, tighter in ((low, np.maximum), (high, np.minimum)):
            sums = np.bincount(nodes.parent[below], weights=ends[below], minlength=len(nodes))
            ends[own] = tighter(ends[own], sums[own])
    for t, supply in supplies_of(program).items():
        top = np.flatnonzero((nodes.title == t) & (nodes.level == 0))
        if supply is not None and nodes.only is None:
            least, most = low[top].sum(), high[top].sum()
            low[top], high[top] = _beside(low[top], high[top], (supply, supply), (least, most))
    for depth in (1, 2):
        below = np.flatnonzero(nodes.level == depth)
        above = nodes.parent[below]
        least, most = (np.bincount(above, ends[below], len(nodes))[above] for ends in (low, high))
        low[below], high[below] = _beside(low[below], high[below], (low[above], high[above]), (least, most))
    return np.asarray(high - low > HALF, dtype=np.bool_)


def _beside(
    low: Floats, high: Floats, of: tuple[Floats | int, Floats | int], sums: tuple[Any, Any]
) -> tuple[Floats, Floats]:
    """Ranges within a sum ``of``: what others cannot take has to stay, what they need is gone."""
    least, most = sums
    return np.maximum(low, of[0] - (most - high)), np.minimum(high, of[1] - (least - low))


def unsettled_provinces(program: Program, model: Model, session: Session) -> frozenset[int]:
    """Provinces whose number of some title could still be another one."""
    nodes = model.nodes
    open_ = unsettled(program, model, session) & (nodes.level == 0)
    return frozenset(nodes.at[open_].tolist())
