"""Numbers that clauses state as ranges or conditions are held to them, wherever they are set."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from helpers.small import Small
from pdc.ask.sweep.design import cases
from pdc.ask.sweep.spec import read_sweep
from pdc.base.faults import InputError
from pdc.base.formula import Formula
from pdc.cli import app
from pdc.law.ranges import Range, divisors, range_of
from pdc.law.reading import freeze, load, merge_clauses
from pdc.law.scenario import apply

BOOK = load()


def clause(tier: str, kind: str = "floor", level: str = "unit") -> str:
    """A clause Z.1 whose rule has that tier."""
    upper = 'upper = "1"' if kind == "band" else ""
    return f"""
["Z.1"]
source = "x"
tr = "x"
en = "x"
[["Z.1".rule]]
kind = "{kind}"
level = "{level}"
titles = ["dis_tabibi"]
amount = "1"
{upper}
{tier}
"""


def added(text: str) -> list[str]:
    """Codes of the faults that a scenario's clause has; none where it is taken."""
    try:
        merge_clauses(BOOK, tomllib.loads(text, parse_float=Decimal), "z.toml")
    except InputError as error:
        assert all(fault.column == "Z.1" for fault in error.faults)
        return [fault.code for fault in error.faults]
    return []


@pytest.mark.parametrize("kind", ["floor", "fix", "ratio", "band"])
@pytest.mark.parametrize(
    "tier", ["0", "5", "7", "-1", "true", "false", '"1"', "1.0", "2.5", "[1]", "9999999999"]
)
def test_a_tier_is_1_2_3_or_4(kind: str, tier: str) -> None:
    assert added(clause(f"tier = {tier}", kind)) == ["rulebook.tier"]


@pytest.mark.parametrize("kind", ["floor", "fix", "ratio", "band"])
@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_those_four_are_taken(kind: str, tier: int) -> None:
    assert added(clause(f"tier = {tier}", kind)) == []


@pytest.mark.parametrize("kind", ["floor", "fix", "ratio"])
def test_a_tier_is_due_where_a_rule_may_be_short(kind: str) -> None:
    assert added(clause("", kind)) == ["rulebook.tier"]


def test_a_band_without_a_tier_is_hard() -> None:
    assert added(clause("", "band")) == []


