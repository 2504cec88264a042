"""Worked cases of B.5 but B.5.3: dentists, physiotherapists, dietitians, psychologists and the others."""

from __future__ import annotations

import pytest

import pdc
from helpers.clause_mark import clause
from helpers.small import Small, posts, rule, target
from helpers.towns import made, notices, numbers, open_units, row, town, two_provinces

DENTIST, DENTAL_SPECIALIST = "dis_tabibi", "uzman_dis_tabibi"
PHYSIO, FTR = "fizyoterapist", "uzman.fizik_tedavi_ve_rehabilitasyon"
DIET = "diyetisyen"
PSYCHO, SOCIAL = "psikolog", "sosyal_calismaci"
PSYCHIATRY, NEUROLOGY = "uzman.ruh_sagligi_ve_hastaliklari", "uzman.noroloji"
AUDIO, ENT = "odyolog", "kulak_burun_bogaz_hastaliklari"
CHILD, PAEDIATRICS = "cocuk_gelisim_uzmani", "cocuk_sagligi_ve_hastaliklari"
TECHNOLOGIST, BIOLOGIST = "tibbi_teknolog", "biyolog"


@pytest.mark.parametrize(
    ("title", "kind", "columns", "filled", "supply"),
    [
        pytest.param(DENTIST, "adsm", {"dental_chairs": 1}, 120, 180, id="dentists, 50 % more"),
        pytest.param(PHYSIO, "devlet_hastanesi", {"beds": 50}, 120, 420, id="physiotherapists, 250 % more"),
        pytest.param(DIET, "devlet_hastanesi", {"beds": 50}, 120, 480, id="dietitians, 300 % more"),
        pytest.param(PSYCHO, "devlet_hastanesi", {"beds": 50}, 120, 420, id="psychologists, 250 % more"),
        pytest.param(SOCIAL, "devlet_hastanesi", {"beds": 50}, 120, 420, id="social workers, 250 % more"),
        pytest.param(
            AUDIO, "devlet_hastanesi", {"audiology_laboratory": 1}, 120, 360, id="audiologists, 200 % more"
        ),
        pytest.param(
            CHILD, "cocuk_hastanesi", {"beds": 50}, 120, 660, id="child-development specialists, 450 % more"
        ),
        pytest.param(TECHNOLOGIST, "devlet_hastanesi", {"beds": 50}, 120, 120, id="technologists, as filled"),
        pytest.param(BIOLOGIST, "devlet_hastanesi", {"laboratory": 1}, 120, 150, id="biologists, 25 % more"),
    ],
)
@clause(
    "B.5.1.a",
    "B.5.2.a",
    "B.5.4.a",
    "B.5.5.a",
    "B.5.6.a",
    "B.5.7.a",
    "B.5.7.d",
    "B.5.8.a",
    "B.5.9.a",
    "B.5.10.a",
)
def test_the_national_number_follows_the_filled_posts_and_the_provinces_their_people(
    title: str, kind: str, columns: dict[str, int], filled: int, supply: int
) -> None:
    # 200,000 and 100,000 people: two thirds and one third.
    plan = made(two_provinces(kind, **columns).filled(title, filled), title)
    assert posts(plan, title) == supply
    assert numbers(plan, title, 19, 55) == [supply * 2 // 3, supply // 3]


# 1. Dentists ---------------------------------------------------------------------------------------------


def dentistry(filled: int) -> Small:
    """A directorate, an ADSM of three chairs, a hospital of one, and a health post without any."""
    return (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("A", "D", "adsm", dental_chairs=3)
        .unit("H", "D", "devlet_hastanesi", beds=100, dental_chairs=1)
        .unit("O", "D", "saglik_ocagi", catchment_population=100_000)
        .unit("V", "D", "verem_savas_dispanseri")
        .filled(DENTIST, filled)
    )


@clause("B.5.1.b", shows="kept")
@clause("B.5.1.d", shows="kept")
def test_every_dental_chair_has_its_dentist_and_the_directorate_has_one() -> None:
    # 3 × 1.5 = 4.5, so 5 posts: 3 + 1 chairs and the directorate.
    plan = made(dentistry(3), DENTIST)
    assert numbers(plan, DENTIST, "A", "H", "M") == [3, 1, 1]
    assert row(plan, "B.5.1.b", "A") == (3, 3, 0, "binding")
    assert row(plan, "B.5.1.d", "M") == (1, 1, 0, "binding")


@clause("B.5.1.b", shows="short")
def test_two_dentists_leave_three_of_the_five_chairs_and_directorates_short() -> None:
    plan = made(dentistry(1), DENTIST)  # 1 × 1.5 = 1.5, so 2 posts
    chairs = [row(plan, "B.5.1.b", code)[2] for code in "AH"]
    assert sum(chairs) + row(plan, "B.5.1.d", "M")[2] == 3
    assert row(plan, "B.5.1.b", "A")[3] == "short"


@clause("B.5.1.d", shows="short")
def test_a_directorate_that_may_hold_no_dentist_is_short_and_one_that_must_hold_three_is_over_by_two() -> (
    None
):
    plan = made(dentistry(3).limit("standards", "M", DENTIST, 0), DENTIST)
    assert row(plan, "B.5.1.d", "M") == (1, 0, 1, "short")
    # Exactly one: where the directorate is the only place, 2 × 1.5 = 3 posts are two too many.
    plan = made(town().unit("M", "D", "il_saglik_mudurlugu").filled(DENTIST, 2), DENTIST)
    assert row(plan, "B.5.1.d", "M") == (1, 3, 2, "short")


@clause("B.5.1.c")
def test_where_the_province_has_a_chair_for_every_dentist_none_works_without_one() -> None:
    # 5 posts are not more than 4 chairs + 1.
    plan = made(dentistry(3), DENTIST)
    assert open_units(plan, DENTIST) == {"M", "A", "H"}
    assert notices(plan, "B.5.1.c") == {}


@clause("B.5.1.c", shows="kept")
def test_dentists_beyond_the_chairs_may_go_where_need_is_greatest_and_chairs_are_to_be_procured_there() -> (
    None
):
    # 6 × 1.5 = 9 posts, 4 chairs + 1: a surplus of 4. Weights: chairs 3 and 1, directorate 1, health post
    # 100,000 / 10,000 = 10, so of the 4 left after the floors the post's target is 4 × 10 / 15 = 2.67.
    plan = made(dentistry(6), DENTIST)
    assert open_units(plan, DENTIST) == {"M", "A", "H", "O"}
    assert target(plan, DENTIST, "O") == pytest.approx(8 / 3)
    assert posts(plan, DENTIST, "O") == 3
    assert notices(plan, "B.5.1.c") == {
        "O": "3 dental chairs to be procured",
        **{code: f"{n} dental chair{'s' * (n != 1)} to be procured" for code, n in above_chairs(plan).items()},
    }


def above_chairs(plan: pdc.Plan) -> dict[str, int]:
    """Dentists above the chairs of A (3) and H (1)."""
    more = {"A": posts(plan, DENTIST, "A") - 3, "H": posts(plan, DENTIST, "H") - 1}
    return {code: n for code, n in more.items() if n > 0}


@clause("B.5.1.c", "B.5.1.d")
def test_74_dentists_for_70_chairs_leave_2_and_1_chairs_to_be_procured() -> None:
    # One at the directorate, which needs no chair; 42 for 40 chairs and 31 for 30.
    country = (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("A", "D", "adsm", dental_chairs=40)
        .unit("B", "D", "adsm", dental_chairs=30)
        .unit("E", "D", "saglik_evi")
        .filled(DENTIST, 74)
    )
    plan = made(country, DENTIST, sets=("B.5.1.a.growth=1",))
    assert numbers(plan, DENTIST, "M", "A", "B") == [1, 42, 31]
    rows = plan.notices("en")
    rows = rows[rows["clause"] == "B.5.1.c"]
    assert dict(zip(rows["code"], rows["posts"].astype(int), strict=True)) == {"A": 2, "B": 1}


@clause("B.5.1.c")
def test_as_many_dentists_as_chairs_need_no_more_of_them() -> None:
    country = town().unit("M", "D", "il_saglik_mudurlugu").unit("A", "D", "adsm", dental_chairs=40)
    plan = made(country.filled(DENTIST, 41), DENTIST, sets=("B.5.1.a.growth=1",))
    assert notices(plan, "B.5.1.c") == {}


@clause("B.5.1.c", shows="short")
def test_units_without_a_chair_never_have_more_than_the_surplus_together() -> None:
    # The province is counted 9 of 18 posts: a surplus of 4. Its neighbour may hold one only, so it gets 17.
    country = (
        dentistry(12)
        .province(55)
        .district("E", 55, 100_000, central=1)
        .unit("B", "E", "adsm", dental_chairs=9)
    )
    plan = made(country.limit("capacity", "B", DENTIST, 1), DENTIST)
    assert numbers(plan, DENTIST, 19, "O") == [17, 4]
    assert row(plan, "B.5.1.c", 19) == (4, 4, 0, "binding")


@clause("B.5.1.e")
def test_dental_specialists_work_at_adsm_and_surgery_centres_or_else_where_most_dental_patients_come() -> (
    None
):
    country = (
        town()
        .unit("A", "D", "adsm", dental_chairs=10)
        .unit("C", "D", "dis_cene_cerrahisi_merkezi", dental_chairs=5)
        .unit("H", "D", "devlet_hastanesi", beds=100, dental_chairs=9, dental_visits=90_000)
        .province(55)
        .district("E", 55, 100_000, central=1)
        .unit("K", "E", "devlet_hastanesi", beds=100, dental_visits=10_000)
        .unit("L", "E", "devlet_hastanesi", beds=400, dental_visits=5_000)
        .filled(DENTAL_SPECIALIST, 30)
    )
    plan = made(country, DENTAL_SPECIALIST)
    assert open_units(plan, DENTAL_SPECIALIST) == {"A", "C", "K"}
    # No supply clause: as many as are filled. 15 a province; in 19 by chairs 10 : 5.
    assert numbers(plan, DENTAL_SPECIALIST, "A", "C", "K") == [10, 5, 15]


# 2. Physiotherapists -------------------------------------------------------------------------------------


@clause("B.5.2.b")
def test_physiotherapists_work_at_inpatient_units_only() -> None:
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100)
        .unit("S", "D", "saglik_merkezi", beds=10)
        .unit("T", "D", "saglik_merkezi")
        .unit("O", "D", "saglik_ocagi")
        .unit("M", "D", "il_saglik_mudurlugu")
        .filled(PHYSIO, 10)
    )
    assert open_units(made(country, PHYSIO), PHYSIO) == {"H", "S"}


