"""Everything a person reads, in Turkish and English, from one message table.

The table is the folder ``messages/``: each TOML file holds entries ``key = { tr = "…", en = "…" }``.
A key is written with dots (``fault.negative``). Sentences take named values in braces. A rulebook may word
some of them its own way, and add its own: see :func:`wording`.

Case and order follow the Turkish alphabet: ``İ/i`` and ``I/ı`` are two letters, so Python's own
``lower``/``upper`` are never used on text that people wrote.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Literal

import tomli

Lang = Literal["tr", "en"]
LANGS: Final = ("tr", "en")

_FOLDER: Final = Path(__file__).with_name("messages")
_ALPHABET: Final = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
# Letters, as signs above all others, in their order.
_IN_ORDER: Final = str.maketrans(
    {letter: chr(0x10FF00 + rank) for rank, letter in enumerate(_ALPHABET)}
    | {marked: chr(0x10FF00 + _ALPHABET.index(plain)) for marked, plain in zip("âîû", "aiu", strict=True)}
)
_TO_LOWER: Final = str.maketrans("Iİ", "ıi")
_TO_UPPER: Final = str.maketrans("ıi", "Iİ")
_SIGNS: Final = str.maketrans(dict.fromkeys(string.punctuation + "“”’‘·–—…", " "))
_SOFTENED: Final = {"k": "g", "p": "b", "t": "d"}
_JOINING: Final = frozenset(("basina", "icin", "ve", "ile", "per", "a", "an", "the", "of", "for", "and"))
_TO_ASCII: Final = str.maketrans("çğıöşüâîû", "cgiosuaiu")


_OWN: ContextVar[Mapping[str, Mapping[str, str]] | None] = ContextVar("own wordings", default=None)


class UnknownMessageError(KeyError):
    """A key that the message table does not hold, or a value that a sentence lacks."""


@cache
def table() -> dict[str, dict[str, str]]:
    """Read the whole message table: ``{key: {"tr": …, "en": …}}``."""
    entries: dict[str, dict[str, str]] = {}
    for name in _texts():
        for key, entry in _of_file(name).items():
            if key in entries or set(entry) != set(LANGS):
                raise UnknownMessageError(f"{name}: {key}: one entry with tr and en is expected")
            entries[key] = entry
    return entries


@cache
def _texts() -> dict[str, str]:
    """What stands in each file."""
    return {file.name: file.read_text("utf-8") for file in sorted(_FOLDER.glob("*.toml"))}


@cache
def _of_file(name: str) -> dict[str, dict[str, str]]:
    return dict(_flatten(tomli.loads(_texts()[name])))


@cache
def _entry(key: str) -> dict[str, str] | None:
    """Both languages of a key. Files with a heading for it come first: most commands need few of them."""
    place = key
    while place := place.rpartition(".")[0]:
        for name, text in _texts().items():
            if f"\n[{place}]\n" in text and key in (own := _of_file(name)):
                return own[key]
    return table().get(key)


def _flatten(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    for name, value in tree.items():
        if all(isinstance(text, str) for text in value.values()):
            found.append((prefix + name, value))
        else:
            found.extend(_flatten(value, f"{prefix}{name}."))
    return found


@contextmanager
def wording(words: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Within this block ``words`` (``{key: {"tr": …, "en": …}}``) stand before the message table."""
    token = _OWN.set({**(_OWN.get() or {}), **words})
    try:
        yield
    finally:
        _OWN.reset(token)


def known(key: str) -> bool:
    """Is there a sentence of that key, in the table or in the wording of the moment?"""
    return key in (_OWN.get() or {}) or _entry(key) is not None


def say(key: str, lang: Lang = "tr", /, **values: object) -> str:
    """Return the sentence ``key`` in ``lang``, its braces filled with ``values``."""
    words = _OWN.get()
    own = words.get(key) if words else None
    made = None if own else sentence(key, lang)
    try:
        return made(**values) if made else fill(own[lang], values)  # type: ignore[index]
    except KeyError as missing:
        raise UnknownMessageError(f"{key} ({lang}): {missing}") from None


