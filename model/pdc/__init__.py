"""pdc: who works where in Turkey's public health service, planned from the law as data.

>>> import pdc
>>> plan = pdc.plan(titles=["eczaci"])            # doctest: +SKIP
>>> plan.provinces.head()                         # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pdc.answers import explain
    from pdc.comparison import Comparison, compare
    from pdc.faults import Fault, InputError
    from pdc.group_plan import Options
    from pdc.measure import Audit, audit
    from pdc.no_plan import ClashError, StrictError
    from pdc.run import Plan, plan
    from pdc.setting import builtin_data, scenario_folder
    from pdc.sweeps import sweep

__all__ = [
    "Audit",
    "ClashError",
    "Comparison",
    "Fault",
    "InputError",
    "Options",
    "Plan",
    "StrictError",
    "audit",
    "builtin_data",
    "compare",
    "explain",
    "plan",
    "scenario_folder",
    "sweep",
]
__version__ = "0.1.0"

_HOME: Final = {
    "Audit": "pdc.measure",
    "Comparison": "pdc.comparison",
    "audit": "pdc.measure",
    "compare": "pdc.comparison",
    "sweep": "pdc.sweeps",
    "ClashError": "pdc.no_plan",
    "Fault": "pdc.faults",
    "InputError": "pdc.faults",
    "Options": "pdc.group_plan",
    "Plan": "pdc.run",
    "StrictError": "pdc.no_plan",
    "builtin_data": "pdc.setting",
    "explain": "pdc.answers",
    "plan": "pdc.run",
    "scenario_folder": "pdc.setting",
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