def rehabilitation(filled: int) -> Small:
    """Two hospitals alike in beds, so six FTR specialists go three and three; K trains in two clinics."""
    return (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100)
        .unit("K", "D", "eah", beds=100)
        .training("K", "fizik_tedavi_ve_rehabilitasyon", 2)
        .filled(FTR, 6)
        .filled(PHYSIO, filled)
    )


@clause("B.5.2.c", shows="kept")
@clause("B.5.2.e", shows="kept")
def test_three_ftr_specialists_ask_for_three_physiotherapists_and_two_training_clinics_for_two_more() -> None:
    plan = made(rehabilitation(3), FTR, PHYSIO)  # 3 × 3.5 = 10.5, so 11 posts
    assert numbers(plan, FTR, "H", "K") == [3, 3]
    assert [row(plan, "B.5.2.c", code)[0] for code in "HK"] == [3, 3]
    assert row(plan, "B.5.2.e", "K")[0] == 3 + 2
    assert row(plan, "B.5.2.c", "H")[2:] == (0, "kept")
    assert row(plan, "B.5.2.e", "K")[2:] == (0, "kept")


@clause("B.5.2.c", shows="short")
@clause("B.5.2.e", shows="short")
def test_four_physiotherapists_for_six_specialists_leave_two_short_and_the_clinics_without() -> None:
    plan = made(rehabilitation(1), FTR, PHYSIO)  # 1 × 3.5 = 3.5, so 4 posts
    assert sum(row(plan, "B.5.2.c", code)[2] for code in "HK") == 2
    assert row(plan, "B.5.2.e", "K")[2:] == (2, "short")


