"""Measure a table: group by group, in processes side by side where that is quicker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pdc.ask.audit.hidden import FINER, MISSING_TITLES, PARTIAL, SUMS_ONLY, Blind, Hidden, uncertain, unread
from pdc.ask.audit.necessary import Sum, Sums, necessary, shown
from pdc.ask.audit.result import Audit, GroupAudit, TitleAudit
from pdc.ask.handmade import Cetvel, read_cetvel
from pdc.ask.handmade.table import FINER as LEVELS_UP
from pdc.base.cache import Cache, user_cache
from pdc.base.exact import Fraction
from pdc.base.numbers import Ints
from pdc.base.workers import given, workers
from pdc.country.country import Country
from pdc.country.setting import Data, Files, Setting, prepare, wanted_titles
from pdc.law.groups import Group, groups
from pdc.law.rulebook import Rulebook
from pdc.planning.shelf import Floats, LawInNumbers, Shelf, TitleLaw, bind_law
from pdc.program.value import deviations, nearest_sum
from pdc.rules.cells import SHORT
from pdc.rules.checks import check_group, check_levels, supply_clause
from pdc.rules.kinds import Cells, Finding, Numbers
from pdc_common.levels import LEVELS

Progress = Callable[[int, int, str], None]
_SEPARATE: Final = 400  # units from which a second process is worth its start
_NONE: Final = np.zeros(0, dtype=np.int64)


def audit(
    table: str | os.PathLike[str],
    data: Data = None,
    scenario: Files = (),
    *,
    sets: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress | None = None,
    rulebook: str | os.PathLike[str] | None = None,
    cache: bool = True,
) -> Audit:
    """Measure a hand-made table, a plan folder or ``"filled"``. Raises :class:`~pdc.base.faults.InputError`.

    ``rulebook`` and ``cache`` as for :func:`pdc.plan`; what is measured is the same either way.
    """
    store = user_cache() if cache else None
    setting = prepare(data, scenario, sets, rulebook, store)
    return measure(setting, read_cetvel(table, setting), jobs, progress, store)


def measure(
    setting: Setting,
    cetvel: Cetvel,
    jobs: int = 1,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Audit:
    """Every clause, the deviations and the targets of a table that was read.

    With a ``cache``, targets and rules of the same data and law are bound to places once.
    """
    country, book = setting.country, setting.rulebook
    wanted, reasons = wanted_titles(country, book)
    order = groups(book, wanted)
    chosen = [g for g in order if set(g.titles) & set(cetvel.titles)]
    found = _side_by_side(_Work(country, book, cetvel, Shelf(cache, setting.key)), chosen, jobs, progress)
    known = [title.code for title in book.titles]
    extra = []
    for title in cetvel.titles:
        posts = int(cetvel.posts[title].sum())
        if title in reasons and posts:
            clause = reasons[title].clause
            extra.append(Finding(clause, title, "national", 0, 0, posts, posts, None, SHORT, hard=True))
    missing = tuple(t for t in known if t in wanted and t not in cetvel.titles)
    left = {t: n for t, n in reasons.items() if t in known}
    return Audit(setting, cetvel, tuple(found), tuple(extra), missing, left)


@dataclass(frozen=True, eq=False)
class _Work:
    """What every process needs."""

    country: Country
    book: Rulebook
    cetvel: Cetvel
    shelf: Shelf

    def read(self, group: Group) -> dict[str, Ints]:
        """Numbers of the table that binding the group reads: none where those of units are not known."""
        if self.cetvel.level != "unit":
            return {}
        posts = self.cetvel.posts
        return {title: posts[title] for title in sorted(group.waits_for) if title in posts}

    def key(self, group: Group) -> str:
        """Where the group's law stands on the shelf; empty where there is none."""
        if not self.shelf.open:
            return ""
        return self.shelf.key(self.book, group, self.read(group), self.cetvel.level == "unit")

    def law(self, group: Group) -> LawInNumbers:
        """The group's law for this table, from the shelf or bound anew."""
        key = self.key(group)
        found = self.shelf.take(self.book, key) if key else None
        if found is None:
            by_unit = self.cetvel.level == "unit"
            found = bind_law(self.country, self.book, group, self.read(group), by_unit=by_unit)
            if key:
                self.shelf.put(key, found)
        return found

    def __call__(self, group: Group) -> GroupAudit:
        if self.cetvel.level == "unit":
            return _by_unit(self, group)
        return _by_sums(self, group)


