"""What formulas see while a number lies in a range: columns, parameters and formulas as intervals.

The walk goes row by row: a condition that may hold and may not gives the hull of both branches, and a branch
is looked at only where it may be taken. What reads nothing that moves is left to the scene.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from pdc.base import interval
from pdc.base.exact import Fraction
from pdc.base.formula import FormulaError, Value, round_half_up
from pdc.base.interval import MAYBE, Bound, Interval, UndeterminedError, hull, rising
from pdc.base.numbers import Ints
from pdc.law.rulebook import Rule
from pdc.rules.scene import Scene
from pdc_common.levels import LEVELS

COMPUTED: Final = frozenset({
    "supply", "eligible_districts", "asked_places", "province_factor", "quota", "province_target",
    "district_target", "weight_target", "eligible", "closed", "weight", "unit_target", "others_target",
})  # fmt: skip
"""Columns that binding makes known: here they are what :mod:`pdc.rules.between` has worked out."""

_ALONG: Final = frozenset({"ceil", "floor", "round_half_up", "min", "max"})  # functions that never fall
_AROUND: Final = {
    "total_in_province": "province", "any_in_province": "province",
    "total_in_district": "district", "any_in_district": "district", "national_total": "national",
}  # fmt: skip
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "ceil": math.ceil, "floor": math.floor, "round_half_up": round_half_up, "min": min, "max": max,
}  # fmt: skip
_ARITHMETIC: Final[Mapping[type, Callable[[Any, Any], Bound]]] = {
    ast.Add: interval.plus, ast.Sub: interval.minus, ast.Mult: interval.times, ast.Div: interval.over,
    ast.Pow: interval.power,
}  # fmt: skip
Rows = Sequence[int]
Key = tuple[str, str]
Spread = frozenset[int] | None
EVERYWHERE: Final = None
NOWHERE: Final[Spread] = frozenset()


@dataclass(frozen=True, eq=False)
class Moved:
    """What moves, and how far: parameters by clause and name, columns by level and name and position."""

    parameters: Mapping[Key, Bound] = field(default_factory=dict)
    columns: Mapping[Key, Mapping[int, Bound]] = field(default_factory=dict)


class Sight:
    """A title's formulas over a range; :meth:`know` makes known what binding computes.

    ``kept`` holds what does not move, by formula and level: it may be shared by all ranges of one lever.
    """

    def __init__(self, scene: Scene, moved: Moved, kept: dict[Any, Any] | None = None) -> None:
        self.scene, self.country, self.moved = scene, scene.country, moved
        self.known: dict[Key, Mapping[int, Any] | Sequence[Any]] = {}
        self.kept = {} if kept is None else kept
        self._spreads: dict[tuple[Any, str, str], Spread] = {}

    def know(self, level: str, name: str, values: Mapping[int, Any] | Sequence[Any]) -> None:
        """Values of a computed column by position; places that are not among them are not known."""
        self.known[level, name] = values

    # what moves -------------------------------------------------------------------------------------------

    def moves(self, rule: Rule, *keys: str) -> bool:
        """Does a formula of the rule (all of them by default) read anything that moves?"""
        return any(
            self._spread(formula.tree, rule.clause, level) != NOWHERE
            for key, formula in rule.formulas.items()
            if not keys or key in keys
            for level in {rule.level, LEVELS[-1]}
        )

    def _spread(self, node: ast.expr, clause: str, level: str) -> Spread:
        """Places of a level where a part of a formula moves."""
        key = (id(node), clause, level)
        if key not in self._spreads:
            found: set[int] = set()
            around = any(name in _AROUND or name == "largest_in_province" for name in _called_in(node))
            self._spreads[key] = EVERYWHERE
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name):
                    own = self._name_spread(inner.id, clause, level)
                    if own is None or (own and around):
                        break
                    found |= own
            else:
                self._spreads[key] = frozenset(found)
        return self._spreads[key]

    def _name_spread(self, name: str, clause: str, level: str) -> Spread:
        key = (name, clause, level)
        if key not in self._spreads:
            self._spreads[key] = NOWHERE  # of a circle of definitions the others decide
            self._spreads[key] = self._find_out(name, clause, level)
        return self._spreads[key]

    def _find_out(self, name: str, clause: str, level: str) -> Spread:
        if (clause, name) in self.moved.parameters:
            return EVERYWHERE
        if name in self.scene.rulebook.parameters_of(clause):
            return NOWHERE
        own = self.scene.level_of(name)
        rule = self.scene.definitions.get(name)
        if rule is not None:
            return self._below(own, self._spread(rule.formulas["value"].tree, rule.clause, own), level)
        if name in COMPUTED:
            return EVERYWHERE
        return self._below(own, frozenset(self.moved.columns.get((own, name), ())), level)

    def _below(self, own: str, places: Spread, level: str) -> Spread:
        """Places of a level that lie in some of another."""
        if not places or own == level:
            return places
        if own == "national" or level == "national":
            return EVERYWHERE
        above = self.above(level, own, range(self.country.size(level)))
        return frozenset(i for i, place in enumerate(above) if place in places)

    # values -----------------------------------------------------------------------------------------------

    def value(self, rule: Rule, key: str, level: str, rows: Rows) -> list[Any]:
        """A rule's formula at some places: a bound, a text, or True, False and None (it may hold) each."""
        formula = rule.formula(key)
        assert formula is not None
        return self._walk(formula.tree, rule.clause, level, rows)

    def where(self, rule: Rule, level: str, rows: Rows, key: str = "where") -> list[bool | None]:
        """Does a condition hold at some places? Everywhere where the rule has none."""
        formula = rule.formula(key)
        if formula is None:
            return [True] * len(rows)
        if not isinstance(rows, range) or self._spread(formula.tree, rule.clause, level) != NOWHERE:
            return [_truth(value) for value in self.value(rule, key, level, rows)]
        known = ("where", rule.key, key, level, rows)
        if known not in self.kept:
            self.kept[known] = [_truth(value) for value in self.value(rule, key, level, rows)]
        return self.kept[known]  # type: ignore[no-any-return]

    def national(self, rule: Rule, key: str) -> Any:
        """A formula of the whole country."""
        return self.value(rule, key, "national", (0,))[0]

    def _walk(self, node: ast.expr, clause: str, level: str, rows: Rows) -> list[Any]:
        if not rows:
            return []
        spread = self._spread(node, clause, level)
        if spread is None:
            return self._moved(node, clause, level, rows)
        if not spread:
            return self._exact(node, clause, level, rows)
        if isinstance(rows, range) and len(rows) == self.country.size(level) and 2 * len(spread) < len(rows):
            some = sorted(spread)
            found = list(self._exact(node, clause, level, rows))
            for i, value in zip(some, self._moved(node, clause, level, some), strict=True):
                found[i] = value
            return found
        at = [i for i, row in enumerate(rows) if row in spread]
        still = [i for i, row in enumerate(rows) if row not in spread]
        found = [None] * len(rows)
        for where, work in ((still, self._exact), (at, self._moved)):
            values = work(node, clause, level, [rows[i] for i in where])
            for i, value in zip(where, values, strict=True):
                found[i] = value
        return found

    def _moved(self, node: ast.expr, clause: str, level: str, rows: Rows) -> list[Any]:
        """A part that moves at every one of some places."""

        def go(child: ast.expr, at: Rows = rows) -> list[Any]:
            return self._walk(child, clause, level, at)

        match node:
            case ast.Name(id=name):
                return self._column(name, clause, level, rows)
            case ast.BinOp(left=left, op=op, right=right):
                operate = _ARITHMETIC[type(op)]
                return [operate(_number(a), _number(b)) for a, b in zip(go(left), go(right), strict=True)]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return [interval.negated(_truth(value)) for value in go(operand)]
            case ast.UnaryOp(operand=operand):
                return [interval.minus(0, _number(value)) for value in go(operand)]
            case ast.BoolOp():
                return self._both(node, clause, (level, rows), go)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return _chosen([_truth(value) for value in go(test)], rows, body, orelse, go)
            case ast.Compare(left=left, ops=ops, comparators=rights):
                found: list[bool | None] = [True] * len(rows)
                values = go(left)
                for compare, right in zip(ops, rights, strict=True):
                    if isinstance(compare, (ast.In, ast.NotIn)):
                        raise UndeterminedError
                    others = go(right)
                    step = [_compared(compare, a, b) for a, b in zip(values, others, strict=True)]
                    found = [_and(a, b) for a, b in zip(found, step, strict=True)]
                    values = others
                return found
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._called(name, arguments, clause, (level, rows))
        raise UndeterminedError

    def _exact(self, node: ast.expr, clause: str, level: str, rows: Rows) -> list[Any]:
        """A part where it reads nothing that moves, as the scene has it."""
        if not rows:
            return []
        if isinstance(node, ast.Constant):
            return [Fraction(repr(node.value)) if isinstance(node.value, float) else node.value] * len(rows)
        key = (id(node), level, clause)
        if key not in self.kept:
            try:
                self.kept[key] = node, _plain(self.scene.part(node, level, clause))
            except (FormulaError, ArithmeticError, TypeError, ValueError, LookupError):
                self.kept[key] = node, None  # somewhere it has no value: asked for these rows alone
        whole = self.kept[key][1]
        if whole is None:
            try:
                cut = None if level == "national" else np.array(rows, dtype=np.int64)
                found = _plain(self.scene.part(node, level, clause, cut))
            except (FormulaError, ArithmeticError, TypeError, ValueError, LookupError):
                raise UndeterminedError from None
            return found if isinstance(found, list) else [found] * len(rows)
        if isinstance(whole, list) and isinstance(rows, range) and len(rows) == len(whole):
            return whole  # nobody writes into values
        return [whole[i] for i in rows] if isinstance(whole, list) else [whole] * len(rows)

    def _column(self, name: str, clause: str, level: str, rows: Rows) -> list[Any]:
        if (clause, name) in self.moved.parameters:
            return [self.moved.parameters[clause, name]] * len(rows)
        own = self.scene.level_of(name)
        at = self.above(level, own, rows)
        rule = self.scene.definitions.get(name)
        if rule is not None and own == level:
            return self._walk(rule.formulas["value"].tree, rule.clause, own, rows)
        if rule is not None:
            places = sorted(set(at))
            found = self._walk(rule.formulas["value"].tree, rule.clause, own, places)
            by_place = dict(zip(places, found, strict=True))
            return [by_place[i] for i in at]
        if (own, name) in self.known:
            known = self.known[own, name]
            try:
                return [known[i] for i in at]
            except (KeyError, IndexError):
                raise UndeterminedError from None
        if name in COMPUTED:
            raise UndeterminedError
        moved = self.moved.columns[own, name]
        left = [i for i in at if i not in moved]
        same = dict(zip(left, self._given(name, own, left), strict=True))
        return [moved[i] if i in moved else same[i] for i in at]

    def _given(self, name: str, level: str, rows: Rows) -> list[Any]:
        key = ("column", name)
        if key not in self.kept:
            self.kept[key] = _plain(self.country.columns[level][name])
        whole = self.kept[key]
        return [whole[i] for i in rows] if isinstance(whole, list) else [whole] * len(rows)

    def above(self, level: str, over: str, rows: Rows) -> list[int]:
        """Position of the place of another level that each place lies in."""
        if over == level:
            return list(rows)
        if over == "national":
            return [0] * len(rows)
        country = self.country
        if level == "district":
            at: Ints = country.district_province
        else:
            at = country.unit_province if over == "province" else country.unit_district
        return [int(at[i]) for i in rows]

    def _both(
        self, node: ast.BoolOp, clause: str, at: tuple[str, Rows], go: Callable[..., list[Any]]
    ) -> list[bool | None]:
        """``and``, ``or``: what does not move first, and a part only where those before it leave it open."""
        level, rows = at
        every = isinstance(node.op, ast.And)
        still = [part for part in node.values if self._spread(part, clause, level) == NOWHERE]
        key = (id(node), level, clause, len(still))
        whole = isinstance(rows, range) and len(rows) == self.country.size(level)
        if whole and key in self.kept:
            _, known, open_ = self.kept[key]
            found = list(known)
        else:
            found = [every] * len(rows)
            open_ = _join(found, (every, still), rows, go, list(range(len(rows))))
            if whole:
                self.kept[key] = node, list(found), open_
        moving = [part for part in node.values if part not in still]
        _join(found, (every, moving), rows, go, open_)
        return found

    # parts of formulas --------------------------------------------------------------------------------------

    def _called(
        self, name: str, arguments: Sequence[ast.expr], clause: str, at: tuple[str, Rows]
    ) -> list[Any]:
        level, rows = at
        if name in _AROUND:
            return self._around(name, arguments[0], clause, at)
        if name == "largest_in_province" and level == "unit":
            return self._largest(arguments, clause, rows)
        values = [self._walk(argument, clause, level, rows) for argument in arguments]
        if name in _ALONG:
            function = _FUNCTIONS[name]
            return [rising(function, *map(_number, row)) for row in zip(*values, strict=True)]
        if name == "abs":
            return [_absolute(_number(value)) for value in values[0]]
        if name == "lookup":
            return [_looked_up(*row) for row in zip(*values, strict=True)]
        if name == "steps":
            return [_stepped(_number(value), table) for value, table in zip(*values, strict=True)]
        raise UndeterminedError

    def _largest(self, arguments: Sequence[ast.expr], clause: str, rows: Rows) -> list[bool | None]:
        """Is a unit the largest of its province among those that meet a condition (the lower code first)?"""
        of = self.country.unit_province
        answers: dict[int, bool | None] = {}
        for province in sorted({int(of[i]) for i in rows}):
            members = np.flatnonzero(of == province).tolist()
            held = [_truth(value) for value in self._walk(arguments[1], clause, "unit", members)]
            among = [(u, there) for u, there in zip(members, held, strict=True) if there is not False]
            sizes = self._walk(arguments[0], clause, "unit", [u for u, _ in among])
            known = [(u, there, _number(size)) for (u, there), size in zip(among, sizes, strict=True)]
            answers |= {u: _before_all(known, k) for k, (u, _, _) in enumerate(known)}
        return [answers.get(i, False) for i in rows]

    def _around(self, name: str, argument: ast.expr, clause: str, at: tuple[str, Rows]) -> list[Any]:
        """Sums and conditions over all places of a larger one."""
        level, rows = at
        over = _AROUND[name]
        places = self.above(level, over, rows)
        every = range(self.country.size(level))
        groups: dict[int, list[int]] = {place: [] for place in places}
        for row, place in zip(every, self.above(level, over, every), strict=True):
            if place in groups:
                groups[place].append(row)
        found: dict[int, Any] = {}
        for place, members in groups.items():
            values = self._walk(argument, clause, level, members)
            if name.startswith("any"):
                held: bool | None = False
                for value in values:
                    held = _or(held, _truth(value))
                found[place] = held
            else:
                found[place] = interval.total([_number(value) for value in values])
                if name == "national_total" and interval.low(found[place]) <= 0:
                    raise UndeterminedError
        return [found[place] for place in places]


