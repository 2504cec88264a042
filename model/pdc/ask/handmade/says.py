"""Words that say what numbers are: posts, the people there are, or neither (vacancies, shares, needs).

``Hemşire (Boş)``, ``BOŞ KADROLAR`` over ``Hemşire``, a column ``Durum`` with ``Dolu`` and ``Boş``: a number
is read as posts only where nothing beside it says that it is another thing.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from pdc.ask.handmade.text import lexicon, plain
from pdc_common.text import fold

POSTS, FILLED, OTHER, SCALED = "posts", "filled", "other", "scaled"
_THOUSANDS: Final = re.compile(r"(?<!\d)(?:10*[ .,]?|['’])000(?!\d)")
_VACANT: Final = frozenset({"bos", "munhal", "vacant"})


@cache
def _kinds() -> dict[str, str]:
    words = lexicon()["says"]
    return {plain(word): kind for kind in (POSTS, FILLED, OTHER, SCALED) for word in words[kind]}


@lru_cache(maxsize=100_000)
def said(text: str) -> tuple[str, str]:
    """What a text says that numbers are, and its other words; "" where it says nothing of the kind."""
    scaled = bool(_THOUSANDS.search(text))
    words = plain(_THOUSANDS.sub(" ", text)).split()
    told = [word for word in words if word in _kinds()]
    rest = " ".join(word for word in words if word not in _kinds())
    kinds = {_kinds()[word] for word in told} | ({SCALED} if scaled else set())
    if "%" in text or "‰" in text:
        kinds.add(OTHER)
    others = {word for word in told if _kinds()[word] == OTHER}
    if others and others <= _VACANT and FILLED in kinds and "%" not in text:  # Dolu + Boş are the posts
        return POSTS, rest
    return next((kind for kind in (OTHER, SCALED, FILLED, POSTS) if kind in kinds), ""), rest


def only_says(text: str) -> str:
    """What a text says that numbers are, where it says nothing else: "Dolu", "Boş Kadro"; else ""."""
    kind, rest = said(text)
    return "" if rest else kind


def is_harmless(note: str) -> bool:
    """Does a note in brackets leave all posts in: "(657 + 4924)", "(4/B dahil)"?"""
    words = set(plain(note).split())
    return bool(words & {fold(word) for word in lexicon()["says"]["whole"]})
