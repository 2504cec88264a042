"""Worked cases of B.4.c: technicians and medical secretaries."""

from __future__ import annotations

import pytest

from helpers.clause_mark import clause
from helpers.small import Small, posts, target
from helpers.towns import made, notices, numbers, open_units, row, town, two_provinces

ANAESTHESIA = "anestezi_teknisyeni"
ENVIRONMENT = "cevre_sagligi_teknisyeni"
PROSTHESIS = "dis_protez_teknisyeni"
EMERGENCY = "acil_tip_teknisyeni"
LABORATORY = "laboratuvar_teknisyeni"
ORTHOPAEDICS = "ortopedi_teknisyeni"
RADIOGRAPHY = "rontgen_teknisyeni"
COMMUNITY = "toplum_sagligi_teknisyeni"
SECRETARY = "tibbi_sekreter"

SURGICAL = (
    "kadin_hastaliklari_ve_dogum", "genel_cerrahi", "goz_hastaliklari", "kulak_burun_bogaz_hastaliklari",
    "ortopedi_ve_travmatoloji", "uroloji", "beyin_ve_sinir_cerrahisi", "kalp_ve_damar_cerrahisi", "cocuk_cerrahisi",
    "gogus_cerrahisi", "plastik_ve_rekonstruktif_cerrahi",
)  # fmt: skip


# 1. Anaesthesia ------------------------------------------------------------------------------------------


@clause("B.4.c.1.a")
def test_120_filled_anaesthesia_posts_make_180_two_thirds_of_them_where_two_thirds_of_the_people_are() -> (
    None
):
    country = two_provinces("devlet_hastanesi", beds=100, operating_tables=1).filled(ANAESTHESIA, 120)
    plan = made(country, ANAESTHESIA)
    assert row(plan, "B.4.c.1.a") == (180, 180, 0, "binding")
    assert numbers(plan, ANAESTHESIA, 19, 55) == [120, 60]


@clause("B.4.c.1.b")
def test_anaesthesia_posts_are_planned_at_inpatient_units_and_adsm_and_at_no_health_post_or_directorate() -> (
    None
):
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100, operating_tables=1)
        .unit("A", "D", "adsm", dental_chairs=10, operating_tables=1)
        .unit("G", "D", "ilce_gun_hastanesi", beds=10)
        .unit("S", "D", "saglik_merkezi", beds=10)
        .unit("T", "D", "saglik_merkezi")
        .unit("O", "D", "saglik_ocagi", catchment_population=10_000, operating_tables=1)
        .unit("M", "D", "il_saglik_mudurlugu")
        .filled(ANAESTHESIA, 10)
    )
    assert open_units(made(country, ANAESTHESIA), ANAESTHESIA) == {"H", "A", "G", "S"}


def surgery(branch: str, filled: int) -> Small:
    """A with four tables, B with none; specialists of the branch go half and half by beds."""
    return (
        town()
        .unit("A", "D", "devlet_hastanesi", beds=100, operating_tables=4, operations=6_000)
        .unit("B", "D", "devlet_hastanesi", beds=100)
        .filled(f"uzman.{branch}", 4)
        .filled(ANAESTHESIA, filled)
    )


@pytest.mark.parametrize("branch", SURGICAL)
@clause("B.4.c.1.c", shows="kept")
def test_a_hospital_with_a_surgeon_has_an_anaesthesia_technician_even_without_a_table(branch: str) -> None:
    # 4 filled × 1.5 = 6 posts: 4 tables at A first, then 1 for B's surgeons; without them B's weight is 0.
    plan = made(surgery(branch, 4), f"uzman.{branch}", ANAESTHESIA)
    assert posts(plan, f"uzman.{branch}", "B") == 2
    assert row(plan, "B.4.c.1.c", "B") == (1, 1, 0, "binding")
    assert numbers(plan, ANAESTHESIA, "A", "B") == [5, 1]


@clause("B.4.c.1.c", shows="short")
def test_where_the_tables_take_every_post_the_other_surgeons_hospital_is_short_of_one() -> None:
    # 2 filled × 1.5 = 3 posts; the four tables of A come first (tier 1) and take all three.
    plan = made(surgery("genel_cerrahi", 2), "uzman.genel_cerrahi", ANAESTHESIA)
    assert numbers(plan, ANAESTHESIA, "A", "B") == [3, 0]
    assert row(plan, "B.4.c.1.c", "B") == (1, 0, 1, "short")


@clause("B.4.c.1.c")
def test_a_hospital_with_physicians_of_medical_branches_only_is_asked_for_no_anaesthesia_technician() -> None:
    plan = made(surgery("ic_hastaliklari", 4), "uzman.ic_hastaliklari", ANAESTHESIA)
    assert posts(plan, "uzman.ic_hastaliklari", "B") == 2
    assert posts(plan, ANAESTHESIA, "B") == 0
    assert "B" not in set(plan.rules.loc[plan.rules["clause"] == "B.4.c.1.c", "code"])


