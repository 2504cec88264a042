"""The title and the place a question is about: codes, or names as people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pdc_common.names import Names, plain
from pdc_common.text import Lang, say
from pdc_reports.explain.tables import Book

SHOWN: Final = 8  # names listed where several could be meant
NEAR: Final = 72  # likeness (0 to 100) from which a name is worth suggesting


class UnknownPlaceError(ValueError):
    """A title or place that the plan does not have, or that could be several: what it could be."""

    def __init__(self, what: str, asked: str, nearest: Sequence[str] = (), *, several: bool = False) -> None:
        super().__init__(what, asked, *nearest)
        self.what, self.asked, self.nearest, self.several = what, asked, tuple(nearest), several

    def text(self, lang: Lang) -> str:
        """Say it, with what could be meant."""
        key = "several" if self.several else "unknown"
        names = "; ".join(self.nearest) or "–"
        what = say(f"explain.asked.{self.what}", lang)
        return say(f"explain.asked.{key}", lang, what=what, asked=self.asked, names=names)


def find_title(book: Book, asked: str) -> str:
    """Code of a title from its code or its name, in either language."""
    names = Names({code: book.title_names(code) for code in book.titles})
    found = names.find(asked)
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownPlaceError("title", asked, _listed(found, book.titles), several=True)
    return _find("title", asked, book.titles, book.titles)


def find_place(book: Book, level: str, asked: str) -> str:
    """Code of a unit, district or province from its code or its name.

    ``Çorum Merkez`` and ``Alaca, Çorum`` say which of several of one name is meant.
    """
    held: Mapping[str, object] = getattr(
        book, {"unit": "units", "district": "districts"}.get(level, "provinces")
    )
    if asked in held:
        return asked
    if level == "province" and asked.isdecimal() and str(int(asked)) in held:
        return str(int(asked))
    names = {code: book.short_name(level, code) for code in held}
    return _find(level, asked, names, {code: book.place_name(level, code) for code in held})


def _find(what: str, asked: str, names: Mapping[str, str], whole: Mapping[str, str]) -> str:
    wanted = plain(asked)
    exact = [code for code, name in names.items() if plain(name) == wanted]
    if not exact:
        words = set(wanted.split())
        exact = [code for code, name in whole.items() if words <= set(plain(name).split())]
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise UnknownPlaceError(what, asked, _listed(exact, whole), several=True)
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a misspelt name waits for it

    folded = {code: plain(name) for code, name in whole.items()}
    near = process.extract(wanted, folded, scorer=fuzz.WRatio, limit=SHOWN, score_cutoff=NEAR)
    raise UnknownPlaceError(what, asked, _listed([code for _, _, code in near], whole))


def _listed(codes: Sequence[str], whole: Mapping[str, str]) -> list[str]:
    shown = [f"{whole[code]} [{code}]" for code in codes[:SHOWN]]
    return [*shown, "…"] if len(codes) > SHOWN else shown
