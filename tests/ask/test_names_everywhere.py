"""Titles, kinds of unit and places are taken by any name they have, wherever a code is."""

from __future__ import annotations

from pathlib import Path

import pytest

import pdc
from helpers.small import Small, posts
from pdc.ask.handmade import read_cetvel
from pdc.ask.repair import locked
from pdc.ask.sweep.spec import read_sweep
from pdc.base.faults import InputError
from pdc.country.setting import prepare, titles_asked
from pdc.law import reading
from pdc.law.scenario import apply
from pdc.law.title_names import possessed
from pdc_common.names import Names
from pdc_reports.explain.places import UnknownPlaceError

BOOK = reading.load()
SAID = {
    "eczaci": ["Eczacı", "ECZACI", "eczaci", "Pharmacist", "pharmacist", "eczacı "],
    "hemsire": ["Hemşire", "HEMŞİRE", "hemsire", "Nurse"],
    "uzman.goz_hastaliklari": [
        "Göz Hastalıkları", "goz_hastaliklari", "Ophthalmology", "Göz Hastalıkları Uzmanı",
        "UZMAN GÖZ HASTALIKLARI", "uzman.goz_hastaliklari",
    ],
    "laboratuvar_teknisyeni": ["Laboratuvar Teknikeri", "laboratuvar teknisyeni"],
    "pratisyen_tabip": ["GP", "General practitioner", "PRATİSYEN TABİP"],
    "acil_tip_teknisyeni": ["ATT"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "said"), [(code, text) for code, texts in SAID.items() for text in texts])
def test_a_title_is_found_by_every_name(code: str, said: str) -> None:
    assert titles_asked(BOOK, [said]) == [code]


@pytest.mark.parametrize("title", BOOK.titles, ids=lambda title: title.code)
def test_every_title_has_names_of_its_own(title: object) -> None:
    code, names = title.code, title.name  # type: ignore[attr-defined]
    for text in (code, names["tr"], names["en"]):
        assert titles_asked(BOOK, [text]) == [code]


def test_a_name_of_several_is_refused_with_both() -> None:
    names = Names({"a_b": ("Alaca",), "c_d": ("ALACA",)})
    assert names.find("alaca") == ("a_b", "c_d")
    assert names.listed(names.find("alaca")) == "Alaca [a_b]; ALACA [c_d]"


def test_an_unknown_title_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError) as caught:
        titles_asked(BOOK, ["Eczacii", "Nurse"])
    assert len(caught.value.faults) == 1
    assert "Eczacı" in caught.value.text("tr")
    assert "Did you mean" in caught.value.text("en")


@pytest.mark.parametrize(
    ("word", "whole"), [("uzman", "uzmanı"), ("hekim", "hekimi"), ("doktor", "doktoru"), ("kala", "kala")]
)
def test_a_family_is_said_as_turkish_says_it(word: str, whole: str) -> None:
    assert possessed(word) == whole


def country() -> Small:
    made = Small().province(19, "Çorum").province(5, "Amasya")
    made.district("C1", 19, 45_000, central=1, district="Merkez").district("C2", 19, 9_000, district="Alaca")
    made.district("A1", 5, 40_000, central=1, district="Merkez")
    made.unit("H1", "C1", "Devlet Hastanesi", beds=120).unit("H2", "C2", "DEVLET HASTANESİ", beds=60)
    made.unit("H3", "A1", "State hospital", beds=90).unit("E1", "A1", "EAH", beds=200)
    return made.staff("", "Eczacı", 60).staff("", "Nurse", 400)


def test_own_tables_take_names_of_titles_and_kinds() -> None:
    tables = country().tables()
    assert set(tables.staff["title"]) == {"eczaci", "hemsire"}
    assert dict(zip(tables.units["unit_code"], tables.units["kind"], strict=True)) == {
        "H1": "devlet_hastanesi", "H2": "devlet_hastanesi", "H3": "devlet_hastanesi", "E1": "eah",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("yes", "no"),
    [("Evet", "Hayır"), ("EVET", "HAYIR"), ("yes", "no"), ("DOĞRU", "YANLIŞ"), ("True", "False"), (1, 0)],
)
def test_yes_and_no_fill_columns_of_0_and_1(yes: str, no: str) -> None:
    made = Small().province(19, metropolitan=no).district("D", 19, 45_000, central=yes)
    made.unit("H", "D", "devlet_hastanesi", beds=30, not_ready=no).unit(
        "G", "D", "devlet_hastanesi", beds=30, not_ready=yes
    )
    tables = made.filled("hemsire", 120).tables()
    assert tables.districts["central"].tolist() == [1]
    assert tables.provinces["metropolitan"].tolist() == [0]
    assert sorted(tables.units["not_ready"]) == ["0", "1"]


