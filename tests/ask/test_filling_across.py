"""From today's staff to a plan where rules run across the trees, the kilometres of transfers, and terms' tables."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import pdc
from helpers import brute
from helpers.brute import Case
from helpers.examples import examples
from helpers.oracle import TIE_AT
from helpers.programs import joint_cases, order_cases, program_of_case
from helpers.small import Small
from pdc.ask import ways as ways_module
from pdc.ask.appoint import appoint, steps_of
from pdc.ask.filling import Filled, Filling, apart_all_along, filled_plan
from pdc.ask.term import Share, read_term
from pdc.ask.transfers import transfers
from pdc.ask.ways import CIRCLE, MIDDLES, ROAD, Ways
from pdc.base.numbers import Ints
from pdc.cli import app
from pdc.country.setting import prepare
from pdc.planning.write import write
from pdc.solve.marginal.tree import tree_of
from pdc_common.geography import great_circle_km

EYE, NURSE, GP = "uzman.goz_hastaliklari", "hemsire", "pratisyen_tabip"
DRUG = "eczaci"
FEW = "A.3.minimum=0"


# which order is proven -------------------------------------------------------------------------------------


def staffed(case: Case, staff: list[Ints], across: str, vacant: Ints) -> Filling:
    """The first title of a case with staff at units; ``vacant`` posts of it stand open."""
    program = program_of_case(case)
    rows = [(f"title{t}", u, int(n)) for t, posts in enumerate(staff) for u, n in enumerate(posts)]
    frame = pd.DataFrame(rows, columns=["title", "at", "filled"])
    for name in ("vacant", "absent", "filled_locked", "vacant_locked"):
        frame[name] = 0
    program = replace(program, country=replace(program.country, filled=frame))
    none = np.zeros(len(staff[0]), dtype=np.int64)
    return Filling(
        "title0", program, tree_of(program, "title0"), staff[0] + vacant, staff[0], none, (), "", across
    )


def draw_staff(draw: Any, case: Case) -> list[Ints]:
    return [np.array([u.open * draw(st.integers(0, 2)) for u in tree.levels[2]]) for tree in case.trees]


@examples(35)
@given(joint_cases(), st.data())
def test_the_first_k_posts_are_the_best_with_joint_floors_too_where_the_list_says_so(
    case: Case, data: st.DataObject
) -> None:
    staff = draw_staff(data.draw, case)
    tree = case.trees[0]
    vacant = np.array([u.open * data.draw(st.integers(0, 2)) for u in tree.levels[2]])
    inside = np.array([data.draw(st.integers(0, 3)) > 0 for _ in tree.levels[0]])
    one = staffed(case, staff, "joint", vacant)
    units = [unit for _, unit in steps_of(one, inside, 99)]
    reached = [
        sum(int(staff[t][j.unit]) for t in j.titles) >= j.amount
        for j in case.joint
        if inside[brute.province_of(tree, j.unit)]
    ]
    assert apart_all_along(one, inside, units) == all(reached)
    if not all(reached):
        return
    room = [int(v) if inside[brute.province_of(tree, u)] else 0 for u, v in enumerate(vacant)]

    def aims(mine: Ints) -> tuple[Any, ...]:
        over = sum(
            max(0, p.lower - n) + (0 if p.upper is None else max(0, n - p.upper))
            for depth, sums in enumerate(tree.sums(mine.tolist()))
            for at, (p, n) in enumerate(zip(tree.levels[depth], sums, strict=True))
            if tree.is_open(depth, at)
        )
        posts = (tuple(mine.tolist()), tuple(staff[1].tolist()))
        return (over, *brute.value(case, posts)[: TIE_AT[0]])

    for k in range(len(units) + 1):
        mine = staff[0] + np.bincount(units[:k], minlength=len(room))
        every = (np.array(c) for c in itertools.product(*(range(v + 1) for v in room)) if sum(c) == k)
        assert aims(mine) == min(aims(staff[0] + chosen) for chosen in every)


@examples(50)
@given(order_cases(), st.data())
def test_an_order_has_no_say_only_where_no_later_unit_gets_a_post_before_a_first_one_has_its_own(
    case: Case, data: st.DataObject
) -> None:
    (tree,) = case.trees
    staff = draw_staff(data.draw, case)
    one = staffed(case, staff, "orders", staff[0] * 0)
    open_ = [u for u, unit in enumerate(tree.levels[2]) if unit.open]
    units = data.draw(st.lists(st.sampled_from(open_), max_size=4))

    def waits(unit: int, have: Ints) -> bool:
        at = brute.province_of(tree, unit)
        return any(
            unit in order.after
            and any(
                have[u] < need
                for u, need in zip(order.first, order.need, strict=True)
                if brute.province_of(tree, u) == at
            )
            for order in case.orders
        )

    kept = not any(
        waits(unit, staff[0] + np.bincount(units[:k], minlength=len(staff[0])))
        for k, unit in enumerate(units)
    )
    everywhere = np.ones(len(tree.levels[0]), dtype=bool)
    assert apart_all_along(one, everywhere, units) == kept
    other = replace(one, title="title1")  # whose orders they are not
    assert apart_all_along(other, everywhere, units)
    for why in ("shares", "minimax"):
        assert not apart_all_along(replace(one, across=why), everywhere, units)


# kilometres ------------------------------------------------------------------------------------------------

PLACES = ((37.0, 35.3), (37.5, 35.8), (37.8, 38.3), (37.9, 38.0), (39.9, 32.9), (40.1, 33.0))


def ways(tmp_path: Path, roads: str = "") -> Ways:
    """Three provinces of two districts with a hospital each."""
    made = Small()
    for p in range(3):
        made.province(p + 1)
        for i in (2 * p, 2 * p + 1):
            lat, lon = PLACES[i]
            made.district(f"D{i}", p + 1, 50_000, central=int(i % 2 == 0), latitude=lat, longitude=lon)
            made.unit(f"H{i}", f"D{i}", "devlet_hastanesi", beds=50)
    files = {}
    if roads:
        files["road_km.csv"] = tmp_path / "road_km.csv"
        files["road_km.csv"].write_text(roads, "utf-8")
    setting = SimpleNamespace(side_files=files)
    return Ways(SimpleNamespace(country=prepare(made.tables()).country, setting=setting))  # type: ignore[arg-type]


ROADS = "province_code,1,2,3\n1,0,400,700\n2,400,0,\n3,700,,0\n"


@pytest.mark.parametrize("roads", ["", ROADS])
def test_posts_between_provinces_go_the_least_kilometres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, roads: str
) -> None:
    monkeypatch.setattr(ways_module, "PAIRS", 0)  # as with hundreds of units: through the provinces
    known = ways(tmp_path, roads)
    middle = [tuple(np.mean(PLACES[2 * p : 2 * p + 2], axis=0)) for p in range(3)]

    def km(i: int, j: int) -> float:
        p, q = i // 2, j // 2
        if p == q:
            return float(great_circle_km(*PLACES[i], *PLACES[j]))
        by_road = {(0, 1): 400.0, (0, 2): 700.0}.get((min(p, q), max(p, q))) if roads else None
        return by_road if by_road is not None else float(great_circle_km(*middle[p], *middle[q]))

    @examples(40)
    @given(st.lists(st.integers(0, 2), min_size=6, max_size=6), st.data())
    def least(gives: list[int], data: st.DataObject) -> None:
        givers = [i for i, n in enumerate(gives) for _ in range(n)][:4]
        takers = sorted(data.draw(st.lists(st.integers(0, 5), min_size=len(givers), max_size=len(givers))))
        if not givers or set(givers) & set(takers):
            return
        sides = [np.unique(side, return_counts=True) for side in (givers, takers)]
        made = known.trips(sides[0][0], sides[0][1], sides[1][0], sides[1][1], "country")
        gone = sorted(trip.giver for trip in made for _ in range(trip.posts))
        come = sorted(trip.taker for trip in made for _ in range(trip.posts))
        assert (gone, come) == (givers, takers)
        best = min(
            sum(km(i, j) for i, j in zip(givers, way, strict=True))
            for way in set(itertools.permutations(takers))
        )
        assert sum(trip.km * trip.posts for trip in made) == pytest.approx(best, abs=0.05)
        for trip in made:
            assert trip.km == pytest.approx(km(trip.giver, trip.taker))
            p, q = trip.giver // 2, trip.taker // 2
            between = ROAD if roads and {p, q} != {1, 2} else MIDDLES
            assert trip.by == (CIRCLE if p == q else between)

    least()


def test_a_road_that_is_known_lets_even_few_posts_go_through_the_provinces(tmp_path: Path) -> None:
    one = np.array([1])
    (trip,) = ways(tmp_path, ROADS).trips(np.array([0]), one, np.array([2]), one, "country")
    assert (trip.km, trip.by) == (400.0, ROAD)
    (trip,) = ways(tmp_path).trips(np.array([0]), one, np.array([2]), one, "country")
    assert (trip.km, trip.by) == (pytest.approx(float(great_circle_km(*PLACES[0], *PLACES[2]))), CIRCLE)


# plans of several groups -----------------------------------------------------------------------------------


def town() -> Small:
    """Two provinces; eye doctors, nurses, GPs and pharmacists, who are not by unit."""
    made = Small().province(1, "Adana").province(2, "Adıyaman")
    made.district("D1", 1, 60_000, central=1).district("D2", 1, 20_000).district("D3", 2, 40_000, central=1)
    for code, district, beds in (("H1", "D1", 200), ("H2", "D2", 50), ("H3", "D3", 150)):
        made.unit(code, district, "devlet_hastanesi", beds=beds)
        made.unit(f"S{code}", district, "saglik_ocagi", catchment_population=beds * 100)
    made.staff("H1", "uzman", 8, branch="goz_hastaliklari").staff("H1", NURSE, 60).staff("H3", NURSE, 20)
    return made.staff("SH1", GP, 30).staff("SH3", GP, 4).filled(DRUG, 40)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minimax plan of eye doctors, GPs and pharmacists."""
    place = tmp_path_factory.mktemp("across")
    town().write(place / "data")
    options = pdc.Options(norm="minimax")
    made = pdc.plan(place / "data", sets=[FEW], titles=[EYE, GP, DRUG], options=options, cache=False)
    return write(made, place / "plan", reports=False)


