"""Is a number plausible? Places whose posts are far from what their size says, and the clause behind it.

Three lists, each from the tables of a plan folder alone:

* ``size``: by title the places farthest from what their size says. A unit's size is what the formula of its
  weight reads (beds, people served, visits, chairs …); the rate of its kind is Σ posts / Σ size over all its
  units; what its size says is size × rate = e, and far is (x − e)² / e, the measure of the plan itself.
* ``empty``: places with a target of one post or more, and none.
* ``load``: units whose load, size ÷ posts, is more than three times the median load of their kind.

Each line names the clause that makes its number so, and how (:class:`Cause`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from pdc_common.levels import LEVELS
from pdc_reports.explain.numbers import Cell
from pdc_reports.explain.sizes import Field, Floats, Ground, Kin, farthest
from pdc_reports.explain.tables import Book, TitleFacts

FARTHEST: Final = 3  # places a title that are listed for their size
LESS, MORE = 0.8, 1.25  # posts a weight in a district, against the country: between them it is no cause
TIMES: Final = 3  # a load of more than so many times the median of its kind is listed
MEASURES: Final[Mapping[str, str]] = {
    "beds": "bed", "referral_beds": "bed", "ward_beds": "bed", "special_beds": "bed", "khd_beds": "bed",
    "catchment_population": "person", "district_etf": "person", "gp_by_people": "person",
    "outpatient_visits": "visit", "emergency_visits": "visit", "dental_visits": "visit",
    "orthopaedic_visits": "visit", "ent_visits": "visit", "neuropsychiatric_visits": "visit",
    "operations": "operation", "operating_tables": "table", "dental_chairs": "chair",
    "imaging_devices": "device",
}  # fmt: skip
"""Names that weights read → what one of them is called; what else a formula reads is no size."""


@dataclass(frozen=True)
class Cause:
    """Why a number is what it is: a clause, and how it acts (a key of ``plausibility.cause``)."""

    how: str
    clause: str
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One place of one list. ``said`` is what its size says, or its target; ``rate`` that of its kind."""

    part: str  # size, empty, load
    title: str
    level: str
    code: str
    kind: str
    measure: str
    size: float
    posts: int
    said: float
    far: float
    cause: Cause


def plausibility(book: Book, facts: Iterable[TitleFacts]) -> list[Line]:
    """All lines of a plan, by part, title in the order of ``facts``, the farthest first."""
    told = list(facts)
    units = {code: (unit.kind, unit.district) for code, unit in book.units.items()}
    ground = Ground(units, (one.plan["unit"].codes for one in told))
    known = [_Title(book, ground, one) for one in told]
    found: list[Line] = []
    for one in known:
        found += one.sizes()
    for one in known:
        found += one.empty()
    for one in known:
        found += sorted(one.loads(), key=lambda line: (-line.far, line.code))
    return found


