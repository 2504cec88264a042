"""What provinces have been found to have: a what-if solves again only those that it touches.

Once the province numbers stand beyond doubt, a province's plan depends on nothing outside it. All that it
does depend on makes its key: the number, the tree below with its bounds, asks and exact targets, what runs
across the tree, and the order of places for ties. The optimum is unique, so a plan found under the same key
is the plan that solving would find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pdc.base.cache import digest
from pdc.base.numbers import Ints
from pdc.program.model import Nodes
from pdc.program.program import Program
from pdc.program.value import node_numbers
from pdc_common.levels import LEVELS

NUMBER = "/"  # between what is inside a province and its numbers
MOST = 1000  # provinces remembered; the ones unused for longest go first

Posts = tuple[tuple[int, ...], ...]  # by title, by unit of the province


@dataclass(eq=False)
class Memory:
    """Plans of provinces by their key, and the last posts of the country: a guess for the next program."""

    known: dict[str, Posts] = field(default_factory=dict)
    last: Mapping[str, Ints] = field(default_factory=dict)
    solved: list[int] = field(default_factory=list)  # provinces that had to be solved in the last program

    def applies_to(self, program: Program) -> bool:
        """Are provinces of this program apart once their numbers stand?"""
        # The largest deviation of a level and Σ|x − near| go over all provinces at once.
        kept, minimax = program.kept_table is not None, program.norm == "minimax"
        return not (kept or minimax or program.none_or or program.whole)

    def mostly_known(self, inside: Mapping[int, str]) -> bool:
        """Are most provinces the same inside, so that it pays to look for their numbers first?"""
        known = {key.partition(NUMBER)[0] for key in self.known}
        return 2 * sum(key in known for key in inside.values()) > len(inside)

    def near(self, program: Program, nodes: Nodes, otherwise: Ints) -> Ints:
        """Numbers to put the fine segments around: those of the last program, where it had the same units."""
        size = len(program.country.units)
        if any(len(self.last.get(title, ())) != size for title in program.titles):
            return otherwise
        return np.clip(node_numbers(program, nodes, self.last), nodes.lower, nodes.upper)

    def keep(self, program: Program, posts: Mapping[str, Ints], keys: Mapping[int, str]) -> None:
        """Remember a plan, province by province."""
        units = _units_by_province(program)
        for p, key in keys.items():
            self.known.pop(key, None)
            self.known[key] = tuple(tuple(posts[title][units[p]].tolist()) for title in program.titles)
        while len(self.known) > MOST:
            del self.known[next(iter(self.known))]
        self.last = dict(posts)

    def recall(self, program: Program, keys: Mapping[int, str]) -> tuple[dict[str, Ints], Ints]:
        """Posts of the provinces that are known, nought elsewhere; and the provinces that are not."""
        units = _units_by_province(program)
        posts = {title: np.zeros(len(program.country.units), dtype=np.int64) for title in program.titles}
        unknown = []
        for p, key in keys.items():
            found = self.known.get(key)
            if found is None or {len(numbers) for numbers in found} != {len(units[p])}:
                unknown.append(p)
                continue
            for title, numbers in zip(program.titles, found, strict=True):
                posts[title][units[p]] = numbers
        return posts, np.array(unknown, dtype=np.int64)


def with_numbers(inside: Mapping[int, str], totals: Mapping[str, Ints]) -> dict[int, str]:
    """Keys with the province numbers."""
    return {
        p: key + NUMBER + ",".join(str(numbers[p]) for numbers in totals.values())
        for p, key in inside.items()
    }


def inside_keys(program: Program, nodes: Nodes) -> dict[int, str]:
    """What is inside every province with a place for a title, as a key; its number is not."""
    country = program.country
    place = {
        "unit": _position(country.unit_province),
        "district": _position(country.district_province),
        "province": np.zeros(len(country.provinces), dtype=np.int64),
    }
    province = program.province_of_nodes(nodes)
    rel = np.zeros(len(nodes), dtype=np.int64)
    for depth, level in enumerate(LEVELS):
        rows = nodes.level == depth
        rel[rows] = place[level][nodes.at[rows]]
    top = nodes.level == 0
    above = np.where(top, -1, rel[np.maximum(nodes.parent, 0)])
    targets = np.zeros(len(nodes), dtype=object)
    upper = nodes.upper.copy()
    for t, title in enumerate(program.titles):
        for depth, level in enumerate(LEVELS[1:], 1):
            rows = (nodes.title == t) & (nodes.level == depth)
            targets[rows] = getattr(program.targets[title], level)[nodes.at[rows]]
            # The node's own limit: in ``nodes`` the national number is a limit too, and it is no matter here.
            upper[rows] = program.bounds[title, level][1][nodes.at[rows]]
    table = np.column_stack(
        [nodes.title, nodes.level, rel, above, nodes.lower, upper, nodes.required, nodes.excess]
    )
    # The province's own number stands: its bounds, floors and soft ends change nothing inside.
    table[top, 4:] = 0
    beside = _across(program, place["unit"])
    order = np.argsort(province, kind="stable")
    edges = np.flatnonzero(np.diff(province[order])) + 1
    return {
        int(province[rows[0]]): digest(
            program.norm, table[rows], targets[rows], repr(beside.get(int(province[rows[0]]))),
        )
        for rows in np.split(order, edges) if len(rows)
    }  # fmt: skip


def _across(program: Program, place: Ints) -> dict[int, list[tuple[object, ...]]]:
    """What ties units of a province beside the tree: joint floors, common limits, the order for ties."""
    of = program.country.unit_province
    found: dict[int, list[tuple[object, ...]]] = {}
    for tier, units, amount, _, titles in program.joint_required:
        for u, n in zip(units.tolist(), amount.tolist(), strict=True):
            found.setdefault(int(of[u]), []).append(("joint", tier, titles, int(place[u]), n))
    for cells in program.together:
        assert cells.members is not None
        assert cells.member_of is not None
        for i, (p, most) in enumerate(zip(cells.at.tolist(), cells.amount.tolist(), strict=True)):
            members = place[cells.members[cells.member_of == i]].tolist()
            found.setdefault(p, []).append(("together", cells.titles, members, most))
    for title in program.titles:
        for u, value in sorted(program.priority[title].items()):
            found.setdefault(int(of[u]), []).append(("queue", title, int(place[u]), str(value)))
    return found


def _position(province: Ints) -> Ints:
    """Position of every place among those of its province."""
    order = np.argsort(province, kind="stable")
    first = np.searchsorted(province[order], province[order])
    out = np.zeros(len(province), dtype=np.int64)
    out[order] = np.arange(len(province)) - first
    return out


def _units_by_province(program: Program) -> Sequence[Ints]:
    of = program.country.unit_province
    return [np.flatnonzero(of == p) for p in range(len(program.country.provinces))]
