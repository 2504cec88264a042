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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pdc.base.exact import ZERO, Fraction, plus
from pdc.base.formula import Formula, truth
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.law.rulebook import Rule
from pdc.rules.kinds import Cells
from pdc.rules.scene import Scene
from pdc.rules.targets import Blend, Targets, best_rules
from pdc_common.cells_csv import cell_text

HEAD: Final = (
    "row", "level", "code", "clause", "value", "formula", "inputs", "kind", "tier", "how", "titles",
    "parameters",
)  # fmt: skip
LOOKS: Final = {
    "planned", "clinics", "national_total", "total_in_province", "total_in_district", "any_in_province",
    "any_in_district", "largest_in_province", "in_table",
}  # fmt: skip


@dataclass(frozen=True)
class _Reading:
    """A formula as it stands at one place, and what it reads there."""

    formula: str
    inputs: str

    @property
    def cells(self) -> str:
        """The two cells of it."""
        return f"{cell_text(self.formula)},{cell_text(self.inputs)}"


_BLANK: Final = _Reading("", "")
_NOTHING: Final = _BLANK.cells


def why_text(scene: Scene, targets: Targets, cells: Sequence[Cells]) -> str:
    """The table of one title as CSV."""
    lines = [",".join(HEAD), *_pools(scene, targets)]
    stated = [*_stated(scene)]
    lines += [line for _, found in stated for line in found]
    lines += _parts(scene, targets, {level for level, _ in stated})
    lines += _factors(scene, targets)
    lines += _weights(scene, targets)
    for one in cells:
        if scene.title.code in one.titles:
            lines += _rule(scene, one)
    lines.append("")
    return "\n".join(lines)


def shown(value: Any) -> str:
    """A number as a person reads it: whole, or with up to six decimals."""
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is Fraction:
        above, below = value.numerator, value.denominator
    elif kind is str:
        return str(value)
    elif isinstance(value, (bool, np.bool_)):
        return str(int(value))
    else:
        exact = Fraction(value)
        above, below = exact.numerator, exact.denominator
    if below == 1:
        return str(above)
    return f"{above / below:.6f}".rstrip("0").rstrip(".")


def _shown(values: Any) -> list[str]:
    """Many numbers as a person reads them."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "i":
        return list(map(str, values.tolist()))
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if set(map(type, listed)) != {Fraction}:
        return list(map(shown, listed))
    pairs = [(value.numerator, value.denominator) for value in listed]
    return [
        str(above) if below == 1 else f"{above / below:.6f}".rstrip("0").rstrip(".") for above, below in pairs
    ]


def _lines(
    row: str,
    level: str,
    codes: Iterable[str],
    values: Iterable[str],
    readings: Iterable[str] | None = None,
    **shared: str,
) -> list[str]:
    """Lines of one kind: ``readings`` are two cells each, ``shared`` the other cells, the same in all."""
    head = f"{row},{level},"
    middle = f",{cell_text(shared.get('clause', ''))},"
    tail = "," + ",".join(cell_text(shared.get(name, "")) for name in HEAD[HEAD.index("kind") :])
    if readings is None:
        tail = f",{_NOTHING}{tail}"
        return [f"{head}{code}{middle}{value}{tail}" for code, value in zip(codes, values, strict=True)]
    return [
        f"{head}{code}{middle}{value},{reading}{tail}"
        for code, value, reading in zip(codes, values, readings, strict=True)
    ]


def _some(values: Any) -> Ints:
    """Where there is something."""
    return np.flatnonzero([v is not ZERO and bool(v) for v in values.tolist()])


def _codes(country: Country, level: str, rows: Ints) -> list[str]:
    codes = country.code_cells[level]
    return [codes[i] for i in rows.tolist()]


def _pools(scene: Scene, targets: Targets) -> Iterator[str]:
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
        yield from _lines(
            "pool", "national", [""], [str(pool.size)], [_BLANK.cells if each else reading.cells],
            clause=clause, kind=rule.kind if rule else "", how=share.text if share else "each",
            titles=keyed.clause if keyed and not each else "", parameters=";".join(reads),
        )  # fmt: skip
        parts = scene.to_provinces(pool.parts, pool.level)
        rows = _some(parts)
        # Marked where the key has the province's factors in it (A.18).
        readings = [_Reading("", "province_factor").cells if factored else _NOTHING] * len(rows)
        if each and rule is not None and rule.level == "province":
            readings = _readings(scene, rule, "each", "province", rows)
        yield from _lines(
            "share", "province", _codes(scene.country, "province", rows), _shown(parts[rows]), readings,
            clause=clause, how=str(place),
        )  # fmt: skip


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


def _stated(scene: Scene) -> Iterator[tuple[str, list[str]]]:
    """Targets that a clause gives by a formula of its own, by level."""
    for rule in scene.rulebook.for_title(scene.title.code, "target"):
        key = "set" if rule.level == "unit" else "amount"
        if rule.formula(key) is None:
            continue
        rows = np.flatnonzero(scene.where(rule) & scene.open(rule.level))
        values = scene.amounts(rule, key, rows)
        yield rule.level, _by_rule(scene, "target", rule, key, (rows, values))


def _by_rule(scene: Scene, row: str, rule: Rule, key: str, found: tuple[Ints, Any]) -> list[str]:
    """Lines of what one of a rule's formulas comes to at some places."""
    rows, values = found
    if not len(rows):
        return []
    return _lines(
        row, rule.level, _codes(scene.country, rule.level, rows), _shown(values),
        _readings(scene, rule, key, rule.level, rows), clause=rule.clause, kind=rule.kind,
        parameters=";".join(parameters_read(scene, rule)),
    )  # fmt: skip


