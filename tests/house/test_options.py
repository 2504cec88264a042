"""Every choice on the command line is read by ``one_of``: the oldest typer that pdc allows knows no Literal."""

from __future__ import annotations

import ast
from pathlib import Path

CLI = Path(__file__).resolve().parents[2] / "model" / "pdc" / "cli"


def choices(path: Path) -> list[ast.Subscript]:
    """``Annotated[…]`` of a file whose type speaks of ``Literal``."""
    return [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value) == "Annotated"
        and isinstance(node.slice, ast.Tuple)
        and "Literal" in ast.unparse(node.slice.elts[0])
    ]


def test_every_choice_has_its_own_reader() -> None:
    found = [(path.name, ast.unparse(node)) for path in sorted(CLI.glob("*.py")) for node in choices(path)]
    assert found
    assert [(name, text) for name, text in found if "parser=one_of(" not in text] == []
