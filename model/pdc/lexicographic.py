"""Solve a program stage by stage: shortfalls, deviations, ties; each over the optima of the one before.

For networks the optimal face of a stage is known from the reduced costs: columns with a reduced cost stay
where they are. That only tightens bounds, so the matrix stays a network and the next vertex is whole
again. Programs with shares first settle the province numbers by small mixed-integer programs, one a
province; once those stand, the rest is a network as well.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from pdc.country import Ints
from pdc.exchange import polish
from pdc.guess import guess
from pdc.kinds.base import Cells
from pdc.objective import (
    Value,
    level_sums,
    near_nodes,
    node_numbers,
    shortfalls_by_province,
    tie_ranks,
    value_of,
)
from pdc.program import LEVELS, STAGES, Floats, Model, Nodes, Program
from pdc.solver import Answer, Clock, NotSolvedError, Session

FACE = 1e-8  # reduced costs above this leave the optimal face
WHOLE = 1e-6  # how far from a whole number a vertex may be read
SLACK = 1e-6  # relative: room for the solver's tolerances in the rows that hold an optimum
AGREE = 1e-6  # relative: a sum of thousands of floats against exact fractions
CLOSE = 1e-9  # posts: how near to a whole number a bound is taken for one
WEIGHTS = 20  # bits of the weights that put places in a strict order
SMALL = 500  # units that a mixed-integer program can be asked for when a network is not enough
SEARCHED = 500  # programs looked at to decide orders where province numbers tie
ROUNDS = 20  # of making segments finer
WIDTHS = (3, 2, 1)  # segments of length one on either side of the guess: provinces, districts, units


class LawfulPlanError(RuntimeError):
    """No plan keeps the hard rules; ``why`` says which of them (and which pins) clash, once that is known."""

    def __init__(self, where: str, why: object = None) -> None:
        super().__init__(where, why)
        self.why = why


class InternalError(RuntimeError):
    """Something that the mathematics rules out has happened; nothing is written."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Posts by title and unit, with what proves them optimal."""

    posts: Mapping[str, Ints]
    value: Value
    bound: Mapping[str, float]
    form: str
    proven: bool
    clock: Clock = field(default_factory=Clock)
    unique: bool = True  # no other province numbers are as good


@dataclass
class Budget:
    """Time left for a group; None: no limit."""

    until: float | None = None

    @property
    def spent(self) -> bool:
        """Is the time over?"""
        return self.until is not None and time.perf_counter() > self.until


def solve(program: Program, budget: Budget | None = None, seed: int = 0) -> Solution:
    """Lexicographic optimum of a program, unique, in whole numbers."""
    try:
        return _solve(program, budget or Budget(), seed)
    except InternalError:
        if program.most_moved is None or program.whole or len(program.country.units) > SMALL:
            raise
        # The row that counts moves is no network row; where a vertex is not whole, units are told to be.
        return _solve(replace(program, whole=True), budget or Budget(), seed)


def _solve(program: Program, budget: Budget, seed: int) -> Solution:
    clock = Clock()
    form = "network LP"
    if not program.titles:
        return Solution({}, Value(dict.fromkeys(STAGES, Fraction(0))), {}, "nothing to plan", True, clock)
    close_unreachable_orders(program)
    if program.none_or:
        return _none_or(program, budget, seed, clock)
    if program.needs_totals():
        form, program, solution = _with_totals(program, budget, seed, clock)
    else:
        solution = _network(program, budget, seed, clock)
    broken = _broken_orders(program, solution)
    if broken:
        form += ", branched orders"
        program, solution = _branch(program, solution, broken, budget, seed, clock)
    if not solution.proven:
        return Solution(solution.posts, solution.value, solution.bound, form, False, clock)
    if program.near is not None:
        return Solution(solution.posts, solution.value, solution.bound, form, True, clock)
    posts, moves = polish(program, solution.posts)
    value, bound = solution.value, solution.bound
    if moves:
        # The solver took two costs for equal that fractions tell apart.
        form += f", {moves} posts exchanged in exact arithmetic"
        value = value_of(program, posts)
        bound = {stage: float(amount) for stage, amount in value.stages.items()}
    polished = Solution(posts, value, bound, form, True, clock)
    if moves and _broken_orders(program, polished):
        raise InternalError("an exact exchange broke an order")
    return polished


