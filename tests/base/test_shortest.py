"""Doubles as texts: those of ``repr``, whoever writes them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pdc.base.shortest import PLAIN, shortest

ENDS = [end * sign for end in PLAIN for sign in (1.0, -1.0)]
EITHER_SIDE = [math.nextafter(end, to) for end in ENDS for to in (-math.inf, math.inf)]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
@example([*ENDS, *EITHER_SIDE])
@example([0.0, -0.0, 1.0, -1.0, 0.1, 1 / 3, 5e-324, 2e-05, 2.5e-05, 1e16, 1.7976931348623157e308])
def test_texts_are_those_of_repr(values: list[float]) -> None:
    assert shortest(np.array(values)) == [*map(repr, values)]


@pytest.mark.parametrize("head", ["", " district ", "=", "1"])
def test_each_text_has_its_head(head: str) -> None:
    values = [0.25, -3.0, 1e-05, 1e22]
    assert shortest(np.array(values), head) == [f"{head}{value!r}" for value in values]
    assert shortest(np.array([]), head) == []


def test_a_head_with_a_comma_is_refused() -> None:
    with pytest.raises(ValueError, match="comma"):
        shortest(np.array([1.0]), "a,b ")