class _Title:
    """One title's sizes, loads and causes, each sum made once."""

    def __init__(self, book: Book, ground: Ground, facts: TitleFacts) -> None:
        self.book, self.ground, self.facts = book, ground, facts
        self.units = facts.plan["unit"]

    @cached_property
    def field(self) -> Field:
        """Its units."""
        return Field(self.ground, self.units.codes, self.units.posts)

    @cached_property
    def kin(self) -> list[Kin]:
        """Its units by kind and measure, with their sizes."""
        return self.field.kin(self.facts.why.of("unit", "weight"), MEASURES)

    @cached_property
    def weights(self) -> dict[str, float]:
        """Σ weights of each district's units."""
        return self.field.by_district(self._weights)

    @cached_property
    def _weights(self) -> Floats:
        why = self.facts.why
        return self.field.weights(why.of("unit", "weight"), why.of("unit", "factor"))

    @cached_property
    def weight(self) -> float:
        """Σ weights of the country's units, one after the other."""
        return float(np.add.accumulate(self._weights)[-1]) if len(self._weights) else 0.0

    @cached_property
    def posts(self) -> int:
        """Posts of the country."""
        return int(self.field.posts.sum())

    def sizes(self) -> Iterator[Line]:
        """The farthest units, each by its farther measure, of those with a post or whose size says one."""
        for code, found in farthest(self.kin, self.field.codes, FARTHEST):
            # Only of these few is the cause looked for.
            yield self._line("size", "unit", code, found.measure, found.size, found.said, found.far)

    def empty(self) -> Iterator[Line]:
        """Places of all levels with a target of one and more and no post, the larger target first."""
        for level in LEVELS:
            cells = self.facts.plan[level]
            rows = zip(cells.codes, cells.targets, cells.posts, strict=True)
            empty = [(target, code) for code, target, posts in rows if not posts and target >= 1]
            for target, code in sorted(empty, key=lambda pair: (-pair[0], pair[1])):
                yield self._line("empty", level, code, "", 0.0, target, target)

    def loads(self) -> Iterator[Line]:
        """Units with more than :data:`TIMES` their kind's median load a post."""
        for kin in self.kin:
            for at, size, load, middle in kin.heavy(TIMES, TIMES):
                code = self.field.codes[at]
                yield self._line("load", "unit", code, kin.measure, size, size / middle, load / middle)

    def _line(
        self, part: str, level: str, code: str, measure: str, size: float, said: float, far: float
    ) -> Line:
        posts = self.facts.plan[level][code].posts
        kind = self._kind(code) if level == "unit" else ""
        cause = self.cause(level, code)
        return Line(part, self.facts.code, level, code, kind, measure, size, posts, said, far, cause)

    def _kind(self, code: str) -> str:
        return self.book.units[code].kind if code in self.book.units else ""

    # cause ---------------------------------------------------------------------------------------------

    def cause(self, level: str, code: str) -> Cause:
        """The clause that makes a number so: what is short or right at its limit, else its target's."""
        cell = self.facts.plan[level][code]
        own = self.facts.found.at((level, code))
        short = next((f for f in own if f.status == "short"), None)
        if short is not None:
            return Cause("short", short.clause, {"required": short.required or 0})
        limit = next((f for f in own if f.status == "binding" and f.required == cell.posts), None)
        if limit is not None:
            return Cause("limit", limit.clause, {"required": cell.posts})
        if level != "unit":
            return self._nowhere(level, code) or Cause("rounded", "A.1", {"target": cell.target})
        above = None if cell.posts else self._short_above(code)
        return above or self._among(code) or self._floor(code, cell) or self._target(code, cell)

    def _nowhere(self, level: str, code: str) -> Cause | None:
        """A place without a unit that may have the title: the clause that says where it may be."""
        if (level, code) in self.places:
            return None
        clauses = self.book.clauses.items()
        own = [number for number, c in clauses if self.facts.code in c.titles and "eligible" in c.kinds]
        return Cause("nowhere", own[0]) if own else None

    @cached_property
    def places(self) -> set[tuple[str, str]]:
        """Places with a unit that may have the title."""
        return {place for unit in self.units.codes for place in self.book.above("unit", unit)}

    def _short_above(self, code: str) -> Cause | None:
        """A floor of the unit's district that could not be met either."""
        district = self.book.above("unit", code)[1]
        short = next((f for f in self.facts.found.at(district) if f.status == "short"), None)
        return Cause("short", short.clause, {"required": short.required or 0}) if short else None

    def _among(self, code: str) -> Cause | None:
        """An order, cap or share over several units of the province, at its limit, that names this one."""
        province = self.book.above("unit", code)[-1]
        rows = (*self.facts.reasons(("unit", code), "rule"), *self.facts.reasons(("unit", code), "weight"))
        mine = {reason.clause for reason in rows}
        for finding in self.facts.found.at(province):
            if finding.status in ("binding", "short") and finding.clause in mine:
                return Cause("among", finding.clause, {"required": finding.required or 0})
        return None

    def _floor(self, code: str, cell: Cell) -> Cause | None:
        """Floors that are half the target and more."""
        floor = self.facts.value(("unit", code), "floor")
        asked = max(
            self.facts.reasons(("unit", code), "rule"), key=lambda reason: _number(reason.value), default=None
        )
        if asked is None or not floor or floor < cell.target / 2:
            return None
        return Cause("floor", asked.clause, {"floor": floor})

    def _target(self, code: str, cell: Cell) -> Cause:
        """The number follows its target, and that its district: posts a weight there against the country."""
        rows = self.facts.reasons(("unit", code), "weight")
        clause = rows[0].clause if rows else ""
        times = self._against_country(code)
        if times is not None and not LESS < times < MORE:
            return Cause("district", clause, {"target": cell.target, "times": times})
        whole = abs(cell.posts - cell.target) < 1 and cell.target < 2
        return Cause("rounded" if whole else "target", clause, {"target": cell.target})

    def _against_country(self, code: str) -> float | None:
        """Posts a weight in the unit's district over those of the country; None where nothing weighs."""
        district = self.book.units[code].district if code in self.book.units else ""
        here, inside = self.weights.get(district, 0.0), self.facts.plan["district"].get(district)
        if not here or inside is None or not self.weight or not self.posts:
            return None
        return (inside.target / here) / (self.posts / self.weight)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
