"""Groups in their order, side by side in processes where they do not wait for one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pdc.base.cache import Cache
from pdc.base.errors import NoLawfulPlanError
from pdc.base.faults import InputError
from pdc.base.formula import FormulaError
from pdc.base.numbers import Ints
from pdc.base.workers import given, workers
from pdc.country.country import Country
from pdc.law.groups import Group
from pdc.law.rulebook import Rulebook
from pdc.planning.group_plan import GroupPlan
from pdc.planning.reuse import plan_or_reuse, posts_from_cache
from pdc.planning.shelf import Shelf
from pdc.planning.told import to_send
from pdc.program.options import Job
from pdc.rules.bind import bind_group, fault_of_formula
from pdc.solve.no_plan.errors import ClashError
from pdc.solve.no_plan.ways_out import NoPlan, trouble_of

Progress = Callable[[int, int, str], None]
SEPARATE: Final = 400  # units from which a second process is worth its start


@dataclass(frozen=True, eq=False)
class Work:
    """What every group is planned with; ``key`` is that of the country, for the cache.

    With ``laws``, the law that was bound is left for audits; with ``tables_only``, other processes need not
    send the targets.
    """

    country: Country
    book: Rulebook
    job: Job
    cache: Cache | None
    key: str
    laws: bool = False
    tables_only: bool = False

    @property
    def shelf(self) -> Shelf | None:
        """Where audits look for the law that a plan has bound."""
        shelf = Shelf(self.cache, self.key)
        return shelf if self.laws and shelf.open else None


def _work(group: Group, planned: Mapping[str, Ints]) -> GroupPlan:
    work: Work = given()
    return to_send(work.country, _plan(work, group, planned), tables_only=work.tables_only)


def _plan(work: Work, group: Group, planned: Mapping[str, Ints]) -> GroupPlan:
    try:
        return plan_or_reuse(
            work.country, work.book, group, planned, work.job, work.cache, work.key, work.shelf
        )
    except FormulaError as error:
        raise InputError([fault_of_formula(work.book, error)]) from None
    except NoLawfulPlanError as error:
        bound = bind_group(work.country, work.book, group, planned, work.job.options.growth)
        why = trouble_of(work.country, group, bound, work.job.options, work.job.pins)
        raise NoLawfulPlanError(str(error), why) from None


def plan_groups(
    work: Work,
    order: list[Group],
    asked: set[str],
    jobs: int,
    progress: Progress | None,
    beside: Callable[[], None] = lambda: None,
) -> list[GroupPlan]:
    """Plans of the groups of ``order``, in that order; ``asked`` are those that somebody wants to see.

    ``beside`` is done while others plan, or first where there are none.

    Raises :class:`~pdc.solve.no_plan.errors.ClashError` where the hard rules of a group leave no plan.
    """
    tell = progress or (lambda done, total, name: None)
    found: dict[str, GroupPlan] = {}
    planned: dict[str, Ints] = {}

    telling = False

    def keep(group: Group, made: GroupPlan) -> None:
        found[group.name] = made
        planned.update(made.solution.posts)
        for title in made.without:
            planned[title] = np.zeros(len(work.country.units), dtype=np.int64)
        if telling:
            tell(len(found), len(order), group.name)

    # Of groups that are only read by others the cached posts are enough: nobody asks for their findings.
    for group in order:
        if group.name not in asked and group.waits_for <= set(planned):
            made = posts_from_cache(work.country, work.book, group, planned, work.job, work.cache, work.key)
            if made is not None:
                keep(group, made)
    left = [group for group in order if group.name not in found]
    if jobs <= 1 or len(left) < 2 or len(work.country.units) < SEPARATE:
        telling = True
        beside()
        tell(len(found), len(order), "")
        for group in left:
            keep(group, _guarded(work, group, _plan, work, group, dict(planned)))
        return [found[group.name] for group in order]
    followers = {g.name: sum(1 for other in order if other.waits_for & set(g.titles)) for g in order}
    with workers(min(jobs, len(left)), work) as pool:
        # Only now: whoever listens may start a thread, and processes are forked where there is none.
        telling = True
        tell(len(found), len(order), "")
        # Groups that others wait for go first, then the largest: the longest chain decides the time.
        waiting = sorted(left, key=lambda g: (-followers[g.name], -len(g.titles), order.index(g)))
        running: dict[Future[GroupPlan], Group] = {}
        done_beside = False
        while waiting or running:
            for group in [g for g in waiting if g.waits_for <= set(planned)]:
                if len(running) >= jobs:
                    break
                waiting.remove(group)
                read = {t: planned[t] for t in sorted(group.waits_for)}
                running[pool.submit(_work, group, read)] = group
            if not done_beside:
                beside()
                done_beside = True
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                group = running.pop(future)
                keep(group, _guarded(work, group, future.result))
    return [found[group.name] for group in order]


def plan_one(work: Work, group: Group, planned: Mapping[str, Ints]) -> GroupPlan:
    """One group's plan in this process, given the plans it waits for; raises as :func:`plan_groups` does."""
    return _guarded(work, group, _plan, work, group, planned)


def _guarded(work: Work, group: Group, job: Callable[..., GroupPlan], *arguments: Any) -> GroupPlan:
    try:
        return job(*arguments)
    except NoLawfulPlanError as error:
        trouble = error.why if isinstance(error.why, NoPlan) else NoPlan(group.name)
        raise ClashError(group.name, trouble, work.country, work.book) from None


# summary -------------------------------------------------------------------------------------------------
