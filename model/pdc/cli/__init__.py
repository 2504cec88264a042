"""The command line, ``solve.py`` and ``pdc``: a file a command. Only this package speaks to the terminal."""

from __future__ import annotations

import sys
from typing import Final

from pdc.cli import approve, audit, law, plan, repair, scenarios, sweep
from pdc.cli.common import DONE, INTERNAL, NO_PLAN, STOPPED, app
from pdc.run import collect_seldom

ORDER: Final = (
    "plan", "audit", "compare", "repair", "sweep", "scenarios", "check", "rules", "template", "approve",
    "verify",
)  # fmt: skip  # as --help lists them
# Importing them has registered their commands.
MODULES: Final = (approve, audit, law, plan, repair, scenarios, sweep)


def _place(command: object) -> int:
    name = getattr(command, "name", None) or getattr(command, "callback").__name__  # noqa: B009 - typer's own
    return ORDER.index(name)


app.registered_commands.sort(key=_place)


def main() -> None:
    """Entry point of ``pdc`` and ``solve.py``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    collect_seldom()
    app()


__all__ = ["DONE", "INTERNAL", "NO_PLAN", "STOPPED", "app", "main"]
