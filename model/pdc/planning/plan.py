"""Plan a country: what a plan is, and how it is made of the plans of its groups."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdc.base.cache import Cache
from pdc.base.errors import InternalError
from pdc.base.faults import Fault, InputError
from pdc.base.numbers import MOST_POSTS, Ints
from pdc.country.country import Country, Notice
from pdc.country.setting import (
    Origin,
    Setting,
    keep,
    needed_groups,
    nothing_planned,
    titles_asked,
    wanted_titles,
)
from pdc.law.groups import Group, groups
from pdc.law.pins import Pin
from pdc.law.rulebook import Rulebook
from pdc.law.scenario import Scenario
from pdc.planning import results, summary
from pdc.planning.group_plan import GroupPlan
from pdc.planning.on_top import later_fault
from pdc.planning.plots import Plots
from pdc.planning.processes import Progress, Work, plan_groups
from pdc.planning.summary import OPTIMAL, STOPPED
from pdc.program.options import Job, Options
from pdc.rules.bind import bind_group
from pdc.rules.checks import broken
from pdc.rules.kinds import Finding
from pdc.solve.no_plan.conflicts import opposed
from pdc.solve.no_plan.errors import ClashError, StrictError
from pdc.solve.no_plan.ways_out import NoPlan, trouble_of
from pdc.tables import CellChange
from pdc_common.text import Lang, wording


@dataclass(frozen=True, eq=False)
class Plan:
    """A solved plan. Frames have the columns of docs/data.md; see :mod:`pdc.planning.results`."""

    country: Country
    rulebook: Rulebook
    scenario: Scenario
    options: Options
    groups: tuple[GroupPlan, ...]
    reasons: Mapping[str, Notice]
    seconds: Mapping[str, float]
    side_files: Mapping[str, Path] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
    origin: Origin = field(default_factory=Origin)
    kept: Path | None = None

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files and folders that were read: no result is written over them."""
        kept = (self.kept,) if self.kept else ()
        return (*self.origin.inputs, *self.side_files.values(), *kept)
    data_changes: tuple[CellChange, ...] = ()

    @cached_property
    def results(self) -> results.Results:
        """All result tables."""
        return results.build(self.country, self.rulebook, self.groups, self.reasons)

    @property
    def units(self) -> pd.DataFrame:
        """``plan_units.csv`` as a frame."""
        return self.results.frames["plan_units"]

    @property
    def districts(self) -> pd.DataFrame:
        """``plan_districts.csv`` as a frame."""
        return self.results.frames["plan_districts"]

    @property
    def provinces(self) -> pd.DataFrame:
        """``plan_provinces.csv`` as a frame."""
        return self.results.frames["plan_provinces"]

    @property
    def rules(self) -> pd.DataFrame:
        """``rules.csv`` as a frame."""
        return self.results.frames["rules"]

    @property
    def changes(self) -> pd.DataFrame | None:
        """``changes.csv`` as a frame; None without staff by unit."""
        return self.results.frames.get("changes")

    @property
    def service_groups(self) -> pd.DataFrame | None:
        """``service_groups.csv`` as a frame; None without staff by unit or without such a rule."""
        return self.results.frames.get("service_groups")

    @cached_property
    def national(self) -> pd.DataFrame:
        """``national.csv`` as a frame, reasons in English."""
        return self.national_in("en")

    def national_in(self, lang: Lang) -> pd.DataFrame:
        """``national.csv`` as a frame, reasons in a language."""
        with wording(self.rulebook.about.words):
            return results.national(self.country, self.rulebook, self.groups, self.reasons, lang)

    def notices(self, lang: Lang = "tr") -> pd.DataFrame:
        """``notices.csv`` as a frame in a language."""
        names = {title.code: title.name[lang] for title in self.rulebook.titles}
        with wording(self.rulebook.about.words):
            return results.notices_frame(self.results.notices, lang, names)

    @property
    def status(self) -> str:
        """``optimal``, or ``time_limit`` where a group was stopped before its proof."""
        return OPTIMAL if all(plan.solution.proven for plan in self.groups) else STOPPED

    def something(self, titles: Sequence[str] = ()) -> Plan:
        """The plan, if any title is planned. Raises :class:`~pdc.faults.InputError` that says why none is."""
        if not self.groups:
            raise nothing_planned(self.rulebook, self.reasons, titles_asked(self.rulebook, titles))
        return self

    @property
    def shortfall_by_clause(self) -> dict[str, int]:
        """Posts missing by clause, soft rules only."""
        return results.short_by_clause(f for plan in self.groups for f in plan.findings if not f.hard)

    def posts(self, title: str) -> Ints:
        """Posts of a title by unit position."""
        return next(p.solution.posts[title] for p in self.groups if title in p.group.titles)

    @property
    def plot(self) -> Plots:
        """Pictures of the plan for notebooks: ``plan.plot.map("hemsire")``."""
        return Plots(self)

    def explain(
        self,
        title: str,
        *,
        unit: str = "",
        district: str = "",
        province: str | int = "",
        lang: Lang = "tr",
    ) -> Any:
        """Why a place has its number: ``plan.explain("hemsire", province=19)``, as :func:`pdc.explain` does.

        Raises what that raises. The question stands above a plan, which only passes it on.
        """
        asked = import_module("pdc.ask.explain").explain
        return asked(self, title, unit=unit, district=district, province=province, lang=lang)

    def to_dict(self) -> dict[str, Any]:
        """``summary.json`` as a dictionary."""
        return summary.to_dict(self)

    def summary(self, lang: Lang = "en") -> str:
        """What a person reads of a plan: status, totals, shortfalls, deviation, the largest titles."""
        with wording(self.rulebook.about.words):
            return "\n".join(summary.lines(self, lang))

    def __repr__(self) -> str:
        return self.summary()


