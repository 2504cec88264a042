"""The walls of the house: a room imports only what is below it, and no file stands on itself.

Rooms from the cellar up are listed once, in ``ROOMS``; docs/architecture.md tells what is in each. Imports inside
functions count, and so do those for type checkers alone: a reader has to follow them as well.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "pdc.base", "pdc.tables", "pdc.law", "pdc.country", "pdc.rules", "pdc.program", "pdc.solve", "pdc.proof",
    "pdc.planning", "pdc.ask", "pdc.cli",
)  # fmt: skip
"""Earlier ones never import later ones."""

PACKAGES = (("model", "pdc"), ("model", "pdc_common"), ("reports", "pdc_reports"))
FRONT = ("pdc", "pdc.__main__")
"""The front door shows what the rooms hold; no room goes through it."""

ASK_FOR_REPORTS = ("pdc.planning", "pdc.ask", "pdc.cli")
"""Rooms that have things drawn, written or told."""

SOLVER_PACKAGES = {"pulp", "highspy"}
ONE_SOLVER = "pdc.solve.highs"
SOLVER_FREE = ("pdc.base", "pdc.tables", "pdc.law", "pdc.country", "pdc.rules", "pdc.program", "pdc.ask.audit")
PROGRAM_FREE = ("pdc.base", "pdc.tables", "pdc.law", "pdc.country", "pdc.rules")


@cache
def modules() -> dict[str, Path]:
    """Every module of the packages by its dotted name."""
    found = {}
    for root, package in PACKAGES:
        for path in sorted((ROOT / root / package).rglob("*.py")):
            parts = path.relative_to(ROOT / root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(path: Path) -> tuple[str, ...]:
    """What a file imports anywhere: at its head, inside functions, for type checkers."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module is not None
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            known = [name for name in inner if name in modules()]
            found += known
            if len(known) < len(inner):
                found.append(node.module)
    return tuple(found)


def inside(name: str, package: str) -> bool:
    """Is the module the package or in it?"""
    return name == package or name.startswith(f"{package}.")


def room(module: str) -> str | None:
    """Room that a module is in; None for the front door and for what stands beside the house."""
    return next((name for name in ROOMS if inside(module, name)), None)


def reached(start: str) -> Iterator[str]:
    """Every module that is loaded with a package: what it imports, through others too, and their packages."""
    known, todo, seen = modules(), [name for name in modules() if inside(name, start)], set()
    while todo:
        name = todo.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        yield name
        todo += imports(known[name])
        parts = name.split(".")
        todo += [".".join(parts[:k]) for k in range(2, len(parts))]


@pytest.mark.parametrize(("module", "path"), modules().items())
def test_no_module_imports_a_room_above_its_own(module: str, path: Path) -> None:
    own = room(module)
    if own is None:
        return
    for name in imports(path):
        assert name not in FRONT, f"{module} goes through the front door"
        other = room(name)
        if other is not None:
            assert ROOMS.index(other) <= ROOMS.index(own), f"{module} imports {name}, which is above it"
        if inside(name, "pdc_reports"):
            assert own in ASK_FOR_REPORTS, f"{module} imports the reports"


def test_every_file_of_the_model_is_in_a_room() -> None:
    own = [name for name in modules() if inside(name, "pdc") and room(name) is None]
    assert set(own) <= set(FRONT)
    assert [name for name in ROOMS if name not in modules()] == []


def test_no_file_stands_on_itself() -> None:
    """No circle of files: Tarjan's strongly connected components, each of one file."""
    known = modules()
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    circles: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in imports(known[name]):
            if other not in known:
                continue
            if other not in number:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], number[other])
        if low[name] == number[name]:
            circle = []
            while not circle or circle[-1] != name:
                circle.append(stack.pop())
            if len(circle) > 1 or name in imports(known[name]):
                circles.append(sorted(circle))

    for name in known:
        if name not in number:
            visit(name)
    assert circles == []


def test_one_file_imports_the_solver() -> None:
    places = [path for top in ("model", "reports", "data", "docs") for path in (ROOT / top).rglob("*.py")]
    using = {
        path
        for path in [*places, ROOT / "solve.py"]
        if SOLVER_PACKAGES & {name.split(".")[0] for name in imports(path)}
    }
    assert using == {modules()[ONE_SOLVER]}


@pytest.mark.parametrize("start", SOLVER_FREE)
def test_what_checks_a_plan_never_reaches_the_solver(start: str) -> None:
    assert ONE_SOLVER not in set(reached(start))


@pytest.mark.parametrize("start", PROGRAM_FREE)
def test_targets_cells_and_checks_never_reach_the_program(start: str) -> None:
    assert [name for name in reached(start) if inside(name, "pdc.program") or inside(name, "pdc.solve")] == []


def test_an_audit_loads_no_solver() -> None:
    """The same, asked of Python itself."""
    code = "import sys, pdc.ask.audit; print(sorted({'pulp', 'highspy'} & set(sys.modules)))"
    paths = [str(ROOT / name) for name in ("model", "reports")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; {code}"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_reports_never_import_the_model_and_what_both_share_imports_neither() -> None:
    for name, path in modules().items():
        if inside(name, "pdc_reports"):
            assert [other for other in imports(path) if inside(other, "pdc")] == [], name
        if inside(name, "pdc_common"):
            assert [o for o in imports(path) if inside(o, "pdc") or inside(o, "pdc_reports")] == [], name
