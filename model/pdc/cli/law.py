"""``check``, ``rules`` and ``template``: tables and law, without a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from pdc.base.faults import in_short
from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import Data, Language, Law, Scenarios, Sets, app, console, errors, told
from pdc.law.acts import acts
from pdc.law.rulebook import Clause, Rulebook
from pdc.law.scenario import apply, plain
from pdc.law.shipped import load_rulebook, own_data, scenario_file
from pdc.law.vocabulary import vocabulary
from pdc.tables import read
from pdc_common.likeness import did_you_mean
from pdc_common.text import Lang, say


@app.command()
def check(data: Data = None, rulebook: Law = None, lang: Language = "tr") -> None:
    """Validate tables only: every fault of every table at once, each with what would be right."""
    with told(lang):
        book = load_rulebook(rulebook)
        tables = read(data or own_data(book), vocabulary(book))
        for line in in_short(tables.warnings, lang):
            console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)
        console.print(
            say(
                "cli.data_good", lang, provinces=len(tables.provinces), districts=len(tables.districts),
                units=len(tables.units), staff=len(tables.staff), sha=tables.sha256[:12],
            ),
            style="bold green", highlight=False,
        )  # fmt: skip


@app.command()
def rules(
    clause: Annotated[
        str | None, typer.Argument(help="A clause, such as B.4.a.8. Default: all of them.")
    ] = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    rulebook: Law = None,
    lang: Language = "tr",
) -> None:
    """Show the rulebook: every clause with its reading; for one clause its parameters, formulas and file."""
    with told(lang):
        book, _ = apply(load_rulebook(rulebook), [scenario_file(f) for f in scenario or []], set_ or [])
    if clause is None:
        table = Table()
        for name in ("clause", "kind", "titles", "file"):
            table.add_column(say(f"cli.{name}", lang), overflow="fold")
        table.add_column(say("cli.acts", lang), justify="right")
        table.add_column(say("cli.reading", lang), overflow="fold", ratio=1)
        for number, entry in book.clauses.items():
            titles = ", ".join(dict.fromkeys(t for r in entry.rules for t in r.titles))
            counted = acts() if not book.about.folder else {}
            places = str(counted[number].instances) if number in counted else "–"
            table.add_row(number, ", ".join(entry.kinds), titles, entry.file, places, entry.text[lang])
        console.print(table)
        return
    if clause not in book.clauses:
        text = say("cli.unknown_clause", lang, clause=clause, nearest=did_you_mean(clause, book.clauses))
        errors.print(text, style="bold red", markup=False)
        raise typer.Exit(BAD_INPUT)
    _show(book, book.clauses[clause], lang)


def _acts(clause: str, lang: Lang) -> str:
    found = acts().get(clause)
    if found is None:
        return say("cli.acts_none", lang)
    return say("cli.acts_rows", lang, rows=found.instances, binding=found.binding, short=found.short)


def _show(book: Rulebook, entry: Clause, lang: Lang) -> None:
    console.print(entry.number, style="bold", highlight=False)
    console.print(entry.text[lang], highlight=False)
    for name, value in (
        ("source", entry.source),
        ("file", f"{book.about.folder or 'model/pdc/law/principles_2006'}/{entry.file}"),
    ):
        console.print(f"{say(f'cli.{name}', lang)}: {value}", highlight=False)
    if not book.about.folder:  # counted from a plan of the built-in country
        console.print(f"{say('cli.acts', lang)}: {_acts(entry.number, lang)}", highlight=False)
    if entry.parameters:
        table = Table()
        for name in ("parameter", "value", "reading", "origin"):
            table.add_column(say(f"cli.{name}", lang), overflow="fold")
        for p in entry.parameters.values():
            value = f"{plain(p.value)} {p.unit}".strip()
            table.add_row(
                f"{entry.number}.{p.name}", value, p.text[lang], say(f"cli.origin_{p.origin}", lang)
            )
        console.print(table)
    for rule in entry.rules:
        table = Table(show_header=False)
        rows: list[tuple[str, Any]] = [
            ("kind", rule.kind), ("titles", ", ".join(rule.titles)),
            ("level", rule.level), ("tier", rule.tier),
        ]  # fmt: skip
        for name, value in rows:
            if value not in (None, ""):
                table.add_row(say(f"cli.{name}", lang), str(value))
        for key, formula in rule.formulas.items():
            label = say(f"cli.{key}", lang) if key in {"where", "amount"} else key
            table.add_row(label, formula.text)
        if rule.define:
            table.add_row("define", rule.define)
        console.print(table)


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="Workbook to write.")] = Path("pdc-template.xlsx"),
    rulebook: Law = None,
    lang: Language = "tr",
) -> None:
    """Write an empty workbook with every sheet, heading, note and drop-down."""
    from pdc.tables import template as write_template  # noqa: PLC0415 - only this command needs it

    with told(lang):
        write_template(out, lang, vocabulary(load_rulebook(rulebook)))
        console.print(say("cli.template", lang, file=out), markup=False, highlight=False)
