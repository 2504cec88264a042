"""What a table cannot show: rules below its level, rules that read titles it does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pdc.groups import matches, patterns_read
from pdc.kinds import Cells
from pdc.law.rulebook import Rulebook

FINER, MISSING_TITLES, PARTIAL = "finer_level", "missing_titles", "partial_cover"


@dataclass(frozen=True)
class Hidden:
    """A clause that a table cannot show for a title, and why (``say("audit.hidden." + reason)``)."""

    clause: str
    title: str
    level: str
    reason: str
    what: str = ""


def unread(rulebook: Rulebook, cells: Iterable[Cells], missing: Collection[str]) -> dict[str, list[str]]:
    """Rules (by key) that read the plan of titles that are missing, with those titles."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        lacking = [t for t in missing if t in cell.titles]
        patterns = patterns_read(rulebook, [cell.rule])
        lacking += [t for t in missing if t not in cell.titles and matches(patterns, t)]
        if lacking:
            found[cell.rule.key] = lacking
    return found