def _join(
    found: list[bool | None], how: tuple[bool, Sequence[ast.expr]], rows: Rows,
    go: Callable[..., list[Any]], open_: list[int],
) -> list[int]:  # fmt: skip
    """Put the parts of an ``and`` (or ``or``) into ``found``; which of its rows they leave open."""
    every, parts = how
    for part in parts:
        values = go(part, [rows[i] for i in open_])
        for i, value in zip(open_, values, strict=True):
            found[i] = _and(found[i], _truth(value)) if every else _or(found[i], _truth(value))
        open_ = [i for i in open_ if found[i] is not (not every)]
    return open_


def _before_all(known: Sequence[tuple[int, bool | None, Bound]], own: int) -> bool | None:
    """Is one of those that meet a condition, or may, larger than all others, or as large and before them?"""
    found = known[own][1]
    for other, (_, there, _) in enumerate(known):
        if other == own:
            continue
        first, second = (own, other) if own < other else (other, own)
        behind = interval.below(known[first][2], known[second][2])  # is the first one smaller?
        ahead = interval.negated(behind) if first == own else behind
        found = _and(found, ahead if there else _or(ahead, MAYBE))
    return found


def _called_in(node: ast.expr) -> list[str]:
    """Functions that a part of a formula calls."""
    return [n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]


