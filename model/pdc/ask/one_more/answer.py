"""The answers to what would give one more, as data and as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pdc.ask.one_more.levers import Lever
from pdc.ask.one_more.search import Found
from pdc.base.exact import Fraction
from pdc_common.numerals import number
from pdc_common.text import LANGS, Lang, say
from pdc_reports.explain.formula import plain

SPANS = 3  # open ranges that a sentence names
CAP, POOL, UNREAD, RANGE, TIME = "cap", "pool", "unread", "range", "time"


@dataclass(frozen=True)
class Answer:
    """One lever: the smallest change that gives one more (``found``), or ``why`` none was found.

    ``why`` is ``cap`` (a limit holds the number, ``clauses``), ``pool`` (the target asks for the post and the
    number of the title in the country is fixed), ``unread`` (nothing here moves with it), ``range`` (the
    number does not get there as far as was tried) or ``time`` (not tried to its end; ``within``: the first
    change lies between these two steps, as far as was tried). ``reach`` is the highest target that was seen.
    ``open`` are ranges of steps (nearer than what was found) of which nothing is known: without any, and with
    time, the answer is exact.
    """

    lever: Lever
    found: Found | None = None
    why: str = ""
    clauses: tuple[str, ...] = ()
    reach: float | None = None
    within: tuple[int, int] | None = None
    open: tuple[tuple[int, int], ...] = ()

    @property
    def proven(self) -> bool:
        """Does every value nearer than what was found, or of the whole range, surely give nothing?"""
        return not self.open and self.why != TIME

    def data(self) -> dict[str, Any]:
        """As plain data."""
        lever, found = self.lever, self.found
        told: dict[str, Any] = {
            "kind": lever.kind, "name": lever.name, "level": lever.level, "code": lever.code,
            "text": dict(lever.text), "old": float(lever.old), "new": None, "why": self.why,
            "clauses": list(self.clauses),
            "within": None if self.within is None else [float(lever.value(n)) for n in self.within],
            "proven": self.proven, "open": [self._values(ends) for ends in self.open],
            "tried": {"from": float(lever.value(lever.least)), "to": float(lever.value(lever.most))},
        }  # fmt: skip
        if found is not None:
            nearer = found.step - (1 if found.step > 0 else -1)
            told |= {
                "new": float(lever.value(found.step)), "posts": found.posts,
                "last_without": float(lever.value(nearer)), "posts_without": found.before,
                "every_smaller_tried": found.every, "smaller_tried": found.tried,
                "less_again_at": None if found.gone is None else float(lever.value(found.gone)),
                "scenario": lever.scenario(found.step),
                "set": lever.set(found.step) if lever.kind == "set" else "",
            }  # fmt: skip
        return told

    def _values(self, ends: tuple[int, int]) -> list[float]:
        return sorted(float(self.lever.value(n)) for n in ends)


@dataclass(frozen=True)
class OneMore:
    """The answers for one number, the levers that work first; ``plans`` were made to find them."""

    title: str
    level: str
    code: str
    posts: int
    target: float
    answers: tuple[Answer, ...]
    plans: int
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def lines(self, lang: Lang = "tr") -> tuple[str, ...]:
        """A sentence a lever."""
        return _lines(self, lang)

    def data(self) -> dict[str, Any]:
        """Everything as plain data, for JSON and for the page."""
        return {
            "title": self.title, "level": self.level, "code": self.code, "posts": self.posts,
            "target": self.target, "plans": self.plans, "answers": [one.data() for one in self.answers],
            "lines": {lang: list(self.lines(lang)) for lang in LANGS},
        }  # fmt: skip


def _lines(told: OneMore, lang: Lang) -> tuple[str, ...]:
    """A sentence or two a lever, those that work first."""
    found = [_line(told, one, lang) for one in told.answers]
    if not any(one.found or one.within for one in told.answers):
        key = "none" if all(one.why != TIME for one in told.answers) else "none_yet"
        found.insert(0, say(f"one_more.{key}", lang, posts=told.posts))
    return tuple(found)


def _line(told: OneMore, one: Answer, lang: Lang) -> str:
    what = _what(told, one, lang)
    old = _number(one.lever.old, lang)
    if one.found is not None:
        return " ".join(_found(told, one, lang, what, old))
    return " ".join([_not_found(told, one, lang, what, old), *_open(one, lang)])


def _not_found(told: OneMore, one: Answer, lang: Lang, what: str, old: str) -> str:
    low, high = (_number(one.lever.value(n), lang) for n in (one.lever.least, one.lever.most))
    if one.within is not None:
        ends = (_number(one.lever.value(n), lang) for n in one.within)
        return say(
            "one_more.within", lang, what=what, old=old, **dict(zip(("low", "high"), ends, strict=True))
        )
    reach = "" if one.reach is None else plain(one.reach, lang)
    why = "anywhere" if one.why == RANGE and one.reach is None else one.why
    return say(
        f"one_more.not_{why}", lang, what=what, old=old, low=low, high=high, target=reach,
        clauses=", ".join(one.clauses), wanted=told.posts + 1,
    )  # fmt: skip


def _open(one: Answer, lang: Lang) -> Iterator[str]:
    """What is proven, or where nothing is known."""
    lever = one.lever
    if one.proven:
        far = one.found is not None and abs(one.found.step) > 1
        if one.found is None or far:
            yield say("one_more.smallest" if far else "one_more.no_value", lang)
        return
    whole = ((lever.least, -1), (1, lever.most))
    if one.why == TIME and all(ends in one.open for ends in whole if ends[0] <= ends[1]):
        return  # nothing was tried
    spans = [sorted((lever.value(a), lever.value(b))) for a, b in one.open]
    names = [
        _number(a, lang)
        if a == b
        else say("one_more.span", lang, low=_number(a, lang), high=_number(b, lang))
        for a, b in spans[:SPANS]
    ]
    if spans:
        key = "open" if len(spans) <= SPANS else "open_more"
        yield say(f"one_more.{key}", lang, spans=", ".join(names), more=number(len(spans) - SPANS, lang))


def _found(told: OneMore, one: Answer, lang: Lang, what: str, old: str) -> Iterator[str]:
    found, lever = one.found, one.lever
    assert found is not None
    nearer = found.step - (1 if found.step > 0 else -1)
    yield say(
        "one_more.found", lang, what=what, old=old, new=_number(lever.value(found.step), lang),
        change=_number(lever.value(found.step) - lever.old, lang, sign=True), posts=number(found.posts, lang),
        last=_number(lever.value(nearer), lang), before=number(found.before, lang),
    )  # fmt: skip
    if found.posts > told.posts + 1:
        yield say("one_more.jumps", lang, wanted=number(told.posts + 1, lang))
    if found.gone is not None:
        yield say("one_more.gone", lang, value=_number(lever.value(found.gone), lang))
    if not found.every and found.tried and abs(found.step) > 1:
        yield say("one_more.tried", lang, count=number(found.tried, lang))
    yield from _open(one, lang)
    if lever.kind == "set":
        yield f"--set {lever.set(found.step)}"


def _what(told: OneMore, one: Answer, lang: Lang) -> str:
    lever = one.lever
    if lever.kind == "set":
        return say("one_more.parameter", lang, text=lever.text[lang], clause=lever.name.rpartition(".")[0])
    place = told.places[lever.level, lever.code]
    return say("one_more.column", lang, text=lever.text[lang], place=place)


def _number(value: Fraction, lang: Lang, *, sign: bool = False) -> str:
    decimals = 0
    while (value * 10**decimals).denominator != 1 and decimals < 9:
        decimals += 1
    return number(float(value), lang, decimals, sign=sign)
