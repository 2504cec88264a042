"""Marginal allocation: the second exact method, written apart from the first.

A separable convex objective over a tree needs no solver: every place orders what each further post would
cost there, places above merge those orders, and the country takes the cheapest until its posts are given
out (Federgruen and Groenevelt, *The greedy procedure for resource allocation problems*, 1986; Hochbaum,
*Lower and upper bounds for the allocation problem*, 1994). The proofs need addition and order alone, so they
hold for costs that are vectors, a component a stage. Floors that several titles share at a unit, and limits
of several units, run across the trees: only what they disturb is exchanged
(:mod:`pdc.solve.marginal.across`).
"""

from pdc.solve.marginal.across import NoTreeError, crossed
from pdc.solve.marginal.allocate import Steps, allocate
from pdc.solve.marginal.planned import Found, differing, planned
from pdc.solve.marginal.tree import InfeasibleError, no_tree

__all__ = [
    "Found",
    "InfeasibleError",
    "NoTreeError",
    "Steps",
    "allocate",
    "crossed",
    "differing",
    "no_tree",
    "planned",
]
