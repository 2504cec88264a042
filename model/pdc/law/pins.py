"""Pins and locks from a table: ``unit_code`` (or ``district_code``, ``province_code``), title, posts.

Places and titles may be given by name, headings in Turkish; coarser places beside the finest say which of
several places of one name is meant (``İl``, ``İlçe``, ``Unvan``, ``Kadro``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pdc.base.faults import Fault
from pdc.law.rulebook import Rulebook
from pdc.law.title_names import find_title
from pdc.tables.csvfile import SEPARATORS, read_rows
from pdc.tables.schema import heading_key

ABOVE: Final = ", "
"""Between a place and those above it, in a pin that names them."""

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
PLACES: Final = {"unit_code": "unit", "district_code": "district", "province_code": "province"}

_HEADS: Final = {
    heading_key(spelt): name
    for name, spellings in {
        "unit_code": ("unit_code", "unit", "birim", "birim kodu"),
        "district_code": ("district_code", "district", "ilçe", "ilçe kodu"),
        "province_code": ("province_code", "province", "il", "il kodu", "plaka", "plaka kodu"),
        "title": ("title", "unvan"),
        "posts": ("posts", "kadro"),
    }.items()
    for spelt in spellings
}


def _place(cells: Mapping[str, str], finest: str) -> str:
    """What a row says of its place: the finest place, then those above it, where the row names them."""
    above = [cells[name] for name in list(PLACES)[list(PLACES).index(finest) + 1 :] if cells.get(name)]
    return ABOVE.join([cells[finest], *above])


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
    head = [_HEADS.get(heading_key(cell), cell) for cell in head]
    place = next((name for name in PLACES if name in head), None)
    due = ["title", *(["posts"] if posts_due else [])]
    missing = [name for name in due if name not in head]
    if place is None or missing:
        expected = ", ".join(["unit_code | district_code | province_code", *due])
        faults.append(Fault(path.name, 1, ", ".join(head), "pins.head", {"expected": expected}))
        return []
    pins = []
    for row, line in zip(rows[1:], lines[1:], strict=True):
        cells = dict.fromkeys(head, "") | dict(zip(head, (cell.strip() for cell in row), strict=False))
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[len(head) :]):
            much = {"found": len(row), "expected": len(head)}
            faults.append(Fault(path.name, line, None, "too_many_cells", much))
            continue
        title = find_title(rulebook, cells.get("title", ""), (path.name, line, "title"), faults)
        posts = cells.get("posts", "")
        if title is None:
            continue
        if not _WHOLE.fullmatch(posts) and (posts or posts_due):
            faults.append(Fault(path.name, line, "posts", "scenario.pin_posts", {"posts": posts}))
        else:
            number = int(posts) if posts else -1
            source = f"{path.name}:{line}"
            code = _place(cells, place)
            pins.append(Pin(title, PLACES[place], code, number, source, rulebook.speaks("pins")))
    return pins
