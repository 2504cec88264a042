"""Nothing that pdc did not write is ever replaced, by whatever command: the folder of results is pdc's own.

Devices are never named here, not even to be refused: a pipe in the test's own folder stands for them.
"""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import pdc
import pdc_reports
from helpers.small import Small
from helpers.sweeping import GRID
from pdc.ask.audit.write import write_audit
from pdc.ask.compare import write_comparison
from pdc.base import folder as folders
from pdc.base import leftover, swap
from pdc.base.folder import MARK, ApprovedError, Folder, OutError, check, new_file, place
from pdc.cli import app
from pdc.planning import seal
from pdc.planning.write import write
from pdc.tables import read
from pdc.tables import write as write_tables
from pdc_reports import sensitivity

ROOT = Path(__file__).resolve().parents[2]
HAND = "İl;Eczacı\nÇorum;9\nAmasya;3\n"
COMMANDS = ("plan", "audit", "compare", "repair", "sweep", "appoint", "transfers")
WRITTEN = {
    "plan": "plan_units.csv", "audit": "audit.csv", "compare": "differences.csv", "repair": "repair.csv",
    "sweep": "sweep.json", "appoint": "appointments.csv", "transfers": "transfers.csv",
}  # fmt: skip


def country() -> Small:
    built = Small()
    for code, name in ((19, "Çorum"), (5, "Amasya")):
        built.province(code, name).district(f"D{code}", code, 200_000 + code, central=1)
        built.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
        built.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=350, special_beds=40, khd_beds=30)
    for code in (5, 19):
        built.staff(f"H{code}", "eczaci", 50).staff(f"M{code}", "eczaci", 10)
    return built.filled("tibbi_sekreter", 130)


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and figures take most of the time and say nothing of what may be replaced."""
    monkeypatch.setattr(pdc_reports, "write_reports", lambda *_, **__: [])
    monkeypatch.setattr(sensitivity, "write_sensitivity", lambda *_, **__: None)


@pytest.fixture(scope="session")
def base_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan whose vacant posts are filled."""
    place_ = tmp_path_factory.mktemp("base")
    made = pdc.plan(country().write(place_ / "data"), titles=["eczaci"])
    return write(made, place_ / "base-plan", reports=False)


