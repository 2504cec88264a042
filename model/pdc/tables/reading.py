"""Reading a folder of CSV files or a workbook: all faults found, then all told at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pdc.base.faults import Fault, InputError
from pdc.tables.changed_codes import restore
from pdc.tables.checks import check, repeated
from pdc.tables.csvfile import read_csv
from pdc.tables.draft import Draft, Log
from pdc.tables.example_rows import own_rows
from pdc.tables.names import resolve
from pdc.tables.raw import Coded, Sheet
from pdc.tables.schema import Schema, Table, heading_key
from pdc.tables.validated import Tables
from pdc.tables.vocabulary import Vocabulary
from pdc.tables.words import Words, nearest
from pdc.tables.workbook import read_workbook


@dataclass(frozen=True)
class _Source:
    """What a folder or workbook holds of the tables; ``missing`` is the fault of a table it lacks."""

    found: Mapping[str, Sheet | Fault]
    faults: tuple[Fault, ...]
    others: tuple[str, ...]
    is_book: bool
    name: str
    warnings: tuple[Fault, ...] = ()

    def missing(self, table: Table) -> Fault:
        if self.is_book:
            return Fault(self.name, None, None, "missing_sheet", {"sheet": table.name})
        file = f"{table.name}.csv"
        return Fault(file, None, None, "missing_file", {"file": file})


def read(path: str | os.PathLike[str], vocabulary: Vocabulary) -> Tables:
    """Read and validate the tables in a folder of CSV files or a workbook (``.xlsx``, ``.ods``).

    Raises :class:`pdc.base.faults.InputError` with every fault of every table.
    """
    path = Path(path)
    schema = vocabulary.schema
    source = _open(path, schema)
    if isinstance(source, Fault):
        raise InputError([source])
    log, words = Log(), Words(vocabulary)
    log.faults.extend(source.faults)
    log.warnings.extend((*source.warnings, *_strangers(source, schema)))
    drafts = _drafts(source, words, log)
    restore(drafts)
    for draft in drafts.values():
        resolve(draft, drafts)
    check(drafts, words)
    if "staff" in drafts:
        repeated(drafts["staff"])
    if log.faults:
        raise InputError(log.faults.told())
    frames: dict[str, Any] = {
        name: drafts[name].frame() if name in drafts else _empty(table, words)
        for name, table in schema.tables.items()
    }
    warnings = tuple(sorted(log.warnings, key=lambda fault: fault.order))
    place = path.resolve()
    if source.is_book:
        return Tables(place.stem, place.parent, **frames, vocabulary=vocabulary, warnings=warnings)
    return Tables(place.name, place, **frames, vocabulary=vocabulary, warnings=warnings)


def _drafts(source: _Source, words: Words, log: Log) -> dict[str, Draft]:
    drafts: dict[str, Draft] = {}
    for name, table in words.schema.tables.items():
        sheet = source.found.get(name)
        if isinstance(sheet, Sheet):
            own, examples = own_rows(sheet)
            log.faults.extend([examples] if examples else [])
            drafts[name] = Draft(table, own, words, log)
        elif isinstance(sheet, Fault):
            log.faults.append(sheet)
        elif not table.optional:
            log.faults.append(source.missing(table))
    return drafts


def _open(path: Path, schema: Schema) -> _Source | Fault:
    try:
        if path.is_dir():
            return _folder(path.resolve(), schema)
        if not path.exists():
            return Fault(str(path), None, None, "missing_path")
    except (OSError, ValueError) as error:  # a name too long, a NUL in it, no right to look
        return Fault(str(path), None, None, "unreadable", {"why": type(error).__name__})
    suffix = heading_key(path.suffix)
    if suffix == "xls":
        return Fault(path.name, None, None, "old_excel")
    if suffix == "fods":
        return Fault(path.name, None, None, "open_document")
    if suffix == "xlsb":
        return Fault(path.name, None, None, "binary_workbook")
    if suffix not in ("xlsx", "xlsm", "xltx", "xltm", "ods", "ots"):
        return Fault(path.name, None, None, "not_tables")
    return _book(path, schema)


def _folder(path: Path, schema: Schema) -> _Source:
    files = sorted(file for file in path.iterdir() if heading_key(file.suffix) == "csv" and file.is_file())
    places, faults = _assign(path.name, {file.name: file.stem for file in files}, schema)
    found = {name: read_csv(path / file, schema.tables[name].headings) for name, file in places.items()}
    others = tuple(file.name for file in files if _table_of(file.stem, schema) is None)
    return _Source(found, tuple(faults), others, False, path.name)


def _book(path: Path, schema: Schema) -> _Source | Fault:
    book = read_workbook(path, lambda title: _table_of(title, schema) is not None)
    if isinstance(book, Fault):
        return book
    places, faults = _assign(path.name, {title: title for title in book.sheets}, schema)
    found = {name: book.sheets[title] for name, title in places.items()}
    return _Source(found, (*book.faults, *faults), book.others, True, path.name, book.warnings)


def _table_of(name: str, schema: Schema) -> str | None:
    key = heading_key(name)
    return next(
        (table.name for table in schema.tables.values() if key in map(heading_key, table.files)), None
    )


def _assign(place: str, names: Mapping[str, str], schema: Schema) -> tuple[dict[str, str], list[Fault]]:
    """Which file or sheet is which table; a fault for a table that two of them are."""
    sources: dict[str, list[str]] = {}
    for source, name in names.items():
        if (table := _table_of(name, schema)) is not None:
            sources.setdefault(table, []).append(source)
    faults = [
        Fault(place, None, None, "two_sources", {"sources": ", ".join(found)})
        for found in sources.values()
        if len(found) > 1
    ]
    return {table: found[0] for table, found in sources.items()}, faults


def _strangers(source: _Source, schema: Schema) -> list[Fault]:
    """Warn of files and sheets that are nearly a table: a slip in the name would leave them out unseen."""
    known = {
        heading_key(alias).replace(" ", "_"): table.name
        for table in schema.tables.values()
        for alias in table.files
    }
    warnings = []
    for other in source.others:
        stem = other if source.is_book else Path(other).stem
        label = f"{source.name}[{other}]" if source.is_book else other
        if guess := nearest(stem, tuple(known), least=80):
            warnings.append(Fault(label, None, None, "unknown_sheet", {"nearest": known[guess]}))
    return warnings


def _empty(table: Table, words: Words) -> pd.DataFrame:
    names = tuple(column.name for column in table.columns)
    sheet = Sheet("", names, tuple(Coded.of(()) for _ in names), ())
    return Draft(table, sheet, words, Log()).frame()
