"""Every scenario that pdc ships loads, changes what it says, and plans a small country."""

from __future__ import annotations

from pathlib import Path

import pytest

import pdc
from pdc.law import rulebook
from pdc.law.scenario import apply
from small import Small, posts

FILES = sorted(pdc.scenario_folder().glob("*.toml"))


def country() -> Small:
    built = Small()
    for code in (34, 19):
        d = f"D{code}"
        built.province(code, metropolitan=int(code == 34)).district(d, code, 400_000, central=1)
        built.district(f"E{code}", code, 12_000)
        built.unit(f"M{code}", d, "il_saglik_mudurlugu").unit(f"G{code}", d, "saglik_grup_baskanligi")
        built.unit(f"H{code}", d, "devlet_hastanesi", beds=300, special_beds=20, khd_beds=30, serves_region=1,
                   outpatient_visits=500_000, emergency_service=1)  # fmt: skip
        built.unit(f"A{code}", d, "eah", beds=600, special_beds=80, khd_beds=40, emergency_service=1)
        built.unit(f"O{code}", f"E{code}", "saglik_ocagi", catchment_population=12_000)
        built.unit(f"S{code}", d, "istasyon_112_a")
    for title, count in {"hemsire": 900, "ebe": 300, "pratisyen_tabip": 200, "eczaci": 120,
                         "uzman.genel_cerrahi": 150, "acil_tip_teknisyeni": 150, "tibbi_sekreter": 150}.items():  # fmt: skip
        built.filled(title, count)
    return built


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_shipped_scenario_plans_lawfully(file: Path) -> None:
    plan = country().plan(scenario=[file])
    assert plan.status == "optimal"
    assert plan.scenario.names == (file.stem,)
    _, described = apply(rulebook.load(), [file])
    assert bool(described.changes or described.clauses) == (file.stem != "base")


def test_there_are_at_least_fifteen_questions_beside_the_base() -> None:
    assert len(FILES) > 15


def test_a_nurse_for_four_beds_frees_nurses_of_the_hospital() -> None:
    scenario = pdc.scenario_folder() / "one-nurse-per-four-beds.toml"
    changed = country().plan("hemsire", scenario=[scenario])
    rows = changed.rules[(changed.rules["clause"] == "B.4.a.8") & (changed.rules["code"] == "H34")]
    assert 63 in set(rows["required"])  # (300 − 20 − 30) / 4 = 62.5


def test_later_scenarios_win_and_one_number_beats_them_all() -> None:
    folder = pdc.scenario_folder()
    book, _ = apply(
        rulebook.load(), [folder / "specialists-by-etf.toml", folder / "specialists-by-beds.toml"]
    )
    assert book.value("B.1.a", "etf_share") == 0
    book, described = apply(book, [], ["B.1.a.etf_share=0,25"])
    assert float(book.value("B.1.a", "etf_share")) == 0.25
    assert described.changes == {"B.1.a.etf_share": 0.25}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("B.4.a.88.beds_per_nurse=4", "B.4.a.8"),
        ("B.4.a.8.bed_per_nurse=4", "beds_per_nurse"),
        ("B.4.a.8.beds_per_nurse=dört", "3"),
        ("A.9.limits=ikisi", "plan, appointments"),
        ("beds_per_nurse", "CLAUSE.parameter=value"),
    ],
)
def test_unknown_names_are_errors_with_a_suggestion(text: str, wanted: str) -> None:
    with pytest.raises(pdc.InputError) as error:
        apply(rulebook.load(), [], [text])
    assert wanted in error.value.text("en")
    assert error.value.text("tr")


def test_a_scenario_may_bring_a_clause_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        """
title = { tr = "Her hastaneye 30 eczacı değil, 4", en = "At least four pharmacists a hospital" }

["S.1"]
source = "commission, 12 May"
tr = "Her hastaneye en az 4 eczacı"
en = "At least four pharmacists at every hospital"
[["S.1".rule]]
kind = "floor"
titles = ["eczaci"]
where = "hospital"
amount = "least"
tier = 1
["S.1".parameters]
least = { value = 4, unit = "posts", origin = "assumption", tr = "en az", en = "least" }
""",
        encoding="utf-8",
    )
    plan = country().plan("eczaci", scenario=[file])
    assert posts(plan, "eczaci", "H19") >= 4
    assert set(plan.rules.loc[plan.rules["clause"] == "S.1", "required"]) == {4}