def _plain(value: Value) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _number(value: Any) -> Bound:
    """A bound; a condition counts as 0 or 1."""
    if value is MAYBE:
        return Interval(0, 1)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, Fraction, Interval)):
        return value
    raise UndeterminedError


def _truth(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Interval):
        return True if value.low > 0 or value.high < 0 else MAYBE
    return bool(value)


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return MAYBE if a is MAYBE or b is MAYBE else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    return interval.negated(_and(interval.negated(a), interval.negated(b)))


def _compared(op: ast.cmpop, a: Any, b: Any) -> bool | None:
    if isinstance(a, str) or isinstance(b, str):
        if isinstance(op, (ast.Eq, ast.NotEq)):
            return bool(a == b) == isinstance(op, ast.Eq)
        raise UndeterminedError
    x, y = _number(a), _number(b)
    match op:
        case ast.Lt():
            return interval.below(x, y)
        case ast.Gt():
            return interval.below(y, x)
        case ast.LtE():
            return interval.negated(interval.below(y, x))
        case ast.GtE():
            return interval.negated(interval.below(x, y))
        case ast.Eq():
            return interval.same(x, y)
    return interval.negated(interval.same(x, y))


def _chosen(
    tests: Sequence[bool | None], rows: Rows, body: ast.expr, orelse: ast.expr, go: Callable[..., list[Any]]
) -> list[Any]:
    """``a if test else b``, each branch only where it may be taken."""
    found: list[list[Any]] = [[] for _ in rows]
    for branch, not_taken in ((body, False), (orelse, True)):
        at = [i for i, test in enumerate(tests) if test is not not_taken]
        for i, value in zip(at, go(branch, [rows[i] for i in at]), strict=True):
            found[i].append(value)
    return [values[0] if len(values) == 1 else _either(*values) for values in found]


