"""Why a place has its number of a title: the target step by step, the rules, what binds, what it hangs on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pdc_common.numerals import number
from pdc_common.text import sentence
from pdc_reports.explain.derivation import Reason
from pdc_reports.explain.formula import plain, written
from pdc_reports.explain.numbers import Finding
from pdc_reports.explain.tables import Book, Pin, TitleFacts

CLOSE: Final = 2e-3  # values of the why tables have six decimals; what is shown has two
PINS: Final = 5  # numbers that were set are told one by one up to here
AMONG: Final = {"share", "cap", "order"}


@dataclass(frozen=True)
class Part:
    """Some sentences under a heading."""

    name: str
    heading: str
    lines: tuple[str, ...]


@dataclass
class Teller:
    """Tells about one title of one plan; what many places share is worded once."""

    book: Book
    facts: TitleFacts
    _shared: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _sentences: dict[str, Callable[..., str]] = field(default_factory=dict)
    _found_levers: dict[tuple[tuple[str, ...], tuple[str, ...]], list[dict[str, Any]]] = field(
        default_factory=dict
    )

    def say(self, key: str, /, **values: object) -> str:
        """Return a sentence of ``explain.*``."""
        made = self._sentences.get(key)
        if made is None:
            made = self._sentences[key] = sentence(f"explain.{key}", self.book.lang)
        return made(**values)

    def n(self, value: float, decimals: int = 2) -> str:
        """A target or another fraction, with idle noughts left out."""
        return plain(value, self.book.lang, decimals)

    def parts(self, level: str, code: str) -> list[Part]:
        """Everything the tables say about a number."""
        told = {
            "number": (*self.number(level, code),),
            "target": (*self.target(level, code),),
            "rules": (*self.rules(level, code),),
        }
        return [self.part(name, lines) for name, lines in told.items() if lines]

    def part(self, name: str, lines: tuple[str, ...]) -> Part:
        """Lines under their heading."""
        return Part(name, self.say(f"heading.{name}"), lines)

    # the number --------------------------------------------------------------------------------------

    def number(self, level: str, code: str) -> Iterator[str]:
        """The number, its target, and what decides it."""
        title = self.book.title_name(self.facts.code)
        place = self.book.place_name(level, code)
        if level == "national":
            posts = sum(cell.posts for cell in self.facts.plan["province"].values())
            yield self.say("number.country", title=title, place=place, posts=written(posts, self.book.lang))
            yield from self._pins(level, code)
            return
        cell = self.facts.plan[level][code]
        deviation = number(cell.posts - cell.target, self.book.lang, 2, sign=True)
        yield self.say(
            "number.is", title=title, place=place, posts=written(cell.posts, self.book.lang),
            target=self.n(cell.target), deviation=deviation,
        )  # fmt: skip
        own = next((pin for pin in self.pins if (pin.level, pin.code) == (level, code)), None)
        pins = tuple(self._pins(level, code))
        if own is None or self._short(level, code):
            yield self._decides(level, code, cell.posts, beside_pins=bool(pins))
        yield from pins
        more, fewer = self.facts.free.get((level, code), (False, False))
        if more or fewer:
            which = "both" if more and fewer else "more" if more else "fewer"
            yield self.say(f"free.{which}")

    @property
    def pins(self) -> Sequence[Pin]:
        """Numbers of this title that were set or locked."""
        return self.book.pins.get(self.facts.code, ())

    def _pins(self, level: str, code: str) -> Iterator[str]:
        """Numbers that were set: at the place, around it, inside it, and elsewhere if they move this one."""
        if not self.pins:
            return
        above = set(self.book.above(level, code)[1:])
        province = self.book.above(level, code)[-1]
        apart = self.book.summary.get("titles", {}).get(self.facts.code, {}).get("supply") is None
        told: dict[str, list[str]] = {"is": [], "above": [], "below": [], "elsewhere": []}
        for pin in self.pins:
            at = pin.level, pin.code
            inside = self.book.above(*at)
            if at == (level, code):
                how = "is"
            elif at in above:
                how = "above"
            elif level == "national" or (level, code) in inside:
                how = "below"
            elif apart and inside[-1] != province:
                continue  # without a national number provinces share nothing
            else:
                how = "elsewhere"
            told[how].append(self._pin(pin, how))
        lines = [line for found in told.values() for line in found]
        yield from lines[:PINS]
        if len(lines) > PINS:
            yield self.say("pin.more", count=written(len(lines) - PINS, self.book.lang))

    def _pin(self, pin: Pin, how: str) -> str:
        key = {True: {"is": "locked"}.get(how, f"locked_{how}"), False: how}[pin.lock]
        cell = self.facts.plan[pin.level].get(pin.code)
        return self.say(
            f"pin.{key}", clause=pin.clause, file=pin.file, posts=written(pin.posts, self.book.lang),
            place=self.book.place_name(pin.level, pin.code), target=self.n(cell.target if cell else 0.0),
        )  # fmt: skip

    def _short(self, level: str, code: str) -> bool:
        """Is a floor of the place not met?"""
        found = self.facts.found.at((level, code))
        return any(f.tier and f.required and f.status == "short" for f in found)

    def _decides(self, level: str, code: str, posts: int, *, beside_pins: bool = False) -> str:
        """What decides the number; ``beside_pins``: numbers that were set leave the rest to the targets."""
        found = self.facts.found.at((level, code))
        floors = [f for f in found if f.tier and f.required]
        short = [f for f in floors if f.status == "short"]
        if short:
            missing = sum(f.shortfall for f in short)
            return self.say("decides.short", count=written(missing, self.book.lang), clauses=_clauses(short))
        # Shares and limits for some units together bind those units, not the place that they are counted in.
        own = self.facts.reasons((level, code), "rule") if level != "unit" else ()
        among = {reason.clause for reason in own if reason.kind in AMONG}
        caps = [
            f
            for f in found
            if not f.tier and f.status == "binding" and f.required is not None and f.clause not in among
        ]
        if caps:
            return self.say("decides.cap", clauses=_clauses(caps))
        binding = [f for f in floors if f.status == "binding"]
        if level == "unit":
            floor = round(self.facts.value((level, code), "floor"))
            together = [f for f in floors if f.required]
            if floor and posts <= floor and together:
                return self.say(
                    "decides.floor", clauses=_clauses(together), floor=written(floor, self.book.lang)
                )
            if binding:
                return self.say("decides.binding", clauses=_clauses(binding))
            if floor:
                return self.say("decides.above", floor=written(floor, self.book.lang))
            return self.say("decides.beside_pins" if beside_pins else "decides.target_unit")
        if binding:
            return self.say("decides.binding", clauses=_clauses(binding))
        below = "unit" if level == "district" else "district"
        floors_below = self._floors_within(level, code)
        if below == "unit" and floors_below > self.facts.plan[level][code].target + 1:
            return self.say("decides.floors_below", floors=written(floors_below, self.book.lang))
        return self.say("decides.beside_pins" if beside_pins else f"decides.target_{level}")

    # the target --------------------------------------------------------------------------------------

    def target(self, level: str, code: str) -> Iterator[str]:
        """How the target came about, from the country down to the place."""
        if level == "national":
            yield from self._cached("national", "")
            return
        path = self.book.above(level, code)[::-1]
        for at, of in path:
            if at == "unit":
                yield from self._unit(of)
            else:
                yield from self._cached(at, of)

    def _cached(self, level: str, code: str) -> tuple[str, ...]:
        if (level, code) not in self._shared:
            tell = {"national": self._pools, "province": self._province, "district": self._district}[level]
            self._shared[level, code] = tuple(tell(code))
        return self._shared[level, code]

    @cached_property
    def pools(self) -> Sequence[Reason]:
        """Pools of the national number."""
        return self.facts.reasons(("national", ""), "pool")

    @cached_property
    def _said_of_pools(self) -> Sequence[str]:
        return [self._pool(pool) for pool in self.pools]

    def _pools(self, code: str) -> Iterator[str]:
        del code
        yield from self._said_of_pools
        if len(self.pools) > 1:
            total = sum(float(pool.value) for pool in self.pools)
            yield self.say("target.supply", value=self.n(total))

    def _pool(self, pool: Reason) -> str:
        value = self.n(float(pool.value))
        if pool.formula == "filled" or not pool.formula:
            return self.say(
                "target.filled" if pool.formula else "target.each", value=value, clause=pool.clause
            )
        return self.say("target.pool", formula=self._formula(pool), value=value, clause=pool.clause)

    def _province(self, code: str) -> Iterator[str]:
        name, place = self.book.short_name("province", code), ("province", code)
        yield from self._stated(name, place)
        shares = self.facts.reasons(place, "share")
        factors = self.facts.reasons(place, "factor")
        for share in shares:
            pool, value = self.pools[int(share.how)], self.n(float(share.value))
            if share.formula:
                yield self.say(
                    "target.share_each",
                    place=name,
                    formula=self._formula(share),
                    value=value,
                    clause=share.clause,
                )
                continue
            yield self._said_of_pools[int(share.how)]
            size, clause = float(pool.value), pool.titles or pool.clause
            percent = number(float(share.value) / size * 100 if size else 0, self.book.lang, 3)
            factored = factors if share.inputs else ()
            told = {
                "place": name, "pool": self.n(size), "percent": percent, "value": value,
                "key": self.book.reader.key(clause, pool.how), "clause": clause,
            }  # fmt: skip
            if factored:
                by = math.prod(float(factor.value) for factor in factored)
                of = ", ".join(dict.fromkeys(factor.clause for factor in factored))
                shown = self.n(by, 2 if by == round(by, 2) else 4)
                yield self.say("target.share_factor", factor=shown, factor_clause=of, **told)
            else:
                yield self.say("target.share", **told)
        for factor in factors:
            yield self.say("target.factor", formula=self._formula(factor), clause=factor.clause)
        if len(shares) > 1 and code in self.facts.plan["province"]:
            yield self.say("target.sum", place=name, value=self.n(self.facts.plan["province"][code].target))

    def _district(self, code: str) -> Iterator[str]:
        name, place = self.book.short_name("district", code), ("district", code)
        cell = self.facts.plan["district"].get(code)
        if cell is None:
            return
        if self.facts.reasons(place, "target"):
            yield from self._stated(name, place)
            return
        inner = self.facts.reasons(place, "district")
        if not inner:
            return
        province = self.book.districts[code][1]
        whole = self.facts.plan["province"][province].target
        keyed = self.keyed_in.get(province, 0.0)
        inputs = dict(pair.split("=") for pair in inner[0].inputs.split(";"))
        people, sisters = float(inputs["district_etf"]), float(inputs["open_etf"])
        own = self.facts.value(place, "keyed")
        if "part" in inputs:
            yield from self._blended(name, inputs, whole - keyed, cell.target - own)
        elif sisters:
            plain = (whole - keyed) * people / sisters
            yield self.say(
                "target.district", place=name, common=self.n(whole - keyed), people=self.n(people),
                sisters=self.n(sisters), value=self.n(plain),
            )  # fmt: skip
            if abs(plain + own - cell.target) > CLOSE * max(1, abs(cell.target) / 1000):
                yield self.say("target.balanced", value=self.n(cell.target - own))
        if own:
            yield self.say("target.keyed", place=name, value=self.n(own), target=self.n(cell.target))

    def _blended(self, name: str, inputs: dict[str, str], common: float, target: float) -> Iterator[str]:
        """A district that shares its province by people and by its units' weights (beds) alike."""
        part, load, loads = (float(inputs[key]) for key in ("part", "load", "open_load"))
        people, sisters = float(inputs["district_etf"]), float(inputs["open_etf"])
        # A key that is nought all over the province is replaced by the other.
        by_load = load / loads if loads else (people / sisters if sisters else 0.0)
        by_people = people / sisters if sisters else by_load
        value = common * (part * by_load + (1 - part) * by_people)
        yield self.say(
            "target.blended", place=name, common=self.n(common), part=self.n(part), rest=self.n(1 - part),
            load=self.n(load), loads=self.n(loads), people=self.n(people), sisters=self.n(sisters),
            value=self.n(value),
        )  # fmt: skip
        if abs(value - target) > CLOSE * max(1, abs(target) / 1000):
            yield self.say("target.balanced", value=self.n(target))

    @cached_property
    def keyed_in(self) -> dict[str, float]:
        """What pools with a key of their own give the districts of each province."""
        found: dict[str, float] = {}
        for code, value in self.facts.why.sums("district", "keyed").items():
            if code in self.book.districts:
                province = self.book.districts[code][1]
                found[province] = found.get(province, 0) + value
        return found

    def _stated(self, name: str, place: tuple[str, str]) -> Iterator[str]:
        for reason in self.facts.reasons(place, "target"):
            yield self.say(
                "target.stated", place=name, formula=self._formula(reason), value=self.n(float(reason.value)),
                clause=reason.clause,
            )  # fmt: skip

    def _unit(self, code: str) -> Iterator[str]:
        place, name = ("unit", code), self.book.short_name("unit", code)
        if self.facts.reasons(place, "target"):
            yield from self._stated(name, place)
            return
        district = self.book.units[code].district
        basin = self.basins.get(district)
        if basin is None:
            return
        target = self.facts.plan["unit"][code].target
        floor, weight = self.facts.value(place, "floor"), self.facts.weight(code)
        keyed = self.facts.value(place, "keyed")
        value, line = basin.share(self, floor, weight)
        if abs(value + keyed - target) > CLOSE * max(1.0, abs(target) / 1000):
            yield self.say("target.elsewhere", value=self.n(target - keyed))
        else:
            for reason in self.facts.reasons(place, "weight"):
                yield self.say("target.weight", formula=self._formula(reason), clause=reason.clause)
            for factor in self.facts.reasons(place, "factor"):
                yield self.say("target.weight_factor", formula=self._formula(factor), clause=factor.clause)
            yield line
        if keyed:
            yield self.say("target.keyed", place=name, value=self.n(keyed), target=self.n(target))

    @cached_property
    def basins(self) -> dict[str, Basin]:
        """What the units of each district share out: its target, their floors and weights."""
        found: dict[str, Basin] = {}
        units, weights, floors = self.book.units, self.facts.why.weights, self.floors["district"]
        for code in self.facts.plan["unit"]:
            if code not in units:
                continue
            district = units[code].district
            if district not in found:
                if district not in self._given:
                    continue
                found[district] = Basin(self._given[district], floors.get(district, 0.0))
            basin = found[district]
            basin.weights += weights.get(code, 0.0)
            basin.count += 1
        return found

    @cached_property
    def _given(self) -> dict[str, float]:
        """What each district shares out among its units."""
        return self.facts.why.first("district", "district", "target")

    @cached_property
    def floors(self) -> dict[str, dict[str, float]]:
        """Floors of all units of each district that shares something out, and of each province, by level."""
        found: dict[str, dict[str, float]] = {"district": {}, "province": {}}
        units = self.facts.plan["unit"]
        for code, floor in self.facts.why.sums("unit", "floor").items():
            unit = self.book.units.get(code)
            if unit is None or code not in units or unit.district not in self._given:
                continue
            province = self.book.districts.get(unit.district, ("", ""))[1]
            for level, place in (("district", unit.district), ("province", province)):
                found[level][place] = found[level].get(place, 0.0) + floor
        return found

    def _floors_within(self, level: str, code: str) -> float:
        return self.floors[level].get(code, 0)

    # rules -------------------------------------------------------------------------------------------

    def rules(self, level: str, code: str) -> Iterator[str]:
        """Every rule at the place with its numbers; of the places above those that stand at their limit."""
        place = (level, code)
        findings: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.facts.found.at(place):
            findings.setdefault((finding.clause, finding.tier), []).append(finding)
        for reason in self.facts.reasons(place, "rule"):
            rest = findings.get((reason.clause, reason.tier))
            if reason.kind == "share" and not rest:
                continue
            yield self._rule(reason, rest.pop(0) if rest else None)
        for rest in findings.values():
            for finding in rest:
                if finding.required is not None and (finding.required or finding.status == "short"):
                    yield self._found(finding)
        for at in self.book.above(level, code)[1:]:
            for finding in self.facts.found.at(at):
                if finding.status in {"binding", "short"} and finding.required:
                    where = self.book.short_name(*at)
                    yield self.say("rule.above", place=where, line=self._found(finding))
        if level in {"district", "province"}:
            floors = self._floors_within(level, code)
            if floors:
                yield self.say(f"rule.floors_{level}", floors=written(floors, self.book.lang))

    def _rule(self, reason: Reason, finding: Finding | None) -> str:
        tier = self.say("rule.tier", tier=reason.tier) if reason.tier else self.say("rule.hard")
        value = reason.value
        formula = self._formula(reason) if reason.formula else ""
        shown = " … ".join(written(end, self.book.lang) for end in value.split("…"))
        told = f"{formula} = {shown}" if formula and not formula.endswith(f" {shown}") else formula or shown
        if reason.how == "on_top":
            told = self.say("rule.on_top", told=told)
        if reason.titles:
            told = self.say("rule.joint", told=told, titles=self.book.title_name(reason.titles))
        kind = self.say(f"kind.{reason.kind}")
        line = self.say("rule.is", clause=reason.clause, kind=kind, tier=tier, told=told)
        return f"{line} {self._status(finding)}".strip()

    def _found(self, finding: Finding) -> str:
        key = "rule.at_least" if finding.tier else "rule.limit"
        line = self.say(key, clause=finding.clause, required=self.n(finding.required or 0))
        return f"{line} {self._status(finding)}".strip()

    def _status(self, finding: Finding | None) -> str:
        if finding is None:
            return ""
        return self.say(
            f"status.{finding.status}",
            required=self.n(finding.required or 0),
            count=written(finding.shortfall, self.book.lang),
        )

    def _formula(self, reason: Reason) -> str:
        return self.book.reader.text(reason.clause, reason.formula, reason.inputs)

    # what if -----------------------------------------------------------------------------------------

    def levers(self, level: str, code: str) -> list[dict[str, Any]]:
        """Parameters that the binding rules and the target read, those of binding rules first."""
        places = [("national", "")] if level == "national" else self.book.above(level, code)
        rules: dict[str, None] = {}
        for place in places:
            at_limit = {f.clause for f in self.facts.found.at(place) if f.status in {"binding", "short"}}
            if at_limit:
                reasons = self.facts.reasons(place, "rule")
                rules |= dict.fromkeys(one.parameters for one in reasons if one.clause in at_limit)
        targets: dict[str, None] = {}
        parts = {part.how for part in self.facts.reasons(places[-1], "share")}
        # A pool that gives the province nothing would change nothing here.
        idle = [] if level == "national" else [at for at in range(len(self.pools)) if str(at) not in parts]
        for place in [*places, ("national", "")]:
            for row, held in self.facts.why.rows(place):
                if row != "rule":
                    at_pool = place[0] == "national" and row == "pool"
                    left = [one for at, one in enumerate(held) if at not in idle] if at_pool else held
                    targets |= dict.fromkeys(one.parameters for one in left)
        return self._levers_of(tuple(rules), tuple(targets))

    def _levers_of(self, rules: tuple[str, ...], targets: tuple[str, ...]) -> list[dict[str, Any]]:
        """The parameters that rules and target name (joined by ``;``), each once; alike for many places."""
        if (rules, targets) not in self._found_levers:
            self._found_levers[rules, targets] = self._named(rules, targets)
        return self._found_levers[rules, targets]

    def _named(self, rules: tuple[str, ...], targets: tuple[str, ...]) -> list[dict[str, Any]]:
        names = {name: "rule" for joined in rules for name in joined.split(";")}
        for joined in targets:
            for name in joined.split(";"):
                names.setdefault(name, "target")
        found = []
        for name, use in names.items():
            clause, _, own = name.rpartition(".")
            known = self.book.parameters.get((clause, own))
            if known is not None:
                found.append(
                    {
                        "set": name,
                        "value": known.value,
                        "origin": known.origin,
                        "text": known.text,
                        "for": use,
                    }
                )
        return found


@dataclass
class Basin:
    """A district as its units share it: what there is, their floors, their weights."""

    target: float
    floors: float = 0.0
    weights: float = 0.0
    count: int = 0

    def share(self, teller: Teller, floor: float, weight: float) -> tuple[float, str]:
        """A unit's part, and the sentence that works it out: floors first, the rest by weight."""
        q, n = self.target, teller.n
        common = {"floor": n(floor), "floors": n(self.floors), "q": n(q)}
        if self.floors and q < self.floors:
            value = floor * q / self.floors
            return value, teller.say("target.floors_only", **common, value=n(value))
        rest = max(0.0, q - self.floors)
        if not self.weights:
            value = floor + rest / max(1, self.count)
            return value, teller.say("target.equal", **common, rest=n(rest), count=self.count, value=n(value))
        value = floor + rest * weight / self.weights
        key = "target.by_weight" if self.floors else "target.weight_only"
        return value, teller.say(
            key, **common, rest=n(rest), weight=n(weight), weights=n(self.weights), value=n(value)
        )


def _clauses(findings: list[Finding]) -> str:
    return ", ".join(dict.fromkeys(f.clause for f in findings))
