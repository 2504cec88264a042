"""What a number of the plan came from, a table a title: pools and shares, weights, rules with their inputs.

``why/<title>.csv.gz`` has the columns of :data:`HEAD`. ``row`` is

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
place (``a if … else b`` is ``a`` there).
``inputs`` are the columns that it reads there, ``name=value``, joined by ``;``. ``parameters`` are all that
the rule and the definitions it stands on read, ``CLAUSE.name`` (their values are in ``parameters.csv``).
Nothing here knows the solver.
"""

from __future__ import annotations

import ast
import copy
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.formula import Formula, truth
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.law.rulebook import Rule
from pdc.rules.kinds import Cells
from pdc.rules.scene import Scene
from pdc.rules.targets import Blend, Targets, best_rules
from pdc_common.cells_csv import writer

HEAD: Final = (
    "row", "level", "code", "clause", "value", "formula", "inputs", "kind", "tier", "how", "titles",
    "parameters",
)  # fmt: skip
LOOKS: Final = {
    "planned", "clinics", "national_total", "total_in_province", "total_in_district", "any_in_province",
    "any_in_district", "largest_in_province", "in_table",
}  # fmt: skip
Row = tuple[str, ...]


@dataclass(frozen=True)
class _Reading:
    """A formula as it stands at one place, and what it reads there."""

    formula: str
    inputs: str


_BLANK: Final = _Reading("", "")


def why_text(scene: Scene, targets: Targets, cells: Sequence[Cells]) -> str:
    """The table of one title as CSV."""
    out = io.StringIO()
    table = writer(out)
    table.writerow(HEAD)
    table.writerows(_pools(scene, targets))
    stated = [*_stated(scene)]
    table.writerows(row for _, rows in stated for row in rows)
    table.writerows(_parts(scene, targets, {level for level, _ in stated}))
    table.writerows(_factors(scene, targets))
    table.writerows(_weights(scene, targets))
    for one in cells:
        if scene.title.code in one.titles:
            table.writerows(_rule(scene, one))
    return out.getvalue()


def shown(value: Any) -> str:
    """A number as a person reads it: whole, or with up to six decimals."""
    if type(value) is int:
        return str(value)
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, str):
        return value
    exact = value if isinstance(value, Fraction) else Fraction(value)
    above, below = exact.numerator, exact.denominator
    if below == 1:
        return str(above)
    return f"{above / below:.6f}".rstrip("0").rstrip(".")


def _row(
    row: str,
    place: tuple[str, str],
    clause: str,
    value: str,
    reading: _Reading = _BLANK,
    rule: Rule | None = None,
    **more: str,
) -> Row:
    kind = "" if rule is None else rule.kind
    known = {"kind": kind, "tier": "", "how": "", "titles": "", "parameters": ""} | more
    return (row, *place, clause, value, reading.formula, reading.inputs, *known.values())


def _pools(scene: Scene, targets: Targets) -> Iterator[Row]:
    codes = scene.country.codes("province")
    title = scene.title.code
    ordinary = best_rules(
        [r for r in scene.rulebook.for_title(title, "target") if r.level != "unit"], title, "share"
    )
    for place, pool in enumerate(targets.pools):
        rule = pool.rule
        clause = rule.clause if rule else scene.rulebook.speaks("filled")
        each = rule is not None and rule.formula("each") is not None
        keyed = rule if rule is not None and rule.formula("share") else next(iter(ordinary), None)
        formula = None if rule is None or each else rule.formula("amount")
        reading = _Reading("filled", f"filled={shown(scene.column('national', 'filled'))}")
        if formula is not None:
            reading = _Reading(formula.text, reading.inputs)
        reads = parameters_read(scene, rule) if rule else []
        if keyed is not None and keyed is not rule and not each:
            reads = [*reads, *(name for name in parameters_read(scene, keyed) if name not in reads)]
        share = keyed.formula("share") if keyed is not None and not each else None
        factored = share is not None and _reads_column(scene, share.names, "province_factor")
        yield _row(
            "pool", ("national", ""), clause, str(pool.size), reading if not each else _BLANK, rule,
            how=share.text if share else "each", titles=keyed.clause if keyed and not each else "",
            parameters=";".join(reads),
        )  # fmt: skip
        parts = scene.to_provinces(pool.parts, pool.level)
        rows = np.flatnonzero([bool(part) for part in parts.tolist()])
        # Marked where the key has the province's factors in it (A.18).
        readings = [_Reading("", "province_factor") if factored else _BLANK] * len(rows)
        if each and rule is not None and rule.level == "province":
            readings = _readings(scene, rule, "each", "province", rows)
        for i, one in zip(rows.tolist(), readings, strict=True):
            yield _row("share", ("province", str(codes[i])), clause, shown(parts[i]), one, how=str(place))


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


