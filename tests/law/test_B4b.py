"""Section B.4.b, midwives: worked cases."""

from __future__ import annotations

import pytest

import pdc
from helpers.clause_mark import clause
from helpers.small import Small, posts, rule, rules, target

MIDWIFE = "ebe"
OBSTETRICIAN = "uzman.kadin_hastaliklari_ve_dogum"
FEW = "A.3.minimum=0"  # small countries have fewer than a hundred of anything


def one_district(etf: int = 100_000) -> Small:
    return Small().province(19).district("D", 19, etf, central=1)


def births(*rates: float) -> Small:
    """Provinces 1, 2, … of equal size with these crude birth rates (per 1,000)."""
    country = Small()
    for p, rate in enumerate(rates, 1):
        country.province(p, crude_birth_rate=rate).district(f"D{p}", p, 100_000, central=1)
        country.unit(f"S{p}", f"D{p}", "saglik_ocagi", catchment_population=35_000)
    return country


def places(plan: pdc.Plan) -> set[str]:
    return set(plan.units.loc[plan.units["title"] == MIDWIFE, "unit_code"])


# B.4.b.1, 2: how many, and the directorate ----------------------------------------------------------------------


@clause("B.4.b.1")
def test_a_province_with_21_births_a_thousand_has_5_percent_more_one_with_16_3_percent_one_with_14_9_none() -> (
    None
):
    plan = births(21, 16, 14.9).filled(MIDWIFE, 250).plan(MIDWIFE)
    # 250 × 1.20 = 300, 100 each; 5 + 3 on top.
    assert [target(plan, MIDWIFE, p) for p in (1, 2, 3)] == [105, 103, 100]
    assert [posts(plan, MIDWIFE, p) for p in (1, 2, 3)] == [105, 103, 100]
    assert posts(plan, MIDWIFE) == 308


@clause("B.4.b.1")
def test_exactly_2_percent_and_exactly_1_5_percent_belong_to_the_higher_class() -> None:
    plan = births(20, 19.99, 15).filled(MIDWIFE, 250).plan(MIDWIFE)
    assert [target(plan, MIDWIFE, p) for p in (1, 2, 3)] == [105, 103, 103]


@clause("B.4.b.1")
def test_extra_midwives_are_exact_in_the_targets_and_their_sum_is_rounded() -> None:
    # 110 × 1.20 = 132, 44 each: 44 × 0.05 = 2.2 and 44 × 0.03 = 1.32, together 3.52 → 4.
    plan = births(21, 16, 14).filled(MIDWIFE, 110).plan(MIDWIFE)
    assert target(plan, MIDWIFE, 1) == pytest.approx(46.2)
    assert target(plan, MIDWIFE, 2) == pytest.approx(45.32)
    assert posts(plan, MIDWIFE) == 136


@clause("B.4.b.1")
def test_the_raise_is_a_may_that_can_be_left_out() -> None:
    plan = births(21, 16, 14.9).filled(MIDWIFE, 250).plan(MIDWIFE, sets=["B.4.b.1.apply=false"])
    assert [posts(plan, MIDWIFE, p) for p in (1, 2, 3)] == [100, 100, 100]


@clause("B.4.b.2", shows="kept")
def test_a_provincial_directorate_has_at_least_3_midwives() -> None:
    # By weight the directorate (3) beside a sağlık ocağı of 7,000,000 people (2,000) would have 0.2 of 120.
    country = one_district().unit("M", "D", "il_saglik_mudurlugu")
    country.unit("S", "D", "saglik_ocagi", catchment_population=7_000_000)
    row = rule(country.filled(MIDWIFE, 100).plan(MIDWIFE, sets=[FEW]), "B.4.b.2", "M")
    assert (row["required"], row["posts"], row["tier"], row["status"]) == (3, 3, 2, "binding")


@clause("B.4.b.2", shows="short")
def test_with_one_midwife_in_the_country_the_directorate_is_2_short() -> None:
    plan = one_district().unit("M", "D", "il_saglik_mudurlugu").filled(MIDWIFE, 1).plan(MIDWIFE, sets=[FEW])
    row = rule(plan, "B.4.b.2", "M")
    assert (row["posts"], row["shortfall"], row["status"]) == (1, 2, "short")


