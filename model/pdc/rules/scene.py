"""What the formulas of one title see: the country's columns, the title's own, what is planned so far."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from pdc.base.exact import ZERO, Fraction, parts_of
from pdc.base.formula import (
    FUNCTIONS,
    Cut,
    Formula,
    FormulaError,
    Value,
    exact,
    filled,
    is_text,
    truth,
    value_of,
    whole,
)
from pdc.base.numbers import WRAPS, Ints, objects
from pdc.country.country import Country
from pdc.law import words
from pdc.law.reading import blame
from pdc.law.rulebook import Rule, Rulebook, Title
from pdc_common.levels import ALL_LEVELS

Mask = npt.NDArray[np.bool_]
_NEVER_NEGATIVE = frozenset({"share", "each", "weight", "factor"})
"""Keys of rules whose numbers something is shared out by."""


@dataclass(frozen=True, eq=False)
class Frame:
    """The law, the country and what earlier groups were given: all that a title's scene is built on.

    ``planned`` maps a title to its posts by unit position.
    """

    country: Country
    rulebook: Rulebook
    planned: Mapping[str, Ints]
    growth: Fraction = ZERO  # by how much every pool is larger than the law says (a what-if)

    @cached_property
    def cache(self) -> dict[str, Value]:
        """What no title and no plan changes, of this law in this country: worked out once for all groups."""
        book, found = _KEPT.get(self.country, (None, {}))
        if book is not self.rulebook:
            found = {}
            _KEPT[self.country] = (self.rulebook, found)
        return found


_KEPT: WeakKeyDictionary[Country, tuple[Rulebook, dict[str, Value]]] = WeakKeyDictionary()
"""By country, of the law that was bound there last."""


class Scene:
    """Columns and functions for one title. Columns that rules compute are added as they are known."""

    def __init__(self, frame: Frame, title: Title) -> None:
        self.frame = frame
        self.country = frame.country
        self.rulebook = frame.rulebook
        self.title = title
        self.definitions = {rule.define: rule for rule in frame.rulebook.definitions}
        self.asked: dict[str, Ints] = {}  # by rule: places that a floor asks, once it is bound
        self._busy: set[str] = set()
        self._function_values: dict[str, Value] = {}
        self._columns: dict[str, dict[str, Value]] = {level: {} for level in ALL_LEVELS}
        self._whole: dict[tuple[str, str], Value] = {}
        self._level_of = {
            name: level for level, names in frame.rulebook.columns.items() for name in names
        } | {name: rule.level for name, rule in self.definitions.items()}
        branch = title.branch
        self.add("national", "title", title.code)
        self.add("national", "title_branch", branch)
        self.add("national", "filled", frame.country.national_filled.get(title.code, 0))
        self._lazy: dict[str, Callable[[], Value]] = {
            "standard": lambda: frame.country.limit("standards", title.code),
            "capacity": lambda: frame.country.limit("capacity", title.code),
            "not_ready": lambda: frame.country.not_ready(title.code),
            "training_clinics": lambda: frame.country.clinics(branch),
        }
        for role in frame.rulebook.roles:
            self._lazy[role] = lambda role=role: frame.country.trainers_of(branch, role)  # type: ignore[misc]

    def add(self, level: str, name: str, value: Value) -> None:
        """Make a column known (or change it)."""
        self._columns[level][name] = value
        self._whole = {key: v for key, v in self._whole.items() if key[1] != name}

    def promise(self, level: str, name: str, value: Callable[[], Value]) -> None:
        """The same for one that is worked out once somebody reads it."""
        self._columns[level].pop(name, None)
        self._lazy[name] = value
        self._whole = {key: v for key, v in self._whole.items() if key[1] != name}

    def column(self, level: str, name: str) -> Value:
        """Column ``name`` as seen from ``level``: values of places above are repeated below."""
        key = (level, name)
        if key not in self._whole:
            own = self._level_of[name]
            self._whole[key] = self._spread(self._own(own, name), own, level)
        return self._whole[key]

    def _own(self, level: str, name: str) -> Value:
        static = self.country.columns[level]
        if name in self._columns[level]:
            return self._columns[level][name]
        if name in static:
            return static[name]
        if name in self._lazy:
            self._columns[level][name] = self._lazy[name]()
            return self._columns[level][name]
        if name in self.definitions and name not in self._busy:
            return self._define(self.definitions[name])
        raise KeyError(name)

    def _define(self, rule: Rule) -> Value:
        """Value of a definition; one that reads only what no title changes is shared by all titles."""
        shared = self.same_for_all(rule)
        if shared and rule.define in self.frame.cache:
            return self.frame.cache[rule.define]
        self._busy.add(rule.define)
        formula = rule.formulas["value"]
        value = self.evaluate(formula, rule.level, self.rulebook.parameters_of(rule.clause))
        value = self.full(rule.level, value)
        self._busy.discard(rule.define)
        if shared:
            self.frame.cache[rule.define] = value
        else:
            self._columns[rule.level][rule.define] = value
        return value

    def same_for_all(self, rule: Rule, key: str = "value") -> bool:
        """Does a formula read only what no title and no plan changes?"""
        formula = rule.formulas[key]
        if any(name in {"planned", "clinics", "in_table"} for name, _ in formula.calls):
            return False
        parameters = self.rulebook.parameters_of(rule.clause)
        return all(
            name in parameters or self._is_shared(self._level_of.get(name, "unit"), name)
            for name in formula.names
        )

    def _is_shared(self, level: str, name: str) -> bool:
        """Is it a column of the tables or of the law that is the same for all titles?"""
        if name in self._columns[level]:
            return False
        given = name in self.country.columns[level]
        return given or (name in self.definitions and self.same_for_all(self.definitions[name]))

    def _spread(self, value: Value, own: str, level: str) -> Value:
        if own in ("national", level):
            return value
        at: Ints
        if level == "district":
            at = self.country.district_province
        elif own == "province":
            at = self.country.unit_province
        else:
            at = self.country.unit_district
        return value[at]

    def full(self, level: str, value: Value) -> Value:
        """Scalar → one value a place."""
        if isinstance(value, np.ndarray) or level == "national":
            return value
        return filled(value, self.country.size(level))

    def evaluate(
        self, formula: Formula, level: str, parameters: Mapping[str, Any], rows: Ints | None = None
    ) -> Value:
        """Value of a formula at every place of the level, or at ``rows`` of it.

        Raises :class:`~pdc.faults.InputError` naming clause and key for what cannot be computed.
        """
        try:
            value = formula(_Scope(self, level, parameters, rows), self._functions(level))
            if level == "national" and isinstance(value, np.ndarray):
                raise FormulaError("formula.one_value").of(formula)
        except FormulaError as error:
            raise blame(self.rulebook, error) from error
        return value

    def part(self, node: ast.expr, level: str, clause: str, rows: Ints | None = None) -> Value:
        """Value of a part of a clause's formula, as :meth:`evaluate` has it; raises what that part raises."""
        scope = _Scope(self, level, self.rulebook.parameters_of(clause), rows)
        return value_of(node, scope, self._functions(level))

    def level_of(self, name: str) -> str:
        """Level at which a column or a definition has its values."""
        return self._level_of.get(name, "unit")

    def rule(self, rule: Rule, key: str, level: str | None = None, rows: Ints | None = None) -> Value:
        """Value of one of a rule's formulas with its clause's parameters."""
        formula = rule.formula(key)
        assert formula is not None, (rule.key, key)
        value = self.evaluate(formula, level or rule.level, self.rulebook.parameters_of(rule.clause), rows)
        if is_text(value):
            raise blame(self.rulebook, FormulaError("formula.text").of(formula))
        if key in _NEVER_NEGATIVE and (least := _least(value)) < 0:
            raise blame(self.rulebook, FormulaError("formula.negative", value=str(least)).of(formula))
        return value

    def where(self, rule: Rule, key: str = "where", level: str | None = None) -> Mask:
        """Places of the level where the condition holds (everywhere when the rule has none)."""
        at = level or rule.level
        size = self.country.size(at)
        formula = rule.formula(key)
        if formula is None:
            return np.ones(size, dtype=bool)
        name = f"{rule.key} {key} {at} {formula.text}"
        if name in self.frame.cache:
            return np.array(self.frame.cache[name])
        found = np.broadcast_to(truth(self.rule(rule, key, at)), (size,)).copy()
        if self.same_for_all(rule, key):
            self.frame.cache[name] = found.copy()
        return found

    def open(self, level: str) -> Mask:
        """Provinces or districts with an eligible unit; every unit (a closed one is asked, and short)."""
        if level == "unit":
            return np.ones(self.country.size("unit"), dtype=bool)
        at = self.country.unit_province if level == "province" else self.country.unit_district
        eligible = truth(self.column("unit", "eligible"))
        return np.bincount(at[eligible], minlength=self.country.size(level)) > 0

    def split_closed(self, level: str, rows: Ints) -> tuple[Ints, Ints]:
        """Places that a rule speaks of, and those that a clause closes: there it does not apply (A.19.a)."""
        if level != "unit":
            return rows, rows[:0]
        shut = np.asarray(self.column("unit", "closed"), dtype=bool)[rows]
        return rows[~shut], rows[shut]

    def amounts(self, rule: Rule, key: str, rows: Ints, level: str | None = None) -> Value:
        """Values at some places, as an array of that length."""
        if not len(rows):
            return np.zeros(0, dtype=np.int64)
        value = self.rule(rule, key, level, rows)
        if isinstance(value, np.ndarray):
            return value
        return filled(value, len(rows))

    def to_provinces(self, values: Value, level: str) -> Value:
        """Sums of a level's values by province, exact."""
        if level == "province":
            return values
        at = self.country.district_province if level == "district" else self.country.unit_province
        return _totals(values, at, len(self.country.provinces))

    def planned(self, pattern: str) -> Ints:
        """Posts planned at each unit for the titles a pattern names, this title left out."""
        total = np.zeros(len(self.country.units), dtype=np.int64)
        for title, posts in self.frame.planned.items():
            if title != self.title.code and _matches(pattern, title):
                total = total + posts
        return total

    def _functions(self, level: str) -> dict[str, Callable[..., Value]]:
        country = self.country

        def grouped(at: Ints, size: int) -> Callable[[Value], Value]:
            def total(value: Value) -> Value:
                return _totals(self.full("unit", value), at, size)[at]

            return total

        def look(function: Callable[[str], Value]) -> Callable[..., Value]:
            def value(argument: str) -> Value:
                key = f"{function.__name__}:{argument}:{self.title.code}"
                if key not in self._function_values:
                    self._function_values[key] = function(argument)
                return self._function_values[key]

            return value

        def among(value: Value, condition: Value) -> Value:
            return _largest(self.full("unit", value), self.full("unit", condition), country)

        def any_in(at: Ints, size: int) -> Callable[[Value], Value]:
            def found(condition: Value) -> Value:
                hits = np.bincount(at[truth(self.full("unit", condition))], minlength=size)
                return (hits > 0)[at]

            return found

        def in_table(table: str, *values: Value) -> Value:
            return _in_table(self.rulebook.tables.get(table, frozenset()), values, country)

        provinces, districts = len(country.provinces), len(country.districts)
        here: dict[str, Callable[..., Value]] = {
            "planned": look(self.planned),
            "clinics": look(country.clinics),
            "in_table": in_table,
            "national_total": lambda v: sum(exact(self.full(level, v)).tolist(), start=0) or 1,
        }
        everywhere = {"planned", "clinics", "national_total"}
        if level == "unit":
            here |= {
                "total_in_province": grouped(country.unit_province, provinces),
                "total_in_district": grouped(country.unit_district, districts),
                "any_in_province": any_in(country.unit_province, provinces),
                "any_in_district": any_in(country.unit_district, districts),
                "largest_in_province": among,
            }
        for name, function in here.items():
            if name in everywhere or name.endswith(("_in_province", "_in_district")):
                function.looks_around = True  # type: ignore[attr-defined]
        return {**FUNCTIONS, **here}


