"""Least kilometres from givers to takers: by road between provinces, by great circle inside one.

Between two provinces the road is as long for every pair of units, so those posts go through the two
provinces: a network of the pairs inside provinces, and of the provinces. It has the same least km as all
pairs, and a hundredth of the arcs. Where no roads are known, small tables have all pairs by great circle,
larger ones the middles of the provinces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pdc.ask.filling import Filled, places
from pdc.base.numbers import Floats, Ints
from pdc.solve.flow import cheapest_flow
from pdc_common.geography import great_circle_km
from pdc_common.roads import read_roads

PAIRS: Final = 50_000  # arcs that are no burden
ROAD, CIRCLE, MIDDLES = "road", "great_circle", "between_middles"


@dataclass(frozen=True)
class Trip:
    """Posts from a unit to another (positions); km NaN where nobody knows; by what they are counted."""

    giver: int
    taker: int
    posts: int
    km: float
    by: str


class Ways:
    """Kilometres between the units of a country."""

    def __init__(self, filled: Filled) -> None:
        country = filled.country
        self.lat, self.lon = places(country)
        self.province, self.district = country.unit_province, country.unit_district
        count = country.size("province")
        lat, lon = (_middles(axis, self.province, count) for axis in (self.lat, self.lon))
        self.between = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
        self.by_road = np.zeros((count, count), dtype=bool)
        file = filled.setting.side_files.get("road_km.csv")
        if file is not None:
            codes = country.codes("province").tolist()
            table = read_roads(file)
            table.index, table.columns = table.index.astype(str), table.columns.astype(str)
            road = table.reindex(index=codes, columns=codes).to_numpy(dtype=np.float64)
            self.by_road = ~np.isnan(road)
            self.between = np.where(self.by_road, road, self.between)

    def trips(self, givers: Ints, gives: Ints, takers: Ints, gets: Ints, within: str) -> list[Trip]:
        """The trips of least km; every giver gives and every taker gets its number."""
        scope = self.district if within == "district" else self.province
        pairs = [
            (i, j)
            for place in np.intersect1d(scope[givers], scope[takers]).tolist()
            for i in np.flatnonzero(scope[givers] == place).tolist()
            for j in np.flatnonzero(scope[takers] == place).tolist()
        ]
        every = within == "country" and not self.by_road.any() and len(givers) * len(takers) <= PAIRS
        if every:
            pairs = [(i, j) for i in range(len(givers)) for j in range(len(takers))]
        inside = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        a, b = givers[inside[:, 0]], takers[inside[:, 1]]
        km = great_circle_km(self.lat[a], self.lon[a], self.lat[b], self.lon[b])
        hubs = within == "country" and not every
        froms, tos = (
            np.unique(self.province[at]) if hubs else np.zeros(0, dtype=np.int64) for at in (givers, takers)
        )
        first = np.cumsum([0, len(givers), len(takers), len(froms), len(tos)])
        out = np.searchsorted(froms, self.province[givers]) if hubs else np.zeros(0, dtype=np.int64)
        into = np.searchsorted(tos, self.province[takers]) if hubs else np.zeros(0, dtype=np.int64)
        roads = np.argwhere(froms[:, None] != tos[None, :])
        start = np.concatenate([inside[:, 0], np.arange(len(out)), first[2] + roads[:, 0], first[3] + into])
        end = np.concatenate([
            first[1] + inside[:, 1], first[2] + out, first[3] + roads[:, 1], first[1] + np.arange(len(into))
        ])  # fmt: skip
        far = self.between[froms[roads[:, 0]], tos[roads[:, 1]]]
        length = np.concatenate([km, np.zeros(len(out)), far, np.zeros(len(into))])
        known = np.where(np.isnan(length), np.nanmax(length, initial=0.0) + 1.0, length)
        balance = np.concatenate([gives, -gets, np.zeros(len(froms) + len(tos), dtype=np.int64)])
        flow = cheapest_flow(start, end, known, balance)
        found = [
            Trip(int(givers[i]), int(takers[j]), n, float(d), CIRCLE)
            for (i, j), n, d in zip(inside.tolist(), flow.tolist(), km.tolist(), strict=False)
            if n
        ]
        parts = np.split(flow[len(inside) :], np.cumsum([len(out), len(roads)]))
        found += self._through(
            (givers, out, parts[0]), (takers, into, parts[2]), (froms, tos, roads, parts[1])
        )
        return found

    def _through(
        self,
        out: tuple[Ints, Ints, Ints],
        into: tuple[Ints, Ints, Ints],
        roads: tuple[Ints, Ints, Ints, Ints],
    ) -> Iterator[Trip]:
        """Posts that go from province to province, given to units in the order of their codes."""
        left = [list(_each(hub, *out)) for hub in range(len(roads[0]))]
        room = [list(_each(hub, *into)) for hub in range(len(roads[1]))]
        for (a, b), posts in zip(roads[2].tolist(), roads[3].tolist(), strict=True):
            p, q = int(roads[0][a]), int(roads[1][b])
            by = ROAD if self.by_road[p, q] else MIDDLES
            more = posts
            while more:
                n = min(more, left[a][0][1], room[b][0][1])
                yield Trip(left[a][0][0], room[b][0][0], n, float(self.between[p, q]), by)
                more -= n
                for queue in (left[a], room[b]):
                    unit, number = queue.pop(0)
                    if number > n:
                        queue.insert(0, (unit, number - n))


def _middles(axis: Floats, province: Ints, count: int) -> Floats:
    """Mean of a coordinate by province; NaN where none is known."""
    known = ~np.isnan(axis)
    size = np.bincount(province[known], minlength=count).astype(np.float64)
    size[size == 0] = np.nan
    return np.bincount(province[known], axis[known], count) / size


def _each(hub: int, units: Ints, hubs: Ints, flow: Ints) -> Iterator[tuple[int, int]]:
    for unit, at, posts in zip(units.tolist(), hubs.tolist(), flow.tolist(), strict=True):
        if at == hub and posts:
            yield unit, posts
