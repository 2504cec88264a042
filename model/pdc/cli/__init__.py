"""The command line, ``solve.py`` and ``pdc``: a file a command. Only this package speaks to the terminal."""

from __future__ import annotations

import sys
from typing import Final

from pdc.cli import approve, audit, law, plan
from pdc.cli.common import DONE, INTERNAL, NO_PLAN, STOPPED, app

# As --help lists them.
ORDER: Final = ("plan", "audit", "compare", "check", "rules", "template", "approve", "verify")
MODULES: Final = (approve, audit, law, plan)  # importing them has registered their commands


def _place(command: object) -> int:
    name = getattr(command, "name", None) or getattr(command, "callback").__name__  # noqa: B009 - typer's own
    return ORDER.index(name)


app.registered_commands.sort(key=_place)


def main() -> None:
    """Entry point of ``pdc`` and ``solve.py``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


__all__ = ["DONE", "INTERNAL", "NO_PLAN", "STOPPED", "app", "main"]
