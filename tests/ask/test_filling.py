"""From today's staff to a plan: appointments and transfers against every choice of tiny countries, and as commands."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import pdc
from helpers import brute, oracle
from helpers.oracle import Tree
from helpers.programs import program_of, trees
from helpers.small import Small
from pdc.ask.appoint import appoint, merged, steps_of
from pdc.ask.filling import Filling
from pdc.ask.transfers import SCOPES, movable, transfers
from pdc.base.numbers import Ints
from pdc.cli import app
from pdc.planning.write import write
from pdc.solve import marginal
from pdc.solve.exchanges import Ladder
from pdc.solve.flow import cheapest_flow
from pdc.solve.marginal.tree import tree_of
from pdc_common.geography import great_circle_km

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
SHAPES = st.sampled_from([[[2]], [[1], [1]], [[2], [2]], [[4]], [[1, 2], [1]], [[3], [1]]])
NURSE, EYE = "hemsire", "uzman.goz_hastaliklari"


def examples(count: int) -> settings:
    return settings(deadline=None, max_examples=count, suppress_health_check=CHECKS)


def filling(tree: Tree, planned: Ints, staff: Ints, locked: Ints, title: str = "title0") -> Filling:
    program = program_of(tree, titles=[title])
    return Filling(title, program, tree_of(program, title), planned, staff, locked, (), "", "")


def aims(tree: Tree, posts: Ints) -> tuple[Fraction, ...]:
    """Excess over hard limits, then the stages."""
    units = tuple(posts.tolist())
    hard = 0
    for depth, numbers in enumerate(tree.sums(units)):
        for at, (one, x) in enumerate(zip(tree.levels[depth], numbers, strict=True)):
            if tree.is_open(depth, at):
                hard += max(0, one.lower - x) + (0 if one.upper is None else max(0, x - one.upper))
    return (Fraction(hard), *brute.value(brute.Case((tree,)), (units,))[: oracle.TIE_AT[0]])


@st.composite
def staffed(draw: st.DrawFn) -> tuple[Tree, Ints, Ints, Ints]:
    """A tree with its plan, the staff there is (none where the title may not be), and those of 4924 among it."""
    tree = draw(SHAPES.flatmap(lambda shape: trees(shape, most=7)).filter(lambda tree: tree.supply))
    tree.norm = draw(st.sampled_from(["webster", "l1"]))
    try:
        planned = marginal.allocate(program_of(tree), "title0")
    except marginal.InfeasibleError:
        planned = np.array([unit.open * draw(st.integers(0, 3)) for unit in tree.levels[2]])
    staff = np.array([unit.open * draw(st.integers(0, 3)) for unit in tree.levels[2]])
    locked = np.array([draw(st.integers(0, int(n))) for n in staff])
    return tree, planned, staff, locked


@examples(60)
@given(staffed(), st.data())
def test_the_first_k_vacant_posts_are_the_best_k(
    case: tuple[Tree, Ints, Ints, Ints], data: st.DataObject
) -> None:
    tree, planned, staff, locked = case
    provinces = np.array([data.draw(st.integers(0, 3)) > 0 for _ in tree.levels[0]])
    one = filling(tree, planned, staff, locked)
    units = [unit for _, unit in steps_of(one, provinces, 99)]
    of = [brute.province_of(tree, u) for u in range(len(staff))]
    vacant = [
        int(max(0, p - s)) if provinces[of[u]] else 0
        for u, (p, s) in enumerate(zip(planned, staff, strict=True))
    ]
    assert len(units) == sum(vacant)
    for k in range(len(units) + 1):
        mine = staff + np.bincount(units[:k], minlength=len(staff))
        every = (np.array(c) for c in itertools.product(*(range(v + 1) for v in vacant)) if sum(c) == k)
        assert aims(tree, mine) == min(aims(tree, staff + chosen) for chosen in every)


@examples(25)
@given(st.lists(staffed(), min_size=2, max_size=2), st.integers(1, 4))
def test_posts_of_several_titles_are_shared_out_by_the_aims(
    cases: list[tuple[Tree, Ints, Ints, Ints]], most: int
) -> None:
    streams = []
    for t, (tree, planned, staff, locked) in enumerate(cases):
        one = filling(tree, planned, staff, locked, f"title{t}")
        streams.append(
            [
                (cost, "", one.title, unit)
                for cost, unit in steps_of(one, np.ones(len(tree.levels[0]), bool), 99)
            ]
        )
    chosen = list(itertools.islice(merged([iter(s) for s in streams]), most))
    taken = [sum(title == f"title{t}" for _, _, title, _ in chosen) for t in range(2)]

    def both(counts: list[int]) -> tuple[Fraction, ...]:
        values = [
            aims(tree, staff + np.bincount([u for _, _, _, u in stream[:k]], minlength=len(staff)))
            for (tree, _, staff, _), stream, k in zip(cases, streams, counts, strict=True)
        ]
        return tuple(a + b for a, b in zip(*values, strict=True))

    ways = [
        [a, len(chosen) - a]
        for a in range(len(chosen) + 1)
        if a <= len(streams[0]) and len(chosen) - a <= len(streams[1])
    ]
    assert both(taken) == min(both(way) for way in ways)


@pytest.mark.parametrize("within", list(SCOPES))
def test_the_first_k_moves_are_the_best_k_and_move_nobody_of_4924(within: str) -> None:
    @examples(40)
    @given(staffed())
    def best(case: tuple[Tree, Ints, Ints, Ints]) -> None:
        tree, planned, staff, locked = case
        one = filling(tree, planned, staff, locked)
        start, goal = movable(one)
        at = one.tree.levels[2].at
        assert (np.minimum(start, goal) >= np.minimum(locked[at], start)).all()
        units = np.arange(len(at))
        scope = {"district": one.tree.levels[2].parent, "province": one.tree.province, "country": units * 0}[
            within
        ]
        ladder = Ladder(one.tree, start, goal, scopes=SCOPES[within])
        ends = [range(min(a, b), max(a, b) + 1) for a, b in zip(start.tolist(), goal.tolist(), strict=True)]
        every = [np.array(c) for c in itertools.product(*ends)]
        every = [c for c in every if (np.bincount(scope, c - start) == 0).all()]

        def whole(rows: Ints) -> Ints:
            posts = np.zeros(len(staff), dtype=np.int64)
            posts[at] = rows
            return posts

        k = 0
        while True:
            mine = ladder.posts
            assert mine.sum() == start.sum()
            near = [c for c in every if np.abs(c - start).sum() <= 2 * k]
            assert aims(tree, whole(mine)) == min(aims(tree, whole(c)) for c in near)
            if not list(ladder.exchanges(1)):
                break
            k += 1
        assert aims(tree, whole(ladder.posts)) == min(aims(tree, whole(c)) for c in every)

    best()


@examples(40)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=3), st.data())
def test_no_flow_is_shorter(gives: list[int], data: st.DataObject) -> None:
    total = sum(gives)
    gets = [0, 0, 0]
    for _ in range(total):
        gets[data.draw(st.integers(0, 2))] += 1
    km = np.array([[data.draw(st.integers(0, 50)) / 10 for _ in gets] for _ in gives])
    pairs = np.argwhere(km >= 0)
    arcs = cheapest_flow(
        pairs[:, 0], len(gives) + pairs[:, 1], km.ravel(), np.array([*gives, *(-n for n in gets)])
    )
    flow = arcs.reshape(km.shape)
    givers = [i for i, n in enumerate(gives) for _ in range(n)]
    takers = [j for j, n in enumerate(gets) for _ in range(n)]
    least = min(
        (
            sum(km[i, j] for i, j in zip(givers, way, strict=True))
            for way in set(itertools.permutations(takers))
        ),
        default=0,
    )
    assert (flow * km).sum() == pytest.approx(least)


# the commands ------------------------------------------------------------------------------------------------


def town() -> Small:
    """Two provinces, four hospitals; eye doctors and nurses where they should not all be."""
    made = Small().province(1, "Adana").province(2, "Adıyaman")
    made.district("D1", 1, 60_000, central=1, latitude=37.0, longitude=35.3)
    made.district("D2", 1, 20_000, latitude=37.5, longitude=35.8)
    made.district("D3", 2, 40_000, central=1, latitude=37.8, longitude=38.3)
    for code, district, beds in (("H1", "D1", 200), ("H2", "D1", 100), ("H3", "D2", 50), ("H4", "D3", 150)):
        made.unit(code, district, "devlet_hastanesi", beds=beds)
    made.staff("H1", "uzman", 12, branch="goz_hastaliklari").staff(
        "H2", "uzman", 2, branch="goz_hastaliklari"
    )
    return made.staff("H1", NURSE, 90).staff("H4", NURSE, 40, status="4924").filled(NURSE, 100)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filling")
    data = folder / "data"
    data.mkdir()
    made = pdc.plan(town().write(data), sets=["A.3.minimum=0"], titles=[EYE], cache=False)
    return write(made, folder / "plan", reports=False)


def test_appointments_are_written_with_unit_clause_gain_and_the_next_colleague(
    plan: Path, tmp_path: Path
) -> None:
    done = CliRunner().invoke(
        app, ["appoint", str(plan), "--posts", "3", "--lang", "en", "--out", str(tmp_path / "a")]
    )
    assert done.exit_code == 0, done.output
    lines = pd.read_csv(tmp_path / "a" / "appointments.csv", dtype={"province_code": str})
    assert lines["rank"].tolist() == [1, 2, 3]
    first = lines.iloc[0]
    assert first["unit_code"] == "H4"  # a province without anybody
    own, other = (37.8, 38.3), (37.0, 35.3)
    assert first["colleague_unit_code"] in ("H1", "H2")
    assert first["colleague_km"] == pytest.approx(float(great_circle_km(*own, *other)), abs=0.06)
    changes = pd.read_csv(plan / "changes.csv")
    vacant = (changes["posts"] - changes["filled"]).clip(lower=0).set_axis(changes["unit_code"])
    opened = lines["unit_code"].value_counts()
    assert (opened <= vacant.reindex(opened.index)).all()
    assert (tmp_path / "a" / "appointments.html").is_file()
    assert json.loads((tmp_path / "a" / "appointments_summary.json").read_text("utf-8"))["unproven"] == {}


def test_a_terms_table_is_read_as_people_write_it(plan: Path, tmp_path: Path) -> None:
    term = tmp_path / "dönem.csv"
    term.write_text("Unvan;Kadro;İller\nGöz Hastalıkları Uzmanı;2;adana\n", "utf-8")
    made = appoint(plan, term=term)
    assert made.lines["province_code"].tolist() == ["1", "1"]
    shared = made.shared()
    assert shared["opened"].tolist() == [2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title,posts\nuzman.*,two\n", "two"),
        ("title,posts\nuzman.*,1\nGöz Hastalıkları,1\n", "row 2"),
        ("title,posts,provinces\nuzman.*,1,Adanna\n", "Adana"),
        ("title,posts\nebe.*,1\n", "ebe.*"),
        ("titel,posts\nuzman.*,1\n", "title, posts"),
        ("title,posts\nuzman.*,1.5\n", "1.5"),
    ],
)
def test_a_bad_term_says_where(plan: Path, tmp_path: Path, text: str, words: str) -> None:
    term = tmp_path / "term.csv"
    term.write_text(text, "utf-8")
    with pytest.raises(pdc.InputError) as error:
        appoint(plan, term=term)
    assert words in error.value.text("en")


def test_the_shipped_term_adds_up() -> None:
    from pdc.ask.term import term_file  # noqa: PLC0415

    rows = pd.read_csv(term_file("earthquake-2023"))
    assert rows["posts"].sum() == 12_700
    assert len(rows["provinces"].iloc[0].split(";")) == 10


def test_transfers_conserve_posts_and_never_go_below_4924(plan: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["transfers", str(plan), "--lang", "en", "--out", str(tmp_path / "t")])
    assert done.exit_code == 0, done.output
    rows = pd.read_csv(tmp_path / "t" / "transfers.csv", keep_default_na=False)
    changes = pd.read_csv(plan / "changes.csv").set_index("unit_code")
    after = changes["filled"].copy()
    for row in rows.to_dict("records"):
        after[row["from_unit_code"]] -= row["posts"]
        after[row["to_unit_code"]] += row["posts"]
    assert after.sum() == changes["filled"].sum()
    assert (after.clip(upper=changes["filled"]) >= changes[["filled", "posts"]].min(axis=1)).all()
    curve = pd.read_csv(tmp_path / "t" / "transfers_curve.csv")
    gains = [name for name in rows.columns if name.startswith("gain_")]
    assert np.allclose(curve[gains].sum(), rows[gains].sum(), atol=1e-6)
    assert rows["posts"].sum() == len(curve)
    assert (tmp_path / "t" / "transfers.html").is_file()
    inside = transfers(plan, within="district", most=2)
    assert (inside.rows["from_province_code"] == inside.rows["to_province_code"]).all()
    assert inside.rows["posts"].sum() <= 2


def test_what_is_no_plan_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["appoint", str(tmp_path), "--posts", "1", "--lang", "en", "--out", str(tmp_path / "o")]
    )
    assert done.exit_code == 2
    assert not (tmp_path / "o").exists()