# B.4.b.3 … 5: where midwives work, and by what ------------------------------------------------------------------


@clause("B.4.b.3", shows="short")
def test_midwives_are_planned_at_the_kinds_the_clause_names_and_never_at_others() -> None:
    country = one_district()
    named = [
        "saglik_evi", "saglik_ocagi", "saglik_merkezi", "ilce_gun_hastanesi", "acsap", "dogum_cocuk_hastanesi",
        "devlet_hastanesi", "eah", "cocuk_hastanesi", "il_saglik_mudurlugu",
    ]  # fmt: skip
    others = [
        "saglik_grup_baskanligi", "verem_savas_dispanseri", "sitma_savas_dispanseri", "kanser_savas_dispanseri",
        "istasyon_112_a", "istasyon_112_b", "adsm", "dis_cene_cerrahisi_merkezi",
    ]  # fmt: skip
    for kind in [*named, *others]:
        country.unit(kind, "D", kind, catchment_population=1_000)
    assert places(country.filled(MIDWIFE, 150).plan(MIDWIFE)) == set(named)


@clause("B.4.b.3", shows="kept")
def test_a_hospital_without_obstetric_clinic_and_catchment_comes_after_the_units_that_are_first() -> None:
    country = (
        one_district().unit("S", "D", "saglik_ocagi", catchment_population=3_500).unit("E", "D", "saglik_evi")
    )
    country.unit("O", "D", "devlet_hastanesi", beds=50, khd_beds=10).unit(
        "H", "D", "devlet_hastanesi", beds=50
    )
    plan = country.filled(MIDWIFE, 175).plan(MIDWIFE)
    # 210 by 1 : 1 : 5 : 0.
    assert [posts(plan, MIDWIFE, code) for code in "SEOH"] == [30, 30, 150, 0]


@clause("B.4.b.4")
def test_primary_care_goes_by_catchment_and_terrain_and_a_health_house_counts_for_one() -> None:
    country = (
        one_district().unit("E", "D", "saglik_evi").unit("S", "D", "saglik_ocagi", catchment_population=7_000)
    )
    country.unit("R", "D", "saglik_ocagi", catchment_population=7_000, access_factor=1.5)
    country.unit("C", "D", "acsap", catchment_population=150_000).unit(
        "Z", "D", "saglik_merkezi", catchment_population=3_500
    )
    country.unit("B", "D", "acsap", catchment_population=10_000)
    plan = country.filled(MIDWIFE, 200).plan(MIDWIFE)
    # 240 by 1 : 2 : 3 : 2 : 1 : 1.
    assert [target(plan, MIDWIFE, code) for code in "ESRCZB"] == [
        pytest.approx(v) for v in (24, 48, 72, 48, 24, 24)
    ]


@clause("B.4.b.4")
def test_the_weight_of_a_health_house_is_a_parameter() -> None:
    country = (
        one_district().unit("E", "D", "saglik_evi").unit("S", "D", "saglik_ocagi", catchment_population=7_000)
    )
    plan = country.filled(MIDWIFE, 200).plan(MIDWIFE, sets=["B.4.b.4.health_house=2"])
    assert target(plan, MIDWIFE, "E") == pytest.approx(120)


@clause("B.4.b.5")
def test_day_hospitals_and_hospitals_of_places_without_obstetrics_go_by_catchment() -> None:
    country = one_district().unit("G", "D", "ilce_gun_hastanesi", catchment_population=20_000)
    country.unit("H", "D", "devlet_hastanesi", beds=30, catchment_population=10_000).unit(
        "E", "D", "saglik_evi"
    )
    plan = country.filled(MIDWIFE, 200).plan(MIDWIFE)
    # 240 by 20,000 / 10,000 : 10,000 / 10,000 : 1.
    assert [target(plan, MIDWIFE, code) for code in "GHE"] == [pytest.approx(v) for v in (120, 60, 60)]


@clause("B.4.b.5", "B.4.b.6.c")
def test_where_there_is_a_clinic_two_obstetric_beds_weigh_as_much_as_10_000_people() -> None:
    country = one_district().unit(
        "H", "D", "devlet_hastanesi", beds=30, khd_beds=4, catchment_population=10_000
    )
    country.unit("G", "D", "ilce_gun_hastanesi", catchment_population=10_000)
    plan = country.filled(MIDWIFE, 200).plan(MIDWIFE)
    assert (target(plan, MIDWIFE, "H"), target(plan, MIDWIFE, "G")) == (pytest.approx(180), pytest.approx(60))


