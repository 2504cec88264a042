"""One input, one answer: the same bytes whatever the row order, the solver's seed, the number of processes."""

from __future__ import annotations

import pickle
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pdc
from helpers import oracle
from helpers.oracle import Place, Tree
from helpers.programs import program_of, trees
from helpers.small import Small, posts
from pdc.base import folder
from pdc.country.country import Notice
from pdc.planning import processes, told
from pdc.rules.kinds import Finding
from pdc.solve.lexicographic import solve
from pdc_common.levels import LEVELS

TITLES = (
    "uzman.genel_cerrahi",
    "pratisyen_tabip",
    "hemsire",
    "ebe",
    "eczaci",
    "dis_tabibi",
    "cocuk_gelisim_uzmani",
)


def country(provinces: int = 4) -> Small:
    """Many equal places, so that ties are everywhere."""
    made = Small()
    for p in (6, 19, 34, 35, 44, 55)[:provinces]:
        made.province(p)
        for d in range(3):
            name = f"{p:02}{d}"
            made.district(name, p, 35_000, central=int(d == 0))
            made.unit(
                f"M{name}",
                name,
                "il_saglik_mudurlugu" if d == 0 else "saglik_ocagi",
                catchment_population=7_500,
            )
            made.unit(f"H{name}", name, "devlet_hastanesi", beds=100, dental_chairs=2)
            made.unit(f"A{name}", name, "acsap", catchment_population=20_000)
            made.unit(f"O{name}", name, "saglik_ocagi", catchment_population=9_000)
            made.unit(f"D{name}", name, "adsm", dental_chairs=3)
            made.staff(f"H{name}", "hemsire", 20)
    made.staff("", "uzman", 131, branch="genel_cerrahi")
    for title in ("pratisyen_tabip", "hemsire", "ebe", "eczaci", "dis_tabibi", "cocuk_gelisim_uzmani"):
        made.filled(title, 131)
    return made


def csv_of(plan: pdc.Plan) -> dict[str, bytes]:
    """Every table a plan writes."""
    frames = dict(plan.results.frames) | {"national": plan.national, "notices": plan.notices("tr")}
    return {name: folder.to_csv(frame) for name, frame in frames.items()}


@pytest.fixture(scope="module")
def base() -> dict[str, bytes]:
    return csv_of(country().plan(*TITLES))


def test_shuffled_rows_give_the_same_bytes(base: dict[str, bytes]) -> None:
    for number in range(3):
        tables = country().tables(random.Random(number).shuffle)
        assert csv_of(pdc.plan(tables, titles=TITLES)) == base


def test_another_seed_of_the_solver_gives_the_same_bytes(base: dict[str, bytes]) -> None:
    for seed in (1, 7, 12345):
        assert csv_of(country().plan(*TITLES, options=pdc.Options(seed=seed))) == base


def test_several_processes_give_the_same_bytes(
    base: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "SEPARATE", 1)
    assert csv_of(pdc.plan(country().tables(), titles=TITLES, jobs=2)) == base


def test_targets_of_another_process_are_unpacked_only_for_whoever_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "SEPARATE", 1)
    here, there = (pdc.plan(country().tables(), titles=TITLES, jobs=jobs) for jobs in (1, 2))
    with monkeypatch.context() as patched:
        patched.setattr(told.pickle, "loads", lambda packed: pytest.fail("unpacked for tables"))
        assert csv_of(there) == csv_of(here)
        assert there.to_dict()["titles"].keys() == here.to_dict()["titles"].keys()
    for one, other in zip(here.groups, there.groups, strict=True):
        assert isinstance(other.targets, told.Sent)
        assert list(other.targets) == list(one.targets)
        for title, targets in one.targets.items():
            assert other.targets[title].supply == targets.supply
            for level in LEVELS:
                mine, sent = (getattr(each, level).tolist() for each in (targets, other.targets[title]))
                assert mine == sent