def _run(group: Group) -> GroupAudit:
    made: GroupAudit = given()(group)
    return made


def _side_by_side(
    work: _Work, chosen: Sequence[Group], jobs: int, progress: Progress | None
) -> list[GroupAudit]:
    tell = progress or (lambda done, total, name: None)
    results: dict[int, GroupAudit] = {}

    def keep(i: int, made: GroupAudit) -> None:
        results[i] = made
        tell(len(results), len(chosen), chosen[i].name)

    held = {i for i, group in enumerate(chosen) if work.shelf.has(work.key(group))}
    new = [i for i in range(len(chosen)) if i not in held]
    if jobs <= 1 or len(new) < 2 or len(work.country.units) < _SEPARATE:
        for i, group in enumerate(chosen):
            keep(i, work(group))
    else:
        _in_processes(work, chosen, new, jobs, keep)
        for i in sorted(held):
            keep(i, work(chosen[i]))
    if new and work.shelf.cache is not None:
        work.shelf.cache.trim()
    return [results[i] for i in range(len(chosen))]


def _in_processes(
    work: _Work,
    chosen: Sequence[Group],
    new: Sequence[int],
    jobs: int,
    keep: Callable[[int, GroupAudit], None],
) -> None:
    order = sorted(new, key=lambda i: -len(chosen[i].titles))
    # Forked processes share the country in memory; starting fresh ones takes as long as they would save.
    with workers(jobs, work) as pool:
        running = {i: pool.submit(_run, chosen[i]) for i in order}
        for i in order:
            keep(i, running[i].result())


# by unit ------------------------------------------------------------------------------------------------


def _by_unit(work: _Work, group: Group) -> GroupAudit:
    country, book, cetvel = work.country, work.book, work.cetvel
    bound = work.law(group)
    lost = list(_lost(group, bound, cetvel))
    group = replace(group, titles=tuple(bound.targets))
    nothing = np.zeros(len(country.units), dtype=np.int64)
    posts = {t: cetvel.posts.get(t, nothing) for t in group.titles}
    cells = bound.cells
    numbers = Numbers(country, posts)
    lacking = [t for t in (*group.titles, *group.waits_for) if t not in cetvel.posts]
    blind = unread(book, cells, lacking)
    hidden = _hidden(cells, blind, cetvel)
    gone = {
        (c.rule.clause, c.title, c.level, at)
        for c in cells
        if (c.rule.key, c.title) in blind
        for at in c.at.tolist()
    }
    for title in group.titles:
        loose = uncertain(book, title, lacking) if title in cetvel.posts else []
        hidden += loose
        if loose:
            gone.add((cetvel.country.speaks["places"], title, "national", 0))
    hidden += _part(bound, cetvel)
    findings = [
        f
        for f in [*check_group(country, bound.targets, cells, numbers), *lost]
        if (f.clause, f.title, f.level, f.at) not in gone and set(f.title.split("+")) <= set(cetvel.titles)
    ]
    return GroupAudit(
        group, tuple(_covered(findings, cetvel)), _titles(work, bound.targets, numbers), tuple(hidden)
    )


def _lost(group: Group, bound: LawInNumbers, cetvel: Cetvel) -> Iterable[Finding]:
    """Posts of a title that no unit of the data may have."""
    for title in group.titles:
        posts = int(cetvel.posts[title].sum()) if title in cetvel.posts else 0
        if title not in bound.targets and posts:
            yield Finding(
                cetvel.country.speaks["places"], title, "national", 0, 0, posts, posts, None, SHORT, hard=True
            )


def _part(bound: LawInNumbers, cetvel: Cetvel) -> list[Hidden]:
    """National numbers that a table of some provinces cannot show."""
    if cetvel.whole:
        return []
    here = [t for t, target in bound.targets.items() if t in cetvel.posts and target.supply is not None]
    return [
        Hidden(supply_clause(bound.targets[t], cetvel.country.speaks), t, "national", PARTIAL) for t in here
    ]


def _hidden(cells: Iterable[Cells], blind: Blind, cetvel: Cetvel) -> list[Hidden]:
    """Rules that read titles which the table does not have; a floor that counts them may bind nowhere."""
    found = {}
    for c in cells:
        if (c.rule.key, c.title) in blind and set(c.titles) & set(cetvel.titles):
            what = "+".join(blind[c.rule.key, c.title])
            found[c.rule.clause, c.title] = Hidden(c.rule.clause, c.title, c.level, MISSING_TITLES, what)
    return list(found.values())


