"""Nodes of the trees and the program as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np

from pdc.base.numbers import Floats, Ints, Mask, picked


@dataclass(frozen=True, eq=False)
class Nodes:
    """The nodes of all trees, title by title and level by level: a place of a title with an eligible unit.

    All arrays are as long as there are nodes; numbers are posts. ``required`` and ``excess`` have four
    columns, a tier each (R[k] and e[k] of docs/mathematics.md); ``target`` is at least 0.01.
    """

    title: Ints  # position in the group's titles
    level: Ints  # 0 province, 1 district, 2 unit
    at: Ints  # position in the country
    parent: Ints  # node above, −1 for provinces
    lower: Ints
    upper: Ints
    required: Ints  # one column a tier: R[1] … R[4]
    excess: Ints  # one column a tier: soft upper ends
    target: Floats
    only: Ints | None = None  # provinces they belong to; None: the whole country

    def __len__(self) -> int:
        return len(self.at)


class Halves(NamedTuple):
    """Names in two halves, each different half once: name i is ``first[at[i]] + second[then[i]]``."""

    first: Sequence[str]
    at: Ints
    second: Sequence[str]
    then: Ints


class Names(Sequence[str]):
    """Names that are made when somebody reads one: of most programs nobody does.

    ``make`` gives the names, or their two halves: whoever writes them all needs no name as a text of its own.
    """

    def __init__(self, size: int, make: Callable[[], Sequence[str] | Halves]) -> None:
        self.size, self.make = size, make

    @cached_property
    def made(self) -> tuple[str, ...]:
        """All of them."""
        first, at, second, then = self.halves
        return tuple(map(str.__add__, picked(first, at), picked(second, then)))

    @cached_property
    def halves(self) -> Halves:
        """Both halves of all of them; the first ones are whole names where nobody has parted them."""
        found = self.make()
        if isinstance(found, Halves):
            return found
        return Halves(found, np.arange(self.size), [""], np.zeros(self.size, dtype=np.int64))

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        return self.made[at]

    def __iter__(self) -> Iterator[str]:
        return iter(self.made)

    def some(self, chosen: Ints) -> Names:
        """Those of some columns or rows."""
        return Names(len(chosen), lambda: [self.made[i] for i in chosen.tolist()])

    def more(self, others: Sequence[str]) -> Names:
        """These, then others."""
        return Names(self.size + len(others), lambda: [*self.made, *others])


@dataclass(frozen=True, eq=False)
class Model:
    """A linear (or mixed-integer) program as arrays: minimise one of ``costs`` subject to ``A·x = rhs``.

    ``lower``, ``upper``, ``integer``, ``node``, ``start``, ``step`` and every cost are by column. A has the
    entry ``value[i]`` in ``row[i]`` and ``column[i]``; ``rhs`` is by row. ``costs`` and ``constant`` are by
    stage: the stage's value is its constant plus cost · x.
    """

    nodes: Nodes
    lower: Floats
    upper: Floats
    integer: Mask
    node: Ints  # node of each column, −1 for slacks
    start: Ints  # where its segment begins
    step: Ints  # where the step of one lies that it costs, −1 where its cost is that of more, or of a slack
    row: Ints
    column: Ints
    value: Floats
    rhs: Floats
    names: Names  # of columns
    row_names: Names
    costs: Mapping[str, Floats]
    constant: Mapping[str, float]
    least: Ints  # by node: least number above none, 0 where any number will do

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self.lower)

    @property
    def lines(self) -> Mask:
        """Columns of more than one post that cost what one step costs: lines that touch the costs there."""
        return np.asarray((self.step >= 0) & (self.upper > 1), dtype=np.bool_)

    def posts(self, values: Floats) -> Floats:
        """Number of each node for column values."""
        real = self.node >= 0
        lengths = np.bincount(self.node[real], weights=values[real], minlength=len(self.nodes))
        return np.asarray(self.nodes.lower + lengths, dtype=np.float64)

    def values_of(self, numbers: Ints) -> Floats:
        """Columns for numbers of the nodes: segments below them are full; slacks take up what rows leave."""
        real = self.node >= 0
        values = np.zeros(self.size)
        values[real] = np.clip(numbers[self.node[real]] - self.start[real], 0, self.upper[real])
        activity = np.bincount(self.row, weights=self.value * values[self.column], minlength=len(self.rhs))
        left = self.rhs - activity
        slack = ~real[self.column] & (left[self.row] != 0) & ((left[self.row] > 0) == (self.value > 0))
        values[self.column[slack]] = np.abs(left[self.row[slack]])
        return values

    def is_feasible(self, values: Floats, tolerance: float) -> bool:
        """Do column values keep every row, up to a relative tolerance of its largest term?"""
        terms = self.value * values[self.column]
        size = np.ones(len(self.rhs))
        np.maximum.at(size, self.row, np.abs(terms))
        sums = np.bincount(self.row, weights=terms, minlength=len(self.rhs))
        return bool((np.abs(sums - self.rhs) <= tolerance * np.maximum(size, np.abs(self.rhs))).all())

    def part(self, columns: Ints, lower: Floats, upper: Floats) -> Model:
        """The program of some columns; the others, settled at ``lower``, go into the right-hand sides."""
        new = np.full(self.size, -1, dtype=np.int64)
        new[columns] = np.arange(len(columns))
        kept = new[self.column] >= 0
        settled = np.bincount(
            self.row[~kept], weights=(self.value * lower[self.column])[~kept], minlength=len(self.rhs)
        )
        rows, row = np.unique(self.row[kept], return_inverse=True)
        return replace(
            self, lower=lower[columns], upper=upper[columns], integer=self.integer[columns],
            node=self.node[columns], start=self.start[columns], step=self.step[columns],
            row=row.astype(np.int64), column=new[self.column[kept]], value=self.value[kept],
            rhs=(self.rhs - settled)[rows],
            names=self.names.some(columns), row_names=self.row_names.some(rows),
            costs={stage: cost[columns] for stage, cost in self.costs.items()},
        )  # fmt: skip
