"""Two folders change places, in a single step where the system can: at no moment is one of them gone."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100  # paths are seen from the current folder
_EXCHANGE: Final = 2
_CANNOT: Final = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM)


def change_places(one: Path, other: Path) -> None:
    """Let two folders change places: in a single step where the system can, else by renaming."""
    if _exchange(one, other):
        return
    away = one.with_name(f"{one.name}.old")
    other.rename(away)
    try:
        one.rename(other)
    except BaseException:
        away.rename(other)
        raise
    away.rename(one)


def _exchange(one: Path, other: Path) -> bool:
    """In a single step; False where the system cannot."""
    call = _renameat2()
    if call is None:
        return False
    done = call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0
    if not done and ctypes.get_errno() not in _CANNOT:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    return done


@cache
def _renameat2() -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # a C library without it
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    call.restype = ctypes.c_int
    found: Callable[..., int] = call
    return found
