"""Names that a document gives: of the code (``rules.targets.Pool.size``) and of files (``rules/kinds/order.py``)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROOMS = tuple(sorted(path.parent.name for path in (ROOT / "model" / "pdc").glob("*/__init__.py")))
ROOTS = ("", "docs", "tests", "model", "model/pdc", "reports", "reports/pdc_reports")
"""Folders that a path in a document may be read from."""

_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_ENDINGS = (".py", ".toml", ".md", ".csv", ".txt", ".j2", ".ipynb")


def text_of(page: Path) -> str:
    """A page without its blocks of code."""
    return _BLOCK.sub("", page.read_text("utf-8"))


def spans(page: Path) -> list[str]:
    """Everything that stands in backticks inside a line, each once."""
    return list(dict.fromkeys(_SPAN.findall(text_of(page))))


def code_names(page: Path) -> list[str]:
    """Dotted names below ``pdc`` that a page gives, such as ``rules.targets.Pool.size``."""
    shape = re.compile(rf"(pdc\.)?({'|'.join(ROOMS)})(\.\w+)+")
    found = [span.removeprefix("pdc.") for span in spans(page) if shape.fullmatch(span)]
    return [name for name in found if not name.endswith(_ENDINGS)]  # rules.csv is a file


def missing(name: str) -> str:
    """The first part of a dotted name that the code does not have; empty where all of it is there."""
    parts = f"pdc.{name}".split(".")
    depth = 1
    while depth < len(parts) and _is_module(".".join(parts[: depth + 1])):
        depth += 1
    here: Any = import_module(".".join(parts[:depth]))
    for i, part in enumerate(parts[depth:], depth + 1):
        fields = {f.name: f for f in dataclasses.fields(here)} if dataclasses.is_dataclass(here) else {}
        if hasattr(here, part):
            here = getattr(here, part)
        elif part in fields and i == len(parts):
            return ""
        else:
            return ".".join(parts[:i])
    return ""


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def paths(page: Path) -> Iterator[str]:
    """Files and folders of this repository that a page names, in backticks or as links."""
    for span in spans(page):
        inside = re.fullmatch(r"[\w./-]+", span) is not None
        if inside and "/" in span and (span.endswith("/") or span.endswith(_ENDINGS)):
            yield span
    for link in re.findall(r"\]\(([^)#]+)", text_of(page)):
        if "://" not in link and "." in link:
            yield f"{page.parent.relative_to(ROOT)}/{link}"


def is_there(path: str) -> bool:
    """Does a path lead to something, read from one of the usual folders?"""
    return any((ROOT / root / path).exists() for root in ROOTS)
