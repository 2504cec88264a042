"""What a commission is given: last year's sealed table beside this one, the letterhead, the Word file, the books."""

from __future__ import annotations

import csv
import json
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from typer.testing import CliRunner

from helpers.named import ROOT
from helpers.two_provinces import FEW, country
from pdc.ask.since import LastTable
from pdc.ask.verify import differences
from pdc.base.faults import InputError
from pdc.cli import app
from pdc.planning import seal
from pdc.planning.letterhead import read_letterhead
from pdc.proof.verify import verify_proof

TITLE = ["--title", "eczaci", "--set", FEW[0]]
SAMPLE = ROOT / "docs" / "letterhead.toml"




def run(*args: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, [*args])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Last year's approved plan, and this year's with everything there is."""
    place = tmp_path_factory.mktemp("years")
    data = country().staff("H1", "eczaci", 9).staff("H3", "eczaci", 1, "4924", vacant=3).write(place / "data")
    run("plan", "--data", str(data), *TITLE, "--out", str(place / "2025"))
    seal.approve(place / "2025", "Ayşe Yılmaz", "2025/9", date(2025, 1, 2))
    new = country().staff("H1", "eczaci", 12).staff("H3", "eczaci", 2, "4924", vacant=3).write(place / "new")
    shutil.copyfile(SAMPLE, new / "letterhead.toml")
    run(
        "plan", "--data", str(new), *TITLE, "--since", str(place / "2025"), "--provinces", "--out", str(place / "2026"),
    )  # fmt: skip
    return place


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def words(path: Path) -> list[str]:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_what_changed_is_the_difference_of_both_tables(place: Path) -> None:
    def posts(folder: str, level: str) -> dict[tuple[str, str], int]:
        found = rows(place / folder / f"plan_{level}s.csv")
        return {(row[f"{level}_code"], row["title"]): int(row["posts"]) for row in found}

    told = rows(place / "2026" / "since.csv")
    assert {row["level"] for row in told} <= {"national", "province", "district", "unit", "clause"}
    for level in ("province", "district", "unit"):
        old, new = posts("2025", level), posts("2026", level)
        wanted = {key: (old.get(key, 0), new.get(key, 0)) for key in old | new if old.get(key, 0) != new.get(key, 0)}
        held = {(r["code"], r["title"]): (int(r["base"]), int(r["plan"])) for r in told if r["level"] == level}
        assert held == wanted != {}
    summary = json.loads((place / "2026" / "summary.json").read_text("utf-8"))
    assert summary["since"]["decision"] == "2025/9"
    assert summary["since"]["seal"] == seal.fingerprint_of(place / "2025")
    before = rows(place / "2026" / "service_groups_before.csv")
    assert before == rows(place / "2025" / "service_groups.csv")
    for text in ((place / "2026" / "report.html").read_text("utf-8"), "\n".join(words(place / "2026" / "rapor.docx"))):
        assert "2025/9" in text
        assert summary["since"]["seal"] in text


def test_a_last_table_without_a_whole_seal_is_refused_before_anything_is_planned(place: Path, tmp_path: Path) -> None:
    for name in ("no-seal", "touched"):
        shutil.copytree(place / "2025", tmp_path / name)
    (tmp_path / "no-seal" / "seal.json").unlink()
    table = tmp_path / "touched" / "plan_units.csv"
    table.write_bytes(table.read_bytes() + b" ")
    for name, code in (("no-seal", "since.no_seal"), ("touched", "since.changed"), ("absent", "since.no_seal")):
        with pytest.raises(InputError) as told:
            LastTable.read(tmp_path / name)
        assert [fault.code for fault in told.value.faults] == [code]
        run("plan", *TITLE, "--since", str(tmp_path / name), "--out", str(tmp_path / "out"), code=2)
        assert not (tmp_path / "out").exists()


def test_the_plan_with_all_of_it_verifies_and_a_forged_comparison_is_found(place: Path, tmp_path: Path) -> None:
    copy = tmp_path / "2026"
    shutil.copytree(place / "2026", copy)
    assert differences(copy, place / "new", [], FEW) == []
    since = copy / "since.csv"
    lines = since.read_text("utf-8").splitlines()
    at, old = next((i, line) for i, line in enumerate(lines) if line.startswith("unit,"))
    *head, base, plan, difference = old.split(",")
    lines[at] = ",".join([*head, base, str(int(plan) + 1), str(int(difference) + 1)])
    since.write_text("\n".join(lines) + "\n", "utf-8")
    verdicts = verify_proof(copy)
    assert any("since.csv" in problem for verdict in verdicts for problem in verdict.problems)


def test_the_letterhead_stands_on_the_table_the_books_and_the_report(place: Path) -> None:
    sample = tomllib.loads(SAMPLE.read_text("utf-8"))
    books = sorted((place / "2026" / "provinces").glob("*.xlsx"))
    assert [book.name for book in books] == ["05-amasya.xlsx", "19-corum.xlsx"]
    for path in (place / "2026" / "cetvel.xlsx", *books):
        sheet = load_workbook(path).worksheets[0]
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
        assert all(line in text for line in (*sample["institution"], sample["number"], sample["basis"]))
        assert "Ayşe Işık" in text
        assert "Genel Müdür" in text
    word = "\n".join(words(place / "2026" / "rapor.docx"))
    assert all(line in word for line in (*sample["institution"], sample["number"], "Ayşe Işık"))


def test_a_book_of_a_province_has_filled_planned_and_vacant_of_every_unit(place: Path) -> None:
    changes = [row for row in rows(place / "2026" / "changes.csv") if row["province_code"] == "19"]
    book = load_workbook(place / "2026" / "provinces" / "19-corum.xlsx", data_only=True)
    titles, units = book.worksheets
    found = [
        [cell.value for cell in row[3:9]] for row in units.iter_rows() if isinstance(row[3].value, (int, float)) and row[2].value
    ]  # fmt: skip
    numbers = ("filled", "posts", "vacancy", "surplus", "locked_4924", "blocked_4924")
    wanted = [[int(row[name]) for name in numbers] for row in changes]
    assert sorted(row for row in found) == sorted(wanted)
    sums = [sum(row[i] for row in wanted) for i in range(6)]
    line = next(row for row in titles.iter_rows() if row[0].value == "Eczacı")
    assert [cell.value for cell in line[1:7]] == sums
    assert units.print_title_rows
    assert titles.page_setup.orientation == "portrait"


def test_the_word_file_repeats_its_header_rows_numbers_its_pages_and_can_be_signed(place: Path) -> None:
    document = Document(str(place / "2026" / "rapor.docx"))
    xml = document.element.xml
    assert xml.count("<w:tblHeader") >= 4
    assert "PAGE" in document.sections[0].footer._element.xml
    assert "NUMPAGES" in document.sections[0].footer._element.xml
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [text.partition(".")[0] for text in headings] == [str(i) for i in range(1, len(headings) + 1)]
    assert headings[-1].endswith("İmza")
    assert document.core_properties.created.year == 2000


def test_what_no_letterhead_says_is_a_line_and_an_approved_plan_has_its_decision(place: Path) -> None:
    text = "\n".join(words(place / "2025" / "rapor.docx"))
    assert "Sayı: 2025/9" in text
    assert "Tarih: 2025-01-02" in text
    assert "Dayanak: ......" in text


def test_the_same_plan_gives_the_same_word_file_and_books(place: Path, tmp_path: Path) -> None:
    from pdc_reports import write_reports  # noqa: PLC0415 - drawing

    out = tmp_path / "again"
    write_reports(place / "2026", out, provinces=True)
    for name in ("rapor.docx", "cetvel.xlsx", "provinces/19-corum.xlsx"):
        assert (out / name).read_bytes() == (place / "2026" / name).read_bytes(), name
    write_reports(place / "2026", out, lang="en")
    assert any("Signatures" in text for text in words(out / "rapor.docx"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('numbr = "1"', "rulebook.unknown_key"),
        ("number = 1", "document.type"),
        ('institution = "T.C."', "document.type"),
        ('[prepared]\nnam = "A"', "rulebook.unknown_key"),
        ('basis = "a\\nb"', "letterhead.long"),
        (f'basis = "{"a" * 301}"', "letterhead.long"),
        (f"institution = {['a'] * 7}", "letterhead.lines"),
        ("institution = [", "rulebook.toml"),
    ],
)
def test_a_slip_in_the_letterhead_is_told(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "letterhead.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as told:
        read_letterhead(path)
    assert [fault.code for fault in told.value.faults] == [code]
    assert all(fault.text(lang) for fault in told.value.faults for lang in ("tr", "en"))


def test_the_sample_is_read_and_a_missing_letterhead_is_told(tmp_path: Path) -> None:
    assert read_letterhead(SAMPLE)["prepared"]["name"] == "Ayşe Işık"
    run("plan", *TITLE, "--letterhead", str(tmp_path / "none.toml"), "--out", str(tmp_path / "out"), code=2)
