"""One model through all stages, each over the optima of the one before.

For networks the optimal face of a stage is known from the reduced costs: columns with a reduced cost stay
where they are. That only tightens bounds, so the matrix stays a network and the next vertex is whole again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pdc.base.errors import InternalError, NoLawfulPlanError
from pdc.base.exact import Fraction
from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model, Nodes
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.solve.certain import proves, surely_infeasible
from pdc.solve.highs import Answer, NotSolvedError, Session
from pdc.solve.minimax import cut_to_least_worst
from pdc.solve.ranges import supplies_of, unsettled_provinces
from pdc.solve.solution import Run
from pdc.solve.ties import fix_optimum, with_ties
from pdc_common.levels import LEVELS

ROOMS = (1e-8, 1e-7, 1e-6)  # relative: what a row that holds an optimum is given more, step by step
WHOLE = 1e-6  # posts: a value no further from a whole number than this is taken for it


class NotWholeError(InternalError):
    """Numbers that have to be whole are not: rows that hold earlier stages left them room for a part."""


@dataclass(frozen=True, eq=False)
class Round:
    """One model solved through all stages."""

    posts: Ints  # by node
    bounds: Mapping[str, float]
    proven: bool
    tied: frozenset[int] | None  # provinces whose number could be another one; None: not known
    traded: tuple[str, ...] = ()  # stages whose optimum was found at the cost of an earlier one: no bounds


class _Kept:
    """The point of a mixed-integer program that is best in the stages so far, in exact fractions.

    The rows that hold earlier stages are floats with room for the solver's tolerance. A later stage may use
    that room up, and plans whose deviations differ by less than it are plans all the same.
    """

    def __init__(self, program: Program, model: Model) -> None:
        self.program, self.model = program, model
        self.best: list[Fraction] = []
        self.values = np.zeros(0)

    def takes(self, values: Floats, stage: str) -> bool:
        """Take a point unless it is worse in the stages before; ``stage``: up to here it is optimal."""
        nodes = self.model.nodes
        posts = by_unit(self.program, nodes, _whole_posts(self.program, self.model, values, STAGES[-1]))
        stages = value_of(self.program, posts, nodes.only).stages
        before = [stages[name] for name in list(stages)[: len(self.best)]]
        if before > self.best:
            return False
        self.values = values
        self.best = list(stages.values())[: list(stages).index(stage) + 1] if stage else before
        return True


def through_stages(program: Program, model: Model, near: Ints, run: Run, last: str = STAGES[-1]) -> Round:
    """Optimise every stage up to ``last`` over the face of those before; ties at the end.

    ``near`` are the numbers of the nodes that the solver starts from; nothing depends on them but speed.
    """
    model = _with_moves(program, model)
    session = _opened(model, run)
    bounds: dict[str, float] = {}
    answer = None
    proven = True
    tied: frozenset[int] | None = None
    traded: list[str] = []
    kept = _Kept(program, model) if session.is_mip and last == STAGES[-1] else None
    for stage in program.stages[: program.stages.index(last) + 1]:
        if run.budget.spent and answer is not None:
            proven = False
            break
        cost = model.costs[stage]
        if answer is None or cost[session.lower < session.upper].any():
            placed = not session.is_mip and session.start_at_plan(near, cost)
            answer = _optimum(program, session, stage, again=answer is not None, placed=placed)
            if session.is_mip and not run.doubts and not proves(session, cost, answer):
                run.doubts.append(stage)
            fix_optimum(session, cost, answer)
            if kept is not None and not kept.takes(answer.values, stage):
                traded.append(stage)
        # Not `cost @ values`: BLAS's threads would keep the cores busy that the solver needs.
        bounds[stage] = model.constant[stage] + float((cost * answer.values).sum())
        if stage == "province" and not session.is_mip:
            tied = unsettled_provinces(program, model, session)
    assert answer is not None
    values = answer.values
    if proven and last == STAGES[-1]:
        values = with_ties(program, model, session, _at_start(model, session, answer, near))
    if kept is not None:
        kept.takes(values, "")
        values = kept.values
        bounds = {stage: bound for stage, bound in bounds.items() if stage not in traded}
    return Round(_whole_posts(program, model, values, last), bounds, proven, tied, tuple(traded))


def _at_start(model: Model, session: Session, answer: Answer, near: Ints) -> Answer:
    """The optimum that the solver started from, where it is one: among equals it may have gone far away.

    Ties are settled step by step from the optimum, and further out lines cost something else.
    """
    if session.is_mip or not model.lines.any():
        return answer
    values = model.values_of(near)
    best = (values >= session.lower - WHOLE) & (values <= session.upper + WHOLE)
    return replace(answer, values=values) if best.all() and model.is_feasible(values, WHOLE) else answer


def _opened(model: Model, run: Run) -> Session:
    try:
        return Session(model, STAGES[0], seed=run.seed, clock=run.clock)
    except NotSolvedError as error:
        raise NoLawfulPlanError(str(error)) from None


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
            start=np.append(model.start, 0), step=np.append(model.step, -1),
            row=np.append(model.row, [number] * (len(chosen) + 1)),
            column=np.append(model.column, [*chosen, model.size]),
            value=np.append(model.value, [*row[chosen], 1.0]), rhs=np.append(model.rhs, float(most)),
            names=model.names.more([f"moves.left.{number}"]),
            row_names=model.row_names.more([f"moves.{number}"]),
            costs={stage: np.concatenate([cost, one]) for stage, cost in model.costs.items()},
        )  # fmt: skip
    return model


def _optimum(program: Program, session: Session, stage: str, *, again: bool, placed: bool) -> Answer:
    """The optimum of one stage; ``again``: an earlier stage was solved, so there is one.

    ``placed``: it starts from a basis of its own, and no longer from the last vertex.
    """
    model = session.model
    try:
        if program.norm == "minimax" and stage in LEVELS:
            cut_to_least_worst(session, model, stage)
        return _least(session, model.costs[stage], primal=stage.startswith("tier") and again and not placed)
    except NotSolvedError as error:
        if error.infeasible and not again:
            surely_infeasible(session, error)
            raise NoLawfulPlanError(str(error)) from None
        raise InternalError(f"{stage}: {error}") from None


def _least(session: Session, cost: Floats, *, primal: bool) -> Answer:
    """One optimum; rows that hold earlier ones get more room where the solver finds nothing within them."""
    for room in ROOMS if session.limits else ():
        try:
            return session.minimise(cost, primal=primal)
        except NotSolvedError as error:
            if not error.infeasible:
                raise
            session.widen(room)
    return session.minimise(cost, primal=primal)


def _whole_posts(program: Program, model: Model, values: Floats, last: str) -> Ints:
    """Posts of every node from column values, held against the rows; units may have parts before the end."""
    if not model.is_feasible(values, WHOLE):
        raise InternalError("a vertex that breaks the program's rows")
    posts = model.posts(values)
    whole = np.rint(posts)
    ends = last == STAGES[-1]
    read = posts if ends else np.where(model.nodes.level == LEVELS.index(last), posts, whole)
    if np.abs(read - whole).max(initial=0.0) > WHOLE:
        raise NotWholeError("a vertex of the network is not whole")
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


def by_unit(program: Program, nodes: Nodes, posts: Ints) -> dict[str, Ints]:
    """Posts by title and unit position, from those of nodes."""
    found = {}
    for t, title in enumerate(program.titles):
        units = np.zeros(len(program.country.units), dtype=np.int64)
        chosen = (nodes.title == t) & (nodes.level == 2)
        units[nodes.at[chosen]] = posts[chosen]
        found[title] = units
    return found


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
