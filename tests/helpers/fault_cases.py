"""One change to the example country for every fault and warning, by its code."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from helpers.example_country import Rows, rows, write_country, write_csv

Change = Callable[[Path], Path]


def _cells(table: str, *changes: tuple[int, str, str]) -> Change:
    """Change cells: (row as an analyst sees it, column, text)."""

    def change(folder: Path) -> Path:
        data = rows(table)
        for row, column, text in changes:
            data[row - 1][data[0].index(column)] = text
        return write_country(folder, {table: data})

    return change


def _rows(table: str, edit: Callable[[Rows], Rows]) -> Change:
    return lambda folder: write_country(folder, {table: edit(rows(table))})


def _missing(table: str) -> Change:
    return lambda folder: write_country(folder, {table: None})


def _format(cell: Any, value: object, form: str) -> None:
    cell.value, cell.number_format = value, form


def _raw(file: str, content: bytes) -> Change:
    def change(folder: Path) -> Path:
        (write_country(folder) / file).write_bytes(content)
        return folder

    return change


def _file(name: str, content: bytes) -> Change:
    def change(folder: Path) -> Path:
        folder.mkdir()
        (folder / name).write_bytes(content)
        return folder / name

    return change


def _book(
    *titles: str,
    cell: tuple[str, str] | None = None,
    touch: Callable[[openpyxl.Workbook], object] = lambda book: None,
) -> Change:
    def change(folder: Path) -> Path:
        folder.mkdir()
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title in titles:
            sheet = book.create_sheet(title)
            with contextlib.suppress(KeyError):
                for row in rows(title):
                    sheet.append(row)
        if cell:
            book["units"][cell[0]] = cell[1]
        touch(book)
        book.save(folder / "data.xlsx")
        return folder / "data.xlsx"

    return change


def _two(folder: Path) -> Path:
    write_csv(write_country(folder) / "İller.csv", rows("provinces"))
    return folder


def _without(table: str, column: str) -> Change:
    def edit(data: Rows) -> Rows:
        at = data[0].index(column)
        return [row[:at] + row[at + 1 :] for row in data]

    return _rows(table, edit)


def _heading(table: str, old: str, new: str) -> Change:
    return _rows(table, lambda data: [[new if cell == old else cell for cell in data[0]], *data[1:]])


def _named_districts(*names: str) -> Change:
    def edit(data: Rows) -> Rows:
        return [["district_code", "İl", "district", "etf_population", "central"]] + [
            [row[0], name, row[2], row[3], row[4]] for row, name in zip(data[1:], names, strict=True)
        ]

    return _rows("districts", edit)


def _ambiguous(folder: Path) -> Path:
    provinces = rows("provinces")
    provinces[2][1] = "AGRI"
    _named_districts("4", "4", "34", "Ağrı")(folder)
    write_csv(folder / "provinces.csv", provinces)
    return folder


def _disagree(folder: Path) -> Path:
    return _rows("districts", lambda data: [[*data[0], "İl"], *([*row, "Ağrı"] for row in data[1:])])(folder)


_SHEETS = ("provinces", "districts", "units", "training", "staff")

FAULTS: Mapping[str, Change] = {
    "missing_path": lambda folder: Path("nowhere"),
    "not_tables": _file("data.pdf", b"x"),
    "open_document": _file("data.fods", b"x"),
    "binary_workbook": _file("data.xlsb", b"x"),
    "old_excel": _file("data.xls", b"x"),
    "protected": _file("data.xlsx", b"\xd0\xcf\x11\xe0rest"),
    "broken_workbook": _file("data.xlsx", b"PK\x03\x04rest"),
    "unreadable": lambda folder: Path("x" * 256),  # longer than a file name can be
    "missing_file": _missing("staff"),
    "missing_sheet": _book("provinces", "districts", "units", "training"),
    "two_sources": _two,
    "encoding": _raw("staff.csv", "unit_code,title\nA02,ebe\nA02,hemşire".encode() + b"\xfe\n"),
    "not_text": _raw("staff.csv", b"PK\x03\x04\x00\x00"),
    "quotes": _raw("staff.csv", b'unit_code,title,status,filled\nA02,"hemsire,657,3\n'),
    "no_heading_row": _raw("training.csv", b"\n\n"),
    "no_rows": _rows("units", lambda data: data[:1]),
    "example_rows": _rows("units", lambda data: [*data, ["ORNEK-SATIR-H1", *data[1][1:]]]),
    "separator": _raw("staff.csv", b"unit_code:title:status:filled\nA02:hemsire:657:3\n"),
    "missing_column": _without("districts", "etf_population"),
    "twice": _heading("units", "special_beds", "Yatak"),
    "too_many_cells": _rows("staff", lambda data: [data[0], [*data[1], "7"], *data[2:]]),
    "merged_cell": _book(*_SHEETS, touch=lambda book: book["units"].merge_cells("L3:L4")),
    "uncalculated": _book(*_SHEETS, cell=("L3", "=200+50")),
    "empty": _cells("districts", (3, "etf_population", "")),
    "not_number": _cells("units", (3, "beds", "çok")),
    "not_finite": _cells("units", (3, "beds", "NaN")),
    "fraction": _cells("units", (3, "beds", "250.5")),
    "negative": _cells("units", (3, "beds", "-250")),
    "too_large": _cells("units", (3, "beds", "25000000000")),
    "grouped": _cells("districts", (2, "etf_population", "120.000")),
    "date": _cells("provinces", (2, "crude_birth_rate", "2015-01-14")),
    "excel_error": _cells("units", (3, "unit", "#YOK")),
    "flag": _cells("provinces", (2, "metropolitan", "2")),
    "out_of_range": _cells("provinces", (2, "service_region", "7")),
    "not_positive": _cells("units", (3, "access_factor", "0")),
    "not_ascii": _cells("units", (7, "unit_code", "Ü06")),
    "ambiguous_word": _cells("standards", (2, "title", "Bakım Görevlisi")),
    "unknown_kind": _cells("units", (4, "kind", "saglik_ocak")),
    "unknown_status": _cells("staff", (2, "status", "4A")),
    "unknown_title": _cells("staff", (2, "title", "hemsirre")),
    "unknown_planning_title": _cells("standards", (2, "title", "saglik_memuru")),
    "unknown_branch": _cells("staff", (6, "branch", "toplum_sagligim")),
    "no_branch_wanted": _cells("staff", (6, "title", "fizik_tedavi_teknikeri")),
    "branch_missing": _cells("staff", (3, "branch", "")),
    "duplicate": _cells("training", (3, "branch", "genel_cerrahi")),
    "dangling": _cells("staff", (2, "unit_code", "A99")),
    "unknown_name": _named_districts("Ağrı", "Ağrı", "Istanbol", "İstanbul"),
    "ambiguous_name": _ambiguous,
    "no_district": _rows("provinces", lambda data: [*data, ["6", "Ankara", "1", "1", "0", "12", "1", ""]]),
    "no_central": _cells("districts", (2, "central", "0")),
    "two_central": _cells("districts", (3, "central", "1")),
    "no_population": _cells("districts", *((row, "etf_population", "0") for row in (2, 3, 4, 5))),
    "parts": _cells("units", (3, "khd_beds", "221")),
    "parent_missing": _cells("units", (6, "parent_unit", "")),
    "parent_kind": _cells("units", (6, "parent_unit", "A03")),
    "training_kind": _cells("training", (2, "unit_code", "A02")),
}

WARNINGS: Mapping[str, Change] = {
    "short_rows": _rows("units", lambda data: [*data[:-2], *(row[:-1] for row in data[-2:])]),
    "hidden_rows": _book(
        *_SHEETS,
        touch=lambda book: [setattr(book["staff"].row_dimensions[i], "hidden", True) for i in (3, 4, 99)],
    ),
    "hidden_column": _book(
        *_SHEETS, touch=lambda book: setattr(book["districts"].column_dimensions["B"], "hidden", True)
    ),
    "hidden_sheet": _book(
        *_SHEETS, "standards", touch=lambda book: setattr(book["standards"], "sheet_state", "hidden")
    ),
    "seen_otherwise": _book(*_SHEETS, touch=lambda book: _format(book["staff"]["E2"], 12, '0" bin"')),
    "struck": _book(
        *_SHEETS, touch=lambda book: setattr(book["staff"]["B3"], "font", openpyxl.styles.Font(strike=True))
    ),
    "unknown_column": _heading("units", "special_beds", "özell yatak"),
    "unknown_sheet": _book(*_SHEETS, "standards", "capasity"),
    "no_heading": _heading("units", "source", ""),
    "name_disagrees": _disagree,
    "code_changed": _cells("units", (2, "unit_code", "4592.0")),
    "branch_wanted": _cells("units", (10, "branch", "")),
    "branch_ignored": _cells("units", (3, "branch", "kardiyoloji")),
    "parent_ignored": _cells("units", (4, "parent_unit", "A02")),
    "near_branch": _cells("training", (2, "branch", "genel_cerahi")),
    "outlier": _cells("units", (3, "access_factor", "40")),
    "repeated_rows": _rows("staff", lambda data: [*data, data[1], data[1]]),
    "small_percent": _cells("units", (3, "bed_occupancy", "0,825")),
}
