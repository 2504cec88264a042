"""One model through all stages, each over the optima of the one before.

For networks the optimal face of a stage is known from the reduced costs: columns with a reduced cost stay
where they are. That only tightens bounds, so the matrix stays a network and the next vertex is whole again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model, Nodes
from pdc.program.program import Program
from pdc.solve.certain import proves, surely_infeasible
from pdc.solve.highs import Answer, NotSolvedError, Session
from pdc.solve.minimax import cut_to_least_worst
from pdc.solve.ranges import supplies_of, unsettled_provinces
from pdc.solve.solution import Run
from pdc.solve.ties import fix_optimum, with_ties
from pdc_common.levels import LEVELS

WHOLE = 1e-6  # posts: a value no further from a whole number than this is taken for it


@dataclass(frozen=True, eq=False)
class Round:
    """One model solved through all stages."""

    posts: Ints  # by node
    bounds: Mapping[str, float]
    proven: bool
    tied: frozenset[int] | None  # provinces whose number could be another one; None: not known


def through_stages(program: Program, model: Model, near: Ints, run: Run, last: str = STAGES[-1]) -> Round:
    """Optimise every stage up to ``last`` over the face of those before; ties at the end."""
    model = _with_moves(program, model)
    session = _opened(model, near, run)
    bounds: dict[str, float] = {}
    answer = None
    proven = True
    tied: frozenset[int] | None = None
    for stage in program.stages[: program.stages.index(last) + 1]:
        if run.budget.spent and answer is not None:
            proven = False
            break
        cost = model.costs[stage]
        if answer is None or cost[session.lower < session.upper].any():
            answer = _optimum(program, session, stage, again=answer is not None)
            if session.is_mip and not run.doubts and not proves(session, cost, answer):
                run.doubts.append(stage)
            fix_optimum(session, cost, answer)
        # Not `cost @ values`: BLAS's threads would keep the cores busy that the solver needs.
        bounds[stage] = model.constant[stage] + float((cost * answer.values).sum())
        if stage == "province" and not session.is_mip:
            tied = unsettled_provinces(program, model, session)
    assert answer is not None
    values = answer.values
    if proven and last == STAGES[-1]:
        values = with_ties(program, model, session, answer)
    return Round(_whole_posts(program, model, values, last), bounds, proven, tied)


def _opened(model: Model, near: Ints, run: Run) -> Session:
    """The live model at its first guess."""
    try:
        session = Session(model, STAGES[0], seed=run.seed, clock=run.clock)
    except NotSolvedError as error:
        raise NoLawfulPlanError(str(error)) from None
    if not session.is_mip:
        session.start_at_guess(near)
    return session


def _with_moves(program: Program, model: Model) -> Model:
    """The model with a row a title that counts its moves, and a slack for what is left of them.

    A slack, so that a stage whose optimum uses all moves up keeps it so for the stages after it, and for
    ties.
    """
    for row, most in _most_moved(program, model):
        chosen = np.flatnonzero(row)
        left = most - float(np.minimum(row[chosen] * model.upper[chosen], 0.0).sum())
        if left < 0:
            raise NoLawfulPlanError("too few moves")
        if not len(chosen):
            continue  # PuLP would drop a row without columns
        one, number = np.zeros(1), len(model.rhs)
        model = replace(
            model, lower=np.append(model.lower, 0.0), upper=np.append(model.upper, left),
            integer=np.append(model.integer, False), node=np.append(model.node, -1),
            start=np.append(model.start, 0), row=np.append(model.row, [number] * (len(chosen) + 1)),
            column=np.append(model.column, [*chosen, model.size]),
            value=np.append(model.value, [*row[chosen], 1.0]), rhs=np.append(model.rhs, float(most)),
            names=model.names.more([f"moves.left.{number}"]),
            row_names=model.row_names.more([f"moves.{number}"]),
            costs={stage: np.concatenate([cost, one]) for stage, cost in model.costs.items()},
        )  # fmt: skip
    return model


def _optimum(program: Program, session: Session, stage: str, *, again: bool) -> Answer:
    """The optimum of one stage; ``again``: an earlier stage was solved, so there is one."""
    model = session.model
    try:
        if program.norm == "minimax" and stage in LEVELS:
            cut_to_least_worst(session, model, stage)
        return session.minimise(model.costs[stage], primal=stage.startswith("tier") and again)
    except NotSolvedError as error:
        if error.infeasible and not again:
            surely_infeasible(session, error)
            raise NoLawfulPlanError(str(error)) from None
        raise InternalError(f"{stage}: {error}") from None


def _whole_posts(program: Program, model: Model, values: Floats, last: str) -> Ints:
    """Posts of every node from column values, held against the rows; units may have parts before the end."""
    if not model.is_feasible(values, WHOLE):
        raise InternalError("a vertex that breaks the program's rows")
    posts = model.posts(values)
    whole = np.rint(posts)
    ends = last == STAGES[-1]
    read = posts if ends else np.where(model.nodes.level == LEVELS.index(last), posts, whole)
    if np.abs(read - whole).max(initial=0.0) > WHOLE:
        raise InternalError("a vertex of the network is not whole")
    if ends:
        _adds_up(program, model.nodes, whole)
    return whole.astype(np.int64)


def _most_moved(program: Program, model: Model) -> list[tuple[Floats, int]]:
    """Rows that count each title's moves, and what they may come to beside what has to move anyway."""
    if program.kept_table is None or program.most_moved is None:
        return []
    rows = []
    title_of = np.where(model.node >= 0, model.nodes.title[np.maximum(model.node, 0)], -1)
    own = model.nodes.level == program.kept_depth
    for t, title in enumerate(program.titles):
        mine = own & (model.nodes.title == t)
        kept = program.kept_table[title]
        most, supply = program.most_moved[title], program.targets[title].supply
        if supply is not None:
            # Σ|x − kept| is even or odd as supply − Σ kept is, so a limit of the other parity is one lower.
            most -= (most - supply + int(kept.sum())) % 2
        anyway = int(np.abs(model.nodes.lower[mine] - kept[model.nodes.at[mine]]).sum())
        anyway += int(program.kept_closed(title).sum())
        rows.append((np.where(title_of == t, model.costs["moved"], 0.0), most - anyway))
    return rows


def _adds_up(program: Program, nodes: Nodes, posts: Floats) -> None:
    """Every number is the sum of those below it, and the provinces' of the national one (A.1)."""
    below = nodes.parent >= 0
    sums = np.bincount(nodes.parent[below], weights=posts[below], minlength=len(nodes))
    inner = nodes.level < len(LEVELS) - 1
    top = np.bincount(nodes.title, weights=posts * (nodes.level == 0), minlength=len(program.titles))
    supplies = supplies_of(program) if nodes.only is None else {}
    short = any(supply is not None and top[t] != supply for t, supply in supplies.items())
    if short or (sums[inner] != posts[inner]).any():
        raise InternalError("the solver's numbers do not add up")
