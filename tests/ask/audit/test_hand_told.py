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
import openpyxl
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
        assert posts.dtype == np.int64
        at = np.flatnonzero(posts).tolist()
        few = " ".join(f"{codes[i]}={posts[i]}" for i in at) if len(at) <= 9 else f"{len(at)} places"
        lines.append(f"{title}: {int(posts.sum())} | {few}")
    for level, mask in cetvel.covered.items():
        assert mask.dtype == np.bool_
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
SEVEN = ["Alaca", "Bayat", "Boğazkale", "Dodurga", "İskilip", "Kargı", "Lâçin"]
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
    # titles
    "branches below specialists": [
        ["İl", "Uzman Tabip", "", "Sağlık Teknisyeni", "", "Ebe"], ["", "Anestezi", "Aile", "Anestezi", "Röntgen", ""],
        ["Çorum", "1", "2", "3", "4", "5"],
    ],
    "branches in brackets": [
        ["İl", "Uzman Tabip (Anestezi)", "Uzman Dr. Göz", "Hemşire (657 + 4924)", "Sağlık Memuru [Röntgen]"],
        ["Çorum", "1", "2", "3", "4"],
    ],
    "a title in the brackets of another": [["İl", "Ebe (Hemşire)"], ["Çorum", "5"]],
    "titles that are several": [["İl", "Tabip", "Ebe/Hemşire", "Sağlık Memuru"], ["Çorum", "1", "2", "3"]],
    "codes of titles": [["İl", "uzman.goz_hastaliklari", "acil_tip_teknisyeni", "Aile Hekimliği"], ["Çorum", "1", "2", "3"]],
    "raw titles without a branch": [["İl", "Fizik Tedavi Teknisyeni", "Odyometri Teknikeri", "Laborant"], ["Çorum", "1", "2", "3"]],
    # heads
    "codes below the group of a place": [
        ["İl", "", "İlçe", "", "Ebe", ""], ["Kodu", "Adı", "Kodu", "Adı", "PDC", "Boş"], ["19", "Çorum", "TR-19-001", "Alaca", "5", "1"],
        ["19", "Çorum", "TR-19-002", "Bayat", "6", "1"],
    ],
    "a head of four rows": [
        ["PERSONEL"], ["Yer", "", "Sağlık", "", "", ""], ["İl", "İlçe", "Hekim", "", "Diğer", ""], ["", "", "Göz", "KBB", "Ebe", "Toplam"],
        ["", "", "PDC", "PDC", "PDC", "PDC"], ["Çorum", "Alaca", "1", "2", "3", "6"],
    ],
    "one title and a column of names": [["Ad", "Ebe"], ["Alaca Devlet Hastanesi", "5"], ["Bayat Devlet Hastanesi", "6"]],
    "names of places without a heading": [["", "", "Hemşire", "Ebe"], ["Çorum", "Alaca", "5", "1"], ["", "Bayat", "6", "2"], ["", "Toplam", "11", "3"]],
    "codes of units without a heading": [["", "Hemşire", "Ebe"], ["TR-19-001-SO01", "5", "1"], ["4592", "6", "2"]],
    "plates without a heading": [["", "Hemşire", "Ebe"], ["19", "5", "1"], ["5", "6", "2"]],
    "numbers of rows without a heading": [["", "Hemşire", "Ebe"], ["1", "5", "1"], ["1", "6", "2"]],
    "provinces and districts without a heading": [["", "Hemşire", "Ebe"], ["Çorum", "11", "3"], ["Alaca", "5", "1"], ["Bayat", "6", "2"]],
    "a year over the posts": [["İl", "İlçe", "2026"], ["Çorum", "Alaca", "5"], ["Çorum", "Bayat", "6"]],
    "a long table with a year": [["İl", "Unvan", "2026"], ["Çorum", "Ebe", "5"], ["Amasya", "Ebe", "6"]],
    "a long table's branch and its sum": [
        ["İl", "Unvan", "Toplam", "2026"], ["Çorum", "Ebe", "5", "1"], ["Çorum", "Hemşire", "6", "1"], ["Çorum", "Toplam", "12", "2"],
    ],
    "titles without places": [["Sıra", "Hemşire", "Ebe"], ["1", "5", "1"], ["2", "6", "2"]],
    "a title above and posts with their sum": [["Ebe kadroları"], ["EBE"], ["İl", "Kadro", "Toplam"], ["Çorum", "5", "5"], ["Amasya", "6", "7"]],
    "people of two kinds below one title": [
        ["İl", "Hemşire", "", "Ebe", ""], ["", "Dolu", "Mevcut", "Dolu", "Boş"], ["Çorum", "50", "1", "7", "2"], ["Amasya", "90", "3", "3", "4"],
    ],
    "shares beside the numbers": [["İl", "Ebe", "Ebe %", "Nüfus (2025)", "No"], ["Çorum", "5", "12", "500000", "1"], ["Amasya", "6", "13", "300000", "2"]],
    # places
    "half of a province's districts": [["İl", "İlçe", "Ebe"], *[["Çorum", name, "1"] for name in SEVEN]],
    "fewer than half of a province's districts": [["İl", "İlçe", "Ebe"], *[["Çorum", name, "1"] for name in SEVEN[1:]]],
    "more than twelve provinces": [["İl", "Ebe"], *[[str(plate), "1"] for plate in range(1, 70)]],
    "all but thirteen provinces": [["İl", "Ebe"], *[[str(plate), "1"] for plate in range(1, 69)]],
    "districts merged away": [["İl", "İlçe", "Ebe", "Hemşire"], ["Adana", "Seyhan", "5", "1"], ["Adana", "Sarıçam", "6", "2"], ["Adana", "Çukurova", "7", "3"]],
    "sums of units": [
        ["İl", "İlçe", "Birim", "Ebe"], ["Çorum", "Alaca", "Alaca Devlet Hastanesi", "8"], ["", "", "Alaca 1 Nolu S.O.", "1"],
        ["", "Alaca Toplamı", "", "10"], ["", "Bayat", "Bayat Devlet Hastanesi", "3"], ["", "", "Bayat Toplamı", "3"], ["Çorum Toplamı", "", "", "12"],
        ["", "", "", "12"], ["", "", "Alaca İl Müdürlüğü", ""],
    ],
    "units of a district told by the district above alone": [
        ["İl", "İlçe", "Birim", "Ebe"], ["Çorum", "Alaca", "Alaca Devlet Hastanesi", "8"], ["", "", "Bayat Devlet Hastanesi", "1"],
        ["", "", "Göğüs Hastanesi", "2"], ["Amasya", "", "Merzifon Devlet Hastanesi", "2"],
    ],
    "levels below one another": [
        ["İl", "Ebe", "Eczacı"], ["Çorum", "80", "3"], ["Amasya", "7", "2"], [""], ["İl", "İlçe", "Ebe"], ["Çorum", "Alaca", "10"],
        ["Çorum", "Bayat", "12"], [""], ["İl", "İlçe", "Birim", "Ebe"], ["Çorum", "Alaca", "Alaca Devlet Hastanesi", "9"],
        ["Çorum", "Bayat", "Bayat Devlet Hastanesi", "12"],
    ],
    "titles of two levels": [
        ["İl", "Eczacı"], ["Çorum", "3"], ["Amasya", "2"], [""], ["İl", "İlçe", "Ebe"], ["Çorum", "Alaca", "10"], ["Çorum", "Bayat", "12"],
        ["Amasya", "Merzifon", "9"],
    ],
    "the same place in two tables": [["İl", "Ebe"], ["Çorum", "3"], [""], ["İl", "Ebe", "Eczacı"], ["Çorum", "4", "1"], ["Amasya", "4", "1"]],
    "names of old provinces and central districts": [
        ["İl", "İlçe", "Ebe"], ["İçel", "Merkez", "1"], ["K.Maraş", "Metropol", "2"], ["Amasya", "Amasya Merkez", "3"], ["Rize", "İl Merkezi", "4"],
    ],
    "cells that only look like places": [["İl", "Ebe"], ["Çorum/", "5"], ["(Amasya)", "6"], ["Tokat*", "7"], ["60 Tokat", "8"], ["0005", "8"]],
    # rows
    "a line of a province in its column": [["İl", "İlçe", "Ebe"], ["ÇORUM İLİ", "", ""], ["", "Kargı", "5"], ["", "Alaca", "6"], ["AMASYA İLİ"], ["", "Merzifon", "7"]],
    "an outline without numbers of provinces": [["Yer", "Ebe"], ["ÇORUM", ""], ["Alaca", "5"], ["Bayat", ""], ["Geçici", ""], ["Amasya", ""], ["Merzifon", "7"]],
    "an outline in a column of provinces": [["İl", "Ebe"], ["Çorum / Kargı", "6"], ["Çorum / Alaca", ""], ["yok yok", ""], ["Amasya / Merzifon", "7"]],
    "a group to the right of the places": [["", "Hekim", ""], ["İl", "Göz", "KBB"], ["Nevada", "1", "2"]],
    "lines of provinces over codes of districts": [["İlçe Kodu", "Ebe"], ["ÇORUM İLİ"], ["TR-19-001", "5"]],
    "lines of provinces beside their column": [["Sıra", "İl", "İlçe", "Ebe"], ["AMASYA İLİ"], ["1", "Çorum", "Alaca", "5"], ["2", "", "Bayat", "6"]],
    "a note that is no place": [["İl", "Ebe"], ["Çorum", "5"], ["Açıklama: geçici", ""], ["Amasya", ""], ["5", "6"]],
    "a numbered head in the wrong row": [["İl", "Hemşire", "Ebe"], ["Çorum", "5", "6"], ["1", "2", "3"], ["Amasya", "7", "8"]],
    "no row but sums": [["İl", "Hemşire", "Ebe"], ["Toplam", "5", "6"], ["GENEL TOPLAM", "5", "6"]],
    "a plate beside a name that is nobody's": [["Plaka", "İl", "Ebe"], ["19", "Vxqzw", "5"], ["5", "Amasya", "6"]],
    "a note with a slash below the places": [["İl", "Ebe"], ["Çorum", "5"], ["Kaynak / TÜİK", ""], ["Amasya", "6"]],
    "a slash and a year above the head": [["Kadro / Cetvel", "2026"], ["İl", "Ebe"], ["Çorum", "5"], ["Amasya", "6"]],
    "a row parted by another sign": [["İl", "Ebe"], ["Çorum", "5"], ["Amasya,6"]],
    "raw titles that add up in two tables": [
        ["İl", "Sağlık Memuru (Röntgen)"], ["Çorum", "5"], [""], ["İl", "Sağlık Teknikeri Röntgen"], ["Çorum", "6"], ["Amasya", "7"],
    ],
    "numbers without a place between": [["İl", "Hemşire", "Ebe"], ["Çorum", "5", "6"], ["", "5", "6"], ["Amasya", "1", "1"], ["", "9", "9"]],
}
"""Tables for what the others do not show, by what they show."""


