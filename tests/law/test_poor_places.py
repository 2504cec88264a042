"""What a floor asks for is there even where the people of the place would earn it nothing."""

from __future__ import annotations

import pytest

from helpers.clause_mark import clause
from helpers.poor_places import POOR, Poor
from helpers.small import posts
from helpers.towns import made


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.name} at {case.kind}") for case in POOR])
@clause(*{case.clause: None for case in POOR}, shows="kept")
def test_few_people_have_what_the_floor_asks_for(case: Poor) -> None:
    plan = made(case.country(), *case.titles, sets=case.sets)
    found = plan.rules[(plan.rules["clause"] == case.clause) & plan.rules["code"].isin(["P", "55"])]
    assert max(found["required"]) == case.required
    assert sum(found["shortfall"]) == 0
    have = sum(posts(plan, title, "P") for title in (case.title, case.with_title) if title)
    assert have == case.required  # and not one more: the target is far below
