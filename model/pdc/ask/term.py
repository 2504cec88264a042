"""A term's appointments as a table: title or group of titles, posts, and the provinces they are for.

A row's titles are one title, several (``A + B``), all of a pattern (``uzman.*``, ``*_teknisyeni``) or the
rest (``*``, ``diğer``, ``other``): all titles that no other row names. How the posts of a row are shared
out among its titles is for the aims (:mod:`pdc.ask.appoint`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from pdc.ask.filling import provinces_of
from pdc.base.faults import Fault, InputError
from pdc.base.numbers import Mask
from pdc.country.country import Country
from pdc.law.rulebook import Rulebook
from pdc.law.shipped import scenario_folder
from pdc.law.title_names import find_title
from pdc.tables.listed import read_list
from pdc.tables.schema import heading_key
from pdc_common.names import plain

TERMS: Final = "terms"
REST: Final = ("*", "diger", "other")
MOST: Final = 10**6
_WHOLE: Final = re.compile(r"[0-9]{1,7}")
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}([.,  ])[0-9]{3}(\1[0-9]{3})?")
_HEADS: Final = {
    heading_key(spelt): name
    for name, spellings in {
        "title": ("title", "titles", "unvan", "unvanlar"),
        "posts": ("posts", "kadro", "kadro sayısı", "sayı", "atama"),
        "provinces": ("provinces", "province", "iller", "il"),
    }.items()
    for spelt in spellings
}


@dataclass(frozen=True, eq=False)
class Share:
    """A row: so many posts for these titles in these provinces."""

    name: str
    titles: tuple[str, ...]
    posts: int
    provinces: Mask


def term_file(name: str) -> Path:
    """A file by its path, or one that pdc ships by its name."""
    path = Path(name)
    shipped = scenario_folder() / TERMS / f"{name}.csv"
    return shipped if not path.exists() and path.name == name and shipped.is_file() else path


def read_term(
    path: Path, book: Rulebook, country: Country, titles: Sequence[str], inside: Mask
) -> tuple[Share, ...]:
    """Rows of a term's table; ``titles`` are those of the plan, ``inside`` the provinces asked for.

    Raises :class:`~pdc.base.faults.InputError` with every fault.
    """
    faults: list[Fault] = []
    rows = _rows(path, faults)
    shares: list[Share] = []
    rest: list[tuple[int, str, int, Mask]] = []
    taken: dict[str, int] = {}
    signs = {found[1] for _, cells in rows if (found := _THOUSANDS.fullmatch(cells["posts"]))}
    for line, cells in rows:
        text, number = cells["title"], _posts(cells["posts"])
        if {".", ","} <= signs and not _WHOLE.fullmatch(cells["posts"]):
            number = None  # one of 1.250 and 1,250 is no thousand
        if number is None:
            faults.append(Fault(path.name, line, "posts", "scenario.pin_posts", {"posts": cells["posts"]}))
            continue
        names = [n.strip() for n in re.split(r"[,;]", cells.get("provinces", "")) if n.strip()]
        chosen = provinces_of(country, names, (path.name, line, "provinces"), faults) & inside
        if plain(text) in REST or text == "*":
            rest.append((line, text, number, chosen))
            continue
        mine = _titles(text, book, titles, (path.name, line, "title"), faults)
        for title in mine:
            if taken.setdefault(title, line) != line:
                values = {"title": title, "row": taken[title]}
                faults.append(Fault(path.name, line, "title", "filling.title_twice", values))
        shares.append(Share(text, mine, number, chosen))
    if len(rest) > 1:
        faults.append(
            Fault(path.name, rest[1][0], "title", "filling.title_twice", {"title": "*", "row": rest[0][0]})
        )
    for _, text, number, chosen in rest[:1]:
        shares.append(Share(text, tuple(t for t in titles if t not in taken), number, chosen))
    if not shares and not faults:
        faults.append(Fault(path.name, None, None, "filling.no_rows", {}))
    if faults:
        raise InputError(faults)
    return tuple(shares)


def _rows(path: Path, faults: list[Fault]) -> list[tuple[int, Mapping[str, str]]]:
    found = read_list(path, _HEADS, faults)
    if found is None:
        return []
    sheet, heads = found
    # A column that is not known may be the provinces under another name: posts would go anywhere.
    strange = set(heads) - set(_HEADS.values())
    if strange or "title" not in heads or "posts" not in heads:
        values = {"expected": "title, posts, [provinces]"}
        faults.append(Fault(sheet.file, 1, ", ".join(heads), "pins.head", values))
        return []
    for line, much in sheet.too_long:
        faults.append(
            Fault(sheet.file, line, None, "too_many_cells", {"found": much, "expected": len(heads)})
        )
    columns = dict(zip(heads, sheet.cells, strict=True))
    return [
        (line, {name: str(column[i]).strip() for name, column in columns.items()})
        for i, line in enumerate(sheet.rows)
    ]


def _posts(text: str) -> int | None:
    """A whole number, its thousands parted or not; None for anything else."""
    if _WHOLE.fullmatch(text):
        number = int(text)
    elif _THOUSANDS.fullmatch(text):
        number = int(re.sub(r"[^0-9]", "", text))
    else:
        return None
    return number if number <= MOST else None


def _titles(
    text: str,
    book: Rulebook,
    titles: Sequence[str],
    where: tuple[str, int | None, str | None],
    faults: list[Fault],
) -> tuple[str, ...]:
    found: list[str] = []
    for part in (piece.strip() for piece in text.split("+")):
        if "*" in part:
            mine = [title for title in titles if fnmatchcase(title, part)]
            if not mine:
                faults.append(Fault(*where, "filling.no_title_like", {"pattern": part}))
            found += mine
            continue
        title = find_title(book, part, where, faults)
        if title is not None and title not in titles:
            faults.append(Fault(*where, "filling.not_planned", {"title": title}))
        elif title is not None:
            found.append(title)
    return tuple(dict.fromkeys(found))
