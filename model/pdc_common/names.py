"""Things found by any name they have: the one way from what a person writes to a code.

Titles, kinds of unit and places have a code and names in both languages. Case, diacritics and signs between
words do not count (:func:`pdc_common.text.fold`). A name that several things have is refused with the names
of all of them; nothing is ever guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pdc_common.likeness import did_you_mean
from pdc_common.text import fold

SHOWN: Final = 6  # names that a message lists where several could be meant
_BRACKETS: Final = re.compile(r"^(.+?)\s*\(([^()]+)\)$")
_CODE: Final = re.compile(r"[a-z0-9_.]+")
_EITHER: Final = re.compile(r"^(.*?)(\w+)/(\w+)$")


def plain(text: str) -> str:
    """Folded words: what names are compared by."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def spellings(name: str) -> Iterator[str]:
    """A name and what it says in short: ``GP`` of ``… (GP)``, both words of ``Teknisyeni/Teknikeri``."""
    yield name
    if match := _BRACKETS.match(name):
        yield match[1]
        yield match[2]
    if match := _EITHER.match(name):
        yield f"{match[1]}{match[2]}"
        yield f"{match[1]}{match[3]}"


class Names:
    """Codes by their names. ``names`` maps each code to its names, the one to show first."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self.shown: dict[str, str] = {code: given[0] if given else code for code, given in names.items()}
        self._codes: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        for code, given in names.items():
            self._codes.setdefault(plain(code), code)
            for text in dict.fromkeys(plain(spelt) for name in given for spelt in spellings(name)):
                if text:
                    self._by_name.setdefault(text, []).append(code)

    def find(self, text: str) -> tuple[str, ...]:
        """Codes that this text may mean: none, the one, or several of one name. A code is only itself."""
        if text in self.shown:
            return (text,)
        wanted = plain(text)
        if wanted in self._codes:
            return (self._codes[wanted],)
        return tuple(self._by_name.get(wanted, ()))

    def nearest(self, text: str, least: float = 70) -> str:
        """The name or code most like a text, as it is written; empty where none is like it."""
        wanted = plain(text)
        if _CODE.fullmatch(text) and (found := did_you_mean(text, self.shown, least)):
            return found  # who writes codes is told a code
        code = did_you_mean(wanted, self._codes, least)
        name = did_you_mean(wanted, self._by_name, max(least, 70))
        if name and (not code or did_you_mean(wanted, (code, name)) == name):
            return self.shown[self._by_name[name][0]]
        return self._codes[code] if code else ""

    def listed(self, codes: Iterable[str]) -> str:
        """Things by name and code, as a message lists them."""
        every = [f"{self.shown[code]} [{code}]" for code in codes]
        return "; ".join([*every[:SHOWN], *(["…"] if len(every) > SHOWN else [])])
