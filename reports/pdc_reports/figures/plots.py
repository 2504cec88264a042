"""Which plots a plan has. One plot is one function that draws on an ``ax``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pdc_common.text import Lang
from pdc_reports.figures.groups import group_figure, mapped
from pdc_reports.folder.need import Reach, known_need
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import ALL_SPECIALISTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Draw:
    """What draws a plot, as ``file:function``: who only asks which there are waits for no matplotlib."""

    name: str

    def __call__(self, ax: Axes, **what: Any) -> None:
        """Draw on ``ax``."""
        file, _, function = self.name.partition(":")
        getattr(import_module(f"pdc_reports.figures.{file}"), function)(ax, **what)


@dataclass(frozen=True)
class Plot:
    """A named plot: what draws it and how large it is, in inches.

    Plots of one ``frame`` have their axes at one place, that of the first of them.
    """

    name: str
    draw: Callable[[Axes], None]
    size: tuple[float, float]
    frame: str = ""

    def paths(self, folder: Path) -> list[Path]:
        """Its files."""
        return [folder / f"{self.name}.svg", folder / f"{self.name}.png"]


_MAP: Final = ((10, 5.2), "map")


def plots(tables: PlanTables, lone: pd.DataFrame, lang: Lang) -> Iterator[Plot]:
    """Every plot of a plan."""

    def drawn(name: str, **what: Any) -> Callable[[Axes], None]:
        return partial(Draw(name), tables=tables, lang=lang, **what)

    titles = chosen(tables)
    for title in titles:
        slug = title.replace("_", "-")
        if tables.borders is not None:
            yield Plot(f"map-{slug}", drawn("choropleth:draw_map", title=title), *_MAP)
        yield Plot(f"ranking-{slug}", drawn("ranking:draw_ranking", title=title), (7, 12))
    for before in (False, True) if tables.borders is not None else ():
        for title in mapped(tables, tables.shown, before=before):
            draw = drawn("choropleth:draw_group_map", title=title, before=before)
            yield Plot(group_figure(title, before), draw, *_MAP)
    yield Plot("deviation", drawn("deviation:draw_deviation"), (8, 6))
    yield Plot("lorenz", drawn("lorenz:draw_lorenz", titles=titles), (7.5, 7))
    if known_need(tables).sum() > 1:
        yield Plot("concentration", drawn("need:draw_concentration", titles=titles), (7.5, 7))
    for title in reached(tables):
        draw = drawn("need:draw_access", reach=Reach(tables), title=title)
        yield Plot(f"access-{title.replace('_', '-')}", draw, *_MAP)
    yield Plot("shortfall", drawn("shortfall:draw_shortfall"), (8.5, 5))
    if tables.specialists and tables.borders is not None:
        yield Plot("lone-colleagues", drawn("choropleth:draw_lone_map", lone=lone), *_MAP)


def reached(tables: PlanTables) -> list[str]:
    """Titles that have a map of access: the first one shown; the page's table has all of them."""
    if tables.borders is None or not tables.bands or not Reach(tables).known.any():
        return []
    return chosen(tables)[:1]


def chosen(tables: PlanTables) -> list[str]:
    """Titles that have figures of their own."""
    held = {*tables.planned, *((ALL_SPECIALISTS,) if tables.specialists else ())}
    return [title for title in tables.shown if title in held]