class _Scope(Cut):
    """Names of one formula: the clause's parameters first, then columns, cut to some rows."""

    def __init__(self, scene: Scene, level: str, parameters: Mapping[str, Any], rows: Ints | None) -> None:
        self.scene, self.level, self.parameters, self.rows = scene, level, parameters, rows

    def __getitem__(self, name: str) -> Value:
        if name in self.parameters:
            return self.parameters[name]
        return self.cut(self.scene.column(self.level, name))

    @property
    def whole(self) -> _Scope:
        """The same names at every place."""
        return _Scope(self.scene, self.level, self.parameters, None)

    def cut(self, value: Value) -> Value:
        """Only the rows that are wanted."""
        return value[self.rows] if self.rows is not None and isinstance(value, np.ndarray) else value

    def __iter__(self) -> Iterator[str]:
        return iter({*self.parameters, *words.known(self.scene.rulebook.columns, self.level)})

    def __len__(self) -> int:
        return len(set(self))


def _least(value: Value) -> Any:
    """The least number, 0 where none is below that."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        return min(value.min(initial=0), 0)
    values = value.tolist() if isinstance(value, np.ndarray) else [value]
    # Of a fraction the numerator tells, which takes a tenth of the time that comparing fractions does.
    if min(parts_of(values)[0], default=0) >= 0:
        return 0
    return min(values)


def _matches(pattern: str, title: str) -> bool:
    return title == pattern or (pattern.endswith(".*") and title.startswith(pattern[:-1]))


def _totals(value: Value, at: Ints, size: int) -> Value:
    """Sum by group, exact for fractions, ``int64`` for whole numbers."""
    largest = float(np.abs(value.astype(np.float64)).sum()) if value.dtype != object else 0.0
    if value.dtype == object or largest >= WRAPS:
        sums: list[Any] = [0] * size
        for group, one in zip(at.tolist(), value.tolist(), strict=True):
            if one is not ZERO:
                sums[group] += one
        out = objects(sums)
        return whole(out) if value.dtype != object else out
    totals = np.zeros(size, dtype=np.int64)
    np.add.at(totals, at, value.astype(np.int64))
    return totals


def _largest(value: Value, condition: Value, country: Country) -> Mask:
    """Unit of each province with the largest value among those that meet the condition."""
    best: dict[int, int] = {}
    for i in np.flatnonzero(truth(condition)).tolist():
        province = int(country.unit_province[i])
        # Units stand in the order of their codes, so the first of equals is the lower code.
        if province not in best or value[i] > value[best[province]]:
            best[province] = i
    mask = np.zeros(len(country.units), dtype=bool)
    mask[list(best.values())] = True
    return mask


def _in_table(rows: frozenset[tuple[str, ...]], values: tuple[Value, ...], country: Country) -> Value:
    arrays = [v for v in values if isinstance(v, np.ndarray)]
    if not arrays:
        return tuple(values) in rows
    if (known := country.side_by_side(arrays)) is not None:
        # Columns have few different rows: each is looked up once.
        different, which = known
        return np.array([_among(rows, values, row) for row in different], dtype=bool)[which]
    places = list(zip(*(v.tolist() for v in arrays), strict=True))
    listed = {row: _among(rows, values, row) for row in dict.fromkeys(places)}
    return np.array([listed[row] for row in places], dtype=bool)


def _among(rows: frozenset[tuple[str, ...]], values: tuple[Value, ...], own: tuple[Any, ...]) -> bool:
    """Is there a row of these values, where each array is replaced by a place's own?"""
    left = iter(own)
    return tuple([next(left) if isinstance(v, np.ndarray) else v for v in values]) in rows
