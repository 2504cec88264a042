"""Never a bare "infeasible": the smallest sets of rules, pins and national numbers that cannot hold together.

A deletion filter (Chinneck, *Feasibility and Infeasibility in Optimization*, 2008, section 6): leave out one
after the other; what can be left out while the rest still clashes is not to blame. What stays is a minimal
conflict: without any one of it a plan exists. A rule of a title is one group, at all its places; a pin and a
national number are one each. Clashes of a single place come first, and their rules only with that place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.law.kinds import REGISTRY
from pdc.law.pins import Pin
from pdc.program.build import program_of
from pdc.program.options import Options
from pdc.program.program import Program
from pdc.rules.bind import BoundGroup
from pdc.rules.checks import supply_clause
from pdc.rules.kinds import Cells
from pdc.rules.requirements import NO_LIMIT
from pdc.solve.strict import hardened, is_feasible, local_clashes, sums_of
from pdc_common.levels import LEVELS

SETS: Final = 10  # clashes of single places that are worked out; the others are counted
FLOOR, LIMIT, BAND, SHARE, ORDER, SUPPLY, PIN, NOWHERE, CLOSED = (
    "floor", "limit", "band", "share", "order", "supply", "pin", "nowhere", "closed",
)  # fmt: skip
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Spot:
    """A place by position, with the number that is asked for there, or the limit."""

    level: str
    at: int
    posts: int
    upper: int | None = None  # the other end of a band


@dataclass(frozen=True)
class Member:
    """A rule, a pin or a national number in a conflict; ``form`` says which, ``posts`` its number in all."""

    form: str
    clause: str
    title: str
    posts: int
    spots: tuple[Spot, ...] = ()  # the larger number first
    source: str = ""  # of a pin

    def text(self, country: Country) -> str:
        """In codes, for logs; the terminal has sentences."""
        if self.form in (PIN, NOWHERE):
            spot = self.spots[0]
            code = country.codes(spot.level)[spot.at]
            return f"{self.clause} {self.source}: {self.title}, {spot.level} {code} = {self.posts}"
        if self.form == SUPPLY:
            return f"{self.clause} ({self.title}: N = {self.posts})"
        return f"{self.clause} ({self.title})"


@dataclass(frozen=True)
class Conflict:
    """A minimal set that cannot hold together; ``place`` where it is one place's, ``others`` likewise.

    Without members: ``others`` clash as well, in sets that nobody has worked out.
    """

    members: tuple[Member, ...]
    place: Spot | None = None
    others: tuple[Spot, ...] = ()


@dataclass(frozen=True, eq=False)
class Suspect:
    """What the filter leaves out or keeps: cells, a pin, or a title's national number."""

    what: Cells | Pin | str

    @property
    def titles(self) -> tuple[str, ...]:
        """Whose numbers it speaks of."""
        if isinstance(self.what, Cells):
            return self.what.titles
        return (self.what.title,) if isinstance(self.what, Pin) else (self.what,)


@dataclass(frozen=True, eq=False)
class Feasibility:
    """A bound group with its pins: has this or that part of it a plan? ``strict``: nothing may be short."""

    country: Country
    bound: BoundGroup
    options: Options
    pins: tuple[Pin, ...]
    strict: bool = False

    @property
    def things(self) -> list[Suspect]:
        """Everything that can clash."""
        cells = [c for c in self.bound.cells if self.strict or c.rule.tier is None]
        supplied = [t for t, target in self.bound.targets.items() if target.supply is not None]
        mine = [pin for pin in self.pins if pin.title in self.bound.targets]
        every: list[Cells | Pin | str] = [*cells, *supplied, *mine]
        return [Suspect(one) for one in every]

    def program(self, kept: Iterable[Suspect]) -> Program:
        """The program of some of the things alone."""
        things = {id(thing.what) for thing in kept}
        named = {thing.what for thing in kept if isinstance(thing.what, str)}
        cells = tuple(
            c for c in self.bound.cells if id(c) in things or (not self.strict and c.rule.tier is not None)
        )
        targets = {
            title: target if title in named else replace(target, supply=None, pools=())
            for title, target in self.bound.targets.items()
        }
        part = BoundGroup(self.bound.scenes, targets, cells)
        pins = tuple(pin for pin in self.pins if id(pin) in things)
        made = program_of(self.country, part, self.options, pins)
        return hardened(made) if self.strict else made

    def clashes(self, kept: Sequence[Suspect], only: Ints | None = None) -> bool:
        """Have these together no plan?"""
        return not is_feasible(self.program(kept), only, self.strict)