def _stated(scene: Scene) -> Iterator[tuple[str, list[Row]]]:
    """Targets that a clause gives by a formula of its own, by level."""
    for rule in scene.rulebook.for_title(scene.title.code, "target"):
        key = "set" if rule.level == "unit" else "amount"
        if rule.formula(key) is None:
            continue
        rows = np.flatnonzero(scene.where(rule) & scene.open(rule.level))
        codes = scene.country.codes(rule.level)
        values = scene.amounts(rule, key, rows)
        reads = ";".join(parameters_read(scene, rule))
        yield (
            rule.level,
            [
                _row(
                    "target", (rule.level, str(codes[i])), rule.clause, shown(value), reading, rule,
                    parameters=reads,
                )
                for i, value, reading in zip(
                    rows.tolist(), values.tolist(), _readings(scene, rule, key, rule.level, rows), strict=True
                )
            ],
        )  # fmt: skip


def _parts(scene: Scene, targets: Targets, stated: set[str]) -> Iterator[Row]:
    country = scene.country
    if targets.plain is not None and "district" not in stated:
        open_ = np.unique(country.unit_district[targets.eligible])
        people, word = country.population(), country.schema.population_word
        sisters = np.bincount(
            country.district_province[open_],
            weights=people[open_].astype(float),
            minlength=len(country.provinces),
        )
        codes, supply = country.codes("district"), scene.rulebook.speaks("supply")
        for d in open_.tolist():
            inputs = (
                f"{word}={shown(int(people[d]))};"
                f"open_{word.removeprefix('district_')}={int(sisters[country.district_province[d]])}"
            )
            code = str(codes[d])
            clause, rule = supply, None
            if targets.blend is not None and d in targets.blend.rule:
                rule = targets.blend.rule[d]
                clause, inputs = rule.clause, f"{inputs};{_blended(targets.blend, country, d, open_)}"
            yield _row(
                "district", ("district", code), clause, shown(targets.plain[d]), _Reading("", inputs),
                parameters="" if rule is None else ";".join(parameters_read(scene, rule)),
            )  # fmt: skip
    for level, keyed in (("district", targets.keyed), ("unit", targets.unit_keyed)):
        if keyed is not None:
            codes = country.codes(level)
            for i in np.flatnonzero([bool(v) for v in keyed.tolist()]).tolist():
                yield _row("keyed", (level, str(codes[i])), "", shown(keyed[i]))


def _blended(blend: Blend, country: Country, district: int, open_: Ints) -> str:
    """What a blended key reads at a district: the part that goes by weight, its weight, its province's."""
    sisters = open_[country.district_province[open_] == country.district_province[district]]
    total = sum(blend.load[sisters].tolist(), start=Fraction(0))
    values = {"part": blend.part[district], "load": blend.load[district], "open_load": total}
    return ";".join(f"{name}={shown(value)}" for name, value in values.items())


