"""Sağlık ocakları, health houses, health centres and district day hospitals (all modelled)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from builder.common import Ints, Noise, Settings, half_up, share_out, share_out_from
from builder.frame import Unit, unit

SOURCE = "modelled (README.md: primary care)"


@dataclass(frozen=True)
class Layout:
    """How many units of each kind a district has, in district order."""

    rural_people: Ints
    rural: Ints
    town: Ints
    houses: Ints
    merkez: Ints
    merkez_people: Ints
    day: Ints


def rural_people(places: pd.DataFrame, wanted: Settings) -> Ints:
    """Rural share = clip(at_10k - slope ln(people / 10,000) + east (region - 3.5)); none in city cores."""
    people = places["people"].to_numpy(dtype=np.float64)
    share = (
        wanted["rural_at_10k"]
        - wanted["rural_slope"] * np.log(people / 10_000)
        + wanted["rural_east"] * (places["service_region"].to_numpy() - 3.5)
    )
    share = np.clip(np.round(share, 6), wanted["rural_least"], wanted["rural_most"])
    rural = half_up(people * share)
    rural[(places["metropolitan_centre"] == 1).to_numpy()] = 0
    rural[rural < wanted["rural_size_least"]] = 0
    rural[people - rural < wanted["rural_size_least"]] = 0
    return rural


def lay_out(places: pd.DataFrame, settings: Settings) -> Layout:
    """Share the national numbers of primary-care units out over the districts.

    Village sağlık ocakları: rural people / rural_size; town ones: the rest of the national number, one
    a district and the others by people; health houses: by rural people. Day hospitals: the largest
    districts without a hospital inside ``day_district``; health centres: most of the other districts
    without one, then districts drawn by lot among those that have one and are not central.
    """
    wanted = settings["primary"]
    people = places["people"].to_numpy()
    villagers = rural_people(places, wanted)
    rural = np.where(villagers > 0, np.maximum(1, half_up(villagers / wanted["rural_size"])), 0)
    least = np.ones(len(places), dtype=np.int64)
    town = share_out_from(wanted["health_centres_ocak"] - int(rural.sum()), people - villagers, least)
    houses = share_out(wanted["health_houses"], villagers)

    without = ~places["has_hospital"].to_numpy() & (places["metropolitan_centre"] == 0).to_numpy()
    low, high = wanted["day_district"]
    fit = np.flatnonzero(without & (people >= low) & (people <= high))
    day = np.zeros(len(places), dtype=np.int64)
    day[fit[np.argsort(-people[fit], kind="stable")][: wanted["day_hospitals"]]] = 1
    noise = Noise(settings["seed"], "primary.merkez")
    instead = noise.chance(len(places), wanted["merkez_no_hospital"])
    merkez = (without & (day == 0) & instead).astype(np.int64)
    lot = noise.order(len(places))
    taken = without | (places["central"] == 1).to_numpy()
    open_ = [i for i in lot if not taken[i]]
    merkez[open_[: wanted["health_centres_merkez"] - int(merkez.sum())]] = 1
    own = merkez * noise.chance(len(places), wanted["merkez_catchment_share"])
    return Layout(villagers, rural, town, houses, merkez, own, day)


def _split(total: int, parts: int, least: int, noise: Noise) -> Ints:
    """Split people over units of one district: each at least ``least``, the rest by chance."""
    spread = noise.uniform(parts, 0.45, 1.35)
    return share_out_from(total, spread, np.full(parts, min(least, total // parts), dtype=np.int64))


def build_primary(places: pd.DataFrame, settings: Settings) -> list[Unit]:
    """Return all primary-care units; catchments add up to each district's people exactly."""
    wanted = settings["primary"]
    names: list[str] = wanted["villages"]
    layout = lay_out(places, settings)
    catchment = Noise(settings["seed"], "primary.catchment")
    merkez = Noise(settings["seed"], "primary.merkez.beds")
    units: list[Unit] = []
    for i, place in enumerate(places.itertuples()):
        villagers = int(layout.rural_people[i])
        in_town = int(place.people) - villagers
        parts = int(layout.town[i] + layout.merkez_people[i])
        town = _split(in_town, parts, int(wanted["town_size_least_part"] * in_town / parts), catchment)
        villages = iter(names[7 * i % len(names) :] + names[: 7 * i % len(names)])
        if layout.merkez[i]:
            own = int(town[0]) if layout.merkez_people[i] else 0
            units.append(_merkez(place, own, merkez, wanted))
        for number, people in enumerate(town[int(layout.merkez_people[i]) :], start=1):
            name = f"{place.label} {number} No'lu Sağlık Ocağı"
            units.append(
                unit(place, "saglik_ocagi", f"SO{number:02d}", name, SOURCE, catchment_population=int(people))
            )
        rural = int(layout.rural[i])
        if rural:
            for number, people in enumerate(
                _split(villagers, rural, wanted["rural_size_least"], catchment), start=1
            ):
                units.append(
                    unit(
                        place,
                        "saglik_ocagi",
                        f"KO{number:02d}",
                        f"{place.label} {next(villages)} Köyü Sağlık Ocağı",
                        SOURCE,
                        catchment_population=int(people),
                        rural=1,
                    )
                )
        low, high = wanted["house_people"]
        for number, people in enumerate(catchment.whole(int(layout.houses[i]), low, high), start=1):
            units.append(
                unit(
                    place,
                    "saglik_evi",
                    f"SE{number:02d}",
                    f"{place.label} {next(villages)} Köyü Sağlık Evi",
                    SOURCE,
                    catchment_population=int(people),
                    rural=1,
                )
            )
        if layout.day[i]:
            units.append(_day_hospital(place, merkez, wanted))
    return units


def _merkez(place: Any, own: int, noise: Noise, wanted: Settings) -> Unit:
    """Health centre: beds oftener where the district has no hospital; 24-hour service for most of those."""
    has_hospital = place.has_hospital
    share = wanted["merkez_beds_share"] if has_hospital else wanted["merkez_beds_share_no_hospital"]
    low, high = wanted["merkez_beds"]
    beds = int(noise.whole(1, low, high)[0]) * int(noise.chance(1, share)[0])
    duty = int(beds > 0 and noise.chance(1, wanted["merkez_duty_share"])[0])
    return unit(
        place,
        "saglik_merkezi",
        "SM01",
        f"{place.label} Sağlık Merkezi",
        SOURCE,
        beds=beds,
        khd_beds=min(2, beds // 8),
        imaging_devices=int(beds >= 10),
        laboratory=int(beds > 0),
        emergency_service=duty,
        duty_24h=duty,
        dental_chairs=int(noise.chance(1, 0.2)[0]),
        catchment_population=own,
        bed_occupancy=int(noise.whole(1, 15, 45)[0]),
    )


def _day_hospital(place: Any, noise: Noise, wanted: Settings) -> Unit:
    """District day hospital: catchment is the whole district (B.4.b.5), beds by lot."""
    low, high = wanted["day_beds"]
    beds = int(noise.whole(1, low, high)[0])
    return unit(
        place,
        "ilce_gun_hastanesi",
        "GH01",
        f"{place.label} İlçe Gün Hastanesi",
        SOURCE,
        beds=beds,
        khd_beds=beds // 8,
        operating_tables=int(beds >= 14),
        imaging_devices=1,
        laboratory=1,
        emergency_service=1,
        dental_chairs=int(noise.chance(1, 0.5)[0]),
        catchment_population=int(place.people),
        bed_occupancy=int(noise.whole(1, 25, 60)[0]),
    )
