"""Make the certificate of a solved group: exact prices, the program with its solution, free numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pdc.base.numbers import Floats, Ints
from pdc.program.arrays import compiled
from pdc.program.model import Model
from pdc.program.program import Program
from pdc.program.value import node_numbers, value_of
from pdc.proof.files import nodes_text, packed, sheet_text
from pdc.proof.from_program import sheet_of
from pdc.proof.margins import Margin, free, province_margins
from pdc.proof.mps import mps, plain_names
from pdc.proof.nodes import Cost
from pdc.proof.prices import Graph, NegativeCycleError, Step, Vertex, links, prices_and_core
from pdc.solve.orders import with_decisions_fixed
from pdc.solve.solution import Solution
from pdc_common.levels import LEVELS

ROUNDS = 1000  # exact exchanges; a solver's plan needs none, or a handful


@dataclass(frozen=True)
class Certificate:
    """Files by name, ready to be written; every number that could be otherwise at the same optimum; and what
    one post more or fewer would cost in each province (None: no lawful plan has it).
    """

    files: Mapping[str, bytes]
    free: Mapping[Step, tuple[bool, bool]]
    margins: Mapping[Step, Margin | None]
    proven: bool


def certify(solution: Solution, whole: Program, unproven: str = "") -> tuple[Solution, Certificate]:
    """Prove a solution of a program; where the solver's tolerances hid a better exchange, make it first.

    ``unproven`` says why there is nothing to prove (a plan with posts on top); the program is written still.
    """
    program, given = with_decisions_fixed(whole, solution.posts)
    posts = {title: units.copy() for title, units in solution.posts.items()}
    moves = 0
    price: dict[Vertex, Cost] = {}
    core = Graph(())
    while True:
        sheet = sheet_of(program, posts, given)
        if not solution.proven:
            sheet = replace(sheet, unproven="time_limit")
        if unproven:
            sheet = replace(sheet, unproven=unproven)
        if sheet.unproven:
            break
        found = links(sheet)
        try:
            price, core = prices_and_core(found)
            break
        except NegativeCycleError as error:
            moves += 1
            if moves > ROUNDS:
                raise
            _exchange(program, posts, error.steps)
    if moves:
        value = value_of(program, posts)
        bound = {stage: float(amount) for stage, amount in value.stages.items()}
        form = f"{solution.form}, {moves} circles of posts exchanged in exact arithmetic"
        solution = replace(solution, posts=posts, value=value, bound=bound, form=form)
    graph = None if sheet.unproven else Graph(found).without("joint")
    files = {
        f"{sheet.group}.csv.gz": packed(nodes_text(sheet)),
        f"{sheet.group}.json.gz": packed(sheet_text(sheet, price, graph)),
    }
    if sheet.unproven != "none_or":
        model, numbers = _near(program, posts)
        files[f"{sheet.group}.mps.gz"] = packed(mps(model, sheet.group))
        files[f"{sheet.group}.sol.gz"] = packed(_solution(model, numbers))
    could = {} if sheet.unproven else free(found, price)
    margins = {} if sheet.unproven else province_margins(found, price, core)
    return solution, Certificate(files, could, margins, not sheet.unproven)


def _exchange(program: Program, posts: dict[str, Ints], steps: tuple[Step, ...]) -> None:
    codes = [str(code) for code in program.country.codes("unit")]
    at = {code: i for i, code in enumerate(codes)}
    for title, level, code, step in steps:
        if level == LEVELS[-1]:
            posts[title][at[code]] += step


def _near(program: Program, posts: Mapping[str, Ints]) -> tuple[Model, Ints]:
    """The program with columns of length one around the plan, and the plan's number of every node."""
    nodes = program.nodes()
    numbers = node_numbers(program, nodes, posts)
    return compiled(program, nodes, numbers, np.ones(len(nodes), dtype=np.int64)), numbers


def _solution(model: Model, numbers: Ints) -> str:
    """Values of all columns that are not nought, a line each."""
    values = column_values(model, numbers)
    names = plain_names(model.names)
    lines = [f"{names[j]} {int(values[j])}" for j in np.flatnonzero(values).tolist()]
    return "\n".join(lines) + "\n"


def column_values(model: Model, numbers: Ints) -> Floats:
    """Columns of a plan: segments below its numbers are full; slacks take up what rows leave."""
    real = model.node >= 0
    values = np.zeros(model.size)
    values[real] = np.clip(numbers[model.node[real]] - model.start[real], 0, model.upper[real])
    activity = np.bincount(model.row, weights=model.value * values[model.column], minlength=len(model.rhs))
    left = model.rhs - activity
    slack = ~real[model.column] & (left[model.row] != 0) & ((left[model.row] > 0) == (model.value > 0))
    values[model.column[slack]] = np.abs(left[model.row[slack]])
    return values
