"""``print(plan)`` and a bare ``plan`` in a notebook are a dozen lines, never the data."""

from __future__ import annotations

from pathlib import Path

import pytest

import pdc
from helpers.two_provinces import FEW, country


@pytest.fixture(scope="module")
def plan() -> pdc.Plan:
    return country().plan("hemsire", "ebe", "eczaci", sets=FEW)


def test_a_plan_is_told_in_a_dozen_lines(plan: pdc.Plan) -> None:
    assert repr(plan) == str(plan) == plan.summary()
    assert len(plan.summary().splitlines()) <= 12
    assert "Pharmacist" in plan.summary()
    assert "Eczacı" in plan.summary("tr")


def test_the_dictionary_keeps_another_name(plan: pdc.Plan) -> None:
    assert plan.to_dict()["titles"]["eczaci"]["status"] == "optimal"


def test_audits_and_tables_are_told_shortly_too(plan: pdc.Plan, tmp_path: Path) -> None:
    data = country().filled("eczaci", 11).write(tmp_path / "data")
    audit = pdc.audit("filled", data, sets=FEW)
    assert len(repr(audit)) < 400
    assert len(repr(audit.cetvel)) < 200
