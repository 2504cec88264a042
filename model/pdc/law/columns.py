"""The words a formula may use: columns by level, and functions that look around a place.

A formula of one level may read the columns of its own level and of every level above it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ORDER: Final = ("national", "province", "district", "unit")

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "national": {
        "title": "code of the title being planned",
        "title_branch": "slug of its specialist branch, empty for other titles",
        "filled": "counted filled posts of the title in the country (A.6)",
        "national_etf": "ETF population of the country",
        "national_beds": "registered beds of the country",
        "national_visits_per_head": "visits per head of the country, weighted by ETF population",
        "supply": "national number of the title, all pools; 0 where it has none",
        "eligible_districts": "number of districts with an eligible unit",
    },
    "province": {
        "province_code": "plate number",
        "service_region": "service region, 1 to 6",
        "metropolitan": "1 in a metropolitan province",
        "family_medicine": "1 where family medicine is practised (A.14)",
        "crude_birth_rate": "births per 1,000",
        "population_factor": "factor for population movement (A.18.b)",
        "visits_per_head": "physician visits per head",
        "province_etf": "ETF population of the province",
        "province_beds": "registered beds of the province",
        "province_factor": "product of the factors of kind target at province level",
        "central_etf": "ETF population of the central district",
        "quota": "the province's share of the title's pools so far, exact",
        "province_target": "target of the province, exact",
    },
    "district": {
        "district_code": "code of the district after merging",
        "district_etf": "ETF population of the district",
        "district_central": "1 for a central district",
        "metropolitan_centre": "1 for the merged centre of a metropolitan province (A.10)",
        "district_target": "target of the district, exact",
    },
    "unit": {
        "unit_code": "code of the unit",
        "kind": "kind of the unit",
        "branch": "special branch of an eah_dal",
        "beds": "registered beds",
        "special_beds": "intensive-care, dialysis, bone-marrow and emergency beds",
        "khd_beds": "obstetric beds",
        "operating_tables": "active operating tables",
        "dental_chairs": "active dental chairs",
        "imaging_devices": "active imaging devices",
        "laboratory": "0/1",
        "prosthesis_laboratory": "0/1",
        "audiology_laboratory": "0/1",
        "emergency_service": "0/1",
        "duty_24h": "0/1",
        "patient_rights_unit": "0/1",
        "adolescent_unit": "0/1",
        "rural": "0/1",
        "referral": "0/1",
        "serves_region": "0/1",
        "incomplete_training": "0/1",
        "specialist_duty": "0/1",
        "catchment_population": "people of the unit's area",
        "outpatient_visits": "a year",
        "emergency_visits": "a year",
        "operations": "a year",
        "orthopaedic_visits": "a year",
        "ent_visits": "a year",
        "neuropsychiatric_visits": "a year",
        "dental_visits": "a year",
        "out_of_province_visits": "a year",
        "bed_occupancy": "percent",
        "access_factor": "factor for access and terrain",
        "integrated": "1 for a unit merged under B.3.e",
        "standard": "upper limit of the table standards, -1 where it has no row",
        "capacity": "upper limit of the table capacity, -1 where it has no row",
        "not_ready": "1 where the unit is not ready for this title (A.19.a)",
        "trainers": "trainers of the title's branch, chief assistants as B.1.e counts them",
        "trainers_all": "trainers of the title's branch without chief assistants",
        "chief_assistants": "chief assistants of the title's branch",
        "training_clinics": "training clinics of the title's branch",
        "eligible": "1 where the title may be placed",
        "weight": "weight of the unit for the title",
        "unit_target": "target of the unit so far, exact",
        "others_target": "sum of the targets of the district's other, not integrated units",
    },
}

FUNCTIONS: Final[Mapping[str, str]] = {
    "planned": "posts planned at the unit for titles of that name or pattern",
    "clinics": "training clinics of that branch at the unit",
    "in_table": "is there such a row in that table of the rulebook",
    "total_in_province": "sum of a column over the units of the province",
    "total_in_district": "sum of a column over the units of the district",
    "any_in_province": "does a condition hold for a unit of the province",
    "any_in_district": "does a condition hold for a unit of the district",
    "largest_in_province": "is it the unit with the largest value among those named (lower code first)",
    "national_total": "sum of a column over all places",
}


def known(level: str) -> set[str]:
    """Columns that a formula of the level may read."""
    return {name for above in _ORDER[: _ORDER.index(level) + 1] for name in COLUMNS[above]}


def reaches(level: str, defined: str) -> bool:
    """May a formula of ``level`` read a column defined at ``defined``?"""
    return _ORDER.index(defined) <= _ORDER.index(level)


def level_of(kind: str, key: str, default: str, own: str) -> str:
    """Level whose columns a key of a rule reads: a supply's amount is national, its shares are not."""
    if kind == "supply":
        return own if key in {"share", "each", "where"} else "national"
    if kind == "share":
        return {"where": "unit", "rate": "province"}.get(key, "unit")
    if kind in {"order", "cap"}:
        return "unit"
    return own