def plan_setting(
    given: Setting,
    titles: Sequence[str],
    options: Options,
    jobs: int = 1,
    progress: Progress | None = None,
    cache: Cache | None = None,
    started: float | None = None,
    *,
    laws: bool = False,
    tables_only: bool = False,
) -> Plan:
    """Plan what :func:`~pdc.country.setting.prepare` has made ready; ``options`` with their norm.

    With ``laws``, the law that was bound stays in the cache, for audits. With ``tables_only`` the plan is
    for its tables and reports: its groups may lack their targets.
    """
    started = time.perf_counter() if started is None else started
    read_at = time.perf_counter()
    _check_later(given.rulebook, options)
    what = to_plan(given, titles)
    until = None if options.time_limit is None else started + options.time_limit
    job = Job(options, given.scenario.pins, until)
    work = Work(given.country, given.rulebook, job, cache, given.key, laws, tables_only)

    def beside() -> None:
        """What nobody waits for while groups are planned: the summary's fingerprint, the cache's country."""
        _ = given.country.sha256
        keep(given, cache)

    plans = plan_groups(work, what.needed, what.asked, jobs, progress, beside)
    if laws and cache is not None:
        cache.trim()
    seconds = {"read": read_at - started, "plan": time.perf_counter() - read_at}
    made = plan_of(given, what, options, plans, seconds)
    if options.strict and made.shortfall_by_clause:
        raise _strict_error(work, made, plans, progress)
    return made


@dataclass(frozen=True)
class ToPlan:
    """Titles that can be planned, why the others are not (A.3), and the groups to plan, in order.

    ``asked`` are names of groups that somebody wants to see; the others are only read by these.
    """

    wanted: tuple[str, ...]
    reasons: Mapping[str, Notice]
    needed: list[Group]
    asked: set[str]


def to_plan(given: Setting, titles: Sequence[str]) -> ToPlan:
    """What a question for ``titles`` (all without any) comes to. Raises where pins contradict one another."""
    titles = titles_asked(given.rulebook, titles)
    wanted, reasons = wanted_titles(given.country, given.rulebook)
    _check_pins(given.country, given.rulebook, given.scenario.pins)
    order = groups(given.rulebook, wanted)
    asked = {g.name for g in order if not titles or set(titles) & set(g.titles)}
    return ToPlan(tuple(wanted), reasons, needed_groups(order, asked), asked)


