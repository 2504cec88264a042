"""``order``: some units have none until others have theirs (a yes/no for every province)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pdc.base.formula import truth
from pdc.law.rulebook import Rule
from pdc.rules.cells import BINDING, KEPT, SHORT, Cells, Finding, Numbers, whole_amounts
from pdc.rules.kinds.base import Hearer, Kind
from pdc.rules.requirements import positions
from pdc.rules.scene import Scene


class Order(Kind):
    """Units of ``after`` have posts only where every unit of ``first`` has what it needs.

    What it needs is ``at_least``, or else the floors of all tiers (:func:`pdc.program.build.with_needs`).
    """

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Provinces with units of ``after``; without ``after`` none: weights or tiers hold such an order."""
        if rule.formula("after") is None:
            return None
        eligible = truth(scene.column("unit", "eligible"))
        members = positions(scene.where(rule, "after", "unit") & eligible)
        first, _ = scene.split_closed("unit", positions(scene.where(rule, "first", "unit")))
        provinces, member_of = np.unique(scene.country.unit_province[members], return_inverse=True)
        inside = np.isin(scene.country.unit_province[first], provinces)
        first = first[inside]
        need = np.full(len(first), -1, dtype=np.int64)
        if rule.formula("at_least") is not None:
            need = whole_amounts(scene.amounts(rule, "at_least", first, "unit"), rule, "at_least")
        return Cells(
            rule, tuple(titles), "province", provinces, np.zeros(len(provinces), dtype=np.int64),
            members=members, member_of=member_of, first=first,
            first_of=np.searchsorted(provinces, scene.country.unit_province[first]), first_need=need,
        )  # fmt: skip

    def constrain(self, program: Hearer, cells: Cells) -> None:
        """Tell the program which units wait for which."""
        program.first_then(cells)

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        """``required`` is what the first units lack in all; ``posts`` what the later ones have."""
        assert cells.members is not None
        assert cells.member_of is not None
        assert cells.first is not None
        assert cells.first_of is not None
        assert cells.first_need is not None
        posts = numbers.at(cells.titles[0], "unit")
        later = np.zeros(len(cells.at), dtype=np.int64)
        np.add.at(later, cells.member_of, posts[cells.members])
        lacking = np.zeros(len(cells.at), dtype=np.int64)
        np.add.at(lacking, cells.first_of, np.maximum(0, cells.first_need - posts[cells.first]))
        for at, lack, found in zip(cells.at.tolist(), lacking.tolist(), later.tolist(), strict=True):
            broken = found if lack else 0
            state = SHORT if broken else (BINDING if lack else KEPT)
            required = 0 if lack else None
            yield Finding(
                cells.rule.clause,
                cells.title,
                "province",
                at,
                required,
                found,
                broken,
                None,
                state,
                hard=True,
            )
