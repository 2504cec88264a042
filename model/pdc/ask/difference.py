"""What differs between two plans: by title, place, kind of unit and clause, and what it costs.

Everything here reads result tables (docs/data.md) and nothing else, so a plan that was just made, a plan of a
session and a plan folder are held beside one another in the same way, each as its own law made it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from pdc.country.country import Country
from pdc.planning.names import PEOPLE
from pdc.planning.plan import Plan
from pdc.planning.seal import NotAPlanError
from pdc_common.cells_csv import read_table
from pdc_common.fairness import fairness
from pdc_common.levels import LEVELS

COLUMNS: Final = ("level", "code", "title", "base", "plan", "difference")
MEASURES: Final = ("gini", "ratio", "theil")
TABLES: Final = (
    "plan_units", "plan_districts", "plan_provinces", "rules", "provinces", "districts", "units",
)  # fmt: skip
_PLURAL: Final = {"province": "provinces", "district": "districts", "unit": "units"}
_TEXT: Final = {"unit_code": str, "district_code": str, "code": str}
LARGEST: Final = 20
DIGITS: Final = 9  # of a deviation or a measure, as it is written


@dataclass(frozen=True, eq=False)
class Places:
    """Names, provinces and kinds of the places of a country, looked up by level and code."""

    frames: Mapping[str, pd.DataFrame]

    @cached_property
    def province_of(self) -> dict[tuple[str, str], str]:
        """Plate code of the province of every place, by level and code."""
        found = {("province", code): code for code in self._plates}
        for level in LEVELS[1:]:
            frame = self.frames[_PLURAL[level]]
            pairs = zip(_texts(frame[f"{level}_code"]), _texts(frame["province_code"]), strict=True)
            found.update(((level, code), province) for code, province in pairs)
        return found

    @cached_property
    def kind_of(self) -> dict[str, str]:
        """Kind of every unit."""
        units = self.frames["units"]
        return dict(zip(_texts(units["unit_code"]), _texts(units["kind"]), strict=True))

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """Every place as a person reads it."""
        plates = self._plates
        found = {("province", code): name for code, name in plates.items()}
        for level in LEVELS[1:]:
            frame = self.frames[_PLURAL[level]]
            columns = (_texts(frame[name]) for name in (f"{level}_code", level, "province_code"))
            for code, name, plate in zip(*columns, strict=True):
                found[level, code] = f"{name}, {plates.get(plate, plate)}"
        return found

    @cached_property
    def _plates(self) -> dict[str, str]:
        provinces = self.frames["provinces"]
        return dict(zip(_texts(provinces["province_code"]), _texts(provinces["province"]), strict=True))


# A session asks of one country again and again: its places are looked up once.
_PLACES: Final[WeakKeyDictionary[Country, Places]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Side:
    """One of two plans: its name, and its result tables by file name (without ``.csv``).

    ``shown`` are its titles where the tables of provinces do not tell them all (a part of a table).
    """

    name: str
    frames: Mapping[str, pd.DataFrame]
    places: Places = field(default_factory=lambda: Places({}))
    shown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.places.frames:
            object.__setattr__(self, "places", Places(self.frames))

    @classmethod
    def of(cls, plan: Plan, name: str) -> Side:
        """A plan that was made."""
        frames = plan.results.frames
        places = _PLACES.get(plan.country)
        if places is None:
            places = _PLACES[plan.country] = Places({one: frames[one] for one in _PLURAL.values()})
        return cls(name, frames, places)

    @classmethod
    def read(cls, folder: Path) -> Side:
        """A plan folder. Raises :class:`~pdc.planning.seal.NotAPlanError` where a table is missing."""
        found = {name: folder / f"{name}.csv" for name in TABLES}
        if not all(path.is_file() for path in found.values()):
            raise NotAPlanError(str(folder))
        frames = {name: read_table(path, dtype=_TEXT, keep_default_na=False) for name, path in found.items()}
        return cls(folder.name, frames)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Titles that are planned, in the order of the tables."""
        return self.shown or tuple(map(str, self.frames["plan_provinces"]["title"].unique()))

    def cells(self, level: str) -> pd.DataFrame:
        """``code, title, target, posts`` at a level."""
        frame = self.frames[f"plan_{_PLURAL[level]}"]
        found = frame[[f"{level}_code", "title", "target", "posts"]]
        return found.rename(columns={f"{level}_code": "code"}).astype({"code": str})

    @property
    def province_of(self) -> dict[tuple[str, str], str]:
        """Plate code of the province of every place, by level and code."""
        return self.places.province_of

    @property
    def kind_of(self) -> dict[str, str]:
        """Kind of every unit."""
        return self.places.kind_of

    def name_of(self, level: str, code: str) -> str:
        """A place as a person reads it; its code where this side does not have it."""
        return self.places.names.get((level, code), code)

    def deviation(self, level: str) -> dict[str, float]:
        """Σ (x − q)² / q by title, over the places that have a target; titles with none are left out."""
        frame = self.cells(level)
        frame = frame[frame["target"] > 0]
        parts = (frame["posts"] - frame["target"]) ** 2 / frame["target"]
        return {str(t): float(v) for t, v in parts.groupby(frame["title"], sort=False).sum().items()}

    def fairness(self, title: str) -> dict[str, float]:
        """The measures of :mod:`pdc_common.fairness` over the provinces where people live."""
        cells = self.cells("province")
        posts = cells[cells["title"] == title].set_index("code")["posts"]
        provinces = self.frames["provinces"]
        people = pd.Series(provinces[PEOPLE].to_numpy(), index=provinces["province_code"].astype(str))
        lived = people[people > 0]
        if not len(lived):
            return dict.fromkeys(MEASURES, float("nan"))
        found = fairness(lived, posts.reindex(lived.index).fillna(0))
        return {name: float(getattr(found, name)) for name in MEASURES}

    @cached_property
    def rules(self) -> pd.DataFrame:
        """Rules at their places, required and shortfall as numbers; joint titles as they stand."""
        frame = self.frames["rules"]
        frame = frame[frame["title"].astype(str) != ""]
        return frame.assign(
            code=frame["code"].astype(str),
            required=pd.to_numeric(frame["required"], errors="coerce"),
            shortfall=pd.to_numeric(frame["shortfall"], errors="coerce").fillna(0),
            soft=frame["tier"].astype(str) != "",
        )


