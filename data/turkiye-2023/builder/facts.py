"""Reads the facts and applies the corrections that build.toml lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from builder.common import Settings


@dataclass(frozen=True)
class Facts:
    """The tables of facts/, typed."""

    provinces: pd.DataFrame
    districts: pd.DataFrame
    hospitals: pd.DataFrame
    adsm: pd.DataFrame
    staff: pd.DataFrame

    def newest_ministry_figure(self, title: str) -> int:
        """Return the Ministry's newest national headcount of a title."""
        rows = self.staff[(self.staff["sector"] == "saglik_bakanligi") & (self.staff["title"] == title)]
        return int(rows.sort_values("date")["count"].iloc[-1])


def read_facts(folder: Path, settings: Settings) -> Facts:
    """Read the facts, correct what build.toml lists, check what the rest relies on."""
    provinces = pd.read_csv(folder / "provinces.csv").sort_values("province_code", ignore_index=True)
    districts = pd.read_csv(folder / "districts.csv").sort_values("district_code", ignore_index=True)
    texts = {"dtype": str, "keep_default_na": False}
    hospitals = pd.read_csv(folder / "hospitals.csv", **texts)
    adsm = pd.read_csv(folder / "adsm.csv", **texts)
    staff = pd.read_csv(folder / "national_staff.csv", dtype={"date": str})

    hospitals["beds"] = hospitals["beds"].astype("int64")
    hospitals["source"] = "facts/hospitals.csv; loads, devices and flags modelled"
    for correction in settings["correction"]:
        row = hospitals.index[hospitals["unit_code"] == correction["unit_code"]]
        if len(row) != 1:
            raise ValueError(f"no hospital {correction['unit_code']} to correct")
        hospitals.loc[row, "kind"] = correction["kind"]
        hospitals.loc[row, "branch"] = correction.get("branch", "")
        hospitals.loc[row, "source"] += f"; kind corrected: {correction['why']}"
    adsm["source"] = "facts/adsm.csv; chairs, visits and laboratory modelled"
    for placed in settings["adsm_district"]:
        row = adsm.index[adsm["unit"] == placed["unit"]]
        adsm.loc[row, "district_code"] = placed["district_code"]
        adsm.loc[row, "source"] += "; district set by hand"

    hospitals = hospitals.sort_values(["district_code", "unit_code"], ignore_index=True)
    facts = Facts(provinces, districts, hospitals, adsm, staff)
    _check(facts)
    return facts


def _check(facts: Facts) -> None:
    districts = facts.districts
    known = set(districts["district_code"])
    for name, table in (("hospitals", facts.hospitals), ("adsm", facts.adsm)):
        unknown = set(table["district_code"]) - known
        if unknown:
            raise ValueError(f"{name}.csv: unknown districts {sorted(unknown)}")
    central = districts[districts["central"] == 1].groupby("province_code")
    count = central.size().reindex(facts.provinces["province_code"], fill_value=0)
    all_metropolitan = central["metropolitan_centre"].min().reindex(count.index, fill_value=0)
    wrong = count[(count < 1) | ((count > 1) & (all_metropolitan == 0))]
    if len(wrong):
        raise ValueError(f"no or two central districts in the provinces {list(wrong.index)}")
