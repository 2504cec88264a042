"""The register of clauses is what the rulebook must hold: nothing of it may be left out, unread, unproven or unsourced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from numbers import Rational
from typing import Any

import pytest

from helpers.clause_mark import KEPT, SHORT, Case, cases
from helpers.law_text import clauses as law_clauses
from helpers.law_text import numbers, register
from pdc.law import reading
from pdc.law.reading import clause_order
from pdc.law.rulebook import Parameter
from pdc.rules.kinds import KINDS

BOOK = reading.load()
CLAUSES = list(register())

DIFFERENT_KIND = {
    ("A.15", "order"): "the surplus is moved in the targets before solving, so nothing is left to order",
    ("A.18.a", "target"): "its pool has a key of its own: the supply rule itself sets the unit targets",
    ("B.1.d.3", "order"): "the floor of tier 1 at the largest state hospital is the order",
    ("B.4.b.1", "target"): "the raised supply of a province is its target",
    ("B.4.c.1.c", "ratio"): "one floor asks for 1 wherever surgeons are planned, however many they are",
    ("B.4.c.2.d", "target"): "the extra supply of a province is its target",
    ("B.4.c.9.a", "target"): "the supply's own shares are the targets",
    ("B.5.5.d", "floor"): "written as a ratio, since the plan of another title decides where it asks",
    ("B.5.9.a", "target"): "the supply's shares are the targets",
    ("B.5.10.a", "target"): "the supply's shares are the targets",
}
"""Kinds of the register that a clause's rules realise by another kind, and why."""


def listed(text: str) -> list[str]:
    """Values of a cell: ``floor, order``."""
    return [part.strip() for part in text.split(",") if part.strip()]


@cache
def worked_cases() -> dict[str, list[Case]]:
    """Worked cases by clause."""
    found: dict[str, list[Case]] = {}
    for case in cases():
        found.setdefault(case.clause, []).append(case)
    return found


def test_the_rulebook_has_every_clause_of_the_register_and_no_other() -> None:
    assert sorted(BOOK.clauses, key=clause_order) == sorted(CLAUSES, key=clause_order)


@pytest.mark.parametrize("number", CLAUSES)
def test_a_clause_has_a_source_and_a_reading_in_both_languages(number: str) -> None:
    entry = BOOK.clauses[number]
    assert entry.source
    assert entry.text["tr"].strip()
    assert entry.text["en"].strip()
    assert entry.text["tr"] != entry.text["en"]


@pytest.mark.parametrize("number", CLAUSES)
def test_a_clause_stands_in_the_principles(number: str) -> None:
    assert number in law_clauses()
    place = number.replace(".", "/")
    assert BOOK.clauses[number].source.endswith(place)


@pytest.mark.parametrize("number", CLAUSES)
def test_a_clause_has_a_worked_case(number: str) -> None:
    assert worked_cases().get(number), f"no test in tests/clauses is marked @clause({number!r})"


def test_worked_cases_name_clauses_of_the_register() -> None:
    assert set(worked_cases()) <= set(CLAUSES)


@pytest.mark.parametrize("number", CLAUSES)
def test_a_clause_has_every_kind_the_register_gives_it(number: str) -> None:
    missing = set(listed(register()[number]["kinds"])) - set(BOOK.clauses[number].kinds)
    assert missing <= {kind for clause, kind in DIFFERENT_KIND if clause == number}


def test_the_table_of_differences_holds_nothing_that_is_no_difference() -> None:
    for number, kind in DIFFERENT_KIND:
        assert kind in listed(register()[number]["kinds"])
        assert kind not in BOOK.clauses[number].kinds


@pytest.mark.parametrize("number", CLAUSES)
def test_a_clause_has_the_tier_of_the_register(number: str) -> None:
    tiers = sorted({str(rule.tier) for rule in BOOK.clauses[number].rules if rule.tier is not None})
    assert tiers == listed(register()[number]["tier"])


