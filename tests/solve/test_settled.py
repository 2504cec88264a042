"""Ranks say of every plan what fractions say: is there an exchange that pays?"""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from helpers.examples import examples
from helpers.oracle import InfeasibleError, Tree, solve
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
    assert settled(program, "title0", posts) == looked_at
    if not moves:
        assert looked_at
