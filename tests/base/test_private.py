"""A folder that others can write to, or lead elsewhere, is nobody's own; nothing in it is believed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pdc.base import private as privacy
from pdc.base.cache import Cache, digest
from pdc.base.private import closed, private, read_own

SOMEBODY = 4321
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
KEY = digest("an entry")


@pytest.fixture
def store(tmp_path: Path) -> Cache:
    """A cache of one entry, two folders deep."""
    folder = tmp_path / "above" / "cache"
    folder.mkdir(parents=True, mode=0o700)
    (tmp_path / "above").chmod(0o700)
    made = Cache(folder)
    made.put(KEY, b"good")
    assert made.get(KEY) == b"good"
    return made


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o720, 0o702, 0o1777, 0o1770])
def test_a_cache_open_to_group_or_others_is_not_read_written_or_trimmed(store: Cache, mode: int) -> None:
    store.folder.chmod(mode)
    assert not store.ours()
    assert store.get(KEY) is None
    assert not store.has(KEY)
    before = sorted(store.folder.rglob("*"))
    store.put(digest("another"), b"x")
    Cache(store.folder, bound=0).trim()
    assert sorted(store.folder.rglob("*")) == before
    store.folder.chmod(0o700)
    assert store.get(KEY) == b"good"


def test_what_somebody_put_into_the_folder_is_not_trimmed(store: Cache) -> None:
    (store.folder / "ab").mkdir(mode=0o700, exist_ok=True)
    (store.folder / "ab" / "thesis.txt").write_text("mine")
    (store.folder / "ab" / ".new-abcd_123").write_text("half")
    Cache(store.folder, bound=0).trim()
    assert store.get(KEY) is None
    assert [path.name for path in (store.folder / "ab").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o730, 0o703])
def test_a_folder_above_that_is_open_is_enough(store: Cache, mode: int) -> None:
    store.folder.parent.chmod(mode)
    assert store.get(KEY) is None
    store.folder.parent.chmod(0o755)
    assert store.get(KEY) == b"good"


def test_a_sticky_folder_above_is_open_and_yet_nobody_can_put_another_in_its_place(store: Cache) -> None:
    store.folder.parent.chmod(0o1777)
    assert store.get(KEY) == b"good"


@needs_root
@pytest.mark.parametrize("what", ["folder", "above", "part", "entry", "key"])
def test_what_belongs_to_somebody_else_is_not_believed(store: Cache, what: str) -> None:
    entry = store._path(KEY)
    key = store.folder.with_name("cache.key")
    path = {"folder": store.folder, "above": store.folder.parent, "part": entry.parent, "entry": entry, "key": key}
    os.chown(path[what], SOMEBODY, SOMEBODY)
    assert store.get(KEY) is None


@pytest.mark.parametrize("what", ["part", "entry", "key"])
def test_what_others_can_write_is_not_believed(store: Cache, what: str) -> None:
    entry = store._path(KEY)
    paths = {"part": entry.parent, "entry": entry, "key": store.folder.with_name("cache.key")}
    paths[what].chmod(0o777)
    assert store.get(KEY) is None


def test_a_key_that_others_can_read_seals_nothing(store: Cache) -> None:
    store.folder.with_name("cache.key").chmod(0o644)
    assert store.get(KEY) is None
    store.put(KEY, b"anew")
    assert store.get(KEY) == b"anew"


@pytest.mark.parametrize("what", ["part", "entry", "key"])
def test_links_inside_are_not_followed(store: Cache, tmp_path: Path, what: str) -> None:
    entry = store._path(KEY)
    path = {"part": entry.parent, "entry": entry, "key": store.folder.with_name("cache.key")}[what]
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert store.get(KEY) is None
    Cache(store.folder, bound=0).trim()
    assert (tmp_path / "elsewhere").exists()
    assert what != "part" or list((tmp_path / "elsewhere").iterdir())


def test_a_link_to_the_cache_is_followed_step_by_step(store: Cache, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("above")
    (tmp_path / "to").symlink_to(tmp_path / "link" / ".." / "link" / "cache")
    for linked in (tmp_path / "link" / "cache", tmp_path / "to"):
        assert private(linked)
    store.folder.parent.chmod(0o777)
    assert not private(tmp_path / "to")


def test_a_link_that_lies_where_others_write_is_not_followed(store: Cache, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "link").symlink_to(store.folder)
    (tmp_path / "open").chmod(0o777)
    assert not private(tmp_path / "open" / "link")
    (tmp_path / "open").chmod(0o1777)
    assert private(tmp_path / "open" / "link")


@needs_root
def test_a_link_of_somebody_elses_is_not_followed(store: Cache, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(store.folder)
    os.chown(tmp_path / "link", SOMEBODY, SOMEBODY, follow_symlinks=False)
    assert not private(tmp_path / "link")


def test_links_in_a_circle_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert not private(tmp_path / "a")
    assert not private(tmp_path / "none" / "cache")
    assert not closed(tmp_path / "none")


def test_a_pipe_or_a_folder_is_no_entry(store: Cache, tmp_path: Path) -> None:
    entry = store._path(KEY)
    entry.unlink()
    os.mkfifo(entry)
    assert store.get(KEY) is None
    assert read_own(tmp_path) is None


def test_an_entry_whose_checksum_alone_is_right_is_not_believed(store: Cache) -> None:
    entry = store._path(KEY)
    planted = b"planted"
    entry.write_bytes(hashlib.sha256(planted).digest() + planted)
    assert store.get(KEY) is None
    assert not entry.exists()  # and worked out anew


def test_entries_of_another_key_are_not_believed(store: Cache) -> None:
    store.folder.with_name("cache.key").unlink()
    other = Cache(store.folder)
    other.put(digest("more"), b"x")
    assert other.get(KEY) is None
    assert other.get(digest("more")) == b"x"


def test_the_key_lies_in_the_folder_where_none_can_be_put_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache.key").mkdir()  # stands in the way
    store = Cache(tmp_path / "cache")
    store.put(KEY, b"good")
    assert store.get(KEY) == b"good"
    assert (tmp_path / "cache" / "key").is_file()


def test_where_nobody_has_a_number_the_users_own_folder_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(privacy.os, "getuid")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (tmp_path / "cache").mkdir()
    assert private(tmp_path / "cache")
    assert closed(tmp_path / "cache")
    assert not private(tmp_path.parent)