@clause("B.5.2.d")
def test_a_tenth_of_the_physiotherapists_goes_to_ftr_and_bone_hospitals_by_their_beds() -> None:
    # 100 filled: 350 by population and 10 by beds, 60 : 40. Beds weigh H 100, F 60, B 40 in the rest.
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100)
        .unit("F", "D", "ftr_hastanesi", beds=60)
        .unit("B", "D", "kemik_hastanesi", beds=40)
        .filled(PHYSIO, 100)
    )
    plan = made(country, PHYSIO)
    assert posts(plan, PHYSIO) == 360
    assert [target(plan, PHYSIO, code) for code in "HFB"] == [175, 105 + 6, 70 + 4]


@clause("B.5.2.d")
def test_an_ftr_eah_has_no_part_in_that_pool_unless_it_is_read_so() -> None:
    country = (
        town()
        .unit("B", "D", "kemik_hastanesi", beds=100)
        .unit("F", "D", "eah_dal", branch="fizik_tedavi_ve_rehabilitasyon", beds=100)
        .filled(PHYSIO, 100)
    )
    assert [target(made(country, PHYSIO), PHYSIO, code) for code in "BF"] == [185, 175]
    other = made(country, PHYSIO, sets=("B.5.2.d.eah_dal_counts=true",))
    assert [target(other, PHYSIO, code) for code in "BF"] == [180, 180]


@clause("B.5.2.d")
def test_without_any_ftr_or_bone_hospital_that_pool_lapses() -> None:
    assert (
        posts(made(town().unit("H", "D", "devlet_hastanesi", beds=100).filled(PHYSIO, 100), PHYSIO), PHYSIO)
        == 350
    )


@clause("B.5.2.f")
def test_physical_therapy_technicians_count_as_physiotherapists() -> None:
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100)
        .filled(PHYSIO, 10)
        .filled("fizik_tedavi_teknisyeni", 20)
        .filled("fizik_tedavi_teknikeri", 30)
    )
    assert posts(made(country, PHYSIO), PHYSIO) == 60 * 3.5


# 4. Dietitians -------------------------------------------------------------------------------------------


def kitchens(filled: int) -> Small:
    """A directorate, two hospitals of 300 and 100 beds, an EAH of 200, and an AÇS-AP."""
    return (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("H", "D", "devlet_hastanesi", beds=300)
        .unit("K", "D", "devlet_hastanesi", beds=100)
        .unit("E", "D", "eah", beds=200)
        .unit("C", "D", "acsap")
        .unit("O", "D", "saglik_ocagi")
        .filled(DIET, filled)
    )


@clause("B.5.4.b", shows="kept")
@clause("B.5.4.c", shows="kept")
@clause("B.5.4.d", shows="kept")
def test_four_dietitians_serve_the_directorate_both_hospitals_and_the_eah() -> None:
    plan = made(kitchens(1), DIET)  # 1 × 4 = 4 posts
    assert numbers(plan, DIET, "M", "H", "K", "E", "C") == [1, 1, 1, 1, 0]
    assert row(plan, "B.5.4.b", "M") == (1, 1, 0, "binding")
    assert [row(plan, "B.5.4.c", code) for code in "HKE"] == [(1, 1, 0, "binding")] * 3
    assert row(plan, "B.5.4.d", "E") == (1, 1, 0, "binding")


