"""The words a data folder may use: titles, statuses, branches and tables (from the rulebook)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pdc.tables.schema import Schema


@dataclass(frozen=True)
class Vocabulary:
    """What counts as a known word when tables are read.

    ``raw_titles`` maps (raw title, branch) to a planning title; ``excluded`` are raw titles that are never
    planned. A title ``family.branch`` names a family: that family with a branch that is not planned is no
    fault, whatever the branch. ``title_names`` are the names of each planning title, the one to show first.
    """

    titles: frozenset[str]
    raw_titles: Mapping[tuple[str, str], str]
    excluded: frozenset[str]
    statuses: frozenset[str]
    schema: Schema
    title_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def families(self) -> tuple[str, ...]:
        """What stands before the point in the titles that have a branch."""
        return tuple(sorted({title.partition(".")[0] for title in self.titles if "." in title}))
