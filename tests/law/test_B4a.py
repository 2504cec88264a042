"""Section B.4.a, nurses: worked cases."""

from __future__ import annotations

import pytest

import pdc
from helpers.clause_mark import clause
from helpers.small import Small, notices, posts, rule, rules, target

NURSE, MIDWIFE, GP = "hemsire", "ebe", "pratisyen_tabip"
FEW = "A.3.minimum=0"  # small countries have fewer than a hundred of anything
AS_FILLED = (
    FEW,
    "B.4.a.1.growth=1",
)  # exactly the filled posts are planned: to count floors to the last nurse


def one_district(etf: int = 100_000, central: int = 1) -> Small:
    """A province whose second district, D, is the one looked at when it is not the centre."""
    country = Small().province(19)
    if not central:
        country.district("C", 19, 5_000_000, central=1).unit("HC", "C", "devlet_hastanesi", beds=60)
    return country.district("D", 19, etf, central=central)


def asked(plan: pdc.Plan, number: str, code: str, title: str = NURSE) -> list[int]:
    return [row["required"] for row in rules(plan, number, code, title)]


def missing(plan: pdc.Plan, code: str, title: str = NURSE) -> int:
    rows = plan.rules[(plan.rules["code"] == code) & (plan.rules["title"] == title)]
    return int(rows["shortfall"].sum())


# B.4.a.1: how many nurses, and for which province ---------------------------------------------------------------


def big_three(*codes: int) -> Small:
    country = Small()
    for code in codes:
        country.province(code).district(f"D{code}", code, 1_000_000, central=1)
        country.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=100)
    return country


@clause("B.4.a.1")
def test_60_000_nurses_make_72_000_by_etf_3_000_for_the_three_and_3_000_by_special_branch_beds() -> None:
    country = big_three(34, 6, 35, 19, 20).filled(NURSE, 60_000)
    country.unit("G19", "D19", "gogus_hastanesi", beds=200).unit("K20", "D20", "cocuk_hastanesi", beds=100)
    country.unit("G34", "D34", "gogus_hastanesi", beds=900)  # in İstanbul: no part in the third pool
    country.unit("M20", "D20", "dogum_cocuk_hastanesi", beds=700)  # maternity: no part in it either
    plan = country.plan(NURSE)
    assert posts(plan, NURSE) == 78_000
    assert plan.national.set_index("title").loc[NURSE, "supply"] == 78_000
    wanted = {34: 14_400 + 1_500, 6: 14_400 + 900, 35: 14_400 + 600, 19: 14_400 + 2_000, 20: 14_400 + 1_000}
    for code, number in wanted.items():
        assert target(plan, NURSE, code) == pytest.approx(number)


@clause("B.4.a.1")
def test_if_one_of_the_three_is_not_in_the_data_the_others_share_its_part() -> None:
    # 200 × 0.05 = 10 to İstanbul and Ankara as 50 : 30; no special-branch hospital, so the third pool lapses.
    plan = big_three(34, 6, 19).filled(NURSE, 200).plan(NURSE)
    assert posts(plan, NURSE) == 250
    assert target(plan, NURSE, 34) == pytest.approx(80 + 6.25)
    assert target(plan, NURSE, 6) == pytest.approx(80 + 3.75)
    assert target(plan, NURSE, 19) == pytest.approx(80)


@clause("B.4.a.1")
def test_each_pool_is_rounded_half_up_and_given_out_whole() -> None:
    # 130 × 1.20 = 156; 130 × 0.05 = 6.5 → 7, twice.
    country = big_three(34, 19).filled(NURSE, 130).unit("G", "D19", "gogus_hastanesi", beds=10)
    assert posts(country.plan(NURSE), NURSE) == 156 + 7 + 7


@clause("B.4.a.1")
def test_a_special_branch_training_hospital_counts_only_in_the_other_reading() -> None:
    country = big_three(19, 20).filled(NURSE, 200).unit("E", "D19", "eah_dal", branch="noroloji", beds=50)
    assert posts(country.plan(NURSE), NURSE) == 240
    plan = country.plan(NURSE, sets=["B.4.a.1.eah_dal_counts=true"])
    assert posts(plan, NURSE) == 250
    assert (target(plan, NURSE, 19), target(plan, NURSE, 20)) == (pytest.approx(130), pytest.approx(120))