def conflicts(
    country: Country,
    bound: BoundGroup,
    options: Options,
    pins: Sequence[Pin],
    strict: bool = False,
    last: Collection[str] = (),
    progress: Progress | None = None,
) -> tuple[Conflict, ...]:
    """The minimal conflicts of a group; nothing where it has a plan.

    ``last`` are clauses that are left out last, so that a set speaks of them.
    """
    tell = progress or (lambda done, total, name: None)
    away = [nowhere(country, bound, pin) for pin in pins]
    found = [Conflict((member,), member.spots[0]) for member in away if member is not None]
    left = tuple(
        p for p, member in zip(pins, away, strict=True) if member is None and p.title in bound.targets
    )
    question = Feasibility(country, bound, options, left, strict)
    found += _nobody(question) if strict else []
    things = sorted(question.things, key=lambda thing: _rank(question, thing, last))
    if not bound.targets or not question.clashes(things):
        return tuple(found)
    found += _local(question, last, tell)
    for title in bound.targets:
        if sums_of(question.program(things), title).beyond:
            mine = [thing for thing in things if title in thing.titles]
            kept = deletion_filter(
                mine, lambda part, t=title: sums_of(question.program(part), t, question.strict).beyond, tell  # type: ignore[misc]
            )  # fmt: skip
            # A set with the clash of a place inside it is not minimal: that place is told already.
            if not question.clashes([thing for thing in kept if thing.what != title]):
                found.append(_conflict(question, kept))
    return tuple(found or _crossing(question, things, tell))


def _nobody(question: Feasibility) -> list[Conflict]:
    """Joint floors of units where none of the titles may be."""
    found: list[Conflict] = []
    for c in question.bound.cells:
        if len(c.titles) < 2 or c.level != LEVELS[-1] or c.rule.tier is None:
            continue
        may = np.any([question.bound.targets[title].eligible for title in c.titles], axis=0)
        places = [
            Spot(c.level, at, amount)
            for at, amount in zip(c.at.tolist(), c.amount.tolist(), strict=True)
            if amount and not may[at]
        ]
        if places:
            first, *others = places
            found.append(
                Conflict(
                    _conflict(question, [Suspect(c)], (c.level, first.at)).members,
                    Spot(c.level, first.at, 0),
                    tuple(replace(spot, upper=0) for spot in others),
                )
            )
    return found


def _crossing(question: Feasibility, things: list[Suspect], tell: Progress) -> list[Conflict]:
    """Clashes of rules that cross the tree, province by province, or else of the whole country."""
    without = [thing for thing in things if not isinstance(thing.what, str)]
    someone = np.any([target.eligible for target in question.bound.targets.values()], axis=0)
    provinces = np.unique(question.country.unit_province[someone])
    found: list[Conflict] = []
    for p in provinces.tolist():
        only = np.array([p])
        if len(found) >= SETS or not question.clashes(without, only):
            continue
        kept = deletion_filter(
            without, lambda part, at=only: question.clashes(part, at), tell  # type: ignore[misc]
        )  # fmt: skip
        found.append(_conflict(question, kept, ("province", p)))
    return found or [_conflict(question, deletion_filter(things, question.clashes, tell))]