def _covered(findings: Iterable[Finding], cetvel: Cetvel) -> Iterable[Finding]:
    """Findings about places that the table has; of the national number only what part of it proves."""
    for f in findings:
        if f.level != "national":
            if cetvel.covered[f.level][f.at]:
                yield f
        elif cetvel.whole or (f.shortfall and (f.posts or 0) > (f.required or 0)):
            yield f


def _titles(work: _Work, targets: Mapping[str, TitleLaw], numbers: Numbers) -> dict[str, TitleAudit]:
    country, cetvel = work.country, work.cetvel
    found = {}
    for title, target in targets.items():
        if title not in cetvel.posts:
            continue
        places: dict[str, Ints] = {}
        decimals: dict[str, Floats] = {}
        posts: dict[str, Ints] = {}
        deviations: dict[str, float] = {}
        for level in LEVELS:
            if LEVELS_UP.index(level) < LEVELS_UP.index(cetvel.level):
                continue
            x = numbers.at(title, level)
            open_ = _open(country, target, level, x)
            rows = open_[cetvel.covered[level][open_]]
            if not len(rows):
                continue
            places[level], posts[level] = rows, x[rows]
            decimals[level] = target.shown[level][rows]
            deviations[level] = float(_deviation(level, x[rows], target, rows))
        found[title] = TitleAudit(target.supply, places, decimals, posts, deviations)
    return found


def _open(country: Country, target: TitleLaw, level: str, posts: Ints) -> Ints:
    """Places of the tables: with an eligible unit (every province), or with posts all the same."""
    if level == "province":
        return np.arange(len(country.provinces), dtype=np.int64)
    if level == "unit":
        return np.flatnonzero(target.eligible | target.closed | (posts > 0)).astype(np.int64)
    some = np.bincount(country.unit_district[target.eligible], minlength=len(country.districts)) > 0
    return np.flatnonzero(some | (posts > 0)).astype(np.int64)


def _deviation(level: str, posts: Ints, target: TitleLaw, rows: Ints) -> Fraction:
    if level == "province":
        exact = [target.province[at] for at in rows.tolist()]
        return deviations(posts.tolist(), list(exact))
    return nearest_sum(posts, target.nearest[level][rows], "webster")


# by district or province --------------------------------------------------------------------------------


def _by_sums(work: _Work, group: Group) -> GroupAudit:
    country, book, cetvel = work.country, work.book, work.cetvel
    bound = work.law(group)
    lost = list(_lost(group, bound, cetvel))
    group = replace(group, titles=tuple(bound.targets))
    levels = LEVELS_UP[LEVELS_UP.index(cetvel.level) :]
    here = [t for t in group.titles if t in cetvel.posts]
    posts = {level: {t: cetvel.at(t, level) for t in here} for level in levels}
    numbers = Sums(country, posts)
    # Numbers of units are not known, so nothing that reads the posts of a unit can be judged.
    lacking = [*(t for t in group.titles if t not in here), *group.waits_for]
    blind = unread(book, bound.cells, lacking)
    own = [c for c in bound.cells if (c.rule.key, c.title) not in blind and set(c.titles) <= set(here)]
    findings = lost
    hidden: list[Hidden] = []
    spoken: set[str] = set()
    for title in here:
        loose = uncertain(book, title, lacking)
        hidden += loose
        numbers_ = Sum(cetvel.level, posts[cetvel.level][title])
        more, keys = necessary(country, title, bound.targets[title], own, numbers_, sure=not loose)
        findings += more
        spoken |= keys
    visible = [c for c in own if shown(c, cetvel.level)]
    targets = {t: bound.targets[t] for t in here}
    # Levels from the country down, as the checks take them.
    findings += check_levels(
        country, targets, visible, numbers, [lv for lv in reversed(levels) if lv != "national"]
    )
    hidden += _hidden(bound.cells, blind, cetvel)
    told = {(h.clause, h.title) for h in hidden} | {(f.clause, f.title) for f in findings}
    for c in own:
        if c not in visible and len(c.at) and (c.rule.clause, c.title) not in told:
            hidden.append(
                Hidden(c.rule.clause, c.title, c.level, FINER if c.rule.key not in spoken else SUMS_ONLY)
            )
            told.add((c.rule.clause, c.title))
    hidden += _part(bound, cetvel)
    return GroupAudit(
        group,
        tuple(_covered(findings, cetvel)),
        _titles(work, {t: bound.targets[t] for t in here}, numbers),
        tuple(hidden),
    )
