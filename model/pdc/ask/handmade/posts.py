"""The number of posts in a cell, however it was written; what is no whole number is refused."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from pdc.ask.handmade.text import lexicon
from pdc.tables.cells import BadCellError, clean, quote
from pdc_common.text import fold

_ZEROS: Final = frozenset(fold(text) for text in lexicon()["posts"]["zeros"])
_MARKS: Final = frozenset(fold(text) for text in lexicon()["posts"]["marks"])
_WHOLE: Final = re.compile(r"[+-]?\d{1,9}(?:[.,]0*)?")
# A thousand does not begin with 0: 0,500 is a half.
_POINTS: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,0*)?")
_SPACES: Final = re.compile(r"[1-9]\d{0,2}(?: \d{3})+(?:[.,]0*)?")
_COMMAS: Final = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.0*)?")
_APOSTROPHES: Final = re.compile(r"[1-9]\d{0,2}(?:['’]\d{3})+")
_SIGN: Final = re.compile(r"[+-]?[\d., '’]*?([.,])(\d*)")
_DECIMAL: Final = re.compile(r"[+-]?\d*[.,]\d+")
_MONTHS: Final = "oca|şub|mar|nis|may|haz|tem|ağu|eyl|eki|kas|ara|jan|feb|apr|jun|jul|aug|sep|oct|nov|dec"
_DATE: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}/\d{1,2}|\d{2}:\d{2}.*"
    rf"|\d{{1,2}}[ -.]?(?:{_MONTHS})\w*",
    re.IGNORECASE,
)
_ERROR: Final = re.compile(r"#[\w/!?]+[!?]?")
_NOISE: Final = 1e-9
_MOST: Final = 10_000_000


def decimal_signs(values: Iterable[Any]) -> frozenset[str]:
    """Signs (point, comma) that stand before a fraction in some of a file's numbers written as text.

    Where one number can be no thousand (0,500; 12,5; 1.250,75), no number with that sign is one. Where both
    1.250 and 1,250 stand, one of them is no thousand, and nobody can say which: then both signs.
    """
    signs: set[str] = set()
    thousands: set[str] = set()
    for text in {value for value in values if isinstance(value, str)}:
        bare = clean(text).strip("*").strip()
        if _DATE.fullmatch(bare) or not (found := _SIGN.fullmatch(bare)):
            continue
        sign, after = found[1], found[2]
        if _POINTS.fullmatch(bare) or _COMMAS.fullmatch(bare):
            one = _POINTS if _POINTS.fullmatch(bare) else _COMMAS
            own, other = (".", ",") if one is _POINTS else (",", ".")
            thousands.add(own)
            if other in bare:  # 1.250,00
                signs.add(other)
        elif after and bare.count(sign) == 1:
            signs.add(sign)
    if len(thousands) > 1:
        signs |= thousands
    return frozenset(signs)


def posts_of(value: Any, decimals: frozenset[str] = frozenset()) -> int:
    """Posts of a cell; nothing, a dash and "yok" are 0. Raises :class:`BadCellError` for others.

    ``decimals`` are the signs before fractions in the same file (:func:`decimal_signs`).
    """
    if value is None or value == "":
        return 0
    if isinstance(value, bool):
        raise BadCellError("not_number", text="TRUE" if value else "FALSE", wanted="count")
    if isinstance(value, int):
        return _checked(value, str(value))
    if isinstance(value, float):
        if abs(value - round(value)) > _NOISE:
            raise BadCellError("fraction", text=quote(f"{value:g}"), wanted="count")
        return _checked(round(value), f"{value:g}")
    if isinstance(value, (datetime.date, datetime.datetime)):
        day = value.strftime("%d.%m.%Y")
        raise BadCellError("date", text=day, wanted="count")
    return _of_text(str(value), decimals)


@lru_cache(maxsize=1 << 16)  # a table has few different numbers; what is no number is not kept
def _of_text(value: str, decimals: frozenset[str]) -> int:
    text = clean(value)
    if fold(text) in _ZEROS or not text:
        return 0
    bare = text.strip("*").strip()
    if "%" in bare:
        raise BadCellError("cetvel.percent", text=quote(text))
    if _WHOLE.fullmatch(bare) and not _POINTS.fullmatch(bare) and not _COMMAS.fullmatch(bare):
        return _checked(int(re.split("[.,]", bare)[0]), text)
    # 1.234 is a thousand and some: a fraction of a post is none. 12,000 may be either twelve or thousands.
    if _POINTS.fullmatch(bare):
        if "." in decimals:
            raise BadCellError("cetvel.no_thousand", text=quote(text))
        return _checked(int(bare.split(",")[0].replace(".", "")), text)
    if _SPACES.fullmatch(bare) or _APOSTROPHES.fullmatch(bare):
        return _checked(int(re.sub(r"[ '’]", "", re.split("[.,]", bare)[0])), text)
    if _COMMAS.fullmatch(bare):
        if set(bare.split(",", 1)[1]) <= set("0,."):
            raise BadCellError("grouped", text=quote(text), wanted="count")
        if "," in decimals:
            raise BadCellError("cetvel.no_thousand", text=quote(text))
        return _checked(int(bare.split(".")[0].replace(",", "")), text)
    if fold(text) in _MARKS or not any(c.isalnum() for c in text):
        raise BadCellError("cetvel.mark", text=quote(text))
    if _ERROR.fullmatch(bare):
        raise BadCellError("excel_error", text=quote(text), wanted="count")
    if _DATE.fullmatch(bare):
        raise BadCellError("date", text=quote(text), wanted="count")
    if _DECIMAL.fullmatch(bare):
        raise BadCellError("fraction", text=quote(text), wanted="count")
    raise BadCellError("not_number", text=quote(text), wanted="count")


def _checked(number: int, text: str) -> int:
    if number < 0:
        raise BadCellError("negative", text=quote(text), wanted="count")
    if number > _MOST:
        raise BadCellError("too_large", text=quote(text), most=_MOST)
    return number


def is_number(value: Any) -> bool:
    """Does the cell hold a number, right or wrong, or a sign for none?"""
    if value is None or value == "":
        return False
    if isinstance(value, (int, float, datetime.date)):
        return True
    return _looks_like_number(str(value))


@lru_cache(maxsize=1 << 16)
def _looks_like_number(value: str) -> bool:
    text = clean(value)
    if not text:
        return False
    signed = text[0] in "+-−%(." and any(c.isdigit() for c in text)
    return text[0].isdigit() or signed or fold(text) in _ZEROS or fold(text) in _MARKS
