"""Maps of the provinces: borders on a plain equirectangular plane, classes and their colours.

A plan folder without borders gets a circle at each province's coordinates instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.folder.views import ByProvince, per_100k

Measure = Literal["per_100k", "deviation", "vacancies"]
MEASURES: Final[tuple[Measure, ...]] = ("per_100k", "deviation", "vacancies")
Numbers = npt.NDArray[np.float64]
Ring = list[tuple[float, float]]
ATTRIBUTION: Final = "OCHA/HDX, CC BY-IGO"
# Cividis (sequential) and ColorBrewer PuOr (diverging): told apart by colour-blind readers too.
SEQUENTIAL: Final = ("#fdea9a", "#cfbb68", "#a19a77", "#757b80", "#46556c", "#00224e")
DIVERGING: Final = ("#b35806", "#f1a340", "#fee0b6", "#f1f1f4", "#d8daeb", "#998ec3", "#542788")
LAT0: Final = 39.0
_SHAPES: Final = "maps.shapes"  # what they are kept under
# Service groups from the fullest to the emptiest; more groups share the last.
GROUP_COLOURS: Final = ("#2166ac", "#92c5de", "#fdb863", "#b35806")
_SIDE: Final = 3  # classes of a difference on each side of 0
_DECIMALS: Final = 2  # for the smallest difference
_MOST_DECIMALS: Final = 6  # for the largest


class Bordered(Protocol):
    """Tables that have provinces, and perhaps their borders (GeoJSON)."""

    @property
    def borders(self) -> Mapping[str, Any] | None:
        """The GeoJSON; None without a file."""
        ...

    @property
    def provinces(self) -> pd.DataFrame:
        """Codes, latitudes, longitudes."""
        ...


@dataclass(frozen=True)
class Shape:
    """A province on the plane: closed rings in degrees, x shrunk by cos φ₀ so that the map looks right."""

    province_code: int
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Classes:
    """Map classes: the class of each place (−1: no number), labels and colours."""

    of: tuple[int, ...]
    labels: tuple[str, ...]
    colours: tuple[str, ...]


def shapes(tables: Bordered) -> tuple[Shape, ...]:
    """Provinces as shapes; neighbours outside the plan are drawn too, so that the country is whole.

    Kept with the tables: a plan has a dozen maps.
    """
    made: dict[str, tuple[Shape, ...]] = vars(tables)
    if _SHAPES not in made:
        made[_SHAPES] = _shapes(tables)
    return made[_SHAPES]


def _shapes(tables: Bordered) -> tuple[Shape, ...]:
    shrink = math.cos(math.radians(LAT0))
    if tables.borders is not None:
        return tuple(
            Shape(
                int(feature["properties"]["province_code"]),
                tuple([(x * shrink, y) for x, y in ring] for ring in _rings(feature["geometry"])),
            )
            for feature in tables.borders["features"]
        )
    found = []
    for row in tables.provinces.dropna(subset=["latitude", "longitude"]).to_dict("records"):
        x, y = row["longitude"] * shrink, row["latitude"]
        circle = [(x + 0.25 * math.cos(a), y + 0.25 * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 25)]
        found.append(Shape(int(row["province_code"]), (circle,)))
    return tuple(found)


def attribution(tables: Bordered) -> str:
    """Whom the borders are from; nothing where none are drawn."""
    if tables.borders is None:
        return ""
    return str(tables.borders.get("attribution") or ATTRIBUTION)


def no_map(tables: Bordered, lang: Lang) -> str:
    """Why there is no map, and how to bring the boundaries; empty where there are some."""
    return "" if tables.borders is not None else say("reports.no_map", lang)


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    if geometry["type"] == "Polygon":
        return [[(p[0], p[1]) for p in ring] for ring in geometry["coordinates"]]
    return [[(p[0], p[1]) for p in ring] for polygon in geometry["coordinates"] for ring in polygon]


@dataclass(frozen=True)
class SvgMap:
    """The same shapes as SVG path data in a box ``width`` wide."""

    width: float
    height: float
    paths: tuple[tuple[int, str], ...]
    scale: float
    left: float
    top: float

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a place lies on the map."""
        x = longitude * math.cos(math.radians(LAT0))
        return round((x - self.left) * self.scale, 1), round((self.top - latitude) * self.scale, 1)


