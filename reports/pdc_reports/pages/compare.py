"""``difference.html`` of ``compare``: the page of differences, with what was found in each table."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from markupsafe import Markup, escape

from pdc_common.bounded import text_of
from pdc_common.text import Lang, say
from pdc_reports.figures.maps import Classes, differing
from pdc_reports.folder.audit import AuditFolder
from pdc_reports.pages.audit import doubts_table, hidden_table
from pdc_reports.pages.difference import ALL, Measured, Names, difference_html
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.audit import heads, status_table
from pdc_reports.pages.parts.cells import HtmlTable
from pdc_reports.pages.parts.summary import Card
from pdc_reports.pages.parts.svg import dots, grid_x, grid_y, label

MOST_CELLS: Final = 1000
MOST_PROVINCES: Final = 5000
_SIDES: Final = {"a": "A", "b": "B"}
EMPTY: Final = "transparent"
WIDE: Final = 1.5  # powers of ten from which 2 and 5 have no tick of their own
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shown:
    """What a comparison hands over: the difference as plain data, provinces by title, cells, names."""

    told: Mapping[str, Any]
    provinces: pd.DataFrame
    cells: pd.DataFrame
    names: Mapping[str, pd.DataFrame]


class _Pair:
    """Both audits of a folder and what stands between them."""

    def __init__(self, path: Path, shown: Shown, lang: Lang) -> None:
        self.a, self.b = AuditFolder(path, lang, "a_"), AuditFolder(path, lang, "b_")
        self.lang: Lang = lang
        self.summary: dict[str, Any] = json.loads(text_of(path / "compare_summary.json"))
        self.cells = shown.cells
        self.posts = shown.provinces

    @property
    def sides(self) -> dict[str, AuditFolder]:
        """Both audits by the letter of their side."""
        return {"A": self.a, "B": self.b}

    def provinces(self, title: str) -> tuple[Numbers, Numbers]:
        """Posts of a title (or of all common ones) by province, in A and in B."""
        frame = self.posts if title == ALL else self.posts[self.posts["title"] == title]
        sums = frame.groupby("code")[["base", "plan"]].sum()
        found = sums.reindex(self.a.provinces["province_code"].astype(str))
        return found["base"].to_numpy(dtype=np.float64), found["plan"].to_numpy(dtype=np.float64)


def write_compare_page(path: Path, shown: Shown, lang: Lang = "tr") -> Path:
    """Write ``difference.html`` into the folder of a comparison and return its path."""
    pair = _Pair(path, shown, lang)
    s = pair.summary
    choices = {ALL: pair.a.say("all_titles"), **{t: pair.a.title(t) for t in s["titles"]}}
    measured = Measured(
        laws=s["law_lines"],
        cards=_cards(pair),
        choices=choices,
        views={code: _view(pair, code) for code in choices},
        sections={name: sheets for name, sheets in _sections(pair).items() if sheets},
        foot=[f"{side}: {_prints(folder)}" for side, folder in pair.sides.items()],
    )
    names = Names(shown.names, lang, pair.a.borders, ("A", "B"))
    told = {**shown.told, "base": pair.a.name(s["a"]), "plan": pair.a.name(s["b"])}
    out = path / "difference.html"
    out.write_bytes(difference_html(told, names, measured))
    return out


def _prints(folder: AuditFolder) -> str:
    data, rulebook = (folder.summary[key]["sha256"][:12] for key in ("data", "rulebook"))
    return say("reports.fingerprints", folder.lang, data=data, rulebook=rulebook, version="–")


def _sections(pair: _Pair) -> dict[str, list[HtmlTable]]:
    """What was measured beside the difference: cells, clauses and findings, doubts, what is not seen."""
    found: list[HtmlTable] = [_clauses(pair)]
    doubts: list[HtmlTable] = []
    hidden: list[HtmlTable] = []
    for side, folder in pair.sides.items():
        for status in ("broken", "short"):
            found += _of_side(status_table(folder, status, status), side)
        if (folder.doubts["kind"] != "absent_title").any():  # what one alone has stands below
            doubts += _of_side(doubts_table(folder), side)
        hidden += _of_side(hidden_table(folder), side)
    return {
        "differences": [_provinces(pair), _cells(pair)],
        "broken": found,
        "doubts": doubts,
        "hidden": hidden,
        "only": [_only(pair)],
    }


def _of_side(table: HtmlTable, side: str) -> list[HtmlTable]:
    """A table of one side, told apart from the other's; none where it has no rows."""
    if not table.rows:
        return []
    return [replace(table, id=f"{side.lower()}-{table.id}", caption=f"{side}: {table.caption}")]


