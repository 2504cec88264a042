"""Write ``docs/by-hand.md``: five numbers of a real province, worked out by hand and held against a plan.

    python docs/build_by_hand.py                 the text again, from the extract in docs/by-hand-plan/
    python docs/build_by_hand.py --plan output   first take a fresh extract from a plan folder

Nothing here imports the planner: parameters come from the rulebook's TOML files, places from the built-in
tables, and every number is computed again in plain Python. One that differs from the plan ends the run.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import jinja2

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RULEBOOK = ROOT / "model" / "pdc" / "law" / "principles_2006"
DATA = ROOT / "data" / "turkiye-2023"
EXTRACT = HERE / "by-hand-plan"
LANGUAGES = {"en": "by-hand.md", "tr": "by-hand.tr.md"}

PROVINCE = "19"  # Çorum
CENTRE = "TR-19-004"
DIRECTORATE = "TR-19-004-IM01"
ALACA = "TR-19-001"
HOSPITAL = "4553"  # Sungurlu
TRAINING_HOSPITAL = "4609"
HEALTH_POSTS = ("TR-19-001-SO01", "TR-19-007-KO02", "TR-19-013-KO03")

Row = dict[str, str]
Rows = list[Row]


class DisagreementError(Exception):
    """What was worked out by hand is not what the plan says."""


def agree(what: str, by_hand: object, plan: object) -> None:
    """Stop where the two differ."""
    if by_hand != plan:
        raise DisagreementError(f"{what}: by hand {by_hand}, in the plan {plan}")


# what is read --------------------------------------------------------------------------------------------


def rows(path: Path) -> Rows:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parameters() -> dict[str, dict[str, Any]]:
    """Parameters of every clause, decimals as exact fractions."""

    def exact(value: Any) -> Any:
        if isinstance(value, Decimal):
            return Fraction(value)
        if isinstance(value, list):
            return [exact(v) for v in value]
        return {k: exact(v) for k, v in value.items()} if isinstance(value, dict) else value

    found: dict[str, dict[str, Any]] = {}
    for file in sorted(RULEBOOK.glob("*.toml")):
        for clause, entry in tomllib.loads(file.read_text("utf-8"), parse_float=Decimal).items():
            if isinstance(entry, dict):
                found[clause] = {n: exact(p["value"]) for n, p in entry.get("parameters", {}).items()}
    return found


_TITLES = ("pratisyen_tabip", "hemsire", "ebe", "eczaci")
_KEPT: Mapping[str, Callable[[Row], bool]] = {
    "national": lambda r: r["title"] in _TITLES,
    "plan_provinces": lambda r: (
        r["title"] in ("ebe", "eczaci")
        or (r["title"] == "pratisyen_tabip" and r["province_code"] == PROVINCE)
    ),
    "plan_districts": lambda r: r["province_code"] == PROVINCE and r["title"] in _TITLES,
    "plan_units": lambda r: (
        r["unit_code"] in (HOSPITAL, *HEALTH_POSTS)
        or (r["unit_code"] == DIRECTORATE and r["title"] in _TITLES)
        or (r["district_code"] == ALACA and r["title"] == "pratisyen_tabip")
        or (r["province_code"] == PROVINCE and r["title"] == "eczaci")
    ),
    "units": lambda r: r["province_code"] == PROVINCE and r["kind"] != "saglik_evi",
    "rules": lambda r: (
        r["title"] in _TITLES
        and (r["code"] in (PROVINCE, HOSPITAL, TRAINING_HOSPITAL) or r["code"].startswith("TR-19-"))
    ),
}


def take_extract(plan: Path, into: Path = EXTRACT) -> None:
    """Copy the few rows that the text needs out of a plan folder."""
    summary = json.loads((plan / "summary.json").read_text("utf-8"))
    if any(summary["scenario"].values()) or summary["options"]["norm"] != "webster":
        raise DisagreementError("the plan is not of the base scenario")
    into.mkdir(exist_ok=True)
    for name, keep in _KEPT.items():
        with (plan / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            kept = [row for row in reader if keep(row)]
            columns = list(reader.fieldnames or ())
        with (into / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)
    source = {key: summary[key]["sha256"] for key in ("data", "rulebook")}
    (into / "source.json").write_text(json.dumps(source, indent=1) + "\n", "utf-8")


class Extract:
    """The rows of a plan that the text needs, by place and title."""

    def __init__(self, folder: Path = EXTRACT) -> None:
        self.tables = {name: rows(folder / f"{name}.csv") for name in _KEPT}
        self.source = json.loads((folder / "source.json").read_text("utf-8"))

    def place(self, level: str, code: str, title: str) -> Row:
        """Target and posts of a place."""
        found = [
            r for r in self.tables[f"plan_{level}s"] if r[f"{level}_code"] == code and r["title"] == title
        ]
        if len(found) != 1:
            raise DisagreementError(f"{len(found)} rows in the plan for {level} {code}, {title}")
        return found[0]

    def posts(self, level: str, code: str, title: str) -> int:
        """Posts of a place."""
        return int(self.place(level, code, title)["posts"])

    def required(self, clause: str, code: str, title: str) -> list[int]:
        """What rows of a clause ask for at a place, the largest first."""
        found = [
            r
            for r in self.tables["rules"]
            if r["clause"] == clause and r["code"] == code and r["title"] == title
        ]
        return sorted((int(r["required"]) for r in found), reverse=True)

    def national(self, title: str) -> Row:
        """National numbers of a title."""
        return next(r for r in self.tables["national"] if r["title"] == title)


# what is worked out --------------------------------------------------------------------------------------


def half_up(value: Fraction | int) -> int:
    """Nearest whole number, halves up."""
    return floor(Fraction(value) + Fraction(1, 2))


def steps(value: int, table: Sequence[Sequence[int]]) -> int:
    """Result of the first step that ends at or above the value."""
    return next((result for end, result in table if value <= end), table[-1][1])


def same_target(what: str, by_hand: Fraction, plan: Row) -> None:
    """Targets are written with nine decimals."""
    agree(what, half_up(by_hand * 10**9), half_up(Fraction(plan["target"]) * 10**9))


def hand_out(
    total: int, targets: Mapping[str, Fraction], least: Mapping[str, int], most: Mapping[str, int]
) -> tuple[dict[str, int], list[tuple[str, Fraction]]]:
    """Webster's rule from the floors up: the next post goes where target / (2·posts + 1) is largest."""
    posts = {code: least.get(code, 0) for code in targets}
    given: list[tuple[str, Fraction]] = []
    while sum(posts.values()) < total:
        free = [code for code in sorted(targets) if posts[code] < most.get(code, total)]
        best = max(free, key=lambda code: (targets[code] / (2 * posts[code] + 1), targets[code]))
        given.append((best, targets[best] / (2 * posts[best] + 1)))
        posts[best] += 1
    return posts, given