def _parts(scene: Scene, targets: Targets, stated: set[str]) -> Iterator[str]:
    country = scene.country
    if targets.plain is not None and "district" not in stated:
        yield from _district_parts(scene, targets, targets.plain)
    for level, keyed in (("district", targets.keyed), ("unit", targets.unit_keyed)):
        if keyed is not None:
            rows = _some(keyed)
            yield from _lines("keyed", level, _codes(country, level, rows), _shown(keyed[rows]))


def _district_parts(scene: Scene, targets: Targets, plain: Any) -> Iterator[str]:
    """What gives every district its part of its province's target."""
    country, blend = scene.country, targets.blend
    open_ = np.unique(country.unit_district[targets.eligible])
    province = country.district_province[open_]
    people, word = country.population(), country.schema.population_word
    sisters = np.bincount(province, weights=people[open_].astype(float), minlength=len(country.provinces))
    all_ = [f";open_{word.removeprefix('district_')}={int(total)}" for total in sisters.tolist()]
    inputs = [
        f"{word}={own}{all_[p]}" for own, p in zip(_shown(people[open_]), province.tolist(), strict=True)
    ]
    rules = [None if blend is None else blend.rule.get(d) for d in open_.tolist()]
    if blend is not None:
        inputs = [
            text if rule is None else f"{text};{more}"
            for rule, text, more in zip(rules, inputs, _blended(blend, open_, province), strict=True)
        ]
    codes, values = _codes(country, "district", open_), _shown(plain[open_])
    supply = scene.rulebook.speaks("supply")
    about = {id(rule): rule for rule in rules}
    told = {
        key: (cell_text(rule.clause if rule else supply),
              cell_text(";".join(parameters_read(scene, rule)) if rule else ""))
        for key, rule in about.items()
    }  # fmt: skip
    for code, value, text, rule in zip(codes, values, inputs, rules, strict=True):
        clause, parameters = told[id(rule)]
        yield f"district,district,{code},{clause},{value},,{cell_text(text)},,,,,{parameters}"


def _blended(blend: Blend, districts: Ints, province: Ints) -> list[str]:
    """What a blended key reads at districts: the part that goes by weight, its weight, its province's."""
    load = blend.load[districts].tolist()
    totals: dict[int, Fraction] = {}
    for p, one in zip(province.tolist(), load, strict=True):
        totals[p] = plus(totals.get(p, ZERO), one)
    whole = {p: shown(total) for p, total in totals.items()}
    parts = blend.part[districts].tolist()
    known = {part: shown(part) for part in set(parts)}  # a handful
    return [
        f"part={known[part]};load={own};open_load={whole[p]}"
        for part, own, p in zip(parts, _shown(load), province.tolist(), strict=True)
    ]


def _factors(scene: Scene, targets: Targets) -> Iterator[str]:
    for rule in scene.rulebook.for_title(scene.title.code, "target"):
        if rule.formula("factor") is None:
            continue
        rows, values = targets.amounts(scene, rule, "factor")
        other = np.array([value != 1 for value in values.tolist()], dtype=bool)
        yield from _by_rule(scene, "factor", rule, "factor", (rows[other], values[other]))


