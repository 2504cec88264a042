"""The smallest step with which a number is reached, in whole steps either way: proven, or what is open told.

The number need not grow with the step. A range that bounds prove empty (``excludes``) is done with; any other
is halved, the nearer half first, down to single steps, which are asked: the first that has the number is the
smallest. Where bounds are too wide for that, or there are none, a step is looked for by asking here and
there, and the ranges that nobody has looked into are said: :meth:`Search.open_below`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

SINGLES: Final = 24  # steps that are asked one after the other since no bound speaks of them
BOUNDS: Final = 400  # ranges that bounds are asked for, a way
EVERY: Final = 24  # without bounds: steps up to which each smaller one is asked
BETWEEN: Final = 6  # smaller steps that are asked where there are more
POINTS: Final = 6  # places where a way is tried before the number is given up

Ask = Callable[[int], int | None]
"""Posts after so many steps (negative: the other way); None: no such value is allowed there."""
Excludes = Callable[[int, int], bool]
"""Is the number surely not reached from one step to another (the lesser first)?"""
Range = tuple[int, int]


@dataclass(frozen=True)
class Found:
    """``step`` reaches the number with ``posts``; the step before it (nearer to nought) has ``before``.

    ``open`` are ranges of smaller steps, either way, that were neither asked nor proven empty: without any
    ``step`` is the smallest. ``tried``: smaller steps asked. ``gone``: the next larger step that was asked
    and has less again; None where none has.
    """

    step: int
    posts: int
    before: int
    open: tuple[Range, ...]
    tried: int
    gone: int | None = None

    @property
    def every(self) -> bool:
        """Is each smaller step, both ways, known to have less?"""
        return not self.open


@dataclass
class Search:
    """A search for at least ``wanted``, from 0 steps up to ``most`` and down to ``least`` (not above 0)."""

    ask: Ask
    wanted: int
    excludes: Excludes | None = None
    hurry: Callable[[], bool] | None = None
    """Is it time to look here and there, and no longer at one step after the other?"""
    known: dict[int, int | None] = field(default_factory=dict)
    empty: list[Range] = field(default_factory=list)  # proven; both ends as steps

    def first(self, least: int, most: int) -> Found | None:
        """The smallest step either way; None where nothing that was asked reaches the number."""
        up = self._way(1, most)
        down = self._way(-1, -least if up is None else min(-least, up - 1))
        step = up if down is None else -down
        if step is None:
            return None
        return self._told(step, least, most)

    def to_the_end(self, least: int, most: int) -> Found | None:
        """The smallest step either way, with nothing left open: what is, is asked, the nearest first."""
        while left := self.open_below(least, most):
            # Each range by its end that is nearer to nought; of two equally near the larger number.
            nearest = min((a if a > 0 else b for a, b in left), key=lambda s: (abs(s), s < 0))
            self._at(nearest)
        step = self._smallest()
        return None if step is None else self._told(step, least, most)

    def within(self) -> Range | None:
        """Where it lies by what was asked so far: a step without, and the smallest one seen that has it."""
        has = self._smallest()
        if has is None:
            return None
        sign = 1 if has > 0 else -1
        lacking = [abs(s) for s in self.known if s * sign > 0 and abs(s) < abs(has)]
        lacking += [abs(e) for pair in self.empty for e in pair if e * sign > 0 and abs(e) < abs(has)]
        return sign * max(lacking, default=0), has

    def points(self, least: int, most: int) -> list[int]:
        """Steps both ways that show what a number does."""
        return [*_points(most), *(-point for point in _points(-least))]

    def open_below(self, least: int, most: int) -> tuple[Range, ...]:
        """Ranges that were neither asked nor proven, nearer to nought than the smallest step seen to have it.

        ``least`` and ``most`` are the ends of all steps.
        """
        has = self._smallest()
        up, down = most, -least
        if has is not None:
            # Of two equally small changes the larger number is told.
            up = min(up, abs(has) - (has > 0))
            down = min(down, abs(has) - 1)
        found = [(-b, -a) for a, b in self._gaps(-1, down)][::-1]
        return (*found, *self._gaps(1, up))

    def _smallest(self) -> int | None:
        has = (s for s, posts in self.known.items() if s and posts is not None and posts >= self.wanted)
        return min(has, key=lambda s: (abs(s), s < 0), default=None)

    def _gaps(self, sign: int, limit: int) -> list[Range]:
        """Steps of a way, as numbers above nought, that nothing is known of."""
        covered = [(s * sign, s * sign) for s in self.known if s * sign > 0]
        covered += [(min(a * sign, b * sign), max(a * sign, b * sign)) for a, b in self.empty if a * sign > 0]
        gaps, next_ = [], 1
        for a, b in sorted(covered):
            if a > next_ and next_ <= limit:
                gaps.append((next_, min(a - 1, limit)))
            next_ = max(next_, b + 1)
        if next_ <= limit:
            gaps.append((next_, limit))
        return gaps

    def _hurries(self) -> bool:
        return self.hurry is not None and self.hurry()

    def _at(self, step: int) -> int | None:
        if step not in self.known:
            self.known[step] = self.ask(step)
        return self.known[step]

    def _has(self, step: int) -> bool:
        posts = self._at(step)
        return posts is not None and posts >= self.wanted

    def _excluded(self, sign: int, a: int, b: int) -> bool:
        assert self.excludes is not None
        ends = (a, b) if sign > 0 else (-b, -a)
        if not self.excludes(*ends):
            return False
        self.empty.append(ends)
        return True

    def _way(self, sign: int, limit: int) -> int | None:
        """The smallest step in one direction, as a number above nought."""
        if limit < 1:
            return None
        if self.excludes is None:
            return self._tried(sign, _points(limit))
        waiting, singles, bounds = [(1, limit)], 0, 0
        while waiting and singles < SINGLES and bounds < BOUNDS and not self._hurries():
            a, b = waiting.pop()
            bounds += 1
            if self._excluded(sign, a, b):
                continue
            if a == b:
                singles += 1
                if self._has(sign * a):
                    return a
                continue
            middle = (a + b) // 2
            waiting += [(middle + 1, b), (a, middle)]
        if not waiting:
            return None
        # Bounds are too wide here: by asking, and then what is left is proven as far as it goes.
        start = waiting[-1][0]
        found = self._tried(sign, (start + p - 1 for p in _points(limit - start + 1)), start - 1)
        for gap in self._gaps(sign, limit if found is None else found - 1):
            self._halve(sign, gap)
        return found

    def _halve(self, sign: int, gap: Range) -> None:
        """Prove what can be of a range, a few halves deep."""
        waiting = [gap]
        for _ in range(SINGLES):
            if not waiting:
                return
            a, b = waiting.pop(0)
            if not self._excluded(sign, a, b) and a < b:
                middle = (a + b) // 2
                waiting += [(a, middle), (middle + 1, b)]

    def _tried(self, sign: int, points: Iterable[int], low: int = 0) -> int | None:
        """A step that has the number while the one before it has not, by asking at some points."""
        high = None
        for point in points:
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
        while self.excludes is None:
            smaller = self._smaller(sign, high)
            if smaller is None:
                break
            high = smaller
        return high

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
        if high - 1 <= EVERY and not self._hurries():
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
        # Few: each of them, the other way too, that bounds leave open.
        if size - 1 <= EVERY and not self._hurries():
            for a, b in self.open_below(least, most):
                for other in sorted(range(a, b + 1), key=abs):
                    if self._has(other):
                        return self._told(other, least, most)
        posts, before = self._at(step), self._at(step - sign) if size > 1 else self.wanted - 1
        assert posts is not None
        gone = None
        for beyond in (sign * (size + 1), sign * 2 * size):
            inside = least <= beyond <= most and self._at(beyond) is not None
            if inside and not self._has(beyond):
                gone = beyond
                break
        smaller = sum(1 for s in self.known if s and abs(s) < size)
        return Found(
            step, posts, 0 if before is None else before, self.open_below(least, most), smaller, gone
        )


def _points(limit: int) -> list[int]:
    """Steps from 1 to ``limit``, each so many times the last."""
    if limit < 1:
        return []
    return sorted({max(1, min(limit, round(limit ** (i / (POINTS - 1))))) for i in range(POINTS)} | {limit})