def plan_of(
    given: Setting, what: ToPlan, options: Options, plans: Sequence[GroupPlan], seconds: Mapping[str, float]
) -> Plan:
    """The plan that these groups make, once no hard rule is seen to be broken."""
    _none_broken(plans)
    book = given.rulebook
    shown = {title for g in what.needed if g.name in what.asked for title in g.titles}
    reasons = {**what.reasons, **_nowhere(book, plans), **_not_asked(book, what.wanted, shown)}
    own = tuple(p for p in plans if p.group.titles and set(p.group.titles) <= shown)
    return Plan(
        given.country, book, given.scenario, options, own, reasons, {**seconds, **_seconds(plans)},
        given.side_files, given.warnings, given.origin, data_changes=given.changes,
    )  # fmt: skip


def _nowhere(book: Rulebook, plans: Iterable[GroupPlan]) -> dict[str, Notice]:
    """Titles of these groups that no unit of the data may have, each under the clause that says where."""
    found = {}
    for title in (title for p in plans for title in p.without):
        own = [r.clause for r in book.for_title(title, "eligible", "target") if r.covers(title) > 1]
        clause = own[0] if own else book.speaks("places")
        found[title] = Notice(clause, "national", "", title, 0, "no_unit", {})
    return found


def _not_asked(book: Rulebook, wanted: Iterable[str], shown: Collection[str]) -> dict[str, Notice]:
    """Titles that could be planned and were not asked for."""
    clause = book.speaks("scope")
    return {
        title: Notice(clause, "national", "", title, 0, "not_requested", {})
        for title in wanted
        if title not in shown
    }


def _seconds(plans: Sequence[GroupPlan]) -> dict[str, float]:
    parts = ("build", "transfer", "solve", "bind", "prove", "check")
    return {name: sum(p.seconds[name] for p in plans) for name in parts}


def _none_broken(plans: Iterable[GroupPlan]) -> None:
    """A plan that breaks a hard rule is never written: it is our fault, not the data's."""
    bad = [finding for p in plans for finding in broken(p.findings)]
    if bad:
        raise InternalError(
            "; ".join(f"{f.clause} {f.title} {f.level} {f.at}: {f.posts} > {f.required}" for f in bad[:5])
        )


def _check_later(book: Rulebook, options: Options) -> None:
    """Floors on top of a made plan are neither hard nor part of a repair. Raises InputError."""
    if options.strict or options.kept_table is not None:
        clauses = sorted({rule.clause for rule in book.of_kind("floor") if book.later(rule)})
        if clauses:
            raise InputError([later_fault(clause, options) for clause in clauses])


def _strict_error(
    work: Work, made: Plan, every: Sequence[GroupPlan], progress: Progress | None
) -> StrictError:
    """What every group that is short comes to: why, and the cheapest ways out."""
    options, pins = work.job.options, work.job.pins
    planned: dict[str, Ints] = {}
    for p in every:
        planned.update(p.solution.posts)
        planned.update({t: np.zeros(len(work.country.units), dtype=np.int64) for t in p.without})
    troubles = []
    findings: list[Finding] = []
    for p in made.groups:
        short = tuple(f for f in p.findings if f.shortfall and not f.hard)
        if short:
            bound = bind_group(work.country, work.book, p.group, planned, options.growth)
            found = trouble_of(work.country, p.group, bound, options, pins, short, progress)
            findings += found.findings
            troubles.append(found)
    short_by = results.short_by_clause(findings)
    return StrictError(short_by, tuple(findings), troubles, work.country, work.book)


def _check_pins(country: Country, book: Rulebook, pins: Iterable[Pin]) -> None:
    faults: list[Fault] = []
    against: list[tuple[Pin, Pin]] = []
    seen: dict[tuple[str, str, str], Pin] = {}
    for pin in pins:
        if pin.posts > MOST_POSTS:
            values = {"posts": str(pin.posts)[:20], "most": str(MOST_POSTS)}
            faults.append(Fault(pin.source, None, pin.code, "scenario.pin_range", values))
        other = seen.setdefault((pin.title, pin.level, pin.code), pin)
        if other.posts != pin.posts:
            against.append((other, pin))
    if faults:
        raise InputError(faults)
    if against:
        title = against[0][0].title
        pairs = tuple(opposed(country, *pair) for pair in against if pair[0].title == title)
        raise ClashError(title, NoPlan(title, pairs), country, book)


def total(plans: Iterable[GroupPlan]) -> int:
    """Posts planned in all."""
    return sum(int(np.sum(posts)) for p in plans for posts in p.solution.posts.values())
