"""The program of one group: what rules ask, and its form as a network of convex cost segments.

Every place of every title is a node of a tree (country → provinces → districts → units). A node's number
is its lower bound plus the lengths of its segments: one column a segment, break points at whole numbers,
so that a tree with floors, bands and convex deviations stays a network matrix and its LP has whole
vertices. Only segments near the optimum have length one; the rest is covered by long ones, which are made
finer where the solution comes near them (see :mod:`pdc.lexicographic`).

This module knows no solver: :meth:`Program.compile` gives arrays, :mod:`pdc.solver` makes a PuLP model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from pdc import levels
from pdc.country import Country, Ints
from pdc.kinds.base import Cells
from pdc.kinds.limits import limits
from pdc.requirements import NO_LIMIT, TIERS, Ask, Requirements
from pdc.targets import Targets

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
LEVELS: Final = levels.LEVELS
LEAST_TARGET: Final = levels.LEAST_TARGET
STAGES: Final = levels.STAGES
NEAR_STAGES: Final = (
    "tier1", "tier2", "tier3", "between", "tier4", "moved", "province", "district", "unit",
)  # fmt: skip
"""Of a repair: as few posts as can be are moved between provinces, then in all; targets decide what is left.

As in a plan, tier 4 comes once the province numbers stand; so a plan needs no repair.
"""
NORMS: Final = ("webster", "l1", "minimax")


def clamp(target: Fraction) -> Fraction:
    """Target as the deviation reads it."""
    return target if target > LEAST_TARGET else LEAST_TARGET


@dataclass(frozen=True, eq=False)
class Nodes:
    """The nodes of all trees, level by level, title by title."""

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


@dataclass(frozen=True, eq=False)
class Model:
    """A linear (or mixed-integer) program as arrays: minimise one of ``costs`` subject to ``A·x = rhs``."""

    nodes: Nodes
    lower: Floats
    upper: Floats
    integer: Mask
    node: Ints  # node of each column, −1 for slacks
    start: Ints  # where its segment begins
    row: Ints
    column: Ints
    value: Floats
    rhs: Floats
    names: tuple[str, ...]  # of columns
    row_names: tuple[str, ...]
    costs: Mapping[str, Floats]
    constant: Mapping[str, float]
    least: Ints  # by node: least number above none, 0 where any number will do

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self.lower)

    def posts(self, values: Floats) -> Floats:
        """Number of each node for column values."""
        real = self.node >= 0
        lengths = np.bincount(self.node[real], weights=values[real], minlength=len(self.nodes))
        return np.asarray(self.nodes.lower + lengths, dtype=np.float64)

    def holds(self, values: Floats, tolerance: float) -> bool:
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
            node=self.node[columns], start=self.start[columns], row=row.astype(np.int64),
            column=new[self.column[kept]], value=self.value[kept], rhs=(self.rhs - settled)[rows],
            names=tuple(self.names[j] for j in columns.tolist()),
            row_names=tuple(self.row_names[i] for i in rows.tolist()),
            costs={stage: cost[columns] for stage, cost in self.costs.items()},
        )  # fmt: skip


@dataclass(eq=False)
class Program:
    """Collects what the kinds of rule say of the titles of one group."""

    country: Country
    titles: tuple[str, ...]
    targets: Mapping[str, Targets]
    norm: str = "webster"
    requirements: dict[tuple[str, str], Requirements] = field(default_factory=dict)
    bounds: dict[tuple[str, str], tuple[Ints, Ints]] = field(default_factory=dict)
    joint: list[Cells] = field(default_factory=list)
    shares: list[Cells] = field(default_factory=list)
    together: list[Cells] = field(default_factory=list)
    orders: list[Cells] = field(default_factory=list)
    none_or: list[Cells] = field(default_factory=list)
    gaps: str = "unit"  # level at which none-or-at-least is asked for while solving
    near: Mapping[str, Ints] | None = None  # posts of another table, to stay near to
    near_level: str = "unit"  # what that table shows
    most_moved: Mapping[str, int] | None = None  # Σ|x − near| of a title at most; None: as few as can be
    moved_first: bool = False  # moves before everything else: how few does it take?
    whole: bool = False  # units are told to be whole (where rows cut across the network)
    priority: dict[str, dict[int, Fraction]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for title in self.titles:
            for level in LEVELS:
                size = self.country.size(level)
                free = (np.zeros(size, dtype=np.int64), np.full(size, NO_LIMIT, dtype=np.int64))
                self.requirements.setdefault((title, level), Requirements(size))
                self.bounds.setdefault((title, level), free)
            self.priority.setdefault(title, {})

    # what kinds call -----------------------------------------------------------------------------------

    def ask(self, title: str, level: str, ask: Ask, priority: npt.NDArray[np.object_] | None = None) -> None:
        """Soft floor or fix."""
        self.requirements[title, level].ask(ask)
        if priority is not None and level == "unit":
            known = self.priority[title]
            for at, value in zip(ask.at.tolist(), priority.tolist(), strict=True):
                known.setdefault(at, Fraction(value))

    def at_most(self, title: str, at: Ints, most: Ints) -> None:
        """Hard upper bound of units; the smaller limit counts."""
        np.minimum.at(self.bounds[title, "unit"][1], at, most)

    def band(self, cells: Cells) -> None:
        """Bounds when hard, soft ends when the rule has a tier."""
        assert cells.upper is not None
        title, rule = cells.titles[0], cells.rule
        if rule.tier is None:
            lower, upper = self.bounds[title, cells.level]
            np.maximum.at(lower, cells.at, cells.amount)
            np.minimum.at(upper, cells.at, cells.upper)
        else:
            asks = self.requirements[title, cells.level]
            asks.ask(Ask(rule.key, rule.tier, cells.at, cells.amount, rule.key))
            asks.at_most(rule.tier, cells.at, cells.upper)

    def pin(self, title: str, level: str, at: Ints, posts: Ints) -> None:
        """Fix numbers (A.4)."""
        lower, upper = self.bounds[title, level]
        lower[at] = np.maximum(lower[at], posts)
        upper[at] = np.minimum(upper[at], posts)

    def at_least_together(self, cells: Cells) -> None:
        """Soft floor for the sum of several titles at a unit."""
        self.joint.append(cells)

    def at_most_together(self, cells: Cells) -> None:
        """Hard limit for the sum of some units of a province."""
        self.together.append(cells)

    def share(self, cells: Cells) -> None:
        """Part of the province's number: a limit for units together, or a fix for one."""
        self.shares.append(cells)

    def none_or_at_least(self, cells: Cells) -> None:
        """Units that have nothing, or at least so many (semicontinuous)."""
        self.none_or.append(cells)

    def first_then(self, cells: Cells) -> None:
        """Units that wait for others."""
        self.orders.append(cells)

    # what the solution needs ---------------------------------------------------------------------------

    @property
    def stages(self) -> tuple[str, ...]:
        """What is minimised, one after the other."""
        if self.near is None or self.most_moved is not None:
            return STAGES
        return ("moved", *STAGES) if self.moved_first else NEAR_STAGES

    @property
    def near_depth(self) -> int:
        """Level of the table to stay near to, as nodes count it."""
        return LEVELS.index(self.near_level)

    def near_at(self, title: str, level: str) -> Ints:
        """That table's numbers of its own level, or of the provinces."""
        assert self.near is not None
        numbers = self.near[title]
        if level == self.near_level:
            return numbers
        at = self.country.unit_province if self.near_level == "unit" else self.country.district_province
        totals = np.zeros(len(self.country.provinces), dtype=np.int64)
        np.add.at(totals, at, numbers)
        return totals

    def near_closed(self, title: str, level: str) -> Ints:
        """What that table has where the title may not be; nought elsewhere."""
        closed = self.near_at(title, level).copy()
        closed[self.open(level, title)] = 0
        return closed

    def needs_totals(self) -> bool:
        """Are there shares, so that the matrix is a network only once the province numbers stand?"""
        return bool(self.shares)

    def unit_need(self, title: str) -> Ints:
        """Floors of all tiers of every unit."""
        return self.requirements[title, "unit"].required(TIERS[-1])

    def joint_required(self) -> list[tuple[int, Ints, Ints, str, tuple[str, ...]]]:
        """Joint floors by tier: (tier, units, amount, name, titles); one clause's floor covers another's."""
        merged: dict[tuple[int, tuple[str, ...]], dict[int, tuple[int, str]]] = {}
        for cells in self.joint:
            assert cells.rule.tier is not None
            found = merged.setdefault((cells.rule.tier, cells.titles), {})
            for at, amount in zip(cells.at.tolist(), cells.amount.tolist(), strict=True):
                if amount > found.get(at, (0, ""))[0]:
                    found[at] = (amount, cells.rule.key)
        out = []
        for (tier, titles), places in sorted(merged.items()):
            by_rule: dict[str, list[tuple[int, int]]] = {}
            for at, (amount, key) in sorted(places.items()):
                by_rule.setdefault(key, []).append((at, amount))
            for key, pairs in by_rule.items():
                at, amount = (np.array(values, dtype=np.int64) for values in zip(*pairs, strict=True))
                out.append((tier, at, amount, key, titles))
        return out

    def with_totals(self, totals: Mapping[str, Ints]) -> Program:
        """Copy in which the province numbers stand: shares become limits and fixes of their own."""
        fixed = replace(
            self,
            requirements={
                key: Requirements(r.size, list(r.asks), list(r.uppers))
                for key, r in self.requirements.items()
            },
            bounds={key: (low.copy(), high.copy()) for key, (low, high) in self.bounds.items()},
            shares=[],
            together=list(self.together),
        )
        for title, numbers in totals.items():
            open_ = self.open("province", title)
            fixed.pin(title, "province", open_, numbers[open_])
        for cells in self.shares:
            numbers = totals[cells.titles[0]][cells.at]
            most = limits(cells, numbers)
            if cells.rule.tier is None:
                fixed.together.append(replace(cells, amount=most))
            else:
                fixed.ask(cells.titles[0], "unit", share_ask(cells, most))
        return fixed

    def open(self, level: str, title: str) -> Ints:
        """Places of a level with an eligible unit."""
        eligible = self.targets[title].eligible
        if level == "unit":
            return np.flatnonzero(eligible).astype(np.int64)
        at = self.country.unit_district if level == "district" else self.country.unit_province
        return np.unique(at[eligible])

    # arrays --------------------------------------------------------------------------------------------

    def nodes(self, only: Ints | None = None) -> Nodes:
        """All nodes, or those of some provinces."""
        parts: list[dict[str, npt.NDArray[np.generic]]] = []
        count = 0
        for t, title in enumerate(self.titles):
            most = self._most(title)
            above: Ints = np.zeros(0, dtype=np.int64)
            for depth, level in enumerate(LEVELS):
                at = self.open(level, title)
                if only is not None:
                    at = at[np.isin(self._province_of(level)[at], only)]
                index = np.full(self.country.size(level), -1, dtype=np.int64)
                index[at] = np.arange(count, count + len(at))
                asks = self.requirements[title, level]
                low, high = self.bounds[title, level]
                exact = getattr(self.targets[title], level)
                parts.append(
                    {
                        "title": np.full(len(at), t),
                        "level": np.full(len(at), depth),
                        "at": at,
                        "parent": above[self.country.parent(level)[at]] if depth else np.full(len(at), -1),
                        "lower": low[at],
                        "upper": np.minimum(high, most)[at],
                        "required": np.stack([asks.required(k)[at] for k in TIERS], axis=1),
                        "excess": np.stack([asks.upper(k)[at] for k in TIERS], axis=1),
                        "target": np.array([float(clamp(exact[i])) for i in at.tolist()], dtype=np.float64),
                    }
                )
                above = index
                count += len(at)
        merged = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
        return Nodes(**merged, only=only)

    def province_of_nodes(self, nodes: Nodes) -> Ints:
        """Province of every node."""
        out = np.zeros(len(nodes), dtype=np.int64)
        for depth, level in enumerate(LEVELS):
            rows = nodes.level == depth
            out[rows] = self._province_of(level)[nodes.at[rows]]
        return out

    def _most(self, title: str) -> int:
        """No place has more than the country or, without a national number, than its largest province."""
        supply = self.targets[title].supply
        if supply is not None:
            return supply
        upper = self.bounds[title, "province"][1]
        finite = upper[upper < NO_LIMIT]
        return int(finite.max(initial=0)) if len(finite) == len(upper) else int(NO_LIMIT)

    def _province_of(self, level: str) -> Ints:
        return {
            "province": np.arange(len(self.country.provinces)),
            "district": self.country.district_province,
            "unit": self.country.unit_province,
        }[level]

    def compile(self, nodes: Nodes, near: Ints, width: Ints, totals_integer: bool = False) -> Model:
        """Arrays of the program with segments of length one within ``width`` of ``near`` (by node)."""
        return _Compiler(self, nodes, near, width, totals_integer).model()


