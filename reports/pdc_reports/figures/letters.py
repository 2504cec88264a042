"""Texts as outlines, laid out once: the same letters at every size and in both files of a figure.

Laying out a text takes matplotlib ten times as long as drawing it, and a plan's figures have the same names,
numbers and lines again and again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
from matplotlib import ft2font
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

_MOST: Final = 4096  # texts that are remembered
_PLAIN: Final = TextToPath()
_glyphs: dict[str, Any] = {}  # outlines of letters, by what matplotlib calls them
SCALE: Final = _PLAIN.FONT_SCALE  # the size, in points, in which outlines and what they measure are told


class Letters(TextToPath):
    """What matplotlib's renderers ask for the glyphs of a text: each text is laid out once."""

    def get_glyphs_with_font(
        self,
        font: Any,
        s: str,
        glyph_map: dict[str, Any] | None = None,
        return_new_glyphs_only: bool = False,
        **how: Any,
    ) -> Any:
        """Glyphs with their places, the outlines (of new ones), and lines beside them (none)."""
        if any(how.values()):
            return super().get_glyphs_with_font(font, s, glyph_map, return_new_glyphs_only, **how)
        places, glyphs, lines = _laid(font, s)
        known = {} if glyph_map is None else glyph_map
        new = {name: glyph for name, glyph in glyphs.items() if name not in known}
        return places, new if return_new_glyphs_only else {**known, **new}, lines


def measured(text: str, font: FontProperties, ismath: Any) -> tuple[float, float, float]:
    """Width, height and descent of a text, in points."""
    share = font.get_size_in_points() / SCALE
    width, height, descent = _measured(text, _scaled(font), ismath)
    return width * share, height * share, descent * share


def outline(text: str, font: FontProperties, ismath: Any) -> Path:
    """The outline of a text of :data:`SCALE` points, from the start of its line."""
    return _outline(text, _scaled(font), ismath)


def _scaled(font: FontProperties) -> FontProperties:
    """The font in the one size; a copy, because fonts can be changed by whoever holds them."""
    other = font.copy()
    other.set_size(SCALE)
    return other


@lru_cache(maxsize=_MOST)
def _measured(text: str, font: FontProperties, ismath: Any) -> tuple[float, float, float]:
    return _PLAIN.get_text_width_height_descent(text, font, ismath)


@lru_cache(maxsize=_MOST)
def _laid(font: Any, text: str) -> tuple[Any, Any, Any]:
    """What ``TextToPath.get_glyphs_with_font`` says; where it can, it asks for each letter's outline once."""
    plain: Any = _PLAIN
    if not hasattr(font, "_layout"):  # matplotlib before 3.11
        return _PLAIN.get_glyphs_with_font(font, text)
    places, glyphs, how = [], {}, ft2font.LoadFlags.NO_HINTING
    for item in font._layout(text, how, features=None, language=None):
        name = plain._get_glyph_repr(item.ft_object, item.glyph_index)
        if name not in _glyphs:
            item.ft_object.load_glyph(item.glyph_index, flags=how)
            _glyphs[name] = item.ft_object.get_path()
        places.append((name, item.x, item.y, 1.0))
        glyphs[name] = _glyphs[name]
    return places, glyphs, []


@lru_cache(maxsize=_MOST)
def _outline(text: str, font: FontProperties, ismath: Any) -> Path:
    plain: Any = _PLAIN
    if ismath:
        return Path(*plain.get_text_path(font, text, ismath))
    places, glyphs, _ = _laid(plain._get_font(font), text)  # as TextToPath.get_text_path finds it
    corners = [glyphs[name][0] * scale + (x, y) for name, x, y, scale in places]
    codes = [glyphs[name][1] for name, *_ in places]
    return Path(np.concatenate([np.empty((0, 2)), *corners]), np.concatenate([np.empty(0, np.uint8), *codes]))
