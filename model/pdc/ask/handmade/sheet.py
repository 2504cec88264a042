"""One sheet read: its rows as places, its numbers by title, its sums checked and left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pdc.ask.handmade.columns import Columns
from pdc.ask.handmade.grid import REPEATING, Grid
from pdc.ask.handmade.heads import PLACE_ROLES, Column, Head, find_head, is_grand, is_total
from pdc.ask.handmade.locate import Locator, Row, Teller
from pdc.ask.handmade.log import Log
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.posts import is_number, posts_of
from pdc.ask.handmade.rows import Rows
from pdc.ask.handmade.says import OTHER, POSTS, SCALED, only_says, said
from pdc.ask.handmade.sections import next_section
from pdc.ask.handmade.sums import Line, sum_columns, wrong_rows
from pdc.ask.handmade.table import Doubt
from pdc.ask.handmade.titles import Titles
from pdc.ask.handmade.units import Place
from pdc.base.faults import Fault
from pdc.tables.cells import BadCellError, quote
from pdc.tables.limits import LEAST_ROWS, MOST_ROWS_A_PLACE, LimitError


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of numbers of a place: posts by title; ``row`` in the file, or ``column`` of a turned table."""

    place: Place
    row: int | None
    column: str
    titles: Mapping[str, tuple[int, str]]  # title → posts, and the raw title of A.7 it came from

    @property
    def at(self) -> str:
        """Row or column, as people call it."""
        return self.column if self.row is None else str(self.row)


def read_sheet(grid: Grid, titles: Titles, places: Places, log: Log) -> list[Entry] | None:
    """Entries of a sheet, of all tables below one another; None where it holds no table of posts."""
    head = find_head(grid, titles, places)
    if head is None or not head.usable:
        turned = grid.exchanged()
        other = find_head(turned, titles, places)
        placed = other is not None and other.usable and other.of(*PLACE_ROLES)
        if not placed and (told := _without_posts(grid, head, log)) is not None:
            return told
        if other is None or not other.usable:
            return None
        grid, head = turned, other
    entries: list[Entry] = []
    while True:
        start = next_section(grid, head, titles, places)
        here = grid if start is None else grid.part(0, start)
        entries += _Reader(here, head, titles, places, log).read()
        if start is None:
            return entries
        grid = grid.part(start, len(grid.values))
        following = find_head(grid, titles, places)
        if following is None or not following.usable:
            log.fault(grid, following.top if following else 0, "", "cetvel.second_head")
            return entries
        head = following


def _without_posts(grid: Grid, head: Head | None, log: Log) -> list[Entry] | None:
    """A table of titles whose posts are missing is told so; anything else is no table of posts."""
    if head is None or not head.of(*PLACE_ROLES):
        return None
    told = [c for c in head.columns if c.no_posts or c.role == "scaled" or head.of("long_title")]
    numbers = [
        c.heading for c in told if c.heading and any(is_number(row[c.j]) for row in grid.values[head.body :])
    ]
    if not numbers:
        return None
    log.fault(grid, head.body - 1, "", "cetvel.no_posts", text=", ".join(numbers))
    return []


def _level(role: str) -> int:
    return PLACE_ROLES.index(role) // 2  # a code and a name of each


