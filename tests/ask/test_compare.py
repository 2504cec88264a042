"""Two tables beside one another: each plan by its own law and data, common titles alone, B − A what B adds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import pdc
from helpers.small import Small
from pdc.ask.compare import compare, compare_tables, write_comparison
from pdc.ask.handmade import read_cetvel
from pdc.base.faults import InputError
from pdc.cli import app
from pdc.country.setting import prepare
from pdc.planning.write import write
from pdc_reports.figures.maps import DIVERGING, differing

GREY = DIVERGING[3]
NEW = """
[[add]]
table = "units"
unit_code = "NEW"
district_code = "D19"
unit = "Yeni Hastane"
kind = "devlet_hastanesi"
beds = 300
special_beds = 30
khd_beds = 20
"""
GONE = """
[[remove]]
table = "units"
where = "unit_code == 'K19'"
"""
MORE_BEDS = """
[[data]]
table = "units"
where = "beds > 0"
set = { beds = "beds * 2" }
"""
DISTRICT = """
[[add]]
table = "districts"
district_code = "N19"
province_code = 19
district = "Yenice"
etf_population = 40000
central = 0
[[add]]
table = "units"
unit_code = "NEW"
district_code = "N19"
unit = "Yeni Hastane"
kind = "devlet_hastanesi"
beds = 300
special_beds = 30
khd_beds = 20
"""


def country() -> Small:
    built = Small()
    for code, name in ((19, "Çorum"), (5, "Amasya")):
        built.province(code, name).district(f"D{code}", code, 200_000 + code, central=1)
        built.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
        built.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=350, special_beds=40, khd_beds=30)
        built.unit(f"K{code}", f"D{code}", "devlet_hastanesi", beds=150, special_beds=40, khd_beds=30)
    return built.filled("eczaci", 120).filled("diyetisyen", 110)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    country().write(tmp_path / "data")
    for name, text in {"new": NEW, "gone": GONE, "beds": MORE_BEDS, "district": DISTRICT}.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(name: str, *scenarios: str, titles: tuple[str, ...] = ("eczaci",), sets: tuple[str, ...] = ()) -> Path:
    made = pdc.plan("data", [f"{s}.toml" for s in scenarios], titles=titles, sets=sets, cache=False)
    return write(made, Path(name), "en", reports=False)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert "Traceback" not in result.output
    return result.exit_code, " ".join(result.output.split())


def posts(folder: Path) -> dict[str, int]:
    frame = pd.read_csv(folder / "plan_units.csv", dtype={"unit_code": str})
    return dict(zip(frame["unit_code"], frame["posts"], strict=True))


# own law ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scenario", "code"), [("new", "NEW"), ("district", "NEW"), ("gone", "K19")])
@pytest.mark.parametrize("turned", [False, True])
def test_a_unit_that_only_one_has_is_a_row(here: Path, scenario: str, code: str, turned: bool) -> None:
    folders = [planned("plain"), planned("other", scenario)]
    a, b = folders[::-1] if turned else folders
    made = compare(a, b)
    rows = made.differences("unit").set_index("unit_code")
    left, right = posts(a).get(code, 0), posts(b).get(code, 0)
    alone = "b" if (scenario != "gone") != turned else "a"
    assert rows.loc[code, ["a", "b", "difference", "only"]].tolist() == [left, right, right - left, alone]
    assert set(rows["only"]) <= {"", alone}
    assert made.to_dict("en")["posts"] == {"a": sum(posts(a).values()), "b": sum(posts(b).values())}
    assert made.to_dict("en")["only_places"]["unit"][alone] == [code]


def test_the_case_on_the_terminal_and_on_the_page(here: Path) -> None:
    planned("a")
    planned("b", "new")
    code, text = run("compare", "a", "b", "--data", "data", "--lang", "en", "--out", "c")
    assert code == 0, text
    assert "A (a) is measured by its own law and data: base scenario; data data" in text
    assert "B (b) is measured by its own law and data: new; data data" in text
    page = (here / "c" / "difference.html").read_text("utf-8")
    assert "Yeni Hastane, Çorum (in B only)" in page
    assert "measured by its own law and data: new" in page
    told = json.loads((here / "c" / "compare_summary.json").read_text("utf-8"))
    assert told["law"]["b"]["scenario"] == ["new"]
    short = [sum(c["short"] for c in told["common"][side]["clauses"].values()) for side in ("a", "b")]
    own = [pd.read_csv(Path(side) / "rules.csv", keep_default_na=False) for side in ("a", "b")]
    assert short == [int((frame["status"] == "short").sum()) for frame in own]


def test_each_is_measured_by_the_numbers_that_it_was_planned_by(here: Path) -> None:
    a, b = planned("a"), planned("b", sets=("B.5.3.b.directorate=9",))
    made = compare(a, b)
    for side, folder in ((made.a, a), (made.b, b)):
        frame = pd.read_csv(folder / "rules.csv", keep_default_na=False, dtype=str)
        frame = frame[(frame["clause"] == "B.5.3.b") & (frame["title"] != "")]
        own = [f for f in side.findings if f.clause == "B.5.3.b"]
        assert sorted(str(f.required) for f in own) == sorted(frame["required"])
    assert [law.source for law in made.laws] == ["own", "own"]


def test_data_that_a_scenario_changes_are_those_of_that_plan_alone(here: Path) -> None:
    made = compare(planned("a"), planned("b", "beds"))
    beds = [side.setting.country.units["beds"].tolist() for side in (made.a, made.b)]
    assert beds[1] == [2 * n for n in beds[0]]


def test_a_scenario_is_carried_as_it_was(here: Path) -> None:
    a, b = planned("a"), planned("b", "new")
    (here / "new.toml").write_text("no scenario any more [", "utf-8")
    assert "NEW" in set(compare(a, b).differences("unit")["unit_code"])


def test_two_scenarios_of_one_name_are_both_carried(here: Path) -> None:
    (here / "more").mkdir()
    shutil.copy("gone.toml", "more/new.toml")
    made = pdc.plan("data", ["new.toml", "more/new.toml"], titles=["eczaci"], cache=False)
    b = write(made, Path("b"), "en", reports=False)
    assert set(compare(planned("a"), b).differences("unit")["unit_code"]) >= {"NEW", "K19"}


def test_pins_and_their_table_are_not_needed_to_measure(here: Path) -> None:
    (here / "pin.toml").write_text('[[pin]]\ntable = "pins.csv"\n', "utf-8")
    (here / "pins.csv").write_text("province_code,title,posts\n19,eczaci,70\n", "utf-8")
    a, b = planned("a"), planned("b", "pin")
    (here / "pins.csv").unlink()
    rows = compare(a, b).differences("province").set_index("place")
    assert rows.loc["Çorum", "b"] == 70


def test_a_table_beside_a_plan_is_measured_by_the_law_of_the_plan(here: Path) -> None:
    planned("b", "new")
    code, text = run("compare", "filled", "b", "--lang", "en", "--out", "c")
    assert code == 0, text
    assert "A (filled) is measured by the law of the plan beside it: new; data data" in text
    (here / "hand.csv").write_text("İl;Eczacı\nÇorum;70\nAmasya;74\n", "utf-8")
    code, text = run("compare", "hand.csv", "b", "--data", "data", "--lang", "en", "--out", "c")
    assert code == 0, text
    assert "A (hand.csv) is measured by the law that was given: base scenario" in text


def test_what_is_given_and_not_used_is_told(here: Path) -> None:
    planned("a")
    planned("b")
    code, text = run("compare", "a", "b", "--scenario", "beds.toml", "--lang", "en", "--out", "c")
    assert code == 0, text
    assert "were not used" in text
    code, text = run("compare", "a", "b", "--lang", "tr", "--out", "c")
    assert "kullanılmadı" not in text


def test_the_same_law_for_both_on_demand(here: Path) -> None:
    a, b = planned("a"), planned("b")
    made = compare(a, b, "data", "beds.toml", same_law=True)
    assert made.a.setting.scenario.names == made.b.setting.scenario.names == ("beds",)
    planned("c", "new")
    code, text = run("compare", "a", "c", "--data", "data", "--same-law", "--lang", "en", "--out", "o")
    assert code == 2
    assert "NEW" in text
    assert "--scenario c/scenario/new.toml" in text


def test_a_plan_of_an_older_pdc_is_measured_by_what_is_given(here: Path) -> None:
    a, b = planned("a"), planned("b")
    for folder in (a, b):
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
        del summary["made_from"]
        (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    made = compare(a, b, "data")
    assert [law.source for law in made.laws] == ["given", "given"]
    assert made.differences().empty


# data that are no longer there --------------------------------------------------------------------------


def test_data_that_are_gone_are_asked_for_and_taken_from_elsewhere(here: Path) -> None:
    planned("a")
    planned("b", "new")
    (here / "data").rename(here / "moved")
    code, text = run("compare", "a", "b", "--lang", "en", "--out", "c")
    assert code == 2
    assert str(here / "data") in text
    assert "--data" in text
    assert "--same-law" in text
    assert text.count("are not found") == 2
    code, text = run("compare", "a", "b", "--data", "moved", "--lang", "en", "--out", "c")
    assert code == 0, text


def test_data_that_have_changed_are_not_taken_for_those_of_then(here: Path) -> None:
    planned("a")
    planned("b")
    country().unit("X", "D5", "devlet_hastanesi", beds=500).write(here / "data")
    code, text = run("compare", "a", "b", "--lang", "en", "--out", "c")
    assert code == 2
    assert "have changed" in text
    country().write(here / "then")
    assert run("compare", "a", "b", "--data", "then", "--out", "c")[0] == 0
    assert run("compare", "a", "b", "--data", "data", "--same-law", "--out", "c")[0] == 0


@pytest.mark.parametrize(
    "made", [{"data": "x"}, {"data": "", "rulebook": "", "scenario": ["scenario/none.toml"], "set": []},
             {"data": "", "rulebook": "", "scenario": ["../new.toml"], "set": []},
             {"data": "", "rulebook": "", "scenario": 3, "set": []}],
)  # fmt: skip
def test_a_damaged_record_is_told(here: Path, made: dict[str, object]) -> None:
    a, b = planned("a"), planned("b")
    summary = json.loads((b / "summary.json").read_text("utf-8"))
    (b / "summary.json").write_text(json.dumps(summary | {"made_from": made}), "utf-8")
    with pytest.raises(InputError, match="record"):
        compare(a, b)


def test_a_law_that_has_changed_since_is_told(here: Path) -> None:
    a, b = planned("a"), planned("b")
    summary = json.loads((b / "summary.json").read_text("utf-8"))
    summary["rulebook"]["sha256"] = "0" * 64
    (b / "summary.json").write_text(json.dumps(summary), "utf-8")
    made = compare(a, b)
    assert [law.changed for law in made.laws] == [False, True]
    assert "changed since" in made.to_dict("en")["law_lines"][1]
    assert "değişmiş" in made.to_dict("tr")["law_lines"][1]


@pytest.mark.parametrize("command", ["audit", "repair"])
def test_a_plan_of_a_scenario_read_by_another_law_says_how_its_own_is_given(here: Path, command: str) -> None:
    planned("b", "new")
    code, text = run(command, "b", "--data", "data", "--lang", "en", "--out", "o")
    assert code == 2
    assert "--scenario b/scenario/new.toml" in text
    code, text = run(command, "b", "--data", "data", "--scenario", "b/scenario/new.toml", "--out", "o")
    assert code == 0, text


# what is compared ---------------------------------------------------------------------------------------


def test_deviations_and_clauses_are_those_of_common_titles(here: Path) -> None:
    a, b = planned("a", titles=("eczaci", "diyetisyen")), planned("b")
    made = compare(a, b)
    assert made.titles == ("eczaci",)
    assert made.deviation("a") == pytest.approx(made.deviation("b"))
    assert made.clauses("a") == made.clauses("b")
    assert len(made.a.titles) == 2
    assert {f.title for f in made.common["a"].findings} <= {"", "eczaci"}
    told = made.to_dict("en")
    assert told["only_titles"] == {"a": ["diyetisyen"], "b": []}
    assert told["common"]["a"] == told["common"]["b"]
    write_comparison(made, here / "c", "en")
    code, text = run("compare", a, b, "--lang", "en", "--out", "d")
    assert code == 0
    row = text[text.index("Deviation, units") :].split("│")
    assert row[1].strip() == row[2].strip()


def test_the_difference_is_what_b_adds(here: Path) -> None:
    setting = prepare("data")
    for name, text in {"a": "Çorum;10\nAmasya;0\n", "b": "Çorum;13\nAmasya;4\n"}.items():
        (here / f"{name}.csv").write_text(f"İl;Eczacı\n{text}", "utf-8")
    made = compare_tables(setting, read_cetvel("a.csv", setting), read_cetvel("b.csv", setting))
    rows = made.differences().set_index("place")
    assert rows.loc["Çorum", ["difference", "share"]].tolist() == [3, "0.300000"]
    assert rows.loc["Amasya", ["difference", "share"]].tolist() == [4, ""]
    page = write_comparison(made, here / "c", "en") / "difference.html"
    text = page.read_text("utf-8")
    assert "B − A" in text
    assert "A − B" not in text
    assert "(+3)" in text


def test_places_that_one_table_does_not_give_are_not_compared(here: Path) -> None:
    planned("b", "new")
    (here / "hand.csv").write_text("İl;Eczacı\nAmasya;60\n", "utf-8")
    made = compare("hand.csv", "b", "data")
    assert set(made.differences()["place"]) <= {"Amasya"}
    assert made.to_dict("en")["only_provinces"] == {"a": [], "b": ["19"]}


# the map ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [[9.0] * 81, [-9.0] * 81, [0.004] * 5, [1e6] * 3, [9.0, np.nan, 9.0]])
def test_a_difference_that_is_the_same_everywhere_is_not_grey(values: list[float]) -> None:
    found = differing(np.array(values), "en")
    shown = [found.colours[c] for c, v in zip(found.of, values, strict=True) if not np.isnan(v)]
    assert GREY not in shown
    assert len(set(shown)) == 1
    side = DIVERGING[4:] if values[0] > 0 else DIVERGING[:3]
    assert shown[0] in side
    assert [c for c, v in zip(found.of, values, strict=True) if np.isnan(v)] == [-1] * int(np.isnan(values).sum())


def test_nine_per_cent_more_everywhere_is_in_classes_of_its_own() -> None:
    rates = np.linspace(40, 400, 81)
    found = differing(0.09 * rates, "tr")
    assert GREY not in {found.colours[c] for c in found.of}
    assert len(set(found.of)) == 3


def test_no_difference_is_grey_and_nothing_else_is() -> None:
    values = np.array([0.0, 0.2, -0.2, 3.0, -3.0, 40.0, -40.0, 0.0])
    found = differing(values, "en")
    for value, of in zip(values, found.of, strict=True):
        assert (found.colours[of] == GREY) == (value == 0)
    order = [found.of[i] for i in np.argsort(values, kind="stable")]
    assert order == sorted(order)
    assert len(found.labels) == len(found.colours)
    assert differing(np.zeros(4), "en").colours == (GREY,)
    assert differing(np.array([np.nan]), "en").of == (-1,)


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_map_of_the_page_is_not_grey_where_all_grew_alike(here: Path, lang: str) -> None:
    setting = prepare("data")
    for name, text in {"a": "Çorum;100\nAmasya;100\n", "b": "Çorum;109\nAmasya;109\n"}.items():
        (here / f"{name}.csv").write_text(f"İl;Eczacı\n{text}", "utf-8")
    made = compare_tables(setting, read_cetvel("a.csv", setting), read_cetvel("b.csv", setting))
    page = (write_comparison(made, here / "c", lang) / "difference.html").read_text("utf-8")  # type: ignore[arg-type]
    assert f"style=\"fill:{GREY}\"" not in page
