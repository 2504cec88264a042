"""Did you mean …? The known word most like one that is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

NEAR: Final = 50.0
"""How like a name must be to be worth a question, of 100: what has less in common is no help."""


def did_you_mean(text: object, among: Iterable[object], least: float = NEAR) -> str:
    """The word of ``among`` most like ``text``; empty where none is like it by at least ``least`` (0 to 100).

    Likeness is twice the length of the longest common subsequence over both lengths, in per cent. Of equals
    the first counts.
    """
    letters = Counter(str(text))
    # A hundredth of room for rounding: what is left out here is far from being like it.
    near = [word for word in map(str, among) if _most(letters, Counter(word)) >= least - 0.01]
    if not near:
        return ""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a name that may be misspelt waits for it

    match = process.extractOne(str(text), near, scorer=fuzz.ratio, score_cutoff=least)
    return match[0] if match else ""


def _most(one: Counter[str], other: Counter[str]) -> float:
    """How like two words of these letters could be, at most: in order or not, they share no more."""
    length = one.total() + other.total()
    return 200 * (one & other).total() / length if length else 100.0
