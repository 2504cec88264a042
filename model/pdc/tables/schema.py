"""What the input tables hold: the structure every law has, and what a rulebook's ``tables.toml`` adds.

The structure (``structure.toml``) is places, staff and limits. A rulebook adds its columns, kinds of unit,
sums that its formulas read, and what must hold between cells; see ``docs/your-own-rulebook.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import tomli

from pdc.base.document import FLAG, NAMES, TEXT, TEXTS, WHOLE, record, records
from pdc.base.faults import Fault, InputError
from pdc_common.likeness import did_you_mean
from pdc_common.text import fold

PLACES: Final = {"province": "provinces", "district": "districts", "unit": "units"}
"""Table of each level."""

TYPES: Final = (
    "text", "code", "reference", "slug", "whole", "count", "flag", "region", "decimal", "positive", "percent",
    "degree", "measure", "kind", "title", "planning_title", "titles", "status",
)  # fmt: skip
_COLUMN: Final = record(
    {
        "type": TEXT, "default": TEXT, "blank": FLAG, "to": TEXT, "least": WHOLE, "most": WHOLE, "tr": TEXT,
        "aliases": TEXTS, "note": NAMES, "as": TEXT,
    }
)  # fmt: skip
_TABLE: Final = record(
    {
        "files": TEXTS, "optional": FLAG, "rows": FLAG, "key": TEXTS, "sort": TEXTS, "note": NAMES,
        "columns": record({}, _COLUMN), "names": record({}, TEXTS), "at": TEXTS,
        "examples": records({}, TEXT),
    }
)  # fmt: skip
_DERIVED: Final = dict.fromkeys(("level", "sum", "mean", "where", "by", "tr", "en"), TEXT)
SHAPE: Final = record(
    {
        "population": TEXT, "size": TEXT, "served": TEXT, "need": TEXT,
        "kind": records({"code": TEXT, "name": NAMES}),
        "derived": record({}, record(_DERIVED)),
        "parts": records({"whole": TEXT, "parts": TEXTS}),
        "parent": record({"kinds": TEXTS, "of": TEXTS, "with_some": record({}, TEXT)}),
        "branch": record({"kinds": TEXTS}),
    },
    _TABLE,
)  # fmt: skip
"""Types of the keys of a rulebook's ``tables.toml``."""
_OWN_KEYS: Final = ("population", "size", "served", "need", "kind", "derived", "parts", "parent", "branch")
_COLUMN_KEYS: Final = ("type", "default", "blank", "to", "least", "most", "tr", "aliases", "note", "as")
_TABLE_KEYS: Final = (
    "files", "optional", "rows", "key", "sort", "note", "columns", "names", "at", "examples",
)  # fmt: skip
MEASURE: Final = "measure"
"""A decimal that moves no number of a plan: only reports read it, and it may be left out everywhere."""
_HIDDEN: Final = {"text", "reference", "degree", MEASURE, "title", "planning_title", "titles", "status"}
"""Types that no formula reads: names, links, places on the map, measures."""


@dataclass(frozen=True)
class Column:
    """One column: ``default`` None means it is due; ``to`` is (table, column) of the key it points to."""

    name: str
    type: str
    default: str | None
    blank: bool
    to: tuple[str, str] | None
    least: int
    most: int
    heading: str
    aliases: tuple[str, ...]
    note: Mapping[str, str]
    seen_as: str = ""

    @property
    def word(self) -> str:
        """The name under which formulas read it; empty for a column that they do not."""
        return "" if self.type in _HIDDEN or self.to is not None else self.seen_as or self.name


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order of docs/data.md, its key, its row order and its other names."""

    name: str
    files: tuple[str, ...]
    optional: bool
    rows: bool
    key: tuple[str, ...]
    sort: tuple[str, ...]
    columns: tuple[Column, ...]
    names: tuple[str, ...]
    headings: Mapping[str, str]
    note: Mapping[str, str]
    examples: tuple[Mapping[str, str], ...] = ()
    """Rows of the empty workbook, text by column; ``@`` is the mark of an example."""

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError if the table has none."""
        return {column.name: column for column in self.columns}[name]

    def has(self, name: str) -> bool:
        """Is there such a column?"""
        return any(column.name == name for column in self.columns)


@dataclass(frozen=True)
class Kind:
    """A kind of unit with its names."""

    code: str
    name: Mapping[str, str]


@dataclass(frozen=True)
class Derived:
    """A name that formulas read and no table holds: the sum or mean of a column.

    ``of`` is (table, column); ``where`` a flag of that table; a mean is weighted by the name ``by``.
    """

    name: str
    level: str
    of: tuple[str, str]
    mean: bool = False
    where: str = ""
    by: str = ""
    text: str = ""