@pytest.fixture
def here(tmp_path: Path, base_plan: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: data, a hand-made table, a sweep, a plan."""
    shutil.copytree(base_plan, tmp_path / "base-plan")
    country().write(tmp_path / "data")
    (tmp_path / "hand.csv").write_text(HAND, "utf-8")
    (tmp_path / "grid.toml").write_text(GRID, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pdc_(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert "Traceback" not in result.output
    return result.exit_code, " ".join(result.output.split())


def call(command: str, *more: object, data: object = "data", lang: str = "en") -> tuple[int, str]:
    """A command of the little country; ``more`` are its further options, ``--out`` among them."""
    what = {
        "plan": ["--title", "eczaci", "--no-reports"],
        "audit": ["hand.csv"],
        "compare": ["hand.csv", "filled"],
        "repair": ["hand.csv", "--no-reports"],
        "sweep": ["grid.toml", "--no-cache"],
        "appoint": ["base-plan", "--posts", 2],
        "transfers": ["base-plan"],
        "template": [],
    }[command]
    jobs = [] if command in ("template", "appoint", "transfers") else ["--jobs", 1]
    jobs += [] if command == "template" else ["--data", data]
    return pdc_(command, *what, *jobs, "--lang", lang, *more)


def contents(folder: Path) -> dict[str, bytes | str | None]:
    """Everything in a folder, links as what they say."""
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink()
        else path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }  # fmt: skip


def plan_in(target: Path) -> Path:
    assert call("plan", "--out", target)[0] == 0
    return target


def approved_in(target: Path) -> Path:
    return seal.approve(plan_in(target), "Komisyon", "1", date(2026, 11, 28))


# what is not pdc's own ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_of_ones_own_is_refused_and_whole_after(here: Path, command: str) -> None:
    (here / "docs" / "sub").mkdir(parents=True)
    (here / "docs" / "thesis.txt").write_text("thesis")
    (here / "docs" / "sub" / "a.txt").write_text("1")
    before = contents(here)
    code, text = call(command, "--out", "docs")
    assert code == 2, text
    assert "thesis.txt" in text
    assert str(here / "docs") in text
    assert contents(here) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_below_is_enough_to_be_somebodys(here: Path, command: str) -> None:
    (here / "docs" / "sub").mkdir(parents=True)
    before = contents(here)
    assert call(command, "--out", "docs")[0] == 2
    assert contents(here) == before


@pytest.mark.parametrize(
    ("command", "default"),
    [("plan", "output"), ("audit", "audit"), ("compare", "compare"), ("repair", "repair"),
     ("sweep", "sweep-output"), ("appoint", "appointments"), ("transfers", "transfers")],
)  # fmt: skip
def test_a_default_folder_that_is_somebodys_stays(here: Path, command: str, default: str) -> None:
    (here / default).mkdir()
    (here / default / "mine.txt").write_text("mine")
    before = contents(here)
    code, text = call(command)
    assert code == 2, text
    assert "mine.txt" in text
    assert contents(here) == before


@pytest.mark.parametrize("command", [*COMMANDS, "template"])
@pytest.mark.parametrize("name", ["letter.docx", "own.xlsx", "report.html"])
def test_a_file_stays_a_file(here: Path, command: str, name: str) -> None:
    (here / name).write_text("letter")
    code, text = call(command, "--out", name)
    assert code == 2, text
    assert name in text
    assert (here / name).read_text() == "letter"


@pytest.mark.parametrize("command", [*COMMANDS, "template"])
@pytest.mark.parametrize("aim", ["letter.docx", "empty", "own", "nowhere"])
def test_what_a_link_leads_to_stays_and_so_does_the_link(here: Path, command: str, aim: str) -> None:
    (here / "letter.docx").write_text("letter")
    (here / "empty").mkdir()
    if aim == "own":
        plan_in(here / "own")
    (here / "link").symlink_to(aim)
    before = contents(here)
    code, text = call(command, "--out", "link")
    assert code == 2, text
    assert contents(here) == before


@pytest.mark.parametrize("command", [*COMMANDS, "template"])
def test_a_link_on_the_way_that_leads_nowhere_is_not_made_good(here: Path, command: str) -> None:
    (here / "disk").symlink_to("not/mounted")
    before = contents(here)
    for out in ("disk/out", here / "disk" / "a" / "out"):
        code, text = call(command, "--out", out)
        assert code == 2, text
        assert str(here / "disk") in text
    assert contents(here) == before


@pytest.mark.parametrize("command", [*COMMANDS, "template"])
def test_a_pipe_is_not_written_to(here: Path, command: str) -> None:
    os.mkfifo(here / "pipe")
    code, text = call(command, "--out", "pipe")
    assert code == 2, text
    assert (here / "pipe").is_fifo()


@pytest.mark.parametrize("command", [*COMMANDS, "template"])
def test_nothing_is_written_below_a_file(here: Path, command: str) -> None:
    before = contents(here)
    code, text = call(command, "--out", "hand.csv/out")
    assert code == 2, text
    assert contents(here) == before


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("out", [".", "..", "data/.."])
def test_the_folder_one_stands_in_is_not_replaced(here: Path, command: str, out: str) -> None:
    before = contents(here)
    code, text = call(command, "--out", out)
    assert code == 2, text
    assert contents(here) == before


def test_an_empty_folder_one_stands_in_is_not_pulled_away(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "empty").mkdir()
    monkeypatch.chdir(here / "empty")
    with pytest.raises(OutError, match="the folder you are in"):
        check(".", "plan")


def test_a_mounted_disk_is_not_replaced(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "disk").mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path).name == "disk")
    with pytest.raises(OutError, match="mounted"):
        check("disk", "plan")
    check("disk/result", "plan")


@pytest.mark.parametrize("out", ["a\0b", "x" * 300])
def test_what_can_be_no_name_is_refused(here: Path, out: str) -> None:
    with pytest.raises(OutError, match="cannot be the name"):
        check(out, "plan")


def test_every_sentence_is_there_in_both_languages(here: Path) -> None:
    (here / "docs").mkdir()
    (here / "docs" / "a.txt").write_text("1")
    for lang, word in (("tr", "dokunulmadı"), ("en", "was touched")):
        assert word in call("plan", "--out", "docs", lang=lang)[1]


# what is read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_the_data_are_not_replaced_nor_a_folder_around_them(here: Path, command: str) -> None:
    (here / "p" / "q").mkdir(parents=True)
    shutil.copytree(here / "data", here / "p" / "q" / "data")
    before = contents(here)
    for out in ("p/q/data", "p/q", "p"):
        code, text = call(command, "--out", out, data="p/q/data")
        assert code == 2, text
        assert "being read" in text
    assert contents(here) == before


@pytest.mark.parametrize(("option", "name"), [("--scenario", "s.toml"), ("--keep", "k.csv")])
def test_no_input_lies_in_what_is_replaced(here: Path, option: str, name: str) -> None:
    (here / "x").mkdir()
    (here / "x" / name).write_text(HAND if name == "k.csv" else "", "utf-8")
    more = ["--change-at-most", 1] if option == "--keep" else []
    code, text = call("plan", option, f"x/{name}", *more, "--out", "x")
    assert code == 2
    assert "being read" in text


def test_a_lock_a_sweep_and_a_rulebook_are_inputs_too(here: Path) -> None:
    (here / "x").mkdir()
    (here / "x" / "lock.csv").write_text("province_code,title\n19,eczaci\n")
    shutil.copy(here / "grid.toml", here / "x" / "grid.toml")
    shutil.copytree(ROOT / "scenarios" / "child-support" / "rulebook", here / "x" / "law")
    for result in (
        call("repair", "--lock", "x/lock.csv", "--out", "x"),
        pdc_("sweep", "x/grid.toml", "--data", "data", "--out", "x", "--lang", "en"),
        pdc_("plan", "--rulebook", "x/law", "--out", "x", "--lang", "en"),
    ):
        assert result[0] == 2, result[1]
        assert "being read" in result[1]


@pytest.mark.parametrize("command", ["plan", "sweep"])
def test_a_table_of_pins_is_an_input_too(here: Path, command: str) -> None:
    """Also a table of a former plan, in a folder that is pdc's own."""
    plan = plan_in(here / "x")
    (here / "pins.toml").write_text('[[pin]]\ntable = "x/plan_provinces.csv"\n', "utf-8")
    if command == "sweep":
        assert call("sweep", "--out", "s")[0] == 0
        shutil.rmtree(plan)
        shutil.move(here / "s", plan)
        shutil.copy(here / "base-plan" / "plan_provinces.csv", plan)
        mark = json.loads((plan / MARK).read_text("utf-8"))
        mark["files"]["plan_provinces.csv"] = folders.scan(plan)["plan_provinces.csv"]
        (plan / MARK).write_text(json.dumps(mark), "utf-8")
        (here / "grid.toml").write_text('scenarios = ["pins.toml"]\n' + GRID, "utf-8")
    before = contents(here)
    code, text = call(command, *(["--scenario", "pins.toml"] if command == "plan" else []), "--out", "x")
    assert code == 2, text
    assert "being read" in text
    assert contents(here) == before


@pytest.mark.parametrize("command", ["audit", "compare", "repair"])
def test_the_plan_that_is_read_is_not_replaced_by_what_is_said_of_it(here: Path, command: str) -> None:
    plan = plan_in(here / "plan")
    before = contents(plan)
    for table in ("plan", "plan/plan_units.csv"):
        args = [table, *(["filled"] if command == "compare" else [])]
        code, text = pdc_(command, *args, "--data", "data", "--out", plan, "--lang", "en")
        assert code == 2, text
        assert "being read" in text
    assert contents(plan) == before


def test_who_calls_from_python_is_kept_from_it_too(here: Path) -> None:
    before = contents(here)
    made = pdc.plan("data", titles=["eczaci"])
    with pytest.raises(OutError, match="being read"):
        write(made, Path("data"), reports=False)
    with pytest.raises(OutError, match="being read"):
        write_audit(pdc.audit("hand.csv", "data"), Path("data"))
    with pytest.raises(OutError, match="being read"):
        write_comparison(pdc.compare("hand.csv", "filled", "data"), Path("data"))
    with pytest.raises(OutError, match="being read"):
        pdc.sweep("grid.toml", "data", "data")
    assert contents(here) == before


# approved plans -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [*COMMANDS, "template"])
def test_an_approved_plan_is_not_replaced_nor_what_holds_it_nor_written_into(here: Path, command: str) -> None:
    approved = approved_in(here / "y" / "deep" / "ok")
    (here / "link").symlink_to(approved)
    (here / "z").mkdir()
    (here / "z" / "in").symlink_to("../y/deep/ok", target_is_directory=True)
    before = contents(here)
    outs = ["y/deep/ok", here / "y" / "deep" / "ok", "y/deep/ok/sub", "y/deep/ok/a/b/c", "link/sub"]
    outs += [] if command == "template" else ["y", "y/deep", here / "y", "z"]
    for out in outs:
        code, text = call(command, "--out", out)
        assert code == 5, (out, text)
        assert str(here) in text
    assert contents(here) == before
    assert seal.verify(approved).intact


@pytest.mark.parametrize("harm", ["damaged", "gone", "a list", "a draft", "damaged seal", "empty seal"])
def test_an_approved_plan_is_known_by_its_seal(here: Path, harm: str) -> None:
    approved = approved_in(here / "ok")
    summary, own = approved / "summary.json", approved / "seal.json"
    match harm:
        case "damaged":
            summary.write_text("{")
        case "gone":
            summary.unlink()
        case "a list":
            summary.write_text("[1]")
        case "a draft":
            summary.write_text(json.dumps({"state": {"status": "draft"}, "titles": {}}))
        case "damaged seal":
            own.write_bytes(own.read_bytes()[:100])
        case _:
            own.write_bytes(b"")
    before = contents(approved)
    for command in COMMANDS:
        assert call(command, "--out", "ok")[0] == 5
    assert pdc_("approve", "ok", "--by", "A", "--decision", "2")[0] == 5
    assert contents(approved) == before


def test_without_a_seal_the_summary_still_says_that_a_plan_is_approved(here: Path) -> None:
    approved = approved_in(here / "ok")
    (approved / "seal.json").unlink()
    assert call("plan", "--out", "ok")[0] == 5


# what is pdc's own --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_new_empty_and_former_results_are_replaced(here: Path, command: str) -> None:
    (here / "empty").mkdir(mode=0o700)
    for out in ("a/new/folder", "empty", "empty"):
        code, text = call(command, "--out", out)
        assert code == 0, text
        assert (here / out / WRITTEN[command]).is_file()
        assert (here / out / MARK).is_file()
    assert (here / "empty").stat().st_mode & 0o777 == 0o700
    assert not [path for path in here.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("what", ["a note", "a change", "a folder", "a link", "no mark", "half a mark"])
def test_results_that_somebody_has_touched_stay(here: Path, command: str, what: str) -> None:
    assert call(command, "--out", "o")[0] == 0
    own, written = here / "o", here / "o" / WRITTEN[command]
    match what:
        case "a note":
            (own / "note.txt").write_text("see row 7")
        case "a change":
            written.write_bytes(written.read_bytes() + b"\n")
        case "a folder":
            (own / "old").mkdir()
        case "a link":
            (own / "l").symlink_to("nowhere")
        case "no mark":
            (own / MARK).unlink()
        case _:
            (own / MARK).write_bytes((own / MARK).read_bytes()[:50])
    before = contents(own)
    assert call(command, "--out", "o")[0] == 2
    assert contents(own) == before


def test_a_missing_file_of_pdcs_own_harms_nobody(here: Path) -> None:
    own = plan_in(here / "o")
    (own / "rules.csv").unlink()
    plan_in(own)
    assert (own / "rules.csv").is_file()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_results_of_another_command_stay(here: Path, command: str) -> None:
    for other in COMMANDS:
        assert call(other, "--out", other)[0] == 0
    before = contents(here)
    for other in COMMANDS:
        if other != command:
            code, text = call(command, "--out", other)
            assert code == 2, text
            assert other in text
    assert contents(here) == before


def test_the_same_plan_has_the_same_mark(here: Path) -> None:
    marks = [(plan_in(here / name) / MARK).read_bytes() for name in ("a", "b")]
    assert marks[0] == marks[1]


# template -----------------------------------------------------------------------------------------------


def test_an_empty_workbook_is_replaced_and_one_that_was_filled_in_is_not(here: Path) -> None:
    for lang in ("tr", "en", "tr"):
        assert call("template", lang=lang)[0] == 0
    book = here / "pdc-template.xlsx"
    book.write_bytes(book.read_bytes() + b" ")
    before = book.read_bytes()
    code, text = call("template")
    assert code == 2, text
    assert "filled in" in text
    assert book.read_bytes() == before


def test_a_template_makes_the_folders_on_its_way(here: Path) -> None:
    assert call("template", "--out", "new/t.xlsx")[0] == 0
    assert (here / "new" / "t.xlsx").is_file()


def test_a_file_that_comes_at_the_last_moment_stays(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(source: object, target: Path) -> None:
        Path(target).write_text("mine")
        raise FileExistsError

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(OutError):
        new_file("t.xlsx", [b"ours"])
    assert (here / "t.xlsx").read_text() == "mine"
    assert sorted(p.name for p in here.iterdir() if p.name.startswith(".")) == []


# sweeps -------------------------------------------------------------------------------------------------


def test_a_sweep_goes_on_with_its_own_and_leaves_another_alone(here: Path) -> None:
    assert call("sweep", "--out", "s")[0] == 0
    before = contents(here / "s")
    assert call("sweep", "--resume", "--out", "s")[0] == 0
    assert contents(here / "s") == before
    (here / "grid.toml").write_text(GRID.replace("[1, 2, 3]", "[1, 2]"), "utf-8")
    code, text = call("sweep", "--resume", "--out", "s")
    assert code == 2, text
    assert contents(here / "s") == before


@pytest.mark.parametrize(
    "inside",
    ["notes.txt", ".work/notes.txt", ".work/deep/1.piece", ".work/cache/notes.txt", ".work/cache/ab/notes.txt"],
)
def test_what_lies_beside_an_unfinished_sweep_stays(here: Path, inside: str) -> None:
    (here / "s" / inside).parent.mkdir(parents=True)
    (here / "s" / inside).write_text("mine")
    (here / "s" / ".work").mkdir(exist_ok=True)
    (here / "s" / ".work" / "state.json").write_text("{}")
    before = contents(here)
    for more in ([], ["--resume"]):
        assert call("sweep", "--out", "s", *more)[0] == 2
    assert contents(here) == before


@pytest.mark.parametrize("link", [".work", ".work/cache", ".work/0.piece", ".work/cache/ab"])
def test_a_link_in_a_sweeps_work_area_is_somebodys(here: Path, link: str) -> None:
    (here / "mine").mkdir()
    (here / "s" / link).parent.mkdir(parents=True)
    (here / "s" / link).symlink_to(here / "mine")
    before = contents(here)
    for more in ([], ["--resume"]):
        assert call("sweep", "--out", "s", *more)[0] == 2
    assert contents(here) == before


def test_a_sweep_that_was_stopped_goes_on_with_all_that_lies_there(here: Path) -> None:
    """The work area holds everything a stopped sweep leaves: state, pieces, half a piece, its cache."""
    work = here / "s" / ".work"
    (work / "cache" / "ab").mkdir(parents=True)
    for name in (".0.piece.77", "cache.key", "cache/key", f"cache/ab/{'0' * 62}", "cache/ab/.new-abcd_1x9"):
        (work / name).write_bytes(b"1" * 32)
    assert call("sweep", "--out", "s")[0] == 0
    assert not work.exists()


def test_a_folder_called_tilde_is_no_home(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "home" / "x").mkdir(parents=True)
    (here / "home" / "x" / "scenarios.csv").write_text("status\nmine\n", "utf-8")
    monkeypatch.setenv("HOME", str(here / "home"))
    before = contents(here / "home")
    for command in sorted(COMMANDS, reverse=True):  # the sweep goes first to where scenarios.csv lies at home
        out = "~/x" if command == "sweep" else f"~/{command}"
        code, text = call(command, "--out", out)
        assert code == 0, text
    assert contents(here / "home") == before
    assert (here / "~" / "x" / "sweep.json").is_file()


# the cache ----------------------------------------------------------------------------------------------


def test_no_cache_is_made_in_an_approved_plan(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    approved = approved_in(here / "ok")
    before = contents(here)
    for where in ("ok", "ok/cache", str(here / "ok" / "a" / "b")):
        monkeypatch.setenv("PDC_CACHE", where)
        code, text = call("plan", "--out", "new")
        assert code == 5, text
    assert contents(here) == before
    assert seal.verify(approved).intact


# whatever goes wrong ------------------------------------------------------------------------------------


def without_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


FAILURES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "full disk": lambda patch: patch.setattr(Folder, "write", without_room),
    "full disk at the mark": lambda patch: patch.setattr(Folder, "mark", without_room),
    "no right to put it there": lambda patch: patch.setattr(folders, "change_places", without_room),
    "a bug": lambda patch: patch.setattr(folders, "scan", lambda path: 1 / 0),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("command", ["plan", "audit", "compare", "repair"])
def test_after_a_failure_all_that_was_there_is_there(
    here: Path, command: str, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(command, "--out", "o")[0] == 0
    before = contents(here)
    FAILURES[failure](monkeypatch)
    assert call(command, "--out", "o")[0] in (1, 2)
    assert contents(here) == before


@pytest.mark.parametrize("at_once", [True, False])
def test_a_file_put_there_while_pdc_was_at_work_stays(
    here: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    if not at_once:
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    own = plan_in(here / "o")
    fresh = Folder(place(own, "plan"))
    fresh.write("a.csv", b"1\n")
    (own / "note.txt").write_text("see row 7")
    with pytest.raises(OutError, match=r"note\.txt"):
        fresh.finish()
    fresh.drop()
    # And in the very last moment, after pdc has looked.
    (own / "note.txt").unlink()
    fresh = Folder(place(own, "plan"))
    fresh.write("a.csv", b"1\n")
    real = swap.change_places

    def late(one: Path, other: Path) -> None:
        if not (own / "note.txt").exists() and (own / "rules.csv").exists():
            (own / "note.txt").write_text("see row 7")
        real(one, other)

    monkeypatch.setattr(folders, "change_places", late)
    before = contents(own)
    with pytest.raises(OutError, match=r"note\.txt"):
        fresh.finish()
    fresh.drop()
    assert contents(own) == {**before, "note.txt": b"see row 7"}
    assert not [path for path in here.iterdir() if path.name.startswith(".")]


def test_where_places_cannot_be_changed_at_once_the_old_folder_comes_back(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    own = plan_in(here / "o")
    before = contents(own)
    fresh = Folder(place(own, "plan"))
    real = Path.rename

    def once(self: Path, target: Path) -> Path:
        if self == fresh.path:
            raise OSError(errno.EIO, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", once)
    with pytest.raises(OSError, match="Input/output"):
        fresh.finish()
    fresh.drop()
    assert contents(own) == before


def test_places_are_changed_by_renaming_where_the_system_cannot_at_once(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    plan_in(plan_in(here / "o"))
    assert not [path for path in here.iterdir() if path.name.startswith(".")]


def test_a_plan_that_is_killed_leaves_the_former_one(here: Path) -> None:
    plan_in(here / "o")
    before = contents(here / "o")
    script = (
        "import os, signal, sys; from pathlib import Path; from pdc.base.folder import Folder, place\n"
        "new = Folder(place('o', 'plan'))\n"
        "new.write('a.csv', b'1'); print('at work', flush=True); signal.pause()\n"
    )
    running = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=here)
    assert running.stdout is not None
    assert running.stdout.readline() == b"at work\n"
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    assert contents(here / "o") == before


def test_it_is_looked_at_before_anything_is_solved(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "docs").mkdir()
    (here / "docs" / "a.txt").write_text("1")
    started = time.perf_counter()
    for module in ("pdc.cli.plan.make_plan", "pdc.cli.audit.prepare", "pdc.cli.audit.laws_of"):
        monkeypatch.setattr(module, lambda *_, **__: pytest.fail("solved"))
    for command in ("plan", "audit", "compare"):
        assert call(command, "--out", "docs")[0] == 2
    assert time.perf_counter() >= started


def test_a_folder_in_an_approved_plan_is_refused_by_the_folder_itself(here: Path) -> None:
    approved = approved_in(here / "ok")
    with pytest.raises(ApprovedError):
        Folder(place(approved / "sub" / "deep", "plan"))
    assert not (approved / "sub").exists()


# what a killed run has left -------------------------------------------------------------------------------


def left_by(process: int, here: Path) -> Path:
    path = here / f".pdc-{process}-{leftover._machine()}-abcd_123"
    (path / "proof").mkdir(parents=True)
    (path / "proof" / "a.csv").write_text("1", "utf-8")
    return path


def dead_process() -> int:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return gone.pid


def test_what_a_killed_run_left_is_cleared_by_the_next(here: Path) -> None:
    gone = left_by(dead_process(), here)
    plan_in(here / "o")
    assert not gone.exists()
    file = here / f".pdc-{dead_process()}-{leftover._machine()}-abcd_124"
    file.write_bytes(b"half")
    new_file(here / "t.xlsx", [b"whole"])
    assert not file.exists()


@pytest.mark.parametrize("why", ["alive", "another machine", "a link in it", "another name", "a swap", "unknown machine"])
def test_what_may_be_somebody_elses_stays(here: Path, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stays = left_by(os.getpid() if why == "alive" else dead_process(), here)
    names = {
        "another machine": f".pdc-{dead_process()}-{'0' * 12}-abcd_123",
        "another name": ".pdc-notes",
        "a swap": f"{stays.name}.old",
    }
    if why in names:
        stays = stays.rename(here / names[why])
    if why == "a link in it":
        (stays / "proof" / "link").symlink_to(here)
    if why == "unknown machine":
        monkeypatch.setattr(leftover, "_machine", lambda: "")
    before = contents(stays)
    plan_in(here / "o")
    assert contents(stays) == before


def test_tables_are_written_as_results_are(here: Path) -> None:
    tables = country().tables()
    write_tables(tables, here / "tables")
    write_tables(tables, here / "tables")
    assert read(here / "tables", tables.vocabulary).sha256 == tables.sha256
    (here / "tables" / "notes.txt").write_text("mine", "utf-8")
    before = contents(here / "tables")
    with pytest.raises(OutError):
        write_tables(tables, here / "tables")
    assert contents(here / "tables") == before
    with pytest.raises(ApprovedError):
        write_tables(tables, approved_in(here / "ok") / "tables")


def test_the_built_in_tables_are_built_only_where_nothing_else_stands(here: Path) -> None:
    script = Path(__file__).parents[2] / "data" / "turkiye-2023" / "build.py"
    (here / "mine").mkdir()
    (here / "mine" / "notes.txt").write_text("mine", "utf-8")
    spec = importlib.util.spec_from_file_location("built_in_build", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tables = {"provinces": pd.DataFrame({"a": [1]})}
    with pytest.raises(SystemExit, match=r"notes\.txt"):
        module._write(tables, here / "mine")
    assert [path.name for path in (here / "mine").iterdir()] == ["notes.txt"]
    module._write(tables, here / "new")
    assert (here / "new" / "provinces.csv").read_bytes() == b"a\n1\n"
