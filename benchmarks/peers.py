"""The national models of all titles, built and solved by pdc and its peers: seconds, memory, same values.

    .venv/bin/pip install -r benchmarks/peers-requirements.txt
    python benchmarks/peers.py                        every title, every peer, five times
    python benchmarks/peers.py --title eczaci         one title (repeatable)
    python benchmarks/peers.py --peer pulp --repeat 1 one peer (repeatable)
    python benchmarks/peers.py --engine both          models that nothing is known of beforehand

pdc plans once and its models are kept: the arrays of every linear or mixed-integer program it hands to HiGHS
and, for every stage, costs and bounds. Each peer then builds and solves the same stages in a process of its
own. What a peer can keep from stage to stage it may keep (raw highspy: the live model and its basis; Pyomo:
its persistent solver); ``highspy-given`` is handed the bases that pdc works out to start from. The others
build each stage anew, as everyone writes them. The values of all stages are compared with pdc's. Seconds are
processor seconds without reading the models and without imports; memory is the highest of the process.
Nothing is asserted.

``plan`` makes its models round the plan of marginal allocation, which it knows by then; ``--engine both``
round a guess. To compare marginal allocation itself with others, take those.

Marginal allocation solves whole groups from the law's numbers, without these models; its row says on how many
it ran, and the ratio compares it with the others on the same titles.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "model"), str(HERE / "reports"), str(HERE / "benchmarks")]

PEERS = ("pdc", "marginal", "highspy", "highspy-given", "pulp", "linopy", "pyomo", "mathopt", "flow", "cpsat")
ONCE = 60.0  # a peer whose first run takes longer is not run again
PATIENCE = 600.0  # processor seconds after which a peer is stopped; what it solved until then is compared
LEAST = 100  # columns; the small programs that settle what is left are not for comparing
TIMES = 5
SCALE = 2**20  # costs as whole numbers, for those that take no others


@dataclass(frozen=True)
class Stage:
    """Minimise ``cost · x`` with ``lower ≤ x ≤ upper`` and the rows of its program."""

    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    value: float  # pdc's


@dataclass(frozen=True)
class Program:
    """One recorded program: A·x = rhs, entries by column, and its stages."""

    title: str
    size: int
    integer: np.ndarray
    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    rhs: np.ndarray
    stages: tuple[Stage, ...]
    record: Path  # of benchmarks/national.py, for pdc and raw highspy

    def entries(self) -> Iterator[tuple[int, int, float]]:
        """Row, column and value of every entry of A."""
        return zip(self.row.tolist(), self.column.tolist(), self.value.tolist(), strict=True)


def record(titles: list[str], folder: Path, engine: str) -> dict[str, Any]:
    """Plan with HiGHS, then by marginal allocation; every program kept, and what was kept in short."""
    import national

    import pdc
    from pdc.solve import marginal

    recorder = national.Recorder()
    pdc.plan(titles=titles, jobs=1, cache=False, options=pdc.Options(engine=engine))
    recorder.stop()
    count = stages = columns = 0
    for one in [one for found in recorder.records.values() for one in found]:
        if one.model.size < LEAST or any(stage.rows for stage in one.stages):
            continue
        title = one.model.names[0].rsplit(".", 2)[0]
        one.model = replace(one.model, names=one.model.names.made, row_names=one.model.row_names.made)
        values = national.replay(one)[1]
        kept = [Stage(s.cost, s.lower, s.upper, v) for s, v in zip(one.stages, values, strict=True)]
        one.basis, one.near = None, None  # of a stage that was never solved
        one.stages = [replace(stage, basis=written(stage.basis)) for stage in one.stages]
        place = folder / f"{count:03}.record"
        place.write_bytes(pickle.dumps(one))
        program = Program(
            title, one.model.size, one.model.integer, one.model.row, one.model.column, one.model.value,
            one.model.rhs, tuple(kept), place,
        )  # fmt: skip
        with (folder / f"{count:03}.pickle").open("wb") as file:
            pickle.dump(program, file)
        count, stages, columns = count + 1, stages + len(kept), columns + one.model.size
    spent: dict[str, list[float]] = {}
    planned = marginal.planned

    def watched(program: Any, *how: Any) -> Any:
        started = time.process_time()
        try:
            return planned(program, *how)
        finally:
            title = program.titles[0]  # as its models are named
            once[title] = once.get(title, 0.0) + time.process_time() - started

    marginal.planned = watched
    for _ in range(TIMES):
        once: dict[str, float] = {}
        pdc.plan(titles=titles, jobs=1, cache=False, options=pdc.Options(engine="marginal"))
        for title, seconds in once.items():
            spent.setdefault(title, []).append(seconds)
    return {
        "programs": count, "stages": stages, "columns": columns,
        "marginal": {title: statistics.median(found) for title, found in spent.items()},
    }  # fmt: skip


# the peers: a program → (processor seconds, the value of each stage)


def by_pdc(program: Program) -> tuple[float, list[float]]:
    import national

    return national.replay(restored(program.record))


def by_highspy(program: Program) -> tuple[float, list[float]]:
    import national

    return national.raw(restored(program.record), bases=False)


def by_highspy_given(program: Program) -> tuple[float, list[float]]:
    import national

    return national.raw(restored(program.record))


def written(basis: Any) -> Any:
    """A basis as numbers: HiGHS' own object cannot be kept in a file."""
    return basis and tuple([int(k) for k in ends] for ends in (basis.col_status, basis.row_status))


