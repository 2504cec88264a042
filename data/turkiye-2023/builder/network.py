"""Directorates, AÇS-AP, dispensaries, 112 stations, dental centres and semt poliklinikleri."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from builder.common import Ints, Noise, Settings, half_up, share_out, share_out_from
from builder.facts import Facts
from builder.frame import Unit, unit

SOURCE = "modelled (README.md: the rest of the network)"
KM_NORTH, KM_EAST = 111.0, 86.0  # a degree of latitude, and of longitude at 39° north
Places = pd.DataFrame


def build_network(places: Places, facts: Facts, settings: Settings) -> list[Unit]:
    """Return every unit that is neither primary care nor a hospital."""
    wanted = settings["network"]
    return [
        *_directorates(places),
        *_acsap(places, settings),
        *_verem(places, settings),
        *_few(places, wanted["sitma"], "sitma_savas_dispanseri", "SD", "Sıtma Savaş Dispanseri"),
        *_few(places, wanted["kanser"], "kanser_savas_dispanseri", "KD", "Kanser Savaş Dispanseri"),
        *_stations(places, wanted),
        *_dental(places, facts, settings),
        *_semt(places, facts, settings),
    ]


def _seat(places: Places) -> Ints:
    """Row of each province's seat: its central district of lowest code."""
    central = places.reset_index(drop=True).query("central == 1")
    return central.groupby("province_code").head(1).index.to_numpy(dtype=np.int64)


def _numbered(place: Any, number: int, count: int, name: str) -> str:
    return f"{place.label} {number} No'lu {name}" if count > 1 else f"{place.label} {name}"


def _directorates(places: Places) -> list[Unit]:
    """One directorate a province, with its public health laboratory; a group directorate a district."""
    seats = set(_seat(places).tolist())
    units = []
    for i, place in enumerate(places.itertuples()):
        if i in seats:
            name = f"{place.province} İl Sağlık Müdürlüğü"
            units.append(unit(place, "il_saglik_mudurlugu", "IM01", name, SOURCE, laboratory=1))
        units.append(
            unit(place, "saglik_grup_baskanligi", "GB01", f"{place.label} Sağlık Grup Başkanlığı", SOURCE)
        )
    return units


def _acsap(places: Places, settings: Settings) -> list[Unit]:
    """One in every seat, the others by women of 15-49 over districts that are large enough."""
    wanted = settings["network"]
    least = np.zeros(len(places), dtype=np.int64)
    least[_seat(places)] = 1
    large = (places["people"] >= wanted["acsap_district"]).to_numpy()
    counts = share_out_from(wanted["acsap"], np.where(large, places["women_15_49"], 0), least)
    noise = Noise(settings["seed"], "network.acsap")
    adolescent = noise.chance(wanted["acsap"], wanted["acsap_adolescent"])
    laboratory = noise.chance(wanted["acsap"], 0.35)
    units = []
    for place, count in zip(places.itertuples(), counts, strict=True):
        served = share_out(int(place.people), np.ones(count)) if count else []
        for number, people in enumerate(served, start=1):
            units.append(
                unit(
                    place,
                    "acsap",
                    f"AP{number:02d}",
                    _numbered(place, number, count, "AÇS-AP Merkezi"),
                    SOURCE,
                    catchment_population=int(people),
                    outpatient_visits=int(people) // 8,
                    adolescent_unit=int(adolescent[len(units)]),
                    laboratory=int(laboratory[len(units)]),
                )
            )
    return units


def _served(places: Places, counts: Ints) -> Ints:
    """People of each district's dispensaries: every district goes to the nearest one of its province.

    Distance over the plane (a degree is 111 km north, 86 km east); ties to the lower code. Districts of
    a province without one count for nobody.
    """
    people = np.zeros(len(places), dtype=np.int64)
    north = places["latitude"].to_numpy() * KM_NORTH
    east = places["longitude"].to_numpy() * KM_EAST
    for rows in places.reset_index(drop=True).groupby("province_code").indices.values():
        seats = rows[counts[rows] > 0]
        if not len(seats):
            continue
        away = np.hypot(north[rows][:, None] - north[seats], east[rows][:, None] - east[seats])
        nearest = seats[np.argmin(np.round(away, 3), axis=1)]
        np.add.at(people, nearest, places["people"].to_numpy()[rows])
    return people


