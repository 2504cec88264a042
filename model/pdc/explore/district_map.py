"""A province that was opened: its outline, and a circle at each of its districts, larger where more live."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import pandas as pd

from pdc.explore.measures import Places
from pdc_reports.figures.maps import Shape, svg_map

WIDTH: Final = 480.0
LEAST: Final = 5.0  # radius of the smallest circle, in the box
LARGEST: Final = 30.0
_ROOM: Final = 0.12  # degrees around districts where no outline is known


@dataclass(frozen=True)
class Circle:
    """A district on the map."""

    code: str
    name: str
    x: float
    y: float
    r: float


@dataclass(frozen=True)
class DistrictMap:
    """Outline (SVG path data, empty where the data have no borders) and circles, the largest first."""

    width: float
    height: float
    outline: str
    circles: tuple[Circle, ...]


def district_map(shape: Shape | None, places: Places, frame: pd.DataFrame) -> DistrictMap | None:
    """Districts of ``places``, where ``frame`` (``districts.csv``) says they lie; None where it does not."""
    known = frame.dropna(subset=["latitude", "longitude"]) if "latitude" in frame else frame.iloc[:0]
    where = (
        {
            str(code): (float(lat), float(lon))
            for code, lat, lon in zip(
                known["district_code"], known["latitude"], known["longitude"], strict=True
            )
            if math.isfinite(float(lat)) and math.isfinite(float(lon))
        }
        if len(known)
        else {}
    )
    inside = [i for i, code in enumerate(places.codes) if code in where]
    if not inside:
        return None
    if shape is None or len(shape.rings) == 0:
        shape = _around([where[places.codes[i]] for i in inside])
        outline = False
    else:
        outline = True
    drawn = svg_map([shape], WIDTH)
    most = max(float(places.people[i]) for i in inside) or 1.0
    # Few large circles would hide many small ones.
    largest = min(LARGEST, WIDTH / (2.2 * math.sqrt(len(inside))))
    circles = []
    for i in inside:
        x, y = drawn.point(*where[places.codes[i]])
        r = max(LEAST, largest * math.sqrt(max(float(places.people[i]), 0.0) / most))
        circles.append(Circle(places.codes[i], places.names[i], x, y, round(r, 1)))
    circles.sort(key=lambda one: -one.r)
    return DistrictMap(drawn.width, drawn.height, drawn.paths[0][1] if outline else "", tuple(circles))


def _around(points: list[tuple[float, float]]) -> Shape:
    """A box around the districts."""
    shrink = math.cos(math.radians(39.0))
    ys, xs = [p[0] for p in points], [p[1] * shrink for p in points]
    left, right, low, high = min(xs) - _ROOM, max(xs) + _ROOM, min(ys) - _ROOM, max(ys) + _ROOM
    return Shape(0, ([(left, low), (right, low), (right, high), (left, high), (left, low)],))
