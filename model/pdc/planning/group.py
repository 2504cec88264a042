"""Plan one group: targets, rules bound to places, program, solution, findings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from pdc.base.errors import NoLawfulPlanError
from pdc.country.country import Country
from pdc.law.groups import Group
from pdc.planning.group_plan import GroupPlan
from pdc.program.build import program_of, with_needs
from pdc.program.options import HIGHS, Job, Options
from pdc.program.program import Program
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
from pdc.solve.solution import Budget, Solution
from pdc.solve.strict import solve_strict


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
    program = program_of(country, bound, options, pins)
    ready = time.perf_counter()
    if options.kept_table is not None:
        solution, program = solve_near_table(program, options.kept_table, Budget(job.until), options.seed)
        solution = replace(solution, no_tree="" if options.engine == HIGHS else "near")
    else:
        solution = solve(program, Budget(job.until), options.seed, memory, options.engine)
        if options.strict:
            solution, program = solve_strict(program, solution, Budget(job.until), options.seed)
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
    if program.kept_table is not None and program.most_moved is None:
        moves = ranked(program, program.kept_table, solution.posts, findings)
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
