"""Clauses found by number or by words, in Turkish or English: for the terminal and for the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pdc.law.rulebook import Clause, Rulebook
from pdc_common.text import lower, mentions

_NUMBER: Final = re.compile(r"[%0-9][0-9.,%]*")


def clauses_about(book: Rulebook, asked: str) -> list[Clause]:
    """Clauses that are asked for: one by its number, all below a number, or all that speak of the words.

    First those whose own reading or parameters say it, then those that only have a title of that name; each
    part in the order of the law. Where none says it all: those that say most of it. Nothing asked: all.
    """
    asked = asked.strip()
    # Turkish letters count here: B.1.ç and B.1.c are two clauses.
    same = [clause for number, clause in book.clauses.items() if lower(number) == lower(asked)]
    if same:
        return same
    below = f"{lower(asked).rstrip('.')}."
    near = [clause for number, clause in book.clauses.items() if lower(number).startswith(below)]
    if near or not asked:
        return near or list(book.clauses.values())
    # "2.000 people a GP": the number is what the asker would like it to be, not what the law says.
    asked = " ".join([word for word in asked.split() if not _NUMBER.fullmatch(word)]) or asked
    if not any(mentions(_all(book, clause), asked) for clause in book.clauses.values()):
        return _nearly(book, asked)
    said = [clause for clause in book.clauses.values() if mentions(" ".join(_own(clause)), asked)]
    known = {clause.number for clause in said}
    rest = (clause for clause in book.clauses.values() if clause.number not in known)
    return [*said, *(clause for clause in rest if mentions(_all(book, clause), asked))]


def _nearly(book: Rulebook, asked: str) -> list[Clause]:
    """Where no clause speaks of all the words: those that speak of the most, if that is at least half."""
    words = asked.split()
    found = {
        clause.number: sum(mentions(_all(book, clause), word) for word in words)
        for clause in book.clauses.values()
    }
    most = max(found.values(), default=0)
    return [
        book.clauses[number] for number, count in found.items() if count == most and 2 * most >= len(words)
    ]


def planned_by(book: Rulebook, clause: Clause) -> tuple[str, ...]:
    """Codes of the titles that a clause's rules are about, in the order of the rulebook."""
    return tuple(t.code for t in book.titles if any(rule.covers(t.code) > 1 for rule in clause.rules))


def _all(book: Rulebook, clause: Clause) -> str:
    return " ".join([*_own(clause), *_titles(book, clause)])


def _own(clause: Clause) -> Iterator[str]:
    yield from clause.text.values()
    for parameter in clause.parameters.values():
        yield parameter.name
        yield from parameter.text.values()


def _titles(book: Rulebook, clause: Clause) -> Iterator[str]:
    yield from (pattern for rule in clause.rules for pattern in rule.titles)
    named = set(planned_by(book, clause))
    for title in book.titles:
        if title.code in named:
            yield title.code
            yield from title.name.values()
