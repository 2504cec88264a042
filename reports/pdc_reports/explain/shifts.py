"""What one post more or fewer would cost, and who would pay, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pdc_common.text import spoken
from pdc_reports.explain.formula import written
from pdc_reports.explain.tables import Book, TitleFacts, rows_if_there

TIERS: Final = {"tier1": "1", "tier2": "2", "tier3": "3", "tier4": "4"}
STAGES: Final = ("tier1", "tier2", "tier3", "province", "tier4", "district", "unit")
DEVIATIONS: Final = ("province", "district", "unit")
NONE: Final = "0.0"  # how a cost of nought is written
NAMED: Final = 4  # places named before "and n more"
Step = tuple[str, str, str, int]  # title, level, code, change


@dataclass(frozen=True)
class Shift:
    """One post more or fewer somewhere: its cost by stage (where not nought), every number that changes."""

    cost: Mapping[str, float]
    steps: tuple[Step, ...]

    def data(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {"cost": dict(self.cost), "steps": [list(step) for step in self.steps]}


@dataclass(frozen=True)
class Shifts:
    """Both sides of a number; None: no lawful plan has it. ``why`` says why nothing is known, if so."""

    more: Shift | None = None
    fewer: Shift | None = None
    given: tuple[str, ...] = ()
    why: str = ""


def read_shifts(folder: Path, title: str = "", code: str = "") -> dict[tuple[str, str], Shifts]:
    """Both sides of provinces' numbers from ``margins.csv``, by (title, province): all, or one."""
    found: dict[tuple[str, str], dict[str, Shift]] = {}
    columns = ("title", "code", "step", "changes", *STAGES)
    known: dict[str, Step] = {}  # a post moves by way of few places
    for of, at, step, changes, *costs in rows_if_there(folder / "margins.csv", *columns, needle=title):
        if (title or of) == of and (code or at) == at:
            some = zip(STAGES, costs, strict=True)
            cost = {stage: value for stage, c in some if c != NONE and (value := float(c))}
            texts = changes.split(";")
            for text in texts:
                if text not in known:
                    known[text] = _step(text)
            shift = Shift(cost, tuple(map(known.__getitem__, texts)))
            found.setdefault((of, at), {})[step] = shift
    return {place: Shifts(sides.get("1"), sides.get("-1")) for place, sides in found.items()}


def _step(text: str) -> Step:
    title, level, code, by = text.split("|")
    return title, level, code, int(by)


@dataclass
class Words:
    """What sentences about changes need: names, and the rules of every title that pays."""

    book: Book
    facts: Callable[[str], TitleFacts]
    asked: tuple[str, str, str]  # title, level, code
    known: dict[str, TitleFacts] = field(default_factory=dict)
    said: dict[str, Callable[..., str]] = field(default_factory=dict)
    """Sentences by key; whoever asks of many places keeps them."""

    def of(self, title: str) -> TitleFacts:
        """Facts of a title, read once."""
        if title not in self.known:
            self.known[title] = self.facts(title)
        return self.known[title]

    def say(self, key: str, /, **values: object) -> str:
        """Return a sentence of ``explain.shift.*``."""
        made = self.said.get(key)
        if made is None:
            made = self.said[key] = spoken(f"explain.shift.{key}", self.book.lang)
        return made(**values)


def shift_lines(words: Words, shifts: Shifts) -> Iterator[str]:
    """Sentences on one more and one fewer."""
    if shifts.why:
        yield words.say(f"unknown.{shifts.why}")
        return
    title, level, code = words.asked
    posts = words.of(title).plan[level][code].posts
    for side, step, shift in (("more", 1, shifts.more), ("fewer", -1, shifts.fewer)):
        if step < 0 and not posts:
            continue
        number = written(posts + step, words.book.lang)
        if shift is None:
            yield words.say(f"{side}_never", posts=number, why=_limit(words, shifts))
            continue
        yield " ".join([words.say(side, posts=number, cost=_cost(words, shift)), *_who(words, shift)])
    for what in shifts.given:
        if what != "orders":  # said below, with their clauses
            yield words.say(f"given_{what}")
    orders = [
        reason.clause
        for place in words.book.above(level, code)
        for reason in words.of(title).reasons(place, "rule")
        if reason.kind == "order"
    ]
    if orders:
        yield words.say("orders", clauses=", ".join(dict.fromkeys(orders)))


