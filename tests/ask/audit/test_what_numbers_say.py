"""Numbers are posts only where nothing beside them says that they are vacancies, shares, needs or thousands."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.hand_tables import Posts, Rows, built_in, check, outcome, turned, write
from pdc.ask.handmade import read_cetvel
from pdc.ask.handmade.says import only_says, said
from pdc.country.setting import Setting

EBE = {"ebe": {"Amasya": 3, "Çorum": 7}}
BOTH = {"hemsire": {"Amasya": 40, "Çorum": 50}, **EBE}
FORMS = ("semicolon", "numbers", "ods")


@pytest.fixture(scope="module")
def turkey() -> Setting:
    return built_in()


def headed(heading: str) -> Rows:
    return [["İl", heading, "Ebe"], ["Çorum", "50", "7"], ["Amasya", "40", "3"]]


def kinds(rows: Rows, folder: Path, setting: Setting) -> set[str]:
    doubts = read_cetvel(write(rows, "texts", folder), setting).doubts
    return {d.kind for d in doubts if d.kind != "not_given"}


HEADINGS: dict[str, tuple[str, Posts | set[str]]] = {
    # left out, and told
    **dict.fromkeys(("Hemşire (Boş)", "Hemşire Boş", "Boş Hemşire", "HEMŞİRE - BOŞ KADRO", "Hemşire (münhal)", "Hemşire ihtiyacı", "Hemşire (%)", "Hemşire %", "Hemşire oranı", "Hemşire (yüzde)", "Hemşire hedefi", "Hemşire (fark)", "Hemşire açığı", "Hemşire fazlası", "Hemşire (100.000 nüfusa)", "Hemşire başına nüfus", "Emekli Hemşire", "Hemşire (vacant)"), ("column", EBE)),
    # read as posts, and told
    **dict.fromkeys(("Hemşire (Dolu)", "Mevcut Hemşire", "Hemşire mevcudu", "Çalışan hemşire"), ("filled", BOTH)),
    **dict.fromkeys(("Hemşire (2025)", "Hemşire (4/B)", "Toplam Hemşire", "Hemşire Toplamı"), ("match", BOTH)),
    # read as posts
    **dict.fromkeys(("Hemşire (Kadro)", "Hemşire PDC", "Hemşire kadro sayısı", "Hemşire (kişi)", "Hemşire (adet)", "Norm Hemşire", "Hemşire (657 + 4924)", "Hemşire (4/B dahil)", "Hemşire (dolu + boş)"), ("", BOTH)),
    # refused
    **{heading: ("", {"cetvel.scaled"}) for heading in ("Hemşire (bin)", "Hemşire (bin kişi)", "Hemşire (milyon)", "Hemşire (1.000)")},
    **{
        heading: ("", {"cetvel.title_ambiguous"})
        for heading in ("Hemşire ve Sağlık Memuru", "Doktor ve Hemşire", "Hemşire/Ebe", "Hemşire + Laborant", "Ebe ve Hemşire")
    },
}  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_says_what_its_numbers_are(heading: str, tmp_path: Path, turkey: Setting) -> None:
    told, want = HEADINGS[heading]
    check(headed(heading), want, tmp_path, turkey, FORMS)
    check(turned(headed(heading)), want, tmp_path, turkey, ("semicolon",))
    if not isinstance(want, set):
        assert kinds(headed(heading), tmp_path, turkey) == ({told} if told else set())


GROUPS: dict[str, tuple[list[str], Posts | set[str]]] = {
    "vacancies": (["BOŞ KADRO", ""], {"cetvel.no_posts"}),
    "needs": (["SAĞLIK PERSONELİ İHTİYACI", ""], {"cetvel.no_posts"}),
    "shares": (["ORAN (%)", ""], {"cetvel.no_posts"}),
    "thousands": (["BİN KİŞİ", ""], {"cetvel.scaled", "cetvel.no_posts"}),
    "posts": (["2026 PDC KADROLARI", ""], BOTH),
    "people": (["MEVCUT DURUM", ""], BOTH),
    "a group that says nothing": (["YARDIMCI SAĞLIK PERSONELİ", ""], BOTH),
}


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_over_titles_says_it_too(name: str, tmp_path: Path, turkey: Setting) -> None:
    group, want = GROUPS[name]
    rows = [["İl", *group], ["", "Hemşire", "Ebe"], *headed("")[1:]]
    check(rows, want, tmp_path, turkey, FORMS)
    assert name != "people" or kinds(rows, tmp_path, turkey) == {"filled"}


def test_posts_people_and_vacancies_side_by_side(tmp_path: Path, turkey: Setting) -> None:
    for first, want in (("KADRO", BOTH), ("DOLU", BOTH)):
        second = "DOLU" if first == "KADRO" else "BOŞ"
        rows = [["İl", first, "", second, "", "FARK", ""], ["", *["Hemşire", "Ebe"] * 3],
                ["Çorum", "50", "7", "1", "2", "3", "4"], ["Amasya", "40", "3", "5", "6", "7", "8"]]  # fmt: skip
        check(rows, want, tmp_path, turkey, FORMS)


PARTS: dict[str, Rows] = {
    "women and men": [["İl", "Hemşire", "", "Ebe"], ["", "Kadın", "Erkek", ""], ["Çorum", "5", "6", "7"]],
    "women and men with their sum": [
        ["İl", "Hemşire", "", "", "Ebe"], ["", "Kadın", "Erkek", "Toplam", ""], ["Çorum", "5", "6", "11", "7"]
    ],
    "kinds of contract": [["İl", "Hemşire", "", "Ebe"], ["", "Kadrolu", "Sözleşmeli", ""], ["Çorum", "5", "6", "7"]],
}  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_parts_of_a_title_are_no_other_title(name: str, tmp_path: Path, turkey: Setting) -> None:
    check(PARTS[name], {"cetvel.title_unknown", "cetvel.second_head"}, tmp_path, turkey, FORMS)


ROWS: dict[str, tuple[Rows, Posts | set[str]]] = {
    "Boş among Dolu": (
        [["İl", "Unvan", "Durum", "Sayı"], ["Çorum", "Hemşire", "Dolu", "5"], ["Amasya", "Hemşire", "Boş", "6"]],
        {"cetvel.not_posts"},
    ),
    "Boş in a wide table": (
        [["İl", "Durum", "Hemşire"], ["Çorum", "Dolu", "5"], ["Amasya", "Boş Kadro", "6"]], {"cetvel.not_posts"}
    ),
    "Kadro among Dolu": (
        [["İl", "Unvan", "Tür", "Sayı"], ["Çorum", "Hemşire", "Kadro", "5"], ["Amasya", "Hemşire", "Dolu", "6"]],
        {"cetvel.not_posts"},
    ),
    "Dolu alone": (
        [["İl", "Unvan", "Durum", "Sayı"], ["Çorum", "Hemşire", "Dolu", "50"], ["Amasya", "Hemşire", "Dolu", "40"]],
        {"hemsire": BOTH["hemsire"]},
    ),
    "Kadro alone": (
        [["İl", "Unvan", "Durum", "Sayı"], ["Çorum", "Hemşire", "Kadro", "50"], ["Amasya", "Hemşire", "Kadro", "40"]],
        {"hemsire": BOTH["hemsire"]},
    ),
    "vacancies as a title": (
        [["İl", "Unvan", "Sayı"], ["Çorum", "Hemşire (Boş)", "5"], ["Amasya", "Hemşire", "6"]], {"cetvel.title_unknown"}
    ),
    "Sayı (%)": ([["İl", "Unvan", "Sayı (%)"], ["Çorum", "Hemşire", "5"]], {"cetvel.no_posts"}),
    "Kadro (bin)": ([["İl", "Unvan", "Kadro (bin)"], ["Çorum", "Hemşire", "5"]], {"cetvel.no_posts"}),
    "vacancies of one title": ([["HEMŞİRE BOŞ KADROLARI"], ["İl", "Sayı"], ["Çorum", "5"]], {"cetvel.no_posts"}),
    "thousands of one title": ([["HEMŞİRE (BİN)"], ["İl", "Sayı"], ["Çorum", "5"]], {"cetvel.scaled", "cetvel.no_posts"}),
    "thousands below the heading": ([*headed("Hemşire")[:1], ["", "(bin)", "(bin)"], *headed("")[1:]], {"cetvel.scaled"}),
    "people below the heading": ([*headed("Hemşire")[:1], ["", "(kişi)", "(kişi)"], *headed("")[1:]], BOTH),
    "a line of thousands": ([["(Bin kişi)"], *headed("Hemşire")], {"cetvel.scaled"}),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_rows_and_lines_say_it_too(name: str, tmp_path: Path, turkey: Setting) -> None:
    rows, want = ROWS[name]
    check(rows, want, tmp_path, turkey, FORMS)
    if name == "Dolu alone":
        assert "filled" in kinds(rows, tmp_path, turkey)


@pytest.mark.parametrize(
    "line", ["MÜNHAL KADROLAR", "PERSONEL İHTİYAÇ LİSTESİ", "100.000 nüfusa düşen personel"]
)
def test_a_line_above_that_speaks_of_other_numbers_is_told(
    line: str, tmp_path: Path, turkey: Setting
) -> None:
    rows = [[line], *headed("Hemşire")]
    assert outcome(write(rows, "semicolon", tmp_path), turkey) == BOTH
    assert kinds(rows, tmp_path, turkey) == {"says"}


def test_dolu_and_bos_together_are_the_posts() -> None:
    assert said("Dolu + Boş") == ("posts", "")
    assert said("Hemşire (boş)") == ("other", "hemsire")
    assert [only_says(text) for text in ("Boş Kadro", "Hemşire", "Dolu")] == ["other", "", "filled"]


@pytest.mark.parametrize(
    "heading",
    ["Hemşire (iptal)", "İhdas Hemşire", "Eski Hemşire", "Hemşire (önceki)", "Atanacak hemşire", "Hemşire (izinli)",
     "Hemşire (saat)", "Hemşire maaşı", "Hemşire talebi", "Öğrenci hemşire"],
)  # fmt: skip
def test_more_that_is_no_post(heading: str, tmp_path: Path, turkey: Setting) -> None:
    check(headed(heading), EBE, tmp_path, turkey, FORMS)
    assert kinds(headed(heading), tmp_path, turkey) == {"column"}


@pytest.mark.parametrize("heading", ["Hemşire (binlik)", "Hemşire ('000)", "Hemşire (’000)"])
def test_more_that_is_thousands(heading: str, tmp_path: Path, turkey: Setting) -> None:
    check(headed(heading), {"cetvel.scaled"}, tmp_path, turkey, FORMS)


def test_any_physician_is_no_general_practitioner(tmp_path: Path, turkey: Setting) -> None:
    assert outcome(write(headed("Doktor"), "texts", tmp_path), turkey) == {"cetvel.left_out", "cetvel.lost_sum_column"}


def test_numbers_with_a_plus_are_told_once_a_column(tmp_path: Path, turkey: Setting) -> None:
    rows = [["İl", "Hemşire", "Ebe"], ["Çorum", "+50", "7"], ["Amasya", "+40", "3"]]
    path = write(rows, "texts", tmp_path)
    told = [d for d in read_cetvel(path, turkey).doubts if d.kind == "signed"]
    assert [(d.row, d.column, d.text, d.posts) for d in told] == [(2, "Hemşire", "+50", 50)]
    assert outcome(path, turkey) == BOTH