@clause("B.4.b.5", "B.4.b.1")
def test_the_crude_birth_rate_of_the_place_reaches_such_a_hospital_through_its_province() -> None:
    country = Small()
    for p, rate in ((1, 21), (2, 14)):
        country.province(p, crude_birth_rate=rate).district(f"D{p}", p, 100_000, central=1)
        country.unit(f"G{p}", f"D{p}", "ilce_gun_hastanesi", catchment_population=20_000)
    plan = country.filled(MIDWIFE, 200).plan(MIDWIFE)
    assert (target(plan, MIDWIFE, "G1"), target(plan, MIDWIFE, "G2")) == (
        pytest.approx(126),
        pytest.approx(120),
    )


# B.4.b.6: hospitals --------------------------------------------------------------------------------------------


@clause("B.4.b.6.a", shows="kept")
@pytest.mark.parametrize(
    ("kind", "columns"),
    [("dogum_cocuk_hastanesi", {}), ("eah", {}), ("eah_dal", {"branch": "kadin_hastaliklari_ve_dogum"})],
)
def test_in_the_province_centre_and_at_training_hospitals_two_obstetric_beds_have_a_midwife(
    kind: str, columns: dict[str, str]
) -> None:
    # 41 beds: 20.5 → 21; the sağlık ocağı of 35,000,000 people would leave the hospital 0.2 of 120 by weight.
    country = one_district().unit("K", "D", kind, beds=60, khd_beds=41, **columns)
    country.unit("S", "D", "saglik_ocagi", catchment_population=35_000_000).filled(MIDWIFE, 100)
    row = rule(country.plan(MIDWIFE, sets=[FEW]), "B.4.b.6.a", "K")
    assert (row["required"], row["posts"], row["tier"], row["status"]) == (21, 21, 2, "binding")


@clause("B.4.b.6.a", "B.4.b.6.d")
def test_the_obstetric_clinic_of_a_special_branch_eah_counts_where_it_may_have_midwives() -> None:
    country = one_district().unit("S", "D", "saglik_ocagi", catchment_population=35_000).filled(MIDWIFE, 100)
    country.unit("P", "D", "eah_dal", beds=60, khd_beds=10, branch="cocuk_sagligi_ve_hastaliklari")
    country.unit("G", "D", "eah_dal", beds=60, khd_beds=10, branch="gogus_cerrahisi")
    plan = country.plan(MIDWIFE, sets=[FEW])
    assert rule(plan, "B.4.b.6.a", "P")["required"] == 5
    assert rules(plan, "B.4.b.6.a", "G") == []  # no obstetrician is planned there: it may have no midwife


@clause("B.4.b.6.a", shows="short")
def test_with_12_midwives_for_40_obstetric_beds_8_are_missing() -> None:
    country = one_district().unit("K", "D", "dogum_cocuk_hastanesi", beds=60, khd_beds=40).filled(MIDWIFE, 10)
    row = rule(country.plan(MIDWIFE, sets=[FEW]), "B.4.b.6.a", "K")
    assert (row["required"], row["posts"], row["shortfall"], row["status"]) == (20, 12, 8, "short")


def two_districts(second: int) -> Small:
    country = Small().province(19).district("C", 19, 100_000, central=1).district("D", 19, second)
    country.unit("S", "C", "saglik_ocagi", catchment_population=35_000)
    return country.unit("K", "D", "dogum_cocuk_hastanesi", beds=50, khd_beds=40).filled(MIDWIFE, 150)


@clause("B.4.b.6.a", "B.4.b.6.b", shows="kept")
def test_a_district_with_more_people_than_the_centre_counts_as_a_centre_and_one_with_as_many_does_not() -> (
    None
):
    plan = two_districts(100_001).plan(MIDWIFE)
    assert rule(plan, "B.4.b.6.a", "K")["required"] == 20  # 40 / 2
    assert rules(plan, "B.4.b.6.b", "K") == []
    plan = two_districts(100_000).plan(MIDWIFE)
    row = rule(plan, "B.4.b.6.b", "K")
    assert (row["required"], row["shortfall"], row["tier"]) == (17, 0, 2)  # 50 / 3 = 16.7
    assert rules(plan, "B.4.b.6.a", "K") == []


