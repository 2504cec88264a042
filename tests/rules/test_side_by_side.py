"""Rows of a table that several columns make together are looked up place by place, also after a cut."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from helpers.small import Small
from pdc.country.country import Country
from pdc.country.merges import merge
from pdc.law import reading
from pdc.rules.scene import _in_table

KINDS = {"H1": "devlet_hastanesi", "H2": "eah", "H3": "devlet_hastanesi", "H4": "eah_dal"}
BRANCHES = {"H1": "", "H2": "", "H3": "uroloji", "H4": "uroloji"}
ROWS = frozenset({("devlet_hastanesi", "uroloji", "x"), ("eah", "", "x"), ("eah_dal", "uroloji", "y")})


@pytest.fixture
def country() -> Country:
    built = Small().province(19).district("D1", 19, 90_000, central=1)
    for code, kind in KINDS.items():
        built.unit(code, "D1", kind, beds=10, branch=BRANCHES[code])
    return merge(built.tables(), reading.load())


def test_each_unit_is_looked_up_by_its_own_row(country: Country) -> None:
    own = country.columns["unit"]
    expected = [(kind, branch, "x") in ROWS for kind, branch in zip(own["kind"], own["branch"], strict=True)]
    assert any(expected)
    assert not all(expected)
    assert _in_table(ROWS, (own["kind"], own["branch"], "x"), country).tolist() == expected
    some = np.array([2, 0, 1])
    cut = _in_table(ROWS, (own["kind"][some], own["branch"][some], "x"), country)
    assert cut.tolist() == [expected[i] for i in some]
    swapped = _in_table(ROWS, (own["branch"], own["kind"], "x"), country)
    assert swapped.tolist() == [False] * len(expected)


def test_another_process_does_not_take_other_columns_for_those(country: Country) -> None:
    own = country.columns["unit"]
    assert country.side_by_side([own["kind"], own["branch"]]) is not None
    sent = pickle.loads(pickle.dumps(country))
    assert sent.side_by_side([own["kind"], own["branch"]]) is None
    assert sent.side_by_side([sent.columns["unit"]["kind"]]) is not None
