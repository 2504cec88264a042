"""Tables on their way from text to frames, and the faults met on that way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pdc.base.faults import Fault, Faults
from pdc.base.frames import frame_of, same_rows
from pdc.base.numbers import WRAPS, Ints, numbered, objects
from pdc.tables.cells import INTEGERS, Parsed, constant, parse
from pdc.tables.raw import Coded, Sheet, Texts
from pdc.tables.schema import Column, Table, heading_key
from pdc.tables.words import Words, nearest


@dataclass
class Log:
    """What was found wrong and what was found odd, in all tables."""

    faults: Faults = field(default_factory=Faults)
    warnings: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Distinct:
    """The different cells of a column: ``values`` and ``texts`` (m), and ``which`` each row has (n).

    Two of them may have the same value, or the same text.
    """

    values: Sequence[object]
    texts: Sequence[str]
    which: Ints

    def rows(self, wanted: Callable[[Any], bool]) -> list[int]:
        """Rows whose value is wanted: each value is looked at once."""
        hit = np.fromiter(map(wanted, self.values), dtype=bool, count=len(self.values))
        return np.flatnonzero(hit[self.which]).tolist() if hit.any() else []


class Draft:
    """One table as read: ``values[column]`` (object array, n rows) with None where ``bad[column]``.

    A due column that the file lacks is in neither; ``names`` are the columns of names given where a
    code is due.
    """

    def __init__(self, table: Table, sheet: Sheet, words: Words, log: Log) -> None:
        self.table = table
        self.file = sheet.file
        self.rows = sheet.rows
        self.values: dict[str, NDArray[np.object_]] = {}
        self.texts: dict[str, Texts] = {}
        self.bad: dict[str, NDArray[np.bool_]] = {}
        self.names: dict[str, Texts] = {}
        self.headings: dict[str, str] = {}
        self.letters: dict[str, str] = {}
        self._distinct: dict[str, Distinct] = {}
        self._log = log
        cells = self._match(sheet)
        for place in table.names:
            if f"{place} name" in cells:
                column = Column(place, "text", "", True, None, 0, 0, place, (), {})
                parsed = parse(column, cells[f"{place} name"], words)
                self.names[place] = objects(parsed.texts)[parsed.which]
        for column in table.columns:
            self._parse(column, cells.get(column.name), words)
        for row, found in sheet.too_long:
            self._add(row, None, "too_many_cells", found=found, expected=len(sheet.headings))
        if sheet.short:
            values = {"count": len(sheet.short)}
            log.warnings.append(Fault(self.file, sheet.short[0], None, "short_rows", values))
        if table.rows and not self.rows:
            self.fault(None, None, "no_rows")

    @classmethod
    def of(cls, table: Table, values: Mapping[str, NDArray[np.object_]], log: Log) -> Draft:
        """Take values that are good as they stand; a fault's row is then its position, its file the table."""
        draft = cls.__new__(cls)
        draft.table, draft.file, draft._log = table, table.name, log
        size = len(next(iter(values.values())))
        draft.rows = tuple(range(size))
        draft.names, draft.headings, draft.letters, draft._distinct = {}, {}, {}, {}
        draft.values = dict(values)
        draft.texts = dict(values)
        draft.bad = dict.fromkeys(values, np.zeros(size, dtype=bool))
        return draft

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, *columns: str) -> bool:
        """Whether all of these columns are there (a few cells of them may be bad)."""
        return all(column in self.values for column in columns)

    def good(self, *columns: str) -> NDArray[np.bool_]:
        """Rows (n) where none of these columns is bad."""
        good = np.ones(len(self), dtype=bool)
        for column in columns:
            good &= ~self.bad[column]
        return good

    def distinct(self, column: str) -> Distinct:
        """The different cells of a column that is there."""
        if column not in self._distinct:
            pairs, which = numbered(zip(self.values[column], self.texts[column], strict=True))
            self._distinct[column] = Distinct([v for v, _ in pairs], [t for _, t in pairs], which)
        return self._distinct[column]

    def row_numbers(self, columns: Sequence[str], shown: Callable[[Distinct], Sequence[object]]) -> Ints:
        """A number for every row, the same where these columns are: what is ``shown`` of their cells."""
        each = [self.distinct(column) for column in columns]
        return same_rows([numbered(shown(cells))[1][cells.which] for cells in each])

    def fault(self, at: int | None, column: str | None, code: str, /, **values: object) -> None:
        """Note a fault of the row at position ``at`` (None: of the whole table)."""
        self._add(None if at is None else self.rows[at], column, code, **values)

    def faults(
        self, at: Sequence[int], column: str, code: str, values: Callable[[int], Mapping[str, object]]
    ) -> None:
        """Note the same fault of many rows; of those that are only counted no values are made."""
        kept = self._log.faults.room(self.file, self._heading(column), code, len(at))
        for one in at[:kept]:
            self._log.faults.append(self._fault(self.rows[one], column, code, values(one)))

    def warn(self, at: int | None, column: str | None, code: str, /, **values: object) -> None:
        """Note an oddity, as :meth:`fault` does a fault."""
        row = None if at is None else self.rows[at]
        self._log.warnings.append(self._fault(row, column, code, values))

    def put(self, column: str, values: NDArray[np.object_], bad: NDArray[np.bool_]) -> None:
        """Give a column values that were found otherwise than by its own heading."""
        self.values[column], self.bad[column], self.texts[column] = values, bad, values
        self._distinct.pop(column, None)

    def replace(self, column: str, new: Mapping[Any, object]) -> list[int]:
        """Put other values in the place of some; the rows where they stood."""
        cells = self.distinct(column)
        at = cells.rows(new.__contains__)
        values = [new.get(value, value) for value in cells.values]
        self._distinct[column] = Distinct(values, cells.texts, cells.which)
        self.values[column] = objects(values)[cells.which]
        return at

    def frame(self) -> pd.DataFrame:
        """Return the canonical frame: the table's columns, rows sorted, index from 0; no cell may be bad."""
        order, columns = self._order(), dict[str, NDArray[Any]]()
        for column in self.table.columns:
            dtype = "int64" if column.type in INTEGERS else "float64" if column.type == "degree" else "object"
            cells = self._distinct.get(column.name)
            values = (
                self.values[column.name][order].astype(dtype)
                if cells is None
                else objects(cells.values).astype(dtype)[cells.which[order]]
            )
            columns[column.name] = values
        return frame_of(columns)

    def _order(self) -> Ints:
        """Positions of the rows as the table is sorted; equal ones stay in their order."""
        key, size = np.zeros(len(self), dtype=np.int64), 1
        for column in self.table.sort:
            ranks = self._ranks(column)
            many = int(ranks.max(initial=0)) + 1
            if size * many > WRAPS:
                key, size = np.unique(key, return_inverse=True)[1], len(self)
            key, size = key * many + ranks, size * many
        return np.argsort(key, kind="stable")

    def _ranks(self, column: str) -> Ints:
        """The place of every row's value among all of the column: texts by sign, what says nothing last."""
        cells = self.distinct(column)
        known = {value for value in cells.values if value is not None and value == value}  # noqa: PLR0124 - NaN
        rank = dict(zip(sorted(known), range(len(known)), strict=True))  # type: ignore[type-var]
        ranks = map(rank.get, cells.values, repeat(len(rank)))
        return np.fromiter(ranks, dtype=np.int64, count=len(cells.values))[cells.which]

    def _add(self, row: int | None, column: str | None, code: str, /, **values: object) -> None:
        heading = self._heading(column)
        self._log.faults.meet(self.file, heading, code, lambda: self._fault(row, column, code, values))

    def _fault(self, row: int | None, column: str | None, code: str, values: Mapping[str, object]) -> Fault:
        return Fault(self.file, row, self._heading(column), code, values, self.letters.get(column or "", ""))

    def _heading(self, column: str | None) -> str | None:
        return self.headings.get(column, column) if column else None

    def _match(self, sheet: Sheet) -> dict[str, Coded]:
        """Cells by meaning: a column name, or ``"province name"``."""
        cells: dict[str, Coded] = {}
        for position, heading in enumerate(sheet.headings, start=1):
            column = sheet.columns[position - 1]
            key = heading_key(heading)
            meaning = self.table.headings.get(key)
            if meaning is None and heading:
                guess = nearest(key, tuple(self.table.headings), least=75)
                self.warn(None, heading, "unknown_column", nearest=self.table.headings.get(guess, ""))
            elif meaning is None and any(text.strip() for text in column.texts):
                self.warn(None, None, "no_heading", column=position)
            elif meaning in self.headings:
                first = self.headings[meaning]
                self.fault(None, heading, "twice", first=first, second=heading, meaning=meaning)
            elif meaning is not None:
                cells[meaning], self.headings[meaning] = column, heading
                self.letters[meaning] = sheet.letter(position - 1)
        return cells

    def _parse(self, column: Column, cells: Coded | None, words: Words) -> None:
        if cells is not None:
            self._store(column, parse(column, cells, words))
        elif column.default is not None:
            self._store(column, constant(column, len(self), words))
        elif not (column.to and self._place_of(column) in self.names):
            self.fault(None, column.name, "missing_column", column=column.name, heading=column.heading)

    def _place_of(self, column: Column) -> str:
        return column.name.removesuffix("_code")

    def _store(self, column: Column, parsed: Parsed) -> None:
        name, which = column.name, parsed.which
        self._distinct[name] = Distinct(parsed.values, parsed.texts, which)
        self.values[name] = self.texts[name] = objects(parsed.values)[which]
        if parsed.texts is not parsed.values:
            self.texts[name] = objects(parsed.texts)[which]
        wrong = np.zeros(len(parsed.values), dtype=bool)
        wrong[list(parsed.problems)] = True
        self.bad[name] = wrong[which]
        alike: dict[str, list[int]] = {}
        for at in np.flatnonzero(self.bad[name]).tolist():
            alike.setdefault(parsed.problems[which[at]].code, []).append(at)
        for code, rows in alike.items():
            self.faults(rows, name, code, lambda at: parsed.problems[which[at]].details)
