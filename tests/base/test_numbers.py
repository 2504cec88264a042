"""How exact numbers are written: as round() has them, though many at once."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base.numbers import DIGITS, decimal, decimals

SMALL = st.tuples(st.integers(0, 10**6 * 7), st.integers(7, 10**12))
HALVES = st.tuples(st.integers(0, 10**12).map(lambda n: 2 * n + 1), st.just(2 * 10**9))
LARGE = st.tuples(st.integers(0, 10**16), st.integers(1, 9))


@given(st.lists(st.tuples(st.one_of(SMALL, HALVES, LARGE), st.integers(0, 10**6 + 2)), max_size=5))
def test_targets_and_deviations_are_rounded_as_python_rounds(rows: list[tuple[tuple[int, int], int]]) -> None:
    targets, posts = [Fraction(*pair) for pair, _ in rows], np.array([n for _, n in rows], dtype=np.int64)
    found, deviations = decimals(targets, posts)
    rounded = [float(round(target, DIGITS)) for target in targets]
    assert found.tolist() == rounded == [decimal(target) for target in targets]
    assert deviations.tolist() == [round(x - q, DIGITS) for x, q in zip(posts.tolist(), rounded, strict=True)]


@pytest.mark.parametrize(("billionths", "near"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("2.4999", 2), ("3.5", 4)])
def test_halves_go_to_the_even_billionth(billionths: str, near: int) -> None:
    assert decimal(Fraction(billionths) / 10**9) == near / 10**9
