"""The way from a given table to the lawful one, post by post, the moves that mend most first.

Every move takes a post where the lawful table has fewer and gives it where it has more. What a step saves is
counted on the hard rules first, then tier by tier, then on the deviations, at the place and at those above
it. The best step up and the best step down are taken together again and again; as costs are convex, the
first k moves are the best k.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import Country, level_sums
from pdc.program.program import Program, clamp
from pdc.rules.kinds import Finding
from pdc.rules.requirements import NO_LIMIT, TIERS
from pdc_common.levels import LEVELS

OUTSIDE: Final = -1  # where posts come from, or go, when the table has another number than the country
Gain = tuple[float, ...]  # hard rules, tiers 1 to 4, deviation: what a step costs, negative where it saves


@dataclass(frozen=True)
class Move:
    """Some posts of a title from one place to another (position −1: from or to outside the table).

    ``mends`` are the clauses that the first of them helps; ``cost`` what they change in all: excess over hard
    limits, shortfall of tiers 1 to 4.
    """

    title: str
    level: str
    giver: int
    taker: int
    posts: int
    mends: tuple[str, ...]
    cost: tuple[int, ...]


def ranked(
    program: Program, near: Mapping[str, Ints], posts: Mapping[str, Ints], findings: Sequence[Finding]
) -> tuple[Move, ...]:
    """All moves of a group at the level of the given table, the best first (equal ones in a row are one)."""
    steps: list[tuple[Gain, Move]] = []
    for title in program.titles:
        way = _Way(program, title, near[title], posts[title], findings)
        steps += way.moves()
    # One title's moves stay in their order: each is the best once those before it are made.
    return tuple(_joined(move for _, move in _merged(steps)))


def _merged(steps: list[tuple[Gain, Move]]) -> Iterator[tuple[Gain, Move]]:
    by_title: dict[str, list[tuple[Gain, Move]]] = {}
    for step in steps:
        by_title.setdefault(step[1].title, []).append(step)
    yield from heapq.merge(*by_title.values(), key=lambda step: step[0])


def best_first(groups: Sequence[Sequence[Move]]) -> tuple[Move, ...]:
    """Moves of all groups, the best first."""
    return tuple(heapq.merge(*groups, key=lambda move: tuple(c / move.posts for c in move.cost)))


def _joined(moves: Iterator[Move]) -> Iterator[Move]:
    last: Move | None = None
    for move in moves:
        same = last is not None and (last.title, last.giver, last.taker, last.mends) == (
            move.title, move.giver, move.taker, move.mends,
        ) and tuple(c / last.posts for c in last.cost) == move.cost  # fmt: skip
        if last is not None and same:
            cost = tuple(a + b for a, b in zip(last.cost, move.cost, strict=True))
            last = Move(last.title, last.level, last.giver, last.taker, last.posts + 1, last.mends, cost)
            continue
        if last is not None:
            yield last
        last = move
    if last is not None:
        yield last


class _Way:
    """One title on its way; numbers of all levels follow every step."""

    def __init__(
        self, program: Program, title: str, near: Ints, units: Ints, findings: Sequence[Finding]
    ) -> None:
        country = program.country
        self.program, self.title, self.level = program, title, program.kept_level
        self.goal = level_sums(country, units, self.level)
        self.chain = _chain(country, self.level)
        self.numbers = {level: _up(near, at) for level, at in self.chain}
        self.asks = {level: _asks(program, title, level) for level, _ in self.chain}
        self.targets = {level: getattr(program.targets[title], level) for level, _ in self.chain}
        self.rules = {level: _rules(findings, title, level) for level, _ in self.chain}
        self.closed = program.kept_closed(title)

    def moves(self) -> list[tuple[Gain, Move]]:
        """Steps up and down, paired."""
        gap = self.goal - self.numbers[self.level]
        left = {1: {int(i): int(gap[i]) for i in np.flatnonzero(gap > 0)},
                -1: {int(i): int(-gap[i]) for i in np.flatnonzero(gap < 0)}}  # fmt: skip
        more, fewer = sum(left[1].values()), sum(left[-1].values())
        if more != fewer:
            left[-1 if more > fewer else 1][OUTSIDE] = abs(more - fewer)
        heaps = {step: [(self.cost(at, step), at) for at in places] for step, places in left.items()}
        for heap in heaps.values():
            heapq.heapify(heap)
        found = []
        for _ in range(max(more, fewer)):
            gain_up, taker = self._take(heaps[1], left[1], 1)
            mends = self._mended(taker, 1)
            self._step(taker, 1)
            gain_down, giver = self._take(heaps[-1], left[-1], -1)
            mends += self._mended(giver, -1)
            self._step(giver, -1)
            cost = tuple(a + b for a, b in zip(gain_up, gain_down, strict=True))
            whole = tuple(round(c) for c in cost[:-1])
            names = tuple(dict.fromkeys(mends))
            found.append((cost, Move(self.title, self.level, giver, taker, 1, names, whole)))
        return found

    def _take(self, heap: list[tuple[Gain, int]], left: dict[int, int], step: int) -> tuple[Gain, int]:
        """The best step as things stand: what was worked out before another step may be out of date."""
        while True:
            _, at = heapq.heappop(heap)
            cost = self.cost(at, step)
            if heap and cost > heap[0][0]:
                heapq.heappush(heap, (cost, at))
                continue
            left[at] -= 1
            if left[at]:
                heapq.heappush(heap, (cost, at))
            return cost, at

    def _step(self, at: int, step: int) -> None:
        if at == OUTSIDE:
            return
        for level, above in self.chain:
            self.numbers[level][above[at]] += step

    def cost(self, at: int, step: int) -> Gain:
        """What one more or one fewer at a place costs, there and above."""
        total = [0.0] * (len(TIERS) + 2)
        if at == OUTSIDE:
            return tuple(total)
        for level, above in self.chain:
            place = int(above[at])
            lower, upper, required, excess = (column[place] for column in self.asks[level])
            x = int(self.numbers[level][place])
            for number, sign in ((x + step, 1), (x, -1)):
                total[0] += sign * (max(0, int(lower) - number) + max(0, number - int(upper)))
                before = 0
                for k, (need, end) in enumerate(zip(required.tolist(), excess.tolist(), strict=True), 1):
                    total[k] += sign * (max(0, need - max(number, before)) + max(0, number - end))
                    before = need
            q = float(clamp(self.targets[level][place]))
            total[-1] += step * (2 * (x - q) + step) / q
        return tuple(total)

    def _mended(self, at: int, step: int) -> tuple[str, ...]:
        """Clauses that a step helps: floors that are short, limits that are passed."""
        if at == OUTSIDE:
            return ()
        if step < 0 and self.closed[at]:
            return (self.program.country.speaks["places"],)
        # The place's own rules first; where none is helped, those of the places above it.
        found = (self._helped(level, int(above[at]), step) for level, above in self.chain)
        return next((clauses for clauses in found if clauses), ())

    def _helped(self, level: str, place: int, step: int) -> tuple[str, ...]:
        x = int(self.numbers[level][place])
        rules = self.rules[level].get(place, ())
        if step > 0:
            short = [(tier, clause) for tier, need, clause, upper in rules if not upper and need > x]
            first = min((tier for tier, _ in short), default=0)
            return tuple(clause for tier, clause in short if tier == first)
        return tuple(clause for _, need, clause, upper in rules if upper and need < x)


def _chain(country: Country, level: str) -> list[tuple[str, Ints]]:
    """Levels from the table's own upward, each with where its places lie there."""
    own = np.arange(country.size(level), dtype=np.int64)
    if level == "unit":
        return [("unit", own), ("district", country.unit_district), ("province", country.unit_province)]
    return (
        [("district", own), ("province", country.district_province)]
        if level == "district"
        else [("province", own)]
    )


