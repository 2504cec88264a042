"""A sweep file, read strictly: which titles, which numbers vary and how, by which design.

``docs/sweep.md`` shows the format. Everything that is wrong is told at once, with the nearest right name.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pdc.base import limits
from pdc.base.cache import digest
from pdc.base.document import (
    ANY,
    NAMES,
    NUMBER,
    TEXT,
    TEXT_OR_TEXTS,
    WHOLE,
    Shape,
    read_document,
    record,
    records,
    shown,
)
from pdc.base.exact import Fraction
from pdc.base.faults import Fault, InputError
from pdc.base.formula import is_number
from pdc.law import reading
from pdc.law.kinds import constraining
from pdc.law.named_values import Comparisons, named
from pdc.law.ranges import wrong
from pdc.law.reading import freeze
from pdc.law.rulebook import Parameter, Rulebook
from pdc.law.scenario import Scenario, apply, bad_value, fit, plain
from pdc.law.shipped import load_rulebook, scenario_file, scenario_folder
from pdc.law.title_names import find_title
from pdc.tables import Tables, rows_where
from pdc_common.levels import LEVELS
from pdc_common.likeness import did_you_mean

DESIGNS: Final = ("grid", "one_at_a_time", "latin_hypercube", "monte_carlo")
RANDOM: Final = ("latin_hypercube", "monte_carlo")
EACH: Final = ("all", "province", "row")
DISTRIBUTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
}
"""Each with the numbers it needs; a normal one may have ``low`` and ``high``, where it is cut."""

VARIES: Final = ("count", "decimal", "positive", "percent")  # types of column that a factor may change

_TOP: Final = ("title", "titles", "rulebook", "scenarios", "level", "costs", "design", "vary")
_DESIGN: Final = ("kind", "samples", "seed")
_RANGE: Final = ("values", "low", "high", "steps", "distribution", "mode", "mean", "sd", "decimals")
_PARAMETER: Final = ("parameter", *_RANGE)
_DATA: Final = ("table", "column", "factor", "where", "each")
_SPREAD: Final[Mapping[str, Shape]] = {
    "values": ANY, "low": NUMBER, "high": NUMBER, "steps": WHOLE, "distribution": TEXT, "mode": NUMBER,
    "mean": NUMBER, "sd": NUMBER, "decimals": WHOLE,
}  # fmt: skip
_SHAPE: Final = record(
    {
        "title": NAMES, "titles": TEXT_OR_TEXTS, "rulebook": TEXT, "scenarios": TEXT_OR_TEXTS, "level": TEXT,
        "costs": TEXT_OR_TEXTS,
        "design": record({"kind": TEXT, "samples": WHOLE, "seed": WHOLE}),
        "vary": records(
            {
                "parameter": TEXT, **_SPREAD, "table": TEXT, "column": TEXT_OR_TEXTS, "where": TEXT,
                "each": TEXT, "factor": record(_SPREAD),
            }
        ),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """Values that are stepped through, or a distribution that is drawn from."""

    values: tuple[Any, ...] = ()
    distribution: str = ""
    numbers: Mapping[str, Fraction] = field(default_factory=dict)
    decimals: int = 6


@dataclass(frozen=True)
class Factor:
    """One thing that varies: a parameter of a clause, or columns of a table, times a factor."""

    name: str
    spread: Spread
    base: Any
    clause: str = ""
    parameter: str = ""
    table: str = ""
    columns: tuple[str, ...] = ()
    where: str = ""
    each: str = "all"

    @property
    def noise(self) -> bool:
        """Is it a draw of its own for every row or province, not one number?"""
        return self.each != "all"


@dataclass(frozen=True, eq=False)
class Sweep:
    """A sweep as it will be run."""

    name: str
    title: Mapping[str, str]
    titles: tuple[str, ...]
    scenarios: tuple[Path, ...]
    level: str
    kind: str
    samples: int
    seed: int
    factors: tuple[Factor, ...]
    costs: tuple[str, ...]
    rulebook: Rulebook
    scenario: Scenario

    @property
    def print(self) -> str:
        """Fingerprint of what is asked, whatever the file's layout or place."""
        return digest(
            self.titles, self.level, self.kind, self.samples, self.seed, self.costs,
            [(vars(f) | {"spread": vars(f.spread)}) for f in self.factors],
        )  # fmt: skip


