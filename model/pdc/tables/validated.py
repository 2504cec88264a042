"""The validated tables: what the rest of the program plans from."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from pdc.base.exact import Fraction
from pdc.base.faults import Fault
from pdc.base.fingerprint import Fingerprint
from pdc.base.folder import Folder, place
from pdc.base.numbers import objects
from pdc.tables.cells import DECIMALS, INTEGERS
from pdc.tables.schema import MEASURE
from pdc.tables.vocabulary import Vocabulary
from pdc_common.cells_csv import writer


@dataclass(frozen=True, eq=False)
class Tables:
    """Canonical frames, one row an entity, columns and order of docs/data.md, index 0…n−1.

    Dtypes: text ``object`` of str ("" when empty); counts, integer codes and 0/1 flags ``int64``; exact
    decimals ``object`` of Fraction (None where empty); degrees ``float64`` (NaN).
    ``fingerprint`` is that of the content: the same whatever the row order, file format, encoding or language
    of the headings.
    """

    name: str
    folder: Path
    provinces: pd.DataFrame
    districts: pd.DataFrame
    units: pd.DataFrame
    training: pd.DataFrame
    staff: pd.DataFrame
    standards: pd.DataFrame
    capacity: pd.DataFrame
    vocabulary: Vocabulary
    warnings: tuple[Fault, ...] = ()
    changes: tuple[Any, ...] = ()
    of_files: Fingerprint | None = None

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """That of the files that were read, whatever was changed since."""
        return self.of_files or Fingerprint(partial(_fingerprint, self))

    @property
    def sha256(self) -> str:
        """The same in hexadecimal digits."""
        return self.fingerprint.sha256

    def changed(
        self,
        frames: Mapping[str, pd.DataFrame],
        warnings: Iterable[Fault] = (),
        changes: Iterable[Any] = (),
    ) -> Tables:
        """Copy with other frames, further warnings and changes; the fingerprint stays that of the files."""
        new: dict[str, Any] = dict(frames)
        new |= {"warnings": (*self.warnings, *warnings), "changes": (*self.changes, *changes)}
        return replace(self, **new, of_files=self.fingerprint)

    def frame(self, table: str) -> pd.DataFrame:
        """Return the frame of a table by its name (docs/data.md)."""
        if table not in self.vocabulary.schema.tables:
            raise KeyError(table)
        frame: pd.DataFrame = getattr(self, table)
        return frame

    def side_file(self, name: str) -> Path | None:
        """Return a file beside the tables, or in their ``facts`` folder; None if there is none."""
        return side_file(self.folder, name)


def side_file(folder: Path, name: str) -> Path | None:
    """A file beside the tables in ``folder``, or in its ``facts`` folder; None if there is none."""
    places = (folder / name, folder / "facts" / name)
    return next((path for path in places if path.is_file()), None)


def write(tables: Tables, folder: Path) -> None:
    """Write the tables as CSV files that :func:`pdc.tables.read` reads back to the same fingerprint.

    The folder appears whole, and takes the place only of an empty one or of tables written so before
    (:class:`~pdc.base.approved.OutError`).
    """
    made = Folder(place(folder, "tables"))
    try:
        for name in tables.vocabulary.schema.tables:
            text = io.StringIO()
            writer(text).writerows(zip(*_columns(tables, name), strict=True))
            made.write(f"{name}.csv", text.getvalue().encode("utf-8"))
        made.finish()
    except BaseException:
        made.drop()
        raise


def _fingerprint(tables: Tables) -> str:
    digest = hashlib.sha256()
    for name in tables.vocabulary.schema.tables:
        lines = map("\x1f".join, zip(*_columns(tables, name), strict=True))
        digest.update("\x1e".join([name, *lines, ""]).encode())
    return digest.hexdigest()


def _columns(tables: Tables, name: str) -> list[list[str]]:
    """Every column: its name, then every value as its exact text.

    A measure that says nothing anywhere is left out: tables that do without keep their fingerprint.
    """
    frame = tables.frame(name)
    return [
        [column.name, *_texts(frame[column.name], column.type)]
        for column in tables.vocabulary.schema.tables[name].columns
        if column.type != MEASURE or frame[column.name].notna().any()
    ]


def _texts(series: pd.Series[Any], kind: str) -> list[str]:
    if kind in INTEGERS:
        which, whole = pd.factorize(series.to_numpy())  # most of them repeat
        texts: list[str] = objects(list(map(str, whole.tolist())))[which].tolist()
        return texts
    if kind in DECIMALS:
        values = series.tolist()
        # Hashing fractions is slow; a table holds each different value once, known by its place in memory.
        exact = {at: _exact(value) for at, value in dict(zip(map(id, values), values, strict=True)).items()}
        return [exact[at] for at in map(id, values)]
    if kind == "degree":
        shortest = map(repr, series.tolist())
        return ["" if text == "nan" else f"{Decimal(text):f}" if "e" in text else text for text in shortest]
    return series.tolist()


def as_text(value: object) -> str:
    """A value as a file holds it."""
    return _exact(value) if isinstance(value, Fraction) else str(value)


def _exact(value: Fraction | None) -> str:
    if value is None:
        return ""
    with localcontext(prec=600):
        return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
