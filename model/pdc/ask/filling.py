"""A plan and the staff there is: what appointments and transfers start from.

The plan is taken from its folder and not solved again; its law is bound as for a check, so that every
place has its trees, targets and floors. Shares of a province's number (GPs) stand on the planned numbers
of the provinces.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from pdc.ask.own_law import own_law
from pdc.ask.verify import held_options, titles_in
from pdc.base.cache import Cache
from pdc.base.faults import Fault, InputError
from pdc.base.numbers import Floats, Ints, Mask
from pdc.country.country import Country, province_totals
from pdc.country.named_places import PlaceNames
from pdc.country.setting import Data, Setting, titles_asked
from pdc.country.staff import staff_columns
from pdc.planning.plan import to_plan
from pdc.planning.processes import Progress, Work, plan_groups
from pdc.program.build import program_of
from pdc.program.options import Job
from pdc.program.orders import order_needs
from pdc.program.program import Program
from pdc.rules.bind import bind_group
from pdc.rules.kinds import Finding
from pdc.solve.exchanges import PLAN_ORDER, Cost
from pdc.solve.marginal.tree import PROVINCE, UNIT, Tree, tree_of
from pdc_common.bounded import text_of
from pdc_common.geography import great_circle_km
from pdc_common.levels import LEVELS

GAINS: Final = tuple(f"gain_{aim}" for aim in PLAN_ORDER)
"""Columns of what a line betters, in the order of the aims."""


@dataclass(frozen=True, eq=False)
class Filling:
    """One title: its program and tree, planned posts, staff (those of 4924 apart), by unit position."""

    title: str
    program: Program
    tree: Tree
    planned: Ints
    filled: Ints
    locked: Ints
    findings: tuple[Finding, ...]
    clause: str
    across: str  # what is no tree, as a key of messages; empty where the order is proven


@dataclass(frozen=True, eq=False)
class Filled:
    """The titles of a plan that have staff by unit, and the plan's law and data."""

    folder: Path
    setting: Setting
    titles: Mapping[str, Filling]

    @property
    def country(self) -> Country:
        """Where they are."""
        return self.setting.country

    def provinces(self, names: Sequence[str], where: str = "--province") -> Mask:
        """Provinces by name or code, as a mask. Raises :class:`~pdc.base.faults.InputError`."""
        faults: list[Fault] = []
        found = provinces_of(self.country, names, (where, None, None), faults)
        if faults:
            raise InputError(faults)
        return found


def provinces_of(
    country: Country, names: Sequence[str], where: tuple[str, int | None, str | None], faults: list[Fault]
) -> Mask:
    """A mask of the provinces named; a fault for each name that is none, or several. All without names."""
    codes = list(map(str, country.codes("province")))
    chosen = np.full(len(codes), not names)
    known = PlaceNames(country)
    for name in names:
        hits = (name,) if name in codes else known.find("province", name)
        if len(hits) == 1:
            chosen[codes.index(hits[0])] = True
        else:
            values = {"level": "province", "code": name, "nearest": known.nearest("province", name)}
            faults.append(Fault(*where, "scenario.pin_place", values))
    return chosen


