"""The country a plan is made for: merged places, counted staff, and who sits where by position.

Everything downstream works with positions: unit ``i`` lies in district ``district_at[i]`` of province
``province_at[i]``. Codes come back only when tables are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

LEVELS = ("national", "province", "district", "unit")


@dataclass(frozen=True)
class Notice:
    """One line of ``notices.csv``; the sentence is ``say("notice." + key, lang, **values)``."""

    clause: str
    level: str
    code: str
    title: str
    posts: int | None
    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Country:
    """Places after the merges of A.10, A.13 and B.3.e, and the staff counted by A.2, A.6 and A.7.

    ``provinces``, ``districts`` and ``units`` are in canonical order (plate code; plate code and district
    code; unit code) with index 0…n−1. ``district_province``, ``unit_district`` and ``unit_province`` are
    positions. ``filled`` has one row a (unit position or −1, title) with ``filled``, ``vacant``,
    ``filled_4924`` and ``vacant_4924``; ``trainers`` one a (unit position, branch). ``before`` are the
    ``districts`` and ``units`` as the tables name them, with ``at``, the position each has after the merges.
    """

    provinces: pd.DataFrame
    districts: pd.DataFrame
    units: pd.DataFrame
    district_province: Ints
    unit_district: Ints
    unit_province: Ints
    training: pd.DataFrame
    filled: pd.DataFrame
    trainers: pd.DataFrame
    limits: Mapping[str, pd.DataFrame]
    national_filled: Mapping[str, int]
    left_out: pd.DataFrame
    notices: tuple[Notice, ...]
    sha256: str
    name: str
    before: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def size(self, level: str) -> int:
        """Number of places of a level."""
        return {
            "national": 1,
            "province": len(self.provinces),
            "district": len(self.districts),
            "unit": len(self.units),
        }[level]

    def parent(self, level: str) -> Ints:
        """Position of each place's parent."""
        return {
            "province": np.zeros(len(self.provinces), dtype=np.int64),
            "district": self.district_province,
            "unit": self.unit_district,
        }[level]

    def codes(self, level: str) -> Objects:
        """Codes of the places of a level, as text; ``""`` for the country."""
        match level:
            case "province":
                return self.provinces["province_code"].astype(str).to_numpy(dtype=object)
            case "district":
                return self.districts["district_code"].to_numpy(dtype=object)
            case "unit":
                return self.units["unit_code"].to_numpy(dtype=object)
        return np.array([""], dtype=object)

    @cached_property
    def columns(self) -> dict[str, dict[str, Any]]:
        """Static columns of formulas by level: arrays for places, scalars for the country."""
        etf = self.districts["etf_population"].to_numpy(dtype=np.int64)
        province_etf = np.bincount(self.district_province, weights=etf, minlength=len(self.provinces)).astype(
            np.int64
        )
        beds = self.units["beds"].to_numpy(dtype=np.int64)
        province_beds = np.bincount(self.unit_province, weights=beds, minlength=len(self.provinces)).astype(
            np.int64
        )
        central = self.districts["central"].to_numpy(dtype=bool)
        central_etf = np.bincount(
            self.district_province[central], weights=etf[central], minlength=len(self.provinces)
        ).astype(np.int64)
        provinces = {
            name: self.provinces[name].to_numpy()
            for name in (
                "province_code", "service_region", "metropolitan", "family_medicine",
                "crude_birth_rate", "population_factor", "visits_per_head",
            )
        }  # fmt: skip
        visits = [0 if v is None else v for v in provinces["visits_per_head"]]
        people = int(province_etf.sum())
        per_head = sum((v * int(e) for v, e in zip(visits, province_etf, strict=True)), start=0)
        units = {
            name: self.units[name].to_numpy()
            for name in self.units.columns
            if name
            not in {"unit", "district_code", "parent_unit", "latitude", "longitude", "source", "not_ready"}
        }
        return {
            "national": {
                "national_etf": people,
                "national_beds": int(province_beds.sum()),
                "national_visits_per_head": per_head / people if people else 0,
            },
            "province": provinces
            | {
                "province_etf": province_etf,
                "province_beds": province_beds,
                "central_etf": central_etf,
                "visits_per_head": np.array(visits, dtype=object),
            },
            "district": {
                "district_code": self.codes("district"),
                "district_etf": etf,
                "district_central": central.astype(np.int64),
                "metropolitan_centre": self.districts["metropolitan_centre"].to_numpy(dtype=np.int64),
            },
            "unit": units,
        }

    def clinics(self, branch: str) -> Ints:
        """Training clinics of a branch at each unit."""
        rows = self.training[self.training["branch"] == branch]
        counts = np.zeros(len(self.units), dtype=np.int64)
        np.add.at(counts, rows["at"].to_numpy(dtype=np.int64), rows["clinics"].to_numpy(dtype=np.int64))
        return counts

    def limit(self, table: str, title: str) -> Ints:
        """Upper limits of ``standards`` or ``capacity`` for a title, −1 where there is none."""
        frame = self.limits[table]
        rows = frame[frame["title"] == title]
        limits = np.full(len(self.units), -1, dtype=np.int64)
        limits[rows["at"].to_numpy(dtype=np.int64)] = rows["posts"].to_numpy(dtype=np.int64)
        return limits

    def trainers_of(self, branch: str, kind: str) -> Ints:
        """Trainers of a branch at each unit; ``kind`` is ``trainers`` or ``chief_assistants``."""
        rows = self.trainers[(self.trainers["branch"] == branch) & (self.trainers["kind"] == kind)]
        counts = np.zeros(len(self.units), dtype=np.int64)
        np.add.at(counts, rows["at"].to_numpy(dtype=np.int64), rows["filled"].to_numpy(dtype=np.int64))
        return counts

    def not_ready(self, title: str) -> npt.NDArray[np.bool_]:
        """Units that are not ready for a title (A.19.a)."""
        marks = self.units["not_ready"].to_numpy(dtype=object)
        return np.array(
            [mark == "1" or (mark not in ("", "0") and title in mark.split(";")) for mark in marks],
            dtype=bool,
        )
