"""Boundaries of provinces that people bring: ``provinces.geojson`` beside their tables.

Maps are drawn from what passes here; what does not is left out of the plan folder, with a warning that names
the file and what is expected. A plan needs no map.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from pdc.base import limits
from pdc.base.faults import Fault

_BOM: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_DEPTH: Final = {"Polygon": 2, "MultiPolygon": 3}  # lists around a point
_FEWEST: Final = 4  # points of a closed ring


class _BadError(ValueError):
    """Why a file draws no map: the message's code and values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def borders_fault(path: Path, provinces: Collection[int]) -> Fault | None:
    """What is wrong with a file of boundaries; None where maps can be drawn from it."""
    try:
        _look(_content(path), provinces)
    except _BadError as problem:
        return Fault(path.name, None, None, f"borders.{problem.code}", problem.values)
    except (OSError, RecursionError) as error:
        return Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})
    return None


def has_mark(path: Path) -> bool:
    """Does the file begin with the mark that Windows editors write? It is read all the same."""
    with path.open("rb") as file:
        return file.read(len(_BOM)) == _BOM


def _content(path: Path) -> Any:
    if path.stat().st_size > limits.BORDERS_BYTES:
        raise _BadError("too_large", most=limits.BORDERS_BYTES)
    raw = path.read_bytes()
    if raw.startswith(_WIDE):
        raise _BadError("not_utf8")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _BadError("not_utf8") from None
    except ValueError as error:  # no JSON, or a number of thousands of digits
        raise _BadError("not_json", why=str(error)) from None


def _look(content: Any, provinces: Collection[int]) -> None:
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "Topology":
        raise _BadError("topojson")
    if kind != "FeatureCollection" or not isinstance(content.get("features"), list):
        raise _BadError("no_collection", found=str(kind)[:40])
    drawn: set[int] = set()
    points = 0
    for number, feature in enumerate(content["features"], 1):
        drawn.add(_code(feature, number))
        for point in _points(feature.get("geometry"), number):
            points += 1
            if points > limits.BORDERS_POINTS:
                raise _BadError("too_many_points", most=limits.BORDERS_POINTS)
            _on_earth(point, number)
    missing = sorted(set(provinces) - drawn)
    if missing:
        raise _BadError("missing", codes=", ".join(map(str, missing[:10])), count=len(missing))


def _code(feature: Any, number: int) -> int:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("province_code") if isinstance(properties, dict) else None
    text = str(code)
    if isinstance(code, bool) or not (isinstance(code, (int, str)) and text.isascii() and text.isdigit()):
        names = ", ".join(map(str, properties))[:80] if isinstance(properties, dict) else ""
        raise _BadError("no_code", number=number, names=names or "–")
    if len(text) > len(str(limits.NUMBER)):
        raise _BadError("no_code", number=number, names=text[:40])
    return int(text)


def _points(geometry: Any, number: int) -> Iterator[Any]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    depth = _DEPTH.get(kind) if isinstance(kind, str) else None
    if depth is None:
        raise _BadError("geometry", number=number, found=str(kind)[:40])
    level: list[Any] = [geometry.get("coordinates")]
    for around in range(depth):
        if not all(isinstance(part, list) and part for part in level):
            raise _BadError("coordinates", number=number)
        level = [inner for part in level for inner in part]
        if around == depth - 2 and not all(isinstance(r, list) and len(r) >= _FEWEST for r in level):
            raise _BadError("coordinates", number=number)
    yield from level


def _on_earth(point: Any, number: int) -> None:
    good = (
        isinstance(point, list)
        and len(point) >= 2
        and all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in point[:2])
    )
    if not good:
        raise _BadError("coordinates", number=number)
    x, y = point[:2]
    if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90):
        raise _BadError("degrees", number=number)
