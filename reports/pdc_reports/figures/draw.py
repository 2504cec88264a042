"""A plot as SVG and PNG, drawn once for both."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import matplotlib
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from pdc_reports.figures.both import Canvas
from pdc_reports.figures.plots import Plot
from pdc_reports.figures.png import png

_PNG_DPI: Final = 150
STYLE: Final[dict[Any, Any]] = {
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
    "svg.hashsalt": "pdc",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titley": 1.0,  # told and not looked for: nothing of ours stands above the axes
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#64748b",
    "axes.labelcolor": "#1e293b",
    "axes.unicode_minus": True,
    "text.color": "#1e293b",
    "xtick.color": "#334155",
    "ytick.color": "#334155",
    "grid.color": "#e2e8f0",
    "legend.frameon": False,
}
Places = dict[str, tuple[Bbox, tuple[float, float]]]
"""Where axes and source of the plots of a frame are, by the frame's name."""


def write_plot(plot: Plot, folder: Path, source: str, places: Places | None = None) -> list[Path]:
    """Draw one plot, once, and write both its files; ``places`` are those of the frames drawn so far."""
    # rc_context and not pyplot: no global figure list, nothing left behind in the caller's settings.
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=plot.size, dpi=_PNG_DPI, layout="constrained")
        renderer = Canvas(figure).renderer
        ax = figure.add_subplot()
        plot.draw(ax)
        told = figure.supxlabel(source, fontsize=7, color="#475569", x=0.01, ha="left")
        known = {} if places is None else places
        if plot.frame not in known:
            # The layout is worked out once, and nothing is drawn for it.
            layout = figure.get_layout_engine()
            if layout is not None:
                layout.execute(figure)
            if plot.frame:
                known[plot.frame] = ax.get_position(original=True), told.get_position()
        figure.set_layout_engine(None)
        if plot.frame:
            place, below = known[plot.frame]
            ax.set_position(place)
            told.set_position(below)
        figure.draw(renderer)
        paths = plot.paths(folder)
        for path, content in zip(paths, (renderer.svg(), png(renderer.pixels(), _PNG_DPI)), strict=True):
            path.write_bytes(content)
    return paths
