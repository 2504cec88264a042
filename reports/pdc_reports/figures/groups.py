"""Service groups of a title as classes of a map."""

from __future__ import annotations

from collections.abc import Sequence

from pdc_common.text import Lang, say
from pdc_reports.figures.maps import GROUP_COLOURS, Classes
from pdc_reports.folder import staffing
from pdc_reports.folder.plan import PlanTables


def group_classes(tables: PlanTables, title: str, *, before: bool = False) -> Classes:
    """Map classes of the groups of a title, of the plan or before it."""
    codes = staffing.codes(tables)
    held = staffing.groups_of(tables, last=before)
    found = [held.get((title, code), "") for code in tables.provinces["province_code"].tolist()]
    if not any(found):
        return Classes(tuple([-1] * len(found)), (), ())
    of = tuple(codes.index(group) if group in codes else -1 for group in found)
    return Classes(of, codes, tuple(GROUP_COLOURS[min(i, len(GROUP_COLOURS) - 1)] for i in range(len(codes))))


def group_figure(title: str, before: bool) -> str:
    """Name of the map of a title's service groups."""
    return f"groups-{'before-' if before else ''}{title.replace('_', '-')}"


def when(tables: PlanTables, before: bool, lang: Lang) -> str:
    """Of which posts the groups are: the plan's, today's, or last year's table."""
    if not before:
        return say("reports.staff.groups_plan", lang)
    return say(f"reports.staff.groups_{'last' if tables.summary.get('since') else 'today'}", lang)


def mapped(tables: PlanTables, titles: Sequence[str], *, before: bool = False) -> list[str]:
    """Of ``titles`` those that have groups."""
    frame = staffing.before(tables) if before else tables.service_groups
    held = set(frame["title"])
    return [title for title in titles if title in held]
