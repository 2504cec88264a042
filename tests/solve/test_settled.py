"""Ranks say of every plan what fractions say: is there an exchange that pays?"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.examples import examples
from helpers.oracle import InfeasibleError, Place, Tree, solve
from helpers.programs import program_of, trees
from pdc.solve.exchange import _Tree
from pdc.solve.settled import settled


@examples(150)
@given(trees(), st.integers(0, 2**32), st.integers(0, 3))
def test_ranks_find_an_exchange_where_fractions_do(tree: Tree, seed: int, moves: int) -> None:
    """At the best plan and at plans some moves away from it."""
    try:
        posts = np.array(solve(tree), dtype=np.int64)
    except InfeasibleError:
        return
    chance = random.Random(seed)
    open_ = [i for i, unit in enumerate(tree.levels[2]) if unit.open]
    for _ in range(moves):
        takes, gives = chance.choice(open_), chance.choice(open_)
        posts[takes] += 1
        posts[gives] -= 1
    if (posts < 0).any():
        return
    program = program_of(tree)
    looked_at = _Tree(program, "title0", {"title0": posts}).gain() is None
    assert settled(program, "title0", {"title0": posts}) == looked_at
    if not moves:
        assert looked_at


@pytest.mark.parametrize("apart", [0, 1, 2])
def test_among_equals_the_lower_code_has_it(apart: int) -> None:
    """Two units of one target in a district, in two districts, in two provinces; the second has the post."""
    one, half = Fraction(1), Fraction(1, 2)
    provinces = [Place(0, one)] if apart < 2 else [Place(0, half), Place(0, half)]
    districts = [Place(0, one)] if not apart else [Place(0, half), Place(apart - 1, half)]
    units = [Place(0, half), Place(min(apart, 1), half)]
    program = program_of(Tree((provinces, districts, units), 1))
    assert settled(program, "title0", {"title0": np.array([1, 0])})
    assert not settled(program, "title0", {"title0": np.array([0, 1])})
