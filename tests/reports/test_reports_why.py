"""The same sentences behind the cells of the page and of the province pages."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import pdc
from helpers.html_reader import Html
from helpers.two_provinces import FEW, country
from pdc.planning.write import write
from pdc_reports.explain.pack import Pack, unpack
from reports.conftest import find_chromium

TITLES = ("hemsire", "ebe", "eczaci")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    land = country().unit("GB", "C2", "saglik_grup_baskanligi")
    for code in ("T1", "T2"):
        land.unit(code, "C2", "saglik_ocagi", catchment_population=9_000)
    plan = land.plan(*TITLES, sets=FEW)
    return write(plan, tmp_path_factory.mktemp("pages") / "plan", lang="en", provinces=True)


def packed(page: Path) -> dict[str, list[list[str]]]:
    text = page.read_text("utf-8")
    return unpack(text.partition('id="why">')[2].partition("</script>")[0])


def buttons(page: Path) -> list[str]:
    found = Html.read(page)
    return [
        str(attrs["data-why"]) for tag, attrs in found.elements if tag == "button" and "data-why" in attrs
    ]


def as_told(folder: Path, key: str) -> list[list[str]]:
    title, level, code = key.split("|")
    made = pdc.explain(folder, title, lang="en", **{level: code})  # type: ignore[arg-type]
    parts = [part for part in made.parts if level == "province" or part.name != "shifts"]
    if level == "unit":
        parts = [part for part in parts if part.name != "what_if"]
    return [[made.heading], *([part.heading, *part.lines] for part in parts)]


def test_every_province_number_opens_what_explain_says(folder: Path) -> None:
    cells = packed(folder / "report.html")
    assert {key.split("|")[0] for key in cells} == set(TITLES)
    assert set(buttons(folder / "report.html")) <= cells.keys()
    for key, groups in cells.items():
        assert groups == as_told(folder, key)


def test_every_number_of_a_province_page_opens_what_explain_says(folder: Path) -> None:
    page = folder / "provinces" / "19-corum.html"
    cells, asked = packed(page), buttons(page)
    assert set(asked) == cells.keys()
    assert {key.split("|")[1] for key in asked} == {"province", "district", "unit"}
    for key in ("hemsire|unit|H1", "ebe|district|C2", "hemsire|province|19", "eczaci|unit|H2"):
        assert cells[key] == as_told(folder, key)


def test_free_numbers_are_marked_and_no_others(folder: Path) -> None:
    lines = (folder / "free_cells.csv").read_text("utf-8").splitlines()[1:]
    free = {tuple(line.split(",")[:3]) for line in lines}
    assert free
    marked = set()
    for page in (folder / "provinces").glob("*.html"):
        for cell in page.read_text("utf-8").split('<td class="n free"')[1:]:
            marked.add(tuple(cell.partition('data-why="')[2].partition('"')[0].split("|")))
    shown = {tuple(key.split("|")) for page in (folder / "provinces").glob("*.html") for key in buttons(page)}
    assert marked == free & shown
    assert marked


def test_each_title_of_a_province_page_names_its_clauses(folder: Path) -> None:
    table = Html.read(folder / "provinces" / "19-corum.html").tables["titles"]
    clauses = dict(zip(table.column("title"), table.column("clauses"), strict=True))
    assert clauses["Pharmacist"] == "by target"
    assert "B.4.a.3 (1)" in clauses["Nurse"]


def test_a_pack_holds_a_sentence_once() -> None:
    from pdc_reports.explain.cell import Part  # noqa: PLC0415

    pack = Pack()
    pack.add("a", "A", [Part("x", "Heading", ("one", "two"))])
    pack.add("b", "B", [Part("x", "Heading", ("two",))])
    assert list(pack.texts) == ["A", "Heading", "one", "two", "B"]
    assert unpack(pack.text()) == {"a": [["A"], ["Heading", "one", "two"]], "b": [["B"], ["Heading", "two"]]}


@pytest.mark.browser
def test_the_script_unpacks_and_shows_the_sentences(folder: Path, tmp_path: Path) -> None:
    page, key = folder / "report.html", "hemsire|province|19"
    command = [
        str(find_chromium()), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path}", "--virtual-time-budget=3000", "--dump-dom", f"{page.as_uri()}#why={key}",
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout.decode("utf-8")
    assert '<dialog id="why-dialog" aria-labelledby="why-title" open="">' in shown
    body = shown.partition('<div id="why-body"')[2].partition("</div>")[0]
    groups = packed(page)[key]
    assert body.count("<li>") == sum(len(lines) for _, *lines in groups[1:])
    assert groups[1][1].replace("&", "&amp;") in body