@clause("B.4.c.1.c")
def test_tables_and_1500_operations_weigh_alike_in_the_anaesthesia_targets() -> None:
    # One table each, so no floor: weights 1 + 0/1500 and 1 + 3000/1500 = 1 : 3 share 8 posts.
    country = (
        town()
        .unit("A", "D", "devlet_hastanesi", beds=100, operating_tables=1)
        .unit("B", "D", "devlet_hastanesi", beds=100, operating_tables=1, operations=3_000)
        .filled(ANAESTHESIA, 5)  # × 1.5 = 7.5, half up 8
    )
    plan = made(country, ANAESTHESIA)
    assert [target(plan, ANAESTHESIA, code) for code in "AB"] == [2, 6]
    assert numbers(plan, ANAESTHESIA, "A", "B") == [2, 6]


@clause("B.4.c.1.d", shows="kept")
def test_three_operating_tables_ask_for_three_anaesthesia_technicians_and_a_single_table_for_none() -> None:
    country = (
        town()
        .unit("A", "D", "devlet_hastanesi", beds=100, operating_tables=3)
        .unit("B", "D", "devlet_hastanesi", beds=100, operating_tables=1)
        .filled(ANAESTHESIA, 4)  # × 1.5 = 6
    )
    plan = made(country, ANAESTHESIA)
    required, _, short, status = row(plan, "B.4.c.1.d", "A")
    assert (required, short, status) == (3, 0, "kept")
    assert "B" not in set(plan.rules.loc[plan.rules["clause"] == "B.4.c.1.d", "code"])


@clause("B.4.c.1.d", shows="short")
def test_where_three_posts_must_do_for_four_tables_the_busier_hospital_keeps_both_of_its_own() -> None:
    # A 70 % × 500 operations, B 90 % × 500: targets 1.5 and 1.5 tie, so the clause's order decides.
    country = (
        town()
        .unit("A", "D", "devlet_hastanesi", beds=100, operating_tables=2, operations=500, bed_occupancy=70)
        .unit("B", "D", "devlet_hastanesi", beds=100, operating_tables=2, operations=500, bed_occupancy=90)
        .filled(ANAESTHESIA, 2)  # × 1.5 = 3
    )
    plan = made(country, ANAESTHESIA)
    assert row(plan, "B.4.c.1.d", "A") == (2, 1, 1, "short")
    assert row(plan, "B.4.c.1.d", "B") == (2, 2, 0, "binding")


@clause("B.4.c.1.e")
def test_anaesthesia_posts_that_nobody_fills_are_listed_for_certified_staff() -> None:
    country = (
        town().unit("H", "D", "devlet_hastanesi", beds=100, operating_tables=1).staff("H", ANAESTHESIA, 4)
    )
    listed = notices(made(country, ANAESTHESIA), "B.4.c.1.e")  # 4 × 1.5 = 6 posts, 4 filled
    assert listed == {"H": "2 unfilled posts may be covered by other certified staff"}


# 2. Environmental health ---------------------------------------------------------------------------------


def health_office(filled: int) -> Small:
    """A directorate, and group directorates in districts of 200,000 and 100,000 people."""
    return (
        Small()
        .province(19)
        .district("D", 19, 200_000, central=1)
        .district("E", 19, 100_000)
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("GD", "D", "saglik_grup_baskanligi")
        .unit("GE", "E", "saglik_grup_baskanligi")
        .unit("H", "D", "devlet_hastanesi", beds=500)
        .unit("G", "E", "ilce_gun_hastanesi", beds=10)
        .filled(ENVIRONMENT, filled)
    )


@clause("B.4.c.2.a")
def test_the_national_number_of_environmental_health_technicians_is_the_filled_number() -> None:
    country = two_provinces("saglik_grup_baskanligi").filled(ENVIRONMENT, 120)
    plan = made(country, ENVIRONMENT)
    assert row(plan, "B.4.c.2.a") == (120, 120, 0, "binding")
    assert numbers(plan, ENVIRONMENT, 19, 55) == [80, 40]


@clause("B.4.c.2.b", shows="kept")
@clause("B.4.c.2.c")
def test_the_directorate_has_its_two_and_the_rest_go_to_group_directorates_by_district_population() -> None:
    # 12 posts: district D 8, E 4. In D the directorate takes 2 and, with weight 0, no more.
    plan = made(health_office(12), ENVIRONMENT)
    assert row(plan, "B.4.c.2.b", "M") == (2, 2, 0, "binding")
    assert [target(plan, ENVIRONMENT, code) for code in ("M", "GD", "GE")] == [2, 6, 4]
    assert numbers(plan, ENVIRONMENT, "M", "GD", "GE") == [2, 6, 4]


@clause("B.4.c.2.b", shows="short")
def test_with_one_environmental_health_technician_the_directorate_is_short_of_one() -> None:
    plan = made(health_office(1), ENVIRONMENT)
    assert row(plan, "B.4.c.2.b", "M") == (2, 1, 1, "short")


def five_provinces() -> Small:
    """İstanbul, Ankara, İzmir, Bursa (metropolitan) and Çorum, alike in people."""
    country = Small()
    for code, metropolitan in ((34, 1), (6, 1), (35, 1), (16, 1), (19, 0)):
        country.province(code, metropolitan=metropolitan).district(f"D{code}", code, 1_000_000, central=1)
        country.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
        country.unit(f"G{code}", f"D{code}", "saglik_grup_baskanligi")
    return country.filled(ENVIRONMENT, 200)


