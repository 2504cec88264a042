"""Section B.1, specialist physicians: worked cases."""

from __future__ import annotations

import pytest

import pdc
from helpers.clause_mark import clause
from helpers.small import Small, posts, rule, rules, target

FEW = "A.3.minimum=0"  # small countries have fewer than a hundred of anything
SURGERY = "uzman.genel_cerrahi"
FAMILY = "uzman.aile_hekimligi"
PUBLIC = "uzman.halk_sagligi"
FORENSIC = "uzman.adli_tip"
EMERGENCY = "uzman.acil_tip"

COVERED = [
    "kadin_hastaliklari_ve_dogum",
    "genel_cerrahi",
    "ic_hastaliklari",
    "cocuk_sagligi_ve_hastaliklari",
    "goz_hastaliklari",
    "kulak_burun_bogaz_hastaliklari",
    "ortopedi_ve_travmatoloji",
    "anesteziyoloji_ve_reanimasyon",
    "uroloji",
    "radyodiagnostik",
    "gogus_hastaliklari_ve_tuberkuloz",
    "fizik_tedavi_ve_rehabilitasyon",
    "noroloji",
    "aile_hekimligi",
    "beyin_ve_sinir_cerrahisi",
    "ruh_sagligi_ve_hastaliklari",
    "biyokimya_ve_klinik_biyokimya",
    "deri_ve_zuhrevi_hastaliklari",
    "enfeksiyon_hastaliklari_ve_klinik_mikrobiyoloji",
    "patoloji",
    "kardiyoloji",
    "mikrobiyoloji_ve_klinik_mikrobiyoloji",
    "kalp_ve_damar_cerrahisi",
    "cocuk_cerrahisi",
    "gogus_cerrahisi",
    "plastik_ve_rekonstruktif_cerrahi",
    "gastroenteroloji",
    "radyasyon_onkolojisi",
    "nukleer_tip",
]  # B.1.ç, word for word


def provinces(*sizes: tuple[int, int]) -> Small:
    """Provinces 1, 2, … of (people, beds), each with one state hospital."""
    country = Small()
    for p, (etf, beds) in enumerate(sizes, 1):
        country.province(p).district(f"D{p}", p, etf, central=1)
        country.unit(f"H{p}", f"D{p}", "devlet_hastanesi", beds=beds)
    return country


def one_district(code: int = 1, **columns: object) -> Small:
    return Small().province(code).district("D1", code, 100_000, central=1, **columns)


# B.1.a, b: provinces ----------------------------------------------------------------------------------------


@clause("B.1.a")
def test_half_of_the_weight_of_a_province_is_its_etf_share_and_half_its_bed_share() -> None:
    country = provinces((600_000, 640), (400_000, 360)).filled(SURGERY, 200)
    plan = country.plan(SURGERY)
    # ½ · 0.60 + ½ · 0.64 = 0.62 and ½ · 0.40 + ½ · 0.36 = 0.38 of 200.
    assert (posts(plan, SURGERY, 1), posts(plan, SURGERY, 2)) == (124, 76)
    assert target(plan, SURGERY, 1) == pytest.approx(124)
    assert posts(plan, SURGERY) == 200  # the filled posts: specialists have no growth


@clause("B.1.a")
@pytest.mark.parametrize(("share", "first"), [("1", 120), ("0", 128), ("0.25", 126)])
def test_the_share_of_etf_in_that_weight_is_an_assumption(share: str, first: int) -> None:
    # 200 × (s · 0.60 + (1 − s) · 0.64)
    plan = (
        provinces((600_000, 640), (400_000, 360))
        .filled(SURGERY, 200)
        .plan(SURGERY, sets=[f"B.1.a.etf_share={share}"])
    )
    assert posts(plan, SURGERY, 1) == first


@clause("B.1.b")
def test_a_province_with_far_more_or_fewer_beds_than_average_is_taken_at_the_average() -> None:
    # 1 bed a thousand on average; 800 on 600,000 is a third above it, 200 on 400,000 half below: only ETF is left.
    plan = provinces((600_000, 800), (400_000, 200)).filled(SURGERY, 200).plan(SURGERY)
    assert (posts(plan, SURGERY, 1), posts(plan, SURGERY, 2)) == (120, 80)


