"""The plots of a plan, for a notebook: ``plan.plot.map("hemsire")``.

Each draws on ``ax``, or on a figure of its own when none is given, and returns the axes. They are the
figures of the reports, drawn from the plan's frames; matplotlib is imported when the first one is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import pandas as pd

from pdc_common import access
from pdc_common.text import Lang, wording
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import ALL_SPECIALISTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from pdc_reports.figures.maps import Measure

_MAP: Final = (9.0, 4.9)
_TALL: Final = (7.0, 12.0)
_WIDE: Final = (8.0, 5.5)
_SQUARE: Final = (6.5, 6.0)


class _Results(Protocol):
    @property
    def frames(self) -> Mapping[str, pd.DataFrame]: ...


class Drawable(Protocol):
    """What a plan must have to be drawn."""

    @property
    def results(self) -> _Results:
        """Result tables."""

    @property
    def national(self) -> pd.DataFrame:
        """Every title, planned or not."""

    @property
    def side_files(self) -> Mapping[str, Path]:
        """Borders and road kilometres."""

    def notices(self, lang: Lang = "tr") -> pd.DataFrame:
        """Notices."""

    def to_dict(self) -> Mapping[str, Any]:
        """``summary.json``."""


@dataclass(frozen=True)
class Plots:
    """The plots of one plan. Titles are planning titles; ``"uzman"`` is all specialists together."""

    plan: Drawable

    @cached_property
    def tables(self) -> PlanTables:
        """The plan as the reports read it."""
        sides = self.plan.side_files
        frames = {
            **self.plan.results.frames,
            "national": self.plan.national,
            "notices": self.plan.notices("tr"),
        }
        return PlanTables.from_frames(
            frames,
            self.plan.to_dict(),
            borders=sides.get("provinces.geojson"),
            road_km=sides.get("road_km.csv"),
            bands=sides.get(access.FILE),
        )

    def map(
        self, title: str, measure: Measure = "per_100k", ax: Axes | None = None, *, lang: Lang = "tr"
    ) -> Axes:
        """Provinces by posts per 100,000 people (``per_100k``), ``deviation`` or ``vacancies`` of a title."""
        from pdc_reports.figures.choropleth import draw_map  # noqa: PLC0415 - matplotlib only when drawn
        from pdc_reports.figures.maps import MEASURES  # noqa: PLC0415

        if measure not in MEASURES:
            raise ValueError(f"{measure}: one of {', '.join(MEASURES)} is expected")
        self._known(title)
        return self._drawn(draw_map, ax, _MAP, title=title, measure=measure, lang=lang)

    def ranked(self, title: str, ax: Axes | None = None, *, lang: Lang = "tr") -> Axes:
        """Provinces ranked by planned posts per 100,000 people, each with its filled posts."""
        from pdc_reports.figures.ranking import draw_ranking  # noqa: PLC0415

        self._known(title)
        return self._drawn(draw_ranking, ax, _TALL, title=title, lang=lang)

    def deviation(self, title: str | None = None, ax: Axes | None = None, *, lang: Lang = "tr") -> Axes:
        """Posts − target against target, a point a province; every title when none is given."""
        from pdc_reports.figures.deviation import draw_deviation  # noqa: PLC0415

        if title is not None:
            self._known(title)
        return self._drawn(draw_deviation, ax, _WIDE, title=title, lang=lang)

    def lorenz(self, *titles: str, ax: Axes | None = None, lang: Lang = "tr") -> Axes:
        """Lorenz curves of titles, filled posts and plan, with their Gini coefficients."""
        from pdc_reports.figures.lorenz import draw_lorenz  # noqa: PLC0415

        if not titles:
            raise ValueError("name at least one title")
        self._known(*titles)
        return self._drawn(draw_lorenz, ax, _SQUARE, titles=titles, lang=lang)

    def shortfall(self, ax: Axes | None = None, *, lang: Lang = "tr") -> Axes:
        """Missing posts by clause and tier."""
        from pdc_reports.figures.shortfall import draw_shortfall  # noqa: PLC0415

        return self._drawn(draw_shortfall, ax, _WIDE, lang=lang)

    def lone(self, ax: Axes | None = None, *, lang: Lang = "tr") -> Axes:
        """Where specialists are planned as the only one of their branch."""
        from pdc_reports.figures.choropleth import draw_lone_map  # noqa: PLC0415
        from pdc_reports.folder.lone_specialists import lone_colleagues  # noqa: PLC0415

        return self._drawn(draw_lone_map, ax, _MAP, lone=lone_colleagues(self.tables), lang=lang)

    def _known(self, *titles: str) -> None:
        known: Sequence[str] = self.tables.planned
        if self.tables.specialists:
            known = [*known, ALL_SPECIALISTS]
        for title in titles:
            if title not in known:
                raise ValueError(f"{title} is not planned here; planned: {', '.join(known)}")

    def _drawn(
        self, draw: Callable[..., None], ax: Axes | None, size: tuple[float, float], **how: Any
    ) -> Axes:
        import matplotlib as mpl  # noqa: PLC0415

        from pdc_reports.figures.draw import STYLE  # noqa: PLC0415

        if ax is None:
            # pyplot, so that a notebook shows the figure without being asked. Not inside the context: the
            # first figure loads the notebook's backend, whose own settings must stay.
            import matplotlib.pyplot as plt  # noqa: PLC0415

            figure = plt.figure(figsize=size, layout="constrained")
            with mpl.rc_context(STYLE):
                ax = figure.add_subplot()
        with mpl.rc_context(STYLE), wording(self.tables.wording):
            draw(ax, tables=self.tables, **how)
        return ax
