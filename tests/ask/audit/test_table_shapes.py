"""Tables beside and below one another, rows moved or cut off, codes and names that contradict: right or refused."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import openpyxl
import pytest

from helpers.hand_tables import Posts, Rows, built_in, check, outcome, write
from pdc.ask.handmade import read_cetvel
from pdc.country.setting import Setting
from pdc.tables.mojibake import mended

HEM, EBE = {"Amasya": 40, "Çorum": 50}, {"Amasya": 3, "Çorum": 7}
BOTH: Posts = {"hemsire": HEM, "ebe": EBE}
SHORT: Rows = [["İl", "Hemşire", "Ebe"], ["Çorum", "50", "7"], ["Amasya", "40", "3"]]


@pytest.fixture(scope="module")
def turkey() -> Setting:
    return built_in()


TABLES: dict[str, tuple[Rows, Posts | set[str]]] = {
    # another table that has its own places
    "turned, another order below": (
        [["Unvan", "Çorum", "Amasya"], ["Hemşire", "50", "40"], ["Unvan", "Amasya", "Çorum"], ["Ebe", "3", "7"]],
        {"cetvel.two_places"},
    ),
    "turned, without a heading": (
        [["", "Çorum", "Amasya"], ["Hemşire", "50", "40"], ["", "", ""], ["", "Amasya", "Çorum"], ["Ebe", "3", "7"]],
        {"cetvel.two_places"},
    ),
    "turned, other provinces below": (
        [["Unvan", "Çorum", "Amasya"], ["Hemşire", "50", "40"], ["Unvan", "Tokat", "Sivas"], ["Ebe", "3", "7"]],
        {"cetvel.two_places"},
    ),
    "turned, districts below": (
        [["İlçe", "Alaca", "Sungurlu"], ["Hemşire", "50", "40"], ["İlçe", "Sungurlu", "Alaca"], ["Ebe", "3", "7"]],
        {"cetvel.two_places"},
    ),
    "turned, the same order below": (
        [["Unvan", "Çorum", "Amasya"], ["Hemşire", "50", "40"], ["Unvan", "Çorum", "Amasya"], ["Ebe", "7", "3"]], BOTH
    ),
    "side by side without a heading": (
        [["İl", "Hemşire", "", "Ebe"], ["Çorum", "50", "Amasya", "3"], ["Amasya", "40", "Çorum", "7"]], {"cetvel.two_places"}
    ),
    "side by side, the same places": (
        [["İl", "Hemşire", "", "Ebe"], ["Çorum", "50", "Çorum", "7"], ["Amasya", "40", "Amasya", "3"]], BOTH
    ),
    "long tables side by side": (
        [["İl", "Unvan", "Kadro", "Unvan", "Kadro"], ["Çorum", "Hemşire", "5", "Ebe", "5"], ["Amasya", "Hemşire", "6", "Ebe", "6"]],
        {"cetvel.two_titles"},
    ),
    "a second heading in a numbered row": (
        [["Sıra", "İl", "Hemşire", "Ebe"], ["1", "Çorum", "50", "7"], ["2", "İl", "Ebe", "Hemşire"], ["3", "Amasya", "3", "40"]],
        BOTH,
    ),
    "a second heading below a year": (
        [*SHORT[:2], ["2026", "", ""], ["İl", "Ebe", "Hemşire"], ["Amasya", "3", "40"]], BOTH
    ),
    "a place in a remark": ([[*row, mark] for row, mark in zip(SHORT, ["Açıklama", "Amasya", "Çorum"], strict=True)], BOTH),
    # what contradicts itself
    "a plate and no name of it": ([["Plaka", "İl", "Hemşire"], ["19", "Çorum", "50"], ["80", "Diğer", "40"]], {"cetvel.places_disagree"}),
    "a count as a plate": ([["Plaka", "İl", "Hemşire"], ["19", "Çorum", "50"], ["2", "İl", "50"]], {"cetvel.places_disagree"}),
    "a unit's code and another's name": (
        [["Birim Kodu", "Birim", "Hemşire"], ["4592", "Bayat Devlet Hastanesi", "5"]], {"cetvel.places_disagree"}
    ),
    "a unit's code in another province": (
        [["İl", "Birim Kodu", "Hemşire"], ["Amasya", "4592", "5"]], {"cetvel.places_disagree"}
    ),
    "a unit's code in another district": (
        [["İl", "İlçe", "Birim Kodu", "Hemşire"], ["Çorum", "Bayat", "4592", "5"]], {"cetvel.places_disagree"}
    ),
    "a unit's name in another district": (
        [["İl", "İlçe", "Birim", "Hemşire"], ["Çorum", "Bayat", "Alaca Devlet Hastanesi", "5"]], {"cetvel.places_disagree"}
    ),
    "a district's code and another's name": (
        [["İlçe Kodu", "İlçe", "Hemşire"], ["TR-19-002", "Sungurlu", "5"]], {"cetvel.places_disagree"}
    ),
    "a district's code in another province": (
        [["Plaka", "İlçe Kodu", "Hemşire"], ["5", "TR-19-002", "5"]], {"cetvel.places_disagree"}
    ),
    "codes and names that agree": (
        [["Plaka", "İl", "İlçe Kodu", "İlçe", "Birim Kodu", "Birim", "Hemşire"],
         ["19", "ÇORUM", "TR-19-001", "Alaca", "4592", "Alaca D.H.", "50"]],
        {"hemsire": {"Çorum": 50}},
    ),
    # names people write
    "two names of a province": (
        [["İl", "Hemşire"], ["Kocaeli (İzmit)", "1"], ["İçel (Mersin)", "2"], ["Hatay (Antakya)", "3"], ["K. Maraş", "4"]],
        {"hemsire": {"Kocaeli": 1, "Mersin": 2, "Hatay": 3, "Kahramanmaraş": 4}},
    ),
    "the province in brackets": (
        [["İlçe", "Hemşire"], ["Ortaköy (Çorum)", "1"], ["Pazar (Tokat)", "2"]], {"hemsire": {"Çorum": 1, "Tokat": 2}}
    ),
    "half of a province": ([["İl", "Hemşire"], ["İstanbul (Anadolu)", "1"]], {"cetvel.place_unknown"}),
    # one hand writes its numbers one way
    "fractions in a table below": (
        [["İl", "Hemşire"], ["Çorum", "1.250"], ["", ""], ["İl", "Ebe"], ["Çorum", "12.0"]], {"cetvel.no_thousand"}
    ),
    "fractions in a column that is not read": (
        [["İl", "Hemşire", "Oran"], ["Çorum", "1.250", "0.5"], ["Amasya", "900", "1.5"]], {"cetvel.no_thousand"}
    ),
    "shares with the other sign": (
        [["İl", "Hemşire", "Oran"], ["Çorum", "1.250", "0,5"], ["Amasya", "900", "1,5"]],
        {"hemsire": {"Amasya": 900, "Çorum": 1250}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_shapes_are_right_or_refused(name: str, tmp_path: Path, turkey: Setting) -> None:
    rows, want = TABLES[name]
    check(rows, want, tmp_path, turkey, ("semicolon", "texts", "ods"))


def test_fractions_of_one_sheet_count_in_another(tmp_path: Path, turkey: Setting) -> None:
    book = openpyxl.Workbook()
    for title, number in (("Hemşire", "1.250"), ("Ebe", "12.0")):
        sheet = book.create_sheet(title)
        sheet.append(["İl", "Kadro"])
        sheet.append(["Çorum", number])
    book.save(tmp_path / "t.xlsx")
    assert outcome(tmp_path / "t.xlsx", turkey) == {"cetvel.no_thousand"}


@pytest.mark.parametrize("value", [True, False])
def test_a_yes_or_a_no_is_no_number_of_posts(value: bool, tmp_path: Path, turkey: Setting) -> None:
    book = openpyxl.Workbook()
    for row in (["İl", "Hemşire"], ["Çorum", value], ["Amasya", 40]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert outcome(tmp_path / "t.xlsx", turkey) == {"not_number"}


# lines of a CSV file ---------------------------------------------------------------------------------

LINES: dict[str, tuple[str, Posts | set[str]]] = {
    "parted, remarks": ("İl,Hemşire,Ebe,Açıklama\nÇorum,1,234,12\nAmasya,900,10,\n", {"cetvel.parted"}),
    "parted, an empty cell too many": ("İl,Hemşire,Ebe,Not\nÇorum,1,234,12,\nAmasya,900,10,\n", {"cetvel.parted"}),
    "parted, long": ("İl,Unvan,Kadro,Not\nÇorum,Hemşire,1,234\nAmasya,Hemşire,900,\n", {"cetvel.parted"}),
    "parted, units": ("Birim Kodu,Hemşire,Açıklama\n4592,1,234\n", {"cetvel.parted"}),
    "a remark of a year": ("İl,Hemşire,Ebe,Not\nÇorum,50,7,2026\nAmasya,40,3,\n", BOTH),
    "remarks with semicolons": ("İl;Hemşire;Ebe;Not\nÇorum;50;7;12\nAmasya;40;3;\n", BOTH),
    "another separator": ("İl;Hemşire;Ebe\nÇorum,50,7\nAmasya;40;3\n", {"cetvel.separator"}),
    "another separator, tabs": ("İl,Hemşire,Ebe\nÇorum\t50\t7\nAmasya,40,3\n", {"cetvel.separator"}),
    "a note with commas": ("İl;Hemşire;Ebe\nÇorum;50;7\nAmasya;40;3\n4/B, 4/C ve 657 dahil\n", BOTH),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_lines_that_are_moved_or_parted_otherwise(name: str, tmp_path: Path, turkey: Setting) -> None:
    text, want = LINES[name]
    path = tmp_path / "t.csv"
    for encoding in ("utf-8", "cp1254"):
        path.write_bytes(text.encode(encoding))
        assert outcome(path, turkey) == want


@pytest.mark.parametrize(("line", "cells"), [("Çorum;12", 2), ("Çorum", 1)])
def test_a_row_that_ends_early_is_told(line: str, cells: int, tmp_path: Path, turkey: Setting) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"İl;Hemşire;Ebe\nAmasya;40;3\n{line}", "utf-8")
    told = [d for d in read_cetvel(path, turkey).doubts if d.kind == "short_row"]
    assert [(d.row, d.posts, d.expected) for d in told] == [(3, cells, 3)]
    path.write_text("İl;Hemşire;Ebe\nAmasya;40;3\nÇorum;12;\n", "utf-8")
    assert not [d for d in read_cetvel(path, turkey).doubts if d.kind == "short_row"]


@pytest.mark.parametrize(
    "spelling", ["iso-8859-9 as Latin-1", "UTF-8 as Windows-1252", "composed", "Latin-5", "UTF-16"]
)
def test_letters_that_a_program_changed_are_read(spelling: str, tmp_path: Path, turkey: Setting) -> None:
    text = "İl;Hemşire\nAĞRI;1\nIğdır;2\nŞırnak;3\nİstanbul;4\n"
    raw = {
        "iso-8859-9 as Latin-1": text.encode("iso-8859-9").decode("latin-1").encode(),
        "UTF-8 as Windows-1252": text.encode().decode("cp1252").encode(),
        "composed": unicodedata.normalize("NFD", text).encode(),
        "Latin-5": text.encode("iso-8859-9"),
        "UTF-16": text.encode("utf-16"),
    }[spelling]
    (tmp_path / "t.csv").write_bytes(raw)
    want = {"hemsire": {"Ağrı": 1, "Iğdır": 2, "Şırnak": 3, "İstanbul": 4}}
    assert outcome(tmp_path / "t.csv", turkey) == want


def test_nothing_else_is_taken_for_turkish_letters() -> None:
    assert mended("ÝSTANBUL, Aðrý, Þýrnak") == "İSTANBUL, Ağrı, Şırnak"
    assert mended("Çorum Ünye Îlçe é ñ") == "Çorum Ünye Îlçe é ñ"


def test_all_units_with_codes_and_names_agree_with_themselves(tmp_path: Path, turkey: Setting) -> None:
    before = turkey.country.before
    districts = dict(zip(before["districts"]["district_code"], before["districts"]["district"], strict=True))
    rows = [["İlçe Kodu", "İlçe", "Birim Kodu", "Birim", "Ebe"]]
    units = zip(
        before["units"]["unit_code"], before["units"]["unit"], before["units"]["district_code"], strict=True
    )
    rows += [
        [d, districts[d], code, name, "1"]
        for code, name, d in units
        if d.startswith(("TR-19", "TR-34", "TR-06"))
    ]
    found = outcome(write(rows, "semicolon", tmp_path), turkey)
    assert isinstance(found, dict)
    assert sum(found["ebe"].values()) == len(rows) - 1