def share_ask(cells: Cells, most: Ints) -> Ask:
    """A rounded share as a fix of its unit, beside the other fixes there (B.3.c) or covering them."""
    assert cells.members is not None
    assert cells.member_of is not None
    assert cells.rule.tier is not None
    return Ask(
        cells.rule.key, cells.rule.tier, cells.members, most[cells.member_of], cells.rule.key,
        on_top=not cells.inside, exact=True,
    )  # fmt: skip


def deviation_cost(norm: str) -> Callable[[Floats, Floats, Floats], Floats]:
    """Slope of the deviation from ``a`` to ``b`` at a node with target ``q``; exact at both ends."""
    if norm == "webster":
        return lambda a, b, q: (a + b - 2 * q) / q
    return lambda a, b, q: (np.abs(b - q) - np.abs(a - q)) / (b - a)


class _Compiler:
    def __init__(self, program: Program, nodes: Nodes, near: Ints, width: Ints, integer: bool) -> None:
        self.program, self.nodes, self.near, self.width, self.integer = program, nodes, near, width, integer
        self.rows: list[tuple[Ints, Ints, Floats]] = []
        self.rhs: list[Floats] = []
        self.row_names: list[str] = []
        self.row_count = 0
        self.slack_costs: dict[str, list[tuple[int, float]]] = {stage: [] for stage in STAGES}
        self.covered: set[int] = set()  # units whose fixes a rounded share counts
        self.kept = self._kept()

    def model(self) -> Model:
        nodes = self.nodes
        self.least = self._least_of_some()
        self._segments()
        self._trees()
        self.extra_upper: list[float] = []
        self.extra_lower: list[float] = []
        self.extra_names: list[str] = []
        self.extra_integer: list[bool] = []
        self._joint()
        self._together()
        self._none_or()
        if self.integer:
            self._shares()
        extra = len(self.extra_upper)
        size = len(self.node) + extra
        lower = np.concatenate([np.zeros(len(self.node)), np.array(self.extra_lower, dtype=np.float64)])
        upper = np.concatenate([self.length.astype(np.float64), np.array(self.extra_upper, dtype=np.float64)])
        node = np.concatenate([self.node, np.full(extra, -1, dtype=np.int64)])
        start = np.concatenate([self.low, np.zeros(extra, dtype=np.int64)])
        whole = np.zeros(len(self.node), dtype=bool)
        if self.program.whole or (self.program.none_or and self.program.gaps == "unit"):
            # Rows that hold the optima of earlier stages are no network rows: units must be told to be whole.
            whole = nodes.level[self.node] == len(LEVELS) - 1
        integer = np.concatenate([whole, np.array(self.extra_integer, dtype=bool)])
        costs, constant = self._costs(size)
        labels = [f"{t}.{level[0]}" for t in self.program.titles for level in LEVELS]
        kinds = (nodes.title * len(LEVELS) + nodes.level)[self.node]
        names = [
            f"{labels[k]}{a}.{s}"
            for k, a, s in zip(kinds.tolist(), nodes.at[self.node].tolist(), self.low.tolist(), strict=True)
        ]
        return Model(
            nodes=nodes,
            lower=lower,
            upper=upper,
            integer=integer,
            node=node,
            start=start,
            row=np.concatenate([r for r, _, _ in self.rows]),
            column=np.concatenate([c for _, c, _ in self.rows]),
            value=np.concatenate([v for _, _, v in self.rows]),
            rhs=np.concatenate(self.rhs),
            names=(*names, *self.extra_names),
            row_names=tuple(self.row_names),
            costs=costs,
            constant=constant,
            least=self.least,
        )

    def _kept(self) -> Ints:
        """Number of provinces and of the table's own level there; the node's lower end at other levels."""
        kept = self.nodes.lower.copy()
        if self.program.near is not None:
            for t, title in enumerate(self.program.titles):
                for depth in {0, self.program.near_depth}:
                    rows = (self.nodes.title == t) & (self.nodes.level == depth)
                    kept[rows] = self.program.near_at(title, LEVELS[depth])[self.nodes.at[rows]]
        return kept

    def _segments(self) -> None:
        """Cut every node's range at its floors, soft ends and the whole numbers around ``near``."""
        nodes = self.nodes
        width = self.width
        parts: list[tuple[Ints, Ints, Ints]] = []
        for reach in np.unique(width).tolist():
            rows = np.flatnonzero(width == reach)
            steps = np.arange(-reach - 1, reach + 2)
            if reach > 2:
                # Further out, segments of growing length keep the chords close to the curve.
                far = reach + 4 ** np.arange(1, 4)
                steps = np.concatenate([-far, steps, far])
            points = np.concatenate(
                [
                    nodes.lower[rows, None],
                    nodes.upper[rows, None],
                    nodes.required[rows],
                    nodes.excess[rows],
                    self.kept[rows, None],
                    self.near[rows, None] + steps[None, :],
                ],
                axis=1,
            )
            # Nothing lies between none and the least that is allowed.
            least = self.least[rows, None]
            points = np.where((points > 0) & (points < least), 0, points)
            points = np.concatenate([points, least], axis=1)
            points = np.sort(np.clip(points, nodes.lower[rows, None], nodes.upper[rows, None]), axis=1)
            low, high = points[:, :-1], points[:, 1:]
            keep = high > low
            parts.append((np.broadcast_to(rows[:, None], low.shape)[keep], low[keep], high[keep]))
        node, low, high = (np.concatenate([part[k] for part in parts]) for k in range(3))
        order = np.lexsort((low, node))
        self.node, self.low, self.high = node[order], low[order], high[order]
        self.length = self.high - self.low

    def _add_rows(self, row: Ints, column: Ints, value: Floats, rhs: Floats, names: Sequence[str]) -> None:
        self.rows.append((row + self.row_count, column, value))
        self.rhs.append(rhs)
        self.row_names += names
        self.row_count += len(rhs)

    def _slack(self, count: int, name: str, upper: float = np.inf, integer: bool = False) -> Ints:
        first = len(self.node) + len(self.extra_upper)
        self.extra_lower += [0.0] * count
        self.extra_upper += [upper] * count
        self.extra_integer += [integer] * count
        self.extra_names += [f"{name}.{first + i}" for i in range(count)]
        return np.arange(first, first + count)

    def _trees(self) -> None:
        """One row for every inner node: its own number less its children's is nought; one for the country."""
        nodes = self.nodes
        inner = np.flatnonzero(nodes.level < 2)
        row_of = np.full(len(nodes), -1, dtype=np.int64)
        row_of[inner] = np.arange(len(inner))
        columns = np.arange(len(self.node))
        own = row_of[self.node] >= 0
        parent = nodes.parent[self.node]
        below = parent >= 0
        lower_below = np.bincount(
            row_of[nodes.parent[nodes.parent >= 0]],
            weights=nodes.lower[nodes.parent >= 0],
            minlength=len(inner),
        )
        labels = [f"A.1.{t}.{level[0]}" for t in self.program.titles for level in LEVELS]
        kinds = (nodes.title * len(LEVELS) + nodes.level)[inner]
        self._add_rows(
            np.concatenate([row_of[self.node][own], row_of[parent[below]]]),
            np.concatenate([columns[own], columns[below]]),
            np.concatenate([np.ones(int(own.sum())), -np.ones(int(below.sum()))]),
            (lower_below - nodes.lower[inner]).astype(np.float64),
            [f"{labels[k]}{a}" for k, a in zip(kinds.tolist(), nodes.at[inner].tolist(), strict=True)],
        )
        for t, title in enumerate(self.program.titles):
            supply = self.program.targets[title].supply
            if supply is None or not self._national:
                continue
            top = (nodes.title == t) & (nodes.level == 0)
            chosen = np.flatnonzero(top[self.node])
            self._add_rows(
                np.zeros(len(chosen), dtype=np.int64),
                chosen,
                np.ones(len(chosen)),
                np.array([float(supply - int(nodes.lower[top].sum()))]),
                [f"A.1.{title}"],
            )

    @property
    def _national(self) -> bool:
        """Is the whole country here? A part of it has no national number."""
        return self.nodes.only is None

    def _inside(self, level: str) -> Mask:
        """Places of a level that are in this part of the country."""
        province = self.program._province_of(level)
        only = self.nodes.only
        return np.ones(len(province), dtype=bool) if only is None else np.isin(province, only)

    def _unit_nodes(self, title: str) -> Ints:
        nodes = self.nodes
        t = self.program.titles.index(title)
        index = np.full(len(self.program.country.units), -1, dtype=np.int64)
        chosen = (nodes.title == t) & (nodes.level == 2)
        index[nodes.at[chosen]] = np.flatnonzero(chosen)
        return index

    def _sum_rows(self, groups: Ints, members: Ints, count: int) -> tuple[Ints, Ints, Floats, Floats]:
        """Columns of member nodes by group row, and their lower bounds' sums."""
        group_of = np.full(len(self.nodes), -1, dtype=np.int64)
        group_of[members] = groups
        columns = np.flatnonzero(group_of[self.node] >= 0)
        base = np.bincount(groups, weights=self.nodes.lower[members], minlength=count).astype(np.float64)
        return group_of[self.node[columns]], columns, np.ones(len(columns)), base

    def _joint(self) -> None:
        """Several titles at one unit, softly at least: sum + short − over = amount."""
        for tier, at, amount, key, titles in self.program.joint_required():
            members: list[Ints] = []
            groups: list[Ints] = []
            for title in titles:
                node = self._unit_nodes(title)[at]
                members.append(node[node >= 0])
                groups.append(np.flatnonzero(node >= 0))
            any_here = np.unique(np.concatenate(groups)) if groups else np.zeros(0, dtype=np.int64)
            if not len(any_here):
                continue
            new = np.full(len(at), -1, dtype=np.int64)
            new[any_here] = np.arange(len(any_here))
            rows, columns, values, base = self._sum_rows(
                new[np.concatenate(groups)], np.concatenate(members), len(any_here)
            )
            count = len(any_here)
            short, over = self._slack(count, f"{key}.short"), self._slack(count, f"{key}.over")
            line = np.arange(count)
            self._add_rows(
                np.concatenate([rows, line, line]),
                np.concatenate([columns, short, over]),
                np.concatenate([values, np.ones(count), -np.ones(count)]),
                amount[any_here] - base,
                [f"{key}.u{a}" for a in at[any_here].tolist()],
            )
            self.slack_costs[f"tier{tier}"] += [(int(c), 1.0) for c in short]

    def _least_of_some(self) -> Ints:
        """Least number of every node that may not have fewer unless it has none; 0 elsewhere."""
        nodes, program = self.nodes, self.program
        least = np.zeros(len(nodes), dtype=np.int64)
        for cells in program.none_or:
            node = self._unit_nodes(cells.titles[0])[cells.at]
            np.maximum.at(least, node[node >= 0], cells.amount[node >= 0])
        if program.gaps == "province" and program.none_or:
            # A province whose every unit has the rule has none, or at least the smallest of their numbers.
            province = program.province_of_nodes(nodes)
            units = nodes.level == 2
            smallest = np.full(len(program.country.provinces), NO_LIMIT, dtype=np.int64)
            np.minimum.at(smallest, province[units], least[units])
            least = np.where(nodes.level == 0, smallest[province], 0)
        return np.where((self.nodes.lower == 0) & (self.nodes.upper > 0), least, 0)

    def _none_or(self) -> None:
        """A yes/no for every such unit: its first segment is full or empty, the others follow."""
        chosen = np.flatnonzero(self.least > 0)
        if not len(chosen):
            return
        yes = self._slack(len(chosen), "none_or.yes", upper=1.0, integer=True)
        rest = self._slack(len(chosen), "none_or.rest")
        for place, node in enumerate(chosen.tolist()):
            columns = np.flatnonzero(self.node == node)
            first, others = columns[self.low[columns] == 0], columns[self.low[columns] > 0]
            size, room = float(self.least[node]), float(max(1, self.nodes.upper[node] - self.least[node]))
            if not len(first) or self.nodes.upper[node] < self.least[node]:
                # The limit of the unit is below the least: it has none.
                self.length[columns] = 0
                continue
            self._add_rows(
                np.concatenate([[0, 0], np.ones(len(others) + 2, dtype=np.int64)]),
                np.concatenate([first, [yes[place]], others, [yes[place], rest[place]]]),
                np.concatenate([[1.0, -size], np.ones(len(others)), [-room, 1.0]]),
                np.zeros(2),
                [f"none_or.n{node}", f"none_or.more.n{node}"],
            )

    def _together(self) -> None:
        """Some units of a province together, at most: sum + slack = limit."""
        for cells in self.program.together:
            assert cells.members is not None
            assert cells.member_of is not None
            node = self._unit_nodes(cells.titles[0])[cells.members]
            here = node >= 0
            kept = np.unique(cells.member_of[here])
            if not len(kept):
                continue
            new = np.full(len(cells.at), -1, dtype=np.int64)
            new[kept] = np.arange(len(kept))
            rows, columns, values, base = self._sum_rows(new[cells.member_of[here]], node[here], len(kept))
            slack = self._slack(len(kept), f"{cells.rule.key}.slack")
            self._add_rows(
                np.concatenate([rows, np.arange(len(kept))]),
                np.concatenate([columns, slack]),
                np.concatenate([values, np.ones(len(kept))]),
                cells.amount[kept] - base,
                [f"{cells.rule.key}.p{p}" for p in cells.at[kept].tolist()],
            )

    def _shares(self) -> None:
        """Shares of a number that is still open: whole province totals, and rounded shares as whole columns.

        ``100·r ≤ 3·T + 50`` and ``100·r ≥ 3·T − 49`` say that r is 3 % of T rounded half up.
        """
        nodes = self.nodes
        top = np.flatnonzero(nodes.level == 0)
        total = self._slack(len(top), "total", integer=True)
        line = np.full(len(nodes), -1, dtype=np.int64)
        line[top] = np.arange(len(top))
        columns = np.flatnonzero(line[self.node] >= 0)
        self._add_rows(
            np.concatenate([line[self.node[columns]], np.arange(len(top))]),
            np.concatenate([columns, total]),
            np.concatenate([np.ones(len(columns)), -np.ones(len(top))]),
            -nodes.lower[top].astype(np.float64),
            [f"total.p{p}" for p in nodes.at[top].tolist()],
        )
        total_of = dict(zip(nodes.at[top].tolist(), total.tolist(), strict=True))
        for cells in self.program.shares:
            assert cells.members is not None
            assert cells.member_of is not None
            units = self._unit_nodes(cells.titles[0])
            for i, province in enumerate(cells.at.tolist()):
                if province not in total_of:
                    continue
                members = units[cells.members[cells.member_of == i]]
                members = members[members >= 0]
                rate = cells.rate[i]
                if cells.rule.tier is None:
                    rows, columns, values, base = self._sum_rows(
                        np.zeros(len(members), dtype=np.int64), members, 1
                    )
                    # The limit is a whole number of its own: 30 % of 7 is 2 (2.1 would leave shortfalls
                    # that are no whole numbers).
                    most = self._slack(1, f"{cells.rule.key}.most", integer=True)
                    slack, end = self._slack(2, f"{cells.rule.key}.slack")
                    self._add_rows(
                        np.concatenate([rows, [0, 0, 1, 1, 1]]),
                        np.concatenate([columns, most, [slack], most, [total_of[province], end]]),
                        np.concatenate([values, [-1.0, 1.0, rate.denominator, -rate.numerator, 1.0]]),
                        np.concatenate([-base, [0.0]]),
                        [f"{cells.rule.key}.p{province}", f"{cells.rule.key}.floor.p{province}"],
                    )
                    continue
                self._rounded(cells, i, rate, total_of[province], members)

    def _rounded(self, cells: Cells, i: int, rate: Fraction, total: int, members: Ints) -> None:
        """A rounded share as a fix of every member (a province may have two directorates: each is asked)."""
        key, province = cells.rule.key, int(cells.at[i])
        part = self._slack(1, f"{key}.rounded", integer=True)
        ends = self._slack(2, f"{key}.end")
        n, d = rate.numerator, rate.denominator
        for sign, end, rhs in ((1.0, int(ends[0]), d // 2), (-1.0, int(ends[1]), (d - 1) - d // 2)):
            self._add_rows(
                np.zeros(3, dtype=np.int64),
                np.array([part[0], total, end]),
                np.array([sign * d, -sign * n, 1.0]),
                np.array([float(rhs)]),
                [f"{key}.round.p{province}.{end}"],
            )
        title = cells.titles[0]
        for node in members.tolist():
            unit = int(self.nodes.at[node])
            beside = int(self.program.requirements[title, "unit"].required(cells.rule.tier or 1)[unit])
            wanted = part
            if cells.inside and beside:
                most = int(rate * int(self.nodes.upper[self.nodes.level == 0].max())) + beside + 1
                wanted, beside = self._larger(int(part[0]), beside, most, f"{key}.u{unit}"), 0
            _, columns, values, base = self._sum_rows(np.zeros(1, dtype=np.int64), np.array([node]), 1)
            short, over = self._slack(1, f"{key}.short"), self._slack(1, f"{key}.over")
            self._add_rows(
                np.zeros(len(columns) + 3, dtype=np.int64),
                np.concatenate([columns, wanted, short, over]),
                np.concatenate([values, [-1.0, 1.0, -1.0]]),
                np.array([beside - base[0]]),
                [f"{key}.u{unit}"],
            )
            self.slack_costs[f"tier{cells.rule.tier}"] += [(int(short[0]), 1.0), (int(over[0]), 1.0)]
            # The other fixes of the place are inside this row: their own costs there would count twice.
            self.covered.add(node)

    def _larger(self, part: int, least: int, most: int, name: str) -> Ints:
        """A column that is the larger of another one and a number; neither goes above ``most``."""
        larger = self._slack(1, f"{name}.larger", integer=True)
        which = int(self._slack(1, f"{name}.which", 1.0, integer=True)[0])
        column, ends = int(larger[0]), self._slack(4, f"{name}.end")
        rows: list[tuple[dict[int, float], float]] = [
            ({column: 1.0}, least),
            ({column: 1.0, part: -1.0}, 0),
            ({column: -1.0, which: float(most)}, -least),
            ({column: -1.0, part: 1.0, which: -float(most)}, -most),
        ]
        for end, (terms, least_sum) in zip(ends.tolist(), rows, strict=True):
            self._add_rows(
                np.zeros(len(terms) + 1, dtype=np.int64),
                np.array([*terms, end]),
                np.array([*terms.values(), -1.0]),
                np.array([float(least_sum)]),
                [f"{name}.larger.{end}"],
            )
        return larger

    def _costs(self, size: int) -> tuple[dict[str, Floats], dict[str, float]]:
        nodes, program = self.nodes, self.program
        costs: dict[str, Floats] = {}
        constant: dict[str, float] = {}
        covered = np.zeros(len(nodes), dtype=bool)
        covered[list(self.covered)] = True
        for k, tier in enumerate(TIERS):
            stage = np.zeros(size)
            required = nodes.required[self.node, k]
            before = nodes.required[self.node, k - 1] if k else np.zeros(len(self.node), dtype=np.int64)
            excess = nodes.excess[self.node, k]
            ends = [
                np.maximum(0, required - np.maximum(x, before)) + np.maximum(0, x - excess)
                for x in (self.low, self.high)
            ]
            slope = (ends[1] - ends[0]) / np.maximum(self.length, 1)
            if tier == 1:
                slope[covered[self.node]] = 0.0
            stage[: len(self.node)] = slope
            for column, cost in self.slack_costs[f"tier{tier}"]:
                stage[column] = cost
            costs[f"tier{tier}"] = stage
            lowest = np.maximum(nodes.lower, nodes.required[:, k - 1] if k else 0)
            constant[f"tier{tier}"] = float(
                np.maximum(0, nodes.required[:, k] - lowest)[~covered].sum()
                + np.maximum(0, nodes.lower - nodes.excess[:, k])[~covered].sum()
            )
            constant[f"tier{tier}"] += self._asked_elsewhere(tier)
        slope_of = deviation_cost("l1" if program.norm == "minimax" else program.norm)
        for depth, level in enumerate(LEVELS):
            stage = np.zeros(size)
            chosen = np.flatnonzero(nodes.level[self.node] == depth)
            stage[chosen] = slope_of(
                self.low[chosen].astype(np.float64),
                self.high[chosen].astype(np.float64),
                nodes.target[self.node[chosen]],
            )
            costs[level] = stage
            places = nodes.level == depth
            constant[level] = self._at_lower(nodes.lower[places], nodes.target[places])
            if depth == 0:
                constant[level] += self._without_place()
        if program.near is not None:
            costs["moved"], constant["moved"] = self._moved(size, program.near_depth)
            costs["between"], constant["between"] = self._moved(size, 0)
        return costs, constant

    def _moved(self, size: int, depth: int) -> tuple[Floats, float]:
        """Σ|x − near| of a level; what stands where the title may not be has to go in any case."""
        nodes = self.nodes
        chosen = np.flatnonzero(nodes.level[self.node] == depth)
        kept = self.kept[self.node[chosen]]
        gaps = [np.abs(x[chosen] - kept) for x in (self.high, self.low)]
        cost = np.zeros(size)
        cost[chosen] = (gaps[0] - gaps[1]) / self.length[chosen]
        constant = int(np.abs(nodes.lower - self.kept)[nodes.level == depth].sum())
        inside = self._inside(LEVELS[depth])
        for title in self.program.titles:
            constant += int(self.program.near_closed(title, LEVELS[depth])[inside].sum())
        return cost, float(constant)

    def _asked_elsewhere(self, tier: int) -> float:
        """Shortfall of floors where the title may not be placed at all: nobody can mend it."""
        program, total = self.program, 0
        for title in program.titles:
            for level in LEVELS:
                away = self._inside(level)
                away[program.open(level, title)] = False
                none = np.zeros(len(away), dtype=np.int64)
                total += int(program.requirements[title, level].tier_shortfall(tier, none)[away].sum())
        for of, at, amount, _, titles in program.joint_required():
            if of == tier:
                anyone = np.any([program.targets[t].eligible[at] for t in titles], axis=0)
                total += int(amount[~anyone & self._inside("unit")[at]].sum())
        return float(total)

    def _at_lower(self, lower: Ints, target: Floats) -> float:
        """Deviation where every node stands at its lower bound: what the segments start from."""
        gap = lower - target
        return float((gap * gap / target).sum() if self.program.norm == "webster" else np.abs(gap).sum())

    def _without_place(self) -> float:
        """Deviation of provinces with no unit for the title: part of the sum, open to nobody."""
        total = 0.0
        for t, title in enumerate(self.program.titles):
            here = self.nodes.at[(self.nodes.title == t) & (self.nodes.level == 0)]
            inside = set(np.flatnonzero(self._inside("province")).tolist())
            for p in sorted(inside - set(here.tolist())):
                q = float(clamp(self.program.targets[title].province[p]))
                total += q
        return total
