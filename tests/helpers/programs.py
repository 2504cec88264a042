"""Programs built by hand, and hypothesis strategies for small trees: what the engine sees, without the law."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from helpers.brute import Case, Joint, Order, Part
from helpers.oracle import Asked, Place, Tree, required
from pdc.base.fingerprint import Fingerprint
from pdc.country.country import Country
from pdc.law import reading
from pdc.law.rulebook import Rule
from pdc.program.draft import Draft
from pdc.program.program import Program
from pdc.rules.cells import Cells
from pdc.rules.requirements import NO_LIMIT, Ask
from pdc.rules.targets import Targets
from pdc_common.levels import LEVELS


def country_of(tree: Tree) -> Country:
    """A country with the places of a tree and nothing else."""
    provinces, districts, units = tree.levels
    district_province = np.array([d.parent for d in districts], dtype=np.int64)
    unit_district = np.array([u.parent for u in units], dtype=np.int64)
    empty = pd.DataFrame()
    return Country(
        provinces=pd.DataFrame({"province_code": range(1, len(provinces) + 1)}),
        districts=pd.DataFrame({"district_code": [f"D{i:03}" for i in range(len(districts))]}),
        units=pd.DataFrame({"unit_code": [f"U{i:03}" for i in range(len(units))]}),
        district_province=district_province,
        unit_district=unit_district,
        unit_province=district_province[unit_district],
        training=empty,
        filled=empty,
        trainers=empty,
        limits={},
        national_filled={},
        left_out=empty,
        notices=(),
        fingerprint=Fingerprint.known(""),
        name="",
        schema=reading.load().schema,
        speaks=reading.load().about.speaks,
    )


def _objects(values: Sequence[Fraction]) -> np.ndarray:
    out = np.empty(len(values), dtype=object)
    out[:] = list(values)
    return out


def targets_of(tree: Tree) -> Targets:
    """The targets of a tree's places."""
    exact = [_objects([p.target for p in places]) for places in tree.levels]
    open_ = np.array([u.open for u in tree.levels[2]], dtype=bool)
    return Targets(tree.supply, (), exact[0], exact[1], exact[2], open_, exact[2], ~open_ & False)


def program_of(*trees: Tree, titles: Sequence[str] = ()) -> Program:
    """The engine's program for some titles over the same places."""
    return draft_of(*trees, titles=titles).finish()


def draft_of(*trees: Tree, titles: Sequence[str] = ()) -> Draft:
    """The same, to be written on."""
    names = tuple(titles) or tuple(f"title{i}" for i in range(len(trees)))
    country = country_of(trees[0])
    program = Draft(
        country, names, {n: targets_of(t) for n, t in zip(names, trees, strict=True)}, trees[0].norm
    )
    for name, tree in zip(names, trees, strict=True):
        for level, places in zip(LEVELS, tree.levels, strict=True):
            for at, place in enumerate(places):
                _ask(program, name, level, at, place)
    return program


def _ask(program: Draft, title: str, level: str, at: int, place: Place) -> None:
    here = np.array([at], dtype=np.int64)
    for number, asked in enumerate(place.asked):
        priority = None
        if place.priority is not None and number == 0 and level == "unit":
            priority = _objects([place.priority])
        amount = np.array([asked.amount], dtype=np.int64)
        ask = Ask(f"r{number}", asked.tier, here, amount, asked.stack, asked.on_top, asked.exact)
        program.ask(title, level, ask, priority)
    for tier, end in place.ends:
        program.soft_end(title, level, tier, here, np.array([end], dtype=np.int64))
    lower, upper = program.bounds[title, level]
    lower[at] = place.lower
    upper[at] = NO_LIMIT if place.upper is None else place.upper


def rule(kind: str, number: int, tier: int | None = None, **fields: object) -> Rule:
    """A rule without a text."""
    return Rule("T.1", number, kind, ("*",), "unit", tier, **fields)  # type: ignore[arg-type]


def joint_floor(
    titles: Sequence[str], tier: int, at: Sequence[int], amount: Sequence[int], number: int = 0
) -> Cells:
    """At least so many posts of several titles together at some units."""
    return Cells(
        rule("ratio", number, tier, joint=True), tuple(titles), "unit",
        np.array(at, dtype=np.int64), np.array(amount, dtype=np.int64),
    )  # fmt: skip


def share(
    country: Country, title: str, rate: Fraction, members: Sequence[int], number: int, *, fix: bool = False,
    inside: bool = False,
) -> Cells:  # fmt: skip
    """Members of each province have at most ``rate`` of it; a fix: exactly that, rounded."""
    at = np.array(sorted(members), dtype=np.int64)
    provinces, member_of = np.unique(country.unit_province[at], return_inverse=True)
    made = rule("share", number, 1 if fix else None, rounding="half_up" if fix else "")
    return Cells(
        made, (title,), "province", provinces, np.zeros(len(provinces), dtype=np.int64),
        rate=(rate,) * len(provinces), members=at, member_of=member_of, inside=inside,
    )  # fmt: skip


