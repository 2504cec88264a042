"""Today's staff in the page: filled, planned, vacant; service groups; lists; changes since last year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from pdc_common.numerals import percent
from pdc_common.text import say
from pdc_reports.folder import staffing
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Cell, HtmlTable
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.since import last_table

MOST_ROWS: Final = 20
_NUMBERS: Final = ("filled", "posts", "vacancy", "surplus", "locked_4924", "blocked_4924")
_HEADS: Final = {"filled": "filled_units", "posts": "planned"}
_SORTED: Final = {"vacancies": "vacancy", "surplus": "surplus", "locked": "locked_4924"}


def sentences(edition: Edition) -> list[str]:
    """The national numbers, and how the provinces are grouped; nothing where no staff are known by unit."""
    tables = edition.tables
    if not staffing.known(tables):
        return []
    rows = staffing.placed(tables)
    whole = {name: edition.num(float(rows[name].sum())) for name in staffing.SUMMED}
    found = [edition.say("word.staff", units=edition.num(rows["unit_code"].nunique()), **whole)]
    told = staffing.rule(tables)
    if told and not tables.service_groups.empty:
        rule, source = ((told.get(key) or {}).get(edition.lang, "") for key in ("text", "source"))
        found.append(edition.say("staff.groups_rule", rule=rule, source=source))
    return found


def tables(edition: Edition) -> list[HtmlTable]:
    """All tables of both sections; those that the plan cannot fill are not there."""
    found: list[HtmlTable] = []
    t = edition.tables
    if staffing.known(t):
        rows = staffing.placed(t)
        found.append(_sums(staffing.sums(rows, ("title",), t.planned), "title", edition))
        found.append(_sums(staffing.sums(rows, ("province_code",), t.planned), "province", edition))
        found += [_list(staffing.listed(rows, which), which, edition) for which in staffing.LISTS]
    if not t.service_groups.empty:
        found.append(_groups(edition))
    if last_table(t) is not None:
        found += [_since(level, edition) for level in ("national", "province", "unit")]
    return found


def _sums(rows: pd.DataFrame, key: str, edition: Edition) -> HtmlTable:
    columns = (key, *(_HEADS.get(name, name) for name in _NUMBERS), "fill_rate")
    lines = []
    for row in rows.to_dict("records"):
        name = (
            staffing.full_title(edition.tables, row["title"], edition.lang)
            if key == "title"
            else edition.tables.province_name.get(row["province_code"], "")
        )
        numbers = [cells.figure(row[column], edition.lang) for column in _NUMBERS]
        rate = (row["filled"] - row["absent"]) / row["posts"] if row["posts"] else math.nan
        lines.append([cells.text(name), *numbers, _rate(rate, edition)])
    heads = cells.headings(columns, columns[1:], edition.lang)
    return HtmlTable(f"staff-{key}s", edition.say(f"page.staff_{key}s"), heads, lines)


def _rate(rate: float, edition: Edition) -> Cell:
    missing = math.isnan(rate)
    return Cell(percent(None if missing else rate, edition.lang), None if missing else rate, numeric=True)


def _groups(edition: Edition) -> HtmlTable:
    """Each title's fullest and emptiest provinces, and how many change their group."""
    t, moved = edition.tables, staffing.moved(edition.tables)
    columns = ("title", "fullest", "emptiest", *(["moved"] if moved else []))
    lines = []
    ranked = t.service_groups[t.service_groups["group"] != ""].sort_values("rank", kind="stable")
    held: dict[str, list[tuple[int, float, str]]] = {}
    columns_of = (ranked[name].tolist() for name in ("title", "province_code", "fill_rate", "group"))
    for title, *place in zip(*columns_of, strict=True):
        held.setdefault(title, []).append((place[0], place[1], place[2]))
    for title in (one for one in t.planned if one in held):
        own = held[title]
        ends = [_named(own[:3], edition), _named(own[-3:][::-1], edition)]
        line = [cells.text(staffing.full_title(t, title, edition.lang)), *map(cells.text, ends)]
        lines.append([*line, *([cells.figure(moved.get(title), edition.lang)] if moved else [])])
    heads = cells.headings(columns, ("moved",), edition.lang)
    return HtmlTable("service-groups", edition.say("page.service_groups"), heads, lines, classes="wordy")


def _named(rows: Sequence[tuple[int, float, str]], edition: Edition) -> str:
    names = edition.tables.province_name
    return "; ".join(
        f"{names.get(code, '')} {percent(rate, edition.lang)} ({group})" for code, rate, group in rows
    )


def _list(rows: pd.DataFrame, which: str, edition: Edition) -> HtmlTable:
    """The largest rows of a list by unit; all of them are in the CSV file and in the workbook."""
    numbers = staffing.LISTS[which]
    columns = ("province", "district", "unit", "title", *(_HEADS.get(name, name) for name in numbers))
    by = [_SORTED[which], *(["blocked_4924"] if which == "locked" else [])]
    largest = rows.sort_values(by, ascending=False, kind="stable").head(MOST_ROWS)
    lines = [
        [
            *(cells.text(name) for name in _place(row, edition)),
            cells.text(staffing.full_title(edition.tables, row["title"], edition.lang)),
            *(cells.figure(row[name], edition.lang) for name in numbers),
        ]
        for row in largest.to_dict("records")
    ]
    note = edition.shown(len(lines), len(rows))
    heads = cells.headings(columns, columns[4:], edition.lang)
    return HtmlTable(which, edition.say(f"staff.{which}_title"), heads, lines, note=note)


def _place(row: Any, edition: Edition) -> Sequence[str]:
    t = edition.tables
    district = t.district_name.get(row["district_code"], row["district_code"])
    return t.province_name.get(row["province_code"], ""), district, row["unit"]


def _since(level: str, edition: Edition) -> HtmlTable:
    """What changed at a level since the last table, the largest change first."""
    rows = edition.tables.since
    rows = rows[rows["level"] == level]
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    columns = ("title", *([] if level == "national" else [level]), "posts_last", "posts", "difference")
    lines = [
        [
            cells.text(edition.title(row["title"])),
            *([] if level == "national" else [cells.text(edition.place(level, row["code"]))]),
            cells.figure(row["base"], edition.lang), cells.figure(row["plan"], edition.lang),
            cells.figure(row["difference"], edition.lang, sign=True),
        ]
        for row in rows.loc[order].head(MOST_ROWS).to_dict("records")
    ]  # fmt: skip
    name = {"national": "titles", "province": "provinces", "unit": "units"}[level]
    heads = cells.headings(columns, columns[-3:], edition.lang)
    note = edition.shown(len(lines), len(rows))
    caption = say(f"reports.page.since_{name}", edition.lang)
    return HtmlTable(f"since-{name}", caption, heads, lines, note=note)
