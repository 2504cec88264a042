"""How fast pdc plans Turkey, beside raw highspy and plain PuLP on the very same sequence of models.

    python benchmarks/national.py                       the titles of sections B.1, B.3, B.4.a-b and B.5.3
    python benchmarks/national.py --all                 every title
    python benchmarks/national.py --title eczaci        one title (repeatable)
    python benchmarks/national.py --no-plain            leave plain PuLP out (it takes minutes)

Every model the engine solves is recorded (arrays, starting basis, and for every stage its costs and
bounds). Raw highspy then gets the same arrays by ``passModel`` and solves the same stages in the same
order, from the same bases and without them, in turn with the engine's own session on that model, three
times (the least counts: other load only makes a time longer); plain PuLP builds each stage afresh and calls
its own HiGHS solver, as everyone writes it. Times are processor seconds of one process; nothing is asserted.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "model"), str(HERE / "reports")]

import pulp  # isort: skip  (before highspy: see solve/highs.py)
import highspy
import numpy as np

import pdc
from pdc.law import reading
from pdc.planning import write
from pdc.program.model import Model
from pdc.solve import highs
from pdc.solve.clock import Clock

FIRST = ("uzman.", "pratisyen_tabip", "hemsire", "ebe", "eczaci")


@dataclass
class Record:
    """One model with everything that was asked of it."""

    model: Model
    stages: list[Stage] = field(default_factory=list)
    rows: list[tuple[np.ndarray, float]] = field(default_factory=list)  # added since the last stage
    near: np.ndarray | None = None  # numbers of the nodes that the next stage starts from
    basis: highspy.HighsBasis | None = None


@dataclass
class Stage:
    """What one call of the solver was given: costs, bounds, and the rows that hold earlier optima."""

    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    primal: bool
    rows: list[tuple[np.ndarray, float]]
    near: np.ndarray | None
    basis: highspy.HighsBasis | None


class Recorder:
    """Wraps the engine's session so that nothing of the sequence is lost."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {}
        self.title = ""
        made, basis, minimise, at_most = (
            highs.Session.__post_init__,
            highs.Session.start_at_plan,
            highs.Session.minimise,
            highs.Session.at_most,
        )
        recorder = self
        self.own = (made, basis, minimise, at_most)

        def post_init(session: highs.Session) -> None:
            made(session)
            session.record = Record(session.model)  # type: ignore[attr-defined]
            recorder.records.setdefault(recorder.title, []).append(session.record)  # type: ignore[attr-defined]

        def start_at_plan(session: highs.Session, near: np.ndarray, cost: np.ndarray) -> bool:
            record = session.record  # type: ignore[attr-defined]
            placed = basis(session, near, cost)
            if placed:
                record.near, record.basis = near.copy(), session.live.getBasis()
            return placed

        def keep_stage(
            session: highs.Session, cost: np.ndarray, primal: bool = False, **how: bool
        ) -> highs.Answer:
            record = session.record  # type: ignore[attr-defined]
            bounds = (session.lower.copy(), session.upper.copy())
            record.stages.append(Stage(cost.copy(), *bounds, primal, record.rows, record.near, record.basis))
            record.rows, record.near, record.basis = [], None, None
            return minimise(session, cost, primal, **how)

        def hold(session: highs.Session, cost: np.ndarray, value: float) -> None:
            session.record.rows.append((cost.copy(), value))  # type: ignore[attr-defined]
            at_most(session, cost, value)

        highs.Session.__post_init__ = post_init  # type: ignore[method-assign]
        highs.Session.start_at_plan = start_at_plan  # type: ignore[method-assign]
        highs.Session.minimise = keep_stage  # type: ignore[method-assign]
        highs.Session.at_most = hold  # type: ignore[method-assign]

    def stop(self) -> None:
        """The session as it was."""
        names = ("__post_init__", "start_at_plan", "minimise", "at_most")
        for name, method in zip(names, self.own, strict=True):
            setattr(highs.Session, name, method)


def replay(record: Record) -> tuple[float, list[float]]:
    """Seconds of the engine's own session on a recorded model: build, transfer, stages; and their values."""
    clock = Clock()
    session = highs.Session(record.model, "unit", clock=clock)
    started = time.process_time()
    values = []
    for stage in record.stages:
        for cost, value in stage.rows:
            session.at_most(cost, value)
        changed = (stage.lower != session.lower) | (stage.upper != session.upper)
        session.lower, session.upper = stage.lower, stage.upper
        session._bounds(np.flatnonzero(changed).astype(np.int32))
        if stage.near is not None:
            session.start_at_plan(stage.near, stage.cost)
        values.append(session.minimise(stage.cost, stage.primal).objective)
    return clock.build + clock.transfer + time.process_time() - started, values


