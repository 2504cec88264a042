"""``report.html``: one file that opens from a mail attachment, with or without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pdc_common.text import Lang
from pdc_reports.explain.plausibility import plausibility
from pdc_reports.figures.maps import MEASURES, attribution, no_map, shapes, svg_map
from pdc_reports.folder.need import Reach, known_need, need_name
from pdc_reports.folder.plan import PlanTables, worded
from pdc_reports.pages.parts import lone_specialists as lone_part
from pdc_reports.pages.parts import need as beside
from pdc_reports.pages.parts import plan_tables as whole
from pdc_reports.pages.parts import plausibility as fit
from pdc_reports.pages.parts.chooser import (
    Choice,
    choices,
    chooser_data,
    classes,
    district_table,
    facts,
    legend,
    map_fill,
    province_table,
    shown_first,
)
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.environment import common, environment
from pdc_reports.pages.parts.explanations import Whys
from pdc_reports.pages.parts.provenance import provenance
from pdc_reports.pages.parts.summary import cards, objective, shortfalls
from pdc_reports.pages.parts.svg import lorenz_plot, scatter

__all__ = ["write_page"]


@worded
def write_page(
    tables: PlanTables,
    lone: pd.DataFrame,
    path: Path,
    lang: Lang = "tr",
    links: Mapping[int, str] | None = None,
) -> Path:
    """Write the page and return its path; ``links`` leads from a plate code to the province's page."""
    edition, links = Edition(tables, lang), links or {}
    found = choices(edition)
    first = shown_first(found, tables.shown)
    groups: dict[str, list[Choice]] = {}
    for choice in found:
        groups.setdefault(choice.group, []).append(choice)
    drawn = svg_map(shapes(tables))
    whys = Whys(edition)
    far = plausibility(whys.book, whys.facts.values()) if whys.known else []
    reach = Reach(tables)
    sheets = [
        whole.titles_table(found, edition),
        whole.not_planned_table(edition),
        province_table(first, edition, links),
        district_table(first, edition),
        whole.deviation_table(found, edition),
        whole.fairness_table(found, edition),
        whole.clause_table(edition),
        whole.short_table(edition),
        lone_part.branch_table(lone, edition),
        lone_part.farthest_table(lone, edition),
        fit.size_table(far, edition),
        fit.empty_table(far, edition),
        fit.load_table(far, edition),
        *beside.sheets(found, edition, reach),
        whole.notice_counts_table(edition),
        whole.notices_table(edition),
    ]
    context = {
        **common(edition),
        "cards": cards(edition),
        "shortfalls": shortfalls(edition),
        "objective": objective(edition),
        "tables": {table.id: table for table in sheets},
        "groups": groups,
        "has_branches": tables.has_branches,
        "first": first,
        "measures": MEASURES,
        "has_filled": bool(len(tables.filled)),
        "facts": facts(first, edition),
        "map": drawn,
        "map_fill": map_fill(first, edition),
        "legend": legend(classes(first, MEASURES[0], edition)),
        "attribution": attribution(tables),
        "no_map": no_map(tables, lang),
        "scatter": scatter(first.numbers, tables.provinces["province"].tolist(), lang),
        "lorenz": lorenz_plot(first.numbers, lang),
        "need": beside.need_sentence(first, edition),
        "need_name": need_name(tables, lang),
        "concentration": beside.concentration_plot(first, edition) if known_need(tables).sum() > 1 else "",
        "access": beside.access_sentences(first, edition, reach),
        "lone_sentences": lone_part.sentences(lone, edition),
        "lone_most": edition.num(lone.groupby("district_code").size().max() if len(lone) else 0),
        "lone_dots": lone_part.dots(lone, edition, drawn),
        "provenance": provenance(tables, lang),
        "plausibility": fit.sentences(far, edition) if far else [],
        "why": whys.pack(
            (title, "province", str(code)) for title in tables.planned for code in tables.province_name
        ),
        "data": chooser_data(found, edition, frozenset(code for code, _ in drawn.paths), links),
    }
    path.write_text(environment().get_template("report.html.j2").render(context), "utf-8", newline="\n")
    return path