def filled_plan(
    folder: Path,
    data: Data = None,
    titles: Sequence[str] = (),
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Filled:
    """Read a plan's folder, its law and data, and bind them.

    Raises :class:`~pdc.base.faults.InputError` where the folder is no plan, its data are not found, no
    title has staff by unit, or a title asked for is not in the plan.
    """
    law = own_law(folder, data, cache)
    if law is None or not folder.is_dir():
        raise InputError([Fault(str(folder), None, None, "filling.no_plan", {})])
    setting = law.setting
    summary = json.loads(text_of(folder / "summary.json"))
    planned_titles = titles_in(folder, summary, setting) or list(summary["titles"])
    wanted = titles_asked(setting.rulebook, titles) if titles else list(planned_titles)
    away = [title for title in wanted if title not in planned_titles]
    if away:
        raise InputError([Fault("--title", None, None, "filling.not_planned", {"title": t}) for t in away])
    options = replace(held_options(folder, summary, setting.country), proof=False, kept_table=None)
    what = to_plan(setting, planned_titles)
    job = Job(options, setting.scenario.pins)
    plans = plan_groups(
        Work(setting.country, setting.rulebook, job, None, setting.key), what.needed, what.asked, 1, progress
    )
    posts: dict[str, Ints] = {}
    for plan in plans:
        posts |= plan.solution.posts
        posts |= {t: np.zeros(len(setting.country.units), dtype=np.int64) for t in plan.without}
    found: dict[str, Filling] = {}
    for plan in plans:
        mine = [t for t in plan.group.titles if t in wanted]
        if not mine:
            continue
        bound = bind_group(setting.country, setting.rulebook, plan.group, posts, options.growth)
        program = program_of(setting.country, bound, options, setting.scenario.pins)
        across = _across(program)
        if program.norm == "minimax":
            program = replace(program, norm="l1")
        if program.needs_totals():
            # Shares become limits of the planned numbers; the numbers themselves are not reached yet.
            ends = {key: program.bounds[key] for key in program.bounds if key[1] == LEVELS[0]}
            program = program.with_totals(province_totals(setting.country, plan.solution.posts))
            program = replace(program, bounds={**program.bounds, **ends})
        for title in mine:
            staff = staff_columns(setting.country, title)
            found[title] = Filling(
                title, program, tree_of(program, title), plan.solution.posts[title], staff["filled"],
                staff["filled_locked"], plan.findings, plan.targets[title].clause, across,
            )  # fmt: skip
    if not any(one.filled.any() for one in found.values()):
        raise InputError([Fault(str(folder), None, None, "filling.no_staff", {})])
    return Filled(folder, setting, {t: found[t] for t in wanted if t in found})


def _across(program: Program) -> str:
    """What of a program is no tree: there the order of its lines is not proven."""
    found = {
        "joint": program.joint, "shares": program.shares, "orders": program.orders,
        "none_or": program.none_or,
        "minimax": program.norm == "minimax",
    }  # fmt: skip
    return next((name for name, there in found.items() if there), "")


def apart_all_along(one: Filling, inside: Mask, units: Sequence[int]) -> bool:
    """Do posts that come to ``units``, one after another, leave no rule across the trees a say?

    Joint floors that the staff reach already stay reached as posts come. An order has none where no later
    unit gets a post while a first one lacks its own: orders only take lists away.
    """
    program, country = one.program, one.program.country
    if program.none_or or one.across in ("shares", "minimax"):
        return False
    for _, at, amount, _, titles in program.joint_required:
        together = np.sum([staff_columns(country, t)["filled"][at] for t in titles], axis=0)
        if ((together < amount) & inside[country.unit_province[at]]).any():
            return False
    for cells in program.orders:
        if cells.titles[0] != one.title:
            continue
        assert cells.members is not None and cells.member_of is not None
        assert cells.first is not None and cells.first_of is not None
        later = dict(zip(cells.members.tolist(), cells.member_of.tolist(), strict=True))
        first = dict(zip(cells.first.tolist(), cells.first_of.tolist(), strict=True))
        lacking = np.maximum(0, order_needs(program, cells) - one.filled[cells.first])
        left = np.bincount(cells.first_of, weights=lacking, minlength=len(cells.at)).astype(np.int64)
        row = {unit: i for i, unit in enumerate(cells.first.tolist())}
        for unit in units:
            if unit in later and left[later[unit]]:
                return False
            if unit in first and lacking[row[unit]]:
                lacking[row[unit]] -= 1
                left[first[unit]] -= 1
    return True


def rows_of(one: Filling, posts: Ints) -> Ints:
    """Numbers by unit position as rows of the title's tree."""
    return posts[one.tree.levels[UNIT].at]


def in_provinces(one: Filling, chosen: Mask) -> Mask:
    """Unit rows of the tree that lie in some provinces."""
    return chosen[one.tree.levels[PROVINCE].at][one.tree.province]


def gains(cost: Cost) -> dict[str, float]:
    """What a line betters, aim by aim: posts, and deviation (rounded to nine places)."""
    return {name: round(-float(value), 9) + 0.0 for name, value in zip(GAINS, cost.stages(), strict=True)}


class Mending:
    """Clauses of a title that a post more at a unit, or a post fewer, mends: at the unit, else at the
    places above.
    """

    def __init__(self, one: Filling, country: Country) -> None:
        self.rules: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
        self.ends: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for f in one.findings:
            if f.title == one.title and f.required is not None:
                if f.tier is None:
                    self.ends.setdefault((f.level, f.at), []).append((f.required, f.clause))
                else:
                    self.rules.setdefault((f.level, f.at), []).append((f.tier, f.required, f.clause))
        self.above = {"district": country.unit_district, "province": country.unit_province}
        self.x = {
            "unit": one.filled.copy(),
            "district": np.bincount(country.unit_district, one.filled, len(country.districts)).astype(
                np.int64
            ),
            "province": np.bincount(country.unit_province, one.filled, len(country.provinces)).astype(
                np.int64
            ),
        }

    def more(self, unit: int) -> tuple[str, ...]:
        """What a post more helps; the post is then there."""
        found: tuple[str, ...] = ()
        for level in reversed(LEVELS):
            at = unit if level == "unit" else int(self.above[level][unit])
            short = [(t, c) for t, need, c in self.rules.get((level, at), ()) if need > self.x[level][at]]
            first = min((tier for tier, _ in short), default=0)
            found = found or tuple(dict.fromkeys(c for tier, c in short if tier == first))
            self.x[level][at] += 1
        return found

    def fewer(self, unit: int) -> tuple[str, ...]:
        """What a post fewer helps; the post is then gone."""
        found: tuple[str, ...] = ()
        for level in reversed(LEVELS):
            at = unit if level == "unit" else int(self.above[level][unit])
            found = found or tuple(
                dict.fromkeys(c for end, c in self.ends.get((level, at), ()) if end < self.x[level][at])
            )
            self.x[level][at] -= 1
        return found


def places(country: Country) -> tuple[Floats, Floats]:
    """Latitude and longitude of every unit: its own, else its district's; NaN where neither is known."""
    found = []
    for axis in ("latitude", "longitude"):
        own = np.full(len(country.units), np.nan)
        for frame, at in ((country.units, slice(None)), (country.districts, country.unit_district)):
            if axis in frame:
                values = frame[axis].to_numpy(dtype=np.float64, na_value=np.nan)[at]
                own = np.where(np.isnan(own), values, own)
        found.append(own)
    return found[0], found[1]


def nearest(where: tuple[Floats, Floats], unit: int, there: Ints) -> tuple[int, float]:
    """The nearest of some units, and how many km it is away by great circle; −1 and NaN where none is
    known.
    """
    if not len(there):
        return -1, float("nan")
    km = great_circle_km(where[0][unit], where[1][unit], where[0][there], where[1][there])
    if np.isnan(km).all():
        return -1, float("nan")
    at = int(np.nanargmin(km))
    return int(there[at]), float(km[at])
