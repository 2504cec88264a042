"""Marginal allocation: the second exact method, written apart from the first.

A separable convex objective over a tree needs no solver: every place orders what each further post would
cost there, places above merge those orders, and the country takes the cheapest until its posts are given
out (Federgruen and Groenevelt, *The greedy procedure for resource allocation problems*, 1986; Hochbaum,
*Lower and upper bounds for the allocation problem*, 1994). The proofs need addition and order alone, so they
hold for costs that are vectors, a component a stage.
"""

from pdc.solve.marginal.allocate import Steps, allocate
from pdc.solve.marginal.tree import InfeasibleError, crossed, no_tree

__all__ = ["InfeasibleError", "Steps", "allocate", "crossed", "no_tree"]
