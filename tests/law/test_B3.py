"""Section B.3, general practitioners: worked cases."""

from __future__ import annotations

import pytest

import pdc
from helpers.clause_mark import clause
from helpers.small import Small, notices, posts, rule, rules, target

GP = "pratisyen_tabip"


def province(etf: int, region: int = 3, code: int = 19, **columns: object) -> Small:
    """One province of one district; 2,200 people are one GP."""
    country = Small().province(code, service_region=region, **columns).district("D", code, etf, central=1)
    return country.filled(GP, 150)


def two_hundred(region: int = 3) -> Small:
    """A province of 440,000: 200 GPs. Its sağlık ocağı wants 100; a malaria dispensary may have any number."""
    country = province(440_000, region).unit("S", "D", "saglik_ocagi", catchment_population=350_000)
    return country.unit("W", "D", "sitma_savas_dispanseri")


# B.3.a, b: the number of a province ---------------------------------------------------------------------------


@clause("B.3.a")
def test_2_200_people_are_one_gp_in_provinces_and_districts() -> None:
    country = (
        Small().province(19).district("A", 19, 330_000, central=1).district("B", 19, 110_000).filled(GP, 150)
    )
    for district in "AB":
        country.unit(f"S{district}", district, "saglik_ocagi", catchment_population=200_000)
    plan = country.plan()
    assert target(plan, GP, 19) == 200
    assert (target(plan, GP, "A"), target(plan, GP, "B")) == (150, 50)
    assert (
        plan.national.set_index("title").loc[GP, "supply"] == ""
    )  # no national number: 150 filled is only reported


@clause("B.3.b", shows="kept")
def test_a_province_that_can_have_its_target_has_it() -> None:
    plan = two_hundred().plan()
    assert posts(plan, GP, 19) == 200
    assert rule(plan, "B.3.b", 19)["status"] == "kept"


@clause("B.3.b", shows="short")
@pytest.mark.parametrize(("catchment", "number"), [(1_000_000, 230), (350_000, 170)])
def test_whatever_the_units_ask_for_a_province_of_440_000_has_170_to_230(catchment: int, number: int) -> None:
    # 200 ± 15 %, computed exactly: 1.15 × 200 is 230. The sağlık ocağı asks for 285 (or for no more than 100).
    plan = province(440_000).unit("S", "D", "saglik_ocagi", catchment_population=catchment).plan()
    assert posts(plan, GP, 19) == number
    row = rule(plan, "B.3.b", 19)
    assert (row["required"], row["status"]) == (number, "binding")


@clause("B.3.b")
@pytest.mark.parametrize(("etf", "number"), [(3_300, 2), (1_100, 1), (440, 0)])
def test_where_no_whole_number_lies_in_the_band_the_target_is_rounded_half_up_and_listed(
    etf: int, number: int
) -> None:
    # 1.5: 1.275 … 1.725 → 2; 0.5: 0.425 … 0.575 → 1; 0.2: 0.17 … 0.23 → 0.
    plan = province(etf).unit("S", "D", "saglik_ocagi", catchment_population=3_500).plan()
    assert posts(plan, GP, 19) == number
    assert [(row["code"], row["posts"]) for row in notices(plan, "B.3.b")] == [("19", number)]


@clause("B.3.b")
def test_a_band_that_has_a_whole_number_is_not_listed() -> None:
    plan = province(2_200).unit("S", "D", "saglik_ocagi", catchment_population=3_500).plan()
    assert posts(plan, GP, 19) == 1
    assert notices(plan, "B.3.b") == []


# B.3.c, ç: the directorate ------------------------------------------------------------------------------------


def with_directorate(etf: int, catchment: int) -> Small:
    country = province(etf).unit("M", "D", "il_saglik_mudurlugu")
    return country.unit("S", "D", "saglik_ocagi", catchment_population=catchment)


@clause("B.3.c", "B.3.ç", shows="kept")
def test_at_200_gps_the_directorate_has_6_and_4_deputies() -> None:
    # 440,000 people: 4 deputies (up to 600,000), 3 % of 200 is 6; the other 190 serve 190 × 3,500 people.
    plan = with_directorate(440_000, 665_000).plan()
    assert posts(plan, GP, 19) == 200
    assert (posts(plan, GP, "M"), posts(plan, GP, "S")) == (10, 190)
    assert target(plan, GP, "M") == pytest.approx(10)
    for number, own in (("B.3.c", 6), ("B.3.ç", 4)):
        row = rule(plan, number, "M")
        assert (row["required"], row["posts"], row["shortfall"], row["tier"]) == (own, 10, 0, 1)


