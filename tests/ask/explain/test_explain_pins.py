"""Numbers that were set (A.4) or locked are told, with their file: at the place, at the places that they move."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pdc
from helpers.small import Small
from pdc.ask.handmade import read_cetvel
from pdc.ask.own_law import made_from
from pdc.ask.repair import locked, repair
from pdc.cli import app
from pdc.country.setting import prepare
from pdc.planning.write import write
from pdc_reports.explain.pack import unpack

TITLE = "uzman.goz_hastaliklari"
FEW = ["A.3.minimum=0"]
TOLD = {"tr": "{file} ile {posts} olarak sabitlenmiştir", "en": "fixed at {posts} by {file}"}
NO_LIMIT = {"tr": "Burada hiçbir sınır bağlamaz", "en": "No limit binds here"}


def country() -> Small:
    """Four hospitals in two provinces; fourteen eye doctors."""
    town = Small().province(1, "Adana").province(2, "Adıyaman")
    town.district("D1", 1, 60_000, central=1).district("D2", 1, 20_000).district("D3", 2, 40_000, central=1)
    for code, district, beds in (("H1", "D1", 200), ("H2", "D1", 100), ("H3", "D2", 50), ("H4", "D3", 150)):
        town.unit(code, district, "devlet_hastanesi", beds=beds)
    return town.filled(TITLE, 14)


def planned(place: Path, pin: str, *, reports: bool = False) -> Path:
    scenario = place / "pin.toml"
    scenario.write_text(f'[[pin]]\ntitle = "{TITLE}"\n{pin}\n', "utf-8")
    made = pdc.plan(country().tables(), scenario, sets=FEW, titles=[TITLE], cache=False)
    return write(made, place / "plan", "en", reports=reports)


def said(folder: Path, lang: str, **place: str) -> str:
    return pdc.explain(folder, TITLE, lang=lang, **place).text()  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["tr", "en"])
@pytest.mark.parametrize(
    ("pin", "own", "others"),
    [
        ("province = 1\nposts = 9", {"province": "1"}, [{"district": "D1"}, {"unit": "H3"}, {"province": "2"}, {"unit": "H4"}]),
        ('district = "D2"\nposts = 4', {"district": "D2"}, [{"unit": "H3"}, {"province": "1"}, {"district": "D1"}, {"unit": "H4"}, {}]),
        ('unit = "H4"\nposts = 1', {"unit": "H4"}, [{"district": "D3"}, {"province": "2"}, {"province": "1"}, {"unit": "H1"}, {}]),
    ],
)  # fmt: skip
def test_a_pin_is_named_at_its_place_and_at_the_places_that_it_moves(
    tmp_path: Path, pin: str, own: dict[str, str], others: list[dict[str, str]], lang: str
) -> None:
    folder = planned(tmp_path, pin)
    posts = pin.rpartition(" ")[2]
    told = TOLD[lang].format(file="pin.toml", posts=posts)
    assert f"A.4: {'sayı ' if lang == 'tr' else ''}{told}" in said(folder, lang, **own)
    for place in others:
        text = said(folder, lang, **place)
        assert told in text, place
        assert NO_LIMIT[lang] not in text


def test_pins_of_a_table_are_named_with_their_row(tmp_path: Path) -> None:
    (tmp_path / "pins.csv").write_text(f"unit_code,title,posts\nH1,{TITLE},2\nH3,{TITLE},5\n", "utf-8")
    folder = planned(tmp_path, "unit = \"H4\"\nposts = 3\n[[pin]]\ntable = \"pins.csv\"")
    assert "A.4: fixed at 5 by pins.csv:3" in said(folder, "en", unit="H3")
    everywhere = said(folder, "en", province="1")
    assert "fixed at 2 by pins.csv:2" in everywhere
    assert "fixed at 3 by pin.toml" in everywhere


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_a_lock_is_called_a_lock(tmp_path: Path, lang: str) -> None:
    setting = prepare(country().tables(), (), FEW)
    hand, lock = tmp_path / "hand.csv", tmp_path / "locked.csv"
    hand.write_text("unit_code,title,posts\n" + "".join(f"{u},{TITLE},{n}\n" for u, n in (("H1", 9), ("H2", 0), ("H3", 5), ("H4", 0))), "utf-8")  # fmt: skip
    lock.write_text(f"unit_code,title\nH1,{TITLE}\n", "utf-8")
    table = read_cetvel(str(hand), setting)
    fixed = repair(setting, table, locks=locked([lock], setting, table))
    folder = write(fixed.plan, tmp_path / "plan", reports=False)
    word = {"tr": "locked.csv:2 ile kilitlidir", "en": "Locked by locked.csv:2"}[lang]
    assert word in said(folder, lang, unit="H1")
    assert "locked.csv:2" in said(folder, lang, province="1")


def test_a_place_that_a_pin_holds_says_so_when_it_cannot_have_one_more(tmp_path: Path) -> None:
    folder = planned(tmp_path, "province = 1\nposts = 9")
    assert "A.4, pin.toml: Adana is fixed at 9" in said(folder, "en", province="1")


def test_the_page_says_it_too(tmp_path: Path) -> None:
    folder = planned(tmp_path, "province = 1\nposts = 9", reports=True)
    page = (folder / "report.html").read_text("utf-8")
    texts = [part for part in page.split('"') if len(part) > 500 and part.startswith("H4sI")]
    texts = texts or [part.partition("<")[0].strip() for part in page.split(">") if part.strip().startswith("H4sI")]
    cells = {key: groups for text in texts for key, groups in unpack(text).items()}
    lines = [line for group in cells[f"{TITLE}|province|1"] for line in group]
    assert any("A.4: fixed at 9 by pin.toml" in line for line in lines)
    assert any("fixed at 9 by pin.toml" in line for group in cells[f"{TITLE}|province|2"] for line in group)


def test_the_factor_of_a_province_stands_in_its_share(tmp_path: Path) -> None:
    town = country()
    town.rows["provinces"][1]["population_factor"] = "1.05"
    town.filled("eczaci", 20)
    made = pdc.plan(town.tables(), sets=FEW, titles=["eczaci"], cache=False)
    folder = write(made, tmp_path / "plan", reports=False)
    text = pdc.explain(folder, "eczaci", province="2", lang="en").text()
    assert "(by ETF population × 1.05, the factor of A.18.b; " in text
    assert "the factor of A.18.b" not in pdc.explain(folder, "eczaci", province="1", lang="en").text()


def test_the_page_says_which_filled_posts_it_counts(tmp_path: Path) -> None:
    town = country().filled("eczaci", 20).staff("H1", "eczaci", 7)
    made = pdc.plan(town.tables(), sets=FEW, titles=["eczaci"], cache=False)
    folder = write(made, tmp_path / "plan", "en")
    page = (folder / "report.html").read_text("utf-8")
    filled = int(made.national.set_index("title").loc["eczaci", "filled"])
    assert f"filled in these titles: {filled} in all, 7 with a unit" in page
    assert "Filled posts (with a unit)" in page
    assert "Filled posts (in all)" in page


def test_the_command_names_the_pin(tmp_path: Path) -> None:
    folder = planned(tmp_path, "province = 1\nposts = 9")
    done = CliRunner().invoke(app, ["explain", str(folder), "--title", TITLE, "--province", "1", "--format", "json", "--lang", "en"])  # fmt: skip
    assert done.exit_code == 0, done.output
    lines = [line for part in json.loads(done.output)["parts"] for line in part["lines"]]
    assert any(line.startswith("A.4: fixed at 9 by pin.toml") for line in lines)


@pytest.mark.parametrize("way", ["pins.csv", "deep/er/pins.csv", "../pins.csv", "../../beside/pins.csv", "./pins.csv"])
def test_tables_of_pins_go_with_the_plan_so_that_it_can_be_asked_again(tmp_path: Path, way: str) -> None:
    """Two scenarios, each with a table of pins of its own; afterwards both files are gone."""
    data = country().write(tmp_path / "data")
    files = []
    for number, code in enumerate(("H3", "H4")):
        file = tmp_path / "a" / str(number) / "b" / "c" / "own.toml"
        table = file.parent / way
        for path in (file, table):
            path.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'[[pin]]\ntable = "{way}"\n', "utf-8")
        table.write_text(f"unit_code,title,posts\n{code},{TITLE},{number + 1}\n", "utf-8")
        files.append(file)
    made = pdc.plan(data, files, sets=FEW, titles=[TITLE], cache=False)
    assert {path for path in made.inputs if path.suffix == ".csv"} == {(file.parent / way) for file in files}
    folder = write(made, tmp_path / "plan", reports=False)
    shutil.rmtree(tmp_path / "a")
    own = made_from(folder)
    assert own is not None
    again = prepare(data, own.files, own.sets)
    assert [(pin.code, pin.posts) for pin in again.scenario.pins] == [("H3", 1), ("H4", 2)]


def test_a_table_of_pins_with_a_whole_path_stays_where_it_is(tmp_path: Path) -> None:
    table = tmp_path / "pins.csv"
    table.write_text(f"unit_code,title,posts\nH3,{TITLE},2\n", "utf-8")
    (tmp_path / "own.toml").write_text(f'[[pin]]\ntable = "{table}"\n', "utf-8")
    made = pdc.plan(country().write(tmp_path / "data"), tmp_path / "own.toml", sets=FEW, titles=[TITLE])
    folder = write(made, tmp_path / "plan", reports=False)
    assert sorted(path.name for path in (folder / "scenario").rglob("*")) == ["own.toml"]
    own = made_from(folder)
    assert own is not None
    assert [pin.posts for pin in prepare(tmp_path / "data", own.files, own.sets).scenario.pins] == [2]