def made(rows: Callable[[], Rows], form: str) -> Make:
    return lambda folder: write(rows(), form, folder)


MERGED: dict[str, tuple[Rows, list[str]]] = {
    "a note over all columns": ([["İl", "Ebe", "Eczacı"], ["Çorum", "5", "1"], ["2026 yılı kadrosu"], ["Amasya", "6", "2"]], ["A3:C3"]),
    "a note over numbers alone": ([["İl", "Ebe", "Eczacı"], ["Çorum", "5", "1"], ["", "2026 notu"], ["Amasya", "6", "2"]], ["B3:C3"]),
    "a name over its titles": ([["İl", "Unvan", "Kadro"], ["Çorum", "Ebe", "5"], ["", "Eczacı", "6"], ["Amasya", "Ebe", "7"]], ["A2:A3"]),
    "a number over two places": ([["İl", "Ebe", "Toplam"], ["Çorum", "5", "5"], ["Amasya", "", "0"], ["Toplam", "5"]], ["B2:B3", "B4:C4"]),
    "a title over its measures": (
        [["İl", "Ebe", "", "Hemşire", ""], ["", "PDC", "Boş", "PDC", "Boş"], ["Çorum", "5", "1", "6", "1"]], ["A1:A2", "B1:C1", "D1:E1"]
    ),
    "one group over its branches": ([["", "Uzman Tabip"], ["İl", "Göz", "Anestezi"], ["Çorum", "1", "2"], ["Amasya", "3", "4"]], ["B1:C1"]),
    "a line of title over the head": ([["Çorum İli"], ["İlçe", "Ebe"], ["Alaca", "5"], ["Bayat", "6"]], ["A1:B1"]),
}


