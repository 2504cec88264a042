"""One pool of processes for all who work side by side: each is given the work once, then its pieces."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final

SELDOM: Final = 200_000  # objects between looks for garbage; Python's own is 700
_LOOK: Final = 1.0  # seconds between looks for the parent
_given: list[Any] = []


def workers(jobs: int, work: Any, *, fork: bool = False) -> ProcessPoolExecutor:
    """A pool whose processes find ``work`` with :func:`given`; to be used in a ``with``.

    ``fork`` shares this process's memory as it stands, where that is safe (Linux, no other thread); elsewhere
    fresh interpreters read the work from a pickle. They end when this process does, and leave Ctrl-C to it.
    """
    forked = fork and sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forked else "spawn")
    if forked:
        _given[:] = [work]
        return ProcessPoolExecutor(jobs, context)
    return ProcessPoolExecutor(jobs, context, _start, (work, os.getpid()))


def given() -> Any:
    """What the processes of this pool were given."""
    return _given[0]


def collect_seldom() -> None:
    """Look for garbage seldom: a plan makes millions of small objects and hardly a circle among them.

    Saves a seventh of the time at the same memory. For processes that are ours alone, not for a caller's.
    """
    gc.freeze()
    gc.set_threshold(SELDOM, 20, 20)


def _start(work: Any, parent: int) -> None:
    # Workers ignore Ctrl-C: the parent catches it, keeps what is done and stops them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    collect_seldom()
    _given[:] = [work]


def _watch(parent: int) -> None:
    """Exit when the parent is gone: one that was killed could not stop its workers."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
