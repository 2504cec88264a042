"""The pictures of a sweep. One picture is one function that draws on an ``ax``."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from pdc_common.numerals import number, percent, tick
from pdc_common.text import Lang, say
from pdc_reports.figures.axes import plain_numbers
from pdc_reports.figures.choropleth import draw_provinces, map_credit, map_legend
from pdc_reports.figures.deviation import COLOURS
from pdc_reports.figures.maps import SEQUENTIAL
from pdc_reports.folder.sweep import BASE, SweepTables
from pdc_reports.folder.sweep_findings import Path, alone, bars, correlations, front, often

_MOST_BARS: Final = 15
_SHARES: Final = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9)  # lower ends of the map's classes


def outcome_name(measure: str, key: str, lang: Lang) -> str:
    """What an axis shows."""
    return say(
        f"reports.sensitivity.outcome.{measure}_{key}" if key else f"reports.sensitivity.outcome.{measure}",
        lang,
    )


def draw_tornado(ax: Axes, *, tables: SweepTables, measure: str, key: str = "", lang: Lang = "tr") -> None:
    """How far each factor moves an outcome.

    Stepped designs: a bar from the lowest to the highest value, the factor's values at its ends, the base as
    a line. Random designs: Spearman's rank correlation.
    """
    if tables.stepped:
        _reaches(ax, tables, measure, key, lang)
    else:
        _correlations(ax, tables, measure, key, lang)
    ax.grid(True, axis="x", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_title(say("reports.sensitivity.tornado", lang))


def _reaches(ax: Axes, tables: SweepTables, measure: str, key: str, lang: Lang) -> None:
    found = bars(tables, measure, key)[:_MOST_BARS][::-1]
    base = float(tables.measure(measure, key)[BASE])
    for row, bar in enumerate(found):
        for end, colour in ((bar.low, COLOURS[5]), (bar.high, COLOURS[0])):
            ax.barh(row, end - base, left=base, color=colour, height=0.6)
        for end, text, side in ((bar.low, bar.at_low, "right"), (bar.high, bar.at_high, "left")):
            ax.annotate(
                _value(text, lang),
                (end, row),
                xytext=(-4 if side == "right" else 4, 0),
                textcoords="offset points",
                ha=side,
                va="center",
                fontsize=8,
            )
    ax.axvline(base, color="#334155", linewidth=0.9)
    ax.set_ylim(-0.7, len(found) - 0.3)
    ax.set_yticks(range(len(found)), [_wrapped(bar.factor.text(lang)) for bar in found])
    ax.margins(x=0.16)
    plain_numbers(ax.xaxis, lang)
    ax.set_xlabel(
        say(
            "reports.sensitivity.with_base",
            lang,
            what=outcome_name(measure, key, lang),
            base=tick(base, lang),
        )
    )


def _correlations(ax: Axes, tables: SweepTables, measure: str, key: str, lang: Lang) -> None:
    found = correlations(tables, measure, key)[:_MOST_BARS][::-1]
    for row, (_, rho) in enumerate(found):
        ax.barh(row, rho, color=COLOURS[0] if rho > 0 else COLOURS[1], height=0.6)
        ax.annotate(
            number(rho, lang, 2, sign=True),
            (rho, row),
            xytext=(4 if rho > 0 else -4, 0),
            textcoords="offset points",
            ha="left" if rho > 0 else "right",
            va="center",
            fontsize=8,
        )
    ax.axvline(0, color="#334155", linewidth=0.9)
    ax.set_xlim(-1.18, 1.18)
    ax.set_ylim(-0.7, len(found) - 0.3)
    ax.set_yticks(range(len(found)), [_wrapped(factor.text(lang)) for factor, _ in found])
    plain_numbers(ax.xaxis, lang)
    ax.set_xlabel(say("reports.sensitivity.correlation_axis", lang, what=outcome_name(measure, key, lang)))


def draw_line(
    ax: Axes, *, tables: SweepTables, path: Path, measure: str, key: str = "", lang: Lang = "tr"
) -> None:
    """An outcome along one factor; dashed where the answer jumps, a ring at the base."""
    outcome = tables.measure(measure, key)
    y = outcome[list(path.scenarios)].to_numpy(dtype=np.float64)
    ax.plot(path.values, y, color=COLOURS[0], marker="o", markersize=4, linewidth=1.6)
    base = float(outcome[BASE])
    if isinstance(path.factor.base, (int, float)):
        ax.plot(
            [path.factor.base],
            [base],
            marker="o",
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=COLOURS[1],
            markeredgewidth=1.6,
            linestyle="",
            label=say("reports.sensitivity.base_point", lang),
        )
    for number_, i in enumerate(path.jumps):
        middle = (path.values[i] + path.values[i + 1]) / 2
        ax.axvline(
            middle,
            color=COLOURS[1],
            linestyle="--",
            linewidth=1,
            label=say("reports.sensitivity.jump", lang) if not number_ else None,
        )
        ax.annotate(
            say("reports.sensitivity.jump_posts", lang, posts=number(path.steps[i], lang)),
            (middle, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -3),
            textcoords="offset points",
            va="top",
            fontsize=8,
            color="#9a3412",
        )
    ax.margins(y=0.12)
    plain_numbers(ax.xaxis, lang)
    plain_numbers(ax.yaxis, lang)
    ax.grid(True, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(_wrapped(path.factor.text(lang), 90))
    ax.set_ylabel(outcome_name(measure, key, lang))
    ax.set_title(say("reports.sensitivity.line", lang))
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=8)


def draw_heat(ax: Axes, *, tables: SweepTables, measure: str, key: str = "", lang: Lang = "tr") -> None:
    """An outcome over the values of the first two factors of a grid, averaged over any others."""
    first, second = tables.factors[:2]
    outcome = tables.measure(measure, key)
    rows = tables.design.assign(_value=outcome[tables.design["scenario"]].to_numpy())
    means = rows.groupby([second.name, first.name], sort=False)["_value"].mean().unstack()
    means = means.loc[_sorted(means.index), _sorted(means.columns)]
    values = means.to_numpy(dtype=np.float64)
    mesh = ax.pcolormesh(values, cmap="cividis_r", edgecolors="white", linewidth=0.8)
    if values.size <= 144:
        middle = (np.nanmin(values) + np.nanmax(values)) / 2
        decimals = 0 if np.allclose(values, np.rint(values)) else 1
        for i, j in np.ndindex(values.shape):
            ax.text(
                j + 0.5,
                i + 0.5,
                number(float(values[i, j]), lang, decimals),
                ha="center",
                va="center",
                fontsize=8,
                color="white" if values[i, j] > middle else "#16202c",
            )
    ax.set_xticks(np.arange(values.shape[1]) + 0.5, [_value(v, lang) for v in means.columns])
    ax.set_yticks(np.arange(values.shape[0]) + 0.5, [_value(v, lang) for v in means.index])
    ax.set_xlabel(_wrapped(first.text(lang), 80))
    ax.set_ylabel(_wrapped(second.text(lang), 50))
    ax.set_title(say("reports.sensitivity.heat", lang))
    bar: Any = ax.figure.colorbar(mesh, ax=ax, label=outcome_name(measure, key, lang))
    # Drawn like everything else, not as an image; its edges close the seams between its colours.
    bar.solids.set(rasterized=False, edgecolor="face")
    plain_numbers(bar.ax.yaxis, lang)


def draw_pareto(ax: Axes, *, tables: SweepTables, lang: Lang = "tr") -> None:
    """Shortfall against deviation by province, a point a scenario; the line: none is better in both."""
    names = [BASE, *tables.design["scenario"]]
    x = tables.measure("shortfall")[names].to_numpy(dtype=np.float64)
    y = tables.measure("deviation", "province")[names].to_numpy(dtype=np.float64)
    best = front(x.tolist(), y.tolist())
    ax.scatter(
        x[1:],
        y[1:],
        s=18,
        color=COLOURS[5],
        linewidths=0,
        alpha=0.8,
        label=say("reports.sensitivity.scenario_point", lang),
    )
    ax.plot(
        x[best],
        y[best],
        color=COLOURS[0],
        marker="o",
        markersize=4,
        linewidth=1.4,
        label=say("reports.sensitivity.front", lang),
    )
    ax.plot(
        [x[0]],
        [y[0]],
        marker="o",
        markersize=11,
        markerfacecolor="none",
        markeredgecolor=COLOURS[1],
        markeredgewidth=1.6,
        linestyle="",
        label=say("reports.sensitivity.base_point", lang),
    )
    for i in best[:8]:
        if names[i] != BASE:
            ax.annotate(names[i], (x[i], y[i]), xytext=(4, 4), textcoords="offset points", fontsize=8)
    ax.margins(0.08)
    plain_numbers(ax.xaxis, lang)
    plain_numbers(ax.yaxis, lang)
    ax.grid(True, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(outcome_name("shortfall", "", lang))
    ax.set_ylabel(outcome_name("deviation", "province", lang))
    ax.set_title(say("reports.sensitivity.pareto", lang))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=3, fontsize=8)


def draw_often(ax: Axes, *, tables: SweepTables, lang: Lang = "tr") -> None:
    """Provinces by the share of the scenarios in which their number differs from the base."""
    shares = often(tables)
    ends = (*_SHARES[1:], 1.0)
    colour = {
        code: SEQUENTIAL[int(np.searchsorted(_SHARES, share, side="right")) - 1]
        for code, share in shares.items()
    }
    draw_provinces(ax, tables, colour)
    labels = [
        f"{percent(low, lang, 0)} – {percent(high, lang, 0)}" for low, high in zip(_SHARES, ends, strict=True)
    ]
    handles = [Patch(facecolor=c, edgecolor="#64748b", linewidth=0.5) for c in SEQUENTIAL]
    ax.set_title(say("reports.sensitivity.often", lang))
    map_legend(ax, handles, labels, say("reports.sensitivity.often_unit", lang))
    map_credit(ax, tables, lang)


def costs(tables: SweepTables) -> pd.DataFrame:
    """Clauses that cost anything: how much ``short`` (of the others) and ``far`` (provinces) fall."""
    if tables.costs is None:
        return pd.DataFrame(columns=["short", "far"])
    rows = tables.costs[tables.costs["title"] == ""]
    wide = pd.DataFrame(
        {
            name: rows[(rows["measure"] == measure) & (rows["key"] == key)]
            .set_index("clause")["fall"]
            .astype(float)
            for name, measure, key in (("short", "shortfall", "others"), ("far", "deviation", "province"))
        }
    )
    return wide[(wide.abs() > 1e-9).any(axis=1)]


def draw_costs(ax: Axes, *, tables: SweepTables, lang: Lang = "tr") -> None:
    """What dropping each clause would lower: shortfall of the others, and deviation by province."""
    wide = costs(tables)
    order = (wide["short"].abs() + wide["far"].abs()).sort_values(kind="stable").index[-_MOST_BARS:]
    wide = wide.loc[order]
    at = np.arange(len(wide))
    for shift, name, colour in ((0.2, "short", COLOURS[1]), (-0.2, "far", COLOURS[0])):
        values = wide[name].to_numpy(dtype=np.float64)
        ax.barh(
            at + shift, values, height=0.36, color=colour, label=say(f"reports.sensitivity.cost_{name}", lang)
        )
        for row, value in zip(at, values, strict=True):
            if abs(value) > 1e-9:
                ax.annotate(
                    tick(round(value, 2), lang),
                    (value, row + shift),
                    xytext=(3 if value > 0 else -3, 0),
                    textcoords="offset points",
                    ha="left" if value > 0 else "right",
                    va="center",
                    fontsize=8,
                )
    ax.axvline(0, color="#334155", linewidth=0.9)
    ax.set_ylim(-0.7, len(wide) - 0.3)
    ax.set_yticks(at, [str(clause) for clause in wide.index])
    ax.margins(x=0.15)
    plain_numbers(ax.xaxis, lang)
    ax.grid(True, axis="x", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(say("reports.sensitivity.cost_axis", lang))
    ax.set_title(say("reports.sensitivity.costs", lang))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8)


def has_heat(tables: SweepTables) -> bool:
    """Is it a grid of at least two factors?"""
    return tables.about["design"]["kind"] == "grid" and len(tables.factors) >= 2 and len(tables.design) > 1


def varies(tables: SweepTables, measure: str, key: str) -> bool:
    """Is the outcome not the same everywhere?"""
    return tables.measure(measure, key).round(9).nunique() > 1


def has_tornado(tables: SweepTables, measure: str, key: str) -> bool:
    """Is there anything to compare?"""
    if not varies(tables, measure, key):
        return False
    if tables.stepped:
        return sum(len(alone(tables, factor)) > 0 for factor in tables.factors) > 1
    return len(correlations(tables, measure, key)) > 1


def _sorted(values: pd.Index[str]) -> list[str]:
    """Values in the order of numbers, or as they came."""
    plain = pd.to_numeric(pd.Series(values), errors="coerce")
    found = (
        [str(v) for v in values]
        if plain.isna().any()
        else [values[i] for i in np.argsort(plain.to_numpy(), kind="stable")]
    )
    return list(found)


def _value(text: object, lang: Lang) -> str:
    """A factor's value as people read it."""
    try:
        return tick(float(str(text)), lang)
    except ValueError:
        return str(text)


def _wrapped(text: str, width: int = 44) -> str:
    """Long names on two lines."""
    if len(text) <= width:
        return text
    cut = text.rfind(" ", 0, width)
    cut = width if cut <= 0 else cut
    rest = text[cut:].strip()
    return f"{text[:cut]}\n{rest if len(rest) <= width else rest[: width - 1] + '…'}"