@clause("B.4.a.1")
def test_the_pool_of_special_branch_beds_goes_on_to_districts_and_hospitals_by_those_beds() -> None:
    country = big_three(19).district("E19", 19, 1_000_000).filled(NURSE, 200)
    country.unit("HE", "E19", "devlet_hastanesi", beds=100)
    country.unit("G", "E19", "gogus_hastanesi", beds=60).unit("K", "D19", "kemik_hastanesi", beds=40)
    plan = country.plan(NURSE)
    # 240 by ETF: 120 for each district; 10 by beds 60 : 40.
    assert target(plan, NURSE, "E19") == pytest.approx(126)
    assert target(plan, NURSE, "D19") == pytest.approx(124)


# B.4.a.2, 3: directorates ---------------------------------------------------------------------------------------


@clause("B.4.a.2", shows="kept")
def test_a_provincial_directorate_has_at_least_5_nurses() -> None:
    # By weight the directorate (5) beside 8,000 beds of a day hospital (2,000) would have 0.3 of 120.
    country = (
        one_district().unit("M", "D", "il_saglik_mudurlugu").unit("G", "D", "ilce_gun_hastanesi", beds=8_000)
    )
    plan = country.filled(NURSE, 100).plan(NURSE, sets=[FEW])
    row = rule(plan, "B.4.a.2", "M")
    assert (row["required"], row["posts"], row["shortfall"], row["tier"], row["status"]) == (
        5,
        5,
        0,
        2,
        "binding",
    )


@clause("B.4.a.2", shows="short")
def test_with_two_nurses_in_the_country_the_directorate_is_3_short() -> None:
    plan = one_district().unit("M", "D", "il_saglik_mudurlugu").filled(NURSE, 2).plan(NURSE, sets=[FEW])
    row = rule(plan, "B.4.a.2", "M")  # 2 × 1.20 = 2.4 → 2
    assert (row["posts"], row["shortfall"], row["status"]) == (2, 3, "short")


@clause("B.4.a.3", shows="kept")
def test_a_group_directorate_has_one_nurse() -> None:
    country = (
        one_district().unit("G", "D", "saglik_grup_baskanligi").unit("H", "D", "devlet_hastanesi", beds=30)
    )
    row = rule(country.filled(NURSE, 150).plan(NURSE), "B.4.a.3", "G")
    assert (row["required"], row["posts"], row["tier"], row["status"]) == (1, 1, 1, "binding")


@clause("B.4.a.3", shows="short")
def test_more_than_one_at_a_group_directorate_is_as_wrong_as_none() -> None:
    plan = one_district().unit("G", "D", "saglik_grup_baskanligi").filled(NURSE, 5).plan(NURSE, sets=[FEW])
    row = rule(plan, "B.4.a.3", "G")  # 6 nurses and no other unit
    assert (row["posts"], row["shortfall"], row["status"]) == (6, 5, "short")
    country = (
        one_district().unit("G", "D", "saglik_grup_baskanligi").unit("H", "D", "devlet_hastanesi", beds=30)
    )
    row = rule(country.filled(NURSE, 150).limit("standards", "G", NURSE, 0).plan(NURSE), "B.4.a.3", "G")
    assert (row["posts"], row["shortfall"], row["status"]) == (0, 1, "short")


# B.4.a.4, 5: a nurse or midwife for every physician of primary care ---------------------------------------------


def ten_gps(kind: str = "saglik_ocagi", **columns: object) -> Small:
    """22,000 people, 10 GPs, all at one unit of 35,000 people; beside it a large day hospital that draws nurses."""
    country = one_district(22_000).unit("S", "D", kind, catchment_population=35_000, **columns)
    return (
        country.unit("G", "D", "ilce_gun_hastanesi", beds=400).limit("standards", "G", GP, 0).filled(GP, 150)
    )


@clause("B.4.a.4", shows="kept")
@pytest.mark.parametrize(("kind", "columns"), [("saglik_ocagi", {}), ("saglik_merkezi", {"duty_24h": 1})])
def test_nurses_and_midwives_of_a_saglik_ocagi_are_at_least_its_10_physicians(
    kind: str, columns: dict[str, int]
) -> None:
    country = ten_gps(kind, **columns).filled(NURSE, 10).filled(MIDWIFE, 3)
    plan = country.plan(sets=[FEW])
    assert posts(plan, GP, "S") == 10
    # 12 nurses, of whom one by weight (35,000 / 4,000 against 400 / 4), and 4 midwives: 6 nurses must come.
    assert (posts(plan, NURSE, "S"), posts(plan, MIDWIFE, "S")) == (6, 4)
    row = rule(plan, "B.4.a.4", "S", "hemsire+ebe")
    assert (row["required"], row["posts"], row["shortfall"], row["tier"], row["status"]) == (
        10,
        10,
        0,
        2,
        "binding",
    )


