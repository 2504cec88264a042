"""Formulas as they stand at places: every choice made, with what is read there."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from pdc.base.exact import Fraction, quotients
from pdc.base.filtered import WHOLE
from pdc.base.formula import Formula, truth
from pdc.base.numbers import Ints
from pdc.law.rulebook import Rule
from pdc.rules.scene import Scene
from pdc_common.derivation import BLANK, Column, column, decimals

LOOKS: Final = {
    "planned", "clinics", "national_total", "total_in_province", "total_in_district", "any_in_province",
    "any_in_district", "largest_in_province", "in_table",
}  # fmt: skip
Reads = Mapping[str, Column | None]
"""What was read at some places, by name; None: the name alone says it."""


@dataclass(frozen=True)
class Reading:
    """Places where a formula's choices fall alike (``pick``, of those asked about): what is left of it there,
    and what it reads at each of them.
    """

    pick: Ints
    formula: str
    reads: Reads


def readings(
    scene: Scene, rule: Rule, key: str, level: str, rows: Ints, upper: str = ""
) -> Iterator[Reading]:
    """Places by how the choices of a formula fall there (``upper``: and those of a band's upper end)."""
    every = np.arange(len(rows))
    for pick, form in _chosen(scene, _form(scene, rule, key), level, rows, every):
        if not upper:
            yield Reading(pick, form.text, _inputs(scene, form, level, rows[pick]))
            continue
        for both, high in _chosen(scene, _form(scene, rule, upper), level, rows, pick):
            low, top = (_inputs(scene, one, level, rows[both]) for one in (form, high))
            yield Reading(both, f"{form.text} … {high.text}", low | top)


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


def column_of(values: Any) -> Column:
    """Many numbers as a column of the file, each as :func:`shown` has it."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "i":
        return _whole(values)
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if set(map(type, listed)) == {Fraction}:
        near = quotients(listed)
        if max(map(abs, near)) < WHOLE:
            whole = all(map(float.is_integer, near))
            return _whole(np.array(near, dtype=np.int64)) if whole else decimals(near)
    return column(list(map(shown, listed)))


def _whole(values: Ints) -> Column:
    if len(values) and (values == values[0]).all():
        return str(values[0])
    return BLANK.join(["%d"] * len(values)) % tuple(values.tolist())


class _Choice(NamedTuple):
    """The first choice of a formula: its test, and the formula with either side in its place.

    ``word``: the choice is a word's for one of two columns, and the same everywhere.
    """

    test: Formula
    yes: _Form
    no: _Form
    word: Rule | None = None


class _Form:
    """A formula of a clause, or what is left of one; what follows from it alone is worked out once."""

    def __init__(self, scene: Scene, clause: str, tree: ast.expr) -> None:
        self.book, self.clause, self.tree = scene.rulebook, clause, tree
        self.parameters = self.book.parameters_of(clause)
        self.definitions = scene.definitions

    @cached_property
    def text(self) -> str:
        """As it is written."""
        return ast.unparse(self.tree)

    @cached_property
    def reads(self) -> dict[str, Formula]:
        """Columns, and calls that look around, in the order in which the formula names them."""
        found: dict[str, Formula] = {}

        def walk(part: ast.AST) -> None:
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                if part.func.id in LOOKS:
                    text = ast.unparse(part)
                    found[text] = Formula(text)
                else:
                    for argument in part.args:
                        walk(argument)
            elif isinstance(part, ast.Name):
                if part.id not in self.parameters:
                    found[part.id] = Formula(part.id)
            else:
                for child in ast.iter_child_nodes(part):
                    walk(child)

        walk(self.tree)
        return found

    @cached_property
    def choice(self) -> _Choice | None:
        """Its first choice."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.IfExp):
                yes, no = self._with(node, node.body), self._with(node, node.orelse)
                return _Choice(_formula(node.test), yes, no)
            if isinstance(node, ast.Name) and node.id not in self.parameters and node.id in self.definitions:
                rule = self.definitions[node.id]
                inner = rule.formulas["value"].tree
                own = self.book.parameters_of(rule.clause)
                if isinstance(inner, ast.IfExp) and all(
                    isinstance(side, ast.Name) and side.id not in own for side in (inner.body, inner.orelse)
                ):
                    # A word for one of two columns (ward beds or all beds) is that column.
                    yes, no = self._with(node, inner.body), self._with(node, inner.orelse)
                    return _Choice(_formula(inner.test), yes, no, rule)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "lookup" and len(node.args) > 2:
                key, table, default = node.args
                held = Formula(f"listed({ast.unparse(key)}, {ast.unparse(table)})")
                there = ast.Call(ast.Name("lookup", ast.Load()), [key, table], [])
                return _Choice(held, self._with(node, there), self._with(node, default))
        return None

    def _with(self, old: ast.expr, new: ast.expr) -> _Form:
        """The formula with one part replaced."""
        made = copy.copy(self)
        for name in ("text", "reads", "choice"):
            vars(made).pop(name, None)
        made.tree = copy.deepcopy(self.tree, {id(old): copy.deepcopy(new)})
        return made


def _formula(tree: ast.expr) -> Formula:
    return Formula(ast.unparse(tree))


def _form(scene: Scene, rule: Rule, key: str) -> _Form:
    """A rule's formula, the same for all titles."""
    name = f"form {rule.kind} {rule.define} {rule.key} {key}"
    known: _Form | None = scene.frame.cache.get(name)
    if known is None:
        known = scene.frame.cache[name] = _Form(scene, rule.clause, rule.formulas[key].tree)
    return known


def _chosen(scene: Scene, form: _Form, level: str, rows: Ints, pick: Ints) -> Iterator[tuple[Ints, _Form]]:
    """Of the places ``rows[pick]`` those where a formula's choices fall alike, with what is left of it."""
    choice = form.choice
    if choice is None or not len(pick):
        yield pick, form
        return
    if choice.word is not None:
        own = scene.rulebook.parameters_of(choice.word.clause)
        picked = truth(scene.evaluate(choice.test, "national", own))
        yield from _chosen(scene, choice.yes if picked else choice.no, level, rows, pick)
        return
    holds = truth(scene.evaluate(choice.test, level, form.parameters, rows[pick]))
    holds = np.broadcast_to(holds, (len(pick),))
    for side, branch in ((True, choice.yes), (False, choice.no)):
        part = pick[holds == side]
        if len(part):
            yield from _chosen(scene, branch, level, rows, part)


def _inputs(scene: Scene, form: _Form, level: str, rows: Ints) -> dict[str, Column | None]:
    """What the formula reads at some places, by name."""
    found: dict[str, Column | None] = {}
    for text, formula in form.reads.items():
        value = scene.evaluate(formula, level, form.parameters, rows)
        found[text] = column_of(value) if isinstance(value, np.ndarray) else column([shown(value)])
    return found
