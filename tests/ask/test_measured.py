"""``compare`` says the same as ``plan --against``: two plan folders give one table, whichever way they are read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import pdc
from helpers.html_reader import Html
from helpers.two_provinces import FEW, country
from pdc.ask.audit.tables import level_frame
from pdc.ask.compare import compare, write_comparison
from pdc.ask.difference import Side, difference
from pdc.base.folder import to_csv
from pdc.planning.write import write

TITLES = ("hemsire", "ebe", "eczaci", "pratisyen_tabip")
MORE = [*FEW, "B.4.a.8.beds_per_nurse=0.5"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    home = tmp_path_factory.mktemp("measured")
    data = country().write(home / "data")
    plans = [pdc.plan(data, titles=list(TITLES), sets=sets, cache=False) for sets in (FEW, MORE)]
    a, b = (write(plan, home / name, "en", reports=False) for name, plan in zip("ab", plans, strict=True))
    return data, a, b


def test_two_plan_folders_differ_alike_read_or_measured(folders: tuple[Path, Path, Path]) -> None:
    _, a, b = folders
    made = compare(a, b)
    read = difference(Side.read(a), Side.read(b))
    assert len(made.frame()) > 10
    pd.testing.assert_frame_equal(made.frame(), read.frame())
    assert made.difference.to_dict() == read.to_dict()


def test_one_csv_and_one_page(folders: tuple[Path, Path, Path], tmp_path: Path) -> None:
    _, a, b = folders
    out = write_comparison(compare(a, b), tmp_path / "c", "en")
    assert (out / "differences.csv").read_bytes() == to_csv(difference(Side.read(a), Side.read(b)).frame())
    page = Html((out / "difference.html").read_text("utf-8"))
    assert "B.4.a.8" in page.tables["d-clauses"].column("clause")
    assert not (out / "compare.html").exists()


def hand(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_posts_where_the_law_knows_none_are_a_difference_all_the_same(tmp_path: Path) -> None:
    data = country().unit("M5", "A1", "il_saglik_mudurlugu").tables()
    head = "unit_code,title,posts\n"
    a = hand(tmp_path, "a.csv", head + "H1,eczaci,5\nS3,eczaci,2\nM5,ebe,7\n")
    b = hand(tmp_path, "b.csv", head + "H1,eczaci,5\nS3,eczaci,6\nM5,ebe,7\n")
    made = compare(str(a), str(b), data)
    cells = made.frame().set_index(["level", "code", "title"])
    assert cells.loc[("unit", "S3", "eczaci"), ["base", "plan", "difference"]].tolist() == [2, 6, 4]
    assert cells.loc[("national", "", "eczaci"), ["base", "plan"]].tolist() == [7, 11]
    law = level_frame(made.a, "unit")
    assert not {("M5", "ebe"), ("S3", "eczaci")} & set(zip(law["unit_code"], law["title"], strict=True))
    every = made.difference.cells("unit", every=True).set_index("code")
    assert every.loc["M5", ["base", "plan"]].tolist() == [7, 7]


def test_what_one_table_does_not_tell_of_is_left_out_on_both_sides(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    data, _, b = folders
    table = hand(tmp_path, "hand.csv", "İl;Hemşire\nÇorum;100\n")
    made = compare(str(table), b, data).difference
    own = pd.read_csv(b / "plan_provinces.csv")
    there = own[(own["province_code"] == 19) & (own["title"] == "hemsire")]
    told = made.to_dict()
    assert made.levels == ("province",)
    assert [row["code"] for row in told["provinces"]] == ["19"]
    assert told["titles"][0]["plan"] == int(there["posts"].sum())
    assert {row["level"] for row in told["deviation"]} == {"province"}
    assert all(row["plan"] == 1 for row in told["fairness"] if row["measure"] == "ratio")
    where = {**made.plan.places.province_of, ("province", "19"): "19"}
    rules = made.plan.rules
    assert {where[level, code] for level, code in zip(rules["level"], rules["code"], strict=True)} <= {"19"}


def test_a_few_districts_add_up_though_their_province_is_not_judged(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    data = folders[0]
    tables = [
        hand(tmp_path, f"{name}.csv", f"district_code,title,posts\nC1,hemsire,{posts}\n")
        for name, posts in (("a", 50), ("b", 60))
    ]
    made = compare(str(tables[0]), str(tables[1]), data)
    told = made.difference.to_dict()
    assert told["titles"][0]["difference"] == 10
    assert told["provinces"][0]["gained"] == told["moved"] == 10
    rows = made.frame()
    assert rows[rows["level"] == "district"]["difference"].tolist() == [10]


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_page_tells_how_a_hand_made_table_was_read_and_what_was_found(
    folders: tuple[Path, Path, Path], tmp_path: Path, lang: str
) -> None:
    data, _, b = folders
    table = hand(tmp_path, "hand.csv", "İl;Hemşire\nÇorumm;999\nAmasya;1\n")
    out = write_comparison(compare(str(table), b, data), tmp_path / "c", lang)  # type: ignore[arg-type]
    source = (out / "difference.html").read_text("utf-8")
    page = Html(source)
    assert any("Çorumm" in text for text in page.tables["a-doubts"].column("doubt"))
    assert "b-doubts" not in page.tables
    assert "a-hidden" in page.tables
    assert "kinds-section" not in source
    assert "transparent" not in source  # both provinces are compared
    heads = source[source.index('id="d-titles"') :]
    assert heads.index(">A</button>") < heads.index(">B</button>")
    assert ("B − A" in source) and ("plan − " not in source)


def test_a_province_that_is_not_compared_does_not_look_like_one_without_a_difference(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    data, _, b = folders
    table = hand(tmp_path, "hand.csv", "İl;Hemşire\nÇorum;100\n")
    out = write_comparison(compare(str(table), b, data), tmp_path / "c", "en")
    text = re.search(r'id="compare-data">(.*?)</script>', (out / "difference.html").read_text("utf-8"), re.DOTALL)
    assert text
    view = json.loads(text[1])["views"]["*"]
    fill = dict(zip(view["codes"], view["fill"], strict=True))
    assert fill[5] == "transparent" != fill[19]
    assert ["transparent", "not compared"] in view["legend"]
