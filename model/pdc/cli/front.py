"""The front door: what happens when no command is given."""

from __future__ import annotations

import typer

from pdc.cli.common import app

__all__ = ["app"]


@app.callback(invoke_without_command=True)
def main_job(context: typer.Context) -> None:
    """Run the main job when no command is given."""
    if context.invoked_subcommand is None:
        from pdc.cli.plan import plan_command  # noqa: PLC0415 - other commands do not wait for the solver

        plan_command()
