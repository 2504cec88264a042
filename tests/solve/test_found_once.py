"""What is worked out of a program once is the same as anew, belongs to it alone, and does not travel with it."""

from __future__ import annotations

import pickle
import weakref
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.oracle import Place, Tree
from helpers.programs import program_of, trees, two_provinces
from pdc.base.garbage import no_collection
from pdc.program.arrays import compiled
from pdc.program.model import Model
from pdc.program.program import Program
from pdc.solve.marginal.allocate import Steps
from pdc.solve.marginal.tree import tree_of


@pytest.fixture
def some_program() -> Program:
    return two_provinces()


def _alike(one: Model, other: Model) -> bool:
    same = all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("lower", "upper", "node", "start", "row", "column", "value", "rhs")
    )
    return same and all(np.array_equal(one.costs[stage], other.costs[stage]) for stage in one.costs)


@settings(deadline=None, max_examples=60)
@given(trees(), st.integers(0, 3), st.integers(0, 2))
def test_columns_are_those_of_the_guess_that_is_asked_for(tree: Tree, more: int, reach: int) -> None:
    """Also where the arrays of an earlier question were written to since."""
    program, fresh = program_of(tree), program_of(tree)
    nodes = program.nodes()
    guess, width = nodes.lower.copy(), np.zeros(len(nodes), dtype=np.int64)
    first = compiled(program, nodes, guess, width)
    assert compiled(program, nodes, guess.copy(), width.copy()) is first
    guess += more
    width += reach
    asked = compiled(program, nodes, guess, width)
    assert (asked is first) == (not more and not reach)
    assert _alike(asked, compiled(fresh, fresh.nodes(), guess, width))
    assert not _alike(asked, compiled(program, nodes, guess, width, totals_integer=True)) or not len(nodes)


def test_a_changed_program_has_its_own_nodes_and_trees(some_program: Program) -> None:
    """Also one that was pickled, which carries nothing of the kind."""
    lower, upper = some_program.bounds["title0", "unit"]
    before, tree = some_program.nodes(), tree_of(some_program, "title0")
    assert some_program.nodes() is before
    assert tree_of(some_program, "title0") is tree
    changed = some_program.with_bounds("title0", "unit", lower + 1, upper)
    assert (changed.nodes().lower.sum(), before.lower.sum()) == (lower.sum() + len(lower), lower.sum())
    assert (tree_of(changed, "title0").levels[2].lower == tree.levels[2].lower + 1).all()
    away = pickle.loads(pickle.dumps(some_program))
    assert not away.found
    assert np.array_equal(away.nodes().lower, before.lower)


def test_some_provinces_are_never_taken_for_the_country(some_program: Program) -> None:
    """Nodes and trees of a part are made for it."""
    whole, part = some_program.nodes(), some_program.nodes(np.array([0]))
    assert len(part) < len(whole)
    assert len(tree_of(some_program, "title0", np.array([0])).levels[0]) == 1
    assert len(tree_of(some_program, "title0").levels[0]) == 2


def test_ties_are_those_of_the_last_plan_and_none_where_there_is_none() -> None:
    """Two like provinces and one post; then no province at all."""
    half = Fraction(1, 2)
    levels = (
        [Place(0, half), Place(0, half)],
        [Place(0, half), Place(1, half)],
        [Place(0, half), Place(1, half)],
    )
    program, steps = program_of(Tree(levels, 1)), Steps()
    steps.allocate(program, "title0")
    assert steps.tied == frozenset({0, 1})
    steps.allocate(program, "title0", np.array([], dtype=np.int64))
    assert steps.tied == frozenset()


def test_a_program_that_nobody_holds_is_gone_without_a_search_for_garbage() -> None:
    """With its model: a circle between them would keep all groups of a large country at once."""
    program = two_provinces()
    nodes = program.nodes()
    model = compiled(program, nodes, nodes.lower, np.zeros(len(nodes), dtype=np.int64))
    assert len([*model.names, *model.row_names]) == model.size + len(model.rhs)
    gone = weakref.ref(program), weakref.ref(model)
    with no_collection():
        del program, nodes, model
        assert [one() for one in gone] == [None, None]


def test_a_column_is_called_after_its_place_and_where_it_begins() -> None:
    """Also where its name is read in two halves."""
    program = two_provinces()
    nodes = program.nodes()
    model = compiled(program, nodes, nodes.lower, np.zeros(len(nodes), dtype=np.int64))
    real = model.node >= 0
    at = zip(nodes.title[model.node], nodes.level[model.node], nodes.at[model.node], model.start, strict=True)
    names = [f"{program.titles[t]}.{'pdu'[level]}{a}.{start}" for t, level, a, start in at]
    assert [name for name, one in zip(model.names, real, strict=True) if one] == [
        name for name, one in zip(names, real, strict=True) if one
    ]
    for known in (model.names, model.row_names):
        first, places, second, then = known.halves
        assert [first[i] + second[j] for i, j in zip(places, then, strict=True)] == [*known]
