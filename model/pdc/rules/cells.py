"""The cells of a rule: where it acts and what it asks; what is found there against what is required."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.formula import EXACT, FormulaError, round_half_up
from pdc.base.numbers import MOST_POSTS, Ints, Objects, told
from pdc.country.country import Country
from pdc.law.rulebook import Rule

KEPT, BINDING, SHORT, NOT_APPLICABLE = "kept", "binding", "short", "not_applicable"


@dataclass(frozen=True, eq=False)
class Cells:
    """A rule bound to places: the numbers that both twins read.

    Arrays are ``int64``, amounts whole posts. ``at`` (n) are positions at ``level``; ``amount`` (n) is the
    lower end (the limit, for caps), ``upper`` (n) the upper end of a band, ``rate`` (n) the part of a
    province's number. Rules over several units at once (shares, orders, joint caps) list their positions in
    ``members`` (m), and in ``member_of`` (m) the index into ``at`` that each belongs to. Of an order
    ``members`` are the units that wait and ``first`` (k) those they wait for, ``first_of`` (k) again an
    index into ``at`` and ``first_need`` (k) what those need (−1: the floors of all tiers). ``priority`` (n)
    is the order among places where not all can be met, the larger first. ``inside``: a rounded share covers
    the other fixes of its unit and is not added to them.
    """

    rule: Rule
    titles: tuple[str, ...]
    level: str
    at: Ints
    amount: Ints
    upper: Ints | None = None
    rate: tuple[Fraction, ...] = ()
    members: Ints | None = None
    member_of: Ints | None = None
    first: Ints | None = None
    first_of: Ints | None = None
    first_need: Ints | None = None
    priority: Objects | None = None
    inside: bool = False
    later: bool = False  # asked once the plan is made, on top of the national number
    void: tuple[Ints, Ints] | None = None  # closed units that the rule would ask or limit, and the amounts

    @property
    def title(self) -> str:
        """Titles of a joint rule are joined by ``+``."""
        return "+".join(self.titles)


class Finding(NamedTuple):
    """One line of ``rules.csv`` (docs/data.md), places still as positions.

    Numbers are whole posts; None: there is none. ``tier`` None and ``hard``: may not be short.
    """

    clause: str
    title: str
    level: str
    at: int
    required: int | None
    posts: int | None
    shortfall: int
    tier: int | None
    status: str
    hard: bool = False


@dataclass(frozen=True, eq=False)
class Numbers:
    """A plan as plain numbers: posts by unit position (``int64``) for every title, and sums above."""

    country: Country
    posts: Mapping[str, Ints]

    def at(self, title: str, level: str) -> Ints:
        """Posts of a title at every place of a level."""
        if (title, level) not in self._found:
            self._found[title, level] = self._at(title, level)
        return self._found[title, level]

    @cached_property
    def _found(self) -> dict[tuple[str, str], Ints]:
        """What was added up, by title and level: every rule asks."""
        return {}

    def _at(self, title: str, level: str) -> Ints:
        units = self.posts[title]
        country = self.country
        match level:
            case "unit":
                return units
            case "district":
                return _sum(units, country.unit_district, len(country.districts))
            case "province":
                return _sum(units, country.unit_province, len(country.provinces))
        return np.array([units.sum()], dtype=np.int64)


def _sum(units: Ints, at: Ints, size: int) -> Ints:
    totals = np.zeros(size, dtype=np.int64)
    np.add.at(totals, at, units)
    return totals


def void_findings(numbers: Numbers, cells: Cells) -> Iterable[Finding]:
    """A row for every closed unit that a rule would ask or limit: not applicable, short of nothing."""
    if cells.void is None:
        return
    found = sum((numbers.at(t, cells.level) for t in cells.titles), start=np.int64(0))
    for at, amount in zip(*(part.tolist() for part in cells.void), strict=True):
        posts = int(np.asarray(found)[at])
        tier = cells.rule.tier
        yield Finding(
            cells.rule.clause, cells.title, cells.level, at, amount, posts, 0, tier, NOT_APPLICABLE
        )


def whole_amounts(values: Any, rule: Rule, key: str) -> Ints:
    """Posts are whole: an amount of a rule's formula ``key`` that is not is rounded half up.

    Raises :class:`~pdc.base.formula.FormulaError` for one that no place could have.
    """
    values = np.asarray(values)
    if values.dtype != object:
        for end in (values.min(initial=0), values.max(initial=0)):
            in_range(int(end), rule, key)
        return np.asarray(values, dtype=np.int64)
    for number in values.tolist():
        in_range(number, rule, key)
    return np.array([round_half_up(number) for number in values.tolist()], dtype=np.int64)


def in_range(number: Any, rule: Rule, key: str) -> None:
    """Check a number that a rule's formula gives. Raises :class:`~pdc.base.formula.FormulaError`."""
    exact = type(number) in EXACT or isinstance(number, EXACT)
    if exact and abs(number.numerator) > MOST_POSTS * number.denominator:
        formula = rule.formula(key)
        values = {"clause": rule.clause, "key": key, "formula": "" if formula is None else formula.text}
        raise FormulaError("formula.range", **values, number=told(number), most=MOST_POSTS)


def status(shortfall: int, at_limit: bool) -> str:
    """Kept, binding (the number stands right at the limit) or short."""
    if shortfall > 0:
        return SHORT
    return BINDING if at_limit else KEPT
