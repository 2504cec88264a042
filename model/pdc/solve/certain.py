"""An answer of the solver that dual values do not show by themselves, held against a second computation.

"Infeasible" is believed only where a combination of rows refutes every point in exact fractions
(:func:`~pdc.solve.duality.no_point`), or where a second program, in which every row may be missed, cannot
come to nought. The optimum of a mixed-integer program is believed where a branch and bound over linear
programs, each bounded by its dual values, finds nothing better; of a large one, where a second solve agrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pdc.base.errors import WrongAnswerError
from pdc.base.numbers import Floats
from pdc.program.model import Model
from pdc.solve.duality import FEASIBLE, elastic, keeps, no_point, with_limits
from pdc.solve.highs import Answer, NotSolvedError, Session

NODES: Final = 500  # linear programs that may be solved to prove one optimum
LARGE: Final = 2000  # columns; larger programs are not searched, but solved a second time
MISSED: Final = 1e-3  # posts: rows that miss by this much in all are not kept


def surely_infeasible(session: Session | None, error: NotSolvedError) -> None:
    """Check that a program has no point. Raises :class:`~pdc.base.errors.WrongAnswerError` where it may
    have one.

    Ends that are no "infeasible" are raised again. Without a session the program could not be made at all.
    """
    if not error.infeasible:
        raise error
    if error.seen:
        return
    if session is None:
        raise WrongAnswerError(str(error)) from error
    if (session.lower > session.upper).any():
        return
    model = with_limits(session.model, session.limits)
    extra = np.zeros(model.size - session.model.size)
    lower = np.concatenate([session.lower, extra])
    upper = np.concatenate([session.upper, np.full(len(extra), np.inf)])
    ray = error.ray
    if ray is not None and len(ray) == len(model.rhs) and no_point(model, lower, upper, ray):
        return
    model = replace(model, lower=lower, upper=upper)
    loose, cost = elastic(replace(model, integer=np.zeros(model.size, dtype=bool)))
    try:
        answer = Session(loose, next(iter(loose.costs)), seed=session.seed).minimise(cost)
    except NotSolvedError as lie:
        raise WrongAnswerError(f"a program that always has a point: {lie}") from lie
    if answer.objective > MISSED or no_point(model, lower, upper, answer.rows):
        return
    if model.integer.any():
        loose, cost = elastic(model)
        if _Search(loose, cost, MISSED).nothing_below():
            return
    raise WrongAnswerError(f"{error}, and yet there is a point")


def proves(session: Session, cost: Floats, answer: Answer) -> bool:
    """Is the answer of a mixed-integer program the best? False: it could not be found out.

    A program of more than :data:`LARGE` columns is solved again with another seed, and both must agree;
    smaller ones are searched. Raises :class:`~pdc.base.errors.WrongAnswerError` where a better point is
    found.
    """
    model = with_limits(session.model, session.limits)
    extra = np.zeros(model.size - session.model.size)
    model = replace(
        model,
        lower=np.concatenate([session.lower, extra]),
        upper=np.concatenate([session.upper, np.full(len(extra), np.inf)]),
    )
    if model.size > LARGE:
        second = Session(model, next(iter(model.costs)), seed=session.seed + 1)
        try:
            again = second.minimise(np.concatenate([cost, extra]))
        except NotSolvedError:
            return False
        return abs(again.objective - answer.objective) <= 2 * FEASIBLE * max(1.0, abs(answer.objective))
    enough = answer.objective - 2 * FEASIBLE * max(1.0, abs(answer.objective))
    return _Search(model, np.concatenate([cost, extra]), enough).nothing_below()


@dataclass
class _Search:
    """Branch and bound over linear programs: is every whole point's cost at least ``enough``?"""

    model: Model
    cost: Floats
    enough: float

    def nothing_below(self) -> bool:
        """False: not found out. Raises :class:`~pdc.base.errors.WrongAnswerError` for a whole point below."""
        model = self.model
        whole = np.flatnonzero(model.integer)
        relaxed = replace(model, integer=np.zeros(model.size, dtype=bool))
        session = Session(relaxed, next(iter(model.costs)))
        stack = [(model.lower, model.upper)]
        for _ in range(NODES):
            if not stack:
                return True
            lower, upper = stack.pop()
            session.bounds(lower, upper)
            try:
                answer = session.minimise(self.cost, bounded=True)
            except NotSolvedError as error:
                try:
                    surely_infeasible(session, error)
                except WrongAnswerError:
                    return False
                continue
            if answer.dual_bound >= self.enough:
                continue
            off = np.abs(answer.values[whole] - np.rint(answer.values[whole]))
            if off.max(initial=0.0) <= FEASIBLE:
                reached = float((self.cost * answer.values).sum())
                far = MISSED * max(1.0, abs(self.enough))
                if reached < self.enough - far and keeps(model, lower, upper, answer.values):
                    raise WrongAnswerError(f"{reached} can be reached, less than was said")
                return False  # values and bound are too far apart to tell
            j = int(whole[int(off.argmax())])
            below, above = upper.copy(), lower.copy()
            below[j] = np.floor(answer.values[j])
            above[j] = np.ceil(answer.values[j])
            # The nearer side last, so that it is looked at first.
            sides = [(lower, below), (above, upper)]
            stack += sides if answer.values[j] % 1 > 0.5 else sides[::-1]
        return not stack
