"""Section B.5.3, pharmacists: worked cases."""

from __future__ import annotations

import pytest

import pdc
from helpers.clause_mark import clause
from helpers.small import Small, notices, posts, rule, rules, target

PHARMACIST = "eczaci"
FEW = "A.3.minimum=0"  # small countries have fewer than a hundred of anything
AS_FILLED = (
    FEW,
    "B.5.3.a.growth=1",
)  # exactly the filled posts are planned: to count floors to the last post


def one_district(*beds: int, kind: str = "devlet_hastanesi") -> Small:
    """A directorate and hospitals of so many beds, named after them."""
    country = Small().province(19).district("D", 19, 400_000, central=1).unit("M", "D", "il_saglik_mudurlugu")
    for number in beds:
        country.unit(f"H{number}", "D", kind, beds=number)
    return country


# B.5.3.a … c: how many, the directorate, inpatient units first ----------------------------------------------------


@clause("B.5.3.a")
def test_the_country_has_half_as_many_pharmacists_again_by_etf() -> None:
    country = Small()
    for p, etf in ((1, 300_000), (2, 100_000)):
        country.province(p).district(f"D{p}", p, etf, central=1).unit(
            f"H{p}", f"D{p}", "devlet_hastanesi", beds=100
        )
    plan = country.filled(PHARMACIST, 120).plan()
    assert posts(plan, PHARMACIST) == 180
    assert (posts(plan, PHARMACIST, 1), posts(plan, PHARMACIST, 2)) == (135, 45)


@clause("B.5.3.a")
def test_half_a_post_is_rounded_up() -> None:
    assert posts(one_district(100).filled(PHARMACIST, 101).plan(), PHARMACIST) == 152  # 151.5


@clause("B.5.3.b", shows="kept")
def test_the_directorate_has_a_pharmacist_first() -> None:
    # Its weight is nought: by weight it would have none.
    row = rule(one_district(300).filled(PHARMACIST, 101).plan(), "B.5.3.b", "M")
    assert (row["required"], row["posts"], row["tier"], row["status"]) == (1, 1, 1, "binding")


@clause("B.5.3.b", shows="short")
def test_with_one_pharmacist_for_two_directorates_one_is_short() -> None:
    country = Small()
    for p, etf in ((1, 300_000), (2, 100_000)):
        country.province(p).district(f"D{p}", p, etf, central=1).unit(f"M{p}", f"D{p}", "il_saglik_mudurlugu")
    plan = country.filled(PHARMACIST, 1).plan(sets=AS_FILLED)
    assert (posts(plan, PHARMACIST, "M1"), posts(plan, PHARMACIST, "M2")) == (1, 0)
    row = rule(plan, "B.5.3.b", "M2")
    assert (row["required"], row["shortfall"], row["status"]) == (1, 1, "short")


@clause("B.5.3.c", shows="kept")
def test_inpatient_units_come_before_any_other() -> None:
    country = (
        one_district(100)
        .unit("G", "D", "ilce_gun_hastanesi", beds=10)
        .unit("Z", "D", "saglik_merkezi", beds=10)
    )
    country.unit("A", "D", "adsm", dental_chairs=40).unit("B", "D", "saglik_grup_baskanligi")
    # One each for the directorate and the three inpatient units: four pharmacists, none left for the others.
    plan = country.filled(PHARMACIST, 4).plan(sets=AS_FILLED)
    assert [posts(plan, PHARMACIST, code) for code in ("M", "H100", "G", "Z", "A", "B")] == [1, 1, 1, 1, 0, 0]
    plan = country.filled(PHARMACIST, 100).plan(sets=AS_FILLED)
    assert all(posts(plan, PHARMACIST, code) > 0 for code in "AB")


@clause("B.5.3.c", shows="short")
def test_with_one_pharmacist_too_few_for_the_inpatient_units_no_other_unit_has_one() -> None:
    country = (
        one_district(100, 200)
        .unit("A", "D", "adsm", dental_chairs=40)
        .unit("B", "D", "saglik_grup_baskanligi")
    )
    plan = country.filled(PHARMACIST, 3).plan(sets=AS_FILLED)  # 1 + 1 + 2 are asked for
    assert [posts(plan, PHARMACIST, code) for code in ("M", "H100", "H200", "A", "B")] == [1, 1, 1, 0, 0]
    assert sum(plan.shortfall_by_clause.values()) == 1


@clause("B.5.3.c", "B.5.3.e", "B.5.3.f")
def test_targets_inside_a_district_follow_the_weights_of_the_units_after_the_floors() -> None:
    country = one_district(350, 80).unit("G", "D", "ilce_gun_hastanesi", beds=10)
    country.unit("A", "D", "adsm", dental_chairs=40).unit("B", "D", "saglik_grup_baskanligi")
    plan = country.filled(PHARMACIST, 117).plan(sets=AS_FILLED)
    # Floors 3, 1, 1 and 1 at the directorate; 111 by 3.5 : 1 : 0.5 : 0.25 : 0.25 of 5.5.
    for code, floor, weight in (
        ("M", 1, 0),
        ("H350", 3, 3.5),
        ("H80", 1, 1),
        ("G", 1, 0.5),
        ("A", 0, 0.25),
        ("B", 0, 0.25),
    ):
        assert target(plan, PHARMACIST, code) == pytest.approx(floor + 111 * weight / 5.5)
    assert set(plan.units["unit_code"]) == {"M", "H350", "H80", "G", "A", "B"}


