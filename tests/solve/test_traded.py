"""A later stage of a mixed-integer program takes nothing from an earlier one, however little."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pdc.base.numbers import Floats
from pdc.country.setting import prepare
from pdc.planning.plan import Plan, plan_setting
from pdc.program.options import Options
from pdc.solve import stages, ties
from pdc.solve.highs import NotSolvedError, Session

TINY = Path(__file__).resolve().parents[1] / "fuzz" / "tiny"
RULE = """["Z.1"]
source = "x"
tr = "x"
en = "x"
[["Z.1".rule]]
kind = "none_or"
titles = ["dis_tabibi"]
amount = "1 + 1"
"""


def _plan(tmp_path: Path, norm: str) -> Plan:
    path = tmp_path / "none.toml"
    path.write_text(RULE, "utf-8")
    return plan_setting(
        prepare(TINY, [path], ["A.3.minimum=0"]), ["dis_tabibi"], Options(norm=norm, proof=False)
    )


@pytest.mark.parametrize("norm", ["l1", "webster"])
def test_room_in_the_rows_that_hold_an_optimum_is_not_spent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, norm: str
) -> None:
    """Rows a thousand times too wide for the deviations of the tiny country: the plan stays as good."""
    exact = _plan(tmp_path, norm).groups[0].solution
    assert exact.proven
    monkeypatch.setattr(ties, "SLACK", 1e-4)
    wide = _plan(tmp_path, norm).groups[0].solution
    assert wide.value.order <= exact.value.order or not wide.proven
    names = list(exact.value.stages)
    until = names.index("district") if not wide.proven else len(names)
    assert wide.value.order[:until] == exact.value.order[:until]


def test_a_stage_won_at_the_cost_of_another_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[stages._Kept] = []
    real = stages._Kept.__init__

    def noted(self: stages._Kept, *given: Any) -> None:
        real(self, *given)
        made.append(self)

    monkeypatch.setattr(stages._Kept, "__init__", noted)
    assert _plan(tmp_path, "l1").groups[0].solution.proven
    model, best = made[-1].model, made[-1].values
    kept = stages._Kept(made[-1].program, model)
    worse = Session(model, "tier1").minimise(-model.costs["tier1"]).values
    assert kept.takes(best, "unit")
    assert not kept.takes(worse, "")
    assert kept.values is best


def test_rows_that_are_called_broken_get_more_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that finds nothing between rows as narrow as its tolerance is asked again with wider ones."""
    exact = _plan(tmp_path, "l1").groups[0].solution
    real, left = Session.minimise, [2]

    def minimise(self: Session, cost: Floats, *rest: Any, **named: Any) -> Any:
        if self.limits and self.is_mip and left[0]:
            left[0] -= 1
            raise NotSolvedError("Infeasible", infeasible=True, ray=np.zeros(0))
        return real(self, cost, *rest, **named)

    monkeypatch.setattr(Session, "minimise", minimise)
    found = _plan(tmp_path, "l1").groups[0].solution
    assert left == [0]
    assert found.value.order == exact.value.order
