"""The built-in data of data/turkiye-2023: what it holds, and that it can be rebuilt to the byte."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).resolve().parents[2] / "data" / "turkiye-2023"
TABLES = ("provinces", "districts", "units", "training", "staff", "standards", "capacity")
COUNTED = ("657", "4924", "aile_hekimi", "aile_sagligi_elemani")  # A.6

KINDS = {
    "il_saglik_mudurlugu": 81,
    "saglik_grup_baskanligi": 973,
    "saglik_ocagi": 6400,
    "saglik_evi": 2500,
    "saglik_merkezi": 190,
    "ilce_gun_hastanesi": 25,
    "acsap": 240,
    "verem_savas_dispanseri": 220,
    "sitma_savas_dispanseri": 12,
    "kanser_savas_dispanseri": 11,
    "istasyon_112_a": 600,
    "istasyon_112_b": 600,
    "adsm": 134 + 36,
    "dis_cene_cerrahisi_merkezi": 8,
    "devlet_hastanesi": 784,
    "dogum_cocuk_hastanesi": 6,
    "cocuk_hastanesi": 2,
    "gogus_hastanesi": 4,
    "kemik_hastanesi": 2,
    "ftr_hastanesi": 10,
    "ruh_sagligi_hastanesi": 7,
    "goz_hastanesi": 1,
    "onkoloji_hastanesi": 2,
    "kalp_damar_hastanesi": 1,
    "diger_dal_hastanesi": 2,
    "eah": 85,
    "eah_dal": 19,
    "semt_poliklinigi": 200,
}
UNIT_COLUMNS = [
    "unit_code",
    "district_code",
    "unit",
    "kind",
    "branch",
    "parent_unit",
    "not_ready",
    "beds",
    "special_beds",
    "khd_beds",
    "operating_tables",
    "dental_chairs",
    "imaging_devices",
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
    "catchment_population",
    "outpatient_visits",
    "emergency_visits",
    "operations",
    "orthopaedic_visits",
    "ent_visits",
    "neuropsychiatric_visits",
    "dental_visits",
    "out_of_province_visits",
    "bed_occupancy",
    "access_factor",
    "latitude",
    "longitude",
    "source",
]
FLAGS = UNIT_COLUMNS[UNIT_COLUMNS.index("laboratory") : UNIT_COLUMNS.index("catchment_population")]

# A.7: raw title and branch to planning title
RAW = {
    "anestezi": "anestezi_teknisyeni",
    "cevre_sagligi": "cevre_sagligi_teknisyeni",
    "dis_protez": "dis_protez_teknisyeni",
    "dis": "dis_protez_teknisyeni",
    "acil_tip": "acil_tip_teknisyeni",
    "ilk_ve_acil_yardim": "acil_tip_teknisyeni",
    "laboratuvar": "laboratuvar_teknisyeni",
    "ortopedi": "ortopedi_teknisyeni",
    "rontgen": "rontgen_teknisyeni",
    "toplum_sagligi": "toplum_sagligi_teknisyeni",
}
RAW_TITLES = {"saglik_teknisyeni", "saglik_teknikeri", "saglik_memuru", "laborant"}
WITHOUT_BRANCH = {
    "fizik_tedavi_teknisyeni": "fizyoterapist",
    "fizik_tedavi_teknikeri": "fizyoterapist",
    "odyometri_teknisyeni": "odyolog",
    "odyometri_teknikeri": "odyolog",
}
LEFT_OUT = {
    "klinik_sefi",
    "klinik_sef_yardimcisi",
    "basasistan",
    "asistan",
    "il_saglik_muduru",
    "il_saglik_mudur_yardimcisi",
    "bastabip",
    "bastabip_yardimcisi",
    "hastane_muduru",
    "hastane_mudur_yardimcisi",
    "sube_muduru",
    "bashemsire",
}
NATIONAL = {
    "pratisyen_tabip": 33_523,
    "hemsire": 132_856,
    "ebe": 46_944,
    "dis_tabibi": 11_424,
    "eczaci": 3_784,
    "anestezi_teknisyeni": 6_500,
    "cevre_sagligi_teknisyeni": 4_500,
    "dis_protez_teknisyeni": 1_900,
    "acil_tip_teknisyeni": 12_000,
    "laboratuvar_teknisyeni": 14_500,
    "ortopedi_teknisyeni": 700,
    "rontgen_teknisyeni": 10_500,
    "toplum_sagligi_teknisyeni": 9_000,
    "tibbi_sekreter": 12_500,
    "uzman_dis_tabibi": 350,
    "fizyoterapist": 1_900,
    "diyetisyen": 1_200,
    "psikolog": 1_500,
    "sosyal_calismaci": 1_400,
    "odyolog": 420,
    "cocuk_gelisim_uzmani": 450,
    "tibbi_teknolog": 260,
    "biyolog": 1_900,
}


def _table(name):
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8")


def _with_numbers(table, columns):
    return table.assign(**{column: pd.to_numeric(table[column]) for column in columns})


@pytest.fixture(scope="module")
def districts():
    return _with_numbers(
        _table("districts"), ["province_code", "etf_population", "central", "metropolitan_centre"]
    )


@pytest.fixture(scope="module")
def units():
    numbers = UNIT_COLUMNS[UNIT_COLUMNS.index("beds") : UNIT_COLUMNS.index("source")]
    table = _with_numbers(_table("units"), numbers)
    return table.assign(province=table["district_code"].str[3:5].astype(int))


def _planning_title(title, branch):
    if title in RAW_TITLES:
        return RAW[branch]
    if title == "uzman":
        return f"uzman.{branch}"
    return WITHOUT_BRANCH.get(title, title)


@pytest.fixture(scope="module")
def staff():
    table = _with_numbers(_table("staff"), ["filled", "vacant"])
    planning = [_planning_title(t, b) for t, b in zip(table["title"], table["branch"], strict=True)]
    return table.assign(planning=planning)


@pytest.fixture(scope="module")
def counted(staff):
    return staff[staff["status"].isin(COUNTED) & ~staff["title"].isin(LEFT_OUT)]


def test_a_rebuild_gives_the_same_bytes(tmp_path):
    subprocess.run([sys.executable, DATA / "build.py", "--out", tmp_path], check=True, capture_output=True)
    for name in TABLES:
        built = (tmp_path / f"{name}.csv").read_bytes()
        assert built == (DATA / f"{name}.csv").read_bytes(), (
            f"{name}.csv differs: run data/turkiye-2023/build.py"
        )
        assert b"\r" not in built


def test_the_columns_are_those_of_the_contract_in_its_order(units):
    assert list(units.columns[:-1]) == UNIT_COLUMNS
    heads = {name: list(_table(name).columns) for name in TABLES}
    assert heads["provinces"] == [
        "province_code",
        "province",
        "service_region",
        "metropolitan",
        "family_medicine",
        "crude_birth_rate",
        "population_factor",
        "visits_per_head",
    ]
    assert heads["districts"] == [
        "district_code",
        "province_code",
        "district",
        "etf_population",
        "central",
        "metropolitan_centre",
        "latitude",
        "longitude",
    ]
    assert heads["training"] == ["unit_code", "branch", "clinics"]
    assert heads["staff"] == ["unit_code", "title", "branch", "status", "filled", "vacant"]
    assert heads["standards"] == heads["capacity"] == ["unit_code", "title", "posts"]


def test_there_are_81_provinces_and_973_districts_with_the_official_population(districts):
    provinces = _table("provinces")
    assert sorted(provinces["province_code"].astype(int)) == list(range(1, 82))
    assert len(districts) == 973
    assert set(districts["province_code"]) == set(range(1, 82))
    assert districts["etf_population"].sum() == 85_372_377


def test_every_province_has_one_centre_or_several_metropolitan_ones(districts):
    central = districts[districts["central"] == 1]
    count = central.groupby("province_code").size()
    assert len(count) == 81
    several = central[central["province_code"].isin(count[count > 1].index)]
    assert (several["metropolitan_centre"] == 1).all()
    assert (districts.loc[districts["metropolitan_centre"] == 1, "central"] == 1).all()


def test_every_kind_of_unit_occurs_as_often_as_in_2006_or_as_in_the_facts(units):
    assert units["kind"].value_counts().to_dict() == KINDS


def test_the_961_hospitals_of_the_facts_are_there_with_all_their_beds(units):
    facts = pd.read_csv(DATA / "facts" / "hospitals.csv", dtype=str, keep_default_na=False)
    ours = units.set_index("unit_code").loc[facts["unit_code"]]
    assert len(facts) == 961
    assert list(ours["beds"]) == list(facts["beds"].astype(int))
    assert list(ours["unit"]) == list(facts["unit"])
    assert list(ours["district_code"]) == list(facts["district_code"])


def test_a_kind_differs_from_the_facts_only_where_its_source_says_so(units):
    facts = pd.read_csv(DATA / "facts" / "hospitals.csv", dtype=str, keep_default_na=False)
    ours = units.set_index("unit_code").loc[facts["unit_code"]]
    other = (ours["kind"].to_numpy() != facts["kind"].to_numpy()) | (
        ours["branch"].to_numpy() != facts["branch"].to_numpy()
    )
    assert list(ours["source"].str.contains("kind corrected")) == list(other)
    assert other.sum() == len(tomllib.loads((DATA / "build.toml").read_text(encoding="utf-8"))["correction"])


def test_every_row_says_where_it_comes_from(units):
    assert units["source"].str.contains("facts/|modelled").all()


def test_codes_and_names_are_unique_and_codes_are_ascii(units):
    assert units["unit_code"].is_unique
    assert units["unit_code"].map(str.isascii).all()
    assert not units.duplicated(["district_code", "unit"]).any()


def test_every_column_of_units_says_something_somewhere(units):
    defaults = {"bed_occupancy": 70, "access_factor": 1, "not_ready": "0", "branch": "", "parent_unit": ""}
    idle = [c for c in UNIT_COLUMNS if (units[c] == defaults.get(c, 0)).all()]
    assert idle == []
    assert units[FLAGS].isin([0, 1]).all(axis=None)


def test_the_catchments_of_a_district_add_up_to_its_people(units, districts):
    primary = units[units["kind"].isin(["saglik_ocagi", "saglik_merkezi"])]
    sums = primary.groupby("district_code")["catchment_population"].sum()
    assert sums.to_dict() == districts.set_index("district_code")["etf_population"].to_dict()


def test_village_units_serve_800_to_4000_people_and_town_units_more(units):
    ocak = units[units["kind"] == "saglik_ocagi"]
    rural = ocak[ocak["rural"] == 1]["catchment_population"]
    assert rural.between(800, 4000).all()
    assert 1500 < len(rural) < 3500
    assert ocak[ocak["rural"] == 0]["catchment_population"].median() > 15_000


def test_a_dispensary_of_every_province_serves_all_its_people(units, districts):
    people = districts.groupby("province_code")["etf_population"].sum()
    verem = units[units["kind"] == "verem_savas_dispanseri"].groupby("province")["catchment_population"].sum()
    assert verem.to_dict() == people.to_dict()


def test_special_and_obstetric_beds_are_8_to_20_percent_and_never_above_the_beds(units):
    inside = units["special_beds"] + units["khd_beds"]
    assert (inside <= units["beds"]).all()
    assert 0.08 <= inside.sum() / units["beds"].sum() <= 0.20


def test_directorates_stand_in_the_centre_one_a_province_and_one_group_a_district(units, districts):
    seats = units[units["kind"] == "il_saglik_mudurlugu"]
    assert seats["province"].is_unique
    central = set(districts.loc[districts["central"] == 1, "district_code"])
    assert set(seats["district_code"]) <= central
    groups = units[units["kind"] == "saglik_grup_baskanligi"]
    assert sorted(groups["district_code"]) == sorted(districts["district_code"])


def test_a_semt_poliklinigi_belongs_to_a_hospital_of_its_province(units):
    semt = units[units["kind"] == "semt_poliklinigi"]
    parents = units.set_index("unit_code").loc[semt["parent_unit"]]
    assert parents["kind"].isin(["devlet_hastanesi", "eah"]).all()
    assert list(parents["province"]) == list(semt["province"])
    assert (units.loc[units["kind"] != "semt_poliklinigi", "parent_unit"] == "").all()


def test_access_is_hard_for_about_15_percent_of_the_units(units):
    assert 0.10 <= (units["access_factor"] > 1).mean() <= 0.20
    assert units["access_factor"].between(1, 1.5).all()


def test_small_districts_with_an_institution_are_plentiful_and_not_all(units, districts):
    small = districts.loc[districts["etf_population"] < 15_000, "district_code"]
    here = units[units["kind"].isin(["devlet_hastanesi", "saglik_merkezi"])]["district_code"]
    assert 200 < small.isin(here).sum() < len(small)


def test_every_eah_has_training_clinics_and_nobody_else(units):
    training = _table("training")
    eah = units[units["kind"].isin(["eah", "eah_dal"])]
    assert set(training["unit_code"]) == set(eah["unit_code"])
    assert (training["clinics"].astype(int) >= 1).all()
    assert not training.duplicated(["unit_code", "branch"]).any()
    own = eah[eah["kind"] == "eah_dal"][["unit_code", "branch"]].merge(training)
    assert len(own) == KINDS["eah_dal"]


def test_filled_posts_add_up_to_the_national_number_of_every_title(counted):
    sums = counted.groupby("planning")["filled"].sum()
    specialists = sums[sums.index.str.startswith("uzman.")]
    assert sums.drop(specialists.index).to_dict() == NATIONAL
    assert specialists.sum() == 32_623


def test_one_covered_branch_is_too_small_to_plan_and_some_are_not_covered(counted):
    sums = counted.groupby("planning")["filled"].sum()
    specialists = sums[sums.index.str.startswith("uzman.")]
    not_covered = {
        "uzman.tibbi_genetik",
        "uzman.nefroloji",
        "uzman.endokrinoloji_ve_metabolizma_hastaliklari",
    }
    covered = specialists.drop(list(not_covered))
    assert len(covered) == 32
    assert list(covered[covered <= 100].index) == ["uzman.nukleer_tip"]


def test_the_ministry_figures_are_the_newest_of_the_facts(counted, staff):
    facts = pd.read_csv(DATA / "facts" / "national_staff.csv", dtype={"date": str})
    newest = facts[facts["sector"] == "saglik_bakanligi"].sort_values("date").groupby("title")["count"].last()
    sums = counted.groupby("planning")["filled"].sum()
    for ours, theirs in {
        "pratisyen_tabip": "pratisyen_hekim",
        "hemsire": "hemsire",
        "ebe": "ebe",
        "dis_tabibi": "dis_hekimi",
        "eczaci": "eczaci",
    }.items():
        assert sums[ours] == newest[theirs]
    assert staff.loc[staff["title"] == "asistan", "filled"].sum() == newest["asistan_hekim"]


def _gini(counted, units, districts, title):
    """Between provinces, per head, each province weighing what its people weigh."""
    people = districts.groupby("province_code")["etf_population"].sum()
    rows = counted[counted["planning"].str.match(title)].merge(units[["unit_code", "province"]])
    posts = rows.groupby("province")["filled"].sum().reindex(people.index, fill_value=0)
    order = (posts / people).sort_values().index
    width = people[order] / people.sum()
    top = (posts[order] / posts.sum()).cumsum()
    return 1 - (width * (top + top.shift(fill_value=0))).sum()


def test_specialists_are_as_uneven_as_they_were(counted, units, districts):
    assert 0.20 <= _gini(counted, units, districts, r"uzman\.") <= 0.30


def test_nurses_are_less_uneven_than_specialists(counted, units, districts):
    assert 0.10 <= _gini(counted, units, districts, "hemsire$") <= 0.20


def test_every_status_and_split_title_occurs(staff):
    assert set(staff["status"]) == {*COUNTED, "4B"}
    assert RAW_TITLES | set(WITHOUT_BRANCH) | LEFT_OUT <= set(staff["title"])
    raw = staff[staff["title"].isin(RAW_TITLES)]
    assert set(raw["branch"]) == set(RAW)
    assert not staff.duplicated(["unit_code", "title", "branch", "status"]).any()


def test_some_staff_under_4924_are_too_many_where_they_are_and_some_positions_vacant(staff, units):
    law = staff[staff["status"] == "4924"].merge(units[["unit_code", "kind", "province"]])
    assert law["vacant"].sum() > 0
    assert ((law["planning"] == "pratisyen_tabip") & (law["kind"] == "istasyon_112_b")).any()
    assert ((law["planning"] == "ebe") & (law["kind"] == "saglik_evi") & (law["filled"] > 1)).any()


def test_family_physicians_work_only_in_family_medicine_provinces(staff, units):
    provinces = _table("provinces")
    ours = set(provinces.loc[provinces["family_medicine"] == "1", "province_code"].astype(int))
    family = staff[staff["status"].isin(["aile_hekimi", "aile_sagligi_elemani"])].merge(units)
    assert set(family["province"]) == ours


def test_staff_training_and_limits_point_at_units_that_exist(staff, units):
    codes = set(units["unit_code"])
    assert set(staff["unit_code"]) - {""} <= codes
    assert "" in set(staff["unit_code"])
    for name in ("training", "standards", "capacity"):
        table = _table(name)
        assert set(table["unit_code"]) <= codes
        assert len(table) >= 20


def test_all_specialists_of_special_hospitals_are_of_their_own_branches(counted, units):
    eyes = units.loc[
        (units["kind"] == "goz_hastanesi") | (units["branch"] == "goz_hastaliklari"), "unit_code"
    ]
    there = counted[counted["unit_code"].isin(eyes) & counted["planning"].str.startswith("uzman.")]
    assert set(there["planning"]) <= {
        "uzman.goz_hastaliklari",
        "uzman.anesteziyoloji_ve_reanimasyon",
        "uzman.biyokimya_ve_klinik_biyokimya",
        "uzman.mikrobiyoloji_ve_klinik_mikrobiyoloji",
        "uzman.radyodiagnostik",
    }


def test_the_boundaries_are_attributed():
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert "OCHA" in readme
    assert "CC BY-IGO" in readme
