"""Distances and who is alone."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pdc_common.geography import great_circle_km
from pdc_reports.folder.lone_specialists import COLUMNS, lone_colleagues


def test_a_degree_of_the_meridian_is_111_km():
    assert great_circle_km(*(np.array([v]) for v in (39.0, 35.0, 40.0, 35.0)))[0] == pytest.approx(
        111.19, abs=0.01
    )


def test_ankara_to_istanbul_is_350_km():
    places = (np.array([v]) for v in (39.92077, 32.85411, 41.01384, 28.94966))
    assert great_circle_km(*places)[0] == pytest.approx(350, abs=2)


def test_half_way_round_the_earth_does_not_leave_the_arc():
    assert great_circle_km(*(np.array([v]) for v in (0.0, 0.0, 0.0, 180.0)))[0] == pytest.approx(20015, abs=1)


@pytest.fixture
def three(plan):
    """A branch at three units on one meridian: 1 post, 1 post a degree north, 2 posts (an EAH) two degrees north."""
    units = pd.DataFrame(
        {
            "unit_code": ["a", "b", "c"],
            "district_code": ["TR-36-005", "TR-36-005", "TR-62-008"],
            "province_code": [36, 36, 62],
            "unit": ["A", "B", "C"],
            "kind": ["devlet_hastanesi", "devlet_hastanesi", "eah"],
            "beds": 100,
            "catchment_population": 0.0,
            "latitude": [38.0, 39.0, 40.0],
            "longitude": 40.0,
            "source": "",
        }
    )
    rows = units[["province_code", "district_code", "unit_code"]].assign(
        title="uzman.noroloji", target=1.0, posts=[1, 1, 2], deviation=0.0
    )
    return replace(plan, units=units, plan_units=rows, training=plan.training[:0])


def test_the_next_colleague_and_the_next_training_hospital(three):
    lone = lone_colleagues(three).set_index("unit_code")
    assert sorted(lone.index) == ["a", "b"]
    assert lone.loc["a", "next_unit_code"] == "b"
    assert lone.loc["a", "next_km"] == pytest.approx(111.2)
    assert lone.loc["a", "eah_unit_code"] == "c"
    assert lone.loc["a", "eah_km"] == pytest.approx(222.4)
    assert lone.loc["a", ["district_posts", "province_posts"]].tolist() == [2, 2]


def test_a_clinic_is_where_training_csv_has_one_and_not_where_posts_are(three):
    clinics = pd.DataFrame({"unit_code": ["b", "c"], "branch": ["noroloji", "noroloji"], "clinics": [2, 0]})
    lone = lone_colleagues(replace(three, training=clinics)).set_index("unit_code")
    assert lone.loc["a", "eah_unit_code"] == "b"
    assert lone.loc["b", "eah_unit_code"] == ""  # its own clinic is not the next one
    assert np.isnan(lone.loc["b", "eah_km"])


def test_a_branch_without_any_clinic_has_none_though_an_eah_has_posts(three):
    clinics = pd.DataFrame({"unit_code": ["c"], "branch": ["uroloji"], "clinics": [1]})
    lone = lone_colleagues(replace(three, training=clinics))
    assert lone["eah_unit_code"].tolist() == ["", ""]
    assert lone[["eah_km", "eah_road_km"]].isna().all(axis=None)


def test_road_kilometres_are_between_two_provinces_only(three):
    lone = lone_colleagues(three).set_index("unit_code")
    assert np.isnan(lone.loc["a", "next_road_km"])
    assert lone.loc["a", "eah_road_km"] == three.road_km.loc[36, "62"]


def test_the_only_one_in_the_country_has_no_colleague(three):
    only = replace(three, plan_units=three.plan_units.iloc[:1])
    lone = lone_colleagues(only)
    assert lone.loc[0, "next_unit_code"] == ""
    assert lone[["next_km", "eah_km"]].isna().all(axis=None)


def test_nobody_alone_gives_an_empty_table_with_its_columns(three):
    lone = lone_colleagues(replace(three, plan_units=three.plan_units.iloc[2:]))
    assert lone.empty
    assert tuple(lone.columns) == COLUMNS


def test_the_table_is_written_and_is_what_the_plan_says(plan, reports):
    with (reports / "lone_colleagues.csv").open(encoding="utf-8") as file:
        found = {(row["title"], row["unit_code"]) for row in csv.DictReader(file)}
    rows = plan.plan_units
    alone = rows[rows["title"].str.startswith("uzman.") & (rows["posts"] == 1)]
    assert found == set(zip(alone["title"], alone["unit_code"], strict=True))
    assert found
