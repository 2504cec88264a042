"""Posts beside need, and access by distance, of the titles of a plan: from its tables alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc_common.access import Bands, Near, Ranked, ranked, reached, spread, within
from pdc_common.fairness import gini
from pdc_common.need import Need, kakwani
from pdc_common.text import Lang
from pdc_reports.folder.plan import PlanTables, kept
from pdc_reports.folder.views import ALL_SPECIALISTS, ByProvince, by_province

Numbers = npt.NDArray[np.float64]
T = TypeVar("T")
# Under these names what is worked out once is kept with the tables; titles have no brackets.
_PAIRS: Final = "[pairs]"
_POSTS: Final = "[posts]"


def need_name(tables: PlanTables, lang: Lang) -> str:
    """What stands for need, in words; empty where nothing does."""
    told = tables.summary.get("need") or {}
    return str(told.get(lang) or told.get("column") or "")


def known_need(tables: PlanTables) -> npt.NDArray[np.bool_]:
    """Provinces (in plate order) where people live and need is known."""
    return kept(tables, "need.known", lambda: _known_need(tables))


def _known_need(tables: PlanTables) -> npt.NDArray[np.bool_]:
    p = tables.provinces
    mask: npt.NDArray[np.bool_] = ((p["etf_population"] > 0) & p["need"].notna()).to_numpy()
    return mask


def kept_reach(title: str) -> str:
    """Under what name the access to a title's posts is kept with the tables."""
    return f"need.reach {title}"


def of_title(tables: PlanTables, numbers: ByProvince) -> tuple[Need, Need] | None:
    """The indices of filled posts and of the plan; None where need is known of fewer than two provinces."""
    known = known_need(tables)
    if known.sum() < 2:
        return None
    need = tables.provinces["need"].to_numpy(dtype=np.float64)
    nothing = Need(float("nan"), float("nan"), float("nan"))
    found = []
    for posts in (numbers.filled, numbers.posts):
        values = np.where(np.isnan(posts), 0.0, posts)[known]
        given = not np.isnan(posts).all() and values.min() >= 0
        found.append(kakwani(numbers.people[known], need[known], values) if given else nothing)
    return found[0], found[1]


@dataclass(frozen=True)
class Access:
    """Posts within reach per 100,000 people, by district in reading order; nan where it is off the map."""

    bands: Bands
    rate: Numbers
    people: Numbers

    @cached_property
    def _known(self) -> npt.NDArray[np.bool_]:
        known: npt.NDArray[np.bool_] = ~np.isnan(self.rate) & (self.people > 0)
        return known

    @cached_property
    def _ranked(self) -> Ranked:
        return ranked(self.rate[self._known], self.people[self._known])

    def quantile(self, share: float) -> float:
        """What ``share`` of the people do not exceed."""
        return self._ranked.quantile(share)

    @property
    def without(self) -> float:
        """Share of the people with no post within reach."""
        people = self.people[self._known]
        out = people[self.rate[self._known] == 0]
        return float(out.sum() / people.sum()) if people.sum() > 0 else float("nan")

    @property
    def gini(self) -> float:
        """Gini coefficient of access over people; nan where nobody reaches anything."""
        people = self.people[self._known]
        return gini(people, self.rate[self._known] * people)


