"""What every kind of rule can do: bind to a country, constrain a program, check a plan.

``bind`` turns a rule into numbers once; the twins ``constrain`` (for the solver) and ``check`` (plain
numbers, no solver) both start from those, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from pdc.base.numbers import Ints, Objects
from pdc.law.rulebook import Rule
from pdc.rules.cells import Cells, Finding, Numbers
from pdc.rules.requirements import Ask
from pdc.rules.scene import Scene


class Hearer(Protocol):
    """What a kind of rule may say to a program: one method a form of rule.

    A protocol, so that rules need not import the program; ``cells`` are what ``bind`` gave.
    """

    def ask(self, title: str, level: str, ask: Ask, priority: Objects | None = None) -> None:
        """Soft floor or fix of places of one title."""

    def at_most(self, title: str, at: Ints, most: Ints) -> None:
        """Hard upper bounds of units."""

    def band(self, cells: Cells) -> None:
        """Both ends of a band: hard without a tier, else soft."""

    def at_least_together(self, cells: Cells) -> None:
        """Soft floor for the sum of several titles at a unit."""

    def at_most_together(self, cells: Cells) -> None:
        """Hard limit for the sum of some units of a province."""

    def share(self, cells: Cells) -> None:
        """Part of a province's number: a limit for units together, or a fix of one."""

    def none_or_at_least(self, cells: Cells) -> None:
        """Units that have none, or at least so many (semicontinuous)."""

    def first_then(self, cells: Cells) -> None:
        """Units that wait for others."""


class Kind:
    """A kind of rule. Most kinds say nothing to the program; those that do override ``constrain``."""

    def bind(self, scene: Scene, rule: Rule, titles: Sequence[str]) -> Cells | None:
        """Numbers of the rule for these titles; None where the kind acts elsewhere (targets, merges …)."""
        del scene, rule, titles
        return None

    def constrain(self, program: Hearer, cells: Cells) -> None:
        """Say to the program what the rule asks for; by default nothing."""

    def check(self, numbers: Numbers, cells: Cells) -> Iterable[Finding]:
        """Compare found with required, without a solver."""
        del numbers, cells
        return ()
