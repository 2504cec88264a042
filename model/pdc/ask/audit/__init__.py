"""Any table of posts measured on the whole law: every clause, deviation from the targets, fairness.

No solver: targets and rules are bound as for a plan, and the numbers of the table are counted against them.
"""

from pdc.ask.audit.counting import audit, measure
from pdc.ask.audit.result import Audit, GroupAudit, TitleAudit

__all__ = ["Audit", "GroupAudit", "TitleAudit", "audit", "measure"]