def test_another_word_in_a_column_of_0_and_1_is_refused() -> None:
    made = Small().province(19).district("D", 19, 45_000, central="belki")
    with pytest.raises(InputError, match="belki"):
        made.unit("H", "D", "devlet_hastanesi", beds=30).filled("hemsire", 120).tables()


def scenario(folder: Path, text: str) -> Path:
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


def plan(folder: Path, text: str, title: str = "Eczacı") -> pdc.Plan:
    return country().plan(title, sets=["A.3.minimum=0"], scenario=[scenario(folder, text)])


@pytest.mark.parametrize(
    ("place", "level", "code"),
    [
        ('province = "Çorum"', "province", "19"), ('province = "AMASYA"', "province", "5"),
        ("province = 19", "province", "19"), ('district = "Alaca"', "district", "C2"),
        ('district = "Merkez, Çorum"', "district", "C1"), ('district = "Amasya Merkez"', "district", "A1"),
        ('unit = "Birim H3"', "unit", "H3"), ('unit = "birim h1, çorum"', "unit", "H1"),
    ],
)  # fmt: skip
def test_pins_of_a_scenario_take_names(tmp_path: Path, place: str, level: str, code: str) -> None:
    made = plan(tmp_path, f'[[pin]]\ntitle = "Pharmacist"\n{place}\nposts = 11\n')
    assert posts(made, "eczaci", code) == 11
    (pin,) = made.scenario.pins
    assert (pin.title, pin.level, pin.code) == ("eczaci", level, code)


