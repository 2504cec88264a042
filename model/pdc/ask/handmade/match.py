"""What a name may mean: exactly one thing, probably one, several, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz import fuzz

from pdc.ask.handmade.text import lexicon
from pdc.tables.limits import MOST_COMPARED

EXACT, DOUBTFUL, AMBIGUOUS, UNKNOWN = "exact", "doubtful", "ambiguous", "unknown"
_SURE: Final = 100.0


@dataclass(frozen=True)
class Found:
    """A match: ``what`` it is (None where it is not to be used), its score, and the names beside it.

    ``alternatives`` are the next best names with their scores, the best one first where none was taken.
    ``raw`` is the title of A.7 that led to a planning title: several of those add up.
    """

    state: str
    what: Any = None
    name: str = ""
    score: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    raw: str = ""

    @property
    def usable(self) -> bool:
        """Exact, or doubtful with a clear lead."""
        return self.state in (EXACT, DOUBTFUL)

    @property
    def others(self) -> str:
        """Alternatives as one text."""
        return ", ".join(f"{name} ({score:.0f})" for name, score in self.alternatives)


def exact(what: Any, name: str, raw: str = "") -> Found:
    """A folded name that only one thing has."""
    return Found(EXACT, what, name, _SURE, raw=raw)


def ambiguous(names: Sequence[str]) -> Found:
    """Several things have exactly this name."""
    return Found(AMBIGUOUS, score=_SURE, alternatives=tuple((name, _SURE) for name in names[: _shown()]))


def choose(kind: str, scores: Mapping[Any, tuple[str, float]]) -> Found:
    """The best of some scored things; ``scores`` maps each to its name and score (0–100).

    The best is taken where it reaches the least score of the kind and leads the second by enough.
    """
    law = lexicon()["match"][kind]
    ranked = sorted(scores.items(), key=lambda item: (-item[1][1], item[1][0], str(item[0])))
    close = [(name, round(score, 1)) for _, (name, score) in ranked[: _shown() + 1]]
    if not ranked or ranked[0][1][1] < law["least"]:
        return Found(UNKNOWN, score=close[0][1] if close else 0.0, alternatives=tuple(close[: _shown()]))
    if len(ranked) > 1 and ranked[0][1][1] - ranked[1][1][1] < law["lead"]:
        return Found(AMBIGUOUS, score=close[0][1], alternatives=tuple(close[: _shown()]))
    what, (name, score) = ranked[0]
    return Found(DOUBTFUL, what, name, round(score, 1), tuple(close[1:]))


class Patience:
    """Names compared in vain: a file of unknown names is refused long before all were compared with all."""

    def __init__(self) -> None:
        self.left = MOST_COMPARED

    def choose(self, kind: str, scores: Callable[[], Mapping[Any, tuple[str, float]]]) -> Found:
        """:func:`choose`, while there is patience; then what is not named exactly is unknown."""
        if self.left <= 0:
            return Found(UNKNOWN)
        made = scores()
        found = choose(kind, made)
        if not found.usable:
            self.left -= len(made)
        return found


def likeness(a: str, b: str) -> float:
    """How alike two keys are: their letters in any order of words; other numbers make them strangers."""
    if not a or not b:
        return 0.0
    score = max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b))
    if len(a.split()) > 1 or len(b.split()) > 1:
        # All words of the shorter name inside the longer: nearly as good as the same name.
        score = max(score, 0.93 * fuzz.token_set_ratio(a, b))
    return score if _numbers(a) == _numbers(b) else score * 0.6


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(sorted(word for word in text.split() if word.isdigit()))


def _shown() -> int:
    return int(lexicon()["match"]["candidates"])
