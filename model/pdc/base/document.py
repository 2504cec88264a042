"""What people write in TOML, read strictly: the text, its numbers, and the type of every key.

One place for scenarios, rulebooks and sweeps. A file is decoded as Windows, Excel and editors save it, is
bounded (:mod:`pdc.base.limits`), and its values are held against a :class:`Shape`: who reads the content
later finds the types it expects, and numbers that are finite and of a size that can be planned with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import tomli

from pdc.base import limits
from pdc.base.exact import Fraction
from pdc.base.faults import Fault
from pdc_common.bounded import no_special

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UTF8_LETTER: Final = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")
_KEY: Final = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s."'=\[\]{},#]+)"""
_LONG_KEY: Final = re.compile(rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{{limits.TOML_KEY_PARTS}}}")
_SHOWN: Final = 40


def decode(name: str, raw: bytes) -> str | Fault:
    """Text of a file saved as UTF-8 (marked or not), UTF-16 or Windows-1254; else what is wrong."""
    encoding = next((encoding for bom, encoding in _BOMS if raw.startswith(bom)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        bad = Fault(name, raw.count(b"\n", 0, error.start) + 1, None, "encoding")
        # A UTF-8 file with a broken letter must not be taken for Windows-1254, where any byte is a letter.
        if encoding != "utf-8" or _UTF8_LETTER.search(raw):
            return bad
        try:
            return raw.decode("cp1254")
        except UnicodeDecodeError:
            return bad


def read_document(file: Traversable | Path, shape: Shape, faults: list[Fault]) -> dict[str, Any] | None:
    """The content of a TOML file; None, and what is wrong among ``faults``, where it cannot be used.

    Decimals are :class:`~decimal.Decimal`. Raises FileNotFoundError where there is no file.
    """
    text = read_text(file)
    content = text if isinstance(text, Fault) else _parsed(file.name, text)
    if isinstance(content, Fault):
        faults.append(content)
        return None
    found = [
        Fault(file.name, None, where, f"document.{code}", values)
        for where, code, values in (*_numbers(content, "", 1), *shape.wrong(content, ""))
    ]
    faults += found
    return None if found else content


def read_text(file: Traversable | Path) -> str | Fault:
    """Text of a file of a law or a question, if it is no larger than such files are; else what is wrong."""
    try:
        with (no_special(file) if isinstance(file, Path) else file).open("rb") as stream:
            raw = stream.read(limits.TOML_BYTES + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:  # a folder, no right to read, a NUL in the name
        return Fault(file.name or str(file), None, None, "unreadable", {"why": type(error).__name__})
    if len(raw) > limits.TOML_BYTES:
        return Fault(file.name, None, None, "document.too_long", {"most": limits.TOML_BYTES})
    return decode(file.name, raw)


def _parsed(name: str, text: str) -> dict[str, Any] | Fault:
    too_deep = Fault(name, None, None, "document.too_deep", {"most": limits.TOML_DEPTH})
    dotted = [line for line in text.split("\n") if line.count(".") >= limits.TOML_KEY_PARTS]
    if any(map(_LONG_KEY.search, dotted)):  # TOML's reader would take hours for them
        return too_deep
    try:
        return tomli.loads(text, parse_float=_decimal)
    except RecursionError:
        return too_deep
    except tomli.TOMLDecodeError as error:
        return Fault(name, None, None, "rulebook.toml", {"why": str(error)})
    except ValueError:  # a whole number of more digits than Python reads
        return Fault(name, None, None, "document.digits", {"digits": limits.NUMBER_DIGITS})


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what decimals can hold
        return Decimal("Infinity")


# numbers --------------------------------------------------------------------------------------------------


def number_fault(value: int | Decimal) -> str:
    """Why a number cannot be planned with: ``not_finite``, ``out_of_range``, ``digits``; empty if it can."""
    if isinstance(value, int):
        return "out_of_range" if abs(value) > limits.NUMBER else ""
    if not value.is_finite():
        return "not_finite"
    if value and not -limits.NUMBER_DIGITS <= value.adjusted() <= len(str(limits.NUMBER)):
        return "out_of_range"
    if abs(value) > limits.NUMBER:
        return "out_of_range"
    return "digits" if len(value.as_tuple().digits) > limits.NUMBER_DIGITS else ""


@dataclass(frozen=True)
class NumberFault:
    """A number that is none to plan with: the code and values of its message."""

    code: str
    values: Mapping[str, object]


def exact_number(text: str) -> int | Fraction | NumberFault | None:
    """A number with a point or a comma, exact; None where it is none."""
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    if code := number_fault(value):
        return NumberFault(code, _range(text))
    whole = value == value.to_integral_value() and not {".", ","} & set(text)
    return int(value) if whole else Fraction(value)


def shown(value: object) -> str:
    """A value as a message quotes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > limits.NUMBER:
        return f"{Decimal(value):.6E}"
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _numbers(value: object, where: str, depth: int) -> Iterator[_Wrong]:
    """Numbers that cannot be planned with, wherever they stand; and what is nested too deeply."""
    if isinstance(value, (dict, list)) and depth > limits.TOML_DEPTH:
        yield where, "too_deep", {"most": limits.TOML_DEPTH}
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, _below(where, key), depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _numbers(inner, f"{where} {number}", depth + 1)
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool) and (code := number_fault(value)):
        yield where, code, _range(value)


def _range(value: object) -> dict[str, object]:
    most = f"{limits.NUMBER:,}".replace(",", " ")
    return {"value": shown(value), "most": most, "digits": limits.NUMBER_DIGITS}


def _below(where: str, key: str) -> str:
    return f"{where}: {key}" if where else key


# shapes ---------------------------------------------------------------------------------------------------

_Wrong = tuple[str, str, dict[str, object]]


@dataclass(frozen=True)
class Shape:
    """What a value must be. ``name`` is the message ``document.wanted.…``; ``test`` says if the value is it.

    A table (``keys`` or ``others`` given) is looked into: each key by its own shape, every other key by
    ``others`` (None: left to who reads it). A list (``each`` given) is looked into the same way.
    """

    name: str
    test: Callable[[Any], bool]
    keys: Mapping[str, Shape] | None = None
    others: Shape | None = None
    each: Shape | None = None

    def wrong(self, value: object, where: str) -> Iterator[_Wrong]:
        """Every value that is not what it must be: where it stands, the message's code and values."""
        if not self.test(value):
            key = where.rpartition(": ")[2]
            yield where, "type", {"value": _told(value), "wanted": f"document.{self.name}", "key": key}
        elif isinstance(value, dict) and (self.keys is not None or self.others is not None):
            for key, inner in value.items():
                shape = (self.keys or {}).get(key, self.others)
                if shape is not None:
                    yield from shape.wrong(inner, _below(where, key))
        elif isinstance(value, list) and self.each is not None:
            for number, inner in enumerate(value, 1):
                yield from self.each.wrong(inner, f"{where} {number}")


def _told(value: object) -> str:
    if isinstance(value, dict):
        return "{ … }"
    if isinstance(value, list):
        return "[ … ]"
    return f'"{shown(value)}"' if isinstance(value, str) else shown(value)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


TEXT: Final = Shape("text", lambda value: isinstance(value, str))
FLAG: Final = Shape("flag", lambda value: isinstance(value, bool))
WHOLE: Final = Shape("whole", _whole)
NUMBER: Final = Shape("number", _number)
TEXTS: Final = Shape("texts", _texts)
TEXT_OR_TEXTS: Final = Shape("text_or_texts", lambda value: isinstance(value, str) or _texts(value))
CODE: Final = Shape("code", lambda value: isinstance(value, str) or _whole(value))
CELL: Final = Shape("cell", lambda value: isinstance(value, (str, bool)) or _number(value))
FORMULA: Final = Shape("formula", lambda value: isinstance(value, (str, bool)) or _number(value))


def record(keys: Mapping[str, Shape], others: Shape | None = None, name: str = "table") -> Shape:
    """A table; see :class:`Shape`."""
    return Shape(name, lambda value: isinstance(value, dict), keys, others)


def records(keys: Mapping[str, Shape], others: Shape | None = None) -> Shape:
    """A list of tables, as ``[[name]]`` makes it."""
    return Shape("tables", lambda value: isinstance(value, list), each=record(keys, others))


NAMES: Final = record({}, TEXT, "names")
"""Texts by language: ``{ tr = "…", en = "…" }``."""


def _deep_value(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_deep_value(inner) for inner in value.values())
    if isinstance(value, list):
        return all(_deep_value(inner) for inner in value)
    return isinstance(value, (str, bool, int, Decimal))


ANY: Final = Shape("value", _deep_value)
"""What a parameter may be: text, number, true or false, and lists and tables of them."""
