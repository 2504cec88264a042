"""The empty workbook: it reads back when filled in, explains every column, and is the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from helpers.example_country import NAMES, VOCABULARY, columns, rows, write_country
from pdc.tables import read, template
from pdc_common.text import LANGS, Lang


@pytest.mark.parametrize("lang", LANGS)
def test_a_filled_in_template_has_the_fingerprint_of_the_csv_files(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "template.xlsx"
    template(path, lang, VOCABULARY)
    book = openpyxl.load_workbook(path)
    for name in NAMES:
        head = [cell.value for cell in book[name][1]]
        given = rows(name)[0]
        for row in rows(name)[1:]:
            book[name].append([row[given.index(column)] if column in given else None for column in head])
    book.save(tmp_path / "filled.xlsx")
    filled = read(tmp_path / "filled.xlsx", VOCABULARY)
    assert filled.warnings == ()
    assert filled.sha256 == read(write_country(tmp_path / "csv"), VOCABULARY).sha256


def test_every_sheet_has_its_headings_frozen_and_a_note_on_each(tmp_path: Path) -> None:
    template(tmp_path / "t.xlsx", "tr", VOCABULARY)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"] == list(NAMES)
    for name in NAMES:
        assert [cell.value for cell in book[name][1]] == [column.name for column in columns(name)]
        assert all(cell.comment is not None for cell in book[name][1])
        assert book[name].freeze_panes == "A2"
    note = book["units"]["AI1"].comment
    assert note is not None
    assert note.text == "Yatak Doluluk Oranı\nYüzde, ör. 70.\nBoş bırakılırsa 70."


def test_kinds_statuses_titles_and_flags_have_drop_downs(tmp_path: Path) -> None:
    template(tmp_path / "t.xlsx", "en", VOCABULARY)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    lists = {
        (name, str(rule.sqref).rstrip("0123456789").split(":")[0])
        for name in NAMES
        for rule in book[name].data_validations.dataValidation
        if rule.type == "list"
    }
    assert {
        ("units", "D2"),
        ("staff", "B2"),
        ("staff", "D2"),
        ("standards", "B2"),
        ("provinces", "D2"),
    } <= lists


def test_the_template_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        template(tmp_path / name, "tr", VOCABULARY)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
