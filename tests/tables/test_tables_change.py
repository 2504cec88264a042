"""Changes of the data by a scenario: numbers by formula, rows added and removed, every fault at once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import pdc
from helpers.example_country import columns
from helpers.small import Small, posts
from pdc.law import reading
from pdc.law.scenario import apply
from pdc.law.vocabulary import vocabulary
from pdc.tables import Addition, Change, Edit, Removal, Tables, change
from pdc.tables.change import fit


def country() -> Small:
    return (
        Small()
        .province(31, "Hatay", crude_birth_rate=18)
        .province(1, "Adana")
        .district("D31", 31, 200_000, central=1, latitude=36.2, longitude=36.1)
        .district("E31", 31, 50_001)
        .district("D1", 1, 400_000, central=1)
        .unit("H31", "D31", "devlet_hastanesi", beds=305, special_beds=20, khd_beds=30)
        .unit("S31", "E31", "saglik_evi", catchment_population=2_000)
        .unit("H1", "D1", "eah", beds=600)
        .training("H1", "genel_cerrahi", 2)
        .staff("S31", "ebe", 3)
        .staff("H1", "hemsire", 900)
        .limit("capacity", "S31", "ebe", 2)
    )


def value(tables: Tables, table: str, code: str, column: str) -> object:
    frame = tables.frame(table)
    key = {"units": "unit_code", "districts": "district_code", "provinces": "province_code"}[table]
    found: object = frame.loc[frame[key].astype(str) == code, column].iloc[0]
    return found


def faults(*edits: Edit) -> list[str]:
    with pytest.raises(pdc.InputError) as error:
        change(country().tables(), edits)
    assert all(fault.text("tr") for fault in error.value.faults)
    return error.value.text("en").splitlines()


def one_fault(*edits: Edit) -> str:
    (fault,) = faults(*edits)
    return fault


def test_beds_of_one_province_fall_by_formula_and_are_rounded_half_up() -> None:
    edit = Change("units", {"beds": "beds * 7 / 10"}, "province_code == 31")
    tables = change(country().tables(), [edit])
    assert value(tables, "units", "H31", "beds") == 214  # 213.5
    assert value(tables, "units", "H1", "beds") == 600


def test_a_unit_sees_the_columns_of_its_district_and_its_province() -> None:
    tables = change(
        country().tables(),
        [
            Change("units", {"outpatient_visits": "etf_population / 10"}, "crude_birth_rate == 18 and central == 1"),
            Change("units", {"latitude": "district_latitude"}, "unit_code == 'H31'"),
            Change("staff", {"filled": "filled + 1"}, "kind == 'saglik_evi' and metropolitan == 0"),
        ],
    )  # fmt: skip
    assert value(tables, "units", "H31", "outpatient_visits") == 20_000
    assert value(tables, "units", "S31", "outpatient_visits") == 0
    assert value(tables, "units", "H31", "latitude") == pytest.approx(36.2)
    assert sorted(tables.staff["filled"]) == [4, 900]


def test_all_columns_of_a_change_are_read_from_the_row_as_it_was() -> None:
    edit = Change(
        "units", {"beds": "special_beds + khd_beds", "special_beds": "beds / 100"}, "unit_code == 'H31'"
    )
    tables = change(country().tables(), [edit])
    assert value(tables, "units", "H31", "beds") == 50
    assert value(tables, "units", "H31", "special_beds") == 3


def test_people_who_leave_arrive_elsewhere_in_proportion_by_total() -> None:
    tables = change(
        country().tables(),
        [
            Change("districts", {"etf_population": "etf_population - 50_000"}, "district_code == 'D31'"),
            Change("districts", {"etf_population": "etf_population + 50_000 * etf_population / total(etf_population)"}, "province_code == 1"),
        ],
    )  # fmt: skip
    assert value(tables, "districts", "D31", "etf_population") == 150_000
    assert value(tables, "districts", "D1", "etf_population") == 450_000


def test_decimals_stay_exact() -> None:
    tables = change(
        country().tables(), [Change("provinces", {"crude_birth_rate": "crude_birth_rate * 0.9 / 7"})]
    )
    assert value(tables, "provinces", "31", "crude_birth_rate") == Fraction(18) * Fraction(9, 10) / 7


def test_a_later_change_sees_an_earlier_one() -> None:
    double = Change("units", {"beds": "beds * 2"}, "unit_code == 'H1'")
    assert value(change(country().tables(), [double, double]), "units", "H1", "beds") == 2400


def test_the_fingerprint_stays_that_of_the_files_and_the_tables_read_are_not_touched() -> None:
    tables = country().tables()
    changed = change(tables, [Change("units", {"beds": "0", "special_beds": "0", "khd_beds": "0"})])
    assert changed.sha256 == tables.sha256
    assert value(tables, "units", "H1", "beds") == 600
    assert change(tables, []) is tables


def test_staff_of_a_removed_unit_stay_in_the_country_and_its_limits_go() -> None:
    tables = change(country().tables(), [Removal("units", "kind == 'saglik_evi'")])
    assert "S31" not in set(tables.units["unit_code"])
    assert list(tables.staff.loc[tables.staff["title"] == "ebe", ["unit_code", "filled"]].iloc[0]) == ["", 3]
    assert tables.capacity.empty


def test_a_row_is_added_with_the_defaults_of_a_file() -> None:
    row = {
        "unit_code": "F31",
        "district_code": "D31",
        "unit": "Sahra hastanesi",
        "kind": "devlet_hastanesi",
        "beds": 100,
    }
    tables = change(country().tables(), [Addition("units", row)])
    assert value(tables, "units", "F31", "bed_occupancy") == 70
    assert list(tables.units["unit_code"]) == ["F31", "H1", "H31", "S31"]


def test_a_condition_that_no_row_meets_is_a_warning() -> None:
    tables = change(
        country().tables(), [Change("units", {"beds": "1"}, "province_code == 99", "x.toml#data-1")]
    )
    assert [w.text("en") for w in tables.warnings] == [
        "x.toml#data-1: units: no row meets this condition: province_code == 99"
    ]


@pytest.mark.parametrize(
    ("edit", "wanted"),
    [
        (Change("unit", {"beds": "1"}), "“units”"),
        (Change("units", {"bed": "1"}), "“beds”"),
        (Change("units", {"beds": "1"}, "provinc_code == 31"), "“province_code”"),
        (Change("units", {"beds": "ciel(beds)"}), "“ceil”"),
        (Change("units", {"unit_code": "'a'"}), "key cannot be changed"),
        (Change("units", {"beds": "beds"}, "beds"), "must be a condition"),
        (Change("units", {"beds": "kind"}, "unit_code == 'H1'"), "gives “eah”; a whole number"),
        (Change("units", {"kind": "1"}, "unit_code == 'H1'"), "gives the number 1; a kind code"),
        (Change("units", {"kind": "'eahh'"}, "unit_code == 'H1'"), "“eah”"),
        (Change("units", {"beds": "beds - 601"}, "unit_code == 'H1'"), "negative"),
        (Change("units", {"rural": "beds"}, "unit_code == 'H1'"), "neither 0 nor 1"),
        (Change("units", {"access_factor": "0"}, "unit_code == 'H1'"), "above zero"),
        (Change("units", {"special_beds": "beds"}, "unit_code == 'H31'"), "together exceed all (305)"),
        (Change("units", {"district_code": "'D99'"}, "unit_code == 'H1'"), "not in districts"),
        (Change("districts", {"central": "1"}, "district_code == 'E31'"), "several central districts"),
        (Change("units", {"beds": "beds / 0"}), "cannot be computed"),
        (Change("units", {"beds": "9 ** 9 ** 9"}), "cannot be computed"),
        (Change("units", {"beds": "kind * 1000"}), "arithmetic with a text"),
        (Change("units", {"beds": "beds.__class__"}), "not allowed"),
        (Removal("districts", "district_code == 'E31'"), "not in districts"),
        (Removal("units", "1 == 1"), "no row"),
        (Addition("units", {"unit_code": "H1", "district_code": "D1", "unit": "x", "kind": "eah"}), "is there already"),
        (Addition("units", {"unit_code": "F1", "district_code": "D9", "unit": "x", "kind": "eah"}), "not in districts"),
        (Addition("units", {"unit_code": "F1", "district_code": "D1", "unit": "x", "kind": "hospital"}), "name or code"),
        (Addition("units", {"unit_code": "F1", "district_code": "D1", "unit": "x", "kind": "eah", "bets": 3}), "“beds”"),
        (Addition("units", {"unit_code": "F1", "district_code": "D1", "unit": "x"}), "“kind”"),
    ],
)  # fmt: skip
def test_what_a_file_would_be_refused_for_is_refused_with_what_would_be_right(
    edit: Edit, wanted: str
) -> None:
    assert wanted in one_fault(edit)


def test_every_fault_of_every_change_is_told_at_once_under_its_own_name() -> None:
    told = faults(
        Change("units", {"beds": "bets", "bed": "1"}, "", "a.toml#data-1"),
        Removal("unit", "beds == 0", "a.toml#remove-1"),
        Addition("units", {"unit_code": "ç"}, "b.toml#add-1"),
    )
    assert [line.partition(":")[0] for line in told] == (
        ["a.toml#data-1"] * 2 + ["a.toml#remove-1"] + ["b.toml#add-1"] * 4
    )


# in a scenario -------------------------------------------------------------------------------------------


def scenario(folder: Path, text: str, name: str = "own") -> Path:
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refused(file: Path) -> str:
    with pytest.raises(pdc.InputError) as error:
        apply(reading.load(), [file])
    assert error.value.text("tr")
    return error.value.text("en")


FIELD_HOSPITAL = """
[[data]]
table = "units"
where = "province_code == 31"
set = { beds = "beds * 6 / 10", special_beds = 0, khd_beds = 0 }