def common_factor(extract: Extract, title: str) -> dict[str, Fraction]:
    """Webster: one factor for the country, by which every target is multiplied and then rounded.

    No province is so low that it should have had a post more: the smallest (posts + ½) / target of all
    provinces is an upper end for the factor, and Çorum's number must allow it.
    """
    ends = {
        r["province_code"]: (int(r["posts"]) + Fraction(1, 2)) / Fraction(r["target"])
        for r in extract.tables["plan_provinces"]
        if r["title"] == title
    }
    own = extract.place("province", PROVINCE, title)
    low = (int(own["posts"]) - Fraction(1, 2)) / Fraction(own["target"])
    smallest = min(ends.values())
    if not low <= smallest <= ends[PROVINCE]:
        raise DisagreementError(f"{title}: no common factor gives Çorum {own['posts']}")
    return {"low": low, "high": ends[PROVINCE], "smallest": smallest}


class Country:
    """The places of the built-in tables that the text needs."""

    def __init__(self) -> None:
        self.provinces = rows(DATA / "provinces.csv")
        self.districts = rows(DATA / "districts.csv")
        self.units = {r["unit_code"]: r for r in rows(DATA / "units.csv")}
        self.limits = {
            (r["unit_code"], r["title"]) for n in ("standards", "capacity") for r in rows(DATA / f"{n}.csv")
        }
        self.people: dict[str, int] = {}
        for r in self.districts:
            self.people[r["province_code"]] = self.people.get(r["province_code"], 0) + int(
                r["etf_population"]
            )
        self.district = {r["district_code"]: r for r in self.districts}
        self.here = {r["district_code"]: r for r in self.districts if r["province_code"] == PROVINCE}

    def weight(self, province: Row) -> Fraction:
        """A.8 and A.18.b: ETF population times the factor for population movement."""
        return self.people[province["province_code"]] * Fraction(province["population_factor"])

    def share(self) -> tuple[Fraction, Fraction]:
        """Weight of Çorum and of the country."""
        weights = {r["province_code"]: self.weight(r) for r in self.provinces}
        return weights[PROVINCE], sum(weights.values(), start=Fraction(0))


