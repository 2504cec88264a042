"""Why no plan within the moves allowed is better: prices of the places, and one more for a post that moves.

A plan x near a table g keeps Σ|x − g| ≤ M. It is the best that does if there is a price λ ≥ 0 of a move
so that x is the best of all plans when every post away from the table costs λ besides, and either λ is
nought or the moves are used up: for any other plan y within them, F(y) + λ·Σ|y − g| ≥ F(x) + λ·Σ|x − g|,
and Σ|y − g| ≤ Σ|x − g|. That x is the best then, places' prices show as for any plan
(:mod:`pdc.proof.prices`): |x − g| is convex, a cost of the place. λ is half of what the next exchange
would better the plan by (:mod:`pdc.solve.exchanges`).

``near/G.csv.gz`` has the nodes, ``near/G.json.gz`` besides prices the table: posts by title and code, the
moves, λ by title.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from pdc.base.errors import InternalError
from pdc.base.levels import STAGES
from pdc.base.numbers import Ints
from pdc.country.country import level_sums
from pdc.program.program import Program
from pdc.proof.files import ProofError, cost_of, cost_text, packed, price_texts, read_rest, sheet_text
from pdc.proof.from_program import codes_of, sheet_of
from pdc.proof.group_arrays import nodes_text, title_arrays
from pdc.proof.prices import Link, NegativeCycleError, Vertex, add, links, prices, subtract
from pdc.proof.sheet import ZERO, Cost, Sheet
from pdc.solve import marginal
from pdc.solve.exchanges import Exchange, towards
from pdc.solve.near_tree import why_no_tree
from pdc.solve.orders import with_decisions_fixed
from pdc.solve.solution import Solution

FOLDER: Final = "near"
UNPROVEN: Final = "near"


@dataclass(frozen=True)
class Near:
    """The table that a group was kept near to: posts by title and code of a level, moves of a title, λ."""

    level: str
    moves: int
    table: Mapping[str, Mapping[str, int]]
    price: Mapping[str, Cost]

    def as_json(self) -> dict[str, Any]:
        """For the certificate."""
        price = {title: cost_text(cost) for title, cost in self.price.items()}
        return {"level": self.level, "moves": self.moves, "table": self.table, "price": price}

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Near:
        """What :meth:`as_json` gave. Raises ``KeyError``, ``ValueError`` or ``TypeError`` for anything
        else.
        """
        table = {
            title: {code: int(n) for code, n in posts.items()} for title, posts in content["table"].items()
        }
        price = {title: cost_of(text) for title, text in content["price"].items()}
        if any(len(cost) != len(STAGES) for cost in price.values()):
            raise ValueError("price")
        return cls(str(content["level"]), int(content["moves"]), table, price)


def near_links(sheet: Sheet, near: Near) -> list[Link]:
    """All numbers of a group as links, a post away from the table costing λ besides."""
    posts = _posts(sheet, near.level)
    return [_with_price(link, posts, near) for link in links(sheet)]


def _posts(sheet: Sheet, level: str) -> dict[tuple[str, str], int]:
    return {(n.title, n.code): n.posts for n in sheet.nodes if n.level == level}


def _with_price(link: Link, posts: Mapping[tuple[str, str], int], near: Near) -> Link:
    if link.step is None or link.step[1] != near.level:
        return link
    title, _, code, _ = link.step
    x, given, price = posts[title, code], near.table[title].get(code, 0), near.price[title]
    low, high = link.low, link.high
    if high is not None:
        high = add(high, price) if x >= given else subtract(high, price)
    if low is not None:
        low = add(low, price) if x > given else subtract(low, price)
    return replace(link, low=low, high=high)


def wrong(sheet: Sheet, near: Near) -> Iterator[str]:
    """What of moves and their price does not hold."""
    posts = _posts(sheet, near.level)
    for title in sheet.titles:
        supply, given = sheet.supply[title], near.table.get(title, {})
        price = near.price.get(title)
        if supply is None or price is None:
            yield f"{title}: no price of a move"
            continue
        codes = given.keys() | {code for of, code in posts if of == title}
        moved = sum(abs(posts.get((title, code), 0) - given.get(code, 0)) for code in codes)
        most = 2 * near.moves + abs(supply - sum(given.values()))
        if moved > most:
            yield f"{title}: {moved} posts differ from the table, {most} may"
        if price < ZERO:
            yield f"{title}: the price of a move is below nought"
        # Σ|x − g| is even or odd as N − Σg is, for every plan.
        if price > ZERO and most - moved > 1:
            yield f"{title}: moves are left, and have a price"


def certify_near(solution: Solution, tied: Program) -> dict[str, bytes]:
    """Files of a group that was kept near a table; ``tied`` is the program that knows the table."""
    program, given = with_decisions_fixed(tied, solution.posts)
    sheet = sheet_of(program, solution.posts, given)
    across = sheet.unproven or why_no_tree(tied) or marginal.crossed(tied, solution.posts)
    price: Mapping[Vertex, Cost] = {}
    if not solution.proven:
        sheet = replace(sheet, unproven="time_limit")
    elif across:
        sheet = replace(sheet, unproven=UNPROVEN)
    found = _near(tied, solution.posts, proven=not sheet.unproven)
    if not sheet.unproven:
        try:
            price = prices(near_links(sheet, found))
        except NegativeCycleError as error:
            if not (tied.joint or tied.together or tied.orders):
                raise InternalError(f"an exchange betters the plan near the table: {error}") from error
            # λ is that of the trees apart: a rule across them has moved posts, and there is no such proof.
            sheet, found = replace(sheet, unproven=UNPROVEN), replace(found, price={})
    content = json.loads(sheet_text(sheet, sheet.value(), price_texts(price), []))
    content["near"] = found.as_json()
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    nodes = nodes_text([title_arrays(program, t, solution.posts[t]) for t in program.titles])
    return {f"{sheet.group}.csv.gz": packed(nodes), f"{sheet.group}.json.gz": packed(text)}


def _near(tied: Program, posts: Mapping[str, Ints], *, proven: bool) -> Near:
    """The table and, where the plan is proven, λ: half of what the next exchange towards the optimum
    without a limit betters.
    """
    assert tied.kept_table is not None
    assert tied.most_moved is not None
    level = tied.kept_level
    codes = codes_of(tied.country)[level]
    apart = replace(tied, joint=(), together=(), orders=())
    free = replace(apart, kept_table=None, most_moved=None)
    table, price = {}, {}
    moves = 0
    for title in tied.titles:
        given = tied.kept_table[title]
        table[title] = {codes[i]: int(given[i]) for i in np.flatnonzero(given).tolist()}
        supply, total = tied.targets[title].supply, int(given.sum())
        moves = (tied.most_moved[title] - abs((total if supply is None else supply) - total)) // 2
        if not proven:
            continue
        best = marginal.allocate(free, title)
        step = towards(apart, title, level_sums(tied.country, posts[title], level), best).best()
        price[title] = ZERO if step is None else _half_saved(step)
    return Near(level, moves, table, price)


def _half_saved(step: Exchange) -> Cost:
    """Half of what an exchange saves, stage by stage; nought where only the queues are bettered."""
    halves = [Fraction(-c, 2) for c in step.cost.stages()[1:]]
    saved = tuple(c.numerator if c.denominator == 1 else c for c in halves)
    return max(saved, ZERO)


def read_near(folder: Path, group: str) -> Near:
    """The table, the moves and λ of a certificate. Raises :class:`ProofError`."""
    try:
        return Near.of(read_rest(folder / f"{group}.json.gz")["near"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise ProofError(f"{group}: {error!r}") from error
