"""Words that rules define: none twice, none through itself, none too far from the columns it comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pdc.base.formula import FormulaError
from pdc.base.limits import DEFINITION_CHAIN

if TYPE_CHECKING:
    from pdc.law.rulebook import Rule

Problem = tuple["Rule", str, dict[str, Any]]


def problems(definitions: Iterable[Rule], taken: Collection[str]) -> Iterator[Problem]:
    """What is wrong with definitions: the rule, the message's code and values; ``taken`` are columns."""
    known: dict[str, Rule] = {}
    for rule in definitions:
        if rule.define in known or rule.define in taken:
            yield rule, "two_meanings", {"heading": rule.define}
        elif rule.formula("value") is None:
            yield rule, "missing_key", {"key": "value"}
        else:
            known[rule.define] = rule
    yield from _walked(known)


def degrees(definitions: Iterable[Rule]) -> dict[str, int]:
    """How many numbers each definition multiplies into one, see :meth:`~pdc.base.formula.Formula.degree`."""
    known = {rule.define: rule for rule in definitions}
    found: dict[str, int] = {}
    return {name: _degree(name, known, found) for name in known}


def _degree(name: str, known: dict[str, Rule], found: dict[str, int]) -> int:
    if name not in found:
        formula = known[name].formulas["value"]
        inner = {other: _degree(other, known, found) for other in formula.names & set(known)}
        found[name] = formula.degree(inner)
    return found[name]


def _walked(known: dict[str, Rule]) -> Iterator[Problem]:
    """Circles and chains that are too long; then, where there are none, products that are too large."""
    depth: dict[str, int] = {}
    bad = False
    for name, rule in known.items():
        way = [name]
        found = _circle(name, known, depth, way)
        if found:
            bad = True
            values = {"key": "value", "names": " → ".join(way), "most": DEFINITION_CHAIN}
            yield rule, found, values
    if bad:
        return
    found_degrees: dict[str, int] = {}
    for name, rule in known.items():
        try:
            _degree(name, known, found_degrees)
        except FormulaError as error:
            yield rule, error.code.removeprefix("formula."), {"key": "value", **error.values}
            return


def _circle(name: str, known: dict[str, Rule], depth: dict[str, int], way: list[str]) -> str:
    if name in depth:
        return ""
    if len(way) > DEFINITION_CHAIN:
        return "chain"
    deepest = 0
    for other in sorted(known[name].formulas["value"].names & set(known)):
        if other in way:
            way.append(other)
            return "defined_by_itself"
        way.append(other)
        if found := _circle(other, known, depth, way):
            return found
        way.pop()
        deepest = max(deepest, depth[other])
    depth[name] = deepest + 1
    return "chain" if depth[name] > DEFINITION_CHAIN else ""
