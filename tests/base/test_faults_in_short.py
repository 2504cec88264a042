"""One fault that repeats is told once; a workbook's faults name the cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from helpers.small import Small
from pdc.base.faults import ALIKE, Fault, Faults, InputError, in_short
from pdc.law import reading
from pdc.law.vocabulary import vocabulary
from pdc.tables import read
from pdc_common.text import LANGS, Lang, fields, table


def faulty(count: int, text: str = "x") -> list[Fault]:
    return [
        Fault("units.csv", row, "beds", "not_number", {"text": text.format(row), "wanted": "count"})
        for row in range(2, 2 + count)
    ]


def test_a_fault_that_repeats_is_told_once_with_its_count_and_first_places() -> None:
    (english,) = in_short(faulty(300), "en")
    (turkish,) = in_short(faulty(300), "tr")
    assert english.startswith("units.csv:2: beds: ")
    assert english.endswith("(300 places: 2, 3, 4, 5, 6, …)")
    assert turkish.endswith("(300 yerde: 2, 3, 4, 5, 6, …)")


def test_many_different_texts_of_one_kind_are_three_lines_and_a_count() -> None:
    lines = in_short(faulty(300, "{}.x"), "en")
    assert len(lines) == 4
    assert "2.x" in lines[0]
    assert lines[3] == "units.csv: beds: 297 more of this kind: 5, 6, 7, 8, 9, …"
    assert in_short(faulty(300, "{}.x"), "tr")[3].startswith("units.csv: beds: aynı türden 297 hata daha")


def test_a_few_different_ones_are_all_told() -> None:
    assert len(in_short(faulty(4, "{}.x"), "en")) == 4


def test_other_columns_and_files_are_never_joined() -> None:
    faults = [*faulty(2), Fault("units.csv", 2, "chairs", "not_number", {"text": "x", "wanted": "count"})]
    assert len(in_short(faults, "en")) == 2


def test_the_error_itself_says_it_so_and_keeps_every_fault() -> None:
    error = InputError(faulty(300))
    assert len(error.faults) == 300
    assert str(error).count("\n") == 0


def test_a_fault_of_a_workbook_names_its_cell(tmp_path: Path) -> None:
    country = Small().province(19).district("D", 19, 45_000, central=1).filled("hemsire", 120)
    country.unit("H", "D", "devlet_hastanesi", beds=30).unit("G", "D", "devlet_hastanesi", beds="otuz")
    folder = country.write(tmp_path / "tables")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for file in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(file.stem)
        for line in file.read_text("utf-8").splitlines():
            sheet.append(line.split(","))
    heads = [cell.value for cell in book["units"][1]]
    letter = "ABCDEFGHIJ"[heads.index("beds")]
    book.save(tmp_path / "own.xlsx")
    with pytest.raises(InputError) as caught:
        read(tmp_path / "own.xlsx", vocabulary(reading.load()))
    assert f"own.xlsx[units]:3 ({letter}3): beds: " in caught.value.text("en")
    assert f"own.xlsx[units]:3 ({letter}3): beds: " in caught.value.text("tr")


@pytest.mark.parametrize(("position", "letter"), [(0, "A"), (7, "H"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_excels_names(position: int, letter: str) -> None:
    from pdc.tables.raw import Sheet  # noqa: PLC0415

    assert Sheet("f[s]", (), (), (), is_sheet=True).letter(position) == letter
    assert Sheet("f.csv", (), (), ()).letter(position) == ""


def counted(faults: list[Fault]) -> list[Fault]:
    met = Faults()
    for fault in faults:
        met.meet(fault.file, fault.column, fault.code, lambda fault=fault: fault)
    return met.told()


def test_of_many_alike_a_thousand_are_kept_and_all_are_counted() -> None:
    told = counted(
        [*faulty(5 * ALIKE), Fault("units.csv", 9, "kind", "not_number", {"text": "x", "wanted": "count"})]
    )
    assert len(told) == ALIKE + 1
    assert [fault.more for fault in told if fault.more] == [4 * ALIKE]
    lines = in_short(told, "en")
    assert lines[0].endswith(f"({5 * ALIKE} places: 2, 3, 4, 5, 6, …)")
    assert len(lines) == 2


def test_the_rest_of_a_kind_counts_those_that_were_not_kept() -> None:
    lines = in_short(InputError(counted(faulty(2 * ALIKE, "{}.x"))).faults, "tr")
    assert lines[3].startswith(f"units.csv: beds: aynı türden {2 * ALIKE - 3} hata daha")


def test_rows_of_one_fault_are_all_counted_whichever_way_they_come(tmp_path: Path) -> None:
    """Beds that are no number, codes twice and districts that are none, each in more rows than are kept."""
    country = Small().province(19).district("D", 19, 45_000, central=1).filled("hemsire", 120)
    folder = country.unit("H", "D", "devlet_hastanesi", beds=30).write(tmp_path / "tables")
    head, row = (folder / "units.csv").read_text("utf-8").splitlines()
    at = head.split(",").index("beds")
    cells = row.split(",")
    wrong = ",".join([*cells[:at], "otuz", *cells[at + 1 :]]).replace(",D,", ",X,")
    (folder / "units.csv").write_text("\n".join([head, row, *[wrong] * (ALIKE + 500)]) + "\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read(folder, vocabulary(reading.load()))
    kinds = {(f.column, f.code) for f in caught.value.faults if f.file == "units.csv"}
    counts = {
        kind: sum(1 + f.more for f in caught.value.faults if (f.column, f.code) == kind) for kind in kinds
    }
    assert counts == {
        ("beds", "not_number"): ALIKE + 500,
        ("unit_code", "duplicate"): ALIKE + 500,
        ("district_code", "dangling"): ALIKE + 500,
    }
    (again,) = (f for f in caught.value.faults if f.code == "duplicate" and f.more)
    assert again.values["first"] == 2


@pytest.mark.parametrize("lang", LANGS)
def test_a_sentence_ends_before_the_next_one_asks_what_was_meant(lang: Lang) -> None:
    asked = {"tr": " Şu mu demek istediniz: “boy”?", "en": " Did you mean “boy”?"}[lang]
    codes = [key.removeprefix("fault.") for key in table() if key.startswith("fault.") and key != "fault.nearest"]
    assert len(codes) > 300
    for code in codes:
        values = dict.fromkeys(fields(table()[f"fault.{code}"][lang]) - {"wanted", "level"}, "x")
        told = Fault("a.csv", None, None, code, values | {"wanted": "text", "level": "unit", "nearest": "boy"}).what(lang)
        assert told.endswith(asked)
        first = told.removesuffix(asked)
        assert first.endswith((".", "?", "!", "…")) and not first.endswith(".."), told
