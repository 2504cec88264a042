"""Titles whose units at joint floors and common limits that bind stand on the ground like all others.

A post more or fewer there costs besides what the floor loses or gains; a full limit takes none. What such a
tree does not know is a way over the floor's or limit's own price, from one district to another one: it
matters only where it is not dearer than both districts' cheapest ways to the ground.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pdc.base.filtered import UNIT as ROUNDED
from pdc.base.numbers import Ints, Mask
from pdc.proof.group_arrays import TitleArrays
from pdc.proof.prices import GROUND, Arc, Vertex, add, subtract
from pdc.proof.reduced import FEWER, MORE, Across, above_of
from pdc.proof.sheet import TIER_AT, ZERO, Sheet
from pdc.proof.tree_ways import NONE, Ways, circles, ways
from pdc.solve.marginal.tree import DISTRICT, PROVINCE, UNIT
from pdc_common.levels import LEVELS


@dataclass(frozen=True, eq=False)
class Tree:
    """A title as it is ``given``, and as ``one`` on the ground, where the steps say what rules cost."""

    given: TitleArrays
    one: TitleArrays
    top: Vertex
    at: Mapping[Vertex, Sequence[int]]  # units at rules that bind
    limited: Mask  # units at common limits: they take no post from the ground
    ways: Mapping[int, Ways]

    def inner(self, province: int, step: int) -> Arc | None:
        """The cheapest way of a step between the ground and a province."""
        found, (_, districts, units) = self.ways[step], self.one.places
        district = int(found.district[province])
        if district == NONE:
            return None
        unit = int(found.unit[district])
        steps = (units.step(unit, step), districts.step(district, step))
        cost = add(units.cost(unit, step), districts.cost(district, step))
        return cost, steps if step > 0 else steps[::-1]

    def vertex(self, depth: int, row: int) -> Vertex:
        """A place by name."""
        return self.one.title, LEVELS[depth], self.one.places[depth].codes[row]


def grounded(one: TitleArrays, sheet: Sheet, across: Across) -> Tree:
    """A title whose units at rules that bind stand on the ground."""
    units = one.places[UNIT]
    size = len(units.level)
    below = {code: v for (title, code), v in across.below.items() if title == one.title}
    rows: dict[Vertex, list[int]] = {}
    for row, code in enumerate(units.codes) if below else ():
        if code in below:
            rows.setdefault(below[code], []).append(row)
    tiers = {step: changes.copy() for step, changes in units.tiers.items()}
    turn, stand, limited = units.turn.copy(), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    # Limits are met after all districts, in the order of their texts.
    limits = {v: i for i, v in enumerate(sorted(v for v in rows if v[1] == "limit"), 1)}
    for link in across.links:
        here = rows.get(link.above, [])
        assert link.low is not None
        if link.above in limits:
            limited[here] = True
            stand[here] = limits[link.above]
            turn[here] += size * (2 + limits[link.above])
            continue
        assert link.high is not None
        turn[here] += 2 * size
        for step, cost in ((MORE, link.high), (FEWER, subtract(ZERO, link.low))):
            tiers[step][here] += [int(cost[at]) for at in TIER_AT]
    can = {MORE: units.can[MORE] & ~limited, FEWER: units.can[FEWER]}
    own = replace(units, tiers=tiers, can=can, turn=turn, known={})
    made = replace(one, places=(one.places[PROVINCE], one.places[DISTRICT], own))
    found = {step: ways(made, step, stand if limits else None) for step in (MORE, FEWER)}
    return Tree(one, made, above_of(one, sheet), rows, limited, found)


def sound(tree: Tree) -> bool:
    """Does no circle within the tree better the plan? Without a country the provinces' numbers are given.

    A title that may be nowhere is no tree.
    """
    provinces = tree.one.places[PROVINCE]
    if not len(provinces.level):
        return False
    if tree.top == GROUND and (provinces.can[MORE] | provinces.can[FEWER]).any():
        return False
    return not any((signs < 0).any() for signs in circles(tree.one, tree.ways[MORE], tree.ways[FEWER]))


def may_matter(one: Tree, fewer: Ints, other: Tree, more: Ints) -> Mask:
    """Where a post from one unit to another is not dearer than both districts' ways to the ground.

    Units as rows. Doubles decide where they can, with a bound of their error.
    """
    units, others = one.given.places[UNIT], other.given.places[UNIT]
    here, there = units.level.parent[fewer], others.level.parent[more]
    gives, takes = one.ways[FEWER].unit[here], other.ways[MORE].unit[there]
    tiers = units.tiers[FEWER][fewer] + others.tiers[MORE][more]
    tiers -= one.ways[FEWER].tiers_district[here] + other.ways[MORE].tiers_district[there]
    steps = ((units, FEWER, fewer, gives), (others, MORE, more, takes))
    gap = error = np.zeros(len(fewer))
    for places, step, at_rule, best in steps:
        for sign, rows in ((1, at_rule), (-1, best)):
            near = places.near[step][rows]
            gap = gap + sign * near
            error = error + places.error[step][rows] + 8 * ROUNDED * np.abs(near)
    dearer = gap > error
    for column in tiers.T[::-1]:
        dearer = (column > 0) | ((column == 0) & dearer)
    open_ = units.can[FEWER][fewer] & others.can[MORE][more]
    return np.asarray(open_ & ~(dearer & (gives != NONE) & (takes != NONE)), dtype=np.bool_)
