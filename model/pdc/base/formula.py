"""A small, safe, exact formula language.

Formulas are Python expressions over named columns, parsed once with :mod:`ast` and walked by hand:
nothing is ever passed to ``eval``. Allowed are arithmetic, comparison, ``and``/``or``/``not``,
``a if test else b``, ``in (…)``, names and the functions of :data:`FUNCTIONS`.

Columns are numpy arrays (one value a place) and parameters are scalars. Whole numbers stay ``int64`` where
they fit, and are Python's own (arrays of objects) where they do not: nothing wraps. Everything else is
:class:`fractions.Fraction`, so ``1.15 * 200`` is exactly 230. The only numbers a formula may hold itself are
0 and 1: every other number belongs to the law or to an assumption, and so is a parameter with a source. A
scenario's changes of data (:mod:`pdc.tables.change`) may hold numbers: they are assumptions as they stand,
and the summary tells them in full.

Formulas come from files that others wrote, so they are bounded: their length and depth, and the size of
what a power may give.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pdc.base.document import number_fault
from pdc.base.exact import Fraction, parsed, parts_of, ratio, ratios, total
from pdc.base.limits import FORMULA_CHARACTERS, FORMULA_DEGREE, FORMULA_DEPTH, NUMBER, POWER_BITS
from pdc.base.numbers import objects

Array = npt.NDArray[Any]
Value = Any  # a scalar (int, bool, str, Fraction, tuple, mapping) or an Array

_LEAST_64, _MOST_64 = -(2**63), 2**63 - 1
_POWER_DENOMINATOR: Final = 10**12  # a root is irrational; it is rounded to a fraction this fine
_COMMA: Final = re.compile(r"[0-9]+,[0-9]+")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_LIST: Final = re.compile(r"\bin\s*\([^()]*$")  # what stands before a number of ``x in (0,1)``
EXACT: Final = (int, Fraction)


class Cut(Mapping[str, Any]):
    """Names whose columns are cut to some rows, with the way back to every row."""

    @property
    def whole(self) -> Mapping[str, Any]:
        """The same names at every place."""
        raise NotImplementedError

    def cut(self, value: Any) -> Any:
        """Only the rows that are wanted."""
        raise NotImplementedError


class FormulaError(ValueError):
    """A formula that is not in the language, or names what is not there."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(f"{code}: {values}")
        self.code = code
        self.values = values
        self.formula: Formula | None = None  # where it was being worked out

    def of(self, formula: Formula) -> FormulaError:
        """The same error, with the formula where it came up (the innermost says it first)."""
        if self.formula is None:
            self.formula = formula
            self.values.setdefault("formula", formula.text)
        return self


def exact(value: Value) -> Value:
    """Turn whole-number arrays into arrays of Python ints, so that division stays exact."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.astype(object)
    return value


def _elementwise(function: Callable[..., object], *arguments: Value) -> Value:
    if any(isinstance(a, np.ndarray) for a in arguments):
        return np.frompyfunc(function, len(arguments), 1)(*(exact(a) for a in arguments))
    return function(*arguments)


def fits(number: object) -> bool:
    """Does a number have a place in 64 bits? What is no whole number has none of its own to fit into."""
    return type(number) is not int or _LEAST_64 <= number <= _MOST_64


def whole(value: Value) -> Value:
    """Array of Python ints → ``int64``, where all of them fit."""
    if not isinstance(value, np.ndarray) or value.dtype != object:
        return value
    listed = value.tolist()
    if set(map(type, listed)) == {int}:
        fitting = min(listed) >= _LEAST_64 and max(listed) <= _MOST_64
    else:
        fitting = all(map(fits, listed))
    return value.astype(np.int64) if fitting else value


def filled(value: Value, size: int) -> Array:
    """One scalar at every place."""
    kind = object if isinstance(value, (Fraction, str)) or not fits(value) else type(value)
    out = np.empty(size, dtype=kind)
    out[:] = value
    return out


def _far(value: Value) -> int | None:
    """How far from nought whole numbers reach; None for anything else."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "iub":
            return None
        return max(abs(int(value.max())), abs(int(value.min()))) if value.size else 0
    return abs(int(value)) if isinstance(value, (int, np.integer)) else None


