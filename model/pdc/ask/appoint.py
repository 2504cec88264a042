"""``appoint``: which vacant posts of a plan to open first, when a term gives so many appointments.

A vacant post is one that the plan has and nobody fills. Posts are given one by one to the place where the
next one betters the aims of the plan most: floors tier by tier, then the deviation of provinces,
districts, units. Costs of a tree are laminar convex, so each title's list is nested, its first k lines
the best k (the greedy procedure of Federgruen and Groenevelt, 1986), and so is the list of several
titles: what they cost adds up, and each one's next post never betters more than its last. Posts of a row
of several titles are shared out so.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from pdc.ask.filling import (
    GAINS,
    Filled,
    Filling,
    Mending,
    apart_all_along,
    filled_plan,
    gains,
    in_provinces,
    nearest,
    places,
    rows_of,
)
from pdc.ask.term import Share, read_term
from pdc.base.cache import Cache
from pdc.base.folder import Folder, place, to_csv
from pdc.base.numbers import Mask
from pdc.country.setting import Data
from pdc.planning.processes import Progress
from pdc.solve.exchanges import COUNTRY, OUTSIDE, Cost, Ladder, Pocket
from pdc_common.text import Lang

T = TypeVar("T")
COLUMNS = (
    "rank", "row", "title", "unit_code", "unit", "district_code", "district", "province_code", "province",
    "clause", *GAINS, "colleague_unit_code", "colleague_km",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Appointments:
    """Lines in their order, and what each row of the term came to."""

    of: Filled
    shares: tuple[Share, ...]
    lines: pd.DataFrame
    term: Path | None = None

    @property
    def unproven(self) -> dict[str, list[str]]:
        """Titles with lines whose order is not proven, by what is no tree there."""
        found: dict[str, list[str]] = {}
        at = {code: i for i, code in enumerate(self.of.country.codes("unit").tolist())}
        inside = np.any([share.provinces for share in self.shares], axis=0)
        for title, mine in self.lines.groupby("title", sort=False):
            one = self.of.titles[str(title)]
            if one.across and not apart_all_along(one, inside, [at[code] for code in mine["unit_code"]]):
                found.setdefault(one.across, []).append(one.title)
        return found

    def shared(self) -> pd.DataFrame:
        """``appointments_shared.csv``: by row of the term and title, vacant posts there and those opened."""
        rows = []
        for share in self.shares:
            for title in share.titles:
                one = self.of.titles[title]
                vacant = int(_vacant(one, share.provinces).sum())
                mine = self.lines[(self.lines["row"] == share.name) & (self.lines["title"] == title)]
                if vacant:
                    rows.append((share.name, share.posts, title, vacant, len(mine)))
        return pd.DataFrame(rows, columns=["row", "posts", "title", "vacant", "opened"])

    def to_dict(self) -> dict[str, Any]:
        """``appointments_summary.json``."""
        return {
            "plan": self.of.folder.name,
            "rows": [
                {
                    "row": share.name, "titles": list(share.titles), "posts": share.posts,
                    "provinces": self.of.country.codes("province")[share.provinces].tolist(),
                    "opened": int((self.lines["row"] == share.name).sum()),
                }
                for share in self.shares
            ],
            "unproven": self.unproven,
        }  # fmt: skip


def appoint(
    folder: Path,
    data: Data = None,
    *,
    posts: int | None = None,
    titles: Sequence[str] = (),
    provinces: Sequence[str] = (),
    term: Path | None = None,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Appointments:
    """The vacant posts of a plan's folder to open, in their order: ``posts`` of them, or what a ``term``
    says.

    Raises :class:`~pdc.base.faults.InputError`.
    """
    filled = filled_plan(folder, data, titles, progress, cache)
    inside = filled.provinces(provinces)
    known = tuple(filled.titles)
    if term is None:
        shares: tuple[Share, ...] = (Share("*", known, posts or 0, inside),)
    else:
        shares = read_term(term, filled.setting.rulebook, filled.country, known, inside)
    return Appointments(filled, shares, pd.DataFrame(_lines(filled, shares), columns=list(COLUMNS)), term)


def _vacant(one: Filling, provinces: Mask) -> Any:
    start, goal = rows_of(one, one.filled), rows_of(one, one.planned)
    return np.where(in_provinces(one, provinces), np.maximum(goal - start, 0), 0)


def steps_of(one: Filling, provinces: Mask, most: int) -> Iterator[tuple[Cost, int]]:
    """Vacant posts of a title in some provinces, the best first: what each costs, and its unit (position)."""
    start, vacant = rows_of(one, one.filled), _vacant(one, provinces)
    pocket = Pocket(-1, (OUTSIDE,) * min(most, int(vacant.sum())), hard=0)
    ladder = Ladder(one.tree, start, start + vacant, scopes=(COUNTRY,), pockets=(pocket,), any_cost=True)
    for exchange in ladder.exchanges():
        yield exchange.up, exchange.gets_unit


def _stream(one: Filling, share: Share) -> Iterator[tuple[Cost, str, str, int]]:
    for cost, unit in steps_of(one, share.provinces, share.posts):
        yield cost, share.name, one.title, unit


def _lines(filled: Filled, shares: Sequence[Share]) -> Iterator[tuple[Any, ...]]:
    country = filled.country
    where = places(country)
    mending = {title: Mending(one, country) for title, one in filled.titles.items()}
    there = {title: one.filled.copy() for title, one in filled.titles.items()}
    left = {share.name: share.posts for share in shares}
    streams = [_stream(filled.titles[title], share) for share in shares for title in share.titles]
    codes, names = country.codes("unit"), country.units["unit"].tolist()
    rank = 0
    for cost, row, title, unit in merged(streams):
        if not any(left.values()):
            return
        if not left[row]:
            continue
        left[row] -= 1
        rank += 1
        clauses = mending[title].more(unit) or (filled.titles[title].clause,)
        near, km = unit, 0.0
        if not there[title][unit]:
            near, km = nearest(where, unit, np.flatnonzero(there[title]))
        there[title][unit] += 1
        d, p = int(country.unit_district[unit]), int(country.unit_province[unit])
        yield (
            rank, row, title, codes[unit], names[unit], country.codes("district")[d],
            country.districts["district"].iat[d], country.codes("province")[p],
            country.provinces["province"].iat[p],
            " ".join(clauses), *gains(cost).values(), codes[near] if near >= 0 else "",
            "" if np.isnan(km) else f"{km:.1f}",
        )  # fmt: skip


def merged(streams: Sequence[Iterator[tuple[Cost, str, str, T]]]) -> Iterator[tuple[Cost, str, str, T]]:
    """Streams of rising cost as one; of equals the earlier stream first."""
    heap: list[tuple[Cost, int, tuple[Cost, str, str, T]]] = []
    for number, stream in enumerate(streams):
        first = next(stream, None)
        if first is not None:
            heap.append((first[0], number, first))
    heapq.heapify(heap)
    while heap:
        _, number, found = heap[0]
        following = next(streams[number], None)
        if following is None:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (following[0], number, following))
        yield found


def write_appointments(made: Appointments, target: Path, lang: Lang = "tr") -> Path:
    """Write ``appointments.csv``, ``appointments_shared.csv``, the summary and a page; whole or not at
    all.
    """
    from pdc.ask.audit.write import as_json  # noqa: PLC0415

    inputs = (made.of.folder, *made.of.setting.inputs, *((made.term,) if made.term else ()))
    folder = Folder(place(target, "appoint", inputs))
    try:
        folder.write("appointments.csv", to_csv(made.lines))
        folder.write("appointments_shared.csv", to_csv(made.shared()))
        folder.write("appointments_summary.json", as_json(made.to_dict()))
        from pdc_reports.pages.lists import write_appointments_page  # noqa: PLC0415 - it draws

        names = {title.code: title.name[lang] for title in made.of.setting.rulebook.titles}
        write_appointments_page(folder.path, names, lang)
        return folder.finish()
    except BaseException:
        folder.drop()
        raise
