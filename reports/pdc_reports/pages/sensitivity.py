"""``sensitivity.html``: what a sweep found, in words and pictures, on one page that opens anywhere."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from pdc_common.numerals import number, percent
from pdc_common.text import Lang, say, shortened
from pdc_reports.figures.sweep import outcome_name, varies
from pdc_reports.folder.sweep import BASE, SweepTables
from pdc_reports.folder.sweep_findings import OUTCOMES, bars, correlations, firmness, often, paths
from pdc_reports.folder.sweep_findings import Path as Line
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Heading, HtmlTable
from pdc_reports.pages.parts.environment import asset, environment, script_json

_FEW: Final = 5  # names in a sentence
_MOST_PLACES: Final = 100
_SAME: Final = 1e-9  # outcomes nearer to one another than this are the same
_WEAK: Final = 0.2  # a rank correlation below this is told as none


def write_page(tables: SweepTables, drawn: Sequence[tuple[str, Path]], path: Path, lang: Lang = "tr") -> Path:
    """Write the page; the pictures are inside it."""
    about = tables.about
    context = {
        "lang": lang,
        "t": lambda key, **values: say(f"reports.{key}", lang, **values),
        "heading": about["title"][lang],
        "lead": _lead(tables, lang),
        "state": _say("state", lang),
        "approved": False,
        "data_print": about["data"]["sha256"][:12],
        "rulebook_print": about["rulebook"]["sha256"][:12],
        "version": about["pdc"],
        "style": asset("style.css"),
        "script": asset("script.js"),
        "words": script_json({key: say(f"reports.script.{key}", lang) for key in ("found", "no_number")}),
        "findings": sentences(tables, lang),
        "figures": [(name, _picture(file), _caption(name, lang)) for name, file in drawn],
        "tables": [
            factor_table(tables, lang),
            place_table(tables, lang),
            *([cost_table(tables, lang)] if tables.costs is not None else []),
        ],
    }
    page = environment().get_template("sensitivity.html.j2").render(context)
    path.write_text(page, "utf-8", newline="\n")
    return path


def _say(key: str, lang: Lang, **values: object) -> str:
    return say(f"reports.sensitivity.{key}", lang, **values)


def _picture(file: Path) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(file.read_bytes()).decode("ascii")


def _caption(name: str, lang: Lang) -> str:
    return _say(f"caption.{name.partition('-')[0]}", lang)


def _lead(tables: SweepTables, lang: Lang) -> str:
    about = tables.about
    names = tables.title_names(lang)
    shown = ", ".join(names[:_FEW]) + (" …" if len(names) > _FEW else "")
    kind = _say(f"design.{about['design']['kind']}", lang)
    return _say("lead", lang, count=number(about["count"]["design"], lang), design=kind, titles=shown)


# the finding in words -----------------------------------------------------------------------------------


def sentences(tables: SweepTables, lang: Lang) -> list[str]:
    """What a reader should know before any picture."""
    found = []
    bad = tables.scenarios[tables.scenarios["status"] != "optimal"]
    if len(bad):
        found.append(_say("found.no_plan", lang, count=number(len(bad), lang)))
    found += [text for measure, key in OUTCOMES if (text := _mover(tables, measure, key, lang))]
    found += _jumps(tables, lang)
    found += _ranges(tables, lang)
    if len(tables.design):
        found += _firm(tables, lang)
    found += _costs(tables, lang)
    return found


def _mover(tables: SweepTables, measure: str, key: str, lang: Lang) -> str:
    """Which factor moves an outcome most."""
    what = outcome_name(measure, key, lang)
    if not varies(tables, measure, key):
        return _say("found.same", lang, what=what) if len(tables.design) and measure == "shortfall" else ""
    if tables.stepped:
        found = bars(tables, measure, key)
        if len(found) < 2:
            return ""
        bar = found[0]
        reach = bar.high - bar.low
        if reach < _SAME:  # only several factors together move it: every bar of the picture is a point
            return _say("found.together", lang, what=what)
        alike = [b for b in found if reach - (b.high - b.low) < _SAME]
        if len(alike) > 1:  # bars of one length: none is the longest
            names = "; ".join(b.factor.text(lang) for b in alike)
            return _say("found.movers", lang, what=what, factors=names, by=_num(reach, lang))
        values = {"low": _num(bar.low, lang), "high": _num(bar.high, lang)}
        ends = {"at_low": _value(bar.at_low, lang), "at_high": _value(bar.at_high, lang)}
        return _say("found.mover", lang, what=what, factor=bar.factor.text(lang), **values, **ends)
    pairs = correlations(tables, measure, key)
    if not pairs:
        return ""
    factor, rho = pairs[0]
    if abs(rho) < _WEAK:
        return _say("found.weak", lang, what=what)
    text = {"factor": factor.text(lang), "rho": number(rho, lang, 2, sign=True)}
    return _say("found.correlated", lang, what=what, **text)


def _jumps(tables: SweepTables, lang: Lang) -> list[str]:
    found = []
    for path in paths(tables):
        name = path.factor.text(lang)
        level = say(f"fault.level.{tables.finest}", lang)
        if not path.steps.any():
            moved = _moved(tables, path, lang)
            key = "found.never_but" if moved else "found.never"
            found.append(_say(key, lang, factor=name, level=level, moved=moved))
            continue
        if not path.jumps:
            still = int((path.steps == 0).sum())
            key, steps = "found.even_part" if still else "found.even", number(len(path.steps), lang)
            found.append(_say(key, lang, factor=name, level=level, still=number(still, lang), steps=steps))
            continue
        widest = sorted(path.jumps, key=lambda i: -path.steps[i])[:_FEW]
        places = "; ".join(
            _say(
                "found.between",
                lang,
                low=_num(path.values[i], lang),
                high=_num(path.values[i + 1], lang),
                posts=number(path.steps[i], lang),
            )
            for i in sorted(widest)
        ) + ("; …" if len(path.jumps) > len(widest) else "")
        found.append(_say("found.jumps", lang, factor=name, places=places))
    return found


def _moved(tables: SweepTables, path: Line, lang: Lang) -> str:
    """Outcomes that move along a factor though no post does (targets do), as the pictures show them."""
    told = []
    for measure, key in OUTCOMES:
        values = tables.measure(measure, key)[list(path.scenarios)]
        if values.max() - values.min() >= _SAME:
            ends = {"low": _num(float(values.min()), lang), "high": _num(float(values.max()), lang)}
            told.append(_say("found.moved", lang, what=outcome_name(measure, key, lang), **ends))
    return "; ".join(told)


def _ranges(tables: SweepTables, lang: Lang) -> list[str]:
    short = tables.measure("shortfall")
    if not len(tables.design) or not varies(tables, "shortfall", ""):
        return []
    others = short[tables.design["scenario"]]
    values = {"low": others.min(), "high": others.max(), "base": short[BASE]}
    return [_say("found.shortfall", lang, **{key: number(float(v), lang) for key, v in values.items()})]


def _firm(tables: SweepTables, lang: Lang) -> list[str]:
    firm = firmness(tables)
    half, worst = float(np.median(firm.changed)), float(firm.changed.max())
    share = half / firm.total if firm.total else math.nan
    found = [
        _say(
            "found.firm",
            lang,
            half=number(half, lang),
            worst=number(worst, lang),
            total=number(firm.total, lang),
            share=percent(share, lang, 1),
        )
    ]
    shares = often(tables)
    name = dict(zip(tables.provinces["province_code"], tables.provinces["province"], strict=True))
    never = sum(share == 0 for share in shares.values())
    found.append(
        _say("found.never_provinces", lang, count=number(never, lang), all=number(len(shares), lang))
    )
    most = sorted(shares, key=lambda code: (-shares[code], code))[:_FEW]
    if shares and shares[most[0]] > 0 and never < len(shares):
        listed = ", ".join(f"{name[c]} ({percent(shares[c], lang, 0)})" for c in most if shares[c] > 0)
        least = shares[most[-1]]
        others = sum(share == least for code, share in shares.items() if code not in most) if least else 0
        listed += _say("found.as_often", lang, count=number(others, lang)) if others else ""
        found.append(_say("found.most", lang, provinces=listed))
    return found


def _costs(tables: SweepTables, lang: Lang) -> list[str]:
    if tables.costs is None:
        return []
    rows = tables.costs[tables.costs["title"] == ""]
    found = []
    for measure, key in (("shortfall", "others"), ("deviation", "province")):
        falls = (
            rows[(rows["measure"] == measure) & (rows["key"] == key)]
            .set_index("clause")["fall"]
            .astype(float)
        )
        if len(falls) and falls.max() > 1e-9:
            clause = str(falls.idxmax())
            found.append(
                _say(f"found.cost_{measure}", lang, clause=clause, fall=_num(float(falls.max()), lang))
            )
    if not found and len(rows):
        found.append(_say("found.cost_none", lang))
    return found


def _num(value: float, lang: Lang) -> str:
    """As many decimals as say it, at most two."""
    decimals = next((d for d in range(2) if abs(value - round(value, d)) < 1e-9), 2)
    return number(float(value), lang, decimals)


def _value(text: str, lang: Lang) -> str:
    try:
        return _num(float(text), lang)
    except ValueError:
        return text


# tables -------------------------------------------------------------------------------------------------


def factor_table(tables: SweepTables, lang: Lang) -> HtmlTable:
    """What varied, and how."""
    rows = []
    for entry, factor in zip(tables.about["factors"], tables.factors, strict=True):
        given = {key: _value(str(value), lang) for key, value in entry["numbers"].items()}
        if entry["distribution"]:
            how = (
                _say(f"spread.{entry['distribution']}", lang)
                + " "
                + ", ".join(f"{_say(f'spread.{key}', lang)} {value}" for key, value in given.items())
            )
        else:
            values = [_value(str(v), lang) for v in entry["values"]]
            how = "; ".join(values if len(values) <= 8 else [*values[:3], "…", values[-1]])
        if factor.noise:
            how += ", " + _say(f"spread.{entry['each']}", lang)
        where = entry.get("where") or ""
        rows.append(
            [
                cells.text(factor.text(lang)),
                cells.text(_value(str(factor.base), lang)),
                cells.text(how),
                cells.text(where),
            ]
        )
    return _table("factors", ("factor", "base", "how", "where"), (), rows, lang)


def place_table(tables: SweepTables, lang: Lang) -> HtmlTable:
    """Numbers of provinces that move: base, where nine tenths of the scenarios lie, how many differ."""
    places = firmness(tables).places
    places = places[places["share"] > 0].assign(reach=lambda frame: frame["high"] - frame["low"])
    places = places.sort_values(["share", "reach"], ascending=False, kind="stable").head(_MOST_PLACES)
    names = dict(zip(tables.titles["title"], tables.titles[f"name_{lang}"], strict=True))
    province = {
        str(c): n
        for c, n in zip(tables.provinces["province_code"], tables.provinces["province"], strict=True)
    }
    rows = [
        [
            cells.text(province[row["code"]]),
            cells.text(names[row["title"]]),
            cells.figure(row["base"], lang),
            cells.figure(row["low"], lang),
            cells.figure(row["high"], lang),
            cells.Cell(percent(row["share"], lang, 0), row["share"], numeric=True),
        ]
        for row in places.to_dict("records")
    ]
    keys = ("province", "title", "base", "low", "high", "share")
    return _table("places", keys, keys[2:], rows, lang)


def cost_table(tables: SweepTables, lang: Lang) -> HtmlTable:
    """What each clause costs."""
    assert tables.costs is not None
    costs = tables.costs[tables.costs["title"] == ""]
    reading = dict(zip(tables.clauses["clause"], tables.clauses[f"text_{lang}"], strict=True))
    rows = []
    for clause in dict.fromkeys(costs["clause"]):
        own = costs[costs["clause"] == clause].set_index(["measure", "key"])["fall"].astype(float)
        found = [
            own.get(pair, 0.0)
            for pair in (("shortfall", "others"), ("deviation", "province"), ("deviation", "unit"))
        ]
        moved = -own.get(("changed", "unit"), 0.0)
        rows.append(
            [
                cells.text(clause),
                cells.text(shortened(reading.get(clause, ""), 140)),
                cells.figure(found[0], lang),
                cells.figure(found[1], lang, 2),
                cells.figure(found[2], lang, 2),
                cells.figure(moved, lang),
            ]
        )
    keys = ("clause", "reading", "cost_short", "cost_province", "cost_unit", "moved")
    return _table("costs", keys, keys[2:], rows, lang)


def _table(name: str, keys: Sequence[str], numeric: Sequence[str], rows: list[Any], lang: Lang) -> HtmlTable:
    heads = tuple(Heading(key, _say(f"column.{key}", lang), key in numeric) for key in keys)
    return HtmlTable(
        name,
        _say(f"table.{name}", lang),
        heads,
        rows,
        search=len(rows) > 15,
        tall=len(rows) > 15,
        classes="wordy" if name == "costs" else "",
    )
