"""A small country for worked cases: say what is there, then plan it.

>>> country = Small().province(19, "Çorum").district("C1", 19, 45_000, central=1)
>>> country.unit("H1", "C1", "devlet_hastanesi", beds=120, special_beds=10, khd_beds=20)
>>> country.filled("hemsire", 60_000)
>>> plan = country.plan("hemsire")
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pdc
from pdc.law import reading
from pdc.law.vocabulary import vocabulary
from pdc.tables import Tables, read

_COLUMNS = {
    "provinces": ["province_code", "province", "service_region", "metropolitan", "family_medicine",
                  "crude_birth_rate", "population_factor", "visits_per_head"],
    "districts": ["district_code", "province_code", "district", "etf_population", "central",
                  "metropolitan_centre", "latitude", "longitude"],
    "training": ["unit_code", "branch", "clinics"],
    "staff": ["unit_code", "title", "branch", "status", "filled", "vacant"],
    "standards": ["unit_code", "title", "posts"],
    "capacity": ["unit_code", "title", "posts"],
}  # fmt: skip


class Small:
    """Rows of all tables, added one by one; every method returns the country itself."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in [*_COLUMNS, "units"]}

    def province(self, code: int, name: str = "", **columns: Any) -> Small:
        row = {"province_code": code, "province": name or f"İl {code}", "service_region": 3, "metropolitan": 0,
               "crude_birth_rate": 14}  # fmt: skip
        self.rows["provinces"].append(row | columns)
        return self

    def district(self, code: str, province: int, etf: int, central: int = 0, **columns: Any) -> Small:
        row = {"district_code": code, "province_code": province, "district": f"İlçe {code}",
               "etf_population": etf, "central": central}  # fmt: skip
        self.rows["districts"].append(row | columns)
        return self

    def unit(self, code: str, district: str, kind: str, **columns: Any) -> Small:
        row = {"unit_code": code, "district_code": district, "unit": f"Birim {code}", "kind": kind}
        self.rows["units"].append(row | columns)
        return self

    def training(self, unit: str, branch: str, clinics: int = 1) -> Small:
        self.rows["training"].append({"unit_code": unit, "branch": branch, "clinics": clinics})
        return self

    def staff(
        self, unit: str, title: str, filled: int, status: str = "657", branch: str = "", vacant: int = 0
    ) -> Small:
        row = {
            "unit_code": unit,
            "title": title,
            "branch": branch,
            "status": status,
            "filled": filled,
            "vacant": vacant,
        }
        self.rows["staff"].append(row)
        return self

    def filled(self, title: str, count: int) -> Small:
        """National filled posts, not tied to a unit."""
        return self.staff("", title, count)

    def limit(self, table: str, unit: str, title: str, posts: int) -> Small:
        """A row of ``standards`` or ``capacity``."""
        self.rows[table].append({"unit_code": unit, "title": title, "posts": posts})
        return self

    def write(self, folder: Path, shuffle: Any = None) -> Path:
        """Write the tables as CSV files; ``shuffle`` is called on each list of rows."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.rows.items():
            columns = list(_COLUMNS.get(name, ["unit_code", "district_code", "unit", "kind"]))
            columns += sorted({key for row in rows for key in row} - set(columns))
            ordered = list(rows)
            if shuffle is not None:
                shuffle(ordered)
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                used = [c for c in columns if c in columns[:5] or any(c in row for row in ordered)]
                writer = csv.DictWriter(file, used, restval="", lineterminator="\n", extrasaction="ignore")
                writer.writeheader()
                writer.writerows(ordered)
        return folder

    def tables(self, shuffle: Any = None) -> Tables:
        """Read back as any user's data is read."""
        with tempfile.TemporaryDirectory() as folder:
            return read(self.write(Path(folder), shuffle), vocabulary(reading.load()))

    def plan(
        self,
        *titles: str,
        sets: Sequence[str] = (),
        scenario: Sequence[Path] = (),
        options: pdc.Options | None = None,
    ) -> pdc.Plan:
        """Plan some titles (all those with more than 100 filled posts by default), by both engines."""
        options = options or pdc.Options()
        if options.engine == "highs":  # every tree of every test is compared
            options = replace(options, engine="both")
        return pdc.plan(self.tables(), scenario, sets=sets, titles=titles, options=options)


def posts(plan: pdc.Plan, title: str, code: str | int = "") -> int:
    """Posts of a unit, district or province (by its code), or of the whole country."""
    for frame, column in (
        (plan.units, "unit_code"),
        (plan.districts, "district_code"),
        (plan.provinces, "province_code"),
    ):
        found = frame[(frame["title"] == title) & (frame[column].astype(str) == str(code))]
        if len(found):
            return int(found["posts"].iloc[0])
    if code == "":
        return int(plan.provinces.loc[plan.provinces["title"] == title, "posts"].sum())
    raise KeyError((title, code))


def target(plan: pdc.Plan, title: str, code: str | int) -> float:
    """Target of a unit, district or province."""
    for frame, column in (
        (plan.units, "unit_code"),
        (plan.districts, "district_code"),
        (plan.provinces, "province_code"),
    ):
        found = frame[(frame["title"] == title) & (frame[column].astype(str) == str(code))]
        if len(found):
            return float(found["target"].iloc[0])
    raise KeyError((title, code))


def rule(plan: pdc.Plan, clause: str, code: str | int = "", title: str | None = None) -> dict[str, Any]:
    """The row of ``rules.csv`` for a clause at a place."""
    rows = plan.rules
    rows = rows[(rows["clause"] == clause) & (rows["code"].astype(str) == str(code))]
    if title is not None:
        rows = rows[rows["title"] == title]
    assert len(rows) == 1, rows
    return dict(rows.iloc[0])


def rules(
    plan: pdc.Plan, clause: str, code: str | int = "", title: str | None = None
) -> list[dict[str, Any]]:
    """All rows of ``rules.csv`` for a clause at a place, the smaller ``required`` first; none where it does not act."""
    rows = plan.rules
    rows = rows[(rows["clause"] == clause) & (rows["code"].astype(str) == str(code)) & (rows["title"] != "")]
    if title is not None:
        rows = rows[rows["title"] == title]
    found = [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
    return sorted(found, key=lambda row: (row["required"] == "", row["required"]))


def notices(
    plan: pdc.Plan, clause: str, code: str | int | None = None, title: str | None = None
) -> list[dict[str, Any]]:
    """Rows of ``notices.csv`` (in English) of a clause, of one place or title if asked."""
    rows = plan.notices("en")
    rows = rows[rows["clause"] == clause]
    if code is not None:
        rows = rows[rows["code"].astype(str) == str(code)]
    if title is not None:
        rows = rows[rows["title"] == title]
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