[[remove]]
table = "units"
where = "kind == 'saglik_evi'"

[[add]]
table = "units"
unit_code = "F31"
district_code = "D31"
unit = "Sahra hastanesi"
kind = "devlet_hastanesi"
beds = 99
"""


def test_a_scenario_changes_the_data_before_the_merges_and_the_summary_tells_it_in_full(
    tmp_path: Path,
) -> None:
    file = scenario(tmp_path, FIELD_HOSPITAL)
    plan = country().plan("hemsire", scenario=[file])
    assert set(plan.units["unit_code"]) == {"F31", "H1", "H31"}
    # 183 beds (305 × 0.6) and what is added stands as written: 99 beds.
    required = {
        row["code"]: row["required"] for row in plan.rules.to_dict("records") if row["clause"] == "B.4.a.8"
    }
    assert required == {"H31": 61, "F31": 33}
    assert plan.to_dict()["scenario"]["data"] == [
        {"change": "units", "where": "province_code == 31", "source": "own.toml#data-1",
         "set": {"beds": "beds * 6 / 10", "special_beds": "0", "khd_beds": "0"}},
        {"remove": "units", "where": "kind == 'saglik_evi'", "source": "own.toml#remove-1"},
        {"add": "units", "source": "own.toml#add-1",
         "values": {"unit_code": "F31", "district_code": "D31", "unit": "Sahra hastanesi",
                    "kind": "devlet_hastanesi", "beds": 99}},
    ]  # fmt: skip
    assert plan.to_dict()["data"]["sha256"] == country().tables().sha256


def test_later_scenarios_build_on_the_data_of_earlier_ones(tmp_path: Path) -> None:
    half = '[[data]]\ntable = "units"\nset = { beds = "beds / 2" }\nwhere = "unit_code == \'H1\'"'
    files = [scenario(tmp_path, half, "a"), scenario(tmp_path, half, "b")]
    plan = country().plan("hemsire", scenario=files)
    assert plan.country.units.set_index("unit_code").loc["H1", "beds"] == 150
    assert posts(plan, "hemsire") > 0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[dta]]\ntable = 'units'", "“data”"),
        ("[data]\ntable = 'units'", "[[data]]"),
        ("[[data]]\ntable = 'units'\nwere = 'beds > 0'\nset = { beds = 1 }", "“where”"),
        ("[[data]]\ntable = 'units'", "a table and set"),
        ("[[remove]]\ntable = 'units'", "where that is not empty"),
        ("[[add]]\ntable = 'units'\nbeds = [1]", "texts or numbers"),
        ("[[data]]\ntable = 'units'\nset = { beds = 'beds +' }", "cannot be read"),
        ("norm = 'l3'", "“l1”"),
    ],
)
def test_a_badly_written_change_is_refused_with_its_right_form(
    tmp_path: Path, text: str, wanted: str
) -> None:
    assert wanted in refused(scenario(tmp_path, text))


# norms ---------------------------------------------------------------------------------------------------


def test_a_norm_may_be_a_scenario_the_later_one_wins_and_the_command_line_beats_them(tmp_path: Path) -> None:
    files = [scenario(tmp_path, 'norm = "minimax"', "a"), scenario(tmp_path, 'norm = "l1"', "b")]
    assert country().plan("hemsire").options.norm == "webster"
    assert country().plan("hemsire", scenario=files).to_dict()["options"]["norm"] == "l1"
    chosen = country().plan("hemsire", scenario=files, options=pdc.Options(norm="webster"))
    assert chosen.options.norm == "webster"
    assert chosen.scenario.told()["norm"] == "l1"


# rarer changes ----------------------------------------------------------------------------------------------


def test_rows_to_remove_by_a_column_that_is_not_there_are_a_fault_and_none_goes() -> None:
    (text,) = faults(Removal("units", "bets > 3"))
    assert "“beds”" in text


def test_a_degree_that_is_empty_stays_empty_when_it_is_moved() -> None:
    tables = change(country().tables(), [Change("districts", {"latitude": "latitude + 1"})])
    assert value(tables, "districts", "D31", "latitude") == 37.2
    assert np.isnan(tables.districts.set_index("district_code").loc["D1", "latitude"])


def test_a_factor_beyond_every_column_is_refused_by_its_own_number() -> None:
    (text,) = faults(Change("provinces", {"population_factor": "2 * 10 ** 20"}, "province_code == 1"))
    assert "too large" in text or "at most" in text, text


def test_no_title_is_ready_or_all_are_by_a_number() -> None:
    tables = change(country().tables(), [Change("units", {"not_ready": "1"}, "beds > 500")])
    assert [value(tables, "units", code, "not_ready") for code in ("H1", "H31")] == ["1", "0"]


def test_a_number_of_numpy_is_taken_as_one_of_pythons() -> None:
    beds, factor = (
        next(c for c in columns(t) if c.name == name)
        for t, name in (("units", "beds"), ("provinces", "population_factor"))
    )
    words = vocabulary(reading.load())
    assert (fit(beds, np.int64(7), words), fit(factor, np.float64(0.5), words)) == (7, Fraction(1, 2))
    assert type(fit(beds, np.int64(7), words)) is int


def test_a_warning_of_the_file_is_not_told_again_by_a_change_of_another_row() -> None:
    made = Small().province(1).district("D", 1, 50_000, central=1)
    made.unit("A", "D", "devlet_hastanesi", beds=50, parent_unit="B").unit(
        "B", "D", "devlet_hastanesi", beds=80
    )
    tables = made.tables()
    assert [fault.code for fault in tables.warnings].count("parent_ignored") == 1
    changed = change(tables, [Change("units", {"beds": "beds + 1"}, "unit_code == 'B'")])
    assert [fault.code for fault in changed.warnings].count("parent_ignored") == 1
