"""A table measured: as a plan is, from sums only, in parts, and two beside one another."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import pdc
from helpers.small import Small
from pdc.ask.audit import Audit, counting, measure
from pdc.ask.audit.result import Where, audit_frame
from pdc.ask.audit.tables import by_clause, level_frame, summary
from pdc.ask.audit.write import write_audit
from pdc.ask.compare import compare_tables, write_comparison
from pdc.ask.handmade import Cetvel, read_cetvel
from pdc.ask.handmade.posts import posts_of
from pdc.base.folder import to_csv
from pdc.cli import app
from pdc.country.setting import Setting, prepare
from pdc.planning import results
from pdc.planning.write import write
from pdc.tables.cells import BadCellError

TITLES = ("hemsire", "ebe", "eczaci", "pratisyen_tabip")


def country() -> Small:
    made = (
        Small()
        .province(19, "Çorum")
        .district("C1", 19, 90_000, central=1)
        .district("C2", 19, 30_000)
        .province(5, "Amasya")
        .district("A1", 5, 60_000, central=1)
    )
    for district, beds in (("C1", 400), ("C2", 60), ("A1", 210)):
        made.unit(f"H-{district}", district, "devlet_hastanesi", beds=beds, special_beds=10, khd_beds=20)
        made.unit(f"O-{district}", district, "saglik_ocagi", catchment_population=9_000)
    made.unit("M19", "C1", "il_saglik_mudurlugu").unit("M5", "A1", "il_saglik_mudurlugu")
    for title, filled in (("hemsire", 400), ("ebe", 200), ("eczaci", 120), ("pratisyen_tabip", 150)):
        made.filled(title, filled)
    return made.staff("H-C1", "hemsire", 30).staff("O-C1", "ebe", 4)


@pytest.fixture(scope="module")
def setting() -> Setting:
    return prepare(country().tables())


@pytest.fixture(scope="module")
def plan() -> pdc.Plan:
    return country().plan(*TITLES)


@pytest.fixture(scope="module")
def folder(plan: pdc.Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(plan, tmp_path_factory.mktemp("plan") / "out")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return country().write(tmp_path_factory.mktemp("data") / "in")


def table(setting: Setting, level: str, posts: dict[str, list[int]]) -> Cetvel:
    """A whole table from numbers."""
    c = setting.country
    covered = {lv: np.ones(c.size(lv), dtype=bool) for lv in ("unit", "district", "province")}
    arrays = {t: np.array(values, dtype=np.int64) for t, values in posts.items()}
    return Cetvel("made", c, "unit", arrays, covered).coarser(level)


def test_a_plan_audited_gives_the_findings_deviations_and_tables_of_the_plan(
    plan: pdc.Plan, folder: Path, setting: Setting
) -> None:
    made = measure(setting, read_cetvel(folder, setting))
    where = Where(setting.country)
    columns = list(plan.rules.columns)
    found = audit_frame(made, where)[columns].astype(str)
    key = ["clause", "title", "level", "code", "required", "posts", "tier"]
    rows = found.sort_values(key).reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, plan.rules.astype(str).sort_values(key).reset_index(drop=True))
    told = summary(made, where, "tr")
    assert told["deviation"] == pytest.approx(plan.to_dict()["deviation"])
    assert told["shortfall"] == plan.to_dict()["shortfall"]
    assert told["lawful"]
    for level, plural in results.PLURAL.items():
        wanted = (folder / f"plan_{plural}.csv").read_bytes()
        assert to_csv(level_frame(made, level)) == wanted


def test_our_own_workbook_reads_as_the_plan_it_came_from(folder: Path, setting: Setting) -> None:
    plan, book = (read_cetvel(path, setting) for path in (folder, folder / "cetvel.xlsx"))
    assert book.titles == plan.titles
    for title in plan.titles:
        assert (book.posts[title] == plan.posts[title]).all()


def test_the_csv_of_a_plan_reads_as_a_hand_made_table_too(
    folder: Path, setting: Setting, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_bytes((folder / "plan_units.csv").read_bytes())
    plan, mine = read_cetvel(folder, setting), read_cetvel(tmp_path / "mine.csv", setting)
    assert {t: p.tolist() for t, p in mine.posts.items()} == {t: p.tolist() for t, p in plan.posts.items()}


def test_the_staff_there_is_lists_what_is_tied_to_no_unit(setting: Setting) -> None:
    filled = read_cetvel("filled", setting)
    assert int(filled.posts["hemsire"].sum()) == 30
    loose = {d.code: d.posts for d in filled.doubts if d.kind == "untied"}
    assert loose["hemsire"] == 400


def test_posts_where_no_unit_may_have_the_title_break_a_rule(setting: Setting) -> None:
    codes = setting.country.codes("unit").tolist()
    posts = [5 if code == "O-C1" else 0 for code in codes]
    made = measure(setting, table(setting, "unit", {"eczaci": posts}))
    assert by_clause(made, Where(setting.country))["A.12"]["broken"] == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_sums_prove_is_never_more_than_what_the_units_show(
    setting: Setting, data: st.DataObject
) -> None:
    """A province number says "at least": no finding of it is worse than the truth below it."""
    size = setting.country.size("unit")
    numbers = st.lists(st.integers(0, 30), min_size=size, max_size=size)
    posts = {title: data.draw(numbers) for title in TITLES}
    fine = measure(setting, table(setting, "unit", posts))
    for level in ("district", "province"):
        coarse = measure(setting, table(setting, level, posts))
        for hard in (False, True):
            for title in TITLES:
                assert _missing(coarse, title, hard) <= _missing(fine, title, hard), (level, title, hard)


def _missing(made: Audit, title: str, hard: bool) -> int:
    """Posts missing of a title, but for the districts’ own floor (A.16): a province’s sum shows none of it."""
    own = [f for f in made.findings if f.hard == hard and f.title == title and f.clause != "A.16"]
    return sum(f.shortfall for f in own)


def test_a_province_with_fewer_posts_than_its_floors_is_short_by_at_least_the_difference(
    setting: Setting,
) -> None:
    codes = setting.country.codes("unit").tolist()
    none = dict.fromkeys(TITLES, [0] * len(codes))
    fine = measure(setting, table(setting, "unit", none))
    coarse = measure(setting, table(setting, "province", none))
    # Nobody anywhere: the sums show all that is missing of floors that read no other title.
    assert _missing(coarse, "eczaci", False) == _missing(fine, "eczaci", False) > 0


def test_a_clause_that_reads_a_missing_title_is_listed_and_not_judged(setting: Setting) -> None:
    codes = setting.country.codes("unit").tolist()
    made = measure(setting, table(setting, "unit", {"hemsire": [9] * len(codes)}))
    hidden = {(h.clause, h.reason) for g in made.groups for h in g.hidden}
    assert ("B.4.a.8", "missing_titles") in hidden
    # What the clause asks for by beds alone is judged all the same.
    assert "B.4.a.8" in {f.clause for f in made.findings}
    assert "ebe" in made.missing


def test_a_table_of_one_province_says_nothing_of_the_other(setting: Setting, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("İl,Hemşire,Ebe\nÇorum,1,1\n", "utf-8")
    made = measure(setting, read_cetvel(tmp_path / "one.csv", setting))
    assert {f.level for f in made.findings} <= {"province"}
    assert {setting.country.codes("province")[f.at] for f in made.findings} == {"19"}
    assert any(h.reason == "partial_cover" for g in made.groups for h in g.hidden)


def test_more_than_the_national_number_in_some_provinces_is_already_too_much(
    setting: Setting, tmp_path: Path
) -> None:
    (tmp_path / "one.csv").write_text("İl,Hemşire\nÇorum,99999\n", "utf-8")
    made = measure(setting, read_cetvel(tmp_path / "one.csv", setting))
    assert any(f.level == "national" and f.hard and f.shortfall for f in made.findings)


def test_two_processes_find_what_one_finds(
    setting: Setting, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cetvel = read_cetvel(folder, setting)
    one = measure(setting, cetvel)
    monkeypatch.setattr(counting, "_SEPARATE", 1)
    two = measure(setting, cetvel, jobs=2)
    assert one.findings == two.findings


def test_the_same_audit_is_the_same_bytes(setting: Setting, folder: Path, tmp_path: Path) -> None:
    made = measure(setting, read_cetvel(folder, setting))
    outs = [write_audit(made, tmp_path / name) for name in ("a", "b")]
    files = [sorted(p.name for p in out.iterdir()) for out in outs]
    assert files[0] == files[1]
    for name in files[0]:
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes(), name


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_page_tells_the_worst_clause_in_both_languages(
    lang: str, setting: Setting, tmp_path: Path
) -> None:
    made = measure(setting, read_cetvel("filled", setting))
    out = write_audit(made, tmp_path / "out", lang)  # type: ignore[arg-type]
    page = (out / "audit.html").read_text("utf-8")
    assert f'<html lang="{lang}">' in page
    assert "B.4.a" in page
    assert ("çiğniyor" in page) == (lang == "tr")


def test_a_table_compared_with_itself_has_no_difference(setting: Setting, folder: Path) -> None:
    plan = read_cetvel(folder, setting)
    made = compare_tables(setting, plan, plan)
    assert made.differences().empty
    assert made.counts()["different"] == 0


def test_tables_of_two_levels_are_compared_at_the_coarser(
    setting: Setting, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "hand.csv").write_text("İl;Hemşire\nÇorum;7\nAmasya;0\n", "utf-8")
    plan, hand = read_cetvel(folder, setting), read_cetvel(tmp_path / "hand.csv", setting)
    made = compare_tables(setting, plan, hand)
    assert made.level == "province"
    assert made.titles == ("hemsire",)
    rows = made.differences().set_index("place")
    at = dict(zip(setting.country.provinces["province"], plan.at("hemsire", "province"), strict=True))
    assert rows.loc["Çorum", "difference"] == 7 - at["Çorum"]  # what B adds
    assert float(rows.loc["Amasya", "share"]) == -1
    assert float(rows.loc["Çorum", "share"]) == pytest.approx((7 - at["Çorum"]) / at["Çorum"], abs=1e-6)


def test_the_page_of_a_comparison_stands_alone(setting: Setting, folder: Path, tmp_path: Path) -> None:
    made = compare_tables(setting, read_cetvel(folder, setting), read_cetvel("filled", setting))
    out = write_comparison(made, tmp_path / "out", "en")
    page = (out / "difference.html").read_text("utf-8")
    assert "<script src" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert {"differences.csv", "a_audit.csv", "b_audit.csv", "compare_summary.json"} <= {
        p.name for p in out.iterdir()
    }


# command line -------------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    return result.exit_code, result.output


def test_a_table_that_breaks_rules_ends_with_exit_0(data: Path, tmp_path: Path) -> None:
    (tmp_path / "hand.csv").write_text("İl;Pratisyen\nÇorum;999\nAmasya;0\n", "utf-8")
    code, text = run("audit", tmp_path / "hand.csv", "--data", data, "--out", tmp_path / "o", "--jobs", 1)
    assert code == 0, text
    assert "B.3.b" in text
    assert (tmp_path / "o" / "audit.html").is_file()


def test_a_table_that_cannot_be_read_ends_with_exit_2_and_writes_nothing(data: Path, tmp_path: Path) -> None:
    (tmp_path / "hand.csv").write_text("İl;Hemşire\nAtlantis;9\n", "utf-8")
    code, text = run("audit", tmp_path / "hand.csv", "--data", data, "--out", tmp_path / "o")
    assert code == 2
    assert "Atlantis" in text
    assert not (tmp_path / "o").exists()


def test_the_faults_of_both_tables_come_at_once(data: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"İl;Hemşire\nAtlantis{name};9\n", "utf-8")
    code, text = run(
        "compare", tmp_path / "a.csv", tmp_path / "b.csv", "--data", data, "--out", tmp_path / "o"
    )
    assert code == 2
    assert "Atlantisa" in text
    assert "Atlantisb" in text


def test_a_file_that_is_not_there_is_said_to_be(data: Path, tmp_path: Path) -> None:
    code, text = run("audit", tmp_path / "none.csv", "--data", data, "--lang", "en")
    assert code == 2
    assert "no such file" in text


def test_compare_takes_the_word_filled(data: Path, folder: Path, tmp_path: Path) -> None:
    code, text = run("compare", folder, "filled", "--data", data, "--out", tmp_path / "o", "--jobs", 1)
    assert code == 0, text
    assert (tmp_path / "o" / "difference.html").is_file()


# numbers ------------------------------------------------------------------------------------------------


@given(st.integers(0, 9_999_999))
def test_a_number_is_read_however_its_thousands_are_written(number: int) -> None:
    grouped = f"{number:,}"
    for text in (str(number), grouped.replace(",", "."), grouped.replace(",", " "), grouped.replace(",", "\u00a0"),
                 f"{grouped.replace(',', '.')},00"):  # fmt: skip
        assert posts_of(text) == number
    assert posts_of(float(number)) == number


@pytest.mark.parametrize("text", ["-", "–", "yok", "YOK", "", None, " ", "0"])
def test_nothing_is_nought(text: str | None) -> None:
    assert posts_of(text) == 0


@pytest.mark.parametrize(
    "value", ["-1", -1, 1.5, "1,5", "1.5", "%12", "12%", "1/2", "12,000", "x1", "3 adet"]
)
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(BadCellError):
        posts_of(value)


def test_a_table_of_one_district_judges_no_province(tmp_path: Path) -> None:
    big = country().district("C3", 19, 20_000).district("C4", 19, 10_000).unit("O-C3", "C3", "saglik_ocagi")
    big.unit("O-C4", "C4", "saglik_ocagi")
    given = tmp_path / "one.csv"
    given.write_text("unit_code,title,posts\nH-C2,hemsire,20\nO-C2,hemsire,1\n", "utf-8")
    made = pdc.audit(str(given), big.tables())
    assert "province" not in made.titles["hemsire"].places
    folder = write_audit(made, tmp_path / "audit", "en")
    told = json.loads((folder / "audit_summary.json").read_text("utf-8"))
    assert told["titles"]["hemsire"]["fairness_posts"] is None
    places = set(made.frame.loc[made.frame["level"] == "unit", "code"]) - {""}
    assert places <= {"H-C2", "O-C2"}


def test_districts_without_a_unit_are_not_missing(tmp_path: Path) -> None:
    empty = country()
    for k in range(5):
        empty.district(f"E{k}", 19, 1_000)
    given = tmp_path / "all.csv"
    rows = [f"{unit},hemsire,3" for unit in ("H-C1", "O-C1", "M19", "H-C2", "O-C2", "H-A1", "O-A1", "M5")]
    given.write_text("\n".join(["unit_code,title,posts", *rows]) + "\n", "utf-8")
    made = pdc.audit(str(given), empty.tables())
    assert made.cetvel.whole
    assert [d.kind for d in made.cetvel.doubts if d.kind in ("absent", "not_given")] == []