@clause("B.3.c")
def test_in_the_other_reading_the_deputies_are_inside_the_3_percent() -> None:
    plan = with_directorate(440_000, 679_000).plan(sets=["B.3.c.deputies=inside"])
    assert (posts(plan, GP, "M"), posts(plan, GP, "S")) == (6, 194)


@clause("B.3.c")
def test_in_that_reading_more_deputies_than_3_percent_still_have_their_posts() -> None:
    # 44,000 people: 20 GPs, 3 % are 0.6 → 1; one deputy: 1 in all. Beside it: 2.
    assert posts(with_directorate(44_000, 66_500).plan(sets=["B.3.c.deputies=inside"]), GP, "M") == 1
    assert posts(with_directorate(44_000, 63_000).plan(), GP, "M") == 2


@clause("B.3.c", "B.3.ç")
def test_in_istanbul_25_deputies_are_31_with_the_3_percent_of_200_or_25_in_the_other_reading() -> None:
    for reading, number in (("beside", 31), ("inside", 25)):
        country = province(440_000, code=34).unit("M", "D", "il_saglik_mudurlugu")
        country.unit("S", "D", "saglik_ocagi", catchment_population=(200 - number) * 3_500)
        plan = country.plan(sets=[f"B.3.c.deputies={reading}"])
        assert (posts(plan, GP, 34), posts(plan, GP, "M")) == (200, number)


@clause("B.3.c")
@pytest.mark.parametrize(("etf", "share"), [(110_000, 2), (107_800, 1)])
def test_the_3_percent_are_rounded_half_up(etf: int, share: int) -> None:
    # 50 GPs: 1.5 → 2; 49 GPs: 1.47 → 1; two deputies each (100,001 to 200,000 people).
    gps = etf // 2_200
    plan = with_directorate(etf, (gps - share - 2) * 3_500).plan()
    assert posts(plan, GP, 19) == gps
    assert posts(plan, GP, "M") == share + 2


@clause("B.3.c", "B.3.ç", shows="short")
def test_a_directorate_held_to_3_posts_is_short_of_both_and_no_post_is_counted_twice() -> None:
    plan = with_directorate(440_000, 665_000).limit("standards", "M", GP, 3).plan()
    number = posts(plan, GP, 19)
    share = (3 * number + 50) // 100
    assert posts(plan, GP, "M") == 3
    assert rule(plan, "B.3.ç", "M")["shortfall"] + rule(plan, "B.3.c", "M")["shortfall"] == share + 4 - 3
    assert rule(plan, "B.3.ç", "M")["status"] == "short"


STEPS = [
    (100_000, 1), (100_001, 2), (200_000, 2), (200_001, 3), (400_000, 3), (400_001, 4), (600_000, 4), (600_001, 5),
    (1_000_000, 5), (1_000_001, 6), (1_500_000, 6), (1_500_001, 7), (2_000_000, 7), (2_000_001, 8), (2_500_000, 8),
    (2_500_001, 9), (3_000_000, 9), (3_000_001, 9),
]  # fmt: skip