def _verem(places: Places, settings: Settings) -> list[Unit]:
    """One in the largest central district of every province, the others by people over large districts."""
    wanted = settings["network"]
    central = (
        places.reset_index(drop=True)
        .query("central == 1")
        .sort_values(["province_code", "people"], ascending=[True, False], kind="stable")
    )
    least = np.zeros(len(places), dtype=np.int64)
    least[central.groupby("province_code").head(1).index] = 1
    large = (places["people"] >= wanted["verem_district"]).to_numpy()
    counts = share_out_from(wanted["verem"], np.where(large, places["people"], 0), least)
    served = _served(places, counts)
    noise = Noise(settings["seed"], "network.verem")
    device = noise.chance(wanted["verem"], 0.75)
    laboratory = noise.chance(wanted["verem"], 0.7)
    units = []
    for place, count, total in zip(places.itertuples(), counts, served, strict=True):
        for number, people in enumerate(share_out(int(total), np.ones(count)) if count else [], start=1):
            units.append(
                unit(
                    place,
                    "verem_savas_dispanseri",
                    f"VD{number:02d}",
                    _numbered(place, number, count, "Verem Savaş Dispanseri"),
                    SOURCE,
                    catchment_population=int(people),
                    outpatient_visits=int(people) // 25,
                    imaging_devices=int(device[len(units)]),
                    laboratory=int(laboratory[len(units)]),
                )
            )
    return units


