"""Titles as people write them in the heads of a table."""

from __future__ import annotations

import re
from typing import Final

from pdc.ask.handmade.match import DOUBTFUL, EXACT, UNKNOWN, Found, Patience, ambiguous, exact, likeness
from pdc.ask.handmade.says import FILLED, OTHER, POSTS, SCALED, is_harmless, said
from pdc.ask.handmade.text import key, lexicon, plain, without
from pdc.law.rulebook import Rulebook
from pdc.law.vocabulary import vocabulary

_BRACKETS: Final = re.compile(r"^(.*?)\s*[(\[](.+?)[)\]]\s*$")
_JOINED: Final = re.compile(r"\s*[,/+&;]\s*|\s+(?:ve|ile|veya|and|or)\s+", re.IGNORECASE)
NOTED: Final = 95.0  # likeness of a title with a note that may leave posts out


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
        self._names_of: dict[str, set[str]] = {}
        for name, codes in self._keys.items():
            for code in codes:
                self._names_of.setdefault(code, set()).add(name)
        self._ambiguous = {plain(name): codes for name, codes in words["ambiguous"].items()}
        self._raw: dict[str, dict[str, str]] = {}
        for (raw, branch), planned in vocabulary(rulebook).raw_titles.items():
            self._raw.setdefault(key(raw.replace("_", " ")), {})[key(branch.replace("_", " "))] = planned
        self._patience = Patience()
        self._found: dict[tuple[str, str], Found] = {}

    def _branch(self, text: str) -> str:
        return without(text, self._special)

    def known(self, text: str) -> bool:
        """Is this one title, a raw title, or a name that stands for several, whatever it says beside?"""
        found = self._named(text, "")
        if plain(text) in self._ambiguous or (found is not None and found.usable):
            return True
        return self.beside(text) is not None

    def beside(self, text: str) -> tuple[str, Found] | None:
        """What a heading says of the numbers of the one title it names (``says.said``), and that title.

        None where it says nothing of the kind, or names no title exactly.
        """
        if self._whole(text) is not None and "%" not in text:
            return None
        kind, rest = said(text)
        found = self._named(rest, "") if kind and rest else None
        return (kind, found) if found is not None and found.state == EXACT else None

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
        if (named := self._named(text, group)) is not None:
            return named
        kind, _ = said(text)
        beside = self.beside(text)
        if beside is not None and kind == POSTS:
            return beside[1]
        if beside is not None and kind == FILLED:
            return Found(DOUBTFUL, beside[1].what, beside[1].name, NOTED, raw=beside[1].raw)
        if kind in (OTHER, SCALED):  # vacancies, needs, shares of a title are not its posts
            return Found(UNKNOWN, alternatives=((beside[1].name, NOTED),) if beside else ())
        return self._joined(text) or self._alike(key(text), self._branch(key(text)))

    def _joined(self, text: str) -> Found | None:
        """A title and something else in one heading ("Hemşire ve Sağlık Memuru"): nobody can part them."""
        parts = [part for part in _JOINED.split(text) if part]
        named = [self._whole(part) for part in parts]
        codes = {found.what: found.name for found in named if found is not None and found.state == EXACT}
        if len(parts) < 2 or not codes:
            return None
        own = {word for code in codes for name in self._names_of[code] for word in name.split()}
        both = zip(parts, named, strict=True)
        rest = [part for part, found in both if found is None or found.what not in codes]
        foreign = [part for part in rest if set(key(part).split()) - own]
        return ambiguous([*codes.values(), *foreign]) if len(codes) > 1 or foreign else None

    def _named(self, text: str, group: str) -> Found | None:
        if group:
            inside = self._in_group(text, group)
            if inside is not None:
                return inside
        return self._whole(text) or self._noted(text)

    def _noted(self, text: str) -> Found | None:
        """A title with a note in brackets that is none: "Hemşire (657 + 4924)"."""
        match = _BRACKETS.match(text)
        if match is None or said(match[2])[0]:
            return None
        before, note = plain(match[1]), plain(match[2])
        if note in self._plain or before not in self._plain or before in self._ambiguous:
            return None
        found = self._one(self._plain[before])
        if found.state != EXACT or is_harmless(match[2]):
            return found
        return Found(DOUBTFUL, found.what, found.name, NOTED)

    def _whole(self, text: str) -> Found | None:
        """What a text names that is a name from end to end."""
        whole = plain(text)
        # "Sağlık Teknisyeni" alone is several titles; with its branch it is one (A.7).
        for table, name in ((self._plain, whole), (self._keys, key(text))):
            if name in table and whole not in self._ambiguous:
                return self._one(table[name])
        if match := _BRACKETS.match(text):
            inside = self._in_group(match[2], match[1])
            if inside is not None:
                return inside
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
