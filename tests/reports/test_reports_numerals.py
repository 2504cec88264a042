"""Numbers as Turkish and English readers write them."""

from __future__ import annotations

import math

import pytest

from pdc_common.numerals import number, percent, tick


@pytest.mark.parametrize(
    ("value", "decimals", "tr", "en"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (-3, 0, "−3", "−3"),
        (0.125, 2, "0,13", "0.13"),
        (2.5, 0, "3", "3"),
        (-0.001, 2, "0,00", "0.00"),
        (math.inf, 1, "∞", "∞"),
        (math.nan, 1, "–", "–"),
        (None, 0, "–", "–"),
    ],
)
def test_number(value, decimals, tr, en):
    assert number(value, "tr", decimals) == tr
    assert number(value, "en", decimals) == en


def test_a_sign_is_written_for_gains_and_never_for_zero():
    assert number(3, "tr", sign=True) == "+3"
    assert number(0, "tr", sign=True) == "0"
    assert number(0.001, "tr", 1, sign=True) == "0,0"


def test_percent_sign_stands_before_in_turkish_and_after_in_english():
    assert percent(0.1534, "tr") == "%15,3"
    assert percent(0.1534, "en") == "15.3%"
    assert percent(None, "tr") == "–"


def test_ticks_take_the_fewest_decimals():
    assert [tick(v, "tr") for v in (0, 0.2, 0.25, 1000, 0.30000000000000004)] == [
        "0",
        "0,2",
        "0,25",
        "1.000",
        "0,3",
    ]