@clause("B.4.b.6.b", shows="kept")
def test_the_maternity_hospital_of_a_small_district_has_a_midwife_for_every_three_beds() -> None:
    # 10,000 of 110,000 people: 16.4 of 180 midwives by target, 17 by the clause.
    row = rule(two_districts(10_000).plan(MIDWIFE), "B.4.b.6.b", "K")
    assert (row["required"], row["posts"], row["status"]) == (17, 17, "binding")


@clause("B.4.b.6.b", shows="short")
def test_with_12_midwives_in_the_country_5_of_17_are_missing() -> None:
    country = Small().province(19).district("C", 19, 100_000, central=1).district("D", 19, 90_000)
    country.unit("K", "D", "dogum_cocuk_hastanesi", beds=50, khd_beds=40).filled(MIDWIFE, 10)
    row = rule(country.plan(MIDWIFE, sets=[FEW]), "B.4.b.6.b", "K")
    assert (row["posts"], row["shortfall"], row["status"]) == (12, 5, "short")


@clause("B.4.b.6.c")
def test_where_there_is_no_maternity_hospital_the_hospitals_go_by_obstetric_beds_and_catchment() -> None:
    country = one_district().unit(
        "H", "D", "devlet_hastanesi", beds=100, khd_beds=20, catchment_population=20_000
    )
    country.unit("K", "D", "devlet_hastanesi", beds=100, khd_beds=12)
    plan = country.filled(MIDWIFE, 150).plan(MIDWIFE)
    # 180 by 20 / 2 + 20,000 / 10,000 = 12 and 12 / 2 = 6; no floor for general hospitals.
    assert (target(plan, MIDWIFE, "H"), target(plan, MIDWIFE, "K")) == (pytest.approx(120), pytest.approx(60))
    assert [rules(plan, f"B.4.b.6.{letter}", "H") for letter in "ab"] == [[], []]


@clause("B.4.b.6.d", shows="short")
def test_a_chest_hospital_has_no_midwives_and_a_childrens_hospital_may() -> None:
    country = one_district().unit("G", "D", "gogus_hastanesi", beds=100).unit("E", "D", "saglik_evi")
    country.unit("K", "D", "cocuk_hastanesi", beds=100)
    assert places(country.filled(MIDWIFE, 150).plan(MIDWIFE)) == {"E", "K"}


@clause("B.4.b.6.d", shows="short")
@pytest.mark.parametrize(
    ("branch", "may"),
    [("kadin_hastaliklari_ve_dogum", True), ("cocuk_sagligi_ve_hastaliklari", True), ("noroloji", False)],
)
def test_a_special_branch_training_hospital_has_midwives_only_in_obstetrics_and_paediatrics(
    branch: str, may: bool
) -> None:
    country = one_district().unit("L", "D", "eah_dal", branch=branch, beds=100).unit("E", "D", "saglik_evi")
    assert ("L" in places(country.filled(MIDWIFE, 150).plan(MIDWIFE))) is may


@clause("B.4.b.6.d", shows="kept")
@pytest.mark.parametrize(
    ("kind", "columns"), [("onkoloji_hastanesi", {}), ("eah_dal", {"branch": "radyasyon_onkolojisi"})]
)
def test_where_an_obstetrician_is_planned_such_a_hospital_may_have_midwives(
    kind: str, columns: dict[str, str]
) -> None:
    country = (
        one_district().unit("O", "D", kind, beds=100, khd_beds=10, **columns).unit("E", "D", "saglik_evi")
    )
    country.filled(MIDWIFE, 150)
    assert "O" not in places(country.plan())
    country.filled(OBSTETRICIAN, 120)
    plan = country.plan()
    assert posts(plan, OBSTETRICIAN, "O") == 120
    assert "O" in places(plan)


def test_the_marks_of_this_file_cover_section_b_4_b() -> None:
    marked = {number for value in globals().values() for number in getattr(value, "clauses", ())}
    register = [number for number in pdc.law.reading.load().clauses if number.startswith("B.4.b.")]
    assert [number for number in register if number not in marked] == []
