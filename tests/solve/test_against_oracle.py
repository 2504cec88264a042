"""The engine against an exact oracle and against every plan of tiny countries; whole plans against single moves."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pdc
from helpers import brute, oracle
from helpers.examples import examples
from helpers.oracle import TIE_AT, Tree
from helpers.programs import joint_cases, order_cases, program_of, program_of_case, shapes, share_cases, trees
from helpers.small import Small
from pdc.base.errors import NoLawfulPlanError
from pdc.base.levels import STAGES
from pdc.program.build import program_of as program_of_law
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.rules.bind import BoundGroup, bind_group
from pdc.rules.kinds import Cells
from pdc.solve.lexicographic import solve


@examples(100)
@given(trees())
def test_engine_gives_the_oracles_plan(tree: Tree) -> None:
    try:
        wanted = oracle.solve(tree)
    except oracle.InfeasibleError:
        with pytest.raises(NoLawfulPlanError):
            solve(program_of(tree))
        return
    found = solve(program_of(tree))
    posts = found.posts["title0"].tolist()
    assert posts == wanted
    assert sum(posts) == tree.supply
    assert all(n == 0 for n, unit in zip(posts, tree.levels[2], strict=True) if not unit.open)
    for places, numbers in zip(tree.levels, tree.sums(posts), strict=True):
        for place, number in zip(places, numbers, strict=True):
            assert place.lower <= number and (place.upper is None or number <= place.upper)
    exact = oracle.total_cost(tree, posts)[: TIE_AT[0]]
    program = program_of(tree)
    assert exact_order(program, found.posts) == exact
    assert found.proven
    assert [found.dual_bound[stage] for stage in STAGES] == pytest.approx([float(v) for v in exact])
    assert [float(v) for v in found.value.order] == pytest.approx([float(v) for v in exact])


def exact_order(program: Program, posts: Mapping[str, np.ndarray]) -> tuple[Fraction, ...]:
    """The engine's own count of the objective, by fractions at every level."""
    everywhere = np.arange(len(program.country.provinces))
    if program.shares:
        numbers = {
            title: np.bincount(program.country.unit_province, posts[title], len(everywhere)).astype(np.int64)
            for title in posts
        }
        program = program.with_totals(numbers)
    return value_of(program, posts, everywhere).order


@examples(25)
@given(shapes(3, 2, 3).flatmap(lambda shape: st.tuples(trees(shape), st.integers(1, 250))))
def test_larger_numbers_far_from_the_guess(pair: tuple[Tree, int]) -> None:
    """Long segments, made finer round by round: still the oracle's plan."""
    tree, extra = pair
    assert tree.supply is not None
    tree.supply += extra  # far above the sum of the targets
    try:
        wanted = oracle.solve(tree)
    except oracle.InfeasibleError:
        with pytest.raises(NoLawfulPlanError):
            solve(program_of(tree))
        return
    assert solve(program_of(tree)).posts["title0"].tolist() == wanted


# everything, against every plan ----------------------------------------------------------------------------


def against_every_plan(case: brute.Case) -> None:
    wanted = brute.best(case)
    program = program_of_case(case)
    if wanted is None:
        with pytest.raises(NoLawfulPlanError):
            solve(program)
        return
    found = solve(program)
    posts = tuple(tuple(found.posts[title].tolist()) for title in program.titles)
    value = brute.value(case, posts)
    assert value[: TIE_AT[0]] == wanted[1][: TIE_AT[0]], (posts, wanted[0])
    assert found.proven
    assert posts == wanted[0]


@examples(80)
@given(
    st.sampled_from([[[1]], [[2]], [[1], [1]], [[1, 1]], [[2], [2]], [[4]], [[1, 2], [1]]]).flatmap(
        lambda s: trees(s, most=6)
    )
)
def test_oracle_and_engine_agree_with_every_plan(tree: Tree) -> None:
    wanted = brute.best(brute.Case((tree,)))
    if wanted is None:
        with pytest.raises(oracle.InfeasibleError):
            oracle.solve(tree)
    else:
        assert wanted[0] == (tuple(oracle.solve(tree)),)
    against_every_plan(brute.Case((tree,)))


@examples(80)
@given(joint_cases())
def test_joint_floors_of_two_titles(case: brute.Case) -> None:
    against_every_plan(case)


