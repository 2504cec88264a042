"""Never a bare "infeasible": the smallest set of pins and hard rules that cannot hold together.

A deletion filter (Chinneck, *Feasibility and Infeasibility in Optimization*, 2008, section 6): leave out one
after the other; what can be left out while the rest still clashes is not to blame. What stays is a minimal
conflict: without any one of it a plan exists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pdc.country import Country
from pdc.group_plan import Bound, Options, program_of
from pdc.kinds import Cells
from pdc.law.pins import Pin
from pdc.lexicographic import LawfulPlanError, feasible
from pdc.targets import Targets


def pin_name(pin: Pin) -> str:
    """A pin as a person reads it."""
    return f"{pin.clause} {pin.source}: {pin.title}, {pin.level} {pin.code} = {pin.posts}"


def conflict(country: Country, bound: Bound, options: Options, pins: Sequence[Pin]) -> tuple[str, ...]:
    """Names of pins, hard clauses and national numbers that together admit no plan."""
    mine = [pin for pin in pins if pin.title in bound.targets]
    hard = [cells for cells in bound.cells if cells.rule.tier is None]
    soft = tuple(cells for cells in bound.cells if cells.rule.tier is not None)
    supplied = [title for title, target in bound.targets.items() if target.supply is not None]

    def clashes(kept: Sequence[tuple[str, object]]) -> bool:
        things = [thing for _, thing in kept]
        cells = tuple(c for c in hard if any(c is thing for thing in things))
        chosen = tuple(p for p in mine if any(p is thing for thing in things))
        free = [title for title in supplied if not any(thing == title for thing in things)]
        targets = {title: _without_supply(t) if title in free else t for title, t in bound.targets.items()}
        part = Bound(bound.scenes, targets, (*cells, *soft))
        try:
            return not feasible(program_of(country, part, options, chosen))
        except LawfulPlanError:  # a pin where the title may not be
            return True

    everything: list[tuple[str, object]] = [
        *((_rule_name(cells), cells) for cells in hard),
        *((_supply_name(country, bound.targets[title], title), title) for title in supplied),
        *((pin_name(pin), pin) for pin in mine),
    ]
    return tuple(dict.fromkeys(name for name, _ in deletion_filter(everything, clashes)))


def deletion_filter(
    things: Sequence[tuple[str, object]], clashes: Callable[[Sequence[tuple[str, object]]], bool]
) -> list[tuple[str, object]]:
    """A minimal part of ``things`` that still clashes."""
    kept = list(things)
    for thing in things:
        rest = [other for other in kept if other is not thing]
        if clashes(rest):
            kept = rest
    return kept


def _rule_name(cells: Cells) -> str:
    return f"{cells.rule.clause} ({cells.title})"


def _supply_name(country: Country, target: Targets, title: str) -> str:
    clause = next((pool.rule.clause for pool in target.pools if pool.rule is not None), None)
    clause = clause or country.speaks["sums"]
    return f"{clause} ({title}: N = {target.supply})"


def _without_supply(target: Targets) -> Targets:
    return replace(target, supply=None, pools=())
