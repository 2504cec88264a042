"""Hospitals of the facts: parts of their beds, devices, flags and loads (modelled on registered beds)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from builder.branches import kind_of_dal
from builder.common import Bools, Floats, Ints, Noise, Settings, half_up
from builder.facts import Facts
from builder.frame import Unit


def build_hospitals(facts: Facts) -> list[Unit]:
    """Return the 961 hospitals of the facts, their own codes kept."""
    columns = ["unit_code", "district_code", "unit", "kind", "branch", "beds", "source"]
    return facts.hospitals[columns].to_dict("records")


def is_hospital(units: pd.DataFrame) -> Bools:
    """Rows of hospitals as the rulebook has them (dental centres and day hospitals are none)."""
    kind = units["kind"]
    named = kind.str.endswith("_hastanesi") & (kind != "ilce_gun_hastanesi")
    return (named | kind.isin(["eah", "eah_dal"])).to_numpy()


def finish_hospitals(units: pd.DataFrame, places: pd.DataFrame, settings: Settings) -> None:
    """Fill in what the hospitals have and do, in place."""
    rows = units.index[is_hospital(units)]
    table = units.loc[rows, ["unit_code", "district_code", "kind", "branch", "beds"]].reset_index(drop=True)
    by_code = places.set_index("district_code")
    dal = table["kind"] == "eah_dal"
    table["like"] = table["kind"]
    table.loc[dal, "like"] = table.loc[dal, "branch"].map(kind_of_dal)
    table["central"] = table["district_code"].map(by_code["central"])
    table["people"] = table["district_code"].map(by_code["people"])
    table["province_code"] = table["district_code"].map(by_code["province_code"])
    _beds(table, settings)
    _devices(table, units, settings)
    _flags(table, settings)
    _loads(table, places, settings)
    _catchment(table)
    for column in table.columns.difference(["unit_code", "district_code", "kind", "branch", "beds", "like"]):
        if column in units.columns:
            units.loc[rows, column] = table[column].to_numpy()


def _by_size(beds: Ints, steps: list[list[float]]) -> Floats:
    """Return the value of the first step whose upper end is not below the beds."""
    index = np.searchsorted([step[0] for step in steps], beds)
    return np.array([step[1] for step in steps])[index]


def _beds(table: pd.DataFrame, settings: Settings) -> None:
    """special_beds, khd_beds = beds * share of the kind and size * noise; together never above the beds."""
    wanted = settings["hospitals"]
    noise = Noise(settings["seed"], "hospitals.beds")
    beds, like = table["beds"].to_numpy(), table["like"]
    special = _by_size(beds, wanted["special_share"])
    special = np.where(like == "eah", wanted["special_share_eah"], special)
    special = np.where(
        ~like.isin(["eah", "devlet_hastanesi"]), like.map(wanted["special_share_kind"]).fillna(0.0), special
    )
    khd = np.where(beds >= wanted["khd_from_beds"], wanted["khd_share"], 0.0)
    khd = np.where(like == "eah", wanted["khd_share_eah"], khd)
    maternity = table.loc[like == "dogum_cocuk_hastanesi", "district_code"]
    khd = np.where(table["district_code"].isin(maternity), wanted["khd_share_beside_maternity"], khd)
    khd = np.where(~like.isin(["eah", "devlet_hastanesi"]), 0.0, khd)
    khd = np.where(like == "dogum_cocuk_hastanesi", wanted["khd_share_maternity"], khd)
    table["special_beds"] = half_up(beds * special * noise.factor(len(table), wanted["noise"]))
    spread = np.where(like == "dogum_cocuk_hastanesi", 1.0, noise.factor(len(table), wanted["noise"]))
    table["khd_beds"] = np.minimum(half_up(beds * khd * spread), beds - table["special_beds"])


def _devices(table: pd.DataFrame, units: pd.DataFrame, settings: Settings) -> None:
    """Tables, devices and chairs = beds / a number of beds of the kind, with noise, at least one."""
    wanted = settings["hospitals"]
    noise = Noise(settings["seed"], "hospitals.devices")
    beds, like = table["beds"].to_numpy(), table["like"]
    per_table = like.map(wanted["beds_per_table_kind"]).fillna(wanted["beds_per_table"]).to_numpy()
    surgical = (beds >= wanted["tables_from_beds"]) & ~like.isin(["ftr_hastanesi", "ruh_sagligi_hastanesi"])
    tables = np.maximum(1, half_up(beds / per_table * noise.factor(len(table), wanted["noise"])))
    table["operating_tables"] = np.where(surgical, tables, 0)
    devices = 1 + half_up(beds / wanted["beds_per_device"] * noise.factor(len(table), wanted["noise"]))
    table["imaging_devices"] = np.where(beds < 10, noise.chance(len(table), 0.5), devices)
    small_lab = noise.chance(len(table), 0.7)
    table["laboratory"] = ((beds >= 10) | small_lab).astype(np.int64)
    table["audiology_laboratory"] = (
        ((like == "eah") & noise.chance(len(table), 0.9))
        | ((like == "devlet_hastanesi") & (beds >= wanted["audiology_beds"]) & noise.chance(len(table), 0.6))
        | ((like == "cocuk_hastanesi") & noise.chance(len(table), 0.5))
    ).astype(np.int64)
    dental = units.loc[units["kind"].isin(["adsm", "dis_cene_cerrahisi_merkezi"]), "district_code"]
    alone = ~table["district_code"].isin(dental)
    chairs = np.minimum(wanted["chair_hospital_most"], 1 + beds // wanted["chair_beds"])
    some = noise.chance(len(table), 0.85)
    general = table["kind"] == "devlet_hastanesi"
    table["dental_chairs"] = np.where(general & alone & some & (beds >= 10), chairs, 0)
    teaching = (table["kind"] == "eah") & noise.chance(len(table), 0.3)
    table["dental_chairs"] = np.where(teaching, noise.whole(len(table), 2, 6), table["dental_chairs"])
    prosthesis = (table["dental_chairs"] >= 5) & noise.chance(len(table), 0.35)
    table["prosthesis_laboratory"] = prosthesis.astype(np.int64)


def _flags(table: pd.DataFrame, settings: Settings) -> None:
    """Yes and no: from size, kind and place by fixed limits, few by lot."""
    wanted = settings["hospitals"]
    noise = Noise(settings["seed"], "hospitals.flags")
    beds, like = table["beds"].to_numpy(), table["like"]
    none = like.isin(["ftr_hastanesi", "diger_dal_hastanesi", "onkoloji_hastanesi"])
    table["emergency_service"] = (~none & ((beds >= 10) | noise.chance(len(table), 0.8))).astype(np.int64)
    table["duty_24h"] = (~none & (beds >= 25)).astype(np.int64)
    table["patient_rights_unit"] = (beds >= wanted["patient_rights_beds"]).astype(np.int64)
    general = table["kind"] == "devlet_hastanesi"
    in_centre = general & (table["central"] == 1)
    largest = table[in_centre].sort_values(["province_code", "beds"], ascending=[True, False], kind="stable")
    first = table.index.isin(largest.groupby("province_code").head(1).index)
    table["referral"] = (
        (first & (beds >= wanted["referral_beds_centre"]))
        | (general & (table["central"] == 0) & (beds >= wanted["referral_beds_district"]))
    ).astype(np.int64)
    special = ~like.isin(["eah", "devlet_hastanesi", "dogum_cocuk_hastanesi", "ftr_hastanesi"])
    table["serves_region"] = (
        ((table["kind"] == "eah") & (beds >= wanted["serves_region_beds"])) | (special & (beds >= 200))
    ).astype(np.int64)
    young = (table["kind"] == "eah") & (beds < wanted["incomplete_training_beds"])
    table["incomplete_training"] = (young & noise.chance(len(table), 0.75)).astype(np.int64)
    children = table["kind"].isin(["dogum_cocuk_hastanesi", "cocuk_hastanesi"])
    table["specialist_duty"] = (children & (beds >= wanted["specialist_duty_beds"])).astype(np.int64)


def _loads(table: pd.DataFrame, places: pd.DataFrame, settings: Settings) -> None:
    """Visits of a province = people * visits a head * share; by hospital ~ (beds + offset) ^ exponent."""
    wanted = settings["hospitals"]
    noise = Noise(settings["seed"], "hospitals.loads")
    beds, like = table["beds"].to_numpy(), table["like"]
    size = np.round((beds + wanted["visits_bed_offset"]) ** wanted["visits_exponent"], 6)
    pull = size * like.map(wanted["visits_kind"]).fillna(1.0) * noise.factor(len(table), 0.25)
    people = places.groupby("province_code")["people"].sum()
    total = people * settings["provinces"]["visits_per_head"] * wanted["visits_share"]
    province = table["province_code"]
    part = pull / pull.groupby(province).transform("sum")
    visits = half_up((province.map(total) * part).to_numpy(float))
    table["outpatient_visits"] = visits
    open_ = table["emergency_service"].to_numpy()
    special = ~like.isin(["eah", "devlet_hastanesi"])
    share = wanted["emergency_share"] * np.where(special, 0.4, 1.0) * np.where(beds < 50, 1.3, 1.0)
    table["emergency_visits"] = half_up(visits * share * noise.factor(len(table), 0.2)) * open_
    occupancy = 42 + 6.5 * np.log(np.maximum(beds, 5)) + 6 * noise.normal(len(table))
    occupancy = np.where(beds < 25, occupancy - 14, occupancy)
    table["bed_occupancy"] = np.clip(half_up(np.round(occupancy, 4)), 20, 98)
    busy = wanted["operations_per_table"] * table["bed_occupancy"] / 70 * noise.factor(len(table), 0.25)
    table["operations"] = half_up((table["operating_tables"] * busy).to_numpy(float))
    branches = {
        "orthopaedic": (wanted["orthopaedic_share"], {"kemik_hastanesi": 0.7, "ftr_hastanesi": 0.2}),
        "ent": (wanted["ent_share"], {"cocuk_hastanesi": 0.1}),
        "neuropsychiatric": (
            wanted["neuropsychiatric_share"],
            {"ruh_sagligi_hastanesi": 0.85, "ftr_hastanesi": 0.2},
        ),
    }
    for name, (plain, kinds) in branches.items():
        share = np.where(like.isin(["eah", "devlet_hastanesi"]), plain, like.map(kinds).fillna(0.0))
        share = np.where(beds < 15, 0.0, share)
        table[f"{name}_visits"] = half_up(visits * share * noise.factor(len(table), 0.2))
    away = wanted["out_of_province_share"]
    share = np.where(table["referral"] == 1, away["referral"], away["plain"])
    share = np.where((table["serves_region"] == 1) | special, away["serves_region"], share)
    table["out_of_province_visits"] = half_up(visits * share * noise.factor(len(table), 0.4))


def _catchment(table: pd.DataFrame) -> None:
    """A district whose hospitals have no obstetric beds: its largest general hospital serves its people."""
    table["catchment_population"] = 0
    without = table.groupby("district_code")["khd_beds"].transform("sum") == 0
    general = table[without & (table["kind"] == "devlet_hastanesi")]
    ordered = general.sort_values(["district_code", "beds"], ascending=[True, False], kind="stable")
    first = ordered.groupby("district_code").head(1).index
    table.loc[first, "catchment_population"] = table.loc[first, "people"]