def svg_map(found: Sequence[Shape], width: float = 1000) -> SvgMap:
    """Fit the shapes into a box and write their paths with one decimal."""
    xs = [x for shape in found for ring in shape.rings for x, _ in ring] or [0.0, 1.0]
    ys = [y for shape in found for ring in shape.rings for _, y in ring] or [0.0, 1.0]
    scale = width / (max(xs) - min(xs))
    left, top = min(xs), max(ys)
    paths = []
    for shape in found:
        parts = []
        for ring in shape.rings:
            points = [f"{(x - left) * scale:.1f} {(top - y) * scale:.1f}" for x, y in ring[:-1]]
            parts.append("M" + "L".join(points) + "Z")
        paths.append((shape.province_code, "".join(parts)))
    return SvgMap(width, round((top - min(ys)) * scale, 1), tuple(paths), scale, left, top)


def sequential(values: Numbers, lang: Lang, decimals: int = 1) -> Classes:
    """Up to six classes, light to dark, parted where the values are far apart (natural breaks).

    Classes of equal size would part provinces that differ by nothing a reader could see.
    """
    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return Classes(tuple([-1] * len(values)), (), ())
    inner: list[float] = []
    for low, high in _breaks(np.unique(np.round(known, decimals)), len(SEQUENTIAL)):
        inner.append(_between(low, high, decimals))
    of = _classify(np.round(values, decimals), inner)
    edges = [float(known.min()), *inner, float(known.max())]
    labels = tuple(f"{number(a, lang, decimals)} – {number(b, lang, decimals)}" for a, b in pairwise(edges))
    picked = np.linspace(0, len(SEQUENTIAL) - 1, len(labels)).round().astype(int)
    return Classes(of, labels, tuple(SEQUENTIAL[i] for i in picked))


def _breaks(found: Numbers, most: int) -> list[tuple[float, float]]:
    """Where to part sorted, distinct values so that squared distances within the classes are least.

    Fisher's exact method: the best parting into k classes ends with a class whose front part is the best
    parting into k − 1 classes.
    """
    n, sums = len(found), np.concatenate([[0.0], np.cumsum(found)])
    squares = np.concatenate([[0.0], np.cumsum(found**2)])
    start, end = np.arange(n)[:, None], np.arange(1, n + 1)[None, :]
    size = np.maximum(end - start, 1)
    within = squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / size
    within = np.where(end > start, np.maximum(within, 0), np.inf)
    best, choice = within[0], []
    for _ in range(min(most, n) - 1):
        reach = np.concatenate([[np.inf], best[:-1]])[:, None] + within
        choice.append(reach.argmin(axis=0))
        best = reach.min(axis=0)
    parts, last = [], n
    for at in reversed(choice):
        first = int(at[last - 1])
        parts.append((float(found[first - 1]), float(found[first])))
        last = first
    return parts[::-1]


def _between(low: float, high: float, decimals: int) -> float:
    """The roundest number above ``low`` and not above ``high``."""
    for digits in range(-6, decimals + 1):
        unit = 10.0**-digits
        limit = round(math.floor((low + high) / 2 / unit + 0.5) * unit, max(digits, 0))
        if low < limit <= high:
            return limit
    return high


