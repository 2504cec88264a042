"""What a number of the plan came from, a file a title: pools and shares, weights, rules with their inputs.

``why/<title>.json.gz`` holds blocks of rows (:mod:`pdc_common.derivation` has the form of the file); a row
has the cells of :data:`HEAD`. ``row`` is

* ``pool``: a pool of the national number; ``value`` its size (posts), ``formula`` of the size, ``how``
  the key and ``titles`` the clause that gives it;
* ``share``: what one of those pools gives a province (``clause`` the pool's, ``how`` its place among the
  pools, from 0);
* ``target``: a target that a clause states itself (GPs by people), ``value`` exact to six decimals;
* ``district``: the district's part of its province's target; ``inputs`` its people and those of all
  districts there;
* ``keyed``: what pools with a key of their own give a district or a unit;
* ``floor``: F of a unit, the floors of all tiers, as the unit targets read them;
* ``factor``: a factor of a province's or a unit's weight that is not 1 (A.18, A.19);
* ``weight``: a weight of a unit, in posts, before such factors;
* ``rule``: a rule at a place: what it asks for, or its limit; ``kind`` of the rule, its ``tier`` (empty:
  hard), ``how`` it adds up (``on_top``, or the name of its stack), ``titles`` of a joint rule.

``formula`` is the rule's (of a band both ends, ``low … high``) with every choice made as it falls at that
place (``a if … else b`` is ``a`` there): places where choices fall otherwise are another block.
``inputs`` are the columns that it reads there, ``name=value``, joined by ``;``. ``parameters`` are all that
the rule and the definitions it stands on read, ``CLAUSE.name`` (their values are in ``parameters.csv``).
Nothing here knows the solver.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from pdc.base.exact import ZERO
from pdc.base.numbers import Ints, Objects, picked
from pdc.law.rulebook import Rule
from pdc.rules.kinds import Cells
from pdc.rules.readings import Reading, Reads, column_of, readings, shown
from pdc.rules.scene import Scene
from pdc.rules.targets import Targets, best_rules
from pdc_common.derivation import Column, Writer, column, places

HEAD: Final = (
    "row", "level", "code", "clause", "value", "formula", "inputs", "kind", "tier", "how", "titles",
    "parameters",
)  # fmt: skip
Told = tuple[Ints, Column, Reading]
"""Places, the value at each, and how it came about."""


class _Sheet:
    """The file of one title under way."""

    def __init__(self, scene: Scene) -> None:
        # The same places stand in the files of many titles.
        self.country, self.file = scene.country, Writer(scene.frame.cache.setdefault("lists of places", {}))
        self.codes: dict[tuple[str, bytes], Column] = scene.frame.cache.setdefault("codes of places", {})

    def add(
        self, row: str, level: str, at: Ints | None, value: Column, reads: Reads | None = None, **shared: str
    ) -> None:
        """Rows of one kind at places of a level (``at`` None: the country's)."""
        if at is not None and not len(at):
            return
        which = level, b"" if at is None else at.tobytes()
        if which not in self.codes:
            self.codes[which] = places([""] if at is None else picked(self.country.code_texts[level], at))
        self.file.add(row, self.file.at(level, self.codes[which]), value, reads or {}, shared)


def why_text(scene: Scene, targets: Targets, cells: Sequence[Cells]) -> str:
    """The file of one title."""
    sheet = _Sheet(scene)
    rules = scene.rulebook.for_title(scene.title.code, "target")
    _pools(sheet, scene, targets, rules)
    stated = {rule.level for rule in _stated(sheet, scene, rules)}
    _parts(sheet, scene, targets, stated)
    _factors(sheet, scene, targets, rules)
    _weights(sheet, scene, targets, rules)
    for one in cells:
        if scene.title.code in one.titles:
            _rule(sheet, scene, one)
    return sheet.file.text()


def _some(values: Objects, among: Ints) -> Ints:
    """Those of some places where there is something."""
    held = zip(among.tolist(), values[among].tolist(), strict=True)
    return np.array([i for i, v in held if v is not ZERO and v.numerator], dtype=np.int64)


def _pools(sheet: _Sheet, scene: Scene, targets: Targets, rules: Sequence[Rule]) -> None:
    ordinary = best_rules([r for r in rules if r.level != "unit"], scene.title.code, "share")
    for place, pool in enumerate(targets.pools):
        rule = pool.rule
        clause = rule.clause if rule else scene.rulebook.speaks("filled")
        each = rule is not None and rule.formula("each") is not None
        keyed = rule if rule is not None and rule.formula("share") else next(iter(ordinary), None)
        formula = None if rule is None or each else rule.formula("amount")
        reads = parameters_read(scene, rule) if rule else []
        if keyed is not None and keyed is not rule and not each:
            reads = [*reads, *(name for name in parameters_read(scene, keyed) if name not in reads)]
        share = keyed.formula("share") if keyed is not None and not each else None
        factored = share is not None and _reads_column(scene, share.names, "province_factor")
        sheet.add(
            "pool", "national", None, str(pool.size),
            {} if each else {"filled": shown(scene.column("national", "filled"))},
            formula="" if each else formula.text if formula is not None else "filled",
            clause=clause, kind=rule.kind if rule else "", how=share.text if share else "each",
            titles=keyed.clause if keyed and not each else "", parameters=";".join(reads),
        )  # fmt: skip
        parts = scene.to_provinces(pool.parts, pool.level)
        rows = _some(parts, np.arange(len(parts)))
        shared = {"clause": clause, "how": str(place)}
        if each and rule is not None and rule.level == "province":
            for part in readings(scene, rule, "each", "province", rows):
                value = column_of(parts[rows[part.pick]])
                sheet.add(
                    "share", "province", rows[part.pick], value, part.reads, formula=part.formula, **shared
                )
        else:
            # Marked where the key has the province's factors in it (A.18).
            mark = {"province_factor": None} if factored else {}
            sheet.add("share", "province", rows, column_of(parts[rows]), mark, **shared)


def _reads_column(scene: Scene, names: Iterable[str], wanted: str) -> bool:
    """Does one of these names, or a definition behind it, read a column?"""
    seen: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name == wanted:
            return True
        if name in scene.definitions and name not in seen:
            seen.add(name)
            left += scene.definitions[name].formulas["value"].names
    return False


def _stated(sheet: _Sheet, scene: Scene, rules: Sequence[Rule]) -> Iterator[Rule]:
    """Targets that a clause gives by a formula of its own: their rules."""
    for rule in rules:
        key = "set" if rule.level == "unit" else "amount"
        if rule.formula(key) is None:
            continue
        rows = np.flatnonzero(scene.where(rule) & scene.open(rule.level))
        values = scene.amounts(rule, key, rows)
        _by_rule(sheet, scene, "target", rule, key, (rows, values))
        yield rule


def _by_rule(sheet: _Sheet, scene: Scene, row: str, rule: Rule, key: str, found: tuple[Ints, Any]) -> None:
    """Rows of what one of a rule's formulas comes to at some places."""
    if not len(found[0]):
        return
    parameters = ";".join(parameters_read(scene, rule))
    for at, value, part in _told(scene, rule, key, found):
        sheet.add(
            row, rule.level, at, value, part.reads,
            clause=rule.clause, formula=part.formula, kind=rule.kind, parameters=parameters,
        )  # fmt: skip


def _told(scene: Scene, rule: Rule, key: str, found: tuple[Ints, Any]) -> list[Told]:
    """What a formula comes to, and how; one that reads only what no title changes is told once for all."""
    rows, values = found
    name = rule.key, key, rows.tobytes()
    known: dict[tuple[str, str, bytes], list[Told]] = scene.frame.cache.setdefault("told for all titles", {})
    if name in known:
        return known[name]
    told = [
        (rows[part.pick], column_of(values[part.pick]), part)
        for part in readings(scene, rule, key, rule.level, rows)
    ]
    if scene.same_for_all(rule, key):
        known[name] = told
    return told


def _parts(sheet: _Sheet, scene: Scene, targets: Targets, stated: set[str]) -> None:
    if targets.plain is not None and "district" not in stated:
        _district_parts(sheet, scene, targets, targets.plain)
    if not any(pool.own_key for pool in targets.pools):
        return
    for level, keyed in (("district", targets.keyed), ("unit", targets.unit_keyed)):
        if keyed is not None:
            rows = _some(keyed, np.arange(len(keyed)))
            sheet.add("keyed", level, rows, column_of(keyed[rows]))


def _district_parts(sheet: _Sheet, scene: Scene, targets: Targets, plain: Any) -> None:
    """What gives every district its part of its province's target."""
    country, blend = scene.country, targets.blend
    open_ = targets.open(country, "district")
    province = country.district_province[open_]
    rules = [None] * len(open_) if blend is None else list(map(blend.rule.get, open_.tolist()))
    which = np.array(list(map(id, rules)))
    for rule in {id(rule): rule for rule in rules}.values():
        pick = np.flatnonzero(which == id(rule))
        reads = _people(scene, open_, pick)
        if rule is not None and blend is not None:
            reads["part"] = column_of(blend.part[open_[pick]])
            reads["load"] = column_of(blend.load[open_[pick]])
            reads["open_load"] = column_of(blend.loads[province[pick]])
        sheet.add(
            "district", "district", open_[pick], column_of(plain[open_[pick]]), reads,
            clause=rule.clause if rule else scene.rulebook.speaks("supply"),
            parameters=";".join(parameters_read(scene, rule)) if rule else "",
        )  # fmt: skip


def _people(scene: Scene, open_: Ints, pick: Ints) -> dict[str, Column | None]:
    """People of some open districts, and of all open ones of their province; told once for all titles."""
    cache = scene.frame.cache
    known: dict[tuple[bytes, bytes], dict[str, Column | None]] = cache.setdefault("people of districts", {})
    name = open_.tobytes(), pick.tobytes()
    if name not in known:
        country = scene.country
        province = country.district_province[open_]
        people, word = country.population()[open_], country.schema.population_word
        sums = np.bincount(province, weights=people.astype(float), minlength=len(country.provinces))
        all_ = sums.astype(np.int64)[province]
        known[name] = {
            word: column_of(people[pick]),
            f"open_{word.removeprefix('district_')}": column_of(all_[pick]),
        }
    return dict(known[name])


def _factors(sheet: _Sheet, scene: Scene, targets: Targets, rules: Sequence[Rule]) -> None:
    for rule in rules:
        if rule.formula("factor") is None:
            continue
        rows, values = targets.amounts(scene, rule, "factor")
        other = _not_one(scene, rule, rows, values)
        _by_rule(sheet, scene, "factor", rule, "factor", (rows[other], values[other]))


def _not_one(scene: Scene, rule: Rule, rows: Ints, values: Any) -> list[int]:
    """Which of a rule's factors are not 1; of one that no title changes it is found once."""
    known: dict[tuple[str, bytes], list[int]] = scene.frame.cache.setdefault("factors but 1", {})
    name = rule.key, rows.tobytes()
    if name in known:
        return known[name]
    other = [i for i, v in enumerate(values.tolist()) if v.numerator != v.denominator]
    if scene.same_for_all(rule, "factor"):
        known[name] = other
    return other


def _weights(sheet: _Sheet, scene: Scene, targets: Targets, rules: Sequence[Rule]) -> None:
    if targets.floor is not None:
        rows = _some(targets.floor, targets.open(scene.country, "unit"))
        sheet.add("floor", "unit", rows, column_of(targets.floor[rows]))
    for rule in best_rules([r for r in rules if r.level == "unit"], scene.title.code, "weight"):
        _by_rule(sheet, scene, "weight", rule, "weight", targets.amounts(scene, rule, "weight"))


def _rule(sheet: _Sheet, scene: Scene, cells: Cells) -> None:
    rule = cells.rule
    if not len(cells.at):
        return
    key = "amount" if rule.formula("amount") else "rate"
    level = cells.level if cells.members is None else "unit"
    parts: Iterable[Reading] = [Reading(np.arange(len(cells.at)), "", {})]
    if rule.formula(key) is not None and (level == cells.level or key == "rate"):
        upper = "upper" if level == cells.level and rule.formula("upper") is not None else ""
        parts = readings(scene, rule, key, cells.level, cells.at, upper)
    parameters = ";".join(parameters_read(scene, rule))
    for part in parts:
        sheet.add(
            "rule", cells.level, cells.at[part.pick], _asked(cells, part.pick), part.reads,
            clause=rule.clause, formula=part.formula, kind=rule.kind,
            tier="" if rule.tier is None else str(rule.tier),
            how="on_top" if rule.on_top else rule.stack,
            titles="+".join(cells.titles) if len(cells.titles) > 1 else "", parameters=parameters,
        )  # fmt: skip


def _asked(cells: Cells, pick: Ints) -> Column:
    """What a rule asks for or allows at some of its places; of a band both ends."""
    if cells.upper is not None:
        ends = zip(cells.amount[pick].tolist(), cells.upper[pick].tolist(), strict=True)
        return column([f"{low}…{high}" for low, high in ends])
    return column_of([cells.rate[i] for i in pick.tolist()] if cells.rate else cells.amount[pick])


def parameters_read(scene: Scene, rule: Rule) -> list[str]:
    """Parameters that a rule reads, itself or through definitions, as ``CLAUSE.name``."""
    name = f"parameters of {rule.kind} {rule.define} {rule.key}"
    known: list[str] | None = scene.frame.cache.get(name)
    if known is None:
        known = scene.frame.cache[name] = _parameters(scene, rule)
    return known


def _parameters(scene: Scene, rule: Rule) -> list[str]:
    found: dict[str, None] = {}
    seen: set[str] = set()

    def walk(one: Rule) -> None:
        parameters = scene.rulebook.parameters_of(one.clause)
        for formula in one.formulas.values():
            for name in _in_order(formula.tree):
                if name in parameters:
                    found[f"{one.clause}.{name}"] = None
                elif name in scene.definitions and name not in seen:
                    seen.add(name)
                    walk(scene.definitions[name])

    walk(rule)
    return list(found)


def _in_order(tree: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
