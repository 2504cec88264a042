"""A group's law in numbers: scenes, targets and the cells of every constraining rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pdc.base.exact import ZERO, Fraction
from pdc.base.faults import Fault, InputError
from pdc.base.formula import FormulaError, round_half_up
from pdc.base.numbers import Ints, Objects
from pdc.country.country import Country
from pdc.law.groups import Group
from pdc.law.rulebook import Rulebook, Title
from pdc.rules.kinds import KINDS, Cells
from pdc.rules.kinds.demand import Floor
from pdc.rules.kinds.limits import Share, limits, share_ask
from pdc.rules.requirements import TIERS, Ask, Requirements
from pdc.rules.scene import Frame, Scene
from pdc.rules.sharing import fractions, zeros
from pdc.rules.targets import TargetBuilder, Targets


@dataclass(frozen=True, eq=False)
class BoundGroup:
    """A group's law in numbers: scenes, targets and the cells of every constraining rule.

    Scenes and targets are by title, without titles that no unit may have; cells in the order of the law.
    """

    scenes: Mapping[str, Scene]
    targets: Mapping[str, Targets]
    cells: tuple[Cells, ...]


def bind_group(
    country: Country,
    rulebook: Rulebook,
    group: Group,
    planned: Mapping[str, Ints],
    growth: Fraction = ZERO,
) -> BoundGroup:
    """Targets and rules of a group, given the plans of the groups before it.

    Raises :class:`~pdc.base.faults.InputError`, naming the clause, for a formula that cannot be computed.
    """
    try:
        return _bind(country, rulebook, group, planned, growth)
    except FormulaError as error:
        raise InputError([fault_of_formula(rulebook, error)]) from None


def fault_of_formula(book: Rulebook, error: FormulaError) -> Fault:
    """The clause whose formula cannot be computed."""
    text = error.values.get("formula")
    code = f"rulebook.{error.code.removeprefix('formula.')}"
    named = str(error.values.get("clause", ""))
    if named in book.clauses:
        return Fault(book.clauses[named].file, None, named, code, dict(error.values))
    for rule in (*book.rules, *book.definitions):
        for key, formula in rule.formulas.items():
            if formula.text == text and rule.clause in book.clauses:
                clause = book.clauses[rule.clause]
                return Fault(clause.file, None, clause.number, code, {"key": key, **error.values})
    return Fault("", None, None, code, {"key": "", **error.values})


def _bind(
    country: Country, rulebook: Rulebook, group: Group, planned: Mapping[str, Ints], growth: Fraction
) -> BoundGroup:
    frame = Frame(country, rulebook, planned, growth=growth)
    scenes: dict[str, Scene] = {}
    targets: dict[str, Targets] = {}
    cells: list[Cells] = []
    names = {title.code: title for title in rulebook.titles}
    for code in group.titles:
        scene = Scene(frame, names.get(code, Title(code, "", {})))
        builder = TargetBuilder(scene)
        builder.provinces()
        builder.eligibility()
        builder.districts()
        own = [
            found
            for rule in rulebook.for_title(code, *KINDS)
            if not rule.joint and (found := KINDS[rule.kind].bind(scene, rule, (code,))) is not None
        ]
        asked = _floors(country, own, builder.province)
        floors, rows = zeros(len(asked)), np.flatnonzero(builder.eligible & (asked != 0))
        floors[rows] = fractions(asked[rows], len(rows))
        spare = [found.at for found in own if found.later]
        targets[code] = builder.units(floors, np.unique(np.concatenate(spare)) if spare else None)
        scenes[code] = scene
        cells += own
    # A title that no unit may have is not planned: nothing could be bound, and its posts have no place.
    for code in [code for code, target in targets.items() if not target.eligible.any()]:
        del scenes[code], targets[code]
        cells = [c for c in cells if c.titles != (code,)]
    for rule in rulebook.of_kind(*KINDS):
        members = tuple(t for t in targets if rule.covers(t))
        if rule.joint and members:
            scene, own_closed = scenes[members[0]], scenes[members[0]].column("unit", "closed")
            # A unit that is open to one of the titles is asked for both together.
            closed = [np.asarray(scenes[t].column("unit", "closed"), dtype=bool) for t in members]
            scene.add("unit", "closed", np.logical_and.reduce(closed).astype(np.int64))
            found = KINDS[rule.kind].bind(scene, rule, members)
            scene.add("unit", "closed", own_closed)
            if found is not None:
                cells.append(found)
    cells.sort(key=lambda c: _law_order(rulebook, c))
    return BoundGroup(scenes, targets, tuple(cells))


def _law_order(rulebook: Rulebook, cells: Cells) -> tuple[int, int]:
    return list(rulebook.clauses).index(cells.rule.clause), cells.rule.number


def _floors(country: Country, cells: list[Cells], province: Objects) -> Ints:
    """F of every unit: floors of all tiers of the title itself; a share is taken of the province's target."""
    asked: list[Ask] = []
    for found in cells:
        kind = KINDS[found.rule.kind]
        if isinstance(kind, Floor) and found.level == "unit":
            asked.append(kind.ask(found))
        elif isinstance(kind, Share) and found.rule.tier is not None:
            totals = np.array([round_half_up(q) for q in province.tolist()], dtype=np.int64)
            asked.append(share_ask(found, limits(found, totals[found.at])))
    return Requirements(len(country.units), tuple(asked)).required(TIERS[-1])
