"""Plan one group: targets, rules bound to places, program, solution, findings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pdc.base.errors import NoLawfulPlanError
from pdc.base.faults import InputError
from pdc.country.country import Country, province_totals
from pdc.law.groups import Group
from pdc.planning.group_plan import GroupPlan
from pdc.planning.on_top import later_cells, later_fault, placed_on_top, with_more, without_later
from pdc.program.build import program_of, with_needs
from pdc.program.options import HIGHS, HeldPlan, Job, Options
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.proof.certify import certify
from pdc.proof.files import packed
from pdc.rules.bind import BoundGroup
from pdc.rules.checks import check_group
from pdc.rules.derivation import why_text
from pdc.rules.kinds import Numbers
from pdc.rules.notices import notices_of
from pdc.solve.lexicographic import solve
from pdc.solve.memory import Memory
from pdc.solve.moves import Move, ranked
from pdc.solve.near_table import solve_near_table
from pdc.solve.orders import with_decisions_fixed
from pdc.solve.solution import Budget, Solution
from pdc.solve.strict import hardened, nothing_short, solve_strict

ON_TOP: Final = "on_top"
"""Why a plan with posts on top has no certificate: it is not the best of one program, but of two in turn."""


def plan_bound(
    country: Country,
    group: Group,
    bound: BoundGroup,
    job: Job,
    binding: float = 0.0,
    memory: Memory | None = None,
) -> GroupPlan:
    """Solve and check a bound group; ``binding`` is how many seconds that took, ``memory`` what is known."""
    options, pins = job.options, job.pins
    started = time.perf_counter()
    without = tuple(title for title in group.titles if title not in bound.targets)
    if any(pin.title in without and pin.posts for pin in pins):
        raise NoLawfulPlanError("no unit for a pinned title")
    group = replace(group, titles=tuple(bound.targets))
    later = later_cells(bound)
    if later and (options.strict or options.kept_table is not None):
        # A session asks group by group; plan_setting has said so before any group.
        raise InputError([later_fault(later[0].rule.clause, options)])
    program = program_of(country, without_later(bound) if later else bound, options, pins)
    ready = time.perf_counter()
    # Posts on top follow from a plan that no folder holds: such a group is planned again.
    if options.held is not None and not later and set(group.titles) <= options.held.posts.keys():
        solution, program = _held(program, group, options.held, options.strict)
    elif options.kept_table is not None:
        solution, program = solve_near_table(program, options.kept_table, Budget(job.until), options.seed)
        solution = replace(solution, no_tree="" if options.engine == HIGHS else "near")
    else:
        solution = solve(program, Budget(job.until), options.seed, memory, options.engine)
        if options.strict:
            solution, program = solve_strict(program, solution, Budget(job.until), options.seed)
        if later:
            solution, program, bound = _on_top(bound, program, solution, job)
    clock = solution.clock
    seconds = {
        "bind": binding + ready - started,
        "engine": time.perf_counter() - ready,
        "build": clock.build,
        "transfer": clock.transfer,
        "solve": clock.solve,
    }
    return checked(group, bound, program, solution, options, without, seconds)


def _on_top(
    bound: BoundGroup, first: Program, solution: Solution, job: Job
) -> tuple[Solution, Program, BoundGroup]:
    """The plan with one post more at each place that floors on top ask, its program and its law."""
    solution, _ = certify(solution, first)  # where the solver's tolerances hid a better exchange, it is made
    posts = placed_on_top(first, solution.posts, later_cells(bound))
    bound = with_more(bound, posts)
    program = program_of(first.country, bound, job.options, job.pins)
    standing = program
    if program.needs_totals():
        standing = program.with_totals(province_totals(first.country, posts))
    value = value_of(standing, posts)
    added = sum(int((posts[t] - solution.posts[t]).sum()) for t in posts)
    reached = {stage: float(amount) for stage, amount in value.stages.items()}
    form = f"{solution.form}, then {added} posts on top"
    return replace(solution, posts=posts, value=value, dual_bound=reached, form=form), program, bound


def _held(program: Program, group: Group, held: HeldPlan, strict: bool) -> tuple[Solution, Program]:
    """A given plan as if just solved: its value is counted, its optimum is for the proof to show."""
    posts = {title: held.posts[title] for title in group.titles}
    value = value_of(with_decisions_fixed(program, posts)[0], posts)
    bound = {stage: float(amount) for stage, amount in value.stages.items()}
    proven = group.name not in held.stopped
    solution = Solution(posts, value, bound, held.forms.get(group.name, ""), proven)
    return solution, (hardened(program) if strict and nothing_short(solution) else program)


def checked(
    group: Group,
    bound: BoundGroup,
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
    if options.proof and group.titles and options.kept_table is None:
        solution, certificate = certify(solution, program, ON_TOP if later_cells(bound) else "")
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
    if program.kept_table is not None and program.most_moved is None:
        moves = ranked(program, program.kept_table, solution.posts, findings)
    took = {"prove": proved - started, "check": time.perf_counter() - proved}
    return GroupPlan(
        group,
        {title: target.shown() for title, target in bound.targets.items()},
        solution,
        findings,
        tuple(notices),
        {**seconds, **took},
        without,
        certificate,
        why,
        moves,
    )
