"""Sizes of a title's units, and how far its posts are from them: whole columns at once.

A unit's size is what the formula of its weight reads; a :class:`Kin` holds the units of one kind that have a
size of one measure. Doubles say which units may be the farthest; of those few each is worked out by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pdc_common.derivation import Block, Places, Texts

NEAR: Final = 1e-9
"""Relative distance within which doubles do not say which of two is the farther: far above their error."""
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


class Far(NamedTuple):
    """How far a unit's posts are from what its size says; the farther of two is the larger of two such."""

    far: float
    measure: str
    size: float
    said: float


@dataclass(frozen=True, eq=False)
class Kin:
    """Units of one kind that have a size of one measure, in the order of the plan.

    ``at`` are their positions there, ``size`` and ``posts`` their numbers.
    """

    kind: str
    measure: str
    at: Ints
    size: Floats
    posts: Ints

    @cached_property
    def rate(self) -> float:
        """Posts for each one of the measure."""
        return float(int(self.posts.sum()) / sum(self.size.tolist()))

    def heavy(self, times: float, least: int) -> Iterator[tuple[int, float, float, float]]:
        """Units with more than so many times the median load a post: position, size, load, median.

        Nothing where fewer than ``least`` units have a post.
        """
        rows = np.flatnonzero(self.posts)
        if len(rows) < least:
            return
        loads = self.size[rows] / self.posts[rows]
        middle = _median(loads)
        for i in np.flatnonzero(loads > times * middle).tolist():
            yield int(self.at[rows[i]]), float(self.size[rows[i]]), float(loads[i]), middle


def _median(values: Floats) -> float:
    ordered, half = np.sort(values), len(values) // 2
    middle = ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return float(middle)


class Ground:
    """The units of all titles by position, with kinds and districts; what titles share is made once."""

    def __init__(self, units: Mapping[str, tuple[str, str]], others: Iterable[Iterable[str]]) -> None:
        """``units`` have (kind, district) by code; ``others`` are units of plans, known or not."""
        self.at = {code: i for i, code in enumerate(units)}
        for code in dict.fromkeys(chain.from_iterable(others)):
            self.at.setdefault(code, len(self.at))
        unknown = [("", "")] * (len(self.at) - len(units))
        kinds, districts = zip(*units.values(), *unknown, strict=True) if self.at else ((), ())
        self.kinds, self.kind = _numbered(kinds)
        self.districts, self.district = _numbered(districts)
        self._rows: dict[Places, Ints] = {}
        self._numbers: dict[Texts, Floats] = {}

    def rows(self, places: Places) -> Ints:
        """Positions of a list of places."""
        if places not in self._rows:
            found = [self.at.get(code, -1) for code in places.codes]
            self._rows[places] = np.array(found, dtype=np.intp)
        return self._rows[places]

    def numbers(self, texts: Texts) -> Floats:
        """A column's numbers."""
        if texts not in self._numbers:
            self._numbers[texts] = np.array(texts.numbers)
        return self._numbers[texts]


def _numbered(words: Sequence[str]) -> tuple[list[str], Ints]:
    """Each word once, and the number of each place's."""
    known: dict[str, int] = {}
    numbers = np.array([known.setdefault(word, len(known)) for word in words], dtype=np.intp)
    return list(known), numbers