@cache
def sentence(key: str, lang: Lang = "tr") -> Callable[..., str]:
    """The sentence ``key`` as a function of its values: for what is said a hundred thousand times."""
    entry = _entry(key)
    if entry is None:
        raise UnknownMessageError(f"{key} ({lang})")
    return filler(entry[lang])


def spoken(key: str, lang: Lang = "tr") -> Callable[..., str]:
    """The same in the wording of the moment (:func:`wording`)."""
    own = (_OWN.get() or {}).get(key)
    return partial(_filled, own[lang]) if own else sentence(key, lang)


def _filled(text: str, /, **values: object) -> str:
    return fill(text, values)


class _Counting(string.Formatter):
    """Knows ``{count:post|posts}``: the one form with 1, the other with every other number."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        if "|" not in format_spec:
            return super().format_field(value, format_spec)
        one, many = format_spec.split("|")
        return one if str(value).lstrip("+-\u2212") == "1" else many


_counting: Final = _Counting()


def filler(text: str) -> Callable[..., str]:
    """A sentence as a function of its values. ``{count:post|posts}`` is the noun (or verb) of a number.

    English needs that; in Turkish a noun with a number before it has no plural.
    """
    return partial(_counting.format, text) if "|" in text else text.format


_BRACES: Final = re.compile(r"\{([a-z_][a-z0-9_]*)(?::([^{}|]*)\|([^{}|]*))?\}")


def fill(text: str, values: Mapping[str, object]) -> str:
    """A sentence that a rulebook words, filled: ``{name}`` and ``{count:post|posts}`` of ``values``.

    Nothing else in braces means anything: it stays as it is written, whatever Python might read in it.
    """

    def found(match: re.Match[str]) -> str:
        name, one, many = match.groups()
        if name not in values:
            return match[0]
        return str(values[name]) if one is None else _counting.format_field(values[name], f"{one}|{many}")

    return _BRACES.sub(found, text)


def braces(text: str) -> set[str]:
    """Names that :func:`fill` would fill, and ``{}`` where braces are left that it would not."""
    rest = _BRACES.sub("", text)
    return {match[1] for match in _BRACES.finditer(text)} | ({"{}"} if "{" in rest or "}" in rest else set())


def fields(sentence: str) -> set[str]:
    """Names in the braces of a sentence (used by the test that both languages say the same)."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def lower(text: str) -> str:
    """Lower case by Turkish rules: ``I`` → ``ı``, ``İ`` → ``i``."""
    return text.translate(_TO_LOWER).lower()


def upper(text: str) -> str:
    """Upper case by Turkish rules: ``i`` → ``İ``, ``ı`` → ``I``."""
    return text.translate(_TO_UPPER).upper()


def sort_key(text: str) -> str:
    """A text that sorts in the order of the Turkish alphabet.

    Digits and signs come before letters; a circumflex counts as its letter.
    """
    return unicodedata.normalize("NFC", lower(text)).translate(_IN_ORDER)


def fold(text: str) -> str:
    """ASCII form for matching names however they are spelt: ``"AĞRI "`` and ``"Ağrı"`` → ``"agri"``.

    Case, circumflex, diacritics and runs of white space are all folded away.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = lower(unicodedata.normalize("NFC", text)).translate(_TO_ASCII).replace("ı", "i")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(plain.replace("ı", "i").split())


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters of a text on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    whole = line[: most - 1].rpartition(" ")[0].rstrip(" ,;:–")
    return f"{whole} …" if whole else line[: most - 1] + "…"


def mentions(text: str, asked: str) -> bool:
    """Does a text speak of what is asked: every word of it, in any order, as a word or the beginning of one?

    The beginning, because a Turkish word grows at its end (``hemşire`` finds ``hemşirelerin``), where its
    last letter may soften (``yatak``, ``yatağı``). Words that only join others (``başına``, ``per``) do not
    count, unless nothing else is asked.
    """
    words = fold(text).translate(_SIGNS).split()
    every = fold(asked).translate(_SIGNS).split()
    due = [word for word in every if word not in _JOINING] or every
    return all(any(word.startswith(_stems(one)) for word in words) for one in due)


def _stems(word: str) -> tuple[str, ...]:
    soft = _SOFTENED.get(word[-1]) if len(word) > 2 else None
    return (word, word[:-1] + soft) if soft else (word,)
