"""What the reports need beside the plan is made ready while other processes plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from threading import Thread
from typing import Any

Tell = Callable[[int, int, str], None]


@contextmanager
def ahead(tell: Tell, wanted: bool) -> Iterator[Tell]:
    """``tell``, whose first call also begins to make the reports ready, if they are ``wanted``.

    The first word comes once the processes that plan are under way: this one has nothing to do but wait then.
    """
    begun: list[Thread] = []

    def heard(done: int, total: int, now: str) -> None:
        if wanted and not begun:
            begun.append(Thread(target=_ready, daemon=True))
            begun[0].start()
        tell(done, total, now)

    try:
        yield heard
    finally:
        for thread in begun:
            thread.join()


def _ready() -> None:
    # What fails here fails again where it is needed, and is told there.
    with suppress(Exception):
        with _undocumented():
            from pdc_reports.write import ready  # noqa: PLC0415 - drawing takes its time to import
        ready()


@contextmanager
def _undocumented() -> Iterator[None]:
    """matplotlib without the lists in its own help: half of its import, which nobody reads here."""
    drawn: Any = import_module("matplotlib.artist")
    lists, drawn.kwdoc = drawn.kwdoc, lambda _: ""
    try:
        yield
    finally:
        drawn.kwdoc = lists
