"""The files of all plots of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from pdc_common.text import Lang, say
from pdc_reports.figures.plots import chosen, plots, reached
from pdc_reports.folder.need import Reach, kept_reach
from pdc_reports.folder.plan import PlanTables, worded
from pdc_reports.folder.views import (
    BY_PROVINCE,
    SHORT_RULES,
    by_province,
    fingerprint,
    short_rules,
    state_line,
)

# What figures read of the tables and of the lone colleagues: of most of a plan's rows they show nothing.
_READ: Final = (
    "plan_provinces", "service_groups", "service_groups_before", "provinces", "districts", "titles",
    "kinds", "words", "bands", "borders", "summary",
)  # fmt: skip
_READ_LONE: Final = ["district_code", "next_km"]


@worded
def write_figures(tables: PlanTables, lone: pd.DataFrame, folder: Path, lang: Lang = "tr") -> list[Path]:
    """Write every plot as SVG and PNG; same plan, same bytes."""
    from pdc_reports.figures.draw import write_plots  # noqa: PLC0415 - with it matplotlib comes in

    folder.mkdir(parents=True, exist_ok=True)
    source = say(
        "reports.figure.source",
        lang,
        state=state_line(tables, lang),
        data=fingerprint(tables, "data"),
        rulebook=fingerprint(tables, "rulebook"),
    )
    return write_plots(plots(tables, lone, lang), folder, source)


@worded
def figure_paths(tables: PlanTables, lone: pd.DataFrame, folder: Path, lang: Lang = "tr") -> list[Path]:
    """The files that :func:`write_figures` writes."""
    return [path for plot in plots(tables, lone, lang) for path in plot.paths(folder)]


def shown_alone(tables: PlanTables, lone: pd.DataFrame) -> tuple[PlanTables, pd.DataFrame]:
    """Of both what :func:`write_figures` reads, for a process that has neither."""
    short_rules(tables)
    for title in chosen(tables):
        by_province(tables, title)
    titles = reached(tables)
    for title in titles:
        Reach(tables).of(title)
    return tables.only(*_READ, SHORT_RULES, BY_PROVINCE, *map(kept_reach, titles)), lone[_READ_LONE]