def general_practitioners(law: Mapping[str, Any], country: Country, extract: Extract) -> dict[str, Any]:
    """B.3.a, b, c, ç: the province's number and its directorate's."""
    people = country.people[PROVINCE]
    target = Fraction(people) / law["B.3.a"]["persons_per_gp"]
    row = extract.place("province", PROVINCE, "pratisyen_tabip")
    same_target("GP target", target, row)
    width = law["B.3.b"]["width"]
    low, high = ceil((1 - width) * target), floor((1 + width) * target)
    agree("GP band, lower end", [low], extract.required("B.3.b", PROVINCE, "pratisyen_tabip"))
    number = min(max(half_up(target), low), high)
    short = [
        r
        for r in extract.tables["rules"]
        if r["title"] == "pratisyen_tabip" and r["tier"] in "123" and int(r["shortfall"])
    ]
    agree("GP rules of tiers 1 to 3 that are short", [], short)
    agree("GPs of the province", number, int(row["posts"]))
    share = law["B.3.c"]["directorate_share"]
    deputies = steps(people, law["B.3.ç"]["deputies"])
    agree("places with deputies of their own", False, PROVINCE in law["B.3.ç"]["of_its_own"])
    part = half_up(share * number)
    agree("B.3.ç", [deputies], extract.required("B.3.ç", DIRECTORATE, "pratisyen_tabip"))
    agree("B.3.c", [part], extract.required("B.3.c", DIRECTORATE, "pratisyen_tabip"))
    agree("GPs of the directorate", part + deputies, extract.posts("unit", DIRECTORATE, "pratisyen_tabip"))
    return {
        "people": people,
        "per_gp": law["B.3.a"]["persons_per_gp"],
        "target": target,
        "width": width,
        "low_exact": (1 - width) * target,
        "high_exact": (1 + width) * target,
        "low": low,
        "high": high,
        "number": number,
        "share": share,
        "share_exact": share * number,
        "part": part,
        "deputies": deputies,
        "step": next(end for end, _ in law["B.3.ç"]["deputies"] if people <= end),
        "directorate": part + deputies,
    }


