"""Access by distance: the enhanced two-step floating catchment area method (E2SFCA).

First each place of supply shares its posts among all people within reach, the nearer ones counting more;
then each place of people adds up what it gets of all that is within its reach. How much a distance counts is
said by bands.

Luo, W., Qi, Y. (2009), An enhanced two-step floating catchment area (E2SFCA) method for measuring spatial
accessibility to primary care physicians, Health & Place 15(4), 1100-1107.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pdc_common.cells_csv import plain_rows
from pdc_common.geography import EARTH_RADIUS_KM, great_circle_km

Numbers = npt.NDArray[np.float64]
FILE: Final = "access_bands.csv"
HEAD: Final = ("name", "up_to_km", "weight", "source")
_BYTES: Final = 100_000  # a file of bands is a few lines
_NEAR: Final = 1e-9  # far above the error of doubles


class BandsError(ValueError):
    """A file of bands that cannot be used: the line (0: the file) and the message's code."""

    def __init__(self, line: int, code: str) -> None:
        super().__init__(f"{line}: {code}")
        self.line, self.code = line, code


@dataclass(frozen=True)
class Bands:
    """Bands of distance by name: beyond the band before and up to ``km[r]`` a person counts ``weight[r]``."""

    name: str
    km: tuple[float, ...]
    weight: tuple[float, ...]
    source: str = ""

    def weights(self, km: npt.ArrayLike) -> Numbers:
        """What each distance counts; 0 beyond the last band and where the distance is not known."""
        distance = np.asarray(km, dtype=np.float64)
        known = np.where(np.isnan(distance), np.inf, distance)
        at = np.searchsorted(np.asarray(self.km), known, side="left")
        return np.asarray([*self.weight, 0.0])[at]


def read_bands(path: Path | None = None) -> tuple[Bands, ...]:
    """Bands of a CSV file with the columns of :data:`HEAD`; without one those that pdc ships.

    Kilometres of a name rise from line to line, weights fall (or stay), from above 0 to at most 1. Raises
    :class:`BandsError`.
    """
    if path is None:
        text = (resources.files(__package__) / FILE).read_text("utf-8")
    else:
        if path.stat().st_size > _BYTES:
            raise BandsError(0, "too_large")
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BandsError(0, "not_utf8") from None
    lines = [row for row in plain_rows(csv.reader(text.splitlines())) if any(row)]
    if not lines or tuple(lines[0]) != HEAD:
        raise BandsError(1, "head")
    found: dict[str, list[tuple[float, float, str]]] = {}
    for number, row in enumerate(lines[1:], 2):
        name, km, weight, source = _row(number, row)
        before = found.setdefault(name, [])
        if before and not (before[-1][0] < km and before[-1][1] >= weight):
            raise BandsError(number, "order")
        before.append((km, weight, source))
    if not found:
        raise BandsError(1, "empty")
    return tuple(
        Bands(name, tuple(r[0] for r in rows), tuple(r[1] for r in rows), rows[0][2])
        for name, rows in found.items()
    )


def _row(number: int, row: Sequence[str]) -> tuple[str, float, float, str]:
    if len(row) != len(HEAD) or not row[0].strip():
        raise BandsError(number, "row")
    try:
        km, weight = float(row[1]), float(row[2])
    except ValueError:
        raise BandsError(number, "number") from None
    if not (math.isfinite(km) and km > 0 and 0 < weight <= 1):
        raise BandsError(number, "range")
    return row[0].strip(), km, weight, row[3].strip()


def within(
    latitude: npt.ArrayLike, longitude: npt.ArrayLike, km: float
) -> tuple[tuple[npt.NDArray[np.intp], ...], Numbers]:
    """All pairs of places at most ``km`` apart, some that are farther too, and how far each of them is.

    By sin²(d/2R) = sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2) neither term is larger than the first: where one is,
    nothing needs to be measured.
    """
    lat, lon = (np.asarray(values, dtype=np.float64) for values in (latitude, longitude))
    angle = min(km / EARTH_RADIUS_KM, math.pi)
    least = np.cos(np.radians(lat)).min(initial=1.0)
    turn = 2 * math.asin(min(1.0, math.sin(angle / 2) / least)) if least > 0 else math.pi
    north, east = (math.degrees(one) * (1 + _NEAR) + _NEAR for one in (angle, turn))
    away = np.abs(lon[:, None] - lon)
    close = (np.abs(lat[:, None] - lat) <= north) & ((away <= east) | (away >= 360 - east))
    first, second = np.nonzero(close)
    return (first, second), great_circle_km(lat[first], lon[first], lat[second], lon[second])


def e2sfca(weights: Numbers, people: npt.ArrayLike, posts: npt.ArrayLike) -> Numbers:
    """Posts per head within reach of each of n places of people.

    ``weights`` (m × n): what a person of place i counts at place of supply j, of :meth:`Bands.weights`;
    ``people`` (n), ``posts`` (m).

        Rⱼ = Sⱼ / Σₖ Wⱼₖ Pₖ     Aᵢ = Σⱼ Wⱼᵢ Rⱼ

    Nothing is lost: Σᵢ Pᵢ Aᵢ is the sum of all posts that anybody can reach.
    """
    return spread(near(weights), reached(weights, people), posts)


@dataclass(frozen=True)
class Near:
    """The pairs of places that reach one another, of ``places`` in all: one of a hundred, in a country.

    At pair p a person of ``place[p]`` counts ``weight[p]`` at the posts of ``supply[p]``.
    """

    supply: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    weight: Numbers
    places: int


def near(weights: Numbers) -> Near:
    """The pairs of the weights (m × n) that are not 0."""
    supply, place = np.nonzero(weights)
    return Near(supply, place, weights[supply, place], weights.shape[1])


def reached(weights: Numbers, people: npt.ArrayLike) -> Numbers:
    """People within reach of each place of supply, weighted: the first step of :func:`e2sfca`."""
    return np.asarray(weights @ np.asarray(people, dtype=np.float64))


def spread(pairs: Near, reach: Numbers, posts: npt.ArrayLike) -> Numbers:
    """Posts per head from what each place of supply reaches: the second step of :func:`e2sfca`."""
    s = np.asarray(posts, dtype=np.float64)
    ratio = np.divide(s, reach, out=np.zeros_like(s), where=reach > 0)
    counted = np.bincount(pairs.place, ratio[pairs.supply] * pairs.weight, pairs.places)
    return counted.astype(np.float64)  # of no pairs at all bincount makes whole numbers


@dataclass(frozen=True)
class Ranked:
    """Values from the smallest up, and the share of the people that has been reached with each."""

    values: Numbers
    shares: Numbers

    def quantile(self, share: float) -> float:
        """The value that ``share`` of the people do not exceed; nan without people."""
        if not len(self.values):
            return float("nan")
        return float(self.values[min(int(np.searchsorted(self.shares, share - 1e-12)), len(self.values) - 1)])


def ranked(values: Numbers, people: Numbers) -> Ranked:
    """Values of places in their order; none without people."""
    order = np.argsort(values, kind="stable") if people.sum() > 0 else np.zeros(0, dtype=np.intp)
    return Ranked(values[order], np.cumsum(people[order]) / people.sum() if len(order) else people[order])
