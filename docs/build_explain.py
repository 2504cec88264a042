"""Write the examples of docs/explain.md anew: ``python docs/build_explain.py`` (a test compares)."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "model"), str(ROOT / "reports")]

import pdc  # noqa: E402 - the packages lie in their source roots
from pdc.planning.write import write  # noqa: E402

PAGE = ROOT / "docs" / "explain.md"
TITLE, UNIT = "eczaci", "4592"
BLOCK = re.compile(r"(<!-- example (tr|en) -->\n```text\n).*?(```\n)", re.DOTALL)


def text(page: str) -> str:
    """The page with its examples worked out on the built-in country."""
    with tempfile.TemporaryDirectory() as folder:
        made = write(pdc.plan(titles=[TITLE]), Path(folder) / "plan", reports=False)
        told = {lang: pdc.explain(made, TITLE, unit=UNIT, lang=lang).text() for lang in ("tr", "en")}
    return BLOCK.sub(lambda found: found[1] + told[found[2]] + found[3], page)


if __name__ == "__main__":
    PAGE.write_text(text(PAGE.read_text("utf-8")), "utf-8")