def order(
    country: Country, title: str, first: Sequence[int], after: Sequence[int], need: Sequence[int]
) -> Cells:
    """Units of ``after`` wait, province by province, until those of ``first`` have ``need``."""
    members = np.array(after, dtype=np.int64)
    provinces, member_of = np.unique(country.unit_province[members], return_inverse=True)
    units, needs = np.array(first, dtype=np.int64), np.array(need, dtype=np.int64)
    inside = np.isin(country.unit_province[units], provinces)
    units, needs = units[inside], needs[inside]
    return Cells(
        rule("order", 0), (title,), "province", provinces, np.zeros(len(provinces), dtype=np.int64),
        members=members, member_of=member_of, first=units,
        first_of=np.searchsorted(provinces, country.unit_province[units]), first_need=needs,
    )  # fmt: skip


def program_of_case(case: Case) -> Program:
    """The engine's program for a case of :mod:`brute`."""
    titles = [f"title{t}" for t in range(len(case.trees))]
    program = draft_of(*case.trees, titles=titles)
    for i, j in enumerate(case.joint):
        program.at_least_together(joint_floor([titles[t] for t in j.titles], j.tier, [j.unit], [j.amount], i))
    for i, part in enumerate(case.parts):
        cells = share(program.country, titles[0], part.rate, part.units, i, fix=part.fix, inside=part.inside)
        program.share(cells)
    for one in case.orders:
        program.first_then(order(program.country, titles[0], one.first, one.after, one.need))
    return program.finish()


# strategies ----------------------------------------------------------------------------------------------

SMALL_WEIGHTS = st.one_of(st.just(1), st.sampled_from([0, 1, 1, 2, 2, 3, 5]), st.integers(0, 1000))


@st.composite
def shapes(draw: st.DrawFn, provinces: int = 4, districts: int = 3, units: int = 4) -> list[list[int]]:
    """Units by district by province."""
    inner = st.lists(st.integers(1, units), min_size=1, max_size=districts)
    return draw(st.lists(inner, min_size=1, max_size=provinces))


@st.composite
def trees(
    draw: st.DrawFn,
    shape: Sequence[Sequence[int]] | None = None,
    most: int = 40,
    bounds: bool = True,
    asks: bool = True,
) -> Tree:
    """One title over a shape: targets, floors, fixes, soft bands, caps, hard bands."""
    if shape is None:
        shape = draw(shapes())
    supply = draw(st.integers(0, most))
    closed = draw(st.sampled_from([0, 0, 0, 1]))
    equal = draw(st.booleans())
    levels: tuple[list[Place], list[Place], list[Place]] = ([], [], [])
    weights: list[int] = []
    for p, counts in enumerate(shape):
        levels[0].append(Place(0, Fraction(0)))
        for count in counts:
            levels[1].append(Place(p, Fraction(0)))
            for _ in range(count):
                is_open = not (closed and draw(st.integers(0, 4)) == 0)
                levels[2].append(Place(len(levels[1]) - 1, Fraction(0), open=is_open))
                weights.append(1 if equal else draw(SMALL_WEIGHTS))
    if not any(u.open for u in levels[2]):
        levels[2][0].open = True
    _targets(levels, weights, supply)
    if draw(st.integers(0, 3)) == 0:  # targets that do not add up from level to level
        for places in levels:
            for place in places:
                place.target = Fraction(draw(st.integers(0, 60)), draw(st.sampled_from([1, 2, 3, 7])))
    tree = Tree(levels, supply)
    if asks:
        for depth, chance in ((0, 1), (1, 1), (2, 4)):
            for at, place in enumerate(levels[depth]):
                if tree.is_open(depth, at) and draw(st.integers(0, 7)) < chance:
                    _asked(draw, place, (1, 2, 4)[2 - depth] * 5)
    if bounds and draw(st.booleans()):
        for depth in range(3):
            for at, place in enumerate(levels[depth]):
                if not tree.is_open(depth, at):
                    continue
                if draw(st.integers(0, 5)) == 0:
                    place.upper = draw(st.integers(0, (20, 12, 8)[depth]))
                if draw(st.integers(0, 11)) == 0:
                    top = (10, 6, 3)[depth] if place.upper is None else min((10, 6, 3)[depth], place.upper)
                    place.lower = draw(st.integers(0, top))
    return tree


def _targets(levels: tuple[list[Place], list[Place], list[Place]], weights: list[int], supply: int) -> None:
    totals: list[list[int]] = [[0] * len(places) for places in levels]
    for i, (unit, weight) in enumerate(zip(levels[2], weights, strict=True)):
        if unit.open:
            totals[2][i] = weight
            totals[1][unit.parent] += weight
            totals[0][levels[1][unit.parent].parent] += weight
    whole = sum(totals[0]) or 1
    for places, numbers in zip(levels, totals, strict=True):
        for place, number in zip(places, numbers, strict=True):
            place.target = Fraction(supply * number, whole)