@dataclass(frozen=True)
class Reach:
    """The districts of a plan and how far they are from one another; worked out once, whoever asks."""

    tables: PlanTables

    @cached_property
    def known(self) -> npt.NDArray[np.bool_]:
        """Districts that are on the map."""
        d = self.tables.districts
        known: npt.NDArray[np.bool_] = (d["latitude"].notna() & d["longitude"].notna()).to_numpy()
        return known

    def of(self, title: str) -> Iterator[Access]:
        """Access to the planned posts of a title (or ``uzman``), by each of the bands."""
        return iter(self._once(title, lambda: tuple(self._of(title))))

    def measure(self) -> None:
        """Measure the distances, for all titles."""
        self._once(_PAIRS, self._pairs)

    def _of(self, title: str) -> Iterator[Access]:
        known, people = self.known, self._people
        posts = self._posts(title)[known]
        for bands, (pairs, reach) in zip(self.tables.bands, self._once(_PAIRS, self._pairs), strict=True):
            rate = np.full(len(people), np.nan)
            rate[known] = spread(pairs, reach, posts) * 100_000
            yield Access(bands, rate, people)

    def _pairs(self) -> list[tuple[Near, Numbers]]:
        """By bands the districts that reach one another, and the people within reach of each one's posts."""
        d = self.tables.districts[self.known]
        people, bands = self._people[self.known], self.tables.bands
        farthest = max((one.km[-1] for one in bands), default=0.0)
        (first, second), km = within(d["latitude"].to_numpy(), d["longitude"].to_numpy(), farthest)
        found = []
        for one in bands:
            weight = one.weights(km)
            weights = np.zeros((len(d), len(d)))
            weights[first, second] = weight
            some = weight > 0
            pairs = Near(first[some], second[some], weight[some], len(d))
            found.append((pairs, reached(weights, people)))
        return found

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` returns, kept with the tables: page, figures and CSV ask for the same."""
        return kept(self.tables, kept_reach(name), make)

    @property
    def _people(self) -> Numbers:
        return self.tables.districts["etf_population"].to_numpy(dtype=np.float64)

    def _posts(self, title: str) -> Numbers:
        titles: Sequence[str] = self.tables.specialists if title == ALL_SPECIALISTS else (title,)
        posts = np.zeros(len(self.tables.districts))
        for one in titles:
            posts += self._once(_POSTS, self._by_title).get(one, 0.0)
        return posts

    def _by_title(self) -> Mapping[str, Numbers]:
        row_of = {code: i for i, code in enumerate(self.tables.districts["district_code"].tolist())}
        plan = self.tables.plan_districts
        titles = plan["title"].tolist()
        of = {title: i for i, title in enumerate(dict.fromkeys(titles))}
        at = np.array([row_of.get(code, -1) for code in plan["district_code"].tolist()], dtype=np.int64)
        which = np.array([of[title] for title in titles], dtype=np.int64)
        posts, here = np.zeros((len(of), len(row_of))), at >= 0
        np.add.at(posts, (which[here], at[here]), plan["posts"].to_numpy(dtype=np.float64)[here])
        return dict(zip(of, posts, strict=True))


NEED_COLUMNS = ("title", "concentration_filled", "concentration_plan", "kakwani_filled", "kakwani_plan")
ACCESS_COLUMNS = ("title", "bands", "without_access", "access_10", "access_50", "access_90", "gini")
_DECIMALS = 6


def need_frame(tables: PlanTables) -> pd.DataFrame:
    """``need.csv``: the indices of every title, and of all specialists together; no rows without need."""
    rows = []
    for title in _titles(tables):
        pair = of_title(tables, by_province(tables, title))
        if pair is not None:
            rows.append((title, pair[0].posts, pair[1].posts, pair[0].kakwani, pair[1].kakwani))
    return pd.DataFrame(rows, columns=list(NEED_COLUMNS)).round(_DECIMALS)


def access_frame(tables: PlanTables, reach: Reach) -> pd.DataFrame:
    """``access.csv``: every title by each of the bands; no rows where no district is on the map."""
    rows = []
    for title in _titles(tables) if reach.known.any() else ():
        for one in reach.of(title):
            shares = (one.quantile(share) for share in (0.1, 0.5, 0.9))
            rows.append((title, one.bands.name, one.without, *shares, one.gini))
    return pd.DataFrame(rows, columns=list(ACCESS_COLUMNS)).round(_DECIMALS)


def _titles(tables: PlanTables) -> tuple[str, ...]:
    return (*tables.planned, *((ALL_SPECIALISTS,) if tables.specialists else ()))
