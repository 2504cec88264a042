"""Figures: all there, the same bytes every time, drawable on any axes, nothing left behind."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle
from matplotlib.text import Text
from matplotlib.textpath import TextPath, TextToPath
from PIL import Image

from helpers.fake_plan import write_fake_plan
from pdc_reports.figures import both, draw
from pdc_reports.figures.both import Canvas
from pdc_reports.figures.choropleth import draw_map
from pdc_reports.figures.draw import STYLE, write_plots
from pdc_reports.figures.letters import SCALE, measured, outline
from pdc_reports.figures.maps import diverging, sequential, shapes, svg_map
from pdc_reports.figures.plots import Plot, plots
from pdc_reports.figures.png import png
from pdc_reports.folder.lone_specialists import lone_colleagues
from pdc_reports.folder.plan import PlanTables

_NUMBER = r"-?\d+(?:\.\d+)?"


@pytest.fixture(scope="module")
def lone(plan):
    return lone_colleagues(plan)


def written(plots, folder):
    return [path.read_bytes() for path in write_plots(plots, folder, "x")]


def test_every_figure_is_there_twice(plan, lone, reports):
    names = {plot.name for plot in plots(plan, lone, "tr")}
    assert {"map-hemsire", "map-uzman", "deviation", "lorenz", "shortfall", "lone-colleagues"} <= names
    assert {p.name for p in (reports / "figures").iterdir()} == {
        f"{n}.{e}" for n in names for e in ("svg", "png")
    }


def test_same_plan_same_bytes(plan, lone, tmp_path):
    for plot in plots(plan, lone, "tr"):
        if plot.name in {"map-hemsire", "lone-colleagues", "deviation"}:
            first = written([plot], tmp_path)
            assert first == written([plot], tmp_path)
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
    write_plots([next(plots(plan, lone, "tr"))], tmp_path, "x")
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


def _shown(svg: bytes) -> tuple[list[str], list[float]]:
    """Elements and texts of an SVG in their order, names of what is cut off or reused aside; its numbers."""
    words, numbers = [], []
    for element in ElementTree.fromstring(svg).iter():
        words.append(element.tag)
        for key, value in element.attrib.items():
            if not key.endswith(("id", "href", "clip-path")):
                words.append(f"{key} {re.sub(_NUMBER, '', value)}")
                numbers += map(float, re.findall(_NUMBER, value))
    return words, numbers


def _colours(ax):
    """A picture of what the plan's own figures have not: a mesh, turned letters, a formula, a cut line."""
    mesh = ax.pcolormesh(np.arange(6.0).reshape(2, 3), edgecolors="white")
    ax.figure.colorbar(mesh, ax=ax).solids.set(rasterized=False, edgecolor="face")
    ax.text(0.5, 0.5, "Iğdır", rotation=30)
    ax.text(1.5, 0.5, "$x^2$ is \\$4")
    (line,) = ax.plot([-4, 4], [3, -1], "--", linewidth=2)
    line.set_clip_path(Circle((1, 1), 0.8, transform=ax.transData))
    ax.legend(handles=[line], labels=["two\nlines"])


