"""Sentences on a number: arithmetic that comes out, words for every column, and what people may ask."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pdc
from helpers.two_provinces import FEW, country
from pdc.cli import app
from pdc.law import reading
from pdc.planning.write import write
from pdc_common.levels import LEVELS
from pdc_common.text import LANGS, table
from pdc_reports.explain.cell import Teller
from pdc_reports.explain.formula import Parameter, Reader
from pdc_reports.explain.tables import Book, Reason, read_titles

ROOT = Path(__file__).resolve().parents[3]
TITLES = ("hemsire", "ebe", "eczaci", "pratisyen_tabip")
SPOKEN = ("amount", "weight", "rate", "each", "upper", "set", "share", "factor")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    land = country().unit("E1", "C1", "adsm", dental_chairs=9)
    land.district("C3", 19, 4_000).unit("S5", "C3", "saglik_ocagi", catchment_population=4_000)
    land.unit("H4", "C1", "devlet_hastanesi", beds=1_200).filled("dis_tabibi", 3)
    plan = land.plan(*TITLES, sets=FEW)
    return write(plan, tmp_path_factory.mktemp("told") / "plan", reports=False)


def told(folder: Path, title: str, lang: str = "en", **place: str) -> str:
    return pdc.explain(folder, title, lang=lang, **place).text()  # type: ignore[arg-type]


# words -----------------------------------------------------------------------------------------------


def test_every_column_that_a_formula_reads_has_its_words() -> None:
    book = reading.load()
    missing = set()
    for rule in book.rules:
        parameters = book.parameters_of(rule.clause)
        for key in SPOKEN:
            formula = rule.formula(key)
            for name in formula.names - set(parameters) if formula else ():
                # A word for one of two columns is told as the column it stands for.
                missing |= {name} if f"explain.column.{name}" not in table() else set()
            for name, _ in formula.calls if formula else ():
                known = name in {"ceil", "floor", "lookup", "steps", "listed"}
                missing |= set() if known or f"explain.call.{name}" in table() else {name}
    assert missing == set()


def test_every_kind_that_constrains_has_its_word() -> None:
    from pdc.rules.kinds import KINDS  # noqa: PLC0415

    assert [kind for kind in KINDS if f"explain.kind.{kind}" not in table()] == []


# formulas --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "inputs", "expected"),
    [
        ("ceil(ward_beds / per)", "ward_beds=90", "⌈servis yatağı 90 / hemşire başına yatak 3⌉"),
        ("(beds - special_beds) / per", "beds=120;special_beds=10", "(yatak 120 − özel yatak 10) / hemşire başına yatak 3"),
        ("beds - (special_beds - 1)", "beds=120;special_beds=10", "yatak 120 − (özel yatak 10 − 1)"),
        ("max(1, beds / per) * beds", "beds=1234.5", "en büyüğü (1; yatak 1.234,5 / hemşire başına yatak 3) × yatak 1.234,5"),
        ("lookup(province_code, cities)", "province_code=34", "büyük iller [plaka 34] 0,5"),
        ("planned('uzman.*') * per", "planned('uzman.*')=5", "buraya planlanan uzman tabip 5 × hemşire başına yatak 3"),
        ("a_new_word + 1", "a_new_word=7", "a new word 7 + 1"),
    ],
)  # fmt: skip
def test_a_formula_is_written_with_its_numbers_put_in(formula: str, inputs: str, expected: str) -> None:
    known = {
        ("X", "per"): Parameter("X", "per", 3, "law", "hemşire başına yatak"),
        ("X", "cities"): Parameter("X", "cities", {"34": 0.5}, "law", "büyük iller"),
    }
    reader = Reader(known, lambda code: "uzman tabip" if code == "uzman.*" else code, "tr")
    assert reader.text("X", formula, inputs) == expected


# arithmetic ------------------------------------------------------------------------------------------


def test_every_unit_target_of_a_plan_is_worked_out_in_its_sentences(folder: Path) -> None:
    book = Book.read(folder, "tr")
    for title, facts in read_titles(book, TITLES).items():
        teller = Teller(book, facts)
        for code, cell in facts.plan["unit"].items():
            lines = [*teller.target("unit", code)]
            assert lines
            assert "birlikte payından gelir" not in " ".join(lines), (title, code)
            shown = teller.n(cell.target)
            assert re.search(rf"(= |hedef ){re.escape(shown)}\b", lines[-1]), (title, code, lines[-1])


def test_the_lines_of_a_hospital_name_clauses_numbers_and_what_decides(folder: Path) -> None:
    text = told(folder, "hemsire", unit="H2")
    assert "B.4.a.8 (floor, tier 2): ⌈ward beds 40 / beds for one nurse 3⌉ = 14." in text
    assert (
        "B.4.a.11 (floor, tier 2): added on top: ⌈special beds 5 / special beds for one nurse 2⌉ = 3." in text
    )
    assert "--set B.4.a.8.beds_per_nurse=3: beds for one nurse, today 3 (law)" in text


def test_a_pharmacist_at_the_upper_limit_is_told_by_its_clause(folder: Path) -> None:
    made = pdc.explain(folder, "eczaci", unit="H4", lang="en")
    floor = next(line for part in made.parts for line in part.lines if line.startswith("B.5.3.e (floor"))
    assert floor.startswith("B.5.3.e (floor, tier 2): the least of (number by beds 12; ")
    assert made.posts is not None
    assert made.data()["shifts"]["more"] is None or made.posts < 12


def test_a_district_says_its_share_and_a_province_its_pools(folder: Path) -> None:
    district = told(folder, "hemsire", district="C2")
    assert (
        "× ETF population 30,000 / ETF population 124,000 of the districts where the title may be" in district
    )
    assert "(A.8)" in district
    assert "per cent of" in told(folder, "hemsire", province="19")
    assert "filled posts 190 × multiplier on the filled posts 1.2 = 228 posts (B.4.a.1)" in told(
        folder, "hemsire"
    )


def test_gps_say_that_the_province_numbers_are_given(folder: Path) -> None:
    assert "with the planned province numbers given" in told(folder, "pratisyen_tabip", unit="S1")


def test_where_an_order_stands_over_a_title_the_cost_is_a_lower_bound(folder: Path) -> None:
    assert "the order of B.5.3.f may cost more" in told(folder, "eczaci", unit="H1")
    assert "may cost more" not in told(folder, "hemsire", unit="H1")


def test_both_languages_say_as_much(folder: Path) -> None:
    for place in ({"unit": "H1"}, {"district": "C1"}, {"province": "19"}, {}):
        pair = [pdc.explain(folder, "hemsire", lang=lang, **place) for lang in LANGS]  # type: ignore[arg-type]
        assert next([len(p.lines) for p in made.parts] for made in pair) == [
            len(p.lines) for p in pair[1].parts
        ]


def test_a_free_number_says_so(tmp_path: Path) -> None:
    land = country()
    for code in ("T1", "T2"):
        land.unit(code, "C2", "saglik_ocagi", catchment_population=9_000)
    made = write(land.plan("hemsire", "ebe", sets=FEW), tmp_path / "plan", reports=False)
    rows = list(csv.DictReader((made / "free_cells.csv").read_text("utf-8").splitlines()))
    assert rows
    row = rows[0]
    text = told(made, row["title"], **{row["level"]: row["code"]})
    assert "At the same optimum the number could be one" in text


# asking ----------------------------------------------------------------------------------------------


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["explain", *words])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", ["Birim H2", "birim h2", "BİRİM H2", "H2"])
def test_a_place_may_be_named_as_people_write_it(folder: Path, name: str) -> None:
    code, text = run(str(folder), "--title", "hemsire", "--unit", name, "--lang", "en")
    assert code == 0
    assert text.startswith("Birim H2 (İlçe C2, Çorum): Nurse")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--title", "hemsre"), "Hemşire [hemsire]"),
        (("--title", "hemsire", "--province", "Corun"), "Çorum [19]"),
        (("--title", "hemsire", "--unit", "Birim"), "Birim H1"),
        (("--title", "hemsire", "--unit", "H1", "--province", "19"), "yalnızca biri"),
    ],
)
def test_what_the_plan_does_not_have_is_answered_by_what_is_near(
    folder: Path, words: tuple[str, ...], expected: str
) -> None:
    code, text = run(str(folder), *words)
    assert code == 2
    assert expected in text


def test_a_title_that_is_not_planned_says_why(folder: Path) -> None:
    code, text = run(str(folder), "--title", "diyetisyen", "--lang", "en")
    assert code == 0
    assert "is not in this plan" in text


def test_a_unit_where_the_title_may_not_be_names_the_clauses(folder: Path) -> None:
    code, text = run(str(folder), "--title", "eczaci", "--unit", "S1", "--lang", "en")
    assert code == 0
    assert "not planned here" in text


def test_json_holds_costs_and_what_would_change_the_number(folder: Path) -> None:
    _, text = run(str(folder), "--title", "hemsire", "--unit", "H1", "--format", "json")
    found = json.loads(text)
    assert found["shifts"]["more"]["steps"][0] == ["hemsire", "unit", "H1", 1]
    assert {"set", "value", "origin", "text", "for"} <= found["levers"][0].keys()


def test_markdown_has_its_headings(folder: Path) -> None:
    _, text = run(str(folder), "--title", "hemsire", "--unit", "H1", "--format", "md", "--lang", "en")
    assert text.startswith("# Birim H1")
    assert "## Clauses\n\n- B.4.a.8" in text


def test_a_folder_that_is_no_plan_is_told(tmp_path: Path) -> None:
    code, _ = run(str(tmp_path), "--title", "hemsire")
    assert code == 2


def test_an_answer_waits_for_neither_pandas_nor_the_solver(folder: Path) -> None:
    """``explain`` on the terminal imports only what it needs; so does ``import pdc``."""
    script = (
        "import sys; import pdc; sys.argv = ['pdc', 'explain', sys.argv[1], '--title', 'hemsire', '--unit', 'H1']\n"
        "from pdc.cli import main\n"
        "try: main()\nexcept SystemExit as done: assert not done.code\n"
        "heavy = {'pandas', 'numpy', 'pulp', 'highspy', 'matplotlib', 'jinja2'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    paths = {"PYTHONPATH": f"{ROOT / 'model'}:{ROOT / 'reports'}", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], env=paths, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_package_gives_all_its_names_and_no_others() -> None:
    assert all(getattr(pdc, name) is not None for name in pdc.__all__)
    assert set(pdc.__all__) <= set(dir(pdc))
    assert callable(pdc.explain)
    with pytest.raises(AttributeError):
        _ = pdc.nothing


def test_why_tables_have_the_columns_that_the_sentences_read() -> None:
    from pdc.rules.derivation import HEAD  # noqa: PLC0415

    assert Reason._fields == HEAD
    assert LEVELS == ("province", "district", "unit")
