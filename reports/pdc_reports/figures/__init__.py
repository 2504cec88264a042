"""The plots of a plan, as SVG and PNG. One plot is one function that draws on an ``ax``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from pdc_common.text import Lang, say
from pdc_reports.figures.both import Canvas
from pdc_reports.figures.choropleth import draw_lone_map, draw_map
from pdc_reports.figures.deviation import draw_deviation
from pdc_reports.figures.groups import draw_group_map, mapped
from pdc_reports.figures.lorenz import draw_lorenz
from pdc_reports.figures.need import draw_access, draw_concentration
from pdc_reports.figures.png import png
from pdc_reports.figures.ranking import draw_ranking
from pdc_reports.figures.shortfall import draw_shortfall
from pdc_reports.folder.need import Reach, known_need
from pdc_reports.folder.plan import PlanTables, worded
from pdc_reports.folder.views import ALL_SPECIALISTS, fingerprint, state_line

# Titles that have a map, a ranking and a Lorenz curve of their own; the page has all of them.
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


@dataclass(frozen=True)
class Plot:
    """A named plot: what draws it and how large it is, in inches.

    Plots of one ``frame`` have their axes at one place, that of the first of them.
    """

    name: str
    draw: Callable[[Axes], None]
    size: tuple[float, float]
    frame: str = ""


_MAP: Final = ((10, 5.2), "map")
Places = dict[str, tuple[Bbox, tuple[float, float]]]
"""Where axes and source of the plots of a frame are, by the frame's name."""


def plots(tables: PlanTables, lone: pd.DataFrame, lang: Lang) -> Iterator[Plot]:
    """Every plot of a plan."""
    held = {*tables.planned, *((ALL_SPECIALISTS,) if tables.specialists else ())}
    for title in tables.shown:
        if title not in held:
            continue
        slug = title.replace("_", "-")
        if tables.borders is not None:
            yield Plot(f"map-{slug}", partial(draw_map, tables=tables, title=title, lang=lang), *_MAP)
        yield Plot(f"ranking-{slug}", partial(draw_ranking, tables=tables, title=title, lang=lang), (7, 12))
    for before in (False, True) if tables.borders is not None else ():
        for title in mapped(tables, tables.shown, before=before):
            draw = partial(draw_group_map, tables=tables, title=title, before=before, lang=lang)
            yield Plot(group_figure(title, before), draw, *_MAP)
    chosen = [t for t in tables.shown if t in held]
    yield Plot("deviation", partial(draw_deviation, tables=tables, lang=lang), (8, 6))
    yield Plot("lorenz", partial(draw_lorenz, tables=tables, titles=chosen, lang=lang), (7.5, 7))
    if known_need(tables).sum() > 1:
        draw = partial(draw_concentration, tables=tables, titles=chosen, lang=lang)
        yield Plot("concentration", draw, (7.5, 7))
    reach = Reach(tables)
    if tables.borders is not None and tables.bands and reach.known.any():
        for title in chosen[:1]:  # the page's table has all of them
            draw = partial(draw_access, tables=tables, reach=reach, title=title, lang=lang)
            yield Plot(f"access-{title.replace('_', '-')}", draw, *_MAP)
    yield Plot("shortfall", partial(draw_shortfall, tables=tables, lang=lang), (8.5, 5))
    if tables.specialists and tables.borders is not None:
        yield Plot("lone-colleagues", partial(draw_lone_map, tables=tables, lone=lone, lang=lang), *_MAP)


def group_figure(title: str, before: bool) -> str:
    """Name of the map of a title's service groups."""
    return f"groups-{'before-' if before else ''}{title.replace('_', '-')}"


@worded
def write_figures(tables: PlanTables, lone: pd.DataFrame, folder: Path, lang: Lang = "tr") -> list[Path]:
    """Write every plot as SVG and PNG; same plan, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    source = say(
        "reports.figure.source",
        lang,
        state=state_line(tables, lang),
        data=fingerprint(tables, "data"),
        rulebook=fingerprint(tables, "rulebook"),
    )
    places: Places = {}
    for plot in plots(tables, lone, lang):
        written.extend(write_plot(plot, folder, source, places))
    return written


@worded
def figure_paths(tables: PlanTables, lone: pd.DataFrame, folder: Path, lang: Lang = "tr") -> list[Path]:
    """The files that :func:`write_figures` writes."""
    return [path for plot in plots(tables, lone, lang) for path in _paths(plot, folder)]


def _paths(plot: Plot, folder: Path) -> list[Path]:
    return [folder / f"{plot.name}.svg", folder / f"{plot.name}.png"]


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
        paths = _paths(plot, folder)
        for path, content in zip(paths, (renderer.svg(), png(renderer.pixels(), _PNG_DPI)), strict=True):
            path.write_bytes(content)
    return paths