@examples(80)
@given(share_cases())
def test_shares_of_a_provinces_number(case: brute.Case) -> None:
    against_every_plan(case)


@examples(80)
@given(order_cases())
def test_orders(case: brute.Case) -> None:
    against_every_plan(case)


# whole plans -----------------------------------------------------------------------------------------------

KINDS_OF_UNIT = [
    "il_saglik_mudurlugu", "devlet_hastanesi", "devlet_hastanesi", "eah", "dogum_cocuk_hastanesi", "adsm", "acsap",
    "saglik_ocagi", "saglik_ocagi", "saglik_grup_baskanligi", "istasyon_112_a", "verem_savas_dispanseri",
    "saglik_merkezi",
]  # fmt: skip
SPECIALIST = ("uzman.genel_cerrahi", "uzman.adli_tip")
GROUPS = [
    ("hemsire", "ebe"), ("pratisyen_tabip",), ("eczaci",), ("uzman.genel_cerrahi",), ("uzman.adli_tip",),
    ("dis_tabibi",), ("cocuk_gelisim_uzmani",), ("psikolog", "sosyal_calismaci"), ("diyetisyen",),
    ("anestezi_teknisyeni",),
]  # fmt: skip


@st.composite
def countries(draw: st.DrawFn) -> tuple[Small, tuple[str, ...]]:
    titles = draw(st.sampled_from(GROUPS))
    # One drawn number seeds the rest: a country has hundreds, and a smaller example says little more.
    chance = random.Random(draw(st.integers(0, 2**32)))
    equal = draw(st.booleans())
    country = Small()
    number = 0
    for code in chance.sample([6, 19, 34, 35, 44, 55, 61, 80], draw(st.integers(1, 4))):
        country.province(code, service_region=chance.randint(1, 6), family_medicine=chance.choice([0, 0, 1]))
        for d in range(chance.randint(1, 3)):
            etf = 60_000 if equal else chance.choice([9_000, 20_000, 29_999, 45_000, 120_000, 400_000])
            name = f"{code:02}{d}"
            country.district(name, code, etf, central=int(d == 0))
            for n in range(chance.randint(1, 4)):
                number += 1
                # Every province has a directorate: somewhere to put what has no place elsewhere.
                kind = chance.choice(KINDS_OF_UNIT) if n or d else "il_saglik_mudurlugu"
                country.unit(f"U{number:02}", name, kind, **_columns(chance, kind, equal))
                if kind == "eah":
                    country.training(f"U{number:02}", "genel_cerrahi")
    # Somewhere to be for every title.
    code = int(country.rows["provinces"][0]["province_code"])
    for kind in ("devlet_hastanesi", "eah", "saglik_ocagi"):
        country.unit(f"X{kind}", f"{code:02}0", kind, **_columns(chance, kind, equal))
    filled = chance.randint(101, 400)
    for title in titles:
        if title.startswith("uzman."):
            country.staff("", "uzman", filled, branch=title.partition(".")[2])
        else:
            country.filled(title, filled)
    return country, titles


def _columns(chance: random.Random, kind: str, equal: bool) -> dict[str, int]:
    columns: dict[str, int] = {}
    if kind in {"devlet_hastanesi", "eah", "dogum_cocuk_hastanesi", "saglik_merkezi"}:
        columns["beds"] = 100 if equal else chance.choice([10, 40, 99, 120, 350, 800, 1200])
    if kind in {"adsm", "devlet_hastanesi"}:
        columns["dental_chairs"] = chance.choice([0, 1, 3, 10])
    if kind in {"saglik_ocagi", "acsap"}:
        columns["catchment_population"] = 7_500 if equal else chance.choice([1_900, 4_000, 9_000, 30_000])
    return columns


