"""Draws depend on the seed, the scenario and the factor, and on nothing else."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.small import Small
from helpers.sweeping import RANDOM, country, write
from pdc.ask.sweep.design import Case, cases, quantile, tables_of, value_at
from pdc.ask.sweep.spec import Spread, Sweep, read_sweep
from pdc.tables import Tables

LATIN = """
titles = ["eczaci"]
[design]
kind = "latin_hypercube"
samples = 40
seed = 3
[[vary]]
parameter = "B.5.3.a.growth"
low = 1.0
high = 2.0
[[vary]]
table = "provinces"
column = "crude_birth_rate"
factor = { low = 0.9, high = 1.1 }
"""


def sweep(tmp_path: Path, text: str, built: Small | None = None) -> tuple[Sweep, Tables]:
    tables = (built or country()).tables()
    return read_sweep(write(tmp_path, text), tables), tables


def test_a_latin_hypercube_has_one_value_in_every_slice(tmp_path: Path) -> None:
    asked, _ = sweep(tmp_path, LATIN)
    values = [[float(v) for v in case.values] for case in cases(asked)[1:]]
    growth, births = np.array(values).T
    assert sorted((40 * (growth - 1)).astype(int).tolist()) == list(range(40))
    assert sorted((40 * (births - 0.9) / 0.2 - 1e-9).astype(int).tolist()) == list(range(40))
    assert abs(np.corrcoef(growth, births)[0, 1]) < 0.6


def test_more_samples_or_another_factor_move_no_draw_of_a_monte_carlo(tmp_path: Path) -> None:
    text = LATIN.replace("latin_hypercube", "monte_carlo")
    few = [case.values for case in cases(sweep(tmp_path, text)[0])]
    many = [case.values for case in cases(sweep(tmp_path, text.replace("40", "90"))[0])]
    assert many[:41] == few
    more = text + '[[vary]]\nparameter = "B.5.3.b.directorate"\nvalues = [1, 2]\n'
    assert [case.values[:2] for case in cases(sweep(tmp_path, more)[0])][1:] == few[1:]
    other = [case.values for case in cases(sweep(tmp_path, text.replace("seed = 3", "seed = 4"))[0])]
    assert other[1:] != few[1:]


def test_every_row_has_a_draw_of_its_own_and_a_condition_moves_no_other_row(tmp_path: Path) -> None:
    asked, tables = sweep(tmp_path, RANDOM)
    case = cases(asked)[1]
    new = tables_of(asked, case, tables).districts["etf_population"] / tables.districts["etf_population"]
    assert new.nunique() == len(new)
    assert new.between(0.5, 1.5).all()
    narrow = RANDOM.replace('each = "row"', 'each = "row"\nwhere = "province_code == 34"')
    some, _ = sweep(tmp_path, narrow)
    part = tables_of(some, case, tables).districts["etf_population"]
    istanbul = tables.districts["province_code"] == 34
    assert (part[istanbul] == tables_of(asked, case, tables).districts["etf_population"][istanbul]).all()
    assert (part[~istanbul] == tables.districts["etf_population"][~istanbul]).all()


def test_one_draw_a_province_holds_for_all_its_districts(tmp_path: Path) -> None:
    asked, tables = sweep(tmp_path, RANDOM.replace('each = "row"', 'each = "province"'))
    new = tables_of(asked, cases(asked)[2], tables).districts
    rates = (new["etf_population"] / tables.districts["etf_population"]).round(3)
    assert rates.groupby(new["province_code"]).nunique().max() == 1
    assert rates.nunique() == 3


def test_the_parts_of_the_beds_never_exceed_the_whole(tmp_path: Path) -> None:
    # 90 beds of which 60 + 30 are special: fewer would be a fault of the data.
    asked, tables = sweep(tmp_path, RANDOM.replace('triangular", low = 0.8, mode = 1', 'uniform", low = 0.1'))
    for case in cases(asked)[1:]:
        units = tables_of(asked, case, tables).units
        assert (units["beds"] >= units["special_beds"] + units["khd_beds"]).all()
    assert (tables_of(asked, cases(asked)[1], tables).units["beds"] != tables.units["beds"]).any()


def test_whole_numbers_are_rounded_half_up_and_decimals_stay_exact(tmp_path: Path) -> None:
    text = LATIN.replace('[[vary]]\nparameter = "B.5.3.a.growth"\nlow = 1.0\nhigh = 2.0\n', "")
    text += '[[vary]]\ntable = "districts"\ncolumn = "etf_population"\nfactor = { values = [1.5] }\n'
    built = country().district("O", 19, 7)
    asked, tables = sweep(tmp_path, text, built)
    new = tables_of(asked, Case(1, "001", (Fraction(105, 100), Fraction(3, 2))), tables)
    assert int(new.districts.set_index("district_code").loc["O", "etf_population"]) == 11  # 10.5
    assert set(new.provinces["crude_birth_rate"]) == {Fraction(147, 10)}  # 14 × 1.05


def test_the_base_and_the_cost_of_a_clause_change_no_data(tmp_path: Path) -> None:
    asked, tables = sweep(tmp_path, RANDOM + "", None)
    assert tables_of(asked, cases(asked)[0], tables) is tables


SHAPES = st.sampled_from(
    [
        Spread((), "uniform", {"low": Fraction(1), "high": Fraction(3)}),
        Spread((), "triangular", {"low": Fraction(1), "mode": Fraction(5, 2), "high": Fraction(3)}),
        Spread((), "triangular", {"low": Fraction(2), "mode": Fraction(2), "high": Fraction(2)}),
        Spread(
            (), "normal", {"mean": Fraction(2), "sd": Fraction(1), "low": Fraction(1), "high": Fraction(3)}
        ),
    ]
)


@given(SHAPES, st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True))
def test_a_quantile_rises_and_stays_between_its_ends(spread: Spread, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert 1 - 1e-9 <= quantile(spread, low) <= quantile(spread, high) + 1e-12 <= 3 + 1e-9


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.49, 1), (0.5, 4), (0.999, 4)])
def test_listed_values_have_the_same_chance(share: float, value: int) -> None:
    assert value_at(Spread((1, 4)), share) == value


def test_a_draw_a_province_is_the_same_for_all_rows_in_it_whatever_the_table(tmp_path: Path) -> None:
    built = country()
    for row in built.rows["units"]:
        row["beds"] = 100
    text = LATIN + '[[vary]]\ntable = "units"\ncolumn = "beds"\neach = "province"\nfactor = { low = 0.2, high = 5 }\n'
    text += '[[vary]]\ntable = "staff"\ncolumn = "filled"\neach = "province"\nfactor = { low = 0.2, high = 5 }\n'
    for unit in built.rows["units"]:
        built.staff(unit["unit_code"], "hemsire", 1000)
    asked, tables = sweep(tmp_path, text, built)
    new = tables_of(asked, cases(asked)[1], tables)
    at = dict(zip(tables.districts["district_code"], tables.districts["province_code"], strict=True))
    of = dict(zip(tables.units["unit_code"], tables.units["district_code"].map(at), strict=True))
    beds = new.units["beds"].groupby(tables.units["district_code"].map(at))
    assert beds.nunique().max() == 1
    assert new.units["beds"].nunique() == len(set(of.values()))
    nurses = new.staff[(new.staff["title"] == "hemsire") & (new.staff["unit_code"] != "")]
    assert nurses["filled"].groupby(nurses["unit_code"].map(of)).nunique().max() == 1
    assert nurses["filled"].nunique() == len(set(of.values()))


def test_a_decimal_that_is_not_given_stays_so_and_a_percentage_ends_at_100(tmp_path: Path) -> None:
    built = country()
    built.rows["units"][0]["bed_occupancy"] = 60
    built.rows["provinces"][0]["visits_per_head"] = 3
    text = LATIN
    for table, column in (("units", "bed_occupancy"), ("provinces", "visits_per_head")):
        text += f'[[vary]]\ntable = "{table}"\ncolumn = "{column}"\nfactor = {{ low = 4, high = 5 }}\n'
    asked, tables = sweep(tmp_path, text, built)
    new = tables_of(asked, cases(asked)[1], tables)
    assert max(new.units["bed_occupancy"].dropna()) == 100
    given = new.provinces.set_index("province_code")["visits_per_head"]
    first = built.rows["provinces"][0]["province_code"]
    assert 12 <= given[first] <= 15
    assert all(value is None for code, value in given.items() if code != first)
