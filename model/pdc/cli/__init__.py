"""The command line, ``solve.py`` and ``pdc``: a file a command. Only this package speaks to the terminal.

A command's file is imported when that command is called: who asks ``explain`` does not wait for pandas.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pdc.base.garbage import no_collection
from pdc.cli.codes import DONE, INTERNAL, NO_PLAN, STOPPED
from pdc_common.text import say

if TYPE_CHECKING:
    import typer

    app: typer.Typer

# Command → its module here, in the order of --help. A new command is one line, and a row in README.md.
MODULES: Final = {
    "plan": "plan",
    "explain": "explain",
    "audit": "audit",
    "compare": "audit",
    "repair": "repair",
    "appoint": "appoint",
    "transfers": "appoint",
    "sweep": "sweep",
    "explore": "explore",
    "scenarios": "scenarios",
    "check": "law",
    "rules": "law",
    "template": "law",
    "approve": "approve",
    "verify": "approve",
}
MAIN_JOB: Final = "plan"


def load(*commands: str) -> typer.Typer:
    """The app with these commands registered (all of them without any), in their order."""
    for module in dict.fromkeys(MODULES[command] for command in commands or MODULES):
        import_module(f"pdc.cli.{module}")
    import_module("pdc.cli.front")
    from pdc.cli.common import app as made  # noqa: PLC0415 - the package gives it only with its commands
    from pdc.cli.speech import Command  # noqa: PLC0415 - the same

    for one in made.registered_commands:
        one.cls = Command
    made.registered_commands.sort(key=_place)
    made.info.help, made.info.epilog = say("cli.help.front", "en"), say("cli.help.more", "en")
    return made


def _first_page() -> typer.Typer:
    """For ``--help``, and for words that are no command."""
    from pdc.cli.front import first_page, language  # noqa: PLC0415 - the first page alone needs it

    return first_page(MODULES, language(sys.argv[1:]))


def _place(command: Any) -> int:
    name = command.name or command.callback.__name__
    return list(MODULES).index(name)


def __getattr__(name: str) -> Any:
    if name == "app":
        return load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main() -> None:
    """Entry point of ``pdc`` and ``solve.py``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    first = sys.argv[1] if len(sys.argv) > 1 else MAIN_JOB
    with no_collection():  # of what is imported nothing is garbage
        made = load(first) if first in MODULES else _first_page()
        # In here: else Python looks through all that was imported once before it is told not to.
        if "pdc.planning.processes" in sys.modules:
            from pdc.base.workers import collect_seldom  # noqa: PLC0415 - only who plans waits for it

            collect_seldom()
    made()


__all__ = ["DONE", "INTERNAL", "NO_PLAN", "STOPPED", "app", "main"]
