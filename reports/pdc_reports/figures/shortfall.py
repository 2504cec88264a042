"""What could not be met, by clause."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.figures.axes import plain_numbers
from pdc_reports.figures.deviation import COLOURS
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import TIERS, short_rules

_MOST = 20


def draw_shortfall(ax: Axes, *, tables: PlanTables, lang: Lang = "tr") -> None:
    """Bars of missing posts by clause, coloured by tier, the largest on top."""
    short = short_rules(tables)
    sums = short.groupby(["clause", "tier"])["shortfall"].sum().unstack().fillna(0.0)
    sums = sums.loc[sums.sum(axis=1).sort_values(ascending=False, kind="stable").index][:_MOST][::-1]
    rows, left = np.arange(len(sums)), np.zeros(len(sums))
    for colour, tier in zip(COLOURS, TIERS, strict=False):
        if tier in sums:
            values = sums[tier].to_numpy(dtype=np.float64)
            ax.barh(
                rows, values, left=left, color=colour, height=0.65, label=say(f"reports.tier.{tier}", lang)
            )
            left = left + values
    for row, total in zip(rows, left, strict=True):
        ax.annotate(
            number(total, lang),
            (total, row),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.set_yticks(rows, [str(c) for c in sums.index])
    ax.margins(x=0.08)
    plain_numbers(ax.xaxis, lang)
    ax.grid(True, axis="x", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(say("reports.figure.shortfall_axis", lang))
    ax.set_title(say("reports.figure.shortfall", lang))
    if ax.containers:
        ax.legend(loc="lower right", fontsize=8)
    else:
        ax.text(0.5, 0.5, say("reports.figure.nothing_short", lang), transform=ax.transAxes, ha="center")
