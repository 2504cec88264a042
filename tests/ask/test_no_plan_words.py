"""Why there is no plan, in sentences: each form of a conflict, with its numbers and places."""

from __future__ import annotations

import pytest

from helpers.small import Small
from pdc.ask.no_plan_in_words import lines
from pdc.country.setting import Setting, prepare
from pdc.solve.no_plan.conflicts import Conflict, Member, Spot
from pdc.solve.no_plan.errors import NoPlanError
from pdc.solve.no_plan.pool import PoolChange
from pdc.solve.no_plan.ways_out import NoPlan


@pytest.fixture(scope="module")
def setting() -> Setting:
    made = Small().province(1, "Adana").district("D1", 1, 60_000, central=1, district="Seyhan")
    for code in ("H1", "H2"):
        made.unit(code, "D1", "devlet_hastanesi", unit=f"{code} Devlet Hastanesi", beds=50)
    return prepare(made.filled("hemsire", 10).tables())


def told(setting: Setting, trouble: NoPlan, lang: str = "en") -> list[tuple[int, str]]:
    error = NoPlanError("", (trouble,), setting.country, setting.rulebook)
    return list(lines(error, lang))  # type: ignore[arg-type]


HERE, THERE = Spot("unit", 0, 1500), Spot("unit", 1, 7)


def test_without_a_country_nothing_is_told(setting: Setting) -> None:
    trouble = NoPlan("hemsire")
    assert list(lines(NoPlanError("", (trouble,), None, setting.rulebook), "en")) == []
    assert list(lines(NoPlanError("", (trouble,), setting.country, None), "en")) == []


def test_a_group_that_only_orders_tie_says_that_no_smaller_set_was_named(setting: Setting) -> None:
    head, (depth, text) = told(setting, NoPlan("hemsire"))
    assert "Nurse" in head[1]
    assert depth == 1
    assert text.startswith("Rules are tied by orders")


def test_places_that_clash_as_well_are_named_with_their_numbers(setting: Setting) -> None:
    _, (depth, text) = told(setting, NoPlan("hemsire", (Conflict((), None, (HERE, THERE)),)))
    assert depth == 1
    assert text.startswith("Rules clash at 2 more places: ")
    assert "H1 Devlet Hastanesi" in text
    assert "1,500" in text
    _, (_, tr) = told(setting, NoPlan("hemsire", (Conflict((), None, (HERE,)),)), "tr")
    assert "1.500" in tr


def test_a_rule_is_told_with_its_place_where_the_clash_is_not_at_one(setting: Setting) -> None:
    band = Member("band", "A.1", "hemsire", 5, (Spot("unit", 0, 5, 9),))
    open_ = Member("band", "A.1", "hemsire", 5, (Spot("unit", 0, 5),))
    at_one = told(setting, NoPlan("hemsire", (Conflict((band, open_), Spot("unit", 0, 5)),)))
    assert [text.split(": ", 1)[1] for _, text in at_one[2:]] == ["from 5 to 9", "at least 5"]
    apart = told(setting, NoPlan("hemsire", (Conflict((band, open_), THERE, (THERE,)),)))
    assert all("H1 Devlet Hastanesi" in text for _, text in apart[2:4])
    assert apart[4][1].startswith("likewise at 1 more: ")
    assert "H2 Devlet Hastanesi" in apart[4][1]


def test_an_end_of_a_band_is_told_with_the_number_that_would_do(setting: Setting) -> None:
    conflict = (Conflict((Member("supply", "A.1", "hemsire", 9),)),)
    for posts, end, words in ((3, "12", "upper end"), (-3, "6", "lower end")):
        pool = PoolChange({"hemsire": posts}, 0, Spot("province", 0, 9))
        found = told(setting, NoPlan("hemsire", conflict, pools=(pool,)))
        assert [(depth, f"with {end} instead of 9" in text, words in text) for depth, text in found[-1:]] == [
            (2, True, True)
        ]
