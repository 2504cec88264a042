"""Lone colleagues: specialists planned as the only one of their branch at a unit.

A specialist alone is on call every night. For each such post: how far the next unit with the branch
is, and how far the next training-and-research hospital with it (where a patient would be sent).
Straight lines between coordinates; by road between the province centres where they differ.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc_reports.plan_tables import PlanTables

EARTH_RADIUS_KM: Final = 6371.0088
COLUMNS: Final = (
    "title", "province_code", "district_code", "unit_code", "district_posts", "province_posts",
    "next_unit_code", "next_km", "next_road_km", "eah_unit_code", "eah_km", "eah_road_km",
)  # fmt: skip
Degrees = npt.NDArray[np.float64]


def haversine_km(lat1: Degrees, lon1: Degrees, lat2: Degrees, lon2: Degrees) -> Degrees:
    """Great-circle distance in km: 2R·asin √(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2))."""
    p1, l1, p2, l2 = (np.radians(a) for a in (lat1, lon1, lat2, lon2))
    h = np.sin((p2 - p1) / 2) ** 2 + np.cos(p1) * np.cos(p2) * np.sin((l2 - l1) / 2) ** 2
    km: Degrees = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    return km


def lone_colleagues(tables: PlanTables) -> pd.DataFrame:
    """One row a unit planned for exactly one specialist of a branch, farthest from a colleague first."""
    spots = _coordinates(tables)
    plan = tables.plan_units
    plan = plan[plan["title"].isin(tables.specialists) & (plan["posts"] > 0)]
    parts = [_of_branch(tables, rows, spots) for _, rows in plan.groupby("title", sort=True)]
    if not parts:
        return pd.DataFrame({c: pd.Series(dtype="object") for c in COLUMNS})
    found = pd.concat(parts, ignore_index=True)
    rank = {title: i for i, title in enumerate(tables.planned)}
    ordered: pd.DataFrame = (
        found.assign(rank=found["title"].map(rank))
        .sort_values(["rank", "next_km", "unit_code"], ascending=[True, False, True], na_position="first")
        .drop(columns="rank")
        .reset_index(drop=True)
    )
    listed: pd.DataFrame = ordered[list(COLUMNS)]
    return listed


def _of_branch(tables: PlanTables, rows: pd.DataFrame, spots: pd.DataFrame) -> pd.DataFrame:
    rows = rows.reset_index(drop=True)
    at = spots.reindex(pd.Index(rows["unit_code"]))
    lone = rows["posts"].to_numpy() == 1
    alone = rows[lone]
    by_district = rows.groupby("district_code")["posts"].sum()
    by_province = rows.groupby("province_code")["posts"].sum()
    lat, lon = at["latitude"].to_numpy(), at["longitude"].to_numpy()
    km = haversine_km(lat[lone][:, None], lon[lone][:, None], lat[None, :], lon[None, :])
    itself = alone.index.to_numpy()[:, None] == np.arange(len(rows))[None, :]
    eah = (at["kind"] == "eah").to_numpy()
    out: pd.DataFrame = alone[["title", "province_code", "district_code", "unit_code"]].assign(
        district_posts=alone["district_code"].map(by_district),
        province_posts=alone["province_code"].map(by_province),
    )
    for name, allowed in (("next", ~itself), ("eah", ~itself & eah[None, :])):
        reach = np.where(allowed & ~np.isnan(km), km, np.inf)
        nearest = reach.argmin(axis=1) if reach.size else np.zeros(len(alone), dtype=int)
        best = reach[np.arange(len(alone)), nearest]
        known = np.isfinite(best)
        codes = rows["unit_code"].to_numpy()[nearest]
        target = rows["province_code"].to_numpy()[nearest]
        road = [
            _road(tables.road_km, a, b) if k else np.nan
            for a, b, k in zip(alone["province_code"], target, known, strict=True)
        ]
        out[f"{name}_unit_code"] = np.where(known, codes, "")
        out[f"{name}_km"] = np.where(known, best.round(1), np.nan)
        out[f"{name}_road_km"] = road
    return out


def _coordinates(tables: PlanTables) -> pd.DataFrame:
    """Units with their coordinates, else those of their district, else of their province."""
    units = tables.units.set_index("unit_code")
    at: pd.DataFrame = units[["kind", "latitude", "longitude"]].copy()
    for axis in ("latitude", "longitude"):
        by_district = units["district_code"].map(tables.districts.set_index("district_code")[axis])
        by_province = units["province_code"].map(tables.provinces.set_index("province_code")[axis])
        at[axis] = at[axis].fillna(by_district).fillna(by_province)
    return at


def _road(road: pd.DataFrame, start: int, end: int) -> float:
    """Road km between two province centres; nothing inside one province or where it is not known."""
    if start == end or start not in road.index or str(end) not in road.columns:
        return float("nan")
    return float(road[str(end)].loc[start])
