"""Clauses found by number or by words, in both languages and however a Turkish word ends."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from pdc.cli import app
from pdc.law import reading
from pdc.law.search import clauses_about, planned_by

BOOK = reading.load()


def numbers(asked: str) -> list[str]:
    return [clause.number for clause in clauses_about(BOOK, asked)]


@pytest.mark.parametrize("asked", ["yatak başına hemşire", "YATAK HEMŞİRE", "beds per nurse"])
def test_beds_a_nurse_are_found_in_turkish_and_english(asked: str) -> None:
    assert "B.4.a.8" in numbers(asked)


def test_a_number_finds_its_clause_alone_and_a_part_all_below_it() -> None:
    assert numbers("b.4.a.8") == ["B.4.a.8"]
    assert numbers("B.1.ç") == ["B.1.ç"]
    below = numbers("B.4.a")
    assert "B.4.a.8" in below
    assert all(number.startswith("B.4.a.") for number in below)


def test_nothing_asked_is_everything_and_nonsense_nothing() -> None:
    assert numbers(" ") == list(BOOK.clauses)
    assert numbers("zürafa") == []
    assert numbers("mavi zürafa hemşire") == []


@pytest.mark.parametrize("asked", ["2000 kişiye pratisyen", "GP for 2000 people", "pratisyen"])
def test_most_of_the_words_will_do_where_no_clause_says_them_all(asked: str) -> None:
    assert "B.3.a" in numbers(asked)


def test_the_number_that_is_wished_for_is_not_searched() -> None:
    assert "B.4.a.8" in numbers("4 beds a nurse")
    assert "B.3.a" in numbers("2.200")


def test_a_clause_names_the_titles_it_plans() -> None:
    assert planned_by(BOOK, BOOK.clauses["B.4.a.8"]) == ("hemsire",)


@pytest.mark.parametrize(
    ("command", "asked", "near"),
    [("rules", "zzz", ""), ("rules", "zürafa", ""), ("rules", "B.4.a.88", "B.4.a.8"), ("scenarios", "zzz", ""),
     ("scenarios", "gp2000", "gp-2000")],
)  # fmt: skip
def test_only_a_name_that_is_near_is_suggested(command: str, asked: str, near: str) -> None:
    done = CliRunner().invoke(app, [command, asked, "--lang", "en"])
    told = " ".join(done.output.split())
    assert done.exit_code == 2
    assert told.endswith(f"Did you mean {near}?" if near else f"`{command}` lists them all.")
