"""Texts of hand-made tables made comparable: folded, abbreviations written out, fillers left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

import tomli

from pdc_common.text import fold

_WORD: Final = re.compile(r"[a-z0-9]+")
_NOTE_MARKS: Final = re.compile(r"[*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]+|\((?:\d|\*)\)\s*$|\[\d+\]")


@cache
def lexicon() -> Mapping[str, Any]:
    """Words of ``words.toml``."""
    return tomli.loads((resources.files(__package__) / "words.toml").read_text("utf-8"))


@cache
def _abbreviations() -> Mapping[str, tuple[str, ...]]:
    return {short: tuple(long.split()) for short, long in lexicon()["abbreviations"].items()}


@cache
def dropped() -> frozenset[str]:
    """Words that say nothing in a name."""
    return frozenset(
        word for phrase in lexicon()["dropped"]["words"] for word in phrase.split() if " " not in phrase
    )


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Folded words with single spaces; footnote marks gone, letters of an abbreviation joined (D.H. → dh)."""
    words: list[str] = []
    run = ""
    for word in _WORD.findall(fold(_NOTE_MARKS.sub(" ", text))):
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            words.append(run)
            run = ""
        words.append(word)
    if run:
        words.append(run)
    return " ".join(words)


@lru_cache(maxsize=100_000)
def key(text: str) -> str:
    """:func:`plain` with abbreviations written out and fillers left out: what names are compared by."""
    words: list[str] = []
    for word in plain(text).split():
        for part in _abbreviations().get(word, (word,)):
            # "Devlet Hastanesi Hast." says it once.
            if part not in dropped() and (not words or words[-1] != part):
                words.append(part)
    return " ".join(words)


def without(text: str, words: Iterable[str]) -> str:
    """A key without some words (the names of the places around it)."""
    gone = set(words)
    return " ".join(word for word in text.split() if word not in gone)


def keys(texts: Iterable[str]) -> frozenset[str]:
    """Folded forms of some headings."""
    return frozenset(plain(text) for text in texts)
