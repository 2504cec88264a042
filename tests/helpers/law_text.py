"""The principles of 2006 as text, clause by clause, and the numbers that a text states."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "law"
_MARK = re.compile(r"^([A-Za-zÇĞİÖŞÜçğıöşü]|\d{1,2})\s?(?:\)|\.\s|-\s| - )")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORDS = {
    "bir": 1, "birer": 1, "iki": 2, "ikişer": 2, "üç": 3, "dört": 4, "beş": 5, "altı": 6, "yedi": 7, "sekiz": 8,
    "dokuz": 9, "on": 10, "yüz": 100,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip


@cache
def register() -> dict[str, dict[str, str]]:
    """The clause register: clause → kinds, titles, level, tier, reading."""
    with (HERE / "register.csv").open(encoding="utf-8", newline="") as file:
        return {row["clause"]: row for row in csv.DictReader(file)}


@cache
def clauses() -> dict[str, str]:
    """Text of every clause of the principles, found by the law's own numbering."""
    known = {number.rsplit(".", cut)[0] for number in register() for cut in range(number.count(".") + 1)}
    found: dict[str, str] = {}
    path = ""
    for line in (HERE / "principles-2006.txt").read_text("utf-8").splitlines():
        mark = _MARK.match(line)
        if mark:
            path = _place(path, mark[1], known, found) or path
        if path:
            stated = line[mark.end() :] if mark else line  # a clause's own number is none that it states
            found[path] = f"{found.get(path, '')} {stated.strip()}".strip()
    return found


def _place(path: str, mark: str, known: set[str], found: Iterable[str]) -> str:
    """Deepest place where such a number is due: below the current one, beside it, or beside one above."""
    while True:
        number = f"{path}.{mark}" if path else mark
        if number in known and number not in found:
            return number
        if not path:
            return ""
        path = path.rpartition(".")[0]


def numbers(text: str) -> set[Fraction]:
    """Every number a text states: 1.500 and 1,500, 1,5 and 1.5, % 20 as 0.2 and as 1.2, ``beş``, ``two``."""
    text = text.replace("[", "").replace("]", "").replace("\u2011", "-")
    stated = {
        Fraction(value) for word, value in _WORDS.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)
    }
    for match in _NUMBER.finditer(text):
        value = _value(match[0])
        stated.add(value)
        before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
        if (
            before.endswith("%")
            or after.startswith("%")
            or re.search(r"%\s*[\d.,]+\s*-\s*$", text[: match.start()])
        ):
            # "% 50 fazlası" is a share, and the factor of what is half as much again.
            stated |= {value / 100, 1 + value / 100}
    return stated


def _value(text: str) -> Fraction:
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text):
        return Fraction(re.sub("[.,]", "", text))
    return (
        Fraction(text.replace(",", "."))
        if text.count(".") + text.count(",") == 1
        else Fraction(re.sub("[.,]", "", text))
    )
