"""What explanations are made from: names, and for one title its numbers, rules and what they came from.

Read with :mod:`csv` alone: an explanation on the terminal does not wait for pandas.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from pdc_reports.explain.formula import Parameter, Reader
from pdc_reports.text import Lang, say, table

LEVELS: Final = ("province", "district", "unit")
PLURAL: Final[Mapping[str, str]] = {"province": "provinces", "district": "districts", "unit": "units"}
Place = tuple[str, str]  # level, code


class Cell(NamedTuple):
    """Target and posts of a title at a place."""

    target: float
    posts: int


class Finding(NamedTuple):
    """A row of ``rules.csv``."""

    clause: str
    required: float | None
    shortfall: float
    tier: str
    status: str


class Reason(NamedTuple):
    """A row of ``why/<title>.csv.gz``."""

    row: str
    level: str
    code: str
    clause: str
    value: str
    formula: str
    inputs: str
    kind: str
    tier: str
    how: str
    titles: str
    parameters: str


class Unit(NamedTuple):
    """A unit's name and where it is."""

    name: str
    district: str
    province: str
    kind: str


def rows(path: Path, needle: str = "") -> Iterator[dict[str, str]]:
    """Rows of a CSV file by heading; with ``needle`` only lines that hold it (codes, never quoted text)."""
    with path.open(encoding="utf-8", newline="") as text:
        head = next(csv.reader([next(text, "")]), [])
        lines: Iterable[str] = (line for line in text if needle in line) if needle else text
        for values in csv.reader(lines):
            yield dict(zip(head, values, strict=False))


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
    clauses: Mapping[str, Mapping[str, str]]
    parameters: Mapping[tuple[str, str], Parameter]
    summary: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path, lang: Lang) -> Book:
        """Read the names of a plan folder."""
        units = {
            r["unit_code"]: Unit(r["unit"], r["district_code"], r["province_code"], r["kind"])
            for r in rows(folder / "units.csv")
        }
        districts = {
            r["district_code"]: (r["district"], r["province_code"]) for r in rows(folder / "districts.csv")
        }
        parameters = {
            (r["clause"], r["parameter"]): Parameter(
                r["clause"], r["parameter"], _json(r["value"]), r["origin"], r[f"text_{lang}"]
            )
            for r in _rows_if_there(folder / "parameters.csv")
        }
        summary = folder / "summary.json"
        return cls(
            folder, lang, units, districts,
            {r["province_code"]: r["province"] for r in rows(folder / "provinces.csv")},
            {r["title"]: r[f"name_{lang}"] for r in rows(folder / "titles.csv")},
            {r["clause"]: r for r in _rows_if_there(folder / "clauses.csv")},
            parameters,
            json.loads(summary.read_text("utf-8")) if summary.is_file() else {},
        )  # fmt: skip

    @cached_property
    def reader(self) -> Reader:
        """Renders formulas."""
        return Reader(self.parameters, self.title_name, self.lang)

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
    plan: dict[str, dict[str, Cell]] = field(default_factory=lambda: {level: {} for level in LEVELS})
    found: dict[Place, list[Finding]] = field(default_factory=dict)
    free: dict[Place, tuple[bool, bool]] = field(default_factory=dict)
    why: dict[Place, list[Reason]] = field(default_factory=dict)

    def reasons(self, place: Place, row: str) -> list[Reason]:
        """Rows of one kind at a place."""
        return [reason for reason in self.why.get(place, ()) if reason.row == row]

    def value(self, place: Place, row: str) -> float:
        """Sum of the values of such rows; 0 without one."""
        return sum(float(reason.value) for reason in self.reasons(place, row))

    def weight(self, unit: str) -> float:
        """Weight of a unit with its factors."""
        total = self.value(("unit", unit), "weight")
        for reason in self.reasons(("unit", unit), "factor"):
            total *= float(reason.value)
        return total


def read_titles(book: Book, titles: Iterable[str]) -> dict[str, TitleFacts]:
    """Facts of some titles of a plan; each table is gone through once."""
    wanted = list(titles)
    facts = {title: TitleFacts(title) for title in wanted}
    needle = wanted[0] if len(wanted) == 1 else ""
    for level in LEVELS:
        code = f"{level}_code"
        for row in rows(book.folder / f"plan_{PLURAL[level]}.csv", needle):
            if row["title"] in facts:
                cell = Cell(float(row["target"]), int(row["posts"]))
                facts[row["title"]].plan[level][row[code]] = cell
    for row in rows(book.folder / "rules.csv", needle):
        for title in row["title"].split("+"):
            if title in facts and row["status"] != "not_applicable":
                required = float(row["required"]) if row["required"] else None
                finding = Finding(
                    row["clause"], required, float(row["shortfall"] or 0), row["tier"], row["status"]
                )
                facts[title].found.setdefault((row["level"], row["code"]), []).append(finding)
    for row in _rows_if_there(book.folder / "free_cells.csv", needle):
        if row["title"] in facts:
            free = row["one_more"] == "1", row["one_fewer"] == "1"
            facts[row["title"]].free[row["level"], row["code"]] = free
    for title, one in facts.items():
        _read_why(book.folder / "why" / f"{title}.csv.gz", one)
    return facts


def _read_why(path: Path, facts: TitleFacts) -> None:
    if not path.is_file():
        return
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        lines = csv.reader(text)
        head = next(lines, [])
        if tuple(head) != Reason._fields:
            return
        for line in lines:
            reason = Reason(*line)
            facts.why.setdefault((reason.level, reason.code), []).append(reason)


def _rows_if_there(path: Path, needle: str = "") -> Iterator[dict[str, str]]:
    if path.is_file():
        yield from rows(path, needle)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
