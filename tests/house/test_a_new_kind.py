"""A kind of rule is one file and one entry in one registry; nothing else is touched (CONTRIBUTING.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

import pdc
from helpers import toy_kind
from helpers.small import posts, rule
from helpers.two_provinces import FEW, country
from pdc.law.kinds import REGISTRY

CLAUSE = """
title = { tr = "Çift sayıda eczacı", en = "An even number of pharmacists" }

["B.5.3.z"]
source = "A toy"
tr = "200 yataklı hastanede en az {} eczacı."
en = "A hospital of 200 beds has at least {} pharmacists."

[["B.5.3.z".rule]]
kind = "even_least"
titles = ["eczaci"]
where = "beds >= large"
amount = "least"

["B.5.3.z".parameters]
large = {{ value = 200, unit = "beds", origin = "assumption", tr = "büyük", en = "large" }}
least = {{ value = {}, unit = "posts", origin = "assumption", tr = "en az", en = "at least" }}
"""


def planned(folder: Path, least: int) -> pdc.Plan:
    file = folder / "toy.toml"
    file.write_text(CLAUSE.replace("{}", str(least)).replace("{{", "{").replace("}}", "}"), "utf-8")
    return country().plan("eczaci", sets=FEW, scenario=[file])


def test_a_kind_from_outside_plans_and_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTRY, "even_least", toy_kind.ENTRY)
    plan = planned(tmp_path, 9)
    assert posts(plan, "eczaci", "H1") == 10
    found = rule(plan, "B.5.3.z", "H1")
    assert (found["required"], found["posts"], found["status"]) == (10, 10, "binding")


def test_what_it_asks_for_beyond_the_law_is_told_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REGISTRY, "even_least", toy_kind.ENTRY)
    with pytest.raises(pdc.ClashError) as told:
        planned(tmp_path, 999)
    assert "B.5.3.z" in str([m.clause for c in told.value.troubles[0].conflicts for m in c.members])


def test_without_its_entry_it_is_an_unknown_kind(tmp_path: Path) -> None:
    with pytest.raises(pdc.InputError, match="even_least"):
        planned(tmp_path, 9)
