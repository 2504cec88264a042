"""What the reports need beside the plan is made ready while other processes plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

Tell = Callable[[int, int, str], None]


@contextmanager
def ahead(tell: Tell, wanted: bool, draws: bool) -> Iterator[Tell]:
    """``tell``, whose first call also begins to make the reports ready, if they are ``wanted``.

    ``draws``: this process will draw the figures too.

    The first word comes once the processes that plan are under way: this one has nothing to do but wait then.
    """
    begun: list[Thread] = []

    def heard(done: int, total: int, now: str) -> None:
        if wanted and not begun:
            begun.append(Thread(target=_ready, args=(draws,), daemon=True))
            begun[0].start()
        tell(done, total, now)

    try:
        yield heard
    finally:
        for thread in begun:
            thread.join()


def _ready(draws: bool) -> None:
    # What fails here fails again where it is needed, and is told there.
    with suppress(Exception):
        from pdc_reports.write import ready  # noqa: PLC0415 - reports take their time to import

        ready(draws)
