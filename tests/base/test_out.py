"""What is told of a place that is refused, what a mark holds, and how a folder or a file gets into its place."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pdc.base import approved, swap
from pdc.base import folder as folders
from pdc.base.faults import Fault
from pdc.base.folder import (
    FOLDER,
    MARK,
    SEAL,
    ApprovedError,
    Folder,
    OutError,
    check,
    new_file,
    place,
    scan,
    to_csv,
)
from pdc_common import mark as marks
from pdc_common.mark import edited, foreign, marked, read_mark, renew, sha256

UMASK = folders._umask()
ONE = hashlib.sha256(b"1").hexdigest()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, reached without links."""
    path = Path(os.path.realpath(tmp_path)) / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


def told(ask: Callable[[], object]) -> Fault:
    with pytest.raises(OutError) as caught:
        ask()
    (fault,) = caught.value.faults
    return fault


def fault(code: str, out: Path | str, **values: object) -> Fault:
    return Fault("--out", None, None, f"out.{code}", {"out": str(out), **values})


def put(path: Path, content: bytes = b"1") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def made(where: Path, command: str = "plan", **files: bytes) -> Path:
    """A folder of results; ``a__csv`` is the file ``a.csv``."""
    fresh = Folder(place(where, command))
    for name, content in (files or {"a__csv": b"1"}).items():
        fresh.write(name.replace("__", "."), content)
    return fresh.finish()


# what is told of a place that is refused ------------------------------------------------------------------


def test_what_stands_there_is_named_by_its_whole_path(here: Path) -> None:
    put(here / "file")
    os.mkfifo(here / "pipe")
    (here / "link").symlink_to("nowhere")
    assert told(lambda: check("file", "plan")) == fault("file", here / "file")
    assert told(lambda: check("pipe", "plan")) == fault("special", here / "pipe")
    assert told(lambda: check("link", "plan")) == fault("link", here / "link")
    assert told(lambda: check("file/sub", "plan")) == fault("below_file", here / "file" / "sub")
    assert told(lambda: check("file/sub/deep", "plan")) == fault("below_file", here / "file" / "sub" / "deep")
    assert told(lambda: check("x" * 300, "plan")) == fault("name", here / ("x" * 300))
    assert told(lambda: check("a\0b/c", "plan")) == fault("name", "a\0b/c")
    assert told(lambda: check("", "plan")) == fault("here", here)
    assert told(lambda: check("..", "plan")) == fault("here", here.parent)


def test_a_path_goes_through_links_but_not_through_the_one_at_its_end(here: Path) -> None:
    (here / "real" / "own").mkdir(parents=True)
    put(here / "real" / "file")
    (here / "way").symlink_to("real")
    assert told(lambda: check("way/file", "plan")) == fault("file", here / "real" / "file")
    assert told(lambda: check("way", "plan")) == fault("link", here / "way")
    assert made(here / "way" / "own") == here / "way" / "own"
    assert (here / "real" / "own" / "a.csv").is_file()


def test_the_input_that_is_told_is_the_one_that_was_given(here: Path) -> None:
    put(here / "x" / "in" / "t.csv")
    put(here / "y" / "u.csv")
    (here / "z").symlink_to("y")
    assert told(lambda: check("x", "audit", ["other.csv", None, "x/in/t.csv"])) == fault(
        "input", here / "x", input="x/in/t.csv"
    )
    assert told(lambda: check("y", "audit", ["z/u.csv"])) == fault("input", here / "y", input="z/u.csv")
    check("x/new", "audit", ["x/in/t.csv"])
    # What does not exist is no input that could be lost.
    (here / "v").mkdir()
    check("v", "audit", ["v/gone.csv"])


def test_an_input_that_is_a_link_out_of_the_folder_would_be_lost_with_it(here: Path) -> None:
    put(here / "elsewhere.csv")
    (here / "x").mkdir()
    (here / "x" / "t.csv").symlink_to("../elsewhere.csv")
    assert told(lambda: check("x", "audit", ["x/t.csv"])) == fault("input", here / "x", input="x/t.csv")


def without_right(monkeypatch: pytest.MonkeyPatch, folder: Path, right: int) -> None:
    """Who runs the tests may be allowed everything."""
    real = os.access

    def access(path: str | os.PathLike[str], mode: int, **more: bool) -> bool:
        return real(path, mode, **more) and not (Path(path) == folder and mode & right)

    monkeypatch.setattr(os, "access", access)


