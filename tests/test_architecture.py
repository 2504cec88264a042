"""Tables → merges → rulebook → groups → program → plan → checks → reports, one way (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "model" / "pdc"

LAYERS = (
    "pdc.faults", "pdc.filtered", "pdc.rational", "pdc.levels", "pdc.cache", "pdc.law.formula", "pdc.tables", "pdc.law.columns", "pdc.law.about",
    "pdc.law.rulebook", "pdc.country", "pdc.law.pins", "pdc.law.scenario", "pdc.merges", "pdc.scene", "pdc.targets",
    "pdc.requirements", "pdc.kinds", "pdc.program", "pdc.compiler", "pdc.guess", "pdc.marginal", "pdc.solver", "pdc.objective", "pdc.exchange",
    "pdc.lexicographic", "pdc.strict", "pdc.proof", "pdc.groups", "pdc.checks", "pdc.statuses", "pdc.assignments", "pdc.why",
    "pdc.near", "pdc.moves", "pdc.group_plan", "pdc.bound_law", "pdc.reuse", "pdc.conflicts", "pdc.pools", "pdc.relaxation", "pdc.no_plan", "pdc.side_by_side", "pdc.results", "pdc.plots",
    "pdc.setting", "pdc.cetvel", "pdc.run", "pdc.repair", "pdc.output",
    "pdc.measure", "pdc.comparison", "pdc.seal", "pdc.answers", "pdc.sweeps",
)  # fmt: skip
"""Earlier ones never import later ones. A package (tables, kinds) is one layer."""

# Commands stand on all of this and beside one another; the front door imports whatever it shows.
FRONT = ("pdc", "pdc.__main__", "pdc.cli")

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""(module, what it imports): why it may. Empty is how it should stay."""

SOLVER_PACKAGES = {"pulp", "highspy"}
SOLVER_FREE = (
    "pdc.checks",
    "pdc.kinds",
    "pdc.targets",
    "pdc.requirements",
    "pdc.program",
    "pdc.compiler",
    "pdc.objective",
    "pdc.exchange",
    "pdc.marginal",
)

SENTENCES = {
    "pdc.answers": ("pdc_reports.explain", "pdc_reports.explain.shifts")
}  # explain hands its costs to the sentence maker
ASKS_FOR_REPORTS = (
    "pdc.plots", "pdc.output", "pdc.seal", "pdc.cetvel", "pdc.measure", "pdc.comparison", "pdc.sweeps",
)  # fmt: skip

NO_LEGAL_NUMBERS = ("kinds", "targets.py", "merges.py", "statuses.py", "scene.py", "requirements.py")
NOT_LEGAL = {
    ("requirements.py", 4): "the tiers are 1 to 4",
    ("requirements.py", 3): "the tiers are 1 to 4",
    ("requirements.py", 40): "no limit: 2 to the 40th",
    ("statuses.py", 0.77): "cosine of Turkey's latitude: a degree of longitude against one of latitude",
}


