"""Parts that both pages have: tables of clauses and titles, maps, what every page needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from pdc_common.levels import LEVELS
from pdc_common.text import say
from pdc_reports.figures.maps import Classes
from pdc_reports.folder.audit import AuditFolder
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Cell, Heading, HtmlTable
from pdc_reports.pages.parts.environment import asset, script_json


def heads(folder: AuditFolder, keys: Sequence[str], numeric: Sequence[str]) -> tuple[Heading, ...]:
    """Headings by ``audit.column.*``."""
    return tuple(Heading(key, folder.say(f"column.{key}"), key in numeric) for key in keys)


def common(folder: AuditFolder, state: str) -> dict[str, Any]:
    """What the base template needs."""
    summary, lang = folder.summary, folder.lang
    words = {key: say(f"reports.script.{key}", lang) for key in ("found", "no_number")}
    return {
        "lang": lang,
        "t": lambda key, **values: say(f"reports.{key}", lang, **values),
        "a": lambda key, **values: say(f"audit.{key}", lang, **values),
        "state": state,
        "approved": False,
        "data_print": summary["data"]["sha256"][:12],
        "rulebook_print": summary["rulebook"]["sha256"][:12],
        "version": "–",
        "style": asset("style.css"),
        "script": asset("script.js"),
        "words": script_json(words),
    }


def worst(folder: AuditFolder, status: str, most: int = 3) -> Mapping[str, str]:
    """The worst places of each clause in words."""
    found: dict[str, list[str]] = {}
    rows = folder.bad[folder.bad["status"] == status]
    for row in rows.groupby("clause", sort=False).head(most).to_dict("records"):
        text = f"{folder.place(row)}, {folder.title(row['title'])} ({folder.num(row['shortfall'])})"
        found.setdefault(row["clause"], []).append(text)
    return {clause: "; ".join(texts) for clause, texts in found.items()}


def status_table(folder: AuditFolder, status: str, table: str) -> HtmlTable:
    """Clauses that are broken, or short, the most posts first."""
    amount = "excess" if status == "broken" else "shortfall"
    keys = ("clause", "clause_text", "places", amount, "people", "worst")
    places = worst(folder, status)
    entries = [(c, e) for c, e in folder.summary["clauses"].items() if e[status]]
    entries.sort(key=lambda pair: -pair[1][amount])
    lang = folder.lang
    rows = [
        [
            cells.text(clause),
            cells.text(folder.clauses.get(clause, "")),
            cells.figure(entry[status], lang),
            cells.figure(entry[amount], lang),
            cells.figure(entry["people"], lang),
            cells.text(places.get(clause, "")),
        ]
        for clause, entry in entries
    ]
    caption = folder.say(f"caption.{status}")
    return HtmlTable(table, caption, heads(folder, keys, keys[2:5]), rows, search=False, classes="wordy")


def clause_table(folder: AuditFolder) -> HtmlTable:
    """Every clause that has rows: how many hold, are at their limit, short, broken, or cannot be seen."""
    states = ("kept", "binding", "short", "broken", "not_visible")
    keys = ("clause", "clause_text", *states)
    rows = [
        [
            cells.text(clause),
            cells.text(folder.clauses.get(clause, "")),
            *(cells.figure(entry[state], folder.lang) for state in states),
        ]
        for clause, entry in folder.summary["clauses"].items()
    ]
    found = heads(folder, keys, states)
    return HtmlTable("clauses", folder.say("caption.clauses"), found, rows, classes="wordy")


def title_table(folder: AuditFolder) -> HtmlTable:
    """Titles: number against supply, deviation by level, fairness of the table and of its targets."""
    shown = [lv for lv in LEVELS if lv in folder.summary["deviation"]]
    measures = ("gini", "ratio", "theil")
    keys = ["title", "posts", "supply", "gap", *(f"deviation_{lv}" for lv in shown)]
    keys += [name for m in measures for name in (f"{m}_posts", f"{m}_target")]
    lang, rows = folder.lang, []
    for code, entry in folder.summary["titles"].items():
        supply = entry["supply"]
        row: list[Cell] = [
            cells.text(folder.title(code)),
            cells.figure(entry["posts"], lang),
            cells.figure(supply, lang),
            cells.figure(None if supply is None else entry["posts"] - supply, lang, sign=True),
            *(cells.figure(entry["deviation"].get(lv), lang, 2) for lv in shown),
        ]
        for m in measures:
            for side in ("posts", "target"):
                value = (entry[f"fairness_{side}"] or {}).get(m)
                row.append(cells.figure(value, lang, 2 if m == "ratio" else 3))
        rows.append(row)
    return HtmlTable("titles", folder.say("caption.titles"), heads(folder, keys, keys[1:]), rows)


def farthest_table(folder: AuditFolder) -> HtmlTable:
    """By title, the places farthest from their targets."""
    lang = folder.lang
    rows = [
        [
            cells.text(folder.title(code)),
            cells.text(f"{one['place']} [{one['code']}]"),
            cells.figure(one["target"], lang, 2),
            cells.figure(one["posts"], lang),
            cells.figure(one["deviation"], lang, 2, sign=True),
        ]
        for code, entry in folder.summary["titles"].items()
        for one in entry.get("farthest", ())
    ]
    keys = ("title", "place", "target", "posts", "deviation")
    return HtmlTable("farthest", folder.say("caption.farthest"), heads(folder, keys, keys[2:]), rows)


def map_context(folder: AuditFolder, classes: Classes, notes: Sequence[str], drawn: Any) -> dict[str, Any]:
    """Colours and tooltips of a map whose numbers are in the order of ``provinces.csv``."""
    fill: dict[int, tuple[str, str]] = {}
    codes = folder.provinces["province_code"].tolist()
    for code, which, note in zip(codes, classes.of, notes, strict=True):
        fill[int(code)] = (classes.colours[which] if which >= 0 else "", note)
    return {"map": drawn, "map_fill": fill, "legend": list(zip(classes.colours, classes.labels, strict=True))}


def by_plate(folder: AuditFolder, found: pd.Series[Any], covered: set[int] | None = None) -> Any:
    """Numbers in the order of ``provinces.csv``, missing where the table has no such province."""
    codes = folder.provinces["province_code"].tolist()
    sums: dict[Any, float] = found.to_dict()
    values = [sums.get(int(c), 0.0 if covered is None or int(c) in covered else np.nan) for c in codes]
    return np.array(values, dtype=np.float64)


def bold(text: str) -> Markup:
    """Text that stands out."""
    return Markup("<strong>{}</strong>").format(text)
