"""The scenario "none, or at least two": nobody works alone, and an analyst sees what it costs."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import pytest

import pdc
from helpers.small import Small
from pdc.ask.handmade import read_cetvel
from pdc.ask.repair import repair
from pdc.country.setting import prepare
from pdc.program.value import deviation

SCENARIO = pdc.scenario_folder() / "none-or-two.toml"
BEDS = {"A1": 100, "A2": 60, "A3": 40, "B1": 90, "B2": 30}


def country(filled: int) -> Small:
    built = Small()
    for code, etf in ((1, 50_000), (2, 40_000)):
        built.province(code).district(f"D{code}", code, etf, central=1)
    for unit, beds in BEDS.items():
        built.unit(unit, "D1" if unit[0] == "A" else "D2", "devlet_hastanesi", beds=beds)
    return built.filled("uzman.kardiyoloji", filled)


def numbers(plan: pdc.Plan) -> dict[str, int]:
    rows = plan.units[plan.units["title"] == "uzman.kardiyoloji"]
    return dict(zip(rows["unit_code"], rows["posts"], strict=True))


SETS = ["A.3.minimum=0"]


@pytest.mark.parametrize("filled", [3, 5, 6, 7, 9])
def test_every_hospital_has_none_or_two_and_the_plan_is_the_best_of_all_such_plans(filled: int) -> None:
    plan = country(filled).plan("uzman.kardiyoloji", scenario=[SCENARIO], sets=SETS)
    found = numbers(plan)
    assert sum(found.values()) == filled
    assert 1 not in found.values()
    group = plan.groups[0]
    targets = group.targets["uzman.kardiyoloji"]

    def value(posts: tuple[int, ...]) -> tuple[Fraction, ...]:
        provinces = (sum(posts[:3]), sum(posts[3:]))
        by_province = sum(
            (deviation(x, q) for x, q in zip(provinces, targets.province, strict=True)), Fraction(0)
        )
        by_unit = sum((deviation(x, q) for x, q in zip(posts, targets.unit, strict=True)), Fraction(0))
        return by_province, by_unit

    lawful = [
        posts
        for posts in itertools.product(range(filled + 1), repeat=len(BEDS))
        if sum(posts) == filled and 1 not in posts
    ]
    assert value(tuple(found.values())) == min(map(value, lawful))


def test_without_the_scenario_somebody_works_alone() -> None:
    assert 1 in numbers(country(5).plan("uzman.kardiyoloji", sets=SETS)).values()


def test_the_rule_is_reported_for_every_hospital_of_the_branch() -> None:
    plan = country(6).plan("uzman.kardiyoloji", scenario=[SCENARIO], sets=SETS)
    rows = plan.rules[plan.rules["clause"] == "S.none-or-two"]
    assert len(rows) == len(BEDS)
    assert set(rows["status"]) <= {"kept", "binding"}


@pytest.mark.parametrize("given", [(1, 1, 1, 1, 1), (5, 0, 0, 1, 0), (0, 1, 2, 0, 3), (3, 1, 0, 1, 1), (0, 0, 0, 0, 6)])
def test_a_repair_moves_the_fewest_posts_between_plans_of_none_or_two(
    given: tuple[int, ...], tmp_path: Path
) -> None:
    title = "uzman.kardiyoloji"
    filled = sum(given)
    setting = prepare(country(filled).tables(), [SCENARIO], SETS)
    table = tmp_path / "hand.csv"
    rows = [f"{unit},{title},{n}" for unit, n in zip(BEDS, given, strict=True)]
    table.write_text("\n".join(["unit_code,title,posts", *rows]) + "\n", "utf-8")
    fixed = repair(setting, read_cetvel(str(table), setting))
    found = tuple(fixed.plan.posts(title).tolist())
    assert 1 not in found
    moved = [sum(abs(a - b) for a, b in zip(posts, given, strict=True))
             for posts in itertools.product(range(filled + 1), repeat=len(BEDS))
             if sum(posts) == filled and 1 not in posts and not short(fixed.plan, posts)]  # fmt: skip
    assert sum(abs(a - b) for a, b in zip(found, given, strict=True)) == min(moved)


def short(plan: pdc.Plan, posts: tuple[int, ...]) -> bool:
    """Is a plan short of more than the best one?"""
    soft = [f for f in plan.groups[0].findings if f.tier is not None]
    asks = {(f.level, f.at): f.required or 0 for f in soft}
    found = {("unit", at): number for at, number in enumerate(posts)}
    # The district and the province of A and B: A.16 asks of districts.
    for at, units in enumerate((posts[:3], posts[3:])):
        found["district", at] = found["province", at] = sum(units)
    return sum(max(0, need - found[place]) for place, need in asks.items()) > sum(f.shortfall for f in soft)