@cache
def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(MODEL.rglob("*.py")):
        parts = path.relative_to(MODEL.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Modules that a file imports, inside functions too; those for type checkers alone do not count."""

    def walk(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module is not None
            known = modules()
            # "from pdc import results" imports the module pdc.results, not the package's front.
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            whole = [name for name in inner if name in known]
            yield from whole
            if len(whole) < len(inner):
                yield node.module
        for child in ast.iter_child_nodes(node):
            yield from walk(child)

    return tuple(walk(ast.parse(path.read_text("utf-8"))))


def layer(module: str) -> str | None:
    """Layer of a module: its own name or its package's."""
    return next((name for name in LAYERS if module == name or module.startswith(f"{name}.")), None)


def is_package(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize(("module", "path"), modules().items())
def test_no_module_imports_a_later_stage(module: str, path: Path) -> None:
    own = layer(module)
    if own is None:
        return
    for name in imports(path):
        assert not any(name == front for front in FRONT), f"{module} imports the front door {name}"
        other = layer(name)
        if not is_package(name, "pdc") or other == own or (module, name) in EXCEPTIONS or name == "pdc.law":
            continue
        assert other is not None, f"{module} is in the flow and imports {name}, which is not"
        assert LAYERS.index(other) < LAYERS.index(own), f"{module} imports {name}, a later stage"


def test_every_layer_and_exception_is_there() -> None:
    known = modules()
    assert [name for name in LAYERS if name not in known] == []
    for module, name in EXCEPTIONS:
        assert name in set(imports(known[module])), f"{module} no longer imports {name}: strike the exception"


def test_one_file_imports_the_solver() -> None:
    places = [
        *MODEL.rglob("*.py"),
        *(ROOT / "reports").rglob("*.py"),
        *(ROOT / "data").rglob("*.py"),
        *(ROOT / "docs").rglob("*.py"),
    ]
    using = {
        path
        for path in [*places, ROOT / "solve.py"]
        if SOLVER_PACKAGES & {name.split(".")[0] for name in imports(path)}
    }
    assert using == {MODEL / "solver.py"}


@pytest.mark.parametrize("start", SOLVER_FREE)
def test_checks_and_what_they_stand_on_never_reach_the_solver(start: str) -> None:
    known, todo, seen = modules(), [start], set()
    while todo:
        name = todo.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        todo += list(imports(known[name]))
        todo += [inner for inner in known if name == start and inner.startswith(f"{start}.")]
    assert "pdc.solver" not in seen


def test_reports_never_import_the_model() -> None:
    for path in (ROOT / "reports").rglob("*.py"):
        assert [name for name in imports(path) if is_package(name, "pdc")] == [], path


def test_the_model_knows_only_the_messages_of_the_reports() -> None:
    """The model words its messages there; four modules have things drawn, written or told."""
    for module, path in modules().items():
        used = {name for name in imports(path) if is_package(name, "pdc_reports")}
        if layer(module) is not None and layer(module) not in ASKS_FOR_REPORTS:
            assert used <= {"pdc_reports.text", *SENTENCES.get(module, ())}, module


def numbers(path: Path) -> Iterator[tuple[int, int | float]]:
    """Number literals of a file with their lines; positions (``row[3]``) and format codes (``.3f``) are none."""
    tree = ast.parse(path.read_text("utf-8"))
    positions = {id(node.slice) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and id(node) not in positions:
            yield node.lineno, node.value


def test_no_number_of_the_law_is_in_the_code() -> None:
    """3 % or 2,200 belong in the rulebook. What is 3 or more here, or a fraction, has a reason in the list."""
    found, used = [], set()
    for name in NO_LEGAL_NUMBERS:
        place = MODEL / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            for line, value in numbers(path):
                if isinstance(value, int) and abs(value) < 3:
                    continue
                key = (path.relative_to(MODEL).as_posix(), value)
                used.add(key)
                if value != 0.0 and key not in NOT_LEGAL:
                    found.append(f"{path.relative_to(ROOT)}:{line}: {value}")
    assert found == []
    assert sorted(set(NOT_LEGAL) - used) == []


def test_every_clause_is_defined_once_and_in_the_file_of_its_section() -> None:
    sections = {
        "A": "A_",
        "B.1": "B1_",
        "B.3": "B3_",
        "B.4.a": "B4a_",
        "B.4.b": "B4b_",
        "B.4.c": "B4c_",
        "B.5": "B5_",
    }
    from pdc.law import rulebook  # noqa: PLC0415

    for number, clause in rulebook.load().clauses.items():
        section = max((s for s in sections if number == s or number.startswith(f"{s}.")), key=len)
        assert clause.file.startswith(sections[section]), (number, clause.file)


NAMED = {
    "compiler.py": {"A.1": "labels of rows in a program, for whoever reads the .mps; no clause is looked up"},
    "results.py": {
        "uzman": "a branch inside a sentence is named as its title",
        "beds": "columns of the result files, which the contract names", "etf_population": "", "central": "",
        "service_region": "", "metropolitan": "", "catchment_population": "",
    },
    "tables/checks.py": {
        "central": "one central district a province, in tables that have the column", "metropolitan_centre": "",
    },
    "cetvel/places.py": {"central": "\"the centre\" in a table, where districts say which is central"},
    "merges.py": {"central": "a merged district is central, in tables that have the column"},
}  # fmt: skip
"""What the engine names of the health law, and why it may."""


def strings(path: Path) -> Iterator[str]:
    """Texts in a file, also inside f-strings; docstrings do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # a text that stands alone is a docstring
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def test_the_engine_names_no_unit_no_title_no_column_and_no_clause_of_the_health_law() -> None:
    """All of them are the rulebook's: another law is another folder (docs/your-own-rulebook.md)."""
    from pdc.law import rulebook  # noqa: PLC0415
    from pdc.tables.columns import structure  # noqa: PLC0415

    book = rulebook.load()
    structural = {name for entry in structure().values() for name in entry["columns"]}
    columns = {c.name for table in book.schema.tables.values() for c in table.columns} - structural
    derived = {"district_etf", "district_central", *(one.name for one in book.schema.derived)}
    words = {*book.schema.kind_codes, *(t.code for t in book.titles), *columns, *derived, "uzman", "4924"}
    found: dict[str, set[str]] = {}
    for path in sorted(MODEL.rglob("*.py")):
        place = path.relative_to(MODEL).as_posix()
        if place.startswith("cli/"):
            continue  # examples in the help
        for text in strings(path):
            named = set(re.findall(r"[a-z_0-9]+", text)) & words
            named |= set(re.findall(r"\b[AB]\.[0-9]+", text))
            if named - set(NAMED.get(place, {})):
                found.setdefault(place, set()).update(named - set(NAMED.get(place, {})))
    assert found == {}


def test_the_glossary_has_every_title_and_every_kind_of_unit() -> None:
    from pdc.law import rulebook  # noqa: PLC0415

    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    rows = {cells[3].strip("` "): cells for line in lines if len(cells := line.split("|")) == 5}
    assert set(rulebook.load().schema.kind_codes) <= set(rows)
    for title in rulebook.load().titles:
        assert (rows[title.code][1].strip(), rows[title.code][2].strip()) == (
            title.name["tr"],
            title.name["en"],
        )


def test_the_readme_has_every_command() -> None:
    from pdc.cli import app  # noqa: PLC0415

    text = (ROOT / "README.md").read_text("utf-8")
    names = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    assert {name for name in names if f"`{name}" not in text} == set()
