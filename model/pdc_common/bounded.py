"""Files of a result folder read whole, while they are of a size that pdc writes.

The largest of built-in Türkiye is the program of nurses and midwives, 15 MB unpacked. What is far beyond was
not written by pdc, and would take all of a machine's memory.
"""

from __future__ import annotations

import errno
import gzip
import stat
from pathlib import Path
from typing import IO, Final

MOST_FILE: Final = 64 * 1024**2
"""Bytes of a JSON file of a result folder, and of what a packed one holds."""
MOST_TABLE: Final = 256 * 1024**2
"""Bytes of a table of a result folder, or beside the data; unpacked."""


class TooLargeError(ValueError):
    """A file of a result folder is larger than any that pdc writes: ``name``, and the ``most`` bytes."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(f"{name}: more than {most} bytes")
        self.name, self.most = name, most


class SpecialFileError(OSError):
    """A pipe, a device, a socket: reading one may never end."""


def no_special(path: Path) -> Path:
    """The path, if what it leads to is no pipe, device or socket. Raises OSError."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise SpecialFileError(errno.EINVAL, "a pipe or a device, not a file", str(path))
    return path


def bytes_of(path: Path, most: int | None = None) -> bytes:
    """Content of a file. Raises OSError and :class:`TooLargeError`."""
    with no_special(path).open("rb") as file:
        return _within(path, file, most)


def text_of(path: Path, encoding: str = "utf-8", errors: str = "strict", most: int | None = None) -> str:
    """Text of a file. Raises OSError, UnicodeDecodeError, and :class:`TooLargeError`."""
    return bytes_of(path, most).decode(encoding, errors)


def held(path: Path, most: int = MOST_TABLE) -> Path:
    """The path of a file that is read line by line. Raises OSError and :class:`TooLargeError`."""
    if no_special(path).stat().st_size > most:  # it may be one line
        raise TooLargeError(path.name, most)
    return path


def unpacked(path: Path, most: int | None = None) -> bytes:
    """Content of a ``.gz`` file. Raises OSError, EOFError, ``zlib.error`` and :class:`TooLargeError`."""
    with gzip.open(no_special(path), "rb") as file:
        return _within(path, file, most)


def _within(path: Path, file: IO[bytes] | gzip.GzipFile, most: int | None) -> bytes:
    most = MOST_FILE if most is None else most
    content = file.read(most + 1)
    if len(content) > most:
        raise TooLargeError(path.name, most)
    return content
