"""How good inputs are spoilt: bytes, lines and cells of texts, and values anywhere in a TOML document."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

TOKENS = [
    "", " ", "nan", "inf", "-inf", "-0", "-1", "0", "1e999999999", "1e-999999999", "0,8", "0.5", "1.250", "1,250", "9" * 50,
    "9223372036854775807", "-9223372036854775808", "1000000000000", "true", "x", "…", "–", ".", ":", "[", "{", "]", '"', "'",
    "\ufeff", "\x00", "\t", "\r", "\n", ";", ",", "|", "=1+1", "@SUM(A1)", "#N/A", "#BAŞV!", "2023-01-01", "İ", "ı", "I", "Ağrı",
    "TR-69-001", "dis_tabibi", "Diş Tabibi", "hemsire", "adsm", "%", "½", "²", "٣", "é", "🏥", "𝟙", "null", "None", "..", "A.3",
]
"""What is put into texts."""

VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2, 5, 10**9, 10**12, 10**12 + 1, 2**62, 2**63, 2**64, 10**50,
    Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("-0.0"), Decimal("0.5"), Decimal("-0.5"), Decimal("1e300"),
    Decimal("1e-300"), Decimal("1E+999999"), "", " ", "x", "*", "hemsire", "dis_tabibi", "A.3", "Z.1", "province", "unit", "0", "beds",
    "beds * 0,8", "(1, 0)", "()", "beds, 1", "'a'", "beds / 0", "beds ** beds", "lookup(beds, beds, 0)", "steps(beds, beds)",
    "beds if kind else 'a'", "kind * beds", "not kind", "min()", "planned('*')", "planned(beds)", "national_total(kind)",
    "in_table('x', beds)", "total_in_province(1)", "largest_in_province(beds, kind)", "kind in beds", "filled - 1000000", "-1",
    "0 - beds", "listed(beds, 1)", "catchment_population * catchment_population * catchment_population", "floor", "floor(kind)",
    "\u0130", "a" * 5000, "((((((((((", "1" * 400, [], [1], ["x"], [[]], [[1, 2], [3, 4]], [[1, 2], [3]], {}, {"x": 1}, {"tr": "a", "en": "b"},
    {"a": {"b": {"c": 1}}}, [{}], [{"x": 1}], [True, "x", 1], "DATE", "DEEP",
]  # fmt: skip
"""What is put in the place of a value of a document."""

Change = Callable[[random.Random, bytes], bytes]


def spoil(chance: random.Random, raw: bytes) -> bytes:
    """A few changes of a text file."""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        raw = chance.choice(_CHANGES)(chance, raw)
    return raw


def _bytes(chance: random.Random, raw: bytes) -> bytes:
    if not raw:
        return b"\xff"
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]


def _cut(chance: random.Random, raw: bytes) -> bytes:
    a, b = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
    return raw[:a] + raw[b:] if chance.random() < 0.7 else raw[:a]


def _encoded(chance: random.Random, raw: bytes) -> bytes:
    text = raw.decode("utf-8", "replace")
    how = chance.choice(["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1254", "latin-1"])
    return text.replace("\n", chance.choice(["\n", "\r\n", "\r"])).encode(how, "replace")


def _lines(chance: random.Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] += chance.choice(TOKENS).encode() + lines[other]
        case _:
            lines[at:at] = [lines[at]] * chance.choice([2, 50])
    return b"\n".join(lines)


def _cell(chance: random.Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines)) if chance.random() < 0.8 else 0
    cells = lines[at].split(b",")
    cells[chance.randrange(len(cells))] = chance.choice(TOKENS).encode()
    if chance.random() < 0.1:
        cells.append(chance.choice(TOKENS).encode())
    lines[at] = b",".join(cells)
    return b"\n".join(lines)


def _token(chance: random.Random, raw: bytes) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(TOKENS).encode() * chance.choice([1, 1, 1, 40]) + raw[at:]


def _swapped(chance: random.Random, raw: bytes) -> bytes:
    return raw.replace(b",", chance.choice([b";", b"\t", b"|"]))


_CHANGES: list[Change] = [_bytes, _cut, _encoded, _lines, _lines, _cell, _cell, _cell, _cell, _token, _token, _swapped]


# documents ------------------------------------------------------------------------------------------------


def spoil_document(chance: random.Random, document: dict[str, Any]) -> bytes:
    """A document with a few of its values changed, keys renamed, entries doubled or gone; as TOML."""
    found = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        spots = [*_spots(found)]
        if not spots:
            break
        holder, key = chance.choice(spots)
        match chance.randrange(10):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice([*TOKENS[1:], "set", "rule", "pin", "values", "where", "tier", "posts"])] = holder.pop(key)
            case 2:
                holder[key] = [holder[key]]
            case 3:
                holder[key] = {"x": holder[key]}
            case 4 if isinstance(holder, list):
                holder.insert(0, copy.deepcopy(holder[key]))
            case _:
                holder[key] = copy.deepcopy(chance.choice(VALUES))
    raw = dump(found).encode("utf-8", "replace")
    return spoil(chance, raw) if chance.random() < 0.15 else raw


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield value, key
        yield from _spots(child)


def dump(document: dict[str, Any]) -> str:
    """A document as TOML, a key a line, everything below it in line."""
    return "".join(f"{_text(key)} = {_value(value)}\n" for key, value in document.items())


def _value(value: Any) -> str:
    if value == "DATE":
        return "2026-11-28"
    if value == "DEEP":
        return "[" * 500 + "]" * 500
    if value is None:
        return "nan"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, Decimal):
        return {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(str(value), str(value).lower().replace("e+", "e"))
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    safe = "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in str(text))
    return f'"{safe}"'
