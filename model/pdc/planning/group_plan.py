"""What planning one group gives: posts, findings, notices, certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from pdc.country.country import Notice
from pdc.law.groups import Group
from pdc.proof.certify import Certificate
from pdc.rules.kinds import Finding
from pdc.rules.targets import Targets
from pdc.solve.moves import Move
from pdc.solve.solution import Solution


@dataclass(frozen=True, eq=False)
class GroupPlan:
    """The plan of one group with everything reports, checks and explanations need.

    ``targets`` do not tell how they came about (``why`` does); ``findings`` are every rule at every place, in
    the order of the law; ``seconds`` by what they went into; ``certificate`` None where none was asked for,
    or the plan was kept near a table.
    """

    group: Group
    targets: Mapping[str, Targets]
    solution: Solution
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    seconds: Mapping[str, float]
    without: tuple[str, ...] = ()  # titles of the group that no unit may have
    certificate: Certificate | None = None
    why: Mapping[str, bytes] = field(default_factory=dict)  # by title, packed
    moves: tuple[Move, ...] = ()  # of a repair
    near: Mapping[str, bytes] = field(default_factory=dict)  # files of a certificate near a table

    def __getstate__(self) -> dict[str, Any]:
        """What another process gets: many thousand rows column by column, which is told and read faster."""
        return vars(self) | {name: tuple(zip(*getattr(self, name), strict=True)) for name in _ROWS}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, kind in _ROWS.items():
            # As ``kind._make`` does, without a call of Python's a row.
            state[name] = tuple(map(partial(tuple.__new__, kind), zip(*state[name], strict=True)))
        vars(self).update(state)


_ROWS: Final = {"findings": Finding, "notices": Notice}
