"""The command line: ``solve.py`` and ``pdc``. The only place that speaks to the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pdc import seal
from pdc.faults import InputError
from pdc.group_plan import Options
from pdc.law import rulebook as law
from pdc.law.acts import acts
from pdc.law.rulebook import Clause, Rulebook
from pdc.law.scenario import apply, nearest, plain
from pdc.lexicographic import InternalError
from pdc.merges import vocabulary
from pdc.output import ApprovedError, is_approved, write
from pdc.run import OPTIMAL, ClashError, Plan, StrictError, builtin_data
from pdc.run import plan as make_plan
from pdc.tables import read
from pdc_reports.text import LANGS, Lang, say

DONE, BAD_INPUT, NO_PLAN, STOPPED, WOULD_OVERWRITE, INTERNAL = 0, 2, 3, 4, 5, 1
SHOWN: Final = 40  # faults on the terminal before "and n more"
OUTPUT: Final = Path("output")
CORES: Final = os.cpu_count() or 1

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""
**pdc** plans who works where in Turkey's public health service: the *Personel Dağılım Cetveli* from the
distribution principles of 2006, every clause as data, solved to a proven optimum.

Without a command it runs the main job: the built-in country, the base scenario, reports in `output/`.

* `pdc plan --data my_folder --title eczaci` plans one title on your own tables
* `pdc plan --set B.4.a.8.beds_per_nurse=4` asks what one changed number would do
* `pdc rules B.4.a.8` shows a clause: its reading, parameters, formulas
* `pdc check --data my_folder` lists every fault of your tables at once

Exit codes: 0 done (optimal) · 2 bad usage or input · 3 no lawful plan · 4 stopped, lawful but not proven ·
5 an approved plan would be overwritten.
""",
)

console = Console()
errors = Console(stderr=True)

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder of CSV files, or an .xlsx workbook. Default: the built-in Türkiye 2023."
    ),
]
Scenarios = Annotated[
    list[Path] | None,
    typer.Option(
        "--scenario", help="Scenario file (TOML), a small diff of the rulebook. Repeatable; later ones win."
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="One number: CLAUSE.parameter=value, such as B.4.a.8.beds_per_nurse=4. Repeatable."
    ),
]
Language = Annotated[Literal["tr", "en"], typer.Option("--lang", help="Language of reports and messages.")]
Jobs = Annotated[int, typer.Option("--jobs", min=1, help="Groups side by side. Default: all cores.")]


