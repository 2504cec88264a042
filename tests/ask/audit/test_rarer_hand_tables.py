"""Hand-made tables as few people write them: right, told as a doubt, or refused."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from helpers.small import Small
from pdc.ask.handmade import Cetvel, grid, read_cetvel
from pdc.ask.handmade.heads import role_of
from pdc.ask.handmade.match import choose
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.signed_workbook import read_posts
from pdc.base.faults import InputError
from pdc.country.setting import Setting, prepare

Rows = list[list[object]]


@pytest.fixture(scope="module")
def setting() -> Setting:
    """Çorum, Amasya and Sivas; codes with noughts before them; hospitals of one name."""
    made = Small().province(19, "Çorum").province(5, "Amasya").province(58, "Sivas")
    made.district("0101", 19, 90_000, central=1, district="Merkez").district(
        "0102", 19, 30_000, district="Alaca"
    )
    made.district("0201", 5, 60_000, central=1, district="Merkez").district(
        "0202", 5, 20_000, district="Merzifon"
    )
    made.district("0301", 58, 20_000, central=1, district="Zara").district(
        "0302", 58, 9_000, district="Divriği"
    )
    for code, district, name in (
        ("0011", "0101", "Çorum Devlet Hastanesi"), ("0012", "0102", "Gazi Devlet Hastanesi"),
        ("0013", "0101", "Gazi Devlet Hastanesi"), ("0021", "0201", "Amasya Devlet Hastanesi"),
        ("0022", "0202", "Bir Nolu Sağlık Ocağı"), ("0023", "0202", "İki Nolu Sağlık Ocağı"),
        ("0031", "0301", "Zara Devlet Hastanesi"), ("0032", "0302", "Divriği Devlet Hastanesi"),
    ):  # fmt: skip
        made.unit(
            code, district, "saglik_ocagi" if "Nolu" in name else "devlet_hastanesi", unit=name, beds=50
        )
    for title in ("hemsire", "ebe", "eczaci", "toplum_sagligi_teknisyeni"):
        made.filled(title, 100)
    return prepare(made.tables())


def csv(folder: Path, *lines: str, name: str = "cetvel.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def book(folder: Path, *sheets: Rows, merges: tuple[str, ...] = ()) -> Path:
    made = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = made.active if number == 0 else made.create_sheet(f"S{number}")
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        for area in merges:
            sheet.merge_cells(area)
    made.save(folder / "cetvel.xlsx")
    return folder / "cetvel.xlsx"


def codes(path: Path, setting: Setting) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_cetvel(path, setting)
    assert all(fault.text(lang) for fault in caught.value.faults for lang in ("tr", "en"))
    return [fault.code for fault in caught.value.faults]


def at(cetvel: Cetvel, title: str, level: str) -> dict[str, int]:
    country = cetvel.country
    return {str(c): int(n) for c, n in zip(country.codes(level), cetvel.at(title, level), strict=True) if n}


def doubts(cetvel: Cetvel) -> list[tuple[str, str]]:
    return [(doubt.kind, doubt.reason or doubt.text) for doubt in cetvel.doubts]


# what is no table ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("cetvel.xls", b"\xd0\xcf\x11\xe0" + bytes(60), "old_excel"),
        ("cetvel.fods", b"<?xml version='1.0'?><office:document/>", "open_document"),
        ("cetvel.pdf", b"%PDF-1.7", "cetvel.not_table"),
        ("cetvel.csv", b"%PDF-1.7", "cetvel.not_table"),
        ("cetvel.docx", b"  <html><body>", "cetvel.not_table"),
        ("cetvel.xlsx", b"PK\x03\x04" + bytes(60), "broken_workbook"),
    ],
    ids=["old", "flat", "pdf", "pdf as csv", "html", "damaged"],
)
def test_a_file_of_another_kind_says_which(
    tmp_path: Path, setting: Setting, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_cetvel(tmp_path / name, setting)
    (fault,) = caught.value.faults
    assert fault.code == code
    kind = {b"%P": "PDF", b"  ": "HTML/XML"}.get(content[:2])
    assert kind is None or kind in fault.text("tr")


def test_a_signed_workbook_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cetvel.xlsx").write_bytes(b"PK\x03\x04" + bytes(60))
    with pytest.raises(InputError) as caught:
        read_posts(tmp_path / "cetvel.xlsx", {})
    assert [fault.code for fault in caught.value.faults] == ["broken_workbook"]


def test_a_cell_of_a_signed_workbook_that_is_no_number_is_told_by_its_place(tmp_path: Path) -> None:
    rows: Rows = [["Birim kodu", "Hemşire"], [None, "Hemşire"], ["0011", "beş"], ["0012", 4]]
    from pdc_common.text import say  # noqa: PLC0415

    rows[0][0] = say("reports.column.unit_code", "tr")
    with pytest.raises(InputError) as caught:
        read_posts(book(tmp_path, rows), {"Hemşire": "hemsire"})
    assert [(f.row, f.column, f.code) for f in caught.value.faults] == [(3, "B", "not_number")]


@pytest.mark.parametrize(("line", "code"), [("0011,hemsire,-4\n", "negative"), ("", "no_rows")])
def test_posts_of_a_plan_folder_are_there_and_no_debts(
    tmp_path: Path, setting: Setting, line: str, code: str
) -> None:
    (tmp_path / "summary.json").write_text("{}", "utf-8")
    (tmp_path / "plan_units.csv").write_text(f"unit_code,title,posts\n{line}", "utf-8")
    assert codes(tmp_path, setting) == [code]
    assert codes(tmp_path / "plan_units.csv", setting) == [code]


def test_a_number_of_posts_that_no_place_has_is_too_large(tmp_path: Path, setting: Setting) -> None:
    assert "too_large" in codes(csv(tmp_path, "İl;Hemşire", "Çorum;99999999", "Amasya;5"), setting)


# cells -----------------------------------------------------------------------------------------------------


def test_merged_cells_below_the_table_or_empty_change_nothing(tmp_path: Path, setting: Setting) -> None:
    rows: Rows = [["İl", "Hemşire", None], ["Çorum", 5, None], ["Amasya", 7, "not"]]
    cetvel = read_cetvel(book(tmp_path, rows, merges=("A9:B10", "C1:C2", "H1:H2")), setting)
    assert at(cetvel, "hemsire", "province") == {"19": 5, "5": 7}


def test_merged_cells_that_lie_on_one_another_are_refused(
    tmp_path: Path, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "MOST_CELLS", 3)
    rows: Rows = [["İl", "Hemşire"], ["Çorum", 5], [None, 7]]
    with pytest.raises(InputError) as caught:
        read_cetvel(book(tmp_path, rows, merges=("A2:A3", "B1:B3")), setting)
    assert "it has 5 cells, empty ones counted; at most 3 are read" in caught.value.text("en")


def test_a_sheet_of_places_that_is_not_understood_is_told(tmp_path: Path, setting: Setting) -> None:
    good: Rows = [["İl", "Hemşire"], ["Çorum", 500], ["Amasya", 700]]
    with pytest.raises(InputError) as caught:
        read_cetvel(book(tmp_path, good, [["Çorum", 1], ["Amasya", 2]]), setting)
    assert (
        "cetvel.xlsx[S1]: no table of posts was found in the sheet: 2 numbers, 3 posts"
        in caught.value.text("en")
    )


def test_titles_of_several_levels_are_compared_at_the_one_that_all_have(
    tmp_path: Path, setting: Setting
) -> None:
    units: Rows = [
        ["Birim Kodu", "Birim", "Hemşire"],
        ["0011", "Çorum Devlet Hastanesi", 5],
        ["0021", "Amasya Devlet Hastanesi", 7],
    ]
    cetvel = read_cetvel(book(tmp_path, units, [["İl", "Ebe"], ["Çorum", 3], ["Amasya", 4]]), setting)
    assert cetvel.level == "province"
    assert (at(cetvel, "hemsire", "province"), at(cetvel, "ebe", "province")) == (
        {"19": 5, "5": 7},
        {"19": 3, "5": 4},
    )
    with pytest.raises(KeyError):
        cetvel.at("hemsire", "unit")


# columns ---------------------------------------------------------------------------------------------------


def test_a_sum_beside_a_column_of_posts_is_left_out_and_told(tmp_path: Path, setting: Setting) -> None:
    cetvel = read_cetvel(
        csv(tmp_path, "İl;Unvan;Kadro;Toplam", "Çorum;Hemşire;5;9", "Amasya;Hemşire;7;9"), setting
    )
    assert at(cetvel, "hemsire", "province") == {"19": 5, "5": 7}
    assert ("column", "other") in doubts(cetvel)


def test_posts_that_stand_twice_are_read_once_and_others_refused(tmp_path: Path, setting: Setting) -> None:
    same = csv(tmp_path, "İl;Unvan;Kadro;Kadro", "Çorum;Hemşire;5;5", "Amasya;Hemşire;7;7")
    cetvel = read_cetvel(same, setting)
    assert at(cetvel, "hemsire", "province") == {"19": 5, "5": 7}
    assert ("column", "other") in doubts(cetvel)
    other = csv(tmp_path, "İl;Unvan;Kadro;Kadro", "Çorum;Hemşire;5;6", "Amasya;Hemşire;7;7")
    assert codes(other, setting) == ["cetvel.two_posts"]


def test_raw_titles_of_one_planning_title_add_up_and_are_told(tmp_path: Path, setting: Setting) -> None:
    head = "İl;Sağlık Memuru (Toplum Sağlığı);Toplum Sağlığı Teknisyeni"
    cetvel = read_cetvel(csv(tmp_path, head, "Çorum;5;1", "Amasya;7;2"), setting)
    assert at(cetvel, "toplum_sagligi_teknisyeni", "province") == {"19": 6, "5": 9}
    assert "added" in [kind for kind, _ in doubts(cetvel)]


def test_raw_titles_that_say_they_are_filled_add_up_too(tmp_path: Path, setting: Setting) -> None:
    raw = "Sağlık Memuru Toplum Sağlığı Dolu", "Sağlık Teknikeri Toplum Sağlığı Dolu"
    rows = [f"{place};{title};{posts}" for place in ("Çorum", "Amasya") for title, posts in zip(raw, (5, 1), strict=True)]
    cetvel = read_cetvel(csv(tmp_path, "İl;Unvan;Kadro", *rows), setting)
    assert at(cetvel, "toplum_sagligi_teknisyeni", "province") == {"19": 6, "5": 6}
    assert "added_rows" in [kind for kind, _ in doubts(cetvel)]


def test_a_misspelt_province_is_found_beside_a_word_that_says_nothing(tmp_path: Path, setting: Setting) -> None:
    cetvel = read_cetvel(csv(tmp_path, "İl;Hemşire;Ebe", "Amsya Valiliği;5;1", "Çorum;7;2"), setting)
    assert at(cetvel, "hemsire", "province") == {"19": 7, "5": 5}


def test_a_district_whose_units_come_to_another_number_is_named(tmp_path: Path, setting: Setting) -> None:
    units: Rows = [["İl", "İlçe", "Birim", "Hemşire"], ["Çorum", "Alaca", "Gazi Devlet Hastanesi", 5]]
    cetvel = read_cetvel(book(tmp_path, units, [["İl", "İlçe", "Hemşire"], ["Çorum", "Alaca", 6]]), setting)
    sums = [(d.column, d.text, d.level, d.code, d.posts, d.expected) for d in cetvel.doubts if d.kind == "sum"]
    assert sums == [("Hemşire", "Alaca", "district", "0102", 6, 5)]


def test_a_line_among_districts_that_is_about_no_other_province_is_a_note(tmp_path: Path, setting: Setting) -> None:
    lines = ("ÇORUM İLİ", "İlçe;Hemşire;Ebe", "Alaca;5;1", ";Hazırlayan;", ";ÇORUM İLİ;", "Merkez;7;2", ";AMASYA İLİ;", "Merzifon;9;3")
    cetvel = read_cetvel(csv(tmp_path, *lines), setting)
    assert at(cetvel, "hemsire", "district") == {"0102": 5, "0101": 7, "0202": 9}
    told = [(doubt.kind, doubt.row) for doubt in cetvel.doubts if doubt.row in (4, 5, 7)]
    assert told == [("row", 4), ("row", 5), ("context", 7)]


def test_a_second_heading_below_one_without_rows_is_told(tmp_path: Path, setting: Setting) -> None:
    lines = ("İl;Kadro;Kadro", ";Hemşire;Ebe", "Not", "İl;Eczacı", "Çorum;5")
    assert codes(csv(tmp_path, *lines), setting) == ["cetvel.no_rows"]


def test_a_raw_title_written_with_its_branch_is_known(tmp_path: Path, setting: Setting) -> None:
    cetvel = read_cetvel(
        csv(tmp_path, "İl;Toplum Sağlığı Sağlık Memuru;Ebe", "Çorum;5;1", "Amasya;7;2"), setting
    )
    assert at(cetvel, "toplum_sagligi_teknisyeni", "province") == {"19": 5, "5": 7}


def test_codes_and_names_below_one_heading_are_told_apart(tmp_path: Path, setting: Setting) -> None:
    rows: Rows = [
        ["İl", None, "Kadro", None],
        ["Kodu", "Adı", "Hemşire", "Ebe"],
        [19, "Çorum", 5, 1],
        [5, "Amasya", 7, 2],
    ]
    cetvel = read_cetvel(book(tmp_path, rows, merges=("A1:B1", "C1:D1")), setting)
    assert at(cetvel, "hemsire", "province") == {"19": 5, "5": 7}


def test_a_branch_that_is_none_leaves_the_title(tmp_path: Path, setting: Setting) -> None:
    rows = ("İl;Unvan;Branş;Kadro", "Çorum;Hemşire;xyzt;5", "Amasya;Hemşire;;7")
    assert at(read_cetvel(csv(tmp_path, *rows), setting), "hemsire", "province") == {"19": 5, "5": 7}


# places ----------------------------------------------------------------------------------------------------


def test_a_name_in_the_column_of_plates_is_a_name(tmp_path: Path, setting: Setting) -> None:
    rows = ("Plaka;Hemşire;Ebe", "Çorum;5;1", "5;7;2")
    assert at(read_cetvel(csv(tmp_path, *rows), setting), "hemsire", "province") == {"19": 5, "5": 7}


def test_a_plate_and_the_name_of_another_province_are_refused(tmp_path: Path, setting: Setting) -> None:
    assert codes(csv(tmp_path, "İl;Hemşire;Ebe", "19 Amasya;5;1", "5 Amasya;7;2"), setting) == [
        "cetvel.place_ambiguous"
    ]


def test_a_district_written_with_its_province_is_found(tmp_path: Path, setting: Setting) -> None:
    rows = ("İlçe;Hemşire;Ebe", "Çorum / Alaca;5;1", "Amasya / Merzifon;7;2")
    assert at(read_cetvel(csv(tmp_path, *rows), setting), "hemsire", "district") == {"0102": 5, "0202": 7}


def test_a_code_that_excel_took_for_a_number_is_a_doubt(tmp_path: Path, setting: Setting) -> None:
    for head, first, second, level, want in (
        ("İlçe Kodu", "102", "202", "district", {"0102": 5, "0202": 7}),
        ("Birim Kodu", "11", "21", "unit", {"0011": 5, "0021": 7}),
    ):
        cetvel = read_cetvel(csv(tmp_path, f"{head};Hemşire;Ebe", f"{first};5;1", f"{second};7;2"), setting)
        assert at(cetvel, "hemsire", level) == want
        assert [kind for kind, _ in doubts(cetvel)].count("match") == 2


def test_units_of_one_name_are_refused_and_told_apart_by_their_codes(
    tmp_path: Path, setting: Setting
) -> None:
    rows = ("İl;Birim;Hemşire;Ebe", "Çorum;Gazi Devlet Hastanesi;5;1", "Amasya;Amasya Devlet Hastanesi;7;2")
    assert codes(csv(tmp_path, *rows), setting) == ["cetvel.place_ambiguous"]
    rows = ("İl;Birim;Hemşire;Ebe", "Çorum;0012;5;1", "Amasya;Amasya Devlet Hastanesi;7;2")
    assert at(read_cetvel(csv(tmp_path, *rows), setting), "hemsire", "unit") == {"0012": 5, "0021": 7}


def test_a_newer_word_for_a_kind_of_unit_is_a_doubt_where_only_one_can_be_meant(
    tmp_path: Path, setting: Setting
) -> None:
    rows = (
        "İl;Birim;Hemşire;Ebe",
        "Amasya;Bir Nolu Aile Sağlığı Merkezi;5;1",
        "Amasya;Amasya Devlet Hastanesi;7;2",
    )
    cetvel = read_cetvel(csv(tmp_path, *rows), setting)
    assert at(cetvel, "hemsire", "unit") == {"0022": 5, "0021": 7}
    rows = (
        "İl;Birim;Hemşire;Ebe",
        "Amasya;Üç Nolu Aile Sağlığı Merkezi;5;1",
        "Amasya;Amasya Devlet Hastanesi;7;2",
    )
    assert set(codes(csv(tmp_path, *rows), setting)) <= {"cetvel.place_unknown", "cetvel.place_ambiguous"}


def test_a_sum_that_names_its_district_is_compared_with_it(tmp_path: Path, setting: Setting) -> None:
    head = "İl;İlçe;Birim;Hemşire;Ebe"
    body = ("Çorum;Alaca;Gazi Devlet Hastanesi;5;1", "Çorum;Merkez;Çorum Devlet Hastanesi;7;2")
    for written, wrong in ((5, []), (6, [(3, "Alaca Toplamı", 6, 5)])):
        path = csv(tmp_path, head, body[0], f";;Alaca Toplamı;{written};1", body[1], ";;Genel Toplam;12;3")
        cetvel = read_cetvel(path, setting)
        assert at(cetvel, "hemsire", "unit") == {"0012": 5, "0011": 7}
        sums = [doubt for doubt in cetvel.doubts if doubt.kind == "sum"]
        assert [(doubt.row, doubt.text, doubt.posts, doubt.expected) for doubt in sums] == wrong


def test_a_sum_of_a_named_province_tells_of_no_place(tmp_path: Path, setting: Setting) -> None:
    rows = (
        "İl;İlçe;Hemşire;Ebe",
        "Çorum;Alaca;5;1",
        "Çorum;Merkez;7;2",
        "Çorum;Toplam;12;3",
        "Yokil;Toplam;12;3",
    )
    cetvel = read_cetvel(csv(tmp_path, *rows[:4]), setting)
    assert at(cetvel, "hemsire", "district") == {"0102": 5, "0101": 7}
    assert not [kind for kind, _ in doubts(cetvel) if kind == "match"]


def test_places_in_one_column_may_have_a_plate_beside_them(tmp_path: Path, setting: Setting) -> None:
    rows = (
        "Plaka;Yer;Hemşire;Ebe",
        "19;Çorum;12;3",
        "19;Alaca;5;1",
        "19;Merkez;7;2",
        "5;Amasya;9;9",
        "5;Merzifon;9;9",
    )
    cetvel = read_cetvel(csv(tmp_path, *rows), setting)
    assert at(cetvel, "hemsire", "district") == {"0102": 5, "0101": 7, "0202": 9}
    cetvel = read_cetvel(csv(tmp_path, *rows, "5;;40;9"), setting)
    assert at(cetvel, "hemsire", "district") == {"0102": 5, "0101": 7, "0202": 9}  # a sum, and a wrong one
    assert {("row", 7), ("sum", 7)} <= {(doubt.kind, doubt.row) for doubt in cetvel.doubts}


def test_a_district_that_its_province_does_not_have_is_refused_in_one_column_too(
    tmp_path: Path, setting: Setting
) -> None:
    rows = ("Yer;Hemşire;Ebe", "Çorum / Alaca;5;1", "Çorum / Zonguldakpınarı;7;2", "Amasya / Merzifon;3;3")
    assert codes(csv(tmp_path, *rows), setting) == ["cetvel.place_unknown"]


def test_the_separator_of_a_long_file_is_that_of_its_lines_and_not_of_the_title_above(
    tmp_path: Path, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv(tmp_path, "2026 yılı, kadro", "İl;Ebe;Hemşire", "Çorum;5;1", "Amasya;6;2", "Sivas;7;3")
    monkeypatch.setattr(grid, "_HEAD", 50)  # of 4,000,000 characters; the last line is cut
    found = read_cetvel(path, setting)
    assert {title: found.at(title, "national").tolist() for title in found.titles} == {"hemsire": [6], "ebe": [18]}


@pytest.mark.parametrize("kind", ["province", "district", "unit", "title"])
def test_of_two_names_as_near_neither_is_taken(kind: str) -> None:
    near = choose(kind, {"a": ("Alanya", 95.0), "b": ("Alanyo", 94.5)})
    assert (near.state, near.what) == ("ambiguous", None)
    assert near.alternatives == (("Alanya", 95.0), ("Alanyo", 94.5))
    far = choose(kind, {"a": ("Alanya", 99.0), "b": ("Alanyo", 60.0)})
    assert (far.state, far.what, far.alternatives) == ("doubtful", "a", (("Alanyo", 60.0),))


def test_a_column_of_provinces_with_their_districts_is_one_of_provinces(setting: Setting) -> None:
    places = Places(setting.country)
    for texts in (["Çorum", "Amasya"], ["Çorum / Alaca", "Amasya / Merzifon"], ["Çorum / Yokilçe", "Amasya / Yokilçe"]):
        assert role_of(texts, places) == "province", texts
