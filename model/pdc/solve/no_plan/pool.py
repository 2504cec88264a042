"""The least that has to stay short, and the fewest posts more in the pool with which it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pdc.base.numbers import Floats, Ints
from pdc.country.country import Country
from pdc.program.arrays import compiled
from pdc.program.model import Model
from pdc.program.orders import closed
from pdc.program.program import Program
from pdc.rules.kinds import Finding
from pdc.rules.requirements import TIERS
from pdc.solve.certain import surely_infeasible
from pdc.solve.highs import NotSolvedError, Session
from pdc.solve.network import feasible
from pdc.solve.no_plan.conflicts import Spot
from pdc.solve.stages import WHOLE
from pdc.solve.strict import hardened, is_feasible, sums_of
from pdc.solve.ties import FACE
from pdc_common.levels import LEVELS

TRIED: Final = 2000  # numbers of a province that are looked at before its band is called of no use
ASKED: Final = tuple(f"tier{k}" for k in TIERS)


@dataclass(frozen=True)
class PoolChange:
    """Posts that the national number lacks (below nought: has too many) for ``left`` to be short in all.

    ``left`` is what no number of posts mends. With a ``spot`` it is the upper end of a band of that place.
    """

    posts: Mapping[str, int]
    left: int
    spot: Spot | None = None


# the least that stays short, and the pool ------------------------------------------------------------------


def least_short(program: Program) -> Mapping[str, Ints] | None:
    """Posts of a plan that is as little short as can be, tier by tier; None where the solver's is not whole.

    Unlike a plan's, its tier 4 comes before the provinces' deviation: what is short here has to be.
    """
    if program.needs_totals() or program.none_or or program.kept_table is not None:
        return None
    found = _open_pool(program, fixed=True)
    return None if found is None else found[0]


def pool_needed(program: Program, strict: bool = True) -> PoolChange | None:
    """The least change of national numbers with which as little as caps allow is short.

    Not ``strict``: with which there is any plan at all.

    Floors are taken as they stand, also where a larger pool would make another target. None where no title
    has a national number, or rules leave parts of posts.
    """
    supplied = [title for title in program.titles if program.targets[title].supply is not None]
    if not supplied or program.needs_totals() or program.none_or or program.kept_table is not None:
        return None
    found = _open_pool(program, fixed=False, strict=strict)
    if found is None:
        return None
    posts, left = found
    more = {title: int(posts[title].sum()) - (program.targets[title].supply or 0) for title in supplied}
    return PoolChange({title: count for title, count in more.items() if count}, left)


def _open_pool(program: Program, fixed: bool, strict: bool = True) -> tuple[Mapping[str, Ints], int] | None:
    """Least shortfall tier by tier, then the least change of the pools (none where they are ``fixed``)."""
    program = closed(program)
    model = _with_pools(program, fixed)
    if model is None or (model.lower > model.upper).any():
        return None
    left, values, session = 0, None, None
    try:
        session = Session(model, ASKED[0])
        for stage in (*(ASKED if strict else ()), "pool", "ties"):
            cost = model.costs[stage]
            if values is not None and not cost[session.lower < session.upper].any():
                left += int(np.rint(model.constant[stage] + (cost * values).sum())) if stage in ASKED else 0
                continue
            answer = session.minimise(cost)
            session.cut_to_face(answer, FACE)
            values = answer.values
            if stage in ASKED:
                left += int(np.rint(model.constant[stage] + (cost * values).sum()))
    except NotSolvedError as error:
        surely_infeasible(session, error)
        return None
    assert values is not None
    numbers = model.posts(values)
    if np.abs(numbers - np.rint(numbers)).max(initial=0.0) > WHOLE:
        return None
    nodes, units = model.nodes, {}
    for t, title in enumerate(program.titles):
        mine = (nodes.title == t) & (nodes.level == len(LEVELS) - 1)
        units[title] = np.zeros(program.country.size("unit"), dtype=np.int64)
        units[title][nodes.at[mine]] = np.rint(numbers[mine]).astype(np.int64)
    return units, left


def _with_pools(program: Program, fixed: bool) -> Model | None:
    """The program's arrays with two columns a title: posts more than the national number, posts fewer."""
    opened = _without_supply(program)
    nodes = opened.nodes()
    if (nodes.lower > nodes.upper).any() or not len(nodes):
        return None
    model = compiled(opened, nodes, nodes.lower.copy(), np.zeros(len(nodes), dtype=np.int64))
    rows = [
        _supply_row(model, t, supply)
        for t, title in enumerate(program.titles)
        if (supply := program.targets[title].supply) is not None
    ]
    return _and_pools(model, rows, fixed)


