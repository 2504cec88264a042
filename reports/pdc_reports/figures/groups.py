"""Maps of the service groups of a title."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from pdc_common.text import Lang, say
from pdc_reports.figures.choropleth import draw_provinces, map_credit, map_legend
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


def draw_group_map(
    ax: Axes, *, tables: PlanTables, title: str, before: bool = False, lang: Lang = "tr"
) -> None:
    """Colour each province by its service group for ``title``, by the plan or as it was ``before``."""
    classes = group_classes(tables, title, before=before)
    colour = {
        int(code): classes.colours[c]
        for code, c in zip(tables.provinces["province_code"], classes.of, strict=True)
        if c >= 0
    }
    draw_provinces(ax, tables, colour)
    ax.set_title(f"{staffing.full_title(tables, title, lang)}: {when(tables, before, lang)}")
    handles = [Patch(facecolor=c, edgecolor="#64748b", linewidth=0.5) for c in classes.colours]
    map_legend(ax, handles, list(classes.labels), say("reports.staff.groups_legend", lang))
    map_credit(ax, tables, lang)


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