@clause("B.4.c.2.d")
def test_istanbul_has_50_more_ankara_40_izmir_20_and_another_metropolitan_province_10_on_top_of_200() -> None:
    plan = made(five_provinces(), ENVIRONMENT)
    assert posts(plan, ENVIRONMENT) == 200 + 50 + 40 + 20 + 10
    assert numbers(plan, ENVIRONMENT, 34, 6, 35, 16, 19) == [90, 80, 60, 50, 40]


@clause("B.4.c.2.d")
def test_read_the_other_way_the_120_extra_posts_come_out_of_the_200() -> None:
    # 80 posts stay for the five provinces alike: 16 each.
    plan = made(five_provinces(), ENVIRONMENT, sets=("B.4.c.2.d.extra=inside",))
    assert posts(plan, ENVIRONMENT) == 200
    assert numbers(plan, ENVIRONMENT, 34, 6, 35, 16, 19) == [66, 56, 36, 26, 16]


@clause("B.4.c.2.e")
def test_no_hospital_has_an_environmental_health_technician() -> None:
    assert open_units(made(health_office(12), ENVIRONMENT), ENVIRONMENT) == {"M", "GD", "GE"}


# 3. Dental prosthesis ------------------------------------------------------------------------------------


@clause("B.4.c.3.a")
def test_100_filled_prosthesis_posts_make_120_by_population() -> None:
    country = two_provinces("adsm", dental_chairs=10, prosthesis_laboratory=1).filled(PROSTHESIS, 100)
    plan = made(country, PROSTHESIS)
    assert row(plan, "B.4.c.3.a") == (120, 120, 0, "binding")
    assert numbers(plan, PROSTHESIS, 19, 55) == [80, 40]


@clause("B.4.c.3.b")
def test_prosthesis_technicians_are_planned_only_where_a_prosthesis_laboratory_works() -> None:
    country = (
        town()
        .unit("A", "D", "adsm", dental_chairs=10, prosthesis_laboratory=1)
        .unit("B", "D", "adsm", dental_chairs=10)
        .unit("H", "D", "devlet_hastanesi", beds=100, prosthesis_laboratory=1)
        .filled(PROSTHESIS, 5)
    )
    assert open_units(made(country, PROSTHESIS), PROSTHESIS) == {"A", "H"}


@clause("B.4.c.3.c", shows="kept")
def test_a_province_of_few_people_has_one_prosthesis_technician_all_the_same() -> None:
    # 6 posts; by population alone 900,000 : 100,000 : 50,000 the last would have 0.29 and none.
    country = Small().filled(PROSTHESIS, 5)
    for code, people in ((19, 900_000), (55, 100_000), (57, 50_000)):
        country.province(code).district(f"D{code}", code, people, central=1)
        country.unit(f"A{code}", f"D{code}", "adsm", prosthesis_laboratory=1)
    plan = made(country, PROSTHESIS)
    assert numbers(plan, PROSTHESIS, 19, 55, 57) == [4, 1, 1]
    assert row(plan, "B.4.c.3.c", 57) == (1, 1, 0, "binding")


@clause("B.4.c.3.c", shows="short")
def test_one_prosthesis_technician_for_two_provinces_leaves_the_smaller_one_short() -> None:
    country = two_provinces("adsm", prosthesis_laboratory=1).filled(PROSTHESIS, 1)
    plan = made(country, PROSTHESIS)
    assert row(plan, "B.4.c.3.c", 19) == (1, 1, 0, "binding")
    assert row(plan, "B.4.c.3.c", 55) == (1, 0, 1, "short")


@clause("B.4.c.3.c")
def test_a_province_without_a_prosthesis_laboratory_is_listed_and_the_others_have_its_share() -> None:
    country = two_provinces("adsm", prosthesis_laboratory=1).filled(PROSTHESIS, 100)
    country.province(57).district("D57", 57, 300_000, central=1).unit("A57", "D57", "adsm", dental_chairs=5)
    plan = made(country, PROSTHESIS)
    assert "no unit for this title" in notices(plan, "B.4.c.3.b")["57"]
    assert posts(plan, PROSTHESIS, 19) + posts(plan, PROSTHESIS, 55) == 120


@clause("B.4.c.3.c")
def test_inside_a_province_prosthesis_technicians_follow_dental_visits() -> None:
    # Weights 1 + 0 and 1 + 40,000 / 20,000 = 1 : 3 of 12 posts.
    country = (
        town()
        .unit("A", "D", "adsm", prosthesis_laboratory=1)
        .unit("B", "D", "adsm", prosthesis_laboratory=1, dental_visits=40_000)
        .filled(PROSTHESIS, 10)
    )
    plan = made(country, PROSTHESIS)
    assert [target(plan, PROSTHESIS, code) for code in "AB"] == [3, 9]


# 4. Emergency (ATT) --------------------------------------------------------------------------------------


@clause("B.4.c.4.a")
def test_100_filled_emergency_posts_make_400() -> None:
    country = two_provinces("istasyon_112_b").filled(EMERGENCY, 100)
    assert row(made(country, EMERGENCY), "B.4.c.4.a") == (400, 400, 0, "binding")


