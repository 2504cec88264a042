"""What runs across the trees: floors that titles share at a unit, limits of several units together.

The trees' own best plans are the best as long as a floor or limit costs them nothing. So every floor starts
at what its unit has, every limit at what its units have, and goes to its own number post by post. Each time
at most one post goes once round a circle through that floor or limit, by the cheapest way there is; then the
plan is the best again (the shortest augmenting path of network flows: Jewell 1962; Busacker and Gowen 1961).
Only what floors and limits disturb is touched.

The trees have the same districts and provinces, so what a place means to all others is said by the cheapest
ways between a handful of vertices: the number of each title above it, the ground on which units stand, the
limits of its province. Places are eliminated upwards; a change is worked in along its way to the country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

import numpy as np

from pdc.base.errors import InternalError
from pdc.base.filtered import Parts, Slopes, order_by
from pdc.base.numbers import Ints
from pdc.program.program import Program
from pdc.rules.requirements import NO_LIMIT, TIERS
from pdc.solve.marginal.arcs import (
    GROUND,
    NO_POSTS,
    NOTHING,
    Arc,
    Arcs,
    Cheapest,
    Vertex,
    cheapest_way,
    deviating,
    joined,
    net,
    offer,
    without,
)  # fmt: skip
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT, InfeasibleError, Level, Tree
from pdc_common.levels import LEVELS

MOST = 3000
"""Posts that floors and limits may lack or have too many; each goes round by itself."""


class NoTreeError(Exception):
    """What runs across the trees is no network with them; ``why`` is a key of messages."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(eq=False)
class _Floor:
    """A floor for the sum of some titles at a unit, as far as it has been raised."""

    at: int  # unit
    tier: int
    asked: int
    raised: int = 0


@dataclass(eq=False)
class _Limit:
    """A limit for the sum of some units of a province, as far as it has been lowered."""

    province: int
    units: Ints
    title: int
    asked: int
    lowered: int = 0


