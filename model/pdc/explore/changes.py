"""A change of the question, said four ways: in the address, on a chip, at the terminal, in a scenario file.

The scenario file is what is asked: the page writes it, the terminal takes it, a colleague gets it by mail.
Numbers are kept as they were written, so ``0.10`` stays ``0.10`` in all four.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from pdc.explore.lists import read_list
from pdc_common.levels import LEVELS

MOST_CHANGES: Final = 60
LONGEST: Final = 300  # characters of one change in the address
OFF: Final = "off."
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,80}")
_CLAUSE: Final = re.compile(r"[^\s=\x00-\x1f\x7f]{1,40}\.[A-Za-z_][A-Za-z0-9_]{0,60}")
_DATA: Final = re.compile(
    r"([a-z_]+)\.([a-z_0-9]+)@(country|province|district|unit):(.*)([*+=])(-?[0-9.]+)", re.S
)
_PIN: Final = re.compile(r"([A-Za-z0-9_.]+)@(province|district|unit):(.*)=([0-9]{1,9})", re.S)


class BadChangeError(ValueError):
    """Text of an address that is no change; ``text`` is what was given."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class SetNumber:
    """A parameter of a clause: ``name`` is ``CLAUSE.parameter``, ``value`` as it is written."""

    name: str
    value: str


@dataclass(frozen=True)
class Shipped:
    """A scenario that pdc ships, by its name."""

    name: str


@dataclass(frozen=True)
class DataChange:
    """A column of places: ``sign`` is ``*`` (times), ``+`` (plus) or ``=`` (becomes) ``number``."""

    table: str
    column: str
    level: str
    code: str
    sign: str
    number: str


@dataclass(frozen=True)
class CloseUnit:
    """A unit that is not there any more."""

    code: str


@dataclass(frozen=True)
class NewUnit:
    """A unit more: its columns."""

    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PinNumber:
    """A number that is set (A.4)."""

    title: str
    level: str
    code: str
    posts: int


Change = SetNumber | Shipped | DataChange | CloseUnit | NewUnit | PinNumber


@dataclass(frozen=True)
class Asked:
    """A question as its address says it: titles to show, and changes, each on or switched off."""

    titles: tuple[str, ...] = ()
    changes: tuple[tuple[Change, bool], ...] = field(default=())

    @property
    def on(self) -> tuple[Change, ...]:
        """Changes that hold; of two of the same thing the later."""
        last: dict[Any, Change] = {}
        for change, on in self.changes:
            if on:
                last.pop(key_of(change), None)
                last[key_of(change)] = change
        return tuple(last.values())

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the shipped scenarios among them."""
        return tuple(change.name for change in self.on if isinstance(change, Shipped))

    @property
    def own(self) -> tuple[Change, ...]:
        """All others: what the scenario file says."""
        return tuple(change for change in self.on if not isinstance(change, Shipped))


def key_of(change: Change) -> tuple[str, ...]:
    """What a change is about: two with the same key replace one another."""
    match change:
        case SetNumber(name, _):
            return "set", name
        case Shipped(name):
            return "scenario", name
        case DataChange(table, column, level, code, sign, _):
            # Twenty percent less, and then a hundred more, are two changes.
            return "data", table, column, level, code, sign
        case CloseUnit(code):
            return "close", code
        case NewUnit(values):
            return "new", dict(values).get("unit_code", "")
        case PinNumber(title, level, code, _):
            return "pin", title, level, code


# the address ----------------------------------------------------------------------------------------------


def to_query(asked: Asked) -> str:
    """The question as the query of an address."""
    pairs = [("title", title) for title in asked.titles]
    for change, on in asked.changes:
        name, text = as_pair(change)
        pairs.append((name if on else OFF + name, text))
    return urlencode(pairs)


def from_query(query: str) -> Asked:
    """The question of an address. Raises :class:`BadChangeError`; keys of the view alone are not ours."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=4 * MOST_CHANGES)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadChangeError(query[:LONGEST]) from error
    titles = [text for name, text in pairs if name == "title"]
    changes = []
    for name, text in pairs:
        kind = name.removeprefix(OFF)
        if kind in _READ:
            changes.append((read_change(kind, text), not name.startswith(OFF)))
    if len(changes) > MOST_CHANGES or any(not _NAME.fullmatch(title) for title in titles):
        raise BadChangeError(query[:LONGEST])
    return Asked(tuple(dict.fromkeys(titles)), tuple(changes))


def read_change(kind: str, text: str) -> Change:
    """One change of an address. Raises :class:`BadChangeError`."""
    most = 10 * LONGEST if kind == "set" else 3 * LONGEST  # a list of the law is long
    if kind not in _READ or len(text) > most or any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise BadChangeError(text[:LONGEST])
    found = _READ[kind](text)
    if found is None:
        raise BadChangeError(text[:LONGEST])
    return found


def as_pair(change: Change) -> tuple[str, str]:
    """Name and value of a change in the address; :func:`read_change` is its inverse."""
    match change:
        case SetNumber(name, value):
            return "set", f"{name}={value}"
        case Shipped(name):
            return "scenario", name
        case DataChange(table, column, level, code, sign, number):
            return "data", f"{table}.{column}@{level}:{code}{sign}{number}"
        case CloseUnit(code):
            return "close", code
        case NewUnit(values):
            return "new", urlencode(values)
        case PinNumber(title, level, code, posts):
            return "pin", f"{title}@{level}:{code}={posts}"


