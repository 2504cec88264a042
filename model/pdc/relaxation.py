"""The cheapest ways out where no plan keeps everything: what stays short, posts more in the pool, pins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pdc.checks import check_group
from pdc.conflicts import (
    NOWHERE,
    PIN,
    SUPPLY,
    Conflict,
    Progress,
    Question,
    Spot,
    above,
    conflicts,
    nowhere,
)
from pdc.country import Country, Ints
from pdc.group_plan import Bound, Options, program_of, with_needs
from pdc.groups import Group
from pdc.kinds import Finding, Numbers
from pdc.law.pins import Pin
from pdc.lexicographic import LawfulPlanError, close_unreachable_orders, feasible
from pdc.program import LEVELS, Floats, Model, Program
from pdc.requirements import TIERS
from pdc.solver import NotSolvedError, Session
from pdc.strict import hardened, holds, solved, strict_model

WHOLE: Final = 1e-6
FACE: Final = 1e-8
TRIED: Final = 2000  # numbers of a province that are looked at before its band is called of no use
ASKED: Final = tuple(f"tier{k}" for k in TIERS)


@dataclass(frozen=True)
class Short:
    """Posts that a clause stays short of, at places (the worst first), where as little as can be is short."""

    clause: str
    title: str
    posts: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Pool:
    """Posts that the national number lacks (below nought: has too many) for ``left`` to be short in all.

    ``left`` is what no number of posts mends. With a ``spot`` it is the upper end of a band of that place.
    """

    posts: Mapping[str, int]
    left: int
    spot: Spot | None = None


@dataclass(frozen=True)
class Change:
    """A pin that alone makes a plan possible, at the nearest number that does.

    ``inside``: in its province; the other provinces have clashes of their own.
    """

    pin: Pin
    spot: Spot
    posts: int
    inside: bool = False


# the least that stays short, and the pool ------------------------------------------------------------------


def least_short(program: Program) -> Mapping[str, Ints] | None:
    """Posts of a plan that is as little short as can be, tier by tier; None where the solver's is not whole.

    Unlike a plan's, its tier 4 comes before the provinces' deviation: what is short here has to be.
    """
    if program.needs_totals() or program.none_or or program.near is not None:
        return None
    found = _open_pool(program, fixed=True)
    return None if found is None else found[0]


def pool_needed(program: Program) -> Pool | None:
    """The least change of national numbers with which as little as caps allow is short.

    Floors are taken as they stand, also where a larger pool would make another target. None where no title
    has a national number, or rules leave parts of posts.
    """
    supplied = [title for title in program.titles if program.targets[title].supply is not None]
    if not supplied or program.needs_totals() or program.none_or or program.near is not None:
        return None
    found = _open_pool(program, fixed=False)
    if found is None:
        return None
    posts, left = found
    more = {title: int(posts[title].sum()) - (program.targets[title].supply or 0) for title in supplied}
    return Pool({title: count for title, count in more.items() if count}, left)


def _open_pool(program: Program, fixed: bool) -> tuple[Mapping[str, Ints], int] | None:
    """Least shortfall tier by tier, then the least change of the pools (none where they are ``fixed``)."""
    close_unreachable_orders(program)
    model = _with_pools(program, fixed)
    if model is None or (model.lower > model.upper).any():
        return None
    left, values = 0, None
    try:
        session = Session(model, ASKED[0])
        for stage in (*ASKED, "pool", "ties"):
            cost = model.costs[stage]
            if values is not None and not cost[session.lower < session.upper].any():
                left += int(np.rint(model.constant[stage] + (cost * values).sum())) if stage in ASKED else 0
                continue
            answer = session.minimise(cost)
            session.keep(answer, FACE)
            values = answer.values
            if stage in ASKED:
                left += int(np.rint(model.constant[stage] + (cost * values).sum()))
    except NotSolvedError as error:
        if error.infeasible:
            return None
        raise
    assert values is not None
    numbers = model.posts(values)
    if np.abs(numbers - np.rint(numbers)).max(initial=0.0) > WHOLE:
        return None
    nodes, units = model.nodes, {}
    for t, title in enumerate(program.titles):
        mine = (nodes.title == t) & (nodes.level == len(LEVELS) - 1)
        units[title] = np.zeros(program.country.size("unit"), dtype=np.int64)
        units[title][nodes.at[mine]] = np.rint(numbers[mine]).astype(np.int64)
    return units, left


def _with_pools(program: Program, fixed: bool) -> Model | None:
    """The program's arrays with two columns a title: posts more than the national number, posts fewer."""
    targets = {title: replace(target, supply=None) for title, target in program.targets.items()}
    bounds = {}
    for title in program.titles:
        # Without a national number nothing bounds a place; no plan needs more than all that is asked.
        most = program.targets[title].supply or 0
        for level in LEVELS:
            most += int(program.requirements[title, level].required(TIERS[-1]).sum())
            most += int(program.bounds[title, level][0].sum())
        most += sum(
            int(amount.sum()) for _, _, amount, _, titles in program.joint_required() if title in titles
        )
        for level in LEVELS:
            low, high = program.bounds[title, level]
            bounds[title, level] = (low, np.minimum(high, most))
    opened = replace(program, targets=targets, bounds=bounds)
    nodes = opened.nodes()
    if (nodes.lower > nodes.upper).any() or not len(nodes):
        return None
    model = opened.compile(nodes, nodes.lower.copy(), np.zeros(len(nodes), dtype=np.int64))
    size, rows = model.size, len(model.rhs)
    parts: list[tuple[Ints, Ints, Floats]] = [(model.row, model.column, model.value)]
    rhs, names, row_names = list(model.rhs), list(model.names), list(model.row_names)
    pool: list[float] = []
    ties: list[float] = []
    for t, title in enumerate(program.titles):
        supply = program.targets[title].supply
        if supply is None:
            continue
        top = (nodes.title == t) & (nodes.level == 0)
        columns = np.flatnonzero((model.node >= 0) & top[np.maximum(model.node, 0)])
        more = size + len(pool)
        parts.append(
            (
                np.full(len(columns) + 2, rows, dtype=np.int64),
                np.concatenate([columns, [more, more + 1]]),
                np.concatenate([np.ones(len(columns)), [-1.0, 1.0]]),
            )
        )
        rhs.append(float(supply - int(nodes.lower[top].sum())))
        names += [f"more.{t}", f"fewer.{t}"]
        row_names.append(f"pool.{t}")
        pool += [1.0, 1.0]
        ties += [float(t), float(t)]
        rows += 1
    extra = len(pool)
    none, zero = np.zeros(size), np.zeros(extra)
    costs = {stage: np.concatenate([model.costs[stage], zero]) for stage in ASKED}
    costs |= {"pool": np.concatenate([none, pool]), "ties": np.concatenate([none, ties])}
    return replace(
        model,
        lower=np.concatenate([model.lower, zero]),
        upper=np.concatenate([model.upper, zero if fixed else np.full(extra, np.inf)]),
        integer=np.concatenate([model.integer, zero > 0]),
        node=np.concatenate([model.node, np.full(extra, -1, dtype=np.int64)]),
        start=np.concatenate([model.start, np.zeros(extra, dtype=np.int64)]),
        row=np.concatenate([row for row, _, _ in parts]),
        column=np.concatenate([column for _, column, _ in parts]),
        value=np.concatenate([value for _, _, value in parts]),
        rhs=np.array(rhs, dtype=np.float64), names=tuple(names), row_names=tuple(row_names), costs=costs,
        constant={**model.constant, "pool": 0.0, "ties": 0.0},
    )  # fmt: skip