class _Reader:
    def __init__(self, grid: Grid, head: Head, titles: Titles, places: Places, log: Log) -> None:
        self.grid, self.head, self.titles, self.places, self.log = grid, head, titles, places, log
        self.teller = Teller(grid, head, log)
        self.signed: set[int] = set()  # columns with +5, which may be a change
        self.seen: dict[
            int, list[tuple[int, str, int]]
        ] = {}  # by column: row, what people see, what was read

    def read(self) -> list[Entry]:
        if not self.head.of(*PLACE_ROLES):
            self.log.fault(self.grid, self.head.top, "", "cetvel.no_places")
            return []
        columns = Columns(self.grid, self.head, self.titles, self.places, self.teller, self.log)
        columns.judge()
        if not self._within_the_country():
            return []
        reader = Rows(self.grid, self.head, self.places, self.log, columns)
        rows = reader.read()
        if not rows:
            self.log.fault(self.grid, None, "", "cetvel.no_rows")
            return []
        self.columns, self.finest = columns, reader.finest
        self.locator = Locator(self.teller, self.places, reader.finest)
        entries = self._long(rows) if self.head.long else self._wide(rows)
        self._tell_seen()
        return entries

    def _within_the_country(self) -> bool:
        """Are there no more rows than places, in a long table for each title, could fill twice over?"""
        filled = sum(1 for texts in self.grid.texts[self.head.body :] if any(texts))
        most = MOST_ROWS_A_PLACE * self.places.count * (len(self.titles.order) if self.head.long else 1)
        if filled > max(most, LEAST_ROWS):
            broken = LimitError("rows_of_places", filled, max(most, LEAST_ROWS))
            self.log.add(broken.fault(self.grid.file))
            return False
        return True

    # numbers -----------------------------------------------------------------------------------------

    def _number(self, row: Row, column: Column) -> int:
        value = self.grid.values[row.i][column.j]
        try:
            if self.grid.percent and (row.i, column.j) in self.grid.percent:
                raise BadCellError("cetvel.percent", text=quote(f"{value * 100:g}%"))
            covered = self.grid.repeats and (row.i, column.j) in self.grid.repeats
            if covered and not row.total and is_number(value):
                raise BadCellError("cetvel.merged_posts", text=quote(str(value)))
            found = posts_of(value, self.log.decimals)
            if self.grid.seen and (text := self.grid.seen.get((row.i, column.j))) is not None:
                self._seen(row, column, text, found)
            if type(value) is str and value.strip()[:1] == "+" and column.j not in self.signed:
                self.signed.add(column.j)
                at, letter = self.grid.where(row.i, column.j)
                self.log.doubts.append(
                    Doubt("signed", self.grid.file, at, column.heading or letter, quote(value), posts=found)
                )
            return found
        except BadCellError as bad:
            at, letter = self.grid.where(row.i, column.j)
            heading = letter if self.grid.turned else column.heading or letter
            self.log.add(Fault(self.grid.file, at, heading, bad.code, bad.details))
            return 0

    def _seen(self, row: Row, column: Column, text: str, posts: int) -> None:
        """What people see is another number: refused where it is said to be none of posts, else told."""
        kind, _ = said(text)
        if kind == OTHER:
            raise BadCellError("cetvel.percent" if "%" in text else "cetvel.not_posts", text=quote(text))
        digits = "".join(c for c in text if c.isdigit())
        if kind == SCALED and digits == str(posts):
            raise BadCellError("cetvel.scaled", text=quote(text))
        if (
            not (only_says(text.replace(digits, "")) == POSTS and digits == str(posts))
            and column.role != "total"
        ):
            self.seen.setdefault(column.j, []).append((row.i, text, posts))

    def _tell_seen(self) -> None:
        """A format is a column's, so its cells are told once, with the first of them."""
        for j, cells in self.seen.items():
            i, text, posts = cells[0]
            row, letter = self.grid.where(i, j)
            self.log.doubts.append(
                Doubt(
                    "seen", self.grid.file, row, letter, quote(text) or "–", posts=posts, expected=len(cells)
                )
            )

    def _numbers(self, rows: list[Row], columns: list[Column]) -> list[list[int]]:
        # The same cells come again and again; unless how they are shown counts, each is read once.
        plain = not (self.grid.percent or self.grid.repeats or self.grid.seen)
        known: dict[Any, int] = {}
        found = []
        for row in rows:
            values = self.grid.values[row.i]
            line = []
            for column in columns:
                value = values[column.j]
                if type(value) in REPEATING and value in known:
                    line.append(known[value])
                    continue
                faults = len(self.log.faults)
                line.append(self._number(row, column))
                if plain and type(value) in REPEATING and len(self.log.faults) == faults:
                    known[value] = line[-1]
            found.append(line)
        return found

    def _locate(self, rows: list[Row]) -> None:
        """Rows to places, and what stands beside their numbers."""
        self.locator.locate(rows)
        self.columns.left_numbers([row.i for row in rows if row.place is not None and not row.total])

    def _wide(self, rows: list[Row]) -> list[Entry]:
        columns = self.head.of("title", "total")
        if self.head.title is not None and not self.head.of("title"):
            columns = [*self.head.of("posts"), *self.head.of("total")]
            columns[0].role, columns[0].found = "title", self.head.title
            self.teller.match(self.head.top, "", self.head.title.name, self.head.title, "title")
        self._locate(rows)
        values = self._numbers(rows, columns)
        numbers = np.array(values, dtype=np.int64).reshape(len(rows), len(columns))
        at = [column.j for column in columns]
        written = (self.grid.texts[row.i] for row in rows)
        filled = np.array([[texts[j] != "" for j in at] for texts in written], dtype=bool)
        filled = filled.reshape(len(rows), len(columns))
        lines = [self._line(row) for row in rows]
        self._check_columns(lines, numbers, filled, columns)
        self._check_rows(rows, lines, numbers, filled, columns)
        entries = []
        filled_cells = {row.i: line for row, line in zip(rows, filled.tolist(), strict=True)}
        own = [
            (k, c.code, c.found.raw if c.found else "") for k, c in enumerate(columns) if c.role == "title"
        ]
        for row, posts in zip(rows, numbers.tolist(), strict=True):
            if row.place is not None and not row.total:
                by_title: dict[str, tuple[int, str]] = {}
                for k, code, raw in own:
                    by_title[code] = (by_title.get(code, (0, ""))[0] + posts[k], raw)
                entries.append(self._entry(row, row.place, by_title))
                self.log.count += sum(1 for k, _, _ in own if filled_cells[row.i][k])
        return entries

    def _entry(self, row: Row, place: Place, titles: Mapping[str, tuple[int, str]]) -> Entry:
        self.log.posts += sum(posts for posts, _ in titles.values())
        return Entry(place, *self.grid.line(row.i), titles)

    def _line(self, row: Row) -> Line:
        named = None
        if row.total and not is_grand(row.own):
            rest = " ".join(w for w in row.own.split() if not is_total(w)) or ""
            if self.finest == "place" and not is_total(row.own) and row.province is not None:
                named = ("province", row.province)
            elif rest and (found := self.places.province(rest)).state == "exact":
                named = ("province", found.what.at)
            elif rest and (found := self.places.district(rest, row.province)).state == "exact":
                named = ("district", found.what.at)
        return Line(row.i, row.total, row.own, row.province, row.district, named)

    def _check_rows(
        self, rows: list[Row], lines: list[Line], numbers: Any, filled: Any, columns: list[Column]
    ) -> None:
        wrong = list(wrong_rows(lines, numbers, filled, [c.j for c in columns]))
        silent = {row.i for row in rows if row.total and not is_total(row.own)}
        for row in rows:
            if not row.total or row.heading:
                continue
            # Numbers without a place of their own: a sum that does not say so, or we do not know whose.
            nameless = row.i in silent and self.finest != "place"
            if nameless and (any(w.i == row.i for w in wrong) or all(line.total for line in lines)):
                self.log.fault(self.grid, row.i, self.teller.heading(self.finest), "cetvel.no_place")
                continue
            if row.i in silent:
                self._lost_sums(row, sum(1 for w in wrong if w.i == row.i), columns)
            has = any(t for t in (self.grid.texts[row.i][c.j] for c in columns))
            at, letter = self.grid.line(row.i)
            reason = "total" if has else "note"
            self.log.doubts.append(
                Doubt("row", self.grid.file, at, letter, quote(row.own or "–"), reason=reason)
            )
        heads = {c.j: c.heading for c in columns}
        for w in wrong:
            if w.i in silent and self.finest != "place":
                continue
            self._wrong_sum(w.i, heads[w.j], w.label, w.written, w.found)

    def _lost_sums(self, row: Row, wrong: int, columns: list[Column]) -> None:
        """A row that is no sum of anything, though it has no place of its own, may have had posts."""
        values = [self.grid.values[row.i][c.j] for c in columns if c.role == "title"]
        if wrong * 2 > sum(1 for value in values if value not in (None, "")):
            self.log.left(self.grid, row.i, "", "sums", row.own, values)

    def _check_columns(self, lines: list[Line], numbers: Any, filled: Any, columns: list[Column]) -> None:
        for column, wrong in sum_columns(lines, numbers, filled, columns):
            self.columns.left(column, column.heading, "total" if wrong is not None else "sum_open")
            if wrong is None and not is_total(column.heading):
                values = [self.grid.values[line.i][column.j] for line in lines if not line.total]
                self.log.left(self.grid, None, column.heading, "sum_column", column.heading, values)
            for w in wrong or ():
                line = next(x for x in lines if x.i == w.i)
                self._wrong_sum(w.i, column.heading, line.label, w.written, w.found)

    def _wrong_sum(self, i: int, heading: str, label: str, written: int, found: int) -> None:
        self.log.doubts.append(
            Doubt(
                "sum",
                self.grid.file,
                self.grid.line(i)[0],
                heading,
                quote(label),
                posts=written,
                expected=found,
            )
        )

    # long tables -------------------------------------------------------------------------------------

    def _long(self, rows: list[Row]) -> list[Entry]:
        column, posts = self.head.of("long_title")[0], self.head.of("posts")[0]
        branches = self.head.of("branch")
        for row in rows:
            if is_total(self.grid.texts[row.i][column.j]):
                row.total, row.own = True, self.grid.texts[row.i][column.j]
        # Titles may stand once over the rows of their places, as places over those of their titles.
        last = ""
        names: dict[int, str] = {}
        for row in rows:
            text = self.grid.texts[row.i][column.j]
            last = text or last
            names[row.i] = last
        if not self.grid.texts[rows[0].i][column.j] and not rows[0].total:
            self.log.fault(self.grid, rows[0].i, column.heading, "empty", wanted="title")
        carried = self._carry(rows)
        self._locate(carried)
        entries, lines, values = [], [], []
        for row in carried:
            number = self._number(row, posts)
            lines.append(self._line(row))
            values.append([number])
            if row.total or row.place is None:
                continue
            branch = self.grid.texts[row.i][branches[0].j] if branches else ""
            text = names[row.i]
            found = self.titles.resolve(branch, text) if branch else self.titles.resolve(text)
            if branch and not found.usable:
                found = self.titles.resolve(text)
            whole = f"{text} ({branch})" if branch else text
            if not found.usable:
                if ("title", whole) not in self.teller.told:
                    self.teller.told.add(("title", whole))
                    self.columns.bad_title(row.i, column.heading, whole, found)
                continue
            self.teller.match(row.i, column.heading, whole, found, "title")
            self.log.count += 1
            entries.append(self._entry(row, row.place, {found.what: (number, found.raw)}))
        filled = np.ones((len(values), 1), dtype=bool)
        self._check_rows(carried, lines, np.array(values, dtype=np.int64), filled, [posts])
        return entries

    def _carry(self, rows: list[Row]) -> list[Row]:
        """In a long table the finest place too may stand once over the rows of its titles."""
        finest = ("unit_code", "unit") if self.finest == "unit" else (f"{self.finest}_code", self.finest)
        above: dict[str, str] = {}
        for row in rows:
            if row.total and not row.heading:
                continue
            changed = [_level(role) for role, text in row.texts.items() if text and text != above.get(role)]
            if changed:
                # What is coarser goes on. A district does not, below another province.
                goes_on = {role: t for role, t in above.items() if _level(role) < min(changed)}
                above = {
                    role: text or ("" if role in finest else goes_on.get(role, ""))
                    for role, text in row.texts.items()
                }
            row.texts = {role: text or above.get(role, "") for role, text in row.texts.items()}
        return rows
