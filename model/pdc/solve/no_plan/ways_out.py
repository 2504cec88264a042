"""The cheapest ways out where no plan keeps everything: what stays short, posts more in the pool, pins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pdc.base.errors import NoLawfulPlanError
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.law.groups import Group
from pdc.law.pins import Pin
from pdc.program.build import program_of, with_needs
from pdc.program.options import Options
from pdc.program.program import Program
from pdc.rules.bind import BoundGroup
from pdc.rules.checks import check_group
from pdc.rules.kinds import Finding, Numbers
from pdc.solve.no_plan.conflicts import (
    NOWHERE,
    PIN,
    SUPPLY,
    Conflict,
    Feasibility,
    Progress,
    Spot,
    above,
    conflicts,
    nowhere,
)
from pdc.solve.no_plan.pool import PoolChange, bands_needed, least_short, pool_needed, pool_to_blame
from pdc.solve.strict import is_feasible, solved, strict_model
from pdc_common.levels import LEVELS


@dataclass(frozen=True)
class Short:
    """Posts that a clause stays short of, at places (the worst first), where as little as can be is short."""

    clause: str
    title: str
    posts: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Change:
    """A pin that alone makes a plan possible, at the nearest number that does.

    ``inside``: in its province; the other provinces have clashes of their own.
    """

    pin: Pin
    spot: Spot
    posts: int
    inside: bool = False


# pins ------------------------------------------------------------------------------------------------------


def pin_changes(question: Feasibility, found: Sequence[Conflict]) -> list[Change]:
    """For every pin that clashes: the nearest number with which a plan exists, if any.

    Where other provinces have clashes that do not speak of the pin, a plan of its own province counts.
    """
    country, changes = question.country, []
    for pin in question.pins:
        at = np.flatnonzero(country.codes(pin.level) == pin.code)
        if not len(at):
            continue
        spot = Spot(pin.level, int(at[0]), pin.posts)
        without = [one for one in found if not _speaks(one, pin, spot)]
        if len(without) == len(found):
            continue
        own = int(above(country, pin.level, "province")[spot.at])
        if any(one.place is None or own in _provinces(country, one) for one in without):
            continue
        only = np.array([own]) if without else None
        posts = _nearest(question, pin, spot.at, only)
        if posts is not None:
            changes.append(Change(pin, spot, posts, bool(without)))
    return changes


def _speaks(one: Conflict, pin: Pin, spot: Spot) -> bool:
    return any(
        m.form in (PIN, NOWHERE) and m.title == pin.title and m.spots == (spot,) and m.source == pin.source
        for m in one.members
    )


def _provinces(country: Country, one: Conflict) -> set[int]:
    """Provinces of a conflict of a place and of those like it."""
    spots = (*one.others, *([one.place] if one.place is not None else []))
    return {int(above(country, spot.level, "province")[spot.at]) for spot in spots}


def _nearest(question: Feasibility, pin: Pin, at: int, only: Ints | None) -> int | None:
    """The number nearest to a pin's with which the rest has a plan; of two as near the larger."""
    others = tuple(other for other in question.pins if other is not pin)

    def works(posts: int) -> bool:
        asked = replace(question, pins=(*others, replace(pin, posts=posts)))
        try:
            return not asked.clashes(asked.things, only)
        except NoLawfulPlanError:
            return False

    if nowhere(question.country, question.bound, pin) is not None:
        return 0 if works(0) else None
    opened = replace(question, pins=others)
    try:
        program = opened.program(opened.things)
    except NoLawfulPlanError:
        return None
    if not is_feasible(program, only, question.strict):
        return None
    ends = _ends(program, pin, at, question.strict, only)
    if ends is None:
        return None
    low, high = ends
    # Between its ends every number of a network will do; where shares round, the nearest that does is found.
    start = min(max(pin.posts, low), high)
    for step in range(high - low + 1):
        for posts in (start + step, start - step):
            if low <= posts <= high and works(posts):
                return posts
    return None


