"""A process that gets ready to draw figures while the plan is still being made.

It is forked before anything is read, where one core alone would work: it imports matplotlib, which this
process then never does, waits for the few tables that figures show, and draws. Whatever goes wrong there,
the figures are drawn here instead.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from pdc_common.forks import forking
from pdc_common.text import Lang
from pdc_reports.figures.early import load
from pdc_reports.figures.files import shown_alone, write_figures
from pdc_reports.folder.plan import PlanTables
from pdc_reports.forked import fork


class Drawing:
    """The process, and the pipe through which it gets the tables."""

    def __init__(self) -> None:
        there, here = os.pipe()
        self._pipe: BinaryIO = os.fdopen(here, "wb")
        self._child: int | None = fork(partial(_draw, there, here))
        os.close(there)

    def draw(self, tables: PlanTables, lone: pd.DataFrame, folder: Path, lang: Lang) -> int | None:
        """Have the figures written; whose process that is, to be waited for. None where it has ended."""
        try:
            with self._pipe:
                pickle.dump((*shown_alone(tables, lone), folder, lang), self._pipe, pickle.HIGHEST_PROTOCOL)
        except OSError:
            return None
        child, self._child = self._child, None
        return child

    def end(self) -> None:
        """End the process, unless it has got something to draw."""
        if self._child is not None:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = None
        self._pipe.close()


@contextmanager
def drawing(wanted: bool) -> Iterator[Drawing | None]:
    """A process that will draw, if that is ``wanted`` and this one can be forked; it outlives no caller."""
    made = Drawing() if wanted and forking() else None
    try:
        yield made
    finally:
        if made is not None:
            made.end()


def _draw(there: int, here: int) -> None:
    os.close(here)  # with it open, the pipe would never end
    load()
    with os.fdopen(there, "rb") as pipe:
        tables, lone, folder, lang = pickle.load(pipe)
    write_figures(tables, lone, folder, lang)
