"""Repairs, kept tables, locks, pins from a table and the paradox guard, as an analyst meets them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import pdc
from helpers.small import Small, posts
from pdc.ask.handmade import read_cetvel
from pdc.ask.plan import monotone
from pdc.ask.repair import locked, repair
from pdc.ask.verify import differences
from pdc.base.errors import MovesError
from pdc.cli import app
from pdc.country.setting import prepare
from pdc.planning.plan import plan_setting
from pdc.planning.write import write
from pdc.proof.verify import verify_proof

EYE = "uzman.goz_hastaliklari"
FEW = ["A.3.minimum=0"]


def country() -> Small:
    """Four hospitals in two provinces; fourteen eye doctors."""
    town = Small().province(1, "Adana").province(2, "Adıyaman")
    town.district("D1", 1, 60_000, central=1).district("D2", 1, 20_000).district("D3", 2, 40_000, central=1)
    for code, district, beds in (("H1", "D1", 200), ("H2", "D1", 100), ("H3", "D2", 50), ("H4", "D3", 150)):
        town.unit(code, district, "devlet_hastanesi", beds=beds)
    return town.filled(EYE, 14)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return country().write(folder)


def table(folder: Path, numbers: dict[str, int], title: str = EYE) -> Path:
    path = folder / "hand.csv"
    rows = [f"{unit},{title},{n}" for unit, n in numbers.items()]
    path.write_text("\n".join(["unit_code,title,posts", *rows]) + "\n", "utf-8")
    return path


def pinned(folder: Path, unit: str, number: int) -> Path:
    path = folder / "pin.toml"
    path.write_text(f'[[pin]]\ntitle = "{EYE}"\nunit = "{unit}"\nposts = {number}\n', "utf-8")
    return path


def numbers(frame: pd.DataFrame, column: str = "posts") -> dict[str, int]:
    return dict(zip(frame["unit_code"], frame[column].tolist(), strict=True))


def test_a_lawful_table_needs_no_repair(data: Path, tmp_path: Path) -> None:
    setting = prepare(data, (), FEW)
    made = plan_setting(setting, [EYE], pdc.Options(norm="webster"))
    given = table(tmp_path, numbers(made.units[made.units["title"] == EYE]))
    fixed = repair(setting, read_cetvel(str(given), setting))
    assert fixed.moved == 0
    assert len(fixed.changes()) == 0
    assert len(fixed.moves_frame()) == 0


def test_the_moves_lead_from_the_given_table_to_the_lawful_one(data: Path, tmp_path: Path) -> None:
    setting = prepare(data, (), FEW)
    given = {"H1": 14, "H2": 0, "H3": 0, "H4": 0}
    fixed = repair(setting, read_cetvel(str(table(tmp_path, given)), setting))
    now = dict(given)
    for row in fixed.moves_frame().to_dict("records"):
        now[row["from"]] -= row["posts"]
        now[row["to"]] += row["posts"]
    after = {
        code: int(n) for code, n in zip(setting.country.codes("unit"), fixed.plan.posts(EYE), strict=True)
    }
    assert now == after
    assert fixed.moved == sum(max(0, after[unit] - given[unit]) for unit in given)
    assert fixed.plan.status == "optimal"


def test_only_the_best_moves_are_listed_when_asked(data: Path, tmp_path: Path) -> None:
    setting = prepare(data, [pinned(tmp_path, "H4", 5)], FEW)
    fixed = repair(setting, read_cetvel(str(table(tmp_path, {"H1": 14, "H2": 0, "H3": 0, "H4": 0})), setting))
    assert fixed.moves_frame(1)["posts"].sum() == 1
    assert fixed.moved == 6  # five that the pin asks for, and one for the district that has none (A.16)
    assert fixed.moves_frame(1)["mends"].iloc[0] == fixed.moves_frame()["mends"].iloc[0]


def test_a_locked_cell_stays_as_it_is_given(data: Path, tmp_path: Path) -> None:
    setting = prepare(data, (), FEW)
    cetvel = read_cetvel(str(table(tmp_path, {"H1": 9, "H2": 0, "H3": 5, "H4": 0})), setting)
    lock = tmp_path / "locks.csv"
    lock.write_text(f"unit_code,title\nH1,{EYE}\n", "utf-8")
    fixed = repair(setting, cetvel, locks=locked([lock], setting, cetvel))
    assert posts(fixed.plan, EYE, "H1") == 9


def test_a_lock_on_nothing_is_a_fault(data: Path, tmp_path: Path) -> None:
    setting = prepare(data, (), FEW)
    cetvel = read_cetvel(str(table(tmp_path, {"H1": 14, "H2": 0, "H3": 0, "H4": 0})), setting)
    lock = tmp_path / "locks.csv"
    lock.write_text(f"unit_code,title\nH9,{EYE}\n", "utf-8")
    with pytest.raises(pdc.InputError):
        locked([lock], setting, cetvel)


@pytest.mark.parametrize("moves", [0, 1, 2, 3, 5, 8, 13])
def test_no_more_posts_move_than_allowed(data: Path, tmp_path: Path, moves: int) -> None:
    given = {"H1": 14, "H2": 0, "H3": 0, "H4": 0}
    made = pdc.plan(data, sets=FEW, titles=[EYE], keep=str(table(tmp_path, given)), moves=moves)
    after = numbers(made.units[made.units["title"] == EYE])
    assert sum(max(0, after[unit] - n) for unit, n in given.items()) <= moves


def test_with_moves_enough_the_kept_plan_is_the_plan(data: Path, tmp_path: Path) -> None:
    given = table(tmp_path, {"H1": 14, "H2": 0, "H3": 0, "H4": 0})
    free = pdc.plan(data, sets=FEW, titles=[EYE])
    kept = pdc.plan(data, sets=FEW, titles=[EYE], keep=str(given), moves=14)
    assert free.units.equals(kept.units)


def test_too_few_moves_for_a_hard_rule_say_how_many_it_takes(data: Path, tmp_path: Path) -> None:
    pins = pinned(tmp_path, "H4", 5)
    given = table(tmp_path, {"H1": 14, "H2": 0, "H3": 0, "H4": 0})
    with pytest.raises(MovesError) as error:
        pdc.plan(data, [pins], sets=FEW, titles=[EYE], keep=str(given), moves=2)
    assert error.value.needed == 5


def test_pins_can_stand_in_a_table_beside_the_scenario(data: Path, tmp_path: Path) -> None:
    scenario = tmp_path / "pinned.toml"
    scenario.write_text('[[pin]]\ntable = "pins.csv"\n', "utf-8")
    title = next(t.name["tr"] for t in prepare(data, (), FEW).rulebook.titles if t.code == EYE)
    (tmp_path / "pins.csv").write_text(f"unit_code;title;posts\nH2;{title};4\n", "utf-8")
    assert posts(pdc.plan(data, [scenario], sets=FEW, titles=[EYE]), EYE, "H2") == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit_code,title\nH2,hemsire\n", "not the head of a table of pins"),
        ("unit_code,title,posts\nH2,hemsre,4\n", "hemsire"),
        ("unit_code,title,posts\nH2,hemsire,four\n", "a whole number"),
    ],
)
def test_a_bad_table_of_pins_says_where(data: Path, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "pins.csv").write_text(text, "utf-8")
    scenario = tmp_path / "pinned.toml"
    scenario.write_text('[[pin]]\ntable = "pins.csv"\n', "utf-8")
    with pytest.raises(pdc.InputError) as error:
        prepare(data, [scenario], FEW)
    assert words in error.value.text("en")
    assert "pins.csv:" in error.value.text("en")


def test_webster_takes_no_post_from_anybody_when_the_pool_grows(data: Path) -> None:
    setting = prepare(data, (), FEW)
    made = plan_setting(setting, [EYE], pdc.Options(norm="webster"))
    assert len(monotone(setting, made)) == 0


def test_hamiltons_paradox_is_found_and_named() -> None:
    """6 : 6 : 2 with 10 and 11 posts: the third has 2, then 1 (Balinski and Young, 1975)."""
    town = Small()
    for code, part in enumerate((6, 6, 2), 1):
        town.province(code).district(f"D{code}", code, 100_000 * part, central=1)
        town.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=100 * part)
    town.filled(EYE, 10)
    setting = prepare(town.tables(), (), FEW)
    made = plan_setting(setting, [EYE], pdc.Options(norm="l1"))
    losers = monotone(setting, made)
    province = losers[losers["level"] == "province"]
    name = setting.country.place_names["province"][2]
    assert province[["code", "place", "posts", "grown"]].to_numpy().tolist() == [["3", name, 2, 1]]
    webster = plan_setting(setting, [EYE], pdc.Options(norm="webster"))
    assert len(monotone(setting, webster)) == 0


def test_the_commands_write_what_they_found(data: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    given = table(tmp_path, {"H1": 14, "H2": 0, "H3": 0, "H4": 0})
    common = ["--data", str(data), "--set", FEW[0], "--no-reports", "--lang", "en"]
    done = runner.invoke(
        app,
        [
            "repair",
            str(given),
            *common,
            "--out",
            str(tmp_path / "r"),
            "--moves",
            "2",
            "--scenario",
            str(pinned(tmp_path, "H4", 5)),
        ],
    )
    assert done.exit_code == 0, done.output
    assert "Posts moved" in done.output
    moves = pd.read_csv(tmp_path / "r" / "moves.csv")
    assert moves["posts"].sum() == 2
    assert (tmp_path / "r" / "repair.csv").is_file()
    plan = ["plan", *common, "--title", EYE, "--out", str(tmp_path / "p")]
    assert runner.invoke(app, [*plan, "--keep", str(given)]).exit_code == 2
    kept = runner.invoke(app, [*plan, "--keep", str(given), "--change-at-most", "3", "--check-monotone"])
    assert kept.exit_code == 0, kept.output
    assert (tmp_path / "p" / "monotone.csv").is_file()


def test_a_kept_plan_says_in_its_summary_what_it_was_kept_near_to(data: Path, tmp_path: Path) -> None:
    given = table(tmp_path, {"H1": 14, "H2": 0, "H3": 0, "H4": 0})
    made = pdc.plan(data, sets=FEW, titles=[EYE], keep=str(given), moves=3)
    write(made, tmp_path / "plan", reports=False)
    assert made.to_dict()["options"]["kept"] == {"level": "unit", "moves": 3}


@pytest.fixture
def near_plan(data: Path, tmp_path: Path) -> Path:
    given = table(tmp_path, {"H1": 14, "H2": 0, "H3": 0, "H4": 0})
    made = pdc.plan(data, sets=FEW, titles=[EYE], keep=str(given), moves=3)
    return write(made, tmp_path / "near", reports=False)


def test_a_plan_near_a_table_is_proven_from_its_folder_and_from_the_tables(
    near_plan: Path, data: Path
) -> None:
    (verdict,) = verify_proof(near_plan)
    assert verdict.proven
    assert "kept_table" in verdict.given
    assert differences(near_plan, data, sets=FEW) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a price of a move", lambda near: near["price"].update({EYE: "0 0 0 0 0 0 0"})),
        ("the moves", lambda near: near.update(moves=4)),
        ("the table", lambda near: near["table"][EYE].update(H1=13, H2=1)),
        ("no price", lambda near: near["price"].clear()),
    ],
)
def test_a_forged_certificate_near_a_table_is_found(near_plan: Path, name: str, change: Any) -> None:
    path = near_plan / "near" / f"{EYE}.json.gz"
    content = json.loads(gzip.decompress(path.read_bytes()))
    change(content["near"])
    path.write_bytes(gzip.compress(json.dumps(content).encode("utf-8")))
    (verdict,) = verify_proof(near_plan)
    assert verdict.problems, name
