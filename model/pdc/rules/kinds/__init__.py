"""The closed list of kinds of rule, each with its twins ``constrain`` and ``check``."""

from collections.abc import Mapping
from typing import Final

from pdc.rules.cells import Cells, Finding, Numbers
from pdc.rules.kinds.base import Kind
from pdc.rules.kinds.demand import Fix, Floor, Ratio
from pdc.rules.kinds.limits import Band, Cap, Share
from pdc.rules.kinds.none_or import NoneOr
from pdc.rules.kinds.order import Order

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind for kind in (Floor(), Fix(), Ratio(), Cap(), Band(), Share(), Order(), NoneOr())
}
"""Kinds that constrain a program; the others act on tables, targets and lists."""

__all__ = ["KINDS", "Cells", "Finding", "Kind", "Numbers"]