def _exactly(
    operate: Callable[[Value, Value], Value], reach: Callable[[int, int], int], a: Value, b: Value
) -> Value:
    """An operation that leaves ``int64`` where its result might not fit (``reach``: how far it can come)."""
    far, other = _far(a), _far(b)
    if far is None or other is None or max(far, other, reach(far, other)) <= _MOST_64:
        return operate(a, b)
    return whole(operate(exact(a), exact(b)))


def round_half_up(value: Any) -> int:
    """Round to the nearest whole number, halves up (docs/mathematics.md, "Arithmetic")."""
    if type(value) is int:
        return value
    number = value if type(value) is Fraction else Fraction(value)
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def _to_whole(one: Callable[[Any], int], of_parts: Callable[[int, int], int]) -> Callable[[Value], Value]:
    """A way to round one number, or every place's: fractions by their numerators and denominators."""

    def rounded(value: Value) -> Value:
        if isinstance(value, np.ndarray) and _all_fractions(value):
            return whole(objects(list(map(of_parts, *parts_of(value.tolist())))))
        return whole(_elementwise(one, value))

    return rounded


def _all_fractions(value: Value) -> bool:
    """Is it a fraction, or a column of fractions alone?"""
    if not isinstance(value, np.ndarray):
        return type(value) is Fraction
    return value.dtype == object and set(map(type, value.tolist())) == {Fraction}


def _divide(a: Any, b: Any) -> Fraction:
    if type(a) in EXACT and type(b) in EXACT and b:
        above, below = a.numerator * b.denominator, a.denominator * b.numerator
        return ratio(above, below) if below > 0 else ratio(-above, -below)
    return Fraction(a) / Fraction(b)


def _quotient(a: Value, b: Value) -> Value:
    """a / b, exact. Counts repeat: each is divided by the same number once."""
    if not isinstance(a, np.ndarray) or isinstance(b, np.ndarray) or a.dtype.kind not in "iu":
        parts = [(n * e, d * m) for n, d, m, e in _pairs(a, b) or ()]
        if min([below for _, below in parts], default=0) > 0:
            return _column(parts)
        return _elementwise(_divide, a, b)
    counts = a.tolist()
    different = list(dict.fromkeys(counts))
    if type(b) in EXACT and b > 0:
        above, below = b.denominator, b.numerator
        quotients = ratios([count * above for count in different], [below] * len(different))
    else:
        quotients = [_divide(count, b) for count in different]
    made = dict(zip(different, quotients, strict=True))
    return objects([made[count] for count in counts])


def _has_fractions(*values: Value) -> bool:
    """May there be fractions among these?"""
    return any(v.dtype == object if isinstance(v, np.ndarray) else isinstance(v, Fraction) for v in values)


def _add(a: Value, b: Value) -> Value:
    if (fours := _side_by_side(a, b)) is not None:
        return _column([(n * e + m * d, d * e) for n, d, m, e in fours])
    return _elementwise(_sum, a, b) if _has_fractions(a, b) else a + b


def _subtract(a: Value, b: Value) -> Value:
    if (fours := _side_by_side(a, b)) is not None:
        return _column([(n * e - m * d, d * e) for n, d, m, e in fours])
    return _elementwise(_difference, a, b) if _has_fractions(a, b) else a - b


def _multiply(a: Value, b: Value) -> Value:
    if (fours := _side_by_side(a, b)) is not None:
        return _column([(n * m, d * e) for n, d, m, e in fours])
    return _elementwise(_product, a, b) if _has_fractions(a, b) else a * b


def _side_by_side(a: Value, b: Value) -> Iterable[tuple[int, int, int, int]] | None:
    """Numerators and denominators of two numbers at every place, where all of one are fractions.

    None for anything else: where both are whole the result stays whole.
    """
    return _pairs(a, b) if _all_fractions(a) or _all_fractions(b) else None


def _pairs(a: Value, b: Value) -> Iterable[tuple[int, int, int, int]] | None:
    """The same of any exact numbers; None where both are one for all places."""
    sizes = [len(v) for v in (a, b) if isinstance(v, np.ndarray)]
    if not sizes:
        return None
    one, other = (_repeated(v, sizes[0]) for v in (a, b))
    return None if one is None or other is None else zip(*one, *other, strict=True)


