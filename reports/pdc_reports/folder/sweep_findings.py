"""What a sweep found, in numbers: what moves most, where the answer jumps, how firm the base is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc_reports.folder.sweep import BASE, Factor, SweepTables

Numbers = npt.NDArray[np.float64]
_BREAK: Final = 2.0  # a step this many times the median step of its factor is a jump

OUTCOMES: Final = (("shortfall", ""), ("changed", "unit"), ("deviation", "province"))
"""(measure, key) that pictures show, over all titles."""


@dataclass(frozen=True)
class Bar:
    """How far one factor moves an outcome: at its lowest and highest, and for which values of the factor."""

    factor: Factor
    low: float
    high: float
    at_low: str
    at_high: str


@dataclass(frozen=True)
class Path:
    """An outcome along one numeric factor, the others as in the base; ``posts`` that change at each step."""

    factor: Factor
    values: Numbers
    scenarios: tuple[str, ...]
    steps: Numbers  # posts that change from one value to the next, one fewer than values
    jumps: tuple[int, ...]  # positions in steps


@dataclass(frozen=True)
class Firmness:
    """How often, and how far, the numbers of places differ from the base."""

    places: pd.DataFrame  # title, code, base, low (5 %), high (95 %), share of scenarios that differ
    changed: Numbers  # posts that differ from the base, a number a scenario
    total: int  # posts of the base


def alone(tables: SweepTables, factor: Factor) -> pd.DataFrame:
    """Scenarios of a stepped design in which the other factors are as in the base, by the factor's value.

    A grid need not hold the base values: then all its scenarios, so that the others are averaged over.
    """
    rows = tables.design
    held = rows
    for other in tables.factors:
        if other.name != factor.name:
            held = held[held[other.name].astype(str) == base_text(other)]
    if tables.about["design"]["kind"] == "one_at_a_time":
        return held[_in_values(tables, factor, held)]
    return held if held[factor.name].nunique() == rows[factor.name].nunique() else rows


def _in_values(tables: SweepTables, factor: Factor, rows: pd.DataFrame) -> pd.Series[bool]:
    """The base value stands in every other factor's scenarios too: only this factor's own are meant."""
    own = rows[factor.name].astype(str) != base_text(factor)
    listed = next(e["values"] for e in tables.about["factors"] if e["name"] == factor.name)
    if factor.base in listed:
        at_base = rows.index[~own]
        own.loc[at_base[:1]] = True
    return own


def base_text(factor: Factor) -> str:
    """The base value as ``scenarios.csv`` writes it."""
    if isinstance(factor.base, (bool, list, dict)):
        return json.dumps(factor.base)
    return f"{factor.base:.12g}" if isinstance(factor.base, float) else str(factor.base)


def bars(tables: SweepTables, measure: str, key: str) -> list[Bar]:
    """The reach of every factor of a stepped design, the widest first."""
    outcome = tables.measure(measure, key)
    found = []
    for factor in tables.factors:
        rows = alone(tables, factor)
        if not len(rows):
            continue
        means = outcome[rows["scenario"]].groupby(rows[factor.name].to_numpy(), sort=False).mean()
        means = means.sort_values(kind="stable")
        found.append(
            Bar(
                factor, float(means.iloc[0]), float(means.iloc[-1]), str(means.index[0]), str(means.index[-1])
            )
        )
    return sorted(found, key=lambda b: b.low - b.high)


def correlations(tables: SweepTables, measure: str, key: str) -> list[tuple[Factor, float]]:
    """Spearman's rank correlation of every drawn factor with an outcome, the strongest first."""
    outcome = tables.measure(measure, key)[tables.design["scenario"]].to_numpy(dtype=np.float64)
    found = []
    for factor in tables.factors:
        if factor.noise:
            continue
        values = pd.to_numeric(tables.design[factor.name], errors="coerce").to_numpy(dtype=np.float64)
        if np.isnan(values).any() or len(set(values.tolist())) < 2 or len(set(outcome.tolist())) < 2:
            continue
        ranks = [pd.Series(v).rank().to_numpy(dtype=np.float64) for v in (values, outcome)]
        found.append((factor, float(np.corrcoef(ranks[0], ranks[1])[0, 1])))
    return sorted(found, key=lambda pair: -abs(pair[1]))


def paths(tables: SweepTables) -> list[Path]:
    """Every numeric factor of a stepped design with at least three values, and where the answer jumps."""
    found = []
    numbers: pd.DataFrame | None = None
    for factor in tables.factors if tables.stepped else ():
        rows = alone(tables, factor)
        values = pd.to_numeric(rows[factor.name], errors="coerce")
        rows = rows[values.notna()]
        values = values.dropna()
        if len(values) < 3 or values.duplicated().any():
            continue
        order = np.argsort(values.to_numpy(), kind="stable")
        names = rows["scenario"].to_numpy()[order].tolist()
        if numbers is None:
            numbers = tables.numbers(tables.finest)
        posts = numbers[names].to_numpy(dtype=np.int64)
        steps = np.abs(np.diff(posts, axis=1)).sum(axis=0).astype(np.float64)
        at = values.to_numpy(dtype=np.float64)[order]
        found.append(Path(factor, at, tuple(names), steps, _jumps(at, steps)))
    return found


def _jumps(values: Numbers, steps: Numbers) -> tuple[int, ...]:
    """Steps that change much more, per unit of the factor, than the median step does."""
    rate = steps / np.diff(values)
    usual = float(np.median(rate))
    return tuple(int(i) for i in np.flatnonzero((steps > 0) & (rate >= _BREAK * usual)))


def front(shortfall: Sequence[float], deviation: Sequence[float]) -> list[int]:
    """Positions of the scenarios that no other beats in both: Pareto's front, shortfall rising."""
    order = sorted(range(len(shortfall)), key=lambda i: (shortfall[i], deviation[i], i))
    best, found = float("inf"), []
    for i in order:
        if deviation[i] < best:
            best = deviation[i]
            found.append(i)
    return found


def firmness(tables: SweepTables) -> Firmness:
    """How firm the numbers of the provinces are."""
    numbers = tables.numbers("province")
    base = numbers[BASE].to_numpy(dtype=np.int64)
    others = numbers.drop(columns=BASE).to_numpy(dtype=np.int64)
    differs = others != base[:, None]
    places = numbers.index.to_frame(index=False).assign(
        base=base,
        low=np.quantile(others, 0.05, axis=1, method="inverted_cdf") if others.size else base,
        high=np.quantile(others, 0.95, axis=1, method="inverted_cdf") if others.size else base,
        share=differs.mean(axis=1) if others.size else 0.0,
    )
    changed = np.abs(others - base[:, None]).sum(axis=0).astype(np.float64)
    return Firmness(places, changed, int(base.sum()))


def often(tables: SweepTables) -> dict[int, float]:
    """Share of the scenarios in which any number of a province differs from the base."""
    numbers = tables.numbers("province")
    base = numbers[BASE].to_numpy(dtype=np.int64)
    others = numbers.drop(columns=BASE)
    if not others.shape[1]:
        return {}
    differs = (others.to_numpy(dtype=np.int64) != base[:, None]).astype(int)
    frame = pd.DataFrame(differs, index=numbers.index.get_level_values("code"))
    shares = frame.groupby(level=0, sort=False).max().mean(axis=1)
    return {int(str(code)): float(share) for code, share in shares.items()}