@clause("B.4.a.4", shows="short")
def test_one_nurse_and_one_midwife_for_10_physicians_are_8_short() -> None:
    plan = ten_gps().filled(NURSE, 1).filled(MIDWIFE, 1).plan(sets=[FEW])
    row = rule(plan, "B.4.a.4", "S", "hemsire+ebe")
    assert (row["posts"], row["shortfall"], row["status"]) == (2, 8, "short")


@clause("B.4.a.4")
def test_a_health_centre_without_24_hour_duty_has_no_such_ratio() -> None:
    plan = ten_gps("saglik_merkezi").filled(NURSE, 10).filled(MIDWIFE, 3).plan(sets=[FEW])
    assert rules(plan, "B.4.a.4", "S") == []


@clause("B.4.a.4")
def test_specialists_planned_at_the_saglik_ocagi_count_as_physicians() -> None:
    country = one_district(22_000).unit("S", "D", "saglik_ocagi", catchment_population=35_000)
    country.filled(GP, 150).filled("uzman.aile_hekimligi", 3).filled(NURSE, 10).filled(MIDWIFE, 3)
    plan = country.plan(sets=[FEW])
    assert rule(plan, "B.4.a.4", "S", "hemsire+ebe")["required"] == 10 + 3


@clause("B.4.a.4")
def test_targets_go_by_catchment_midwives_towards_primary_care_and_nurses_towards_wards() -> None:
    country = one_district().unit("S", "D", "saglik_ocagi", catchment_population=28_000)
    country.unit("H", "D", "devlet_hastanesi", beds=20, khd_beds=8).unit(
        "R", "D", "saglik_ocagi", catchment_population=14_000
    )
    plan = country.filled(NURSE, 150).filled(MIDWIFE, 150).plan()
    # Midwives 180 by 28,000 / 3,500 : 14,000 / 3,500 : 8 / 2 = 8 : 4 : 4.
    assert [target(plan, MIDWIFE, code) for code in "SRH"] == [pytest.approx(v) for v in (90, 45, 45)]
    # Nurses 180: the floor 12 / 3 + 1 = 5 of the hospital first, 175 by 7 : 3.5 : 4 + 8 / 9.
    whole = 7 + 3.5 + 4 + 8 / 9
    assert target(plan, NURSE, "S") == pytest.approx(175 * 7 / whole)
    assert target(plan, NURSE, "H") == pytest.approx(5 + 175 * (4 + 8 / 9) / whole)


def dispensaries() -> Small:
    """200 GPs: 3 at the AÇS-AP (1.5 %), 2 at the tuberculosis dispensary (1 %), the others elsewhere without nurses."""
    country = one_district(440_000).filled(GP, 150)
    country.unit("S", "D", "saglik_ocagi", catchment_population=350_000).unit(
        "W", "D", "sitma_savas_dispanseri"
    )
    country.unit("C", "D", "acsap", catchment_population=6_000_000)
    country.unit("T", "D", "verem_savas_dispanseri", catchment_population=6_000_000)
    for title in (NURSE, MIDWIFE):
        country.limit("standards", "S", title, 0)
    return country.limit("standards", "W", NURSE, 0)


@clause("B.4.a.5", shows="kept")
def test_a_midwife_counts_at_an_acsap_and_only_a_nurse_at_a_dispensary() -> None:
    # 2 nurses and 4 midwives: the midwives can only be at the AÇS-AP, so the nurses go to the dispensary.
    plan = dispensaries().filled(NURSE, 2).filled(MIDWIFE, 3).plan(sets=[FEW])
    assert (posts(plan, GP, "C"), posts(plan, GP, "T")) == (3, 2)
    row = rule(plan, "B.4.a.5", "C", "hemsire+ebe")
    assert (row["required"], row["posts"], row["shortfall"]) == (3, 4, 0)
    row = rule(plan, "B.4.a.5", "T", NURSE)
    assert (row["required"], row["posts"], row["shortfall"], row["tier"]) == (2, 2, 0, 2)


