"""What `read` says of bad tables: every fault, in one go, in both languages, and never a traceback."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.example_country import NAMES, VOCABULARY, Rows, rows, write_country
from helpers.fault_cases import FAULTS, WARNINGS
from helpers.fault_texts import TEXTS
from pdc.base.faults import Fault, InputError
from pdc.tables import read
from pdc_common.text import LANGS, fields, table


def _faults(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read(path, VOCABULARY)
    return caught.value.faults


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_told_in_exact_words(code: str, tmp_path: Path) -> None:
    found = _faults(FAULTS[code](tmp_path / "data"))
    assert [fault.code for fault in found] == [code] * len(TEXTS[code])
    assert [(fault.text("tr"), fault.text("en")) for fault in found] == TEXTS[code]


@pytest.mark.parametrize("code", WARNINGS)
def test_an_oddity_is_told_in_exact_words_and_reading_goes_on(code: str, tmp_path: Path) -> None:
    found = read(WARNINGS[code](tmp_path / "data"), VOCABULARY).warnings
    assert [fault.code for fault in found] == [code] * len(TEXTS[code])
    assert [(fault.text("tr"), fault.text("en")) for fault in found] == TEXTS[code]


def test_every_message_has_a_case_that_brings_it_about() -> None:
    # Faults of rulebooks and scenarios have a level more; their tests stand in test_scenarios.py.
    codes = {key.split(".")[1] for key in table() if key.startswith("fault.") and key.count(".") == 1}
    codes -= {"nearest", "wanted", "repeated", "alike"}
    assert codes == {*FAULTS, *WARNINGS} == set(TEXTS)


def test_both_languages_use_the_same_values() -> None:
    for key, entry in table().items():
        if key.startswith(("fault.", "template.")):
            assert len({frozenset(fields(entry[lang])) for lang in LANGS}) == 1, key


def test_faults_of_all_tables_come_at_once_in_the_order_of_files_rows_and_columns(tmp_path: Path) -> None:
    provinces, districts, units, staff = rows("provinces"), rows("districts"), rows("units"), rows("staff")
    provinces[1][2] = "0"
    districts[4][3] = "-1"
    units[12][7], units[2][8], units[2][7] = "1.5", "x", "-3"
    staff[9][1] = "yok"
    changes: dict[str, Rows | None] = {
        "provinces": provinces, "districts": districts, "units": units, "training": None, "staff": staff
    }  # fmt: skip
    found = _faults(write_country(tmp_path, changes))
    assert [(fault.file, fault.row, fault.column) for fault in found] == [
        ("districts.csv", 5, "etf_population"),
        ("provinces.csv", 2, "service_region"),
        ("staff.csv", 10, "title"),
        ("training.csv", None, None),
        ("units.csv", 3, "beds"),
        ("units.csv", 3, "special_beds"),
        ("units.csv", 13, "beds"),
    ]


def test_a_missing_table_hides_no_other_fault_and_makes_no_avalanche(tmp_path: Path) -> None:
    districts = rows("districts")
    districts[1][4] = "5"
    found = _faults(write_country(tmp_path, {"provinces": None, "units": None, "districts": districts}))
    assert [fault.code for fault in found] == ["flag", "missing_file", "missing_file"]


def test_a_table_without_rows_makes_no_avalanche(tmp_path: Path) -> None:
    found = _faults(write_country(tmp_path, {"units": rows("units")[:1]}))
    assert [fault.code for fault in found] == ["no_rows"]


def test_a_unit_whose_own_code_is_bad_is_no_dangling_key_elsewhere(tmp_path: Path) -> None:
    changes: dict[str, Rows | None] = {
        name: [["Ü02" if cell == "A02" else cell for cell in row] for row in rows(name)] for name in NAMES
    }
    assert [(f.file, f.code) for f in _faults(write_country(tmp_path, changes))] == [
        ("units.csv", "not_ascii")
    ]


def test_an_empty_folder_lacks_the_five_required_tables(tmp_path: Path) -> None:
    assert [fault.file for fault in _faults(tmp_path)] == [
        "districts.csv", "provinces.csv", "staff.csv", "training.csv", "units.csv"
    ]  # fmt: skip


def test_the_heading_of_the_file_names_the_column(tmp_path: Path) -> None:
    units = rows("units")
    units[0][7], units[2][7] = "YATAK", "-1"
    (fault,) = _faults(write_country(tmp_path, {"units": units}))
    assert fault.column == "YATAK"


@pytest.mark.parametrize("text", ["1.234", "1.234.567", "12,345", "1 234", "1.234,5", "120.000"])
def test_a_count_with_a_thousands_separator_is_not_guessed_at(text: str, tmp_path: Path) -> None:
    districts = rows("districts")
    districts[1][3] = text
    assert [f.code for f in _faults(write_country(tmp_path, {"districts": districts}))] == ["grouped"]


@pytest.mark.parametrize("province", ["4", "34"])
def test_a_province_has_a_central_district(province: str, tmp_path: Path) -> None:
    districts = [[*row[:4], "0" if row[1] == province else row[4], *row[5:]] for row in rows("districts")]
    assert [f.code for f in _faults(write_country(tmp_path, {"districts": districts}))] == ["no_central"]


def test_a_second_central_district_outside_the_metropolitan_centre_is_a_fault(tmp_path: Path) -> None:
    districts = rows("districts")
    districts[4][5] = "0"
    (fault,) = _faults(write_country(tmp_path, {"districts": districts}))
    assert (fault.code, fault.row) == ("two_central", 5)


def test_a_semt_poliklinigi_belongs_to_no_other_semt_poliklinigi_and_not_to_itself(tmp_path: Path) -> None:
    units = rows("units")
    units[5][5] = "A05"
    assert [f.code for f in _faults(write_country(tmp_path, {"units": units}))] == ["parent_kind"]
    units[5][5] = "A77"
    assert [f.code for f in _faults(write_country(tmp_path, {"units": units}))] == ["dangling"]


def test_str_of_the_error_is_english_one_fault_a_line_and_it_can_be_pickled(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, VOCABULARY)
    assert str(caught.value).splitlines() == [fault.text("en") for fault in caught.value.faults]
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "-1",
            "1.5",
            "1e400",
            "9" * 500,
            "nan",
            "∞",
            "İ",
            "ı",
            "{x}",
            "uzman.",
            ";",
            "=1+1",
            '"',
            "٣",
        ]
    ),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(NAMES), st.integers(0, 12), st.integers(0, 20), TEXT), max_size=6
    )
)
def test_whatever_the_cells_hold_there_are_tables_or_faults(changes: list[tuple[str, int, int, str]]) -> None:
    data = {name: rows(name) for name in NAMES}
    for name, row, column, text in changes:
        at = data[name][row % len(data[name])]
        at[column % len(at)] = text.encode("utf-8", "replace").decode()
    with tempfile.TemporaryDirectory() as folder:
        _read_or_fault(write_country(Path(folder), dict(data)))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(NAMES),
    start=st.integers(0, 1500),
    length=st.integers(0, 40),
    junk=st.binary(max_size=30),
)
def test_whatever_bytes_a_file_holds_there_are_tables_or_faults(
    name: str, start: int, length: int, junk: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_country(Path(folder)) / f"{name}.csv"
        raw = path.read_bytes()
        start %= len(raw) + 1
        path.write_bytes(raw[:start] + junk + raw[start + length :])
        _read_or_fault(Path(folder))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cut=st.floats(0, 1), junk=st.binary(max_size=30), length=st.integers(0, 60))
def test_whatever_bytes_a_workbook_holds_there_are_tables_or_faults(
    cut: float, junk: bytes, length: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = FAULTS["missing_sheet"](Path(folder) / "data")
        raw = path.read_bytes()
        start = int(cut * len(raw))
        path.write_bytes(raw[:start] + junk + raw[start + length :])
        _read_or_fault(path)


def _read_or_fault(path: Path) -> None:
    try:
        tables = read(path, VOCABULARY)
    except InputError as error:
        assert error.faults
        assert all(line for lang in LANGS for line in error.text(lang).splitlines())
    else:
        assert len(tables.sha256) == 64
        assert all(warning.text(lang) for lang in LANGS for warning in tables.warnings)


def test_counts_and_few_values_have_no_outliers(tmp_path: Path) -> None:
    units, provinces = rows("units"), rows("provinces")
    units[2][units[0].index("beds")] = "90000"
    provinces[1][provinces[0].index("crude_birth_rate")] = "0.02"  # one of two: who stands out?
    assert read(write_country(tmp_path, {"units": units, "provinces": provinces}), VOCABULARY).warnings == ()
