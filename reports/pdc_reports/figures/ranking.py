"""Provinces ranked by posts per 100,000 people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Bbox

from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.figures.axes import plain_numbers
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import by_province, choice_name

_SIZE: Final = 7  # points
_GAP: Final = 4  # points between a name and the axis
_COLOUR: Final = "#334155"


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
    ax.set_yticks([])
    if len(order):
        Names(ax, [str(names[i]) for i in order])
    ax.set_ylim(-1, len(order))
    ax.set_xlim(left=0)
    plain_numbers(ax.xaxis, lang)
    ax.grid(True, axis="x", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(say("reports.figure.per_100k_axis", lang))
    ax.set_title(choice_name(tables, title, lang))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.045), ncols=3, fontsize=8)


class Names(Artist):
    """Names left of the rows, as one thing to draw: as texts of their own they take most of the time."""

    def __init__(self, ax: Axes, names: Sequence[str]) -> None:
        super().__init__()
        self.names, self.at = names, ax.get_yaxis_transform()
        self.font = FontProperties(size=_SIZE)
        self.set_clip_on(False)
        ax.add_artist(self)

    def draw(self, renderer: RendererBase) -> None:
        """Draw each at its place."""
        look = renderer.new_gc()
        look.set_foreground(_COLOUR)
        _, height = renderer.get_canvas_width_height()
        renderer.open_group("names")
        for name, (x, y, _, _) in zip(self.names, self._places(renderer), strict=True):
            renderer.draw_text(look, x, height - y if renderer.flipy() else y, name, self.font, 0)
        renderer.close_group("names")
        look.restore()

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """The room that all of them take."""
        canvas: Any = self.figure.canvas if self.figure else None
        places = self._places(renderer or canvas.get_renderer())
        return Bbox.union([Bbox.from_bounds(*place) for place in places])

    def _places(self, renderer: RendererBase) -> list[tuple[float, float, float, float]]:
        """Of each name where its line begins, its width, and how far it stands above the line.

        The middle of that is the middle of the row; a name is as high as a line is, at least.
        """
        gap = float(np.asarray(renderer.points_to_pixels(_GAP)))
        _, line, below = renderer.get_text_width_height_descent("lp", self.font, ismath=False)
        rows = self.at.transform([(0, row) for row in range(len(self.names))])
        places = []
        for name, (x, y) in zip(self.names, rows.tolist(), strict=True):
            width, height, descent = renderer.get_text_width_height_descent(name, self.font, ismath=False)
            above = max(height - descent, line - below)
            places.append((x - gap - width, y - above / 2, width, above))
        return places
