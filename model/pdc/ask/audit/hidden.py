"""What a table cannot show: rules below its level, rules that read titles it does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pdc.law.groups import matches, patterns_read
from pdc.law.rulebook import Rulebook
from pdc.rules.kinds import Cells

FINER, SUMS_ONLY = "finer_level", "sums_only"
MISSING_TITLES, ELIGIBILITY, PARTIAL = "missing_titles", "eligibility", "partial_cover"


Blind = dict[tuple[str, str], list[str]]


@dataclass(frozen=True)
class Hidden:
    """A clause that a table cannot show for a title, and why (``say("audit.hidden." + reason)``)."""

    clause: str
    title: str
    level: str
    reason: str
    what: str = ""


def uncertain(rulebook: Rulebook, title: str, missing: Collection[str]) -> list[Hidden]:
    """Rules that say where a title may be, or its target, and read titles that are missing (B.4.b.3)."""
    found = {}
    for rule in rulebook.for_title(title, "eligible", "target", "supply"):
        patterns = patterns_read(rulebook, [rule])
        lacking = [t for t in missing if t != title and matches(patterns, t)]
        if lacking:
            found[rule.clause] = Hidden(rule.clause, title, rule.level, ELIGIBILITY, "+".join(lacking))
    return list(found.values())


def unread(rulebook: Rulebook, cells: Iterable[Cells], missing: Collection[str]) -> Blind:
    """Rules (by key and titles) that read the plan of titles that are missing, with those titles."""
    found: Blind = {}
    for cell in cells:
        lacking = [t for t in missing if t in cell.titles]
        patterns = patterns_read(rulebook, [cell.rule])
        lacking += [t for t in missing if t not in cell.titles and matches(patterns, t)]
        if lacking:
            found[cell.rule.key, cell.title] = lacking
    return found
