"""What differs between two plans: sums agree with the tables, in both directions, and with a plan folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import pdc
from helpers.two_provinces import FEW, country
from pdc.ask.difference import COLUMNS, Difference, Side, difference
from pdc.planning.seal import NotAPlanError
from pdc.planning.write import write

MORE = "B.4.a.8.beds_per_nurse=2"
TITLES = ("hemsire", "ebe")


@pytest.fixture(scope="module")
def plans() -> tuple[pdc.Plan, pdc.Plan]:
    town = country()
    return town.plan(*TITLES, sets=FEW), town.plan(*TITLES, sets=[*FEW, MORE])


@pytest.fixture(scope="module")
def made(plans: tuple[pdc.Plan, pdc.Plan]) -> Difference:
    return difference(*plans)


def test_nothing_differs_between_a_plan_and_itself(plans: tuple[pdc.Plan, pdc.Plan]) -> None:
    same = difference(plans[0], plans[0])
    assert len(same.frame()) == 0
    assert same.through == {}
    assert same.to_dict()["moved"] == 0


def test_every_level_sums_to_the_title(plans: tuple[pdc.Plan, pdc.Plan], made: Difference) -> None:
    assert len(made.cells("unit")) > 0
    for title in TITLES:
        gap = int(plans[1].posts(title).sum()) - int(plans[0].posts(title).sum())
        for level in ("province", "district", "unit"):
            cells = made.cells(level, every=True)
            assert int(cells.loc[cells["title"] == title, "difference"].sum()) == gap
    kinds, provinces = made.by_kind(), made.by_province()
    total = int(made.by_title()["difference"].sum())
    for frame in (kinds, provinces):
        assert int(frame["difference"].sum()) == total
        assert ((frame["gained"] - frame["lost"]) == frame["difference"]).all()


def test_the_other_way_round_every_sign_turns(plans: tuple[pdc.Plan, pdc.Plan], made: Difference) -> None:
    back = difference(plans[1], plans[0]).frame()
    keys = ["level", "code", "title"]
    both = made.frame().merge(back, on=keys, how="outer", suffixes=("", "_back"), indicator=True)
    assert (both["_merge"] == "both").all()
    assert (both["difference"].astype(float) + both["difference_back"].astype(float)).abs().max() < 1e-8


def test_clauses_say_what_is_missing_and_through_which_a_province_changed(
    plans: tuple[pdc.Plan, pdc.Plan], made: Difference
) -> None:
    clauses = made.by_clause().set_index("clause")
    for clause, row in clauses.iterrows():
        for side, plan in zip(("base", "plan"), plans, strict=True):
            assert row[side] == plan.shortfall_by_clause.get(str(clause), 0)
    for plan in plans:
        assert set(plan.shortfall_by_clause) <= set(clauses.index)
    assert "B.4.a.8" in made.through_at("19", ["hemsire"])
    assert made.through_at("19", ["ebe"]) == ()


def test_deviation_is_that_of_the_summary(plans: tuple[pdc.Plan, pdc.Plan], made: Difference) -> None:
    frame = made.by_deviation().set_index(["level", "title"])
    provinces = plans[1].provinces
    own = provinces[(provinces["title"] == "hemsire") & (provinces["target"] > 0)]
    wanted = ((own["posts"] - own["target"]) ** 2 / own["target"]).sum()
    assert frame.loc[("province", "hemsire"), "plan"] == pytest.approx(wanted)
    assert set(made.by_fairness()["measure"]) == {"gini", "ratio", "theil"}


def test_a_place_that_one_side_lacks_is_nought_there(plans: tuple[pdc.Plan, pdc.Plan]) -> None:
    town = country().unit("H9", "A1", "devlet_hastanesi", beds=300)
    made = difference(plans[0], town.plan(*TITLES, sets=FEW))
    cells = made.cells("unit").set_index(["code", "title"])
    assert cells.loc[("H9", "hemsire"), "base"] == 0
    assert cells.loc[("H9", "hemsire"), "plan"] > 0
    row = next(one for one in made.to_dict()["largest"] if one["code"] == "H9")
    assert row["place"] == "Birim H9, Amasya"


def test_titles_of_one_side_alone_are_named_and_not_compared(plans: tuple[pdc.Plan, pdc.Plan]) -> None:
    made = difference(plans[0], country().plan("hemsire", "eczaci", sets=FEW))
    assert "eczaci" not in made.titles
    assert made.alone[1] == ("eczaci",)
    assert "eczaci" not in set(made.frame()["title"])


def test_a_folder_is_read_as_the_plan_that_wrote_it(
    plans: tuple[pdc.Plan, pdc.Plan], made: Difference, tmp_path: Path
) -> None:
    sides = []
    for name, plan in zip("ab", plans, strict=True):
        sides.append(Side.read(write(plan, tmp_path / name, reports=False)))
    read = difference(*sides).frame()
    assert list(read.columns) == list(COLUMNS)
    pd.testing.assert_frame_equal(read, made.frame(), check_dtype=False)
    with pytest.raises(NotAPlanError):
        Side.read(tmp_path)


def test_the_twenty_largest_come_first(made: Difference) -> None:
    sizes = made.largest(5)["difference"].abs().tolist()
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == made.cells("unit")["difference"].abs().max()


def test_the_library_compares_two_plans_and_explains_one_in_memory(plans: tuple[pdc.Plan, pdc.Plan], made: Difference) -> None:
    pd.testing.assert_frame_equal(pdc.compare(*plans).frame(), made.frame())
    found = pdc.explain(plans[1], "hemsire", unit="H1", lang="en")
    assert plans[1].explain("hemsire", unit="H1", lang="en") == found
    assert found.posts == int(made.cells("unit", every=True).set_index(["code", "title"]).loc[("H1", "hemsire"), "plan"])
    assert found.shifts is not None
    assert found.shifts.more or found.shifts.fewer
    with pytest.raises(TypeError):
        pdc.compare(plans[0], "filled")
