"""Codes that Excel or pandas changed are found again where exactly one can be meant, and that is told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.example_country import NAMES, VOCABULARY, rows, write_country, write_csv
from pdc.base.faults import InputError
from pdc.tables import read
from pdc.tables.codes import Codes, restored

DIGITS = {"A02": "4592", "B02": "0012", "B03": "70100", "B06": "8"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4592", "4592"), ("4592.0", "4592"), ("4592,0", "4592"), ("4592.00", "4592"), ("4592.", "4592"),
        ("04592", "4592"), ("004592.0", "4592"), ("4.592", "4592"), ("4,592", "4592"), ("4 592", "4592"),
        ("4'592", "4592"), ("4.592E+03", "4592"), ("4,592E+03", "4592"), ("4,592e+03", "4592"), ("4,592E3", "4592"),
        ("12", "0012"), ("12.0", "0012"), ("1,2E+01", "0012"), ("8", "8"), ("08", "8"), ("8E+00", "8"),
        # One digit is lost, or nobody has this code: not guessed.
        ("4,59E+03", None), ("4592.5", None), ("45920", None), ("4593", None), ("", None), ("459.2", None),
        ("-4592", None), ("TR-4592", None), ("4.59E+99", None), ("٤٥٩٢", None),
    ],
)  # fmt: skip
def test_a_changed_code_is_found_where_its_digits_are_all_there(text: str, code: str | None) -> None:
    assert Codes(["4592", "0012", "70100", "8", "TR-1"]).find(text) == code


def test_a_code_that_may_be_two_is_none() -> None:
    codes = Codes(["12", "0012", "4000", "4"])
    assert (codes.find("12"), codes.find("0012"), codes.find("012"), codes.find("12.0")) == (
        "12",
        "0012",
        None,
        None,
    )
    assert codes.find("4.000") is None  # four, or four thousand
    assert codes.find("4.00") == "4"


@given(st.lists(st.integers(1, 10**8), unique=True, min_size=1, max_size=20))
def test_every_change_of_a_spreadsheet_is_undone(numbers: list[int]) -> None:
    codes = Codes(map(str, numbers))
    for number in numbers:
        for text in (str(number), f"{number}.0", f"{number},0", f"{number:08d}"):
            assert codes.find(text) == str(number)
        assert restored(f"{number}.0") == str(number)


def _country(folder: Path, change: dict[str, dict[str, str]]) -> Path:
    """The example country with codes of digits; ``change`` says how a table writes them."""
    write_country(folder)
    for name in NAMES:
        data = rows(name)
        texts = change.get(name, {})
        data = [[texts.get(DIGITS[c], DIGITS[c]) if c in DIGITS else c for c in row] for row in data]
        write_csv(folder / f"{name}.csv", data)
    return folder


@pytest.mark.parametrize("table", ["staff", "training", "standards", "capacity", "units"])
@pytest.mark.parametrize("form", ["{}.0", "{},0", "0{}.00", "000{}"])
def test_own_tables_with_changed_codes_are_those_with_the_right_ones(
    table: str, form: str, tmp_path: Path
) -> None:
    plain = read(_country(tmp_path / "a", {}), VOCABULARY)
    given = {code: form.format(code.lstrip("0")) for code in DIGITS.values()}
    if table == "units":  # a key is nobody's copy: only what a decimal column adds is taken away
        given = {code: f"{code}.0" for code in DIGITS.values()}
    changed = read(_country(tmp_path / "b", {table: given}), VOCABULARY)
    for name in NAMES:
        assert changed.frame(name).equals(plain.frame(name)), name
    notes = [fault for fault in changed.warnings if fault.code == "code_changed"]
    assert [fault.file for fault in notes] == [f"{table}.csv"]
    assert not [fault for fault in plain.warnings if fault.code == "code_changed"]


def test_codes_that_would_fall_together_are_left_and_told(tmp_path: Path) -> None:
    folder = _country(tmp_path / "a", {})
    data = rows("units")
    data = [[DIGITS.get(c, c) for c in row] for row in data]
    data.append(["4592.0", *data[2][1:]])
    write_csv(folder / "units.csv", data)
    assert "4592.0" in read(folder, VOCABULARY).units["unit_code"].tolist()
    staff = [[DIGITS.get(c, c) for c in row] for row in rows("staff")]
    staff[1][0] = "04592"
    write_csv(folder / "staff.csv", staff)
    with pytest.raises(InputError, match="04592"):
        read(folder, VOCABULARY)


def test_a_workbook_of_numbers_gives_the_same_codes(tmp_path: Path) -> None:
    folder = _country(tmp_path / "a", {})
    plain = read(folder, VOCABULARY)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in NAMES:
        sheet = book.create_sheet(name)
        for row in rows(name):
            cells = [DIGITS.get(c, c) for c in row]
            sheet.append([float(c) if c.isdigit() and not c.startswith("0") else c for c in cells])
    book.save(tmp_path / "b.xlsx")
    assert read(tmp_path / "b.xlsx", VOCABULARY).units.equals(plain.units)
