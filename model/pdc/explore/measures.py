"""What the maps can show of a title, place by place; the tables beside them have every one of the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pdc.country.country import level_sums
from pdc.explore.desk import Answer
from pdc.planning.names import PEOPLE
from pdc.planning.plan import Plan
from pdc_common.numerals import number
from pdc_common.text import Lang
from pdc_reports.figures.maps import Classes, differing, sequential

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Places:
    """Numbers of the shown titles together, by province or by district, in the order of ``codes``."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    people: Floats
    base: Floats
    now: Floats
    target: Floats
    short: Floats
    filled: Floats

    def at(self, rows: Sequence[int]) -> Places:
        """Some of the places."""
        texts = (tuple(column[i] for i in rows) for column in (self.codes, self.names))
        numbers = (self.people, self.base, self.now, self.target, self.short, self.filled)
        return Places(*texts, *(column[list(rows)] for column in numbers))  # type: ignore[arg-type]

    def of(self, measure: str) -> Floats:
        """A measure; not a number where it is undefined."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = MODES[measure].of(self)
        return np.where(np.isfinite(found), found, np.nan)

    def drawn(self, measure: str, lang: Lang) -> dict[str, Any]:
        """A map: fill and note by code, and the legend; classes follow the numbers."""
        mode = MODES[measure]
        return painted(self.codes, self.names, self.of(measure), mode.decimals, lang, sign=mode.signed)


@dataclass(frozen=True)
class Mode:
    """A way to colour the map: a number of each place, and how it is told."""

    of: Callable[[Places], Any]
    decimals: int
    signed: bool  # coloured around nought


# A further mode is an entry here and a sentence explore.measure.<name>; map, tables and chooser follow.
MODES: Final[Mapping[str, Mode]] = {
    "per_100k": Mode(lambda p: p.now / p.people * 1e5, 1, signed=False),
    "change": Mode(lambda p: p.now - p.base, 0, signed=True),
    "percent": Mode(lambda p: (p.now - p.base) / p.base * 100, 1, signed=True),
    "change_100k": Mode(lambda p: (p.now - p.base) / p.people * 1e5, 2, signed=True),
    "short": Mode(lambda p: p.short, 0, signed=False),
    "deviation": Mode(lambda p: p.now - p.target, 2, signed=True),
    "filled": Mode(lambda p: (p.now - p.filled) / p.filled * 100, 1, signed=True),
}
MEASURES: Final = tuple(MODES)


def painted(
    codes: Sequence[str], names: Sequence[str], values: Floats, decimals: int, lang: Lang, *, sign: bool
) -> dict[str, Any]:
    """Fill and note by code, and the legend, of any numbers of places."""
    classes: Classes = differing(values, lang) if sign else sequential(values, lang, decimals)
    fill = {}
    for code, name, value, of in zip(codes, names, values.tolist(), classes.of, strict=True):
        text = number(value, lang, decimals, sign=sign)
        fill[code] = [classes.colours[of] if of >= 0 else "", f"{name}: {text}"]
    return {"fill": fill, "legend": list(zip(classes.colours, classes.labels, strict=True))}


@dataclass(frozen=True, eq=False)
class Seen:
    """The places of an answer at both levels, worked out once."""

    answer: Answer

    @cached_property
    def province(self) -> Places:
        """Provinces."""
        return _places(self.answer, "province")

    @cached_property
    def district(self) -> Places:
        """Districts."""
        return _places(self.answer, "district")


def _places(answer: Answer, level: str) -> Places:
    plan, names = answer.now, answer.now.results.frames[f"{level}s"]
    codes = [str(code) for code in names[f"{level}_code"].tolist()]
    index = {code: i for i, code in enumerate(codes)}
    titles = answer.difference.titles
    cells = answer.difference.cells(level, every=True)
    base, now = np.zeros(len(codes)), np.zeros(len(codes))
    at = np.array([index.get(code, -1) for code in cells["code"].tolist()], dtype=np.int64)
    known = at >= 0
    np.add.at(base, at[known], cells["base"].to_numpy(dtype=np.float64)[known])
    np.add.at(now, at[known], cells["plan"].to_numpy(dtype=np.float64)[known])
    return Places(
        tuple(codes),
        tuple(map(str, names[level].tolist())),
        names[PEOPLE].to_numpy(dtype=np.float64),
        base,
        now,
        _targets(plan, titles, level, index),
        _short(answer, level, index),
        _filled(plan, titles, level),
    )


def _targets(plan: Plan, titles: Sequence[str], level: str, index: Mapping[str, int]) -> Floats:
    frame = plan.results.frames[f"plan_{level}s"]
    own = frame[frame["title"].isin(titles)]
    found = np.zeros(len(index))
    at = [index[str(code)] for code in own[f"{level}_code"].tolist()]
    np.add.at(found, np.array(at, dtype=np.int64), own["target"].to_numpy(dtype=np.float64))
    return found


def _short(answer: Answer, level: str, index: Mapping[str, int]) -> Floats:
    """Posts missing of rules at a place or inside it."""
    side = answer.difference.plan
    rules = answer.difference.rules_of(side)
    rules = rules[rules["soft"] & (rules["shortfall"] > 0)]
    inside = side.province_of if level == "province" else _districts(answer)
    found = np.zeros(len(index))
    triples = zip(rules["level"].tolist(), rules["code"].tolist(), rules["shortfall"].tolist(), strict=True)
    for of, code, missing in triples:
        at = index.get(inside.get((str(of), str(code)), ""), -1)
        if at >= 0:
            found[at] += float(missing)
    return found


def _districts(answer: Answer) -> dict[tuple[str, str], str]:
    frame = answer.difference.plan.frames["units"]
    pairs = zip(frame["unit_code"].tolist(), frame["district_code"].tolist(), strict=True)
    found = {("unit", str(unit)): str(code) for unit, code in pairs}
    codes = answer.difference.plan.frames["districts"]["district_code"].tolist()
    return found | {("district", str(code)): str(code) for code in codes}


def _filled(plan: Plan, titles: Sequence[str], level: str) -> Floats:
    country = plan.country
    staff = country.filled[country.filled["title"].isin(titles) & (country.filled["at"] >= 0)]
    units = np.zeros(len(country.units), dtype=np.int64)
    np.add.at(units, staff["at"].to_numpy(dtype=np.int64), staff["filled"].to_numpy(dtype=np.int64))
    return level_sums(country, units, level).astype(np.float64)
