"""Is the MPS program that of the certificate's nodes, and its solution the plan?

Every column, row, cost and bound is worked out again from the nodes: segments tile a number's range, costs
are what they add to shortfalls and deviations, rows are the sums of the tree, the national numbers, the joint
floors and the common limits. Nothing else may be there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

from pdc.base.levels import LEAST_TARGET, STAGES
from pdc.proof.mps import plain_names
from pdc.proof.sheet import TIERS, Node, Sheet
from pdc_common.bounded import unpacked
from pdc_common.levels import LEVELS

NO_LIMIT: Final = 2**40
_SEGMENT: Final = re.compile(r"(.+)\.([pdu])([0-9]+)\.([0-9]+)")
_SLACK: Final = re.compile(r"(.+)\.(short|over|slack)\.[0-9]+")
_ACROSS: Final = re.compile(r"(.+)/[0-9]+\.([pu])([0-9]+)")
_LEVEL: Final = {level[0]: level for level in LEVELS}
Codes = Mapping[str, Sequence[str]]  # by level, in the order of positions


@dataclass(eq=False)
class Program:
    """An MPS file, read."""

    rows: dict[str, Fraction] = field(default_factory=dict)  # right-hand sides
    free: set[str] = field(default_factory=set)
    entries: dict[str, dict[str, Fraction]] = field(default_factory=dict)  # by column, by row
    whole: set[str] = field(default_factory=set)
    low: dict[str, Fraction] = field(default_factory=dict)
    high: dict[str, Fraction] = field(default_factory=dict)


def read_program(path: Path) -> Program:
    """Read a free MPS file. Raises what reading it raises (``OSError``, ``ValueError``, ``KeyError`` …)."""
    found, section, whole = Program(), "", False
    known: dict[str, Fraction] = {}  # numbers repeat
    with io.StringIO(unpacked(path).decode("ascii")) as text:
        for line in text:
            parts = line.split()
            if not line.startswith(" "):
                section = parts[0]
            elif section == "ROWS":
                found.rows[parts[1]] = Fraction(0)
                if parts[0] == "N":
                    found.free.add(parts[1])
            elif section == "COLUMNS" and parts[1] == "'MARKER'":
                whole = parts[2] == "'INTORG'"
            elif section == "COLUMNS":
                if whole:
                    found.whole.add(parts[0])
                row = found.entries.setdefault(parts[0], {})
                for name, number in zip(parts[1::2], parts[2::2], strict=True):
                    if number not in known:
                        known[number] = Fraction(number)
                    row[name] = row.get(name, Fraction(0)) + known[number]
            elif section == "RHS":
                found.rows[parts[1]] += Fraction(parts[2])
            elif section == "BOUNDS":
                (found.low if parts[0] == "LO" else found.high)[parts[2]] = Fraction(parts[3])
    return found


def same_program(sheet: Sheet, program: Program, x: Mapping[str, Fraction], codes: Codes) -> Iterator[str]:
    """Where a program is not that of the nodes; ``x`` is its solution, by column."""
    yield from _Check(sheet, program, x, codes).problems()


def _priced(node: Node, low: int, high: int) -> tuple[int, int]:
    """The posts whose cost a segment has: a longer one next to the plan touches the cost there.

    Costs are convex, the earlier stages first: what touches them is nowhere above them.
    """
    if high == node.posts:
        return high - 1, high
    return (low, low + 1) if low == node.posts else (low, high)


class _Check:
    def __init__(self, sheet: Sheet, program: Program, x: Mapping[str, Fraction], codes: Codes) -> None:
        self.sheet, self.program, self.x, self.codes = sheet, program, x, codes
        names = dict(zip(plain_names(sheet.titles), sheet.titles, strict=True))
        self.titles = {title: name for name, title in names.items()}
        self.nodes = {(n.title, n.level, n.code): n for n in sheet.nodes}
        at = {level: {code: i for i, code in enumerate(codes[level])} for level in LEVELS}
        self.name = {
            key: f"{self.titles[n.title]}.{n.level[0]}{at[n.level].get(n.code, -1)}"
            for key, n in self.nodes.items()
        }
        self.of = {name: key for key, name in self.name.items()}
        self.rows: dict[str, Fraction] = {}  # as they should be
        self.member: dict[tuple[str, str, str], list[str]] = {}  # rows across the tree, by unit

    def problems(self) -> Iterator[str]:
        """All of them."""
        yield from self._across()
        self._tree()
        expected = {name: rhs for name, rhs in self.program.rows.items() if name not in self.program.free}
        for row in sorted(expected.keys() | self.rows.keys()):
            if row not in expected or row not in self.rows:
                yield f"row {row} is {'not of the nodes' if row in expected else 'missing'}"
            elif expected[row] != self.rows[row]:
                yield f"row {row}: right side {expected[row]}, {self.rows[row]} by the nodes"
        yield from self._columns()

    def _tree(self) -> None:
        below: dict[tuple[str, str, str], int] = {}
        for node in self.sheet.nodes:
            depth = LEVELS.index(node.level)
            if depth:
                key = (node.title, LEVELS[depth - 1], node.parent)
                below[key] = below.get(key, 0) + node.lower
        for key, node in self.nodes.items():
            if node.level != LEVELS[-1]:
                self.rows[f"A.1.{self.name[key]}"] = Fraction(below.get(key, 0) - node.lower)
        for title, supply in self.sheet.supply.items():
            if supply is not None:
                tops = [n for n in self.sheet.nodes if n.title == title and n.level == LEVELS[0]]
                self.rows[f"A.1.{self.titles[title]}"] = Fraction(supply - sum(n.lower for n in tops))

    def _across(self) -> Iterator[str]:
        """Joint floors and common limits, found by clause and place among the rows."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for row in self.program.rows:
            match = _ACROSS.fullmatch(row)
            if match and row not in self.program.free:
                level = _LEVEL[match[2]]
                place = int(match[3])
                code = self.codes[level][place] if place < len(self.codes[level]) else ""
                found.setdefault((match[1], level, code), []).append(row)
        slacks: dict[str, dict[str, str]] = {}
        for column, entries in self.program.entries.items():
            match = _SLACK.fullmatch(column)
            for row in entries if match else ():
                if row not in self.program.free:
                    slacks.setdefault(row, {})[match[2] if match else ""] = column
        for joint in self.sheet.joint:
            clause = plain_names([joint.clause])[0]
            fit = [row for row in found.get((clause, LEVELS[-1], joint.unit), ()) if row not in self.rows]
            tier = f"tier{joint.tier}"
            fit = [r for r in fit if self._cost(slacks.get(r, {}).get("short", ""), tier) == 1]
            if not fit:
                yield f"{joint.clause} {joint.unit}: the joint floor is not in the program"
                continue
            units = [(title, LEVELS[-1], joint.unit) for title in joint.titles]
            self._row(fit[0], joint.amount, units)
        for limit in self.sheet.together:
            clause = plain_names([limit.clause])[0]
            fit = [row for row in found.get((clause, LEVELS[0], limit.province), ()) if row not in self.rows]
            if not fit:
                yield f"{limit.clause} {limit.province}: the limit is not in the program"
                continue
            self._row(fit[0], limit.most, [(limit.title, LEVELS[-1], unit) for unit in limit.units])

    def _row(self, row: str, amount: int, units: Sequence[tuple[str, str, str]]) -> None:
        here = [key for key in units if key in self.nodes]
        self.rows[row] = Fraction(amount - sum(self.nodes[key].lower for key in here))
        for key in here:
            self.member.setdefault(key, []).append(row)

    def _cost(self, column: str, stage: str) -> Fraction:
        return self.program.entries.get(column, {}).get(stage, Fraction(0))

    def _columns(self) -> Iterator[str]:
        ends: dict[tuple[str, str, str], list[tuple[int, int, str]]] = {}
        for column, entries in self.program.entries.items():
            match = _SEGMENT.fullmatch(column)
            key = self.of.get(f"{match[1]}.{match[2]}{match[3]}") if match else None
            if match is None or key is None:
                yield from self._slack(column, entries)
                continue
            start, length = int(match[4]), self.program.high.get(column)
            if length is None and column not in self.program.whole and self._country(self.nodes[key]):
                # No place can have more than all posts of its title: such an end need not be there.
                length = Fraction(self._most(self.nodes[key]) - start)
            if length is None or length.denominator != 1 or self.program.low.get(column):
                yield f"column {column}: a length is expected"
                continue
            ends.setdefault(key, []).append((start, start + int(length), column))
            yield from self._segment(column, entries, key, (start, start + int(length)))
        for key, node in self.nodes.items():
            segments = sorted(ends.get(key, ()))
            posts, last = Fraction(node.lower), node.lower
            for start, end, column in segments:
                if start != last or end <= start:
                    yield f"{' '.join(key)}: the segments of the program do not meet at {start}"
                last = end
                posts += self.x.get(column, 0)
            if last != self._most(node):
                yield f"{' '.join(key)}: the program ends at {last}, the range at {self._most(node)}"
            if posts != node.posts:
                yield f"{' '.join(key)}: {posts} in the solution, {node.posts} posts"

    def _most(self, node: Node) -> int:
        """Upper end of a number, as programs have it: no place has more than the country."""
        most = self.sheet.supply[node.title]
        if most is None:
            uppers = [n.upper for n in self.sheet.nodes if n.title == node.title and n.level == LEVELS[0]]
            most = NO_LIMIT if None in uppers else max((u for u in uppers if u is not None), default=0)
        upper = most if node.upper is None else min(node.upper, most)
        return max(upper, node.lower)

    def _country(self, node: Node) -> bool:
        """May a number be as large as the national number?"""
        supply = self.sheet.supply[node.title]
        return supply is not None and self._most(node) == supply

    def _segment(
        self, column: str, entries: Mapping[str, Fraction], key: tuple[str, str, str], ends: tuple[int, int]
    ) -> Iterator[str]:
        node, (low, high) = self.nodes[key], ends
        rows: dict[str, int] = {}
        depth = LEVELS.index(node.level)
        if node.level != LEVELS[-1]:
            rows[f"A.1.{self.name[key]}"] = 1
        if depth:
            above = self.name.get((node.title, LEVELS[depth - 1], node.parent), "")
            rows[f"A.1.{above}"] = -1
        elif self.sheet.supply[node.title] is not None:
            rows[f"A.1.{self.titles[node.title]}"] = 1
        rows |= dict.fromkeys(self.member.get(key, ()), 1)
        given = {row: value for row, value in entries.items() if row not in self.program.free}
        if given != rows:
            yield f"column {column} is not in the rows of its place"
        for stage, due in self._due(node, *_priced(node, low, high)).items():
            told = float(entries.get(stage, 0))
            if told != due:  # both are the nearest floats, added up in the same order
                yield f"column {column}: {told} in {stage}, {due} by the nodes"

    def _due(self, node: Node, low: int, high: int) -> dict[str, float]:
        """What one post from ``low`` to ``high`` costs, by stage."""
        length = high - low
        found = dict.fromkeys(STAGES, 0.0)
        for tier in TIERS:
            found[f"tier{tier}"] = (node.shortfall(tier, high) - node.shortfall(tier, low)) / length
        q = float(max(node.target, LEAST_TARGET))
        if self.sheet.norm == "webster":
            found[node.level] = (low + high - 2 * q) / q
        else:
            found[node.level] = (abs(high - q) - abs(low - q)) / length
        return found

    def _slack(self, column: str, entries: Mapping[str, Fraction]) -> Iterator[str]:
        match = _SLACK.fullmatch(column)
        rows = {row: value for row, value in entries.items() if row not in self.program.free}
        costs = {stage: cost for stage, cost in entries.items() if stage in self.program.free and cost}
        due = -1 if match and match[2] == "over" else 1
        short = match is not None and match[2] == "short"
        fits = match is not None and len(rows) == 1 and set(rows.values()) == {due}
        fits = fits and rows.keys() <= self.rows.keys()
        if not fits or self.program.high.get(column) is not None or self.program.low.get(column):
            yield f"column {column} is not of the nodes"
        elif costs and not (short and len(costs) == 1 and set(costs.values()) == {1}):
            yield f"column {column} has a cost of its own"