@clause("B.1.b")
def test_a_province_within_the_tolerance_keeps_its_own_beds() -> None:
    # 520 on 500,000 is 4 % above 1 a thousand and stays; 380 on 300,000 and 100 on 200,000 count as 300 and 200.
    country = provinces((500_000, 520), (300_000, 380), (200_000, 100)).filled(SURGERY, 1020)
    plan = country.plan(SURGERY)
    # 1,020 × ½ × ETF share + 510 × 520, 300 and 200 of 1,020 beds.
    for code, want in ((1, 255 + 260), (2, 153 + 150), (3, 102 + 100)):
        assert target(plan, SURGERY, code) == pytest.approx(want)


@clause("B.1.b")
def test_ten_percent_exactly_is_still_within_the_tolerance() -> None:
    # 660 on 600,000 is exactly 10 % above 1 a thousand, 340 on 400,000 is 15 % below (counts as 400).
    plan = provinces((600_000, 660), (400_000, 340)).filled(SURGERY, 1060).plan(SURGERY)
    assert target(plan, SURGERY, 1) == pytest.approx(318 + 330)  # 530 × 0.6 + 530 × 660 / 1,060


@clause("B.1.b")
def test_a_little_more_than_ten_percent_is_not() -> None:
    # 663 on 600,000 is 10.5 % above 1 a thousand: it counts as 600, so that only ETF is left.
    plan = provinces((600_000, 663), (400_000, 337)).filled(SURGERY, 1000).plan(SURGERY)
    assert target(plan, SURGERY, 1) == pytest.approx(600)


@clause("B.1.b")
def test_tolerance_nought_takes_every_province_at_the_average() -> None:
    country = provinces((600_000, 640), (400_000, 360)).filled(SURGERY, 200)
    plan = country.plan(SURGERY, sets=["B.1.b.tolerance=0"])
    assert (posts(plan, SURGERY, 1), posts(plan, SURGERY, 2)) == (120, 80)


# B.1.c, ç: hospitals and branches -----------------------------------------------------------------------------


@clause("B.1.c")
def test_a_hospital_that_draws_patients_weighs_a_quarter_more_than_its_beds() -> None:
    country = (
        one_district()
        .unit("R", "D1", "devlet_hastanesi", beds=100, referral=1)
        .unit("H", "D1", "devlet_hastanesi", beds=100)
    )
    country.filled(SURGERY, 180)
    plan = country.plan(SURGERY)
    assert (posts(plan, SURGERY, "R"), posts(plan, SURGERY, "H")) == (100, 80)  # 125 : 100 of 180
    plan = country.plan(SURGERY, sets=["B.1.c.referral_weight=2"])
    assert (posts(plan, SURGERY, "R"), posts(plan, SURGERY, "H")) == (120, 60)


@clause("B.1.c", shows="short")
def test_a_special_branch_hospital_has_only_the_branches_of_its_table() -> None:
    country = (
        one_district()
        .unit("G", "D1", "gogus_hastanesi", beds=100)
        .unit("H", "D1", "devlet_hastanesi", beds=100)
    )
    country.filled("uzman.gogus_hastaliklari_ve_tuberkuloz", 120).filled("uzman.cocuk_cerrahisi", 120)
    plan = country.plan()
    assert posts(plan, "uzman.gogus_hastaliklari_ve_tuberkuloz", "G") == 60
    assert posts(plan, "uzman.cocuk_cerrahisi", "H") == 120  # a chest hospital has no paediatric surgery
    assert set(plan.units.loc[plan.units["title"] == "uzman.cocuk_cerrahisi", "unit_code"]) == {"H"}


@clause("B.1.c")
def test_a_special_branch_training_hospital_of_a_branch_outside_the_table_has_its_own_branch_only() -> None:
    country = (
        one_district()
        .unit("E", "D1", "eah_dal", branch="noroloji", beds=100)
        .unit("H", "D1", "devlet_hastanesi", beds=100)
    )
    country.filled("uzman.noroloji", 120).filled("uzman.uroloji", 120)
    plan = country.plan()
    assert posts(plan, "uzman.noroloji", "E") == 60
    assert posts(plan, "uzman.uroloji", "H") == 120


