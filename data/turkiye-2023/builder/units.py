"""units.csv: all units put together, then what they share (visits, access, places on the map)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from builder.common import Noise, Settings, half_up, text
from builder.facts import Facts
from builder.frame import frame
from builder.hospitals import build_hospitals, finish_hospitals, is_hospital
from builder.network import build_network, finish_network
from builder.places import frame_of_places
from builder.primary import build_primary

NOT_READY = (
    "1",
    "uzman.kardiyoloji;uzman.beyin_ve_sinir_cerrahisi",
    "uzman.goz_hastaliklari",
    "anestezi_teknisyeni",
    "rontgen_teknisyeni;uzman.radyodiagnostik",
    "laboratuvar_teknisyeni;biyolog",
    "fizyoterapist;uzman.fizik_tedavi_ve_rehabilitasyon",
)


def build_units(facts: Facts, settings: Settings) -> pd.DataFrame:
    """Return units.csv with numbers still as numbers (``written`` turns them into text)."""
    places = frame_of_places(facts)
    units = frame(
        [*build_hospitals(facts), *build_primary(places, settings), *build_network(places, facts, settings)]
    )
    finish_network(units, places, settings)
    finish_hospitals(units, places, settings)
    _primary_loads(units, places, settings)
    _dental_visits(units, settings)
    _access(units, places, settings)
    _not_ready(units, settings)
    _map(units, places, settings)
    return units


def written(units: pd.DataFrame) -> pd.DataFrame:
    """Return the table as it is written: decimals as short texts."""
    table = units.copy()
    table["access_factor"] = text(units["access_factor"], 2)
    table["latitude"] = text(units["latitude"], 4)
    table["longitude"] = text(units["longitude"], 4)
    return table


def _primary_loads(units: pd.DataFrame, places: pd.DataFrame, settings: Settings) -> None:
    """Visits = catchment * visits a head * share of primary care * noise; small extras by lot."""
    wanted = settings["primary"]
    noise = Noise(settings["seed"], "units.primary")
    head = settings["provinces"]["visits_per_head"] * wanted["visits_share"]
    kinds = ("saglik_ocagi", "saglik_merkezi", "ilce_gun_hastanesi")
    rows = units.index[units["kind"].isin(kinds)]
    people = units.loc[rows, "catchment_population"].to_numpy(float)
    beds = units.loc[rows, "beds"].to_numpy(float)
    units.loc[rows, "outpatient_visits"] = half_up(
        (people * head + 300 * beds) * noise.uniform(len(rows), 0.6, 1.4)
    )
    emergency = units.loc[rows, "emergency_service"] * (2_000 + 300 * units.loc[rows, "beds"])
    units.loc[rows, "emergency_visits"] = half_up(emergency.to_numpy(float) * noise.factor(len(rows), 0.3))
    units.loc[rows, "operations"] = units.loc[rows, "operating_tables"] * 220

    ocak = units.index[units["kind"] == "saglik_ocagi"]
    rural = (units.loc[ocak, "rural"] == 1).to_numpy()
    lab = wanted["ocak_laboratory"]
    chance = np.where(rural, lab["rural"], lab["town"])
    units.loc[ocak, "laboratory"] = noise.chance(len(ocak), chance).astype(np.int64)
    device = noise.chance(len(ocak), np.where(rural, 0.0, wanted["ocak_imaging_town"]))
    units.loc[ocak, "imaging_devices"] = device.astype(np.int64)
    chair = noise.chance(len(ocak), np.where(rural, 0.0, wanted["ocak_chair_town"]))
    units.loc[ocak, "dental_chairs"] = chair * noise.whole(len(ocak), 1, 2)
    duty = noise.chance(len(ocak), np.where(rural, wanted["ocak_duty_rural"], 0.0))
    units.loc[ocak, "duty_24h"] = duty.astype(np.int64)


def _dental_visits(units: pd.DataFrame, settings: Settings) -> None:
    """Dental visits = chairs * visits a chair * noise; at dental centres they are all visits there are."""
    noise = Noise(settings["seed"], "units.dental")
    chairs = units["dental_chairs"].to_numpy(float)
    visits = half_up(chairs * settings["hospitals"]["visits_per_chair"] * noise.factor(len(units), 0.2))
    units["dental_visits"] = visits
    dental = units["kind"].isin(["adsm", "dis_cene_cerrahisi_merkezi"])
    units.loc[dental, "outpatient_visits"] = visits[dental]
    units.loc[dental, "out_of_province_visits"] = visits[dental] // 50


def _access(units: pd.DataFrame, places: pd.DataFrame, settings: Settings) -> None:
    """1.1 … 1.5 for village units by lot (oftener in the higher service regions) and a few others."""
    wanted = settings["primary"]
    noise = Noise(settings["seed"], "units.access")
    region = units["district_code"].map(places.set_index("district_code")["service_region"])
    village = region.map({int(key): value for key, value in wanted["access_rural"].items()})
    chance = np.where(units["rural"] == 1, village, wanted["access_other"])
    tenths = noise.whole(len(units), 1, 5)
    hard = noise.chance(len(units), chance) & ~units["kind"].str.contains("mudurlugu").to_numpy()
    units["access_factor"] = np.where(hard, np.round(1 + tenths / 10, 2), 1.0)


def _not_ready(units: pd.DataFrame, settings: Settings) -> None:
    """A few hospitals of middling size by lot: one in three for all titles, the others for some."""
    noise = Noise(settings["seed"], "units.not_ready")
    fit = np.flatnonzero(
        is_hospital(units) & (units["kind"] == "devlet_hastanesi").to_numpy() & units["beds"].between(10, 150)
    )
    drawn = np.sort(fit[noise.order(len(fit))[: settings["hospitals"]["not_ready"]]])
    which = np.where(noise.chance(len(drawn), 1 / 3), 0, noise.whole(len(drawn), 1, len(NOT_READY) - 1))
    units.loc[drawn, "not_ready"] = [NOT_READY[i] for i in which]


def _map(units: pd.DataFrame, places: pd.DataFrame, settings: Settings) -> None:
    """Place on the map: the district's centroid and a small offset by lot, larger for villages."""
    noise = Noise(settings["seed"], "units.map")
    by_code = places.set_index("district_code")
    reach = np.where(units["rural"] == 1, 0.09, 0.02)
    for axis in ("latitude", "longitude"):
        centre = units["district_code"].map(by_code[axis]).to_numpy(float)
        units[axis] = np.round(centre + reach * noise.uniform(len(units), -1.0, 1.0), 4)
