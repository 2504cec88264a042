"""What a rulebook says of itself: its name, the clauses cited where no rule speaks, its own wordings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pdc.base.document import NAMES, TEXT, TEXTS, record
from pdc.base.faults import Fault
from pdc_common.likeness import did_you_mean
from pdc_common.text import braces, fields, table

FILES: Final = ("rulebook.toml", "tables.toml", "words.toml", "service_groups.toml")
"""Files of a rulebook folder that hold no clauses."""

SPEAKS: Final = ("sums", "places", "supply", "pins", "scope", "left_out", "filled")
"""What is reported without a rule and must cite a clause all the same: the levels add up; no post where a
title may not be; the national number where a title has no supply clause; pins; which titles are planned;
staff left out; which staff count as filled."""

_FILE: Final = FILES[0]
_KEYS: Final = {
    "name": NAMES, "clauses": record({}, TEXT), "data": TEXT, "shown": TEXTS, "side_files": TEXT,
}  # fmt: skip
ABOUT: Final = record(_KEYS)
"""Types of the keys of ``rulebook.toml``."""


@dataclass(frozen=True)
class About:
    """``rulebook.toml`` and ``words.toml``.

    ``speaks`` is the clause for each of :data:`SPEAKS`. ``folder`` is where the rulebook lies (empty: the
    built-in one), ``data`` its own tables, planned where no others are given, ``side_files`` a folder with
    borders and road distances for data that have none; both are seen from the folder. ``shown`` are titles
    that figures show, the first choice of the page first. ``words`` are its own wordings of messages.
    """

    name: Mapping[str, str]
    speaks: Mapping[str, str]
    folder: str = ""
    data: str = ""
    side_files: str = ""
    shown: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def about(
    content: Mapping[str, Any], words: Mapping[str, Any], clauses: Collection[str]
) -> tuple[About, list[Fault]]:
    """Read both files' content; ``clauses`` are the numbers that there are."""
    faults: list[Fault] = []

    def fault(where: str | None, code: str, **values: object) -> None:
        faults.append(Fault(_FILE, None, where, f"rulebook.{code}", values))

    for key in sorted(set(content) - set(_KEYS)):
        fault(None, "unknown_key", key=key, nearest=did_you_mean(key, _KEYS))
    speaks = dict(content.get("clauses", {}))
    for key in sorted(set(speaks) - set(SPEAKS)):
        fault("clauses", "unknown_key", key=key, nearest=did_you_mean(key, SPEAKS))
    if "sums" not in speaks:
        fault("clauses", "missing_key", key="sums")
    for role, number in speaks.items():
        if number not in clauses:
            fault(f"clauses.{role}", "unknown_clause", nearest=did_you_mean(number, clauses))
    speaks = {role: speaks.get(role, speaks.get("sums", "")) for role in SPEAKS}
    name = content.get("name", {})
    if set(name) != {"tr", "en"}:
        fault("name", "missing_key", key="name = { tr, en }")
        name = {}
    faults += ill_worded(words)
    made = About(
        name=name,
        speaks=speaks,
        data=content.get("data", ""),
        side_files=content.get("side_files", ""),
        shown=tuple(content.get("shown", ())),
        words=wordings(words),
    )
    return made, faults


def ill_worded(content: Mapping[str, Any], prefix: str = "") -> Iterator[Fault]:
    """Wordings that are not ``{ tr, en }``, or whose braces name what the sentence is not told."""
    for key, value in content.items():
        where = prefix + key
        if not isinstance(value, dict) or (
            {"tr", "en"} & set(value) and not any(isinstance(text, dict) for text in value.values())
            and not (set(value) == {"tr", "en"} and all(isinstance(text, str) for text in value.values()))
        ):  # fmt: skip
            yield Fault(FILES[2], None, where, "rulebook.word_shape")
        elif set(value) == {"tr", "en"} and all(isinstance(text, str) for text in value.values()):
            usual = table().get(where)
            values = set().union(*map(fields, usual.values())) if usual else None
            for text in value.values():
                if "{}" in braces(text) or (values is not None and not braces(text) <= values):
                    told = ", ".join(f"{{{name}}}" for name in sorted(values or ())) or "–"
                    yield Fault(FILES[2], None, where, "rulebook.word_values", {"known": told})
                    break
        else:
            yield from ill_worded(value, f"{where}.")


def wordings(content: Mapping[str, Any], prefix: str = "") -> dict[str, Mapping[str, str]]:
    """Messages by their full key: tables of tables down to ``{ tr, en }``."""
    found: dict[str, Mapping[str, str]] = {}
    for key, value in content.items():
        if not isinstance(value, dict):
            continue
        if set(value) == {"tr", "en"} and all(isinstance(text, str) for text in value.values()):
            found[prefix + key] = value
        else:
            found |= wordings(value, f"{prefix}{key}.")
    return found
