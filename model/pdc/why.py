"""What a number of the plan came from, a table a title: pools and shares, weights, rules with their inputs.

``why/<title>.csv.gz`` has the columns ``row,level,code,clause,value,formula,inputs``. ``row`` is

* ``pool``: a pool of the national number; ``value`` its size (posts), ``formula`` of the size;
* ``share``: what one of those pools gives a province (``clause`` the pool's);
* ``target``: a target that a clause states itself (GPs by people), ``value`` exact to six decimals;
* ``district``: the district's part of its province's target; ``inputs`` its people and those of its sisters;
* ``keyed``: what pools with a key of their own give a district or a unit;
* ``floor``: F of a unit, the floors of all tiers, as the unit targets read them;
* ``weight``: a weight of a unit, in posts;
* ``rule``: a rule at a place: what it asks for, or its limit.

``inputs`` are the columns that the formula reads there, ``name=value``, joined by ``;`` (parameters are in
``parameters.csv``). Nothing here knows the solver.
"""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np

from pdc.country import Ints
from pdc.kinds import Cells
from pdc.law.formula import Formula
from pdc.law.rulebook import Rule
from pdc.scene import Scene
from pdc.targets import Targets, best_rules

HEAD: Final = ("row", "level", "code", "clause", "value", "formula", "inputs")
LOOKS: Final = {
    "planned", "clinics", "national_total", "total_in_province", "total_in_district", "any_in_province",
    "any_in_district", "largest_in_province", "in_table",
}  # fmt: skip
Row = tuple[str, str, str, str, str, str, str]


def why_text(scene: Scene, targets: Targets, cells: Sequence[Cells]) -> str:
    """The table of one title as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(_pools(scene, targets))
    stated = [*_stated(scene)]
    writer.writerows(row for _, rows in stated for row in rows)
    writer.writerows(_parts(scene, targets, {level for level, _ in stated}))
    writer.writerows(_weights(scene, targets))
    for one in cells:
        if scene.title.code in one.titles:
            writer.writerows(_rule(scene, one))
    return out.getvalue()


def shown(value: Any) -> str:
    """A number as a person reads it: whole, or with up to six decimals."""
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, str):
        return value
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{float(exact):.6f}".rstrip("0").rstrip(".")


def _pools(scene: Scene, targets: Targets) -> Iterator[Row]:
    codes = scene.country.codes("province")
    for pool in targets.pools:
        clause = pool.rule.clause if pool.rule else scene.country.speaks["filled"]
        formula = (pool.rule.formula("amount") or pool.rule.formula("each")) if pool.rule else None
        text = formula.text if formula else "filled"
        inputs = f"filled={shown(scene.column('national', 'filled'))}"
        yield "pool", "national", "", clause, str(pool.size), text, inputs
        parts = scene.to_provinces(pool.parts, pool.level)
        for code, part in zip(codes, parts.tolist(), strict=True):
            if part:
                yield "share", "province", str(code), clause, shown(part), "", ""


def _stated(scene: Scene) -> Iterator[tuple[str, list[Row]]]:
    """Targets that a clause gives by a formula of its own, by level."""
    for rule in scene.rulebook.for_title(scene.title.code, "target"):
        formula = rule.formula("set" if rule.level == "unit" else "amount")
        if formula is None:
            continue
        rows = np.flatnonzero(scene.where(rule) & scene.open(rule.level))
        codes = scene.country.codes(rule.level)
        values = scene.amounts(rule, "set" if rule.level == "unit" else "amount", rows)
        inputs = _inputs(scene, rule, formula, rule.level, rows)
        yield (
            rule.level,
            [
                ("target", rule.level, str(codes[i]), rule.clause, shown(value), formula.text, given)
                for i, value, given in zip(rows.tolist(), values.tolist(), inputs, strict=True)
            ],
        )


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
        for d in open_.tolist():
            inputs = (
                f"{word}={shown(int(people[d]))};"
                f"open_{word.removeprefix('district_')}={int(sisters[country.district_province[d]])}"
            )
            yield (
                "district",
                "district",
                str(country.codes("district")[d]),
                country.speaks["supply"],
                shown(targets.plain[d]),
                "",
                inputs,
            )
    for level, keyed in (("district", targets.keyed), ("unit", targets.unit_keyed)):
        if keyed is not None:
            codes = country.codes(level)
            for i in np.flatnonzero([bool(v) for v in keyed.tolist()]).tolist():
                yield "keyed", level, str(codes[i]), "", shown(keyed[i]), "", ""


def _weights(scene: Scene, targets: Targets) -> Iterator[Row]:
    codes = scene.country.codes("unit")
    if targets.floor is not None:
        for u in np.flatnonzero([bool(v) for v in targets.floor.tolist()]).tolist():
            yield "floor", "unit", str(codes[u]), "", shown(targets.floor[u]), "", ""
    title = scene.title.code
    rules = [r for r in scene.rulebook.for_title(title, "target") if r.level == "unit"]
    for rule in best_rules(rules, title, "weight"):
        rows = np.flatnonzero(scene.where(rule) & targets.eligible)
        values = scene.amounts(rule, "weight", rows)
        formula = rule.formulas["weight"]
        inputs = _inputs(scene, rule, formula, "unit", rows)
        for u, value, text in zip(rows.tolist(), values.tolist(), inputs, strict=True):
            yield "weight", "unit", str(codes[u]), rule.clause, shown(value), formula.text, text


def _rule(scene: Scene, cells: Cells) -> Iterator[Row]:
    rule = cells.rule
    formula = rule.formula("amount") or rule.formula("rate")
    text = formula.text if formula else ""
    codes = scene.country.codes(cells.level)
    level = cells.level if cells.members is None else "unit"
    inputs = [""] * len(cells.at)
    if formula is not None and level == cells.level:
        inputs = _inputs(scene, rule, formula, level, cells.at)
    values = [shown(r) for r in cells.rate] if cells.rate else [str(a) for a in cells.amount.tolist()]
    if cells.upper is not None:
        values = [f"{low}…{high}" for low, high in zip(values, cells.upper.tolist(), strict=True)]
    for at, value, given in zip(cells.at.tolist(), values, inputs, strict=True):
        yield "rule", cells.level, str(codes[at]), rule.clause, value, text, given


def _inputs(scene: Scene, rule: Rule, formula: Formula, level: str, rows: Ints) -> list[str]:
    """What the formula reads at some places, as text."""
    parameters = scene.rulebook.parameters_of(rule.clause)
    columns: list[tuple[str, list[str]]] = []
    for text in _reads(formula.tree, parameters):
        value = scene.evaluate(Formula(text), level, parameters, rows)
        if isinstance(value, np.ndarray):
            columns.append((text, [shown(v) for v in value.tolist()]))
        else:
            columns.append((text, [shown(value)] * len(rows)))
    return [";".join(f"{name}={values[i]}" for name, values in columns) for i in range(len(rows))]


def _reads(node: ast.expr, parameters: dict[str, Any]) -> list[str]:
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
