"""No cell of a CSV file begins so that a spreadsheet computes it, and all are read back as they were."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import pdc
from helpers.small import Small
from pdc.ask.audit.write import write_audit
from pdc.ask.compare import write_comparison
from pdc.ask.handmade import read_cetvel
from pdc.ask.sweep import run_sweep
from pdc.base.folder import to_csv
from pdc.cli import app
from pdc.country.setting import prepare
from pdc.law.reading import load
from pdc.law.vocabulary import vocabulary
from pdc.planning.write import write
from pdc.tables import read
from pdc.tables.validated import write as write_tables
from pdc_common.cells_csv import (
    cell_text,
    cell_texts,
    column_texts,
    csv_text,
    guarded,
    guarded_frame,
    plain,
    read_table,
    rows_of,
    writer,
)

RISKY = ("=", "+", "-", "@", "\t", "\r")
NAMES = ("=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")', "'=1+1", "''-x", "-", "+90 312")
SWEEP = """
titles = ["eczaci"]
level = "unit"
costs = ["B.5.3.b"]

[design]
kind = "grid"

[[vary]]
parameter = "B.5.3.b.directorate"
values = [1, 2]
"""


def country(units: tuple[str, ...] = NAMES) -> Small:
    built = Small().province(19, "=Çorum").province(5, "@Amasya")
    built.district("D19", 19, 200_000, central=1, district="+Merkez").district(
        "D5", 5, 200_000, central=1, district="-Merkez"
    )
    built.unit("M19", "D19", "il_saglik_mudurlugu")
    for number, name in enumerate(units):
        built.unit(f"={number}" if number < 2 else f"H{number}", "D19" if number % 2 else "D5",
                   "devlet_hastanesi", unit=name, beds=150, special_beds=40, khd_beds=30)  # fmt: skip
    return built.filled("eczaci", 120).filled("hemsire", 500).filled("ebe", 150)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("risky")


@pytest.fixture(scope="module")
def data(folder: Path) -> Path:
    return country().write(folder / "data")


@pytest.fixture(scope="module")
def planned(folder: Path, data: Path) -> Path:
    return write(pdc.plan(data, titles=["eczaci"], cache=False), folder / "plan", "en")


def cells(path: Path) -> list[str]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [cell for row in csv.reader(io.StringIO(raw.decode("utf-8"), newline="")) for cell in row]


def computed(folder: Path) -> list[tuple[str, str]]:
    """Cells of all CSV files of a folder that a spreadsheet would compute."""
    files = [p for p in folder.rglob("*") if p.name.endswith((".csv", ".csv.gz")) and p.name != "road_km.csv"]
    assert files

    def number(cell: str) -> bool:
        try:
            float(cell)
        except ValueError:
            return False
        return not cell.startswith("+")

    return [(p.name, c) for p in files for c in cells(p) if c.startswith(RISKY) and not number(c)]


# one cell -----------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n'ab1. ,\";Ç"), max_size=6))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    written = guarded(text)
    assert plain(written) == text
    assert not written.startswith(RISKY) or written[1:].replace(".", "").isdigit()


@pytest.mark.parametrize("value", [-3, -2.5, 0, 7, None, "-3", "-0.250000", "-.5", "-1e-05", "12", "Çorum", "–"])
def test_numbers_stay_numbers_and_harmless_texts_as_they_are(value: object) -> None:
    assert guarded(value) == value


@pytest.mark.parametrize("text", ["+5", "-", "--1", "-1+cmd|' /C calc'!A0", "-5 yatak", "=", "@", "-1.2.3", "-1e5x"])
def test_what_only_looks_like_a_number_is_a_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_a_file_of_such_cells_is_read_back_row_by_row_and_as_a_frame(tmp_path: Path) -> None:
    out = io.StringIO()
    rows = [["=head", "n"], *([name, -1] for name in NAMES)]
    writer(out).writerows(rows)
    (tmp_path / "t.csv").write_text(out.getvalue(), "utf-8", newline="")
    frame = read_table(tmp_path / "t.csv", dtype={0: str})
    assert list(frame.columns) == ["=head", "n"]
    assert frame["=head"].tolist() == list(NAMES)
    assert frame["n"].tolist() == [-1] * len(NAMES)
    pandas_frame = pd.DataFrame({"name": list(NAMES), "n": -1})
    guarded_frame(pandas_frame).to_csv(tmp_path / "p.csv", index=False)
    assert read_table(tmp_path / "p.csv", dtype={"name": str}).equals(pandas_frame.astype({"name": str}))
    (tmp_path / "p.csv.gz").write_bytes(gzip.compress((tmp_path / "p.csv").read_bytes()))
    packed = read_table(tmp_path / "p.csv.gz", dtype={"name": str})
    assert packed.equals(pandas_frame.astype({"name": str}))
    assert to_csv(pandas_frame).startswith(b"name,n\n'=1+1,-1\n")


# A carriage return is quoted whatever the Python; csv.writer's does so from 3.13 on.
TEXTS = st.text(alphabet=st.sampled_from("=+-@\t\n'ab1. ,\";Ç"), max_size=5)
CELLS = st.one_of(TEXTS, st.integers(-9, 9), st.sampled_from([-2.5, 1e-07, 3.0, None]))


@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1)))
def test_columns_are_written_at_once_as_rows_are_one_by_one(rows: list[list[object]]) -> None:
    body = io.StringIO()
    writer(body).writerows(rows)
    columns = [column_texts(list(column)) for column in zip(*rows, strict=True)]
    assert csv_text(["a"], columns) == "a\n" + body.getvalue()


def test_numbers_are_written_in_their_form_and_no_line_is_empty() -> None:
    columns = [["100 %", "x"], [0.25, -2.0]]
    assert csv_text(["%s", "b"], columns, ["%s", "%.3f"]) == "%s,b\n100 %,0.250\nx,-2.000\n"
    assert to_csv(pd.DataFrame({"a": ["", "b"]})) == b'a\n""\nb\n'
    assert to_csv(pd.DataFrame({"n": [0, 1]})) == b"n\n0\n1\n"
    assert to_csv(pd.DataFrame({"target": [0.0]})) == b"target\n0.000000000\n"
    assert column_texts(["=1", 1, "x,y", -1]) == ["'=1", 1, '"x,y"', -1]


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2)))
def test_rows_of_a_whole_text_come_back_as_they_were(rows: list[list[str]]) -> None:
    out = io.StringIO()
    writer(out).writerows(rows)
    assert list(rows_of(out.getvalue())) == rows


# every command ------------------------------------------------------------------------------------------


def test_no_file_of_a_plan_is_computed_and_its_certificate_holds(planned: Path) -> None:
    assert computed(planned) == []
    assert "'=1+1" in cells(planned / "units.csv")
    assert "'=0" in cells(planned / "plan_units.csv")
    assert "'=Çorum" in cells(planned / "provinces.csv")
    result = CliRunner().invoke(app, ["verify", str(planned), "--proof", "--lang", "en"])
    assert result.exit_code == 0, result.output


def test_no_file_of_audit_compare_repair_and_sweep_is_computed(folder: Path, data: Path, planned: Path) -> None:
    write_audit(pdc.audit(planned, data), folder / "audit", "en")
    write_comparison(pdc.compare(planned, "filled", data), folder / "compare", "en")
    (folder / "s.toml").write_text(SWEEP, "utf-8")
    run_sweep(folder / "s.toml", folder / "sweep", data, cache=False, lang="en")
    hand = folder / "hand.csv"
    hand.write_text("Birim;Unvan;Sayı\n'@SUM(A1);Eczacı;9\nBirim M19;Eczacı;3\n", "utf-8")
    result = CliRunner().invoke(
        app, ["repair", str(hand), "--data", str(data), "--out", str(folder / "repair"), "--no-reports"]
    )
    assert result.exit_code == 0, result.output
    for name in ("audit", "compare", "sweep", "repair"):
        assert computed(folder / name) == [], name


# read back ----------------------------------------------------------------------------------------------


def test_a_plan_folder_is_read_back(data: Path, planned: Path) -> None:
    setting = prepare(data)
    cetvel = read_cetvel(planned, setting)
    frame = pdc.plan(data, titles=["eczaci"], cache=False).units
    posts = dict(zip(setting.country.codes("unit"), cetvel.posts["eczaci"].tolist(), strict=True))
    assert {c: p for c, p in posts.items() if p} == {
        c: p for c, p in zip(frame["unit_code"], frame["posts"], strict=True) if p
    }
    assert pdc.compare(planned, planned).differences().empty


def test_own_data_that_pdc_wrote_are_read_back_to_the_same_fingerprint(tmp_path: Path, data: Path) -> None:
    words = vocabulary(load())
    tables = read(data, words)
    write_tables(tables, tmp_path / "again")
    assert computed(tmp_path / "again") == []
    again = read(tmp_path / "again", words)
    assert again.sha256 == tables.sha256
    assert set(NAMES) - {"'=1+1", "''-x"} <= set(again.units["unit"])


def test_a_hand_table_of_guarded_names_is_read(tmp_path: Path, data: Path) -> None:
    hand = tmp_path / "hand.csv"
    hand.write_text("İl;Eczacı\n'=Çorum;9\n'@Amasya;3\n", "utf-8")
    cetvel = read_cetvel(hand, prepare(data))
    assert cetvel.at("eczaci", "province").tolist() in ([9, 3], [3, 9])


def test_a_guarded_file_saved_as_a_workbook_is_read(tmp_path: Path, data: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["İl", "Eczacı"], ["'=Çorum", 9], ["'@Amasya", 3]):
        sheet.append(row)
    book.save(tmp_path / "hand.xlsx")
    cetvel = read_cetvel(tmp_path / "hand.xlsx", prepare(data))
    assert sorted(cetvel.at("eczaci", "province").tolist()) == [3, 9]


def test_the_explanation_of_such_a_unit_finds_it(planned: Path) -> None:
    result = CliRunner().invoke(
        app, ["explain", str(planned), "--title", "eczaci", "--unit", "=0", "--lang", "en"]
    )
    assert result.exit_code == 0, result.output


@given(st.lists(st.text(alphabet="a1=-_.,\"'\n\té ", max_size=3), max_size=4))
def test_many_cells_are_written_as_each_of_them(cells: list[str]) -> None:
    assert cell_texts(cells) == [cell_text(cell) for cell in cells]


@pytest.mark.parametrize("number", ["99999999999999999999", "-99999999999999999999", "1e30", "9223372036854775808"])
def test_a_whole_number_beyond_64_bits_is_no_number(number: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"posts\n1\n{number}\n", "utf-8")
    with pytest.raises(ValueError, match=r"t\.csv|int64"):
        read_table(tmp_path / "t.csv", dtype={"posts": "int64"})
