"""Changes of the data, as a scenario names them: numbers by formula, rows added, rows removed.

A formula (:mod:`pdc.base.formula`) sees the columns of its own table and those of the places above it: a unit
sees its district's and its province's, staff see their unit's too. A column of a place above keeps its own
name, and has the place before it where the table has that name itself (``district_latitude``). Values are
exact, and rounded half up where the column is whole. Afterwards everything must hold that holds for a file.
"""

from __future__ import annotations

import fractions
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pdc.base import limits
from pdc.base.exact import Fraction
from pdc.base.faults import Fault, InputError
from pdc.base.formula import FUNCTIONS, Formula, FormulaError, exact, round_half_up
from pdc.tables.cells import DECIMALS, INTEGERS, NUMBERS, BadCellError, quote, value_of
from pdc.tables.checks import check
from pdc.tables.draft import Draft, Log
from pdc.tables.raw import Coded, Sheet
from pdc.tables.schema import Column, Table
from pdc.tables.validated import Tables, as_text
from pdc.tables.words import Words, nearest

_LEAST: Final = 0  # likeness of a suggestion: a wrong name always gets one
_FAR: Final = 10**30  # no column of any table goes this far; longer numbers are not even spelt out
_YES_OR_NO: Final = ("flag", "titles")  # types that true and false are values of
_PLACES: Final = ("provinces", "districts", "units")  # the tables that others point to


@dataclass(frozen=True)
class Change:
    """Columns of ``table`` set by formula in the rows where ``where`` holds (everywhere if empty).

    ``set`` maps columns to formulas, all read from the row as it was. ``source`` names the change in faults.
    """

    table: str
    set: Mapping[str, str]
    where: str = ""
    source: str = ""


@dataclass(frozen=True)
class Removal:
    """Rows of ``table`` that go. Staff of a unit that goes are tied to no unit; its limits go with it."""

    table: str
    where: str
    source: str = ""


@dataclass(frozen=True)
class Addition:
    """One more row of ``table``: ``values`` by column, as a file would hold them."""

    table: str
    values: Mapping[str, Any]
    source: str = ""


Edit = Change | Removal | Addition


@dataclass(frozen=True)
class CellChange:
    """What an edit did: a ``cell`` with its old and new text, a row ``removed``, a row ``added``."""

    source: str
    what: str
    table: str
    row: str
    column: str
    old: str
    new: str


def change(tables: Tables, edits: Sequence[Edit]) -> Tables:
    """Tables with ``edits`` made one after the other; ``sha256`` stays that of the files that were read.

    An edit that no row meets is a warning of the new tables. Raises :class:`~pdc.base.faults.InputError` with
    every fault of every edit: unknown tables, columns and names (with the nearest), values of the wrong type,
    and whatever a file with these rows would be refused for.
    """
    if not edits:
        return tables
    desk = _Desk(tables)
    for edit in edits:
        desk.make(edit)
    desk.check()
    if desk.faults:
        raise InputError(desk.faults)
    return tables.changed(desk.frames(), desk.warnings, desk.made)


def rows_where(tables: Tables, table: str, where: str, source: str = "") -> NDArray[np.int64]:
    """Positions of the rows of ``table`` where the condition holds (all if it is empty).

    Raises :class:`~pdc.base.faults.InputError` where the condition cannot be read.
    """
    desk = _Desk(tables)
    at = desk._where(Removal(table, where, source), where)
    if desk.faults or at is None:
        raise InputError(desk.faults)
    return at


@dataclass
class _Rows:
    """A table being changed: values by column (object arrays, n), and which edit touched a row last."""

    table: Table
    values: dict[str, NDArray[np.object_]]
    touched: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.touched)

    def label(self, at: int) -> str:
        """The row as a fault names it: by its key, or by its first columns."""
        named = self.table.key or tuple(self.values)[:2]
        return f"{self.table.name}[{', '.join(str(self.values[name][at]) for name in named)}]"

    def keep(self, mask: NDArray[np.bool_]) -> None:
        self.values = {name: column[mask] for name, column in self.values.items()}
        self.touched = self.touched[mask]


