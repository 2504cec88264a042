"""staff.csv: who works where (modelled, the national numbers from the Ministry where there is one)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from builder.common import Floats, Ints, Noise, Settings, half_up, share_out
from builder.facts import Facts
from builder.places import frame_of_places
from builder.weights import Weights

COLUMNS = ["unit_code", "title", "branch", "status", "filled", "vacant"]
OTHER = "other"


def _province(units: pd.DataFrame) -> pd.Series:
    return units["district_code"].str[3:5].astype("int64")


def national_numbers(facts: Facts, settings: Settings) -> dict[str, int]:
    """Return the filled posts of every planning title and specialist branch.

    The Ministry's newest figure where build.toml names one, else the modelled one; the Ministry's
    specialists are shared out over the branches after the fixed ones are taken off.
    """
    wanted = settings["staff"]
    known = {title: facts.newest_ministry_figure(name) for title, name in wanted["from_facts"].items()}
    specialists = known.pop("uzman")
    known.pop("asistan")
    fixed, shares = wanted["branch_fixed"], wanted["branch_shares"]
    rest = share_out(specialists - sum(fixed.values()), list(shares.values()))
    branches = fixed | {branch: int(n) for branch, n in zip(shares, rest, strict=True)}
    return {f"uzman.{branch}": n for branch, n in sorted(branches.items())} | known | wanted["modelled"]


def _class_of(title: str) -> str:
    first = title.split(".", maxsplit=1)[0]
    return first if first in ("uzman", "hemsire", "ebe", "pratisyen_tabip") else OTHER


class Country:
    """Provinces as the staff sees them: people, beds, and how well each is liked."""

    def __init__(self, facts: Facts, units: pd.DataFrame, settings: Settings) -> None:
        wanted = settings["staff"]["uneven"]
        provinces = facts.provinces
        self.codes = provinces["province_code"].to_numpy()
        places = frame_of_places(facts)
        self.people = places.groupby("province_code")["people"].sum().reindex(self.codes).to_numpy(float)
        self.beds = units.groupby(_province(units))["beds"].sum().reindex(self.codes).to_numpy(float)
        region = {int(key): value for key, value in wanted["region"].items()}
        city = {int(key): value for key, value in wanted["city"].items()}
        noise = Noise(settings["seed"], "staff.provinces").normal(len(self.codes))
        self.liking = (
            provinces["service_region"].map(region).to_numpy(float)
            + provinces["province_code"].map(city).fillna(0.0).to_numpy(float)
            + wanted["province_noise"] * noise
        )
        self.wanted = wanted
        self.seed = settings["seed"]

    def weights(self, title: str) -> Floats:
        """Province weight = (people mixed with beds) * exp(strength * (liking + title noise))."""
        slot = _class_of(title)
        mix = self.wanted["beds_mix"][slot]
        base = (1 - mix) * self.people / self.people.sum() + mix * self.beds / self.beds.sum()
        noise = Noise(self.seed, f"staff.provinces.{title}").normal(len(self.codes))
        liking = self.wanted["strength"][slot] * (self.liking + self.wanted["title_noise"] * noise)
        return np.round(1e6 * base * np.exp(liking), 3)


def _cells(facts: Facts, units: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Filled posts of every unit and title: national number, then provinces, then units."""
    places = frame_of_places(facts)
    weights = Weights(units, places, settings)
    country = Country(facts, units, settings)
    province = _province(units).to_numpy()
    rows_of = [np.flatnonzero(province == code) for code in country.codes]
    hot = _hot_spots(facts, units, settings)
    wanted = settings["staff"]
    parts = []
    for title, number in national_numbers(facts, settings).items():
        untied = int(number * wanted["status"]["untied"]) if number >= 1_000 else 0
        weight = weights.of(title)
        weight = weight * Noise(settings["seed"], f"staff.units.{title}").factor(
            len(units), wanted["uneven"]["unit_noise"]
        )
        if title in hot:
            weight = np.where(hot[title], (weight + 0.5) * wanted["status"]["hot_spot_weight"], weight)
        possible = np.array([weight[rows].sum() > 0 for rows in rows_of])
        given = share_out(number - untied, np.where(possible, country.weights(title), 0.0))
        filled = np.zeros(len(units), dtype=np.int64)
        for rows, here in zip(rows_of, given, strict=True):
            filled[rows] = share_out(int(here), weight[rows])
        some = np.flatnonzero(filled)
        parts.append(pd.DataFrame({"row": some, "title": title, "n": filled[some]}))
        if untied:
            parts.append(pd.DataFrame({"row": [-1], "title": [title], "n": [untied]}))
    return pd.concat(parts, ignore_index=True)