@clause("B.5.4.c", shows="short")
@clause("B.5.4.d", shows="short")
def test_with_two_dietitians_the_hospital_of_most_beds_comes_right_after_the_directorate() -> None:
    plan = made(kitchens(1), DIET, sets=("B.5.4.a.growth=2.0",))
    assert numbers(plan, DIET, "M", "H", "K", "E") == [1, 1, 0, 0]
    assert row(plan, "B.5.4.c", "K") == (1, 0, 1, "short")
    # The EAH's one post is missing once, though two clauses ask for it.
    assert row(plan, "B.5.4.c", "E")[2] + row(plan, "B.5.4.d", "E")[2] == 1
    assert row(plan, "B.5.4.d", "E")[3] == "short"
    # A third post goes to the EAH of 200 beds before the hospital of 100.
    assert numbers(made(kitchens(1), DIET, sets=("B.5.4.a.growth=3.0",)), DIET, "E", "K") == [1, 0]


@clause("B.5.4.c")
def test_specialists_of_the_medical_branches_count_in_that_order_and_surgeons_do_not() -> None:
    # Beds and targets alike; K has more internists, so the one dietitian is K's, were they surgeons H's.
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100)
        .unit("K", "D", "devlet_hastanesi", beds=100, referral=1)
        .filled("uzman.ic_hastaliklari", 9)  # weights 100 : 125 make 4 and 5
        .filled(DIET, 1)
    )
    plan = made(country, "uzman.ic_hastaliklari", DIET, sets=("B.5.4.a.growth=1.0",))
    assert numbers(plan, "uzman.ic_hastaliklari", "H", "K") == [4, 5]
    assert numbers(plan, DIET, "H", "K") == [0, 1]
    country.rows["staff"][0]["title"] = "uzman.genel_cerrahi"
    plan = made(country, "uzman.genel_cerrahi", DIET, sets=("B.5.4.a.growth=1.0",))
    assert numbers(plan, DIET, "H", "K") == [1, 0]  # a tie, so the lower code


@clause("B.5.4.b", shows="short")
def test_one_dietitian_for_two_directorates_leaves_the_smaller_province_short() -> None:
    country = two_provinces("il_saglik_mudurlugu").filled(DIET, 1)
    plan = made(country, DIET, sets=("B.5.4.a.growth=1.0",))
    assert row(plan, "B.5.4.b", "H19") == (1, 1, 0, "binding")
    assert row(plan, "B.5.4.b", "H55") == (1, 0, 1, "short")


@clause("B.5.4.e", shows="kept")
def test_an_acsap_has_a_dietitian_once_every_hospital_of_the_province_has_its_own() -> None:
    plan = made(kitchens(10), DIET)  # 40 posts
    assert open_units(plan, DIET) == {"M", "H", "K", "E", "C"}
    # Floors 4, weights 1 + 2 + 1 + 4/3 + 1/4 = 67/12: the AÇS-AP's target is 36 × 3/67 = 1.61.
    assert target(plan, DIET, "C") == pytest.approx(36 * 3 / 67)
    assert posts(plan, DIET, "C") == 2


@clause("B.5.4.e", shows="short")
def test_an_acsap_has_none_while_a_hospital_may_not_hold_the_dietitian_it_is_due() -> None:
    plan = made(kitchens(10).limit("standards", "K", DIET, 0), DIET)
    assert row(plan, "B.5.4.c", "K") == (1, 0, 1, "short")
    assert posts(plan, DIET, "C") == 0
    assert row(plan, "B.5.4.e", 19) == (0, 0, 0, "binding")


# 5. Psychologists ----------------------------------------------------------------------------------------


def minds(filled: int) -> Small:
    """A directorate and two hospitals; H is larger, K sees more psychiatric and neurological patients."""
    return (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("H", "D", "devlet_hastanesi", beds=200, neuropsychiatric_visits=1_000)
        .unit("K", "D", "devlet_hastanesi", beds=200, neuropsychiatric_visits=30_000)
        .filled(PSYCHO, filled)
    )


@clause("B.5.5.b", shows="kept")
@clause("B.5.5.e", shows="kept")
def test_four_psychologists_serve_the_directorate_and_each_hospital() -> None:
    plan = made(minds(1), PSYCHO)  # 1 × 3.5 = 3.5, so 4 posts
    assert row(plan, "B.5.5.b", "M")[:1] == (1,)
    assert [row(plan, "B.5.5.e", code)[0] for code in "HK"] == [1, 1]
    assert sum(plan.rules.loc[plan.rules["clause"].str.startswith("B.5.5"), "shortfall"]) == 0


@clause("B.5.5.e", shows="short")
def test_with_two_psychologists_the_hospital_of_most_such_patients_has_the_second() -> None:
    plan = made(minds(1), PSYCHO, sets=("B.5.5.a.growth=2.0",))
    assert numbers(plan, PSYCHO, "M", "K", "H") == [1, 1, 0]
    assert row(plan, "B.5.5.e", "H") == (1, 0, 1, "short")