@clause("B.4.c.4.b")
def test_emergency_technicians_stand_at_stations_emergency_services_and_24_hour_health_centres() -> None:
    country = (
        town()
        .unit("A", "D", "istasyon_112_a")
        .unit("B", "D", "istasyon_112_b")
        .unit("H", "D", "devlet_hastanesi", beds=100, emergency_service=1)
        .unit("K", "D", "devlet_hastanesi", beds=100)
        .unit("S", "D", "saglik_merkezi", duty_24h=1)
        .unit("T", "D", "saglik_merkezi", emergency_service=1)
        .unit("O", "D", "saglik_ocagi", emergency_service=1, duty_24h=1)
        .filled(EMERGENCY, 20)
    )
    plan = made(country, EMERGENCY)
    assert open_units(plan, EMERGENCY) == {"A", "B", "H", "S"}
    assert target(plan, EMERGENCY, "A") == target(plan, EMERGENCY, "B")


@clause("B.4.c.4.c")
def test_40_000_emergency_visits_make_an_emergency_service_three_times_as_heavy() -> None:
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100, emergency_service=1)
        .unit("K", "D", "devlet_hastanesi", beds=100, emergency_service=1, emergency_visits=40_000)
        .filled(EMERGENCY, 10)  # × 4 = 40
    )
    plan = made(country, EMERGENCY)
    assert [target(plan, EMERGENCY, code) for code in "HK"] == [10, 30]


@clause("B.4.c.4.d", "B.4.c.8.d")
def test_unfilled_emergency_posts_are_listed_for_nurses_in_hospitals_and_community_technicians_at_stations() -> (
    None
):
    country = (
        town()
        .unit("A", "D", "istasyon_112_a")
        .unit("H", "D", "devlet_hastanesi", beds=100, emergency_service=1, emergency_visits=80_000)
        .staff("A", EMERGENCY, 1)
        .staff("H", EMERGENCY, 1)
    )
    plan = made(country, EMERGENCY)  # 8 posts, weights 5 : 5
    assert numbers(plan, EMERGENCY, "A", "H") == [4, 4]
    listed = notices(plan, "B.4.c.4.d")
    assert listed["H"] == "3 unfilled posts may be covered by Nurse"
    assert listed["A"] == "3 unfilled posts may be covered by Community health technician"
    assert set(notices(plan, "B.4.c.8.d")) == {"A"}


STEPS = [
    (3_000, 3), (3_001, 4), (30_000, 4), (30_001, 5), (75_000, 5), (75_001, 7), (100_000, 7), (100_001, 8),
    (150_000, 8), (150_001, 10), (300_000, 10), (300_001, 15), (500_000, 15), (500_001, 25), (750_000, 25),
    (750_001, 35), (1_000_000, 35), (1_000_001, 45), (3_000_000, 45), (3_000_001, 45),
]  # fmt: skip


def stepped(filled: int) -> Small:
    """A district for every step of the clause, all in one province, each with one station."""
    country = Small().province(19).filled(EMERGENCY, filled)
    for number, (people, _) in enumerate(STEPS):
        country.district(f"D{number:02}", 19, people, central=int(number == 0))
        country.unit(f"S{number:02}", f"D{number:02}", "istasyon_112_b")
    return country


@clause("B.4.c.4.e")
def test_the_district_steps_are_those_of_the_clause_at_both_ends_of_every_step() -> None:
    # The steps add up to 356; 89 filled × 4 = 356 posts, so the scale is 1.
    assert sum(step for _, step in STEPS) == 356
    plan = made(stepped(89), EMERGENCY)
    assert [target(plan, EMERGENCY, f"D{n:02}") for n in range(len(STEPS))] == [step for _, step in STEPS]
    assert target(plan, EMERGENCY, 19) == 356


@clause("B.4.c.4.e")
def test_half_as_many_posts_halve_every_district_step() -> None:
    plan = made(stepped(89), EMERGENCY, sets=("B.4.c.4.a.growth=2.0",))
    assert [target(plan, EMERGENCY, f"D{n:02}") for n in range(len(STEPS))] == [step / 2 for _, step in STEPS]


@clause("B.4.c.4.e")
def test_read_as_fixed_numbers_the_steps_do_not_depend_on_the_filled_posts() -> None:
    plan = made(stepped(10), EMERGENCY, sets=("B.4.c.4.e.counted=fixed",))
    assert posts(plan, EMERGENCY) == 356
    assert numbers(plan, EMERGENCY, *(f"D{n:02}" for n in range(len(STEPS)))) == [step for _, step in STEPS]


@clause("B.4.c.4.e")
def test_above_three_million_people_the_last_step_counts_and_the_report_says_so() -> None:
    assert notices(made(stepped(89), EMERGENCY), "B.4.c.4.e") == {
        "D19": "population 3000001: the clause's last step was used"
    }