def health_posts(law: Mapping[str, Any], country: Country, extract: Extract) -> dict[str, Any]:
    """B.3.d: bands of three sağlık ocakları, and all of Alaca handed out."""
    p = law["B.3.d"]
    persons, fewest, most = p["persons_per_gp"], p["fewest"], p["most"]

    def band(code: str) -> tuple[int, int]:
        unit = country.units[code]
        people, easy = int(unit["catchment_population"]), Fraction(unit["access_factor"]) == 1
        if people < fewest:
            return 0, 1
        if not easy:
            return ceil(Fraction(people, most)), floor(Fraction(people, fewest))
        return (
            max(floor(Fraction(people, persons)), ceil(Fraction(people, most))),
            min(ceil(Fraction(people, persons)), floor(Fraction(people, fewest))),
        )

    shown = []
    for code in HEALTH_POSTS:
        unit = country.units[code]
        low, high = band(code)
        row = extract.place("unit", code, "pratisyen_tabip")
        people = int(unit["catchment_population"])
        same_target(f"target of {code}", Fraction(people, persons), row)
        posts = int(row["posts"])
        agree(
            f"band of {code}",
            [low if abs(posts - low) <= abs(posts - high) else high],
            extract.required("B.3.d", code, "pratisyen_tabip"),
        )
        agree(f"{code} in its band", True, low <= posts <= high)
        shown.append(
            {
                "code": code,
                "name": unit["unit"],
                "people": people,
                "access": Fraction(unit["access_factor"]),
                "target": Fraction(people, persons),
                "over_most": Fraction(people, most),
                "over_fewest": Fraction(people, fewest),
                "low": low,
                "high": high,
                "posts": posts,
            }
        )
    found = [
        r
        for r in extract.tables["plan_units"]
        if r["district_code"] == ALACA and r["title"] == "pratisyen_tabip"
    ]
    targets = {r["unit_code"]: Fraction(r["target"]) for r in found}
    bands = {code: band(code) for code in targets if country.units[code]["kind"] == "saglik_ocagi"}
    total = extract.posts("district", ALACA, "pratisyen_tabip")
    posts_of, given = hand_out(
        total, targets, {c: low for c, (low, _) in bands.items()}, {c: high for c, (_, high) in bands.items()}
    )
    for r in found:
        agree(f"GPs of {r['unit_code']}", posts_of[r["unit_code"]], int(r["posts"]))
    return {
        "persons": persons,
        "fewest": fewest,
        "most": most,
        "shown": shown,
        "district": country.here[ALACA]["district"],
        "total": total,
        "units": _table(targets, {c: low for c, (low, _) in bands.items()}, posts_of, country.units, "unit"),
        "least": sum(low for low, _ in bands.values()),
        "given": _steps(given, country.units, "unit"),
    }


def nurses(law: Mapping[str, Any], country: Country, extract: Extract) -> dict[str, Any]:
    """B.4.a.8, 11, 13: the nurse floor of a general hospital."""
    unit = country.units[HOSPITAL]
    district = country.district[unit["district_code"]]
    merged = next(r for r in extract.tables["units"] if r["unit_code"] == HOSPITAL)
    beds, special, khd = (int(unit[n]) for n in ("beds", "special_beds", "khd_beds"))
    agree("beds after the merges", (beds, "0"), (int(merged["beds"]), merged["integrated"]))
    agree(
        "kind and district",
        True,
        unit["kind"] == "devlet_hastanesi"
        and int(district["etf_population"]) >= law["B.4.a.8"]["small_district"],
    )
    agree("beds counted", "ward", law["B.4.a.7"]["beds_counted"])
    ward = beds - special - khd
    wards = ceil(Fraction(ward, law["B.4.a.8"]["beds_per_nurse"]))
    obstetric = ceil(Fraction(khd, law["B.4.a.13"]["beds_per_nurse"]))
    top = ceil(Fraction(special, law["B.4.a.11"]["beds_per_nurse"]))
    here = [r for r in extract.tables["plan_units"] if r["unit_code"] == HOSPITAL]
    gps = sum(int(r["posts"]) for r in here if r["title"] == "pratisyen_tabip")
    specialists = sum(int(r["posts"]) for r in here if r["title"].startswith("uzman."))
    branches = sum(1 for r in here if r["title"].startswith("uzman.") and int(r["posts"]))
    physicians = (gps + specialists) * law["B.4.a.8"]["per_physician"]
    agree(
        "B.4.a.8", sorted([wards, physicians], reverse=True), extract.required("B.4.a.8", HOSPITAL, "hemsire")
    )
    agree("B.4.a.13", [obstetric], extract.required("B.4.a.13", HOSPITAL, "hemsire"))
    agree("B.4.a.11", [top], extract.required("B.4.a.11", HOSPITAL, "hemsire"))
    least = max(wards + obstetric, physicians) + top
    posts = extract.posts("unit", HOSPITAL, "hemsire")
    agree("nurses not below the floor", True, posts >= least)
    return {
        "name": unit["unit"],
        "district": district["district"],
        "people": int(district["etf_population"]),
        "small": law["B.4.a.8"]["small_district"],
        "beds": beds,
        "special": special,
        "khd": khd,
        "ward": ward,
        "per_ward": law["B.4.a.8"]["beds_per_nurse"],
        "per_khd": law["B.4.a.13"]["beds_per_nurse"],
        "per_special": law["B.4.a.11"]["beds_per_nurse"],
        "wards": wards,
        "obstetric": obstetric,
        "top": top,
        "gps": gps,
        "specialists": specialists,
        "branches": branches,
        "physicians": physicians,
        "least": least,
        "target": Fraction(extract.place("unit", HOSPITAL, "hemsire")["target"]),
        "posts": posts,
    }