@clause("B.5.5.b", shows="short")
def test_one_psychologist_for_two_directorates_leaves_the_smaller_province_short() -> None:
    plan = made(two_provinces("il_saglik_mudurlugu").filled(PSYCHO, 1), PSYCHO, sets=("B.5.5.a.growth=1.0",))
    assert row(plan, "B.5.5.b", "H19") == (1, 1, 0, "binding")
    assert row(plan, "B.5.5.b", "H55") == (1, 0, 1, "short")


@clause("B.5.5.c", shows="kept")
def test_an_acsap_needs_an_adolescent_unit_to_have_a_psychologist() -> None:
    country = (
        minds(30)
        .unit("C", "D", "acsap", adolescent_unit=1)
        .unit("D", "D", "acsap")
        .unit("O", "D", "saglik_ocagi")
    )
    plan = made(country, PSYCHO)
    assert open_units(plan, PSYCHO) == {"M", "H", "K", "C"}
    assert posts(plan, PSYCHO, "C") > 0


@clause("B.5.5.c", shows="short")
def test_an_acsap_has_no_psychologist_while_a_hospital_may_not_hold_its_own() -> None:
    country = minds(30).unit("C", "D", "acsap", adolescent_unit=1).limit("standards", "H", PSYCHO, 0)
    plan = made(country, PSYCHO)
    assert posts(plan, PSYCHO, "C") == 0
    assert row(plan, "B.5.5.c", 19) == (0, 0, 0, "binding")


def neurology(filled: int) -> Small:
    """A hospital, the only place for two neurologists and a psychiatrist."""
    return (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("H", "D", "devlet_hastanesi", beds=200)
        .filled(NEUROLOGY, 2)
        .filled(PSYCHIATRY, 1)
        .filled(PSYCHO, filled)
    )


@clause("B.5.5.d", shows="kept")
def test_a_unit_with_a_neurologist_or_psychiatrist_has_one_psychologist_however_many_they_are() -> None:
    plan = made(neurology(1), NEUROLOGY, PSYCHIATRY, PSYCHO)
    assert posts(plan, NEUROLOGY, "H") + posts(plan, PSYCHIATRY, "H") == 3
    assert row(plan, "B.5.5.d", "H")[0] == 1
    assert row(plan, "B.5.5.d", "H")[2] == 0
    assert "H" not in set(made(minds(1), PSYCHO).rules.query("clause == 'B.5.5.d'")["code"])


@clause("B.5.5.d", shows="short")
def test_a_hospital_that_may_hold_no_psychologist_is_short_of_one_for_its_neurologists() -> None:
    plan = made(neurology(1).limit("standards", "H", PSYCHO, 0), NEUROLOGY, PSYCHIATRY, PSYCHO)
    assert row(plan, "B.5.5.d", "H")[3] == "short"
    # B.5.5.d and B.5.5.e ask for the same post: it is missing once.
    assert row(plan, "B.5.5.d", "H")[2] + row(plan, "B.5.5.e", "H")[2] == 1


def asylum(filled: int) -> Small:
    """A mental-health hospital of 600 beds and an EAH with three psychiatry clinics."""
    return (
        town()
        .unit("R", "D", "ruh_sagligi_hastanesi", beds=600)
        .unit("E", "D", "eah", beds=200)
        .training("E", "ruh_sagligi_ve_hastaliklari", 3)
        .filled(PSYCHO, filled)
    )


@clause("B.5.5.f", shows="kept")
@clause("B.5.5.g", shows="kept")
def test_600_mental_health_beds_ask_for_two_more_psychologists_and_three_clinics_for_three_in_all() -> None:
    # R: 1 as a hospital + floor(600 / 250) = 2; E: the larger of 1 and 3. 2 × 3.5 = 7 posts for 6.
    plan = made(asylum(2), PSYCHO)
    assert row(plan, "B.5.5.f", "R")[0] == 1 + 2
    assert row(plan, "B.5.5.g", "E")[0] == 3
    assert row(plan, "B.5.5.f", "R")[2] == row(plan, "B.5.5.g", "E")[2] == 0


@clause("B.5.5.f", shows="short")
@clause("B.5.5.g", shows="short")
def test_two_psychologists_are_one_for_each_hospital_and_none_for_beds_and_clinics() -> None:
    plan = made(asylum(1), PSYCHO, sets=("B.5.5.a.growth=2.0",))
    assert numbers(plan, PSYCHO, "R", "E") == [1, 1]
    assert row(plan, "B.5.5.f", "R") == (3, 1, 2, "short")
    assert row(plan, "B.5.5.g", "E") == (3, 1, 2, "short")


@clause("B.5.5.f")
def test_499_mental_health_beds_ask_for_one_more_and_249_for_none() -> None:
    country = (
        town()
        .unit("R", "D", "ruh_sagligi_hastanesi", beds=499)
        .unit("S", "D", "ruh_sagligi_hastanesi", beds=249)
        .filled(PSYCHO, 10)
    )
    plan = made(country, PSYCHO)
    assert row(plan, "B.5.5.f", "R")[0] == 1 + 1
    assert "S" not in set(plan.rules.loc[plan.rules["clause"] == "B.5.5.f", "code"])