@pytest.mark.parametrize(("lang", "said"), [("tr", "birden çok yer"), ("en", "several places")])
def test_a_place_name_of_several_is_refused_with_all_of_them(tmp_path: Path, lang: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        plan(tmp_path, '[[pin]]\ntitle = "eczaci"\ndistrict = "Merkez"\nposts = 11\n')
    text = caught.value.text(lang)  # type: ignore[arg-type]
    assert said in text
    assert "Merkez, Çorum [C1]" in text
    assert "Merkez, Amasya [A1]" in text


@pytest.mark.parametrize("place", ["Alaca, Amasya", "Merkez, Sivas", "C1, Amasya", "Sungurlu"])
def test_a_place_that_is_not_there_is_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(InputError):
        plan(tmp_path, f'[[pin]]\ntitle = "eczaci"\ndistrict = "{place}"\nposts = 11\n')


@pytest.mark.parametrize(
    "table",
    [
        "district_code,title,posts\nAlaca,eczaci,11\n",
        "İlçe;Unvan;Kadro\nALACA;ECZACI;11\n",
        "İl,İlçe,Unvan,Kadro\nÇorum,Alaca,Eczacı,11\n",
        "İl,İlçe,Unvan,Kadro\n19,C2,Pharmacist,11\n",
    ],
)
def test_a_table_of_pins_takes_names(tmp_path: Path, table: str) -> None:
    (tmp_path / "pins.csv").write_text(table, encoding="utf-8")
    made = plan(tmp_path, '[[pin]]\ntable = "pins.csv"\n')
    assert posts(made, "eczaci", "C2") == 11


def test_locks_take_names(tmp_path: Path) -> None:
    data = country().write(tmp_path / "data")
    (tmp_path / "given.csv").write_text("İl,Eczacı\nÇorum,40\nAmasya,20\n", encoding="utf-8")
    setting = prepare(data, sets=["A.3.minimum=0"])
    table = read_cetvel(str(tmp_path / "given.csv"), setting)
    (tmp_path / "lock.csv").write_text("İl,Unvan\nAMASYA,Pharmacist\n", encoding="utf-8")
    (pin,) = locked([tmp_path / "lock.csv"], setting, table)
    assert (pin.title, pin.level, pin.code, pin.posts) == ("eczaci", "province", "5", 20)


def test_added_rows_take_names(tmp_path: Path) -> None:
    text = """
[[add]]
table = "units"
unit_code = "NEW"
district_code = "C2"
unit = "Yeni"
kind = "Eğitim ve Araştırma Hastanesi"
beds = 300

[[add]]
table = "staff"
unit_code = "NEW"
title = "Eczacı"
status = "657"
filled = 40
"""
    made = plan(tmp_path, text)
    units = made.country.units.set_index("unit_code")
    assert units.at["NEW", "kind"] == "eah"
    assert made.country.national_filled["eczaci"] == 100


def test_a_sweep_takes_names_of_titles(tmp_path: Path) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text(
        'titles = ["Eczacı", "Nurse"]\n[design]\nkind = "grid"\n'
        '[[vary]]\nparameter = "B.4.a.8.beds_per_nurse"\nvalues = [3, 4]\n',
        encoding="utf-8",
    )
    assert set(read_sweep(file, country().tables()).titles) == {"hemsire", "eczaci"}


def test_explain_takes_names_in_both_languages(tmp_path: Path) -> None:
    from pdc.ask.explain import explain  # noqa: PLC0415
    from pdc.planning.write import write  # noqa: PLC0415

    folder = write(plan(tmp_path, ""), tmp_path / "out", "tr", reports=False)
    headings = {
        explain(folder, title, province=province, lang="tr").heading
        for title in ("eczaci", "ECZACI", "Pharmacist", "Eczacı")
        for province in (19, "Çorum", "çorum")
    }
    assert len(headings) == 1
    with pytest.raises(UnknownPlaceError):
        explain(folder, "Doktor", lang="tr")


def test_no_scenario_applies_without_a_title_that_is_known(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Eczacı"):
        apply(BOOK, [scenario(tmp_path, '[[pin]]\ntitle = "Eczacıı"\nprovince = 19\nposts = 1\n')])


def test_a_title_that_is_not_planned_is_told_by_whatever_name_it_was_asked_for() -> None:
    made = country().plan("Nükleer Tıp")
    with pytest.raises(InputError, match=r"A\.3"):
        made.something(["Nükleer Tıp"])


def value(text: str, *sets: str, folder: Path | None = None) -> object:
    """What a parameter is under ``--set``, or under a scenario of ``folder``."""
    clause, _, name = text.rpartition(".")
    files = [] if folder is None else [scenario(folder, sets[0])]
    book, _ = apply(BOOK, files, () if folder else sets)
    return book.clauses[clause].parameters[name].value


@pytest.mark.parametrize("word", ["true", "True", "Evet", "EVET", "evet", "yes", "DOĞRU"])
def test_yes_is_taken_for_a_parameter(word: str) -> None:
    assert value("B.4.a.1.eah_dal_counts", f"B.4.a.1.eah_dal_counts={word}") is True


@pytest.mark.parametrize("word", ["false", "Hayır", "HAYIR", "no", "YANLIŞ"])
def test_no_is_taken_for_a_parameter(word: str) -> None:
    assert value("B.4.b.1.apply", f"B.4.b.1.apply={word}") is False


@pytest.mark.parametrize("word", ["belki", "2", "0.5", "-1", "1"])
def test_another_word_is_not(word: str) -> None:
    with pytest.raises(InputError, match=r"B\.4\.b\.1"):
        apply(BOOK, (), [f"B.4.b.1.apply={word}"])


@pytest.mark.parametrize(
    ("said", "code"),
    [("appointments", "appointments"), ("Atama", "appointments"), ("ATAMA", "appointments"), ("PLAN", "plan")],
)
def test_a_choice_is_taken_by_its_words(tmp_path: Path, said: str, code: str) -> None:
    assert value("A.9.limits", f"A.9.limits={said}") == code
    assert value("A.9.limits", f'[set."A.9"]\nlimits = "{said}"\n', folder=tmp_path) == code


def test_lists_take_the_names_of_the_glossary(tmp_path: Path) -> None:
    kinds = '[set."B.3.f"]\nextra_kinds = ["SITMA SAVAŞ DİSPANSERİ", "training-and-research hospital", "adsm"]\n'
    assert value("B.3.f.extra_kinds", kinds, folder=tmp_path) == ("sitma_savas_dispanseri", "eah", "adsm")
    titles = '[set."A.2"]\nchief_assistants = ["Başasistan", "Eczacı", "Yeni Unvan"]\n'
    assert value("A.2.chief_assistants", titles, folder=tmp_path) == ("basasistan", "eczaci", "yeni_unvan")
    branches = '[set."B.1.ç"]\nbranches = ["Kadın Hastalıkları ve Doğum"]\n'
    assert value("B.1.ç.branches", branches, folder=tmp_path) == ("kadin_hastaliklari_ve_dogum",)


def test_a_list_of_kinds_holds_no_other_word(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        value("", '[set."B.3.f"]\nextra_kinds = ["Sıtma savaş dispanserii"]\n', folder=tmp_path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.column, fault.code) == ("own.toml", "B.3.f", "unknown_kind")
    assert "Sıtma savaş dispanseri" in fault.text("tr")


def test_a_table_by_plate_takes_plates_alone(tmp_path: Path) -> None:
    table = '[set."B.4.c.2.d"]\nof_its_own = {{ {key} = 50 }}\n'
    assert value("B.4.c.2.d.of_its_own", table.format(key='"06"'), folder=tmp_path) == {"6": 50}
    for key in ('"İstanbul"', '""', "x", '"123"'):
        with pytest.raises(InputError, match=r"plaka|plate"):
            value("", table.format(key=key), folder=tmp_path)


def test_a_sweep_takes_words_of_choices_and_yes_and_no(tmp_path: Path) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text(
        'titles = ["Nurse"]\n[design]\nkind = "grid"\n[[vary]]\nparameter = "A.9.limits"\nvalues = ["Plan", "Atama"]\n'
        '[[vary]]\nparameter = "B.4.b.1.apply"\nvalues = ["Evet", "Hayır"]\n',
        encoding="utf-8",
    )
    found = read_sweep(file, country().tables())
    assert [factor.spread.values for factor in found.factors] == [("plan", "appointments"), (True, False)]


def test_changes_of_the_data_take_yes_and_no(tmp_path: Path) -> None:
    made = plan(
        tmp_path,
        '[[data]]\ntable = "units"\nwhere = "unit_code == \'H1\'"\nset = { laboratory = "\'Evet\'", rural = true }\n',
    )
    unit = made.country.units.set_index("unit_code").loc["H1"]
    assert (unit["laboratory"], unit["rural"]) == (1, 1)


RULE = '["Z.1"]\nsource = "x"\ntr = "x"\nen = "x"\n[["Z.1".rule]]\nkind = "floor"\ntitles = "Eczacı"\namount = 1\ntier = 2\nwhere = '


@pytest.mark.parametrize(
    "where",
    [
        "kind == 'Devlet hastanesi'", "kind == 'DEVLET HASTANESİ'", "kind == 'State hospital'", "'devlet hastanesi' == kind",
        "kind in ('State hospital', 'Sağlık evi') and beds > 0", "not (kind != 'Devlet hastanesi') and title == 'ECZACI'",
    ],
)  # fmt: skip
def test_formulas_of_a_scenario_take_names_of_kinds_and_titles(tmp_path: Path, where: str) -> None:
    made = plan(tmp_path, f'{RULE}"{where}"\n')
    rows = made.results.frames["rules"]
    assert set(rows[rows["clause"] == "Z.1"]["code"]) == {"H1", "H2", "H3"}
    text = f'[[data]]\ntable = "units"\nwhere = "{where.partition(" and ")[0]}"\nset = {{ beds = "beds + 1" }}\n'
    assert {change.row for change in plan(tmp_path, text).data_changes} == {f"units[H{i}]" for i in (1, 2, 3)}


def test_staff_are_found_by_names_of_title_and_status(tmp_path: Path) -> None:
    text = '[[data]]\ntable = "staff"\nwhere = "title == \'Pharmacist\' and status != \'4/B\'"\nset = { filled = 70 }\n'
    assert plan(tmp_path, text).country.national_filled["eczaci"] == 70


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"{RULE}\"kind == 'Devlet hastanesii'\"\n", "own.toml: Z.1:"),
        (f"{RULE}\"beds > 0\"\n".replace("Eczacı", "Devlet hastanesi"), "own.toml: Z.1:"),
        ('[[remove]]\ntable = "units"\nwhere = "kind in (\'eah\', \'Devlet hastanesii\')"\n', "own.toml#remove-1: units:"),
    ],
)
def test_a_kind_or_title_that_is_none_is_refused_in_a_rule(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        plan(tmp_path, text)
    (told,) = caught.value.text("tr").splitlines()
    assert told.startswith(where)
    assert "“Devlet hastanesi" in told


@pytest.mark.parametrize("titles", ['["ECZACI", "Nurse"]', '"*"', '["*", "-Hemşire"]', '["uzman.*", "Eczacı"]'])
def test_rules_of_a_scenario_take_names_of_titles(tmp_path: Path, titles: str) -> None:
    text = f"{RULE}\"beds > 0\"\n".replace('"Eczacı"', titles)
    made = plan(tmp_path, text)
    assert made.rulebook.clauses["Z.1"].rules[0].covers("eczaci")
    with pytest.raises(InputError, match="uzmann"):
        plan(tmp_path, text.replace(titles, '"uzmann.*"'))
