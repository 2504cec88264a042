"""The tables of the page that are about the whole plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from pdc_common.numerals import number, percent
from pdc_reports.folder.views import ALL_SPECIALISTS, STATUSES, rules_by_clause, short_name, short_rules
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Cell, Heading, HtmlTable
from pdc_reports.pages.parts.chooser import Choice
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.summary import worst_places
from pdc_reports.pages.parts.svg import STRIP_TICKS, STRIP_WIDTH, strip, strip_x

# Rows shown in the page; the workbook has all of them.
MOST_SHORT: Final = 250
MOST_NOTICES: Final = 20  # of each clause


def titles_table(found: Sequence[Choice], edition: Edition) -> HtmlTable:
    """Posts by title, with what is missing and how well it is proven."""
    columns = ("title", "group", "filled", "posts", "vacancies", "per_100k", "shortfall", "gap", "status")
    t, lang = edition.tables, edition.lang
    people = float(t.provinces["etf_population"].sum())
    filled = dict(zip(t.national["title"], t.national["filled"].tolist(), strict=True))
    group = {title: short_name(sheet, lang) for sheet in t.sheets for title in sheet.titles}
    rows = []
    for choice in found:
        if choice.code == ALL_SPECIALISTS:
            continue
        info = (t.summary.get("titles") or {}).get(choice.code) or {}
        posts, now = float(np.nansum(choice.numbers.posts)), filled.get(choice.code, math.nan)
        gap = info.get("gap")
        proven = info.get("status", "optimal") == "optimal"
        rows.append(
            [
                cells.text(choice.name),
                cells.text(group[choice.code]),
                cells.figure(now, lang),
                cells.figure(posts, lang),
                cells.figure(posts - now, lang, sign=True),
                cells.figure(posts * 1e5 / people if people else None, lang, 1),
                cells.figure(info.get("shortfall"), lang),
                Cell(percent(gap, lang, 2), gap, numeric=True),
                cells.text(edition.say("proof.short_yes" if proven else "proof.short_no")),
            ]
        )
    heads = cells.headings(columns, columns[2:8], lang)
    return HtmlTable("titles", edition.say("page.titles_caption"), heads, rows)


def not_planned_table(edition: Edition) -> HtmlTable:
    """Titles left out, and why (A.3)."""
    left_out = edition.tables.national[edition.tables.national["planned"] == 0]
    rows = [
        [
            cells.text(edition.title(line["title"])),
            cells.figure(line["filled"], edition.lang),
            cells.text(line["reason"]),
        ]
        for line in left_out.to_dict("records")
    ]
    heads = cells.headings(("title", "filled", "reason"), ("filled",), edition.lang)
    return HtmlTable(
        "not-planned",
        edition.say("section.not_planned"),
        heads,
        rows,
        search=False,
        tall=False,
        classes="reasons",
    )


def deviation_table(found: Sequence[Choice], edition: Edition) -> HtmlTable:
    """A strip of dots a title: how far each province is from its target."""
    names = edition.tables.provinces["province"].tolist()
    rows = []
    for choice in found:
        d = choice.numbers.deviation
        known = np.flatnonzero(~np.isnan(d))
        if choice.code == ALL_SPECIALISTS or not known.size:
            continue
        within = int((np.abs(d[known]) < 1).sum())
        ends = (int(known[np.argmin(d[known])]), int(known[np.argmax(d[known])]))
        extremes = [
            Cell(f"{names[i]} {number(float(d[i]), edition.lang, 1, sign=True)}", float(d[i]), numeric=True)
            for i in ends
        ]
        rows.append(
            [
                cells.text(choice.name),
                Cell(_strip(d), round(float(np.abs(d[known]).sum()), 6)),
                Cell(f"{edition.num(within)} / {edition.num(known.size)}", within / known.size, numeric=True),
                *extremes,
            ]
        )
    columns = ("title", "strip", "within_one", "lowest", "highest")
    heads = list(cells.headings(columns, columns[2:], edition.lang))
    heads[1] = Heading("strip", _strip_head(str(heads[1].text), edition))
    caption, note = edition.say("page.deviation_caption"), edition.say("page.deviation_note")
    return HtmlTable("deviations", caption, tuple(heads), rows, search=False, note=note)


def _strip(deviations: Any) -> Markup:
    return Markup(
        f'<svg class="strip" viewBox="0 0 {STRIP_WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="grid" d="M{strip_x(-1)} 0V10M{strip_x(1)} 0V10"/>'
        f'<path class="axis" d="M{STRIP_WIDTH // 2} 0V10"/>{strip(deviations)}</svg>'
    )


def _strip_head(text: str, edition: Edition) -> Markup:
    """Heading with the scale of the strips below it."""
    ticks = Markup("").join(
        Markup('<span style="left:{:.1f}%">{}</span>').format(
            strip_x(tick) * 100 / STRIP_WIDTH, number(tick, edition.lang, sign=True)
        )
        for tick in STRIP_TICKS
    )
    return Markup('{}<span class="ticks" aria-hidden="true">{}</span>').format(text, ticks)


def fairness_table(found: Sequence[Choice], edition: Edition) -> HtmlTable:
    """Gini, max/min and Theil before and after."""
    columns = (
        "title", "gini_before", "gini_after", "ratio_before", "ratio_after", "theil_before", "theil_after",
    )  # fmt: skip
    rows = []
    for choice in found:
        b, a = choice.before, choice.after
        pairs = [(b.gini, 3), (a.gini, 3), (b.ratio, 1), (a.ratio, 1), (b.theil, 4), (a.theil, 4)]
        rows.append([cells.text(choice.name), *(cells.figure(v, edition.lang, n) for v, n in pairs)])
    heads = cells.headings(columns, columns[1:], edition.lang)
    return HtmlTable("fairness", edition.say("page.fairness_caption"), heads, rows)


def clause_table(edition: Edition) -> HtmlTable:
    """Rules by clause: how many are kept, binding, short, and where most is missing."""
    columns = ("clause", "clause_text", *STATUSES, "shortfall", "worst")
    texts, worst = edition.tables.clause_text(edition.lang), worst_places(edition)
    rows = [
        [
            cells.text(clause),
            cells.text(texts.get(str(clause), "")),
            *(cells.figure(float(row[s]), edition.lang) for s in STATUSES),
            cells.amount(float(row["shortfall"]), edition.lang),
            cells.text(worst.get(str(clause), "–")),
        ]
        for clause, row in rules_by_clause(edition.tables).iterrows()
    ]
    heads = cells.headings(columns, columns[2:7], edition.lang)
    return HtmlTable("clauses", edition.say("page.clauses_caption"), heads, rows, classes="wordy")


def short_table(edition: Edition) -> HtmlTable:
    """The rules that are short, the worst first."""
    columns = (
        "clause", "tier", "title", "province", "district", "unit", "required", "posts", "shortfall",
    )  # fmt: skip
    short = short_rules(edition.tables)
    rows = [
        [
            cells.text(line["clause"]),
            cells.text(line["tier"]),
            cells.text(edition.title(line["title"])),
            *_places(line, edition),
            *(cells.amount(line[key], edition.lang) for key in columns[6:]),
        ]
        for line in short.head(MOST_SHORT).to_dict("records")
    ]
    heads = cells.headings(columns, columns[6:], edition.lang)
    note = edition.shown(len(rows), len(short))
    return HtmlTable("short", edition.say("page.short_caption"), heads, rows, note=note)


def notices_table(edition: Edition) -> HtmlTable:
    """What is left for the province or the Ministry to do."""
    notices: pd.DataFrame = edition.tables.notices
    first = notices.groupby("clause", sort=False).head(MOST_NOTICES)
    rows = [
        [
            cells.text(line["clause"]),
            *_places(line, edition),
            cells.text(edition.title(line["title"])),
            cells.figure(line["posts"], edition.lang),
            cells.text(line["text"]),
        ]
        for line in first.to_dict("records")
    ]
    columns = ("clause", "province", "district", "unit", "title", "posts", "notice")
    heads = cells.headings(columns, ("posts",), edition.lang)
    note = ""
    if len(rows) < len(notices):
        note = edition.say(
            "page.notices_shown",
            most=MOST_NOTICES,
            shown=edition.num(len(rows)),
            all=edition.num(len(notices)),
        )
    return HtmlTable("notices", edition.say("page.notices_caption"), heads, rows, note=note, classes="long")


def notice_counts_table(edition: Edition) -> HtmlTable:
    """How many notices each clause has, and for how many places."""
    notices, texts = edition.tables.notices, edition.tables.clause_text(edition.lang)
    rows = [
        [
            cells.text(clause),
            cells.text(texts.get(str(clause), "")),
            cells.figure(len(part), edition.lang),
            cells.figure(part.loc[part["code"] != "", "code"].nunique(), edition.lang),
        ]
        for clause, part in notices.groupby("clause", sort=False)
    ]
    heads = cells.headings(("clause", "clause_text", "count", "places"), ("count", "places"), edition.lang)
    caption = edition.say("page.notice_counts_caption")
    return HtmlTable("notice-counts", caption, heads, rows, search=False, classes="wordy")


def _places(line: Any, edition: Edition) -> list[Cell]:
    return [cells.text(name) for name in edition.tables.place(line["level"], line["code"])]
