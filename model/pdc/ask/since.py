"""``plan … --since``: the plan beside last year's approved table, whose seal is checked first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pdc.ask.difference import Difference, Side
from pdc.base.faults import Fault, InputError
from pdc.planning import seal
from pdc.planning.plan import Plan
from pdc_common.bounded import text_of
from pdc_common.cells_csv import read_table
from pdc_common.levels import LEVELS

TABLE: Final = "since"
LEVELS_TOLD: Final = ("national", *LEVELS, "clause")
_GROUPS: Final = "service_groups"


@dataclass(frozen=True, eq=False)
class LastTable:
    """An approved plan that this one follows: its result tables, and what its seal says."""

    side: Side
    groups: pd.DataFrame | None
    told: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> LastTable:
        """An approved plan folder as it was sealed; else :class:`~pdc.base.faults.InputError`."""
        try:
            verdict = seal.verify(folder)
        except (seal.NotAPlanError, OSError):
            raise InputError([Fault(str(folder), None, None, "since.no_seal")]) from None
        if not verdict.intact:
            files = [*verdict.changed, *verdict.missing, *verdict.added]
            raise InputError([Fault(str(folder), None, file, "since.changed") for file in files])
        try:
            side = Side.read(folder)
            summary = json.loads(text_of(folder / "summary.json"))
            state = summary["state"]
            told = {
                "name": folder.resolve().name, "by": state["by"], "decision": state["decision"],
                "date": state["date"], "seal": verdict.fingerprint, "data": summary["data"]["sha256"],
                "rulebook": summary["rulebook"]["sha256"],
            }  # fmt: skip
        except (seal.NotAPlanError, ValueError, KeyError, TypeError):
            raise InputError([Fault(str(folder), None, None, "since.no_plan")]) from None
        groups = folder / f"{_GROUPS}.csv"
        return cls(side, read_table(groups, keep_default_na=False) if groups.is_file() else None, told)

    def alone(self, made: Plan) -> Iterator[tuple[str, tuple[str, ...], int]]:
        """What the last table (``there``) and the plan (``here``) have alone: titles, and how many units."""
        held = Difference(self.side, Side.of(made, "plan"))
        codes = [set(side.cells("unit")["code"]) for side in held.sides]
        for where, titles, own, other in zip(
            ("there", "here"), held.alone, codes, reversed(codes), strict=True
        ):
            yield where, tuple(titles), len(own - other)

    def _fault(self, code: str, **values: object) -> InputError:
        return InputError([Fault(str(self.told["name"]), None, None, f"since.{code}", values)])

    def beside(self, made: Plan) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
        """Tables of the comparison by name, and what the plan's summary says of it.

        ``since.csv`` has what differs by title, place and clause (columns of ``differences.csv``). Groups of
        the last table take the place of those by today's posts.
        """
        held = Difference(self.side, Side.of(made, "plan"))
        if not held.titles:
            named = [", ".join(side.titles) for side in held.sides]
            raise self._fault("no_titles", there=named[0], here=named[1])
        codes = [set(side.cells("unit")["code"]) for side in held.sides]
        if not codes[0] & codes[1]:
            raise self._fault("other_units", there=min(codes[0]), here=min(codes[1]))
        frame = held.frame()
        frame = frame[frame["level"].isin(LEVELS_TOLD)].reset_index(drop=True)
        tables = {TABLE: frame}
        if self.groups is not None and made.service_groups is not None:
            groups = self.groups[self.groups["title"].isin(held.titles)]
            rates = pd.to_numeric(groups["fill_rate"], errors="coerce")
            tables["service_groups_before"] = groups.assign(fill_rate=rates)
        only = {"base": list(held.alone[0]), "plan": list(held.alone[1])}
        return tables, {**self.told, "only": only}
