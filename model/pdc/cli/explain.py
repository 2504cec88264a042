"""``explain``: why a number, from the plan folder alone."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.padding import Padding

from pdc.ask.explain import explain as explain_number
from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import Language, app, bar, console, errors, files_of, one_of
from pdc.cli.common import told as told_errors
from pdc.proof.files import ProofError
from pdc_common.levels import LEVELS
from pdc_common.text import Lang, say
from pdc_reports.explain import Explanation, Part, UnknownPlaceError

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
    one_more: Annotated[
        bool,
        typer.Option(
            "--one-more",
            help="Also the smallest change of population, beds or a clause's number with which the place has "
            "one post more. Plans again for every value tried.",
        ),
    ] = False,
    exact: Annotated[
        bool,
        typer.Option(
            "--exact",
            help="For --one-more: what bounds leave open is planned value by value, as long as time lasts.",
        ),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="For --one-more: where the plan's tables lie now, if they were moved."),
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", min=0, help="For --one-more: seconds; what is left is told so."),
    ] = 600.0,
    lang: Language = "tr",
) -> None:
    """Why this number: target, clauses with their numbers, what one post more or fewer would cost, and whom.

    Without a place: the national number.
    """
    with told_errors(lang):
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
        told: dict[str, Any] = {}
        if one_more:
            made, told = _with_one_more(made, folder, data, time_limit, exact, lang)
        if format_ == "json":
            typer.echo(json.dumps({**made.data(), **told}, ensure_ascii=False, indent=1))
        elif format_ == "md":
            typer.echo(made.markdown(), nl=False)
        else:
            _show(made)


def _with_one_more(
    made: Explanation, folder: Path, data: Path | None, time_limit: float, exact: bool, lang: Lang
) -> tuple[Explanation, dict[str, Any]]:
    """The explanation with what would give one more, and that as data."""
    from pdc.ask.one_more import one_more as ask  # noqa: PLC0415 - it plans; an explanation alone does not wait

    if not math.isfinite(time_limit):
        raise typer.BadParameter(say("cli.usage.finite", lang, option="--time-limit"))
    unit, district, province = (made.code if made.level == level else "" for level in reversed(LEVELS))
    with bar(lang, "one_more.finding") as tell:
        found = ask(
            folder, made.title, unit=unit, district=district, province=province, data=data,
            seconds=time_limit, exact=exact, progress=tell,
        )  # fmt: skip
    part = Part("one_more", say("one_more.heading", lang), found.lines(lang))
    return replace(made, parts=(*made.parts, part)), {"one_more": found.data()}


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
