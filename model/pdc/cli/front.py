"""The front door: what happens when no command is given, and the first page of the help."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from pdc.cli.common import app
from pdc.cli.speech import Command, language
from pdc_common.text import Lang, say

__all__ = ["app", "first_page", "language"]


@app.callback(invoke_without_command=True)
def main_job(context: typer.Context) -> None:
    """Run the main job when no command is given."""
    if context.invoked_subcommand is None:
        from pdc.cli.plan import plan_command  # noqa: PLC0415 - other commands do not wait for the solver

        plan_command()


def first_page(commands: Iterable[str], lang: Lang) -> typer.Typer:
    """The app with every command's name and its one sentence, and none of its code: for ``--help`` alone."""
    known = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    app.info.help, app.info.epilog = say("cli.help.front", lang), say("cli.help.more", lang)
    for name in commands:
        if name not in known:
            app.command(name, cls=Command, help=say(f"cli.help.{name}", lang))(_nothing)
    return app


def _nothing() -> None:
    """A command that is only listed."""
