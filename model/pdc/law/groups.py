"""Planning groups and their order, read off the rulebook.

Titles that a joint rule ties together are one group. A group waits for those whose plan its formulas read
(``planned('uzman.*')``), so the order (docs/mathematics.md, "Groups") follows from the law itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pdc.base.faults import Fault, InputError
from pdc.base.formula import Formula
from pdc.law.rulebook import Rule, Rulebook


@dataclass(frozen=True)
class Group:
    """Titles planned together, and the titles whose plans must stand before."""

    titles: tuple[str, ...]
    waits_for: frozenset[str]

    @property
    def name(self) -> str:
        """Its titles joined by ``+``."""
        return "+".join(self.titles)


def groups(rulebook: Rulebook, titles: Iterable[str]) -> list[Group]:
    """Groups of the titles to be planned, in an order in which none waits for a later one.

    Raises :class:`~pdc.base.faults.InputError` where rules read one another's plans in a circle.
    """
    wanted = list(titles)
    tied = _tied(rulebook, wanted)
    reads = _reads(rulebook, wanted)
    found = [
        Group(members, frozenset().union(*(reads[t] for t in members)) - set(members)) for members in tied
    ]
    ordered: list[Group] = []
    done: set[str] = set()
    while found:
        ready = [group for group in found if group.waits_for <= done]
        if not ready:
            circle = ", ".join(group.name for group in found)
            raise InputError([Fault("", None, None, "rulebook.circle", {"titles": circle})])
        ordered += ready
        done |= {title for group in ready for title in group.titles}
        found = [group for group in found if group not in ready]
    return ordered


def _tied(rulebook: Rulebook, titles: list[str]) -> list[tuple[str, ...]]:
    part = {title: {title} for title in titles}
    for rule in rulebook.rules:
        if rule.joint:
            members = [t for t in titles if rule.covers(t)]
            union = set().union(*(part[t] for t in members)) if members else set()
            for title in union:
                part[title] = union
    seen: set[str] = set()
    out = []
    for title in titles:
        if title not in seen:
            together = tuple(t for t in titles if t in part[title])
            seen |= set(together)
            out.append(together)
    return out


def _reads(rulebook: Rulebook, titles: list[str]) -> dict[str, set[str]]:
    """For each title those whose plan its rules read, through definitions too. Few rules read any."""
    definitions = {rule.define: rule for rule in rulebook.definitions}
    found: dict[str, set[str]] = {title: set() for title in titles}
    for rule in rulebook.rules:
        if rule.define or not (patterns := _patterns(rulebook, [rule], definitions)):
            continue
        read = {title for title in titles if matches(patterns, title)}
        for title in titles:
            if rule.covers(title):
                found[title] |= read - {title}
    return found


def patterns_read(rulebook: Rulebook, rules: Iterable[Rule]) -> set[str]:
    """What rules read as ``planned('…')``, directly or through definitions."""
    return _patterns(rulebook, rules, {rule.define: rule for rule in rulebook.definitions})


def _patterns(rulebook: Rulebook, rules: Iterable[Rule], definitions: Mapping[str, Rule]) -> set[str]:
    patterns: set[str] = set()
    seen: set[str] = set()

    def follow(rule: Rule) -> None:
        for formula in rule.formulas.values():
            read(formula)

    def read(formula: Formula) -> None:
        for name, arguments in formula.calls:
            if name == "planned":
                patterns.update(arguments)
        for name in formula.names & definitions.keys():
            if name not in seen:
                seen.add(name)
                follow(definitions[name])

    for rule in rules:
        if _acts(rulebook, rule):
            follow(rule)
    return patterns


def matches(patterns: Iterable[str], title: str) -> bool:
    """Is a title one that ``planned('…')`` names?"""
    return any(
        title == pattern or (pattern.endswith(".*") and title.startswith(pattern[:-1]))
        for pattern in patterns
    )


def _acts(rulebook: Rulebook, rule: Rule) -> bool:
    """A factor with exponent 0 (A.19.b) reads nothing: titles need not wait for it."""
    if rule.formula("factor") is None:
        return True
    return bool(rulebook.parameters_of(rule.clause).get("elasticity", 1) != 0)
