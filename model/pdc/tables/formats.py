"""What a spreadsheet shows of a number by its format: "12 bin" for 12, "12" for 12345, nothing at all for 7.

A format has up to four sections (positive; negative; nought; text) of places for digits (0 # ?), commas and
texts. Grouping, decimals, dates and percentages are no matter here: only what makes people see another number
than the file holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Final

_TOKEN: Final = re.compile(r"\"[^\"]*\"?|\\.|[_*].|\[[^\]]*\]|E[+-]|.", re.DOTALL)
_CONDITION: Final = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_HOLDS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne
}  # fmt: skip
_COUNTS: Final = (1, 7, 12, 1234, 1_234_567)
_SCIENTIFIC: Final = re.compile(r"[\d.,]+E[+-]?\d+", re.IGNORECASE)
_DECIMALS: Final = re.compile(r"[.,](\d+)\D*$")
# Signs beside a number that change nothing of it.
_SIGNS: Final = str.maketrans("", "", " \xa0\u202f()+-−/:.,'’")


@lru_cache(maxsize=10_000)
def is_odd(code: str) -> bool:
    """May a format show a count as something else?"""
    return any(seen(code, count) is not None for count in _COUNTS)


@lru_cache(maxsize=100_000)
def seen(code: str, number: float) -> str | None:
    """What a format makes of a number, where people see something else than the number; else None.

    Nought may be shown as a dash or as nothing, and every number grouped or rounded.
    """
    before, after, divided, digits = _read(_section((code or "0").replace("General", "0"), number))
    words = (before + after).translate(_SIGNS)
    if not words and (number == 0 or (digits and not divided)):
        return None
    shown = f"{number / 1000**divided:.0f}" if divided else f"{number:.12g}" if digits else ""
    return f"{before}{shown}{after}".strip()


def seen_otherwise(text: str, number: float) -> str | None:
    """The text that a program showed of a number (``.ods`` keeps it), where that is another number."""
    bare = text.translate(_SIGNS)
    if not text.strip() or (number == 0 and not bare) or "/" in text or _SCIENTIFIC.fullmatch(text.strip()):
        return None
    if bare.isdecimal():
        decimals = _DECIMALS.search(text)
        places = (0, len(decimals[1]) if decimals else 0)
        if any(abs(int(bare) - abs(number) * 10**n) < 1 for n in places):
            return None
    return text.strip()


def _section(code: str, number: float) -> list[str]:
    """The signs of the section that a number is shown by."""
    sections: list[list[str]] = [[]]
    for token in _TOKEN.findall(code):
        if token == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    asked = [_CONDITION.search("".join(section)) for section in sections]
    if any(asked):
        for section, condition in zip(sections, asked, strict=True):
            if condition is None or _HOLDS[condition[1]](number, float(condition[2])):
                return section
        return sections[-1]
    at = 1 if number < 0 else 2 if number == 0 else 0
    return sections[at] if at < len(sections) else sections[0]


def _read(section: list[str]) -> tuple[str, str, int, bool]:
    """Text before and after the digits, how often they are divided by 1000, whether there are any."""
    before, after, divided, commas, digits = "", "", 0, 0, False
    for token in section:
        if token in "0#?@":
            digits, commas = True, 0
        elif token == "," and digits:
            commas += 1  # before other digits it groups them
        elif token == "." and digits:
            divided, commas = divided + commas, 0
        elif token[0] not in "_*%" and token not in ("E+", "E-"):
            text = _literal(token)
            before, after = (before, after + text) if digits else (before + text, after)
    return before, after, divided + commas, digits


def _literal(token: str) -> str:
    if token[0] == "[":  # [$₺-41F] is a sign of money, [Red] a colour
        return token[2:-1].partition("-")[0] if token.startswith("[$") else ""
    return token.strip('"') if token[0] == '"' else token[-1]
