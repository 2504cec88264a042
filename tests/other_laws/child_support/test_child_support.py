"""A second law on the same engine: 64 child-support centres, specialised, with a named counsellor a child."""

from __future__ import annotations

import csv
import importlib.util
import shutil
from collections.abc import Callable
from math import ceil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pdc
from pdc.country.setting import prepare
from pdc.law import reading
from pdc.law.shipped import load_rulebook, own_data
from pdc.planning.write import write
from pdc.rules.assignments import share_among

HOME = pdc.scenario_folder() / "child-support"
COUNSELLORS = ("psikolog", "sosyal_calismaci", "cocuk_gelisimci")


@pytest.fixture(scope="module")
def plan() -> pdc.Plan:
    return pdc.plan(rulebook="child-support")


@pytest.fixture(scope="module")
def units(plan: pdc.Plan) -> pd.DataFrame:
    frame = plan.country.units
    return frame.set_index("unit_code")


def placed(plan: pdc.Plan, *titles: str) -> dict[str, int]:
    rows = plan.units[plan.units["title"].isin(titles)]
    return {str(code): int(posts) for code, posts in rows.groupby("unit_code")["posts"].sum().items()}


def assigned(plan: pdc.Plan, clause: str) -> pd.DataFrame:
    frame = plan.results.frames["assignments"]
    return frame[frame["clause"] == clause]


# the data -----------------------------------------------------------------------------------------------


def test_there_are_64_centres_and_a_follow_up_unit_a_province(units: pd.DataFrame) -> None:
    assert units["kind"].value_counts().to_dict() == {"izleme_birimi": 81, "codem": 64}
    assert units["source"].str.startswith("modelled").all()


