"""What is wrong with the input: every fault found, worded in Turkish and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pdc_common.text import Lang, say


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong (or, among the warnings, odd) in an input file.

    ``row`` is the line an analyst sees (the heading is 1); None: the whole table is meant.
    ``column`` is the heading as written in the file, or the column's own name where there is none.
    ``code`` is the message key after ``fault.``; ``values`` fill its braces. The value ``wanted`` is the
    type of cell that is expected; ``nearest``, if not empty, adds a suggestion.
    """

    file: str
    row: int | None
    column: str | None
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: Lang = "tr") -> str:
        """``file:row: column: what is wrong, what is expected``."""
        where = self.file if self.row is None else f"{self.file}:{self.row}"
        values = dict(self.values)
        if "wanted" in values:
            values["wanted"] = say(f"fault.wanted.{values['wanted']}", lang)
        sentence = say(f"fault.{self.code}", lang, **values)
        if values.get("nearest"):
            sentence += say("fault.nearest", lang, nearest=values["nearest"])
        return ": ".join(part for part in (where, self.column, sentence) if part)

    @property
    def order(self) -> tuple[str, int, str, str]:
        """Place in a list of faults: by file, row, column, code."""
        return (self.file, self.row or 0, self.column or "", self.code)


class InputError(Exception):
    """Input that cannot be used; holds every fault, in the order of :attr:`Fault.order`."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(faults, key=lambda fault: fault.order))
        super().__init__(self.faults)

    def text(self, lang: Lang = "tr") -> str:
        """All faults, one a line."""
        return "\n".join(fault.text(lang) for fault in self.faults)

    def __str__(self) -> str:
        return self.text("en")