@clause("B.4.a.5", shows="short")
def test_one_nurse_leaves_the_malaria_dispensary_short() -> None:
    country = one_district(22_000).unit("W", "D", "sitma_savas_dispanseri").filled(GP, 150).filled(NURSE, 1)
    row = rule(country.plan(sets=[FEW]), "B.4.a.5", "W", NURSE)
    assert (row["required"], row["posts"], row["shortfall"], row["status"]) == (10, 1, 9, "short")


@clause("B.4.a.5")
def test_a_cancer_dispensary_has_a_nurse_per_physician_too() -> None:
    country = one_district(22_000).unit("K", "D", "kanser_savas_dispanseri").filled(GP, 150).filled(NURSE, 10)
    row = rule(country.plan(sets=[FEW]), "B.4.a.5", "K", NURSE)
    assert (row["required"], row["posts"], row["status"]) == (10, 12, "kept")


# B.4.a.6: dental centres ----------------------------------------------------------------------------------------


@clause("B.4.a.6", shows="kept")
@pytest.mark.parametrize(("chairs", "nurses"), [(9, 3), (10, 4), (1, 1)])
def test_an_adsm_has_a_nurse_for_every_three_active_chairs(chairs: int, nurses: int) -> None:
    country = (
        one_district()
        .unit("A", "D", "adsm", dental_chairs=chairs)
        .unit("H", "D", "devlet_hastanesi", beds=30)
    )
    row = rule(country.filled(NURSE, 150).plan(NURSE), "B.4.a.6", "A")
    assert (row["required"], row["posts"], row["tier"], row["status"]) == (nurses, nurses, 2, "binding")


@clause("B.4.a.6", shows="short")
def test_an_adsm_with_more_or_fewer_nurses_is_short_by_the_difference() -> None:
    country = one_district().unit("A", "D", "adsm", dental_chairs=9)
    row = rule(country.filled(NURSE, 10).plan(NURSE, sets=[FEW]), "B.4.a.6", "A")  # 12 and no other unit
    assert (row["posts"], row["shortfall"], row["status"]) == (12, 9, "short")
    country = one_district().unit("A", "D", "adsm", dental_chairs=9)
    row = rule(country.filled(NURSE, 2).plan(NURSE, sets=[FEW]), "B.4.a.6", "A")
    assert (row["posts"], row["shortfall"], row["status"]) == (2, 1, "short")


# B.4.a.7, 8, 13: general hospitals --------------------------------------------------------------------------------

HOSPITAL = {"beds": 120, "special_beds": 10, "khd_beds": 20}


@clause("B.4.a.7", "B.4.a.11", "B.4.a.13", shows="kept")
def test_in_a_district_of_29_999_the_hospital_of_120_beds_has_23_and_3_and_5_nurses() -> None:
    # With 31 + 20 nurses (60 / 3 at the hospital of the centre, five million people) nothing is short.
    country = one_district(29_999, central=0).unit("H", "D", "devlet_hastanesi", **HOSPITAL)
    plan = country.filled(NURSE, 51).plan(NURSE, sets=AS_FILLED)
    assert asked(plan, "B.4.a.7", "H") == [4, 23]  # 90 / 4 = 22.5; and 4 for duty
    assert asked(plan, "B.4.a.13", "H") == [3]  # 20 / 9 = 2.2
    assert asked(plan, "B.4.a.11", "H") == [5]  # 10 / 2
    assert asked(plan, "B.4.a.8", "H") == []
    assert (posts(plan, NURSE, "H"), posts(plan, NURSE, "HC")) == (31, 20)
    assert missing(plan, "H") == 0


@clause("B.4.a.7", shows="short")
def test_with_one_nurse_fewer_than_the_floors_ask_for_one_is_missing() -> None:
    country = one_district(29_999, central=0).unit("H", "D", "devlet_hastanesi", **HOSPITAL)
    plan = country.filled(NURSE, 50).plan(NURSE, sets=AS_FILLED)
    assert missing(plan, "H") + missing(plan, "HC") == 1
    country = one_district(29_999, central=0).unit("H", "D", "devlet_hastanesi", **HOSPITAL)
    plan = country.filled(NURSE, 51).limit("standards", "H", NURSE, 20).plan(NURSE, sets=AS_FILLED)
    row = rules(plan, "B.4.a.7", "H")[-1]
    assert (row["required"], row["posts"], row["shortfall"], row["status"]) == (23, 20, 3, "short")
    assert missing(plan, "H") == 11