# B.5.3.d: first one each, and the small ones none where they are too few --------------------------------------------


@clause("B.5.3.d", shows="kept")
def test_every_inpatient_unit_has_one_first() -> None:
    # 2,000 beds beside 99: by weight (20 : 1) the small one would have 0.1 of 3.
    country = one_district(99, 2_000).filled(PHARMACIST, 13)
    plan = country.plan(sets=AS_FILLED)
    row = rule(plan, "B.5.3.d", "H99")
    assert (row["required"], row["posts"], row["tier"], row["status"]) == (1, 1, 1, "binding")


@clause("B.5.3.d", shows="short")
def test_with_two_pharmacists_for_a_directorate_and_two_hospitals_one_hospital_is_short() -> None:
    country = one_district(100, 300).filled(PHARMACIST, 2)
    plan = country.plan(sets=AS_FILLED)  # the target, 2, is not smaller than the two hospitals
    short = [rule(plan, number, code)["shortfall"] for number, code in
             (("B.5.3.b", "M"), ("B.5.3.d", "H100"), ("B.5.3.d", "H300"))]  # fmt: skip
    assert sum(short) == 1
    assert {row["status"] for code in ("H100", "H300") for row in rules(plan, "B.5.3.d", code)} <= {
        "short",
        "binding",
    }


@clause("B.5.3.d")
def test_where_the_province_has_fewer_pharmacists_than_hospitals_those_under_100_beds_have_none() -> None:
    country = one_district(99, 100, 300).unit("Z", "D", "saglik_merkezi", beds=10).filled(PHARMACIST, 2)
    plan = country.plan(sets=AS_FILLED)  # a target of 2 for three hospitals
    assert [posts(plan, PHARMACIST, code) for code in ("H99", "Z")] == [0, 0]
    assert rules(plan, "B.5.3.d", "H99") == []  # no floor where none may be
    assert target(plan, PHARMACIST, "H99") == 0  # but a row in the plan
    assert rule(plan, "B.5.3.d", "H100")["required"] == 1


@clause("B.5.3.d")
def test_as_many_pharmacists_as_hospitals_are_enough_for_the_small_ones_too() -> None:
    plan = one_district(99, 100, 300).filled(PHARMACIST, 3).plan(sets=AS_FILLED)
    assert rule(plan, "B.5.3.d", "H99")["required"] == 1


@clause("B.5.3.d")
@pytest.mark.parametrize(("number", "enough"), [(6, True), (5, False)])
def test_the_target_is_rounded_half_up_before_it_is_compared_with_the_hospitals(
    number: int, enough: bool
) -> None:
    # A quarter of the people and two hospitals: of 6 pharmacists 1.5 → 2 are enough, of 5 1.25 → 1 is not.
    country = one_district(99, 300)
    country.province(20).district("E", 20, 1_200_000, central=1).unit("HE", "E", "devlet_hastanesi", beds=500)
    plan = country.filled(PHARMACIST, number).plan(sets=AS_FILLED)
    assert bool(rules(plan, "B.5.3.d", "H99")) is enough


# B.5.3.e: large hospitals -----------------------------------------------------------------------------------------

FLOORS = {99: 1, 150: 1, 199: 1, 200: 2, 299: 2, 350: 3, 999: 9, 1000: 10, 1199: 11, 1200: 12, 1800: 12}


@clause("B.5.3.e", "B.5.3.d", shows="kept")
def test_a_hospital_of_200_beds_or_more_has_one_for_every_100_and_one_of_1000_or_more_12_at_most() -> None:
    # Exactly as many pharmacists as the floors ask for, and one for the directorate: nothing is short.
    country = one_district(*FLOORS).filled(PHARMACIST, 1 + sum(FLOORS.values()))
    plan = country.plan(sets=AS_FILLED)
    assert {beds: posts(plan, PHARMACIST, f"H{beds}") for beds in FLOORS} == FLOORS
    assert plan.shortfall_by_clause == {}
    assert rules(plan, "B.5.3.e", "H199") == []


@clause("B.5.3.e", shows="short")
def test_however_many_there_are_a_hospital_of_1800_beds_has_12() -> None:
    country = one_district(1_800, 1_000, 999).filled(PHARMACIST, 200)
    plan = country.plan(sets=AS_FILLED)
    assert posts(plan, PHARMACIST, "H1800") == 12
    assert posts(plan, PHARMACIST, "H1000") == 12
    assert posts(plan, PHARMACIST, "H999") > 150  # no limit under 1,000 beds
    row = next(r for r in rules(plan, "B.5.3.e", "H1800") if r["tier"] == "")
    assert (row["required"], row["posts"], row["status"]) == (12, 12, "binding")


