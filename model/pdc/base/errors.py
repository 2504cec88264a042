"""What can go wrong apart from faults of the input."""

from __future__ import annotations


class NoLawfulPlanError(RuntimeError):
    """No plan keeps the hard rules; ``why`` says which of them (and which pins) clash, once that is known."""

    def __init__(self, where: str, why: object = None) -> None:
        super().__init__(where, why)
        self.why = why


class InternalError(RuntimeError):
    """Something that the mathematics rules out has happened; nothing is written."""


class MovesError(RuntimeError):
    """The hard rules cannot be kept with so few moves; ``needed`` of them would do."""

    def __init__(self, group: str, moves: int, needed: int) -> None:
        super().__init__(group, moves, needed)
        self.group, self.moves, self.needed = group, moves, needed


class WrongAnswerError(RuntimeError):
    """The solver's answer does not hold against its own program; nothing is written."""
