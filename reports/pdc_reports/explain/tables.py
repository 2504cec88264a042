"""What explanations are made from: names, and for one title its numbers, rules and what they came from.

Read with :mod:`csv` alone: an explanation on the terminal does not wait for pandas.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

from pdc_common.bounded import MOST_TABLE, held, text_of
from pdc_common.cells_csv import plain_rows, rows_of
from pdc_common.derivation import Reader as Files
from pdc_common.levels import LEVELS
from pdc_common.text import Lang, say, table
from pdc_reports.explain.derivation import Derivation, Place, Reason, read_derivation
from pdc_reports.explain.formula import Parameter, Reader
from pdc_reports.explain.numbers import FOUND, NOTHING, Cells, Findings, Found

PLURAL: Final[Mapping[str, str]] = {"province": "provinces", "district": "districts", "unit": "units"}


class Pin(NamedTuple):
    """A number that was set (A.4), or locked by a repair; ``file`` is where that stands."""

    level: str
    code: str
    posts: int
    clause: str
    file: str
    lock: bool


class Unit(NamedTuple):
    """A unit's name and where it is."""

    name: str
    district: str
    province: str
    kind: str


def rows(path: Path, *columns: str, needle: str = "") -> Iterator[tuple[str, ...]]:
    """Some columns of a CSV file; with ``needle`` only lines that hold it (codes, never quoted text)."""
    if not needle:
        lines = rows_of(text_of(path, most=MOST_TABLE))
        yield from map(itemgetter(*map(next(lines, []).index, columns)), lines)
        return
    with held(path).open(encoding="utf-8", newline="") as text:
        head = next(csv.reader([next(text, "")]), [])
        lines_held = (line for line in text if needle in line)
        yield from map(itemgetter(*map(head.index, columns)), plain_rows(csv.reader(lines_held)))


class Clause(NamedTuple):
    """A clause: kinds of its rules (joined by ``+``), titles it names, its reading."""

    kinds: str
    titles: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Book:
    """Names of places and titles, clauses and parameters of a plan, in one language."""

    folder: Path
    lang: Lang
    units: Mapping[str, Unit]
    districts: Mapping[str, tuple[str, str]]
    """(name, province) by code."""
    provinces: Mapping[str, str]
    titles: Mapping[str, str]
    clauses: Mapping[str, Clause]
    parameters: Mapping[tuple[str, str], Parameter]
    summary: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path, lang: Lang) -> Book:
        """Read the names of a plan folder."""
        columns = ("unit_code", "unit", "district_code", "province_code", "kind")
        units = {code: Unit(*rest) for code, *rest in rows(folder / "units.csv", *columns)}
        districts = {
            code: (name, province)
            for code, name, province in rows(
                folder / "districts.csv", "district_code", "district", "province_code"
            )
        }
        columns = ("clause", "parameter", "value", "origin", f"text_{lang}")
        parameters = {
            (clause, name): Parameter(clause, name, _json(value), origin, text)
            for clause, name, value, origin, text in rows_if_there(folder / "parameters.csv", *columns)
        }
        clauses = {
            clause: Clause(kinds, tuple(titles.split(";")), text)
            for clause, kinds, titles, text in rows_if_there(
                folder / "clauses.csv", "clause", "kinds", "titles", f"text_{lang}"
            )
        }
        summary = folder / "summary.json"
        return cls(
            folder, lang, units, districts,
            _names(folder / "provinces.csv", "province_code", "province"),
            _names(folder / "titles.csv", "title", f"name_{lang}"),
            clauses, parameters,
            json.loads(text_of(summary)) if summary.is_file() else {},
        )  # fmt: skip

    def title_names(self, code: str) -> tuple[str, ...]:
        """Names of a title in both languages, and that of its branch."""
        branch = code.partition(".")[2]
        return (*self._both[code], branch) if branch else self._both[code]

    @cached_property
    def _both(self) -> dict[str, tuple[str, ...]]:
        columns = ("title", "name_tr", "name_en")
        return {code: tuple(names) for code, *names in rows(self.folder / "titles.csv", *columns)}

    @cached_property
    def reader(self) -> Reader:
        """Renders formulas."""
        return Reader(self.parameters, self.title_name, self.lang)

    @cached_property
    def pins(self) -> Mapping[str, Sequence[Pin]]:
        """Numbers that were set, by title, in the order in which they were told."""
        found: dict[str, list[Pin]] = {}
        for pin in self.summary.get("scenario", {}).get("pins", ()):
            file = str(pin.get("source", "")).partition("#")[0]
            told = Pin(
                pin["level"], str(pin["code"]), int(pin["posts"]), pin.get("clause", ""), file,
                bool(pin.get("lock")),
            )  # fmt: skip
            found.setdefault(pin["title"], []).append(told)
        return found

    def title_name(self, code: str) -> str:
        """Name of a title, of titles joined by ``+``, of a branch or a pattern in a formula."""
        if "+" in code:
            return " + ".join(self.title_name(part) for part in code.split("+"))
        if code == "uzman.*":
            return say("explain.all_specialists", self.lang)
        found = self.titles.get(code) or self.titles.get(f"uzman.{code}")
        key = f"reports.unplanned.{code}"
        return found or (say(key, self.lang) if key in table() else code)

    def place_name(self, level: str, code: str) -> str:
        """Name of a place with what it lies in: ``Alaca Devlet Hastanesi (Alaca, Çorum)``."""
        known = self._place_names.get((level, code))
        if known is None:
            known = self._place_names[level, code] = self._place_name(level, code)
        return known

    @cached_property
    def _place_names(self) -> dict[Place, str]:
        return {}

    def _place_name(self, level: str, code: str) -> str:
        if level == "unit" and code in self.units:
            unit = self.units[code]
            district = self.short_name("district", unit.district)
            return f"{unit.name} ({district}, {self.provinces.get(unit.province, '')})"
        if level == "district" and code in self.districts:
            name, province = self.districts[code]
            return f"{name} ({self.provinces.get(province, '')})"
        return self.short_name(level, code)

    def short_name(self, level: str, code: str) -> str:
        """Name of a place alone."""
        if level == "national":
            return say("explain.country", self.lang)
        if level == "unit":
            return self.units[code].name if code in self.units else code
        if level == "district":
            return self.districts[code][0] if code in self.districts else code
        return self.provinces.get(code, code)

    def above(self, level: str, code: str) -> list[Place]:
        """The places that a place lies in, itself first."""
        found: list[Place] = [(level, code)]
        if level == "unit" and code in self.units:
            unit = self.units[code]
            found += [("district", unit.district), ("province", unit.province)]
        elif level == "district" and code in self.districts:
            found.append(("province", self.districts[code][1]))
        return found


