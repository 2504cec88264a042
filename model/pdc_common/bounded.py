"""Files of a result folder read whole, while they are of a size that pdc writes.

The largest of built-in Türkiye is the program of nurses and midwives, 15 MB unpacked. What is far beyond was
not written by pdc, and would take all of a machine's memory.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Final

MOST_FILE: Final = 64 * 1024**2
"""Bytes of a JSON file of a result folder, and of what a packed one holds."""


class TooLargeError(ValueError):
    """A file of a result folder is larger than any that pdc writes."""


def text_of(path: Path, encoding: str = "utf-8", errors: str = "strict") -> str:
    """Text of a file. Raises OSError, UnicodeDecodeError, and :class:`TooLargeError`."""
    with path.open("rb") as file:
        return _within(path, file.read(MOST_FILE + 1)).decode(encoding, errors)


def unpacked(path: Path) -> bytes:
    """Content of a ``.gz`` file. Raises OSError, EOFError, ``zlib.error`` and :class:`TooLargeError`."""
    with gzip.open(path, "rb") as file:
        return _within(path, file.read(MOST_FILE + 1))


def _within(path: Path, content: bytes) -> bytes:
    if len(content) > MOST_FILE:
        raise TooLargeError(f"{path.name}: more than {MOST_FILE} bytes")
    return content
