"""The country a plan is made for: merged places, counted staff, and who sits where by position.

Everything downstream works with positions: unit ``i`` lies in district ``unit_district[i]`` of province
``unit_province[i]``. Codes come back only when tables are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc.base.exact import Fraction, ratio
from pdc.base.fingerprint import Fingerprint
from pdc.base.numbers import Ints, Objects, numbered, objects
from pdc.tables.cells import DECIMALS
from pdc.tables.schema import PLACES, Derived, Schema
from pdc_common.cells_csv import cell_texts
from pdc_common.levels import ALL_LEVELS, LEVELS


class Notice(NamedTuple):
    """One line of ``notices.csv``; the sentence is ``say("notice." + key, lang, **values)``."""

    clause: str
    level: str
    code: str
    title: str
    posts: int | None
    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Country:
    """Places after the merges of the law, and the staff that it counts.

    ``provinces``, ``districts`` and ``units`` are in canonical order (plate code; plate code and district
    code; unit code) with index 0…n−1. ``district_province``, ``unit_district`` and ``unit_province`` are
    positions. ``filled`` has one row a (unit position or −1, title) with ``filled``, ``vacant``, ``absent``
    (of the filled, away for more than three months), ``filled_locked`` and ``vacant_locked`` (staff who may
    not be moved); ``trainers`` one a (unit position, branch, role) of staff who are never planned.
    ``before`` are the ``districts`` and ``units`` as the tables
    name them, with ``at``, the position each has after the merges. ``speaks`` are the clauses that are cited
    for what holds under every law (:data:`pdc.law.about.SPEAKS`).
    """

    provinces: pd.DataFrame
    districts: pd.DataFrame
    units: pd.DataFrame
    district_province: Ints
    unit_district: Ints
    unit_province: Ints
    training: pd.DataFrame
    filled: pd.DataFrame
    trainers: pd.DataFrame
    limits: Mapping[str, pd.DataFrame]
    national_filled: Mapping[str, int]
    left_out: pd.DataFrame
    notices: tuple[Notice, ...]
    fingerprint: Fingerprint
    name: str
    schema: Schema
    speaks: Mapping[str, str]
    before: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Fingerprint of the tables that it comes from."""
        return self.fingerprint.sha256

    def size(self, level: str) -> int:
        """Number of places of a level."""
        return self._sizes[level]

    @cached_property
    def _sizes(self) -> dict[str, int]:
        return {
            "national": 1,
            "province": len(self.provinces),
            "district": len(self.districts),
            "unit": len(self.units),
        }

    def parent(self, level: str) -> Ints:
        """Position of each place's parent."""
        return {
            "province": np.zeros(len(self.provinces), dtype=np.int64),
            "district": self.district_province,
            "unit": self.unit_district,
        }[level]

    def codes(self, level: str) -> Objects:
        """Codes of the places of a level, as text, not to be written to; ``""`` for the country."""
        return self._codes.get(level, self._codes[""])

    @cached_property
    def _codes(self) -> dict[str, Objects]:
        found = {
            "province": self.provinces["province_code"].astype(str).to_numpy(dtype=object),
            "district": self.districts["district_code"].to_numpy(dtype=object),
            "unit": self.units["unit_code"].to_numpy(dtype=object),
            "": np.array([""], dtype=object),
        }
        for codes in found.values():
            codes.flags.writeable = False
        return found

    @cached_property
    def filled_rows(self) -> dict[str, Ints]:
        """Rows of :attr:`filled` whose unit is known, by title."""
        known = np.flatnonzero((self.filled["at"] >= 0).to_numpy())
        titles = self.filled["title"].to_numpy(dtype=object)[known]
        codes, names = pd.factorize(titles)
        order = np.argsort(codes, kind="stable")
        parts = np.split(known[order], np.cumsum(np.bincount(codes, minlength=len(names)))[:-1])
        return dict(zip(names.tolist(), parts, strict=True)) if len(names) else {}

    @cached_property
    def filled_columns(self) -> dict[str, Ints]:
        """Columns of :attr:`filled` in whole numbers, by name; not to be changed."""
        names = ("at", "filled", "vacant", "absent", "filled_locked", "vacant_locked")
        return {name: self.filled[name].to_numpy(dtype=np.int64) for name in names}

    @cached_property
    def code_texts(self) -> dict[str, list[str]]:
        """The same as lists, by level; not to be changed."""
        return {level: list(map(str, self.codes(level).tolist())) for level in LEVELS}

    @cached_property
    def code_order(self) -> dict[str, Ints]:
        """Which of them comes where among the texts of its level, in the order of signs."""
        found = {}
        for level, codes in self.code_texts.items():
            found[level] = np.empty(len(codes), dtype=np.int64)
            found[level][sorted(range(len(codes)), key=codes.__getitem__)] = np.arange(len(codes))
        return found

    @cached_property
    def code_cells(self) -> dict[str, list[str]]:
        """The same as they stand in a line of CSV."""
        return {level: cell_texts(codes) for level, codes in self.code_texts.items()}

    @cached_property
    def code_lines(self) -> dict[str, Objects]:
        """The same with the code of the place above behind a comma; a province has none."""
        found = {LEVELS[0]: objects([f"{code}," for code in self.code_cells[LEVELS[0]]])}
        for level, over in zip(LEVELS[1:], LEVELS, strict=False):
            above = self.code_cells[over]
            pairs = zip(self.code_cells[level], self.parent(level).tolist(), strict=True)
            found[level] = objects([f"{code},{above[p]}" for code, p in pairs])
        return found

    @cached_property
    def place_names(self) -> dict[str, list[str]]:
        """Names of the places of each level; districts and units with their province's."""
        provinces = self.provinces["province"].tolist()
        inside = {
            "district": zip(self.districts["district"], self.district_province, strict=True),
            "unit": zip(self.units["unit"], self.unit_province, strict=True),
        }
        below = {level: [f"{name}, {provinces[p]}" for name, p in pairs] for level, pairs in inside.items()}
        return {"national": [""], "province": provinces, **below}

    @cached_property
    def columns(self) -> dict[str, dict[str, Any]]:
        """Static columns of formulas by level: arrays for places, scalars for the country."""
        found: dict[str, dict[str, Any]] = {level: {} for level in ALL_LEVELS}
        for level, table in PLACES.items():
            for column in self.schema.tables[table].columns:
                if column.word:
                    found[level][column.word] = self._values(table, column.name)
        found["unit"]["integrated"] = self.units["integrated"].to_numpy()
        # From below: a national mean may be weighted by a sum of the provinces.
        for derived in sorted(self.schema.derived, key=lambda one: -ALL_LEVELS.index(one.level)):
            found[derived.level][derived.name] = self._derived(derived, found)
        return found

    @cached_property
    def _beside(self) -> dict[tuple[str, ...], tuple[list[tuple[Any, ...]], Ints]]:
        """What :meth:`side_by_side` has found, by the columns' names."""
        return {}

    def side_by_side(self, columns: Sequence[Any]) -> tuple[list[tuple[Any, ...]], Ints] | None:
        """The different rows that columns of the units make together, and which of them every unit has.

        None where one of them is no column of :attr:`columns`.
        """
        names = {id(column): name for name, column in self.columns["unit"].items()}
        if not names.keys() >= {id(column) for column in columns}:
            return None
        key = tuple(names[id(column)] for column in columns)
        if key not in self._beside:
            rows = zip(*(column.tolist() for column in columns), strict=True)
            self._beside[key] = numbered(rows)
        return self._beside[key]

    def population(self) -> Ints:
        """People of each district: what targets below the province go by."""
        return self.districts[self.schema.population].to_numpy(dtype=np.int64)

    @cached_property
    def exact_population(self) -> Objects:
        """The same as fractions, which nobody writes to."""
        out = objects([ratio(people, 1) for people in self.population().tolist()])
        out.flags.writeable = False
        return out

    def served(self) -> Ints:
        """People that each unit serves, 0 where the law's tables do not say."""
        if not self.schema.served:
            return np.zeros(len(self.units), dtype=np.int64)
        return self.units[self.schema.served].to_numpy(dtype=np.int64)

    def _values(self, table: str, name: str) -> Any:
        """A column as formulas see it: an empty decimal is 0."""
        values = {"provinces": self.provinces, "districts": self.districts, "units": self.units}[table][name]
        if self.schema.tables[table].column(name).type in DECIMALS:
            return objects([0 if value is None else value for value in values.tolist()])
        return values.to_numpy()

    def _derived(self, derived: Derived, found: Mapping[str, Mapping[str, Any]]) -> Any:
        """Sum of a column over the places of each place of a level, or its mean weighted by another name."""
        table, name = derived.of
        own = next(level for level, known in PLACES.items() if known == table)
        values = self._values(table, name)
        if derived.where:
            values = np.where(self._values(table, derived.where).astype(bool), values, 0)
        at = self._above(own, derived.level)
        weights = found[own][derived.by] if derived.by else np.ones(len(values), dtype=np.int64)
        totals: list[Any] = [0] * self.size(derived.level)
        weight = [0] * self.size(derived.level)
        for place, value, by in zip(at.tolist(), values.tolist(), weights.tolist(), strict=True):
            totals[place] += value * by if derived.mean else value
            weight[place] += by
        if derived.mean:
            totals = [Fraction(total) / by if by else 0 for total, by in zip(totals, weight, strict=True)]
        if derived.level == "national":
            return totals[0]
        whole = all(type(total) is int for total in totals)
        out = np.empty(len(totals), dtype=np.int64 if whole else object)
        out[:] = totals
        return out

    def _above(self, level: str, above: str) -> Ints:
        """Position of the place of ``above`` that each place of ``level`` lies in."""
        if above == "national":
            return np.zeros(self.size(level), dtype=np.int64)
        if level == above:
            return np.arange(self.size(level), dtype=np.int64)
        if level == "district":
            return self.district_province
        return self.unit_district if above == "district" else self.unit_province

    def clinics(self, branch: str) -> Ints:
        """Training clinics of a branch at each unit."""
        rows = self.training[self.training["branch"] == branch]
        counts = np.zeros(len(self.units), dtype=np.int64)
        np.add.at(counts, rows["at"].to_numpy(dtype=np.int64), rows["clinics"].to_numpy(dtype=np.int64))
        return counts

    def limit(self, table: str, title: str) -> Ints:
        """Upper limits of ``standards`` or ``capacity`` for a title, −1 where there is none."""
        limits = np.full(len(self.units), -1, dtype=np.int64)
        at, posts = self._limits_by_title[table].get(title, ((), ()))
        limits[np.array(at, dtype=np.int64)] = posts
        return limits

    @cached_property
    def _limits_by_title(self) -> dict[str, dict[str, tuple[list[int], list[int]]]]:
        """Places and posts of every table of limits, by title."""
        found: dict[str, dict[str, tuple[list[int], list[int]]]] = {}
        for table, frame in self.limits.items():
            own = found.setdefault(table, {})
            for title, at, posts in zip(frame["title"], frame["at"], frame["posts"], strict=True):
                places, numbers = own.setdefault(title, ([], []))
                places.append(int(at))
                numbers.append(int(posts))
        return found

    def trainers_of(self, branch: str, kind: str) -> Ints:
        """Staff of a branch and a role at each unit, such as trainers."""
        counts = np.zeros(len(self.units), dtype=np.int64)
        at, filled = self._trainers_by_role.get((branch, kind), ([], []))
        np.add.at(counts, np.array(at, dtype=np.int64), np.array(filled, dtype=np.int64))
        return counts

    @cached_property
    def _trainers_by_role(self) -> dict[tuple[str, str], tuple[list[int], list[int]]]:
        """Units and staff of every branch and role."""
        found: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
        columns = (self.trainers[name].tolist() for name in ("branch", "kind", "at", "filled"))
        for branch, kind, at, filled in zip(*columns, strict=True):
            places, numbers = found.setdefault((branch, kind), ([], []))
            places.append(int(at))
            numbers.append(int(filled))
        return found

    def not_ready(self, title: str) -> npt.NDArray[np.bool_]:
        """Units that are not ready for a title."""
        found = np.zeros(len(self.units), dtype=bool)
        for i, titles in self._marked_not_ready:
            found[i] = titles is None or title in titles
        return found

    @cached_property
    def _marked_not_ready(self) -> list[tuple[int, frozenset[str] | None]]:
        """Units that are not ready, and for which titles; None: for all."""
        marks = enumerate(self.units["not_ready"].tolist())
        some = ((i, mark) for i, mark in marks if mark not in ("", "0"))
        return [(i, None if mark == "1" else frozenset(mark.split(";"))) for i, mark in some]


def level_sums(country: Country, posts: Ints, level: str) -> Ints:
    """Numbers of a level from the units'."""
    if level == "unit":
        return posts
    at = country.unit_district if level == "district" else country.unit_province
    # Doubles add whole numbers exactly up to 2**53, and posts of a country never come to that.
    return np.bincount(at, weights=posts, minlength=country.size(level)).astype(np.int64)


def province_totals(country: Country, posts: Mapping[str, Ints]) -> dict[str, Ints]:
    """Province numbers by title, from the posts of units."""
    return {title: level_sums(country, units, "province") for title, units in posts.items()}
