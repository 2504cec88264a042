"""Questions that no plan can answer: refused with file and key, nothing written, and never an internal error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pdc
from pdc.cli import app
from pdc.law import reading
from pdc.law.scenario import apply

TINY = Path(__file__).parents[1] / "fuzz" / "tiny"
ON_TINY = ["--data", str(TINY), "--set", "A.3.minimum=0", "--title", "dis_tabibi", "--no-reports", "--lang", "en", "--jobs", "1"]
CLAUSE = '["Z.1"]\nsource = "x"\ntr = "x"\nen = "x"\n'


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, list(arguments))
    return found.exit_code, " ".join(found.output.split())


def refused(tmp_path: Path, text: str | bytes, name: str = "asked.toml") -> str:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    code, told = run("plan", *ON_TINY, "--scenario", str(file), "--out", str(tmp_path / "out"))
    assert (code, (tmp_path / "out").exists()) == (2, False), told
    assert name in told
    return told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1e999999999", "out of its range"), ("1e-999999999", "out of its range"), ("nan", "not a finite number"),
        ("inf", "not a finite number"), ("-inf", "not a finite number"), ("sNaN", "not a finite number"),
        ("9" * 31, "out of its range"), ("9" * 5000, "out of its range"), ("0,1234567890123456789012345678901", "at most 30 digits"),
        ("many", "expected"), ("true", "expected"), ("1.000,5", "expected"),
    ],
)  # fmt: skip
def test_a_number_that_is_none_is_refused(tmp_path: Path, value: str, told: str) -> None:
    code, text = run("plan", *ON_TINY, "--set", f"A.3.minimum={value}", "--out", str(tmp_path / "out"))
    assert (code, (tmp_path / "out").exists()) == (2, False)
    assert "--set" in text
    assert told in text


@pytest.mark.parametrize(
    "text",
    [
        '[[data]]\ntable = "staff"\nset = { filled = false }', '[[data]]\ntable = "units"\nset = { beds = "beds > 5" }',
        '[[data]]\ntable = "units"\nset = { unit = true }', '[[data]]\ntable = "districts"\nset = { latitude = true }',
        '[[add]]\ntable = "staff"\nunit_code = "TR-69-SM"\ntitle = "ebe"\nstatus = "657"\nfilled = true',
        '[[add]]\ntable = "units"\nunit_code = "N"\ndistrict_code = "TR-69-001"\nunit = true\nkind = "eah"\nbeds = false',
    ],
)  # fmt: skip
def test_true_and_false_are_no_numbers_and_no_names(tmp_path: Path, text: str) -> None:
    assert "yes or no (true, false) is given" in refused(tmp_path, text)


@pytest.mark.parametrize("name", ["gone.csv", "/nowhere/pins.csv", ".", "a\\u0000b", "x" * 300])
def test_a_table_of_pins_that_is_not_there_is_told_with_its_pin(tmp_path: Path, name: str) -> None:
    told = refused(tmp_path, f'[[pin]]\ntitle = "ebe"\nprovince = 69\nposts = 1\n[[pin]]\ntable = "{name}"')
    assert "asked.toml: pin 2: there is no table" in told


def test_a_table_that_is_emptied_names_the_change_that_does_it(tmp_path: Path) -> None:
    told = refused(tmp_path, '[[remove]]\ntable = "units"\nwhere = "beds < 1000000"')
    assert "asked.toml#remove-1: units: no row is left" in told


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("unless", "kind = 'floor'\namount = 1\ntier = 3"), ("inside", "kind = 'share'\nrate = 1\ntier = 3"),
        ("basin", "kind = 'target'"), ("inside", "kind = 'supply'\nlevel = 'unit'\neach = 1"),
        ("instead", "kind = 'supply'\nlevel = 'unit'\neach = 1"),
    ],
)  # fmt: skip
def test_what_holds_for_the_country_reads_no_column_of_a_place(tmp_path: Path, key: str, rule: str) -> None:
    head = f'{CLAUSE}[["Z.1".rule]]\ntitles = "dis_tabibi"\n{rule}\n{key} = '
    assert f"Z.1: formula of {key}: unknown name beds" in refused(tmp_path, f"{head}'beds > 0'")
    assert f"formula of {key}: unknown function" in refused(tmp_path, f"{head}'any_in_province(1 > 0)'")
    assert "gives a text" in refused(tmp_path, f"{head}\"'a'\"")


@pytest.mark.parametrize("formula", ["beds > 0", "supply > 0", "planned('ebe') > 0", "nosuch"])
def test_what_comes_later_reads_numbers_of_the_law_alone(tmp_path: Path, formula: str) -> None:
    rule = f"kind = 'floor'\ntitles = 'dis_tabibi'\namount = 1\ntier = 3\nlater = \"{formula}\""
    assert "Z.1: formula of later" in refused(tmp_path, f'{CLAUSE}[["Z.1".rule]]\n{rule}')


@pytest.mark.parametrize("name", ["nosuch", "no/such", "a\\u0000b", "x" * 300, "", "/nowhere/x"])
@pytest.mark.parametrize("key", ["rulebook", "scenarios"])
def test_a_sweep_names_what_it_asks_for_in_vain(tmp_path: Path, key: str, name: str) -> None:
    file = tmp_path / "asked.toml"
    file.write_text(f'{key} = "{name}"\n[design]\nkind = "grid"\n[[vary]]\nparameter = "B.5.1.a.growth"\nvalues = [1]', "utf-8")
    code, told = run("sweep", str(file), "--data", str(TINY), "--out", str(tmp_path / "out"), "--lang", "en")
    assert (code, (tmp_path / "out").exists()) == (2, False), told
    assert f"asked.toml: {key}: " in told
    assert "scenarios/" not in told


@pytest.mark.parametrize("value", ["-1", "-0,5"])
def test_a_negative_number_of_the_law_names_its_clause(tmp_path: Path, value: str) -> None:
    code, text = run("plan", *ON_TINY[:4], "--no-reports", "--lang", "en", "--jobs", "1",
                     "--set", f"B.5.1.a.growth={value}", "--title", "dis_tabibi", "--out", str(tmp_path / "out"))  # fmt: skip
    assert code == 2
    assert "B.5.1.a" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('set = ["B.4.a.8.beds_per_nurse=4"]', 'set: [ … ] is given; expected: a table: [set."CLAUSE"]'),
        ('set = "A.3"', "set:"), ('[set]\n"A.3" = 5', "set: A.3: 5 is given"), ("pin = 5", "[[pin]]"), ("pin = [5]", "pin 1"),
        ('[[pin]]\ntitle = 5\nprovince = 69\nposts = 1', "pin 1: title"), ("title = 5", "title: 5"), ("norm = 1", "norm: 1"),
        ("[[pin]]\ntitle = 'dis_tabibi'\nprovince = 69\nposts = 1.5", "pin 1: posts: 1.5"),
        ("[[pin]]\ntitle = 'dis_tabibi'\nprovince = true\nposts = 1", "pin 1: province: true"),
        ("[[pin]]\ntitle = 'dis_tabibi'\nprovince = 69\nposts = 1000001", "pin 1"),
        ("[set.'A.3']\nminimum = [1]", "minimum"), ("[set.'A.3']\nminimum = 'x'", "minimum"), ("data = 1", "[[data]]"),
        ("[[data]]\ntable = 1\nset = { beds = 1 }", "data 1: table"), ("[[data]]\ntable = 'units'\nset = 5", "data 1: set"),
        ("[[data]]\ntable = 'units'\nset = { beds = [1] }", "data 1: set: beds"), ("[[remove]]\ntable = 'units'\nwhere = 1", "remove 1: where"),
        ("[[add]]\ntable = 'units'\nbeds = 2026-01-01", "add 1: beds"), ("'Z.1' = 5", "Z.1"),
        (f"{CLAUSE}parameters = 1", "Z.1: parameters"), (f'{CLAUSE}rule = ["x"]', "Z.1: rule 1"), (f"{CLAUSE}rule = 1", "Z.1: rule"),
        (f"{CLAUSE}[['Z.1'.rule]]\nkind = 1", "rule 1: kind"), (f"{CLAUSE}[['Z.1'.rule]]\nkind = 'floor'\ntier = '1'", "rule 1: tier"),
        (f"{CLAUSE}[['Z.1'.rule]]\nkind = 'floor'\ntitles = [1]", "rule 1: titles"),
        (f"{CLAUSE}[['Z.1'.rule]]\nkind = 'cap'\ntitles = ['dis_tabibi']", "amount is missing"),
        (f"{CLAUSE}[['Z.1'.rule]]\nkind = 'scope'\ndefine = 'a'\nvalue = 'b'\n[['Z.1'.rule]]\nkind = 'scope'\ndefine = 'b'\nvalue = 'a'",
         "comes back to itself"),
        (f"{CLAUSE}[['Z.1'.rule]]\nkind = 'scope'\ndefine = 'beds'\nvalue = '1'", "beds stands for two things"),
        ("a = " + "[" * 5000, "nested too deeply"), ("title = " + "9" * 5000, "at most 30 digits"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_told_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("etf_population * 0,8", "a point is the decimal sign in formulas (0.8)"), ("max(beds, 0,5)", "(0.5)"), ("(beds, 1)", "only after"),
        ("()", "only after"), ("lookup(beds, 5, 0)", "no table"), ("steps(beds, 5)", "takes steps from what has none"),
        ("listed(beds, 1)", "no table"), ("'a'", "the formula gives “a”; a whole number"), ("beds if beds > 0 else 'a'", "numbers here and texts there"),
        ("unit * beds", "arithmetic with a text"), ("beds / 0", "cannot be computed"), ("min()", "cannot be computed"),
        ("1e300", "out of its range"), ("*".join(["(" + "*".join(["beds"] * 20) + ")"] * 15), "multiplies too many"), ("beds ** 999", "cannot be computed"),
        ("nan", "unknown name nan"),
    ],
)  # fmt: skip
def test_a_formula_that_gives_no_number_is_told(tmp_path: Path, formula: str, told: str) -> None:
    table = "districts" if "etf" in formula else "units"
    column = "etf_population" if table == "districts" else "beds"
    text = f'[[data]]\ntable = "{table}"\nset = {{ {column} = "{formula}" }}\n'
    assert told in refused(tmp_path, text)


def test_a_list_after_in_needs_no_space(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("[[data]]\ntable = 'units'\nwhere = 'beds in (0,1)'\nset = { beds = '1' }\n", "utf-8")
    assert apply(reading.load(), [file])[1].edits


@pytest.mark.parametrize("key", ["amount", "where"])
def test_a_rule_that_cannot_be_computed_names_its_clause(tmp_path: Path, key: str) -> None:
    rule = {"kind": "floor", "titles": ["dis_tabibi"], "amount": "1", "tier": 3, "where": "beds > 0", key: "beds / (beds - beds)"}
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in rule.items())
    assert f"Z.1: formula of {key} cannot be computed" in refused(tmp_path, f"{CLAUSE}[['Z.1'.rule]]\n{lines}\n")


@pytest.mark.parametrize(
    ("vary", "told"),
    [
        ("low = 1\nhigh = 2\nsteps = 1000000000", "steps = 1000000000 is more than can be planned"),
        ("low = nan\nhigh = 2\nsteps = 2", "vary 1: low: NaN is not a finite number"),
        ("values = [1, inf]", "vary 1: values 2"), ("values = ['x']", "minimum"), ("values = [[1]]", "minimum"), ("values = 5", "a list"),
        ("low = '1'\nhigh = 2\nsteps = 2", "vary 1: low"), ("low = 1\nhigh = 2\nsteps = 2.5", "vary 1: steps"), ("values = []", "not empty"),
    ],
)  # fmt: skip
def test_a_sweep_that_cannot_be_planned_is_told(tmp_path: Path, vary: str, told: str) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text(f"titles = ['dis_tabibi']\n[design]\nkind = 'grid'\n[[vary]]\nparameter = 'A.3.minimum'\n{vary}\n", "utf-8")
    code, text = run("sweep", str(file), "--data", str(TINY), "--jobs", "1", "--lang", "en", "--out", str(tmp_path / "out"))
    assert (code, (tmp_path / "out").exists()) == (2, False)
    assert told in text
    assert "sweep.toml" in text


def test_the_product_of_a_grid_is_bounded(tmp_path: Path) -> None:
    names = ("A.3.minimum", "B.4.a.8.beds_per_nurse", "B.5.3.b.directorate")
    vary = "".join(f"[[vary]]\nparameter = '{name}'\nlow = 1\nhigh = 90\nsteps = 90\n" for name in names)
    file = tmp_path / "sweep.toml"
    file.write_text(f"[design]\nkind = 'grid'\n{vary}", "utf-8")
    code, text = run("sweep", str(file), "--data", str(TINY), "--jobs", "1", "--lang", "en", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "scenarios = 729000 is more than can be planned" in text


TOO_MANY = ["--set", "A.3.minimum=1000000"]


# nothing to plan ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "--no-reports", *TOO_MANY], ["plan", "--no-reports", "--title", "dis_tabibi"],
        ["repair", "filled", "--no-reports", *TOO_MANY],
    ],
)  # fmt: skip
@pytest.mark.parametrize(("lang", "ways"), [("en", "there are two ways"), ("tr", "iki yol vardır")])
def test_where_nothing_is_planned_the_reason_and_both_ways_are_told(
    tmp_path: Path, arguments: list[str], lang: str, ways: str
) -> None:
    out = tmp_path / "out"
    code, text = run(*arguments, "--data", str(TINY), "--jobs", "1", "--lang", lang, "--out", str(out))
    assert (code, out.exists()) == (2, False)
    assert "A.3" in text
    assert ways in text
    assert "--set A.3.minimum=0" in text


def test_a_sweep_of_a_title_that_is_not_planned_says_so(tmp_path: Path) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text("titles = ['dis_tabibi']\n[design]\nkind = 'grid'\n[[vary]]\nparameter = 'B.5.3.a.growth'\nvalues = [1.4]\n", "utf-8")
    code, text = run("sweep", str(file), "--data", str(TINY), "--jobs", "1", "--lang", "en", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "dis_tabibi is not planned" in text


@pytest.mark.parametrize("command", [["audit", "filled"], ["compare", "filled", "filled"]])
def test_audits_of_titles_that_are_not_planned_say_why(tmp_path: Path, command: list[str]) -> None:
    code, text = run(*command, *TOO_MANY, "--data", str(TINY), "--jobs", "1", "--lang", "en", "--out", str(tmp_path / "out"))
    assert code == 0
    assert "there are two ways" in text


def test_a_plan_of_nothing_has_empty_tables() -> None:
    made = pdc.plan(TINY, titles=["dis_tabibi"], cache=False)
    assert len(made.units) == 0
    assert made.changes is not None
    assert made.reasons["dis_tabibi"].key == "few_filled"


def test_the_solver_greets_nobody(tmp_path: Path) -> None:
    arguments = ["plan", *ON_TINY, "--no-cache", "--out", str(tmp_path / "out")]
    code = f"import sys; sys.argv = ['pdc', *{arguments!r}]; from pdc.cli import main; main()"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HiGHS" not in found.stdout + found.stderr
