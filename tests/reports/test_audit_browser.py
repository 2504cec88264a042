"""The pages of audit and compare in a real browser: search, sort, choose; both languages."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from helpers.html_reader import Html
from helpers.small import Small
from pdc.ask.audit import audit
from pdc.ask.audit.write import write_audit
from pdc.ask.compare import compare, write_comparison
from pdc_common.numerals import number
from reports.conftest import find_chromium

pytestmark = pytest.mark.browser
HEAD = "unit_code,title,posts\n"


def country() -> Small:
    made = Small().province(19, "Çorum").province(5, "Amasya").province(63, "Şanlıurfa")
    made.district("C1", 19, 90_000, central=1, district="Çorum").district(
        "C2", 19, 30_000, district="İskilip"
    )
    made.district("A1", 5, 60_000, central=1, district="Amasya")
    made.district("S1", 63, 150_000, central=1, district="Şanlıurfa")
    for code, district, unit, beds in (
        ("H1", "C1", "Çorum Devlet Hastanesi", 400), ("H2", "C2", "İskilip Devlet Hastanesi", 60),
        ("H3", "A1", "Amasya Devlet Hastanesi", 200), ("H4", "S1", "Şanlıurfa Devlet Hastanesi", 2000),
    ):  # fmt: skip
        made.unit(code, district, "devlet_hastanesi", beds=beds, special_beds=10, khd_beds=20, unit=unit)
        made.unit(f"O{code}", district, "saglik_ocagi", catchment_population=9_000)
    for title, filled in (("hemsire", 900), ("ebe", 300), ("eczaci", 120)):
        made.filled(title, filled)
    return made


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tables")
    units = [f"{kind}H{k}" for k in (1, 2, 3, 4) for kind in ("", "O")]
    first, second = folder / "a.csv", folder / "b.csv"
    rows = [f"{u},{t},{n}" for u in units for t, n in (("hemsire", 12), ("ebe", 5), ("eczaci", 1))]
    first.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    rows = ["H4,hemsire,1212" if row == "H4,hemsire,12" else row for row in rows]
    second.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    return first, second


@pytest.fixture(scope="module", params=["tr", "en"])
def page(request: pytest.FixtureRequest, tables: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    lang = request.param
    made = audit(str(tables[0]), country().tables())
    return lang, write_audit(made, tmp_path_factory.mktemp("out") / "audit", lang) / "audit.html"


@pytest.fixture(scope="module")
def beside(tables: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = compare(str(tables[1]), str(tables[0]), country().tables())
    return write_comparison(made, tmp_path_factory.mktemp("out") / "compare", "tr") / "difference.html"


@pytest.fixture
def look(tmp_path: Path):  # type: ignore[no-untyped-def]
    def run(page: Path, wish: str) -> Html:
        command = [
            str(find_chromium()), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path}", "--virtual-time-budget=2000", "--dump-dom", f"{page.as_uri()}#{wish}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
        return Html(done.stdout.decode("utf-8"))

    return run


def attributes(found: Html, tag: str) -> dict[str, str | None]:
    return next(attrs for name, attrs in found.elements if name == tag)


def test_the_audit_page_speaks_its_language_and_calls_for_nothing(look, page) -> None:  # type: ignore[no-untyped-def]
    lang, path = page
    found = look(path, "")
    assert attributes(found, "html")["lang"] == lang
    heads = dict(zip(found.tables["places"].keys, _heads(path, "places"), strict=True))
    assert heads["missing"] == {"tr": "Eksik ya da fazla", "en": "Short or over"}[lang]
    links = [str(a.get("href") or a.get("src") or "") for _, a in found.elements]
    assert not any(link.startswith(("http", "//")) for link in links)
    other = {"tr": ("Search the table", "Summary"), "en": ("Tabloda ara", "Özet")}[lang]
    shown = re.sub(r"<(script|style).*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not any(word in shown for word in other)


def _heads(path: Path, table: str) -> list[str]:
    text = path.read_text("utf-8")
    table_html = text[text.index(f'id="{table}"') :]
    head = table_html[: table_html.index("</thead>")]
    cells = re.findall(r"<th\b.*?</th>", head, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", cell).replace("↕", "").split()) for cell in cells]


def test_places_are_found_however_they_are_spelt(look, page) -> None:  # type: ignore[no-untyped-def]
    _, path = page
    everything = look(path, "").tables["places"].column("place")
    wanted = [place for place in everything if "Şanlıurfa" in place]
    assert 0 < len(wanted) < len(everything)
    for query in ("ŞANLIURFA", "sanliurfa"):
        assert look(path, f"table=places&q={query}").tables["places"].column("place") == wanted
    assert look(path, "table=places&q=nowhere").tables["places"].column("place") == []


def test_places_are_sorted_by_number_and_by_the_turkish_alphabet(look, page) -> None:  # type: ignore[no-untyped-def]
    lang, path = page
    table = look(path, "table=places&sort=missing&order=asc").tables["places"]
    shown = [int(text.replace({"tr": ".", "en": ","}[lang], "")) for text in table.column("missing")]
    assert shown == sorted(shown)
    assert len(set(shown)) > 2
    assert table.sorts[table.keys.index("missing")] == "ascending"
    table = look(path, "table=places&sort=place&order=asc").tables["places"]
    names = [place for place in table.column("place") if "Hastanesi" in place]
    first = list(dict.fromkeys(name.split()[0] for name in names))
    assert first == [name for name in ("Amasya", "Çorum", "İskilip", "Şanlıurfa") if name in first]
    assert len(first) > 1


def test_the_comparison_shows_the_title_that_is_asked_for(look, beside: Path) -> None:  # type: ignore[no-untyped-def]
    every, nurses = look(beside, ""), look(beside, "title=hemsire")
    assert every.text["chosen"] != nurses.text["chosen"] == "Hemşire"
    assert look(beside, "title=nobody").text["chosen"] == every.text["chosen"]
    legend = [look(beside, f"title={title}").text["legend"] for title in ("hemsire", "ebe")]
    assert legend[0] != legend[1]


def test_the_comparison_is_searched_and_sorted(look, beside: Path) -> None:  # type: ignore[no-untyped-def]
    found = look(beside, "table=cells&q=sanliurfa").tables["cells"]
    assert found.column("place") == ["Şanlıurfa Devlet Hastanesi, Şanlıurfa"]
    assert found.column("a") == [number(1212, "tr")]
    assert found.column("difference") == ["−1.200"]  # what B adds
    table = look(beside, "table=d-titles&sort=base&order=desc").tables["d-titles"]
    posts = [int(text.replace(".", "")) for text in table.column("base")]
    assert posts == sorted(posts, reverse=True)
    assert table.sorts[table.keys.index("base")] == "descending"
