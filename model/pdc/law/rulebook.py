"""What a rulebook is: clauses with their readings, rules and parameters; definitions, titles, tables.

:mod:`pdc.law.reading` makes one of a folder of TOML. The law itself lies in
``model/pdc/law/principles_2006/``, its format is in ``docs/your-own-rulebook.md``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from pdc.base.cache import Spelt, digest, spelt
from pdc.base.exact import Fraction
from pdc.base.formula import FUNCTIONS, Formula, truth
from pdc.law import words
from pdc.law.about import About
from pdc.law.ranges import ANY, Range
from pdc.law.service_groups import ServiceGroups
from pdc.tables.schema import Schema


@dataclass(frozen=True)
class Parameter:
    """A number (or table, or choice) of the law, or of ours where the law is silent.

    ``origin`` is ``law`` or ``assumption``; decimals are fractions, lists tuples; ``text`` by language.
    ``choices`` are the codes it can be, ``choice_names`` their words by language.
    """

    name: str
    value: Any
    origin: str
    unit: str
    text: Mapping[str, str]
    choices: tuple[str, ...] = ()
    range: Range = ANY
    choice_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def choice(self, code: str, lang: str) -> str:
        """A value in words, where it is a choice that the rulebook has words for; else as it is."""
        return self.choice_names.get(code, {}).get(lang, code)


@dataclass(frozen=True)
class Rule:
    """One entry of a clause: what kind of rule, for whom, where, how much, in which tier.

    ``number`` is its place in the clause, from 1. Which of the other keys a kind may have is said in
    :mod:`pdc.law.kinds`; ``formulas`` are those of them that are formulas. ``tier`` None: the rule is hard.
    """

    clause: str
    number: int
    kind: str
    titles: tuple[str, ...]
    level: str
    tier: int | None = None
    joint: bool = False
    what: str = ""
    define: str = ""
    stack: str = ""
    on_top: bool = False
    need: bool = False
    limit: str = ""
    rounding: str = ""
    together: bool = False
    closes: bool = False
    by: str = ""
    post: str = ""
    to: tuple[str, ...] = ()
    say: str = ""
    name: str = ""
    keeps: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    note: str = ""
    formulas: Mapping[str, Formula] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Plain state: mapping proxies cannot travel between processes."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def covers(self, title: str) -> int:
        """How exactly the rule names the title: 3 by name, 2 by ``family.*``, 1 by ``*``, 0 not at all."""
        known = self._covered.get(title)
        if known is None:
            known = self._covered[title] = self._covers(title)
        return known

    @cached_property
    def _covered(self) -> dict[str, int]:
        """What :meth:`covers` has found, by title: every group asks every rule."""
        return {}

    def _covers(self, title: str) -> int:
        best = 0
        for pattern in self.titles:
            if pattern == title:
                best = max(best, 3)
            elif pattern == "*":
                best = max(best, 1)
            elif pattern.endswith(".*") and title.startswith(pattern[:-1]):
                best = max(best, 2)
            elif pattern.startswith("-") and (
                pattern[1:] == title or (pattern.endswith(".*") and title.startswith(pattern[1:-1]))
            ):
                return 0
        return best

    def formula(self, name: str) -> Formula | None:
        """Formula of that key, if the rule has one."""
        return self.formulas.get(name)

    @property
    def key(self) -> str:
        """Name of the rule in programs and proofs: the clause and its place there."""
        return f"{self.clause}/{self.number}"


@dataclass(frozen=True)
class Clause:
    """One clause of the principles with everything that acts for it."""

    number: str
    text: Mapping[str, str]
    source: str
    file: str
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    must: tuple[Formula, ...] = ()

    def unmet(self) -> Iterator[tuple[str, str]]:
        """Conditions between its numbers that do not hold, and the numbers that they read."""
        for formula in self.must:
            if not truth(formula(self.values, FUNCTIONS)):
                yield formula.text, ", ".join(f"{n} = {self.values[n]}" for n in sorted(formula.names))

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """Values of its parameters by name; not to be changed."""
        return {name: p.value for name, p in self.parameters.items()}

    def covers(self, title: str) -> bool:
        """Does any of its rules speak of the title?"""
        known = self._covered.get(title)
        if known is None:
            known = self._covered[title] = any(rule.covers(title) for rule in self.rules)
        return known

    @cached_property
    def _covered(self) -> dict[str, bool]:
        """What :meth:`covers` has found, by title."""
        return {}

    @cached_property
    def spelt(self) -> Spelt:
        """For fingerprints: its numbers, and its rules without their notes."""
        return spelt((self.values, [plain_rule(rule) for rule in self.rules]))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of its rules, each once, in their order."""
        return tuple(dict.fromkeys(rule.kind for rule in self.rules))


