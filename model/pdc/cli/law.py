"""``check``, ``rules`` and ``template``: tables and law, without a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from pdc.base.faults import in_short
from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import Data, Language, Law, Scenarios, Sets, app, bar, console, errors, told
from pdc.country.setting import sides_of, usable
from pdc.law.acts import acts
from pdc.law.rulebook import Clause, Rulebook
from pdc.law.scenario import apply, plain
from pdc.law.search import clauses_about
from pdc.law.shipped import load_rulebook, own_data, scenario_file
from pdc.law.vocabulary import vocabulary
from pdc.tables import read
from pdc_common.likeness import did_you_mean
from pdc_common.text import Lang, lower, say, shortened

LINE: Final = 80  # characters of a clause in the list, where the terminal is not wider


@app.command()
def check(data: Data = None, rulebook: Law = None, lang: Language = "tr") -> None:
    """Validate tables only: every fault of every table at once, each with what would be right."""
    with told(lang):
        book = load_rulebook(rulebook)
        with bar(lang, "cli.reading_data"):
            tables = read(data or own_data(book), vocabulary(book))
            _, odd = usable(sides_of(tables.folder, book), tables.provinces["province_code"].tolist())
        for line in in_short((*tables.warnings, *odd), lang):
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
        list[str] | None,
        typer.Argument(
            help="A clause, such as B.4.a.8: shown whole. Or words: hemşire, \"yatak başına hemşire\". "
            "Default: all of them."
        ),
    ] = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    rulebook: Law = None,
    lang: Language = "tr",
) -> None:
    """The rulebook, a line a clause; clauses found by words; one whole, with parameters, formulas, file."""
    with told(lang):
        book, _ = apply(load_rulebook(rulebook), [scenario_file(f) for f in scenario or []], set_ or [])
    asked = " ".join(clause or ()).strip()
    found = clauses_about(book, asked)
    if found and lower(found[0].number) == lower(asked):
        _show(book, found[0], lang)
        return
    if not found:
        near = did_you_mean(asked, book.clauses)
        text = say(f"cli.unknown_clause{'' if near else '_far'}", lang, clause=asked, nearest=near)
        errors.print(text, style="bold red", markup=False)
        raise typer.Exit(BAD_INPUT)
    wide = max(len(entry.number) for entry in found) + 2
    for entry in found:
        line = f"{entry.number:<{wide}}" + shortened(entry.text[lang], max(LINE, console.width) - wide)
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if asked:
        console.print(say("cli.rules_whole", lang, clause=found[0].number), style="dim", highlight=False)


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
    """Write an empty workbook with every sheet, heading, note, drop-down and marked example rows."""
    from pdc.tables import template as write_template  # noqa: PLC0415 - only this command needs it

    with told(lang):
        write_template(out, lang, vocabulary(load_rulebook(rulebook)))
        console.print(say("cli.template", lang, file=out), markup=False, highlight=False)
