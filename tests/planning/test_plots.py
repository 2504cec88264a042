"""``plan.plot``: the figures of the reports on a notebook's axes, from frames alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.fake_plan import write_fake_plan
from pdc.planning.plots import Plots
from pdc_reports.folder.plan import PlanTables

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

ROOTS = [str(Path(__file__).resolve().parents[2] / name) for name in ("model", "reports")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_fake_plan(tmp_path_factory.mktemp("plots"))


def _blanks(frame):
    holes = frame.columns[frame.isna().any()]
    return frame.assign(**{name: frame[name].astype(object).where(frame[name].notna(), "") for name in holes})


@pytest.fixture(scope="module")
def plan(folder):
    # As frames of a plan just made are: "" where a file has an empty cell.
    frames = {
        path.stem: _blanks(pd.read_csv(path, dtype={"code": "str", "tier": "str", "unit_code": "str"}))
        for path in folder.glob("*.csv")
    }
    national, notices = (frames.pop(name) for name in ("national", "notices"))
    frames.pop("road_km")
    return SimpleNamespace(
        results=SimpleNamespace(frames=frames),
        national=national,
        notices=lambda lang="tr": notices,
        to_dict=lambda: {"status": "optimal"},
        side_files={name: folder / name for name in ("provinces.geojson", "road_km.csv")},
    )


@pytest.fixture
def plot(plan):
    yield Plots(plan)
    plt.close("all")


def test_frames_and_files_are_the_same_tables(plot, folder):
    read = PlanTables.read(folder)
    for name in (
        "plan_units",
        "plan_provinces",
        "national",
        "rules",
        "notices",
        "units",
        "districts",
        "training",
    ):
        pd.testing.assert_frame_equal(getattr(plot.tables, name), getattr(read, name))
    assert plot.tables.borders == read.borders
    pd.testing.assert_frame_equal(plot.tables.road_km, read.road_km)


@pytest.mark.parametrize(
    "draw",
    [
        lambda plot: plot.map("hemsire"),
        lambda plot: plot.map("uzman", "deviation", lang="en"),
        lambda plot: plot.map("ebe", measure="vacancies"),
        lambda plot: plot.ranked("pratisyen_tabip"),
        lambda plot: plot.deviation(),
        lambda plot: plot.deviation("hemsire", lang="en"),
        lambda plot: plot.lorenz("hemsire", "uzman"),
        lambda plot: plot.shortfall(),
        lambda plot: plot.lone(lang="en"),
    ],
)
def test_each_returns_titled_axes_with_a_legend(plot, draw):
    ax = draw(plot)
    assert isinstance(ax, Axes)
    assert ax.get_title(loc="left")
    assert all(text.get_text() for text in ax.get_legend().get_texts())
    ax.figure.canvas.draw()


def test_it_draws_on_the_axes_it_is_given_and_leaves_settings_alone(plot):
    before = dict(matplotlib.rcParams)
    _, axes = plt.subplots(1, 2)
    assert plot.map("hemsire", ax=axes[0]) is axes[0]
    assert plot.lorenz("hemsire", ax=axes[1]) is axes[1]
    assert len(plt.get_fignums()) == 1
    assert dict(matplotlib.rcParams) == before


def test_a_measure_changes_the_map_and_says_so(plot):
    titles = {
        plot.map("hemsire", measure).get_title(loc="left")
        for measure in ("per_100k", "deviation", "vacancies")
    }
    assert len(titles) == 3


def test_one_title_has_a_point_a_province(plot):
    (points,) = plot.deviation("hemsire").collections
    assert len(points.get_offsets()) == 3


def test_what_is_not_planned_is_named(plot):
    with pytest.raises(ValueError, match=r"hemsir is not planned here; planned: .*hemsire"):
        plot.map("hemsir")
    with pytest.raises(ValueError, match="per_100k, deviation, vacancies"):
        plot.map("hemsire", "posts")
    with pytest.raises(ValueError, match="at least one"):
        plot.lorenz()


def test_matplotlib_is_not_imported_before_something_is_drawn():
    code = "import sys, pdc.planning.plots; assert not [m for m in sys.modules if m.startswith('matplotlib')]"
    path = ":".join(ROOTS)
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": path}, timeout=60)
