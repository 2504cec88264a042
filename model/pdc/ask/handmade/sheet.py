"""One sheet read: its rows as places, its numbers by title, its sums checked and left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from pdc.ask.handmade.grid import REPEATING, Grid
from pdc.ask.handmade.heads import PLACE_ROLES, Column, Head, find_head, is_grand, is_total, split_places
from pdc.ask.handmade.match import AMBIGUOUS, EXACT, UNKNOWN, Found
from pdc.ask.handmade.places import Place, Places
from pdc.ask.handmade.posts import is_number, posts_of
from pdc.ask.handmade.sums import Line, sum_columns, wrong_rows
from pdc.ask.handmade.table import Doubt
from pdc.ask.handmade.titles import Titles
from pdc.base.faults import Fault
from pdc.tables.cells import BadCellError, quote

_ORDER: Final = {"province": 0, "district": 1, "unit": 2}


@dataclass(eq=False)
class Log:
    """Faults and doubts of a whole file, in the order they were found."""

    faults: list[Fault] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def fault(self, grid: Grid, i: int | None, column: str, code: str, **values: object) -> None:
        """Note what makes the table unusable."""
        row = None if i is None else grid.where(i, 0)[0]
        self.faults.append(Fault(grid.file, row, column or None, code, values))


@dataclass(frozen=True)
class Entry:
    """A row of numbers that belongs to a place: posts by column of the sheet (long: one title)."""

    place: Place
    i: int
    titles: Mapping[str, tuple[int, str]]  # title → posts, and the raw title of A.7 it came from


def read_sheet(grid: Grid, titles: Titles, places: Places, log: Log) -> list[Entry] | None:
    """Entries of a sheet; None where it holds no table of posts."""
    head = find_head(grid, titles, places)
    if head is None or not head.usable:
        turned = grid.exchanged()
        other = find_head(turned, titles, places)
        if other is None or not other.usable:
            return None
        grid, head = turned, other
    return _Reader(grid, head, titles, places, log).read()


@dataclass
class _Row:
    i: int
    texts: dict[str, str]
    own: str
    total: bool = False
    place: Place | None = None
    province: int | None = None
    district: int | None = None


class _Reader:
    def __init__(self, grid: Grid, head: Head, titles: Titles, places: Places, log: Log) -> None:
        self.grid, self.head, self.titles, self.places, self.log = grid, head, titles, places, log
        self.told: set[tuple[str, str]] = set()
        roles = {c.role for c in head.of(*PLACE_ROLES)}
        self.finest = (
            "unit"
            if roles & {"unit", "unit_code"}
            else "district"
            if roles & {"district", "district_code"}
            else "place"
            if "place" in roles
            else "province"
        )
        if self.finest == "province" and self._has_parts("province"):
            self.finest = "place"
        self.around = self._named_above()

    def _named_above(self) -> int | None:
        """The one province that a table without such a column names above its head, or by its sheet."""
        if self.head.of("province", "province_code") or self.finest not in ("district", "unit", "place"):
            return None
        sheet = self.grid.file.rsplit("[", 1)[-1].rstrip("]") if self.grid.file.endswith("]") else ""
        lines = [sheet] if self.grid.turned else [sheet, *self._lines_above()]
        for line in lines:
            found = self.places.provinces_in(line)
            if len(found) == 1:
                (place,) = found
                self.log.doubts.append(
                    Doubt(
                        "context", self.grid.file, None, "", quote(line), "province", place.code, place.name
                    )
                )
                return place.at
        return None

    def _lines_above(self) -> list[str]:
        rows = self.grid.texts[: self.head.top]
        return [text for row in rows for text in dict.fromkeys(row) if text]

    def _has_parts(self, role: str) -> bool:
        columns = self.head.of(role)
        if not columns:
            return False
        column = columns[0]
        texts = [row[column.j] for row in self.grid.texts[self.head.body :]]
        return any(
            len(split_places(t)) > 1 and not self.places.province(t).usable
            for t in texts
            if t and not is_total(t)
        )

    # columns -----------------------------------------------------------------------------------------

    def read(self) -> list[Entry]:
        if not self.head.of(*PLACE_ROLES):
            self.log.fault(self.grid, self.head.top, "", "cetvel.no_places")
            return []
        self._judge_columns()
        self.place_columns = [(c.role, c.j) for c in self.head.of(*PLACE_ROLES)]
        self.number_columns = [c.j for c in self.head.of("title", "total", "posts")]
        self.word_columns = [c.j for c in self.head.columns if c.j not in self.number_columns]
        rows = [
            row for i in range(self.head.body, len(self.grid.values)) if (row := self._row(i)) is not None
        ]
        if not rows:
            self.log.fault(self.grid, None, "", "cetvel.no_rows")
            return []
        if self.head.long:
            return self._long(rows)
        return self._wide(rows)

    def _judge_columns(self) -> None:
        body = range(self.head.body, len(self.grid.values))
        seen: dict[str, Column] = {}
        for column in self.head.columns:
            heading = column.heading or self.grid.where(0, column.j)[1]
            if column.role in ("unknown", "none"):
                if any(is_number(self.grid.values[i][column.j]) for i in body) and column.heading:
                    self._bad_title(self.head.body - 1, heading, column.heading, column.found)
                elif any(self.grid.texts[i][column.j] for i in body) or column.heading:
                    reason = "no_heading" if not column.heading else "no_numbers"
                    self._left_column(column, heading, reason)
                column.role = "other"
                continue
            if column.role == "other" and column.heading:
                self._left_column(column, heading, "other")
            if column.role != "title" or column.found is None:
                continue
            self._tell_match(self.head.body - 1, heading, column.heading, column.found, "title")
            first = seen.setdefault(column.code, column)
            if first is column:
                continue
            if first.found is not None and (first.found.raw != column.found.raw):
                self.log.doubts.append(
                    Doubt("added", self.grid.file, self.grid.where(self.head.body - 1, 0)[0], heading,
                          column.heading, "", column.code, self.titles.name[column.code],
                          reason=first.heading)
                )  # fmt: skip
            else:
                self.log.fault(
                    self.grid, self.head.body - 1, heading, "cetvel.title_twice",
                    text=quote(column.heading), first=first.heading, title=self.titles.name[column.code],
                )  # fmt: skip

    def _left_column(self, column: Column, heading: str, reason: str) -> None:
        row = self.grid.where(max(0, self.head.body - 1), 0)[0]
        self.log.doubts.append(
            Doubt("column", self.grid.file, row, self.grid.where(0, column.j)[1], heading, reason=reason)
        )

    def _bad_title(self, i: int, column: str, text: str, found: Found | None) -> None:
        state = found.state if found is not None else UNKNOWN
        others = found.others if found is not None else ""
        code = "cetvel.title_ambiguous" if state == AMBIGUOUS else "cetvel.title_unknown"
        self.log.fault(self.grid, i, column, code, text=quote(text), others=others or "–")

    def _tell_match(self, i: int, column: str, text: str, found: Found, level: str) -> None:
        if found.state == "exact" or (level, text) in self.told:
            return
        self.told.add((level, text))
        what = found.what
        code = what.code if isinstance(what, Place) else str(what)
        self.log.doubts.append(
            Doubt("match", self.grid.file, self.grid.where(i, 0)[0], column, text, level, code, found.name,
                  found.score, found.alternatives)
        )  # fmt: skip

    # rows --------------------------------------------------------------------------------------------

    def _row(self, i: int) -> _Row | None:
        """The row's texts by role; None for rows that say nothing about posts."""
        values, cells = self.grid.values[i], self.grid.texts[i]
        texts = {role: cells[j] for role, j in self.place_columns}
        numbers = any(is_number(values[j]) for j in self.number_columns)
        words = [cells[j] for j in self.word_columns]
        words += [cells[j] for j in self.number_columns if cells[j] and not is_number(values[j])]
        if not numbers and not any(words):
            return None
        if self._repeats_head(i) or self._numbering(i):
            self._left_row(i, words, "repeated_head")
            return None
        label = next((t for t in words if t and is_total(t)), "")
        row = _Row(
            i, texts, next((t for r in reversed(PLACE_ROLES) if (t := texts.get(r, ""))), label), bool(label)
        )
        if label:
            row.own = label
        if not numbers and not label and not self._may_be_place(i, row):
            self._left_row(i, words, "note")
            return None
        if i in self.grid.hidden:
            self.log.doubts.append(
                Doubt("hidden", self.grid.file, self.grid.where(i, 0)[0], "", quote(row.own))
            )
        return row

    def _may_be_place(self, i: int, row: _Row) -> bool:
        """A row without a number: a place without posts, the name over an outline, or else a note."""
        if self.finest == "place":
            text = row.texts.get("place") or row.texts.get("province", "")
            return any(
                self.places.is_province(p) or self.places.is_district(p) for p in (text, *split_places(text))
            )
        text = row.texts.get(self.finest, "") or row.texts.get(f"{self.finest}_code", "")
        if not text:
            return False
        filled = sum(1 for t in self.grid.texts[i] if t)
        if self.finest == "unit":
            return filled > 1 or self.places.is_unit(text) or self.places.unit_code(text).usable
        if self.finest == "district":
            return filled > 1 or self.places.is_district(text)
        return self.places.province(text).usable

    def _repeats_head(self, i: int) -> bool:
        here = [t for t in self.grid.texts[i] if t]
        return bool(here) and any(
            here == [t for t in self.grid.texts[h] if t] for h in range(self.head.top, self.head.body)
        )

    def _numbering(self, i: int) -> bool:
        """The row 1, 2, 3 … that counts the columns below a head."""
        if i > self.head.body + 1:
            return False
        cells = [t for t in self.grid.texts[i] if t]
        return len(cells) > 2 and cells == [str(n) for n in range(1, len(cells) + 1)]

    def _left_row(self, i: int, words: list[str], reason: str) -> None:
        text = " ".join(dict.fromkeys(w for w in words if w))
        self.log.doubts.append(
            Doubt("row", self.grid.file, self.grid.where(i, 0)[0], "", quote(text), reason=reason)
        )

    # places ------------------------------------------------------------------------------------------

    def _locate(self, rows: list[_Row]) -> None:
        """Say which place each row is; sums keep the places around them."""
        province = self.around
        district: int | None = None
        context: dict[str, str] = {}
        for row in rows:
            texts = dict(row.texts)
            if self.finest == "place":
                province, district = self._outline(row, province, district)
                continue
            # Cells left blank under a name go on with it; what names a sum is no name of a place.
            for role in ("province_code", "province", "district_code", "district"):
                if role in (self.finest, f"{self.finest}_code"):
                    break
                text = texts.get(role, "")
                if text and not is_total(text):
                    if context.get(role) != text and role.startswith("province"):
                        context = {r: t for r, t in context.items() if r.startswith("province") and r == role}
                    context[role] = text
                elif role in context and not text:
                    texts[role] = context[role]
            province = self._province(row, texts)
            if row.total:
                row.province, row.district = province, self._district(row, texts, province, quiet=True)
                continue
            if self.finest == "province":
                continue
            district = self._district(row, texts, province)
            row.province, row.district = province, district
            if self.finest == "unit" and not row.total:
                self._unit(row, texts, district, province)

    def _province(self, row: _Row, texts: Mapping[str, str]) -> int | None:
        name, plate = texts.get("province", ""), texts.get("province_code", "")
        found = None
        if plate and not is_total(plate):
            found = self.places.plate(plate)
            if not found.usable:
                found = self.places.province(plate)
        if name and not is_total(name):
            named = self.places.province(name)
            if found is not None and found.usable and named.usable and found.what != named.what:
                self._fault_at(row, "province", "cetvel.places_disagree", text=quote(f"{plate} {name}"),
                               first=found.name, second=named.name)  # fmt: skip
                return None
            if found is None or not found.usable:
                found = named
        if found is None:
            if self.around is not None:
                return self.around
            if self.finest == "province" and not row.total:
                row.total = True  # numbers without a place: a sum that does not say so, or a fault
            return None
        if not self._taken(row, "province", name or plate, found, quiet=row.total):
            return None
        place: Place = found.what
        row.province = place.at
        if self.finest == "province" and not row.total:
            row.place = place
        return place.at

    def _district(
        self, row: _Row, texts: Mapping[str, str], province: int | None, *, quiet: bool = False
    ) -> int | None:
        code, name = texts.get("district_code", ""), texts.get("district", "")
        found = self.places.district_code(code) if code and not is_total(code) else None
        text = name or code
        if (found is None or not found.usable) and name and not is_total(name):
            parts = split_places(name)
            if province is None and len(parts) == 2 and self.places.province(parts[0]).usable:
                province = self.places.province(parts[0]).what.at
                name = parts[1]
            found = self.places.district(name, province)
        if found is None:
            if self.finest == "district" and not row.total and not quiet:
                row.total = True
            return None
        if not self._taken(row, "district", text, found, quiet=quiet):
            return None
        place: Place = found.what
        row.province = int(self.places.country.district_province[place.at])
        if self.finest == "district" and not row.total:
            row.place = place
        return place.at

    def _unit(self, row: _Row, texts: Mapping[str, str], district: int | None, province: int | None) -> None:
        code, name = texts.get("unit_code", ""), texts.get("unit", "")
        found = self.places.unit_code(code) if code else None
        if found is None or (not found.usable and name):
            if not name:
                row.total = True
                return
            found = self.places.unit(name, district, province)
            if found.state != EXACT and not row.texts.get("district") and province is not None:
                # The district above goes on only as far as it has such a unit.
                wider = self.places.unit(name, None, province)
                found = wider if wider.state == EXACT or not found.usable else found
        if self._taken(row, "unit", name or code, found):
            row.place = found.what
            row.district = int(self.places.country.unit_district[found.what.at])
            row.province = int(self.places.country.unit_province[found.what.at])

    def _outline(
        self, row: _Row, province: int | None, district: int | None
    ) -> tuple[int | None, int | None]:
        """One column of places: provinces with their districts below, or "Çorum / Alaca"."""
        column = self.head.of("place", "province")[0]
        text = self.grid.texts[row.i][column.j]
        plate = row.texts.get("province_code", "")
        if plate and self.places.plate(plate).usable:
            province = self.places.plate(plate).what.at
        row.province, row.district = province, district
        if row.total or not text:
            if not text:
                row.total = True
            return province, district
        parts = split_places(text)
        if len(parts) > 1 and self.places.province(parts[0]).usable:
            province = self.places.province(parts[0]).what.at
            found = self.places.district(parts[1], province)
            if self._taken(row, "district", text, found):
                row.place, row.province, row.district = found.what, province, found.what.at
                district = found.what.at
            return province, district
        inside = self.places.district(text, province) if province is not None else None
        named = self.places.province(text)
        if named.state == "exact" and not (
            inside is not None and inside.state == "exact" and named.what.at == province
        ):
            # A province's own line: a sum over its districts, or only their heading.
            row.province, row.district, row.total = named.what.at, None, True
            row.own = text
            return named.what.at, None
        found = inside if inside is not None else self.places.district(text, None)
        if self._taken(row, "district", text, found):
            row.place, row.district = found.what, found.what.at
            row.province = int(self.places.country.district_province[found.what.at])
        return province, row.district

    def _taken(self, row: _Row, level: str, text: str, found: Found, *, quiet: bool = False) -> bool:
        """Use a match, list it where it is doubtful, refuse it where it is none."""
        column = self._heading(level)
        if found.usable:
            if not quiet:
                self._tell_match(row.i, column, text, found, level)
            return True
        if not quiet:
            code = "cetvel.place_ambiguous" if found.state == AMBIGUOUS else "cetvel.place_unknown"
            self._fault_at(row, level, code, text=quote(text), others=found.others or "–")
        return False

    def _fault_at(self, row: _Row, level: str, code: str, **values: Any) -> None:
        key = (code, str(values.get("text")))
        if key not in self.told:
            self.told.add(key)
            self.log.fault(self.grid, row.i, self._heading(level), code, **values)

    def _heading(self, level: str) -> str:
        for role in (level, f"{level}_code", "place", "province"):
            if columns := self.head.of(role):
                return columns[0].heading or self.grid.where(0, columns[0].j)[1]
        return ""

    # numbers -----------------------------------------------------------------------------------------

    def _number(self, row: _Row, column: Column) -> int:
        value = self.grid.values[row.i][column.j]
        try:
            if self.grid.percent and (row.i, column.j) in self.grid.percent:
                raise BadCellError("cetvel.percent", text=quote(f"{value * 100:g}%"))
            covered = self.grid.repeats and (row.i, column.j) in self.grid.repeats
            if covered and not row.total and is_number(value):
                raise BadCellError("cetvel.merged_posts", text=quote(str(value)))
            return posts_of(value)
        except BadCellError as bad:
            at = self.grid.where(row.i, column.j)
            heading = column.heading or at[1]
            self.log.faults.append(Fault(self.grid.file, at[0], heading, bad.code, bad.details))
            return 0

    def _numbers(self, rows: list[_Row], columns: list[Column]) -> list[list[int]]:
        # The same cells come again and again; unless how they are shown counts, each is read once.
        plain = not (self.grid.percent or self.grid.repeats)
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

    def _wide(self, rows: list[_Row]) -> list[Entry]:
        columns = self.head.of("title", "total")
        if self.head.title is not None and not self.head.of("title"):
            columns = [*self.head.of("posts"), *self.head.of("total")]
            columns[0].role, columns[0].found = "title", self.head.title
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
        own = [
            (k, c.code, c.found.raw if c.found else "") for k, c in enumerate(columns) if c.role == "title"
        ]
        for row, posts in zip(rows, numbers.tolist(), strict=True):
            if row.place is not None and not row.total:
                by_title: dict[str, tuple[int, str]] = {}
                for k, code, raw in own:
                    by_title[code] = (by_title.get(code, (0, ""))[0] + posts[k], raw)
                entries.append(Entry(row.place, row.i, by_title))
        return entries

    def _line(self, row: _Row) -> Line:
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
        self, rows: list[_Row], lines: list[Line], numbers: Any, filled: Any, columns: list[Column]
    ) -> None:
        wrong = list(wrong_rows(lines, numbers, filled, [c.j for c in columns]))
        silent = {row.i for row in rows if row.total and not is_total(row.own)}
        for row in rows:
            if not row.total:
                continue
            # Numbers without a place of their own: a sum that does not say so, or we do not know whose.
            nameless = row.i in silent and self.finest != "place"
            if nameless and (any(w.i == row.i for w in wrong) or all(line.total for line in lines)):
                self.log.fault(self.grid, row.i, self._heading(self.finest), "cetvel.no_place")
                continue
            has = any(t for t in (self.grid.texts[row.i][c.j] for c in columns))
            self._left_row(row.i, [row.own or "–"], "total" if has else "note")
        heads = {c.j: c.heading for c in columns}
        for w in wrong:
            if w.i in silent and self.finest != "place":
                continue
            self._wrong_sum(w.i, heads[w.j], w.label, w.written, w.found)

    def _check_columns(self, lines: list[Line], numbers: Any, filled: Any, columns: list[Column]) -> None:
        for column, wrong in sum_columns(lines, numbers, filled, columns):
            self._left_column(column, column.heading, "total" if wrong is not None else "sum_open")
            for w in wrong or ():
                line = next(x for x in lines if x.i == w.i)
                self._wrong_sum(w.i, column.heading, line.label, w.written, w.found)

    def _wrong_sum(self, i: int, heading: str, label: str, written: int, found: int) -> None:
        self.log.doubts.append(
            Doubt(
                "sum",
                self.grid.file,
                self.grid.where(i, 0)[0],
                heading,
                quote(label),
                posts=written,
                expected=found,
            )
        )

    # long tables -------------------------------------------------------------------------------------

    def _long(self, rows: list[_Row]) -> list[Entry]:
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
                if ("title", whole) not in self.told:
                    self.told.add(("title", whole))
                    self._bad_title(row.i, column.heading, whole, found)
                continue
            self._tell_match(row.i, column.heading, whole, found, "title")
            entries.append(Entry(row.place, row.i, {found.what: (number, found.raw)}))
        filled = np.ones((len(values), 1), dtype=bool)
        self._check_rows(carried, lines, np.array(values, dtype=np.int64), filled, [posts])
        return entries

    def _carry(self, rows: list[_Row]) -> list[_Row]:
        """In a long table the finest place too may stand once over the rows of its titles."""
        finest = ("unit_code", "unit") if self.finest == "unit" else (f"{self.finest}_code", self.finest)
        above: dict[str, str] = {}
        for row in rows:
            if row.total:
                continue
            changed = any(text and text != above.get(role) for role, text in row.texts.items())
            if changed:
                above = {
                    role: text or ("" if role in finest else above.get(role, ""))
                    for role, text in row.texts.items()
                }
            row.texts = {role: text or above.get(role, "") for role, text in row.texts.items()}
        return rows
