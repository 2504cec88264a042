"""Targets of one title: pools → provinces → districts → units, all in exact fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from pdc.base.exact import ZERO, Fraction, parts_of, ratios
from pdc.base.filtered import Numbers, nearest
from pdc.base.formula import FormulaError, exact, round_half_up, truth
from pdc.base.levels import LEAST_TARGET
from pdc.base.numbers import Floats, Ints, Objects
from pdc.country.country import Country
from pdc.law.reading import blame
from pdc.law.rulebook import Rule
from pdc.rules.cells import in_range
from pdc.rules.scene import Mask, Scene
from pdc.rules.sharing import (
    added,
    blended,
    by_weight,
    differences,
    fractions,
    multiplied,
    parts_inside,
    share_out,
    sums,
    zeros,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Pool:
    """A number of posts and the key it is shared out by.

    ``parts`` are what the places of ``level`` get, exact; ``size`` is their sum (rounded, where a clause
    names a number for every place). ``rule`` None: no clause gives it, it is that of the filled posts.
    """

    rule: Rule | None
    size: int
    level: str
    parts: Objects  # exact parts at the level of the key

    @property
    def own_key(self) -> bool:
        """Does it follow its key below the province?"""
        return self.level in {"district", "unit"}


@dataclass(frozen=True, eq=False)
class Blend:
    """Districts that share a province by the weights of their units too (key ``by_weight``), and how far."""

    rule: Mapping[int, Rule]  # by district
    part: Objects  # share of the province's number that goes by weight, 0 where none does
    load: Objects  # weights of the district's units, without factors
    loads: Objects  # and of all units of its province, by province


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets of one title, in posts (docs/mathematics.md, "Targets").

    ``province``, ``district`` and ``unit`` are fractions by position, ``weight`` likewise by unit;
    ``eligible`` is a mask over the units. ``supply`` is None for titles whose number is not given
    nationally (GPs).
    """

    supply: int | None
    pools: tuple[Pool, ...]
    province: Objects
    district: Objects
    unit: Objects
    eligible: Mask
    weight: Objects
    closed: Mask  # units that a clause closes though they would be eligible (A.19.a, B.5.3.d)
    # How the targets came about: the districts' parts of the provinces, parts of pools with a key of their
    # own (districts, units), floors of all tiers.
    plain: Objects | None = None
    keyed: Objects | None = None
    unit_keyed: Objects | None = None
    floor: Objects | None = None
    blend: Blend | None = None
    # Districts whose one post may be on top of ``supply`` (floors that ask once the plan is made).
    spare_at: Ints | None = None
    on_top: int | None = None  # posts of ``supply`` that such floors added, once the plan is made

    @cached_property
    def found(self) -> dict[tuple[str, str], Any]:
        """What was worked out of these targets, by what it is and its level; it is the same every time."""
        return {}

    def nearest(self, country: Country, level: str) -> Floats:
        """The nearest double of every target of a level, by position; nought where a unit has none."""
        key = ("nearest", level)
        if key not in self.found:
            if level == "unit":
                numbers = self.numbers(country, level)
                self.found[key] = np.zeros(len(self.eligible))
                self.found[key][self.open(country, level)] = numbers.near[numbers.which]
            else:
                self.found[key] = nearest(getattr(self, level).tolist())
            self.found[key].flags.writeable = False
        return self.found[key]  # type: ignore[no-any-return]

    def open(self, country: Country, level: str) -> Ints:
        """Positions of a level with a unit that may have the title."""
        key = ("open", level)
        if key not in self.found:
            at = np.flatnonzero(self.eligible)
            if level != "unit":
                above = country.unit_district if level == "district" else country.unit_province
                at = np.unique(above[at])
            self.found[key] = at.astype(np.int64)
            self.found[key].flags.writeable = False
        return self.found[key]  # type: ignore[no-any-return]

    def numbers(self, country: Country, level: str) -> Numbers:
        """The targets of those positions, each different one once."""
        key = ("numbers", level)
        if key not in self.found:
            self.found[key] = Numbers.of(getattr(self, level)[self.open(country, level)].tolist())
        return self.found[key]  # type: ignore[no-any-return]

    def clamped(self, country: Country, level: str) -> Numbers:
        """The same, those below the least target raised to it."""
        key = ("clamped", level)
        if key not in self.found:
            self.found[key] = self.numbers(country, level).at_least(LEAST_TARGET)
        return self.found[key]  # type: ignore[no-any-return]

    def order(self, country: Country, level: str) -> Ints:
        """Rank of each of them, the least first."""
        key = ("order", level)
        if key not in self.found:
            self.found[key] = self.numbers(country, level).order()
            self.found[key].flags.writeable = False
        return self.found[key]  # type: ignore[no-any-return]

    def amounts(self, scene: Scene, rule: Rule, key: str) -> tuple[Ints, Any]:
        """Where a rule's ``weight`` or ``factor`` speaks of the title, and what it comes to there.

        As binding found it; targets that were kept are asked again.
        """
        name = (f"{key} of {rule.key}", rule.level)
        if name not in self.found:
            mask = scene.where(rule)
            rows = np.flatnonzero(mask & self.eligible if rule.level == "unit" else mask)
            self.found[name] = rows, scene.amounts(rule, key, rows)
        return self.found[name]  # type: ignore[no-any-return]

    def shown(self) -> Targets:
        """The targets without how they came about."""
        return replace(self, plain=None, keyed=None, unit_keyed=None, floor=None, blend=None)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "found"}

    @property
    def clause(self) -> str:
        """The clause that gives the national number; empty where none speaks of it."""
        return next((pool.rule.clause for pool in self.pools if pool.rule is not None), "")


