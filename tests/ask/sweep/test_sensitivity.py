"""What the page says of a sweep is what its tables hold."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

import pdc
from helpers.sweeping import GRID, RANDOM, contents, country, write
from pdc_reports.figures import sweep
from pdc_reports.folder.sweep_findings import _jumps, bars, correlations, firmness, front, often, paths
from pdc_reports.pages.sensitivity import sentences
from pdc_reports.sensitivity import SweepTables, plots, write_sensitivity

LINE = """
title = { tr = "Büyüme", en = "Growth" }
titles = ["eczaci"]
[design]
kind = "one_at_a_time"
[[vary]]
parameter = "B.5.3.a.growth"
low = 1
high = 2
steps = 5
[[vary]]
parameter = "B.5.3.b.directorate"
values = [1, 2, 9]
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sensitivity")
    country().write(folder / "data")
    shutil.copyfile(pdc.builtin_data() / "facts" / "provinces.geojson", folder / "data" / "provinces.geojson")
    found = {}
    for name, text in {"line": LINE, "grid": GRID, "random": RANDOM}.items():
        pdc.sweep(write(folder, text, f"{name}.toml"), folder / name, folder / "data", lang="en")
        found[name] = folder / name
    return found


def tables(swept: dict[str, Path], name: str) -> SweepTables:
    return SweepTables.read(swept[name])


def test_a_bar_reaches_from_the_least_to_the_largest_outcome_of_its_own_factor(
    swept: dict[str, Path],
) -> None:
    line = tables(swept, "line")
    outcome = line.measure("changed", "unit")
    growth = next(bar for bar in bars(line, "changed", "unit") if bar.factor.name == "B.5.3.a.growth")
    own = outcome[[f"{i:03}" for i in range(1, 6)]]
    assert (growth.low, growth.high) == (own.min(), own.max())
    assert growth.at_low == "1.5"  # as in the base: nothing changes
    assert growth.low == 0
    assert {growth.at_high} <= {"1", "2"}


def test_a_line_has_every_value_of_its_factor_in_order_and_counts_what_moves(swept: dict[str, Path]) -> None:
    line = tables(swept, "line")
    path = next(p for p in paths(line) if p.factor.name == "B.5.3.a.growth")
    assert path.values.tolist() == [1, 1.25, 1.5, 1.75, 2]
    numbers = line.numbers("province")
    step = (numbers[path.scenarios[1]] - numbers[path.scenarios[0]]).abs().sum()
    assert path.steps[0] == step == 30  # a quarter of 120 pharmacists


@pytest.mark.parametrize(
    ("values", "steps", "jumps"),
    [
        ([1, 2, 3, 4], [5, 5, 5], ()),
        ([1, 2, 3, 4], [5, 50, 5], (1,)),
        ([1, 2, 3, 4], [0, 0, 3], (2,)),
        ([1, 2, 3, 4], [0, 0, 0], ()),
        ([1, 2, 4, 5], [5, 10, 5], ()),  # the wide step moves no more per unit
    ],
)
def test_a_jump_is_a_step_far_above_the_usual_one(
    values: list[int], steps: list[int], jumps: tuple[int, ...]
) -> None:
    assert _jumps(np.array(values, float), np.array(steps, float)) == jumps


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20))
def test_nobody_beats_the_front_in_both_and_everybody_else_is_beaten(points: list[tuple[int, int]]) -> None:
    found = [points[i] for i in front([p[0] for p in points], [p[1] for p in points])]
    for point in points:
        beaten = any(a <= point[0] and b <= point[1] and (a, b) != point for a, b in found)
        assert beaten != (point in found)


def test_how_often_a_province_differs_is_counted_over_the_design_alone(swept: dict[str, Path]) -> None:
    grid = tables(swept, "grid")
    results = pd.read_csv(swept["grid"] / "results.csv", dtype={"scenario": str})
    wide = results[results["level"] == "province"].pivot(index="code", columns="scenario", values="posts")
    design = [name for name in wide if re.fullmatch(r"\d+", str(name))]
    expected = (wide[design].ne(wide["base"], axis=0)).mean(axis=1)
    assert often(grid) == pytest.approx(expected.to_dict())
    assert firmness(grid).total == wide["base"].sum()


def test_rank_correlation_needs_a_number_a_scenario(swept: dict[str, Path]) -> None:
    found = correlations(tables(swept, "random"), "changed", "unit")
    assert [factor.name for factor, _ in found] == ["units.beds[beds > 0]"]  # populations were drawn by row
    assert -1 <= found[0][1] <= 1


@pytest.mark.parametrize("name", ["line", "grid", "random"])
@pytest.mark.parametrize("lang", ["tr", "en"])
def test_every_picture_can_be_drawn_on_any_axes(swept: dict[str, Path], name: str, lang: str) -> None:
    found = list(plots(tables(swept, name), lang))  # type: ignore[arg-type]
    assert "map-often" in [plot.name for plot in found]
    for plot in found:
        ax = Figure().add_subplot()
        plot.draw(ax)
        assert ax.get_title(loc="left") or ax.get_title(), plot.name


def test_a_grid_of_two_factors_has_a_heat_map_with_every_cell(swept: dict[str, Path]) -> None:
    ax = Figure().add_subplot()
    sweep.draw_heat(ax, tables=tables(swept, "grid"), measure="changed", key="unit", lang="en")
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "2", "3"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["200", "300"]
    assert len(ax.texts) == 6


def test_the_words_name_the_factor_that_moves_most(swept: dict[str, Path]) -> None:
    said = "\n".join(sentences(tables(swept, "line"), "en"))
    widest = bars(tables(swept, "line"), "changed", "unit")[0]
    assert f"{widest.factor.text('en')} moves it most" in said
    assert "B.5.3.a.growth" in said
    assert "moves it most" in said


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_page_stands_alone_and_is_the_same_bytes_each_time(
    swept: dict[str, Path], tmp_path: Path, lang: str
) -> None:
    import shutil  # noqa: PLC0415

    pages = []
    for name in ("a", "b"):
        shutil.copytree(swept["line"], tmp_path / name)
        write_sensitivity(tmp_path / name, lang)  # type: ignore[arg-type]
        pages.append(contents(tmp_path / name))
    assert pages[0] == pages[1]
    page = pages[0]["sensitivity.html"].decode("utf-8")
    assert f'lang="{lang}"' in page
    assert ("Büyüme" if lang == "tr" else "Growth") in page
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page.partition("<script")[0])
    assert page.count("<img") == len(list(plots(SweepTables.read(tmp_path / "a"), lang)))  # type: ignore[arg-type]
    assert page.count("alt=") == page.count("<img")


def test_reports_of_a_sweep_read_nothing_but_its_folder(swept: dict[str, Path], tmp_path: Path) -> None:
    import shutil  # noqa: PLC0415

    shutil.copytree(swept["grid"], tmp_path / "moved")
    (tmp_path / "moved" / "sensitivity.html").unlink()
    assert write_sensitivity(tmp_path / "moved", "en")[0].is_file()


def test_frames_of_a_sweep_come_without_a_folder(swept: dict[str, Path]) -> None:
    frames = pdc.sweep(swept["grid"].parent / "grid.toml", data=swept["grid"].parent / "data", cache=False)
    assert frames.costs is not None
    assert len(frames.design) == 6
    pd.testing.assert_frame_equal(frames.results, tables(swept, "grid").results)
