"""The tables that are signed: a title group by province, district or unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

import pandas as pd

from pdc_common.text import Lang, say
from pdc_reports.folder.plan import KEY, Level, PlanTables, Sheet
from pdc_reports.folder.views import kind_name, short_name
from pdc_reports.workbook.book import Book, Page, address, letter

_SHEET_NAME_MAX: Final = 31
# Up to this many titles stand side by side with level headings on A4; more are turned, on A3.
_MOST_LEVEL: Final = 3
_HEAD_ROWS: Final = 2
_LEAST_WIDTH: Final = 132
_FILLER_WIDTH: Final = 9
_TITLE_WIDTH: Final = 18
_SUM_WIDTH: Final = 10
_STRETCHED: Final = frozenset(("text", "name", "people"))


class _Column(NamedTuple):
    """A column left of the titles, that says which place a row is."""

    key: str
    width: float
    style: str


_COLUMNS: Final[dict[Level, tuple[_Column, ...]]] = {
    "province": (
        _Column("plate", 6, "plate"),
        _Column("province", 18, "text"),
        _Column("etf_population", 12, "people"),
    ),
    "district": (
        _Column("plate", 6, "plate"),
        _Column("province", 17, "text"),
        _Column("district", 21, "text"),
        _Column("district_code", 11, "code"),
        _Column("etf_population", 12, "people"),
    ),
    "unit": (
        _Column("plate", 6, "plate"),
        _Column("province", 14, "name"),
        _Column("district", 16, "name"),
        _Column("unit", 54, "name"),
        _Column("unit_code", 12, "code"),
        _Column("kind", 26, "name"),
        _Column("beds", 7, "posts"),
    ),
}


class _Row(NamedTuple):
    """A place: its plate code and name, what stands left of the titles, and its posts."""

    plate: int
    province: str
    facts: Sequence[str | float]
    posts: Sequence[float]


def sheet_name(sheet: Sheet, level: Level, lang: Lang) -> str:
    """Name of the sheet of a title group at a level, within Excel's 31 characters."""
    tail = f" – {say(f'reports.sheet_level.{level}', lang)}"
    name = short_name(sheet, lang)
    for sign in "[]:*?/\\":
        name = name.replace(sign, " ")
    return name[: _SHEET_NAME_MAX - len(tail)].rstrip() + tail


def write_posts(book: Book, sheet: Sheet, level: Level, wide: pd.DataFrame) -> None:
    """Write one table; ``wide`` is place × title, missing where a title is not planned."""
    paper = "A3" if len(sheet.titles) > _MOST_LEVEL else "A4"
    stretch = _stretch(sheet, level)
    widths = [c.width * stretch if c.style in _STRETCHED else c.width for c in _COLUMNS[level]]
    page = book.new_page(sheet_name(sheet, level, book.lang), paper, widths)
    heading = f"{book.say('title')}: {sheet.names[book.lang]}, {book.say(f'by_level.{level}')}"
    top = page.masthead(heading, book.say("legend.cells"))
    rows = _rows(book.tables, book.lang, level, wide[list(sheet.titles)])
    _Posts(page, sheet, level, rows, stretch).write(top)


def _stretch(sheet: Sheet, level: Level) -> float:
    """How much wider a narrow table is made, so that it fills its page."""
    if len(sheet.titles) > _MOST_LEVEL:
        return 1
    width = sum(c.width for c in _COLUMNS[level]) + _TITLE_WIDTH * len(sheet.titles)
    return min(2, max(1, _LEAST_WIDTH / width))


