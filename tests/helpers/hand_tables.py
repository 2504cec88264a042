"""Hand-made tables written in every form, and what came of reading them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

from helpers.turkey import turkey
from pdc.ask.handmade import Cetvel, read_cetvel
from pdc.base.faults import InputError
from pdc.country.setting import Setting

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
Rows = list[list[str]]
Posts = dict[str, dict[str, int]]
CSV = {
    "semicolon": (";", "utf-8"),
    "comma": (",", "utf-8-sig"),
    "tab": ("\t", "cp1254"),
    "utf-16": (";", "utf-16"),
}
FORMS = (*CSV, "texts", "numbers", "ods")
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ODS = (
    f'<office:document-content xmlns:office="{_ODF}office:1.0" xmlns:table="{_ODF}table:1.0" xmlns:text="{_ODF}text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Sayfa1">{rows}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)  # fmt: skip


@cache
def built_in() -> Setting:
    return turkey()


def number(cell: str) -> int | str | None:
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 16 else cell or None


def write(rows: Rows, form: str, folder: Path) -> Path:
    if form in CSV:
        separator, encoding = CSV[form]
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
        path = folder / "cetvel.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return path
    if form == "ods":
        lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        with zipfile.ZipFile(folder / "cetvel.ods", "w") as file:
            file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            file.writestr("content.xml", _ODS.format(rows=lines))
        return folder / "cetvel.ods"
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([number(cell) if form == "numbers" else cell or None for cell in row])
    book.save(folder / "cetvel.xlsx")
    return folder / "cetvel.xlsx"


def _ods_cell(cell: str) -> str:
    value = number(cell)
    if value is None:
        return "<table:table-cell/>"
    kind = f'float" office:value="{value}' if isinstance(value, int) else "string"
    shown = _NO_XML.sub("", cell)
    return f'<table:table-cell office:value-type="{kind}"><text:p>{escape(shown)}</text:p></table:table-cell>'


def turned(rows: Rows) -> Rows:
    width = max(map(len, rows))
    return [list(column) for column in zip(*[row + [""] * (width - len(row)) for row in rows], strict=True)]


def long(rows: Rows) -> Rows:
    head, *body = rows
    return [[head[0], "Unvan", "Kadro"]] + [[r[0], t, r[j]] for r in body for j, t in enumerate(head[1:], 1)]


def by_district(rows: Rows) -> Rows:
    """The same numbers at one district of each province."""
    districts = {"Çorum": "Alaca", "Amasya": "Merzifon", "Tokat": "Turhal"}
    return [[rows[0][0], "İlçe", *rows[0][1:]]] + [[r[0], districts[r[0]], *r[1:]] for r in rows[1:]]


def posts(cetvel: Cetvel) -> Posts:
    names = cetvel.country.provinces["province"].tolist()
    return {
        title: {names[i]: int(n) for i, n in enumerate(cetvel.at(title, "province")) if n}
        for title in cetvel.titles
    }


def outcome(path: Path, setting: Setting) -> Posts | set[str]:
    """Posts by title and province, or the codes of the faults."""
    try:
        return posts(read_cetvel(path, setting))
    except InputError as error:
        assert all(fault.text(lang) for fault in error.faults for lang in ("tr", "en"))
        return {fault.code for fault in error.faults}


def check(
    rows: Rows, want: Posts | set[str], folder: Path, setting: Setting, forms: Sequence[str] = FORMS
) -> None:
    for form in forms:
        found = outcome(write(rows, form, folder), setting)
        if isinstance(want, set) and isinstance(found, set):
            assert found & want, (form, found)
        else:
            assert found == want, form
