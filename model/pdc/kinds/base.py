"""What every kind of rule can do: bind to a country, constrain a program, check a plan.

``bind`` turns a rule into numbers once; the twins ``constrain`` (for the solver) and ``check`` (plain
numbers, no solver) both start from those, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pdc.country import Country, Ints, Objects
from pdc.law.formula import round_half_up
from pdc.law.rulebook import Rule
from pdc.rational import Fraction
from pdc.scene import Scene

if TYPE_CHECKING:
    from pdc.program import Program

KEPT, BINDING, SHORT, NOT_APPLICABLE = "kept", "binding", "short", "not_applicable"


@dataclass(frozen=True, eq=False)
class Cells:
    """A rule bound to places: the numbers that both twins read.

    ``at`` are positions at ``level``. ``amount`` is the lower end (the limit, for caps), ``upper`` the
    upper end of a band. Rules over several units at once (shares, orders, joint caps) list them in
    ``members``, with the position in ``at`` that each belongs to in ``member_of``.
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
    void: tuple[Ints, Ints] | None = None  # closed units that the rule would ask or limit, and the amounts

    @property
    def title(self) -> str:
        """Titles of a joint rule are joined by ``+``."""
        return "+".join(self.titles)


@dataclass(frozen=True)
class Finding:
    """One line of ``rules.csv``, places still as positions."""

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
    """A plan as plain numbers: posts by unit for every title, and sums above."""

    country: Country
    posts: Mapping[str, Ints]

    def at(self, title: str, level: str) -> Ints:
        """Posts of a title at every place of a level."""
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


class Kind:
    """A kind of rule. Most kinds say nothing to the program; those that do override ``constrain``."""

    name = ""

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Numbers of the rule for these titles; None where the kind acts elsewhere (targets, merges …)."""
        del scene, rule, titles
        return None

    def constrain(self, program: Program, cells: Cells) -> None:
        """Tell the program."""

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        """Compare found with required, without a solver."""
        del numbers, cells
        return ()


def split_closed(scene: Scene, level: str, rows: Ints) -> tuple[Ints, Ints]:
    """Places that a rule speaks of, and those that a clause closes: there it does not apply (A.19.a)."""
    if level != "unit":
        return rows, rows[:0]
    shut = np.asarray(scene.column("unit", "closed"), dtype=bool)[rows]
    return rows[~shut], rows[shut]


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


def whole_amounts(values: Any) -> Ints:
    """Posts are whole: an amount that is not is rounded half up."""
    if isinstance(values, np.ndarray) and values.dtype == object:
        return np.array([round_half_up(v) for v in values.tolist()], dtype=np.int64)
    return np.asarray(values, dtype=np.int64)


def status(shortfall: int, at_limit: bool) -> str:
    """Kept, binding (the number stands right at the limit) or short."""
    if shortfall > 0:
        return SHORT
    return BINDING if at_limit else KEPT