@clause("B.1.c")
def test_specialists_are_planned_at_hospitals_only() -> None:
    country = one_district().unit("H", "D1", "devlet_hastanesi", beds=100).filled(SURGERY, 120)
    country.unit("S", "D1", "saglik_ocagi", catchment_population=9_000).unit(
        "G", "D1", "ilce_gun_hastanesi", beds=20
    )
    plan = country.plan(SURGERY)
    assert set(plan.units["unit_code"]) == {"H"}


@clause("B.1.ç")
def test_the_29_branches_of_the_clause_and_the_three_particular_ones_are_planned_and_no_other() -> None:
    assert len(COVERED) == 29
    country = (
        one_district().unit("H", "D1", "devlet_hastanesi", beds=100).unit("M", "D1", "il_saglik_mudurlugu")
    )
    country.district("D2", 1, 5_000).unit("S", "D2", "saglik_ocagi", catchment_population=5_000)
    for branch in [
        *COVERED,
        "halk_sagligi",
        "adli_tip",
        "acil_tip",
        "tibbi_genetik",
        "hava_ve_uzay_hekimligi",
    ]:
        country.filled(f"uzman.{branch}", 101)
    national = country.plan().national
    planned = {title.removeprefix("uzman.") for title in national.loc[national["planned"] == 1, "title"]}
    assert planned == {*COVERED, "halk_sagligi", "adli_tip", "acil_tip"}
    others = national[national["title"].isin(["uzman.tibbi_genetik", "uzman.hava_ve_uzay_hekimligi"])]
    assert list(others["planned"]) == [0, 0]


@clause("B.1.ç")
def test_the_list_of_branches_is_data_that_follows_the_regulation() -> None:
    parameters = pdc.law.reading.load().parameters_of("B.1.ç")
    assert sorted(parameters["branches"]) == sorted(COVERED)
    assert sorted(parameters["particular_branches"]) == ["acil_tip", "adli_tip", "halk_sagligi"]


# B.1.d.1: family medicine -------------------------------------------------------------------------------------


def family_places() -> Small:
    """A town with a hospital, a hospital-less district with two sağlık ocakları, a town with a health centre."""
    country = (
        Small()
        .province(1)
        .district("A", 1, 60_000, central=1)
        .district("B", 1, 40_000)
        .district("C", 1, 20_000)
    )
    country.unit("H", "A", "devlet_hastanesi", beds=100).unit(
        "SA", "A", "saglik_ocagi", catchment_population=30_000
    )
    country.unit("S1", "B", "saglik_ocagi", catchment_population=30_000)
    country.unit("S2", "B", "saglik_ocagi", catchment_population=10_000)
    return country.unit("Z", "C", "saglik_merkezi", beds=10, catchment_population=20_000)


@clause("B.1.d.1", shows="kept")
def test_family_medicine_specialists_go_where_there_is_no_specialist_and_to_districts_without_hospital() -> (
    None
):
    country = family_places().filled(FAMILY, 120).filled(SURGERY, 110)
    plan = country.plan()
    # H has surgeons; A has a hospital, so its sağlık ocağı has none. B: primary care; C: an inpatient unit.
    assert set(plan.units.loc[plan.units["title"] == FAMILY, "unit_code"]) == {"S1", "S2", "Z"}
    # B and C share by ETF 40 : 20 → 80 and 40; inside B by catchment 30 : 10.
    assert [posts(plan, FAMILY, code) for code in ("S1", "S2", "Z")] == [60, 20, 40]


@clause("B.1.d.1")
def test_a_hospital_without_any_other_specialist_may_have_family_medicine_specialists() -> None:
    plan = family_places().filled(FAMILY, 120).plan(FAMILY)
    assert set(plan.units["unit_code"]) == {"H", "S1", "S2", "Z"}
    # By ETF 60 : 40 : 20.
    assert posts(plan, FAMILY, "H") == 60


