"""Check a plan against the law in plain numbers: no solver, no PuLP.

The checks of one place's floors go together, because the law adds some of them up and counts a missing
post once; everything else is checked rule by rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.rules.cells import BINDING, KEPT, SHORT, void_findings
from pdc.rules.kinds import KINDS, Cells, Finding, Numbers
from pdc.rules.kinds.demand import Floor
from pdc.rules.kinds.limits import limits, share_ask
from pdc.rules.requirements import Ask, Requirements
from pdc.rules.scene import Mask
from pdc_common.levels import LEVELS


class Supplied(Protocol):
    """What the checks read of a title's targets: its number, the clause that gives it, units it may be at."""

    @property
    def supply(self) -> int | None:
        """The national number, if it is given."""

    @property
    def clause(self) -> str:
        """The clause that gives it, if one does."""

    @property
    def spare_at(self) -> Ints | None:
        """Districts whose one post may be on top of it, if there are any."""

    @property
    def eligible(self) -> Mask:
        """Units where the title may be placed."""


def check_group(
    country: Country, targets: Mapping[str, Supplied], cells: Iterable[Cells], numbers: Numbers
) -> tuple[Finding, ...]:
    """Findings of every rule instance of a group, in the order of the law."""
    return check_levels(country, targets, cells, numbers, LEVELS)


def check_levels(
    country: Country,
    targets: Mapping[str, Supplied],
    cells: Iterable[Cells],
    numbers: Numbers,
    levels: Sequence[str],
) -> tuple[Finding, ...]:
    """The same for numbers of some levels only; ``cells`` are of those levels. Eligibility
    (A.12) can be checked only where unit numbers are known.
    """
    cells = tuple(cells)
    found: list[list[Finding]] = [[] for _ in cells]
    for title in targets:
        for level in levels:
            for i, asked in _asks(country, cells, title, level, numbers):
                found[i] += asked
    reached: dict[tuple[object, ...], int] = {}
    for c, own in zip(cells, found, strict=True):
        kind = KINDS[c.rule.kind]
        if isinstance(kind, Floor):
            if len(c.titles) > 1:
                own.extend(_once(finding, reached) for finding in kind.check(numbers, c))
        else:
            own.extend(kind.check(numbers, c))
        own.extend(void_findings(numbers, c))
    return (*_always(country.speaks, targets, numbers, levels), *chain.from_iterable(found))


def _once(finding: Finding, reached: dict[tuple[object, ...], int]) -> Finding:
    """A joint floor without the posts that an earlier clause already misses there (B.5.5.h and B.5.6.d)."""
    place = (finding.tier, finding.title, finding.level, finding.at)
    required, posts = finding.required or 0, finding.posts or 0
    missing = max(0, required - max(posts, reached.get(place, 0)))
    reached[place] = max(required, reached.get(place, 0))
    return finding if missing == finding.shortfall else finding._replace(shortfall=missing)


def _asks(
    country: Country, cells: tuple[Cells, ...], title: str, level: str, numbers: Numbers
) -> Iterator[tuple[int, list[Finding]]]:
    """Floors, fixes, ratios and rounded shares of one title at one level, by position in ``cells``."""
    posts = numbers.at(title, level)
    asked: list[Ask] = []
    sources: list[int | None] = []
    for i, c in enumerate(cells):
        ask = _ask(c, title, level, numbers)
        if ask is not None:
            asked.append(ask)
            sources.append(i)
    # Ends of soft bands belong to what a place is asked for, but are reported by the band itself.
    for c in cells:
        if c.rule.kind == "band" and c.rule.tier is not None and c.titles == (title,) and c.level == level:
            asked.append(Ask(c.rule.key, c.rule.tier, c.at, c.amount, c.rule.key))
            sources.append(None)
    asks = Requirements(country.size(level), tuple(asked))
    short = asks.shortfalls(posts)
    for index, (ask, source) in enumerate(zip(asks.asks, sources, strict=True)):
        if source is None:
            continue
        clause, tier = ask_clause(cells[source]), ask.tier
        numbers_there = (ask.at, asks.own(ask), posts[ask.at], short[index])
        yield source, [
            Finding(
                clause, title, level, at, need, have, missing, tier,
                SHORT if missing > 0 or have < need else BINDING if have == need else KEPT,
            )
            for at, need, have, missing in zip(*(one.tolist() for one in numbers_there), strict=True)
        ]  # fmt: skip


def ask_clause(cells: Cells) -> str:
    """Clause of the cells."""
    return cells.rule.clause


def _ask(c: Cells, title: str, level: str, numbers: Numbers) -> Ask | None:
    if c.titles != (title,):
        return None
    kind = KINDS[c.rule.kind]
    if isinstance(kind, Floor) and c.level == level:
        return kind.ask(c)
    if c.rule.kind == "share" and c.rule.tier is not None and level == "unit":
        totals = numbers.at(title, "province")
        return share_ask(c, limits(c, totals[c.at]))
    return None


def _always(
    speaks: Mapping[str, str], targets: Mapping[str, Supplied], numbers: Numbers, shown: Sequence[str]
) -> Iterable[Finding]:
    """What holds for every title: the sums (A.1), the national number, eligible places only, no fractions."""
    for title, target in targets.items():
        finest = numbers.at(title, shown[-1])
        total = int(finest.sum())
        levels = [int(numbers.at(title, level).sum()) for level in shown]
        wrong = sum(abs(total - level) for level in levels) + int((finest < 0).sum())
        yield Finding(
            speaks["sums"],
            title,
            "national",
            0,
            total,
            levels[0],
            wrong,
            None,
            SHORT if wrong else KEPT,
            hard=True,
        )
        if target.supply is not None:
            required = target.supply + _spare(target, title, numbers, shown, total)
            gap = abs(total - required)
            clause = supply_clause(target, speaks)
            state = SHORT if gap else BINDING
            yield Finding(clause, title, "national", 0, required, total, gap, None, state, hard=True)
        if shown[-1] != "unit":
            continue
        outside = int(np.where(target.eligible, 0, finest).sum())
        if outside:
            clause = speaks["places"]
            yield Finding(clause, title, "national", 0, 0, outside, outside, None, SHORT, hard=True)


def _spare(target: Supplied, title: str, numbers: Numbers, shown: Sequence[str], total: int) -> int:
    """Posts above the national number that districts with one post each account for (A.16 on top)."""
    if target.spare_at is None or target.supply is None:
        return 0
    most = len(target.spare_at)
    if LEVELS[1] in shown:
        most = int((numbers.at(title, LEVELS[1])[target.spare_at] == 1).sum())
    return min(max(0, total - target.supply), most)


def supply_clause(target: Supplied, speaks: Mapping[str, str]) -> str:
    """Clause that gives a title its national number."""
    return target.clause or speaks["supply"]


def broken(findings: Iterable[Finding]) -> list[Finding]:
    """Hard rules that a plan breaks: such a plan is never written."""
    return [finding for finding in findings if finding.hard and finding.status == SHORT]
