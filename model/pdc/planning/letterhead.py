"""``letterhead.toml``: the heading of what a commission signs, strictly read.

What it says goes into ``summary.json``; reports print it, and leave a line for what is not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pdc.base.document import TEXT, TEXTS, read_document, record
from pdc.base.faults import Fault, InputError
from pdc_common.likeness import did_you_mean

FILE: Final = "letterhead.toml"
ROLES: Final = ("prepared", "checked", "approved")
_PERSON: Final = {"name": TEXT, "duty": TEXT}
_KEYS: Final = {
    "institution": TEXTS, "number": TEXT, "date": TEXT, "basis": TEXT,
    **{role: record(_PERSON) for role in ROLES},
}  # fmt: skip
MOST_LINES: Final = 6
MOST_LETTERS: Final = 300


def read_letterhead(path: Path) -> dict[str, Any]:
    """The content of a letterhead. Raises :class:`~pdc.base.faults.InputError` with every fault in it."""
    faults: list[Fault] = []
    try:
        content = read_document(path, record(_KEYS), faults) or {}
    except FileNotFoundError:
        raise InputError([Fault(str(path), None, None, "letterhead.missing")]) from None
    if not faults:
        faults += _strange(path.name, content, "", _KEYS)
        for role in ROLES:
            faults += _strange(path.name, content.get(role, {}), role, _PERSON)
        faults += _long(path.name, content)
    if faults:
        raise InputError(faults)
    return content


def letterhead_of(given: Path | None, data: Path | None) -> dict[str, Any] | None:
    """The letterhead that was asked for, or the one in the folder of the data; None: there is none."""
    beside = data / FILE if given is None and data is not None and data.is_dir() else None
    path = given if given is not None else beside if beside is not None and beside.is_file() else None
    return None if path is None else read_letterhead(path)


def _strange(file: str, content: Mapping[str, Any], where: str, keys: Mapping[str, Any]) -> list[Fault]:
    return [
        Fault(
            file,
            None,
            where or None,
            "rulebook.unknown_key",
            {"key": key, "nearest": did_you_mean(key, keys)},
        )
        for key in sorted(set(content) - set(keys))
    ]


def _long(file: str, content: Mapping[str, Any]) -> list[Fault]:
    """A heading is short: lines that no page holds are refused."""
    lines = content.get("institution", [])
    texts = {"institution": lines, **{key: [content.get(key, "")] for key in ("number", "date", "basis")}}
    texts |= {role: [content.get(role, {}).get(key, "") for key in _PERSON] for role in ROLES}
    faults = [
        Fault(file, None, key, "letterhead.long", {"most": MOST_LETTERS})
        for key, values in texts.items()
        if any(len(text) > MOST_LETTERS or any(ord(letter) < ord(" ") for letter in text) for text in values)
    ]
    if len(lines) > MOST_LINES:
        faults.append(Fault(file, None, "institution", "letterhead.lines", {"most": MOST_LINES}))
    return faults