@clause("B.4.c.4.e")
def test_the_metropol_district_of_istanbul_has_275_that_of_ankara_125_and_that_of_izmir_follows_the_steps() -> (
    None
):
    country = Small().filled(EMERGENCY, 120)  # × 4 = 480 = 275 + 125 + 45 + 35
    for code, people in ((34, 8_000_000), (6, 4_000_000), (35, 2_900_000)):
        country.province(code, metropolitan=1).district(
            f"M{code}", code, people, central=1, metropolitan_centre=1
        )
        country.unit(f"S{code}", f"M{code}", "istasyon_112_b")
    country.district("X34", 34, 800_000).unit("SX", "X34", "istasyon_112_b")
    plan = made(country, EMERGENCY)
    assert numbers(plan, EMERGENCY, "M34", "M6", "M35", "X34") == [275, 125, 45, 35]
    assert posts(plan, EMERGENCY, 34) == 310
    assert notices(plan, "B.4.c.4.e") == {}


@clause("B.4.c.4.e")
def test_districts_without_a_unit_for_them_take_no_part_in_the_steps() -> None:
    country = two_provinces("istasyon_112_b").district("E", 19, 2_000_000).filled(EMERGENCY, 9)
    plan = made(country, EMERGENCY)  # 36 posts over the steps 10 and 7, not 45 more
    assert target(plan, EMERGENCY, 19) == pytest.approx(36 * 10 / 17)
    assert target(plan, EMERGENCY, 55) == pytest.approx(36 * 7 / 17)


# 5. Laboratory -------------------------------------------------------------------------------------------


@clause("B.4.c.5.a")
def test_120_filled_laboratory_posts_make_180_by_population() -> None:
    country = two_provinces("devlet_hastanesi", beds=100, laboratory=1).filled(LABORATORY, 120)
    plan = made(country, LABORATORY)
    assert row(plan, "B.4.c.5.a") == (180, 180, 0, "binding")
    assert numbers(plan, LABORATORY, 19, 55) == [120, 60]


def laboratories(filled: int) -> Small:
    """A hospital with duty, a small one without, and a dispensary whose laboratory is the busiest."""
    return (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=80, laboratory=1, duty_24h=1)
        .unit("K", "D", "devlet_hastanesi", beds=20, laboratory=1)
        .unit("V", "D", "verem_savas_dispanseri", laboratory=1, outpatient_visits=600_000, duty_24h=1)
        .unit("N", "D", "devlet_hastanesi", beds=400, duty_24h=1)
        .filled(LABORATORY, filled)
    )


@clause("B.4.c.5.b")
def test_laboratory_technicians_are_planned_only_where_there_is_a_laboratory() -> None:
    assert open_units(made(laboratories(10), LABORATORY), LABORATORY) == {"H", "K", "V"}


@clause("B.4.c.5.c", shows="kept")
@clause("B.4.c.5.d", shows="kept")
def test_every_hospital_laboratory_has_one_technician_and_one_on_duty_day_and_night_has_four() -> None:
    # 10 × 1.5 = 15 posts; weights H 3, K 1.5, V 11. The dispensary is no inpatient unit: nothing is asked for it.
    plan = made(laboratories(10), LABORATORY)
    required, _, short, status = row(plan, "B.4.c.5.c", "K")
    assert (required, short, status) == (1, 0, "kept")
    required, have, short, _ = row(plan, "B.4.c.5.d", "H")
    assert (required, short) == (4, 0)
    assert have >= 4
    assert "V" not in set(plan.rules.loc[plan.rules["clause"].isin(["B.4.c.5.c", "B.4.c.5.d"]), "code"])


@clause("B.4.c.5.c", shows="short")
def test_one_laboratory_technician_goes_to_the_larger_hospital_and_not_to_the_busier_dispensary() -> None:
    plan = made(laboratories(1), LABORATORY, sets=("B.4.c.5.a.growth=1.0",))
    assert numbers(plan, LABORATORY, "H", "K", "V") == [1, 0, 0]
    assert row(plan, "B.4.c.5.c", "K") == (1, 0, 1, "short")


@clause("B.4.c.5.d", shows="short")
def test_duty_comes_after_the_first_technician_of_every_hospital_laboratory() -> None:
    # 2 × 1.5 = 3 posts: one each for H and K, the third for H's duty, which stays two short of four.
    plan = made(laboratories(2), LABORATORY)
    assert numbers(plan, LABORATORY, "H", "K", "V") == [2, 1, 0]
    assert row(plan, "B.4.c.5.d", "H") == (4, 2, 2, "short")


# 6. Orthopaedics -----------------------------------------------------------------------------------------


@clause("B.4.c.6.a")
def test_100_filled_orthopaedics_posts_make_120_by_population() -> None:
    country = two_provinces("devlet_hastanesi", beds=100).filled(ORTHOPAEDICS, 100)
    plan = made(country, ORTHOPAEDICS)
    assert row(plan, "B.4.c.6.a") == (120, 120, 0, "binding")
    assert numbers(plan, ORTHOPAEDICS, 19, 55) == [80, 40]


def orthopaedics(filled: int) -> Small:
    """H has the beds, K the orthopaedic patients; province 55 has one small hospital."""
    return (
        town(900_000)
        .unit("H", "D", "devlet_hastanesi", beds=600, orthopaedic_visits=10_000)
        .unit("K", "D", "devlet_hastanesi", beds=100, orthopaedic_visits=20_000)
        .province(55)
        .district("E", 55, 30_000, central=1)
        .unit("L", "E", "devlet_hastanesi", beds=50)
        .filled(ORTHOPAEDICS, filled)
    )


