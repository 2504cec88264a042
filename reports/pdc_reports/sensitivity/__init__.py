"""Figures and page of a sweep, made from its tables alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from pdc_common.text import Lang, say
from pdc_reports.figures import sweep
from pdc_reports.figures.draw import write_plots
from pdc_reports.figures.plots import Plot
from pdc_reports.folder.sweep import SweepTables
from pdc_reports.folder.sweep_findings import OUTCOMES, paths
from pdc_reports.pages.sensitivity import write_page

__all__ = ["SweepTables", "plots", "write_sensitivity"]
_MOST_LINES: Final = 8


def plots(tables: SweepTables, lang: Lang) -> Iterator[Plot]:
    """Every picture that a sweep has something to show in."""
    told = [(m, k) for m, k in OUTCOMES if sweep.varies(tables, m, k)]
    for measure, key in told:
        if sweep.has_tornado(tables, measure, key):
            height = 1.7 + 0.45 * min(15, len(tables.factors))
            yield Plot(
                f"tornado-{measure}",
                partial(sweep.draw_tornado, tables=tables, measure=measure, key=key, lang=lang),
                (9, height),
            )
    for number, path in enumerate(paths(tables)[:_MOST_LINES], 1):
        for measure, key in told[:2]:
            draw = partial(sweep.draw_line, tables=tables, path=path, measure=measure, key=key, lang=lang)
            yield Plot(f"line-{number}-{measure}", draw, (9, 4.4))
    if sweep.has_heat(tables):
        for measure, key in told[:2]:
            draw = partial(sweep.draw_heat, tables=tables, measure=measure, key=key, lang=lang)
            yield Plot(f"heat-{measure}", draw, (9, 5))
    if {"shortfall", "deviation"} <= {m for m, _ in told}:
        yield Plot("pareto", partial(sweep.draw_pareto, tables=tables, lang=lang), (9, 5.2))
    if len(tables.design) and tables.borders is not None:
        yield Plot("map-often", partial(sweep.draw_often, tables=tables, lang=lang), (10, 5.2))
    if bars := len(sweep.costs(tables)):
        yield Plot(
            "costs", partial(sweep.draw_costs, tables=tables, lang=lang), (9, 1.9 + 0.5 * min(15, bars))
        )


def write_sensitivity(folder: Path, lang: Lang = "tr") -> list[Path]:
    """Write ``figures/`` and ``sensitivity.html`` beside a sweep's tables and return their paths."""
    tables = SweepTables.read(folder)
    inner = folder / "figures"
    inner.mkdir(exist_ok=True)
    source = say(
        "reports.sensitivity.source", lang,
        data=tables.about["data"]["sha256"][:12], rulebook=tables.about["rulebook"]["sha256"][:12],
    )  # fmt: skip
    every = list(plots(tables, lang))
    written = write_plots(every, inner, source)
    drawn = [(plot.name, plot.paths(inner)[0]) for plot in every]
    return [write_page(tables, drawn, folder / "sensitivity.html", lang), *written]
