"""What numbers came from, as a file: rows that differ in place, value and what was read there alone stand in
one block, and say once what they share.

The file is JSON, a line a list of places or a block::

    {"places":[
    {"level":"unit","codes":"1004 1012 1034"}],
    "rows":[
    {"row":"weight","at":0,"value":"21 15 158","reads":{"ward_beds":"61 44 472"},"clause":"B.4.a.8", …}]}

``at`` is the number of the block's list of places. A column (``codes``, ``value``, those of ``reads``) has a
text a place: parted by blanks; as a list where a text has a blank itself; where all are the same, one text or
a list of one; as ``{"decimals": …}`` numbers parted by blanks with six decimals each, of which idle noughts
at the end are no part of the text. In ``reads`` null says that the name stands there without a value. Cells
that are empty are left out. :class:`Writer` writes the file, :class:`Reader` reads it back; neither knows
what the rows mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

Column = str | list[str] | dict[str, str]
BLANK: Final = " "
DECIMALS: Final = "decimals"
SIX: Final = "%.6f"
SHARED: Final = ("clause", "formula", "kind", "tier", "how", "titles", "parameters")
"""Cells of a row that a block says once."""


def column(texts: Sequence[str]) -> Column:
    """Texts as they stand in the file."""
    one = texts[0] if texts else ""
    if len(texts) > 1 and texts.count(one) == len(texts):
        return [one] if BLANK in one else one
    together = BLANK.join(texts)
    return together if together.count(BLANK) == len(texts) - 1 else list(texts)


def places(codes: Sequence[str]) -> Column:
    """Codes of places as they stand in the file, each of them once."""
    together = BLANK.join(codes)
    return together if together.count(BLANK) == len(codes) - 1 else list(codes)


def decimals(numbers: Sequence[float]) -> Column:
    """Numbers as a column of texts with up to six decimals."""
    return {DECIMALS: BLANK.join([SIX] * len(numbers)) % tuple(numbers)}


class Writer:
    """A file under way; ``known`` are lists of places as they were written in other files."""

    def __init__(self, known: dict[tuple[str, str | tuple[str, ...]], str] | None = None) -> None:
        self._known = {} if known is None else known
        self._at: dict[tuple[str, str | tuple[str, ...]], int] = {}
        self._places: list[str] = []
        self._rows: list[str] = []

    def at(self, level: str, codes: Column) -> int:
        """Number of a list of places (:func:`places`)."""
        key = level, codes if isinstance(codes, str) else tuple(codes)
        if key not in self._at:
            self._at[key] = len(self._places)
            if key not in self._known:
                self._known[key] = _json({"level": level, "codes": codes})
            self._places.append(self._known[key])
        return self._at[key]

    def add(
        self, row: str, at: int, value: Column, reads: Mapping[str, Column | None], shared: Mapping[str, str]
    ) -> None:
        """A block of rows of one kind."""
        block: dict[str, Any] = {"row": row, "at": at, "value": value}
        if reads:
            block["reads"] = reads
        block.update((name, shared[name]) for name in SHARED if shared.get(name))
        self._rows.append(_json(block))

    def text(self) -> str:
        """The whole file."""
        parts = (",\n".join(lines) for lines in (self._places, self._rows))
        return '{{"places":[\n{}],\n"rows":[\n{}]}}\n'.format(*parts)


def _json(content: Any) -> str:
    return orjson.dumps(content).decode("utf-8")


@dataclass(frozen=True, eq=False)
class Places:
    """A list of places of one level."""

    level: str
    codes: Sequence[str]

    @cached_property
    def at(self) -> dict[str, int]:
        """Position of each code."""
        return {code: i for i, code in enumerate(self.codes)}


@dataclass(frozen=True, eq=False)
class Texts:
    """A column that was read; it is taken apart when somebody looks at it."""

    written: str | list[str]
    count: int
    idle: bool = False
    """Numbers whose noughts at the end are no part of the text."""

    @cached_property
    def all(self) -> Sequence[str]:
        """A text a place. Raises ValueError where the file has too many or too few."""
        if not self.idle:
            return self._parts
        return [text.rstrip("0").rstrip(".") for text in self._parts]

    @cached_property
    def _parts(self) -> Sequence[str]:
        texts = self.written.split(BLANK) if isinstance(self.written, str) else self.written
        if len(texts) == 1 and self.count > 1:
            return texts * self.count
        if len(texts) != self.count:
            raise ValueError(f"{len(texts)} texts for {self.count} places")
        return texts

    def text(self, at: int) -> str:
        """The text of one place."""
        part = self._parts[at]
        return part.rstrip("0").rstrip(".") if self.idle else part

    @cached_property
    def numbers(self) -> Sequence[float]:
        """A number a place; nought for what is none."""
        try:
            return list(map(float, self._parts))
        except ValueError:
            return [_number(text) for text in self._parts]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@dataclass(frozen=True, eq=False)
class Block:
    """Rows of one kind: their places, a value and what was read at each, and the cells they share."""

    row: str
    places: Places
    value: Texts
    reads: Mapping[str, Texts | None]
    shared: Mapping[str, str]


class Reader:
    """Reads files; lists and columns that several of them have alike are held once."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], Places] = {}
        self._texts: dict[tuple[str, int, bool], Texts] = {}

    def read(self, text: str) -> list[Block]:
        """The blocks of a file, in their order. Raises ValueError for what is none."""
        try:
            content = json.loads(text)
            lists = [self._list(one["level"], one["codes"]) for one in content["places"]]
            return [self._block(one, lists[one["at"]]) for one in content["rows"]]
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise ValueError(f"no derivation: {error!r}") from error

    def _list(self, level: str, codes: Column) -> Places:
        if not isinstance(codes, str):
            return Places(_word(level), [_word(code) for code in codes])
        known = self._places.get((level, codes))
        if known is None:
            known = self._places[level, codes] = Places(_word(level), codes.split(BLANK))
        return known

    def _block(self, block: Mapping[str, Any], places: Places) -> Block:
        count = len(places.codes)
        reads = {
            name: None if held is None else self._column(held, count)
            for name, held in block.get("reads", {}).items()
        }
        shared = {name: _word(block[name]) for name in SHARED if name in block}
        return Block(_word(block["row"]), places, self._column(block["value"], count), reads, shared)

    def _column(self, held: Column, count: int) -> Texts:
        if isinstance(held, list):
            return Texts([_word(text) for text in held], count)
        idle = isinstance(held, dict)
        text = _word(held[DECIMALS] if isinstance(held, dict) else held)
        key = text, count, idle
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = Texts(text, count, idle)
        return known


def _word(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    return text
