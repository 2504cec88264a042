"""Sums and shares in exact fractions: what targets are made of."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

import numpy as np

from pdc.base.exact import ONE, ZERO, Fraction, plus, ratio, times
from pdc.base.numbers import Ints, Objects, objects
from pdc.rules.scene import Mask

ONE_OF_ALL = (1, 1)  # what each counts where they count alike


def zeros(size: int) -> Objects:
    """Exact zeros."""
    out = np.empty(size, dtype=object)
    out[:] = ZERO
    return out


def sums(values: Objects, at: Ints, size: int) -> Objects:
    """Exact sums by group."""
    out = zeros(size)
    for group, (above, below) in _summed(values, at).items():
        out[group] = ratio(above, below)
    return out


def _summed(values: Objects, at: Ints) -> dict[int, tuple[int, int]]:
    """Sums of the groups that have something, as numerators and denominators, not reduced."""
    # Numerators of one denominator first: whole numbers add up ten times as fast as fractions.
    parts: dict[int, dict[int, int]] = {}
    for group, value in zip(at.tolist(), values.tolist(), strict=True):
        if value is not ZERO:
            above, below = value.as_integer_ratio()
            part = parts.get(group)
            if part is None:
                parts[group] = {below: above}
            else:
                part[below] = part.get(below, 0) + above
    found = {}
    for group, part in parts.items():
        under = lcm(*part)
        found[group] = sum([above * (under // below) for below, above in part.items()]), under
    return found


def added(a: Objects, b: Objects) -> Objects:
    """Exact sums, place by place: most of what is added is nought."""
    return objects([plus(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)])


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


def parts_inside(
    totals: Objects, keys: Objects, open_: Mask, parent: Ints, summed: Objects, rows: Ints
) -> list[tuple[int, int]]:
    """Each province's total by the keys of its open districts (equal parts where all keys are nought), for
    ``rows`` of those: numerators and denominators, not reduced.

    ``summed`` are the sums of the keys by province.
    """
    counts = np.bincount(parent[open_], minlength=len(totals)).tolist()
    # Of every place above: its total over the sum of its keys.
    rates = [
        (total.numerator * whole.denominator, total.denominator * whole.numerator) if whole else None
        for total, whole in zip(totals.tolist(), summed.tolist(), strict=True)
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
    rows = np.flatnonzero(eligible)
    floor_sum, weight_sum = (_summed(values[rows], basin[rows]) for values in (floors, weight))
    count = np.bincount(basin[rows], minlength=len(totals))
    # Of every basin: how much of its floors its number is enough for, and what is left for each weight.
    scale: dict[int, Fraction] = {}
    lefts: dict[int, tuple[int, int]] = {}
    alike: set[int] = set()
    for b in np.flatnonzero(count).tolist():
        scale[b], rest = _floors_first(totals[b], floor_sum.get(b))
        whole = weight_sum.get(b, (0, 1))
        if not whole[0]:
            alike.add(b)
            whole = int(count[b]), 1
        share = ratio(rest[0] * whole[1], rest[1] * whole[0])
        lefts[b] = share.numerator, share.denominator
    found = []
    for b, floor, own in zip(
        basin[rows].tolist(), floors[rows].tolist(), weight[rows].tolist(), strict=True
    ):
        value = floor if floor is ZERO or scale[b] is ONE else times(floor, scale[b])
        (left, under), (size, below) = lefts[b], ONE_OF_ALL if b in alike else own.as_integer_ratio()
        if size and left:
            # value + left · share, reduced once
            above, below = left * size, under * below
            if value is not ZERO and value:
                above = above * value.denominator + value.numerator * below
                below *= value.denominator
            found.append(ratio(above, below))
        else:
            found.append(value)
    out = zeros(len(floors))
    out[rows] = found
    return out


def _floors_first(total: Fraction, floors: tuple[int, int] | None) -> tuple[Fraction, tuple[int, int]]:
    """The part of its floors that a number is enough for, and what is left of it then."""
    n, d = total.as_integer_ratio()
    above, below = floors or (0, 1)
    left = n * below - above * d
    if left < 0:
        return Fraction(n * below, above * d), (0, 1)
    return ONE, (left, d * below)
