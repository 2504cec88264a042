"""Plausibility in the page: places far from what their size says, empty places with a target, heavy loads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.explain.plausibility import Cause, Line
from pdc_reports.folder.views import kind_name, level_name
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import HtmlTable
from pdc_reports.pages.parts.edition import Edition

MOST_ROWS: Final = 200
PARTS: Final = ("target", "times")  # values that are told with a decimal


def cause_words(cause: Cause, lang: Lang) -> str:
    """Why a number is so, in a sentence."""
    values = {key: number(value, lang, 1 if key in PARTS else 0) for key, value in cause.values.items()}
    return say(f"reports.plausibility.cause.{cause.how}", lang, clause=cause.clause, **values)


def sentences(lines: Sequence[Line], edition: Edition) -> list[str]:
    """The three lists in a sentence each."""
    parts = {part: [line for line in lines if line.part == part] for part in ("size", "empty", "load")}
    units = sum(line.level == "unit" for line in parts["empty"])
    return [
        edition.say("plausibility.size", count=edition.num(len(parts["size"]))),
        edition.say("plausibility.empty", count=edition.num(len(parts["empty"])), units=edition.num(units)),
        edition.say("plausibility.load", count=edition.num(len(parts["load"]))),
    ]


def size_table(lines: Sequence[Line], edition: Edition) -> HtmlTable:
    """By title the places farthest from what their size says."""
    columns = ("title", "province", "unit", "kind", "size", "measure", "said", "posts", "reason")
    lang = edition.lang
    rows = []
    for line in (one for one in lines if one.part == "size"):
        province, _, unit = edition.tables.place("unit", line.code)
        rows.append(
            [
                cells.text(edition.title(line.title)), cells.text(province), cells.text(unit),
                cells.text(kind_name(line.kind, lang)), cells.figure(line.size, lang),
                cells.text(edition.say(f"plausibility.measure.{line.measure}")),
                cells.figure(line.said, lang, 1), cells.figure(line.posts, lang),
                cells.text(cause_words(line.cause, lang)),
            ]
        )  # fmt: skip
    heads = cells.headings(columns, ("size", "said", "posts"), lang)
    return HtmlTable("plausible-size", edition.say("plausibility.size_caption"), heads, rows)


def empty_table(lines: Sequence[Line], edition: Edition) -> HtmlTable:
    """Places with a target of one and more, and none; the larger target first."""
    columns = ("title", "level", "province", "district", "unit", "target", "reason")
    lang = edition.lang
    empty = sorted((one for one in lines if one.part == "empty"), key=lambda one: -one.said)
    rows = []
    for line in empty[:MOST_ROWS]:
        where = edition.tables.place(line.level, line.code)
        rows.append(
            [
                cells.text(edition.title(line.title)), cells.text(level_name(line.level, lang)),
                *(cells.text(name) for name in where), cells.figure(line.said, lang, 2),
                cells.text(cause_words(line.cause, lang)),
            ]
        )  # fmt: skip
    note = edition.shown(len(rows), len(empty))
    heads = cells.headings(columns, ("target",), lang)
    return HtmlTable("plausible-empty", edition.say("plausibility.empty_caption"), heads, rows, note=note)


def load_table(lines: Sequence[Line], edition: Edition) -> HtmlTable:
    """Titles and kinds with units of more than three times the median load, each with its heaviest."""
    columns = ("title", "kind", "measure", "count", "times", "unit", "posts", "reason")
    lang = edition.lang
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in (one for one in lines if one.part == "load"):
        groups.setdefault((line.title, line.kind, line.measure), []).append(line)
    rows = []
    for (title, kind, measure), found in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        worst = max(found, key=lambda one: one.far)
        rows.append(
            [
                cells.text(edition.title(title)), cells.text(kind_name(kind, lang)),
                cells.text(edition.say(f"plausibility.measure.{measure}")), cells.figure(len(found), lang),
                cells.figure(worst.far, lang, 1), cells.text(edition.place("unit", worst.code)),
                cells.figure(worst.posts, lang), cells.text(cause_words(worst.cause, lang)),
            ]
        )  # fmt: skip
    note = edition.shown(min(len(rows), MOST_ROWS), len(rows))
    heads = cells.headings(columns, ("count", "times", "posts"), lang)
    caption = edition.say("plausibility.load_caption")
    return HtmlTable("plausible-load", caption, heads, rows[:MOST_ROWS], note=note)
