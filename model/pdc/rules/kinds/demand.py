"""Rules that ask for posts at a place: ``floor``, ``fix`` and ``ratio``.

They share one form, because the law adds some of them up: see :mod:`pdc.rules.requirements`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pdc.base.formula import exact, truth
from pdc.law.rulebook import Rule
from pdc.rules.cells import Cells, Finding, Numbers, status, whole_amounts
from pdc.rules.kinds.base import Hearer, Kind
from pdc.rules.requirements import Ask, positions
from pdc.rules.scene import Scene


class Floor(Kind):
    """x ≥ amount, soft: what is missing is a shortfall of the rule's tier."""

    exact = False

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Places where ``where`` holds and something is asked for."""
        if rule.formula("amount") is None:
            return None
        unless = rule.formula("unless")
        if unless is not None and truth(
            scene.evaluate(unless, "national", scene.rulebook.parameters_of(rule.clause))
        ):
            return None
        # A province with no place for the title cannot be asked for one; it is listed instead.
        rows = positions(scene.where(rule) & scene.open(rule.level))
        amount = whole_amounts(scene.amounts(rule, "amount", rows))
        keep = (amount > 0) | self.exact
        rows, amount = rows[keep], amount[keep]
        priority = None
        if rule.formula("order_by") is not None:
            priority = exact(scene.amounts(rule, "order_by", rows))
        return Cells(rule, tuple(titles), rule.level, rows, amount, priority=priority)

    def ask(self, cells: Cells) -> Ask:
        """The rule as an ask of its place."""
        rule = cells.rule
        assert rule.tier is not None, rule.key
        return Ask(
            rule.key, rule.tier, cells.at, cells.amount, rule.stack or rule.key, rule.on_top, self.exact
        )

    def constrain(self, program: Hearer, cells: Cells) -> None:
        """Ask for the posts, softly."""
        if len(cells.titles) > 1:
            program.at_least_together(cells)
        else:
            program.ask(cells.titles[0], cells.level, self.ask(cells), cells.priority)

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        """Joint rules are checked alone; the asks of one place together (see :mod:`pdc.rules.checks`)."""
        rule = cells.rule
        posts = sum((numbers.at(t, cells.level)[cells.at] for t in cells.titles), start=np.int64(0))
        for at, required, found in zip(
            cells.at.tolist(), cells.amount.tolist(), np.asarray(posts).tolist(), strict=True
        ):
            short = max(0, required - found)
            yield Finding(
                rule.clause, cells.title, cells.level, at, required, found, short, rule.tier,
                status(short, found == required),
            )  # fmt: skip


class Fix(Floor):
    """x = amount, soft: short by |x − amount|."""

    exact = True


class Ratio(Floor):
    """x ≥ what another title's plan asks for: a floor whose amount reads ``planned(…)``."""

