"""Hand-made tables and their siblings: the same in every separator, encoding, layout and as a workbook; else refused."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.hand_tables import Posts, Rows, built_in, by_district, check, long, outcome, posts, turned, write
from pdc.ask.handmade import Cetvel, read_cetvel
from pdc.base.faults import InputError
from pdc.country.setting import Setting

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="module")
def turkey() -> Setting:
    return built_in()


def two(a: str, b: str, c: str, d: str) -> Rows:
    return [["İl", "Hemşire", "Eczacı"], ["Çorum", a, b], ["Amasya", c, d]]


def both(a: int, b: int, c: int, d: int) -> Posts:
    made = {"hemsire": {"Amasya": c, "Çorum": a}, "eczaci": {"Amasya": d, "Çorum": b}}
    return {title: {name: n for name, n in places.items() if n} for title, places in made.items()}


REFUSED = {"fraction", "cetvel.no_thousand", "grouped"}
NUMBERS: dict[str, tuple[Rows, Posts | set[str]]] = {
    "fractions with commas": (two("0,500", "1,250", "12,750", "0,125"), REFUSED),
    "fractions with points": (two("0.500", "1.250", "12.750", "0.125"), REFUSED),
    "one fraction": (two("1.250", "2", "1.900", "0.5"), REFUSED),
    "one fraction of one digit": (two("1,250", "2", "1,900", "12,5"), REFUSED),
    "noughts before": (two("00.500", "1.250", "3", "4"), REFUSED),
    "four digits before": (two("1250,500", "1,250", "3", "4"), REFUSED),
    "decimal signs of a program": (two("1.250", "12.0", "900.0", "3.0"), REFUSED),
    "both signs": (two("1.250", "12", "900", "1,101"), REFUSED),
    "thousands and a decimal sign": (two("1.250,00", "12,00", "900,00", "1,101"), REFUSED),
    "maybe twelve": (two("12,000", "12", "900", "3"), REFUSED),
    "thousands with points": (two("1.250", "12", "900", "1.101"), both(1250, 12, 900, 1101)),
    "thousands with commas": (two("1,250", "12", "900", "1,101"), both(1250, 12, 900, 1101)),
    "thousands and noughts": (two("1.250,00", "12,00", "900,00", "1.101,00"), both(1250, 12, 900, 1101)),
    "noughts after": (two("1250.0", "12.0", "900.0", "1101.0"), both(1250, 12, 900, 1101)),
    "thousands with spaces": (two("1 250", "12", "900", "1'101"), both(1250, 12, 900, 1101)),
    "millions": (two("1.250.000", "12", "900", "3"), both(1250000, 12, 900, 3)),
}  # fmt: skip


@pytest.mark.parametrize("layout", [list, turned, long, by_district])
@pytest.mark.parametrize("name", NUMBERS)
def test_fractions_are_never_thousands(name: str, layout: type, tmp_path: Path, turkey: Setting) -> None:
    rows, want = NUMBERS[name]
    check(layout(rows), want, tmp_path, turkey, ("semicolon", "comma", "texts"))


MARKS = [
    "x",
    "X",
    "xx",
    "…",
    "...",
    "..",
    ".",
    ":",
    "*",
    "**",
    "?",
    "n/a",
    "(x)",
    "gizli",
    "c",
    "/",
    "+",
    "~",
    "#",
]


@pytest.mark.parametrize("layout", [list, turned, long, by_district])
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_for_a_number_kept_back_is_never_nought(
    mark: str, layout: type, tmp_path: Path, turkey: Setting
) -> None:
    check(layout(two(mark, mark, "12", "1")), {"cetvel.mark"}, tmp_path, turkey, ("semicolon", "numbers"))


@pytest.mark.parametrize("layout", [list, turned, long])
@pytest.mark.parametrize("sign", ["-", "–", "—", "yok", "YOK", "", "0"])
def test_a_blank_a_dash_and_yok_are_nought(sign: str, layout: type, tmp_path: Path, turkey: Setting) -> None:
    check(layout(two(sign, "3", "12", "1")), both(0, 3, 12, 1), tmp_path, turkey, ("semicolon", "numbers"))


HEM, EBE = {"Amasya": 90, "Çorum": 50}, {"Amasya": 3, "Çorum": 7}
SECOND = {"hemsire": HEM, "ebe": EBE}
FIRST: Rows = [["İl", "Hemşire", "Ebe"], ["Çorum", "50", "7"]]
LONG: Rows = [["İl", "Unvan", "Kadro"], ["Amasya", "Ebe", "3"], ["Amasya", "Hemşire", "90"]]
TABLES: dict[str, tuple[Rows, Posts | set[str]]] = {
    "another order": ([*FIRST, ["", "", ""], ["İl", "Ebe", "Hemşire"], ["Amasya", "3", "90"]], SECOND),
    "without a blank row": ([*FIRST, ["İl", "Ebe", "Hemşire"], ["Amasya", "3", "90"]], SECOND),
    "with a line above": ([*FIRST, [""], ["İkinci bölüm"], ["İl", "Ebe", "Hemşire"], ["Amasya", "3", "90"]], SECOND),
    "another column of places": ([*FIRST, [""], ["Ebe", "İl", "Hemşire"], ["3", "Amasya", "90"]], SECOND),
    "more columns": ([*FIRST, [""], ["İl", "Plaka", "Ebe", "Hemşire"], ["Amasya", "5", "3", "90"]], SECOND),
    "other titles": (
        [*FIRST, ["Amasya", "90", "3"], ["İl", "Eczacı", "Diş Tabibi"], ["Amasya", "1", "2"], ["Çorum", "4", "5"]],
        {**SECOND, "dis_tabibi": {"Amasya": 2, "Çorum": 5}, "eczaci": {"Amasya": 1, "Çorum": 4}},
    ),
    "one title each": (
        [["İl", "Hemşire"], ["Çorum", "50"], [""], ["İl", "Ebe"], ["Amasya", "3"]],
        {"hemsire": {"Çorum": 50}, "ebe": {"Amasya": 3}},
    ),
    "a long table below": ([*FIRST, [""], *LONG], SECOND),
    "a long table above": ([*LONG, [""], *FIRST], SECOND),
    "two rows of heading": (
        [*FIRST, [""], ["İl", "Diğer", ""], ["", "Ebe", "Hemşire"], ["Amasya", "3", "90"]], SECOND
    ),
    "the same again": ([*FIRST, ["İl", "Hemşire", "Ebe"], ["Amasya", "90", "3"]], SECOND),
    "a title without a place": ([["İl", "Hemşire"], ["Çorum", "50"], ["", "Ebe"], ["Amasya", "3"]], {"cetvel.second_head"}),
    "an unknown title": ([*FIRST, ["İl", "Bilinmez", "Hemşire"], ["Amasya", "3", "90"]], {"cetvel.title_unknown"}),
    "the same for another province": (
        [["ÇORUM İLİ"], ["İlçe", "Hemşire"], ["Alaca", "5"], [""], ["AMASYA İLİ 2026 KADROLARI"], ["İlçe", "Hemşire"],
         ["Merzifon", "7"], ["Merkez", "8"]],
        {"hemsire": {"Amasya": 15, "Çorum": 5}},
    ),
    "a province's name alone": (
        [["ÇORUM İLİ"], ["İlçe", "Hemşire"], ["Alaca", "5"], ["Merkez", "6"], ["AMASYA İLİ"], ["Merkez", "8"]],
        {"hemsire": {"Amasya": 8, "Çorum": 11}},
    ),
    # names of places on lines of their own, in their columns
    "provinces on lines of their own": (
        [["İl", "İlçe", "Ebe"], ["Çorum", "Alaca", "5"], ["AKSARAY İLİ", "", ""], ["", "Ortaköy", "7"], ["", "Toplam", "7"],
         ["Çorum", "", ""], ["", "Ortaköy", "8"]],
        {"ebe": {"Aksaray": 7, "Çorum": 13}},
    ),
    "plates on lines of their own": (
        [["Plaka", "İl", "İlçe", "Ebe"], ["19", "Çorum", "", ""], ["", "", "Ortaköy", "5"], ["68", "", "", ""], ["", "", "Ortaköy", "7"]],
        {"ebe": {"Aksaray": 7, "Çorum": 5}},
    ),
    "districts on lines of their own": (
        [["İl", "İlçe", "Birim", "Ebe"], ["Çorum", "Alaca", "1 Nolu Sağlık Ocağı", "1"], ["", "Bayat", "", ""], ["", "", "1 Nolu Sağlık Ocağı", "3"]],
        {"ebe": {"Çorum": 4}},
    ),
    "places on lines of their own in a long table": (
        [["İl", "İlçe", "Birim", "Unvan", "Kadro"], ["Çorum", "", "", "", ""], ["", "Alaca", "", "", ""],
         ["", "", "1 Nolu Sağlık Ocağı", "Ebe", "1"], ["", "", "", "Hemşire", "2"], ["Amasya", "", "", "", ""], ["", "Merzifon", "", "", ""],
         ["", "", "1 Nolu Sağlık Ocağı", "Ebe", "3"]],
        {"ebe": {"Amasya": 3, "Çorum": 1}, "hemsire": {"Çorum": 2}},
    ),
    "plates or names in a long table": (
        [["Plaka", "İl", "Unvan", "Kadro"], ["19", "Çorum", "Ebe", "7"], ["", "", "Hemşire", "50"], ["", "Amasya", "Ebe", "3"], ["05", "", "Hemşire", "90"]],
        {"ebe": {"Amasya": 3, "Çorum": 7}, "hemsire": {"Amasya": 90, "Çorum": 50}},
    ),
    "a long table of provinces and districts in turn": (
        [["İl", "İlçe", "Birim", "Unvan", "Kadro"], ["Çorum", "Alaca", "1 Nolu Sağlık Ocağı", "Ebe", "1"],
         ["Amasya", "", "Merzifon 1 Nolu Sağlık Ocağı", "Ebe", "3"]],
        {"ebe": {"Amasya": 3, "Çorum": 1}},
    ),
    # cells too many
    "a row too long": ([*two("1", "234", "900", "10")[:1], ["Çorum", "1", "234", "12"], ["Amasya", "900", "10"]],
                       {"too_many_cells"}),
    "a row too long below an empty heading": (
        [["İl", "Hemşire", "Eczacı", ""], ["Çorum", "1", "234", "12"], ["Amasya", "900", "10", ""]], {"too_many_cells"}
    ),
    "every row too long": (
        [["İl", "Hemşire", "Eczacı"], ["Çorum", "1", "234", "12"], ["Amasya", "1", "900", "10"]],
        {"too_many_cells", "cetvel.left_out"},
    ),
    "a long table's row too long": (
        [["İl", "Unvan", "Kadro"], ["Çorum", "Hemşire", "1", "234"], ["Amasya", "Hemşire", "900"]], {"too_many_cells"}
    ),
    "a unit's row too long": (
        [["Birim Kodu", "Hemşire"], ["TR-19-002-SO01", "1", "234"], ["TR-19-004-SO01", "7"]],
        {"too_many_cells", "cetvel.place_unknown"},
    ),
    "two tables side by side": (
        [["İl", "Hemşire", "", "İl", "Ebe"], ["Çorum", "5", "", "Amasya", "7"], ["Amasya", "6", "", "Çorum", "8"]],
        {"cetvel.two_places"},
    ),
    "the same places twice": (
        [["İl", "Hemşire", "", "İl", "Ebe"], ["Çorum", "50", "", "Çorum", "7"], ["Amasya", "90", "", "Amasya", "3"]], SECOND
    ),
    # what a tenth of is left out
    "a column without a heading": (
        [["İl", "Hemşire", "", "Ebe"], ["Çorum", "5", "6", "1"], ["Amasya", "6", "7", "2"]], {"cetvel.left_out"}
    ),
    "a number of the row": (
        [["", "İl", "Hemşire", "Ebe"], ["1", "Çorum", "50", "7"], ["2", "Amasya", "90", "3"]], SECOND
    ),
    "specialists as one number": (
        [["İl", "Uzman Tabip", "Hemşire"], ["Çorum", "50", "7"], ["Amasya", "90", "3"]], {"cetvel.left_out"}
    ),
    "provinces that are no sums": (
        [["Yer", "Hemşire"], ["ÇORUM", "1300"], ["Alaca", "60"], ["AMASYA", "900"], ["Merzifon", "90"]],
        {"cetvel.left_out"},
    ),
    "provinces beside districts": (
        [["Yer", "Hemşire"], ["ÇORUM", "130"], ["Alaca", "60"], ["Sungurlu", "70"], ["AMASYA", "900"]],
        {"cetvel.left_out"},
    ),
    "provinces alone in a column of places": (
        [["Yer", "Hemşire", "Ebe"], ["ÇORUM", "50", "7"], ["AMASYA", "90", "3"], ["Toplam", "140", "10"]], SECOND
    ),
    "a sum that is a remark": (
        [["İl", "Hemşire", "Ebe", "Açıklama"], ["Çorum", "50", "7", "toplam kadro"], ["Amasya", "90", "3", ""]], SECOND
    ),
    # people in place of posts
    "Kadro before Dolu": (
        [["İl", "Unvan", "Dolu", "Kadro", "Boş"], ["Çorum", "Hemşire", "1", "50", "49"], ["Amasya", "Hemşire", "2", "90", "88"]],
        {"hemsire": HEM},
    ),
    "Dolu and Mevcut": (
        [["İl", "Unvan", "Dolu", "Mevcut"], ["Çorum", "Hemşire", "50", "3"], ["Amasya", "Hemşire", "20", "1"]],
        {"cetvel.no_posts"},
    ),
    "Boş alone": ([["İl", "Unvan", "Boş"], ["Çorum", "Hemşire", "50"]], {"cetvel.no_posts"}),
    "Kadro and PDC": (
        [["İl", "Unvan", "Kadro", "PDC"], ["Çorum", "Hemşire", "50", "3"], ["Amasya", "Hemşire", "20", "1"]],
        {"cetvel.two_posts"},
    ),
    "a year": (
        [["İl", "Unvan", "Kadro", "2027"], ["Çorum", "Hemşire", "50", "3"], ["Amasya", "Hemşire", "90", "1"]],
        {"cetvel.left_out"},
    ),
    "Dolu and Boş below titles": (
        [["İl", "Hemşire", "", "Ebe", ""], ["", "Dolu", "Boş", "Dolu", "Boş"], ["Çorum", "50", "1", "7", "2"],
         ["Amasya", "90", "3", "3", "4"]],
        SECOND,
    ),
    "Dolu and Kadro below titles": (
        [["İl", "Hemşire", "", "Ebe", ""], ["", "Dolu", "Kadro", "Dolu", "Kadro"], ["Çorum", "1", "50", "2", "7"],
         ["Amasya", "3", "90", "4", "3"]],
        SECOND,
    ),
    "Mevcut of one title": ([["HEMŞİRE"], ["İl", "Mevcut"], ["Çorum", "50"], ["Amasya", "90"]], {"hemsire": HEM}),
    "the sum of the titles": (
        [["İl", "Hemşire", "Ebe", "Personel Sayısı"], ["Çorum", "50", "7", "57"], ["Amasya", "90", "3", "93"]], SECOND
    ),
    # codes
    "plates that carry .0": ([["Plaka", "Hemşire", "Ebe"], ["19.0", "50", "7"], ["05", "90", "3"]], SECOND),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_right_or_refused_in_every_form(name: str, tmp_path: Path, turkey: Setting) -> None:
    rows, want = TABLES[name]
    check(rows, want, tmp_path, turkey)


@pytest.mark.parametrize(
    "heading", ["Dolu", "DOLU KADRO", "Mevcut", "Çalışan", "Toplam", "filled", "Kadro", "Sayı"]
)
def test_people_are_posts_where_there_is_no_column_of_posts(
    heading: str, tmp_path: Path, turkey: Setting
) -> None:
    rows = [["İl", "Unvan", heading], ["Çorum", "Hemşire", "50"], ["Amasya", "Hemşire", "90"]]
    check(rows, {"hemsire": HEM}, tmp_path, turkey)
    told = [d for d in read_cetvel(write(rows, "texts", tmp_path), turkey).doubts if d.kind == "filled"]
    assert [(d.column, d.text) for d in told] == ([] if heading in ("Kadro", "Sayı") else [("C", heading)])


# the ministry's own table ----------------------------------------------------------------------------


def ministry() -> Rows:
    sheet = openpyxl.load_workbook(CASES / "el-cetveli.xlsx").active
    assert sheet is not None
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]


def is_the_ministrys(cetvel: Cetvel) -> None:
    assert cetvel.level == "province"
    assert int(cetvel.covered["province"].sum()) == 81
    assert sum(int(p.sum()) for p in cetvel.posts.values()) == 293312
    assert posts(cetvel)["hemsire"]["Adana"] == 4889
    assert posts(cetvel)["pratisyen_tabip"]["Mersin"] == 881
    sums = [
        (d.text, d.column.rpartition(" / ")[2].rstrip("*"), d.posts, d.expected)
        for d in cetvel.doubts
        if d.kind == "sum"
    ]
    assert [(label[:8], title, a, b) for label, title, a, b in sums] == [
        ("3. BÖLGE", "Hemşire", 18166, 18161)
    ]


def test_the_ministrys_table_is_read_as_provinces(turkey: Setting) -> None:
    is_the_ministrys(read_cetvel(CASES / "el-cetveli.xlsx", turkey))


def points(rows: Rows) -> Rows:
    return [
        [f"{int(c):,}".replace(",", ".") if c.isdigit() and j > 1 else c for j, c in enumerate(r)]
        for r in rows
    ]


def worded(old: str, new: str) -> type:
    return lambda rows: [[cell.replace(old, new) for cell in row] for row in rows]  # type: ignore[return-value]


def subtotal(rows: Rows) -> Rows:
    def cell(i: int, row: list[str]) -> str:
        return "Toplam Hekim" if i == 4 else str(int(row[2]) + int(row[3])) if row[2].isdigit() else ""

    return [[*row[:4], cell(i, row), *row[4:]] for i, row in enumerate(rows)]


SIBLINGS = {
    "as it is": list,
    "thousands with points": points,
    "no plates": lambda rows: [row[1:] for row in rows],
    "no lines above": lambda rows: rows[3:],
    "regions without the word": worded(" TOPLAMI", ""),
    "regions in Roman numbers": worded("1. BÖLGE TOPLAMI", "I. Hizmet Bölgesi"),
    "regions in the first column": lambda rows: [[r[1], "", *r[2:]] if "TOPLAM" in r[1] else r for r in rows],
    "a note that begins with a number": worded("Not: ", "2006 "),
    "a note that begins with a place": worded("Not: ", "Çorum / "),
    "a row that numbers the columns": lambda rows: [*rows[:5], [str(i) for i in range(1, 10)], *rows[5:]],
    "one row of heading": lambda rows: [*rows[:3], ["Plaka", "İl", *rows[4][2:]], *rows[5:]],
    "groups called as titles": worded("DİĞER", "EBE HEMŞİRE"),
    "the sum first": lambda rows: [[*row[:2], row[8], *row[2:8]] for row in rows],
    "a sum of a group": subtotal,
    "marks of footnotes": lambda rows: [[f"{c}*" if c in ("Hemşire", "İçel") else c for c in r] for r in rows],
    "shares": lambda rows: [[*r, "Oran" if i == 4 else "12,5" if i > 4 and r[8] else ""] for i, r in enumerate(rows)],
    "regions in a column": lambda rows: [["Bölge" if i == 3 else "1" if i > 4 and r[0] else "", *r] for i, r in enumerate(rows)],
    "the country by name": worded("GENEL TOPLAM", "TÜRKİYE"),
    "the heading on each page": lambda rows: [*rows[:47], *rows[3:5], *rows[47:]],
    "turned": turned,
    "turned without lines above": lambda rows: turned(rows[3:]),
}  # fmt: skip


@pytest.mark.parametrize("name", SIBLINGS)
def test_the_siblings_of_the_ministrys_table_are_read_as_it_is(
    name: str, tmp_path: Path, turkey: Setting
) -> None:
    rows = SIBLINGS[name](ministry())
    for form in ("semicolon", "tab", "texts", "numbers"):
        is_the_ministrys(read_cetvel(write(rows, form, tmp_path), turkey))


@pytest.mark.parametrize("label", ["Merkez Teşkilatı", "Geçen yıl", "Yurt dışı"])
def test_a_row_that_is_no_place_is_refused_not_left_out(label: str, tmp_path: Path, turkey: Setting) -> None:
    row = ["", label, "10", "1", "20", "5", "1", "1", "38"]
    rows = ministry()
    for at in (20, 92, len(rows)):
        check(
            [*rows[:at], row, *rows[at:]],
            {"cetvel.place_unknown"},
            tmp_path,
            turkey,
            ("semicolon", "numbers"),
        )


# the cases as they were handed in --------------------------------------------------------------------

HANDED: dict[str, Posts | set[str]] = {
    "far-cell.xlsx": both(1234, 12, 900, 10),
    "formula-prefixed.xlsx": {"uncalculated"},
    "formula-empty.xlsx": both(50, 3, 0, 1),
    "hidden-column.xlsx": both(1234, 12, 900, 10),
    "strict-merged.xlsx": {"hemsire": {"Çorum": 100}},
    "second-heading.csv": SECOND,
    "row-longer.csv": {"too_many_cells"},
    "fractions.csv": REFUSED,
    "x-and-dots.csv": {"cetvel.mark"},
    "dolu-bos.csv": {"hemsire": {"Amasya": 20, "Çorum": 50}},
}


@pytest.mark.parametrize("file", HANDED)
def test_a_case_that_failed_is_right(file: str, turkey: Setting) -> None:
    found, want = outcome(CASES / file, turkey), HANDED[file]
    assert bool(found & want) if isinstance(found, set) and isinstance(want, set) else found == want


def test_what_excel_hides_is_told(tmp_path: Path, turkey: Setting) -> None:
    kinds = [(d.kind, d.column, d.text) for d in read_cetvel(CASES / "hidden-column.xlsx", turkey).doubts]
    assert ("hidden_column", "C", "Eczacı") in kinds
    book = openpyxl.Workbook()
    for row in two("50", "3", "90", "4"):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.create_sheet("eski").sheet_state = "veryHidden"
    book.save(tmp_path / "t.xlsx")
    cetvel = read_cetvel(tmp_path / "t.xlsx", turkey)
    assert posts(cetvel) == both(50, 3, 90, 4)
    told = {(d.kind, d.row, d.column, d.text) for d in cetvel.doubts if d.kind.startswith("hidden")}
    assert told == {
        ("hidden_sheet", None, "", "t.xlsx[eski]"),
        ("hidden_column", None, "B", "Hemşire"),
        ("hidden", 3, "", "Amasya"),
    }


def units(setting: Setting) -> Rows:
    """A province's units as columns: their names on top, three titles and their sum below."""
    country = setting.country
    bayburt = country.provinces["province"].tolist().index("Bayburt")
    names, districts, before = [], [], country.before["units"]
    where = dict(
        zip(
            country.before["districts"]["district_code"], country.before["districts"]["district"], strict=True
        )
    )
    for name, code, at in zip(before["unit"], before["district_code"], before["at"], strict=True):
        if country.unit_province[at] == bayburt:
            names.append(name)
            districts.append(where[code])
    counts = (("Hemşire", "3"), ("Ebe", "2"), ("Diş Tabibi", "1"), ("Toplam", "6"))
    return [
        ["İl", *["Bayburt"] * len(names)], ["İlçe", *districts], ["Birim", *names],
        *([title, *[number] * len(names)] for title, number in counts),
    ]  # fmt: skip


