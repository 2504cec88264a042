"""Plan one group: targets, rules bound to places, program, solution, findings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from pdc.checks import check_group
from pdc.country import Country, Ints, Notice, Objects
from pdc.groups import Group
from pdc.kinds import KINDS, Cells, Finding, Numbers
from pdc.kinds.limits import Share, limits
from pdc.law.formula import round_half_up
from pdc.law.pins import Pin
from pdc.law.rulebook import Rulebook, Title
from pdc.law.scenario import NORMS
from pdc.lexicographic import HIGHS, Budget, LawfulPlanError, Memory, Solution, solve
from pdc.moves import Move, ranked
from pdc.near import Near, solve_near
from pdc.program import Program, share_ask
from pdc.proof.certify import Certificate, certify
from pdc.proof.files import packed
from pdc.rational import ZERO, Fraction
from pdc.requirements import TIERS, Requirements
from pdc.scene import Frame, Scene
from pdc.statuses import notices_of
from pdc.strict import solve_strict
from pdc.targets import TargetBuilder, Targets, fractions, zeros
from pdc.why import why_text


@dataclass(frozen=True)
class Options:
    """How to plan: the norm of the deviations, seconds a run may take, the solver's seed, hard floors.

    ``norm`` empty: the scenario's, or ``webster``. ``near``: stay near another table (repair, --keep).
    ``growth``: national numbers this much larger (the paradox guard of ``--check-monotone``).
    ``engine``: what solves trees, ``highs``, ``marginal`` or ``both`` (compared); the plan is the same.
    """

    norm: str = ""
    time_limit: float | None = None
    seed: int = 0
    strict: bool = False
    proof: bool = True  # with the certificate and the free numbers
    near: Near | None = None
    growth: Fraction = ZERO
    engine: str = HIGHS


@dataclass(frozen=True, eq=False)
class GroupPlan:
    """The plan of one group with everything reports, checks and explanations need."""

    group: Group
    targets: Mapping[str, Targets]
    solution: Solution
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    seconds: Mapping[str, float]
    without: tuple[str, ...] = ()  # titles of the group that no unit may have
    certificate: Certificate | None = None
    why: Mapping[str, bytes] = field(default_factory=dict)  # by title, packed
    moves: tuple[Move, ...] = ()  # of a repair


@dataclass(frozen=True, eq=False)
class Bound:
    """A group's law in numbers: scenes, targets and the cells of every constraining rule."""

    scenes: Mapping[str, Scene]
    targets: Mapping[str, Targets]
    cells: tuple[Cells, ...]


def bind_group(
    country: Country,
    rulebook: Rulebook,
    group: Group,
    planned: Mapping[str, Ints],
    growth: Fraction = ZERO,
) -> Bound:
    """Targets and rules of a group, given the plans of the groups before it."""
    frame = Frame(country, rulebook, planned, growth=growth)
    scenes: dict[str, Scene] = {}
    targets: dict[str, Targets] = {}
    cells: list[Cells] = []
    names = {title.code: title for title in rulebook.titles}
    for code in group.titles:
        scene = Scene(frame, names.get(code, Title(code, "", {})))
        builder = TargetBuilder(scene)
        builder.provinces()
        builder.eligibility()
        builder.districts()
        own = [
            found
            for rule in rulebook.for_title(code, *KINDS)
            if not rule.joint and (found := KINDS[rule.kind].bind(scene, rule, (code,))) is not None
        ]
        floors = fractions(_floors(country, own, builder.province), len(country.units))
        floors[~builder.eligible] = zeros(1)[0]
        targets[code] = builder.units(floors)
        scenes[code] = scene
        cells += own
    # A title that no unit may have is not planned: nothing could be bound, and its posts have no place.
    for code in [code for code, target in targets.items() if not target.eligible.any()]:
        del scenes[code], targets[code]
        cells = [c for c in cells if c.titles != (code,)]
    for rule in rulebook.of_kind(*KINDS):
        members = tuple(t for t in targets if rule.covers(t))
        if rule.joint and members:
            found = KINDS[rule.kind].bind(scenes[members[0]], rule, members)
            if found is not None:
                cells.append(found)
    cells.sort(key=lambda c: _law_order(rulebook, c))
    return Bound(scenes, targets, tuple(cells))


def _law_order(rulebook: Rulebook, cells: Cells) -> tuple[int, int]:
    return list(rulebook.clauses).index(cells.rule.clause), cells.rule.number


