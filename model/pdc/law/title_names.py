"""The planning titles by every name they have."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from pdc.base.faults import Fault
from pdc.law.rulebook import Rulebook, Title
from pdc_common.names import Names

_HARMONY: Final = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}


def names_of(title: Title) -> tuple[str, ...]:
    """Names in both languages; of a branch also with its family ("Göz Hastalıkları Uzmanı")."""
    names = [*title.name.values()]
    if title.branch:
        family = title.code.partition(".")[0]
        names += [title.branch, f"{family} {title.name['tr']}", f"{title.name['tr']} {family}"]
        names.append(f"{title.name['tr']} {possessed(family)}")
    return tuple(names)


def possessed(word: str) -> str:
    """A Turkish noun as the head of a compound: ``uzman`` → ``uzmanı``; one that ends in a vowel as it is."""
    vowels = [letter for letter in word if letter in _HARMONY]
    return word + _HARMONY[vowels[-1]] if vowels and word[-1] not in _HARMONY else word


def names_of_titles(book: Rulebook) -> dict[str, tuple[str, ...]]:
    """Names of every planning title by code."""
    return {title.code: names_of(title) for title in book.titles}


def title_names(book: Rulebook) -> Names:
    """Finds a planning title by code or name."""
    return _made(book.titles)


@lru_cache(maxsize=8)
def _made_of(names: tuple[tuple[str, tuple[str, ...]], ...]) -> Names:
    return Names(dict(names))


def _made(titles: tuple[Title, ...]) -> Names:
    return _made_of(tuple((title.code, names_of(title)) for title in titles))


def find_title(
    book: Rulebook, text: str, where: tuple[str, int | None, str | None], faults: list[Fault]
) -> str | None:
    """Code of a title from what a person wrote; else None, and a fault at ``where`` (file, row, column)."""
    names = title_names(book)
    found = names.find(text)
    if len(found) == 1:
        return found[0]
    if found:
        values = {"title": text, "names": names.listed(found)}
        faults.append(Fault(*where, "scenario.title_of_several", values))
    else:
        values = {"title": text, "nearest": names.nearest(text, 0)}
        faults.append(Fault(*where, "scenario.unknown_title", values))
    return None
