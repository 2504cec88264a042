"""Exact order of many numbers: doubles with a bound of their error, whole numbers where that is not enough.

The filter of exact geometry (Shewchuk, *Adaptive precision floating-point arithmetic*, 1997): a double and a
proven bound of its error decide nearly every comparison; where two intervals meet, and only there, numerators
are multiplied crosswise. The order found is the exact one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, cmp_to_key
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from pdc.base.exact import parts_of, quotients
from pdc.base.numbers import Floats, Ints, Objects, objects

Parts = tuple[int, int]  # numerator, denominator above nought

UNIT: Final = 2.0**-53  # relative error of one correctly rounded operation
WHOLE: Final = 2**53  # whole numbers up to here are doubles


def compared(a: Parts, b: Parts) -> int:
    """Less than nought, nought, more than nought: as ``a`` is below, equal to, above ``b``."""
    if a is b:
        return 0
    left, right = a[0] * b[1], b[0] * a[1]
    return (left > right) - (left < right)


def dense_ranks(near: Floats, error: Floats, alike: Ints, parts: Callable[[int], Parts]) -> Ints:
    """Rank of every number, from 0; equal numbers have the same.

    ``near[i]`` is within ``error[i]`` of the number, sums of the two not rounded past it; numbers with the
    same ``alike`` are known to be equal; ``parts(i)`` is the number itself.
    """
    if not len(near):
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(near)  # equal doubles are settled below, in whatever order they come
    low, high = (near - error)[order], (near + error)[order]
    apart = np.maximum.accumulate(high)[:-1] < np.minimum.accumulate(low[::-1])[::-1][1:]
    same = alike[order]
    open_ = ~apart & (same[1:] != same[:-1])
    new = np.ones(len(near), dtype=bool)
    new[1:] = apart
    if open_.any():
        first = np.flatnonzero(new)
        runs = np.searchsorted(first, np.flatnonzero(open_), side="right") - 1
        starts, ends = first.tolist(), [*first[1:].tolist(), len(near)]
        for run in dict.fromkeys(runs.tolist()):
            _settle(order, new, (starts[run], ends[run]), (alike, parts))
    ranks = np.empty(len(near), dtype=np.int64)
    ranks[order] = np.cumsum(new) - 1
    return ranks


def _settle(
    order: Ints, new: npt.NDArray[np.bool_], run: tuple[int, int], of: tuple[Ints, Callable[[int], Parts]]
) -> None:
    """Put a run that doubles leave open into its exact order."""
    alike, parts = of
    a, b = run
    # Most runs have two or three rows: too few for arrays.
    rows = order[a:b].tolist()
    kinds = alike[rows].tolist()
    exact = {kind: parts(row) for row, kind in zip(reversed(rows), reversed(kinds), strict=True)}

    def order_of(one: int, other: int) -> int:
        return compared(exact[one], exact[other])

    queue = sorted(exact, key=cmp_to_key(order_of))
    rank = dict.fromkeys(queue[:1], 0)
    for before, kind in pairwise(queue):
        rank[kind] = rank[before] + (compared(exact[before], exact[kind]) != 0)
    ranked = sorted([(rank[kind], i) for i, kind in enumerate(kinds)])
    order[a:b] = [rows[i] for _, i in ranked]
    new[a + 1 : b] = [here > before for (before, _), (here, _) in pairwise(ranked)]


def nearest(values: Sequence[Fraction]) -> Floats:
    """The nearest double of each."""
    return np.array(quotients(values), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Numbers:
    """Fractions of places, none below nought: each different one once, and who has which."""

    parts: Sequence[Parts]
    near: Floats  # correctly rounded
    which: Ints

    @cached_property
    def array(self) -> Objects:
        """The parts as an array."""
        return objects(self.parts)

    def picked(self, places: Ints | slice) -> list[Parts]:
        """Those of some places."""
        found: list[Parts] = self.array[self.which[places]].tolist()
        return found

    @classmethod
    def of(cls, values: Sequence[Fraction]) -> Numbers:
        """Fractions as they stand."""
        pairs = list(zip(*parts_of(values), strict=True))
        parts = tuple(dict.fromkeys(pairs))
        place = dict(zip(parts, range(len(parts)), strict=True))
        which = np.fromiter(map(place.__getitem__, pairs), dtype=np.int64, count=len(pairs))
        return cls(parts, _doubles(parts), which)

    def at_least(self, least: Fraction) -> Numbers:
        """The same numbers, those below ``least`` raised to it."""
        floor = (least.numerator, least.denominator)
        # A double above that of the least is a number above it; the others are compared exactly.
        low = np.flatnonzero(self.near <= float(least))
        parts, near = list(self.parts), self.near.copy()
        for i in low.tolist():
            if compared(parts[i], floor) < 0:
                parts[i], near[i] = floor, float(least)
        return Numbers(tuple(parts), near, self.which)

    def order(self) -> Ints:
        """Rank of every place's number, exact."""
        own = np.arange(len(self.parts))
        ranks = dense_ranks(self.near, UNIT * 2 * self.near, own, self.parts.__getitem__)
        return ranks[self.which]

    def differs(self, other: Numbers) -> npt.NDArray[np.bool_]:
        """Places whose number is not that of the other list."""
        known = {parts: i for i, parts in enumerate(other.parts)}
        there = np.array([known.get(parts, -1) for parts in self.parts], dtype=np.int64)
        return np.asarray(there[self.which] != other.which, dtype=np.bool_)