def refused(made: Any) -> list[str]:
    with pytest.raises(pdc.InputError) as caught:
        made()
    assert all(fault.text(lang) for fault in caught.value.faults for lang in ("tr", "en"))
    return [fault.code for fault in caught.value.faults]


def test_only_the_titles_asked_for_are_bound_and_a_title_of_no_plan_is_named(folder: Path) -> None:
    assert list(filled_plan(folder, titles=[EYE]).titles) == [EYE]
    assert refused(lambda: filled_plan(folder, titles=[NURSE])) == ["filling.not_planned"]
    assert refused(lambda: filled_plan(folder, titles=[DRUG])) == ["filling.no_staff"]
    assert refused(lambda: filled_plan(folder.parent)) == ["filling.no_plan"]


def test_the_order_of_gps_is_not_proven_and_the_command_says_so(folder: Path, tmp_path: Path) -> None:
    command = [
        "appoint",
        str(folder),
        "--title",
        GP,
        "--posts",
        "500",
        "--lang",
        "en",
        "--out",
        str(tmp_path / "a"),
    ]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    shared = pd.read_csv(tmp_path / "a" / "appointments_shared.csv")
    opened = len(pd.read_csv(tmp_path / "a" / "appointments.csv"))
    assert 0 < opened == shared["opened"].sum() == shared["vacant"].sum() < 500
    assert f"appointments 500, vacant posts opened {opened}" in done.output
    assert "Order not proven" in done.output
    summary = json.loads((tmp_path / "a" / "appointments_summary.json").read_text("utf-8"))
    assert summary["unproven"] == {"shares": [GP]}


