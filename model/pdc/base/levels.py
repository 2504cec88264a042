"""Levels of places and stages of the objective, in their order. Nothing here needs an array."""

from __future__ import annotations

from typing import Final

from pdc.base.exact import Fraction

LEVELS: Final = ("province", "district", "unit")
STAGES: Final = ("tier1", "tier2", "tier3", "province", "tier4", "district", "unit")
LEAST_TARGET: Final = Fraction(1, 100)  # model.md: q is taken as at least 0.01
