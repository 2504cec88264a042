"""Texts as outlines, laid out once: the same letters at every size and in both files of a figure.

Laying out a text takes matplotlib ten times as long as drawing it, and a plan's figures have the same names,
numbers and lines again and again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from matplotlib import ft2font
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

_MOST: Final = 4096  # texts that are remembered
SCALE: Final = TextToPath.FONT_SCALE  # the size, in points, in which outlines and what they measure are told


class Letters(TextToPath):
    """What matplotlib's renderers ask for the glyphs of a text: each text is laid out once."""

    def _get_font(self, prop: FontProperties) -> Any:
        """As matplotlib does; which files hold a font is looked for once."""
        font = get_font(_files(prop))
        font.set_size(self.FONT_SCALE, self.DPI)
        return font

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
        laid = _laid(font, s)
        known = {} if glyph_map is None else glyph_map
        new = {name: outline for name, outline in laid.outlines.items() if name not in known}
        return laid.places, new if return_new_glyphs_only else {**known, **new}, []


_PLAIN: Final = Letters()
_letters: dict[str, _Letter] = {}  # by what matplotlib calls them


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
    found: Any = None if ismath else _PLAIN._get_font(font)
    if not hasattr(found, "_layout"):  # a formula, or matplotlib before 3.11
        return _PLAIN.get_text_width_height_descent(text, font, ismath)
    return _laid(found, text).size


@dataclass(frozen=True)
class _Letter:
    """A letter: its outline, and in 64ths of a point how far it reaches up and down, and the next one is."""

    outline: Any
    low: int
    high: int
    width: int


@dataclass(frozen=True)
class _Laid:
    """A text: name and place of each of its letters, their outlines by name; width, height and descent."""

    places: list[tuple[str, float, float, float]]
    outlines: dict[str, Any]
    size: tuple[float, float, float]


@lru_cache(maxsize=_MOST)
def _laid(font: Any, text: str) -> _Laid:
    """What ``TextToPath`` says of its glyphs and its size; each letter is loaded once.

    A text is as wide as its last letter's end, and as high as its letters reach.
    """
    plain: Any = _PLAIN
    if not hasattr(font, "_layout"):  # matplotlib before 3.11
        places, outlines, _ = TextToPath.get_glyphs_with_font(plain, font, text)
        return _Laid(places, outlines, (0.0, 0.0, 0.0))
    places, outlines, how = [], {}, ft2font.LoadFlags.NO_HINTING
    lows, highs, end = [], [], 0.0
    for item in font._layout(text, how, features=None, language=None):
        name = plain._get_glyph_repr(item.ft_object, item.glyph_index)
        if name not in _letters:
            glyph = item.ft_object.load_glyph(item.glyph_index, flags=how)
            _, low, _, high = glyph.bbox
            _letters[name] = _Letter(item.ft_object.get_path(), low, high, glyph.horiAdvance)
        letter = _letters[name]
        places.append((name, item.x, item.y, 1.0))
        outlines[name] = letter.outline
        lows.append(item.y + letter.low / 64)
        highs.append(item.y + letter.high / 64)
        end = item.x + letter.width / 64
    low, high = min(lows, default=0.0), max(highs, default=0.0)
    return _Laid(places, outlines, (end, high - low, -low))


@lru_cache(maxsize=_MOST)
def _outline(text: str, font: FontProperties, ismath: Any) -> Path:
    plain: Any = _PLAIN
    if ismath:
        return Path(*plain.get_text_path(font, text, ismath))
    laid = _laid(plain._get_font(font), text)  # as TextToPath.get_text_path finds it
    corners = [laid.outlines[name][0] * scale + (x, y) for name, x, y, scale in laid.places]
    codes = [laid.outlines[name][1] for name, *_ in laid.places]
    return Path(np.concatenate([np.empty((0, 2)), *corners]), np.concatenate([np.empty(0, np.uint8), *codes]))


@lru_cache(maxsize=_MOST)
def _files(font: FontProperties) -> Any:
    manager: Any = fontManager
    return manager._find_fonts_by_props(font)