def bands_needed(program: Program, findings: Sequence[Finding]) -> list[Pool]:
    """Where a province's number is in a band: the nearest number beyond it that leaves nothing short."""
    title = program.titles[0]
    if not program.needs_totals() or program.targets[title].supply is not None:
        return []
    lower, upper = program.bounds[title, "province"]
    found = []
    for p in sorted({_province(program.country, f) for f in findings}):
        number = _number_needed(program, title, p)
        if number is None:
            continue
        end = int(upper[p]) if number > upper[p] else int(lower[p])
        found.append(Pool({title: number - end}, 0, Spot("province", p, end)))
    return found


def _number_needed(program: Program, title: str, province: int) -> int | None:
    """The number nearest to a province's band with which its part of the program is strictly feasible."""
    lower, upper = (ends.copy() for ends in program.bounds[title, "province"])
    low, high = int(lower[province]), int(upper[province])
    lower[province], upper[province] = 0, 2**30
    opened = replace(program, bounds={**program.bounds, (title, "province"): (lower, upper)})
    only = np.array([province])
    for step in range(1, TRIED):
        for number in (high + step, low - step):
            if number < 0:
                continue
            totals = np.zeros(len(lower), dtype=np.int64)
            totals[province] = number
            if holds(hardened(opened.with_totals({title: totals})), only):
                return number
    return None


