"""Solve a program stage by stage: shortfalls, deviations, ties; each over the optima of the one before.

``solve`` is the way in. A tree is a network and its vertices are whole (``network``, ``stages``, ``ties``);
what is no network is decided first, so that the rest is one: province numbers under shares (``shares``),
orders (``orders``, ``branching``), none-or-at-least rules (``gaps``).
"""

from pdc.lexicographic.answer import ENGINES, HIGHS, Budget, How, InternalError, LawfulPlanError, Solution
from pdc.lexicographic.memory import Memory
from pdc.lexicographic.network import feasible
from pdc.lexicographic.orders import close_unreachable_orders, standing
from pdc.lexicographic.solve import solve

__all__ = [
    "ENGINES", "HIGHS", "Budget", "How", "InternalError", "LawfulPlanError", "Memory", "Solution",
    "close_unreachable_orders", "feasible", "solve", "standing",
]  # fmt: skip
