"""What the floors, fixes and bands of one title ask of each place, tier by tier.

Rules of one stack add up (ward beds and obstetric beds), stacks compete (the largest counts), rules "on
top" are added after that. ``required(k)`` includes all that lower tiers ask for, so it never falls with k.
As mathematics: docs/mathematics.md, "What the tiers ask for".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pdc.base.numbers import Ints
from pdc.law import ranges

TIERS = ranges.TIERS
NO_LIMIT = np.int64(2**40)


@dataclass(frozen=True, eq=False)
class Ask:
    """One rule's amounts at some places of a level."""

    rule: str
    tier: int
    at: Ints
    amount: Ints
    stack: str
    on_top: bool = False
    exact: bool = False  # a fix: more than the amount is short as well


@dataclass(frozen=True, eq=False)
class Requirements:
    """All asks of one title at one level; ``size`` places."""

    size: int
    asks: tuple[Ask, ...] = ()  # floors and fixes
    uppers: tuple[tuple[int, Ints, Ints], ...] = ()  # soft upper ends of bands: tier, places, ends

    def and_ask(self, ask: Ask) -> Requirements:
        """These, and one floor or fix more."""
        return replace(self, asks=(*self.asks, ask))

    def required(self, tier: int, asks: Sequence[Ask] | None = None) -> Ints:
        """R[tier] of every place: what tiers up to this one ask for."""
        if asks is not None:
            return self._required(tier, asks)
        key = "required", tier
        if key not in self._found:
            self._found[key] = self._required(tier, self.asks)
            self._found[key].flags.writeable = False
        return self._found[key]

    @cached_property
    def _found(self) -> dict[tuple[str, int], Ints]:
        """What was added up of these, by what it is and its tier."""
        return {}

    def _required(self, tier: int, asks: Sequence[Ask]) -> Ints:
        chosen = [ask for ask in asks if ask.tier <= tier]
        stacks: dict[str, Ints] = {}
        top = np.zeros(self.size, dtype=np.int64)
        for ask in chosen:
            total = top if ask.on_top else stacks.setdefault(ask.stack, np.zeros(self.size, dtype=np.int64))
            np.add.at(total, ask.at, ask.amount)
        base = np.zeros(self.size, dtype=np.int64)
        for total in stacks.values():
            base = np.maximum(base, total)
        return base + top

    def upper(self, tier: int) -> Ints:
        """Soft upper end of every place in a tier: fixes end at what is required, bands at their own end."""
        key = "upper", tier
        if key not in self._found:
            self._found[key] = self._upper(tier)
            self._found[key].flags.writeable = False
        return self._found[key]

    def _upper(self, tier: int) -> Ints:
        upper = np.full(self.size, NO_LIMIT, dtype=np.int64)
        required = self.required(tier)
        for ask in self.asks:
            if ask.exact and ask.tier == tier:
                upper[ask.at] = np.minimum(upper[ask.at], required[ask.at])
        for of, at, values in self.uppers:
            if of == tier:
                np.minimum.at(upper, at, values)
        # A higher floor of the same place is no excess of the fix below it.
        return np.maximum(upper, required)

    def own(self, ask: Ask) -> Ints:
        """What this rule asks at its places, with all that lower tiers ask for."""
        lower = [other for other in self.asks if other.tier < ask.tier]
        if ask.on_top:
            return self.required(ask.tier - 1, lower)[ask.at] + ask.amount
        return self.required(ask.tier, [*lower, ask])[ask.at]

    def shortfalls(self, posts: Ints) -> dict[int, Ints]:
        """Shortfall of each ask (by its position in ``asks``) at its places, each post counted once.

        The tier's sum is what binds; rules of the larger stack come first, those on top last, so that the
        shortfalls of the rows of a place add up to the shortfall of its tier.
        """
        found: dict[int, Ints] = {}
        for tier in sorted({ask.tier for ask in self.asks}):
            lower = [ask for ask in self.asks if ask.tier < tier]
            reached = self.required(tier - 1, lower)
            chosen: list[Ask] = list(lower)
            for index, ask in self._by_size(tier):
                chosen.append(ask)
                step = self.required(tier, chosen)
                found[index] = np.maximum(0, step - np.maximum(posts, reached))[ask.at]
                reached = np.maximum(reached, step)
            required, upper = self.required(tier), self.upper(tier)
            for index, ask in self._by_size(tier):
                if ask.exact:
                    excess = np.maximum(0, posts - np.maximum(upper, required))[ask.at]
                    found[index] = found[index] + excess
        return found

    def _by_size(self, tier: int) -> list[tuple[int, Ask]]:
        pairs = [(i, ask) for i, ask in enumerate(self.asks) if ask.tier == tier]
        return sorted(pairs, key=lambda pair: (pair[1].on_top, pair[0]))

    def tier_shortfall(self, tier: int, posts: Ints) -> Ints:
        """Shortfall of each place in a tier (floors, fixes and soft bands)."""
        if not (self.asks or self.uppers):
            return np.zeros(self.size, dtype=np.int64)
        before = self.required(tier - 1)
        missing = np.maximum(0, self.required(tier) - np.maximum(posts, before))
        excess: Ints = np.maximum(0, posts - self.upper(tier))
        return excess + missing


def positions(mask: npt.NDArray[np.bool_]) -> Ints:
    """Positions where a mask holds."""
    return np.flatnonzero(mask).astype(np.int64)
