"""The columns of units.csv, and how a unit is put down."""

from __future__ import annotations

from typing import Any

import pandas as pd

FLAGS = (
    "laboratory",
    "prosthesis_laboratory",
    "audiology_laboratory",
    "emergency_service",
    "duty_24h",
    "patient_rights_unit",
    "adolescent_unit",
    "rural",
    "referral",
    "serves_region",
    "incomplete_training",
    "specialist_duty",
)
COUNTS = (
    "beds",
    "special_beds",
    "khd_beds",
    "operating_tables",
    "dental_chairs",
    "imaging_devices",
    *FLAGS,
    "catchment_population",
    "outpatient_visits",
    "emergency_visits",
    "operations",
    "orthopaedic_visits",
    "ent_visits",
    "neuropsychiatric_visits",
    "dental_visits",
    "out_of_province_visits",
)
COLUMNS = (
    "unit_code",
    "district_code",
    "unit",
    "kind",
    "branch",
    "parent_unit",
    "not_ready",
    *COUNTS,
    "bed_occupancy",
    "access_factor",
    "latitude",
    "longitude",
    "source",
)

Unit = dict[str, Any]


def unit(place: Any, kind: str, code: str, name: str, source: str, **numbers: Any) -> Unit:
    """Return one unit of a district (a row of ``frame_of_places``); its code continues the district's."""
    row: Unit = {
        "unit_code": f"{place.district_code}-{code}",
        "district_code": place.district_code,
        "unit": name,
        "kind": kind,
        "source": source,
    }
    row.update(numbers)
    return row


def frame(units: list[Unit]) -> pd.DataFrame:
    """Return the units as a table with every column, defaults filled in, in the order of their codes."""
    table = pd.DataFrame(units).reindex(columns=list(COLUMNS))
    for column in ("branch", "parent_unit", "source"):
        table[column] = table[column].fillna("")
    table["not_ready"] = table["not_ready"].fillna("0")
    for column in COUNTS:
        table[column] = table[column].fillna(0).astype("int64")
    table["bed_occupancy"] = table["bed_occupancy"].fillna(70).astype("int64")
    table["access_factor"] = table["access_factor"].fillna(1.0).astype("float64")
    return table.sort_values(["district_code", "unit_code"], ignore_index=True)
