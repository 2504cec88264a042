"""The program as MPS: the lines that a plain loop over its columns writes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pdc.base.levels import STAGES
from pdc.program.model import Halves, Model, Names, Nodes
from pdc.proof.mps import column_lines, column_names, mps
from pdc_common.levels import LEVELS

FACTORS = st.sampled_from([1.0, -1.0, 2.0, -0.5, 3.25])
COSTS = st.sampled_from([0.0, 1.0, -2.0, 0.3, 1 / 3, 2e-05, -4.5e-05, 7e18])
ENDS = st.sampled_from([0.0, 1.0, 2.5, 40.0, np.inf])


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Programs that no country would give: any factors, costs, ends, whole columns."""
    columns, rows = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    whole = st.lists(st.booleans(), min_size=columns, max_size=columns)
    every = [(row, column) for column in range(columns) for row in range(rows)]
    at = draw(st.lists(st.sampled_from(every), unique=True).map(sorted))

    def numbers(of: st.SearchStrategy[float], size: int) -> np.ndarray:
        return np.array(draw(st.lists(of, min_size=size, max_size=size)), dtype=np.float64)

    none, own = np.zeros(columns, dtype=np.int64), [f"hemsire.d{i // 2}." for i in range(columns)]
    nodes = Nodes(none, none, none, none, none, none, none, none, none.astype(float))
    return Model(
        nodes, np.zeros(columns), numbers(ENDS, columns), np.array(draw(whole)), none, none.astype(float), none,
        np.array([row for row, _ in at], dtype=np.int64), np.array([column for _, column in at], dtype=np.int64),
        numbers(FACTORS, len(at)), numbers(st.sampled_from([0.0, 3.0, 0.5]), rows),
        Names(columns, lambda: Halves(own, np.arange(columns), ["0", "17"], np.arange(columns) % 2)),
        Names(rows, lambda: [f"B.1.ğ/{i}" for i in range(rows)]),
        {stage: numbers(COSTS, columns) for stage in STAGES}, dict.fromkeys(STAGES, 0.5), none,
    )  # fmt: skip


def plain(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def looped(model: Model) -> str:
    """COLUMNS and BOUNDS, one entry after the other."""
    out, before = ["COLUMNS"], False
    for column, name in enumerate(model.names):
        entries = [
            f" B.1._11f_/{row} {plain(value)}"
            for row, at, value in zip(model.row.tolist(), model.column, model.value.tolist(), strict=True)
            if at == column
        ]
        for stage in STAGES:
            cost = float(model.costs[stage][column])
            if cost:
                entries.append(f" {stage} {repr(cost) if stage in LEVELS else plain(cost)}")
        if model.integer[column] != before:
            out.append(f" MARKER 'MARKER' '{'INTEND' if before else 'INTORG'}'")
            before = not before
        entries = entries or [f" {STAGES[0]} 0"]
        out += [f" {name}{''.join(entries[i : i + 2])}" for i in range(0, len(entries), 2)]
    out += [" MARKER 'MARKER' 'INTEND'"] if before else []
    ends = zip(model.names, model.upper.tolist(), strict=True)
    rhs = [f" RHS {stage} -0.5" for stage in STAGES]
    rhs += [f" RHS B.1._11f_/{row} {plain(value)}" for row, value in enumerate(model.rhs.tolist()) if value]
    bounds = [f" UP BND {name} {plain(end)}" for name, end in ends if end != np.inf]
    return "\n".join([*out, "RHS", *rhs, "BOUNDS", *bounds, "ENDATA", ""])


@given(models())
def test_every_line_is_that_of_a_plain_loop(model: Model) -> None:
    text = mps(model, "hemsire")
    head = ["NAME hemsire", "ROWS", *(f" N {stage}" for stage in STAGES)]
    rows = [f" E B.1._11f_/{row}" for row in range(len(model.rhs))]
    assert text == "\n".join([*head, *rows, looped(model)])


@given(models(), st.data())
def test_the_solution_has_the_columns_that_are_not_nought(model: Model, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from([0.0, 1.0, 12.0]), min_size=model.size, max_size=model.size))
    lines = [f"{name} {plain(value)}\n" for name, value in zip(model.names, values, strict=True) if value]
    assert column_lines(column_names(model.names), np.array(values)) == "".join(lines)