def _factors(scene: Scene, targets: Targets) -> Iterator[Row]:
    for rule in scene.rulebook.for_title(scene.title.code, "target"):
        if rule.formula("factor") is None:
            continue
        mask = scene.where(rule)
        rows = np.flatnonzero(mask & targets.eligible if rule.level == "unit" else mask)
        values = scene.amounts(rule, "factor", rows)
        other = np.array([value != 1 for value in values.tolist()], dtype=bool)
        rows, values = rows[other], values[other]
        codes = scene.country.codes(rule.level)
        reads = ";".join(parameters_read(scene, rule))
        for i, value, one in zip(
            rows.tolist(), values.tolist(), _readings(scene, rule, "factor", rule.level, rows), strict=True
        ):
            place = (rule.level, str(codes[i]))
            yield _row("factor", place, rule.clause, shown(value), one, rule, parameters=reads)


def _weights(scene: Scene, targets: Targets) -> Iterator[Row]:
    codes = scene.country.codes("unit")
    if targets.floor is not None:
        for u in np.flatnonzero([bool(v) for v in targets.floor.tolist()]).tolist():
            yield _row("floor", ("unit", str(codes[u])), "", shown(targets.floor[u]))
    title = scene.title.code
    rules = [r for r in scene.rulebook.for_title(title, "target") if r.level == "unit"]
    for rule in best_rules(rules, title, "weight"):
        rows = np.flatnonzero(scene.where(rule) & targets.eligible)
        values = scene.amounts(rule, "weight", rows)
        reads = ";".join(parameters_read(scene, rule))
        for u, value, one in zip(
            rows.tolist(), values.tolist(), _readings(scene, rule, "weight", "unit", rows), strict=True
        ):
            yield _row(
                "weight", ("unit", str(codes[u])), rule.clause, shown(value), one, rule, parameters=reads
            )


def _rule(scene: Scene, cells: Cells) -> Iterator[Row]:
    rule = cells.rule
    key = "amount" if rule.formula("amount") else "rate"
    codes = scene.country.codes(cells.level)
    level = cells.level if cells.members is None else "unit"
    readings = [_BLANK] * len(cells.at)
    if rule.formula(key) is not None and level == cells.level:
        readings = _readings(scene, rule, key, level, cells.at)
        if rule.formula("upper") is not None:
            ends = _readings(scene, rule, "upper", level, cells.at)
            readings = [_both(low, high) for low, high in zip(readings, ends, strict=True)]
    elif rule.formula(key) is not None and key == "rate":
        readings = _readings(scene, rule, key, cells.level, cells.at)
    values = [shown(r) for r in cells.rate] if cells.rate else [str(a) for a in cells.amount.tolist()]
    if cells.upper is not None:
        values = [f"{low}…{high}" for low, high in zip(values, cells.upper.tolist(), strict=True)]
    about = {
        "tier": "" if rule.tier is None else str(rule.tier),
        "how": "on_top" if rule.on_top else rule.stack,
        "titles": "+".join(cells.titles) if len(cells.titles) > 1 else "",
        "parameters": ";".join(parameters_read(scene, rule)),
    }
    for at, value, one in zip(cells.at.tolist(), values, readings, strict=True):
        yield _row(
            "rule", (cells.level, str(codes[at])), rule.clause, value, one, rule, kind=rule.kind, **about
        )


def _both(low: _Reading, high: _Reading) -> _Reading:
    """Both ends of a band as one reading."""
    inputs = dict.fromkeys([*filter(None, low.inputs.split(";")), *filter(None, high.inputs.split(";"))])
    return _Reading(f"{low.formula} … {high.formula}", ";".join(inputs))


def parameters_read(scene: Scene, rule: Rule) -> list[str]:
    """Parameters that a rule reads, itself or through definitions, as ``CLAUSE.name``."""
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


