"""A starting basis that shows at once that a plan is optimal, if it is.

The simplex method walks from basis to basis; of one plan there are a great many, and finding the one whose
dual values show its optimality is most of what it does on these trees. That basis can be written down. The
price of a post at a place lies between what its last post gained and what its next one would cost:

1. From below: a district's price lies between the dearest last post and the cheapest next one of its units;
   a province's between those of its districts, each with the district's own cost; the country's likewise.
2. From above: the country takes an end of its interval, and every place below the price nearest to it that
   its own interval allows. The column whose cost sets the price is basic in the place's row.

So each row leans on a column of the place below that sets its price, or on its own towards the place above:
a spanning tree (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, chapter 11). Nothing depends on it but
speed: the solver proves the optimum from wherever it starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pdc.base.numbers import Floats, Ints
from pdc.program.model import Model

LOWER, BASIC, UPPER = 0, 1, 2  # status of a column or row
NONE: Final = -1
# What a place leans on: nothing yet, the last post of a place below, the next one below.
_FREE, _LAST, _NEXT = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Basis:
    """Status by column and by row of a model: at its lower bound, basic, or at its upper one."""

    columns: Ints
    rows: Ints


@dataclass(frozen=True, eq=False)
class _Ends:
    """Of every node: the column of its last post and of its next one (−1: none is free), and their costs."""

    last: Ints
    next: Ints
    gained: Floats  # −∞ where there is no last post to give
    asked: Floats  # ∞ where no post more may be taken


class Start:
    """Numbers of the nodes of a model to start from: what every cost asks of them is worked out once."""

    def __init__(self, model: Model, posts: Ints) -> None:
        self.model = model
        real = np.flatnonzero(model.node >= 0)
        node, begin = model.node[real], model.start[real]
        full = begin + model.upper[real] <= posts[node]
        self.real, self.full = real, full
        self.fits = len(real) > 0 and not (~full & (begin < posts[node])).any()
        self.values = np.zeros(model.size)
        self.values[real[full]] = model.upper[real[full]]
        self.places = _Places(model)
        self.left = _left(model, self.values) if len(real) < model.size else None

    def basis(self, cost: Floats, lower: Floats, upper: Floats) -> Basis | None:
        """A basis for these numbers under a cost and bounds as they stand (both by column).

        None where the bounds do not allow the numbers, or a segment is part full, or there is no column.
        """
        model, real, full = self.model, self.real, self.full
        values = self.values[real]
        if not self.fits or (values < lower[real]).any() or (values > upper[real]).any():
            return None
        columns = np.full(model.size, LOWER, dtype=np.int64)
        columns[real[full]] = UPPER
        rows = np.full(len(model.rhs), BASIC, dtype=np.int64)
        asked = cost
        if self.left is not None:
            asked = cost - _lean_on_slacks(model, self.left, cost, columns, rows)
        free = lower[real] < upper[real]
        ends = _ends(model, real[full & free], real[free & ~full], asked)
        for row, column in _leaning(self.places, ends):
            rows[row] = LOWER
            columns[column] = BASIC
        return Basis(columns, rows)


class _Places:
    """Nodes of a model by level, their rows, and the rows of the titles' national numbers."""

    def __init__(self, model: Model) -> None:
        nodes = model.nodes
        inner = nodes.level < 2
        self.nodes = nodes
        self.row = np.where(inner, np.cumsum(inner) - 1, NONE)
        self.of = [np.flatnonzero(nodes.level == level) for level in range(3)]
        self.above = [nodes.parent[rows] for rows in self.of]
        self.national = [
            (row, self.of[0][nodes.title[self.of[0]] == title]) for title, row in _national(model).items()
        ]


def _ends(model: Model, full: Ints, empty: Ints, cost: Floats) -> _Ends:
    last, next_ = (np.full(len(model.nodes), NONE, dtype=np.int64) for _ in range(2))
    # Columns lie node by node, from the first segment to the last: of equals the last one written stays.
    last[model.node[full]] = full
    next_[model.node[empty[::-1]]] = empty[::-1]
    gained = np.where(last >= 0, cost[last], -np.inf)
    asked = np.where(next_ >= 0, cost[next_], np.inf)
    return _Ends(last, next_, gained, asked)


