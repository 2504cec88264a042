"""Provinces ranked by posts per 100,000 people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.figures.axes import plain_numbers
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import by_province, choice_name


def draw_ranking(ax: Axes, *, tables: PlanTables, title: str, lang: Lang = "tr") -> None:
    """A line from filled to planned posts per 100,000 for each province, the best supplied on top."""
    numbers = by_province(tables, title)
    plan = numbers.per_100k
    filled = numbers.filled * 100_000 / np.where(numbers.people > 0, numbers.people, np.nan)
    known = np.flatnonzero(~np.isnan(plan))
    order = known[np.argsort(plan[known], kind="stable")]
    rows = np.arange(len(order))
    national = float(np.nansum(numbers.posts) * 100_000 / numbers.people.sum())
    ax.hlines(rows, filled[order], plan[order], color="#94a3b8", linewidth=1)
    ax.scatter(
        filled[order], rows, s=14, facecolors="white", edgecolors="#64748b", linewidths=0.9, zorder=3,
        label=say("reports.figure.filled", lang),
    )  # fmt: skip
    ax.scatter(
        plan[order],
        rows,
        s=16,
        color="#0072B2",
        linewidths=0,
        zorder=4,
        label=say("reports.figure.plan", lang),
    )
    mean = say("reports.figure.national_mean", lang, value=number(national, lang, 1))
    ax.axvline(national, color="#D55E00", linewidth=1, label=mean)
    names = tables.provinces["province"].to_numpy()
    _names(ax, [str(names[i]) for i in order])
    ax.set_ylim(-1, len(order))
    ax.set_xlim(left=0)
    plain_numbers(ax.xaxis, lang)
    ax.grid(True, axis="x", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(say("reports.figure.per_100k_axis", lang))
    ax.set_title(choice_name(tables, title, lang))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.045), ncols=3, fontsize=8)


def _names(ax: Axes, names: Sequence[str]) -> None:
    """Write the provinces beside their rows: as tick labels they take most of the time of the drawing."""
    ax.set_yticks([])
    longest = max(map(len, names), default=0)
    for row, name in enumerate(names):
        text = ax.annotate(
            name, (0, row), xycoords=ax.get_yaxis_transform(), xytext=(-4, 0), textcoords="offset points",
            ha="right", va="center_baseline", fontsize=7, color="#334155", annotation_clip=False,
        )  # fmt: skip
        # The longest names say how much room all of them need.
        text.set_in_layout(len(name) >= longest - 2)
