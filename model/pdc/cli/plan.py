"""``plan``, and the main job without a command."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pandas as pd
import typer
from rich.table import Table

from pdc.ask.plan import monotone
from pdc.ask.plan import plan as make_plan
from pdc.base.folder import check
from pdc.cli import beside_plan
from pdc.cli.ahead import ahead
from pdc.cli.codes import BAD_INPUT, STOPPED
from pdc.cli.common import (
    CORES,
    OUTPUT,
    SHOWN,
    Data,
    Jobs,
    Language,
    Law,
    Scenarios,
    Sets,
    app,
    bar,
    cache_of,
    console,
    errors,
    one_of,
    tell_oddities,
    told,
)
from pdc.cli.ending import ending
from pdc.country.setting import prepare, titles_asked
from pdc.law import reading
from pdc.planning.letterhead import letterhead_of
from pdc.planning.plan import Plan
from pdc.planning.summary import OPTIMAL
from pdc.planning.write import write
from pdc.program.options import Options
from pdc_common.bounded import text_of
from pdc_common.numerals import number
from pdc_common.text import Lang, say, shortened, wording
from pdc_reports.drawing import drawing
from pdc_reports.folder.changed import lines

if TYPE_CHECKING:
    from pdc.ask.difference import Difference
    from pdc.ask.handmade import Cetvel


@app.command("plan")
def plan_command(
    data: Data = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    title: Annotated[
        list[str] | None,
        typer.Option(
            "--title",
            help="Planning title, by code or name: hemsire, \"Eczacı\", Nurse. Repeatable. Default: all.",
        ),
    ] = None,
    norm: Annotated[
        Literal["webster", "l1", "minimax"] | None,
        typer.Option(
            parser=one_of("webster", "l1", "minimax"),
            help="How deviation from the targets is measured. webster: Σ(x−q)²/q, which gives the Webster "
            "(Sainte-Laguë) apportionment. l1: Σ|x−q|, Hamilton's method in disguise: it can take a "
            "post from a province when the pool grows (Alabama paradox). minimax: the largest |x−q|/q, then "
            "l1, with the same paradox. Default: the scenario's, or webster."
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Every soft rule is hard. If no plan keeps them all: what clashes, and ways out (exit 3).",
        ),
    ] = False,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit", min=0, help="Seconds; then the plan so far is written, marked as not proven."
        ),
    ] = None,
    jobs: Jobs = CORES,
    rulebook: Law = None,
    lang: Language = "tr",
    out: Annotated[
        Path, typer.Option("--out", help="Folder for tables and reports; written whole or not at all.")
    ] = OUTPUT,
    provinces: Annotated[
        bool, typer.Option("--provinces", help="Also a report page and a book to sign for every province.")
    ] = False,
    reports: Annotated[
        bool,
        typer.Option(
            "--reports/--no-reports", help="Workbook, page, figures and certificate, or the tables alone."
        ),
    ] = True,
    cache: Annotated[
        bool,
        typer.Option(
            "--cache/--no-cache",
            help="Take groups that nothing has changed for from the cache (PDC_CACHE, else ~/.cache/pdc).",
        ),
    ] = True,
    keep: Annotated[
        str | None,
        typer.Option("--keep", help="Stay near this table: a plan folder, or any table that `audit` reads."),
    ] = None,
    change_at_most: Annotated[
        int | None,
        typer.Option("--change-at-most", min=0, help="With --keep: how many posts of a title may move."),
    ] = None,
    check_monotone: Annotated[
        bool,
        typer.Option(
            "--check-monotone", help="Does any place lose a post when the pools grow by 1 %? Plans twice."
        ),
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            help="Hold the plan beside this one: `base` (the same data and rulebook without scenario and "
            "--set) or a plan folder. Writes difference.html and differences.csv too.",
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since",
            help="Folder of last year's approved plan; its seal is checked. The report and the Word file say "
            "what changed. Writes since.csv too.",
        ),
    ] = None,
    letterhead: Annotated[
        Path | None,
        typer.Option(
            "--letterhead",
            help="Heading of what is signed (TOML): institution, number, date, legal basis, who signs. "
            "Default: letterhead.toml in the folder of the data, else lines to write on.",
        ),
    ] = None,
    engine: Annotated[
        Literal["highs", "marginal", "both"],
        typer.Option(
            "--engine",
            parser=one_of("highs", "marginal", "both"),
            help="What solves titles that are trees. highs: the program of record, by PuLP and HiGHS. "
            "marginal: a second exact method without a solver, marginal allocation; what is no tree (joint "
            "floors, shares, none-or rules, minimax) goes to HiGHS, and is named. both: both, compared; a "
            "difference is an error. The plan is the same."
        ),
    ] = "highs",
    seed: Annotated[
        int, typer.Option(help="Seed of the solver. The plan does not depend on it.", hidden=True)
    ] = 0,
) -> None:
    """Plan a country: solve, check every rule, write tables and reports."""
    if time_limit is not None and not math.isfinite(time_limit):
        raise typer.BadParameter(say("cli.usage.finite", lang, option="--time-limit"))
    ready = reports and jobs > 1
    with told(lang), drawing(ready) as draughtsman:
        if (keep is None) != (change_at_most is None):
            errors.print(say("keep.cli.both", lang), style="bold red")
            raise typer.Exit(BAD_INPUT)
        if against is not None:
            from pdc.ask.against import check_other  # noqa: PLC0415 - it draws, and few ask for it

            check_other(against)
        check(out, "plan", [data, rulebook, keep, since, letterhead, *(scenario or [])])
        last = None
        if since is not None:
            from pdc.ask.since import LastTable  # noqa: PLC0415 - few ask for it

            last = LastTable.read(since)
        heading = letterhead_of(letterhead, data)
        cache = cache_of(cache, lang) is not None
        near: list[Cetvel] = []
        here = draughtsman is None
        with bar(lang, "cli.planning", forks=True) as tell, ahead(tell, ready, draws=here) as heard:
            made = make_plan(
                data,
                scenario or [],
                sets=set_ or [],
                titles=title or [],
                options=Options(norm or "", time_limit, seed, strict, proof=reports, engine=engine),
                jobs=jobs,
                progress=heard,
                cache=cache,
                rulebook=rulebook,
                keep=keep,
                moves=change_at_most,
                read=near.append,
                tables_only=True,
            ).something(title or [])
        losers = _losers(made, (data, scenario, set_, rulebook), jobs, lang) if check_monotone else None
        held = beside = None
        if against is not None:
            from pdc.ask.against import against as hold_against  # noqa: PLC0415
            from pdc.ask.against import files as against_files  # noqa: PLC0415

            with bar(lang, "difference.cli.planning", forks=True) as tell:
                options = Options(norm or "", time_limit, seed, proof=False)
                held = hold_against(
                    made, against,
                    lambda: make_plan(
                        data, titles=title or [], options=options, jobs=jobs, progress=tell, cache=cache,
                        rulebook=rulebook,
                    ),
                    lang,
                )  # fmt: skip
            beside = against_files(made, held, lang)
        with bar(lang, "cli.writing", forks=True) as tell:
            extra = {} if losers is None else {"monotone": losers}
            extra |= beside_plan.doubts(near, lang)
            given = {} if heading is None else {"letterhead": heading}
            if last is not None:
                tables, said = last.beside(made)
                extra, given = extra | tables, given | {"since": said}
            folder = write(
                made,
                out,
                lang,
                reports=reports,
                provinces=provinces,
                extra=extra,
                files=beside,
                told=given,
                drawing=draughtsman,
                progress=lambda what: tell(0, 0, str(what)),
            )
        lines_beside = [
            *beside_plan.kept_lines(near, made, lang), *beside_plan.since_lines(last, extra, made, lang)
        ]  # fmt: skip
        _summary(made, folder, title or [], lang, lines_beside)
        if losers is not None:
            _monotone(losers, made, lang)
        if held is not None:
            _held(held, lang)
    if made.status != OPTIMAL:
        raise typer.Exit(STOPPED)


def _held(held: Difference, lang: Lang) -> None:
    units = held.cells("unit")
    moved = int(units["difference"].clip(lower=0).sum())
    values = {"base": held.base.name, "units": number(len(units), lang), "moved": number(moved, lang)}
    console.print(say("difference.cli.done", lang, **values), markup=False, highlight=False)


def _losers(
    made: Plan,
    of: tuple[Path | None, list[Path] | None, list[str] | None, str | None],
    jobs: int,
    lang: Lang,
) -> pd.DataFrame:
    data, scenario, set_, rulebook = of
    given = prepare(data, scenario or [], set_ or [], rulebook)
    with bar(lang, "monotone.cli.checking", forks=True) as tell:
        return monotone(given, made, jobs, tell)


def _monotone(losers: pd.DataFrame, made: Plan, lang: Lang) -> None:
    if not len(losers):
        console.print(say("monotone.cli.good", lang), style="green", highlight=False)
        return
    console.print(say("monotone.cli.bad", lang, places=len(losers)), style="yellow", highlight=False)
    names = {title.code: title.name[lang] for title in made.rulebook.titles}
    for row in losers.head(SHOWN).to_dict("records"):
        row["title"] = names.get(str(row["title"]), row["title"])
        row["level"] = say(f"reports.level.{row['level']}", lang)
        console.print(
            "  " + say("monotone.cli.row", lang, **{str(k): v for k, v in row.items()}), highlight=False
        )


def _summary(made: Plan, folder: Path, asked: Sequence[str], lang: Lang, beside: Sequence[str]) -> None:
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
    tell_oddities(made.warnings, lang)
    names = {title.code: title.name[lang] for title in made.rulebook.titles}
    if made.options.kept_table is not None and made.options.time_limit is None and made.status != OPTIMAL:
        unproven = [t for p in made.groups if not p.solution.proven for t in p.group.titles]
        shown = "; ".join(names.get(t, t) for t in unproven)
        console.print(say("keep.cli.unproven", lang, titles=shown), style="yellow", highlight=False)
    else:
        console.print(say("cli.optimal" if made.status == OPTIMAL else "cli.stopped", lang))
    for why, across in _no_trees(made).items():
        shown = "; ".join(names.get(title, title) for title in across)
        text = say("cli.no_tree", lang, titles=shown, why=say(f"cli.no_tree_{why}", lang))
        console.print(text, markup=False, highlight=False)
    summary = json.loads(text_of(folder / "summary.json"))
    _changed(summary, folder, lang)
    for line in beside:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    _not_planned(made, asked, lang)
    _short(made, lang)
    times = {name: f"{summary['seconds'].get(name, 0):.1f}" for name in ("read", "plan", "write")}
    console.print(say("cli.time", lang, **times), highlight=False)
    ending(folder, lang)


def _changed(summary: Mapping[str, Any], folder: Path, lang: Lang) -> None:
    """What differs from the base, with old and new values."""
    told = lines(summary, lang)
    if not told:
        return
    console.print(say("cli.changed", lang), style="bold", highlight=False)
    for line in told[:SHOWN]:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if len(told) > SHOWN:
        text = say("cli.changed_more", lang, count=len(told) - SHOWN, file=folder / "summary.json")
        console.print(text, markup=False, highlight=False)


def _not_planned(made: Plan, asked: Sequence[str], lang: Lang) -> None:
    """Titles asked for that are not planned, with the reason; what a region's own tables mean by A.3."""
    names = {title.code: title.name[lang] for title in made.rulebook.titles}
    for code in titles_asked(made.rulebook, asked):
        reason = made.reasons.get(code)
        if reason is not None and reason.key != "not_requested":
            with wording(made.rulebook.about.words):
                why = say(f"notice.{reason.key}", lang, **reason.values)
            text = say("cli.asked_not_planned", lang, title=names[code], reason=why, clause=reason.clause)
            console.print(text, style="yellow", markup=False, highlight=False, soft_wrap=True)
    few = [code for code in names if (reason := made.reasons.get(code)) and reason.key == "few_filled"]
    planned = sum(len(p.group.titles) for p in made.groups)
    if asked or len(few) <= planned:
        return
    first = made.reasons[few[0]]
    text = say(
        "cli.few", lang, count=len(few), all=len(names), clause=first.clause, minimum=first.values["minimum"],
        set=f"{first.clause}.minimum",
    )  # fmt: skip
    console.print(text, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _no_trees(made: Plan) -> dict[str, list[str]]:
    """Titles that went to HiGHS although marginal allocation was asked for, by why."""
    found: dict[str, list[str]] = {}
    for p in made.groups:
        if p.solution.no_tree:
            found.setdefault(p.solution.no_tree, []).extend(p.group.titles)
    return found


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
    for clause in sorted(short, key=reading.clause_order):
        text = made.rulebook.clauses[clause].text[lang]
        table.add_row(
            clause, str(short[clause]), str(places[clause]), shortened(text, 160)
        )
    console.print(table)