def feasible(program: Program, only: Ints | None = None) -> bool:
    """Is there any plan (of some provinces) that keeps the hard rules?"""
    close_unreachable_orders(program)
    nodes = program.nodes(only)
    if (nodes.lower > nodes.upper).any() or (only is None and _nowhere(program)):
        return False
    if not len(nodes):
        return True
    width = np.array(WIDTHS, dtype=np.int64)[nodes.level]
    model = program.compile(nodes, nodes.lower.copy(), width, totals_integer=program.needs_totals())
    try:
        if model.size:
            Session(model, STAGES[0]).minimise(np.zeros(model.size))
    except NotSolvedError as error:
        if error.infeasible:
            return False
        raise
    return True


# networks ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Round:
    """One model solved through all stages."""

    posts: Ints  # by node
    bounds: Mapping[str, float]
    proven: bool
    totals_unique: bool  # no other province numbers are as good


def _network(
    program: Program,
    budget: Budget,
    seed: int,
    clock: Clock,
    only: Ints | None = None,
    start: tuple[Ints, Ints] | None = None,
) -> Solution:
    """Solve a network, making segments finer until the optimum has unit steps on both sides.

    Once the province numbers are settled beyond doubt, provinces do not touch one another any more: then
    only those where the steps were too coarse are solved again.
    """
    nodes = program.nodes(only)
    if (nodes.lower > nodes.upper).any():
        raise LawfulPlanError("bounds")
    if only is None and _nowhere(program):
        raise LawfulPlanError("no unit for the title")
    if not len(nodes):
        none = _by_unit(program, nodes, nodes.at)
        return Solution(none, value_of(program, none, only), {}, "", True, clock)
    if start is None:
        supplies = _supplies(program) if only is None else dict.fromkeys(range(len(program.titles)))
        near = guess(nodes, supplies)
        if program.near is not None:
            near = near_nodes(program, nodes, near)
        # A large place is a little off more easily than a small one.
        width = np.array(WIDTHS)[nodes.level] + np.floor(np.sqrt(nodes.target) / 3).astype(np.int64)
    else:
        near, width = start
    for _ in range(ROUNDS):
        model = program.compile(nodes, near, width)
        found = _stages(program, model, near, (budget, seed, clock))
        posts = _by_unit(program, nodes, found.posts)
        rough = _rough(model, found.posts)
        if not len(rough) or not found.proven:
            break
        near[rough] = found.posts[rough]
        width[rough] = np.maximum(2 * width[rough], 2)
        province = program.province_of_nodes(nodes)
        coarse = np.unique(province[rough])
        apart = found.totals_unique and program.most_moved is None and bool((nodes.level[rough] > 0).all())
        if apart and len(coarse) < len(np.unique(province)):
            inside = np.isin(province, coarse)
            totals = {
                title: level_sums(program.country, posts[title], "province") for title in program.titles
            }
            again = _network(
                program.with_totals(totals), budget, seed, clock, coarse, (near[inside], width[inside])
            )
            touched = np.isin(program.country.unit_province, coarse)
            posts = {title: np.where(touched, again.posts[title], posts[title]) for title in program.titles}
            break
    else:
        raise InternalError("the segments around the optimum did not settle")
    value = value_of(program, posts, only)
    bounds = dict(found.bounds)
    if found.proven:
        # What was re-solved by province is proven there; the rest of the stage is as it was bounded.
        _agree(bounds, value, exact_stages=not len(rough))
        bounds = {stage: float(amount) for stage, amount in value.stages.items()}
    return Solution(posts, value, bounds, "", found.proven, clock, found.totals_unique)


def _agree(bounds: Mapping[str, float], value: Value, exact_stages: bool) -> None:
    """The solver's proven bound of every stage is what the plan, counted by itself, comes to."""
    for stage, bound in bounds.items():
        counted = float(value.stages[stage])
        close = abs(bound - counted) <= AGREE * max(1.0, abs(counted))
        if not close and (
            exact_stages or stage.startswith("tier") or stage in {"province", "between", "moved"}
        ):
            raise InternalError(f"{stage}: the solver proves {bound}, the plan comes to {counted}")


def _nowhere(program: Program) -> bool:
    """Is there a title with posts to give out and no unit where it may be?"""
    return any(t.supply and not t.eligible.any() for t in program.targets.values())


def _supplies(program: Program) -> dict[int, int | None]:
    return {t: program.targets[title].supply for t, title in enumerate(program.titles)}