def test_findings_and_notices_come_from_another_process_as_they_were() -> None:
    """They are sent column by column; also where there is none."""
    made = pdc.plan(country().tables(), titles=TITLES, jobs=1).groups
    assert any(plan.findings for plan in made) and any(plan.notices for plan in made)
    for plan in (*made, replace(made[0], findings=(), notices=())):
        sent = pickle.loads(pickle.dumps(plan))
        assert (sent.findings, sent.notices) == (plan.findings, plan.notices)
        assert all(isinstance(finding, Finding) for finding in sent.findings)
        assert all(isinstance(notice, Notice) for notice in sent.notices)
        assert sent.solution.value == plan.solution.value


def test_a_plan_for_tables_alone_has_the_same_tables(
    base: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "SEPARATE", 1)
    plan = pdc.plan(country().tables(), titles=TITLES, jobs=2, tables_only=True)
    assert csv_of(plan) == base
    with pytest.raises(LookupError, match="tables alone"):
        plan.groups[0].targets["hemsire"]


def test_the_norms_are_deterministic_too() -> None:
    for norm in ("l1", "minimax"):
        first = csv_of(country(2).plan("eczaci", "hemsire", options=pdc.Options(norm)))
        shuffled = country(2).tables(random.Random(3).shuffle)
        other = pdc.plan(shuffled, titles=("eczaci", "hemsire"), options=pdc.Options(norm, seed=5))
        assert csv_of(other) == first


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(trees(), st.integers(1, 1000))
def test_no_seed_changes_a_plan(tree: Tree, seed: int) -> None:
    try:
        wanted = oracle.solve(tree)
    except oracle.InfeasibleError:
        return
    assert solve(program_of(tree), seed=seed).posts["title0"].tolist() == wanted


def symmetrical(shape: list[list[int]], supply: int, weights: list[int] | None = None) -> list[int]:
    """Posts of the units of a country in which only the weights of the units differ."""
    levels: tuple[list[Place], list[Place], list[Place]] = ([], [], [])
    for p, counts in enumerate(shape):
        levels[0].append(Place(0, Fraction(0)))
        for count in counts:
            levels[1].append(Place(p, Fraction(0)))
            levels[2].extend(Place(len(levels[1]) - 1, Fraction(0)) for _ in range(count))
    weights = weights or [1] * len(levels[2])
    for unit, weight in zip(levels[2], weights, strict=True):
        unit.target = Fraction(supply * weight, sum(weights))
        levels[1][unit.parent].target += unit.target
        levels[0][levels[1][unit.parent].parent].target += unit.target
    found = solve(program_of(Tree(levels, supply))).posts["title0"]
    return [int(n) for n in found]


def test_among_equals_the_lower_code_gets_the_post() -> None:
    assert symmetrical([[1], [1], [1]], 1) == [1, 0, 0]
    assert symmetrical([[1], [1], [1]], 5) == [2, 2, 1]
    assert symmetrical([[3]], 4) == [2, 1, 1]


def test_ties_go_level_by_level() -> None:
    """First the province, then the district inside it, then the unit inside that."""
    assert symmetrical([[2, 2], [2, 2]], 1) == [1, 0, 0, 0, 0, 0, 0, 0]
    assert symmetrical([[2, 2], [2, 2]], 3) == [1, 0, 1, 0, 1, 0, 0, 0]
    assert symmetrical([[2, 2], [2, 2]], 5) == [2, 0, 1, 0, 1, 0, 1, 0] or symmetrical([[2, 2], [2, 2]], 5) == [
        1, 1, 1, 0, 1, 0, 1, 0,
    ]  # fmt: skip


def test_among_equal_costs_the_larger_target_gets_the_post() -> None:
    """Marginal costs 1/q − 2 and 3/3q − 2 are equal: the province with three times the people is larger."""
    votes = [1, 3]
    assert symmetrical([[1], [1]], 2, votes) == [0, 2]
    assert symmetrical([[1], [1]], 2, votes[::-1]) == [2, 0]


def test_among_equal_provinces_the_lower_plate_code_gets_the_post() -> None:
    """With codes in any order in the file; 131 × 1.5 = 197 pharmacists (half up) over equal provinces."""
    made = Small()
    for code in (44, 6, 80, 19):
        made.province(code).district(f"D{code}", code, 50_000, central=1)
        made.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=100)
    made.filled("eczaci", 131)
    plan = made.plan("eczaci")
    assert [posts(plan, "eczaci", code) for code in (6, 19, 44, 80)] == [50, 49, 49, 49]
