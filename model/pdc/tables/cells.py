"""From the text of a cell to its value: each distinct text of a column is parsed once.

Types of columns (``structure.toml``, a rulebook's ``tables.toml``) and what they become:
``text`` str; ``code``, ``reference`` str (a code is ASCII); ``slug`` str; ``whole``, ``count``, ``flag``,
``region`` int; ``decimal``, ``positive``, ``percent`` Fraction (None when empty); ``degree`` float (NaN
when empty); ``kind``, ``title``, ``planning_title``, ``titles``, ``status`` words of the vocabulary.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.numbers import Ints
from pdc.tables.raw import Coded
from pdc.tables.schema import Column
from pdc.tables.words import SeveralError, Words, slug
from pdc_common.text import fold

INTEGERS: Final = frozenset({"whole", "count", "flag", "region"})
DECIMALS: Final = frozenset({"decimal", "positive", "percent", "measure"})
NUMBERS: Final = INTEGERS | DECIMALS | {"degree"}

_WHOLE: Final = re.compile(r"([+-]?[0-9]{1,400})(?:[.,]0*)?")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,400}(?:[.,][0-9]{0,40})?|[.,][0-9]{1,40})")
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[.,' ][0-9]{3})+(?:[.,][0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf|infinity|sonsuz|∞)", re.IGNORECASE)
_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}|[0-9]{2}:[0-9]{2}.*"
)
_EXCEL_ERROR: Final = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|YOK|BAŞV!|DEĞER!|SAYI/0!|AD\?|SAYI!|BOŞ!)"
)
_INVISIBLE: Final = str.maketrans("", "", "\ufeff\u200b\u200c\u200d\u00ad")
_SPACES: Final = tuple(chr(sign) for sign in range(0x3001) if chr(sign).isspace() and chr(sign) not in " \n")
_UNCLEAN: Final = ("  ", " \n", "\n ", *_SPACES, *map(chr, _INVISIBLE))
"""What :func:`clean` would change, in texts that each stand between two line ends; but for letters' forms."""
_SHORT: Final = 15  # digits that surely fit in 64 bits
_LONGEST: Final = 40
_YES: Final = frozenset({"evet", "yes", "dogru", "true", "var"})  # DOĞRU and YANLIŞ are a Turkish Excel's
_NO: Final = frozenset({"hayir", "no", "yanlis", "false", "yok"})


class BadCellError(ValueError):
    """A text that is no value of its column: the fault's code and values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.details: dict[str, object] = values


@dataclass(frozen=True)
class Parsed:
    """The different cells of a column: ``values`` and clean ``texts`` (m), and ``which`` each row has (n).

    A value is None where there is a problem in ``problems``, by the same positions. A text may stand there
    twice: the file wrote it in two ways.
    """

    values: Sequence[object]
    texts: Sequence[str]
    which: Ints
    problems: Mapping[int, BadCellError]


def clean(text: str) -> str:
    """Trim, collapse white space and line breaks, compose letters, drop invisible characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return " ".join(text.split())