def midwives(law: Mapping[str, Any], country: Country, extract: Extract) -> dict[str, Any]:
    """B.4.b.1: the midwives of the province, with and without the raise for births."""
    p = law["B.4.b.1"]
    filled = int(extract.national("ebe")["filled"])
    pool = half_up(filled * p["growth"])
    own, whole = country.share()
    quota = pool * own / whole

    def raise_of(rate: Fraction) -> Fraction:
        if rate >= p["high_birth_rate"]:
            return Fraction(p["high_raise"])
        return Fraction(p["middle_raise"]) if rate >= p["middle_birth_rate"] else Fraction(0)

    births = {r["province_code"]: Fraction(r["crude_birth_rate"]) for r in country.provinces}
    extras = {
        r["province_code"]: pool * country.weight(r) / whole * raise_of(births[r["province_code"]])
        for r in country.provinces
    }
    agree("the raise is applied", True, p["apply"])
    extra = half_up(sum(extras.values(), start=Fraction(0)))
    agree("midwives of the country", pool + extra, int(extract.national("ebe")["supply"]))
    target = quota + extras[PROVINCE]
    row = extract.place("province", PROVINCE, "ebe")
    same_target("midwife target", target, row)
    highest = max(births, key=lambda code: births[code])
    example = next(r for r in country.provinces if r["province_code"] == highest)
    example_quota = pool * country.weight(example) / whole
    example_target = example_quota + extras[highest]
    same_target("midwife target of the example", example_target, extract.place("province", highest, "ebe"))
    return {
        "filled": filled,
        "growth": p["growth"],
        "pool_exact": filled * p["growth"],
        "pool": pool,
        "own": own,
        "whole": whole,
        "quota": quota,
        "births": births[PROVINCE],
        "high": p["high_birth_rate"],
        "middle": p["middle_birth_rate"],
        "high_raise": p["high_raise"],
        "middle_raise": p["middle_raise"],
        "raise": raise_of(births[PROVINCE]),
        "target": target,
        "posts": int(row["posts"]),
        "factor": common_factor(extract, "ebe"),
        "extra": extra,
        "supply": pool + extra,
        "raised": sum(1 for v in extras.values() if v),
        "example": example["province"],
        "example_births": births[highest],
        "example_quota": example_quota,
        "example_raise": raise_of(births[highest]),
        "example_target": example_target,
        "example_posts": extract.posts("province", highest, "ebe"),
    }


