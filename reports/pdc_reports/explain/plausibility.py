"""Is a number plausible? Places whose posts are far from what their size says, and the clause that makes them so.

Three lists, each from the tables of a plan folder alone:

* ``size``: by title the places farthest from what their size says. A unit's size is what the formula of its weight
  reads (beds, people served, visits, chairs …); its kind's rate is Σ posts / Σ size over all units of the kind; what its
  size says is size × rate = e, and far is (x − e)² / e, the measure in which the plan itself is closest.
* ``empty``: places with a target of one post or more, and none.
* ``load``: units whose load, size ÷ posts, is more than three times the median load of their kind.

Each line names the clause that makes its number so, and how (:class:`Cause`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from pdc_common.levels import LEVELS
from pdc_reports.explain.tables import Book, TitleFacts

FARTHEST: Final = 3  # places a title that are listed for their size
TIMES: Final = 3  # a load of more than so many times the median of its kind is listed
MEASURES: Final[Mapping[str, str]] = {
    "beds": "bed", "referral_beds": "bed", "ward_beds": "bed", "special_beds": "bed", "khd_beds": "bed",
    "catchment_population": "person", "district_etf": "person", "gp_by_people": "person",
    "outpatient_visits": "visit", "emergency_visits": "visit", "dental_visits": "visit",
    "orthopaedic_visits": "visit", "ent_visits": "visit", "neuropsychiatric_visits": "visit",
    "operations": "operation", "operating_tables": "table", "dental_chairs": "chair", "imaging_devices": "device",
}  # fmt: skip
"""Names that weights read → what one is called in the lists; another name is told as it stands."""


@dataclass(frozen=True)
class Cause:
    """Why a number is what it is: a clause, and how it acts (a key of ``plausibility.cause``)."""

    how: str
    clause: str
    values: Mapping[str, float | str] = field(default_factory=dict)


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
    known = list(facts)
    found: list[Line] = []
    for one in known:
        found += sorted(_sizes(book, one), key=lambda line: (-line.far, line.code))[:FARTHEST]
    for one in known:
        found += _empty(book, one)
    for one in known:
        found += sorted(_loads(book, one), key=lambda line: (-line.far, line.code))
    return found


# size --------------------------------------------------------------------------------------------------


def _sized(facts: TitleFacts, kind_of: Mapping[str, str]) -> dict[tuple[str, str], dict[str, float]]:
    """Size of every unit by kind and measure: ``{(kind, measure): {unit: size}}``."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for (level, code), rows in facts.why.items():
        if level != "unit" or code not in facts.plan["unit"]:
            continue
        for reason in rows.get("weight", ()):
            for part in filter(None, reason.inputs.split(";")):
                name, _, value = part.partition("=")
                size = _number(value)
                if size > 0:
                    measure = MEASURES.get(name, name)
                    sizes = found.setdefault((kind_of.get(code, ""), measure), {})
                    sizes[code] = sizes.get(code, 0.0) + size
    return found


def _sizes(book: Book, facts: TitleFacts) -> Iterator[Line]:
    """The farther measure of every unit with a post, or whose size says one."""
    posts = facts.plan["unit"]
    worst: dict[str, Line] = {}
    for (kind, measure), sizes in _sized(facts, _kinds(book)).items():
        whole = sum(sizes.values())
        rate = sum(posts[code].posts for code in sizes) / whole
        for code, size in sizes.items():
            said, here = size * rate, posts[code].posts
            if max(said, here) < 1 or not said:
                continue
            far = (here - said) ** 2 / said
            known = worst.get(code)
            if known is None or far > known.far:
                cause = cause_of(book, facts, "unit", code)
                worst[code] = Line(
                    "size", facts.code, "unit", code, kind, measure, size, here, said, far, cause
                )
    yield from worst.values()


def _empty(book: Book, facts: TitleFacts) -> Iterator[Line]:
    """Places of all levels with a target of one and more and no post, the larger target first."""
    kinds = _kinds(book)
    for level in LEVELS:
        cells = facts.plan[level]
        empty = [(cell.target, code) for code, cell in cells.items() if cell.target >= 1 and not cell.posts]
        for target, code in sorted(empty, key=lambda pair: (-pair[0], pair[1])):
            kind = kinds.get(code, "") if level == "unit" else ""
            cause = cause_of(book, facts, level, code)
            yield Line("empty", facts.code, level, code, kind, "", 0.0, 0, target, target, cause)


