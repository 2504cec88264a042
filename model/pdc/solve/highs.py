"""The one place that imports PuLP: models as PuLP problems, solved by HiGHS in process.

:func:`problem` is the program of record, a PuLP problem that anyone can read; it is made when somebody reads
it. :class:`BulkHighs` is PuLP's own HiGHS solver with three things changed: it hands the program over in
bulk, keeps the live ``Highs`` object (so that the next objective starts from the last basis) and reads
results back in bulk. Written to what PuLP 3.3 and 4 share.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

# PuLP 4 first: it loads HiGHS' library so that its own compiled part and that of HiGHS share one C++ runtime.
import pulp  # isort: skip
import highspy
import numpy as np
import numpy.typing as npt

from pdc.base.errors import WrongAnswerError
from pdc.base.numbers import Floats, Mask
from pdc.program.model import Model
from pdc.solve.basis import Start
from pdc.solve.clock import Clock
from pdc.solve.duality import FEASIBLE, Claim, Limit, disproof, dual_bound, keeps, priced

TOLERANCE: Final = 1e-9  # of HiGHS, primal and dual; its default is 1e-7
OPTIONS: Final[Mapping[str, Any]] = {
    "presolve": "off",  # slower on these networks, and it would throw the basis away
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
    "threads": 1,
    "parallel": "off",
    "solver": "simplex",  # only a vertex is whole
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_feasibility_tolerance": 1e-9,
}


def _hush() -> None:
    """Make the first solver of the process where nobody listens: HiGHS greets on standard output, once.

    No option is early enough for it. Its output goes past Python: the stream itself is turned away meanwhile.
    """
    with contextlib.suppress(OSError, AttributeError):  # no such stream: nobody to hear it
        sys.stdout.flush()
        kept = os.dup(1)
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.close(nowhere)
            highspy.Highs()  # type: ignore[no-untyped-call]
        finally:
            os.dup2(kept, 1)
            os.close(kept)


_hush()

DUAL, PRIMAL = 1, 4  # simplex strategies of HiGHS

# By the numbers of `solve.basis`: at the lower bound, basic, at the upper bound.
_STATUS: Final = np.array(
    [highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kUpper],
    dtype=object,
)


class NotSolvedError(RuntimeError):
    """HiGHS ended without an optimum; ``infeasible`` tells whether because there is none, as it says.

    That is not believed alone (:mod:`pdc.solve.certain`): ``ray`` are the multipliers of the rows that are to
    show it, where it gives any; ``seen`` that a row without columns shows it by itself.
    """

    def __init__(self, status: str, infeasible: bool, ray: Floats | None = None, seen: bool = False) -> None:
        super().__init__(status)
        self.infeasible = infeasible
        self.ray = ray
        self.seen = seen


@dataclass(frozen=True, eq=False)
class Answer:
    """Values and reduced costs of the columns, dual values of the rows, the objective and its bound."""

    values: Floats
    reduced: Floats
    objective: float
    dual_bound: float
    rows: Floats


def problem(model: Model, stage: str) -> tuple[pulp.LpProblem, list[Any]]:
    """The model as a PuLP problem with the costs of one stage as its objective; and its variables in order.

    The program of record, for whoever reads it: names, bounds, rows, each by itself.
    """
    prob = pulp.LpProblem("pdc", pulp.LpMinimize)
    lower, upper = model.lower.tolist(), model.upper.tolist()
    infinite = np.isinf(model.upper)
    kinds = ["Integer" if whole else "Continuous" for whole in model.integer.tolist()]
    variables = [
        prob.add_variable(name, low, None if endless else high, kind)
        for name, low, high, endless, kind in zip(
            model.names, lower, upper, infinite.tolist(), kinds, strict=True
        )
    ]
    cost = model.costs[stage]
    chosen = np.flatnonzero(cost)
    prob += _sum([variables[j] for j in chosen.tolist()], cost[chosen].tolist())
    order = np.argsort(model.row, kind="stable")
    terms = [variables[j] for j in model.column[order].tolist()]
    values = model.value[order].tolist()
    ends = np.searchsorted(model.row[order], np.arange(len(model.rhs) + 1)).tolist()
    for i, (name, rhs) in enumerate(zip(model.row_names, model.rhs.tolist(), strict=True)):
        first, last = ends[i], ends[i + 1]
        if first == last and rhs == 0:
            continue
        row = _sum(terms[first:last], values[first:last]) == rhs
        # A sum without variables would compare as a plain bool and the constraint would vanish.
        if isinstance(row, bool) or first == last:
            raise _nothing_in_row(model, i)
        prob.addConstraint(row, name)
    return prob, variables


def _sum(terms: Sequence[Any], values: Sequence[float]) -> Any:
    """Σ value · variable. PuLP 4 has a maker of its own for what PuLP 3 takes as an argument."""
    make = getattr(pulp.LpAffineExpression, "from_list", pulp.LpAffineExpression)
    return make(list(zip(terms, values, strict=True)))


class BulkHighs(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS, handing the program over in a few calls and keeping the live solver.

    What :func:`problem` writes down variable by variable, HiGHS gets as the arrays it is made from; tests
    hold the two together. Of eight hundred thousand variables nobody reads one in most runs.
    """

    def __init__(self, model: Model, stage: str, time_limit: float | None = None, seed: int = 0) -> None:
        super().__init__(msg=False, mip=True, timeLimit=time_limit, random_seed=seed, **OPTIONS)
        self.model, self.stage = model, stage
        filled = np.bincount(model.row, minlength=len(model.rhs)) > 0
        empty = np.flatnonzero(~filled & (model.rhs != 0))
        if len(empty):
            raise _nothing_in_row(model, int(empty[0]))
        self.rows = np.flatnonzero(filled)  # empty rows are not handed over

    def buildSolverModel(self, lp: Any) -> None:  # noqa: N802 - PuLP's name
        """Hand over all columns and rows at once."""
        model, live, size = self.model, lp.solverModel, self.model.size
        none = np.zeros(0, dtype=np.int32)
        order = np.argsort(model.row, kind="stable")
        starts = np.searchsorted(model.row[order], self.rows).astype(np.int32)
        side = model.rhs[self.rows]
        given = [
            live.addCols(size, model.costs[self.stage], model.lower, model.upper, 0, none, none, np.zeros(0)),
            live.addRows(
                len(side), side, side, len(order), starts, model.column[order].astype(np.int32),
                model.value[order],
            ),
        ]  # fmt: skip
        whole = np.flatnonzero(model.integer).astype(np.int32)
        if len(whole):
            given.append(live.changeColsIntegrality(len(whole), whole, np.ones(len(whole), dtype=np.uint8)))
        if any(status == highspy.HighsStatus.kError for status in given):
            raise NotSolvedError("HiGHS does not take the program", infeasible=False)


