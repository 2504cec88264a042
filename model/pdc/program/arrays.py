"""A program as arrays: columns are segments of a node's number, rows the tree and what runs across it.

Break points lie at whole numbers: floors, soft ends, and every number near to where the optimum is thought
to be; further out segments are long (see :mod:`pdc.solve.network`). Where a plan is to be shown optimal, two
columns a node do: straight lines that touch its convex cost there on either side. They are nowhere above it
(the first stage that differs counts) and meet it at the plan, so a plan that is optimal for them is optimal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, Mask, Objects, objects
from pdc.program.model import Halves, Model, Names, Nodes
from pdc.program.program import Program, clamp
from pdc.rules.cells import Cells
from pdc.rules.requirements import NO_LIMIT, TIERS
from pdc_common.levels import LEVELS


def compiled(
    program: Program, nodes: Nodes, guess: Ints, width: Ints | None, totals_integer: bool = False
) -> Model:
    """Arrays of a program with segments of length one within ``width`` of ``guess`` (both by node).

    ``width`` None: straight lines that touch the costs at ``guess``; only where :func:`can_touch` allows it.

    The last ones of the whole country are kept: what was solved is mostly what is proven.
    """
    if nodes is not program.found.get("nodes") or totals_integer:
        return _Compiler(program, nodes, guess, width, totals_integer).model()
    known = program.found.get("compiled")
    if known is None or not (np.array_equal(known[0], guess) and _same(known[1], width)):
        program.found.pop("compiled", None)
        model = _Compiler(program, nodes, guess, width, totals_integer).model()
        known = program.found["compiled"] = (guess.copy(), None if width is None else width.copy(), model)
    return known[2]


def _same(one: Ints | None, other: Ints | None) -> bool:
    return one is other if one is None or other is None else np.array_equal(one, other)


def can_touch(program: Program) -> bool:
    """Are all costs sums of convex ones, with nothing between none and a least number, and no table kept?"""
    return not program.none_or and program.kept_table is None and program.norm != "minimax"


@lru_cache(maxsize=8)
def _numbered(size: int) -> Objects:
    """Numbers from 0 as the places' part of names."""
    found = objects([f"{i}." for i in range(size)])
    found.flags.writeable = False
    return found


def _row_names(count: int, parts: Sequence[Callable[[], Sequence[str]]]) -> Names:
    return Names(count, lambda: [name for names in parts for name in names()])


def _deviation_cost(norm: str) -> Callable[[Floats, Floats, Floats], Floats]:
    """Slope of the deviation from ``a`` to ``b`` at a node with target ``q``; exact at both ends."""
    if norm == "webster":
        return lambda a, b, q: (a + b - 2 * q) / q
    return lambda a, b, q: (np.abs(b - q) - np.abs(a - q)) / (b - a)