def restored(path: Path) -> Any:
    """A kept record with the bases that its stages start from as HiGHS wants them."""
    import highspy

    record = pickle.loads(path.read_bytes())
    for i, stage in enumerate(record.stages):
        if stage.basis:
            basis = highspy.HighsBasis()
            basis.valid = True
            basis.col_status, basis.row_status = (
                [highspy.HighsBasisStatus(k) for k in ends] for ends in stage.basis
            )
            record.stages[i] = replace(stage, basis=basis)
    return record


def by_pulp(program: Program) -> tuple[float, list[float]]:
    import pulp

    def one(stage: Stage) -> float:
        prob = pulp.LpProblem("plain", pulp.LpMinimize)
        bounds = zip(stage.lower.tolist(), stage.upper.tolist(), program.integer.tolist(), strict=True)
        x = [
            prob.add_variable(f"x{j}", lo, None if np.isinf(hi) else hi, "Integer" if whole else "Continuous")
            for j, (lo, hi, whole) in enumerate(bounds)
        ]
        prob += pulp.lpSum(c * v for c, v in zip(stage.cost.tolist(), x, strict=True) if c)
        terms: list[list[Any]] = [[] for _ in range(len(program.rhs))]
        for i, j, a in program.entries():
            terms[i].append(a * x[j])
        for row, rhs in zip(terms, program.rhs.tolist(), strict=True):
            if row:
                prob += pulp.lpSum(row) == rhs
        prob.solve(pulp.HiGHS(msg=False, threads=1, gapRel=0.0))
        return float(pulp.value(prob.objective) or 0.0)

    return timed(program, one)


def by_linopy(program: Program) -> tuple[float, list[float]]:
    import linopy
    import xarray as xr

    order = np.argsort(program.row, kind="stable")
    row, column, value = program.row[order], program.column[order], program.value[order]
    width = int(np.bincount(row, minlength=len(program.rhs)).max(initial=1))
    place = np.arange(len(row)) - np.searchsorted(row, row)

    def one(stage: Stage) -> float:
        model = linopy.Model()
        x = model.add_variables(
            lower=xr.DataArray(stage.lower, dims="j"), upper=xr.DataArray(stage.upper, dims="j"),
            name="x", integer=bool(program.integer.any()),
        )  # fmt: skip
        labels = np.full((len(program.rhs), width), -1)
        weights = np.zeros((len(program.rhs), width))
        labels[row, place] = x.labels.values[column]
        weights[row, place] = value
        data = xr.Dataset(
            {"coeffs": (("i", "_term"), weights), "vars": (("i", "_term"), labels)},
            coords={"i": np.arange(len(program.rhs))},
        )
        model.add_constraints(
            linopy.LinearExpression(data, model), "=", xr.DataArray(program.rhs, dims="i"), name="rows"
        )
        model.add_objective((xr.DataArray(stage.cost, dims="j") * x).sum())
        model.solve("highs", io_api="direct", output_flag=False, threads=1, mip_rel_gap=0.0, progress=False)
        return float(model.objective.value)

    return timed(program, one)


