"""Tables that need no guessing, files that are no table, and the parts that hand-made tables are read by."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from helpers.turkey import turkey as built_in
from pdc.ask.handmade import Cetvel, Doubt, read_cetvel, sheet
from pdc.ask.handmade.given import frame_posts, is_ours
from pdc.ask.handmade.grid import Grid, read_grids
from pdc.ask.handmade.heads import Column, is_grand, is_total, split_places
from pdc.ask.handmade.log import Log
from pdc.ask.handmade.match import Found, Patience, ambiguous, choose, likeness
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.posts import decimal_signs, is_number, posts_of
from pdc.ask.handmade.signed_workbook import read_posts
from pdc.ask.handmade.sums import Line, Wrong, sum_columns, wrong_rows
from pdc.ask.handmade.text import key, keys, lexicon, plain, without
from pdc.base.faults import Fault, InputError
from pdc.country.setting import Setting
from pdc.tables.cells import BadCellError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(scope="module")
def turkey() -> Setting:
    return built_in()


def faults(ask: Callable[[], object]) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        ask()
    return caught.value.faults


# files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code", "values"),
    [
        ("a.xls", OLE, "old_excel", {}),
        ("a.XLS", OLE, "old_excel", {}),
        ("a.xls", b"<html>", "cetvel.not_table", {"kind": "HTML/XML"}),
        ("a.xls", b"?", "cetvel.not_table", {"kind": "?"}),
        ("a.fods", b"<?xml", "open_document", {}),
        ("a.xlsx", OLE, "protected", {"kind": "Office 97-2003"}),
        ("a.xlsm", b" \n<html>", "cetvel.not_table", {"kind": "HTML/XML"}),
        ("a.ods", b"%PDF-1.4", "cetvel.not_table", {"kind": "PDF"}),
        ("a.xlsx", b"", "cetvel.not_table", {"kind": "?"}),
        ("a.csv", b"%PDF-1.4", "cetvel.not_table", {"kind": "PDF"}),
        ("a.txt", OLE, "cetvel.not_table", {"kind": "Office 97-2003"}),
        ("a.docx", b"text", "cetvel.not_table", {"kind": "?"}),
        ("a.csv", b"\x00", "not_text", {}),
    ],
)
def test_a_file_that_is_no_table_is_told_by_what_is_in_it(
    name: str, content: bytes, code: str, values: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    assert faults(lambda: read_grids(tmp_path / name)) == (Fault(name, None, None, code, values),)


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.tsv", "a.CSV", "a"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_text_is_split_where_most_lines_have_as_many_cells(name: str, separator: str, tmp_path: Path) -> None:
    rows = [["Not: a, b; c"], ["İl", "Ebe", "Hemşire"], ["Çorum, x", "1", "2"], ["", "", ""], ["Rize; y", "3", "4"], ["Ordu", "5", "6"]]
    rows = [[c.replace(separator, "") for c in row] for row in rows]
    (tmp_path / name).write_text("\n".join(separator.join(row) for row in rows), "utf-8")
    (grid,) = read_grids(tmp_path / name)
    assert [[c for c in row if c is not None] for row in grid.values] == rows
    assert grid.lines == [1, 2, 3, 4, 5, 6]
    assert (grid.file, grid.width, grid.lengths) == (name, 3, [1, 3, 3, 3, 3, 3])
    assert grid.texts[0] == [rows[0][0], "", ""]


def test_what_is_not_there_or_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone.csv"
    assert faults(lambda: read_grids(gone)) == (Fault(str(gone), None, None, "cetvel.missing"),)

    def locked(*_: object) -> None:
        raise PermissionError

    gone.write_text("x")
    monkeypatch.setattr(Path, "open", locked)
    assert faults(lambda: read_grids(gone)) == (Fault("gone.csv", None, None, "unreadable", {"why": "PermissionError"}),)


def test_a_workbook_as_a_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "bir"
    for row in (["İl", "Ebe"], ["Çorum", 5], [None, 0.5], ["x", "y"]):
        book.active.append(row)
    book.active["B3"].number_format = "0%"
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("C1:C9")  # of nothing
    book.active.merge_cells("F1:G2")  # beside the table
    book.save(tmp_path / "one.xlsx")
    (grid,) = read_grids(tmp_path / "one.xlsx")
    assert grid.file == "one.xlsx"
    assert grid.values == [["İl", "Ebe"], ["Çorum", 5], ["Çorum", 0.5], ["x", "y"]]
    assert grid.texts == [["İl", "Ebe"], ["Çorum", "5"], ["Çorum", "0.5"], ["x", "y"]]
    assert (grid.repeats, grid.percent, grid.unseen, grid.lengths) == ({(2, 0)}, {(2, 1)}, False, [])
    book.create_sheet("iki").sheet_state = "hidden"
    book.save(tmp_path / "two.xlsx")
    assert [(g.file, g.unseen) for g in read_grids(tmp_path / "two.xlsx")] == [
        ("two.xlsx[bir]", False), ("two.xlsx[iki]", True),
    ]  # fmt: skip


def test_a_table_keeps_its_places_when_it_is_turned_or_parted() -> None:
    grid = Grid("t", [["a", "b", "c"], [1, 2], ["x", None, "z"], [None, ""]], [3, 4, 6, 9], {(0, 1), (2, 0)}, {(1, 0)}, {2}, {1})
    grid.lengths = [3, 2, 3]
    assert (len(grid.values), grid.width, grid.values[1]) == (3, 3, [1, 2, None])
    assert (grid.where(2, 1), grid.line(2)) == ((6, "B"), (6, ""))
    turned = grid.exchanged()
    assert turned.values == [["a", 1, "x"], ["b", 2, None], ["c", None, "z"]]
    assert (turned.repeats, turned.percent, turned.hidden, turned.hidden_columns) == ({(1, 0), (0, 2)}, {(0, 1)}, {1}, {2})
    assert (turned.where(1, 2), turned.line(1), turned.turned) == ((6, "B"), (None, "B"), True)
    part = grid.part(1, 3)
    assert (part.values, part.lines, part.lengths) == ([[1, 2, None], ["x", None, "z"]], [4, 6], [2, 3])
    assert (part.repeats, part.percent, part.hidden, part.hidden_columns) == ({(1, 0)}, {(0, 0)}, {1}, {1})
    assert (part.turned, turned.part(1, 2).turned, turned.part(1, 2).where(0, 2)) == (False, True, (6, "B"))
    assert grid.part(0, 1).repeats == {(0, 1)}


def test_a_sheet_names_the_province_or_the_title_of_its_rows(tmp_path: Path, turkey: Setting) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Çorum"
    for row in (["İlçe", "Ebe"], ["Bayat", 5]):
        book.active.append(row)
    other = book.create_sheet("Hemşire")
    for row in (["İl", "Kadro"], ["Amasya", 7]):
        other.append(row)
    book.save(tmp_path / "PDC [Rize] [Eczacı].xlsx")
    cetvel = read_cetvel(tmp_path / "PDC [Rize] [Eczacı].xlsx", turkey)
    found = {t: {int(turkey.country.codes("province")[i]): int(p[i]) for i in np.flatnonzero(p)} for t, p in
             ((t, cetvel.at(t, "province")) for t in cetvel.titles)}  # fmt: skip
    assert found == {"hemsire": {5: 7}, "ebe": {19: 5}}


# tables that need no guessing -------------------------------------------------------------------------------

PLAN = "unit_code,title,posts\n4592,ebe,3\nTR-19-001-SO01,ebe,4\n362257,ebe,5\n4592,hemsire,1\n"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan_units.csv").write_text(PLAN, "utf-8")
    return tmp_path / "plan"


def by_unit(cetvel: Cetvel) -> dict[str, dict[str, int]]:
    codes = cetvel.country.codes("unit")
    return {t: {str(codes[i]): int(p[i]) for i in np.flatnonzero(p)} for t, p in cetvel.posts.items()}


def test_a_plan_is_read_by_its_folder_and_by_its_table(plan: Path, turkey: Setting) -> None:
    for path, name in ((plan, "plan"), (plan / "plan_units.csv", "plan_units.csv")):
        cetvel = read_cetvel(path, turkey)
        assert (cetvel.name, cetvel.level, cetvel.path, cetvel.titles) == (name, "unit", path, ("hemsire", "ebe"))
        assert by_unit(cetvel) == {
            "ebe": {"4592": 3, "TR-19-001-SO01": 4, "TR-25-012-SM01": 5}, "hemsire": {"4592": 1},
        }  # fmt: skip
        assert cetvel.whole
        assert all(mask.all() for mask in cetvel.covered.values())
        assert cetvel.doubts == (
            Doubt("merged", "plan_units.csv", None, "", "Olur İlçe Devlet Hastanesi", "unit", "TR-25-012-SM01",
                  "Olur Sağlık Merkezi"),
        )  # fmt: skip


def test_a_folder_without_a_plan_is_told_with_the_file_that_is_missing(tmp_path: Path, turkey: Setting) -> None:
    assert faults(lambda: read_cetvel(tmp_path, turkey)) == (
        Fault(str(tmp_path), None, None, "cetvel.no_plan", {"file": "plan_units.csv"}),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("unit_code,title,posts\nX,ebe,1\nY,ebe,1\nX,hemsire,2\n", [
            ("unit_code", "cetvel.place_unknown", {"text": "X", "others": "–"}),
            ("unit_code", "cetvel.place_unknown", {"text": "Y", "others": "–"}),
        ]),
        ("unit_code,title,posts\n4592,x,1\n4592,ebe,1\n4592,a,1\n", [
            ("title", "cetvel.title_unknown", {"text": "a", "others": "–"}),
            ("title", "cetvel.title_unknown", {"text": "x", "others": "–"}),
        ]),
        ("unit_code,title,posts\n4592,ebe,1\n4592,ebe,2\n4592,hemsire,1\n", [
            ("unit_code", "cetvel.posts_twice", {"text": "4592 – ebe"}),
        ]),
        ("unit_code,title,posts\n4592,ebe,-1\n4592,hemsire,1\n", [
            ("posts", "negative", {"text": "-1", "wanted": "count"}),
        ]),
        ("unit_code,title,posts\n", [(None, "no_rows", {})]),
        ("unit_code,title\n4592,ebe\n", [(None, "unreadable", {"why": "ValueError"})]),
        ("unit_code,title,posts\n4592,ebe,99999999999999999999\n", [(None, "unreadable", {"why": "ValueError"})]),
        ("unit_code,title,posts\n4592,ebe,1e30\n", [(None, "unreadable", {"why": "ValueError"})]),
        ("unit_code,title,posts\n4592,ebe,x\n", [(None, "unreadable", {"why": "ValueError"})]),
        ("unit_code,title,posts\n4592,ebe,0\n", []),
    ],
)  # fmt: skip
def test_what_a_plan_must_not_hold_is_told_all_at_once(
    text: str, told: list[tuple[str | None, str, dict[str, str]]], plan: Path, turkey: Setting
) -> None:
    (plan / "plan_units.csv").write_text(text, "utf-8")
    if not told:
        assert by_unit(read_cetvel(plan, turkey)) == {"ebe": {}}
        return
    assert faults(lambda: read_cetvel(plan, turkey)) == tuple(
        Fault("plan_units.csv", None, column, code, values) for column, code, values in told
    )


def test_so_many_unknown_units_are_told(turkey: Setting) -> None:
    frame = pd.DataFrame({"unit_code": [f"U{i:02}" for i in range(30)] * 2, "title": "ebe", "posts": 1})
    told = faults(lambda: frame_posts("f", frame, turkey.country, turkey.rulebook))
    assert [f.values["text"] for f in told if f.code == "cetvel.place_unknown"] == [f"U{i:02}" for i in range(20)]
    assert sum(f.code == "cetvel.posts_twice" for f in told) == 20


def test_the_staff_there_is_with_those_tied_to_no_unit(turkey: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cetvel = read_cetvel("filled", turkey)
    staff = turkey.country.filled
    here = [title.code for title in turkey.rulebook.titles if title.code in set(staff["title"])]
    assert (cetvel.name, cetvel.level, cetvel.path, list(cetvel.titles)) == ("filled", "unit", None, here)
    tied = staff[staff["at"] >= 0].groupby("title")["filled"].sum()
    assert {t: int(p.sum()) for t, p in cetvel.posts.items()} == {t: int(tied.get(t, 0)) for t in here}
    loose = staff[(staff["at"] < 0) & (staff["filled"] > 0)]
    assert len(loose) > 0
    names = {title.code: title.name["tr"] for title in turkey.rulebook.titles}
    assert cetvel.doubts == tuple(
        Doubt("untied", "filled", None, "", names.get(t, t), "national", t, posts=n)
        for t, n in zip(loose["title"], loose["filled"].tolist(), strict=True)
    )
    # A file of that name is a file.
    (tmp_path / "filled").write_text("İl;Ebe\nÇorum;5\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_cetvel("filled", turkey).titles == ("ebe",)


# a workbook that pdc wrote ----------------------------------------------------------------------------------


def signed(path: Path, *sheets: Sequence[Sequence[Any]], author: str = "pdc") -> Path:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"author": author})
    for rows in sheets:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value is not None:
                    sheet.write(i, j, value)
    book.close()
    return path


HEAD = ["Plaka", "Birim kodu", "Birim", "Unvan", None, "Toplam"]
NAMES = [None, None, None, "Ebe", "Hemşire", "Toplam"]
UNITS = [["T.C."], HEAD, NAMES, [19, "TR-19-001-SO01", "x", 3, None, 3], [19, 4592, "y", 4, 5, 9], ["Toplam", None, None, 7, 5, 12]]


def test_our_own_workbook_is_known_by_its_author_and_read_by_its_codes(tmp_path: Path, turkey: Setting) -> None:
    book = signed(tmp_path / "b.xlsx", [["kapak"]], UNITS)
    assert is_ours(book)
    assert not is_ours(signed(tmp_path / "c.xlsx", UNITS, author="Ayşe"))
    assert not is_ours(tmp_path / "none.xlsx")
    (tmp_path / "d.xlsx").write_bytes(b"PK\x03\x04")
    assert not is_ours(tmp_path / "d.xlsx")
    cetvel = read_cetvel(book, turkey)
    assert (cetvel.name, cetvel.level, cetvel.path) == ("b.xlsx", "unit", book)
    assert {posts.dtype for posts in cetvel.posts.values()} == {np.dtype(np.int64)}
    assert by_unit(cetvel) == {"ebe": {"4592": 4, "TR-19-001-SO01": 3}, "hemsire": {"4592": 5}}
    (tmp_path / "B.XLSX").write_bytes(book.read_bytes())
    assert by_unit(read_cetvel(tmp_path / "B.XLSX", turkey)) == by_unit(cetvel)


def test_posts_of_our_own_workbook_in_the_order_of_their_codes(tmp_path: Path) -> None:
    book = signed(tmp_path / "b.xlsx", [["kapak"]], UNITS, [["Unit code", "Unit", None], [None, None, "Nurse"], ["A", "a", 1]])
    frame = read_posts(book, {"Ebe": "ebe", "Hemşire": "hemsire", "Nurse": "hemsire"})
    assert frame.columns.tolist() == ["unit_code", "title", "posts"]
    assert frame.to_numpy().tolist() == [
        ["4592", "ebe", 4], ["4592", "hemsire", 5], ["A", "hemsire", 1], ["TR-19-001-SO01", "ebe", 3],
    ]  # fmt: skip
    assert frame.index.tolist() == [0, 1, 2, 3]


def test_what_somebody_wrote_into_our_own_workbook_is_told_by_its_cell(tmp_path: Path, turkey: Setting) -> None:
    spoilt = [*UNITS[:3], [19, "TR-19-001-SO01", "x", "üç", -1, 3], [19, 4592, "y", 2.5, 5, 9]]
    book = signed(tmp_path / "b.xlsx", [["kapak"]], spoilt)
    assert faults(lambda: read_cetvel(book, turkey)) == (
        Fault("b.xlsx[Sheet2]", 4, "D", "not_number", {"text": "üç", "wanted": "count"}),
        Fault("b.xlsx[Sheet2]", 4, "E", "negative", {"text": "-1", "wanted": "count"}),
        Fault("b.xlsx[Sheet2]", 5, "D", "fraction", {"text": "2.5", "wanted": "count"}),
    )
    strange = signed(tmp_path / "s.xlsx", [HEAD, [None, None, None, "Ebe", "Astronot", "Kaptan"], [1, "A", "a", 1, 1, 1]])
    why = {"why": "Sheet1: Astronot, Kaptan"}
    assert faults(lambda: read_cetvel(strange, turkey)) == (Fault("s.xlsx", None, None, "unreadable", why),)
    foreign = signed(tmp_path / "f.xlsx", [HEAD, [None, None, None, "Ebe"], [1, "A", "a", 1]])
    unknown = Fault("f.xlsx", None, "unit_code", "cetvel.place_unknown", {"text": "A", "others": "–"})
    assert faults(lambda: read_cetvel(foreign, turkey)) == (unknown,)
    none = signed(tmp_path / "n.xlsx", [["kapak"]], [*[["x"]] * 10, HEAD, NAMES, UNITS[3]])
    assert faults(lambda: read_cetvel(none, turkey)) == (
        Fault("n.xlsx", None, None, "unreadable", {"why": "n.xlsx: no sheet by unit"}),
    )
    last = signed(tmp_path / "l.xlsx", [*[["x"]] * 9, HEAD, NAMES, UNITS[3]])
    assert by_unit(read_cetvel(last, turkey)) == {"ebe": {"TR-19-001-SO01": 3}}


# a table as it was understood -------------------------------------------------------------------------------


def test_a_table_summed_up(turkey: Setting) -> None:
    country = turkey.country
    posts = np.arange(len(country.units), dtype=np.int64)
    covered = {lv: np.ones(country.size(lv), dtype=bool) for lv in ("unit", "district", "province")}
    doubts = (Doubt("row", "t", 1, "", "x"),)
    cetvel = Cetvel("t", country, "unit", {"ebe": posts}, covered, doubts, Path("t"))
    assert repr(cetvel) == "Cetvel('t', level='unit', titles=1, doubts=1)"
    assert cetvel.levels == ("unit", "district", "province", "national")
    assert cetvel.coarser("unit") is cetvel
    assert (cetvel.at("ebe", "unit") == posts).all()
    for level, at in (("district", country.unit_district), ("province", country.unit_province)):
        want = np.bincount(at, weights=posts, minlength=country.size(level)).astype(np.int64)
        assert cetvel.at("ebe", level).tolist() == want.tolist()
        made = cetvel.coarser(level)
        assert made.posts["ebe"].tolist() == want.tolist()
        assert (made.name, made.level, made.doubts, made.path) == ("t", level, doubts, Path("t"))
        assert made.at("ebe", "province").tolist() == cetvel.at("ebe", "province").tolist()
        assert made.coarser("unit") is made
        assert made.covered["province"].all()
        assert not made.covered["unit"].any()
        assert made.covered["district"].all() == (level == "district")
        with pytest.raises(KeyError, match="unit"):
            made.at("ebe", "unit")
    assert cetvel.at("ebe", "national").tolist() == [posts.sum()]
    assert cetvel.coarser("district").at("ebe", "national").tolist() == [posts.sum()]
    covered["province"][0] = False
    assert not cetvel.whole
    assert cetvel.levels == ("unit", "district", "province")
    assert cetvel.coarser("province").levels == ("province",)


# names ------------------------------------------------------------------------------------------------------


def test_names_are_compared_without_what_says_nothing() -> None:
    assert plain("  D.H. *ÇORUM*  İl-Merkezi² (1)") == "dh corum il merkezi"
    assert plain("A b c 1 d") == "abc 1 d"
    assert key("Alaca Dev. Hast. Hastanesi") == "alaca devlet hastanesi"
    assert key("1 No'lu S.O.") == "1 saglik ocagi"
    assert keys(["İl Adı", "İLÇE", "ilce"]) == {"il adi", "ilce"}
    assert without("corum alaca merkez", ["merkez", "corum"]) == "alaca"
    assert split_places(" / Çorum / Alaca – x") == ["Çorum", "Alaca", "x"]
    assert split_places("Kahraman-Maraş - Merkez") == ["Kahraman-Maraş", "Merkez"]


@pytest.mark.parametrize(
    ("text", "total", "grand"),
    [
        ("TOPLAM", True, False), ("Genel Toplam", True, True), ("Türkiye", True, True), ("3. Bölge", True, False),
        ("IV. Hizmet Bölgesi", True, False), ("İç Anadolu Bölgesi", True, False), ("Çorum Toplamı", True, False),
        ("Çorum", False, False), ("Bölge", False, False), ("123. Bölge", False, False), ("Toplamacı", False, False),
    ],
)  # fmt: skip
def test_names_of_sums(text: str, total: bool, grand: bool) -> None:
    assert (is_total(text), is_grand(text)) == (total, grand)


def test_likeness_of_names() -> None:
    assert likeness("corum", "corum") == 100
    assert likeness("", "corum") == likeness("corum", "") == 0
    assert likeness("devlet alaca", "alaca devlet") == 100
    # All words of the shorter one are nearly the same name; one other word alone is not.
    assert likeness("alaca", "alaca devlet hastanesi") == pytest.approx(93)
    assert likeness("alaca devlet hastanesi", "alaca") == likeness("alaca devlet", "alaca") == pytest.approx(93)
    assert likeness("alaca", "alaca devlet") == pytest.approx(93)
    assert likeness("1 saglik ocagi", "2 saglik ocagi") < 60 < likeness("1 saglik ocagi", "1 saglik ocag")
    assert likeness("2 ocak 1", "1 ocak 2") > 60


def test_the_best_name_is_taken_where_it_is_good_enough_and_clearly_best() -> None:
    scores = {i: (f"n{i}", float(s)) for i, s in enumerate([50, 92, 84, 61, 60.04, 12])}
    assert choose("province", scores) == Found(
        "doubtful", 1, "n1", 92.0, (("n2", 84.0), ("n3", 61.0), ("n4", 60.0), ("n0", 50.0))
    )
    scores[2] = ("n2", 84.1)  # a lead of 8 is asked of provinces
    assert choose("province", scores) == Found(
        "ambiguous", score=92.0, alternatives=(("n1", 92.0), ("n2", 84.1), ("n3", 61.0), ("n4", 60.0))
    )
    assert choose("province", {1: ("a", 74.0)}) == Found("doubtful", 1, "a", 74.0)
    assert choose("province", {1: ("a", 73.9)}) == Found("unknown", score=73.9, alternatives=(("a", 73.9),))
    assert choose("province", {}) == Found("unknown")
    tie = choose("unit", {2: ("b", 90.0), 1: ("b", 90.0), 3: ("a", 90.0)})
    assert [name for name, _ in tie.alternatives] == ["a", "b", "b"]
    assert (tie.usable, tie.others) == (False, "a (90), b (90), b (90)")
    assert ambiguous(list("abcdef")).others == "a (100), b (100), c (100), d (100)"
    assert ambiguous(["a"]).score == 100


def test_names_that_are_found_cost_no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdc.ask.handmade.match.MOST_COMPARED", 2)
    patience = Patience()
    good, bad = {1: ("a", 99.0)}, {1: ("a", 1.0)}
    for _ in range(5):
        assert patience.choose("unit", lambda: good).usable
    assert patience.choose("unit", lambda: bad).alternatives
    assert patience.choose("unit", lambda: bad).alternatives
    assert patience.choose("unit", lambda: pytest.fail("compared")) == Found("unknown")


# numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "posts"),
    [
        (None, 0), ("", 0), ("-", 0), ("YOK", 0), (" – ", 0), (7, 7), (7.0, 7), (7 + 1e-10, 7), ("7", 7), ("+7", 7), ("7.", 7),
        ("7,00", 7), ("7*", 7), ("1.234", 1234), ("1.234,0", 1234), ("1 234", 1234), ("1 234,00", 1234), ("1'234'567", 1234567),
        ("1’234", 1234), ("1,234", 1234), ("1,234.0", 1234), ("10.000.000", 10_000_000), (10_000_000, 10_000_000), ("-0", 0),
    ],
)  # fmt: skip
def test_a_number_of_posts(value: Any, posts: int) -> None:
    assert posts_of(value) == posts


@pytest.mark.parametrize(
    ("value", "code", "details"),
    [
        (-1, "negative", {"text": "-1", "wanted": "count"}),
        (-2.0, "negative", {"text": "-2", "wanted": "count"}),
        ("-3", "negative", {"text": "-3", "wanted": "count"}),
        (0.5, "fraction", {"text": "0.5", "wanted": "count"}),
        (7 + 1e-8, "fraction", {"text": "7", "wanted": "count"}),
        ("0,5", "fraction", {"text": "0,5", "wanted": "count"}),
        (10_000_001, "too_large", {"text": "10000001", "most": 10_000_000}),
        ("10.000.001", "too_large", {"text": "10.000.001", "most": 10_000_000}),
        (datetime.date(2026, 2, 1), "date", {"text": "01.02.2026", "wanted": "count"}),
        (datetime.datetime(2026, 2, 1, 12), "date", {"text": "01.02.2026", "wanted": "count"}),
        ("3 Mart", "date", {"text": "3 Mart", "wanted": "count"}),
        ("%5", "cetvel.percent", {"text": "%5"}),
        ("12,000", "grouped", {"text": "12,000", "wanted": "count"}),
        ("1.234,5", "not_number", {"text": "1.234,5", "wanted": "count"}),
        ("x", "cetvel.mark", {"text": "x"}),
        ("(…)", "cetvel.mark", {"text": "(…)"}),
        ("#BAŞV!", "excel_error", {"text": "#BAŞV!", "wanted": "count"}),
        ("beş", "not_number", {"text": "beş", "wanted": "count"}),
    ],
)
def test_what_is_no_number_of_posts_is_told(value: Any, code: str, details: dict[str, object]) -> None:
    with pytest.raises(BadCellError) as caught:
        posts_of(value)
    assert (caught.value.code, caught.value.details) == (code, details)


def test_where_a_sign_stands_before_fractions_it_is_no_thousand() -> None:
    assert decimal_signs([1, None, "5", "1.250", "01.02.2026", "beş"]) == set()
    assert decimal_signs(["0,500", "1.250"]) == {","}
    assert decimal_signs(["12.5*"]) == {"."}
    assert decimal_signs(["1.250,75", "1.250,00"]) == {","}
    assert decimal_signs(["1,250.00"]) == {"."}
    assert decimal_signs(["1.250", "1,250"]) == {".", ","}
    for text, sign in (("1.250", "."), ("1,250", ",")):
        with pytest.raises(BadCellError) as caught:
            posts_of(text, frozenset(sign))
        assert (caught.value.code, caught.value.details) == ("cetvel.no_thousand", {"text": text})
        assert posts_of(text, frozenset(".,") - {sign}) == 1250


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (None, False), ("", False), (" ", False), (0, True), (0.5, True), (datetime.date(2026, 1, 1), True), ("5 kişi", True),
        ("-5", True), ("(5)", True), (".5", True), ("%5", True), ("+x", False), ("-", True), ("x", True), ("Ebe", False), ("Ebe 5", False),
    ],
)  # fmt: skip
def test_what_looks_like_a_number(value: Any, number: bool) -> None:
    assert is_number(value) is number


# sums -------------------------------------------------------------------------------------------------------


def sums(*lines: tuple[str | None, Sequence[int], int | None]) -> list[tuple[int, int, str, int, int]]:
    """Wrong sums of rows: a label (None: a place), numbers, a province."""
    rows = [
        Line(10 + k, label is not None, label or "", province, None, ("province", province or 0) if label in ("A", "B") else None)
        for k, (label, _, province) in enumerate(lines)
    ]
    numbers = np.array([n for _, n, _ in lines], dtype=np.int64)
    wrong = wrong_rows(rows, numbers, np.ones(numbers.shape, dtype=bool), [3, 5])
    return [(w.i, w.j, w.label, w.written, w.found) for w in wrong]


def test_sums_of_rows_add_up_what_fits_best() -> None:
    a, b, c = (None, (1, 10), 0), (None, (2, 20), 0), (None, (4, 40), 1)
    assert sums(a, b, ("Toplam", (3, 30), 0), c, ("Toplam", (4, 40), 1), ("GENEL TOPLAM", (7, 70), None)) == []
    assert sums(("İl", (3, 30), 0), a, b, ("İl", (4, 40), 1), c) == []  # above their rows
    assert sums(a, b, ("Toplam", (3, 31), 0)) == [(12, 5, "Toplam", 31, 30)]
    assert sums(a, b, ("Toplam", (3, 30), 0), c, ("GENEL TOPLAM", (4, 70), None)) == [(14, 3, "GENEL TOPLAM", 4, 7)]
    # A region's sum stands below those of its provinces, the next region's below its own.
    d = (None, (8, 80), 2)
    assert sums(a, b, ("A", (3, 30), 0), c, ("B", (4, 40), 1), ("1. Bölge", (7, 70), None), d, ("2. Bölge", (8, 80), None)) == []
    e = (None, (16, 160), 3)
    two_regions = (a, ("A", (1, 10), 0), ("1. Bölge", (1, 10), None), d, ("A", (8, 80), 2), e, ("B", (16, 160), 3), ("2. Bölge", (24, 240), None))
    assert sums(*two_regions) == []
    assert sums(("Bölge", (0, 0), None), a) == []  # a region without places
    # A sum above its rows ends where the next one stands.
    a, b, c, d = ((None, (n, 10 * n), None) for n in (1, 2, 4, 8))
    assert sums(("Üst", (3, 30), None), a, b, ("Üst", (4, 40), None), c, ("Üst", (8, 80), None), d) == []


def test_a_sum_of_a_place_named_is_held_against_its_rows_and_those_around() -> None:
    numbers = np.array([[1], [2], [4], [5]], dtype=np.int64)
    filled = np.ones(numbers.shape, dtype=bool)

    def of(named: tuple[str, int]) -> list[Wrong]:
        rows = [Line(0, False, "", 0, 7), Line(1, False, "", 1, 8), Line(2, False, "", 0, 8), Line(3, True, "Çorum Toplamı", None, None, named)]
        return list(wrong_rows(rows, numbers, filled, [2]))

    assert of(("province", 0)) == []
    assert of(("district", 8)) == [Wrong(3, 2, "Çorum Toplamı", 5, 6)]
    assert of(("district", 7)) == [Wrong(3, 2, "Çorum Toplamı", 5, 1)]
    # Of which there is no row, and none around: none of it is anywhere.
    lone = [Line(0, False, "", 0), Line(1, True, "Toplam", 0), Line(2, True, "Tokat Toplamı", None, None, ("province", 5))]
    assert list(wrong_rows(lone, np.array([[1], [1], [3]], dtype=np.int64), filled[:3], [2])) == [Wrong(2, 2, "Tokat Toplamı", 3, 0)]


def columns_of(*heads: tuple[str, str, tuple[str, ...]]) -> list[Column]:
    """Columns by role or title, heading and groups above."""
    return [
        Column(j, role if role == "total" else "title", heading, above, None if role == "total" else Found("exact", role))
        for j, (role, heading, above) in enumerate(heads)
    ]


def column_sums(
    columns: list[Column], rows: Sequence[Sequence[int]], total: int | None = None
) -> tuple[list[tuple[str, list[tuple[int, int, int]] | None]], list[list[int]]]:
    lines = [Line(i, i == total, "") for i in range(len(rows))]
    numbers = np.array(rows, dtype=np.int64)
    found = [
        (c.heading, None if wrong is None else [(w.i, w.written, w.found) for w in wrong])
        for c, wrong in sum_columns(lines, numbers, np.ones(numbers.shape, dtype=bool), columns)
    ]
    return found, numbers.tolist()


def test_columns_of_sums_add_up_their_group_their_neighbours_their_family_or_all() -> None:
    group = columns_of(("a", "A", ("G",)), ("b", "B", ("G",)), ("c", "C", ("H",)), ("total", "Toplam", ("G",)))
    assert column_sums(group, [[1, 2, 4, 3], [1, 1, 5, 2]])[0] == [("Toplam", [])]
    near = columns_of(("a", "A", ()), ("total", "T1", ()), ("b", "B", ()), ("c", "C", ()), ("total", "T2", ()), ("total", "Genel Toplam", ()))
    assert column_sums(near, [[1, 1, 2, 4, 6, 7], [2, 2, 3, 4, 7, 9]])[0] == [("T1", []), ("T2", []), ("Genel Toplam", [])]
    family = columns_of(("u.a", "A", ()), ("e", "E", ()), ("u.b", "B", ()), ("p", "P", ()), ("total", "Uzman", ()), ("total", "Hekim", ()))
    assert column_sums(family, [[1, 100, 2, 50, 3, 53], [4, 100, 5, 50, 9, 59]])[0] == [("Uzman", []), ("Hekim", [])]
    right = columns_of(("z", "Z", ()), ("total", "Toplam", ()), ("a", "A", ()), ("b", "B", ()))
    assert column_sums(right, [[9, 3, 1, 2], [9, 5, 1, 4]])[0] == [("Toplam", [])]


def test_a_wrong_cell_of_a_column_of_sums_is_told_and_put_right_for_the_sums_below() -> None:
    columns = columns_of(("a", "A", ()), ("b", "B", ()), ("total", "Hekim", ()))
    found, numbers = column_sums(columns, [[1, 2, 3], [1, 1, 3], [2, 3, 6]], total=2)
    assert found == [("Hekim", [(1, 3, 2)])]
    assert numbers == [[1, 2, 3], [1, 1, 2], [2, 3, 6]]
    # Half of the rows are enough; fewer only where the heading says that it is a sum.
    assert column_sums(columns, [[1, 2, 9], [1, 1, 9], [1, 1, 2]])[0] == [("Hekim", None)]
    assert column_sums(columns, [[1, 2, 3], [1, 1, 9]])[0] == [("Hekim", [(1, 9, 2)])]
    columns[2].heading = "Toplam"
    assert column_sums(columns, [[1, 2, 9], [1, 1, 9], [1, 1, 2]])[0] == [("Toplam", [(0, 9, 3), (1, 9, 2)])]
    assert column_sums(columns, [[1, 2, 9], [1, 1, 9]])[0] == [("Toplam", None)]
    assert column_sums(columns, [[1, 2, 3]], total=0)[0] == [("Toplam", None)]


# limits -----------------------------------------------------------------------------------------------------


def table(folder: Path, *rows: str) -> Path:
    (folder / "t.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder / "t.csv"


@pytest.mark.parametrize("least", [2, 3])
def test_more_rows_than_places_are_refused(least: int, tmp_path: Path, turkey: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "LEAST_ROWS", least)
    monkeypatch.setattr(sheet, "MOST_ROWS_A_PLACE", 0)
    path = table(tmp_path, "İl;Ebe", "Çorum;1", ";", "Amasya;2", "Tokat;3")
    if least == 3:
        assert read_cetvel(path, turkey).titles == ("ebe",)
        return
    (told,) = faults(lambda: read_cetvel(path, turkey))
    assert (told.file, told.code, told.values["found"], told.values["most"]) == ("t.csv", "limit.rows_of_places", 3, 2)


def test_a_long_table_has_a_row_for_each_title(tmp_path: Path, turkey: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(turkey.country).count
    monkeypatch.setattr(sheet, "LEAST_ROWS", 0)
    monkeypatch.setattr(sheet, "MOST_ROWS_A_PLACE", 1.5 / places)
    wide = table(tmp_path, "İl;Ebe", "Çorum;1", "Amasya;2")
    assert {f.code for f in faults(lambda: read_cetvel(wide, turkey))} >= {"limit.rows_of_places"}
    assert read_cetvel(table(tmp_path, "İl;Unvan;Kadro", "Çorum;Ebe;1", "Amasya;Ebe;2"), turkey).titles == ("ebe",)


@pytest.mark.parametrize("most", [1, 2])
def test_more_unknown_headings_than_can_be_compared_are_refused(
    most: int, tmp_path: Path, turkey: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(lexicon()["head"], "unknown", most)
    told = faults(lambda: read_cetvel(table(tmp_path, "", "İl;Ebe;Gözlemci;Şoför;Söz", "Çorum;1;2;3;söz"), turkey))
    if most == 1:
        assert [(f.file, f.code, f.row, f.values["found"], f.values["most"]) for f in told] == [("t.csv", "limit.headings", 2, 2, 1)]
    else:
        assert [(f.code, f.row, f.column) for f in told] == [("cetvel.title_unknown", 2, "Gözlemci"), ("cetvel.title_unknown", 2, "Şoför")]


# what was left out ------------------------------------------------------------------------------------------


def test_too_many_faults_end_the_reading() -> None:
    log = Log()
    for i in range(1000):
        log.add(Fault("f", i, None, "x"))
    told = faults(lambda: log.add(Fault("f", 1000, None, "x")))
    assert len(told) == 1002
    assert told[0] == Fault("f", None, None, "limit.faults", {"found": 1001, "most": 1000})


def test_only_numbers_that_may_be_posts_are_lost() -> None:
    log, grid = Log(), Grid("f", [["a"], [1]], [1, 7])
    log.left(grid, 1, "", "sums", "x", [None, "", "-5", "beş"])
    assert log.lost == []
    log.left(grid, 1, "", "sums", "x", [None, 0, "5", 2, "beş"])
    log.left(grid, None, "C", "column", "y", [1])
    assert [(o.file, o.row, o.column, o.reason, o.text, o.count, o.posts) for o in log.lost] == [
        ("f", 7, "", "sums", "x", 3, 7), ("f", None, "C", "column", "y", 1, 1),
    ]  # fmt: skip
    log.count, log.posts = 36, 72
    assert log.too_much_left_out() == []
    log.count = 35
    assert log.too_much_left_out() == [
        Fault("f", None, None, "cetvel.left_out", {"count": 4, "all": 39, "posts": 8, "all_posts": 80}),
        Fault("f", 7, None, "cetvel.lost_sums", {"text": "x", "count": 3, "posts": 7}),
        Fault("f", None, "C", "cetvel.lost_column", {"text": "y", "count": 1, "posts": 1}),
    ]
    log.count, log.posts = 36, 71
    assert log.too_much_left_out()
