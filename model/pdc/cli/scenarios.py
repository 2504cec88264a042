"""``scenarios``: the questions that pdc ships, found by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import Language, app, console, errors, told
from pdc.law.scenario import Listed, listed
from pdc.law.shipped import scenario_file, scenario_folder
from pdc_common.likeness import did_you_mean
from pdc_common.text import fold, mentions, say


@app.command()
def scenarios(
    word: Annotated[
        str | None, typer.Argument(help="A scenario's name, or a word of its title. Default: all of them.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Folder of your own scenarios. Default: those pdc ships.")
    ] = None,
    lang: Language = "tr",
) -> None:
    """List scenarios with title and text; `plan --scenario NAME` asks one of them.

    Your own, by recipe: docs/scenarios.md.
    """
    with told(lang):
        every = listed(folder or scenario_folder())
    exact = [entry for entry in every if entry.name == word]
    found = exact or [entry for entry in every if word is None or _about(entry, word)]
    if not found:
        near = did_you_mean(str(word), [entry.name for entry in every])
        text = say(f"cli.no_scenario{'' if near else '_far'}", lang, word=word, nearest=near)
        errors.print(text, style="bold red", markup=False)
        raise typer.Exit(BAD_INPUT)
    if exact:
        file = scenario_file(exact[0].name) if folder is None else folder / f"{exact[0].name}.toml"
        console.print(exact[0].title[lang], style="bold", highlight=False)
        console.print(exact[0].text[lang], highlight=False, markup=False)
        console.print(f"{say('cli.file', lang)}: {file}", highlight=False, markup=False, soft_wrap=True)
        console.print(file.read_text("utf-8"), highlight=False, markup=False, style="dim")
        return
    table = Table(show_lines=True)
    table.add_column(say("cli.scenario", lang), no_wrap=True)
    table.add_column(say("cli.question", lang), overflow="fold", ratio=1)
    for entry in found:
        table.add_row(entry.name, f"[bold]{entry.title[lang]}[/bold]\n{entry.text[lang]}")
    console.print(table)
    console.print(say("cli.recipes", lang), highlight=False, markup=False)


def _about(entry: Listed, word: str) -> bool:
    text = " ".join([entry.name, *entry.title.values(), *entry.text.values()])
    return fold(word) in fold(text) or mentions(text, word)