def quote(text: str) -> str:
    """Shorten a cell's text for a message."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def parse(column: Column, cells: Coded, words: Words) -> Parsed:
    """Parse all cells of ``column``, each distinct text once."""
    texts = _cleaned(cells.texts)
    if (values := _at_once(column, texts)) is not None:
        return Parsed(values, texts, cells.which, {})
    found: list[object] = []
    wrong: dict[int, BadCellError] = {}
    for i, text in enumerate(texts):
        try:
            found.append(value_of(column, text, words))
        except BadCellError as problem:
            wrong[i] = problem
            found.append(None)
    return Parsed(found, texts, cells.which, wrong)


def _cleaned(texts: Sequence[str]) -> Sequence[str]:
    """Every text as :func:`clean` has it: where all are clean, one look at all together is enough."""
    together = "\n".join(["", *texts, ""])
    if together.count("\n") != len(texts) + 1 or any(map(together.__contains__, _UNCLEAN)):
        return list(map(clean, texts))
    return texts if unicodedata.is_normalized("NFC", together) else list(map(clean, texts))


def _at_once(column: Column, texts: Sequence[str]) -> Sequence[object] | None:
    """Values of clean texts where none can be wrong, as :func:`value_of` has them; None where one may be."""
    if column.type in ("whole", "count"):
        digits = "".join(texts)
        if not (digits.isascii() and digits.isdigit()) or "" in texts or max(map(len, texts)) > _SHORT:
            return None
        numbers = list(map(int, texts))
        return numbers if max(numbers) <= column.most else None
    if column.type == "degree":
        signs = "".join(texts)
        if signs.strip("0123456789.-") or "" in texts or max(map(len, texts), default=_LONGEST) > _SHORT:
            return None
        try:
            degrees = [float(text) + 0.0 for text in texts]
        except ValueError:
            return None
        return degrees if column.least <= min(degrees) and max(degrees) <= column.most else None
    if column.type not in ("text", "reference", "code"):
        return None
    together = "".join(texts)
    if column.type == "code" and not (together.isascii() and together.isprintable()):
        return None
    empty = column.default == "" or (column.default is None and column.blank)
    return None if "#" in together or ("" in texts and not empty) else texts


def constant(column: Column, length: int, words: Words) -> Parsed:
    """Return the default of a column that was left out, ``length`` times."""
    texts = [column.default or ""] if length else []
    return parse(column, Coded(texts, np.zeros(length, dtype=np.int64)), words)


def value_of(column: Column, text: str, words: Words) -> object:
    """Value of one clean text. Raises :class:`BadCellError`."""
    if text[:1] == "#" and _EXCEL_ERROR.fullmatch(text):
        raise BadCellError("excel_error", text=quote(text), wanted=column.type)
    if text == "":
        if column.default is None and not column.blank:
            raise BadCellError("empty", wanted=column.type)
        if not column.default:
            return math.nan if column.type == "degree" else None if column.type in DECIMALS else ""
        text = column.default
    try:
        return _PARSERS[column.type](column, text, words)
    except SeveralError as several:
        raise BadCellError("ambiguous_word", text=quote(text), names=several.names) from None


def _text(column: Column, text: str, words: Words) -> str:
    return text


def _code(column: Column, text: str, words: Words) -> str:
    if not (text.isascii() and text.isprintable()):
        raise BadCellError("not_ascii", text=quote(text))
    return text


def _no_number(column: Column, text: str) -> BadCellError:
    code = (
        "not_finite"
        if _NOT_FINITE.fullmatch(text)
        else "date"
        if _DATE.fullmatch(text)
        else "grouped"
        if _GROUPED.fullmatch(text)
        else "not_number"
    )
    return BadCellError(code, text=quote(text), wanted=column.type)


def _whole(column: Column, text: str, words: Words) -> int:
    match = _WHOLE.fullmatch(text)
    # 45.000 is forty-five thousand in Turkey and forty-five elsewhere; 45.0 can only be forty-five.
    if match is None or _GROUPED.fullmatch(text):
        if _GROUPED.fullmatch(text) or not _DECIMAL.fullmatch(text):
            raise _no_number(column, text)
        raise BadCellError("fraction", text=quote(text), wanted=column.type)
    number = int(match[1])
    if number < 0:
        raise BadCellError("negative", text=quote(text), wanted=column.type)
    if number > column.most:
        raise BadCellError("too_large", text=quote(text), most=column.most)
    return number


def _flag(column: Column, text: str, words: Words) -> int:
    found = yes_or_no(text)
    if found is None:
        raise BadCellError("flag", text=quote(text))
    return found


def yes_or_no(text: str) -> int | None:
    """1 or 0 of a number or of a word people write for it; None for anything else."""
    match = _WHOLE.fullmatch(text)
    if match is not None and not _GROUPED.fullmatch(text):
        return int(match[1]) if int(match[1]) in (0, 1) else None
    word = fold(text)
    return 1 if word in _YES else 0 if word in _NO else None


def _region(column: Column, text: str, words: Words) -> int:
    number = _whole(column, text, words)
    if not 1 <= number <= 6:
        raise BadCellError("out_of_range", text=quote(text), least=1, most=6)
    return number


def _decimal(column: Column, text: str, words: Words) -> Fraction:
    if not _DECIMAL.fullmatch(text):
        raise _no_number(column, text)
    number = Fraction(Decimal(text.replace(",", ".")))
    if number < 0 and column.type != "positive":
        raise BadCellError("negative", text=quote(text), wanted=column.type)
    if number > column.most:
        raise BadCellError("too_large", text=quote(text), most=column.most)
    return number


def _positive(column: Column, text: str, words: Words) -> Fraction:
    number = _decimal(column, text, words)
    if number <= 0:
        raise BadCellError("not_positive", text=quote(text))
    return number


def _percent(column: Column, text: str, words: Words) -> Fraction:
    return _decimal(column, text.strip("% "), words)


def _degree(column: Column, text: str, words: Words) -> float:
    if not _DECIMAL.fullmatch(text):
        raise _no_number(column, text)
    number = float(text.replace(",", ".")) + 0.0
    if not column.least <= number <= column.most:
        raise BadCellError("out_of_range", text=quote(text), least=column.least, most=column.most)
    return number


def _kind(column: Column, text: str, words: Words) -> str:
    kind = words.kind(text)
    if kind is None:
        raise BadCellError("unknown_kind", text=quote(text), nearest=words.nearest(text, words.kinds))
    return kind


def _title(column: Column, text: str, words: Words) -> str:
    title = words.title(text)
    if title is None:
        raise BadCellError("unknown_title", text=quote(text), nearest=words.nearest(text, words.titles))
    return title


def _planning_title(column: Column, text: str, words: Words) -> str:
    title = words.planning_title(text)
    if title is None:
        nearest = words.nearest(text, words.planning_titles)
        raise BadCellError("unknown_planning_title", text=quote(text), nearest=nearest)
    return title


def _titles(column: Column, text: str, words: Words) -> str:
    found = yes_or_no(text)
    if found is not None:
        return str(found)
    named = {_planning_title(column, part.strip(), words) for part in re.split("[;,]", text) if part.strip()}
    if not named:
        raise BadCellError("unknown_planning_title", text=quote(text), nearest="")
    return ";".join(sorted(named))


def _status(column: Column, text: str, words: Words) -> str:
    status = words.status(text)
    if status is None:
        nearest = words.nearest(text, words.statuses)
        raise BadCellError(
            "unknown_status", text=quote(text), known=", ".join(words.statuses), nearest=nearest
        )
    return status


def _slug(column: Column, text: str, words: Words) -> str:
    word = slug(text)
    for family in words.families:
        word = word.removeprefix(f"{family}.")
    return word or text


_PARSERS: Final[Mapping[str, Callable[[Column, str, Words], object]]] = {
    "text": _text,
    "code": _code,
    "reference": _text,
    "whole": _whole,
    "count": _whole,
    "flag": _flag,
    "region": _region,
    "decimal": _decimal,
    "positive": _positive,
    "percent": _percent,
    "degree": _degree,
    "measure": _decimal,
    "kind": _kind,
    "title": _title,
    "planning_title": _planning_title,
    "titles": _titles,
    "status": _status,
    "slug": _slug,
}
