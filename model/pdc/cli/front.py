"""The front door: what happens when no command is given, and the first page of the help."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Final

import typer

from pdc.cli.common import app
from pdc_common.text import Lang, say

__all__ = ["app", "first_page", "language"]
_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


@app.callback(invoke_without_command=True)
def main_job(context: typer.Context) -> None:
    """Run the main job when no command is given."""
    if context.invoked_subcommand is None:
        from pdc.cli.plan import plan_command  # noqa: PLC0415 - other commands do not wait for the solver

        plan_command()


def language(arguments: Sequence[str]) -> Lang:
    """Language of the help: of ``--lang``, else of a Turkish locale, else English."""
    for i, text in enumerate(arguments):
        asked = text.partition("=")[2] if text.startswith("--lang=") else ""
        if text == "--lang" and i + 1 < len(arguments):
            asked = arguments[i + 1]
        if asked in ("tr", "en"):
            return "tr" if asked == "tr" else "en"
    locale = next((os.environ[name] for name in _LOCALES if os.environ.get(name)), "")
    return "tr" if locale.startswith("tr") else "en"


def first_page(commands: Iterable[str], lang: Lang) -> typer.Typer:
    """The app with every command's name and its one sentence, and none of its code: for ``--help`` alone."""
    known = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    app.info.help, app.info.epilog = say("cli.help.front", lang), say("cli.help.more", lang)
    for name in commands:
        if name not in known:
            app.command(name, help=say(f"cli.help.{name}", lang))(_nothing)
    return app


def _nothing() -> None:
    """A command that is only listed."""
