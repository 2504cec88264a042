"""Pixels as a PNG file. matplotlib's way looks for a filter in every row, which flat colours do not need."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

_LEVEL: Final = 1  # as small as level 3 within a fiftieth, and without a filter smaller than with one
_INCHES: Final = 39.3701  # a metre
_RGB: Final = (8, 2, 0, 0, 0)  # bits, red green blue, and the one way there is of the rest


def png(pixels: npt.NDArray[np.uint8], dpi: float) -> bytes:
    """The file of a picture (height × width × at least red, green, blue), nothing of it transparent."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each begins with its filter: none
    for colour in range(3):
        rows[:, 1 + colour :: 3] = pixels[:, :, colour]
    dots = round(dpi * _INCHES)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, content)
        for name, content in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, *_RGB)),
            (b"pHYs", struct.pack(">IIB", dots, dots, 1)),
            (b"IDAT", zlib.compress(rows.data, _LEVEL)),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(name))
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