def _cards(pair: _Pair) -> list[Card]:
    s, num, tell = pair.summary, pair.a.num, pair.a.say
    broken = [
        sum(entry["broken"] for entry in s["common"][side]["clauses"].values()) for side in ("a", "b")
    ]
    lines = (f"{side} {num(value)}" for side, value in zip("AB", broken, strict=True))
    return [
        Card(tell("card.different"), num(s["different"]), tell("card.different_note", cells=num(s["cells"]))),
        Card(tell("card.broken"), Markup("<br>").join(lines), ""),
    ]


def _view(pair: _Pair, title: str) -> dict[str, Any]:
    """Map and scatter of one title (or all): what the script shows when it is chosen."""
    folder, lang = pair.a, pair.lang
    a, b = pair.provinces(title)
    people = folder.provinces["etf_population"].to_numpy(dtype=np.float64)
    gap = b - a
    rate = np.where(people > 0, gap * 1e5 / np.maximum(people, 1), np.nan)
    classes: Classes = differing(rate, lang)
    names = folder.provinces["province"].tolist()
    notes = [
        f"{n}: A {folder.num(x)}, B {folder.num(y)} ({folder.num(g, sign=True)})"
        for n, x, y, g in zip(names, a.tolist(), b.tolist(), gap.tolist(), strict=True)
    ]
    legend = list(zip(classes.colours, classes.labels, strict=True))
    if -1 in classes.of:  # a place that is not compared must not look like one without a difference
        legend.append((EMPTY, folder.say("not_compared")))
    return {
        "codes": [int(c) for c in folder.provinces["province_code"]],
        "fill": [classes.colours[c] if c >= 0 else EMPTY for c in classes.of],
        "notes": notes,
        "legend": legend,
        "scatter": str(_scatter(a, b, names, lang)),
    }


def _scatter(a: Numbers, b: Numbers, names: Sequence[str], lang: Lang) -> Markup:
    """Inside of the plot of B against A, both logarithmic; a line where they are equal, the largest named."""
    left, right, top, bottom = 46.0, 330.0, 14.0, 298.0
    known = np.flatnonzero(~np.isnan(a) & ~np.isnan(b) & ((a > 0) | (b > 0)))
    if not known.size:
        return Markup("")
    both = np.concatenate([a[known], b[known]])
    least = max(1.0, float(both[both > 0].min()) / 1.3)
    # Where a province has no post the axis begins at 0, else just below the smallest number.
    least = 1.0 if (both == 0).any() else least
    shift = 1.0 if (both == 0).any() else 0.0
    most = float(both.max()) * 1.1
    low, high = math.log10(least), math.log10(max(most, least * 2) + shift)

    def share(value: float) -> float:
        return max(0.0, (math.log10(max(value + shift, 1e-9)) - low) / (high - low))

    def x_of(value: float) -> float:
        return left + share(value) * (right - left)

    def y_of(value: float) -> float:
        return bottom - share(value) * (bottom - top)

    steps = (1, 2, 5) if high - low < WIDE else (1,)
    ticks = [m * 10.0**e for e in range(7) for m in steps if least <= m * 10.0**e <= most]
    if shift:
        ticks = [0.0, *ticks]
    parts = [
        grid_x(x_of, ticks, top, bottom, lang),
        grid_y(y_of, ticks, left, right, lang),
        f'<path class="axis" d="M{left:.0f} {bottom:.0f}L{right:.0f} {top:.0f}"/>',
        dots(((x_of(float(a[i])), y_of(float(b[i]))) for i in known), "dots"),
    ]
    apart = [abs(share(float(a[i])) - share(float(b[i]))) for i in known]
    taken: list[tuple[float, float]] = []
    for i in known[np.argsort(-np.array(apart), kind="stable")][:8]:
        x, y = x_of(float(a[i])), y_of(float(b[i]))
        if a[i] == b[i] or any(abs(x - p) < 80 and abs(y - q) < 14 for p, q in taken):
            continue
        taken.append((x, y))
        end = x > (left + right) / 2
        parts.append(
            f'<text class="name" x="{x - 6 if end else x + 6:.1f}" y="{y + 3.5:.1f}"'
            f' text-anchor="{"end" if end else "start"}">{escape(names[i])}</text>'
        )
    parts.append(label(right, bottom + 30, "end", say("audit.axis.a", lang)))
    parts.append(label(left, 9, "start", say("audit.axis.b", lang)))
    return Markup("".join(parts))


def _place(pair: _Pair, row: Mapping[Any, Any]) -> str:
    """A place's name, and the side that alone has it."""
    if not row["only"]:
        return str(row["place"])
    return f"{row['place']} ({pair.a.say('only_in', side=_SIDES[row['only']])})"


def _rows(pair: _Pair, frame: pd.DataFrame) -> list[list[cells.Cell]]:
    lang = pair.lang
    return [
        [
            cells.text(_place(pair, row)),
            cells.text(pair.a.title(row["title"])),
            cells.figure(float(row["a"]), lang),
            cells.figure(float(row["b"]), lang),
            cells.figure(float(row["difference"]), lang, sign=True),
            cells.figure(float(row["share"]) * 100 if row["share"] != "" else None, lang, 1, sign=True),
        ]
        for row in frame.to_dict("records")
    ]