def by_pyomo(program: Program) -> tuple[float, list[float]]:
    import pyomo.environ as pyo
    from pyomo.contrib import appsi

    started = time.process_time()
    first = program.stages[0]
    model = pyo.ConcreteModel()
    columns = range(program.size)
    kinds = [pyo.Integers if whole else pyo.Reals for whole in program.integer.tolist()]
    lower, upper = first.lower.tolist(), [None if np.isinf(u) else u for u in first.upper.tolist()]
    model.x = pyo.Var(columns, domain=lambda _, j: kinds[j], bounds=lambda _, j: (lower[j], upper[j]))
    terms: list[list[tuple[float, int]]] = [[] for _ in range(len(program.rhs))]
    for i, j, a in program.entries():
        terms[i].append((a, j))
    rhs = program.rhs.tolist()
    filled = [i for i, row in enumerate(terms) if row]
    model.rows = pyo.Constraint(
        filled, rule=lambda m, i: pyo.quicksum(a * m.x[j] for a, j in terms[i]) == rhs[i]
    )
    solver = appsi.solvers.Highs()
    solver.config.stream_solver = False
    solver.highs_options = {"threads": 1, "mip_rel_gap": 0.0}
    values = []
    for stage in program.stages:
        for j, (lo, hi) in enumerate(zip(stage.lower.tolist(), stage.upper.tolist(), strict=True)):
            variable = model.x[j]
            high = None if np.isinf(hi) else hi
            if variable.lb != lo or variable.ub != high:
                variable.setlb(lo)
                variable.setub(high)
        if hasattr(model, "cost"):
            model.del_component("cost")
        model.cost = pyo.Objective(
            expr=pyo.quicksum(c * model.x[j] for j, c in enumerate(stage.cost.tolist()) if c)
        )
        found = solver.solve(model)
        values.append(float(found.best_feasible_objective))
    return time.process_time() - started, values


def by_mathopt(program: Program) -> tuple[float, list[float]]:
    from ortools.math_opt.python import mathopt

    def one(stage: Stage) -> float:
        model = mathopt.Model(name="peer")
        x = [
            model.add_variable(lb=lo, ub=hi, is_integer=whole)
            for lo, hi, whole in zip(
                stage.lower.tolist(), stage.upper.tolist(), program.integer.tolist(), strict=True
            )
        ]
        rows = [model.add_linear_constraint(lb=b, ub=b) for b in program.rhs.tolist()]
        for i, j, a in program.entries():
            rows[i].set_coefficient(x[j], a)
        for variable, cost in zip(x, stage.cost.tolist(), strict=True):
            if cost:
                model.objective.set_linear_coefficient(variable, cost)
        found = mathopt.solve(model, mathopt.SolverType.HIGHS)
        return float(found.objective_value())

    return timed(program, one)