@clause("B.4.a.7", shows="kept")
@pytest.mark.parametrize(("surgeons", "nurses"), [(26, 31), (27, 32)])
def test_there_the_physicians_count_from_27_on(surgeons: int, nurses: int) -> None:
    # max(23 + 3, physicians) + 5
    country = one_district(29_999, central=0).unit("H", "D", "devlet_hastanesi", **HOSPITAL)
    country.limit("standards", "HC", "uzman.genel_cerrahi", 0).filled("uzman.genel_cerrahi", surgeons)
    plan = country.filled(NURSE, nurses + 20).plan(sets=AS_FILLED)
    assert posts(plan, "uzman.genel_cerrahi", "H") == surgeons
    assert posts(plan, NURSE, "H") == nurses
    assert missing(plan, "H") + missing(plan, "HC") == 0


@clause("B.4.a.7", shows="kept")
def test_a_very_small_hospital_has_nurses_and_midwives_enough_for_duty() -> None:
    # 4 beds ask for 2 / 4 → 1 nurse, duty for 4 nurses and midwives: of 24 nurses 20 in the centre and 4 here.
    country = one_district(29_999, central=0).unit(
        "H", "D", "devlet_hastanesi", beds=4, catchment_population=10_000
    )
    plan = country.filled(NURSE, 24).plan(NURSE, sets=AS_FILLED)
    assert asked(plan, "B.4.a.7", "H") == [1, 4]
    assert posts(plan, NURSE, "H") == 4
    # With a midwife there, who counts as well, three nurses are enough.
    country.filled(MIDWIFE, 1).limit("standards", "HC", MIDWIFE, 0)
    plan = country.plan(NURSE, MIDWIFE, sets=AS_FILLED)
    row = rule(plan, "B.4.a.7", "H", "hemsire+ebe")
    assert (row["required"], row["posts"], row["shortfall"], row["status"]) == (4, 4, 0, "binding")
    assert (posts(plan, NURSE, "H"), posts(plan, MIDWIFE, "H")) == (3, 1)


@clause("B.4.a.7", shows="short")
def test_two_nurses_in_the_country_are_not_enough_for_duty() -> None:
    country = Small().province(19).district("C", 19, 5_000_000, central=1).district("D", 19, 29_999)
    country.unit("H", "D", "devlet_hastanesi", beds=4).filled(NURSE, 2)
    plan = country.plan(NURSE, sets=[FEW])
    row = rules(plan, "B.4.a.7", "H")[-1]
    assert (row["required"], row["posts"], row["shortfall"], row["status"]) == (4, 2, 2, "short")


@clause("B.4.a.8", "B.4.a.11", "B.4.a.13", shows="kept")
@clause("B.4.a.7")
@pytest.mark.parametrize(("etf", "central"), [(45_000, 0), (30_000, 0), (29_999, 1)])
def test_in_a_district_of_30_000_and_in_any_centre_the_same_hospital_has_30_and_3_and_5(
    etf: int, central: int
) -> None:
    country = one_district(etf, central).unit("H", "D", "devlet_hastanesi", **HOSPITAL)
    # Exactly what the floors ask for: 38 here, and 20 at the hospital of the centre where it is another.
    plan = country.filled(NURSE, 38 if central else 58).plan(NURSE, sets=AS_FILLED)
    assert asked(plan, "B.4.a.8", "H") == [30]  # 90 / 3
    assert asked(plan, "B.4.a.13", "H") == [3]
    assert asked(plan, "B.4.a.11", "H") == [5]
    assert asked(plan, "B.4.a.7", "H") == []
    assert posts(plan, NURSE, "H") == 38
    assert missing(plan, "H") == 0


@clause("B.4.a.8", shows="kept")
@pytest.mark.parametrize(("surgeons", "nurses"), [(33, 38), (34, 39), (40, 45)])
def test_there_the_physicians_count_from_34_on(surgeons: int, nurses: int) -> None:
    # max(30 + 3, physicians) + 5: that many nurses are enough, one fewer is not.
    for number, short in ((nurses, 0), (nurses - 1, 1)):
        country = one_district(45_000).unit("H", "D", "devlet_hastanesi", **HOSPITAL)
        plan = country.filled("uzman.genel_cerrahi", surgeons).filled(NURSE, number).plan(sets=AS_FILLED)
        assert asked(plan, "B.4.a.8", "H") == [30, surgeons]
        assert missing(plan, "H") == short