@clause("B.4.c.6.b", shows="kept")
def test_every_province_has_an_orthopaedics_technician_where_most_orthopaedic_patients_come() -> None:
    # 2 × 1.2 = 2.4, so 2 posts: province 55 has one though its share is 0.06; in 19 K has it, and H can have none.
    plan = made(orthopaedics(2), ORTHOPAEDICS)
    assert numbers(plan, ORTHOPAEDICS, "K", "L") == [1, 1]
    assert open_units(plan, ORTHOPAEDICS) == {"K", "L"}
    assert row(plan, "B.4.c.6.b", "K") == (1, 1, 0, "binding")
    assert row(plan, "B.4.c.6.b", "L") == (1, 1, 0, "binding")


@clause("B.4.c.6.b", "A.19.a")
def test_where_the_busiest_hospital_is_closed_the_next_one_has_it() -> None:
    country = orthopaedics(2)
    country.rows["units"][1]["not_ready"] = ORTHOPAEDICS
    assert open_units(made(country, ORTHOPAEDICS), ORTHOPAEDICS) == {"K", "L"}
    plan = made(country, ORTHOPAEDICS, sets=("A.19.a.close=true",))
    assert numbers(plan, ORTHOPAEDICS, "H", "L") == [1, 1]
    assert row(plan, "B.4.c.6.b", "H") == (1, 1, 0, "binding")


@clause("B.4.c.6.b")
def test_of_hospitals_with_as_many_orthopaedic_patients_the_lower_code_has_it() -> None:
    country = orthopaedics(2)
    country.rows["units"][0]["orthopaedic_visits"] = 20_000
    assert open_units(made(country, ORTHOPAEDICS), ORTHOPAEDICS) == {"H", "L"}


@clause("B.4.c.6.b", shows="short")
def test_one_orthopaedics_technician_for_two_provinces_leaves_the_smaller_short() -> None:
    plan = made(orthopaedics(1), ORTHOPAEDICS)
    assert row(plan, "B.4.c.6.b", "K") == (1, 1, 0, "binding")
    assert row(plan, "B.4.c.6.b", "L") == (1, 0, 1, "short")


def bones(filled: int) -> Small:
    """An EAH with two orthopaedics clinics, a bone hospital, and a busier state hospital."""
    return (
        town()
        .unit("E", "D", "eah", beds=300, orthopaedic_visits=5_000)
        .unit("B", "D", "kemik_hastanesi", beds=100, orthopaedic_visits=5_000)
        .unit("H", "D", "devlet_hastanesi", beds=300, orthopaedic_visits=30_000)
        .training("E", "ortopedi_ve_travmatoloji", 2)
        .training("E", "radyodiagnostik", 5)
        .filled(ORTHOPAEDICS, filled)
    )


@clause("B.4.c.6.c", shows="kept")
@clause("B.4.c.6.d", shows="kept")
def test_an_eah_has_one_more_for_each_of_two_orthopaedics_clinics_and_a_bone_hospital_one_more() -> None:
    # 4 × 1.2 = 4.8, so 5 posts: 1 at H (most patients), 2 at the EAH, 1 at the bone hospital, 1 by weight.
    plan = made(bones(4), ORTHOPAEDICS)
    assert row(plan, "B.4.c.6.b", "H")[2:] in ((0, "binding"), (0, "kept"))
    assert row(plan, "B.4.c.6.c", "E") == (2, 2, 0, "binding")
    assert row(plan, "B.4.c.6.d", "B") == (1, 1, 0, "binding")


@clause("B.4.c.6.c", shows="short")
@clause("B.4.c.6.d", shows="short")
def test_with_two_orthopaedics_technicians_the_clinics_and_the_bone_hospital_lack_two_together() -> None:
    # 2 × 1.2 = 2.4, so 2 posts: H first (tier 1); of the 3 that tier 3 asks for one comes true.
    plan = made(bones(2), ORTHOPAEDICS)
    assert posts(plan, ORTHOPAEDICS, "H") == 1
    short = [row(plan, "B.4.c.6.c", "E")[2], row(plan, "B.4.c.6.d", "B")[2]]
    assert sum(short) == 2
    none = made(bones(1), ORTHOPAEDICS)  # 1.2, so 1 post
    assert row(none, "B.4.c.6.c", "E") == (2, 0, 2, "short")
    assert row(none, "B.4.c.6.d", "B") == (1, 0, 1, "short")


@clause("B.4.c.6.c")
def test_the_clinics_come_on_top_of_the_first_post_of_the_province() -> None:
    country = (
        town()
        .unit("E", "D", "eah", beds=300, orthopaedic_visits=5_000)
        .training("E", "ortopedi_ve_travmatoloji", 2)
        .filled(ORTHOPAEDICS, 100)
    )
    assert row(made(country, ORTHOPAEDICS), "B.4.c.6.c", "E")[0] == 1 + 2


# 7. Radiography ------------------------------------------------------------------------------------------


@clause("B.4.c.7.a")
def test_120_filled_radiography_posts_make_180_by_population() -> None:
    country = two_provinces("devlet_hastanesi", beds=100, imaging_devices=2).filled(RADIOGRAPHY, 120)
    plan = made(country, RADIOGRAPHY)
    assert row(plan, "B.4.c.7.a") == (180, 180, 0, "binding")
    assert numbers(plan, RADIOGRAPHY, 19, 55) == [120, 60]


