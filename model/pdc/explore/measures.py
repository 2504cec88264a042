"""What the map can show of a title, province by province; the table beside it has every one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pdc.country.country import level_sums
from pdc.explore.desk import Answer
from pdc.planning.names import PEOPLE
from pdc.planning.plan import Plan
from pdc_common.text import Lang
from pdc_reports.figures.maps import Classes, differing, sequential

Floats = npt.NDArray[np.float64]
MEASURES: Final = (
    "per_100k", "change", "percent", "change_100k", "short", "deviation", "filled",
)  # fmt: skip
_DECIMALS: Final = {
    "per_100k": 1, "change": 0, "percent": 1, "change_100k": 2, "short": 0, "deviation": 2, "filled": 1,
}  # fmt: skip
_SEQUENTIAL: Final = ("per_100k", "short")


@dataclass(frozen=True, eq=False)
class Provinces:
    """Numbers by province of the shown titles together, in the order of the country's provinces."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    people: Floats
    base: Floats
    now: Floats
    target: Floats
    short: Floats
    filled: Floats

    def of(self, measure: str) -> Floats:
        """A measure; not a number where it is undefined."""
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = self.now - self.base
            found = {
                "per_100k": self.now / self.people * 1e5,
                "change": gap,
                "percent": gap / self.base * 100,
                "change_100k": gap / self.people * 1e5,
                "short": self.short,
                "deviation": self.now - self.target,
                "filled": (self.now - self.filled) / self.filled * 100,
            }[measure]
        return np.where(np.isfinite(found), found, np.nan)

    def classes(self, measure: str, lang: Lang) -> Classes:
        """Classes that follow the numbers."""
        values = self.of(measure)
        if measure in _SEQUENTIAL:
            return sequential(values, lang, _DECIMALS[measure])
        return differing(values, lang)


def decimals(measure: str) -> int:
    """Decimals that a measure is told with."""
    return _DECIMALS[measure]


def provinces(answer: Answer) -> Provinces:
    """The numbers of an answer."""
    plan, names = answer.now, answer.now.results.frames["provinces"]
    codes = tuple(map(str, names["province_code"]))
    titles = answer.difference.titles
    cells = answer.difference.cells("province", every=True).groupby("code")[["base", "plan"]].sum()
    cells = cells.reindex(list(codes)).fillna(0)
    own = plan.provinces[plan.provinces["title"].isin(titles)]
    target = own.groupby(own["province_code"].astype(str))["target"].sum()
    where = answer.difference.plan.province_of
    rules = answer.difference.rules_of(answer.difference.plan)
    rules = rules[rules["soft"] & (rules["shortfall"] > 0)]
    at = [where.get((str(r), str(c)), "") for r, c in zip(rules["level"], rules["code"], strict=True)]
    short: dict[str, float] = {}
    for place, missing in zip(at, rules["shortfall"].tolist(), strict=True):
        short[place] = short.get(place, 0.0) + float(missing)
    return Provinces(
        codes,
        tuple(map(str, names["province"])),
        names[PEOPLE].to_numpy(dtype=np.float64),
        cells["base"].to_numpy(dtype=np.float64),
        cells["plan"].to_numpy(dtype=np.float64),
        target.reindex(list(codes)).fillna(0).to_numpy(dtype=np.float64),
        np.array([short.get(code, 0.0) for code in codes]),
        _filled(plan, titles),
    )


def _filled(plan: Plan, titles: Sequence[str]) -> Floats:
    country = plan.country
    staff = country.filled[country.filled["title"].isin(titles) & (country.filled["at"] >= 0)]
    units = np.zeros(len(country.units), dtype=np.int64)
    np.add.at(units, staff["at"].to_numpy(dtype=np.int64), staff["filled"].to_numpy(dtype=np.int64))
    return level_sums(country, units, "province").astype(np.float64)
