"""The worked numbers of model.md that any implementation must give."""

from __future__ import annotations

import pytest
from small import Small, posts, rule, target


def hospital(etf: int, central: int, physicians: int = 0) -> Small:
    country = (
        Small()
        .province(19)
        .district("C1", 19, 500_000, central=1)
        .district("C2", 19, etf)
        .unit("M", "C1", "il_saglik_mudurlugu")
        .unit("H", "C2", "devlet_hastanesi", beds=120, special_beds=10, khd_beds=20)
        .filled("hemsire", 300)
    )
    if physicians:
        country.filled("uzman.genel_cerrahi", physicians)
    return country


def test_a_general_hospital_of_120_beds_in_a_town_of_45_000_needs_38_nurses() -> None:
    plan = hospital(45_000, 0).plan("hemsire")
    assert rule(plan, "B.4.a.8", "H") | {} == rule(plan, "B.4.a.8", "H")
    assert posts(plan, "hemsire", "H") >= 38


def test_pharmacist_floors_follow_the_beds() -> None:
    wanted = {150: 1, 200: 2, 350: 3, 999: 9, 1000: 10, 1200: 12, 1800: 12}
    country = Small().province(19).district("C1", 19, 2_000_000, central=1).filled("eczaci", 400)
    for beds in wanted:
        country.unit(f"H{beds}", "C1", "devlet_hastanesi", beds=beds)
    plan = country.plan("eczaci")
    for beds, need in wanted.items():
        rows = plan.rules[(plan.rules["code"] == f"H{beds}") & plan.rules["clause"].isin(["B.5.3.d", "B.5.3.e"])]
        assert max(rows["required"]) == need if beds < 1000 else 12
        assert posts(plan, "eczaci", f"H{beds}") >= need
    assert posts(plan, "eczaci", "H1800") == 12


def test_nurses_60_000_make_78_000_in_three_pools() -> None:
    country = Small().filled("hemsire", 60_000)
    for code in (34, 6, 35, 19):
        country.province(code).district(f"D{code}", code, 1_000_000, central=1)
        country.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=100)
    country.unit("G19", "D19", "gogus_hastanesi", beds=50)
    plan = country.plan("hemsire")
    assert posts(plan, "hemsire") == 78_000
    assert target(plan, "hemsire", 34) == pytest.approx(18_000 + 1_500)
    assert target(plan, "hemsire", 6) == pytest.approx(18_000 + 900)
    assert target(plan, "hemsire", 35) == pytest.approx(18_000 + 600)
    assert target(plan, "hemsire", 19) == pytest.approx(18_000 + 3_000)
