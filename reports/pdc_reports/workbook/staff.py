"""Today's staff beside the plan: filled, planned, vacant; service groups; surplus and vacancies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Final

import pandas as pd

from pdc_reports.folder import staffing
from pdc_reports.workbook.blocks import numbers, texts
from pdc_reports.workbook.book import Book, Page, letter
from pdc_reports.workbook.styles import GROUP_COLOURS

_BESIDE: Final = ("filled_units", "planned", "vacancy", "surplus", "locked_4924", "blocked_4924")
_SUMS: Final = ("filled", "posts", "vacancy", "surplus", "locked_4924", "blocked_4924")
_PLACE: Final = (("province", 15.0), ("district", 18.0), ("unit", 54.0), ("code", 15.0), ("title", 34.0))
_HEAD: Final = {
    "posts": "planned",
    "filled": "filled_units",
}  # columns of the tables under their headings here


def write_staff(book: Book) -> None:
    """Write the sheets of a plan that knows its staff by unit."""
    if not staffing.known(book.tables):
        return
    rows = staffing.placed(book.tables)
    _beside(book, rows)
    if not book.tables.service_groups.empty:
        _groups_by_title(book)
        _groups_matrix(book)
    for which in staffing.LISTS:
        _list(book, staffing.listed(rows, which), which)


def _beside(book: Book, rows: pd.DataFrame) -> None:
    """Every province and title: filled, planned, vacant side by side, to be signed."""
    page = book.new_page(book.say("sheet.beside"), "A4", (6, 15, 34, *[10.5] * 6, 9, 8))
    page.sheet.set_portrait()
    row = page.masthead(book.say("staff.beside_title"), book.say("sheet.beside_note")) + 1
    page.sheet.repeat_rows(row)
    body = row = page.heads(row, ("plate", "province", "title", *_BESIDE, "fill_rate", "service_group"), 46)
    page.sheet.freeze_panes(row, 3)
    by_title = staffing.sums(rows, ("province_code", "title"), book.tables.planned)
    group = staffing.groups(book.tables.service_groups)
    names, rate = book.tables.province_name, rates(by_title)
    plates, titles, *columns = (by_title[c].tolist() for c in ("province_code", "title", *_SUMS))
    shown = {title: staffing.full_title(book.tables, title, book.lang) for title in set(titles)}
    ends: list[int] = []
    # Provinces stand in their order, each with its rows together.
    for plate, some in groupby(range(len(plates)), key=plates.__getitem__):
        at = list(some)
        own, size = slice(at[0], at[-1] + 1), len(at)
        name, parts = names.get(plate, str(plate)), [column[own] for column in columns]
        page.block(
            row,
            [
                numbers("plate", [plate] * size), texts("text", [name] * size),
                texts("name", [shown[title] for title in titles[own]]),
                *(numbers("posts", part) for part in parts),
                numbers("rate", rate[own]),
                texts("group_0", [group.get((title, plate), "") for title in titles[own]]),
            ],
        )  # fmt: skip
        where = f"{{0}}{row + 1}:{{0}}{row + size}"
        _total(page, row + size, list(map(sum, parts)), where, "sub", (plate, name))
        ends.append(row + size)
        row += size + 1
    where = ",".join(f"{{0}}{end + 1}" for end in ends) or "0"
    _total(page, row, list(map(sum, columns)), where, "sum", (0, book.say("grand_total")))
    page.sheet.autofilter(body - 1, 0, max(body, row - 1), 10)
    page.sheet.print_area(0, 0, page.signatures(row + 3, 10), 10)


def _total(page: Page, row: int, sums: Sequence[int], where: str, style: str, place: tuple[int, str]) -> None:
    """A line of sums, each over the cells ``where`` with ``{0}`` for the column."""
    plate, name = place
    if plate:
        page.number(row, 0, plate, f"{style}_plate")
        page.text(row, 1, name, f"{style}_text")
        page.text(row, 2, page.book.say("province_total"), f"{style}_text")
    else:
        page.merge(row, 0, name, f"{style}_text", to=(row, 2))
    for i, value in enumerate(sums, start=3):
        page.sum(row, i, where.format(letter(i)), f"{style}_posts", value=float(value))
    page.blank(row, 9, f"{style}_text")
    page.blank(row, 10, f"{style}_text")


def rates(part: pd.DataFrame) -> list[float]:
    """Filled ÷ planned of each row; none where no post is planned."""
    return [
        filled / posts if posts else math.nan
        for filled, posts in zip(
            (part["filled"] - part["absent"]).tolist(), part["posts"].tolist(), strict=True
        )
    ]


def _groups_by_title(book: Book) -> None:
    """By title the provinces from the fullest to the emptiest."""
    tables = book.tables
    columns = (
        "title",
        "rank",
        "plate",
        "province",
        "filled_counted",
        "planned",
        "fill_rate",
        "service_group",
    )
    before = staffing.groups(staffing.before(tables))
    widths = (38, 7, 7, 18, 12, 12, 11, 10, *([12] if before else []))
    page = book.new_page(book.say("sheet.groups"), "A4", widths)
    page.sheet.set_portrait()
    row = _rule(page, page.masthead(book.say("staff.groups_title"), book.say("sheet.groups_note")), widths)
    page.sheet.repeat_rows(row)
    heads = (*columns, *(["group_before"] if before else []))
    body = row = page.heads(row, heads)
    page.sheet.freeze_panes(row, 1)
    ranked = tables.service_groups[tables.service_groups["group"] != ""]
    titles, plates = ranked["title"].tolist(), ranked["province_code"].tolist()
    style = group_styles(staffing.codes(tables))
    cells = [
        texts("name", [staffing.full_title(tables, title, book.lang) for title in titles]),
        numbers("posts", ranked["rank"].tolist()),
        numbers("plate", plates),
        texts("text", [tables.province_name.get(code, str(code)) for code in plates]),
        numbers("posts", ranked["filled"].tolist()),
        numbers("posts", ranked["posts"].tolist()),
        numbers("rate", ranked["fill_rate"].tolist()),
        texts([style.get(group, "group_0") for group in ranked["group"]], ranked["group"].tolist()),
    ]
    if before:
        old = [before.get(pair, "") for pair in zip(titles, plates, strict=True)]
        cells.append(texts([style.get(group, "text") for group in old], old))
    row = page.block(row, cells)
    page.sheet.autofilter(body - 1, 0, max(body, row - 1), len(heads) - 1)


def _groups_matrix(book: Book) -> None:
    """Provinces by titles, a letter each."""
    tables = book.tables
    grouped = set(tables.service_groups["title"].tolist())
    titles = [title for title in tables.planned if title in grouped]
    widths = (6, 17, *[4.6] * len(titles))
    page = book.new_page(book.say("sheet.groups_matrix"), "A3", widths)
    row = _rule(page, page.masthead(book.say("staff.groups_title"), book.say("sheet.groups_note")), widths)
    page.sheet.repeat_rows(row)
    page.sheet.repeat_columns(0, 1)
    page.sheet.set_row(row, 190)
    page.text(row, 0, book.say("column.plate"), "head")
    page.text(row, 1, book.say("column.province"), "head")
    for i, title in enumerate(titles, start=2):
        page.text(row, i, staffing.full_title(tables, title, book.lang), "rotated")
    row += 1
    page.sheet.freeze_panes(row, 2)
    group = staffing.groups(tables.service_groups)
    plates = tables.provinces["province_code"].tolist()
    style = group_styles(staffing.codes(tables))
    letters = [[group.get((title, code), "") for code in plates] for title in titles]
    page.block(
        row,
        [
            numbers("plate", plates), texts("text", [tables.province_name[code] for code in plates]),
            *(texts([style.get(one, "text") for one in column], column) for column in letters),
        ],
    )  # fmt: skip


def _list(book: Book, rows: pd.DataFrame, which: str) -> None:
    """A list by province, district, unit and title."""
    columns = staffing.LISTS[which]
    page = book.new_page(
        book.say(f"sheet.{which}"), "A4", (*(width for _, width in _PLACE), *[11] * len(columns))
    )
    row = page.masthead(book.say(f"staff.{which}_title"), book.say(f"sheet.{which}_note")) + 1
    page.sheet.repeat_rows(row)
    heads = (*(key for key, _ in _PLACE), *(_HEAD.get(column, column) for column in columns))
    body = row = page.heads(row, heads, 46)
    page.sheet.freeze_panes(row, 0)
    if rows.empty:
        page.text(row, 0, book.say(f"staff.no_{which}"), "line")
        return
    tables = book.tables
    plates = rows["province_code"].tolist()
    titles = {title: staffing.full_title(tables, title, book.lang) for title in rows["title"].unique()}
    row = page.block(
        row,
        [
            texts("name", [tables.province_name.get(code, str(code)) for code in plates]),
            texts("name", [tables.district_name.get(code, code) for code in rows["district_code"].tolist()]),
            texts("name", rows["unit"].tolist()), texts("code", rows["unit_code"].tolist()),
            texts("name", [titles[title] for title in rows["title"].tolist()]),
            *(numbers("posts", rows[column].tolist()) for column in columns),
        ],
    )  # fmt: skip
    page.sheet.autofilter(body - 1, 0, row - 1, len(heads) - 1)
    page.merge(row, 0, book.say("grand_total"), "sum_text", to=(row, len(_PLACE) - 1))
    for i, column in enumerate(columns, start=len(_PLACE)):
        where = f"{letter(i)}{body + 1}:{letter(i)}{row}"
        page.sum(row, i, where, "sum_posts", value=float(rows[column].sum()))


def _rule(page: Page, row: int, widths: Sequence[float]) -> int:
    """The rule in words and where it is from; the next row to write in."""
    told, lang = staffing.rule(page.book.tables), page.book.lang
    rule, source = ((told.get(key) or {}).get(lang, "") for key in ("text", "source"))
    if rule:
        text = page.book.say("staff.groups_rule", rule=rule, source=source)
        row = page.paragraph(row, text, len(widths) - 1, sum(widths) * 1.05)
    return row + 1


def group_styles(codes: Sequence[str]) -> dict[str, str]:
    """Format of each service group."""
    return {code: f"group_{min(i, len(GROUP_COLOURS) - 1)}" for i, code in enumerate(codes)}