def _dim(pixels):
    """How dark a picture is, in squares of 30 pixels."""
    height, width = (side // 30 * 30 for side in pixels.shape[:2])
    grey = pixels[:height, :width, :3].mean(axis=2)
    return grey.reshape(height // 30, 30, width // 30, 30).mean(axis=(1, 3))


def test_one_drawing_gives_what_matplotlib_draws_for_each_file(plan, lone):
    one_a_kind = {plot.draw.func: plot for plot in plots(plan, lone, "tr")}
    assert len(one_a_kind) > 6
    for plot in [Plot("colours", _colours, (5, 4)), *one_a_kind.values()]:
        with matplotlib.rc_context(STYLE):
            figures = [Figure(figsize=plot.size, dpi=150) for _ in range(2)]
            for figure in figures:
                plot.draw(figure.add_subplot())
            renderer = Canvas(figures[0]).renderer
            figures[0].draw(renderer)
            svg, pixels = renderer.svg(), renderer.pixels()
            file, picture = io.BytesIO(), io.BytesIO()
            figures[1].savefig(file, format="svg", metadata={"Date": None, "Creator": "pdc"})
            words, numbers = _shown(svg)
            asked, values = _shown(file.getvalue())
            assert words == asked, plot.name
            assert np.abs(np.subtract(numbers, values)).max() < 0.02, plot.name
            # The letters differ by how they fit their pixels, the rest does not.
            figures[1].savefig(picture, format="png", dpi=150)
            assert np.abs(_dim(pixels) - _dim(np.asarray(Image.open(picture)))).max() < 32, plot.name
            for figure in figures:
                for text in figure.findobj(Text):
                    text.set_color("white")
            figures[0].draw(bare := Canvas(figures[0]).renderer)
            picture.seek(0)
            figures[1].savefig(picture, format="png", dpi=150)
            expected = np.asarray(Image.open(picture))
            assert pixels.shape == expected.shape
            assert (np.abs(bare.pixels().astype(int) - expected).max(axis=2) > 32).mean() < 0.002, plot.name


def test_maps_have_one_frame_and_are_what_each_would_be_alone(plan, lone, tmp_path):
    maps = [plot for plot in plots(plan, lone, "tr") if plot.frame == "map"]
    assert len(maps) > 3
    wide = Plot("wide", lambda ax: (maps[0].draw(ax), ax.plot([0, 90], [0, 80])), maps[0].size, "map")
    alone = {plot.name: written([plot], tmp_path) for plot in maps}
    for order in (maps, maps[::-1]):
        # What was drawn before leaves nothing, however far it reached.
        write_plots([one for plot in order for one in (plot, wide)], tmp_path, "x")
        for plot in maps:
            assert alone[plot.name] == [path.read_bytes() for path in plot.paths(tmp_path)], plot.name


def test_a_legend_whose_boxes_are_measured_once_is_where_it_was(plan, lone, tmp_path, monkeypatch):
    drawn = list({plot.draw.func: plot for plot in plots(plan, lone, "tr")}.values())
    drawn.append(Plot("colours", _colours, (5, 4)))
    ours = written(drawn, tmp_path)
    monkeypatch.setattr(draw, "_pack_once", lambda ax: None)
    assert ours == written(drawn, tmp_path)


def test_svg_is_written_as_matplotlib_writes_it(plan, lone, monkeypatch):
    def svg(plot):
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=plot.size, dpi=150)
            plot.draw(figure.add_subplot())
            figure.text(0, 0, "a <&> 'b' \"--\"", color=(0, 0, 0, 0.5))
            renderer = Canvas(figure).renderer
            renderer.open_group("<&>", gid="'\"")
            figure.draw(renderer)
            renderer.close_group("<&>")
            return renderer.svg()

    one_a_kind = {plot.draw.func: plot for plot in plots(plan, lone, "tr")}
    drawn = [Plot("colours", _colours, (5, 4)), *one_a_kind.values()]
    ours = [svg(plot) for plot in drawn]
    monkeypatch.setattr(both, "Vector", RendererSVG)
    assert ours == [svg(plot) for plot in drawn]
    assert b"&apos;" in ours[0]


def test_a_png_has_the_pixels_and_the_size_it_was_given():
    pixels = np.random.default_rng(1).integers(0, 256, (7, 5, 4), dtype=np.uint8)
    file = Image.open(io.BytesIO(png(pixels, 150)))
    assert np.array_equal(np.asarray(file), pixels[:, :, :3])
    assert file.info["dpi"] == pytest.approx((150, 150), abs=0.02)
    Image.open(io.BytesIO(png(pixels, 150))).verify()


def test_of_many_colours_the_ground_stays_and_no_other_changes_visibly(plan, lone, tmp_path):
    for plot in plots(plan, lone, "tr"):
        if plot.name in {"map-hemsire", "deviation"}:
            with matplotlib.rc_context(STYLE):
                plot.draw((figure := Figure(figsize=plot.size, dpi=150)).add_subplot())
                figure.draw(renderer := Canvas(figure).renderer)
            pixels = renderer.pixels()[:, :, :3].astype(int)
            found = np.asarray(Image.open(io.BytesIO(png(renderer.pixels(), 150))).convert("RGB")).astype(int)
            off = np.abs(found - pixels).max(axis=2)
            white = (pixels == 255).all(axis=2)
            assert not off[white].any()
            each = pixels @ (65536, 256, 1)
            _, at, sizes = np.unique(each, return_inverse=True, return_counts=True)
            assert len(sizes) > 256
            large = sizes[at.reshape(off.shape)] > off.size / 200
            assert off[large].max() <= 4
            assert off.max() < 48
            assert (off > 12).mean() < 0.02


def test_letters_are_the_same_at_every_size():
    small, large = (FontProperties(family="DejaVu Sans", size=size) for size in (7, 14))
    assert measured("Kahramanmaraş", large, False) == pytest.approx(
        [2 * length for length in measured("Kahramanmaraş", small, False)]
    )
    assert outline("Kahramanmaraş", large, False) is outline("Kahramanmaraş", small, False)
    bold = FontProperties(family="DejaVu Sans", size=7, weight="bold")
    assert measured("Kahramanmaraş", bold, False)[0] > measured("Kahramanmaraş", small, False)[0]
    plain = TextPath((0, 0), "Kahramanmaraş", size=SCALE, prop=small)
    assert outline("Kahramanmaraş", small, False).vertices == pytest.approx(plain.vertices)
    assert not len(outline("", small, False).vertices)


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_texts_are_measured_as_matplotlib_measures_them(weight):
    letters = "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ0123456789 .,;:-–−+…≥≤%()/'’\"&"
    texts = ["", " ", "  ", "fi", "ffl", "AV To", "Iğdır – 4.567,8", "e\u0301", "lp", *letters]
    texts += [letters[i : i + 9] for i in range(0, len(letters), 3)]
    for size in (SCALE, 7):
        font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
        scaled = FontProperties(family="DejaVu Sans", size=SCALE, weight=weight)
        for text in texts:
            whole = TextToPath().get_text_width_height_descent(text, scaled, False)
            assert measured(text, font, False) == tuple(length * (size / SCALE) for length in whole), text
