"""The workbook read back: every cell is the plan's, every formula is true."""

from __future__ import annotations

import re

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from pdc.ask.handmade.signed_workbook import read_posts
from pdc_common.levels import LEVELS
from pdc_common.text import sort_key
from pdc_reports.folder.plan import PlanTables
from pdc_reports.workbook import sheet_name, write_workbook

FIXED = {"province": 3, "district": 5, "unit": 7}
CODE = {"province": 0, "district": 3, "unit": 4}


@pytest.fixture(scope="module")
def values(reports):
    return openpyxl.load_workbook(reports / "cetvel.xlsx", data_only=True)


@pytest.fixture(scope="module")
def formulas(reports):
    return openpyxl.load_workbook(reports / "cetvel.xlsx")


def head_row(page):
    return next(r for r in range(1, 10) if page.cell(r, 1).value == "Plaka")


def body(page, level):
    """(place code, posts by column) of the rows of places."""
    for row in page.iter_rows(min_row=head_row(page) + 2, values_only=True):
        code = row[CODE[level]]
        if code is None or not isinstance(row[0], int) or row[2] == "İl toplamı":
            continue
        yield str(code), row[FIXED[level] :]


@pytest.mark.parametrize("level", LEVELS)
def test_every_cell_is_the_number_of_the_plan(plan, values, level):
    key = {"province": "province_code", "district": "district_code", "unit": "unit_code"}[level]
    for sheet in plan.sheets:
        page = values[sheet_name(sheet, level, "tr")]
        rows = plan.plan(level)
        rows = rows[rows["title"].isin(sheet.titles)]
        want = {(str(c), t): p for c, t, p in zip(rows[key], rows["title"], rows["posts"], strict=True)}
        found = {
            (code, title): posts
            for code, cells in body(page, level)
            for title, posts in zip(sheet.titles, cells, strict=False)
            if posts is not None
        }
        assert found == want


@pytest.mark.parametrize("level", LEVELS)
def test_titles_stand_in_official_order_under_their_group(plan, values, level):
    names = plan.title_names("tr")
    for sheet in plan.sheets:
        page = values[sheet_name(sheet, level, "tr")]
        top, first = head_row(page), FIXED[level] + 1
        assert page.cell(top, first).value == sheet.names["tr"]
        heads = [page.cell(top + 1, first + i).value for i in range(len(sheet.titles))]
        assert heads == [names[t] for t in sheet.titles]
        if len(sheet.titles) > 1:
            merged = {str(r) for r in page.merged_cells.ranges}
            start, end = page.cell(top, first), page.cell(top, first + len(sheet.titles) - 1)
            assert f"{start.coordinate}:{end.coordinate}" in merged


def test_every_formula_gives_its_cached_value(values, formulas):
    count = 0
    for page in formulas:
        cached = values[page.title]

        def value(text, cached=cached):
            total = 0
            for part in text.split(","):
                left, top, right, bottom = range_boundaries(part)
                cells = cached.iter_rows(top, bottom, left, right, values_only=True)
                total += sum(v for row in cells for v in row if v is not None)
            return total

        for row in page.iter_rows():
            for cell in row:
                if not isinstance(cell.value, str) or not cell.value.startswith("="):
                    continue
                count += 1
                found = cached[cell.coordinate].value
                if total := re.fullmatch(r"=SUM\((.+)\)", cell.value):
                    assert found == pytest.approx(value(total[1])), (page.title, cell.coordinate)
                else:
                    left, right = cell.value[1:].split("-")
                    assert found == pytest.approx(value(left) - value(right)), (page.title, cell.coordinate)
    assert count > 500


@pytest.mark.parametrize("level", LEVELS)
def test_the_grand_total_is_the_national_number(plan, values, level):
    posts = plan.plan_provinces.groupby("title")["posts"].sum()
    for sheet in plan.sheets:
        page = values[sheet_name(sheet, level, "tr")]
        row = next(r for r in page.iter_rows(values_only=True) if r[0] == "TÜRKİYE TOPLAMI")
        totals = row[FIXED[level] : FIXED[level] + len(sheet.titles)]
        assert list(totals) == [posts[t] for t in sheet.titles]


