"""Posts against targets, one point a (province, title)."""

from __future__ import annotations

from matplotlib.axes import Axes

from pdc_common.text import Lang, say
from pdc_reports.figures.axes import plain_numbers
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import ALL_SPECIALISTS, choice_name

# Okabe and Ito's colours.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def draw_deviation(ax: Axes, *, tables: PlanTables, title: str | None = None, lang: Lang = "tr") -> None:
    """Target (log) against posts − target: every title by group, or one ``title``.

    On the line the plan meets its target.
    """
    plan = tables.plan_provinces
    if title is None:
        groups = [(sheet.names[lang], sheet.titles) for sheet in tables.sheets]
    else:
        titles = tables.specialists if title == ALL_SPECIALISTS else (title,)
        groups = [(choice_name(tables, title, lang), titles)]
        plan = plan[plan["title"].isin(titles)]
    for colour, (name, titles) in zip(COLOURS * 3, groups, strict=False):
        rows = plan[plan["title"].isin(titles) & (plan["target"] > 0)]
        ax.scatter(
            rows["target"], rows["posts"] - rows["target"], s=9, alpha=0.55, color=colour, linewidths=0,
            label=name,
        )  # fmt: skip
    ax.axhline(0, color="#334155", linewidth=0.8)
    ax.set_xscale("log")
    # Most points lie near 0, a few far away: linear within one post, logarithmic outside.
    ax.set_yscale("symlog", linthresh=1)
    reach = max(1.0, float(plan["deviation"].abs().max())) if len(plan) else 1.0
    ax.set_ylim(-1.8 * reach, 1.8 * reach)
    plain_numbers(ax.xaxis, lang)
    plain_numbers(ax.yaxis, lang)
    ax.grid(True, which="major", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(say("reports.figure.target_axis", lang))
    ax.set_ylabel(say("reports.figure.deviation_axis", lang))
    ax.set_title(say("reports.figure.deviation", lang))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, markerscale=2, fontsize=8)
