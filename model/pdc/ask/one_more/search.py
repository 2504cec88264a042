"""The smallest step with which a number is reached, in whole steps either way, every answer asked for.

The function need not be monotone. What is found is a step with the number while the step before it has less;
up to :data:`EVERY` steps all smaller ones are asked too, beyond that :data:`BETWEEN` of them, evenly spaced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

EVERY: Final = 24  # steps up to which each smaller one is asked
BETWEEN: Final = 6  # smaller steps that are asked where there are more
POINTS: Final = 6  # places where a way is tried before the number is given up

Ask = Callable[[int], int | None]
"""Posts after so many steps (negative: the other way); None: no such value is allowed there."""


@dataclass(frozen=True)
class Found:
    """``step`` reaches the number with ``posts``; the step before it (nearer to nought) has ``before``.

    ``every``: each smaller step, both ways, was asked and has less. ``tried``: smaller steps asked.
    ``gone``: the next larger step that was asked and has less again; None where none has.
    """

    step: int
    posts: int
    before: int
    every: bool
    tried: int
    gone: int | None = None


@dataclass
class Search:
    """A search for at least ``wanted``, from 0 steps up to ``most`` and down to ``least`` (not above 0)."""

    ask: Ask
    wanted: int
    known: dict[int, int | None] = field(default_factory=dict)

    def first(self, least: int, most: int) -> Found | None:
        """The smallest step either way; None where nothing that was asked reaches the number."""
        up = self._way(1, most)
        down = self._way(-1, -least if up is None else min(-least, up - 1))
        step = up if down is None else -down
        if step is None:
            return None
        return self._told(step, least, most)

    def within(self) -> tuple[int, int] | None:
        """Where it lies by what was asked so far: a step without, and the smallest one seen that has it."""
        has = min((s for s, posts in self.known.items() if posts is not None and posts >= self.wanted),
                  key=abs, default=None)  # fmt: skip
        if has is None:
            return None
        sign = 1 if has > 0 else -1
        without = max((abs(s) for s in self.known if s * sign > 0 and abs(s) < abs(has)), default=0)
        return sign * without, has

    def _at(self, step: int) -> int | None:
        if step not in self.known:
            self.known[step] = self.ask(step)
        return self.known[step]

    def _has(self, step: int) -> bool:
        posts = self._at(step)
        return posts is not None and posts >= self.wanted

    def _way(self, sign: int, limit: int) -> int | None:
        """The smallest step in one direction, as a number above nought."""
        low, high = 0, None
        for point in _points(limit):
            if self._at(sign * point) is None:
                # Not allowed there: as far as it is.
                edge = self._edge(sign, low, point)
                if edge > low and self._has(sign * edge):
                    high = edge
                break
            if self._has(sign * point):
                high = point
                break
            low = point
        if high is None:
            return None
        high = self._halved(sign, low, high)
        while True:
            smaller = self._smaller(sign, high)
            if smaller is None:
                return high
            high = smaller

    def _edge(self, sign: int, low: int, high: int) -> int:
        """The last allowed step between one that is allowed and one that is not."""
        while high - low > 1:
            middle = (low + high) // 2
            if self._at(sign * middle) is None:
                high = middle
            else:
                low = middle
        return low

    def _halved(self, sign: int, low: int, high: int) -> int:
        """A step that has the number while the one before it has not."""
        while high - low > 1:
            middle = (low + high) // 2
            if self._has(sign * middle):
                high = middle
            else:
                low = middle
        return high

    def _smaller(self, sign: int, high: int) -> int | None:
        """A smaller step that reaches the number too, where the way there is not monotone."""
        if high - 1 <= EVERY:
            between = list(range(1, high))
        else:
            between = sorted({high * k // (BETWEEN + 1) for k in range(1, BETWEEN + 1)} - {0})
        low = 0
        for step in between:
            if self._has(sign * step):
                return self._halved(sign, low, step)
            low = step
        return None

    def _told(self, step: int, least: int, most: int) -> Found:
        sign, size = (1 if step > 0 else -1), abs(step)
        smaller = [s for s in self.known if s and abs(s) < size]
        both = sum(1 for s in range(1, size) for way in (1, -1) if least <= way * s <= most)
        every = size - 1 <= EVERY
        if every:  # the other way too, as far as there is one
            for s in range(1, size + (sign < 0)):  # of two equally small the larger number
                if least <= -sign * s <= most and self._has(-sign * s):
                    return self._told(-sign * s, least, most)
            smaller = [s for s in self.known if s and abs(s) < size]
            every = len(smaller) == both
        posts, before = self._at(step), self._at(step - sign) if size > 1 else self.wanted - 1
        assert posts is not None
        gone = None
        for beyond in (sign * (size + 1), sign * 2 * size):
            inside = least <= beyond <= most and self._at(beyond) is not None
            if inside and not self._has(beyond):
                gone = beyond
                break
        return Found(step, posts, 0 if before is None else before, every, len(smaller), gone)


def _points(limit: int) -> list[int]:
    """Steps from 1 to ``limit``, each so many times the last."""
    if limit < 1:
        return []
    return sorted({max(1, min(limit, round(limit ** (i / (POINTS - 1))))) for i in range(POINTS)} | {limit})