TURNED = {
    "as it is": (list, None),
    "upright": (turned, None),
    "blank corners": (lambda rows: [["", *r[1:]] if i < 3 else r for i, r in enumerate(rows)], None),
    "no provinces": (lambda rows: rows[1:], None),
    "the province once": (lambda rows: [[*rows[0][:2]], *rows[1:]], None),
    "lines above": (lambda rows: [["BAYBURT PDC"], [""], *rows], None),
    "numbered": (lambda rows: [["Sıra", *map(str, range(1, len(rows[0])))], *rows], None),
    "no units": (lambda rows: [*rows[:2], *rows[3:]], {"cetvel.place_twice"}),
    "a mark": (lambda rows: [*rows[:3], [rows[3][0], "x", *rows[3][2:]], *rows[4:]], {"cetvel.mark"}),
    "an unknown unit": (lambda rows: [*rows[:2], [*rows[2][:3], "Uydurma", *rows[2][4:]], *rows[3:]], {"cetvel.place_unknown"}),
    "a unit twice": (lambda rows: [[*r, r[3]] for r in rows], {"cetvel.place_twice"}),
    "a row too long": (lambda rows: [[*r, "9"] if i == 4 else r for i, r in enumerate(rows)], {"cetvel.no_place"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TURNED)
def test_tables_of_units_the_other_way_round(name: str, tmp_path: Path, turkey: Setting) -> None:
    change, want = TURNED[name]
    rows = units(turkey)
    size = len(rows[0]) - 1
    right = {"hemsire": 3, "ebe": 2, "dis_tabibi": 1}
    all_read: Posts = {title: {"Bayburt": size * n} for title, n in right.items()}
    check(change(rows), want or all_read, tmp_path, turkey, ("semicolon", "comma", "numbers"))


def test_a_fault_of_a_turned_table_names_the_cell_of_the_file(tmp_path: Path, turkey: Setting) -> None:
    rows = turned(two("50", "x", "90", "4"))
    with pytest.raises(InputError) as caught:
        read_cetvel(write(rows, "semicolon", tmp_path), turkey)
    assert [(f.row, f.column) for f in caught.value.faults] == [(3, "B")]


CELLS = [
    "", "x", "-", "0", "5", "1.250", "0,5", "12%", "#REF!", "2026", "²", "⅓", "-5", "1e5", "9" * 5000, "a" * 300, "\n",
    "İl", "İlçe", "Birim", "Yer", "Plaka", "Unvan", "Branş", "Kadro", "Dolu", "Boş", "Toplam", "GENEL TOPLAM", "1. BÖLGE",
    "Hemşire", "Ebe", "TABİP", "Uzman Tabip", "Çorum", "Amasya", "Merkez", "Alaca", "Çorum / Alaca", "19", "19.0",
    "AMASYA İLİ", "Not: 4/B", "*",
]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(st.sampled_from(CELLS), max_size=6), min_size=1, max_size=8), head=st.booleans()
)
def test_any_table_is_read_or_refused(rows: Rows, head: bool, tmp_path: Path) -> None:
    rows = [["İl", "Hemşire", "Ebe"], ["Çorum", "50", "7"], *rows] if head else rows
    for form in ("semicolon", "texts", "numbers"):
        outcome(write(rows, form, tmp_path), built_in())  # no fixture: hypothesis would print all Turkey