def constraining() -> list[str]:
    """Clauses that limit a plan: by the register, or by the rules we wrote for them."""
    return [
        number
        for number in CLAUSES
        if set(KINDS) & {*listed(register()[number]["kinds"]), *BOOK.clauses[number].kinds}
        # An order that is no rule of the program (A.15) is proven by its targets.
        and (number, "order") != ("A.15", "order")
    ]


@pytest.mark.parametrize("number", constraining())
def test_a_clause_that_constrains_has_a_case_that_is_kept_and_one_that_is_short(number: str) -> None:
    shown = {case.shows for case in worked_cases().get(number, [])}
    assert {KEPT, SHORT} <= shown


# numbers -------------------------------------------------------------------------------------------------


def parameters() -> Iterator[tuple[str, Parameter]]:
    """All parameters of the rulebook with their clauses."""
    for number, entry in BOOK.clauses.items():
        for parameter in entry.parameters.values():
            yield number, parameter


@pytest.mark.parametrize(
    ("number", "parameter"), [pytest.param(n, p, id=f"{n}.{p.name}") for n, p in parameters()]
)
def test_a_parameter_says_what_it_is_and_where_it_comes_from(number: str, parameter: Parameter) -> None:
    assert parameter.origin in reading.ORIGINS
    assert parameter.text["tr"]
    assert parameter.text["en"]


def stated_by_the_law() -> Iterator[tuple[str, Parameter]]:
    """Parameters that claim to be numbers of the law."""
    return ((n, p) for n, p in parameters() if p.origin == "law" and list(held(p.value)))


def held(value: Any) -> Iterator[Fraction]:
    """Numbers inside a value; keys of a table (plate codes, service regions) are names, not numbers."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from held(inner)
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from held(inner)
    elif isinstance(value, Rational) and not isinstance(value, bool):
        yield Fraction(value)


@pytest.mark.parametrize(
    ("number", "parameter"), [pytest.param(n, p, id=f"{n}.{p.name}") for n, p in stated_by_the_law()]
)
def test_a_number_of_the_law_is_stated_by_its_clause(number: str, parameter: Parameter) -> None:
    reading = register()[number]["reading"]
    same = re.match(r"As (B\.[\w.]+)\.", reading)  # "As B.5.5.h."
    if same:
        reading += register()[same[1]]["reading"]
    stated = numbers(law_clauses()[number]) | numbers(reading)
    if "per 1,000" in parameter.unit:
        # The law counts births in percent, the data per thousand.
        stated |= {value * 1_000 for value in stated}
    assert set(held(parameter.value)) <= stated


@pytest.mark.parametrize("number", CLAUSES)
def test_a_number_in_brackets_of_a_reading_is_a_parameter_that_can_be_changed(number: str) -> None:
    values = {value for p in BOOK.clauses[number].parameters.values() for value in held(p.value)}
    values |= {
        v / 1_000
        for p in BOOK.clauses[number].parameters.values()
        for v in held(p.value)
        if "per 1,000" in p.unit
    }
    for name, text, percent in re.findall(r"\[([\w. ]* = )?([\d.,]+)( %)?\]", register()[number]["reading"]):
        value = Fraction(text.replace(",", "")) / (100 if percent else 1)
        assert value in values, f"{name}{text}{percent}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("% 1,5 - 2 arası", "0.02"), ("% 1.5'ini", "0.015"), ("100.000 nüfusa", "100000"), ("up to 100,000: 1", "100000"),
        ("en az beş hemşire", "5"), ("filled x [1.20]", "1.2"), ("% 300 fazlası", "4"), ("[15 %] of", "0.15"),
        ("en az ikişer", "2"), ("Two of them", "2"), ("30000'in altındaki", "30000"),
    ],
)  # fmt: skip
def test_numbers_are_read_however_they_are_written(text: str, value: str) -> None:
    assert Fraction(value) in numbers(text)


@pytest.mark.parametrize("text", ["birlikte", "onlar", "biri", "A.14'teki", "üçüncü"])
def test_a_number_is_not_read_into_a_word(text: str) -> None:
    assert not numbers(text) & {Fraction(n) for n in (1, 3, 10)}
