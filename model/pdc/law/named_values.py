"""Values of parameters as people write them: names for codes, words for choices, yes and no."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from pdc.base.formula import Formula, FormulaError
from pdc.law.rulebook import Parameter, Rulebook
from pdc.law.vocabulary import vocabulary
from pdc.tables.cells import yes_or_no
from pdc.tables.words import SeveralError, Words, slug
from pdc_common.names import Names

_CODE: Final = re.compile(r"[a-z][a-z0-9_.]*")
_PLATE: Final = re.compile(r"0*[0-9]{1,2}")


def named(value: Any, old: Parameter, rulebook: Rulebook) -> tuple[Any, tuple[str, dict[str, Any]] | None]:
    """The value with codes where its names are known, or the message of a name that has none.

    A list of kinds of unit may name kinds alone. Elsewhere titles and branches are found by name, and other
    words become codes as a cell of the tables does. Plate codes as keys go without
    noughts in front.
    """
    if not isinstance(value, (tuple, Mapping)):
        return value, None
    if isinstance(value, Mapping) and isinstance(old.value, Mapping) and _by_plate(old.value):
        for key in value:
            if not _PLATE.fullmatch(key):
                return value, ("scenario.plate", {"parameter": old.name, "key": key})
        value = {str(int(key)): item for key, item in value.items()}
    texts = {item for item in _items(old.value) if isinstance(item, str)}
    if not texts or not all(map(_CODE.fullmatch, texts)):
        return value, None
    words = Words(vocabulary(rulebook))
    kinds, branches = texts <= set(words.kinds), bool(texts & set(words.branches))
    codes: dict[str, str] = {}
    for item in _items(value):
        if isinstance(item, str):
            code = _kind(words, item) if kinds else _title(words, item, branches)
            if code is None:
                nearest = words.kind_names.nearest(item)
                return value, ("unknown_kind", {"text": item, "nearest": nearest})
            codes[item] = code
    if isinstance(value, Mapping):
        return {key: _coded(item, codes) for key, item in value.items()}, None
    return tuple(_coded(item, codes) for item in value), None


def chosen(text: object, old: Parameter) -> str | None:
    """The choice that a text means, by its code or its words in either language; None for none of them."""
    names = Names({code: (code, *old.choice_names.get(code, {}).values()) for code in old.choices})
    found = names.find(text) if isinstance(text, str) else ()
    return found[0] if len(found) == 1 else None


def yes(text: str) -> bool | None:
    """Yes or no, in either language; None for another word."""
    said = yes_or_no(text)
    return None if said is None else bool(said)


class Comparisons:
    """Codes for the names that formulas compare columns with: ``kind == 'Devlet hastanesi'``."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._words = Words(vocabulary(rulebook))
        find = {"kind": self._words.kind, "title": self._words.title, "status": self._words.status}
        self._find: Mapping[str, Callable[[str], str | None]] = find if self._words.kinds else {}

    def coded(self, text: str) -> tuple[str, dict[str, str]]:
        """The formula with codes, and the texts that are no kind of unit, each with the nearest name.

        What is no formula stays as it is: who reads it says so.
        """
        try:
            tree = Formula(text, numbers=True).tree
        except FormulaError:
            return text, {}
        unknown: dict[str, str] = {}
        raw = text.strip().encode("utf-8")
        starts = [0, *(found.end() for found in re.finditer(rb"\r\n|\n|\r", raw))]
        texts = sorted(self._compared(tree), key=lambda found: (found[1].lineno, found[1].col_offset))
        for column, node in reversed(texts):  # from the end: what is before a text stays where it is
            code = self._code(column, node.value)
            if code is None and column == "kind":
                unknown[node.value] = self._words.kind_names.nearest(node.value)
            if code is None or code == node.value or node.end_lineno is None or node.end_col_offset is None:
                continue
            first = starts[node.lineno - 1] + node.col_offset
            last = starts[node.end_lineno - 1] + node.end_col_offset
            raw = raw[:first] + f"'{code}'".encode() + raw[last:]
        return raw.decode("utf-8"), unknown

    def _code(self, column: str, text: str) -> str | None:
        with suppress(SeveralError):
            return self._find[column](text)
        return None

    def _compared(self, tree: ast.expr) -> Iterator[tuple[str, Any]]:
        """Text constants that a column is compared with."""
        for node in ast.walk(tree):
            if not isinstance(node, ast.Compare):
                continue
            sides = [node.left, *node.comparators]
            names = [side.id for side in sides if isinstance(side, ast.Name) and side.id in self._find]
            lists = [side.elts if isinstance(side, ast.Tuple) else [side] for side in sides]
            for inner in itertools.chain(*lists) if names else ():
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield names[0], inner


def _by_plate(value: Mapping[str, Any]) -> bool:
    return bool(value) and all(_PLATE.fullmatch(key) for key in value)


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from value


def _coded(item: Any, codes: Mapping[str, str]) -> Any:
    return codes[item] if isinstance(item, str) else item


def _kind(words: Words, text: str) -> str | None:
    with suppress(SeveralError):
        return words.kind(text)
    return None


def _title(words: Words, text: str, branches: bool) -> str:
    """A title, or a branch where the list is one of branches: without its family."""
    with suppress(SeveralError):
        code = words.title(text) or slug(text) or text
        return code.rpartition(".")[2] if branches else code
    return text
