"""Rulebooks and scenarios as few write them, and what the law then says."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import pdc
from helpers.small import Small, notices
from pdc.ask.audit import measure
from pdc.ask.handmade import read_cetvel
from pdc.base.exact import Fraction
from pdc.base.faults import Fault, InputError
from pdc.base.formula import FormulaError
from pdc.country.setting import prepare
from pdc.law import reading
from pdc.law.title_names import find_title
from pdc.rules.bind import fault_of_formula
from pdc.rules.derivation import shown

FEW = "A.3.minimum=0"
HOME = pdc.scenario_folder() / "child-support" / "rulebook"


def faults(made: object) -> list[tuple[str, str | None, str]]:
    with pytest.raises(InputError) as caught:
        made()  # type: ignore[operator]
    assert all(fault.text(lang) for fault in caught.value.faults for lang in ("tr", "en"))
    return [(fault.file, fault.column, fault.code) for fault in caught.value.faults]


def towns(*beds: int, filled: int) -> Small:
    """A province of districts A, B, C …, the first of 90,000 people and the others of 10,000; a hospital each."""
    country = Small().province(1).filled("tibbi_teknolog", filled)
    for i, count in enumerate(beds):
        code = chr(ord("A") + i)
        people = 10_000 if i else 90_000
        country.district(code, 1, people, central=int(i == 0)).unit(
            f"H{code}", code, "devlet_hastanesi", beds=count
        )
    return country


def study(folder: Path, rule: str, parameters: str) -> Path:
    path = folder / "study.toml"
    text = f'["Z.1"]\nsource = "x"\ntr = "x"\nen = "x"\n[["Z.1".rule]]\ntitles = ["tibbi_teknolog"]\n{rule}\n'
    path.write_text(f'{text}["Z.1".parameters]\n{parameters}\n', "utf-8")
    return path


def number(name: str, value: int | str) -> str:
    return f'{name} = {{ value = {value}, origin = "assumption", tr = "x", en = "x" }}'


# rules -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "why"), [(0, "Z.1"), (3, None)])
def test_a_district_left_at_0_by_a_limit_that_units_share_is_told_so(
    tmp_path: Path, most: int, why: str | None
) -> None:
    rule = 'kind = "cap"\nwhere = "beds == few"\namount = "most"\ntogether = true'
    file = study(tmp_path, rule, f"{number('most', most)}\n{number('few', 50)}")
    country = towns(400, 50, 60, filled=3)  # three posts for three districts: B gets none by its target
    plan = country.plan("tibbi_teknolog", sets=[FEW], scenario=[file])
    told = {notice["code"]: notice["text"] for notice in notices(plan, "A.16")}
    assert ("B" in told) == (why is not None)
    if why is not None:
        assert why in told["B"]


def test_units_with_posts_are_listed_with_all_of_them_where_nothing_is_taken_off(tmp_path: Path) -> None:
    rule = 'kind = "status"\nwhat = "list_planned"\nwhere = "beds > few"\nsay = "chairs_to_procure"'
    file = study(tmp_path, rule, number("few", 55))
    plan = towns(400, 50, 60, filled=10).plan("tibbi_teknolog", sets=[FEW], scenario=[file])
    posts = plan.units.set_index("unit_code")["posts"]
    assert {n["code"]: n["posts"] for n in notices(plan, "Z.1")} == {"HA": posts["HA"], "HC": posts["HC"]}


@pytest.mark.parametrize(
    ("rule", "value", "code"),
    [
        (
            'kind = "floor"\nlevel = "unit"\nwhere = "beds > 0"\namount = "word"\ntier = 2',
            '"on"',
            "rulebook.text",
        ),
        ('kind = "target"\nlevel = "unit"\nfactor = "word - beds"', "1", "rulebook.negative"),
    ],
)
def test_a_formula_that_is_no_number_or_below_nought_is_a_fault_of_its_clause(
    tmp_path: Path, rule: str, value: str, code: str
) -> None:
    file = study(tmp_path, rule, number("word", value))
    found = faults(lambda: towns(400, 50, filled=4).plan("tibbi_teknolog", sets=[FEW], scenario=[file]))
    assert [told for _, _, told in found] == [code]
    assert [clause for _, clause, _ in found] == ["Z.1"]


def test_a_formula_that_fails_is_told_with_its_clause_and_key_or_at_least_its_text() -> None:
    book = reading.load()
    rule = next(r for r in book.rules if r.clause == "A.16")
    text = rule.formulas["where"].text
    known = fault_of_formula(book, FormulaError("formula.zero", formula=text))
    assert (known.column, known.values["key"]) == ("A.16", "where")
    assert known.file.endswith(".toml")
    named = fault_of_formula(book, FormulaError("formula.zero", clause="A.16", formula="elsewhere"))
    assert (named.column, named.file) == ("A.16", known.file)
    unknown = fault_of_formula(book, FormulaError("formula.zero", formula="nowhere / 0"))
    assert (unknown.column, unknown.code) == (None, "rulebook.zero")


@pytest.mark.parametrize("level", ["province", "district"])
def test_posts_on_top_of_the_national_number_are_lawful_in_a_table_where_districts_have_one(
    tmp_path: Path, level: str
) -> None:
    """A.16 on top: three districts are asked; a table of provinces cannot say which of them have one."""
    setting = prepare(towns(400, 50, 60, filled=10).tables(), (), [FEW, "A.16.posts=on_top"])

    def broken(*posts: int) -> list[str]:
        path = tmp_path / "hand.csv"
        if level == "province":
            rows = [f"1;{sum(posts)}"]
        else:
            rows = [f"{code};{n}" for code, n in zip("ABC", posts, strict=True)]
        path.write_text("\n".join([f"{level}_code;Tıbbi Teknolog", *rows]) + "\n", "utf-8")
        found = measure(setting, read_cetvel(path, setting)).findings
        return [f.clause for f in found if f.level == "national" and f.shortfall]

    assert broken(8, 1, 1) == broken(9, 1, 1) == broken(10, 1, 1) == []
    assert broken(14, 1, 1) != []
    assert (broken(11, 1, 1) != []) == (level == "district")  # three more, and only two districts have one


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"), (Fraction(1, 3), "0.333333"), (Fraction(6, 3), "2"), ("hemsire", "hemsire"), (True, "1"),
        (np.bool_(False), "0"), (0.25, "0.25"), (np.int64(4), "4"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_a_person_reads_it(value: object, text: str) -> None:
    assert shown(value) == text


# scenarios and rulebooks -----------------------------------------------------------------------------------


def test_pins_of_a_table_that_is_not_there_are_a_fault(tmp_path: Path) -> None:
    scenario = tmp_path / "pinned.toml"
    scenario.write_text('[[pin]]\ntable = "away.csv"\n', "utf-8")
    ((file, _, code),) = faults(lambda: prepare(towns(50, filled=2).tables(), [scenario], [FEW]))
    assert (file, code) == ("pinned.toml", "scenario.pin_table")


def test_a_name_of_two_titles_is_told_with_both() -> None:
    book = reading.load()
    titles = tuple(
        replace(t, name={"tr": "Bakıcı", "en": t.name["en"]}) if t.code in ("hemsire", "ebe") else t
        for t in book.titles
    )
    found: list[Fault] = []
    assert find_title(replace(book, titles=titles), "bakıcı", ("x", 1, "title"), found) is None
    assert [fault.code for fault in found] == ["scenario.title_of_several"]
    assert "Bakıcı" in found[0].text("tr")


def own(folder: Path) -> Path:
    shutil.copytree(HOME, folder / "rulebook")
    return folder / "rulebook"


def test_a_rulebook_without_tables_of_its_own_asks_for_them(tmp_path: Path) -> None:
    path = own(tmp_path) / "rulebook.toml"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("data ")]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    found = faults(lambda: prepare(None, rulebook=str(path.parent)))
    assert [(file, code) for file, _, code in found] == [("rulebook.toml", "rulebook.no_data")]


def test_definitions_that_lead_on_and_on_are_refused(tmp_path: Path) -> None:
    folder = own(tmp_path)
    text = "".join(
        f'[[define]]\ndefine = "chain{i}"\nlevel = "unit"\nvalue = "chain{i + 1} + children"\n'
        for i in range(200)
    )
    end = '[[define]]\ndefine = "chain200"\nlevel = "unit"\nvalue = "children"\n'
    (folder / "9.toml").write_text(text + end, "utf-8")
    found = faults(lambda: reading.load(folder))
    assert {file for file, _, _ in found} == {"9.toml"}
    assert {code for _, _, code in found} == {"rulebook.chain"}
