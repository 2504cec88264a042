"""Rules that limit: ``cap`` (hard), ``band`` (hard or soft) and ``share`` (of a province's number)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.formula import FormulaError, exact, round_half_up, truth
from pdc.base.numbers import Ints
from pdc.law.rulebook import Rule
from pdc.rules.cells import Cells, Finding, Numbers, in_range, status, whole_amounts
from pdc.rules.kinds.base import Hearer, Kind
from pdc.rules.requirements import Ask, positions
from pdc.rules.scene import Scene


class Cap(Kind):
    """x ≤ amount, hard. With ``together``, the sum over a province's units of ``where``."""

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Units (or, together, provinces with such units) and their limits."""
        if not rule.together:
            rows, shut = scene.split_closed("unit", positions(scene.where(rule, "where", "unit")))
            amount, void = (
                whole_amounts(scene.amounts(rule, "amount", part, "unit"), rule, "amount")
                for part in (rows, shut)
            )
            return Cells(rule, tuple(titles), "unit", rows, amount, void=(shut, void))
        members = positions(scene.where(rule, "where", "unit") & truth(scene.column("unit", "eligible")))
        amounts = whole_amounts(scene.amounts(rule, "amount", members, "unit"), rule, "amount")
        provinces, first, member_of = np.unique(
            scene.country.unit_province[members], return_index=True, return_inverse=True
        )
        return Cells(
            rule, tuple(titles), "province", provinces, amounts[first], members=members, member_of=member_of
        )

    def constrain(self, program: Hearer, cells: Cells) -> None:
        """Set the upper bounds."""
        if cells.members is None:
            program.at_most(cells.titles[0], cells.at, cells.amount)
        else:
            program.at_most_together(cells)

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        """Found against the limit; more than the limit breaks the law."""
        if cells.members is None:
            posts = numbers.at(cells.titles[0], "unit")[cells.at]
        else:
            posts = group_sums(numbers.at(cells.titles[0], "unit"), cells)
        yield from _limits(cells, posts, cells.amount)


class Band(Kind):
    """amount ≤ x ≤ upper: hard without a tier, else short by the distance to it."""

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Both ends; where a hard band is empty the target, rounded half up, is both (B.3.b).

        Raises :class:`~pdc.base.formula.FormulaError` for an empty hard band of a unit.
        """
        # A place without a unit for the title cannot be asked for any; it is listed instead.
        every = positions(scene.where(rule) & scene.open(rule.level))
        rows, shut = scene.split_closed(rule.level, every)
        void = shut, whole_amounts(scene.amounts(rule, "amount", shut), rule, "amount")
        lower = whole_amounts(scene.amounts(rule, "amount", rows), rule, "amount")
        upper = whole_amounts(scene.amounts(rule, "upper", rows), rule, "upper")
        empty = lower > upper
        if empty.any() and rule.tier is None:
            if rule.level == "unit":  # whose targets are not known before its floors are
                raise _empty_band(scene, rule, *(int(end[empty][0]) for end in (rows, lower, upper)))
            target = scene.column(rule.level, f"{rule.level}_target")[rows[empty]]
            nearest = np.array([round_half_up(q) for q in target.tolist()], dtype=np.int64)
            lower[empty] = upper[empty] = nearest
        return Cells(rule, tuple(titles), rule.level, rows, lower, upper, void=void)

    def constrain(self, program: Hearer, cells: Cells) -> None:
        """Bounds, or soft ends in the rule's tier."""
        program.band(cells)

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        """Short by the distance to the band; ``required`` is the end that is nearer."""
        rule = cells.rule
        assert cells.upper is not None
        posts = numbers.at(cells.titles[0], cells.level)[cells.at]
        for at, low, high, found in zip(
            cells.at.tolist(), cells.amount.tolist(), cells.upper.tolist(), posts.tolist(), strict=True
        ):
            short = max(0, low - found, found - high)
            required = high if abs(found - high) < abs(found - low) else low
            yield Finding(
                rule.clause, cells.title, cells.level, at, required, found, short, rule.tier,
                status(short, found in (low, high)), hard=rule.tier is None,
            )  # fmt: skip


def _empty_band(scene: Scene, rule: Rule, at: int, least: int, most: int) -> FormulaError:
    formula = rule.formula("upper")
    values = {"clause": rule.clause, "key": "upper", "formula": "" if formula is None else formula.text}
    unit = str(scene.country.codes("unit")[at])
    return FormulaError("formula.empty_band", **values, unit=unit, number=most, least=least)


class Share(Kind):
    """At most ``rate`` of the province's number (hard), or exactly that, rounded, at one unit (soft)."""

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Provinces with such units, the units, and the rate of each province."""
        members = positions(scene.where(rule, "where", "unit") & truth(scene.column("unit", "eligible")))
        provinces, member_of = np.unique(scene.country.unit_province[members], return_inverse=True)
        rates = scene.full("province", scene.rule(rule, "rate", "province"))[provinces]
        rate = tuple(Fraction(r) for r in exact(rates).tolist())
        for one in rate:
            in_range(one, rule, "rate")
        zero = np.zeros(len(provinces), dtype=np.int64)
        inside = rule.formula("inside") is not None and bool(scene.rule(rule, "inside", "national"))
        return Cells(
            rule, tuple(titles), "province", provinces, zero, rate=rate, members=members, member_of=member_of,
            inside=inside,
        )  # fmt: skip

    def constrain(self, program: Hearer, cells: Cells) -> None:
        """Tie the units to their province's number."""
        program.share(cells)

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        """``required`` is the upper limit. A rounded share is checked with the place's other asks."""
        if cells.rule.tier is not None:
            return
        totals = numbers.at(cells.titles[0], "province")[cells.at]
        limit = limits(cells, totals)
        yield from _limits(cells, group_sums(numbers.at(cells.titles[0], "unit"), cells), limit)


def limits(cells: Cells, totals: Ints) -> Ints:
    """What a share comes to when the provinces have ``totals`` posts: rounded as the rule says."""
    if cells.rule.rounding == "half_up":
        values = [
            round_half_up(rate * total) for rate, total in zip(cells.rate, totals.tolist(), strict=True)
        ]
    else:
        values = [floor(rate * total) for rate, total in zip(cells.rate, totals.tolist(), strict=True)]
    return np.array(values, dtype=np.int64)


def group_sums(units: Ints, cells: Cells) -> Ints:
    """Posts of each group of members."""
    assert cells.members is not None
    assert cells.member_of is not None
    totals = np.zeros(len(cells.at), dtype=np.int64)
    np.add.at(totals, cells.member_of, units[cells.members])
    return totals


def _limits(cells: Cells, posts: Ints, limit: Ints) -> Iterable[Finding]:
    rule = cells.rule
    for at, most, found in zip(cells.at.tolist(), limit.tolist(), posts.tolist(), strict=True):
        over = max(0, found - most)
        yield Finding(
            rule.clause, cells.title, cells.level, at, most, found, over, None,
            status(over, found == most), hard=True,
        )  # fmt: skip


def share_ask(cells: Cells, most: Ints) -> Ask:
    """A rounded share as a fix of its unit, beside the other fixes there (B.3.c) or covering them."""
    assert cells.members is not None
    assert cells.member_of is not None
    assert cells.rule.tier is not None
    return Ask(
        cells.rule.key, cells.rule.tier, cells.members, most[cells.member_of], cells.rule.key,
        on_top=not cells.inside, exact=True,
    )  # fmt: skip