def pharmacists(law: Mapping[str, Any], country: Country, extract: Extract) -> dict[str, Any]:
    """B.5.3: pharmacists from the national number down to one hospital."""
    filled, growth = int(extract.national("eczaci")["filled"]), law["B.5.3.a"]["growth"]
    supply = half_up(filled * growth)
    agree("pharmacists of the country", supply, int(extract.national("eczaci")["supply"]))
    own, whole = country.share()
    target = supply * own / whole
    row = extract.place("province", PROVINCE, "eczaci")
    same_target("pharmacist target", target, row)
    units = {r["unit_code"]: r for r in extract.tables["units"]}
    hospitals = [c for c, r in units.items() if is_hospital(r)]
    agree("B.5.3.d leaves every unit open", True, half_up(target) >= len(hospitals))
    d, e = law["B.5.3.d"], law["B.5.3.e"]
    agree("further hundreds count from the first", "first", e["counted_from"])

    def least(r: Row) -> int:
        beds = int(r["beds"])
        if r["kind"] == "il_saglik_mudurlugu":
            return int(law["B.5.3.b"]["directorate"])
        if not is_inpatient(r):
            return 0
        found = int(d["first"])
        if is_hospital(r) and beds >= e["fewest_beds"]:
            counted = floor(Fraction(beds, e["beds_per_pharmacist"]))
            found = max(found, min(counted, e["most"]) if beds >= e["large"] else counted)
        return found

    placed = {r["unit_code"]: r for r in extract.tables["plan_units"] if r["title"] == "eczaci"}
    floors = {code: least(units[code]) for code in placed}
    agree("limits of A.9 and A.18.d here", [], [c for c in placed if (c, "eczaci") in country.limits])
    agree("B.5.3.e", [floors[TRAINING_HOSPITAL]], extract.required("B.5.3.e", TRAINING_HOSPITAL, "eczaci"))
    posts = int(row["posts"])

    # districts: ETF share of the province's target, floors of their units, A.16
    people = {code: int(r["etf_population"]) for code, r in country.here.items()}
    district_target = {code: target * n / sum(people.values()) for code, n in people.items()}
    district_least = dict.fromkeys(people, 0)
    for code, number in floors.items():
        district_least[units[code]["district_code"]] += number
    for code, q in district_target.items():
        same_target(f"pharmacist target of {code}", q, extract.place("district", code, "eczaci"))
        if 0 < q < 1:
            district_least[code] = max(district_least[code], law["A.16"]["least"])
    by_district, district_steps = hand_out(posts, district_target, district_least, {})
    for code, number in by_district.items():
        agree(f"pharmacists of {code}", number, extract.posts("district", code, "eczaci"))

    # units of the central district: floors first, the rest by weight
    inside = sorted(code for code in placed if units[code]["district_code"] == CENTRE)

    def weight(code: str) -> Fraction:
        r = units[code]
        factor = Fraction(country.units[code]["access_factor"])
        if is_hospital(r):
            return max(Fraction(1), Fraction(int(r["beds"]), e["beds_per_pharmacist"])) * factor
        if r["kind"] in ("adsm", "saglik_grup_baskanligi"):
            return Fraction(law["B.5.3.f"]["elsewhere"]) * factor
        return (
            Fraction(0)
            if r["kind"] == "il_saglik_mudurlugu"
            else Fraction(law["B.5.3.c"]["small_inpatient"]) * factor
        )

    weights = {code: weight(code) for code in inside}
    all_floors, all_weights = sum(floors[c] for c in inside), sum(weights.values(), start=Fraction(0))
    rest = max(Fraction(0), district_target[CENTRE] - all_floors)
    scale = min(Fraction(1), district_target[CENTRE] / all_floors)
    unit_target = {c: floors[c] * scale + rest * weights[c] / all_weights for c in inside}
    for code in inside:
        same_target(f"pharmacist target of {code}", unit_target[code], placed[code])
    by_unit, unit_steps = hand_out(by_district[CENTRE], unit_target, {c: floors[c] for c in inside}, {})
    for code in inside:
        agree(f"pharmacists of {code}", by_unit[code], int(placed[code]["posts"]))
    hospital = units[TRAINING_HOSPITAL]
    return {
        "filled": filled,
        "growth": growth,
        "supply": supply,
        "own": own,
        "whole": whole,
        "target": target,
        "hospitals": len(hospitals),
        "few_beds": d["few_beds"],
        "posts": posts,
        "factor": common_factor(extract, "eczaci"),
        "name": hospital["unit"],
        "beds": int(hospital["beds"]),
        "per": e["beds_per_pharmacist"],
        "floor": floors[TRAINING_HOSPITAL],
        "districts": _table(district_target, district_least, by_district, country.here, "district"),
        "district_least": sum(district_least.values()),
        "district_steps": _steps(district_steps, country.here, "district"),
        "centre": country.here[CENTRE]["district"],
        "centre_target": district_target[CENTRE],
        "centre_posts": by_district[CENTRE],
        "access": Fraction(country.units[TRAINING_HOSPITAL]["access_factor"]),
        "weight": weights[TRAINING_HOSPITAL],
        "weights": all_weights,
        "floors": all_floors,
        "rest": rest,
        "unit_target": unit_target[TRAINING_HOSPITAL],
        "units": [
            t | {"weight": weights[t["code"]]} for t in _table(unit_target, floors, by_unit, units, "unit")
        ],
        "unit_steps": _steps(unit_steps, units, "unit"),
        "number": by_unit[TRAINING_HOSPITAL],
    }


