"""Near a table where the program is no tree: whole plans within the moves, and what is said of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import pdc_reports
from helpers.oracle import Place, Tree
from helpers.programs import program_of
from helpers.small import Small
from pdc.base.errors import InternalError, MovesError, NoLawfulPlanError
from pdc.cli import STOPPED, app
from pdc.program.options import KeptTable
from pdc.program.program import Program
from pdc.proof.near import certify_near
from pdc.proof.verify import verify_proof
from pdc.solve import near_table
from pdc.solve.near_table import solve_near_table
from pdc.solve.solution import Budget, Solution

TABLE = np.array([9, 0, 0])
T = "title0"


def minimax(lower: int = 0) -> Program:
    """Nine posts for three units of a district; the last has ``lower`` at least. No tree, being minimax."""
    units = [Place(0, Fraction(3)) for _ in range(3)]
    units[2].lower = lower
    tree = Tree(([Place(0, Fraction(9))], [Place(0, Fraction(9))], units), 9, "minimax")
    return replace(program_of(tree), norm="minimax")


def kept(moves: int | None, covered: bool = True) -> KeptTable:
    return KeptTable("unit", {T: TABLE}, np.full(3, covered), moves)


def found(program: Program, table: KeptTable) -> Solution:
    return solve_near_table(program, table, Budget(None), 0)[0]


def test_a_table_of_no_title_that_is_planned_holds_nobody() -> None:
    free = found(minimax(), KeptTable("unit", {}, np.ones(3, dtype=bool), 2))
    assert free.posts[T].tolist() == [3, 3, 3]


def test_where_the_table_says_nothing_the_plan_is_as_it_would_be() -> None:
    assert found(minimax(), kept(0, covered=False)).posts[T].tolist() == [3, 3, 3]


@pytest.mark.parametrize("moves", [0, 1, 4, 6, 9])
def test_the_moves_are_enough_or_it_is_said_how_many_it_takes(moves: int) -> None:
    assert np.abs(found(minimax(), kept(moves)).posts[T] - TABLE).sum() <= 2 * moves
    if moves < 4:
        with pytest.raises(MovesError) as caught:
            found(minimax(lower=4), kept(moves))
        assert caught.value.needed == 4
    else:
        assert found(minimax(lower=4), kept(moves)).posts[T][2] >= 4


def test_no_lawful_plan_at_all_is_no_matter_of_moves() -> None:
    with pytest.raises(NoLawfulPlanError) as caught:
        found(minimax(lower=10), kept(3))
    assert not isinstance(caught.value, MovesError)


def in_parts(monkeypatch: pytest.MonkeyPatch, where: Callable[[Program], bool], error: Exception) -> None:
    """The solver comes to parts of posts in programs of some moves."""
    real = near_table.solve

    def solve(program: Program, *rest: Any) -> Solution:
        if where(program):
            raise error
        return real(program, *rest)

    monkeypatch.setattr(near_table, "solve", solve)


def test_where_the_best_is_in_parts_of_posts_the_best_with_a_move_fewer_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_parts(monkeypatch, lambda p: bool(p.most_moved) and p.most_moved[T] >= 6, InternalError("parts"))
    made = found(minimax(), kept(4))
    assert not made.proven
    assert "the best with 2 moves fewer" in made.form
    assert np.abs(made.posts[T] - TABLE).sum() == 4


def test_where_every_limit_gives_parts_the_nearest_lawful_table_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_parts(monkeypatch, lambda p: p.most_moved is not None, InternalError("parts"))
    made = found(minimax(lower=2), kept(3))
    assert not made.proven
    assert "the nearest lawful table" in made.form
    assert made.posts[T].tolist() == [7, 0, 2]
    with pytest.raises(InternalError):  # two moves at least
        found(minimax(lower=2), kept(1))


def test_where_fewer_moves_allow_no_plan_no_more_are_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    in_parts(monkeypatch, lambda p: bool(p.most_moved) and p.most_moved[T] == 6, InternalError("parts"))
    made = found(minimax(lower=3), kept(3))  # with two moves there is none
    assert "the nearest lawful table" in made.form
    assert made.posts[T].tolist() == [6, 0, 3]


def test_a_repair_that_is_in_parts_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    in_parts(monkeypatch, lambda p: p.kept_table is not None, InternalError("parts"))
    with pytest.raises(InternalError):
        found(minimax(), kept(None))


# the certificate -------------------------------------------------------------------------------------------


def test_a_plan_that_time_stopped_says_so_in_its_certificate() -> None:
    tree = Tree(
        ([Place(0, Fraction(9))], [Place(0, Fraction(9))], [Place(0, Fraction(3)) for _ in range(3)]), 9
    )
    solution, tied = solve_near_table(program_of(tree), kept(2), Budget(None), 0)
    assert solution.proven

    def unproven(of: Solution, program: Program = tied) -> str:
        (name,) = [name for name in certify_near(of, program) if name.endswith(".json.gz")]
        return str(json.loads(gzip.decompress(certify_near(of, program)[name]))["unproven"])

    assert unproven(solution) == ""
    assert unproven(replace(solution, proven=False)) == "time_limit"
    assert unproven(solution, replace(tied, norm="minimax")) in ("minimax", "near")
    worse = replace(solution, posts={T: np.array([7, 2, 0])})
    with pytest.raises(InternalError, match="betters the plan"):
        certify_near(worse, tied)


def test_gps_near_a_table_have_no_proof_and_the_folder_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdc_reports, "write_reports", lambda *_, **__: [])  # pages say nothing of it
    town = Small().province(1, "Adana")
    for code, people in (("A", 60_000), ("B", 20_000)):
        town.district(code, 1, people, central=int(code == "A"))
        town.unit(f"S{code}", code, "saglik_ocagi", catchment_population=people)
        town.unit(f"H{code}", code, "devlet_hastanesi", beds=100)
    town.filled("pratisyen_tabip", 40)
    town.write(tmp_path / "data")
    table = tmp_path / "hand.csv"
    table.write_text(
        "unit_code,title,posts\nSA,pratisyen_tabip,20\nSB,pratisyen_tabip,2\nHA,pratisyen_tabip,2\nHB,pratisyen_tabip,0\n",
        "utf-8",
    )
    command = [
        "plan", "--data", str(tmp_path / "data"), "--set", "A.3.minimum=0", "--title", "pratisyen_tabip",
        "--keep", str(table), "--no-cache", "--lang", "en", "--out", str(tmp_path / "plan"),
    ]  # fmt: skip
    done = CliRunner().invoke(app, [*command, "--change-at-most", "5"])
    summary = json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))
    whole = summary["status"] == "optimal"  # else its best within the moves was in parts of posts
    assert done.exit_code == (0 if whole else STOPPED), done.output
    assert ("NOT proven the best for these titles" in done.output) != whole
    (verdict,) = verify_proof(tmp_path / "plan")
    assert (verdict.problems, verdict.unproven) == ((), "near" if whole else "time_limit")