@dataclass
class _Desk:
    """Where the edits are made; nothing reaches the tables before all of them have passed."""

    tables: Tables
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    open: dict[str, _Rows] = field(default_factory=dict)
    made: list[CellChange] = field(default_factory=list)
    removed: dict[str, str] = field(default_factory=dict)  # the last edit that took rows of a table

    def __post_init__(self) -> None:
        self.words = Words(self.tables.vocabulary)
        self.known: Mapping[str, Table] = self.tables.vocabulary.schema.tables

    def rows(self, name: str) -> _Rows:
        """A table, opened when it is first needed."""
        if name not in self.open:
            frame, table = self.tables.frame(name), self.known[name]
            values = {column.name: exact(frame[column.name].to_numpy()) for column in table.columns}
            self.open[name] = _Rows(table, values, np.full(len(frame), "", dtype=object))
        return self.open[name]

    def fault(self, edit: Edit, column: str | None, code: str, /, **values: object) -> None:
        where = edit.table if column is None else f"{edit.table}.{column}"
        self.faults.append(Fault(edit.source, None, where, code, values))

    def make(self, edit: Edit) -> None:
        """Make one edit, or note why it cannot be made."""
        if edit.table not in self.known:
            near = nearest(edit.table, tuple(self.known), _LEAST)
            self.faults.append(Fault(edit.source, None, edit.table, "change.table", {"nearest": near}))
        elif isinstance(edit, Change):
            self._change(edit)
        elif isinstance(edit, Removal):
            self._remove(edit)
        else:
            self._add(edit)

    # numbers ------------------------------------------------------------------------------------------

    def _change(self, edit: Change) -> None:
        rows = self.rows(edit.table)
        columns = {column.name: column for column in rows.table.columns}
        free = set(columns) - set(rows.table.key)
        for name in edit.set:
            if name not in columns:
                self.fault(edit, name, "change.column", nearest=nearest(name, tuple(columns), _LEAST))
            elif name in rows.table.key:
                self.fault(edit, name, "change.key")
        at = self._where(edit, edit.where)
        if at is None:  # its formulas are still looked at: every fault is told at once
            at = np.zeros(0, dtype=np.int64)
        known = {name: formula for name, formula in edit.set.items() if name in free}
        found = {name: self._values(edit, name, formula, at) for name, formula in known.items()}
        for name, values in found.items():
            if values is not None:
                self._put(edit, columns[name], at, values)
        rows.touched[at] = edit.source

    def _where(self, edit: Change | Removal, text: str) -> NDArray[np.int64] | None:
        """Positions of the rows that are meant; None if the condition cannot be read."""
        size = len(self.rows(edit.table))
        every = np.arange(size, dtype=np.int64)
        if not text.strip():
            return every
        found = self._values(edit, "where", text, every)
        if found is None:
            return None
        if not all(value in (0, 1) for value in found.tolist()):
            self.fault(edit, "where", "change.condition", formula=text)
            return None
        at = np.flatnonzero(found.astype(bool))
        if not len(at):
            self.warnings.append(Fault(edit.source, None, edit.table, "change.no_row", {"formula": text}))
        return at

    def _values(
        self, edit: Change | Removal, key: str, text: str, at: NDArray[np.int64]
    ) -> NDArray[np.object_] | None:
        """Values (object array) of a formula at some rows."""
        formula, scope = Formula(text, numbers=True), _Sight(self, edit.table, at)
        functions = {**FUNCTIONS, "total": _total}
        try:
            unknown = sorted(formula.names - set(scope))
            strange = sorted({name for name, _ in formula.calls} - set(functions))
            for code, names, known in (
                ("unknown_name", unknown, tuple(scope)),
                ("unknown_function", strange, tuple(functions)),
            ):
                for name in names:
                    near = nearest(name, known, _LEAST)
                    self.fault(edit, None, f"rulebook.{code}", key=key, name=name, nearest=near)
            if unknown or strange:
                return None
            value = formula(scope, functions) if len(at) else ()
        except FormulaError as error:
            self.fault(edit, None, f"rulebook.{error.code.removeprefix('formula.')}", key=key, **error.values)
            return None
        out = np.empty(len(at), dtype=object)
        out[:] = exact(value) if isinstance(value, np.ndarray) else [value] * len(at)
        return out

    def _put(self, edit: Change, column: Column, at: NDArray[np.int64], values: NDArray[np.object_]) -> None:
        rows = self.rows(edit.table)
        fitted: dict[Any, Any] = {}
        target = rows.values[column.name].copy()
        for position, value in zip(at.tolist(), values.tolist(), strict=True):
            key = (type(value), value)
            if key not in fitted:
                try:
                    fitted[key] = fit(column, value, self.words)
                except BadCellError as problem:
                    fitted[key] = problem
            new = fitted[key]
            if isinstance(new, BadCellError):
                label = f"{rows.label(position)}.{column.name}"
                self.faults.append(Fault(edit.source, None, label, new.code, new.details))
            else:
                if target[position] != new:
                    self._note(edit, rows, position, column.name, target[position], new)
                target[position] = new
        rows.values[column.name] = target

    # rows ---------------------------------------------------------------------------------------------

    def _remove(self, edit: Removal) -> None:
        at = self._where(edit, edit.where)
        if at is None:
            return
        rows = self.rows(edit.table)
        stay = np.ones(len(rows), dtype=bool)
        stay[at] = False
        self.removed[edit.table] = edit.source
        gone = {name: set(rows.values[name][~stay].tolist()) for name in rows.table.key}
        for position in at.tolist():
            self._note_row(edit, rows, position, "removed")
        rows.keep(stay)
        for name, table in self.known.items():
            for column in table.columns:
                if name == edit.table or column.to is None or column.to[0] != edit.table:
                    continue
                self._follow(edit, name, column, gone[column.to[1]])

    def _follow(self, edit: Removal, name: str, column: Column, gone: set[object]) -> None:
        """Rows that point to what is gone: untied where that may be, gone where they are only about it."""
        rows = self.rows(name)
        hit = np.array([value in gone for value in rows.values[column.name].tolist()], dtype=bool)
        if column.blank:
            for position in np.flatnonzero(hit).tolist():
                self._note(edit, rows, position, column.name, rows.values[column.name][position], "")
            rows.values[column.name] = np.where(hit, "", rows.values[column.name])
        elif column.name in rows.table.key and not rows.table.rows:
            for position in np.flatnonzero(hit).tolist():
                self._note_row(edit, rows, position, "removed")
            rows.keep(~hit)
            return
        rows.touched[hit] = edit.source  # what still points there is a fault of this removal

    def _add(self, edit: Addition) -> None:
        rows = self.rows(edit.table)
        known = tuple(column.name for column in rows.table.columns)
        unknown = [name for name in edit.values if name not in known]
        for name in unknown:
            self.fault(edit, name, "change.column", nearest=nearest(name, known, _LEAST))
        types = {column.name: column.type for column in rows.table.columns}
        for name in [n for n in types if isinstance(edit.values.get(n), bool) and types[n] not in _YES_OR_NO]:
            self.fault(edit, name, "change.yes_no", wanted=types[name])
            unknown.append(name)
        log = Log()
        cells = []
        for value in edit.values.values():
            cells.append(Coded.of([as_text(int(value) if isinstance(value, bool) else value)]))
        sheet = Sheet(edit.source, tuple(edit.values), tuple(cells), (1,))
        draft = Draft(rows.table, sheet, self.words, log)
        for fault in log.faults:
            self.fault(edit, fault.column, fault.code, **fault.values)
        if log.faults or unknown:
            return
        key = tuple(draft.values[name][0] for name in rows.table.key)
        if key and key in set(zip(*(rows.values[name].tolist() for name in rows.table.key), strict=True)):
            text = quote(", ".join(str(part) for part in key))
            self.fault(edit, rows.table.key[-1], "change.exists", text=text)
            return
        for name in known:
            rows.values[name] = np.append(rows.values[name], draft.values[name])
        rows.touched = np.append(rows.touched, np.array([edit.source], dtype=object))
        self._note_row(edit, rows, len(rows) - 1, "added")

    def _note(self, edit: Edit, rows: _Rows, at: int, column: str, old: object, new: object) -> None:
        texts = ("" if value is None else as_text(value) for value in (old, new))
        self.made.append(CellChange(edit.source, "cell", rows.table.name, rows.label(at), column, *texts))

    def _note_row(self, edit: Edit, rows: _Rows, at: int, what: str) -> None:
        cells = ((name, column[at]) for name, column in rows.values.items() if column[at] is not None)
        texts = ((name, as_text(value)) for name, value in cells)
        text = ", ".join(f"{name} {value}" for name, value in texts if value not in ("", "0", "nan"))
        old, new = (text, "") if what == "removed" else ("", text)
        self.made.append(CellChange(edit.source, what, rows.table.name, rows.label(at), "", old, new))

    # in the end ---------------------------------------------------------------------------------------

    def check(self) -> None:
        """Everything that must hold for a file; only the tables that edits can have spoiled are looked at."""
        for name in _PLACES:
            self.rows(name)
        log = Log()
        drafts = {name: Draft.of(rows.table, rows.values, log) for name, rows in self.open.items()}
        for name, rows in self.open.items():
            if rows.table.rows and not len(rows):
                self.faults.append(Fault(self._last(name), None, name, "change.no_rows"))
        check(drafts, self.words)
        for found, told in ((log.faults.told(), self.faults), (log.warnings, self.warnings)):
            for fault in found:
                rows = self.open[fault.file]
                source = "" if fault.row is None else str(rows.touched[fault.row])
                if found is log.warnings and not source:
                    continue  # said when the files were read
                label = fault.file if fault.row is None else rows.label(fault.row)
                column = f"{label}.{fault.column}" if fault.column else label
                told.append(Fault(source or self._last(fault.file), None, column, fault.code, fault.values))

    def _last(self, name: str) -> str:
        """The last edit of a table, for a fault of no row in particular."""
        touched = [source for source in self.rows(name).touched.tolist() if source]
        return str(touched[-1]) if touched else self.removed.get(name, name)

    def frames(self) -> dict[str, pd.DataFrame]:
        """The changed tables, canonical."""
        log = Log()
        return {name: Draft.of(rows.table, rows.values, log).frame() for name, rows in self.open.items()}