def _repeated(value: Value, size: int) -> tuple[list[int], list[int]] | None:
    """Numerators and denominators at every place; None where there are others than exact numbers."""
    listed = value.tolist() if isinstance(value, np.ndarray) else [value]
    if not set(map(type, listed)) <= set(EXACT):
        return None
    above, below = parts_of(listed)
    return (above, below) if isinstance(value, np.ndarray) else (above * size, below * size)


def _column(parts: list[tuple[int, int]]) -> Array:
    """Fractions as a column."""
    return objects(ratios([above for above, _ in parts], [below for _, below in parts]))


def _sum(a: Any, b: Any) -> Any:
    return total(a, b) if type(a) in EXACT and type(b) in EXACT else a + b


def _difference(a: Any, b: Any) -> Any:
    if type(a) in EXACT and type(b) in EXACT and not (type(a) is int and type(b) is int):
        below, other = a.denominator, b.denominator
        return ratio(a.numerator * other - b.numerator * below, below * other)
    return a - b


def _product(a: Any, b: Any) -> Any:
    if type(a) in EXACT and type(b) in EXACT and not (type(a) is int and type(b) is int):
        return ratio(a.numerator * b.numerator, a.denominator * b.denominator)
    return a * b


def _power(base: Any, exponent: Any) -> Any:
    if exponent == 0:
        return 1
    if Fraction(exponent).denominator == 1:
        base = Fraction(base)
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(int(exponent)) > POWER_BITS:
            raise OverflowError("power")
        return base ** int(exponent)
    if base < 0:
        raise ValueError("root of a negative number")
    return Fraction(float(base) ** float(exponent)).limit_denominator(_POWER_DENOMINATOR)


def _pick(test: Array, yes: Value, no: Value) -> Value:
    _one_make([yes, no])
    if any(
        isinstance(v, Fraction) or not fits(v) or (isinstance(v, np.ndarray) and v.dtype == object)
        for v in (yes, no)
    ):
        yes, no = exact(yes), exact(no)
        out = np.empty(test.shape, dtype=object)
        out[:] = no
        out[test] = yes[test] if isinstance(yes, np.ndarray) else yes
        return out
    return np.where(test, yes, no)


def _extreme(pick: Callable[[Any, Any], Any], first: Value, *rest: Value) -> Value:
    for other in rest:
        first = _elementwise(pick, first, other)
    return whole(first) if _is_whole(first) else first


def _lesser(a: Any, b: Any) -> Any:
    return b if _is_below(b, a) else a


def _greater(a: Any, b: Any) -> Any:
    return b if _is_below(a, b) else a


def _is_below(a: Any, b: Any) -> bool:
    if type(a) in EXACT and type(b) in EXACT:
        return a.numerator * b.denominator < b.numerator * a.denominator  # type: ignore[no-any-return]
    return bool(a < b)


def _is_whole(value: Value) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == object and set(map(type, value.tolist())) <= {int}


def _steps(value: Value, table: Any) -> Value:
    """Value of the first step whose upper end is not below ``value``; above all: the last step."""
    if not isinstance(table, tuple) or not table or not all(_is_step(step) for step in table):
        raise FormulaError("formula.no_steps", value=_shown(table))
    _one_make([result for _, result in table])
    ends = [Fraction(end) for end, _ in table]
    results = [result for _, result in table]

    def one(v: Any) -> Any:
        for end, result in zip(ends, results, strict=True):
            if v <= end:
                return result
        return results[-1]

    found = _elementwise(one, _term(value))
    return whole(found) if _is_whole(found) else found


def _is_step(step: Any) -> bool:
    """An upper end and what holds up to it."""
    return isinstance(step, tuple) and len(step) == 2 and is_number(step[0])


def _lookup(key: Value, table: Any, default: Value) -> Value:
    """``table[key]`` where there is an entry, else ``default`` (keys are text in TOML)."""
    if not isinstance(table, Mapping):
        raise FormulaError("formula.no_table", value=_shown(table))
    _one_make([*table.values(), default])

    def one(k: Any, otherwise: Any) -> Any:
        return table.get(str(k), otherwise)

    found = _elementwise(one, key, default)
    return whole(found) if _is_whole(found) else found


