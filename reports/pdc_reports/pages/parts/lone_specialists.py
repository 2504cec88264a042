"""Lone colleagues in the page: national figures, by branch, the farthest, a map."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import pandas as pd

from pdc_reports.figures.maps import SvgMap
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import HtmlTable
from pdc_reports.pages.parts.edition import Edition

MOST_ROWS: Final = 100
FAR_KM: Final = 100


class Dot(NamedTuple):
    """A district on the map, its dot's area by the number of lone specialists."""

    x: float
    y: float
    radius: float
    name: str


def sentences(lone: pd.DataFrame, edition: Edition) -> list[str]:
    """The national figures in words."""
    if lone.empty:
        return [edition.say("lone.none")]
    num = edition.num
    return [
        edition.say(
            "lone.national",
            count=num(len(lone)),
            units=num(lone["unit_code"].nunique()),
            district=num(int((lone["district_posts"] == 1).sum())),
            province=num(int((lone["province_posts"] == 1).sum())),
        ),
        edition.say(
            "lone.distance",
            median=num(float(lone["next_km"].median())),
            far=num(int((lone["next_km"] >= FAR_KM).sum())),
            limit=num(FAR_KM),
            eah=num(float(lone["eah_km"].median())),
            clinics=edition.say("lone.with_branch" if edition.tables.training.empty else "lone.with_clinic"),
        ),
    ]


def branch_table(lone: pd.DataFrame, edition: Edition) -> HtmlTable:
    """Counts and distances by branch."""
    columns = (
        "title", "lone_units", "lone_districts", "lone_provinces", "next_median", "next_max", "eah_median",
        "eah_max",
    )  # fmt: skip
    lang = edition.lang
    rows = [
        [
            cells.text(edition.title(str(title))),
            cells.figure(len(part), lang),
            cells.figure(int((part["district_posts"] == 1).sum()), lang),
            cells.figure(int((part["province_posts"] == 1).sum()), lang),
            cells.figure(float(part["next_km"].median()), lang),
            cells.figure(float(part["next_km"].max()), lang),
            cells.figure(float(part["eah_km"].median()), lang),
            cells.figure(float(part["eah_km"].max()), lang),
        ]
        for title, part in lone.groupby("title", sort=False)
    ]
    heads = cells.headings(columns, columns[1:], lang)
    return HtmlTable("lone", edition.say("lone.caption"), heads, rows, search=False)


def farthest_table(lone: pd.DataFrame, edition: Edition) -> HtmlTable:
    """Those whose next colleague is farthest; first those who have none."""
    columns = (
        "title", "province", "unit", "next_unit", "next_km", "next_road_km",
        "eah_unit", "eah_km", "eah_road_km",
    )  # fmt: skip
    lang, t = edition.lang, edition.tables
    far = lone.sort_values("next_km", ascending=False, kind="stable", na_position="first")
    rows = []
    for line in far.head(MOST_ROWS).to_dict("records"):
        province, _, unit = t.place("unit", line["unit_code"])
        row = [cells.text(name) for name in (edition.title(line["title"]), province, unit)]
        for other in ("next", "eah"):
            code = line[f"{other}_unit_code"]
            row.append(cells.text(edition.place("unit", code) if code else "–"))
            row.extend(cells.figure(line[f"{other}_{way}"], lang) for way in ("km", "road_km"))
        rows.append(row)
    heads = cells.headings(columns, [c for c in columns if c.endswith("_km")], lang)
    note = edition.shown(len(rows), len(far))
    return HtmlTable("lone-rows", edition.say("lone.rows_caption"), heads, rows, note=note)


def _radius(count: int, largest: int) -> float:
    return round(1.5 + 10 * math.sqrt(count / largest), 1)


def dots(lone: pd.DataFrame, edition: Edition, on: SvgMap) -> list[Dot]:
    """Districts with lone specialists on the map."""
    counts = lone.groupby("district_code").size()
    largest = max(counts, default=1)
    found = []
    for place in edition.tables.districts.dropna(subset=["latitude", "longitude"]).to_dict("records"):
        count = int(counts.get(place["district_code"], 0))
        if count:
            x, y = on.point(place["latitude"], place["longitude"])
            name = edition.place("district", place["district_code"])
            found.append(Dot(x, y, _radius(count, largest), f"{name}: {edition.num(count)}"))
    return found
