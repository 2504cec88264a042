"""Which clauses a worked case is about: ``@clause("B.4.c.7.d", shows="short")``.

The register test and ``docs/clauses.md`` read the marks. ``shows`` says what the case proves of a clause
that constrains the plan: ``kept`` (it can be met, and is) or ``short`` (it cannot be met in full, and the
rules table says so), or, for rules that may never be broken, that it is what limits the plan.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])
KEPT, SHORT = "kept", "short"
TESTS = Path(__file__).resolve().parents[1]


def clause(*numbers: str, shows: str = "") -> Callable[[Test], Test]:
    """Mark a test as a worked case of some clauses; marks add up when it is used more than once."""
    if shows not in ("", KEPT, SHORT):
        raise ValueError(f"shows is {KEPT!r}, {SHORT!r} or nothing, not {shows!r}")

    def mark(function: Test) -> Test:
        known = getattr(function, "clauses", ())
        function.clauses = (*known, *(n for n in numbers if n not in known))  # type: ignore[attr-defined]
        function.shows = {*getattr(function, "shows", ()), *((n, shows) for n in numbers)}  # type: ignore[attr-defined]
        return function

    return mark


@dataclass(frozen=True)
class Case:
    """One test function that is a worked case of a clause."""

    clause: str
    file: str
    function: str
    shows: str


def cases() -> Iterator[Case]:
    """Every marked test of ``tests/law``, by file and line."""
    for path in sorted((TESTS / "law").glob("test_*.py")):
        for name, function in vars(_module(path)).items():
            if name.startswith("test_") and callable(function):
                for number, shows in sorted(getattr(function, "shows", ())):
                    yield Case(number, path.name, name, shows)


def _module(path: Path) -> Any:
    name = path.stem
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == str(path):
        return known
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