@dataclass(frozen=True, eq=False)
class _Rows:
    """What a step at each row of a level depends on, one row at a time."""

    lower: list[int]
    upper: list[int]
    asked: Mapping[int, list[tuple[int, int]]]
    """Where a tier asks something: what each asks for, its soft upper end."""
    place: list[int]  # in the order of ties
    slopes: Slopes
    targets: list[Parts]  # as its slopes have them

    @classmethod
    def of(cls, level: Level, first: int) -> _Rows:
        """The rows of a level whose places begin at ``first`` in the order of ties."""
        asks = np.flatnonzero(((level.required != 0) | (level.excess < NO_LIMIT)).any(axis=1))
        ends = zip(level.required[asks].tolist(), level.excess[asks].tolist(), strict=True)
        pairs = [list(zip(*both, strict=True)) for both in ends]
        asked = dict(zip(asks.tolist(), pairs, strict=True))
        place = (first + level.queue - 1).tolist()
        targets = level.slopes.targets.picked(slice(None))
        return cls(level.lower.tolist(), level.upper.tolist(), asked, place, level.slopes, targets)


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A unit and what it cost when it began to wait."""

    arc: Arc
    row: int

    def __lt__(self, other: _Waiting) -> bool:
        return self.arc.before(other.arc)


@dataclass(eq=False)
class _Queue:
    """Units of a district, of one title and foot, that may take (or give) a post; the cheapest come first."""

    rows: list[int]  # as the trees' plan has them, in their order
    next: int = 0  # before it are those that moved, or stand where a floor binds
    waiting: list[_Waiting] = field(default_factory=list)  # a heap: those that moved or stood there


def with_what_runs_across(
    program: Program,
    trees: Mapping[str, Tree],
    posts: Mapping[str, Ints],
    only: Ints | None = None,
    most: int | None = None,
) -> tuple[dict[str, Ints], int]:
    """The best posts of all titles, from the trees' own; and how many circles posts went round.

    ``only`` are the provinces that the trees are of; None: the whole country.

    Raises :class:`InfeasibleError` where limits leave no plan, :class:`NoTreeError` for what is no network,
    or where more than ``most`` posts (by default :data:`MOST`) would go round.
    """
    floors, limits = _floors(program, only), _limits(program, only)
    found = dict(posts)
    if not _broken(program, floors, limits, posts):
        return found, 0
    _check(program, floors, limits)
    if _posts_to_move(program, floors, limits, posts) > (MOST if most is None else most):
        raise NoTreeError("many")
    work = _Across(program, [trees[title] for title in program.titles], posts, floors, limits)
    for limit in range(len(limits)):
        work.lower(limit)
    for floor in floors:
        work.raise_(floor)
    return work.posts(), work.circles


def crossed(program: Program, posts: Mapping[str, Ints]) -> str:
    """What runs across the trees and is not kept by a plan, as a key of messages; empty where all of it is.

    The best plan without joint floors and common limits is the best with them if it keeps them: they only
    take plans away, or make them worse.
    """
    floors, limits = _floors(program, None), _limits(program, None)
    if _broken(program, floors, [], posts):
        return "joint"
    return "together" if _broken(program, [], limits, posts) else ""


def _floors(program: Program, only: Ints | None) -> list[_Floor]:
    found = []
    for tier, at, amount, _, titles in program.joint_required:
        anyone = np.any([program.targets[title].eligible[at] for title in titles], axis=0) & (amount > 0)
        if only is not None:
            anyone &= np.isin(program.country.unit_province[at], only)
        found += [
            _Floor(u, tier, n)
            for u, n in zip(at[anyone].tolist(), amount[anyone].tolist(), strict=True)
        ]
    return found


def _limits(program: Program, only: Ints | None) -> list[_Limit]:
    found = []
    for cells in program.together:
        assert cells.members is not None
        assert cells.member_of is not None
        title = cells.titles[0]
        for i, (province, most) in enumerate(zip(cells.at.tolist(), cells.amount.tolist(), strict=True)):
            units = cells.members[cells.member_of == i]
            units = units[program.targets[title].eligible[units]]
            if only is None or province in only:
                found.append(_Limit(province, units, program.titles.index(title), most))
    return found


def _sums(program: Program, posts: Mapping[str, Ints], limit: _Limit) -> int:
    return int(posts[program.titles[limit.title]][limit.units].sum())


def _broken(
    program: Program, floors: list[_Floor], limits: list[_Limit], posts: Mapping[str, Ints]
) -> bool:
    """Does any floor or limit ask for another plan?"""
    at, asked = (np.array([getattr(f, key) for f in floors], dtype=np.int64) for key in ("at", "asked"))
    together = np.zeros(len(program.country.units), dtype=np.int64)
    for title in program.titles:
        together += posts[title]
    if (together[at] < asked).any():
        return True
    return any(_sums(program, posts, limit) > limit.asked for limit in limits)


def _posts_to_move(
    program: Program, floors: list[_Floor], limits: list[_Limit], posts: Mapping[str, Ints]
) -> int:
    """How many posts the floors lack and the limits have too many, in the trees' own plans."""
    lacking = sum(max(0, f.asked - sum(int(posts[t][f.at]) for t in program.titles)) for f in floors)
    return lacking + sum(max(0, _sums(program, posts, limit) - limit.asked) for limit in limits)


def _check(program: Program, floors: list[_Floor], limits: list[_Limit]) -> None:
    """Raise :class:`NoTreeError` where a unit stands on two things at once."""
    shared = {frozenset(floor[4]) for floor in program.joint_required}
    if len(shared) > 1 or any(titles != frozenset(program.titles) for titles in shared):
        raise NoTreeError("joint")
    taken: set[tuple[int, int]] = {(t, f.at) for f in floors for t in range(len(program.titles))}
    for limit in limits:
        units = {(limit.title, u) for u in limit.units.tolist()}
        if units & taken:
            raise NoTreeError("together")
        taken |= units


