"""Workbooks opened: the one place that own tables and hand-made ones are read through.

Plain large sheets are read by calamine, where nothing is lost by it; all others element by element
(``sheet_xml``), as are OpenDocument workbooks (``sheet_ods``).
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote
from xml.parsers import expat

from pdc.base.faults import Fault
from pdc.tables.formats import is_odd
from pdc.tables.limits import MOST_AREA, MOST_BYTES, MOST_CELLS, MOST_ROWS, MOST_SHEETS, LimitError, hold
from pdc.tables.mojibake import mended
from pdc.tables.sheet_ods import read_ods
from pdc.tables.sheet_xml import (
    MAIN,
    Shared,
    SheetCells,
    SheetParser,
    Styles,
    area,
    column_letter,
    is_strike,
    parse,
    shared_strings,
)
from pdc_common.bounded import no_special

OLE: Final = b"\xd0\xcf\x11\xe0"
ZIP: Final = b"PK\x03\x04"
_LINK: Final = {"http://schemas.openxmlformats.org/package/2006/relationships Relationship": "link"}
_FIRST: Final = "xl/workbook.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_ODF: Final = b"opendocument"
_ODS: Final = b"opendocument.spreadsheet"
# Programs that compute every formula before they save, and write an empty text as no result.
_COMPUTING: Final = re.compile(rb"<meta:generator>\s*(?:LibreOffice|Collabora|OpenOffice)")
_QUICK_FROM: Final = 2_000_000  # bytes of a sheet: below, one careful reading is as fast
_BUILTIN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILTIN_PERCENTS: Final = frozenset({9, 10})
_MAC_EPOCH: Final = datetime.datetime(1904, 1, 1)
_ROWS: Final = (b"<row ", b"<row>", b"<row/>", b":row ", b":row>", b":row/>")
_CELLS: Final = (b"<c ", b"<c>", b"<c/>")
# A formula without a result, a cell far away, an element with a prefix: read with care.
_ODD: Final = re.compile(
    rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
    rb"|\br=\"(?:[A-Z]{3,}\d|[A-Z]+\d{6,}|[D-Z][A-Z]\d{5,})"
    rb"|\bt=\"[ed]\"|<\w+:(?:c|row|sheetData)[\s/>]|<!"
)
_LITERAL: Final = re.compile(r"\"[^\"]*\"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]|[\\_*].", re.IGNORECASE)
_DATE_LETTER: Final = re.compile("[dmyhs]", re.IGNORECASE)
_ESCAPED: Final = re.compile(rb"_x[0-9A-Fa-f]{4}_")
_HIDDEN_ROW: Final = re.compile(
    rb"<row\b(?=[^>]*?\s(?:hidden=\"(?:1|true)\"|ht=\"0(?:\.0*)?\"))[^>]*?\sr=\"(\d+)\""
)
_HIDDEN_COLUMN: Final = re.compile(rb"<col\b(?=[^>]*?\s(?:hidden=\"(?:1|true)\"|width=\"0(?:\.0*)?\"))[^>]*>")
_MERGE: Final = re.compile(rb"<mergeCell\b[^>]*?\sref=\"([^\"]+)\"")


@dataclass(frozen=True)
class BookSheet:
    """A sheet by its title; one that Excel does not show, or that was not asked for, has no cells read."""

    title: str
    shown: bool
    read: bool
    cells: SheetCells = field(default_factory=SheetCells)

    def uncalculated(self, file: str) -> list[Fault]:
        """Formulas that a program wrote and Excel never computed: they would read as empty cells."""
        return [
            Fault(file, row + 1, column_letter(column), "uncalculated")
            for row, column in self.cells.uncalculated
        ]


def open_book(
    path: Path, wanted: Callable[[str], bool] = lambda title: True, hidden: bool = False
) -> tuple[BookSheet, ...] | Fault:
    """Sheets of a workbook in their order, read where they are shown (or ``hidden``) and ``wanted``.

    A Fault for what is no workbook, or more than is read.
    """
    try:
        if no_special(path).stat().st_size > MOST_BYTES:
            return LimitError("bytes", path.stat().st_size, MOST_BYTES).fault(path.name)
        raw = path.read_bytes()
    except OSError as error:
        return Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})
    return open_bytes(path.name, raw, wanted, hidden=hidden)


def open_bytes(
    file: str,
    raw: bytes,
    wanted: Callable[[str], bool] = lambda title: True,
    quick: bool | None = None,
    hidden: bool = False,
) -> tuple[BookSheet, ...] | Fault:
    """:func:`open_book` of what is read already; ``quick``: with calamine (None: where large)."""
    if raw.startswith(OLE):
        return Fault(file, None, None, "protected")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return tuple(_Book(archive, raw, quick).sheets(wanted, hidden))
    except LimitError as error:
        return error.fault(f"{file}[{error.sheet}]" if error.sheet else file)
    except _NoBookError as error:
        return Fault(file, None, None, error.code)
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, LookupError, ValueError, OSError,
        EOFError, NotImplementedError, RuntimeError,
    ):  # fmt: skip
        return Fault(file, None, None, "broken_workbook")


class _NoBookError(Exception):
    """A package, but no workbook of cells in XML: the fault's code says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Book:
    def __init__(self, archive: zipfile.ZipFile, raw: bytes, quick: bool | None) -> None:
        self.archive, self.raw, self.quick = archive, raw, quick
        self.names = set(archive.namelist())
        self.left = MOST_BYTES
        self.strings: Shared | None = None
        self.styles: Styles | None = None
        self.plain_styles: bool | None = None
        self.calamine: Any = None

    def part(self, name: str) -> bytes:
        """A part unpacked, while all parts together are within the limit, whatever the directory says."""
        said = self.archive.getinfo(name).file_size
        hold("bytes", MOST_BYTES - self.left + said, MOST_BYTES)
        with self.archive.open(name) as file:
            content = file.read(self.left + 1)
        hold("bytes", MOST_BYTES - self.left + len(content), MOST_BYTES)
        self.left -= len(content)
        return content

    def sheets(self, wanted: Callable[[str], bool], hidden: bool) -> list[BookSheet]:
        if (media := self._open_document()) is not None:
            return self._ods(media, wanted, hidden)
        main = self._main()
        listed: list[Mapping[str, str]] = []
        epoch: list[Mapping[str, str]] = []

        def start(tag: str, attrs: Mapping[str, str]) -> None:
            if tag == "sheet":
                listed.append(attrs)
            elif tag == "workbookPr":
                epoch.append(attrs)

        parse(self.part(main), start)
        hold("sheets", len(listed), MOST_SHEETS)
        self.mac = any(attrs.get("date1904") in ("1", "true") for attrs in epoch)
        links = self._links(main)
        self.beside = {kind: name for kind, name in links.values() if kind in ("styles", "sharedStrings")}
        made: list[BookSheet] = []
        for attrs in listed:
            link = next((value for key, value in attrs.items() if key.split(" ")[-1] == "id"), "")
            kind, name = links.get(link, ("", ""))
            if kind != "worksheet":  # a sheet that is one chart, a dialogue
                continue
            title, shown = attrs.get("name", ""), attrs.get("state", "visible") == "visible"
            if not ((shown or hidden) and wanted(title)):
                made.append(BookSheet(title, shown, False))
                continue
            try:
                made.append(BookSheet(title, shown, True, self._cells(title, name)))
            except LimitError as error:
                error.sheet = title
                raise
        return made

    def _open_document(self) -> bytes | None:
        """Media type of an OpenDocument file; None of another package."""
        kind = self.part("mimetype") if "mimetype" in self.names else b""
        if _ODF in kind or "encrypted-package" in self.names:
            return kind
        return b"" if "content.xml" in self.names and _FIRST not in self.names else None

    def _ods(self, kind: bytes, wanted: Callable[[str], bool], hidden: bool) -> list[BookSheet]:
        manifest = self.part(_MANIFEST) if _MANIFEST in self.names else b""
        if b"encryption-data" in manifest or "encrypted-package" in self.names:
            raise _NoBookError("protected")
        if kind and _ODS not in kind:  # a text, a drawing
            raise _NoBookError("open_document")
        about = self.part("meta.xml") if "meta.xml" in self.names else b""
        found = read_ods(
            self.part("content.xml"),
            lambda title, shown: (shown or hidden) and wanted(title),
            _COMPUTING.search(about) is not None,
        )
        return [BookSheet(sheet.title, sheet.shown, sheet.read, sheet.cells) for sheet in found]

    def _main(self) -> str:
        if "xl/workbook.bin" in self.names:
            raise _NoBookError("binary_workbook")
        for kind, name in self._links("").values():
            if kind == "officeDocument":
                return name
        return _FIRST

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """Kind and name of the parts that a part points to, by the link's id."""
        folder, name = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        if where not in self.names:
            return {}
        found: dict[str, tuple[str, str]] = {}

        def start(_: str, link: Mapping[str, str]) -> None:
            target = unquote(link.get("Target", ""))
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = posixpath.basename(link.get("Type", ""))
            found[link.get("Id", "")] = kind, posixpath.normpath(whole)

        parse(self.part(where), start, tags=_LINK)
        return found

    def _cells(self, title: str, name: str) -> SheetCells:
        content = self.part(name)
        # Counted before they are read, so that what is too much is refused at once.
        hold("rows", sum(map(content.count, _ROWS)), MOST_ROWS)
        hold("cells", sum(map(content.count, _CELLS)), MOST_CELLS)
        if self._is_plain(content) and (rows := self._quickly(title)) is not None:
            return SheetCells(rows, *_layout(content))
        if self.strings is None:
            strings = self.beside.get("sharedStrings")
            self.strings = shared_strings(self.part(strings)) if strings in self.names else Shared()
        if self.styles is None:
            styles = self.beside.get("styles")
            self.styles = _styles(self.part(styles), self.mac) if styles in self.names else Styles()
        return SheetParser(self.strings, self.styles).read(content)

    def _is_plain(self, content: bytes) -> bool:
        """May calamine read this sheet without losing anything?"""
        if self.quick is False or (self.quick is None and len(content) < _QUICK_FROM):
            return False
        if self.plain_styles is None:
            self.plain_styles = self._plain_beside()
        return (
            self.plain_styles
            and b"<worksheet" in content[:1000]
            and MAIN[0].encode() in content[:1000]
            and b"='" not in content
            and not _ODD.search(content, content.find(b"<sheetData"))
        )

    def _plain_beside(self) -> bool:
        styles, strings = self.beside.get("styles"), self.beside.get("sharedStrings")
        if self.mac or styles not in self.names:
            return False
        made = _styles(self.part(styles), self.mac)
        if made.percents or made.odd or made.struck:
            return False
        if strings not in self.names:
            return True
        texts = self.part(strings)
        return not _ESCAPED.search(texts) and b"strike" not in texts

    def _quickly(self, title: str) -> list[list[Any]] | None:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only large workbooks need it

        try:
            if self.calamine is None:
                self.calamine = CalamineWorkbook.from_filelike(io.BytesIO(self.raw))
            sheet = self.calamine.get_sheet_by_name(title)
            rows = [[_quick_value(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
        except CalamineError:
            return None
        return _trimmed(rows)


def _quick_value(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return mended(value) if value and not value.isspace() else None
    if kind is float:
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime(value.year, value.month, value.day)
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return str(value)
    return value


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Down and right to the last cell that says something."""
    while rows and not any(v is not None for v in rows[-1]):
        rows.pop()
    width = 0
    for row in rows:
        at = next((j for j in range(len(row) - 1, width - 1, -1) if row[j] is not None), -1)
        width = max(width, at + 1)
    for row in rows:
        del row[width:]
    hold("area", len(rows) * width, MOST_AREA)
    return rows


def _layout(
    content: bytes,
) -> tuple[list[tuple[int, int, int, int]], set[tuple[int, int]], set[int], set[int]]:
    """Merged ranges, percentages (none), hidden rows and hidden columns of a plain sheet."""
    merges = [area(ref.decode()) for ref in _MERGE.findall(content)]
    columns: set[int] = set()
    for entry in _HIDDEN_COLUMN.findall(content):
        low, high = re.search(rb"\smin=\"(\d+)\"", entry), re.search(rb"\smax=\"(\d+)\"", entry)
        if not low or not high:  # nowhere: refused, as reading with care does
            raise ValueError(entry)
        columns.update(range(int(low[1]) - 1, int(high[1])))
    return merges, set(), {int(row) - 1 for row in _HIDDEN_ROW.findall(content)}, columns


def _shows_date(code: str) -> bool:
    """Does a format show days or times: one of d, m, y, h, s outside of quotes, brackets and escapes?"""
    return bool(_DATE_LETTER.search(_LITERAL.sub("", code.partition(";")[0])))


def _styles(content: bytes, mac: bool) -> Styles:
    formats: dict[int, str] = {}
    used: list[tuple[int, int]] = []  # number of the format, of the font
    fonts: list[bool] = []  # struck through?
    inside = ""

    def start(tag: str, attrs: Mapping[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            formats[int(attrs.get("numFmtId", "0"))] = attrs.get("formatCode", "")
        elif tag in ("cellXfs", "fonts"):
            inside = tag
        elif tag == "xf" and inside == "cellXfs":
            used.append((int(attrs.get("numFmtId", "0")), int(attrs.get("fontId", "0"))))
        elif tag == "font" and inside == "fonts":
            fonts.append(False)
        elif tag == "strike" and inside == "fonts" and fonts:
            fonts[-1] = is_strike(attrs)

    def end(tag: str) -> None:
        nonlocal inside
        if tag == inside:
            inside = ""

    parse(content, start, end)
    dates, percents = set(_BUILTIN_DATES), set(_BUILTIN_PERCENTS)
    if formats:
        dates = (dates - formats.keys()) | {key for key, code in formats.items() if _shows_date(code)}
        percents = (percents - formats.keys()) | {
            key for key, code in formats.items() if "%" in _LITERAL.sub("", code)
        }
    odd = {key: code for key, code in formats.items() if key not in dates | percents and is_odd(code)}
    return Styles(
        frozenset(i for i, (key, _) in enumerate(used) if key in dates),
        frozenset(i for i, (key, _) in enumerate(used) if key in percents),
        _MAC_EPOCH if mac else Styles.epoch,
        {i: odd[key] for i, (key, _) in enumerate(used) if key in odd},
        frozenset(i for i, (_, font) in enumerate(used) if font < len(fonts) and fonts[font]),
    )