@clause("B.3.ç")
def test_the_deputies_follow_the_steps_of_the_law_and_the_three_big_provinces_have_their_own() -> None:
    country = Small().filled(GP, 150)
    wanted = {40 + i: step for i, step in enumerate(STEPS)} | {
        34: (500_000, 25),
        6: (500_000, 15),
        35: (4_000_000, 12),
    }
    for code, (etf, _) in wanted.items():
        country.province(code).district(f"D{code}", code, etf, central=1).unit(
            f"M{code}", f"D{code}", "il_saglik_mudurlugu"
        )
        country.unit(f"S{code}", f"D{code}", "saglik_ocagi", catchment_population=etf * 3_400 // 2_200)
    plan = country.plan()
    for code, (_, deputies) in wanted.items():
        assert rule(plan, "B.3.ç", f"M{code}")["required"] == deputies, code
    # The table ends at 3,000,000: the last step, with a notice; İzmir's 4,000,000 have an entry of their own.
    assert [row["code"] for row in notices(plan, "B.3.ç")] == [str(40 + len(STEPS) - 1)]


# B.3.d: sağlık ocakları ---------------------------------------------------------------------------------------


def ocak(etf: int, catchment: int, access: float = 1) -> Small:
    """A province whose only unit is one sağlık ocağı: what the province has (B.3.b) is what the ocak gets."""
    return province(etf).unit("S", "D", "saglik_ocagi", catchment_population=catchment, access_factor=access)


@clause("B.3.d")
def test_the_target_of_a_saglik_ocagi_is_its_people_over_3_500() -> None:
    assert target(ocak(6_600, 9_000).plan(), GP, "S") == pytest.approx(2.571, abs=0.001)
    assert target(ocak(6_600, 9_000, 1.5).plan(), GP, "S") == pytest.approx(2.571, abs=0.001)


@clause("B.3.d", shows="kept")
def test_three_gps_for_9_000_people_are_kept() -> None:
    row = rule(ocak(6_600, 9_000).plan(), "B.3.d", "S")  # 6,600 / 2,200 = 3
    assert (row["posts"], row["shortfall"], row["tier"]) == (3, 0, 2)


@clause("B.3.d", shows="short")
@pytest.mark.parametrize(
    ("catchment", "access", "least", "most"),
    [
        (9_000, 1.5, 3, 4),  # where reach calls for it: 9,000 / 4,000 = 2.25 → 3, 9,000 / 2,000 = 4.5 → 4
        (9_000, 1, 3, 3),  # elsewhere 9,000 / 3,500 = 2.57: 2 would be 4,500 people a GP, so 3
        (7_500, 1.5, 2, 3),  # 1.9 → 2, 3.75 → 3
        (7_500, 1, 2, 3),  # 2.14: 2 or 3
        (3_500, 1, 1, 1),
        (8_000, 1.01, 2, 4),
        (8_001, 1.01, 3, 4),
        (9_000, 0.9, 3, 3),  # a factor below 1 says that reach is easy: as elsewhere
        (8_000, 0.8, 2, 3),
        (8_001, 0.8, 3, 3),
    ],
)
def test_the_number_lies_between_one_gp_for_4_000_and_one_for_2_000_people(
    catchment: int, access: float, least: int, most: int
) -> None:
    # 9 posts for the ocak (province of 22,000) are too many, 1 (of 2,200) or 0 (of 440) too few.
    row = rule(ocak(22_000, catchment, access).plan(), "B.3.d", "S")
    assert (row["posts"], row["required"], row["shortfall"]) == (9, most, 9 - most)
    few = 1 if least > 1 else 0
    row = rule(ocak(2_200 if few else 440, catchment, access).plan(), "B.3.d", "S")
    assert (row["posts"], row["required"], row["shortfall"]) == (few, least, least - few)


@clause("B.3.d")
@pytest.mark.parametrize("access", [1, 1.5])
def test_under_2_000_people_it_is_0_or_1(access: float) -> None:
    row = rule(ocak(22_000, 1_900, access).plan(), "B.3.d", "S")
    assert (row["posts"], row["required"], row["shortfall"]) == (9, 1, 8)
    row = rule(ocak(440, 1_900, access).plan(), "B.3.d", "S")
    assert (row["posts"], row["shortfall"]) == (0, 0)


@clause("B.3.d", "B.3.f")
def test_a_health_centre_with_a_catchment_is_planned_like_a_saglik_ocagi_and_one_without_has_no_gp() -> None:
    country = (
        two_hundred()
        .unit("Z", "D", "saglik_merkezi", catchment_population=9_000)
        .unit("Y", "D", "saglik_merkezi", beds=10)
    )
    plan = country.plan()
    assert target(plan, GP, "Z") == pytest.approx(9_000 / 3_500)
    assert posts(plan, GP, "Z") == 3
    assert "Y" not in set(plan.units.loc[plan.units["title"] == GP, "unit_code"])


# B.3.e: integrated units --------------------------------------------------------------------------------------


def little_town(etf: int = 13_200, village: int = 3_500, rural: int = 1) -> Small:
    """A district with a hospital of 20 beds, a health centre of 30, two sağlık ocakları, one of them a village's."""
    country = province(etf).unit("H", "D", "devlet_hastanesi", beds=20)
    country.unit("Z", "D", "saglik_merkezi", beds=30, catchment_population=3_000)
    country.unit("S", "D", "saglik_ocagi", catchment_population=5_000)
    return country.unit("V", "D", "saglik_ocagi", catchment_population=village, rural=rural)


def units(plan: pdc.Plan, title: str = GP) -> set[str]:
    return set(plan.units.loc[plan.units["title"] == title, "unit_code"])


@clause("B.3.e")
def test_a_district_under_15_000_is_planned_at_its_largest_institution_less_its_larger_villages() -> None:
    plan = little_town().plan()
    assert units(plan) == {"Z", "V"}
    # 13,200 / 2,200 = 6; the village of 3,500 keeps its 1, which is taken off the integrated unit's.
    assert (target(plan, GP, "V"), target(plan, GP, "Z")) == (1, 5)
    assert (posts(plan, GP, "V"), posts(plan, GP, "Z")) == (1, 5)
    assert rules(plan, "B.3.d", "Z") == []  # no band for an integrated unit
    merged = plan.country.units.set_index("unit_code").loc["Z"]
    assert (merged["beds"], merged["catchment_population"]) == (50, 8_000)
    assert {row["code"] for row in notices(plan, "B.3.e")} == {"H", "S"}


@clause("B.3.e")
def test_it_is_one_unit_for_every_title() -> None:
    plan = little_town().filled("hemsire", 150).filled("ebe", 150).filled("diyetisyen", 150).plan()
    assert units(plan, "hemsire") == {"Z", "V"}
    assert units(plan, "ebe") == {"Z", "V"}
    assert units(plan, "diyetisyen") == {"Z"}


@clause("B.3.e")
def test_that_villages_keep_their_number_is_an_assumption() -> None:
    plan = little_town().plan(sets=["B.3.e.keep_villages=false"])
    assert units(plan) == {"Z"}
    assert (target(plan, GP, "Z"), posts(plan, GP, "Z")) == (6, 6)


@clause("B.3.e")
def test_a_village_of_2_001_keeps_its_number() -> None:
    assert units(little_town(village=2_001).plan()) == {"Z", "V"}


@clause("B.3.e")
@pytest.mark.parametrize(("village", "rural"), [(2_000, 1), (3_500, 0)])
def test_a_village_of_2_000_or_less_and_an_ocak_of_the_town_are_merged(village: int, rural: int) -> None:
    assert units(little_town(village=village, rural=rural).plan()) == {"Z"}


@clause("B.3.e")
def test_a_district_of_15_000_is_not_integrated_and_one_of_14_999_is() -> None:
    assert units(little_town(etf=15_000).plan()) == {"H", "Z", "S", "V"}
    assert units(little_town(etf=14_999).plan()) == {"Z", "V"}


@clause("B.3.e")
def test_a_district_without_a_saglik_ocagi_is_not_integrated() -> None:
    country = province(13_200).unit("H", "D", "devlet_hastanesi", beds=20)
    country.unit("Z", "D", "saglik_merkezi", beds=30, catchment_population=3_000).unit(
        "W", "D", "sitma_savas_dispanseri"
    )
    assert units(country.plan()) == {"H", "Z", "W"}


@clause("B.3.e")
def test_the_target_of_an_integrated_unit_is_never_below_nought() -> None:
    # 4,400 people: 2 GPs. The station's target is 2 of its 5, the village's 1: 2 − 3 < 0.
    country = little_town(etf=4_400).unit("A", "D", "istasyon_112_a")
    assert target(country.plan(), GP, "Z") == 0


# B.3.f: stations, and where GPs may be --------------------------------------------------------------------------


@clause("B.3.f", shows="kept")
def test_a_station_of_type_a_has_5_gps_and_one_of_type_b_none() -> None:
    plan = two_hundred().unit("A", "D", "istasyon_112_a").unit("B", "D", "istasyon_112_b").plan()
    assert posts(plan, GP, "A") == 5
    row = rule(plan, "B.3.f", "A")
    assert (row["required"], row["shortfall"], row["tier"], row["status"]) == (5, 0, 1, "binding")
    assert "B" not in units(plan)


@clause("B.3.f", shows="short")
def test_in_a_province_of_two_gps_the_station_is_3_short() -> None:
    plan = province(4_400).unit("A", "D", "istasyon_112_a").plan()
    row = rule(plan, "B.3.f", "A")
    assert (row["posts"], row["shortfall"], row["status"]) == (2, 3, "short")


@clause("B.3.f", shows="short")
def test_more_than_5_is_as_wrong_as_fewer() -> None:
    plan = province(22_000).unit("A", "D", "istasyon_112_a").plan()  # 9 at least, and nowhere else to go
    row = rule(plan, "B.3.f", "A")
    assert (row["posts"], row["shortfall"], row["status"]) == (9, 4, "short")


@clause("B.3.f", shows="short")
def test_gps_are_planned_at_the_kinds_that_b_3_names_and_nowhere_else() -> None:
    country = two_hundred()
    named = [
        "il_saglik_mudurlugu", "istasyon_112_a", "verem_savas_dispanseri", "acsap", "devlet_hastanesi",
        "dogum_cocuk_hastanesi", "cocuk_hastanesi", "eah", "eah_dal", "ilce_gun_hastanesi", "kanser_savas_dispanseri",
    ]  # fmt: skip
    others = [
        "saglik_grup_baskanligi", "saglik_evi", "adsm", "dis_cene_cerrahisi_merkezi", "istasyon_112_b", "gogus_hastanesi",
        "kemik_hastanesi", "ftr_hastanesi", "ruh_sagligi_hastanesi", "goz_hastanesi", "onkoloji_hastanesi",
        "kalp_damar_hastanesi", "diger_dal_hastanesi",
    ]  # fmt: skip
    for kind in [*named, *others]:
        branch = {"branch": "goz_hastaliklari"} if kind == "eah_dal" else {}
        country.unit(kind, "D", kind, beds=100 if "hastane" in kind or "eah" in kind else 0, **branch)
    assert units(country.plan()) == {"S", "W", *named}


# B.3.g, ğ, h: shares of the province's number -------------------------------------------------------------------


@clause("B.3.g", shows="short")
def test_all_tuberculosis_dispensaries_together_have_at_most_1_percent() -> None:
    country = two_hundred()
    for i in range(4):
        country.unit(f"T{i}", "D", "verem_savas_dispanseri", catchment_population=6_000_000)
    plan = country.plan()
    assert sum(target(plan, GP, f"T{i}") for i in range(4)) > 2
    assert sum(posts(plan, GP, f"T{i}") for i in range(4)) == 2  # 1 % of 200
    row = rule(plan, "B.3.g", 19)
    assert (row["required"], row["posts"], row["status"]) == (2, 2, "binding")


@clause("B.3.g", "B.3.h")
def test_the_shares_are_of_the_province_and_over_all_its_districts() -> None:
    country = Small().province(19, service_region=1).filled(GP, 150)
    for i in range(4):
        country.district(f"D{i}", 19, 110_000, central=int(i == 0)).unit(
            f"W{i}", f"D{i}", "sitma_savas_dispanseri"
        )
        country.unit(f"T{i}", f"D{i}", "verem_savas_dispanseri", catchment_population=6_000_000)
        country.unit(f"H{i}", f"D{i}", "devlet_hastanesi", beds=1_000)
    plan = country.plan()
    assert posts(plan, GP, 19) == 200
    assert sum(posts(plan, GP, f"T{i}") for i in range(4)) == 2  # 1 %
    assert sum(posts(plan, GP, f"H{i}") for i in range(4)) == 50  # 25 %
    assert [posts(plan, GP, f"D{i}") for i in range(4)] == [50, 50, 50, 50]


@clause("B.3.g", shows="kept")
def test_one_dispensary_with_one_gp_of_200_is_within_1_percent() -> None:
    plan = two_hundred().unit("T", "D", "verem_savas_dispanseri").limit("standards", "T", GP, 1).plan()
    row = rule(plan, "B.3.g", 19)
    assert (row["required"], row["posts"], row["status"]) == (2, 1, "kept")


@clause("B.3.g")
def test_under_100_gps_1_percent_is_none() -> None:
    country = province(217_800).unit("W", "D", "sitma_savas_dispanseri")  # 99 GPs: 0.99
    plan = country.unit("T", "D", "verem_savas_dispanseri").plan()
    assert (posts(plan, GP, 19), posts(plan, GP, "T")) == (99, 0)


@clause("B.3.ğ", shows="short")
def test_all_mother_and_child_centres_together_have_at_most_one_and_a_half_percent() -> None:
    country = two_hundred()
    for i in range(4):
        country.unit(f"C{i}", "D", "acsap", catchment_population=3_000_000)
    plan = country.plan()
    assert sum(posts(plan, GP, f"C{i}") for i in range(4)) == 3  # 1.5 % of 200
    row = rule(plan, "B.3.ğ", 19)
    assert (row["required"], row["posts"], row["status"]) == (3, 3, "binding")


@clause("B.3.g", "B.3.ğ", "B.3.h", "B.3.ı", "B.3.f")
def test_targets_inside_a_district_follow_the_weights_of_the_units() -> None:
    country = two_hundred().unit("H", "D", "devlet_hastanesi", beds=200, emergency_visits=250_000)
    country.unit("T", "D", "verem_savas_dispanseri", catchment_population=600_000)
    country.unit("C", "D", "acsap", catchment_population=600_000).unit("K", "D", "kanser_savas_dispanseri")
    country.unit("E", "D", "eah", beds=450).unit("L", "D", "eah_dal", branch="noroloji", beds=300)
    country.unit("B", "D", "acsap", catchment_population=10_000)
    plan = country.plan()
    # 350,000 / 3,500 = 100 at the ocak; 200 / 20 + 250,000 / 25,000 = 20; 600,000 / 300,000 = 2;
    # 600,000 / 150,000 = 4; one each at the dispensaries W and K; 2 % of 450 = 9; 1 % of 300 = 3; 1 at least at B.
    weights = {"S": 100, "H": 20, "T": 2, "C": 4, "W": 1, "K": 1, "E": 9, "L": 3, "B": 1}
    for code, weight in weights.items():
        if code != "S":  # which takes its people over 3,500 instead
            assert target(plan, GP, code) == pytest.approx(200 * weight / 141)


@clause("B.3.ğ", shows="short")
def test_of_1_000_gps_mother_and_child_centres_have_at_most_15() -> None:
    country = province(2_200_000).unit("W", "D", "sitma_savas_dispanseri")
    plan = country.unit("C", "D", "acsap", catchment_population=9_000_000).plan()
    assert (posts(plan, GP, 19), posts(plan, GP, "C")) == (1_000, 15)


@clause("B.3.ğ", shows="kept")
def test_two_gps_of_200_at_a_mother_and_child_centre_are_within_one_and_a_half_percent() -> None:
    plan = (
        two_hundred()
        .unit("C", "D", "acsap", catchment_population=3_000_000)
        .limit("standards", "C", GP, 2)
        .plan()
    )
    assert (rule(plan, "B.3.ğ", 19)["posts"], rule(plan, "B.3.ğ", 19)["status"]) == (2, "kept")


@clause("B.3.h", shows="short")
@pytest.mark.parametrize(("region", "most"), [(1, 50), (2, 50), (3, 60), (4, 60), (5, 70), (6, 70)])
def test_general_state_hospitals_have_at_most_25_30_or_35_percent_by_service_region(
    region: int, most: int
) -> None:
    country = two_hundred(region)
    country.unit("H1", "D", "devlet_hastanesi", beds=1_000).unit("H2", "D", "devlet_hastanesi", beds=1_000)
    plan = country.plan()
    # By weight (2,000 beds / 20 = 100 of 201) they would have about 99 of 200.
    assert posts(plan, GP, 19) == 200
    assert posts(plan, GP, "H1") + posts(plan, GP, "H2") == most
    row = rule(plan, "B.3.h", 19)
    assert (row["required"], row["posts"], row["status"]) == (most, most, "binding")


@clause("B.3.h", shows="kept")
def test_a_small_hospital_stays_below_the_share() -> None:
    plan = two_hundred().unit("H", "D", "devlet_hastanesi", beds=20).limit("standards", "H", GP, 5).plan()
    row = rule(plan, "B.3.h", 19)
    assert (row["required"], row["posts"], row["status"]) == (60, 5, "kept")


@clause("B.3.h", "B.3.e")
def test_integrated_units_do_not_count_in_the_share_of_hospitals() -> None:
    country = province(13_200).unit("H", "D", "devlet_hastanesi", beds=20)
    plan = country.unit("S", "D", "saglik_ocagi", catchment_population=5_000).plan()
    assert rules(plan, "B.3.h", 19) == []
    assert posts(plan, GP, "H") == 6  # all of the district's, though 30 % of 6 would be 1


@clause("B.3.h", shows="kept")
@pytest.mark.parametrize("kind", ["dogum_cocuk_hastanesi", "cocuk_hastanesi"])
def test_maternity_and_childrens_hospitals_have_5_gps(kind: str) -> None:
    plan = two_hundred().unit("K", "D", kind, beds=100).plan()
    row = rule(plan, "B.3.h", "K")
    assert (row["required"], row["posts"], row["shortfall"], row["tier"]) == (5, 5, 0, 1)


@clause("B.3.h", shows="short")
def test_in_a_province_of_two_gps_the_maternity_hospital_is_3_short() -> None:
    row = rule(province(4_400).unit("K", "D", "dogum_cocuk_hastanesi", beds=100).plan(), "B.3.h", "K")
    assert (row["posts"], row["shortfall"], row["status"]) == (2, 3, "short")


@clause("B.3.h", shows="short")
def test_with_specialists_enough_for_duty_it_has_0_to_5() -> None:
    # At most 5, hard: the sağlık ocağı and the maternity hospital are all there is, and 9 must go somewhere.
    country = province(22_000).unit("K", "D", "dogum_cocuk_hastanesi", beds=100, specialist_duty=1)
    plan = country.unit("S", "D", "saglik_ocagi", catchment_population=3_500).plan()
    row = rule(plan, "B.3.h", "K")
    assert (row["required"], row["posts"], row["status"]) == (5, 5, "binding")
    # And none where the sağlık ocağı needs them all: nothing is short.
    country = province(22_000).unit("K", "D", "dogum_cocuk_hastanesi", beds=100, specialist_duty=1)
    plan = country.unit("S", "D", "saglik_ocagi", catchment_population=38_500).plan()
    assert (posts(plan, GP, "K"), posts(plan, GP, "S")) == (0, 11)
    assert plan.shortfall_by_clause == {}


# B.3.ı: training hospitals --------------------------------------------------------------------------------------


@clause("B.3.ı", shows="short")
def test_a_training_hospital_has_at_most_2_percent_of_its_beds_and_a_special_one_1_percent() -> None:
    country = (
        province(44_000)
        .unit("E", "D", "eah", beds=390)
        .unit("L", "D", "eah_dal", branch="noroloji", beds=390)
    )
    plan = country.unit("S", "D", "saglik_ocagi", catchment_population=3_500).plan()
    # 7.8 → 7 and 3.9 → 3, although 17 GPs at least have nowhere else to go but one sağlık ocağı for one GP.
    assert (posts(plan, GP, "E"), posts(plan, GP, "L")) == (7, 3)
    assert (rule(plan, "B.3.ı", "E")["required"], rule(plan, "B.3.ı", "L")["required"]) == (7, 3)
    assert (rule(plan, "B.3.ı", "E")["status"], rule(plan, "B.3.ı", "L")["status"]) == ("binding", "binding")


@clause("B.3.ı", shows="kept")
def test_a_large_training_hospital_in_a_small_province_stays_below_2_percent() -> None:
    plan = province(22_000).unit("E", "D", "eah", beds=2_000).plan()
    row = rule(plan, "B.3.ı", "E")
    assert (row["required"], row["posts"], row["status"]) == (40, 10, "kept")


@clause("B.3.ı")
def test_under_50_beds_a_training_hospital_has_no_gp() -> None:
    country = two_hundred().unit("E", "D", "eah", beds=49)
    assert posts(country.plan(), GP, "E") == 0


def test_the_marks_of_this_file_cover_section_b_3() -> None:
    marked = {number for value in globals().values() for number in getattr(value, "clauses", ())}
    register = [number for number in pdc.law.reading.load().clauses if number.startswith("B.3.")]
    assert [number for number in register if number not in marked] == []
