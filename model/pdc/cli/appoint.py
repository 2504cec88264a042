"""``appoint`` and ``transfers``: from today's staff to a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import (
    Data,
    Language,
    app,
    bar,
    cache_of,
    console,
    errors,
    files_of,
    one_of,
    tell_oddities,
    told,
)
from pdc.cli.ending import ending
from pdc_common.numerals import number
from pdc_common.text import Lang, say

PlanFolder = Annotated[Path, typer.Argument(help="Folder of a plan.")]
Titles = Annotated[
    list[str] | None,
    typer.Option("--title", help="Planning title, by code or name. Repeatable. Default: all of the plan."),
]


@app.command("appoint")
def appoint_command(
    folder: PlanFolder,
    data: Data = None,
    posts: Annotated[
        int | None, typer.Option("--posts", min=1, help="How many appointments there are this term.")
    ] = None,
    title: Titles = None,
    province: Annotated[
        list[str] | None, typer.Option("--province", help="Only there, by plate code or name. Repeatable.")
    ] = None,
    term: Annotated[
        str | None,
        typer.Option(
            "--term",
            help="Table of a term (CSV or .xlsx): title or group of titles, posts, [provinces]; or the "
            "name of one that pdc ships (earthquake-2023).",
        ),
    ] = None,
    lang: Language = "tr",
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the lists; written whole or not at all.")
    ] = Path("appointments"),
) -> None:
    """Which vacant posts of a plan to open first: floors by tier, then the deviation of the places; a
    nested list.
    """
    from pdc.ask.appoint import appoint, write_appointments  # noqa: PLC0415 - only this command needs them
    from pdc.ask.term import term_file  # noqa: PLC0415
    from pdc.base.folder import check  # noqa: PLC0415

    with told(lang):
        if (posts is None) == (term is None):
            errors.print(say("filling.cli.what", lang), style="bold red")
            raise typer.Exit(BAD_INPUT)
        table = None if term is None else term_file(term)
        check(out, "appoint", [folder, data, table])
        with files_of(folder, lang), bar(lang, "filling.cli.planning") as tell:
            made = appoint(
                folder, data, posts=posts, titles=title or [], provinces=province or [], term=table,
                progress=tell, cache=cache_of(True, lang),
            )  # fmt: skip
        tell_oddities(made.of.setting.warnings, lang)
        written = write_appointments(made, out, lang)
        console.print(
            say("filling.cli.appointed", lang, posts=number(len(made.lines), lang)),
            style="bold",
            highlight=False,
        )
        names = {t.code: t.name[lang] for t in made.of.setting.rulebook.titles}
        for row in made.to_dict()["rows"]:
            if row["opened"] < row["posts"]:
                values = {
                    "row": names.get(row["row"], row["row"]),
                    "posts": row["posts"],
                    "opened": row["opened"],
                }
                text = say("filling.cli.short", lang, **values)
                console.print(text, style="yellow", markup=False, highlight=False)
        _unproven(made.unproven, names, lang)
        ending(written, lang)


@app.command("transfers")
def transfers_command(
    folder: PlanFolder,
    data: Data = None,
    within: Annotated[
        Literal["district", "province", "country"],
        typer.Option(
            "--within", parser=one_of("district", "province", "country"), help="Inside what posts may move."
        ),
    ] = "country",
    most: Annotated[int | None, typer.Option("--most", min=1, help="How many posts may move in all.")] = None,
    title: Titles = None,
    lang: Language = "tr",
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the lists; written whole or not at all.")
    ] = Path("transfers"),
) -> None:
    """Whom to move first, from surplus to vacancy: what mends most, then the fewest kilometres; 4924
    staff never.
    """
    from pdc.ask.transfers import transfers, write_transfers  # noqa: PLC0415 - only this command needs them
    from pdc.base.folder import check  # noqa: PLC0415

    with told(lang):
        check(out, "transfers", [folder, data])
        with files_of(folder, lang), bar(lang, "filling.cli.planning") as tell:
            made = transfers(
                folder,
                data,
                within=within,
                most=most,
                titles=title or [],
                progress=tell,
                cache=cache_of(True, lang),
            )
        tell_oddities(made.of.setting.warnings, lang)
        written = write_transfers(made, out, lang)
        summary = made.to_dict()
        values = {"posts": number(summary["posts"], lang), "km": number(summary["km"], lang)}
        console.print(say("filling.cli.moved", lang, **values), style="bold", highlight=False)
        _unproven(made.unproven, {t.code: t.name[lang] for t in made.of.setting.rulebook.titles}, lang)
        ending(written, lang)


def _unproven(found: dict[str, list[str]], names: dict[str, str], lang: Lang) -> None:
    for why, titles in found.items():
        shown = "; ".join(names.get(title, title) for title in titles)
        text = say("filling.unproven", lang, why=say(f"cli.no_tree_{why}", lang), titles=shown)
        console.print(text, style="yellow", markup=False, highlight=False)