@contextmanager
def told(lang: Lang) -> Iterator[None]:
    """Turn everything that can go wrong into a clear message and its exit code; never a traceback."""
    try:
        yield
    except InputError as error:
        for fault in error.faults[:SHOWN]:
            errors.print(fault.text(lang), markup=False, highlight=False, soft_wrap=True)
        if len(error.faults) > SHOWN:
            errors.print(say("cli.more", lang, count=len(error.faults) - SHOWN))
        errors.print(say("cli.faults", lang, count=len(error.faults)), style="bold red")
        raise typer.Exit(BAD_INPUT) from None
    except StrictError as error:
        errors.print(say("cli.strict", lang), style="bold red")
        for clause, posts in error.short.items():
            errors.print(f"  {clause}: {posts}", highlight=False)
        raise typer.Exit(NO_PLAN) from None
    except ClashError as error:
        text = say("cli.clash", lang, group=error.group, names="; ".join(error.names))
        errors.print(text, style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(NO_PLAN) from None
    except ApprovedError as error:
        errors.print(say("cli.approved", lang, folder=error), style="bold red", markup=False)
        raise typer.Exit(WOULD_OVERWRITE) from None
    except seal.NotAPlanError as error:
        errors.print(say("cli.not_a_plan", lang, folder=error), style="bold red", markup=False)
        raise typer.Exit(BAD_INPUT) from None
    except InternalError as error:
        errors.print(say("cli.internal", lang, why=error), style="bold red", markup=False)
        raise typer.Exit(INTERNAL) from None
    except OSError as error:
        errors.print(say("cli.no_out", lang, out=error.filename or "", why=error.strerror), style="bold red")
        raise typer.Exit(BAD_INPUT) from None
    except (typer.Exit, KeyboardInterrupt):
        raise
    except Exception as error:
        # A user gets a sentence; PDC_DEBUG=1 gives developers the traceback.
        if os.environ.get("PDC_DEBUG"):
            raise
        errors.print(
            say("cli.internal", lang, why=f"{type(error).__name__}: {error}"), style="bold red", markup=False
        )
        raise typer.Exit(INTERNAL) from None


@contextmanager
def bar(lang: Lang, what: str) -> Iterator[Callable[[int, int, str], None]]:
    """One progress bar on the terminal's error stream; silent where that is no terminal."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[now]}"),
    )  # fmt: skip
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(say(what, lang), total=None, now="")

        def tell(done: int, total: int, now: str) -> None:
            progress.update(task, completed=done, total=total, now=now)

        yield tell


@app.callback(invoke_without_command=True)
def main_job(context: typer.Context) -> None:
    """Run the main job when no command is given."""
    if context.invoked_subcommand is None:
        plan_command()


@app.command("plan")
def plan_command(
    data: Data = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    title: Annotated[
        list[str] | None,
        typer.Option("--title", help="Planning title (code), such as hemsire. Repeatable. Default: all."),
    ] = None,
    norm: Annotated[
        Literal["webster", "l1", "minimax"],
        typer.Option(
            help="How deviation from the targets is measured. webster: Σ(x−q)²/q, which gives the Webster "
            "(Sainte-Laguë) apportionment. l1: Σ|x−q|, Hamilton's method in disguise: it can take a "
            "post from a province when the pool grows (Alabama paradox). minimax: the largest |x−q|/q, then "
            "l1, with the same paradox."
        ),
    ] = "webster",
    strict: Annotated[
        bool, typer.Option("--strict", help="Every soft rule is hard: no plan (exit 3) if one is short.")
    ] = False,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit", min=0, help="Seconds; then the plan so far is written, marked as not proven."
        ),
    ] = None,
    jobs: Jobs = CORES,
    lang: Language = "tr",
    out: Annotated[
        Path, typer.Option("--out", help="Folder for tables and reports; written whole or not at all.")
    ] = OUTPUT,
    provinces: Annotated[
        bool, typer.Option("--provinces", help="Also a report page for every province.")
    ] = False,
    seed: Annotated[
        int, typer.Option(help="Seed of the solver. The plan does not depend on it.", hidden=True)
    ] = 0,
) -> None:
    """Plan a country: solve, check every rule, write tables and reports."""
    with told(lang):
        if is_approved(out):
            raise ApprovedError(str(out))
        with bar(lang, "cli.planning") as tell:
            made = make_plan(
                data,
                scenario or [],
                sets=set_ or [],
                titles=title or [],
                options=Options(norm, time_limit, seed, strict),
                jobs=jobs,
                progress=tell,
            )
        with bar(lang, "cli.writing") as tell:
            folder = write(made, out, lang, provinces=provinces, progress=lambda what: tell(0, 0, str(what)))
        _summary(made, folder, lang)
    if made.status != OPTIMAL:
        raise typer.Exit(STOPPED)


def _summary(made: Plan, folder: Path, lang: Lang) -> None:
    country = made.country
    posts = sum(int(p.solution.posts[t].sum()) for p in made.groups for t in p.group.titles)
    titles = sum(len(p.group.titles) for p in made.groups)
    console.print(
        say(
            "cli.planned", lang, titles=titles, posts=f"{posts:,}".replace(",", "." if lang == "tr" else ","),
            provinces=len(country.provinces), districts=len(country.districts), units=len(country.units),
        ),
        style="bold", highlight=False,
    )  # fmt: skip
    console.print(say("cli.optimal" if made.status == OPTIMAL else "cli.stopped", lang))
    left = [t for t, reason in made.reasons.items() if reason.key != "not_requested"]
    if left:
        console.print(say("cli.not_planned", lang, titles=", ".join(left)), highlight=False)
    _short(made, lang)
    seconds = made.summary()["seconds"]
    import json  # noqa: PLC0415

    seconds = json.loads((folder / "summary.json").read_text("utf-8"))["seconds"]
    times = {name: f"{seconds.get(name, 0):.1f}" for name in ("read", "plan", "write")}
    console.print(say("cli.time", lang, **times), highlight=False)
    console.print(say("cli.written", lang, folder=folder), markup=False, highlight=False)


def _short(made: Plan, lang: Lang) -> None:
    short = made.shortfall_by_clause
    if not short:
        console.print(say("cli.none_short", lang))
        return
    table = Table(title=say("cli.short_head", lang), title_justify="left")
    table.add_column(say("cli.clause", lang))
    for name in ("missing", "places"):
        table.add_column(say(f"cli.{name}", lang), justify="right")
    table.add_column(say("cli.reading", lang), overflow="fold")
    places: dict[str, int] = {}
    for finding in (f for p in made.groups for f in p.findings if f.shortfall and not f.hard):
        places[finding.clause] = places.get(finding.clause, 0) + 1
    for clause in sorted(short, key=law.clause_order):
        text = made.rulebook.clauses[clause].text[lang]
        table.add_row(
            clause, str(short[clause]), str(places[clause]), text[:160] + ("…" if len(text) > 160 else "")
        )
    console.print(table)


@app.command()
def check(data: Data = None, lang: Language = "tr") -> None:
    """Validate tables only: every fault of every table at once, each with what would be right."""
    with told(lang):
        tables = read(data or builtin_data(), vocabulary(law.load()))
        for warning in tables.warnings:
            console.print(warning.text(lang), style="yellow", markup=False, highlight=False, soft_wrap=True)
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
    lang: Language = "tr",
) -> None:
    """Show the rulebook: every clause with its reading; for one clause its parameters, formulas and file."""
    with told(lang):
        book, _ = apply(law.load(), scenario or [], set_ or [])
    if clause is None:
        table = Table()
        for name in ("clause", "kind", "titles", "file"):
            table.add_column(say(f"cli.{name}", lang), overflow="fold")
        table.add_column(say("cli.acts", lang), justify="right")
        table.add_column(say("cli.reading", lang), overflow="fold", ratio=1)
        for number, entry in book.clauses.items():
            titles = ", ".join(dict.fromkeys(t for r in entry.rules for t in r.titles))
            places = str(acts()[number].instances) if number in acts() else "–"
            table.add_row(number, ", ".join(entry.kinds), titles, entry.file, places, entry.text[lang])
        console.print(table)
        return
    if clause not in book.clauses:
        text = say("cli.unknown_clause", lang, clause=clause, nearest=nearest(clause, book.clauses))
        errors.print(text, style="bold red", markup=False)
        raise typer.Exit(BAD_INPUT)
    _show(book, book.clauses[clause], lang)


def _acts(clause: str, lang: Lang) -> str:
    found = acts().get(clause)
    if found is None:
        return say("cli.acts_none", lang)
    return say("cli.acts_rows", lang, rows=found.instances, binding=found.binding, short=found.short)


def _show(book: Rulebook, entry: Clause, lang: Lang) -> None:
    del book
    console.print(entry.number, style="bold", highlight=False)
    console.print(entry.text[lang], highlight=False)
    for name, value in (("source", entry.source), ("file", f"model/pdc/rulebook/{entry.file}")):
        console.print(f"{say(f'cli.{name}', lang)}: {value}", highlight=False)
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
    lang: Language = "tr",
) -> None:
    """Write an empty workbook with every sheet, heading, note and drop-down."""
    from pdc.tables import template as write_template  # noqa: PLC0415 - only this command needs it

    with told(lang):
        write_template(out, lang, vocabulary(law.load()))
        console.print(say("cli.template", lang, file=out), markup=False, highlight=False)


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


def main() -> None:
    """Entry point of ``pdc`` and ``solve.py``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


assert LANGS == ("tr", "en")  # the option above names them again, as typer wants