def patients(psychologists: int, workers: int) -> Small:
    """A day hospital with a patient-rights unit: no hospital of B.5.5.e, so only the joint rule asks."""
    return (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("G", "D", "ilce_gun_hastanesi", beds=10, patient_rights_unit=1)
        .filled(PSYCHO, psychologists)
        .filled(SOCIAL, workers)
    )


BOTH = f"{PSYCHO}+{SOCIAL}"
ONE_EACH = ("B.5.5.a.growth=1.0", "B.5.6.a.growth=1.0")


@clause("B.5.5.h", shows="kept")
@clause("B.5.6.d", shows="kept")
def test_a_patient_rights_unit_is_served_by_a_psychologist_or_a_social_worker() -> None:
    # One psychologist, who is the directorate's, and two social workers: one of them is at the day hospital.
    plan = made(patients(1, 2), PSYCHO, SOCIAL, sets=ONE_EACH)
    assert numbers(plan, PSYCHO, "M", "G") == [1, 0]
    assert numbers(plan, SOCIAL, "M", "G") == [1, 1]
    assert row(plan, "B.5.5.h", "G", BOTH) == (1, 1, 0, "binding")
    assert row(plan, "B.5.6.d", "G", BOTH) == (1, 1, 0, "binding")


@clause("B.5.5.h", shows="short")
@clause("B.5.6.d", shows="short")
def test_without_either_the_patient_rights_unit_is_short_of_one_post_and_not_of_two() -> None:
    plan = made(patients(1, 1), PSYCHO, SOCIAL, sets=ONE_EACH)
    first, second = row(plan, "B.5.5.h", "G", BOTH), row(plan, "B.5.6.d", "G", BOTH)
    assert first[3] == second[3] == "short"
    assert first[2] + second[2] == 1


# 6. Social workers ---------------------------------------------------------------------------------------


def welfare(filled: int) -> Small:
    """A directorate, an EAH, a hospital and a health post."""
    return (
        town()
        .unit("M", "D", "il_saglik_mudurlugu")
        .unit("E", "D", "eah", beds=200)
        .unit("H", "D", "devlet_hastanesi", beds=1_000)
        .unit("O", "D", "saglik_ocagi")
        .unit("C", "D", "acsap", adolescent_unit=1)
        .filled(SOCIAL, filled)
    )


@clause("B.5.6.b", shows="kept")
@clause("B.5.6.e", shows="kept")
def test_two_social_workers_are_at_the_directorate_and_at_the_eah_not_at_the_larger_hospital() -> None:
    plan = made(welfare(2), SOCIAL, sets=ONE_EACH)
    assert numbers(plan, SOCIAL, "M", "E", "H") == [1, 1, 0]
    assert row(plan, "B.5.6.b", "M") == (1, 1, 0, "binding")
    assert row(plan, "B.5.6.e", "E") == (1, 1, 0, "binding")


@clause("B.5.6.b", shows="short")
@clause("B.5.6.e", shows="short")
def test_the_directorate_comes_before_the_eah_and_a_directorate_without_any_is_short() -> None:
    plan = made(welfare(1), SOCIAL, sets=ONE_EACH)
    assert numbers(plan, SOCIAL, "M", "E") == [1, 0]
    assert row(plan, "B.5.6.e", "E") == (1, 0, 1, "short")
    closed = made(welfare(1).limit("standards", "M", SOCIAL, 0), SOCIAL, sets=ONE_EACH)
    assert row(closed, "B.5.6.b", "M") == (1, 0, 1, "short")


@clause("B.5.6.c")
def test_social_workers_are_planned_at_inpatient_units_and_directorates_only() -> None:
    assert open_units(made(welfare(10), SOCIAL), SOCIAL) == {"M", "E", "H"}


# 7. Audiologists -----------------------------------------------------------------------------------------


def hearing(filled: int, laboratory: int = 1) -> Small:
    """Province 19 has a laboratory at its smaller hospital (or none at all); province 55 has none."""
    return (
        town(900_000)
        .unit("H", "D", "devlet_hastanesi", beds=400, ent_visits=90_000)
        .unit("K", "D", "devlet_hastanesi", beds=100, ent_visits=10_000, audiology_laboratory=laboratory)
        .unit("V", "D", "verem_savas_dispanseri", audiology_laboratory=1)
        .province(55)
        .district("E", 55, 60_000, central=1)
        .district("F", 55, 40_000)
        .unit("L", "E", "devlet_hastanesi", beds=50, ent_visits=1_000)
        .unit("P", "F", "devlet_hastanesi", beds=50, ent_visits=2_000)
        .filled(AUDIO, filled)
    )


@clause("B.5.7.b", shows="kept")
def test_every_province_has_an_audiologist_at_its_laboratory_or_else_where_most_ear_patients_come() -> None:
    plan = made(hearing(1), AUDIO)  # 1 × 3 = 3 posts; province 55's share is 0.3
    assert open_units(plan, AUDIO) == {"K", "P"}
    assert numbers(plan, AUDIO, "K", "P") == [2, 1]
    assert row(plan, "B.5.7.b", 55) == (1, 1, 0, "binding")