def _loads(book: Book, facts: TitleFacts) -> Iterator[Line]:
    """Units with more than :data:`TIMES` their kind's median load a post."""
    posts = facts.plan["unit"]
    for (kind, measure), sizes in _sized(facts, _kinds(book)).items():
        loads = {code: size / posts[code].posts for code, size in sizes.items() if posts[code].posts}
        if len(loads) < TIMES:
            continue
        middle = median(loads.values())
        for code, load in loads.items():
            if load > TIMES * middle:
                cause = cause_of(book, facts, "unit", code)
                here = posts[code].posts
                yield Line(
                    "load", facts.code, "unit", code, kind, measure, sizes[code], here, sizes[code] / middle,
                    load / middle, cause,
                )  # fmt: skip


# cause -------------------------------------------------------------------------------------------------


def cause_of(book: Book, facts: TitleFacts, level: str, code: str) -> Cause:
    """The clause that makes the number of a place so: what is short or right at its limit, else its target's."""
    cell = facts.plan[level][code]
    own = facts.found.get((level, code), ())
    for finding in own:
        if finding.status == "short":
            return Cause("short", finding.clause, {"required": finding.required or 0})
    for finding in own:
        if finding.status == "binding" and finding.required == cell.posts:
            return Cause("limit", finding.clause, {"required": cell.posts})
    among = _among(book, facts, level, code)
    if among is not None and not cell.posts:
        return among
    if level != "unit":
        return Cause("rounded", "A.1", {"target": cell.target})
    floor = facts.value(("unit", code), "floor")
    if floor and floor >= cell.target / 2:
        rows = facts.reasons(("unit", code), "rule")
        asked = max(rows, key=lambda reason: _number(reason.value), default=None)
        if asked is not None:
            return Cause("floor", asked.clause, {"floor": floor})
    if abs(cell.posts - cell.target) < 1 and cell.target < 2:
        return Cause("rounded", _weight_clause(facts, code), {"target": cell.target})
    return _by_district(book, facts, code)


def _among(book: Book, facts: TitleFacts, level: str, code: str) -> Cause | None:
    """An order, cap or share over several units of the province that leaves this one none."""
    if level != "unit":
        return None
    _, _, province = book.above(level, code)[0], *book.above(level, code)[1:3]
    for finding in facts.found.get(province, ()):
        if finding.status in ("binding", "short") and facts.reasons(("unit", code), "rule"):
            mine = {reason.clause for reason in facts.reasons(("unit", code), "rule")}
            if finding.clause in mine:
                return Cause("among", finding.clause, {"required": finding.required or 0})
    return None


def _by_district(book: Book, facts: TitleFacts, code: str) -> Cause:
    """The number follows its target, and the target its district: posts for each weight there and in the country."""
    district = book.units[code].district
    inside = [u for u in facts.plan["unit"] if u in book.units and book.units[u].district == district]
    here = sum(facts.weight(u) for u in inside)
    everywhere = sum(facts.weight(u) for u in facts.plan["unit"])
    posts = facts.plan["district"].get(district)
    whole = sum(cell.posts for cell in facts.plan["unit"].values())
    clause = _weight_clause(facts, code)
    if not here or posts is None or not everywhere:
        return Cause("target", clause, {"target": facts.plan["unit"][code].target})
    times = (posts.target / here) / (whole / everywhere) if whole else 1.0
    values = {"target": facts.plan["unit"][code].target, "times": times}
    return Cause("district" if times > 1.25 or times < 0.8 else "target", clause, values)


def _weight_clause(facts: TitleFacts, code: str) -> str:
    rows = facts.reasons(("unit", code), "weight")
    return rows[0].clause if rows else ""


def _kinds(book: Book) -> dict[str, str]:
    return {code: unit.kind for code, unit in book.units.items()}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
