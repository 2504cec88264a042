"""The closed list of kinds of rule, each with its twins ``constrain`` and ``check``."""

from collections.abc import Mapping
from typing import Final

from pdc.kinds.base import Cells, Finding, Kind, Numbers
from pdc.kinds.demand import Fix, Floor, Ratio
from pdc.kinds.gaps import NoneOr
from pdc.kinds.limits import Band, Cap, Share
from pdc.kinds.orders import Order

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind for kind in (Floor(), Fix(), Ratio(), Cap(), Band(), Share(), Order(), NoneOr())
}
"""Kinds that constrain a program; the others act on tables, targets and lists."""

__all__ = ["KINDS", "Cells", "Finding", "Kind", "Numbers"]
