"""The norm ``minimax``: the largest relative deviation of a level first."""

from __future__ import annotations

import numpy as np

from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model
from pdc.solve.certain import surely_infeasible
from pdc.solve.highs import Answer, NotSolvedError, Session
from pdc_common.levels import LEVELS

CLOSE = 1e-9  # posts: how near to a whole number a bound is taken for one


def cut_to_least_worst(session: Session, model: Model, stage: str) -> None:
    """Cut to the plans whose largest |x − q| / q of the level is least (then L1 goes on)."""
    nodes = model.nodes
    depth = LEVELS.index(stage)
    rows = np.flatnonzero(nodes.level == depth)
    target = nodes.target[rows]
    answer = session.minimise(model.costs[stage])
    lower, upper = session.lower.copy(), session.upper.copy()
    # Halve the distance between what cannot be reached and what has been; every plan found is a new end.
    least, best = -1.0, _worst(model, answer, rows, target)
    while True:
        below = _next_below(target, best)
        if below <= least:
            break
        goal = below if below <= 0 else max(least, min(below, (max(least, 0.0) + best) / 2))
        better = _within(session, model, rows, target, goal, (lower, upper))
        reached = best if better is None else _worst(model, better, rows, target)
        if reached < best:
            best = reached
        else:
            least = goal
    _within(session, model, rows, target, best, (lower, upper))


def _worst(model: Model, answer: Answer, rows: Ints, target: Floats) -> float:
    """The largest relative deviation of an answer."""
    posts = np.rint(model.posts(answer.values))[rows]
    return float((np.abs(posts - target) / target).max(initial=0.0))


def _next_below(target: Floats, best: float) -> float:
    """The largest value under ``best`` that the relative deviation of some place can take, or −1."""
    more = np.ceil(target * (1 + best) - CLOSE) - 1
    fewer = np.floor(target * (1 - best) + CLOSE) + 1
    found = np.concatenate([(more - target) / target, (target - np.maximum(fewer, 0)) / target])
    found = found[(found >= 0) & (found < best * (1 - CLOSE))]
    return float(found.max(initial=-1.0))


def _within(
    session: Session, model: Model, rows: Ints, target: Floats, most: float, bounds: tuple[Floats, Floats]
) -> Answer | None:
    """Bound the level's numbers to ``|x − q| ≤ most·q``; a plan that is left, if any."""
    nodes = model.nodes
    low, high = np.full(len(nodes), -np.inf), np.full(len(nodes), np.inf)
    low[rows] = np.ceil(target * (1 - most) - CLOSE)
    high[rows] = np.floor(target * (1 + most) + CLOSE)
    lower, upper = bounds[0].copy(), bounds[1].copy()
    real = model.node >= 0
    start, end = model.start[real], model.start[real] + model.upper[real]
    node = model.node[real]
    must = np.clip(low[node] - start, 0, None)
    may = np.clip(high[node] - start, 0, None)
    lower[real] = np.maximum(lower[real], np.minimum(must, model.upper[real]))
    upper[real] = np.minimum(upper[real], np.minimum(may, end - start))
    if (lower > upper).any():
        return None
    session.bounds(lower, upper)
    try:
        return session.minimise(np.zeros(model.size))
    except NotSolvedError as error:
        surely_infeasible(session, error)
        session.bounds(*bounds)
        return None
