"""Stay near another table: a repair moves as few of its posts as can be, ``--keep`` at most so many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from pdc.base.errors import InternalError, MovesError, NoLawfulPlanError
from pdc.base.numbers import Ints
from pdc.country.country import level_sums
from pdc.program.options import HIGHS, KeptTable
from pdc.program.program import Program
from pdc.solve.lexicographic import solve
from pdc.solve.near_tree import solve_near_tree, why_no_tree
from pdc.solve.network import feasible
from pdc.solve.solution import Budget, Solution

_FEWER: Final = 8  # so many moves fewer are tried


def solve_near_table(
    program: Program, near: KeptTable, budget: Budget, seed: int, engine: str = HIGHS
) -> tuple[Solution, Program]:
    """Optimum near a table, and the program that knows it. What is no tree is told as ``no_tree``.

    Raises :class:`MovesError` where the moves allowed do not suffice.
    """
    tied = _tied_to(program, near, budget, seed)
    if tied.most_moved is None:
        found = _as_it_is(tied, near, budget, seed)
        return replace(found, no_tree="" if engine == HIGHS else "near"), tied
    why = why_no_tree(tied)
    if not why:
        tree = solve_near_tree(tied, near.moves or 0, budget, seed, engine)
        if tree.solution is not None:
            return tree.solution, tied
        why = tree.across
    found = _as_it_is(tied, near, budget, seed)
    return replace(found, no_tree="" if found.proven and engine == HIGHS else why), tied


def _as_it_is(tied: Program, near: KeptTable, budget: Budget, seed: int) -> Solution:
    """The whole program with the row that counts moves, which is no network row."""
    program = replace(tied, kept_table=None, most_moved=None)
    try:
        return solve(tied, budget, seed)
    except InternalError:
        if tied.most_moved is None:
            raise
        # The best plan has parts of posts, and there are too many units to ask for whole ones. The best with
        # some moves fewer is often whole; else the nearest lawful table serves. Neither is called proven.
        fewer = _with_fewer(tied, budget, seed)
        if fewer is not None:
            return fewer
        for first in (False, True):
            nearest = solve(replace(tied, most_moved=None, moved_first=first), budget, seed)
            if _within(tied, nearest):
                form = f"{nearest.form}, the nearest lawful table (the best within the moves is not whole)"
                return replace(nearest, form=form, proven=False)
        raise
    except NoLawfulPlanError:
        if tied.most_moved is None or not feasible(program):
            raise
        least = solve(replace(tied, most_moved=None, moved_first=True), budget, seed)
        assert tied.kept_table is not None
        needed = 0
        for title in program.titles:
            gap = level_sums(program.country, least.posts[title], near.level) - tied.kept_table[title]
            needed = max(needed, int(min(np.maximum(gap, 0).sum(), np.maximum(-gap, 0).sum())))
        raise MovesError("+".join(program.titles), near.moves or 0, needed) from None


def _with_fewer(tied: Program, budget: Budget, seed: int) -> Solution | None:
    """The best plan of somewhat fewer moves, where that is whole."""
    assert tied.most_moved is not None
    for fewer in range(1, _FEWER + 1):
        most = {title: moved - 2 * fewer for title, moved in tied.most_moved.items()}
        if min(most.values()) < 0:
            return None
        try:
            found = solve(replace(tied, most_moved=most), budget, seed)
        except InternalError:
            continue
        except NoLawfulPlanError:
            return None
        form = f"{found.form}, the best with {fewer} moves fewer (the best within the moves is not whole)"
        return replace(found, form=form, proven=False)
    return None


def _within(tied: Program, found: Solution) -> bool:
    """Does a plan keep to the moves allowed?"""
    assert tied.kept_table is not None
    assert tied.most_moved is not None
    return all(
        int(np.abs(level_sums(tied.country, found.posts[t], tied.kept_level) - tied.kept_table[t]).sum())
        <= tied.most_moved[t]
        for t in tied.titles
    )


def _tied_to(program: Program, near: KeptTable, budget: Budget, seed: int) -> Program:
    """The program told what to stay near to; what the table does not give is as it would be without it."""
    given = {title: near.posts[title] for title in program.titles if title in near.posts}
    if not given:
        return program
    if len(given) < len(program.titles) or not near.covered.all():
        base = solve(program, budget, seed).posts
        sums = {title: level_sums(program.country, posts, near.level) for title, posts in base.items()}
        given = {
            title: np.where(near.covered, given[title], own) if title in given else own
            for title, own in sums.items()
        }
    return tied_to(program, near, given)


def tied_to(program: Program, near: KeptTable, given: Mapping[str, Ints]) -> Program:
    """The program told what to stay near to, every title and place ``given``."""
    most = None
    if near.moves is not None:
        most = {}
        for title in program.titles:
            supply, total = program.targets[title].supply, int(given[title].sum())
            # By how much the number given out differs from the table's sum: posts that change without a move.
            most[title] = 2 * near.moves + abs((total if supply is None else supply) - total)
    return replace(program, kept_table=dict(given), kept_level=near.level, most_moved=most)