def _read_set(text: str) -> Change | None:
    name, _, value = text.partition("=")
    return SetNumber(name, value) if _CLAUSE.fullmatch(name) and value.strip() else None


def _read_data(text: str) -> Change | None:
    found = _DATA.fullmatch(text)
    if found is None or not _NUMBER.fullmatch(found[6]) or (found[3] == "country") != (found[4] == ""):
        return None
    if found[3] == "province" and not _NUMBER.fullmatch(found[4]):
        return None
    return DataChange(found[1], found[2], found[3], found[4], found[5], found[6])


def _read_new(text: str) -> Change | None:
    values = tuple(parse_qsl(text, keep_blank_values=True))
    names = [name for name, _ in values]
    good = all(_NAME.fullmatch(name) and "." not in name for name in names)
    return NewUnit(values) if good and names and len(set(names)) == len(names) else None


def _read_pin(text: str) -> Change | None:
    found = _PIN.fullmatch(text)
    return PinNumber(found[1], found[2], found[3], int(found[4])) if found and found[3] else None


_READ: Final = {
    "set": _read_set,
    "scenario": lambda text: Shipped(text) if _NAME.fullmatch(text) else None,
    "data": _read_data,
    "close": lambda text: CloseUnit(text) if text else None,
    "new": _read_new,
    "pin": _read_pin,
}


# the scenario file ----------------------------------------------------------------------------------------


def to_toml(changes: Sequence[Change], title: str = "") -> str:
    """The changes as a scenario file; shipped scenarios are named beside it (:func:`command_line`)."""
    blocks = [f"title = {{ tr = {_string(title)}, en = {_string(title)} }}"] if title else []
    sets: dict[str, list[str]] = {}
    for change in changes:
        if isinstance(change, SetNumber):
            clause, _, name = change.name.rpartition(".")
            sets.setdefault(clause, []).append(f"{name} = {_value(change.value)}")
    blocks += ["\n".join([f"[set.{_string(clause)}]", *lines]) for clause, lines in sets.items()]
    blocks += [_data(change) for change in changes if isinstance(change, DataChange)]
    blocks += [_close(change) for change in changes if isinstance(change, CloseUnit)]
    blocks += [_new(change) for change in changes if isinstance(change, NewUnit)]
    blocks += [_pin(change) for change in changes if isinstance(change, PinNumber)]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _string(text: str) -> str:
    """A TOML basic string."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in plain) + '"'


def _value(text: str) -> str:
    """A value as ``--set`` reads it, in TOML: true and false, a number, a list, else text."""
    found = read_list(text.strip())
    if found is not None:
        return found
    number = text.strip().replace(",", ".")
    if number in {"true", "false"}:
        return number
    if not _NUMBER.fullmatch(number):
        return _string(text.strip())
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, point, rest = digits.partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}{point}{rest}"  # TOML has no leading noughts


def _literal(text: str) -> str:
    """A text inside a formula."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _where(level: str, code: str) -> str:
    if level == "country":
        return ""
    return f"province_code == {int(code)}" if level == LEVELS[0] else f"{level}_code == {_literal(code)}"


def _data(change: DataChange) -> str:
    number = _value(change.number)
    formula = number if change.sign == "=" else f"{change.column} {change.sign} {number}"
    where = _where(change.level, change.code)
    lines = ["[[data]]", f"table = {_string(change.table)}"]
    lines += [f"where = {_string(where)}"] if where else []
    return "\n".join([*lines, f"set = {{ {change.column} = {_string(formula)} }}"])


def _close(change: CloseUnit) -> str:
    return f'[[remove]]\ntable = "units"\nwhere = {_string(_where("unit", change.code))}'


def _new(change: NewUnit) -> str:
    # Codes and names are text even where they look like numbers.
    texts = {"unit_code", "district_code", "unit", "kind", "source"}
    lines = [f"{name} = {_string(v) if name in texts else _value(v)}" for name, v in change.values]
    return "\n".join(["[[add]]", 'table = "units"', *lines])


def _pin(change: PinNumber) -> str:
    plate = change.level == LEVELS[0] and change.code.isascii() and change.code.isdigit()
    code = str(int(change.code)) if plate else _string(change.code)
    return f"[[pin]]\ntitle = {_string(change.title)}\n{change.level} = {code}\nposts = {change.posts}"


# the terminal ---------------------------------------------------------------------------------------------


def command_line(asked: Asked, given: Mapping[str, Sequence[str]], file: str = "scenario.toml") -> str:
    """What says the same at the terminal.

    ``given`` are the options of this page itself (``--data`` …). Numbers of the law alone need no file: they
    are ``--set``; with a list, a change of the data or a pin, all stand in ``file``.
    """
    words = ["solve.py", "plan"]
    for option, values in given.items():
        words += [word for value in values for word in (option, value)]
    words += [word for name in asked.scenarios for word in ("--scenario", name)]
    own = asked.own
    if all(isinstance(change, SetNumber) and read_list(change.value) is None for change in own):
        words += [w for c in own if isinstance(c, SetNumber) for w in ("--set", f"{c.name}={c.value}")]
    else:
        words += ["--scenario", file]
    words += [word for title in asked.titles for word in ("--title", title)]
    return " ".join(map(shlex.quote, words))
