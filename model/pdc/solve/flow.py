"""The cheapest flow in a network, by HiGHS: its vertices are whole (Hoffman and Kruskal, 1956)."""

from __future__ import annotations

import numpy as np

from pdc.base.errors import InternalError
from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model, Names, Nodes
from pdc.solve.highs import Session

STAGE = "km"
WHOLE = 1e-6
THOUSAND = 1000  # metres a km: costs are whole numbers, the same on every machine


def cheapest_flow(start: Ints, end: Ints, km: Floats, balance: Ints) -> Ints:
    """Posts on every arc, so that the km are the fewest.

    Arcs go from ``start`` to ``end``; of every node ``balance`` more leave than come (below nought: fewer).
    Raises :class:`~pdc.base.errors.InternalError` where there is no such flow.
    """
    count = len(start)
    if not balance.any():
        return np.zeros(count, dtype=np.int64)
    column = np.arange(count)
    ones = np.ones(count)
    model = Model(
        nodes=_no_nodes(), lower=np.zeros(count), upper=np.full(count, float(np.maximum(balance, 0).sum())),
        integer=np.zeros(count, dtype=bool), node=np.full(count, -1), start=np.zeros(count, dtype=np.int64),
        step=np.full(count, -1),
        row=np.concatenate([start, end]), column=np.concatenate([column, column]),
        value=np.concatenate([ones, -ones]), rhs=balance.astype(np.float64),
        names=Names(count, lambda: [f"flow.{i}" for i in range(count)]),
        row_names=Names(len(balance), lambda: [f"node.{i}" for i in range(len(balance))]),
        costs={STAGE: np.rint(km * THOUSAND)}, constant={STAGE: 0.0}, least=np.zeros(0, dtype=np.int64),
    )  # fmt: skip
    values = Session(model, STAGE).minimise(model.costs[STAGE]).values
    flow = np.rint(values).astype(np.int64)
    out, into = (np.bincount(at, flow, len(balance)) for at in (start, end))
    if np.abs(values - flow).max() > WHOLE or (out - into != balance).any() or (flow < 0).any():
        raise InternalError("a vertex of the flow is not whole")
    return flow


def _no_nodes() -> Nodes:
    none = np.zeros(0, dtype=np.int64)
    tiers = np.zeros((0, 4), dtype=np.int64)
    return Nodes(none, none, none, none, none, none, tiers, tiers, np.zeros(0))