@pytest.mark.parametrize("right", [os.W_OK, os.X_OK])
def test_a_folder_one_may_not_write_to_is_named(here: Path, right: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "theirs" / "empty").mkdir(parents=True)
    without_right(monkeypatch, here / "theirs", right)
    theirs = str(here / "theirs")
    for out in ("theirs/empty", "theirs/new", "theirs/new/deep"):
        assert told(lambda out=out: check(out, "plan")) == fault("no_right", here / out, folder=theirs)
    assert told(lambda: new_file("theirs/t.xlsx", [b"1"])) == fault("no_right", here / "theirs/t.xlsx", folder=theirs)


def test_a_mounted_disk_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "disk").mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path).name == "disk")
    assert told(lambda: check("disk", "plan")) == fault("mount", here / "disk")


def test_what_somebody_put_there_is_named_and_not_what_lies_in_it(here: Path) -> None:
    own = made(here / "o", **{"a__csv": b"1", "figures/b__png": b"2"})
    put(own / "mine" / "deep" / "x.txt")
    put(own / "a.csv", b"other")
    put(own / "figures" / "c.png")
    names = "a.csv, figures/c.png, mine/"
    assert told(lambda: check(own, "plan")) == fault("foreign", own, names=names)
    (own / MARK).unlink()
    names = "a.csv, figures/, mine/"
    assert told(lambda: check(own, "plan")) == fault("unmarked", own, names=names)


def test_the_results_of_another_command_are_told_with_its_name(here: Path) -> None:
    own = made(here / "o", "sweep")
    assert told(lambda: check(own, "plan")) == fault("other", own, was="sweep")


@pytest.mark.parametrize("count", [5, 6])
def test_five_names_are_told_and_how_many_more(here: Path, count: int) -> None:
    for number in range(count):
        put(here / "m" / f"{number}")
    more = "" if count == 5 else " (+1)"
    assert told(lambda: check("m", "plan")) == fault("unmarked", here / "m", names="0, 1, 2, 3, 4" + more)


def test_the_work_area_of_a_command_is_its_own(here: Path) -> None:
    put(here / "s" / ".work" / "state.json")
    aside = place("s", "sweep", aside=lambda name, _: name.startswith(".work"))
    aside.check()
    put(here / "s" / "mine.txt")
    assert told(aside.check) == fault("unmarked", here / "s", names="mine.txt")


# approved plans ---------------------------------------------------------------------------------------------


def test_an_approved_plan_is_named_wherever_it_lies(here: Path) -> None:
    plan = put(here / "y" / "ok" / SEAL).parent
    (here / "z").mkdir()
    (here / "z" / "in").symlink_to("../y/ok")
    for out, named in (
        ("y/ok", plan), ("y/ok/new/deep", plan), ("y", plan), (plan, plan), ("z", here / "z" / "in"),
    ):  # fmt: skip
        with pytest.raises(ApprovedError) as caught:
            check(out, "plan")
        assert str(caught.value) == str(named)
        with pytest.raises(ApprovedError):
            folders.sealed_around(Path(out))
    with pytest.raises(ApprovedError):
        new_file(plan / "t.xlsx", [b"1"])
    folders.sealed_around(here / "x")


def test_a_seal_is_one_even_where_it_leads_nowhere(here: Path) -> None:
    (here / "ok").mkdir()
    (here / "ok" / SEAL).symlink_to("nowhere")
    assert approved.is_approved(here / "ok")


@pytest.mark.parametrize(
    ("summary", "known"),
    [
        ('{"state": {"status": "approved"}}', True), ('{"state": {"status": "draft"}}', False),
        ('{"state": {}}', False), ("{}", False), ('{"state": "approved"}', False), ("[]", False), ("{", False),
        ("[" * 100_000, False),
    ],
)  # fmt: skip
def test_without_a_seal_the_summary_says_it(here: Path, summary: str, known: bool) -> None:
    put(here / "p" / "summary.json", summary.encode())
    assert approved.is_approved(here / "p") is known
    assert not approved.is_approved(here)
    (here / "q" / "summary.json").mkdir(parents=True)
    assert not approved.is_approved(here / "q")


