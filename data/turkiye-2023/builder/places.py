"""Provinces and districts: facts, and three modelled columns of the provinces."""

from __future__ import annotations

import numpy as np
import pandas as pd

from builder.common import Noise, Settings, text
from builder.facts import Facts


def build_provinces(facts: Facts, settings: Settings) -> pd.DataFrame:
    """Return the provinces; visits per head = national - step * (region - 2.5) + noise, one decimal."""
    wanted = settings["provinces"]
    provinces = facts.provinces
    noise = Noise(settings["seed"], "provinces.visits").normal(len(provinces))
    visits = (
        wanted["visits_per_head"]
        - wanted["visits_region_step"] * (provinces["service_region"].to_numpy() - 2.5)
        + wanted["visits_noise"] * noise
    )
    factor = {int(code): value for code, value in wanted["population_factor"].items()}
    return pd.DataFrame(
        {
            "province_code": provinces["province_code"],
            "province": provinces["province"],
            "service_region": provinces["service_region"],
            "metropolitan": provinces["metropolitan"],
            "family_medicine": provinces["province_code"].isin(wanted["family_medicine"]).astype("int64"),
            "crude_birth_rate": text(provinces["crude_birth_rate"], 1),
            "population_factor": text(provinces["province_code"].map(factor).fillna(1.0), 2),
            "visits_per_head": text(pd.Series(np.round(visits, 1)), 1),
        }
    )


def build_districts(facts: Facts) -> pd.DataFrame:
    """Return the districts: facts, the population of 2023 standing in for the ETF population."""
    districts = facts.districts
    return pd.DataFrame(
        {
            "district_code": districts["district_code"],
            "province_code": districts["province_code"],
            "district": districts["district"],
            "etf_population": districts["population_2023"],
            "central": districts["central"],
            "metropolitan_centre": districts["metropolitan_centre"],
            "latitude": text(districts["latitude"], 4),
            "longitude": text(districts["longitude"], 4),
        }
    )


def frame_of_places(facts: Facts) -> pd.DataFrame:
    """Return one row a district with all that the models of its units need, in district order."""
    provinces = facts.provinces.set_index("province_code")
    places = facts.districts.rename(columns={"population_2023": "people"}).copy()
    for column in ("province", "service_region", "metropolitan", "crude_birth_rate"):
        places[column] = places["province_code"].map(provinces[column])
    centre = (places["central"] == 1) & (places["district"] == places["province"])
    places["label"] = places["district"].where(~centre, places["district"] + " Merkez")
    general = facts.hospitals[facts.hospitals["kind"] != "adsm"]
    places["has_hospital"] = places["district_code"].isin(general["district_code"])
    return places
