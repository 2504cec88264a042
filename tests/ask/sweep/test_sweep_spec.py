"""A sweep file is read strictly, and every fault is told at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import pdc
from helpers.sweeping import GRID, RANDOM, country, write
from pdc.ask.sweep.design import cases
from pdc.ask.sweep.spec import book_of, read_sweep
from pdc.law import reading
from pdc.law.shipped import builtin_data, scenario_folder
from pdc.law.vocabulary import vocabulary
from pdc.tables import read

SHIPPED = sorted((scenario_folder() / "sweeps").glob("*.toml"))


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(pdc.InputError) as caught:
        read_sweep(write(tmp_path, text), country().tables())
    return [fault.text("en") for fault in caught.value.faults]


def test_a_grid_is_the_base_then_every_combination_then_one_scenario_a_clause(tmp_path: Path) -> None:
    found = cases(read_sweep(write(tmp_path, GRID), country().tables()))
    assert [case.kind for case in found] == ["base"] + 6 * ["design"] + 2 * ["cost"]
    assert [case.values for case in found[1:4]] == [(1, 200), (1, 300), (2, 200)]
    assert [case.name for case in found[-2:]] == ["without-B.5.3.b", "without-B.5.3.d"]


def test_one_at_a_time_leaves_all_other_factors_alone(tmp_path: Path) -> None:
    text = GRID.replace('"grid"', '"one_at_a_time"')
    found = cases(read_sweep(write(tmp_path, text), country().tables()))
    assert [case.values for case in found[1:6]] == [(1, None), (2, None), (3, None), (None, 200), (None, 300)]


def test_steps_between_low_and_high_are_exact(tmp_path: Path) -> None:
    text = GRID.replace("values = [200, 300]", "low = 200\nhigh = 201\nsteps = 4")
    sweep = read_sweep(write(tmp_path, text), country().tables())
    assert [str(v) for v in sweep.factors[1].spread.values] == ["200", "601/3", "602/3", "201"]


def test_every_fault_of_a_sweep_is_told_at_once_with_what_would_be_right(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        """
titel = "x"
titles = ["eczacıı"]
costs = ["B.5.3.y", "A.1"]
level = "town"
[design]
kind = "gird"
sample = 3
[[vary]]
parameter = "B.5.3.b.directorates"
values = [1]
[[vary]]
parameter = "B.5.3.x.directorate"
values = [1]
[[vary]]
parameter = "B.5.3.b.directorate"
values = ["many"]
[[vary]]
table = "district"
column = "etf_population"
factor = { low = 1, high = 2 }
[[vary]]
table = "districts"
column = "etf_populaton"
factor = { low = 1, high = 2, steps = 2 }
[[vary]]
table = "districts"
column = "district"
factor = { values = [1, 2] }
[[vary]]
table = "districts"
column = "etf_population"
where = "etf_population > fifty"
factor = { values = [0, 2] }
""",
    )
    text = "\n".join(found)
    for piece in (
        "titel: unknown key titel. Did you mean “title”?", "Did you mean “Eczacı”?", "town is none of: province",
        "gird is none of: grid, one_at_a_time", "Did you mean “grid”?", "unknown key sample. Did you mean “samples”?",
        "Did you mean “directorate”?", "there is no such clause", "many", "there is no table district. Did you mean “districts”?",
        "no column etf_populaton. Did you mean “etf_population”?", "districts.district is no number", "fifty",
        "above 0", "costs: A.1: this clause has no rule for these titles",
    ):  # fmt: skip
        assert piece in text, piece


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("samples = 6\n", "", "samples: is needed for monte_carlo"),
        ("seed = 7\n", "", "seed: is needed for monte_carlo"),
        ("samples = 6", "samples = 0", "a whole number of at least 1"),
        ("samples = 6", "samples = 1000000", "more than 100000"),
        ("low = 0.5, high = 1.5", "low = 1.5, high = 0.5", "low (1.5) ≤ mode ≤ high (0.5)"),
        ("low = 0.5, high = 1.5", 'distribution = "normal", mean = 1, sd = 0.1', "may fall below 0"),
        ("mode = 1", "mode = 2", "≤ mode ≤"),
        ("mode = 1, ", "", "triangular distribution needs: low, mode, high"),
        ("beds > 0", "beds > 99999", "no row meets"),
        ('each = "row"', 'each = "district"', "none of: all, province, row"),
    ],
)
def test_a_random_design_says_what_it_lacks(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in RANDOM
    assert told in "\n".join(faults(tmp_path, RANDOM.replace(old, new)))


def test_independent_draws_need_a_random_design(tmp_path: Path) -> None:
    text = RANDOM.replace('"monte_carlo"\nsamples = 6\nseed = 7', '"grid"')
    found = "\n".join(faults(tmp_path, text))
    assert 'each = "row" goes with random designs only' in found
    assert "low, high and steps" in found


def test_no_toml_and_no_file_are_told(tmp_path: Path) -> None:
    assert "asked.toml" in faults(tmp_path, "[design")[0]
    with pytest.raises(pdc.InputError, match="asked"):
        read_sweep(tmp_path / "askd.toml", country().tables())


@pytest.fixture(scope="module")
def turkey() -> object:
    return read(builtin_data(), vocabulary(reading.load()))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda f: f.stem)
def test_a_shipped_sweep_can_be_read(file: Path, turkey: object) -> None:
    assert len(cases(read_sweep(file, turkey))) > 10  # type: ignore[arg-type]


def test_there_are_four_shipped_sweeps() -> None:
    assert len(SHIPPED) >= 4


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"monte_carlo"', '"grid"', "seed: goes with random designs only"),
        ("low = 0.5, ", "low = 0.5, steps = 3, ", "steps"),
        ('distribution = "triangular", low = 0.8, mode = 1, high = 1.2', "values = []", "values"),
        ('distribution = "triangular", low = 0.8, mode = 1, high = 1.2', "values = [1, 2], low = 1", "values"),
        (
            'distribution = "triangular", low = 0.8, mode = 1, high = 1.2',
            'distribution = "normal", low = 0.5, mean = 1, sd = 0',
            "sd",
        ),
    ],
)
def test_what_belongs_to_another_design_or_is_no_spread_is_a_fault(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in RANDOM, RANDOM
    assert told in "\n".join(faults(tmp_path, RANDOM.replace(old, new)))


def test_a_number_of_the_law_that_is_none_cannot_be_drawn(tmp_path: Path) -> None:
    text = RANDOM + '[[vary]]\nparameter = "A.16.posts"\nlow = 1\nhigh = 2\n'
    (found,) = faults(tmp_path, text)
    assert "A.16.posts: a parameter that is no number cannot be drawn from a distribution" in found


def test_a_sweep_may_name_its_rulebook_beside_it_or_by_its_name(tmp_path: Path) -> None:
    given = write(tmp_path, 'rulebook = "child-support"\n' + GRID)
    assert book_of(given).about.name["en"] != reading.load().about.name["en"]
    assert book_of(write(tmp_path, GRID)).sha256 == reading.load().sha256
    shutil.copytree(scenario_folder() / "child-support" / "rulebook", tmp_path / "own")
    assert book_of(write(tmp_path, 'rulebook = "own"\n' + GRID)).about.folder == str(tmp_path / "own")
    with pytest.raises(pdc.InputError):
        book_of(write(tmp_path, "rulebook = 3\n" + GRID))