def _hot_spots(facts: Facts, units: pd.DataFrame, settings: Settings) -> dict[str, np.ndarray]:
    """Draw the small units of service regions 5-6 that got far more staff under law 4924 than they need.

    Returns the units of each title concerned; none in family-medicine provinces.
    """
    wanted = settings["staff"]["status"]
    fit = (_region(facts, units) >= 5) & (
        units["catchment_population"] <= wanted["hot_spot_people"]
    ).to_numpy()
    fit &= ~_province(units).isin(settings["provinces"]["family_medicine"]).to_numpy()
    hot: dict[str, np.ndarray] = {}
    for kind, count in wanted["hot_spots"].items():
        rows = np.flatnonzero(fit & (units["kind"] == kind).to_numpy())
        drawn = rows[Noise(settings["seed"], f"staff.hot_spots.{kind}").order(len(rows))[:count]]
        for title in wanted["hot_spot_titles"][kind]:
            hot.setdefault(title, np.zeros(len(units), dtype=bool))[drawn] = True
    return hot


def _region(facts: Facts, units: pd.DataFrame) -> Ints:
    regions = facts.provinces.set_index("province_code")["service_region"]
    return _province(units).map(regions).to_numpy(dtype=np.int64)


def _by_status(cells: pd.DataFrame, facts: Facts, units: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Split the cells by status: 4924 in regions 5-6, family physicians and health workers, the rest 657."""
    wanted = settings["staff"]["status"]
    noise = Noise(settings["seed"], "staff.status")
    row, n = cells["row"].to_numpy(), cells["n"].to_numpy()
    tied = row >= 0
    region = np.where(tied, _region(facts, units)[row], 0)
    chance = np.select(
        [region == int(key) for key in wanted["contract_unit"]], list(wanted["contract_unit"].values()), 0.0
    )
    lot = noise.uniform(len(units))  # one a unit, so that all its titles fall together
    contract_title = cells["title"].str.split(".").str[0].isin(wanted["contract_titles"]).to_numpy()
    under_law = tied & contract_title & (lot[row] < chance)
    part = noise.uniform(len(cells), *wanted["contract_part"])
    hot = np.zeros(len(cells), dtype=bool)
    for title, where in _hot_spots(facts, units, settings).items():
        hot |= (cells["title"] == title).to_numpy() & where[row] & tied
    n4924 = np.where(under_law, np.ceil(np.round(n * part, 6)).astype(np.int64), 0)
    n4924 = np.where(hot, n, n4924)

    family = _province(units).isin(settings["provinces"]["family_medicine"])
    ocak = units["kind"].isin(["saglik_ocagi", "saglik_merkezi"]) & family
    part = noise.uniform(len(cells), *wanted["family_part"])
    nfamily = np.where(ocak.to_numpy()[row] & tied, np.floor(np.round(n * part + 0.5, 6)).astype(np.int64), 0)
    physician = (cells["title"].isin(["pratisyen_tabip", "uzman.aile_hekimligi"])).to_numpy()
    worker = cells["title"].isin(["hemsire", "ebe"]).to_numpy()
    nfamily = np.minimum(nfamily * (physician | worker), n - n4924)

    vacant_law = noise.chance(len(cells), wanted["contract_vacant"]) * noise.whole(len(cells), 1, 2)
    vacant_657 = noise.chance(len(cells), wanted["vacant_657"]) * noise.whole(len(cells), 1, 2)
    rows = [
        cells.assign(status="657", filled=n - n4924 - nfamily, vacant=vacant_657),
        cells.assign(status="4924", filled=n4924, vacant=np.where(n4924 > 0, vacant_law, 0)),
        cells.assign(
            status=np.where(physician, "aile_hekimi", "aile_sagligi_elemani"), filled=nfamily, vacant=0
        ),
    ]
    rows.append(_on_top(cells, settings))
    table = pd.concat(rows, ignore_index=True)
    return table[table["filled"] > 0].drop(columns="n")


def _on_top(cells: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return staff under 4B, who do not count (A.6): in some cells a part of the filled, at least one."""
    wanted = settings["staff"]["status"]
    noise = Noise(settings["seed"], "staff.4b")
    by_class = wanted["b4_cell"]
    chance = cells["title"].map(_class_of).map(by_class).fillna(by_class["other"])
    here = noise.chance(len(cells), chance.to_numpy(float)) & (cells["row"] >= 0).to_numpy()
    part = np.maximum(1, np.floor(np.round(cells["n"] * wanted["b4_part"] + 0.5, 6))).astype("int64")
    return cells.assign(status="4B", filled=np.where(here, part, 0), vacant=0)


def _as_written(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Write some posts under the raw titles of A.7, and some specialists as `uzman` with a branch."""
    wanted = settings["staff"]
    table = table.assign(branch="")
    noise = Noise(settings["seed"], "staff.raw")
    raw_rows = []
    for title, choices in wanted["raw"].items():
        if title == "share_inside":
            continue
        rows = table.index[table["title"] == title]
        lot = noise.uniform(len(rows))
        edges = np.cumsum([choice[2] for choice in choices])
        which = np.searchsorted(np.round(edges, 9), lot, side="right")
        for number, (raw_title, raw_branch, _) in enumerate(choices):
            here = rows[which == number]
            filled = table.loc[here, "filled"].to_numpy()
            moved = np.maximum(1, np.floor(filled * wanted["raw"]["share_inside"]).astype(np.int64))
            raw_rows.append(
                table.loc[here].assign(title=raw_title, branch=raw_branch, filled=moved, vacant=0)
            )
            table.loc[here, "filled"] = filled - moved
    covered = set(wanted["branch_shares"]) | {"nukleer_tip", "adli_tip"}
    specialist = table["title"].str.startswith("uzman.").to_numpy()
    slug = table["title"].str.removeprefix("uzman.")
    plain = noise.chance(len(table), wanted["status"]["branch_title"]) | ~slug.isin(covered).to_numpy()
    plain &= specialist
    table.loc[plain, "branch"] = slug[plain]
    table.loc[plain, "title"] = "uzman"
    table = pd.concat([table, *raw_rows], ignore_index=True)
    return table[(table["filled"] > 0) | (table["vacant"] > 0)]


def _trainers(training: pd.DataFrame, facts: Facts, settings: Settings) -> list[pd.DataFrame]:
    """Trainers and trainees of A.2 by clinic; assistants add up to the Ministry's newest figure."""
    wanted = settings["staff"]["left_out"]
    noise = Noise(settings["seed"], "staff.trainers")
    base = training[["unit_code", "branch"]].assign(status="657", vacant=0)
    clinics = training["clinics"].to_numpy()
    number = facts.newest_ministry_figure(settings["staff"]["from_facts"]["asistan"])
    counts = {
        "klinik_sefi": [int(noise.chance(n, wanted["chiefs"]).sum()) for n in clinics],
        "klinik_sef_yardimcisi": [int(noise.chance(n, wanted["chief_deputies"]).sum()) for n in clinics],
        "basasistan": half_up(clinics * wanted["chief_assistants"] * noise.uniform(len(base), 0.3, 1.7)),
        "asistan": share_out(number, clinics * noise.uniform(len(base), 0.5, 1.5)),
    }
    return [base.assign(title=title, filled=np.asarray(n, dtype=np.int64)) for title, n in counts.items()]


def _managers(units: pd.DataFrame, places: pd.DataFrame, settings: Settings) -> list[pd.DataFrame]:
    """Managers of A.2: by people at the directorates, by beds at the hospitals."""
    wanted = settings["staff"]["left_out"]
    noise = Noise(settings["seed"], "staff.managers")
    people = _province(units).map(places.groupby("province_code")["people"].sum())
    directorate = units["kind"] == "il_saglik_mudurlugu"
    kind = units["kind"]
    house = kind.str.endswith("_hastanesi") | kind.isin(["adsm", "eah", "eah_dal"])
    few, step = wanted["deputies"]
    half = (noise.uniform(len(units)) < 0.85).astype(np.int64)
    beds = units["beds"]
    counts = {
        "il_saglik_muduru": directorate * 1,
        "il_saglik_mudur_yardimcisi": directorate * (few + people // step),
        "sube_muduru": directorate * (wanted["branch_managers"] + people // 1_000_000),
        "bastabip": house * half,
        "bastabip_yardimcisi": house * np.minimum(beds // wanted["chief_deputy_beds"], 8),
        "hastane_muduru": (house & (beds >= 25)) * 1,
        "hastane_mudur_yardimcisi": house * np.minimum(beds // wanted["chief_deputy_beds"], 10),
        "bashemsire": (house & (beds >= 10)) * 1,
    }
    base = units[["unit_code"]].assign(branch="", status="657", vacant=0)
    return [base.assign(title=title, filled=n.astype("int64")) for title, n in counts.items()]


def build_staff(
    facts: Facts, units: pd.DataFrame, training: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Return staff.csv: one row a unit, title, branch and status."""
    cells = _cells(facts, units, settings)
    table = _as_written(_by_status(cells, facts, units, settings), settings)
    codes = np.append(units["unit_code"].to_numpy(dtype=object), "")
    table["unit_code"] = codes[table["row"].to_numpy()]
    left_out = pd.concat(
        [*_trainers(training, facts, settings), *_managers(units, frame_of_places(facts), settings)]
    )
    table = pd.concat([table[COLUMNS], left_out.loc[left_out["filled"] > 0, COLUMNS]])
    keys = COLUMNS[:4]
    return table.groupby(keys, sort=True, as_index=False)[["filled", "vacant"]].sum()[COLUMNS]