@clause("B.1.d.1", shows="short")
def test_the_larger_population_comes_first() -> None:
    # One post for the district of 40,000: to the sağlık ocağı of 30,000, not to that of 10,000.
    country = Small().province(1).district("B", 1, 40_000, central=1).filled(FAMILY, 1)
    country.unit("S1", "B", "saglik_ocagi", catchment_population=10_000)
    country.unit("S2", "B", "saglik_ocagi", catchment_population=30_000)
    plan = country.plan(FAMILY, sets=[FEW])
    assert (posts(plan, FAMILY, "S1"), posts(plan, FAMILY, "S2")) == (0, 1)


@clause("B.1.d.1")
def test_family_medicine_is_planned_after_the_other_branches() -> None:
    plan = family_places().filled(FAMILY, 120).filled(SURGERY, 110).plan()
    order = [group.group.titles for group in plan.groups]
    assert order.index((SURGERY,)) < order.index((FAMILY,))


# B.1.d.2, 3: public health, forensic and emergency medicine ---------------------------------------------------


def offices(*people: int) -> Small:
    """Provinces 1, 2, … with a directorate, a group directorate and a large and a small state hospital."""
    country = Small()
    for p, etf in enumerate(people, 1):
        country.province(p).district(f"A{p}", p, etf, central=1).unit(f"M{p}", f"A{p}", "il_saglik_mudurlugu")
        country.unit(f"G{p}", f"A{p}", "saglik_grup_baskanligi")
        country.unit(f"S{p}", f"A{p}", "devlet_hastanesi", beds=50).unit(
            f"L{p}", f"A{p}", "devlet_hastanesi", beds=150
        )
    return country


@clause("B.1.d.2", shows="kept")
def test_every_directorate_has_a_public_health_specialist_and_the_rest_follow_etf() -> None:
    country = offices(300_000, 100_000).filled(PUBLIC, 8)
    plan = country.plan(PUBLIC, sets=[FEW])
    # 8 × ¾ = 6 and 8 × ¼ = 2: one each at the directorate, the rest at the group directorates.
    assert (posts(plan, PUBLIC, 1), posts(plan, PUBLIC, 2)) == (6, 2)
    assert rule(plan, "B.1.d.2", "M2", PUBLIC)["shortfall"] == 0
    assert posts(plan, PUBLIC, "M2") == 1
    assert posts(plan, PUBLIC, "G1") >= 4
    assert set(plan.units["unit_code"]) == {"M1", "G1", "M2", "G2"}


@clause("B.1.d.2", shows="short")
def test_one_public_health_specialist_for_two_directorates_leaves_one_short() -> None:
    plan = offices(300_000, 100_000).filled(PUBLIC, 1).plan(PUBLIC, sets=[FEW])
    assert (posts(plan, PUBLIC, "M1"), posts(plan, PUBLIC, "M2")) == (1, 0)
    row = rule(plan, "B.1.d.2", "M2", PUBLIC)
    assert (row["required"], row["shortfall"], row["tier"], row["status"]) == (1, 1, 1, "short")


@clause("B.1.d.2")
def test_the_rest_of_public_health_goes_to_group_directorates_by_district_etf() -> None:
    country = Small().province(1).district("A", 1, 300_000, central=1).district("B", 1, 100_000)
    country.unit("M", "A", "il_saglik_mudurlugu").unit("GA", "A", "saglik_grup_baskanligi").unit(
        "GB", "B", "saglik_grup_baskanligi"
    )
    plan = country.filled(PUBLIC, 120).plan(PUBLIC)
    # Districts 90 and 30. In A: 1 first at M, then 89 by weights 0.1 : 3.
    assert (posts(plan, PUBLIC, "A"), posts(plan, PUBLIC, "GB")) == (90, 30)
    assert target(plan, PUBLIC, "M") == pytest.approx(1 + 89 * 0.1 / 3.1)
    assert target(plan, PUBLIC, "GA") == pytest.approx(89 * 3 / 3.1)