@clause("B.5.3.e", shows="short")
def test_a_hospital_of_350_beds_with_one_pharmacist_is_2_short_after_the_first() -> None:
    # Two pharmacists: one for the directorate, the first (tier 1) for the hospital; 3 − 1 are missing in tier 2.
    plan = one_district(350).filled(PHARMACIST, 2).plan(sets=AS_FILLED)
    assert posts(plan, PHARMACIST, "H350") == 1
    row = rule(plan, "B.5.3.e", "H350")
    assert (row["required"], row["shortfall"], row["tier"], row["status"]) == (3, 2, 2, "short")
    assert rule(plan, "B.5.3.d", "H350")["shortfall"] == 0


@clause("B.5.3.e")
def test_in_the_other_reading_the_further_hundreds_begin_at_200_beds() -> None:
    # 1 + one for each further hundred beyond 200; 12 at most from 1,000 beds on.
    wanted = {150: 1, 200: 1, 299: 1, 350: 2, 999: 8, 1000: 9, 1200: 11, 1300: 12, 1800: 12}
    country = one_district(*wanted).filled(PHARMACIST, 1 + sum(wanted.values()))
    plan = country.plan(sets=[*AS_FILLED, "B.5.3.e.counted_from=second"])
    assert {beds: posts(plan, PHARMACIST, f"H{beds}") for beds in wanted} == wanted
    assert plan.shortfall_by_clause == {}


@clause("B.5.3.e")
@pytest.mark.parametrize("kind", ["eah", "gogus_hastanesi", "dogum_cocuk_hastanesi"])
def test_it_holds_for_every_kind_of_hospital(kind: str) -> None:
    plan = one_district(350, kind=kind).filled(PHARMACIST, 101).plan()
    assert rule(plan, "B.5.3.e", "H350")["required"] == 3


# B.5.3.f: dental centres and group directorates last ----------------------------------------------------------------


def with_others() -> Small:
    country = one_district(100, 350).unit("A", "D", "adsm", dental_chairs=40)
    return country.unit("B", "D", "saglik_grup_baskanligi")


@clause("B.5.3.f", shows="kept")
def test_a_dental_centre_has_a_pharmacist_once_every_hospital_has_its_own() -> None:
    plan = with_others().filled(PHARMACIST, 101).plan()
    assert posts(plan, PHARMACIST, "A") > 0
    row = rule(plan, "B.5.3.f", 19)
    assert row["status"] == "kept"
    assert notices(plan, "B.5.3.f") == []


@clause("B.5.3.f", shows="short")
def test_while_a_hospital_is_short_none_goes_to_a_dental_centre_and_the_responsible_hospital_is_listed() -> (
    None
):
    # A hundred pharmacists, but the standard of the hospital of 350 beds is 2 of its 3: a floor that a cap makes
    # unreachable counts as not met. So M and the hospital of 100 beds have all the others.
    plan = (
        with_others().limit("standards", "H350", PHARMACIST, 2).filled(PHARMACIST, 100).plan(sets=AS_FILLED)
    )
    assert (posts(plan, PHARMACIST, "A"), posts(plan, PHARMACIST, "B")) == (0, 0)
    row = rule(plan, "B.5.3.f", 19)
    assert (row["required"], row["posts"], row["status"]) == (0, 0, "binding")
    listed = notices(plan, "B.5.3.f")
    assert {row["code"] for row in listed} == {"A", "B"}
    assert all("H100" in row["text"] for row in listed)  # the inpatient unit with most pharmacists


@clause("B.5.3.f", shows="short")
def test_the_last_pharmacists_complete_a_hospital_before_a_dental_centre_has_one() -> None:
    # 1 + 1 + 3 are asked for; with 4 the hospital of 350 beds lacks one, with 5 none.
    for number, short in ((4, 1), (5, 0)):
        plan = with_others().filled(PHARMACIST, number).plan(sets=AS_FILLED)
        assert sum(plan.shortfall_by_clause.values()) == short
        assert (posts(plan, PHARMACIST, "A"), posts(plan, PHARMACIST, "B")) == (0, 0)


@clause("B.5.3.f")
def test_of_equal_hospitals_the_nearest_is_responsible() -> None:
    country = Small().province(19).district("D", 19, 400_000, central=1)
    country.unit("H1", "D", "devlet_hastanesi", beds=150, latitude=41.0, longitude=34.0)
    country.unit("H2", "D", "devlet_hastanesi", beds=150, latitude=40.0, longitude=35.0)
    country.unit("A", "D", "adsm", dental_chairs=40, latitude=40.1, longitude=35.0)
    plan = country.filled(PHARMACIST, 2).plan(sets=AS_FILLED)
    assert ["H2" in row["text"] for row in notices(plan, "B.5.3.f", "A")] == [True]


def test_the_marks_of_this_file_cover_section_b_5_3() -> None:
    marked = {number for value in globals().values() for number in getattr(value, "clauses", ())}
    register = [number for number in pdc.law.reading.load().clauses if number.startswith("B.5.3.")]
    assert [number for number in register if number not in marked] == []