@clause("B.5.7.b")
def test_the_report_says_that_a_laboratory_is_to_be_set_up_in_the_province_centre() -> None:
    # P has most ear patients of province 55, but L is the centre's hospital.
    listed = notices(made(hearing(1), AUDIO), "B.5.7.b")
    assert listed == {"L": "an audiology laboratory is to be set up at this hospital"}


@clause("B.5.7.b", shows="short")
def test_one_audiologist_for_two_provinces_leaves_the_smaller_short() -> None:
    plan = made(hearing(1), AUDIO, sets=("B.5.7.a.growth=1.0",))
    assert row(plan, "B.5.7.b", 19) == (1, 1, 0, "binding")
    assert row(plan, "B.5.7.b", 55) == (1, 0, 1, "short")


def ear_clinics(filled: int) -> Small:
    """An EAH with two ENT clinics and a hospital alike, both with a laboratory."""
    return (
        town()
        .unit("E", "D", "eah", beds=100, audiology_laboratory=1)
        .unit("K", "D", "devlet_hastanesi", beds=100, audiology_laboratory=1)
        .training("E", ENT, 2)
        .filled(AUDIO, filled)
    )


@clause("B.5.7.c", shows="kept")
def test_an_eah_has_one_audiologist_more_for_each_of_its_two_ear_clinics() -> None:
    plan = made(ear_clinics(1), AUDIO)  # 3 posts: 2 for the clinics, 1 by weight
    required, have, short, _ = row(plan, "B.5.7.c", "E")
    assert (required, short) == (2, 0)
    assert have >= 2


@clause("B.5.7.b", "B.5.7.c")
def test_an_eah_with_an_ear_clinic_needs_no_laboratory_but_has_no_weight() -> None:
    country = ear_clinics(10)
    country.rows["units"][0]["audiology_laboratory"] = 0
    plan = made(country, AUDIO)  # 30 posts: 2 for the clinics, the rest by weight at K alone
    assert open_units(plan, AUDIO) == {"E", "K"}
    assert [target(plan, AUDIO, code) for code in ("E", "K")] == [2, 28]
    assert row(plan, "B.5.7.c", "E") == (2, 2, 0, "binding")
    country.rows["units"][1]["audiology_laboratory"] = 0  # no laboratory at all: K has most ear patients
    country.rows["units"][1]["ent_visits"] = 1_000
    assert open_units(made(country, AUDIO), AUDIO) == {"E", "K"}


@clause("B.5.7.b", "A.19.a")
def test_without_a_laboratory_the_busiest_open_hospital_has_the_audiologist() -> None:
    country = hearing(10, laboratory=0)
    country.rows["units"][0]["not_ready"] = AUDIO
    plan = made(country, AUDIO, sets=("A.19.a.close=true",))
    assert numbers(plan, AUDIO, "K", "P") == [27, 3]


@clause("B.5.7.c", shows="short")
def test_one_audiologist_leaves_the_ear_clinics_short_of_one() -> None:
    plan = made(ear_clinics(1), AUDIO, sets=("B.5.7.a.growth=1.0",))
    assert row(plan, "B.5.7.c", "E") == (2, 1, 1, "short")


@clause("B.5.7.d")
def test_after_the_first_of_each_province_audiologists_follow_the_people() -> None:
    plan = made(hearing(10), AUDIO)  # 30 posts, 900,000 : 100,000
    assert [target(plan, AUDIO, code) for code in (19, 55)] == [27, 3]
    assert numbers(plan, AUDIO, 19, 55) == [27, 3]


@clause("B.5.7.e")
def test_audiometry_technicians_count_as_audiologists() -> None:
    country = hearing(10).filled("odyometri_teknisyeni", 20).filled("odyometri_teknikeri", 30)
    assert posts(made(country, AUDIO), AUDIO) == 60 * 3


@clause("B.5.7.f")
def test_a_dispensary_with_an_audiology_laboratory_has_no_audiologist() -> None:
    # Nor does its laboratory count as the province's: without K's, H sees most ear patients.
    assert open_units(made(hearing(10, laboratory=0), AUDIO), AUDIO) == {"H", "P"}


# 8. Child development ------------------------------------------------------------------------------------


def children(filled: int) -> Small:
    """Every kind of unit B.5.8.b names, some it does not, and an AÇS-AP."""
    return (
        town()
        .unit("C1", "D", "cocuk_hastanesi", beds=100)
        .unit("C2", "D", "dogum_cocuk_hastanesi", beds=100)
        .unit("C3", "D", "ruh_sagligi_hastanesi", beds=100)
        .unit("C4", "D", "eah", beds=100)
        .unit("C5", "D", "eah_dal", beds=100, branch=PAEDIATRICS)
        .unit("N1", "D", "eah", beds=100)
        .unit("N2", "D", "eah_dal", beds=100, branch="ortopedi_ve_travmatoloji")
        .unit("N3", "D", "devlet_hastanesi", beds=500)
        .unit("P", "D", "acsap")
        .training("C4", PAEDIATRICS)
        .filled(CHILD, filled)
    )


@clause("B.5.8.b")
def test_child_development_specialists_work_where_children_are_treated() -> None:
    plan = made(children(10), CHILD)
    assert open_units(plan, CHILD) == {"C1", "C2", "C3", "C4", "C5", "P"}