def test_the_order_of_a_minimax_plan_is_not_proven_either(folder: Path) -> None:
    assert appoint(folder, posts=1, titles=[EYE]).unproven == {"minimax": [EYE]}


def test_no_more_is_opened_than_there_is_and_nobody_is_a_colleague_where_nobody_is(folder: Path) -> None:
    made = appoint(folder, posts=60, titles=[DRUG, EYE])
    first = made.lines[made.lines["title"] == DRUG].iloc[0]
    assert (first["colleague_unit_code"], first["colleague_km"]) == ("", "")  # they are by unit nowhere
    eye = made.lines[(made.lines["title"] == EYE) & (made.lines["province_code"] == "2")].iloc[0]
    assert (eye["colleague_unit_code"], eye["colleague_km"]) == ("", "")  # how far is not known


def test_as_many_moves_are_listed_as_are_asked_for(folder: Path) -> None:
    every = transfers(folder, titles=[GP])
    assert len(every.curve) > 2
    assert every.unproven == {"shares": [GP]}
    assert transfers(folder, titles=[GP], most=2).curve["moves"].tolist() == [1, 2]


def test_what_to_appoint_is_asked_for_once(folder: Path, tmp_path: Path) -> None:
    for more in ([], ["--posts", "3", "--term", "earthquake-2023"]):
        done = CliRunner().invoke(
            app, ["appoint", str(folder), *more, "--lang", "en", "--out", str(tmp_path / "a")]
        )
        assert done.exit_code == 2
        assert "--term" in done.output
    assert not (tmp_path / "a").exists()


