"""``none_or``: a unit has none, or at least so many (nobody works alone)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pdc.base.formula import truth
from pdc.law.rulebook import Rule
from pdc.rules.cells import Cells, Finding, Numbers, status, whole_amounts
from pdc.rules.kinds.base import Hearer, Kind
from pdc.rules.requirements import positions
from pdc.rules.scene import Scene


class NoneOr(Kind):
    """x = 0 or x ≥ amount, hard: the one kind that makes a program a mixed-integer one by itself."""

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Eligible units of ``where`` and their least number above none."""
        rows = positions(scene.where(rule, "where", "unit") & truth(scene.column("unit", "eligible")))
        amount = whole_amounts(scene.amounts(rule, "amount", rows, "unit"), rule, "amount")
        return Cells(rule, tuple(titles), "unit", rows[amount > 1], amount[amount > 1])

    def constrain(self, program: Hearer, cells: Cells) -> None:
        """Register as semicontinuous units (``Program.none_or``)."""
        program.none_or_at_least(cells)

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        """Short by what is missing to the least number, where there is somebody at all."""
        posts = numbers.at(cells.titles[0], "unit")[cells.at]
        missing = np.where(posts > 0, np.maximum(0, cells.amount - posts), 0)
        for at, least, found, short in zip(
            cells.at.tolist(), cells.amount.tolist(), posts.tolist(), missing.tolist(), strict=True
        ):
            state = status(short, found == least)
            yield Finding(
                cells.rule.clause, cells.title, "unit", at, least, found, short, None, state, hard=True
            )