class _Sight(Mapping[str, Any]):
    """Names that a formula may read at some rows of a table: its columns, then those of the places above."""

    def __init__(self, desk: _Desk, table: str, at: NDArray[np.int64]) -> None:
        self._desk, self._at = desk, at
        self._ways: dict[str, tuple[tuple[str, ...], str]] = {}
        self._climb(table, (table,), "")

    def _climb(self, table: str, way: tuple[str, ...], place: str) -> None:
        for column in self._desk.known[table].columns:
            name = f"{place}_{column.name}" if column.name in self._ways else column.name
            self._ways.setdefault(name, (way, column.name))
        for column in self._desk.known[table].columns:
            if column.to is not None and column.to[0] not in way:
                above = column.name.removesuffix("_code")
                self._climb(column.to[0], (*way, column.name, column.to[0]), above)

    def __getitem__(self, name: str) -> Any:
        way, column = self._ways[name]
        at: NDArray[np.int64] = self._at
        for table, link, above in zip(way[0::2], way[1::2], way[2::2], strict=False):
            key = next(c.to[1] for c in self._desk.known[table].columns if c.name == link and c.to)
            places = {code: i for i, code in enumerate(self._desk.rows(above).values[key].tolist())}
            links = self._desk.rows(table).values[link].tolist()
            at = np.array([places.get(links[i], -1) if i >= 0 else -1 for i in at.tolist()], dtype=np.int64)
        values = self._desk.rows(way[-1]).values[column]
        kind = self._desk.known[way[-1]].column(column).type
        nothing: object = 0 if kind in NUMBERS else ""
        out = np.empty(len(at), dtype=object)
        out[:] = [
            nothing if i < 0 or values[i] is None else values[i] for i in at.tolist()
        ]  # an empty decimal is 0, as formulas of the rulebook see it
        return out

    def __iter__(self) -> Iterator[str]:
        return iter(self._ways)

    def __len__(self) -> int:
        return len(self._ways)


