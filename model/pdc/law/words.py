"""The words a formula may use: columns by level, and functions that look around a place.

A formula of one level may read the columns of its own level and of every level above it. Most are columns
of the input tables, under the names that the rulebook's ``tables.toml`` gives them; planning adds others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pdc.tables.schema import PLACES, Schema
from pdc_common.levels import ALL_LEVELS

Columns = Mapping[str, Mapping[str, str]]

PLANNING: Final[Columns] = {
    "national": {
        "title": "code of the title being planned",
        "title_branch": "slug of its branch, empty for titles without one",
        "filled": "counted filled posts of the title in the country",
        "supply": "national number of the title, all pools; 0 where it has none",
        "eligible_districts": "number of districts with an eligible unit",
        "asked_places": "number of places that the floor being bound asks (key unless)",
    },
    "province": {
        "province_factor": "product of the factors of kind target at province level",
        "quota": "the province's share of the title's pools so far, exact",
        "province_target": "target of the province, exact",
    },
    "district": {
        "district_target": "target of the district, exact",
        "weight_target": "what its units' weights alone would give it, exact; 0 where people alone decide",
    },
    "unit": {
        "integrated": "1 for a unit that others were merged into under one roof",
        "standard": "upper limit of the table standards, -1 where it has no row",
        "capacity": "upper limit of the table capacity, -1 where it has no row",
        "not_ready": "1 where the unit is not ready for this title",
        "training_clinics": "training clinics of the title's branch",
        "eligible": "1 where the title may be placed",
        "closed": "1 where a clause closes the unit to the title (key closes)",
        "weight": "weight of the unit for the title",
        "unit_target": "target of the unit so far, exact",
        "others_target": "sum of the targets of the district's other, not integrated units",
    },
}
"""What planning makes known, whatever the tables hold."""

FUNCTIONS: Final[Mapping[str, str]] = {
    "planned": "posts planned at the unit for titles of that name or pattern",
    "clinics": "training clinics of that branch at the unit",
    "in_table": "is there such a row in that table of the rulebook",
    "total_in_province": "sum of a column over the units of the province",
    "total_in_district": "sum of a column over the units of the district",
    "any_in_province": "does a condition hold for a unit of the province",
    "any_in_district": "does a condition hold for a unit of the district",
    "largest_in_province": "is it the unit with the largest value among those named (lower code first)",
    "national_total": "sum of a column over all places",
}


def columns(schema: Schema, roles: Iterable[str] = ()) -> tuple[Columns, list[str]]:
    """Columns by level, and the names that stand for two of them.

    ``roles`` are the groups of staff that are read but not planned; each is a column of the units.
    """
    found: dict[str, dict[str, str]] = {level: {} for level in ALL_LEVELS}
    twice: list[str] = []

    def add(level: str, name: str, text: str) -> None:
        if any(name in names for names in found.values()):
            twice.append(name)
        found[level][name] = text

    for level, table in PLACES.items():
        for column in schema.tables[table].columns:
            if column.word:
                add(level, column.word, column.note["en"])
    for derived in schema.derived:
        add(derived.level, derived.name, derived.text)
    for level, names in PLANNING.items():
        for name, text in names.items():
            add(level, name, text)
    for role in roles:
        add("unit", role, f"staff of the title's branch who count as {role}")
    return found, twice


def known(by_level: Columns, level: str) -> set[str]:
    """Columns that a formula of the level may read."""
    return {name for above in ALL_LEVELS[: ALL_LEVELS.index(level) + 1] for name in by_level[above]}


def reaches(level: str, defined: str) -> bool:
    """May a formula of ``level`` read a column defined at ``defined``?"""
    return ALL_LEVELS.index(defined) <= ALL_LEVELS.index(level)
