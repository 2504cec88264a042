"""Sums and shares in exact fractions: what targets are made of."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
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
    parts: dict[int, dict[int, int]] = {}
    for group, value in zip(at.tolist(), values.tolist(), strict=True):
        if value is not ZERO:
            part, below = parts.setdefault(group, {}), value.denominator
            part[below] = part.get(below, 0) + value.numerator
    out = zeros(size)
    for group, part in parts.items():
        under = lcm(*part)
        out[group] = ratio(sum([above * (under // below) for below, above in part.items()]), under)
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
        known = values.tolist()
        made = {v: _fraction(v) for v in {v for v in known if type(v) is not Fraction}}
        out[:] = [v if type(v) is Fraction else made[v] for v in known]
    else:
        # Counts repeat; each is made a fraction once.
        known = values.tolist()
        made = {v: _fraction(v) for v in set(known)}
        out[:] = [made[v] for v in known]
    return out


def _fraction(value: Any) -> Fraction:
    return ratio(value, 1) if type(value) is int else Fraction(value) or ZERO


def share_out(total: Fraction | int, keys: Objects) -> Objects:
    """Exact parts of ``total`` in proportion to ``keys`` (all nought if the keys are)."""
    whole = sums(keys, np.zeros(len(keys), dtype=np.int64), 1)[0]
    if not whole:
        return zeros(len(keys))
    rate = Fraction(total) / whole
    out = np.empty(len(keys), dtype=object)
    above, below = rate.numerator, rate.denominator
    out[:] = [
        ratio(above * key.numerator, below * key.denominator) if key is not ZERO and key else ZERO
        for key in keys.tolist()
    ]
    return out


def inside(
    totals: Objects, keys: Objects, open_: Mask, parent: Ints, summed: Objects | None = None
) -> Objects:
    """Each province's total by the keys of its open districts (equal parts where all keys are nought).

    ``summed`` are the sums of the keys by province, where somebody has them.
    """
    rows = np.flatnonzero(open_)
    out = zeros(len(keys))
    out[rows] = [ratio(above, below) for above, below in parts_inside(totals, keys, open_, parent, summed)]
    return out


def parts_inside(
    totals: Objects, keys: Objects, open_: Mask, parent: Ints, summed: Objects | None = None
) -> list[tuple[int, int]]:
    """What :func:`inside` gives the open districts, as numerators and denominators, not reduced."""
    wholes = (sums(keys, parent, len(totals)) if summed is None else summed).tolist()
    counts = np.bincount(parent[open_], minlength=len(totals)).tolist()
    rows = np.flatnonzero(open_)
    # Of every place above: its total over the sum of its keys.
    rates = [
        (total.numerator * whole.denominator, total.denominator * whole.numerator) if whole else None
        for total, whole in zip(totals.tolist(), wholes, strict=True)
    ]
    parts = []
    for p, own in zip(parent[rows].tolist(), keys[rows].tolist(), strict=True):
        rate, total = rates[p], totals[p]
        if rate is None:
            parts.append((total.numerator, total.denominator * counts[p]))
        else:
            parts.append((rate[0] * own.numerator, rate[1] * own.denominator))
    return parts


def blended(ones: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]], part: Objects) -> Objects:
    """``part`` of each of the first numbers and the rest of the second ones, added up."""
    out = np.empty(len(part), dtype=object)
    made = []
    for (above, below), (over, under), share in zip(ones, others, part.tolist(), strict=True):
        of, whole = share.numerator, share.denominator
        top = of * above * under + (whole - of) * over * below
        made.append(ratio(top, whole * below * under))
    out[:] = made
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
    weighs = [bool(whole) for whole in weight_sum.tolist()]
    lefts = [(one.numerator, one.denominator) for one in rest]
    found = []
    for b, floor, own in zip(
        basin[rows].tolist(), floors[rows].tolist(), weight[rows].tolist(), strict=True
    ):
        value = floor if floor is ZERO or scale[b] is ONE else times(floor, scale[b])
        share = own if weighs[b] else ONE
        (left, under), size = lefts[b], share.numerator
        if size and left:
            # value + left · share, reduced once
            above, below = left * size, under * share.denominator
            if value is not ZERO and value:
                above = above * value.denominator + value.numerator * below
                below *= value.denominator
            found.append(ratio(above, below))
        else:
            found.append(value)
    out = zeros(len(floors))
    out[rows] = found
    return out
