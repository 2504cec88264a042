"""Write the tables of columns of docs/data.md anew: ``python docs/build_data.py`` (a test compares)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "model"), str(ROOT / "reports")]

from pdc.law.reading import load  # noqa: E402 - the packages lie in their source roots
from pdc.tables.schema import Column  # noqa: E402

PAGE = ROOT / "docs" / "data.md"
BLOCK = re.compile(r"(<!-- columns (\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def text(page: str) -> str:
    """The page with a row for every column of every input table of the health law."""
    tables = load().schema.tables
    return BLOCK.sub(lambda found: found[1] + _rows(tables[found[2]].columns) + found[3], page)


def _rows(columns: tuple[Column, ...]) -> str:
    rows = [
        f"| `{c.name}` | {c.heading} | {c.type} | {_left_out(c)} | {c.note['en'].replace('|', '/')} |\n"
        for c in columns
    ]
    return "".join(["\n| column | heading | type | left out | holds |\n|---|---|---|---|---|\n", *rows, "\n"])


def _left_out(column: Column) -> str:
    if column.default is None:
        return "due; cells may be empty" if column.blank else "**due**"
    return column.default or "empty"


if __name__ == "__main__":
    PAGE.write_text(text(PAGE.read_text("utf-8")), "utf-8")
