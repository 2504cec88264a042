"""Pixels as a PNG file."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

_FAST: Final = 1  # of zlib's levels: a third of the time of the usual one, and a tenth larger


def png(pixels: npt.NDArray[np.uint8], dpi: float) -> bytes:
    """The file of a picture (height × width × at least red, green, blue), nothing of it transparent."""
    file = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels[:, :, :3]))
    picture.save(file, "PNG", dpi=(dpi, dpi), compress_level=_FAST)
    return file.getvalue()