class _Across:
    """The trees with their floors and limits, a plan that is the best of them, and its cheapest moves."""

    def __init__(
        self,
        program: Program,
        trees: list[Tree],
        posts: Mapping[str, Ints],
        floors: list[_Floor],
        limits: list[_Limit],
    ) -> None:
        country = program.country
        self.program, self.trees, self.limits = program, trees, limits
        self.circles = 0
        self.district_of, self.province_of = country.unit_district, country.unit_province
        self.province_of_district = country.district_province
        self.rows: list[list[dict[int, int]]] = []  # by title and level: position in the country → row
        self.numbers: list[list[list[int]]] = []
        self.places: list[tuple[int, int, int]] = []  # title, level, row, in the order of ties
        sums = np.zeros(len(country.units), dtype=np.int64)  # posts of all titles at each unit
        self.levels: list[list[_Rows]] = []  # by title and level
        for t, tree in enumerate(trees):
            self.rows.append([{at: i for i, at in enumerate(level.at.tolist())} for level in tree.levels])
            units = posts[program.titles[t]][tree.levels[UNIT].at]
            sums[tree.levels[UNIT].at] += units
            self.numbers.append(
                [
                    np.bincount(tree.rows_of_units(d), units, len(tree.levels[d])).astype(np.int64).tolist()
                    for d in range(len(LEVELS))
                ]
            )
            self.levels.append([])
            for depth, level in enumerate(tree.levels):
                self.levels[t].append(_Rows.of(level, len(self.places)))
                self.places += [(t, depth, row) for row in np.argsort(level.queue).tolist()]
        self._sums: list[int] = sums.tolist()
        self.floors_at: dict[int, list[_Floor]] = {}
        for floor in floors:
            self.floors_at.setdefault(floor.at, []).append(floor)
            floor.raised = min(floor.asked, self.together(floor.at))
        self.limit_of: dict[tuple[int, int], int] = {}
        self.limits_in: dict[int, list[int]] = {}
        self._filled = [_sums(program, posts, limit) for limit in limits]
        for i, limit in enumerate(limits):
            self.limits_in.setdefault(limit.province, []).append(i)
            limit.lowered = max(limit.asked, self.filled(i))
            self.limit_of.update(((limit.title, u), i) for u in limit.units.tolist())
        self.units = [tree.levels[UNIT].at.tolist() for tree in trees]
        self._units: dict[tuple[int, int, int], Arc | None] = {}  # title, row, step
        self._queues: dict[int, dict[tuple[int, int, Vertex], _Queue]] = {}  # by district
        self._moved: set[tuple[int, int]] = set()  # title, row of units whose number is another one now
        self._build()

    # numbers --------------------------------------------------------------------------------------------

    def together(self, at: int) -> int:
        """Posts of all titles at a unit."""
        return self._sums[at]

    def filled(self, limit: int) -> int:
        """Posts of the units of a limit."""
        return self._filled[limit]

    def posts(self) -> dict[str, Ints]:
        """Posts of every title by unit position."""
        found = {}
        for title, tree, numbers in zip(self.program.titles, self.trees, self.numbers, strict=True):
            found[title] = np.zeros(len(self.program.country.units), dtype=np.int64)
            found[title][tree.levels[UNIT].at] = numbers[UNIT]
        return found

    # what a step costs ------------------------------------------------------------------------------------

    def _step(self, t: int, depth: int, row: int, step: int) -> Arc | None:
        """One post more or fewer at a place; None: its bounds do not let it."""
        level, x = self.levels[t][depth], self.numbers[t][depth][row]
        if x >= level.upper[row] if step > 0 else x <= level.lower[row]:
            return None
        from_ = x if step > 0 else x - 1
        above, below = level.slopes.step(level.targets[row], from_)
        steps = ((level.place[row], step),)
        if row not in level.asked:
            return deviating(depth, (step * above, below), NO_POSTS, 0, steps)
        before, tiers = 0, []
        for need, most in level.asked[row]:
            # One post more fills a gap of this tier, or is one too many.
            tiers.append(step * (int(from_ >= most) - int(before <= from_ < need)))
            before = need
        one, two, three, four = tiers
        return deviating(depth, (step * above, below), (one, two, three), four, steps)

    def _unit(self, t: int, row: int, step: int) -> Arc | None:
        key = (t, row, step)
        if key not in self._units:
            self._units[key] = self._step(t, UNIT, row, step)
        return self._units[key]

    def _joint(self, at: int, step: int) -> Arc:
        """One post more or fewer at a unit with floors for several titles together, whosever it is."""
        tiers, have = [0] * len(TIERS), self.together(at)
        for floor in self.floors_at[at]:
            if have < floor.raised if step > 0 else have <= floor.raised:
                tiers[floor.tier - 1] -= step
        one, two, three, four = tiers
        return Arc((one, two, three), tier4=four)

    def _binds(self, at: int) -> bool:
        """Does a floor of a unit make its titles' posts each other's matter?"""
        have = self.together(at)
        return any(have <= floor.raised for floor in self.floors_at.get(at, ()))

    # cheapest moves, from districts to the country ---------------------------------------------------------

    def _build(self) -> None:
        self.binding: dict[int, set[int]] = {}  # by district
        for at in self.floors_at:
            if self._binds(at):
                self._mark(at)
        self._sort()
        self.candidates = {d: self._tops(d) for d in self._queues}
        districts = sorted({at for rows in self.rows for at in rows[DISTRICT]})
        inside: dict[int, list[int]] = {}
        for d in districts:
            inside.setdefault(int(self.province_of_district[d]), []).append(d)
        self.leaf = {d: i for group in inside.values() for i, d in enumerate(group)}
        self.provinces = {
            p: Cheapest([self._district_from_above(d) for d in group]) for p, group in inside.items()
        }
        self.leaf_of_province = {p: i for i, p in enumerate(self.provinces)}
        self.nation = Cheapest([self._province_from_above(p) for p in self.provinces])

    def _sort(self) -> None:
        """Units of the trees' own plan by district, title, step and foot, the cheapest first.

        Not those where a floor binds: they wait in queues once it does not bind any more.
        """
        binding = {at for units in self.binding.values() for at in units}
        for t, tree in enumerate(self.trees):
            level = tree.levels[UNIT]
            x = np.array(self.numbers[t][UNIT], dtype=np.int64)
            plain = ~np.isin(level.at, np.array(sorted(binding), dtype=np.int64))
            foot = np.array([self.limit_of.get((t, u), -1) for u in level.at.tolist()], dtype=np.int64)
            for step in (1, -1):
                rows = np.flatnonzero(plain & ((x < level.upper) if step > 0 else (x > level.lower)))
                from_ = x[rows] - (step < 0)
                ranks, _ = level.slopes.ranks(rows, from_)
                tiers = level.tiers(rows, from_)
                parent = level.parent[rows]
                keys = [*(step * tiers.T), step * ranks, step * level.queue[rows]]
                order = order_by(parent, foot[rows], *keys)
                rows, parent = rows[order], parent[order]
                new = np.ones(len(rows), dtype=bool)
                new[1:] = (parent[1:] != parent[:-1]) | (foot[rows][1:] != foot[rows][:-1])
                edges = [*np.flatnonzero(new).tolist(), len(rows)]
                districts = tree.levels[DISTRICT].at[parent[new]].tolist()
                for d, (start, end) in zip(districts, pairwise(edges), strict=True):
                    key = (t, step, self._foot(t, int(rows[start])))
                    self._queues.setdefault(d, {})[key] = _Queue(rows[start:end].tolist())

    def _foot(self, t: int, row: int) -> Vertex:
        limit = self.limit_of.get((t, self.units[t][row]))
        return GROUND if limit is None else ("limit", limit)

    def _tops(self, d: int) -> list[tuple[int, int, int]]:
        """The cheapest unit of each queue of a district: title, row, step."""
        found = []
        for (t, step, _), queue in self._queues.get(d, {}).items():
            rows = [*self._standing(d, t, queue), *self._waiting(d, (t, step), queue)]
            if len(rows) > 1:
                one, other = (self._unit(t, row, step) for row in rows)
                if other is not None and (one is None or other.before(one)):
                    rows.reverse()
            found += [(t, row, step) for row in rows[:1]]
        return found

    def _standing(self, d: int, t: int, queue: _Queue) -> list[int]:
        """The cheapest of those with the number they had, if there is one left."""
        binding = self.binding.get(d, ())
        while queue.next < len(queue.rows):
            row = queue.rows[queue.next]
            if (t, row) not in self._moved and self.units[t][row] not in binding:
                return [row]
            queue.next += 1
        return []

    def _waiting(self, d: int, of: tuple[int, int], queue: _Queue) -> list[int]:
        """The cheapest of the others, if there is one."""
        t, step = of
        binding = self.binding.get(d, ())
        while queue.waiting:
            first = queue.waiting[0]
            if self._unit(t, first.row, step) is first.arc and self.units[t][first.row] not in binding:
                return [first.row]
            heappop(queue.waiting)  # not what it costs any more
        return []

    def _wait(self, d: int, t: int, row: int) -> None:
        """Let a unit wait with what it costs now."""
        for step in (1, -1):
            arc = self._unit(t, row, step)
            if arc is not None:
                queues = self._queues.setdefault(d, {})
                queue = queues.setdefault((t, step, self._foot(t, row)), _Queue([]))
                heappush(queue.waiting, _Waiting(arc, row))

    def _district(self, d: int) -> Arcs:
        """Cheapest moves inside a district, between its numbers, the ground and limits."""
        found: Arcs = {}
        for t, row, step in self.candidates.get(d, ()):
            arc = self._unit(t, row, step)
            if arc is not None:
                ends = (("district", t), self._foot(t, row))
                offer(found, ends if step > 0 else ends[::-1], arc)
        for at in self.binding.get(d, ()):
            star = self._star(at)
            star[("unit", at), GROUND] = self._joint(at, 1)
            star[GROUND, ("unit", at)] = self._joint(at, -1)
            found = joined(found, without(star, [("unit", at)]))
        return found

    def _star(self, at: int) -> Arcs:
        """Moves between a unit that titles share and their numbers in the district."""
        found: Arcs = {}
        for t, rows in enumerate(self.rows):
            row = rows[UNIT].get(at)
            if row is None:
                continue
            more, fewer = self._unit(t, row, 1), self._unit(t, row, -1)
            if more is not None:
                found[("district", t), ("unit", at)] = more
            if fewer is not None:
                found[("unit", at), ("district", t)] = fewer
        return found

    def _own(self, depth: int, at: int) -> Arcs:
        """Moves between a place's numbers and those above it."""
        found: Arcs = {}
        for t, rows in enumerate(self.rows):
            row = rows[depth].get(at)
            if row is None:
                continue
            above: Vertex = (LEVELS[depth - 1], t)
            if depth == PROVINCE:
                above = GROUND if self.trees[t].supply is None else ("national", t)
            more, fewer = self._step(t, depth, row, 1), self._step(t, depth, row, -1)
            if more is not None:
                found[above, (LEVELS[depth], t)] = more
            if fewer is not None:
                found[(LEVELS[depth], t), above] = fewer
        return found

    def _district_from_above(self, d: int) -> Arcs:
        arcs = joined(self._own(DISTRICT, d), self._district(d))
        return without(arcs, [(LEVELS[DISTRICT], t) for t in range(len(self.trees))])

    def _province(self, p: int) -> Arcs:
        """Cheapest moves inside a province, between its numbers, the ground and its limits."""
        found = self.provinces[p].arcs
        limits: Arcs = {}
        for i in self.limits_in.get(p, ()):
            limits[GROUND, ("limit", i)] = NOTHING
            if self.filled(i) < self.limits[i].lowered:
                limits[("limit", i), GROUND] = NOTHING
        return joined(found, limits)

    def _province_from_above(self, p: int) -> Arcs:
        own = self._own(PROVINCE, p)
        if not own:
            return {}  # its numbers stand: no way leads out of it
        arcs = joined(own, self._province(p))
        gone: list[Vertex] = [("limit", i) for i in self.limits_in.get(p, ())]
        return without(arcs, [*gone, *((LEVELS[PROVINCE], t) for t in range(len(self.trees)))])

    # floors up, limits down -------------------------------------------------------------------------------

    def raise_(self, floor: _Floor) -> None:
        """Raise a floor to what it asks, post by post, until a post more is not worth its way."""
        if floor.raised == floor.asked:
            return  # as most of them
        at = floor.at
        d = int(self.district_of[at])
        p = int(self.province_of[at])
        while floor.raised < floor.asked:
            have = self.together(at)
            if have > floor.raised:
                floor.raised = min(floor.asked, have)
                self._mark(at)
                self._again({d}, {p})
                continue
            way = None
            if have == floor.raised:
                # Before the floor is raised: until then no circle betters the plan.
                arcs = joined(
                    self._star(at), self._district(d), self._own(DISTRICT, d), self._province(p),
                    self._own(PROVINCE, p), self.nation.arcs,
                )  # fmt: skip
                way = cheapest_way(arcs, GROUND, ("unit", at))
            floor.raised += 1
            way = None if way is None else way.then(self._joint(at, 1))
            if way is None or not way.before(NOTHING):
                # What a post more costs does not fall, and what it saves does not rise.
                floor.raised = floor.asked
                self._again({d}, {p})
                return
            self._apply(way, {d}, {p})

    def lower(self, number: int) -> None:
        """Lower a limit to what the law says, post by post. Raises :class:`InfeasibleError`."""
        limit = self.limits[number]
        p = limit.province
        while limit.lowered > limit.asked:
            have = self.filled(number)
            if have < limit.lowered:
                limit.lowered = max(limit.asked, have)
                self._again(set(), {p})
                continue
            arcs = joined(self._province(p), self._own(PROVINCE, p), self.nation.arcs)
            way = cheapest_way(arcs, ("limit", number), GROUND)
            if way is None:
                raise InfeasibleError("together")
            limit.lowered -= 1
            self._apply(way, set(), {p})

    def _apply(self, way: Arc, districts: Iterable[int], provinces: Iterable[int]) -> None:
        """Let posts go round, and work in what that changes."""
        self.circles += 1
        touched = set(districts)
        for place, step in net(way.steps).items():
            t, depth, row = self.places[place]
            if abs(step) != 1:
                raise InternalError("a way that goes twice over one place")
            self.numbers[t][depth][row] += step
            if depth == UNIT:
                at = self.units[t][row]
                d = int(self.district_of[at])
                touched.add(d)
                self._sums[at] += step
                if (limit := self.limit_of.get((t, at))) is not None:
                    self._filled[limit] += step
                self._moved.add((t, row))
                for one in (1, -1):
                    self._units.pop((t, row, one), None)
                self._wait(d, t, row)
                self._mark(at)
        self._again(touched, {*provinces, *(int(self.province_of_district[d]) for d in touched)})

    def _mark(self, at: int) -> None:
        """Note whether the floors of a unit bind now."""
        d = int(self.district_of[at])
        group = self.binding.setdefault(d, set())
        if self._binds(at):
            group.add(at)
        elif at in group:
            group.remove(at)
            for t, rows in enumerate(self.rows):
                if at in rows[UNIT]:
                    self._wait(d, t, rows[UNIT][at])

    def _again(self, districts: Iterable[int], provinces: Iterable[int]) -> None:
        for d in districts:
            self.candidates[d] = self._tops(d)
            self.provinces[int(self.province_of_district[d])].put(self.leaf[d], self._district_from_above(d))
        for p in provinces:
            self.nation.put(self.leaf_of_province[p], self._province_from_above(p))
