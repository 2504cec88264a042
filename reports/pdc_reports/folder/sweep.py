"""The tables of a sweep's folder, as reports read them: nothing else is known about the sweep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pdc_common.bounded import text_of
from pdc_common.cells_csv import read_table
from pdc_common.text import Lang

BASE: Final = "base"
STEPPED: Final = ("grid", "one_at_a_time")
_TEXT: Final = {
    "scenario": str,
    "title": str,
    "level": str,
    "code": str,
    "measure": str,
    "key": str,
    "clause": str,
}


@dataclass(frozen=True)
class Factor:
    """One thing that varied: its column in ``scenarios.csv``, its name for people, its value in the base."""

    name: str
    label: dict[str, str]
    base: Any
    noise: bool

    def text(self, lang: Lang) -> str:
        """Name for people."""
        return self.label[lang]


@dataclass(frozen=True, eq=False)
class SweepTables:
    """A sweep as its files tell it."""

    about: dict[str, Any]
    scenarios: pd.DataFrame
    results: pd.DataFrame
    measures: pd.DataFrame
    costs: pd.DataFrame | None
    provinces: pd.DataFrame
    titles: pd.DataFrame
    clauses: pd.DataFrame
    borders: dict[str, Any] | None

    @classmethod
    def read(cls, folder: Path) -> SweepTables:
        """Read a sweep's folder."""

        def table(name: str) -> pd.DataFrame:
            return read_table(folder / name, dtype=_TEXT, keep_default_na=False, na_values={"value": [""]})

        packed = folder / "results.csv.gz"
        borders = folder / "provinces.geojson"
        provinces = read_table(folder / "provinces.csv")
        return cls(
            json.loads(text_of(folder / "sweep.json")),
            read_table(folder / "scenarios.csv", dtype=str, keep_default_na=False),
            table("results.csv.gz" if packed.is_file() else "results.csv"),
            table("measures.csv"),
            table("costs.csv") if (folder / "costs.csv").is_file() else None,
            provinces,
            table("titles.csv"),
            table("clauses.csv"),
            json.loads(text_of(borders, "utf-8-sig")) if borders.is_file() else None,
        )

    @property
    def stepped(self) -> bool:
        """Were values stepped through (and not drawn)?"""
        return self.about["design"]["kind"] in STEPPED

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """What varied."""
        found = []
        for entry in self.about["factors"]:
            labels = {}
            for lang in ("tr", "en"):
                text = entry["text"].get(lang) or entry["name"]
                labels[lang] = f"{entry['name']} ({text})" if "clause" in entry else f"{text} ×"
            found.append(Factor(entry["name"], labels, entry["base"], entry["each"] != "all"))
        return tuple(found)

    @cached_property
    def design(self) -> pd.DataFrame:
        """Scenarios of the design that have a plan, in their order."""
        rows = self.scenarios
        return rows[(rows["kind"] == "design") & (rows["status"] == "optimal")].reset_index(drop=True)

    def measure(self, measure: str, key: str = "", title: str = "") -> pd.Series[float]:
        """A measure by scenario; 0 where a scenario has no row of it (no shortfall of that clause)."""
        rows = self.measures
        rows = rows[(rows["measure"] == measure) & (rows["key"] == key) & (rows["title"] == title)]
        known = rows.set_index("scenario")["value"].astype(float)
        return known.reindex([BASE, *self.design["scenario"]]).fillna(0.0)

    def numbers(self, level: str) -> pd.DataFrame:
        """Posts: a row a (title, code), a column a scenario (the base first), 0 where there is no row."""
        rows = self.results[self.results["level"] == level]
        names = [BASE, *self.design["scenario"]]
        wide = rows.pivot_table(
            index=["title", "code"], columns="scenario", values="posts", aggfunc="sum", fill_value=0
        )
        return wide.reindex(columns=names, fill_value=0)

    @property
    def finest(self) -> str:
        """The finest level of the results."""
        return str(self.about["level"])

    def title_names(self, lang: Lang) -> list[str]:
        """Names of the titles that were planned."""
        planned = set(self.results["title"])
        return [str(row[f"name_{lang}"]) for row in self.titles.to_dict("records") if row["title"] in planned]