def _province(country: Country, finding: Finding) -> int:
    if finding.level == "province":
        return finding.at
    at = country.district_province if finding.level == "district" else country.unit_province
    return int(at[finding.at])


# pins ------------------------------------------------------------------------------------------------------


def pin_changes(question: Question, found: Sequence[Conflict]) -> list[Change]:
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


def _nearest(question: Question, pin: Pin, at: int, only: Ints | None) -> int | None:
    """The number nearest to a pin's with which the rest has a plan; of two as near the larger."""
    others = tuple(other for other in question.pins if other is not pin)

    def works(posts: int) -> bool:
        asked = replace(question, pins=(*others, replace(pin, posts=posts)))
        try:
            return not asked.clashes(asked.things, only)
        except LawfulPlanError:
            return False

    if nowhere(question.country, question.bound, pin) is not None:
        return 0 if works(0) else None
    opened = replace(question, pins=others)
    try:
        program = opened.program(opened.things)
    except LawfulPlanError:
        return None
    ends = _ends(program, pin, at, question.strict, only) if holds(program, only, question.strict) else None
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
class Trouble:
    """Why a group has no plan, and the cheapest ways out. ``findings`` are those that have to be short."""

    group: str
    conflicts: tuple[Conflict, ...] = ()
    short: tuple[Short, ...] = ()
    pools: tuple[Pool, ...] = ()
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


def trouble_of(
    country: Country,
    group: Group,
    bound: Bound,
    options: Options,
    pins: Sequence[Pin],
    short: Sequence[Finding] = (),
    progress: Progress | None = None,
) -> Trouble:
    """Conflicts and relaxations of a group; soft rules are hard where its plan is ``short`` in some."""
    strict = bool(short)
    own = tuple(pin for pin in pins if pin.title in group.titles)
    mine = tuple(pin for pin in own if pin.title in bound.targets)
    question = Question(country, bound, options, own, strict)
    try:
        program = program_of(country, bound, options, mine)
    except LawfulPlanError:  # a pin where the title may not be
        found = conflicts(country, bound, options, own, strict, progress=progress)
        return Trouble(group.name, found, changes=tuple(pin_changes(question, found)))
    findings = _least(program, bound, short) if strict else ()
    last = {f.clause for f in findings}
    found = conflicts(country, bound, options, own, strict, last, progress)
    changes = tuple(pin_changes(question, found))
    if not strict:
        supplies = any(m.form == SUPPLY for c in found for m in c.members)
        pool = pool_needed(program) if supplies and _without_pools(program) else None
        return Trouble(group.name, found, (), () if pool is None or not pool.posts else (pool,), changes)
    pool = pool_needed(program)
    pools = [pool] if pool is not None and pool.posts else bands_needed(program, findings)
    return Trouble(group.name, found, tuple(short_of(findings)), tuple(pools), changes, tuple(findings))


def _least(program: Program, bound: Bound, short: Sequence[Finding]) -> tuple[Finding, ...]:
    """What has to be short at least; the plan's own shortfalls where that cannot be told."""
    posts = least_short(program)
    if posts is None:
        return tuple(short)
    cells = tuple(with_needs(program, c) for c in bound.cells)
    every = check_group(program.country, bound.targets, cells, Numbers(program.country, posts))
    if any(f.hard and f.shortfall for f in every):  # an order (yes or no) that the relaxed plan breaks
        return tuple(short)
    return tuple(f for f in every if f.shortfall)


def _without_pools(program: Program) -> bool:
    """Would there be a plan if no title had a national number?"""
    targets = {title: replace(target, supply=None) for title, target in program.targets.items()}
    return feasible(replace(program, targets=targets))


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
