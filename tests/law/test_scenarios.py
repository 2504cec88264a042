"""Every scenario that pdc ships loads, changes what it says, and plans a small country."""

from __future__ import annotations

import json
import tomllib
from fractions import Fraction
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pdc
from helpers.small import Small, posts
from pdc.cli import app
from pdc.country.setting import prepare
from pdc.law import reading
from pdc.law.scenario import apply
from pdc.law.shipped import load_rulebook
from pdc.law.vocabulary import vocabulary
from pdc.planning.write import write
from pdc.tables import Tables, read

FILES = sorted(pdc.scenario_folder().glob("*.toml"))


# Districts that scenarios name: Kayapınar, Antakya, Eyyübiye.
CENTRES = {21: "TR-21-011", 31: "TR-31-002", 63: "TR-63-005"}


def country(people: int = 100_000) -> Small:
    """Five provinces with a centre of so many ``people``: the fewer, the fewer numbers of GPs are tried."""
    built = Small()
    for code in (34, 19, *CENTRES):
        d = CENTRES.get(code, f"D{code}")
        built.province(code, metropolitan=int(code == 34)).district(d, code, people, central=1)
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
    _, described = apply(reading.load(), [file])
    assert bool(described.changes or described.clauses or described.edits or described.norm) == (
        file.stem != "base"
    )


@pytest.fixture(scope="module")
def builtin() -> Tables:
    return read(pdc.builtin_data(), vocabulary(reading.load()))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_shipped_scenario_fits_the_built_in_country_and_every_change_meets_a_row(
    file: Path, builtin: Tables
) -> None:
    """Codes of districts, names, columns: all of them are there."""
    setting = prepare(builtin, file)
    assert setting.warnings == builtin.warnings
    assert setting.country.sha256 == builtin.sha256


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_shipped_scenario_says_in_two_languages_what_it_asks_and_what_it_assumes(file: Path) -> None:
    content = tomllib.loads(file.read_text("utf-8"))
    for key in ("title", "text"):
        assert set(content[key]) == {"tr", "en"}
        assert all(len(text) > 10 for text in content[key].values())
    assert len(content["text"]["en"]) > 60 or file.stem == "base"
    if "data" in content or "add" in content or "remove" in content:
        assert "Varsayım" in content["text"]["tr"]
        assert "ssumption" in content["text"]["en"]


def test_there_are_at_least_fifteen_questions_beside_the_base() -> None:
    assert len(FILES) > 30


# What data changes do to the plan ------------------------------------------------------------------------


def test_with_family_medicine_everywhere_a_health_centre_gets_its_people_by_3500() -> None:
    base, changed = country(), country()
    for built in (base, changed):
        built.unit("X19", "E19", "saglik_ocagi", catchment_population=8_000)
    before = base.plan("pratisyen_tabip")
    after = changed.plan("pratisyen_tabip", scenario=[Path("family-medicine-everywhere")])
    assert not [r for r in before.rules.to_dict("records") if r["clause"] == "A.14" and r["title"]]
    required = {r["code"]: r["required"] for r in after.rules.to_dict("records") if r["clause"] == "A.14"}
    assert required["X19"] in (2, 3)  # 8,000 / 3,500 = 2.29
    # B.3.a and B.3.b still say what the province gets.
    assert posts(before, "pratisyen_tabip", 19) == posts(after, "pratisyen_tabip", 19)


def test_after_the_earthquake_hatay_has_six_tenths_of_its_beds_and_a_field_hospital() -> None:
    setting = prepare(country(people=400_000).tables(), "earthquake-hatay")
    units = setting.country.units.set_index("unit_code")
    assert units.loc[["H31", "A31", "SAHRA-31"], "beds"].tolist() == [180, 360, 300]
    assert units.loc[["H31", "H19"], "access_factor"].tolist() == [Fraction(6, 5), 1]
    assert setting.country.districts.set_index("district_code").loc["TR-31-002", "etf_population"] == 320_000


