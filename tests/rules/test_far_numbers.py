"""Numbers that 64 bits cannot hold are exact or refused with their clause, never wrapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pdc
from helpers.small import Small
from pdc.base.formula import FUNCTIONS, Formula
from pdc.country.setting import prepare

WIDE = st.integers(-(2**63), 2**63 - 1)
FAR = 2**62
TITLE = "dis_tabibi"


def computed(text: str, **columns: Any) -> list[Any]:
    found = Formula(text, numbers=True)(columns, FUNCTIONS)
    return list(found.tolist()) if isinstance(found, np.ndarray) else [found]


@settings(deadline=None)  # other work on the machine is no fault of a formula
@given(st.lists(st.tuples(WIDE, WIDE), min_size=1, max_size=4), WIDE)
def test_arithmetic_over_columns_is_that_of_whole_numbers(pairs: list[tuple[int, int]], lone: int) -> None:
    a, b = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    for text, expected in (
        ("a * b", [x * y for x, y in pairs]),
        ("a + b", [x + y for x, y in pairs]),
        ("a - b", [x - y for x, y in pairs]),
        ("a * lone + b", [x * lone + y for x, y in pairs]),
        ("-a - 1", [-x - 1 for x, _ in pairs]),
        ("max(a * b, lone)", [max(x * y, lone) for x, y in pairs]),
        ("floor(a * b / 2)", [x * y // 2 for x, y in pairs]),
        ("abs(a)", [abs(x) for x, _ in pairs]),
        ("a * b if a > b else lone * lone", [x * y if x > y else lone * lone for x, y in pairs]),
        ("(a > b) * a", [x if x > y else 0 for x, y in pairs]),
    ):
        assert computed(text, a=a, b=b, lone=lone) == expected, text


def country() -> Small:
    town = Small().province(1, "Adana").province(2, "Adıyaman")
    for code, province, people in (("D1", 1, 60_000), ("D2", 1, 20_000), ("D3", 2, 40_000)):
        town.district(code, province, people, central=int(code != "D2"))
    for code, district, beds in (("H1", "D1", 200), ("H2", "D1", 100), ("H3", "D2", 50), ("H4", "D3", 150)):
        town.unit(code, district, "devlet_hastanesi", beds=beds, dental_chairs=4)
    return town.filled(TITLE, 14)


def scenario(folder: Path, rule: str, lots: int = FAR) -> Path:
    path = folder / "far.toml"
    path.write_text(
        '["Z.1"]\nsource = "x"\ntr = "x"\nen = "x"\n'
        f'[["Z.1".rule]]\ntitles = ["{TITLE}"]\n{rule}\n'
        f'["Z.1".parameters]\nlots = {{ value = {lots}, origin = "assumption", tr = "a", en = "a" }}\n',
        "utf-8",
    )
    return path


RULES = {
    "product": 'kind = "floor"\nlevel = "unit"\nwhere = "beds > 0"\namount = "beds * lots"\ntier = 1',
    "nought": 'kind = "floor"\nlevel = "unit"\nwhere = "beds > 0"\namount = "lots * lots * beds"\ntier = 1',
    "sum": 'kind = "floor"\nlevel = "unit"\namount = "total_in_province(lots)"\ntier = 1',
    "fix": 'kind = "fix"\nlevel = "unit"\nwhere = "beds > 0"\namount = "lots + lots"\ntier = 2',
    "one number": 'kind = "floor"\nlevel = "unit"\namount = "lots * lots"\ntier = 1',
    "cap": 'kind = "cap"\nlevel = "unit"\namount = "lots * beds"',
    "together": 'kind = "cap"\nlevel = "unit"\ntogether = true\nwhere = "beds > 0"\namount = "lots * beds"',
    "band": 'kind = "band"\nlevel = "province"\namount = "0"\nupper = "lots * etf_population"\ntier = 1',
    "none or": 'kind = "none_or"\nlevel = "unit"\nwhere = "beds > 0"\namount = "lots * beds"',
    "share": 'kind = "share"\nlevel = "unit"\nwhere = "beds > 0"\nrate = "lots * lots"',
    "order by": 'kind = "floor"\nlevel = "unit"\nwhere = "beds > 0"\namount = "1"\norder_by = "lots * lots * beds"\ntier = 1',
    "pool": 'kind = "supply"\nlevel = "national"\namount = "filled * lots"',
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_that_asks_for_too_much_is_refused_by_its_clause(rule: str, tmp_path: Path) -> None:
    for lots in (FAR, 2**63, 10**40):
        with pytest.raises(pdc.InputError) as error:
            country().plan(TITLE, scenario=[scenario(tmp_path, rule, lots)], sets=["A.3.minimum=0"])
        assert "Z.1" in error.value.text("en")


@pytest.mark.parametrize(
    ("where", "units"),
    [
        ("beds * lots > lots", 4),  # 200 · 2^62 wraps to nought
        ("lots * lots * beds > 0", 4),
        ("beds * lots * lots / lots / lots >= 100", 3),
        ("total_in_province(beds * lots) > 0", 4),
        ("beds + lots + lots + lots > 0", 4),  # changes its sign
        ("(0 - beds) * lots > 0", 0),
    ],
)
def test_a_condition_on_far_numbers_is_that_of_whole_numbers(where: str, units: int, tmp_path: Path) -> None:
    parameters = f'hundred = {{ value = 100, origin = "assumption", tr = "a", en = "a" }}\n'  # noqa: F541
    rule = f'kind = "floor"\nlevel = "unit"\nwhere = "{where.replace("100", "hundred")}"\namount = "1"\ntier = 1'
    path = scenario(tmp_path, rule)
    path.write_text(path.read_text("utf-8") + parameters, "utf-8")
    plan = country().plan(TITLE, scenario=[path], sets=["A.3.minimum=0"])
    assert int((plan.rules["clause"] == "Z.1").sum()) == (units or 1)
    assert set(plan.rules.loc[plan.rules["clause"] == "Z.1", "status"]) <= (
        {"kept", "binding", "short"} if units else {"not_applicable"}
    )


@pytest.mark.parametrize("weight", ["beds * lots", "lots * lots + beds", "(beds * lots) / lots"])
def test_weights_are_exact_however_far_they_are(weight: str, tmp_path: Path) -> None:
    rule = f'kind = "target"\nlevel = "unit"\nwhere = "beds > 0"\nweight = "{weight}"'
    plan = country().plan(TITLE, scenario=[scenario(tmp_path, rule)], sets=["A.3.minimum=0"])
    near = country().plan(
        TITLE, scenario=[scenario(tmp_path, rule.replace("lots * lots", "lots"), 10**9)], sets=["A.3.minimum=0"]
    )
    assert (plan.units["target"] >= 0).all()
    if "+" not in weight:
        assert plan.units["target"].tolist() == near.units["target"].tolist()


@pytest.mark.parametrize(
    "formula", ["beds * 4611686018427387904", "floor(beds / 1) * 4611686018427387904 + 7", "10 ** 400 * 10 ** 400 * beds",
                "0 - beds * 9223372036854775807"],
)  # fmt: skip
def test_a_change_of_the_data_that_goes_too_far_is_refused(formula: str, tmp_path: Path) -> None:
    path = tmp_path / "data.toml"
    path.write_text(f'[[data]]\ntable = "units"\nset = {{ beds = "{formula}" }}\n', "utf-8")
    with pytest.raises(pdc.InputError) as error:
        prepare(country().tables(), [path])
    assert "beds" in error.value.text("en")


def test_a_pin_that_goes_too_far_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pin.toml"
    for posts in (10**10, 2**64, 10**30):
        path.write_text(f'[[pin]]\ntitle = "{TITLE}"\nunit = "H1"\nposts = {posts}\n', "utf-8")
        with pytest.raises(pdc.InputError) as error:
            country().plan(TITLE, scenario=[path], sets=["A.3.minimum=0"])
        assert "pin.toml" in error.value.text("en")