def _without_supply(program: Program) -> Program:
    """The program without national numbers, whose places have no more than all that is asked and given."""
    targets = {title: replace(target, supply=None) for title, target in program.targets.items()}
    bounds = {}
    for title in program.titles:
        # Without a national number nothing bounds a place; no plan needs more than all that is asked.
        most = program.targets[title].supply or 0
        for level in LEVELS:
            most += int(program.requirements[title, level].required(TIERS[-1]).sum())
            most += int(program.bounds[title, level][0].sum())
        joint = (amount for _, _, amount, _, titles in program.joint_required if title in titles)
        most += sum(int(amount.sum()) for amount in joint)
        for level in LEVELS:
            low, high = program.bounds[title, level]
            bounds[title, level] = (low, np.minimum(high, most))
    return replace(program, targets=targets, bounds=bounds)


@dataclass(frozen=True, eq=False)
class _SupplyRow:
    """Σ provinces − more + fewer = the national number of one title."""

    title: int
    columns: Ints
    rhs: float


def _supply_row(model: Model, t: int, supply: int) -> _SupplyRow:
    top = (model.nodes.title == t) & (model.nodes.level == 0)
    columns = np.flatnonzero((model.node >= 0) & top[np.maximum(model.node, 0)])
    return _SupplyRow(t, columns, float(supply - int(model.nodes.lower[top].sum())))


def _and_pools(model: Model, rows: Sequence[_SupplyRow], fixed: bool) -> Model:
    """The model with these rows and their pairs of columns, which cost one a post in the stage ``pool``."""
    size, extra = model.size, 2 * len(rows)
    parts: list[tuple[Ints, Ints, Floats]] = [(model.row, model.column, model.value)]
    for i, row in enumerate(rows):
        more = size + 2 * i
        parts.append(
            (
                np.full(len(row.columns) + 2, len(model.rhs) + i, dtype=np.int64),
                np.concatenate([row.columns, [more, more + 1]]),
                np.concatenate([np.ones(len(row.columns)), [-1.0, 1.0]]),
            )
        )
    none, zero = np.zeros(size), np.zeros(extra)
    costs = {stage: np.concatenate([model.costs[stage], zero]) for stage in ASKED}
    costs["pool"] = np.concatenate([none, np.ones(extra)])
    costs["ties"] = np.concatenate([none, np.repeat([float(row.title) for row in rows], 2)])
    return replace(
        model,
        lower=np.concatenate([model.lower, zero]),
        upper=np.concatenate([model.upper, zero if fixed else np.full(extra, np.inf)]),
        integer=np.concatenate([model.integer, zero > 0]),
        node=np.concatenate([model.node, np.full(extra, -1, dtype=np.int64)]),
        start=np.concatenate([model.start, np.zeros(extra, dtype=np.int64)]),
        row=np.concatenate([row for row, _, _ in parts]),
        column=np.concatenate([column for _, column, _ in parts]),
        value=np.concatenate([value for _, _, value in parts]),
        rhs=np.array([*model.rhs, *(row.rhs for row in rows)], dtype=np.float64),
        names=model.names.more([f"{side}.{row.title}" for row in rows for side in ("more", "fewer")]),
        row_names=model.row_names.more([f"pool.{row.title}" for row in rows]),
        costs=costs,
        constant={**model.constant, "pool": 0.0, "ties": 0.0},
    )


def bands_needed(program: Program, findings: Sequence[Finding]) -> list[PoolChange]:
    """Where a province's number is in a band: the nearest number beyond it that leaves nothing short."""
    title = program.titles[0]
    if not program.needs_totals() or program.targets[title].supply is not None:
        return []
    lower, upper = program.bounds[title, "province"]
    found = []
    for p in sorted({_province(program.country, f) for f in findings}):
        number = _number_needed(program, title, p)
        if number is None:
            continue
        end = int(upper[p]) if number > upper[p] else int(lower[p])
        found.append(PoolChange({title: number - end}, 0, Spot("province", p, end)))
    return found


def _number_needed(program: Program, title: str, province: int) -> int | None:
    """The number nearest to a province's band with which its part of the program is strictly feasible."""
    lower, upper = (ends.copy() for ends in program.bounds[title, "province"])
    low, high = int(lower[province]), int(upper[province])
    lower[province], upper[province] = 0, 2**30
    opened = replace(program, bounds={**program.bounds, (title, "province"): (lower, upper)})
    only = np.array([province])
    sums = sums_of(hardened(opened), title)
    least, most = int(sums.least["province"][province]), int(sums.most["province"][province])
    for step in range(max(1, min(least - high, low - most)), TRIED + max(0, least - high)):
        for number in (high + step, low - step):
            if not least <= number <= most or number < 0:
                continue
            totals = np.zeros(len(lower), dtype=np.int64)
            totals[province] = number
            if is_feasible(hardened(opened.with_totals({title: totals})), only):
                return number
    return None


def _province(country: Country, finding: Finding) -> int:
    if finding.level == "province":
        return finding.at
    at = country.district_province if finding.level == "district" else country.unit_province
    return int(at[finding.at])


def pool_to_blame(program: Program) -> bool:
    """Would there be a plan if no title had a national number?"""
    targets = {title: replace(target, supply=None) for title, target in program.targets.items()}
    return feasible(replace(program, targets=targets))
