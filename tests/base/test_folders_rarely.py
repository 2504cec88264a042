"""Folders, links and caches where the system cannot, or somebody is in the way: refused, or left as it was."""

from __future__ import annotations

import errno
import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pdc.base import approved, swap
from pdc.base.approved import below_approved
from pdc.base.cache import Cache, digest
from pdc.base.document import NUMBER, read_document, record
from pdc.base.faults import Fault
from pdc.base.folder import ApprovedError, OutError, _not_underfoot, _parents, check, scan
from pdc.base.formula import Formula
from pdc.base.swap import change_places
from pdc_common.mark import MARK, read_mark


def two(folder: Path) -> tuple[Path, Path]:
    for name in ("one", "other"):
        (folder / name).mkdir()
        (folder / name / "name.txt").write_text(name, "utf-8")
    return folder / "one", folder / "other"


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_folders_change_places_whatever_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    one, other = two(tmp_path)
    monkeypatch.setattr(swap.sys, "platform", platform)
    monkeypatch.setattr(swap, "_renameat2", swap._renameat2.__wrapped__)
    assert (swap._renameat2() is None) == (platform != "linux")
    change_places(one, other)
    assert [(one / "name.txt").read_text("utf-8"), (other / "name.txt").read_text("utf-8")] == [
        "other",
        "one",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]


def test_folders_that_may_not_change_places_stay_and_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two(tmp_path)
    with pytest.raises(FileNotFoundError):
        change_places(one, tmp_path / "away")
    monkeypatch.setattr(swap, "_renameat2", lambda: lambda *_: -1)
    monkeypatch.setattr(swap.ctypes, "get_errno", lambda: errno.EBUSY)
    with pytest.raises(OSError, match=os.strerror(errno.EBUSY)):
        change_places(one, other)
    assert (one / "name.txt").read_text("utf-8") == "one"


def test_what_is_neither_file_nor_folder_has_a_print_of_its_own(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    assert scan(tmp_path) == {"link": "link pipe", "pipe": "special"}


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(OutError) as caught:
        check(tmp_path / "file" / "out", "plan", [])
    assert [fault.code for fault in caught.value.faults] == ["out.below_file"]
    with pytest.raises(OutError):
        _parents(tmp_path / "file" / "out")


def test_a_folder_where_nobody_may_write_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdc.base.folder.os.access", lambda *_: False)
    for look in (_parents, _not_underfoot):
        with pytest.raises(OutError) as caught:
            look(tmp_path / "out")
        assert [fault.code for fault in caught.value.faults] == ["out.no_right"]
        assert str(tmp_path) in caught.value.faults[0].text("tr")


def test_an_approved_plan_is_looked_for_in_so_many_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "summary.json").write_text(json.dumps({"state": {"status": "approved"}}), "utf-8")
    with pytest.raises(ApprovedError):
        below_approved(tmp_path)
    (tmp_path / "a" / "x").write_text("", "utf-8")
    monkeypatch.setattr(approved, "_LOOKED", 0)
    below_approved(tmp_path)  # a folder of a million files is not looked through


def test_an_entry_goes_only_where_nobody_else_can_write(tmp_path: Path) -> None:
    store = Cache(tmp_path / "cache", 10**6)
    key = digest("one")
    store.put(key, b"content")
    assert store.get(key) == b"content"
    place_ = next((tmp_path / "cache").glob("[0-9a-f][0-9a-f]"))
    place_.chmod(0o777)
    store.put(key, b"another")
    assert store.get(key) is None
    place_.chmod(0o700)
    assert store.get(key) == b"content"


def test_a_number_of_numpy_has_the_print_of_its_own_kind() -> None:
    assert digest(np.int64(5)) == digest(np.int32(5)) != digest(np.int64(6))
    assert digest(np.float64(0.5)) != digest(np.float64(0.25))


def test_a_mark_that_is_no_file_is_none(tmp_path: Path) -> None:
    (tmp_path / MARK).mkdir()
    assert read_mark(tmp_path) is None


@pytest.mark.parametrize(("text", "found"), [("2 if 3 > 1 else 5", 2), ("2 if 3 < 1 else 5", 5)])
def test_a_choice_between_numbers_alone_is_one_of_them(text: str, found: int) -> None:
    assert Formula(text, numbers=True)({}, {}) == Fraction(found)


def test_a_number_just_above_the_largest_is_out_of_range(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    for text, good in (("1e20", True), ("9e20", False), ("-9e20", False)):
        path.write_text(f"x = {text}\n", "utf-8")
        faults: list[Fault] = []
        read_document(path, record({"x": NUMBER}), faults)
        assert bool(faults) != good
