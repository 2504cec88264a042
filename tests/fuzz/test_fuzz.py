"""A thousand spoilt inputs of each kind: each gets an answer, none an internal error, none takes long."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.kinds import KINDS, _honest
from fuzz.run import many

EACH = 1000
PARTS = 4  # so that two processes share the work of a kind


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_spoilt_input_gets_an_answer(kind: str, part: int) -> None:
    found = many(kind, range(part * EACH // PARTS, (part + 1) * EACH // PARTS))
    assert not found, "\n".join(map(str, found))


def test_a_none_or_rule_under_l1_is_planned(tmp_path: Path) -> None:
    _honest("none_or", "l1", tmp_path)
