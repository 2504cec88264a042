"""Seconds that solving takes, by what they go into."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Clock:
    """Seconds spent making the PuLP model, handing it over, and solving."""

    build: float = 0.0
    transfer: float = 0.0
    solve: float = 0.0
    models: int = 0
    stages: int = 0
    columns: int = 0

    def add(self, other: Clock) -> None:
        """Add the times of another clock."""
        for name in ("build", "transfer", "solve", "models", "stages", "columns"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
