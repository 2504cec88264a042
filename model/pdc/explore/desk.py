"""What the page asks for: a session, the newest question, its plan beside the base, downloads, explanations.

Everything is asked of the functions that the terminal uses; what is here holds them together and keeps the
newest question first.
"""

from __future__ import annotations

import io
import secrets
import tempfile
import threading
import time
import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pdc.ask.against import files as difference_files
from pdc.ask.difference import Difference, Side
from pdc.ask.explain import explain
from pdc.ask.one_more import OneMore, one_more
from pdc.ask.session import Cancel, Question, Session
from pdc.base.faults import Fault, InputError
from pdc.country.setting import Setting, wanted_titles
from pdc.explore.changes import Asked, SetNumber, to_toml
from pdc.explore.varied import Range, Turns, Variation
from pdc.law.groups import groups
from pdc.law.rulebook import Rulebook
from pdc.law.scenario import NORMS, Listed, listed
from pdc.law.shipped import scenario_folder
from pdc.planning.plan import Plan, plan_setting
from pdc.planning.write import write
from pdc.program.options import Options
from pdc_common.text import Lang
from pdc_reports.explain import Explanation

KEPT_FOLDERS: Final = 3  # of plans with their certificate, for explanations
ALL: Final = "all"  # in an address: every title that is planned
KEPT_TABLES: Final = 3  # that were dropped on the page
FILE: Final = "scenario.toml"
MOST_SWEEP: Final = 900.0  # seconds of a sweep
MOST_ONE_MORE: Final = 30.0  # seconds of a search for what gives one more
PATIENCE: Final = 60.0  # seconds that it lets a question go first


@dataclass(frozen=True)
class Given:
    """What the page was started with, as at the terminal."""

    data: str | None = None
    scenarios: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    rulebook: str | None = None

    @property
    def options(self) -> dict[str, list[str]]:
        """The same as options of the command line."""
        found = {
            "--data": [self.data] if self.data else [],
            "--rulebook": [self.rulebook] if self.rulebook else [],
            "--scenario": list(self.scenarios),
            "--set": list(self.sets),
        }
        return {option: values for option, values in found.items() if values}


@dataclass(frozen=True, eq=False)
class Answer:
    """The plan of a question beside that of its base."""

    base: Plan
    now: Plan
    difference: Difference


