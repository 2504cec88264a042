"""The scenarios of a sweep, and the draws of each: a scenario's numbers depend on its place alone.

Every scenario and every factor has a stream of random numbers of its own, ``SeedSequence(seed,
spawn_key=(scenario, factor))``: no draw depends on the order of work, on the number of jobs, or on the other
factors.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pdc.ask.sweep.spec import Factor, Spread, Sweep
from pdc.base.exact import Fraction
from pdc.base.faults import InputError
from pdc.base.numbers import Ints
from pdc.law.kinds import constraining
from pdc.law.reading import conditions
from pdc.law.rulebook import Rulebook, without_rules
from pdc.tables import Tables, rows_where
from pdc.tables.cells import DECIMALS
from pdc.tables.schema import Column

BASE: Final = "base"
_SCALE: Final = 10**6  # a factor has six decimals, so that a count times it is exact
_ORDERS: Final = 2**31  # spawn key of what belongs to the whole sweep: no scenario has this number


@dataclass(frozen=True)
class Case:
    """One scenario: its number and name, the value of every factor (None: as it is, or drawn by row)."""

    number: int
    name: str
    values: tuple[Any, ...]
    dropped: str = ""  # the clause that is left out, for what it costs

    @property
    def kind(self) -> str:
        """``base``, ``design``, or ``cost``: the base without a clause."""
        return "cost" if self.dropped else BASE if self.name == BASE else "design"


def cases(sweep: Sweep) -> list[Case]:
    """The base, then the scenarios of the design, then one a clause whose cost is asked."""
    none = (None,) * len(sweep.factors)
    rows = list(_rows(sweep))
    digits = max(3, len(str(len(rows))))
    found = [Case(0, BASE, none)]
    found += [Case(i, f"{i:0{digits}}", values) for i, values in enumerate(rows, 1)]
    _check(sweep, found)
    return found + [Case(len(found) + i, f"without-{c}", none, c) for i, c in enumerate(sweep.costs)]


def _check(sweep: Sweep, found: Sequence[Case]) -> None:
    """What must hold between numbers of one clause holds in every scenario. Raises InputError."""
    numbers = {f.clause for f in sweep.factors if f.clause and sweep.rulebook.clauses[f.clause].must}
    if not numbers:
        return
    for case in found:
        book = law_of(sweep, case)
        clauses = [book.clauses[number] for number in sorted(numbers)]
        faults = conditions(clauses, f"{sweep.name}: {case.name}")
        if faults:
            raise InputError(faults)


def _rows(sweep: Sweep) -> Any:
    factors = sweep.factors
    if sweep.kind == "grid":
        return itertools.product(*(f.spread.values for f in factors))
    if sweep.kind == "one_at_a_time":
        return (
            tuple(value if i == j else None for i in range(len(factors)))
            for j, f in enumerate(factors)
            for value in f.spread.values
        )
    shares = _shares(sweep)
    return (
        tuple(None if f.noise else value_at(f.spread, shares[i, j]) for j, f in enumerate(factors))
        for i in range(sweep.samples)
    )


def _shares(sweep: Sweep) -> npt.NDArray[np.float64]:
    """Numbers in [0, 1), a row a scenario, a column a factor; Latin hypercube: one in each of n slices."""
    n, k = sweep.samples, len(sweep.factors)
    shares = np.array([[_stream(sweep, i + 1, j).random() for j in range(k)] for i in range(n)])
    if sweep.kind == "latin_hypercube":
        for j in range(k):
            shares[:, j] = (_stream(sweep, _ORDERS, j).permutation(n) + shares[:, j]) / n
    return shares.reshape(n, k)


def _stream(sweep: Sweep, *place: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(sweep.seed, spawn_key=place)))


def value_at(spread: Spread, share: float) -> Any:
    """The value below which ``share`` of the distribution lies; each listed value has the same chance."""
    if spread.values:
        return spread.values[int(share * len(spread.values))]
    exact = Fraction(round(quantile(spread, share) * 10**spread.decimals), 10**spread.decimals)
    return int(exact) if exact.denominator == 1 else exact


def quantile(spread: Spread, share: float) -> float:
    """Inverse of the distribution function. A normal one with ends is cut there, not piled up."""
    given = {key: float(value) for key, value in spread.numbers.items()}
    low, high = given.get("low", -math.inf), given.get("high", math.inf)
    match spread.distribution:
        case "uniform":
            return low + share * (high - low)
        case "triangular":
            width, left = high - low, given["mode"] - low
            if not width:
                return low
            if share < left / width:
                return low + math.sqrt(share * width * left)
            return high - math.sqrt((1 - share) * width * (width - left))
    bell = NormalDist(given["mean"], given["sd"])
    first, last = (0.0 if low == -math.inf else bell.cdf(low)), (1.0 if high == math.inf else bell.cdf(high))
    inner = first + share * (last - first)
    return min(max(bell.inv_cdf(min(max(inner, 1e-12), 1 - 1e-12)), low), high)


# what a scenario changes --------------------------------------------------------------------------------


def law_of(sweep: Sweep, case: Case) -> Rulebook:
    """The rulebook of a scenario."""
    book = sweep.rulebook
    for factor, value in zip(sweep.factors, case.values, strict=True):
        if factor.clause and value is not None:
            book = book.with_parameter(factor.clause, factor.parameter, value)
    return without_rules(book, case.dropped, constraining()) if case.dropped else book


def tables_of(sweep: Sweep, case: Case, tables: Tables) -> Tables:
    """The tables of a scenario; the very same where it changes no data."""
    frames: dict[str, Any] = {}
    for j, (factor, value) in enumerate(zip(sweep.factors, case.values, strict=True)):
        if not factor.table or (value is None and not (factor.noise and case.kind == "design")):
            continue
        at = rows_where(tables, factor.table, factor.where)
        by = _factors(sweep, case, j, factor, value, tables, at)
        frame = frames.get(factor.table, tables.frame(factor.table))
        known = {column.name: column for column in tables.vocabulary.schema.tables[factor.table].columns}
        for name in factor.columns:
            frame = frame.assign(**{name: _times(frame[name].to_numpy(), at, by, known[name])})
        frames[factor.table] = frame
    for whole, parts in tables.vocabulary.schema.parts if "units" in frames else ():
        # The parts of a hospital's beds are never more than the whole.
        units = frames["units"]
        frames["units"] = units.assign(**{whole: np.maximum(units[whole], units[list(parts)].sum(axis=1))})
    return tables.changed(frames) if frames else tables


def _factors(sweep: Sweep, case: Case, j: int, factor: Factor, value: Any, tables: Tables, at: Ints) -> Ints:
    """Millionths, one a row."""
    if not factor.noise:
        return np.full(len(at), round(Fraction(value) * _SCALE), dtype=np.int64)
    group = at if factor.each == "row" else _provinces(tables, factor.table)[at]
    places, which = np.unique(group, return_inverse=True)
    # One draw for every row of the table, chosen or not: a condition moves no other row's draw.
    size = len(tables.frame(factor.table)) if factor.each == "row" else len(tables.provinces)
    shares = _stream(sweep, case.number, j).random(size)[places]
    drawn = [round(Fraction(value_at(factor.spread, share)) * _SCALE) for share in shares.tolist()]
    return np.array(drawn, dtype=np.int64)[which]


def _provinces(tables: Tables, table: str) -> Ints:
    """Position of each row's province; rows tied to no unit go with the first."""
    frame = tables.frame(table)
    codes = tables.provinces["province_code"].tolist()
    index: dict[Any, int] = {code: i for i, code in enumerate(codes)}
    column = "province_code"
    if table not in ("provinces", "districts"):
        districts = tables.districts
        below = dict(zip(districts["district_code"], districts["province_code"].map(index), strict=True))
        index, column = below, "district_code"
        if table != "units":
            units = tables.units
            index = dict(zip(units["unit_code"], units["district_code"].map(below), strict=True))
            column = "unit_code"
    return np.array([index.get(code, 0) for code in frame[column].tolist()], dtype=np.int64)


def _times(values: Any, at: Ints, by: Ints, column: Column) -> Any:
    """Values times factors: whole numbers rounded half up, exact decimals exact; kept within their bounds."""
    new = values.copy()
    if column.type not in DECIMALS:
        new[at] = np.maximum((2 * values[at] * by + _SCALE) // (2 * _SCALE), column.least)
        return new
    most = Fraction(100) if column.type == "percent" else None
    for i, factor in zip(at.tolist(), by.tolist(), strict=True):
        if values[i] is not None:
            value = values[i] * Fraction(factor, _SCALE)
            new[i] = value if most is None else min(value, most)
    return new
