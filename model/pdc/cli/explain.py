"""``explain``: why a number, from the plan folder alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.padding import Padding

from pdc.ask.explain import explain as explain_number
from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import Language, app, console, errors, files_of, one_of, told
from pdc.proof.files import ProofError
from pdc_common.text import say
from pdc_reports.explain import Explanation, UnknownPlaceError

FILES = (
    "summary.json",
    "plan_units.csv",
    "plan_districts.csv",
    "plan_provinces.csv",
    "rules.csv",
    "units.csv",
)


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan.")],
    title: Annotated[str, typer.Option("--title", help="Planning title: code or name.")],
    unit: Annotated[str, typer.Option("--unit", help="Unit: code or name.")] = "",
    district: Annotated[str, typer.Option("--district", help="District: code or name.")] = "",
    province: Annotated[str, typer.Option("--province", help="Province: plate code or name.")] = "",
    format_: Annotated[
        Literal["text", "md", "json"],
        typer.Option(
            "--format",
            parser=one_of("text", "md", "json"),
            help="For the terminal, a document, a program.",
        ),
    ] = "text",
    lang: Language = "tr",
) -> None:
    """Why this number: target, clauses with their numbers, what one post more or fewer would cost, and whom.

    Without a place: the national number.
    """
    with told(lang):
        if sum(map(bool, (unit, district, province))) > 1:
            _fail(say("explain.asked.one_place", lang))
        if not all((folder / name).is_file() for name in FILES):
            _fail(say("cli.not_a_plan", lang, folder=folder))
        try:
            with files_of(folder, lang, UnknownPlaceError, ProofError):
                made = explain_number(
                    folder, title, unit=unit, district=district, province=province, lang=lang
                )
        except UnknownPlaceError as error:
            _fail(error.text(lang))
        except ProofError as error:
            _fail(say("explain.damaged", lang, why=error))
        if format_ == "json":
            typer.echo(json.dumps(made.data(), ensure_ascii=False, indent=1))
        elif format_ == "md":
            typer.echo(made.markdown(), nl=False)
        else:
            _show(made)


def _fail(text: str) -> None:
    errors.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(BAD_INPUT)


def _show(made: Explanation) -> None:
    console.print(made.heading, style="bold", markup=False, highlight=False)
    for part in made.parts:
        console.print()
        console.print(part.heading, style="bold cyan", markup=False, highlight=False)
        for line in part.lines:
            console.print(Padding(line, (0, 0, 0, 2)), markup=False, highlight=False)