def merged(rows: Rows, cells: list[str]) -> Make:
    def make(folder: Path) -> Path:
        path = write(rows, "numbers", folder)
        book = openpyxl.load_workbook(path)
        assert book.active is not None
        for one in cells:
            book.active.merge_cells(one)
        book.save(path)
        return path

    return make


def two_sheets(folder: Path) -> Path:
    """Beside the table a sheet of places and numbers that no heading speaks of."""
    path = write([["İl", "Ebe"], ["Çorum", "5"], ["Amasya", "6"]], "numbers", folder)
    book = openpyxl.load_workbook(path)
    more = book.create_sheet("Ek")
    for row in (["Çorum", 50], ["Amasya", 60], ["Tokat", "x"]):
        more.append(row)
    book.save(path)
    return path


def tables() -> dict[str, Make]:
    """Every table by its name in ``told.txt``."""
    found: dict[str, Make] = {}
    for folder in (CORPUS, CASES):
        for path in sorted(folder.iterdir()):
            if path.suffix in (".csv", ".xlsx"):
                found[f"{folder.name}/{path.name}"] = lambda _, path=path: path  # type: ignore[misc]
    for name, (rows, _) in TABLES.items():
        found[name] = made(lambda rows=rows: rows, "numbers")  # type: ignore[misc]
    for name, (rows, _) in NUMBERS.items():
        found[name] = made(lambda rows=rows: turned(rows), "semicolon")  # type: ignore[misc]
    for name in ("no provinces", "lines above", "an unknown unit"):
        found[f"units in columns: {name}"] = made(lambda change=TURNED[name][0]: change(units(turkey())), "semicolon")  # type: ignore[misc]
    for name in ("regions in the first column", "shares", "the heading on each page", "a sum of a group"):
        found[f"the ministry's: {name}"] = made(lambda change=SIBLINGS[name]: change(ministry()), "semicolon")  # type: ignore[misc]
    for name, rows in MORE.items():
        form = ("semicolon", "numbers")[len(name) % 2]
        found[name] = made(lambda rows=rows: rows, form)  # type: ignore[misc]
    for name, (rows, cells) in MERGED.items():
        found[f"merged cells: {name}"] = merged(rows, cells)
    found["a sheet that was not understood"] = two_sheets
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