def _doubles(parts: Sequence[Parts]) -> Floats:
    """Correctly rounded: Python divides whole numbers so."""
    return np.array([n / d for n, d in parts], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Slopes:
    """What the step from x to x + 1 changes in the deviation of a place with target q, exactly ordered.

    Webster: ((x + 1 − q)² − (x − q)²) / q = (2x + 1)/q − 2; L1: |x + 1 − q| − |x − q|.
    """

    targets: Numbers
    norm: str

    def ranks(self, place: Ints, x: Ints) -> tuple[Ints, int]:
        """Rank of every step among all of them and nought; and the rank of nought."""
        found, _, _ = self._ranked(place, x)
        return found[:-1], int(found[-1])

    def ranked(self, place: Ints, x: Ints) -> tuple[Ints, Floats, Floats]:
        """The same ranks; what each step changes, as a double; and how far that may be from it."""
        found, near, error = self._ranked(place, x)
        if self.norm != "webster":
            return found[:-1], near[:-1], error[:-1]
        change = near[:-1] - 2.0
        return found[:-1], change, error[:-1] + 2 * UNIT * np.abs(change)

    def _ranked(self, place: Ints, x: Ints) -> tuple[Ints, Floats, Floats]:
        which = self.targets.which[place]
        near, error, alike, parts = self._webster(which, x) if self.norm == "webster" else self._l1(which, x)
        return dense_ranks(near, error, alike, parts), near, error

    def exact(self, place: int, x: int) -> Parts:
        """What the step from x to x + 1 changes at a place."""
        return self.step(self.targets.parts[int(self.targets.which[place])], x)

    def step(self, target: Parts, x: int) -> Parts:
        """The same of a target at hand."""
        n, d = target
        if self.norm == "webster":
            return (2 * x + 1) * d - 2 * n, n
        return abs((x + 1) * d - n) - abs(x * d - n), d

    def exact_all(self, places: Ints, x: Ints) -> list[Parts]:
        """The same for many places."""
        pairs = zip(self.targets.picked(places), x.tolist(), strict=True)
        if self.norm == "webster":
            return [((2 * x + 1) * d - 2 * n, n) for (n, d), x in pairs]
        return [self.step(target, x) for target, x in pairs]

    def _webster(self, which: Ints, x: Ints) -> tuple[Floats, Floats, Ints, Callable[[int], Parts]]:
        # Without the −2 that all of them have: nought is then 2.
        twice = 2 * x + 1
        assert not len(x) or int(twice.max()) < WHOLE
        near = np.append(twice / self.targets.near[which], 2.0)
        # The target is rounded once and the quotient once: 2 units, and one for the sums of dense_ranks.
        error = 4 * UNIT * near
        alike = np.append(twice * len(self.targets.parts) + which, -1)

        def parts(i: int) -> Parts:
            if i == len(twice):
                return 2, 1
            n, d = self.targets.parts[int(which[i])]
            return int(twice[i]) * d, n

        return near, error, alike, parts

    def _l1(self, which: Ints, x: Ints) -> tuple[Floats, Floats, Ints, Callable[[int], Parts]]:
        whole = np.array([n // d for n, d in self.targets.parts], dtype=np.int64)
        rest = np.array([(n % d) / d for n, d in self.targets.parts], dtype=np.float64)
        between = (x == whole[which]) & (rest[which] > 0)
        near = np.where(x < whole[which], -1.0, 1.0)
        near[between] = 1.0 - 2.0 * rest[which][between]
        near = np.append(near, 0.0)
        # The rest is rounded once (it is below 1), its double is exact, the difference is rounded once.
        error = np.append(np.where(between, 4 * UNIT, 0.0), 0.0)
        # −1, 0 and +1 are each alike wherever they are; a step across a target is its own.
        alike = np.append(np.where(between, which + 1, np.where(near[:-1] < 0, -1, -2)), -3)

        def parts(i: int) -> Parts:
            if i == len(x):
                return 0, 1
            if not between[i]:
                return (-1, 1) if near[i] < 0 else (1, 1)
            n, d = self.targets.parts[int(which[i])]
            return d - 2 * (n % d), d

        return near, error, alike, parts


def order_by(*keys: Ints) -> Ints:
    """Stable order by whole-number keys, the first one first; several keys share a word where they fit."""
    words: list[Ints] = []
    room = 0
    for key in keys:
        if not len(key):
            return np.zeros(0, dtype=np.int64)
        least = key.min()
        bits = int(key.max() - least).bit_length()
        if not bits:
            continue
        if bits > room:
            words.append(np.zeros(len(key), dtype=np.int64))
            room = 63
        words[-1] = (words[-1] << bits) | (key - least)
        room -= bits
    if not words:
        return np.arange(len(keys[0]))
    if len(words) == 1:
        return _stable_order(words[0], room)
    return np.asarray(np.lexsort(words[::-1]), dtype=np.int64)


def _stable_order(word: Ints, room: int) -> Ints:
    """Stable order by numbers from nought that leave ``room`` of 63 bits free.

    Where the rows fit there, number and row are sorted as one: many times as fast as sorting rows by numbers.
    """
    bits = (len(word) - 1).bit_length()
    if bits > room:
        return np.argsort(word, kind="stable")
    both = (word << bits) | np.arange(len(word))
    both.sort()
    return both & ((1 << bits) - 1)
