"""What a person reads on the terminal and in the files: rules by words, old and new values, what to open."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import pdc
from helpers.small import Small
from pdc.ask.handmade import read_cetvel
from pdc.ask.repair import POOL, repair
from pdc.cli import app
from pdc.cli.common import bar
from pdc.country.setting import prepare
from pdc.law import reading
from pdc_common.text import LANGS, filler, mentions, say, shortened, table
from pdc_reports.folder.changed import lines

BOOK = reading.load()
EYE = "uzman.goz_hastaliklari"


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
    assert done.exit_code == code, done.output
    return done.output


def country() -> Small:
    town = Small().province(1, "Adana").province(2, "Adıyaman")
    town.district("D1", 1, 60_000, central=1).district("D2", 1, 20_000).district("D3", 2, 40_000, central=1)
    for code, district, beds in (("H1", "D1", 200), ("H2", "D1", 100), ("H3", "D2", 50), ("H4", "D3", 150)):
        town.unit(code, district, "devlet_hastanesi", beds=beds)
    return town.filled(EYE, 14).filled("hemsire", 300).filled("eczaci", 20)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return country().write(tmp_path / "data")


# rules ---------------------------------------------------------------------------------------------------


def listed(*words: str, lang: str = "tr") -> list[str]:
    found = [line.split()[0] for line in run("rules", *words, "--lang", lang).splitlines()]
    return [word for word in found if word in BOOK.clauses]


def test_rules_are_a_line_a_clause() -> None:
    for lang in LANGS:
        out = run("rules", "--lang", lang).splitlines()
        assert len(out) == len(BOOK.clauses)
        assert all(len(line) <= 120 for line in out)
        assert listed(lang=lang) == list(BOOK.clauses)


@pytest.mark.parametrize("asked", ["hemşire", "HEMŞİRE", "hemsire", "Hemşire"])
def test_nurses_clauses_are_found_whatever_the_case(asked: str) -> None:
    found = listed(asked)
    assert {f"B.4.a.{i}" for i in range(2, 12)} <= set(found)
    assert "B.5.3.a" not in found


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        (["yatak başına hemşire"], "tr"), (["yatak", "başına", "hemşire"], "tr"), (["BEDS PER NURSE"], "en"),
        (["bir hemşireye düşen yatak"], "tr"), (["beds_per_nurse"], "en"), (["nurse beds"], "tr"),
    ],
)  # fmt: skip
def test_words_of_parameters_and_both_languages_find_a_clause(asked: Sequence[str], lang: str) -> None:
    assert "B.4.a.8" in listed(*asked, lang=lang)


@pytest.mark.parametrize("asked", ["eczacı", "ECZACI", "pharmacist"])
def test_a_titles_name_finds_its_clauses(asked: str) -> None:
    assert {"B.5.3.a", "B.5.3.b"} <= set(listed(asked))


def test_one_clause_is_shown_whole_and_others_are_listed() -> None:
    whole = run("rules", "B.4.a.8")
    assert whole == run("rules", "b.4.A.8")
    assert "beds_per_nurse" in whole
    assert set(listed("B.4.a")) >= {"B.4.a.1", "B.4.a.10"}
    assert "B.4.b.1" not in listed("B.4.a")
    assert run("rules", "B.1.ç") != run("rules", "B.1.c")


@pytest.mark.parametrize("lang", LANGS)
def test_what_no_clause_speaks_of_is_told(lang: str) -> None:
    assert "xylophone" in run("rules", "xylophone", "--lang", lang, code=2)


def test_words_are_beginnings_and_k_softens() -> None:
    assert mentions("Servis yatağının üçe bölümü", "YATAK")
    assert mentions("Hemşirelerin sayısı", "hemşire")
    assert not mentions("Bu sebeple", "ebe")


@pytest.mark.parametrize("most", [10, 17, 18, 40])
def test_a_text_is_never_cut_in_mid_word(most: int) -> None:
    text = "Doğum ve çocuk bakımevleri, hastaneler"
    cut = shortened(text, most)
    assert len(cut) <= most
    assert cut == text or set(cut.removesuffix(" …").split()) <= set(text.replace(",", "").split()) | {
        "bakımevleri,"
    }


# old and new ---------------------------------------------------------------------------------------------

CHANGED = """
title = { tr = "x", en = "x" }
norm = "l1"
[set."B.5.3.a"]
growth = 1.4
[[data]]
table = "units"
where = "unit_code == 'H1'"
set = { beds = "220" }
[[remove]]
table = "units"
where = "unit_code == 'H3'"
[[add]]
table = "units"
unit_code = "NEW"
district_code = "D2"
unit = "New"
kind = "Devlet hastanesi"
beds = 90
[[pin]]
title = "Eczacı"
province = "Adana"
posts = 17
"""
EXPECTED = {
    "tr": ["webster → l1", "B.5.3.a.growth", "1,5 → 1,4", "A.3.minimum", "100 → 0", "200 → 220", "H3", "NEW", "→ 17"],
    "en": ["webster → l1", "B.5.3.a.growth", "1.5 → 1.4", "A.3.minimum", "100 → 0", "200 → 220", "H3", "NEW", "→ 17"],
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_every_change_is_listed_with_old_and_new_value(tmp_path: Path, data: Path, lang: str) -> None:
    (tmp_path / "own.toml").write_text(CHANGED, "utf-8")
    out = tmp_path / "out"
    said = run(
        "plan", "--data", str(data), "--scenario", str(tmp_path / "own.toml"), "--set", "A.3.minimum=0",
        "--title", "ECZACI", "--lang", lang, "--out", str(out), "--no-cache",
    )  # fmt: skip
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    page = re.sub(r"<[^>]+>", "|", (out / "report.html").read_text("utf-8"))
    sheet = openpyxl.load_workbook(out / "cetvel.xlsx").worksheets[0]
    book = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    told = "\n".join(map(str, lines(summary, lang)))  # type: ignore[arg-type]
    for piece in EXPECTED[lang]:
        assert piece in told, piece
        assert piece in said, piece
        assert piece.rpartition("→ ")[2] in page, piece
        assert piece in book, piece
    assert pd.read_csv(out / "data_changes.csv")["what"].tolist() == ["cell", "removed", "added"]
    nothing = say("reports.provenance.base", lang)  # type: ignore[arg-type]
    assert nothing not in page
    assert nothing not in book


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_with_a_set_alone_does_not_say_that_nothing_changed(
    tmp_path: Path, data: Path, lang: str
) -> None:
    for sets, some in ((["--set", "A.3.minimum=10"], True), ([], False)):
        out = tmp_path / f"out{some}"
        run("plan", "--data", str(data), *sets, "--title", "hemsire", "--lang", lang, "--out", str(out))
        page = (out / "report.html").read_text("utf-8")
        assert (say("reports.provenance.base", lang) not in page) is some  # type: ignore[arg-type]
        changed = json.loads((out / "summary.json").read_text("utf-8"))["changed"]
        assert [(c["name"], c["old"], c["new"]) for c in changed] == [("A.3.minimum", 100, 10)] * some


def test_many_cells_of_one_change_are_counted_and_kept_in_a_file(tmp_path: Path) -> None:
    town = Small().province(1, "Adana").district("D1", 1, 60_000, central=1)
    for i in range(30):
        town.unit(f"H{i:02}", "D1", "devlet_hastanesi", beds=50)
    scenario = tmp_path / "own.toml"
    scenario.write_text('[[data]]\ntable = "units"\nset = { beds = "beds + 1" }\n', "utf-8")
    made = town.filled("hemsire", 200).plan("hemsire", scenario=[scenario])
    changed = made.to_dict()["changed"]
    assert [c["what"] for c in changed] == ["cell"] * 20 + ["more"]
    assert changed[-1]["count"] == 10
    assert len(made.data_changes) == 30


def test_a_change_is_known_when_the_country_comes_from_the_cache(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDC_CACHE", str(tmp_path / "cache"))
    (tmp_path / "own.toml").write_text(CHANGED, "utf-8")
    told = [
        pdc.plan(data, tmp_path / "own.toml", sets=["A.3.minimum=0"], titles=["eczaci"]).to_dict()["changed"]
        for _ in range(2)
    ]
    assert told[0] == told[1]


# the end, and what is not planned ------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_terminal_ends_with_what_to_open(tmp_path: Path, data: Path, lang: str) -> None:
    out = tmp_path / "out"
    said = run("plan", "--data", str(data), "--title", "hemsire", "--lang", lang, "--out", str(out))
    last = said.replace("\n", " ").rstrip()
    assert last.endswith(str(out / "cetvel.xlsx"))
    assert last.index(str(out / "report.html")) < last.index(str(out / "cetvel.xlsx"))
    said = run("audit", "filled", "--data", str(data), "--lang", lang, "--out", str(tmp_path / "au"))
    assert said.rstrip().endswith(str(tmp_path / "au" / "audit.html"))


@pytest.mark.parametrize("lang", LANGS)
def test_titles_not_planned_are_told_only_where_they_were_asked_for(
    tmp_path: Path, data: Path, lang: str
) -> None:
    common = ["--data", str(data), "--lang", lang, "--no-reports", "--out", str(tmp_path / "out")]
    asked = run("plan", *common, "--title", "hemsire", "--title", "Eczacı")
    name = {"tr": "Eczacı", "en": "Pharmacist"}[lang]
    (line,) = [line for line in asked.splitlines() if name in line]
    assert "20" in line
    assert "100" in line
    assert "A.3" in line
    assert name not in run("plan", *common, "--title", "hemsire")


@pytest.mark.parametrize("lang", LANGS)
def test_a_region_is_told_what_a3_counts_and_both_ways_out(tmp_path: Path, data: Path, lang: str) -> None:
    common = ["--data", str(data), "--lang", lang, "--no-reports", "--out", str(tmp_path / "out")]
    said = run("plan", *common)
    assert "--set A.3.minimum=0" in said
    assert "staff" in said
    assert "A.3" in said
    assert "--set A.3.minimum=0" not in run("plan", *common, "--title", "hemsire")


# repair --------------------------------------------------------------------------------------------------


def test_every_move_says_where_the_post_comes_from_and_what_it_mends(tmp_path: Path, data: Path) -> None:
    setting = prepare(data, sets=["A.3.minimum=0"])
    given = tmp_path / "hand.csv"
    rows = "\n".join(f"H{i},{EYE},{n}" for i, n in enumerate((20, 0, 0, 3), 1))
    for more in (rows, rows.replace("20", "2")):  # too many posts, too few
        given.write_text(f"unit_code,title,posts\n{more}\n", "utf-8")
        moves = repair(setting, read_cetvel(str(given), setting)).moves_frame()
        assert len(moves)
        assert (moves["mends"] != "").all()
        assert (moves[["from", "to"]] != "").all().all()
        assert (moves[["from", "to"]] == POOL).any(axis=None)


@pytest.mark.parametrize(("lang", "pool"), [("tr", "ülke havuzu"), ("en", "national pool")])
def test_the_terminal_names_the_pool(tmp_path: Path, data: Path, lang: str, pool: str) -> None:
    given = tmp_path / "hand.csv"
    given.write_text(f"unit_code,title,posts\nH1,{EYE},2\nH2,{EYE},0\nH3,{EYE},0\nH4,{EYE},0\n", "utf-8")
    said = run(
        "repair", str(given), "--data", str(data), "--set", "A.3.minimum=0", "--no-reports", "--lang", lang,
        "--title", "Göz Hastalıkları", "--out", str(tmp_path / "r"),
    )  # fmt: skip
    assert pool in " ".join(said.replace("│", " ").split())


# audit ---------------------------------------------------------------------------------------------------


def test_an_audit_lists_the_places_farthest_from_their_targets(tmp_path: Path, data: Path) -> None:
    given = tmp_path / "hand.csv"
    given.write_text(f"unit_code,title,posts\nH1,{EYE},0\nH2,{EYE},0\nH3,{EYE},0\nH4,{EYE},21\n", "utf-8")
    said = run(
        "audit", str(given), "--data", str(data), "--set", "A.3.minimum=0", "--lang", "en",
        "--out", str(tmp_path / "au"),
    )  # fmt: skip
    summary = json.loads((tmp_path / "au" / "audit_summary.json").read_text("utf-8"))
    units = pd.read_csv(tmp_path / "au" / "audit_units.csv")
    units = units[units["title"] == EYE]
    most = units.loc[units["deviation"].abs().idxmax()]
    first, *others = summary["titles"][EYE]["farthest"]
    assert (first["code"], first["deviation"]) == (most["unit_code"], pytest.approx(most["deviation"]))
    assert all(abs(a["deviation"]) >= abs(b["deviation"]) for a, b in zip([first, *others], others, strict=False))
    assert "Places farthest from their targets" in said
    assert "Ophthalmology" in said.rpartition("Places farthest")[2]
    assert "H4" in (tmp_path / "au" / "audit.html").read_text("utf-8")


# one and many --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 posts move"), (1, "1 post moves"), (2, "2 posts move"), ("1", "1 post moves"),
        ("−1", "−1 post moves"), ("1,001", "1,001 posts move"), (1.5, "1.5 posts move"),
    ],
)  # fmt: skip
def test_english_has_the_singular_with_one(count: object, text: str) -> None:
    assert filler("{n} {n:post|posts} {n:moves|move}")(n=count) == text


NOUNS = "posts|places|titles|provinces|districts|units|rows|clauses|rules|faults|moves|scenarios|lines"


def test_no_english_sentence_has_a_plural_that_one_would_break() -> None:
    counted = re.compile(rf"\{{(?!most|factor)(\w+)\}} (?:more |filled |unfilled |vacant )?(?:{NOUNS})\b")
    assert not [key for key, entry in table().items() if counted.search(entry["en"])]


def test_turkish_has_no_plural_after_a_number() -> None:
    plural = re.compile(r"\{(\w+)\} (?:kadrolar|unvanlar|iller|ilçeler|birimler|yerler|maddeler|satırlar)\b")
    assert not [key for key, entry in table().items() if plural.search(entry["tr"])]


# progress ------------------------------------------------------------------------------------------------


def test_progress_is_silent_where_there_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with bar("en", "cli.reading_data") as tell:
        tell(1, 2, "x")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("patience", "shown"), [(0.0, True), (60.0, False)])
def test_progress_shows_on_the_error_stream_once_it_takes_its_time(
    monkeypatch: pytest.MonkeyPatch, patience: float, shown: bool
) -> None:
    import io  # noqa: PLC0415
    import time  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    from pdc.cli import common  # noqa: PLC0415

    stream = io.StringIO()
    monkeypatch.setattr(common, "errors", Console(file=stream, force_terminal=True, width=100))
    monkeypatch.setattr(common, "PATIENCE", patience)
    with bar("en", "cli.reading_data") as tell:
        time.sleep(0.3)
        tell(1, 2, "here")
    assert ("Reading data" in stream.getvalue()) is shown
