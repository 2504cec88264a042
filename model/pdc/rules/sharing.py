"""Sums and shares in exact fractions: what targets are made of."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

import numpy as np

from pdc.base.exact import ONE, ZERO, Fraction, parts_of, plus, ratio, ratios, times
from pdc.base.filtered import WHOLE
from pdc.base.numbers import Ints, Objects, objects
from pdc.rules.scene import Mask

Parts = tuple[Sequence[int], Sequence[int]]
"""Numbers as numerators and denominators, not reduced."""


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
    above, below = parts_of(values.tolist())
    under = lcm(*set(below))
    if under * sum(map(abs, above)) < WHOLE:
        # Over one denominator they are whole numbers, whose sums doubles hold exactly.
        whole = np.array(above, dtype=np.int64)
        if under > 1:
            whole *= under // np.array(below, dtype=np.int64)
        totals = np.bincount(at, weights=whole).astype(np.int64)
        there = np.flatnonzero(totals)
        pairs = zip(there.tolist(), totals[there].tolist(), strict=True)
        return {group: (total, under) for group, total in pairs}
    return _summed_far(above, below, at.tolist())


def _summed_far(above: Sequence[int], below: Sequence[int], at: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The same for numbers of any size."""
    # Numerators of one denominator first: whole numbers add up ten times as fast as fractions.
    parts: dict[int, dict[int, int]] = {}
    for group, n, d in zip(at, above, below, strict=True):
        if n:
            part = parts.get(group)
            if part is None:
                parts[group] = {d: n}
            else:
                part[d] = part.get(d, 0) + n
    found = {}
    for group, part in parts.items():
        under = lcm(*part)
        found[group] = sum([n * (under // d) for d, n in part.items()]), under
    return found


def added(a: Objects, b: Objects) -> Objects:
    """Exact sums, place by place: most of what is added is nought."""
    return objects([plus(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)])


def differences(a: Objects, b: Objects) -> list[Fraction]:
    """Exact differences, place by place."""
    fours = list(zip(*parts_of(a.tolist()), *parts_of(b.tolist()), strict=True))
    return ratios([n * e - m * d for n, d, m, e in fours], [d * e for _, d, _, e in fours])


def multiplied(a: Objects, b: Objects) -> list[Fraction]:
    """Exact products, place by place."""
    fours = list(zip(*parts_of(a.tolist()), *parts_of(b.tolist()), strict=True))
    return ratios([n * m for n, _, m, _ in fours], [d * e for _, d, _, e in fours])


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
    of, by = rate.numerator, rate.denominator
    above, below = parts_of(keys.tolist())
    return objects(ratios([of * n for n in above], [by * d for d in below]))


def parts_inside(
    totals: Objects, keys: Objects, open_: Mask, parent: Ints, summed: Objects, rows: Ints
) -> Parts:
    """Each province's total by the keys of its open districts (equal parts where all keys are nought), for
    ``rows`` of those.

    ``summed`` are the sums of the keys by province.
    """
    counts = np.bincount(parent[open_], minlength=len(totals)).tolist()
    over, under = [], []  # of every place above: its total over the sum of its keys, or over their count
    alike = set()
    for p, (total, whole) in enumerate(zip(totals.tolist(), summed.tolist(), strict=True)):
        if not whole:
            alike.add(p)
        over.append(total.numerator * (whole.denominator if whole else 1))
        under.append(total.denominator * (whole.numerator if whole else counts[p]))
    places = parent[rows].tolist()
    above, below = parts_of(keys[rows].tolist())
    if not alike.isdisjoint(places):
        above = [1 if p in alike else n for p, n in zip(places, above, strict=True)]
        below = [1 if p in alike else d for p, d in zip(places, below, strict=True)]
    return (
        [over[p] * n for p, n in zip(places, above, strict=True)],
        [under[p] * d for p, d in zip(places, below, strict=True)],
    )


def blended(ones: Parts, others: Parts, part: Objects) -> list[Fraction]:
    """``part`` of each of the first numbers and the rest of the second ones, added up."""
    tops, unders = [], []
    for above, below, over, under, of, whole in zip(
        *ones, *others, *parts_of(part.tolist()), strict=True
    ):
        tops.append(of * above * under + (whole - of) * over * below)
        unders.append(whole * below * under)
    return ratios(tops, unders)


def by_weight(
    basin: Ints, totals: Objects, floors: Objects, weight: Objects, eligible: Mask
) -> Objects:
    """``F·min(1, q/ΣF) + max(0, q − ΣF)·w/Σw`` inside each basin; equal shares where Σw = 0."""
    rows = np.flatnonzero(eligible)
    at, least, own = basin[rows], floors[rows], weight[rows]
    floor_sum, weight_sum = _summed(least, at), _summed(own, at)
    count = np.bincount(at, minlength=len(totals)).tolist()
    # Of every basin: how much of its floors its number is enough for, and what is left for each weight (not
    # reduced: many have one unit), or for each unit where all count alike.
    scales, over, under = [ONE] * len(totals), [0] * len(totals), [1] * len(totals)
    alike = set()
    for b in np.flatnonzero(count).tolist():
        scales[b], (left, of) = _floors_first(totals[b], floor_sum.get(b))
        whole = weight_sum.get(b, (0, 1))
        if not whole[0]:
            alike.add(b)
            whole = count[b], 1
        over[b], under[b] = left * whole[1], of * whole[0]
    basins = at.tolist()
    above, below = parts_of(own.tolist())
    if alike:
        above = [1 if b in alike else n for b, n in zip(basins, above, strict=True)]
        below = [1 if b in alike else d for b, d in zip(basins, below, strict=True)]
    tops = [over[b] * n for b, n in zip(basins, above, strict=True)]
    unders = [under[b] * d for b, d in zip(basins, below, strict=True)]
    for i, floor in enumerate(least.tolist()):
        if floor is not ZERO:
            # Floor · scale + left · weight, reduced once.
            scale = scales[basins[i]]
            n, d = (floor if scale is ONE else times(floor, scale)).as_integer_ratio()
            tops[i] = tops[i] * d + n * unders[i]
            unders[i] *= d
    out = zeros(len(floors))
    out[rows] = ratios(tops, unders)
    return out


def _floors_first(total: Fraction, floors: tuple[int, int] | None) -> tuple[Fraction, tuple[int, int]]:
    """The part of its floors that a number is enough for, and what is left of it then."""
    n, d = total.as_integer_ratio()
    if floors is None and n >= 0:
        return ONE, (n, d)
    above, below = floors or (0, 1)
    left = n * below - above * d
    if left < 0:
        return Fraction(n * below, above * d), (0, 1)
    return ONE, (left, d * below)