# a term's table --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled(folder: Path) -> Filled:
    return filled_plan(folder)


def shares(filled: Filled, path: Path) -> tuple[Share, ...]:
    everywhere = np.ones(2, dtype=bool)
    return read_term(path, filled.setting.rulebook, filled.country, tuple(filled.titles), everywhere)


def term(folder: Path, text: str) -> Path:
    path = folder / "term.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_rest_is_every_title_that_no_other_row_names(folder: Path, tmp_path: Path) -> None:
    made = appoint(folder, term=term(tmp_path, f"title,posts\n{EYE},1\ndiğer,2\n"))
    assert [(share.name, share.titles, share.posts) for share in made.shares] == [
        (EYE, (EYE,), 1), ("diğer", (GP, DRUG), 2),
    ]  # fmt: skip
    assert made.lines["row"].tolist().count(EYE) == 1
    assert made.to_dict()["rows"][1]["opened"] == 2


def test_thousands_of_posts_may_be_parted(filled: Filled, tmp_path: Path) -> None:
    (share,) = shares(filled, term(tmp_path, f"title;posts\n{EYE};1.250\n"))
    assert share.posts == 1250


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("title,posts\n*,1\nother,2\n", "filling.title_twice"),
        ("title,posts\n", "filling.no_rows"),
        (f"title,posts\n{EYE},1,Adana,x\n", "too_many_cells"),
        ("title,posts\nkaymakam,1\n", "scenario.unknown_title"),
        ("title,posts\ndiyetisyen,1\n", "filling.not_planned"),
        ("\n\n", "no_heading_row"),
    ],
)
def test_a_term_that_is_not_understood_says_why(filled: Filled, tmp_path: Path, text: str, code: str) -> None:
    assert refused(lambda: shares(filled, term(tmp_path, text))) == [code]


def test_a_term_may_be_a_workbook(filled: Filled, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Unvan", "Kadro"], ["Göz Hastalıkları Uzmanı", 2]):
        book.active.append(row)
    book.save(tmp_path / "term.xlsx")
    assert [(share.titles, share.posts) for share in shares(filled, tmp_path / "term.xlsx")] == [((EYE,), 2)]
    book.active["B2"] = "=1+1"
    book.save(tmp_path / "term.xlsx")
    assert refused(lambda: shares(filled, tmp_path / "term.xlsx")) == ["uncalculated"]
    (tmp_path / "term.xlsx").write_bytes(b"no workbook")
    assert refused(lambda: shares(filled, tmp_path / "term.xlsx")) == ["broken_workbook"]
    assert refused(lambda: shares(filled, tmp_path / "away.csv")) == ["unreadable"]
