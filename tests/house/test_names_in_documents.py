"""What documents name is there: files, folders, links, and names of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpers.named import ROOT, code_names, is_there, missing, paths, text_of

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "tests" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MADE = {
    "output/", "near/", "plan/", "scenario/", "why/", "proof/", "figures/", "provinces/", "facts/SOURCES.md",
}
"""What a run makes, or what stands in the folder that the sentence is about."""

EXAMPLES = {"CONTRIBUTING.md": {"model/pdc/rules/kinds/even.py"}}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_and_name_in_a_document_is_there(page: Path) -> None:
    named = set(paths(page)) - MADE - EXAMPLES.get(page.name, set())
    assert [path for path in sorted(named) if not is_there(path)] == []
    assert [name for name in code_names(page) if missing(name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_into_a_page_meets_a_heading(page: Path) -> None:
    wrong = []
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", text_of(page)):
        path = page if not target else (page.parent / target).resolve()
        if path.suffix == ".md" and anchor not in anchors(path):
            wrong.append(f"{target}#{anchor}")
    assert wrong == []


def anchors(page: Path) -> set[str]:
    """Anchors of a page, as GitHub makes them of its headings, and those that it names itself."""
    text = text_of(page)
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", head.replace("`", "").lower()).replace(" ", "-") for head in heads}
    return made | set(re.findall(r'<a id="([^"]+)">', text))
