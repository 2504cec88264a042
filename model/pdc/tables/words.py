"""Known words (titles, kinds, statuses, branches) found however they are spelt."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property

from pdc.tables.vocabulary import Vocabulary
from pdc_common.likeness import did_you_mean
from pdc_common.names import Names
from pdc_common.text import fold


def slug(text: str) -> str:
    """Return the code form of a word: ``"Acil Tıp Teknisyeni"`` → ``"acil_tip_teknisyeni"``; dots stay."""
    return re.sub(r"[^a-z0-9.]+", "_", fold(text)).strip("_.")


def nearest(text: str, known: Collection[str], least: float = 70) -> str:
    """Return the word of ``known`` most like ``text``; empty if none is like it (score 0–100)."""
    return did_you_mean(slug(text), known, least)


class SeveralError(ValueError):
    """A name that several things have; ``names`` lists them."""

    def __init__(self, names: str) -> None:
        super().__init__(names)
        self.names = names


def one_of(names: Names, text: str) -> str | None:
    """The code of a name, None where nothing has it. Raises :class:`SeveralError`."""
    found = names.find(text)
    if len(found) > 1:
        raise SeveralError(names.listed(found))
    return found[0] if found else None


class Words:
    """A vocabulary ready for look-ups; each look-up returns the code, or None if the word is unknown."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.schema = vocabulary.schema
        self.kinds = vocabulary.schema.kind_codes
        self.families = vocabulary.families
        self.statuses = tuple(sorted(vocabulary.statuses))
        self.planning_titles = tuple(sorted(vocabulary.titles))
        raw = {title for title, _ in vocabulary.raw_titles}
        self.titles = tuple(sorted({*vocabulary.titles, *raw, *vocabulary.excluded, *vocabulary.families}))
        self._known_titles = frozenset(self.titles)
        self._statuses = {slug(status).replace("_", ""): status for status in self.statuses}

    @cached_property
    def branches(self) -> tuple[str, ...]:
        """Slugs of the planned branches."""
        return tuple(title.partition(".")[2] for title in self.planning_titles if "." in title)

    @cached_property
    def branches_of(self) -> Mapping[str, tuple[str, ...]]:
        """The branches that the law maps with each raw title; "" stands for none."""
        found: dict[str, list[str]] = {}
        for title, branch in sorted(self._vocabulary.raw_titles):
            found.setdefault(title, []).append(branch)
        return {title: tuple(branches) for title, branches in found.items()}

    def nearest(self, text: str, known: Collection[str]) -> str:
        """See :func:`nearest`."""
        return nearest(text, known)

    @cached_property
    def kind_names(self) -> Names:
        """Kinds of unit by their names in both languages."""
        return Names({kind.code: tuple(kind.name.values()) for kind in self.schema.kinds})

    @cached_property
    def title_names(self) -> Names:
        """Planning titles by their names in both languages."""
        named = self._vocabulary.title_names
        return Names({code: named.get(code, (code,)) for code in self.planning_titles})

    def kind(self, text: str) -> str | None:
        """A kind of unit, by code or name. Raises :class:`SeveralError`."""
        word = slug(text)
        return word if word in self.kinds else one_of(self.kind_names, text)

    def status(self, text: str) -> str | None:
        """An employment status; ``4/B`` and ``4b`` are ``4B``."""
        return self._statuses.get(slug(text).replace("_", ""))

    def title(self, text: str) -> str | None:
        """A title that staff may have: planning, raw, left out, a family with or without its branch."""
        word = slug(text)
        known = word in self._known_titles or self._of_family(word)
        return word if known else one_of(self.title_names, text)

    def planning_title(self, text: str) -> str | None:
        """A planning title, or one of a family with a branch that is not covered."""
        word = slug(text)
        known = word in self._vocabulary.titles or self._of_family(word)
        return word if known else one_of(self.title_names, text)

    def _of_family(self, word: str) -> bool:
        family, point, _ = word.partition(".")
        return bool(point) and family in self.families
