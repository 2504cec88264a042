"""Numbers as a reader of the language writes them: ``1.234,5`` in Turkish, ``1,234.5`` in English."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from pdc_common.text import Lang

MISSING = "–"
MINUS = "\u2212"
# Only near a half, and among very large numbers, can binary rounding differ from that of the decimal text.
_TIE, _FAR = 1e-6, 1e9
_TURKISH = str.maketrans(",.", ".,")


def number(value: float | None, lang: Lang = "tr", decimals: int = 0, *, sign: bool = False) -> str:
    """Write a number with grouped thousands; ``sign`` writes a plus too; nothing known is a dash."""
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    return _written(float(value), lang, decimals, sign)


@lru_cache(maxsize=1 << 16)
def _written(value: float, lang: Lang, decimals: int, sign: bool) -> str:
    # Half up, as the model rounds and as a reader checks by hand; floats go through their shortest text.
    scaled = abs(value) * 10**decimals
    if scaled < _FAR and abs(scaled % 1 - 0.5) > _TIE:
        text = f"{abs(value):,.{decimals}f}"
        some = scaled >= 0.5
    else:
        exact = abs(Decimal(repr(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        text, some = f"{exact:,f}", bool(exact)
    if lang == "tr":
        text = text.translate(_TURKISH)
    if value < 0 and some:
        return MINUS + text
    return "+" + text if sign and some else text


def percent(share: float | None, lang: Lang = "tr", decimals: int = 1) -> str:
    """Write a share (0.15) as a percentage: ``%15,0`` in Turkish, ``15.0%`` in English."""
    text = number(None if share is None else share * 100, lang, decimals)
    if text == MISSING:
        return text
    return f"%{text}" if lang == "tr" else f"{text}%"


def tick(value: float, lang: Lang) -> str:
    """A tick's number with the fewest decimals (at most four) that say it."""
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9 * max(1, abs(value))), 4)
    return number(value, lang, decimals)
