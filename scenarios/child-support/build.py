"""Make the tables of the child-support example: 64 centres and a follow-up unit a province, all modelled.

Run: python scenarios/child-support/build.py (the same bytes each time). Provinces and districts are those of
the built-in country; everything else is drawn from a fixed seed. It is no register of real centres.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLACES = HERE.parents[1] / "data" / "turkiye-2023"
SEED = 2828
CENTRES = 64
LEFT = 840  # children who left in the last year
FILLED = 0.85  # of what a centre's own ratio would ask, on average
YOUNG, BORN = 0.20, 0.0065  # share of children: 20 % and 0.65 % more for each birth per 1,000
REASONS = ("suc_magduru", "suca_suruklenen", "sokakta")
SHARE = (26, 22, 16)  # centres by reason
AGES = {"suc_magduru": ("7_11", "12_14", "15_18"), "suca_suruklenen": ("12_14", "15_18"),
        "sokakta": ("7_11", "12_14", "15_18")}  # fmt: skip
GIRLS = {"suc_magduru": 0.75, "suca_suruklenen": 0.2, "sokakta": 0.35}
WORDS = {"suc_magduru": "Suç Mağduru", "suca_suruklenen": "Suça Sürüklenen", "sokakta": "Sokakta Yaşayan",
         "kiz": "Kız", "erkek": "Erkek"}  # fmt: skip
PER_POST = {"psikolog": 12, "sosyal_calismaci": 12, "cocuk_gelisimci": 14, "hemsire": 20, "ogretmen": 14}
ABSENT = {("hemsire", "suca_suruklenen"), ("ogretmen", "suc_magduru")}
SOURCE = f"modelled: scenarios/child-support/build.py, seed {SEED}"


def rows(name: str) -> list[dict[str, str]]:
    with (PLACES / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(name: str, table: list[dict[str, object]]) -> None:
    (HERE / "data").mkdir(exist_ok=True)
    with (HERE / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def webster(weights: dict[str, int], seats: int) -> dict[str, int]:
    """Centres by province, each seat to the largest children / (2 × centres + 1)."""
    given = dict.fromkeys(weights, 0)
    for _ in range(seats):
        best = max(given, key=lambda p: (weights[p] / (2 * given[p] + 1), -int(p)))
        given[best] += 1
    return given


def main() -> None:
    chance = random.Random(SEED)
    birth = {row["province_code"]: float(row["crude_birth_rate"]) for row in rows("provinces")}
    districts: list[dict[str, object]] = []
    for row in rows("districts"):
        share = YOUNG + BORN * (birth[row["province_code"]] - 10)
        districts.append(
            {"district_code": row["district_code"], "province_code": row["province_code"],
             "district": row["district"], "children_0_17": round(int(row["etf_population"]) * share),
             "latitude": row["latitude"], "longitude": row["longitude"]}
        )  # fmt: skip
    children: dict[str, int] = {}
    largest: dict[str, dict[str, object]] = {}
    for row in districts:
        code, count = str(row["province_code"]), int(str(row["children_0_17"]))
        children[code] = children.get(code, 0) + count
        if code not in largest or count > int(str(largest[code]["children_0_17"])):
            largest[code] = row
    names = {row["province_code"]: row["province"] for row in rows("provinces")}
    reasons = [reason for reason, share in zip(REASONS, SHARE, strict=True) for _ in range(share)]
    chance.shuffle(reasons)
    units: list[dict[str, object]] = []
    staff: list[dict[str, object]] = []
    for province, count in webster(children, CENTRES).items():
        for number in range(1, count + 1):
            units.append(centre(chance, province, number, names[province], largest[province], reasons.pop()))
    for unit in units:
        staff += staff_of(chance, str(unit["unit_code"]), int(str(unit["children"])), str(unit["reason"]))
    every = sum(children.values())
    left = {code: max(0, round(chance.gauss(1.0, 0.3) * LEFT * n / every)) for code, n in children.items()}
    for province, name in names.items():
        place = largest[province]
        units.append(
            {"unit_code": f"IZ{int(province):02}", "district_code": place["district_code"],
             "unit": f"{name} İl Müdürlüğü İzleme Birimi", "kind": "izleme_birimi", "reason": "",
             "age_group": "", "sex": "", "places": 0, "children": 0, "latitude": place["latitude"],
             "longitude": place["longitude"], "source": SOURCE}
        )  # fmt: skip
        if left[province] and chance.random() < FILLED:
            workers = 1 + left[province] // 30
            staff.append(post(f"IZ{int(province):02}", "sosyal_calismaci", "657", workers, 0))
    provinces = [
        {"province_code": code, "province": name, "left_last_year": left[code]}
        for code, name in names.items()
    ]
    write("provinces", provinces)
    write("districts", districts)
    write("units", units)
    write("staff", staff)


def centre(
    chance: random.Random, province: str, number: int, name: str, place: dict[str, object], reason: str
) -> dict[str, object]:
    sex = "kiz" if chance.random() < GIRLS[reason] else "erkek"
    age = chance.choice(AGES[reason])
    places = chance.choice((16, 20, 24, 30, 36, 40, 44))
    children = min(places, round(places * chance.uniform(0.55, 1.0)))
    words = f"{WORDS[reason]} {WORDS[sex]} {age.replace('_', '–')}"
    return {
        "unit_code": f"CD{int(province):02}-{number}", "district_code": place["district_code"],
        "unit": f"{name} {number} No’lu ÇODEM ({words})", "kind": "codem", "reason": reason, "age_group": age,
        "sex": sex, "places": places, "children": children, "latitude": place["latitude"],
        "longitude": place["longitude"], "source": SOURCE,
    }  # fmt: skip


def staff_of(chance: random.Random, unit: str, children: int, reason: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for title, per_post in PER_POST.items():
        if (title, reason) in ABSENT:
            continue
        filled = round(children / per_post * chance.gauss(FILLED, 0.25))
        if filled > 0:
            contract = sum(chance.random() < 0.3 for _ in range(filled))
            found += [
                post(unit, title, status, count, 0)
                for status, count in (("657", filled - contract), ("4B", contract))
                if count
            ]
    return found


def post(unit: str, title: str, status: str, filled: int, vacant: int) -> dict[str, object]:
    return {"unit_code": unit, "title": title, "status": status, "filled": filled, "vacant": vacant}


if __name__ == "__main__":
    main()
