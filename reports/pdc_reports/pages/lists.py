"""``appointments.html`` and ``transfers.html``: lists of posts, from the folder's own tables alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from pdc_common.bounded import text_of
from pdc_common.cells_csv import read_table
from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.figures.maps import SvgMap, attribution, shapes, svg_map
from pdc_reports.pages.parts.environment import asset, environment

SHOWN: Final = 500  # rows of a page; the table beside it has all
FLOWS: Final = 300  # lines of the map, the largest
AIMS: Final = tuple(
    f"gain_{aim}" for aim in ("hard", "tier1", "tier2", "tier3", "province", "tier4", "district", "unit")
)
WIDE, HIGH = 640.0, 260.0  # of a curve, with the room for its numbers
ROOM: Final = 60.0


@dataclass(frozen=True)
class _Table:
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class _Picture:
    svg: Markup
    caption: str


@dataclass(frozen=True)
class _Land:
    """Provinces of the folder, and their borders where it has them."""

    borders: Mapping[str, Any] | None
    provinces: pd.DataFrame


def write_appointments_page(folder: Path, names: Mapping[str, str], lang: Lang = "tr") -> Path:
    """Write ``appointments.html`` beside ``appointments.csv``; ``names`` are those of the titles."""
    summary = json.loads(text_of(folder / "appointments_summary.json"))
    lines, shared = (
        read_table(folder / name, dtype=str, keep_default_na=False)
        for name in ("appointments.csv", "appointments_shared.csv")
    )
    for frame in (lines, shared):
        frame["title"] = [names.get(title, title) for title in frame["title"]]
        frame["row"] = [names.get(row, row) for row in frame["row"]]
    columns = ["rank", "title", "unit", "district", "province", "clause", *AIMS, "colleague_km"]
    tables = [
        _table("shared", shared, ["row", "title", "vacant", "opened"], lang),
        _table("lines", lines, columns, lang),
    ]
    notes = [
        say("filling.page.appointments", lang, plan=summary["plan"], posts=number(len(lines), lang)),
        *_short(summary, lang), *_unproven(summary, names, lang),
        *_more(len(lines), "appointments.csv", lang),
        say("filling.page.aims", lang),
    ]  # fmt: skip
    return _write(folder / "appointments.html", say("filling.page.appoint", lang), notes, tables, (), lang)


def write_transfers_page(folder: Path, names: Mapping[str, str], lang: Lang = "tr") -> Path:
    """Write ``transfers.html`` beside ``transfers.csv``, with the map of flows and the curve of gains."""
    summary = json.loads(text_of(folder / "transfers_summary.json"))
    rows, curve = (
        read_table(folder / name, dtype=str, keep_default_na=False)
        for name in ("transfers.csv", "transfers_curve.csv")
    )
    flows = rows.copy()
    rows["title"] = [names.get(title, title) for title in rows["title"]]
    columns = [
        "title",
        "from_unit",
        "from_province_code",
        "to_unit",
        "to_province_code",
        "posts",
        "km",
        "clause",
        *AIMS,
    ]
    notes = [
        say(
            "filling.page.transfers", lang, plan=summary["plan"], posts=number(summary["posts"], lang),
            km=number(summary["km"], lang), within=say(f"reports.level.{summary['within']}", lang)
            if summary["within"] != "country" else say("filling.page.country", lang),
        ),
        *([] if summary["roads"] else [say("filling.page.no_roads", lang)]),
        *_unproven(summary, names, lang),
        *_more(len(rows), "transfers.csv", lang), say("filling.page.aims", lang),
    ]  # fmt: skip
    borders = folder / "provinces.geojson"
    land = _Land(
        json.loads(text_of(borders)) if borders.is_file() else None,
        read_table(folder / "provinces.csv"),
    )
    credit = attribution(land)
    caption = say("filling.page.map", lang) + (
        f" {say('reports.figure.borders', lang, source=credit)}" if credit else ""
    )
    pictures = [_Picture(_flow_map(land, flows), caption)]
    if len(curve):
        pictures.append(_Picture(_curve(curve, lang), say("filling.page.curve", lang)))
    tables = [_table("moves", rows, columns, lang)]
    return _write(
        folder / "transfers.html", say("filling.page.transfer", lang), notes, tables, pictures, lang
    )


def _short(summary: Mapping[str, Any], lang: Lang) -> list[str]:
    return [
        say("filling.page.short", lang, row=row["row"], posts=row["posts"], opened=row["opened"])
        for row in summary["rows"]
        if row["opened"] < row["posts"]
    ]


def _unproven(summary: Mapping[str, Any], names: Mapping[str, str], lang: Lang) -> list[str]:
    return [
        say(
            "filling.unproven",
            lang,
            why=say(f"cli.no_tree_{why}", lang),
            titles="; ".join(names.get(t, t) for t in titles),
        )
        for why, titles in summary["unproven"].items()
    ]


def _more(rows: int, file: str, lang: Lang) -> list[str]:
    return (
        [say("filling.page.more", lang, shown=SHOWN, rows=number(rows, lang), file=file)]
        if rows > SHOWN
        else []
    )


def _table(key: str, frame: pd.DataFrame, columns: Sequence[str], lang: Lang) -> _Table:
    heads = [say(f"filling.heads.{name}", lang) for name in columns]
    rows = [
        [_cell(name, str(text), lang) for name, text in zip(columns, row, strict=True)]
        for row in frame.head(SHOWN)[list(columns)].to_numpy().tolist()
    ]
    return _Table(say(f"filling.page.{key}", lang), heads, rows)


def _cell(name: str, text: str, lang: Lang) -> str:
    if name in AIMS:
        try:
            value = float(text)
        except ValueError:
            return text
        return "" if not value else number(value, lang, 0 if value == int(value) else 3)
    return text


def _write(
    path: Path,
    heading: str,
    notes: Sequence[str],
    tables: Sequence[_Table],
    pictures: Sequence[_Picture],
    lang: Lang,
) -> Path:
    text = (
        environment()
        .get_template("lists.html.j2")
        .render(
            lang=lang,
            heading=heading,
            notes=notes,
            tables=tables,
            pictures=pictures,
            style=asset("style.css"),
        )
    )
    path.write_text(text + "\n", "utf-8")
    return path


def _flow_map(land: _Land, rows: pd.DataFrame) -> Markup:
    """Posts between provinces as lines whose width is their number; inside one as a dot."""
    drawn = svg_map(shapes(land))
    at = {
        str(code): drawn.point(lat, lon)
        for code, lat, lon in land.provinces[["province_code", "latitude", "longitude"]]
        .dropna()
        .to_numpy()
        .tolist()
    }
    at = {code.removesuffix(".0"): point for code, point in at.items()}
    posts = pd.to_numeric(rows["posts"]).groupby([rows["from_province_code"], rows["to_province_code"]]).sum()
    largest = posts.sort_values(ascending=False, kind="stable").head(FLOWS)
    most = max(1, int(largest.max())) if len(largest) else 1
    parts = [_paths(drawn)]
    for pair, count in zip(largest.index.tolist(), largest.tolist(), strict=True):
        start, end = map(str, pair)
        if start not in at or end not in at:
            continue
        (x, y), (u, v) = at[start], at[end]
        size = 1 + 7 * float(np.sqrt(count / most))
        title = f"<title>{escape(start)} → {escape(end)}: {int(count)}</title>"
        if start == end:
            parts.append(
                f'<circle cx="{x}" cy="{y}" r="{size:.1f}" fill="#b35806" fill-opacity="0.6">{title}</circle>'
            )
            continue
        # A bend to the right of the way tells there from back.
        bend = f"{(x + u) / 2 + (v - y) * 0.15:.1f} {(y + v) / 2 - (u - x) * 0.15:.1f}"
        parts.append(
            f'<path d="M{x} {y}Q{bend} {u} {v}" fill="none" stroke="#542788" stroke-opacity="0.55" '
            f'stroke-width="{size:.1f}" marker-end="url(#tip)">{title}</path>'
        )
    tip = (
        '<defs><marker id="tip" markerWidth="6" markerHeight="6" refX="5" refY="3" orient="auto" '
        'markerUnits="userSpaceOnUse"><path d="M0 0L6 3L0 6Z" fill="#542788"/></marker></defs>'
    )
    box = f'viewBox="0 0 {drawn.width:.0f} {drawn.height:.0f}"'
    return Markup(f'<svg {box} role="img" width="100%">{tip}{"".join(parts)}</svg>')


def _paths(drawn: SvgMap) -> str:
    return "".join(
        f'<path d="{d}" fill="#f1f1f4" stroke="#475569" stroke-width="0.6"/>' for _, d in drawn.paths
    )


def _curve(curve: pd.DataFrame, lang: Lang) -> Markup:
    """What is mended of all floors, and of the deviation of places, by the number of moves, each as a
    part of its whole.
    """
    x = np.arange(1, len(curve) + 1)
    series = {
        "tiers": ("#542788", ["gain_hard", *(f"gain_tier{k}" for k in (1, 2, 3, 4))]),
        "province": ("#b35806", ["gain_province"]),
        "district": ("#757b80", ["gain_district"]),
        "unit": ("#00224e", ["gain_unit"]),
    }
    lines, legend = [], []
    for k, (name, (colour, columns)) in enumerate(series.items()):
        gained = curve[columns].astype(float).sum(axis=1).cumsum().to_numpy()
        if not np.abs(gained).max() > 0:
            continue
        part = gained / np.abs(gained).max()
        step = max(1, len(x) // 400)
        points = " ".join(
            f"{ROOM + WIDE * a / len(x):.1f},{HIGH - HIGH * max(-1.0, b):.1f}"
            for a, b in [
                (0, 0.0),
                *zip(x[::step].tolist(), part[::step].tolist(), strict=True),
                (len(x), float(part[-1])),
            ]
        )
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        text = escape(f"{say(f'filling.curve.{name}', lang)}: {number(float(gained[-1]), lang, 1)}")
        legend.append(
            f'<text x="{ROOM + WIDE + 12}" y="{24 + 22 * k}" fill="{colour}" font-size="14">{text}</text>'
        )
    axes = (
        f'<path d="M{ROOM} 0V{HIGH}H{ROOM + WIDE}" fill="none" stroke="#475569"/>'
        f'<text x="{ROOM - 6}" y="12" text-anchor="end" font-size="12">100 %</text>'
        f'<text x="{ROOM - 6}" y="{HIGH}" text-anchor="end" font-size="12">0</text>'
        f'<text x="{ROOM + WIDE}" y="{HIGH + 18}" text-anchor="end" font-size="12">'
        f"{number(len(x), lang)}</text>"
    )
    size = f'viewBox="0 0 {ROOM + WIDE + 320:.0f} {HIGH + 30:.0f}"'
    return Markup(f'<svg {size} role="img" width="100%">{axes}{"".join(lines)}{"".join(legend)}</svg>')
