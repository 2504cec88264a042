"""What is wrong with the input: every fault found, worded in Turkish and English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pdc_common.levels import ALL_LEVELS
from pdc_common.text import Lang, say

SENTENCES: Final = 3  # different ones of one kind in one column, before "and n more"
PLACES: Final = 5  # places of one fault that repeats
ALIKE: Final = 1000  # of one kind in one column of one file are kept each by itself; the rest is counted


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong (or, among the warnings, odd) in an input file.

    ``row`` is the line an analyst sees (the heading is 1); None: the whole table is meant.
    ``column`` is the heading as written in the file, or the column's own name where there is none.
    ``code`` is the message key after ``fault.``; ``values`` fill its braces. The value ``wanted`` is the
    type of cell that is expected, ``level`` a level of places; ``nearest``, if not empty, adds a suggestion.
    ``letter`` is the column of a workbook's sheet (H), so that row 8 is told as its cell H8. ``more`` is how
    many further ones of the kind :class:`Faults` has only counted.
    """

    file: str
    row: int | None
    column: str | None
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    letter: str = ""
    more: int = 0

    @property
    def cell(self) -> str:
        """The cell of a workbook (``H8``); empty elsewhere."""
        return f"{self.letter}{self.row}" if self.letter and self.row is not None else ""

    @property
    def place(self) -> str:
        """Where in the file: the cell of a workbook, else the row; empty for the whole table."""
        return self.cell or ("" if self.row is None else str(self.row))

    def text(self, lang: Lang = "tr") -> str:
        """``file:row: column: what is wrong, what is expected``."""
        where = self.file if self.row is None else f"{self.file}:{self.row}"
        where += f" ({self.cell})" if self.cell else ""
        return ": ".join(part for part in (where, self.column, self.what(lang)) if part)

    def what(self, lang: Lang = "tr") -> str:
        """What is wrong and what is expected, without the place."""
        values = dict(self.values)
        if "wanted" in values:
            values["wanted"] = say(f"fault.wanted.{values['wanted']}", lang, **self.values)
        if values.get("level") in ALL_LEVELS:
            values["level"] = say(f"fault.level.{values['level']}", lang)
        sentence = say(f"fault.{self.code}", lang, **values)
        if values.get("nearest"):
            stop = "" if sentence.endswith((".", "?", "!", "…")) else "."
            sentence += stop + say("fault.nearest", lang, nearest=values["nearest"])
        return sentence

    @property
    def order(self) -> tuple[str, int, str, str]:
        """Place in a list of faults: by file, row, column, code."""
        return (self.file, self.row or 0, self.column or "", self.code)


class Faults(list[Fault]):
    """Faults as they are met. Of one kind in one column of one file the first :data:`ALIKE` are kept and the
    rest counted: a million wrong cells take no more time and room than a thousand.
    """

    def __init__(self) -> None:
        super().__init__()
        self._met: dict[tuple[str, str | None, str], int] = {}

    def meet(self, file: str, column: str | None, code: str, make: Callable[[], Fault]) -> None:
        """Keep or count one; ``make`` is called where it is kept."""
        if self.room(file, column, code, 1):
            self.append(make())

    def room(self, file: str, column: str | None, code: str, count: int) -> int:
        """How many of ``count`` more of a kind are to be kept (by ``append``); all of them are counted."""
        kind = (file, column, code)
        met = self._met.get(kind, 0)
        self._met[kind] = met + count
        return min(count, max(0, ALIKE - met))

    def told(self) -> list[Fault]:
        """All that are kept; the last of a kind tells how many more there are."""
        left = {kind: met - ALIKE for kind, met in self._met.items() if met > ALIKE}
        found: list[Fault] = []
        for fault in reversed(self):
            more = left.pop((fault.file, fault.column, fault.code), 0)
            found.append(replace(fault, more=more) if more else fault)
        return found[::-1]


def in_short(faults: Sequence[Fault], lang: Lang = "tr") -> list[str]:
    """Faults as lines for a person: one that repeats is told once, with its count and first places.

    Faults of one kind in one column of one file stand together. Each sentence is told once; where there are
    many different ones (a wrong code in every row), the first :data:`SENTENCES` and how many more there are.
    """
    kinds: dict[tuple[str, str | None, str], dict[str, list[Fault]]] = {}
    for fault in faults:
        alike = kinds.setdefault((fault.file, fault.column, fault.code), {})
        alike.setdefault(fault.what(lang), []).append(fault)
    lines = []
    for alike in kinds.values():
        told = list(alike.values())
        shown = told if len(told) <= SENTENCES + 1 else told[:SENTENCES]
        lines += [_repeated(same, lang) for same in shown]
        left = [fault for same in told[len(shown) :] for fault in same]
        if left:
            values = {"count": _count(left), "places": _places(left)}
            lines.append(f"{_head(left[0])}: " + say("fault.alike", lang, **values))
    return lines


def _repeated(same: Sequence[Fault], lang: Lang) -> str:
    first = same[0].text(lang)
    places = [fault for fault in same if fault.place]
    if _count(same) == 1 or not places:
        return first
    return first + " " + say("fault.repeated", lang, count=_count(same), places=_places(places))


def _count(same: Sequence[Fault]) -> int:
    return len(same) + sum(fault.more for fault in same)


def _places(faults: Sequence[Fault]) -> str:
    shown = [fault.place for fault in faults[:PLACES] if fault.place]
    return ", ".join([*shown, *(["…"] if _count(faults) > PLACES else [])])


def _head(fault: Fault) -> str:
    return ": ".join(part for part in (fault.file, fault.column) if part)


class InputError(Exception):
    """Input that cannot be used; holds every fault, in the order of :attr:`Fault.order`."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(faults, key=lambda fault: fault.order))
        super().__init__(self.faults)

    def text(self, lang: Lang = "tr") -> str:
        """All faults, one a line; one that repeats once, see :func:`in_short`."""
        return "\n".join(in_short(self.faults, lang))

    def __str__(self) -> str:
        return self.text("en")
