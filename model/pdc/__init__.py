"""pdc: who works where in Turkey's public health service, planned from the law as data.

>>> import pdc
>>> plan = pdc.plan(titles=["eczaci"])            # doctest: +SKIP
>>> plan.provinces.head()                         # doctest: +SKIP
"""

from pdc.comparison import Comparison, compare
from pdc.faults import Fault, InputError
from pdc.group_plan import Options
from pdc.measure import Audit, audit
from pdc.run import ClashError, Plan, StrictError, plan
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
    "plan",
    "scenario_folder",
    "sweep",
]
__version__ = "0.1.0"
