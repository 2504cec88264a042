"""What a district or province number alone proves: at least so many posts are missing, or too many.

Floors of units add up: a place with fewer posts than the sum of its units' floors is short by at least the
difference, however the posts are spread inside it. Caps likewise: more posts than all its units may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.rules.cells import BINDING, KEPT, SHORT
from pdc.rules.checks import Supplied, ask_clause
from pdc.rules.kinds import KINDS, Cells, Finding, Numbers
from pdc.rules.kinds.demand import Floor
from pdc.rules.requirements import NO_LIMIT, Ask, Requirements

_UP = {"district": ("district", "province"), "province": ("province",)}


@dataclass(frozen=True)
class Sum:
    """Posts by place at the level of a table; finer numbers are not known."""

    level: str
    posts: Ints


def necessary(
    country: Country,
    title: str,
    targets: Supplied,
    cells: Sequence[Cells],
    numbers: Sum,
    *,
    sure: bool = True,
) -> tuple[list[Finding], set[str]]:
    """Findings that hold whatever the finer numbers are, and the rules (by key) that they speak for.

    Not ``sure`` where a title may be: then nothing is said about caps, which need to know every unit.
    """
    level = numbers.level
    at = country.unit_district if level == "district" else country.unit_province
    own = [c for c in cells if c.titles == (title,) and c.level == "unit"]
    found, keys = _floors(country, title, own, numbers, at)
    if not sure:
        return found, keys
    over, capped = _caps(title, targets, own, numbers, at)
    found += over + list(_nowhere(country.speaks["places"], title, targets, numbers, at))
    return found, keys | capped


def _floors(
    country: Country, title: str, cells: Sequence[Cells], numbers: Sum, at: Ints
) -> tuple[list[Finding], set[str]]:
    asked: list[Ask] = []
    sources: list[Cells] = []
    for c in cells:
        kind = KINDS[c.rule.kind]
        if isinstance(kind, Floor):
            asked.append(kind.ask(c))
            sources.append(c)
        elif c.rule.kind == "band" and c.rule.tier is not None:
            asked.append(Ask(c.rule.key, c.rule.tier, c.at, c.amount, c.rule.key))
            sources.append(c)
    asks = Requirements(country.size("unit"), tuple(asked))
    size, posts = len(numbers.posts), numbers.posts
    found: list[Finding] = []
    for tier in sorted({ask.tier for ask in asks.asks}):
        chosen = [ask for ask in asks.asks if ask.tier < tier]
        reached = _sum(asks.required(tier - 1, chosen), at, size)
        ranked = sorted(
            ((i, a) for i, a in enumerate(asks.asks) if a.tier == tier),
            key=lambda pair: (pair[1].on_top, pair[0]),
        )
        for index, ask in ranked:
            chosen.append(ask)
            step = _sum(asks.required(tier, chosen), at, size)
            missing = np.maximum(0, step - np.maximum(posts, reached))
            for place in np.unique(at[ask.at]).tolist():
                short = int(missing[place])
                if short:
                    found.append(
                        Finding(
                            ask_clause(sources[index]), title, numbers.level, place, int(step[place]),
                            int(posts[place]), short, tier, SHORT,
                        )
                    )  # fmt: skip
            reached = np.maximum(reached, step)
    return found, {c.rule.key for c in sources}


def _caps(
    title: str, targets: Supplied, cells: Sequence[Cells], numbers: Sum, at: Ints
) -> tuple[list[Finding], set[str]]:
    """More posts than every unit of the place may have together."""
    limit = np.full(len(at), NO_LIMIT, dtype=np.int64)
    whose = np.full(len(at), -1, dtype=np.int64)
    caps = [
        c
        for c in cells
        if (c.rule.kind == "cap" and c.members is None) or (c.rule.kind == "band" and c.rule.tier is None)
    ]
    for k, c in enumerate(caps):
        ends = c.amount if c.rule.kind == "cap" else c.upper
        assert ends is not None
        lower = ends < limit[c.at]
        limit[c.at[lower]], whose[c.at[lower]] = ends[lower], k
    eligible = targets.eligible
    limit = np.where(eligible, limit, 0)
    size = len(numbers.posts)
    open_ended = np.bincount(at[eligible & (limit >= NO_LIMIT)], minlength=size) > 0
    total = _sum(np.where(limit >= NO_LIMIT, 0, limit), at, size)
    found = []
    some = np.bincount(at[eligible], minlength=size) > 0
    for place in np.flatnonzero(~open_ended & some).tolist():
        units = np.flatnonzero((at == place) & eligible)
        counts = np.bincount(whose[units], minlength=len(caps))
        clause = caps[int(counts.argmax())].rule.clause
        posts, most = int(numbers.posts[place]), int(total[place])
        over = max(0, posts - most)
        state = SHORT if over else BINDING if posts == most else KEPT
        found.append(Finding(clause, title, numbers.level, place, most, posts, over, None, state, hard=True))
    return found, {c.rule.key for c in caps}


def _nowhere(clause: str, title: str, targets: Supplied, numbers: Sum, at: Ints) -> Iterable[Finding]:
    """Posts where no unit may have the title."""
    some = np.bincount(at[targets.eligible], minlength=len(numbers.posts)) > 0
    for place in np.flatnonzero(~some & (numbers.posts > 0)).tolist():
        posts = int(numbers.posts[place])
        yield Finding(clause, title, numbers.level, place, 0, posts, posts, None, SHORT, hard=True)


def shown(cells: Cells, level: str) -> bool:
    """Can the rule be checked as it stands, at the level it speaks of?"""
    return cells.level in _UP[level] and cells.members is None


class Sums(Numbers):
    """Numbers of a coarse table, for the checks of its levels."""

    def __init__(self, country: Country, posts: dict[str, dict[str, Ints]]) -> None:
        super().__init__(country, {})
        object.__setattr__(self, "by_level", posts)

    def at(self, title: str, level: str) -> Ints:
        """Posts of a title at every place of a level that the table shows."""
        by_level: dict[str, dict[str, Ints]] = self.by_level  # type: ignore[attr-defined]
        return by_level[level][title]


def _sum(values: Ints, at: Ints, size: int) -> Ints:
    totals = np.zeros(size, dtype=np.int64)
    np.add.at(totals, at, values)
    return totals
