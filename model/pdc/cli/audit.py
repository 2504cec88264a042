"""``audit`` and ``compare``: hand-made tables against the law, and against one another."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from pdc.ask.audit import Audit, measure
from pdc.ask.audit.result import Where
from pdc.ask.audit.tables import by_clause, farthest
from pdc.ask.audit.write import write_audit
from pdc.ask.compare import (
    Comparison,
    compare_by,
    law_lines,
    laws_of,
    read_both,
    write_comparison,
)
from pdc.ask.handmade import read_cetvel
from pdc.ask.own_law import Law as LawOf
from pdc.base.folder import check
from pdc.cli.common import (
    CORES,
    Cached,
    Data,
    Given,
    Jobs,
    Language,
    Law,
    Scenarios,
    Sets,
    app,
    bar,
    cache_of,
    console,
    files_of,
    tell_oddities,
    told,
)
from pdc.cli.ending import ending
from pdc.country.setting import nothing_planned, prepare
from pdc_common.levels import LEVELS
from pdc_common.numerals import number
from pdc_common.text import Lang, fold, say


@app.command("audit")
def audit_command(
    cetvel: Given,
    data: Data = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    rulebook: Law = None,
    jobs: Jobs = CORES,
    lang: Language = "tr",
    out: Annotated[
        Path, typer.Option("--out", help="Folder for tables and page; written whole or not at all.")
    ] = Path("audit"),
    cache: Cached = True,
) -> None:
    """Every clause against a hand-made table: kept, broken by how much, where; doubts are listed."""
    with told(lang):
        check(out, "audit", [data, rulebook, cetvel, *(scenario or [])])
        store = cache_of(cache, lang)
        gc.disable()  # a short process: collecting garbage would only cost time
        with files_of(Path(cetvel), lang), bar(lang, "cli.reading_data"):
            setting = prepare(data, scenario or [], set_ or [], rulebook, store)
            table = read_cetvel(cetvel, setting)
        with _late_bar(lang) as tell:
            made = measure(setting, table, jobs, tell, store)
        with bar(lang, "cli.writing"):
            folder = write_audit(made, out, lang)
        tell_oddities(setting.warnings, lang)
        _told(made, lang)
        _nothing(made, lang)
        ending(folder, lang)


@contextmanager
def _late_bar(lang: Lang) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar that begins with the first step: processes are forked before its thread is there."""
    with ExitStack() as stack:
        began: list[Callable[[int, int, str], None]] = []

        def tell(done: int, total: int, now: str) -> None:
            if not began:
                began.append(stack.enter_context(bar(lang, "audit.cli.measuring")))
            began[0](done, total, now)

        yield tell


@app.command("compare")
def compare_command(
    a: Given,
    b: Given,
    data: Data = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    rulebook: Law = None,
    jobs: Jobs = CORES,
    lang: Language = "tr",
    out: Annotated[
        Path, typer.Option("--out", help="Folder for tables and page; written whole or not at all.")
    ] = Path("compare"),
    cache: Cached = True,
    same_law: Annotated[
        bool,
        typer.Option(
            "--same-law",
            help="Measure both by --data, --scenario, --set and --rulebook, a plan folder too. Else a plan "
            "folder is measured by the law and the data that it was made by.",
        ),
    ] = False,
) -> None:
    """Two tables cell by cell, both measured on every clause and on deviation."""
    with told(lang):
        check(out, "compare", [data, rulebook, a, b, *(scenario or [])])
        store = cache_of(cache, lang)
        gc.disable()
        with files_of(Path(a), lang), files_of(Path(b), lang):
            laws = laws_of((a, b), data, scenario or [], set_ or [], rulebook, store, same_law)
            tables = read_both((a, b), laws)
        with _late_bar(lang) as tell:
            made = compare_by(laws, tables, jobs, tell, store)
        with bar(lang, "cli.writing"):
            folder = write_comparison(made, out, lang)
        tell_oddities({odd.text(lang): odd for law in laws for odd in law.setting.warnings}.values(), lang)
        for line in law_lines(made, lang):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        if _passed_over(laws, scenario or [], set_ or [], rulebook):
            text = say("audit.law.not_used", lang)
            console.print(text, style="yellow", markup=False, soft_wrap=True)
        _beside(made, lang)
        _nothing(made.a, lang)
        ending(folder, lang)


def _passed_over(laws: Sequence[LawOf], scenario: list[Path], sets: list[str], rulebook: str | None) -> bool:
    """Was something given that neither plan was made by, and so is not used?"""
    if any(law.source != "own" for law in laws):
        return False
    names = [path.stem for path in scenario]
    return any(
        set(names) - set(law.setting.scenario.names)
        or set(sets) - set(law.setting.origin.sets)
        or (rulebook is not None and not law.setting.origin.rulebook)
        for law in laws
    )


def _nothing(made: Audit, lang: Lang) -> None:
    """Where the law plans no title of the table: why, and both ways out."""
    if made.titles or not made.cetvel.titles:
        return
    error = nothing_planned(made.setting.rulebook, made.not_planned, tuple(made.cetvel.titles))
    for fault in error.faults:
        console.print(fault.text(lang), style="yellow", markup=False, highlight=False, soft_wrap=True)


