"""Sums and shares in exact fractions: what targets are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from pdc.base.exact import ONE, ZERO, Fraction, plus, ratio, times
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
            total, under = 0, 1
            for below, above in part.items():
                total, under = total * below + above * under, under * below
            out[group] = ratio(total, under)
    return out


def added(a: Objects, b: Objects) -> Objects:
    """Exact sums, place by place: most of what is added is nought."""
    out = np.empty(len(a), dtype=object)
    out[:] = [plus(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
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
        made = {v: Fraction(v) for v in set(known) if v} | {0: ZERO}
        out[:] = [made[v] for v in known]
    return out


def share_out(total: Fraction | int, keys: Objects) -> Objects:
    """Exact parts of ``total`` in proportion to ``keys`` (all nought if the keys are)."""
    whole = sum(keys.tolist(), start=ZERO)
    if not whole:
        return zeros(len(keys))
    rate = Fraction(total) / whole
    out = np.empty(len(keys), dtype=object)
    above, below = rate.numerator, rate.denominator
    out[:] = [
        ratio(above * key.numerator, below * key.denominator) if key else ZERO for key in keys.tolist()
    ]
    return out


def inside(totals: Objects, keys: Objects, open_: Mask, parent: Ints) -> Objects:
    """Each province's total by the keys of its open districts (equal parts where all keys are nought)."""
    key_sums = sums(keys, parent, len(totals))
    counts = np.bincount(parent[open_], minlength=len(totals))
    out = zeros(len(keys))
    for d in np.flatnonzero(open_).tolist():
        p = int(parent[d])
        total = totals[p]
        if key_sums[p]:
            own, whole = keys[d], key_sums[p]
            above, below = own.numerator * whole.denominator, own.denominator * whole.numerator
        else:
            above, below = 1, int(counts[p])
        out[d] = ratio(total.numerator * above, total.denominator * below)
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
        total, floor = totals[b], floor_sum[b]
        left = total if floor is ZERO else total - floor
        scale[b] = ONE
        if left < 0:
            scale[b], left = total / floor, ZERO
        whole = weight_sum[b] or int(count[b])
        rest[b] = ratio(left.numerator * whole.denominator, left.denominator * whole.numerator)
    out = zeros(len(floors))
    for u in rows.tolist():
        b = int(basin[u])
        value = floors[u]
        if value is not ZERO and scale[b] is not ONE:
            value = times(value, scale[b])
        share = weight[u] if weight_sum[b] else ONE
        left = rest[b]
        if share and left:
            # value + left · share, reduced once
            above, below = left.numerator * share.numerator, left.denominator * share.denominator
            if value:
                above = above * value.denominator + value.numerator * below
                below *= value.denominator
            value = ratio(above, below)
        out[u] = value
    return out
