"""Lone colleagues: specialists planned as the only one of their branch at a unit.

A specialist alone is on call every night. For each such post: how far the next unit with the branch
is, and how far the next training-and-research hospital (EAH) with a clinic of it, where a patient would
be sent. ``training.csv`` says which EAH has which clinics; without it, the EAHs planned for the branch.
Straight lines between coordinates; by road between the province centres where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc_common.geography import great_circle_km
from pdc_reports.folder.plan import PlanTables

COLUMNS: Final = (
    "title", "province_code", "district_code", "unit_code", "district_posts", "province_posts",
    "next_unit_code", "next_km", "next_road_km", "eah_unit_code", "eah_km", "eah_road_km",
)  # fmt: skip
EAH_KINDS: Final = ("eah", "eah_dal")
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def lone_colleagues(tables: PlanTables) -> pd.DataFrame:
    """One row a unit planned for exactly one specialist of a branch, farthest from a colleague first."""
    spots = _coordinates(tables)
    plan = tables.plan_units
    plan = plan[plan["title"].isin(tables.specialists) & (plan["posts"] > 0)]
    clinics = clinics_by_branch(tables)
    parts = [
        _of_branch(tables, rows.reset_index(drop=True), spots, clinics.get(str(title)))
        for title, rows in plan.groupby("title", sort=True)
    ]
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


def clinics_by_branch(tables: PlanTables) -> Mapping[str, pd.Index[Any]]:
    """Units with a training clinic, by planning title; empty where no ``training.csv`` tells."""
    clinics = tables.training[tables.training["clinics"] > 0]
    return {f"uzman.{branch}": pd.Index(rows["unit_code"]) for branch, rows in clinics.groupby("branch")}


def _of_branch(
    tables: PlanTables, rows: pd.DataFrame, spots: pd.DataFrame, clinics: pd.Index[Any] | None
) -> pd.DataFrame:
    alone = rows[rows["posts"] == 1]
    by_district = rows.groupby("district_code")["posts"].sum()
    by_province = rows.groupby("province_code")["posts"].sum()
    out: pd.DataFrame = alone[["title", "province_code", "district_code", "unit_code"]].assign(
        district_posts=alone["district_code"].map(by_district),
        province_posts=alone["province_code"].map(by_province),
    )
    colleagues = pd.Index(rows["unit_code"])
    if clinics is None:
        planned_eah = spots["kind"].reindex(colleagues).isin(EAH_KINDS).to_numpy()
        clinics = colleagues[planned_eah] if tables.training.empty else colleagues[:0]
    for name, codes in (("next", colleagues), ("eah", clinics.intersection(spots.index))):
        nearest, km = _nearest(spots, alone["unit_code"], codes)
        out[f"{name}_unit_code"] = nearest
        out[f"{name}_km"] = km.round(1)
        there = spots["province_code"].reindex(pd.Index(nearest)).fillna(0).astype("int64")
        out[f"{name}_road_km"] = _road_km(
            tables.road_km, alone["province_code"].to_numpy(), np.asarray(there)
        )
    return out


def _nearest(spots: pd.DataFrame, start: pd.Series[Any], codes: pd.Index[Any]) -> tuple[Any, Floats]:
    """The nearest of the units ``codes`` other than itself, and how far it is; none is ``""`` and nan."""
    if not len(codes):
        return np.full(len(start), ""), np.full(len(start), np.nan)
    codes = codes.unique()
    here, there = spots.loc[start], spots.loc[codes]
    km = great_circle_km(
        here["latitude"].to_numpy()[:, None],
        here["longitude"].to_numpy()[:, None],
        there["latitude"].to_numpy()[None, :],
        there["longitude"].to_numpy()[None, :],
    )
    reach = np.where(np.isnan(km), np.inf, km)
    own = codes.get_indexer(pd.Index(start))
    reach[own >= 0, own[own >= 0]] = np.inf
    best = reach.argmin(axis=1)
    found = reach[np.arange(len(start)), best]
    known = np.isfinite(found)
    return np.where(known, codes.to_numpy()[best], ""), np.where(known, found, np.nan)


def _coordinates(tables: PlanTables) -> pd.DataFrame:
    """Units with their coordinates, else those of their district, else of their province."""
    units = tables.units.set_index("unit_code")
    at: pd.DataFrame = units[["kind", "province_code", "latitude", "longitude"]].copy()
    for axis in ("latitude", "longitude"):
        by_district = units["district_code"].map(tables.districts.set_index("district_code")[axis])
        by_province = units["province_code"].map(tables.provinces.set_index("province_code")[axis])
        at[axis] = at[axis].fillna(by_district).fillna(by_province)
    return at


def _road_km(road: pd.DataFrame, start: Codes, end: Codes) -> Floats:
    """Road km between two province centres; nothing inside one province or where it is not known."""
    rows = pd.Index(road.index.astype(str)).get_indexer(pd.Index(start.astype(str)))
    columns = pd.Index(road.columns.astype(str)).get_indexer(pd.Index(end.astype(str)))
    known = (rows >= 0) & (columns >= 0) & (start != end)
    km = np.full(len(start), np.nan)
    km[known] = road.to_numpy(dtype=np.float64)[rows[known], columns[known]]
    return km
