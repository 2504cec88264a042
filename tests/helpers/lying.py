"""A solver that lies: what HiGHS answers is changed on its way back, now and then, in one way at a time.

>>> with lying(monkeypatch, "vertex", lambda call: call == 3) as told:
...     pdc.plan(...)
>>> told.lies  # how many lies were told
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import highspy
import numpy as np
import pytest

from pdc.solve import highs

LIES = ("infeasible", "vertex", "moved", "no_reduced", "noise", "no_duals", "objective")
"""No plan though there is one; the worst vertex, with its objective told honestly; a value changed by one;
reduced costs of nought, or of noise; dual values of nought; an objective that is better than the values."""

MORE_LIES = ("stale", "bound", "unknown", "limit", "unbounded", "nan", "short")
"""The answer of the run before; a bound that is far off; a status that says nothing, or that time is up, or that
there is no end to it; values that are no numbers; fewer values than columns."""
STATUSES = {
    "infeasible": highspy.HighsModelStatus.kInfeasible,
    "unknown": highspy.HighsModelStatus.kUnknown,
    "limit": highspy.HighsModelStatus.kTimeLimit,
    "unbounded": highspy.HighsModelStatus.kUnbounded,
}


@dataclass
class Told:
    """How often the solver ran, and how often it lied."""

    calls: int = 0
    lies: int = 0


class _Liar:
    """A live ``Highs`` that lies where ``when`` (given the number of the run) says so."""

    def __init__(self, live: Any, lie: str, when: Callable[[int], bool], told: Told) -> None:
        self._live, self._lie, self._when, self._told = live, lie, when, told
        self._now = False
        self._found: tuple[Any, float] | None = None
        self._before: tuple[Any, float] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._live, name)

    def run(self) -> Any:
        self._told.calls += 1
        self._now, self._found = self._when(self._told.calls), None
        status = self._live.run()
        if self._now and self._live.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._now = False  # there is no plan: nothing to lie about
        if self._now:
            self._told.lies += 1
            self._found = self._answer()
        if self._lie == "stale" and self._live.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            found = self._live.getSolution()
            copied = {name: list(getattr(found, name)) for name in ("col_value", "col_dual", "row_dual")}
            self._before = SimpleNamespace(**copied), float(self._live.getInfo().objective_function_value)
        return status

    def _answer(self) -> tuple[Any, float]:
        live = self._live
        cost = np.array(live.getLp().col_cost_)
        honest = live.getSolution()
        values, duals = np.array(honest.col_value), np.array(honest.col_dual)
        rows, objective = np.array(honest.row_dual), float(live.getInfo().objective_function_value)
        rng = np.random.default_rng(self._told.calls)
        if self._lie == "stale" and self._before:
            return self._before
        if self._lie == "nan":
            values, objective = np.full(len(values), np.nan), float("nan")
        elif self._lie == "short":
            values = values[:-1]
        elif self._lie == "vertex":
            columns = np.arange(len(cost), dtype=np.int32)
            live.changeColsCost(len(cost), columns, -cost if cost.any() else rng.normal(size=len(cost)))
            live.run()
            if live.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                values = np.array(live.getSolution().col_value)
                objective = float((cost * values).sum())
            live.changeColsCost(len(cost), columns, cost)
        elif self._lie == "moved" and len(values):
            values = values.copy()
            values[rng.integers(len(values))] += 1.0
            objective = float((cost * values).sum())
        elif self._lie == "no_reduced":
            duals = np.zeros(len(duals))
        elif self._lie == "noise":
            duals = duals + rng.normal(size=len(duals))
        elif self._lie == "no_duals":
            duals, rows = np.zeros(len(duals)), np.zeros(len(rows))
        elif self._lie == "objective":
            objective -= 1.0
        return SimpleNamespace(col_value=values, col_dual=duals, row_dual=rows), objective

    def getModelStatus(self) -> Any:  # noqa: N802 - HiGHS' name
        if self._now and self._lie in STATUSES:
            return STATUSES[self._lie]
        return highspy.HighsModelStatus.kOptimal if self._now else self._live.getModelStatus()

    def getDualRay(self) -> Any:  # noqa: N802
        return (None, False, []) if self._now else self._live.getDualRay()

    def getSolution(self) -> Any:  # noqa: N802
        return self._found[0] if self._found else self._live.getSolution()

    def getInfo(self) -> Any:  # noqa: N802
        if not self._found:
            return self._live.getInfo()
        off = 100.0 if self._lie == "bound" else 0.0
        return SimpleNamespace(
            objective_function_value=self._found[1],
            mip_dual_bound=self._found[1] - off,
            simplex_iteration_count=1,  # so that its values are read
        )


@contextmanager
def lying(patch: pytest.MonkeyPatch, lie: str, when: Callable[[int], bool]) -> Iterator[Told]:
    """Every live solver made inside lies in one way (:data:`LIES`) in the runs that ``when`` chooses."""
    told = Told()
    start = highs.Session.__post_init__

    def started(session: highs.Session) -> None:
        start(session)
        session.live = _Liar(session.live, lie, when, told)

    with patch.context() as inside:
        inside.setattr(highs.Session, "__post_init__", started)
        yield told