def test_the_command_ends_with_2_and_names_the_clause(tmp_path: Path) -> None:
    country = Small().province(1).district("D", 1, 10_000, central=1).unit("A", "D", "adsm", dental_chairs=3)
    data = country.filled("dis_tabibi", 120).write(tmp_path / "data")
    scenario = tmp_path / "z.toml"
    scenario.write_text(clause("tier = 5"), "utf-8")
    out = tmp_path / "out"
    for how in (
        ["--scenario", str(scenario)],
        ["--set", "B.5.1.a.growth=-1"],
        ["--set", "B.3.c.directorate_share=2"],
    ):
        run = CliRunner().invoke(app, ["plan", "--data", str(data), *how, "--lang", "en", "--out", str(out)])
        assert run.exit_code == 2
        assert not out.exists()
        told = run.output + (run.stderr or "")
        assert any(number in told for number in ("Z.1", "B.5.1.a", "B.3.c"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("B.4.a.5.per_physician=-1", "range_least"),
        ("B.4.a.8.beds_per_nurse=0", "range_above"),
        ("B.4.a.8.beds_per_nurse=-3", "range_above"),
        ("B.3.a.persons_per_gp=0", "range_above"),
        ("B.1.c.inside_beds_share=1.01", "range_between"),
        ("B.1.c.inside_beds_share=-0,1", "range_between"),
        ("B.3.b.width=15", "range_between"),
        ("B.3.g.dispensary_share=1.5", "range_between"),
        ("B.3.ı.general_share=2", "range_between"),
        ("A.18.a.pool_share=1.5", "range_between"),
        ("B.4.a.1.big_three_pool=5", "range_between"),
        ("A.16.least=-1", "range_least"),
        ("A.3.minimum=-1", "range_least"),
        ("B.3.d.fewest=3501", "must"),
        ("B.3.d.most=3499", "must"),
        ("B.4.b.1.middle_birth_rate=21", "must"),
        ("A.16.specialists=some", "bad_value"),
    ],
)
def test_a_number_out_of_its_range_is_told_with_its_clause(text: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        apply(BOOK, sets=[text])
    (fault,) = error.value.faults
    assert (fault.code, fault.column) == (f"scenario.{code}", text.partition("=")[0].rpartition(".")[0])


@pytest.mark.parametrize(
    "text",
    [
        "B.1.c.inside_beds_share=0", "B.1.c.inside_beds_share=1", "B.3.b.width=0", "A.18.c.elasticity=-0.5",
        "B.1.b.tolerance=2", "B.4.a.1.growth=0", "B.3.d.fewest=3500", "A.3.minimum=0",
    ],
)  # fmt: skip
def test_the_ends_are_inside(text: str) -> None:
    apply(BOOK, sets=[text])


def test_conditions_are_looked_at_when_all_is_set() -> None:
    book, _ = apply(BOOK, sets=["B.3.d.fewest=4000", "B.3.d.persons_per_gp=5000", "B.3.d.most=6000"])
    assert book.value("B.3.d", "fewest") == 4000


def scenario(tmp_path: Path, text: str) -> list[str]:
    """Codes of the faults of a scenario file."""
    file = tmp_path / "s.toml"
    file.write_text(text, "utf-8")
    try:
        apply(BOOK, [file])
    except InputError as error:
        return [fault.code.removeprefix("scenario.") for fault in error.faults]
    return []


def test_tables_and_lists_are_held_to_their_kind(tmp_path: Path) -> None:
    assert scenario(tmp_path, '[set."B.3.h"]\nhospital_share = { 1 = 0.25, 2 = 1.25 }') == ["range_between"]
    assert scenario(tmp_path, '[set."B.3.ç"]\ndeputies = [[200000, 1], [100000, 2]]') == ["steps_order"]
    assert scenario(tmp_path, '[set."B.3.ç"]\ndeputies = [100000, 1]') == ["steps_shape"]
    assert scenario(tmp_path, '[set."B.3.ç"]\ndeputies = [[100000, -1]]') == ["range_least"]
    assert scenario(tmp_path, '[set."B.3.ç"]\nof_its_own = { 34 = "çok" }') == ["item_type"]
    assert scenario(tmp_path, '[set."B.3.f"]\nextra_kinds = [1]') == ["item_type"]
    assert scenario(tmp_path, '[set."B.3.f"]\nextra_kinds = []') == []


def sweep(tmp_path: Path, vary: str, kind: str = "grid") -> list[str]:
    """Codes of the faults of a sweep over one parameter."""
    file = tmp_path / "sweep.toml"
    random = "samples = 5\nseed = 1" if kind != "grid" else ""
    file.write_text(f'titles = ["eczaci"]\n[design]\nkind = "{kind}"\n{random}\n[[vary]]\n{vary}\n', "utf-8")
    try:
        cases(
            read_sweep(
                file,
                Small()
                .province(1)
                .district("D", 1, 9, central=1)
                .unit("H", "D", "eah", beds=9)
                .filled("eczaci", 9)
                .tables(),
            )
        )
    except InputError as error:
        return [fault.code.removeprefix("scenario.") for fault in error.faults]
    return []


def test_a_sweep_is_held_to_the_same_ranges(tmp_path: Path) -> None:
    growth, share = 'parameter = "B.5.3.a.growth"', 'parameter = "B.1.a.etf_share"'
    assert sweep(tmp_path, f"{growth}\nvalues = [1.5, 2]") == []
    assert sweep(tmp_path, f"{growth}\nvalues = [1.5, -1]") == ["range_least"]
    assert sweep(tmp_path, f"{share}\nlow = 0.5\nhigh = 1.5\nsteps = 2") == ["range_between"]
    assert sweep(tmp_path, f"{share}\nlow = 0.5\nhigh = 1.5", "monte_carlo") == ["range_between"]
    normal = f'{share}\ndistribution = "normal"\nmean = 0.5\nsd = 0.2'
    assert sweep(tmp_path, normal, "monte_carlo") == ["range_between"] * 2
    assert sweep(tmp_path, f"{normal}\nlow = 0\nhigh = 1", "monte_carlo") == []
    assert sweep(tmp_path, 'parameter = "B.3.d.fewest"\nvalues = [2000, 4000]') == ["must"]


def test_every_number_of_the_law_is_inside_its_range() -> None:
    def numbers() -> Iterator[tuple[str, Any]]:
        for number, entry in BOOK.clauses.items():
            assert not list(entry.unmet()), number
            yield from ((number, p) for p in entry.parameters.values())

    assert len(list(numbers())) > 150
    assert BOOK.clauses["B.4.a.8"].parameters["beds_per_nurse"].range == Range(0, None, above=True)


def test_a_rulebook_may_state_other_ends() -> None:
    assert range_of("posts", {}) == Range(0, None)
    assert range_of("share of the posts", {"most": 2}) == Range(0, 2)
    assert range_of("posts", {"least": freeze(Decimal("-0.5"))}).holds(freeze(Decimal("-0.5")))
    assert range_of("exponent", {}).holds(-7)
    assert divisors([Formula("a / (b * c) + d / e - f / max(g, 1)")]) == {"b", "c", "e"}
    text = clause("tier = 1").replace('en = "x"', 'en = "x"\nmust = ["least <= more"]')
    assert added(text) == ["rulebook.unknown_name"] * 2
    parameters = '["Z.1".parameters]\nleast = { value = 3, origin = "law", tr = "x", en = "x" }\n'
    assert added(text + parameters + 'more = { value = 2, origin = "law", tr = "x", en = "x" }') == [
        "scenario.must"
    ]
    assert added(text + parameters + 'more = { value = 4, origin = "law", tr = "x", en = "x" }') == []
    assert added(text + parameters + 'more = { value = -4, origin = "law", tr = "x", en = "x" }') == [
        "scenario.range_least"
    ]


@pytest.mark.parametrize("text", ["1,000", "12,345", "-1,000", "1,000,000"])
def test_a_comma_that_may_part_thousands_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        apply(BOOK, sets=[f"B.5.3.e.fewest_beds={text}"])
    assert [(f.code, f.column) for f in caught.value.faults] == [("document.grouped", f"B.5.3.e.fewest_beds={text}")]
    assert "may be thousands or a fraction" in caught.value.faults[0].text("en")


@pytest.mark.parametrize(("text", "value"), [("1,5", "1.5"), ("0,500", "0.5"), ("1,25", "1.25"), ("1.125", "1.125")])
def test_a_comma_before_decimals_is_a_point(text: str, value: str) -> None:
    book, _ = apply(BOOK, sets=[f"B.5.3.a.growth={text}"])
    assert float(book.parameters_of("B.5.3.a")["growth"]) == float(value)
