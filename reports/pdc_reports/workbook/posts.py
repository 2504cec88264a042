"""The tables that are signed: a title group by province, district or unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc_common.text import Lang, say
from pdc_reports.folder.plan import Level, PlanTables, Sheet
from pdc_reports.folder.views import kind_name, short_name
from pdc_reports.workbook.blocks import Column, letter, numbers, sums, texts
from pdc_reports.workbook.book import Book, Page, address

Numbers = npt.NDArray[Any]
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


@dataclass(frozen=True)
class _Rows:
    """Places in reading order: plate codes, what stands left of the titles by column, posts by title.

    ``across`` are the posts of each place; 0 where no title is known there, else a decimal number.
    """

    plates: Numbers
    facts: Sequence[Sequence[Any]]
    posts: Numbers
    across: Sequence[float]

    def part(self, start: int, end: int) -> _Rows:
        own = slice(start, end)
        return _Rows(self.plates[own], [f[own] for f in self.facts], self.posts[own], self.across[own])

    def provinces(self) -> Iterator[_Rows]:
        """The places of each province."""
        cuts = (np.flatnonzero(self.plates[1:] != self.plates[:-1]) + 1).tolist()
        ends = [*cuts, len(self.plates)] if len(self.plates) else []
        for start, end in zip([0, *cuts], ends, strict=False):
            yield self.part(start, end)

    def down(self) -> list[float]:
        """Posts of each title."""
        return _sums(self.posts, axis=0)


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
    rows: _Rows
    stretch: float = 1
    totals: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = _COLUMNS[self.level]
        self.first = len(self.columns)
        self.last = self.first + len(self.sheet.titles) - 1
        # One title is its own total.
        self.with_sum = self.last > self.first

    def write(self, top: int) -> None:
        raw = self.page.sheet
        body = self._heads(top)
        raw.freeze_panes(body, min(self.first, 4))
        raw.repeat_rows(top, body - 1)
        raw.repeat_columns(0, self.first - 1)
        row = body
        if self.level == "province":
            row = self._places(row, self.rows) if len(self.rows.plates) else row
            where = f"{{0}}{body + 1}:{{0}}{row}"
        else:
            for places in self.rows.provinces():
                row = self._province(row, places)
            # Of the province totals only: a range would count every post twice.
            where = ",".join(f"{{0}}{r + 1}" for r in self.totals)
        self._grid(body, row)
        self._total(row, where or "0")
        if self.level == "unit":
            raw.autofilter(body - 1, 0, max(body, row - 1), self.first - 1)
        right = self._right()
        end = self.page.signatures(row + 3, right) if self.level == "province" else row
        raw.print_area(0, 0, end, right)

    def _total(self, row: int, where: str) -> None:
        """Write the country's total."""
        page, down, style = self.page, self.rows.down(), "sum_posts"
        page.merge(row, 0, page.book.say("grand_total"), "sum_text", to=(row, 1))
        for column in range(2, self.first):
            page.blank(row, column, "sum_text")
        for column, value in enumerate(down, start=self.first):
            page.sum(row, column, where.format(letter(column)), style, value=value)
        if (people := self._people(self.rows)) is not None:
            page.sum(row, self.first - 1, where.format(letter(self.first - 1)), style, value=people)
        if self.with_sum:
            across = f"{address(row, self.first)}:{address(row, self.last)}"
            page.sum(row, self.last + 1, across, style, value=sum(down))

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

    def _places(self, row: int, places: _Rows) -> int:
        """Write places below one another; return the next row. Cells left out are drawn by _grid."""
        columns = [
            (texts if isinstance(facts[0], str) else numbers)(column.style, facts)
            for column, facts in zip(self.columns, places.facts, strict=True)
        ]
        columns += [numbers("posts", posts, gaps=True) for posts in places.posts.T.tolist()]
        if self.with_sum:
            ends = range(row + 1, row + 1 + len(places.plates))
            a, b = letter(self.first), letter(self.last)
            columns.append(sums("sub_posts", [f"{a}{r}:{b}{r}" for r in ends], places.across))
        return self.page.block(row, columns)

    def _province(self, row: int, places: _Rows) -> int:
        """Write a province's places and its total below them; return the next row."""
        end = self._places(row, places)
        total: list[Column] = [
            numbers("sub_plate", [places.plates[0]]),
            texts("sub_text", [places.facts[1][0]]),
            texts("sub_text", [self.page.book.say("province_total")]),
            *[numbers("sub_text", [math.nan])] * (self.first - 3),
        ]
        down, where = places.down(), f"{{0}}{row + 1}:{{0}}{end}"
        if (people := self._people(places)) is not None:
            total[-1] = sums("sub_posts", [where.format(letter(self.first - 1))], [people])
        for column, value in enumerate(down, start=self.first):
            total.append(sums("sub_posts", [where.format(letter(column))], [value]))
        if self.with_sum:
            across = f"{address(end, self.first)}:{address(end, self.last)}"
            total.append(sums("sub_posts", [across], [sum(down)]))
        self.totals.append(end)
        return self.page.block(end, total)

    def _people(self, places: _Rows) -> float | None:
        """Every district is there, so people add up; only some units are, so their beds would not."""
        if self.columns[-1].key != "etf_population":
            return None
        return sum(float(people) for people in places.facts[-1] if not math.isnan(people))


def _rows(tables: PlanTables, lang: Lang, level: Level, posts: pd.DataFrame) -> _Rows:
    """Places in reading order; a unit where no title of the sheet may be placed is left out."""
    numbers_ = posts.to_numpy()
    plates = tables.places(level)["province_code"].to_numpy(dtype=np.int64)
    facts = _facts(tables, lang, level)
    if level == "unit":
        held = ~np.isnan(numbers_).all(axis=1)
        facts = [list(compress(column, held.tolist())) for column in facts]
        numbers_, plates = numbers_[held], plates[held]
    return _Rows(plates, facts, numbers_, _sums(numbers_, axis=1))


def _facts(tables: PlanTables, lang: Lang, level: Level) -> list[list[Any]]:
    """What stands left of the titles, by column, for all places of a level."""
    places = tables.places(level)
    plates = places["province_code"].tolist()
    made: dict[str, list[Any]] = {
        "plate": plates,
        "province": [tables.province_name.get(plate, str(plate)) for plate in plates],
    }
    if level == "unit":
        names = tables.district_name
        kinds = {kind: kind_name(kind, lang) for kind in places["kind"].unique()}
        made["district"] = [names.get(code, code) for code in places["district_code"].tolist()]
        made["kind"] = [kinds[kind] for kind in places["kind"].tolist()]
    return [made[c.key] if c.key in made else places[c.key].tolist() for c in _COLUMNS[level]]


def _sums(posts: Numbers, axis: int) -> list[float]:
    known = ~np.isnan(posts)
    found: Numbers = np.where(known, posts, 0).sum(axis=axis)
    some: Any = known.any(axis=axis)
    return [value if any_ else 0 for value, any_ in zip(found.tolist(), some.tolist(), strict=True)]
