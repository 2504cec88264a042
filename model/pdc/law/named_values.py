"""Values of parameters as people write them: names for codes, words for choices, yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

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