@clause("B.4.a.8", shows="short")
def test_with_20_nurses_for_38_the_rows_of_the_hospital_add_up_to_18_missing() -> None:
    country = one_district(45_000).unit("H", "D", "devlet_hastanesi", **HOSPITAL)
    plan = country.filled(NURSE, 17).plan(NURSE, sets=[FEW])  # 20.4 → 20
    assert posts(plan, NURSE, "H") == 20
    assert rule(plan, "B.4.a.8", "H")["shortfall"] == 10  # 30 − 20
    assert rule(plan, "B.4.a.13", "H")["shortfall"] == 3
    assert rule(plan, "B.4.a.11", "H")["shortfall"] == 5  # on top last
    assert rule(plan, "B.4.a.8", "H")["status"] == "short"


@clause("B.4.a.7", "B.4.a.8", "B.4.a.10")
def test_in_the_other_reading_all_beds_count_and_not_only_those_of_the_wards() -> None:
    sets = ["B.4.a.7.beds_counted=all"]
    country = one_district(29_999, central=0).unit("H", "D", "devlet_hastanesi", **HOSPITAL)
    country.unit("K", "C", "devlet_hastanesi", **HOSPITAL).unit("E", "C", "eah", **HOSPITAL)
    plan = country.filled(NURSE, 200).plan(NURSE, sets=sets)
    assert asked(plan, "B.4.a.7", "H") == [4, 30]  # 120 / 4 instead of 23
    assert asked(plan, "B.4.a.8", "K") == [40]  # 120 / 3 instead of 30
    assert asked(plan, "B.4.a.10", "E") == [40]


# B.4.a.9 … 11: special-branch and training hospitals ----------------------------------------------------------------


@clause("B.4.a.9")
def test_special_branch_hospitals_go_by_beds_occupancy_and_operations() -> None:
    country = one_district().unit("G", "D", "gogus_hastanesi", beds=90)
    country.unit("K", "D", "kalp_damar_hastanesi", beds=90, bed_occupancy=84, operations=12_000)
    country.rows["units"][0]["bed_occupancy"] = 70
    plan = country.filled(NURSE, 120).plan(NURSE)
    # 90 / 3 = 30, and 30 × 84 / 70 + 12,000 / 2,000 = 42; 144 by these, 6 of the special pool by beds 90 : 90.
    assert target(plan, NURSE, "G") == pytest.approx(144 * 30 / 72 + 3)
    assert target(plan, NURSE, "K") == pytest.approx(144 * 42 / 72 + 3)
    assert asked(plan, "B.4.a.8", "G") == []  # no floor by beds


@clause("B.4.a.5", "B.4.a.8", "B.4.a.9", "B.4.a.13")
def test_targets_inside_a_district_follow_the_weights_of_the_units() -> None:
    country = one_district()
    country.unit("S", "D", "saglik_ocagi", catchment_population=20_000)  # 20,000 / 4,000 = 5
    country.unit("C", "D", "acsap", catchment_population=600_000)  # / 100,000 = 6, at most 2 without physicians
    country.unit("T", "D", "verem_savas_dispanseri", catchment_population=30_000)  # 1 at least
    country.unit("G", "D", "ilce_gun_hastanesi", beds=8, outpatient_visits=90_000)  # 8 / 4 + 3 = 5
    country.unit(
        "Z", "D", "saglik_merkezi", beds=60, khd_beds=27, catchment_population=0
    )  # 33 / 3 + 27 / 9 = 14
    country.unit("K", "D", "dis_cene_cerrahisi_merkezi", dental_chairs=9)  # 9 / 3 = 3
    plan = country.filled(NURSE, 170).plan(NURSE)
    for code, weight in {"S": 5, "C": 2, "T": 1, "G": 5, "Z": 14, "K": 3}.items():
        assert target(plan, NURSE, code) == pytest.approx(204 * weight / 30)


