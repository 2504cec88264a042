"""A made-up plan folder of any size, for the tests of the reports and for their timing.

Names, populations, coordinates and borders are the facts of ``data/turkiye-2023/facts``; units and
numbers are invented from a fixed seed. ``python tests/reports/fake_plan.py DIR`` writes all of Turkey.
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "data" / "turkiye-2023" / "facts"
TITLES = ROOT / "model" / "pdc" / "law" / "principles_2006" / "titles.toml"
TINY = (6, 36, 62)

HOSPITALS = ("devlet_hastanesi", "eah", "dogum_cocuk_hastanesi", "gogus_hastanesi", "ftr_hastanesi")
OFFICES = ("il_saglik_mudurlugu", "saglik_grup_baskanligi")
PRIMARY = ("saglik_ocagi", "saglik_evi", "acsap")
SUPPLY = {
    "uzman": 1_100,
    "pratisyen_tabip": 38_000,
    "hemsire": 78_000,
    "ebe": 52_000,
    "acil_tip_teknisyeni": 17_000,
    "laboratuvar_teknisyeni": 14_000,
    "tibbi_sekreter": 13_000,
    "rontgen_teknisyeni": 9_000,
    "saglik": 2_000,
}
CLAUSES = [
    ("A.8", "target", "all", "province", "", "İl hedefi ETF nüfusuyla orantılıdır.", "The province target is proportional to ETF population."),
    ("A.16", "floor", "all", "district", "4", "Yalnızca nüfusu az olduğu için 0 düşen ilçeye 1 kadro verilir.", "A district whose number would be 0 only because its population is small gets 1."),
    ("B.1.d.3", "floor, order", "uzman.acil_tip", "unit", "1", "Her ilin en büyük devlet hastanesine 1 acil tıp uzmanı.", "One emergency specialist at the largest state hospital of every province."),
    ("B.3.b", "band", "pratisyen_tabip", "province", "", "İl sayısı hedefin yüzde 15 çevresinde kalır.", "A province's number lies within 15 % of its target."),
    ("B.4.a.2", "floor", "hemsire", "unit", "2", "İl sağlık müdürlüğüne en az 5 hemşire.", "Provincial directorate: at least 5 nurses."),
    ("B.4.a.4", "ratio", "hemsire, ebe", "unit", "2", "Sağlık ocağında hemşire + ebe, tabip sayısından az olamaz.", "Nurses and midwives of a health centre are no fewer than its physicians."),
    ("B.4.a.8", "floor, ratio", "hemsire", "unit", "2", "Genel hastanelerde her 3 yatağa 1 hemşire.", "General hospitals: a nurse for every three ward beds."),
    ("B.4.c.7.c", "floor", "rontgen_teknisyeni", "unit", "1", "Her faal görüntüleme cihazına 1 röntgen teknisyeni.", "One radiographer per active imaging device."),
    ("B.5.3.b", "floor", "eczaci", "unit", "1", "İl sağlık müdürlüğüne en az 1 eczacı.", "Provincial directorate: at least 1 pharmacist."),
    ("B.5.7.b", "floor, order", "odyolog", "province", "1", "Her ile en az 1 odyolog.", "At least 1 audiologist per province."),
]  # fmt: skip


def write_fake_plan(
    folder: Path,
    *,
    provinces: tuple[int, ...] | None = TINY,
    borders: bool = True,
    approved: bool = False,
    status: str = "optimal",
) -> Path:
    """Write a plan folder of the given provinces (``None``: all 81) and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(2006)
    province, district, unit = _places(provinces, rng)
    titles = _titles()
    plan = _plan(province, district, unit, titles, rng)
    by_district, by_province = _sums(plan, district, province)
    filled = _filled(by_province, rng)
    rules = _rules(plan, by_province, unit, rng)
    for name, frame in {
        "provinces": province,
        "districts": district,
        "units": unit,
        "titles": titles,
        "plan_units": plan,
        "plan_districts": by_district,
        "plan_provinces": by_province,
        "filled": filled,
        "national": _national(by_province, filled, titles),
        "rules": rules,
        "notices": _notices(unit, district),
        "changes": _changes(plan, rng),
        "clauses": _clauses(),
        "parameters": _parameters(),
        "training": _training(unit, titles),
        "kinds": _kinds(),
    }.items():
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    if borders:
        shutil.copyfile(FACTS / "provinces.geojson", folder / "provinces.geojson")
    shutil.copyfile(FACTS / "road_km.csv", folder / "road_km.csv")
    summary = _summary(by_province, plan, rules, unit, approved, status)
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), "utf-8")
    return folder


