"""Figures: all there, the same bytes every time, drawable on any axes, nothing left behind."""

from __future__ import annotations

import re
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers.fake_plan import write_fake_plan
from pdc_reports.figures import plots, write_plot
from pdc_reports.figures.choropleth import draw_map
from pdc_reports.figures.maps import diverging, sequential, shapes, svg_map
from pdc_reports.folder.lone_specialists import lone_colleagues
from pdc_reports.folder.plan import PlanTables


@pytest.fixture(scope="module")
def lone(plan):
    return lone_colleagues(plan)


def test_every_figure_is_there_twice(plan, lone, reports):
    names = {plot.name for plot in plots(plan, lone, "tr")}
    assert {"map-hemsire", "map-uzman", "deviation", "lorenz", "shortfall", "lone-colleagues"} <= names
    assert {p.name for p in (reports / "figures").iterdir()} == {
        f"{n}.{e}" for n in names for e in ("svg", "png")
    }


def test_same_plan_same_bytes(plan, lone, tmp_path):
    for plot in plots(plan, lone, "tr"):
        if plot.name in {"map-hemsire", "lone-colleagues", "deviation"}:
            first = [path.read_bytes() for path in write_plot(plot, tmp_path, "x")]
            assert first == [path.read_bytes() for path in write_plot(plot, tmp_path, "x")]
            assert b"<dc:date>" not in first[0]


def test_maps_name_their_source(plan):
    ax = Figure().add_subplot()
    draw_map(ax, tables=plan, title="hemsire")
    assert any("OCHA/HDX, CC BY-IGO" in text.get_text() for text in ax.texts)
    assert ax.get_title(loc="left") or ax.get_title()


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_legends_have_labels_and_units(plan, lone, lang):
    for plot in plots(plan, lone, lang):
        ax = Figure().add_subplot()
        plot.draw(ax)
        texts = [t.get_text() for t in ax.get_legend().get_texts()]
        assert texts
        assert all(texts)


def test_settings_of_the_caller_stay(plan, lone, tmp_path):
    before = dict(matplotlib.rcParams)
    write_plot(next(plots(plan, lone, "tr")), tmp_path, "x")
    assert dict(matplotlib.rcParams) == before


def test_without_borders_provinces_are_circles(tmp_path):
    bare = PlanTables.read(write_fake_plan(tmp_path, borders=False))
    assert len(shapes(bare)) == len(bare.provinces)
    paths = svg_map(shapes(bare)).paths
    assert all(re.fullmatch(r"M[\d. L]+Z", d) for _, d in paths)


def test_sequential_classes_cover_every_place_once(plan):
    values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, np.nan])
    found = sequential(values, "tr")
    assert found.of[-1] == -1
    assert list(found.of[:-1]) == sorted(found.of[:-1])
    assert max(found.of) == len(found.labels) - 1 == len(found.colours) - 1
    assert found.labels[0].startswith("1,0")


def test_equal_values_are_one_class():
    found = sequential(np.full(5, 2.0), "tr")
    assert set(found.of) == {0}
    assert len(found.labels) == 1


def test_diverging_classes_are_symmetric_round_zero():
    found = diverging(np.array([-100.0, -1, 0, 1, 100, np.nan, 0.1, 2]), "en")
    assert found.of[2] == 3
    assert (found.of[0], found.of[4]) == (0, 6)
    assert found.of[1] + found.of[3] == 6
    assert found.of[5] == -1
    assert found.labels[0].replace("≤", "≥").replace("−", "+") == found.labels[-1]


def test_a_plan_of_titles_that_the_law_does_not_show_shows_its_own(plan, lone):
    law = {**(plan.summary.get("rulebook") or {}), "shown": ["no_such_title", "nor_this"]}
    other = replace(plan, summary={**plan.summary, "rulebook": law})
    names = {plot.name for plot in plots(other, lone, "tr")}
    assert f"map-{plan.planned[0].replace('_', '-')}" in names
    law["shown"] = ["uzman"]
    assert replace(plan, summary={**plan.summary, "rulebook": law}).shown == ("uzman",)