def _few(places: Places, provinces: list[int], kind: str, code: str, name: str) -> list[Unit]:
    """One in the largest districts of each province listed (as often as it is listed)."""
    counts = np.zeros(len(places), dtype=np.int64)
    for province, wanted in Counter(provinces).items():
        rows = np.flatnonzero((places["province_code"] == province).to_numpy())
        order = np.argsort(-places["people"].to_numpy()[rows], kind="stable")
        counts[rows[order[:wanted]]] = 1
    return [
        unit(
            place,
            kind,
            f"{code}01",
            f"{place.label} {name}",
            SOURCE,
            catchment_population=int(people),
            outpatient_visits=min(int(people) // 40, 30_000),
            laboratory=1,
        )
        for place, count, people in zip(places.itertuples(), counts, _served(places, counts), strict=True)
        if count
    ]


def _stations(places: Places, wanted: Settings) -> list[Unit]:
    """112 stations: one a district that is large enough, the others by people ^ exponent.

    Type A are the stations with most people each: district people / (2 · number - 1), as in Webster's
    method, the first station of a central district before all others.
    """
    people = places["people"].to_numpy(dtype=np.float64)
    least = ((people >= wanted["station_district"]) | (places["central"] == 1).to_numpy()).astype(np.int64)
    weight = np.round(people ** wanted["station_exponent"], 3)
    counts = share_out_from(wanted["stations"], np.where(least, weight, 0), least)
    stations = [
        (not (place.central and number == 1), -place.people / (2 * number - 1), i, number)
        for i, place in enumerate(places.itertuples())
        for number in range(1, int(counts[i]) + 1)
    ]
    type_a = {(i, number) for _, _, i, number in sorted(stations)[: wanted["stations_type_a"]]}
    units = []
    for i, place in enumerate(places.itertuples()):
        for number in range(1, int(counts[i]) + 1):
            letter = "a" if (i, number) in type_a else "b"
            units.append(
                unit(
                    place,
                    f"istasyon_112_{letter}",
                    f"AC{number:02d}",
                    f"{place.label} {number} No'lu 112 Acil Sağlık İstasyonu",
                    SOURCE,
                    duty_24h=1,
                )
            )
    return units


def _dental(places: Places, facts: Facts, settings: Settings) -> list[Unit]:
    """ADSM of the facts that are no hospitals, and a few centres of oral and maxillofacial surgery."""
    by_code = places.set_index("district_code", drop=False)
    units = []
    seen: Counter[str] = Counter()
    for row in facts.adsm.sort_values(["district_code", "unit"]).itertuples():
        seen[row.district_code] += 1
        place = by_code.loc[row.district_code]
        units.append(unit(place, "adsm", f"AD{seen[row.district_code]:02d}", row.unit, row.source))
    rows = places.reset_index(drop=True)
    for province, wanted in sorted(Counter(settings["network"]["dis_cene"]).items()):
        cores = rows[(rows["province_code"] == province) & (rows["central"] == 1)]
        for place in cores.sort_values("people", ascending=False, kind="stable").head(wanted).itertuples():
            name = f"{place.label} Diş ve Çene Cerrahisi Merkezi"
            units.append(unit(place, "dis_cene_cerrahisi_merkezi", "DC01", name, SOURCE))
    return units


def _semt(places: Places, facts: Facts, settings: Settings) -> list[Unit]:
    """Semt poliklinikleri: by people over the provinces, then over their districts; parent by turns.

    Parents are the province's general hospitals of enough beds (else its largest), one of the same
    district first, the largest first.
    """
    wanted = settings["network"]
    kinds = ("devlet_hastanesi", "eah")
    hospitals = facts.hospitals[facts.hospitals["kind"].isin(kinds)].copy()
    hospitals["province_code"] = hospitals["district_code"].str[3:5].astype("int64")
    hospitals = hospitals.sort_values(["beds", "unit_code"], ascending=[False, True], kind="stable")
    rows = places.reset_index(drop=True)
    people = rows.groupby("province_code")["people"].sum()
    per_province = dict(zip(people.index, share_out(wanted["semt"], people.to_numpy(float)), strict=True))
    units = []
    for province, group in rows.groupby("province_code"):
        own = hospitals[hospitals["province_code"] == province]
        fit = own[own["beds"] >= wanted["semt_parent_beds"]]
        parents = fit if len(fit) else own.head(1)
        weight = np.where(group["people"] >= 50_000, group["people"], 0).astype(float)
        if not weight.any():
            weight = group["people"].to_numpy(float)
        turn = 0
        counts = share_out(int(per_province[province]), weight)
        for place, count in zip(group.itertuples(), counts, strict=True):
            near = parents[parents["district_code"] == place.district_code]
            for number in range(1, int(count) + 1):
                choice = near if len(near) else parents
                parent = choice["unit_code"].iat[turn % len(choice)]
                turn += 1
                units.append(
                    unit(
                        place,
                        "semt_poliklinigi",
                        f"SP{number:02d}",
                        _numbered(place, number, count, "Semt Polikliniği"),
                        SOURCE,
                        parent_unit=parent,
                    )
                )
    return units


def finish_network(units: pd.DataFrame, places: Places, settings: Settings) -> None:
    """Fill in the loads of semt poliklinikleri and dental centres, in place.

    Chairs of an ADSM = people of the province / chairs_people / ADSM of the province, with noise, inside
    ``chairs_adsm``; dental visits = chairs * visits_per_chair with noise.
    """
    wanted = settings["hospitals"]
    noise = Noise(settings["seed"], "network.loads")
    province = units["district_code"].str[3:5].astype("int64")
    people = places.groupby("province_code")["people"].sum()

    semt = units.index[units["kind"] == "semt_poliklinigi"]
    units.loc[semt, "outpatient_visits"] = half_up(35_000 * noise.factor(len(semt), 0.4))
    units.loc[semt, "laboratory"] = noise.chance(len(semt), 0.4).astype(np.int64)
    units.loc[semt, "imaging_devices"] = noise.chance(len(semt), 0.25).astype(np.int64)
    units.loc[semt, "dental_chairs"] = noise.chance(len(semt), 0.2).astype(np.int64)

    adsm = units.index[units["kind"] == "adsm"]
    here = province[adsm]
    share = here.map(people).to_numpy(float) / here.map(here.value_counts()).to_numpy(float)
    low, high = wanted["chairs_adsm"]
    chairs = half_up(share / wanted["chairs_people"] * noise.uniform(len(adsm), 0.7, 1.3))
    units.loc[adsm, "dental_chairs"] = np.clip(chairs, low, high)
    units.loc[adsm, "imaging_devices"] = 1 + units.loc[adsm, "dental_chairs"] // 30
    units.loc[adsm, "prosthesis_laboratory"] = noise.chance(len(adsm), 0.9).astype(np.int64)
    units.loc[adsm, "operating_tables"] = (units.loc[adsm, "dental_chairs"] >= 50).astype("int64")
    units.loc[adsm, "operations"] = units.loc[adsm, "operating_tables"] * 300
    units.loc[adsm, "patient_rights_unit"] = (units.loc[adsm, "dental_chairs"] >= 40).astype("int64")

    jaw = units.index[units["kind"] == "dis_cene_cerrahisi_merkezi"]
    low, high = wanted["chairs_dis_cene"]
    units.loc[jaw, "dental_chairs"] = noise.whole(len(jaw), low, high)
    units.loc[jaw, ["imaging_devices", "operating_tables", "prosthesis_laboratory"]] = 1
    units.loc[jaw, "operations"] = 800
