"""What a plan changed of the base, in words: from the list in ``summary.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pdc_common.numerals import MISSING, number
from pdc_common.text import Lang, say

_PRECISE = 6


class Line(NamedTuple):
    """One change: what it is, its name and meaning, what stood there and what stands there now."""

    what: str
    name: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.what} {self.name}: {self.old} → {self.new}".replace(" :", ":")


def lines(summary: Mapping[str, Any], lang: Lang) -> list[Line]:
    """Every change, in the order law, pins, data; a plan folder from before the list gives its numbers."""
    entries = summary.get("changed")
    if entries is None:
        changes = (summary.get("scenario") or {}).get("changes") or {}
        entries = [{"what": "parameter", "name": n, "old": None, "new": v} for n, v in changes.items()]
    return [line for entry in entries for line in _lines(entry, lang)]


def _lines(entry: Mapping[str, Any], lang: Lang) -> Iterator[Line]:
    what, old, new = str(entry["what"]), entry.get("old"), entry.get("new")
    label = say(f"reports.changed.{what}", lang)
    name = str(entry.get("name") or "")
    if what == "parameter":
        text = (entry.get("text") or {}).get(lang, "")
        named = f"{name} ({text})" if text else name
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            for key in [k for k in {**old, **new} if old.get(k) != new.get(k)]:
                yield Line(label, f"{named} [{key}]", _value(old.get(key), lang), _value(new.get(key), lang))
            return
        yield Line(label, named, _value(old, lang), _value(new, lang))
    elif what == "pin":
        title = entry["title"][lang]
        place = f"{name} [{entry['code']}], {title} ({entry['clause']}, {entry['source']})"
        yield Line(label, place, say("reports.changed.by_plan", lang), _value(new, lang))
    elif what == "more":
        count = number(entry["count"], lang)
        yield Line(label, name, MISSING, say("reports.changed.more_cells", lang, count=count))
    elif what in ("cell", "removed", "added"):
        column = f" {entry['column']}" if entry.get("column") else ""
        yield Line(label, f"{name}{column} ({entry['source']})", _value(old, lang), _value(new, lang))
    else:
        yield Line(label, name, _worded(old, lang), _worded(new, lang))


def _worded(value: Any, lang: Lang) -> str:
    return str(value.get(lang, "")) if isinstance(value, Mapping) else _value(value, lang)


def _value(value: Any, lang: Lang) -> str:
    """A value as a reader of the language writes it; nothing is a dash."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return say(f"reports.changed.{'yes' if value else 'no'}", lang)
    if isinstance(value, (int, float)):
        text = repr(float(value))
        decimals = min(_PRECISE, len(text.partition(".")[2])) if "e" not in text else _PRECISE
        return number(value, lang, 0 if float(value).is_integer() else decimals)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def scenario_names(summary: Mapping[str, Any], lang: Lang) -> str:
    """Names of the scenarios, and how much was changed; only the untouched base says that nothing was."""
    names = (summary.get("scenario") or {}).get("names")
    if isinstance(names, list) and names:
        return ", ".join(map(str, names))
    count = len(lines(summary, lang))
    return say("reports.provenance.base_changed" if count else "reports.provenance.base", lang, count=count)
