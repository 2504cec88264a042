"""Worked numbers that any implementation must give (docs/mathematics.md has the formulas)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import pdc
from helpers.small import Small, posts, rule, rules, target
from pdc.country.merges import merge
from pdc.law.groups import Group
from pdc.law.reading import load
from pdc.rules.bind import bind_group

FEW = "A.3.minimum=0"  # small countries have fewer than a hundred of anything


def weight_of(unit: str, country: Small, title: str, planned: dict[str, dict[str, int]]) -> Fraction:
    """Weight of a unit where other titles are planned as given: title → unit → posts."""
    book = load()
    land = merge(country.tables(), book)
    codes = land.codes("unit").tolist()
    posts_of = {
        other: np.array([given.get(code, 0) for code in codes], dtype=np.int64)
        for other, given in planned.items()
    }
    bound = bind_group(land, book, Group((title,), frozenset()), posts_of)
    return Fraction(bound.targets[title].weight[codes.index(unit)])


NURSE, GP, PHARMACIST, MIDWIFE = "hemsire", "pratisyen_tabip", "eczaci", "ebe"


# nurses of a general hospital -----------------------------------------------------------------------------------


def hospital(etf: int, physicians: int, nurses: int) -> pdc.Plan:
    """120 beds, 10 of them special and 20 obstetric, in a non-central district, with exactly so many nurses."""
    country = Small().province(19).district("C", 19, 500_000, central=1).district("D", 19, etf)
    country.unit("H", "D", "devlet_hastanesi", beds=120, special_beds=10, khd_beds=20).filled(NURSE, nurses)
    if physicians:
        country.filled("uzman.genel_cerrahi", physicians)
    plan = country.plan(sets=[FEW, "B.4.a.1.growth=1"])
    assert posts(plan, NURSE, "H") == nurses
    return plan


def missing(plan: pdc.Plan) -> int:
    """Nurses missing at the hospital, over all clauses."""
    rows = plan.rules[(plan.rules["code"] == "H") & (plan.rules["title"] == NURSE)]
    return int(rows["shortfall"].sum())


@pytest.mark.parametrize(
    ("etf", "physicians", "floor"),
    [
        (45_000, 0, 38), (45_000, 33, 38), (45_000, 34, 39), (45_000, 40, 45), (30_000, 0, 38),
        (29_999, 0, 31), (29_999, 26, 31), (29_999, 27, 32),
    ],
)  # fmt: skip
def test_a_general_hospital_of_120_beds_needs_38_nurses_45_with_40_physicians_and_31_in_a_district_of_29_999(
    etf: int, physicians: int, floor: int
) -> None:
    assert missing(hospital(etf, physicians, floor)) == 0
    assert missing(hospital(etf, physicians, floor - 1)) == 1
    assert missing(hospital(etf, physicians, floor - 20)) == 20


def test_these_38_are_30_and_3_and_5_and_those_31_are_23_and_3_and_5() -> None:
    plan = hospital(45_000, 0, 38)
    assert [rule(plan, number, "H")["required"] for number in ("B.4.a.8", "B.4.a.13", "B.4.a.11")] == [
        30,
        3,
        5,
    ]
    plan = hospital(29_999, 0, 31)
    assert rules(plan, "B.4.a.7", "H")[-1]["required"] == 23
    assert [rule(plan, number, "H")["required"] for number in ("B.4.a.13", "B.4.a.11")] == [3, 5]
    assert [row["required"] for row in rules(hospital(45_000, 40, 45), "B.4.a.8", "H")] == [30, 40]


# general practitioners ------------------------------------------------------------------------------------------


def province(etf: int, catchment: int, access: float = 1) -> Small:
    country = Small().province(19).district("D", 19, etf, central=1).filled(GP, 150)
    return country.unit("S", "D", "saglik_ocagi", catchment_population=catchment, access_factor=access)


def test_a_province_of_440_000_has_a_target_of_200_gps_and_10_at_the_directorate() -> None:
    country = province(440_000, 190 * 3_500).unit("M", "D", "il_saglik_mudurlugu")
    plan = country.plan()
    assert target(plan, GP, 19) == 200
    assert posts(plan, GP, 19) == 200
    assert rule(plan, "B.3.ç", "M")["required"] == 4
    assert rule(plan, "B.3.c", "M")["required"] == 6
    assert posts(plan, GP, "M") == 10


@pytest.mark.parametrize(("catchment", "number"), [(350_000, 170), (1_050_000, 230)])
def test_its_band_is_170_to_230(catchment: int, number: int) -> None:
    # The only unit wants 100, or 300.
    assert posts(province(440_000, catchment).plan(), GP, 19) == number


@pytest.mark.parametrize(
    ("catchment", "access", "least", "most"),
    [
        (9_000, 1.5, 3, 4),
        (9_000, 1, 3, 3),
        (9_000, 0.9, 3, 3),
        (7_500, 0.9, 2, 3),
        (1_900, 0.9, 0, 1),
        (7_500, 1.5, 2, 3),
        (7_500, 1, 2, 3),
        (1_900, 1.5, 0, 1),
        (1_900, 1, 0, 1),
    ],
)
def test_the_band_of_a_saglik_ocagi(catchment: int, access: float, least: int, most: int) -> None:
    # What the province has goes to its only unit: n × 2,200 people are n GPs (0.9 n … 1.1 n at least).
    for number in range(6):
        plan = province(number * 2_200 or 220, catchment, access).plan()
        row = rule(plan, "B.3.d", "S")
        assert row["posts"] == number
        assert row["shortfall"] == max(least - number, number - most, 0)


def test_the_target_of_a_saglik_ocagi_with_9_000_people_is_2_571() -> None:
    assert target(province(6_600, 9_000).plan(), GP, "S") == pytest.approx(9_000 / 3_500)


# pharmacists ----------------------------------------------------------------------------------------------------


def test_pharmacist_floors_follow_the_beds() -> None:
    floors = {99: 1, 150: 1, 200: 2, 350: 3, 999: 9, 1000: 10, 1200: 12, 1800: 12}
    country = (
        Small().province(19).district("D", 19, 2_000_000, central=1).filled(PHARMACIST, sum(floors.values()))
    )
    for beds in floors:
        country.unit(f"H{beds}", "D", "devlet_hastanesi", beds=beds)
    plan = country.plan(PHARMACIST, sets=[FEW, "B.5.3.a.growth=1"])
    assert {beds: posts(plan, PHARMACIST, f"H{beds}") for beds in floors} == floors
    assert plan.shortfall_by_clause == {}
    # With many more, the one of 1,800 beds still has 12.
    plan = country.filled(PHARMACIST, 200).plan(PHARMACIST)
    assert posts(plan, PHARMACIST, "H1800") == 12


def test_a_hospital_of_99_beds_has_no_pharmacist_where_the_target_is_below_the_hospitals_of_the_province() -> (
    None
):
    for number, small in ((2, 0), (3, 1)):
        country = Small().province(19).district("D", 19, 2_000_000, central=1).filled(PHARMACIST, number)
        for beds in (99, 150, 200):
            country.unit(f"H{beds}", "D", "devlet_hastanesi", beds=beds)
        plan = country.plan(sets=[FEW, "B.5.3.a.growth=1"])
        assert posts(plan, PHARMACIST) == number
        assert posts(plan, PHARMACIST, "H99") == small


# nurses and midwives of the country -----------------------------------------------------------------------------


def test_nurses_60_000_make_78_000_in_three_pools() -> None:
    country = Small().filled(NURSE, 60_000)
    for code in (34, 6, 35, 19):
        country.province(code).district(f"D{code}", code, 1_000_000, central=1)
        country.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=100)
    country.unit("G19", "D19", "gogus_hastanesi", beds=50)
    plan = country.plan(NURSE)
    assert posts(plan, NURSE) == 78_000
    assert target(plan, NURSE, 34) == pytest.approx(18_000 + 1_500)
    assert target(plan, NURSE, 6) == pytest.approx(18_000 + 900)
    assert target(plan, NURSE, 35) == pytest.approx(18_000 + 600)
    assert target(plan, NURSE, 19) == pytest.approx(18_000 + 3_000)


def test_midwives_by_crude_birth_rate() -> None:
    country = Small().filled(MIDWIFE, 250)
    for code, rate in ((1, 21), (2, 16), (3, 14.9)):
        country.province(code, crude_birth_rate=rate).district(f"D{code}", code, 100_000, central=1)
        country.unit(f"S{code}", f"D{code}", "saglik_ocagi", catchment_population=35_000)
    plan = country.plan(MIDWIFE)
    assert [target(plan, MIDWIFE, code) for code in (1, 2, 3)] == [100 * 1.05, 103, 100]


# specialists inside a province: B.1.c's blend and A.16 ----------------------------------------------------------

BRANCH = "uzman.noroloji"


def three_districts(number: int) -> Small:
    """A referral hospital of 240 beds among 60,000 people, 80 beds among 30,000, 20 beds among 10,000."""
    country = Small().province(19).filled(BRANCH, number)
    for code, people, beds, referral in (("A", 60_000, 240, 1), ("B", 30_000, 80, 0), ("C", 10_000, 20, 0)):
        country.district(code, 19, people, central=int(code == "A"))
        country.unit(f"H{code}", code, "devlet_hastanesi", beds=beds, referral=referral)
    return country


def test_a_branch_of_8_goes_to_the_districts_by_beds_and_people_as_5_4_and_2_and_0_6() -> None:
    plan = three_districts(8).plan(BRANCH, sets=[FEW])
    assert [target(plan, BRANCH, code) for code in "ABC"] == [pytest.approx(q) for q in (5.4, 2, 0.6)]
    plan = three_districts(8).plan(BRANCH, sets=[FEW, "B.1.c.inside_beds_share=0"])
    assert [target(plan, BRANCH, code) for code in "ABC"] == [pytest.approx(q) for q in (4.8, 2.4, 0.8)]


@pytest.mark.parametrize(
    ("number", "specialists", "floors"),
    [(8, "by_beds", "ABC"), (4, "by_beds", "AB"), (4, "all", "ABC"), (8, "none", ""), (4, "none", "")],
)
def test_a_16_holds_for_specialists_where_target_or_beds_alone_round_to_1(
    number: int, specialists: str, floors: str
) -> None:
    plan = three_districts(number).plan(BRANCH, sets=[FEW, f"A.16.specialists={specialists}"])
    assert [code for code in "ABC" if rules(plan, "A.16", code)] == list(floors)
    assert all(rule(plan, "A.16", code)["required"] == 1 for code in floors)


@pytest.mark.parametrize(("first", "numbers"), [(0, [1, 1, 1]), (2, [2, 1, 0])])
def test_a_16_with_3_posts_for_targets_of_1_6_and_1_2_and_0_2(first: int, numbers: list[int]) -> None:
    # A unit floor of a scenario holds two of the three in the first district.
    country = Small().province(19).filled("tibbi_teknolog", 3)
    for code, people in (("A", 160_000), ("B", 120_000), ("C", 20_000)):
        country.district(code, 19, people, central=int(code == "A"))
        country.unit(f"H{code}", code, "devlet_hastanesi", beds=50)
    extra = Path(__file__).parent.parent / "rules" / "data" / "floor-at-a-hospital.toml"
    plan = country.plan("tibbi_teknolog", sets=[FEW], scenario=[extra] if first else [])
    assert [target(plan, "tibbi_teknolog", code) for code in "ABC"] == [
        pytest.approx(q) for q in (1.6, 1.2, 0.2)
    ]
    assert [posts(plan, "tibbi_teknolog", code) for code in "ABC"] == numbers


# caps of weights ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "physicians", "catchment", "weight"),
    [
        ("kanser_savas_dispanseri", 4, 15_700_000, 14),
        ("kanser_savas_dispanseri", 4, 800_000, 8),
        ("kanser_savas_dispanseri", 0, 15_700_000, 2),
        ("acsap", 0, 15_700_000, 2),
        ("verem_savas_dispanseri", 1, 15_700_000, 5),
        ("sitma_savas_dispanseri", 1, 50_000, 1),
    ],
)
def test_the_nurse_weight_of_a_dispensary_is_limited_by_its_physicians(
    kind: str, physicians: int, catchment: int, weight: int
) -> None:
    country = Small().province(19).district("D", 19, 2_000_000, central=1)
    country.unit("U", "D", kind, catchment_population=catchment)
    country.unit("S", "D", "saglik_ocagi", catchment_population=400_000).filled(NURSE, 1_000)  # weight 100
    assert weight_of("U", country, NURSE, {GP: {"U": physicians}}) == weight


def test_the_midwife_weight_of_an_acsap_is_limited_in_the_same_way() -> None:
    country = Small().province(19).district("D", 19, 2_000_000, central=1)
    country.unit("U", "D", "acsap", catchment_population=750_000)
    country.unit("S", "D", "saglik_ocagi", catchment_population=350_000).filled(MIDWIFE, 1_000)
    for physicians, weight in ((0, 2), (2, 8), (3, 10), (9, 10)):
        assert weight_of("U", country, MIDWIFE, {GP: {"U": physicians}}) == weight


@pytest.mark.parametrize(
    ("visits", "weight"), [(1_100_000, "52.5"), (1_050_000, "52.5"), (1_000_000, "50.5")]
)
def test_the_gp_weight_of_a_state_hospital_of_210_beds_is_at_most_52_5(visits: int, weight: str) -> None:
    country = Small().province(19).district("D", 19, 2_000_000, central=1).filled(GP, 1_000)
    country.unit("U", "D", "devlet_hastanesi", beds=210, emergency_visits=visits)
    assert weight_of("U", country, GP, {}) == Fraction(weight)
