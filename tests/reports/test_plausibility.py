"""Plausibility: the three lists, what makes each number so, and the section of the report."""

from __future__ import annotations

from pathlib import Path

import pytest

import pdc
from helpers.small import Small
from pdc.planning.write import write
from pdc_reports.explain.plausibility import Line, plausibility
from pdc_reports.explain.tables import Book, read_titles

FEW = ["A.3.minimum=0"]


def planned(folder: Path, town: Small, *titles: str, sets: list[str] | None = None) -> Path:
    plan: pdc.Plan = town.plan(*titles, sets=[*FEW, *(sets or [])])
    return write(plan, folder / "plan", lang="en", reports=True)


def lines(folder: Path, *titles: str) -> list[Line]:
    book = Book.read(folder, "en")
    return plausibility(book, read_titles(book, titles).values())


def country() -> Small:
    """Twelve like hospitals; one of them lies in a district of its own with hardly any people."""
    town = Small().province(19, "Çorum")
    town.district("D", 19, 400_000, central=1).district("E", 19, 4_000)
    for number in range(11):
        town.unit(f"H{number:02}", "D", "devlet_hastanesi", beds=100, outpatient_visits=60_000)
    town.unit("FAR", "E", "devlet_hastanesi", beds=300, outpatient_visits=180_000)
    return town.filled("tibbi_sekreter", 100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planned(tmp_path_factory.mktemp("plausible"), country(), "tibbi_sekreter")


def test_a_hospital_in_a_district_without_people_is_far_from_its_size(folder: Path) -> None:
    found = [line for line in lines(folder, "tibbi_sekreter") if line.part == "size"]
    first = found[0]
    assert (first.code, first.measure, first.size) in {("FAR", "bed", 300), ("FAR", "visit", 180_000)}
    # 125 posts over 1,400 beds: 300 beds say 26.8, the district of 4,000 people gets one.
    assert first.said == pytest.approx(125 * 300 / 1400, abs=1.0)
    assert first.posts < 5
    assert first.cause.how in {"district", "limit"}


def test_its_load_is_more_than_three_times_the_median_of_its_kind(folder: Path) -> None:
    found = {line.code: line for line in lines(folder, "tibbi_sekreter") if line.part == "load"}
    assert set(found) == {"FAR"}
    assert found["FAR"].far > 3


def test_places_with_a_target_and_no_post_name_the_clause(tmp_path: Path) -> None:
    town = Small().province(19, "Çorum").district("D", 19, 90_000, central=1)
    for number in range(4):
        town.unit(f"H{number}", "D", "devlet_hastanesi", beds=100)
    made = planned(tmp_path, town.filled("tibbi_teknolog", 2), "tibbi_teknolog")
    assert [line for line in lines(made, "tibbi_teknolog") if line.part == "empty"] == []
    pin = tmp_path / "pin.toml"
    pin.write_text('[[pin]]\ntitle = "tibbi_teknolog"\nunit = "H0"\nposts = 0\n', "utf-8")
    town.filled("tibbi_teknolog", 8)
    plan = town.plan("tibbi_teknolog", sets=FEW, scenario=[pin])
    folder = write(plan, tmp_path / "pinned", reports=True, lang="en")
    [line] = [one for one in lines(folder, "tibbi_teknolog") if one.part == "empty" and one.level == "unit"]
    assert (line.code, line.posts) == ("H0", 0)
    assert line.said >= 1


@pytest.mark.parametrize(("lang", "heading"), [("tr", "Akla yatkınlık"), ("en", "Plausibility")])
def test_the_report_has_the_section(tmp_path: Path, lang: str, heading: str) -> None:
    plan = country().plan("tibbi_sekreter", sets=FEW)
    page = (write(plan, tmp_path / "plan", lang=lang) / "report.html").read_text("utf-8")  # type: ignore[arg-type]
    assert heading in page
    assert 'id="plausible-size"' in page
    assert 'id="plausible-load"' in page


def test_a_plan_of_tables_alone_has_none(tmp_path: Path) -> None:
    plan = country().plan("tibbi_sekreter", sets=FEW)
    folder = write(plan, tmp_path / "plan", reports=False)
    book = Book.read(folder, "en")
    assert isinstance(plausibility(book, read_titles(book, ["tibbi_sekreter"]).values()), list)