def arcs(program: Program) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Tail and head of every column and the supply of every node, where the rows are a network's; else None.

    A row times −1 is the same row: signs are chosen so that each column leaves one row and enters another.
    The last node takes what is left.
    """
    size = len(program.rhs)
    entries: list[list[tuple[int, float]]] = [[] for _ in range(program.size)]
    for i, j, a in program.entries():
        if abs(a) != 1:
            return None
        entries[j].append((i, a))
    if any(len(column) > 2 for column in entries):
        return None
    beside: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for column in entries:
        if len(column) == 2:
            (i, a), (k, b) = column
            same = 1 if a == b else -1
            beside[i].append((k, -same))
            beside[k].append((i, -same))
    sign = np.zeros(size, dtype=np.int64)
    for begin in range(size):
        if sign[begin]:
            continue
        sign[begin] = 1
        open_ = [begin]
        while open_:
            i = open_.pop()
            for k, turn in beside[i]:
                if not sign[k]:
                    sign[k] = sign[i] * turn
                    open_.append(k)
                elif sign[k] != sign[i] * turn:
                    return None
    tail, head = np.full(program.size, size), np.full(program.size, size)
    for j, column in enumerate(entries):
        for i, a in column:
            if a * sign[i] > 0:
                tail[j] = i
            else:
                head[j] = i
    supply = np.append(sign * program.rhs, 0)
    supply[size] = -supply.sum()
    return tail, head, supply


def by_flow(program: Program) -> tuple[float, list[float]]:
    from ortools.graph.python import min_cost_flow

    network = None if program.integer.any() else arcs(program)
    if network is None:
        raise NotImplementedError("no network")
    tail, head, supply = network
    endless = int(np.abs(supply).sum()) + 1

    def one(stage: Stage) -> float:
        upper = np.where(np.isinf(stage.upper), endless, stage.upper)
        left = supply.copy()
        np.subtract.at(left, tail, stage.lower)
        np.add.at(left, head, stage.lower)
        cost = np.rint(stage.cost * SCALE).astype(np.int64)
        solver = min_cost_flow.SimpleMinCostFlow()
        made = solver.add_arcs_with_capacity_and_unit_cost(
            tail, head, (upper - stage.lower).astype(np.int64), cost
        )
        solver.set_nodes_supplies(np.arange(len(left)), left.astype(np.int64))
        if solver.solve() != solver.OPTIMAL:
            return float("nan")
        return float(stage.cost @ (stage.lower + solver.flows(made)))

    return timed(program, one)


def by_cpsat(program: Program) -> tuple[float, list[float]]:
    from ortools.sat.python import cp_model

    def one(stage: Stage) -> float:
        model = cp_model.CpModel()
        high = np.where(np.isinf(stage.upper), 10**7, stage.upper).astype(np.int64).tolist()
        x = [
            model.new_int_var(lo, hi, "")
            for lo, hi in zip(stage.lower.astype(np.int64).tolist(), high, strict=True)
        ]
        terms: list[list[tuple[int, int]]] = [[] for _ in range(len(program.rhs))]
        for i, j, a in program.entries():
            terms[i].append((j, int(a)))
        for row, rhs in zip(terms, program.rhs.tolist(), strict=True):
            if row:
                model.add(
                    cp_model.LinearExpr.weighted_sum([x[j] for j, _ in row], [a for _, a in row]) == int(rhs)
                )
        cost = np.rint(stage.cost * SCALE).astype(np.int64).tolist()
        model.minimize(cp_model.LinearExpr.weighted_sum(x, cost))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = 60
        if solver.solve(model) != cp_model.OPTIMAL:
            return float("nan")
        return float(stage.cost @ np.array(solver.values(x)))

    if not np.allclose(program.value, np.rint(program.value)):
        raise NotImplementedError("fractions in the rows")
    return timed(program, one)


def timed(program: Program, one: Callable[[Stage], float]) -> tuple[float, list[float]]:
    """Processor seconds of all stages of a program, each made anew."""
    started = time.process_time()
    values = [one(stage) for stage in program.stages]
    return time.process_time() - started, values


BY: dict[str, Callable[[Program], tuple[float, list[float]]]] = {
    "pdc": by_pdc, "highspy": by_highspy, "highspy-given": by_highspy_given, "pulp": by_pulp,
    "linopy": by_linopy, "pyomo": by_pyomo, "mathopt": by_mathopt, "flow": by_flow, "cpsat": by_cpsat,
}  # fmt: skip


def programs(folder: Path) -> Iterator[Program]:
    """The kept programs, one at a time, so that memory is the peer's own."""
    for path in sorted(folder.glob("*.pickle")):
        with path.open("rb") as file:
            yield pickle.load(file)


