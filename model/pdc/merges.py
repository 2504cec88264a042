"""Merges that come before any planning: A.13, A.10, B.3.e for places; A.2, A.6, A.7 for staff.

Each merge acts only where the rulebook has a rule of kind ``merge`` for it, with the rule's parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pdc.country import Country, Notice
from pdc.law.rulebook import Rulebook
from pdc.tables import Tables, Vocabulary

COUNTS = (
    "beds", "special_beds", "khd_beds", "operating_tables", "dental_chairs", "imaging_devices",
    "outpatient_visits", "emergency_visits", "operations", "orthopaedic_visits", "ent_visits",
    "neuropsychiatric_visits", "dental_visits", "out_of_province_visits",
)  # fmt: skip
FLAGS = (
    "laboratory", "prosthesis_laboratory", "audiology_laboratory", "emergency_service", "duty_24h",
    "patient_rights_unit", "adolescent_unit", "rural", "referral", "serves_region", "incomplete_training",
    "specialist_duty",
)  # fmt: skip


def vocabulary(rulebook: Rulebook) -> Vocabulary:
    """Words that the input may use under this rulebook."""
    raw: dict[tuple[str, str], str] = {}
    excluded: set[str] = set()
    statuses: set[str] = set()
    for rule in rulebook.rules:
        values = rulebook.parameters_of(rule.clause)
        if rule.kind == "merge" and rule.what == "titles":
            for title in values.get("raw_titles", ()):
                if "by_branch" in values:
                    raw |= {(title, branch): planned for branch, planned in values["by_branch"].items()}
                else:
                    raw[title, ""] = rule.titles[0]
        elif rule.what == "excluded_titles":
            excluded |= {title for group in values.values() for title in group}
        elif rule.what == "statuses":
            statuses |= {*values["counted"], *values["not_counted"]}
    extra = {"kinds": rulebook.kinds_of_unit} if rulebook.kinds_of_unit else {}
    return Vocabulary(
        titles=frozenset(title.code for title in rulebook.titles),
        raw_titles=raw,
        excluded=frozenset(excluded),
        statuses=frozenset(statuses),
        **extra,
    )


@dataclass
class _Places:
    """Frames while they are being merged; ``moved`` and ``joined`` say where units and districts went."""

    districts: pd.DataFrame
    units: pd.DataFrame
    moved: dict[str, str]
    notices: list[Notice]
    joined: dict[str, str] = field(default_factory=dict)


def merge(tables: Tables, rulebook: Rulebook) -> Country:
    """Apply the merges of the rulebook and index everything by position."""
    units = tables.units.assign(integrated=np.int64(0))
    places = _Places(tables.districts.copy(), units, {}, [])
    for rule in rulebook.of_kind("merge"):
        if rule.what == "semt_poliklinigi":
            _semt_poliklinigi(places, rule.clause)
    for rule in rulebook.of_kind("merge"):
        if rule.what == "metropol":
            _metropol(places, rule.clause, tables.provinces)
    for rule in rulebook.of_kind("merge"):
        if rule.what == "entegre":
            _entegre(places, rule.clause, rulebook)
    return _index(tables, places, rulebook)


def _absorb(units: pd.DataFrame, into: dict[str, str], catchments: bool) -> pd.DataFrame:
    """Add each unit named in ``into`` to its host: counts add, flags are or-ed, rows go."""
    if not into:
        return units
    hosts = units["unit_code"].map(lambda code: into.get(code, code))
    counts = [*COUNTS, *(["catchment_population"] if catchments else [])]
    added = units[counts].groupby(hosts).sum()
    flags = units[list(FLAGS)].groupby(hosts).max()
    kept = units[~units["unit_code"].isin(list(into))].set_index("unit_code", drop=False)
    touched = kept.index.intersection(list(set(into.values())))
    kept.loc[touched, counts] = added.loc[touched, counts]
    kept.loc[touched, list(FLAGS)] = flags.loc[touched, list(FLAGS)]
    # Titles a unit is not ready for travel with it; "1" (all of them) wins.
    marks = dict(zip(units["unit_code"], units["not_ready"], strict=True))
    for gone, host in into.items():
        if marks[gone] not in ("", "0"):
            marks[host] = _join_marks(marks[host], marks[gone])
    kept["not_ready"] = kept["unit_code"].map(marks)
    return kept.reset_index(drop=True)


def _join_marks(a: str, b: str) -> str:
    marks = {m for m in (*a.split(";"), *b.split(";")) if m not in ("", "0")}
    return "1" if "1" in marks else ";".join(sorted(marks)) or "0"


def _semt_poliklinigi(places: _Places, clause: str) -> None:
    semt = places.units[places.units["kind"] == "semt_poliklinigi"]
    into = dict(zip(semt["unit_code"], semt["parent_unit"], strict=True))
    _report(places, clause, into, "merged_unit")
    places.units = _absorb(places.units, into, catchments=False)
    places.moved |= into


def _metropol(places: _Places, clause: str, provinces: pd.DataFrame) -> None:
    centres = places.districts[places.districts["metropolitan_centre"] == 1]
    into: dict[str, str] = {}
    for code, group in centres.groupby("province_code"):
        lowest = min(group["district_code"])
        into |= dict.fromkeys(group["district_code"], lowest)
        name = provinces.loc[provinces["province_code"] == code, "province"].iloc[0]
        chosen = places.districts["district_code"] == lowest
        places.districts.loc[chosen, "etf_population"] = group["etf_population"].sum()
        places.districts.loc[chosen, "central"] = 1
        places.districts.loc[chosen, "district"] = f"{name} Metropol"
        for column in ("latitude", "longitude"):
            places.districts.loc[chosen, column] = group[column].mean()
        for gone in sorted(set(group["district_code"]) - {lowest}):
            values = {
                "district": group.loc[group["district_code"] == gone, "district"].iloc[0],
                "into": lowest,
            }
            places.notices.append(Notice(clause, "district", gone, "", None, "merged_district", values))
    gone_codes = [district for district, lowest in into.items() if district != lowest]
    places.districts = places.districts[~places.districts["district_code"].isin(gone_codes)]
    places.units["district_code"] = places.units["district_code"].map(lambda code: into.get(code, code))
    places.joined |= into


def _entegre(places: _Places, clause: str, rulebook: Rulebook) -> None:
    law = rulebook.parameters_of(clause)
    units = places.units
    small = set(
        places.districts.loc[places.districts["etf_population"] < law["small_district"], "district_code"]
    )
    members = units[
        units["district_code"].isin(list(small))
        & units["kind"].isin(["saglik_ocagi", "saglik_merkezi", "devlet_hastanesi"])
    ]
    columns = ("district_code", "unit_code", "kind", "beds", "rural", "catchment_population")
    by_district: dict[str, list[tuple[str, str, int, int, int]]] = {}
    for district, *unit in zip(*(members[name].tolist() for name in columns), strict=True):
        by_district.setdefault(district, []).append((unit[0], unit[1], unit[2], unit[3], unit[4]))
    into: dict[str, str] = {}
    hosts: list[str] = []
    for group in by_district.values():
        institutions = sorted((-beds, code) for code, kind, beds, _, _ in group if kind != "saglik_ocagi")
        if not institutions or len(institutions) == len(group):
            continue
        host = institutions[0][1]
        villages = {
            code
            for code, kind, _, rural, people in group
            if kind == "saglik_ocagi" and rural and people > law["village_minimum"]
        }
        stay = {host, *(villages if law["keep_villages"] else ())}
        into |= {code: host for code, *_ in group if code not in stay}
        hosts.append(host)
    _report(places, clause, into, "merged_unit")
    places.units = _absorb(units, into, catchments=True)
    places.units.loc[places.units["unit_code"].isin(hosts), "integrated"] = 1
    places.moved = {gone: into.get(host, host) for gone, host in places.moved.items()} | into


def _report(places: _Places, clause: str, into: dict[str, str], key: str) -> None:
    names = dict(zip(places.units["unit_code"], places.units["unit"], strict=True))
    places.notices += [
        Notice(clause, "unit", gone, "", None, key, {"unit": names[gone], "into": names[host], "code": host})
        for gone, host in sorted(into.items())
    ]


def _index(tables: Tables, places: _Places, rulebook: Rulebook) -> Country:
    provinces = tables.provinces.sort_values("province_code").reset_index(drop=True)
    districts = places.districts.sort_values(["province_code", "district_code"]).reset_index(drop=True)
    units = places.units.sort_values("unit_code").reset_index(drop=True)
    province_at = {code: i for i, code in enumerate(provinces["province_code"])}
    district_at = {code: i for i, code in enumerate(districts["district_code"])}
    unit_at = {code: i for i, code in enumerate(units["unit_code"])}
    district_province = districts["province_code"].map(province_at).to_numpy(dtype=np.int64)
    unit_district = units["district_code"].map(district_at).to_numpy(dtype=np.int64)

    def at(codes: pd.Series) -> np.ndarray:
        return codes.map(lambda code: unit_at[places.moved.get(code, code)] if code else -1).to_numpy(
            dtype=np.int64
        )

    staff = tables.staff.assign(at=at(tables.staff["unit_code"]))
    filled, trainers, left_out, national = _staff(staff, rulebook)
    limits = {}
    for name in ("standards", "capacity"):
        frame = tables.frame(name)
        # A limit given for a unit that was merged away adds to its host's; a host without a limit has none.
        own = ~frame["unit_code"].isin(list(places.moved))
        groups = frame.assign(at=at(frame["unit_code"]), own=own).groupby(["at", "title"])
        sums = groups["posts"].sum()[groups["own"].any()]
        limits[name] = sums.reset_index()
    training = tables.training.assign(at=at(tables.training["unit_code"]))
    return Country(
        provinces=provinces,
        districts=districts,
        units=units,
        district_province=district_province,
        unit_district=unit_district,
        unit_province=district_province[unit_district] if len(units) else unit_district,
        training=training[["at", "branch", "clinics"]],
        filled=filled,
        trainers=trainers,
        limits=limits,
        national_filled=national,
        left_out=left_out,
        notices=tuple(places.notices),
        sha256=tables.sha256,
        name=tables.name,
        before={
            "districts": tables.districts[["district_code", "province_code", "district"]].assign(
                at=[district_at[places.joined.get(code, code)] for code in tables.districts["district_code"]]
            ),
            "units": tables.units[["unit_code", "district_code", "unit", "kind"]].assign(
                at=at(tables.units["unit_code"])
            ),
        },
    )


def _staff(
    staff: pd.DataFrame, rulebook: Rulebook
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Counted staff by (unit, planning title), trainers, those left out by A.2, national counts."""
    words = vocabulary(rulebook)
    roles: dict[str, str] = {}
    counted: set[str] = set()
    for rule in rulebook.of_kind("scope"):
        values = rulebook.parameters_of(rule.clause)
        if rule.what == "excluded_titles":
            roles |= {title: role for role, titles in values.items() for title in titles}
        elif rule.what == "statuses":
            counted |= set(values["counted"])
    planned = {
        (title, branch): _planning_title(title, branch, words)
        for title, branch in set(zip(staff["title"], staff["branch"], strict=True))
    }
    staff = staff.assign(
        planning=[planned[pair] for pair in zip(staff["title"], staff["branch"], strict=True)],
        role=staff["title"].map(lambda title: roles.get(title, "")),
    )
    left_out = staff[staff["role"] != ""]
    trainers = (
        left_out[(left_out["role"].isin(["trainers", "chief_assistants"])) & (left_out["at"] >= 0)]
        .groupby(["at", "branch", "role"])["filled"]
        .sum()
        .reset_index()
        .rename(columns={"role": "kind"})
    )
    count = staff[(staff["role"] == "") & staff["status"].isin(list(counted))]
    is_4924 = count["status"] == "4924"
    filled = (
        count.assign(
            filled_4924=count["filled"].where(is_4924, 0), vacant_4924=count["vacant"].where(is_4924, 0)
        )
        .groupby(["at", "planning"], as_index=False)[["filled", "vacant", "filled_4924", "vacant_4924"]]
        .sum()
        .rename(columns={"planning": "title"})
    )
    national = filled.groupby("title")["filled"].sum()
    left = left_out.groupby(["title", "branch"])["filled"].sum().reset_index()
    return filled, trainers, left, {str(k): int(v) for k, v in national.items()}


def _planning_title(title: str, branch: str, words: Vocabulary) -> str:
    if title in words.titles or title in words.excluded:
        return title
    if title == "uzman":
        return f"uzman.{branch}"
    return words.raw_titles.get((title, branch)) or words.raw_titles.get((title, ""), title)
