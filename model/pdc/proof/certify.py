"""Make the certificate of a solved group: exact prices, the program with its solution, free numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pdc.base.numbers import Floats, Ints
from pdc.program.arrays import can_touch, compiled
from pdc.program.model import Model
from pdc.program.program import Program
from pdc.program.value import value_of
from pdc.proof.files import packed, price_texts, sheet_text
from pdc.proof.from_program import codes_of, rules_across
from pdc.proof.group_arrays import TitleArrays, nodes_text, title_arrays, unit_posts, value_by_stage
from pdc.proof.linked import linked_proof
from pdc.proof.margins import Margin, free, province_margins
from pdc.proof.mps import column_lines, column_names, implied_ends, mps
from pdc.proof.prices import GROUND, Link, NegativeCycleError, Step, Vertex, eliminated
from pdc.proof.reduced import Across, above_of, link_at, near_costs, reduced, rules_that_bind, tight
from pdc.proof.sheet import ZERO, Sheet
from pdc.proof.tree_margins import TreeMargin
from pdc.proof.tree_prices import TreePrices, prices_json, tree_prices
from pdc.solve.marginal.tree import PROVINCE
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
    margins: Mapping[Step, Margin | TreeMargin | None]
    proven: bool


def certify(solution: Solution, whole: Program, unproven: str = "") -> tuple[Solution, Certificate]:
    """Prove a solution of a program; where the solver's tolerances hid a better exchange, make it first.

    ``unproven`` says why there is nothing to prove (a plan with posts on top); the program is written still.
    """
    program, given = with_decisions_fixed(whole, solution.posts)
    posts = {title: units.copy() for title, units in solution.posts.items()}
    codes = codes_of(program.country)
    sheet = rules_across(program, codes, given)
    if not solution.proven:
        sheet = replace(sheet, unproven="time_limit")
    if unproven:
        sheet = replace(sheet, unproven=unproven)
    joint = {floor.unit for floor in sheet.joint}
    moves = 0
    while True:
        titles = [title_arrays(program, title, posts[title], joint) for title in program.titles]
        # Where no rule runs across the trees, nobody asks.
        units = unit_posts(titles) if sheet.joint or sheet.together else {}
        sums = sheet.joint_sums(units)
        try:
            proof = None if sheet.unproven else _proof(titles, sheet, rules_that_bind(sheet, units, sums))
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
        solution = replace(solution, posts=posts, value=value, dual_bound=bound, form=form)
    told = value_by_stage(titles, sheet.elsewhere, _joint_short(sheet, sums))
    arcs = () if proof is None else None  # None: the nodes give them
    proof = proof or _Proof()
    files = {
        f"{sheet.group}.csv.gz": packed(nodes_text(titles)),
        f"{sheet.group}.json.gz": packed(sheet_text(sheet, told, proof.prices, arcs)),
    }
    if sheet.unproven != "none_or":
        numbers = np.concatenate([places.posts for one in titles for places in one.places])
        model = _near(program, numbers, proven=not sheet.unproven)
        implied = implied_ends(model, [sheet.supply[title] for title in program.titles])
        names = column_names(model.names)
        files[f"{sheet.group}.mps.gz"] = packed(mps(model, sheet.group, implied, names))
        files[f"{sheet.group}.sol.gz"] = packed(column_lines(names, model.values_of(numbers)))
    return solution, Certificate(files, proof.free, proof.margins, not sheet.unproven)


@dataclass(frozen=True)
class _Proof:
    prices: Mapping[str, str] | str = "{}"  # texts by the texts of their places; or JSON
    free: Mapping[Step, tuple[bool, bool]] = field(default_factory=dict)
    margins: Mapping[Step, Margin | TreeMargin | None] = field(default_factory=dict)


def _proof(titles: list[TitleArrays], sheet: Sheet, across: Across) -> _Proof:
    """Prices, margins and free numbers. Raises :class:`NegativeCycleError` where the plan is not optimal."""
    if not across.links:
        trees = [tree_prices(one, above_of(one, sheet)) for one in titles]
        found = [tree for tree in trees if tree is not None]
        if len(found) == len(titles):
            return _proof_of_trees(across, found)
    linked = linked_proof(titles, sheet, across)
    if linked is not None:
        prices, could, moved = linked
        return _Proof(prices, could, moved)
    graph = reduced(titles, sheet, across)
    price, core = eliminated(graph)
    price |= dict.fromkeys(across.at_nought, ZERO)

    def near(vertices: Sequence[Vertex]) -> Floats:
        return near_costs([price[v] for v in vertices])

    tops = [
        link_at(one, PROVINCE, row, above_of(one, sheet))
        for one in titles
        for row in range(len(one.places[PROVINCE].level))
    ]
    margins = province_margins(tops, price, core)
    return _Proof(price_texts(price), free(tight(titles, sheet, near, across, ()), price), margins)


def _proof_of_trees(across: Across, trees: list[TreePrices]) -> _Proof:
    """The same where titles stand alone."""
    price = dict.fromkeys([GROUND, *across.at_nought], ZERO)
    told = prices_json(price, trees)
    margins: dict[Step, Margin | TreeMargin | None] = {}
    links: list[Link] = []
    for tree in sorted(trees, key=lambda tree: tree.top):
        margins |= tree.margins
        found, there = tree.tight()
        links += found
        price |= there
    return _Proof(told, free(links, price), margins)


def _joint_short(sheet: Sheet, sums: Sequence[int]) -> dict[int, int]:
    """Shortfall of joint floors by tier; ``sums`` are the posts at every one."""
    short: dict[int, int] = {}
    for joint, together in zip(sheet.joint, sums, strict=True):
        short[joint.tier] = short.get(joint.tier, 0) + max(0, joint.amount - together)
    return short


def _exchange(program: Program, posts: dict[str, Ints], steps: tuple[Step, ...]) -> None:
    codes = [str(code) for code in program.country.codes("unit")]
    at = {code: i for i, code in enumerate(codes)}
    for title, level, code, step in steps:
        if level == LEVELS[-1]:
            posts[title][at[code]] += step


def _near(program: Program, numbers: Ints, proven: bool) -> Model:
    """The program that shows a plan optimal; ``numbers`` are the plan's, by node.

    Straight lines that touch the costs at the plan; where nobody says that it is optimal, or costs are not
    convex, columns of length one next to it and chords further out.
    """
    nodes = program.nodes()
    width = None if proven and can_touch(program) else np.zeros(len(nodes), dtype=np.int64)
    return compiled(program, nodes, numbers, width)
