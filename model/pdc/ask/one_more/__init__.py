"""What would give one more here: the smallest change, lever by lever, with which a place has one post more.

Each value is found by planning: at the value told the place has the post, one step before it has not; that
no smaller one gives it is proven by bounds (:mod:`pdc.ask.one_more.ranges`) or by planning, and what is
neither is told. What cannot give it is told too, with what holds it: a limit, the national number, or that
nothing here reads it.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from pdc.ask.one_more.answer import CAP, POOL, RANGE, TIME, UNREAD, Answer, OneMore
from pdc.ask.one_more.levers import Lever, of_data, of_law
from pdc.ask.one_more.ranges import Course, Number, asked_with, course
from pdc.ask.one_more.search import Search
from pdc.ask.own_law import data_changed, made_from
from pdc.ask.session import Cancel, Question, Session
from pdc.base.faults import Fault, InputError
from pdc.country.country import level_sums
from pdc.country.setting import Data
from pdc.law.scenario import NORMS
from pdc.planning.group_plan import GroupPlan
from pdc.planning.plan import Plan, plan_setting
from pdc.planning.write import write
from pdc.program.options import MARGINAL, Options
from pdc.rules.cells import BINDING
from pdc.rules.targets import Targets
from pdc.solve.no_plan.errors import ClashError, StrictError
from pdc_common.bounded import text_of
from pdc_common.levels import LEVELS
from pdc_reports.explain import UnknownPlaceError
from pdc_reports.explain.cell import Teller
from pdc_reports.explain.places import find_place, find_title
from pdc_reports.explain.tables import Book, TitleFacts, read_titles

__all__ = ["Answer", "OneMore", "one_more"]

SAME: Final = 1e-9  # targets nearer than this are the same
QUICK: Final = 3.0  # seconds that a lever is looked at step by step where somebody waits
Progress = Callable[[int, int, str], None]


def one_more(
    of: Plan | Session | Path | str,
    title: str,
    *,
    unit: str = "",
    district: str = "",
    province: str | int = "",
    question: Question | None = None,
    data: Data = None,
    seconds: float | None = None,
    exact: bool = False,
    quick: bool = False,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    folder: Path | str | None = None,
    so_far: Callable[[OneMore], None] | None = None,
) -> OneMore:
    """The smallest changes with which a place has one post more of a title.

    ``of`` is a plan folder, a plan in memory, or a session with a ``question`` (its own base by default).
    ``folder``: of a session, where the plan of its question was written with its proof; without it the plan
    is made. ``data``: where a folder's data may lie now. After ``seconds`` (asked between two plans) what
    was not tried to its end is told as such; without them the same call gives the same answer. ``exact``:
    what bounds leave open is then planned value by value, until nothing is or the seconds are over.
    ``quick``: somebody waits, so that a lever is looked at step by step for a few seconds only. ``progress``
    is called as (levers done, levers in all, name), ``so_far`` after each lever with the answers till then.

    Raises :class:`~pdc_reports.explain.UnknownPlaceError` for a title or place that the plan does not have,
    :class:`~pdc.base.faults.InputError` where the plan cannot be made again as it is: its data are gone or
    changed, it was kept near a table, or stopped at its time limit; and where no place is named.
    """
    place = {"unit": unit, "district": district, "province": str(province)}
    named = [level for level in LEVELS if place[level]]
    if len(named) != 1:
        raise _fault("place")
    at = named[0], place[named[0]]
    ask = partial(
        _asked, title=title, place=at, seconds=seconds, exact=exact, quick=quick, progress=progress,
        cancel=cancel, so_far=so_far,
    )  # fmt: skip
    if isinstance(of, Session):
        base = question or Question()
        if folder is not None:
            return ask(Path(folder), of, base)
        setting = of.setting(base)
        made = plan_setting(setting, [title], Options(setting.scenario.norm or NORMS[0]))
        with _written(made) as room:
            return ask(room, of, base)
    if isinstance(of, Plan):
        with _written(of) as room:
            return ask(room, _session(room, data), Question())
    return ask(Path(of), _session(Path(of), data), Question())


class _written:  # noqa: N801 - a context manager, used like a function
    """A plan in a folder that goes again, with the tables that tell how its numbers came about."""

    def __init__(self, made: Plan) -> None:
        self.made = made

    def __enter__(self) -> Path:
        self.room = tempfile.TemporaryDirectory(prefix="pdc-one-more-")
        return write(self.made, Path(self.room.name) / "plan", "tr", reports=False)

    def __exit__(self, *_: object) -> None:
        self.room.cleanup()


def _fault(code: str, where: str = "--one-more", **values: object) -> InputError:
    return InputError([Fault(where, None, None, f"one_more.{code}", values)])


def _session(folder: Path, data: Data) -> Session:
    """A session that plans as the folder's plan was planned."""
    made = made_from(folder, data)
    if made is None:
        raise _fault("record", str(folder))
    options = json.loads(text_of(folder / "summary.json")).get("options", {})
    if options.get("kept"):
        raise _fault("kept", str(folder))
    # The same plan, sooner: titles that are trees are solved without a solver.
    how = Options(options.get("norm", ""), strict=bool(options.get("strict")), engine=MARGINAL)
    session = None
    for place in made.places:
        session = Session(
            place, list(made.files), sets=made.sets, rulebook=made.rulebook, options=how
        )  # fmt: skip
        if session.setting(Question()).country.sha256 == made.data_sha256:
            return session
    assert session is not None
    raise data_changed(folder, made, session.setting(Question()).country.name)


