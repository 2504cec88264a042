"""What each column of a sheet is for: read, checked as a sum, or left out and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pdc.ask.handmade.grid import Grid
from pdc.ask.handmade.heads import PLACE_ROLES, Column, Head
from pdc.ask.handmade.locate import Teller
from pdc.ask.handmade.log import Log
from pdc.ask.handmade.match import AMBIGUOUS, UNKNOWN, Found
from pdc.ask.handmade.posts import is_number
from pdc.ask.handmade.table import Doubt
from pdc.ask.handmade.text import lexicon, plain
from pdc.ask.handmade.titles import Titles
from pdc.base.faults import Fault
from pdc.tables.cells import quote
from pdc.tables.limits import LimitError

_NUMBERS: Final = ("title", "total", "posts")


class Columns:
    """The columns of a sheet. ``places`` are (role, position), ``numbers`` and ``words`` positions."""

    def __init__(self, grid: Grid, head: Head, titles: Titles, teller: Teller, log: Log) -> None:
        self.grid, self.head, self.titles, self.teller, self.log = grid, head, titles, teller, log
        self.body = range(head.body, len(grid.values))
        self.unread: list[Column] = []

    def judge(self) -> None:
        """Say what is wrong or doubtful in the headings, and settle every column's role."""
        self._beside_titles()
        unknown = [c for c in self.head.columns if c.role == "unknown" and c.heading and self._numbered(c)]
        if len(unknown) > lexicon()["head"]["unknown"]:
            broken = LimitError("headings", len(unknown), lexicon()["head"]["unknown"], self._head_row())
            self.log.add(broken.fault(self.grid.file))
            unknown = []
        seen: dict[str, Column] = {}
        for column in self.head.columns:
            heading = column.heading or self.grid.where(0, column.j)[1]
            if column.role in ("unknown", "none"):
                if column in unknown and not self._long:
                    self.bad_title(self.head.body - 1, heading, column.heading, column.found)
                elif any(self.grid.texts[i][column.j] for i in self.body) or column.heading:
                    reason = "no_heading" if not column.heading else "no_numbers"
                    self.left(column, heading, "other" if column in unknown else reason)
                    self.unread.append(column)
                column.role = "other"
            elif column.role == "other" and column.heading:
                self.left(column, heading, "other")
            elif column.role == "title" and column.found is not None:
                self._title(column, column.found, heading, seen)
            if column.filled:
                self._doubt("filled", column, heading)
        for column in self.head.columns:
            if column.j in self.grid.hidden_columns and (column.role != "other" or column.heading):
                self._doubt("hidden_column", column, column.heading)
        self._places_once()
        self._posts_once()
        self.places = [(c.role, c.j) for c in self.head.of(*PLACE_ROLES)]
        self.numbers = [c.j for c in self.head.of(*_NUMBERS)]
        self.words = [c.j for c in self.head.columns if c.j not in self.numbers]

    @property
    def _long(self) -> bool:
        """Is there one column of posts, so that another of numbers cannot be a title's?"""
        return self.head.long or not self.head.of("title")

    def _head_row(self) -> int | None:
        return self.grid.line(max(0, self.head.body - 1))[0]

    def _numbered(self, column: Column) -> bool:
        return any(is_number(self.grid.values[i][column.j]) for i in self.body)

    def _beside_titles(self) -> None:
        """Posts beside columns of titles can only be their sum; a sum beside posts is none of them."""
        if self.head.long:
            for column in self.head.of("total", "title"):
                column.role = "other"
        elif self.head.of("title"):
            for column in self.head.of("posts"):
                column.role = "total"

    def _title(self, column: Column, found: Found, heading: str, seen: dict[str, Column]) -> None:
        self.teller.match(self.head.body - 1, heading, column.heading, found, "title")
        first = seen.setdefault(column.code, column)
        if first is column:
            return
        if first.found is not None and first.found.raw != found.raw:
            self.log.doubts.append(
                Doubt("added", self.grid.file, self._head_row(), heading, column.heading, "", column.code,
                      self.titles.name[column.code], reason=first.heading)
            )  # fmt: skip
        else:
            self.log.fault(
                self.grid, self.head.body - 1, heading, "cetvel.title_twice",
                text=quote(column.heading), first=first.heading, title=self.titles.name[column.code],
            )  # fmt: skip

    def _places_once(self) -> None:
        """Two columns of one kind of place must name the same places, or nobody knows which is meant."""
        for role in PLACE_ROLES:
            columns = self.head.of(role)
            for first, other in ((columns[0], other) for other in columns[1:]):
                if self._same(first, other, text=True):
                    other.role = "other"
                else:
                    values = {"text": other.heading or first.heading, "first": first.heading}
                    letter = self.grid.where(0, other.j)[1]
                    self.log.fault(self.grid, self.head.body - 1, letter, "cetvel.two_places", **values)

    def _posts_once(self) -> None:
        columns = self.head.of("posts")
        for first, other in ((columns[0], other) for other in columns[1:]):
            if self._same(first, other):
                self.left(other, other.heading, "other")
                other.role = "other"
            else:
                values = {"text": other.heading, "first": first.heading}
                self.log.fault(self.grid, self.head.body - 1, other.heading, "cetvel.two_posts", **values)

    def _same(self, a: Column, b: Column, text: bool = False) -> bool:
        rows = [self.grid.texts[i] for i in self.body]
        if text:
            return all(not row[b.j] or plain(row[a.j]) == plain(row[b.j]) for row in rows)
        return all(row[a.j] == row[b.j] for row in rows)

    def left(self, column: Column, heading: str, reason: str) -> None:
        """Tell that a column was not read."""
        row, letter = self.grid.where(max(0, self.head.body - 1), column.j)
        self.log.doubts.append(Doubt("column", self.grid.file, row, letter, heading, reason=reason))

    def _doubt(self, kind: str, column: Column, text: str) -> None:
        letter = self.grid.where(0, column.j)[1]
        self.log.doubts.append(Doubt(kind, self.grid.file, None, letter, text or letter))

    def bad_title(self, i: int, column: str, text: str, found: Found | None) -> None:
        """A heading or a cell that names no title, or several."""
        state = found.state if found is not None else UNKNOWN
        others = found.others if found is not None else ""
        code = "cetvel.title_ambiguous" if state == AMBIGUOUS else "cetvel.title_unknown"
        self.log.fault(self.grid, i, column, code, text=quote(text), others=others or "–")

    # numbers that no heading speaks of ---------------------------------------------------------------

    def left_numbers(self, rows: Sequence[int]) -> None:
        """Numbers of these rows beside the table: cells too many, or a column without a heading."""
        last = max((c.j for c in self.head.columns if c.heading or c.role in PLACE_ROLES), default=0)
        lengths = self.grid.lengths if not self.grid.turned else []
        due = max((lengths[i] for i in range(self.head.top, self.head.body)), default=0) if lengths else 0
        beyond = range(last + 1, self.grid.width)
        full = {j for j in beyond if all(is_number(self.grid.values[i][j]) for i in rows)}
        for i in rows:
            texts = self.grid.texts[i]
            long = due and any(texts[due:])
            stray = [j for j in beyond if j not in full and is_number(self.grid.values[i][j])]
            if long or stray:
                found = max(j for j, text in enumerate(texts) if text) + 1
                row, letter = self.grid.line(i)
                values = {"found": found, "expected": due if long else last + 1}
                self.log.add(Fault(self.grid.file, row, letter or None, "too_many_cells", values))
        first = max((j for _, j in self.places), default=0)
        for column in self.unread:
            if column.j > first or column.heading:
                cells = (self.grid.values[i][column.j] for i in rows)
                heading = column.heading or self.grid.where(0, column.j)[1]
                self.log.left(self.grid, None, heading, "column", heading, cells)