def book_of(path: Path) -> Rulebook:
    """The rulebook that a sweep's file names: a folder beside it, one that pdc ships, or the principles."""
    name = _content(path).get("rulebook")
    if name is None:
        return reading.load()
    near = path.parent / name
    where = near if os.path.isdir(near) else name  # noqa: PTH112 - what can be no name is not there
    try:
        return load_rulebook(where)
    except InputError as error:
        first, *others = error.faults
        if first.code != "rulebook.no_folder":
            raise
        told = Fault(path.name, None, f"rulebook: {shown(name)}", first.code, first.values)
        raise InputError([told, *others]) from None


def read_sweep(path: Path, tables: Tables, book: Rulebook | None = None) -> Sweep:
    """Read and check a sweep against the rulebook and the data. Raises InputError with every fault."""
    return _Reader(path, tables, book or book_of(path)).sweep()


def _content(path: Path) -> dict[str, Any]:
    faults: list[Fault] = []
    try:
        content = read_document(path, _SHAPE, faults)
    except FileNotFoundError:
        near = did_you_mean(path.stem, [f.stem for f in path.parent.glob("*.toml")])
        raise InputError([Fault(str(path), None, None, "scenario.missing", {"nearest": near})]) from None
    if content is None:
        raise InputError(faults)
    return content