def is_hospital(unit: Row) -> bool:
    """Hospitals as the rulebook has them: no day hospitals."""
    kind = unit["kind"]
    return kind in ("eah", "eah_dal") or (kind.endswith("_hastanesi") and kind != "ilce_gun_hastanesi")


def is_inpatient(unit: Row) -> bool:
    """Inpatient units: hospitals, day hospitals and health centres with beds."""
    return (
        is_hospital(unit)
        or unit["kind"] == "ilce_gun_hastanesi"
        or (unit["kind"] == "saglik_merkezi" and int(unit["beds"]) > 0)
    )


def _table(
    targets: Mapping[str, Fraction],
    least: Mapping[str, int],
    posts: Mapping[str, int],
    places: Mapping[str, Row],
    level: str,
) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": places[code][level],
            "target": targets[code],
            "least": least.get(code, 0),
            "posts": posts[code],
        }
        for code in sorted(targets, key=lambda c: -targets[c])
    ]


def _steps(
    given: Iterable[tuple[str, Fraction]], places: Mapping[str, Row], level: str
) -> list[dict[str, Any]]:
    """Posts as they were handed out; several in a row to one place are one entry."""
    found: list[dict[str, Any]] = []
    for code, quotient in given:
        name = places[code][level]
        if not found or found[-1]["name"] != name:
            found.append({"name": name, "quotients": []})
        found[-1]["quotients"].append(quotient)
    return found


# the text ------------------------------------------------------------------------------------------------


def decimal(value: Fraction | int, places: int = 2, lang: str = "en") -> str:
    """Number with its thousands apart; exact ones without a tail of noughts."""
    value = Fraction(value)
    scaled = half_up(abs(value) * 10**places)
    whole, rest = divmod(scaled, 10**places)
    text = f"{whole:,}"
    if value.denominator > 1 and places:
        tail = f"{rest:0{places}d}"
        # What is exact is shown without a tail of noughts; what is rounded keeps it.
        exact = Fraction(scaled, 10**places) == abs(value)
        text += f".{tail}".rstrip("0").rstrip(".") if exact else f".{tail}"
    text = f"−{text}" if value < 0 else text
    return text.translate(str.maketrans(",.", ".,")) if lang == "tr" else text


def percent(value: Fraction, lang: str = "en") -> str:
    """Share as percent."""
    text = decimal(value * 100, 1, lang)
    return f"%{text}" if lang == "tr" else f"{text} %"


def text(lang: str, extract: Extract | None = None) -> str:
    """The walk-through in a language, every number worked out and checked."""
    extract = extract or Extract()
    law, country = parameters(), Country()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["n"] = lambda value, places=2: decimal(value, places, lang)
    environment.filters["given"] = lambda steps: ", ".join(
        f"{g['name']} ({'; '.join(decimal(q, 3, lang) for q in g['quotients'])})" for g in steps
    )
    environment.filters["pct"] = lambda value: percent(value, lang)
    return environment.get_template(f"by-hand.{lang}.md.j2").render(
        gp=general_practitioners(law, country, extract),
        so=health_posts(law, country, extract),
        nurse=nurses(law, country, extract),
        midwife=midwives(law, country, extract),
        ph=pharmacists(law, country, extract),
        source={key: value[:12] for key, value in extract.source.items()},
    )


def main() -> int:
    """Write the texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--plan", type=Path, help="plan folder of the base scenario to take a fresh extract from"
    )
    plan = parser.parse_args().plan
    try:
        if plan is not None:
            take_extract(plan)
        for lang, name in LANGUAGES.items():
            if (HERE / f"by-hand.{lang}.md.j2").exists():
                (HERE / name).write_text(text(lang), "utf-8")
    except DisagreementError as error:
        print(f"by hand: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