def _stages(
    program: Program, model: Model, near: Ints, how: tuple[Budget, int, Clock], last: str = STAGES[-1]
) -> _Round:
    """Optimise every stage up to ``last`` over the face of those before; ties at the end."""
    budget, seed, clock = how
    try:
        session = Session(model, STAGES[0], seed=seed, clock=clock)
    except NotSolvedError as error:
        raise LawfulPlanError(str(error)) from None
    if not session.is_mip:
        session.start_near(near)
    bounds: dict[str, float] = {}
    answer = None
    proven = True
    tops = np.flatnonzero((model.node >= 0) & (model.nodes.level[model.node] == 0))
    unique = False
    for row, most in _most_moved(program, model):
        if most < 0 and not row.any():
            raise LawfulPlanError("too few moves")  # a row without columns would be lost
        session.at_most(row, float(most))
    for stage in program.stages[: program.stages.index(last) + 1]:
        cost = model.costs[stage]
        free = session.lower < session.upper
        if budget.spent and answer is not None:
            proven = False
            break
        if cost[free].any() or answer is None:
            try:
                if program.norm == "minimax" and stage in LEVELS:
                    _minimax(session, model, stage)
                answer = session.minimise(cost, primal=stage.startswith("tier") and answer is not None)
            except NotSolvedError as error:
                if error.infeasible and answer is None:
                    raise LawfulPlanError(str(error)) from None
                raise InternalError(f"{stage}: {error}") from None
            _hold(session, cost, answer)
        # No BLAS product: its threads go on spinning on the cores that the solver needs.
        bounds[stage] = model.constant[stage] + float((cost * answer.values).sum())
        if stage == "province" and not session.is_mip:
            # The national sum leaves no choice to a single free segment of a title.
            loose = tops[session.lower[tops] < session.upper[tops]]
            unique = bool((np.bincount(model.nodes.title[model.node[loose]], minlength=1) <= 1).all())
    assert answer is not None
    values = answer.values
    if proven and last == STAGES[-1]:
        values = _tied(program, model, session, answer)
    if not model.holds(values, WHOLE):
        raise InternalError("a vertex that breaks the program's rows")
    posts = model.posts(values)
    whole = np.rint(posts)
    if last != STAGES[-1]:
        posts = np.where(model.nodes.level == LEVELS.index(last), posts, whole)
    if np.abs(posts - whole).max(initial=0.0) > WHOLE:
        raise InternalError("a vertex of the network is not whole")
    if last == STAGES[-1]:
        _adds_up(program, model.nodes, whole)
    return _Round(whole.astype(np.int64), bounds, proven, unique)


def _most_moved(program: Program, model: Model) -> list[tuple[Floats, int]]:
    """Rows that count each title's moves, and what they may come to beside what has to move anyway."""
    if program.near is None or program.most_moved is None:
        return []
    rows = []
    title_of = np.where(model.node >= 0, model.nodes.title[np.maximum(model.node, 0)], -1)
    own = model.nodes.level == program.near_depth
    for t, title in enumerate(program.titles):
        mine = own & (model.nodes.title == t)
        kept = program.near[title]
        most, supply = program.most_moved[title], program.targets[title].supply
        if supply is not None:
            # What changes is even or odd with the number given out: half a move is no use to anybody.
            most -= (most - supply + int(kept.sum())) % 2
        anyway = int(np.abs(model.nodes.lower[mine] - kept[model.nodes.at[mine]]).sum())
        anyway += int(program.near_closed(title, program.near_level).sum())
        rows.append((np.where(title_of == t, model.costs["moved"], 0.0), most - anyway))
    return rows


def _adds_up(program: Program, nodes: Nodes, posts: Floats) -> None:
    """Every number is the sum of those below it, and the provinces' of the national one (A.1)."""
    below = nodes.parent >= 0
    sums = np.bincount(nodes.parent[below], weights=posts[below], minlength=len(nodes))
    inner = nodes.level < len(LEVELS) - 1
    top = np.bincount(nodes.title, weights=posts * (nodes.level == 0), minlength=len(program.titles))
    supplies = _supplies(program) if nodes.only is None else {}
    short = any(supply is not None and top[t] != supply for t, supply in supplies.items())
    if short or (sums[inner] != posts[inner]).any():
        raise InternalError("the solver's numbers do not add up")


