"""On how many places each clause acts in the built-in country: counted from a plan, kept with the law."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

FIELDS = ("clause", "instances", "binding", "short")


@dataclass(frozen=True)
class Acts:
    """Rows of ``rules.csv`` for one clause: all of them, those that stand at the limit, those short."""

    instances: int = 0
    binding: int = 0
    short: int = 0


@cache
def acts() -> Mapping[str, Acts]:
    """Counts of the built-in country, base scenario; empty for clauses that act on tables and targets."""
    text = (resources.files("pdc.law") / "acts.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["clause"]: Acts(*(int(row[name]) for name in FIELDS[1:])) for row in rows}


def count(rows: Iterable[Mapping[str, str]]) -> dict[str, Acts]:
    """Counts by clause from the rows of a plan's ``rules.csv``."""
    found: dict[str, Acts] = {}
    for row in rows:
        if row["title"]:  # a clause that constrains nothing has one row of its own, without a title
            old = found.get(row["clause"], Acts())
            found[row["clause"]] = Acts(
                old.instances + (row["status"] != "not_applicable"),
                old.binding + (row["status"] == "binding"),
                old.short + (row["status"] == "short"),
            )
    return found