# limits ----------------------------------------------------------------------------------------------


def test_a_hundred_thousand_columns_are_refused(tmp_path: Path, turkey: Setting) -> None:
    for separator in ",;\t":
        path = tmp_path / "wide.csv"
        path.write_text(
            "\n".join(separator.join(f"{a}{j}" for j in range(100_000)) for a in ("h", "1")), "utf-8"
        )
        assert outcome(path, turkey) == {"limit.columns"}


@pytest.mark.parametrize("heading", ["İl", "h"])
def test_thousands_of_unknown_headings_are_refused(heading: str, tmp_path: Path, turkey: Setting) -> None:
    rows = [[heading, "Hemşire", *(f"Bilinmeyen {i}" for i in range(9_000))], ["Çorum", *["5"] * 9_001]]
    for form in ("comma", "numbers"):
        assert outcome(write(rows, form, tmp_path), turkey) & {
            "limit.headings",
            "cetvel.no_head",
            "cetvel.no_places",
        }


def test_more_rows_than_the_country_has_places_are_refused(tmp_path: Path, turkey: Setting) -> None:
    path = tmp_path / "t.csv"
    path.write_text("İl;Hemşire\n" + "".join(f"Şehir {i};5\n" for i in range(40_000)), "utf-8")
    assert outcome(path, turkey) == {"limit.rows_of_places"}
    path.write_text("İl;Hemşire\n" + "".join(f"Şehir {i};5\n" for i in range(2_000)), "utf-8")
    assert outcome(path, turkey) == {"limit.faults", "cetvel.place_unknown"}


def test_names_are_not_compared_for_ever(
    tmp_path: Path, turkey: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pdc.ask.handmade.match.MOST_COMPARED", 200)
    rows = [["İl", "Hemşire"], *([f"Şehir{i}", "5"] for i in range(6))]
    with pytest.raises(InputError) as caught:
        read_cetvel(write(rows, "semicolon", tmp_path), turkey)
    nearest = ["–" not in f.text("en") for f in caught.value.faults]
    assert nearest == [True, True, True, False, False, False]
