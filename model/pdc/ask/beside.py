"""The places of two tables, matched by their codes: the two may stand in different countries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc.ask.handmade import Cetvel
from pdc.base.numbers import Ints
from pdc.country.country import Country

_ABOVE: Final = {"unit": ("district", "province"), "district": ("province",), "province": ()}
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Beside:
    """Places of a level that can be compared.

    ``places`` has a row each: ``province_code``, ``district_code``, ``unit_code``, ``place`` and ``only``
    (``a`` or ``b`` where one country alone has it). ``at`` are the positions in A and in B, −1 for none.
    """

    a: Cetvel
    b: Cetvel
    level: str
    places: pd.DataFrame
    at: tuple[Ints, Ints]

    @classmethod
    def of(cls, a: Cetvel, b: Cetvel, level: str) -> Beside:
        """Match two tables: places that both cover, and those that the other's country does not have."""
        tables = (a, b)
        codes = [[str(c) for c in table.country.codes(level)] for table in tables]
        where = [{code: i for i, code in enumerate(own)} for own in codes]
        every = list(dict.fromkeys([*codes[0], *codes[1]]))
        at = [np.array([own.get(c, -1) for c in every], dtype=np.int64) for own in where]
        shown = np.ones(len(every), dtype=bool)
        for k, table in enumerate(tables):
            other = tables[1 - k]
            here = at[k] >= 0
            shown[here] &= table.covered[level][at[k][here]]
            alone = here & (at[1 - k] < 0)
            shown[alone] &= _given(table.country, other, level, at[k][alone])
        at = [positions[shown] for positions in at]
        frames = [_places(table.country, level, own[own >= 0]) for table, own in zip(tables, at, strict=True)]
        order = np.flatnonzero(at[0] >= 0), np.flatnonzero((at[0] < 0) & (at[1] >= 0))
        later = frames[1][at[0][at[1] >= 0] < 0]
        both = pd.concat([frames[0].assign(_at=order[0]), later.assign(_at=order[1])], ignore_index=True)
        both = both.sort_values("_at", kind="stable").drop(columns="_at").reset_index(drop=True)
        only = np.where(at[1] < 0, "a", np.where(at[0] < 0, "b", ""))
        return cls(a, b, level, both.assign(only=only.tolist()), (at[0], at[1]))

    def posts(self, title: str) -> tuple[Ints, Ints]:
        """Posts of a title in A and in B, 0 where the country does not have the place."""
        a, b = (
            np.where(own >= 0, table.at(title, self.level)[np.maximum(own, 0)], 0)
            for table, own in zip((self.a, self.b), self.at, strict=True)
        )
        return a, b

    @cached_property
    def only(self) -> dict[str, list[str]]:
        """Codes of the places that only one country has, by side."""
        key = f"{self.level}_code"
        return {side: [str(c) for c in self.places[key][self.places["only"] == side]] for side in ("a", "b")}


def _given(country: Country, other: Cetvel, level: str, at: Ints) -> Mask:
    """Does the other table tell of the place around these? Where its country has none of it: yes."""
    found = np.ones(len(at), dtype=bool)
    open_ = np.ones(len(at), dtype=bool)
    for above in _ABOVE[level]:
        known = {str(c): i for i, c in enumerate(other.country.codes(above))}
        mine = np.array([str(c) for c in country.codes(above)], dtype=object)[_up(country, level, above)[at]]
        there = np.array([known.get(code, -1) for code in mine], dtype=np.int64)
        judged = open_ & (there >= 0)
        found[judged] = other.covered[above][there[judged]]
        open_ &= ~judged
    return found


def _up(country: Country, level: str, above: str) -> Ints:
    if level == "district":
        return country.district_province
    return country.unit_district if above == "district" else country.unit_province


def _places(country: Country, level: str, at: Ints) -> pd.DataFrame:
    plates = country.provinces["province_code"].to_numpy(dtype=np.int64)
    province = at if level == "province" else _up(country, level, "province")[at]
    district: Any = ""
    if level != "province":
        district = country.codes("district")[at if level == "district" else country.unit_district[at]]
    return pd.DataFrame(
        {
            "province_code": plates[province],
            "district_code": district,
            "unit_code": country.codes("unit")[at] if level == "unit" else "",
            "place": np.array(country.place_names[level], dtype=object)[at],
        }
    )