def _provinces(pair: _Pair) -> HtmlTable:
    frame = pair.cells[pair.cells["level"] == "province"]
    frame = frame.reindex(frame["difference"].abs().sort_values(ascending=False, kind="stable").index)
    keys = ("province", "title", "a", "b", "difference", "share")
    return HtmlTable(
        "provinces", pair.a.say("caption.compare_provinces"), heads(pair.a, keys, keys[2:]),
        _rows(pair, frame.head(MOST_PROVINCES)), note=_note(pair, len(frame), MOST_PROVINCES),
    )  # fmt: skip


def _note(pair: _Pair, count: int, most: int) -> str:
    if count <= most:
        return ""
    num = pair.a.num
    return pair.a.say("shown", shown=num(most), all=num(count), file="differences.csv")


def _cells(pair: _Pair) -> HtmlTable:
    level = pair.summary["level"]
    frame = pair.cells[pair.cells["level"] == level]
    frame = frame.reindex(frame["difference"].abs().sort_values(ascending=False, kind="stable").index)
    note = _note(pair, len(frame), MOST_CELLS)
    keys = ("place", "title", "a", "b", "difference", "share")
    name = say(f"reports.level.{level}", pair.lang)
    return HtmlTable(
        "cells", pair.a.say("caption.compare_cells", level=name), heads(pair.a, keys, keys[2:]),
        _rows(pair, frame.head(MOST_CELLS)), note=note,
    )  # fmt: skip


def _clauses(pair: _Pair) -> HtmlTable:
    common, lang = pair.summary["common"], pair.lang
    a, b = common["a"]["clauses"], common["b"]["clauses"]
    keys = ("clause", "clause_text", "a_kept", "b_kept", "a_short", "b_short", "a_broken", "b_broken",
            "a_missing", "b_missing")  # fmt: skip
    empty = dict.fromkeys(("kept", "binding", "short", "broken", "shortfall", "excess"), 0)
    rows = []
    for clause in [c for c in pair.a.clauses if c in a or c in b]:
        x, y = a.get(clause, empty), b.get(clause, empty)
        numbers = [
            sum(side[name] for name in names)
            for names in (("kept", "binding"), ("short",), ("broken",), ("shortfall", "excess"))
            for side in (x, y)
        ]
        said = cells.text(clause), cells.text(pair.a.clauses[clause])
        rows.append([*said, *(cells.figure(n, lang) for n in numbers)])
    found = heads(pair.a, keys, keys[2:])
    return HtmlTable("clauses", pair.a.say("caption.compare_clauses"), found, rows, classes="wordy")


def _only(pair: _Pair) -> HtmlTable:
    """Titles, provinces and posts that one table has and the other lacks."""
    s, tell, num = pair.summary, pair.a.say, pair.a.num
    provinces = pair.a.provinces
    names = dict(zip(provinces["province_code"].astype(str), provinces["province"], strict=True))
    finest = pair.cells[pair.cells["level"] == s["level"]]
    rows = []

    def line(what: str, a: str, b: str) -> None:
        rows.append([cells.text(what), cells.text(a or "–"), cells.text(b or "–")])

    titles = {side: ", ".join(pair.a.title(t) for t in s["only_titles"][side]) for side in ("a", "b")}
    line(tell("only.titles"), titles["a"], titles["b"])
    places = {side: ", ".join(names.get(c, c) for c in s["only_provinces"][side]) for side in ("a", "b")}
    line(tell("only.provinces"), places["a"], places["b"])
    alone_ = {side: s["only_places"].get(s["level"], {}).get(side, []) for side in ("a", "b")}
    line(tell("only.places"), *(num(len(alone_[side])) if alone_[side] else "" for side in ("a", "b")))
    more = {"a": finest[finest["difference"] < 0], "b": finest[finest["difference"] > 0]}
    count = [f"{num(len(more[k]))} / {num(abs(int(more[k]['difference'].sum())))}" for k in ("a", "b")]
    line(tell("only.more"), *count)
    alone = {"a": finest[finest["b"] == 0], "b": finest[finest["a"] == 0]}
    count = [f"{num(len(alone[k]))} / {num(abs(int(alone[k]['difference'].sum())))}" for k in ("a", "b")]
    line(tell("only.alone"), *count)
    for code in s["titles"]:
        gap = {k: int(more[k].loc[more[k]["title"] == code, "difference"].abs().sum()) for k in ("a", "b")}
        if any(gap.values()):
            line(pair.a.title(code), f"+{num(gap['a'])}", f"+{num(gap['b'])}")
    keys = ("what", "a", "b")
    return HtmlTable("only", tell("caption.only"), heads(pair.a, keys, ()), rows, search=False)