class _Prices:
    """Intervals of prices from below, then a price for every place from above; what its row leans on."""

    def __init__(self, places: _Places, ends: _Ends) -> None:
        self.places, self.ends = places, ends
        size = len(places.nodes)
        self.low, self.high = np.full(size, -np.inf), np.full(size, np.inf)
        self.dearest, self.cheapest = (np.full(size, NONE, dtype=np.int64) for _ in range(2))
        self.price, self.leans = np.zeros(size), np.full(size, _FREE, dtype=np.int64)
        self.found: list[tuple[Ints, Ints]] = []  # rows, and the columns that are basic in them

    def gather(self, level: int) -> None:
        """The intervals of the places above a level, and who sets their ends."""
        below, above = self.places.of[level], self.places.above[level]
        gained, asked = self._through(below, level)
        np.maximum.at(self.low, above, gained)
        np.minimum.at(self.high, above, asked)
        dear, cheap = gained == self.low[above], asked == self.high[above]
        self.dearest[above[dear]] = below[dear]
        self.cheapest[above[cheap]] = below[cheap]

    def _through(self, below: Ints, level: int) -> tuple[Floats, Floats]:
        """What the last post of a place and of all below it gained together, and what the next would cost."""
        gained, asked = self.ends.gained[below], self.ends.asked[below]
        return (gained, asked) if level == 2 else (gained + self.low[below], asked + self.high[below])

    def country(self, row: int, at: Ints) -> None:
        """The price of a title's posts in the country, and the province that sets it."""
        gained, asked = self._through(at, 0)
        dear, cheap = int(gained.argmax()), int(asked.argmin())
        if np.isfinite(gained[dear]):
            price, place, column, mark = gained[dear], at[dear], self.ends.last[at[dear]], _LAST
        elif np.isfinite(asked[cheap]):
            price, place, column, mark = asked[cheap], at[cheap], self.ends.next[at[cheap]], _NEXT
        else:
            return
        self.price[at] = price
        self.leans[place] = mark
        self.found.append((np.array([row]), np.array([column])))

    def spread(self, level: int) -> None:
        """Prices of a level: what the place above has, as near as the place's own interval allows."""
        here = self.places.of[level]
        above = self.price[self.places.above[level]] if level else self.price[here]
        least, most = above - self.ends.asked[here], above - self.ends.gained[here]
        low, high, told = self.low[here], self.high[here], self.leans[here]
        last_below = (told == _LAST) | (told == _FREE) & np.isfinite(low) & (low >= least)
        own_next = ~last_below & (told == _FREE) & np.isfinite(least)
        left = ~last_below & ~own_next
        next_below = left & ((told == _NEXT) | np.isfinite(high) & (high <= most))
        own_last = left & ~next_below & np.isfinite(most)
        price = np.zeros(len(here))
        for chosen, ends in ((last_below, low), (own_next, least), (next_below, high), (own_last, most)):
            price[chosen] = ends[chosen]
        self.price[here] = price
        self._on_child(here[last_below], self.dearest, self.ends.last, _LAST)
        self._on_child(here[next_below], self.cheapest, self.ends.next, _NEXT)
        self.found.append((self.places.row[here[own_next]], self.ends.next[here[own_next]]))
        self.found.append((self.places.row[here[own_last]], self.ends.last[here[own_last]]))

    def _on_child(self, place: Ints, child_of: Ints, side: Ints, mark: int) -> None:
        child = child_of[place]
        self.leans[child] = mark
        self.found.append((self.places.row[place], side[child]))


def _leaning(places: _Places, ends: _Ends) -> list[tuple[Ints, Ints]]:
    """Rows of the tree and the columns that are basic in them."""
    prices = _Prices(places, ends)
    for level in (2, 1):
        prices.gather(level)
    for row, tops in places.national:
        prices.country(row, tops)
    for level in (0, 1):
        prices.spread(level)
    return prices.found


def _national(model: Model) -> dict[int, int]:
    """Row of the national number of each title that has one, by the title's position."""
    nodes = model.nodes
    inner = int((nodes.level < 2).sum())
    here = (model.row >= inner) & (model.node[model.column] >= 0)
    of = model.node[model.column[here]]
    top = nodes.level[of] == 0
    rows, titles = model.row[here][top], nodes.title[of[top]]
    return {int(t): int(rows[titles == t].min()) for t in np.unique(titles)}


def _left(model: Model, values: Floats) -> Floats:
    """What nodes at these column values leave of every row to its slacks."""
    real = model.node[model.column] >= 0
    activity = np.bincount(
        model.row[real], weights=model.value[real] * values[model.column[real]], minlength=len(model.rhs)
    )
    return np.asarray(model.rhs - activity, dtype=np.float64)


def _lean_on_slacks(model: Model, left: Floats, cost: Floats, columns: Ints, rows: Ints) -> Floats:
    """In rows that are no tree rows the slack that takes up the rest of the row becomes basic.

    What the prices of those rows come to in every column.
    """
    slack = (model.node[model.column] < 0) & ((left[model.row] > 0) == (model.value > 0))
    chosen = np.full(len(model.rhs), NONE, dtype=np.int64)
    chosen[model.row[slack]] = model.column[slack]
    found = chosen >= 0
    columns[chosen[found]] = BASIC
    rows[found] = LOWER
    price = np.zeros(len(model.rhs))
    entries = np.flatnonzero(slack & (chosen[model.row] == model.column))
    price[model.row[entries]] = cost[model.column[entries]] / model.value[entries]
    prices = np.bincount(model.column, weights=model.value * price[model.row], minlength=model.size)
    return np.asarray(prices, dtype=np.float64)