def test_the_generator_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("build_children", HOME / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HERE", tmp_path)
    module.main()
    for file in (HOME / "data").glob("*.csv"):
        assert (tmp_path / "data" / file.name).read_bytes() == file.read_bytes(), file.name


# the plan -----------------------------------------------------------------------------------------------


def test_the_plan_is_proven_and_every_hard_rule_kept(plan: pdc.Plan) -> None:
    assert plan.status == "optimal"
    assert {g.group.name for g in plan.groups} == {"+".join(COUNSELLORS), "hemsire", "ogretmen"}
    national = plan.national.set_index("title")
    assert (national["posts"] == national["supply"]).all()


def test_nothing_is_placed_outside_a_centres_speciality(plan: pdc.Plan, units: pd.DataFrame) -> None:
    with (HOME / "rulebook" / "specialities.csv").open(encoding="utf-8") as file:
        allowed = {tuple(row.values()) for row in csv.DictReader(file)}
    rows = plan.units[plan.units["posts"] > 0]
    for title, code in zip(rows["title"], rows["unit_code"], strict=True):
        unit = units.loc[code]
        if unit["kind"] == "codem":
            assert (title, unit["reason"], unit["age_group"]) in allowed
        else:
            assert title in ("psikolog", "sosyal_calismaci")


def test_every_centre_has_a_counsellor_for_eight_children(plan: pdc.Plan, units: pd.DataFrame) -> None:
    found = placed(plan, *COUNSELLORS)
    for code, children in units.loc[units["kind"] == "codem", "children"].items():
        assert found[str(code)] >= ceil(children / 8)


def test_every_child_has_one_counsellor_and_none_has_more_than_eight(
    plan: pdc.Plan, units: pd.DataFrame
) -> None:
    rows = assigned(plan, "3.4")
    assert not (rows["title"] == "").any()
    persons = rows.groupby("unit_code")["person"].apply(list).to_dict()
    expected = units.loc[(units["kind"] == "codem") & (units["children"] > 0), "children"].to_dict()
    assert persons == {code: list(range(1, n + 1)) for code, n in expected.items()}
    loads = rows.groupby(["unit_code", "title", "post"]).size()
    assert loads.max() <= 8
    assert (loads.groupby("unit_code").max() - loads.groupby("unit_code").min()).max() <= 1
    planned = plan.units.set_index(["unit_code", "title"])["posts"]
    assert all(post <= planned[code, title] for code, title, post in loads.index)


def test_children_who_have_left_are_followed_in_their_province(plan: pdc.Plan) -> None:
    provinces = plan.country.provinces.set_index("province_code")["left_last_year"]
    posts = placed(plan, "sosyal_calismaci")
    for code, left in provinces.items():
        assert posts[f"IZ{code:02}"] >= ceil(left / 25)
    assert len(assigned(plan, "5.2")) == provinces.sum()


def test_a_centre_that_is_too_large_is_listed_in_the_laws_own_words(plan: pdc.Plan) -> None:
    listed = plan.notices("en").query("clause == '2.3'")
    assert set(listed["text"]) == {"more places than the limit: to be divided"}
    places = plan.country.units.set_index("unit_code")["places"]
    assert set(listed["code"]) == set(places.index[places > 40])


def test_more_children_than_counsellors_can_take_are_told_by_name_and_number(tmp_path: Path) -> None:
    file = tmp_path / "full.toml"
    file.write_text(
        '[[data]]\ntable = "units"\nwhere = "kind == \'codem\'"\nset = { children = "places" }\n'
        '[set."1.4"]\ngrowth = 0.4\n',
        encoding="utf-8",
    )
    plan = pdc.plan(scenario=[file], rulebook="child-support", titles=COUNSELLORS)
    rows = assigned(plan, "3.4")
    left = int((rows["title"] == "").sum())
    told = plan.notices("en").query("clause == '3.4'")
    assert left > 0
    assert told["posts"].sum() == left
    assert told["text"].str.contains("children have no counsellor").all()


@given(st.integers(0, 60), st.lists(st.integers(0, 9), max_size=9))
def test_persons_are_shared_as_evenly_as_the_limits_allow(persons: int, limits: list[int]) -> None:
    loads = share_among(persons, limits)
    assert sum(loads) == min(persons, sum(limits))
    assert all(load <= limit for load, limit in zip(loads, limits, strict=True))
    open_ = [load for load, limit in zip(loads, limits, strict=True) if load < limit]
    assert max(loads, default=0) - min(open_, default=max(loads, default=0)) <= 1


# reports ------------------------------------------------------------------------------------------------


def test_reports_speak_of_children_and_not_of_hospitals(plan: pdc.Plan, tmp_path: Path) -> None:
    folder = write(plan, tmp_path / "plan", "tr")
    page = (folder / "report.html").read_text("utf-8")
    assert "Çocuk Destek Merkezleri Personel Cetveli" in page
    assert "Çocuk nüfusu" in page
    for word in ("ETF nüfusu", "Yatak", "Sağlık personeli", "(A.3)", "Tek uzmanlar"):
        assert word not in page, word
    book = openpyxl.load_workbook(folder / "cetvel.xlsx", read_only=True)
    assert "Çocukların danışmanı" in book.sheetnames
    head = [cell.value for cell in next(book["Danışman – Birim"].iter_rows(min_row=5, max_row=5))]
    assert "Yatak" not in head
    assert {file.name for file in (folder / "figures").glob("map-*.svg")} >= {"map-psikolog.svg"}
    book.close()


# strictness ---------------------------------------------------------------------------------------------


def broken(tmp_path: Path, file: str, change: Callable[[str], str]) -> str:
    folder = tmp_path / "rulebook"
    shutil.copytree(HOME / "rulebook", folder)
    path = folder / file
    path.write_text(change(path.read_text("utf-8")), encoding="utf-8")
    with pytest.raises(pdc.InputError) as error:
        load_rulebook(folder)
    assert error.value.text("tr")
    return error.value.text("en")


@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        ("rulebook.toml", 'sums = "1.1"', "", "sums is missing"),
        ("rulebook.toml", 'places = "2.1"', 'places = "2.11"', "no such clause"),
        ("rulebook.toml", "[clauses]", "[clause]", "unknown key clause"),
        ("tables.toml", '"districts.children_0_17"', '"districts.children"', "districts.children_0_17"),
        ("tables.toml", 'type = "count", tr = "Çocuk Nüfusu"', 'type = "number", tr = "Çocuk Nüfusu"', "count"),
        ("tables.toml", 'whole = "places"', 'whole = "place"', "“places”"),
        ("tables.toml", 'name = { tr = "Çocuk destek merkezi"', 'nam = { tr = "Çocuk destek merkezi"', "“name”"),
        ("tables.toml", "left_last_year = {", "children = {", "stands for two things"),
        ("titles.toml", 'code = "psikolog"', 'kod = "psikolog"', "these keys are expected: code, name, sheet"),
        ("2_ihtisas.toml", 'what = "list"', 'what = "lists"', "“list”"),
        ("2_ihtisas.toml", 'say = "too_large"', 'say = "too_big"', "notice.too_big"),
        ("2_ihtisas.toml", "places > most", "place > most", "“places”"),
        ("words.toml", "[notice]", "[notice", "cannot be read as TOML"),
    ],
)  # fmt: skip
def test_a_slip_in_a_rulebook_is_an_error_that_says_what_would_be_right(
    tmp_path: Path, file: str, old: str, new: str, wanted: str
) -> None:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    assert wanted in broken(tmp_path, file, change)


def test_a_folder_without_a_rulebook_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(pdc.InputError, match=r"rulebook\.toml is expected"):
        load_rulebook(tmp_path)


def test_children_above_the_places_of_a_centre_are_a_fault_of_the_data(tmp_path: Path) -> None:
    shutil.copytree(HOME / "data", tmp_path / "data")
    units = tmp_path / "data" / "units.csv"
    text = units.read_text("utf-8").splitlines()
    cells = text[1].split(",")
    cells[7], cells[8] = "10", "11"
    units.write_text("\n".join([text[0], ",".join(cells), *text[2:]]) + "\n", encoding="utf-8")
    with pytest.raises(pdc.InputError, match=r"units\.csv:2: places: children 11 together exceed all"):
        prepare(tmp_path / "data", rulebook="child-support")


def test_without_a_rulebook_the_built_in_country_is_planned_by_the_built_in_law() -> None:
    assert own_data(load_rulebook()) == pdc.builtin_data()
    assert own_data(load_rulebook("child-support")).resolve() == (HOME / "data").resolve()


def test_the_health_law_is_not_touched_by_the_other() -> None:
    assert "children" not in reading.load().columns["unit"]
    assert load_rulebook("child-support").schema.kind_codes == ("codem", "izleme_birimi")