def _places(
    codes: tuple[int, ...] | None, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    province = pd.read_csv(FACTS / "provinces.csv")
    district = pd.read_csv(FACTS / "districts.csv").rename(columns={"population_2023": "etf_population"})
    hospital = pd.concat(
        [pd.read_csv(FACTS / "hospitals.csv"), pd.read_csv(FACTS / "adsm.csv").assign(kind="adsm", beds=0)]
    )
    hospital = hospital.dropna(subset=["district_code"]).reset_index(drop=True)
    if codes is not None:
        province = province[province["province_code"].isin(codes)]
        district = district[district["province_code"].isin(codes)]
        hospital = hospital[hospital["district_code"].isin(district["district_code"])]
    metro = district["metropolitan_centre"] == 1
    lowest = district[metro].groupby("province_code")["district_code"].min()
    merged = district["district_code"].where(~metro, district["province_code"].map(lowest))
    new_code = dict(zip(district["district_code"], merged, strict=True))
    centre = (
        district[metro]
        .groupby("province_code")
        .agg(
            etf_population=("etf_population", "sum"),
            latitude=("latitude", "mean"),
            longitude=("longitude", "mean"),
        )
        .reset_index()
        .assign(district="Metropol", central=1, district_code=lambda d: d["province_code"].map(lowest))
    )
    columns = [
        "district_code",
        "province_code",
        "district",
        "etf_population",
        "central",
        "latitude",
        "longitude",
    ]
    district = pd.concat([district[~metro], centre])[columns].sort_values(["province_code", "district_code"])
    sums = district.groupby("province_code")["etf_population"].sum()
    province = province.assign(etf_population=province["province_code"].map(sums))[
        [
            "province_code",
            "province",
            "service_region",
            "metropolitan",
            "etf_population",
            "latitude",
            "longitude",
        ]
    ]
    rows = []
    for place in district.itertuples():
        people, base = int(place.etf_population), str(place.district_code)
        rows += [
            (
                f"{base}-GB",
                base,
                f"{place.district} Sağlık Grup Başkanlığı",
                "saglik_grup_baskanligi",
                0,
                people,
                "model",
            )
        ]
        centres = min(max(1, people // 14_000), 60)
        rows += [
            (
                f"{base}-O{i:02d}",
                base,
                f"{place.district} {i} No.lu Sağlık Ocağı",
                "saglik_ocagi",
                0,
                people // centres,
                "model",
            )
            for i in range(1, centres + 1)
        ]
        rows += [
            (
                f"{base}-E{i:02d}",
                base,
                f"{place.district} {i} No.lu Sağlık Evi",
                "saglik_evi",
                0,
                900,
                "model",
            )
            for i in range(1, 1 + min(6, people // 5_000))
        ]
        rows += [
            (f"{base}-A{i}", base, f"{place.district} 112 A{i} İstasyonu", "istasyon_112_a", 0, 0, "model")
            for i in range(1, 2 + people // 150_000)
        ]
    centre_code = district[district["central"] == 1].groupby("province_code")["district_code"].first()
    for city in province.itertuples():
        home = centre_code[city.province_code]
        rows += [
            (
                f"IL-{city.province_code:02d}",
                home,
                f"{city.province} İl Sağlık Müdürlüğü",
                "il_saglik_mudurlugu",
                0,
                0,
                "model",
            )
        ]
        rows += [
            (
                f"AC-{city.province_code:02d}",
                home,
                f"{city.province} Merkez AÇS-AP Merkezi",
                "acsap",
                0,
                0,
                "model",
            )
        ]
    codes_ = hospital["unit_code"].where(
        hospital["unit_code"].notna(),
        "AD" + pd.Series(range(len(hospital)), index=hospital.index).astype(str),
    )
    for code, home, name, kind, beds in zip(
        codes_, hospital["district_code"], hospital["unit"], hospital["kind"], hospital["beds"], strict=True
    ):
        text = str(int(code)) if isinstance(code, float) else str(code)
        rows.append((text, new_code[home], name, kind, int(beds), 0, "Ministry list"))
    unit = pd.DataFrame(
        rows, columns=["unit_code", "district_code", "unit", "kind", "beds", "catchment_population", "source"]
    )
    at = district.set_index("district_code")
    unit["province_code"] = unit["district_code"].map(at["province_code"])
    shift = rng.normal(0, 0.02, (len(unit), 2))
    unit["latitude"] = (unit["district_code"].map(at["latitude"]) + shift[:, 0]).round(4)
    unit["longitude"] = (unit["district_code"].map(at["longitude"]) + shift[:, 1]).round(4)
    order = [
        "unit_code",
        "district_code",
        "province_code",
        "unit",
        "kind",
        "beds",
        "catchment_population",
        "latitude",
        "longitude",
        "source",
    ]
    unit = unit[order].drop_duplicates("unit_code").sort_values("unit_code")
    return province, district, unit


def _titles() -> pd.DataFrame:
    book = tomllib.loads(TITLES.read_text("utf-8"))
    sheet = {s["code"]: s["name"] for s in book["sheet"]}
    return pd.DataFrame(
        [
            (
                t["code"],
                t["sheet"],
                sheet[t["sheet"]]["tr"],
                sheet[t["sheet"]]["en"],
                t["name"]["tr"],
                t["name"]["en"],
            )
            for t in book["title"]
        ],
        columns=["title", "sheet", "sheet_tr", "sheet_en", "name_tr", "name_en"],
    )


def _eligible(title: str, unit: pd.DataFrame) -> pd.Series:
    kind, beds = unit["kind"], unit["beds"]
    inpatient = beds > 0
    if title.startswith("uzman."):
        rare = int.from_bytes(title.encode(), "big") % 5
        return inpatient & (beds >= 40 * rare)
    if title == "pratisyen_tabip":
        return inpatient | kind.isin([*PRIMARY[:1], "istasyon_112_a", "il_saglik_mudurlugu"])
    if title in {"hemsire", "ebe"}:
        return inpatient | kind.isin([*OFFICES, *PRIMARY])
    if title == "acil_tip_teknisyeni":
        return inpatient | (kind == "istasyon_112_a")
    if title in {"toplum_sagligi_teknisyeni", "cevre_sagligi_teknisyeni"}:
        return kind.isin([*OFFICES, *PRIMARY])
    if title == "tibbi_sekreter":
        return inpatient | kind.isin(OFFICES)
    if title in {"biyolog", "tibbi_teknolog", "laboratuvar_teknisyeni", "dis_tabibi"}:
        return inpatient | kind.isin([*OFFICES, *PRIMARY])
    return inpatient | kind.isin(OFFICES)


def _largest_remainders(target: np.ndarray, total: int) -> np.ndarray:
    posts = np.floor(target).astype(int)
    for i in np.argsort(posts - target, kind="stable")[: total - posts.sum()]:
        posts[i] += 1
    return posts


def _plan(
    province: pd.DataFrame,
    district: pd.DataFrame,
    unit: pd.DataFrame,
    titles: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    share = province["etf_population"].sum() / 85e6
    people = unit["district_code"].map(district.set_index("district_code")["etf_population"])
    parts = []
    for title in titles["title"]:
        if title == "uzman.adli_tip":
            continue
        can = unit[_eligible(title, unit)]
        if can.empty:
            continue
        total = max(
            3,
            round(
                share * SUPPLY.get(title, SUPPLY["uzman"] if title.startswith("uzman.") else SUPPLY["saglik"])
            ),
        )
        weight = (people[can.index] / 50 + 40 * can["beds"] + 200) * rng.uniform(0.7, 1.4, len(can))
        target = (total * weight / weight.sum()).to_numpy()
        parts.append(
            can[["province_code", "district_code", "unit_code"]].assign(
                title=title,
                target=target.round(6),
                posts=_largest_remainders(target * rng.uniform(0.97, 1.0, len(can)), total),
            )
        )
    plan = pd.concat(parts).sort_values(["province_code", "district_code", "unit_code", "title"])
    return plan.assign(deviation=(plan["posts"] - plan["target"]).round(6))


def _sums(
    plan: pd.DataFrame, district: pd.DataFrame, province: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    frames = []
    for keys in (["province_code", "district_code"], ["province_code"]):
        frame = plan.groupby([*keys, "title"], sort=True)[["target", "posts"]].sum().reset_index()
        frames.append(
            frame.assign(
                target=frame["target"].round(6), deviation=(frame["posts"] - frame["target"]).round(6)
            )
        )
    return frames[0], frames[1]


def _filled(by_province: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    west = 1.15 - by_province["province_code"] / 200
    filled = (by_province["posts"] / 1.3 * west * rng.uniform(0.6, 1.3, len(by_province))).round().astype(int)
    return by_province[["province_code", "title"]].assign(filled=filled)


def _national(by_province: pd.DataFrame, filled: pd.DataFrame, titles: pd.DataFrame) -> pd.DataFrame:
    posts, now = by_province.groupby("title")["posts"].sum(), filled.groupby("title")["filled"].sum()
    rows = []
    for title in titles["title"]:
        if title in posts:
            rows.append((title, now[title], posts[title], posts[title], 1, ""))
        else:
            rows.append((title, 64, 0, 0, 0, "A.3: 64 ≤ 100"))
    rows.append(("uzman.tibbi_genetik", 41, 0, 0, 0, "A.3: kapsam dışı"))
    return pd.DataFrame(rows, columns=["title", "filled", "supply", "posts", "planned", "reason"])


def _rules(
    plan: pd.DataFrame, by_province: pd.DataFrame, unit: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    def floor(
        clause: str, title: str, level: str, code: pd.Series, posts: pd.Series, required: pd.Series, tier: str
    ) -> pd.DataFrame:
        short = (required - posts).clip(lower=0)
        status = np.where(short > 0, "short", np.where(posts == required, "binding", "kept"))
        return pd.DataFrame(
            {
                "clause": clause,
                "title": title,
                "level": level,
                "code": code.to_numpy(),
                "required": required.to_numpy(),
                "posts": posts.to_numpy(),
                "shortfall": short.to_numpy(),
                "tier": tier,
                "status": status,
            }
        )

    beds = unit.set_index("unit_code")["beds"]
    parts = []
    for title in plan["title"].unique():
        rows = plan[plan["title"] == title]
        noise = pd.Series(rng.integers(-1, 2, len(rows)), index=rows.index)
        if title == "hemsire":
            parts.append(
                floor(
                    "B.4.a.8",
                    title,
                    "unit",
                    rows["unit_code"],
                    rows["posts"],
                    (rows["unit_code"].map(beds) / 3.2).round().astype(int),
                    "2",
                )
            )
            parts.append(
                floor(
                    "B.4.a.4",
                    "hemsire+ebe",
                    "unit",
                    rows["unit_code"],
                    rows["posts"],
                    (rows["posts"] + noise).clip(lower=0),
                    "2",
                )
            )
        elif title == "eczaci":
            parts.append(
                floor("B.5.3.b", title, "unit", rows["unit_code"], rows["posts"], rows["posts"] * 0 + 1, "1")
            )
        elif title == "rontgen_teknisyeni":
            parts.append(
                floor(
                    "B.4.c.7.c",
                    title,
                    "unit",
                    rows["unit_code"],
                    rows["posts"],
                    (rows["posts"] + noise).clip(lower=0),
                    "1",
                )
            )
        parts.append(
            floor(
                "A.16",
                title,
                "district",
                rows["district_code"],
                rows["posts"],
                (rows["posts"] * 0.98).astype(int),
                "4",
            ).drop_duplicates("code")
        )
    audio = by_province[by_province["title"] == "odyolog"]
    parts.append(
        floor(
            "B.5.7.b",
            "odyolog",
            "province",
            audio["province_code"],
            audio["posts"],
            audio["posts"] * 0 + 1,
            "1",
        )
    )
    last = pd.DataFrame(
        [("A.8", "hemsire", "national", "", 10, 10, 0, "", "binding")], columns=parts[0].columns
    )
    return pd.concat([*parts, last])


def _notices(unit: pd.DataFrame, district: pd.DataFrame) -> pd.DataFrame:
    first = unit.iloc[0]
    rows = [
        (
            "A.10",
            "district",
            district.iloc[0]["district_code"],
            "",
            "",
            "Merkez ilçeler Metropol olarak birleştirildi",
        ),
        ("A.19.a", "unit", first["unit_code"], "hemsire", 2, "Birim hazır değil: <oda> & donanım eksik"),
        ("B.5.7.b", "province", int(first["province_code"]), "odyolog", 1, "Odyoloji laboratuvarı kurulmalı"),
        ("A.3", "national", "", "uzman.adli_tip", "", "Dolu sayısı 100 ve altında"),
    ]
    return pd.DataFrame(rows, columns=["clause", "level", "code", "title", "posts", "text"])


def _changes(plan: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    some = plan[plan["posts"] > 0].iloc[::7][["unit_code", "title", "posts"]]
    filled = (some["posts"] + rng.integers(-2, 3, len(some))).clip(lower=0)
    gap = some["posts"] - filled
    return some.assign(
        filled=filled, vacancy=gap.clip(lower=0), surplus=(-gap).clip(lower=0), locked_4924=0, blocked_4924=0
    )[["unit_code", "title", "filled", "posts", "vacancy", "surplus", "locked_4924", "blocked_4924"]]


def _clauses() -> pd.DataFrame:
    names = ["clause", "kinds", "titles", "level", "tier", "text_tr", "text_en"]
    return pd.DataFrame(CLAUSES, columns=names).assign(file="fake.toml")


def _parameters() -> pd.DataFrame:
    rows = [
        ("B.4.a.8", "beds_per_nurse", 3, "beds", "law", "Bir hemşireye düşen yatak", "Beds per nurse"),
        ("A.18.a", "pool_share", 0, "share", "assumption", "Bölgeye hizmet eden hastanelerin havuzu", "Pool of hospitals that serve a region"),
        ("B.3.b", "band", 0.15, "share", "law", "Hedef çevresindeki pay", "Band around the target"),
    ]  # fmt: skip
    return pd.DataFrame(
        rows, columns=["clause", "parameter", "value", "unit", "origin", "text_tr", "text_en"]
    )


def _training(unit: pd.DataFrame, titles: pd.DataFrame) -> pd.DataFrame:
    """Two clinics in three of each training hospital; forensic medicine has none anywhere."""
    branches = [t.partition(".")[2] for t in titles["title"] if t.startswith("uzman.") and "adli" not in t]
    hospitals = unit.loc[unit["kind"] == "eah", "unit_code"]
    rows = [
        (code, branch, 1)
        for i, code in enumerate(hospitals)
        for j, branch in enumerate(branches)
        if (i + j) % 3
    ]
    return pd.DataFrame(rows, columns=["unit_code", "branch", "clinics"])


def _kinds() -> pd.DataFrame:
    """Kinds of unit with their names, in the order of reports, from the rulebook."""
    tables = Path(__file__).parents[2] / "model" / "pdc" / "law" / "principles_2006" / "tables.toml"
    kinds = tomllib.loads(tables.read_text("utf-8"))["kind"]
    rows = [(kind["code"], kind["name"]["tr"], kind["name"]["en"]) for kind in kinds]
    return pd.DataFrame(rows, columns=["kind", "name_tr", "name_en"])


def _summary(
    by_province: pd.DataFrame,
    plan: pd.DataFrame,
    rules: pd.DataFrame,
    unit: pd.DataFrame,
    approved: bool,
    status: str,
) -> dict[str, object]:
    short = rules.groupby("tier")["shortfall"].sum()
    titles = {}
    for number, (title, rows) in enumerate(by_province.groupby("title", sort=True)):
        open_ = status == "time_limit" and number % 9 == 0
        titles[title] = {
            "group": "hemsire+ebe" if title in {"hemsire", "ebe"} else title,
            "status": "time_limit" if open_ else "optimal",
            "supply": int(rows["posts"].sum()),
            "posts": int(rows["posts"].sum()),
            "shortfall": int(rules.loc[rules["title"] == title, "shortfall"].sum()),
            "deviation": round(float((rows["deviation"] ** 2 / rows["target"].clip(lower=0.01)).sum()), 6),
            "bound": 0.0,
            "gap": 0.0041 if open_ else 0.0,
            "form": "network" if number % 2 else "milp",
            "seconds": 0.5,
        }
    state: dict[str, object] = {"status": "draft"}
    if approved:
        state = {"status": "approved", "by": "Ayşe Işık", "date": "2026-03-01", "decision": "2026/17"}
    return {
        "pdc": "0.1.0",
        "state": state,
        "status": status,
        "scenario": {
            "names": ["base", "one-nurse-per-four-beds"],
            "changes": {"B.4.a.8.beds_per_nurse": [3, 4]},
        },
        "data": {
            "name": "turkiye-2023",
            "sha256": "3f1c" * 16,
            "modelled_rows": {"units": int((unit["source"] == "model").sum())},
            "rows": {"units": len(unit), "plan_units": len(plan)},
        },
        "rulebook": {"sha256": "9ab0" * 16, "shown": ["hemsire", "pratisyen_tabip", "uzman", "ebe"]},
        "versions": {"python": "3.11.9", "highspy": "1.15.1", "numpy": "2.4.6"},
        "seconds": {"read": 1.2, "build": 8.4, "solve": 96.0, "write": 12.5},
        "shortfall": {k: int(short.get(k, 0)) for k in "1234"},
        "deviation": {"province": 12.5, "district": 840.25, "unit": 4210.0},
        "titles": titles,
    }


if __name__ == "__main__":
    write_fake_plan(Path(sys.argv[1]), provinces=None)
