"""Lorenz curves of the chosen titles, filled posts and plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from pdc_common.fairness import gini, lorenz
from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.figures.axes import shares
from pdc_reports.figures.deviation import COLOURS
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import by_province, choice_name


def draw_lorenz(ax: Axes, *, tables: PlanTables, titles: Sequence[str], lang: Lang = "tr") -> None:
    """Share of people against share of posts: dashed the filled posts, solid the plan."""
    ax.plot([0, 1], [0, 1], color="#334155", linewidth=0.8, label=say("reports.figure.equality", lang))
    for colour, title in zip(COLOURS * 3, titles, strict=False):
        numbers = by_province(tables, title)
        for posts, style, key in ((numbers.filled, "--", "filled"), (numbers.posts, "-", "plan")):
            known = (numbers.people > 0) & ~np.isnan(posts)
            if not known.any() or not posts[known].sum() > 0:
                continue
            x, y = lorenz(numbers.people[known], posts[known])
            value = number(gini(numbers.people[known], posts[known]), lang, 3)
            name = choice_name(tables, title, lang)
            label = say(f"reports.figure.lorenz_{key}", lang, title=name, gini=value)
            ax.plot(x, y, style, color=colour, linewidth=1.4, label=label)
    shares(ax, lang)
    ax.set_xlabel(say("reports.figure.people_share", lang))
    ax.set_ylabel(say("reports.figure.posts_share", lang))
    ax.set_title(say("reports.figure.lorenz", lang))
    ax.legend(loc="upper left", fontsize=8)
