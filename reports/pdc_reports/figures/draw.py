"""Plots as SVG and PNG, each drawn once for both."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import OffsetBox

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
_Frames = dict[str, tuple[Figure, Axes]]
"""Where the plots of a frame are drawn, one after the other, by the frame's name."""


def write_plots(plots: Iterable[Plot], folder: Path, source: str) -> list[Path]:
    """Draw plots, each once, and write both files of each; what they are written to."""
    frames: _Frames = {}
    # rc_context and not pyplot: no global figure list, nothing left behind in the caller's settings.
    with matplotlib.rc_context(STYLE):
        return [path for plot in plots for path in _write_plot(plot, folder, source, frames)]


def _write_plot(plot: Plot, folder: Path, source: str, frames: _Frames) -> list[Path]:
    figure, ax = frames[plot.frame] if plot.frame in frames else _page(plot, source)
    renderer = Canvas(figure).renderer
    plot.draw(ax)
    _pack_once(ax)
    layout = figure.get_layout_engine()
    if layout is not None:
        # It is worked out once, and nothing is drawn for it.
        layout.execute(figure)
        figure.set_layout_engine(None)
        if plot.frame:
            ax.set_position(ax.get_position(original=True))
    figure.draw(renderer)
    paths = plot.paths(folder)
    for path, content in zip(paths, (renderer.svg(), png(renderer.pixels(), _PNG_DPI)), strict=True):
        path.write_bytes(content)
    if plot.frame:
        _wipe(ax)
        frames[plot.frame] = figure, ax
    return paths


def _page(plot: Plot, source: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=plot.size, dpi=_PNG_DPI, layout="constrained")
    ax = figure.add_subplot()
    figure.supxlabel(source, fontsize=7, color="#475569", x=0.01, ha="left")
    return figure, ax


def _wipe(ax: Axes) -> None:
    """Take away what was drawn and what followed from it; the axes, which take long to make, stay."""
    drawn = [*ax.collections, *ax.lines, *ax.patches, *ax.texts, *ax.artists]
    for artist in (*drawn, *filter(None, [ax.get_legend()])):
        artist.remove()
    ax.set_title("")
    ax.relim()


def _pack_once(ax: Axes) -> None:
    """Have each box of a legend measured once: matplotlib asks for it anew for every box around it."""
    legend: Any = ax.get_legend()
    boxes: list[Any] = [] if legend is None else legend.findobj(OffsetBox)
    for box in boxes:
        box.get_bbox = lru_cache(maxsize=1)(box.get_bbox)
