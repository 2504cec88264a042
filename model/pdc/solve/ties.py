"""Among optima, who gets the post: ties settled title by title, level by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask
from pdc.program.model import Model
from pdc.program.program import Program
from pdc.program.value import node_numbers, tie_ranks
from pdc.solve.highs import Answer, NotSolvedError, Session
from pdc.solve.ranges import HALF, unsettled
from pdc_common.levels import LEVELS

FACE = 1e-8  # reduced costs above this leave the optimal face
SLACK = 1e-9  # relative: room in the rows that hold an optimum; not more than the solver's own tolerance
WEIGHTS = 20  # bits of the weights that put places in a strict order


def with_ties(program: Program, model: Model, session: Session, answer: Answer) -> Floats:
    """Column values with ties settled, on the free columns alone where the program is a network.

    A tie is a solve per level and title, or one a chunk of places; what all stages have left free is a
    hundredth of the columns, so a model of its own costs less than one solve of the whole.
    """
    if session.is_mip:
        return _ties(program, model, session, answer).values  # `stages` holds it against the exact values
    _step_by_step(model, session, answer)
    open_ = unsettled(program, model, session)
    choice = choice_of(model, session.lower < session.upper, open_)
    free = np.flatnonzero(choice)
    if not open_.any() or not len(free):
        return answer.values
    values = answer.values.copy()
    # What cannot move stays as it is: on its bound, or wherever it has to be between them.
    settled = np.where(session.lower < session.upper, values, session.lower)
    part = model.part(free, np.where(choice, session.lower, settled), session.upper)
    inner = Session(part, STAGES[-1], seed=session.seed, clock=session.clock)
    inner_answer = replace(answer, values=answer.values[free], reduced=answer.reduced[free])
    values[free] = _ties(program, part, inner, inner_answer).values
    return values


def _step_by_step(model: Model, session: Session, answer: Answer) -> None:
    """Columns of more than one post that cost what one step costs are kept to that step.

    Further out their cost is another (:func:`~pdc.solve.network.rough_nodes` asks for finer ones there), and
    the weights of a strict order grow with how far a place may go.
    """
    first = model.step - model.start
    long = model.lines & (answer.values > first - HALF) & (answer.values < first + 1 + HALF)
    lower = np.where(long, np.maximum(session.lower, first), session.lower)
    upper = np.where(long, np.minimum(session.upper, first + 1), session.upper)
    session.bounds(lower, upper)


def choice_of(model: Model, free: Mask, open_: Mask) -> Mask:
    """Columns that ties may still move: free ones of open places, and slacks of the rows that those are in.

    A slack that no such row reaches has nothing to take up; there is one for every floor of the country.
    """
    real = model.node >= 0
    choice = free & real & open_[model.node]
    slack = free & ~real
    while True:
        rows = np.zeros(len(model.rhs), dtype=bool)
        rows[model.row[choice[model.column]]] = True
        entries = rows[model.row] & slack[model.column] & ~choice[model.column]
        if not entries.any():
            return choice
        choice[model.column[entries]] = True


def _ties(program: Program, model: Model, session: Session, answer: Answer) -> Answer:
    """Among optima, title by title: the larger target gets the post, then the lower code."""
    nodes = model.nodes
    for t, _ in enumerate(program.titles):
        for depth, level in enumerate(LEVELS):
            free = np.flatnonzero((session.lower < session.upper) & (model.node >= 0))
            node = model.node[free]
            free = free[(nodes.title[node] == t) & (nodes.level[node] == depth)]
            if len(free) < 2:
                continue
            rows, place = np.unique(model.node[free], return_inverse=True)
            ranks = tie_ranks(program, nodes, rows, level)
            across = program.joint or program.together or program.most_moved is not None
            if not session.is_mip and across:
                answer = _in_strict_order(program, model, session, answer, rows[np.argsort(ranks)])
                continue
            cost = np.zeros(model.size)
            cost[free] = ranks[place]
            try:
                answer = session.minimise(cost)
            except NotSolvedError:
                if not session.is_mip:
                    raise
                # The rows that hold the optima are as narrow as the solver's tolerances: the optimum that is
                # known stays, and what ties are left stay as it has them.
                return answer
            fix_optimum(session, cost, answer)
    return answer


def _in_strict_order(program: Program, model: Model, session: Session, answer: Answer, order: Ints) -> Answer:
    """Ties where rows run across the tree: the first place of the order has its most, then the second …

    In a tree the least sum of ranks says the same. Here it does not: the ranks 1 and 4 have the same sum as
    2 and 3. So every place weighs more than all that follow it in its chunk. Provinces of one title are
    apart once their numbers stand.
    """
    nodes = model.nodes
    group = _apart(program, model, session, int(nodes.level[order[0]]))[order]
    position = np.full(len(nodes), -1, dtype=np.int64)
    for g in np.unique(group).tolist():
        position[order[group == g]] = np.arange(int((group == g).sum()))
    left = np.where(model.node >= 0, session.upper - session.lower, 0.0)
    base = 1.0 + float(np.bincount(np.maximum(model.node, 0), weights=left)[order].max())
    size = max(1, int(WEIGHTS / np.log2(base)))
    for first in range(0, int(position.max()) + 1, size):
        place = np.where(model.node >= 0, position[model.node], -1)
        free = np.flatnonzero((place >= first) & (place < first + size) & (session.lower < session.upper))
        if len(free):
            cost = np.zeros(model.size)
            cost[free] = -(base ** (first + size - 1.0 - place[free]))
            answer = session.minimise(cost)
            fix_optimum(session, cost, answer)
    return answer


def _apart(program: Program, model: Model, session: Session, level: int) -> Ints:
    """Parts of the tree that do not touch one another any more, by node.

    One free segment under a settled number leaves no choice: numbers above are settled where no title has
    two. Joint floors stay inside a unit; common limits and shares inside a province. A row that counts moves
    runs through the country.
    """
    nodes = model.nodes
    if program.most_moved is not None:
        return np.zeros(len(nodes), dtype=np.int64)
    province = program.province_of_nodes(nodes)
    free = np.flatnonzero((model.node >= 0) & (session.lower < session.upper))
    node = model.node[free]
    tops = node[nodes.level[node] == 0]
    if level == 0 or np.bincount(nodes.title[tops], minlength=1).max() > 1:
        return np.zeros(len(nodes), dtype=np.int64)
    middle = node[nodes.level[node] == 1]
    crowded = np.unique(nodes.title[middle] * len(nodes) + province[middle], return_counts=True)[1]
    if level == 1 or program.together or crowded.max(initial=0) > 1:
        return province
    return np.where(nodes.level == 2, program.country.unit_district[nodes.at * (nodes.level == 2)], 0)


def fix_optimum(session: Session, cost: Floats, answer: Answer) -> None:
    """Keep the optimum of a stage: by its face in a network, by a row in a mixed-integer program."""
    if session.is_mip:
        session.at_most(cost, answer.objective + SLACK * max(1.0, abs(answer.objective)))
    else:
        session.cut_to_face(answer, FACE)


def tie_key(program: Program, posts: Mapping[str, Ints], only: Ints | None = None) -> tuple[int, ...]:
    """Ties of plans that differ in an order: by level the first place has its most, then the next.

    Inside a tree the least sum of ranks says the same; between two ways of an order it does not (ranks 1
    and 4 have the same sum as 2 and 3).
    """
    nodes = program.nodes(only)
    numbers = node_numbers(program, nodes, posts)
    key: list[int] = []
    for t, _ in enumerate(program.titles):
        for depth, level in enumerate(LEVELS):
            rows = np.flatnonzero((nodes.title == t) & (nodes.level == depth))
            if len(rows):
                key += (-numbers[rows[np.argsort(tie_ranks(program, nodes, rows, level))]]).tolist()
    return tuple(key)