@dataclass(frozen=True)
class Title:
    """A planning title with its names and its sheet in the cetvel."""

    code: str
    sheet: str
    name: Mapping[str, str]

    @property
    def branch(self) -> str:
        """Slug of the specialist branch, empty for other titles."""
        return self.code.partition(".")[2]


@dataclass(frozen=True)
class Rulebook:
    """All clauses, in the order of the law, with definitions, titles and tables."""

    clauses: Mapping[str, Clause]
    titles: tuple[Title, ...]
    sheets: tuple[tuple[str, Mapping[str, str]], ...]
    definitions: tuple[Rule, ...]
    tables: Mapping[str, frozenset[tuple[str, ...]]]
    schema: Schema
    columns: words.Columns
    about: About
    service_groups: ServiceGroups | None = None

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of every clause."""
        return tuple(rule for clause in self.clauses.values() for rule in clause.rules)

    def of_kind(self, *kinds: str) -> Iterator[Rule]:
        """Rules of these kinds, in the order of the law."""
        if kinds not in self._of_kinds:
            self._of_kinds[kinds] = tuple(rule for rule in self.rules if rule.kind in kinds)
        return iter(self._of_kinds[kinds])

    @cached_property
    def _of_kinds(self) -> dict[tuple[str, ...], tuple[Rule, ...]]:
        """Rules of some kinds, once somebody has asked for them."""
        return {}

    def for_title(self, title: str, *kinds: str) -> list[Rule]:
        """Rules of these kinds that cover the title."""
        return [rule for rule in self.of_kind(*kinds) if rule.covers(title)]

    def speaks(self, role: str) -> str:
        """Clause cited when the engine, not a rule, reports something: :data:`pdc.law.about.SPEAKS`."""
        return self.about.speaks[role]

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Groups of staff that are read but never planned; formulas read them by these names."""
        return _roles(self.clauses.values())

    def later(self, rule: Rule) -> bool:
        """Does a floor ask only once the plan is made, on top of it?"""
        formula = rule.formula("later")
        return formula is not None and bool(truth(formula(self.parameters_of(rule.clause), FUNCTIONS)))

    def value(self, clause: str, parameter: str) -> Any:
        """Value of a parameter."""
        return self.clauses[clause].parameters[parameter].value

    def parameters_of(self, clause: str) -> Mapping[str, Any]:
        """Values of a clause's parameters by name, as formulas read them."""
        if clause not in self.clauses:
            return {}
        return self.clauses[clause].values

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of everything that can move a number; wording and file layout do not count."""
        plain = {
            "clauses": {
                number: {
                    "parameters": {n: _plain(p.value) for n, p in sorted(clause.parameters.items())},
                    "rules": [plain_rule(rule) for rule in clause.rules],
                }
                for number, clause in self.clauses.items()
            },
            "definitions": [plain_rule(rule) for rule in self.definitions],
            "titles": [title.code for title in self.titles],
            "tables": {name: sorted(rows) for name, rows in self.tables.items()},
            "columns": {level: list(names) for level, names in self.columns.items()},
            "derived": [vars(derived) for derived in self.schema.derived],
        }
        return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @cached_property
    def shared_sha256(self) -> str:
        """Fingerprint of what the binding of every group reads: definitions, their parameters, tables."""
        shared = {rule.clause: self.parameters_of(rule.clause) for rule in self.definitions}
        return digest([plain_rule(rule) for rule in self.definitions], shared, self.tables)

    def with_parameter(self, clause: str, name: str, value: Any) -> Rulebook:
        """Copy with one number changed (the caller has checked that it exists)."""
        old = self.clauses[clause]
        parameters = {**old.parameters, name: replace(old.parameters[name], value=value)}
        return replace(self, clauses={**self.clauses, clause: replace(old, parameters=parameters)})


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value


def plain_rule(rule: Rule) -> dict[str, Any]:
    """A rule as plain values: what can move a number, without notes."""
    state = {
        f.name: getattr(rule, f.name)
        for f in fields(rule)
        if f.name not in {"formulas", "note"} and getattr(rule, f.name) not in ("", (), None)
    }
    return state | {name: formula.text for name, formula in sorted(rule.formulas.items())}


def _roles(clauses: Iterable[Clause]) -> tuple[str, ...]:
    """Groups of staff that are read but never planned."""
    return tuple(
        name
        for clause in clauses
        if any(rule.what == "excluded_titles" for rule in clause.rules)
        for name in clause.parameters
    )


def without_rules(book: Rulebook, clause: str, kinds: Sequence[str]) -> Rulebook:
    """Copy in which a clause has no rules of these kinds; its parameters stay, others may read them."""
    old = book.clauses[clause]
    rules = tuple(rule for rule in old.rules if rule.kind not in kinds)
    return replace(book, clauses={**book.clauses, clause: replace(old, rules=rules)})
