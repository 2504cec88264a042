"""Concentration curves in the order of need, and a map of access by district."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pdc_common.need import concentration
from pdc_common.numerals import number
from pdc_common.text import Lang, known, say
from pdc_reports.figures.axes import shares
from pdc_reports.figures.choropleth import draw_provinces, map_credit, map_legend
from pdc_reports.figures.deviation import COLOURS
from pdc_reports.figures.maps import LAT0
from pdc_reports.folder.need import Reach, known_need, need_name, of_title
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import by_province, choice_name

_SHADES = ("#7f2704", "#d94801", "#fd8d3c", "#9ecae1", "#2171b5")  # from least access to most
_NONE = "#111827"


def draw_concentration(ax: Axes, *, tables: PlanTables, titles: Sequence[str], lang: Lang = "tr") -> None:
    """Share of people, least need first, against share of posts: dashed the filled posts, solid the plan."""
    here = known_need(tables)
    need = tables.provinces["need"].to_numpy(dtype=np.float64)[here]
    people = tables.provinces["etf_population"].to_numpy(dtype=np.float64)[here]
    ax.plot([0, 1], [0, 1], color="#334155", linewidth=0.8, label=say("reports.figure.equality", lang))
    x, y = concentration(people, need, need * people)
    name = need_name(tables, lang)
    ax.plot(x, y, ":", color="#334155", linewidth=1.4, label=say("reports.need.curve", lang, need=name))
    for colour, title in zip(COLOURS * 3, titles, strict=False):
        numbers = by_province(tables, title)
        pair = of_title(tables, numbers)
        if pair is None:
            continue
        for posts, one, style, key in (
            (numbers.filled, pair[0], "--", "filled"), (numbers.posts, pair[1], "-", "plan"),
        ):  # fmt: skip
            if math.isnan(one.posts):
                continue
            x, y = concentration(people, need, np.where(np.isnan(posts), 0.0, posts)[here])
            label = say(
                f"reports.need.{key}", lang, title=choice_name(tables, title, lang),
                kakwani=number(one.kakwani, lang, 3, sign=True),
            )  # fmt: skip
            ax.plot(x, y, style, color=colour, linewidth=1.4, label=label)
    shares(ax, lang)
    ax.set_xlabel(say("reports.need.people_axis", lang))
    ax.set_ylabel(say("reports.figure.posts_share", lang))
    ax.set_title(say("reports.need.figure", lang, need=name))
    ax.legend(loc="upper left", fontsize=8)


def draw_access(ax: Axes, *, tables: PlanTables, reach: Reach, title: str, lang: Lang = "tr") -> None:
    """A dot a district by posts within reach per 100,000 people, in fifths of the people; black: none."""
    one = next(reach.of(title))
    draw_provinces(ax, tables, {})
    d = tables.districts
    shrink = math.cos(math.radians(LAT0))
    limits = [one.quantile(share) for share in (0.2, 0.4, 0.6, 0.8)]
    shown = reach.known
    rate = one.rate[shown]
    colours = np.asarray(_SHADES)[np.searchsorted(limits, rate, side="left")]
    colours = np.where(rate == 0, _NONE, colours)
    ax.scatter(
        d["longitude"][shown] * shrink, d["latitude"][shown], c=colours.tolist(), s=9, linewidths=0, zorder=3
    )
    key = f"reports.need.bands.{one.bands.name}"
    bands = say(key, lang) if known(key) else one.bands.name
    ax.set_title(say("reports.need.map", lang, title=choice_name(tables, title, lang), bands=bands))
    ends = [f"≤ {number(end, lang, 1)}" for end in limits] + [f"> {number(limits[-1], lang, 1)}"]
    handles = [
        Line2D([], [], marker="o", linestyle="", markersize=5, markerfacecolor=colour, markeredgewidth=0)
        for colour in (_NONE, *_SHADES)
    ]
    map_legend(ax, handles, [say("reports.need.none", lang), *ends], say("reports.need.unit", lang))
    map_credit(ax, tables, lang)
