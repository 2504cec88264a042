"""``approve`` and ``verify``: the seal of A.5."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pdc import seal
from pdc.cli.common import BAD_INPUT, Language, app, console, errors, told
from pdc_reports.text import say


@app.command()
def approve(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan.")],
    by: Annotated[str, typer.Option("--by", help="Name of who approves.")],
    decision: Annotated[str, typer.Option("--decision", help="Number of the decision.")],
    lang: Language = "tr",
) -> None:
    """Seal a plan (A.5): state and fingerprints of every file; it is never overwritten from then on."""
    with told(lang):
        seal.approve(folder, by, decision, date.today())
        console.print(say("cli.sealed", lang, folder=folder, name=by, decision=decision), markup=False)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of an approved plan.")],
    lang: Language = "tr",
) -> None:
    """Was anything changed since the plan was approved? Every changed, missing or added file is named."""
    with told(lang):
        verdict = seal.verify(folder)
        for what in ("changed", "missing", "added"):
            for file in getattr(verdict, what):
                errors.print(say(f"cli.{what}_file", lang, file=file), markup=False, highlight=False)
        if not verdict.intact:
            raise typer.Exit(BAD_INPUT)
        console.print(say("cli.intact", lang, folder=folder), style="bold green", markup=False)