@dataclass(frozen=True)
class Schema:
    """Every table of a law, and what the engine must know of its columns.

    ``population`` is the column of ``districts`` that targets below the province go by; ``size`` the column
    of ``units`` that reports show, ``served`` that of the people a unit serves (empty: none). ``parts`` are
    (whole, its parts) among the columns of ``units``. Units of ``parent_kinds`` belong to a unit of
    ``parent_of``, where kinds in ``parent_some`` count only with that column above 0. ``branch_kinds`` have a
    branch; ``training_at`` may have rows in ``training`` (empty: every kind).
    """

    tables: Mapping[str, Table]
    kinds: tuple[Kind, ...]
    population: str
    size: str = ""
    served: str = ""
    need: str = ""
    """Column of ``provinces`` that stands for need where no ``need`` is given."""
    derived: tuple[Derived, ...] = ()
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    parent_kinds: tuple[str, ...] = ()
    parent_of: tuple[str, ...] = ()
    parent_some: Mapping[str, str] | None = None
    branch_kinds: tuple[str, ...] | None = None
    training_at: tuple[str, ...] = ()

    @property
    def kind_codes(self) -> tuple[str, ...]:
        """Codes of the kinds of unit."""
        return tuple(kind.code for kind in self.kinds)

    @property
    def population_word(self) -> str:
        """The population's name in formulas."""
        return self.tables["districts"].column(self.population).word


def heading_key(text: str) -> str:
    """Fold a heading or file name so that ``"KADRO SAYISI"`` and ``"kadro_sayisi"`` are one."""
    return re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()


@cache
def structure() -> Mapping[str, Any]:
    """Entries of ``structure.toml``."""
    return tomli.loads((resources.files(__package__) / "structure.toml").read_text("utf-8"))


def schema(law: Mapping[str, Any], file: str = "tables.toml") -> Schema:
    """The structure with what ``law``, the content of a rulebook's ``tables.toml``, adds.

    Raises :class:`~pdc.base.faults.InputError` with every key, table, column and type that is unknown.
    """
    reader = _Reader(file, law)
    tables = {name: reader.table(name) for name in structure()}
    made = reader.schema(tables)
    if reader.faults:
        raise InputError(reader.faults)
    return made


