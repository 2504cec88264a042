"""Plan a country: what a plan is, and how it is made of the plans of its groups."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdc import results
from pdc.cache import Cache, user_cache
from pdc.cetvel import read_cetvel
from pdc.checks import broken
from pdc.conflicts import opposed
from pdc.country import Country, Ints, Notice
from pdc.faults import Fault, InputError
from pdc.group_plan import GroupPlan, Options, bind_group
from pdc.groups import groups
from pdc.kinds import Finding
from pdc.law.pins import Pin
from pdc.law.rulebook import Rulebook
from pdc.law.scenario import NORMS, Scenario
from pdc.lexicographic import HIGHS, InternalError
from pdc.near import Near
from pdc.no_plan import ClashError, StrictError
from pdc.plots import Plots
from pdc.program import STAGES
from pdc.rational import Fraction
from pdc.relaxation import Trouble, trouble_of
from pdc.setting import Data, Files, Setting, needed_groups, prepare, wanted_titles
from pdc.side_by_side import Progress, Work, plan_groups
from pdc_reports.text import Lang, wording

OPTIMAL, STOPPED = "optimal", "time_limit"


@dataclass(frozen=True, eq=False)
class Plan:
    """A solved plan. Frames follow the data contract; see :mod:`pdc.results`."""

    country: Country
    rulebook: Rulebook
    scenario: Scenario
    options: Options
    groups: tuple[GroupPlan, ...]
    reasons: Mapping[str, Notice]
    seconds: Mapping[str, float]
    side_files: Mapping[str, Path] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()

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

    def summary(self) -> dict[str, Any]:
        """``summary.json``."""
        return _summary(self)


def plan(
    data: Data = None,
    scenario: Files = (),
    *,
    sets: Sequence[str] = (),
    titles: Sequence[str] = (),
    options: Options | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    rulebook: str | os.PathLike[str] | None = None,
    cache: bool = True,
    keep: str | None = None,
    moves: int | None = None,
) -> Plan:
    """Plan a country.

    ``data`` is a folder, a workbook, tables already read, or None for the built-in country; ``scenario``
    one or several scenario files (later ones win); ``sets`` single numbers ``CLAUSE.parameter=value``;
    ``titles`` the planning titles wanted, all by default; ``rulebook`` the folder of another law. With
    ``cache``, groups that nothing has changed for since an earlier run are taken from the user's cache; the
    plan is the same either way.

    ``keep`` is a plan folder or a table (as ``audit`` reads them) of which no more than ``moves`` posts of a
    title may move: the best plan within that reach. Province numbers of titles with shares (GPs) stay as
    kept, or the nearest that their band allows.

    Raises :class:`~pdc.faults.InputError` for bad input, :class:`StrictError` and :class:`ClashError`
    where no lawful plan exists, :class:`~pdc.near.MovesError` where so few moves do not make one.
    """
    started = time.perf_counter()
    store = user_cache() if cache and keep is None else None
    given = prepare(data, scenario, sets, rulebook, store)
    options = options or Options()
    options = replace(options, norm=options.norm or given.scenario.norm or NORMS[0])
    if keep is not None:
        table = read_cetvel(keep, given)
        near = Near(table.level, table.posts, table.covered[table.level], moves)
        options = replace(options, near=near, proof=False)
    return plan_setting(given, titles, options, jobs, progress, store, started, laws=True)


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
) -> Plan:
    """Plan what :func:`~pdc.setting.prepare` has made ready; ``options`` with their norm.

    With ``laws``, the law that was bound stays in the cache, for audits.
    """
    started = time.perf_counter() if started is None else started
    country, book, described = given.country, given.rulebook, given.scenario
    read_at = time.perf_counter()
    wanted, reasons = wanted_titles(country, book, titles)
    _check_pins(country, book, described.pins)
    until = None if options.time_limit is None else started + options.time_limit
    order = groups(book, wanted)
    asked = {g.name for g in order if not titles or set(titles) & set(g.titles)}
    needed = needed_groups(order, asked)
    work = Work(country, book, (options, described.pins, until), cache, given.key, laws=laws)
    plans = plan_groups(work, needed, asked, jobs, progress)
    if laws and cache is not None:
        cache.trim()
    for p in plans:
        for title in p.without:
            own = [r.clause for r in book.for_title(title, "eligible", "target") if r.covers(title) > 1]
            clause = own[0] if own else book.speaks("places")
            reasons[title] = Notice(clause, "national", "", title, 0, "no_unit", {})
    shown = {title for g in needed if g.name in asked for title in g.titles}
    for title in [t for t in wanted if t not in shown]:
        reasons[title] = Notice(book.speaks("scope"), "national", "", title, 0, "not_requested", {})
    done = time.perf_counter()
    bad = [finding for p in plans for finding in broken(p.findings)]
    if bad:
        raise InternalError(
            "; ".join(f"{f.clause} {f.title} {f.level} {f.at}: {f.posts} > {f.required}" for f in bad[:5])
        )
    seconds = {"read": read_at - started, "plan": done - read_at}
    for name in ("build", "transfer", "solve", "bind", "prove", "check"):
        seconds[name] = sum(p.seconds[name] for p in plans)
    every = plans
    plans = [p for p in plans if p.group.titles and set(p.group.titles) <= shown]
    made = Plan(
        country, book, described, options, tuple(plans), reasons, seconds, given.side_files, given.warnings
    )
    if options.strict and made.shortfall_by_clause:
        raise _strict_error(work, made, every, progress)
    return made


def _strict_error(
    work: Work, made: Plan, every: Sequence[GroupPlan], progress: Progress | None
) -> StrictError:
    """What every group that is short comes to: why, and the cheapest ways out."""
    options, pins, _ = work.how
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


def monotone(given: Setting, made: Plan, jobs: int = 1, progress: Progress | None = None) -> pd.DataFrame:
    """The paradox guard: places that have fewer posts when every pool is a hundredth larger.

    Columns ``title,level,code,place,posts,grown``. Webster has no such place where no rule binds; floors that
    read other titles' plans, caps and the other norms can make one.
    """
    options = replace(made.options, growth=Fraction(1, 100), proof=False)
    titles = [title for p in made.groups for title in p.group.titles]
    larger = plan_setting(given, titles, options, jobs, progress)
    frames = []
    for name, level in (
        ("plan_provinces", "province"),
        ("plan_districts", "district"),
        ("plan_units", "unit"),
    ):
        key = f"{level}_code"
        before = made.results.frames[name][[key, "title", "posts"]]
        after = larger.results.frames[name][[key, "title", "posts"]].rename(columns={"posts": "grown"})
        both = before.merge(after, on=[key, "title"])
        both = both[both["grown"] < both["posts"]].rename(columns={key: "code"}).assign(level=level)
        both = both.astype({"code": str})
        names = dict(zip(given.country.codes(level), given.country.place_names[level], strict=True))
        both["place"] = both["code"].map(names)
        frames.append(both[["title", "level", "code", "place", "posts", "grown"]])
    return pd.concat(frames, ignore_index=True)


def _check_pins(country: Country, book: Rulebook, pins: Iterable[Pin]) -> None:
    faults = []
    against: list[tuple[Pin, Pin]] = []
    seen: dict[tuple[str, str, str], Pin] = {}
    for pin in pins:
        if pin.code not in set(country.codes(pin.level)):
            values = {"level": pin.level, "code": pin.code}
            faults.append(Fault(pin.source, None, pin.code, "scenario.pin_place", values))
        other = seen.setdefault((pin.title, pin.level, pin.code), pin)
        if other.posts != pin.posts:
            against.append((other, pin))
    if faults:
        raise InputError(faults)
    if against:
        title = against[0][0].title
        pairs = tuple(opposed(country, *pair) for pair in against if pair[0].title == title)
        raise ClashError(title, Trouble(title, pairs), country, book)


def _summary(made: Plan) -> dict[str, Any]:
    units = made.country.units
    # A row that is a fact in part ("facts/hospitals.csv; loads modelled") is no modelled row.
    modelled = units["source"].map(lambda text: text.startswith("modelled"))
    near = made.options.near
    by_title: dict[str, Any] = {}
    for p in made.groups:
        stages = p.solution.value.stages
        for title in p.group.titles:
            supply = p.targets[title].supply
            by_title[title] = {
                "group": p.group.name,
                "status": OPTIMAL if p.solution.proven else STOPPED,
                "form": p.solution.form,
                "supply": supply,
                "posts": int(p.solution.posts[title].sum()),
                "shortfall": sum(int(stages[f"tier{k}"]) for k in (1, 2, 3, 4)),
                "shortfall_by_tier": {str(k): int(stages[f"tier{k}"]) for k in (1, 2, 3, 4)},
                "deviation": {level: float(stages[level]) for level in ("province", "district", "unit")},
                "bound": {stage: p.solution.bound.get(stage) for stage in STAGES},
                "gap": 0.0 if p.solution.proven else None,
                "seconds": {name: round(value, 4) for name, value in p.seconds.items()},
            }
    return {
        "pdc": results.version_of("pdc"),
        "state": {"status": "draft"},
        "status": made.status,
        "certificate": made.options.proof and near is None,
        "scenario": made.scenario.told(),
        "options": {
            "norm": made.options.norm,
            "strict": made.options.strict,
            "time_limit": made.options.time_limit,
            **({"engine": made.options.engine} if made.options.engine != HIGHS else {}),
            **({"kept": {"level": near.level, "moves": near.moves}} if near else {}),
        },
        "data": {
            "name": made.country.name,
            "sha256": made.country.sha256,
            "rows": {
                "provinces": len(made.country.provinces),
                "districts": len(made.country.districts),
                "units": len(units),
            },
            "modelled_rows": {"units": int(modelled.sum())},
        },
        "rulebook": {
            "name": dict(made.rulebook.about.name),
            "sha256": made.rulebook.sha256,
            "clauses": len(made.rulebook.clauses),
            "shown": list(made.rulebook.about.shown),
        },
        "versions": {
            "python": platform.python_version(),
            **{name: results.version_of(name) for name in ("pulp", "highspy", "numpy", "pandas")},
        },
        "seconds": {name: round(value, 3) for name, value in made.seconds.items()},
        "shortfall": {
            str(k): sum(int(p.solution.value.stages[f"tier{k}"]) for p in made.groups) for k in (1, 2, 3, 4)
        },
        "shortfall_by_clause": made.shortfall_by_clause,
        "deviation": {
            level: sum(float(p.solution.value.stages[level]) for p in made.groups)
            for level in ("province", "district", "unit")
        },
        "titles": by_title,
    }


def total(plans: Iterable[GroupPlan]) -> int:
    """Posts planned in all."""
    return sum(int(np.sum(posts)) for p in plans for posts in p.solution.posts.values())