class Desk:
    """The session behind the page; thread-safe. A new question withdraws the one before."""

    def __init__(self, given: Given, lang: Lang) -> None:
        self.given, self.lang = given, lang
        # The same plan, sooner: titles that are trees are solved without a solver.
        self.session = Session(
            given.data, list(given.scenarios), sets=given.sets, rulebook=given.rulebook,
            options=Options(engine="marginal"),
        )  # fmt: skip
        self._room = tempfile.TemporaryDirectory(prefix="pdc-explore-")
        self._newest, self._sweep, self._turns = Cancel(), Cancel(), Turns()
        self._search = Cancel()
        self.found_so_far: OneMore | None = None  # of the search that is going on
        self._lock = threading.Lock()
        self._kept_answer: tuple[str, Answer] | None = None
        self._kept_base: tuple[str, Plan, Side] | None = None
        self._folders: OrderedDict[str, Path] = OrderedDict()
        self._dropped: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def keep_table(self, name: str, content: bytes) -> str:
        """Keep a table that was dropped, for as long as the newest few; its key."""
        key = secrets.token_hex(8)
        with self._lock:
            self._dropped[key] = name, content
            while len(self._dropped) > KEPT_TABLES:
                self._dropped.popitem(last=False)
        return key

    def kept_table(self, key: str) -> tuple[str, bytes]:
        """Name and bytes of a table that was dropped. Raises InputError where it has gone."""
        with self._lock:
            found = self._dropped.get(key)
        if found is None:
            raise InputError([Fault("", None, None, "explore.table_gone")])
        return found

    @property
    def room(self) -> str:
        """The private folder."""
        return self._room.name

    def withdraw(self) -> None:
        """Nobody waits for the newest question any more."""
        self._newest.cancel()

    def close(self) -> None:
        """Withdraw what is asked and clear the private folder."""
        self._newest.cancel()
        self._sweep.cancel()
        self._search.cancel()
        self._room.cleanup()

    @cached_property
    def setting(self) -> Setting:
        """Country and law of the base."""
        return self.session.setting(Question())

    @property
    def book(self) -> Rulebook:
        """The law of the base."""
        return self.setting.rulebook

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Titles that are planned here."""
        return tuple(wanted_titles(self.setting.country, self.book)[0])

    @cached_property
    def first_title(self) -> str:
        """What is shown where nothing is asked: a title that is planned alone, so the answer is quick."""
        every = groups(self.book, list(self.titles))
        alone = [g.titles[0] for g in every if len(g.titles) == 1 and not g.waits_for]
        order = {title.code: (title.branch != "", i) for i, title in enumerate(self.book.titles)}
        return min(alone or self.titles, key=lambda code: order[code], default="")

    @cached_property
    def scenarios(self) -> tuple[Listed, ...]:
        """Scenarios that pdc ships for this law: those of the built-in one, for it alone."""
        if self.book.about.folder:
            return ()
        return tuple(one for one in listed(scenario_folder()) if one.name != "base")

    def complete(self, asked: Asked) -> Asked:
        """The question with a title to show. Raises :class:`InputError` for other scenarios than shipped."""
        known = {one.name for one in self.scenarios}
        unknown = [name for name in asked.scenarios if name not in known]
        if unknown:
            raise InputError(
                [Fault(name, None, None, "scenario.missing", {"nearest": ""}) for name in unknown]
            )
        if asked.titles == (ALL,):
            return replace(asked, titles=self.titles)
        return asked if asked.titles or not self.first_title else replace(asked, titles=(self.first_title,))

    @contextmanager
    def question(self, asked: Asked) -> Iterator[Question]:
        """The question as the session takes it; its scenario file lies in the private folder meanwhile."""
        with tempfile.TemporaryDirectory(dir=self._room.name) as folder:
            files = [str(scenario_folder() / f"{name}.toml") for name in asked.scenarios]
            text = to_toml(asked.own)
            if text:
                file = Path(folder) / FILE
                file.write_text(text, "utf-8")
                files.append(str(file))
            yield Question(scenario=tuple(files), titles=asked.titles)

    def answer(self, asked: Asked, base: Asked) -> Answer:
        """Plan a question and its base. Raises what a plan raises, and ``CancelledError`` for an old one."""
        with self._lock:
            self._newest.cancel()
            cancel = self._newest = Cancel()
        asked = self.complete(asked)
        base = self.complete(replace(base, titles=asked.titles))
        key = repr((asked.own, asked.scenarios, asked.titles, base.own, base.scenarios))
        with self._lock:
            kept = self._kept_answer
        if kept is not None and kept[0] == key:
            return kept[1]
        with self._turns:
            (first, side), now = self._base_plan(base, cancel), self._plan(asked, cancel)
        made = Answer(first, now, Difference(side, Side.of(now, "plan"), asked.titles))
        with self._lock:
            self._kept_answer = key, made
        return made

    def _plan(self, asked: Asked, cancel: Cancel) -> Plan:
        with self.question(asked) as question:
            return self.session.answer(question, cancel)

    def _base_plan(self, base: Asked, cancel: Cancel) -> tuple[Plan, Side]:
        """The plan of a base, with its tables: it stays while questions change."""
        key = repr((to_toml(base.own), base.scenarios, base.titles))
        with self._lock:
            kept = self._kept_base
        if kept is None or kept[0] != key:
            made = self._plan(base, cancel)
            kept = key, made, Side.of(made, "base")
            with self._lock:
                self._kept_base = kept
        return kept[1], kept[2]

    def vary(
        self, asked: Asked, base: Asked, ranges: Sequence[Range], outcome: str, province: str
    ) -> Iterator[dict[str, Any]]:
        """The points of a line, or of a map of two numbers. The newest takes the place of the one before."""
        with self._lock:
            self._sweep.cancel()
            cancel = self._sweep = Cancel()
        asked = self.complete(asked)
        with self._turns:
            beside = self._base_plan(self.complete(replace(base, titles=asked.titles)), cancel)[0]
        sets = tuple(SetNumber(*text.partition("=")[::2]) for text in self.given.sets)
        until = time.monotonic() + MOST_SWEEP
        with self.question(asked) as question:
            one = Variation(
                self.session,
                question,
                sets,
                self.given.scenarios,
                tuple(ranges),
                beside,
                outcome,
                province,
                cancel,
            )
            for point in one.points(self.room):
                yield point
                self._turns.pause(PATIENCE)
                cancel.check()
                if time.monotonic() > until:
                    return

    def stop_varying(self) -> None:
        """Nobody waits for the points any more."""
        self._sweep.cancel()

    def explain(self, asked: Asked, title: str, level: str, code: str) -> Explanation:
        """Why a number of the plan: planned again with its certificate, as ``plan`` and ``explain`` do."""
        place: Mapping[str, str] = {} if level == "national" else {level: code}
        return explain(self._proven_folder(asked, title), title, lang=self.lang, **place)

    def one_more(self, asked: Asked, title: str, level: str, code: str) -> OneMore:
        """The smallest changes with which a place has one more, by :func:`pdc.one_more`.

        It takes the session for one plan at a time, so that a question goes between two of them, and a
        question that waits goes before its next lever. The newest search takes the place of the one before;
        after :data:`MOST_ONE_MORE` seconds what was not tried to its end is told as such.
        """
        with self._lock:
            self._search.cancel()
            cancel = self._search = Cancel()
            self.found_so_far = None
        folder = self._proven_folder(asked, title)
        cancel.check()
        with self.question(replace(self.complete(asked), titles=(title,))) as question:
            return one_more(
                self.session, title, question=question, seconds=MOST_ONE_MORE, exact=False, quick=True,
                cancel=cancel,
                folder=folder,
                so_far=lambda told: self._tell(told, cancel),
                progress=lambda done, total, name: self._turns.pause(PATIENCE), **{level: code},
            )  # fmt: skip

    def _tell(self, told: OneMore, cancel: Cancel) -> None:
        with self._lock:
            if self._search is cancel:
                self.found_so_far = told

    def stop_searching(self) -> None:
        """Nobody waits for what gives one more."""
        self._search.cancel()

    def _proven_folder(self, asked: Asked, title: str) -> Path:
        """The folder of a question's plan of a title, with its proof; kept for the next question about it."""
        asked = replace(self.complete(asked), titles=(title,))
        key = to_toml(asked.own) + repr((asked.scenarios, title))
        with self._lock:
            folder = self._folders.get(key)
        if folder is None:
            folder = self._written(asked, reports=False)
            with self._lock:
                self._folders[key] = folder
                while len(self._folders) > KEPT_FOLDERS:
                    self._folders.popitem(last=False)
        return folder

    def download(self, asked: Asked, base: Asked) -> bytes:
        """A zip file: the folder that ``plan --against base`` writes, with the scenario file."""
        asked = self.complete(asked)
        answer = self.answer(asked, base)
        folder = self._written(asked, reports=True, beside=answer.difference)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                packed.write(path, f"pdc/{path.relative_to(folder).as_posix()}")
            packed.writestr(f"pdc/{FILE}", to_toml(asked.own))
        return target.getvalue()

    def _written(self, asked: Asked, *, reports: bool, beside: Difference | None = None) -> Path:
        with self.question(asked) as question:
            given = self.session.setting(question)
        made = self._proven(given, asked.titles)
        files = None if beside is None else difference_files(made, beside, self.lang)
        target = Path(tempfile.mkdtemp(dir=self._room.name)) / "plan"
        return write(made, target, self.lang, reports=reports, files=files)

    def _proven(self, given: Setting, titles: Sequence[str]) -> Plan:
        options = Options(given.scenario.norm or NORMS[0])
        return plan_setting(given, titles, options)


def told_faults(error: InputError, lang: Lang) -> list[str]:
    """Faults of a question in words."""
    return [fault.text(lang) for fault in error.faults[:10]]