@dataclass
class TitleFacts:
    """Everything of one title: numbers, rules found, free numbers, and what they came from."""

    code: str
    plan: dict[str, Cells] = field(default_factory=lambda: {level: Cells() for level in LEVELS})
    found: Found = field(default_factory=lambda: NOTHING.of(""))
    free: dict[Place, tuple[bool, bool]] = field(default_factory=dict)
    why: Derivation = field(default_factory=Derivation)

    def reasons(self, place: Place, row: str) -> Sequence[Reason]:
        """Rows of one kind at a place."""
        return self.why.reasons(place, row)

    def value(self, place: Place, row: str) -> float:
        """Sum of the values of such rows; 0 without one."""
        return self.why.sums(place[0], row).get(place[1], 0.0)

    def weight(self, unit: str) -> float:
        """Weight of a unit with its factors."""
        return self.why.weights.get(unit, 0.0)


def read_titles(book: Book, titles: Iterable[str]) -> dict[str, TitleFacts]:
    """Facts of some titles of a plan; each table is gone through once."""
    wanted = list(titles)
    facts = {title: TitleFacts(title) for title in wanted}
    needle = wanted[0] if len(wanted) == 1 else ""
    for level in LEVELS:
        columns: dict[str, tuple[list[str], list[float], list[int]]] = {}
        plan = book.folder / f"plan_{PLURAL[level]}.csv"
        for code, title, target, posts in rows(
            plan, f"{level}_code", "title", "target", "posts", needle=needle
        ):
            codes, targets, numbers = columns.setdefault(title, ([], [], []))
            codes.append(code)
            targets.append(float(target))
            numbers.append(int(posts))
        for title in facts.keys() & columns.keys():
            facts[title].plan[level] = Cells(*columns[title])
    table = list(zip(*rows(book.folder / "rules.csv", *FOUND, needle=needle), strict=True))
    clause, joined, levels, places, required, short, tier, status = table or [()] * len(FOUND)
    amounts = [float(one) if one else math.nan for one in required]
    missing = [float(one or 0) for one in short]
    findings = Findings(clause, joined, levels, places, amounts, missing, tier, status)
    for title, one in facts.items():
        one.found = findings.of(title)
    read_sources(book, facts, needle)
    return facts


def read_sources(book: Book, facts: Mapping[str, TitleFacts], needle: str = "") -> None:
    """Numbers that could be otherwise, and what each number came from."""
    for title, level, code, more, fewer in rows_if_there(
        book.folder / "free_cells.csv", "title", "level", "code", "one_more", "one_fewer", needle=needle
    ):
        if title in facts:
            facts[title].free[level, code] = more == "1", fewer == "1"
    reader = Files()
    for title, one in facts.items():
        one.why = read_derivation(book.folder, title, reader)


def rows_if_there(path: Path, *columns: str, needle: str = "") -> Iterator[tuple[str, ...]]:
    """Rows of a table that a plan need not have."""
    if path.is_file():
        yield from rows(path, *columns, needle=needle)


def _names(path: Path, code: str, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    found.update((one[0], one[1]) for one in rows(path, code, name))
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
