"""Gini, max/min and Theil against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc_common.fairness import fairness, gini, lorenz, max_min_ratio, theil

PLACES = st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 500)), min_size=1, max_size=12)


def test_the_lorenz_curve_starts_with_the_place_that_has_fewest_per_head():
    # Per head 3/1, 1/3: the second place first.
    x, y = lorenz([1, 3], [3, 1])
    assert x.tolist() == [0, 0.75, 1]
    assert y.tolist() == [0, 0.25, 1]


def test_gini_of_two_places():
    # 1 − [(3/4)(1/4) + (1/4)(1/4 + 1)] = 1 − (3/16 + 5/16) = 1/2
    assert gini([1, 3], [3, 1]) == pytest.approx(0.5)


def test_gini_of_four_equal_places_with_1_2_3_4_posts():
    # Y = 0.1, 0.3, 0.6, 1; 1 − (0.1 + 0.4 + 0.9 + 1.6) / 4 = 0.25
    assert gini([5, 5, 5, 5], [4, 1, 3, 2]) == pytest.approx(0.25)


def test_all_posts_in_one_of_n_equal_places_is_one_minus_one_nth():
    assert gini([7] * 10, [0] * 9 + [50]) == pytest.approx(0.9)
    assert theil([7] * 10, [0] * 9 + [50]) == pytest.approx(math.log(10))
    assert max_min_ratio([7] * 10, [0] * 9 + [50]) == math.inf


def test_max_min_ratio_is_of_rates_not_of_posts():
    assert max_min_ratio([100, 50], [10, 10]) == pytest.approx(2)


def test_theil_of_two_places():
    # s = 3/4, 1/4; p = 1/4, 3/4: 0.75 ln 3 + 0.25 ln(1/3) = 0.5 ln 3
    assert theil([1, 3], [3, 1]) == pytest.approx(0.5 * math.log(3))


def test_posts_in_proportion_to_people_are_equal():
    found = fairness([10, 20, 70], [1, 2, 7])
    assert found.gini == pytest.approx(0)
    assert found.ratio == pytest.approx(1)
    assert found.theil == pytest.approx(0)


def test_no_posts_at_all_is_not_defined():
    assert np.isnan([gini([1, 2], [0, 0]), theil([1, 2], [0, 0]), max_min_ratio([1, 2], [0, 0])]).all()


@pytest.mark.parametrize(("people", "posts"), [([1, 2], [1]), ([0, 1], [1, 1]), ([1, 1], [-1, 1])])
def test_what_is_no_distribution_is_refused(people, posts):
    with pytest.raises(ValueError, match="people"):
        gini(people, posts)


@given(PLACES)
def test_measures_stay_in_their_bounds_and_do_not_depend_on_the_order(places):
    people, posts = (list(column) for column in zip(*places, strict=True))
    if not sum(posts):
        return
    found, turned = fairness(people, posts), fairness(people[::-1], posts[::-1])
    assert -1e-12 <= found.gini < 1
    assert found.theil >= -1e-12
    assert found.ratio >= 1
    assert found.gini == pytest.approx(turned.gini, abs=1e-12)
    assert found.theil == pytest.approx(turned.theil, abs=1e-12)


@given(PLACES, st.integers(2, 9))
def test_a_place_cut_into_equal_parts_changes_nothing(places, parts):
    people, posts = (list(column) for column in zip(*places, strict=True))
    if not sum(posts):
        return
    cut_people = [w for w in people for _ in range(parts)]
    cut_posts = [x for x in posts for _ in range(parts)]
    assert gini(cut_people, cut_posts) == pytest.approx(gini(people, posts), abs=1e-9)
    assert theil(cut_people, cut_posts) == pytest.approx(theil(people, posts), abs=1e-9)
