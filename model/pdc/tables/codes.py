"""Codes that Excel or pandas changed: ``4592.0``, ``4,592E+03``, lost or added noughts, points of thousands.

What was changed is known only beside the codes there are: it is taken where exactly one of them can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

_DECIMAL: Final = re.compile(r"(\d+)[.,]0*")
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")
_POWER: Final = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")


def restored(text: str) -> str:
    """A code of digits without the ``.0`` that a column of decimal numbers gave it; else the text itself."""
    found = _DECIMAL.fullmatch(text) if "." in text or "," in text else None
    return found[1] if found else text


def forms(text: str) -> set[str]:
    """Codes of digits, without leading noughts, that a text may have been."""
    found = {text} if text.isdigit() else set()
    if match := _DECIMAL.fullmatch(text):
        found.add(match[1])
    if _GROUPED.fullmatch(text):
        found.add(re.sub(r"\D", "", text))
    # 4,592E+03 has all its digits; of 4,59E+03 one is lost, and it may have been another code.
    if (match := _POWER.fullmatch(text)) and len(match[2] or "") == int(match[3]):
        found.add(match[1] + (match[2] or ""))
    return {form.lstrip("0") or "0" for form in found if form.isascii()}


class Codes:
    """The codes there are, found however a program has changed them."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = set(known)

    @cached_property
    def _forms(self) -> dict[str, set[str]]:
        # Only where a text is no code as it stands.
        found: dict[str, set[str]] = {}
        for code in self.known:
            for form in forms(code):
                found.setdefault(form, set()).add(code)
        return found

    def find(self, text: str) -> str | None:
        """The one code that a text is or was; None where there is none, or several."""
        if text in self.known:
            return text
        hits = {code for form in forms(text) for code in self._forms.get(form, ())}
        return hits.pop() if len(hits) == 1 else None
