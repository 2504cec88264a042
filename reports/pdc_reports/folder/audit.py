"""The files of an audit, read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pdc_common.bounded import text_of
from pdc_common.cells_csv import read_table
from pdc_common.numerals import number
from pdc_common.text import Lang, say

FILLED: Final = "filled"


@dataclass(frozen=True, eq=False)
class AuditFolder:
    """One audit of a folder (``prefix`` where two stand in it) and the language it is told in."""

    path: Path
    lang: Lang
    prefix: str = ""

    def _csv(self, name: str) -> pd.DataFrame:
        return read_table(self.path / f"{name}.csv", dtype=str, keep_default_na=False)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """``audit_summary.json``."""
        path = self.path / f"{self.prefix}audit_summary.json"
        found: dict[str, Any] = json.loads(text_of(path))
        return found

    @cached_property
    def rows(self) -> pd.DataFrame:
        """``audit.csv``; counts as numbers, missing where there is none."""
        frame = self._csv(f"{self.prefix}audit")
        for name in ("required", "posts", "shortfall", "people", "province_code"):
            frame[name] = pd.to_numeric(frame[name])
        return frame

    @cached_property
    def bad(self) -> pd.DataFrame:
        """Rows that are short or broken, the largest first."""
        rows = self.rows[self.rows["status"].isin(["short", "broken"])]
        return rows.sort_values(["shortfall", "people"], ascending=False, kind="stable")

    @cached_property
    def doubts(self) -> pd.DataFrame:
        """``doubts.csv``."""
        return self._csv(f"{self.prefix}doubts")

    def numbers(self, plural: str) -> pd.DataFrame:
        """``audit_provinces.csv`` or one of its sisters; empty where the table does not show that level."""
        path = self.path / f"{self.prefix}audit_{plural}.csv"
        if not path.is_file():
            return pd.DataFrame(columns=["province_code", "title", "target", "posts", "deviation"])
        return read_table(path, dtype={"district_code": str, "unit_code": str})

    @cached_property
    def provinces(self) -> pd.DataFrame:
        """``provinces.csv``."""
        return read_table(self.path / "provinces.csv")

    @cached_property
    def borders(self) -> dict[str, Any] | None:
        """``provinces.geojson``."""
        path = self.path / "provinces.geojson"
        return json.loads(text_of(path, "utf-8-sig")) if path.is_file() else None

    @cached_property
    def titles(self) -> dict[str, str]:
        """Names of titles by code."""
        frame = self._csv("titles")
        return dict(zip(frame["title"], frame[f"name_{self.lang}"], strict=True))

    @cached_property
    def clauses(self) -> dict[str, str]:
        """What each clause says."""
        frame = self._csv("clauses")
        return dict(zip(frame["clause"], frame[f"text_{self.lang}"], strict=True))

    def title(self, code: str) -> str:
        """Name of a title, or of the titles of a joint rule."""
        return " + ".join(self.titles.get(part, part) for part in code.split("+")) if code else ""

    def name(self, table: str) -> str:
        """Name of a measured table; the word for the staff there is becomes a name."""
        return self.say("filled") if table == FILLED else table

    def say(self, key: str, **values: object) -> str:
        """A sentence of ``audit.*``."""
        return say(f"audit.{key}", self.lang, **values)

    def num(self, value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a number."""
        return number(value, self.lang, decimals, sign=sign)

    def place(self, row: Mapping[Any, Any]) -> str:
        """Name of a row's place."""
        return str(row["place"]) or say("reports.level.national", self.lang)
