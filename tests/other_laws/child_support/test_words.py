"""Texts of a rulebook are texts: braces in them are never evaluated, and never an internal error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import pdc
from pdc.base.faults import InputError
from pdc.law import reading
from pdc_common.text import braces, fill, say, wording

HOME = pdc.scenario_folder() / "child-support"
WILD = ["{x.__class__}", "{0}", "{", "}", "{}", "{posts!r}", "{posts:>9999999999}", "{posts[0]}", "{posts:{left}}", "{{posts}}", "{posts:a|b|c}", "{nobody}", "{POSTS}"]


@pytest.mark.parametrize("text", WILD)
def test_only_a_plain_name_is_filled(text: str) -> None:
    assert fill(f"a {text} b", {"posts": 3, "left": 1}) in (f"a {text} b", "a {3} b", "a {posts:1} b")
    with wording({"notice.uncovered": {"tr": text, "en": text}}):
        assert say("notice.uncovered", "en", posts=3)


def test_what_is_filled() -> None:
    assert fill("{posts} {posts:post|posts}, {left:is|are}, {other}", {"posts": 3, "left": 1}) == "3 posts, is, {other}"
    assert braces("{a} {b:x|y}") == {"a", "b"}
    assert braces("{a} {b!r}") == {"a", "{}"}


def faults(tmp_path: Path, file: str, old: str, new: str) -> list[tuple[str, str | None, str]]:
    folder = tmp_path / "rulebook"
    shutil.copytree(HOME / "rulebook", folder)
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    try:
        reading.load(folder)
    except InputError as error:
        assert all(fault.text("tr") and fault.text("en") for fault in error.faults)
        return [(fault.file, fault.column, fault.code) for fault in error.faults]
    return []


OLD = 'title = { tr = "Çocuk Destek Merkezleri Personel Cetveli", en = "Staff of the child-support centres" }'


@pytest.mark.parametrize("text", [text for text in WILD if text != "{POSTS}"])
def test_a_wording_with_other_braces_is_refused(tmp_path: Path, text: str) -> None:
    new = f'title = {{ tr = "{text}", en = "{text}" }}'
    assert faults(tmp_path, "words.toml", OLD, new) == [("words.toml", "reports.title", "rulebook.word_values")]


@pytest.mark.parametrize("new", ['title = "x"', "title = 3", 'title = { tr = "x" }', 'title = { tr = "x", en = 3 }', 'title = { tr = "a", en = "b", de = "c" }', "title = []"])
def test_a_wording_of_another_shape_is_refused(tmp_path: Path, new: str) -> None:
    assert faults(tmp_path, "words.toml", OLD, new) == [("words.toml", "reports.title", "rulebook.word_shape")]


def test_a_list_tells_its_sentence_what_it_knows(tmp_path: Path) -> None:
    rule = '''
[["9.1".rule]]
kind = "status"
what = "WHAT"
titles = ["hemsire"]
where = "places > 0"
say = "SAY"
["9.1"]
source = "x"
tr = "x"
en = "x"
'''
    for number, (what, say_, good) in enumerate(
        [("list", "uncovered", True), ("list", "locked", False), ("list_planned", "chairs_to_procure", True), ("list_planned", "locked", False)]
    ):
        folder = tmp_path / str(number)
        shutil.copytree(HOME / "rulebook", folder)
        (folder / "9.toml").write_text(rule.replace("WHAT", what).replace("SAY", say_), "utf-8")
        try:
            reading.load(folder)
        except InputError as error:
            assert not good
            assert [fault.code for fault in error.faults] == ["rulebook.say_values"]
        else:
            assert good