@clause("B.5.8.b")
def test_planned_paediatricians_make_no_training_clinic_of_an_eah() -> None:
    country = children(10).filled(f"uzman.{PAEDIATRICS}", 70)
    plan = made(country, f"uzman.{PAEDIATRICS}", CHILD)
    assert posts(plan, f"uzman.{PAEDIATRICS}", "N1") > 0
    assert "N1" not in open_units(plan, CHILD)


@clause("B.5.8.b")
def test_a_special_branch_eah_counts_by_its_branch_or_by_a_training_clinic_in_child_health() -> None:
    country = town().filled(CHILD, 20)
    country.unit("A", "D", "eah_dal", beds=100, branch=PAEDIATRICS)
    country.unit("B", "D", "eah_dal", beds=100, branch="kardiyoloji").training("B", PAEDIATRICS)
    country.unit("C", "D", "eah_dal", beds=100, branch="kardiyoloji").training("C", "kardiyoloji")
    assert open_units(made(country, CHILD), CHILD) == {"A", "B"}


@clause("B.5.8.c", shows="kept")
def test_an_acsap_may_have_one_once_all_five_units_have_one() -> None:
    plan = made(children(10), CHILD)  # 55 posts: weights 5 × 1 + 0.25, so the AÇS-AP's target is 2.62
    assert target(plan, CHILD, "P") == pytest.approx(55 / 21)
    assert posts(plan, CHILD, "P") == 3
    order = rule(plan, "B.5.8.c", 19)
    assert (order["posts"], order["status"]) == (3, "kept")


@clause("B.5.8.c", shows="short")
def test_an_acsap_has_none_while_a_childrens_hospital_may_not_have_its_own() -> None:
    plan = made(children(10).limit("standards", "C3", CHILD, 0), CHILD)
    assert posts(plan, CHILD, "P") == 0
    assert row(plan, "B.5.8.c", 19) == (0, 0, 0, "binding")


@clause("B.5.8.c", shows="short")
def test_an_acsap_in_a_district_of_its_own_has_none_while_the_childrens_hospitals_are_too_few_to_go_round() -> (
    None
):
    # 2 posts for three children's hospitals in E; the AÇS-AP's district D has half of the people.
    country = (
        Small().province(19).district("D", 19, 100_000, central=1).district("E", 19, 100_000).filled(CHILD, 2)
    )
    country.unit("P", "D", "acsap")
    for code in ("C1", "C2", "C3"):
        country.unit(code, "E", "cocuk_hastanesi", beds=100)
    plan = made(country, CHILD, sets=("B.5.8.a.growth=1.0",))
    assert numbers(plan, CHILD, "P", "C1", "C2", "C3") == [0, 1, 1, 0]
    # With 3 all three have one, and the AÇS-AP, which had to wait, has none left.
    plan = made(country, CHILD, sets=("B.5.8.a.growth=1.5",))
    assert numbers(plan, CHILD, "P", "C1", "C2", "C3") == [0, 1, 1, 1]


# 9. and 10. Medical technologists and biologists ---------------------------------------------------------


@clause("B.5.9.b", shows="kept")
def test_technologists_follow_beds_and_outpatients_inside_the_province() -> None:
    # Weights 100/100 + 0 = 1 and 100/100 + 200,000/100,000 = 3.
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100)
        .unit("K", "D", "devlet_hastanesi", beds=100, outpatient_visits=200_000)
        .filled(TECHNOLOGIST, 8)
    )
    assert numbers(made(country, TECHNOLOGIST), TECHNOLOGIST, "H", "K") == [2, 6]


@clause("B.5.9.b", shows="short")
def test_a_single_technologist_works_where_the_load_is_largest() -> None:
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100)
        .unit("K", "D", "devlet_hastanesi", beds=100, outpatient_visits=200_000)
        .filled(TECHNOLOGIST, 1)
    )
    assert numbers(made(country, TECHNOLOGIST), TECHNOLOGIST, "H", "K") == [0, 1]


@clause("B.5.10.b", shows="kept")
def test_biologists_follow_the_laboratories() -> None:
    # Weights 1 + 100/100 = 2 and 1 + 500/100 = 6.
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100, laboratory=1)
        .unit("K", "D", "devlet_hastanesi", beds=500, laboratory=1)
        .unit("N", "D", "devlet_hastanesi", beds=900)
        .filled(BIOLOGIST, 13)  # × 1.25 = 16.25, so 16
    )
    plan = made(country, BIOLOGIST)
    assert open_units(plan, BIOLOGIST) == {"H", "K"}
    assert numbers(plan, BIOLOGIST, "H", "K") == [4, 12]


@clause("B.5.10.b", shows="short")
def test_a_single_biologist_works_at_the_largest_laboratory() -> None:
    country = (
        town()
        .unit("H", "D", "devlet_hastanesi", beds=100, laboratory=1)
        .unit("K", "D", "devlet_hastanesi", beds=500, laboratory=1)
        .filled(BIOLOGIST, 1)
    )
    assert numbers(made(country, BIOLOGIST), BIOLOGIST, "H", "K") == [0, 1]