@clause("B.1.d.2", shows="kept")
def test_forensic_specialists_after_the_directorate_begin_at_the_largest_state_hospital() -> None:
    # Two in the province: the directorate and the hospital of 150 beds; of three the third follows the beds.
    plan = offices(100_000).filled(FORENSIC, 2).plan(FORENSIC, sets=[FEW])
    assert [posts(plan, FORENSIC, code) for code in ("M1", "L1", "S1")] == [1, 1, 0]
    plan = offices(100_000).filled(FORENSIC, 101).plan(FORENSIC)
    # The rest, 100, by beds: 150 : 50.
    assert [posts(plan, FORENSIC, code) for code in ("M1", "L1", "S1")] == [1, 75, 25]


@clause("B.1.d.2", shows="short")
def test_no_hospital_has_a_forensic_specialist_before_the_largest_state_hospital() -> None:
    # Of three, one is at the directorate. The EAH of 2,000 beds weighs 2,000 / 400 = 5, the largest state hospital
    # 150 / 200 = 0.75: by weights both of the others would go to the EAH, yet the state hospital comes first (hard).
    country = offices(100_000).unit("E", "A1", "eah", beds=2_000).filled(FORENSIC, 3)
    plan = country.plan(FORENSIC, sets=[FEW])
    assert [posts(plan, FORENSIC, code) for code in ("M1", "L1", "S1", "E")] == [1, 1, 0, 1]
    assert target(plan, FORENSIC, "E") == pytest.approx(2 * 5 / 6)
    assert target(plan, FORENSIC, "L1") == pytest.approx(2 * 0.75 / 6)
    # Where its standard leaves it none, no other hospital of the province has one either.
    country.limit("standards", "L1", FORENSIC, 0)
    plan = country.plan(FORENSIC, sets=[FEW])
    assert [posts(plan, FORENSIC, code) for code in ("M1", "L1", "S1", "E")] == [3, 0, 0, 0]
    row = rule(plan, "B.1.d.2", 1, FORENSIC)
    assert (row["required"], row["posts"], row["status"]) == (0, 0, "binding")


@clause("B.1.d.3", shows="kept")
def test_the_largest_state_hospital_of_every_province_has_an_emergency_specialist_first() -> None:
    country = offices(1_900_000, 100_000).filled(EMERGENCY, 10)
    plan = country.plan(EMERGENCY, sets=[FEW])
    # By ETF 9.5 and 0.5; the floor of province 2 is kept.
    assert posts(plan, EMERGENCY, "L2") == 1
    assert rule(plan, "B.1.d.3", "L2")["shortfall"] == 0
    assert rule(plan, "B.1.d.3", "L1")["required"] == 1
    assert rules(plan, "B.1.d.3", "S1") == []


@clause("B.1.d.3", shows="short")
def test_one_emergency_specialist_for_two_provinces_leaves_one_hospital_short() -> None:
    plan = offices(1_900_000, 100_000).filled(EMERGENCY, 1).plan(EMERGENCY, sets=[FEW])
    assert (posts(plan, EMERGENCY, "L1"), posts(plan, EMERGENCY, "L2")) == (1, 0)
    assert rule(plan, "B.1.d.3", "L2")["status"] == "short"


@clause("B.1.d.3")
def test_the_rest_of_emergency_medicine_follows_etf_and_not_beds() -> None:
    country = offices(300_000, 100_000).unit("X2", "A2", "devlet_hastanesi", beds=200).filled(EMERGENCY, 200)
    plan = country.plan(EMERGENCY)
    assert (posts(plan, EMERGENCY, 1), posts(plan, EMERGENCY, 2)) == (150, 50)


# B.1.e … ğ: training hospitals --------------------------------------------------------------------------------


def training_place(code: int = 1, **columns: object) -> Small:
    """An EAH and a state hospital of 100 beds each in one district."""
    country = one_district(code, **columns)
    return country.unit("E", "D1", "eah", beds=100).unit("H", "D1", "devlet_hastanesi", beds=100)


def with_trainers(country: Small, incomplete: int = 1) -> Small:
    """Ten trainers and assistants of general surgery at the EAH: 3 chiefs, 1 deputy, 2 chief assistants, 4 assistants."""
    country.rows["units"][0]["incomplete_training"] = incomplete
    for title, count in (("klinik_sefi", 3), ("klinik_sef_yardimcisi", 1), ("basasistan", 2), ("asistan", 4)):
        country.staff("E", title, count, branch="genel_cerrahi")
    return country


