"""Numbers and findings of titles by place, held in columns: what is asked for is put together then."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from pdc_reports.explain.derivation import Place


class Cell(NamedTuple):
    """Target and posts of a title at a place."""

    target: float
    posts: int


class Cells(Mapping[str, Cell]):
    """Target and posts of a title at every place of a level, by code."""

    def __init__(
        self, codes: Sequence[str] = (), targets: Sequence[float] = (), posts: Sequence[int] = ()
    ) -> None:
        self.codes, self.targets, self.posts = codes, targets, posts
        self._made: dict[str, Cell] = {}

    @cached_property
    def at(self) -> dict[str, int]:
        """Position of each code."""
        return {code: i for i, code in enumerate(self.codes)}

    def __getitem__(self, code: str) -> Cell:
        made = self._made.get(code)
        if made is None:
            i = self.at[code]
            made = self._made[code] = Cell(self.targets[i], self.posts[i])
        return made

    def __contains__(self, code: object) -> bool:
        return code in self.at

    def __iter__(self) -> Iterator[str]:
        return iter(self.at)

    def __len__(self) -> int:
        return len(self.codes)


class Finding(NamedTuple):
    """A row of ``rules.csv``."""

    clause: str
    required: float | None
    shortfall: float
    tier: str
    status: str


FOUND = ("clause", "title", "level", "code", "required", "shortfall", "tier", "status")
"""Columns of ``rules.csv`` that a :class:`Finding` is made of, and where it is."""


class Findings:
    """Columns :data:`FOUND` of ``rules.csv``; numbers that are not there are NaN."""

    def __init__(
        self, clause: Sequence[str], title: Sequence[str], level: Sequence[str], code: Sequence[str],
        required: Sequence[float], shortfall: Sequence[float], tier: Sequence[str], status: Sequence[str],
    ) -> None:  # fmt: skip
        self.clause, self.required, self.shortfall, self.tier, self.status = (
            clause, required, shortfall, tier, status,
        )  # fmt: skip
        self._rows: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
        for i, key in enumerate(zip(title, level, code, strict=True)):
            self._rows[key].append(i)
        self._of: dict[str, list[str]] = {}
        for joined in dict.fromkeys(title):
            for one in joined.split("+"):
                self._of.setdefault(one, []).append(joined)

    def of(self, title: str) -> Found:
        """Those of one title; a rule of several (joined by ``+``) was found for each of them."""
        return Found(self, self._of.get(title, ()))

    def at(self, titles: Sequence[str], place: Place) -> list[Finding]:
        """Rows of some titles (as the table has them) at a place, in the table's order."""
        rows = [row for joined in titles for row in self._rows.get((joined, *place), ())]
        if len(titles) > 1:
            rows.sort()
        return [self._finding(i) for i in rows if self.status[i] != "not_applicable"]

    def _finding(self, i: int) -> Finding:
        required, short = self.required[i], self.shortfall[i]
        return Finding(
            self.clause[i], None if math.isnan(required) else required, 0.0 if math.isnan(short) else short,
            self.tier[i], self.status[i],
        )  # fmt: skip


class Found:
    """What was found of one title's rules, by place."""

    def __init__(self, rows: Findings, titles: Sequence[str]) -> None:
        self._findings, self._titles = rows, titles
        self._known: dict[Place, Sequence[Finding]] = {}

    def at(self, place: Place) -> Sequence[Finding]:
        """Rows at a place; rules that do not apply there are left out."""
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._findings.at(self._titles, place)
        return found


NOTHING = Findings((), (), (), (), (), (), (), ())
