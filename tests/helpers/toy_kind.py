"""A kind of rule from outside the package: a unit has an even number of posts at least, and that is hard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pdc.law.kinds import KindOfRule
from pdc.law.rulebook import Rule
from pdc.rules.cells import Cells, Finding, Numbers, status, whole_amounts
from pdc.rules.kinds.base import Hearer, Kind
from pdc.rules.requirements import NO_LIMIT, positions
from pdc.rules.scene import Scene

ENTRY = KindOfRule("even_least", frozenset({"amount"}), acts="helpers.toy_kind:EvenLeast", form="band")


class EvenLeast(Kind):
    """x ≥ amount, raised to an even number: hard."""

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        rows = positions(scene.where(rule) & scene.open("unit"))
        amount = whole_amounts(scene.amounts(rule, "amount", rows), rule, "amount")
        upper = np.full(len(rows), NO_LIMIT, dtype=np.int64)
        return Cells(rule, tuple(titles), "unit", rows, amount + amount % 2, upper)

    def constrain(self, program: Hearer, cells: Cells) -> None:
        program.band(cells)

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        posts = numbers.at(cells.titles[0], "unit")[cells.at]
        for at, least, found in zip(cells.at.tolist(), cells.amount.tolist(), posts.tolist(), strict=True):
            short = max(0, least - found)
            state = status(short, found == least)
            yield Finding(
                cells.rule.clause, cells.title, "unit", at, least, found, short, None, state, hard=True
            )
