"""Titles as people write them in the heads of a table."""

from __future__ import annotations

import re
from typing import Final

from pdc.ask.handmade.match import EXACT, UNKNOWN, Found, Patience, ambiguous, exact, likeness
from pdc.ask.handmade.text import key, lexicon, plain, without
from pdc.law.rulebook import Rulebook
from pdc.law.vocabulary import vocabulary

_BRACKETS: Final = re.compile(r"^(.*?)\s*[(\[](.+?)[)\]]\s*$")


class Titles:
    """Planning titles by every name they have."""

    def __init__(self, rulebook: Rulebook) -> None:
        words = lexicon()
        self.order = {title.code: i for i, title in enumerate(rulebook.titles)}
        self.name = {title.code: title.name["tr"] for title in rulebook.titles}
        self._special = frozenset(words["dropped"]["specialist"])
        self._families = frozenset(vocabulary(rulebook).families)
        self._plain: dict[str, set[str]] = {}
        self._keys: dict[str, set[str]] = {}
        self._branches: dict[str, set[str]] = {}
        for title in rulebook.titles:
            names = [title.code.replace("_", " "), *title.name.values(), *words["titles"].get(title.code, ())]
            if title.branch:
                names[0] = title.branch.replace("_", " ")
            for name in names:
                self._plain.setdefault(plain(name), set()).add(title.code)
                self._keys.setdefault(key(name), set()).add(title.code)
                if title.branch:
                    self._branches.setdefault(self._branch(key(name)), set()).add(title.code)
            # The code itself, as our own tables have it.
            self._plain.setdefault(plain(title.code), set()).add(title.code)
        self._ambiguous = {plain(name): codes for name, codes in words["ambiguous"].items()}
        self._raw: dict[str, dict[str, str]] = {}
        for (raw, branch), planned in vocabulary(rulebook).raw_titles.items():
            self._raw.setdefault(key(raw.replace("_", " ")), {})[key(branch.replace("_", " "))] = planned
        self._patience = Patience()
        self._found: dict[tuple[str, str], Found] = {}

    def _branch(self, text: str) -> str:
        return without(text, self._special)

    def known(self, text: str) -> bool:
        """Is this exactly one title, a raw title, or a name that stands for several?"""
        found = self._named(text, "")
        return plain(text) in self._ambiguous or (found is not None and found.state == EXACT)

    def resolve(self, text: str, group: str = "") -> Found:
        """What a heading means; ``group`` is what stands above it (a title group, or a raw title of A.7)."""
        at = (text, group)
        if at not in self._found:
            self._found[at] = self._resolve(text, group)
        return self._found[at]

    def named(self, text: str, group: str = "") -> Found:
        """:meth:`resolve` without likeness: what is not named exactly is unknown."""
        return self._named(text, group) or Found(UNKNOWN)

    def _resolve(self, text: str, group: str) -> Found:
        return self._named(text, group) or self._alike(key(text), self._branch(key(text)))

    def _named(self, text: str, group: str) -> Found | None:
        if group:
            inside = self._in_group(text, group)
            if inside is not None:
                return inside
        whole = plain(text)
        # "Sağlık Teknisyeni" alone is several titles; with its branch it is one (A.7).
        for table, name in ((self._plain, whole), (self._keys, key(text))):
            if name in table and whole not in self._ambiguous:
                return self._one(table[name])
        if match := _BRACKETS.match(text):
            inside = self._in_group(match[2], match[1])
            if inside is not None:
                return inside
            # A note in brackets that is no title: "Hemşire (657 + 4924)".
            before, note = plain(match[1]), plain(match[2])
            if note not in self._plain and before in self._plain and before not in self._ambiguous:
                return self._one(self._plain[before])
        if whole in self._ambiguous:
            return ambiguous([self.name[code] for code in self._ambiguous[whole]])
        raw = self._of_raw(key(text))
        if raw is not None:
            return raw
        branch = self._branch(key(text))
        if branch and branch != key(text) and branch in self._branches:
            return self._one(self._branches[branch])
        return None

    def _one(self, codes: set[str], raw: str = "") -> Found:
        if len(codes) == 1:
            (code,) = codes
            return exact(code, self.name[code], raw)
        return ambiguous(sorted(self.name[code] for code in codes))

    def _in_group(self, text: str, group: str) -> Found | None:
        above, below = key(group), key(text)
        if above in self._raw and below in self._raw[above]:
            return self._one({self._raw[above][below]}, raw=above)
        if set(above.split()) & self._special and set(above.split()) & self._families:
            branch = self._branch(below)
            if branch in self._branches:
                return self._one(self._branches[branch])
        return None

    def _of_raw(self, text: str) -> Found | None:
        """A raw title of A.7 written with its branch: "Sağlık Memuru Laboratuvar"."""
        for raw, branches in self._raw.items():
            rest = without(text, raw.split())
            if set(raw.split()) <= set(text.split()) and rest in branches:
                return self._one({branches[rest]}, raw=raw)
        return None

    def _alike(self, text: str, branch: str) -> Found:
        return self._patience.choose("title", lambda: self._scores(text, branch))

    def _scores(self, text: str, branch: str) -> dict[str, tuple[str, float]]:
        scores: dict[str, tuple[str, float]] = {}
        for names, asked in ((self._keys, text), (self._branches, branch)):
            for name, codes in names.items():
                score = likeness(asked, name)
                for code in codes:
                    if score > scores.get(code, ("", 0.0))[1]:
                        scores[code] = (self.name[code], score)
        return scores
