"""Boundaries beside one's own tables: named where no map can be drawn from them; a plan is written all the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pdc.cli import app

TINY = Path(__file__).parents[1] / "fuzz" / "tiny"
SQUARE: Any = {"type": "Polygon", "coordinates": [[[40, 40], [41, 40], [41, 41], [40, 41], [40, 40]]]}


def borders(geometry: Any = SQUARE, **properties: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties, "geometry": geometry}]}


GOOD = json.dumps(borders(province_code=69))
BAD = {
    "names": (json.dumps(borders(NAME_1="Bayburt")).encode(), "Feature 1 has no province_code (its properties: NAME_1)"),
    "text code": (json.dumps(borders(province_code="x")).encode(), "no province_code"),
    "collection": (json.dumps(borders({"type": "GeometryCollection", "geometries": [SQUARE]}, province_code=69)).encode(),
                   "is GeometryCollection; no map is drawn. Polygon or MultiPolygon is expected"),
    "point": (json.dumps(borders({"type": "Point", "coordinates": [1, 2]}, province_code=69)).encode(), "is Point"),
    "null geometry": (json.dumps(borders(None, province_code=69)).encode(), "is None"),
    "other province": (json.dumps(borders(province_code=5)).encode(), "have no boundaries (69)"),
    "metres": (json.dumps(borders({"type": "Polygon", "coordinates": [[[4e5, 4e6]] * 4]}, province_code=69)).encode(), "no degrees"),
    "nan": (json.dumps(borders({"type": "Polygon", "coordinates": [[[float("nan"), 1]] * 4]}, province_code=69)).encode(), "no degrees"),
    "short ring": (json.dumps(borders({"type": "Polygon", "coordinates": [[[1, 2]]]}, province_code=69)).encode(), "four points"),
    "flat": (json.dumps(borders({"type": "Polygon", "coordinates": [1, 2]}, province_code=69)).encode(), "cannot be read"),
    "null": (b"null", "no FeatureCollection"), "list": (b"[]", "no FeatureCollection"), "topology": (b'{"type": "Topology"}', "TopoJSON"),
    "broken": (b"not json", "cannot be read as JSON"), "empty": (b"", "cannot be read as JSON"), "deep": (b"[" * 100_000, "cannot be read"),
    "utf-16": (GOOD.encode("utf-16"), "is not UTF-8"), "latin": (b'{"type": "\xff"}', "is not UTF-8"),
}  # fmt: skip


def land(tmp_path: Path, raw: bytes | None) -> Path:
    folder = tmp_path / "land"
    shutil.copytree(TINY, folder)
    if raw is not None:
        (folder / "provinces.geojson").write_bytes(raw)
    return folder


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, [*arguments, "--lang", "en"])
    return found.exit_code, " ".join(found.output.split())


@pytest.mark.parametrize("name", BAD)
def test_check_names_the_file_and_what_is_expected(tmp_path: Path, name: str) -> None:
    raw, told = BAD[name]
    code, text = run("check", "--data", str(land(tmp_path, raw)))
    assert code == 0
    assert "provinces.geojson: " in text
    assert told in text


@pytest.mark.parametrize(("raw", "map_drawn"), [(None, False), (BAD["names"][0], False), (GOOD.encode("utf-8-sig"), True)])
def test_a_plan_is_written_with_a_map_or_a_sentence(tmp_path: Path, raw: bytes | None, map_drawn: bool) -> None:
    out = tmp_path / "out"
    code, text = run("plan", "--data", str(land(tmp_path, raw)), "--set", "A.3.minimum=0", "--title", "dis_tabibi",
                     "--jobs", "1", "--out", str(out))  # fmt: skip
    assert code == 0
    assert ("provinces.geojson" in text) == (raw is not None)
    page = (out / "report.html").read_text("utf-8")
    assert ('<svg id="map"' in page) == map_drawn
    assert ("put provinces.geojson" in page) == (not map_drawn)
    assert (out / "provinces.geojson").is_file() == map_drawn
    code, text = run("audit", str(out), "--data", str(TINY), "--set", "A.3.minimum=0", "--jobs", "1", "--out", str(tmp_path / "audit"))
    assert code == 0
    assert "put provinces.geojson" in (tmp_path / "audit" / "audit.html").read_text("utf-8")
