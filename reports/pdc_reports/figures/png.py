"""Pixels as a PNG file."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

_FAST: Final = 1  # of zlib's levels: a third of the time of the usual one, and a tenth larger
_COLOURS: Final = 256  # a byte a pixel instead of three: half of the time, a third of the size


def png(pixels: npt.NDArray[np.uint8], dpi: float) -> bytes:
    """The file of a picture (height × width × red, green, blue, opacity), nothing of it transparent.

    More than 256 colours are only at the soft edges of what is drawn. Those that are much alike become one:
    the ground stays what it is, an area may differ by a few of 255 shades, an edge by some 30.
    """
    file, picture = io.BytesIO(), Image.fromarray(pixels)
    if picture.getcolors(_COLOURS):
        picture = picture.convert("RGB")
    else:
        picture = picture.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        palette = np.asarray(picture.getpalette("RGB"), dtype=np.uint8).reshape(-1, 3)
        palette[np.asarray(picture)[0, 0]] = pixels[0, 0, :3]
        picture.putpalette(palette.tobytes())
    picture.save(file, "PNG", dpi=(dpi, dpi), compress_level=_FAST)
    return file.getvalue()