def radiology(filled: int) -> Small:
    """An EAH with three devices and three radiology clinics, a hospital on duty with two, a dispensary with one."""
    return (
        town()
        .unit("E", "D", "eah", beds=300, imaging_devices=3)
        .unit("H", "D", "devlet_hastanesi", beds=100, imaging_devices=2, duty_24h=1)
        .unit("V", "D", "verem_savas_dispanseri", imaging_devices=1)
        .unit("N", "D", "devlet_hastanesi", beds=100, duty_24h=1)
        .training("E", "radyodiagnostik", 3)
        .filled(RADIOGRAPHY, filled)
    )


@clause("B.4.c.7.b")
def test_radiography_technicians_are_planned_only_where_there_is_an_imaging_device() -> None:
    assert open_units(made(radiology(10), RADIOGRAPHY), RADIOGRAPHY) == {"E", "H", "V"}


@clause("B.4.c.7.c", shows="kept")
@clause("B.4.c.7.d", shows="kept")
@clause("B.4.c.7.e", shows="kept")
def test_a_device_asks_for_one_duty_for_four_and_a_radiology_clinic_for_two() -> None:
    # 8 × 1.5 = 12 posts: V 1, H max(2, 4) = 4, E max(3, 3 × 2) = 6; one is left.
    plan = made(radiology(8), RADIOGRAPHY)
    assert [row(plan, "B.4.c.7.c", code)[0] for code in "EHV"] == [3, 2, 1]
    assert row(plan, "B.4.c.7.d", "H")[0] == 4
    assert row(plan, "B.4.c.7.e", "E")[0] == 6
    chosen = plan.rules[plan.rules["clause"].str.startswith("B.4.c.7")]
    assert sum(chosen["shortfall"]) == 0
    assert all(
        have >= least
        for have, least in zip(numbers(plan, RADIOGRAPHY, "E", "H", "V"), (6, 4, 1), strict=True)
    )


@clause("B.4.c.7.c", shows="short")
@clause("B.4.c.7.d", shows="short")
@clause("B.4.c.7.e", shows="short")
def test_devices_come_before_duty_and_duty_before_the_clinics() -> None:
    # 4 × 1.5 = 6 posts are just the devices: 3 + 2 + 1; duty lacks 2 and the clinics 3.
    plan = made(radiology(4), RADIOGRAPHY)
    assert numbers(plan, RADIOGRAPHY, "E", "H", "V") == [3, 2, 1]
    assert row(plan, "B.4.c.7.d", "H") == (4, 2, 2, "short")
    assert row(plan, "B.4.c.7.e", "E") == (6, 3, 3, "short")
    # 5 × 1.5 = 7.5, so 8 posts: the two more go to duty.
    assert numbers(made(radiology(5), RADIOGRAPHY), RADIOGRAPHY, "E", "H", "V") == [3, 4, 1]
    # 3 × 1.5 = 4.5, so 5 posts: even a device stays without its technician.
    few = made(radiology(3), RADIOGRAPHY)
    assert sum(row(few, "B.4.c.7.c", code)[2] for code in "EHV") == 1


@clause("B.4.c.7.d")
def test_a_device_on_duty_day_and_night_weighs_one_and_a_half() -> None:
    # No floors left over: 20 devices a unit. Weights 20 and 30 share 60 posts; floors 20 + 20 first.
    country = (
        town()
        .unit("A", "D", "devlet_hastanesi", beds=100, imaging_devices=20)
        .unit("B", "D", "devlet_hastanesi", beds=100, imaging_devices=20, duty_24h=1)
        .filled(RADIOGRAPHY, 40)  # × 1.5 = 60
    )
    plan = made(country, RADIOGRAPHY)
    assert [target(plan, RADIOGRAPHY, code) for code in "AB"] == [28, 32]


@clause("B.4.c.7.f")
def test_radiography_posts_that_nobody_fills_are_listed_for_certified_staff() -> None:
    country = (
        town().unit("H", "D", "devlet_hastanesi", beds=100, imaging_devices=2).staff("H", RADIOGRAPHY, 4)
    )
    listed = notices(made(country, RADIOGRAPHY), "B.4.c.7.f")
    assert listed == {"H": "2 unfilled posts may be covered by other certified staff"}


# 8. Community health -------------------------------------------------------------------------------------


@clause("B.4.c.8.a")
def test_100_filled_community_health_posts_make_120_by_population() -> None:
    country = two_provinces("saglik_ocagi", catchment_population=10_000).filled(COMMUNITY, 100)
    plan = made(country, COMMUNITY)
    assert row(plan, "B.4.c.8.a") == (120, 120, 0, "binding")
    assert numbers(plan, COMMUNITY, 19, 55) == [80, 40]


