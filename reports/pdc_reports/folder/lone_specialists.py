"""Lone colleagues: specialists planned as the only one of their branch at a unit.

A specialist alone is on call every night. For each such post: how far the next unit with the branch
is, and how far the next training-and-research hospital (EAH) with a clinic of it, where a patient would
be sent. ``training.csv`` says which EAH has which clinics; without it, the EAHs planned for the branch.
Straight lines between coordinates; by road between the province centres where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
_NOWHERE: Final = np.empty(0, dtype=np.int64)


def lone_colleagues(tables: PlanTables) -> pd.DataFrame:
    """One row a unit planned for exactly one specialist of a branch, farthest from a colleague first."""
    spots = _spots(tables)
    plan = tables.plan_units
    plan = plan[plan["title"].isin(tables.specialists) & (plan["posts"] > 0)].reset_index(drop=True)
    if plan.empty:
        return pd.DataFrame({c: pd.Series(dtype="object") for c in COLUMNS})
    clinics = {title: spots.found(codes) for title, codes in clinics_by_branch(tables).items()}
    at = np.asarray([spots.position[code] for code in plan["unit_code"].tolist()], dtype=np.int64)
    posts = plan["posts"].to_numpy()
    sums = {
        name: (plan[f"{name}_code"].factorize()[0], np.zeros(len(plan), dtype=np.int64))
        for name in ("district", "province")
    }
    parts = []
    for title, rows in sorted(plan.groupby("title").indices.items()):
        alone = np.asarray(rows)[posts[rows] == 1]
        for place, found in sums.values():
            found[alone] = np.bincount(place[rows], posts[rows])[place[alone]]
        eah = clinics.get(str(title), _NOWHERE)
        if tables.training.empty:
            eah = at[rows][spots.eah[at[rows]]]
        parts.append((alone, *_nearest(spots, at[alone], at[rows]), *_nearest(spots, at[alone], eah)))
    alone, next_at, next_km, eah_at, eah_km = (np.concatenate(part) for part in zip(*parts, strict=True))
    known = plan.iloc[alone].reset_index(drop=True)
    out: dict[str, Any] = {name: known[name] for name in COLUMNS[:4]}
    out |= {f"{name}_posts": found[alone] for name, (_, found) in sums.items()}
    for name, to, km in (("next", next_at, next_km), ("eah", eah_at, eah_km)):
        out[f"{name}_unit_code"] = spots.codes[to]
        out[f"{name}_km"] = km.round(1)
        out[f"{name}_road_km"] = _road_km(tables.road_km, spots.province[at[alone]], spots.province[to])
    rank = {title: i for i, title in enumerate(tables.planned)}
    ordered: pd.DataFrame = (
        pd.DataFrame(out)
        .assign(rank=known["title"].map(rank))
        .sort_values(["rank", "next_km", "unit_code"], ascending=[True, False, True], na_position="first")
        .reset_index(drop=True)
    )
    listed: pd.DataFrame = ordered[list(COLUMNS)]
    return listed


def clinics_by_branch(tables: PlanTables) -> Mapping[str, pd.Index[Any]]:
    """Units with a training clinic, by planning title; empty where no ``training.csv`` tells."""
    clinics = tables.training[tables.training["clinics"] > 0]
    return {f"uzman.{branch}": pd.Index(rows["unit_code"]) for branch, rows in clinics.groupby("branch")}


def _nearest(spots: _Spots, start: Codes, there: Codes) -> tuple[Codes, Floats]:
    """By unit of ``start`` the nearest other of ``there``, and how far it is; none is −1 and nan."""
    if not len(there):
        return np.full(len(start), -1), np.full(len(start), np.nan)
    km = great_circle_km(
        spots.latitude[start, None],
        spots.longitude[start, None],
        spots.latitude[there],
        spots.longitude[there],
    )
    reach = np.where((start[:, None] == there) | np.isnan(km), np.inf, km)
    best = reach.argmin(axis=1)
    found = reach[np.arange(len(start)), best]
    known = np.isfinite(found)
    return np.where(known, there[best], -1), np.where(known, found, np.nan)


@dataclass(frozen=True)
class _Spots:
    """Units by position: where they are, and which are EAH; the last position, −1, is no unit."""

    position: Mapping[str, int]
    codes: npt.NDArray[np.object_]
    province: Codes
    eah: npt.NDArray[np.bool_]
    latitude: Floats
    longitude: Floats

    def found(self, codes: pd.Index[Any]) -> Codes:
        """Positions of the units that are known, each once."""
        known = [self.position[code] for code in dict.fromkeys(codes) if code in self.position]
        return np.asarray(known, dtype=np.int64)


def _spots(tables: PlanTables) -> _Spots:
    at = _coordinates(tables)
    codes = at.index.tolist()
    return _Spots(
        {code: i for i, code in enumerate(codes)},
        np.asarray([*codes, ""], dtype=object),
        np.append(at["province_code"].to_numpy(dtype=np.int64), 0),
        at["kind"].isin(EAH_KINDS).to_numpy(),
        at["latitude"].to_numpy(dtype=np.float64),
        at["longitude"].to_numpy(dtype=np.float64),
    )


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
