"""Staff by unit: filled, vacant, and what 4924 locks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import Country


def staff_columns(country: Country, title: str) -> dict[str, Ints]:
    """Filled and vacant posts of a title at each unit, those that may not be moved apart."""
    filled = country.filled_columns
    rows = country.filled_rows.get(title, np.zeros(0, dtype=np.int64))
    at = filled["at"][rows]
    columns = {}
    for name in ("filled", "vacant", "absent", "filled_locked", "vacant_locked"):
        values = np.zeros(len(country.units), dtype=np.int64)
        values[at] = filled[name][rows]
        columns[name] = values
    return columns


def excess_locked(staff: Mapping[str, Ints], posts: Ints) -> tuple[Ints, Ints]:
    """Staff who may not be moved above the plan (locked); vacant positions that would exceed it (blocked)."""
    locked = np.maximum(0, staff["filled_locked"] - posts)
    room = np.maximum(0, posts - staff["filled"])
    blocked = np.maximum(0, staff["vacant_locked"] - room)
    return locked, blocked
