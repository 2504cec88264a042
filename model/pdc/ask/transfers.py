"""``transfers``: whom to move first, from surplus to vacancy, title by title; staff of Law 4924 never.

A title's posts move one by one, each time the exchange that betters the aims of the plan most; between
the staff and the plan no place both gives and gets, so the list is nested, its first k exchanges the best
k (:mod:`pdc.solve.exchanges`). Who gives and who gets is settled so; who of those goes where is not, and
there the kilometres decide: a min-cost flow (:mod:`pdc.ask.ways`), by road between provinces, by great
circle inside one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc.ask.appoint import merged
from pdc.ask.filling import GAINS, Filled, Filling, Mending, filled_plan, gains, places, rows_of
from pdc.ask.ways import Ways
from pdc.base.cache import Cache
from pdc.base.folder import Folder, place, to_csv
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.country.setting import Data
from pdc.planning.processes import Progress
from pdc.solve.exchanges import COUNTRY, Cost, Exchange, Ladder
from pdc.solve.marginal.tree import DISTRICT, PROVINCE
from pdc_common.text import Lang

SCOPES: Final = {
    "district": (DISTRICT,), "province": (PROVINCE, DISTRICT), "country": (COUNTRY, PROVINCE, DISTRICT),
}  # fmt: skip
"""Inside what places posts may move."""

COLUMNS: Final = (
    "title", "from_unit_code", "from_unit", "from_province_code", "to_unit_code", "to_unit",
    "to_province_code", "posts", "km", "by", "clause", *GAINS,
)  # fmt: skip
CURVE: Final = ("moves", "title", *GAINS)


@dataclass(frozen=True, eq=False)
class Transfers:
    """Who moves where, and what every move betters, in their order."""

    of: Filled
    within: str
    most: int | None
    rows: pd.DataFrame
    curve: pd.DataFrame
    roads: bool  # are road km known between provinces?

    @property
    def unproven(self) -> dict[str, list[str]]:
        """Titles with moves whose order is not proven, by what is no tree there."""
        found: dict[str, list[str]] = {}
        for title in dict.fromkeys(self.rows["title"]):
            if self.of.titles[title].across:
                found.setdefault(self.of.titles[title].across, []).append(title)
        return found

    def to_dict(self) -> dict[str, Any]:
        """``transfers_summary.json``."""
        moved = self.rows.groupby("title")["posts"].sum() if len(self.rows) else pd.Series(dtype="int64")
        km = pd.to_numeric(self.rows["km"], errors="coerce") * self.rows["posts"]
        return {
            "plan": self.of.folder.name, "within": self.within, "most": self.most,
            "posts": int(self.rows["posts"].sum()), "km": round(float(km.sum()), 1),
            "titles": {title: int(n) for title, n in moved.items()},
            "roads": self.roads, "unproven": self.unproven,
        }  # fmt: skip


def transfers(
    folder: Path,
    data: Data = None,
    *,
    within: str = "country",
    most: int | None = None,
    titles: Sequence[str] = (),
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Transfers:
    """The moves from surplus to vacancy of a plan's folder, ``most`` of them; ``within`` one of
    :data:`SCOPES`.

    Raises :class:`~pdc.base.faults.InputError`.
    """
    filled = filled_plan(folder, data, titles, progress, cache)
    chosen: dict[str, list[Exchange]] = {}
    curve: list[tuple[Any, ...]] = []
    streams = [_stream(one, within) for one in filled.titles.values()]
    for cost, title, _, exchange in merged(streams):
        if most is not None and len(curve) >= most:
            break
        chosen.setdefault(title, []).append(exchange)
        curve.append((len(curve) + 1, title, *gains(cost).values()))
    ways = Ways(filled)
    rows = [row for title, made in chosen.items() for row in _rows(filled, title, made, within, ways)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    each = frame[list(GAINS)].to_numpy(dtype=np.float64) / frame[["posts"]].to_numpy(dtype=np.float64)
    # What a post of a row betters, the first aim first; rows as they stand among equals.
    order = np.lexsort((np.arange(len(each)), *(-each.T[::-1])))
    return Transfers(
        filled, within, most, frame.iloc[order].reset_index(drop=True),
        pd.DataFrame(curve, columns=list(CURVE)),
        bool(ways.by_road.any()),
    )  # fmt: skip


def movable(one: Filling) -> tuple[Ints, Ints]:
    """Staff of a title by tree row, and what each is to have: never below those who may not be moved
    (A.17).
    """
    start, goal, locked = (rows_of(one, posts) for posts in (one.filled, one.planned, one.locked))
    return start, np.where(goal < start, np.maximum(goal, np.minimum(locked, start)), goal)


def _stream(one: Filling, within: str) -> Iterator[tuple[Cost, str, str, Exchange]]:
    start, goal = movable(one)
    for exchange in Ladder(one.tree, start, goal, scopes=SCOPES[within]).exchanges():
        yield exchange.cost, one.title, "", exchange


def _rows(
    filled: Filled, title: str, made: Sequence[Exchange], within: str, ways: Ways
) -> Iterator[tuple[Any, ...]]:
    """The flow of a title: of every taker the first posts come first; gains go with the posts."""
    country, one = filled.country, filled.titles[title]
    mending = Mending(one, country)
    ups: dict[int, list[tuple[Cost, tuple[str, ...]]]] = {}
    downs: dict[int, list[tuple[Cost, tuple[str, ...]]]] = {}
    for exchange in made:
        ups.setdefault(exchange.gets_unit, []).append((exchange.up, mending.more(exchange.gets_unit)))
        downs.setdefault(exchange.gives_unit, []).append((exchange.down, mending.fewer(exchange.gives_unit)))
    givers, takers = (np.array(sorted(side), dtype=np.int64) for side in (downs, ups))
    gives, gets = (
        np.array([len(side[u]) for u in at.tolist()]) for side, at in ((downs, givers), (ups, takers))
    )
    codes, names = country.codes("unit"), country.units["unit"].tolist()
    plates = country.codes("province")
    for trip in ways.trips(givers, gives, takers, gets, within):
        up, down = (
            [side[unit].pop(0) for _ in range(trip.posts)]
            for side, unit in ((ups, trip.taker), (downs, trip.giver))
        )
        total = sum_of([cost for cost, _ in (*up, *down)])
        clauses = dict.fromkeys(clause for _, mends in (*up, *down) for clause in mends)
        a, b = trip.giver, trip.taker
        yield (
            title, codes[a], names[a], plates[country.unit_province[a]], codes[b], names[b],
            plates[country.unit_province[b]], trip.posts,
            "" if np.isnan(trip.km) else f"{trip.km:.1f}", trip.by,
            " ".join(clauses or (one.clause,)), *gains(total).values(),
        )  # fmt: skip


def sum_of(costs: Sequence[Cost]) -> Cost:
    """Costs of several steps together."""
    total = costs[0]
    for cost in costs[1:]:
        total = total + cost
    return total


def write_transfers(made: Transfers, target: Path, lang: Lang = "tr") -> Path:
    """Write ``transfers.csv``, ``transfers_curve.csv``, the summary, a map and a page; whole or not at
    all.
    """
    from pdc.ask.audit.write import as_json  # noqa: PLC0415

    folder = Folder(place(target, "transfers", (made.of.folder, *made.of.setting.inputs)))
    try:
        folder.write("transfers.csv", to_csv(made.rows))
        folder.write("transfers_curve.csv", to_csv(made.curve))
        folder.write("transfers_summary.json", as_json(made.to_dict()))
        country = made.of.country
        columns = ["province_code", "province", "latitude", "longitude"]
        known = country.provinces.reindex(columns=columns)
        folder.write("provinces.csv", to_csv(_with_middles(known, country)))
        borders = made.of.setting.side_files.get("provinces.geojson")
        if borders is not None:
            folder.write("provinces.geojson", borders.read_bytes())
        from pdc_reports.pages.lists import write_transfers_page  # noqa: PLC0415 - it draws

        names = {title.code: title.name[lang] for title in made.of.setting.rulebook.titles}
        write_transfers_page(folder.path, names, lang)
        return folder.finish()
    except BaseException:
        folder.drop()
        raise


def _with_middles(provinces: pd.DataFrame, country: Country) -> pd.DataFrame:
    """Provinces without coordinates of their own have the middle of their units'."""
    lat, lon = places(country)
    found = provinces.copy()
    for name, values in (("latitude", lat), ("longitude", lon)):
        middle = pd.Series(values).groupby(pd.Series(country.unit_province)).mean()
        own = pd.to_numeric(found[name], errors="coerce")
        found[name] = own.fillna(
            pd.Series(middle.reindex(range(len(found))).to_numpy(), index=found.index)
        ).round(4)
    return found