def _nothing_in_row(model: Model, row: int) -> NotSolvedError:
    return NotSolvedError(f"{model.row_names[row]}: 0 = {model.rhs[row]}", infeasible=True, seen=True)


def _rows(lp: Any) -> list[Any]:
    return list(lp._constraints.values()) if hasattr(lp, "_constraints") else list(lp.constraints())


def _array(values: Any) -> Floats:
    """Doubles that nobody writes to: several answers may share them."""
    found = np.asarray(values, dtype=np.float64)
    found.flags.writeable = False
    return found


@dataclass
class Session:
    """One model in a live solver: minimise one cost after another over what is left of the optimum.

    ``lower`` and ``upper`` are the columns' bounds as they stand; ``stage`` is the first cost. Not for more
    than one thread.
    """

    model: Model
    stage: str
    time_limit: float | None = None
    seed: int = 0
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        started = time.perf_counter()
        solver = BulkHighs(self.model, self.stage, self.time_limit, self.seed)
        built = time.perf_counter()
        prob = pulp.LpProblem("pdc", pulp.LpMinimize)  # holds the live solver; what it is about is `problem`
        solver.createAndConfigureSolver(prob)
        solver.buildSolverModel(prob)
        self.live = prob.solverModel
        self.lower, self.upper = self.model.lower.copy(), self.model.upper.copy()
        self.indices = np.arange(self.model.size, dtype=np.int32)
        self.is_mip = bool(self.model.integer.any())
        self.limits: list[Limit] = []
        self._start: tuple[npt.NDArray[np.int64], Start, Floats] | None = None
        self._at: Floats | None = None  # values of the vertex at which the solver stands, as far as is known
        self.rows = solver.rows
        if self.is_mip:
            self.live.setOptionValue("presolve", "choose")
        self.clock.build += built - started
        self.clock.transfer += time.perf_counter() - built
        self.clock.models += 1
        self.clock.columns += self.model.size

    def start_at_plan(self, posts: npt.NDArray[np.int64], cost: Floats) -> bool:
        """Start the next cost from a basis that shows at once whether these numbers of the nodes are best.

        False, and nothing is changed, where the bounds do not allow them. Only speed depends on it.
        """
        started = time.perf_counter()
        if self._start is None or self._start[0] is not posts:
            self._start = posts, Start(self.model, posts), _array(self.model.values_of(posts))
        basis = self._start[1].basis(cost, self.lower, self.upper)
        if basis is not None:
            self._set_basis(basis.columns, basis.rows)
            self._at = self._start[2]
        self.clock.transfer += time.perf_counter() - started
        return basis is not None

    def _set_basis(self, columns: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> None:
        basis = highspy.HighsBasis()
        basis.valid = True
        basis.col_status = _STATUS[columns].tolist()
        basis.row_status = _STATUS[rows[self.rows]].tolist()
        self.live.setBasis(basis)

    def minimise(self, cost: Floats, primal: bool = False, *, bounded: bool = False) -> Answer:
        """Optimum of one cost under the bounds as they stand, held against the program.

        ``primal`` says that the last vertex needs only a few steps, which the primal simplex takes faster.
        Raises :class:`NotSolvedError`, and :class:`WrongAnswerError` where dual values do not show that it is
        one (of a mixed-integer program: where it is no point of it; see :mod:`pdc.solve.certain`).
        ``bounded`` asks for less: the answer may be any, its ``dual_bound`` is what its dual values show.
        """
        started = time.perf_counter()
        self.live.setOptionValue("simplex_strategy", PRIMAL if primal else DUAL)
        self.live.changeColsCost(self.model.size, self.indices, cost)
        self.live.run()
        status = self.live.getModelStatus()
        # Where every number is given there is nothing left to solve.
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
            infeasible = status in (
                highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible,
            )  # fmt: skip
            raise NotSolvedError(self.live.modelStatusToString(status), infeasible, self._ray())
        solution, info = self.live.getSolution(), self.live.getInfo()
        objective = float(info.objective_function_value)
        if bounded:
            values, rows = _array(solution.col_value), self._by_row(solution.row_dual)
            least = dual_bound(self.model, cost, self.lower, self.upper, rows)
            return Answer(values, _array(solution.col_dual), objective, least, rows)
        if self.is_mip:
            values, none = _array(solution.col_value), np.zeros(self.model.size)
            answer = Answer(values, none, objective, float(info.mip_dual_bound), np.zeros(0))
            wrong = self._disproof_of_whole(cost, answer)
        else:
            answer, wrong = self._optimum(cost, solution, objective, info.simplex_iteration_count)
        if wrong:
            raise WrongAnswerError(wrong)
        self.clock.solve += time.perf_counter() - started
        self.clock.stages += 1
        return answer

    def _optimum(self, cost: Floats, solution: Any, objective: float, steps: int) -> tuple[Answer, str]:
        """What the solver found, and why it does not hold; empty where it does.

        Only the rows' dual values are its own word. Reduced costs are what those leave of the costs, and
        without a step the values are those it started from: asking it for either takes longer than solving.
        """
        model, rows = self.model, self._by_row(solution.row_dual)
        if len(rows) != len(model.rhs) + len(self.limits):
            return Answer(rows, rows, objective, objective, rows), "there are no dual values"
        own = priced(model, cost, rows, self.limits)

        def held(values: Floats) -> tuple[Answer, str]:
            answer = Answer(values, own.reduced, objective, objective, rows)
            if len(values) != model.size:
                return answer, "there are not as many values as columns"
            claim = Claim(values, rows, own.reduced, objective)
            return answer, disproof(model, cost, self.lower, self.upper, claim, self.limits, own)

        if steps == 0 and self._at is not None:
            answer, wrong = held(self._at)
            if not wrong:
                return answer, wrong
        self._at = _array(solution.col_value)
        return held(self._at)

    def _disproof_of_whole(self, cost: Floats, answer: Answer) -> str:
        """Why an answer to a mixed-integer program does not hold; empty where it does."""
        if len(answer.values) != self.model.size:
            return "there are not as many values as columns"
        whole = answer.values[self.model.integer]
        if np.abs(whole - np.rint(whole)).max(initial=0.0) > FEASIBLE:
            return "a column that has to be whole is not"
        if not keeps(self.model, self.lower, self.upper, answer.values, self.limits):
            return "the values break a row or a bound"
        counted = float((cost * answer.values).sum())
        if abs(counted - answer.objective) > FEASIBLE * max(1.0, abs(counted)):
            return f"the objective is said to be {answer.objective} and comes to {counted}"
        return ""

    def _ray(self) -> Floats | None:
        """Multipliers of the rows with which HiGHS would show that there is no point; None without any."""
        if self.is_mip:
            return None
        found = self.live.getDualRay()
        return self._by_row(found[2]) if len(found) == 3 and found[1] else None

    def _by_row(self, given: Any) -> Floats:
        """A value for every row of the model, then for every limit; nothing where they do not fit."""
        given = _array(given)
        if len(given) != len(self.rows) + len(self.limits):
            return np.zeros(0)
        found = np.zeros(len(self.model.rhs) + len(self.limits))
        found[self.rows] = given[: len(self.rows)]
        found[len(self.model.rhs) :] = given[len(self.rows) :]
        return found

    def cut_to_face(self, answer: Answer, tolerance: float) -> int:
        """Cut the feasible set to this optimum: columns with a reduced cost stay at their bound.

        What is left is exactly the optimal face, and a network as before. Returns its free columns.
        """
        pinned = (np.abs(answer.reduced) > tolerance) & (self.lower < self.upper)
        at = np.where(answer.reduced > 0, self.lower, self.upper)[pinned]
        self.fix(pinned, at)
        return int((self.lower < self.upper).sum())

    def fix(self, chosen: Mask, at: Floats) -> None:
        """Fix columns."""
        self.lower[chosen] = self.upper[chosen] = at
        self._bounds(np.flatnonzero(chosen).astype(np.int32))

    def bounds(self, lower: Floats, upper: Floats) -> None:
        """Set all bounds."""
        self.lower, self.upper = lower.copy(), upper.copy()
        self._bounds(self.indices)

    def _bounds(self, chosen: npt.NDArray[np.int32]) -> None:
        if len(chosen):
            self.live.changeColsBounds(len(chosen), chosen, self.lower[chosen], self.upper[chosen])

    def at_most(self, cost: Floats, value: float) -> None:
        """Row ``cost · x ≤ value``: how a mixed-integer program keeps the optimum of a stage."""
        chosen = np.flatnonzero(cost).astype(np.int32)
        self.live.addRow(-highspy.kHighsInf, value, len(chosen), chosen, cost[chosen])
        self.limits.append(Limit(chosen.astype(np.int64), cost[chosen], value))

    def widen(self, room: float) -> None:
        """Give every such row more room, relative to its value (the solver may call a narrow one broken)."""
        for i, limit in enumerate(self.limits):
            most = limit.most + room * max(1.0, abs(limit.most))
            self.live.changeRowBounds(len(self.rows) + i, -highspy.kHighsInf, most)
            self.limits[i] = replace(limit, most=most)


def write_mps(model: Model, stage: str, path: str) -> None:
    """Write the model with one stage's costs as an MPS file, through PuLP."""
    prob, _ = problem(model, stage)
    prob.writeMPS(path)
