"""A session that stays: the country and its plan are held, and a question plans only what its changes reach.

>>> session = pdc.Session()                                                # doctest: +SKIP
>>> base = session.ask(titles=["eczaci"])                                  # doctest: +SKIP
>>> dearer = session.ask(sets=["B.5.3.a.growth=0.6"], titles=["eczaci"])   # doctest: +SKIP

A question is asked from the session's own base each time, not from the last question: the same question has
the same answer whatever was asked before, to the byte that a fresh run writes.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import numpy as np

from pdc.base.cache import digest
from pdc.base.garbage import no_collection
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.country.merges import merge
from pdc.country.setting import Data, Files, Setting, merging, origin_of, sides_of
from pdc.law.pins import Pin
from pdc.law.rulebook import Rulebook
from pdc.law.scenario import NORMS, Scenario, apply
from pdc.law.shipped import load_rulebook, own_data, scenario_file
from pdc.law.vocabulary import vocabulary
from pdc.planning.group_plan import GroupPlan
from pdc.planning.plan import Plan, ToPlan, plan_of, to_plan
from pdc.planning.processes import Progress, Work, plan_one
from pdc.planning.reuse import input_key
from pdc.program.options import Job, Options
from pdc.tables import CellChange, Edit, Tables, change, read

COUNTRIES: Final = 6  # merged countries kept: the base, and those of the last changes of the data
PLANS: Final = 600  # group plans kept: ten of all 54 titles
Kept = TypeVar("Kept")


class CancelledError(Exception):
    """The question was withdrawn before its answer was there."""


class Cancel:
    """Withdraws a question: :meth:`cancel` may be called from any thread; it stops at its next group."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        self._event.set()

    def check(self) -> None:
        """Raise :class:`CancelledError` if the question was withdrawn."""
        if self._event.is_set():
            raise CancelledError