@clause("B.4.a.8", "B.4.a.9", "B.4.a.13", "B.4.a.11")
def test_special_beds_weigh_one_nurse_for_two_in_the_targets_too() -> None:
    country = one_district().unit("S", "D", "saglik_ocagi", catchment_population=20_000)  # 5
    country.unit("H", "D", "devlet_hastanesi", beds=66, special_beds=30, khd_beds=9)  # 27 / 3 + 15 + 1 = 25
    country.unit(
        "G", "D", "gogus_hastanesi", beds=90, special_beds=30, bed_occupancy=140
    )  # (20 + 15) × 2 = 70
    country.unit("K", "D", "dogum_cocuk_hastanesi", beds=100, special_beds=10)  # 5 + 90 / 9 = 15
    plan = country.filled(NURSE, 200).plan(NURSE)
    # 240 less the floors 25 (9 + 1 + 15), 15 (special beds only) and 15 (10 + 5): 185 by 5 : 25 : 70 : 15 of 115.
    for code, floor, weight in (("S", 0, 5), ("H", 25, 25), ("K", 15, 15)):
        assert target(plan, NURSE, code) == pytest.approx(floor + 185 * weight / 115)
    assert target(plan, NURSE, "G") == pytest.approx(15 + 185 * 70 / 115 + 10)  # and the special-branch pool


@clause("B.4.a.9", "B.4.a.11")
def test_planned_physicians_of_a_special_branch_hospital_come_first_in_its_target() -> None:
    country = (
        one_district().unit("G", "D", "gogus_hastanesi", beds=90).unit("K", "D", "gogus_hastanesi", beds=90)
    )
    country.limit("standards", "K", "uzman.gogus_cerrahisi", 0).filled("uzman.gogus_cerrahisi", 20)
    plan = country.filled(NURSE, 100).plan(sets=[FEW])
    # 20 nurses for the physicians of G, the 100 left half and half, 5 by special-branch beds.
    assert posts(plan, "uzman.gogus_cerrahisi", "G") == 20
    assert target(plan, NURSE, "G") == pytest.approx(20 + 50 + 2.5)


@clause("B.4.a.10", shows="kept")
def test_a_training_hospital_has_a_nurse_for_every_three_ward_beds() -> None:
    for number, short in ((99, 0), (98, 1)):
        country = one_district().unit("E", "D", "eah", beds=300, special_beds=30, khd_beds=30)
        plan = country.filled(NURSE, number).plan(NURSE, sets=AS_FILLED)
        assert asked(plan, "B.4.a.10", "E") == [80]  # 240 / 3
        assert asked(plan, "B.4.a.13", "E") == [4]  # 30 / 9 = 3.3
        assert asked(plan, "B.4.a.11", "E") == [15]
        assert missing(plan, "E") == short


@clause("B.4.a.10", shows="short")
@pytest.mark.parametrize(("kind", "columns"), [("eah", {}), ("eah_dal", {"branch": "noroloji"})])
def test_with_60_nurses_for_300_beds_a_training_hospital_is_40_short(
    kind: str, columns: dict[str, str]
) -> None:
    plan = one_district().unit("E", "D", kind, beds=300, **columns).filled(NURSE, 50).plan(NURSE, sets=[FEW])
    row = rule(plan, "B.4.a.10", "E")
    assert (row["required"], row["posts"], row["shortfall"], row["tier"], row["status"]) == (
        100,
        60,
        40,
        2,
        "short",
    )


@clause("B.4.a.11", shows="kept")
def test_nurses_of_a_training_hospital_are_raised_to_its_physicians_before_the_special_beds_are_added() -> (
    None
):
    # max(80 + 4, 90 physicians) + 15 = 105: enough, and one fewer is not.
    for number, short in ((105, 0), (104, 1)):
        country = one_district().unit("E", "D", "eah", beds=300, special_beds=30, khd_beds=30)
        plan = country.filled("uzman.genel_cerrahi", 90).filled(NURSE, number).plan(sets=AS_FILLED)
        assert asked(plan, "B.4.a.11", "E") == [15, 90]
        assert missing(plan, "E") == short


@clause("B.4.a.11", shows="kept")
@pytest.mark.parametrize(
    "kind", ["saglik_merkezi", "ilce_gun_hastanesi", "goz_hastanesi", "dogum_cocuk_hastanesi"]
)
def test_every_inpatient_unit_has_a_nurse_for_every_two_special_beds(kind: str) -> None:
    country = one_district().unit("U", "D", kind, beds=20, special_beds=5).filled(NURSE, 150)
    row = rule(country.plan(NURSE), "B.4.a.11", "U")
    assert (row["required"], row["shortfall"], row["tier"]) == (3, 0, 2)  # 2.5 → 3


