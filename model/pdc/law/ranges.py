"""What values the numbers of a clause may take, and what must hold between them.

A number of the law is not negative, a share is not above 1, and what divides is above nought, unless its
entry says otherwise (``least``, ``most``). Conditions between numbers of one clause stand in its ``must``.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pdc.base.exact import Fraction
from pdc.base.formula import Formula

TIERS: Final = (1, 2, 3, 4)
SHARE: Final = "share"  # a unit that begins so is a part of a whole


@dataclass(frozen=True)
class Range:
    """Ends of the numbers inside a value; ``above``: the least itself is too little. None: no end."""

    least: Fraction | int | None = 0
    most: Fraction | int | None = None
    above: bool = False

    def holds(self, number: Fraction | int) -> bool:
        """Is a number inside?"""
        if self.least is not None and (number < self.least or (self.above and number == self.least)):
            return False
        return self.most is None or number <= self.most

    @property
    def told(self) -> tuple[str, dict[str, Any]]:
        """Message and values that say what would be right."""
        if self.least is not None and self.most is not None:
            return "range_between", {"least": self.least, "most": self.most}
        if self.most is not None:
            return "range_most", {"most": self.most}
        return ("range_above" if self.above else "range_least"), {"least": self.least}


ANY: Final = Range(least=None)


def range_of(unit: str, entry: Mapping[str, Any]) -> Range:
    """The range of a parameter by its entry: its own ends, else those of its unit; an exponent has none."""
    if unit.startswith("exponent"):
        return ANY
    most = 1 if unit.startswith(SHARE) else None
    return Range(entry.get("least", 0), entry.get("most", most))


def wrong(value: Any, allowed: Range, old: Any = None) -> tuple[str, dict[str, Any]] | None:
    """Message and values where a value is out of its range, or of another shape than ``old``; else None."""
    pairs = value if isinstance(value, tuple) and value and isinstance(value[0], tuple) else ()
    if pairs or (isinstance(old, tuple) and old and isinstance(old[0], tuple)):
        if not pairs or not all(_is_step(pair) for pair in pairs):
            return "steps_shape", {}
        if any(a >= b for (a, _), (b, _) in itertools.pairwise(pairs)):
            return "steps_order", {}
    elif old is not None and not _kinds(value) <= _kinds(old):
        return "item_type", {}
    for number in numbers(value):
        if not allowed.holds(number):
            return allowed.told
    return None


def _is_step(pair: Any) -> bool:
    return isinstance(pair, tuple) and list(map(_is_number, pair)) == [True, True]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def _items(value: Any) -> Iterator[Any]:
    """Values inside a list or table (none in a plain value)."""
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from value


def _kinds(value: Any) -> set[bool]:
    """Are there texts inside a value, and others?"""
    return {isinstance(item, str) for item in _items(value)}


def numbers(value: Any) -> Iterator[Fraction | int]:
    """Numbers inside a value."""
    if _is_number(value):
        yield value
    for inner in _items(value):
        yield from numbers(inner)


def divisors(formulas: Iterable[Formula]) -> set[str]:
    """Names that a formula divides by, alone or as factors of a product."""
    found: set[str] = set()
    for formula in formulas:
        for node in ast.walk(formula.tree):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                found |= _factors(node.right)
    return found


def _factors(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _factors(node.left) | _factors(node.right)
    return set()