def diverging(values: Numbers, lang: Lang, decimals: int = 1) -> Classes:
    """Seven classes around 0 with round, symmetric limits: below is orange, above is purple."""
    known = np.abs(values[~np.isnan(values)])
    if not known.size:
        return Classes(tuple([-1] * len(values)), (), ())
    limits: list[float] = []
    for share in (0.35, 0.7, 0.92):
        limit = _round_up(float(np.quantile(known, share)), decimals)
        limits.append(max(limit, _round_up(limits[-1] * 1.01, decimals)) if limits else limit)
    sizes = np.searchsorted(np.asarray(limits), np.abs(values), side="right")
    of = tuple(
        -1 if math.isnan(v) else 3 + (int(size) if v > 0 else -int(size))
        for v, size in zip(values.tolist(), sizes, strict=True)
    )
    a, b, c = limits
    text = [number(v, lang, decimals, sign=True) for v in (-c, -b, -a, a, b, c)]
    spans = tuple(f"{low} … {high}" for low, high in pairwise(text))
    labels = (f"≤ {text[0]}", *spans, f"≥ {text[-1]}")
    return Classes(of, labels, DIVERGING)


def differing(values: Numbers, lang: Lang) -> Classes:
    """Differences around 0, as the values fall: no difference is grey, and nothing else.

    On each side up to three classes, parted where the amounts are far apart, the same limits below 0 as
    above; a difference that is the same everywhere has one colour. Below is orange, above is purple.
    """
    known = np.abs(values[~np.isnan(values)])
    if not known.size:
        return Classes(tuple([-1] * len(values)), (), ())
    known = known[known > 0]
    if not known.size:
        return Classes(tuple(-1 if math.isnan(v) else 0 for v in values.tolist()), ("0",), (DIVERGING[3],))
    fine, coarse = (-math.floor(math.log10(float(v))) for v in (known.min(), known.max()))
    decimals = min(max(coarse + 1, min(fine, _DECIMALS), 0), _MOST_DECIMALS)
    if np.array_equal(known, np.round(known)):  # posts have no parts
        decimals = min(decimals, 0)
    some: Numbers = np.unique(np.round(known, decimals)).astype(np.float64)
    inner = [_between(low, high, decimals) for low, high in _breaks(some, _SIDE)]
    edges = [float(some[0]), *inner, float(some[-1])]
    side = len(edges) - 1
    of = []
    for v, size in zip(values.tolist(), np.round(np.abs(values), decimals).tolist(), strict=True):
        rank = int(np.searchsorted(np.asarray(inner), size, side="right")) + 1 if v else 0
        of.append(-1 if math.isnan(v) else side + (rank if v > 0 else -rank))
    spans = list(pairwise(edges))
    below = [_span(-high, -low, lang, decimals) for low, high in spans[::-1]]
    above = [_span(low, high, lang, decimals) for low, high in spans]
    shades = {1: (1,), 2: (2, 0), 3: (2, 1, 0)}[side]  # from the middle outwards
    down = [DIVERGING[i] for i in shades[::-1]]
    up = [DIVERGING[len(DIVERGING) - 1 - i] for i in shades]
    return Classes(tuple(of), (*below, "0", *above), (*down, DIVERGING[3], *up))


def _span(low: float, high: float, lang: Lang, decimals: int) -> str:
    ends = [number(v, lang, decimals, sign=True) for v in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} … {ends[1]}"


def classes_of(numbers: ByProvince, measure: Measure, lang: Lang) -> Classes:
    """Map classes of a measure by province; vacancies are per 100,000 people, as posts are."""
    if measure == "per_100k":
        return sequential(numbers.per_100k, lang)
    if measure == "deviation":
        return diverging(numbers.deviation, lang)
    return diverging(per_100k(numbers.vacancies, numbers.people), lang)


def _classify(values: Numbers, inner: Sequence[float]) -> tuple[int, ...]:
    found = np.searchsorted(np.asarray(inner), values, side="right")
    return tuple(-1 if math.isnan(v) else int(c) for v, c in zip(values.tolist(), found, strict=True))


def _round_up(value: float, decimals: int) -> float:
    """The next of 1, 2, 5 × 10ⁿ, at least one unit of the last decimal."""
    least = 10.0**-decimals
    if value <= least:
        return least
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(m * power, decimals) for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-12))