class _Recent(Generic[Kept]):
    """What was used last, at most ``most`` things. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most, self._kept = most, OrderedDict[str, Kept]()
        self._lock = threading.Lock()

    def get(self, key: str) -> Kept | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, value: Kept) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


@dataclass(frozen=True)
class Question:
    """What a session is asked beside its base; everything empty is the base itself.

    ``sets`` are single numbers ``CLAUSE.parameter=value``, ``scenario`` further files (both win over the
    session's own), ``pins`` fixed numbers (A.4), ``titles`` those to show, all by default. ``edits`` change
    the tables after everything that scenarios change there.
    """

    sets: tuple[str, ...] = ()
    scenario: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    titles: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


class Session:
    """A country, its law and every group planned so far; thread-safe.

    ``data``, ``scenario``, ``sets``, ``rulebook`` are those of :func:`pdc.plan`; ``options`` how to plan,
    always without a certificate (a plan that is written with its proof is made by :func:`pdc.plan`).
    """

    @no_collection()
    def __init__(
        self,
        data: Data = None,
        scenario: Files = (),
        *,
        sets: Sequence[str] = (),
        rulebook: str | os.PathLike[str] | None = None,
        options: Options | None = None,
    ) -> None:
        self._book = load_rulebook(rulebook)
        self._given: tuple[Data, str | os.PathLike[str] | None] = (data, rulebook)
        self._files = [scenario] if isinstance(scenario, (str, os.PathLike)) else list(scenario)
        self._sets = tuple(sets)
        self._options = replace(options or Options(), proof=False)
        self._tables = data if isinstance(data, Tables) else None
        if self._tables is None:
            book, _ = self._law(Question())
            self._tables = read(data or own_data(book), vocabulary(book))  # type: ignore[arg-type]
        self._countries = _Recent[tuple[str, Country, tuple[CellChange, ...]]](COUNTRIES)
        self._plans = _Recent[GroupPlan](PLANS)
        self._one_at_a_time = threading.Lock()

    def ask(
        self,
        *,
        sets: Sequence[str] = (),
        scenario: Files = (),
        pins: Sequence[Pin] = (),
        titles: Sequence[str] = (),
        cancel: Cancel | None = None,
        progress: Progress | None = None,
    ) -> Plan:
        """The plan under these changes of the base. Groups that no change reaches are not planned again.

        Raises what :func:`pdc.plan` raises, and :class:`CancelledError` once ``cancel`` was called.
        """
        files = [scenario] if isinstance(scenario, (str, os.PathLike)) else list(scenario)
        asked = Question(tuple(sets), tuple(map(str, files)), tuple(pins), tuple(titles))
        return self.answer(asked, cancel, progress)

    def answer(
        self, question: Question, cancel: Cancel | None = None, progress: Progress | None = None
    ) -> Plan:
        """The same for a question that was put together before."""
        started = time.perf_counter()
        cancel = cancel or Cancel()
        # The solver's threads are process-wide; two plans side by side would only take turns.
        with self._one_at_a_time, no_collection():
            cancel.check()
            given = self.setting(question)
            options = self.planned_as(given)
            what = to_plan(given, question.titles)
            read_at = time.perf_counter()
            plans = self._planned(given, what, options, cancel, progress)
            seconds = {"read": read_at - started, "plan": time.perf_counter() - read_at}
            return plan_of(given, what, options, plans, seconds)

    def planned_below(self, question: Question, title: str, cancel: Cancel | None = None) -> dict[str, Ints]:
        """Posts of the titles that a title reads, by unit position of the question's country."""
        with self._one_at_a_time, no_collection():
            given = self.setting(question)
            what = to_plan(given, (title,))
            below = replace(what, needed=[group for group in what.needed if title not in group.titles])
            plans = self._planned(given, below, self.planned_as(given), cancel or Cancel(), None)
            units = len(given.country.units)
            return {name: posts for made in plans for name, posts in _posts(made, units).items()}

    def group_alone(
        self,
        question: Question,
        title: str,
        planned: Mapping[str, Ints],
        again: Collection[str] = (),
        cancel: Cancel | None = None,
    ) -> Plan:
        """The answer for one title's group, where whoever asks knows what the titles have that it reads.

        Those of them that are to be planned ``again`` all the same are. Raises what :meth:`answer` raises.
        """
        with self._one_at_a_time, no_collection():
            (cancel or Cancel()).check()
            given = self.setting(question)
            options = self.planned_as(given)
            what = to_plan(given, (title,))
            own = replace(what, needed=[group for group in what.needed if title in group.titles])
            work = Work(given.country, given.rulebook, Job(options, given.scenario.pins), None, given.key)
            known, plans = dict(planned), []
            for group in what.needed:
                if group in own.needed or set(again) & set(group.titles):
                    made = plan_one(work, group, {name: known[name] for name in sorted(group.waits_for)})
                    known.update(_posts(made, len(given.country.units)))
                    plans += [made] if group in own.needed else []
            return plan_of(given, own, options, plans, {})

    def planned_as(self, given: Setting) -> Options:
        """How the session plans under a law."""
        return replace(self._options, norm=self._options.norm or given.scenario.norm or NORMS[0])

    @property
    def rulebook(self) -> Rulebook:
        """The law before any scenario."""
        return self._book

    @property
    def given_tables(self) -> Tables:
        """The tables before any scenario."""
        assert self._tables is not None
        return self._tables

    def setting(self, question: Question) -> Setting:
        """Country and law under a question; merged again only where the tables or the merges change."""
        book, described = self._described(question)
        assert self._tables is not None
        key = digest("country", self._tables.sha256, *merging(book), described.edits)
        kept = self._countries.get(key)
        if kept is None:
            tables = change(self._tables, described.edits)
            kept = (key, merge(tables, book), tables.changes)
            self._countries.put(key, kept)
        sides, warnings = sides_of(self._tables.folder, book), self._tables.warnings
        origin = origin_of(
            *self._given, self._scenarios(question), (*self._sets, *question.sets), described.tables
        )
        return Setting(kept[1], book, described, sides, warnings, key, origin, kept[2])

    def tables(self, question: Question) -> Tables:
        """The tables under a question, changed but not merged."""
        assert self._tables is not None
        return change(self._tables, self._described(question)[1].edits)

    def _described(self, question: Question) -> tuple[Rulebook, Scenario]:
        book, described = self._law(question)
        pins, edits = (*described.pins, *question.pins), (*described.edits, *question.edits)
        return book, replace(described, pins=pins, edits=edits)

    def _law(self, question: Question) -> tuple[Rulebook, Scenario]:
        return apply(self._book, self._scenarios(question), (*self._sets, *question.sets))

    def _scenarios(self, question: Question) -> list[Path]:
        return [scenario_file(f) for f in (*self._files, *question.scenario)]

    def _planned(
        self, given: Setting, what: ToPlan, options: Options, cancel: Cancel, progress: Progress | None
    ) -> list[GroupPlan]:
        tell: Any = progress or (lambda done, total, name: None)
        work = Work(given.country, given.rulebook, Job(options, given.scenario.pins), None, given.key)
        planned: dict[str, Ints] = {}
        found: list[GroupPlan] = []
        for group in what.needed:
            cancel.check()
            read = {title: planned[title] for title in sorted(group.waits_for)}
            key = input_key(given.key, given.rulebook, group, read, options, given.scenario.pins)
            made = self._plans.get(key)
            if made is None:
                made = plan_one(work, group, read)
                self._plans.put(key, made)
            planned.update(_posts(made, len(given.country.units)))
            found.append(made)
            tell(len(found), len(what.needed), group.name)
        return found


def _posts(made: GroupPlan, units: int) -> Mapping[str, Ints]:
    """Posts of every title of a group, nought where no unit may have it."""
    nothing: dict[str, Ints] = {title: np.zeros(units, dtype=np.int64) for title in made.without}
    return {**made.solution.posts, **nothing}
