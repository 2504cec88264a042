"""Levels of places and stages of the objective, in their order. Nothing here needs an array."""

from __future__ import annotations

from typing import Final

from pdc.base.exact import Fraction
from pdc_common.levels import ALL_LEVELS, LEVELS

__all__ = ["ALL_LEVELS", "LEAST_TARGET", "LEVELS", "STAGES"]

STAGES: Final = ("tier1", "tier2", "tier3", "province", "tier4", "district", "unit")
LEAST_TARGET: Final = Fraction(1, 100)
"""Posts: the deviation (x − q)² / q takes q as at least this (docs/mathematics.md, "Objective")."""