def highest() -> int:
    """Most memory of this process, kB. (``getrusage`` counts what its parent had when it started it.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def work(peer: str, folder: Path) -> dict[str, Any]:
    """One peer, all programs once."""
    seconds: dict[str, float] = {}
    away = 0.0  # largest relative difference from pdc's values
    solved = left = 0
    left_out: list[str] = []
    for at, program in enumerate(programs(folder)):
        if sum(seconds.values()) > PATIENCE:
            left += len(program.stages)
            continue
        try:
            seconds[str(at)], values = BY[peer](program)
        except NotImplementedError:
            left_out.append(str(at))
            left += len(program.stages)
            continue
        for stage, value in zip(program.stages, values, strict=True):
            if np.isnan(value):
                left += 1
                continue
            solved += 1
            away = max(away, abs(value - stage.value) / max(1.0, abs(stage.value)))
    return {
        "seconds": seconds, "away": away, "solved": solved, "left": left, "left_out": left_out,
        "peak": highest() / 1024,
    }  # fmt: skip


def run(peer: str, folder: Path, repeat: int) -> dict[str, Any]:
    """One peer in processes of its own; the median of the seconds of every program."""
    found = []
    for _ in range(repeat):
        done = subprocess.run(
            [sys.executable, __file__, "--work", peer, "--folder", str(folder)],
            capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        if done.returncode:
            return {"failed": (done.stderr.strip().splitlines() or ["?"])[-1]}
        found.append(json.loads(done.stdout.splitlines()[-1]))
        if sum(found[0]["seconds"].values()) > ONCE:
            break
    first = found[0]
    first["runs"] = len(found)
    first["seconds"] = {
        at: statistics.median(one["seconds"][at] for one in found if at in one["seconds"])
        for at in first["seconds"]
    }
    return first


def table(found: dict[str, dict[str, Any]], kept: dict[str, Any], titles: dict[str, str]) -> str:
    """The results as a table in Markdown. Ratios are of the programs that both solved."""
    lines = [
        "| who | stages | seconds | times pdc | times marginal | memory, MB | farthest value | runs |",
        "|---|---|---|---|---|---|---|---|",
    ]
    own = found.get("pdc", {"seconds": {}})["seconds"]
    trees = kept["marginal"]
    by_marginal = sum(trees.values())
    for peer, one in found.items():
        if "failed" in one:
            lines.append(f"| {peer} | | {one['failed']} | | | | | |")
            continue
        seconds = one["seconds"]
        both = [at for at in seconds if at in own]
        ratio = sum(seconds[at] for at in both) / max(1e-9, sum(own[at] for at in both))
        of_trees = [at for at in seconds if titles[at] in trees]
        whole = {at for at, title in titles.items() if title in trees} <= set(seconds)
        times = sum(seconds[at] for at in of_trees) / by_marginal if by_marginal and whole else None
        lines.append(
            f"| {peer} | {one['solved']} of {one['solved'] + one['left']} | {sum(seconds.values()):.2f} "
            f"| {ratio:.2f} | {'' if times is None else f'{times:.1f}'} | {one['peak']:,.0f} "
            f"| {one['away']:.0e} | {one['runs']} |"
        )
    lines.append(f"| marginal allocation | {len(trees)} titles | {by_marginal:.2f} | | 1 | | | {TIMES} |")
    return "\n".join(lines)


def main() -> None:
    """Record, run the peers, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--title", action="append")
    parser.add_argument("--peer", action="append", choices=sorted(BY))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--engine", choices=("highs", "both"), default="highs")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(work(options.work, options.folder)))
        return
    from pdc.law import reading

    titles = options.title or [title.code for title in reading.load().titles]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        kept = record(titles, folder, options.engine)
        names = {str(at): program.title for at, program in enumerate(programs(folder))}
        print(f"{time.strftime('%Y-%m-%d')}, {platform.platform()}, Python {platform.python_version()}")
        print(f"{kept['programs']} programs, {kept['stages']} stages, {kept['columns']:,} columns")
        found = {}
        for peer in options.peer or BY:
            print(f"\r{peer:20}", end="", file=sys.stderr, flush=True)
            found[peer] = run(peer, folder, options.repeat)
        print("\r" + table(found, kept, names))


if __name__ == "__main__":
    main()
