"""Explanations behind the cells of a page: by :mod:`pdc_reports.explain`, unpacked by the page's script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc_common.levels import LEVELS
from pdc_reports.explain import lever_line
from pdc_reports.explain.cell import Part, Teller
from pdc_reports.explain.numbers import FOUND, Cells, Findings
from pdc_reports.explain.pack import Pack
from pdc_reports.explain.plausibility import Line, plausibility
from pdc_reports.explain.shifts import Shifts, Words, read_shifts, shift_lines
from pdc_reports.explain.tables import Book, TitleFacts, read_sources
from pdc_reports.folder.plan import KEY, PlanTables
from pdc_reports.pages.parts.edition import Edition

_MADE: Final = "explanations.facts"


def key(title: str, level: str, code: str) -> str:
    """Key of a cell."""
    return f"{title}|{level}|{code}"


class Whys:
    """Explains cells of one plan. Without a plan folder (tables made of frames) there is nothing to tell."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.tellers: dict[str, Teller] = {}
        self.levers: dict[str, str] = {}
        self.said: dict[str, Callable[..., str]] = {}

    @property
    def known(self) -> bool:
        """Can anything be explained?"""
        return self.edition.tables.folder is not None

    @cached_property
    def book(self) -> Book:
        """Names, clauses and parameters."""
        assert self.edition.tables.folder is not None
        return Book.read(self.edition.tables.folder, self.edition.lang)

    @cached_property
    def facts(self) -> dict[str, TitleFacts]:
        """Facts of all planned titles."""
        return facts_of(self.edition.tables, self.book)

    @cached_property
    def far(self) -> list[Line]:
        """Plausibility: places far from what their size says, empty ones, heavy loads."""
        return plausibility(self.book, self.facts.values()) if self.known else []

    def begin(self) -> None:
        """Read what all pages need, before processes are made for them."""
        if self.known:
            assert self.facts is not None

    def teller(self, title: str) -> Teller:
        """Teller of a title."""
        if title not in self.tellers:
            self.tellers[title] = Teller(self.book, self.facts[title])
        return self.tellers[title]

    @cached_property
    def margins(self) -> dict[tuple[str, str], Shifts]:
        """What one post more or fewer in a province would cost."""
        assert self.edition.tables.folder is not None
        return read_shifts(self.edition.tables.folder)

    def parts(self, title: str, level: str, code: str) -> list[Part]:
        """What is said about a number, with what would change it."""
        teller = self.teller(title)
        parts = teller.parts(level, code)
        if level == "province" and (title, code) in self.margins:
            words = Words(self.book, self.facts.__getitem__, (title, level, code), self.facts, self.said)
            lines = tuple(shift_lines(words, self.margins[title, code]))
            parts.append(teller.part("shifts", lines))
        if level != "unit":
            lines = tuple(map(self.lever, teller.levers(level, code)))
            parts += [teller.part("what_if", lines)] if lines else []
        return parts

    def lever(self, lever: Mapping[str, Any]) -> str:
        """A parameter in words, worded once."""
        name = str(lever["set"])
        if name not in self.levers:
            self.levers[name] = lever_line(self.book, lever)
        return self.levers[name]

    def pack(self, cells: Iterable[tuple[str, str, str]]) -> str:
        """Pack of (title, level, code); empty where nothing can be explained."""
        if not self.known:
            return ""
        made = Pack()
        for title, level, code in cells:
            if code in self.facts[title].plan[level]:
                heading = f"{self.book.place_name(level, code)}: {self.book.title_name(title)}"
                made.add(key(title, level, code), heading, self.parts(title, level, code))
        return made.text()


def facts_of(tables: PlanTables, book: Book) -> dict[str, TitleFacts]:
    """Facts of all planned titles, as :func:`~pdc_reports.explain.tables.read_titles` reads them.

    Plan and rules are taken from the tables that are read already. Made once for all pages of these tables:
    the processes that are forked for them have them too.
    """
    made: dict[str, dict[str, TitleFacts]] = vars(tables)
    if _MADE not in made:
        made[_MADE] = _facts(tables, book)
    return made[_MADE]


def _facts(tables: PlanTables, book: Book) -> dict[str, TitleFacts]:
    facts = {title: TitleFacts(title) for title in tables.planned}
    for level in LEVELS:
        plan = tables.plan(level)
        columns = [plan[KEY[level]].astype(str), plan["target"], plan["posts"]]
        numbers, titles = pd.factorize(plan["title"])
        order = np.argsort(numbers, kind="stable")
        ends = np.cumsum(np.bincount(numbers, minlength=len(titles)))
        codes, targets, posts = (column.to_numpy()[order].tolist() for column in columns)
        for title, start, end in zip(titles, [0, *ends.tolist()], ends.tolist(), strict=False):
            if title in facts:
                own = slice(start, end)
                facts[title].plan[level] = Cells(codes[own], targets[own], posts[own])
    findings = Findings(*(tables.rules[name].tolist() for name in FOUND))
    for title, one in facts.items():
        one.found = findings.of(title)
    read_sources(book, facts)
    return facts
