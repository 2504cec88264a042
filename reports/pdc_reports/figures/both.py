"""One drawing of a figure for both of its files: in pixels for the PNG, and the same as SVG.

matplotlib draws a figure anew for every file, and most of that is its own work (where each text and tick
goes), not the ink. :class:`Both` hands each stroke to two of matplotlib's renderers: to Agg as it is, and to
SVG, whose unit is the point, made smaller. Texts are the same outlines in both.
"""
# ruff: noqa: D102, N803 - the methods and their arguments are matplotlib's

from __future__ import annotations

from io import StringIO
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import FigureCanvasBase, GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedPath

from pdc_reports.figures.letters import SCALE, Letters, measured, outline
from pdc_reports.figures.vector import Vector

_POINTS: Final = 72  # an inch
_ABOUT: Final = {"Date": None, "Creator": "pdc"}


class Both(RendererBase):
    """Draws a figure on pixels and notes the same as SVG. There are no images in our figures, and none here.

    The arguments of what it draws are matplotlib's (:class:`matplotlib.backend_bases.RendererBase`).
    """

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        width, height = (float(inches) for inches in figure.get_size_inches())
        self.dpi = float(figure.dpi)
        self.width, self.height = width * self.dpi, height * self.dpi
        self._share = _POINTS / self.dpi
        self._small = Affine2D().scale(self._share)
        self._file = StringIO()
        agg: Any = RendererAgg
        self._agg: Any = agg(self.width, self.height, self.dpi)
        self._svg: Any = Vector(
            width * _POINTS, height * _POINTS, self._file, image_dpi=self.dpi, metadata=_ABOUT
        )
        self._svg._text2path = Letters()

    def pixels(self) -> npt.NDArray[np.uint8]:
        """What was drawn: height × width × red, green, blue, opacity."""
        return np.asarray(self._agg.buffer_rgba())

    def svg(self) -> bytes:
        """The same as an SVG file; to be asked for once, at the end."""
        self._svg.finalize()
        return self._file.getvalue().encode("utf-8")

    def open_group(self, s: str, gid: str | None = None) -> None:
        self._svg.open_group(s, gid)

    def close_group(self, s: str) -> None:
        self._svg.close_group(s)

    def draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None
    ) -> None:
        self._agg.draw_path(gc, path, transform, rgbFace)
        self._svg.draw_path(self._smaller(gc), path, transform + self._small, rgbFace)

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,
    ) -> None:
        self._agg.draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
        small = self._small
        self._svg.draw_markers(
            self._smaller(gc), marker_path, marker_trans + small, path, trans + small, rgbFace
        )

    def draw_path_collection(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        paths: Any,
        all_transforms: Any,
        offsets: Any,
        offset_trans: Transform,
        *looks: Any,
        **more: Any,
    ) -> None:
        self._agg.draw_path_collection(
            gc, master_transform, paths, all_transforms, offsets, offset_trans, *looks, **more
        )
        one, other = (master_transform + self._small).frozen(), offset_trans + self._small
        # Colours as tuples: matplotlib remembers what it makes of those.
        colours = [[tuple(colour) for colour in np.asarray(look).tolist()] for look in looks[:2]]
        if more and gc.get_hatch() is None:
            more = {**more, "hatchcolors": []}
        self._svg.draw_path_collection(
            self._smaller(gc), one, paths, all_transforms, offsets, other, *colours, *looks[2:], **more
        )

    def draw_quad_mesh(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        meshWidth: int,
        meshHeight: int,
        coordinates: Any,
        offsets: Any,
        offsetTrans: Transform,
        *looks: Any,
    ) -> None:
        mesh = (meshWidth, meshHeight, coordinates, offsets)
        self._agg.draw_quad_mesh(gc, master_transform, *mesh, offsetTrans, *looks)
        one, other = (master_transform + self._small).frozen(), offsetTrans + self._small
        self._svg.draw_quad_mesh(self._smaller(gc), one, *mesh, other, *looks)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        size = float(prop.get_size_in_points()) * self.dpi / _POINTS / SCALE
        place = Affine2D().scale(size).rotate_deg(angle).translate(x, self.height - y)
        filled = self.new_gc()
        filled.copy_properties(gc)
        filled.set_linewidth(0)
        filled.set_snap(False)
        self._agg.draw_path(filled, outline(s, prop, ismath), place, gc.get_rgb())
        small = self._share
        self._svg.draw_text(self._smaller(gc), x * small, y * small, s, prop, angle, ismath, mtext)

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        width, height, descent = measured(s, prop, ismath)
        return width / self._share, height / self._share, descent / self._share

    def flipy(self) -> bool:
        return True

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        return points / self._share

    def _smaller(self, gc: GraphicsContextBase) -> GraphicsContextBase:
        """The same look for SVG: lines and dashes are in points already, where it is cut off is not."""
        rectangle: Any = gc.get_clip_rectangle()
        path, transform = gc.get_clip_path()  # type: Any, Any
        if rectangle is None and path is None:
            return gc
        small = self.new_gc()
        small.copy_properties(gc)
        if rectangle is not None:
            small.set_clip_rectangle(Bbox(rectangle.get_points() * self._share))
        if path is not None:
            small.set_clip_path(TransformedPath(path, transform + self._small))
        return small


class Canvas(FigureCanvasBase):
    """Where a figure finds its renderer, so that the layout measures texts as they will be drawn."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure)
        self.renderer = Both(figure)

    def get_renderer(self) -> Both:
        """The renderer of this figure."""
        return self.renderer
