"""The cheapest arcs of trees as the certificate's text, from whole numbers: no fraction is made, no graph.

The same text that :func:`pdc.proof.files.graph_lines` makes of the graph of :mod:`pdc.proof.reduced`; a tree
of nine thousand units has four thousand arcs, and nobody reads most of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from math import gcd

import numpy as np

from pdc.base.numbers import Ints
from pdc.proof.group_arrays import Places, TitleArrays
from pdc.proof.prices import GROUND
from pdc.proof.reduced import FEWER, MORE, cheapest_units
from pdc.proof.sheet import LEVEL_AT, TIER_AT, ZERO
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT
from pdc_common.levels import LEVELS

_GROUND = "|".join(GROUND)
_FROM_GROUND = json.dumps(_GROUND)


def arc_lines(titles: Sequence[TitleArrays], national: Callable[[str], bool]) -> list[str]:
    """Arcs as JSON, in the order of their ends; ``national`` says whether a title has a national number."""
    parts = [_Arcs(one, national(one.title)) for one in sorted(titles, key=lambda one: one.title)]
    return [line for part in parts for line in part.from_ground()] + [
        line for part in parts for line in part.others()
    ]


class _Arcs:
    def __init__(self, one: TitleArrays, national: bool) -> None:
        self.one = one
        provinces, districts, units = one.places
        self.top = f"{one.title}|national|" if national else _GROUND
        every = np.ones(len(units.level), dtype=bool)
        self.unit = {step: _by_parent(units, cheapest_units(units, every, step)) for step in (MORE, FEWER)}
        self.names = [_names(one.places[depth]) for depth in (PROVINCE, DISTRICT, UNIT)]
        self.districts = sorted(range(len(districts.codes)), key=districts.codes.__getitem__)
        self.provinces = sorted(range(len(provinces.codes)), key=provinces.codes.__getitem__)
        self.texts = {
            (depth, step): _costs(one.places[depth], step)
            for depth in (PROVINCE, DISTRICT, UNIT)
            for step in (MORE, FEWER)
        }

    def from_ground(self) -> Iterator[str]:
        """Arcs that leave the ground: to districts, and to provinces where there is no country."""
        for d in self.districts:
            u = self.unit[MORE].get(d)
            if u is not None:
                yield self._line(_FROM_GROUND, self.names[1][d], UNIT, u, MORE)
        if self.top == _GROUND:
            yield from self._from_top()

    def others(self) -> Iterator[str]:
        """All other arcs: from districts, from the country, from provinces."""
        districts = self.one.places[DISTRICT]
        parent = districts.level.parent.tolist()
        can = {step: districts.can[step].tolist() for step in (MORE, FEWER)}
        below: dict[int, list[int]] = {}
        for d in self.districts:
            below.setdefault(parent[d], []).append(d)
            u = self.unit[FEWER].get(d)
            if u is not None:
                yield self._line(self.names[1][d], _FROM_GROUND, UNIT, u, FEWER)
            if can[MORE][d]:
                yield self._line(self.names[1][d], self.names[0][parent[d]], DISTRICT, d, MORE)
        if self.top != _GROUND:
            yield from self._from_top()
        up = self.one.places[PROVINCE].can[MORE].tolist()
        for p in self.provinces:
            lines = [
                self._line(self.names[0][p], self.names[1][d], DISTRICT, d, FEWER)
                for d in below.get(p, ())
                if can[FEWER][d]
            ]
            own = [self._line(self.names[0][p], _quoted(self.top), PROVINCE, p, MORE)] if up[p] else []
            yield from [*own, *lines] if self.top == _GROUND else [*lines, *own]

    def _from_top(self) -> Iterator[str]:
        down = self.one.places[PROVINCE].can[FEWER].tolist()
        top = _quoted(self.top)
        for p in self.provinces:
            if down[p]:
                yield self._line(top, self.names[0][p], PROVINCE, p, FEWER)

    def _line(self, a: str, b: str, depth: int, row: int, step: int) -> str:
        return f'[{a},{b},"{self.texts[depth, step](row)}",[{self.names[depth][row][:-1]}|{step}"]]'


def _by_parent(units: Places, rows: Ints) -> dict[int, int]:
    return dict(zip(units.level.parent[rows].tolist(), rows.tolist(), strict=True))


def _names(places: Places) -> list[str]:
    """Every place as a text of JSON."""
    head = f"{places.title}|{LEVELS[places.depth]}|"
    if _quoted("".join(places.codes)) == f'"{"".join(places.codes)}"' and _quoted(head) == f'"{head}"':
        return [f'"{head}{code}"' for code in places.codes]
    return [_quoted(f"{head}{code}") for code in places.codes]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _costs(places: Places, step: int) -> Callable[[int], str]:
    """Text of the exact cost of a step, by row (see :func:`pdc.proof.files.cost_text`)."""
    at = LEVEL_AT[LEVELS[places.depth]]
    before, after = "0 " * at, " 0" * (len(ZERO) - 1 - at)
    asked, tiers = places.asked[step], places.tiers[step]
    posts = places.posts.tolist() if step > 0 else (places.posts - 1).tolist()
    exact = places.level.slopes.exact

    def text(row: int) -> str:
        above, below = exact(row, posts[row])
        common = gcd(above, below)
        above, below = step * above // common, below // common
        change = str(above) if below == 1 else f"{above}/{below}"
        if not asked[row]:
            return f"{before}{change}{after}"
        out = ["0"] * len(ZERO)
        out[at] = change
        for stage, count in zip(TIER_AT, tiers[row].tolist(), strict=True):
            out[stage] = str(count)
        return " ".join(out)

    return text