def _local(question: Feasibility, last: Collection[str], tell: Progress) -> list[Conflict]:
    """Clashes of single places: what they must have by themselves and below is more than they may."""
    things = question.things
    whole = question.program(things)
    found: list[Conflict] = []
    left: list[Spot] = []
    like: dict[tuple[str, tuple[int, ...]], int] = {}
    for title in question.bound.targets:
        mine = [thing for thing in things if title in thing.titles]
        sums = sums_of(whole, title, question.strict)
        for level, at in local_clashes(question.country, sums):

            def clash(part: Sequence[Suspect], t: str = title, where: tuple[str, int] = (level, at)) -> bool:
                return bool(sums_of(question.program(part), t, question.strict).clashing(where[0])[where[1]])

            near = [thing for thing in mine if _touches(question.country, thing, (level, at))]
            near.sort(key=lambda thing, where=(level, at): _rank(question, thing, last, where))  # type: ignore[misc]
            spot = Spot(level, at, int(sums.least[level][at]), int(sums.most[level][at]))
            known = next((key for key in like if key[0] == level and _same(key, near, clash)), None)
            if known is not None:
                one = found[like[known]]
                found[like[known]] = replace(one, others=(*one.others, spot))
                continue
            if len(found) >= SETS:
                left.append(spot)
                continue
            kept = deletion_filter(near, clash, tell)
            like[level, tuple(id(thing.what) for thing in kept)] = len(found)
            found.append(_conflict(question, kept, (level, at)))
    return [*found, Conflict((), None, tuple(left))] if left else found


def _same(
    key: tuple[str, tuple[int, ...]], near: Sequence[Suspect], clash: Callable[[Sequence[Suspect]], bool]
) -> bool:
    """Are the things of a conflict that is known one here as well (without pins, which are one place's)?"""
    part = [thing for thing in near if id(thing.what) in key[1]]
    if len(part) < len(key[1]) or any(isinstance(thing.what, Pin) for thing in part):
        return False
    return clash(part)


def deletion_filter(
    things: Sequence[Suspect],
    clashes: Callable[[Sequence[Suspect]], bool],
    progress: Progress | None = None,
) -> list[Suspect]:
    """A minimal part of ``things`` that still clashes."""
    kept = list(things)
    for done, thing in enumerate(things, 1):
        rest = [other for other in kept if other is not thing]
        if clashes(rest):
            kept = rest
        if progress is not None:
            progress(done, len(things), "")
    return kept


# what a set says -------------------------------------------------------------------------------------------


def _conflict(
    question: Feasibility, kept: Sequence[Suspect], where: tuple[str, int] | None = None
) -> Conflict:
    members = tuple(_member(question, thing, where) for thing in kept)
    if where is not None and where[0] == LEVELS[-1]:
        titles = {title for thing in kept for title in thing.titles}
        closed = [t for t in sorted(titles) if not question.bound.targets[t].eligible[where[1]]]
        clause = question.country.speaks["places"]
        members += tuple(Member(CLOSED, clause, title, 0, (Spot(*where, 0),)) for title in closed)
    return Conflict(_in_order(question, members), None if where is None else Spot(*where, 0))


