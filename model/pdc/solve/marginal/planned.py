"""The best plan of a group without a solver: each title's tree, then what runs across the trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pdc.base.levels import LEVELS
from pdc.base.numbers import Ints
from pdc.program.program import Program
from pdc.solve.marginal.across import with_what_runs_across
from pdc.solve.marginal.allocate import Steps
from pdc.solve.marginal.tree import Tree


@dataclass(frozen=True, eq=False)
class Found:
    """Posts by title and unit position; ``circles`` is how many times floors and limits moved a post.

    ``tied`` are provinces that may have another number, no aim up to the provinces' own the worse: all of
    those, perhaps others too; None: not known.
    """

    posts: dict[str, Ints]
    circles: int
    tied: frozenset[int] | None


def planned(
    program: Program, only: Ints | None = None, most: int | None = None, *, ties: bool = True
) -> Found:
    """The best plan of a program of trees (of some provinces, whose numbers stand); with ``ties`` also which
    provinces tie.

    Raises :class:`InfeasibleError` where there is none, :class:`NoTreeError` where what runs across the
    trees is no network with them, or more than ``most`` posts would go round
    (None: than any plan may move).
    """
    posts: dict[str, Ints] = {}
    trees: dict[str, Tree] = {}
    tied: frozenset[int] | None = frozenset() if ties else None
    for title in program.titles:
        steps = Steps()
        posts[title] = steps.allocate(program, title, only)
        assert steps.tree is not None
        trees[title] = steps.tree
        if tied is not None:
            tied |= steps.tied
    found, circles = with_what_runs_across(program, trees, posts, only, most)
    if circles and not _standing(program):
        return Found(found, circles, None)
    return Found(found, circles, tied)


def _standing(program: Program) -> bool:
    """Are the numbers of all provinces given?"""
    ends = [program.bounds[title, LEVELS[0]] for title in program.titles]
    at = [program.open(LEVELS[0], title) for title in program.titles]
    return all(np.array_equal(low[rows], high[rows]) for (low, high), rows in zip(ends, at, strict=True))


def differing(posts: Mapping[str, Ints], others: Mapping[str, Ints]) -> tuple[str, Ints] | None:
    """The first title whose plans differ, and where; None: they are the same."""
    for title, units in posts.items():
        rows = np.flatnonzero(units != others[title])
        if len(rows):
            return title, rows
    return None
