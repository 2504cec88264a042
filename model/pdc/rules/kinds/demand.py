"""Rules that ask for posts at a place: ``floor``, ``fix`` and ``ratio``.

They share one form, because the law adds some of them up: see :mod:`pdc.rules.requirements`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pdc.base.formula import exact, truth
from pdc.base.numbers import Ints
from pdc.law.rulebook import Rule
from pdc.rules.cells import Cells, Finding, Numbers, in_range, status, whole_amounts
from pdc.rules.kinds.base import Hearer, Kind
from pdc.rules.requirements import Ask, positions
from pdc.rules.scene import Scene


def asked(scene: Scene, rule: Rule) -> Ints:
    """Places that a floor asks: a province with no place for the title cannot be; it is listed instead."""
    if rule.key not in scene.asked:
        scene.asked[rule.key] = positions(scene.where(rule) & scene.open(rule.level))
    return scene.asked[rule.key]


def lapses(scene: Scene, rule: Rule) -> bool:
    """Does the floor ask nobody (``unless``: the country has too few for all places it would ask)?"""
    unless = rule.formula("unless")
    if unless is None:
        return False
    scene.add("national", "asked_places", len(asked(scene, rule)))
    return bool(truth(scene.rule(rule, "unless", "national")))


class Floor(Kind):
    """x ≥ amount, soft: what is missing is a shortfall of the rule's tier."""

    exact = False

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Places where ``where`` holds and something is asked for."""
        if rule.formula("amount") is None:
            return None
        if lapses(scene, rule):
            return None
        every = asked(scene, rule)
        amounts = whole_amounts(scene.amounts(rule, "amount", every), rule, "amount")
        keep = (amounts > 0) | self.exact
        every, amounts = every[keep], amounts[keep]
        rows, closed = scene.split_closed(rule.level, every)
        amount, void = amounts[np.isin(every, rows)], (closed, amounts[np.isin(every, closed)])
        priority = None
        if rule.formula("order_by") is not None:
            priority = exact(scene.amounts(rule, "order_by", rows))
            for one in priority.tolist():
                in_range(one, rule, "order_by")
        return Cells(
            rule, tuple(titles), rule.level, rows, amount, priority=priority, void=void,
            later=scene.rulebook.later(rule),
        )  # fmt: skip

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

