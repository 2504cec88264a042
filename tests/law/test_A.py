"""Section A, general provisions: worked cases a lawyer can check with the text beside them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import pdc
import pdc_reports
from helpers.clause_mark import clause
from helpers.small import Small, notices, posts, rule, rules, target
from pdc.base.faults import InputError
from pdc.base.folder import ApprovedError
from pdc.planning.seal import approve, fingerprints, verify
from pdc.planning.write import write
from pdc.proof.verify import verify_proof
from pdc.solve.no_plan.errors import ClashError

FEW = "A.3.minimum=0"  # small countries have fewer than a hundred of anything


def pin(folder: Path, *lines: str) -> list[Path]:
    """A scenario that pins totals: one ``key = value; key = value`` line a pin."""
    entries = ["[[pin]]\n" + "\n".join(part.strip() for part in line.split(";")) for line in lines]
    file = folder / "pins.toml"
    file.write_text("\n".join(entries), "utf-8")
    return [file]


def two_provinces(first: int, second: int, kind: str = "devlet_hastanesi", **columns: object) -> Small:
    """Provinces 1 and 2 with one district and one unit each."""
    country = Small()
    for code, etf in ((1, first), (2, second)):
        country.province(code).district(f"D{code}", code, etf, central=1).unit(
            f"U{code}", f"D{code}", kind, **columns
        )
    return country


# A.1 … A.7: what is planned, and from whose numbers ---------------------------------------------------------


@clause("A.1")
def test_units_make_their_district_districts_their_province_and_provinces_the_country() -> None:
    country = Small()
    for p, people in ((1, (70_001, 30_003, 9_007)), (2, (120_011, 40_009)), (3, (55_555,))):
        country.province(p)
        for i, etf in enumerate(people):
            country.district(f"D{p}{i}", p, etf, central=int(i == 0))
            country.unit(f"H{p}{i}", f"D{p}{i}", "devlet_hastanesi", beds=40 + 30 * i)
            country.unit(f"S{p}{i}", f"D{p}{i}", "saglik_ocagi", catchment_population=etf // 3)
    plan = country.filled("hemsire", 301).filled("tibbi_sekreter", 177).plan()
    # 301 × 1.20 = 361.2 → 361 nurses; 177 × 1.25 = 221.25 → 221 secretaries (no big three in this country).
    for title, number in (("hemsire", 361), ("tibbi_sekreter", 221)):
        units = plan.units[plan.units["title"] == title]
        districts = plan.districts[plan.districts["title"] == title]
        provinces = plan.provinces[plan.provinces["title"] == title]
        for row in districts.itertuples():
            assert units.loc[units["district_code"] == row.district_code, "posts"].sum() == row.posts
        for row in provinces.itertuples():
            assert districts.loc[districts["province_code"] == row.province_code, "posts"].sum() == row.posts
        assert provinces["posts"].sum() == number


@clause("A.2")
def test_head_nurses_and_trainers_are_neither_planned_nor_counted_but_listed() -> None:
    country = two_provinces(100_000, 100_000, beds=100)
    country.filled("hemsire", 150).filled("bashemsire", 500).filled("il_saglik_muduru", 81)
    country.staff("U1", "klinik_sefi", 300, branch="genel_cerrahi")
    country.staff("U1", "asistan", 300, branch="genel_cerrahi")
    country.filled("uzman.genel_cerrahi", 120)
    plan = country.plan()
    # 150 nurses × 1.20 = 180: the 500 head nurses change nothing; nor do 600 trainers change the 120 surgeons.
    assert posts(plan, "hemsire") == 180
    assert posts(plan, "uzman.genel_cerrahi") == 120
    listed = {row["title"]: row["posts"] for row in notices(plan, "A.2")}
    assert listed == {"bashemsire": 500, "il_saglik_muduru": 81, "klinik_sefi": 300, "asistan": 300}
    assert not {"bashemsire", "klinik_sefi", "asistan", "il_saglik_muduru"} & set(plan.units["title"])


@clause("A.3")
def test_a_title_with_100_filled_posts_is_not_planned_and_one_with_101_is() -> None:
    country = two_provinces(100_000, 100_000, beds=100).filled("psikolog", 100).filled("diyetisyen", 101)
    plan = country.plan()
    national = plan.national.set_index("title")
    assert national.loc["psikolog", "planned"] == 0
    assert "100 filled" in national.loc["psikolog", "reason"]
    assert national.loc["diyetisyen", "planned"] == 1
    assert national.loc["diyetisyen", "supply"] == 404  # 101 × 4.00
    assert [row["title"] for row in notices(plan, "A.3") if row["title"] in ("psikolog", "diyetisyen")] == [
        "psikolog"
    ]


@clause("A.3")
def test_an_uncovered_branch_is_no_fault_but_left_out_with_a_reason() -> None:
    country = (
        two_provinces(100_000, 100_000, beds=100).filled("uzman.tibbi_genetik", 400).filled("hemsire", 150)
    )
    plan = country.plan()
    row = plan.national.set_index("title").loc["uzman.tibbi_genetik"]
    assert (row["filled"], row["planned"], row["posts"]) == (400, 0, 0)
    assert row["reason"]
    assert [r["title"] for r in notices(plan, "A.3", title="uzman.tibbi_genetik")] == ["uzman.tibbi_genetik"]


@clause("A.4", shows="kept")
def test_a_province_total_set_by_the_ministry_holds_and_the_others_share_the_rest(tmp_path: Path) -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    assert posts(country.plan(), "tibbi_sekreter", 1) == 100  # 160 × 1.25 = 200, shared evenly
    plan = country.plan(scenario=pin(tmp_path, 'title = "tibbi_sekreter"; province = 1; posts = 130'))
    assert (posts(plan, "tibbi_sekreter", 1), posts(plan, "tibbi_sekreter", 2)) == (130, 70)


@clause("A.4", shows="kept")
def test_a_district_total_set_by_the_ministry_holds(tmp_path: Path) -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    country.district("D3", 1, 100_000).unit("U3", "D3", "devlet_hastanesi", beds=30)
    plan = country.plan(scenario=pin(tmp_path, 'title = "tibbi_sekreter"; district = "D3"; posts = 11'))
    assert posts(plan, "tibbi_sekreter", "D3") == 11
    assert posts(plan, "tibbi_sekreter") == 200


@clause("A.4", shows="short")
def test_two_pins_that_contradict_each_other_are_both_named(tmp_path: Path) -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    lines = [
        'title = "tibbi_sekreter"; province = 1; posts = 130',
        'title = "tibbi_sekreter"; province = 1; posts = 90',
    ]
    with pytest.raises(ClashError) as error:
        country.plan(scenario=pin(tmp_path, *lines))
    assert len(error.value.names) == 2
    assert "130" in error.value.names[0]
    assert "90" in error.value.names[1]


@clause("A.4", shows="short")
def test_a_district_above_its_province_is_a_contradiction_that_names_both(tmp_path: Path) -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    lines = [
        'title = "tibbi_sekreter"; province = 1; posts = 90',
        'title = "tibbi_sekreter"; district = "D1"; posts = 91',
    ]
    with pytest.raises(ClashError) as error:
        country.plan(scenario=pin(tmp_path, *lines))
    assert any("= 90" in name for name in error.value.names)
    assert any("= 91" in name for name in error.value.names)


@clause("A.4", "B.3.b", shows="short")
def test_a_pin_outside_the_15_percent_of_b_3_b_is_an_error_that_names_the_pin_and_the_clause(
    tmp_path: Path,
) -> None:
    country = Small().province(1).district("D1", 1, 440_000, central=1).filled("pratisyen_tabip", 150)
    country.unit("S", "D1", "saglik_ocagi", catchment_population=400_000)
    # The target is 440,000 / 2,200 = 200; 231 lies outside 170 … 230.
    with pytest.raises(ClashError) as error:
        country.plan(scenario=pin(tmp_path, 'title = "pratisyen_tabip"; province = 1; posts = 231'))
    assert any("231" in name for name in error.value.names)
    assert any("B.3.b" in name for name in error.value.names)


@clause("A.4", "A.9", shows="short")
def test_a_pin_above_a_hard_limit_is_an_error_that_names_the_pin_and_the_limit(tmp_path: Path) -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    country.limit("standards", "U1", "tibbi_sekreter", 40)
    with pytest.raises(ClashError) as error:
        country.plan(scenario=pin(tmp_path, 'title = "tibbi_sekreter"; province = 1; posts = 41'))
    assert any("41" in name for name in error.value.names)
    assert any("A.9" in name for name in error.value.names)


@clause("A.5")
def test_a_plan_is_a_draft_and_an_approved_one_is_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdc_reports, "write_reports", lambda *_, **__: None)  # the state is what matters here
    plan = two_provinces(100_000, 100_000, beds=30).filled("psikolog", 120).plan()
    folder = write(plan, tmp_path / "plan")
    assert state(folder) == {"status": "draft"}
    write(plan, folder)  # a draft may be replaced by a new draft
    approve(folder, "Komisyon", "2026/1", date(2026, 1, 5))
    wanted = {"status": "approved", "by": "Komisyon", "decision": "2026/1", "date": "2026-01-05"}
    assert state(folder) == wanted
    before = fingerprints(folder)
    for again in (
        lambda: write(plan, folder),
        lambda: approve(folder, "Başkası", "2026/2", date(2026, 2, 1)),
    ):
        with pytest.raises(ApprovedError):
            again()
    assert fingerprints(folder) == before
    assert verify(folder).intact
    # A new run beside it is a new draft.
    assert state(write(plan, tmp_path / "plan-2")) == {"status": "draft"}
    # A number changed by hand is found.
    cetvel = folder / "plan_units.csv"
    cetvel.write_bytes(cetvel.read_bytes().replace(b"psikolog", b"psikolo9", 1))
    assert verify(folder).changed == ("plan_units.csv",)


def state(folder: Path) -> dict[str, str]:
    return dict(json.loads((folder / "summary.json").read_text("utf-8"))["state"])


@clause("A.6")
def test_657_4924_and_family_medicine_staff_count_and_4b_does_not() -> None:
    country = two_provinces(100_000, 100_000, beds=100)
    for status, count in (
        ("657", 100),
        ("4924", 30),
        ("aile_sagligi_elemani", 15),
        ("aile_hekimi", 5),
        ("4B", 900),
    ):
        country.staff("", "hemsire", count, status=status)
    plan = country.plan("hemsire")
    assert plan.national.set_index("title").loc["hemsire", "filled"] == 150
    assert posts(plan, "hemsire") == 180  # 150 × 1.20


@clause("A.6")
def test_an_unknown_employment_status_is_an_input_error() -> None:
    country = two_provinces(100_000, 100_000, beds=100).staff("", "hemsire", 10, status="4C")
    with pytest.raises(InputError) as error:
        country.plan("hemsire")
    assert "4C" in error.value.text("en")


@clause("A.7")
def test_technicians_of_one_field_are_one_title_whatever_they_were_appointed_as() -> None:
    country = two_provinces(100_000, 100_000, beds=100, operating_tables=1)
    for title, count in (
        ("saglik_teknikeri", 40),
        ("saglik_teknisyeni", 30),
        ("saglik_memuru", 30),
        ("laborant", 20),
    ):
        country.staff("", title, count, branch="anestezi")
    country.staff("", "saglik_memuru", 999, branch="rontgen")
    plan = country.plan("anestezi_teknisyeni")
    assert plan.national.set_index("title").loc["anestezi_teknisyeni", "filled"] == 120  # 40 + 30 + 30 + 20
    assert posts(plan, "anestezi_teknisyeni") == 180  # × 1.50
    assert plan.national.set_index("title").loc["rontgen_teknisyeni", "filled"] == 999


@clause("A.7")
@pytest.mark.parametrize(
    ("raw", "branch", "title"),
    [
        ("fizyoterapist", "", "fizyoterapist"),
        ("fizik_tedavi_teknisyeni", "", "fizyoterapist"),
        ("fizik_tedavi_teknikeri", "", "fizyoterapist"),
        ("odyolog", "", "odyolog"),
        ("odyometri_teknisyeni", "", "odyolog"),
        ("odyometri_teknikeri", "", "odyolog"),
        ("saglik_teknikeri", "ortopedi", "ortopedi_teknisyeni"),
        ("saglik_teknisyeni", "toplum_sagligi", "toplum_sagligi_teknisyeni"),
        ("saglik_teknisyeni", "dis_protez", "dis_protez_teknisyeni"),
        ("saglik_teknikeri", "dis", "dis_protez_teknisyeni"),
        ("saglik_teknisyeni", "acil_tip", "acil_tip_teknisyeni"),
        ("saglik_teknikeri", "ilk_ve_acil_yardim", "acil_tip_teknisyeni"),
        ("laborant", "laboratuvar", "laboratuvar_teknisyeni"),
        ("saglik_memuru", "cevre_sagligi", "cevre_sagligi_teknisyeni"),
        *(
            (raw, branch, title)
            for raw in ("saglik_teknisyeni", "saglik_teknikeri", "saglik_memuru")
            for branch, title in (("fizik_tedavi", "fizyoterapist"), ("odyometri", "odyolog"))
        ),
    ],
)
def test_a_raw_title_counts_for_its_planning_title(raw: str, branch: str, title: str) -> None:
    country = two_provinces(100_000, 100_000, beds=100).staff("", raw, 77, branch=branch)
    counts = country.plan().national.set_index("title")["filled"]
    assert counts[title] == 77
    assert counts.sum() == 77


# A.8 … A.13: provinces, limits, merged places ---------------------------------------------------------------


@clause("A.8")
def test_provinces_share_by_etf_population_whatever_their_beds() -> None:
    country = two_provinces(300_000, 100_000).filled("tibbi_sekreter", 160)
    country.unit("X2", "D2", "devlet_hastanesi", beds=900)
    country.unit("X1", "D1", "devlet_hastanesi", beds=100)
    plan = country.plan("tibbi_sekreter")
    # 160 × 1.25 = 200: three quarters and one quarter.
    assert (target(plan, "tibbi_sekreter", 1), target(plan, "tibbi_sekreter", 2)) == (150, 50)
    assert (posts(plan, "tibbi_sekreter", 1), posts(plan, "tibbi_sekreter", 2)) == (150, 50)


@clause("A.8")
def test_where_beds_matter_the_registered_beds_of_all_units_of_the_province_count() -> None:
    country = two_provinces(100_000, 100_000, beds=100).filled("uzman.genel_cerrahi", 420)
    country.unit("M1", "D1", "saglik_merkezi", beds=10)
    plan = country.plan("uzman.genel_cerrahi")
    # Beds 110 and 100 (within 10 % of the mean 105): 420 × (½ · ½ + ½ · 110/210) = 105 + 110 = 215.
    assert target(plan, "uzman.genel_cerrahi", 1) == pytest.approx(215)
    assert target(plan, "uzman.genel_cerrahi", 2) == pytest.approx(205)


@clause("A.9", shows="short")
def test_the_plan_never_exceeds_the_standard_of_the_unit() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    country.limit("standards", "U1", "tibbi_sekreter", 40)
    plan = country.plan("tibbi_sekreter")
    assert (posts(plan, "tibbi_sekreter", "U1"), posts(plan, "tibbi_sekreter", "U2")) == (40, 160)
    row = rule(plan, "A.9", "U1")
    assert (row["required"], row["posts"], row["status"]) == (40, 40, "binding")
    assert rules(plan, "A.9", "U2") == []  # no row, no cap


@clause("A.9", shows="kept")
def test_a_standard_above_the_target_changes_nothing() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    plan = country.limit("standards", "U1", "tibbi_sekreter", 140).plan("tibbi_sekreter")
    assert posts(plan, "tibbi_sekreter", "U1") == 100
    assert rule(plan, "A.9", "U1")["status"] == "kept"


@clause("A.9")
def test_a_standard_of_nought_means_none_and_wins_over_a_floor() -> None:
    country = (
        Small().province(1).district("D1", 1, 100_000, central=1).unit("H", "D1", "devlet_hastanesi", beds=30)
    )
    country.unit("M", "D1", "il_saglik_mudurlugu").filled("hemsire", 150).limit(
        "standards", "M", "hemsire", 0
    )
    plan = country.plan("hemsire")
    assert posts(plan, "hemsire", "M") == 0
    row = rule(plan, "B.4.a.2", "M")  # at least 5 at the directorate: the cap wins and the floor is short
    assert (row["required"], row["shortfall"], row["status"]) == (5, 5, "short")


@clause("A.9", "A.13")
def test_the_standard_of_a_semt_poliklinigi_is_added_to_its_hospitals_and_limits_none_that_has_none() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    country.unit("P", "D1", "semt_poliklinigi", parent_unit="U1").limit("standards", "P", "tibbi_sekreter", 5)
    plan = country.plan("tibbi_sekreter")
    assert (posts(plan, "tibbi_sekreter", "U1"), rules(plan, "A.9", "U1")) == (100, [])
    (told,) = notices(plan, "A.9", "P", "tibbi_sekreter")
    assert (told["level"], told["posts"]) == ("unit", 5)
    assert "lapses" in told["text"]
    country.limit("standards", "U1", "tibbi_sekreter", 40)
    plan = country.plan("tibbi_sekreter")
    assert posts(plan, "tibbi_sekreter", "U1") == 45
    (told,) = notices(plan, "A.9", "P", "tibbi_sekreter")
    assert (told["posts"], "45" in told["text"]) == (5, True)


@clause("A.9", "A.18.d", "B.3.e")
@pytest.mark.parametrize(("table", "number"), [("standards", "A.9"), ("capacity", "A.18.d")])
def test_limits_of_units_under_one_roof_add_up_and_each_is_told(table: str, number: str) -> None:
    country = Small().province(1).district("D", 1, 14_000, central=1).filled("tibbi_sekreter", 160)
    country.unit("H", "D", "devlet_hastanesi", beds=30).unit("S", "D", "saglik_ocagi", catchment_population=9_000)
    country.unit("Z", "D", "saglik_merkezi", beds=5).unit("P", "D", "semt_poliklinigi", parent_unit="Z")
    country.unit("K", "D", "gogus_hastanesi", beds=30)
    for code, limit in (("S", 2), ("Z", 3), ("P", 4)):
        country.limit(table, code, "tibbi_sekreter", limit)
    plan = country.plan("tibbi_sekreter")
    assert rules(plan, number, "H") == []
    assert {n["code"]: n["posts"] for n in notices(plan, number)} == {"S": 2, "Z": 3, "P": 4}
    plan = country.limit(table, "H", "tibbi_sekreter", 1).plan("tibbi_sekreter")
    assert rule(plan, number, "H")["required"] == 10
    assert {n["code"]: n["posts"] for n in notices(plan, number)} == {"S": 2, "Z": 3, "P": 4}


@clause("A.9")
def test_in_the_other_reading_the_standard_limits_appointments_and_not_the_plan() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    country.limit("standards", "U1", "tibbi_sekreter", 40)
    plan = country.plan("tibbi_sekreter", sets=["A.9.limits=appointments"])
    assert posts(plan, "tibbi_sekreter", "U1") == 100


@clause("A.10")
def test_the_metropolitan_centre_districts_are_one_central_district_under_the_lowest_code() -> None:
    country = Small().province(1, "Ankara", metropolitan=1)
    country.district("D3", 1, 20_000, central=1, metropolitan_centre=1)
    country.district("D2", 1, 9_000, metropolitan_centre=1).district("D4", 1, 71_000)
    country.unit("H3", "D3", "devlet_hastanesi", beds=60).unit("H2", "D2", "devlet_hastanesi", beds=60)
    country.unit("H4", "D4", "devlet_hastanesi", beds=60).filled("hemsire", 250)
    plan = country.plan("hemsire")
    assert sorted(set(plan.districts["district_code"])) == ["D2", "D4"]
    # 250 × 1.20 = 300: 29,000 of 100,000 people live in the merged district.
    assert target(plan, "hemsire", "D2") == pytest.approx(87)
    assert posts(plan, "hemsire", "D2") == posts(plan, "hemsire", "H2") + posts(plan, "hemsire", "H3")
    # It counts as central, so its hospitals fall under B.4.a.8 although 29,000 people are fewer than 30,000.
    assert rule(plan, "B.4.a.8", "H2")["required"] == 20  # 60 / 3
    assert rules(plan, "B.4.a.7", "H2") == []
    assert [row["code"] for row in notices(plan, "A.10")] == ["D3"]


@clause("A.11")
def test_a_province_with_a_training_hospital_gets_criteria_of_its_own() -> None:
    country = Small().province(1).district("D1", 1, 440_000, central=1)
    country.unit("E", "D1", "eah", beds=300).unit("S", "D1", "saglik_ocagi", catchment_population=600_000)
    country.filled("pratisyen_tabip", 150).filled("hemsire", 150)
    plan = country.plan()
    assert rule(plan, "B.3.ı", "E")["required"] == 6  # GPs: 2 % of 300 beds at most
    assert rules(plan, "B.4.a.10", "E")[0]["required"] == 100  # nurses: 300 / 3 at least
    clauses = plan.rulebook.clauses
    pointed = {number for rule_ in clauses["A.11"].rules for number in rule_.to}
    assert {"B.1.e", "B.1.f", "B.1.g", "B.1.ğ", "B.3.ı", "B.4.a.1", "B.4.a.10"} <= pointed
    assert pointed <= set(clauses)


@clause("A.12")
def test_every_title_reaches_the_units_by_its_own_criteria() -> None:
    country = Small().province(1).district("D1", 1, 100_000, central=1)
    country.unit("H", "D1", "devlet_hastanesi", beds=60).unit(
        "S", "D1", "saglik_ocagi", catchment_population=35_000
    )
    country.unit("E", "D1", "saglik_evi")
    country.filled("fizyoterapist", 120).filled("ebe", 120).filled("uzman.uroloji", 120)
    plan = country.plan()
    places = {title: set(rows["unit_code"]) for title, rows in plan.units.groupby("title")}
    assert places == {"fizyoterapist": {"H"}, "uzman.uroloji": {"H"}, "ebe": {"H", "S", "E"}}
    pointed = {number for rule_ in plan.rulebook.clauses["A.12"].rules for number in rule_.to}
    assert pointed
    assert all(number.startswith("B.") and number in plan.rulebook.clauses for number in pointed)


@clause("A.13")
def test_a_semt_poliklinigi_is_planned_with_its_hospital() -> None:
    country = two_provinces(100_000, 100_000, beds=60).filled("hemsire", 250)
    country.unit(
        "P",
        "D1",
        "semt_poliklinigi",
        parent_unit="U1",
        beds=30,
        special_beds=4,
        dental_chairs=2,
        laboratory=1,
    )
    country.staff("P", "psikolog", 3)
    plan = country.plan("hemsire")
    assert "P" not in set(plan.units["unit_code"])
    # Its 30 beds (4 of them special) make it 90 beds: (90 − 4) / 3 = 28.7 → 29 and 4 / 2 = 2.
    assert rule(plan, "B.4.a.8", "U1")["required"] == 29
    assert rule(plan, "B.4.a.11", "U1")["required"] == 2
    assert rule(plan, "B.4.a.8", "U2")["required"] == 20
    merged = plan.country.units.set_index("unit_code").loc["U1"]
    assert (merged["dental_chairs"], merged["laboratory"]) == (2, 1)
    staff = plan.country.filled
    assert list(staff.loc[staff["title"] == "psikolog", "at"]) == [
        list(plan.country.units["unit_code"]).index("U1")
    ]
    assert [row["code"] for row in notices(plan, "A.13")] == ["P"]


@clause("A.13")
def test_the_catchment_of_a_semt_poliklinigi_is_left_alone() -> None:
    country = two_provinces(100_000, 100_000, beds=60, catchment_population=50_000).filled("hemsire", 250)
    country.unit("P", "D1", "semt_poliklinigi", parent_unit="U1", catchment_population=20_000)
    plan = country.plan("hemsire")
    assert plan.country.units.set_index("unit_code").loc["U1", "catchment_population"] == 50_000


@clause("A.13")
def test_a_semt_poliklinigi_without_a_hospital_is_an_input_error() -> None:
    country = two_provinces(100_000, 100_000, beds=60).unit("P", "D1", "semt_poliklinigi")
    with pytest.raises(InputError) as error:
        country.plan("hemsire")
    assert "parent_unit" in error.value.text("en")


# A.14 … A.17 ------------------------------------------------------------------------------------------------


def family_country(family_medicine: int) -> Small:
    """A province of 22,000 (10 GPs, 9 to 11 by B.3.b) with one sağlık ocağı of 9,000 people, hard to reach."""
    country = Small().province(1, family_medicine=family_medicine).district("D1", 1, 22_000, central=1)
    country.unit("S", "D1", "saglik_ocagi", catchment_population=9_000, access_factor=1.5)
    return country.filled("pratisyen_tabip", 150)


@clause("A.14", shows="short")
def test_under_family_medicine_a_catchment_of_9_000_has_2_or_3_gps_without_latitude() -> None:
    plan = family_country(1).plan()
    # 9,000 / 3,500 = 2.57: 2 or 3. B.3.b still holds and wants at least 9 in the province: 6 more than 3.
    assert posts(plan, "pratisyen_tabip", 1) == 9
    row = rule(plan, "A.14", "S")
    assert (row["required"], row["posts"], row["shortfall"], row["status"]) == (3, 9, 6, "short")
    assert rules(plan, "B.3.d", "S") == []
    assert rule(plan, "B.3.b", 1)["required"] == 9


@clause("A.14", shows="kept")
def test_under_family_medicine_2_gps_for_7_000_people_are_kept() -> None:
    country = Small().province(1, family_medicine=1).district("D1", 1, 4_400, central=1)
    country.unit("S", "D1", "saglik_ocagi", catchment_population=7_000).filled("pratisyen_tabip", 150)
    row = rule(country.plan(), "A.14", "S")
    assert (row["required"], row["posts"], row["shortfall"]) == (2, 2, 0)


@clause("A.14", shows="short")
def test_and_one_gp_for_7_000_people_is_one_short() -> None:
    country = Small().province(1, family_medicine=1).district("D1", 1, 2_200, central=1)
    country.unit("S", "D1", "saglik_ocagi", catchment_population=7_000).filled("pratisyen_tabip", 150)
    row = rule(country.plan(), "A.14", "S")
    assert (row["required"], row["posts"], row["shortfall"]) == (2, 1, 1)


@clause("A.14", "B.3.d")
def test_without_family_medicine_the_same_catchment_has_latitude_up_to_one_gp_for_2_000() -> None:
    row = rule(family_country(0).plan(), "B.3.d", "S")
    assert (row["required"], row["shortfall"]) == (4, 5)  # 9,000 / 2,000 = 4.5 → 4; 9 planned
    assert rules(family_country(0).plan(), "A.14", "S") == []


@clause("A.14")
def test_the_people_of_one_family_physician_are_an_assumption_one_may_change() -> None:
    row = rule(family_country(1).plan(sets=["A.14.persons_per_family_physician=1500"]), "A.14", "S")
    assert (row["required"], row["posts"], row["shortfall"]) == (6, 9, 3)  # 9,000 / 1,500


@clause("A.14", "B.1.d.1")
def test_under_family_medicine_family_medicine_specialists_go_to_hospitals_like_any_branch() -> None:
    country = (
        Small().province(1, family_medicine=1).district("D1", 1, 60_000, central=1).district("D2", 1, 40_000)
    )
    country.unit("H", "D1", "devlet_hastanesi", beds=100).unit(
        "S", "D2", "saglik_ocagi", catchment_population=40_000
    )
    country.filled("uzman.aile_hekimligi", 120).filled("uzman.genel_cerrahi", 120)
    plan = country.plan()
    assert posts(plan, "uzman.aile_hekimligi", "H") == 120
    assert "S" not in set(plan.units.loc[plan.units["title"] == "uzman.aile_hekimligi", "unit_code"])


def laboratory_country(beds: int) -> Small:
    """Province 1 has 10 of 300 laboratory technicians: 5 by ETF for each of its two districts."""
    country = Small().province(1).province(2)
    country.district("D1", 1, 50_000, central=1).district("D2", 1, 50_000).district(
        "D9", 2, 2_900_000, central=1
    )
    country.unit("S", "D1", "saglik_ocagi", laboratory=1).unit(
        "H", "D2", "devlet_hastanesi", laboratory=1, beds=beds
    )
    country.unit("Z", "D9", "devlet_hastanesi", laboratory=1, beds=20_000)
    return country.filled("laboratuvar_teknisyeni", 200)


@clause("A.15")
def test_what_a_district_has_above_the_need_of_its_units_goes_to_its_sister_district() -> None:
    plan = laboratory_country(beds=400).plan("laboratuvar_teknisyeni")
    # Need: 1 at the ocak, 1 + 400 / 40 = 11 at the hospital. Of 5 + 5 the first keeps 1; its surplus of 4 moves.
    assert target(plan, "laboratuvar_teknisyeni", "D1") == pytest.approx(1)
    assert target(plan, "laboratuvar_teknisyeni", "D2") == pytest.approx(9)
    assert (posts(plan, "laboratuvar_teknisyeni", "D1"), posts(plan, "laboratuvar_teknisyeni", "D2")) == (
        1,
        9,
    )


@clause("A.15")
def test_once_all_districts_have_their_need_what_is_left_follows_etf() -> None:
    plan = laboratory_country(beds=80).plan("laboratuvar_teknisyeni")
    # Need 1 and 1 + 80 / 40 = 3, together 4 of 10: the 6 left go half and half → 1 + 3 and 3 + 3.
    assert target(plan, "laboratuvar_teknisyeni", "D1") == pytest.approx(4)
    assert target(plan, "laboratuvar_teknisyeni", "D2") == pytest.approx(6)


@clause("A.15", "A.19.c")
def test_the_need_of_a_unit_includes_its_access_factor() -> None:
    country = laboratory_country(beds=400)
    country.rows["units"][0]["access_factor"] = 2
    assert target(country.plan("laboratuvar_teknisyeni"), "laboratuvar_teknisyeni", "D1") == pytest.approx(2)


def small_districts(people: dict[str, int], rest: int, filled: int) -> Small:
    """Province 1 with these districts, province 2 with the rest of the people; one hospital in each district."""
    country = (
        Small()
        .province(1)
        .province(2)
        .district("Z", 2, rest, central=1)
        .unit("UZ", "Z", "devlet_hastanesi", beds=50)
    )
    for i, (code, etf) in enumerate(people.items()):
        country.district(code, 1, etf, central=int(i == 0)).unit(
            f"U{code}", code, "devlet_hastanesi", beds=50
        )
    return country.filled("tibbi_sekreter", filled)


@clause("A.16", shows="kept")
def test_a_district_too_small_for_a_whole_post_gets_one() -> None:
    # 100 posts for 1,000,000 people: 6 for province 1, of which C would have 0.4 and so none.
    plan = small_districts({"A": 46_000, "B": 10_000, "C": 4_000}, 940_000, 80).plan(sets=[FEW])
    assert target(plan, "tibbi_sekreter", "C") == pytest.approx(0.4)
    assert posts(plan, "tibbi_sekreter", "C") == 1
    assert posts(plan, "tibbi_sekreter", 1) == 6  # moved inside the province only
    row = rule(plan, "A.16", "C")
    assert (row["required"], row["shortfall"], row["tier"]) == (1, 0, 4)


@clause("A.16", shows="short")
def test_where_not_all_small_districts_can_have_one_the_larger_come_first() -> None:
    # 2 posts for three districts of 0.9, 0.6 and 0.5.
    plan = small_districts({"A": 5_000, "B": 9_000, "C": 6_000}, 980_000, 80).plan(sets=[FEW])
    assert [posts(plan, "tibbi_sekreter", code) for code in "ABC"] == [0, 1, 1]
    row = rule(plan, "A.16", "A")
    assert (row["required"], row["shortfall"], row["status"]) == (1, 1, "short")


@clause("A.16")
def test_it_does_not_apply_to_a_title_with_fewer_posts_than_districts() -> None:
    # 3 × 1.25 = 3.75 → 4 posts for five districts with a hospital: not attainable, and listed.
    plan = small_districts({"A": 5_000, "B": 9_000, "C": 6_000, "D": 1_000}, 980_000, 3).plan(sets=[FEW])
    assert rules(plan, "A.16", "B") == []
    assert [row["level"] for row in notices(plan, "A.16", title="tibbi_sekreter")] == ["national"]


@clause("A.17")
def test_4924_staff_above_the_plan_are_locked_and_vacant_4924_posts_above_it_blocked() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 62)
    country.staff("U1", "tibbi_sekreter", 58, status="4924", vacant=2)
    country.staff("U2", "tibbi_sekreter", 40, status="657").staff(
        "U2", "tibbi_sekreter", 0, status="4924", vacant=15
    )
    plan = country.limit("standards", "U1", "tibbi_sekreter", 50).limit(
        "standards", "U2", "tibbi_sekreter", 50
    )
    country.unit("Z", "D2", "devlet_hastanesi", beds=30)
    plan = country.plan("tibbi_sekreter")
    assert (posts(plan, "tibbi_sekreter", "U1"), posts(plan, "tibbi_sekreter", "U2")) == (50, 50)
    changes = plan.changes.set_index("unit_code")
    # U1: 58 under 4924, 50 planned: 8 locked; its 2 vacant positions blocked.
    assert (changes.loc["U1", "locked_4924"], changes.loc["U1", "blocked_4924"]) == (8, 2)
    # U2: 40 filled, 50 planned: 10 of the 15 vacant 4924 positions may be filled, 5 not.
    assert (changes.loc["U2", "locked_4924"], changes.loc["U2", "blocked_4924"]) == (0, 5)
    assert {row["code"] for row in notices(plan, "A.17")} == {"U1", "U2"}
    assert len(notices(plan, "A.17", "U1")) == 2


# A.18: what the provinces' shares take into account -----------------------------------------------------------


@clause("A.18.a")
def test_hospitals_that_serve_a_region_may_get_a_pool_by_their_visits() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    country.rows["units"][0] |= {
        "serves_region": 1,
        "outpatient_visits": 20_000,
        "out_of_province_visits": 10_000,
    }
    country.rows["units"][1] |= {"serves_region": 1, "outpatient_visits": 10_000, "out_of_province_visits": 0}
    assert (
        posts(country.plan("tibbi_sekreter"), "tibbi_sekreter") == 200
    )  # the law gives no size: nought by default
    plan = country.plan("tibbi_sekreter", sets=["A.18.a.pool_share=0.25"])
    # On top 160 × 0.25 = 40, split 30,000 : 10,000.
    assert posts(plan, "tibbi_sekreter") == 240
    assert target(plan, "tibbi_sekreter", "U1") == pytest.approx(100 + 30)
    assert target(plan, "tibbi_sekreter", "U2") == pytest.approx(100 + 10)


@clause("A.18.b")
def test_a_population_factor_multiplies_the_weight_of_the_province() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    country.rows["provinces"][0]["population_factor"] = 1.5
    country.rows["provinces"][1]["population_factor"] = 1
    plan = country.plan("tibbi_sekreter")
    assert (posts(plan, "tibbi_sekreter", 1), posts(plan, "tibbi_sekreter", 2)) == (120, 80)  # 1.5 : 1 of 200


@clause("A.18.c")
def test_visits_per_head_weigh_only_as_much_as_the_elasticity_says() -> None:
    country = two_provinces(100_000, 300_000, beds=30).filled("tibbi_sekreter", 160)
    country.rows["provinces"][0]["visits_per_head"] = 6
    country.rows["provinces"][1]["visits_per_head"] = 2
    plan = country.plan("tibbi_sekreter")
    assert (target(plan, "tibbi_sekreter", 1), target(plan, "tibbi_sekreter", 2)) == (50, 150)
    plan = country.plan("tibbi_sekreter", sets=["A.18.c.elasticity=1"])
    # National figure (6 · 100,000 + 2 · 300,000) / 400,000 = 3: factors 2 and 2/3, weights 200,000 and 200,000.
    assert target(plan, "tibbi_sekreter", 1) == pytest.approx(100)
    assert target(plan, "tibbi_sekreter", 2) == pytest.approx(100)


@clause("A.18.d", shows="short")
def test_the_plan_never_exceeds_the_capacity_of_the_unit() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    plan = country.limit("capacity", "U1", "tibbi_sekreter", 60).plan("tibbi_sekreter")
    assert (posts(plan, "tibbi_sekreter", "U1"), posts(plan, "tibbi_sekreter", "U2")) == (60, 140)
    assert rule(plan, "A.18.d", "U1")["status"] == "binding"


@clause("A.18.d", "A.9", shows="kept")
def test_of_capacity_and_standard_the_smaller_counts() -> None:
    country = two_provinces(100_000, 100_000, beds=30).filled("tibbi_sekreter", 160)
    country.limit("capacity", "U1", "tibbi_sekreter", 60).limit("standards", "U1", "tibbi_sekreter", 45)
    plan = country.plan("tibbi_sekreter")
    assert posts(plan, "tibbi_sekreter", "U1") == 45
    assert (rule(plan, "A.18.d", "U1")["status"], rule(plan, "A.9", "U1")["status"]) == ("kept", "binding")


# A.19: what the shares inside a province take into account ----------------------------------------------------


def one_district() -> Small:
    """Two hospitals of 100 beds in one district."""
    country = Small().province(1).district("D1", 1, 100_000, central=1)
    return country.unit("U1", "D1", "devlet_hastanesi", beds=100).unit(
        "U2", "D1", "devlet_hastanesi", beds=100
    )


@clause("A.19.a")
def test_posts_stay_where_equipment_is_missing_and_the_province_is_told_to_complete_it() -> None:
    country = one_district().filled("tibbi_sekreter", 160)
    country.rows["units"][0]["not_ready"] = "tibbi_sekreter;psikolog"
    plan = country.plan("tibbi_sekreter")
    assert posts(plan, "tibbi_sekreter", "U1") == 100
    assert [(row["code"], row["posts"]) for row in notices(plan, "A.19.a")] == [("U1", 100)]


@clause("A.19.a", shows="short")
def test_an_analyst_may_close_such_a_unit_for_the_titles_named_only() -> None:
    country = one_district().filled("tibbi_sekreter", 160).filled("diyetisyen", 105)
    country.rows["units"][0]["not_ready"] = "tibbi_sekreter;psikolog"
    plan = country.plan(sets=["A.19.a.close=true"])
    assert (posts(plan, "tibbi_sekreter", "U1"), posts(plan, "tibbi_sekreter", "U2")) == (0, 200)
    assert posts(plan, "diyetisyen", "U1") == 210  # 105 × 4 = 420, half each: not named, not closed


def canteens() -> Small:
    """A province with two hospitals, of which H is not ready, an AÇS-AP centre, and a second province."""
    country = Small().province(1).district("D", 1, 100_000, central=1)
    country.unit("M", "D", "il_saglik_mudurlugu").unit("H", "D", "devlet_hastanesi", beds=300, not_ready=1)
    return country.unit("K", "D", "devlet_hastanesi", beds=100).unit("C", "D", "acsap").filled("diyetisyen", 10)


@clause("A.19.a", "B.5.4.e", shows="kept")
@pytest.mark.parametrize(
    ("title", "order", "columns"),
    [
        ("diyetisyen", "B.5.4.e", {"kind": "acsap"}),
        ("psikolog", "B.5.5.c", {"kind": "acsap", "adolescent_unit": 1}),
        ("eczaci", "B.5.3.f", {"kind": "adsm"}),
    ],
)
def test_a_closed_hospital_has_no_floors_and_holds_nobody_up(
    title: str, order: str, columns: dict[str, object]
) -> None:
    country = canteens().filled(title, 10)
    country.rows["units"][3] |= columns
    country.rows["units"][1]["not_ready"] = f"hemsire;{title}"
    plan = country.plan(title, sets=[FEW, "A.19.a.close=true"])
    assert plan.shortfall_by_clause == {}
    own = plan.rules[(plan.rules["code"] == "H") & (plan.rules["title"] == title)]
    assert len(own)
    assert set(own["status"]) == {"not_applicable"}
    assert set(own["shortfall"]) == {0}
    assert posts(plan, title, "C") > 0
    assert rule(plan, order, 1)["status"] == "kept"
    strict = country.plan(title, sets=[FEW, "A.19.a.close=true"], options=pdc.Options(strict=True))
    assert strict.units.equals(plan.units)


@clause("A.19.a")
def test_a_unit_closed_to_one_of_two_titles_is_still_asked_for_both_together() -> None:
    country = Small().province(1).district("D", 1, 40_000, central=1).filled("pratisyen_tabip", 150)
    country.unit("S", "D", "saglik_ocagi", catchment_population=14_000, not_ready="hemsire")
    country.unit("T", "D", "saglik_ocagi", catchment_population=14_000).filled("hemsire", 20).filled("ebe", 20)
    plan = country.plan(sets=[FEW, "A.19.a.close=true"])
    assert [row["status"] for row in rules(plan, "B.4.a.4", "S")] != ["not_applicable"]
    assert posts(plan, "ebe", "S") >= posts(plan, "pratisyen_tabip", "S")
    country.rows["units"][0]["not_ready"] = "hemsire;ebe"
    plan = country.plan(sets=[FEW, "A.19.a.close=true"])
    assert [row["status"] for row in rules(plan, "B.4.a.4", "S")] == ["not_applicable"]


@clause("A.19.a", "B.4.a.1")
def test_the_beds_of_a_closed_hospital_do_not_count_in_a_pool_by_beds() -> None:
    country = Small()
    for p in (1, 2):
        country.province(p).district(f"D{p}", p, 100_000, central=1).unit(
            f"H{p}", f"D{p}", "devlet_hastanesi", beds=30
        )
        country.unit(f"G{p}", f"D{p}", "gogus_hastanesi", beds=100)
    country.rows["units"][1]["not_ready"] = 1
    plan = country.filled("hemsire", 200).plan("hemsire", sets=["A.19.a.close=true"])
    # 240 by ETF, and 200 × 0.05 = 10 by special-branch beds, all of them to the hospital that is open.
    assert target(plan, "hemsire", 1) == pytest.approx(120)
    assert target(plan, "hemsire", 2) == pytest.approx(130)
    assert posts(plan, "hemsire", "G1") == 0


@clause("A.19.b")
def test_outpatient_load_per_physician_weighs_only_as_much_as_the_elasticity_says() -> None:
    country = one_district().filled("fizyoterapist", 104).filled("uzman.genel_cerrahi", 120)
    country.rows["units"][0]["outpatient_visits"] = 30_000
    country.rows["units"][1]["outpatient_visits"] = 10_000
    plan = country.plan()
    # 104 × 3.50 = 364 by beds: half each. Surgeons by beds: 60 each.
    assert target(plan, "fizyoterapist", "U1") == pytest.approx(182)
    plan = country.plan(sets=["A.19.b.elasticity=1"])
    # Visits per physician 500 and 166.7; province average 40,000 / 120 = 333.3; factors 1.5 and 0.5 → three to one.
    assert target(plan, "fizyoterapist", "U1") == pytest.approx(273)
    assert target(plan, "fizyoterapist", "U2") == pytest.approx(91)


@clause("A.19.c")
def test_an_access_factor_multiplies_the_weight_of_the_unit() -> None:
    country = one_district().filled("fizyoterapist", 120)
    country.rows["units"][0]["access_factor"] = 1.5
    country.rows["units"][1]["access_factor"] = 1
    plan = country.plan("fizyoterapist")
    # 120 × 3.50 = 420 as 1.5 : 1.
    assert (posts(plan, "fizyoterapist", "U1"), posts(plan, "fizyoterapist", "U2")) == (252, 168)


def test_the_marks_of_this_file_cover_section_a() -> None:
    marked = {number for value in globals().values() for number in getattr(value, "clauses", ())}
    register = [number for number in pdc.law.reading.load().clauses if number.startswith("A.")]
    assert [number for number in register if number not in marked] == []


# A.16 on top of the national number -----------------------------------------------------------------------


def towns(*people: int, filled: int) -> Small:
    """A province of districts A, B, C …, each with a hospital of 50 beds, and so many medical technologists."""
    country = Small().province(1).filled("tibbi_teknolog", filled)
    for i, count in enumerate(people):
        code = chr(ord("A") + i)
        country.district(code, 1, count, central=int(i == 0)).unit(f"H{code}", code, "devlet_hastanesi", beds=50)
    return country


@clause("A.16", shows="kept")
def test_on_top_every_district_left_at_0_gets_a_post_that_is_added_to_the_national_number() -> None:
    # 10 posts for 90, 6 and 4 of 100 people: without A.16 it is 9, 1, 0.
    country = towns(90_000, 6_000, 4_000, filled=10)
    inside = country.plan("tibbi_teknolog", sets=[FEW])
    assert [posts(inside, "tibbi_teknolog", code) for code in "ABC"] == [8, 1, 1]
    plan = country.plan("tibbi_teknolog", sets=[FEW, "A.16.posts=on_top"])
    assert [posts(plan, "tibbi_teknolog", code) for code in "ABC"] == [9, 1, 1]
    assert [target(plan, "tibbi_teknolog", code) for code in "ABC"] == [9, pytest.approx(0.6), pytest.approx(0.4)]
    national = plan.national.set_index("title").loc["tibbi_teknolog"]
    assert (national["filled"], int(national["supply"]), national["posts"]) == (10, 11, 11)
    assert [rule(plan, "A.16", code)["status"] for code in "ABC"] == ["kept", "binding", "binding"]


@clause("A.16")
def test_on_top_the_post_stands_where_the_units_of_the_district_need_it_most() -> None:
    country = towns(90_000, 10_000, filled=4)
    country.unit("K", "B", "devlet_hastanesi", beds=60).unit("L", "B", "devlet_hastanesi", beds=60)
    plan = country.plan("tibbi_teknolog", sets=[FEW, "A.16.posts=on_top"])
    assert [posts(plan, "tibbi_teknolog", code) for code in ("A", "HB", "K", "L")] == [4, 0, 1, 0]
    country.limit("capacity", "K", "tibbi_teknolog", 0)
    plan = country.plan("tibbi_teknolog", sets=[FEW, "A.16.posts=on_top"])
    assert [posts(plan, "tibbi_teknolog", code) for code in ("A", "HB", "K", "L")] == [4, 0, 0, 1]


@clause("A.16", shows="short")
def test_on_top_too_a_district_whose_units_may_have_none_stays_at_0() -> None:
    country = towns(90_000, 10_000, filled=4).limit("standards", "HB", "tibbi_teknolog", 0)
    plan = country.plan("tibbi_teknolog", sets=[FEW, "A.16.posts=on_top"])
    assert posts(plan, "tibbi_teknolog", "B") == 0
    assert rule(plan, "A.16", "B")["shortfall"] == 1


@clause("A.16")
def test_on_top_it_lapses_as_inside_where_the_country_has_fewer_posts_than_such_districts() -> None:
    country = towns(60_000, 30_000, 10_000, filled=2)
    plan = country.plan("tibbi_teknolog", sets=[FEW, "A.16.posts=on_top"])
    assert posts(plan, "tibbi_teknolog") == 2
    assert [n["level"] for n in notices(plan, "A.16")] == ["national"]


@clause("A.16", "B.3.b")
def test_gps_have_it_inside_their_band_in_either_reading() -> None:
    country = Small().province(1).filled("pratisyen_tabip", 150)
    for code, people in (("A", 438_900), ("B", 900)):
        country.district(code, 1, people, central=int(code == "A"))
        country.unit(f"S{code}", code, "saglik_ocagi", catchment_population=people)
    plans = [country.plan("pratisyen_tabip", sets=[f"A.16.posts={how}"]) for how in ("inside", "on_top")]
    assert plans[0].units.equals(plans[1].units)
    assert posts(plans[0], "pratisyen_tabip", "B") == 1


@clause("A.16")
def test_a_plan_with_posts_on_top_says_what_is_unproven_and_is_not_repaired_or_made_hard(tmp_path: Path) -> None:
    country = towns(90_000, 6_000, 4_000, filled=10)
    sets = [FEW, "A.16.posts=on_top"]
    with pytest.raises(InputError) as error:
        country.plan("tibbi_teknolog", sets=sets, options=pdc.Options(strict=True))
    assert [(fault.code, fault.column) for fault in error.value.faults] == [("scenario.later", "A.16")]
    plan = country.plan("tibbi_teknolog", sets=sets)
    assert plan.status == "optimal"
    (group,) = plan.groups
    assert group.certificate is not None
    assert not group.certificate.proven


@clause("A.16")
def test_a_district_left_at_0_is_told_with_the_reason() -> None:
    country = towns(60_000, 30_000, 10_000, filled=3).province(2).district("X", 2, 100_000, central=1)
    country.unit("HX", "X", "devlet_hastanesi", beds=50)
    country.rows["staff"][0]["filled"] = 4  # two posts for three districts
    (told,) = notices(country.plan("tibbi_teknolog", sets=[FEW]), "A.16")
    assert (told["level"], told["code"], told["posts"]) == ("district", "C", 0)
    assert "2 posts for 3 districts" in told["text"]
    country.rows["staff"][0]["filled"] = 8
    country.limit("standards", "HC", "tibbi_teknolog", 0)
    (told,) = notices(country.plan("tibbi_teknolog", sets=[FEW]), "A.16")
    assert (told["code"], "A.9" in told["text"]) == ("C", True)


@clause("A.16", "B.4.c.1.d")
def test_a_district_left_at_0_by_floors_of_earlier_tiers_is_told_so() -> None:
    # 4 posts, targets 2.4 and 1.6: four operating tables of A hold them all in tier 1.
    country = Small().province(1).filled("anestezi_teknisyeni", 4)
    country.district("A", 1, 60_000, central=1).unit("H", "A", "devlet_hastanesi", beds=100, operating_tables=4)
    country.district("B", 1, 40_000).unit("K", "B", "devlet_hastanesi", beds=50, operating_tables=1)
    plan = country.plan("anestezi_teknisyeni", sets=[FEW, "B.4.c.1.a.growth=1"])
    assert [posts(plan, "anestezi_teknisyeni", code) for code in "AB"] == [4, 0]
    (told,) = notices(plan, "A.16")
    assert told["code"] == "B"
    assert "floors of B.4.c.1.d hold the province's 4 posts" in told["text"]


@clause("A.16")
def test_the_certificate_of_a_plan_with_posts_on_top_may_be_unproven_and_of_no_other(tmp_path: Path) -> None:
    country = towns(90_000, 6_000, 4_000, filled=10)
    plan = country.plan("tibbi_teknolog", sets=[FEW, "A.16.posts=on_top"])
    folder = write(plan, tmp_path / "plan")
    (verdict,) = verify_proof(folder)
    assert (verdict.problems, verdict.unproven) == ((), "on_top")
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert summary["titles"]["tibbi_teknolog"].pop("on_top") == 1
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    assert any("unproven" in problem for verdict in verify_proof(folder) for problem in verdict.problems)
