"""pdc: who works where in Turkey's public health service, planned from the law as data.

>>> import pdc
>>> plan = pdc.plan(titles=["eczaci"])            # doctest: +SKIP
>>> plan.provinces.head()                         # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pdc.ask.audit import Audit, audit
    from pdc.ask.compare import Comparison, compare
    from pdc.ask.difference import Difference, difference
    from pdc.ask.explain import explain
    from pdc.ask.one_more import OneMore, one_more
    from pdc.ask.plan import plan
    from pdc.ask.session import Session
    from pdc.ask.sweep import sweep
    from pdc.base.faults import Fault, InputError
    from pdc.law.shipped import builtin_data, scenario_folder
    from pdc.planning.plan import Plan
    from pdc.program.options import Options
    from pdc.solve.no_plan.errors import ClashError, StrictError

__all__ = [
    "Audit",
    "ClashError",
    "Comparison",
    "Difference",
    "Fault",
    "InputError",
    "OneMore",
    "Options",
    "Plan",
    "Session",
    "StrictError",
    "audit",
    "builtin_data",
    "compare",
    "difference",
    "explain",
    "one_more",
    "plan",
    "scenario_folder",
    "sweep",
]
__version__ = "0.1.0"

_HOME: Final = {
    "Audit": "pdc.ask.audit",
    "Comparison": "pdc.ask.compare",
    "audit": "pdc.ask.audit",
    "compare": "pdc.ask.compare",
    "Difference": "pdc.ask.difference",
    "difference": "pdc.ask.difference",
    "sweep": "pdc.ask.sweep",
    "ClashError": "pdc.solve.no_plan.errors",
    "Fault": "pdc.base.faults",
    "InputError": "pdc.base.faults",
    "Options": "pdc.program.options",
    "Plan": "pdc.planning.plan",
    "StrictError": "pdc.solve.no_plan.errors",
    "builtin_data": "pdc.law.shipped",
    "explain": "pdc.ask.explain",
    "OneMore": "pdc.ask.one_more",
    "one_more": "pdc.ask.one_more",
    "plan": "pdc.ask.plan",
    "scenario_folder": "pdc.law.shipped",
    "Session": "pdc.ask.session",
}


def __getattr__(name: str) -> Any:
    # pandas, PuLP and HiGHS take most of a second to import; who only asks why a number is so does not wait.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