@clause("B.1.e")
def test_a_province_with_a_training_hospital_gets_its_number_by_the_same_criteria() -> None:
    country = provinces((600_000, 640), (400_000, 360)).filled(SURGERY, 200)
    country.rows["units"][0]["kind"] = "eah"
    plan = country.plan(SURGERY)
    assert (posts(plan, SURGERY, 1), posts(plan, SURGERY, 2)) == (124, 76)  # as in B.1.a


@clause("B.1.e")
def test_inside_the_province_training_and_other_hospitals_share_by_weight() -> None:
    plan = with_trainers(training_place(), incomplete=0).filled(SURGERY, 120).plan(SURGERY)
    assert (posts(plan, SURGERY, "E"), posts(plan, SURGERY, "H")) == (
        60,
        60,
    )  # complete: trainers are not credited


@clause("B.1.e")
def test_trainers_of_an_incomplete_training_hospital_are_credited_against_its_target() -> None:
    country = with_trainers(training_place()).filled(SURGERY, 120).filled("uzman.uroloji", 120)
    plan = country.plan()
    # 60 less 3 chiefs, 1 deputy and 2 chief assistants; never the 4 assistants. The credit goes to nobody.
    assert target(plan, SURGERY, "E") == pytest.approx(54)
    assert target(plan, SURGERY, "H") == pytest.approx(60)
    assert target(plan, "uzman.uroloji", "E") == pytest.approx(60)  # trainers of another branch
    # All 120 are still planned, as near to 54 : 60 as can be: the parts 54 / 114 and 60 / 114 of 120.
    assert (posts(plan, SURGERY, "E"), posts(plan, SURGERY, "H")) == (57, 63)


@clause("B.1.e")
def test_whether_chief_assistants_count_as_trainers_is_an_assumption() -> None:
    country = with_trainers(training_place()).filled(SURGERY, 120)
    plan = country.plan(SURGERY, sets=["B.1.e.count_basasistan=false"])
    assert target(plan, SURGERY, "E") == pytest.approx(56)


@clause("B.1.e")
def test_more_trainers_than_posts_leave_a_target_of_nought() -> None:
    country = with_trainers(training_place()).filled(SURGERY, 8)
    assert target(country.plan(SURGERY, sets=[FEW]), SURGERY, "E") == 0  # 4 less 6


@clause("B.1.f")
def test_a_training_hospital_weighs_its_beds_times_a_factor_without_the_referral_factor() -> None:
    country = training_place().filled(SURGERY, 180)
    country.rows["units"][0]["referral"] = 1
    assert posts(country.plan(SURGERY), SURGERY, "E") == 90
    assert posts(country.plan(SURGERY, sets=["B.1.f.eah_weight=1.25"]), SURGERY, "E") == 100  # 125 : 100


@clause("B.1.f")
def test_trainers_per_100_beds_may_raise_the_weight_of_a_training_hospital() -> None:
    country = with_trainers(training_place(), incomplete=0).filled(SURGERY, 180)
    assert posts(country.plan(SURGERY), SURGERY, "E") == 90
    # 6 trainers on 100 beds: 100 × (1 + 0.5 × 6) = 400 against 100.
    plan = country.plan(SURGERY, sets=["B.1.f.trainer_elasticity=0.5"])
    assert (posts(plan, SURGERY, "E"), posts(plan, SURGERY, "H")) == (144, 36)
    assert target(plan, SURGERY, "E") == pytest.approx(144)


@clause("B.1.g", shows="kept")
def test_two_family_and_two_emergency_specialists_at_a_hospital_that_trains_in_the_branch() -> None:
    country = training_place().training("E", "aile_hekimligi").training("E", "acil_tip")
    country.unit("F", "D1", "eah", beds=900).filled(FAMILY, 3).filled(EMERGENCY, 3).filled(SURGERY, 101)
    plan = country.plan(sets=[FEW])
    for title in (FAMILY, EMERGENCY):
        row = rule(plan, "B.1.g", "E", title)
        assert (row["required"], row["tier"], row["shortfall"]) == (2, 3, 0)
        assert rules(plan, "B.1.g", "F", title) == []  # it does not train in the branch
    assert posts(plan, EMERGENCY, "E") == 2
    # Family medicine: E has surgeons, but its two posts come on top of the places of B.1.d.1.
    assert posts(plan, FAMILY, "E") == 3