def _in_order(question: Feasibility, members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Rules in the order of the law, then national numbers, then pins."""
    order = {c.rule.clause: i for i, c in enumerate(question.bound.cells)}
    last = {SUPPLY: 1, PIN: 2}
    return tuple(sorted(members, key=lambda m: (last.get(m.form, 0), order.get(m.clause, 0), m.title)))


def _rank(
    question: Feasibility, thing: Suspect, last: Collection[str], where: tuple[str, int] | None = None
) -> tuple[int, int, bool]:
    """In which order things are left out: few large floors and narrow limits are what stays.

    First what crosses the tree and, at a place, the national number; then the smaller floors, those of the
    ``last`` clauses later; then the wider limits, national numbers, pins.
    """
    what = thing.what
    if isinstance(what, Pin):
        return 4, 0, False
    if isinstance(what, str):
        return (3 if where is None else 0), 0, False
    clause = what.rule.clause in last
    if len(what.titles) > 1 or what.members is not None or REGISTRY[what.rule.kind].form == "none_or":
        return 0, 0, clause
    posts = int(what.amount[_inside(question.country, what.level, what.at, where)].sum())
    return (1, posts, clause) if REGISTRY[what.rule.kind].form in (FLOOR, "fix") else (2, -posts, clause)


def _member(question: Feasibility, thing: Suspect, where: tuple[str, int] | None) -> Member:
    what, country = thing.what, question.country
    if isinstance(what, Pin):
        at = int(np.flatnonzero(country.codes(what.level) == what.code)[0])
        return Member(
            PIN, what.clause, what.title, what.posts, (Spot(what.level, at, what.posts),), what.source
        )
    if isinstance(what, str):
        target = question.bound.targets[what]
        clause = supply_clause(target, country.speaks)
        return Member(SUPPLY, clause, what, target.supply or 0)
    inside = _inside(country, what.level, what.at, where)
    if what.level == LEVELS[-1] and (where is None or where[0] != LEVELS[-1]):
        # Floors of units that the title may not be at clash by themselves.
        may = np.any([question.bound.targets[title].eligible for title in what.titles], axis=0)
        inside = inside & may[what.at]
    upper = [None] * len(what.at) if what.upper is None else what.upper.tolist()
    spots = [
        Spot(what.level, at, amount, None if high is None or high >= NO_LIMIT else high)
        for at, amount, high, here in zip(
            what.at.tolist(), what.amount.tolist(), upper, inside.tolist(), strict=True
        )
        if here
    ]
    form = REGISTRY[what.rule.kind].form
    if form in (FLOOR, "fix"):
        spots = [spot for spot in spots if spot.posts or form == "fix"]
        spots.sort(key=lambda spot: (-spot.posts, spot.at))
    return Member(form, what.rule.clause, what.title, sum(spot.posts for spot in spots), tuple(spots))


def _inside(country: Country, level: str, at: Ints, where: tuple[str, int] | None) -> Any:
    """Which places of a level lie in a place, or above it?"""
    if where is None:
        return np.ones(len(at), dtype=bool)
    up, place = where
    if LEVELS.index(level) >= LEVELS.index(up):
        return above(country, level, up)[at] == place
    return above(country, up, level)[place] == at


def above(country: Country, level: str, up: str) -> Ints:
    """Position of the place of ``up`` that each place of ``level`` lies in."""
    if level == up:
        return np.arange(country.size(level), dtype=np.int64)
    if level == "district":
        return country.district_province
    return country.unit_district if up == "district" else country.unit_province


def _touches(country: Country, thing: Suspect, where: tuple[str, int]) -> bool:
    """Does it speak of a place, or of one inside it?"""
    if isinstance(thing.what, str):
        return True
    if isinstance(thing.what, Pin):
        at = np.flatnonzero(country.codes(thing.what.level) == thing.what.code)
        return bool(_below(country, thing.what.level, at, where).any())
    return bool(_below(country, thing.what.level, thing.what.at, where).any())


def _below(country: Country, level: str, at: Ints, where: tuple[str, int]) -> Any:
    if LEVELS.index(level) < LEVELS.index(where[0]):
        return np.zeros(len(at), dtype=bool)
    return _inside(country, level, at, where)


def nowhere(country: Country, bound: BoundGroup, pin: Pin) -> Member | None:
    """A pin of posts where its title may not be."""
    at = np.flatnonzero(country.codes(pin.level) == pin.code)
    if not pin.posts or not len(at):
        return None
    target = bound.targets.get(pin.title)
    if target is not None and (above(country, "unit", pin.level)[target.eligible] == at[0]).any():
        return None
    return Member(
        NOWHERE, pin.clause, pin.title, pin.posts, (Spot(pin.level, int(at[0]), pin.posts),), pin.source
    )


def opposed(country: Country, one: Pin, other: Pin) -> Conflict:
    """Two pins of one place that set different numbers."""
    at = int(np.flatnonzero(country.codes(one.level) == one.code)[0])
    members = tuple(
        Member(PIN, pin.clause, pin.title, pin.posts, (Spot(pin.level, at, pin.posts),), pin.source)
        for pin in (one, other)
    )
    return Conflict(members, Spot(one.level, at, 0))
