"""The first sheet: posts by title, shortfalls, state and sources, titles not planned, signatures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from pdc_common.levels import LEVELS
from pdc_reports.folder.changed import lines, scenario_names
from pdc_reports.folder.views import TIERS, fingerprint, is_proven
from pdc_reports.workbook.book import Book, Page, address

_WIDTHS: Final = (46, 12, 12, 12, 12, 13, 24)
_LAST: Final = len(_WIDTHS) - 1
_HEADS: Final = ("title", "filled", "supply", "posts", "vacancies", "shortfall", "status")
_NUMBERS: Final = 5


def write_overview(book: Book) -> None:
    """Write the sheet."""
    page = book.new_page(book.say("sheet.overview"), "A4", _WIDTHS)
    row = page.masthead(book.say("title"), book.say("sheet.overview_note"), page.letterhead(_LAST)) + 1
    row = _titles(page, row) + 2
    row = _tiers(page, row) + 2
    row = _sources(page, row) + 2
    row = _changed(page, row) + 2
    row = _not_planned(page, row) + 2
    page.sheet.print_area(0, 0, page.signatures(row, _LAST), _LAST)


def _titles(page: Page, row: int) -> int:
    book = page.book
    row = page.heads(page.section(row, "titles", _LAST), _HEADS)
    group_rows: list[int] = []
    totals = [0.0] * _NUMBERS
    for sheet in book.tables.sheets:
        head, parts = row, [0.0] * _NUMBERS
        for title in sheet.titles:
            row += 1
            values = _title_numbers(book, title)
            page.text(row, 0, book.tables.title_name(title, book.lang), "indented")
            for i, value in enumerate(values):
                parts[i] += 0 if math.isnan(value) else value
                page.number(row, i + 1, value, "posts")
            vacancies = f"={address(row, 3)}-{address(row, 1)}"
            page.formula(row, 4, vacancies, "posts", value=values[3])
            info = (book.tables.summary.get("titles") or {}).get(title) or {}
            page.text(row, _LAST, _proof(book, info.get("status", "optimal") == "optimal"), "text")
        page.text(head, 0, sheet.names[book.lang], "sub_text")
        for i, part in enumerate(parts, start=1):
            page.sum(head, i, f"{address(head + 1, i)}:{address(row, i)}", "sub_posts", value=part)
        page.blank(head, _LAST, "sub_text")
        totals = [a + b for a, b in zip(totals, parts, strict=True)]
        group_rows.append(head)
        row += 1
    page.text(row, 0, book.say("grand_total"), "sum_text")
    for i, total in enumerate(totals, start=1):
        page.sum(row, i, ",".join(address(r, i) for r in group_rows) or "0", "sum_posts", value=total)
    page.blank(row, _LAST, "sum_text")
    return row + 1


def _title_numbers(book: Book, title: str) -> Sequence[float]:
    """Filled, to hand out, planned, vacancies, missing."""
    lines = book.tables.national[book.tables.national["title"] == title]
    filled, supply, posts = (
        float(lines[column].iloc[0]) if len(lines) else math.nan for column in ("filled", "supply", "posts")
    )
    info = (book.tables.summary.get("titles") or {}).get(title) or {}
    return filled, supply, posts, posts - filled, float(info.get("shortfall") or 0)


def _proof(book: Book, proven: bool) -> str:
    return book.say("proof.optimal" if proven else "proof.time_limit")


def _tiers(page: Page, row: int) -> int:
    summary = page.book.tables.summary
    row = page.section(row, "tiers", _LAST)
    for tier in TIERS:
        page.text(row, 0, page.book.say(f"tier.{tier}"), "text")
        page.count(row, 1, float((summary.get("shortfall") or {}).get(tier) or 0))
        row += 1
    for level in LEVELS:
        page.text(row, 0, page.book.say(f"deviation_by.{level}"), "text")
        page.number(row, 1, float((summary.get("deviation") or {}).get(level) or 0), "decimal")
        row += 1
    return row


def _sources(page: Page, row: int) -> int:
    book = page.book
    summary = book.tables.summary
    row = page.section(row, "sources", _LAST)
    lines = {
        "state": book.state,
        "proof": _proof(book, is_proven(book.tables)),
        "data": f"{(summary.get('data') or {}).get('name') or '–'} ({fingerprint(book.tables, 'data')})",
        "rulebook": fingerprint(book.tables, "rulebook"),
        "scenario": scenario_names(summary, book.lang),
        "version": str(summary.get("pdc") or "–"),
    }
    for key, value in lines.items():
        page.text(row, 0, book.say(f"source.{key}"), "wrap")
        page.merge(row, 1, value, "wrap", to=(row, _LAST))
        page.sheet.set_row(row, 15 * math.ceil((len(value) + 1) / 80))
        row += 1
    return row


def _changed(page: Page, row: int) -> int:
    """Everything that differs from the base, with old and new value."""
    book = page.book
    told = lines(book.tables.summary, book.lang)
    if not told:
        return row
    row = page.section(row, "changed", _LAST)
    for line in told:
        text = f"{line.name}: {line.old} → {line.new}".removeprefix(": ")
        page.text(row, 0, line.what, "wrap")
        page.merge(row, 1, text, "wrap", to=(row, _LAST))
        page.sheet.set_row(row, 15 * math.ceil((len(text) + 1) / 80))
        row += 1
    return row


def _not_planned(page: Page, row: int) -> int:
    book = page.book
    left_out = book.tables.national[book.tables.national["planned"] == 0]
    if left_out.empty:
        return row
    row = page.section(row, "not_planned", _LAST)
    for line in left_out.to_dict("records"):
        page.text(row, 0, book.tables.title_name(line["title"], book.lang), "text")
        page.number(row, 1, line["filled"], "posts")
        page.merge(row, 2, line["reason"], "wrap", to=(row, _LAST))
        page.sheet.set_row(row, 15 * math.ceil((len(line["reason"]) + 1) / 70))
        row += 1
    return row