def test_provinces_by_plate_and_districts_central_first_then_in_turkish_order(plan, values):
    page = values[sheet_name(plan.sheets[0], "district", "tr")]
    rows = [r for r in page.iter_rows(min_row=head_row(page) + 2, values_only=True) if r[3]]
    assert [r[0] for r in rows] == sorted(r[0] for r in rows)
    central = dict(zip(plan.districts["district_code"], plan.districts["central"], strict=True))
    for plate in {r[0] for r in rows}:
        names = [(1 - central[r[3]], sort_key(r[2])) for r in rows if r[0] == plate]
        assert names == sorted(names)


def test_pages_are_fit_to_be_printed_and_signed(plan, formulas):
    for page in formulas:
        assert len(page.title) <= 31
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.page_setup.fitToWidth in {None, 1}  # 1 is what a left-out number means
        assert int(page.page_setup.fitToHeight) == 0
        # Long lists of few columns stand upright: half as many pages.
        upright = page.title in {"Dolu, planlanan, münhal", "Hizmet grupları"}
        assert page.page_setup.orientation == ("portrait" if upright else "landscape")
        assert int(page.page_setup.paperSize) in {8, 9}  # A3, A4
        assert "TASLAK" in page.oddHeader.left.text
        assert "3f1c3f1c3f1c" in page.oddFooter.left.text
        assert "9ab09ab09ab0" in page.oddFooter.left.text
        assert "&P" in page.oddFooter.right.text
        assert "&N" in page.oddFooter.right.text
    page = formulas[sheet_name(plan.sheets[0], "unit", "tr")]
    assert int(page.page_setup.paperSize) == 8
    assert page.page_setup.orientation == "landscape"
    assert page.freeze_panes == "E6"
    assert page.print_title_rows == "$4:$5"
    assert page.print_title_cols == "$A:$G"
    assert "Onaylayan" in {c.value for row in formulas[formulas.sheetnames[1]].iter_rows() for c in row}


def test_rules_sheet_counts_all_and_lists_every_short_rule(plan, values):
    rows = list(values["Kurallar"].iter_rows(values_only=True))
    total = next(r for r in rows if r[0] == "TÜRKİYE TOPLAMI")
    counts = plan.rules["status"].value_counts()
    assert list(total[5:9]) == [counts.get(s, 0) for s in ("kept", "binding", "short", "not_applicable")]
    assert total[9] == plan.rules["shortfall"].sum()
    start = next(i for i, r in enumerate(rows) if r[0] == "Karşılanamayan kurallar")
    short = plan.rules[plan.rules["status"] == "short"]
    listed = rows[start + 2 :]
    assert len(listed) == len(short)
    assert sum(r[9] for r in listed) == short["shortfall"].sum()
    assert all(r[5] for r in listed)


def test_notices_are_all_there_as_text(plan, values):
    texts = [r[7] for r in values["Bildirimler"].iter_rows(values_only=True)]
    assert [t for t in texts if t][1:] == plan.notices["text"].tolist()


def test_an_approved_plan_says_so_and_an_unproven_one_too(reports_en):
    book = openpyxl.load_workbook(reports_en / "cetvel.xlsx")
    column = [str(cell.value) for cell in book.worksheets[0]["A"]]  # the letterhead stands above the state
    assert "Number: 2026/17" in column
    state = next(text for text in column if text.startswith("APPROVED"))
    assert "2026/17" in state
    assert "Ayşe Işık" in state
    assert "not proven" in state
    assert book.sheetnames[:3] == ["Overview", "Specialists – Province", "Specialists – District"]


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_workbook_reads_back_to_the_plan(plan, reports, reports_en, lang):
    path = (reports if lang == "tr" else reports_en) / "cetvel.xlsx"
    codes = {name: code for code, name in plan.title_names(lang).items()}
    found = read_posts(path, codes)
    want = plan.plan_units[["unit_code", "title", "posts"]].sort_values(
        ["unit_code", "title"], ignore_index=True
    )
    assert found.to_numpy().tolist() == want.to_numpy().tolist()


def test_what_cannot_be_read_back_is_named(reports, tmp_path):
    with pytest.raises(ValueError, match="Genel Cerrahi"):
        read_posts(reports / "cetvel.xlsx", {})
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(ValueError, match=r"other\.xlsx"):
        read_posts(tmp_path / "other.xlsx", {})


def test_same_plan_same_bytes(plan_dir, plan, reports, tmp_path):
    again = write_workbook(PlanTables.read(plan_dir), tmp_path / "again.xlsx")
    assert again.read_bytes() == (reports / "cetvel.xlsx").read_bytes()
