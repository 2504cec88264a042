"""A program while it is being written: every kind of rule says its part, then it is finished and stands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.levels import LEVELS
from pdc.base.numbers import Ints, Objects
from pdc.country.country import Country
from pdc.program.program import Program
from pdc.rules.cells import Cells
from pdc.rules.requirements import NO_LIMIT, Ask, Requirements
from pdc.rules.targets import Targets

Place = tuple[str, str]
"""Title and level."""


class Draft:
    """Collects what the kinds of rule say of the titles of one group (:class:`~pdc.rules.kinds.base.Hearer`).

    ``bounds`` are the hard lower and upper ends of every place, by title and level, as whole numbers; they
    may be written until :meth:`finish`.
    """

    def __init__(
        self, country: Country, titles: tuple[str, ...], targets: Mapping[str, Targets], norm: str = "webster"
    ) -> None:
        self.country, self.titles, self.targets, self.norm = country, titles, targets, norm
        self.bounds: dict[Place, tuple[Ints, Ints]] = {}
        self.asks: dict[Place, list[Ask]] = {}
        self.ends: dict[Place, list[tuple[int, Ints, Ints]]] = {}
        self.priority: dict[str, dict[int, Fraction]] = {title: {} for title in titles}
        for title in titles:
            for level in LEVELS:
                size = country.size(level)
                free = (np.zeros(size, dtype=np.int64), np.full(size, NO_LIMIT, dtype=np.int64))
                self.bounds[title, level] = free
                self.asks[title, level], self.ends[title, level] = [], []
        self.joint: list[Cells] = []
        self.shares: list[Cells] = []
        self.together: list[Cells] = []
        self.orders: list[Cells] = []
        self.none_or: list[Cells] = []

    def ask(self, title: str, level: str, ask: Ask, priority: Objects | None = None) -> None:
        """Soft floor or fix."""
        self.asks[title, level].append(ask)
        if priority is not None and level == LEVELS[-1]:
            known = self.priority[title]
            for at, value in zip(ask.at.tolist(), priority.tolist(), strict=True):
                known.setdefault(at, Fraction(value))

    def soft_end(self, title: str, level: str, tier: int, at: Ints, upper: Ints) -> None:
        """Soft upper end of places: more than ``upper`` is a shortfall of the tier."""
        self.ends[title, level].append((tier, at, upper))

    def at_most(self, title: str, at: Ints, most: Ints) -> None:
        """Hard upper bound of units; the smaller limit counts."""
        np.minimum.at(self.bounds[title, LEVELS[-1]][1], at, most)

    def band(self, cells: Cells) -> None:
        """Bounds when hard, soft ends when the rule has a tier."""
        assert cells.upper is not None
        title, rule = cells.titles[0], cells.rule
        if rule.tier is None:
            lower, upper = self.bounds[title, cells.level]
            np.maximum.at(lower, cells.at, cells.amount)
            np.minimum.at(upper, cells.at, cells.upper)
        else:
            self.ask(title, cells.level, Ask(rule.key, rule.tier, cells.at, cells.amount, rule.key))
            self.soft_end(title, cells.level, rule.tier, cells.at, cells.upper)

    def pin(self, title: str, level: str, at: Ints, posts: Ints) -> None:
        """Fix numbers (A.4)."""
        lower, upper = self.bounds[title, level]
        lower[at] = np.maximum(lower[at], posts)
        upper[at] = np.minimum(upper[at], posts)

    def at_least_together(self, cells: Cells) -> None:
        """Soft floor for the sum of several titles at a unit."""
        self.joint.append(cells)

    def at_most_together(self, cells: Cells) -> None:
        """Hard limit for the sum of some units of a province."""
        self.together.append(cells)

    def share(self, cells: Cells) -> None:
        """Part of the province's number: a limit for units together, or a fix for one."""
        self.shares.append(cells)

    def none_or_at_least(self, cells: Cells) -> None:
        """Units that have nothing, or at least so many (semicontinuous)."""
        self.none_or.append(cells)

    def first_then(self, cells: Cells) -> None:
        """Units that wait for others."""
        self.orders.append(cells)

    def finish(self) -> Program:
        """The program; from here on nothing changes it."""
        return Program(
            country=self.country,
            titles=self.titles,
            targets=self.targets,
            norm=self.norm,
            requirements={
                place: Requirements(len(self.bounds[place][0]), tuple(asks), tuple(self.ends[place]))
                for place, asks in self.asks.items()
            },
            bounds={place: (low.copy(), high.copy()) for place, (low, high) in self.bounds.items()},
            joint=tuple(self.joint),
            shares=tuple(self.shares),
            together=tuple(self.together),
            orders=tuple(self.orders),
            none_or=tuple(self.none_or),
            priority={title: dict(known) for title, known in self.priority.items()},
        )
