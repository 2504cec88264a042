"""Is a folder out of the others' reach: can nobody but its owner write there, or put another in its place?

Asked of a cache, whose content is believed. Every folder on the way to it counts: who can write to one of
them can rename what lies below and put something else there. A folder with the sticky bit (``/tmp``) is
open to everybody, but only the owner of an entry can rename or remove it. Links on the way are followed one
by one, as the system follows them.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from pdc.base.limits import CACHE_ENTRY

_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_LINKS: Final = 40  # as many as Linux follows
_ROOT: Final = 0


def private(folder: Path) -> bool:
    """Can nobody but the user (and root) write to the folder or change what its name leads to?"""
    if not hasattr(os, "getuid"):  # Windows: a profile is its user's own
        return folder.resolve().is_relative_to(Path.home())
    try:
        path = _followed(folder.absolute())
    except OSError:
        return False
    return path is not None and closed(path)


def closed(folder: Path) -> bool:
    """Is this the user's own folder, no link, that nobody else can write to?"""
    if not hasattr(os, "getuid"):
        return folder.is_dir()
    try:
        state = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & _OTHERS


def read_own(path: Path, *, secret: bool = False) -> bytes | None:
    """Content of a file that is the user's own and that nobody else can write (if ``secret``: nor read).

    None where it is not, or cannot be read; links are not followed.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            return None
        if hasattr(os, "getuid"):
            shut = 0o077 if secret else _OTHERS
            if state.st_uid != os.getuid() or state.st_mode & shut:
                return None
        with open(handle, "rb", closefd=False) as file:
            content = file.read(CACHE_ENTRY + 1)
        return content if len(content) <= CACHE_ENTRY else None
    except OSError:
        return None
    finally:
        os.close(handle)


def _followed(path: Path) -> Path | None:
    """The folder that a path leads to, without links; None where others have a hand in the way there."""
    left = _LINKS
    here, parts = Path(path.anchor), list(path.parts[1:])
    if not _trusted(here):
        return None
    while parts:
        part = parts.pop(0)
        if part == "..":
            here = here.parent
            continue
        step = here / part
        state = step.lstat()
        if state.st_uid not in (_ROOT, os.getuid()):
            return None
        if stat.S_ISLNK(state.st_mode):
            left -= 1
            if left < 0:
                return None
            aim = step.readlink()
            if aim.is_absolute():
                here = Path(aim.anchor)
            parts = [*(aim.parts[1:] if aim.is_absolute() else aim.parts), *parts]
            continue
        if parts and not _trusted(step):
            return None
        here = step
    return here


def _trusted(folder: Path) -> bool:
    """Can nobody else change which folder an entry's name leads to?"""
    state = folder.lstat()
    own = state.st_uid in (_ROOT, os.getuid())
    return own and (not state.st_mode & _OTHERS or bool(state.st_mode & stat.S_ISVTX))