def _readings(scene: Scene, rule: Rule, key: str, level: str, rows: Ints) -> list[_Reading]:
    """The formula at each of some places, every choice made, with what it reads there."""
    formula = rule.formulas[key]
    parameters = scene.rulebook.parameters_of(rule.clause)
    found: dict[int, _Reading] = {}
    for places, tree in _chosen(scene, parameters, level, formula.tree, rows):
        text = ast.unparse(tree)
        for i, inputs in zip(places.tolist(), _inputs(scene, parameters, tree, level, places), strict=True):
            found[i] = _Reading(text, inputs)
    return [found[i] for i in rows.tolist()]


def _chosen(
    scene: Scene, parameters: Mapping[str, Any], level: str, tree: ast.expr, rows: Ints
) -> Iterator[tuple[Ints, ast.expr]]:
    """Places by how the formula's choices fall there, with the formula that is left."""
    tree = copy.deepcopy(tree)
    spot = _choice(scene, parameters, tree)
    if spot is None or not len(rows):
        yield rows, tree
        return
    test, yes, no = spot
    holds = truth(scene.evaluate(Formula(test), level, parameters, rows))
    holds = np.broadcast_to(holds, (len(rows),))
    for side, branch in ((True, yes), (False, no)):
        part = rows[holds == side]
        if len(part):
            yield from _chosen(scene, parameters, level, branch, part)


def _choice(
    scene: Scene, parameters: Mapping[str, Any], tree: ast.expr
) -> tuple[str, ast.expr, ast.expr] | None:
    """First choice of a formula: its test, and the formula with either side in its place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp):
            return ast.unparse(node.test), _with(tree, node, node.body), _with(tree, node, node.orelse)
        if isinstance(node, ast.Name) and node.id not in parameters and node.id in scene.definitions:
            rule = scene.definitions[node.id]
            inner = rule.formulas["value"].tree
            own = scene.rulebook.parameters_of(rule.clause)
            if isinstance(inner, ast.IfExp) and all(
                isinstance(side, ast.Name) and side.id not in own for side in (inner.body, inner.orelse)
            ):
                # A word for one of two columns (ward beds or all beds) is that column.
                picked = scene.evaluate(Formula(ast.unparse(inner.test)), "national", own)
                side = inner.body if truth(picked) else inner.orelse
                only = _with(tree, node, side)
                return "1 == 1", only, only
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lookup" and len(node.args) > 2:
            key, table, default = node.args
            held = f"listed({ast.unparse(key)}, {ast.unparse(table)})"
            there = ast.Call(ast.Name("lookup", ast.Load()), [key, table], [])
            return held, _with(tree, node, there), _with(tree, node, default)
    return None


def _with(tree: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    """A copy of the formula with one part replaced."""
    made: ast.expr = copy.deepcopy(tree, {id(old): copy.deepcopy(new)})
    return made


def _inputs(scene: Scene, parameters: Mapping[str, Any], tree: ast.expr, level: str, rows: Ints) -> list[str]:
    """What the formula reads at some places, as text."""
    columns: list[tuple[str, list[str]]] = []
    for text in _reads(tree, parameters):
        value = scene.evaluate(Formula(text), level, parameters, rows)
        if isinstance(value, np.ndarray):
            columns.append((text, [shown(v) for v in value.tolist()]))
        else:
            columns.append((text, [shown(value)] * len(rows)))
    return [";".join(f"{name}={values[i]}" for name, values in columns) for i in range(len(rows))]


def _reads(node: ast.expr, parameters: Mapping[str, Any]) -> list[str]:
    """Columns, and calls that look around, in the order in which the formula names them."""
    found: dict[str, None] = {}

    def walk(part: ast.AST) -> None:
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            if part.func.id in LOOKS:
                found[ast.unparse(part)] = None
            else:
                for argument in part.args:
                    walk(argument)
        elif isinstance(part, ast.Name):
            if part.id not in parameters:
                found[part.id] = None
        else:
            for child in ast.iter_child_nodes(part):
                walk(child)

    walk(node)
    return list(found)
