"""Plan a group, or take its plan from the cache: a what-if solves again only what the change touches.

Two keys lead to a plan. The key of what the group's **program** really depends on (bound cells, targets,
pins, norm) finds posts whatever moved around them: a parameter the group does not read, a column it does not
look at. It needs the group bound, which is a tenth of the work, and what it finds is not believed: the posts
are valued and checked anew, as after solving. The key of what goes **into the binding** (data, the clauses
that speak of the group, plans it reads) needs no binding; it serves groups that are only read by others,
whose findings nobody asks for.

Where neither finds a plan, the provinces of earlier plans serve: those that the change does not touch keep
their posts, once the province numbers stand (:mod:`pdc.solve.memory`).
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from pdc.base.cache import Cache, code_version, digest
from pdc.base.errors import NoLawfulPlanError
from pdc.base.exact import parsed
from pdc.base.levels import STAGES
from pdc.base.numbers import Ints
from pdc.country.country import Country, province_totals
from pdc.law.groups import Group
from pdc.law.pins import Pin
from pdc.law.rulebook import Rule, Rulebook, plain_rule
from pdc.law.scenario import NORMS
from pdc.planning.group import checked, plan_bound
from pdc.planning.group_plan import GroupPlan
from pdc.planning.on_top import later_cells
from pdc.planning.shelf import Shelf, law_of
from pdc.program.build import program_of
from pdc.program.options import HIGHS, Job, Options
from pdc.program.program import Program
from pdc.program.value import Value, value_of
from pdc.rules.bind import BoundGroup, bind_group
from pdc.rules.targets import Targets
from pdc.solve.memory import Memory
from pdc.solve.solution import Solution
from pdc.solve.strict import hardened, nothing_short

_DEPTH: Final = 1  # of compression: size hardly falls after that


def input_key(
    country_key: str,
    rulebook: Rulebook,
    group: Group,
    planned: Mapping[str, Ints],
    options: Options,
    pins: Sequence[Pin],
) -> str:
    """Fingerprint of all that goes into the binding of a group; ``country_key`` is that of the data."""
    clauses = {
        number: clause.spelt
        for number, clause in rulebook.clauses.items()
        if any(clause.covers(title) for title in group.titles)
    }
    return digest(
        "input", code_version(), country_key, group.titles, list(clauses), clauses, rulebook.shared_sha256,
        {title: planned[title] for title in sorted(group.waits_for)}, *_asked(group.titles, options, pins),
    )  # fmt: skip


def program_key(
    country: Country, group: Group, bound: BoundGroup, options: Options, pins: Sequence[Pin]
) -> str:
    """Fingerprint of all that a group's program depends on: who lies where, targets, cells, pins, norm."""
    titles = tuple(bound.targets)
    without = tuple(title for title in group.titles if title not in bound.targets)
    places = (country.unit_district, country.unit_province, country.district_province)
    return digest(
        "program", code_version(), places, titles, [_target_parts(t) for t in bound.targets.values()],
        [
            {name: _rule(cells.rule) if name == "rule" else value for name, value in vars(cells).items()}
            for cells in bound.cells
        ],
        *_asked((*titles, *without), options, pins),
        {pin.code: _position(country, pin) for pin in pins if pin.title in titles},
    )  # fmt: skip


def _rule(rule: Rule) -> dict[str, Any]:
    """A rule without its formulas: they have become cells."""
    return {key: value for key, value in plain_rule(rule).items() if key not in rule.formulas}


def _target_parts(targets: Targets) -> tuple[Any, ...]:
    return (targets.supply, targets.province, targets.district, targets.unit, targets.eligible)


def _asked(titles: Sequence[str], options: Options, pins: Sequence[Pin]) -> tuple[Any, ...]:
    # Not the time limit: only proven plans are stored. Not the pins' source: a number is a number.
    return (
        options.norm or NORMS[0], options.seed, *(["strict"] if options.strict else []),
        # The plan is the same, but what was compared is compared anew.
        *([options.engine] if options.engine != HIGHS else []),
        [(pin.title, pin.level, pin.code, pin.posts) for pin in pins if pin.title in titles],
    )  # fmt: skip


def _position(country: Country, pin: Pin) -> list[int]:
    return [int(at) for at in np.flatnonzero(country.codes(pin.level) == pin.code)]


