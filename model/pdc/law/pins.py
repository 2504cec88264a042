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
from pdc.tables.listed import parted, read_list
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
    """Pins of a list (:mod:`pdc.tables.listed`); without ``posts_due`` a missing number is −1 (a lock)."""
    found = read_list(path, _HEADS, faults)
    if found is None:
        return []
    sheet, head = found
    place = next((name for name in PLACES if name in head), None)
    due = ["title", *(["posts"] if posts_due else [])]
    missing = [name for name in due if name not in head]
    if place is None or missing:
        expected = ", ".join(["unit_code | district_code | province_code", *due])
        faults.append(Fault(sheet.file, 1, ", ".join(head), "pins.head", {"expected": expected}))
        return []
    for line, much in sheet.too_long:
        faults.append(Fault(sheet.file, line, None, "too_many_cells", {"found": much, "expected": len(head)}))
    if "posts" in head:
        faults += parted(sheet, head.index("posts"))
    pins = []
    long = {line for line, _ in sheet.too_long}
    for i, line in enumerate(sheet.rows):
        if line in long:
            continue
        cells = {name: str(column[i]).strip() for name, column in zip(head, sheet.cells, strict=True)}
        title = find_title(rulebook, cells["title"], (sheet.file, line, "title"), faults)
        posts = cells.get("posts", "")
        if title is None:
            continue
        if not _WHOLE.fullmatch(posts) and (posts or posts_due):
            faults.append(Fault(sheet.file, line, "posts", "scenario.pin_posts", {"posts": posts}))
        else:
            number = int(posts) if posts else -1
            source = f"{path.name}:{line}"
            code = _place(cells, place)
            pins.append(Pin(title, PLACES[place], code, number, source, rulebook.speaks("pins")))
    return pins
