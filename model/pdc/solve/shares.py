"""Shares of a province's number: the numbers first, then the rest is a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from pdc.base.errors import NoLawfulPlanError
from pdc.base.exact import Fraction
from pdc.base.levels import STAGES
from pdc.base.numbers import Ints
from pdc.country.country import level_sums
from pdc.program.arrays import compiled
from pdc.program.model import Model
from pdc.program.options import HIGHS
from pdc.program.program import Program
from pdc.program.value import deviation, near_nodes, shortfalls_by_province
from pdc.rules.requirements import TIERS
from pdc.solve.certain import proves, surely_infeasible
from pdc.solve.engines import solve_trees
from pdc.solve.guess import guess
from pdc.solve.highs import NotSolvedError, Session
from pdc.solve.network import feasible
from pdc.solve.solution import Run, Solution
from pdc.solve.stages import WHOLE

_NUMBER: Final = "province"
"""The stage of the province's own number."""


def with_settled_totals(program: Program, run: Run) -> tuple[str, Program, Solution]:
    """Province numbers that are lexicographically best, then made to stand.

    The number nearest to the target has the least deviation there is; where it leaves no shortfall either,
    nothing can be better. Of a repair, the table's own number: where it leaves no shortfall and no post
    moves, nothing can be better. Elsewhere a small mixed-integer program of the province decides.
    """
    title = program.titles[0]
    open_ = program.open("province", title)
    aim = _aim(program, title)
    lower, upper = program.bounds[title, "province"]
    first = np.zeros(len(program.country.provinces), dtype=np.int64)
    for p in open_.tolist():
        nearest = -(-(2 * aim[p].numerator - aim[p].denominator) // (2 * aim[p].denominator))
        first[p] = min(max(nearest, int(lower[p])), int(upper[p]))
    if program.most_moved is not None:
        # By definition of keeping a table: province numbers are its own, or the nearest the band allows.
        program = program.with_totals({title: first})
        how, kept = solve_trees(program, run)
        return f"{how}, province totals as kept", program, kept
    settled: dict[int, int] = {}
    try:
        standing = program.with_totals({title: first})
        how, trial = solve_trees(standing, run)
    except NoLawfulPlanError:
        # Somewhere the nearest number cannot be placed under the hard shares: those provinces first.
        for p in open_.tolist():
            if not feasible(program.with_totals({title: first}), np.array([p])):
                settled[p] = first[p] = _settle(program, title, p, run)
        standing = program.with_totals({title: first})
        how, trial = solve_trees(standing, run)
    short = _first_aims(standing, trial.posts)
    totals = first.copy()
    for p in open_.tolist():
        if p in settled:
            continue
        mirror = 2 * aim[p] - int(first[p])
        if short[p]:
            totals[p] = _settle(program, title, p, run)
        elif mirror.denominator == 1 and lower[p] <= mirror <= upper[p] and mirror != first[p]:
            totals[p] = _best_total(program, title, p, [int(first[p]), int(mirror)], run)
    if (totals != first).any():
        standing = program.with_totals({title: totals})
        how, trial = solve_trees(standing, run)
    if settled or any(short):
        across = "" if run.engine == HIGHS else "shares"
        return f"MIP by province, then {how}", standing, replace(trial, no_tree=across)
    return f"{how}, province totals nearest to their targets", standing, trial


def _aim(program: Program, title: str) -> list[Fraction]:
    """What a province's number is to be near to: its target, or the table to stay near to."""
    if program.kept_table is None:
        return [Fraction(q) for q in program.targets[title].province.tolist()]
    return [Fraction(n) for n in program.kept_at(title, "province").tolist()]


def _first_aims(program: Program, posts: Mapping[str, Ints]) -> list[int]:
    """By province: what its plan comes to in the aims before the provinces' deviation; nought is best."""
    moving = program.kept_table is not None and program.most_moved is None
    found = shortfalls_by_province(program, posts, TIERS if moving else TIERS[:-1])
    if moving:
        assert program.kept_table is not None
        level = program.kept_level
        at = program.province_at(level)
        for title, units in posts.items():
            places = program.open(level, title)  # elsewhere everything has to go in any case
            gap = level_sums(program.country, units, level) - program.kept_table[title]
            np.add.at(found, at[places], np.abs(gap[places]))
    return [int(n) for n in found.tolist()]


def _settle(program: Program, title: str, province: int, run: Run) -> int:
    """Number of one province by a mixed-integer program: least shortfalls, then least deviation.

    The program lets units have parts of posts, so its shortfalls are bounds. An exact plan of the number it
    finds usually reaches them, which proves the number; where none does, every number of the band is tried.
    """
    nodes = program.nodes(np.array([province]))
    near = guess(nodes, {0: None})
    if program.kept_table is not None:
        near = near_nodes(program, nodes, near)
    top = int(np.flatnonzero(nodes.level == 0)[0])
    span = int(min(nodes.upper[top] - nodes.lower[top], 10**6))
    width = np.array([span, 1, 1], dtype=np.int64)[nodes.level]
    model = compiled(program, nodes, near, width, totals_integer=True)
    session = None
    try:
        session = Session(model, STAGES[0], seed=run.seed, clock=run.clock)
        bounds, sure = _least_before(program, model, session)
        answer = session.minimise(model.costs[_NUMBER])
        sure = sure and proves(session, model.costs[_NUMBER], answer)
    except NotSolvedError as error:
        # What has no plan even with parts of posts has none.
        surely_infeasible(session, error)
        raise NoLawfulPlanError(str(error)) from None
    total = next(j for j, name in enumerate(model.names) if name.startswith("total."))
    found = int(np.rint(answer.values[total]))
    target = Fraction(program.targets[title].province[province])
    mirror = 2 * target - found
    pair = [found]
    if mirror.denominator == 1 and nodes.lower[top] <= mirror <= nodes.upper[top] and mirror != found:
        pair.append(int(mirror))
    every = range(int(nodes.lower[top]), int(nodes.upper[top]) + 1)
    rest = sorted(set(every) - set(pair), key=lambda n: abs(n - target))
    # Bounds that are not proven end no search: then every number of the band is tried.
    return _best_total(program, title, province, pair, run, bounds if sure else [-1], rest)


def _least_before(program: Program, model: Model, session: Session) -> tuple[list[int], bool]:
    """The least of every aim before the province's own number (shortfalls; of a repair, moves); proven?"""
    bounds: list[int] = []
    sure = True
    for stage in program.stages[: program.stages.index(_NUMBER)]:
        cost = model.costs[stage]
        least = int(np.ceil(model.constant[stage] - WHOLE))
        if cost[session.lower < session.upper].any():
            answer = session.minimise(cost)
            sure = sure and proves(session, cost, answer)
            least = int(np.ceil(model.constant[stage] + answer.objective - WHOLE))
            session.at_most(cost, least - model.constant[stage] + WHOLE)
        bounds.append(least)
    return bounds, sure


def _no_better(program: Program, only: Ints, best: tuple[Fraction, ...], run: Run) -> bool:
    """Is a province with this number proven to be worse before its number counts, or as good and no nearer?

    Asks for the aims before the number alone, which is half of what a whole solution takes.
    """
    title = program.titles[0]
    nodes = program.nodes(only)
    if program.kept_table is not None or not len(nodes) or (nodes.lower > nodes.upper).any():
        return False
    width = np.ones(len(nodes), dtype=np.int64)
    model = compiled(program, nodes, guess(nodes, dict.fromkeys(range(len(program.titles)))), width)
    try:
        session = Session(model, STAGES[0], seed=run.seed, clock=run.clock)
        if session.is_mip:
            return False
        least, sure = _least_before(program, model, session)
    except NotSolvedError:
        return False  # the whole solution says what is the matter
    (province,) = only.tolist()
    number = int(program.bounds[title, "province"][0][province])
    norm = "l1" if program.norm == "minimax" else program.norm
    off = deviation(number, Fraction(program.targets[title].province[province]), norm)
    return sure and (*map(Fraction, least), off) > best[: len(least) + 1]


def _best_total(
    program: Program,
    title: str,
    province: int,
    candidates: list[int],
    run: Run,
    bounds: list[int] | None = None,
    rest: list[int] | None = None,
) -> int:
    """Compare whole solutions of one province, exactly; of equals the larger number.

    The ``rest`` of the numbers, nearest first, is looked at only while none reaches the ``bounds`` of the
    shortfalls, or another one as near could be as good.
    """
    best: tuple[tuple[Fraction, ...], int] | None = None
    target = Fraction(program.targets[title].province[province])
    only = np.array([province])
    # A whole band of numbers is tried by the solver, the faster one where limits move most of the posts;
    # and the plan with the number that wins is found by both all the same.
    aside = replace(run, engine=HIGHS)
    for number in [*candidates, *(rest or [])]:
        reached = best is not None and [int(v) for v in best[0][: len(bounds or ())]] == bounds
        farther = best is not None and abs(number - target) > abs(-best[1] - target)
        if reached and farther and number not in candidates:
            break
        totals = np.zeros(len(program.country.provinces), dtype=np.int64)
        totals[province] = number
        try:
            standing = program.with_totals({title: totals})
            if number not in candidates and best is not None and _no_better(standing, only, best[0], aside):
                continue
            _, trial = solve_trees(standing, run if number in candidates else aside, only)
        except NoLawfulPlanError:
            continue
        key = (trial.value.order, -number)
        if best is None or key < best:
            best = key
    if best is None:
        raise NoLawfulPlanError(f"province {province}: {target}")
    return -best[1]
