"""Processes that have what this one has, where that is safe: nothing is read or imported again."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable
from typing import Final

from pdc_common.forks import SELDOM

# How far a process steps back that nobody waits for before the end: half the time of one beside it.
BACK: Final = 3


def fork(make: Callable[[], object], back: int = 0) -> int:
    """A process that does ``make`` and ends, with 0 where that went well; its number.

    It steps ``back`` by so much (:func:`os.nice`).
    """
    with warnings.catch_warnings():
        # Python 3.12 and later count the idle threads of numpy's library; none of ours is running.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        os.nice(back)
        make()
        code = 0
    finally:
        os._exit(code)