@dataclass
class _Posts:
    page: Page
    sheet: Sheet
    level: Level
    rows: Sequence[_Row]
    stretch: float = 1
    totals: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = _COLUMNS[self.level]
        self.first = len(self.columns)
        self.last = self.first + len(self.sheet.titles) - 1
        # One title is its own total.
        self.with_sum = self.last > self.first

    def write(self, top: int) -> None:
        raw, book = self.page.sheet, self.page.book
        body = self._heads(top)
        raw.freeze_panes(body, min(self.first, 4))
        raw.repeat_rows(top, body - 1)
        raw.repeat_columns(0, self.first - 1)
        row = body
        if self.level == "province":
            for place in self.rows:
                self._place(row, place)
                row += 1
            where = f"{{0}}{body + 1}:{{0}}{row}"
        else:
            for _, places in groupby(self.rows, key=lambda place: place.plate):
                row = self._province(row, list(places))
            # Of the province totals only: a range would count every post twice.
            where = ",".join(f"{{0}}{r + 1}" for r in self.totals)
        self._grid(body, row)
        self.page.merge(row, 0, book.say("grand_total"), "sum_text", to=(row, 1))
        for column in range(2, self.first):
            self.page.blank(row, column, "sum_text")
        self._sums(row, self.rows, where or "0", "sum_posts")
        if self.level == "unit":
            raw.autofilter(body - 1, 0, max(body, row - 1), self.first - 1)
        right = self._right()
        end = self.page.signatures(row + 3, right) if self.level == "province" else row
        raw.print_area(0, 0, end, right)

    def _grid(self, body: int, end: int) -> None:
        """Border the empty cells by one conditional format: written one by one they are half of the file."""
        if end > body:
            rule = {"type": "blanks", "format": self.page.book.formats["empty"]}
            self.page.sheet.conditional_format(body, self.first, end - 1, self.last, rule)

    def _right(self) -> int:
        """Last column of the printed page: a narrow table leaves room for heading and signatures."""
        right = self.last + self.with_sum
        width = sum(c.width * self.stretch if c.style in _STRETCHED else c.width for c in self.columns)
        width += _TITLE_WIDTH * self.stretch * len(self.sheet.titles) + _SUM_WIDTH * self.with_sum
        while len(self.sheet.titles) <= _MOST_LEVEL and width < _LEAST_WIDTH:
            right += 1
            width += _FILLER_WIDTH
            self.page.sheet.set_column(right, right, _FILLER_WIDTH)
        return right

    def _heads(self, top: int) -> int:
        page, book = self.page, self.page.book
        names = book.tables.title_names(book.lang)
        titles = [names.get(title, title) for title in self.sheet.titles]
        turned = len(titles) > _MOST_LEVEL
        page.sheet.set_row(top, 20)
        # Turned names take two lines in a column; the longest branch has some 50 letters.
        page.sheet.set_row(top + 1, min(max(map(len, titles)), 30) * 6.2 if turned else 40)
        for i, column in enumerate(self.columns):
            page.merge(top, i, book.say(f"column.{column.key}"), "head", to=(top + 1, i))
        page.merge(top, self.first, self.sheet.names[book.lang], "group", to=(top, self.last))
        for i, name in enumerate(titles, start=self.first):
            page.text(top + 1, i, name, "rotated" if turned else "head")
        page.sheet.set_column(self.first, self.last, 5.6 if turned else _TITLE_WIDTH * self.stretch)
        if self.with_sum:
            after = self.last + 1
            page.merge(top, after, book.say("column.total"), "group", to=(top + 1, after))
            page.sheet.set_column(after, after, _SUM_WIDTH)
        return top + _HEAD_ROWS

    def _place(self, row: int, place: _Row) -> None:
        for i, (column, fact) in enumerate(zip(self.columns, place.facts, strict=True)):
            if isinstance(fact, str):
                self.page.text(row, i, fact, column.style)
            else:
                self.page.number(row, i, fact, column.style)
        # Straight to XlsxWriter: these are nearly all cells of the book. Cells left out are drawn by _grid.
        write, style = self.page.sheet.write_number, self.page.book.formats["posts"]
        for i, posts in enumerate(place.posts, start=self.first):
            if not math.isnan(posts):
                write(row, i, posts, style)
        self._across(row, _known(place.posts), "sub_posts")

    def _province(self, row: int, places: Sequence[_Row]) -> int:
        """Write a province's places and its total below them; return the next row."""
        for i, place in enumerate(places):
            self._place(row + i, place)
        end = row + len(places)
        self.page.number(end, 0, places[0].plate, "sub_plate")
        self.page.text(end, 1, places[0].province, "sub_text")
        self.page.text(end, 2, self.page.book.say("province_total"), "sub_text")
        for column in range(3, self.first):
            self.page.blank(end, column, "sub_text")
        self._sums(end, places, f"{{0}}{row + 1}:{{0}}{end}", "sub_posts")
        self.totals.append(end)
        return end + 1

    def _sums(self, row: int, places: Sequence[_Row], where: str, style: str) -> None:
        """Write the sums over ``places``, whose cells are ``where`` with ``{0}`` for the column."""
        sums = [_known([place.posts[i] for place in places]) for i in range(len(self.sheet.titles))]
        for column, value in enumerate(sums, start=self.first):
            self.page.sum(row, column, where.format(letter(column)), style, value=value)
        # Every district is there, so people add up; only some units are, so their beds would not.
        if self.columns[-1].key == "etf_population":
            column = self.first - 1
            people = _known([float(place.facts[column]) for place in places])
            self.page.sum(row, column, where.format(letter(column)), style, value=people)
        self._across(row, sum(sums), style)

    def _across(self, row: int, value: float, style: str) -> None:
        if self.with_sum:
            where = f"{address(row, self.first)}:{address(row, self.last)}"
            self.page.sum(row, self.last + 1, where, style, value=value)


def _rows(tables: PlanTables, lang: Lang, level: Level, posts: pd.DataFrame) -> list[_Row]:
    """Places in reading order; a unit where no title of the sheet may be placed is left out."""
    if level == "unit":
        posts = posts[posts.notna().any(axis=1)]
    places = tables.places(level).set_index(KEY[level], drop=False).loc[posts.index]
    found = []
    for place, numbers in zip(places.to_dict("records"), posts.to_numpy().tolist(), strict=True):
        plate = int(place["province_code"])
        province = tables.province_name.get(plate, str(plate))
        values = {str(key): value for key, value in place.items()}
        values.update(plate=plate, province=province)
        if level == "unit":
            values["district"] = tables.district_name.get(place["district_code"], place["district_code"])
            values["kind"] = kind_name(place["kind"], lang)
        found.append(_Row(plate, province, [values[c.key] for c in _COLUMNS[level]], numbers))
    return found


def _known(values: Sequence[float]) -> float:
    """Sum of what is known."""
    return sum(v for v in values if not math.isnan(v))