@clause("B.4.a.11", shows="short")
def test_a_special_branch_hospital_with_20_physicians_and_10_special_beds_needs_25() -> None:
    country = one_district().unit("G", "D", "gogus_hastanesi", beds=90, special_beds=10)
    country.filled("uzman.gogus_cerrahisi", 20).filled(NURSE, 18)  # 21.6 → 22, and 0.9 → 1: 23
    plan = country.plan(sets=[FEW])
    assert posts(plan, NURSE, "G") == 23
    assert asked(plan, "B.4.a.11", "G") == [5, 20]
    assert missing(plan, "G") == 2


# B.4.a.12 … 14: obstetric beds, and who covers for whom -------------------------------------------------------------


@clause("B.4.a.12")
def test_a_health_house_without_a_midwife_may_be_covered_by_a_trained_nurse_who_is_not_counted() -> None:
    country = (
        one_district()
        .unit("E", "D", "saglik_evi")
        .unit("F", "D", "saglik_evi")
        .unit("H", "D", "devlet_hastanesi", beds=30)
    )
    country.filled(MIDWIFE, 1).staff("F", MIDWIFE, 1).filled(NURSE, 150)
    plan = country.plan(sets=[FEW])
    assert (posts(plan, MIDWIFE, "E"), posts(plan, MIDWIFE, "F")) == (1, 1)
    assert [(row["code"], row["posts"]) for row in notices(plan, "B.4.a.12")] == [
        ("E", 1)
    ]  # F has its midwife
    assert posts(plan, NURSE) == 180
    assert set(plan.units.loc[plan.units["title"] == NURSE, "unit_code"]) == {"H"}


@clause("B.4.a.13", shows="kept")
def test_a_maternity_hospital_has_a_nurse_for_every_nine_beds_and_one_for_every_physician() -> None:
    country = one_district().unit("K", "D", "dogum_cocuk_hastanesi", beds=100, special_beds=10, khd_beds=60)
    plan = country.filled(NURSE, 12).plan(NURSE, sets=[FEW])  # 14.4 → 14
    assert asked(plan, "B.4.a.13", "K") == [10]  # (100 − 10) / 9
    assert asked(plan, "B.4.a.11", "K") == [5]
    assert missing(plan, "K") == 1  # 15 in all
    country.filled("uzman.kadin_hastaliklari_ve_dogum", 12).filled(NURSE, 3)  # 15 × 1.20 = 18
    plan = country.plan(sets=[FEW])
    assert asked(plan, "B.4.a.13", "K") == [10, 12]
    assert missing(plan, "K") == 0  # max(10, 12) + 5 = 17


@clause("B.4.a.13", shows="short")
def test_a_maternity_hospital_with_6_nurses_for_10_is_4_short() -> None:
    country = one_district().unit("K", "D", "dogum_cocuk_hastanesi", beds=90).filled(NURSE, 5)
    row = rule(country.plan(NURSE, sets=[FEW]), "B.4.a.13", "K")
    assert (row["required"], row["posts"], row["shortfall"], row["status"]) == (10, 6, 4, "short")


@clause("B.4.a.13")
def test_a_health_centre_has_no_obstetric_floor() -> None:
    plan = one_district().unit("Z", "D", "saglik_merkezi", beds=20, khd_beds=9).filled(NURSE, 150).plan(NURSE)
    assert rules(plan, "B.4.a.13", "Z") == []


@clause("B.4.a.14")
def test_unfilled_emergency_posts_of_hospitals_may_be_covered_by_nurses_and_are_listed() -> None:
    country = one_district().unit("H", "D", "devlet_hastanesi", beds=30, emergency_service=1)
    plan = country.staff("H", "acil_tip_teknisyeni", 101).plan()
    # 101 × 4 = 404 posts, all here; 101 filled.
    assert posts(plan, "acil_tip_teknisyeni", "H") == 404
    assert [(row["code"], row["posts"]) for row in notices(plan, "B.4.a.14")] == [("H", 303)]


@clause("B.4.a.14")
def test_stations_are_not_covered_by_nurses() -> None:
    country = one_district().unit("A", "D", "istasyon_112_a").staff("A", "acil_tip_teknisyeni", 101)
    assert notices(country.plan(), "B.4.a.14") == []


def test_the_marks_of_this_file_cover_section_b_4_a() -> None:
    marked = {number for value in globals().values() for number in getattr(value, "clauses", ())}
    register = [number for number in pdc.law.reading.load().clauses if number.startswith("B.4.a.")]
    assert [number for number in register if number not in marked] == []