def _beside(made: Comparison, lang: Lang) -> None:
    """Both tables in a few lines."""
    found = made.to_dict(lang)
    sides = {"A": made.a, "B": made.b}
    table = Table()
    table.add_column("")
    for name, side in sides.items():
        table.add_column(f"{name}: {side.cetvel.name}", justify="right", overflow="fold")
    clauses = {name: made.clauses(name.lower()) for name in sides}
    deviations = {name: made.deviation(name.lower()) for name in sides}

    def row(label: str, value: Callable[[str], float], decimals: int = 0) -> None:
        table.add_row(label, *(number(value(name), lang, decimals) for name in sides))

    def total(key: str) -> Callable[[str], float]:
        return lambda name: sum(entry[key] for entry in clauses[name].values())

    row(say("audit.column.posts", lang), lambda name: found["posts"][name.lower()])
    for key in ("kept", "binding", "short", "broken", "not_visible", "shortfall", "excess"):
        row(say(f"audit.column.{key}", lang), total(key))
    for level in reversed(made.levels):
        row(
            say(f"audit.column.deviation_{level}", lang),
            lambda name, level=level: deviations[name].get(level, 0.0),  # type: ignore[misc]
            1,
        )
    console.print(table)
    values = {key: number(found[key], lang) for key in ("cells", "equal", "different")}
    values |= {key: number(found["posts"][key], lang) for key in ("a", "b")}
    console.print(say("audit.cli.equal", lang, **values), highlight=False)
    for name, side in sides.items():
        if count := len(side.cetvel.doubts):
            file = f"{fold(name)}_doubts.csv"
            told_ = say("audit.cli.doubts_of", lang, side=name, name=side.cetvel.name, count=count, file=file)
            console.print(told_, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _told(made: Audit, lang: Lang) -> None:
    where = Where(made.setting.country)
    cetvel, clauses = made.cetvel, by_clause(made, where)

    def tell(key: str, style: str | None = None, **values: Any) -> None:
        shown = {k: number(v, lang) if isinstance(v, int) else v for k, v in values.items()}
        console.print(say(f"audit.cli.{key}", lang, **shown), style=style, highlight=False, markup=False)

    tell(
        "read", "bold", name=cetvel.name, level=say(f"reports.level.{cetvel.level}", lang),
        titles=len(cetvel.titles), posts=sum(int(p.sum()) for p in cetvel.posts.values()),
        provinces=int(cetvel.covered["province"].sum()),
    )  # fmt: skip
    kinds = [d.kind for d in cetvel.doubts]
    tell("doubts", all=len(kinds), match=kinds.count("match"), sum=kinds.count("sum"))
    broken = sum(e["broken"] for e in clauses.values())
    if broken:
        tell("broken", "bold red", count=broken, posts=sum(e["excess"] for e in clauses.values()))
    else:
        tell("clean", "bold green")
    short = [(entry["shortfall"], entry["short"]) for entry in clauses.values()]
    tell("short", posts=sum(posts for posts, _ in short), rules=sum(rules for _, rules in short))
    sums = {
        level: sum(t.deviation[level] for t in made.titles.values())
        for level in LEVELS
        if all(level in t.deviation for t in made.titles.values())
    }
    values = ", ".join(f"{say(f'reports.level.{lv}', lang)} {number(v, lang, 1)}" for lv, v in sums.items())
    tell("deviation", values=values)
    _table(made, where, clauses, lang)
    _farthest(made, lang)


def _farthest(made: Audit, lang: Lang, most: int = 12) -> None:
    """By title, the place farthest from its target; the titles farthest off first."""
    found = [(title, places[0]) for title in made.titles if (places := farthest(made, title, 1))]
    if not found:
        return
    found.sort(key=lambda pair: -abs(pair[1]["deviation"]))
    names = {title.code: title.name[lang] for title in made.setting.rulebook.titles}
    table = Table(title=say("audit.cli.farthest", lang), title_justify="left")
    for key in ("title", "place"):
        table.add_column(say(f"audit.column.{key}", lang), overflow="fold")
    for key in ("target", "posts", "deviation"):
        table.add_column(say(f"audit.column.{key}", lang), justify="right")
    for title, one in found[:most]:
        numbers = (number(one["target"], lang, 2), number(one["posts"], lang))
        deviation = number(one["deviation"], lang, 2, sign=True)
        table.add_row(escape(names[title]), escape(one["place"]), *numbers, deviation)
    console.print(table)
    if len(found) > most:
        console.print(say("audit.cli.farthest_more", lang, count=len(found) - most), highlight=False)


def _table(made: Audit, where: Where, clauses: dict[str, dict[str, int]], lang: Lang, most: int = 12) -> None:
    bad = [(c, e) for c, e in clauses.items() if e["short"] or e["broken"]]
    if not bad:
        return
    bad.sort(key=lambda pair: (-pair[1]["broken"], -pair[1]["shortfall"]))
    worst: dict[str, Any] = {}
    for f in made.findings:
        if f.shortfall and (f.clause not in worst or f.shortfall > worst[f.clause].shortfall):
            worst[f.clause] = f
    names = {title.code: title.name[lang] for title in made.setting.rulebook.titles}
    table = Table(title=say("audit.cli.head", lang), title_justify="left")
    table.add_column(say("audit.column.clause", lang))
    for key in ("broken", "short", "missing", "people"):
        table.add_column(say(f"audit.column.{key}", lang), justify="right")
    table.add_column(say("audit.cli.where", lang), overflow="fold")
    for clause, entry in bad[:most]:
        f = worst[clause]
        mark = "≥ " if made.at_least else ""
        title = " + ".join(names.get(t, t) for t in f.title.split("+"))
        place = where.country.place_names[f.level][f.at] or say("reports.level.national", lang)
        table.add_row(
            clause, number(entry["broken"], lang), number(entry["short"], lang),
            mark + number(entry["shortfall"] + entry["excess"], lang), number(entry["people"], lang),
            f"{place}: {title}, {number(f.shortfall, lang)}",
        )  # fmt: skip
    console.print(table)
    if len(bad) > most:
        console.print(say("audit.cli.more", lang, count=number(len(bad) - most, lang)))
