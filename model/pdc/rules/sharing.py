"""Sums and shares in exact fractions: what targets are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from pdc.base.exact import ONE, ZERO, Fraction
from pdc.base.numbers import Ints, Objects
from pdc.rules.scene import Mask


def zeros(size: int) -> Objects:
    """Exact zeros."""
    out = np.empty(size, dtype=object)
    out[:] = ZERO
    return out


def sums(values: Objects, at: Ints, size: int) -> Objects:
    """Exact sums by group."""
    # Numerators of one denominator first: whole numbers add up ten times as fast as fractions.
    parts: list[dict[int, int]] = [{} for _ in range(size)]
    for group, value in zip(at.tolist(), values.tolist(), strict=True):
        if value is not ZERO:
            part, below = parts[group], value.denominator
            part[below] = part.get(below, 0) + value.numerator
    out = zeros(size)
    for group, part in enumerate(parts):
        if part:
            first, *rest = (Fraction(above, below) for below, above in part.items())
            for value in rest:
                first += value
            out[group] = first
    return out


def fractions(values: Any, size: int) -> Objects:
    """Any values → exact fractions."""
    out = np.empty(size, dtype=object)
    if not isinstance(values, np.ndarray):
        out[:] = [Fraction(values)] * size
    elif values.dtype == object:
        # A fraction is never changed: it need not be made anew.
        out[:] = [v if type(v) is Fraction else Fraction(v) for v in values.tolist()]
    else:
        # Counts repeat; each is made a fraction once.
        known = values.tolist()
        made = {v: Fraction(v) for v in set(known)}
        out[:] = [made[v] for v in known]
    return out


def share_out(total: Fraction | int, keys: Objects) -> Objects:
    """Exact parts of ``total`` in proportion to ``keys`` (all nought if the keys are)."""
    whole = sum(keys.tolist(), start=ZERO)
    if not whole:
        return zeros(len(keys))
    rate = Fraction(total) / whole
    out = np.empty(len(keys), dtype=object)
    out[:] = [rate * key if key else ZERO for key in keys.tolist()]
    return out


def inside(totals: Objects, keys: Objects, open_: Mask, parent: Ints) -> Objects:
    """Each province's total by the keys of its open districts (equal parts where all keys are nought)."""
    key_sums = sums(keys, parent, len(totals))
    counts = np.bincount(parent[open_], minlength=len(totals))
    out = zeros(len(keys))
    for d in np.flatnonzero(open_).tolist():
        p = int(parent[d])
        out[d] = totals[p] * (keys[d] / key_sums[p] if key_sums[p] else Fraction(1, int(counts[p])))
    return out


def by_weight(
    basin: Ints, totals: Objects, floors: Objects, weight: Objects, eligible: Mask
) -> Objects:
    """``F·min(1, q/ΣF) + max(0, q − ΣF)·w/Σw`` inside each basin; equal shares where Σw = 0."""
    size = len(totals)
    rows = np.flatnonzero(eligible)
    floor_sum = sums(floors[rows], basin[rows], size)
    weight_sum = sums(weight[rows], basin[rows], size)
    count = np.bincount(basin[rows], minlength=size)
    scale: list[Any] = [ZERO] * size
    rest: list[Any] = [ZERO] * size
    for b in np.flatnonzero(count).tolist():
        total = Fraction(totals[b])
        scale[b] = total / floor_sum[b] if floor_sum[b] > total else ONE
        left = max(ZERO, total - floor_sum[b])
        rest[b] = left / weight_sum[b] if weight_sum[b] else left / int(count[b])
    out = zeros(len(floors))
    for u in rows.tolist():
        b = int(basin[u])
        value = floors[u] if scale[b] is ONE else floors[u] * scale[b]
        share = weight[u] if weight_sum[b] else ONE
        left = rest[b]
        if share and left:
            # value + left · share, reduced once
            above, below = left.numerator * share.numerator, left.denominator * share.denominator
            if value:
                above = above * value.denominator + value.numerator * below
                below *= value.denominator
            value = Fraction(above, below)
        out[u] = value
    return out