@clause("B.4.c.8.b", shows="kept")
def test_community_technicians_go_to_health_posts_mental_and_bone_hospitals_and_emergency_services() -> None:
    # Weights: 20,000 / 10,000 = 2; 50 / 50 = 1; 150 / 50 = 3; 80,000 / 40,000 = 2: 8 in all, 24 posts.
    country = (
        town()
        .unit("O", "D", "saglik_ocagi", catchment_population=20_000)
        .unit("B", "D", "kemik_hastanesi", beds=50)
        .unit("R", "D", "ruh_sagligi_hastanesi", beds=150, emergency_service=1, emergency_visits=80_000)
        .unit("H", "D", "devlet_hastanesi", beds=400, emergency_service=1, emergency_visits=80_000)
        .filled(COMMUNITY, 20)
    )
    plan = made(country, COMMUNITY)
    assert [target(plan, COMMUNITY, code) for code in "OBRH"] == [6, 3, 9, 6]
    assert numbers(plan, COMMUNITY, "O", "B", "R", "H") == [6, 3, 9, 6]


@clause("B.4.c.8.b")
def test_a_health_centre_and_an_integrated_unit_have_no_second_part_for_their_emergency_service() -> None:
    # 20,000 / 10,000 = 2 at the health centre; 10,000 / 10,000 = 1 at the integrated unit of the small district.
    country = (
        town()
        .unit("Z", "D", "saglik_merkezi", beds=10, catchment_population=20_000, emergency_service=1, emergency_visits=80_000)
        .unit("O", "D", "saglik_ocagi", catchment_population=20_000)
        .district("E", 19, 10_000)
        .unit("H", "E", "devlet_hastanesi", beds=20, emergency_service=1, emergency_visits=80_000)
        .unit("S", "E", "saglik_ocagi", catchment_population=10_000)
        .unit("R", "E", "ruh_sagligi_hastanesi", beds=50)
        .filled(COMMUNITY, 110)
    )
    plan = made(country, COMMUNITY)  # 132 posts: 120 for D, 12 for E
    assert [target(plan, COMMUNITY, code) for code in "ZOHR"] == [60, 60, 6, 6]


@clause("B.4.c.8.b", shows="short")
def test_a_hospital_without_an_emergency_service_stands_behind_and_has_no_community_technician() -> None:
    country = (
        town()
        .unit("O", "D", "saglik_ocagi", catchment_population=20_000)
        .unit("K", "D", "devlet_hastanesi", beds=400, emergency_visits=80_000)
        .filled(COMMUNITY, 20)
    )
    plan = made(country, COMMUNITY)
    assert open_units(plan, COMMUNITY) == {"O"}
    assert posts(plan, COMMUNITY, "O") == 24


def community_offices(filled: int) -> Small:
    """A directorate, a group directorate and a health post of very many people."""
    return (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("G", "D", "saglik_grup_baskanligi")
        .unit("O", "D", "saglik_ocagi", catchment_population=1_000_000)
        .filled(COMMUNITY, filled)
    )


@clause("B.4.c.8.c", shows="kept")
def test_the_directorate_has_two_community_technicians_and_a_group_directorate_one() -> None:
    # 5 × 1.2 = 6 posts: 2 + 1 first, 3 by weights 2 : 1 : 100.
    plan = made(community_offices(5), COMMUNITY)
    assert row(plan, "B.4.c.8.c", "M") == (2, 2, 0, "binding")
    assert row(plan, "B.4.c.8.c", "G") == (1, 1, 0, "binding")
    assert posts(plan, COMMUNITY, "O") == 3


@clause("B.4.c.8.c", shows="short")
def test_one_community_technician_leaves_the_two_offices_short_of_two() -> None:
    plan = made(community_offices(1), COMMUNITY)
    assert posts(plan, COMMUNITY, "O") == 0
    assert row(plan, "B.4.c.8.c", "M")[2] + row(plan, "B.4.c.8.c", "G")[2] == 2
    assert {row(plan, "B.4.c.8.c", code)[3] for code in "MG"} >= {"short"}


# 9. Medical secretaries ----------------------------------------------------------------------------------


@clause("B.4.c.9.a")
def test_a_quarter_more_secretaries_by_population_and_a_tenth_more_for_the_three_big_provinces() -> None:
    # 400 filled: 500 by population, 125 for each of four provinces; 40 more: 20, 12, 8.
    country = Small().filled(SECRETARY, 400)
    for code in (34, 6, 35, 19):
        country.province(code).district(f"D{code}", code, 1_000_000, central=1)
        country.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=100)
    plan = made(country, SECRETARY)
    assert posts(plan, SECRETARY) == 540
    assert numbers(plan, SECRETARY, 34, 6, 35, 19) == [145, 137, 133, 125]


@clause("B.4.c.9.b")
def test_secretaries_work_at_directorates_adsm_and_inpatient_units_and_nowhere_else() -> None:
    country = (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("G", "D", "saglik_grup_baskanligi")
        .unit("A", "D", "adsm", dental_chairs=10)
        .unit("H", "D", "devlet_hastanesi", beds=15)
        .unit("O", "D", "saglik_ocagi", catchment_population=10_000)
        .unit("C", "D", "acsap", outpatient_visits=10_000)
        .filled(SECRETARY, 64)  # × 1.25 = 80
    )
    plan = made(country, SECRETARY)
    assert open_units(plan, SECRETARY) == {"M", "G", "A", "H"}
    # Weights 5 : 1 : 1 : 1 of 80.
    assert numbers(plan, SECRETARY, "M", "G", "A", "H") == [50, 10, 10, 10]