def _asked(draw: st.DrawFn, place: Place, most: int) -> None:
    for _ in range(draw(st.integers(1, 3))):
        place.asked.append(
            Asked(
                tier=draw(st.integers(1, 4)),
                amount=draw(st.integers(0, most)),
                stack=draw(st.sampled_from(["a", "b"])),
                on_top=draw(st.integers(0, 3)) == 0,
                exact=draw(st.integers(0, 3)) == 0,
            )
        )
    if draw(st.integers(0, 3)) == 0:
        tier, low = draw(st.integers(1, 4)), draw(st.integers(0, 4))
        place.asked.append(Asked(tier, low, "band"))
        place.ends.append((tier, low + draw(st.integers(0, 3))))
    if draw(st.integers(0, 3)) == 0:
        place.priority = Fraction(draw(st.integers(0, 3)))


TINY = st.sampled_from([[[1]], [[2]], [[1], [1]], [[1, 1]], [[2], [1]], [[1], [1], [1]], [[3]], [[1, 2]]])
FOUR = st.sampled_from([[[2]], [[3]], [[1, 2]], [[2], [2]], [[4]], [[1, 1], [1]], [[2], [1, 1]]])
RATES = [
    Fraction(0),
    Fraction(3, 100),
    Fraction(1, 4),
    Fraction(3, 10),
    Fraction(1, 3),
    Fraction(1, 2),
    Fraction(2, 3),
]


@st.composite
def joint_cases(draw: st.DrawFn) -> Case:
    """Two titles, some units asking for a number of both together."""
    shape = draw(TINY)
    pair = (draw(trees(shape, most=5)), draw(trees(shape, most=5)))
    joint = []
    for unit in range(len(pair[0].levels[2])):
        if any(tree.levels[2][unit].open for tree in pair) and draw(st.booleans()):
            for _ in range(draw(st.integers(1, 2))):
                joint.append(
                    Joint((0, 1), draw(st.sampled_from([1, 2, 2, 3])), unit, draw(st.integers(1, 6)))
                )
    return Case(pair, tuple(joint))


@st.composite
def share_cases(draw: st.DrawFn) -> Case:
    """As GPs are: no national number, a hard band a province, shares of its number, a rounded share at one or two units."""
    tree = draw(trees(draw(FOUR), most=6, bounds=False))
    tree.supply = None
    for place in tree.levels[0]:
        _no_asks(place)
    for place in tree.levels[0]:
        place.lower = draw(st.integers(0, 4))
        place.upper = place.lower + draw(st.integers(0, 3))
    for unit in tree.levels[2]:
        if draw(st.integers(0, 3)) == 0:
            unit.upper = draw(st.integers(0, 3))
    left = [i for i, unit in enumerate(tree.levels[2]) if unit.open]
    parts = []
    if draw(st.booleans()):
        # Two directorates in one province are asked each for itself.
        fixed = draw(st.sets(st.sampled_from(left), min_size=1, max_size=2))
        left = [i for i in left if i not in fixed]
        for chosen in fixed:
            _no_asks(tree.levels[2][chosen])
            tree.levels[2][chosen].asked.append(Asked(1, draw(st.integers(0, 2)), "a", exact=True))
        parts.append(Part(tuple(sorted(fixed)), draw(st.sampled_from(RATES)), True, draw(st.booleans())))
    for _ in range(draw(st.integers(0, 2))):
        if left:
            members = draw(st.sets(st.sampled_from(left), min_size=1))
            left = [i for i in left if i not in members]
            parts.append(Part(tuple(sorted(members)), draw(st.sampled_from(RATES))))
    return Case((tree,), (), tuple(parts))


@st.composite
def order_cases(draw: st.DrawFn) -> Case:
    """One or two orders over a tree with whatever asks and bounds it has."""
    tree = draw(trees(draw(FOUR), most=6))
    left = [i for i, unit in enumerate(tree.levels[2]) if unit.open]
    orders = []
    for _ in range(draw(st.integers(1, 2))):
        after = draw(st.sets(st.sampled_from(left), min_size=1, max_size=2))
        first = [i for i in left if i not in after and draw(st.booleans())]
        if draw(st.booleans()):
            need = tuple(required(tree.levels[2][i], 4) for i in first)
        else:
            need = tuple(draw(st.integers(0, 2)) for _ in first)
        orders.append(Order(tuple(first), tuple(sorted(after)), need))
    return Case((tree,), (), (), tuple(orders))


def _no_asks(place: Place) -> None:
    place.asked, place.ends, place.priority = [], [], None


def two_provinces() -> Program:
    """The program of :func:`five_units`, with seven posts."""
    return program_of(five_units())


def five_units(supply: int = 7) -> Tree:
    """Two provinces, three districts, five units."""
    levels = (
        [Place(0, Fraction(4)), Place(0, Fraction(3))],
        [Place(0, Fraction(3)), Place(0, Fraction(1)), Place(1, Fraction(3))],
        [
            Place(0, Fraction(3, 2)),
            Place(0, Fraction(3, 2)),
            Place(1, Fraction(1)),
            Place(2, Fraction(2)),
            Place(2, Fraction(1)),
        ],
    )
    return Tree(levels, supply)