class Field:
    """The units of one title's plan, in its order, on the ground of all."""

    def __init__(self, ground: Ground, codes: Sequence[str], posts: Sequence[int]) -> None:
        self.ground, self.codes = ground, codes
        self.at = np.array([ground.at[code] for code in codes], dtype=np.intp)
        self.posts = np.array(posts, dtype=np.intp)
        self._place = np.full(len(ground.at) + 1, -1, dtype=np.intp)  # the last: of what is no unit here
        self._place[self.at] = np.arange(len(codes))

    def _rows(self, block: Block) -> Ints:
        """Positions of a block's places in this plan; −1 for one that is not in it."""
        return self._place[self.ground.rows(block.places)]

    def weights(self, weights: Iterable[Block], factors: Iterable[Block]) -> Floats:
        """Weight of every unit with its factors."""
        found = np.zeros(len(self.codes))
        for blocks, times in ((weights, False), (factors, True)):
            for block in blocks:
                rows, values = self._rows(block), self.ground.numbers(block.value)
                here = rows >= 0
                if times:
                    found[rows[here]] *= values[here]
                else:
                    found[rows[here]] += values[here]
        return found

    def by_district(self, values: Floats) -> dict[str, float]:
        """Sums by district, added up in the order of the plan."""
        names = self.ground.districts
        sums = np.bincount(self.ground.district[self.at], weights=values, minlength=len(names))
        return dict(zip(names, sums.tolist(), strict=True))

    def kin(self, weights: Iterable[Block], measures: Mapping[str, str]) -> list[Kin]:
        """Units by kind and measure, in the order in which the plan first shows them.

        ``measures`` says which of the names that weights read are sizes, and of what measure.
        """
        sizes: dict[str, Floats] = {}
        first: dict[str, Ints] = {}
        step = 0
        for block in weights:
            for name, texts in block.reads.items():
                measure, step = measures.get(name), step + 1
                if measure is None or texts is None:
                    continue
                rows, found = self._rows(block), self.ground.numbers(texts)
                some = (found > 0) & (rows >= 0)
                rows, found = rows[some], found[some]
                if measure not in sizes:
                    sizes[measure] = np.zeros(len(self.codes))
                    first[measure] = np.full(len(self.codes), np.iinfo(np.intp).max)
                sizes[measure][rows] += found
                first[measure][rows] = np.minimum(first[measure][rows], step)
        kind_of = self.ground.kind[self.at]
        kin: list[tuple[int, int, Kin]] = []
        for measure, size in sizes.items():
            rows = np.flatnonzero(size)
            for kind in np.unique(kind_of[rows]).tolist():
                own = rows[kind_of[rows] == kind]
                one = int(own[0])
                found_kin = Kin(self.ground.kinds[kind], measure, own, size[own], self.posts[own])
                kin.append((one, int(first[measure][one]), found_kin))
        return [one for *_, one in sorted(kin, key=lambda found: found[:2])]


def farthest(kin: Sequence[Kin], codes: Sequence[str], most: int) -> list[tuple[str, Far]]:
    """The units farthest from what their size says, each by its farther measure; the first code of equals.

    Only those with a post, or whose size says one.
    """
    far = np.full(len(codes), -1.0)
    for one in kin:
        said = one.size * one.rate
        counts = (said > 0) & (np.maximum(said, one.posts) >= 1)
        rows, here, told = one.at[counts], one.posts[counts], said[counts]
        far[rows] = np.maximum(far[rows], (here - told) ** 2 / told)
    known = far[far >= 0]
    if len(known) > most:
        edge = np.partition(known, len(known) - most)[len(known) - most]
        may = np.flatnonzero(far >= edge * (1 - NEAR))
    else:
        may = np.flatnonzero(far >= 0)
    exact = {codes[i]: _exact(kin, i) for i in may.tolist()}
    chosen = nsmallest(most, exact, key=lambda code: (-exact[code].far, code))
    return [(code, exact[code]) for code in chosen]


def _exact(kin: Sequence[Kin], at: int) -> Far:
    """The farther measure of one unit."""
    worst: Any = Far(0.0, "", 0.0, 0.0)
    for one in kin:
        place = int(np.searchsorted(one.at, at))
        if place == len(one.at) or one.at[place] != at:
            continue
        size, here = float(one.size[place]), int(one.posts[place])
        said = size * one.rate
        if said and max(said, here) >= 1:
            worst = max(worst, Far((here - said) ** 2 / said, one.measure, size, said))
    return worst  # type: ignore[no-any-return]