def raw(record: Record, *, bases: bool = True) -> tuple[float, list[float]]:
    """Seconds of raw highspy: passModel from arrays, same stages, results read; their values.

    ``bases``: it is given the bases that pdc starts from, which pdc has to find; without them every stage
    starts where the one before ended, as everyone writes it.
    """
    model = record.model
    started = time.process_time()
    order = np.lexsort((model.row, model.column))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.size, len(model.rhs)
    lp.col_cost_ = model.costs["unit"]
    lp.col_lower_, lp.col_upper_ = model.lower, model.upper
    lp.row_lower_ = lp.row_upper_ = model.rhs
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(model.column[order], np.arange(model.size + 1)).astype(np.int32)
    lp.a_matrix_.index_ = model.row[order].astype(np.int32)
    lp.a_matrix_.value_ = model.value[order]
    if model.integer.any():
        whole, rest = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole if i else rest for i in model.integer.tolist()]
    live = highspy.Highs()
    live.setOptionValue("output_flag", False)
    for name, value in highs.OPTIONS.items():
        live.setOptionValue(name, value)
    if model.integer.any():
        live.setOptionValue("presolve", "choose")
    live.passModel(lp)
    columns = np.arange(model.size, dtype=np.int32)
    lower, upper = model.lower, model.upper
    values = []
    for stage in record.stages:
        low, high = stage.lower, stage.upper
        for held, value in stage.rows:
            chosen = np.flatnonzero(held).astype(np.int32)
            live.addRow(-highspy.kHighsInf, value, len(chosen), chosen, held[chosen])
        live.setOptionValue("simplex_strategy", highs.PRIMAL if stage.primal else highs.DUAL)
        changed = np.flatnonzero((low != lower) | (high != upper)).astype(np.int32)
        if len(changed):
            live.changeColsBounds(len(changed), changed, low[changed], high[changed])
        lower, upper = low, high
        if bases and stage.basis is not None:
            live.setBasis(stage.basis)
        live.changeColsCost(model.size, columns, stage.cost)
        live.run()
        solution = live.getSolution()
        np.asarray(solution.col_value)
        np.asarray(solution.col_dual)
        values.append(live.getInfo().objective_function_value)
    return time.process_time() - started, values


def plain(record: Record) -> float:
    """Seconds of PuLP as everyone writes it: each stage a problem of its own, its own HiGHS solver."""
    model = record.model
    started = time.process_time()
    held: list[tuple[np.ndarray, float]] = []
    for stage in record.stages:
        held += stage.rows
        prob = pulp.LpProblem("plain", pulp.LpMinimize)
        variables = [
            prob.add_variable(name, lo, None if np.isinf(hi) else hi, "Integer" if whole else "Continuous")
            for name, lo, hi, whole in zip(
                model.names, stage.lower.tolist(), stage.upper.tolist(), model.integer.tolist(), strict=True
            )
        ]
        prob += pulp.lpSum(c * v for c, v in zip(stage.cost.tolist(), variables, strict=True) if c)
        terms: list[list[object]] = [[] for _ in range(len(model.rhs))]
        for i, j, value in zip(model.row.tolist(), model.column.tolist(), model.value.tolist(), strict=True):
            terms[i].append(value * variables[j])
        for row, rhs in zip(terms, model.rhs.tolist(), strict=True):
            if row:
                prob += pulp.lpSum(row) == rhs
        for cost, value in held:
            prob += pulp.lpSum(c * v for c, v in zip(cost.tolist(), variables, strict=True) if c) <= value
        prob.solve(pulp.HiGHS(msg=False, threads=1))
    return time.process_time() - started


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--title", action="append")
    parser.add_argument("--no-plain", action="store_true")
    parser.add_argument("--repeat", type=int, default=3, help="pairs of engine and raw on each model")
    options = parser.parse_args()
    titles = options.title or [
        t.code for t in reading.load().titles if options.all or t.code.startswith(FIRST)
    ]
    # Processor time, not the clock on the wall: what else the machine does must not count.
    highs.time = SimpleNamespace(perf_counter=time.process_time)  # type: ignore[attr-defined]
    recorder = Recorder()

    def now(done: int, total: int, name: str) -> None:
        print(f"\r{done}/{total} {name:60}", end="", file=sys.stderr)

    plan = pdc.plan(titles=titles, jobs=1, progress=now, cache=False)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        write.write(plan, Path(folder) / "out", reports=False)
        tables = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    records = [record for found in recorder.records.values() for record in found]
    engine = sum(plan.seconds[name] for name in ("build", "transfer", "solve"))
    print(f"\r{len(titles)} titles, {len(records)} models, {sum(len(r.stages) for r in records)} stages, "
          f"{sum(r.model.size for r in records):,} columns in all" + " " * 20)  # fmt: skip
    for name in ("read", "bind", "build", "transfer", "solve", "check"):
        print(f"  {name:10} {plan.seconds[name]:8.2f} s")
    print(f"  {'tables':10} {tables:8.2f} s")
    print(
        f"  {'in all':10} {plan.seconds['read'] + plan.seconds['plan'] + tables:8.2f} s   peak {peak:,.0f} MB"
    )
    recorder.stop()
    # In turn on each model, so that other load meets both alike; the least time of each counts.
    runs = [
        [
            (replay(record)[0], raw(record, bases=False)[0], raw(record)[0])
            for _ in range(options.repeat)
        ]
        for record in records
    ]  # fmt: skip
    again, raw_seconds, given = (sum(min(one[k] for one in found) for found in runs) for k in range(3))
    print(f"engine (build + transfer + solve)   {engine:8.2f} s   as it ran")
    print(f"engine, same models again           {again:8.2f} s   least of {options.repeat}")
    print(f"raw highspy, same models            {raw_seconds:8.2f} s   least of {options.repeat}   "
          f"engine / raw   {again / raw_seconds:5.2f}")  # fmt: skip
    print(f"  given the engine's bases          {given:8.2f} s   least of {options.repeat}   "
          f"engine / raw   {again / given:5.2f}")  # fmt: skip
    if not options.no_plain:
        plain_seconds = sum(plain(record) for record in records)
        ratio = plain_seconds / engine
        print(f"plain PuLP, same models             {plain_seconds:8.2f} s   plain / engine {ratio:5.2f}")


if __name__ == "__main__":
    main()