class _Reader:
    def __init__(self, path: Path, tables: Tables, book: Rulebook) -> None:
        self.path, self.tables, self.book = path, tables, book
        self.faults: list[Fault] = []

    def fault(self, where: str, code: str, /, **values: object) -> None:
        self.faults.append(Fault(self.path.name, None, where, f"sweep.{code}", values))

    def sweep(self) -> Sweep:
        content = _content(self.path)
        self._known(content, _TOP, "")
        files = tuple(self._scenario(name) for name in self._texts(content, "scenarios"))
        book, described = self.book, Scenario()
        try:
            book, described = apply(book, () if self.faults else files)
        except InputError as error:
            self.faults += error.faults
        self.book = book
        design = content.get("design", {})
        self._known(design, _DESIGN, "design")
        kind = self._choice(design, "kind", DESIGNS, "design.kind", due=True)
        self.kind = kind
        samples = self._count(design, "samples", 1, kind in RANDOM)
        seed = self._count(design, "seed", 0, kind in RANDOM)
        entries = content.get("vary", [])
        if not entries:
            self.fault("vary", "no_vary")
        factors = [f for i, entry in enumerate(entries, 1) if (f := self._factor(entry, f"vary {i}"))]
        names_ = [factor.name for factor in factors]
        for name in sorted({name for name in names_ if names_.count(name) > 1}):
            self.fault("vary", "twice", name=name)
        titles = self._titles(content)
        costs = self._costs(content, titles)
        level = self._choice(content, "level", LEVELS, "level") or LEVELS[0]
        sizes = [len(f.spread.values) or 1 for f in factors]
        asked = math.prod(sizes) if kind == "grid" else sum(sizes) if kind == "one_at_a_time" else 0
        self._few_enough("design", "scenarios", asked, limits.SWEEP_SCENARIOS)
        self._few_enough("design.samples", "samples", samples, limits.SWEEP_SCENARIOS)
        if kind in RANDOM:
            self._few_enough("design.samples", "samples × vary", samples * len(factors), limits.SWEEP_DRAWS)
        names = content.get("title", {})
        if set(names) - {"tr", "en"}:
            self.fault("title", "title")
            names = {}
        if self.faults:
            raise InputError(self.faults)
        return Sweep(
            self.path.stem, {lang: str(names.get(lang, self.path.stem)) for lang in ("tr", "en")},
            titles, files, level, kind, samples if kind in RANDOM else 0, seed if kind in RANDOM else 0,
            tuple(factors), costs, book, described,
        )  # fmt: skip

    def _scenario(self, name: str) -> Path:
        """A file beside the sweep's, or by its bare name one that pdc ships."""
        near = self.path.parent / name
        file = near if near.suffix or os.path.exists(near) else scenario_file(name)  # noqa: PTH110 - see above
        if not os.path.isfile(file):  # noqa: PTH113
            known = [one.stem for place in (near.parent, scenario_folder()) for one in place.glob("*.toml")]
            values = {"nearest": did_you_mean(Path(name).stem, known)}
            where = f"scenarios: {shown(name)}"
            self.faults.append(Fault(self.path.name, None, where, "scenario.missing", values))
        return file

    def _known(self, entry: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
        for key in entry:
            if key not in keys:
                values = {"key": key, "nearest": did_you_mean(key, keys)}
                self.faults.append(Fault(self.path.name, None, where or key, "rulebook.unknown_key", values))

    def _texts(self, entry: Mapping[str, Any], key: str) -> list[str]:
        values = entry.get(key, [])
        return [values] if isinstance(values, str) else list(values)

    def _few_enough(self, where: str, what: str, count: int, most: int) -> bool:
        """Note what nobody could plan in a lifetime: a slip of the pen."""
        if count > most:
            self.fault(where, "too_many", what=what, count=shown(count), most=most)
        return count <= most

    def _choice(
        self, entry: Mapping[str, Any], key: str, among: Sequence[str], where: str, due: bool = False
    ) -> str:
        value = entry.get(key, "")
        if value in among:
            return str(value)
        if due or key in entry:
            known = ", ".join(among)
            self.fault(where, "choice", value=value, known=known, nearest=did_you_mean(str(value), among))
        return ""

    def _count(self, entry: Mapping[str, Any], key: str, least: int, due: bool) -> int:
        value: int | None = entry.get(key)
        if value is None:
            if due:
                self.fault(f"design.{key}", "due", kind=self.kind)
            return least
        if value < least:
            self.fault(f"design.{key}", "count", value=value, least=least)
            return least
        if not due and self.kind:
            self.fault(f"design.{key}", "not_random", kind=self.kind)
        return value

    def _titles(self, content: Mapping[str, Any]) -> tuple[str, ...]:
        known = [title.code for title in self.book.titles]
        titles = self._texts(content, "titles")
        where = (self.path.name, None, "titles")
        asked = {find_title(self.book, title, where, self.faults) for title in titles}
        return tuple(t for t in known if t in asked)

    def _costs(self, content: Mapping[str, Any], titles: tuple[str, ...]) -> tuple[str, ...]:
        acting = [
            number for number, clause in self.book.clauses.items()
            if any(rule.kind in constraining() and (not titles or any(map(rule.covers, titles)))
                   for rule in clause.rules)
        ]  # fmt: skip
        if content.get("costs") == "all":
            return tuple(acting)
        wanted = self._texts(content, "costs")
        for clause in wanted:
            if clause not in self.book.clauses:
                values = {"nearest": did_you_mean(clause, acting)}
                self.faults.append(
                    Fault(self.path.name, None, f"costs: {clause}", "scenario.unknown_clause", values)
                )
            elif clause not in acting:
                self.fault(f"costs: {clause}", "no_cost", nearest=did_you_mean(clause, acting))
        return tuple(c for c in acting if c in wanted)

    # what varies ----------------------------------------------------------------------------------------

    def _factor(self, entry: dict[str, Any], where: str) -> Factor | None:
        if "parameter" in entry and "table" not in entry:
            self._known(entry, _PARAMETER, where)
            return self._parameter(entry, where)
        if "table" in entry and "parameter" not in entry:
            self._known(entry, _DATA, where)
            return self._data(entry, where)
        self.fault(where, "parameter_or_table")
        return None

    def _parameter(self, entry: dict[str, Any], where: str) -> Factor | None:
        text = entry["parameter"]
        clause, _, name = text.rpartition(".")
        if clause not in self.book.clauses:
            # "B.4.a.8" alone names a clause without saying which of its numbers.
            known = self.book.clauses.get(text)
            values = {"nearest": f"{text}.{next(iter(known.parameters), '')}" if known else
                      did_you_mean(clause, self.book.clauses)}  # fmt: skip
            self.faults.append(
                Fault(self.path.name, None, f"{where}: {text}", "scenario.unknown_clause", values)
            )
            return None
        parameters = self.book.clauses[clause].parameters
        if name not in parameters:
            values = {"parameter": name, "known": ", ".join(parameters) or "–",
                      "nearest": did_you_mean(name, parameters)}  # fmt: skip
            self.faults.append(
                Fault(self.path.name, None, f"{where}: {clause}", "scenario.unknown_parameter", values)
            )
            return None
        old = parameters[name]
        whole = isinstance(old.value, int) and not isinstance(old.value, bool)
        spread = self._spread(entry, f"{where}: {text}", 0 if whole else 6)
        if spread is None:
            return None
        if spread.distribution and not isinstance(old.value, (int, Fraction)):
            self.fault(f"{where}: {text}", "no_number")
        fitted = []
        for value in spread.values:
            value_, told = named(value, old, self.book)
            new = None if told is not None else fit(value_, old)
            if new is None:
                why = told or ("scenario.bad_value", bad_value(value, old))
                self.faults.append(Fault(self.path.name, None, f"{where}: {text}", *why))
                continue
            self._in_range(new, old, f"{where}: {text}")
            fitted.append(new)
        for value in _ends(spread):
            self._in_range(value, old, f"{where}: {text}")
        return Factor(text, replace(spread, values=tuple(fitted)), old.value, clause, name)

    def _in_range(self, value: Any, old: Parameter, where: str) -> None:
        told = wrong(value, old.range, old.value)
        if told is not None:
            values = {"parameter": old.name, "value": plain(value), **told[1]}
            self.faults.append(Fault(self.path.name, None, where, f"scenario.{told[0]}", values))

    def _data(self, entry: dict[str, Any], where: str) -> Factor | None:
        table, schema = entry["table"], self.tables.vocabulary.schema.tables
        if table not in schema:
            self.fault(where, "table_name", table=table, nearest=did_you_mean(str(table), schema))
            return None
        names = tuple(self._texts(entry, "column"))
        if not names:
            self.fault(where, "no_column")
            return None
        known = {column.name: column for column in schema[table].columns}
        can = [name for name, column in known.items() if column.type in VARIES]
        good = True
        for name in names:
            if name not in can:
                code = "not_a_number" if name in known else "column"
                self.fault(where, code, table=table, column=name, nearest=did_you_mean(name, can))
                good = False
        each = self._choice(entry, "each", EACH, f"{where}: each") or EACH[0]
        if each != EACH[0] and self.kind not in RANDOM:
            self.fault(f"{where}: each", "each_random", each=each)
        if each == "province" and table != "provinces" and not self._below_province(table):
            self.fault(f"{where}: each", "each_province", table=table)
        condition, unknown = Comparisons(self.book).coded(entry.get("where", ""))
        for told, near in unknown.items():
            values = {"text": told, "nearest": near}
            self.faults.append(Fault(self.path.name, None, f"{where}: where", "unknown_kind", values))
        try:
            if good and not len(rows_where(self.tables, table, condition, f"{self.path.name}#{where}")):
                self.fault(f"{where}: where", "no_row", formula=condition)
        except InputError as error:
            self.faults += error.faults
        factor = entry.get("factor")
        if factor is None:
            self.fault(f"{where}: factor", "factor")
            return None
        self._known(factor, _RANGE, f"{where}: factor")
        spread = self._spread(factor, f"{where}: factor", 6)
        if spread is None:
            return None
        least = [*spread.values, *(v for k, v in spread.numbers.items() if k in ("low", "mean"))]
        if any(not is_number(v) or v <= 0 for v in least):
            self.fault(f"{where}: factor", "factor_sign")
        large = [v for v in (*spread.values, *spread.numbers.values()) if is_number(v)]
        for key, value, most in (
            ("factor", max(large, default=0), limits.SWEEP_FACTOR),
            ("sd", spread.numbers.get("sd", 0), limits.SWEEP_SPREAD),
        ):
            if value > most:
                self.fault(f"{where}: factor", "factor_large", key=key, value=shown(value), most=most)
        if spread.distribution == "normal" and "low" not in spread.numbers:
            self.fault(f"{where}: factor", "factor_cut")
        name = f"{table}.{'+'.join(names)}" + (f"[{condition}]" if condition else "")
        return Factor(name, spread, 1, "", "", table, names, condition, each)

    def _below_province(self, table: str) -> bool:
        names = {column.name for column in self.tables.vocabulary.schema.tables[table].columns}
        return bool(names & {"province_code", "district_code", "unit_code"})

    def _spread(self, entry: Mapping[str, Any], where: str, decimals: int) -> Spread | None:
        given = {key: Fraction(entry[key]) for key in ("low", "high", "mode", "mean", "sd") if key in entry}
        if "low" in given and "high" in given and given["low"] > given["high"]:
            self.fault(where, "order", low=entry["low"], high=entry["high"])
            return None
        wanted = entry.get("decimals", decimals)
        if not 0 <= wanted <= 6:
            self.fault(where, "decimals", value=wanted)
            wanted = decimals
        if self.kind in RANDOM:
            return self._drawn(entry, where, given, wanted)
        return self._stepped(entry, where, given)

    def _stepped(self, entry: Mapping[str, Any], where: str, given: Mapping[str, Fraction]) -> Spread | None:
        for key in ("distribution", "mode", "mean", "sd", "decimals"):
            if key in entry:
                self.fault(where, "drawn_key", key=key, kind=self.kind)
        if "values" in entry and not {"low", "high", "steps"} & set(entry):
            values = freeze(entry["values"])
            if not isinstance(values, tuple) or not values:
                self.fault(where, "values")
                return None
            if len(set(map(str, values))) < len(values):
                self.fault(where, "values_twice")
            return Spread(values)
        steps = entry.get("steps", 0)
        if not self._few_enough(where, "steps", steps, limits.SWEEP_SCENARIOS):
            return None
        if {"low", "high"} <= set(given) and steps >= 2 and "values" not in entry:
            low, high = given["low"], given["high"]
            return Spread(tuple(_plain(low + (high - low) * i / (steps - 1)) for i in range(steps)))
        self.fault(where, "stepped", kind=self.kind or "grid")
        return None

    def _drawn(
        self, entry: Mapping[str, Any], where: str, given: Mapping[str, Fraction], decimals: int
    ) -> Spread | None:
        if "steps" in entry:
            self.fault(where, "stepped_key", key="steps", kind=self.kind)
        if "values" in entry:
            values = freeze(entry["values"])
            if not isinstance(values, tuple) or not values or len(entry) > (2 if "parameter" in entry else 1):
                self.fault(where, "values")
                return None
            return Spread(values)
        shape = entry.get("distribution", "uniform")
        if shape not in DISTRIBUTIONS:
            known = ", ".join(DISTRIBUTIONS)
            near = did_you_mean(shape, DISTRIBUTIONS)
            self.fault(where, "choice", value=shape, known=known, nearest=near)
            return None
        allowed = {*DISTRIBUTIONS[shape], *(("low", "high") if shape == "normal" else ())}
        missing = [key for key in DISTRIBUTIONS[shape] if key not in given]
        strange = sorted(set(given) - allowed)
        if missing or strange:
            needs = ", ".join(DISTRIBUTIONS[shape])
            self.fault(where, "distribution", distribution=shape, needs=needs)
            return None
        if shape == "triangular" and not given["low"] <= given["mode"] <= given["high"]:
            self.fault(where, "order", low=entry["low"], high=entry["high"])
            return None
        if shape == "normal" and given["sd"] <= 0:
            self.fault(where, "number", key="sd", value=entry["sd"])
            return None
        return Spread((), shape, dict(given), decimals)


def _ends(spread: Spread) -> list[Fraction]:
    """The least and the most that is drawn; a normal distribution ends seven deviations from its mean."""
    given = spread.numbers
    if spread.distribution == "normal":
        far = 7 * given["sd"]
        return [given.get("low", given["mean"] - far), given.get("high", given["mean"] + far)]
    return [given["low"], given["high"]] if given else []


def _plain(value: Fraction) -> int | Fraction:
    return int(value) if value.denominator == 1 else value
"""Kinds of rule that bind a plan: what dropping a clause takes away."""
