"""docs/architecture.md shows the house as it is: its rooms, the clause, the clause's cells, the stages."""

from __future__ import annotations

import re

from helpers.corum import SUNGURLU_HOSPITAL, corum
from helpers.named import ROOMS, ROOT
from pdc.base.levels import STAGES
from pdc.country.setting import prepare
from pdc.law.groups import Group
from pdc.rules.bind import bind_group

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_picture_has_every_room_and_its_arrows_go_up() -> None:
    picture = PAGE.partition("```mermaid")[2].partition("```")[0]
    arrows = re.findall(r"^\s+(\w+) --> (\w+)", picture, re.MULTILINE)
    floors = [arrows[0][0], *(above for _, above in arrows)]
    assert all(floors.index(below) < floors.index(above) for below, above in arrows)
    assert sorted(floors) == list(ROOMS)


def test_the_clause_stands_there_as_it_stands_in_the_law() -> None:
    block = PAGE.partition("```toml\n")[2].partition("```")[0]
    law = (ROOT / "model" / "pdc" / "law" / "principles_2006" / "B4a_hemsire.toml").read_text("utf-8")
    assert block in law


def test_its_cells_are_those_of_the_page() -> None:
    setting = prepare(corum().tables())
    country = setting.country
    planned = {title.code: country.columns["unit"]["beds"] * 0 for title in setting.rulebook.titles}
    bound = bind_group(country, setting.rulebook, Group(("hemsire", "ebe"), frozenset()), planned)
    cells = next(c for c in bound.cells if c.rule.key == "B.4.a.8/1")
    asked = dict(zip(country.codes("unit")[cells.at].tolist(), cells.amount.tolist(), strict=True))
    assert f"{SUNGURLU_HOSPITAL} …], amount [… {asked[SUNGURLU_HOSPITAL]} …])" in PAGE
    assert (cells.titles, cells.level) == (("hemsire",), "unit")
    row = next(line for line in PAGE.splitlines() if line.startswith(f"B.4.a.8,hemsire,unit,{SUNGURLU_HOSPITAL},"))
    assert row.split(",")[4] == str(asked[SUNGURLU_HOSPITAL])


def test_the_stages_are_seven() -> None:
    assert len(STAGES) == 7
    assert "shortfall of tier 1, 2, 3  →  Σ (x − q)² / q of the provinces  →  shortfall of tier 4" in PAGE