def _listed(key: Value, table: Any) -> Value:
    if not isinstance(table, (Mapping, tuple)):
        raise FormulaError("formula.no_table", value=_shown(table))
    found = _elementwise(lambda k: str(k) in table, key)
    return found.astype(bool) if isinstance(found, np.ndarray) else found


def is_number(value: Any) -> bool:
    """A whole number or a fraction (true and false are not)."""
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def is_text(value: Value) -> bool:
    """A text, or a column of texts (columns are of one make)."""
    return isinstance(value.flat[0] if isinstance(value, np.ndarray) and value.size else value, str)


def _one_make(values: list[Value]) -> None:
    """Results of one formula are all numbers or all texts, so that whoever reads them need look at one."""
    for value in values:
        if isinstance(value, (tuple, Mapping)) or is_text(value) != is_text(values[0]):
            raise FormulaError("formula.mixed", value=_shown(value))


def _shown(value: Any) -> str:
    return str(value)[:40]


def _absolute(value: Value) -> Value:
    return _elementwise(abs, value)


FUNCTIONS: Final[Mapping[str, Callable[..., Value]]] = {
    "ceil": _to_whole(math.ceil, lambda n, d: -(-n // d)),
    "floor": _to_whole(math.floor, operator.floordiv),
    "round_half_up": _to_whole(round_half_up, lambda n, d: (n + n + d) // (d + d)),
    "min": partial(_extreme, _lesser),
    "max": partial(_extreme, _greater),
    "abs": _absolute,
    "steps": _steps,
    "lookup": _lookup,
    "listed": _listed,
}
"""Functions that need nothing but their arguments. A scene adds those that look around a place."""

_ARITHMETIC: Final[Mapping[type, Callable[[Value, Value], Value]]] = {
    ast.Add: partial(_exactly, _add, operator.add),
    ast.Sub: partial(_exactly, _subtract, operator.add),
    ast.Mult: partial(_exactly, _multiply, operator.mul),
    ast.Div: _quotient,
    ast.Pow: lambda a, b: _elementwise(_power, a, b),
}


def _comparing(compare: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Value]:
    """A comparison; a column of fractions is held against one number by numerators multiplied crosswise."""

    def held(a: Value, b: Value) -> Value:
        if type(b) not in EXACT or not isinstance(a, np.ndarray) or not _all_fractions(a):
            return compare(a, b)
        over, under = b.numerator, b.denominator
        pairs = zip(*parts_of(a.tolist()), strict=True)
        return np.array([compare(n * under, over * d) for n, d in pairs], dtype=bool)

    return held


_COMPARISON: Final[Mapping[type, Callable[[Value, Value], Value]]] = {
    ast.Eq: _comparing(operator.eq),
    ast.NotEq: _comparing(operator.ne),
    ast.Lt: _comparing(operator.lt),
    ast.LtE: _comparing(operator.le),
    ast.Gt: _comparing(operator.gt),
    ast.GtE: _comparing(operator.ge),
}


def _term(value: Value) -> Value:
    """What arithmetic takes: a number; a text times a number would be that many texts."""
    first = value.flat[0] if isinstance(value, np.ndarray) and value.size else value
    if isinstance(first, (str, tuple, Mapping)):
        raise FormulaError("formula.not_a_number", value=str(first)[:40])
    return _number(value)


def _number(value: Value) -> Value:
    """0/1 flags computed by comparisons count as numbers in arithmetic."""
    if isinstance(value, np.ndarray) and value.dtype == bool:
        return value.astype(np.int64)
    return int(value) if isinstance(value, bool) else value


def truth(value: Value) -> Value:
    """0/1 flags and comparison results → bool."""
    if isinstance(value, np.ndarray):
        return value if value.dtype == bool else value.astype(bool)
    return bool(value)


@dataclass(frozen=True)
class Formula:
    """One parsed formula. Raises :class:`FormulaError` when the text is not in the language.

    ``numbers`` allows numbers other than 0 and 1 (decimals are read exactly).
    """

    text: str
    numbers: bool = False

    @cached_property
    def tree(self) -> ast.expr:
        """Parsed and checked syntax tree, not to be changed: formulas of one text share it."""
        return _parsed(self.text, self.numbers)

    @property
    def names(self) -> frozenset[str]:
        """Columns and parameters it reads (not its functions)."""
        return self._read[0]

    @property
    def calls(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Functions it calls, each with its text arguments: ``planned('uzman.*')``."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[frozenset[str], tuple[tuple[str, tuple[str, ...]], ...]]:
        names: list[ast.Name] = []
        calls: list[tuple[str, tuple[str, ...]]] = []
        called: set[int] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name):
                names.append(node)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called.add(id(node.func))
                given = (one.value for one in node.args if isinstance(one, ast.Constant))
                calls.append((node.func.id, tuple(text for text in given if isinstance(text, str))))
        return frozenset(node.id for node in names if id(node) not in called), tuple(calls)

    def __call__(self, scope: Mapping[str, Value], functions: Mapping[str, Callable[..., Value]]) -> Value:
        """Value of the formula over the columns and parameters of ``scope``.

        Raises :class:`FormulaError`, with the formula's text, for what cannot be computed.
        """
        try:
            value = _walk(self.tree, scope, functions)
            if isinstance(value, (tuple, list, Mapping)):
                raise FormulaError("formula.no_value", value=_shown(value))
            return value
        except FormulaError as error:
            error.of(self)
            raise
        except (ArithmeticError, TypeError, ValueError, AttributeError, LookupError) as error:
            why = str(error) or type(error).__name__
            raise FormulaError("formula.failed", why=why).of(self) from error

    def degree(self, of: Mapping[str, int]) -> int:
        """How many numbers it multiplies into one, at most; ``of`` says it of the names that are formulas.

        Exact numbers grow with every product, so this bounds what a value can take of memory and time.
        """
        found = _degree(self.tree, of)
        if found > FORMULA_DEGREE:
            raise FormulaError("formula.degree", formula=self.text, most=FORMULA_DEGREE)
        return found


_NODES: Final = (
    ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.Name, ast.Constant, ast.Tuple,
    ast.And, ast.Or, ast.Not, ast.USub, ast.Load, ast.In, ast.NotIn, *_ARITHMETIC, *_COMPARISON,
)  # fmt: skip


@lru_cache(maxsize=4096)  # a law says many things twice
def _parsed(text: str, numbers: bool) -> ast.expr:
    if len(text) > FORMULA_CHARACTERS:
        raise FormulaError("formula.too_long", formula=text[:40] + "…", most=FORMULA_CHARACTERS)
    _no_decimal_comma(text)
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is refused below
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError("formula.syntax", formula=text, why=str(error)) from None
    _check(tree, text, numbers)
    return tree


def _no_decimal_comma(text: str) -> None:
    """``0,8`` is two numbers here, and in a call it would be read so without a word."""
    plain = _QUOTED.sub(lambda found: " " * len(found[0]), text)
    for found in _COMMA.finditer(plain):
        if not _LIST.search(plain[: found.start()]):
            right = found[0].replace(",", ".")
            raise FormulaError("formula.decimal_comma", formula=text, number=found[0], right=right)


_POWER_DEGREE: Final = POWER_BITS // NUMBER.bit_length()


def _degree(node: ast.AST, of: Mapping[str, int]) -> int:
    inner = [_degree(child, of) for child in ast.iter_child_nodes(node)]
    match node:
        case ast.Name(id=name):
            return of.get(name, 1)
        case ast.Constant(value=value):
            return int(not isinstance(value, str) and value not in (0, 1))
        case ast.BinOp(op=ast.Pow()):
            return max(_POWER_DEGREE, *inner)
        case ast.BinOp():
            return sum(inner)
    return max(inner, default=0)


def _check(tree: ast.expr, text: str, numbers: bool) -> None:
    nodes: list[ast.AST] = []
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        nodes += level
        level, depth = [child for node in level for child in ast.iter_child_nodes(node)], depth + 1
        if depth > FORMULA_DEPTH:
            raise FormulaError("formula.too_deep", formula=text[:40] + "…", most=FORMULA_DEPTH)
    lists = {id(right) for node in nodes if isinstance(node, ast.Compare) for right in node.comparators}
    for node in nodes:
        if not isinstance(node, _NODES):
            raise FormulaError("formula.forbidden", formula=text, what=type(node).__name__)
        if isinstance(node, ast.Call) and (node.keywords or not isinstance(node.func, ast.Name)):
            raise FormulaError("formula.forbidden", formula=text, what="call")
        if isinstance(node, ast.Tuple) and id(node) not in lists:
            raise FormulaError("formula.tuple", formula=text)
        if isinstance(node, ast.Constant) and not isinstance(node.value, (str, bool)):
            _check_number(node.value, text, numbers)


def _check_number(value: object, text: str, numbers: bool) -> None:
    if type(value) not in (int, float) or not (numbers or (type(value) is int and value in (0, 1))):
        raise FormulaError("formula.number", formula=text, number=_shown(value))
    if number_fault(value if isinstance(value, int) else Decimal(repr(value))):
        raise FormulaError("formula.out_of_range", formula=text, most=NUMBER)


def value_of(
    node: ast.expr, scope: Mapping[str, Value], functions: Mapping[str, Callable[..., Value]]
) -> Value:
    """Value of a part of a formula's tree; raises what its operations raise."""
    return _walk(node, scope, functions)


def _walk(node: ast.expr, scope: Mapping[str, Value], functions: Mapping[str, Callable[..., Value]]) -> Value:
    def go(child: ast.expr) -> Value:
        return _walk(child, scope, functions)

    match node:
        case ast.Constant(value=float(value)):
            return parsed(repr(value))
        case ast.Constant(value=value):
            return value
        case ast.Tuple(elts=items):
            return tuple(go(item) for item in items)
        case ast.Name(id=name):
            try:
                return scope[name]
            except KeyError:
                raise FormulaError("formula.unknown_name", name=name) from None
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_term(go(left)), _term(go(right)))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            value = truth(go(operand))
            return ~value if isinstance(value, np.ndarray) else not value
        case ast.UnaryOp(operand=operand):
            return _ARITHMETIC[ast.Sub](0, _term(go(operand)))
        case ast.BoolOp(op=op, values=parts):
            return _both(isinstance(op, ast.And), parts, go)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            condition = truth(go(test))
            if not isinstance(condition, np.ndarray):
                return go(body) if condition else go(orelse)
            return _pick(condition, go(body), go(orelse))
        case ast.Compare(left=left, ops=ops, comparators=rights):
            return _compare(go(left), ops, [go(right) for right in rights])
        case ast.Call(func=ast.Name(id=name), args=arguments):
            if name not in functions:
                raise FormulaError("formula.unknown_function", name=name)
            function = functions[name]
            if getattr(function, "looks_around", False) and isinstance(scope, Cut):
                # Such a function reads every place, even where the formula is wanted for a few of them.
                seen = [_walk(argument, scope.whole, functions) for argument in arguments]
                return scope.cut(function(*seen))
            return function(*(go(argument) for argument in arguments))
    raise FormulaError("formula.forbidden", formula="", what=type(node).__name__)


def _both(every: bool, parts: list[ast.expr], go: Callable[[ast.expr], Value]) -> Value:
    result: Value = every
    for part in parts:
        if not isinstance(result, np.ndarray) and bool(result) != every:
            return result
        value = truth(go(part))
        result = (result & value) if every else (result | value)
    return result


def _compare(left: Value, ops: list[ast.cmpop], rights: list[Value]) -> Value:
    result: Value = True
    for op, right in zip(ops, rights, strict=True):
        if isinstance(op, (ast.In, ast.NotIn)):
            options = set(right if isinstance(right, (tuple, list, Mapping)) else (right,))
            found = _elementwise(options.__contains__, left)
            found = truth(found)
            step = (
                found if isinstance(op, ast.In) else (~found if isinstance(found, np.ndarray) else not found)
            )
        else:
            step = truth(_COMPARISON[type(op)](_number(left), _number(right)))
        result = (
            result & step
            if isinstance(result, np.ndarray) or isinstance(step, np.ndarray)
            else result and step
        )
        left = right
    return result
