"""Targets of one title over a range: the steps of :class:`pdc.rules.targets.TargetBuilder`, in intervals.

Provinces everywhere; districts of one province, and units of one district, where they are asked for. A share
of a whole is worked out from the own key and the sum of the others, so that its ends are reached: the own
number grows with its own key, all others fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.formula import round_half_up
from pdc.base.interval import (
    Bound,
    UndeterminedError,
    high,
    hull,
    low,
    minus,
    over,
    part_of,
    plus,
    rising,
    times,
    total,
)
from pdc.law.rulebook import Rule
from pdc.rules.between.sight import Sight
from pdc.rules.targets import TargetBuilder, best_rules

NOUGHT = Fraction(0)


class _Pool:
    """Posts and the key that they are shared out by: of every province the sum, of its places each.

    ``of(places)`` gives keys by position at ``level``; ``given`` are parts that need no sharing.
    """

    def __init__(self, size: Bound, level: str, keys: dict[int, Bound], parents: Sequence[int]) -> None:
        self.size, self.level, self.keys = size, level, keys
        self.sums: dict[int, tuple[Bound, ...]] = {}
        found: dict[int, list[Bound]] = {}
        for at, key in keys.items():
            found.setdefault(parents[at], []).append(key)
        self.province: dict[int, Bound] = {p: total(parts) for p, parts in found.items()}
        self.whole: Bound = total(list(self.province.values()))
        self.parents = parents

    def part(self, key: Bound) -> Bound:
        """What one key, or the sum of some of the keys, comes to."""
        if low(key) < 0:
            raise UndeterminedError
        rest = _rest(self.whole, key)
        if low(key) + low(rest) <= 0:
            raise UndeterminedError
        return part_of(self.size, key, rest)

    def to_province(self, province: int) -> Bound:
        """The part of a province."""
        return self.part(self.province[province]) if province in self.province else NOUGHT


class _Given(_Pool):
    """Numbers named for every place: the keys are the parts."""

    def part(self, key: Bound) -> Bound:
        return key


def _rest(whole: Bound, own: Bound) -> Bound:
    """The sum of the others: own is one of the terms of the whole."""
    return hull(low(whole) - low(own), high(whole) - high(own))


class Between:
    """Targets of a title while a number lies in a range; asked for what is needed, in any order.

    ``supply`` (None: the number is not given nationally) and ``province`` (by position) are of the whole
    country; :meth:`districts` those of a province, :meth:`units` those of a district. ``eligible`` says of
    every unit whether the title may be there: True, False, or None where it may and may not.

    Raises :class:`~pdc.base.interval.UndeterminedError` where the range is too wide, or where targets come
    about in a way that has no bounds here.
    """

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.scene, self.country = sight.scene, sight.country
        self.law = TargetBuilder(self.scene)
        self.title, self.rules = self.law.title, self.law.rules
        if self.scene.frame.growth:
            raise UndeterminedError
        self._provinces()

    # provinces ---------------------------------------------------------------------------------------------

    def _provinces(self) -> None:
        every = range(len(self.country.provinces))
        self.sight.know("province", "province_factor", self._factors("province", every))
        self.pools: list[_Pool] = []
        self.supply: Bound | None = None
        if "province" in self.law.absolute:
            self.province = self.sight.value(self.law.absolute["province"], "amount", "province", every)
        else:
            self._make_pools()
            self.supply = total([pool.size for pool in self.pools])
            self.province = [total([pool.to_province(p) for pool in self.pools]) for p in every]
        self.sight.know("province", "province_target", self.province)
        self.sight.know("national", "supply", [0 if self.supply is None else self.supply])

    def _factors(self, level: str, rows: Sequence[int]) -> list[Bound]:
        """Product of the factors of kind target at some places."""
        product: list[Bound] = [1] * len(rows)
        for rule in self.rules:
            if rule.level != level or not rule.formula("factor"):
                continue
            held = self.sight.where(rule, level, rows)
            at = [i for i, there in enumerate(held) if there is not False]
            values = self.sight.value(rule, "factor", level, [rows[i] for i in at])
            for i, value in zip(at, values, strict=True):
                made = times(product[i], value)
                product[i] = made if held[i] else hull(product[i], made)
        return product

    def _make_pools(self) -> None:
        given = [rule for rule in self.law.supplies if rule.formula("amount")]
        if not any(rule.covers(self.title) > 1 for rule in given):
            self._add_pool(None, int(self.scene.column("national", "filled")))
        for rule in given:
            size = rising(round_half_up, self.sight.national(rule, "amount"))
            if low(size) < 0:
                raise UndeterminedError
            if size != 0:
                self._add_pool(rule, size)
        for rule in self.law.supplies:
            if rule.formula("each"):
                self._each(rule)

    def _add_pool(self, rule: Rule | None, size: Bound) -> None:
        if size == 0:
            return
        chosen = rule if rule is not None and rule.formula("share") else self._share_rule()
        keys = self._keys(chosen, "share")
        if chosen.level == "unit":
            shut = self._forbidden(list(keys))
            keys = {at: key for at, key in keys.items() if not self._certainly(shut[at])}
        if chosen.level == "district":
            keys = {at: key for at, key in keys.items() if self._certainly(self._district_open(at))}
        pool = _Pool(size, chosen.level, keys, self._parents(chosen.level))
        if high(pool.whole) > 0:
            self.pools.append(pool)

    def _share_rule(self) -> Rule:
        return best_rules([r for r in self.rules if r.level != "unit"], self.title, "share")[0]

    def _keys(self, rule: Rule, key: str) -> dict[int, Bound]:
        """Keys of the places where the rule holds, those that are nought left out."""
        kept = ("keys", rule.key, key)
        moving = self.sight.moves(rule, "where", key)
        if not moving and kept in self.sight.kept:
            return dict(self.sight.kept[kept])
        every = range(self.country.size(rule.level))
        held = self.sight.where(rule, rule.level, every)
        at = [i for i in every if held[i] is not False]
        values = self.sight.value(rule, key, rule.level, at)
        found = {
            i: value if held[i] else hull(0, value) for i, value in zip(at, values, strict=True) if value != 0
        }
        if not moving:
            self.sight.kept[kept] = found
        return dict(found)

    def _parents(self, level: str) -> list[int]:
        """Province of every place of a level."""
        key = ("parents", level)
        if key not in self.sight.kept:
            self.sight.kept[key] = self.sight.above(level, "province", range(self.country.size(level)))
        return self.sight.kept[key]  # type: ignore[no-any-return]

    def _each(self, rule: Rule) -> None:
        """A number named for every place: beside the pools, inside the first, or instead of them."""
        every = range(len(self.country.provinces))
        quota = [total([pool.to_province(p) for pool in self.pools]) for p in every]
        self.sight.know("province", "quota", quota)
        replaces = rule.formula("instead") is not None
        if replaces and not self._certainly(self.sight.national(rule, "instead")):
            return
        keys = self._keys(rule, "each")
        if rule.level == "district":
            keys = {at: key for at, key in keys.items() if self._certainly(self._district_open(at))}
        parts = _Given(0, rule.level, keys, self._parents(rule.level))
        parts.size = rising(round_half_up, parts.whole)
        if replaces:
            self.pools = [parts]
            return
        within = rule.formula("inside") is not None and self._certainly(self.sight.national(rule, "inside"))
        if within and self.pools:
            first = self.pools[0]
            first.size = rising(lambda n: max(0, n), minus(first.size, parts.size))
        self.pools.append(parts)

    def _certainly(self, value: Any) -> bool:
        """A condition that must be known."""
        if value is None or not isinstance(value, (bool, int)):
            raise UndeterminedError
        return bool(value)

    # where the title may be ---------------------------------------------------------------------------------

    def _forbidden(self, units: list[int]) -> dict[int, bool | None]:
        """Units closed before anything is shared out: by rules for every title."""
        found: dict[int, bool | None] = dict.fromkeys(units, False)
        for rule in self.scene.rulebook.for_title(self.title, "eligible"):
            if rule.covers(self.title) == 1 and rule.formula("forbid"):
                for u, held in zip(units, self.sight.where(rule, "unit", units, "forbid"), strict=True):
                    found[u] = True if found[u] or held else None if None in (held, found[u]) else False
        return found

    def _district_open(self, district: int) -> bool | None:
        """Has a district a unit that may have the title?"""
        held = [self.eligible[u] for u in np.flatnonzero(self.country.unit_district == district).tolist()]
        return True if True in held else None if None in held else False

    @cached_property
    def eligible(self) -> list[bool | None]:
        """May the title be at a unit?"""
        found: list[bool | None]
        rules = self.scene.rulebook.for_title(self.title, "eligible")
        moving = [r for r in rules if self.sight.moves(r, "where", "forbid")] or [
            r for r in self._weight_rules() if self.sight.moves(r, "where")
        ]
        kept = ("eligible", self.title)
        if not moving and kept in self.sight.kept:
            found, shut = self.sight.kept[kept]
        else:
            found, shut = self._eligible(rules)
            if not moving:
                self.sight.kept[kept] = found, shut
        self.sight.know("unit", "eligible", found)
        self.sight.know("unit", "closed", shut)
        opened = {int(d) for d, held in zip(self.country.unit_district, found, strict=True) if held}
        maybe = {int(d) for d, held in zip(self.country.unit_district, found, strict=True) if held is None}
        count: Bound = hull(len(opened), len(opened | maybe))
        self.sight.know("national", "eligible_districts", [count])
        return found

    def _eligible(self, rules: Sequence[Rule]) -> tuple[list[bool | None], list[bool | None]]:
        every = range(len(self.country.units))
        allowed = [rule for rule in rules if rule.formula("where")]
        found: list[bool | None] = [False] * len(every)
        for rule in allowed or self._weight_rules():
            held = self.sight.where(rule, "unit", every)
            found = [
                True if a or b else None if a is None or b is None else False
                for a, b in zip(found, held, strict=True)
            ]
        shut: list[bool | None] = [False] * len(every)
        for rule in rules:
            if rule.formula("forbid"):
                at = every if rule.closes else [i for i in every if found[i] is not False]
                for i, held_ in zip(at, self.sight.where(rule, "unit", at, "forbid"), strict=True):
                    if held_ is None and found[i] is not False:
                        found[i] = None
                    elif held_:
                        found[i] = False
                    if rule.closes and held_ is not False:
                        shut[i] = True if held_ or shut[i] else None
        return found, shut

    def _weight_rules(self) -> list[Rule]:
        return best_rules([r for r in self.rules if r.level == "unit"], self.title, "weight")

    # districts of a province --------------------------------------------------------------------------------

    def units_in(self, province: int) -> list[int]:
        """Units of a province that may have the title. Which they are must be known."""
        found = np.flatnonzero(self.country.unit_province == province).tolist()
        if any(self.eligible[u] is None for u in found):
            raise UndeterminedError
        return [u for u in found if self.eligible[u]]

    def districts(self, province: int) -> dict[int, Bound]:
        """Targets of the districts of a province with a unit for the title; they are made known too."""
        units = self.units_in(province)
        places = sorted({int(self.country.unit_district[u]) for u in units})
        self.sight.know("district", "weight_target", dict.fromkeys(places, NOUGHT))
        self._weigh(units)
        keyed = {d: total([self._keyed(pool, d) for pool in self.pools if self._own(pool)]) for d in places}
        if "district" in self.law.absolute:
            found = self.sight.value(self.law.absolute["district"], "amount", "district", places)
            plain = dict(zip(places, found, strict=True))
        else:
            plain = self._shared(province, places)
        if self.need is not None and any(rule.limit == "need" for rule in self.rules):
            plain = self._balanced(plain)
        self.keyed, self.plain = keyed, plain
        made = {d: plus(plain[d], keyed[d]) for d in places}
        self.sight.know("district", "district_target", made)
        return made

    def _own(self, pool: _Pool) -> bool:
        return pool.level in ("district", "unit")

    def _keyed(self, pool: _Pool, district: int) -> Bound:
        """A district's part of a pool with a key of its own."""
        if pool.level == "district":
            return pool.part(pool.keys[district]) if district in pool.keys else NOUGHT
        inside = np.flatnonzero(self.country.unit_district == district).tolist()
        own = [pool.keys[u] for u in inside if u in pool.keys]
        return pool.part(total(own)) if own else NOUGHT

    def _shared(self, province: int, places: Sequence[int]) -> dict[int, Bound]:
        """The common part of a province by its districts' people, or partly by their units' weights."""
        if not places:
            return {}
        if self.pools:
            common = total([pool.to_province(province) for pool in self.pools if not self._own(pool)])
        else:
            common = self.province[province]
        people = dict(zip(places, self._people(places), strict=True))
        by_people = _inside(common, people)
        found = dict(by_people)
        for rule in self.rules:
            if rule.formula("by_weight") is None:
                continue
            held = self.sight.where(rule, "district", places)
            at = [d for d, there in zip(places, held, strict=True) if self._certainly(there)]
            if not at:
                continue
            load = {d: total([self.load.get(u, NOUGHT) for u in self._units_of(d)]) for d in places}
            key, other = (load if self._any(load) else people), (people if self._any(people) else load)
            by_load, by_other = _inside(common, key), _inside(common, other)
            alone = _inside(self.province[province], key)
            for d, p in zip(at, self.sight.value(rule, "by_weight", "district", at), strict=True):
                # A point between the two, whichever way: its ends are those of the part.
                found[d] = hull(
                    *(plus(times(by_load[d], e), times(by_other[d], 1 - e)) for e in (low(p), high(p)))
                )
            known = dict.fromkeys(places, NOUGHT) | {d: alone[d] for d in at}
            self.sight.know("district", "weight_target", known)
        return found

    def _any(self, keys: dict[int, Bound]) -> bool:
        """Is any key above nought? It must be known."""
        whole = total(list(keys.values()))
        if low(whole) <= 0 < high(whole):
            raise UndeterminedError
        return high(whole) > 0

    def _people(self, places: Sequence[int]) -> list[Bound]:
        schema = self.country.schema
        column = schema.tables["districts"].column(schema.population)
        moved = self.sight.moved.columns.get(("district", column.word), {})
        known = self.country.population()
        return [moved.get(d, int(known[d])) for d in places]

    def _units_of(self, district: int) -> list[int]:
        inside = np.flatnonzero(self.country.unit_district == district).tolist()
        return [u for u in inside if self.eligible[u]]

    def _weigh(self, units: Sequence[int]) -> None:
        """Weights of some units: with factors, as the clauses give them, and what they need."""
        self.load: dict[int, Bound] = {}
        self.weight: dict[int, Bound] = {}
        needed: dict[int, Bound] = {}
        factor = dict(zip(units, self._factors("unit", units), strict=True))
        needs = False
        for rule in self._weight_rules():
            held = self.sight.where(rule, "unit", units)
            at = [u for u, there in zip(units, held, strict=True) if self._certainly(there)]
            for u, value in zip(at, self.sight.value(rule, "weight", "unit", at), strict=True):
                own = times(value, factor[u])
                self.load[u] = plus(self.load.get(u, NOUGHT), value)
                self.weight[u] = plus(self.weight.get(u, NOUGHT), own)
                if rule.need:
                    needed[u] = plus(needed.get(u, NOUGHT), own)
            needs |= rule.need
        self.need: dict[int, Bound] | None = None
        if needs:
            self.need = {}
            for u in units:
                d = int(self.country.unit_district[u])
                self.need[d] = plus(self.need.get(d, NOUGHT), needed.get(u, NOUGHT))

    def _balanced(self, plain: dict[int, Bound]) -> dict[int, Bound]:
        """A.15: what a district has above its units' need goes to the others, by what they lack."""
        assert self.need is not None
        need = self.need

        def above(a: Bound, b: Bound) -> Bound:
            return rising(lambda n: max(NOUGHT, n), minus(a, b))

        surplus = total([above(plain[d], need[d]) for d in plain])
        if high(surplus) == 0:
            return plain
        gaps = {d: above(need[d], plain[d]) for d in plain}
        room = total(list(gaps.values()))
        if low(room) == 0 < high(room):
            raise UndeterminedError
        given = rising(min, surplus, room)
        people = dict(zip(plain, self._people(list(plain)), strict=True))
        left = _inside(above(surplus, given), people)
        found: dict[int, Bound] = {}
        for d, own in plain.items():
            value = rising(min, own, need[d])
            if high(room) > 0:
                value = plus(value, times(given, over(gaps[d], room)))
            found[d] = plus(value, left[d])
        return found

    # units of a district ------------------------------------------------------------------------------------

    def units(self, district: int, floors: dict[int, Bound]) -> dict[int, Bound]:
        """Targets of the units of a district, whose floors of all tiers are ``floors``.

        After :meth:`districts` of its province.
        """
        if any(
            rule.formula("basin") and self.sight.national(rule, "basin") is not False for rule in self.rules
        ):
            raise UndeterminedError
        units = self._units_of(district)
        sets = [rule for rule in self.rules if rule.level == "unit" and rule.formula("set")]
        if any(held is not False for rule in sets for held in self.sight.where(rule, "unit", units)):
            raise UndeterminedError
        own = {
            u: total([p.part(p.keys[u]) for p in self.pools if p.level == "unit" and u in p.keys])
            for u in units
        }
        whole = self.plain[district]
        if any(pool.level == "district" for pool in self.pools):
            whole = plus(whole, self.keyed[district])
            whole = minus(whole, total([self._keyed(p, district) for p in self.pools if p.level == "unit"]))
        asked = total([floors.get(u, NOUGHT) for u in units])
        shares = _inside(1, {u: self.weight.get(u, NOUGHT) for u in units})
        left = rising(lambda n: max(NOUGHT, n), minus(whole, asked))
        scale: Bound = 1
        if low(whole) < high(asked):
            scale = rising(lambda n: min(1, n), over(whole, asked)) if low(asked) > 0 else hull(0, 1)
        return {
            u: plus(plus(times(floors.get(u, NOUGHT), scale), times(left, shares[u])), own[u]) for u in units
        }


def _inside(whole: Bound, keys: dict[int, Bound]) -> dict[int, Bound]:
    """A whole by keys; equal parts where all of them are nought."""
    every = total(list(keys.values()))
    if high(every) == 0:
        return {place: times(whole, Fraction(1, len(keys))) for place in keys}
    if low(every) <= 0:
        raise UndeterminedError
    return {place: part_of(whole, key, _rest(every, key)) for place, key in keys.items()}
