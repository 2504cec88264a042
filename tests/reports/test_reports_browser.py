"""The script of the page in a real browser: choose, sort, search; numbers as Python writes them.

Needs chromium; without one these tests are deselected (see conftest.py).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from helpers.html_reader import Html
from pdc_reports.folder.plan import PlanTables
from pdc_reports.pages.parts.chooser import choices, district_table, province_table
from pdc_reports.pages.parts.edition import Edition
from reports.conftest import find_chromium

pytestmark = pytest.mark.browser


@pytest.fixture
def look(tmp_path):
    def run(page: Path, wish: str) -> Html:
        command = [
            str(find_chromium()), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path}", "--virtual-time-budget=2000", "--dump-dom", f"{page.as_uri()}#{wish}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
        return Html(done.stdout.decode("utf-8"))

    return run


def texts(table):
    return [[str(cell.text) for cell in row] for row in table.rows]


@pytest.mark.parametrize(("lang", "title"), [("tr", "uzman.noroloji"), ("en", "ebe")])
def test_the_script_writes_the_numbers_that_python_writes(look, reports, reports_en, lang, title):
    folder = reports_en if lang == "en" else reports
    found = look(folder / "report.html", f"title={title}")
    tables = PlanTables.read(reports_en if lang == "en" else _plan(reports))
    edition = Edition(tables, lang)
    choice = next(c for c in choices(edition) if c.code == title)
    assert found.tables["districts"].shown() == texts(district_table(choice, edition))
    assert found.tables["provinces"].shown() == texts(province_table(choice, edition, {}))
    assert found.tables["provinces"].caption == province_table(choice, edition, {}).caption
    assert found.text["chosen-title"] == choice.name


def _plan(reports: Path) -> Path:
    return Path((reports / "plan.txt").read_text("utf-8"))


def test_sorting_by_a_number_from_the_largest_down(look, reports):
    table = look(reports / "report.html", "table=provinces&sort=posts&order=desc").tables["provinces"]
    posts = [int(v.replace(".", "")) for v in table.column("posts")]
    assert posts == sorted(posts, reverse=True)
    assert table.sorts[table.keys.index("posts")] == "descending"
    assert sum(s is not None for s in table.sorts) == 1


def test_sorting_by_name_follows_the_turkish_alphabet(look, reports):
    found = look(reports / "report.html", "table=districts&sort=district&order=asc")
    names = found.tables["districts"].column("district")
    # c < ç, s < ş, i before the consonants after it
    assert names.index("Çemişgezek") > names.index("Beypazarı")
    assert names.index("Çubuk") < names.index("Digor")
    assert names.index("Şereflikoçhisar") > names.index("Selim")


@pytest.mark.parametrize("query", ["ŞEREFLİ", "sereflikochisar", "ankara şerefli"])
def test_searching_finds_however_it_is_spelt(look, reports, query):
    found = look(reports / "report.html", f"table=districts&q={query}")
    assert found.tables["districts"].column("district") == ["Şereflikoçhisar"]
    assert found.text["found-districts"] == "1 satır"


def test_the_map_follows_title_and_measure(look, reports):
    found = look(reports / "report.html", "title=pratisyen_tabip&measure=deviation")
    assert found.text["map-title"] == "Pratisyen Tabip"
    assert "plan − hedef" in found.text["map-unit"]
    fills = [
        a.get("style") for tag, a in found.elements if tag == "use" and a.get("id") in {"p6", "p36", "p62"}
    ]
    assert len(fills) == 3
    assert all(fills)
