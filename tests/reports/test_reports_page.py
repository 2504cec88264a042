"""The page: self-contained, honest, readable; the same words in both languages."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from helpers.html_reader import Html
from pdc_common.numerals import number
from pdc_common.text import fields
from pdc_reports.pages.provinces import page_name

PACKAGE = resources.files("pdc_reports")


@pytest.fixture(scope="module")
def page(reports):
    return Html.read(reports / "report.html")


@pytest.fixture(scope="module")
def pages(reports, reports_en):
    return [
        reports / "report.html",
        reports_en / "report.html",
        *sorted((reports / "provinces").glob("*.html")),
    ]


def test_nothing_is_loaded_from_anywhere(pages):
    for path in pages:
        text = path.read_text("utf-8")
        found = Html(text)
        names = {tag for tag, _ in found.elements}
        assert not names & {"img", "iframe", "object", "embed", "video", "audio"}
        for tag, attrs in found.elements:
            assert not {"src", "srcset", "poster", "xlink:href", "onclick"} & set(attrs), (path.name, tag)
            href = attrs.get("href") or "#"
            assert href.startswith("#") or href == "data:," or _file_exists(path, href), (path.name, href)
        assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", text)
        # One address in all: the name (not a load) that SVG elements are made under.
        assert set(re.findall(r"https?://[^\"'\s)<]+", text)) <= {"http://www.w3.org/2000/svg"}


def _file_exists(path: Path, href: str) -> bool:
    return (path.parent / href).is_file()


def test_the_page_stays_small(reports):
    # 500 kB until the sections of need (fairness) and of today's staff came, 46 kB the latter.
    assert (reports / "report.html").stat().st_size < 540_000


def test_structure_for_screen_readers(pages):
    for path in pages:
        found = Html.read(path)
        assert found.headings[0] == 1
        assert found.headings.count(1) == 1
        assert all(b - a <= 1 for a, b in zip(found.headings, found.headings[1:], strict=False))
        assert len(found.ids) == len(set(found.ids))
        names = [tag for tag, _ in found.elements]
        assert {"header", "nav", "main", "footer"} <= set(names)
        labels = {attrs.get("for") for tag, attrs in found.elements if tag == "label"}
        for tag, attrs in found.elements:
            for reference in ("aria-labelledby", "for"):
                if attrs.get(reference):
                    assert set(str(attrs[reference]).split()) <= set(found.ids)
            if tag == "select" or (tag == "input" and attrs["type"] == "search"):
                assert attrs["id"] in labels
            if tag == "svg" and "aria-hidden" not in attrs:
                assert attrs["role"] == "img"
                assert attrs["aria-labelledby"]
        for table in found.tables.values():
            assert table.caption
            assert table.keys
        heads = [attrs for tag, attrs in found.elements if tag == "th"]
        assert all(attrs.get("scope") in {"col", "row"} for attrs in heads)


def test_the_first_title_is_there_without_scripts(plan, page):
    table = page.tables["provinces"]
    assert table.caption == "Hemşire: iller"
    rows = plan.plan_provinces[plan.plan_provinces["title"] == "hemsire"]
    assert table.column("posts") == [number(p) for p in rows["posts"]]
    assert table.column("target") == [number(round(q, 2), "tr", 2) for q in rows["target"]]
    assert table.column("province") == ["Ankara", "Kars", "Tunceli"]
    districts = plan.plan_districts[plan.plan_districts["title"] == "hemsire"]
    assert len(page.tables["districts"].rows) == len(districts)


def test_every_title_is_in_the_chooser_with_its_numbers(plan, page):
    data = json.loads(page.text["data"])
    assert set(data["titles"]) == {"uzman", *plan.planned}
    posts = plan.plan_provinces.groupby("title")["posts"].sum()
    for title, entry in data["titles"].items():
        if title != "uzman":
            assert sum(v or 0 for v in entry["x"]) == posts[title]
            assert sum(entry["d"][2::3]) == posts[title]
        for classes, legend in entry["maps"].values():
            assert len(classes) == len(plan.provinces)
            assert all(c == "-" or int(c) < len(legend) for c in classes)
    uzman = data["titles"]["uzman"]
    assert sum(v or 0 for v in uzman["x"]) == posts[posts.index.str.startswith("uzman.")].sum()


def test_rules_by_clause_add_up(plan, page):
    table = page.tables["clauses"]
    counts = plan.rules.groupby("clause")["status"].value_counts()
    for row in table.shown():
        line = dict(zip(table.keys, row, strict=True))
        for status in ("kept", "binding", "short"):
            assert line[status] == number(counts.get((line["clause"], status), 0))
        assert (line["short"] == "0") == (line["worst"] == "–")


def test_short_rules_name_their_places(page):
    table = page.tables["short"]
    assert table.rows
    assert all(table.column("province"))
    tiers = table.column("tier")
    assert tiers == sorted(tiers)


def test_what_people_wrote_is_escaped(reports):
    text = (reports / "report.html").read_text("utf-8")
    assert "&lt;oda&gt; &amp; donanım" in text
    assert "<oda>" not in text


def test_the_state_stands_on_every_page(pages, reports, reports_en):
    for path in pages:
        text = path.read_text("utf-8")
        assert ("APPROVED: decision 2026/17" if reports_en in path.parents else "TASLAK") in text
    assert "not proven" in (reports_en / "report.html").read_text("utf-8")


def test_provenance_tells_data_rules_scenario_and_versions(page):
    text = page.text["source-section"]
    for part in ("turkiye-2023", "3f1c" * 16, "9ab0" * 16, "one-nurse-per-four-beds", "highspy 1.15.1"):
        assert part in text
    changed = page.tables["changed"].shown()
    assert changed == [["B.4.a.8", "beds_per_nurse", "Bir hemşireye düşen yatak", "3", "4"]]
    assert [row[0] for row in page.tables["assumed"].shown()] == ["A.18.a"]


def test_both_languages_have_the_same_fields():
    book = tomllib.loads((resources.files("pdc_common") / "text" / "messages" / "reports.toml").read_text("utf-8"))

    def walk(tree, prefix=""):
        for key, value in tree.items():
            if all(isinstance(text, str) for text in value.values()):
                yield prefix + key, value
            else:
                yield from walk(value, f"{prefix}{key}.")

    entries = dict(walk(book))
    assert len(entries) > 200
    for key, entry in entries.items():
        assert set(entry) == {"tr", "en"}, key
        assert fields(entry["tr"]) == fields(entry["en"]), key
        assert all(text.strip() for text in entry.values()), key


def test_both_languages_have_the_same_tables(page, reports_en):
    english = Html.read(reports_en / "report.html")
    assert {k: t.keys for k, t in page.tables.items()} == {k: t.keys for k, t in english.tables.items()}
    assert not set("ğşıİ") & set(english.text["h-rules"] + english.tables["titles"].caption)


def test_a_province_page_has_its_units_and_their_clauses(plan, reports, page):
    path = reports / "provinces" / page_name(36, "Kars")
    assert path.name == "36-kars.html"
    found = Html.read(path)
    units = plan.units[plan.units["province_code"] == 36]
    assert found.tables["units"].column("unit") == units["unit"].tolist()
    posts = plan.plan_units[plan.plan_units["province_code"] == 36]["posts"].sum()
    shown = [int(v.replace(".", "").replace("–", "0")) for v in found.tables["numbers"].column("posts")]
    assert sum(shown) == posts
    reasons = found.tables["numbers"].column("clauses")
    assert any("B.5.3.b: istenen 1" in reason for reason in reasons)
    assert any(reason == "hedefe göre" for reason in reasons)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_enough_contrast(scheme):
    css = (PACKAGE / "templates" / "style.css").read_text("utf-8")
    blocks = re.findall(r":root \{([^}]*)\}", css)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", blocks[scheme == "dark"]))
    for ink in ("ink", "soft", "accent", "draft", "approved"):
        for paper in ("paper", "raised"):
            assert _contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)
    assert _contrast(colours["ink"], colours["head"]) >= 4.5
    assert _contrast(colours["soft"], colours["head"]) >= 4.5
    for line in ("dot", "before", "lone", "focus", "strong"):
        assert _contrast(colours[line], colours["paper"]) >= 3, line
    assert _contrast(colours["lone"], colours["land"]) >= 3


def _contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