@examples(60)
@given(countries())
def test_whole_plans_keep_the_law_and_no_single_move_is_better(drawn: tuple[Small, tuple[str, ...]]) -> None:
    country, titles = drawn
    try:
        plan = country.plan(*titles)
    except pdc.ClashError as clash:
        pytest.fail(f"no lawful plan: {clash}")
    for made in plan.groups:
        if not set(made.group.titles) & set(titles):
            continue
        planned = {
            t: p.solution.posts[t] for p in plan.groups for t in p.group.titles if t not in made.group.titles
        }
        bound = bind_group(plan.country, plan.rulebook, made.group, planned)
        program = program_of_law(plan.country, bound, plan.options)
        posts = dict(made.solution.posts)
        for title in made.group.titles:
            units = posts[title]
            assert units.dtype.kind == "i" and (units >= 0).all()
            assert (units[~bound.targets[title].eligible] == 0).all()
            if bound.targets[title].supply is not None and bound.targets[title].eligible.any():
                assert units.sum() == bound.targets[title].supply
        assert lawful(program, bound, posts)
        best = exact_order(program, posts)
        told = [float(v) for v in made.solution.value.order]
        assert told == pytest.approx([float(v) for v in best])
        for changed in moves(program, posts):
            if lawful(program, bound, changed):
                assert exact_order(program, changed) >= best, changed
    frames = plan.results.frames
    for title in titles:
        totals = [
            int(f.loc[f["title"] == title, "posts"].sum())
            for f in (plan.units, plan.districts, plan.provinces)
        ]
        assert len(set(totals)) == 1
    assert set(frames["rules"]["status"]) <= {"kept", "binding", "short", "not_applicable"}


def moves(program: Program, posts: dict[str, np.ndarray]) -> Iterator[dict[str, np.ndarray]]:
    """Every plan one post away: from unit to unit, or, without a national number, one more or one fewer."""
    for title in program.titles:
        places = program.open("unit", title).tolist()
        pairs: list[tuple[int | None, int | None]] = list(itertools.permutations(places, 2))
        if program.targets[title].supply is None:
            pairs += [(place, None) for place in places] + [(None, place) for place in places]
        for gives, gets in pairs:
            units = posts[title].copy()
            if gives is not None:
                units[gives] -= 1
            if gets is not None:
                units[gets] += 1
            if (units >= 0).all():
                yield {**posts, title: units}


def lawful(program: Program, bound: BoundGroup, posts: dict[str, np.ndarray]) -> bool:
    """Do a plan's numbers keep every hard rule? Read from the bound rules, not from the program's bounds."""
    return all(cells.rule.tier is not None or _kept(program, cells, posts) for cells in bound.cells)


def _kept(program: Program, cells: Cells, posts: dict[str, np.ndarray]) -> bool:
    country, units = program.country, posts[cells.titles[0]]
    numbers = {
        "unit": units,
        "district": np.bincount(country.unit_district, weights=units, minlength=len(country.districts)),
        "province": np.bincount(country.unit_province, weights=units, minlength=len(country.provinces)),
    }
    match cells.rule.kind:
        case "cap" if cells.members is None:
            return bool((units[cells.at] <= cells.amount).all())
        case "cap":
            return bool((_sums(cells, units) <= cells.amount).all())
        case "share":
            return all(
                mine <= rate * int(total)
                for mine, rate, total in zip(
                    _sums(cells, units).tolist(), cells.rate, numbers["province"][cells.at], strict=True
                )
            )
        case "band":
            found = numbers[cells.level][cells.at]
            assert cells.upper is not None
            eligible = np.bincount(
                country.unit_province[program.open("unit", cells.titles[0])], minlength=len(country.provinces)
            )
            open_ = eligible[cells.at] > 0 if cells.level == "province" else np.ones(len(found), dtype=bool)
            return bool(((cells.amount <= found) & (found <= cells.upper) | ~open_).all())
        case "order":
            return _in_order(program, cells, units)
    return True


def _sums(cells: Cells, units: np.ndarray) -> np.ndarray:
    assert cells.members is not None and cells.member_of is not None
    return np.bincount(cells.member_of, weights=units[cells.members], minlength=len(cells.at)).astype(
        np.int64
    )


def _in_order(program: Program, cells: Cells, units: np.ndarray) -> bool:
    assert cells.first is not None and cells.first_of is not None and cells.first_need is not None
    floors = program.unit_need(cells.titles[0])[cells.first]
    need = np.where(cells.first_need < 0, floors, cells.first_need)
    lacking = np.bincount(cells.first_of, weights=units[cells.first] < need, minlength=len(cells.at))
    return bool(((_sums(cells, units) == 0) | (lacking == 0)).all())
