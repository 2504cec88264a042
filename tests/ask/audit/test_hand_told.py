"""What is told of a table made by hand, word for word: ``told.txt`` holds it for every table of the tests.

A person reads a hand-made table's faults and doubts with the table beside them: file, row, column, text, the
place or title that was taken, how sure it is, the names beside it. ``told.txt`` was read so, table by table;
what differs from it is a change of what people are told. To write it anew, and then read what differs:

    PYTHONPATH=tests python -m ask.audit.test_hand_told
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ask.audit.test_hand_tables import (
    CASES,
    NUMBERS,
    SIBLINGS,
    TABLES,
    TURNED,
    Rows,
    ministry,
    turned,
    units,
    write,
)
from helpers.turkey import turkey
from pdc.ask.audit.tables import sentence
from pdc.ask.handmade import Cetvel, Doubt, read_cetvel
from pdc.base.faults import Fault, InputError

TOLD = Path(__file__).with_name("told.txt")
CORPUS = Path(__file__).with_name("corpus")


def doubt(d: Doubt) -> str:
    """All of a doubt: where it stands, its sentence, and what the sentence leaves out."""
    where = ":".join(part for part in (d.file, str(d.row or ""), d.column) if part)
    near = ", ".join(f"{name} ({score:g})" for name, score in d.alternatives)
    rest = (d.level, d.code, d.name, "" if d.score is None else f"{d.score:g}", near, d.posts, d.expected, d.reason)
    return f"{d.kind} {where} | {d.text} | {' ; '.join('' if x is None else str(x) for x in rest)} | {sentence(d, 'en')}"


def fault(f: Fault) -> str:
    """All of a fault."""
    return f"{f.code} {f.text('en')}"


def numbers(cetvel: Cetvel) -> list[str]:
    """Posts by title, and the places that can be judged: codes where they are few, else how many there are."""
    lines = []
    codes = cetvel.country.codes(cetvel.level)
    for title, posts in cetvel.posts.items():
        at = np.flatnonzero(posts).tolist()
        few = " ".join(f"{codes[i]}={posts[i]}" for i in at) if len(at) <= 9 else f"{len(at)} places"
        lines.append(f"{title}: {int(posts.sum())} | {few}")
    for level, mask in cetvel.covered.items():
        at, codes = np.flatnonzero(mask).tolist(), cetvel.country.codes(level)
        some = " ".join(str(codes[i]) for i in at) if len(at) <= 9 else ""
        lines.append(f"judged by {level}: {len(at)} of {len(mask)} {some}".rstrip())
    return lines


def told(path: Path) -> list[str]:
    """Everything that is told of a table."""
    try:
        cetvel = read_cetvel(path, turkey())
    except InputError as error:
        return ["refused", *map(fault, error.faults)]
    return [f"read as {cetvel.name} by {cetvel.level}", *numbers(cetvel), *map(doubt, cetvel.doubts)]


# the tables ---------------------------------------------------------------------------------------------

Make = Callable[[Path], Path]
NINE = ["Amasya", "Tokat", "Sivas", "Ordu", "Sinop", "Samsun", "Rize", "Artvin", "Bursa"]
MORE: dict[str, Rows] = {
    # columns
    "posts twice, the same": [["İl", "Unvan", "Kadro", "Sayı"], ["Çorum", "Ebe", "7", "7"], ["Amasya", "Ebe", "3", "3"]],
    "two columns of provinces, one with gaps": [["İl", "Hemşire", "İl Adı"], ["Çorum", "5", "ÇORUM"], ["Amasya", "6", ""]],
    "a title twice, and a third": [["İl", "Ebe", "EBE", "Hemşire", "Hemş."], ["Çorum", "5", "6", "1", "2"]],
    "two names of one planning title": [["İl", "Röntgen Teknisyeni", "Sağlık Teknisyeni Röntgen"], ["Çorum", "5", "6"]],
    "titles of other columns": [["İl", "Unvan", "Hemşire", "Kadro", "Toplam"], ["Çorum", "Ebe", "5", "6", "11"]],
    "words beside the numbers": [
        ["Sıra", "İl", "Görüş", "Hemşire", "", "Tarih"], ["1", "Çorum", "uygun", "50", "bkz. ek", "2026"],
        ["2", "Amasya", "", "60", "", ""],
    ],
    "a column of numbers far to the right": [["İl", "Hemşire", "", "", ""], ["Çorum", "50", "", "", "7"], ["Amasya", "60", "", "", ""]],
    "misspelt headings": [["İl", "Hemsıre", "Ebbe", "Eczaçı", "Fizyoterapis"], ["Çorum", "50", "7", "2", "1"]],
    "headings of no title": [["İl", "Hemşire", "Gözlemci", "Şoför"], ["Çorum", "50", "7", "2"], ["Amasya", "60", "8", "1"]],
    # places
    "plate and name disagree": [["Plaka", "İl", "Hemşire"], ["5", "Çorum", "50"], ["19", "Amasya", "60"], ["6", "Ankara", "7"]],
    "plate and name in one cell": [["İl", "Hemşire"], ["19 - Çorum", "50"], ["Amasya (05)", "60"], ["06-Çorum", "7"], ["6) Ankara", "8"]],
    "plates that are none": [["Plaka", "İl", "Hemşire"], ["99", "Çorum", "50"], ["Amasya", "", "60"], ["98", "", "3"]],
    "districts of a neighbour": [["İl", "İlçe", "Hemşire"], ["Çorum", "Merzifon", "5"], ["Çorum", "Alcaa", "6"], ["Çorum", "Sungurlu", "7"]],
    "district with its province": [["İlçe", "Hemşire"], ["Çorum / Alaca", "5"], ["Amasya - Merkez", "6"], ["Çorum Merkez", "7"], ["Merkez", "8"]],
    "district codes": [["İlçe Kodu", "İlçe", "Hemşire"], ["TR-19-001", "", "5"], ["tr-19-004", "Merkez", "6"], ["TR-19-099", "Bayat", "7"], ["X", "", "8"]],
    "places going on below": [
        ["İl", "İlçe", "Ebe"], ["Çorum", "Alaca", "5"], ["", "Bayat", "6"], ["Amasya", "Merkez", "7"], ["", "Merzifon", "8"],
        ["", "Toplam", "15"],
    ],
    "a province among districts": [["İl", "İlçe", "Ebe"], ["Çorum", "Alaca", "5"], ["", "Bayat", "6"], ["", "Toplam", "11"], ["Tokat", "", "3"]],
    "a sum of no rows": [["İl", "İlçe", "Ebe", "Eczacı"], ["Çorum", "Alaca", "5", "0"], ["", "Toplam", "5", "0"], ["Tokat Toplamı", "", "3", "0"]],

    "units by short names": [
        ["İl", "İlçe", "Birim", "Hemşire"], ["Çorum", "Alaca", "Devlet Hastanesi", "5"], ["", "", "Alaca 1 Nolu ASM", "6"],
        ["", "", "Alaca Devlet Hastahanesi", "7"], ["", "", "Sağlık Ocağı", "8"], ["", "Bayat", "Alaca 1 Nolu S.O.", "9"],
        ["", "", "Bilinmeyen Kurum", "9"],
    ],
    "unit codes": [["Birim Kodu", "Birim", "Ebe"], ["TR-19-001-SO01", "", "1"], ["tr-19-001-so02", "x", "2"], ["4592.0", "", "3"],
                   ["", "Alaca Devlet Hastanesi", "4"], ["Y", "", "5"]],
    "units without their districts": [["İl", "Birim", "Ebe"], ["Çorum", "Alaca Devlet Hastanesi", "1"], ["Çorum", "Merkez 1 Nolu Sağlık Ocağı", "2"],
                                      ["Amasya", "Çorum İl Sağlık Müdürlüğü", "3"]],
    "an outline with plates": [["Plaka", "Yer", "Ebe"], ["19", "Çorum", "12"], ["", "Alaca", "5"], ["", "Bayat", "7"], ["5", "Amasya", "3"], ["", "Merzifon", "3"]],
    "an outline with a plate in each row": [
        ["Plaka", "Yer", "Ebe"], ["19", "Çorum", "26"], ["19", "Çorum", "14"], ["19", "Alaca", "5"], ["19", "Bayat", "7"], ["5", "Amasya", "3"],
        ["5", "Amasya", "3"],
    ],
    "a plate and a central district alone": [["Plaka", "Yer", "Ebe"], ["19", "Çorum", "300"], ["19", "Alaca", "5"], ["19", "Bayat", "7"]],
    "an outline by slashes": [["İl / İlçe", "Ebe"], ["Çorum / Alaca", "5"], ["Çorum / Bayat", "7"], ["Amasya / Yok", "1"], ["Toplam", "13"]],
    "districts named as provinces": [["Yer", "Ebe"], ["Amasya", "9"], ["Merkez", "4"], ["Merzifon", "5"], ["Bayat", "2"], ["Ortaköy", "1"]],
    "provinces misspelt": [["İl", "Ebe"], ["Corm", "5"], ["Amsya", "6"], ["Kırk", "7"], ["Nevada", "8"], ["Afyon", "9"], ["Ş. Urfa", "1"]],
    "a place without posts": [["İl", "İlçe", "Ebe"], ["Çorum", "Alaca", ""], ["Çorum", "Bayat", ""], ["Çorum", "Kargı", "3"], ["", "bilgi yok", ""]],
    # rows
    "lines between the rows": [
        ["2026 CETVELİ"], ["İl", "Hemşire", "Ebe"], ["1", "2", "3"], ["Çorum", "50", "7"], ["Onaylanmıştır"], ["İl", "Hemşire", "Ebe"],
        ["Amasya", "60", "8"], ["Not: 4/B hariç", "", ""], ["", "110", "15"],
    ],
    "a province a block": [
        ["İlçe", "Ebe"], ["ÇORUM İLİ"], ["Alaca", "5"], ["Bayat", "7"], ["Toplam", "12"], ["Amasya İl Sağlık Müdürlüğü"], ["Merzifon", "3"],
        ["Toplam", "3"], ["GENEL TOPLAM", "15"],
    ],
    # sums
    "sums of every kind": [
        ["Plaka", "İl", "Hemşire", "Ebe", "Toplam"], ["19", "Çorum", "50", "7", "57"], ["5", "Amasya", "60", "8", "69"],
        ["", "1. Bölge", "110", "16", "125"], ["60", "Tokat", "20", "2", "22"], ["", "Karadeniz Bölgesi", "20", "2", "22"],
        ["", "Ara Toplam", "130", "17", "147"], ["", "GENEL TOPLAM", "131", "17", "147"],
    ],
    "sums of districts": [
        ["İl", "İlçe", "Ebe"], ["Çorum", "Alaca", "5"], ["Çorum", "Bayat", "7"], ["Çorum Toplamı", "", "13"], ["Amasya", "Merzifon", "3"],
        ["Amasya Toplamı", "", "3"], ["Toplam", "", "15"],
    ],
    "physicians and their sum": [
        ["İl", "Genel Cerrahi", "Göz", "Uzman Toplamı", "Pratisyen Tabip", "Hekim Toplamı", "Ebe", "Genel Toplam"],
        ["Çorum", "5", "6", "11", "7", "18", "3", "21"], ["Amasya", "1", "2", "4", "3", "6", "2", "8"],
    ],
    "groups and their sums": [
        ["İl", "Hekim", "", "", "Diğer", "", ""], ["", "Göz", "Pratisyen", "Toplam", "Ebe", "Hemşire", "Toplam"],
        ["Çorum", "5", "6", "11", "7", "18", "25"], ["Amasya", "1", "2", "4", "3", "6", "9"],
    ],
    "a sum of nothing": [["İl", "Hemşire", "Ebe", "Toplam"], ["Çorum", "50", "7", "1"], ["Amasya", "60", "8", "2"], ["Tokat", "9", "9", "3"]],
    # numbers
    "numbers of every wrong kind": [
        ["İl", "Hemşire", "Ebe", "Eczacı"], ["Çorum", "-5", "12,5", "99999999"], ["Amasya", "%12", "12.03.2026", "#DIV/0!"],
        ["Tokat", "5 kişi", "beş", "1,000"], ["Sivas", "x", "3 Mart", "+7*"],
    ],
    # left out
    "exactly a tenth left out": [["İl", "Unvan", "Kadro", "2027"], ["Çorum", "Ebe", "90", "10"],
                                *[[name, "Ebe", "0", ""] for name in NINE]],
    "more than a tenth of the posts left out": [["İl", "Unvan", "Kadro", "2027"], ["Çorum", "Ebe", "89", "10"],
                                               *[[name, "Ebe", "0", ""] for name in NINE]],
    "more than a tenth of the numbers left out": [["İl", "Unvan", "Kadro", "2027"], ["Çorum", "Ebe", "90", "1"],
                                                 *[[name, "Ebe", "0", ""] for name in NINE[2:]]],
    # long
    "long with branches": [
        ["İl", "Unvan", "Branş", "Kadro"], ["Çorum", "Uzman Tabip", "Göz Hastalıkları", "8"], ["", "", "Genel Cerrahi", "14"],
        ["", "Sağlık Teknisyeni", "Röntgen", "9"], ["", "Hemşire", "bilinmez", "3"], ["", "Hemsire", "", "4"], ["Amasya", "Ebbe", "", "5"],
        ["", "Uydurma", "", "6"], ["", "Uydurma", "", "6"],
    ],
    "long without the first title": [["İl", "Unvan", "Kadro"], ["Çorum", "", "8"], ["Çorum", "Ebe", "14"]],
    "long by unit": [
        ["İl", "İlçe", "Birim", "Unvan", "Kadro"], ["Çorum", "Alaca", "Alaca Devlet Hastanesi", "Ebe", "8"], ["", "", "", "Hemşire", "9"],
        ["", "Bayat", "Bayat Devlet Hastanesi", "Ebe", "3"], ["", "", "", "Toplam", "20"],
    ],
    "long without numbers of posts": [["İl", "Unvan", "Nüfus"], ["Çorum", "Ebe", "8"], ["Amasya", "Ebe", "9"]],
    # heads
    "a title above": [["HEMŞİRE"], [""], ["İl", "Sayı"], ["Çorum", "50"], ["Amasya", "60"]],
    "no names of columns of places": [["", "", "Ebe"], ["19", "x", "5"], ["5", "y", "6"]],
    "units without a heading": [["", "Ebe"], ["Alaca Devlet Hastanesi", "5"], ["Bayat Devlet Hastanesi", "6"]],
    "measures below titles": [
        ["İl", "Hemşire", "", "", "Ebe", "", ""], ["", "Standart", "PDC", "Fark", "Standart", "PDC", "Fark"],
        ["Çorum", "1", "50", "2", "3", "7", "4"], ["Amasya", "1", "60", "2", "3", "8", "4"],
    ],
    "kinds of places below a group": [["İl", "", "Ebe"], ["Kodu", "Adı", ""], ["19", "Çorum", "5"], ["5", "Amasya", "6"]],
    "nothing but words": [["a", "b"], ["c", "d"]],
    "a head alone": [["İl", "Ebe"]],
    "the same place twice": [["İl", "Ebe"], ["Çorum", "5"], ["ÇORUM", "6"], ["Amasya", "7"]],
    "raw titles that add up": [
        ["İl", "Unvan", "Kadro"], ["Çorum", "Röntgen Teknisyeni", "5"], ["Çorum", "Sağlık Teknisyeni (Röntgen)", "6"],
        ["Çorum", "Sağlık Memuru (Röntgen)", "7"], ["Çorum", "Sağlık Teknikeri Röntgen", "8"],
    ],
}
"""Tables for what the others do not show, by what they show."""


def made(rows: Callable[[], Rows], form: str) -> Make:
    return lambda folder: write(rows(), form, folder)


def tables() -> dict[str, Make]:
    """Every table by its name in ``told.txt``."""
    found: dict[str, Make] = {}
    for folder in (CORPUS, CASES):
        for path in sorted(folder.iterdir()):
            if path.suffix in (".csv", ".xlsx", ".ods"):
                found[f"{folder.name}/{path.name}"] = lambda _, path=path: path  # type: ignore[misc]
    for name, (rows, _) in TABLES.items():
        found[name] = made(lambda rows=rows: rows, "numbers")  # type: ignore[misc]
    for name, (rows, _) in NUMBERS.items():
        found[name] = made(lambda rows=rows: rows, "semicolon")  # type: ignore[misc]
        found[f"{name}, turned"] = made(lambda rows=rows: turned(rows), "semicolon")  # type: ignore[misc]
    for name, (change, _) in TURNED.items():
        found[f"units in columns: {name}"] = made(lambda change=change: change(units(turkey())), "semicolon")  # type: ignore[misc]
    for name in ("regions in the first column", "shares", "the heading on each page", "a sum of a group"):
        found[f"the ministry's: {name}"] = made(lambda change=SIBLINGS[name]: change(ministry()), "semicolon")  # type: ignore[misc]
    for name, rows in MORE.items():
        found[name] = made(lambda rows=rows: rows, "semicolon")  # type: ignore[misc]
        found[f"{name}, in a workbook"] = made(lambda rows=rows: rows, "numbers")  # type: ignore[misc]
    return found


@cache
def expected() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in TOLD.read_text("utf-8").split("\n\n") if TOLD.is_file() else []:
        name, *lines = part.strip().splitlines()
        found[name.removeprefix("# ")] = lines
    return found


@pytest.mark.parametrize("name", tables())
def test_what_is_told_of_a_table(name: str, tmp_path: Path) -> None:
    assert told(tables()[name](tmp_path)) == expected()[name]


def test_nothing_is_expected_of_a_table_that_is_gone() -> None:
    assert list(expected()) == list(tables())


def main() -> int:
    parts = []
    for name, make in tables().items():
        with tempfile.TemporaryDirectory() as folder:
            parts.append("\n".join([f"# {name}", *told(make(Path(folder)))]))
    TOLD.write_text("\n\n".join(parts) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