@dataclass(frozen=True, eq=False)
class Difference:
    """A plan held beside a base. Only titles that both planned are compared; the others are named.

    ``wanted`` are the titles to compare, all by default: titles that are planned together come together.
    ``levels`` are those that both sides show, ``sums`` the level that totals are summed from: a table that
    tells of a few districts has no number of their province, yet what it tells adds up.
    """

    base: Side
    plan: Side
    wanted: tuple[str, ...] = ()
    levels: tuple[str, ...] = LEVELS
    sums: str = "province"

    @property
    def sides(self) -> tuple[Side, Side]:
        """Base, then plan."""
        return self.base, self.plan

    @property
    def finest(self) -> str:
        """The finest level that both show."""
        return self.levels[-1]

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Titles that both planned."""
        known = set(self.base.titles) & set(self.wanted or self.plan.titles)
        return tuple(title for title in self.plan.titles if title in known)

    @property
    def alone(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Titles that the base alone planned, and those that the plan alone did."""
        base, plan = set(self.base.titles), set(self.plan.titles)
        return (
            tuple(t for t in self.base.titles if t not in plan),
            tuple(t for t in self.plan.titles if t not in base),
        )

    def cells(self, level: str, *, every: bool = False) -> pd.DataFrame:
        """Places of a level whose number differs (``every``: all), ``code, title, base, plan, difference``.

        A place that one side does not have is 0 there.
        """
        return self._every(level) if every else _different(self._every(level))

    def _every(self, level: str) -> pd.DataFrame:
        if level not in self._known:
            a, b = (side.cells(level)[["code", "title", "posts"]] for side in self.sides)
            if _aligned(a, b, ("code", "title")):
                some = a["title"].isin(self.titles).to_numpy()
                self._known[level] = _told(a[some], ["code", "title"], a["posts"][some], b["posts"][some])
                return self._known[level]
            both = a.merge(b, on=["code", "title"], how="outer", suffixes=("_a", "_b"), sort=False)
            both = both[both["title"].isin(self.titles)]
            self._known[level] = _told(both, ["code", "title"], both["posts_a"], both["posts_b"])
        return self._known[level]

    @cached_property
    def _known(self) -> dict[str, pd.DataFrame]:
        return {}

    def by_title(self) -> pd.DataFrame:
        """Posts of each title in the country: ``title, base, plan, difference``."""
        sums = self._every(self.sums).groupby("title")[["base", "plan"]].sum().reindex(list(self.titles))
        return _told(sums.reset_index(), ["title"], *_pair(sums))

    def by_province(self) -> pd.DataFrame:
        """Each province: posts before and after, what its titles gained and lost: ``code, base, …``."""
        return _gains(self._of_provinces(), "code")

    def by_province_and_title(self) -> pd.DataFrame:
        """Each title in each province: ``code, title, base, plan, difference``."""
        numbers = ["base", "plan", "difference"]
        return self._of_provinces().groupby(["code", "title"], sort=False)[numbers].sum().reset_index()

    def _of_provinces(self) -> pd.DataFrame:
        cells = self._every(self.sums)
        if self.sums == "province":
            return cells
        return cells.assign(code=[self._province(code) for code in cells["code"].tolist()])

    def by_kind(self) -> pd.DataFrame:
        """Each kind of unit: ``kind, base, plan, difference, gained, lost``."""
        units = self._every("unit") if "unit" in self.levels else self._every(self.finest).iloc[:0]
        kinds = {**self.base.kind_of, **self.plan.kind_of}
        return _gains(units.assign(kind=[kinds.get(code, "") for code in units["code"].tolist()]), "kind")

    def by_clause(self) -> pd.DataFrame:
        """Posts missing by clause, where either side is short: ``clause, base, plan, difference``."""
        sums = []
        for side in self.sides:
            rules = self.rules_of(side)
            short = rules[rules["soft"] & (rules["shortfall"] > 0)]
            sums.append(short.groupby("clause", sort=False)["shortfall"].sum())
        both = pd.concat(sums, axis=1, keys=["base", "plan"]).fillna(0)
        order = {clause: i for i, clause in enumerate(self._clauses)}
        both = both.loc[sorted(both.index, key=lambda c: order.get(str(c), len(order)))]
        return _told(both.rename_axis("clause").reset_index(), ["clause"], *_pair(both))

    @cached_property
    def _clauses(self) -> list[str]:
        return list(dict.fromkeys(str(c) for side in self.sides for c in side.frames["rules"]["clause"]))

    def rules_of(self, side: Side) -> pd.DataFrame:
        """Rules about common titles; a joint rule counts where all its titles are among them."""
        known = set(self.titles)
        good = {text for text in side.rules["title"].unique() if set(str(text).split("+")) <= known}
        return side.rules[side.rules["title"].isin(good)]

    def by_deviation(self) -> pd.DataFrame:
        """Σ (x − q)² / q: ``level, title, base, plan, difference``."""
        rows = []
        for level in self.levels:
            found = [side.deviation(level) for side in self.sides]
            for title in self.titles:
                a, b = (round(one.get(title, 0.0), DIGITS) for one in found)
                rows.append((level, title, a, b, round(b - a, DIGITS)))
        return pd.DataFrame(rows, columns=["level", "title", "base", "plan", "difference"])

    def by_fairness(self) -> pd.DataFrame:
        """How evenly each title is spread over the people: ``measure, title, base, plan, difference``."""
        rows = []
        for title in self.titles:
            a, b = (side.fairness(title) for side in self.sides)
            for name in MEASURES:
                x, y = round(a[name], DIGITS), round(b[name], DIGITS)
                rows.append((name, title, x, y, round(y - x, DIGITS)))
        return pd.DataFrame(rows, columns=["measure", "title", "base", "plan", "difference"])

    def largest(self, count: int = LARGEST) -> pd.DataFrame:
        """The largest changes at the finest level (units), ``code, title, base, plan, difference``.

        Ties stand as in the tables.
        """
        cells = self.cells(self.finest)
        order = cells["difference"].abs().sort_values(ascending=False, kind="stable").index
        return cells.reindex(order).head(count).reset_index(drop=True)

    @cached_property
    def through(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Clauses that ask for something else than before, by province and title, the largest change first.

        A change without one comes from the shares: what others need more or less, all places gain or lose.
        """
        keys = ["clause", "title", "level", "code"]
        found_ = [self.rules_of(side)[[*keys, "required"]] for side in self.sides]
        if _aligned(
            found_[0], found_[1], keys
        ):  # rows that ask for the same cannot differ when they are summed
            a, b = (rules["required"].to_numpy(dtype=float) for rules in found_)
            differs = (a != b) & ~(np.isnan(a) & np.isnan(b))
            found_ = [rules[differs] for rules in found_]
        parts = []
        for rules in found_:
            some = rules[rules["required"].notna() & (rules["level"] != "national")]
            parts.append(some.groupby(keys, sort=False)["required"].sum())
        both = pd.concat(parts, axis=1, keys=["base", "plan"]).fillna(0)
        gap = (both["plan"] - both["base"]).abs()
        where = {**self.base.province_of, **self.plan.province_of}
        sums: dict[tuple[str, str], dict[str, float]] = {}
        changed = gap[gap > 0].rename("size").reset_index()
        for row in changed.to_dict("records"):
            clause, place = str(row["clause"]), where.get((str(row["level"]), str(row["code"])), "")
            for title in str(row["title"]).split("+"):
                found = sums.setdefault((place, title), {})
                found[clause] = found.get(clause, 0.0) + float(row["size"])
        return {key: _by_size(found) for key, found in sums.items()}

    def through_at(self, province: str, titles: Iterable[str] = ()) -> tuple[str, ...]:
        """Clauses of :attr:`through` at a province, of all titles or of some."""
        wanted = tuple(titles) or self.titles
        return tuple(dict.fromkeys(c for title in wanted for c in self.through.get((province, title), ())))

    def frame(self) -> pd.DataFrame:
        """``differences.csv``: everything that differs, a row each (:data:`COLUMNS`).

        ``level`` is ``national``, ``province``, ``district``, ``unit`` or ``kind`` for posts; ``clause`` for
        posts missing; ``deviation`` (``code`` the level) and ``fairness`` (``code`` the measure) by title.
        """
        parts = [self.by_title().assign(level="national", code="")]
        parts += [self.cells(level).assign(level=level) for level in self.levels]
        parts.append(self.by_kind().rename(columns={"kind": "code"}).assign(level="kind", title=""))
        parts.append(self.by_clause().rename(columns={"clause": "code"}).assign(level="clause", title=""))
        parts.append(self.by_deviation().rename(columns={"level": "code"}).assign(level="deviation"))
        parts.append(self.by_fairness().rename(columns={"measure": "code"}).assign(level="fairness"))
        some = [_different(part)[list(COLUMNS)].astype(object) for part in parts]
        return pd.concat(some, ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """Everything a page shows, as plain data, by code."""
        province = self.by_province()
        return {
            "base": self.base.name,
            "plan": self.plan.name,
            "titles": _records(self.by_title()),
            "only": {"base": list(self.alone[0]), "plan": list(self.alone[1])},
            "provinces": [
                {**row, "clauses": list(self.through_at(str(row["code"])))} for row in _records(province)
            ],
            "kinds": _records(self.by_kind()),
            "clauses": _records(self.by_clause()),
            "deviation": _records(self.by_deviation()),
            "fairness": _records(self.by_fairness()),
            "largest": [
                {
                    **row,
                    "place": self._place(self.finest, str(row["code"])),
                    "clauses": list(self.through_at(self._province(str(row["code"])), (row["title"],))),
                }
                for row in _records(self.largest())
            ],
            "finest": self.finest,
            "changed": {level: len(self.cells(level)) for level in self.levels},
            "moved": int(self.cells(self.finest)["difference"].clip(lower=0).sum()),
        }

    def _place(self, level: str, code: str) -> str:
        found = self.plan.name_of(level, code)
        return found if found != code else self.base.name_of(level, code)

    def _province(self, code: str) -> str:
        place = (self.finest if self.sums == "province" else self.sums), code
        return self.plan.province_of.get(place) or self.base.province_of.get(place, "")


def difference(base: Plan | Side, plan: Plan | Side) -> Difference:
    """Hold ``plan`` beside ``base``."""
    return Difference(_side(base, "base"), _side(plan, "plan"))


def _side(plan: Plan | Side, name: str) -> Side:
    return Side.of(plan, name) if isinstance(plan, Plan) else plan


def _texts(column: Any) -> list[str]:
    return [str(value) for value in column.tolist()]


def _aligned(a: pd.DataFrame, b: pd.DataFrame, keys: Sequence[str]) -> bool:
    """Do both tables have the same rows in the same order? Two plans of one country mostly do."""
    return len(a) == len(b) and all(a[key].tolist() == b[key].tolist() for key in keys)


def _pair(frame: pd.DataFrame) -> tuple[Any, Any]:
    return frame["base"], frame["plan"]


def _told(frame: pd.DataFrame, keys: list[str], base: Any, plan: Any) -> pd.DataFrame:
    """The frame's keys with both numbers and plan − base; what one side lacks is 0."""
    a, b = (pd.Series(v).fillna(0).astype("int64").to_numpy() for v in (base, plan))
    return frame[keys].assign(base=a, plan=b, difference=b - a).reset_index(drop=True)


def _gains(cells: pd.DataFrame, key: str) -> pd.DataFrame:
    """Cells summed by a key: both numbers, and the sums of what grew and of what shrank."""
    parts = cells.assign(gained=cells["difference"].clip(lower=0), lost=-cells["difference"].clip(upper=0))
    sums = parts.groupby(key, sort=False)[["base", "plan", "difference", "gained", "lost"]].sum()
    return sums.reset_index()


def _by_size(found: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(found, key=lambda clause: (-found[clause], clause)))


def _different(frame: pd.DataFrame) -> pd.DataFrame:
    # A measure that is undefined before and after (no posts) does not differ.
    same = (frame["base"] == frame["plan"]) | (frame["base"].isna() & frame["plan"].isna())
    return frame[~same].reset_index(drop=True)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): _plain(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    """A number that JSON can hold: what is undefined is None, an endless ratio too."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
