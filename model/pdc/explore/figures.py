"""Numbers of the law and of a change as the page writes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from pdc.base.exact import Fraction
from pdc.explore.lists import list_text
from pdc.law.scenario import plain
from pdc_common.numerals import number
from pdc_common.text import Lang, known, say

STEPS: Final = 40  # of a slider from nought to twice the law's value


def say_column(column: str, lang: Lang) -> str:
    """A column of the data in words, where the page has some for it."""
    key = f"explore.data.{column}"
    return say(key, lang) if known(key) else column


def change_in_words(sign: str, amount: str, lang: Lang) -> str:
    """``%−20``, ``+300``, ``= 600``."""
    if sign == "*":
        share = (Decimal(amount) - 1) * 100
        text = number(float(share), lang, 0 if share == int(share) else 1, sign=True)
        return f"%{text}" if lang == "tr" else f"{text}%"
    value = float(amount)
    return number(value, lang, sign=True) if sign == "+" else f"= {number(value, lang)}"


def written(value: Any) -> str:
    """A parameter's value as a field takes it: ``2200``, ``0.15``, ``true``, else its plain form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):.12g}"
    return list_text(value) if isinstance(value, (tuple, Mapping)) else str(plain(value))


def step_of(value: int | Fraction) -> int | Fraction:
    """A round step that goes about forty times into twice the value; one for whole small numbers."""
    size = abs(float(value)) * 2 / STEPS
    if isinstance(value, int):
        return 1 if size <= 1 else int(_round(size))
    return Fraction(Decimal(f"{_round(size):.12f}")) if size else Fraction(1, 100)


def _round(size: float) -> float:
    power = 10.0 ** math.floor(math.log10(size))
    best = min((1, 2, 5, 10), key=lambda m: abs(m * power - size))
    return float(f"{best * power:.12g}")
