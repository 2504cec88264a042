"""Folders in which a run was writing when it was killed: known by their name, and cleared away by the next.

A name says who made the folder: process, machine since when it runs, chance. A folder is cleared only if
that process is gone from this very machine, and only what is the user's own, with no link and no device in
it. Where any of that is not so, or cannot be known (another machine that shares the disk), it stays.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"\.pdc-(\d{1,10})-([0-9a-f]{12})-[a-z0-9_]{8}")
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_SPACE: Final = Path("/proc/self/ns/pid")


def new_folder(above: Path) -> Path:
    """A folder to write in, beside the one that it will replace; those of runs that were killed go."""
    clear(above)
    return Path(tempfile.mkdtemp(prefix=_prefix(), dir=above))


def new_handle(above: Path) -> tuple[int, Path]:
    """The same for a single file: its open handle and its path."""
    clear(above)
    handle, name = tempfile.mkstemp(prefix=_prefix(), dir=above)
    return handle, Path(name)


def clear(above: Path) -> None:
    """Remove what runs that were killed have left in a folder."""
    if not hasattr(os, "getuid") or not _machine():  # elsewhere nobody can ask whether a process is alive
        return
    with suppress(OSError):
        for path in [Path(entry.path) for entry in os.scandir(above) if entry.name.startswith(".pdc-")]:
            match = _NAME.fullmatch(path.name)
            if match and match[2] == _machine() and _gone(int(match[1])) and _own(path):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)


def _prefix() -> str:
    return f".pdc-{os.getpid()}-{_machine() or '0' * 12}-"


@cache
def _machine() -> str:
    """The machine, since it was started, and its table of processes; empty where that cannot be known."""
    try:
        parts = (platform.node(), _BOOT.read_text("ascii").strip(), os.stat(_SPACE).st_ino)  # noqa: PTH116
    except OSError:
        return ""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _own(path: Path) -> bool:
    """Is all of it the user's own, files and folders alone?"""
    state = path.lstat()
    if state.st_uid != os.getuid():
        return False
    if stat.S_ISDIR(state.st_mode):
        return all(map(_own, path.iterdir()))
    return stat.S_ISREG(state.st_mode)
