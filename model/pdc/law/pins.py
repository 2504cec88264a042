"""Pins and locks from a table: ``unit_code`` (or ``district_code``, ``province_code``), title, posts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pdc.base.faults import Fault
from pdc.law.rulebook import Rulebook
from pdc.tables.csvfile import SEPARATORS, read_rows
from pdc.tables.schema import heading_key
from pdc_common.likeness import did_you_mean

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
PLACES: Final = {"unit_code": "unit", "district_code": "district", "province_code": "province"}


@dataclass(frozen=True)
class Pin:
    """A number the Ministry has set for a place and a title; ``clause`` is what lets it."""

    title: str
    level: str
    code: str
    posts: int
    source: str = ""
    clause: str = ""
    lock: bool = False  # the number is what a given table has, not the Ministry's



def read_pins(path: Path, rulebook: Rulebook, faults: list[Fault], posts_due: bool = True) -> list[Pin]:
    """Pins of a CSV file as Excels write them; without ``posts_due`` a missing number is −1 (a lock)."""
    found = read_rows(path, lambda text: max(SEPARATORS, key=text.partition("\n")[0].count))
    if isinstance(found, Fault):
        faults.append(found)
        return []
    rows, lines = found
    head = [cell.strip() for cell in rows[0]] if rows else []
    place = next((name for name in PLACES if name in head), None)
    due = ["title", *(["posts"] if posts_due else [])]
    missing = [name for name in due if name not in head]
    if place is None or missing:
        expected = ", ".join(["unit_code | district_code | province_code", *due])
        faults.append(Fault(path.name, 1, ", ".join(head), "pins.head", {"expected": expected}))
        return []
    codes = {heading_key(name): t.code for t in rulebook.titles for name in (t.code, *t.name.values())}
    pins = []
    for row, line in zip(rows[1:], lines[1:], strict=True):
        cells = dict.fromkeys(head, "") | dict(zip(head, (cell.strip() for cell in row), strict=False))
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[len(head) :]):
            much = {"found": len(row), "expected": len(head)}
            faults.append(Fault(path.name, line, None, "too_many_cells", much))
            continue
        title = codes.get(heading_key(cells.get("title", "")))
        posts = cells.get("posts", "")
        if title is None:
            near = did_you_mean(cells.get("title", ""), [t.code for t in rulebook.titles])
            values = {"title": cells.get("title", ""), "nearest": near}
            faults.append(Fault(path.name, line, "title", "scenario.pin_title", values))
        elif not _WHOLE.fullmatch(posts) and (posts or posts_due):
            faults.append(Fault(path.name, line, "posts", "scenario.pin_posts", {"posts": posts}))
        else:
            number = int(posts) if posts else -1
            source = f"{path.name}:{line}"
            pins.append(Pin(title, PLACES[place], cells[place], number, source, rulebook.speaks("pins")))
    return pins
