"""README.tr.md is the whole README: the same commands, options, tables, files, pages and pictures, in the same order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdc.cli import MODULES

ROOT = Path(__file__).resolve().parents[2]
OTHER = {"by-hand.md": "by-hand.tr.md", "README.md": "README.tr.md"}


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


BOTH = pytest.mark.parametrize("name", ["README.md", "README.tr.md"])


def sections(page: str) -> list[str]:
    """The page, cut at its headings."""
    return re.split(r"^## .*$", page, flags=re.MULTILINE)


def first_cells(page: str) -> list[list[str]]:
    """First column of every table."""
    rows = [line.split(" | ")[0].strip("| ") if line.startswith("|") else "" for line in page.splitlines()]
    return [block.split("\n") for block in re.split(r"\n\n+", "\n".join(rows)) if block.strip()]


def code(page: str) -> list[str]:
    """Everything in backticks, sorted: commands, options, files, words of the tables."""
    return sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))))


def links(page: str) -> list[str]:
    found = re.findall(r"\]\(([^)]+)\)", page)
    turned = {tr: en for en, tr in OTHER.items()}
    return sorted(
        f"{path}{turned.get(end, end)}"
        for path, end in (re.fullmatch(r"(.*?)([^/]*)", x).groups() for x in found)
    )


def test_the_same_blocks_to_run() -> None:
    blocks = [re.findall(r"```sh\n(.*?)```", text(name), re.DOTALL) for name in ("README.md", "README.tr.md")]
    assert blocks[0] == blocks[1] != []


def test_the_same_tables_row_by_row() -> None:
    english, turkish = (first_cells(text(name)) for name in ("README.md", "README.tr.md"))
    assert [rows[1:] for rows in english] == [rows[1:] for rows in turkish]
    assert sum(len(rows) for rows in english) > 30


def test_the_same_words_of_code_in_every_section() -> None:
    english, turkish = sections(text("README.md")), sections(text("README.tr.md"))
    assert len(english) == len(turkish)
    for en, tr in zip(english, turkish, strict=True):
        assert code(en) == code(tr)


def test_the_same_pages_and_pictures() -> None:
    assert links(text("README.md")) == links(text("README.tr.md"))


@BOTH
def test_every_command_has_its_row(name: str) -> None:
    cells = [cell for rows in first_cells(text(name)) for cell in rows]
    for command in MODULES:
        assert any(cell.startswith(f"`{command}") for cell in cells), command


@BOTH
def test_every_page_it_names_is_there(name: str) -> None:
    for link in re.findall(r"\]\(([^)#]+)", text(name)):
        assert (ROOT / link).exists(), link


def test_the_same_numbers() -> None:
    """Counts that a reader quotes: 155 clauses, 973 districts."""
    english, turkish = (set(re.findall(r"\b\d{2,}\b", text(name))) for name in ("README.md", "README.tr.md"))
    assert english == turkish
