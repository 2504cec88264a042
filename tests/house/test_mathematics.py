"""Names in docs/mathematics.md are names of the code: each symbol stands beside what holds it."""

from __future__ import annotations

import re

import pytest

from helpers.named import ROOT, code_names, missing
from pdc.base.levels import STAGES

PAGE = ROOT / "docs" / "mathematics.md"
NAMES = code_names(PAGE)


@pytest.mark.parametrize("name", NAMES)
def test_a_symbol_stands_beside_a_name_that_the_code_has(name: str) -> None:
    assert missing(name) == "", f"docs/mathematics.md: no {name}"


def test_the_page_names_most_of_what_it_speaks_of_and_a_wrong_name_is_found() -> None:
    assert len(NAMES) > 50
    assert missing("rules.targets.Pool.weight_of_the_moon") == "pdc.rules.targets.Pool.weight_of_the_moon"
    assert missing("rules.nowhere.Pool") == "pdc.rules.nowhere"


def test_the_stages_stand_on_the_page_in_their_order() -> None:
    section = PAGE.read_text("utf-8").partition("\n## Objective")[2].partition("\n## ")[0]
    rows = [row for row in section.splitlines() if row.startswith("| `")]
    assert tuple(name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])) == STAGES