def _asked(
    folder: Path,
    session: Session,
    base: Question,
    *,
    title: str,
    place: tuple[str, str],
    seconds: float | None,
    exact: bool,
    quick: bool,
    progress: Progress | None,
    cancel: Cancel | None,
    so_far: Callable[[OneMore], None] | None,
) -> OneMore:
    book = Book.read(folder, "tr")
    code = find_title(book, title)
    level, at = place[0], find_place(book, *place)
    path = book.above(level, at)
    facts = read_titles(book, [code])[code]
    if at not in facts.plan[level]:
        raise UnknownPlaceError("title", title)
    until = None if seconds is None else time.perf_counter() + seconds
    desk = _Desk(session, base, code, level, at, tuple(path), until, cancel or Cancel(), quick)
    desk.check_base(folder, facts)
    levers = _levers(session, base, facts, book, path)
    # What is soon proven first; then what moves few other titles.
    levers.sort(key=lambda one: (desk.course(one).excludes is None, len(desk.course(one).moved)))
    places = {(one.level, one.code): book.place_name(one.level, one.code) for one in levers if one.code}
    places[level, at] = book.place_name(level, at)
    cell = facts.plan[level][at]

    def told() -> OneMore:
        # What works first, the data before the law.
        answers.sort(key=lambda one: (one.found is None, one.within is None, one.lever.kind != "data"))
        return OneMore(code, level, at, cell.posts, cell.target, tuple(answers), desk.plans, places)

    answers: list[Answer] = []
    for done, lever in enumerate(levers):
        if progress:
            progress(done, len(levers), lever.name)
        answers.append(desk.answer(lever))
        if so_far:
            so_far(told())
    for i in sorted(range(len(answers)), key=lambda i: answers[i].left) if exact else ():
        if progress:
            progress(len(levers), len(levers) + 1, answers[i].lever.name)
        answers[i] = desk.to_the_end(answers[i])
    if progress:
        progress(len(levers), len(levers), "")
    return told()


def _levers(
    session: Session, base: Question, facts: TitleFacts, book: Book, path: list[tuple[str, str]]
) -> list[Lever]:
    law = session.setting(base).rulebook
    level, at = path[0]
    inside = frozenset(
        {c for c, unit in book.units.items() if at in (unit.district, unit.province)}
        if level != "unit"
        else ()
    ) | frozenset({c for c, (_, p) in book.districts.items() if level == "province" and p == at})
    told = Teller(book, facts).levers(level, at)
    # The law first: where the tables change, the titles that this one reads are planned again too.
    return [*of_law(law, told), *of_data(law, session.tables(base), facts, path, inside)]


@dataclass
class _OutOfTimeError(Exception):
    """The seconds that were given are over."""