def _floors(country: Country, cells: list[Cells], province: Objects) -> Ints:
    """F of every unit: floors of all tiers of the title itself; a share is taken of the province's target."""
    asks = Requirements(len(country.units))
    for found in cells:
        kind = KINDS[found.rule.kind]
        if found.rule.kind in {"floor", "fix", "ratio"} and found.level == "unit":
            asks.ask(kind.ask(found))  # type: ignore[attr-defined]
        elif isinstance(kind, Share) and found.rule.tier is not None:
            totals = np.array([round_half_up(q) for q in province.tolist()], dtype=np.int64)
            asks.ask(share_ask(found, limits(found, totals[found.at])))
    return asks.required(TIERS[-1])


def program_of(country: Country, bound: Bound, options: Options, pins: tuple[Pin, ...] = ()) -> Program:
    """The program of a bound group: every kind says its part."""
    program = Program(country, tuple(bound.targets), bound.targets, options.norm or NORMS[0])
    for cells in bound.cells:
        KINDS[cells.rule.kind].constrain(program, cells)
    for pin in pins:
        if pin.title in bound.targets:
            at = np.flatnonzero(country.codes(pin.level) == pin.code)
            if pin.posts and not np.isin(at, program.open(pin.level, pin.title)).all():
                raise LawfulPlanError(f"{pin.code}: no unit for {pin.title}")
            program.pin(pin.title, pin.level, at, np.array([pin.posts], dtype=np.int64))
    return program


def plan_group(
    country: Country,
    rulebook: Rulebook,
    group: Group,
    planned: Mapping[str, Ints],
    options: Options,
    pins: tuple[Pin, ...] = (),
    until: float | None = None,
) -> GroupPlan:
    """Bind, solve, check. Raises :class:`~pdc.lexicographic.LawfulPlanError` where the hard rules clash."""
    started = time.perf_counter()
    bound = bind_group(country, rulebook, group, planned)
    return plan_bound(country, group, bound, (options, pins, until), time.perf_counter() - started)


def plan_bound(
    country: Country,
    group: Group,
    bound: Bound,
    how: tuple[Options, tuple[Pin, ...], float | None],
    binding: float = 0.0,
    memory: Memory | None = None,
) -> GroupPlan:
    """Solve and check a bound group; ``binding`` is how many seconds that took, ``memory`` what is known."""
    options, pins, until = how
    started = time.perf_counter()
    without = tuple(title for title in group.titles if title not in bound.targets)
    if any(pin.title in without and pin.posts for pin in pins):
        raise LawfulPlanError("no unit for a pinned title")
    group = replace(group, titles=tuple(bound.targets))
    program = program_of(country, bound, options, pins)
    ready = time.perf_counter()
    if options.near is not None:
        solution, program = solve_near(program, options.near, Budget(until), options.seed)
        solution = replace(solution, no_tree="" if options.engine == HIGHS else "near")
    else:
        solution = solve(program, Budget(until), options.seed, memory, options.engine)
        if options.strict:
            solution, program = solve_strict(program, solution, Budget(until), options.seed)
    clock = solution.clock
    seconds = {
        "bind": binding + ready - started,
        "engine": time.perf_counter() - ready,
        "build": clock.build,
        "transfer": clock.transfer,
        "solve": clock.solve,
    }
    return checked(group, bound, program, solution, options, without, seconds)


def checked(
    group: Group,
    bound: Bound,
    program: Program,
    solution: Solution,
    options: Options,
    without: tuple[str, ...],
    seconds: Mapping[str, float],
) -> GroupPlan:
    """The plan of a group, proven, every rule instance counted, with every list that clauses ask for."""
    started = time.perf_counter()
    cells = tuple(with_needs(program, c) for c in bound.cells)
    certificate, why = None, {}
    if options.proof and group.titles and options.near is None:
        solution, certificate = certify(solution, program)
        why = {t: packed(why_text(bound.scenes[t], bound.targets[t], cells)) for t in group.titles}
    proved = time.perf_counter()
    numbers = Numbers(program.country, solution.posts)
    findings = check_group(program.country, bound.targets, cells, numbers)
    notices = [
        notice
        for title, scene in bound.scenes.items()
        for notice in notices_of(scene, bound.targets[title], solution.posts[title], cells, findings)
    ]
    moves: tuple[Move, ...] = ()
    if program.near is not None and program.most_moved is None:
        moves = ranked(program, program.near, solution.posts, findings)
    took = {"prove": proved - started, "check": time.perf_counter() - proved}
    return GroupPlan(
        group,
        bound.targets,
        solution,
        findings,
        tuple(notices),
        {**seconds, **took},
        without,
        certificate,
        why,
        moves,
    )


def with_needs(program: Program, cells: Cells) -> Cells:
    """Orders without a number of their own wait for the floors of all tiers."""
    if cells.first is None or cells.first_need is None:
        return cells
    floors = program.unit_need(cells.titles[0])[cells.first]
    return replace(cells, first_need=np.where(cells.first_need < 0, floors, cells.first_need))