def _ends(program: Program, pin: Pin, at: int, strict: bool, only: Ints | None) -> tuple[int, int] | None:
    """Least and most posts that a place can have in any plan."""
    model = strict_model(program, only, strict)
    if model is None:
        return None
    nodes = model.nodes
    node = np.flatnonzero(
        (nodes.title == program.titles.index(pin.title))
        & (nodes.level == LEVELS.index(pin.level))
        & (nodes.at == at)
    )
    ends = []
    for sign in (1.0, -1.0):
        values = solved(model, np.where(model.node == node[0], sign, 0.0))
        if values is None:
            return None
        ends.append(int(np.rint(model.posts(values)[node[0]])))
    return ends[0], ends[1]


# all of them -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NoPlan:
    """Why a group has no plan, and the cheapest ways out. ``findings`` are those that have to be short."""

    group: str
    conflicts: tuple[Conflict, ...] = ()
    short: tuple[Short, ...] = ()
    pools: tuple[PoolChange, ...] = ()
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


def trouble_of(
    country: Country,
    group: Group,
    bound: BoundGroup,
    options: Options,
    pins: Sequence[Pin],
    short: Sequence[Finding] = (),
    progress: Progress | None = None,
) -> NoPlan:
    """Conflicts and relaxations of a group; soft rules are hard where its plan is ``short`` in some."""
    strict = bool(short)
    own = tuple(pin for pin in pins if pin.title in group.titles)
    mine = tuple(pin for pin in own if pin.title in bound.targets)
    question = Feasibility(country, bound, options, own, strict)
    try:
        program = program_of(country, bound, options, mine)
    except NoLawfulPlanError:  # a pin where the title may not be
        found = conflicts(country, bound, options, own, strict, progress=progress)
        return NoPlan(group.name, found, changes=tuple(pin_changes(question, found)))
    findings = _least(program, bound, short) if strict else ()
    last = {f.clause for f in findings}
    found = conflicts(country, bound, options, own, strict, last, progress)
    changes = tuple(pin_changes(question, found))
    if not strict:
        supplies = any(m.form == SUPPLY for c in found for m in c.members)
        pool = pool_needed(program, strict=False) if supplies and pool_to_blame(program) else None
        return NoPlan(group.name, found, (), () if pool is None or not pool.posts else (pool,), changes)
    pool = pool_needed(program)
    pools = [pool] if pool is not None and pool.posts else bands_needed(program, findings)
    return NoPlan(group.name, found, tuple(short_of(findings)), tuple(pools), changes, tuple(findings))


def _least(program: Program, bound: BoundGroup, short: Sequence[Finding]) -> tuple[Finding, ...]:
    """What has to be short at least; the plan's own shortfalls where that cannot be told."""
    posts = least_short(program)
    if posts is None:
        return tuple(short)
    cells = tuple(with_needs(program, c) for c in bound.cells)
    every = check_group(program.country, bound.targets, cells, Numbers(program.country, posts))
    if any(f.hard and f.shortfall for f in every):  # an order (yes or no) that the relaxed plan breaks
        return tuple(short)
    return tuple(f for f in every if f.shortfall)


def short_of(findings: Sequence[Finding]) -> list[Short]:
    """Findings by clause and title, the places that miss most first; rules of a clause at a place add up."""
    posts: dict[tuple[str, str], dict[tuple[str, int], int]] = {}
    for f in findings:
        places = posts.setdefault((f.clause, f.title), {})
        places[f.level, f.at] = places.get((f.level, f.at), 0) + f.shortfall
    found = []
    for (clause, title), places in posts.items():
        spots = [Spot(level, at, count) for (level, at), count in places.items()]
        spots.sort(key=lambda spot: (-spot.posts, LEVELS.index(spot.level), spot.at))
        found.append(Short(clause, title, sum(places.values()), tuple(spots)))
    return found