def plan_or_reuse(
    country: Country,
    rulebook: Rulebook,
    group: Group,
    planned: Mapping[str, Ints],
    job: Job,
    cache: Cache | None,
    country_key: str = "",
    shelf: Shelf | None = None,
) -> GroupPlan:
    """A group's plan, solved or from the cache, with targets, findings and notices either way.

    On the ``shelf`` the bound law of what had to be solved is left for audits.
    """
    options, pins = job.options, job.pins
    started = time.perf_counter()
    bound = bind_group(country, rulebook, group, planned, options.growth)
    bound_at = time.perf_counter()
    if cache is None or later_cells(bound):
        return plan_bound(country, group, bound, job, bound_at - started)
    key = program_key(country, group, bound, options, pins)
    kept = from_cache(country, bound, group, options, pins, cache.get(key))
    if kept is None:
        place = _memory_key(group, options)
        memory = _memory(cache.get(place))
        made = plan_bound(country, group, bound, job, bound_at - started, memory)
        if made.solution.proven:
            cache.put(key, _packed(made.solution, made.without))
            cache.put(place, _packed_memory(memory))
        if shelf is not None and not options.growth:
            read = {title: planned[title] for title in group.waits_for}
            shelf.put(shelf.key(rulebook, group, read, by_unit=True), law_of(country, bound, by_unit=True))
    else:
        program, solution, without = kept
        spent = dict.fromkeys(("engine", "build", "transfer", "solve"), 0.0) | {"bind": bound_at - started}
        own = replace(group, titles=tuple(bound.targets))
        made = checked(own, bound, program, solution, options, without, spent)
    if made.solution.proven and country_key:
        cache.put(input_key(country_key, rulebook, group, planned, options, pins),
                  _packed(made.solution, made.without))  # fmt: skip
    return made


def _memory_key(group: Group, options: Options) -> str:
    return digest("provinces", code_version(), group.titles, options.norm or NORMS[0])


def _memory(content: bytes | None) -> Memory:
    """What is known of a group's provinces; nothing where there is no such entry."""
    try:
        found = json.loads(zlib.decompress(content or b""))
        known = {key: tuple(tuple(numbers) for numbers in posts) for key, posts in found["known"].items()}
        last = {title: np.array(numbers, dtype=np.int64) for title, numbers in found["last"].items()}
    except (zlib.error, ValueError, KeyError, TypeError):
        return Memory()
    return Memory(known, last)


def _packed_memory(memory: Memory) -> bytes:
    content = {
        "known": memory.known, "last": {title: posts.tolist() for title, posts in memory.last.items()},
    }  # fmt: skip
    return zlib.compress(json.dumps(content).encode(), _DEPTH)


def posts_from_cache(
    country: Country,
    rulebook: Rulebook,
    group: Group,
    planned: Mapping[str, Ints],
    job: Job,
    cache: Cache | None,
    country_key: str,
) -> GroupPlan | None:
    """The posts alone of a group that others read, unbound and unchecked; None if not stored."""
    if cache is None or not country_key:
        return None
    key = input_key(country_key, rulebook, group, planned, job.options, job.pins)
    content = cache.get(key)
    found = None if content is None else _unpacked(content, len(country.units))
    if found is None:
        return None
    solution, without = found
    titles = tuple(t for t in group.titles if t not in without)
    if set(solution.posts) != set(titles):
        return None
    seconds = dict.fromkeys(("bind", "engine", "build", "transfer", "solve", "prove", "check"), 0.0)
    return GroupPlan(replace(group, titles=titles), {}, solution, (), (), seconds, without)


def from_cache(
    country: Country,
    bound: BoundGroup,
    group: Group,
    options: Options,
    pins: tuple[Pin, ...],
    content: bytes | None,
) -> tuple[Program, Solution, tuple[str, ...]] | None:
    """What the cache says, valued anew; None where there is nothing or the value is another one."""
    found = None if content is None else _unpacked(content, len(country.units))
    if found is None or set(found[0].posts) != set(bound.targets):
        return None
    solution = found[0]
    without = tuple(title for title in group.titles if title not in bound.targets)
    try:
        program = program_of(country, bound, options, pins)
    except NoLawfulPlanError:
        return None
    posts = {title: solution.posts[title] for title in bound.targets}
    standing = program
    if program.needs_totals():
        standing = program.with_totals(province_totals(country, posts))
    if value_of(standing, posts) != solution.value:
        return None
    if options.strict and nothing_short(solution):
        program = hardened(program)
    return program, replace(solution, posts=posts), without


def _packed(solution: Solution, without: tuple[str, ...]) -> bytes:
    stages = {stage: str(amount) for stage, amount in solution.value.stages.items()}
    content = {
        "posts": {title: posts.tolist() for title, posts in solution.posts.items()},
        "value": stages, "bound": dict(solution.dual_bound), "form": solution.form, "without": list(without),
        "no_tree": solution.no_tree,
    }  # fmt: skip
    return zlib.compress(json.dumps(content).encode(), _DEPTH)


def _unpacked(content: bytes, units: int) -> tuple[Solution, tuple[str, ...]] | None:
    try:
        found = json.loads(zlib.decompress(content))
        posts = {title: np.array(numbers, dtype=np.int64) for title, numbers in found["posts"].items()}
        value = Value({stage: parsed(found["value"][stage]) for stage in STAGES})
        solution = Solution(posts, value, found["bound"], found["form"], True, no_tree=found["no_tree"])
        without = tuple(found["without"])
    except (zlib.error, ValueError, KeyError, TypeError):
        return None
    if any(numbers.shape != (units,) or (numbers < 0).any() for numbers in posts.values()):
        return None
    return solution, without
