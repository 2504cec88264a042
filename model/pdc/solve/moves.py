"""The way from a given table to the lawful one, post by post, the moves that mend most first.

Every move takes a post where the lawful table has fewer and gives it where it has more. What a step saves is
counted on the hard rules first, then tier by tier, then on the deviations of provinces, districts and
units. The moves are the best exchanges one after another (:mod:`pdc.solve.exchanges`): of a title that is
a tree the first k are the best k. The lawful table is the nearest of those short of least, so the best
table of k moves lies on the way to it. Rules across the trees (joint floors) are left aside: there the
order is not proven.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import Country, province_totals
from pdc.program.program import Program
from pdc.rules.kinds import Finding
from pdc.solve.exchanges import OUTSIDE, REPAIR_ORDER, Cost, towards
from pdc_common.levels import LEVELS


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
    steps: list[tuple[Cost, Move]] = []
    if program.needs_totals():
        # Shares become limits of the lawful numbers; the numbers themselves are not reached yet.
        ends = {key: program.bounds[key] for key in program.bounds if key[1] == LEVELS[0]}
        program = program.with_totals(province_totals(program.country, posts))
        program = replace(program, bounds={**program.bounds, **ends})
    for title in program.titles:
        way = _Way(program, title, near[title], posts[title], findings)
        steps += way.moves()
    # One title's moves stay in their order: each is the best once those before it are made.
    return tuple(_joined(move for _, move in _merged(steps)))


def _merged(steps: list[tuple[Cost, Move]]) -> Iterator[tuple[Cost, Move]]:
    by_title: dict[str, list[tuple[Cost, Move]]] = {}
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
        self.chain = _chain(country, self.level)
        self.numbers = {level: _up(near, at) for level, at in self.chain}
        self.rules = {level: _rules(findings, title, level) for level, _ in self.chain}
        self.closed = program.kept_closed(title)
        norm = "l1" if program.norm == "minimax" else program.norm
        self.ladder = towards(replace(program, norm=norm), title, near, units, REPAIR_ORDER, any_cost=True)

    def moves(self) -> list[tuple[Cost, Move]]:
        """Exchanges one after another until the lawful table is there."""
        found = []
        for exchange in self.ladder.exchanges():
            giver, taker = exchange.gives, exchange.gets
            mends = self._mended(taker, 1)
            self._step(taker, 1)
            mends += self._mended(giver, -1)
            self._step(giver, -1)
            cost = exchange.cost
            whole = cost.head
            names = tuple(dict.fromkeys(mends))
            found.append((cost, Move(self.title, self.level, giver, taker, 1, names, whole)))
        return found

    def _step(self, at: int, step: int) -> None:
        if at == OUTSIDE:
            return
        for level, above in self.chain:
            self.numbers[level][above[at]] += step

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
