"""Which rows of a sheet are places and sums, and which only headings and notes."""

from __future__ import annotations

from pdc.ask.handmade.columns import Columns
from pdc.ask.handmade.grid import Grid
from pdc.ask.handmade.heads import PLACE_ROLES, Head, head_texts, is_total, split_places
from pdc.ask.handmade.locate import Row
from pdc.ask.handmade.log import Log
from pdc.ask.handmade.match import EXACT
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.posts import is_number
from pdc.ask.handmade.says import POSTS, SCALED, only_says
from pdc.ask.handmade.table import Doubt
from pdc.ask.handmade.text import lexicon, plain
from pdc.ask.handmade.units import Place
from pdc.tables.cells import quote
from pdc.tables.csvfile import SEPARATORS


def bare_province(line: str, places: Places) -> Place | None:
    """The one province that a line is about: "AMASYA İLİ", "Çorum İl Sağlık Müdürlüğü"."""
    found = places.provinces_in(line)
    if len(found) != 1:
        return None
    filler = set(lexicon()["dropped"]["title_line"])
    own = {word for name in places.names_of(found[0].at) for word in plain(name).split()}
    return found[0] if set(plain(line).split()) <= filler | own else None


class Rows:
    """Rows of a sheet; ``finest`` is the level of its places, ``around`` the one province it is of."""

    def __init__(self, grid: Grid, head: Head, places: Places, log: Log, columns: Columns) -> None:
        self.grid, self.head, self.places, self.log, self.columns = grid, head, places, log, columns
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
        self._read_from = self._told_by_row(columns) if grid.struck else []
        self.around = self._named_above()
        self._by_line = not head.of("province", "province_code", "district_code", "unit_code")

    def _told_by_row(self, columns: Columns) -> list[int]:
        """Columns that are read; those whose heading is struck through are told by it, not row by row."""
        read = [*(j for _, j in columns.places), *columns.numbers]
        read += [c.j for c in self.head.of("long_title", "branch")]
        heads = range(self.head.top, self.head.body)
        struck = {j for j in read if any((i, j) in self.grid.struck for i in heads)}
        for column in self.head.columns:
            if column.j in struck:
                where = self.grid.where(self.head.body - 1, column.j)
                self.log.doubts.append(Doubt("struck_column", self.grid.file, *where, quote(column.heading)))
        return [j for j in dict.fromkeys(read) if j not in struck]

    def read(self) -> list[Row]:
        """Rows that say something about posts; others are listed."""
        body = range(self.head.body, len(self.grid.values))
        self._below_head()
        return [row for i in body if (row := self._row(i)) is not None]

    def _below_head(self) -> None:
        """Texts right below the titles and beside no place go on with the heading: Kadın, Erkek; (bin)."""
        i = self.head.body
        if i >= len(self.grid.values) or any(self.grid.texts[i][j] for _, j in self.columns.places):
            return
        texts = [text for j in self.columns.numbers if (text := self.grid.texts[i][j])]
        if any(is_number(text) for text in texts) or any(map(is_total, texts)):
            return
        kinds = {only_says(text.strip("()[] ")) for text in texts} - {POSTS}
        if kinds:
            code = "cetvel.scaled" if kinds == {SCALED} else "cetvel.second_head"
            values = {"text": quote(texts[0])} if kinds == {SCALED} else {}
            self.log.fault(self.grid, i, "", code, **values)

    def _named_above(self) -> int | None:
        """The one province that a table without such a column names above its head, or by its sheet."""
        if self.head.of("province", "province_code") or self.finest not in ("district", "unit", "place"):
            return None
        sheet = self.grid.sheet
        # The line nearest to the head speaks of this table, those above it may be of the whole.
        lines = [sheet] if self.grid.turned else [*reversed(self._lines_above()), sheet]
        for line in lines:
            found = self.places.provinces_in(line)
            if len(found) == 1:
                (place,) = found
                self._tell_context(line, place)
                return place.at
        return None

    def _lines_above(self) -> list[str]:
        rows = self.grid.texts[: self.head.top]
        return [text for row in rows for text in dict.fromkeys(row) if text]

    def _has_parts(self, role: str) -> bool:
        """Does a column of provinces name districts too ("Çorum / Alaca"), in rows with numbers?"""
        columns = self.head.of(role)
        if not columns:
            return False
        j = columns[0].j
        rows = range(self.head.body, len(self.grid.values))
        texts = [self.grid.texts[i][j] for i in rows if self._has_number(i)]
        return any(
            len(split_places(t)) > 1 and not self.places.province(t).usable
            for t in texts
            if t and not is_total(t)
        )

    def _has_number(self, i: int) -> bool:
        """Is there a number of its own? A merged note is none, whatever it begins with."""
        values = self.grid.values[i]
        return any(is_number(values[j]) and (i, j) not in self.grid.repeats for j in self.columns.numbers)

    def _row(self, i: int) -> Row | None:
        """The row's texts by role; None for rows that say nothing about posts."""
        values, cells = self.grid.values[i], self.grid.texts[i]
        texts = {role: cells[j] for role, j in self.columns.places}
        numbers = any(is_number(values[j]) for j in self.columns.numbers)
        words = [cells[j] for j in self.columns.words]
        words += [cells[j] for j in self.columns.numbers if cells[j] and not is_number(values[j])]
        if not numbers and not any(words):
            return None
        if not numbers and self._other_separator(i):
            return None
        if self._repeats_head(i) or self._numbering(i):
            self._left(i, words, "repeated_head")
            return None
        if self._is_banner(i):
            self._left(i, words, "note")
            return None
        label = self._label(texts, words)
        row = Row(
            i, texts, next((t for r in reversed(PLACE_ROLES) if (t := texts.get(r, ""))), label), bool(label)
        )
        if label:
            row.own = label
        row.around = self.around
        if not numbers and not label and self._is_line_of_province(i):
            return None
        if not numbers and not label and self._is_heading(i, row):
            row.heading = row.total = True
            return row
        if not numbers and not label and not self._may_be_place(i, row):
            self._left(i, words, "note")
            return None
        if i in self.grid.hidden:
            at, letter = self.grid.line(i)
            kind = "hidden_column" if self.grid.turned else "hidden"
            self.log.doubts.append(Doubt(kind, self.grid.file, at, letter, quote(row.own)))
        if struck := [j for j in self._read_from if (i, j) in self.grid.struck]:
            where = self.grid.where(i, struck[0])
            text = self.grid.texts[i][struck[0]]
            self.log.doubts.append(
                Doubt("struck", self.grid.file, *where, quote(text), name=quote(row.own), posts=len(struck))
            )
        return row

    def _other_separator(self, i: int) -> bool:
        """Is a line of a CSV file one cell, because its cells are parted by another sign?"""
        texts = [str(value) for value in self.grid.values[i] if value not in (None, "")]
        if not self.grid.separator or self.grid.turned or len(texts) != 1:
            return False
        (text,) = texts
        due = {self.grid.lengths[h] for h in range(self.head.top, self.head.body)}
        for sign in SEPARATORS:
            cells = [cell.strip() for cell in text.split(sign)]
            if len(cells) > 1 and len(cells) in due and any(cell.isdigit() for cell in cells):
                self.log.fault(self.grid, i, "", "cetvel.separator", text=quote(text))
                return True
        return False

    def _is_line_of_province(self, i: int) -> bool:
        """Without a column of provinces, another one's name begins its districts or units."""
        texts = {t for t in self.grid.texts[i] if t}
        if not self._by_line or self.finest not in ("district", "unit") or len(texts) > 1:
            return False
        (line,) = texts
        found = bare_province(line, self.places)
        if found is None or found.at == self.around:
            return False
        self.around = found.at
        self._tell_context(line, found, *self.grid.line(i))
        return True

    def _is_heading(self, i: int, row: Row) -> bool:
        """Does it name nothing but the province or district of the rows below, in a column of its own?"""
        levels = {"district": ("province",), "unit": ("province", "district")}.get(self.finest, ())
        known = {
            "province": lambda text: self.places.province(text).state == EXACT,
            "district": self.places.is_district,
        }
        named = {role: text for role, text in row.texts.items() if text}
        others = {text for text in self.grid.texts[i] if text} - set(named.values())
        return (
            bool(named)
            and not others
            and all(
                any(role in (level, f"{level}_code") and known[level](text) for level in levels)
                for role, text in named.items()
            )
        )

    def _tell_context(self, line: str, place: Place, row: int | None = None, column: str = "") -> None:
        self.log.doubts.append(
            Doubt("context", self.grid.file, row, column, quote(line), "province", place.code, place.name)
        )

    def _label(self, texts: dict[str, str], words: list[str]) -> str:
        """What says that a row is a sum: the name of its place, or any word where it names none."""
        own = next((t for t in texts.values() if t and is_total(t)), "")
        finest = texts.get(self.finest, "") or texts.get(f"{self.finest}_code", "")
        if own or (finest and self.finest != "place"):
            return own
        return next((t for t in words if t and is_total(t)), "")

    def _is_banner(self, i: int) -> bool:
        """One text merged over names and numbers: a note or a line of title, not a place."""
        cells = self.grid.texts[i]
        text = next((t for t in cells if t), "")
        if not text or is_total(text) or any(t not in ("", text) for t in cells):
            return False
        places = {j for _, j in self.columns.places}
        over = [j for j, t in enumerate(cells) if t]
        return bool(places & set(over)) and any(
            j in self.columns.numbers and (i, j) in self.grid.repeats for j in over
        )

    def _may_be_place(self, i: int, row: Row) -> bool:
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
        here = head_texts(self.grid, i)
        return bool(here) and any(
            here == head_texts(self.grid, h) for h in range(self.head.top, self.head.body)
        )

    def _numbering(self, i: int) -> bool:
        """The row 1, 2, 3 … that counts the columns below a head."""
        if i > self.head.body + 1:
            return False
        cells = [t for t in self.grid.texts[i] if t]
        return len(cells) > 2 and cells == [str(n) for n in range(1, len(cells) + 1)]

    def _left(self, i: int, words: list[str], reason: str) -> None:
        text = " ".join(dict.fromkeys(w for w in words if w))
        row, letter = self.grid.line(i)
        self.log.doubts.append(Doubt("row", self.grid.file, row, letter, quote(text), reason=reason))
