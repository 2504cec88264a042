"""A change says the same in the address, at the terminal and in the scenario file."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.two_provinces import FEW, country
from pdc.ask.session import Session
from pdc.base.folder import to_csv
from pdc.base.formula import Formula
from pdc.explore.changes import (
    Asked,
    BadChangeError,
    Change,
    CloseUnit,
    DataChange,
    NewUnit,
    PinNumber,
    SetNumber,
    Shipped,
    command_line,
    from_query,
    to_query,
    to_toml,
)
from pdc.explore.lists import list_text, read_list
from pdc.law import reading
from pdc.law.scenario import apply
from pdc.tables import Addition, Removal
from pdc.tables import Change as Edit

# Whatever a table can hold as a code, signs of the address, of TOML and of formulas among it.
CODES = st.text(
    st.one_of(st.sampled_from(list("=@:*+&%;'\"\\#İşı –<>/")), st.characters(exclude_categories=("C",))),
    min_size=1, max_size=20,
)  # fmt: skip
NUMBERS = st.one_of(st.integers(0, 10**6).map(str), st.sampled_from(["0.8", "1.25", "0.10", "-3", "0.000001"]))
PLACES = st.one_of(
    st.integers(1, 81).map(lambda n: ("province", str(n))),
    st.tuples(st.sampled_from(["district", "unit"]), CODES),
)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(SetNumber, st.sampled_from(["B.4.a.8.beds_per_nurse", "B.1.ğ.boundary"]), NUMBERS),
    st.sampled_from([Shipped("gp-2000"), Shipped("gp-band-10")]),
    st.builds(
        lambda place, sign, number: DataChange("units", "beds", *place, sign, number),
        st.one_of(PLACES, st.just(("country", ""))), st.sampled_from(["*", "+", "="]), NUMBERS,
    ),
    CODES.map(CloseUnit),
    st.tuples(CODES, CODES, NUMBERS).map(
        lambda v: NewUnit((("unit_code", v[0]), ("district_code", v[1]), ("beds", v[2])))
    ),
    st.builds(lambda place, posts: PinNumber("hemsire", *place, posts), PLACES, st.integers(0, 10**6)),
)  # fmt: skip
ASKED = st.builds(
    Asked,
    st.lists(st.sampled_from(["hemsire", "uzman.noroloji"]), unique=True).map(tuple),
    st.lists(st.tuples(CHANGES, st.booleans()), max_size=6).map(tuple),
)


@settings(deadline=None)
@given(ASKED)
def test_the_address_gives_back_the_question(asked: Asked) -> None:
    assert from_query(to_query(asked)) == asked


@settings(deadline=None)
@given(ASKED)
def test_the_scenario_file_holds_every_change_that_is_on(asked: Asked) -> None:
    text = to_toml(asked.own, "Soru")
    content = tomllib.loads(text)
    own = asked.own
    found: dict[type, int] = {kind: sum(isinstance(c, kind) for c in own) for kind in (SetNumber, PinNumber)}
    assert sum(len(values) for values in content.get("set", {}).values()) == found[SetNumber]
    assert len(content.get("pin", [])) == found[PinNumber]
    codes = [change.code for change in own if isinstance(change, PinNumber)]
    assert [str(p.get("province", p.get("district", p.get("unit")))) for p in content.get("pin", [])] == codes


@settings(deadline=None)
@given(st.one_of(CODES.map(CloseUnit), PLACES.map(lambda p: DataChange("units", "beds", *p, "*", "0.8"))))
def test_a_condition_means_exactly_the_place(tmp_path_factory: Any, change: Change) -> None:
    edit = edits(tmp_path_factory.mktemp("c"), [change])[0]
    code = change.code if isinstance(change, (CloseUnit, DataChange)) else ""
    level = change.level if isinstance(change, DataChange) else "unit"
    assert isinstance(edit, (Edit, Removal))
    names = {f"{level}_code": int(code) if level == "province" else code}
    assert Formula(edit.where, numbers=True)(names, {})
    names = {f"{level}_code": 0 if level == "province" else code + "x"}
    assert not Formula(edit.where, numbers=True)(names, {})


def edits(folder: Path, changes: list[Change]) -> tuple[Any, ...]:
    file = folder / "q.toml"
    file.write_text(to_toml(changes), "utf-8")
    return apply(reading.load(), [file])[1].edits


def test_a_new_unit_keeps_its_codes_as_text(tmp_path: Path) -> None:
    change = NewUnit((("unit_code", "0012"), ("district_code", "TR-65-001"), ("unit", "600"), ("beds", "600")))
    (edit,) = edits(tmp_path, [change])
    assert isinstance(edit, Addition)
    assert dict(edit.values) == {"unit_code": "0012", "district_code": "TR-65-001", "unit": "600", "beds": 600}


@pytest.mark.parametrize(
    "query",
    [
        "set=B.4.a.8.beds_per_nurse", "set==4", "data=units.beds@unit:H1*abc", "data=units.beds@country:H1*2",
        "data=units.beds@province:x*2", "pin=hemsire@unit:=3", "pin=hemsire@unit:H1=-3", "close=", "new=",
        "new=unit_code=1&new=%00", "close=a%0Ab", "scenario=../../etc/passwd", "scenario=/etc/passwd",
        "title=../x", "set=B.4.a.8.beds_per_nurse=%FF", "close=" + "x" * 2000, "&".join(["close=a"] * 61),
    ],
)  # fmt: skip
def test_what_is_no_change_is_refused(query: str) -> None:
    with pytest.raises(BadChangeError):
        from_query(query)


def test_later_changes_of_the_same_thing_replace_earlier_ones_and_off_ones_do_not_hold() -> None:
    asked = from_query("set=B.3.b.width=0.1&set=B.3.b.width=0.2&off.set=B.3.a.persons_per_gp=2000")
    assert asked.own == (SetNumber("B.3.b.width", "0.2"),)


def test_the_terminal_takes_numbers_of_the_law_as_they_are_and_the_rest_as_a_file() -> None:
    line = command_line(from_query("title=hemsire&scenario=gp-2000&set=B.4.a.8.beds_per_nurse=4"), {"--data": ["a b"]})
    assert shlex.split(line) == [
        "solve.py", "plan", "--data", "a b", "--scenario", "gp-2000", "--set", "B.4.a.8.beds_per_nurse=4",
        "--title", "hemsire",
    ]  # fmt: skip
    assert "--scenario scenario.toml" in command_line(from_query("close=H1&set=B.3.b.width=0.1"), {})


@pytest.mark.parametrize(
    "change",
    [
        SetNumber("B.4.a.8.beds_per_nurse", "4"), SetNumber("B.4.a.8.beds_per_nurse", "2,5"),
        DataChange("units", "beds", "unit", "H1", "=", "500"), CloseUnit("H2"),
        DataChange("districts", "etf_population", "province", "19", "*", "0.8"),
        NewUnit((("unit_code", "N"), ("district_code", "A1"), ("unit", "Yeni"), ("kind", "devlet_hastanesi"),
                 ("beds", "600"))),
        PinNumber("hemsire", "province", "19", 130),
    ],
)  # fmt: skip
def test_every_kind_of_change_moves_posts_and_a_number_says_the_same_as_set(change: Change, tmp_path: Path) -> None:
    session = Session(country().write(tmp_path / "data"), sets=FEW)
    file = tmp_path / "q.toml"
    file.write_text(to_toml([change]), "utf-8")
    base = session.ask(titles=["hemsire"])
    made = session.ask(titles=["hemsire"], scenario=[file])
    assert to_csv(made.units) != to_csv(base.units)
    if isinstance(change, SetNumber):
        other = session.ask(titles=["hemsire"], sets=[f"{change.name}={change.value}"])
        assert to_csv(made.units) == to_csv(other.units)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("B.4.c.4.e.population_steps", "[[3000, 4], [30000, 5]]"), ("B.4.c.4.e.metropol", '{ "34" = 300, "6" = 125 }'),
        ("B.3.f.extra_kinds", '["ilce_gun_hastanesi"]'), ("B.3.h.hospital_share", '{ "1" = 0.5, "2" = 0.25 }'),
        ("A.7.by_branch", '{ "anestezi" = "anestezi_teknisyeni" }'),
    ],
)  # fmt: skip
def test_a_list_is_one_text_in_the_address_and_a_list_in_the_file(name: str, value: str, tmp_path: Path) -> None:
    asked = from_query(to_query(Asked(changes=((SetNumber(name, value), True),))))
    assert asked.own == (SetNumber(name, value),)
    file = tmp_path / "q.toml"
    file.write_text(to_toml(asked.own), "utf-8")
    book, _ = apply(reading.load(), [file])
    clause, _, parameter = name.rpartition(".")
    assert list_text(book.clauses[clause].parameters[parameter].value) == value
    assert read_list(value) == value
    assert "--scenario scenario.toml" in command_line(asked, {})


@pytest.mark.parametrize("text", ["[1", "[1]\ny = 2", "x", "", "{ a = 1 } # x\n[b]", "[" * 5000])
def test_what_is_no_list_stays_text(text: str) -> None:
    assert read_list(text) is None
