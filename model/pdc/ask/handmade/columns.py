"""What each column of a sheet is for: read, checked as a sum, or left out and told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pdc.ask.handmade.grid import Grid
from pdc.ask.handmade.heads import PLACE_ROLES, Column, Head, is_total, role_of
from pdc.ask.handmade.locate import Teller
from pdc.ask.handmade.log import Log
from pdc.ask.handmade.match import AMBIGUOUS, UNKNOWN, Found
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.posts import is_number
from pdc.ask.handmade.says import FILLED, OTHER, POSTS, SCALED, only_says, said
from pdc.ask.handmade.table import Doubt
from pdc.ask.handmade.text import keys, lexicon, plain
from pdc.ask.handmade.titles import Titles
from pdc.base.faults import Fault
from pdc.tables.cells import quote
from pdc.tables.limits import LimitError

_BEGINS: Final = re.compile(r"[1-9]\d{0,2}")
_GOES_ON: Final = re.compile(r"\d{3}")
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
_NUMBERS: Final = ("title", "total", "posts")


class Columns:
    """The columns of a sheet. ``places`` are (role, position), ``numbers`` and ``words`` positions."""

    def __init__(
        self, grid: Grid, head: Head, titles: Titles, country: Places, teller: Teller, log: Log
    ) -> None:
        self.grid, self.head, self.titles, self.teller, self.log = grid, head, titles, teller, log
        self.country = country
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
            elif column.role == "scaled":
                self.log.fault(
                    self.grid, self.head.body - 1, heading, "cetvel.scaled", text=quote(column.heading)
                )
                column.role = "other"
            if column.filled:
                self._doubt("filled", column, heading)
        for column in self.head.columns:
            if column.j in self.grid.hidden_columns and (column.role != "other" or column.heading):
                self._doubt("hidden_column", column, column.heading)
        self._said_in_rows()
        self._said_above()
        self._years()
        self._places_once()
        self._places_beside()
        self._titles_once()
        self._posts_once()
        self.places = [(c.role, c.j) for c in self.head.of(*PLACE_ROLES)]
        self.numbers = [c.j for c in self.head.of(*_NUMBERS)]
        self.words = [c.j for c in self.head.columns if c.j not in self.numbers]

    def _said_in_rows(self) -> None:
        """A column of words (Dolu, Boş) says what the numbers of each row are: posts, or people."""
        placed = {c.j for c in self.head.of(*PLACE_ROLES, "long_title", "branch", *_NUMBERS)}
        for column in self.head.columns:
            texts = [(i, self.grid.texts[i][column.j]) for i in self.body] if column.j not in placed else []
            kinds = {i: only_says(text) for i, text in texts if text}
            if not kinds or not all(kinds.values()):
                continue
            heading = column.heading or self.grid.where(0, column.j)[1]
            first = next((i for i, kind in kinds.items() if kind in (OTHER, SCALED)), None)
            if first is None and len(set(kinds.values())) > 1:
                first = next(i for i, kind in kinds.items() if kind != POSTS)
            if first is not None:
                text = self.grid.texts[first][column.j]
                self.log.fault(self.grid, first, heading, "cetvel.not_posts", text=quote(text))
            elif set(kinds.values()) == {FILLED}:
                self._doubt("filled", column, heading)

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

    def _places_beside(self) -> None:
        """Places in a further column among the numbers, under no heading or the places' own: another table.

        So stand two tables side by side, and below one another where rows and columns are exchanged.
        """
        named = self.head.of(*PLACE_ROLES)
        first = min((c.j for c in self.head.of(*_NUMBERS)), default=self.grid.width)
        own = {plain(c.heading) for c in named} | {""}
        for column in self.head.columns[first:]:
            letter = self.grid.where(0, column.j)[1]
            if column.role in (*PLACE_ROLES, *_NUMBERS) or plain(column.heading) not in own:
                continue
            texts = [self.grid.texts[i][column.j] for i in self.body]
            if role_of([t for t in texts if t and not is_total(t)], self.country) in (None, "province_code"):
                continue
            if not any(self._same(one, column, text=True) for one in named):
                place = named[0].heading or self.grid.where(0, named[0].j)[1]
                values = {"text": column.heading or letter, "first": place}
                self.log.fault(self.grid, self.head.body - 1, letter, "cetvel.two_places", **values)

    def _titles_once(self) -> None:
        """Two columns of titles in a long table must say the same, or nobody knows whose the posts are."""
        columns = self.head.of("long_title") if self.head.long else []
        for first, other in ((columns[0], other) for other in columns[1:]):
            if self._same(first, other, text=True):
                other.role = "other"
            else:
                values = {"text": other.heading, "first": first.heading}
                self.log.fault(self.grid, self.head.body - 1, other.heading, "cetvel.two_titles", **values)

    def _said_above(self) -> None:
        """Lines above the head, and the sheet's name, that speak of other numbers than posts."""
        neutral = keys(lexicon()["says"]["neutral"])
        own = [c for c in self.head.of("posts") if plain(c.heading) not in neutral]
        if own or any(c.no_posts or c.filled for c in self.head.columns):
            return
        rows = self.grid.texts[: self.head.top]
        lines = [(i, text) for i, row in enumerate(rows) for text in dict.fromkeys(row) if text]
        sheet = [(None, self.grid.sheet)] if self.grid.sheet else []
        for i, text in (*sheet, *lines):
            if only_says(text.strip("()[] ")) == SCALED:
                self.log.fault(self.grid, i, "", "cetvel.scaled", text=quote(text))
            elif said(text)[0] in (OTHER, SCALED, FILLED):
                row = None if i is None else self.grid.line(i)[0]
                self.log.doubts.append(Doubt("says", self.grid.file, row, "", quote(text)))

    def _years(self) -> None:
        """Of which years the table is: its rows of one, and the sheet's name or the lines above say which."""
        words = keys(lexicon()["head"]["other"]["years"])
        for column in self.head.columns:
            if column.role != "other" or plain(column.heading) not in words:
                continue
            rows = [(i, self.grid.texts[i][column.j]) for i in self.body if self._has_posts(i)]
            named = [(i, text) for i, text in rows if text]
            other = next(((i, text) for i, text in named if text != named[0][1]), None)
            if other is not None:
                where = self.grid.where(other[0], column.j)[1]
                values = {"text": quote(other[1]), "first": quote(named[0][1])}
                self.log.fault(self.grid, other[0], where, "cetvel.two_years", **values)
        above = [text for row in self.grid.texts[: self.head.top] for text in row]
        lines = " ".join([*self.grid.above, *above])
        years = _YEAR.findall(self.grid.sheet) or _YEAR.findall(lines)
        if years:
            where = (
                self.grid.sheet if _YEAR.search(self.grid.sheet) else f"{self.grid.file}:{self._head_row()}"
            )
            self.log.years.append((where, frozenset(years)))

    def _has_posts(self, i: int) -> bool:
        return any(is_number(self.grid.values[i][c.j]) for c in self.head.of(*_NUMBERS))

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

    def _ends_early(self, rows: Sequence[int], due: int) -> None:
        """Rows of a CSV file that end before the last number: cut off, or nothing there."""
        last = max(self.numbers, default=0)
        for i in rows if due else ():
            if self.grid.lengths[i] <= last:
                found, text = self.grid.lengths[i], " ".join(t for t in self.grid.texts[i] if t)
                row = self.grid.line(i)[0]
                self.log.doubts.append(
                    Doubt("short_row", self.grid.file, row, "", quote(text), posts=found, expected=due)
                )

    def _parted(self, rows: Sequence[int], due: int) -> None:
        """1,234 without quotes in a file parted by commas: two cells, and what follows is moved by one.

        Known where the row has an empty cell too many, or a number stands under the heading of remarks.
        """
        if self.grid.separator != "," or self.grid.turned:
            return
        words = keys(lexicon()["head"]["other"]["remarks"])
        remarks = [c.j for c in self.head.columns if c.role == "other" and plain(c.heading) in words]
        for i in rows:
            texts = self.grid.texts[i]
            moved = self.grid.lengths[i] > due or any(is_number(texts[j]) for j in remarks)
            moved = moved and not any(texts[due:])  # which is told as a row too long
            for j in self.numbers if moved else ():
                after = texts[j + 1] if j + 1 < len(texts) else ""
                if _BEGINS.fullmatch(texts[j]) and _GOES_ON.fullmatch(after):
                    values = {"text": f"{texts[j]},{after}"}
                    self.log.fault(self.grid, i, self.grid.where(i, j)[1], "cetvel.parted", **values)
                    break

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
        self._parted(rows, due)
        self._ends_early(rows, due)
        first = max((j for _, j in self.places), default=0)
        for column in self.unread:
            if column.j > first or column.heading:
                cells = (self.grid.values[i][column.j] for i in rows)
                heading = column.heading or self.grid.where(0, column.j)[1]
                self.log.left(self.grid, None, heading, "column", heading, cells)