class _Reader:
    """Collects every fault of a ``tables.toml``."""

    def __init__(self, file: str, law: Mapping[str, Any]) -> None:
        self.file, self.law = file, law
        self.faults: list[Fault] = []
        self.unknown("", law, (*structure(), *_OWN_KEYS))

    def fault(self, where: str, code: str, **values: object) -> None:
        self.faults.append(Fault(self.file, None, where or None, f"rulebook.{code}", values))

    def unknown(self, where: str, given: Iterable[str], known: Iterable[str]) -> bool:
        """Note keys that are not known; is there any?"""
        known = tuple(known)
        wrong = [key for key in given if key not in known]
        for key in wrong:
            self.fault(where, "unknown_key", key=key, nearest=did_you_mean(key, known))
        return bool(wrong)

    def table(self, name: str) -> Table:
        base, own = structure()[name], self.law.get(name, {})
        self.unknown(name, own, _TABLE_KEYS)
        listed = own.get("columns", {})
        entries = {key: entry for key, entry in base["columns"].items() if key not in listed}
        for key, entry in listed.items():
            entries[key] = {**base["columns"].get(key, {}), **entry}
        columns = tuple(
            column for key, entry in entries.items() if (column := self.column(name, key, entry)) is not None
        )
        headings: dict[str, str] = {}
        for column in columns:
            for alias in (column.name, column.heading, *column.aliases):
                self.claim(headings, alias, column.name, name)
        names = base.get("names", {})
        for place, aliases in names.items():
            for alias in aliases:
                self.claim(headings, alias, f"{place} name", name)
        entry = {**base, **{key: value for key, value in own.items() if key != "columns"}}
        return Table(
            name=name,
            files=(name, *entry["files"]),
            optional=entry.get("optional", False),
            rows=entry.get("rows", False),
            key=tuple(entry.get("key", ())),
            sort=tuple(entry["sort"]),
            columns=columns,
            names=tuple(names),
            headings=headings,
            note=entry["note"],
            examples=self.examples(name, columns, entry.get("examples", ())),
        )

    def examples(
        self, table: str, columns: Sequence[Column], given: Sequence[Mapping[str, str]]
    ) -> tuple[Mapping[str, str], ...]:
        """Rows for the empty workbook; each must be marked, or somebody would plan with it."""
        names = [column.name for column in columns]
        for number, row in enumerate(given, 1):
            for name in row:
                if name not in names:
                    near = did_you_mean(name, names)
                    self.fault(f"{table}.examples {number}", "unknown_column", column=name, nearest=near)
            if not any("@" in text for text in row.values()):
                self.fault(f"{table}.examples {number}", "example_mark")
        return tuple(dict(row) for row in given)

    def column(self, table: str, name: str, entry: Mapping[str, Any]) -> Column | None:
        where = f"{table}.{name}"
        self.unknown(where, entry, _COLUMN_KEYS)
        if entry.get("type") not in TYPES:
            values = {"type": entry.get("type"), "known": ", ".join(TYPES)}
            self.fault(where, "column_type", **values, nearest=did_you_mean(str(entry.get("type")), TYPES))
            return None
        if not isinstance(entry.get("tr"), str) or set(entry.get("note", {})) != {"tr", "en"}:
            self.fault(where, "column_shape")
            return None
        to, _, key = entry.get("to", "").partition(".")
        return Column(
            name=name,
            type=entry["type"],
            default=entry.get("default"),
            blank=entry.get("blank", False),
            to=(to, key) if to else None,
            least=entry.get("least", 0),
            most=entry.get("most", 1_000_000_000),
            heading=entry["tr"],
            aliases=tuple(entry.get("aliases", ())),
            note=entry["note"],
            seen_as=entry.get("as", ""),
        )

    def claim(self, headings: dict[str, str], alias: str, meaning: str, table: str) -> None:
        if headings.setdefault(heading_key(alias), meaning) != meaning:
            self.fault(table, "two_meanings", heading=alias)

    def schema(self, tables: Mapping[str, Table]) -> Schema:
        law = self.law
        kinds = tuple(self.kind(number, entry) for number, entry in enumerate(law.get("kind", ()), 1))
        if not kinds:
            self.fault("kind", "missing_key", key="[[kind]]")
        _, population = self.place(tables, "population", law.get("population", ""))
        size, served, need = (
            self.place(tables, key, law[key])[1] if key in law else "" for key in ("size", "served", "need")
        )
        codes = [kind.code for kind in kinds]
        parent, branch = law.get("parent", {}), law.get("branch")
        at = law.get("training", {}).get("at", ())
        for where, named in (
            ("parent", (*parent.get("kinds", ()), *parent.get("of", ()), *parent.get("with_some", {}))),
            ("branch", (branch or {}).get("kinds", ())),
            ("training.at", at),
        ):
            for code in named:
                if code not in codes:
                    self.fault(where, "unknown_unit_kind", kind=code, nearest=did_you_mean(code, codes))
        for entry in law.get("parts", ()):
            for name in (entry.get("whole"), *entry.get("parts", ())):
                if not tables["units"].has(str(name)):
                    known = [column.name for column in tables["units"].columns]
                    self.fault("parts", "unknown_column", column=name, nearest=did_you_mean(str(name), known))
        return Schema(
            tables=tables,
            kinds=kinds,
            population=population,
            size=size,
            served=served,
            need=need,
            derived=tuple(self.derived(tables, *item) for item in law.get("derived", {}).items()),
            parts=tuple((one.get("whole", ""), tuple(one.get("parts", ()))) for one in law.get("parts", ())),
            parent_kinds=tuple(parent.get("kinds", ())),
            parent_of=tuple(parent.get("of", ())),
            parent_some=dict(parent.get("with_some", {})),
            branch_kinds=None if branch is None else tuple(branch.get("kinds", ())),
            training_at=tuple(at),
        )  # fmt: skip

    def kind(self, number: int, entry: Mapping[str, Any]) -> Kind:
        self.unknown(f"kind {number}", entry, ("code", "name"))
        if not isinstance(entry.get("code"), str) or set(entry.get("name", {})) != {"tr", "en"}:
            self.fault(f"kind {number}", "kind_shape")
        return Kind(str(entry.get("code")), dict(entry.get("name", {})))

    def place(self, tables: Mapping[str, Table], where: str, text: object) -> tuple[str, str]:
        """``"table.column"`` of a place."""
        table, _, name = str(text).partition(".")
        if table not in PLACES.values() or not tables[table].has(name):
            known = [f"{t}.{c.name}" for t in PLACES.values() for c in tables[t].columns if c.word]
            self.fault(where, "unknown_column", column=text, nearest=did_you_mean(str(text), known))
            return "", ""
        return table, name

    def derived(self, tables: Mapping[str, Table], name: str, entry: Mapping[str, Any]) -> Derived:
        self.unknown(f"derived.{name}", entry, ("level", "sum", "mean", "where", "by", "tr", "en"))
        if entry.get("level") not in ("national", "province", "district"):
            levels = "national, province, district"
            self.fault(f"derived.{name}", "unknown_level", level=entry.get("level"), levels=levels)
        of = self.place(tables, f"derived.{name}", entry.get("sum", entry.get("mean", "")))
        if "where" in entry:
            self.place(tables, f"derived.{name}", f"{of[0]}.{entry['where']}")
        return Derived(
            name, str(entry.get("level")), of, "mean" in entry, entry.get("where", ""), entry.get("by", ""),
            entry.get("en", ""),
        )  # fmt: skip
