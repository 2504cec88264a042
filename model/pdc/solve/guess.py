"""A good guess where the optimum lies, so that only segments near it need length one.

A continuous water-filling from the top down: floors of the first tier, then of the second, … then targets in
proportion, then soft ends are passed in the reverse order. Nothing depends on the guess but speed.
"""

from __future__ import annotations

import numpy as np

from pdc.base.numbers import Floats, Ints
from pdc.program.model import Nodes

R4 = 4  # position of tier 4 among the rungs
ROUNDS = 50  # bisection halves a factor between 0 and 2^25 to the last bit that matters


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
        parents = nodes.parent[rows]
        for step in range(own.shape[1]):
            below = np.bincount(parents, weights=own[rows, step], minlength=len(nodes))
            inner = np.unique(parents)
            own[inner, step] = np.minimum(np.maximum(own[inner, step], below[inner]), nodes.upper[inner])
        inner = np.unique(parents)
        top = np.bincount(parents, weights=own[rows, -1], minlength=len(nodes))
        own[inner] = np.minimum(own[inner], top[inner, None])
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
    smallest, largest = np.zeros(size), np.full(size, 2.0**25)
    for _ in range(ROUNDS):
        factor = (smallest + largest) / 2
        filled = np.bincount(group, weights=np.clip(target * factor[group], low, high), minlength=size)
        over = filled > totals
        largest, smallest = np.where(over, factor, largest), np.where(over, smallest, factor)
    return np.clip(target * smallest[group], low, high)