def test_new_city_hospitals_draw_specialists_to_their_provinces() -> None:
    before = country().plan("uzman.genel_cerrahi")
    after = country().plan("uzman.genel_cerrahi", scenario=[Path("two-city-hospitals")])
    assert posts(after, "uzman.genel_cerrahi", "SEHIR-21") > 0
    assert posts(after, "uzman.genel_cerrahi", "A63") < posts(before, "uzman.genel_cerrahi", "A63")
    assert posts(after, "uzman.genel_cerrahi") == posts(before, "uzman.genel_cerrahi")


def test_without_health_houses_their_midwives_stay_in_the_national_number() -> None:
    base, changed = country(), country()
    for built in (base, changed):
        built.unit("V19", "E19", "saglik_evi", catchment_population=1_500).staff("V19", "ebe", 5)
    after = changed.plan("ebe", scenario=[Path("no-health-houses")])
    assert posts(after, "ebe") == posts(base.plan("ebe"), "ebe")
    assert "V19" not in set(after.units["unit_code"])


# Names and composition -----------------------------------------------------------------------------------


def test_a_bare_name_is_a_shipped_scenario_and_a_wrong_one_gets_the_nearest() -> None:
    plan = country().plan("pratisyen_tabip", scenario=[Path("gp-2000")])
    assert plan.scenario.changes == {"B.3.a.persons_per_gp": 2000}
    with pytest.raises(pdc.InputError, match="gp-2000"):
        prepare(country().tables(), "gp-200")


def test_bricks_and_single_numbers_compose_on_the_command_line(tmp_path: Path) -> None:
    data = country().write(tmp_path / "data")
    out = tmp_path / "plan"
    result = CliRunner().invoke(
        app,
        ["plan", "--data", str(data), "--title", "eczaci", "--scenario", "pharmacist-cap-15",
         "--scenario", "norm-l1", "--set", "B.5.3.a.growth=1.4", "--out", str(out), "--lang", "en"],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["scenario"]["names"] == ["pharmacist-cap-15", "norm-l1"]
    assert summary["scenario"]["changes"] == {"B.5.3.e.most": 15, "B.5.3.a.growth": 1.4}
    assert summary["options"]["norm"] == "l1"


def test_the_command_line_beats_the_norm_of_a_scenario(tmp_path: Path) -> None:
    data = country().write(tmp_path / "data")
    arguments = ["plan", "--data", str(data), "--title", "eczaci", "--scenario", "norm-l1",
                 "--norm", "minimax", "--out", str(tmp_path / "plan")]  # fmt: skip
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))["options"]["norm"] == "minimax"


def test_scenarios_are_listed_with_title_and_text_and_found_by_a_word() -> None:
    def shown(*words: str) -> str:
        return " ".join(CliRunner().invoke(app, ["scenarios", *words]).output.split())

    every = shown("--lang", "en")
    assert all(file.stem in every for file in FILES)
    assert "gp-2000" in shown("PRATİSYEN")
    assert "earthquake" not in shown("pratisyen")
    assert "persons_per_gp = 2000" in shown("gp-2000")
    missing = CliRunner().invoke(app, ["scenarios", "gp-3000", "--lang", "en"])
    assert missing.exit_code == 2
    assert "gp-2000" in missing.output


# Rules of a scenario's own -------------------------------------------------------------------------------


def test_a_nurse_for_four_beds_frees_nurses_of_the_hospital() -> None:
    scenario = pdc.scenario_folder() / "one-nurse-per-four-beds.toml"
    changed = country().plan("hemsire", scenario=[scenario])
    rows = changed.rules[(changed.rules["clause"] == "B.4.a.8") & (changed.rules["code"] == "H34")]
    assert 63 in set(rows["required"])  # (300 − 20 − 30) / 4 = 62.5


def test_later_scenarios_win_and_one_number_beats_them_all() -> None:
    folder = pdc.scenario_folder()
    book, _ = apply(reading.load(), [folder / "specialists-by-etf.toml", folder / "specialists-by-beds.toml"])
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
        apply(reading.load(), [], [text])
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


