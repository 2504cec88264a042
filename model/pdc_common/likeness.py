"""Did you mean …? The known word most like one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

NEAR: Final = 50.0
"""How like a name must be to be worth a question, of 100: what has less in common is no help."""


def did_you_mean(text: object, among: Iterable[object], least: float = NEAR) -> str:
    """The word of ``among`` most like ``text``; empty where none is like it by at least ``least`` (0 to 100).

    Likeness is twice the length of the longest common subsequence over both lengths, in per cent. Of equals
    the first counts.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a misspelt name waits for it

    known = [str(word) for word in among]
    match = process.extractOne(str(text), known, scorer=fuzz.ratio, score_cutoff=least)
    return match[0] if match else ""
