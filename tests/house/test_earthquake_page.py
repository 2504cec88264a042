"""docs/earthquake-2023.md is what its extract and the shipped term give."""

from __future__ import annotations

import importlib.util
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_what_the_extract_and_the_term_give() -> None:
    spec = importlib.util.spec_from_file_location("build_earthquake", DOCS / "build_earthquake.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.text()
