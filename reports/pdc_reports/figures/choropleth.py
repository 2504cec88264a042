"""Maps by province: numbers and service groups of a title, and where specialists work alone."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pdc_common.text import Lang, say
from pdc_reports.figures.groups import group_classes, when
from pdc_reports.figures.maps import LAT0, Bordered, Measure, attribution, classes_of, shapes
from pdc_reports.folder import staffing
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import by_province, choice_name

_NO_NUMBER = "#e2e8f0"
_DISTANCE_COLOURS = ("#fdae61", "#d7301f", "#67001f")


def draw_map(
    ax: Axes, *, tables: PlanTables, title: str, measure: Measure = "per_100k", lang: Lang = "tr"
) -> None:
    """Colour each province by ``title``: posts per 100,000 people, deviation from target, or vacancies."""
    classes = classes_of(by_province(tables, title), measure, lang)
    colour = {
        int(code): classes.colours[c] if c >= 0 else _NO_NUMBER
        for code, c in zip(tables.provinces["province_code"], classes.of, strict=True)
    }
    draw_provinces(ax, tables, colour)
    ax.set_title(f"{choice_name(tables, title, lang)}: {say(f'reports.measure.{measure}_unit', lang)}")
    handles = [Patch(facecolor=c, edgecolor="#64748b", linewidth=0.5) for c in classes.colours]
    map_legend(ax, handles, list(classes.labels), say(f"reports.figure.{measure}_unit", lang))
    map_credit(ax, tables, lang)


def draw_group_map(
    ax: Axes, *, tables: PlanTables, title: str, before: bool = False, lang: Lang = "tr"
) -> None:
    """Colour each province by its service group for ``title``, by the plan or as it was ``before``."""
    classes = group_classes(tables, title, before=before)
    colour = {
        int(code): classes.colours[c]
        for code, c in zip(tables.provinces["province_code"], classes.of, strict=True)
        if c >= 0
    }
    draw_provinces(ax, tables, colour)
    ax.set_title(f"{staffing.full_title(tables, title, lang)}: {when(tables, before, lang)}")
    handles = [Patch(facecolor=c, edgecolor="#64748b", linewidth=0.5) for c in classes.colours]
    map_legend(ax, handles, list(classes.labels), say("reports.staff.groups_legend", lang))
    map_credit(ax, tables, lang)


def draw_lone_map(ax: Axes, *, tables: PlanTables, lone: pd.DataFrame, lang: Lang = "tr") -> None:
    """A dot a district where specialists are the only one of their branch; larger: more branches."""
    draw_provinces(ax, tables, {})
    counts = lone.groupby("district_code").size()
    places = tables.districts.set_index("district_code").reindex(counts.index)
    shrink = math.cos(math.radians(LAT0))
    far = lone.groupby("district_code")["next_km"].median()
    limits = (25, 75)
    largest = max(counts, default=1)
    near, middle, distant = _DISTANCE_COLOURS
    colours = np.select([far < limits[0], far < limits[1]], [near, middle], distant)
    x, y = places["longitude"] * shrink, places["latitude"]
    ax.scatter(
        x, y, s=[_dot_area(n / largest) for n in counts], c=colours, alpha=0.85, linewidths=0, zorder=3
    )
    ax.set_title(say("reports.figure.lone", lang))
    labels = [
        say("reports.figure.lone_near", lang, km=limits[0]),
        say("reports.figure.lone_middle", lang, low=limits[0], high=limits[1]),
        say("reports.figure.lone_far", lang, km=limits[1]),
    ]
    handles = [_dot(6, colour) for colour in _DISTANCE_COLOURS]
    for count in sorted({1, math.ceil(largest / 4), largest}):
        handles.append(_dot(math.sqrt(_dot_area(count / largest)), "#94a3b8"))
        labels.append(say("reports.figure.lone_size", lang, count=count))
    map_legend(ax, handles, labels, say("reports.figure.lone_unit", lang))
    map_credit(ax, tables, lang)


def _dot_area(share: float) -> float:
    """Area of a district's dot in points², by its share of the largest."""
    return 4 + 300 * share


def _dot(size: float, colour: str) -> Line2D:
    return Line2D(
        [], [], marker="o", linestyle="", markersize=size, markerfacecolor=colour, markeredgewidth=0
    )


def draw_provinces(ax: Axes, tables: Bordered, colour: dict[int, str]) -> None:
    """Provinces filled by plate code; the others are land without a number."""
    rings, fills = [], []
    for shape in shapes(tables):
        for ring in shape.rings:
            rings.append(ring)
            fills.append(colour.get(shape.province_code, _NO_NUMBER))
    ax.add_collection(PolyCollection(rings, facecolors=fills, edgecolors="#475569", linewidths=0.4))
    ax.autoscale_view()
    # x is shrunk already: one degree is one degree both ways.
    ax.set_aspect("equal")
    ax.set_axis_off()


def map_legend(ax: Axes, handles: list[Patch] | list[Line2D], labels: list[str], title: str) -> None:
    """The classes below the map."""
    legend = ax.legend(
        handles, labels, title=title, loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=len(labels),
        fontsize=8, title_fontsize=8, columnspacing=1.2, handletextpad=0.5,
    )  # fmt: skip
    legend.set_in_layout(True)


def map_credit(ax: Axes, tables: Bordered, lang: Lang) -> None:
    """Whom the borders are from."""
    credit = attribution(tables)
    if credit:
        ax.text(
            1, 1, say("reports.figure.borders", lang, source=credit), transform=ax.transAxes, ha="right",
            va="bottom", fontsize=7, color="#475569",
        )  # fmt: skip
