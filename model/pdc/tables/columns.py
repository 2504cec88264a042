"""The column table: what each input table holds, read from ``columns.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from pdc_reports.text import fold

TABLES: Final = ("provinces", "districts", "units", "training", "staff", "standards", "capacity")


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


@dataclass(frozen=True)
class Table:
    """One table: its columns in the contract's order, its key, its row order and its other names."""

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

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError if the contract has none."""
        return {column.name: column for column in self.columns}[name]


def heading_key(text: str) -> str:
    """Fold a heading or file name so that ``"ETF NÜFUSU"``, ``"etf_nufusu"`` and ``"Etf nüfusu"`` are one."""
    return re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()


@cache
def tables() -> Mapping[str, Table]:
    """All tables by name, in the contract's order."""
    text = (resources.files(__package__) / "columns.toml").read_text("utf-8")
    entries = tomllib.loads(text)
    return {name: _table(name, entries[name]) for name in TABLES}


def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table, in the contract's order."""
    return tables()[table].columns


def _table(name: str, entry: dict[str, Any]) -> Table:
    columns = tuple(_column(*item) for item in entry["columns"].items())
    headings: dict[str, str] = {}
    for column in columns:
        for alias in (column.name, column.heading, *column.aliases):
            _claim(headings, alias, column.name, name)
    names = entry.get("names", {})
    for place, aliases in names.items():
        for alias in aliases:
            _claim(headings, alias, f"{place} name", name)
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
    )


def _column(name: str, entry: dict[str, Any]) -> Column:
    table, _, key = entry.get("to", "").partition(".")
    return Column(
        name=name,
        type=entry["type"],
        default=entry.get("default"),
        blank=entry.get("blank", False),
        to=(table, key) if table else None,
        least=entry.get("least", 0),
        most=entry.get("most", 1_000_000_000),
        heading=entry["tr"],
        aliases=tuple(entry["aliases"]),
        note=entry["note"],
    )


def _claim(headings: dict[str, str], alias: str, meaning: str, table: str) -> None:
    if headings.setdefault(heading_key(alias), meaning) != meaning:
        raise ValueError(f"columns.toml: {table}: the heading {alias!r} has two meanings")