def _tied(program: Program, model: Model, session: Session, answer: Answer) -> Floats:
    """Column values with ties settled, on the free columns alone where the program is a network.

    A tie is a solve per level and title, or one a chunk of places; what all stages have left free is a
    hundredth of the columns, so a model of its own costs less than one solve of the whole.
    """
    free = np.flatnonzero(session.lower < session.upper)
    if session.is_mip:
        return _ties(program, model, session, answer).values
    if not len(free):
        return answer.values
    values = answer.values.copy()
    part = model.part(free, session.lower, session.upper)
    inner = Session(part, STAGES[-1], seed=session.seed, clock=session.clock)
    inner_answer = replace(answer, values=answer.values[free], reduced=answer.reduced[free])
    values[free] = _ties(program, part, inner, inner_answer).values
    return values


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
            if not session.is_mip and (program.joint or program.together):
                answer = _in_strict_order(program, model, session, answer, rows[np.argsort(ranks)])
                continue
            cost = np.zeros(model.size)
            cost[free] = ranks[place]
            answer = session.minimise(cost)
            _hold(session, cost, answer)
    return answer


def _in_strict_order(program: Program, model: Model, session: Session, answer: Answer, order: Ints) -> Answer:
    """Ties where rows run across the tree: the first place of the order has its most, then the second …

    In a tree the least sum of ranks says the same. Here 1 + 4 and 2 + 3 would tie, so every place weighs more
    than all that follow it in its chunk. Provinces of one title are apart once their numbers stand.
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
            _hold(session, cost, answer)
    return answer


def _apart(program: Program, model: Model, session: Session, level: int) -> Ints:
    """Parts of the tree that do not touch one another any more, by node.

    One free segment under a settled number leaves no choice: numbers above are settled where no title has
    two. Joint floors stay inside a unit; common limits and shares inside a province.
    """
    nodes = model.nodes
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


def _hold(session: Session, cost: Floats, answer: Answer) -> None:
    """Keep the optimum of a stage: by its face in a network, by a row in a mixed-integer program."""
    if session.is_mip:
        session.at_most(cost, answer.objective + SLACK * max(1.0, abs(answer.objective)))
    else:
        session.keep(answer, FACE)


def _minimax(session: Session, model: Model, stage: str) -> None:
    """Cut to the plans whose largest |x − q| / q of the level is least (then L1 goes on)."""
    nodes = model.nodes
    depth = LEVELS.index(stage)
    rows = np.flatnonzero(nodes.level == depth)
    target = nodes.target[rows]
    answer = session.minimise(model.costs[stage])
    lower, upper = session.lower.copy(), session.upper.copy()
    # Halve the distance between what cannot be reached and what has been; every plan found is a new end.
    least, best = -1.0, _worst(model, answer, rows, target)
    while True:
        below = _next_below(target, best)
        if below <= least:
            break
        goal = below if below <= 0 else max(least, min(below, (max(least, 0.0) + best) / 2))
        better = _within(session, model, rows, target, goal, (lower, upper))
        reached = best if better is None else _worst(model, better, rows, target)
        if reached < best:
            best = reached
        else:
            least = goal
    _within(session, model, rows, target, best, (lower, upper))


def _worst(model: Model, answer: Answer, rows: Ints, target: Floats) -> float:
    """The largest relative deviation of an answer."""
    posts = np.rint(model.posts(answer.values))[rows]
    return float((np.abs(posts - target) / target).max(initial=0.0))


def _next_below(target: Floats, best: float) -> float:
    """The largest value under ``best`` that the relative deviation of some place can take, or −1."""
    more = np.ceil(target * (1 + best) - CLOSE) - 1
    fewer = np.floor(target * (1 - best) + CLOSE) + 1
    found = np.concatenate([(more - target) / target, (target - np.maximum(fewer, 0)) / target])
    found = found[(found >= 0) & (found < best * (1 - CLOSE))]
    return float(found.max(initial=-1.0))


def _within(
    session: Session, model: Model, rows: Ints, target: Floats, most: float, bounds: tuple[Floats, Floats]
) -> Answer | None:
    """Bound the level's numbers to ``|x − q| ≤ most·q``; a plan that is left, if any."""
    nodes = model.nodes
    low, high = np.full(len(nodes), -np.inf), np.full(len(nodes), np.inf)
    low[rows] = np.ceil(target * (1 - most) - CLOSE)
    high[rows] = np.floor(target * (1 + most) + CLOSE)
    lower, upper = bounds[0].copy(), bounds[1].copy()
    real = model.node >= 0
    start, end = model.start[real], model.start[real] + model.upper[real]
    node = model.node[real]
    must = np.clip(low[node] - start, 0, None)
    may = np.clip(high[node] - start, 0, None)
    lower[real] = np.maximum(lower[real], np.minimum(must, model.upper[real]))
    upper[real] = np.minimum(upper[real], np.minimum(may, end - start))
    if (lower > upper).any():
        return None
    session.bounds(lower, upper)
    try:
        return session.minimise(np.zeros(model.size))
    except NotSolvedError:
        session.bounds(*bounds)
        return None


