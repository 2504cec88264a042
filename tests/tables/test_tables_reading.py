"""What `read` gives: canonical frames, exact values, the same fingerprint for the same content."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from helpers.example_country import NAMES, VOCABULARY, Rows, columns, rows, tables, write_country, write_csv
from pdc.base.faults import InputError
from pdc.tables import Tables, read, write
from pdc.tables.schema import heading_key
from pdc_common.text import upper

INTEGERS = {"whole", "count", "flag", "region"}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return read(write_country(tmp_path_factory.mktemp("data") / "example"), VOCABULARY)


def _headed(table: str, renamed: dict[str, str]) -> Rows:
    head, *body = rows(table)
    return [[renamed.get(name, name) for name in head], *body]


def _without(table: str, *names: str) -> Rows:
    head = rows(table)[0]
    kept = [i for i, name in enumerate(head) if name not in names]
    return [[row[i] for i in kept] for row in rows(table)]


def test_the_example_country_reads_without_a_warning(example: Tables) -> None:
    assert example.warnings == ()
    assert example.name == "example"
    assert [len(example.frame(name)) for name in NAMES] == [2, 4, 12, 3, 9, 1, 1]


def test_every_frame_has_the_columns_of_the_contract_in_order_and_an_index_from_0(example: Tables) -> None:
    for name in NAMES:
        frame = example.frame(name)
        assert list(frame.columns) == [column.name for column in columns(name)]
        assert list(frame.index) == list(range(len(frame)))


def test_integers_are_int64_degrees_float64_and_the_rest_objects(example: Tables) -> None:
    for name in NAMES:
        for column in columns(name):
            expected = (
                "int64" if column.type in INTEGERS else "float64" if column.type == "degree" else "object"
            )
            assert example.frame(name)[column.name].dtype == expected, f"{name}.{column.name}"


def test_texts_are_plain_python_strings(example: Tables) -> None:
    assert {type(text) for text in example.units["unit"]} == {str}
    assert {type(text) for text in example.staff["branch"]} == {str}


def test_decimals_are_exact_fractions_and_missing_visits_are_none(example: Tables) -> None:
    assert list(example.provinces["population_factor"]) == [1, Fraction(115, 100)]
    assert list(example.provinces["visits_per_head"]) == [Fraction(32, 10), None]
    assert example.units["bed_occupancy"][1] == Fraction(825, 10)


def test_a_decimal_comma_is_the_same_fraction_as_a_decimal_point(tmp_path: Path) -> None:
    data = rows("provinces")
    data[2][6] = "1,15"
    assert read(write_country(tmp_path, {"provinces": data}), VOCABULARY).provinces["population_factor"][
        1
    ] == Fraction(23, 20)


def test_missing_coordinates_are_nan(example: Tables) -> None:
    assert math.isnan(example.districts["latitude"][1])


def test_columns_left_out_and_empty_cells_take_the_default(example: Tables) -> None:
    assert set(example.units["dental_chairs"]) == {0}
    assert example.units["bed_occupancy"][0] == 70
    assert example.units["access_factor"][0] == 1
    assert example.units["not_ready"][0] == "0"


def test_titles_in_not_ready_are_sorted(example: Tables) -> None:
    assert example.units["not_ready"][1] == "ebe;hemsire"


def test_optional_tables_left_out_are_empty_frames_of_the_right_types(tmp_path: Path) -> None:
    read_back = read(write_country(tmp_path, {"standards": None, "capacity": None}), VOCABULARY)
    assert len(read_back.standards) == 0
    assert read_back.standards["posts"].dtype == "int64"


def test_training_and_staff_may_have_headings_only(tmp_path: Path) -> None:
    changes = {"training": rows("training")[:1], "staff": rows("staff")[:1]}
    assert len(read(write_country(tmp_path, changes), VOCABULARY).staff) == 0


def test_rows_in_any_order_have_one_fingerprint(tmp_path: Path, example: Tables) -> None:
    shuffler = random.Random(2006)
    changes: dict[str, Rows | None] = {}
    for name in NAMES:
        head, *body = rows(name)
        shuffler.shuffle(body)
        changes[name] = [head, *body]
    assert read(write_country(tmp_path, changes), VOCABULARY).sha256 == example.sha256


def test_columns_in_any_order_have_one_fingerprint(tmp_path: Path, example: Tables) -> None:
    changes: dict[str, Rows | None] = {name: [row[::-1] for row in rows(name)] for name in NAMES}
    assert read(write_country(tmp_path, changes), VOCABULARY).sha256 == example.sha256


def test_one_bed_more_is_another_fingerprint(tmp_path: Path, example: Tables) -> None:
    units = rows("units")
    units[2][7] = "251"
    assert read(write_country(tmp_path, {"units": units}), VOCABULARY).sha256 != example.sha256


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1254", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_encoding_and_separator_has_one_fingerprint(
    tmp_path: Path, example: Tables, encoding: str, separator: str
) -> None:
    for name in NAMES:
        data = rows(name)
        if separator != ",":  # decimal commas, as a Turkish Excel writes them
            decimal = [
                column.type in ("decimal", "positive", "percent", "degree") for column in columns(name)
            ]
            places = {
                column.name: is_decimal for column, is_decimal in zip(columns(name), decimal, strict=True)
            }
            data = [
                [
                    cell.replace(".", ",") if places[head] and at else cell
                    for head, cell in zip(data[0], row, strict=True)
                ]
                for at, row in enumerate(data)
            ]
        write_csv(tmp_path / f"{name}.csv", data, separator=separator, encoding=encoding)
    assert read(tmp_path, VOCABULARY).sha256 == example.sha256


def test_turkish_file_names_and_headings_have_one_fingerprint(tmp_path: Path, example: Tables) -> None:
    files = ["İller", "İLÇELER", "birimler", "Eğitim", "PERSONEL", "Standartlar", "kapasite"]
    for name, file in zip(NAMES, files, strict=True):
        turkish = {column.name: column.heading for column in columns(name)}
        write_csv(tmp_path / f"{file}.csv", _headed(name, turkish))
    read_back = read(tmp_path, VOCABULARY)
    assert read_back.warnings == ()
    assert read_back.sha256 == example.sha256


@pytest.mark.parametrize(
    ("table", "heading", "column"),
    [
        ("provinces", "İL KODU", "province_code"),
        ("provinces", "plaka", "province_code"),
        ("provinces", "İL", "province"),
        ("provinces", "il", "province"),
        ("provinces", "BÜYÜKŞEHİR", "metropolitan"),
        ("provinces", "kaba doğum hızı", "crude_birth_rate"),
        ("provinces", "KABA DOĞUM HIZI", "crude_birth_rate"),
        ("districts", "İLÇE", "district"),
        ("districts", "ilçe", "district"),
        ("districts", "ETF NÜFUSU", "etf_population"),
        ("districts", "etf  nufusu", "etf_population"),
        ("districts", "MERKEZ", "central"),
        ("districts", "ENLEM", "latitude"),
        ("units", "BİRİM", "unit"),
        ("units", "BIRIM ADI", "unit"),
        ("units", "YATAK", "beds"),
        ("units", "Imaging Devices", "imaging_devices"),
        ("units", "IMAGING_DEVICES", "imaging_devices"),
        ("staff", "UNVAN", "title"),
        ("staff", "Branş", "branch"),
        ("staff", "STATÜ", "status"),
        ("staff", "dolu", "filled"),
        ("staff", "BOŞ", "vacant"),
    ],
)
def test_a_heading_is_known_whatever_its_case_and_its_i(table: str, heading: str, column: str) -> None:
    assert tables()[table].headings[heading_key(heading)] == column


def test_every_heading_is_known_in_turkish_capitals_too() -> None:
    for name in NAMES:
        for column in columns(name):
            for heading in (column.name, column.heading, *column.aliases):
                assert tables()[name].headings[heading_key(upper(heading))] == column.name


def test_every_column_has_a_note_in_both_languages() -> None:
    assert all(column.note["tr"] and column.note["en"] for name in NAMES for column in columns(name))


def _by_name(
    table: str, place: dict[str, str], code: str, heading: str, more: dict[str, dict[str, str]]
) -> Rows:
    head, *body = rows(table)
    at = head.index(code)
    extra = list(more)
    result = [[heading if name == code else name for name in head] + extra]
    for row in body:
        named = [place.get(cell, cell) if i == at else cell for i, cell in enumerate(row)]
        result.append(named + [more[name].get(row[at], "") for name in extra])
    return result


PROVINCE = {"4": "AĞRI", "34": "istanbul"}
DISTRICT = {"TR-04-001": "merkez", "TR-04-002": "DOĞUBAYAZIT", "TR-34-001": "şişli", "TR-34-002": "Kadıköy"}
UNIT = {row[0]: row[2] for row in rows("units")[1:]}


def test_names_stand_for_codes_that_the_file_does_not_give(tmp_path: Path, example: Tables) -> None:
    of_district = {code: PROVINCE[str(int(code[3:5]))] for code in DISTRICT}
    changes: dict[str, Rows | None] = {
        "districts": _by_name("districts", PROVINCE, "province_code", "İl", {}),
        "units": _by_name("units", DISTRICT, "district_code", "İlçe", {"İl": of_district}),
        "staff": _by_name("staff", UNIT, "unit_code", "Birim", {}),
        "training": _by_name("training", UNIT, "unit_code", "KURUM", {}),
    }
    assert read(write_country(tmp_path, changes), VOCABULARY).sha256 == example.sha256


def test_a_name_of_two_districts_needs_the_province_beside_it(tmp_path: Path) -> None:
    districts = rows("districts")
    districts[3][2] = "Merkez"
    units = _by_name("units", {**DISTRICT, "TR-34-001": "Merkez"}, "district_code", "İlçe", {})
    with pytest.raises(InputError) as caught:
        read(write_country(tmp_path, {"districts": districts, "units": units}), VOCABULARY)
    assert {fault.code for fault in caught.value.faults} == {"ambiguous_name"}
    of_district = {code: PROVINCE[str(int(code[3:5]))] for code in DISTRICT}
    units = _by_name(
        "units", {**DISTRICT, "TR-34-001": "Merkez"}, "district_code", "İlçe", {"İl": of_district}
    )
    read(write_country(tmp_path, {"districts": districts, "units": units}), VOCABULARY)


def test_written_tables_read_back_to_the_same_fingerprint(tmp_path: Path, example: Tables) -> None:
    write(example, tmp_path / "copy")
    assert read(tmp_path / "copy", VOCABULARY).sha256 == example.sha256


def _workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, data in sheets.items():
        sheet = book.create_sheet(title)
        for row in data:
            sheet.append(row)
    book.save(path)
    return path


def _typed(table: str) -> list[list[object]]:
    head, *body = rows(table)
    kinds = {column.name: column.type for column in columns(table)}
    numeric = INTEGERS | {"decimal", "positive", "percent", "degree"}

    def typed(name: str, cell: str) -> object:
        return float(cell) if kinds[name] in numeric and cell else cell or None

    return [list(head), *([typed(name, cell) for name, cell in zip(head, row, strict=True)] for row in body)]


def test_a_workbook_of_numbers_has_the_fingerprint_of_the_csv_files(tmp_path: Path, example: Tables) -> None:
    path = _workbook(tmp_path / "ülke.xlsx", {name: _typed(name) for name in NAMES})
    read_back = read(path, VOCABULARY)
    assert read_back.sha256 == example.sha256
    assert (read_back.name, read_back.folder) == ("ülke", tmp_path)


def test_a_workbook_of_texts_and_turkish_sheet_names_is_read_too(tmp_path: Path, example: Tables) -> None:
    titles = ["İller", "İlçeler", "BİRİMLER", "Eğitim", "Personel", "Standartlar", "Kapasite"]
    sheets: dict[str, list[list[object]]] = {
        title: [list(row) for row in rows(name)] for name, title in zip(NAMES, titles, strict=True)
    }
    assert read(_workbook(tmp_path / "a.xlsx", sheets), VOCABULARY).sha256 == example.sha256


def test_a_unit_code_of_digits_is_the_same_text_in_csv_and_excel(tmp_path: Path) -> None:
    def digits(data: Rows) -> Rows:
        return [["651848" if cell == "A02" else cell for cell in row] for row in data]

    changed = {name: digits(rows(name)) for name in NAMES}
    folder = read(write_country(tmp_path / "csv", changed), VOCABULARY)
    cells: dict[str, list[list[object]]] = {
        name: [[651848 if cell == "651848" else cell for cell in row] for row in data]
        for name, data in changed.items()
    }
    assert read(_workbook(tmp_path / "a.xlsx", cells), VOCABULARY).sha256 == folder.sha256


def test_blank_rows_and_rows_that_end_early_are_tolerated(tmp_path: Path, example: Tables) -> None:
    folder = write_country(tmp_path)
    path = folder / "units.csv"
    lines = path.read_text("utf-8").splitlines()
    lines = [lines[0], "", *(line.rstrip(",") for line in lines[1:]), ",,,,", "  "]
    path.write_text("\n".join(lines), "utf-8")
    assert read(folder, VOCABULARY).sha256 == example.sha256


def test_a_line_break_inside_quotes_is_a_space_and_rows_keep_their_line_numbers(tmp_path: Path) -> None:
    units = rows("units")
    units[1][2] = "Ağrı\nSağlık Müdürlüğü"
    units[2][7] = "-1"
    with pytest.raises(InputError) as caught:
        read(write_country(tmp_path, {"units": units}), VOCABULARY)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(4, "beds")]
    units[2][7] = "250"
    assert (
        read(write_country(tmp_path, {"units": units}), VOCABULARY).units["unit"][0]
        == "Ağrı Sağlık Müdürlüğü"
    )


def test_the_sep_line_that_excel_writes_is_obeyed(tmp_path: Path, example: Tables) -> None:
    folder = write_country(tmp_path)
    write_csv(folder / "staff.csv", rows("staff"), separator="|")
    path = folder / "staff.csv"
    path.write_text("sep=|\n" + path.read_text("utf-8"), "utf-8")
    assert read(folder, VOCABULARY).sha256 == example.sha256


def test_words_are_known_however_they_are_spelt(tmp_path: Path, example: Tables) -> None:
    staff, units = rows("staff"), rows("units")
    staff[1][1:4:2] = ["HEMŞİRE", "657"]
    staff[2][1:3] = ["Uzman", "Genel Cerrahi"]
    staff[5][1:3] = ["Sağlık Memuru", "TOPLUM SAĞLIĞI"]
    staff[6][3], staff[8][3] = "4/b", "Aile Hekimi"
    units[3][3] = "Sağlık Ocağı"
    assert (
        read(write_country(tmp_path, {"staff": staff, "units": units}), VOCABULARY).sha256 == example.sha256
    )


def test_an_uncovered_branch_is_no_fault(tmp_path: Path) -> None:
    staff = [*rows("staff"), ["A02", "uzman.tibbi_genetik", "", "657", "1", "0"]]
    assert read(write_country(tmp_path, {"staff": staff}), VOCABULARY).warnings == ()


def test_whole_numbers_written_as_decimals_are_counts(tmp_path: Path, example: Tables) -> None:
    units = rows("units")
    units[2][7], units[4][7] = "250.0", "100,0"
    assert read(write_country(tmp_path, {"units": units}), VOCABULARY).sha256 == example.sha256


def test_side_files_are_found_beside_the_tables_and_in_facts(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "c")
    (folder / "facts").mkdir()
    (folder / "facts" / "road_km.csv").write_text("x", "utf-8")
    (folder / "provinces.geojson").write_text("{}", "utf-8")
    found = read(folder, VOCABULARY)
    assert found.side_file("road_km.csv") == folder / "facts" / "road_km.csv"
    assert found.side_file("provinces.geojson") == folder / "provinces.geojson"
    assert found.side_file("nowhere.csv") is None


def test_without_columns_of_the_contract_only_defaults_are_used(tmp_path: Path) -> None:
    units = _without(
        "units", "branch", "parent_unit", "not_ready", "beds", "special_beds", "khd_beds", "source"
    )
    units = [row for row in units if "semt_poliklinigi" not in row]
    assert set(read(write_country(tmp_path, {"units": units}), VOCABULARY).units["beds"]) == {0}
