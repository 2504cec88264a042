"""Least kilometres from givers to takers: a min-cost flow by HiGHS. The network's vertices are whole."""

from __future__ import annotations

import numpy as np

from pdc.base.errors import InternalError
from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model, Nodes
from pdc.solve.highs import Session

STAGE = "km"
WHOLE = 1e-6


def least_km(gives: Ints, gets: Ints, km: Floats, allowed: Ints) -> Ints:
    """Posts from every giver (row) to every taker (column), so that the km are the fewest.

    ``gives`` and ``gets`` have the same sum; ``km`` is a matrix, ``allowed`` the pairs (giver, taker) that may be, a row each.
    Raises :class:`~pdc.base.errors.InternalError` where there is no such flow.
    """
    flow = np.zeros(km.shape, dtype=np.int64)
    if not len(allowed):
        if gives.any() or gets.any():
            raise InternalError("posts without a pair")
        return flow
    count = len(allowed)
    cost = np.rint(km[allowed[:, 0], allowed[:, 1]] * 1000)  # metres: whole numbers, the same on every machine
    column = np.arange(count)
    model = Model(
        nodes=_no_nodes(), lower=np.zeros(count),
        upper=np.minimum(gives[allowed[:, 0]], gets[allowed[:, 1]]).astype(np.float64),
        integer=np.zeros(count, dtype=bool), node=np.full(count, -1), start=np.zeros(count, dtype=np.int64),
        row=np.concatenate([allowed[:, 0], len(gives) + allowed[:, 1]]), column=np.concatenate([column, column]),
        value=np.ones(2 * count), rhs=np.concatenate([gives, gets]).astype(np.float64),
        names=tuple(f"flow.{i}" for i in range(count)),
        row_names=tuple(f"{side}.{i}" for side, n in (("gives", gives), ("gets", gets)) for i in range(len(n))),
        costs={STAGE: cost}, constant={STAGE: 0.0}, least=np.zeros(0, dtype=np.int64),
    )  # fmt: skip
    values = Session(model, STAGE).minimise(cost).values
    whole = np.rint(values).astype(np.int64)
    if np.abs(values - whole).max() > WHOLE:
        raise InternalError("a vertex of the flow is not whole")
    np.add.at(flow, (allowed[:, 0], allowed[:, 1]), whole)
    if (flow.sum(axis=1) != gives).any() or (flow.sum(axis=0) != gets).any():
        raise InternalError("the flow does not add up")
    return flow


def _no_nodes() -> Nodes:
    none = np.zeros(0, dtype=np.int64)
    tiers = np.zeros((0, 4), dtype=np.int64)
    return Nodes(none, none, none, none, none, none, tiers, tiers, np.zeros(0))
