"""The number of posts in a cell, however it was written; what is no whole number is refused."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import Any, Final

from pdc.ask.handmade.text import lexicon
from pdc.tables.cells import BadCellError, clean, quote
from pdc_common.text import fold

_ZEROS: Final = frozenset(fold(text) for text in lexicon()["posts"]["zeros"])
_WHOLE: Final = re.compile(r"[+-]?\d{1,9}(?:[.,]0*)?")
_POINTS: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,0*)?")
_SPACES: Final = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]0*)?")
_COMMAS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0*)?")
_APOSTROPHES: Final = re.compile(r"\d{1,3}(?:['’]\d{3})+")
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


def posts_of(value: Any) -> int:
    """Posts of a cell; nothing, a dash and "yok" are 0. Raises :class:`BadCellError` for others."""
    if value is None or value == "":
        return 0
    if isinstance(value, int):
        return _checked(value, str(value))
    if isinstance(value, float):
        if abs(value - round(value)) > _NOISE:
            raise BadCellError("fraction", text=quote(f"{value:g}"), wanted="count")
        return _checked(round(value), f"{value:g}")
    if isinstance(value, (datetime.date, datetime.datetime)):
        day = value.strftime("%d.%m.%Y")
        raise BadCellError("date", text=day, wanted="count")
    return _of_text(str(value))


@lru_cache(maxsize=1 << 16)  # a table has few different numbers; what is no number is not kept
def _of_text(value: str) -> int:
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
        return _checked(int(bare.split(",")[0].replace(".", "")), text)
    if _SPACES.fullmatch(bare) or _APOSTROPHES.fullmatch(bare):
        return _checked(int(re.sub(r"[ '’]", "", re.split("[.,]", bare)[0])), text)
    if _COMMAS.fullmatch(bare):
        if set(bare.split(",", 1)[1]) <= set("0,."):
            raise BadCellError("grouped", text=quote(text), wanted="count")
        return _checked(int(bare.split(".")[0].replace(",", "")), text)
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
    return (
        text[0].isdigit() or fold(text) in _ZEROS or (text[0] in "+-−%(." and any(c.isdigit() for c in text))
    )