@dataclass
class _Desk:
    """Plans again with one lever moved and looks at one number."""

    session: Session
    base: Question
    title: str
    level: str
    code: str
    path: tuple[tuple[str, str], ...]
    until: float | None
    cancel: Cancel
    quick: bool
    plans: int = 0
    number: Number | None = None
    courses: dict[tuple[str, str], Course] = field(default_factory=dict)
    best: tuple[float, GroupPlan, Plan] | None = None
    seen: dict[tuple[float, int], None] = field(default_factory=dict)
    searches: dict[tuple[str, str], Search] = field(default_factory=dict)

    def check_base(self, folder: Path, facts: TitleFacts) -> None:
        """The base must be the plan of the folder, at every unit. Raises InputError."""
        made = self.session.answer(replace(self.base, titles=(self.title,)), self.cancel)
        group = self._group(made)
        cells = facts.plan["unit"]
        codes = made.country.codes("unit").tolist()
        found = dict(zip(codes, group.solution.posts[self.title].tolist(), strict=True)) if group else {}
        if any(found.get(code, 0) != cell.posts for code, cell in cells.items()):
            raise _fault("other_plan", str(folder), title=self.title)
        self.wanted = facts.plan[self.level][self.code].posts + 1
        posts, target = self._number(made, group)
        self.base_target = target
        assert posts == self.wanted - 1
        planned = self.session.planned_below(self.base, self.title, self.cancel)
        options = self.session.planned_as(self.session.setting(self.base))
        self.number = Number(self.session, self.base, self.title, self.level, self.code, options, planned)

    def answer(self, lever: Lever) -> Answer:
        """What one lever gives."""
        self.best, self.seen = None, {}
        knows = self.course(lever)
        soon = time.perf_counter() + QUICK if self.quick else None
        search = Search(
            lambda steps: self._posts(lever, steps), self.wanted, self._in_time(knows),
            None if soon is None else lambda: time.perf_counter() > soon,
        )  # fmt: skip
        self.searches[lever.name, lever.code] = search
        ends = lever.least, lever.most
        try:
            found = search.first(*ends)
            if found is None:
                self._look_around(lever, search)
        except _OutOfTimeError:
            return Answer(lever, why=TIME, within=search.within(), open=search.open_below(*ends))
        if found is not None:
            return Answer(lever, found, open=found.open)
        why, clauses = self._why()
        reach = None if self.best is None else self.best[0]
        return Answer(lever, None, why, clauses, reach, open=search.open_below(*ends))

    def to_the_end(self, answer: Answer) -> Answer:
        """The same with nothing left open, as far as there is time."""
        if answer.proven or answer.why == TIME:
            return answer
        lever = answer.lever
        ends = lever.least, lever.most
        search = self.searches[lever.name, lever.code]
        try:
            found = search.to_the_end(*ends)
        except _OutOfTimeError:
            within, left = search.within(), search.open_below(*ends)
            known = None if answer.found is None else answer.found.step
            if within is not None and within[1] != known:  # a nearer one was seen, and no more of it
                return Answer(lever, why=TIME, within=within, open=left)
            return replace(answer, open=left)
        return replace(answer, open=()) if found is None else Answer(lever, found)

    def _look_around(self, lever: Lever, search: Search) -> None:
        """Ask until it is seen what holds the number: at both ends; where they do not tell, between."""
        ends = [steps for steps in (lever.most, lever.least) if steps]
        for steps in [*ends, *search.points(lever.least, lever.most)]:
            if steps not in search.known:
                search.known[steps] = self._posts(lever, steps)
            if steps in ends[-1:] and self._why()[0] in (CAP, UNREAD):
                return

    def course(self, lever: Lever) -> Course:
        """What is known of a lever before it is asked."""
        assert self.number is not None
        key = lever.name, lever.code
        if key not in self.courses:
            self.courses[key] = course(self.number, lever)
        return self.courses[key]

    def _in_time(self, knows: Course) -> Callable[[int, int], bool] | None:
        """Bounds that are asked for as long as there is time."""
        excludes = knows.excludes
        if excludes is None:
            return None

        def proven(least: int, most: int) -> bool:
            self._look_at_the_clock()
            self.cancel.check()
            return excludes(least, most, self.wanted)

        return proven

    def _look_at_the_clock(self) -> None:
        if self.until is not None and time.perf_counter() > self.until:
            raise _OutOfTimeError

    def _posts(self, lever: Lever, steps: int) -> int | None:
        """Posts of the number with the lever moved; None where the value is not allowed."""
        self._look_at_the_clock()
        assert self.number is not None
        asked = asked_with(replace(self.base, titles=(self.title,)), lever, steps)
        self.plans += 1
        try:
            again = self.course(lever).again(steps)
            if again is None:
                made = self.session.answer(asked, self.cancel)
            else:
                made = self.session.group_alone(asked, self.title, self.number.planned, again, self.cancel)
        except InputError:
            return None
        except (ClashError, StrictError):
            return 0  # no lawful plan there: the post is not there either
        group = self._group(made)
        posts, target = self._number(made, group)
        self.seen[round(target, 9), posts] = None
        if group is not None and (self.best is None or target > self.best[0]):
            self.best = target, group, made
        return posts

    def _group(self, made: Plan) -> GroupPlan | None:
        return next((p for p in made.groups if self.title in p.group.titles), None)

    def _number(self, made: Plan, group: GroupPlan | None) -> tuple[int, float]:
        """Posts and target at the place; nought where it has none."""
        codes = made.country.codes(self.level)
        found = np.flatnonzero(codes == self.code)
        if group is None or not len(found) or self.title not in group.solution.posts:
            return 0, 0.0
        at = int(found[0])
        posts = level_sums(made.country, group.solution.posts[self.title], self.level)
        return int(posts[at]), float(_targets(group.targets[self.title], self.level)[at])

    def _why(self) -> tuple[str, tuple[str, ...]]:
        """What holds the number where its target was highest."""
        if self.best is None:
            return RANGE, ()
        target, group, made = self.best
        clauses = tuple(dict.fromkeys(self._limits(group, made)))
        if clauses:
            return CAP, clauses
        same = all(
            posts == self.wanted - 1 and abs(t - self.base_target) < SAME * 100 for t, posts in self.seen
        )
        if same:
            return UNREAD, ()
        supply = group.targets[self.title].supply
        return (POOL if supply is not None and target >= self.wanted else RANGE), ()

    def _limits(self, group: GroupPlan, made: Plan) -> Iterator[str]:
        """Clauses of limits that are reached at the place or above it."""
        for f in group.findings:
            limit = f.tier is None and f.status == BINDING and f.required is not None
            if not limit or f.required != f.posts or self.title not in f.title.split("+"):
                continue
            if f.level in LEVELS and (f.level, str(made.country.codes(f.level)[f.at])) in self.path:
                yield f.clause


def _targets(targets: Targets, level: str) -> Any:
    return getattr(targets, level)
