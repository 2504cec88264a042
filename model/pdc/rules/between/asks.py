"""What rules ask and limit over a range: the least and the most of every place, as whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pdc.base.formula import round_half_up
from pdc.base.interval import Bound, UndeterminedError, high, hull, low, rising
from pdc.base.numbers import MOST_POSTS, Ints
from pdc.law.pins import Pin
from pdc.law.rulebook import Rule
from pdc.rules.between.targets import Between
from pdc.rules.kinds import KINDS, Cells
from pdc.rules.kinds.demand import Floor
from pdc.rules.kinds.limits import Band, Cap, Share
from pdc.rules.kinds.order import Order
from pdc.rules.requirements import NO_LIMIT, TIERS, Ask, Requirements

FAR = 2 * MOST_POSTS  # no place has so many


@dataclass(eq=False)
class Ends:
    """Asks and hard ends of the places of a level, each at its least and at its most."""

    size: int
    asks: tuple[list[Ask], list[Ask]] = field(default_factory=lambda: ([], []))  # at their least, their most
    soft: tuple[list[Any], list[Any]] = field(default_factory=lambda: ([], []))  # soft upper ends
    least: Ints = field(init=False)  # hard lower ends at their most
    upper: tuple[Ints, Ints] = field(init=False)  # hard upper ends at their least, their most

    def __post_init__(self) -> None:
        self.least = np.zeros(self.size, dtype=np.int64)
        self.upper = (np.full(self.size, NO_LIMIT), np.full(self.size, NO_LIMIT))

    def required(self, most: bool) -> list[Ints]:
        """R of every tier at its least or at its most."""
        asks = Requirements(self.size, tuple(self.asks[most]))
        return [asks.required(tier) for tier in TIERS]

    def soft_end(self) -> Ints:
        """From here on a post more would cost in a tier: at its least."""
        asks = Requirements(self.size, tuple(self.asks[0]), tuple(self.soft[0]))
        return np.asarray(np.minimum.reduce([asks.upper(tier) for tier in TIERS]), dtype=np.int64)


class Asks:
    """Asks of one title while a number lies in a range.

    ``cells`` are the rules as bound for one number of the range; those that do not move are taken from there.
    ``province`` is where the asked place lies: elsewhere asks of districts and provinces are left out, since
    without them nobody has more. ``low_tiers``: asks of districts in the last tier are wanted too.
    """

    def __init__(
        self, between: Between, cells: Sequence[Cells], pins: Iterable[Pin], province: int, low_tiers: bool
    ) -> None:
        self.between, self.sight, self.country = between, between.sight, between.country
        self.title, self.province, self.low_tiers = between.title, province, low_tiers
        self.bound = {c.rule.key: c for c in cells if self.title in c.titles}
        self.levels = {name: Ends(self.country.size(name)) for name in ("province", "district", "unit")}
        self.joint = np.zeros(len(self.country.units), dtype=np.int64)
        self.tied = np.zeros(len(self.country.units), dtype=bool)  # under a limit of several units
        self.waits = np.zeros(len(self.country.units), dtype=bool)  # under an order
        self.above = False  # does anything before the provinces' deviation ask districts or provinces?
        self.ordered: list[tuple[list[int], list[int], list[Bound] | None]] = []
        self.places = {
            "province": [province],
            "district": sorted({int(self.country.unit_district[u]) for u in between.units_in(province)}),
            "unit": list(range(len(self.country.units))),
        }
        for rule in self.sight.scene.rulebook.for_title(self.title, *KINDS):
            self._hear(rule)
        for pin in pins:
            if pin.title == self.title:
                at = np.flatnonzero(self.country.codes(pin.level) == pin.code)
                ends = self.levels[pin.level]
                ends.least[at] = np.maximum(ends.least[at], pin.posts)
                for upper in ends.upper:
                    upper[at] = np.minimum(upper[at], pin.posts)

    def _hear(self, rule: Rule) -> None:
        kind = KINDS[rule.kind]
        if isinstance(kind, Floor):
            if rule.formula("amount") is not None:
                self._floor(rule, kind)
        elif isinstance(kind, Cap):
            self._cap(rule)
        elif isinstance(kind, Band):
            self._band(rule)
        elif isinstance(kind, Share):
            self._share(rule)
        elif isinstance(kind, Order):
            self._order(rule)
        elif self.bound.get(rule.key) is not None or self.sight.moves(rule):
            raise UndeterminedError  # a kind that nothing is known of here

    # floors -----------------------------------------------------------------------------------------------

    def _floor(self, rule: Rule, kind: Floor) -> None:
        if self.sight.scene.rulebook.later(rule):
            raise UndeterminedError
        assert rule.tier is not None
        self.above |= rule.level != "unit" and rule.tier < TIERS[-1]
        if rule.level == "district" and rule.tier == TIERS[-1] and not self.low_tiers:
            return
        at, least, most = self._amounts(rule, "amount")
        if rule.level != "unit":
            here = np.isin(at, self.places[rule.level])
            at, least, most = at[here], least[here], most[here]
        if rule.formula("unless") is not None:
            lapses = self._lapses(rule)
            if lapses is True:
                return
            least = least if lapses is False else np.zeros_like(least)
        least, most = np.maximum(least, 0), np.maximum(most, 0)
        if rule.joint:
            np.add.at(self.joint, at, most)
            return
        ends = self.levels[rule.level]
        for side, amount in enumerate((least, most)):
            ends.asks[side].append(
                Ask(rule.key, rule.tier, at, amount, rule.stack or rule.key, rule.on_top, kind.exact)
            )

    def _lapses(self, rule: Rule) -> bool | None:
        """Does the floor ask nobody, since the country has too few?"""
        most = (
            len(set(self.country.unit_district.tolist()))
            if rule.level == "district"
            else self.country.size(rule.level)
        )
        self.sight.know("national", "asked_places", [hull(0, most)])
        found = self.sight.national(rule, "unless")
        return found if found is None else bool(found)

    def _amounts(self, rule: Rule, key: str) -> tuple[Ints, Ints, Ints]:
        """Places of a rule; what it comes to there at its least (nought where it may not hold) and most."""
        closes = rule.level == "unit" and any(
            r.closes and self.sight.moves(r, "forbid")
            for r in self.sight.scene.rulebook.for_title(self.title, "eligible")
        )
        if not closes and not self.sight.moves(rule):
            known = self.bound.get(rule.key)
            if known is None:
                nothing = np.zeros(0, dtype=np.int64)
                return nothing, nothing, nothing
            return known.at, known.amount, known.amount
        at, held, values = self._values(rule, key)
        least = [round_half_up(low(v)) if there else 0 for v, there in zip(values, held, strict=True)]
        most = [round_half_up(high(v)) for v in values]
        return _ints(at), _ints(least), _ints(most)

    def _values(self, rule: Rule, key: str) -> tuple[list[int], list[bool | None], list[Bound]]:
        """Places where the rule holds or may hold, whether it surely does, and a formula there."""
        places = self.places[rule.level]
        if rule.level == "unit":
            eligible = self.between.eligible
            places = [u for u in places if eligible[u] is not False]
        found = self.sight.where(rule, rule.level, places)
        at = [p for p, there in zip(places, found, strict=True) if there is not False]
        held: list[bool | None] = [there for there in found if there is not False]
        return at, held, self.sight.value(rule, key, rule.level, at)

    # limits -------------------------------------------------------------------------------------------------

    def _cap(self, rule: Rule) -> None:
        known = self.bound.get(rule.key)
        if rule.together:
            at, _, _ = self._values(rule, "amount")
            self.tied[at] = True
            return
        if not self.sight.moves(rule):
            if known is not None:
                self._limit("unit", known.at, known.amount, known.amount)
            return
        at, held, values = self._values(rule, "amount")
        most = [
            round_half_up(high(v)) if there else int(NO_LIMIT) for v, there in zip(values, held, strict=True)
        ]
        self._limit("unit", _ints(at), _ints([round_half_up(low(v)) for v in values]), _ints(most))

    def _limit(self, level: str, at: Ints, least: Ints, most: Ints) -> None:
        for upper, end in zip(self.levels[level].upper, (least, most), strict=True):
            np.minimum.at(upper, at, np.maximum(end, 0))

    def _band(self, rule: Rule) -> None:
        level = rule.level
        self.above |= level != "unit"
        places = range(self.country.size(level))
        if level == "unit":
            places = [u for u in places if self.between.eligible[u] is not False]  # type: ignore[assignment]
        elif level == "district":
            places = [d for d in places if rule.tier is None or d in self.places[level]]  # type: ignore[assignment]
        found = self.sight.where(rule, level, places)
        at = [p for p, there in zip(places, found, strict=True) if there is not False]
        held = [there for there in found if there is not False]
        lower, upper = (
            [rising(round_half_up, v) for v in self.sight.value(rule, key, level, at)]
            for key in ("amount", "upper")
        )
        rows, ends = _ints(at), self.levels[level]
        if rule.tier is None:
            if any(low(b) < high(a) for a, b in zip(lower, upper, strict=True)):
                raise UndeterminedError  # an empty band is the target's own number
            np.maximum.at(ends.least, rows, _ints([high(a) for a in lower]))
            most = [high(b) if there else int(NO_LIMIT) for b, there in zip(upper, held, strict=True)]
            self._limit(level, rows, _ints([low(b) for b in upper]), _ints(most))
            return
        for side, pick in enumerate((low, high)):
            amount = _ints([pick(a) if there or side else 0 for a, there in zip(lower, held, strict=True)])
            ends.asks[side].append(Ask(rule.key, rule.tier, rows, amount, rule.key))
            ends.soft[side].append((rule.tier, rows, _ints([pick(b) for b in upper])))

    def _share(self, rule: Rule) -> None:
        """A part of the province's number: its units may be asked for any number, elsewhere for none."""
        units = [u for u, there in enumerate(self.between.eligible) if there is not False]
        held = self.sight.where(rule, "unit", units)
        at = _ints([u for u, there in zip(units, held, strict=True) if there is not False])
        if rule.tier is None:
            self.tied[at] = True
            return
        self.joint[at] += FAR
        self.levels["unit"].asks[0].append(
            Ask(rule.key, rule.tier, at, np.zeros_like(at), rule.key, on_top=True, exact=True)
        )

    # orders -------------------------------------------------------------------------------------------------

    def _order(self, rule: Rule) -> None:
        """Later units of a province have none until the first ones have what they need."""
        if rule.formula("after") is None:
            return
        units = [u for u, there in enumerate(self.between.eligible) if there is not False]
        held = self.sight.where(rule, "unit", units, "after")
        later = [u for u, there in zip(units, held, strict=True) if there is not False]
        inside = np.flatnonzero(self.country.unit_province == self.province).tolist()
        comes = self.sight.where(rule, "unit", inside, "first")
        first = [u for u, there in zip(inside, comes, strict=True) if there is not False]
        needs = None
        if rule.formula("at_least") is not None:
            needs = self.sight.value(rule, "at_least", "unit", first)
        self.ordered.append((later, first, needs))
        self.waits[later] = True

    def first_needs(self) -> dict[int, int]:
        """What first units of the province need at most, by unit that may have the title."""
        required = self.levels["unit"].required(True)[-1]
        found: dict[int, int] = {}
        for _, first, needs in self.ordered:
            for i, u in enumerate(first):
                if self.between.eligible[u]:
                    need = int(required[u]) if needs is None else round_half_up(high(needs[i]))
                    found[u] = max(found.get(u, 0), need)
        return found

    def orders_kept(self) -> bool:
        """Are the orders of the province kept whatever the plan, since the first units surely get theirs?

        Posts are enough for all floors of the tiers before any deviation, and nothing limits those units.
        """
        supply = self.between.supply
        if not self.ordered:
            return True
        if supply is None:
            return False
        unit = self.levels["unit"]
        required = unit.required(True)
        may = np.array([there is not False for there in self.between.eligible])
        demand = int(np.maximum(required[-2], unit.least)[may].sum() + self.joint[may].sum())
        limited = any(
            (self.levels[level].upper[0] < NO_LIMIT).any() or self.levels[level].least.any()
            for level in ("province", "district")
        )
        if self.above or limited or demand > low(supply):
            return False
        soft = unit.soft_end()
        for _, first, needs in self.ordered:
            for i, u in enumerate(first):
                if self.between.eligible[u] is False and (needs is not None or required[-1][u] > 0):
                    return False
                need = int(required[-1][u]) if needs is None else round_half_up(high(needs[i]))
                asked = min(int(unit.required(False)[-2][u]), int(unit.upper[0][u]), int(soft[u]))
                if need > asked or self.tied[u]:
                    return False
        return True


def _ints(values: Iterable[Any]) -> Ints:
    return np.array(list(values), dtype=np.int64)