@clause("B.1.g", shows="short")
def test_with_one_emergency_specialist_the_state_hospital_comes_before_the_training_hospital() -> None:
    plan = training_place().training("E", "acil_tip").filled(EMERGENCY, 1).plan(EMERGENCY, sets=[FEW])
    # Tier 1 is the largest state hospital (B.1.d.3), tier 3 the training hospital.
    assert (posts(plan, EMERGENCY, "H"), posts(plan, EMERGENCY, "E")) == (1, 0)
    row = rule(plan, "B.1.g", "E", EMERGENCY)
    assert (row["required"], row["shortfall"], row["status"]) == (2, 2, "short")


@clause("B.1.ğ")
@pytest.mark.parametrize("code", [34, 6, 35])
def test_in_the_three_metropolises_all_hospitals_of_a_branch_are_one_pool(code: int) -> None:
    country = with_trainers(training_place(code, metropolitan_centre=1), incomplete=0).filled(SURGERY, 180)
    country.rows["units"][0]["referral"] = 1
    plan = country.plan(SURGERY, sets=["B.1.f.eah_weight=3", "B.1.f.trainer_elasticity=1"])
    # Beds × referral alike over EAH and others, 125 : 100; the factors of B.1.f are not applied.
    assert (posts(plan, SURGERY, "E"), posts(plan, SURGERY, "H")) == (100, 80)


@clause("B.1.ğ")
def test_in_any_other_metropolis_the_factors_of_b_1_f_hold() -> None:
    country = training_place(1, metropolitan_centre=1).filled(SURGERY, 180)
    plan = country.plan(SURGERY, sets=["B.1.f.eah_weight=2"])
    assert (posts(plan, SURGERY, "E"), posts(plan, SURGERY, "H")) == (120, 60)


@clause("B.1.ğ", "B.1.e")
def test_the_credit_for_trainers_holds_inside_the_pool_too() -> None:
    plan = with_trainers(training_place(34, metropolitan_centre=1)).filled(SURGERY, 120).plan(SURGERY)
    assert target(plan, SURGERY, "E") == pytest.approx(54)


@clause("B.1.ğ")
def test_the_boundary_may_be_read_as_the_metropolitan_centre_or_the_whole_province() -> None:
    country = (
        Small()
        .province(34)
        .district("A", 34, 30_000, central=1, metropolitan_centre=1)
        .district("B", 34, 70_000)
    )
    country.unit("E", "A", "eah", beds=300).unit("H", "B", "devlet_hastanesi", beds=100).filled(SURGERY, 200)
    plan = country.plan(SURGERY)
    # The centre: 30 % of the people and 75 % of the beds, so 52.5 % of 200 at its hospital; B has 95.
    assert (target(plan, SURGERY, "E"), target(plan, SURGERY, "H")) == (pytest.approx(105), pytest.approx(95))
    plan = country.plan(SURGERY, sets=["B.1.ğ.boundary=province"])
    # The whole province as one pool: 300 : 100 beds.
    assert (target(plan, SURGERY, "E"), target(plan, SURGERY, "H")) == (pytest.approx(150), pytest.approx(50))


@clause("B.1.ğ", "B.1.c")
def test_one_referral_factor_holds_inside_and_outside_the_pool() -> None:
    country = training_place(34, metropolitan_centre=1).filled(SURGERY, 180)
    country.rows["units"][0]["referral"] = 1
    plan = country.plan(SURGERY, sets=["B.1.c.referral_weight=2"])
    assert (posts(plan, SURGERY, "E"), posts(plan, SURGERY, "H")) == (120, 60)


def test_the_marks_of_this_file_cover_section_b_1() -> None:
    marked = {number for value in globals().values() for number in getattr(value, "clauses", ())}
    register = [number for number in pdc.law.reading.load().clauses if number.startswith("B.1.")]
    assert [number for number in register if number not in marked] == []