def _total(value: Any) -> Any:
    """Sum over the rows that the change is for."""
    return sum(value.tolist(), start=Fraction(0)) if isinstance(value, np.ndarray) else value


def _about(value: fractions.Fraction | float) -> str:
    """A number as text, near enough to see whether it is in the column's range."""
    if isinstance(value, float) and not math.isfinite(value):  # an empty degree is NaN
        return ""
    if not -limits.NUMBER <= value <= limits.NUMBER:  # beyond every column, and perhaps beyond a float
        return str(int(value))
    return f"{float(value):.12f}"


def fit(column: Column, value: Any, words: Words) -> object:
    """``value`` as the column holds it. Raises :class:`~pdc.tables.cells.BadCellError` as a cell would."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) and column.type not in _YES_OR_NO:
        raise BadCellError("change.yes_no", wanted=column.type)
    if column.type == "flag" and isinstance(value, str):
        return value_of(column, value, words)
    if column.type in NUMBERS:
        if not isinstance(value, (int, float, fractions.Fraction, Fraction)):
            raise BadCellError("change.not_number", text=quote(str(value)), wanted=column.type)
        if not isinstance(value, float) and abs(Fraction(value)) > _FAR:
            raise BadCellError("too_large", text="…", most=column.most)
        if column.type in INTEGERS:
            return value_of(column, str(round_half_up(value)), words)
        if column.type in DECIMALS:
            number = Fraction(value)
            value_of(column, _about(number), words)
            return number
        return value_of(column, _about(value), words)
    if column.type == "titles" and value in (0, 1):
        value = str(int(value))
    if not isinstance(value, str):
        raise BadCellError("change.not_text", text=quote(str(value)), wanted=column.type)
    return value_of(column, value, words)