def _limit(words: Words, shifts: Shifts) -> str:
    """The hard rules that leave no room."""
    title, level, code = words.asked
    facts = words.of(title)
    at: list[str] = []
    for place in words.book.above(level, code):
        # The nearest that binds says it.
        at = at or [f.clause for f in facts.found.at(place) if not f.tier and f.status == "binding"]
    if level == "province" and "totals" in shifts.given:
        return words.say("province_given")
    pins = words.book.pins.get(title, ())
    around = words.book.above(level, code)
    pin = next((pin for pin in pins if (pin.level, pin.code) in around), None)
    if pin is None and not at:
        pin = next(iter(pins), None)
    if pin is not None:
        return words.say(
            "pinned", clause=pin.clause, file=pin.file, posts=written(pin.posts, words.book.lang),
            place=words.book.place_name(pin.level, pin.code),
        )  # fmt: skip
    return words.say("limit", clauses=", ".join(dict.fromkeys(at))) if at else words.say("no_room")


def _cost(words: Words, shift: Shift) -> str:
    """The cost in words, in the order of the aims: what comes first decides."""
    if not shift.cost:
        return words.say("free")
    lang = words.book.lang
    parts = []
    for stage in STAGES:
        value = shift.cost.get(stage)
        if not value:
            continue
        if stage in DEVIATIONS:
            side = "up" if value > 0 else "down"
            parts.append(words.say(f"{stage}_{side}", by=written(abs(value), lang)))
            continue
        tier, count = TIERS[stage], written(abs(value), lang)
        if value < 0:
            parts.append(words.say("less_short", tier=tier, count=count))
        else:
            parts.append(words.say("short", tier=tier, count=count, where=_hurt(words, shift, tier)))
    told = words.say("and").join(parts)
    broken = any(value > 0 for stage, value in shift.cost.items() if stage in TIERS)
    return told if broken else words.say("no_floor", deviation=told)


def _hurt(words: Words, shift: Shift, tier: str) -> str:
    """Clauses of a tier, and where, that the change breaks or leaves shorter."""
    found: list[str] = []
    for title, level, code, step in shift.steps:
        facts = words.of(title)
        posts = facts.plan[level][code].posts if code in facts.plan[level] else 0
        clauses = [
            f.clause
            for f in facts.found.at((level, code))
            if f.tier == tier
            and f.required is not None
            and _breaks(words.book, f.clause, f.required, posts, step)
        ]
        if clauses:
            names = ", ".join(dict.fromkeys(clauses))
            found.append(words.say("hurt", place=words.book.place_name(level, code), clauses=names))
    return "; ".join(dict.fromkeys(found)) or words.say("hurt_somewhere")


def _breaks(book: Book, clause: str, required: float, posts: int, step: int) -> bool:
    if step < 0:
        return posts + step < required
    kinds = book.clauses[clause].kinds if clause in book.clauses else ""
    return posts + step > required and ("fix" in kinds or "band" in kinds)


def _who(words: Words, shift: Shift) -> Iterator[str]:
    """Who gives the post, and who gets it: units, and other places on the way."""
    units = [s for s in shift.steps if s[1] == "unit" and s[:3] != words.asked]
    gives = [s for s in units if s[3] < 0]
    gets = [s for s in units if s[3] > 0]
    if gets:
        yield words.say("gets", places=_places(words, gets))
    if gives:
        yield words.say("gives", places=_places(words, gives))
    if shift.cost and not units and shift.steps[0][1] == "unit":
        yield words.say("nobody")


def _places(words: Words, steps: list[Step]) -> str:
    named = []
    for title, level, code, step in steps[:NAMED]:
        name = words.book.place_name(level, code)
        if title != words.asked[0]:
            name = f"{name}, {words.book.title_name(title)}"
        named.append(name if abs(step) == 1 else f"{name} ({abs(step)})")
    left = len(steps) - NAMED
    text = "; ".join(named)
    return words.say("more_places", places=text, count=left) if left > 0 else text