def _weights(scene: Scene, targets: Targets) -> Iterator[str]:
    if targets.floor is not None:
        rows = _some(targets.floor)
        yield from _lines("floor", "unit", _codes(scene.country, "unit", rows), _shown(targets.floor[rows]))
    title = scene.title.code
    rules = [r for r in scene.rulebook.for_title(title, "target") if r.level == "unit"]
    for rule in best_rules(rules, title, "weight"):
        yield from _by_rule(scene, "weight", rule, "weight", targets.amounts(scene, rule, "weight"))


def _rule(scene: Scene, cells: Cells) -> list[str]:
    rule = cells.rule
    if not len(cells.at):
        return []
    key = "amount" if rule.formula("amount") else "rate"
    level = cells.level if cells.members is None else "unit"
    readings = [_NOTHING] * len(cells.at)
    if rule.formula(key) is not None and level == cells.level:
        if rule.formula("upper") is not None:
            both = (_read_at(scene, rule, end, level, cells.at) for end in (key, "upper"))
            readings = [_both(low, high).cells for low, high in zip(*both, strict=True)]
        else:
            readings = _readings(scene, rule, key, level, cells.at)
    elif rule.formula(key) is not None and key == "rate":
        readings = _readings(scene, rule, key, cells.level, cells.at)
    values = _shown(cells.rate) if cells.rate else _shown(cells.amount)
    if cells.upper is not None:
        ends = zip(values, cells.upper.tolist(), strict=True)
        values = [cell_text(f"{low}…{high}") for low, high in ends]
    return _lines(
        "rule", cells.level, _codes(scene.country, cells.level, cells.at), values, readings,
        clause=rule.clause, kind=rule.kind, tier="" if rule.tier is None else str(rule.tier),
        how="on_top" if rule.on_top else rule.stack,
        titles="+".join(cells.titles) if len(cells.titles) > 1 else "",
        parameters=";".join(parameters_read(scene, rule)),
    )  # fmt: skip


def _both(low: _Reading, high: _Reading) -> _Reading:
    """Both ends of a band as one reading."""
    inputs = dict.fromkeys([*filter(None, low.inputs.split(";")), *filter(None, high.inputs.split(";"))])
    return _Reading(f"{low.formula} … {high.formula}", ";".join(inputs))


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


def _readings(scene: Scene, rule: Rule, key: str, level: str, rows: Ints) -> list[str]:
    """The formula at each of some places, every choice made, with what it reads there: two cells each."""
    found: dict[int, str] = {}
    for places, formula, inputs in _read(scene, rule, key, level, rows):
        head = f"{cell_text(formula)},"
        known = {text: head + cell_text(text) for text in set(inputs)}
        found.update(zip(places, map(known.__getitem__, inputs), strict=True))
    return list(map(found.__getitem__, rows.tolist()))


def _read_at(scene: Scene, rule: Rule, key: str, level: str, rows: Ints) -> list[_Reading]:
    """The same, as readings."""
    found: dict[int, _Reading] = {}
    for places, formula, inputs in _read(scene, rule, key, level, rows):
        found.update(zip(places, (_Reading(formula, text) for text in inputs), strict=True))
    return [found[i] for i in rows.tolist()]


def _read(
    scene: Scene, rule: Rule, key: str, level: str, rows: Ints
) -> Iterator[tuple[list[int], str, list[str]]]:
    """Places by how a formula's choices fall there: its text, and at each of them what it reads."""
    parameters = scene.rulebook.parameters_of(rule.clause)
    for places, tree in _chosen(scene, parameters, level, rule.formulas[key].tree, rows):
        yield places.tolist(), ast.unparse(tree), _inputs(scene, parameters, tree, level, places)


def _chosen(
    scene: Scene, parameters: Mapping[str, Any], level: str, tree: ast.expr, rows: Ints
) -> Iterator[tuple[Ints, ast.expr]]:
    """Places by how the formula's choices fall there, with the formula that is left."""
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
    columns: list[list[str]] = []
    for text in _reads(tree, parameters):
        value = scene.evaluate(Formula(text), level, parameters, rows)
        if isinstance(value, np.ndarray):
            columns.append([f"{text}={one}" for one in _shown(value)])
        else:
            columns.append([f"{text}={shown(value)}"] * len(rows))
    if len(columns) == 1:
        return columns[0]
    return list(map(";".join, zip(*columns, strict=True))) if columns else [""] * len(rows)


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
