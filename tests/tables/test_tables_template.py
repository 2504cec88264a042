"""The empty workbook: it reads back when filled in, explains every column, and is the same bytes each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pdc
from helpers.example_country import NAMES, VOCABULARY, columns, rows, tables, write_country
from pdc.law.reading import load
from pdc.law.vocabulary import vocabulary
from pdc.tables import read, template
from pdc.tables.example_rows import MARKS, _may_hold, _maybe, is_marked, own_rows
from pdc.tables.raw import Sheet
from pdc.tables.schema import _Reader, heading_key
from pdc_common.text import LANGS, Lang, say


def sheet_of(book: Any, name: str) -> Any:
    """The sheet of a table, by its name in either language."""
    return next(
        book[title]
        for title in book.sheetnames
        if title in {say(f"template.sheet.{name}", one) for one in LANGS}
    )


@pytest.mark.parametrize("lang", LANGS)
def test_a_filled_in_template_has_the_fingerprint_of_the_csv_files(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "template.xlsx"
    template(path, lang, VOCABULARY)
    book = openpyxl.load_workbook(path)
    for name, table in tables().items():
        sheet = sheet_of(book, name)
        sheet.delete_rows(2, len(table.examples))
        head = [table.headings[heading_key(str(cell.value))] for cell in sheet[1]]
        given = rows(name)[0]
        for row in rows(name)[1:]:
            sheet.append([row[given.index(column)] if column in given else None for column in head])
    book.save(tmp_path / "filled.xlsx")
    filled = read(tmp_path / "filled.xlsx", VOCABULARY)
    assert filled.warnings == ()
    assert filled.sha256 == read(write_country(tmp_path / "csv"), VOCABULARY).sha256


@pytest.mark.parametrize("lang", LANGS)
def test_every_sheet_has_its_headings_frozen_and_a_note_on_each(tmp_path: Path, lang: Lang) -> None:
    template(tmp_path / "t.xlsx", lang, VOCABULARY)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    seen = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert seen == [say(f"template.sheet.{name}", lang) for name in NAMES]
    for name in NAMES:
        sheet = sheet_of(book, name)
        assert [cell.value for cell in sheet[1]] == [
            column.heading if lang == "tr" else column.name for column in columns(name)
        ]
        assert all(cell.comment is not None for cell in sheet[1])
        assert sheet.freeze_panes == "A2"
    note = sheet_of(book, "units")["AI1"].comment
    assert note is not None
    told = {
        "tr": "bed_occupancy\nYüzde, ör. 70.\nBoş bırakılırsa 70.",
        "en": "bed occupancy\nPercent, such as 70.\n70 if left empty.",
    }
    assert note.text == told[lang]


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


# example rows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_template_with_its_example_rows_is_refused_row_by_row(tmp_path: Path, lang: Lang) -> None:
    template(tmp_path / "t.xlsx", lang, VOCABULARY)
    with pytest.raises(pdc.InputError) as caught:
        read(tmp_path / "t.xlsx", VOCABULARY)
    told = {fault.file: fault.values["rows"] for fault in caught.value.faults if fault.code == "example_rows"}
    assert told == {
        f"t.xlsx[{say(f'template.sheet.{name}', lang)}]": ", ".join(
            map(str, range(2, 2 + len(table.examples)))
        )
        for name, table in tables().items()
    }
    assert any("2, 3" in fault.text(lang) for fault in caught.value.faults if fault.code == "example_rows")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", LANGS)
def test_one_example_row_left_in_good_tables_is_refused(tmp_path: Path, name: str, lang: Lang) -> None:
    folder = write_country(tmp_path / "csv")
    read(folder, VOCABULARY)
    path = folder / f"{name}.csv"
    text = path.read_text("utf-8").rstrip("\n")
    head = text.splitlines()[0].split(",")
    code, mark = MARKS[lang]
    example = tables()[name].examples[0]
    row = [example.get(column, "").replace("@", mark if column == name[:-1] else code) for column in head]
    path.write_text("\n".join([text, ",".join(row)]) + "\n", "utf-8")
    with pytest.raises(pdc.InputError) as caught:
        read(folder, VOCABULARY)
    assert [fault.code for fault in caught.value.faults] == ["example_rows"]


@pytest.mark.parametrize(
    "mark", ["ORNEK-SATIR-H1", "x o\u0308rnek  satır", "Örnek_Satır", "ＥＸＡＭＰＬＥ row", "exámple row", "Éxample-row", "exâmple row", "ÖRNEK SATIR"]
)  # fmt: skip
@pytest.mark.parametrize("other", ["Şırnak", "a", "ñ"])
def test_a_marked_row_is_found_however_it_is_spelt(mark: str, other: str) -> None:
    sheet = Sheet.of("units.csv", [["a", "b"], ["1", other], ["2", mark], ["3", "b"]], [1, 2, 3, 4])
    assert sheet is not None
    own, fault = own_rows(sheet)
    assert own.rows == (2, 4)
    assert fault is not None
    assert fault.values["rows"] == "3"


def test_what_is_marked_and_what_is_only_called_example() -> None:
    assert all(
        map(is_marked, ("ORNEK-SATIR-H1", "örnek satır: x", "Örnek_Satır", "example row: y", "EXAMPLE-ROW-1"))
    )
    assert not any(
        map(is_marked, ("Örnek Mahallesi ASM", "Örnekköy Sağlık Ocağı", "Örnek", "Satır Köyü", "", "Example"))
    )


def test_the_examples_are_right_once_they_have_codes_of_their_own(tmp_path: Path) -> None:
    words = vocabulary(load())
    template(tmp_path / "t.xlsx", "tr", words)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("ORNEK-SATIR-", "X").replace("ÖRNEK SATIR: ", "")
    book.save(tmp_path / "own.xlsx")
    made = read(tmp_path / "own.xlsx", words)
    assert made.warnings == ()
    assert [len(made.frame(name)) for name in words.schema.tables] == [
        len(table.examples) for table in words.schema.tables.values()
    ]
    plan = pdc.plan(made, sets=["A.3.minimum=0"], titles=["hemsire"])
    assert plan.status == "optimal"


def test_an_example_that_no_mark_would_give_away_is_a_fault_of_the_rulebook() -> None:
    law = {"provinces": {"examples": [{"province": "Ankara"}, {"provinz": "@: x"}]}}
    reader = _Reader("tables.toml", law)
    reader.table("provinces")
    assert [fault.code for fault in reader.faults] == ["rulebook.example_mark", "rulebook.unknown_column"]


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(["ÖRNEK SATIR", "Dernekpazarı", "örnek-satır 1", "EXAMPLE_ROW", "exâmple row", "Örnekköy", ""]),
        st.text(alphabet="ÖRNEKörnek satırİâ\n’Σ", max_size=14),
    ),
    max_size=6,
)


@given(TEXTS)
def test_no_marked_text_is_passed_over_where_many_are_looked_at_together(texts: list[str]) -> None:
    different = list(dict.fromkeys(texts))
    looked_at = set(_maybe(different))
    assert {at for at, text in enumerate(different) if is_marked(text)} <= looked_at
    if "\n" not in "".join(different):
        assert looked_at == {at for at, text in enumerate(different) if _may_hold(text)}