def _rough(model: Model, posts: Ints) -> Ints:
    """Nodes whose number does not have a segment of length one on both sides."""
    nodes = model.nodes
    real = model.node >= 0
    node, start, length = model.node[real], model.start[real], model.upper[real]
    fine_below = np.zeros(len(nodes), dtype=bool)
    fine_above = np.zeros(len(nodes), dtype=bool)
    short = length == 1
    fine_below[node[short & (start + 1 == posts[node])]] = True
    fine_above[node[short & (start == posts[node])]] = True
    # At none, or at the least that is allowed, there is no single step down to be fine.
    whole_step = model.least > 0
    fine_below |= (posts == nodes.lower) | (whole_step & (posts == model.least))
    fine_above |= whole_step & (posts == 0)
    fine_above |= posts == nodes.upper
    return np.flatnonzero(~(fine_below & fine_above))


def _by_unit(program: Program, nodes: Nodes, posts: Ints) -> dict[str, Ints]:
    found = {}
    for t, title in enumerate(program.titles):
        units = np.zeros(len(program.country.units), dtype=np.int64)
        chosen = (nodes.title == t) & (nodes.level == 2)
        units[nodes.at[chosen]] = posts[chosen]
        found[title] = units
    return found


# shares: the province numbers first ----------------------------------------------------------------------


