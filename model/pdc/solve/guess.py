"""A good guess where the optimum lies, so that only segments near it need length one.

A continuous water-filling from the top down: floors of the first tier, then of the second, … then targets in
proportion, then soft ends are passed in the reverse order. Nothing depends on the guess but speed.
"""

from __future__ import annotations

import numpy as np

from pdc.base.numbers import Floats, Ints
from pdc.program.model import Nodes

R4 = 4  # position of tier 4 among the rungs
EVEN = 1e-9  # a sum of targets below this is none: what is left of those that went up and down again


def guess(nodes: Nodes, supply: dict[int, int | None]) -> Ints:
    """A number for every node; ``supply`` by title position."""
    ladder = _ladder(nodes)
    result = np.zeros(len(nodes))
    for title, total in supply.items():
        top = np.flatnonzero((nodes.title == title) & (nodes.level == 0))
        if not len(top):
            continue
        group = np.zeros(len(top), dtype=np.int64)
        if total is None:
            result[top] = np.clip(nodes.target[top], ladder[top, 0], ladder[top, -1])
        else:
            # Tier 4 comes after the deviation of the provinces: it does not shape their numbers.
            rungs = np.delete(ladder[top], R4, axis=1)
            result[top] = _fill(nodes.target[top], rungs, group, np.array([float(total)]))
    for level in (1, 2):
        rows = np.flatnonzero(nodes.level == level)
        if not len(rows):
            continue
        parents, group = np.unique(nodes.parent[rows], return_inverse=True)
        result[rows] = _fill(nodes.target[rows], ladder[rows], group, np.round(result[parents]))
    return np.rint(result).astype(np.int64)


def _ladder(nodes: Nodes) -> Floats:
    """Rising bounds of every node: lower, R1…R4, soft ends of tiers 3, 2, 1, upper; parents hold theirs."""
    big = 1e9
    excess = np.minimum(nodes.excess.astype(np.float64), big)
    ends = [excess[:, :k].min(axis=1) for k in (4, 2, 1)]
    own = np.stack([nodes.lower, *nodes.required.T, *ends, np.minimum(nodes.upper, big)], axis=1).astype(
        np.float64
    )
    own = np.minimum(np.maximum.accumulate(own, axis=1), np.minimum(nodes.upper, big)[:, None])
    for level in (2, 1):
        rows = np.flatnonzero(nodes.level == level)
        rungs = nodes.parent[rows, None] * own.shape[1] + np.arange(own.shape[1])
        below = np.bincount(rungs.ravel(), weights=own[rows].ravel(), minlength=own.size).reshape(own.shape)
        inner = np.flatnonzero(nodes.level == level - 1)  # each has a place below it
        held = np.minimum(np.maximum(own[inner], below[inner]), nodes.upper[inner, None])
        own[inner] = np.minimum(held, below[inner, -1:])
    return own


def _fill(target: Floats, ladder: Floats, group: Ints, totals: Floats) -> Floats:
    """Numbers of one level that add up to ``totals`` by group: clip(q·f, rung, next rung)."""
    size = len(totals)
    sums = np.stack(
        [np.bincount(group, weights=ladder[:, k], minlength=size) for k in range(ladder.shape[1])], axis=1
    )
    rung = np.clip((sums <= totals[:, None]).sum(axis=1) - 1, 0, ladder.shape[1] - 2)[group]
    rows = np.arange(len(target))
    low, high = ladder[rows, rung], ladder[rows, rung + 1]
    high = np.minimum(high, np.maximum(low, totals[group]))
    return np.clip(target * _factors(target, (low, high), group, totals)[group], low, high)


def _factors(target: Floats, ends: tuple[Floats, Floats], group: Ints, totals: Floats) -> Floats:
    """Factor f of every group with Σ clip(q·f, low, high) = total, as near as its ends allow.

    The sum is piecewise linear in f: it grows by q from low/q to high/q of every place.
    """
    size, low = len(totals), ends[0]
    turns = np.concatenate([end / target for end in ends])
    bends = np.concatenate([target, -target])
    of = np.concatenate([group, group])
    order = np.lexsort((turns, of))
    turns, of = turns[order], of[order]
    first = np.searchsorted(of, np.arange(size))
    slope = np.cumsum(bends[order])  # every group's own comes to nought at its end
    rise = np.diff(turns, prepend=0.0) * np.concatenate([[0.0], slope[:-1]])
    rise[first] = 0.0
    filled = np.cumsum(rise)
    filled += (np.bincount(group, weights=low, minlength=size) - filled[first])[of]
    reached = np.bincount(of, weights=filled <= totals[of], minlength=size).astype(np.int64)
    at = first + np.maximum(reached, 1) - 1
    ahead = np.maximum(slope[at], 0.0)
    left = np.maximum(totals - filled[at], 0.0)
    return turns[at] + np.where(ahead > EVEN, left / np.maximum(ahead, EVEN), 0.0)