def own_rule(folder: Path, formula: str, key: str = "amount", value: object = 4) -> Path:
    """A scenario with a floor for pharmacists whose formula is given."""
    formulas = {"where": "hospital", "amount": "least", key: formula}
    file = folder / "own.toml"
    file.write_text(
        f"""
["S.1"]
source = "commission"
tr = "kural"
en = "rule"
[["S.1".rule]]
kind = "floor"
titles = ["eczaci"]
tier = 1
where = '''{formulas["where"]}'''
amount = '''{formulas["amount"]}'''
["S.1".parameters]
least = {{ value = {value}, unit = "posts", origin = "assumption", tr = "en az", en = "least" }}
""",
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("bedss / least", "Did you mean “beds”"),
        ("ceiling(beds / least)", "Did you mean “ceil”"),
        ("beds.__class__", "not allowed"),
        ("beds.real", "not allowed"),
        ("beds[0]", "not allowed"),
        ("(lambda: 1)()", "not allowed"),
        ("[b for b in (1, 0)]", "not allowed"),
        ("ceil(beds, key=1)", "not allowed"),
        ("f'{beds}'", "not allowed"),
        ("__import__('os')", "unknown function"),
        ("eval('1')", "unknown function"),
        ("open('/etc/passwd')", "unknown function"),
        ("beds / 7", "holds the number 7"),
        ("beds +", "cannot be read"),
        ("(" * 300 + "1" + ")" * 300, "cannot be read"),
        ("-" * 200 + "beds", "nested too deeply"),
        ("+".join(["beds"] * 1000), "too long"),
    ],
)
def test_a_rule_of_ones_own_stays_inside_the_formula_language(
    tmp_path: Path, formula: str, wanted: str
) -> None:
    with pytest.raises(pdc.InputError) as error:
        apply(reading.load(), [own_rule(tmp_path, formula)])
    assert wanted in error.value.text("en")
    assert "own.toml" in error.value.text("tr")


@pytest.mark.parametrize(
    ("formula", "value", "wanted"),
    [
        ("least ** least ** least", 999_999_999, "cannot be computed"),
        ("(least ** least) ** (least ** least)", 64, "cannot be computed"),
        ("kind * least", 999_999_999, "arithmetic with a text"),
        ("beds / (least - least)", 4, "cannot be computed"),
    ],
)
def test_a_rule_that_asks_for_the_impossible_names_its_clause_and_ends(
    tmp_path: Path, formula: str, value: int, wanted: str
) -> None:
    with pytest.raises(pdc.InputError) as error:
        country().plan("eczaci", scenario=[own_rule(tmp_path, formula, value=value)])
    assert "own.toml: S.1" in error.value.text("en")
    assert wanted in error.value.text("en")


def test_rules_that_read_one_another_in_a_circle_are_an_error_that_names_the_titles() -> None:
    with pytest.raises(pdc.InputError) as error:
        country().plan(sets=["A.19.b.elasticity=1"])
    assert "pratisyen_tabip" in error.value.text("en")
    assert "önce planlanamaz" in error.value.text("tr")


def test_the_page_tells_every_change_of_the_data_and_the_measure(tmp_path: Path) -> None:
    plan = country().plan("eczaci", scenario=[Path("earthquake-hatay"), Path("norm-l1")])
    page = (write(plan, tmp_path / "plan", "en") / "report.html").read_text("utf-8")
    told = unescape(page)
    assert "access_factor = 1.2" in told
    assert "units: rows removed [kind == 'saglik_evi'" in told
    assert "unit_code SAHRA-31" in told
    assert "Measure of deviation" in told


def test_every_choice_of_the_law_has_words_in_both_languages(tmp_path: Path) -> None:
    asked = [
        (c.number, p) for c in load_rulebook().clauses.values() for p in c.parameters.values() if p.choices
    ]
    assert asked
    for clause, parameter in asked:
        assert set(parameter.choice_names) == set(parameter.choices), (clause, parameter.name)
        for code in parameter.choices:
            assert all(parameter.choice_names[code].get(lang) for lang in ("tr", "en")), (clause, code)
    text = own_rule(tmp_path, "4").read_text("utf-8")
    text += 'x = { value = "one", choices = ["one"], origin = "assumption", tr = "a", en = "a", choice_names = { oen = { tr = "bir" } } }\n'
    (tmp_path / "own.toml").write_text(text, "utf-8")
    with pytest.raises(pdc.InputError) as error:
        country().plan("eczaci", scenario=[tmp_path / "own.toml"])
    assert "oen" in error.value.text("en")