def _either(a: Any, b: Any) -> Any:
    if isinstance(a, str) or isinstance(b, str):
        if a == b:
            return a
        raise UndeterminedError
    if any(value is None or isinstance(value, bool) for value in (a, b)):
        x, y = _truth(a), _truth(b)
        return x if x is y else MAYBE
    return hull(_number(a), _number(b))


def _absolute(value: Bound) -> Bound:
    a, b = abs(Fraction(interval.low(value))), abs(Fraction(interval.high(value)))
    inside = interval.low(value) <= 0 <= interval.high(value)
    return interval.span(0 if inside else min(a, b), max(a, b))


def _looked_up(key: Any, table: Any, default: Any) -> Any:
    if isinstance(key, Interval) or not isinstance(table, Mapping):
        raise UndeterminedError
    return table.get(str(key), default)


def _stepped(value: Bound, table: Any) -> Any:
    """Results of every step that the value may be on."""
    if not isinstance(table, tuple):
        raise UndeterminedError
    ends = [Fraction(end) for end, _ in table]
    last = len(table) - 1
    first = next((i for i, end in enumerate(ends) if interval.low(value) <= end), last)
    until = next((i for i, end in enumerate(ends) if interval.high(value) <= end), last)
    results = [result for _, result in table[first : until + 1]]
    if any(isinstance(result, str) for result in results):
        if len(set(results)) == 1:
            return results[0]
        raise UndeterminedError
    return hull(*map(_number, results))
