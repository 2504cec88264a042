"""Every recipe of docs/scenarios.md is planned, and does what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pdc
from helpers.corum import ALACA, ALACA_HOSPITAL, CENTRE, LARGE, SUNGURLU, SUNGURLU_HOSPITAL, corum
from helpers.named import ROOT
from helpers.small import posts, rules
from pdc.cli import app
from pdc.country.setting import Setting, prepare
from pdc.law import reading
from pdc.law.vocabulary import vocabulary
from pdc.tables import Tables, read

PAGE = ROOT / "docs" / "scenarios.md"
RECIPES = dict(re.findall(r"```toml\n# file: (\S+)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
FEW = ["A.3.minimum=0"]


@pytest.fixture
def recipe(tmp_path: Path) -> Callable[[str], Path]:
    def written(name: str) -> Path:
        file = tmp_path / name
        file.write_text(RECIPES[name], "utf-8")
        return file

    return written


Recipe = Callable[[str], Path]


def people(setting: Setting, code: str) -> int:
    frame = setting.country.districts.set_index("district_code")
    return int(frame.loc[code, "etf_population"])


def column(setting: Setting, unit: str, name: str) -> int:
    return int(setting.country.units.set_index("unit_code").loc[unit, name])


def test_a_number_of_the_law(recipe: Recipe) -> None:
    plan = corum().plan("hemsire", sets=FEW, scenario=[recipe("four-beds.toml")])
    # 103 ward beds: ⌈103 / 4⌉ = 26 instead of 35.
    assert 26 in [row["required"] for row in rules(plan, "B.4.a.8", SUNGURLU_HOSPITAL)]


def test_another_reading(recipe: Recipe) -> None:
    town = corum().limit("standards", SUNGURLU_HOSPITAL, "hemsire", 2)
    assert posts(town.plan("hemsire", sets=FEW), "hemsire", SUNGURLU_HOSPITAL) == 2
    plan = town.plan("hemsire", sets=FEW, scenario=[recipe("limits-for-appointments.toml")])
    assert posts(plan, "hemsire", SUNGURLU_HOSPITAL) > 2


def test_the_measure_of_deviation(recipe: Recipe) -> None:
    plan = corum().plan("hemsire", sets=FEW, scenario=[recipe("hamilton.toml")])
    assert plan.options.norm == "l1"


def test_numbers_of_the_tables(recipe: Recipe) -> None:
    setting = prepare(corum().tables(), recipe("fewer-beds.toml"))
    assert [column(setting, SUNGURLU_HOSPITAL, name) for name in ("beds", "special_beds", "khd_beds")] == [72, 5, 4]


def test_people_move_in_proportion(recipe: Recipe) -> None:
    setting = prepare(corum().tables(), recipe("people-move.toml"))
    # 20,000 by 30 to 49: 7,595 and 12,405.
    assert [people(setting, code) for code in (CENTRE, ALACA, SUNGURLU)] == [430_000, 37_595, 61_405]


def test_a_unit_more(recipe: Recipe) -> None:
    plan = corum().plan("hemsire", sets=FEW, scenario=[recipe("a-hospital.toml")])
    assert posts(plan, "hemsire", "NEW-1") > 0


def test_units_fewer(recipe: Recipe) -> None:
    setting = prepare(corum().tables(), recipe("no-health-houses.toml"))
    assert f"{ALACA}-SE01" not in set(setting.country.units["unit_code"])
    assert ALACA_HOSPITAL in set(setting.country.units["unit_code"])


def test_a_number_that_is_set(recipe: Recipe) -> None:
    plan = corum().plan("pratisyen_tabip", sets=FEW, scenario=[recipe("ministry.toml")])
    assert posts(plan, "pratisyen_tabip", 19) == 230


def test_a_clause_of_ones_own(recipe: Recipe) -> None:
    plan = corum().plan("diyetisyen", sets=FEW, scenario=[recipe("dietitians.toml")])
    assert [row["required"] for row in rules(plan, "B.5.4.f", LARGE)] == [3]


def test_every_recipe_of_the_page_is_tried_here() -> None:
    tried = set(re.findall(r'recipe\("([^"]+)"\)', Path(__file__).read_text("utf-8")))
    assert tried == set(RECIPES)


@pytest.fixture(scope="module")
def builtin() -> Tables:
    return read(pdc.builtin_data(), vocabulary(reading.load()))


@pytest.mark.parametrize("name", RECIPES)
def test_every_change_meets_a_row_of_the_built_in_country(name: str, builtin: Tables, recipe: Recipe) -> None:
    assert prepare(builtin, recipe(name)).warnings == builtin.warnings


def test_the_readme_the_help_and_the_command_lead_to_the_page() -> None:
    assert "](docs/scenarios.md)" in (ROOT / "README.md").read_text("utf-8")
    assert "docs/scenarios.md" in str(app.info.epilog)
    assert "docs/scenarios.md" in CliRunner().invoke(app, ["scenarios", "gp"]).output