def _with_totals(program: Program, budget: Budget, seed: int, clock: Clock) -> tuple[str, Program, Solution]:
    """Province numbers that are lexicographically best, then made to stand.

    The number nearest to the target has the least deviation there is; where it leaves no shortfall either,
    nothing can be better. Elsewhere a small mixed-integer program of the province decides.
    """
    title = program.titles[0]
    open_ = program.open("province", title)
    aim = _aim(program, title)
    lower, upper = program.bounds[title, "province"]
    first = np.zeros(len(program.country.provinces), dtype=np.int64)
    for p in open_.tolist():
        nearest = -(-(2 * aim[p].numerator - aim[p].denominator) // (2 * aim[p].denominator))
        first[p] = min(max(nearest, int(lower[p])), int(upper[p]))
    if program.most_moved is not None:
        # By definition of keeping a table: province numbers are its own, or the nearest the band allows.
        program = program.with_totals({title: first})
        return "network LP, province totals as kept", program, _network(program, budget, seed, clock)
    settled: dict[int, int] = {}
    how = (budget, seed, clock)
    try:
        standing = program.with_totals({title: first})
        trial = _network(standing, budget, seed, clock)
    except LawfulPlanError:
        # Somewhere the nearest number cannot be placed under the hard shares: those provinces first.
        for p in open_.tolist():
            if not feasible(program.with_totals({title: first}), np.array([p])):
                settled[p] = first[p] = _settle(program, title, p, how)
        standing = program.with_totals({title: first})
        trial = _network(standing, budget, seed, clock)
    short = shortfalls_by_province(standing, trial.posts)
    totals = first.copy()
    for p in open_.tolist():
        if p in settled:
            continue
        mirror = 2 * aim[p] - int(first[p])
        if any(short[p]):
            totals[p] = _settle(program, title, p, how)
        elif mirror.denominator == 1 and lower[p] <= mirror <= upper[p] and mirror != first[p]:
            totals[p] = _best_total(program, title, p, [int(first[p]), int(mirror)], how)
    form = "MIP by province, then network LP" if settled or any(any(row) for row in short) else ""
    if not form:
        form = "network LP, province totals nearest to their targets"
    if (totals == first).all():
        return form, standing, trial
    program = program.with_totals({title: totals})
    return form, program, _network(program, budget, seed, clock)


def _aim(program: Program, title: str) -> list[Fraction]:
    """What a province's number is to be near to: its target, or the table to stay near to."""
    if program.near is None:
        return [Fraction(q) for q in program.targets[title].province.tolist()]
    return [Fraction(n) for n in program.near_at(title, "province").tolist()]


def _settle(program: Program, title: str, province: int, how: tuple[Budget, int, Clock]) -> int:
    """Number of one province by a mixed-integer program: least shortfalls, then least deviation.

    The program lets units have parts of posts, so its shortfalls are bounds. An exact plan of the number it
    finds usually reaches them, which proves the number; where none does, every number of the band is tried.
    """
    nodes = program.nodes(np.array([province]))
    near = guess(nodes, {0: None})
    if program.near is not None:
        near = near_nodes(program, nodes, near)
    top = int(np.flatnonzero(nodes.level == 0)[0])
    span = int(min(nodes.upper[top] - nodes.lower[top], 10**6))
    width = np.array([span, 1, 1], dtype=np.int64)[nodes.level]
    model = program.compile(nodes, near, width, totals_integer=True)
    bounds: list[int] = []
    try:
        session = Session(model, STAGES[0], seed=how[1], clock=how[2])
        # Shortfalls that come before the province's own number.
        last = "between" if "between" in program.stages else "province"
        for stage in program.stages[: program.stages.index(last)]:
            answer = session.minimise(model.costs[stage])
            least = int(np.ceil(model.constant[stage] + answer.objective - WHOLE))
            session.at_most(model.costs[stage], least - model.constant[stage] + WHOLE)
            bounds.append(least)
        answer = session.minimise(model.costs[last])
    except NotSolvedError as error:
        # What has no plan even with parts of posts has none.
        raise LawfulPlanError(str(error)) from None
    total = next(j for j, name in enumerate(model.names) if name.startswith("total."))
    found = int(np.rint(answer.values[total]))
    target = _aim(program, title)[province]
    mirror = 2 * target - found
    pair = [found]
    if mirror.denominator == 1 and nodes.lower[top] <= mirror <= nodes.upper[top] and mirror != found:
        pair.append(int(mirror))
    every = range(int(nodes.lower[top]), int(nodes.upper[top]) + 1)
    rest = sorted(set(every) - set(pair), key=lambda n: abs(n - target))
    return _best_total(program, title, province, pair, how, bounds, rest)


def _best_total(
    program: Program,
    title: str,
    province: int,
    candidates: list[int],
    how: tuple[Budget, int, Clock],
    bounds: list[int] | None = None,
    rest: list[int] | None = None,
) -> int:
    """Compare whole solutions of one province, exactly; of equals the larger number.

    The ``rest`` of the numbers, nearest first, is looked at only while none reaches the ``bounds`` of the
    shortfalls, or another one as near could be as good.
    """
    best: tuple[tuple[Fraction, ...], int] | None = None
    target = program.targets[title].province[province]
    only = np.array([province])
    for number in [*candidates, *(rest or [])]:
        reached = best is not None and [int(v) for v in best[0][: len(bounds or ())]] == bounds
        if reached and number not in candidates:
            break
        totals = np.zeros(len(program.country.provinces), dtype=np.int64)
        totals[province] = number
        try:
            trial = _network(program.with_totals({title: totals}), *how, only=only)
        except LawfulPlanError:
            continue
        key = (trial.value.order, -number)
        if best is None or key < best:
            best = key
    if best is None:
        raise LawfulPlanError(f"province {province}: {target}")
    return -best[1]


# none, or at least so many ---------------------------------------------------------------------------------


def _none_or(program: Program, budget: Budget, seed: int, clock: Clock) -> Solution:
    """Not convex, so a mixed-integer program: first for the province numbers, then one a province.

    The first asks the rule of provinces only (a province cannot have one if none of its units can), which
    bounds shortfalls and province deviation from below; the provinces then keep those numbers, so the plan
    reaches the bound and is proven (checked, never assumed).
    """
    country = program.country
    totals, bounds = _province_numbers(replace(program, gaps="province"), (budget, seed, clock))
    standing = program.with_totals(totals)
    posts = {title: np.zeros(len(country.units), dtype=np.int64) for title in program.titles}
    for p in np.unique(
        np.concatenate([program.open("province", title) for title in program.titles])
    ).tolist():
        try:
            found = _network(standing, budget, seed, clock, np.array([p]))
        except LawfulPlanError as error:
            raise InternalError(
                f"province {p} cannot keep its number under none-or-at-least: {error}"
            ) from None
        for title in program.titles:
            posts[title] += found.posts[title]
    value = value_of(program, posts)
    for stage, least in bounds.items():
        if float(value.stages[stage]) > least + AGREE * max(1.0, abs(least)):
            raise InternalError(f"none-or-at-least units: the provinces' bound is not reached in {stage}")
    bound = {stage: float(amount) for stage, amount in value.stages.items()}
    form = "MIP for the provinces' numbers, then by province"
    return Solution(posts, value, bound, form, True, clock)


def _province_numbers(
    program: Program, how: tuple[Budget, int, Clock]
) -> tuple[dict[str, Ints], Mapping[str, float]]:
    """Province numbers alone, with the bounds of the stages up to their deviation."""
    nodes = program.nodes()
    near = guess(nodes, _supplies(program))
    width = np.array(WIDTHS)[nodes.level] + np.floor(np.sqrt(nodes.target) / 3).astype(np.int64)
    for _ in range(ROUNDS):
        model = program.compile(nodes, near, width)
        found = _stages(program, model, near, how, "province")
        rough = _rough(model, found.posts)
        rough = rough[nodes.level[rough] == 0]
        if not len(rough):
            break
        near[rough] = found.posts[rough]
        width[rough] = np.maximum(2 * width[rough], 2)
    totals = {}
    for t, title in enumerate(program.titles):
        top = (nodes.title == t) & (nodes.level == 0)
        totals[title] = np.zeros(len(program.country.provinces), dtype=np.int64)
        totals[title][nodes.at[top]] = found.posts[top]
    return totals, found.bounds


# orders: yes or no for every province --------------------------------------------------------------------


def close_unreachable_orders(program: Program) -> None:
    """Where a first unit cannot reach what it needs, the later units of the province have none."""
    for cells in program.orders:
        title = cells.titles[0]
        need = _needs(program, cells)
        reach = np.where(program.targets[title].eligible, program.bounds[title, "unit"][1], 0)
        assert cells.first is not None
        assert cells.first_of is not None
        blocked = np.zeros(len(cells.at), dtype=bool)
        blocked[cells.first_of[reach[cells.first] < need]] = True
        _close(program, cells, np.flatnonzero(blocked))


def _needs(program: Program, cells: Cells) -> Ints:
    assert cells.first is not None
    assert cells.first_need is not None
    floors = program.unit_need(cells.titles[0])[cells.first]
    return np.where(cells.first_need < 0, floors, cells.first_need)


def _close(program: Program, cells: Cells, which: Ints) -> None:
    assert cells.members is not None
    assert cells.member_of is not None
    upper = program.bounds[cells.titles[0], "unit"][1]
    upper[cells.members[np.isin(cells.member_of, which)]] = 0


def _broken_orders(program: Program, solution: Solution) -> list[tuple[int, int]]:
    """(order, position of the province in it) where later units have posts while first ones lack theirs."""
    broken = []
    for number, cells in enumerate(program.orders):
        posts = solution.posts[cells.titles[0]]
        assert cells.members is not None and cells.member_of is not None
        assert cells.first is not None and cells.first_of is not None
        later = np.bincount(cells.member_of, weights=posts[cells.members], minlength=len(cells.at))
        lacking = np.maximum(0, _needs(program, cells) - posts[cells.first])
        missing = np.bincount(cells.first_of, weights=lacking, minlength=len(cells.at))
        broken += [(number, int(i)) for i in np.flatnonzero((later > 0) & (missing > 0))]
    return broken


def _branch(
    program: Program,
    relaxed: Solution,
    broken: list[tuple[int, int]],
    budget: Budget,
    seed: int,
    clock: Clock,
) -> tuple[Program, Solution]:
    """Decide each broken order both ways inside its province and keep the better.

    The relaxed plan bounds the shortfalls and the province deviation from below; the decided plan must
    reach that bound, which proves it (checked, never assumed).
    """
    decided = _copy(program)
    tried: set[tuple[int, int]] = set()
    solution = relaxed
    while broken:
        totals = {t: relaxed_sum(program, relaxed, t) for t in program.titles}
        for number, i in broken:
            if (number, i) in tried:
                raise InternalError(f"order {program.orders[number].rule.key} stays broken")
            tried.add((number, i))
            cells = program.orders[number]
            only = np.array([int(cells.at[i])])
            options = []
            for yes in (True, False):
                trial = _copy(decided)
                _decide(trial, number, i, yes)
                fixed = trial.with_totals(totals)
                try:
                    found = _network(fixed, budget, seed, clock, only=only)
                except LawfulPlanError:
                    continue
                options.append((found.value.order, fixed, found.posts, yes))
            if not options:
                raise InternalError(f"order {cells.rule.key}: neither way keeps the province's number")
            least = min(option[0] for option in options)
            best = [option for option in options if option[0] == least]
            if len(best) > 1:
                best.sort(key=lambda option: _tie_key(option[1], option[2]))
            _decide(decided, number, i, best[0][3])
        solution = _network(decided, budget, seed, clock)
        broken = _broken_orders(program, solution)
    until = program.stages.index("between" if "between" in program.stages else "province") + 1
    if solution.value.order[:until] != relaxed.value.order[:until]:
        if program.near is None:
            raise InternalError("an order moved a province's number: the bound is not reached")
        solution = replace(solution, proven=False)
    if not relaxed.unique and program.near is None:
        # Other province numbers are as good: provinces are not apart, and what is best in each is not enough.
        return _search(program, (decided, solution), (budget, seed, clock))
    return decided, solution


def _search(
    program: Program, found: tuple[Program, Solution], how: tuple[Budget, int, Clock]
) -> tuple[Program, Solution]:
    """Branch and bound over the orders of the whole country; a plan without an order bounds those with it."""
    best = (found[1].value.order, _tie_key(program, found[1].posts))
    stack, looked = [_copy(program)], 0
    while stack:
        looked += 1
        if looked > SEARCHED:
            return found[0], replace(found[1], proven=False)
        node = stack.pop()
        try:
            solution = _network(node, *how)
        except LawfulPlanError:
            continue
        key = (solution.value.order, _tie_key(program, solution.posts))
        if key >= best:
            continue
        broken = _broken_orders(program, solution)
        if not broken:
            found, best = (node, solution), key
            continue
        for yes in (True, False):
            branch = _copy(node)
            _decide(branch, *broken[0], yes)
            stack.append(branch)
    return found


def _tie_key(program: Program, posts: Mapping[str, Ints]) -> tuple[int, ...]:
    """Ties of plans that differ in an order: by level the first in the queue has its most, then the next.

    Inside a tree the least sum of ranks says the same; across the ways of an order 1 + 4 and 2 + 3 would tie.
    """
    nodes = program.nodes()
    numbers = node_numbers(program, nodes, posts)
    key: list[int] = []
    for t, _ in enumerate(program.titles):
        for depth, level in enumerate(LEVELS):
            rows = np.flatnonzero((nodes.title == t) & (nodes.level == depth))
            if len(rows):
                key += (-numbers[rows[np.argsort(tie_ranks(program, nodes, rows, level))]]).tolist()
    return tuple(key)


def standing(program: Program, posts: Mapping[str, Ints]) -> tuple[Program, tuple[str, ...]]:
    """The program with what a plan has decided made to stand, and what that is: ``totals``, ``orders``.

    What is left is a network, so that the plan can be proven by exact prices.
    """
    close_unreachable_orders(program)
    given: dict[str, None] = {}
    totals: dict[str, Ints] = {}
    if program.needs_totals():
        given["totals"] = None
        totals = {title: level_sums(program.country, posts[title], "province") for title in program.titles}
    decided = program.with_totals(totals)
    for number, cells in enumerate(program.orders):
        assert cells.first is not None
        assert cells.first_of is not None
        lacking = np.maximum(0, _needs(program, cells) - posts[cells.titles[0]][cells.first])
        missing = np.bincount(cells.first_of, weights=lacking, minlength=len(cells.at))
        # Where the first units have what they need, that they keep it is what the later ones rest on.
        for i, short in enumerate(missing.tolist()):
            _decide(decided, number, i, not short)
            given["orders"] = None
    return decided, tuple(given)


def relaxed_sum(program: Program, solution: Solution, title: str) -> Ints:
    """Province numbers of a solution."""
    totals = np.zeros(len(program.country.provinces), dtype=np.int64)
    np.add.at(totals, program.country.unit_province, solution.posts[title])
    return totals


def _copy(program: Program) -> Program:
    return program.with_totals({})


def _decide(program: Program, number: int, i: int, yes: bool) -> None:
    cells = program.orders[number]
    if not yes:
        _close(program, cells, np.array([i]))
        return
    assert cells.first is not None
    assert cells.first_of is not None
    title = cells.titles[0]
    mine = cells.first_of == i
    lower = program.bounds[title, "unit"][0]
    np.maximum.at(lower, cells.first[mine], _needs(program, cells)[mine])


__all__ = ["Budget", "InternalError", "LawfulPlanError", "Solution", "solve"]