class _Compiler:
    """Builds a :class:`~pdc.program.model.Model` part by part: segments first, slacks after them."""

    def __init__(
        self, program: Program, nodes: Nodes, guess: Ints, width: Ints | None, integer: bool
    ) -> None:
        self.program, self.nodes, self.guess, self.width, self.integer = program, nodes, guess, width, integer
        self.base = nodes.lower if width is not None else guess  # where the constants are counted
        self.rows: list[tuple[Ints, Ints, Floats]] = []
        self.rhs: list[Floats] = []
        self.row_names: list[Callable[[], Sequence[str]]] = []
        self.row_count = 0
        self.slack_costs: dict[str, list[tuple[int, float]]] = {stage: [] for stage in STAGES}
        self.covered: set[int] = set()  # nodes whose fixes `_rounded` counts: `_costs` must not
        self.kept = self._kept()
        self.asked = (nodes.required[:, -1] > 0) | (nodes.excess < nodes.upper[:, None]).any(axis=1)

    def model(self) -> Model:
        nodes = self.nodes
        self.least = self._least_of_some()
        self.bent = self.asked | (self.least > 0) | (self.kept != nodes.lower)
        if self.width is None:
            self._touching()
        else:
            self._segments(self.width)
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
            # Earlier stages' optima are held by rows that are no network's: units must be declared whole.
            whole = nodes.level[self.node] == len(LEVELS) - 1
        integer = np.concatenate([whole, np.array(self.extra_integer, dtype=bool)])
        costs, constant = self._costs(size)
        return Model(
            nodes=nodes,
            lower=lower,
            upper=upper,
            integer=integer,
            node=node,
            start=start,
            step=np.concatenate([self._steps(), np.full(extra, -1, dtype=np.int64)]),
            row=np.concatenate([r for r, _, _ in self.rows]),
            column=np.concatenate([c for _, c, _ in self.rows]),
            value=np.concatenate([v for _, _, v in self.rows]),
            rhs=np.concatenate(self.rhs),
            names=self._column_names(size),
            row_names=_row_names(self.row_count, self.row_names),
            costs=costs,
            constant=constant,
            least=self.least,
        )

    def _column_names(self, size: int) -> Names:
        # Of the program only its titles are held: it keeps the model, and a circle would outlive both.
        nodes, node, low, extra = self.nodes, self.node, self.low, self.extra_names
        labels = objects([f"{t}.{level[0]}" for t in self.program.titles for level in LEVELS])
        most = max(map(self.program.country.size, LEVELS))

        def made() -> Halves:
            kinds = nodes.title * len(LEVELS) + nodes.level
            own: list[str] = (labels[kinds] + _numbered(most)[nodes.at]).tolist()
            used = np.bincount(low, minlength=1) > 0
            begins = [*map(str, np.flatnonzero(used).tolist()), ""]
            slacks = np.arange(len(extra))
            at = np.concatenate([node, len(own) + slacks])
            then = np.concatenate([(np.cumsum(used) - 1)[low], np.full(len(extra), len(begins) - 1)])
            return Halves(own + extra, at, begins, then)

        return Names(size, made)

    def _kept(self) -> Ints:
        """Number of the table that is kept near to at its own level; the node's lower end at other levels."""
        kept = self.nodes.lower.copy()
        if self.program.kept_table is not None:
            for t, title in enumerate(self.program.titles):
                rows = (self.nodes.title == t) & (self.nodes.level == self.program.kept_depth)
                kept[rows] = self.program.kept_table[title][self.nodes.at[rows]]
        return kept

    def _touching(self) -> None:
        """Two columns a node, below and above ``guess``; each costs what the step next to it costs."""
        nodes, guess = self.nodes, self.guess
        rows = np.arange(len(nodes))
        below, above = rows[guess > nodes.lower], rows[guess < nodes.upper]
        node = np.concatenate([below, above])
        order = np.argsort(node, kind="stable")  # of a node the lower one first
        low = np.concatenate([nodes.lower[below], guess[above]])[order]
        high = np.concatenate([guess[below], nodes.upper[above]])[order]
        self.node, self.low, self.high, self.length = node[order], low, high, high - low
        first = np.concatenate([guess[below] - 1, guess[above]])[order]
        self.priced = (first, first + 1)

    def _steps(self) -> Ints:
        """Where the step of one lies that a column costs, −1 where its cost is that of more than one."""
        first, last = self.priced
        return np.where(last - first == 1, first, -1)

    def _segments(self, width: Ints) -> None:
        """Cut every node's range at its floors, soft ends and the whole numbers around ``guess``."""
        nodes = self.nodes
        parts: list[tuple[Ints, Ints, Ints]] = []
        for reach in np.unique(width).tolist():
            rows = np.flatnonzero(width == reach)
            steps = np.arange(-reach - 1, reach + 2)
            if reach > 2:
                # Further out, segments of growing length keep the chords close to the curve.
                far = reach + 4 ** np.arange(1, 4)
                steps = np.concatenate([-far[::-1], steps, far])
            plain = ~self.bent[rows]
            parts.append(self._cut(rows[plain], steps))
            rows = rows[~plain]
            points = np.concatenate(
                [
                    nodes.lower[rows, None],
                    nodes.upper[rows, None],
                    nodes.required[rows],
                    nodes.excess[rows],
                    self.kept[rows, None],
                    self.guess[rows, None] + steps[None, :],
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
        self.priced = (self.low, self.high)

    def _cut(self, rows: Ints, steps: Ints) -> tuple[Ints, Ints, Ints]:
        """Segments of nodes that nothing asks for: their ends and the steps around the guess, in order."""
        lower, upper = self.nodes.lower[rows, None], self.nodes.upper[rows, None]
        inner = np.clip(self.guess[rows, None] + steps, lower, upper)
        points = np.concatenate([lower, inner, upper], axis=1)
        low, high = points[:, :-1], points[:, 1:]
        keep = high > low
        return np.broadcast_to(rows[:, None], low.shape)[keep], low[keep], high[keep]

    def _add_rows(
        self,
        row: Ints,
        column: Ints,
        value: Floats,
        rhs: Floats,
        names: Sequence[str] | Callable[[], list[str]],
    ) -> None:
        self.rows.append((row + self.row_count, column, value))
        self.rhs.append(rhs)
        self.row_names.append(names if callable(names) else lambda: names)
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
            lambda: [
                f"{labels[k]}{a}" for k, a in zip(kinds.tolist(), nodes.at[inner].tolist(), strict=True)
            ],
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
        province = self.program.province_at(level)
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
        for tier, at, amount, key, titles in self.program.joint_required:
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
        at = np.flatnonzero(self.asked[self.node])
        node, priced = self.node[at], [end[at] for end in self.priced]
        for k, tier in enumerate(TIERS):
            stage = np.zeros(size)
            required = nodes.required[node, k]
            before = nodes.required[node, k - 1] if k else np.zeros(len(node), dtype=np.int64)
            excess = nodes.excess[node, k]
            ends = [
                np.maximum(0, required - np.maximum(x, before)) + np.maximum(0, x - excess)
                for x in priced
            ]
            slope = (ends[1] - ends[0]) / (priced[1] - priced[0])
            if tier == 1:
                slope[covered[node]] = 0.0
            stage[at] = slope
            for column, cost in self.slack_costs[f"tier{tier}"]:
                stage[column] = cost
            costs[f"tier{tier}"] = stage
            lowest = np.maximum(self.base, nodes.required[:, k - 1] if k else 0)
            constant[f"tier{tier}"] = float(
                np.maximum(0, nodes.required[:, k] - lowest)[~covered].sum()
                + np.maximum(0, self.base - nodes.excess[:, k])[~covered].sum()
            )
            constant[f"tier{tier}"] += self._asked_elsewhere(tier) - self._below(stage)
        slope_of = _deviation_cost("l1" if program.norm == "minimax" else program.norm)
        for depth, level in enumerate(LEVELS):
            stage = np.zeros(size)
            chosen = np.flatnonzero(nodes.level[self.node] == depth)
            stage[chosen] = slope_of(
                self.priced[0][chosen].astype(np.float64),
                self.priced[1][chosen].astype(np.float64),
                nodes.target[self.node[chosen]],
            )
            costs[level] = stage
            places = nodes.level == depth
            constant[level] = self._deviation(self.base[places], nodes.target[places]) - self._below(stage)
            if depth == 0:
                constant[level] += self._without_place()
        if program.kept_table is not None:
            costs["moved"], constant["moved"] = self._moved(size, program.kept_depth)
        return costs, constant

    def _moved(self, size: int, depth: int) -> tuple[Floats, float]:
        """Σ|x − kept| of a level; the constant: posts where the title may not be, which have to move."""
        nodes = self.nodes
        chosen = np.flatnonzero(nodes.level[self.node] == depth)
        kept = self.kept[self.node[chosen]]
        gaps = [np.abs(x[chosen] - kept) for x in (self.high, self.low)]
        cost = np.zeros(size)
        cost[chosen] = (gaps[0] - gaps[1]) / self.length[chosen]
        constant = int(np.abs(nodes.lower - self.kept)[nodes.level == depth].sum())
        inside = self._inside(LEVELS[depth])
        for title in self.program.titles:
            constant += int(self.program.kept_closed(title)[inside].sum())
        return cost, float(constant)

    def _asked_elsewhere(self, tier: int) -> float:
        """Constant shortfall: floors where the title may not be placed, so that no column can change it."""
        program, total = self.program, 0
        for title in program.titles:
            for level in LEVELS:
                away = self._inside(level)
                away[program.open(level, title)] = False
                none = np.zeros(len(away), dtype=np.int64)
                total += int(program.requirements[title, level].tier_shortfall(tier, none)[away].sum())
        for of, at, amount, _, titles in program.joint_required:
            if of == tier:
                anyone = np.any([program.targets[t].eligible[at] for t in titles], axis=0)
                total += int(amount[~anyone & self._inside("unit")[at]].sum())
        return float(total)

    def _below(self, cost: Floats) -> float:
        """What all columns below the numbers cost at which the constants are counted."""
        if self.base is self.nodes.lower:
            return 0.0
        full = self.high == self.base[self.node]
        return float((cost[: len(full)][full] * self.length[full]).sum())

    def _deviation(self, numbers: Ints, target: Floats) -> float:
        """Deviation of the places of a level."""
        gap = numbers - target
        return float((gap * gap / target).sum() if self.program.norm == "webster" else np.abs(gap).sum())

    def _without_place(self) -> float:
        """Constant deviation: provinces without a unit for the title, which no column can change."""
        total = 0.0
        for t, title in enumerate(self.program.titles):
            here = self.nodes.at[(self.nodes.title == t) & (self.nodes.level == 0)]
            inside = set(np.flatnonzero(self._inside("province")).tolist())
            for p in sorted(inside - set(here.tolist())):
                q = float(clamp(self.program.targets[title].province[p]))
                total += q
        return total