def _up(near: Ints, at: Ints) -> Ints:
    totals = np.zeros(int(at.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(totals, at, near)
    return totals


def _asks(program: Program, title: str, level: str) -> tuple[Ints, Ints, Ints, Ints]:
    """Lower and upper bounds, R[1] … R[4] and soft upper ends of every place."""
    asks = program.requirements[title, level]
    lower, upper = program.bounds[title, level]
    upper = upper.copy()
    closed = np.ones(len(upper), dtype=bool)
    closed[program.open(level, title)] = False
    upper[closed] = 0
    required = np.stack([asks.required(k) for k in TIERS], axis=1)
    excess = np.stack([np.minimum(asks.upper(k), NO_LIMIT) for k in TIERS], axis=1)
    return lower, upper, required, excess


def _rules(
    findings: Sequence[Finding], title: str, level: str
) -> dict[int, list[tuple[int, int, str, bool]]]:
    """By place: tier, number, clause, and whether it is an upper limit."""
    found: dict[int, list[tuple[int, int, str, bool]]] = {}
    for f in findings:
        if f.level == level and f.title == title and f.required is not None:
            found.setdefault(f.at, []).append((f.tier or 0, f.required, f.clause, f.tier is None))
    return found


assert LEVELS == ("province", "district", "unit")