def test_so_much_is_looked_through_for_an_approved_plan(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that large is refused for what lies in it; to look for ever would be no answer."""
    put(here / "d" / "1")
    put(here / "d" / "2")
    put(here / "d" / "sub" / SEAL)
    monkeypatch.setattr(approved, "_LOOKED", 3)
    with pytest.raises(ApprovedError):
        approved.below_approved(here / "d")
    monkeypatch.setattr(approved, "_LOOKED", 2)
    approved.below_approved(here / "d")


# a folder gets into its place --------------------------------------------------------------------------------


def test_a_new_folder_may_be_looked_into_and_a_former_one_keeps_its_rights(here: Path) -> None:
    own = made(here / "o")
    assert own.stat().st_mode & 0o7777 == 0o777 & ~UMASK
    own.chmod(0o750)
    assert made(own, a__csv=b"2").stat().st_mode & 0o7777 == 0o750
    assert (own / "a.csv").read_bytes() == b"2"
    assert [path.name for path in here.iterdir()] == ["o"]


def test_the_folders_on_the_way_are_made_and_a_new_one_is_written_beside_its_place(here: Path) -> None:
    fresh = Folder(place("on/the/way/o", "plan"))
    assert fresh.path.parent == here / "on" / "the" / "way"
    assert fresh.finish() == Path("on/the/way/o")


def test_a_folder_is_marked_with_all_that_was_written_and_marked_once(here: Path) -> None:
    fresh = Folder(place(here / "o", "plan"))
    fresh.write("sub/deep/a.csv", b"1")
    fresh.write("b.csv", b"1")
    fresh.mark()
    fresh.write(SEAL, b"s")
    fresh.finish()
    assert read_mark(here / "o") == ("plan", {"b.csv": ONE, "sub/deep/a.csv": ONE})
    fresh = Folder(place(here / "p", "plan"))
    fresh.write(SEAL, b"s")
    fresh.mark()
    fresh.mark()
    assert read_mark(fresh.path) == ("plan", {})
    fresh.drop()
    assert [path.name for path in here.iterdir()] == ["o"]


def test_a_folder_in_which_nothing_was_written_does_not_stay(here: Path) -> None:
    for _ in range(2):  # no mark lists an empty folder: results with one could not be replaced
        folder = Folder(place("new", "plan"))
        folder.write("a.csv", b"1")
        (folder.path / "figures" / "deep").mkdir(parents=True)
        folder.finish()
    assert sorted(scan(here / "new")) == ["a.csv", MARK]


def test_the_seconds_of_a_plan_are_not_in_its_mark(here: Path) -> None:
    def plan(where: str, **summary: object) -> str | None:
        mark = read_mark(made(here / where, **{"summary__json": json.dumps(summary).encode()}))
        assert mark is not None
        return mark[1]["summary.json"]

    first = plan("a", seconds=1, titles={"eczaci": {"seconds": 2, "posts": 3}}, b=[1])
    assert first == plan("b", b=[1], titles={"eczaci": {"posts": 3, "seconds": 9}}, seconds=4)
    assert first != plan("c", b=[1], titles={"eczaci": {"posts": 4, "seconds": 9}}, seconds=4)
    assert first != plan("d", b=[2], titles={"eczaci": {"posts": 3}})
    check(here / "a", "plan")
    # A summary that is not one is held to the byte.
    assert read_mark(made(here / "e", summary__json=b"1")) == ("plan", {"summary.json": ONE})
    half = made(here / "f", summary__json=b"{")
    assert read_mark(half) == ("plan", {"summary.json": hashlib.sha256(b"{").hexdigest()})
    made(half, **{"summary__json/a__csv": b"1"})
    assert read_mark(half) == ("plan", {"summary.json/a.csv": ONE})


def test_every_kind_of_entry_has_its_print(here: Path) -> None:
    put(here / "d" / "sub" / "a")
    put(here / "b")
    (here / "link").symlink_to("d/sub")
    (here / "d" / "file").symlink_to("sub/a")
    os.mkfifo(here / "d" / "pipe")
    assert list(scan(here).items()) == [
        ("b", ONE), ("d/", FOLDER), ("d/file", "link sub/a"), ("d/pipe", "special"), ("d/sub/", FOLDER),
        ("d/sub/a", ONE), ("link", "link d/sub"),
    ]  # fmt: skip


def test_carried_entries_may_go_and_no_others(here: Path) -> None:
    put(here / "o" / "a")
    where = folders.Place(here / "o", "approve", carried=scan(here / "o"))
    where.check()
    put(here / "o" / "a", b"2")
    put(here / "o" / "b")
    assert told(where.check) == fault("foreign", here / "o", names="a, b")


# a file gets into its place ----------------------------------------------------------------------------------


def test_a_file_is_never_written_over_another(here: Path) -> None:
    assert new_file("new/t.xlsx", [b"1", b"2"]) == Path("new/t.xlsx")
    path = here / "new" / "t.xlsx"
    assert path.read_bytes() == b"1"
    assert path.stat().st_mode & 0o7777 == 0o666 & ~UMASK
    assert path.stat().st_nlink == 1
    new_file("new/t.xlsx", [b"2", b"1"])
    assert path.read_bytes() == b"2"
    assert told(lambda: new_file("new/t.xlsx", [b"1"])) == fault("not_template", path)
    (here / "link").symlink_to("new/t.xlsx")
    os.mkfifo(here / "pipe")
    assert told(lambda: new_file("link", [b"2"])) == fault("link", here / "link")
    assert told(lambda: new_file("new", [b"2"])) == fault("folder", here / "new")
    assert told(lambda: new_file("pipe", [b"2"])) == fault("special", here / "pipe")
    assert told(lambda: new_file("new/t.xlsx/u", [b"2"])) == fault("below_file", path / "u")
    assert [path.name for path in (here / "new").iterdir()] == ["t.xlsx"]


def test_a_file_without_room_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, mode: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(OSError, match="No space"):
        new_file("t.xlsx", [b"1"])
    assert list(here.iterdir()) == []


def test_a_new_file_is_readable_by_others_and_appears_without_links_too(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert new_file(here / "a.xlsx", [b"1"]).stat().st_mode & 0o777 == 0o666 & ~folders._umask()

    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert new_file(here / "b.xlsx", [b"2"]).read_bytes() == b"2"
    assert sorted(path.name for path in here.glob("[ab.]*")) == ["a.xlsx", "b.xlsx"]


def test_a_file_that_comes_in_between_stays(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def there(*_: object) -> bool:
        raise FileExistsError

    monkeypatch.setattr(folders, "_linked", there)
    with pytest.raises(OutError) as caught:
        new_file(here / "a.xlsx", [b"1"])
    assert caught.value.faults[0].code == "out.not_template"
    assert not list(here.glob(".pdc-*"))


def test_a_file_is_written_beside_its_place(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere there may be no room, or another disk, from which it could not be put there in one step."""
    real, sources = os.link, []

    def link(source: Path, target: Path) -> None:
        sources.append(Path(source).parent)
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    new_file("new/deep/t.xlsx", [b"1"])
    assert sources == [here / "new" / "deep"]


def test_a_file_that_comes_at_the_last_moment_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def late(source: Path, target: Path) -> None:
        put(Path(target), b"mine")
        real(source, target)

    monkeypatch.setattr(os, "link", late)
    assert told(lambda: new_file("t.xlsx", [b"1"])) == fault("not_template", here / "t.xlsx")
    assert contents(here) == {"t.xlsx": b"mine"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


# two folders change places -----------------------------------------------------------------------------------


def two(here: Path) -> tuple[Path, Path]:
    return put(here / "new" / "1", b"new").parent, put(here / "old" / "1", b"old").parent


@pytest.mark.parametrize("way", ["at once", "by renaming"])
def test_two_folders_change_places(here: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = two(here)
    if way == "by renaming":
        monkeypatch.setattr(swap, "_renameat2", lambda: None)
    swap.change_places(one, other)
    assert (contents(one), contents(other)) == ({"1": b"old"}, {"1": b"new"})
    assert sorted(path.name for path in here.iterdir()) == ["new", "old"]


def refusing(number: int) -> Callable[..., int]:
    """A system call that fails."""

    def call(*_: object) -> int:
        ctypes.set_errno(number)
        return -1

    return call


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM])
def test_where_the_disk_cannot_do_it_at_once_they_are_renamed(
    here: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two(here)
    monkeypatch.setattr(swap, "_renameat2", lambda: refusing(number))
    swap.change_places(one, other)
    assert (contents(one), contents(other)) == ({"1": b"old"}, {"1": b"new"})


def test_a_real_fault_of_the_disk_is_told_with_the_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = two(here)
    monkeypatch.setattr(swap, "_renameat2", lambda: refusing(errno.EIO))
    with pytest.raises(OSError, match="Input/output error") as caught:
        swap.change_places(one, other)
    assert (caught.value.errno, caught.value.filename) == (errno.EIO, str(other))
    assert (contents(one), contents(other)) == ({"1": b"new"}, {"1": b"old"})


def test_elsewhere_than_linux_there_is_no_such_call(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        swap._renameat2.cache_clear()
        monkeypatch.setattr("sys.platform", "win32")
        assert swap._renameat2() is None
        swap._renameat2.cache_clear()
        monkeypatch.setattr("sys.platform", "linux")
        monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())  # a C library without it
        assert swap._renameat2() is None
    finally:
        swap._renameat2.cache_clear()


# the mark ----------------------------------------------------------------------------------------------------


def test_a_mark_is_text_that_a_person_can_read() -> None:
    assert marked("plan", {"çorum.csv": "1"}).decode() == (
        '{\n"pdc": "plan",\n"files": {\n"çorum.csv": "1"\n}\n}\n'
    )


def test_a_name_that_is_no_text_keeps_its_bytes(here: Path) -> None:
    name = b"\xe7orum.csv"  # of another encoding
    put(here / "o" / MARK, marked("plan", {os.fsdecode(name): ONE}))
    assert name in (here / "o" / MARK).read_bytes()
    assert read_mark(here / "o") == ("plan", {os.fsdecode(name): ONE})


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "3", '{"files": {}}', '{"pdc": "plan"}', '{"pdc": 3, "files": {}}', '{"pdc": "plan", "files": []}',
        '{"pdc": "plan", "files": {"a": 1}}', '{"pdc": "plan", "files": {"a": "1", "b": null}}', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_mark_is_none(here: Path, text: str) -> None:
    put(here / MARK, text.encode())
    assert read_mark(here) is None


def test_a_mark_is_a_file_of_its_own(here: Path) -> None:
    put(here / "elsewhere.json", marked("plan", {}))
    assert read_mark(here) is None
    (here / MARK).symlink_to("elsewhere.json")
    assert read_mark(here) is None
    (here / MARK).unlink()
    (here / MARK).mkdir()
    assert read_mark(here) is None


def test_a_large_file_has_the_print_of_its_whole(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "_BLOCK", 3)
    assert sha256(put(here / "a", b"12345678")) == hashlib.sha256(b"12345678").hexdigest()


def test_reports_that_somebody_worked_in_are_named(here: Path) -> None:
    assert edited(here) == []
    reports = ("cetvel.xlsx", "report.html", "rapor.docx", "lone_colleagues.csv", "need.csv", "access.csv",
               "figures/a.png", "provinces/19.html")  # fmt: skip
    own = made(here / "o", **dict.fromkeys((*reports, "plan_units.csv"), b"1"))
    assert edited(own) == []
    for name in (*reports, "plan_units.csv"):
        put(own / name, b"2")
    assert sorted(edited(own)) == sorted(reports)
    (own / "cetvel.xlsx").unlink()
    assert "cetvel.xlsx" not in edited(own)


def test_what_stands_under_the_names_of_reports_and_is_not_in_the_mark_is_somebodys(here: Path) -> None:
    assert foreign(here / "away") == []
    own = made(here / "o", **{"report.html": b"1", "figures/a.png": b"1", "plan_units.csv": b"1"})
    assert foreign(own) == []
    put(own / "notes.txt")  # no report: nothing is written there
    put(own / "figures" / "b.png")
    put(own / "figures" / "deep" / "c.png")
    put(own / "need.csv")
    (own / "provinces").symlink_to(here)
    (own / "rapor.docx").symlink_to(here / "nowhere")
    assert sorted(foreign(own)) == ["figures/b.png", "figures/deep/c.png", "need.csv", "provinces", "rapor.docx"]
    (own / MARK).unlink()
    assert {"report.html", "figures/a.png"} < set(foreign(own))


def test_a_link_on_the_way_that_leads_nowhere_is_named(here: Path) -> None:
    (here / "disk").symlink_to("away")
    wanted = fault("link_to_nothing", here / "disk/deep/out", link=str(here / "disk"))
    assert told(lambda: check(here / "disk/deep/out", "plan")) == wanted
    assert told(lambda: new_file(here / "disk/deep/out", [b"1"])) == wanted
    (here / "away").mkdir()
    check(here / "disk/deep/out", "plan")


def test_where_the_new_folder_is_gone_the_old_one_stands_again(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_renameat2", lambda: None)
    put(here / "other" / "a")
    with pytest.raises(FileNotFoundError):
        swap.change_places(here / "gone", here / "other")
    assert scan(here) == {"other/": FOLDER, "other/a": ONE}


def test_tables_that_differ_from_the_mark_are_named(here: Path) -> None:
    made = Folder(place(here / "o", "plan"))
    for name in ("a.csv", "b.json", "c.gz", "report.html", "d.csv"):
        made.write(name, b"1")
    made.finish()
    assert folders.edited_tables(here / "o") == []
    for name in ("a.csv", "c.gz", "report.html"):
        (here / "o" / name).write_bytes(b"2")
    (here / "o" / "d.csv").unlink()
    (here / "o" / "mine.csv").write_bytes(b"3")
    assert folders.edited_tables(here / "o") == ["a.csv", "c.gz", "d.csv"]
    (here / "o" / MARK).write_bytes(b"{")
    assert folders.edited_tables(here / "o") == [MARK]


def test_a_summary_with_other_seconds_is_not_a_changed_table(here: Path) -> None:
    own = made(here / "o", summary__json=b'{"seconds": 1, "posts": 2}')
    assert folders.edited_tables(own) == []
    put(own / "summary.json", b'{"seconds": 3, "posts": 2}')
    assert folders.edited_tables(own) == []
    check(own, "plan")
    put(own / "summary.json", b'{"seconds": 3, "posts": 3}')
    assert folders.edited_tables(own) == ["summary.json"]
    assert told(lambda: check(own, "plan")) == fault("foreign", own, names="summary.json")


def test_what_pdc_writes_again_is_in_the_mark_again(here: Path) -> None:
    own = made(here / "o", **{"b__csv": b"1", "figures/a__png": b"1"})
    put(own / "b.csv", b"2")
    put(own / "a.csv", b"2")
    put(own / "figures" / "a.png", b"2")
    renew(own, [own / "b.csv", own / "a.csv", own / "figures" / "a.png"])
    mark = read_mark(own)
    two_ = hashlib.sha256(b"2").hexdigest()
    assert mark is not None
    assert (mark[0], list(mark[1].items())) == ("plan", [("a.csv", two_), ("b.csv", two_), ("figures/a.png", two_)])
    check(own, "plan")
    bare = put(here / "p" / "a.csv").parent
    renew(bare, [bare / "a.csv"])
    assert contents(bare) == {"a.csv": b"1"}


# tables ------------------------------------------------------------------------------------------------------


def test_numbers_are_written_with_the_digits_that_the_data_say() -> None:
    frame = pd.DataFrame(
        {
            "unit": ["Çorum, Merkez", "=1"], "posts": [3, 4], "target": [1 / 3, 2.0], "deviation": [-0.5, 0.0],
            "latitude": [40.5, float("nan")], "longitude": [float("nan"), 34.9512345678],
            "fill_rate": [float("nan"), 0.125], "share": [0.5, 0.25], "open": [True, False],
        }
    )  # fmt: skip
    assert to_csv(frame).decode("utf-8") == (
        "unit,posts,target,deviation,latitude,longitude,fill_rate,share,open\n"
        '"Çorum, Merkez",3,0.333333333,-0.500000000,40.500000,,,0.5,True\n'
        "'=1,4,2.000000000,0.000000000,,34.951235,0.125000000,0.25,False\n"
    )


def test_a_lost_folder_is_not_missed(here: Path) -> None:
    fresh = Folder(place(here / "o", "plan"))
    shutil.rmtree(fresh.path)
    fresh.drop()
    assert list(here.iterdir()) == []
