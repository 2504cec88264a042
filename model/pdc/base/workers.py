"""One pool of processes for all who work side by side: each is given the work once, then its pieces."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import threading
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final

from pdc_common.forks import SELDOM, forking

_LOOK: Final = 1.0  # seconds between looks for the parent
_given: list[Any] = []


def workers(jobs: int, work: Any, *, fork: bool = True) -> ProcessPoolExecutor:
    """A pool whose processes find ``work`` with :func:`given`; to be used in a ``with``.

    ``fork`` shares this process's memory as it stands, where that is safe (Linux, no other thread): nothing
    is imported again nor sent. Elsewhere fresh interpreters read the work from a pickle. They end when this
    process does, and leave Ctrl-C to it.
    """
    if fork and forking():
        _given[:] = [work]
        pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _forked, (os.getpid(),))
        with warnings.catch_warnings():
            # Python 3.12 and later count the idle threads of numpy's library; none of ours is running.
            warnings.simplefilter("ignore", DeprecationWarning)
            pool.submit(_nothing)  # the first job starts all processes, before the pool has a thread
        return pool
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _start, (work, os.getpid()))


def given() -> Any:
    """What the processes of this pool were given."""
    return _given[0]


def collect_seldom() -> None:
    """Look for garbage seldom: a plan makes millions of small objects and hardly a circle among them.

    Saves a seventh of the time at the same memory (every 200,000 objects instead: half a second less). For
    processes that are ours alone, not for a caller's. At the end, where all memory goes back at once, Python
    would look through everything three times more (0.3 s): then there is nothing to look through.
    """
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    gc.freeze()
    gc.set_threshold(*SELDOM)


def _start(work: Any, parent: int) -> None:
    _given[:] = [work]
    _forked(parent)


def _forked(parent: int) -> None:
    # Workers ignore Ctrl-C: the parent catches it, keeps what is done and stops them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    collect_seldom()


def _nothing() -> None:
    """The first job of a pool."""


def _watch(parent: int) -> None:
    """Exit when the parent is gone: one that was killed could not stop its workers."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