def best_rules(rules: list[Rule], title: str, key: str) -> list[Rule]:
    """Rules that have ``key``; those that name the title more exactly replace the others."""
    found = [rule for rule in rules if rule.formula(key)]
    most = max((rule.covers(title) for rule in found), default=0)
    return [rule for rule in found if rule.covers(title) == most]


def _other_than_one(values: Objects) -> Ints:
    """Where exact numbers are not one."""
    above, below = parts_of(values.tolist())
    return np.flatnonzero([n != d for n, d in zip(above, below, strict=True)]).astype(np.int64)


class TargetBuilder:
    """Computes the targets of one title step by step, making each known to the scene.

    The steps must be called in their order: :meth:`provinces`, :meth:`eligibility`, :meth:`districts`,
    :meth:`units`; between the last two the floors of the units are bound.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.country: Country = scene.country
        self.title = scene.title.code
        self.rules = scene.rulebook.for_title(self.title, "target")
        self.supplies = scene.rulebook.for_title(self.title, "supply")
        self.found: dict[tuple[str, str], Any] = {}  # for :meth:`Targets.amounts`
        self.absolute = {
            rule.level: rule for rule in self.rules if rule.formula("amount") and rule.level != "unit"
        }

    # provinces ---------------------------------------------------------------------------------------

    def provinces(self) -> None:
        """Pools, national number and province targets."""
        scene, country = self.scene, self.country
        size = len(country.provinces)
        everywhere = np.ones(len(country.provinces), dtype=bool)
        scene.add("province", "province_factor", self._factors("province", everywhere))
        if "province" in self.absolute:
            self.pools: list[Pool] = []
            self.supply: int | None = None
            self.province = self._given("province", size)
        else:
            self.pools = self._pools()
            self.supply = sum(pool.size for pool in self.pools)
            self.province = zeros(size)
            for pool in self.pools:
                self.province = added(self.province, self._to_provinces(pool))
        scene.add("province", "province_target", self.province)
        scene.add("national", "supply", self.supply or 0)

    def _given(self, level: str, size: int) -> Objects:
        """Targets that a rule gives as numbers of their own."""
        rule = self.absolute[level]
        found = fractions(self.scene.full(level, self.scene.rule(rule, "amount")), size)
        for target in found.tolist():
            in_range(target, rule, "amount")
        return found

    def _factors(self, level: str, wanted: Mask) -> Objects:
        """Product of the factors of kind target at a level (A.18.b, A.18.c; A.19.b, A.19.c)."""
        scene, size = self.scene, self.country.size(level)
        product = np.full(size, 1, dtype=object)
        untouched = True
        for rule in self.rules:
            if rule.level == level and rule.formula("factor"):
                rows = np.flatnonzero(scene.where(rule) & wanted)
                given = scene.amounts(rule, "factor", rows)
                self.found[f"factor of {rule.key}", level] = rows, given
                values = exact(given)
                if untouched:
                    product[rows] = values
                elif len(rows):
                    pairs = zip(product[rows].tolist(), values.tolist(), strict=True)
                    product[rows] = [own if known == 1 else known * own for known, own in pairs]
                untouched &= not len(rows)
        return product

    def _pools(self) -> list[Pool]:
        scene = self.scene
        pools: list[Pool] = []
        given = [rule for rule in self.supplies if rule.formula("amount")]
        if not any(rule.covers(self.title) > 1 for rule in given):
            # Specialists and specialist dentists have no supply clause: the filled posts are the number.
            pools.append(self._pool(None, int(scene.column("national", "filled"))))
        for rule in given:
            size = round_half_up(scene.rule(rule, "amount", "national"))
            in_range(size, rule, "amount")
            if size < 0:
                error = FormulaError("formula.negative", value=size).of(rule.formulas["amount"])
                raise blame(scene.rulebook, error)
            if size:
                pools.append(self._pool(rule, size))
        # A pool whose key is 0 everywhere cannot be shared out: it is dropped (special-branch beds without
        # such a hospital, the pool of the three big provinces without one of them).
        pools = [pool for pool in pools if pool.size and any(pool.parts.tolist())]
        for rule in self.supplies:
            if rule.formula("each"):
                pools = self._each(rule, pools)
        return pools

    def _pool(self, rule: Rule | None, size: int) -> Pool:
        """One pool; its key is the supply rule's own, else the title's share rule (A.8 by default)."""
        scene = self.scene
        chosen = rule if rule is not None and rule.formula("share") else self._share_rule()
        keys = fractions(
            scene.full(chosen.level, scene.rule(chosen, "share")), self.country.size(chosen.level)
        )
        mask = scene.where(chosen)
        if chosen.level == "unit":
            mask &= ~self._closed()
        if chosen.level == "district":
            mask &= self._open_districts()
        keys[~mask] = ZERO
        growth = scene.frame.growth
        if growth and size:
            size += max(1, round_half_up(size * growth))
        return Pool(rule, size, chosen.level, share_out(size, keys))

    def _share_rule(self) -> Rule:
        return best_rules([r for r in self.rules if r.level != "unit"], self.title, "share")[0]

    def _each(self, rule: Rule, pools: list[Pool]) -> list[Pool]:
        """A number named for every place (B.4.b.1, B.4.c.2.d): exact in the targets, rounded in N."""
        scene, country = self.scene, self.country
        quota = zeros(len(country.provinces))
        for pool in pools:
            quota = added(quota, self._to_provinces(pool))
        scene.add("province", "quota", quota)
        replaces = rule.formula("instead")
        if replaces is not None and not scene.rule(rule, "instead", "national"):
            return pools
        parts = fractions(scene.full(rule.level, scene.rule(rule, "each")), country.size(rule.level))
        mask = scene.where(rule)
        if rule.level == "district":
            mask &= self._open_districts()
        parts[~mask] = ZERO
        for part in parts.tolist():
            in_range(part, rule, "each")
        extra = Pool(rule, round_half_up(sum(parts.tolist(), start=ZERO)), rule.level, parts)
        if replaces is not None:
            return [extra]
        inside = rule.formula("inside")
        if inside is not None and truth(scene.rule(rule, "inside", "national")) and pools:
            first = pools[0]
            size = max(0, first.size - extra.size)
            pools = [Pool(first.rule, size, first.level, share_out(size, first.parts)), *pools[1:]]
        return [*pools, extra] if extra.size or any(parts.tolist()) else pools

    def _to_provinces(self, pool: Pool) -> Objects:
        country = self.country
        at = {"district": country.district_province, "unit": country.unit_province}
        return (
            pool.parts
            if pool.level == "province"
            else sums(pool.parts, at[pool.level], len(country.provinces))
        )

    # eligibility -------------------------------------------------------------------------------------

    def _closed(self) -> Mask:
        """Units closed before anything is shared out (A.19.a): rules that forbid by data alone."""
        closed = np.zeros(len(self.country.units), dtype=bool)
        for rule in self.scene.rulebook.for_title(self.title, "eligible"):
            if rule.covers(self.title) == 1 and rule.formula("forbid"):
                closed |= self.scene.where(rule, "forbid", "unit")
        return closed

    def _open_districts(self) -> Mask:
        """Districts with an eligible unit, for keys that are taken over those (B.4.c.4.e)."""
        open_units = self._eligible()
        return np.bincount(self.country.unit_district[open_units], minlength=len(self.country.districts)) > 0

    def _eligible(self) -> Mask:
        scene = self.scene
        rules = scene.rulebook.for_title(self.title, "eligible")
        allowed = [rule for rule in rules if rule.formula("where")]
        mask = np.zeros(len(self.country.units), dtype=bool)
        if allowed:
            for rule in allowed:
                mask |= scene.where(rule, "where", "unit")
        else:
            for rule in self._weight_rules():
                mask |= scene.where(rule)
        self.closed = np.zeros(len(mask), dtype=bool)
        self.shut = np.zeros(len(mask), dtype=bool)
        for rule in rules:
            if rule.formula("forbid"):
                forbidden = scene.where(rule, "forbid", "unit")
                shut = mask & forbidden
                mask = mask & ~shut
                # Only a closed unit stays in the tables; where a title never may be there is no row.
                if rule.closes:
                    self.closed |= shut
                    self.shut |= forbidden
        return mask

    def eligibility(self) -> None:
        """Units where the title may be placed."""
        self.eligible = self._eligible()
        self.scene.add("unit", "eligible", self.eligible.astype(np.int64))
        self.scene.add("unit", "closed", self.shut.astype(np.int64))
        counts = np.bincount(self.country.unit_district[self.eligible], minlength=len(self.country.districts))
        self.open_districts: Mask = counts > 0
        self.scene.add("national", "eligible_districts", int(self.open_districts.sum()))

    # districts ---------------------------------------------------------------------------------------

    def _weight_rules(self) -> list[Rule]:
        return best_rules([r for r in self.rules if r.level == "unit"], self.title, "weight")

    def weights(self) -> None:
        """Weights of the units in posts, with the factors of A.19.b and A.19.c."""
        scene = self.scene
        total = zeros(len(self.country.units))
        load = zeros(len(self.country.units))
        need = zeros(len(self.country.units))
        factor = self._factors("unit", self.eligible)
        weighed = np.zeros(len(total), dtype=bool)
        needs = False
        for rule in self._weight_rules():
            mask = scene.where(rule) & self.eligible
            rows = np.flatnonzero(mask)
            given = scene.amounts(rule, "weight", rows)
            self.found[f"weight of {rule.key}", "unit"] = rows, given
            own = fractions(given, len(rows))
            # Rules seldom weigh one unit twice: mostly there is nothing to add to.
            again = weighed[rows].any()
            load[rows] = added(load[rows], own) if again else own
            # Nearly every factor is 1, and multiplying fractions takes its time.
            at = _other_than_one(factor[rows])
            if len(at):
                own[at] = multiplied(own[at], factor[rows[at]])
            total[rows] = added(total[rows], own) if again else own
            weighed[rows] = True
            if rule.need:
                needs = True
                need[rows] = added(need[rows], own)
        self.weight = total
        self.load = load  # the weights as the clauses give them, without the factors of A.19
        self.loaded = np.flatnonzero(weighed)
        self.need = self._by_district(need) if needs else None

    def _by_district(self, weights: Objects) -> Objects:
        """Sums of weights by district; most units have none."""
        at = self.country.unit_district[self.loaded]
        return sums(weights[self.loaded], at, len(self.country.districts))

    def districts(self) -> None:
        """District targets: share of people in the province, pools with their own key, surplus balanced."""
        scene, country = self.scene, self.country
        self.weights()
        size = len(country.districts)
        people = country.exact_population.copy()
        self.keyed = zeros(size)
        for pool in self.pools:
            if pool.own_key:
                parts = (
                    pool.parts if pool.level == "district" else sums(pool.parts, country.unit_district, size)
                )
                self.keyed = added(self.keyed, parts)
        self.unit_keyed = zeros(len(country.units))
        for pool in self.pools:
            if pool.level == "unit":
                self.unit_keyed = added(self.unit_keyed, pool.parts)
        scene.add("district", "weight_target", zeros(size))
        self.blend: Blend | None = None
        if "district" in self.absolute:
            plain = self._given("district", size)
            plain[~self.open_districts] = ZERO
        else:
            common = self.province - sums(self.keyed, country.district_province, len(country.provinces))
            people[~self.open_districts] = ZERO
            plain = self._blended(common, people)
        self.plain = plain
        if self.need is not None and any(rule.limit == "need" for rule in self.rules):
            self._balance(people)
        self.district = added(self.plain, self.keyed)
        self._share_keyed_districts()
        scene.add("district", "district_target", self.district)

    def _blended(self, common: Objects, people: Objects) -> Objects:
        """Each province's number by its districts' people, or partly by their units' weights (B.1.c)."""
        scene, country = self.scene, self.country
        parent, open_ = country.district_province, self.open_districts
        everybody = sums(people, parent, len(common))
        opened = np.flatnonzero(open_)
        parts = parts_inside(common, people, open_, parent, everybody, opened)
        by_people = zeros(len(people))
        alone, shares = zeros(len(people)), zeros(len(people))
        by: dict[int, Rule] = {}
        rules = [rule for rule in self.rules if rule.formula("by_weight") is not None]
        if not rules:
            by_people[opened] = ratios(*parts)
            return by_people
        load = self._by_district(self.load)
        loads = sums(load, parent, len(common))
        for rule in rules:
            # A key that is nought all over the province is replaced by the other.
            empty, nobody = loads == ZERO, everybody == ZERO
            key, other = np.where(empty[parent], people, load), np.where(nobody[parent], load, people)
            of_key, of_other = np.where(empty, everybody, loads), np.where(nobody, loads, everybody)
            rows = np.flatnonzero(scene.where(rule) & open_)
            part = exact(scene.amounts(rule, "by_weight", rows))
            by_load = parts_inside(common, key, open_, parent, of_key, rows)
            by_other = parts_inside(common, other, open_, parent, of_other, rows)
            by_people[rows] = blended(by_load, by_other, part)
            alone[rows] = ratios(*parts_inside(self.province, key, open_, parent, of_key, rows))
            shares[rows] = fractions(part, len(rows))
            by |= dict.fromkeys(rows.tolist(), rule)
        others = [(d, *part) for d, *part in zip(opened.tolist(), *parts, strict=True) if d not in by]
        by_people[[d for d, _, _ in others]] = ratios([n for _, n, _ in others], [n for _, _, n in others])
        scene.add("district", "weight_target", alone)
        self.blend = Blend(by, shares, load, loads) if by else None
        return by_people

    def _share_keyed_districts(self) -> None:
        """A pool keyed by district reaches the units by the ordinary unit formula."""
        if any(pool.own_key for pool in self.pools):
            at_units = sums(self.unit_keyed, self.country.unit_district, len(self.country.districts))
            self.plain = self.district - at_units

    def _balance(self, population: Objects) -> None:
        """A.15: what a district has above its units' need goes to the others there, by what they lack."""
        assert self.need is not None
        by_province: dict[int, list[int]] = {}
        for d in np.flatnonzero(self.open_districts).tolist():
            by_province.setdefault(int(self.country.district_province[d]), []).append(d)
        for rows in by_province.values():
            gaps = differences(self.need[rows], self.plain[rows])
            surplus = -sum([gap for gap in gaps if gap.numerator < 0], start=ZERO)
            if not surplus:
                continue
            room = sum([gap for gap in gaps if gap.numerator > 0], start=ZERO)
            given = min(surplus, room)
            people = sum((population[d] for d in rows), start=ZERO)
            for d, gap in zip(rows, gaps, strict=True):
                value = self.need[d] if gap.numerator < 0 else self.plain[d]
                if gap.numerator > 0:
                    value += given * gap / room
                if surplus > given:
                    value += (surplus - given) * (
                        population[d] / people if people else Fraction(1, len(rows))
                    )
                self.plain[d] = value

    # units -------------------------------------------------------------------------------------------

    def units(self, floors: Objects, spare_at: Ints | None = None) -> Targets:
        """Unit targets: floors first, the rest by weight, then clauses that set a target themselves.

        ``spare_at`` is handed through (:attr:`Targets.spare_at`).
        """
        scene, country = self.scene, self.country
        basin, basin_target = self._basins()
        target = by_weight(basin, basin_target, floors, self.weight, self.eligible)
        if any(pool.level == "unit" for pool in self.pools):
            target = added(target, self.unit_keyed)
        target[~self.eligible] = ZERO
        scene.add("unit", "unit_target", target)
        for rule in self.rules:
            if rule.level == "unit" and rule.formula("set"):
                others = (
                    np.where(country.columns["unit"]["integrated"] == 1, 0, 1).astype(bool) & self.eligible
                )
                rest = target.copy()
                rest[~others] = ZERO
                scene.promise("unit", "others_target", partial(self._at_units, rest))
                rows = np.flatnonzero(scene.where(rule) & self.eligible)
                target = target.copy()
                target[rows] = fractions(scene.amounts(rule, "set", rows), len(rows))
                for one in target[rows].tolist():
                    in_range(one, rule, "set")
                scene.add("unit", "unit_target", target)
        made = Targets(
            self.supply, tuple(self.pools), self.province, self.district, target, self.eligible, self.weight,
            self.closed, self.plain, self.keyed, self.unit_keyed, floors, self.blend, spare_at,
        )  # fmt: skip
        made.found.update(self.found)
        return made

    def _at_units(self, values: Objects) -> Objects:
        """Sums of the units' values by district, as each unit sees its district's."""
        at = self.country.unit_district
        return sums(values, at, len(self.country.districts))[at]

    def _basins(self) -> tuple[Ints, Objects]:
        """Where a unit's share comes from: its district, or a whole province (B.1.ğ, boundary = province)."""
        country = self.country
        basin = country.unit_district.copy()
        target = self.plain.copy()
        for rule in self.rules:
            wide = rule.formula("basin")
            if wide is None or not truth(self.scene.rule(rule, "basin", "national")):
                continue
            chosen = self.scene.where(rule) & self.eligible
            for province in sorted(set(country.unit_province[chosen].tolist())):
                rows = np.flatnonzero(chosen & (country.unit_province == province))
                districts = sorted(set(country.unit_district[rows].tolist()))
                total = sum((target[d] for d in districts), start=ZERO)
                for d in districts[1:]:
                    target[d] = ZERO
                target[districts[0]] = total
                basin[np.isin(country.unit_district, districts)] = districts[0]
        return basin, target
